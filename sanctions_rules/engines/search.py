"""The smallest sets of answers that settle an open question (design D8).

The open part of the rules is an and/or graph over unknown atoms. Each atom is tried with the
answers that its own constants suggest (`candidates.py`). From these, every node gets the smallest
sets of answers that make it true, and those that make it false; a set found at the root is then
laid over the case and evaluated. Up to three facts the search is exact; beyond that it keeps only
the best few sets of each node.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final, TypeAlias, TypeGuard, cast

from sanctions_rules.core import Apply, Closure, Expr, Fact, Literal, Quantified, Ref
from sanctions_rules.engines.candidates import (
    Candidate,
    declared_at,
    key_of,
    things,
    value_at,
    values_for,
)
from sanctions_rules.engines.conclude import place_order
from sanctions_rules.engines.interpreter import Evaluation, Scope
from sanctions_rules.facts import DISCRIMINATORS, EVENT_OF_ACT, Good
from sanctions_rules.values import Items, Truth
from sanctions_rules.view import Item, Leaf

#: Sets of up to so many facts are searched exactly; beyond that, greedily.
#: Groups and definitions in one another that are looked into; of what lies deeper, a definition is taken as it is.
DEEP: Final = 64
EXACT: Final = 3
#: How many sets a node may carry while the search is exact, and while it is greedy.
WIDTH, GREEDY_WIDTH = 400, 8
#: How many sets are evaluated as a whole, and how much work may be spent on trying single atoms:
#: a try counts one, and one more for each few definitions that it works out anew.
TRIED, BUDGET, FEW = 40, 20_000, 4
#: How many pairs of sets may be joined for one size of set.
JOINS: Final = 60_000

#: What no answer can give: a text that the rulebook lacks, and facts that contradict each other.
NO_ANSWER: Final = ("law", "agreement")

#: One answer: the key of a leaf and the number of a candidate. A set answers each leaf once.
Answers: TypeAlias = frozenset[tuple[str, int]]
#: The smallest sets that make a node true, and those that make it false.
Ways: TypeAlias = tuple[list[Answers], list[Answers]]
#: What settles a thing: in one of these ways, all of the expressions get their truths.
Goals: TypeAlias = list[tuple[tuple[Expr, bool], ...]]

_NOTHING: Final[Answers] = frozenset()


def settled(run: Evaluation, goals: Goals, scope: Scope) -> bool:
    return any(all(run.truth(e, scope) is Truth.known(want) for e, want in way) for way in goals)


# -- sets of answers -----------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Node:
    """A node of the open part. A `pick` has one part for each candidate of its leaf."""

    kind: str  # true, false, and, or, not, pick, atom
    parts: tuple[Node, ...] = ()
    key: str = ""
    expr: Expr | None = None
    scope: Scope = field(default_factory=dict[str, object])


TRUE, FALSE = Node("true"), Node("false")


@dataclass(slots=True)
class Bounds:
    """How large a set may be, how many a node may carry, how many may be joined in all.

    `cut`: some were left out.
    """

    size: int
    count: int
    joins: int = JOINS
    cut: bool = False
    memo: dict[int, Ways] = field(default_factory=dict[int, Ways])

    def least(self, sets: Iterable[Answers]) -> list[Answers]:
        """Those of which no other is a part, the smallest first."""
        kept: list[Answers] = []
        for answers in sorted(dict.fromkeys(sets), key=len):
            if len(answers) > self.size or any(other <= answers for other in kept):
                continue
            if len(kept) == self.count:
                self.cut = True
                break
            kept.append(answers)
        return kept

    def joined(self, families: Iterable[list[Answers]]) -> list[Answers]:
        """One set of each family together, where they do not answer one leaf in two ways."""
        few_first = sorted(families, key=len)
        result: list[Answers] = [_NOTHING]
        cut = False
        for family in few_first:
            if len(result) * len(family) > self.joins:
                cut = True
                result, family = result[:GREEDY_WIDTH], family[:GREEDY_WIDTH]
            self.joins -= len(result) * len(family)
            made = dict.fromkeys(a | b for a, b in product(result, family))
            fits = [s for s in made if len(s) <= self.size]
            result = self.least(s for s in fits if len({key for key, _ in s}) == len(s))
            if not result:
                break
        if cut:
            self.cut = True
            return self.least([*_covers(few_first), *result])
        return result


def _covers(families: list[list[Answers]]) -> Iterator[Answers]:
    """Sets that hold one of each family, made from those that many families share."""
    shared = Counter(answers for family in families for answers in family)
    common = sorted(shared, key=lambda answers: (-shared[answers], len(answers)))[:GREEDY_WIDTH]
    for start in common:
        chosen = start
        while missed := [f for f in families if not any(answers <= chosen for answers in f)]:
            keys = dict(chosen)
            fitting = Counter(
                answers for family in missed for answers in family
                if all(keys.get(key, index) == index for key, index in answers)
            )  # fmt: skip
            if not fitting:
                break
            chosen |= min(fitting, key=lambda answers: (-fitting[answers], len(answers)))
        else:
            yield chosen


class Search:
    """The open part of some goals, candidate answers at its leaves, and sets that settle it."""

    def __init__(
        self, run: Evaluation, goals: Goals, scope: Scope, without: frozenset[str] = frozenset()
    ) -> None:
        self.run = run
        self.without = without
        self.goals = goals
        self.scope = scope
        self.leaves: dict[str, Leaf] = {}
        self.candidates: dict[str, list[Candidate]] = {}
        self._atoms: dict[str, list[tuple[Expr, Scope]]] = {}
        self._nodes: dict[tuple[str, str], Node] = {}
        self._depth = 0
        self._spent = 0
        self._tried: dict[tuple[int, Answers], Truth | list[Leaf]] = {}
        self._roots = [[(self.build(e, scope), want) for e, want in way] for way in goals]
        for key, leaf in self.leaves.items():
            if not self.candidates[key]:
                self.candidates[key] = self._apart(key, values_for(run, leaf, self._atoms[key]))

    def smallest(self) -> tuple[dict[str, int], bool]:
        """A smallest set of answers that settles the goals; whether surely no smaller one does."""
        exact = True
        for size in (*range(1, EXACT + 1), 0):
            bounds = Bounds(size or len(self.leaves), WIDTH if size else GREEDY_WIDTH)
            found: list[Answers] = []
            for way in self._roots:
                found += bounds.joined([self.ways(node, bounds)[not want] for node, want in way])
            for answers in sorted(bounds.least(found), key=self._order)[:TRIED]:
                if settled(self.laid_over(answers), self.goals, self.scope):
                    return dict(answers), exact and bool(size)
            exact = exact and not bounds.cut and self._spent < BUDGET
        return {}, False

    def _order(self, answers: Answers) -> tuple[Any, ...]:
        places = sorted(place_order(self.leaves[key]) for key, _ in answers)
        return (len(answers), places, sorted(answers))

    def laid_over(self, answers: Iterable[tuple[str, int]]) -> Evaluation:
        return self._supposing({key: self.candidates[key][index].value for key, index in answers})

    def _supposing(self, assumed: dict[str, object]) -> Evaluation:
        view = copy(self.run.view)  # the same items; only what is assumed differs
        view.assumed = {**self.run.view.assumed, **assumed}
        return Evaluation(self.run.program, view, self.run.settings)

    # -- the graph -------------------------------------------------------------------------------

    def build(self, expr: Expr, scope: Scope) -> Node:
        """The open part of an expression. On the way every atom says which leaves stand in it."""
        run = self.run
        truth = run.truth(expr, scope)
        if truth is not Truth.UNKNOWN:
            return TRUE if truth is Truth.TRUE else FALSE
        match expr:
            case Apply("and" | "or" | "not" as kind, arguments):
                self._depth += 1
                parts = tuple([self.build(a, scope) for a in arguments])
                self._depth -= 1
                return Node(kind, parts)
            case Apply("shown", (part,)):
                return self.build(part, scope)
            case Ref(name, subject):
                item, leaf = run.fact(subject, scope) if subject else (None, None)
                if subject is None or isinstance(item, Item):
                    return self.build_definition(name, cast("Item | None", item))
                if self._asks(leaf) and leaf.place.endswith(subject.path[-1]):
                    self.offer(leaf, expr, scope)

                    def of(thing: object) -> Node:
                        if not isinstance(thing, Item):
                            return FALSE
                        return self.build_definition(name, thing)

                    return self._pick(leaf, of)
            case Quantified("some" | "every" as quantifier, Fact() as collection, variable, body):
                members, leaf = run.fact(collection, scope)

                def each(members: object) -> Node:
                    inside = members.members if isinstance(members, Items) else ()
                    parts = tuple(self.build(body, {**scope, variable: m}) for m in inside)
                    return Node("or" if quantifier == "some" else "and", parts)

                if isinstance(members, Items) and members.complete:
                    return each(members)
                if self._asks(leaf) and leaf.place.endswith(collection.path[-1]):
                    self.offer(leaf, expr, scope)
                    known, picked = each(members), self._pick(leaf, each)
                    return Node(known.kind, (*known.parts, picked))
            case _:
                pass
        return self.atom(expr, scope)

    def build_definition(self, name: str, item: Item | None) -> Node:
        truth = cast(Truth, self.run.definition(name, item))
        if truth is not Truth.UNKNOWN:
            return TRUE if truth is Truth.TRUE else FALSE
        key = (name, item.place if item else "")
        if key not in self._nodes:
            definition = self.run.program.definitions[name]
            if isinstance(definition, Closure) or self._depth > DEEP:
                ref, scope = Ref(name, Fact("it", ()) if item else None), {"it": item}
                self._nodes[key] = Node("atom", expr=ref, scope=scope)  # its seed may lead here
                self.atom(ref, scope)
            else:
                own: Scope = {definition.subject: item} if definition.subject else {}
                self._depth += 1
                self._nodes[key] = self.build(definition.body, own)
                self._depth -= 1
        return self._nodes[key]

    def _pick(self, leaf: Leaf, node: Callable[[object], Node]) -> Node:
        key = key_of(leaf)
        return Node("pick", tuple(node(c.value) for c in self.candidates[key]), key)

    def atom(self, expr: Expr, scope: Scope) -> Node:
        """An atom: note the leaves that it waits for, also behind a thing that is not named."""
        pending: list[Answers] = [_NOTHING]
        while pending and not isinstance(expr, Literal):
            answers = pending.pop(0)
            for leaf in self._waits(self.laid_over(answers) if answers else self.run, expr, scope):
                self.offer(leaf, expr, scope)
                if declared_at(leaf)[0].form == "ref" and len(answers) < EXACT - 1:
                    key = key_of(leaf)
                    pending += [answers | {(key, i)} for i in range(len(self.candidates[key]))]
        self._inside(expr, scope)
        return Node("atom", expr=expr, scope=scope)

    def _inside(self, expr: Expr, scope: Scope) -> None:
        """Note what stands inside an atom too: in counts, in sums, in what ownership passes on."""
        match expr:
            case Apply(_, arguments):
                for argument in arguments:
                    self._inside(argument, scope)
            case Quantified(_, collection, variable, body):
                members = self.run.value(collection, scope)
                for member in members.members if isinstance(members, Items) else ():
                    self.build(body, {**scope, variable: member})
            case Ref(name) if isinstance(closure := self.run.program.definitions[name], Closure):
                for party in self.run.view.items("parties"):
                    self.build_definition(closure.seed, party)
                    self.build_definition(closure.guard, party)
            case _:
                pass

    def _waits(self, run: Evaluation, expr: Expr, scope: Scope) -> list[Leaf]:
        return [leaf for leaf in run.leaves(expr, scope) if self._asks(leaf)]

    def _asks(self, leaf: Leaf | None) -> TypeGuard[Leaf]:
        """Whether there is somebody who could answer."""
        return leaf is not None and leaf.need not in NO_ANSWER and str(leaf) not in self.without

    # -- candidates at the leaves ----------------------------------------------------------------

    def offer(self, leaf: Leaf, expr: Expr, scope: Scope) -> None:
        """Note that the leaf stands in this atom.

        Things of the case are candidates at once; values are found when all atoms are known.
        """
        key = key_of(leaf)
        if key not in self.leaves:
            self.leaves[key] = leaf
            self.candidates[key] = things(self.run, leaf)
            self._atoms[key] = []
        if not any(expr is e and scope == s for e, s in self._atoms[key]):
            self._atoms[key].append((expr, scope))

    def _apart(self, key: str, found: list[Candidate]) -> list[Candidate]:
        """Of candidates that nothing can tell apart, the first."""
        declared, model, place = declared_at(self.leaves[key])
        if declared.form == "codes":
            return found  # codes also speak for the sort of the good and of the stone
        sorts = key == place + DISCRIMINATORS.get(model.__name__, "…")
        coded = Leaf(place + "codes") if model is Good and declared.form == "word" else None
        at_odds = coded is not None and isinstance(value_at(self.run, coded), Items)
        kept: dict[tuple[object, ...], Candidate] = {}
        for candidate in found:
            word, run = candidate.value, self._supposing({key: candidate.value})
            kind: list[object] = [run.truth(expr, scope) for expr, scope in self._atoms[key]]
            kind.append(word if Truth.UNKNOWN in kind else "")
            if key == "act.kind":
                kind.append(EVENT_OF_ACT.get(str(word)))
            if sorts:
                kind += [word in d.only_for for d in model.declarations.values() if d.only_for]
            if at_odds:  # with a code that is known, where no open atom shows it
                kind += [run.truth(e, self.scope) for way in self.goals for e, _ in way]
            kept.setdefault(tuple(kind), candidate)
        texts = Counter(one.text for one in kept.values())
        return [
            one if texts[one.text] == 1 else Candidate(one.value, str(one.value))
            for one in kept.values()
        ]

    # -- ways ------------------------------------------------------------------------------------

    def ways(self, node: Node, bounds: Bounds) -> Ways:
        found = bounds.memo.get(id(node))
        if found is None:
            found = bounds.memo[id(node)] = self._ways(node, bounds)
        return found

    def _ways(self, node: Node, bounds: Bounds) -> Ways:
        match node.kind:
            case "true":
                return [_NOTHING], []
            case "false":
                return [], [_NOTHING]
            case "not":
                yes, no = self.ways(node.parts[0], bounds)
                return no, yes
            case "and" | "or":
                parts = [self.ways(part, bounds) for part in node.parts]
                all_, any_ = (0, 1) if node.kind == "and" else (1, 0)
                together = bounds.joined([part[all_] for part in parts])
                apart = bounds.least(answers for part in parts for answers in part[any_])
                return (together, apart) if node.kind == "and" else (apart, together)
            case "pick":
                both: Ways = ([], [])
                for index, part in enumerate(node.parts):
                    for side, sets in zip(both, self.ways(part, bounds), strict=True):
                        side += bounds.joined([[frozenset({(node.key, index)})], sets])
                return bounds.least(both[0]), bounds.least(both[1])
            case _:
                return self._atom_ways(node, bounds)

    def _atom_ways(self, node: Node, bounds: Bounds) -> Ways:
        """Answers tried on the atom itself: one at a time, then more where it stays open."""
        both: Ways = ([], [])
        pending: dict[Answers, None] = {_NOTHING: None}
        while pending:
            answers = next(iter(pending))
            del pending[answers]
            result = self._try(node, answers)
            if isinstance(result, Truth):
                both[0 if result is Truth.TRUE else 1].append(answers)
            elif len(answers) < min(bounds.size, EXACT):
                held = {key for key, _ in answers}
                for key in (k for k in map(key_of, result) if k not in held):
                    for index in range(len(self.candidates.get(key, ()))):
                        pending[answers | {(key, index)}] = None
        return bounds.least(both[0]), bounds.least(both[1])

    def _try(self, node: Node, answers: Answers) -> Truth | list[Leaf]:
        """The truth of an atom under some answers, or the leaves that it then still waits for."""
        found = self._tried.get((id(node), answers))
        if found is None:
            expr = cast(Expr, node.expr)
            if isinstance(expr, Literal) or self._spent >= BUDGET:
                return []
            run = self.laid_over(answers)
            truth = run.truth(expr, node.scope)
            found = truth
            if truth is Truth.UNKNOWN:
                waiting = self._waits(run, expr, node.scope)
                found = [leaf for one in waiting for leaf in (one, *self._beside(one))]
            self._spent += 1 + run.worked // FEW
            self._tried[(id(node), answers)] = found
        return found

    def _beside(self, leaf: Leaf) -> Iterator[Leaf]:
        """Facts asked for elsewhere that may say what this one is: a thing's sort, its codes."""
        _, model, place = declared_at(leaf)
        names = [place + DISCRIMINATORS.get(model.__name__, "…"), place + "codes"]
        for name in [*names, "act.kind"] if place == "act.events." else names:
            other = self.leaves.get(name)
            if other is not None and other != leaf:
                yield other
