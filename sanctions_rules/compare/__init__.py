"""One case under several laws: a row for each, why they differ, and a line of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sanctions_rules.compare.causes import differences, nearest
from sanctions_rules.compare.model import (
    Comparison,
    Difference,
    Line,
    Provision,
    Row,
    Stretch,
    Timeline,
)
from sanctions_rules.compare.rows import row
from sanctions_rules.compare.sides import Checked, Side
from sanctions_rules.compare.timeline import timeline
from sanctions_rules.decision import Decision
from sanctions_rules.render.outline import asked, footer
from sanctions_rules.render.sentences import joined, say, visible
from sanctions_rules.themes import Cause

__all__ = [
    "Cause", "Checked", "Comparison", "Difference", "Line", "Provision", "Row", "Stretch",
    "Timeline", "compare",
]  # fmt: skip


def compare(
    decisions: Sequence[Decision], checked: Checked, span: tuple[date, date] | None = None,
    homes: Mapping[str, str] | None = None,
) -> Comparison:  # fmt: skip
    """The regimes of one decision side by side, or of several, where each has its own home.

    `span`: also with the act moved through these days, the first and the last included.
    """
    first, homes = decisions[0], homes or {}
    sides = [Side(decision, one.regime, checked) for decision in decisions for one in decision]
    about = joined(map(visible, first.about))
    notes = [say("warning.scope", about=about)] if about else []
    if homes:
        read = joined(say("compare.home", country=c, regime=visible(r)) for r, c in homes.items())
        notes.append(say("compare.homes", homes=read))
    lines = dict.fromkeys(
        line for one in decisions for line in footer(one, one.source.evaluation.view)
    )
    return Comparison(
        tuple(decisions),
        tuple(row(side, nearest(side, [s for s in sides if s is not side])) for side in sides),
        tuple(differences(sides)),
        timeline(decisions, *span) if span else None,
        tuple(asked(sides[0].writer)),
        (*lines, say("footer.advice")),
        tuple(notes),
        dict(homes),
    )
