"""What open answers wait for, for all rows at once: the walk of `interpreter.Evaluation._walk`.

From what is open in a row the walk goes down through what is unknown; here a mask goes down
instead, saying of which things a node is asked. A node is left only when all that stand above it
were, so each is visited once. What the masks cannot follow exactly is left to the interpreter.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from sanctions_rules.core import Closure
from sanctions_rules.decision import Outcome
from sanctions_rules.engines.columnar.arrow import Array, Vector, np
from sanctions_rules.engines.columnar.concluding import OUTCOMES, Found, Waiting, part
from sanctions_rules.engines.columnar.leaves import Gathered, open_parts
from sanctions_rules.engines.columnar.operators import code_table
from sanctions_rules.engines.columnar.ordering import ordered
from sanctions_rules.engines.columnar.plan import Node, Use
from sanctions_rules.engines.columnar.run import Frame, Run
from sanctions_rules.engines.columnar.spaces import CASE
from sanctions_rules.engines.columnar.vectors import (
    LEAST,
    MOST,
    TRUE,
    Coded,
    Ordered,
    Pair,
    Refs,
    both,
    distinct,
    either,
    full,
    is_some,
    no,
)
from sanctions_rules.engines.interpreter import (
    CONTROLLED_BY,
    OTHER_MEANS,
    PARTNERS,
    is_several,
)
from sanctions_rules.values import UNKNOWN, Items, Span, Truth
from sanctions_rules.view import Leaf

_TRUTHS: Final = frozenset({"and", "or", "not", "shown"})


class Missing:
    """One walk over a batch, from all that is open for one regime."""

    def __init__(self, run: Run, gathered: Gathered) -> None:
        self.run = run
        self.gathered = gathered
        #: Rows in which the walk is the interpreter's.
        self.aside = np.zeros(run.rows, bool)
        self._pending: dict[int, dict[Any, tuple[Node, Frame, Array]]] = {}

    def walk(self, found: Found, outcome: Array) -> None:
        """Ask for all that the outcome, an exposure or a duty of a row waits for."""
        run = self.run
        for wait in found.waiting:
            rows = run.row_of(wait.frame)
            mask = np.full(wait.frame.n, False) | wait.mask
            if wait.norm.verb == "prohibits":
                mask = mask & (outcome[rows] == OUTCOMES.index(Outcome.UNDETERMINED))
            if not mask.any():
                continue
            match wait.kind:
                case "finding":
                    self._ask_named(wait.norm.effective, wait.frame, mask)
                case "unnamed":
                    self._unnamed(wait, mask)
                case _:
                    self._duty(wait, mask)
        while self._pending:
            for node, frame, mask in self._pending.pop(max(self._pending)).values():
                self._visit(node, frame, mask)

    def _ask_named(self, name: str, frame: Frame, mask: Array) -> None:
        self.ask(Use(self.run.plan.definition(name)), frame, mask)

    def _unnamed(self, wait: Waiting, mask: Array) -> None:
        norm = wait.norm
        for name in (norm.in_force, norm.bound, norm.pattern):
            self._ask_named(name, wait.frame, mask)
        assert norm.collection is not None
        self.ask(Use(self.run.plan.node_of(norm.collection, {})), wait.frame, mask)

    def _duty(self, wait: Waiting, mask: Array) -> None:
        run, duty = self.run, wait.norm.duty
        assert duty is not None
        done = False
        if duty.met:
            self._ask_named(duty.met, wait.frame, mask)
            done = part(run, duty.met, wait.frame).must
        else:
            performed = run.facts.fact(CASE, ("performed",))
            open_ = no(full(performed.complete, run.rows))[run.row_of(wait.frame)]
            rows = distinct(run.row_of(wait.frame)[mask & open_], run.rows)
            self._leaves_of(CASE, ("performed",), rows)
        if duty.over:
            self._ask_named(duty.over, wait.frame, mask & no(full(done, wait.frame.n)))

    # -- asking ---------------------------------------------------------------------------------

    def ask(self, use: Use, frame: Frame, mask: Vector) -> None:
        """Ask a node of some things of a frame: it is visited when all above it have asked."""
        node = use.node
        if node.kind in ("self", "clock", "reading"):
            return
        if not is_some(mask):
            return
        mask = np.full(frame.n, False) | mask
        if len(node.about) > 1:
            key, at = (node.number, frame.key), frame
        else:
            at = self.run.home(node.home)
            key = (node.number, None)
            index = frame.bound[use.by] if node.about else frame.row
            if index is not None:
                spread = np.zeros(at.n, bool)
                spread[index[mask]] = True
                mask = spread
        held = self._pending.setdefault(node.depth, {})
        before = held.get(key)
        held[key] = (node, at, mask if before is None else before[2] | mask)

    def _law(self, because: str, frame: Frame, mask: Vector) -> None:
        if is_some(mask):
            rows = self.run.row_of(frame)[np.flatnonzero(np.full(frame.n, False) | mask)]
            self.gathered.other(Leaf(because, "law"), distinct(rows, self.run.rows))

    def _leaves_of(self, space: str, path: tuple[str, ...], items: Array) -> None:
        facts = self.run.facts
        asked = np.zeros(facts.spaces[space].n, bool)
        asked[items] = True
        for name, need, mask in open_parts(facts, facts.spaces[space], path):
            self.gathered.fact(space, name, need, np.flatnonzero(mask & asked))

    def _leave(self, frame: Frame, mask: Vector) -> None:
        if is_some(mask):
            self.aside[self.run.row_of(frame)[np.full(frame.n, False) | mask]] = True

    # -- visiting -------------------------------------------------------------------------------

    def _visit(self, node: Node, frame: Frame, mask: Array) -> None:
        run = self.run
        match node.kind:
            case "literal":
                if node.value in (Truth.UNKNOWN, UNKNOWN):
                    self._law(node.name, frame, mask)
            case "defined" | "closure":
                value = run.value(Use(node), frame) if frame.key == CASE else run.at_home(node)
                if isinstance(value, Pair):
                    mask = mask & _unknown(value)
                elif not isinstance(value, (Ordered, Span)) and value is not UNKNOWN:
                    return
                if node.kind == "closure":
                    self._closure(node, frame, mask)
                else:
                    self.ask(node.parts[0], frame, mask)
            case "fact":
                if node.path[-1] == "itself_and_components":
                    self._components(frame, mask)
                else:
                    self._leaves_of(node.space, node.path, np.flatnonzero(mask))
            case "judged":
                self._judged(node, mask)
            case "ref" | "through":
                self._through(node, frame, mask)
            case "quantified":
                self._quantified(node, frame, mask)
            case "apply":
                _WALKS.get(node.operator, _others)(self, node, frame, mask)
            case _:
                pass

    def _judged(self, node: Node, mask: Array) -> None:
        run, space = self.run, self.run.facts.spaces[node.space]
        mask = mask & _unknown(run.truth(Use(node), run.home(node.space)))
        items = np.flatnonzero(mask)
        if not len(items):
            return
        if node.space == CASE:
            self.gathered.other(Leaf(f"{node.name} of act", "judgement"), items)
            return
        column = space.column(("id",))
        names = [None] * len(items) if column is None else column.take(items).to_pylist()
        places = self.gathered.places[node.space]
        by_name: dict[str, list[int]] = {}
        for name, item in zip(names, items.tolist(), strict=True):
            by_name.setdefault(name or places.words[places.number[item]], []).append(item)
        for name, held in by_name.items():
            self.gathered.other(Leaf(f"{node.name} of {name}", "judgement"), space.row[held])

    def _components(self, frame: Frame, mask: Array) -> None:
        """The first list of components that is open, of a good or of what is in it."""
        held = self.run.facts.fact("goods", ("components",))
        if is_some(mask & no(full(held.complete, frame.n))) or len(held.members):
            open_ = ~full(held.complete, frame.n)
            nested = np.diff(held.offsets) > 0
            self._leave(frame, mask & nested)
            self._leaves_of("goods", ("components",), np.flatnonzero(mask & open_ & ~nested))

    def _through(self, node: Node, frame: Frame, mask: Array) -> None:
        refs = self.run.value(node.parts[0], frame)
        if not isinstance(refs, Refs):
            return
        known = refs.index >= 0
        self.ask(node.parts[0], frame, mask & ~known)
        target = node.parts[1].node
        at = np.flatnonzero(mask & known)
        if not len(at):
            return
        home = self.run.home(target.home)
        asked = np.zeros(home.n, bool)
        asked[refs.index[at] if target.about else self.run.row_of(frame)[at]] = True
        self.ask(Use(target), home, asked)

    def _quantified(self, node: Node, frame: Frame, mask: Array) -> None:
        run = self.run
        collection, body, *rest = node.parts
        held = run.members(node, frame)
        open_ = no(full(held.complete, frame.n))
        self.ask(collection, frame, mask & open_)
        inner = run.inside(node, frame, held)
        if not inner.n:
            return
        within = mask[held.parents]
        if len(within) != inner.n:  # the members are some of a space: of all, those that are asked
            spread = np.zeros(inner.n, bool)
            spread[held.members[within]] = True
            within = spread
        truth = run.truth(body, inner)
        self.ask(body, inner, within & _unknown(truth))
        for what in rest:
            self.ask(what, inner, within & full(truth.may, inner.n))

    def _closure(self, node: Node, frame: Frame, mask: Array) -> None:
        run = self.run
        closure = run.plan.closures[node.name]
        seed, guard = node.parts
        graph = run.graphs.get(node.name)
        if graph is not None:
            mask, stakes, owners = graph.behind(mask, run.truth(Use(node), frame))
            self._stakes(closure, stakes)
            if closure.direct:
                self.ask(seed, frame, owners)
        if not closure.direct:
            self.ask(seed, frame, mask)
        self.ask(guard, frame, mask & _unknown(run.truth(guard, frame)))
        if any(OTHER_MEANS in way.means for way in closure.ways):
            self._leaves_of("parties", (CONTROLLED_BY,), np.flatnonzero(mask))
        self._leaves_of(CASE, ("ownership",), distinct(run.row_of(frame)[mask], run.rows))

    def _stakes(self, closure: Closure, mask: Array) -> None:
        """What is not known of stakes that a status may have come through."""
        items = np.flatnonzero(mask)
        if not len(items):
            return
        measured = any(not way.means for way in closure.ways)
        partners = PARTNERS if is_several(closure) else ()
        for path in ("owner", "asset", *(("percent",) if measured else ()), *partners):
            self._leaves_of("ownership", (path,), items)
        frame = self.run.home("ownership")
        for way in closure.ways:
            counted = Use(self.run.plan.counted(way, closure))
            self.ask(counted, frame, mask & _unknown(self.run.truth(counted, frame)))


def _unknown(truth: Pair) -> Vector:
    return both(truth.may, no(truth.must))


# -- operators that are walked in ways of their own -----------------------------------------------


def _truths(walk: Missing, node: Node, frame: Frame, mask: Array) -> None:
    for use in node.parts:
        walk.ask(use, frame, both(mask, _unknown(walk.run.truth(use, frame))))


def _others(walk: Missing, node: Node, frame: Frame, mask: Array) -> None:
    for use in node.parts:
        if use.node.kind != "literal":
            walk.ask(use, frame, both(mask, no(_exact(walk, use, frame))))


def _exact(walk: Missing, use: Use, frame: Frame) -> Vector:
    """Worked out to one value: so many days after a day, whatever the hour of that day."""
    if use.node.kind != "apply":
        return False
    value = walk.run.value(use, frame)
    if not isinstance(value, Ordered):
        return False
    return (value.lo == value.hi) & (value.lo != LEAST) & no(full(value.none, frame.n))


def _undefined(walk: Missing, node: Node, frame: Frame, mask: Array) -> None:
    living, why = node.parts
    open_ = _unknown(walk.run.truth(living, frame))
    walk.ask(living, frame, both(mask, open_))
    walk._law(str(why.node.value), frame, both(mask, no(open_)))  # pyright: ignore[reportPrivateUsage]


def _dark(when: Ordered, interval: tuple[int, int, int, int]) -> tuple[Vector, Vector]:
    """As `meaning.in_the_dark`. What there is no such thing of is anywhere."""
    may_from, must_from, must_until, may_until = interval
    none = when.none
    lo = np.where(none, LEAST, when.lo)
    hi = np.where(none, MOST, when.hi)
    some: Vector = False
    all_: Vector = False
    for a, b in ((may_from, must_from), (must_until, may_until)):
        if a < b:
            some = either(some, (lo < b) & (a <= hi))
            all_ = either(all_, (a <= lo) & (hi < b))
    return some, all_


def _in_force(walk: Missing, node: Node, frame: Frame, mask: Array) -> None:
    when, interval = node.parts
    some, all_ = _dark(ordered(walk.run.value(when, frame)), interval.node.value)
    walk.ask(when, frame, both(mask, no(all_)))
    walk._law(interval.node.name, frame, both(mask, some))  # pyright: ignore[reportPrivateUsage]


def _falls_under(walk: Missing, node: Node, frame: Frame, mask: Array) -> None:
    held_use, category = node.parts[0], node.parts[1]
    if len(node.parts) < 5:
        _others(walk, node, frame, mask)
        return
    possible = node.parts[4]
    held = walk.run.value(held_use, frame)
    sort = walk.run.value(possible, frame)
    listed: Vector = isinstance(held, Items)
    if isinstance(held, Coded):
        table = held.lexicon.table("is a list", lambda v: isinstance(v, Items), bool)
        listed = np.full(frame.n, False) | table[held.codes]
    known: Vector = False
    if isinstance(sort, (Pair, Truth)):
        truth = walk.run.as_truth(sort)
        known = no(_unknown(truth))
        walk.ask(possible, frame, both(mask, _unknown(truth)))
    agree = both(mask, both(listed, known))
    if is_some(agree) and held_use.node.kind != "fact":
        walk._leave(frame, agree)  # pyright: ignore[reportPrivateUsage]
        return
    if is_some(agree):
        index = frame.bound[held_use.by] if held_use.node.about else frame.row
        items = np.flatnonzero(agree)
        items = items if index is None else np.unique(index[items])
        walk.gathered.fact(held_use.node.space, held_use.node.path, "agreement", items)
    walk.ask(held_use, frame, both(mask, no(both(listed, known))))
    walk.ask(category, frame, both(mask, no(listed)))


def _lookup(walk: Missing, node: Node, frame: Frame, mask: Array) -> None:
    """What could still pick a row with a value; the source of the table where nothing could."""
    run, n = walk.run, frame.n
    when, rows, key, known_by = node.parts
    at = ordered(run.value(when, frame))
    none = full(at.none, n)
    lo, hi = np.where(none, LEAST, full(at.lo, n)), np.where(none, MOST, full(at.hi, n))
    known = cast(int, ordered(run.value(known_by, frame)).lo)
    held = run.value(key, frame)
    count, unsure, dark, valued, one = (np.zeros(n, np.int64) for _ in range(5))
    for (
        may_from,
        must_from,
        must_until,
        may_until,
    ), value, prefixes, since, cuts in rows.node.value:
        if since > known:
            continue
        for cut_known, possibly, surely in cuts:
            if cut_known <= known:
                must_until, may_until = min(must_until, possibly), min(may_until, surely)
        fits = TRUE
        if prefixes is not None:
            if not isinstance(held, Coded):
                walk._leave(frame, mask)  # pyright: ignore[reportPrivateUsage]
                return
            said = code_table(held, *prefixes)[np.full(n, held.codes)]
            fits = Pair((said == 2), (said == 1) | (said >= 2))
        left = full(fits.may, n) & (may_from <= hi) & (lo < may_until)
        some, _ = _dark(at, (may_from, must_from, must_until, may_until))
        count += left
        unsure += left & no(full(fits.must, n))
        dark += left & some
        valued += left & isinstance(value, Span)
        one += left & full(fits.must, n) & (must_from <= lo) & (hi < must_until) & ~none
    sure = (count == 1) & (one == 1)
    on_when = mask & (valued > 0) & ~sure
    on_key = mask & (valued > 0) & (unsure > 0) & (key.node.kind != "literal")
    walk.ask(when, frame, on_when)
    walk.ask(key, frame, on_key)
    waiting = (on_when & _yields(walk, when, frame)) | (on_key & _yields(walk, key, frame))
    value = ordered(run.value(Use(node), frame) if len(node.about) > 1 else run.at_home(node))
    unknown = (full(value.lo, n) == LEAST) & (full(value.hi, n) == MOST)
    walk._law(rows.node.name, frame, mask & (~waiting | (dark > 0)) & unknown)  # pyright: ignore[reportPrivateUsage]


def _yields(walk: Missing, use: Use, frame: Frame) -> Array:
    """Whether asking a time or a code finds anything to ask for."""
    node, facts = use.node, walk.run.facts
    found = np.zeros(frame.n, bool)
    match node.kind:
        case "literal":
            return found
        case "fact":
            space = facts.spaces[node.space]
            open_ = np.zeros(space.n, bool)
            for _, _, mask in open_parts(facts, space, node.path):
                open_ |= mask
            index = frame.bound[use.by] if node.about else frame.row
            return open_ if index is None else open_[index]
        case "apply" if len(node.about) < 2:
            home = walk.run.home(node.home)  # its parts name their items as they are named there
            at_home = np.zeros(home.n, bool)
            for inner in node.parts:
                if inner.node.kind != "literal":
                    exact = full(_exact(walk, inner, home), home.n)
                    at_home |= _yields(walk, inner, home) & no(exact)
            index = frame.bound[use.by] if node.about else frame.row
            return at_home if index is None else at_home[index]
        case _:
            walk._leave(frame, np.ones(frame.n, bool))  # pyright: ignore[reportPrivateUsage]
            return found


_WALKS: Final[dict[str, Callable[[Missing, Node, Frame, Array], None]]] = {
    **dict.fromkeys(_TRUTHS, _truths),
    "undefined": _undefined,
    "in_force": _in_force,
    "falls_under": _falls_under,
    "lookup": _lookup,
}
