"""The pages: golden documents, citations, hostile names, layout, and what is told how often."""

from __future__ import annotations

import html
import json
import re
import sys
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from conftest import all_scenarios
from render.pages import (
    FORMATS,
    GOLDEN,
    GOLDEN_SCENARIOS,
    HOSTILE,
    Page,
    as_read,
    decided,
    hostile_decision,
    scenario_called,
)
from small import BAN, HEAD, facts, law_of

from sanctions_rules.decision import Decision, Outcome
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.read import build_case
from sanctions_rules.render.html import to_fragment, to_html
from sanctions_rules.render.memo import escaped, to_markdown
from sanctions_rules.render.outline import outline
from sanctions_rules.render.sentences import hidden, visible
from sanctions_rules.render.text import to_text
from sanctions_rules.rulebooks import Law

DOCUMENTS = [(name, form) for name in GOLDEN_SCENARIOS for form in FORMATS]

# -- golden documents ---------------------------------------------------------------------------


def settled(text: str, decision: Decision) -> str:
    """The document without what changes whenever a rule file or the zone database does."""
    text = text.replace(decision.rulebook_digest, "[digest of the rulebook]")
    text = text.replace(f"tzdata {decision.tzdata_version}", "tzdata [version]")
    text = text.replace(f'"tzdata": "{decision.tzdata_version}"', '"tzdata": "[version]"')
    return re.sub(r'("(?:start|end)": )\d+', r"\g<1>0", text)


@pytest.mark.parametrize(("name", "form"), DOCUMENTS)
def test_golden(name: str, form: str, record: bool) -> None:
    scenario = scenario_called(GOLDEN_SCENARIOS[name])
    decision = decided(scenario.name)
    assert str(decision["us"].outcome) == scenario.expect["us"]["outcome"]
    text = settled(FORMATS[form](decision, scenario.base), decision)
    file = GOLDEN / f"{name}.{form}"
    if record:
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), f"{file.name}: pytest tests/render --record"


def test_no_golden_document_is_left_over() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == {f"{n}.{f}" for n, f in DOCUMENTS}


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_decision_gives_the_same_bytes(form: str, law: Law) -> None:
    scenario = scenario_called(GOLDEN_SCENARIOS["pollock_undetermined"])
    again = law.decide(scenario.case())
    assert FORMATS[form](again, "") == FORMATS[form](decided(scenario.name), "")


# -- what every page must say -------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_every_citation_of_what_bears_the_answer_is_on_the_page(form: str) -> None:
    """Over every 75th scenario: binding, perhaps binding, lifted, excepted, exposed, owed."""
    told = 0
    for scenario in all_scenarios()[::160]:
        decision = decided(scenario.name)
        us = decision["us"]
        page = as_read(form, FORMATS[form](decision, scenario.base))
        bearing = [f for f in us.findings if f.norm.verb == "prohibits" and f.standing.name in (
            "BINDS", "MAY_BIND", "LIFTED", "EXCEPTED", "DISPLACED", "NOT_MET")]  # fmt: skip
        for finding in (*bearing, *(e.finding for e in us.exposures)):
            for text in (*finding.norm.citations, finding.norm.id, finding.norm.title):
                told += 1
                assert " ".join(visible(text).split()) in page, (scenario.name, text)
        for name in {f.norm.id for f in (*us.findings, *us.spared) if f.norm.verb != "authorises"}:
            if any(
                f.norm.verb in ("prohibits", "empowers", "requires")
                for f in us.findings
                if f.norm.id == name
            ):
                assert name in page, (scenario.name, name)
        assert page.count("Software, not legal advice.") == 1
        assert decision.facts_digest in page
        assert decision.rulebook_digest in page
        for missing in outline(decision).regimes[0].missing:
            assert missing.sentence in page, (scenario.name, missing)
    assert told > 200


@pytest.mark.parametrize("form", FORMATS)
def test_what_spares_the_bank_is_told_too(form: str) -> None:
    """Designated on another ground, February 2024: no exposure under either limb, and why not."""
    name = (
        "On 1 February 2024 a significant payment for an importer designated for support, under no"
        " sector, exposes nobody"
    )
    page = as_read(form, FORMATS[form](decided(name), ""))
    assert "E.O. 14024 s. 11(a)(i)" in page
    assert "cannot be used on “bank” on these facts" in page
    assert "“importer” is not designated sector operator" in page
    assert "“importer” is not in military industrial base" in page


@pytest.mark.parametrize("form", FORMATS)
def test_scope_day_of_knowledge_and_staleness_are_never_left_out(form: str, law: Law) -> None:
    case = build_case({"act": {"kind": "entry", "events": {"entry": "2030-01-01"}}}, closed_by="t")
    decision = law.decide(case, about=["us.eo14068"], known_on=date(2024, 2, 19))
    page = as_read(form, FORMATS[form](decision, "a base"))
    assert "Asked about us.eo14068 only: other law was not considered." in page
    assert "Stale: the law was read through 2026-10-09 only, and the act is later." in page
    assert "law known on 2024-02-19" in page
    assert "facts laid over the base “a base”" in page


@pytest.mark.parametrize("form", FORMATS)
def test_a_reading_that_turns_the_answer_is_said_to(form: str) -> None:
    name = "b2: entered 2024-02-21 by the day, known on 2024-02-19"
    page = as_read(form, FORMATS[form](decided(name), ""))
    assert "The answer turns on a reading: see below." in page
    assert "it runs to its own printed end; what GL 83A says of it was not read" in page


def test_if_and_unless_are_apart() -> None:
    judged = outline(decided("b: entered 2023-12-22, no judgement")).regimes[0]
    assert [e.norm.id for e in judged.if_] == ["us.eo14068 §1(a)(i)(A)"]
    assert not judged.unless
    hour = outline(decided("b2: entered 2024-02-21 by the day, known on 2024-02-19")).regimes[0]
    assert [e.norm.id for e in hour.unless] == ["us.eo14068 §1(a)(i)(B) via us.det_seafood"]
    assert hour.unless[0].standing == "may bind goods[0], unless us.gl83 applies"
    assert not hour.if_


def test_the_headline_says_what_stands_beside_the_outcome() -> None:
    bank = outline(decided(GOLDEN_SCENARIOS["bank_exposed"])).regimes[0]
    assert bank.headline == (
        "not prohibited; exposed: “bank” (correspondent account ban, correspondent account"
        " conditions or full blocking); exposure not determined: “bank” (full blocking)"
    )
    fish = outline(decided(GOLDEN_SCENARIOS["pollock_authorised"])).regimes[0]
    assert fish.headline == "authorised; duty unknown: self certification"


def test_a_name_cannot_forge_the_headline() -> None:
    law = law_of(
        BAN.replace(
            "prohibits import of good into US",
            """empowers Treasury
                to impose any of full_blocking on person
  upon determining that
                person is actor""",
        ).replace("when good.category is diamond\n", "")
    )
    name = "nobody”; not prohibited; duty met: all"
    given = facts(actor=name, parties=[{"id": name}])
    text = outline(law.decide(build_case(given, closed_by="t"))).regimes[0].headline
    assert text == (
        'not prohibited; exposed: “nobody"; not prohibited; duty met: all” (full blocking)'
    )


def test_each_provision_asked_leaves_a_line() -> None:
    """What binds, what does not, what is out of reach, and what the case has no thing for."""
    for name in GOLDEN_SCENARIOS.values():
        decision = decided(name)
        one = outline(decision).regimes[0]
        told = {
            f.norm.id
            for e in (*one.bearing, *one.not_met, *one.exposures, *one.spared, *one.duties)
            for f in e.findings
        }
        told |= {i for group in one.out_of_reach for i in group.ids}
        asked = {
            n.id for n in decision.source.program.norms
            if n.verb in ("prohibits", "empowers", "requires") and n.menu != ("derogation",)
        }  # fmt: skip
        assert told == asked
    bank = outline(decided(GOLDEN_SCENARIOS["bank_exposed"])).regimes[0]
    absent = next(g for g in bank.out_of_reach if g.standing == "NO_SUBJECT")
    assert "us.eo14068 §1(a)(i)(A)" in absent.ids, "the bank has no goods"


def test_an_open_list_may_hold_what_is_prohibited() -> None:
    page = outline(decided("Chilean salmon, the list of goods open")).regimes[0]
    gold = next(e for e in page.if_ if "det_gold" in e.norm.id)
    assert gold.standing == "may bind one of the goods that is not named"
    assert [x.kind for x in gold.lines] == ["force", "force", "act", "act", "condition"]
    assert gold.lines[-1].sentence == "whether the list is complete: the goods"


def test_an_exception_is_named_and_told() -> None:
    page = outline(decided("US-P-004: gold bars refined in Russia in 2019, in London since 2020"))
    entry = page.regimes[0].excepted[0]
    assert entry.standing == (
        "does not bind goods[0] (“gold bars”): an exception takes it out (us.det_gold)"
    )
    assert [x.sentence for x in entry.lines] == [
        "the time since which goods[0] has been outside Russia is before 2022-06-28"
    ]


# -- several regimes ----------------------------------------------------------------------------


def test_regimes_stand_apart_strictest_first() -> None:
    mild = (HEAD + BAN.replace("is diamond", "is gold")).replace("zz.", "aa.")
    both = Law(compile_rulebook({"zz.rules": (HEAD + BAN).encode(), "aa.rules": mild.encode()}))
    decision = both.decide(build_case(facts(), closed_by="the test"))
    assert [one.outcome for one in decision] == [Outcome.NOT_PROHIBITED, Outcome.PROHIBITED]

    assert [r.decision.regime for r in outline(decision).regimes] == ["zz", "aa"]
    memo = to_markdown(decision)
    assert memo.index("PROHIBITED.**") < memo.index("NOT PROHIBITED.**")
    assert memo.count("### A regime for tests") == 12
    assert [level for level, _ in Page(to_html(decision)).headings].count(2) == 5
    assert set(json.loads(FORMATS["json"](decision, ""))["regimes"]) == {"aa", "zz"}


# -- not drowning the reader --------------------------------------------------------------------


def forty_lines() -> Decision:
    clean = {
        "category": "diamond",
        "stone": "non_industrial",
        "carats_each": "2",
        "mined_in": ["CA"],
    }
    lines = [{"id": f"line {n}", **clean} for n in range(40)]
    lines[17]["mined_in"] = ["RU"]
    law = law_of(BAN.replace("good.category is diamond", "good.mined_in includes RU"))
    return law.decide(build_case(facts(goods=lines), closed_by="the test"))


def test_forty_lines_with_one_prohibited_stone_make_two_entries() -> None:
    page = outline(forty_lines()).regimes[0]
    assert [len(e.findings) for e in page.binds] == [1]
    assert page.binds[0].standing == "binds “line 17”"
    assert [len(e.findings) for e in page.not_met] == [39]
    assert page.not_met[0].standing == (
        "does not bind “line 0”, “line 1”, “line 2”, “line 3”, “line 4”, “line 5” and 33 more:"
        " its condition is not met"
    )
    assert page.not_met[0].lines[0].sentence == (
        "the countries in which each of “line 0”, “line 1”, “line 2” and 36 more was mined"
        " do not include RU"
    )
    assert len(to_text(forty_lines()).splitlines()) < 60
    data = json.loads(FORMATS["json"](forty_lines(), ""))["regimes"]["zz"]
    assert len(data["findings"]) == 40, "the data names each"


def test_nothing_is_told_twice_in_one_text() -> None:
    text = to_text(decided("two lines of Chilean salmon"))
    assert text.count("is not Russian origin [OFAC FAQ 1019]\n") == 1
    assert text.count("is not Russian origin [OFAC FAQ 1019] (see above)\n") == 5


# -- text for a terminal ------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 72, 100, 160])
def test_lines_keep_to_the_width(width: int) -> None:
    text = to_text(decided(GOLDEN_SCENARIOS["bank_exposed"]), width=width)
    assert max(map(len, text.splitlines())) <= width


def test_colour_adds_nothing_but_colour() -> None:
    pytest.importorskip("rich", reason="rich is not installed: the extra `cli`")
    decision = decided(GOLDEN_SCENARIOS["pollock_undetermined"])
    painted = to_text(decision, colour=True)
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == to_text(decision)


def test_without_rich_the_text_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    decision = decided(GOLDEN_SCENARIOS["pollock_undetermined"])
    assert to_text(decision, colour=True) == to_text(decision)


@pytest.mark.parametrize("name", GOLDEN_SCENARIOS)
def test_the_outcome_is_a_word_and_a_mark(name: str) -> None:
    decision = decided(GOLDEN_SCENARIOS[name])
    word = str(decision["us"].outcome).replace("_", " ")
    assert re.search(rf"^\[[x?! ]\] {word}  United States", to_text(decision), re.MULTILINE)


# -- hostile names ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_no_name_steers_the_reader(form: str) -> None:
    page = FORMATS[form](hostile_decision(), "base " + " ".join(HOSTILE))
    assert not {c for c in page if hidden(c) and c != "\n"}
    assert "⟨U+202E⟩" in page or r"\u202e" in page


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_names_are_still_read_whole(form: str) -> None:
    page = as_read(form, FORMATS[form](hostile_decision(), ""))
    for name in HOSTILE:
        shown = visible(name).replace("“", '"').replace("”", '"')
        assert " ".join(shown.split()) in page, name


def test_hostile_names_make_no_tag() -> None:
    page = Page(to_html(hostile_decision(), "base " + " ".join(HOSTILE)))
    assert not page.problems
    assert not {"script", "img", "b", "em"} & set(page.tags)
    assert not [a for a in page.attributes if a[1].startswith("on")]
    assert [v for t, n, v in page.attributes if n in ("href", "src")] == ["#sr-answer"]


def test_hostile_names_make_no_markup_in_a_memo() -> None:
    markdown = pytest.importorskip("markdown_it", reason="no Markdown reader is installed")
    tokens = markdown.MarkdownIt("commonmark", {"maxNesting": 100}).parse(
        to_markdown(hostile_decision(), "base " + " ".join(HOSTILE))
    )
    inline = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in (*tokens, *inline)}
    assert not kinds & {
        "html_block", "html_inline", "link_open", "image", "code_inline", "fence", "code_block",
        "blockquote_open", "hr",
    }  # fmt: skip
    titles = [tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "heading_open"]
    assert titles == [
        "Sanctions memorandum", "Question", "Answer", "Reasons", "Exceptions considered",
        "Exposure", "Duties", "What is missing", "Judgements and readings", "Sources and versions",
    ]  # fmt: skip
    strong = [
        inner[i + 1].content
        for inner in (t.children or [] for t in tokens) for i, c in enumerate(inner)
        if c.type == "strong_open"
    ]  # fmt: skip
    assert "bold" not in strong


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_exactly_the_text(text: str) -> None:
    markdown = pytest.importorskip("markdown_it", reason="no Markdown reader is installed")
    shown = markdown.MarkdownIt("commonmark").render(f"- {escaped(text)}")
    plain = html.unescape(re.sub(r"</?(ul|li)>\n?", "", shown)).strip()
    assert plain == visible(text).strip()


def test_json_keeps_hostile_names_exactly() -> None:
    data = json.loads(FORMATS["json"](hostile_decision(), ""))
    names = {f["subject_id"] for f in data["regimes"]["us"]["findings"]}
    assert "stone " + " ".join(HOSTILE) in names


# -- the HTML page ------------------------------------------------------------------------------


def pages() -> list[Any]:
    found = [pytest.param(decided(n), id=k) for k, n in GOLDEN_SCENARIOS.items()]
    return [*found, pytest.param(hostile_decision(), id="hostile")]


@pytest.mark.parametrize("decision", pages())
def test_the_page_is_well_formed_and_needs_nothing_else(decision: Decision) -> None:
    text = to_html(decision)
    page = Page(text)
    assert not page.problems
    assert text.startswith("<!doctype html>\n<html lang=")
    assert ("meta", "name", "viewport") in page.attributes
    policy = [v for t, n, v in page.attributes if n == "content" and "default-src" in v]
    assert policy == [
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    ]
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(page.tags)
    assert {n for _, n, _ in page.attributes} & {"src", "srcset", "style", "action"} == set()
    assert [v for _, n, v in page.attributes if n == "href"] == ["#sr-answer"]
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert len(style) == 1
    assert not re.search(r"url\(|@import|@font-face|https?:", style[0])
    assert not re.search(r"\b(?:src|href)=\"(?!#)", text)


@pytest.mark.parametrize("decision", pages())
def test_headings_are_in_order(decision: Decision) -> None:
    levels = [level for level, _ in Page(to_html(decision)).headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert all(text.strip() for _, text in Page(to_html(decision)).headings)


@pytest.mark.parametrize("decision", pages())
def test_the_outcome_is_a_word_and_a_shape(decision: Decision) -> None:
    text = to_html(decision)
    shown = {
        "PROHIBITED": "octagon",
        "UNDETERMINED": "diamond",
        "AUTHORISED": "square",
        "NOT_PROHIBITED": "circle",
    }
    drawn = {"octagon": "M15 3h18", "diamond": "M24 3l21", "square": "<rect", "circle": 'r="21"'}
    outcome = str(decision["us"].outcome)
    words = outcome.replace("_", " ").capitalize()
    assert f'<p class="word">{words}</p>' in text
    assert [shape for shape, path in drawn.items() if path in text] == [shown[outcome]]


def test_what_decides_stands_open() -> None:
    text = to_html(decided(GOLDEN_SCENARIOS["diamond_prohibited"]))
    entry = text[text.index("What prohibits it") :]
    assert entry.index("<details open>") < entry.index("the countries in which goods[0] was mined")


def test_the_style_of_a_notebook_cell_reaches_nothing_outside() -> None:
    fragment = to_fragment(decided(GOLDEN_SCENARIOS["diamond_prohibited"]))
    style = re.findall(r"<style>(.*?)</style>", fragment, re.DOTALL)[0]
    flat = re.sub(r"@media [^{]*\{((?:[^{}]*\{[^{}]*\})*)\}", r"\1", style)
    selectors = [s.strip() for rule in re.findall(r"([^{}]+)\{", flat) for s in rule.split(",")]
    assert len(selectors) > 60
    assert all(s.startswith((".sr", "body.sr-page")) for s in selectors), selectors
    assert "<html" not in fragment
    assert "<body" not in fragment
