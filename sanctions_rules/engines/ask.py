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
        for key, leaf in self.leaves.items():
            if not self.candidates[key]:
                self.candidates[key] = self._tell_apart(key, candidates_of(run, leaf, self.atoms[key]))

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
                if leaf is not None and leaf.place.endswith(subject.path[-1]):
                    self.offer(leaf, expr, scope)
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
                if leaf is not None and leaf.place.endswith(collection.path[-1]):
                    self.offer(leaf, expr, scope)
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
        pending: list[Answers] = [_NOTHING]
        while pending:
            answers = pending.pop(0)
            for leaf in self.waits(self.laid_over(answers) if answers else self.run, expr, scope):
                key = key_of(leaf)
                self.offer(leaf, expr, scope)
                if declared_at(leaf)[0].form == "ref" and len(answers) < EXACT - 1:
                    pending += [answers | {(key, i)} for i in range(len(self.candidates[key]))]
        self._inside(expr, scope)
        return Node("atom", expr=expr, scope=scope)

    def _inside(self, expr: Expr, scope: Scope) -> None:
        """The conditions inside an atom, for the sake of their candidates: counts, sums, ownership."""
        match expr:
            case Apply(_, arguments):
                for argument in arguments:
                    self._inside(argument, scope)
            case Quantified(_, collection, variable, body):
                members = self.run.value(collection, scope)
                for member in members.members if isinstance(members, Items) else ():
                    self.build(body, {**scope, variable: member})
            case Ref(name) if isinstance(closure := index_of(self.run.program)[name], Closure):
                for party in self.run.view.items("parties"):
                    self.build_definition(closure.seed, party)
                    self.build_definition(closure.guard, party)
            case _:
                pass

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

    # -- candidates ---------------------------------------------------------------------------------------

    def offer(self, leaf: Leaf, expr: Expr, scope: Scope) -> None:
        """Note that the leaf stands in this atom. Things are candidates at once, values when all atoms are known."""
        key = key_of(leaf)
        if key not in self.leaves:
            self.leaves[key] = leaf
            self.candidates[key] = things_of(self.run, leaf)
            self.atoms[key] = []
        if not any(expr is e and scope == s for e, s in self.atoms[key]):
            self.atoms[key].append((expr, scope))

    def _tell_apart(self, key: str, found: list[Candidate]) -> list[Candidate]:
        """Of candidates that no atom can tell apart, the first."""
        model, place = owner_of(self.leaves[key])
        name = key.removeprefix(place)
        sorts = name == DISCRIMINATORS.get(model.__name__)
        kept: dict[tuple[object, ...], Candidate] = {}
        for candidate in found:
            word = candidate.value
            run = Evaluation(self.run.program, View(self.run.view.case, {key: word}), self.run.settings)
            kind: list[object] = [run.truth(expr, scope) for expr, scope in self.atoms[key]]
            kind += [EVENT_OF_ACT.get(str(word))] if key == "act.kind" else []
            kind += [word in d.only_for for d in model.declarations.values() if d.only_for] if sorts else []
            if Truth.UNKNOWN in kind:
                kind.append(word)
            kept.setdefault(tuple(kind), candidate)
        return list(kept.values())


@dataclass(slots=True)
class Width:
    """How large a set may be and how many a node may carry. `cut`: some were left out."""

    size: int
    count: int
    cut: bool = False

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
        """One set of each family together, where they do not answer one question in two ways."""
        result: list[Answers] = [_NOTHING]
        for family in families:
            made = (a | b for a, b in product(result, family))
            result = self.least(s for s in made if len(s) <= self.size and len({key for key, _ in s}) == len(s))
        return result


# -- the answers that the atoms suggest ----------------------------------------------------------------


def owner_of(leaf: Leaf) -> tuple[type[FactModel], str]:
    """The model that the fact belongs to, and the place of that with its dot."""
    _, model, place = declared_at(leaf)
    return model, place


def declared_at(leaf: Leaf) -> tuple[Declared, type[FactModel], str]:
    """How the fact at a place is declared, in which model, and where that stands."""
    model: type[FactModel] = Case
    if leaf.need == "judgement":
        return Declared("flag", "the answer"), model, ""
    place, declared = "", Declared("records", "")
    *above, last = leaf.place.split(".")
    for part in above:
        name = part.partition("[")[0]
        model = children(model).get(name) or COLLECTIONS[model.declarations[name].of]
        place += part + "."
    declared = model.declarations[last]
    return declared, model, place


def value_at(run: Evaluation, leaf: Leaf) -> object:
    """What is known of the fact so far."""
    head, bracket, rest = leaf.place.rpartition("]")
    item = run.view.item(head + bracket) if bracket else run.view.root
    return run.view.read(item, tuple(rest.strip(".").split(".")))[0]


def things_of(run: Evaluation, leaf: Leaf) -> list[Candidate]:
    """For a fact that names things of the case: each of them alone, and none where that can be."""
    declared = declared_at(leaf)[0]
    if declared.form not in ("ref", "refs", "records") or leaf.need == "judgement":
        return []
    known = value_at(run, leaf)
    given = known.members if isinstance(known, Items) else ()
    closed = Candidate(Items(given, True), ", ".join(cast(Item, m).id for m in given) + " and no others" if given else "none")
    others = [i for i in run.view.items(declared.of) if i not in given] if declared.form != "records" else []
    match declared.form:
        case "ref":
            none = [Candidate(NOT_APPLICABLE, "none")] if declared.optional else []
            return [*(Candidate(i, i.id) for i in others), *none]
        case "refs":
            more = [Candidate(Items((*given, i), True), ", ".join(cast(Item, m).id for m in (*given, i))) for i in others]
            return [*more, closed]
        case _:
            return [closed]


def candidates_of(run: Evaluation, leaf: Leaf, atoms: list[tuple[Expr, Scope]]) -> list[Candidate]:
    """The values at which one of the atoms may turn, and what else there may be."""
    declared = declared_at(leaf)[0]
    none = [Candidate(NOT_APPLICABLE, "none")] if declared.optional else []
    constants = list(dict.fromkeys(c for expr, scope in atoms for c in _constants(run, expr, scope)))
    match declared.form:
        case "flag":
            return [Candidate(Truth.TRUE, "yes"), Candidate(Truth.FALSE, "no"), *none]
        case "word" | "country" | "text":
            return [*_words(run, leaf, declared, constants), *none]
        case "words" | "countries" | "texts":
            return _lists(run, leaf, constants)
        case "number" | "price":
            return [*_amounts(run, leaf, declared, constants), *none]
        case "moment":
            return [*_times(run, leaf, atoms, constants), *none]
        case "codes":
            return _codes(run, leaf, constants)
        case _:
            return []


def _constants(run: Evaluation, expr: Expr, scope: Scope) -> Iterator[Any]:
    """What an atom compares with: its literals, and the other things that it knows."""
    match expr:
        case Literal(value):
            yield value
        case Apply(operator, arguments):
            for argument in arguments:
                yield from _constants(run, argument, scope)
                value = run.value(argument, scope) if isinstance(argument, Apply) else None
                if isinstance(value, Span):
                    yield value
                    if operator == "less" or operator == "at_most":
                        yield from _shifted_back(run, arguments, value)
        case Ref(name) if isinstance(closure := index_of(run.program)[name], Closure):
            yield point(closure.percent)
            yield closure.basis
        case Quantified(_, _, _, body, _, what):
            yield from _constants(run, body, scope) if isinstance(body, Apply) else ()
            yield from _constants(run, what, scope) if what is not None else ()
        case _:
            return


def _shifted_back(run: Evaluation, arguments: tuple[Expr, ...], bound: Span) -> Iterator[Span]:
    """Where one side is a shifted time: the times from which the shift leads to the bound."""
    for argument in arguments:
        while isinstance(argument, Apply) and argument.operator == "next_day":
            argument = argument.arguments[0]
        match argument:
            case Apply("shifted", (_, Literal(int() as count), Literal(str() as unit), Literal(str() as zone))) if isinstance(bound.lo, int):
                day = clocks.shift_day(clocks.local_day(bound.lo, zone), -count, unit)
                yield point(clocks.day_start(day, zone))
            case _:
                pass


def _names(constants: Iterable[Any]) -> list[str]:
    found: list[str] = []
    for constant in constants:
        if isinstance(constant, str):
            found.append(constant)
        elif isinstance(constant, frozenset):
            found += sorted(cast("frozenset[str]", constant))
    return list(dict.fromkeys(found))


def _words(run: Evaluation, leaf: Leaf, declared: Declared, constants: list[Any]) -> list[Candidate]:
    known = value_at(run, leaf)
    possible = sorted(known.values) if isinstance(known, OneOf) else None
    vocabulary = possible or declared.values or (tuple(sorted(codes.COUNTRIES)) if declared.form == "country" else ("…",))
    named = [n for n in _names(constants) if n in vocabulary or declared.form == "text"]
    others = [w for w in vocabulary if w not in named]
    if declared.form == "country":
        others = others[:1]
    return [*(Candidate(n, n) for n in named), *(Candidate(o, _other(named) or o) for o in others)]


def _other(named: list[str]) -> str:
    return "" if not named else f"not {named[0]}" if len(named) == 1 else f"none of {', '.join(named)}"


def _lists(run: Evaluation, leaf: Leaf, constants: list[Any]) -> list[Candidate]:
    known = value_at(run, leaf)
    given = known.members if isinstance(known, Items) else ()
    named = [n for n in _names(constants) if n not in given]
    closed = f"{', '.join(map(str, given))} and no others" if given else _other(named) or "none"
    together = [Candidate(Items((*given, *named), True), ", ".join(map(str, (*given, *named))))] if len(named) > 1 else []
    return [
        *(Candidate(Items((*given, n), True), ", ".join(map(str, (*given, n)))) for n in named),
        Candidate(Items(given, True), closed), *together,
    ]  # fmt: skip


def _amounts(run: Evaluation, leaf: Leaf, declared: Declared, constants: list[Any]) -> list[Candidate]:
    """At each bound, just below it, just above it; within the range that is known."""
    known = value_at(run, leaf)
    found: list[Candidate] = []
    for span in _spans(constants):
        for bound in (span.lo, span.hi):
            if not isinstance(bound, Decimal):
                continue
            step = min(Decimal("0.01"), Decimal(1).scaleb(cast(int, bound.as_tuple().exponent)))
            for amount in (bound, bound - step, bound + step):
                outside = isinstance(known, Span) and not _within(point(amount, known.tag), known)
                if amount < 0 or outside or (declared.unit == "percent" and amount > 100):
                    continue
                found.append(Candidate(point(amount, span.tag), f"{amount} {span.tag or declared.unit}".strip()))
    return found


def _spans(constants: Iterable[Any]) -> Iterator[Span]:
    for constant in constants:
        if isinstance(constant, Span):
            yield constant
        elif isinstance(constant, tuple):
            for part in cast("tuple[Any, ...]", constant):  # rows of a table, ends of an interval
                if isinstance(part, int):
                    yield point(part)
                elif isinstance(part, Span):
                    yield part
                elif isinstance(part, tuple):
                    yield from _spans((cast(Any, part),))


def _within(value: Span, known: Span) -> bool:
    from sanctions_rules.values import at_most, less

    low = Span(known.lo, known.lo, tag=known.tag)
    high = Span(known.hi, known.hi, tag=known.tag)
    above = known.lo is None or (less if known.lo_open else at_most)(low, value).must
    return above and (known.hi is None or (less if known.hi_open else at_most)(value, high).must)


_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00+00:00")
_MINUTE: Final = 60_000_000
#: Beyond this there is no day: an interval without an end.
_LAST: Final = 8 * 10**15


def _times(run: Evaluation, leaf: Leaf, atoms: list[tuple[Expr, Scope]], constants: list[Any]) -> list[Candidate]:
    """The day before each bound, that day, the day after; where the day is known, the minutes."""
    zone = next((z for z in _names(constants) if "/" in z), "UTC")
    bounds = [b for s in _spans(constants) for b in (s.lo, s.hi) if isinstance(b, int) and 0 < abs(b) < _LAST]
    known = value_at(run, leaf)
    window = run.value(Apply("instants", (Literal(cast(Any, known)), Literal(zone))), {}) if isinstance(known, Day) else None
    if not bounds and window is None:
        last = max(head.through for head in run.program.heads)
        bounds = [clocks.day_start(day, zone) for day in (last, last - timedelta(days=366))]
    moments: list[date | datetime] = []
    for bound in dict.fromkeys(bounds):
        day = clocks.local_day(bound, zone)
        if leaf.need != "hour":
            moments += [day - timedelta(days=1), day, day + timedelta(days=1)]
        if window is not None:
            minute = bound - bound % _MINUTE
            moments += [(_EPOCH + timedelta(microseconds=m)).astimezone(clocks.zone(zone))
                        for m in (minute - _MINUTE, minute, minute + _MINUTE)]  # fmt: skip
    return [
        Candidate(Day(m, m), f"{m:%Y-%m-%d %H:%M} {m.tzname()}" if isinstance(m, datetime) else str(m))
        for m in dict.fromkeys(moments)
        if not isinstance(window, Span) or _contains(window, clocks.span_of(m, zone))
    ]


def _contains(window: Span, span: Span) -> bool:
    return (window.lo is None or cast(int, span.lo) >= window.lo) and (window.hi is None or cast(int, span.hi) <= window.hi)


def _codes(run: Evaluation, leaf: Leaf, constants: list[Any]) -> list[Candidate]:
    """The first code of each list, one that it leaves out, and codes of the good's sort outside them."""
    known = value_at(run, leaf)
    held = cast("tuple[Code, ...]", known.members) if isinstance(known, Items) else ()
    pool = [Code(c[0].scheme, c[0].digits) for c in constants if isinstance(c, tuple) and c and isinstance(c[0], Code)]
    sort = run.view.read(run.view.item(leaf.place.rpartition(".")[0]), ("category",))[0]
    possible = sort.values if isinstance(sort, OneOf) else {sort} if isinstance(sort, str) else {"other"}
    prefixes = [p for name in sorted(possible) for p in codes.CATEGORY_HS[name]] + (["9999"] if "other" in possible else [])
    outside = [Code("HS", p.ljust(6, fill)) for p in prefixes if p for fill in "09"]
    fits = [c for c in (*pool, *outside) if any(codes.category_may_carry(p, c.hs) for p in possible)]
    if not held:
        return [Candidate(Items((c,), True), str(c)) for c in fits]
    longer = [
        (*held[:i], more, *held[i + 1 :]) for i, code in enumerate(held)
        for more in (*fits, *(Code(code.scheme, code.digits.ljust(codes.SCHEMES[code.scheme], fill)) for fill in "09"))
        if more.digits.startswith(code.digits) and more != code
    ]  # fmt: skip
    return [Candidate(Items(c, True), ", ".join(map(str, c))) for c in longer]


# -- the question -------------------------------------------------------------------------------------


def sentence(run: Evaluation, leaf: Leaf) -> str:
    """One sentence that asks for the fact."""
    if leaf.need == "judgement":
        question, _, of = leaf.place.partition(" of ")
        text = run.program.questions.get(question, (question, (), ""))[0]
        return text if of == "act" else f"Of {of}: {text}"
    declared, _, place = declared_at(leaf)
    owner = run.view.item(place[:-1]).id if place.endswith("].") else "the act"
    what = declared.phrase.replace("{}", owner)
    known = value_at(run, leaf)
    given = ", ".join(m.id if isinstance(m, Item) else str(m) for m in known.members) if isinstance(known, Items) else ""
    match leaf.need:
        case "hour":
            day = known.lo if isinstance(known, Day) else "that day"
            return f"What is {what} to the minute, on {day}?"
        case "range":
            return f"What is {what} exactly?"
        case "completeness":
            return f"Are these all {what}: {given or 'none'}?"
        case "code":
            return f"What are {what} in more digits than {given}?"
        case _ if declared.form == "flag":
            return f"Is it so that {what}?"
        case _ if declared.form in ("words", "countries", "texts", "codes", "refs", "records"):
            return f"What are all {what}?"
        case _:
            return f"What is {what}?"
