"""How a duty stands, from plain facts: as `conclude.duties_of` has it for those that do not last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sanctions_rules import calendars, clocks
from sanctions_rules.core import Norm
from sanctions_rules.decision import DutyState
from sanctions_rules.engines.compiled.facts import Plain, is_whole, members
from sanctions_rules.engines.compiled.reading import Message
from sanctions_rules.values import Span, Truth

#: What a duty asks: of a message, the thing that it is about (or None), and a record of a performance.
Asked = Callable[[Message, Plain | None, Plain | None], Any]


@dataclass(frozen=True, slots=True)
class Watch:
    """A duty's norm and what is asked of it, as generated functions: truths say 0, 1 or 2."""

    norm: Norm
    over: Asked | None
    met: Asked | None
    late: Asked
    last: Asked | None
    done_on: Asked


def state(c: Message, watch: Watch, item: Plain | None, surely: bool) -> DutyState:
    """How the duty stands for a thing for which it is owed, surely or perhaps."""
    if not surely:
        return DutyState.UNKNOWN
    over = truth(watch.over(c, item, None)) if watch.over else Truth.FALSE
    done, records = _performed(c, watch, item)
    if done is Truth.TRUE:
        late = [truth(watch.late(c, item, record)) for record in records]
        if Truth.FALSE in late:
            return DutyState.MET
        return DutyState.UNKNOWN if Truth.UNKNOWN in late else DutyState.BREACHED
    if watch.met:
        done = truth(watch.met(c, item, None))
    if done is Truth.TRUE:
        return DutyState.MET
    if Truth.UNKNOWN in (done, over):
        return DutyState.UNKNOWN
    return DutyState.BREACHED if over is Truth.TRUE else DutyState.OPEN


def truth(number: int) -> Truth:
    """What 0, 1 and 2 mean."""
    return (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)[number]


def _performed(c: Message, watch: Watch, item: Plain | None) -> tuple[Truth, list[Plain]]:
    """Whether the facts record that the duty was done, and the records that say so, or that may."""
    done = c.d.get("performed")
    if done is None:
        return Truth.UNKNOWN, []
    norm = watch.norm
    duty = norm.duty
    assert duty is not None
    names = (duty.name, norm.id, *norm.source_ids)
    of = ("", "", "act")
    if item is not None:
        place = c.place(item)
        of = (item.get("id") or place, place, "act")
    fits = [
        (record, _both(_said(record.get("duty"), names), _said(record.get("of"), of)))
        for record in members(done)
        if not _of_an_earlier_year(c, watch, item, record)
    ]
    found = [record for record, fit in fits if fit is Truth.TRUE]
    if found:
        return Truth.TRUE, found
    perhaps = [record for record, fit in fits if fit.may]
    return Truth.UNKNOWN if perhaps or not is_whole(done) else Truth.FALSE, perhaps


def _said(value: Any, wanted: tuple[str, ...]) -> Truth:
    return Truth.known(value in wanted) if type(value) is str else Truth.UNKNOWN


def _both(a: Truth, b: Truth) -> Truth:
    if Truth.FALSE in (a, b):
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in (a, b) else Truth.TRUE


def _of_an_earlier_year(c: Message, watch: Watch, item: Plain | None, record: Plain) -> bool:
    """Whether a yearly duty was done for another year: a year or more before its last day."""
    duty, zone = watch.norm.duty, watch.norm.term.zone
    if duty is None or duty.due_kind != "yearly" or watch.last is None:
        return False
    last = _local_days(watch.last(c, item, None), zone)
    done = _local_days(watch.done_on(c, item, record), zone)
    return (
        last is not None and done is not None and done[1] <= calendars.shifted(last[0], -1, "years")
    )


def _local_days(value: Any, zone: str) -> tuple[date, date] | None:
    if not isinstance(value, Span) or value.lo is None or value.hi is None:
        return None
    return clocks.local_day(cast(int, value.lo), zone), clocks.local_day(cast(int, value.hi), zone)
