"""Proposals laid over the law: what they change, that every answer says so, and what does not fit.

`overlay/law.rules` is the law, `overlay/proposal.rules` lies over it. Each file in `overlay/bad` is
laid over the same law and earns exactly the message beside it. After a change:
`python tests/test_overlay.py --record`, and review the difference.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from command import said
from small import facts

from sanctions_rules.decision import Outcome
from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language.format import block_text
from sanctions_rules.language.parse import parse
from sanctions_rules.limits import DEFAULT
from sanctions_rules.read import build_case
from sanctions_rules.replay import replay
from sanctions_rules.rulebooks import Law, laid_over, load, load_path
from sanctions_rules.scenario import read_scenarios, run
from sanctions_rules.source import Source

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).parent / "overlay"
BAD = HERE / "bad"
NAMES = sorted(path.stem for path in BAD.glob("*.rules"))
PROPOSALS = ROOT / "examples" / "proposals"
TITLE = "Gold too, and no old contracts"


@pytest.fixture(scope="module")
def plain() -> Law:
    return load_path(HERE / "law.rules")


@pytest.fixture(scope="module")
def over(plain: Law) -> Law:
    return plain.overlaid(HERE / "proposal.rules")


def shipment(**more: Any) -> dict[str, Any]:
    """An import of a diamond under no older contract."""
    return facts(**{**more, "act": {"purpose": "commercial", **more.get("act", {})}})


def outcome(law: Law, on: str = "2024-06-01", **more: Any) -> Outcome:
    act = {"events": {"conduct": on}, **more.pop("act", {})}
    given = build_case(shipment(act=act, **more), closed_by="the test")
    return law.decide(given)["zz"].outcome


GOLD = {"category": "gold"}


# -- what a proposal changes ---------------------------------------------------------------------


def test_a_proposal_adds_from_its_first_day(plain: Law, over: Law) -> None:
    assert outcome(plain, good=GOLD) is Outcome.NOT_PROHIBITED
    assert outcome(over, good=GOLD) is Outcome.PROHIBITED
    assert outcome(over, good=GOLD, on="2024-04-30") is Outcome.NOT_PROHIBITED


def test_a_proposal_replaces_a_text_from_its_first_day(plain: Law, over: Law) -> None:
    light = {"carats_each": "0.5"}
    assert outcome(plain, good=light) is Outcome.PROHIBITED
    assert outcome(over, good=light) is Outcome.NOT_PROHIBITED
    assert outcome(over, good=light, on="2024-04-30") is Outcome.PROHIBITED
    assert outcome(over, good={"carats_each": "1.0"}) is Outcome.PROHIBITED


def test_a_proposal_repeals_a_licence(plain: Law, over: Law) -> None:
    old = {"act": {"purpose": "wind_down"}, "good": {"carats_each": "1.0"}}
    assert outcome(plain, **old) is Outcome.AUTHORISED
    assert outcome(over, **old) is Outcome.PROHIBITED


def test_the_law_itself_stays_as_it_is(plain: Law, over: Law) -> None:
    again = load_path(HERE / "law.rules")
    assert plain.digest == again.digest != over.digest
    assert plain.program.overlays == ()
    assert block_text(over["zz.act §1@2024-01-01"][0]) == block_text(plain["zz.act §1"][0])


def test_a_proposal_may_be_text_and_lie_over_another(over: Law) -> None:
    text = (HERE / "proposal.rules").read_text("utf-8")
    assert load_path(HERE / "law.rules").overlaid(text).digest == over.digest
    more = """overlay "Copper too"
  cites "bill 9"
  over zz
end
instrument zz.bill9 "Bill 9"
  cites "bill 9"
end
provision zz.bill9 §1 "Copper"
  cites "bill 9"
  checked unverified "a bill"
  in force from 2024-05-01, no end stated
  prohibits import of good into US
  when good.category is copper
end
"""
    both = over.overlaid(more)
    assert [o.title for o in both.program.overlays] == [TITLE, "Copper too"]
    assert outcome(both, good={"category": "copper"}) is Outcome.PROHIBITED
    assert outcome(both, good=GOLD) is Outcome.PROHIBITED


def test_which_law_a_proposal_lies_over_is_read_off_it() -> None:
    assert laid_over(PROPOSALS) == ("eu", "uk", "us")
    assert laid_over(HERE / "proposal.rules") == (), "there is no packaged law of zz"
    assert laid_over(BAD / "no-source.rules") == ()


def test_printed_and_read_again_an_overlay_is_the_same() -> None:
    source = Source("p.rules", (HERE / "proposal.rules").read_text("utf-8"))
    (overlay, *_), problems = parse(source, DEFAULT)
    assert not [p for p in problems if p.severity == "error"]
    again = parse(Source("p.rules", block_text(overlay)), DEFAULT)[0][0]
    assert block_text(again) == block_text(overlay)
    assert [s.word for s in again.slots] == ["cites", "note", "over"]


# -- every answer says so ------------------------------------------------------------------------


def decided(law: Law) -> Any:
    return law.decide(build_case(shipment(good=GOLD), closed_by="the test"))


def test_no_answer_stands_bare(over: Law) -> None:
    decision = decided(over)
    assert [o.title for o in decision.overlays] == [TITLE]
    assert decision["zz"].overlays == decision.overlays
    assert TITLE in decision["zz"].headline
    assert TITLE in repr(decision)
    warning = f"This is not what the law says: the proposal “{TITLE}” is laid over it (bill 7)."
    page = re.sub("<[^>]*>", "", decision.to_html())
    for text in (decision.explain(), decision.to_markdown(), page):
        flat = " ".join(text.split())
        assert warning in flat
        assert f"with a proposal laid over the law: {TITLE}" in flat
    data = json.loads(decision.to_json())
    assert data["overlays"][0]["title"] == TITLE
    assert data["overlays"][0]["note"] == "not law"
    assert warning in data["regimes"]["zz"]["warnings"]
    assert TITLE in data["regimes"]["zz"]["headline"]


def test_loaded_as_rules_of_ones_own_a_proposal_is_marked_too() -> None:
    law = load_path(HERE / "law.rules", HERE / "proposal.rules")
    assert [o.title for o in decided(law).overlays] == [TITLE]


def test_an_answer_without_a_proposal_says_nothing_of_any(plain: Law) -> None:
    decision = decided(plain)
    assert decision.overlays == ()
    assert "proposal" not in decision.explain()
    assert json.loads(decision.to_json())["overlays"] == []


def test_a_regime_that_the_proposal_does_not_lie_over_is_not_marked() -> None:
    law = load("eu", "us").overlaid(PROPOSALS / "export_ban_eu.rules")
    decision = law.decide(build_case({}), regimes=["eu", "us"], about=["eu.833", "us.gl83"])
    assert decision["eu"].overlays and not decision["us"].overlays
    assert "proposal" in decision["eu"].headline and "proposal" not in decision["us"].headline


def test_a_record_names_the_proposal_and_is_made_again_with_it_only(plain: Law, over: Law) -> None:
    from sanctions_rules.record.chain import chained

    recorded = decided(over).record()
    (used,) = recorded.record.question.overlays
    assert (used.title, used.over, used.source) == (TITLE, ("zz",), "bill 7")
    assert TITLE in recorded.record.narrative
    line = next(iter(chained([(recorded.record, recorded.envelope)])))
    assert replay(line, over).is_reproduced
    causes = replay(line, plain).causes
    assert f"the proposal {TITLE} was laid over the law, and is not now" in causes
    bare = decided(plain).record()
    other = next(iter(chained([(bare.record, bare.envelope)])))
    assert (
        f"the proposal {TITLE} is laid over the law now, and was not" in replay(other, over).causes
    )


# -- what does not fit ---------------------------------------------------------------------------


def message(name: str) -> str:
    try:
        load_path(HERE / "law.rules").overlaid(BAD / f"{name}.rules")
    except RulebookError as error:
        return str(error) + "\n"
    return ""


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_proposal_earns_its_message(name: str) -> None:
    expected = BAD / f"{name}.expected"
    assert expected.is_file(), f"record it: python {Path(__file__).name} --record"
    assert message(name) == expected.read_text("utf-8") != ""


def test_two_files_of_one_name_are_refused(over: Law) -> None:
    with pytest.raises(RulebookError, match=r"two files are called `proposal\.rules`"):
        over.overlaid(HERE / "proposal.rules")


# -- commands ------------------------------------------------------------------------------------


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.json"
    path.write_text(json.dumps(shipment(good=GOLD)), "utf-8")
    return path


LAW, OVER = HERE / "law.rules", HERE / "proposal.rules"


def test_decide_and_explain_with_a_proposal(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "decide", gold, "--rules", LAW)
    assert code == 0 and "proposal" not in out
    code, out, _ = said(capsys, "decide", gold, "--rules", LAW, "--overlay", OVER)
    assert code == 1
    assert f"prohibited; with a proposal laid over the law: {TITLE}" in out
    code, out, _ = said(capsys, "explain", gold, "--rules", LAW, "--overlay", OVER)
    assert code == 1 and "This is not what the law says" in out
    for form in ("text", "markdown", "json", "html"):
        words = ("compare", gold, "--rules", LAW, "--overlay", OVER, "--format", form)
        code, out, _ = said(capsys, *words)
        assert code == 1
        assert "This is not what the law says" in " ".join(out.split()), form
    code, out, _ = said(capsys, "ask", gold, "--rules", LAW, "--overlay", OVER)
    assert code == 0 and TITLE in out


def test_a_bad_proposal_decides_nothing(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = BAD / "no-overlay.rules"
    code, out, err = said(capsys, "decide", gold, "--rules", LAW, "--overlay", bad)
    assert (code, out) == (3, "")
    assert "does not say that it is laid over the law" in err


def test_show_says_what_is_no_law(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "show", "zz.bill", "--rules", LAW, "--overlay", OVER)
    assert code == 0
    assert f"a proposal, not law: {TITLE} (bill 7)" in out
    _, out, _ = said(
        capsys, "show", "zz.l1", "--rules", LAW, "--overlay", OVER, "--on", "2024-06-01"
    )
    assert "replaced by zz.bill §3" in out
    _, out, _ = said(capsys, "show", "--rules", LAW, "--overlay", OVER)
    assert f"a proposal, not law: {TITLE} (bill 7)" in out


def test_examples_in_a_proposal_are_run(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "test", LAW, "--overlay", OVER)
    assert code == 0
    assert out == f"1 passed, 0 failed, with a proposal laid over the law: {TITLE}\n"


# -- what changes --------------------------------------------------------------------------------


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    folder = tmp_path / "cases"
    folder.mkdir()
    for name, given in {
        "a-gold": shipment(good=GOLD), "b-light": shipment(good={"carats_each": "0.5"}),
        "c-heavy": shipment(good={"carats_each": "2.0"}),
        "d-coal": shipment(good={"category": "coal"}),
        "e-unknown": shipment(good={"category": None}),
    }.items():  # fmt: skip
        (folder / f"{name}.json").write_text(json.dumps(given), "utf-8")
    return folder


def test_diff_names_each_case_that_changes_and_by_what(
    cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = said(capsys, "diff", cases, "--rules", LAW, "--overlay", OVER)
    assert code == 1
    text = out.replace(str(cases), "…")
    assert (
        text
        == f"""\
before: the law; after: the same with a proposal laid over it
proposal: “{TITLE}” (bill 7)
in the law: 4 added

added zz.act §1@2024-05-01  The ban, of heavy stones only [bill 7, s. 2]
  otherwise than zz.act §1@2024-01-01
  title: changed
    before: The ban
    after:  The ban, of heavy stones only
  cites: text "s. 1" before, "bill 7, s. 2" after
    before: "s. 1"
    after:  "bill 7, s. 2"
  replaces: added: zz.act §1@2024-01-01
  checked: words primary before, unverified "a bill" after
    before: primary
    after:  unverified "a bill"
  in force: date 2024-01-01 before, 2024-05-01 after
    before: from 2024-01-01, no end stated
    after:  from 2024-05-01, no end stated
  when, limb 2: added: good.carats_each is at least 1.0 carat
  case: …/b-light.json
added zz.bill  Bill 7 [bill 7]
added zz.bill §1@2024-05-01  Gold [bill 7, s. 1]
  case: …/a-gold.json
  case: …/e-unknown.json
added zz.bill §3@2024-05-01  No more old contracts [bill 7, s. 3]

…/a-gold.json
  zz: NOT_PROHIBITED before, PROHIBITED after
    zz.bill §1 to goods[0]: not in the law before, binds after [bill 7, s. 1]

…/b-light.json
  zz: PROHIBITED before, NOT_PROHIBITED after
    zz.act §1 to goods[0]: binds before, not met after [bill 7, s. 2]

…/e-unknown.json
  zz: UNDETERMINED, as before
    zz.bill §1 to goods[0]: not in the law before, may bind after [bill 7, s. 1]

3 of 5 cases change: 2 in the outcome, 1 beside it; 2 do not
zz: NOT_PROHIBITED to PROHIBITED in 1
zz: PROHIBITED to NOT_PROHIBITED in 1
"""
    )


def test_diff_as_data_and_as_a_table(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("diff", cases, "--rules", LAW, "--overlay", OVER, "--format")
    code, out, _ = said(capsys, *words, "json")
    data = json.loads(out)
    assert (code, data["schema"], data["cases"]) == (1, "sanctions_rules.diff/1", 5)
    assert [len(one["changes"]) for one in data["changed"]] == [1, 1, 1]
    assert data["changed"][0]["changes"][0]["by"][0]["provision"] == "zz.bill §1"
    assert data["moves"][0] == {
        "regime": "zz", "before": "NOT_PROHIBITED", "after": "PROHIBITED", "cases": 1,
    }  # fmt: skip
    code, out, _ = said(capsys, *words, "markdown")
    assert code == 1
    assert "| zz | NOT_PROHIBITED | PROHIBITED |" in out
    assert TITLE in out


def test_diff_between_two_folders_of_rules(
    cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = said(capsys, "diff", cases, "--rules", LAW, "--against", LAW)
    assert code == 0
    assert out.endswith("0 of 5 cases change: 0 in the outcome, 0 beside it; 5 do not\n")
    other = tmp_path / "new.rules"
    other.write_text(LAW.read_text("utf-8").replace("is diamond", "is coal"), "utf-8")
    code, out, _ = said(capsys, "diff", cases, "--rules", LAW, "--against", other)
    assert code == 1
    assert "before: the law; after: other rules" in out
    assert "zz: NOT_PROHIBITED to PROHIBITED in 1" in out
    code, _, err = said(capsys, "diff", cases, "--rules", LAW)
    assert code == 2 and "--overlay" in err
    code, _, err = said(capsys, "diff", tmp_path / "new.rules", "--rules", LAW, "--against", LAW)
    assert code == 3 and "there is no case here" in err


# -- the example: a ban on exports that allies do not agree on -------------------------------------


@pytest.fixture(scope="module")
def banned() -> Law:
    return load("us", "eu", "uk").overlaid(PROPOSALS)


@pytest.mark.parametrize(
    "scenario", read_scenarios(PROPOSALS / "export_ban.scenarios.toml"), ids=lambda s: s.name
)
def test_the_proposed_ban(scenario: Any, banned: Law) -> None:
    result = run(banned, scenario)
    assert not result.failures, result.failures
    for one in result.decision:
        assert one.overlays


def test_whom_the_ban_would_touch(capsys: pytest.CaptureFixture[str]) -> None:
    file = PROPOSALS / "export_ban.scenarios.toml"
    ban = PROPOSALS / "export_ban_us.rules"
    code, out, _ = said(capsys, "diff", file, "--overlay", ban, "--regime", "us")
    assert code == 1
    assert "us: NOT_PROHIBITED before, PROHIBITED after" in out
    assert "us: NOT_PROHIBITED before, AUTHORISED after" in out
    assert "us.proposed_ban §1 to cargo" in out


def record() -> None:
    for name in NAMES:
        (BAD / f"{name}.expected").write_text(message(name), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--record"]:
        sys.exit("usage: python tests/test_overlay.py --record")
    record()
