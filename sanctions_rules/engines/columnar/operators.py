"""What each operator means over vectors: one line for each in a table, as in `meaning.py`.

What is asked of words is asked of each distinct value, by the interpreter's own function, and
looked up for the rows. What is asked of ordered
values is asked of their ends: see `ordering.py`.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from sanctions_rules.engines.columnar.arrow import Array, Vector, np
from sanctions_rules.engines.columnar.ordering import (
    at_most,
    compared,
    in_force,
    instants,
    less,
    next_day,
    ordered,
    same,
    shifted,
    times,
)
from sanctions_rules.engines.columnar.vectors import (
    FALSE,
    LEAST,
    MOST,
    OPEN,
    TRUE,
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
)
from sanctions_rules.engines.meaning import MEANING
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Items, Nothing, Span, Truth

if TYPE_CHECKING:
    from sanctions_rules.engines.columnar.run import Ask

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
    "less": compared(less),
    "at_most": compared(at_most),
    "same": compared(same),
    "times": times,
    "instants": instants,
    "shifted": shifted,
    "next_day": next_day,
    "falls_under": _falls_under,
    "undefined": _undefined,
    "lookup": _lookup,
    "in_force": in_force,
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
