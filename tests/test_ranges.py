"""Ranges of times: what holds no moment is refused when it is read, and never reaches an engine."""

from __future__ import annotations

from typing import Any

import pytest
from small import BAN, facts, law_of

from sanctions_rules.diagnostics import FactsError
from sanctions_rules.read import build_case

NIGHT = "2024-05-03T20:00:00+00:00"
MORNING = "2024-05-03T10:00:00+00:00"


@pytest.mark.parametrize(
    "given",
    [
        {"after": "2024-05-03", "before": "2024-05-04"},
        {"on_or_after": "2024-05-04", "before": "2024-05-04"},
        {
            "on_or_after": "2024-05-04",
            "on_or_before": NIGHT,
        },  # the third by every clock to the west
        {"on_or_after": MORNING, "on_or_before": "2024-05-02"},
        {"after": MORNING, "before": MORNING},
    ],
)
def test_no_moment_lies_in_it(given: dict[str, Any]) -> None:
    with pytest.raises(FactsError, match=r"range is empty|no moment lies between"):
        build_case(facts(on=given))


@pytest.mark.parametrize(
    "given",
    [
        {"on_or_after": "2024-05-03", "on_or_before": "2024-05-03"},
        {"after": "2024-05-03", "before": "2024-05-05"},
        {"on_or_after": "2024-05-03", "on_or_before": NIGHT},
        {"on_or_after": MORNING, "on_or_before": "2024-05-04"},
        {"on_or_after": MORNING, "on_or_before": MORNING},
        {"on_or_after": "2024-05-03", "on_or_before": "2024-05-20"},
        {"before": "2024-05-03"},
    ],
)
def test_some_moment_does(given: dict[str, Any]) -> None:
    law, case = law_of(BAN), build_case(facts(on=given))
    assert law.decide(case)["zz"].outcome is law.decide(case, engine="interpreter")["zz"].outcome


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (facts(on={}), "the range has no end"),
        (facts(good={"carats_each": {}}), "the range has no end"),
        (facts(good={"category": {"one_of": []}}), "is a list of the words"),
        (facts(good={"category": {"one_of": "diamond"}}), "is a list of the words"),
    ],
)
def test_a_range_without_ends_and_one_of_nothing_are_refused(
    given: dict[str, Any], said: str
) -> None:
    with pytest.raises(FactsError, match=said):
        build_case(given)
