"""What each operator means over vectors: one line for each in a table, as in `meaning.py`.

What is asked of words is asked of each distinct value, by the interpreter's own function, and
looked up for the rows. What is asked of ordered values is asked of their ends.
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
    FALSE,
    LEAST,
    MOST,
    OPEN,
    TRUE,
    UNBOUNDED,
    Coded,
    Moment,
    Ordered,
    Pair,
    Ragged,
    Refs,
    alike,
    any_of,
    both,
    counts,
    either,
    full,
    is_some,
    negated,
    no,
    pair,
    tag_number,
    whole,
)
from sanctions_rules.engines.meaning import MEANING
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Items, Nothing, Span, Truth

if TYPE_CHECKING:
    from sanctions_rules.engines.columnar.run import Ask

_EPOCH: Final = date(1970, 1, 1)
_BY_NUMBER: Final = {Truth.FALSE: 0, Truth.UNKNOWN: 1, Truth.TRUE: 2}


# -- truths ---------------------------------------------------------------------------------------


def _and(ask: Ask) -> Pair:
    """All hold; no further argument is looked at once none of the rows may be true."""
    must: Vector = True
    may: Vector = True
    for use in ask.node.ranked:
        part = ask.run.truth(use, ask.frame)
        if part is TRUE:
            continue
        if part is FALSE:
            return FALSE
        if must is may and part.must is part.may:
            must = may = both(may, part.may)
        else:
            must, may = both(must, part.must), both(may, part.may)
        if not is_some(may):
            return FALSE
    return pair(must, may)


def _or(ask: Ask) -> Pair:
    """One holds; no further argument is looked at once all of the rows are surely true."""
    must: Vector = False
    may: Vector = False
    for use in ask.node.ranked:
        part = ask.run.truth(use, ask.frame)
        if part is FALSE:
            continue
        if part is TRUE:
            return TRUE
        if must is may and part.must is part.may:
            must = may = either(may, part.may)
        else:
            must, may = either(must, part.must), either(may, part.may)
        if alike(must) is True:
            return TRUE
    return pair(must, may)


def _not(ask: Ask) -> Pair:
    return negated(ask.truth(0))


def _shown(ask: Ask) -> Pair:
    truth = ask.truth(0)
    return pair(truth.must, truth.must) if ask.run.settings.presumptive else truth


def _undefined(ask: Ask) -> Pair:
    living = ask.truth(0)
    return pair(False, no(living.must))


# -- words ----------------------------------------------------------------------------------------


def _by_value(name: str) -> Callable[[Ask], Pair]:
    """An operator on words, flags or lists of words and constants: asked of each distinct value."""

    def ask_each(ask: Ask) -> Pair:
        meaning = MEANING[name]
        first, *others = (ask.value(i) for i in range(ask.count))
        if isinstance(first, (Pair, Ordered, Moment, Refs, Ragged)) or any(
            isinstance(o, (Pair, Ordered, Moment, Refs, Ragged)) for o in others
        ):
            return _OF_THINGS[name](ask, first, *others)
        if not isinstance(first, Coded):
            first = _constant(first, ask)
        if any(isinstance(o, Coded) for o in others):
            return _of_pairs(ask, meaning, first, cast(Coded, others[0]))
        table = first.lexicon.table(
            (name, *others), lambda value: _BY_NUMBER[cast(Truth, meaning(value, *others))]
        )
        return of_numbers(table[first.codes])

    return ask_each


def _constant(value: Any, ask: Ask) -> Coded:
    lexicon = ask.run.lexicon("constants")
    return Coded(lexicon.number(value), lexicon)


def of_numbers(found: Vector) -> Pair:
    """A pair from 0 for false, 1 for unknown and 2 for true."""
    if not isinstance(found, np.ndarray):
        return (FALSE, OPEN, TRUE)[int(found)]
    may = found > 0
    must = found > 1
    if np.count_nonzero(must) == np.count_nonzero(may):
        must = may
    return pair(must, may)


def _of_pairs(ask: Ask, meaning: Callable[..., Any], a: Coded, b: Coded) -> Pair:
    width = len(b.lexicon.values)
    keys = full(a.codes, ask.frame.n).astype(np.int64) * width + b.codes
    known, index = np.unique(keys, return_inverse=True)
    table = [
        _BY_NUMBER[meaning(a.lexicon.values[k // width], b.lexicon.values[k % width])]
        for k in known.tolist()
    ]
    return of_numbers(np.array(table, np.int8)[index]) if table else OPEN


def _is_none_of_things(_: Ask, value: Any) -> Pair:
    match value:
        case Pair():
            return FALSE  # an answer, be it that nobody can tell
        case Ordered():
            unknown = both(value.lo == LEAST, value.hi == MOST)
            return pair(value.none, either(value.none, unknown))
        case Moment():
            unknown = no(either(value.has_lo, value.has_hi))
            return pair(value.none, either(value.none, unknown))
        case Refs():
            none = value.index == -2
            return pair(none, none | (value.index == -1))
        case Ragged():
            none = both(value.none, value.known)
            return pair(none, either(none, no(value.known)))
        case _:
            return OPEN


def _holds_of_things(ask: Ask, value: Any) -> Pair:
    return ask.run.as_truth(value)


def _includes(ask: Ask, held: Any, one: Any) -> Pair:
    """Whether one thing is among others. Two things are the same where their numbers are."""
    if not isinstance(held, Ragged):
        return _of_nothing(held)
    none = held.none
    if not isinstance(one, Refs):
        return pair(False, no(full(none, ask.frame.n))) if isinstance(one, Nothing) else FALSE
    hit: Vector = False
    if one.space == held.space:
        hit = any_of(held.members == one.index[held.parents], held)
    unsaid = either(one.index < 0, no(held.known))
    must = both(hit, no(unsaid))
    may = either(either(hit, no(held.complete)), unsaid)
    return pair(both(must, no(none)), both(may, no(none)))


def _of_nothing(value: Any) -> Pair:
    if isinstance(value, Coded):
        return of_numbers(np.where(full(value.codes, 1) == 1, 0, 1))
    return FALSE if value is NOT_APPLICABLE else OPEN


def _exactly_of_things(ask: Ask, held: Any, _: Any) -> Pair:
    """Things against constants: a list of things holds none of them."""
    assert isinstance(held, Ragged)
    some = np.diff(held.offsets) > 0
    return pair(False, both(no(some), no(held.complete)))


def _same_item(ask: Ask) -> Pair:
    a, b = ask.value(0), ask.value(1)
    if not isinstance(a, Refs) or not isinstance(b, Refs):
        return FALSE if NOT_APPLICABLE in (a, b) else OPEN
    none = (a.index == -2) | (b.index == -2)
    known = (a.index >= 0) & (b.index >= 0)
    same = known & (a.index == b.index) & (a.space == b.space)
    return pair(same, same | ~(none | known))


def _never(_: Ask, *values: Any) -> Pair:
    return OPEN


_OF_THINGS: Final[dict[str, Callable[..., Pair]]] = {
    "is_none": _is_none_of_things, "holds": _holds_of_things, "includes": _includes,
    "exactly": _exactly_of_things, "equals": _never, "one_of": _never,
}  # fmt: skip


# -- ordered values -------------------------------------------------------------------------------


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


def _compared(
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


def _less(a: Ordered, b: Ordered) -> tuple[Vector, Vector]:
    must = a.hi < b.lo
    opened = either(a.hi_open, b.lo_open)
    if opened is not False:
        must = must | ((a.hi == b.lo) & opened)
    return must, a.lo < b.hi


def _at_most(a: Ordered, b: Ordered) -> tuple[Vector, Vector]:
    opened = either(a.lo_open, b.hi_open)
    may = a.lo <= b.hi if opened is False else (a.lo < b.hi) | ((a.lo == b.hi) & no(opened))
    return a.hi <= b.lo, may


def _same(a: Ordered, b: Ordered) -> tuple[Vector, Vector]:
    points = (a.lo == a.hi) & (b.lo == b.hi)
    meet = both(_at_most(a, b)[1], _at_most(b, a)[1])
    equal = points & (a.lo == b.lo)
    return equal, (equal | (~np.asarray(points) & meet)) if isinstance(points, np.ndarray) else (
        equal if points else meet
    )


def _times(ask: Ask) -> Any:
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


def _instants(ask: Ask) -> Any:
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
    shifted = _shifted_days(count, unit)
    ends: list[Vector] = []
    unreached: Vector = False
    for end, absent in ((a.lo, LEAST), (a.hi, MOST)):
        there = np.asarray(end) != absent
        made, failed = shifted(np.asarray(days.day(np.where(there, end, 0))))
        ends.append(np.where(there, days.start(made), absent))
        unreached = either(unreached, _bool(there & failed))
    lo, hi = ends
    if is_some(unreached):
        lo, hi = np.where(unreached, LEAST, lo), np.where(unreached, MOST, hi)
    return Ordered(lo, hi, none=a.none)


def _shifted(ask: Ask) -> Any:
    count, unit, zone = (ask.value(i) for i in (1, 2, 3))
    return _shifted_by(ask, ask.value(0), cast(int, count), cast(str, unit), cast(str, zone))


def _next_day(ask: Ask) -> Any:
    return _shifted_by(ask, ask.value(0), 1, "days", cast(str, ask.value(1)))


def _in_force(ask: Ask) -> Pair:
    when = ordered(ask.value(0))
    may_from, must_from, must_until, may_until = cast("tuple[int, int, int, int]", ask.value(1))
    must = both(_bool(must_from <= when.lo), _bool(when.hi < must_until))
    may = both(_bool(may_from <= when.hi), _bool(when.lo < may_until))
    none = when.none
    return pair(both(must, no(none)), both(may, no(none)))


# -- goods ----------------------------------------------------------------------------------------

#: By what the code says (false, open, true) and what the sort does: the code decides where one is
#: known, the sort where none is; where they disagree the facts do not tell.
_CODE_AND_SORT: Final = ((0, 0, 1), (0, 1, 2), (1, 2, 2))
_NO_CODE: Final = 3


def code_table(held: Coded, wanted: Any, left_out: Any) -> Array:
    """Of each list of codes, what its codes alone say; `_NO_CODE` where there are none."""

    def one(listed: object) -> int:
        if not isinstance(listed, Items) or not listed.members:
            return _NO_CODE
        return _BY_NUMBER[cast(Truth, MEANING["falls_under"](listed, UNKNOWN, wanted, left_out))]

    return held.lexicon.table(("falls under", wanted, left_out), one)


def _falls_under(ask: Ask) -> Pair:
    held, category = ask.value(0), ask.value(1)
    wanted, left_out = ask.value(2), ask.value(3)
    if not isinstance(held, Coded):
        held = _constant(held, ask)
    if not isinstance(category, Coded):
        category = _constant(category, ask)
    by_code = code_table(held, wanted, left_out)[held.codes]
    alone = category.lexicon.table(
        ("falls under", wanted, left_out),
        lambda c: _BY_NUMBER[cast(Truth, MEANING["falls_under"](UNKNOWN, c, wanted, left_out))],
    )[category.codes]
    possible = ask.value(4) if ask.count > 4 else UNKNOWN
    if not isinstance(possible, (Pair, Truth)):
        return of_numbers(np.where(by_code == _NO_CODE, alone, by_code))
    truth = ask.run.as_truth(possible)
    sort = np.asarray(truth.must).astype(np.int8) + np.asarray(truth.may)
    table = np.array([*_CODE_AND_SORT, (0, 1, 2)], np.int8)
    found = table[by_code, sort]
    return of_numbers(np.where((by_code == _NO_CODE) & (sort == 1), alone, found))


def _lookup(ask: Ask) -> Ordered:
    """The hull of the values of all rows of a table that may apply; see `meaning._lookup`."""
    when, key = ordered(ask.value(0)), ask.value(2)
    known = cast(int, ordered(ask.value(3)).lo)
    lo, hi = full(when.lo, ask.frame.n), full(when.hi, ask.frame.n)
    bounded = (lo != LEAST) & (hi != MOST) & no(full(when.none, ask.frame.n))
    rows: list[tuple[tuple[int, int], Array, Vector, Any]] = []
    for (may_from, must_from, must_until, may_until), value, prefixes, since, cuts in ask.value(1):
        if since > known:
            continue
        for cut_known, possibly, surely in cuts:
            if cut_known <= known:
                must_until, may_until = min(must_until, possibly), min(may_until, surely)
        fits = TRUE
        if prefixes is not None:
            held = key if isinstance(key, Coded) else _constant(key, ask)
            said = code_table(held, *prefixes)[held.codes]
            fits = of_numbers(np.where(said == _NO_CODE, 1, said))
        found = both((may_from <= hi) & (lo < may_until), fits.may)
        rows.append(((must_from, must_until), found, fits.must, value))
    spans = {i: ordered(row[3]) for i, row in enumerate(rows) if isinstance(row[3], Span)}
    scale = max((s.scale for s in spans.values()), default=0)
    low, high = np.full(ask.frame.n, MOST), np.full(ask.frame.n, LEAST)
    tag = np.full(ask.frame.n, -1)
    good = bounded.copy()
    for index, (_, found, _, _) in enumerate(rows):
        span = spans.get(index)
        if span is None:
            good &= ~found
            continue
        by = 10 ** (scale - span.scale)
        good &= ~(found & (tag != -1) & (tag != span.tag))
        tag = np.where(found & (tag == -1), span.tag, tag)
        low = np.where(found, np.minimum(low, span.lo * by), low)
        high = np.where(found, np.maximum(high, span.hi * by), high)
    at = lo
    for (since, until), found, must, _ in sorted(rows, key=lambda row: row[0]):
        inside = both(found, must)
        at = np.where(inside & (since <= at) & (at < until), until, at)
    good &= (at > hi) & (tag != -1)
    return Ordered(
        np.where(good, low, LEAST),
        np.where(good, high, MOST),
        tag=np.where(good, tag, 0),
        scale=scale,
    )


OPERATORS: Final[dict[str, Callable[..., Any]]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "shown": _shown,
    "holds": _by_value("holds"),
    "equals": _by_value("equals"),
    "same_item": _same_item,
    "one_of": _by_value("one_of"),
    "includes": _by_value("includes"),
    "exactly": _by_value("exactly"),
    "is_none": _by_value("is_none"),
    "less": _compared(_less),
    "at_most": _compared(_at_most),
    "same": _compared(_same),
    "times": _times,
    "instants": _instants,
    "shifted": _shifted,
    "next_day": _next_day,
    "falls_under": _falls_under,
    "undefined": _undefined,
    "lookup": _lookup,
    "in_force": _in_force,
}


# -- lists ----------------------------------------------------------------------------------------


def _some(ask: Ask, held: Ragged, body: Pair) -> Pair:
    return pair(any_of(body.must, held), either(any_of(body.may, held), no(held.complete)))


def _every(ask: Ask, held: Ragged, body: Pair) -> Pair:
    must = both(no(any_of(no(body.must), held)), held.complete)
    return pair(must, no(any_of(no(body.may), held)))


def _at_least(ask: Ask, held: Ragged, body: Pair) -> Pair:
    must = counts(body.must, held) >= ask.node.count
    return pair(must, either(counts(body.may, held) >= ask.node.count, no(held.complete)))


def _sum(ask: Ask, held: Ragged, body: Pair, what: Any) -> Ordered:
    """Bounds on a sum of values that are never below zero."""
    n = len(held.members)
    span = ordered(what)
    lo, hi = full(span.lo, n), full(span.hi, n)
    none = full(span.none, n)
    may, must = full(body.may, n), full(body.must, n)
    lists = len(held.offsets) - 1
    endless = np.zeros(lists, bool)
    endless[held.parents[may & ((hi == MOST) | none)]] = True
    least = np.where(must & (lo != LEAST) & ~none, lo, 0)
    most = np.where(may & (hi != MOST) & ~none, hi, 0)
    if n:
        width = int(np.diff(held.offsets).max())
        large = (np.abs(least) > 2**61 // width) | (np.abs(most) > 2**61 // width)
        wide = np.zeros(lists, bool)
        wide[held.parents[large]] = True
        ask.run.aside(ask.frame, wide)

    def total(values: Array) -> Array:
        sums = np.zeros(n + 1, np.int64)
        np.cumsum(values, out=sums[1:])
        return sums[held.offsets[1:]] - sums[held.offsets[:-1]]

    top = np.where(endless | ~full(held.complete, lists), MOST, total(most))
    return Ordered(total(least), top, scale=span.scale)


QUANTIFIERS: Final[dict[str, Callable[..., Any]]] = {
    "some": _some,
    "every": _every,
    "at_least": _at_least,
    "sum": _sum,
}
