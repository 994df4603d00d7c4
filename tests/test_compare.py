"""One case under three invented laws: rows, causes, the line of time, and where it is asked."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regimes import RULES, case, law, stone
from test_cli import Run, run

from sanctions_rules.cli import FINDINGS, OK, USAGE
from sanctions_rules.compare import Cause, Comparison
from sanctions_rules.compare.moving import STEPS, Movable
from sanctions_rules.decision import Outcome
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.facts import Case
from sanctions_rules.scenario import read_scenarios
from sanctions_rules.scenario import run as run_scenario
from sanctions_rules.schema import COLLECTIONS, find, paths
from sanctions_rules.themes import THEMES, cause_of

__all__ = ["run"]  # a fixture


def why(compared: Comparison) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in compared.differences:
        found.setdefault(str(one.cause), []).append(one.sentence)
    return found


def compare(given: Case, *regimes: str, **more: Any) -> Comparison:
    return law().compare(given, regimes=regimes or None, **more)


# -- rows ----------------------------------------------------------------------------------------


def test_a_row_says_what_decides_since_when_and_by_which_figure() -> None:
    row = compare(stone())["aa"]
    assert row.outcome is Outcome.PROHIBITED
    assert [p.id for p in row.provisions] == ["aa.act §3"]
    assert row.provisions[0].interval == "from 2024-09-01, no end stated"
    assert row.thresholds == (
        "the weight of each stone of “stone” is at least 0.5 carat (given: 0.7 carat)",
    )


def test_a_row_names_the_licence_and_the_exception() -> None:
    old = compare(stone(outside_russia_since="2024-01-01"))
    assert [p.id for p in old["aa"].relief] == ["aa.gl1"]
    assert [p.id for p in old["bb"].relief] == ["bb.act §3"]
    assert old["aa"].outcome is Outcome.AUTHORISED
    assert old["bb"].outcome is Outcome.NOT_PROHIBITED


def test_text_that_was_not_verified_or_read_second_hand_is_marked() -> None:
    assert compare(stone())["bb"].unverified == ("bb.act §2",)
    through = compare(stone("2024-02-01", mined_in=["BW"], transited=["RU"]))
    assert through["bb"].secondary == ("bb.act §1",)
    assert any("secondary sources only" in text for text in through["bb"].warnings)
    assert not through["cc"].secondary


def test_where_nothing_decides_the_nearest_text_is_named_and_its_checking_too() -> None:
    small = compare(stone(carats_each="0.6"), "aa", "bb")["bb"]
    assert not small.provisions
    assert [p.id for p in small.nearest] == ["bb.act §2"]
    assert small.unverified == ("bb.act §2",)


def test_what_is_missing_is_in_words_and_by_place() -> None:
    row = compare(stone(carats_each=None))["aa"]
    assert row.outcome is Outcome.UNDETERMINED
    assert row.missing_facts == ("goods[0].carats_each",)
    assert len(row.missing) == 1


def test_a_stale_answer_says_so() -> None:
    row = compare(stone("2031-01-01"))["aa"]
    assert row.stale
    assert any("Stale" in text for text in row.warnings)


# -- causes --------------------------------------------------------------------------------------


def test_date_in_force_in_one_and_not_yet_in_the_other() -> None:
    found = why(compare(stone("2023-06-01", country_of_origin="RU")))
    assert found == {"date": [
        "Date: Arcadia, A. s. 1: in force from 2022-03-11, no end stated; Borduria, B. art. 1:"
        " not yet in force on that day (from 2024-01-01, no end stated).",
        "Date: Arcadia, A. s. 1: in force from 2022-03-11, no end stated; Cimmeria, C. r. 1:"
        " not yet in force on that day (from 2024-01-01, no end stated).",
    ]}  # fmt: skip


def test_threshold_names_the_figures_of_both_sides() -> None:
    (text,) = why(compare(stone(carats_each="0.6"), "aa", "bb"))["threshold"]
    assert "A. s. 3: the weight of each stone of “stone” is at least 0.5 carat" in text
    assert "B. art. 2: the weight of each stone of “stone” is not at least 0.7 carat" in text
    assert "given: 0.6 carat" in text


def test_two_texts_that_come_equally_near_give_a_cause_each() -> None:
    found = why(compare(stone("2024-04-15"), "aa", "bb"))
    assert set(found) == {"date", "threshold"}


def test_origin_test_where_one_law_looks_at_the_way_that_the_goods_took() -> None:
    found = why(compare(stone("2024-02-01", mined_in=["BW"], transited=["RU"])))
    assert set(found) == {"origin_test"}
    assert "passed include RU" in found["origin_test"][0]
    assert "the declared country of origin of “stone” is not RU" in found["origin_test"][0]


def test_scope_where_a_regime_has_no_text_of_the_measure() -> None:
    found = why(compare(stone(), "aa", "cc"))
    assert set(found) == {"scope"}
    assert "no text of the measure “diamonds third country”" in found["scope"][0]


def test_form_of_the_exception_and_the_date_of_a_licence_that_ended() -> None:
    assert set(why(compare(stone(outside_russia_since="2024-01-01"), "aa", "bb"))) == {
        "exception_form"
    }
    later = why(compare(stone("2025-10-15", outside_russia_since="2024-01-01"), "aa", "bb"))
    assert set(later) == {"date", "exception_form"}
    assert "A. GL 1: no longer in force on that day" in later["date"][0]


def holder(**stakes: str) -> Case:
    parties = [
        {"id": "firm", "listings": []},
        *({"id": name, "listings": [{"list": "sdn"}]} for name in stakes),
    ]
    owners = [
        {"owner": name, "asset": "firm", "percent": share, "basis": "shares", "is_indirect": False,
         "held_from": "none", "held_until": "none"}
        for name, share in stakes.items()
    ]  # fmt: skip
    act = {"kind": "payment", "recipients": ["firm"], "events": {"conduct": "2024-09-01"}}
    return case(act, [], parties=parties, ownership=owners)


@pytest.mark.parametrize("stakes", [{"one": "50"}, {"one": "25", "two": "25"}])
def test_ownership_test_names_both_rules(stakes: dict[str, str]) -> None:
    compared = compare(holder(**stakes), "aa", "cc")
    assert compared["aa"].outcome is Outcome.PROHIBITED
    assert compared["cc"].outcome is Outcome.NOT_PROHIBITED
    found = why(compared)
    assert set(found) == {"ownership_test"}
    assert "at least 50 percent of shares, together" in found["ownership_test"][0]
    assert "more than 50 percent of shares, singly" in found["ownership_test"][0]


def test_a_person_that_one_law_lists_and_nobody_owns_is_no_ownership_test() -> None:
    listed = case(
        {"kind": "payment", "recipients": ["firm"], "events": {"conduct": "2024-09-01"}}, [],
        parties=[{"id": "firm", "listings": [{"list": "sdn"}]}], ownership=[],
    )  # fmt: skip
    assert not compare(listed, "aa", "cc").differences


def bar(**actor: str) -> Case:
    return case(
        {"kind": "purchase", "events": {"conduct": "2024-09-01"}},
        [{"id": "bar", "category": "gold", "attestations": [], "produced_in": ["CH"]}],
        actor="buyer", parties=[{"id": "buyer", "type": "company", **actor}],
    )  # fmt: skip


def test_evidence_and_who_is_bound() -> None:
    found = why(compare(bar(organised_under="US"), "aa", "bb"))
    assert set(found) == {"evidence"}
    signed = case(
        {"kind": "purchase", "events": {"conduct": "2024-09-01"}},
        [{"id": "bar", "category": "gold", "attestations": ["mill_test_certificate"]}],
        actor="buyer", parties=[{"id": "buyer", "type": "company", "organised_under": "DE"}],
    )  # fmt: skip
    assert set(why(compare(signed, "aa", "bb"))) == {"who_is_bound"}


def test_without_a_measure_the_nearest_text_about_such_an_act_answers() -> None:
    """Cimmeria's gold rule names no measure; that of Borduria speaks of such an act too."""
    refined = case(
        {"kind": "purchase", "events": {"conduct": "2022-07-21"}},
        [{"id": "bar", "category": "gold", "attestations": [], "produced_in": ["RU"]}],
    )  # fmt: skip
    assert set(why(compare(refined, "bb", "cc"))) == {"date", "evidence"}
    later = case(
        {"kind": "purchase", "events": {"conduct": "2024-07-21"}},
        [{"id": "bar", "category": "gold", "attestations": [], "produced_in": ["RU"]}],
    )  # fmt: skip
    assert set(why(compare(later, "bb", "cc"))) == {"evidence"}


def oil(price: str) -> Case:
    goods = [{
        "category": "crude_oil", "price_per_barrel": {"amount": price, "currency": "USD"},
    }]  # fmt: skip
    act = {
        "kind": "service", "value": {"amount": "100", "currency": "USD"},
        "events": {"service": "2026-03-01", "loading": "2026-02-20"},
    }  # fmt: skip
    return case(act, goods, performed=[])


def test_one_exception_with_two_figures_is_a_threshold() -> None:
    found = why(compare(oil("50"), "aa", "bb"))
    assert set(found) == {"threshold"}
    assert "44.10 USD" in found["threshold"][0]
    assert "60 USD" in found["threshold"][0]


def test_a_duty_in_place_of_a_ban_is_scope() -> None:
    compared = compare(oil("50"), "bb", "cc")
    assert compared["cc"].duties
    assert "a duty (payment), and no prohibition" in why(compared)["scope"][0]


def test_regimes_that_agree_have_no_cause() -> None:
    compared = compare(stone(carats_each="1.2"), "aa", "bb")
    assert not compared.causes
    assert "same answer" in compared.explain()


# -- themes --------------------------------------------------------------------------------------


def test_every_name_in_the_table_of_themes_is_a_fact() -> None:
    for name in THEMES:
        head, _, rest = name.partition(".")
        model = COLLECTIONS.get(head) if rest else None
        found = find(model or Case, tuple((rest if model else name).split(".")))
        assert hasattr(found, "declared"), name


def test_every_fact_has_a_theme_and_every_theme_a_fact() -> None:
    assert {cause_of(_own(path)) for path, _ in paths()} == set(Cause)


def _own(path: str) -> str:
    """`goods[].carats_each` as a line names it: `goods.carats_each`."""
    owner, inner, name = path.rpartition("[].")
    return f"{owner.rpartition('.')[2]}.{name}" if inner else path


# -- the line of time ----------------------------------------------------------------------------

FIRST, LAST = date(2024, 2, 1), date(2025, 10, 1)


def by_day(given: Case, regime: str, first: date = FIRST, last: date = LAST) -> dict[date, Outcome]:
    """The naive answer: the case decided anew with its act on each day."""
    movable = Movable.of(given)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {day: law().decide(movable.to(day), regimes=[regime])[regime].outcome for day in days}


@pytest.mark.parametrize("drawn", [
    pytest.param(stone(), id="left late"),
    pytest.param(stone(outside_russia_since="2024-01-01"), id="old stock"),
    pytest.param(stone(outside_russia_since=None), id="not known when it left"),
    pytest.param(stone(carats_each={"at_least": "0.4", "at_most": "0.9"}), id="a range"),
])  # fmt: skip
@pytest.mark.parametrize("regime", ["aa", "bb"])
def test_the_stretches_are_those_of_a_scan_day_by_day(drawn: Case, regime: str) -> None:
    scanned(drawn, regime, FIRST, LAST)


def scanned(given: Case, regime: str, first: date, last: date) -> None:
    line = compare(given, regime, from_=first, to=last).timeline
    assert line is not None
    stretches = line[regime]
    assert (stretches[0].first, stretches[-1].last) == (first, last)
    split = {one.first for one in stretches if one.since}
    for day, outcome in by_day(given, regime, first, last).items():
        told = {s.outcome for s in stretches if s.first <= day <= s.last}
        if day in split:  # the day alone leaves the hour open, and the stretches do not
            assert outcome is Outcome.UNDETERMINED
            assert len(told) == 2
        else:
            assert told == {outcome}, day
    for one, following in pairwise(stretches):
        gap = timedelta(0) if following.since else timedelta(days=1)
        assert following.first - one.last == gap
        assert (one.outcome, one.answer) != (following.outcome, following.answer)


_SOME_DAY = st.dates(date(2023, 12, 1), date(2025, 12, 1))


@settings(max_examples=12, deadline=None)
@given(
    on=_SOME_DAY, first=_SOME_DAY, days=st.integers(0, 90), left=st.none() | _SOME_DAY,
    carats=st.sampled_from(["0.4", "0.5", "0.7", "1.0", None]),
    origin=st.sampled_from(["RU", "IN"]), regime=st.sampled_from(["aa", "bb", "cc"]),
)  # fmt: skip
def test_any_stone_turns_on_the_days_that_a_scan_finds(
    on: date, first: date, days: int, left: date | None, carats: str | None, origin: str,
    regime: str,
) -> None:  # fmt: skip
    drawn = stone(
        on.isoformat(), outside_russia_since=left and left.isoformat(), carats_each=carats,
        country_of_origin=origin,
    )  # fmt: skip
    scanned(drawn, regime, first, first + timedelta(days=days))


def test_a_change_names_the_text_that_brings_it_and_its_clock_time() -> None:
    old = compare(stone(outside_russia_since="2024-01-01"), "aa", from_=FIRST, to=LAST)
    assert old.timeline is not None
    told = [(s.first, s.outcome, s.since, [i for i, _ in s.brought_by]) for s in old.timeline["aa"]]
    assert told == [
        (FIRST, Outcome.NOT_PROHIBITED, "", []),
        (date(2024, 9, 1), Outcome.AUTHORISED, "", ["aa.act §3", "aa.gl1"]),
        (date(2025, 9, 1), Outcome.PROHIBITED, "after 2025-09-01 00:01 EDT", ["aa.gl1"]),
    ]


def test_the_steps_of_an_act_move_together_and_all_else_stays() -> None:
    moved = Movable.of(oil("50")).to(date(2026, 6, 10))
    assert moved.act.events.service == date(2026, 6, 10)
    assert moved.act.events.loading == date(2026, 6, 1)
    assert moved.goods == oil("50").goods
    fixed = Movable.of(stone()).to(date(2020, 1, 1))
    assert fixed.goods is not None
    assert fixed.goods[0].outside_russia_since == date(2024, 9, 10)
    assert set(STEPS) < set(type(moved.act.events).declarations)


def test_an_act_without_a_day_is_given_one() -> None:
    undated = case({"kind": "import"}, [{"category": "diamond", "country_of_origin": "RU"}])
    line = compare(undated, "cc", from_=date(2023, 12, 1), to=LAST).timeline
    assert line is not None
    assert [s.first for s in line["cc"]] == [date(2023, 12, 1), date(2024, 1, 1)]
    assert line.moved == ("act.events.conduct",)


def test_a_duty_that_begins_is_a_change() -> None:
    line = compare(oil("50"), "cc", from_=date(2022, 11, 1), to=date(2023, 2, 1)).timeline
    assert line is not None
    assert [(s.first, s.outcome) for s in line["cc"]] == [
        (date(2022, 11, 1), Outcome.NOT_PROHIBITED), (date(2022, 12, 5), Outcome.NOT_PROHIBITED),
    ]  # fmt: skip
    assert line["cc"][1].answer == ("duty owed: payment",)


def test_a_range_has_two_ends_in_order() -> None:
    with pytest.raises(ValueError, match="two ends"):
        compare(stone(), from_=FIRST)
    with pytest.raises(ValueError, match="backwards"):
        compare(stone(), from_=LAST, to=FIRST)


# -- at home -------------------------------------------------------------------------------------


def test_each_regime_may_be_asked_of_the_act_at_its_own_home() -> None:
    homes = {"aa": "US", "bb": "DE"}
    compared = compare(bar(organised_under="US"), "aa", "bb", homes=homes)
    german = compared.decisions[1].source.case
    assert german.parties[0].organised_under == "DE"
    assert german.goods[0].produced_in.items == ("CH",)
    assert compared.decision("aa").outcome is Outcome.PROHIBITED
    assert "US for aa and DE for bb" in compared.explain()
    with pytest.raises(LookupError, match="not asked"):
        compare(stone(), "aa", homes={"bb": "DE"})


# -- scenarios -----------------------------------------------------------------------------------

SCENARIO = """
[[scenario]]
name = "a stone"
source = "the test"
expect.aa = {{ outcome = "PROHIBITED" }}
expect.cc = {{ outcome = "NOT_PROHIBITED" }}
expect.compare = {{ {expected} }}
home = {{ aa = "US", cc = "{home}" }}
[scenario.facts]
licences_held = "none"
[scenario.facts.act]
kind = "import"
destination = "US"
events.conduct = 2024-10-15
[[scenario.facts.goods]]
category = "diamond"
country_of_origin = "IN"
mined_in = ["RU"]
carats_each = 0.7
outside_russia_since = 2024-09-10
"""


def written(folder: Path, expected: str, home: str = "GB") -> Path:
    file = folder / "three.scenarios.toml"
    file.write_text(SCENARIO.format(expected=expected, home=home), encoding="utf-8")
    return file


def test_a_scenario_may_expect_causes(tmp_path: Path) -> None:
    (right,) = read_scenarios(written(tmp_path, 'causes = ["scope"]'))
    assert right.expect.keys() == {"aa", "cc"}
    assert run_scenario(law(), right).passed
    (wrong,) = read_scenarios(written(tmp_path, 'causes = ["scope", "date"]'))
    (failure,) = run_scenario(law(), wrong).failures
    assert failure.startswith("compare: `date` is no cause why they differ; these are: Scope: ")


@pytest.mark.parametrize(("expected", "home", "code", "help"), [
    ('causes = ["origin test"]', "GB", "unknown-cause", "origin_test"),
    ('cause = ["date"]', "GB", "unknown-field", "causes"),
    ('causes = "date"', "GB", "wrong-shape", ""),
    ('causes = ["date"]', "EU", "unknown-country", "ISO 3166-1"),
])  # fmt: skip
def test_a_scenario_that_expects_what_there_is_not(
    tmp_path: Path, expected: str, home: str, code: str, help: str
) -> None:
    with pytest.raises(FactsError) as caught:
        read_scenarios(written(tmp_path, expected, home))
    (problem,) = caught.value.problems
    assert problem.code == code
    assert help in problem.help


# -- the command ---------------------------------------------------------------------------------

CASE = {
    "act": {"kind": "import", "destination": "US", "events": {"conduct": "2024-10-15"}},
    "goods": [{"category": "diamond", "country_of_origin": "IN", "mined_in": ["RU"],
               "carats_each": "0.6", "transited": [], "outside_russia_since": "2024-09-10"}],
    "licences_held": "none",
}  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    rules, facts = tmp_path / "three.rules", tmp_path / "case.json"
    rules.write_text(RULES, encoding="utf-8")
    facts.write_text(json.dumps(CASE), encoding="utf-8")
    return rules, facts


def test_the_command_compares(run: Run, files: tuple[Path, Path]) -> None:
    rules, facts = files
    done = run("compare", facts, "--rules", rules, "--from", "2024-01-01", "--to", "2025-01-01")
    assert done.code == FINDINGS
    assert "Threshold: Arcadia, A. s. 3" in " ".join(done.out.split())
    assert "[x] 2024-09-01 to 2025-01-01: Prohibited" in done.out
    assert run("compare", facts, "--rules", rules, "--regime", "cc").code == OK
    data = json.loads(run("compare", facts, "--rules", rules, "--format", "json").out)
    assert data["causes"] == ["scope", "threshold"]
    assert run("compare", facts, "--rules", rules, "--format", "html").out.startswith("<!doctype")
    assert run("compare", facts, "--rules", rules, "--format", "markdown").out.startswith("# ")


@pytest.mark.parametrize(("words", "said"), [
    (["--from", "2024-01-01"], "two ends"),
    (["--from", "2024-01-01", "--to", "2023-01-01"], "before the first"),
    (["--regime", "dd"], "no rulebook for `dd`"),
    (["--home", "aa=EU"], "REGIME=COUNTRY"),
    (["--home", "dd=DE"], "not asked"),
])  # fmt: skip
def test_the_command_refuses(
    run: Run, files: tuple[Path, Path], words: list[str], said: str
) -> None:
    rules, facts = files
    done = run("compare", facts, "--rules", rules, *words)
    assert done.code == USAGE
    assert said in done.err


def test_the_schema_is_published(run: Run) -> None:
    assert json.loads(run("schema", "comparison").out)["title"] == "Comparison"
