"""One line of SQL for each operator of the core: the table, and what its lines do.

A line takes the writer and the operator's arguments and gives a truth or an ordered value. What
cannot be said is refused with `CannotSay`; the writer adds the name of the norm and the place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final, Protocol, cast

from sanctions_rules import codes
from sanctions_rules.codes import Code
from sanctions_rules.core import Expr, Literal
from sanctions_rules.engines.meaning import FOREVER
from sanctions_rules.engines.sql.commodities import any_code
from sanctions_rules.engines.sql.dialects import (
    FALSE,
    NO_TRUTH,
    Dialect,
    Sql,
    call,
    case,
    column,
    compared,
    exp,
    first_of,
    is_given,
    is_null,
    negated,
    number,
    surely,
    text,
    within,
)
from sanctions_rules.engines.sql.reading import (
    Flag,
    Item,
    Members,
    Reader,
    Word,
)
from sanctions_rules.engines.sql.times import (
    NOT_KNOWN,
    CannotSay,
    Comparisons,
    End,
    Ordered,
    Point,
)
from sanctions_rules.engines.sql.truths import (
    Logic,
    all_,
    any_,
    condition,
    conjunction,
    disjunction,
    may,
    must,
    not_,
    pair,
    tri,
)
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Nothing, Span, Truth


class Writer(Protocol):
    """What the lines ask of the generator."""

    dialect: Dialect
    reader: Reader
    comparisons: Comparisons
    presumptive: bool
    refused: bool  # something below was refused and taken as unknown

    def truth(self, expr: Expr) -> Logic: ...
    def value(self, expr: Expr) -> object: ...


def _and(to: Writer, *arguments: Expr) -> Logic:
    return all_(to.truth(a) for a in arguments)


def _or(to: Writer, *arguments: Expr) -> Logic:
    return any_(to.truth(a) for a in arguments)


def _not(to: Writer, argument: Expr) -> Logic:
    return not_(to.truth(argument))


def _shown(to: Writer, argument: Expr) -> Logic:
    truth = to.truth(argument)
    if not to.presumptive:
        return truth
    if to.refused:
        raise CannotSay("what is presumed of something that is refused")
    sure = must(truth)
    return pair(sure, sure)


def _holds(to: Writer, argument: Expr) -> Logic:
    return to.truth(argument)


def flag(value: Flag) -> Logic:
    return absent_is_false(value.none, Truth.UNKNOWN if value.sql is None else value.sql)


def absent_is_false(none: Sql | bool, answer: Logic) -> Logic:
    if none is False:
        return answer
    return all_([Truth.FALSE if none is True else negated(none), answer])


def _equals(to: Writer, a: Expr, b: Expr) -> Logic:
    return _one_of(to, a, Literal(frozenset({cast(str, to.value(b))})))


def _one_of(to: Writer, a: Expr, b: Expr) -> Logic:
    value, chosen = to.value(a), cast("frozenset[str]", to.value(b))
    if value is NOT_APPLICABLE:
        return Truth.FALSE
    if isinstance(value, str):
        return Truth.known(value in chosen)
    if not isinstance(value, Word):
        return Truth.UNKNOWN
    found: list[Logic] = []
    if value.sql is not None:
        found.append(within(value.sql, chosen) if chosen else case((is_given(value.sql), FALSE)))
    if value.options is not None:
        found.append(_options(to, value.options, chosen))
    if value.implied is not None:
        implied = value.implied(chosen)
        if value.options is not None and implied is not Truth.UNKNOWN:
            implied = case((is_null(value.options), tri(implied)))
        found.append(implied)
    known = [f for f in found if f is not Truth.UNKNOWN]
    answer: Logic = Truth.UNKNOWN
    if len(known) == 1:
        answer = known[0]
    elif known:
        answer = first_of(*map(tri, known))
    return absent_is_false(value.none, answer)


def says_none(word: Word) -> Sql | bool:
    """Whether the word is "none"; in a set of words it is none of them all the same."""
    if not word.says_none or word.sql is None:
        return False
    return surely(compared("=", word.sql, text("none")))


def _options(to: Writer, options: Sql, chosen: frozenset[str]) -> Sql:
    """Of a list of words of which it is one."""
    if not chosen:
        return case((is_given(options), FALSE))
    outside = to.dialect.kept(options, "word", negated(within(column("word"), chosen)))
    inside = to.dialect.kept(options, "word", within(column("word"), chosen))
    return case(
        (is_null(options), NO_TRUTH),
        (compared("=", to.dialect.size(inside), number(0)), FALSE),
        (compared("=", to.dialect.size(outside), number(0)), exp.true()),
    )


def _is_none(to: Writer, a: Expr) -> Logic:
    value = to.value(a)
    match value:
        case Nothing():
            return Truth.UNKNOWN if value is UNKNOWN else Truth.TRUE
        case Flag(sql, none):
            return _none_or(none, [] if sql is None else [is_given(sql)])
        case Word():
            given = [is_given(s) for s in (value.sql, value.options) if s is not None]
            implied = value.implied(frozenset()) if value.implied else Truth.UNKNOWN
            answer = _none_or(disjunction([value.none, says_none(value)]), given)
            if implied is Truth.UNKNOWN:
                return answer
            raise CannotSay("whether there is such a thing, of what codes imply")
        case Ordered():
            return _none_or(value.none, [] if value.given is False else [condition(value.given)])
        case Members():
            known = [] if value.sql is None else [is_given(value.sql)]
            known += [] if value.none is False else [condition(value.none)]
            branches = [] if value.nobody is False else [(condition(value.nobody), exp.true())]
            branches += [(condition(disjunction(known)), FALSE)] if known else []
            return case(*branches) if branches else Truth.UNKNOWN
        case Item():
            return _none_or(value.none, [] if value.index is None else [is_given(value.index)])
        case Truth():
            return Truth.UNKNOWN if value is Truth.UNKNOWN else Truth.FALSE
        case _:
            return Truth.UNKNOWN


def _none_or(none: Sql | bool, given: list[Sql]) -> Logic:
    """TRUE where there is none, FALSE where it is given, else not known."""
    branches = [] if none is False else [(condition(none), exp.true())]
    branches += [(condition(disjunction(given)), FALSE)] if given else []
    return case(*branches) if branches else Truth.UNKNOWN


def _same_item(to: Writer, a: Expr, b: Expr) -> Logic:
    one, other = to.value(a), to.value(b)
    if not (isinstance(one, Item) and isinstance(other, Item)):
        return Truth.UNKNOWN
    known: Logic = Truth.UNKNOWN
    if one.index is not None and other.index is not None:
        known = (
            compared("=", one.index, other.index) if one.collection == other.collection
            else case((condition(conjunction([is_given(one.index), is_given(other.index)])), FALSE))
        )  # fmt: skip
    elif (one.sql is not None and one.index is None and one.collection) or (
        other.sql is not None and other.index is None and other.collection
    ):
        raise CannotSay("which thing inside another it is")
    return absent_is_false(one.none, absent_is_false(other.none, known))


def _includes(to: Writer, a: Expr, b: Expr) -> Logic:
    held = to.value(a)
    if held is NOT_APPLICABLE:
        return Truth.FALSE
    if not isinstance(held, Members):
        return Truth.UNKNOWN
    return absent_is_false(held.nobody, _on_the_list(to, held, to.value(b)))


def _on_the_list(to: Writer, held: Members, one: object) -> Logic:
    if held.alone is not None:
        raise CannotSay("whether a thing is on the list of its components")
    known: Sql | bool = True
    member: Sql | None = None
    if isinstance(one, str):
        member = text(one)
    elif isinstance(one, Word):
        if one.implied is not None or one.options is not None:
            raise CannotSay("a word that is not known exactly, on a list")
        member = one.sql
        none = disjunction([one.none, says_none(one)])
        known = False if member is None else conjunction([is_given(member), _opposite(none)])
    elif isinstance(one, Item):
        if held.form != "refs" or held.collection != one.collection or one.index is None:
            known = False if one.index is None else known
            if known is not False:
                raise CannotSay("whether this thing is on that list")
        else:
            member, known = one.get("id"), is_given(one.index)
    if member is None or known is False:
        # not known whom; still nobody where there is no such list
        return Truth.UNKNOWN
    answer: Logic = Truth.UNKNOWN
    if held.sql is not None:
        on = surely(call(to.dialect.contains, held.sql, member))
        closed = conjunction([is_given(held.sql), _opposite(held.open)])
        answer = case((on, exp.true()), (condition(closed), FALSE))
    if held.none is not False:
        answer = case((condition(held.none), FALSE), otherwise=tri(answer))
    if known is True:
        return answer
    return case((condition(known), tri(answer)))


def _exactly(to: Writer, a: Expr, b: Expr) -> Logic:
    held, chosen = to.value(a), cast("frozenset[str]", to.value(b))
    if held is NOT_APPLICABLE:
        return Truth.FALSE
    if not isinstance(held, Members):
        return Truth.UNKNOWN
    return absent_is_false(held.nobody, _these_and_no_others(to, held, chosen))


def _these_and_no_others(to: Writer, held: Members, chosen: frozenset[str]) -> Logic:
    answer: Logic = Truth.UNKNOWN
    if held.sql is not None:
        inside = within(column("word"), chosen) if chosen else FALSE
        beyond = to.dialect.kept(held.sql, "word", negated(inside))
        others = compared("<", number(0), to.dialect.size(beyond))
        whole = conjunction(
            surely(call(to.dialect.contains, held.sql, text(w))) for w in sorted(chosen)
        )
        answer = case(
            (others, FALSE),
            (condition(conjunction([is_given(held.sql), _opposite(held.open)])), condition(whole)),
        )
    if held.none is not False:
        answer = case((condition(held.none), tri(Truth.known(not chosen))), otherwise=tri(answer))
    return answer


def _ordered(to: Writer, expr: Expr) -> Ordered:
    value = to.value(expr)
    if isinstance(value, Ordered):
        return value
    if isinstance(value, Span):
        return constant(value)
    if value is NOT_APPLICABLE:
        return replace(NOT_KNOWN, none=True)
    return NOT_KNOWN


def constant(span: Span) -> Ordered:
    """A constant of the law: a number, an amount of money, or an instant."""

    def end(at: Decimal | int | None, open_: bool) -> End | Point | None:
        if at is None:
            return None
        if isinstance(at, Decimal):
            return End(at, open_)
        if open_:
            raise CannotSay("an open end of a time")
        return Point(at=at)

    ends = [d.as_tuple() for d in (span.lo, span.hi) if isinstance(d, Decimal)]
    scale = max((-cast(int, t.exponent) for t in ends), default=0)
    whole = max((len(t.digits) + cast(int, t.exponent) for t in ends), default=0)
    return Ordered(
        end(span.lo, span.lo_open), end(span.hi, span.hi_open), span.tag,
        digits=(max(whole, 0), max(scale, 0)),
    )  # fmt: skip


def _less(to: Writer, a: Expr, b: Expr) -> Logic:
    return to.comparisons.less(*_alike(_ordered(to, a), _ordered(to, b)))


def _at_most(to: Writer, a: Expr, b: Expr) -> Logic:
    return to.comparisons.at_most(*_alike(_ordered(to, a), _ordered(to, b)))


def _same(to: Writer, a: Expr, b: Expr) -> Logic:
    return to.comparisons.same(*_alike(_ordered(to, a), _ordered(to, b)))


def _alike(a: Ordered, b: Ordered) -> tuple[Ordered, Ordered]:
    """A whole number beside a decimal one is a number, not an instant."""
    if isinstance(a.lo or a.hi, End) and isinstance(b.lo or b.hi, Point):
        return a, _as_number(b)
    if isinstance(b.lo or b.hi, End) and isinstance(a.lo or a.hi, Point):
        return _as_number(a), b
    return a, b


def _as_number(one: Ordered) -> Ordered:
    def end(at: End | Point | None) -> End | None:
        if at is None or isinstance(at, End):
            return at
        if not isinstance(at.at, int):
            raise CannotSay("a time beside a number")
        return End(Decimal(at.at))

    lo, hi = end(one.lo), end(one.hi)
    whole = max((len(str(e.value)) for e in (lo, hi) if e is not None), default=0)
    return replace(one, lo=lo, hi=hi, digits=(whole, 0))


def _times(to: Writer, a: Expr, by: Expr) -> Ordered:
    value, factor = _ordered(to, a), constant(cast(Span, to.value(by)))
    many = _as_number(factor).lo
    assert isinstance(many, End) and isinstance(many.value, Decimal)
    times = many.value
    parts = times.as_tuple()
    scale = value.digits[1] + max(0, -cast(int, parts.exponent))
    whole = value.digits[0] + len(parts.digits)
    if whole + scale > 38:
        raise CannotSay(f"a product of {whole} and {scale} digits")

    def end(one: End | Point | None) -> End | None:
        if not isinstance(one, End):
            return None
        if isinstance(one.value, Decimal):
            return replace(one, value=one.value * times)
        return replace(one, value=exp.Mul(this=exp.Paren(this=one.value), expression=number(times)))

    return replace(value, lo=end(value.lo), hi=end(value.hi), digits=(whole, scale))


def _instants(to: Writer, a: Expr, zone: Expr) -> Ordered:
    value, name = _ordered(to, a), cast(str, to.value(zone))

    def end(one: End | Point | None) -> End | Point | None:
        if isinstance(one, Point) and one.day is not None and not one.zone:
            return replace(one, zone=name)
        return one

    return replace(value, lo=end(value.lo), hi=end(value.hi))


def _shifted(to: Writer, a: Expr, count: Expr, unit: Expr, zone: Expr) -> Ordered:
    many, word, name = (to.value(e) for e in (count, unit, zone))
    return to.comparisons.shifted(
        _ordered(to, a), cast(int, many), cast(str, word), cast(str, name)
    )


def _next_day(to: Writer, a: Expr, zone: Expr) -> Ordered:
    return to.comparisons.shifted(_ordered(to, a), 1, "days", cast(str, to.value(zone)))


def _in_force(to: Writer, when: Expr, interval: Expr) -> Logic:
    ends = cast("tuple[int, int, int, int]", to.value(interval))
    return to.comparisons.in_force(_ordered(to, when), ends, FOREVER)


def _undefined(to: Writer, living: Expr, why: Expr) -> Logic:
    return pair(False, _opposite(must(to.truth(living))))


def _lookup(to: Writer, *arguments: Expr) -> Logic:
    raise CannotSay("a value that is looked up in a table of the law by time")


# -- commodity codes -------------------------------------------------------------------------------


def _falls_under(
    to: Writer, held: Expr, category: Expr, prefixes: Expr, left_out: Expr, possible: Expr
) -> Logic:
    """As in `meaning.py`: the code decides where one is known, and the sort where none is."""
    list_, word = to.value(held), to.value(category)
    wanted = cast("tuple[Code, ...]", to.value(prefixes))
    without = cast("tuple[Code, ...]", to.value(left_out))
    before, to.refused = to.refused, False
    is_literal = isinstance(possible, Literal) and not isinstance(possible.value, Truth)
    sort: Logic = Truth.UNKNOWN if is_literal else to.truth(possible)
    if to.refused:
        raise CannotSay("a sort that is refused, beside codes")
    to.refused = before
    by_category = _category_excludes(to, word, wanted)
    unheld: Logic = by_category if sort is Truth.UNKNOWN else (
        first_of(tri(sort), tri(by_category)) if not isinstance(sort, Truth) else sort
    )  # fmt: skip
    if not isinstance(list_, Members) or list_.sql is None:
        return unheld
    by_code = any_code(to.dialect, list_.sql, wanted, without)
    held_any = compared("<", number(0), to.dialect.size(list_.sql))
    known: Logic = by_code
    if sort is not Truth.UNKNOWN:
        known = pair(
            disjunction([
                conjunction([must(by_code), may(sort)]), conjunction([may(by_code), must(sort)]),
            ]),
            disjunction([must(by_code), conjunction([may(by_code), may(sort)]), must(sort)]),
        )  # fmt: skip
    return case((held_any, tri(known)), otherwise=tri(unheld))


def _category_excludes(to: Writer, word: object, wanted: tuple[Code, ...]) -> Logic:
    """False where no category that it may be of has such a code, else not known."""
    if not isinstance(word, Word):
        return Truth.UNKNOWN
    fitting = frozenset(
        c for c in codes.CATEGORY_HS if any(codes.category_may_fall(c, p) for p in wanted)
    )
    found: list[Sql] = []
    if word.sql is not None:
        out = within(word.sql, fitting) if fitting else FALSE
        found.append(case((surely(negated(out)), FALSE)))
    if word.options is not None:
        found.append(
            case((surely(negated(condition(may(_options(to, word.options, fitting))))), FALSE))
        )
    # a category that only codes could tell is asked for where there are none
    return (found[0] if len(found) == 1 else first_of(*found)) if found else Truth.UNKNOWN


def _opposite(one: Sql | bool) -> Sql | bool:
    return not one if isinstance(one, bool) else negated(one)


OPERATORS: Final[dict[str, Callable[..., object]]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "shown": _shown,
    "holds": _holds,
    "equals": _equals,
    "same_item": _same_item,
    "one_of": _one_of,
    "includes": _includes,
    "exactly": _exactly,
    "is_none": _is_none,
    "less": _less,
    "at_most": _at_most,
    "same": _same,
    "times": _times,
    "instants": _instants,
    "shifted": _shifted,
    "next_day": _next_day,
    "falls_under": _falls_under,
    "lookup": _lookup,
    "undefined": _undefined,
    "in_force": _in_force,
}

__all__ = ["OPERATORS", "Writer", "constant", "flag"]
