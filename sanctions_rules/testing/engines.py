"""The engines of this library as the agreement run and the self-test ask them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sanctions_rules.canonical import canonical
from sanctions_rules.core import Program
from sanctions_rules.engines.answers import reference
from sanctions_rules.engines.compiled import VERSION as COMPILED
from sanctions_rules.engines.compiled import CompiledProgram, Facts, read_facts
from sanctions_rules.engines.conclude import ENGINE_VERSION
from sanctions_rules.engines.conformance import CAPABILITIES, Answers
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.facts import Case


@dataclass(frozen=True)
class Interpreter:
    """The reference interpreter itself."""

    name: str = "interpreter"
    version: str = ENGINE_VERSION
    capabilities: frozenset[str] = CAPABILITIES

    def answers(self, program: Program, settings: Settings, cases: Sequence[Case]) -> list[Answers]:
        return [reference(program, case, settings, program.regimes) for case in cases]


@dataclass(frozen=True)
class Compiled:
    """The compiled engine. `from_text`: facts through its own reader of JSON, not from a case."""

    from_text: bool = False
    version: str = COMPILED
    capabilities: frozenset[str] = CAPABILITIES - {"missing"}

    @property
    def name(self) -> str:
        return "compiled from text" if self.from_text else "compiled"

    def answers(self, program: Program, settings: Settings, cases: Sequence[Case]) -> list[Answers]:
        made = CompiledProgram(program, settings)
        facts = (read_facts(canonical(c)) if self.from_text else Facts.of(c) for c in cases)
        return [made.answers(one, program.regimes) for one in facts]
