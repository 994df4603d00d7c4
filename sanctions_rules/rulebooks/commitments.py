"""What states have promised each other, and by which provisions of each regime it is carried out.

A commitment has no legal effect and takes no part in any answer. It says what was promised and by
when, so that one can see who did it when. A first day that we do not know stays a span of days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sanctions_rules.language import ast
from sanctions_rules.language.resolve import Rulebook, first_day, regime


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """One provision that carries a commitment out, in its first version that is meant."""

    commitment: ast.Block
    block: ast.Block

    @property
    def regime(self) -> str:
        return regime(self.block)

    @property
    def target(self) -> date | None:
        """The day by which it was to be done, where one was promised."""
        verb = self.commitment.verb
        return verb.day if verb is not None else None

    @property
    def first_days(self) -> str:
        """The first day of the provision in words, or why there is none."""
        since = self._since
        if since is None:
            slot = self.block.slot("in force")
            waits = isinstance(slot.interval, ast.Awaiting) if slot is not None else False
            return "awaiting an act" if waits else "first day not stated"
        if since.kind == "between" and since.second is not None:
            return f"from a day between {since.first.day} and {since.second.day}"
        return f"from {'before ' if since.kind == 'before' else ''}{since.first.day}"

    @property
    def delay(self) -> str:
        """How long before or after the promised day it began; empty where no day was promised."""
        since, target = self._since, self.target
        if since is None or target is None:
            return ""
        days = (since.first.day - target).days
        if since.kind == "before":
            return f"at least {_days(1 - days)} early" if days <= 0 else "early or late, not known"
        if since.kind == "between" and since.second is not None:
            return f"{_apart(days)} to {_apart((since.second.day - target).days)}"
        return _apart(days)

    @property
    def _since(self) -> ast.Since | None:
        """From when the text is in force; a table, from when its first row is."""
        rows = self.block.slot("columns")
        if self.block.kind == "table" and rows is not None and "from" in rows.columns:
            cells = (row[rows.columns.index("from")].value for row in rows.rows)
            begin = [cell for cell in cells if isinstance(cell, ast.Moment)]
            if begin:
                return ast.Since("at", min(begin, key=lambda moment: moment.day))
        slot = self.block.slot("in force")
        interval = slot.interval if slot is not None else None
        return interval.since if isinstance(interval, ast.Interval) else None


def commitments(rulebook: Rulebook) -> Iterator[ast.Block]:
    """Every commitment, in the order written."""
    return (b for b in rulebook.blocks if b.verb is not None and b.verb.word == "commits to")


def carried_out(rulebook: Rulebook, commitment: ast.Block) -> Iterator[CarriedOut]:
    """What carries the commitment out, in the order written; of several versions the first."""
    slot = commitment.slot("carried out by")
    for ref in slot.refs if slot is not None else ():
        versions: dict[str, ast.Block] = {}
        for block in rulebook.carriers(ref):
            known = versions.setdefault(block.id, block)
            if (first_day(block) or date.max) < (first_day(known) or date.max):
                versions[block.id] = block
        yield from (CarriedOut(commitment, block) for block in versions.values())


def carries_out(rulebook: Rulebook, block: ast.Block) -> Iterator[CarriedOut]:
    """The commitments that a provision carries out, in whichever version."""
    for commitment in commitments(rulebook):
        yield from (c for c in carried_out(rulebook, commitment) if c.block.id == block.id)


def _apart(days: int) -> str:
    if days == 0:
        return "on the day"
    return f"{_days(abs(days))} {'late' if days > 0 else 'early'}"


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
