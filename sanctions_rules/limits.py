"""How much is too much: every bound on what input may cost, in one object.

Below the limits everything works; above them a diagnostic says which limit was met.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on all that comes in, and its table is in `docs/hostile_input.md`. Counts unless the name says bytes or characters."""

    file_bytes: int = 4 * 1024 * 1024
    lines: int = 60_000
    columns: int = 1_024
    tokens: int = 600_000
    nesting: int = 128
    #: From the case to a fact, in the name of a column.
    column_steps: int = 32
    rules: int = 50_000
    #: What the texts of a rulebook name, one for each norm and each row of a list that is meant.
    links: int = 500_000
    facts_bytes: int = 16 * 1024 * 1024
    collection: int = 100_000
    ownership_steps: int = (
        100_000  # beside twenty for each stake, to follow those held through others
    )
    digits: int = 38
    record_bytes: int = 64 * 1024 * 1024
    list_bytes: int = 64 * 1024 * 1024
    cell: int = 100_000
    certificate_bytes: int = 16 * 1024 * 1024
    #: Of each list of a certificate: steps, names, stated facts.
    certificate_rows: int = 200_000


DEFAULT = Limits()
