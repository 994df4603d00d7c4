"""The fields of a decision record (docs/records.md says what each is for).

A record has two parts. `Record` is what facts, law and clocks determine: made again, it has the
same bytes. `Envelope` is what only the moment knows: when it was decided, by which release, on
which documents, and what people said of it since. Nothing in the envelope changes an outcome.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from sanctions_rules.canonical import json_text
from sanctions_rules.record.actions import NAMES
from sanctions_rules.record.kept import Digest, Instant, Kept
from sanctions_rules.record.review import Review

SCHEMA: Final = "sanctions_rules.record/1"
ADVICE: Final = "Software, not legal advice."

Outcome = Literal["PROHIBITED", "UNDETERMINED", "AUTHORISED", "NOT_PROHIBITED"]
Answer = Literal["true", "false", "unknown"]
Action = Annotated[str, Field(json_schema_extra={"enum": list(NAMES)})]
#: A fact in canonical JSON: a value, a range, or null where it is not known.
Plain = Any


class Subject(Kept):
    """Whose decision it is: the caller's own id of the case, to join it back."""

    id: str
    type: str


class OverlayUsed(Kept):
    """A proposal that was laid over the law: the answer is not what the law says."""

    title: str
    over: tuple[str, ...]
    source: str
    digest: Digest


class Question(Kept):
    """What was asked, apart from the facts."""

    regimes: tuple[str, ...]
    about: tuple[str, ...]
    known_on: str | None
    readings: dict[str, str]
    allow_withdrawn: tuple[str, ...]
    overlays: tuple[OverlayUsed, ...]


class Time(Kept):
    """The clocks: conduct, facts, and knowledge of the law."""

    event: str
    transaction_date: Plain
    facts_as_of: Plain
    law_known_on: str | None


class Rulebook(Kept):
    regime: str
    title: str
    current_through: str
    serial: int


class ListUsed(Kept):
    """A statement in the facts about a sanctions list, and where in the facts it stands."""

    kind: Literal["basis", "source"]
    statement: str
    lists: tuple[str, ...]
    places: tuple[str, ...]


class Versions(Kept):
    engine: str
    tzdata: str
    rulebook_digest: Digest
    facts_digest: Digest
    rulebooks: tuple[Rulebook, ...]
    lists: tuple[ListUsed, ...]


class Test(Kept):
    """A test of who is bound, and what it gave for the actor."""

    regime: str
    test: str
    holds: Answer


class Actor(Kept):
    id: str
    name: str
    type: str
    nexus: Plain
    tests: tuple[Test, ...]


class Reason(Kept):
    """One provision on one thing: where it stands and by what, and when it is in force."""

    id: str
    provision: str
    fill: str
    reading: str
    verb: str
    title: str
    citations: tuple[str, ...]
    source_ids: tuple[str, ...]
    in_force: str
    since: str | None
    until: str | None
    measured_at: str
    checked: str
    checked_note: str
    withdrawn: str
    subject: str
    subject_id: str
    standing: str
    truth: Answer
    because_of: tuple[str, ...]
    unless: bool
    judgements: tuple[str, ...]


class Exception_(Kept):
    """An exception or licence considered for a prohibition: whether it applies, else why not."""

    exception: str
    kind: Literal["licence", "scope", "override"]
    of: str
    applies: Answer
    standing: str
    citations: tuple[str, ...]
    in_force: str
    subjects: tuple[str, ...]


class Exposed(Kept):
    whom: str
    truth: Answer
    provision: str
    citations: tuple[str, ...]
    menu: tuple[str, ...]
    powers: str


class Owed(Kept):
    """A duty: what, for whom, its state, and the last day where a day can be computed."""

    what: str
    of: str
    state: Literal["not_owed", "open", "met", "breached", "unknown"]
    due: str
    due_on: str | None
    provision: str
    citations: tuple[str, ...]


class Missing(Kept):
    leaf: str
    need: str
    for_outcome: bool


class Ask(Kept):
    leaf: str
    need: str
    text: str
    answer: str
    together_with: tuple[str, ...]
    exact: bool
    settles: str


class Uncertainty(Kept):
    """What is missing, what to ask first, and what an open outcome hangs on."""

    missing: tuple[Missing, ...]
    next_question: Ask | None
    prohibited_if: tuple[str, ...]
    prohibited_unless: tuple[str, ...]


class Considered(Kept):
    """Provisions that stand alike, a line for each: the trace, from which it can be rebuilt."""

    verb: str
    standing: str
    findings: tuple[str, ...]


class Reading(Kept):
    point: str
    reading: str
    basis: str
    sensitive: bool


class RegimeRecord(Kept):
    """What one regime's law says of the act."""

    regime: str
    outcome: Outcome
    presumptive_outcome: Outcome
    actions: tuple[Action, ...]
    headline: str
    reached: bool
    stale: bool
    unverified: tuple[str, ...]
    withdrawn: tuple[str, ...]
    reasons: tuple[Reason, ...]
    exceptions: tuple[Exception_, ...]
    exposures: tuple[Exposed, ...]
    duties: tuple[Owed, ...]
    liabilities: tuple[Reason, ...]
    derogations: tuple[Reason, ...]
    retention_until: str | None
    uncertainty: Uncertainty
    judgements: tuple[str, ...]
    readings: tuple[Reading, ...]
    considered: tuple[Considered, ...]


class Share(Kept):
    """A share in percent, between two bounds."""

    at_least: str
    at_most: str


class Holding(Kept):
    owner: str
    asset: str
    percent: Share


class Path(Kept):
    """A chain of holdings, from an owner who has the status down to the one that gets it."""

    nodes: tuple[str, ...]
    percent: tuple[Share, ...]


class Owned(Kept):
    """A party that has, or may have, a status because of who owns it."""

    party: str
    regime: str
    status: str
    holds: Answer
    method: str
    provision: str
    as_of: Plain
    blocked_owners: tuple[str, ...]
    total: Share
    holdings: tuple[Holding, ...]
    paths: tuple[Path, ...]
    paths_left_out: bool


class Target(Kept):
    """A listing of a party: the associated sanctions target of 31 CFR 501.603 and 501.604."""

    id: str
    name: str
    list: Plain
    authority: Plain
    programme: Plain
    order: Plain
    entry: Plain
    listed_on: Plain
    delisted_on: Plain


class Property(Kept):
    """Property, goods or money that the act concerns. `value_usd` only where given in dollars."""

    kind: str
    id: str
    description: Plain
    location: Plain
    account: Plain
    value: Plain
    currency: str | None
    value_usd: Plain
    interest_of: Plain
    held_by: Plain
    blocked_on: Plain
    unblocked_on: Plain


class Redaction(Kept):
    """How names were taken out, and which key did it (not the key)."""

    method: str
    key_id: str


class Record(Kept):
    """One decision, as facts, law and clocks determine it."""

    schema_: Literal["sanctions_rules.record/1"] = Field(default=SCHEMA, alias="schema")
    decision_id: str
    subject: Subject
    question: Question
    time: Time
    versions: Versions
    actor: Actor
    outcome: Outcome
    actions: tuple[Action, ...]
    regimes: tuple[RegimeRecord, ...]
    ownership: tuple[Owned, ...]
    targets: tuple[Target, ...]
    property: tuple[Property, ...]
    retention_until: str | None
    narrative: str
    advice: str = ADVICE
    redaction: Redaction | None
    facts: dict[str, Any]

    def canonical(self) -> str:
        return json_text(self.model_dump(by_alias=True))

    def derived_id(self) -> str:
        """The id that the rest of the record gives it: question, facts, law and answer."""
        plain = self.model_dump(by_alias=True)
        plain.pop("decision_id")
        return "dr-" + hashlib.sha256(json_text(plain).encode()).hexdigest()[:32]


class Evidence(Kept):
    """Where a fact comes from: the provenance that the facts gave."""

    place: str
    source: str | None
    observed_at: str | None
    document: str | None
    unknown_because: str | None


class Envelope(Kept):
    """What only the moment knows; never compared when a decision is made again."""

    evaluated_at: Instant | None
    library: str
    evidence: tuple[Evidence, ...]
    review: Review


def record_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one line of a file of records."""
    from sanctions_rules.record.chain import Line

    found = Line.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
