"""The documentation site: every text of the law, every construct, operator, message and name has
its place, links within lead somewhere, and the whole builds without a warning where mkdocs is.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import sanctions_rules as sr
from sanctions_rules.core import OPERATORS
from sanctions_rules.language.slots import ORDER, SHAPES
from sanctions_rules.values import Truth, all_of, any_of
from sitepages import (
    codes,
    constructs,
    documents,
    gallery,
    interface,
    language,
    law,
    operators,
    pages,
)
from sitepages.book import Book

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2024, 3, 1)
ANCHOR = re.compile(r"\{ #([\w.-]+) \}|<a id=\"([\w.-]+)\">")
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]*)\)")
FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.M | re.S)


@cache
def site() -> dict[str, str]:
    pytest.importorskip("typer", reason="the reference of commands needs the extra cli")
    return pages(DAY)


@cache
def book() -> Book:
    return Book(sr.load(), DAY)


@cache
def anchors(page: str) -> frozenset[str]:
    return frozenset(a or b for a, b in ANCHOR.findall(site()[page]))


def handwritten(page: str) -> bool:
    return (ROOT / "docs" / page).is_file()


def dead_links(page: str, text: str) -> list[str]:
    """Links of a generated page to no page, or to no anchor of a generated one."""
    found: list[str] = []
    for match in LINK.finditer(re.sub(r"<code>.*?</code>", "", FENCED.sub("", text))):
        target, _, anchor = match["target"].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        goal = os.path.normpath(os.path.join(os.path.dirname(page), target)) if target else page
        if goal not in site():
            if not handwritten(goal):
                found.append(match["target"])
        elif anchor and anchor not in anchors(goal) and goal not in documents.published().values():
            found.append(match["target"])
    return found


# -- the law -------------------------------------------------------------------------------------


def test_every_text_of_the_law_has_a_section_of_its_own() -> None:
    seen: set[str] = set()
    for block in book().blocks:
        place = book().places[id(block)]
        assert place.page in site(), block.id
        if block.kind != "instrument":
            assert str(place) not in seen, f"{block.id} shares its anchor"
            seen.add(str(place))
            assert place.anchor in anchors(place.page), block.id
    assert len(seen) > 800


def test_a_section_says_what_is_known_of_its_text() -> None:
    text = site()["law/us/eo14068.md"]
    section = text.partition("{ #1-a-i-b }")[2].partition("\n## ")[0]
    assert "E.O. 14068 s. 1(a)(i)(B)" in section
    assert f"Status on {DAY}\n:   ● in force" in section
    assert "text checked against the primary source, 2026-08-21" in section
    assert "[us.det&#95;diamonds §1](det_diamonds.md#1)" in section, "what fills it"
    assert "[us.gl104](gl104.md#text)" in section, "what lifts it"
    assert "  and         any of" in section.replace("    and", "  and"), "the rule itself"


def test_a_status_is_that_of_the_day() -> None:
    """General License 17 ran for two weeks in March 2022."""
    assert "× ended" in site()["law/us/gl17a.md"]
    then = law.pages(Book(sr.load(), date(2022, 3, 25)))
    assert "◐ in force for part of the day" in then["law/us/gl17a.md"]


def test_coverage_is_shown_where_it_was_counted(tmp_path: Path) -> None:
    block = book().rulebook.by_id["us.gl17"][0]
    file, _, line = book().rulebook.place(block).rpartition(":")
    seen = {"true": {"scenarios": 3, "first": "a"}}
    text = {"file": file, "line": int(line), "seen": seen, "lacking": ["unknown", "excepted"],
            "listed": {"excepted": "no text lifts it"}, "lines": [{"lacking": []}, {"lacking": ["true"]}]}  # fmt: skip
    counted = tmp_path / "coverage.json"
    counted.write_text(json.dumps({"texts": [text]}), "utf-8")
    page = law.pages(book(), counted)["law/us/gl17.md"]
    assert (
        "Seen by scenarios\n:   true in 3; never unknown; never excepted: no text lifts it; "
        "1 of 2 lines in every way" in page
    )
    assert "Seen by scenarios" not in site()["law/us/gl17.md"]


@pytest.mark.parametrize("room", ["law", "language", "errors", "reference", "index.md", "examples"])
def test_links_lead_somewhere(room: str) -> None:
    dead = {
        page: found
        for page, text in site().items()
        if page.startswith(room) and (found := dead_links(page, text))
    }
    assert not dead


def test_a_dead_link_is_seen() -> None:
    text = "[1](us/index.md) [2](us/nothing.md) [3](us/eo14068.md#nothing) `[4](x.md)`"
    assert dead_links("law/index.md", text.replace("`[4](x.md)`", "<code>[4](x.md)</code>")) == [
        "us/nothing.md", "us/eo14068.md#nothing",
    ]  # fmt: skip


def test_text_of_the_law_is_no_markup() -> None:
    from sitepages.markdown import code, fenced, plain

    assert (
        re.search(r"[<>`*_\[\]|#]", re.sub(r"&#\d+;", "", plain("a_b <i> `x` [y](z) *b* | #")))
        is None
    )
    assert "|" not in code("a | b") and "<b>" not in code("<b>")
    assert fenced("```\nx\n```").startswith("```` {")


# -- language, operators -------------------------------------------------------------------------


def test_each_named_line_of_the_grammar_is_told_with_a_text_that_has_it() -> None:
    lines = [one for part in constructs.sections() for one in part.productions]
    named = [one for one in lines if one.name]
    assert len(named) > 100
    for one in named:
        assert language.sentence_of(one), f"words.toml has no sentence for `{one.name}`"
        assert language.example_of(one), f"no rule file has a `{one.name}`"
    ours = [
        one
        for one in named
        if (e := language.example_of(one)) and e.from_ in ("us", "eu", "uk", "g7")
    ]
    assert len(ours) >= 0.9 * len(named), "examples come from the law"


def test_no_sentence_is_about_something_that_is_gone() -> None:
    said = language.sentences()
    lines = [one for part in constructs.sections() for one in part.productions]
    assert set(said["slots"]) == set(ORDER)
    assert set(said["blocks"]) == set(SHAPES)
    assert set(said["lines"]) <= {one.name for one in lines}
    assert set(said["unnamed"]) <= {one.rule for one in lines}


def test_every_operator_has_its_table() -> None:
    assert set(operators.TRIED) == set(OPERATORS)
    page = site()[operators.PAGE]
    assert "| true | unknown | **unknown** | no | yes |" in page
    for a in Truth:
        for b in Truth:
            assert operators.answered("and", [a, b]) is all_of([a, b])
            assert operators.answered("or", [a, b]) is any_of([a, b])


# -- messages ------------------------------------------------------------------------------------


def test_every_code_that_a_bad_input_earns_is_in_the_gallery() -> None:
    shown = {code for names in gallery.codes_by_page().values() for code in names}
    earned = {c for one in (*gallery.bad_rules(), *gallery.bad_facts()) for c in one.codes}
    assert len(earned) > 100
    assert earned <= shown
    for page, names in gallery.codes_by_page().items():
        for name in names:
            assert f"## {name} {{ #" in site()[page]


def test_codes_are_found_in_the_source() -> None:
    """Those that hostile input earns, apart from certificates, tables and whole commands."""
    from hostile.all_inputs import INPUTS

    wanted = {
        i.code
        for i in INPUTS
        if i.path in ("rules", "json", "yaml", "toml", "list", "message", "record")
    }
    shown = {code for names in gallery.codes_by_page().values() for code in names}
    assert wanted - shown == set()
    assert all(r.said or r.help or r.code for places in codes.reports().values() for r in places)


def test_the_gallery_says_what_the_tests_expect() -> None:
    """The input is compiled anew when the page is made; the words are those recorded beside it."""
    for one in gallery.bad_rules():
        expected = (gallery.BAD / f"{one.name}.expected").read_text("utf-8")
        assert one.said.strip() == expected.strip(), one.name


# -- interface, documents ------------------------------------------------------------------------


def test_every_public_name_is_in_the_reference() -> None:
    told = [name for names in interface.NAMES.values() for name in names]
    assert sorted(told) == sorted(sr.__all__)


def test_every_command_and_option_is_in_the_reference() -> None:
    from typer.main import get_command

    from sanctions_rules.cli.commands import app

    top: Any = get_command(app)
    page = site()[interface.COMMANDS]
    for name, command in top.commands.items():
        section = page.partition(f"## {name} {{ #{name} }}")[2].partition("\n## ")[0]
        assert section, name
        for parameter in command.params:
            for word in parameter.opts if parameter.param_type_name == "option" else ():
                assert f"{word}" in section.replace("&#45;", "-"), f"{name} {word}"


def test_every_document_is_in_the_navigation() -> None:
    """A new document under docs/ needs a line under `nav` in docs/site/mkdocs.yml."""
    config = (ROOT / "docs/site/mkdocs.yml").read_text("utf-8")
    nav = config.partition("\nnav:\n")[2]
    listed = set(re.findall(r"([\w/.-]+\.md)\s*$", re.sub(r"#.*", "", nav), re.M))
    written = {p.name for p in (ROOT / "docs").glob("*.md")}
    assert written - listed == set()
    assert {p for p in listed if p not in site() and not handwritten(p)} == set()


def test_links_out_of_the_site_keep_their_words() -> None:
    moved = documents.rewritten(
        "README.md", "[a](docs/batch.md#x) [b](LICENSE) [c](https://x.org) [d](examples/README.md)"
    )
    assert moved == "[a](batch.md#x) b [c](https://x.org) [d](examples/index.md)"
    assert documents.rewritten("README.md", "```\n[b](LICENSE)\n```") == "```\n[b](LICENSE)\n```"


# -- the whole -----------------------------------------------------------------------------------


def test_the_site_builds_without_a_warning_and_fetches_nothing(tmp_path: Path) -> None:
    for name in ("mkdocs", "material", "mkdocstrings"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed (extra `docs`)")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", "docs/site/mkdocs.yml",
         "--site-dir", str(tmp_path)],
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=600, check=False,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    built = list(tmp_path.rglob("*.html"))
    assert len(built) > 250
    for page in built:
        text = page.read_text("utf-8")
        foreign = re.findall(
            r"<(?:script|img|iframe|source)[^>]*src=\"?(?:https?:)?//[^\s>]*", text
        )
        foreign += re.findall(r"<link[^>]*href=\"?(?:https?:)?//[^\s>]*", text)
        assert not foreign, page.name
