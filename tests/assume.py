"""Cases with something taken away or added: what the tests of knowledge (D2, D8) share.

Taking away works on the facts as a scenario writes them, one key at a time. Adding works on the
view: drawn values are laid over the case, in the form that the declaration of the fact asks for.
Nothing here asks the engine what would matter: the draws know only the vocabulary and the
constants that the rulebook mentions beside a fact.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias, cast

from sanctions_rules import clocks, codes
from sanctions_rules.codes import Code
from sanctions_rules.core import Closure, Expr, Program, Ref
from sanctions_rules.decision import DutyState, Outcome, Standing
from sanctions_rules.engines import conclude
from sanctions_rules.engines.candidates import declared_at, value_at
from sanctions_rules.engines.conclude import Answer
from sanctions_rules.engines.interpreter import Evaluation, Scope, Settings
from sanctions_rules.facts import Case, Collection, FactModel
from sanctions_rules.schema import COLLECTIONS, children
from sanctions_rules.testing.mentioned import Mentioned
from sanctions_rules.values import NOT_APPLICABLE, Items, OneOf, Span, Truth, point
from sanctions_rules.view import Day, Item, Leaf, View

# -- taking away ---------------------------------------------------------------------------------


def removals(
    facts: Mapping[str, Any], model: type[FactModel] = Case, where: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every supplied leaf fact by its place, and the facts without it.

    A list that holds items is no leaf: what its items say is. Names are no facts.
    """
    for key, value in facts.items():
        nested = children(model).get(key)
        if nested is not None:
            for place, inner in removals(value, nested, f"{where}{key}."):
                yield place, {**facts, key: inner}
            continue
        declared = model.declarations.get(key)
        if declared is None or key == "id":
            continue
        items = value.get("items") if isinstance(value, dict) else value
        if declared.form != "records" or not isinstance(items, list) or not items:
            yield where + key, {k: v for k, v in facts.items() if k != key}
            continue
        for index, item in enumerate(items):
            if not isinstance(item, dict):
                continue  # `…`
            of = COLLECTIONS[declared.of]
            for place, inner in removals(item, of, f"{where}{key}[{index}]."):
                changed = [*items[:index], inner, *items[index + 1 :]]
                made = {**value, "items": changed} if isinstance(value, dict) else changed
                yield place, {**facts, key: made}


def departures(full: Answer, less: Answer) -> Iterator[tuple[str, bool]]:
    """Where the answer on fewer facts differs: what differs, and whether it is merely open now."""
    if less.outcome is not full.outcome:
        open_ = less.outcome is Outcome.UNDETERMINED
        milder = (full.outcome, less.outcome) == (Outcome.NOT_PROHIBITED, Outcome.AUTHORISED)
        if open_ or not milder:
            yield f"{full.outcome} becomes {less.outcome}", open_
    before, after = dict(full.exposures), dict(less.exposures)
    for name in {**before, **after}:
        was, is_ = before.get(name, Truth.FALSE), after.get(name, Truth.FALSE)
        if was is not is_:
            yield f"exposure {name}: {was.name} becomes {is_.name}", is_ is Truth.UNKNOWN
    owed, owed_now = dict(full.duties), dict(less.duties)
    for name in {**owed, **owed_now}:
        state = owed.get(name, DutyState.NOT_OWED)
        state_now = owed_now.get(name, DutyState.NOT_OWED)
        if state is not state_now:
            yield f"duty {name}: {state} becomes {state_now}", state_now is DutyState.UNKNOWN


#: The model that holds a fact, by identity, and the name of the fact.
FactAt: TypeAlias = tuple[int, str]
#: A definition of an item, by its place; or what ownership passes on, by the closure's name.
Part: TypeAlias = tuple[str, ...]


class _Forgetful(dict[Any, Any]):
    """Facts that were read, of which none is remembered: each look at one is then seen."""

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


class Traced(Evaluation):
    """An evaluation that notes at which facts each definition looks, and so on which it can turn.

    When one fact is taken away, only what looked at it is computed again. The shortcut is not
    trusted: the test compares a sample with evaluations from the beginning.
    """

    def __init__(self, program: Program, case: Case, settings: Settings) -> None:
        self._frames: list[set[FactAt]] = [set()]
        self._looked: dict[Part, set[FactAt]] = {}
        self._dependents: dict[FactAt, set[Part]] = defaultdict(set)
        super().__init__(program, View(case, _read=_Forgetful(), _ends=_Forgetful()), settings)

    def answer(self, regime: str, about: tuple[str, ...]) -> Answer:
        """As `conclude.answer`; meanwhile every look at a fact is noted."""
        frames = self._frames

        def spy(model: FactModel, name: str) -> Any:
            frames[-1].add((id(model), name))
            return object.__getattribute__(model, name)

        FactModel.__getattribute__ = spy  # type: ignore[method-assign]
        try:
            View(self.view.case)  # it reads the judgements when it is made
            result = conclude.answer(self, regime, about)
        finally:
            del FactModel.__getattribute__
        for part, looked in self._looked.items():
            for fact in looked:
                self._dependents[fact].add(part)
        return result

    def value(self, expr: Expr, scope: Scope) -> Any:
        if isinstance(expr, Ref) and expr.subject is None:  # also where its value is there already
            return self.definition(expr.name, None)
        return super().value(expr, scope)

    def _fill(self, name: str, item: Item | None) -> None:
        """What would be filled in beforehand is worked out when it is asked for, and noted then."""

    def definition(self, name: str, item: Item | None) -> Any:
        return self._noting((name, item.place if item else ""), super().definition, name, item)

    def column(self, closure: Closure) -> Any:
        return self._noting((closure.name,), super().column, closure)

    def _noting(self, part: Part, compute: Callable[..., Any], *arguments: Any) -> Any:
        if part in self._looked:
            self._frames[-1] |= self._looked[part]
            return compute(*arguments)
        self._frames.append(set())
        result = compute(*arguments)
        looked = self._looked[part] = self._frames.pop()
        self._frames[-1] |= looked
        return result

    def without(self, place: str, case: Case) -> Evaluation | None:
        """An evaluation of the case without one fact; None where nothing ever looked at it."""
        fact = holder(self.view.case, place)
        if fact not in self._frames[0]:
            return None
        run = Evaluation(self.program, View(case), self.settings)
        if not place.startswith("judgements"):  # those the view reads for all definitions at once
            run._defined.update(self._defined)
            run._columns.update(self._columns)
            for part in self._dependents[fact]:
                run._defined.pop(part, None)  # type: ignore[call-overload]
                run._columns.pop(part[0], None)
        return run


def holder(case: Case, place: str) -> FactAt:
    """Which model holds the fact at a place."""
    model: Any = case
    *above, last = place.split(".")
    for part in above:
        name, _, index = part.partition("[")
        model = getattr(model, name)
        if index:
            model = model[int(index[:-1])]
    return id(model), last


# -- what is missing -----------------------------------------------------------------------------


def missing(run: Evaluation, regime: str, about: tuple[str, ...]) -> list[Leaf]:
    """What the outcome waits for, as `missing_for_outcome` gives it."""
    run.only_answers = True
    norms = conclude.asked_norms(run.program, regime, about)
    found = [f for n in norms if n.verb == "prohibits" for f in conclude.findings_of(run, n)]
    if conclude.outcome_of(found) is not Outcome.UNDETERMINED:
        return []
    open_ = [f for f in found if f.standing is Standing.MAY_BIND]
    leaves = dict.fromkeys(leaf for f in open_ for leaf in conclude.finding_leaves(run, f))
    return sorted(leaves, key=conclude.place_order)


# -- adding: drawn values ------------------------------------------------------------------------


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = date(2021, 1, 1), date(2027, 1, 1)


@dataclass
class Draw:
    """Seeded draws of whole answers: a value that leaves nothing of its own fact open."""

    rng: random.Random
    mentioned: Mentioned
    zone: str

    def value(self, run: Evaluation, leaf: Leaf) -> object:
        """An answer to the leaf in the given case. Raises LookupError where it has none to give."""
        declared = declared_at(leaf)[0]
        name = leaf.place.rpartition(".")[2]
        now = value_at(run, leaf) if leaf.need != "judgement" else Truth.UNKNOWN
        rng = self.rng
        if declared.optional and leaf.need == "fact" and rng.random() < 0.15:
            return Items((), True) if declared.form in _LISTS else NOT_APPLICABLE
        match declared.form:
            case "flag":
                return rng.choice((Truth.TRUE, Truth.FALSE))
            case "word" | "country" | "text":
                if isinstance(now, OneOf):
                    return rng.choice(sorted(now.values))
                return self._word(name, declared)
            case "words" | "countries" | "texts":
                given = now.members if isinstance(now, Items) else ()
                more = {self._word(name, declared) for _ in range(rng.randrange(3))}
                return Items((*given, *sorted(more - set(given))), True)
            case "number" | "price":
                return self._amount(name, declared, now)
            case "moment":
                return self._moment(run, now)
            case "codes":
                return self._codes(run, leaf, now)
            case "ref":
                items = run.view.items(declared.of)
                if not items and not declared.optional:
                    raise LookupError(f"there are no {declared.of} that {leaf} could name")
                return rng.choice(items) if items else NOT_APPLICABLE
            case "refs":
                given = now.members if isinstance(now, Items) else ()
                others = [i for i in run.view.items(declared.of) if i not in given]
                return Items((*given, *rng.sample(others, rng.randrange(len(others) + 1))), True)
            case _:
                return Items(now.members if isinstance(now, Items) else (), True)

    def _word(self, name: str, declared: Any) -> str:
        vocabulary = declared.values or (
            sorted(codes.COUNTRIES) if declared.form in ("country", "countries") else ["elsewhere"]
        )
        named = [
            w
            for w in sorted(self.mentioned.words[name])
            if w in vocabulary or declared.form in ("text", "texts")
        ]
        return self.rng.choice(named if named and self.rng.random() < 0.6 else list(vocabulary))

    def _amount(self, name: str, declared: Any, now: object) -> Span:
        rng = self.rng
        inside = now if isinstance(now, Span) else Span(Decimal(0), Decimal(100))
        lo, hi = inside.lo or Decimal(0), Decimal(10**6) if inside.hi is None else inside.hi
        near = [
            n + d
            for n in sorted(self.mentioned.numbers[name])
            for d in (Decimal("-0.01"), Decimal(0), Decimal("0.01"))
        ]
        pool = [n for n in near if lo < n < hi]
        between = lo + (hi - lo) * Decimal(rng.randrange(1, 1000)) / 1000
        number = rng.choice(pool) if pool and rng.random() < 0.6 else between
        tag = inside.tag or (rng.choice(("USD", "EUR")) if declared.form == "price" else None)
        return point(number, tag)

    def _moment(self, run: Evaluation, now: object) -> Day:
        """An instant: about a moment that the law or the case mentions, or anywhere."""
        rng = self.rng
        lo, hi = clocks.day_start(_FIRST, self.zone), clocks.day_start(_LAST, self.zone)
        if isinstance(now, Day):
            lo = clocks.span_of(now.lo, self.zone).lo if now.lo is not None else lo
            hi = clocks.span_of(now.hi, self.zone).hi if now.hi is not None else hi
            if now.is_day is False and now.lo_open and not isinstance(now.lo, datetime):
                lo = clocks.day_start(now.lo + timedelta(days=1), self.zone)
            if now.is_day is False and now.hi_open and not isinstance(now.hi, datetime):
                hi = clocks.day_start(now.hi, self.zone) - 1
        given = [value for _, value in run.view.supplied() if isinstance(value, date)]
        ends = [cast(int, end) for g in given for end in astuple(clocks.span_of(g, self.zone))[:2]]
        mentioned = rng.choice((sorted(self.mentioned.moments), ends))
        near = [m + d for m in mentioned for d in (-60_000_000, 0, 60_000_000)]
        pool = [m for m in near if lo <= m <= hi]
        at = rng.choice(pool) if pool and rng.random() < 0.7 else rng.randint(lo, hi)
        when = (_EPOCH + timedelta(microseconds=at)).astimezone(clocks.zone(self.zone))
        return Day(when, when)

    def _codes(self, run: Evaluation, leaf: Leaf, now: object) -> Items:
        held = now.members if isinstance(now, Items) else ()
        if held:
            return Items(tuple(self._full(code.digits) for code in held), True)
        item = run.view.item(leaf.place.rpartition(".")[0])
        sort = run.view.read(item, ("category",))[0]
        possible = (
            sort.values
            if isinstance(sort, OneOf)
            else {sort}
            if isinstance(sort, str)
            else set(codes.CATEGORY_HS)
        )
        named = [
            c.digits
            for c in sorted(self.mentioned.codes, key=str)
            if any(codes.category_may_carry(p, c.hs) for p in possible)
        ]
        prefixes = [p for s in sorted(possible) for p in codes.CATEGORY_HS[s] if p] or ["9801"]
        return Items(
            (
                self._full(
                    self.rng.choice(named if named and self.rng.random() < 0.6 else prefixes)
                ),
            ),
            True,
        )

    def _full(self, digits: str) -> Code:
        more = "".join(self.rng.choice("0123456789") for _ in range(10 - len(digits)))
        return Code("HTSUS", digits + more)


_LISTS: Final = ("words", "countries", "texts", "codes", "refs", "records")


def laid_over(run: Evaluation, assumed: Mapping[str, object]) -> Evaluation:
    """The same evaluation with more values given for the sake of argument."""
    return Evaluation(
        run.program, View(run.view.case, {**run.view.assumed, **assumed}), run.settings
    )


def with_things_to_name(case: Case, leaves: Iterable[Leaf]) -> Case:
    """The case with one thing of which nothing is known, where a leaf asks and there is none.

    Otherwise an unknown actor of a case without parties could never be named.
    """
    for leaf in leaves:
        declared = declared_at(leaf)[0] if leaf.need in ("fact", "completeness") else None
        if declared is None or declared.form not in ("ref", "refs"):
            continue
        held = getattr(case, declared.of)
        if held is None or (not held.items and not held.complete):
            thing = COLLECTIONS[declared.of].model_validate({"id": f"one of the {declared.of}"})
            case = case.model_copy(update={declared.of: Collection(items=(thing,), complete=False)})
    return case
