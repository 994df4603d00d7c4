"""One case under several laws: a row for each, why they differ, and a line of time."""

from __future__ import annotations

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
    decision: Decision, checked: Checked, span: tuple[date, date] | None = None
) -> Comparison:
    """The regimes of a decision side by side; `span`: also the act moved through these days."""
    sides = [Side(decision, one.regime, checked) for one in decision]
    about = joined(map(visible, decision.about))
    return Comparison(
        decision,
        tuple(row(side, nearest(side, [s for s in sides if s is not side])) for side in sides),
        tuple(differences(sides)),
        timeline(decision, *span) if span else None,
        tuple(asked(sides[0].writer)) if sides else (),
        (*footer(decision, decision.source.evaluation.view), say("footer.advice")),
        say("warning.scope", about=about) if about else "",
    )  # fmt: skip
