"""From evaluated definitions to a decision: its outcome and what stands beside it (design D7 to D9).

`findings`: how each norm stands. `duties`: what is owed, done, late. `missing_facts`: what is still
waited for. `answering`: outcome, exposures and duties alone. `source`: what derivations are rebuilt
from. `readings`: what another reading would answer. `regime` puts one regime's decision together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from sanctions_rules import clocks
from sanctions_rules.canonical import facts_digest
from sanctions_rules.core import Program
from sanctions_rules.decision import Decision
from sanctions_rules.engines.conclude.answering import (
    FIRED,
    UNDECIDED,
    UPHELD,
    Answer,
    all_duties,
    all_exposures,
    all_powers,
    all_prohibitions,
    answer,
    answer_of,
    asked_norms,
    ids,
    is_exposing,
    outcome_of,
)
from sanctions_rules.engines.conclude.duties import (
    duties_of,
    late,
    performed,
    performed_at,
    was_late,
)
from sanctions_rules.engines.conclude.findings import ever_filled, findings_of, subjects
from sanctions_rules.engines.conclude.missing_facts import (
    duty_leaves,
    finding_leaves,
    missing,
    place_order,
)
from sanctions_rules.engines.conclude.regime import regime_decision
from sanctions_rules.engines.conclude.source import Source, derivations
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.facts import Case

__all__ = [
    "ENGINE_VERSION", "FIRED", "UNDECIDED", "UPHELD", "Answer", "Source", "all_duties",
    "all_exposures", "all_powers", "all_prohibitions", "answer", "answer_of", "asked_norms",
    "besides", "decide", "derivations", "duties_of", "duty_leaves", "ever_filled",
    "finding_leaves", "findings_of", "ids", "is_exposing", "late", "missing", "outcome_of",
    "performed", "performed_at", "place_order", "regime_decision", "settings_of", "subjects",
    "was_late",
]  # fmt: skip

ENGINE_VERSION: Final = "interpreter 1"


def decide(
    program: Program, case: Case, regimes: Iterable[str], about: Iterable[str] = (),
    known_on: date | None = None, readings: Mapping[str, str] | None = None,
) -> Decision:  # fmt: skip
    """Decide one case by the reference interpreter.

    Raises LookupError for an unknown regime, reading point or reading.
    """
    asked = tuple(regimes)
    settings = settings_of(program, asked, known_on, readings)
    source = Source.of(program, case, settings, tuple(about))
    return Decision(
        regimes={regime: regime_decision(source, regime) for regime in asked},
        facts_digest=facts_digest(case), _source=source, **besides(program, settings, source.about),
    )  # fmt: skip


def settings_of(
    program: Program, regimes: Iterable[str], known_on: date | None,
    readings: Mapping[str, str] | None,
) -> Settings:  # fmt: skip
    """What is asked, apart from the facts: every reading point has its reading.

    Raises LookupError for an unknown regime, reading point or reading.
    """
    for regime in regimes:
        if any(h.commits for h in program.heads if h.regime == regime):
            raise LookupError(f"`{regime}` holds commitments, which bind nobody: it has no outcome")
        if regime not in program.regimes:
            raise LookupError(
                f"no rulebook for `{regime}` is loaded; loaded: {', '.join(program.regimes)}"
            )
    chosen = {p.name: p.default for p in program.readings}
    for point, reading in (readings or {}).items():
        known = next((p for p in program.readings if p.name == point), None)
        if known is None:
            raise LookupError(f"`{point}` is not a reading point; they are: {', '.join(chosen)}")
        if reading not in dict(known.readings):
            raise LookupError(
                f"`{reading}` is not a reading of {point}; they are: {', '.join(dict(known.readings))}"
            )
        chosen[point] = reading
    return Settings(known_on, chosen)


def besides(program: Program, settings: Settings, about: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a decision that do not depend on the facts."""
    return {
        "rulebook_digest": program.digest, "engine_version": ENGINE_VERSION,
        "tzdata_version": clocks.tzdata_version(), "known_on": settings.known_on, "about": about,
        "chosen_readings": {p.name: settings.readings[p.name] for p in program.readings},
        "allow_withdrawn": (), "overlays": program.overlays,
    }  # fmt: skip
