"""Who has a status through owners: the fixed points of all rows at once, as one graph.

Every party of every row is a node, every stake an edge that stays within its row, so a round of
the walk of `ownership.py` is a few sums over all stakes of the batch. A status only grows, so the
order of entry does not matter to who has it in the end; ranks and supports are the interpreter's.
Whom nobody is named for stands as `extra`: whoever may control a party, or own the rest of it.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
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
    counts_of,
    is_several,
)

if TYPE_CHECKING:
    from sanctions_rules.engines.columnar.run import Run


#: The vectors of `Edges`, in order.
_VECTORS: Final = ("owner", "asset", "low", "most", "must", "may")


@dataclass(slots=True)
class Edges:
    """The holdings that one way looks at. Owners who are not known have numbers of their own."""

    way: Way
    owner: Array
    asset: Array
    low: Array  # what is stated at least, in grains
    most: Array
    must: Array
    may: Array

    def of(self, owner: Array, must: Array) -> Edges:
        return Edges(self.way, owner, self.asset, self.low, self.most, must, self.may)

    def kept(self) -> Edges:
        """Those that may count. What a company holds in itself carries nothing to it."""
        at = np.flatnonzero(self.may & (self.most > 0) & (self.owner != self.asset))
        return Edges(self.way, *(getattr(self, n)[at] for n in _VECTORS))


@dataclass(slots=True)
class Walk:
    """One rail of one way, ready to be walked: what each stake adds, and what must be reached."""

    control: bool
    together: bool
    owner: Array
    asset: Array
    gain: Array
    relief: Array
    room: Array
    needed: int

    def step(self, inside: Array, parties: int) -> Array:
        """Whom those who are inside bring in."""
        found = np.zeros(parties, bool)
        at = np.flatnonzero(inside[self.owner])
        asset = self.asset[at]
        if self.control:
            found[asset] = True
        elif self.together:
            held, left = np.zeros(parties, np.int64), self.room.copy()
            np.add.at(held, asset, self.gain[at])
            np.add.at(left, asset, self.relief[at])
            found[asset] = True
            found &= (held >= self.needed) & (left >= self.needed)
        else:
            enough = (self.gain[at] >= self.needed) & (
                self.room[asset] + self.relief[at] >= self.needed
            )
            found[asset[enough]] = True
        return found


class Graph:
    """The parties and holdings of a batch, as one closure reads them."""

    def __init__(self, run: Run, closure: Closure, node: Node) -> None:
        self.run = run
        self.closure = closure
        frame = run.home("parties")
        self.row = run.row_of(frame)
        self.parties = frame.n
        seed, guard = (run.truth(part, frame) for part in node.parts)
        self.seed = Pair(full(seed.must, frame.n), full(seed.may, frame.n))
        self.guard = Pair(full(guard.must, frame.n), full(guard.may, frame.n))
        stakes = run.facts.fact(CASE, ("ownership",))
        self.complete = full(stakes.complete, run.rows).copy()
        self.stakes = run.facts.spaces["ownership"].n
        self.stake_row = run.facts.spaces["ownership"].row
        self.several = is_several(closure)
        self.nodes = self.parties + self.stakes
        #: Grains of a unit: more than there are open ends in any row.
        most = int(np.diff(stakes.offsets).max()) if self.stakes else 0
        self.unit = 2 * most + 2
        self.controlled = self._unnamed_control()
        self.ways = [self._edges(way) for way in closure.ways]
        #: Holdings whose owners may have the status: their number, owner and company.
        self.open: list[tuple[Array, Array, Array]] = []

    def _unnamed_control(self) -> Array:
        """Whom somebody may control who is not named."""
        if not any(OTHER_MEANS in way.means for way in self.closure.ways):
            return np.zeros(self.parties, bool)
        held = self.run.facts.fact("parties", (CONTROLLED_BY,))
        return ~full(held.complete, self.parties)

    def _edges(self, way: Way) -> Edges:
        parts = [self._of_stakes(way)] if self.stakes else []
        if OTHER_MEANS in way.means:
            held: Ragged = self.run.facts.fact("parties", (CONTROLLED_BY,))
            if len(held.members):
                n = len(held.members)
                whole = np.full(n, self.whole)
                yes = np.ones(n, bool)
                parts.append(Edges(way, held.members, held.parents, whole, whole, yes, yes))
        if len(parts) == 1:
            return parts[0]
        names = _VECTORS
        empty = {n: np.zeros(0, bool if n in ("must", "may") else np.int64) for n in names}
        joined = {
            n: np.concatenate([getattr(p, n) for p in parts]) if parts else empty[n] for n in names
        }
        return Edges(way, **joined)

    @property
    def scale(self) -> int:
        percent = self.run.facts.fact("ownership", ("percent",)) if self.stakes else Ordered(0, 0)
        digits = max(-int(w.percent.as_tuple().exponent) for w in self.closure.ways)
        return max(percent.scale, digits, 0)

    @property
    def whole(self) -> int:
        return 100 * 10**self.scale * self.unit

    def needed(self, way: Way) -> int:
        return whole(way.percent, self.scale) * self.unit + way.strict

    def _of_stakes(self, way: Way) -> Edges:
        run, facts = self.run, self.run.facts
        frame = run.home("ownership")
        owner = facts.fact("ownership", ("owner",)).index
        owner = np.where(owner >= 0, owner, self.parties + np.arange(frame.n))
        asset = facts.fact("ownership", ("asset",)).index
        adrift = asset < 0
        self.complete[self.stake_row[adrift]] = False
        use = run.plan.use(counts_of(way, self.closure), {"stake": "ownership"})
        counted = run.truth(Use(use.node), frame)
        may = full(counted.may, frame.n) & ~adrift
        must = full(counted.must, frame.n) & ~adrift
        if way.means:
            whole = np.full(frame.n, self.whole)
            return Edges(way, owner, asset, whole, whole, must, may)
        percent: Ordered = facts.fact("ownership", ("percent",))
        unit = 10 ** (self.scale - percent.scale) * self.unit
        lo, hi = full(percent.lo, frame.n), full(percent.hi, frame.n)
        none = full(percent.none, frame.n)
        low = np.where((lo == LEAST) | none, 0, np.where(lo == LEAST, 0, lo) * unit) + full(
            percent.lo_open, frame.n
        )
        most = np.where((hi == MOST) | none, self.whole, np.where(hi == MOST, 0, hi) * unit)
        most = most - full(percent.hi_open, frame.n)
        return Edges(way, owner, asset, low, most, must, may)

    # -- the two rails ---------------------------------------------------------------------------

    def surely(self, start: Array, ways: list[Edges]) -> Array:
        """Who has the status whatever is not known."""
        walks: list[Walk] = []
        extra = np.zeros(self.parties, bool)
        for edges in ways:
            held = edges.kept()
            needed = self.needed(held.way)
            if not held.way.means and needed <= 0:
                extra[:] = True
            least = np.where(held.must, held.low, 0)
            owner, asset = held.owner, held.asset
            if held.way.means:
                owner, asset, least = (v[held.must] for v in (owner, asset, least))
            elif held.way.mode == "singly":
                owner, asset, (least,) = _merged(owner, asset, self.parties, least)
            room = np.full(self.parties, needed)
            walks.append(Walk(bool(held.way.means), held.way.mode in ("together", "severally"),
                              owner, asset, least, np.zeros(len(owner), np.int64), room, needed))  # fmt: skip
        return self._walked(start, self.guard.must, walks, extra)

    def perhaps(self, start: Array, ways: list[Edges], extra: Array) -> Array:
        """Who has the status if all that is not known is the worst."""
        walks: list[Walk] = []
        complete = self.complete[self.row]
        extra = extra.copy()
        for edges in ways:
            held = edges.kept()
            owner, asset = held.owner, held.asset
            if held.way.means:
                extra |= ~complete
                none = np.zeros(len(owner), np.int64)
                walks.append(Walk(True, False, owner, asset, none, none, none, 0))
                continue
            needed, whole = self.needed(held.way), self.whole
            least, most = np.where(held.must, held.low, 0), held.most
            stated, taken = (np.zeros(self.parties, np.int64) for _ in range(2))
            np.add.at(stated, asset, held.low)
            relief = _told_once(owner, asset, least, self.parties)
            np.add.at(taken, asset, relief)
            if held.way.mode == "singly":
                owner, asset, (most, relief) = _merged(owner, asset, self.parties, most, relief)
            room = np.where(stated <= whole, whole - taken, stated)
            extra |= np.where(complete, needed <= 0, (room >= needed) & (whole >= needed))
            if held.way.mode != "jointly":
                most = np.where(complete[asset], most, np.maximum(most, whole))
            together = held.way.mode in ("together", "severally")
            walks.append(Walk(False, together, owner, asset, most, relief, room, needed))
        return self._walked(start, self.guard.may, walks, extra)

    def _walked(self, start: Array, passes: Array, walks: list[Walk], extra: Array) -> Array:
        reached = extra & passes
        inside = start.copy()
        if self.closure.direct:
            for walk in walks:
                reached |= walk.step(inside, self.parties) & passes
            return reached
        inside[: self.parties] |= reached
        while True:
            found = np.zeros(self.parties, bool)
            for walk in walks:
                found |= walk.step(inside, self.parties)
            found &= passes & ~inside[: self.parties]
            if not found.any():
                return inside[: self.parties]
            inside[: self.parties] |= found

    def status(self) -> Pair:
        unnamed = np.zeros(self.stakes, bool)
        if self.stakes:
            owner, asset = (
                self.run.facts.fact("ownership", (n,)).index for n in ("owner", "asset")
            )
            unnamed = (owner < 0) & (asset >= 0)
        must = np.concatenate([self.seed.must, np.zeros(self.stakes, bool)])
        may = np.concatenate([self.seed.may, unnamed])
        if not self.several:
            surely = self.surely(must, self.ways)
            perhaps = self.perhaps(may, self.ways, self.controlled)
            owners = self.seed.may if self.closure.direct else perhaps
            self._note(self.ways, np.append(owners, np.ones(self.stakes, bool)))
            return pair(surely, perhaps)
        return self._severally(must, may)

    def _note(self, ways: list[Edges], owners: Array) -> None:
        for edges in ways:
            counted = edges.may & (edges.most > 0) & (edges.owner != edges.asset)
            at = np.flatnonzero(counted & owners[edges.owner])
            self.open.append((at, edges.owner[at], edges.asset[at]))

    def behind(self, asked: Array, status: Pair) -> tuple[Array, Array, Array]:
        """What the open status of some parties rests on: the parties asked in the end, the stakes
        that they wait for, and owners of these.
        """
        unknown = full(status.may, self.parties) & no(full(status.must, self.parties))
        stakes = np.zeros(self.stakes, bool)
        held_by = np.zeros(self.parties, bool)
        asked = asked.copy()
        while True:
            for stake, owner, asset in self.open:
                chosen = asked[asset]
                of_stakes = stake[chosen]
                stakes[of_stakes[of_stakes < self.stakes]] = True
                owner = owner[chosen]
                held_by[owner[owner < self.parties]] = True
            new = held_by & unknown & ~asked
            if self.closure.direct or not new.any():
                break
            asked |= new
        if self.stakes:
            adrift = self.run.facts.fact("ownership", ("asset",)).index < 0
            rows = np.zeros(self.run.rows, bool)
            rows[self.row[asked]] = True
            stakes |= adrift & rows[self.stake_row]
        return asked, stakes, held_by

    # -- each holder apart -----------------------------------------------------------------------

    def _severally(self, must: Array, may: Array) -> Pair:
        """The status from one holder at a time; the first of every row, then the second, and so on."""
        row = np.concatenate([self.row, self.stake_row, self.row])
        named = np.flatnonzero(np.concatenate([may, self.controlled]))
        order = np.argsort(row[named], kind="stable")
        named = named[order]
        count = np.bincount(row[named], minlength=self.run.rows)
        first = np.cumsum(count) - count
        surely, perhaps = (np.zeros(self.parties, bool) for _ in range(2))
        nobody = self.nodes + self.parties
        for turn in range(int(count.max(initial=0)) + 1):
            here = turn < count
            alone = np.full(self.run.rows, nobody)
            alone[here] = named[first[here] + turn]
            chosen = np.zeros(nobody + 1, bool)
            chosen[alone] = True
            chosen[nobody] = False
            extra = chosen[self.nodes : nobody]
            ways = [self._as_of(edges, alone) for edges in self.ways]
            sure = chosen & np.append(must, np.zeros(self.parties + 1, bool))
            must_here = self.surely(sure, [w for w, _ in ways])
            may_here = self.perhaps(chosen, [w for _, w in ways], extra)
            surely |= must_here
            perhaps |= may_here
            owners = chosen.copy()
            if not self.closure.direct:
                owners[: self.parties] |= must_here | may_here
            self._note([w for _, w in ways], owners)
        return pair(surely, perhaps | surely)

    def _as_of(self, edges: Edges, alone: Array) -> tuple[Edges, Edges]:
        """The holdings as they surely, and as they may be those of one holder and its partners."""
        facts, n = self.run.facts, self.stakes
        if not n or len(edges.owner) < n:
            return edges, edges
        mine = alone[self.stake_row]
        partner = np.zeros(n, bool)
        shared = edges.owner[:n] >= self.parties
        for path in PARTNERS:
            held: Ragged = facts.fact("ownership", (path,))
            shared = shared | ~full(held.complete, n)
            hit = np.flatnonzero(held.members == mine[held.parents])
            partner[held.parents[hit]] = True
        somebody = mine < self.nodes + self.parties
        rest = len(edges.owner) - n
        partner = np.append(partner & somebody, np.zeros(rest, bool))
        shared = np.append(shared & somebody, np.zeros(rest, bool))
        mine = np.append(mine, np.zeros(rest, np.int64))
        sure = edges.of(np.where(partner, mine, edges.owner), edges.must)
        may_be = (partner | shared) & (mine != edges.owner)
        unsure = may_be & ~partner
        open_ = edges.of(np.where(may_be, mine, edges.owner), edges.must & ~unsure)
        return sure, open_


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
        graph = run.graphs[node.name] = Graph(run, closure, node)
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
