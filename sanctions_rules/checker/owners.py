"""Who has a status through owners: whether rounds of entry are the least that the rules allow.

Nothing but the standard library. A run lists who enters, in order, from those who have the status
by themselves: each must be reached by what those before it hold, and nobody else may be reached
by all of them. Amounts are pairs of a number and how many open ends lie beside it, so that more
than 50 is more than 50 and sums are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sanctions_rules.checker.values import EXACT, FALSE, TRUE, UNKNOWN

Amount = tuple[Decimal, int]
ZERO: Amount = (Decimal(0), 0)
WHOLE: Amount = (Decimal(100), 0)


@dataclass(frozen=True)
class Held:
    """A stake as a way to pass a status on looks at it."""

    owner: str
    asset: str
    low: Amount
    high: Amount
    counts: str
    partners: Mapping[str, str] = field(default_factory=dict[str, str])
    shared: bool = False

    @property
    def least(self) -> Amount:
        return self.low if self.counts == TRUE else ZERO

    def of(self, alone: str, surely: bool) -> Held:
        """As the one whose run it is may hold it, as a partner in it."""
        truth = self.partners.get(alone, UNKNOWN if self.shared else FALSE)
        if not alone or self.owner == alone or truth == FALSE or (surely and truth != TRUE):
            return self
        counts = self.counts if truth == TRUE or self.counts == FALSE else UNKNOWN
        return replace(self, owner=alone, counts=counts)


def added(amounts: Iterable[Amount]) -> Amount:
    total, ends = ZERO
    for number, beside in amounts:
        total, ends = EXACT.add(total, number), ends + beside
    return total, ends


def less(one: Amount, other: Amount) -> Amount:
    return EXACT.subtract(one[0], other[0]), one[1] - other[1]


@dataclass(frozen=True)
class Way:
    """One way for the status to pass: what it needs, and all that it looks at."""

    said: Mapping[str, Any]
    held: tuple[Held, ...]
    complete: bool

    @property
    def needed(self) -> Amount:
        return Decimal(self.said["percent"]), int(self.said["strict"])

    def of(self, alone: str, surely: bool) -> Way:
        held = (h.of(alone, surely) for h in self.held)
        return replace(self, held=tuple(
            h for h in held if h.counts != FALSE and h.high != ZERO and h.owner != h.asset
        ))  # fmt: skip

    def group(self, index: int) -> tuple[str, ...]:
        """What a holding is measured with: all holdings, those of one owner, or it alone."""
        held = self.held[index]
        if self.said["mode"] in ("together", "severally"):
            return (held.asset,)
        return (held.asset, held.owner if self.said["mode"] == "singly" else str(index))

    def reliefs(self) -> list[Amount]:
        """What each holding surely takes from others; of one owner in one company, the largest alone."""
        largest: dict[tuple[str, str], int] = {}
        for index, h in enumerate(self.held):
            best = largest.setdefault((h.asset, h.owner), index)
            if h.least > self.held[best].least:
                largest[h.asset, h.owner] = index
        return [
            h.least if largest[h.asset, h.owner] == index else ZERO
            for index, h in enumerate(self.held)
        ]

    def rooms(self, reliefs: list[Amount]) -> dict[str, Amount]:
        """What is left where all that is surely held is others': all of it, if that is too much."""
        stated: dict[str, Amount] = {}
        taken: dict[str, Amount] = {}
        for h, relief in zip(self.held, reliefs, strict=True):
            stated[h.asset] = added((stated.get(h.asset, ZERO), h.low))
            taken[h.asset] = added((taken.get(h.asset, ZERO), relief))
        return {
            asset: total if total > WHOLE else less(WHOLE, taken[asset])
            for asset, total in stated.items()
        }

    def unnamed(self, room: Amount) -> bool:
        """Whether somebody of whom nothing is known may hold enough of a company."""
        if self.said["means"]:
            return not self.complete
        if self.complete:
            return self.needed <= ZERO
        return self.needed <= WHOLE and room >= self.needed


class Holdings:
    """What those who are in hold by one way, added up as they enter: each holding is looked at once."""

    def __init__(self, way: Way, surely: bool) -> None:
        self.way, self.surely = way, surely
        self.relief = way.reliefs()
        self.room = way.rooms(self.relief)
        self.of: dict[str, list[int]] = {}
        for index, held in enumerate(way.held):
            self.of.setdefault(held.owner, []).append(index)
        self.sums: dict[tuple[str, ...], tuple[Amount, Amount]] = {}

    def always(self, company: str) -> bool:
        """Whether a company is reached whoever is in."""
        if self.surely:
            return not self.way.said["means"] and self.way.needed <= ZERO
        return self.way.unnamed(self.room.get(company, WHOLE))

    def reached(self, party: str) -> Iterator[str]:
        """The companies of which enough is held once this party is in as well."""
        for index in self.of.get(party, ()):
            if self.enough(index):
                yield self.way.held[index].asset

    def enough(self, index: int) -> bool:
        """Surely: of what is surely held. Perhaps: of what may be, beside what others surely hold."""
        way, held = self.way, self.way.held[index]
        if way.said["means"]:
            return not self.surely or held.counts == TRUE
        group = way.group(index)
        before, left = self.sums.get(group, (ZERO, self.room[held.asset]))
        open_ended = not way.complete and way.said["mode"] != "jointly"
        if self.surely:
            gain = held.least
        elif open_ended and way.said["mode"] != "singly":
            gain = max(held.high, WHOLE)  # beyond what is listed too, where the list is open
        else:
            gain = held.high
        total, left = added((before, gain)), added((left, self.relief[index]))
        self.sums[group] = total, left
        if self.surely:
            return total >= way.needed
        if open_ended:
            total = max(total, WHOLE)
        return total >= way.needed and left >= way.needed


@dataclass(frozen=True)
class Owners:
    """The parties with what they have by themselves, and the ways; `seeds`, `guards`: truths."""

    seeds: Mapping[str, str]
    guards: Mapping[str, str]
    ways: tuple[Way, ...]
    direct: bool
    severally: bool
    complete: bool

    def runs(self) -> list[str]:
        """For whom a run is made: for all together, or for each holder alone."""
        if not self.severally:
            return [""]
        named = [p for p, truth in self.seeds.items() if truth != FALSE]
        return named if self.complete else [*named, ""]

    def start(self, alone: str, surely: bool) -> list[str]:
        mine = [p for p in self.seeds if not self.severally or p == alone]
        return [p for p in mine if self.seeds[p] == TRUE or (not surely and self.seeds[p] != FALSE)]

    def least(self, alone: str, surely: bool, entered: list[list[str]]) -> bool:
        """Whether each round was reached by those before it, and nobody is left to be reached."""
        run = Run(self, alone, surely)
        waiting = set(run.first)
        for entry in entered:
            if not entry or not set(entry) <= waiting:
                return False
            waiting -= set(entry)
            waiting.update(run.enter(entry))
        return not waiting

    def status(self, runs: list[Any]) -> dict[str, str]:
        """The status of each party by runs that are the least."""
        found = dict.fromkeys(self.seeds, FALSE)
        for alone, run in zip(self.runs(), runs, strict=True):
            for surely, truth in ((False, UNKNOWN), (True, TRUE)):
                entered = [p for entry in run["surely" if surely else "perhaps"] for p in entry]
                for party in entered if self.direct else [*self.start(alone, surely), *entered]:
                    found[party] = truth if found[party] != TRUE else TRUE
        return found


class Run:
    """Who is reached, from those who have the status by themselves on. `first`: by them alone."""

    def __init__(self, owners: Owners, alone: str, surely: bool) -> None:
        start = owners.start(alone, surely)
        inside = set[str]() if owners.direct else set(start)
        self.direct = owners.direct
        #: Who may be reached and was not yet, in order.
        self.free = {
            p: index for index, (p, guard) in enumerate(owners.guards.items())
            if p not in inside and (guard == TRUE or (not surely and guard != FALSE))
        }  # fmt: skip
        self.ways = [Holdings(w.of(alone, surely), surely) for w in owners.ways]
        always = [p for p in self.free if any(w.always(p) for w in self.ways)]
        self.first = self.taken([*always, *self.held_by(start)])

    def enter(self, parties: list[str]) -> list[str]:
        """Who is reached once these are in as well, and was not before."""
        return [] if self.direct else self.taken(self.held_by(parties))

    def held_by(self, parties: list[str]) -> Iterator[str]:
        for party in dict.fromkeys(parties):
            for way in self.ways:
                yield from way.reached(party)

    def taken(self, reached: Iterable[str]) -> list[str]:
        found = {p: self.free[p] for p in reached if p in self.free}
        for party in found:
            del self.free[party]
        return sorted(found, key=found.__getitem__)
