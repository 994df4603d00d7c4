"""The number of a specific licence has the form that its authority gives, where that form is known."""

from __future__ import annotations

import pytest

from sanctions_rules.diagnostics import FactsError
from sanctions_rules.facts import Case
from sanctions_rules.read import read_case


def held(authority: str, number: str) -> Case:
    return read_case(
        f'[[licences_held]]\nid = "l"\nauthority = "{authority}"\nnumber = "{number}"\n',
        format="toml",
    )


@pytest.mark.parametrize(
    ("authority", "number"),
    [
        ("OFSI", "INT/2022/1947936"), ("OFSI", "INT/2024/4423849"), ("DBT", "GBSAN0002"),
        ("DBT", "a number of another series"), ("OFAC", "RUSSIA-EO14024-2024-1"), ("OFAC", "X-1"),
        ("Commerce", "D1234567"), ("BAFA", "2024/17"), ("SECO", "1947936"),
        ("HM Treasury", "INT-2022-1947936"),
    ],
)  # fmt: skip
def test_numbers_that_are_taken(authority: str, number: str) -> None:
    (licence,) = held(authority, number).licences_held or ()
    assert licence.number == number


@pytest.mark.parametrize(
    ("authority", "number", "said"),
    [
        ("OFSI", "INT/22/1947936", "`INT/22/1947936` is no number of a licence of OFSI"),
        ("OFSI", "INT/2022/19479", "`INT/2022/19479` is no number of a licence of OFSI"),
        ("OFSI", "GBSAN0002", "`GBSAN0002` is no number of a licence of OFSI"),
        ("HM Treasury", "INT/2022/194793", "`INT/2022/194793` is no number of a licence of OFSI"),
        ("DBT", "GBSAN2", "`GBSAN2` is no number of a UK general trade licence"),
        ("DBT", "GBSAN00021", "`GBSAN00021` is no number of a UK general trade licence"),
    ],
)
def test_numbers_of_another_form(authority: str, number: str, said: str) -> None:
    with pytest.raises(FactsError) as caught:
        held(authority, number)
    (problem,) = caught.value.problems
    assert (problem.code, problem.message, problem.path) == (
        "licence-number", said, "licences_held[0].number",
    )  # fmt: skip
    assert problem.help.startswith("such a number looks like ")
    assert problem.span is not None


def test_an_authority_or_number_that_is_not_stated_is_not_judged() -> None:
    assert read_case('[[licences_held]]\nid = "l"\nauthority = "OFSI"\n', format="toml")
    assert read_case('[[licences_held]]\nid = "l"\nnumber = "anything"\n', format="toml")
