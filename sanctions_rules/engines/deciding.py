"""Decisions of the compiled engine: the answer at once, everything behind it by the reference.

The reference is run for a regime when somebody asks for more than its answer, and what it finds
must be that answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from sanctions_rules.canonical import facts_digest
from sanctions_rules.core import Program
from sanctions_rules.decision import Decision, Disagreement, Outcome, RegimeDecision
from sanctions_rules.engines import conclude
from sanctions_rules.engines.compiled import CompiledProgram, Facts
from sanctions_rules.engines.compiled.program import BINDS, LIFTED, MAY_BIND, outcome
from sanctions_rules.engines.compiled.reading import Message
from sanctions_rules.engines.interpreter import Settings

D = TypeVar("D", bound=Decision)
#: Ids of norms that bind, may bind and are lifted, each in program order.
_Found = tuple[dict[str, None], dict[str, None], dict[str, None]]


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
        self._regimes = regimes
        self._bans = CompiledProgram(program, settings).regimes(regimes, about, bans=True)
        self._besides = conclude.besides(program, settings, about)

    def decide(self, facts: Facts) -> D:
        """Raises FactsError for facts that name what they do not hold."""
        try:
            standing = self._bans.run(Message(facts))
        except (RecursionError, KeyError):
            return self._by_reference(facts)
        found: dict[str, _Found] = {}
        for norm, how in standing:
            lists = found.get(norm.regime)
            if lists is None:
                lists = found[norm.regime] = {}, {}, {}
            if how & BINDS:
                lists[0][norm.id] = None
            if how & MAY_BIND:
                lists[1][norm.id] = None
            if how & LIFTED:
                lists[2][norm.id] = None
        behind = _Behind(self, facts)
        return self._kind.begun(
            behind.decision,
            regimes={name: behind.begun(name, found.get(name, _NOTHING)) for name in self._regimes},
        )

    def _by_reference(self, facts: Facts) -> D:
        """Definitions that are linked more deeply than Python calls may go, or a name of nothing."""
        program, settings = self._program
        source = conclude.Source.of(program, facts.case, settings, self._about)
        return self._kind(
            regimes={name: conclude.regime_decision(source, name) for name in self._regimes},
            facts_digest=facts_digest(facts.case), _source=source, **self._besides,
        )  # fmt: skip

    def source(self, facts: Facts) -> conclude.Source:
        return conclude.Source.of(self._program[0], facts.case, self._program[1], self._about)

    @property
    def besides(self) -> Mapping[str, Any]:
        return self._besides


_NOTHING: _Found = ({}, {}, {})


class _Behind:
    """What lies behind the answers to one case: the reference on its facts, run once."""

    __slots__ = ("_decider", "_facts", "_source")

    def __init__(self, decider: Decider[Any], facts: Facts) -> None:
        self._decider = decider
        self._facts = facts
        self._source: conclude.Source | None = None

    @property
    def source(self) -> conclude.Source:
        if self._source is None:
            self._source = self._decider.source(self._facts)
        return self._source

    def decision(self, name: str) -> Mapping[str, Any]:
        if name == "_source":
            return {name: self.source}
        if name == "facts_digest":
            return {name: facts_digest(self._facts.case)}
        return self._decider.besides

    def begun(self, regime: str, found: _Found) -> RegimeDecision:
        fired, undecided, lifted = map(tuple, found)
        answer = outcome(fired, undecided, lifted)
        return RegimeDecision.begun(
            lambda _: self._regime(regime, answer, (fired, undecided, lifted)),
            regime=regime, outcome=answer, fired=fired, undecided=undecided, lifted=lifted,
        )  # fmt: skip

    def _regime(
        self, regime: str, answer: Outcome, given: tuple[tuple[str, ...], ...]
    ) -> dict[str, Any]:
        full = conclude.regime_decision(self.source, regime)
        if (full.outcome, full.fired, full.undecided, full.lifted) != (answer, *given):
            raise Disagreement(
                f"the compiled engine says {answer} under {regime} of these facts, by"
                f" {given}, and the reference {full.outcome}, by"
                f" {(full.fired, full.undecided, full.lifted)}: please report this"
            )
        return dict(full.__dict__)
