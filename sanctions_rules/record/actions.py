"""What follows from a regime's answer, in the words of those who act on it: one table.

Outcomes stay what they are; an action never softens one. There is no action "permitted": that no
rule encoded here forbids an act is all that a record can say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sanctions_rules.decision import DutyState, Outcome, RegimeDecision
from sanctions_rules.values import Truth


def _outcome(outcome: Outcome) -> Callable[[RegimeDecision], bool]:
    return lambda one: one.outcome is outcome


def _owed(*parts: str) -> Callable[[RegimeDecision], bool]:
    """Whether a duty whose name holds one of these words is surely owed and not done."""
    return lambda one: any(
        duty.state in (DutyState.OPEN, DutyState.BREACHED)
        and bool(set(parts) & set(duty.what.split("_")))
        for duty in one.duties
    )


def _owed_itself(*names: str) -> Callable[[RegimeDecision], bool]:
    """Whether the duty of that very name is owed: a rejection, not the report of one."""
    return lambda one: any(
        duty.state in (DutyState.OPEN, DutyState.BREACHED) and duty.what in names
        for duty in one.duties
    )


def _needs(*needs: str) -> Callable[[RegimeDecision], bool]:
    return lambda one: any(leaf.need in needs for leaf in one.missing)


#: Action, when it is set, and what that means for who reads it. In the order of urgency.
ACTIONS: Final[tuple[tuple[str, Callable[[RegimeDecision], bool], str], ...]] = (
    ("stop", _outcome(Outcome.PROHIBITED), "the outcome is PROHIBITED: do not do it"),
    ("block", _owed_itself("block", "blocking"), "a duty to block property is owed"),
    ("reject", _owed_itself("reject", "rejection"), "a duty to reject the transaction is owed"),
    ("report", _owed("report", "reporting", "reports"), "a report is owed"),
    ("provide_evidence", _owed("certification", "attestation", "evidence"),
     "a certificate, an attestation or other evidence is owed"),
    ("keep_records", _owed("keep", "keeping", "record", "records", "recordkeeping"),
     "records are to be kept"),
    ("keep_licence_terms", _outcome(Outcome.AUTHORISED),
     "the outcome is AUTHORISED: only within the licence that the reasons name"),
    ("hold", _outcome(Outcome.UNDETERMINED),
     "the outcome is UNDETERMINED: do not do it before it is settled"),
    ("needs_evidence", _needs("fact", "range", "hour", "completeness", "code", "agreement"),
     "facts are missing"),
    ("needs_judgement", _needs("judgement"), "a person must judge"),
    ("needs_law", _needs("law"), "the rulebook lacks law that it turns on: read the source named"),
    ("weigh_exposure", lambda one: any(e.truth is Truth.TRUE for e in one.exposures),
     "someone is exposed to discretionary sanctions"),
    ("apply_for_licence", lambda one: bool(one.derogations),
     "an authority could, or perhaps could, grant a derogation"),
    ("review_law", lambda one: one.stale or bool(one.withdrawn) or bool(one.unverified),
     "the answer rests on law that is stale, unverified or withdrawn"),
    ("out_of_scope", lambda one: one.outcome is Outcome.NOT_PROHIBITED and not one.reached,
     "no prohibition of the regime reaches the act, by its time, actor or kind"),
)  # fmt: skip

NAMES: Final = tuple(name for name, _, _ in ACTIONS)


def actions_of(one: RegimeDecision) -> Iterator[str]:
    """The actions that follow from the answer of one regime, in the order of the table."""
    yield from (name for name, applies, _ in ACTIONS if applies(one))


def strictest(outcomes: Iterator[Outcome]) -> Outcome:
    """Across regimes each outcome stands on its own; a list is headed by the strictest (D7)."""
    return min(outcomes, key=list(Outcome).index)
