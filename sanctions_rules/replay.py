"""A decision made again from its record: the same bytes, or what differs and why.

A record names its law by digest, carries its facts, and says what was asked; nothing else decides.
A redacted record carries facts without names and is made again from those; who has the names and
the key can show that they are the facts that were meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from sanctions_rules.canonical import facts_digest
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case
from sanctions_rules.record import Key, Line, Record, redacted
from sanctions_rules.recording import told_again
from sanctions_rules.recording.words import law_words
from sanctions_rules.rulebooks import Law
from sanctions_rules.rulebooks.explained import ExplainedDecision

#: Fields of a record that are wording only.
WORDING: Final = ("narrative", "headline", "text", "decision_id")
#: Seam: a case in, the same case screened anew against other lists out.
Rescreen = Callable[[Case], Case]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that came out otherwise."""

    path: str
    recorded: Any
    now: Any

    @property
    def is_wording(self) -> bool:
        return self.path.rpartition(".")[2] in WORDING


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one line: `causes` say why it differs; neither means the same bytes."""

    line: Line
    causes: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def is_reproduced(self) -> bool:
        return not self.causes and not self.differences


def replay(line: Line, law: Law, facts: Case | None = None, key: Key | None = None) -> Replayed:
    """Make the decision again, from the facts that the record carries or from those that are given.

    Raises FactsError for a record whose facts cannot be read.
    """
    record = line.record
    carried = build_case(record.facts)
    causes: list[str] = []
    if facts_digest(carried) != record.versions.facts_digest:
        causes.append("the facts in the record are not those that it was made from")
    case = carried
    if facts is not None:
        case = _without_names(facts, record, law, key, causes)
        if facts_digest(case) != facts_digest(carried):
            causes.append("the facts given are not those of the record")
    causes += _law_changed(record, law)
    try:
        decision = again(record, law, case)
    except LookupError as error:
        return Replayed(line, (*causes, f"it cannot be asked of this law: {error}"))
    made = told_again(decision, record.redaction, record.subject.type)
    causes += _other_versions(record, made)
    if made.canonical() == record.canonical():
        return Replayed(line, tuple(causes))
    found = tuple(_differences("", _plain(record), _plain(made)))
    if not causes:
        only_words = all(one.is_wording for one in found)
        causes.append(
            "it is worded otherwise now"
            if only_words
            else "the record says otherwise than its own facts and law"
        )
    return Replayed(line, tuple(causes), found)  # fmt: skip


def again(record: Record, law: Law, case: Case) -> ExplainedDecision:
    """The question of the record, asked of this law on this case."""
    asked = record.question
    return law.decide(
        case, regimes=asked.regimes, about=asked.about, readings=asked.readings,
        known_on=date.fromisoformat(asked.known_on) if asked.known_on else None,
        allow_withdrawn=asked.allow_withdrawn,
    )  # fmt: skip


def _without_names(
    facts: Case, record: Record, law: Law, key: Key | None, causes: list[str]
) -> Case:
    """The given facts in the form that the record carries."""
    if record.redaction is None:
        return facts
    if key is None or key.id != record.redaction.key_id:
        causes.append("the names were taken out with another key")
        return build_case(record.facts)
    return redacted(facts, key, law_words(law.program))


# -- why -----------------------------------------------------------------------------------------


def _law_changed(record: Record, law: Law) -> Iterator[str]:
    now = {head.regime: head for head in law.program.heads}
    for one in record.versions.rulebooks:
        head = now.get(one.regime)
        if head is None:
            yield f"the law of {one.regime} is not loaded"
        elif (one.current_through, one.serial) != (head.through.isoformat(), head.serial):
            yield (
                f"the law changed: {one.regime} was current through {one.current_through} "
                f"({one.serial}), and is now through {head.through} ({head.serial})"
            )
    laid_over = {overlay.digest: overlay.title for overlay in law.program.overlays}
    then = {overlay.digest: overlay.title for overlay in record.question.overlays}
    for digest, title in then.items():
        if digest not in laid_over:
            yield f"the proposal {title} was laid over the law, and is not now"
    for digest, title in laid_over.items():
        if digest not in then:
            yield f"the proposal {title} is laid over the law now, and was not"
    for name in dict.fromkeys(_relied_on(record)):
        if name in law.program.withdrawn and name not in record.question.allow_withdrawn:
            yield f"it used {name}, which was withdrawn since, on {law.program.withdrawn[name]}"


def _relied_on(record: Record) -> Iterator[str]:
    for regime in record.regimes:
        for reason in regime.reasons:
            yield from (reason.provision, reason.fill, *reason.because_of)
        yield from (e.provision for e in (*regime.exposures, *regime.duties))


def _other_versions(record: Record, made: Record) -> Iterator[str]:
    before, now = record.versions, made.versions
    if before.rulebook_digest != now.rulebook_digest:
        yield f"another rulebook: {before.rulebook_digest} was used, this is {now.rulebook_digest}"
    if before.engine != now.engine:
        yield f"another engine: {before.engine} then, {now.engine} now"
    if before.tzdata != now.tzdata:
        yield f"other time zones: tzdata {before.tzdata} then, {now.tzdata} now"


def _plain(record: Record) -> dict[str, Any]:
    return record.model_dump(mode="json", by_alias=True)


def _differences(path: str, recorded: Any, now: Any) -> Iterator[Difference]:
    """Where two records part, deepest place first said; outcomes before all else."""
    found = sorted(
        _parting(path, recorded, now), key=lambda d: (d.is_wording, "outcome" not in d.path)
    )
    yield from found


def _parting(path: str, recorded: Any, now: Any) -> Iterator[Difference]:
    if isinstance(recorded, dict) and isinstance(now, dict):
        one, other = cast("dict[str, Any]", recorded), cast("dict[str, Any]", now)
        for name in sorted({*one, *other}):
            inner = f"{path}.{name}" if path else name
            yield from _parting(inner, one.get(name), other.get(name))
    elif isinstance(recorded, list) and isinstance(now, list):
        left, right = cast("list[Any]", recorded), cast("list[Any]", now)
        if len(left) != len(right):
            yield Difference(path, recorded, now)
            return
        for index, (a, b) in enumerate(zip(left, right, strict=True)):
            yield from _parting(f"{path}[{index}]", a, b)
    elif recorded != now:
        yield Difference(path, recorded, now)


# -- other lists ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changed:
    """A past decision that would now be another: by regime, the outcome then and now."""

    line: Line
    outcomes: tuple[tuple[str, str, str], ...]
    beside: tuple[str, ...]  # regimes in which exposures or duties differ
    unscreened: str = ""  # why it could not be screened


def changed_by_lists(
    line: Line, law: Law, rescreen: Rescreen, facts: Case | None = None
) -> Changed | None:
    """Whether the decision would be another with listings as `rescreen` gives them; None: it stands.

    Both decisions are made by the law given, so that nothing but the lists can make the difference.
    A redacted record has no names to screen: its facts must be given.
    """
    record = line.record
    if record.redaction is not None and facts is None:
        return Changed(line, (), (), "its names were taken out: give the facts")
    case = facts if facts is not None else build_case(record.facts)
    try:
        before, now = again(record, law, case), again(record, law, rescreen(case))
    except LookupError as error:
        return Changed(line, (), (), f"it cannot be asked of this law: {error}")
    outcomes = tuple(
        (one.regime, str(one.outcome), str(now[one.regime].outcome))
        for one in before if one.outcome is not now[one.regime].outcome
    )  # fmt: skip
    beside = tuple(one.regime for one in before if _beside(one) != _beside(now[one.regime]))
    return Changed(line, outcomes, beside) if outcomes or beside else None


def _beside(one: Any) -> tuple[Iterable[Any], Iterable[Any]]:
    return (
        [(e.finding.id, e.truth) for e in one.exposures],
        [(d.finding.id, d.state) for d in one.duties],
    )
