"""Duties: what is owed, by when, and whether that day is over."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from sanctions_rules import calendars, core
from sanctions_rules.core import Apply, Expr, Fact, Literal
from sanctions_rules.language import ast
from sanctions_rules.language.lowering.env import Env
from sanctions_rules.language.lowering.texts import Texts
from sanctions_rules.language.lowering.times import plural
from sanctions_rules.language.names import Typed


def duty(
    texts: Texts, verb: ast.Slot, env: Env, block: ast.Block, key: str, subject: str | None
) -> core.Duty:
    conduct = cast(ast.Conduct, verb.conduct)
    role = conduct.role("of")
    payment = ""
    if role and role.share:
        quantity, path = role.share
        payment = f"{quantity.text} of {path}"
    due = verb.due
    if due is None:
        return core.Duty(str(conduct.acts[0]), payment=payment)
    path_fact = None
    if due.path is not None:
        typed = env.names.find(due.path)
        path_fact = typed.fact if isinstance(typed, Typed) else None
    duration = due.duration
    made = core.Duty(
        str(conduct.acts[0]), due_kind=due.kind, count=duration.count if duration else 0,
        unit=plural(duration.unit) if duration else "", business=duration.business if duration else False,
        path=path_fact, month=due.month, day=due.day, payment=payment, due=str(due.path or ""),
    )  # fmt: skip
    last = _last_day(texts, made, env, block)
    zone = Literal(env.zone)
    following = Apply("next_day", (last, zone))
    as_of = Apply("instants", (Fact("case", ("as_of",)), zone))
    that_day = Apply("shifted", (as_of, Literal(0), Literal("days"), zone))  # its hour is idle
    over = texts.define(f"{key}: over", subject, Apply("at_most", (following, that_day)), block)
    return replace(made, last=last, over=over)


def _last_day(texts: Texts, duty: core.Duty, env: Env, block: ast.Block) -> Expr:
    """The beginning of the last day of a duty, or of the last day on which something is kept."""
    zone = Literal(env.zone)
    if duty.due_kind == "yearly":  # counted from the event that the provision is measured at
        return Apply("shifted", (env.when, Literal(duty.day), Literal(duty.month), zone))
    since = Apply("instants", (cast(Fact, duty.path), zone))
    if duty.due_kind == "at":
        return Apply("shifted", (since, Literal(0), Literal("days"), zone))
    business = calendars.BUSINESS + texts.rulebook.calendar(block)
    unit = business if duty.business else duty.unit
    return Apply("shifted", (since, Literal(duty.count), Literal(unit), zone))
