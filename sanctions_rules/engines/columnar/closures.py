"""Who has a status through owners: the fixed points of all rows at once, as one graph.

Every party of every row is a node, every stake an edge that stays within its row, so a round of
the walk of `ownership.py` is a few sums over all stakes of the batch. A status only grows, so the
order of entry does not matter to who has it in the end; ranks and supports are the interpreter's.
Whom nobody is named for stands as `extra`: whoever may control a party, or own the rest of it.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sanctions_rules.core import Closure, Way
from sanctions_rules.engines.columnar.arrow import Array, Vector, np
from sanctions_rules.engines.columnar.holdings import (
    NOTHING,
    Edges,
    Walk,
    perhaps_held,
    surely_held,
)
from sanctions_rules.engines.columnar.plan import Node
from sanctions_rules.engines.columnar.spaces import CASE
from sanctions_rules.engines.columnar.vectors import (
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
            walks.append(self._walk(way, needed, *surely_held(edges, way, self.parties)))
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
            owner, asset, most, relief, room = perhaps_held(edges, way, self.whole, complete)
            extra |= np.where(complete, needed <= 0, (room >= needed) & (self.whole >= needed))
            walks.append(self._walk(way, needed, owner, asset, most, relief, room))
        return self._walked(start, self.guard.may, walks, extra)

    def _walk(
        self, way: Way, needed: int, owner: Array, asset: Array, gain: Array = NOTHING,
        relief: Array = NOTHING, room: Array | None = None,
    ) -> Walk:  # fmt: skip
        together = way.mode in ("together", "severally") and not way.means
        held = np.zeros(self.parties, np.int64) if together else NOTHING
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
