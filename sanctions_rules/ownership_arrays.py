"""Ownership closure over arrays: the same least fixed point for millions of exact stakes.

Stakes are three arrays: holder and company as numbers of parties, share as whole numbers of which
`whole` make 100 percent. Sums are sums of integers, so nothing is rounded; floats, shares that
are below zero or above the whole, and a scale whose sums could overflow 64 bits are refused.

Wide graphs go round by round over whole frontiers. A long chain has frontiers of one, where an
array operation costs more than a loop, so a small frontier is walked in plain Python over the same
index, without copying it. Only what leaves the frontier is looked at, each stake once.

Exact shares and a complete list only: ranges, unknown stakes and open lists are for the rails
in `ownership.py`, which this agrees with.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, TypeAlias, cast

try:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray
except ImportError as error:  # pragma: no cover - where the extra is not installed
    raise ImportError(
        "arrays of stakes need numpy: pip install 'sanctions-rules[arrays]'"
    ) from error

Numbers: TypeAlias = "NDArray[np.int64]"

#: Up to so many owners, with so many stakes, a frontier is walked rather than computed.
FEW_OWNERS: Final = 64
FEW_STAKES: Final = 512
_LARGEST: Final = 2**63 - 1


@dataclass(frozen=True)
class Owned:
    """Who has the status. `rank`: by party, the round in which it entered; -1 where it did not."""

    stakes: Stakes
    rank: Numbers
    needed: int

    @property
    def parties(self) -> Numbers:
        """The numbers of those who have the status, in order."""
        return np.flatnonzero(self.rank >= 0)

    def support(self, party: int) -> list[int]:
        """A few stakes, by index, that suffice: of owners who had the status before."""
        rank = int(self.rank[party])
        into = self.stakes.into(party)
        before = self.rank[self.stakes.holder[into]]
        into = into[(before >= 0) & (before < rank)]
        shares = self.stakes.share[into]
        into = into[np.argsort(-shares, kind="stable")]
        sums = np.cumsum(self.stakes.share[into])
        enough = int(np.searchsorted(sums, self.needed)) + 1
        return cast("list[int]", into[:enough].tolist()) if enough <= len(into) else []

    def chain(self, party: int) -> list[int]:
        """All stakes that carry the status to the party, each once, its own last."""
        found: dict[int, list[int]] = {}
        pending = [party]
        while pending:
            one = pending.pop()
            if one not in found:
                found[one] = self.support(one)
                pending += (int(self.stakes.holder[stake]) for stake in found[one])
        return [stake for one in sorted(found, key=lambda p: self.rank[p]) for stake in found[one]]


class Stakes:
    """Exact stakes, indexed by holder when first asked. Ask as often as there are lists.

    `parties`: how many there are, by default one more than the largest number.
    """

    def __init__(
        self,
        holder: ArrayLike,
        company: ArrayLike,
        share: ArrayLike,
        *,
        whole: int = 10_000,
        parties: int | None = None,
    ) -> None:
        self.holder = _whole_numbers(holder, "holder")
        self.company = _whole_numbers(company, "company")
        self.share = _whole_numbers(share, "share")
        count = len(self.share)
        if not len(self.holder) == len(self.company) == count:
            raise ValueError("holder, company and share are not of one length")
        if whole <= 0 or count * whole > _LARGEST:
            raise ValueError(f"{count} stakes at {whole} to the whole do not add up within 64 bits")
        last = -1
        if count:
            last = max(int(self.holder.max()), int(self.company.max()))
            if min(int(self.holder.min()), int(self.company.min())) < 0:
                raise ValueError("a party has a number below zero")
            if int(self.share.min()) < 0 or int(self.share.max()) > whole:
                raise ValueError(f"a share is not between 0 and {whole}, which is 100 percent")
        self.parties = last + 1 if parties is None else parties
        if last >= self.parties:
            raise ValueError(f"party {last} is not among {self.parties} parties")
        self.whole = whole

    @cached_property
    def _index(self) -> tuple[Numbers, Numbers, Numbers]:
        """Stakes in order of their holders: where each holder's begin, companies, shares."""
        order, begin = _sorted(self.holder, self.parties)
        return begin, self.company[order], self.share[order]

    @cached_property
    def _held(self) -> tuple[Numbers, Numbers]:
        return _sorted(self.company, self.parties)

    def into(self, company: int) -> Numbers:
        """The stakes in one company, by index."""
        order, begin = self._held
        return order[begin[company] : begin[company + 1]]

    def owned(
        self,
        listed: ArrayLike,
        percent: Decimal | int = 50,
        *,
        strict: bool = False,
        passes: ArrayLike | None = None,
    ) -> Owned:
        """Those listed, and whom they own together: at least `percent`, or more where `strict`.

        `passes`: by party, whether ownership can reach it (it does not reach a natural person).
        """
        needed = needed_of(percent, self.whole, strict)
        rank = np.full(self.parties, -1, dtype=np.int64)
        frontier = np.unique(_whole_numbers(listed, "listed"))
        if len(frontier) and (frontier[0] < 0 or frontier[-1] >= self.parties):
            raise ValueError("a listed party is not among the parties")
        can = np.ones(self.parties, dtype=np.bool_)
        if passes is not None:
            can = np.asarray(passes, dtype=np.bool_).copy()
            if can.shape != (self.parties,):
                raise ValueError(f"`passes` says nothing of some of the {self.parties} parties")
        rank[frontier] = 0
        if needed <= 0:
            rank[can] = 0
            frontier = np.flatnonzero(rank == 0)
        can[rank == 0] = False  # from here on: whom ownership can still reach
        _Walk(*self._index, rank, can, needed).go(frontier)
        return Owned(self, rank, needed)


class _Walk:
    """Rounds of entry. `can`: who can still enter; `held`: what those inside hold of each."""

    def __init__(
        self, begin: Numbers, company: Numbers, share: Numbers,
        rank: Numbers, can: NDArray[np.bool_], needed: int,
    ) -> None:  # fmt: skip
        self.begin, self.company, self.share = begin, company, share
        self.rank, self.can, self.needed = rank, can, needed
        self.held = np.zeros(len(rank), dtype=np.int64)
        self.round = 0

    def go(self, frontier: Numbers) -> None:
        while len(frontier):
            first = self.begin[frontier]
            count = self.begin[frontier + 1] - first
            if len(frontier) <= FEW_OWNERS and int(count.sum()) <= FEW_STAKES:
                frontier = self._small(cast("list[int]", frontier.tolist()))
            else:
                frontier = self._wide(first, count)

    def _wide(self, first: Numbers, count: Numbers) -> Numbers:
        """One round over a whole frontier."""
        self.round += 1
        ends = np.cumsum(count)
        stakes = np.arange(int(ends[-1]), dtype=np.int64) + np.repeat(first - ends + count, count)
        company = self.company[stakes]
        open_ = self.can[company]
        company = company[open_]
        np.add.at(self.held, company, self.share[stakes[open_]])
        new = company[self.held[company] >= self.needed]
        self.can[new] = False
        self.rank[new] = self.round
        return np.unique(new)

    def _small(self, frontier: list[int]) -> Numbers:
        """Rounds in plain Python, over the same memory, until a frontier is large or empty."""
        begin, company, share, held, can, rank = (
            cast("Any", memoryview(cast("Any", a)))
            for a in (self.begin, self.company, self.share, self.held, self.can, self.rank)
        )
        needed = self.needed
        while frontier:
            self.round += 1
            new: list[int] = []
            seen = 0
            for owner in frontier:
                for stake in range(begin[owner], begin[owner + 1]):
                    one = company[stake]
                    if can[one]:
                        total = held[one] + share[stake]
                        held[one] = total
                        if total >= needed:
                            can[one] = False
                            rank[one] = self.round
                            new.append(one)
                            seen += begin[one + 1] - begin[one]
            frontier = new
            if len(new) > FEW_OWNERS or seen > FEW_STAKES:
                break
        return np.array(frontier, dtype=np.int64)


def _sorted(by: Numbers, parties: int) -> tuple[Numbers, Numbers]:
    """The order of stakes by one end, and where in it each party's begin."""
    count = len(by)
    begin = np.zeros(parties + 1, dtype=np.int64)
    np.cumsum(np.bincount(by, minlength=parties), out=begin[1:])
    bits = count.bit_length()
    if parties.bit_length() + bits < 63:  # sorting numbers is quicker than ranking them
        keys = (by << bits) | np.arange(count, dtype=np.int64)
        keys.sort()
        return keys & ((1 << bits) - 1), begin
    return np.argsort(by, kind="stable"), begin


def needed_of(percent: Decimal | int, whole: int, strict: bool) -> int:
    """The least sum of shares that reaches the threshold, by whole numbers only."""
    exact = Decimal(percent)
    digits = max(0, -cast(int, exact.as_tuple().exponent))
    sign, figures, exponent = exact.as_tuple()
    value = int("".join(map(str, figures))) * 10 ** (cast(int, exponent) + digits)
    above = (-value if sign else value) * whole
    below = 100 * 10**digits
    return above // below + 1 if strict else -(-above // below)


def _whole_numbers(given: ArrayLike, name: str) -> Numbers:
    found = np.asarray(given)
    if found.ndim != 1:
        raise ValueError(f"`{name}` is not one row of numbers")
    if not len(found):
        return np.zeros(0, dtype=np.int64)
    if not np.issubdtype(found.dtype, np.integer) or found.dtype == np.uint64:
        raise TypeError(
            f"`{name}` holds {found.dtype}, not whole numbers: give shares in basis points, or finer"
        )
    return np.ascontiguousarray(found, dtype=np.int64)
