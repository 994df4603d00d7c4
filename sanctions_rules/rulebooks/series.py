"""Which version of a licence covers which instant: covered, a gap, or not known.

A series is a licence with its lettered versions: us.gl134, us.gl134a, us.gl134b. A stretch is
*covered* where some version surely runs, *not known* where one only may run (its text or its end
was not read), and a *gap* where every text that the rulebook has says that none runs. What was
read of a version is said beside it; nothing is said of the time after the day through which the
rulebook is current, unless a text itself runs on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from sanctions_rules import clocks
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import regime
from sanctions_rules.language.timing import FOREVER, Timing
from sanctions_rules.rulebooks import Law


class Mark(Enum):
    """What the texts of a series say of a stretch of time."""

    COVERED = "covered"
    GAP = "gap"
    NOT_KNOWN = "not known"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `since` up to, not including, `until`: microseconds since 1970 UTC; None: no end.

    `by`: what covers it or may cover it; for a gap, what ran before it.
    """

    since: int
    until: int | None
    mark: Mark
    by: tuple[ast.Block, ...]


_VERSION = re.compile(r"(?P<stem>[a-z]+\.gl[0-9]+)[a-z]*")


def series_of(law: Law, name: str) -> tuple[ast.Block, ...]:
    """The licences of the series that `name` belongs to, oldest first; empty if it is none.

    A series of one text that has no successor is no series.
    """
    found = _VERSION.fullmatch(name)
    if found is None:
        return ()
    blocks = [
        block
        for block in law.provisions(found["stem"])
        if block.kind == "licence"
        and block.ref is not None
        and (one := _VERSION.fullmatch(block.ref.instrument)) is not None
        and one["stem"] == found["stem"]
    ]
    return tuple(blocks) if len({b.id for b in blocks}) > 1 else ()


def stretches(law: Law, blocks: tuple[ast.Block, ...]) -> Iterator[Stretch]:
    """The time that a series speaks of, cut where anything changes; neighbours that say one thing are one."""
    timing = Timing(law.compiled.rulebook)
    runs = [(block, *_run(law, timing, block)) for block in blocks]
    zone = law.compiled.rulebook.zone(blocks[0])
    head = next(h for h in law.program.heads if h.regime == regime(blocks[0]))
    horizon = clocks.day_start(head.through + timedelta(days=1), zone)
    points = sorted({p for _, *four in runs for p in four if -FOREVER < p < FOREVER} | {horizon})
    first = min(possibly for _, possibly, *_ in runs)
    found: list[Stretch] = []
    for since, until in zip(points, [*points[1:], None], strict=True):
        if since < first:
            continue
        sure = tuple(b for b, _, s, u, _ in runs if s <= since < u and _preferred(b))
        may = tuple(b for b, p, _, _, q in runs if p <= since < q)
        if not sure and not may and since >= horizon:
            continue
        if sure:
            found.append(Stretch(since, until, Mark.COVERED, sure))
        elif may:
            found.append(Stretch(since, until, Mark.NOT_KNOWN, may))
        else:
            before = [(q, b) for b, _, _, _, q in runs if q <= since]
            last = max((q for q, _ in before), default=None)
            found.append(Stretch(since, until, Mark.GAP, tuple(b for q, b in before if q == last)))
    yield from _joined(found)


def _run(law: Law, timing: Timing, block: ast.Block) -> tuple[int, int, int, int]:
    """Since possibly, since surely, until surely, until possibly: cut by what replaces it."""
    possibly, surely, until, until_possibly = timing.interval(block)
    for newer in law.history.replaced_by(block):
        since_possibly, since_surely, *_ = timing.interval(newer)
        until = min(until, since_possibly)
        until_possibly = min(until_possibly, since_surely)
    return possibly, surely, until, until_possibly


def _preferred(block: ast.Block) -> bool:
    slot = block.slot("reading")
    return slot is None or slot.flag


def _joined(found: list[Stretch]) -> Iterator[Stretch]:
    held: Stretch | None = None
    for one in found:
        if held is not None and held.mark is one.mark and held.by == one.by:
            held = Stretch(held.since, one.until, held.mark, held.by)
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held
