"""What the tests of pages share: decided scenarios, the formats, and a case with hostile names."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from conftest import all_scenarios

from sanctions_rules.decision import Decision
from sanctions_rules.read import build_case
from sanctions_rules.render.data import to_json
from sanctions_rules.render.html import to_html
from sanctions_rules.render.memo import to_markdown
from sanctions_rules.render.text import to_text
from sanctions_rules.rulebooks import load
from sanctions_rules.scenario import Scenario

GOLDEN: Final = Path(__file__).parent / "golden"

#: Golden documents: file name, scenario.
GOLDEN_SCENARIOS: Final = {
    "diamond_prohibited": "a: entered 2024-03-01, judged transformed",
    "pollock_undetermined": "b: entered 2023-12-22, no judgement",
    "pollock_authorised": "b: entered 2023-12-22, judged transformed",
    "bank_exposed": "A Turkish bank pays for an importer designated for technology,"
    " and the payment was judged significant",
}

FORMATS: Final[dict[str, Callable[[Decision, str], str]]] = {
    "txt": lambda decision, base: to_text(decision, base=base),
    "md": to_markdown,
    "json": to_json,
    "html": to_html,
}

#: Names that try to be markup, to steer a terminal, or to turn the direction of reading.
HOSTILE: Final = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\x1b[31mred\x1b[0m",
    "\x9b31m",
    "\u202egnip\u2066",
    "soft\u00adhyphen\u200bzero",
    "line\nbreak\rreturn\u2028separator",
    "# heading\n## another",
    "[link](javascript:alert(1))",
    "![image](http://example.com/x.png)",
    "http://example.com/ www.example.com a@example.com",
    "**bold** _under_ `code` ~~gone~~ $x$ &amp; &#x3c;b&#x3e; | cell |",
    "“closed” it, “ opened again",
    "{subject} {0} {}",
    "- item",
    "1. item",
    "> quoted",
    "tab\tdel\x7fbell\x07",
)


@cache
def scenario_called(name: str) -> Scenario:
    return next(s for s in all_scenarios() if s.name == name)


@cache
def decided(name: str) -> Decision:
    scenario = scenario_called(name)
    return load("us").decide(
        scenario.case(), about=scenario.about, known_on=scenario.known_on,
        readings=scenario.readings,
    )  # fmt: skip


@cache
def hostile_decision() -> Decision:
    """A Russian stone, an importer and a contract, each with every hostile name there is."""
    name = " ".join(HOSTILE)
    facts: dict[str, Any] = {
        "actor": "importer " + name,
        "act": {
            "kind": "entry", "destination": "US", "events": {"entry": "2024-03-01"},
            "contract": "contract " + name,
        },
        "parties": [{"id": "importer " + name, "name": name, "organised_under": "US"}],
        "contracts": [{"id": "contract " + name}],
        "goods": [
            {
                "id": "stone " + name, "description": name, "category": "diamond",
                "stone": "non_industrial",
                "carats_each": {"value": "1.00", "source": "invoice " + name},
                "mined_in": ["RU"],
            },
            {"id": "second " + name, "category": "diamond", "stone": "non_industrial",
             "mined_in": {"unknown": "reason " + name}},
        ],
        "judgements": [{
            "question": "us.substantially_transformed", "of": "stone " + name, "answer": "yes",
            "who": "counsel " + name, "made_on": "2024-02-01", "reasons": "reasons " + name,
        }],
        "licences_held": "none",
    }  # fmt: skip
    return load("us").decide(build_case(facts, closed_by="basis " + name))


# -- reading pages back -------------------------------------------------------------------------

_VOID: Final = frozenset({"meta", "link", "br", "hr", "img", "input"})


class Page(HTMLParser):
    """A page as its tags, attributes, headings and text; `problems` where the nesting is broken."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.headings: list[tuple[int, str]] = []
        self.problems: list[str] = []
        self.text = ""
        self._stack: list[str] = []
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is not closed" for tag in self._stack]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag not in _VOID:
            self._stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self._stack or self._stack[-1] != tag:
            self.problems.append(f"</{tag}> closes nothing that is open")
        else:
            self._stack.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self._stack or "title" in self._stack:
            return
        self.text += data
        if any(re.fullmatch("h[1-6]", tag) for tag in self._stack):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)


def as_read(form: str, text: str) -> str:
    """What a reader of that format reads, without line breaks: escapes undone."""
    if form == "html":
        text = Page(text).text
    elif form == "md":
        text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    elif form == "json":
        text = re.sub(r"\\([\"\\/])", r"\1", text)
    return " ".join(text.split())
