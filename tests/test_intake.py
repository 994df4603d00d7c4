"""One intake for several regimes: each fact once, the most useful first, and exact answers."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from command import said
from conftest import all_scenarios
from small import BAN, law_of

from sanctions_rules.decision import Outcome
from sanctions_rules.facts import Case, Listed, Range
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.rulebooks.intake import FEW, interview
from sanctions_rules.rulebooks.oracle import Oracle
from sanctions_rules.scenario import Scenario
from sanctions_rules.view import Leaf

ROOT = Path(__file__).resolve().parent.parent

#: What three regimes ban: each asks for the sort of the good, and for something of its own.
CONDITIONS = {
    "aa": "good.category is diamond and good.carats_each is at least 1.0 carat",
    "bb": "good.category is diamond and good.carats_each is at least 0.5 carat",
    "cc": "good.category is gold and good.mined_in includes RU",
}


def text_of(regime: str, condition: str) -> str:
    return f"""
instrument {regime}.head "The regime of {regime}"
  cites "test"
  clock America/New_York
  current through 2030-01-01 1
end
instrument {regime}.act "An act"
  cites "the act"
  issued 2020-01-01 by Treasury
end
provision {regime}.act §1 "The ban"
  cites "s. 1 of {regime}"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when {condition}
end
"""


@pytest.fixture(scope="module")
def three() -> Law:
    texts = {f"{r}.rules": text_of(r, c).encode() for r, c in CONDITIONS.items()}
    return Law(compile_rulebook(texts))


def case(**facts: Any) -> Case:
    return build_case(facts, closed_by="the test")


def shipment(**good: Any) -> Case:
    act = {"kind": "import", "destination": "US", "events": {"entry": "2024-06-01"}}
    return case(act=act, goods=[{"id": "stone", **good}], licences_held="none")


def places(found: Any) -> list[str]:
    return [str(one.leaf) for one in found.needed]


# -- what is needed ------------------------------------------------------------------------------


def test_each_fact_stands_once_with_every_regime_that_waits_for_it(three: Law) -> None:
    found = three.intake(shipment())
    assert found.open == ("aa", "bb", "cc")
    assert len(set(places(found))) == len(places(found)) == 3
    by_place = {str(one.leaf): one for one in found.needed}
    assert by_place["goods[0].category"].waits == {
        "aa": ("aa.act §1",), "bb": ("bb.act §1",), "cc": ("cc.act §1",),
    }  # fmt: skip
    assert by_place["goods[0].carats_each"].regimes == ("aa", "bb")
    assert by_place["goods[0].mined_in"].regimes == ("cc",)
    assert by_place["goods[0].category"].text == "What is the category of stone?"


def test_what_most_regimes_wait_for_is_asked_first(three: Law) -> None:
    found = three.intake(shipment())
    assert found.next_question is found.needed[0]
    assert places(found)[0] == "goods[0].category"


def test_a_settled_regime_asks_for_nothing_more(three: Law) -> None:
    found = three.intake(shipment(category="diamond"))
    assert found.decision["cc"].outcome is Outcome.NOT_PROHIBITED
    assert found.open == ("aa", "bb")
    assert places(found) == ["goods[0].carats_each"]
    heavy = three.intake(shipment(category="diamond", carats_each="2.0"))
    assert (heavy.open, heavy.needed, heavy.next_question) == ((), (), None)


def test_what_nobody_can_answer_is_not_asked_again(three: Law) -> None:
    found = three.intake(shipment(category="diamond"), unanswered=["goods[0].carats_each"])
    assert found.decision["aa"].outcome is Outcome.UNDETERMINED
    assert found.needed == ()


def test_only_the_regimes_that_are_asked(three: Law) -> None:
    found = three.intake(shipment(), regimes=["cc"])
    assert [one.regimes for one in found.needed] == [("cc",), ("cc",)]
    with pytest.raises(LookupError, match="no rulebook for `dd`"):
        three.intake(shipment(), regimes=["dd"])


def test_text_that_the_rulebook_lacks_is_not_asked_for() -> None:
    gap = '\n  unencoded "the annex was not read"\nend'
    law = law_of(BAN.removesuffix("end\n").rstrip() + gap)
    assert law.intake(shipment(category="diamond")).needed == ()


def test_beside_the_outcome_only_where_it_is_wanted() -> None:
    duty = """
provision zz.act §3 "Certificate"
  cites "s. 3"
  checked primary
  in force from 2024-01-01, no end stated
  requires self_certification of good to Customs
    at act.events.entry
  when good.category is gold
  met when good.attestations includes mill_test_certificate
end
"""
    law = law_of(BAN + duty)
    gold = shipment(category="gold")
    assert law.intake(gold).needed == ()
    found = law.intake(gold, beside=True)
    assert places(found)[0] == "goods[0].attestations"
    assert found.needed[0].waits == {"zz": ("zz.act §3",)}
    ended = interview(law.decide, gold, beside=True)
    assert ended.unanswered == ("goods[0].attestations", "as_of")
    assert interview(law.decide, gold).unanswered == ()


# -- the answers of one who knows ----------------------------------------------------------------


def told(full: Case, known: Case, place: str, need: str = "fact") -> Case:
    made = Oracle(full).told(known, Leaf(place, need))
    assert made is not None
    return made


def test_a_list_of_things_tells_their_names_and_whether_these_are_all() -> None:
    full = case(goods=[{"id": "a", "category": "gold"}, {"id": "b", "category": "diamond"}])
    known = told(full, Case(), "goods")
    assert known.goods is not None and known.goods.complete
    assert [(g.id, g.category) for g in known.goods] == [("a", None), ("b", None)]
    assert told(full, known, "goods[1].category").goods[1].category == "diamond"  # type: ignore[index]
    some = case(goods={"items": [{"id": "a"}], "complete": False})
    open_list = told(some, Case(), "goods")
    assert open_list.goods is not None and not open_list.goods.complete
    assert Oracle(some).told(open_list, Leaf("goods", "completeness")) is None


def test_records_without_a_name_are_told_whole() -> None:
    listing = {"list": "sdn", "authority": "OFAC"}
    full = case(parties=[{"id": "bank", "listings": [listing]}])
    known = told(full, told(full, Case(), "parties"), "parties[0].listings")
    assert known.parties == full.parties


def test_what_is_named_is_known_to_be_there_and_keeps_its_facts_when_the_list_is_told() -> None:
    full = case(actor="b", parties=[{"id": "a"}, {"id": "b", "organised_under": "US"}])
    known = told(full, Case(), "actor")
    assert known.actor == "b" and known.parties is not None and not known.parties.complete
    known = told(full, known, "parties[0].organised_under")  # the second of the oracle's
    assert known.parties is not None and known.parties[0].organised_under == "US"
    known = told(full, known, "parties", "completeness")
    assert known.parties == full.parties


def test_lists_ranges_and_days_are_told_as_they_are() -> None:
    full = case(
        act={"events": {"conduct": "2024-06-01"}},
        goods=[{"id": "s", "carats_each": {"at_least": "0.8", "at_most": "1.0"},
                "mined_in": ["BW", "…"]}],
    )  # fmt: skip
    known = told(full, Case(), "goods")
    known = told(full, known, "goods[0].mined_in")
    known = told(full, known, "goods[0].carats_each")
    assert known.goods is not None
    assert known.goods[0].mined_in == Listed(("BW",), False, None)
    assert isinstance(known.goods[0].carats_each, Range)
    known = told(full, known, "act.events.conduct")
    for place, need in (
        ("goods[0].mined_in", "completeness"), ("goods[0].carats_each", "range"),
        ("act.events.conduct", "hour"), ("goods[0].processed_in", "fact"),
    ):  # fmt: skip
        assert Oracle(full).told(known, Leaf(place, need)) is None, place


def test_a_fact_is_told_by_what_speaks_for_it() -> None:
    full = case(
        act={"kind": "import", "events": {"conduct": "2024-06-01"}},
        goods=[{"id": "s", "carats_heaviest": "1.2", "codes": ["HTSUS 7102.31"]}],
    )
    known = told(full, told(full, Case(), "goods"), "act.kind")
    heavy = told(full, known, "goods[0].carats_each")
    assert heavy.goods is not None and str(heavy.goods[0].carats_heaviest) == "1.2"
    sort = told(full, known, "goods[0].category")
    assert sort.goods is not None and sort.goods[0].category is not None
    assert told(full, known, "act.events.entry").act.events.conduct is not None


def test_a_judgement_is_told_of_its_thing_by_name_or_place() -> None:
    given = {"question": "zz.rough", "answer": "yes", "who": "a"}
    for of in ("stone", "goods[0]"):
        full = case(goods=[{"id": "stone"}], judgements=[{**given, "of": of}])
        known = told(full, told(full, Case(), "goods"), "zz.rough of stone", "judgement")
        assert [(j.of, j.answer) for j in known.judgements or ()] == [("stone", "yes")]
        assert Oracle(full).told(known, Leaf("zz.round of stone", "judgement")) is None


def test_there_is_no_answer_to_what_is_no_question() -> None:
    for need in ("law", "agreement"):
        assert Oracle(shipment()).told(Case(), Leaf("the annex", need)) is None


# -- question after question ---------------------------------------------------------------------


def test_one_intake_settles_what_three_would_with_fewer_questions(three: Law) -> None:
    full = shipment(category="diamond", carats_each="0.7")
    one = interview(three.decide, full)
    assert {r.regime: r.outcome for r in one.decision} == {
        "aa": Outcome.NOT_PROHIBITED, "bb": Outcome.PROHIBITED, "cc": Outcome.NOT_PROHIBITED,
    }  # fmt: skip
    alone = [
        len(interview(lambda c, r=r: three.decide(c, regimes=[r]), full).asked) for r in CONDITIONS
    ]
    asked = [str(n.leaf) for n in one.asked]
    assert len(set(asked)) == len(asked) == 7, asked
    assert alone == [6, 7, 5]


def test_an_interview_ends_where_nobody_knows_more(three: Law) -> None:
    full = shipment(category="diamond")
    ended = interview(three.decide, full)
    assert ended.unanswered == ("goods[0].carats_each",)
    assert ended.decision["aa"].outcome is Outcome.UNDETERMINED
    assert "goods[0].carats_each" in {one.leaf.place for one in ended.asked}


def test_an_interview_may_begin_with_what_is_known(three: Law) -> None:
    full = shipment(category="diamond", carats_each="0.7")
    assert len(interview(three.decide, full, shipment()).asked) == 2


def ordinary() -> list[Any]:
    """Scenarios spread over the law: every so many of those that say an outcome."""
    found = [s for s in all_scenarios() if s.expect.get("us", {}).get("outcome")]
    return found[:: len(found) // 6]


@pytest.mark.parametrize("scenario", ordinary(), ids=lambda s: s.name[:50])
def test_asked_from_nothing_the_law_answers_as_with_all_facts(scenario: Any, law: Law) -> None:
    """What was not asked for did not matter: the oracle's whole case is decided alike."""

    def decide(known: Case) -> Any:
        return law.decide(
            known, regimes=["us"], about=scenario.about, known_on=scenario.known_on,
            readings=scenario.readings,
        )  # fmt: skip

    full = scenario.case()
    ended = interview(decide, full)
    assert ended.decision["us"].outcome is decide(full)["us"].outcome
    assert len({str(one.leaf) for one in ended.asked}) == len(ended.asked), "asked twice"


def test_many_facts_are_ordered_without_a_search(law: Law) -> None:
    """With nothing known a search takes seconds; what most provisions wait for is counted at once."""
    found = law.intake(Case(), regimes=["us"])
    assert len(found.needed) > FEW
    counts = [len(one.waits["us"]) for one in found.needed]
    assert counts == sorted(counts, reverse=True)


def test_a_list_that_nobody_has_told_is_asked_for_also_where_it_is_counted() -> None:
    """Its things have no place yet: what a rule compares of them is no constant of theirs."""
    condition = """some party of case.parties has
      some listing of party.listings has
        listing.listed_on is on or before 0 days before act.events.conduct
      end
    end"""
    law = law_of(BAN.replace("good.category is diamond", condition))
    given = {"act": {"kind": "import", "destination": "US", "events": {"conduct": "2024-06-01"}},
             "goods": [{"category": "gold"}], "licences_held": "none",
             "parties": [{"id": "a"}]}  # fmt: skip
    question = law.decide(build_case(given, closed_by="the test"))["zz"].next_question
    assert question is None or question.leaf.place == "parties[0].listings"


# -- the command and the benchmark ---------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for regime, condition in CONDITIONS.items():
        (tmp_path / f"{regime}.rules").write_text(text_of(regime, condition), "utf-8")
    return tmp_path


FACTS = """
licences_held = "none"

[act]
kind = "import"
destination = "US"
events.entry = 2024-06-01

[[goods]]
id = "stone"
"""


def test_ask_names_each_question_once(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = tmp_path / "case.toml"
    facts.write_text(FACTS, "utf-8")
    code, out, _ = said(capsys, "ask", facts, "--rules", folder)
    assert code == 4
    assert (
        out
        == """\
aa: undetermined
bb: undetermined
cc: undetermined
ask first: What is the category of stone? (aa, bb, cc)

3 facts are waited for, each to be asked once
  1. What is the category of stone?
     goods[0].category
     aa: aa.act §1
     bb: bb.act §1
     cc: cc.act §1
  2. What is the weight of each stone of stone?
     goods[0].carats_each
     aa: aa.act §1
     bb: bb.act §1
  3. What are all the countries in which stone was mined?
     goods[0].mined_in
     cc: cc.act §1
"""
    )
    code, out, _ = said(
        capsys, "ask", facts, "--rules", folder, "--regime", "cc", "--format", "json"
    )
    data = json.loads(out)
    assert (code, data["schema"]) == (4, "sanctions_rules.intake/1")
    assert data["next_question"] == "goods[0].category"
    assert data["regimes"]["cc"]["open"] is True
    assert [n["waits"] for n in data["needed"]] == [{"cc": ["cc.act §1"]}] * 2


def test_ask_says_when_nothing_is_left(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = tmp_path / "case.toml"
    facts.write_text(FACTS + 'category = "diamond"\ncarats_each = "2.0"\n', "utf-8")
    code, out, _ = said(capsys, "ask", facts, "--rules", folder)
    assert code == 0
    assert out.endswith("there is nothing more to ask\n")
    code, _, err = said(capsys, "ask", facts, "--rules", folder, "--regime", "dd")
    assert code == 2 and "dd" in err


def test_the_benchmark_counts_both_ways(three: Law) -> None:
    spec = importlib.util.spec_from_file_location("intakes", ROOT / "benchmarks" / "intake.py")
    assert spec is not None and spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    sys.modules["intakes"] = bench
    spec.loader.exec_module(bench)
    given = {
        "act": {"kind": "import", "destination": "US", "events": {"entry": "2024-06-01"}},
        "goods": [{"id": "s", "category": "diamond", "carats_each": "0.7"}],
        "licences_held": "none",
    }
    expect = {regime: {} for regime in CONDITIONS}
    (row,) = bench.rows(three, [Scenario("a stone", "test", given, expect)])
    assert (row.one, row.alone, row.saved) == (7, {"aa": 6, "bb": 7, "cc": 5}, 11)
    assert row.outcomes["bb"] == "PROHIBITED"
    lines = list(bench.table([row]))
    assert lines[0].split() == ["one", "aa", "bb", "cc", "sum", "saved", "case"]
    assert lines[-1].startswith(
        "1 cases: 7 questions in one intake, 18 in intakes of their own; 11 saved"
    )
