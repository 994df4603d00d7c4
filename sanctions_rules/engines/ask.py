"""What to ask next: the first fact of a smallest set of answers that could settle what is open.

The open part of the rules is an and/or graph over unknown atoms (design D8). Each atom is tried
with the answers that its own constants suggest: at a bound, just below and just above it, the
word that it names and one other. From these, each node gets the smallest sets of answers that
would make it true, and those that would make it false; a set found at the root is then laid over
the case and evaluated. A law that the rulebook does not have answers nothing, so it is never asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from sanctions_rules import clocks, codes
from sanctions_rules.codes import Code
from sanctions_rules.core import Apply, Closure, Expr, Fact, Literal, Norm, Quantified, Ref
from sanctions_rules.decision import Question
from sanctions_rules.engines.interpreter import CHAIN, Evaluation, Scope, index_of
from sanctions_rules.facts import DISCRIMINATORS, EVENT_OF_ACT, Case, Declared, FactModel, Good
from sanctions_rules.schema import COLLECTIONS, children
from sanctions_rules.values import NOT_APPLICABLE, Items, OneOf, Span, Truth, point
from sanctions_rules.view import Day, Item, Leaf, View

if TYPE_CHECKING:
    from sanctions_rules.engines.conclude import Source

#: Sets of up to so many facts are searched exactly; beyond that, greedily.
EXACT: Final = 3
#: How many sets a node may carry while the search is exact, and while it is greedy.
WIDTH, GREEDY_WIDTH = 400, 8
#: How many sets are evaluated before we give up, and how many atom evaluations may be spent.
TRIED, BUDGET = 40, 4000

#: One answer: the key of a leaf and the number of a candidate. A set answers each leaf once.
Answers: TypeAlias = frozenset[tuple[str, int]]
#: The smallest sets that make a node true, and those that make it false.
Ways: TypeAlias = tuple[list[Answers], list[Answers]]
#: Ways to settle what is open: in each, all of these expressions get these truths.
Goals: TypeAlias = list[tuple[tuple[Expr, bool], ...]]

_NOTHING: Final[Answers] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that an answer could give, as the core has it and as a person would say it."""

    value: object
    text: str


@dataclass(slots=True, eq=False)
class Node:
    """A node of the open part. `kind`: true, false, and, or, not, pick (by one answer), atom."""

    kind: str
    parts: tuple[Node, ...] = ()
    leaf: Leaf | None = None  # of a pick: which candidate leads to which part
    picks: tuple[object, ...] = ()
    expr: Expr | None = None
    scope: Scope = field(default_factory=dict[str, object])


TRUE, FALSE = Node("true"), Node("false")


def next_question(source: Source, regime: str) -> Question | None:
    """The question to ask, or None where nothing is open that an answer could settle."""
    for settles, goals, scope in _open(source, regime):
        search = Search(source.evaluation, goals, scope)
        found = search.smallest()
        if found is not None:
            answers, exact = found
            leaves = sorted((search.leaves[key] for key in answers), key=_place_order)
            first = leaves[0]
            chosen = search.candidates[key_of(first)][answers[key_of(first)]]
            text = sentence(source.evaluation, first)
            return Question(first, chosen.text, tuple(leaves[1:]), exact, settles, text)
    return None


# -- what is open --------------------------------------------------------------------------------


def _open(source: Source, regime: str) -> Iterator[tuple[str, Goals, Scope]]:
    """What is not determined: the outcome, else each exposure, else each duty, with what settles it."""
    from sanctions_rules.engines.conclude import asked_norms, subjects

    run = source.evaluation
    norms = asked_norms(source.program, regime, source.about)
    bans = [n for n in norms if n.verb == "prohibits" and not _never_filled(run, n)]
    some = Apply("or", tuple(_whole(n, False) for n in bans))
    sure = Apply("or", tuple(_whole(n, True) for n in bans))
    if run.truth(some, {}) is Truth.UNKNOWN:
        yield "the outcome", [((sure, True),), ((some, False),)], {}
    for verb, what in (("empowers", "the exposure"), ("requires", "the duty")):
        for norm in (n for n in norms if n.verb == verb and n.menu != ("derogation",)):
            for item in subjects(run, norm)[0]:
                scope: Scope = {norm.variable: item} if item else {}
                effective = _effective(norm)
                name = f"{what} under {norm.id}" + (f" of {item.id}" if item else "")
                goals: Goals = [((effective, False),), ((effective, True),)]
                if norm.duty is not None:
                    done: Expr = (
                        Ref(norm.duty.met, effective.subject) if norm.duty.met
                        else Quantified("some", Fact("case", ("performed",)), "duty", Literal(Truth.FALSE))
                    )  # fmt: skip
                    goals = [goals[0], *(((effective, True), (done, met)) for met in (False, True))]
                if not _settled(run, goals, scope):
                    yield name, goals, scope


def _effective(norm: Norm) -> Ref:
    return Ref(norm.effective, Fact(norm.variable, ()) if norm.variable else None)


def _whole(norm: Norm, surely: bool) -> Expr:
    """That the norm binds one of the things it is about, also of those that are not named."""
    binds: Expr = _effective(norm)
    if surely and norm.conflict:
        binds = Apply("and", (binds, Apply("not", (Ref(norm.conflict, cast(Ref, binds).subject),))))
    if norm.collection is None:
        return binds
    one = Quantified("some", norm.collection, norm.variable, binds)
    return Apply("and", (Ref(norm.in_force), Ref(norm.bound), Ref(norm.pattern), one))


def _never_filled(run: Evaluation, norm: Norm) -> bool:
    definition = index_of(run.program)[norm.body]
    return bool(norm.dormant) and getattr(definition, "body", None) == Literal(Truth.FALSE)


def _settled(run: Evaluation, goals: Goals, scope: Scope) -> bool:
    return any(all(run.truth(e, scope) is Truth.known(want) for e, want in way) for way in goals)


def key_of(leaf: Leaf) -> str:
    """Where a view looks for a value that is given for the sake of argument."""
    return str(leaf) if leaf.need == "judgement" else leaf.place


def _place_order(leaf: Leaf) -> tuple[Any, ...]:
    from sanctions_rules.engines.conclude import place_order

    return place_order(leaf)


# -- the search ------------------------------------------------------------------------------------


class Search:
    """The open part of some goals, the candidate answers at its leaves, and the sets that settle it."""

    def __init__(self, run: Evaluation, goals: Goals, scope: Scope) -> None:
        self.run = run
        self.goals = goals
        self.scope = scope
        self.leaves: dict[str, Leaf] = {}
        self.candidates: dict[str, list[Candidate]] = {}
        self.atoms: dict[str, list[tuple[Expr, Scope]]] = {}
        self._nodes: dict[tuple[str, str], Node] = {}
        self._depth = 0
        self._spent = 0
        self._tried: dict[tuple[int, Answers], Truth | list[Leaf]] = {}
        self.roots = [[(self.build(e, scope), want) for e, want in way] for way in goals]
        for key in self.candidates:
            self._keep_one_of_each_kind(key)

    def smallest(self) -> tuple[dict[str, int], bool] | None:
        """A smallest set of answers that settles the goals, and whether no smaller one does."""
        exact = True
        for size in (*range(1, EXACT + 1), 0):
            width = Width(size or len(self.leaves), WIDTH if size else GREEDY_WIDTH)
            memo: dict[int, Ways] = {}
            found: list[Answers] = []
            for way in self.roots:
                sets = [self.ways(node, memo, width)[0 if want else 1] for node, want in way]
                found += width.joined(sets)
            for answers in sorted(width.least(found), key=self._order)[:TRIED]:
                if answers and self._settles(answers):
                    return dict(answers), exact and bool(size) and not width.cut
            exact = exact and not width.cut and self._spent < BUDGET
        return None

    def _order(self, answers: Answers) -> tuple[Any, ...]:
        places = sorted(_place_order(self.leaves[key]) for key, _ in answers)
        return (len(answers), places, sorted(answers))

    def laid_over(self, answers: Iterable[tuple[str, int]]) -> Evaluation:
        assumed = {key: self.candidates[key][index].value for key, index in answers}
        return Evaluation(self.run.program, View(self.run.view.case, assumed), self.run.settings)

    def _settles(self, answers: Answers) -> bool:
        return _settled(self.laid_over(answers), self.goals, self.scope)

    # -- the graph ----------------------------------------------------------------------------------

    def build(self, expr: Expr, scope: Scope) -> Node:
        """The open part of an expression; on the way every atom names its candidates."""
        run = self.run
        truth = run.truth(expr, scope)
        if truth is not Truth.UNKNOWN:
            return TRUE if truth is Truth.TRUE else FALSE
        match expr:
            case Literal():
                return Node("atom", expr=expr, scope=scope)
            case Apply("and" | "or" as kind, arguments):
                return Node(kind, tuple(self.build(a, scope) for a in arguments))
            case Apply("not", (part,)):
                return Node("not", (self.build(part, scope),))
            case Apply("shown", (part,)):
                return self.build(part, scope)
            case Ref(name, None):
                return self.build_definition(name, None)
            case Ref(name, Fact() as subject):
                item, leaf = run.fact(subject, scope)
                if isinstance(item, Item):
                    return self.build_definition(name, item)
                if leaf is not None and self.offer(leaf, expr, scope):
                    return self.pick(leaf, lambda chosen: self.build_definition(name, chosen)
                                     if isinstance(chosen, Item) else FALSE)
            case Quantified("some" | "every" as quantifier, Fact() as collection, variable, body):
                members, leaf = run.fact(collection, scope)

                def over(chosen: object) -> Node:
                    each = chosen.members if isinstance(chosen, Items) else ()
                    parts = tuple(self.build(body, {**scope, variable: m}) for m in each)
                    return Node("or" if quantifier == "some" else "and", parts)

                if isinstance(members, Items) and members.complete:
                    return over(members)
                if leaf is not None and self.offer(leaf, expr, scope):
                    known = over(members)
                    rest = self.pick(leaf, over)
                    return Node("or" if quantifier == "some" else "and", (known, rest)) if known.parts else rest
            case _:
                pass
        return self.atom(expr, scope)

    def build_definition(self, name: str, item: Item | None) -> Node:
        run = self.run
        truth = cast(Truth, run.definition(name, item))
        if truth is not Truth.UNKNOWN:
            return TRUE if truth is Truth.TRUE else FALSE
        key = (name, item.place if item else "")
        if key not in self._nodes:
            definition = index_of(run.program)[name]
            ref = Ref(name, Fact("it", ()) if item else None)
            if isinstance(definition, Closure) or self._depth > CHAIN:
                self._nodes[key] = Node("atom", expr=ref, scope={"it": item})  # met again in its own seed
                self._nodes[key] = self.atom(ref, {"it": item})
            else:
                self._depth += 1
                scope: Scope = {definition.subject: item} if definition.subject else {}
                self._nodes[key] = self.build(definition.body, scope)
                self._depth -= 1
        return self._nodes[key]

    def pick(self, leaf: Leaf, node: Any) -> Node:
        chosen = tuple(c.value for c in self.candidates.get(key_of(leaf), ()))
        return Node("pick", tuple(node(value) for value in chosen), leaf, chosen)

    def atom(self, expr: Expr, scope: Scope) -> Node:
        """An atom, and with it the candidates of each leaf that it waits for."""
        pending: list[tuple[Leaf, dict[str, object]]] = [(leaf, {}) for leaf in self.waits(self.run, expr, scope)]
        while pending:
            leaf, assumed = pending.pop(0)
            added = self.offer(leaf, expr, scope)
            if declared_at(leaf.place)[0].form == "ref" and leaf.need == "fact" and len(assumed) < EXACT - 1:
                for candidate in added:  # what hangs on the thing that it may be
                    deeper = {**assumed, key_of(leaf): candidate.value}
                    run = Evaluation(self.run.program, View(self.run.view.case, deeper), self.run.settings)
                    pending += [(other, deeper) for other in self.waits(run, expr, scope) if key_of(other) not in deeper]
        return Node("atom", expr=expr, scope=scope)

    def waits(self, run: Evaluation, expr: Expr, scope: Scope) -> list[Leaf]:
        """The leaves of an unknown atom that an answer can be given to."""
        return [leaf for leaf in run.leaves(expr, scope) if leaf.need != "law"]

    # -- sets of answers ----------------------------------------------------------------------------------

    def ways(self, node: Node, memo: dict[int, Ways], width: Width) -> Ways:
        found = memo.get(id(node))
        if found is None:
            found = memo[id(node)] = self._ways(node, memo, width)
        return found

    def _ways(self, node: Node, memo: dict[int, Ways], width: Width) -> Ways:
        match node.kind:
            case "true":
                return [_NOTHING], []
            case "false":
                return [], [_NOTHING]
            case "not":
                yes, no = self.ways(node.parts[0], memo, width)
                return no, yes
            case "and" | "or":
                parts = [self.ways(p, memo, width) for p in node.parts]
                one, every = (1, 0) if node.kind == "and" else (0, 1)
                any_ = width.least([answers for p in parts for answers in p[one]])
                all_ = width.joined([p[every] for p in parts])
                return (all_, any_) if node.kind == "and" else (any_, all_)
            case "pick":
                assert node.leaf is not None
                both: Ways = ([], [])
                key = key_of(node.leaf)
                for value, part in zip(node.picks, node.parts, strict=True):
                    index = next((i for i, c in enumerate(self.candidates[key]) if c.value == value), None)
                    if index is not None:
                        for side, sets in zip(both, self.ways(part, memo, width), strict=True):
                            side += width.joined([[frozenset({(key, index)})], sets])
                return width.least(both[0]), width.least(both[1])
            case _:
                return self._atom_ways(node, width)

    def _atom_ways(self, node: Node, width: Width) -> Ways:
        """Answers tried on the atom itself: one at a time, then more where it stays open."""
        both: Ways = ([], [])
        tried: set[Answers] = set()
        pending: list[Answers] = [_NOTHING]
        while pending:
            answers = pending.pop(0)
            result = self._try(node, answers)
            if isinstance(result, Truth):
                both[0 if result is Truth.TRUE else 1].append(answers)
            elif len(answers) < min(width.size, EXACT):
                held = {key for key, _ in answers}
                for leaf in result:
                    key = key_of(leaf)
                    if key in held:
                        continue
                    for index in range(len(self.candidates.get(key, ()))):
                        more = answers | {(key, index)}
                        if more not in tried:
                            tried.add(more)
                            pending.append(more)
        return width.least(both[0]), width.least(both[1])

    def _try(self, node: Node, answers: Answers) -> Truth | list[Leaf]:
        """The truth of an atom under some answers, or the leaves that it then still waits for."""
        found = self._tried.get((id(node), answers))
        if found is None:
            expr = cast(Expr, node.expr)
            self._spent += 1
            if isinstance(expr, Literal) or self._spent > BUDGET:
                return []
            run = self.laid_over(answers)
            truth = run.truth(expr, node.scope)
            found = truth if truth is not Truth.UNKNOWN else [
                leaf for waiting in self.waits(run, expr, node.scope) for leaf in (waiting, *self._beside(waiting))
            ]
            self._tried[(id(node), answers)] = found
        return found

    def _beside(self, leaf: Leaf) -> Iterator[Leaf]:
        """Other facts that are asked for and may say what this one is: the sort of a thing, its codes."""
        model, place = owner_of(leaf)
        for name in (DISCRIMINATORS.get(model.__name__, ""), "codes", "act.kind" if place == "act.events." else ""):
            other = self.leaves.get(name if "." in name else place + name)
            if name and other is not None and other != leaf:
                yield other
