"""Decisions of the compiled engine: the answer at once, everything behind it by the reference.

The reference is run for a regime when somebody asks for more than its answer, and what it finds
must be that answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from sanctions_rules.canonical import facts_digest
from sanctions_rules.core import Norm, Program
from sanctions_rules.decision import Decision, Disagreement, Finding, Outcome, RegimeDecision
from sanctions_rules.engines import conclude
from sanctions_rules.engines.compiled import CompiledProgram, Facts
from sanctions_rules.engines.compiled.models import models_of
from sanctions_rules.engines.compiled.program import BINDS, LIFTED, MAY_BIND, outcome
from sanctions_rules.engines.compiled.reading import Message
from sanctions_rules.engines.interpreter import Settings, Step
from sanctions_rules.facts import Case

D = TypeVar("D", bound=Decision)


class Decider(Generic[D]):
    """One question put to case after case. Shared between threads.

    `kind`: the class of the decisions that it gives.
    """

    def __init__(
        self, kind: type[D], program: Program, settings: Settings, regimes: tuple[str, ...],
        about: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self._kind = kind
        self._about = about
        self._program = (program, settings)
        self._bans = CompiledProgram(program, settings).regimes(regimes, about, bans=True)
        self.regimes = regimes
        self.besides = conclude.besides(program, settings, about)

    def decide(self, facts: Facts) -> D:
        """Raises FactsError for facts that name what they do not hold."""
        standing: list[tuple[Norm, int]] = []
        plan = self._bans.plan(facts.data)
        if plan:
            message = Message(facts)
            try:
                for run, norm in plan:
                    how = run(message)
                    if how:
                        standing.append((norm, how))
            except (RecursionError, KeyError):
                return self._by_reference(facts)
        return self._kind.begun({"_behind": _Behind(self, facts, standing)})

    def _by_reference(self, facts: Facts) -> D:
        """Definitions that are linked more deeply than Python calls may go, or a name of nothing."""
        source = self.source(facts)
        return self._kind(
            regimes={name: conclude.regime_decision(source, name) for name in self.regimes},
            facts_digest=facts_digest(facts.case), _source=source, **self.besides,
        )  # fmt: skip

    def source(self, facts: Facts) -> conclude.Source:
        return self.source_of(facts.case)

    def source_of(self, case: Case) -> conclude.Source:
        return conclude.Source.of(self._program[0], case, self._program[1], self._about)


class _Behind:
    """What lies behind the answers to one case: the reference on its facts, run once."""

    __slots__ = ("_decider", "_facts", "_reading", "_source", "_standing")

    def __init__(
        self, decider: Decider[Any], facts: Facts, standing: Sequence[tuple[Norm, int]]
    ) -> None:
        self._decider = decider
        self._facts = facts
        self._standing = standing
        self._source: conclude.Source | None = None
        self._reading: conclude.Source | None = None

    @property
    def source(self) -> conclude.Source:
        if self._source is None:
            self._source = self._decider.source(self._facts)
        return self._source

    def derivations(self, one: RegimeDecision) -> tuple[tuple[Finding, Step], ...]:
        """By the reference on the facts as they were read, which need not be checked once more."""
        if self._source is None:
            try:
                if self._reading is None:
                    self._reading = self._decider.source_of(models_of(self._facts.data))
                    self._reading.evaluation.hears_all = False
                return conclude.derivations(self._reading, one)
            except Disagreement:
                raise
            except Exception:  # trusted facts that are none: reading them as a case says so
                pass
        return conclude.derivations(self.source, one)

    def found(self, of: Any, name: str) -> Mapping[str, Any]:
        if isinstance(of, RegimeDecision):
            return self._regime(of)
        match name:
            case "regimes":
                return {name: {regime: self._answered(regime) for regime in self._decider.regimes}}
            case "_source":
                return {name: self.source}
            case "facts_digest":
                return {name: facts_digest(self._facts.case)}
            case _:
                return self._decider.besides

    def _answered(self, regime: str) -> RegimeDecision:
        """The answer of one regime: ids, each once and in program order."""
        fired: tuple[str, ...] = ()
        undecided: tuple[str, ...] = ()
        lifted: tuple[str, ...] = ()
        answer = Outcome.NOT_PROHIBITED
        if self._standing:
            ids: tuple[dict[str, None], ...] = ({}, {}, {})
            for norm, how in self._standing:
                if norm.regime == regime:
                    for flag, held in zip((BINDS, MAY_BIND, LIFTED), ids, strict=True):
                        if how & flag:
                            held[norm.id] = None
            fired, undecided, lifted = tuple(ids[0]), tuple(ids[1]), tuple(ids[2])
            answer = outcome(fired, undecided, lifted)
        return RegimeDecision.begun({
            "regime": regime, "outcome": answer, "fired": fired, "undecided": undecided,
            "lifted": lifted, "_behind": self,
        })  # fmt: skip

    def _regime(self, of: RegimeDecision) -> Mapping[str, Any]:
        full = conclude.regime_decision(self.source, of.regime)
        given = of.outcome, of.fired, of.undecided, of.lifted
        found = full.outcome, full.fired, full.undecided, full.lifted
        if given != found:
            raise Disagreement(
                f"under {of.regime} the compiled engine answers {_text(*given)}, and the reference"
                f" {_text(*found)}: please report this"
            )
        return full.__dict__


def _text(answer: Outcome, *ids: tuple[str, ...]) -> str:
    names = ("fired", "undecided", "lifted")
    parts = (f"{n}: {', '.join(i)}" for n, i in zip(names, ids, strict=True) if i)
    return f"{answer} ({'; '.join(parts) or 'nothing'})"
