"""The bare answer: what every engine must give alike, and what the interpreter gives of it.

An answer names norms by id and leaves out the things of the case: which good, which person, and
why, is the derivation's part, and that is always the interpreter's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sanctions_rules.core import Program
from sanctions_rules.decision import Duty, DutyState, Outcome
from sanctions_rules.engines import conclude
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.facts import Case
from sanctions_rules.values import Truth
from sanctions_rules.view import View


@dataclass(frozen=True, slots=True)
class RegimeAnswer:
    """What one regime's law says of the act, in ids of norms, each once and in program order.

    `undecided`: prohibitions that may bind, or that are in conflict. `missing`: the facts that the
    outcome, an exposure or a duty waits for, in schema order; None from an engine that cannot tell.
    """

    regime: str
    outcome: Outcome
    fired: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    lifted: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    perhaps_exposed: tuple[str, ...] = ()
    duties: tuple[tuple[str, DutyState], ...] = ()  # owed, met, breached or not known; none lasting
    missing: tuple[str, ...] | None = None


def reference(
    program: Program, case: Case, settings: Settings, regimes: Iterable[str],
    about: tuple[str, ...] = (),
) -> dict[str, RegimeAnswer]:  # fmt: skip
    """The answer by the reference interpreter, which every other engine has to equal."""
    run = Evaluation(program, View(case), settings)
    return {regime: _regime(run, regime, about) for regime in regimes}


def _regime(run: Evaluation, regime: str, about: tuple[str, ...]) -> RegimeAnswer:
    run.only_answers = True
    norms = conclude.asked_norms(run.program, regime, about)
    findings = conclude.all_prohibitions(run, norms)
    powers = conclude.all_powers(run, norms)
    duties = conclude.all_duties(run, norms)
    outcome = conclude.outcome_of(findings)
    return RegimeAnswer(
        regime, outcome,
        conclude.ids(f for f in findings if f.standing in conclude.FIRED),
        conclude.ids(f for f in findings if f.standing in conclude.UNDECIDED),
        conclude.ids(f for f in findings if f.standing in conclude.UPHELD),
        conclude.ids(f for f in powers if f.truth is Truth.TRUE),
        conclude.ids(f for f in powers if f.truth is Truth.UNKNOWN),
        _states(duties),
        tuple(map(str, conclude.missing(run, outcome, findings, powers, duties)[0])),
    )  # fmt: skip


def _states(duties: Iterable[Duty]) -> tuple[tuple[str, DutyState], ...]:
    """By norm, each state that the duty is in for one thing or another."""
    found: dict[str, set[DutyState]] = {}
    for duty in duties:
        if duty.state is not DutyState.NOT_OWED and not duty.lasting:
            found.setdefault(duty.finding.norm.id, set()).add(duty.state)
    return tuple(
        (name, state) for name, states in found.items() for state in DutyState if state in states
    )
