"""Conditions, drawn: every operator and quantifier of the core over facts of a palette."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, cast

from sanctions_rules.core import Apply, Constant, Expr, Fact, Literal, Quantified, ReadingPoint, Ref
from sanctions_rules.engines.meaning import FOREVER
from sanctions_rules.facts import Case, Declared, FactModel, Good
from sanctions_rules.schema import COLLECTIONS, WITH_COMPONENTS
from sanctions_rules.testing.palette import (
    CURRENCIES,
    NUMBERS,
    ZONES,
    Bound,
    Palette,
    Place,
    Scope,
    places,
    vocabulary_of,
)
from sanctions_rules.values import UNKNOWN, Truth, point

TRUE, FALSE = Literal(Truth.TRUE), Literal(Truth.FALSE)
NOT_SAID: Final = Literal(UNKNOWN)
CLOCK: Final = Fact("clock", ("known_on",))
CONDUCT: Final = ("act", "events", "conduct")


class Conditions(Palette):
    """Draws conditions in scopes of variables."""

    # -- truths ----------------------------------------------------------------------------------

    def truth(self, scope: Scope, depth: int) -> Expr:
        """A yes-or-no expression. `depth`: how deep it may nest apart from its atoms."""
        draw = self.draw
        kinds = _COMPOSITES if depth > 0 and draw.below(10) > 1 else _ATOMS
        favoured = FAVOURED.get(self.favour, ())
        for _ in range(3):  # not every kind has something to ask in every scope
            made = draw.pick(favoured if favoured and draw.chance(35) else kinds)(
                self, scope, depth
            )
            if made is not None:
                return made
        return self.holds(scope, depth) or FALSE

    def and_(self, scope: Scope, depth: int) -> Expr:
        return Apply("and", self._parts(scope, depth))

    def or_(self, scope: Scope, depth: int) -> Expr:
        return Apply("or", self._parts(scope, depth))

    def _parts(self, scope: Scope, depth: int) -> tuple[Expr, ...]:
        count = self.draw.pick((2, 2, 3, 2, 1, 0) if self.draw.chance(30) else (2, 3))
        return tuple(self.truth(scope, depth - 1) for _ in range(count))

    def not_(self, scope: Scope, depth: int) -> Expr:
        return Apply("not", (self.truth(scope, depth - 1),))

    def shown(self, scope: Scope, depth: int) -> Expr:
        self.burdens = True
        return Apply("shown", (self.truth(scope, depth - 1),))

    def literal(self, scope: Scope, depth: int) -> Expr:
        truth = self.draw.pick((Truth.TRUE, Truth.FALSE, Truth.UNKNOWN))
        return Literal(truth, "a text that was not read" if truth is Truth.UNKNOWN else "")

    def holds(self, scope: Scope, depth: int) -> Expr | None:
        return self._on("holds", scope, "flag")

    def judged(self, scope: Scope, depth: int) -> Expr:
        items = [name for name, bound in reversed(scope.bound) if isinstance(bound, type)]
        question = f"xx.question{self.draw.below(2)}"
        self.questions[question] = ("is it so?", (), "s. 1")
        return Apply("holds", (Fact(self.draw.pick(items), ("judged", question)),))

    def _on(self, operator: str, scope: Scope, *forms: str) -> Expr | None:
        found = self.place(scope, *forms)
        return Apply(operator, (Fact(found[0], found[1].path),)) if found else None

    def _word(self, scope: Scope) -> tuple[Fact, tuple[str, ...]] | None:
        """A fact of one word, or a word of a list that is gone through, and words for it."""
        words = [(n, b) for n, b in scope.bound if isinstance(b, Declared)]
        if words and self.draw.chance(70):
            name, declared = self.draw.pick(words)
            return Fact(name, ()), self.vocabulary(vocabulary_of(declared), declared)
        found = self.place(scope, "word", "country", "text")
        if found is None:
            return None
        declared = found[1].declared
        vocabulary = self.vocabulary(vocabulary_of(declared), declared)
        return Fact(found[0], found[1].path), vocabulary

    def equals(self, scope: Scope, depth: int) -> Expr | None:
        found = self._word(scope)
        return Apply("equals", (found[0], Literal(self.draw.pick(found[1])))) if found else None

    def one_of(self, scope: Scope, depth: int) -> Expr | None:
        found = self._word(scope)
        return Apply("one_of", (found[0], self._set(found[1]))) if found else None

    def contradictory(self, scope: Scope, depth: int) -> Expr | None:
        """One word in two sets that share none, or in a set and not in it: unknown while it is."""
        found = self._word(scope)
        if found is None:
            return None
        fact, words = found
        first, second = (Literal(cast(Constant, frozenset(w))) for w in (words[:1], words[1:]))
        one, other = Apply("one_of", (fact, first)), Apply("one_of", (fact, second))
        if self.draw.chance(40):
            other = Apply("not", (one,))
        return Apply(self.draw.pick(("and", "or")), (one, other))

    def _set(self, words: tuple[str, ...]) -> Literal:
        if self.draw.chance(12):
            return Literal(frozenset[str]())
        return Literal(frozenset(self.draw.some(words, 3, 1)))

    def reading(self, scope: Scope, depth: int) -> Expr:
        if not self.readings:
            self.readings.append(
                ReadingPoint("xx.point", "broad", (("broad", "s. 1"), ("narrow", "s. 2")))
            )
        reading = Fact("reading", ("xx.point",))
        return Apply("equals", (reading, Literal(self.draw.pick(("broad", "narrow")))))

    def includes(self, scope: Scope, depth: int) -> Expr | None:
        found = self.place(scope, "words", "countries", "texts")
        if found is None:
            return None
        declared = found[1].declared
        of_list = Fact(found[0], found[1].path)
        element = [
            Fact(name, ()) for name, bound in scope.bound
            if isinstance(bound, Declared) and vocabulary_of(bound) == vocabulary_of(declared)
        ]  # fmt: skip
        if element and self.draw.chance(30):
            return Apply("includes", (of_list, self.draw.pick(element)))
        words = self.vocabulary(vocabulary_of(declared), declared)
        return Apply("includes", (of_list, Literal(self.draw.pick(words))))

    def names(self, scope: Scope, depth: int) -> Expr | None:
        """A list of references, and an item that may be on it."""
        found = self.place(scope, "refs")
        if found is None:
            return None
        item = self._item(scope, found[1].items)
        of_list = Fact(found[0], found[1].path)
        return Apply("includes", (of_list, item)) if item else None

    def exactly(self, scope: Scope, depth: int) -> Expr | None:
        found = self.place(scope, "words", "countries", "texts")
        if found is None:
            return None
        words = self.vocabulary(vocabulary_of(found[1].declared), found[1].declared)
        return Apply("exactly", (Fact(found[0], found[1].path), self._set(words)))

    def is_none(self, scope: Scope, depth: int) -> Expr | None:
        found = [
            Fact(name, place.path) for name, bound in scope.bound if isinstance(bound, type)
            for some in self.palette(bound).values() for place in some if place.declared.optional
        ]  # fmt: skip
        return Apply("is_none", (self.draw.pick(found),)) if found else None

    def _item(self, scope: Scope, model: type[FactModel] | None) -> Fact | None:
        """Something that is an item of the model: a variable, or what a reference names."""
        found = [Fact(name, ()) for name, bound in scope.bound if bound is model]
        for name, bound in scope.bound:
            if isinstance(bound, type):
                refs = [*self.palette(bound).get("ref", ())]
                refs += [p for p in places(Case)["ref"] if p.path == ("actor",) and bound is Case]
                found += [Fact(name, p.path) for p in refs if p.items is model]
        return self.draw.pick(found[::-1]) if found else None

    def same_item(self, scope: Scope, depth: int) -> Expr | None:
        collection = self.draw.pick(("parties", *self.collections))
        one = self._item(scope, COLLECTIONS[collection])
        other = self._item(scope, COLLECTIONS[collection])
        return Apply("same_item", (one, other)) if one and other else None

    def ref(self, scope: Scope, depth: int) -> Expr | None:
        """A definition that is there already: of the case, or of an item."""
        draw = self.draw
        options: list[tuple[str, type[FactModel] | None]] = [(n, None) for n in self.of_the_case]
        options += [(name, model) for model, names in self.of_items.items() for name in names]
        if not options:
            return None
        name, model = options[-1 - draw.below(len(options))]
        if model is None:
            return Ref(name)
        item = self._item(scope, model)
        return Ref(name, item) if item else None

    # -- ordered values --------------------------------------------------------------------------

    def _compare(self, one: Expr, other: Expr) -> Expr:
        ordering = ("less", "at_most", "same")
        favoured = self.favour in ordering and self.draw.chance(60)
        operator = self.favour if favoured else self.draw.pick(ordering)
        sides = (other, one) if self.draw.chance(50) else (one, other)
        return Apply(operator, sides)

    def number(self, scope: Scope, depth: int) -> Expr | None:
        found = self.place(scope, "number")
        if found is None:
            return None
        fact, declared = Fact(found[0], found[1].path), found[1].declared
        return self._compare(fact, Literal(point(self.amount(declared))))

    def multiple(self, scope: Scope, depth: int) -> Expr | None:
        """A number or a price against so many times another."""
        form = self.draw.pick(("price", "number"))
        found, other = self.place(scope, form), self.place(scope, form)
        if found is None or other is None:
            return None
        fact, of = Fact(found[0], found[1].path), Fact(other[0], other[1].path)
        factor = Literal(point(Decimal(self.draw.pick(("0.5", "1", "2")))))
        return self._compare(fact, Apply("times", (of, factor)))

    def price(self, scope: Scope, depth: int) -> Expr | None:
        found = self.place(scope, "price")
        if found is None:
            return None
        draw, fact = self.draw, Fact(found[0], found[1].path)
        tag = draw.pick(CURRENCIES)
        return self._compare(fact, Literal(point(self.amount(found[1].declared), tag)))

    def priced(self, scope: Scope, depth: int) -> Expr | None:
        """A price against that of a table."""
        found = self.place(scope, "price")
        return self._compare(Fact(found[0], found[1].path), self.lookup(scope)) if found else None

    def lookup(self, scope: Scope) -> Expr:
        """The price of a table: rows in their time, for all goods or for those of some codes."""
        draw = self.draw
        keys = [n for n, b in scope.bound if b is Good]
        by_code = bool(keys) and draw.chance(60)
        tag = draw.pick(CURRENCIES)
        rows: list[Any] = []
        edges = sorted({self.threshold() for _ in range(3)})
        for index in range(1 + draw.below(3)):
            low = edges[index] if index < len(edges) else -FOREVER
            high = edges[index + 1] if index + 1 < len(edges) else FOREVER
            interval = (low, low, high, high) if draw.chance(70) else self.interval()
            other = draw.chance(10)
            price = point(Decimal(draw.pick(NUMBERS)), CURRENCIES[0] if other else tag)
            value = UNKNOWN if draw.chance(12) else price
            wanted = (tuple(draw.some(self.codes, 2, 1)), ()) if by_code else None
            cuts = (
                ((self.ordinal(), *sorted((self.threshold(), self.threshold()))),)
                if draw.chance(20)
                else ()
            )
            rows.append((interval, value, wanted, self.ordinal(), cuts))
        key: Expr = Fact(draw.pick(keys), ("codes",)) if by_code else NOT_SAID
        table = Literal(cast(Constant, tuple(rows)), "a table that was not read to its end")
        return Apply("lookup", (self._instants(scope), table, key, CLOCK))

    def sum(self, scope: Scope, depth: int) -> Expr | None:
        found = self._over(scope, self._summed, lambda b: bool(self._amounts_of(b)))
        if found is None:
            return None
        return self._compare(found, Literal(point(Decimal(self.draw.pick(NUMBERS)))))

    def _amounts_of(self, bound: Bound) -> tuple[Place, ...]:
        """The facts of an item that can be added up."""
        return self.palette(bound).get("number", ()) if isinstance(bound, type) else ()

    def _summed(self, scope: Scope, bound: Bound) -> tuple[str, Expr, Expr] | None:
        what = self.draw.pick(self._amounts_of(bound))
        body = self.truth(scope, 0) if self.draw.chance(50) else TRUE
        return "sum", body, Fact(scope.bound[-1][0], what.path)

    def clock(self, scope: Scope, depth: int) -> Expr:
        return Apply("at_most", (Literal(point(self.ordinal())), CLOCK))

    # -- times -----------------------------------------------------------------------------------

    def time(self, scope: Scope) -> Fact:
        found = self.place(scope, "moment")
        if found is None or self.draw.chance(25):
            return Fact("case", CONDUCT)
        return Fact(found[0], found[1].path)

    def _instants(self, scope: Scope) -> Expr:
        zone = self.draw.pick(ZONES) if self.draw.chance(10) else self.zone
        return Apply("instants", (self.time(scope), Literal(zone)))

    def _shifted(self, scope: Scope) -> Expr:
        count, unit = self.draw.pick(self.shifts)
        since = self._instants(scope)
        made = Apply("shifted", (since, Literal(count), Literal(unit), Literal(self.zone)))
        return Apply("next_day", (made, Literal(self.zone))) if self.draw.chance(40) else made

    def moment(self, scope: Scope, depth: int) -> Expr:
        one = self._instants(scope)
        other = self._instants(scope) if self.draw.chance(50) else Literal(point(self.threshold()))
        return self._compare(one, other)

    def after_days(self, scope: Scope, depth: int) -> Expr:
        """A time against the day so much before or after another, or the day that follows it."""
        return self._compare(self._instants(scope), self._shifted(scope))

    def same_day(self, scope: Scope, depth: int) -> Expr:
        """Two times by their days: their hours are idle."""
        days = [
            Apply("shifted", (self._instants(scope), Literal(0), Literal("days"), Literal(self.zone)))
            for _ in range(2)
        ]  # fmt: skip
        return self._compare(days[0], days[1])

    def in_force(self, scope: Scope, depth: int) -> Expr:
        interval = self.interval()
        known = interval[0] == interval[1] and interval[2] == interval[3]
        because = "" if known else "s. 1: its interval is not fully known"
        return Apply("in_force", (self._instants(scope), Literal(interval, because)))

    def undefined(self, scope: Scope, depth: int) -> Expr:
        living = self.ref(scope, depth) if self.draw.chance(50) else None
        return Apply(
            "undefined", (living or self.truth(scope, 0), Literal("no text says what it is"))
        )

    def falls_under(self, scope: Scope, depth: int) -> Expr | None:
        goods = [name for name, bound in scope.bound if bound is Good]
        if not goods:
            return None
        draw, good = self.draw, self.draw.pick(goods)
        wanted = draw.some(self.codes, 2, 1)
        without = [self.inside(draw.pick(wanted))] if draw.chance(45) else []
        sort: Expr = NOT_SAID
        if draw.chance(40):
            words = self.vocabulary("category", Good.declarations["category"])
            sort = (
                Apply("one_of", (Fact(good, ("category",)), self._set(words)))
                if draw.chance(60)
                else self.truth(scope, 0)
            )
        return Apply("falls_under", (
            Fact(good, ("codes",)), Fact(good, ("category",)), Literal(tuple(wanted)),
            Literal(tuple(without)), sort,
        ))  # fmt: skip

    # -- lists -----------------------------------------------------------------------------------

    def _over(
        self,
        scope: Scope,
        of: Callable[[Scope, Bound], tuple[str, Expr, Expr | None] | None],
        fits: Callable[[Bound], bool] = lambda _: True,
    ) -> Expr | None:
        """A quantifier over a list that can be reached: of the case, of an item, or of words."""
        draw = self.draw
        lists: list[tuple[Fact, str, Bound]] = []
        for name, bound in reversed(scope.bound):
            if bound is Case:
                for collection in self.collections:
                    noun = scope.noun(collection)
                    if noun:
                        lists.append((Fact("case", (collection,)), noun, COLLECTIONS[collection]))
            if isinstance(bound, type):
                lists += self._lists_of(name, bound, scope)
        lists = [one for one in lists if fits(one[2])]
        if not lists:
            return None
        collection, variable, bound = draw.pick(lists)
        found = of(scope.with_(variable, bound), bound)
        if found is None:
            return None
        quantifier, body, what = found
        count = draw.below(4) if quantifier == "at_least" else 0
        return Quantified(quantifier, collection, variable, body, count, what)

    def _lists_of(
        self, name: str, model: type[FactModel], scope: Scope
    ) -> list[tuple[Fact, str, Bound]]:
        found: list[tuple[Fact, str, Bound]] = []
        for form in ("words", "countries", "texts", "refs", "records"):
            for place in self.palette(model).get(form, ()):
                if place.items is None:
                    found.append((Fact(name, place.path), "place", place.declared))
                elif place.path != (place.declared.of,) or model is not Case:
                    noun = scope.noun(place.declared.of)
                    if noun:
                        found.append((Fact(name, place.path), noun, place.items))
        if model is Good:
            noun = scope.noun("goods")
            if noun:
                found.append((Fact(name, (WITH_COMPONENTS,)), noun, Good))
        return found

    def quantified(self, scope: Scope, depth: int) -> Expr | None:
        def of(inner: Scope, bound: Bound) -> tuple[str, Expr, Expr | None]:
            some = ("some", "every", "at_least")
            quantifier = self.favour if self.favour in some else self.draw.pick(some)
            return quantifier, self.truth(inner, depth - 1), None

        return self._over(scope, of)


def conjunction(parts: list[Expr]) -> Expr:
    parts = [p for p in parts if p != TRUE]
    return parts[0] if len(parts) == 1 else Apply("and", tuple(parts)) if parts else TRUE


def disjunction(parts: list[Any]) -> Expr:
    parts = [p for p in parts if p != FALSE]
    return parts[0] if len(parts) == 1 else Apply("or", tuple(parts)) if parts else FALSE


def negation(expr: Expr) -> Expr:
    return Apply("not", (expr,))


_A = Conditions
_Made = Callable[[Conditions, Scope, int], "Expr | None"]
#: How an atom is drawn. What stands twice is drawn twice as often.
_ATOMS: Final[tuple[_Made, ...]] = (
    _A.holds, _A.equals, _A.equals, _A.one_of, _A.includes, _A.includes, _A.names, _A.exactly,
    _A.is_none, _A.number, _A.number, _A.price, _A.multiple, _A.moment, _A.moment, _A.after_days,
    _A.in_force, _A.falls_under, _A.falls_under, _A.same_item, _A.ref, _A.ref, _A.contradictory,
    _A.undefined, _A.same_day, _A.clock, _A.judged, _A.priced, _A.sum, _A.reading, _A.literal,
)  # fmt: skip
_COMPOSITES: Final[tuple[_Made, ...]] = (
    _A.and_, _A.or_, _A.not_, _A.quantified, _A.quantified, _A.and_, _A.or_, _A.shown,
)  # fmt: skip
_ORDERED: Final[tuple[_Made, ...]] = (_A.number, _A.price, _A.moment, _A.multiple)
#: How each operator and quantifier is drawn. A program favours one of them.
FAVOURED: Final[dict[str, tuple[_Made, ...]]] = {
    "and": (_A.and_,), "or": (_A.or_,), "not": (_A.not_,), "shown": (_A.shown,),
    "holds": (_A.holds, _A.judged), "equals": (_A.equals, _A.reading),
    "one_of": (_A.one_of, _A.contradictory), "same_item": (_A.same_item,),
    "includes": (_A.includes, _A.names), "exactly": (_A.exactly,), "is_none": (_A.is_none,),
    "less": _ORDERED, "at_most": _ORDERED, "same": _ORDERED, "times": (_A.multiple,),
    "instants": (_A.moment,), "shifted": (_A.after_days, _A.same_day), "next_day": (_A.after_days,),
    "falls_under": (_A.falls_under,), "lookup": (_A.priced,), "undefined": (_A.undefined,),
    "in_force": (_A.in_force,), "some": (_A.quantified,), "every": (_A.quantified,),
    "at_least": (_A.quantified,), "sum": (_A.sum,),
}  # fmt: skip
