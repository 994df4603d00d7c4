"""Many holders of whom each is looked at alone, as the checker of certificates does."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sanctions_rules.checker.owners import Held, Owners, Way
from sanctions_rules.checker.values import FALSE, TRUE


def _apart(holders: int) -> Owners:
    """Each has the status, and holds a company by itself and a part of one with the next."""
    names = [f"p{n}" for n in range(holders)]
    half, whole = (Decimal(60), 0), (Decimal(100), 0)
    alone = (Held(p, f"c{n}", half, half, TRUE) for n, p in enumerate(names))
    shared = (
        Held(p, f"s{n}", whole, whole, TRUE, {names[n - 1]: TRUE}) for n, p in enumerate(names)
    )
    said: dict[str, Any] = {"mode": "severally", "percent": "50", "strict": True, "means": []}
    way = Way(said, (*alone, *shared), True)
    companies = [h.asset for h in way.held]
    seeds = {**dict.fromkeys(names, TRUE), **dict.fromkeys(companies, FALSE)}
    return Owners(seeds, dict.fromkeys(seeds, TRUE), (way,), False, True, True)


def looking_apart(holders: int) -> Callable[[], None]:
    owners = _apart(holders)

    def work() -> None:
        for n, alone in enumerate(owners.runs()):
            entered = [[f"c{n}", f"s{n}", f"s{(n + 1) % holders}"]]
            assert owners.least(alone, True, entered)

    return work
