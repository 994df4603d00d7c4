"""Hypothesis strategies of rulebooks, programs and cases, by the same grammar as the seeded generator.

    @given(st.data())
    def test_mine(data):
        program = data.draw(programs())
        case = data.draw(cases_for(program))

Hypothesis makes smaller what fails: every choice is plainer the lower it is.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sanctions_rules.core import Program
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case
from sanctions_rules.testing.choices import Draw
from sanctions_rules.testing.drawn import Witness
from sanctions_rules.testing.grammar import program_by, settings_by
from sanctions_rules.testing.mentioned import Mentioned
from sanctions_rules.testing.rulebooks import RulebookText, rulebook_by


class Chosen(Draw):
    """Choices that Hypothesis makes."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def below(self, count: int) -> int:
        return self._draw(st.integers(0, count - 1))


@st.composite
def programs(draw: st.DrawFn, favour: str | None = None) -> Program:
    """Small well-typed programs. `favour`: an operator that they are to have more of."""
    return program_by(Chosen(draw), favour)


@st.composite
def rulebooks(draw: st.DrawFn) -> RulebookText:
    """Small rulebooks as an author writes them. Each compiles: `compile_rulebook(drawn.files())`."""
    return rulebook_by(Chosen(draw))


@st.composite
def settings_for(draw: st.DrawFn, program: Program) -> Settings:
    """What may be asked of the program: the law as known on a day, and its readings."""
    return settings_by(Chosen(draw), program)


@st.composite
def facts_for(draw: st.DrawFn, program: Program) -> dict[str, Any]:
    """The facts of a case near what the program mentions, as plain data for `build_case`."""
    return Witness(Mentioned.by(program)).case(Chosen(draw))


def cases_for(program: Program) -> st.SearchStrategy[Case]:
    """Cases near what the program mentions: every form of fact, thresholds, unknowns, ranges."""
    return facts_for(program).map(build_case)
