"""The reading points that an answer rests on, and what another reading would answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanctions_rules.decision import ReadingUsed
from sanctions_rules.engines.conclude.answering import Answer, answer
from sanctions_rules.engines.conclude.source import Source
from sanctions_rules.engines.interpreter import Evaluation, Settings


class Readings:
    """What the readings of a decision are found from: by an evaluation each, so only when they are asked for."""

    def __init__(self, source: Source, regime: str, relied: set[str], got: Answer) -> None:
        self._of = source, regime, relied, got
        self._met = source.met.setdefault(regime, frozenset(source.evaluation.readings_read))

    def found(self, of: Any, name: str) -> Mapping[str, Any]:
        return {"readings": _used(*self._of, self._met)}


def _used(
    source: Source, regime: str, relied: set[str], got: Answer, met: frozenset[str]
) -> tuple[ReadingUsed, ...]:
    """The reading points that the answer rests on, or that another reading would change."""
    run = source.evaluation
    ids = {n.id for n in source.program.norms}
    used: list[ReadingUsed] = []
    for point in source.program.readings:
        if point.name not in met or not point.name.startswith(regime + "."):
            continue
        mine = source.settings.readings[point.name]
        others: list[tuple[str, str]] = []
        for reading, _ in point.readings:
            if reading == mine:
                continue
            settings = Settings(
                source.settings.known_on, {**source.settings.readings, point.name: reading}
            )
            other = answer(Evaluation(source.program, run.view, settings), regime, source.about)
            others.append((reading, _difference(got, other)))
        sensitive = any(difference for _, difference in others)
        if sensitive or point.name in relied or point.name not in ids:
            used.append(
                ReadingUsed(point.name, mine, dict(point.readings)[mine], tuple(others), sensitive)
            )
    return tuple(used)


def _difference(mine: Answer, other: Answer) -> str:
    if mine.outcome is not other.outcome:
        return str(other.outcome)
    if mine.exposures != other.exposures:
        return "other exposures"
    return "other duties" if mine.duties != other.duties else ""
