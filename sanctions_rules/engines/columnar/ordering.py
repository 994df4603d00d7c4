"""Operators on ordered values: amounts, numbers and times, each asked of its two ends.

Days begin in a zone, and calendars lead from one day to another: each day is worked out once, when
it is first met.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from sanctions_rules import calendars, clocks
from sanctions_rules.engines.columnar.arrow import Array, Vector, np
from sanctions_rules.engines.columnar.facts import rescaled
from sanctions_rules.engines.columnar.vectors import (
    LEAST,
    MOST,
    UNBOUNDED,
    Coded,
    Moment,
    Ordered,
    Pair,
    Ragged,
    Refs,
    both,
    either,
    is_some,
    no,
    pair,
    tag_number,
    whole,
)
from sanctions_rules.values import Nothing, Span

if TYPE_CHECKING:
    from sanctions_rules.engines.columnar.run import Ask

_EPOCH: Final = date(1970, 1, 1)


def ordered(value: Any) -> Ordered:
    """A value as one that is ordered; what is none is `none`, and what is not ordered is not known."""
    match value:
        case Ordered():
            return value
        case Span(lo, hi, lo_open, hi_open, tag):
            return _span(lo, hi, lo_open, hi_open, tag)
        case Nothing.NOT_APPLICABLE:
            return Ordered(LEAST, MOST, none=True)
        case Moment():
            return Ordered(LEAST, MOST, none=value.none)
        case Coded():
            return Ordered(LEAST, MOST, none=value.codes == 1)
        case Refs():
            return Ordered(LEAST, MOST, none=value.index == -2)
        case Ragged():
            return Ordered(LEAST, MOST, none=value.none)
        case _:
            return UNBOUNDED


def _span(lo: Any, hi: Any, lo_open: bool, hi_open: bool, tag: str | None) -> Ordered:
    ends = [end for end in (lo, hi) if end is not None]
    scale = max((-int(e.as_tuple().exponent) for e in ends if isinstance(e, Decimal)), default=0)
    scale = max(scale, 0)

    def units(end: Any, absent: int) -> int:
        return absent if end is None else whole(Decimal(end), scale)

    return Ordered(units(lo, LEAST), units(hi, MOST), lo_open, hi_open, tag_number(tag), scale)


def aligned(ask: Ask, a: Ordered, b: Ordered) -> tuple[Ordered, Ordered]:
    """Both in the same units. Rows in which that does not fit are set aside."""
    scale = max(a.scale, b.scale)
    made: list[Ordered] = []
    for one in (a, b):
        if one.scale == scale:
            made.append(one)
            continue
        if isinstance(one.lo, int) and isinstance(one.hi, int):
            by = 10 ** (scale - one.scale)
            ends = [e if abs(e) == MOST else e * by for e in (one.lo, one.hi)]
            large: Vector = any(abs(e) > MOST for e in ends)
            # A constant beyond all that a column can hold is still beyond it.
            ends = [max(min(e, MOST - 1), LEAST + 1) if abs(e) > MOST else e for e in ends]
            lo, hi = ends
            made.append(Ordered(lo, hi, one.lo_open, one.hi_open, one.tag, scale, one.none))
            continue
        found, large = rescaled(one, scale)
        ask.run.aside(ask.frame, large)
        made.append(found)
    return made[0], made[1]


def compared(
    compare: Callable[[Ordered, Ordered], tuple[Vector, Vector]],
) -> Callable[[Ask], Pair]:
    def apply(ask: Ask) -> Pair:
        a, b = aligned(ask, ordered(ask.value(0)), ordered(ask.value(1)))
        must, may = compare(a, b)
        alike = _bool(a.tag == b.tag)
        must, may = both(must, alike), either(may, no(alike))
        none = either(a.none, b.none)
        return pair(_bool(both(must, no(none))), _bool(both(may, no(none))))

    return apply


def _bool(value: Vector) -> Vector:
    return value if isinstance(value, np.ndarray) and value.ndim else bool(value)


def less(a: Ordered, b: Ordered) -> tuple[Vector, Vector]:
    must = a.hi < b.lo
    opened = either(a.hi_open, b.lo_open)
    if opened is not False:
        must = must | ((a.hi == b.lo) & opened)
    return must, a.lo < b.hi


def at_most(a: Ordered, b: Ordered) -> tuple[Vector, Vector]:
    opened = either(a.lo_open, b.hi_open)
    may = a.lo <= b.hi if opened is False else (a.lo < b.hi) | ((a.lo == b.hi) & no(opened))
    return a.hi <= b.lo, may


def same(a: Ordered, b: Ordered) -> tuple[Vector, Vector]:
    points = (a.lo == a.hi) & (b.lo == b.hi)
    meet = both(at_most(a, b)[1], at_most(b, a)[1])
    equal = points & (a.lo == b.lo)
    return equal, (equal | (~np.asarray(points) & meet)) if isinstance(points, np.ndarray) else (
        equal if points else meet
    )


def times(ask: Ask) -> Any:
    value, factor = ask.value(0), ask.value(1)
    if not isinstance(value, (Ordered, Span)):
        return value
    a, by = ordered(value), ordered(factor)
    times, scale = cast(int, by.lo), a.scale + by.scale
    ends: list[Vector] = []
    large: Vector = False
    for end, absent in ((a.lo, LEAST), (a.hi, MOST)):
        gone = np.asarray(end) == absent
        over = ~gone & (np.abs(end) > (2**61) // max(times, 1))
        large = either(large, _bool(over))
        ends.append(np.where(gone, absent, np.where(over, 0, end) * times))
    ask.run.aside(ask.frame, large)
    lo, hi = ends
    return Ordered(lo, hi, a.lo_open, a.hi_open, a.tag, scale, a.none)


# -- times ----------------------------------------------------------------------------------------


class ZoneDays:
    """The beginnings of days in a zone: each worked out once, when it is first met."""

    FIRST: Final = -40_000  # before 1900
    COUNT: Final = 160_000  # to the 25th century
    _known: Final[dict[str, ZoneDays]] = {}

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.starts = np.full(self.COUNT, LEAST)

    @classmethod
    def of(cls, zone: str) -> ZoneDays:
        found = cls._known.get(zone)
        return found if found is not None else cls._known.setdefault(zone, ZoneDays(zone))

    def start(self, days: Vector) -> Vector:
        """00:00 of each day, as microseconds since 1970 UTC."""
        at = np.asarray(days) - self.FIRST
        found = self.starts[at]
        missing = np.asarray(at)[np.asarray(found == LEAST)]
        if missing.size:
            for one in np.unique(missing).tolist():
                day = _EPOCH + timedelta(days=one + self.FIRST)
                self.starts[one] = clocks.day_start(day, self.zone)
            found = self.starts[at]
        return found

    def day(self, instants: Array) -> Array:
        """The day in the zone on which each instant lies."""
        guess = instants // 86_400_000_000
        before, same, after = (self.start(guess + k) for k in (-1, 0, 1))
        del before
        return np.where(instants >= after, guess + 1, np.where(instants >= same, guess, guess - 1))


def instants(ask: Ask) -> Any:
    value, zone = ask.value(0), cast(str, ask.value(1))
    if not isinstance(value, Moment):
        return value
    days = ZoneDays.of(zone)
    lo = _end(days, value.lo, value.lo_is_day, value.lo_open, 1)
    hi = _end(days, value.hi, value.hi_is_day, value.hi_open, -1)
    lo = lo if value.has_lo is True else np.where(value.has_lo, lo, LEAST)
    hi = hi if value.has_hi is True else np.where(value.has_hi, hi, MOST)
    return Ordered(lo, hi, none=value.none)


def _end(days: ZoneDays, at: Vector, is_day: Vector, opened: Vector, step: int) -> Vector:
    """The first instant (step 1) or the last (-1) that an end may mean."""
    point = at if opened is False else np.where(opened, at + step, at)
    if is_day is False:
        return point
    day = np.where(is_day, at, 0)
    if step == 1:
        whole = days.start(day if opened is False else day + np.where(opened, 1, 0))
    else:
        whole = days.start(day + 1 if opened is False else day + np.where(opened, 0, 1)) - 1
    return whole if is_day is True else np.where(is_day, whole, point)


class ShiftedDays:
    """Where so many days, months or years lead from each day: worked out once, as it is met."""

    _UNMET: Final = np.iinfo(np.int32).min
    _NOWHERE: Final = np.iinfo(np.int32).max

    def __init__(self, count: int, unit: str) -> None:
        self.count, self.unit = count, unit
        self.later = np.full(ZoneDays.COUNT, self._UNMET, np.int32)

    def __call__(self, days: Array) -> tuple[Array, Array]:
        """The day that each leads to, and where there is none that the calendar knows."""
        at = days - ZoneDays.FIRST
        found = self.later[at]
        missing = at[found == self._UNMET]
        if missing.size:
            for one in np.unique(missing).tolist():
                try:
                    day = _EPOCH + timedelta(days=one + ZoneDays.FIRST)
                    later = (calendars.shifted(day, self.count, self.unit) - _EPOCH).days
                except LookupError:
                    later = self._NOWHERE
                self.later[one] = later
            found = self.later[at]
        failed = found == self._NOWHERE
        return np.where(failed, 0, found), failed


@lru_cache(64)
def _shifted_days(count: int, unit: str) -> ShiftedDays:
    return ShiftedDays(count, unit)


def _shifted_by(ask: Ask, value: Any, count: int, unit: str, zone: str) -> Any:
    if not isinstance(value, (Ordered, Span)):
        return value
    a = ordered(value)
    days = ZoneDays.of(zone)
    lead = _shifted_days(count, unit)
    ends: list[Vector] = []
    unreached: Vector = False
    for end, absent in ((a.lo, LEAST), (a.hi, MOST)):
        there = np.asarray(end) != absent
        made, failed = lead(np.asarray(days.day(np.where(there, end, 0))))
        ends.append(np.where(there, days.start(made), absent))
        unreached = either(unreached, _bool(there & failed))
    lo, hi = ends
    if is_some(unreached):
        lo, hi = np.where(unreached, LEAST, lo), np.where(unreached, MOST, hi)
    return Ordered(lo, hi, none=a.none)


def shifted(ask: Ask) -> Any:
    count, unit, zone = (ask.value(i) for i in (1, 2, 3))
    return _shifted_by(ask, ask.value(0), cast(int, count), cast(str, unit), cast(str, zone))


def next_day(ask: Ask) -> Any:
    return _shifted_by(ask, ask.value(0), 1, "days", cast(str, ask.value(1)))


def in_force(ask: Ask) -> Pair:
    when = ordered(ask.value(0))
    may_from, must_from, must_until, may_until = cast("tuple[int, int, int, int]", ask.value(1))
    must = both(_bool(must_from <= when.lo), _bool(when.hi < must_until))
    may = both(_bool(may_from <= when.hi), _bool(when.lo < may_until))
    none = when.none
    return pair(both(must, no(none)), both(may, no(none)))
