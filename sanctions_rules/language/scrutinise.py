"""Legal sanity: rules that read well and are well typed, and still cannot be law.

One function for each check, in the room of `scrutinising` for its matter. A conflict is never
resolved by accident: two versions alive at once, a ring of exceptions, a licence that lifts nothing
are refused, with both places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language.overlays import overlays
from sanctions_rules.language.resolve import Rulebook
from sanctions_rules.language.scrutinising.carrying_out import commitments, offices
from sanctions_rules.language.scrutinising.licences import licences
from sanctions_rules.language.scrutinising.rings import cycles
from sanctions_rules.language.scrutinising.shapes import shapes
from sanctions_rules.language.scrutinising.tables import tables
from sanctions_rules.language.scrutinising.versions import (
    intervals,
    readings,
    versions,
    withdrawals,
)

CHECKS: Final[tuple[Callable[[Rulebook], Iterator[Diagnostic]], ...]] = (
    shapes, intervals, versions, readings, licences, offices, cycles, tables, commitments, withdrawals,
    overlays,
)  # fmt: skip


def scrutinise(rulebook: Rulebook) -> list[Diagnostic]:
    return [problem for check in CHECKS for problem in check(rulebook)]
