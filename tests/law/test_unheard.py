"""A recorded judgement that no rule asked for is named in the answer, never dropped in silence.

Regulation 7(4) is judged only of who has a tie to a designated person (docs/decisions.md says
why). A file that records "yes" of somebody without any must be told that it was not heard.
"""

from __future__ import annotations

from conftest import all_scenarios

import sanctions_rules as sr
from sanctions_rules.scenario import Scenario

UNTIED = "reg 7: no stake and no direction now, but found able to be run as a listed person wishes"
DIRECTED = "uk.able_to_be_run_as_a_designated_person_wishes of target"


def named(name: str) -> Scenario:
    return next(s for s in all_scenarios("uk") if s.name == name)


def answer(name: str) -> sr.Decision:
    return sr.load("uk").decide(named(name).case())


def test_a_yes_without_a_tie_is_named_in_every_explanation() -> None:
    decision = answer(UNTIED)
    assert decision["uk"].unheard == (DIRECTED,)
    line = f"Recorded judgements on which nothing turned here: {DIRECTED}."
    assert line in " ".join(decision.explain().split())


def test_who_has_a_tie_is_asked() -> None:
    assert not answer("reg 7: 60 percent of shares held by a listed person")["uk"].unheard
