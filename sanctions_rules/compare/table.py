"""The table of a comparison: a heading for each aspect, and what each regime has under it.

Text, Markdown and HTML differ in layout only; what a cell says is settled here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from sanctions_rules.compare.model import Comparison, Line, Provision, Row, Stretch, Timeline
from sanctions_rules.decision import Outcome
from sanctions_rules.facts import Events
from sanctions_rules.render.sentences import joined, say

#: The aspects of a row in the order of reading, each with its heading.
ASPECTS: Final[dict[str, Callable[[Row], Iterable[str]]]] = {
    "outcome": lambda row: row.answer,
    "decides": lambda row: _decides(row),
    "applies": lambda row: _applies(row.provisions or row.nearest),
    "threshold": lambda row: row.thresholds,
    "relief": lambda row: map(_named, row.relief),
    "duties": lambda row: row.duties,
    "exposures": lambda row: row.exposures,
    "missing": lambda row: row.missing,
    "warnings": lambda row: row.warnings,
}


def cells(row: Row, aspect: str) -> list[str]:
    """What a regime has under a heading: one line for each thing; `none` for nothing."""
    return list(ASPECTS[aspect](row)) or [say("compare.none")]


def used(comparison: Comparison) -> list[str]:
    """The aspects under which some regime has anything."""
    return [a for a in ASPECTS if any(list(ASPECTS[a](row)) for row in comparison)]


def why(comparison: Comparison) -> list[str]:
    """Why the regimes differ; or that they agree, or that nothing was found to explain it."""
    if comparison.differences:
        return [one.sentence for one in comparison.differences]
    if len(comparison.rows) < 2:
        return [say("compare.one_regime")]
    banned = Outcome.PROHIBITED  # what a banned act would owe makes no other answer of it
    answers = {
        (row.outcome, row.exposures, () if row.outcome is banned else row.duties)
        for row in comparison
    }
    return [say("compare.agree" if len(answers) == 1 else "compare.unexplained")]


def moved(timeline: Timeline) -> str:
    """Through which days the act is moved, and which facts move with it."""
    phrases = (Events.declarations[path.rpartition(".")[2]].phrase for path in timeline.moved)
    return say("time.moved", first=timeline.first, last=timeline.last, facts=joined(phrases))


def days(stretch: Stretch) -> str:
    if stretch.since:
        return say("time.since", since=stretch.since, last=stretch.last)
    row = "time.day" if stretch.first == stretch.last else "time.days"
    return say(row, first=stretch.first, last=stretch.last)


def told(stretch: Stretch) -> list[str]:
    """What decides in a stretch, in short."""
    return [_named(one) for one in (*stretch.provisions, *stretch.relief)] + list(stretch.answer)


def brought(line: Line, stretch: Stretch) -> list[str]:
    """What brought the change; of a regime that never changes, that it does not."""
    if len(line.stretches) == 1:
        return [say("time.same")]
    return list(dict.fromkeys(text for _, text in stretch.brought_by))


def _decides(row: Row) -> Iterator[str]:
    yield from map(_named, row.provisions)
    for one in row.nearest:
        yield say("compare.nearest", cited=one.cited, standing=one.standing)


def _named(one: Provision) -> str:
    if not one.citations:
        return say("compare.half", called=one.cited, text=one.standing)
    return say("compare.provision.standing", cited=one.cited, id=one.id, standing=one.standing)


def _applies(provisions: Iterable[Provision]) -> Iterator[str]:
    found = {one.interval: one for one in provisions if one.interval}
    for interval, one in found.items():
        yield interval if len(found) == 1 else say("compare.half", called=one.cited, text=interval)
