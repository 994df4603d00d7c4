"""The bare answer of one regime: its outcome, exposures and duties, and no reasons.

Two evaluations of one case are compared by it: under another reading, or with more facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from sanctions_rules.core import Norm, Program
from sanctions_rules.decision import (
    Duty,
    DutyState,
    Exposure,
    Finding,
    Outcome,
    RegimeDecision,
    Standing,
)
from sanctions_rules.engines.conclude.duties import duties_of
from sanctions_rules.engines.conclude.findings import findings_of
from sanctions_rules.engines.interpreter import Evaluation
from sanctions_rules.values import Truth

FIRED: Final = (Standing.BINDS,)
UNDECIDED: Final = (Standing.MAY_BIND, Standing.CONFLICT)
UPHELD: Final = (Standing.LIFTED,)


def ids(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The norms of findings, each once."""
    return tuple(dict.fromkeys(f.norm.id for f in findings))


def outcome_of(findings: Iterable[Finding]) -> Outcome:
    seen = {f.standing for f in findings}
    if Standing.BINDS in seen:
        return Outcome.PROHIBITED
    if seen.intersection(UNDECIDED):
        return Outcome.UNDETERMINED
    return Outcome.AUTHORISED if Standing.LIFTED in seen else Outcome.NOT_PROHIBITED


@dataclass(frozen=True, slots=True)
class Answer:
    """What may be compared between two evaluations of one case."""

    outcome: Outcome
    exposures: tuple[tuple[str, Truth], ...]
    duties: tuple[tuple[str, DutyState], ...]

    @classmethod
    def of(cls, outcome: Outcome, exposures: Iterable[Exposure], duties: Iterable[Duty]) -> Self:
        return cls(
            outcome,
            tuple((e.finding.id, e.truth) for e in exposures),
            tuple(
                (d.finding.id, d.state)
                for d in duties
                if d.state is not DutyState.NOT_OWED and not d.lasting
            ),
        )


def answer_of(one: RegimeDecision) -> Answer:
    return Answer.of(one.outcome, one.exposures, one.duties)


def answer(run: Evaluation, regime: str, about: tuple[str, ...]) -> Answer:
    """Only what can be compared: no reasons are collected."""
    run.only_answers = True
    norms = asked_norms(run.program, regime, about)
    outcome = outcome_of(all_prohibitions(run, norms))
    return Answer.of(outcome, all_exposures(run, norms), all_duties(run, norms))


# -- which norms, and what they find -------------------------------------------------------------


def asked_norms(program: Program, regime: str, about: tuple[str, ...]) -> list[Norm]:
    found = [n for n in program.norms if n.regime == regime]
    if about:
        named = [
            n
            for n in found
            if any(
                n.instrument == a or n.provision.startswith(a) or n.fill.startswith(a)
                for a in about
            )
        ]
        kept = {e.source for n in named for e in n.edges}
        found = [n for n in found if n in named or n.id in kept]
    return found


def is_exposing(norm: Norm) -> bool:
    """Whether the norm is a power over somebody, and not one to grant a derogation."""
    return norm.verb == "empowers" and norm.menu != ("derogation",)


def all_prohibitions(run: Evaluation, norms: Iterable[Norm]) -> list[Finding]:
    return [f for n in norms if n.verb == "prohibits" for f in findings_of(run, n)]


def all_powers(run: Evaluation, norms: Iterable[Norm]) -> list[Finding]:
    return [f for n in norms if is_exposing(n) for f in findings_of(run, n)]


def all_exposures(run: Evaluation, norms: Iterable[Norm]) -> list[Exposure]:
    """The powers that reach somebody, or that may."""
    return [Exposure(f) for f in all_powers(run, norms) if f.truth.may]


def all_duties(run: Evaluation, norms: Iterable[Norm]) -> list[Duty]:
    return [d for n in norms if n.verb == "requires" for d in duties_of(run, n)]
