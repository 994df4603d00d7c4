"""A comparison as data: one versioned JSON document, the same bytes for the same comparison.

Sentences are there for people and may be reworded; everything else keeps its meaning within one
version of the schema, which `comparison_schema` describes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sanctions_rules.compare.model import Comparison, Provision, Row, Stretch, Timeline
from sanctions_rules.render.data import written
from sanctions_rules.render.schemas import (
    DAY,
    DIGEST,
    FLAG,
    OUTCOME,
    TEXT,
    TEXTS,
    closed,
    defined,
    many,
)
from sanctions_rules.themes import Cause

SCHEMA: Final = "sanctions_rules.comparison/1"


def to_json(comparison: Comparison, indent: int | None = 2) -> str:
    """The document as text: keys sorted, and what would not show written as \\u and digits."""
    return written(to_data(comparison), indent)


def to_data(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain data: dictionaries, lists, strings, numbers, true, false and null."""
    decision = comparison.decisions[0]
    return {
        "schema": SCHEMA,
        "about": list(decision.about),
        "known_on": decision.known_on.isoformat() if decision.known_on else None,
        "readings": dict(decision.chosen_readings),
        "versions": {
            "engine": decision.engine_version,
            "facts_digests": {
                regime: one.facts_digest for one in comparison.decisions for regime in one.regimes
            },
            "rulebook_digest": decision.rulebook_digest,
            "tzdata": decision.tzdata_version,
        },
        "homes": dict(comparison.homes),
        "notes": list(comparison.notes),
        "question": [{"fact": name, "value": value} for name, value in comparison.facts],
        "regimes": {row.regime: _row(row) for row in comparison},
        "causes": [str(cause) for cause in comparison.causes],
        "differences": [
            {"cause": str(one.cause), "stricter": one.stricter, "other": one.other,
             "sentence": one.sentence, "provisions": list(one.provisions),
             "counterparts": list(one.counterparts)}
            for one in comparison.differences
        ],
        "timeline": _timeline(comparison.timeline) if comparison.timeline else None,
        "footer": list(comparison.footer),
    }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    return {
        "title": row.title,
        "outcome": str(row.outcome),
        "answer": list(row.answer),
        "provisions": _provisions(row.provisions),
        "nearest": _provisions(row.nearest),
        "relief": _provisions(row.relief),
        "thresholds": list(row.thresholds),
        "duties": list(row.duties),
        "exposures": list(row.exposures),
        "missing": [
            {"leaf": leaf, "sentence": text}
            for leaf, text in zip(row.missing_facts, row.missing, strict=True)
        ],
        "warnings": list(row.warnings),
        "unverified": list(row.unverified),
        "secondary": list(row.secondary),
        "stale": row.stale,
    }


def _provisions(provisions: Iterable[Provision]) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "citations": list(one.citations), "title": one.title,
         "in_force": one.interval, "standing": one.standing, "checked": one.checked}
        for one in provisions
    ]  # fmt: skip


def _timeline(timeline: Timeline) -> dict[str, Any]:
    return {
        "first": timeline.first.isoformat(),
        "last": timeline.last.isoformat(),
        "moved": list(timeline.moved),
        "regimes": {line.regime: [_stretch(one) for one in line.stretches] for line in timeline},
    }


def _stretch(one: Stretch) -> dict[str, Any]:
    return {
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "since": one.since,
        "outcome": str(one.outcome),
        "beside": list(one.answer),
        "provisions": _provisions(one.provisions),
        "relief": _provisions(one.relief),
        "brought_by": [{"id": name, "sentence": text} for name, text in one.brought_by],
    }


def comparison_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the document that `to_json` writes."""
    provisions = many(defined("provision"))
    regime = closed(
        title=TEXT, outcome=OUTCOME, answer=TEXTS, provisions=provisions, nearest=provisions,
        relief=provisions, thresholds=TEXTS, duties=TEXTS, exposures=TEXTS,
        missing=many(closed(leaf=TEXT, sentence=TEXT)), warnings=TEXTS, unverified=TEXTS,
        secondary=TEXTS, stale=FLAG,
    )  # fmt: skip
    stretch = closed(
        first=DAY, last=DAY, since=TEXT, outcome=OUTCOME, beside=TEXTS, provisions=provisions,
        relief=provisions, brought_by=many(closed(id=TEXT, sentence=TEXT)),
    )  # fmt: skip
    causes = {"enum": [str(cause) for cause in Cause]}
    stretches = {"type": "object", "additionalProperties": many(defined("stretch"))}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Comparison",
        "description": "One case under several laws. `stricter` and `other` name regimes; `since` is"
        " the clock time at which a stretch begins within its first day, empty for the whole day.",
        **closed(
            schema={"const": SCHEMA}, about=TEXTS, known_on={"anyOf": [{"type": "null"}, DAY]},
            readings={"type": "object", "additionalProperties": TEXT},
            versions=closed(
                engine=TEXT, rulebook_digest=DIGEST, tzdata=TEXT,
                facts_digests={"type": "object", "additionalProperties": DIGEST}),
            homes={"type": "object", "additionalProperties": TEXT}, notes=TEXTS,
            question=many(closed(fact=TEXT, value=TEXT)),
            regimes={"type": "object", "additionalProperties": defined("regime")},
            causes=many(causes),
            differences=many(closed(
                cause=causes, stricter=TEXT, other=TEXT, sentence=TEXT, provisions=TEXTS,
                counterparts=TEXTS)),
            timeline={"anyOf": [
                {"type": "null"}, closed(first=DAY, last=DAY, moved=TEXTS, regimes=stretches)]},
            footer=TEXTS,
        ),
        "$defs": {
            "regime": regime,
            "stretch": stretch,
            "provision": closed(
                id=TEXT, citations=TEXTS, title=TEXT, in_force=TEXT, standing=TEXT,
                checked={"enum": ["primary", "secondary", "unverified", ""]},
            ),
        },
    }  # fmt: skip
