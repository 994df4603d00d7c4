"""Ownership where a status passes on in several ways, or from each holder apart.

Some laws bring a company in by shares or by votes or by control, and a chain may change from one
to the other at each link; some count for each listed person only what that person holds, itself,
through what it has brought in, and with its partners in a joint holding or arrangement. Each way
is a walk of `ownership.py` over its own holdings; the walks take turns, each starting from all
whom the others have brought in, until none brings in anybody. Control is no share: one right of it
is enough, and what somebody else holds leaves as much room for it as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from sanctions_rules.ownership import (
    STATUS,
    Column,
    Holding,
    Oddity,
    Rails,
    Threshold,
    counted,
)
from sanctions_rules.values import Truth


@dataclass(frozen=True, slots=True)
class Passage:
    """One way for the status to pass, and every holding that it looks at."""

    threshold: Threshold
    holdings: Sequence[Holding]
    is_control: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """From one group of owners who have the status by themselves: who else has it, by which way."""

    via: Mapping[str, int]
    rank: Mapping[str, int]
    surely: tuple[Column, ...]  # by way, over what is surely held
    perhaps: tuple[Column, ...]  # by way, over what may be held

    def support(self, party: str) -> tuple[Holding, ...]:
        way = self.via.get(party, -1)
        if way < 0:
            return ()
        column = self.surely[way]
        if not column.threshold.direct:
            return column.support(party)
        owners = {p: 0 for p, truth in column.status.items() if truth.must}
        return replace(column, _rank={**owners, party: 1}).support(party)


@dataclass(frozen=True)
class Net:
    """The status of each party, as `Column` has it, where there are several ways or groups."""

    status: Mapping[str, Truth]
    _runs: tuple[_Run, ...]
    _ways: int
    adrift: tuple[str, ...] = ()

    def _run(self, party: str) -> _Run | None:
        """The first run that brings the party in; none where it has the status by itself."""
        if any(run.rank.get(party) == 0 for run in self._runs):
            return None
        return next((run for run in self._runs if party in run.via), None)

    def via(self, party: str) -> int:
        """Which way carried the status to the party; -1 where none surely did."""
        run = self._run(party)
        return run.via[party] if run else -1

    def support(self, party: str) -> tuple[Holding, ...]:
        run = self._run(party)
        return run.support(party) if run else ()

    def chain(self, party: str) -> tuple[Holding, ...]:
        """All holdings that carry the status to the party, each once, its own last."""
        run, found = self._run(party), dict[str, tuple[Holding, ...]]()
        pending = [party]
        while run and pending:
            one = pending.pop()
            if one not in found:
                found[one] = run.support(one)
                pending += [h.owner for h in found[one]]
        ordered = sorted(found, key=lambda p: run.rank.get(p, -1) if run else 0)
        return tuple(h for p in ordered for h in found[p])

    def through_by(self, way: int) -> Mapping[str, tuple[Holding, ...]]:
        """By company, the holdings of one way whose owners have or may have the status."""
        return _merged(run.perhaps[way].through for run in self._runs)

    @cached_property
    def through(self) -> Mapping[str, tuple[Holding, ...]]:
        return _merged(self.through_by(way) for way in range(self._ways))

    @cached_property
    def oddities(self) -> Mapping[str, tuple[Oddity, ...]]:
        found: dict[str, dict[Oddity, None]] = {}
        for run in self._runs:
            for column in run.surely:
                for asset, odd in column.oddities.items():
                    found.setdefault(asset, {}).update(dict.fromkeys(odd))
        return {asset: tuple(odd) for asset, odd in found.items()}


def close_ways(
    parties: Sequence[str],
    seeds: Mapping[str, Truth],
    guards: Mapping[str, Truth],
    ways: Sequence[Passage],
    complete: bool,
    severally: bool = False,
) -> Net:
    """The least status that holds the seeds and is closed under every way.

    `severally`: what different seeds hold is not added up, unless they are partners. `complete`:
    as in `ownership.close`.
    """
    named = [p for p in parties if seeds[p].may]
    groups = [[p] for p in named] if severally else [named]
    if severally and not complete:
        groups.append([])  # somebody who is not named
    runs = tuple(_run(parties, group, seeds, guards, ways, complete, severally) for group in groups)
    surely = {p for run in runs for p, truth in run.status.items() if truth.must}
    may = {p for run in runs for p, truth in run.status.items() if truth.may}
    status = {p: STATUS[(p in surely) + (p in may)] for p in parties}
    return Net(status, tuple(run.made for run in runs), len(ways))


@dataclass(frozen=True, slots=True)
class _Closed:
    status: Mapping[str, Truth]
    made: _Run


def _run(
    parties: Sequence[str],
    group: Sequence[str],
    seeds: Mapping[str, Truth],
    guards: Mapping[str, Truth],
    ways: Sequence[Passage],
    complete: bool,
    severally: bool,
) -> _Closed:
    inside = set(group)
    direct = any(way.threshold.direct for way in ways)
    alone = group[0] if severally and group else ""
    held = [[_sure(h, alone) for h in way.holdings] for way in ways]
    open_ = [[_perhaps(h, alone) for h in way.holdings] for way in ways]
    passing = [guards[p].must for p in parties]
    sure = _turns(
        parties, [p in inside and seeds[p].must for p in parties],
        [_walker(parties, h, w) for h, w in zip(held, ways, strict=True)],
        lambda walker, start: walker.surely(start, passing), direct,
    )  # fmt: skip
    maybe = [guards[p].may for p in parties]
    may = _turns(
        parties, [p in inside for p in parties],
        [_walker(parties, h, w) for h, w in zip(open_, ways, strict=True)],
        lambda walker, start: walker.perhaps(start, maybe, complete), direct,
    )  # fmt: skip
    status = {p: STATUS[(p in sure.rank) + (p in may.rank or p in sure.rank)] for p in parties}
    owners = {p: seeds[p] if p in inside else Truth.FALSE for p in parties} if direct else status

    def columns(holdings: Sequence[Sequence[Holding]]) -> tuple[Column, ...]:
        return tuple(
            Column(owners, w.threshold, h, sure.rank) for h, w in zip(holdings, ways, strict=True)
        )

    return _Closed(status, _Run(sure.via, sure.rank, columns(held), columns(open_)))


class _Walker(Protocol):
    def surely(self, start: Sequence[bool], passes: Sequence[bool]) -> list[int]: ...

    def perhaps(
        self, start: Sequence[bool], passes: Sequence[bool], complete: bool
    ) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class _Turns:
    rank: Mapping[str, int]
    via: Mapping[str, int]


def _turns(
    parties: Sequence[str], start: Sequence[bool], walkers: Sequence[_Walker],
    walk: _Walk, direct: bool,
) -> _Turns:  # fmt: skip
    """Each walk in turn, from all whom any has brought in, until nobody is new."""
    rank: dict[str, int] = {}
    via: dict[str, int] = {}
    entered = list(start)
    if not direct:
        rank = {p: 0 for p, is_in in zip(parties, start, strict=True) if is_in}
    grown = True
    while grown:
        grown = False
        for way, walker in enumerate(walkers):
            found = walk(walker, entered)
            new = sorted((r, i) for i, r in enumerate(found) if r >= 0 and parties[i] not in rank)
            for _, index in new:
                via[parties[index]] = way
                rank[parties[index]] = len(rank) + 1
                entered[index] = entered[index] or not direct
                grown = not direct
    return _Turns(rank, via)


class _Walk(Protocol):
    def __call__(self, walker: _Walker, start: Sequence[bool]) -> list[int]: ...


def _walker(parties: Sequence[str], holdings: Sequence[Holding], way: Passage) -> _Walker:
    held = [h for h in holdings if counted(h)]
    if way.is_control:
        return _Control(parties, held, way.threshold.direct)
    return Rails(parties, held, way.threshold)


class _Control:
    """The walk over rights of control. Interface and ranks as of `Rails`."""

    def __init__(self, parties: Sequence[str], held: Sequence[Holding], direct: bool) -> None:
        self._held, self._parties, self._direct = held, parties, direct

    def surely(self, start: Sequence[bool], passes: Sequence[bool]) -> list[int]:
        return self._walk(start, passes, [h for h in self._held if h.counts.must])

    def perhaps(self, start: Sequence[bool], passes: Sequence[bool], complete: bool) -> list[int]:
        if complete:
            return self._walk(start, passes, self._held)
        if self._direct:  # whom somebody unnamed may control does not pass it on
            found = self._walk(start, passes, self._held)
            return [max(r, p - 1) for r, p in zip(found, passes, strict=True)]
        opened = [s or p for s, p in zip(start, passes, strict=True)]
        return self._walk(opened, passes, self._held)

    def _walk(
        self, start: Sequence[bool], passes: Sequence[bool], held: Sequence[Holding]
    ) -> list[int]:
        number = {party: i for i, party in enumerate(self._parties)}
        over: dict[int, list[int]] = {}
        for h in held:
            over.setdefault(number[h.owner], []).append(number[h.asset])
        inside = [i for i, is_in in enumerate(start) if is_in]
        rank = [0 if is_in and not self._direct else -1 for is_in in start]
        for owner in tuple(inside) if self._direct else inside:  # or else it grows while we walk it
            for company in over.get(owner, ()):
                if rank[company] < 0 and passes[company]:
                    rank[company] = len(inside)
                    inside.append(company)
        return rank


def _sure(holding: Holding, alone: str) -> Holding:
    """Whose a holding surely is: of the one whose run it is, where it is a partner in it."""
    return _as_of(holding, alone) if dict(holding.partners).get(alone) is Truth.TRUE else holding


def _perhaps(holding: Holding, alone: str) -> Holding:
    """Whose a holding may be. What may be a partner's leaves as much room for that partner."""
    truth = dict(holding.partners).get(alone, Truth.UNKNOWN if holding.shared else Truth.FALSE)
    if not alone or holding.owner == alone or not truth.may:
        return holding
    return _as_of(holding, alone, holding.counts if truth.must else _unsure(holding.counts))


def _as_of(holding: Holding, owner: str, counts: Truth | None = None) -> Holding:
    if owner == holding.owner:
        return holding
    return replace(holding, owner=owner, of=holding.owner, counts=counts or holding.counts)


def _unsure(counts: Truth) -> Truth:
    """A holding that counts, if at all, for a partner of whom that is not known."""
    return Truth.UNKNOWN if counts.may else counts


def _merged(
    maps: Iterator[Mapping[str, tuple[Holding, ...]]],
) -> Mapping[str, tuple[Holding, ...]]:
    found: dict[str, dict[tuple[str, str], Holding]] = {}
    for one in maps:
        for asset, held in one.items():
            found.setdefault(asset, {}).update({(h.place, h.owner): h for h in held})
    return {asset: tuple(held.values()) for asset, held in found.items()}
