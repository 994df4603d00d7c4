"""Who has a status through owners: the fixed points of all rows at once, as one graph.

Every party of every row is a node, every stake an edge that stays within its row, so a round of
the walk of `ownership.py` is a few sums over all stakes of the batch. A status only grows, so the
order of entry does not matter to who has it in the end; ranks and supports are the interpreter's.
Whom nobody is named for stands as `extra`: whoever may control a party, or own the rest of it.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from sanctions_rules.core import Closure, Way
from sanctions_rules.engines.columnar.arrow import Array, Vector, np
from sanctions_rules.engines.columnar.plan import Node, Use
from sanctions_rules.engines.columnar.spaces import CASE
from sanctions_rules.engines.columnar.vectors import (
    LEAST,
    MOST,
    Ordered,
    Pair,
    Ragged,
    both,
    either,
    full,
    no,
    pair,
    whole,
)
from sanctions_rules.engines.interpreter import (
    CONTROLLED_BY,
    OTHER_MEANS,
    PARTNERS,
    is_several,
)

if TYPE_CHECKING:
    from sanctions_rules.engines.columnar.run import Run


_NOTHING: Final = np.zeros(0, np.int64)
#: The vectors of `Edges`, in order.
_VECTORS: Final = ("owner", "asset", "low", "most", "must", "may", "number")


class Edges:
    """The holdings that a way looks at. Owners who are not known have numbers of their own.

    What walks need of them is worked out once, for all closures that look at the same holdings.
    """

    def __init__(
        self, owner: Array, asset: Array, low: Array, most: Array, must: Array, may: Array,
        number: Array | None = None,
    ) -> None:  # fmt: skip
        self.owner = owner
        self.asset = asset
        self.low = low  # what is stated at least, in grains
        self.most = most
        self.must = must
        self.may = may
        #: Of each its number among all that the way looks at; those of stakes come first.
        self.number = np.arange(len(owner)) if number is None else number
        self._made: dict[Any, Any] = {}

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = make()
        return found

    @cached_property
    def counted(self) -> Array:
        """Those that may count. What a company holds in itself carries nothing to it."""
        return np.flatnonzero(self.may & (self.most > 0) & (self.owner != self.asset))

    @cached_property
    def kept(self) -> Edges:
        return self.at(self.counted)

    def at(self, places: Array) -> Edges:
        return Edges(*(getattr(self, n)[places] for n in _VECTORS))


@dataclass(slots=True)
class Walk:
    """One rail of one way, ready to be walked: what each stake adds, and what must be reached.

    `room`: of each company, what is left for others than those whose stakes are told (None: enough).
    """

    control: bool
    together: bool
    owner: Array
    asset: Array
    gain: Array
    needed: int
    relief: Array
    room: Array | None
    held: Array

    def step(self, fresh: Array) -> Array:
        """Whom those who have just come in bring in, with all who came before."""
        at = np.flatnonzero(fresh[self.owner])
        asset = self.asset[at]
        if self.control or not len(at):
            return asset
        if self.together:
            np.add.at(self.held, asset, self.gain[at])
            enough = self.held[asset] >= self.needed
            if self.room is not None:
                np.add.at(self.room, asset, self.relief[at])
                enough &= self.room[asset] >= self.needed
        else:
            enough = self.gain[at] >= self.needed
            if self.room is not None:
                enough &= self.room[asset] + self.relief[at] >= self.needed
        return asset[enough]


class Stakes:
    """The parties and holdings of a batch, as every closure reads them."""

    def __init__(self, run: Run) -> None:
        self.run = run
        facts = run.facts
        frame = run.home("parties")
        self.row = run.row_of(frame)
        self.parties = frame.n
        held = facts.fact(CASE, ("ownership",))
        self.n = facts.spaces["ownership"].n
        self.stake_row = facts.spaces["ownership"].row
        complete = full(held.complete, run.rows).copy()
        #: Grains of a unit: more than there are open ends in any row.
        most = int(np.diff(held.offsets).max()) if self.n else 0
        self.unit = 2 * most + 2
        self.unnamed = np.zeros(self.n, bool)
        if self.n:
            self.owner, self.asset = (
                facts.fact("ownership", (name,)).index for name in ("owner", "asset")
            )
            self.adrift = self.asset < 0
            complete[self.stake_row[self.adrift]] = False
            self.unnamed = (self.owner < 0) & ~self.adrift
            self.owner = np.where(self.owner >= 0, self.owner, self.parties + np.arange(self.n))
        self.complete = complete[self.row]
        self._edges: dict[Any, Edges] = {}

    def scale(self, closure: Closure) -> int:
        percent = self.run.facts.fact("ownership", ("percent",)) if self.n else Ordered(0, 0)
        digits = max(-int(w.percent.as_tuple().exponent) for w in closure.ways)
        return max(percent.scale, digits, 0)

    def edges(self, way: Way, closure: Closure) -> Edges:
        scale = self.scale(closure)
        counted = self.run.plan.counted(way, closure) if self.n else None
        others = OTHER_MEANS in way.means
        key = (counted and counted.number, bool(way.means), others, scale)
        found = self._edges.get(key)
        if found is None:
            parts = [] if counted is None else [self._of_stakes(way, counted, scale)]
            if others:
                parts += self._of_controllers(100 * 10**scale * self.unit)
            found = parts[0] if len(parts) == 1 else _joined(parts)
            self._edges[key] = found
        return found

    def _of_controllers(self, whole: int) -> list[Edges]:
        held: Ragged = self.run.facts.fact("parties", (CONTROLLED_BY,))
        if not len(held.members):
            return []
        control, yes = np.full(len(held.members), whole), np.ones(len(held.members), bool)
        return [Edges(held.members, held.parents, control, control, yes, yes)]

    def _of_stakes(self, way: Way, counted: Node, scale: int) -> Edges:
        frame = self.run.home("ownership")
        truth = self.run.truth(Use(counted), frame)
        may = full(truth.may, frame.n) & ~self.adrift
        must = full(truth.must, frame.n) & ~self.adrift
        whole = 100 * 10**scale * self.unit
        if way.means:
            control = np.full(frame.n, whole)
            return Edges(self.owner, self.asset, control, control, must, may)
        percent: Ordered = self.run.facts.fact("ownership", ("percent",))
        unit = 10 ** (scale - percent.scale) * self.unit
        lo, hi = full(percent.lo, frame.n), full(percent.hi, frame.n)
        none = full(percent.none, frame.n)
        low = np.where((lo == LEAST) | none, 0, np.where(lo == LEAST, 0, lo) * unit) + full(
            percent.lo_open, frame.n
        )
        most = np.where((hi == MOST) | none, whole, np.where(hi == MOST, 0, hi) * unit)
        most = most - full(percent.hi_open, frame.n)
        return Edges(self.owner, self.asset, low, most, must, may)


def _joined(parts: list[Edges]) -> Edges:
    if not parts:
        none = np.zeros(0, np.int64)
        return Edges(none, none, none, none, np.zeros(0, bool), np.zeros(0, bool))
    return Edges(*(np.concatenate([getattr(p, n) for p in parts]) for n in _VECTORS[:-1]))


class Graph:
    """The parties and holdings of a batch, as one closure reads them."""

    def __init__(self, run: Run, closure: Closure, node: Node) -> None:
        self.run = run
        self.closure = closure
        frame = run.home("parties")
        held = self.stakes = run.stakes
        self.parties = held.parties
        seed, guard = (run.truth(part, frame) for part in node.parts)
        self.seed = Pair(full(seed.must, frame.n), full(seed.may, frame.n))
        self.guard = Pair(full(guard.must, frame.n), full(guard.may, frame.n))
        self.several = is_several(closure)
        self.nodes = self.parties + held.n
        self.whole = 100 * 10 ** held.scale(closure) * held.unit
        self.controlled = self._unnamed_control()
        self.ways = [(way, held.edges(way, closure)) for way in closure.ways]
        #: Holdings, and which of their owners may have the status.
        self.open: list[tuple[Edges, Array]] = []

    def _unnamed_control(self) -> Array:
        """Whom somebody may control who is not named."""
        if not any(OTHER_MEANS in way.means for way in self.closure.ways):
            return np.zeros(self.parties, bool)
        held: Ragged = self.run.facts.fact("parties", (CONTROLLED_BY,))
        return ~full(held.complete, self.parties)

    def needed(self, way: Way) -> int:
        return whole(way.percent, self.stakes.scale(self.closure)) * self.stakes.unit + way.strict

    # -- the two rails ---------------------------------------------------------------------------

    def surely(self, start: Array, ways: list[tuple[Way, Edges]]) -> Array:
        """Who has the status whatever is not known."""
        walks: list[Walk] = []
        extra = np.zeros(self.parties, bool)
        for way, edges in ways:
            needed = self.needed(way)
            if not way.means and needed <= 0:
                extra[:] = True
            walks.append(self._walk(way, needed, *_sure(edges, way, self.parties)))
        return self._walked(start, self.guard.must, walks, extra)

    def perhaps(self, start: Array, ways: list[tuple[Way, Edges]], extra: Array) -> Array:
        """Who has the status if all that is not known is the worst."""
        walks: list[Walk] = []
        complete = self.stakes.complete
        extra = extra.copy()
        for way, edges in ways:
            if way.means:
                extra |= ~complete
                walks.append(self._walk(way, 0, edges.kept.owner, edges.kept.asset))
                continue
            needed = self.needed(way)
            owner, asset, most, relief, room = _open(edges, way, self.whole, complete)
            extra |= np.where(complete, needed <= 0, (room >= needed) & (self.whole >= needed))
            walks.append(self._walk(way, needed, owner, asset, most, relief, room))
        return self._walked(start, self.guard.may, walks, extra)

    def _walk(
        self, way: Way, needed: int, owner: Array, asset: Array, gain: Array = _NOTHING,
        relief: Array = _NOTHING, room: Array | None = None,
    ) -> Walk:  # fmt: skip
        together = way.mode in ("together", "severally") and not way.means
        held = np.zeros(self.parties, np.int64) if together else _NOTHING
        room = room.copy() if together and room is not None else room
        return Walk(bool(way.means), together, owner, asset, gain, needed, relief, room, held)

    def _walked(self, start: Array, passes: Array, walks: list[Walk], extra: Array) -> Array:
        reached = extra & passes
        inside = start.copy()
        if self.closure.direct:
            for walk in walks:
                found = walk.step(inside)
                reached[found[passes[found]]] = True
            return reached
        inside[: self.parties] |= reached
        fresh = inside
        while True:
            brought = [walk.step(fresh) for walk in walks]
            found = brought[0] if len(brought) == 1 else np.concatenate(brought)
            found = found[passes[found] & ~inside[found]]
            if not len(found):
                return inside[: self.parties]
            fresh = np.zeros(len(inside), bool)
            fresh[found] = True
            inside |= fresh

    def status(self) -> Pair:
        must = np.concatenate([self.seed.must, np.zeros(self.stakes.n, bool)])
        may = np.concatenate([self.seed.may, self.stakes.unnamed])
        if not self.several:
            surely = self.surely(must, self.ways)
            perhaps = self.perhaps(may, self.ways, self.controlled)
            owners = self.seed.may if self.closure.direct else perhaps
            self._note(self.ways, np.append(owners, np.ones(self.stakes.n, bool)))
            return pair(surely, perhaps)
        return self._severally(must, may)

    def _note(self, ways: list[tuple[Way, Edges]], owners: Array) -> None:
        if self.run.keeps:
            self.open += [(edges, owners) for _, edges in ways]

    def behind(self, asked: Array, status: Pair) -> tuple[Array, Array, Array]:
        """What the open status of some parties rests on: the parties asked in the end, the stakes
        that they wait for, and owners of these.
        """
        unknown = full(status.may, self.parties) & no(full(status.must, self.parties))
        held = self.stakes
        stakes = np.zeros(held.n, bool)
        held_by = np.zeros(self.parties, bool)
        asked = asked.copy()
        through = [(e, e.counted[owners[e.kept.owner]]) for e, owners in self.open]
        while True:
            for edges, at in through:
                chosen = at[asked[edges.asset[at]]]
                number = edges.number[chosen]
                stakes[number[number < held.n]] = True
                owner = edges.owner[chosen]
                held_by[owner[owner < self.parties]] = True
            new = held_by & unknown & ~asked
            if self.closure.direct or not new.any():
                break
            asked |= new
        if held.n:
            rows = np.zeros(self.run.rows, bool)
            rows[held.row[asked]] = True
            stakes |= held.adrift & rows[held.stake_row]
        return asked, stakes, held_by

    # -- each holder apart -----------------------------------------------------------------------

    def _severally(self, must: Array, may: Array) -> Pair:
        """The status from one holder at a time; the first of every row, then the second, and so on,
        and in the end from nobody, which is something where nothing is needed.
        """
        held = self.stakes
        row = np.concatenate([held.row, held.stake_row, held.row])
        named = np.flatnonzero(np.concatenate([may, self.controlled]))
        order = np.argsort(row[named], kind="stable")
        named = named[order]
        count = np.bincount(row[named], minlength=self.run.rows)
        first = np.cumsum(count) - count
        surely, perhaps = (np.zeros(self.parties, bool) for _ in range(2))
        nobody = self.nodes + self.parties
        turns = int(count.max(initial=0))
        for turn in range(turns + 1):
            here = turn < count
            alone = np.full(self.run.rows, nobody)
            alone[here] = named[first[here] + turn]
            if turn == turns:
                here[:] = True
            chosen = np.zeros(nobody + 1, bool)
            chosen[alone] = True
            chosen[nobody] = False
            extra = chosen[self.nodes : nobody]
            # As nobody's, the holdings are as they stand.
            ways = [
                (way, *(self._as_of(edges, alone, here) if turn < turns else (edges, edges)))
                for way, edges in self.ways
            ]
            sure = chosen & np.append(must, np.zeros(self.parties + 1, bool))
            must_here = self.surely(sure, [(way, edges) for way, edges, _ in ways])
            may_here = self.perhaps(chosen, [(way, edges) for way, _, edges in ways], extra)
            in_turn = here[held.row]
            must_here, may_here = must_here & in_turn, may_here & in_turn
            surely |= must_here
            perhaps |= may_here
            owners = chosen.copy()
            if not self.closure.direct:
                owners[: self.parties] |= must_here | may_here
            self._note([(way, edges) for way, _, edges in ways], owners)
        return pair(surely, perhaps | surely)

    def _as_of(self, edges: Edges, alone: Array, here: Array) -> tuple[Edges, Edges]:
        """The holdings as they surely, and as they may be those of one holder and its partners.

        `here`: of which rows; those of others are left out.
        """
        facts, n = self.run.facts, self.stakes.n
        at = np.flatnonzero(edges.may & here[self.stakes.row[edges.asset]])
        held = edges.at(at)
        if not n or len(edges.owner) < n:
            return held, held
        stakes = at[: np.searchsorted(at, n)]
        mine = alone[self.stakes.stake_row]
        partner = np.zeros(n, bool)
        shared = held.owner[: len(stakes)] >= self.parties
        for path in PARTNERS:
            partners: Ragged = facts.fact("ownership", (path,))
            shared = shared | ~full(partners.complete, n)[stakes]
            if len(partners.members):
                hit = np.flatnonzero(partners.members == mine[partners.parents])
                partner[partners.parents[hit]] = True
        mine = mine[stakes]
        somebody = mine < self.nodes + self.parties
        partner, shared = partner[stakes] & somebody, shared & somebody
        rest = len(at) - len(stakes)  # nobody is a partner in control
        if rest:
            nothing = np.zeros(rest, bool)
            partner, shared = np.append(partner, nothing), np.append(shared, nothing)
            mine = np.append(mine, np.zeros(rest, np.int64))

        def of(owner: Array, must: Array) -> Edges:
            return Edges(owner, held.asset, held.low, held.most, must, held.may, held.number)

        sure = of(np.where(partner, mine, held.owner), held.must)
        may_be = (partner | shared) & (mine != held.owner)
        unsure = may_be & ~partner
        return sure, of(np.where(may_be, mine, held.owner), held.must & ~unsure)


def _sure(edges: Edges, way: Way, parties: int) -> tuple[Array, Array, Array]:
    """Owner, company, and what is surely held, of all holdings that may count."""
    held = edges.kept

    def make() -> tuple[Array, Array, Array]:
        least = np.where(held.must, held.low, 0)
        if way.means:
            return held.owner[held.must], held.asset[held.must], least[held.must]
        if way.mode == "singly":
            owner, asset, (least,) = _merged(held.owner, held.asset, parties, least)
            return owner, asset, least
        return held.owner, held.asset, least

    return edges.once(("sure", bool(way.means), way.mode == "singly"), make)


def _open(edges: Edges, way: Way, whole: int, complete: Array) -> tuple[Array, ...]:
    """Owner, company, what may be held, what of it is told, and the room in each company."""
    held, parties = edges.kept, len(complete)

    def make() -> tuple[Array, ...]:
        owner, asset, most = held.owner, held.asset, held.most
        stated, taken = (np.zeros(parties, np.int64) for _ in range(2))
        np.add.at(stated, asset, held.low)
        relief = _told_once(owner, asset, np.where(held.must, held.low, 0), parties)
        np.add.at(taken, asset, relief)
        if way.mode == "singly":
            owner, asset, (most, relief) = _merged(owner, asset, parties, most, relief)
        room = np.where(stated <= whole, whole - taken, stated)
        if way.mode != "jointly":
            most = np.where(complete[asset], most, np.maximum(most, whole))
        return owner, asset, most, relief, room

    return edges.once(("open", way.mode == "singly", way.mode == "jointly", whole), make)


def closed(run: Run, node: Node) -> Pair:
    """The status of each party by a closure."""
    closure = run.plan.closures[node.name]
    frame = run.home("parties")
    if not frame.n:
        return pair(False, False)
    has_stakes = run.facts.spaces["ownership"].n > 0
    controllers = any(OTHER_MEANS in way.means for way in closure.ways) and len(
        run.facts.fact("parties", (CONTROLLED_BY,)).members
    )
    if has_stakes or controllers:
        graph = Graph(run, closure, node)
        if run.keeps:
            run.graphs[node.name] = graph
        return graph.status()
    seed, guard = (run.truth(part, frame) for part in node.parts)
    complete = full(run.facts.fact(CASE, ("ownership",)).complete, run.rows)[frame.row]
    reached = both(guard.may, _may_be_reached(run, closure, complete))
    if closure.direct:
        return pair(False, reached)
    always = any(not way.means and way.percent <= 0 and not way.strict for way in closure.ways)
    must = either(seed.must, guard.must) if always else seed.must
    return pair(must, either(seed.may, reached))


def _may_be_reached(run: Run, closure: Closure, complete: Any) -> Vector:
    """Whom somebody unnamed may own or control, where nobody holds anything."""
    found: Vector = False
    for way in closure.ways:
        if way.means:
            found = either(found, no(complete))
            if OTHER_MEANS in way.means:
                found = either(found, no(run.facts.fact("parties", (CONTROLLED_BY,)).complete))
        elif way.percent <= 0 and not way.strict:
            found = True
        elif way.percent < Decimal(100) or not way.strict:
            found = either(found, no(complete))
    return found


def _merged(
    owner: Array, asset: Array, parties: int, *amounts: Array
) -> tuple[Array, Array, tuple[Array, ...]]:
    """All that one owner holds in one company as one stake."""
    keys, index = np.unique(owner * parties + asset, return_inverse=True)
    sums: list[Array] = []
    for amount in amounts:
        total = np.zeros(len(keys), np.int64)
        np.add.at(total, index, amount)
        sums.append(total)
    return keys // parties, keys % parties, tuple(sums)


def _told_once(owner: Array, asset: Array, least: Array, parties: int) -> Array:
    """What each stake surely takes from others: of two that may be one told twice, the larger."""
    if not len(owner):
        return least
    keys = owner * parties + asset
    order = np.lexsort((least, keys))
    last = np.append(keys[order][1:] != keys[order][:-1], True)
    relief = np.zeros(len(least), np.int64)
    relief[order[last]] = least[order[last]]
    return relief
