"""What is held of whom in a batch, as closures walk it: read once for all that look at the same.

A way looks at the stakes that count for it, and perhaps at who is said to be in control. Amounts are
in grains: whole parts of a percent, so fine that open ends are told apart from closed ones.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from sanctions_rules.core import Closure, Way
from sanctions_rules.engines.columnar.arrow import Array, np
from sanctions_rules.engines.columnar.plan import Node, Use
from sanctions_rules.engines.columnar.spaces import CASE
from sanctions_rules.engines.columnar.vectors import (
    LEAST,
    MOST,
    Ordered,
    Ragged,
    full,
)
from sanctions_rules.engines.interpreter import (
    CONTROLLED_BY,
    OTHER_MEANS,
)

if TYPE_CHECKING:
    from sanctions_rules.engines.columnar.run import Run


NOTHING: Final = np.zeros(0, np.int64)
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


def surely_held(edges: Edges, way: Way, parties: int) -> tuple[Array, Array, Array]:
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


def perhaps_held(edges: Edges, way: Way, whole: int, complete: Array) -> tuple[Array, ...]:
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
