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
from functools import cached_property
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

    @cached_property
    def into(self) -> Mapping[str, list[Held]]:
        found: dict[str, list[Held]] = {}
        for h in self.held:
            found.setdefault(h.asset, []).append(h)
        return found

    @cached_property
    def shared(self) -> Mapping[str, set[str]]:
        """In which companies each may hold together with others; under no name: anybody may."""
        found: dict[str, set[str]] = {}
        for h in self.held:
            for partner in ("", *h.partners) if h.shared else h.partners:
                found.setdefault(partner, set()).add(h.asset)
        return found

    def touched(self, alone: str) -> set[str]:
        """The companies whose stakes are others where one party is looked at alone."""
        return self.shared.get(alone, set()) | self.shared.get("", set()) if alone else set()

    def only(self, companies: Iterable[str]) -> Way:
        return replace(self, held=tuple(h for c in sorted(companies) for h in self.into[c]))

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


class Measured:
    """The stakes of one way: what each takes from others, what room is left, who holds which."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self.relief = way.reliefs()
        self.room = way.rooms(self.relief)
        self.of: dict[str, list[int]] = {}
        for index, held in enumerate(way.held):
            self.of.setdefault(held.owner, []).append(index)

    def always(self, company: str, surely: bool) -> bool:
        """Whether a company is reached whoever is in."""
        if surely:
            return not self.way.said["means"] and self.way.needed <= ZERO
        return self.way.unnamed(self.room.get(company, WHOLE))


class Holdings:
    """What those who are in hold, added up as they enter: each holding is looked at once.

    `without`: companies that are left out, for others look at them.
    """

    def __init__(self, measured: Measured, surely: bool, without: set[str]) -> None:
        self.measured, self.surely, self.without = measured, surely, without
        self.way, self.relief, self.room = measured.way, measured.relief, measured.room
        self.sums: dict[tuple[str, ...], tuple[Amount, Amount]] = {}

    def reached(self, party: str) -> Iterator[str]:
        """The companies of which enough is held once this party is in as well."""
        for index in self.measured.of.get(party, ()):
            company = self.way.held[index].asset
            if company not in self.without and self.enough(index):
                yield company

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
        mine = self.seeds if not self.severally else [alone] if alone in self.seeds else []
        return [p for p in mine if self.seeds[p] == TRUE or (not surely and self.seeds[p] != FALSE)]

    @cached_property
    def together(self) -> list[Measured]:
        """The ways as they are for whoever shares no stake: measured once, however many runs there are."""
        return [Measured(w.of("", True)) for w in self.ways]

    @cached_property
    def open(self) -> Mapping[bool, Mapping[str, int]]:
        """Who may be reached, surely or perhaps, in order."""
        return {
            surely: {
                p: index for index, (p, guard) in enumerate(self.guards.items())
                if guard == TRUE or (not surely and guard != FALSE)
            } for surely in (True, False)
        }  # fmt: skip

    @cached_property
    def always(self) -> Mapping[bool, list[list[str]]]:
        """Of each way, who is reached whoever is in."""
        return {
            surely: [[p for p in free if m.always(p, surely)] for m in self.together]
            for surely, free in self.open.items()
        }

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
        self.direct, self.open = owners.direct, owners.open[surely]
        #: Who is in, or was reached.
        self.out = set[str]() if owners.direct else set(start)
        self.ways: list[Holdings] = []
        always: list[str] = []
        for way, measured, found in zip(
            owners.ways, owners.together, owners.always[surely], strict=True
        ):
            others = way.touched(alone)
            self.ways.append(Holdings(measured, surely, others))
            always += [p for p in found if p not in others]
            if others:
                mine = Measured(way.only(others).of(alone, surely))
                self.ways.append(Holdings(mine, surely, set()))
                always += [p for p in others if p in self.open and mine.always(p, surely)]
        self.first = self.taken([*always, *self.held_by(start)])

    def enter(self, parties: list[str]) -> list[str]:
        """Who is reached once these are in as well, and was not before."""
        return [] if self.direct else self.taken(self.held_by(parties))

    def held_by(self, parties: list[str]) -> Iterator[str]:
        for party in dict.fromkeys(parties):
            for way in self.ways:
                yield from way.reached(party)

    def taken(self, reached: Iterable[str]) -> list[str]:
        found = {p for p in reached if p in self.open and p not in self.out}
        self.out |= found
        return sorted(found, key=self.open.__getitem__)
