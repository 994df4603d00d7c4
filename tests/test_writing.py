"""What is written is read back as the same facts, in every form; a drafted scenario waits for its author."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from command import said
from conftest import all_scenarios

from sanctions_rules.author.writing import FORMS, Draft, facts_text, scenario_text
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case, read_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import merge, read_scenarios, run

ROOT = Path(__file__).resolve().parent.parent

HARD = build_case({
    "id": 'quotes " and \\ and \u202e and \U000e0041 and \n',
    "actor": {"value": "a", "source": "the invoice", "document_ref": "7"},
    "as_of": {"on_or_after": date(2024, 1, 1), "before": date(2024, 2, 1)},
    "licences_held": "none",
    "parties": {"items": [{"id": "a", "name": "NO"}, {"id": "b", "organised_under": "NO"}], "complete": False},
    "goods": [{"id": "g", "carats_each": {"more_than": Decimal("0.50")}, "mined_in": ["RU", "…"],
               "customs_value": {"amount": {"at_least": "1.00", "at_most": "2"}, "currency": "USD"},
               "stone": {"one_of": ["unsorted", "industrial"]}, "produced_on": {"unknown": "not said"},
               "components": [{"id": "c"}]}],
    "act": {"kind": "import", "events": {"entry": "2024-03-01T09:00:00-05:00", "export": "none"}},
    "ownership": {"items": [], "complete": True, "basis": "the register"},
})  # fmt: skip


def read(text: str, form: str) -> Case:
    return read_case(text, form)


@pytest.mark.parametrize("form", FORMS)
def test_hard_facts_come_back_with_their_sources(form: str) -> None:
    assert read(facts_text(HARD, form), form) == HARD


@pytest.mark.parametrize("form", FORMS)
def test_the_facts_of_scenarios_come_back(form: str) -> None:
    cases = [s.case() for s in all_scenarios("uk")[::5]]
    assert len(cases) > 20
    assert not [c for c in cases if read(facts_text(c, form), form) != c]


def test_times_and_numbers_stand_as_such_in_toml_and_yaml() -> None:
    assert "events.entry = 2024-03-01T09:00:00-05:00" in facts_text(HARD, "toml")
    assert "more_than: 0.50" in facts_text(HARD, "yaml")


# -- scenarios -----------------------------------------------------------------------------------


def drafted(folder: Path, case: Case, **more: Any) -> Path:
    file = folder / "new.scenarios.toml"
    file.write_text(scenario_text(Draft("drafted", case, {"us": "PROHIBITED"}, **more)), "utf-8")
    return file


def test_a_draft_holds_the_facts_and_the_question(tmp_path: Path) -> None:
    file = drafted(
        tmp_path, HARD, source="s. 1", about=["us.eo14068"], known_on=date(2024, 2, 1),
        readings={"us.gl83": "own_end"},
    )  # fmt: skip
    (one,) = read_scenarios(file)
    assert one.case() == HARD
    assert (one.name, one.source, one.about) == ("drafted", "s. 1", ("us.eo14068",))
    assert (one.known_on, one.readings) == (date(2024, 2, 1), {"us.gl83": "own_end"})


def test_a_draft_fails_until_its_outcome_is_written(tmp_path: Path, law: Law) -> None:
    file = drafted(tmp_path, read_case(ROOT / "examples" / "vodka" / "case.toml"))
    text = file.read_text("utf-8")
    assert "# The engine says: PROHIBITED" in text
    assert 'source = ""' in text and "# Where does the expected outcome come from?" in text
    (open_one,) = read_scenarios(file)
    assert run(law, open_one).failures == (
        "us: the expected outcome is not confirmed; read the law, and write what it gives",
    )
    file.write_text(text.replace('UNCONFIRMED" }', 'PROHIBITED" }'), "utf-8")
    (confirmed,) = read_scenarios(file)
    assert run(law, confirmed).passed


# -- the command ---------------------------------------------------------------------------------

VODKA = ROOT / "examples" / "vodka" / "case.toml"


def test_scenario_prints_a_draft_that_test_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text, _ = said(
        capsys, "scenario", VODKA, "--regime", "us", "--name", "Vodka", "--source", "s. 1"
    )
    assert code == 0
    assert "# The engine says: PROHIBITED, by us.eo14068 §1(a)(i)(A)" in text
    assert 'expect.us = { outcome = "UNCONFIRMED" }' in text
    file = tmp_path / "vodka.scenarios.toml"
    file.write_text(text, "utf-8")
    code, text, _ = said(capsys, "test", file)
    assert code == 1 and "the expected outcome is not confirmed" in text
    code, text, _ = said(capsys, "test", file, "--format", "junit")
    assert code == 1 and "is not confirmed" in text


def test_scenarios_are_added_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.scenarios.toml"
    for _ in range(2):
        assert said(capsys, "scenario", VODKA, "--regime", "us", "--write", file)[0] == 0
    assert [s.name for s in read_scenarios(file)] == ["case", "case"]


def test_a_record_gives_its_own_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = tmp_path / "records.jsonl"
    asked = ("--regime", "us", "--about", "us.eo14068", "--known-on", "2024-06-01")
    said(capsys, "decide", VODKA, *asked, "--format", "record", "--append", records)
    file = tmp_path / "kept.scenarios.toml"
    assert said(capsys, "scenario", records, "--write", file)[0] == 0
    (one,) = read_scenarios(file)
    assert (one.about, one.known_on, list(one.expect)) == (
        ("us.eo14068",),
        date(2024, 6, 1),
        ["us"],
    )
    assert one.case().goods == read_case(VODKA).goods
    code, _, error = said(capsys, "scenario", records, "--about", "us.eo14068")
    assert code == 2 and "a record says itself what was asked" in error


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--write", "facts.toml"), "a file whose name ends in .scenarios.toml"),
        (("--write", "no/such/x.scenarios.toml"), "there is no folder"),
        (("--about", "us.nothing"), "us.nothing"),
    ],
)
def test_what_cannot_be_drafted_is_wrong_usage(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    code, _, error = said(capsys, "scenario", VODKA, "--regime", "us", *words)
    assert code == 2 and message in error
    assert not list(tmp_path.iterdir())


def test_the_value_of_the_act_laid_over_a_base_leaves_the_rest_of_the_act() -> None:
    """An act with a value alone looks like a fact with its source; it is a group of facts."""
    base = {"act": {"kind": "sale", "value": {"amount": 1, "currency": "USD"}}}
    over = {"act": {"value": {"amount": 2, "currency": "USD"}}}
    assert merge(base, over) == {"act": {"kind": "sale", **over["act"]}}
