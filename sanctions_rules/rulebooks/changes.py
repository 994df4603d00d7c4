"""What changed in the law, and when: read off the intervals of a rulebook, so that it cannot lag.

One line for each text that begins, ends or is replaced; what has no known day is listed apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sanctions_rules import clocks
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import first_day, regime
from sanctions_rules.language.timing import FOREVER, Timing
from sanctions_rules.rulebooks import Law


@dataclass(frozen=True, slots=True)
class Change:
    """At that instant (microseconds since 1970 UTC) the text `begins`, `ends` or is `replaced`."""

    at: int
    zone: str
    what: str
    block: ast.Block
    by: str = ""

    @property
    def day(self) -> str:
        return clocks.printed(self.at, self.zone, first=True).partition(" ")[2]


def changes(law: Law, of: str) -> tuple[Change, ...]:
    """Every change of one regime whose day is known, oldest first, then in the order written.

    Readings that are not preferred are left out. Raises LookupError for a regime that is not loaded.
    """
    if of not in law.regimes:
        raise LookupError(f"no rulebook for `{of}` is loaded; loaded: {', '.join(law.regimes)}")
    return tuple(sorted(_changes(law, of), key=lambda c: c.at))


def _changes(law: Law, of: str) -> Iterator[Change]:
    timing = Timing(law.compiled.rulebook)
    for block in law.provisions():
        reading = block.slot("reading")
        if regime(block) != of or (reading is not None and not reading.flag):
            continue
        zone = law.compiled.rulebook.zone(block)
        possibly, surely, until, until_possibly = timing.interval(block)
        if possibly == surely < FOREVER:
            yield Change(surely, zone, "begins", block)
        newer = law.history.replaced_by(block)
        for other in newer:
            at = timing.interval(other)[0]
            yield Change(at, zone, "is replaced", block, f"{other.id}@{first_day(other)}")
        if until == until_possibly < FOREVER and not any(
            timing.interval(other)[0] <= until for other in newer
        ):
            yield Change(until, zone, "ends", block)


def page(law: Law, of: str) -> Iterator[str]:
    """The changes of one regime as a Markdown page, newest first, a heading for each day."""
    head = next(h for h in law.program.heads if h.regime == of)
    yield f"# Changes: {head.title}"
    yield ""
    yield (
        f"Version {head.through}.{head.serial}: the law read through {head.through}, edition {head.serial} of that "
        "day. Made from the intervals of the rulebook by `sanctions-rules changes`; do not edit."
    )
    last = ""
    for change in reversed(changes(law, of)):
        if change.day != last:
            yield from ("", f"## {change.day}", "")
            last = change.day
        cites = next((t.text for s in change.block.all("cites") for t in s.texts), "")
        by = f" by {change.by}" if change.by else ""
        yield f"- `{change.block.id}` {change.what}{by}: {change.block.title} ({cites})"
