"""A program as numbered nodes: each distinct expression once, with the things that it is about.

An expression about one thing is about any item of its kind, whatever a rule calls it: `good` and
`product` are one variable, so that an atom which many definitions share is one node. Its home is
the space of that kind, where it is one vector. Only what is about two things at once (a licence
and who holds it) is worked out for pairs of them.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Final

from sanctions_rules.core import (
    Apply,
    Closure,
    Definition,
    Definitions,
    Expr,
    Fact,
    Literal,
    Program,
    Quantified,
    Ref,
    Way,
)
from sanctions_rules.engines.columnar.spaces import CASE
from sanctions_rules.engines.columnar.vectors import FALSE, OF_TRUTH, TRUE, Pair, folded
from sanctions_rules.engines.interpreter import counts_of
from sanctions_rules.facts import Case, FactModel
from sanctions_rules.schema import COLLECTIONS, NOUNS, WITH_COMPONENTS, children
from sanctions_rules.values import Truth

#: What a node is about where it is about one thing: nobody asks for its name.
IT: Final = ""
#: What a closure weighs beside other nodes, and the most that anything does.
CLOSURE: Final = 200
HEAVIEST: Final = 10**9
_CODED: Final = frozenset({"flag", "word", "country", "text"})
_CODED_LISTS: Final = frozenset({"words", "countries", "texts", "codes"})


class UnsupportedError(Exception):
    """A program that has something which no language text lowers to."""


@dataclass(slots=True, eq=False)
class Node:
    """One expression. `about`: the variables in it, each with its home; none: the case alone."""

    number: int
    kind: str  # literal clock reading self fact judged through ref apply quantified closure defined
    about: tuple[tuple[str, str], ...] = ()
    parts: tuple[Use, ...] = ()
    operator: str = ""
    value: Any = None
    space: str = ""  # of the item that a fact is of; of a ref, where it leads
    path: tuple[str, ...] = ()
    variable: str = ""
    inner: str = ""  # of a quantifier: the home of its variable
    outer: str = ""  # and what its body calls the one thing that the whole is about
    count: int = 0
    name: str = ""
    of: str = ""  # the collection that a reference, or a list, leads to
    depth: int = 0
    weight: int = (
        0  # about how much there is to work out: the nodes below, as often as they are named
    )
    #: A truth that no fact changes.
    fixed: Pair | None = None
    #: The parts of `and` and `or` that hang on facts: those that are worked out soonest first.
    ranked: tuple[Use, ...] = ()

    home: str = CASE
    #: What is worked out for it: a definition is worth what its body is.
    real: Node = field(init=False)

    def __post_init__(self) -> None:
        self.home = self.about[0][1] if self.about else CASE
        is_named = self.kind == "defined" and len(self.about) < 2
        self.real = self.parts[0].node.real if is_named else self


@dataclass(frozen=True, slots=True)
class Use:
    """A node as a part of another: `by` is what that one calls the thing that this one is about."""

    node: Node
    by: str = IT


@dataclass(slots=True)
class Plan:
    """All nodes of a program, definitions by name: made as they are asked for, and kept."""

    definitions: Definitions
    nodes: list[Node] = field(default_factory=list[Node])
    _known: dict[Any, Node] = field(default_factory=dict[Any, Node])
    defined: dict[str, Node] = field(default_factory=dict[str, Node])
    closures: dict[str, Closure] = field(default_factory=dict[str, Closure])
    _about: dict[int, tuple[Expr, frozenset[str]]] = field(
        default_factory=dict[int, "tuple[Expr, frozenset[str]]"]
    )
    _used: dict[int, tuple[Expr, Node]] = field(default_factory=dict[int, "tuple[Expr, Node]"])
    _counted: dict[tuple[str, Way], Node] = field(default_factory=dict[tuple[str, Way], Node])
    lock: RLock = field(default_factory=RLock)

    def definition(self, name: str) -> Node:
        """The node of a definition. Those that it refers to are made first, so nothing nests."""
        known = self.defined.get(name)
        if known is not None:
            return known
        pending = [name]
        while pending:
            one = pending[-1]
            if one in self.defined:
                pending.pop()
                continue
            definition = self.definitions[one]
            names = dict.fromkeys(_names(definition))
            missing = [n for n in names if n not in self.defined and n != one]
            if missing:
                pending += missing
                continue
            pending.pop()
            self.defined[one] = self._definition(definition)
        return self.defined[name]

    def _definition(self, definition: Definition | Closure) -> Node:
        if isinstance(definition, Closure):
            self.closures[definition.name] = definition
            parts = (Use(self.defined[definition.seed]), Use(self.defined[definition.guard]))
            return self._made(
                ("closure", definition.name), kind="closure", about=((IT, "parties"),), parts=parts,
                name=definition.name,
            )  # fmt: skip
        scope = {definition.subject: home_of(definition.subject)} if definition.subject else {}
        use = self.use(definition.body, scope)
        about = tuple((IT, home) for _, home in use.node.about) or (
            ((IT, scope[definition.subject]),) if definition.subject else ()
        )
        # A definition is worth what its body is; of what is only of the case, it is of the case.
        return self._made(
            ("defined", definition.name), kind="defined", about=about if use.node.about else (),
            parts=(Use(use.node),), name=definition.name, space=scope.get(definition.subject or "", CASE),
        )  # fmt: skip

    def _variables(self, expr: Expr) -> frozenset[str]:
        """The variables that an expression is about, apart from those that it binds itself."""
        known = self._about.get(id(expr))
        if known is not None:
            return known[1]
        nobody = frozenset[str]()
        match expr:
            case Literal():
                found = nobody
            case Fact(variable):
                found = nobody if variable in (CASE, "clock", "reading") else frozenset({variable})
            case Ref(_, subject):
                found = self._variables(subject) if subject is not None else nobody
            case Apply(_, arguments):
                found = nobody.union(*map(self._variables, arguments))
            case Quantified(_, collection, variable, body, what=what):
                inside = self._variables(body) | (self._variables(what) if what else nobody)
                found = self._variables(collection) | (inside - {variable})
        self._about[id(expr)] = (expr, found)
        return found

    def below(self, roots: list[Node], before: Container[int]) -> list[int]:
        """The numbers of all nodes that these ask for, without those that were seen before."""
        found = dict[int, None]()
        pending = roots
        while pending:
            node = pending.pop()
            if node.number in found or node.number in before:
                continue
            found[node.number] = None
            pending += [part.node for part in node.parts]
            if node.kind == "closure":
                closure = self.closures[node.name]
                pending += [self.counted(way, closure) for way in closure.ways]
        return list(found)

    def node_of(self, expr: Expr, scope: dict[str, str]) -> Node:
        """The node of an expression that is asked for in every batch, in one and the same scope."""
        found = self._used.get(id(expr))
        if found is None:
            found = self._used[id(expr)] = (expr, self.use(expr, scope).node)
        return found[1]

    def counted(self, way: Way, closure: Closure) -> Node:
        """Whether a holding counts for a way."""
        key = (closure.name, way)
        found = self._counted.get(key)
        if found is None:
            found = self.use(counts_of(way, closure), {"stake": "ownership"}).node
            self._counted[key] = found
        return found

    def use(self, expr: Expr, scope: dict[str, str]) -> Use:
        """The node of an expression, and which variable of the scope it is about."""
        free = self._variables(expr)
        about = sorted(v for v in free if v in scope)
        unknown = [v for v in free if v not in scope]
        if unknown:
            raise UnsupportedError(f"`{unknown[0]}` is not bound")
        if len(about) == 1:
            return Use(self._node(expr, scope, {about[0]: IT}, ((IT, scope[about[0]]),)), about[0])
        made = tuple((v, scope[v]) for v in about)
        return Use(self._node(expr, scope, {v: v for v in about}, made))

    def _part(self, expr: Expr, scope: dict[str, str], called: dict[str, str]) -> Use:
        use = self.use(expr, scope)
        return Use(use.node, called.get(use.by, use.by)) if use.by else use

    def _made(self, key: Any, **more: Any) -> Node:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Node(len(self.nodes), **more)
            found.depth = 1 + max((p.node.depth for p in found.parts), default=0)
            weight = CLOSURE if found.kind == "closure" else 1
            found.weight = min(weight + sum(p.node.weight for p in found.parts), HEAVIEST)
            found.fixed = _fixed(found)
            neutral = FALSE if found.operator == "or" else TRUE
            left = [p for p in found.parts if p.node.fixed is not neutral]
            found.ranked = tuple(sorted(left, key=lambda p: p.node.weight))
            self.nodes.append(found)
        return found

    def _node(
        self,
        expr: Expr,
        scope: dict[str, str],
        called: dict[str, str],
        about: tuple[tuple[str, str], ...],
    ) -> Node:
        match expr:
            case Literal(value, because):
                return self._literal(value, because)
            case Fact():
                return self._fact(expr, scope, about)
            case Ref(name, None):
                return self.defined[name]
            case Ref(name, subject):
                assert subject is not None
                return self._ref(name, subject, scope, called, about)
            case Apply(operator, arguments):
                parts = tuple(self._part(a, scope, called) for a in arguments)
                key = ("apply", operator, about, tuple((p.node.number, p.by) for p in parts))
                return self._made(key, kind="apply", about=about, parts=parts, operator=operator)
            case Quantified():
                return self._quantified(expr, scope, called, about)

    def _literal(self, value: Any, because: str) -> Node:
        key = ("literal", type(value).__name__, value, because)
        return self._made(key, kind="literal", value=value, name=because)

    def _fact(self, fact: Fact, scope: dict[str, str], about: tuple[tuple[str, str], ...]) -> Node:
        if fact.variable in ("clock", "reading"):
            key = (fact.variable, *fact.path)
            return self._made(key, kind=fact.variable, name=fact.path[0])
        home = CASE if fact.variable == CASE else scope[fact.variable]
        return self._at(home, fact.path, about)

    def _at(self, home: str, path: tuple[str, ...], about: tuple[tuple[str, str], ...]) -> Node:
        """A fact of an item, step by step: up to a reference, and from where that leads."""
        if not path:
            return self._made(("self", home), kind="self", about=about, space=home, of=home)
        if path[0] == "judged":
            return self._made(
                ("judged", home, path[1]), kind="judged", about=about, space=home, name=path[1]
            )
        model: type[FactModel] | None = Case if home == CASE else COLLECTIONS.get(home)
        if model is None:
            raise UnsupportedError(f"{'.'.join(path)}: a word has no facts")
        for index, part in enumerate(path):
            nested = children(model).get(part)
            if nested is not None:
                model = nested
                continue
            here = path[: index + 1]
            if part == WITH_COMPONENTS:
                form, of = "records", "goods"
            else:
                form, of = model.declarations[part].form, model.declarations[part].of
            node = self._made(
                ("fact", home, here),
                kind="fact",
                about=about,
                space=home,
                path=here,
                operator=form,
                of=of,
            )
            if index == len(path) - 1:
                return node
            if form != "ref":
                raise UnsupportedError(f"{'.'.join(path)}: only a reference leads on")
            rest = self._at(of, path[index + 1 :], ((IT, of),))
            key = ("through", node.number, rest.number)
            parts = (Use(node), Use(rest))
            return self._made(
                key, kind="through", about=about, parts=parts, operator=rest.operator, of=rest.of
            )
        raise UnsupportedError(f"{'.'.join(path)}: not a fact")

    def _ref(
        self, name: str, subject: Fact, scope: dict[str, str], called: dict[str, str],
        about: tuple[tuple[str, str], ...],
    ) -> Node:  # fmt: skip
        of = self.defined[name]
        wanted = "parties" if of.kind == "closure" else of.space
        if not subject.path and subject.variable != CASE:
            if scope[subject.variable] != wanted:
                raise UnsupportedError(f"{name}: of {scope[subject.variable]}, not of {wanted}")
            return of
        part = self._part(subject, scope, called)
        if part.node.of != wanted:
            raise UnsupportedError(f"{name}: of {part.node.of}, not of {wanted}")
        key = ("ref", name, part.node.number)
        return self._made(key, kind="ref", about=about, parts=(part, Use(of)), name=name)

    def _quantified(
        self, expr: Quantified, scope: dict[str, str], called: dict[str, str],
        about: tuple[tuple[str, str], ...],
    ) -> Node:  # fmt: skip
        collection = self._part(expr.collection, scope, called)
        if collection.node.operator in _CODED_LISTS:
            inner = f"*{collection.node.number}"
        elif collection.node.of:
            inner = collection.node.of
        else:
            raise UnsupportedError("a quantifier over what is no list")
        under = {**scope, expr.variable: inner}
        body = self._part(expr.body, under, {**called, expr.variable: expr.variable})
        what = (
            self._part(expr.what, under, {**called, expr.variable: expr.variable})
            if expr.what is not None
            else None
        )
        inside = (body, *((what,) if what is not None else ()))
        alone = all(
            not p.node.about or (len(p.node.about) == 1 and p.by == expr.variable) for p in inside
        )
        variable = IT if alone else expr.variable
        parts = (
            collection,
            *(Use(p.node, variable if p.node.about and alone else p.by) for p in inside),
        )
        key = ("quantified", expr.quantifier, variable, expr.count, inner, about,
               tuple((p.node.number, p.by) for p in parts))  # fmt: skip
        return self._made(
            key, kind="quantified", about=about, parts=parts, operator=expr.quantifier, variable=variable,
            inner=inner, count=expr.count,
            outer="" if alone else next((v for v, c in called.items() if c == IT), ""),
        )  # fmt: skip


def _fixed(node: Node) -> Pair | None:
    match node.kind:
        case "literal":
            return OF_TRUTH[node.value] if isinstance(node.value, Truth) else None
        case "defined":
            return node.parts[0].node.fixed
        case "apply":
            return folded(node.operator, [part.node.fixed for part in node.parts])
        case _:
            return None


#: The plans of the programs that were used last, by their definitions.
_PLANS: Final[dict[int, Plan]] = {}
_KEPT: Final = 4


def plan_of(program: Program) -> Plan:
    """The plan of a program: one for all engines that run it."""
    key = id(program.definitions)
    found = _PLANS.pop(key, None)
    if found is None:
        found = Plan(program.definitions)
    _PLANS[key] = found
    while len(_PLANS) > _KEPT:
        _PLANS.pop(next(iter(_PLANS)), None)
    return found


def home_of(noun: str | None) -> str:
    return NOUNS.get(noun or "", "goods")


def _names(definition: Definition | Closure) -> Iterator[str]:
    """The definitions that one refers to."""
    if isinstance(definition, Closure):
        yield from (definition.seed, definition.guard)
        return
    pending: list[Expr] = [definition.body]
    while pending:
        match pending.pop():
            case Ref(name):
                yield name
            case Apply(_, arguments):
                pending += arguments
            case Quantified(_, collection, _, body, what=what):
                pending += [collection, body, *([what] if what is not None else [])]
            case _:
                pass
