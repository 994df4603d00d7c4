"""Who has a status through owners: whether rounds of entry are the least that the rules allow.

Nothing but the standard library. A run lists who enters, in order, from those who have the status
by themselves: each must be reached by what those before it hold, and nobody else may be reached
by all of them. Amounts are pairs of a number and how many open ends lie beside it, so that more
than 50 is more than 50 and sums are exact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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

    def groups(self, company: str) -> list[list[Held]]:
        """What is measured as one: all holdings, those of one owner, or each apart."""
        into = [h for h in self.held if h.asset == company]
        if self.said["mode"] in ("together", "severally"):
            return [into]
        if self.said["mode"] == "singly":
            return [[h for h in into if h.owner == one] for one in {h.owner for h in into}]
        return [[h] for h in into]

    def surely(self, company: str, inside: Collection[str]) -> bool:
        """Whether owners who surely have the status surely hold enough of the company."""
        if self.said["means"]:
            return any(
                h.asset == company and h.counts == TRUE and h.owner in inside for h in self.held
            )
        return (
            any(
                added(h.least for h in group if h.owner in inside) >= self.needed
                for group in self.groups(company)
            )
            or self.needed <= ZERO
        )

    def unnamed(self, company: str) -> bool:
        """Whether somebody of whom nothing is known may hold enough of the company."""
        if self.said["means"]:
            return not self.complete
        if self.complete:
            return self.needed <= ZERO
        return self.needed <= WHOLE and self.room(company) >= self.needed

    def perhaps(self, company: str, inside: Collection[str]) -> bool:
        """Whether owners who may have the status may hold enough, beside what others surely hold."""
        if self.said["means"]:
            return any(h.asset == company and h.owner in inside for h in self.held)
        relief, room = self.relief(company), self.room(company)
        for group in self.groups(company):
            mine = [h for h in group if h.owner in inside]
            left = added([room, *(relief[id(h)] for h in mine)])
            if mine and self.gained(mine) >= self.needed and left >= self.needed:
                return True
        return False

    def gained(self, mine: list[Held]) -> Amount:
        """What they may hold; beyond what is listed too, where the list is open."""
        if self.complete or self.said["mode"] == "jointly":
            return added(h.high for h in mine)
        if self.said["mode"] == "singly":
            return max(added(h.high for h in mine), WHOLE)
        return added(max(h.high, WHOLE) for h in mine)

    def relief(self, company: str) -> dict[int, Amount]:
        """What each holding surely takes from others; of one owner, the largest alone."""
        largest: dict[str, Held] = {}
        into = [h for h in self.held if h.asset == company]
        for h in into:
            if h.owner not in largest or h.least > largest[h.owner].least:
                largest[h.owner] = h
        return {id(h): h.least if largest[h.owner] is h else ZERO for h in into}

    def room(self, company: str) -> Amount:
        """What is left where all that is surely held is others': all of it, if that is too much."""
        stated = added(h.low for h in self.held if h.asset == company)
        if stated > WHOLE:
            return stated
        return less(WHOLE, added(self.relief(company).values()))


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

    def next(self, alone: str, surely: bool, entered: list[list[str]]) -> list[str]:
        """Who is reached, and is not yet in, by those who started and those who have entered."""
        start = self.start(alone, surely)
        new = [p for entry in entered for p in entry]
        inside = set(start if self.direct else [*start, *new])
        out = set(new) if self.direct else inside
        ways = [w.of(alone, surely) for w in self.ways]
        return [
            p for p, guard in self.guards.items()
            if p not in out and (guard == TRUE or (not surely and guard != FALSE)) and any(
                w.surely(p, inside) if surely else w.unnamed(p) or w.perhaps(p, inside) for w in ways
            )
        ]  # fmt: skip

    def least(self, alone: str, surely: bool, entered: list[list[str]]) -> bool:
        """Whether each round was reached by those before it, and nobody is left to be reached."""
        for index, entry in enumerate(entered):
            if not entry or not set(entry) <= set(self.next(alone, surely, entered[:index])):
                return False
        return not self.next(alone, surely, entered)

    def status(self, runs: list[Any]) -> dict[str, str]:
        """The status of each party by runs that are the least."""
        found = dict.fromkeys(self.seeds, FALSE)
        for alone, run in zip(self.runs(), runs, strict=True):
            for surely, truth in ((False, UNKNOWN), (True, TRUE)):
                entered = [p for entry in run["surely" if surely else "perhaps"] for p in entry]
                for party in entered if self.direct else [*self.start(alone, surely), *entered]:
                    found[party] = truth if found[party] != TRUE else TRUE
        return found
