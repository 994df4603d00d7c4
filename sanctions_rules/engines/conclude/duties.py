"""Duties: whether each is owed, whether the facts record it as done and in time, and its last day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from sanctions_rules import calendars, clocks
from sanctions_rules.core import Apply, Expr, Fact, Literal, Norm
from sanctions_rules.decision import Duty, DutyState, Finding
from sanctions_rules.engines.conclude.findings import findings_of
from sanctions_rules.engines.interpreter import Evaluation, Scope
from sanctions_rules.values import Items, Span, Truth, all_of
from sanctions_rules.view import Item


def duties_of(run: Evaluation, norm: Norm) -> Iterator[Duty]:
    for finding in findings_of(run, norm):
        if not finding.truth.may:
            continue
        item = run.view.item(finding.subject) if finding.subject else None
        text, day = _due(run, norm, item)
        yield Duty(finding, _state(run, finding, item), text, day)


def _state(run: Evaluation, finding: Finding, item: Item | None) -> DutyState:
    """How the duty stands on the day of the facts; what is not recorded as done may yet be.

    A lasting duty stands as it did at the act where no day is given: it asks for none.
    """
    if finding.truth is Truth.UNKNOWN:
        return DutyState.UNKNOWN
    duty = finding.norm.duty
    assert duty is not None
    over = cast(Truth, run.definition(duty.over, item)) if duty.over else Truth.FALSE
    if duty.lasting:
        return DutyState.NOT_OWED if over is Truth.TRUE else DutyState.OPEN
    done, records = performed(run, finding)
    if done is Truth.TRUE:
        late = [run.truth(*was_late(finding.norm, item, record)) for record in records]
        if Truth.FALSE in late:
            return DutyState.MET
        return DutyState.UNKNOWN if Truth.UNKNOWN in late else DutyState.BREACHED
    if duty.met:
        done = cast(Truth, run.definition(duty.met, item))  # what the law's own facts say of it
    if done is Truth.TRUE:
        return DutyState.MET
    if Truth.UNKNOWN in (done, over):
        return DutyState.UNKNOWN
    return DutyState.BREACHED if over is Truth.TRUE else DutyState.OPEN


def performed(run: Evaluation, finding: Finding) -> tuple[Truth, tuple[Item, ...]]:
    """Whether the facts record that the duty was done, and the records that say so, or that may."""
    done = run.view.read(run.view.root, ("performed",))[0]
    duty = finding.norm.duty
    assert duty is not None
    if not isinstance(done, Items):
        return Truth.UNKNOWN, ()
    names = (duty.name, finding.norm.id, *finding.norm.source_ids)
    subjects = (finding.subject_id, finding.subject, "act")
    fits = [
        (record, all_of((_said(run, record, "duty", names), _said(run, record, "of", subjects))))
        for record in cast("tuple[Item, ...]", done.members)
        if not _of_an_earlier_year(run, finding, record)
    ]
    found = tuple(record for record, truth in fits if truth is Truth.TRUE)
    if found:
        return Truth.TRUE, found
    perhaps = tuple(record for record, truth in fits if truth.may)
    return Truth.UNKNOWN if perhaps or not done.complete else Truth.FALSE, perhaps


def _said(run: Evaluation, record: Item, path: str, wanted: tuple[str, ...]) -> Truth:
    """Whether a record of what was done names one of these; one that does not say may."""
    value = run.view.read(record, (path,))[0]
    return Truth.known(value in wanted) if isinstance(value, str) else Truth.UNKNOWN


def _of_an_earlier_year(run: Evaluation, finding: Finding, record: Item) -> bool:
    """Whether a yearly duty was done for another year: a year or more before its last day."""
    duty, zone = finding.norm.duty, finding.norm.term.zone
    if duty is None or duty.due_kind != "yearly" or duty.last is None:
        return False
    item = run.view.item(finding.subject) if finding.subject else None
    last = _local_days(run, duty.last, {finding.norm.variable: item} if item else {}, zone)
    done = _local_days(run, performed_at(finding.norm), {"performance": record}, zone)
    return (
        last is not None and done is not None and done[1] <= calendars.shifted(last[0], -1, "years")
    )


def was_late(norm: Norm, item: Item | None, record: Item) -> tuple[Expr, Scope]:
    """That a recorded performance came after the last day, and of what it is asked."""
    scope: dict[str, object] = {norm.variable: item} if item else {}
    return late(norm), {**scope, "performance": record}


def late(norm: Norm) -> Expr:
    """That `performance` came after the last day. Without a last day nothing is late."""
    if norm.duty is None or norm.duty.last is None:
        return Literal(Truth.FALSE)
    zone = Literal(norm.term.zone)
    following = Apply("next_day", (norm.duty.last, zone))
    done_on = performed_at(norm)
    that_day = Apply("shifted", (done_on, Literal(0), Literal("days"), zone))  # its hour is idle
    return Apply("at_most", (following, that_day))


def performed_at(norm: Norm) -> Expr:
    """The instants at which `performance` may have been done."""
    return Apply("instants", (Fact("performance", ("done_on",)), Literal(norm.term.zone)))


def _due(run: Evaluation, norm: Norm, item: Item | None) -> tuple[str, date | None]:
    """By when, in words, and the last day where it is known."""
    duty = norm.duty
    assert duty is not None
    if duty.payment or duty.last is None:
        return duty.payment, None
    scope = {norm.variable: item} if item else {}
    counted = f"{duty.count} {'business ' if duty.business else ''}{duty.unit} after"
    yearly = f"every year by {duty.day} {duty.month}"
    days = _local_days(run, duty.last, scope, norm.term.zone)
    if days is None:
        without = {"at": f"at {duty.due}", "yearly": yearly}
        return without.get(duty.due_kind, f"{counted} {duty.due}"), None
    first, last = days
    if first != last:
        return f"by a day from {first} to {last}", None
    match duty.due_kind:
        case "at":
            return f"at {last}", last
        case "for":
            return f"until {last}", last
        case "yearly":
            return f"by {last}, and {yearly}", last
        case _ if duty.business and duty.path is not None:
            start = Apply("instants", (duty.path, Literal(norm.term.zone)))
            since = _local_days(run, start, scope, norm.term.zone)
            known = since is not None and since[0] == since[1]
            return f"by {last}, {counted} {since[0] if since and known else duty.due}", last
        case _:
            return f"by {last}", last


def _local_days(run: Evaluation, expr: Expr, scope: Scope, zone: str) -> tuple[date, date] | None:
    """The earliest and the latest day that a time may lie on; None where it is not bounded."""
    value = run.value(expr, scope)
    if not isinstance(value, Span) or value.lo is None or value.hi is None:
        return None
    return clocks.local_day(cast(int, value.lo), zone), clocks.local_day(cast(int, value.hi), zone)
