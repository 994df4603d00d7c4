"""The reference interpreter: the meaning of the core, and the walk that explains it.

Evaluates `Literal`, `Fact`, `Ref`, `Apply`, `Quantified` and nothing else, on two rails. It
recurses only inside one expression; definitions are computed when first asked for, and a long
chain of them is walked in list order, so that it costs no stack.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final, assert_never, cast

from sanctions_rules import values
from sanctions_rules.core import (
    Apply,
    Closure,
    Definition,
    Expr,
    Fact,
    Literal,
    Program,
    Quantified,
    Ref,
    Way,
)
from sanctions_rules.engines.meaning import (
    FOREVER,
    MEANING,
    Interval,
    as_truth,
    in_the_dark,
    rows_that_may_apply,
)
from sanctions_rules.ownership import HUNDRED, Column, Holding, Threshold, close
from sanctions_rules.ownership_ways import Net, Passage, close_ways
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Items, Nothing, Span, Truth
from sanctions_rules.view import Item, Leaf, View

Scope = Mapping[str, object]
Value = object

#: How deep references and groups may nest before definitions are computed in list order instead,
#: and in a derivation, before the one that names a definition is put off until that is derived.
CHAIN: Final = 60
PUT_OFF: Final = 24


@dataclass(frozen=True, slots=True)
class Settings:
    """What is asked, apart from the facts. `known_on`: law first published later is not seen."""

    known_on: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict[str, str])
    presumptive: bool = False


@dataclass(slots=True)  # frozen in use: a frozen one takes four times as long to make
class Step:
    """One node of a derivation: what was asked, of what, what came out, and why."""

    expr: Expr | None
    truth: Truth
    scope: Scope
    children: tuple[Step, ...] = ()
    name: str = ""
    subject: str = ""
    leaf: Leaf | None = None
    holdings: tuple[Holding, ...] = ()


class _Stack(threading.local):
    """How deep one thread is: several may ask one evaluation, and none may count for another."""

    depth = 0  # of references and of groups, while a value is worked out
    deriving = 0  # the same, while a derivation is made
    in_turn = False  # whether one is being made


class _PutOff(Exception):
    """A definition that must be derived before the one that names it can be."""


class Evaluation:
    """One program on one case under one set of settings. Remembers what it has computed."""

    def __init__(self, program: Program, view: View, settings: Settings) -> None:
        self.program = program
        self.view = view
        self.settings = settings
        self._defined: dict[tuple[str, str], Value] = {}
        self._derived: dict[tuple[str, str], Step] = {}
        self._groups: dict[tuple[int, int], tuple[Value, Scope]] = {}
        self._columns: dict[str, Column | Net] = {}
        #: The facts to ask for where somebody unnamed may control a party, by their place.
        self.controllers_unknown: dict[str, Leaf] = {}
        self._stack = _Stack()
        self._definitions = program.definitions
        known = settings.known_on
        #: Days of publication are counted, not instants: each text's day by its own clock.
        self._known_by = FOREVER if known is None else known.toordinal()
        self.readings_read: set[str] = set()
        self.only_answers = False
        #: How norms stand, by `id` of the norm, where that is known from an evaluation like this one.
        self.findings: Mapping[int, tuple[object, ...]] = {}
        #: A derivation asks lines as well on which nothing turns once another line decides. What
        #: was recorded for them then counts as heard, and the readings they rest on as read.
        self.hears_all = True

    def carried(self, view: View, dropped: Set[str]) -> Evaluation:
        """An evaluation of another case that differs in what these definitions say, and no others."""
        made = Evaluation(self.program, view, self.settings)
        made._defined = {k: v for k, v in self._defined.items() if k[0] not in dropped}
        made._columns = {k: v for k, v in self._columns.items() if k not in dropped}
        made.controllers_unknown = dict(self.controllers_unknown)
        made.readings_read = set(self.readings_read)
        made.only_answers = self.only_answers
        return made

    # -- values ----------------------------------------------------------------------------------

    def truth(self, expr: Expr, scope: Scope) -> Truth:
        value = self.value(expr, scope)
        return value if isinstance(value, Truth) else as_truth(value)

    def value(self, expr: Expr, scope: Scope) -> Value:
        # By class, and the commonest first: this is where the time of a derivation goes.
        if isinstance(expr, Fact):
            return self.fact(expr, scope)[0]
        if isinstance(expr, Ref):
            if expr.subject is None:
                found = self._defined.get((expr.name, ""))
                return self.definition(expr.name, None) if found is None else found
            return self.referred(expr, scope)
        if isinstance(expr, Literal):
            return expr.value
        if isinstance(expr, Quantified):
            return self.quantified(expr, scope)
        meaning = MEANING.get(expr.operator)
        if meaning is not None:
            given: list[Value] = []
            for a in expr.arguments:
                given.append(a.value if isinstance(a, Literal) else self.value(a, scope))
            return meaning(*given)
        if expr.operator != "shown":
            return self._joined(expr.arguments, scope, expr.operator == "and")
        truth = self.truth(expr.arguments[0], scope)
        return Truth.known(truth.must) if self.settings.presumptive else truth

    def _heard(self, expr: Expr, scope: Scope) -> Value:
        """The value, kept for every group in it: who tells why asks again on each level of groups."""
        if not isinstance(expr, Apply) or expr.operator not in ("and", "or", "not"):
            return self.value(expr, scope)
        key = (id(expr), id(scope))
        if key not in self._groups:
            if expr.operator == "not":
                value = MEANING["not"](self._heard(expr.arguments[0], scope))
            else:
                value = self._joined(expr.arguments, scope, expr.operator == "and", self._heard)
            self._groups[key] = value, scope  # the scope is kept, so that its id is no other's
        return self._groups[key][0]

    def _joined(
        self, arguments: tuple[Expr, ...], scope: Scope, all_: bool,
        ask: Callable[[Expr, Scope], Value] | None = None,
    ) -> Truth:  # fmt: skip
        """`values.all_of` or `values.any_of` of the arguments, no further than it has to look."""
        ask = ask or self.value
        stack = self._stack
        stack.depth += 1
        stop = Truth.FALSE if all_ else Truth.TRUE
        result = Truth.TRUE if all_ else Truth.FALSE
        for argument in arguments:
            value = ask(argument, scope)
            truth = value if isinstance(value, Truth) else as_truth(value)
            if truth is stop:
                result = truth
                break
            if truth is Truth.UNKNOWN:
                result = truth
        stack.depth -= 1
        return result

    def fact(self, fact: Fact, scope: Scope) -> tuple[Value, Leaf | None]:
        """A fact's value, and what to ask for where it is not wholly known."""
        variable = fact.variable
        if variable == "case":
            return self.view.read(self.view.root, fact.path)
        if variable == "clock":
            return Span(self._known_by, self._known_by), None
        if variable == "reading":
            self.readings_read.add(fact.path[0])
            return self.settings.readings.get(fact.path[0], UNKNOWN), None
        item = scope[variable]
        if isinstance(item, Item):
            return self.view.read(item, fact.path) if fact.path else (item, None)
        if fact.path:
            return UNKNOWN, None
        return item, None

    def referred(self, ref: Ref, scope: Scope) -> Value:
        if ref.subject is None:
            return self.definition(ref.name, None)
        item = self.value(ref.subject, scope)
        if item is NOT_APPLICABLE:
            return Truth.FALSE
        if not isinstance(item, Item):
            return Truth.UNKNOWN
        return self.definition(ref.name, item)

    def definition(self, name: str, item: Item | None) -> Value:
        key = (name, item.place if item else "")
        found = self._defined.get(key)
        if found is None:
            stack = self._stack
            if stack.depth > CHAIN:
                self._fill(name, item)
                if key in self._defined:
                    return self._defined[key]
            stack.depth += 1
            try:
                found = self._compute(self._definitions[name], item)
            finally:
                stack.depth -= 1
            self._defined[key] = found
        return found

    def computed(self) -> Iterator[tuple[str, str, Value]]:
        """What has been asked for so far: name, place of the item, value."""
        yield from ((name, place, value) for (name, place), value in self._defined.items())

    def _fill(self, name: str, item: Item | None) -> None:
        """Everything before `name`, in list order, each from parts that are there already."""
        depth, self._stack.depth = self._stack.depth, 0
        for definition in self.program.definitions:
            if isinstance(definition, Definition) and definition.subject is None:
                key = (definition.name, "")
                if key not in self._defined:
                    self._defined[key] = self._compute(definition, None)
            elif isinstance(definition, Definition) and item is not None:
                key = (definition.name, item.place)
                if key not in self._defined and self._fits(definition, item):
                    self._defined[key] = self._compute(definition, item)
            if definition.name == name:
                break
        self._stack.depth = depth

    def _fits(self, definition: Definition, item: Item) -> bool:
        from sanctions_rules.schema import COLLECTIONS, NOUNS

        return isinstance(item.model, COLLECTIONS[NOUNS.get(definition.subject or "", "goods")])

    def _compute(self, definition: Definition | Closure, item: Item | None) -> Value:
        if isinstance(definition, Closure):
            assert item is not None
            return self.column(definition).status.get(item.place, Truth.UNKNOWN)
        scope: Scope = {definition.subject: item} if definition.subject else {}
        return self.value(definition.body, scope)

    def quantified(self, expr: Quantified, scope: Scope) -> Value:
        collection = self.value(expr.collection, scope)
        if collection is UNKNOWN:
            collection = Items((), complete=False)
        elif collection is NOT_APPLICABLE:
            collection = Items((), complete=True)
        assert isinstance(collection, Items)
        if expr.quantifier == "sum":
            return self._sum(expr, collection, scope)
        truths = [self.truth(expr.body, {**scope, expr.variable: m}) for m in collection.members]
        match expr.quantifier:
            case "some":
                result = values.any_of(truths)
                return (
                    Truth.UNKNOWN if result is Truth.FALSE and not collection.complete else result
                )
            case "every":
                result = values.all_of(truths)
                return Truth.UNKNOWN if result is Truth.TRUE and not collection.complete else result
            case _:
                must = sum(t.must for t in truths) >= expr.count
                may = not collection.complete or sum(t.may for t in truths) >= expr.count
                return Truth.of(must, may)

    def _sum(self, expr: Quantified, collection: Items, scope: Scope) -> Span:
        """Bounds on a sum of values that are never below zero."""
        lo: Decimal | int = 0
        hi: Decimal | int | None = 0 if collection.complete else None
        assert expr.what is not None
        for member in collection.members:
            inner = {**scope, expr.variable: member}
            truth = self.truth(expr.body, inner)
            if not truth.may:
                continue
            value = self.value(expr.what, inner)
            span = value if isinstance(value, Span) else Span(0, None)
            if truth.must and span.lo is not None:
                lo += span.lo
            hi = None if hi is None or span.hi is None else hi + span.hi
        return Span(lo, hi)

    # -- ownership -------------------------------------------------------------------------------

    def column(self, closure: Closure) -> Column | Net:
        found = self._columns.get(closure.name)
        if found is None:
            parties = self.view.items("parties")
            read = [self._holdings(way, closure) for way in closure.ways]
            ways = [[h for h in held.values() if h] for held in read]
            adrift = tuple(p for p, h in read[0].items() if h is None)
            seeds = {p.place: cast(Truth, self.definition(closure.seed, p)) for p in parties}
            guards = {p.place: cast(Truth, self.definition(closure.guard, p)) for p in parties}
            unnamed = {h.owner for held in ways for h in held} - seeds.keys()
            seeds |= dict.fromkeys(sorted(unnamed), Truth.UNKNOWN)
            guards |= dict.fromkeys(unnamed, Truth.FALSE)
            complete = self.view.is_complete("ownership") and not adrift
            way = closure.ways[0]
            if len(ways) == 1 and is_plain(closure):
                made = close(
                    [*seeds], seeds, guards, ways[0], complete, way.percent, way.strict, way.mode
                )
            else:
                passages = [
                    Passage(threshold(w, closure), held, bool(w.means))
                    for w, held in zip(closure.ways, ways, strict=True)
                ]
                made = close_ways([*seeds], seeds, guards, passages, complete, is_several(closure))
            found = self._columns[closure.name] = replace(made, adrift=adrift)
        return found

    def is_party(self, owner: str) -> bool:
        """Whether the owner of a holding is a party, and not somebody of whom nobody knows who it is."""
        return owner in self._parties

    @cached_property
    def _parties(self) -> frozenset[str]:
        return frozenset(party.place for party in self.view.items("parties"))

    @property
    def worked(self) -> int:
        """How many definitions were worked out so far."""
        return len(self._defined)

    def _holdings(self, way: Way, closure: Closure) -> dict[str, Holding | None]:
        """By place, what the way looks at; None for a stake of which it is not known in whom."""
        held = {s.place: self._holding(s, way, closure) for s in self.view.items("ownership")}
        if OTHER_MEANS in way.means:
            held |= {h.place: h for p in self.view.items("parties") for h in self._controllers(p)}
        return held

    def _holding(self, stake: Item, way: Way, closure: Closure) -> Holding | None:
        """A stake as ownership reads it; None where it is not known in whom it is held.

        An owner who is not known stands as the stake itself: somebody who may have the status.
        """
        owner = self.view.read(stake, ("owner",))[0]
        asset = self.view.read(stake, ("asset",))[0]
        if not isinstance(asset, Item):
            return None
        span = self.value(Fact("stake", ("percent",)), {"stake": stake})
        known = Span(HUNDRED, HUNDRED) if way.means else span if isinstance(span, Span) else _ANY
        held = Holding(
            owner.place if isinstance(owner, Item) else stake.place, asset.place,
            Decimal(0) if known.lo is None else cast(Decimal, known.lo),
            Decimal(100) if known.hi is None else cast(Decimal, known.hi),
            self.truth(counts_of(way, closure), {"stake": stake}), stake.place,
            known.lo_open, known.hi_open, means=way.means,
        )  # fmt: skip
        return self._with_partners(held, stake) if is_several(closure) else held

    def _with_partners(self, held: Holding, stake: Item) -> Holding:
        """The holding, and who else is treated as holding it: joint holders and partners in use.

        What is held by nobody knows whom may be anybody's.
        """
        partners: dict[str, Truth] = {}
        shared = held.owner == stake.place
        for path in PARTNERS:
            known = self.view.read(stake, (path,))[0]
            shared |= not isinstance(known, Items) and known is not NOT_APPLICABLE
            if isinstance(known, Items):
                shared |= not known.complete
                for one in known.members:
                    partners[cast(Item, one).place] = Truth.TRUE
        return replace(held, partners=tuple(partners.items()), shared=shared)

    def _controllers(self, party: Item) -> Iterator[Holding]:
        """Who controls a party by means that are no stake; somebody, while that is not all known."""
        known, leaf = self.view.read(party, (CONTROLLED_BY,))
        place = f"{party.place}.{CONTROLLED_BY}"
        for index, one in enumerate(known.members if isinstance(known, Items) else ()):
            owner = cast(Item, one).place
            yield Holding(owner, party.place, HUNDRED, HUNDRED, Truth.TRUE, f"{place}[{index}]",
                          means=(OTHER_MEANS,))  # fmt: skip
        if leaf is not None:
            self.controllers_unknown[place] = leaf
            yield Holding(place, party.place, HUNDRED, HUNDRED, Truth.UNKNOWN, place,
                          means=(OTHER_MEANS,))  # fmt: skip

    # -- why -------------------------------------------------------------------------------------

    def derive(self, expr: Expr, scope: Scope, truth: Truth | None = None) -> Step:
        """The part of the expression that makes its value what it is, and nothing else.

        `truth`: its value, where that is known already.
        """
        if isinstance(expr, Ref):
            return self.derive_ref(expr, scope)
        if isinstance(expr, Apply):
            operator, arguments = expr.operator, expr.arguments
            if operator == "and" or operator == "or":
                stop = Truth.FALSE if operator == "and" else Truth.TRUE
                parts: list[tuple[Expr, Truth]] = []
                for argument in arguments:
                    parts.append((argument, as_truth(self._heard(argument, scope))))
                    if parts[-1][1] is stop and not self.hears_all:
                        break
                truths = [part[1] for part in parts]
                joined = values.all_of(truths) if operator == "and" else values.any_of(truths)
                kept = [part for part in parts if part[1] is joined]
                if joined is stop:
                    del kept[1:]  # one is enough
                self._stack.deriving += 1
                children = tuple([self.derive(a, scope, t) for a, t in kept])
                self._stack.deriving -= 1
                return Step(expr, joined, scope, children)
            if operator == "not" or operator == "shown":
                truth = self.truth(expr, scope) if truth is None else truth
                return Step(expr, truth, scope, (self.derive(arguments[0], scope),))
        truth = self.truth(expr, scope) if truth is None else truth
        if isinstance(expr, Quantified):
            return self._derive_quantified(expr, scope, truth)
        leaf = next(self.leaves(expr, scope), None) if truth is Truth.UNKNOWN else None
        return Step(expr, truth, scope, (), "", "", leaf)

    def derive_ref(self, ref: Ref, scope: Scope) -> Step:
        item = self.value(ref.subject, scope) if ref.subject else None
        if ref.subject is not None and not isinstance(item, Item):
            truth = self.truth(ref, scope)
            return Step(ref, truth, scope, leaf=next(self.leaves(ref, scope), None))
        return self.derive_definition(ref.name, cast("Item | None", item), ref)

    def derive_definition(self, name: str, item: Item | None, ref: Ref | None = None) -> Step:
        """Why a definition is what it is: found once, however often it is referred to."""
        key = (name, item.place if item else "")
        found = self._derived.get(key)
        if found is None:
            found = self._derive_in_turn(name, item)
        if ref is None:
            return found
        return Step(ref, found.truth, found.scope, found.children, found.name, found.subject,
                    found.leaf, found.holdings)  # fmt: skip

    def _derive_in_turn(self, name: str, item: Item | None) -> Step:
        """A derivation after those that lie too deep below it: a loop, however long the chain."""
        if self._stack.in_turn:
            if self._stack.deriving > PUT_OFF:
                raise _PutOff(name, item)
            return self._derive_definition(name, item)
        self._stack.in_turn = True
        pending = [(name, item)]
        try:
            while True:
                self._stack.deriving = 0
                try:
                    found = self._derive_definition(*pending[-1])
                except _PutOff as put_off:
                    pending.append(put_off.args)
                    continue
                pending.pop()
                if not pending:
                    return found
        finally:
            self._stack.in_turn = False
            self._stack.deriving = 0

    def _derive_definition(self, name: str, item: Item | None) -> Step:
        self._stack.deriving += 1
        found = self._derived[name, item.place if item else ""] = self._derive_body(name, item)
        self._stack.deriving -= 1
        return found

    def _derive_body(self, name: str, item: Item | None) -> Step:
        definition = self._definitions[name]
        truth = cast(Truth, self.definition(name, item))
        place = item.place if item else ""
        if isinstance(definition, Closure):
            assert item is not None
            column = self.column(definition)
            if definition.direct:
                held = column.support(place) if truth is Truth.TRUE else ()
                held = held or column.through.get(place, ())
                return Step(None, truth, {}, (), name, place, holdings=held)
            seed = self.derive_definition(definition.seed, item)
            if seed.truth is Truth.TRUE:
                return Step(None, truth, {}, (seed,), name, place)
            if truth is Truth.TRUE:
                return Step(None, truth, {}, (), name, place, holdings=column.support(place))
            can_be_owned = self.definition(definition.guard, item) is not Truth.FALSE
            held = column.through.get(place, ()) if can_be_owned else ()
            return Step(None, truth, {}, (seed,), name, place, holdings=held)
        scope: Scope = {definition.subject: item} if definition.subject else {}
        return Step(None, truth, scope, (self.derive(definition.body, scope, truth),), name, place)

    def _derive_quantified(self, expr: Quantified, scope: Scope, truth: Truth) -> Step:
        collection = self.value(expr.collection, scope)
        steps: list[Step] = []
        if isinstance(collection, Items):
            for member in collection.members:
                inner = {**scope, expr.variable: member}
                part = self.truth(expr.body, inner)
                if part is truth or (truth is Truth.UNKNOWN and part is Truth.UNKNOWN):
                    steps.append(self.derive(expr.body, inner, part))
                    if (expr.quantifier == "some") == (
                        truth is Truth.TRUE
                    ) and truth is not Truth.UNKNOWN:
                        break
        leaf = next(self.leaves(expr.collection, scope), None) if truth is Truth.UNKNOWN else None
        return Step(expr, truth, scope, tuple(steps), leaf=leaf)

    # -- what is missing -------------------------------------------------------------------------
    #
    # The walk yields leaves, and definitions still to be followed; a list of those is kept, so
    # that a long chain of definitions costs no stack.

    def leaves(self, expr: Expr, scope: Scope) -> Iterator[Leaf]:
        """The facts on a path of unknown nodes from `expr` down to an unknown atom."""
        yield from self._followed(self._walk(expr, scope))

    def leaves_of(self, name: str, item: Item | None) -> Iterator[Leaf]:
        """What an unknown definition waits for."""
        yield from self._followed(iter([(name, item)]))

    def _followed(self, first: Iterator[Leaf | Pending]) -> Iterator[Leaf]:
        pending: list[Iterator[Leaf | Pending]] = [first]
        seen: set[tuple[str, str]] = set()
        found: set[Leaf] = set()
        while pending:
            for step in pending.pop():
                if isinstance(step, Leaf):
                    if step not in found:
                        found.add(step)
                        yield step
                    continue
                key = (step[0], step[1].place if step[1] else "")
                if key not in seen:
                    seen.add(key)
                    pending.append(self._walk_definition(*step))

    def _walk_definition(self, name: str, item: Item | None) -> Iterator[Leaf | Pending]:
        value = self.definition(name, item)
        if value is not Truth.UNKNOWN and not isinstance(value, (Span, Nothing)):
            return
        definition = self._definitions[name]
        if isinstance(definition, Closure):
            assert item is not None
            yield from self._walk_closure(definition, item)
            return
        scope: Scope = {definition.subject: item} if definition.subject else {}
        yield from self._walk(definition.body, scope)

    def _walk(self, expr: Expr, scope: Scope) -> Iterator[Leaf | Pending]:
        match expr:
            case Literal(value, because):
                if value in (Truth.UNKNOWN, UNKNOWN):
                    yield Leaf(because, "law")
            case Fact():
                leaf = self.fact(expr, scope)[1]
                if leaf is not None:
                    yield leaf
            case Ref(name, None):
                yield (name, None)
            case Ref(name, subject):
                assert subject is not None
                item = self.value(subject, scope)
                if isinstance(item, Item):
                    yield (name, item)
                else:
                    yield from self._walk(subject, scope)
            case Apply("and" | "or" | "not" | "shown", arguments):
                for argument in arguments:
                    if as_truth(self._heard(argument, scope)) is Truth.UNKNOWN:
                        yield from self._walk(argument, scope)
            case Apply("lookup", (when, Literal(rows, because), key, known_by)):
                left = self.rows_left(when, rows, key, known_by, scope)
                yield from self._walk_lookup(expr, when, left, because, key, scope)
            case Apply("undefined", (living, Literal(because))):
                if self.truth(living, scope) is Truth.UNKNOWN:
                    yield from self._walk(living, scope)
                else:
                    yield Leaf(str(because), "law")
            case Apply("in_force", (when, Literal(interval, because))):
                some, all_ = in_the_dark(self.value(when, scope), interval)
                if not all_:
                    yield from self._walk(when, scope)
                if some:
                    yield Leaf(because, "law")
            case Apply("falls_under", (held, category, _, _, possible)):
                yield from self._walk_codes(held, category, possible, scope)
            case Apply(_, arguments):
                for argument in arguments:
                    if not isinstance(argument, Literal) and not self._exact(argument, scope):
                        yield from self._walk(argument, scope)
            case Quantified():
                yield from self._walk_quantified(expr, scope)
            case _:
                assert_never(expr)

    def _exact(self, expr: Expr, scope: Scope) -> bool:
        """Worked out to one value: so many days after a day, whatever the hour of that day."""
        value = self.value(expr, scope) if isinstance(expr, Apply) else None
        return isinstance(value, Span) and value.is_point

    def _walk_quantified(self, expr: Quantified, scope: Scope) -> Iterator[Leaf | Pending]:
        collection = self.value(expr.collection, scope)
        if not isinstance(collection, Items) or not collection.complete:
            yield from self._walk(expr.collection, scope)
        for member in collection.members if isinstance(collection, Items) else ():
            inner = {**scope, expr.variable: member}
            truth = self.truth(expr.body, inner)
            if truth is Truth.UNKNOWN:
                yield from self._walk(expr.body, inner)
            if expr.what is not None and truth.may:
                yield from self._walk(expr.what, inner)

    def rows_left(
        self, when: Expr, rows: Value, key: Expr, known_by: Expr, scope: Scope
    ) -> list[tuple[Interval, Span | Nothing, Truth]]:
        at = self.value(when, scope)
        span = at if isinstance(at, Span) else Span(None, None)
        return rows_that_may_apply(span, rows, self.value(key, scope), self.value(known_by, scope))

    def _walk_lookup(
        self,
        expr: Expr,
        when: Expr,
        left: list[tuple[Interval, Span | Nothing, Truth]],
        because: str,
        key: Expr,
        scope: Scope,
    ) -> Iterator[Leaf | Pending]:
        """What could still pick a row with a value; the source of the table where nothing could."""
        at = self.value(when, scope)
        dark = [in_the_dark(at, interval) for interval, _, _ in left]
        waiting: list[Leaf | Pending] = []
        if any(isinstance(value, Span) for _, value, _ in left):
            sure = (
                len(left) == 1
                and left[0][2].must
                and MEANING["in_force"](at, left[0][0]) is Truth.TRUE
            )
            waiting += [] if sure else self._walk(when, scope)
            if not isinstance(key, Literal) and any(not fits.must for _, _, fits in left):
                waiting += self._walk(key, scope)
        yield from waiting
        unread = not waiting or any(some for some, _ in dark)
        if unread and self.value(expr, scope) is UNKNOWN:
            yield Leaf(because, "law")

    def _walk_codes(
        self, held: Expr, category: Expr, possible: Expr, scope: Scope
    ) -> Iterator[Leaf | Pending]:
        sort = self.value(possible, scope)
        found = [
            *self._walk(held, scope),
            *(
                self._walk(category, scope)
                if not isinstance(self.value(held, scope), Items)
                else ()
            ),
            *(self._walk(possible, scope) if sort is Truth.UNKNOWN else ()),
        ]
        if sort in (Truth.TRUE, Truth.FALSE):  # the code is known, and says otherwise than the sort
            codes_held = [f for f in found if isinstance(f, Leaf) and f.need == "code"]
            found = [Leaf(leaf.place, "agreement") for leaf in codes_held] or found
        yield from found

    def _walk_closure(self, closure: Closure, item: Item) -> Iterator[Leaf | Pending]:
        if not closure.direct:
            yield (closure.seed, item)
        if self.definition(closure.guard, item) is Truth.UNKNOWN:
            yield (closure.guard, item)
        if not self.view.is_complete("ownership"):
            given = self.view.case.ownership is not None
            yield Leaf("ownership", "completeness" if given else "fact")
        column = self.column(closure)
        through: dict[str, list[str]] = {place: [] for place in column.adrift}
        for h in column.through.get(item.place, ()):
            through.setdefault(h.place, []).append(h.owner)
        for place in sorted(through, key=self.view.order):
            if place in self.controllers_unknown:
                yield self.controllers_unknown[place]
            elif CONTROLLED_BY not in place:
                yield from self._walk_stake(closure, self.view.item(place))
            passed_on_by = closure.seed if closure.direct else closure.name
            for owner in through[place]:
                if not self.is_party(owner):
                    continue
                if self.definition(passed_on_by, self.view.item(owner)) is Truth.UNKNOWN:
                    yield (passed_on_by, self.view.item(owner))

    def _walk_stake(self, closure: Closure, stake: Item) -> Iterator[Leaf | Pending]:
        measured = any(not way.means for way in closure.ways)
        for path in ("owner", "asset", *(("percent",) if measured else ())):
            leaf = self.view.read(stake, (path,))[1]
            if leaf is not None:
                yield leaf
        for way in closure.ways:
            counted = counts_of(way, closure)
            if self.truth(counted, {"stake": stake}) is Truth.UNKNOWN:
                yield from self._walk(counted, {"stake": stake})
        for path in PARTNERS if is_several(closure) else ():
            leaf = self.view.read(stake, (path,))[1]
            if leaf is not None:
                yield leaf


#: The fact that names who controls a party apart from what they own, and what rules call it.
CONTROLLED_BY: Final = "controlled_by"
OTHER_MEANS: Final = "other_means"
#: The facts of a stake that name who else is treated as holding it.
PARTNERS: Final = ("held_jointly_with", "used_jointly_with")
_ANY: Final = Span(None, None)

#: A definition, of an item or of the case, whose unknown parts are still to be found.
Pending = tuple[str, Item | None]


def is_several(closure: Closure) -> bool:
    return any(way.mode == "severally" for way in closure.ways)


def is_plain(closure: Closure) -> bool:
    """One walk over one kind of stakes, whoever the owners are."""
    return not (closure.direct or closure.ways[0].means or is_several(closure))


def threshold(way: Way, closure: Closure) -> Threshold:
    """How a way is measured. One right of control is enough; severally, each walk has one owner."""
    mode = "jointly" if way.means else "together" if way.mode == "severally" else way.mode
    return Threshold(way.percent, way.strict, mode, closure.direct)


def counts_of(way: Way, closure: Closure) -> Expr:
    """That a stake is held at the time, directly, and on the basis that counts; or that it gives
    control at the time, in a way that counts, through others or not.
    """

    def at(fact: Fact) -> Expr:
        return Apply("instants", (fact, Literal(closure.zone)))

    since, until = Fact("stake", ("held_from",)), Fact("stake", ("held_until",))
    on_its_basis = (
        Apply("equals", (Fact("stake", ("basis",)), Literal(way.basis))),
        Apply("not", (Apply("holds", (Fact("stake", ("is_indirect",)),)),)),
    )
    in_control = tuple(
        Apply("includes", (Fact("stake", ("control",)), Literal(means)))
        for means in way.means
        if means != OTHER_MEANS
    )
    return Apply("and", (
        *((Apply("or", in_control),) if way.means else on_its_basis),
        Apply("or", (Apply("is_none", (since,)), Apply("at_most", (at(since), at(closure.as_of))))),
        Apply("or", (Apply("is_none", (until,)), Apply("less", (at(closure.as_of), at(until))))),
    ))  # fmt: skip
