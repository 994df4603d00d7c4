"""One batch worked out: nodes over frames, each once, and only those that are asked for.

A frame is what vectors run over: the rows, all items of one kind, or the members of lists for
pairs of things. A node about one thing is worked out in the space of its kind and picked from
there; a node about the case is spread over items by their row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast

from sanctions_rules.engines.columnar.arrow import Array, Vector, np
from sanctions_rules.engines.columnar.closures import Graph, closed
from sanctions_rules.engines.columnar.facts import Facts
from sanctions_rules.engines.columnar.holdings import Stakes
from sanctions_rules.engines.columnar.operators import OPERATORS, QUANTIFIERS
from sanctions_rules.engines.columnar.plan import IT, Node, Plan, Use
from sanctions_rules.engines.columnar.spaces import CASE, Space
from sanctions_rules.engines.columnar.vectors import (
    FALSE,
    OF_TRUTH,
    OPEN,
    Coded,
    Lexicon,
    Moment,
    Ordered,
    Pair,
    Ragged,
    Refs,
    offsets_of,
    pair,
    picked,
    through,
)
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.engines.meaning import FOREVER
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Items, Span, Truth

#: How deep definitions may nest before those below are worked out one by one instead.
CHAIN: Final = 60
_VALUES: Final = (Pair, Coded, Ordered, Moment, Refs, Ragged)


@dataclass(slots=True, eq=False)
class Frame:
    """What a vector runs over. `row`: of each its row (None: the rows themselves)."""

    key: Any
    n: int
    row: Array | None
    bound: Mapping[str, Array | None]  # by variable, the item; None: every item in order


@dataclass(slots=True)
class Ask:
    """A node that is being worked out in a frame, and what its operator may ask."""

    run: Run
    node: Node
    frame: Frame

    @property
    def count(self) -> int:
        return len(self.node.parts)

    def truth(self, index: int) -> Pair:
        return self.run.truth(self.node.parts[index], self.frame)

    def value(self, index: int) -> Any:
        return self.run.value(self.node.parts[index], self.frame)


class Run:
    """A plan on the facts of one batch. Remembers what it has worked out."""

    def __init__(
        self, plan: Plan, facts: Facts, settings: Settings, last: Mapping[int, int] | None = None
    ) -> None:
        """`last`: of each node the turn after which it is not asked for; None: all are kept, for
        a walk to what is missing.
        """
        self.last = last
        self.keeps = last is None
        self.plan = plan
        self.facts = facts
        self.settings = settings
        root = facts.spaces[CASE]
        self.rows = root.n
        self.case = Frame(CASE, root.n, None, {})
        self.set_aside = np.zeros(root.n, bool)
        self._frames: dict[Any, Frame] = {CASE: self.case}
        self._at_home: dict[int, Any] = {}
        self._spread: dict[Any, Any] = {}
        self._due: dict[int, list[tuple[dict[Any, Any], Any]]] = {}
        self._elements: dict[int, Ragged] = {}
        self._element_words: dict[str, Coded] = {}
        self.graphs: dict[str, Graph] = {}
        self._depth = 0

    @cached_property
    def stakes(self) -> Stakes:
        return Stakes(self)

    def forget(self, turn: int) -> None:
        """Let go of what is not asked for after a turn; whoever asks again has it worked out again."""
        for held, key in self._due.pop(turn, ()):
            held.pop(key, None)

    def leave_spoilt(self) -> None:
        """Set aside the rows of items that cannot be read."""
        for space in self.facts.spaces.values():
            for items in space.bad:
                self.set_aside[space.row[items]] = True

    def close(self) -> None:
        """Let go of everything at once: vectors would else wait for the collector of garbage."""
        self._at_home.clear()
        self._spread.clear()
        self._due.clear()
        self._elements.clear()
        self._element_words.clear()
        self._frames.clear()
        self.graphs.clear()
        self.__dict__.pop("stakes", None)
        self.facts.close()

    # -- frames ---------------------------------------------------------------------------------

    def home(self, name: str) -> Frame:
        found = self._frames.get(name)
        if found is None:
            if name.startswith("*"):
                self.elements(self.plan.nodes[int(name[1:])])
                return self._frames[name]
            space: Space = self.facts.spaces[name]
            found = self._frames[name] = Frame(name, space.n, space.row, {IT: None})
        return found

    def row_of(self, frame: Frame) -> Array:
        return np.arange(self.rows) if frame.row is None else frame.row

    def aside(self, frame: Frame, mask: Vector) -> None:
        """Leave rows to the interpreter: a vector cannot hold exactly what they say."""
        if np.any(mask):
            self.set_aside[self.row_of(frame)[np.flatnonzero(np.full(frame.n, False) | mask)]] = (
                True
            )

    def lexicon(self, name: str) -> Lexicon:
        return self.facts.lexicon("", (name,))

    # -- values ---------------------------------------------------------------------------------

    def truth(self, use: Use, frame: Frame) -> Pair:
        found = self.value(use, frame)
        return found if isinstance(found, Pair) else self.as_truth(found)

    def as_truth(self, value: Any) -> Pair:
        """What counts as true: a truth, or a flag. There being no such thing is false."""
        match value:
            case Pair():
                return value
            case Truth():
                return OF_TRUTH[value]
            case Coded():
                table = value.lexicon.table("truth", _number_of_truth)
                found = table[value.codes]
                return pair(*(_plain(v) for v in (found > 1, found > 0)))
            case Ordered() | Moment() | Ragged():
                none = value.none
                return pair(False, not none if isinstance(none, bool) else ~none)
            case Refs():
                return pair(False, value.index != -2)
            case _:
                return FALSE if value is NOT_APPLICABLE else OPEN

    def value(self, use: Use, frame: Frame) -> Any:
        """What a node is worth in a frame."""
        node = use.node.real
        if node.fixed is not None:
            return node.fixed
        if len(node.about) > 1:
            return self._in_frame(node, frame.key, lambda: self._worked_out(node, frame))
        value = self._at_home.get(node.number)
        if value is None:
            value = self.at_home(node)
        index = frame.bound[use.by] if node.about else frame.row
        if index is None:
            return value
        if isinstance(value, Pair):
            if not isinstance(value.may, np.ndarray) and not isinstance(value.must, np.ndarray):
                return value
        elif not isinstance(value, _VALUES):
            return value
        key = (frame.key, use.by if node.about else CASE)
        return self._in_frame(node, key, lambda: picked(value, index, frame.n))

    def _in_frame(self, node: Node, key: Any, make: Callable[[], Any]) -> Any:
        key = (node.number, *key) if isinstance(key, tuple) else (node.number, key)
        found = self._spread.get(key)
        if found is None:
            found = make()
            self._kept(node, self._spread, key, found)
        return found

    def _kept(self, node: Node, held: dict[Any, Any], key: Any, value: Any) -> None:
        held[key] = value
        if self.last is not None and isinstance(value, _VALUES):
            self._due.setdefault(self.last.get(node.number, -1), []).append((held, key))

    def at_home(self, node: Node) -> Any:
        """What a node is worth for each thing that it is about."""
        node = node.real
        if node.fixed is not None:
            return node.fixed
        found = self._at_home.get(node.number)
        if found is None:
            if self._depth > CHAIN:
                self._below(node)
            self._depth += 1
            try:
                found = self._worked_out(node, self.home(node.home))
            finally:
                self._depth -= 1
            self._kept(node, self._at_home, node.number, found)
        return found

    def _below(self, node: Node) -> None:
        """Work out all that stands below a node, the lowest first, so that nothing nests."""
        depth, self._depth = self._depth, 0
        pending, below = [node], set[int]()
        while pending:
            for part in pending.pop().parts:
                number = part.node.number
                if number not in below and number not in self._at_home:
                    below.add(number)
                    pending.append(part.node)
        for number in sorted(below):
            one = self.plan.nodes[number]
            if len(one.about) < 2:
                self.at_home(one)
        self._depth = depth

    def _worked_out(self, node: Node, frame: Frame) -> Any:
        match node.kind:
            case "apply":
                return OPERATORS[node.operator](Ask(self, node, frame))
            case "defined":
                return self.value(node.parts[0], frame)
            case "fact":
                return self.facts.fact(node.space, node.path)
            case "quantified":
                return self._quantified(node, frame)
            case "literal":
                return OF_TRUTH[node.value] if isinstance(node.value, Truth) else node.value
            case "ref" | "through":
                return self._through(node, frame)
            case "judged":
                return self.facts.judged(node.space, node.name)
            case "closure":
                return closed(self, node)
            case "clock":
                known = self.settings.known_on
                day = FOREVER if known is None else known.toordinal()
                return Span(day, day)
            case "reading":
                return self.settings.readings.get(node.name, UNKNOWN)
            case _:
                return self._itself(node, frame)

    def _itself(self, node: Node, frame: Frame) -> Any:
        if node.space.startswith("*"):
            self.home(node.space)
            return self._element_words[node.space]
        return Refs(np.arange(frame.n), node.space)

    def _through(self, node: Node, frame: Frame) -> Any:
        refs = self.value(node.parts[0], frame)
        target = node.parts[1].node
        is_ref = node.kind == "ref"
        if not isinstance(refs, Refs):
            return FALSE if is_ref and refs is NOT_APPLICABLE else OPEN if is_ref else refs
        value = self.at_home(target)
        if not target.about:
            value = self.value(node.parts[1], frame)
            if not isinstance(value, _VALUES):
                return value
            value = picked(value, np.arange(frame.n), frame.n)
            refs = Refs(np.where(refs.index >= 0, np.arange(frame.n), refs.index), refs.space)
        if not isinstance(value, _VALUES):
            return value
        return through(value, refs, is_ref)

    # -- lists ----------------------------------------------------------------------------------

    def elements(self, node: Node) -> Ragged:
        """The words on a list of words as members, with a frame of their own."""
        found = self._elements.get(node.number)
        if found is not None:
            return found
        frame = self.home(node.home)
        held = self.at_home(node)
        lexicon = self.facts.lexicon("*", (str(node.number),))
        if isinstance(held, Coded):
            lists = [v.members if isinstance(v, Items) else () for v in held.lexicon.values]
            flat = lexicon.numbers([word for one in lists for word in one])
            width = np.array([len(one) for one in lists], np.int64)
            codes = np.full(frame.n, held.codes)
            lengths = width[codes]
            offsets, first = offsets_of(lengths), offsets_of(width)[:-1]
            within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
            words = flat[np.repeat(first[codes], lengths) + within]
            said = held.lexicon.table("complete", _completeness)[codes]
        else:
            offsets, words = np.zeros(frame.n + 1, np.int64), np.zeros(0, np.int64)
            said = np.full(frame.n, 2 if held is NOT_APPLICABLE else 0)
        name = f"*{node.number}"
        found = Ragged(offsets, np.arange(len(words)), name, said == 2, said > 0, is_all=True)
        self._elements[node.number] = found
        self._element_words[name] = Coded(words, lexicon)
        row = None if frame.row is None else frame.row
        parents = found.parents
        self._frames[name] = Frame(
            name, len(words), parents if row is None else row[parents], {IT: None}
        )
        return found

    def members(self, node: Node, frame: Frame) -> Ragged:
        """The list that a quantifier goes over."""
        collection = node.parts[0]
        if node.inner.startswith("*"):
            held = self.elements(collection.node)
            index = frame.bound[collection.by] if collection.node.about else frame.row
            return held if index is None else cast(Ragged, picked(held, index, frame.n))
        held = self.value(collection, frame)
        if isinstance(held, Ragged):
            return held
        none = np.zeros(frame.n + 1, np.int64)
        return Ragged(none, np.zeros(0, np.int64), node.inner, held is NOT_APPLICABLE)

    def _quantified(self, node: Node, frame: Frame) -> Any:
        _, body, *rest = node.parts
        held = self.members(node, frame)
        inner = self.inside(node, frame, held)
        truth = self.truth(body, inner)
        what = [self.value(use, inner) for use in rest]
        return QUANTIFIERS[node.operator](Ask(self, node, frame), held, truth, *what)

    def inside(self, node: Node, frame: Frame, held: Ragged) -> Frame:
        """The members of a list as a frame: within it, what the outer frame is about stands too."""
        if held.is_all and node.variable == IT:
            return self.home(node.inner)
        parents = held.parents
        bound: dict[str, Array | None] = {
            v: parents if i is None else i[parents]
            for v, i in frame.bound.items()
            if v != node.variable
        }
        if node.outer and node.outer != node.variable:
            bound[node.outer] = bound[IT]
        bound[node.variable] = held.members
        row = parents if frame.row is None else frame.row[parents]
        collection = node.parts[0]
        key = (frame.key, collection.node.number, collection.by, node.variable)
        return Frame(key, len(held.members), row, bound)


def _number_of_truth(value: object) -> int:
    if value is Truth.TRUE:
        return 2
    return 0 if value is Truth.FALSE or value is NOT_APPLICABLE else 1


def _completeness(value: object) -> int:
    if isinstance(value, Items):
        return 2 if value.complete else 1
    return 2 if value is NOT_APPLICABLE else 0


def _plain(value: Any) -> Vector:
    return value if isinstance(value, np.ndarray) and value.ndim else bool(value)
