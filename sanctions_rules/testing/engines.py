"""The engines of this library as the agreement run and the self-test ask them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sanctions_rules import __version__
from sanctions_rules.core import Program
from sanctions_rules.engines.answers import reference
from sanctions_rules.engines.conformance import CAPABILITIES, Answers
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.facts import Case


@dataclass(frozen=True)
class Interpreter:
    """The reference interpreter itself."""

    name: str = "interpreter"
    version: str = __version__
    capabilities: frozenset[str] = CAPABILITIES

    def answers(self, program: Program, settings: Settings, cases: Sequence[Case]) -> list[Answers]:
        return [reference(program, case, settings, program.regimes) for case in cases]
