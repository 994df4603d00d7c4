"""A decision as data: one versioned JSON document, the same bytes for the same decision.

Sentences are there for people and may be reworded; everything else keeps its meaning within one
version of the schema. `decision_schema` describes it, and the tests hold each to the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final, cast

from sanctions_rules.decision import Decision, DutyState, Finding, Standing
from sanctions_rules.render.derivation import Line
from sanctions_rules.render.outline import (
    NO_SUBJECT,
    OUT_OF_REACH,
    Entry,
    Outline,
    RegimeOutline,
    outline,
)
from sanctions_rules.render.schemas import DAY as _DAY
from sanctions_rules.render.schemas import DIGEST as _DIGEST
from sanctions_rules.render.schemas import FLAG as _FLAG
from sanctions_rules.render.schemas import OUTCOME as _OUTCOME
from sanctions_rules.render.schemas import TEXT as _TEXT
from sanctions_rules.render.schemas import TEXTS as _TEXTS
from sanctions_rules.render.schemas import closed as _object
from sanctions_rules.render.schemas import defined as _def
from sanctions_rules.render.schemas import many as _list
from sanctions_rules.render.sentences import hidden
from sanctions_rules.source import Span as Place
from sanctions_rules.values import Truth

SCHEMA: Final = "sanctions_rules.decision/1"
_TRUTHS: Final = {Truth.TRUE: "true", Truth.FALSE: "false", Truth.UNKNOWN: "unknown"}


def to_json(decision: Decision, base: str = "", indent: int | None = 2) -> str:
    """The document as text: keys sorted, and what would not show written as \\u and digits."""
    return written(to_data(decision, base), indent)


def written(data: dict[str, Any], indent: int | None = 2) -> str:
    """A document as text: the same bytes for the same data."""
    text = json.dumps(
        data, sort_keys=True, ensure_ascii=False, indent=indent,
        separators=(",", ": ") if indent else (",", ":"),
    )  # fmt: skip
    return re.sub(r"[^\x20-\x7e\n]", _written_out, text) + "\n"


def _written_out(match: re.Match[str]) -> str:
    character = match[0]
    return (
        json.dumps(character)[1:-1].replace("\x7f", "\\u007f") if hidden(character) else character
    )


def to_data(decision: Decision, base: str = "") -> dict[str, Any]:
    """The decision as plain data: dictionaries, lists, strings, numbers, true, false and null."""
    page = outline(decision, base)
    return {
        "schema": SCHEMA,
        "about": list(decision.about),
        "base": base,
        "overlays": [
            {
                "title": o.title,
                "over": list(o.over),
                "source": o.source,
                "note": o.note,
                "digest": o.digest,
            }
            for o in decision.overlays
        ],
        "known_on": decision.known_on.isoformat() if decision.known_on else None,
        "readings": dict(decision.chosen_readings),
        "versions": {
            "engine": decision.engine_version,
            "facts_digest": decision.facts_digest,
            "rulebook_digest": decision.rulebook_digest,
            "tzdata": decision.tzdata_version,
        },
        "question": [{"fact": name, "value": value} for name, value in page.facts],
        "regimes": {one.decision.regime: _regime(page, one) for one in page.regimes},
        "footer": [*page.footer, page.advice],
    }


# -- one regime ---------------------------------------------------------------------------------


def _regime(page: Outline, one: RegimeOutline) -> dict[str, Any]:
    decision = one.decision
    told = (*one.bearing, *one.not_met, *one.spared, *one.liabilities, *one.derogations)
    return {
        "title": decision.title,
        "outcome": str(decision.outcome),
        "presumptive_outcome": str(decision.presumptive_outcome),
        "headline": one.headline,
        "answer": list(one.answer),
        "scope": page.scope,
        "reached": decision.reached,
        "stale": decision.stale,
        "current_through": decision.current_through.isoformat(),
        "unverified": list(decision.unverified),
        "warnings": list(one.warnings),
        "findings": [_finding(f, e) for e in told for f in e.findings],
        "out_of_reach": [
            {"standing": g.standing, "sentence": g.reason, "provisions": list(g.ids)}
            for g in one.out_of_reach
        ],
        "exceptions": [
            {"line": _line(c.line), "provisions": list(c.ids)} for c in one.exceptions
        ],
        "exposures": [
            {**_finding(f, e), "menu": list(f.norm.menu), "whom": f.subject_id,
             "powers": f.norm.powers}
            for e in one.exposures for f in e.findings
        ],
        "duties": _duties(one),
        "missing": [
            {"leaf": m.leaf, "need": m.need, "sentence": m.sentence, "for_outcome": m.for_outcome}
            for m in one.missing
        ],
        "next_question": _question(one),
        "judgements": [
            {"judgement": text, "sentence": j.sentence, "given": j.given, "question": j.question,
             "factors": list(j.factors), "citation": j.citation}
            for text, j in zip(decision.judgements, one.judgements, strict=True)
        ],
        "readings": [
            {"point": used.point, "reading": used.reading, "basis": used.basis,
             "sensitive": used.sensitive, "sentence": told_.sentence,
             "others": [{"reading": r, "change": c} for r, c in used.others]}
            for used, told_ in zip(decision.readings, one.readings, strict=True)
        ],
    }  # fmt: skip


def _finding(finding: Finding, entry: Entry) -> dict[str, Any]:
    norm = finding.norm
    return {
        "id": finding.id,
        "norm": norm.id,
        "provision": norm.provision,
        "fill": norm.fill,
        "verb": norm.verb,
        "title": norm.title,
        "citations": list(norm.citations),
        "source_ids": list(norm.source_ids),
        "checked": norm.checked,
        "checked_note": norm.checked_note,
        "subject": finding.subject,
        "subject_id": finding.subject_id,
        "standing": finding.standing.name,
        "truth": _TRUTHS[finding.truth],
        "because_of": list(finding.because_of),
        "unless": finding.unless,
        "judgements": list(finding.judgements),
        "lapsed": list(finding.lapsed),
        "sentence": entry.standing,
        "place": _place(norm.place),
        "derivation": _lines(entry.lines),
        "exceptions": _lines(entry.exceptions),
        "lifting": _lines(entry.lifting),
    }


def _lines(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [_line(line) for line in lines]


def _line(line: Line) -> dict[str, Any]:
    return {
        "sentence": line.sentence,
        "truth": _TRUTHS[line.truth],
        "kind": line.kind,
        "label": line.label,
        "given": line.given,
        "needs": line.need,
        "provision": line.provision,
        "citations": list(line.citations),
        "place": _place(line.place),
        "steps": _lines(line.children),
    }


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None or not place.file:
        return None
    return {"file": place.file, "start": place.start, "end": place.end}


def _duties(one: RegimeOutline) -> list[dict[str, Any]]:
    owed = {id(d.finding): d for d in one.decision.duties}
    found: list[dict[str, Any]] = []
    for entry in one.duties:
        for finding in entry.findings:
            duty = owed[id(finding)]
            due_on = str(duty.due_on) if duty.due_on else None
            state = {
                "duty": duty.what, "state": str(duty.state), "due": duty.due, "due_on": due_on,
            }  # fmt: skip
            found.append({**_finding(finding, entry), **state})
    return found


def _question(one: RegimeOutline) -> dict[str, Any] | None:
    question = one.asked
    if question is None:
        return None
    return {
        "leaf": str(question.leaf),
        "need": question.leaf.need,
        "text": question.text,
        "answer": question.answer,
        "with": [str(leaf) for leaf in question.with_],
        "exact": question.exact,
        "settles": question.settles,
        "sentences": list(one.question),
    }


# -- the schema ---------------------------------------------------------------------------------


_TRUTH: Final = {"enum": sorted(_TRUTHS.values())}


def decision_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the document that `to_json` writes."""
    finding: dict[str, Any] = _object(
        id=_TEXT, norm=_TEXT, provision=_TEXT, fill=_TEXT,
        verb={"enum": ["prohibits", "empowers", "requires", "penalises"]},
        title=_TEXT, citations=_TEXTS, source_ids=_TEXTS,
        checked={"enum": ["primary", "secondary", "unverified", ""]}, checked_note=_TEXT,
        subject=_TEXT, subject_id=_TEXT, standing={"enum": [s.name for s in Standing]},
        truth=_TRUTH, because_of=_TEXTS, unless=_FLAG, judgements=_TEXTS, lapsed=_TEXTS, sentence=_TEXT,
        place=_def("place"), derivation=_list(_def("step")), exceptions=_list(_def("step")),
        lifting=_list(_def("step")),
    )  # fmt: skip
    plain = cast("dict[str, Any]", finding["properties"])
    regime = _object(
        title=_TEXT, outcome=_OUTCOME, presumptive_outcome=_OUTCOME, headline=_TEXT, answer=_TEXTS,
        scope=_TEXT, reached=_FLAG, stale=_FLAG, current_through=_DAY, unverified=_TEXTS,
        warnings=_TEXTS, findings=_list(_def("finding")),
        out_of_reach=_list(_object(
            standing={"enum": [NO_SUBJECT, *(s.name for s in OUT_OF_REACH)]}, sentence=_TEXT,
            provisions=_TEXTS)),
        exceptions=_list(_object(line=_def("step"), provisions=_TEXTS)),
        exposures=_list(_object(**plain, menu=_TEXTS, whom=_TEXT, powers=_TEXT)),
        duties=_list(_object(
            **plain, duty=_TEXT, state={"enum": [str(s) for s in DutyState]}, due=_TEXT,
            due_on={"anyOf": [{"type": "null"}, _DAY]})),
        missing=_list(_object(leaf=_TEXT, need=_TEXT, sentence=_TEXT, for_outcome=_FLAG)),
        next_question={"anyOf": [{"type": "null"}, _object(**{
            "leaf": _TEXT, "need": _TEXT, "text": _TEXT, "answer": _TEXT, "with": _TEXTS,
            "exact": _FLAG, "settles": _TEXT, "sentences": _TEXTS})]},
        judgements=_list(_object(
            judgement=_TEXT, sentence=_TEXT, given=_TEXT, question=_TEXT, factors=_TEXTS,
            citation=_TEXT)),
        readings=_list(_object(
            point=_TEXT, reading=_TEXT, basis=_TEXT, sensitive=_FLAG, sentence=_TEXT,
            others=_list(_object(reading=_TEXT, change=_TEXT)))),
    )  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Decision",
        "description": "A decision of sanctions_rules. `truth` is that of the rule's own condition;"
        " `sentence` says it as it stands. `place`: characters of a rule file, from 0.",
        **_object(
            schema={"const": SCHEMA}, about=_TEXTS, base=_TEXT,
            known_on={"anyOf": [{"type": "null"}, _DAY]},
            overlays=_list(_object(
                title=_TEXT, over=_TEXTS, source=_TEXT, note=_TEXT, digest=_DIGEST)),
            readings={"type": "object", "additionalProperties": _TEXT},
            versions=_object(
                engine=_TEXT, facts_digest=_DIGEST, rulebook_digest=_DIGEST, tzdata=_TEXT),
            question=_list(_object(fact=_TEXT, value=_TEXT)),
            regimes={"type": "object", "additionalProperties": _def("regime")},
            footer=_TEXTS,
        ),
        "$defs": {
            "regime": regime,
            "finding": finding,
            "step": _object(
                sentence=_TEXT, truth=_TRUTH,
                kind={"enum": ["force", "bound", "act", "condition", "scope", "exception"]},
                label=_TEXT, given=_TEXT, needs=_TEXT, provision=_TEXT, citations=_TEXTS,
                place=_def("place"), steps=_list(_def("step")),
            ),
            "place": {"anyOf": [
                {"type": "null"},
                _object(file=_TEXT, start={"type": "integer"}, end={"type": "integer"}),
            ]},
        },
    }  # fmt: skip
