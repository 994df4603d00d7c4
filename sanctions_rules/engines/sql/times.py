"""Ordered values in SQL: numbers, money and times between their ends, and comparisons of them.

A time is compared in the form that its column has: a day with the last day that a moment of law
leaves, so that no zone is needed; an instant in microseconds. Only a day beside an instant asks
the engine for the beginning of the day, by its own table of zones, which is checked first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from sanctions_rules import clocks
from sanctions_rules.engines.sql.dialects import (
    Dialect,
    Sql,
    both,
    case,
    compared,
    day,
    first_of,
    number,
)
from sanctions_rules.engines.sql.dialects import exp as _exp
from sanctions_rules.engines.sql.truths import (
    Logic,
    all_,
    conjunction,
    disjunction,
    not_,
    rails,
    tri,
)
from sanctions_rules.values import Truth


class CannotSay(Exception):
    """What cannot be said in SQL, in words."""


@dataclass(frozen=True, slots=True)
class End:
    """An end of a number: an expression or a constant. `open`: the end itself is not in it."""

    value: Sql | Decimal
    open: Sql | bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """An end of a time: of a day its first or last microsecond (`last`), or an instant, or both
    expressions, of which one is NULL in every row; or a constant.
    """

    day: Sql | None = None
    last: bool = False
    at: Sql | int | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Ordered:
    """`none`: there is no such value; `given`: it is known at least in part. Neither is ever NULL.

    `tag`: the currency. `digits`: before and after the point, of numbers.
    """

    lo: End | Point | None
    hi: End | Point | None
    tag: Sql | str | None = None
    none: Sql | bool = False
    given: Sql | bool = True
    digits: tuple[int, int] = (0, 0)


NOT_KNOWN = Ordered(None, None, given=False)
Compared: TypeAlias = "Sql | bool | None"


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Comparisons of ordered values in one dialect. `zones`: those of which it needs the table."""

    dialect: Dialect
    zones: set[str]

    def less(self, a: Ordered, b: Ordered) -> Logic:
        sure = disjunction_of(
            self.ends("<", a.hi, b.lo), both_of(self.ends("=", a.hi, b.lo), _open(a.hi, b.lo))
        )
        return self._settled(a, b, rails(sure, self.ends("<", a.lo, b.hi)))

    def at_most(self, a: Ordered, b: Ordered) -> Logic:
        return self._settled(a, b, rails(self.ends("<=", a.hi, b.lo), self._may_be_at_most(a, b)))

    def same(self, a: Ordered, b: Ordered) -> Logic:
        points = [
            self.ends("=", a.lo, b.lo),
            self.ends("=", a.lo, a.hi),
            self.ends("=", b.lo, b.hi),
        ]
        sure = None if None in points else conjunction(p for p in points if p is not None)
        perhaps = [
            one
            for one in (self._may_be_at_most(a, b), self._may_be_at_most(b, a))
            if one is not None
        ]
        if a.lo == a.hi and b.lo == b.hi and a.lo is not None and isinstance(a.lo, End):
            equal = self.ends("=", a.lo, b.lo)
            return self._settled(a, b, rails(equal, equal))
        open_ended = conjunction(p if isinstance(p, bool) else first_of(p, _TRUE) for p in perhaps)
        return self._settled(a, b, rails(sure, open_ended))

    def in_force(self, when: Ordered, interval: tuple[int, int, int, int], forever: int) -> Logic:
        may_from, must_from, must_until, may_until = interval

        def const(at: int) -> Point:
            return Point(at=at)

        def after(at: int, end: End | Point | None) -> Compared:
            return True if at <= -forever else self.ends("<=", const(at), end)

        def before(end: End | Point | None, at: int) -> Compared:
            return self.ends("<", end, const(at))

        ends_known = before(when.hi, must_until) if must_until < forever else self._bounded(when.hi)
        sure = conjunction_of(after(must_from, when.lo), ends_known)
        perhaps = conjunction_of(
            _or_true(after(may_from, when.hi)),
            True if may_until >= forever else _or_true(before(when.lo, may_until)),
        )
        # Where both ends are one value and the interval is known, one expression says it all.
        simple = conjunction_of(
            after(may_from, when.hi),
            True if may_until >= forever else before(when.lo, may_until),
        )
        certain = sure == simple or (
            must_until >= forever and may_until >= forever and after(must_from, when.lo) == simple
            and not isinstance(simple, bool)
        )  # fmt: skip
        return all_(
            [_not_none(when), simple if certain and simple is not None else rails(sure, perhaps)]
        )

    def _bounded(self, end: End | Point | None) -> Compared:
        if not isinstance(end, Point):
            return None
        known = [one for one in (end.day, end.at) if one is not None and not isinstance(one, int)]
        return disjunction_of(*(_given(one) for one in known)) if known else True

    def _may_be_at_most(self, a: Ordered, b: Ordered) -> Compared:
        open_ = _open(a.lo, b.hi)
        if open_ is False:
            return self.ends("<=", a.lo, b.hi)
        closed = (not open_) if isinstance(open_, bool) else _exp.not_(open_)
        return disjunction_of(
            self.ends("<", a.lo, b.hi), both_of(self.ends("=", a.lo, b.hi), closed)
        )

    def _settled(self, a: Ordered, b: Ordered, answer: Logic) -> Logic:
        """False where there is no such value, unknown where the currencies differ."""
        if isinstance(a.lo or a.hi, End) and isinstance(b.lo or b.hi, End):
            whole, scale = (max(x, y) for x, y in zip(a.digits, b.digits, strict=True))
            if whole + scale > 38:
                raise CannotSay(f"a comparison of numbers of {whole} and {scale} digits")
        if isinstance(a.tag, str | None) and isinstance(b.tag, str | None):
            core: Logic = answer if a.tag == b.tag else Truth.UNKNOWN
        elif a.tag is None or b.tag is None:
            core = Truth.UNKNOWN
        else:
            equal = compared("=", _text(a.tag), _text(b.tag))
            core = answer if answer is Truth.UNKNOWN else case((equal, tri(answer)))
        return all_([_not_none(a), _not_none(b), core])

    # -- ends ------------------------------------------------------------------------------------

    def ends(self, sign: str, a: End | Point | None, b: End | Point | None) -> Compared:
        """`a` sign `b`; None where one has no end, NULL in rows where it has none."""
        if a is None or b is None:
            return None
        if isinstance(a, End) and isinstance(b, End):
            if isinstance(a.value, Decimal) and isinstance(b.value, Decimal):
                return _constant(sign, a.value, b.value)
            return compared(sign, _number(a.value), _number(b.value))
        if isinstance(a, Point) and isinstance(b, Point):
            return self._points(sign, a, b)
        return None  # a number beside a time: no such law

    def _points(self, sign: str, a: Point, b: Point) -> Compared:
        if isinstance(a.at, int) and isinstance(b.at, int):
            return _constant(sign, a.at, b.at)
        found: list[Sql] = []
        for one in _forms(a):
            for other in _forms(b):
                made = self._single(sign, one, other)
                if isinstance(made, bool):  # of days that the calendar does not reach
                    raise CannotSay("a day at the end of the calendar")
                found.append(made)
        return (found[0] if len(found) == 1 else first_of(*found)) if found else None

    def _single(self, sign: str, a: Point, b: Point) -> Sql | bool:
        if a.day is not None and b.day is not None and a.zone == b.zone:
            if sign == "=":
                known = both(_given(a.day), _given(b.day))
                return (
                    compared("=", a.day, b.day) if a.last == b.last else case((known, _exp.false()))
                )
            # the last moment of a day lies before the first of another where the day does
            closed = {
                (False, False): sign, (True, True): sign, (True, False): "<", (False, True): "<=",
            }[a.last, b.last]  # fmt: skip
            return compared(closed, a.day, b.day)
        if a.day is not None and isinstance(b.at, int):
            return self._day_to(sign, a, b.at)
        if b.day is not None and isinstance(a.at, int):
            return self._to_day(sign, a.at, b)
        return compared(sign, self._micros(a), self._micros(b))

    def _day_to(self, sign: str, a: Point, at: int) -> Sql:
        """A day against a constant instant, as a comparison of days."""
        assert a.day is not None
        if sign == "=":
            return both(self._day_to("<=", a, at), _exp.not_(self._day_to("<", a, at)))
        limit = at if sign == "<=" else at - 1
        if a.last:  # last(d) <= limit where first(d + 1) <= limit + 1
            return compared("<", a.day, day(_latest(limit + 1, a.zone)))
        return compared("<", a.day, day(_latest(limit, a.zone) + timedelta(days=1)))

    def _to_day(self, sign: str, at: int, b: Point) -> Sql:
        """A constant instant against a day: where the day is not before it, nor with it."""
        assert b.day is not None
        if sign == "=":
            return self._day_to("=", b, at)
        limit = at - 1 if sign == "<=" else at
        if b.last:
            return compared("<=", day(_latest(limit + 1, b.zone)), b.day)
        return compared("<=", day(_latest(limit, b.zone) + timedelta(days=1)), b.day)

    def _micros(self, a: Point) -> Sql:
        if a.day is None:
            return number(a.at) if isinstance(a.at, int) else a.at
        self.zones.add(a.zone)
        if not a.last:
            return self.dialect.day_starts(a.day, a.zone)
        following = self.dialect.day_starts(_next(self.dialect, a.day), a.zone)
        return _exp.Sub(this=following, expression=number(1))

    def shifted(self, value: Ordered, count: int, unit: str, zone: str) -> Ordered:
        """The beginning of the day so much later, of both ends."""
        months = {"months": 1, "years": 12}.get(unit, 0)
        days = {"days": 1, "weeks": 7}.get(unit, 0)
        if not months and not days:
            raise CannotSay(f"so many {unit} later")

        def one(end: End | Point | None) -> Point | None:
            if not isinstance(end, Point):
                return None
            if isinstance(end.at, int):
                local = clocks.shift_day(clocks.local_day(end.at, zone), count, unit)
                return Point(at=clocks.day_start(local, zone))
            found = [] if end.day is None else [self._in_zone(end, zone)]
            if end.at is not None:
                self.zones.add(zone)
                found.append(self.dialect.local_day(end.at, zone))
            base = found[0] if len(found) == 1 else first_of(*found)
            later = (
                self.dialect.add_months(base, months * count) if months
                else self.dialect.add_days(base, days * count)
            )  # fmt: skip
            return Point(later, False, None, zone)

        return replace(value, lo=one(value.lo), hi=one(value.hi))

    def _in_zone(self, end: Point, zone: str) -> Sql:
        if end.zone != zone:
            return self.dialect.local_day(self._micros(end), zone)
        assert end.day is not None
        return end.day


_TRUE: Final = _exp.true()
_FIRST: Final = clocks.day_start(date(1000, 1, 1), "UTC")
_LAST: Final = clocks.day_start(date(9000, 1, 1), "UTC")


def disjunction_of(*parts: Compared) -> Compared:
    """OR of comparisons; one that is not known is left out, and NULL stays NULL."""
    held = [p for p in parts if p is not None]
    if not held:
        return None
    found = disjunction(held)
    return found


def conjunction_of(*parts: Compared) -> Compared:
    if any(p is None for p in parts):
        return False if any(p is False for p in parts) else None
    return conjunction(p for p in parts if p is not None)


def both_of(a: Compared, b: Sql | bool) -> Compared:
    if a is None or b is False or a is False:
        return False
    return conjunction([a, b])


def _or_true(one: Compared) -> Sql | bool:
    if one is None:
        return True
    return one if isinstance(one, bool) else first_of(one, _TRUE)


def _open(a: End | Point | None, b: End | Point | None) -> Sql | bool:
    return disjunction(e.open for e in (a, b) if isinstance(e, End))


def _not_none(one: Ordered) -> Logic:
    if isinstance(one.none, bool):
        return Truth.known(not one.none)
    return not_(one.none)


def _constant(sign: str, a: Decimal | int, b: Decimal | int) -> bool:
    return a < b if sign == "<" else a <= b if sign == "<=" else a == b


def _number(value: Sql | Decimal) -> Sql:
    return number(value) if isinstance(value, Decimal) else value


def _text(value: Sql | str) -> Sql:
    return _exp.Literal.string(value) if isinstance(value, str) else value


def _given(one: Sql) -> Sql:
    return _exp.Not(this=_exp.Is(this=one, expression=_exp.null()))


def _forms(one: Point) -> list[Point]:
    found = [] if one.day is None else [replace(one, at=None)]
    return found if one.at is None else [*found, replace(one, day=None, last=False)]


def _next(dialect: Dialect, one: Sql) -> Sql:
    return dialect.add_days(one, 1)


def _latest(limit: int, zone: str) -> date:
    """The last day that begins at or before the instant."""
    within = min(max(limit, _FIRST), _LAST)  # facts lie in between, and so does what is shifted
    found = clocks.local_day(within, zone) + timedelta(days=1)
    while clocks.day_start(found, zone) > within:
        found -= timedelta(days=1)
    return found


__all__ = [
    "NOT_KNOWN", "CannotSay", "Comparisons", "End", "Ordered", "Point",
]  # fmt: skip
