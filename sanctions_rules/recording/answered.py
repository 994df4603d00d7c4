"""What one regime answered, for the record: reasons, exceptions tried, duties, what is open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from sanctions_rules import clocks
from sanctions_rules.core import Norm, Term
from sanctions_rules.decision import (
    Decision,
    Duty,
    Finding,
    RegimeDecision,
    Standing,
)
from sanctions_rules.engines.conclude import Source
from sanctions_rules.record.actions import actions_of
from sanctions_rules.record.fields import (
    Ask,
    Considered,
    Exception_,
    Exposed,
    Missing,
    Owed,
    Reading,
    Reason,
    RegimeRecord,
    Uncertainty,
)
from sanctions_rules.recording.stated import TRUTHS
from sanctions_rules.render.sentences import headline
from sanctions_rules.values import Truth

#: Standings of a prohibition that say something of the act; the others are only counted.
TOLD: Final = (
    Standing.BINDS, Standing.MAY_BIND, Standing.CONFLICT, Standing.LIFTED, Standing.EXCEPTED,
    Standing.DISPLACED,
)  # fmt: skip
#: Further off than any law, and the last day that a calendar holds.
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FAR: Final = 2**60


def regime_record(decision: Decision, one: RegimeDecision) -> RegimeRecord:
    source = cast(Source, decision.source)
    bans = [f for f in one.findings if f.norm.verb == "prohibits"]
    told = [f for standing in TOLD for f in bans if f.standing is standing]
    duties = tuple(map(_owed, one.duties))
    return RegimeRecord(
        regime=one.regime, outcome=one.outcome.value, presumptive_outcome=one.presumptive_outcome.value,
        actions=tuple(actions_of(one)), headline=headline(one, decision.about),
        reached=one.reached, stale=one.stale, unverified=one.unverified, withdrawn=one.withdrawn,
        reasons=tuple(map(reason, told)),
        exceptions=tuple(_exceptions(source, one, told)),
        exposures=tuple(
            Exposed(
                whom=e.whom, truth=TRUTHS[e.truth], provision=e.finding.norm.id,
                citations=e.finding.norm.citations, menu=e.menu, powers=e.finding.norm.powers,
            )
            for e in one.exposures
        ),
        duties=duties,
        liabilities=tuple(map(reason, one.liabilities)),
        derogations=tuple(map(reason, one.derogations)),
        retention_until=max(_retained(duties), default=None),
        uncertainty=_uncertainty(one, bans),
        judgements=one.judgements,
        readings=tuple(
            Reading(point=r.point, reading=r.reading, basis=r.basis, sensitive=r.sensitive)
            for r in one.readings
        ),
        considered=tuple(_considered(one)),
    )  # fmt: skip


# -- reasons and exceptions ----------------------------------------------------------------------


def reason(finding: Finding) -> Reason:
    norm = finding.norm
    return Reason(
        id=norm.id, provision=norm.provision, fill=norm.fill, reading=norm.reading,
        verb=norm.verb, title=norm.title, citations=norm.citations, source_ids=norm.source_ids,
        in_force=norm.term.printed, since=_instant(norm.term.since, norm.term),
        until=_instant(norm.term.until, norm.term), measured_at=".".join(norm.term.anchor),
        checked=norm.checked, checked_note=norm.checked_note, withdrawn=norm.withdrawn,
        subject=finding.subject, subject_id=finding.subject_id, standing=finding.standing.name,
        truth=TRUTHS[finding.truth], because_of=finding.because_of, unless=finding.unless,
        judgements=finding.judgements,
    )  # fmt: skip


def _instant(at: int | None, term: Term) -> str | None:
    """An end of an interval in the zone of its text; null where it is open. `until` is exclusive."""
    if at is None or not -_FAR < at < _FAR:
        return None
    moment = _EPOCH + timedelta(microseconds=at)
    return moment.astimezone(clocks.zone(term.zone)).isoformat()


def _exceptions(
    source: Source, one: RegimeDecision, told: Iterable[Finding]
) -> Iterator[Exception_]:
    """Each exception tried for each prohibition told: whether it applies; if not, how it stands."""
    run = source.evaluation
    norms = {n.id: n for n in source.program.norms}
    standing = {(f.norm.id, f.subject): f.standing.name for f in one.findings}
    found: dict[tuple[str, str, str, Truth, str], dict[str, None]] = {}
    for finding in told:
        item = run.view.item(finding.subject) if finding.subject else None
        for edge in finding.norm.edges:
            truth = cast(Truth, run.definition(edge.name, item))
            own = standing.get((edge.source, finding.subject)) or standing.get((edge.source, ""))
            why = "" if truth is Truth.TRUE else own or ""
            key = (edge.source, edge.kind, finding.norm.id, truth, why)
            found.setdefault(key, {})[finding.subject_id] = None
    for (name, kind, of, truth, why), subjects in found.items():
        norm: Norm | None = norms.get(name)
        yield Exception_(
            exception=name, kind=cast(Any, kind), of=of, applies=TRUTHS[truth], standing=why,
            citations=norm.citations if norm else (), in_force=norm.term.printed if norm else "",
            subjects=tuple(subjects),
        )  # fmt: skip


# -- duties --------------------------------------------------------------------------------------

_LAST_DAY: Final = re.compile(r"(?:by|until|at) ([0-9]{4}-[0-9]{2}-[0-9]{2})")
_KEEPING: Final = frozenset({"keep", "keeping", "record", "records", "recordkeeping", "retention"})


def _owed(duty: Duty) -> Owed:
    last = _LAST_DAY.fullmatch(duty.due)
    return Owed(
        what=duty.what, of=duty.finding.subject_id, state=duty.state.value, due=duty.due,
        due_on=last[1] if last else None, provision=duty.finding.norm.id,
        citations=duty.finding.norm.citations,
    )  # fmt: skip


def _retained(duties: Iterable[Owed]) -> Iterator[str]:
    """The last days of duties to keep records; nothing where no rule says how long."""
    for duty in duties:
        if duty.due_on and duty.state != "not_owed" and set(duty.what.split("_")) & _KEEPING:
            yield duty.due_on


# -- what is open, and what was considered --------------------------------------------------------


def _uncertainty(one: RegimeDecision, bans: Iterable[Finding]) -> Uncertainty:
    may = [f for f in bans if f.standing is Standing.MAY_BIND]
    question = one.next_question if one.missing else None
    return Uncertainty(
        missing=tuple(
            Missing(leaf=str(m), need=m.need, for_outcome=m in one.missing_for_outcome)
            for m in one.missing
        ),
        next_question=Ask(
            leaf=str(question.leaf), need=question.leaf.need, text=question.text,
            answer=question.answer, together_with=tuple(map(str, question.with_)),
            exact=question.exact, settles=question.settles,
        ) if question else None,
        prohibited_if=tuple(f.id for f in may if not f.unless),
        prohibited_unless=tuple(f.id for f in may if f.unless),
    )  # fmt: skip


def _considered(one: RegimeDecision) -> Iterator[Considered]:
    found: dict[tuple[str, str], dict[str, None]] = {}
    rows: Iterable[Any] = (
        *one.findings, *(e.finding for e in one.exposures), *(d.finding for d in one.duties),
        *one.liabilities, *one.derogations, *one.spared,
    )  # fmt: skip
    for finding in cast("Iterable[Finding]", rows):
        found.setdefault((finding.norm.verb, finding.standing.name), {})[finding.id] = None
    for (verb, standing), ids in found.items():
        yield Considered(verb=verb, standing=standing, findings=tuple(ids))
