"""Who is owned, asked of a table of stakes: no case, no rulebook, any names.

    owned([("P", "Q", 70), ("Q", "R", 30), ("P", "R", 20)], listed=["P"]).surely

The threshold is the caller's, because programmes differ. A small table, or one with ranges, goes
to the rails of `ownership.py`; a large one of exact shares to the arrays, where numpy is there.
Both give the same answer. Millions of stakes that are numbers already are best given to
`ownership_arrays.Stakes` as they are.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.util import find_spec
from typing import Any, Final, TypeAlias, cast

from sanctions_rules.ownership import HUNDRED, Column, Holding, close
from sanctions_rules.values import Span, Truth

#: A share in percent: exact, a range, or None where it is not known.
Share: TypeAlias = "Decimal | int | Span | None"
#: Holder, company, share.
Stake: TypeAlias = "tuple[Any, Any, Share]"

#: From so many stakes on, copying them to arrays is worth it.
LARGE: Final = 20_000


@dataclass(frozen=True)
class Owned:
    """Who has the status: `surely`, and those who only may (`perhaps`), listed ones included."""

    surely: frozenset[Any]
    perhaps: frozenset[Any]
    _stakes: Sequence[Stake]
    _names: Sequence[Any]
    _number: dict[Any, int]
    _answer: Any  # a Column, or what the arrays give

    def support(self, party: Hashable) -> tuple[Stake, ...]:
        """A few stakes that suffice for the party; none if it is listed, or not surely owned."""
        return self._rows("support", party)

    def chain(self, party: Hashable) -> tuple[Stake, ...]:
        """All stakes from those listed down to the party, each once, its own last."""
        return self._rows("chain", party)

    def _rows(self, what: str, party: Hashable) -> tuple[Stake, ...]:
        number = self._number.get(party)
        if number is None:
            return ()
        if isinstance(self._answer, Column):
            held: Sequence[Holding] = getattr(self._answer, what)(str(number))
            return tuple(self._stakes[int(h.place)] for h in held)
        found: list[int] = getattr(self._answer, what)(number) if party in self.surely else []
        return tuple(self._stakes[row] for row in found)


def owned(
    stakes: Iterable[Stake],
    listed: Iterable[Hashable],
    percent: Decimal | int = 50,
    *,
    strict: bool = False,
    arrays: bool | None = None,
) -> Owned:
    """Those listed and whom they own together, step by step: at least `percent`, or more (`strict`).

    The table counts as complete. `arrays`: whether to use them; by size if not said. Raises
    TypeError on a float, because a share is exact, and ValueError outside 0 to 100.
    """
    rows = list(stakes)
    roots = list(dict.fromkeys(listed))
    number: dict[Any, int] = {}
    for name in (n for row in rows for n in row[:2]):
        number.setdefault(name, len(number))
    for name in roots:
        number.setdefault(name, len(number))
    scaled = None
    if arrays or (arrays is None and len(rows) >= LARGE and find_spec("numpy") is not None):
        scaled = _scaled([row[2] for row in rows])
    names = list(number)
    if scaled is not None:
        from sanctions_rules.ownership_arrays import Stakes

        shares, whole = scaled
        table = Stakes(
            [number[row[0]] for row in rows], [number[row[1]] for row in rows], shares,
            whole=whole, parties=len(names),
        )  # fmt: skip
        answer = table.owned([number[name] for name in roots], percent, strict=strict)
        surely = frozenset(names[i] for i in cast("list[int]", answer.parties.tolist()))
        return Owned(surely, frozenset(), rows, names, number, answer)
    parties = [str(i) for i in range(len(names))]
    seeds = dict.fromkeys(parties, Truth.FALSE) | {str(number[n]): Truth.TRUE for n in roots}
    column = close(
        parties, seeds, dict.fromkeys(parties, Truth.TRUE),
        [_holding(row, number, str(i)) for i, row in enumerate(rows)],
        True, Decimal(percent), strict,
    )  # fmt: skip
    found = {t: frozenset(names[int(p)] for p in parties if column.status[p] is t) for t in Truth}
    return Owned(found[Truth.TRUE], found[Truth.UNKNOWN], rows, names, number, column)


def _holding(row: Stake, number: dict[Any, int], place: str) -> Holding:
    holder, company, share = row
    span = share if isinstance(share, Span) else Span(share, share)
    return Holding(
        str(number[holder]), str(number[company]),
        _percent(0 if span.lo is None else span.lo), _percent(100 if span.hi is None else span.hi),
        Truth.TRUE, place, span.lo_open, span.hi_open,
    )  # fmt: skip


def _percent(given: object) -> Decimal:
    if not isinstance(given, (int, Decimal)) or isinstance(given, bool):
        raise TypeError(f"a share is a Decimal or a whole number, not {given!r}")
    if not 0 <= given <= 100:
        raise ValueError(f"{given} percent is not a share")
    return Decimal(given)


def _scaled(shares: Sequence[Share]) -> tuple[list[int], int] | None:
    """Shares as whole numbers, and how many make 100; None if they are not exact, or too fine."""
    exact: dict[Share, Decimal] = {}
    for share in dict.fromkeys(shares):
        if share is None or isinstance(share, Span):
            return None
        exact[share] = _percent(share)
    digits = max(0, *(-cast(int, s.as_tuple().exponent) for s in (HUNDRED, *exact.values())))
    if len(shares) * 10 ** (digits + 2) >= 2**63:
        return None
    units = {share: int(value.scaleb(digits)) for share, value in exact.items()}
    return [units[share] for share in shares], 10 ** (digits + 2)
