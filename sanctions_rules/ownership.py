"""Ownership closure: who has a status because of who owns them.

A fixed point over *status*, not a product of percentages: an entity that reaches the threshold
counts as an owner with that status in the next round, with its holdings in full. Threshold,
strictness and aggregation come from the rulebook, because programmes differ. A stake that is
held through others is not counted again. Two rails: who surely has the status, counting only
what is surely held; who may have it, counting all that may be held. It is the least fixed point:
a ring of companies that own one another, and that nobody with the status owns, stays free.

Does not decide control; a rulebook does that from facts. `ownership_tables.py` asks the same
of tables of stakes without a case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import cached_property
from typing import Final, TypeAlias, cast

from sanctions_rules.values import Truth

HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Holding:
    """A stake at one time. `counts`: whether it is held then, directly, and on the right basis.

    The share lies between `lo` and `hi`; an open end is itself no possible share. `partners`: who
    else is treated as holding it; `shared`: whether others still may be. `of`: whose it is where
    it counts as another's. `means`: of control, which counts in full and has no share.
    """

    owner: str
    asset: str
    lo: Decimal
    hi: Decimal
    counts: Truth
    place: str
    lo_open: bool = False
    hi_open: bool = False
    partners: tuple[tuple[str, Truth], ...] = ()
    shared: bool = False
    of: str = ""
    means: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Threshold:
    """What share passes the status on.

    `mode`: together adds up all owners with the status; singly looks at all that one of them
    holds; jointly at one holding, because a joint arrangement is recorded as one.
    """

    percent: Decimal
    strict: bool = False  # more than, not at least
    mode: str = "together"
    direct: bool = False  # those who have the status by itself pass it on, and nobody else


@dataclass(frozen=True)
class Column:
    """The status of each party, and the holdings behind it.

    `adrift`: places of stakes of which it is not known in whom they are held. They may be in
    anybody, so the list of holdings is then not complete.
    """

    status: Mapping[str, Truth]
    threshold: Threshold
    _holdings: Sequence[Holding]
    _rank: Mapping[str, int]  # of those who surely have the status, in the order of entry
    adrift: tuple[str, ...] = ()

    def via(self, party: str) -> int:
        """Which of the ways carried the status: there is one."""
        return 0

    def through_by(self, way: int) -> Mapping[str, tuple[Holding, ...]]:
        return self.through

    @cached_property
    def through(self) -> Mapping[str, tuple[Holding, ...]]:
        """By company, the holdings of owners that have or may have the status."""
        found: dict[str, list[Holding]] = defaultdict(list)
        for holding in self._holdings:
            if counted(holding) and self.status[holding.owner].may:
                found[holding.asset].append(holding)
        return {asset: tuple(held) for asset, held in found.items()}

    @cached_property
    def oddities(self) -> Mapping[str, tuple[Oddity, ...]]:
        """By company, what a person should look at."""
        found: dict[str, list[Oddity]] = defaultdict(list)
        for oddity in oddities(self._holdings):
            found[oddity.asset].append(oddity)
        return {asset: tuple(odd) for asset, odd in found.items()}

    def support(self, party: str) -> tuple[Holding, ...]:
        """A few holdings that surely suffice: no one of them can be left out.

        Each owner had the status before the party, so following them ends at those who have it
        by themselves, also in a ring. None where the party has it by itself, or not surely.
        """
        rank = self._rank.get(party, -1)
        groups: dict[str, list[Holding]] = defaultdict(list)
        for h in self.through.get(party, ()):
            if h.counts.must and self._rank.get(h.owner, rank) < rank:
                groups[{"together": "", "singly": h.owner}.get(self.threshold.mode, h.place)] += [h]
        enough = (_few(group, self.threshold) for group in groups.values())
        return min((few for few in enough if few), key=len, default=())

    def chain(self, party: str) -> tuple[Holding, ...]:
        """All holdings that carry the status to the party, each once, its own last."""
        found: dict[str, tuple[Holding, ...]] = {}
        pending = [party]
        while pending:
            one = pending.pop()
            if one not in found:
                found[one] = self.support(one)
                pending += [h.owner for h in found[one]]
        return tuple(
            h for p in sorted(found, key=lambda p: self._rank.get(p, -1)) for h in found[p]
        )


def close(
    parties: Sequence[str],
    seeds: Mapping[str, Truth],
    guards: Mapping[str, Truth],
    holdings: Sequence[Holding],
    complete: bool,
    percent: Decimal,
    strict: bool,
    mode: str = "together",
) -> Column:
    """The least status that holds the seeds and is closed under ownership.

    `percent`, `strict`, `mode`: see `Threshold`. `guards`: whom ownership can reach. `complete`:
    no stake is left out of `holdings`; otherwise an unlisted owner may hold what nobody else
    surely does.
    """
    threshold = Threshold(percent, strict, mode)
    rails = Rails(parties, [h for h in holdings if counted(h)], threshold)
    seed, guard = [seeds[p] for p in parties], [guards[p] for p in parties]
    must = rails.surely([t.must for t in seed], [t.must for t in guard])
    may = rails.perhaps([t.may for t in seed], [t.may for t in guard], complete)
    status = {p: STATUS[(a >= 0) + (b >= 0)] for p, a, b in zip(parties, must, may, strict=True)}
    return Column(
        status, threshold, holdings,
        {p: rank for p, rank in zip(parties, must, strict=True) if rank >= 0},
    )  # fmt: skip


def counted(holding: Holding) -> bool:
    """Whether a stake may count. What a company holds in itself carries nothing to it."""
    return holding.counts.may and bool(holding.hi) and holding.owner != holding.asset


#: By how many of the two rails a party is on: who surely has the status also may have it.
STATUS: Final = (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)


# -- exact shares --------------------------------------------------------------------------------

#: Amounts are whole numbers of grains: see `Scale`.
Grains: TypeAlias = int

#: The usual 28 digits would round 49.99…9 up to 50. What does not fit here is refused.
_EXACT: Final = Context(prec=1_000, traps=[Inexact, InvalidOperation])


@dataclass(frozen=True, slots=True)
class Scale:
    """Shares as whole numbers, so that sums are exact and quick.

    A unit is the last decimal place that any share has. It has more grains than there are open
    ends, so an end that is open lies one grain beside its number, and all of them together do not
    make a unit: (50 is more than 50, and two stakes of (25 are as well.
    """

    grains: Mapping[Decimal, Grains]

    @classmethod
    def of(cls, holdings: Sequence[Holding], percent: Decimal = HUNDRED) -> Scale:
        values = {percent, HUNDRED, *(h.lo for h in holdings), *(h.hi for h in holdings)}
        digits = max(0, *(-cast(int, v.as_tuple().exponent) for v in values))
        unit = 1 + sum(h.lo_open + h.hi_open for h in holdings)
        return cls({v: int(v.scaleb(digits, _EXACT)) * unit for v in values})

    @property
    def whole(self) -> Grains:
        return self.grains[HUNDRED]

    def needed(self, threshold: Threshold) -> Grains:
        """The least amount that reaches the threshold."""
        return self.grains[threshold.percent] + threshold.strict

    def low(self, h: Holding) -> Grains:
        return self.grains[h.lo] + h.lo_open

    def least(self, h: Holding) -> Grains:
        """What is surely held."""
        return self.low(h) if h.counts.must else 0

    def most(self, h: Holding) -> Grains:
        """What may be held."""
        return self.grains[h.hi] - h.hi_open


# -- the fixed point -----------------------------------------------------------------------------


class Rails:
    """The worklist: whoever enters adds its stakes once, so the work is linear in the stakes.

    Parties are numbered. The stakes of one owner are a linked list: `first` by owner, `after` by
    stake. A result is the rank of each party in the order of entry: 0 for those who have the
    status by themselves, -1 for those who do not enter.
    """

    def __init__(
        self, parties: Sequence[str], held: Sequence[Holding], threshold: Threshold
    ) -> None:
        number = {party: i for i, party in enumerate(parties)}
        scale = Scale.of(held, threshold.percent)
        self.needed, self.whole = scale.needed(threshold), scale.whole
        self.mode, self.direct = threshold.mode, threshold.direct
        self.parties = len(parties)
        self.owner = [number[h.owner] for h in held]
        self.asset = [number[h.asset] for h in held]
        self.least = [scale.least(h) for h in held]
        self.most = [scale.most(h) for h in held]
        self.stated = [0] * len(parties)  # of each company, if every stake in it counts
        for company, h in zip(self.asset, held, strict=True):
            self.stated[company] += scale.low(h)
        self.relief = self._told_once()
        if threshold.mode == "singly":
            self._merge()
        self.first, self.after = [-1] * len(parties), [-1] * len(self.owner)
        for stake, owner in enumerate(self.owner):
            self.after[stake], self.first[owner] = self.first[owner], stake

    def _told_once(self) -> list[Grains]:
        """What each stake surely takes from others. Two stakes of one owner in one company may be
        one that is told twice, so only the larger takes; towards the threshold both count.
        """
        relief = list(self.least)
        largest: dict[tuple[int, int], int] = {}
        for stake, pair in enumerate(zip(self.owner, self.asset, strict=True)):
            other = largest.setdefault(pair, stake)
            if other != stake:
                smaller, larger = sorted((other, stake), key=self.least.__getitem__)
                relief[smaller], largest[pair] = 0, larger
        return relief

    def _merge(self) -> None:
        """All that one owner holds in one company becomes one stake."""
        found: dict[tuple[int, int], list[Grains]] = {}
        amounts = zip(self.least, self.most, self.relief, strict=True)
        for pair, one in zip(zip(self.owner, self.asset, strict=True), amounts, strict=True):
            found[pair] = [a + b for a, b in zip(found.get(pair, (0, 0, 0)), one, strict=True)]
        self.owner, self.asset = [o for o, _ in found], [a for _, a in found]
        self.least, self.most, self.relief = ([v[i] for v in found.values()] for i in range(3))

    def surely(self, start: Sequence[bool], passes: Sequence[bool]) -> list[int]:
        """Who has the status whatever is not known."""
        enough = [self.needed] * self.parties
        entered = [s or (p and self.needed <= 0) for s, p in zip(start, passes, strict=True)]
        return self._walk(entered, passes, self.least, enough, [0] * len(self.least))

    def perhaps(self, start: Sequence[bool], passes: Sequence[bool], complete: bool) -> list[int]:
        """Who has the status if all that is not known is the worst.

        Owners with the status cannot hold what others surely hold. Where the stakes would come to
        more than 100 percent one of them is wrong: then there is room for whatever is stated.
        """
        needed, whole = self.needed, self.whole
        taken = [0] * self.parties
        for company, takes in zip(self.asset, self.relief, strict=True):
            taken[company] += takes
        room = [whole - b if a <= whole else a for a, b in zip(self.stated, taken, strict=True)]
        if complete:
            open_, most = [needed <= 0] * self.parties, self.most
        else:
            # Somebody who is not on the list may have the status, and hold all the room there is;
            # so may an owner who is on it, beyond what is listed, but not as the same holding.
            open_ = [whole >= needed and left >= needed for left in room]
            most = self.most if self.mode == "jointly" else [max(m, whole) for m in self.most]
        opened = [p and o for p, o in zip(passes, open_, strict=True)]
        if self.direct:  # who may be owned by somebody unnamed does not pass it on
            found = self._walk(start, passes, most, room, self.relief)
            return [max(r, o - 1) for r, o in zip(found, opened, strict=True)]
        entered = [s or o for s, o in zip(start, opened, strict=True)]
        return self._walk(entered, passes, most, room, self.relief)

    def _walk(
        self,
        entered: Sequence[bool],
        passes: Sequence[bool],
        gain: Sequence[Grains],
        room: list[Grains],
        relief: Sequence[Grains],
    ) -> list[int]:
        """`gain`: what a stake adds to what owners who are in hold of a company. `room`: what the
        others leave of it; `relief`: what that grows by.
        """
        asset, first, after = self.asset, self.first, self.after
        needed, together = self.needed, self.mode == "together"
        inside = [party for party, is_in in enumerate(entered) if is_in]
        rank, held = [-1] * self.parties, [0] * self.parties
        for party in () if self.direct else inside:
            rank[party] = 0  # nobody owned them into it
        for owner in tuple(inside) if self.direct else inside:  # or else it grows while we walk it
            stake = first[owner]
            while stake >= 0:
                company = asset[stake]
                if rank[company] < 0 and passes[company]:
                    total, left = held[company] + gain[stake], room[company] + relief[stake]
                    if together:
                        held[company], room[company] = total, left
                    if total >= needed and left >= needed:
                        rank[company] = len(inside)
                        inside.append(company)
                stake = after[stake]
        return rank


# -- what a person is shown ----------------------------------------------------------------------


def _few(holdings: Sequence[Holding], threshold: Threshold) -> tuple[Holding, ...]:
    """The largest holdings, until they suffice; none if they do not."""
    scale = Scale.of(holdings, threshold.percent)
    ordered = sorted(holdings, key=scale.least, reverse=True)
    total = 0
    for index, holding in enumerate(ordered):
        total += scale.least(holding)
        if total >= scale.needed(threshold):
            return tuple(ordered[: index + 1])
    return ()


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something about the stakes in one company that a person should look at.

    `kind`: over (more than 100 percent in all), own (it holds itself), twice (one owner twice).
    """

    kind: str
    asset: str
    places: tuple[str, ...]


def oddities(holdings: Sequence[Holding]) -> Iterator[Oddity]:
    """What does not add up. Nothing is refused: the closure treats each with caution."""
    held = [h for h in holdings if h.counts.must]
    scale = Scale.of(held)
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    places: dict[str, list[str]] = defaultdict(list)
    total: dict[str, Grains] = defaultdict(int)
    for holding in held:
        told[holding.owner, holding.asset].append(holding.place)
        if holding.owner != holding.asset:
            places[holding.asset].append(holding.place)
            total[holding.asset] += scale.least(holding)
    for (owner, asset), where in told.items():
        if owner == asset:
            yield Oddity("own", asset, tuple(where))
        elif len(where) > 1:
            yield Oddity("twice", asset, tuple(where))
    for asset, sum_ in total.items():
        if sum_ > scale.whole:
            yield Oddity("over", asset, tuple(places[asset]))
