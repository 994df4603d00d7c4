"""Decisions of the compiled engine: the answer at once, everything behind it by the reference.

The reference is run for a regime when somebody asks for more than its answer, and what it finds
must be that answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any, Final, Generic, TypeVar
from weakref import ref

from sanctions_rules.canonical import facts_digest
from sanctions_rules.core import Program
from sanctions_rules.decision import (
    Decision,
    Disagreement,
    Finding,
    Outcome,
    RegimeDecision,
    fill,
)
from sanctions_rules.engines import conclude
from sanctions_rules.engines.compiled import CompiledProgram, Facts
from sanctions_rules.engines.compiled.models import models_of
from sanctions_rules.engines.compiled.norms import BINDS, LIFTED, MAY_BIND
from sanctions_rules.engines.compiled.program import Regimes, Standing, outcome
from sanctions_rules.engines.interpreter import Settings, Step
from sanctions_rules.facts import Case

D = TypeVar("D", bound=Decision)
_NEW: Final = object.__new__


class Decider(Generic[D]):
    """One question put to case after case. Shared between threads.

    `kind`: the class of the decisions that it gives. `home`: who asks, for whoever has a decision
    and needs more of the law than its program.
    """

    def __init__(
        self, kind: type[D], program: Program, settings: Settings, regimes: tuple[str, ...],
        about: tuple[str, ...] = (), home: object = None,
    ) -> None:  # fmt: skip
        self.home = home
        self._kind = kind
        self._about = about
        self._program = (program, settings)
        self._answer = Regimes(
            CompiledProgram(program, settings), regimes, about, self._answers, bans=True
        ).answer
        self.regimes = regimes
        self.besides = conclude.besides(program, settings, about)
        self._lock = Lock()

    def decide(self, facts: Facts) -> D:
        """Raises FactsError for facts that name what they do not hold."""
        try:
            answers = self._answer(facts)
        except (RecursionError, KeyError):
            return self._by_reference(facts)
        regimes: dict[str, RegimeDecision] = {}
        for regime, answer in answers:
            known = answer.copy()
            known["_facts"] = facts
            regimes[regime] = one = _NEW(RegimeDecision)
            fill(one, known)
        made = _NEW(self._kind)
        fill(made, {"regimes": regimes, "_behind": self, "_facts": facts})
        return made

    def _answers(self, standing: Standing) -> list[tuple[str, dict[str, Any]]]:
        beside = {"_behind": self, "_facts": None}
        return [(regime, _answer(regime, standing) | beside) for regime in self.regimes]

    def _by_reference(self, facts: Facts) -> D:
        """Definitions that are linked more deeply than Python calls may go, or a name of nothing."""
        source = self.source(facts)
        return self._kind(
            regimes={name: conclude.regime_decision(source, name) for name in self.regimes},
            facts_digest=facts_digest(facts.case), _source=source, **self.besides,
        )  # fmt: skip

    def source(self, facts: Facts) -> conclude.Source:
        """The reference on these facts, run once for as long as somebody holds what it found."""
        # Under a lock: with two runs, a thread would derive from the one what another answers by.
        with self._lock:
            decider, held = facts.explained or (None, None)
            found: conclude.Source | None = held() if held and decider is self else None
            if found is None:
                found = self._source_of(facts.case)
                facts.explained = self, ref(found)
            return found

    def _source_of(self, case: Case) -> conclude.Source:
        return conclude.Source.of(self._program[0], case, self._program[1], self._about)

    def derivations(self, of: Decision, one: RegimeDecision) -> tuple[tuple[Finding, Step], ...]:
        """By the reference on the facts as they were read, which need not be checked once more."""
        known = of.__dict__
        facts: Facts = known["_facts"]
        if not (facts.explained and facts.explained[0] is self and facts.explained[1]()):
            try:
                if "_reading" not in known:
                    known["_reading"] = self._source_of(models_of(facts.data))
                    known["_reading"].evaluation.hears_all = False
                return conclude.derivations(known["_reading"], one)
            except Disagreement:
                raise
            except Exception:  # trusted facts that are none: reading them as a case says so
                pass
        return conclude.derivations(self.source(facts), one)

    def found(self, of: Any, name: str) -> Mapping[str, Any]:
        """What lies behind an answer: see `Expanding`."""
        facts: Facts = of.__dict__["_facts"]
        if isinstance(of, RegimeDecision):
            return self._checked(of, self.source(facts))
        match name:
            case "_source":
                return {name: self.source(facts)}
            case "facts_digest":
                return {name: facts_digest(facts.case)}
            case _:
                return self.besides

    def _checked(self, of: RegimeDecision, source: conclude.Source) -> Mapping[str, Any]:
        full = conclude.regime_decision(source, of.regime)
        given = of.outcome, of.fired, of.undecided, of.lifted
        found = full.outcome, full.fired, full.undecided, full.lifted
        if given != found:
            raise Disagreement(
                f"under {of.regime} the compiled engine answers {_text(*given)}, and the reference"
                f" {_text(*found)}: please report this"
            )
        return {**full.__dict__, "_source": source}


def _answer(regime: str, standing: Standing) -> dict[str, Any]:
    """The answer of one regime: ids, each once and in program order."""
    ids: tuple[dict[str, None], ...] = ({}, {}, {})
    for norm, how in standing:
        if norm.regime == regime:
            for flag, held in zip((BINDS, MAY_BIND, LIFTED), ids, strict=True):
                if how & flag:
                    held[norm.id] = None
    fired, undecided, lifted = (tuple(held) for held in ids)
    return {
        "regime": regime, "outcome": outcome(fired, undecided, lifted), "fired": fired,
        "undecided": undecided, "lifted": lifted,
    }  # fmt: skip


def _text(answer: Outcome, *ids: tuple[str, ...]) -> str:
    names = ("fired", "undecided", "lifted")
    parts = (f"{n}: {', '.join(i)}" for n, i in zip(names, ids, strict=True) if i)
    return f"{answer} ({'; '.join(parts) or 'nothing'})"
