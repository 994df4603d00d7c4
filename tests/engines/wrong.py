"""Wrong meanings of each operator, one at a time: what an agreement run must not let pass.

Each is a mistake that an engine could make: an answer turned round, an unknown taken for a no, a
bound that lets its own value in or out, an end of a range forgotten, a list taken for complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from sanctions_rules import clocks, values
from sanctions_rules.core import Apply, Expr, Program, Quantified
from sanctions_rules.engines import answers as bare
from sanctions_rules.engines.conformance import CAPABILITIES, Answers
from sanctions_rules.engines.interpreter import Evaluation, Scope, Settings
from sanctions_rules.engines.meaning import FOREVER, MEANING
from sanctions_rules.facts import Case
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Items, OneOf, Span, Truth
from sanctions_rules.view import Day

T, U, F = Truth.TRUE, Truth.UNKNOWN, Truth.FALSE
Meaning = Callable[..., Any]
#: From the right meaning to a wrong one.
Mistake = Callable[[Meaning], Meaning]


def turned(table: Mapping[Truth, Truth]) -> Mistake:
    """Some answers taken for others."""
    return lambda right: lambda *given: table.get(value := right(*given), value)


#: What can go wrong with any truth.
WITH_TRUTHS: Final[Mapping[str, Mistake]] = {
    "the answer turned round": turned({T: F, F: T}),
    "unknown is no": turned({U: F}),
    "unknown is yes": turned({U: T}),
    "yes is unknown": turned({T: U}),
    "no is unknown": turned({F: U}),
}


def _with(change: Callable[..., Sequence[Any]]) -> Mistake:
    """The right meaning of changed arguments."""
    return lambda right: lambda *given: right(*change(*given))


def _after(change: Callable[[Any], Any]) -> Mistake:
    """The right value, changed."""
    return lambda right: lambda *given: change(right(*given))


def _instead(wrong: Meaning) -> Mistake:
    return lambda _: wrong


def _on_spans(change: Callable[[Span], Span]) -> Mistake:
    return _after(lambda v: change(v) if isinstance(v, Span) else v)


def _closed(a: Any) -> Any:
    if isinstance(a, (Span, Day)):
        return replace(a, lo_open=False, hi_open=False)
    return replace(a, complete=True) if isinstance(a, Items) else a


def _untagged(*spans: Any) -> list[Any]:
    return [replace(s, tag=None) if isinstance(s, Span) else s for s in spans]


def _moved(lo: int, hi: int) -> Mistake:
    return _on_spans(
        lambda s: replace(
            s,
            lo=None if s.lo is None else s.lo + lo,
            hi=None if s.hi is None else s.hi + hi,
        )
    )


def _as_number(f: Callable[[Any], Any]) -> Callable[..., list[Any]]:
    """The first row argument of a lookup, changed."""
    return lambda when, rows, key, known: [when, tuple(f(r) for r in rows), key, known]


_DAY: Final = 86_400_000_000
_NOTHING: Final = _after(lambda _: UNKNOWN)

#: What can go wrong with one operator in particular.
ESPECIALLY: Final[Mapping[str, Mapping[str, Mistake]]] = {
    "and": {
        "unknown wins over no": _instead(lambda *t: U if U in t else values.all_of(t)),
        "of nothing it fails": lambda right: lambda *t: right(*t) if t else F,
        "only the first counts": _instead(lambda *t: t[0] if t else T),
    },
    "or": {
        "unknown wins over yes": _instead(lambda *t: U if U in t else values.any_of(t)),
        "of nothing it holds": lambda right: lambda *t: right(*t) if t else T,
        "only the first counts": _instead(lambda *t: t[0] if t else F),
    },
    "not": {"what does not apply is unknown": lambda right: lambda a: U if a is F else right(a)},
    "holds": {"what does not apply is yes": lambda right: lambda a: T if a is NOT_APPLICABLE else right(a)},
    "equals": {
        "what does not apply is unknown": lambda right: lambda a, b: U if a is NOT_APPLICABLE else right(a, b),
        "one of several is unknown": lambda right: lambda a, b: U if isinstance(a, OneOf) else right(a, b),
        "one of several may be it": lambda right: lambda a, b: T if isinstance(a, OneOf) and b in a.values else right(a, b),
        "case is folded": lambda right: lambda a, b: T if isinstance(a, str) and isinstance(b, str) and a.lower() == b.lower() else right(a, b),
    },
    "one_of": {
        "unknown is in no empty set": lambda right: lambda a, b: right(a, b) if b else F,
        "one of several is unknown": lambda right: lambda a, b: U if isinstance(a, OneOf) else right(a, b),
        "one of several, all in the set": lambda right: lambda a, b: U if isinstance(a, OneOf) and a.values <= b else right(a, b),
        "what does not apply is unknown": lambda right: lambda a, b: U if a is NOT_APPLICABLE else right(a, b),
    },
    "same_item": {"what does not apply is unknown": lambda right: lambda a, b: U if NOT_APPLICABLE in (a, b) else right(a, b)},
    "includes": {
        "an open list is complete": _with(lambda a, b: (_closed(a), b)),
        "an open list is unknown": lambda right: lambda a, b: U if isinstance(a, Items) and not a.complete else right(a, b),
        "an empty list is unknown": lambda right: lambda a, b: U if a == Items((), True) else right(a, b),
        "an unknown list is empty": lambda right: lambda a, b: right(Items((), True) if a is UNKNOWN else a, b),
    },
    "exactly": {
        "an open list is complete": _with(lambda a, b: (_closed(a), b)),
        "more may be on the list": lambda right: lambda a, b: T if isinstance(a, Items) and set(a.members) >= b else right(a, b),
        "fewer may be on the list": lambda right: lambda a, b: T if isinstance(a, Items) and a.complete and set(a.members) <= b else right(a, b),
    },
    "is_none": {"one of several is unknown": lambda right: lambda a: U if isinstance(a, OneOf) else right(a)},
    "less": {
        "the bound is let in": _instead(MEANING["at_most"]),
        "sides changed": lambda right: lambda a, b: right(b, a),
        "open ends are closed": _with(lambda a, b: (_closed(a), _closed(b))),
        "currencies are not looked at": _with(_untagged),
        "what does not apply is unknown": lambda right: lambda a, b: U if NOT_APPLICABLE in (a, b) else right(a, b),
        "a range is its lower end": _with(lambda *s: [replace(x, hi=x.lo) if isinstance(x, Span) and x.lo is not None else x for x in s]),
        "a range is its upper end": _with(lambda *s: [replace(x, lo=x.hi) if isinstance(x, Span) and x.hi is not None else x for x in s]),
    },
    "at_most": {
        "the bound is left out": _instead(MEANING["less"]),
        "sides changed": lambda right: lambda a, b: right(b, a),
        "open ends are closed": _with(lambda a, b: (_closed(a), _closed(b))),
        "currencies are not looked at": _with(_untagged),
        "what does not apply is unknown": lambda right: lambda a, b: U if NOT_APPLICABLE in (a, b) else right(a, b),
        "a range is its lower end": _with(lambda *s: [replace(x, hi=x.lo) if isinstance(x, Span) and x.lo is not None else x for x in s]),
        "a range is its upper end": _with(lambda *s: [replace(x, lo=x.hi) if isinstance(x, Span) and x.hi is not None else x for x in s]),
    },
    "same": {
        "open ends are closed": _with(lambda a, b: (_closed(a), _closed(b))),
        "currencies are not looked at": _with(_untagged),
        "ranges that meet are the same": lambda right: lambda a, b: T if right(a, b) is U and isinstance(a, Span) and isinstance(b, Span) and a.tag == b.tag else right(a, b),
        "ranges apart are unknown": lambda right: lambda a, b: U if isinstance(a, Span) and isinstance(b, Span) and not (a.is_point and b.is_point) else right(a, b),
    },
    "times": {
        "the factor is left out": _instead(lambda a, b: a),
        "only one end": _on_spans(lambda s: replace(s, hi=s.lo)),
        "open ends are closed": _after(_closed),
        "the currency is lost": _on_spans(lambda s: replace(s, tag=None)),
        "nothing comes of it": _NOTHING,
    },
    "instants": {
        "a day is its first instant": _on_spans(lambda s: replace(s, hi=s.lo) if s.lo is not None and s.hi is not None else s),
        "a day reaches into the next": _moved(0, 1),
        "a day begins an instant early": _moved(-1, 0),
        "an hour off": _moved(3_600_000_000, 3_600_000_000),
        "days of Greenwich": _with(lambda a, zone: (a, "UTC")),
        "days of elsewhere": _with(lambda a, zone: (a, "Europe/Brussels" if zone != "Europe/Brussels" else "UTC")),
        "open ends are closed": _with(lambda a, zone: (_closed(a), zone)),
        "nothing comes of it": _NOTHING,
        "what does not apply is unknown": _after(lambda v: UNKNOWN if v is NOT_APPLICABLE else v),
    },
    "shifted": {
        "a day late": _with(lambda a, n, unit, zone: (a, n + 1, unit, zone)),
        "the hour is kept": lambda right: lambda a, n, unit, zone: _kept_hour(right, a, n, unit, zone),
        "only one end": _on_spans(lambda s: replace(s, hi=s.lo)),
        "business days are days": _with(lambda a, n, unit, zone: (a, n, "days" if "business" in unit else unit, zone)),
        "months are of thirty days": _with(lambda a, n, unit, zone: (a, n * 30, "days", zone) if unit == "months" else (a, n, unit, zone)),
        "days of Greenwich": _with(lambda a, n, unit, zone: (a, n, unit, "UTC")),
        "days of 24 hours": lambda right: lambda a, n, unit, zone: _by_hours(right, a, n, unit, zone),
        "nothing comes of it": _NOTHING,
    },
    "next_day": {
        "the same day": _with(lambda a, zone: (_back(a), zone)),
        "days of 24 hours": _instead(lambda a, zone: replace(a, lo=None if a.lo is None else a.lo + _DAY, hi=None if a.hi is None else a.hi + _DAY) if isinstance(a, Span) else a),
        "days of Greenwich": _with(lambda a, zone: (a, "UTC")),
        "nothing comes of it": _NOTHING,
    },
    "falls_under": {
        "what is left out is not": _with(lambda h, c, p, x, s: (h, c, p, (), s)),
        "the sort is not looked at": _with(lambda h, c, p, x, s: (h, c, p, x, UNKNOWN)),
        "the category is not looked at": _with(lambda h, c, p, x, s: (h, UNKNOWN, p, x, s)),
        "only the first prefix": _with(lambda h, c, p, x, s: (h, c, p[:1], x, s)),
        "only the first code": _with(lambda h, c, p, x, s: (replace(h, members=h.members[:1]) if isinstance(h, Items) else h, c, p, x, s)),
        "schemes are one": _with(lambda h, c, p, x, s: (replace(h, members=tuple(replace(y, scheme=p[0].scheme) for y in h.members)) if isinstance(h, Items) and p else h, c, p, x, s)),
    },
    "undefined": {
        "unknown counts as living": lambda right: lambda living, why: F if living is U else right(living, why),
        "never": _instead(lambda *_: F),
    },
    "lookup": {
        "nothing is found": _NOTHING,
        "only the lower end": _on_spans(lambda s: replace(s, hi=s.lo)),
        "only the upper end": _on_spans(lambda s: replace(s, lo=s.hi)),
        "later rows are seen": _with(lambda w, r, k, by: (w, r, k, Span(FOREVER, FOREVER))),
        "replacements are not seen": _with(_as_number(lambda r: (*r[:4], ()))),
        "rows are for all goods": _with(_as_number(lambda r: (*r[:2], None, *r[3:]))),
        "a gap is passed over": _with(_as_number(lambda r: ((r[0][0], -FOREVER, FOREVER, r[0][3]), *r[1:]))),
        "the end is let in": _with(_as_number(lambda r: ((*r[0][:2], r[0][2] + 1, r[0][3] + 1), *r[1:]))),
        "a row without a value is passed over": lambda right: lambda w, r, k, by: right(w, tuple(x for x in r if isinstance(x[1], Span)), k, by),
    },
    "in_force": {
        "the end is let in": _with(lambda w, i: (w, (*i[:2], min(i[2] + 1, FOREVER), min(i[3] + 1, FOREVER)))),
        "the beginning is left out": _with(lambda w, i: (w, (i[0] + 1, i[1] + 1, *i[2:]))),
        "possibly is surely": _with(lambda w, i: (w, (i[0], i[0], i[3], i[3]))),
        "surely is possibly": _with(lambda w, i: (w, (i[1], i[1], i[2], i[2]))),
        "without an end": _with(lambda w, i: (w, (*i[:2], FOREVER, FOREVER))),
    },
}  # fmt: skip


def _kept_hour(right: Meaning, a: Any, n: int, unit: str, zone: str) -> Any:
    made = right(a, n, unit, zone)
    if not isinstance(made, Span) or not isinstance(a, Span):
        return made

    def hour(at: Any) -> int:
        return at - clocks.day_start(clocks.local_day(at, zone), zone)

    ends = [(x, y) for x, y in ((a.lo, made.lo), (a.hi, made.hi))]
    lo, hi = (None if y is None else y + hour(x) for x, y in ends)
    return Span(lo, hi)


def _by_hours(right: Meaning, a: Any, n: int, unit: str, zone: str) -> Any:
    if unit not in ("days", "weeks") or not isinstance(a, Span):
        return right(a, n, unit, zone)
    start = right(a, 0, "days", zone)
    more = n * _DAY * (7 if unit == "weeks" else 1)
    return Span(*(None if x is None else x + more for x in (start.lo, start.hi)))


def _back(a: Any) -> Any:
    if not isinstance(a, Span):
        return a
    return Span(*(None if x is None else x - _DAY for x in (a.lo, a.hi)))


# -- quantifiers: these are the interpreter's own, and see the list ------------------------------

Over = Callable[["Planted", Quantified, Items, list[Truth]], Any]


def _right(run: Planted, expr: Quantified, items: Items, truths: list[Truth]) -> Any:
    match expr.quantifier:
        case "some":
            found = values.any_of(truths)
            return U if found is F and not items.complete else found
        case "every":
            found = values.all_of(truths)
            return U if found is T and not items.complete else found
        case _:
            sure = sum(t.must for t in truths) >= expr.count
            return Truth.of(sure, not items.complete or sum(t.may for t in truths) >= expr.count)


def _quantified(change: Mapping[Truth, Truth]) -> Over:
    return lambda *given: change[_right(*given)] if _right(*given) in change else _right(*given)


_ALWAYS: Final[Mapping[str, Over]] = {
    "the answer turned round": _quantified({T: F, F: T}),
    "unknown is no": _quantified({U: F}),
    "unknown is yes": _quantified({U: T}),
    "an open list is complete": lambda run, e, items, t: _right(run, e, replace(items, complete=True), t),
    "an open list is unknown": lambda run, e, items, t: _right(run, e, items, t) if items.complete else U,
    "only the first counts": lambda run, e, items, t: _right(run, e, items, t[:1]),
    "unknown parts are no": lambda run, e, items, t: _right(run, e, items, [F if x is U else x for x in t]),
    "unknown parts are left out": lambda run, e, items, t: _right(run, e, items, [x for x in t if x is not U]),
}  # fmt: skip
QUANTIFIED: Final[Mapping[str, Mapping[str, Over]]] = {
    "some": {**_ALWAYS, "of nothing unknown": lambda run, e, i, t: _right(run, e, i, t) if t else U},
    "every": {**_ALWAYS, "of nothing it fails": lambda run, e, i, t: _right(run, e, i, t) if t else F},
    "at_least": {
        **_ALWAYS,
        "one more": lambda run, e, i, t: _right(run, replace(e, count=e.count + 1), i, t),
        "one less": lambda run, e, i, t: _right(run, replace(e, count=max(e.count - 1, 0)), i, t),
        "as some": lambda run, e, i, t: _right(run, replace(e, quantifier="some"), i, t),
    },
    "sum": {
        "all items count": lambda run, e, i, t: run.summed(e, i, [T] * len(t)),
        "unknown parts do not count": lambda run, e, i, t: run.summed(e, i, [F if x is U else x for x in t]),
        "unknown parts count": lambda run, e, i, t: run.summed(e, i, [T if x is U else x for x in t]),
        "an open list is complete": lambda run, e, i, t: run.summed(e, replace(i, complete=True), t),
        "what is not known is nothing": lambda run, e, i, t: run.summed(e, i, t, Span(0, 0)),
        "what is not known makes all unknown": lambda run, e, i, t: run.summed(e, i, t, Span(None, None)),
        "of nothing it is unknown": lambda run, e, i, t: run.summed(e, i, t) if t else Span(0, None),
        "only the first counts": lambda run, e, i, t: run.summed(e, replace(i, members=i.members[:1]), t[:1]),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """An operator or quantifier, and in which way it is wrong."""

    operator: str
    way: str

    def __str__(self) -> str:
        return f"{self.operator}: {self.way}"


#: Operators whose value is a truth.
_TRUTHS: Final = tuple(
    o for o in ("and", "or", "shown", *MEANING)
    if o not in ("times", "instants", "shifted", "next_day", "lookup")
)  # fmt: skip
#: What no case can show: the way that an operator never goes.
_CANNOT: Final = frozenset({
    ("undefined", "yes is unknown"), ("undefined", "the answer turned round"),
    ("not", "what does not apply is unknown"), ("holds", "what does not apply is yes"),
})  # fmt: skip


def all_wrong() -> list[Wrong]:
    """Every operator and quantifier, wrong in every way."""
    found = [Wrong(o, way) for o in _TRUTHS for way in WITH_TRUTHS]
    found += [Wrong(o, way) for o, ways in ESPECIALLY.items() for way in ways]
    found += [Wrong(q, way) for q, ways in QUANTIFIED.items() for way in ways]
    found += [Wrong("shown", way) for way in SHOWN]
    return [w for w in found if (w.operator, w.way) not in _CANNOT]


SHOWN: Final = {"as it stands": lambda t: t, "unknown is shown": lambda t: Truth.known(t.may)}


_NOT_NEGATIVE: Final = Span(0, None)


class Planted(Evaluation):
    """The interpreter with one wrong row; those of its own, which stand in no table, as well."""

    planted: Wrong

    def value(self, expr: Expr, scope: Scope) -> Any:
        wrong = self.planted
        match expr:
            case Apply(("and" | "or") as operator, parts) if operator == wrong.operator:
                right = values.all_of if operator == "and" else values.any_of
                mistake = WITH_TRUTHS.get(wrong.way) or ESPECIALLY[operator][wrong.way]
                return mistake(lambda *t: right(t))(*(self.truth(p, scope) for p in parts))
            case Apply("shown", (part,)) if wrong.operator == "shown":
                truth = self.truth(part, scope)
                if wrong.way in SHOWN:
                    return SHOWN[wrong.way](truth) if self.settings.presumptive else truth
                return WITH_TRUTHS[wrong.way](lambda: super(Planted, self).value(expr, scope))()
            case Quantified(quantifier, collection) if quantifier == wrong.operator:
                found = self.value(collection, scope)
                items = found if isinstance(found, Items) else Items((), found is NOT_APPLICABLE)
                truths = [self.truth(expr.body, {**scope, expr.variable: m}) for m in items.members]
                self._scope = scope
                return QUANTIFIED[quantifier][wrong.way](self, expr, items, truths)
            case _:
                return super().value(expr, scope)

    def summed(
        self, expr: Quantified, items: Items, truths: list[Truth], unknown: Span = _NOT_NEGATIVE
    ) -> Span:
        """As `_sum` adds up, of these truths."""
        lo: Any = 0
        hi: Any = 0 if items.complete else None
        assert expr.what is not None
        for member, truth in zip(items.members, truths, strict=True):
            if not truth.may:
                continue
            value = self.value(expr.what, {**self._scope, expr.variable: member})
            span = value if isinstance(value, Span) else unknown
            if span.lo is None and unknown.lo is None:
                return Span(None, None)
            if truth.must and span.lo is not None:
                lo += span.lo
            hi = None if hi is None or span.hi is None else hi + span.hi
        return Span(lo, hi)


@contextmanager
def planted(wrong: Wrong) -> Iterator[None]:
    """Meanwhile the interpreter has that row wrong: in its table, or in what is its own."""
    operator = wrong.operator
    if operator in MEANING:
        right = MEANING[operator]
        mistake = ESPECIALLY.get(operator, {}).get(wrong.way) or WITH_TRUTHS[wrong.way]
        MEANING[operator] = mistake(right)
        try:
            yield
        finally:
            MEANING[operator] = right
        return
    own = bare.Evaluation
    bare.Evaluation = type("Wrongly", (Planted,), {"planted": wrong})  # type: ignore[misc]
    try:
        yield
    finally:
        bare.Evaluation = own  # type: ignore[misc]


@dataclass(frozen=True)
class WrongInterpreter:
    """The interpreter with one row of its table replaced while it answers."""

    wrong: Wrong
    version: str = "wrong"
    capabilities: frozenset[str] = CAPABILITIES

    @property
    def name(self) -> str:
        return f"interpreter with {self.wrong}"

    def answers(self, program: Program, settings: Settings, cases: Sequence[Case]) -> list[Answers]:
        with planted(self.wrong):
            return [bare.reference(program, c, settings, program.regimes) for c in cases]
