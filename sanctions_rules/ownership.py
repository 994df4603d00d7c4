"""Ownership closure: who has a status because of who owns them.

A fixed point over *status*, not a product of percentages: an entity that reaches the threshold
counts as an owner with that status in the next round, with its holdings in full. Threshold,
strictness and aggregation come from the rulebook, because programmes differ. A stake that is
held through others is not counted again. Two rails: who surely has the status, counting only
what is surely held; who may have it, counting all that may be held.

Does not decide control; a rulebook does that from facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sanctions_rules.values import Truth

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Holding:
    """A stake at one time. `counts`: whether it is held then, directly, and on the right basis."""

    owner: str
    asset: str
    lo: Decimal
    hi: Decimal
    counts: Truth
    place: str


@dataclass(frozen=True, slots=True)
class Column:
    """The status of each party, and for those that have or may have it, the holdings behind it."""

    status: Mapping[str, Truth]
    through: Mapping[str, tuple[Holding, ...]]


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

    `percent` is the threshold, 0 to 100; `strict` asks for more than it. `complete`: no stake
    is left out of `holdings`; otherwise an unlisted owner may hold what nobody else surely does.
    `mode`: together adds all owners with the status up, singly and jointly look at one holding
    (a joint arrangement is recorded as one holding).
    """
    into: dict[str, list[Holding]] = defaultdict(list)
    for holding in holdings:
        if holding.counts.may:
            into[holding.asset].append(holding)

    def reached(share: Decimal) -> bool:
        return share > percent if strict else share >= percent

    def least(asset: str, must: set[str]) -> Decimal:
        shares = [h.lo for h in into[asset] if h.counts.must and h.owner in must]
        return sum(shares, Decimal(0)) if mode == "together" else max(shares, default=Decimal(0))

    def most(asset: str, may: set[str]) -> Decimal:
        mine = [h.hi for h in into[asset] if h.owner in may]
        others = sum(
            (h.lo for h in into[asset] if h.owner not in may and h.counts.must), Decimal(0)
        )
        unaccounted = Decimal(0) if complete else max(Decimal(0), HUNDRED - others)
        if mode == "together":
            if not complete:
                return unaccounted
            return min(sum(mine, Decimal(0)), HUNDRED)
        return max([*mine, unaccounted], default=Decimal(0))

    owned: dict[str, list[str]] = defaultdict(list)
    for holding in holdings:
        owned[holding.owner].append(holding.asset)

    def rail(start: set[str], allowed: Mapping[str, bool], surely: bool) -> set[str]:
        inside = set(start)
        pending = list(parties)
        while pending:
            asset = pending.pop()
            if asset in inside or not allowed.get(asset, False):
                continue
            share = least(asset, inside) if surely else most(asset, inside)
            if reached(share):
                inside.add(asset)
                pending.extend(owned[asset])
        return inside

    must = rail(
        {p for p in parties if seeds[p].must}, {p: guards[p].must for p in parties}, surely=True
    )
    may = rail(
        {p for p in parties if seeds[p].may} | must,
        {p: guards[p].may for p in parties},
        surely=False,
    )
    status = {p: Truth.of(p in must, p in may) for p in parties}
    through = {
        p: tuple(h for h in into[p] if h.owner in may)
        for p in parties
        if status[p].may and not seeds[p].must
    }
    return Column(status, through)
