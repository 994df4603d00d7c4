"""What each operator of the core means: pure functions of values, one line for each in a table.

`and` and `or` are the interpreter's own, because they need not look at all their arguments, and so
is `shown`, which asks whether the answer is the presumptive one.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final, cast

from sanctions_rules import calendars, clocks, codes, values
from sanctions_rules.codes import Code
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Items, Nothing, OneOf, Span, Truth
from sanctions_rules.view import Day, Item

Value = object
FOREVER: Final = 2**62


def _not(a: Value) -> Truth:
    return ~as_truth(a)


def as_truth(a: Value) -> Truth:
    if isinstance(a, Truth):
        return a
    return Truth.FALSE if a is NOT_APPLICABLE else Truth.UNKNOWN


def _holds(a: Value) -> Truth:
    return as_truth(a)


def _one_of(a: Value, choices: Value) -> Truth:
    chosen = cast("frozenset[str]", choices)
    if a is NOT_APPLICABLE:
        return Truth.FALSE
    if isinstance(a, OneOf):
        return Truth.of(a.values <= chosen, bool(a.values & chosen))
    return Truth.UNKNOWN if a is UNKNOWN else Truth.known(a in chosen)


def _equals(a: Value, b: Value) -> Truth:
    return _one_of(a, frozenset({b}))


def _same_item(a: Value, b: Value) -> Truth:
    if NOT_APPLICABLE in (a, b):
        return Truth.FALSE
    return Truth.known(a == b) if isinstance(a, Item) and isinstance(b, Item) else Truth.UNKNOWN


def _includes(a: Value, b: Value) -> Truth:
    if a is NOT_APPLICABLE:
        return Truth.FALSE
    if not isinstance(a, Items) or isinstance(b, Nothing):
        return Truth.UNKNOWN
    if b in a.members:
        return Truth.TRUE
    return Truth.known(False) if a.complete else Truth.UNKNOWN


def _exactly(a: Value, b: Value) -> Truth:
    chosen = cast("frozenset[object]", b)
    if not isinstance(a, Items):
        return Truth.FALSE if a is NOT_APPLICABLE else Truth.UNKNOWN
    if not set(a.members) <= chosen:
        return Truth.FALSE
    if a.complete:
        return Truth.known(chosen <= set(a.members))
    return Truth.UNKNOWN


def _is_none(a: Value) -> Truth:
    if a is UNKNOWN:
        return Truth.UNKNOWN
    return Truth.known(a is NOT_APPLICABLE)


def _ordered(compare: Callable[[Span, Span], Truth]) -> Callable[..., Truth]:
    def apply(a: Value, b: Value) -> Truth:
        if NOT_APPLICABLE in (a, b):
            return Truth.FALSE
        if not isinstance(a, Span) or not isinstance(b, Span):
            return Truth.UNKNOWN
        return compare(a, b)

    return apply


def _times(a: Value, factor: Value) -> Value:
    return values.multiplied(a, cast(Span, factor)) if isinstance(a, Span) else a


def _instants(a: Value, zone: Value) -> Value:
    if not isinstance(a, Day):
        return a
    zone_name = cast(str, zone)
    lo = None if a.lo is None else clocks.span_of(a.lo, zone_name)
    hi = None if a.hi is None else clocks.span_of(a.hi, zone_name)
    # an open end of days lies beyond that day: "after 3 May" begins on 4 May
    start = None if lo is None else (cast(int, lo.hi) + 1 if a.lo_open else lo.lo)
    end = None if hi is None else (cast(int, hi.lo) - 1 if a.hi_open else hi.hi)
    return Span(start, end)


def _shifted(a: Value, count: Value, unit: Value, zone: Value) -> Value:
    if not isinstance(a, Span):
        return a
    zone_name, number, unit_name = cast(str, zone), cast(int, count), cast(str, unit)

    def start(at: Decimal | int | None) -> int | None:
        if at is None:
            return None
        day = clocks.local_day(cast(int, at), zone_name)
        return clocks.day_start(calendars.shifted(day, number, unit_name), zone_name)

    try:
        return Span(start(a.lo), start(a.hi))
    except LookupError:  # before the calendar of business days begins
        return UNKNOWN


def _next_day(a: Value, zone: Value) -> Value:
    return _shifted(a, 1, "days", zone)


def _undefined(living: Value, why: Value) -> Truth:
    return Truth.FALSE if living is Truth.TRUE else Truth.UNKNOWN


def _falls_under(
    held: Value, category: Value, prefixes: Value, left_out: Value, possible: Value = UNKNOWN
) -> Truth:
    """`possible`: whether the thing is of the sort that the codes are for. The code decides where
    one is known, and the sort where none is; where the two disagree the facts do not tell.
    """
    wanted = cast("tuple[Code, ...]", prefixes)
    without = cast("tuple[Code, ...]", left_out)
    sort = possible if isinstance(possible, Truth) else None
    if isinstance(held, Items) and held.members:
        truths = [_code_under(cast(Code, code), wanted, without) for code in held.members]
        by_code = values.any_of(truths)
        if (
            sort is not None
            and sort is not Truth.UNKNOWN
            and by_code is not Truth.UNKNOWN
            and sort is not by_code
        ):
            return Truth.UNKNOWN
        return sort if by_code is Truth.UNKNOWN and sort is not None else by_code
    if sort is not None and sort is not Truth.UNKNOWN:
        return sort
    sorts = (
        category.values if isinstance(category, OneOf)
        else frozenset({category}) if isinstance(category, str) else frozenset[str]()
    )  # fmt: skip
    if sorts and not any(codes.category_may_fall(c, p) for c in sorts for p in wanted):
        return Truth.FALSE
    return Truth.UNKNOWN


def _code_under(code: Code, wanted: tuple[Code, ...], without: tuple[Code, ...]) -> Truth:
    def one(prefix: Code) -> Truth:
        answer = codes.under(code, prefix)
        return Truth.UNKNOWN if answer is None else Truth.known(answer)

    return values.all_of([
        values.any_of(one(p) for p in wanted), ~values.any_of(one(p) for p in without),
    ])  # fmt: skip


#: Codes that a row is for, and codes left out of it.
For = tuple[tuple[Code, ...], tuple[Code, ...]]
Interval = tuple[int, int, int, int]
#: Its interval, its value, the codes that it is for (None: all), the day since which it is known,
#: and what replaces it: since when that is known, since when possibly and since when surely.
Row = tuple[Interval, "Span | Nothing", "For | None", int, tuple[tuple[int, int, int], ...]]


def rows_that_may_apply(
    when: Span, rows: Value, key: Value, known_by: Value
) -> list[tuple[Interval, Span | Nothing, Truth]]:
    """Rows in whose time the instants may lie: interval, value, and whether it is for the key.

    A row that is not known by then is not seen, nor is what replaces it.
    """
    known = cast(int, cast(Span, known_by).lo)
    found: list[tuple[Interval, Span | Nothing, Truth]] = []
    for (may_from, must_from, must_until, may_until), value, prefixes, since, cuts in cast(
        "tuple[Row, ...]", rows
    ):
        if since > known:
            continue
        for cut_known, possibly, surely in cuts:
            if cut_known <= known:
                must_until, may_until = min(must_until, possibly), min(may_until, surely)
        fits = Truth.TRUE if prefixes is None else _falls_under(key, UNKNOWN, *prefixes)
        begun = when.hi is None or may_from <= when.hi
        if fits.may and begun and (when.lo is None or when.lo < may_until):
            found.append(((may_from, must_from, must_until, may_until), value, fits))
    return found


def _lookup(when: Value, rows: Value, key: Value, known_by: Value) -> Value:
    """The hull of the values of all rows that may apply; unknown unless rows surely cover `when`."""
    if not isinstance(when, Span) or when.lo is None or when.hi is None:
        return UNKNOWN
    found: list[Span] = []
    covered: list[tuple[int, int]] = []
    for (_, since, until, _), value, fits in rows_that_may_apply(when, rows, key, known_by):
        if not isinstance(value, Span) or (found and found[0].tag != value.tag):
            return UNKNOWN
        found.append(value)
        if fits.must:
            covered.append((since, until))
    at = when.lo
    for since, until in sorted(covered):
        if since <= at < until:
            at = until
    if at <= when.hi:
        return UNKNOWN
    lowest = min(cast(Decimal, v.lo) for v in found)
    return Span(lowest, max(cast(Decimal, v.hi) for v in found), tag=found[0].tag)


def _in_force(when: Value, interval: Value) -> Truth:
    """`interval`: since possibly, since surely, until surely, until possibly (exclusive)."""
    if not isinstance(when, Span):
        return Truth.FALSE if when is NOT_APPLICABLE else Truth.UNKNOWN
    may_from, must_from, must_until, may_until = cast("tuple[int, int, int, int]", interval)
    lo = -FOREVER if when.lo is None else when.lo
    hi = FOREVER if when.hi is None else when.hi
    return Truth.of(must_from <= lo and hi < must_until, may_from <= hi and lo < may_until)


def in_the_dark(when: Value, interval: Value) -> tuple[bool, bool]:
    """Whether some, and whether all, of the instants lie where the interval itself is not known."""
    may_from, must_from, must_until, may_until = cast("tuple[int, int, int, int]", interval)
    span = when if isinstance(when, Span) else Span(None, None)
    lo = -FOREVER if span.lo is None else span.lo
    hi = FOREVER if span.hi is None else span.hi
    gaps = [(a, b) for a, b in ((may_from, must_from), (must_until, may_until)) if a < b]
    return any(lo < b and a <= hi for a, b in gaps), any(a <= lo and hi < b for a, b in gaps)


MEANING: Final[dict[str, Callable[..., Value]]] = {
    "not": _not,
    "holds": _holds,
    "equals": _equals,
    "same_item": _same_item,
    "one_of": _one_of,
    "includes": _includes,
    "exactly": _exactly,
    "is_none": _is_none,
    "less": _ordered(values.less),
    "at_most": _ordered(values.at_most),
    "same": _ordered(values.same),
    "times": _times,
    "instants": _instants,
    "shifted": _shifted,
    "next_day": _next_day,
    "falls_under": _falls_under,
    "undefined": _undefined,
    "lookup": _lookup,
    "in_force": _in_force,
}
