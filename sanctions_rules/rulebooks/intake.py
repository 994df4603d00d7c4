"""One intake for several regimes: what is still to be found out, each fact once, in which order.

A fact that one regime asks for is often asked for by another too. So the facts that the open
answers of all regimes wait for are put together, and the next question is one that most regimes,
and then most of their provisions, wait for. Where a regime waits for few facts, the question is
one of a smallest set that could settle it. A regime that is settled asks for nothing more.

`interview` asks question after question of an oracle, a case that holds the answers, and so counts
how many questions one intake needs, for one regime or for several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast

from sanctions_rules.decision import Decision, DutyState, Outcome, RegimeDecision, Standing
from sanctions_rules.engines import conclude
from sanctions_rules.engines.ask import next_question
from sanctions_rules.engines.candidates import sentence
from sanctions_rules.engines.conclude import Source, place_order
from sanctions_rules.engines.search import NO_ANSWER
from sanctions_rules.facts import Case
from sanctions_rules.rulebooks.oracle import Oracle
from sanctions_rules.values import Truth
from sanctions_rules.view import Leaf

#: For how many facts a regime may wait that a smallest set is searched: above it, seconds go by.
FEW: Final = 8


@dataclass(frozen=True, slots=True)
class Needed:
    """A fact to find out: the question, and by regime the provisions that wait for it."""

    leaf: Leaf
    text: str
    waits: Mapping[str, tuple[str, ...]]

    @property
    def regimes(self) -> tuple[str, ...]:
        return tuple(self.waits)


@dataclass(frozen=True)
class Intake:
    """What the open answers wait for; the fact to ask for first stands first.

    `open`: the regimes that are not settled and for which somebody may still have an answer.
    """

    decision: Decision
    needed: tuple[Needed, ...]

    @property
    def next_question(self) -> Needed | None:
        return self.needed[0] if self.needed else None

    @cached_property
    def open(self) -> tuple[str, ...]:
        waiting = {regime for one in self.needed for regime in one.waits}
        return tuple(regime for regime in self.decision.regimes if regime in waiting)


def intake(decision: Decision, *, beside: bool = False, unanswered: Iterable[str] = ()) -> Intake:
    """What is to be asked before this decision is settled in every regime that it holds.

    Settled is the outcome; with `beside`, then also each exposure and each duty. `unanswered`:
    leaves, as text, that were asked for and that nobody can answer.
    """
    source = cast(Source, decision.source)
    without = frozenset(unanswered)
    waits: dict[Leaf, dict[str, dict[str, None]]] = {}
    for one in decision:
        for norm, leaf in _waiting(source, one, beside):
            if leaf.need not in NO_ANSWER and str(leaf) not in without:
                waits.setdefault(leaf, {}).setdefault(one.regime, {})[norm] = None
    sets = list(_smallest_sets(source, decision, waits, without))

    def order(leaf: Leaf) -> tuple[Any, ...]:
        by = waits[leaf]
        chosen = sum(leaf in leaves for leaves in sets)
        return (
            not chosen, -len(by), -chosen, -sum(map(len, by.values())), place_order(leaf),
        )  # fmt: skip

    return Intake(decision, tuple(
        Needed(
            leaf, sentence(source.evaluation, leaf),
            {regime: tuple(norms) for regime, norms in waits[leaf].items()},
        )
        for leaf in sorted(waits, key=order)
    ))  # fmt: skip


def _waiting(source: Source, one: RegimeDecision, beside: bool) -> Iterator[tuple[str, Leaf]]:
    """Which provision waits for which fact: for the outcome, then for what stands beside it."""
    run = source.evaluation
    if one.outcome is Outcome.UNDETERMINED:
        for finding in one.standing(Standing.MAY_BIND):
            if finding.norm.verb == "prohibits":
                yield from ((finding.norm.id, x) for x in conclude.finding_leaves(run, finding))
    elif beside:
        for exposure in one.exposures:
            if exposure.truth is Truth.UNKNOWN:
                finding = exposure.finding
                yield from ((finding.norm.id, x) for x in conclude.finding_leaves(run, finding))
        for duty in one.duties:
            if duty.state is DutyState.UNKNOWN and not duty.lasting:
                yield from ((duty.finding.norm.id, x) for x in conclude.duty_leaves(run, duty))


def _smallest_sets(
    source: Source, decision: Decision, waits: Mapping[Leaf, Mapping[str, Any]],
    without: frozenset[str],
) -> Iterator[frozenset[Leaf]]:  # fmt: skip
    """Of each regime that waits for few facts, a smallest set that could settle what is open."""
    for regime in decision.regimes:
        if 0 < sum(regime in by for by in waits.values()) <= FEW:
            question = next_question(source, regime, without)
            if question is not None:
                yield frozenset((question.leaf, *question.with_))


# -- asking one who knows ------------------------------------------------------------------------


@dataclass(frozen=True)
class Interview:
    """The questions in the order asked, those among them without an answer, and what came of it."""

    asked: tuple[Needed, ...]
    unanswered: tuple[str, ...]
    case: Case
    decision: Decision


def interview(
    decide: Callable[[Case], Decision], full: Case, start: Case | None = None, *,
    beside: bool = False,
) -> Interview:  # fmt: skip
    """Ask `full` one question after another until all is settled, or nobody can answer more.

    `decide` asks the law, of the regimes that are to be settled. `start`: what is known before the
    first question; by default nothing.
    """
    oracle, case = Oracle(full), start or Case()
    asked: list[Needed] = []
    unanswered: list[str] = []
    while True:
        decision = decide(case)
        question = intake(decision, beside=beside, unanswered=unanswered).next_question
        if question is None:
            return Interview(tuple(asked), tuple(unanswered), case, decision)
        asked.append(question)
        told = oracle.told(case, question.leaf)
        if told is None:
            unanswered.append(str(question.leaf))
        else:
            case = told
