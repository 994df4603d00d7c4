"""The answers that an open atom suggests, and the sentence that asks for one.

An atom can only turn at its own constants. So a number is tried at a bound, just below and just
above it; a time on the day before, that day and the day after, or to the minute where the day is
known; a word as the one that is named and as every other that some atom tells apart; a list with
the named thing on it and without; codes under a prefix and outside all. An optional fact may
also be `none`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, cast

from sanctions_rules import calendars, clocks, codes
from sanctions_rules.codes import Code
from sanctions_rules.core import Apply, Closure, Expr, Fact, Literal, Quantified, Ref
from sanctions_rules.engines.interpreter import Evaluation, Scope
from sanctions_rules.facts import Case, Declared, FactModel
from sanctions_rules.schema import COLLECTIONS, children
from sanctions_rules.values import NOT_APPLICABLE, Items, OneOf, Span, Truth, at_most, less, point
from sanctions_rules.view import Day, Item, Leaf

LISTS: Final = ("words", "countries", "texts", "codes", "refs", "records")
#: Beyond this there is no day: an interval without an end.
_LAST: Final = 8 * 10**15
_MINUTE: Final = 60_000_000
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00+00:00")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that an answer could give, as the core has it and as a person would say it."""

    value: object
    text: str


def key_of(leaf: Leaf) -> str:
    """Where a view looks for a value that is given for the sake of argument."""
    return str(leaf) if leaf.need == "judgement" else leaf.place


def declared_at(leaf: Leaf) -> tuple[Declared, type[FactModel], str]:
    """How the fact is declared, in which model, and the place of that with its dot."""
    model: type[FactModel] = Case
    if leaf.need == "judgement":
        return Declared("flag", "the answer"), model, ""
    place = ""
    *above, last = leaf.place.split(".")
    for part in above:
        name = part.partition("[")[0]
        model = children(model).get(name) or COLLECTIONS[model.declarations[name].of]
        place += part + "."
    return model.declarations[last], model, place


def value_at(run: Evaluation, leaf: Leaf) -> object:
    """What is known of the fact so far."""
    head, bracket, rest = leaf.place.rpartition("]")
    item = run.view.item(head + bracket) if bracket else run.view.root
    return run.view.read(item, tuple(rest.strip(".").split(".")))[0]


def things(run: Evaluation, leaf: Leaf) -> list[Candidate]:
    """For a fact that names things of the case: each of them, and that there are no others."""
    declared = declared_at(leaf)[0]
    if declared.form not in ("ref", "refs", "records"):
        return []
    known = value_at(run, leaf)
    given = cast("tuple[Item, ...]", known.members) if isinstance(known, Items) else ()
    named = run.view.items(declared.of) if declared.form != "records" else ()
    others = [item for item in named if item not in given]
    if declared.form == "ref":
        none = [Candidate(NOT_APPLICABLE, "none")] if declared.optional else []
        return [*(Candidate(item, item.id) for item in others), *none]
    closed = Candidate(Items(given, True), _closed([i.id for i in given], "none"))
    longer = [(*given, item) for item in others]
    more = [Candidate(Items(m, True), ", ".join(i.id for i in m)) for m in longer]
    return [closed, *more] if given else [*more, closed]


def values_for(run: Evaluation, leaf: Leaf, atoms: list[tuple[Expr, Scope]]) -> list[Candidate]:
    """The values at which one of the atoms may turn, and one for what else there may be."""
    declared = declared_at(leaf)[0]
    constants = list(dict.fromkeys(c for e, scope in atoms for c in _constants(run, e, scope)))
    match declared.form:
        case "flag":
            found = [Candidate(Truth.TRUE, "yes"), Candidate(Truth.FALSE, "no")]
        case "word" | "country" | "text":
            found = _words(run, leaf, declared, constants)
        case "number" | "price":
            found = _amounts(run, leaf, declared, constants)
        case "moment":
            found = _times(run, leaf, constants)
        case "codes":
            found = _codes(run, leaf, constants)
        case _:
            return _lists(run, leaf, constants)
    if declared.optional and leaf.need == "fact":
        found.append(Candidate(NOT_APPLICABLE, "none"))
    return found


# -- what an atom compares with ------------------------------------------------------------------


def _constants(run: Evaluation, expr: Expr, scope: Scope) -> Iterator[Any]:
    """The literals of an atom, and what its other side is known to be."""
    match expr:
        case Literal(value):
            yield value
        case Apply("times", (what, _)):
            yield from _constants(run, what, scope)
        case Apply(_, arguments):
            multiple = any(isinstance(a, Apply) and a.operator == "times" for a in arguments)
            for argument in arguments:
                yield from _constants(run, argument, scope)
                told = isinstance(argument, Apply) or (multiple and isinstance(argument, Fact))
                value = run.value(argument, scope) if told and _bound(argument, scope) else None
                if isinstance(value, Span):
                    yield value
                    yield from _shifted_back(arguments, value)
        case Ref(name) if isinstance(closure := run.program.definitions[name], Closure):
            for way in closure.ways:
                yield point(way.percent)
                yield from (way.basis, *way.means)
        case Quantified(_, _, _, body, _, what):
            for inner in (body, what):
                yield from _constants(run, inner, scope) if isinstance(inner, Apply) else ()
        case _:
            return


def _bound(expr: Expr, scope: Scope) -> bool:
    """Whether it speaks of things that are named: not of those in a list that nobody has told."""
    match expr:
        case Fact(variable):
            return variable == "case" or variable in scope
        case Apply(_, arguments):
            return all(_bound(argument, scope) for argument in arguments)
        case _:
            return isinstance(expr, Literal)


def _shifted_back(arguments: tuple[Expr, ...], bound: Span) -> Iterator[Span]:
    """Where the other side is worked out from a fact: the value from which it leads to the bound."""
    for argument in arguments:
        while isinstance(argument, Apply) and argument.operator == "next_day":
            argument = argument.arguments[0]
        match argument:
            case Apply("shifted", (_, Literal(count), Literal(unit), Literal(zone))):
                yearly = str(unit) in calendars.MONTHS
                if isinstance(bound.lo, int) and abs(bound.lo) < _LAST and not yearly:
                    day, name = clocks.local_day(bound.lo, str(zone)), str(zone)
                    back = calendars.shifted(day, -cast(int, count), str(unit))
                    yield point(clocks.day_start(back, name))
            case Apply("times", (_, Literal(Span(lo=factor)))) if isinstance(bound.lo, Decimal):
                yield point(bound.lo / Decimal(cast(Decimal, factor)), bound.tag)
            case _:
                pass


def _ends(constants: Iterable[Any]) -> Iterator[tuple[Decimal | int, str | None]]:
    """Every number among the constants with its currency, also those in intervals and tables."""
    for constant in constants:
        match constant:
            case int():
                yield constant, None
            case Span(lo, hi):
                yield from ((end, constant.tag) for end in (lo, hi) if end is not None)
            case tuple():
                yield from _ends(cast("tuple[Any, ...]", constant))
            case _:
                pass


def _names(constants: Iterable[Any]) -> list[str]:
    found: dict[str, None] = {}
    for constant in constants:
        if isinstance(constant, str):
            found[constant] = None
        elif isinstance(constant, frozenset):
            found.update(dict.fromkeys(sorted(cast("frozenset[str]", constant))))
    return list(found)


# -- values by form ------------------------------------------------------------------------------


def _words(
    run: Evaluation, leaf: Leaf, declared: Declared, constants: list[Any]
) -> list[Candidate]:
    known = value_at(run, leaf)
    vocabulary = tuple(sorted(known.values)) if isinstance(known, OneOf) else declared.values
    if declared.form == "country" and not vocabulary:
        vocabulary = tuple(sorted(codes.COUNTRIES))
    named = [n for n in _names(constants) if n in vocabulary or not vocabulary]
    others = [w for w in vocabulary if w not in named] if vocabulary else ["…"]
    if declared.form == "country":
        others = others[:1]
    rest = [Candidate(word, _other(named, word)) for word in others]
    return [*(Candidate(name, name) for name in named), *rest]


def _other(named: list[str], otherwise: str) -> str:
    if not 0 < len(named) <= 3:
        return otherwise
    return f"not {named[0]}" if len(named) == 1 else f"none of {', '.join(named)}"


def _closed(given: list[str], otherwise: str) -> str:
    return f"{', '.join(given)} and no others" if given else otherwise


def _lists(run: Evaluation, leaf: Leaf, constants: list[Any]) -> list[Candidate]:
    known = value_at(run, leaf)
    given = cast("tuple[str, ...]", known.members) if isinstance(known, Items) else ()
    named = [n for n in _names(constants) if n not in given]
    closed = Candidate(Items(given, True), _closed(list(given), _other(named, "none")))
    more = [(*given, n) for n in named] + ([(*given, *named)] if len(named) > 1 else [])
    longer = [Candidate(Items(m, True), ", ".join(m)) for m in more]
    return [closed, *longer] if given else [*longer, closed]


def _amounts(
    run: Evaluation, leaf: Leaf, declared: Declared, constants: list[Any]
) -> list[Candidate]:
    known = value_at(run, leaf)
    found: list[Candidate] = []
    for bound, currency in dict.fromkeys(_ends(constants)):
        if not isinstance(bound, Decimal):
            continue
        step = min(Decimal("0.01"), Decimal(1).scaleb(cast(int, bound.as_tuple().exponent)))
        for amount in (bound, bound - step, bound + step):
            fits = not isinstance(known, Span) or _within(amount, known)
            if fits and amount >= 0 and not (declared.unit == "percent" and amount > 100):
                text = f"{amount} {currency or declared.unit}".strip()
                found.append(Candidate(point(amount, currency), text))
    return found


def _within(amount: Decimal, known: Span) -> bool:
    value = point(amount)
    above, below = less if known.lo_open else at_most, less if known.hi_open else at_most
    return (known.lo is None or above(point(known.lo), value).must) and (
        known.hi is None or below(value, point(known.hi)).must
    )


def _times(run: Evaluation, leaf: Leaf, constants: list[Any]) -> list[Candidate]:
    zone = next((z for z in _names(constants) if "/" in z), "UTC")
    bounds = [b for b, _ in _ends(constants) if isinstance(b, int) and _MINUTE < abs(b) < _LAST]
    known = value_at(run, leaf)
    window = None
    if isinstance(known, Day):
        window = run.value(Apply("instants", (Literal(cast(Any, known)), Literal(zone))), {})
    if not bounds and window is None:  # two times against each other, and neither is known
        last = max(head.through for head in run.program.heads)
        bounds = [clocks.day_start(day, zone) for day in (last, last - timedelta(days=366))]
    moments: list[date | datetime] = []
    for bound in dict.fromkeys(bounds):
        day, minute = clocks.local_day(bound, zone), bound - bound % _MINUTE
        if leaf.need != "hour":
            moments += [day - timedelta(days=1), day, day + timedelta(days=1)]
        if window is not None:
            minutes = (minute - _MINUTE, minute, minute + _MINUTE)
            at = (_EPOCH + timedelta(microseconds=m) for m in minutes)
            moments += [m.astimezone(clocks.zone(zone)) for m in at]
    return [
        Candidate(Day(moment, moment), _clock(moment))
        for moment in dict.fromkeys(moments)
        if not isinstance(window, Span) or _contains(window, clocks.span_of(moment, zone))
    ]


def _clock(moment: date | datetime) -> str:
    if isinstance(moment, datetime):
        return f"{moment:%Y-%m-%d %H:%M} {moment.tzname()}"
    return str(moment)


def _contains(window: Span, span: Span) -> bool:
    lo, hi = cast(int, span.lo), cast(int, span.hi)
    return (window.lo is None or lo >= window.lo) and (window.hi is None or hi <= window.hi)


def _codes(run: Evaluation, leaf: Leaf, constants: list[Any]) -> list[Candidate]:
    """The first code of each list, the first that it leaves out, and codes of the good's sort."""
    known = value_at(run, leaf)
    held = cast("tuple[Code, ...]", known.members) if isinstance(known, Items) else ()
    firsts = [c[0] for c in constants if isinstance(c, tuple) and c and isinstance(c[0], Code)]
    sort = run.view.read(run.view.item(leaf.place.rpartition(".")[0]), ("category",))[0]
    one = sort if isinstance(sort, str) else "other"
    sorts = sort.values if isinstance(sort, OneOf) else {one}
    prefixes = [p or "9999" for name in sorted(sorts) for p in codes.CATEGORY_HS[name]]
    inside = [Code(c.scheme, c.digits) for c in firsts]
    outside = [Code("HS", p.ljust(6, fill)) for p in prefixes for fill in "09"]
    pool = (*inside, *outside)
    fits = [c for c in pool if any(codes.category_may_carry(s, c.hs) for s in sorts)]
    if not held:
        return [Candidate(Items((c,), True), str(c)) for c in fits]
    found: list[Candidate] = []
    for index, code in enumerate(held):
        length = codes.SCHEMES[code.scheme]
        padded = [Code(code.scheme, code.digits.ljust(length, fill)) for fill in "09"]
        for more in (*fits, *padded):
            if more.digits.startswith(code.digits) and more.digits != code.digits:
                longer = (*held[:index], more, *held[index + 1 :])
                found.append(Candidate(Items(longer, True), ", ".join(map(str, longer))))
    return found


# -- the question --------------------------------------------------------------------------------


def sentence(run: Evaluation, leaf: Leaf) -> str:
    """One sentence that asks for the fact, or a person's question for their judgement."""
    if leaf.need == "judgement":
        question, _, of = leaf.place.partition(" of ")
        text = run.program.questions.get(question, (question, (), ""))[0]
        return text if of == "act" else f"Of {of}: {text}"
    declared, _, place = declared_at(leaf)
    owner = run.view.item(place[:-1]).id if place.endswith("].") else "the act"
    what = declared.phrase.replace("{}", owner)
    known = value_at(run, leaf)
    members = known.members if isinstance(known, Items) else ()
    given = ", ".join(m.id if isinstance(m, Item) else str(m) for m in members) or "none"
    match leaf.need:
        case "hour" if isinstance(known, Day):
            return f"What is {what} to the minute, on {known.lo}?"
        case "range":
            return f"What is {what} exactly?"
        case "completeness":
            return f"Are these all {what}: {given}?"
        case "code":
            return f"What are {what} in more digits than {given}?"
        case _ if declared.form == "flag":
            return f"Is it so that {what}?"
        case _ if declared.form in LISTS:
            return f"What are all {what}?"
        case _:
            return f"What is {what}?"
