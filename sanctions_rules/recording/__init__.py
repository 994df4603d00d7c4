"""From a decision to its record: the story, in one function.

What a record says is read off the decision, the facts and the rulebook; nothing is decided here.
A redacted record is made from a decision on a redacted case: names are gone before the first
word is written, so no field, sentence or reason can hold one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import cast

from sanctions_rules.canonical import plain
from sanctions_rules.decision import Decision, Finding, Outcome
from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.engines import conclude
from sanctions_rules.engines.conclude import Source
from sanctions_rules.record.actions import NAMES, strictest
from sanctions_rules.record.fields import (
    Envelope,
    OverlayUsed,
    Question,
    Record,
    Redaction,
    Subject,
    Versions,
)
from sanctions_rules.record.redact import Key, RedactionError, redacted, redacted_review
from sanctions_rules.record.review import Review
from sanctions_rules.recording import stated
from sanctions_rules.recording.answered import regime_record
from sanctions_rules.recording.narrative import narrative
from sanctions_rules.recording.owners import owned
from sanctions_rules.recording.words import law_words


@dataclass(frozen=True)
class Recorded:
    """A record and its envelope, ready for a chain."""

    record: Record
    envelope: Envelope


def record(
    decision: Decision, *, review: Review | None = None, evaluated_at: datetime | None = None,
    key: Key | None = None, subject_type: str = "case",
) -> Recorded:  # fmt: skip
    """The record of a decision; with a `key`, one without names.

    Raises RedactionError where the answer would be another without them.
    """
    told = without_names(decision, key) if key is not None else decision
    review = review or Review()
    if evaluated_at is not None and evaluated_at.tzinfo is None:
        raise ValueError("the moment of evaluation needs its zone")
    moment = evaluated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if evaluated_at else None
    source = cast(Source, told.source)
    return Recorded(
        told_again(told, key.redaction if key is not None else None, subject_type),
        Envelope(
            evaluated_at=moment, library=_library(),
            evidence=tuple(stated.evidence(source.case)),
            review=redacted_review(review, key) if key is not None else review,
        ),
    )  # fmt: skip


def told_again(
    decision: Decision, redaction: Redaction | None = None, subject_type: str = "case"
) -> Record:
    """The part of a record that facts, law and clocks determine, the same bytes each time.

    `redaction` says how the names of the case were taken out, where they were.
    """
    source = cast(Source, decision.source)
    case, program = source.case, source.program
    regimes = tuple(regime_record(decision, one) for one in decision)
    taken = {action for one in regimes for action in one.actions}
    retained = [one.retention_until for one in regimes if one.retention_until is not None]
    made = Record(
        decision_id="",
        subject=Subject(id=case.id if isinstance(case.id, str) else "", type=subject_type),
        question=Question(
            regimes=tuple(decision.regimes), about=decision.about,
            known_on=decision.known_on.isoformat() if decision.known_on else None,
            readings=dict(decision.chosen_readings), allow_withdrawn=decision.allow_withdrawn,
            overlays=tuple(
                OverlayUsed(title=o.title, over=o.over, source=o.source, digest=o.digest)
                for o in decision.overlays
            ),
        ),
        time=stated.time(decision, case),
        versions=Versions(
            engine=decision.engine_version, tzdata=decision.tzdata_version,
            rulebook_digest=decision.rulebook_digest, facts_digest=decision.facts_digest,
            rulebooks=tuple(stated.rulebooks(program)), lists=tuple(stated.lists(case)),
        ),
        actor=stated.actor(decision),
        outcome=strictest(Outcome(one.outcome) for one in regimes).value,
        actions=tuple(name for name in NAMES if name in taken),
        regimes=regimes,
        ownership=tuple(owned(decision)),
        targets=tuple(stated.targets(case)),
        property=tuple(stated.properties(case)),
        retention_until=max(retained, default=None),
        narrative=narrative(decision),
        redaction=redaction,
        facts=plain(case),
    )  # fmt: skip
    return made.model_copy(update={"decision_id": made.derived_id()})


def without_names(decision: Decision, key: Key) -> Decision:
    """The same decision on the case without its names, if it is the same."""
    source = cast(Source, decision.source)
    program = source.program
    case = redacted(source.case, key, law_words(program))
    again = conclude.decide(
        program, case, decision.regimes, decision.about, decision.known_on,
        decision.chosen_readings,
    )  # fmt: skip
    _refuse_another(decision, again)
    # What is known of withdrawn texts does not depend on names.
    return _with_withdrawn(decision, again)


def _with_withdrawn(decision: Decision, again: Decision) -> Decision:
    regimes = {one.regime: replace(one, withdrawn=decision[one.regime].withdrawn) for one in again}
    return replace(again, regimes=regimes, allow_withdrawn=decision.allow_withdrawn)


def _refuse_another(decision: Decision, again: Decision) -> None:
    for one in decision:
        other = again[one.regime]
        same = one.outcome is other.outcome and [_by_place(f) for f in one.findings] == [
            _by_place(f) for f in other.findings
        ]
        same = same and [(e.finding.subject, e.truth) for e in one.exposures] == [
            (e.finding.subject, e.truth) for e in other.exposures
        ]
        if not same or [d.state for d in one.duties] != [d.state for d in other.duties]:
            raise RedactionError([Diagnostic(
                "redaction-changes-answer",
                "without its names the case would be decided otherwise: the law names a person or thing of it",
                path=one.regime, help="keep this record whole, where whole records are kept",
            )])  # fmt: skip


def _by_place(finding: Finding) -> tuple[str, str, str]:
    return finding.norm.id, finding.subject, finding.standing.name


def _library() -> str:
    try:
        return version("sanctions-rules")
    except PackageNotFoundError:
        return "unknown"


__all__ = ["Recorded", "record", "told_again", "without_names"]
