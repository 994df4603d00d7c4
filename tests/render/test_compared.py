"""The pages of a comparison: one content in every format, nothing by colour alone, names escaped."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from regimes import case, law, stone
from render.pages import HOSTILE, Page, as_read
from render.test_data import problems

from sanctions_rules.compare import Comparison
from sanctions_rules.compare.data import comparison_schema
from sanctions_rules.compare.html import to_fragment
from sanctions_rules.compare.text import to_text
from sanctions_rules.decision import Outcome
from sanctions_rules.render.sentences import say

FORMATS = {
    "txt": Comparison.explain, "md": Comparison.to_markdown, "html": Comparison.to_html,
    "json": Comparison.to_json,
}  # fmt: skip


@cache
def through_time() -> Comparison:
    old = stone("2025-10-15", outside_russia_since="2024-01-01")
    return law().compare(old, from_=date(2023, 1, 1), to=date(2026, 1, 1), about=["aa", "bb", "cc"])


@cache
def hostile() -> Comparison:
    name = " ".join(HOSTILE)
    goods = [
        {"id": "stone " + name, "description": name, "category": "diamond", "mined_in": ["RU"],
         "country_of_origin": "IN", "carats_each": "0.6", "transited": []},
        {"id": "second " + name, "category": "diamond"},
    ]  # fmt: skip
    act = {"kind": "import", "events": {"conduct": "2024-10-15"}}
    return law().compare(case(act, goods), from_=date(2024, 1, 1), to=date(2025, 1, 1))


BOTH = [pytest.param(through_time, id="time"), pytest.param(hostile, id="hostile")]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_the_outcomes_the_texts_and_the_causes(form: str) -> None:
    page = as_read(form, FORMATS[form](through_time()))
    for row in through_time():
        assert row.title in page
        for text in (*row.provisions, *row.relief):
            assert all(cite in page for cite in text.citations)
            assert text.interval in page
    for one in through_time().differences:
        assert one.sentence in page
    for text in ("2025-09-01 00:01 EDT", "A. GL 1 ends", "text that was not verified"):
        assert text in page
    assert "Software, not legal advice." in page


@pytest.mark.parametrize("form", ["txt", "md", "html"])
def test_outcomes_are_words(form: str) -> None:
    page = as_read(form, FORMATS[form](through_time())).lower()
    for row in through_time():
        assert say(f"word.{row.outcome}").lower() in page


@pytest.mark.parametrize("made", BOTH)
def test_the_document_keeps_to_its_schema(made: Any) -> None:
    schema = comparison_schema()
    data = json.loads(made().to_json())
    assert not problems(data, schema, schema)
    assert made().to_json() == made().to_json()


@pytest.mark.parametrize("made", BOTH)
def test_the_page_is_sound_and_stands_alone(made: Any) -> None:
    page = Page(made().to_html())
    assert not page.problems
    assert not set(page.tags) & {"script", "img", "iframe", "link"}
    outside = [v for _, name, v in page.attributes if name in ("href", "src") and v[:1] != "#"]
    assert not outside
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert ("svg", "role", "img") in page.attributes
    labels = [v for tag, name, v in page.attributes if (tag, name) == ("svg", "aria-label")]
    assert labels
    assert all("the table below says the same" in label for label in labels)


def test_the_picture_tells_outcomes_apart_without_colour() -> None:
    html = through_time().to_html()
    picture = html[html.index('<svg class="time"') :]
    picture = picture[: picture.index("</svg>")]
    for row in through_time().timeline or ():
        for one in row.stretches:
            name = one.outcome.name.lower().replace("_", "-")
            assert f'<g class="{name}"><title>' in picture
    fills = [f".{o.name.lower().replace('_', '-')} .band{{fill:" for o in Outcome]
    assert [fill for fill in fills if fill in html] == fills[:3]  # the last one has none
    for fill in ("url(#sr-hatch)", "url(#sr-dots)", "stroke-dasharray"):
        assert fill in html


def test_hostile_names_make_no_tag_and_steer_no_terminal() -> None:
    page = Page(hostile().to_html())
    assert "script" not in page.tags
    assert not any(name.startswith("on") for _, name, _ in page.attributes)
    assert "\x1b" not in hostile().to_html()
    for form in ("txt", "md", "html"):
        text = FORMATS[form](hostile())
        assert not any(ord(c) < 32 and c != "\n" for c in text)
        assert "\u202e" not in text
    assert "<script" not in hostile().to_markdown().replace("\\<script", "")


def test_a_memo_row_is_one_line_with_as_many_cells_as_its_head() -> None:
    for line in hostile().to_markdown().splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 5  # a head and three regimes, or four


def test_text_is_as_narrow_as_it_is_asked_to_be() -> None:
    lines = to_text(through_time(), width=60).splitlines()
    assert max(map(len, lines)) <= 80  # a digest cannot be broken
    assert to_fragment(through_time()).startswith("<style>")


def test_a_comparison_shows_itself() -> None:
    assert repr(through_time()).startswith("<Comparison aa: PROHIBITED; bb: NOT_PROHIBITED")
    assert str(through_time()) == through_time().explain()
