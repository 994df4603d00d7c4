"""The pages of the checks, read for their examples; and the index that is made of the registry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sanctions_rules.author.coverage import coverage
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.language.compiled import Compiled
from sanctions_rules.lint import CHECKS, Report, lint
from sanctions_rules.lint.book import Book
from sanctions_rules.lint.registry import FAMILIES
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import read_scenarios

DOCS = Path(__file__).parent.parent.parent / "docs" / "lint"
PREAMBLE = (DOCS / "preamble.rules").read_text("utf-8")
SCENARIOS = DOCS / "scenario-missing.scenarios.toml"
_EXAMPLE = re.compile(r"## (Bad|Good)\n\n```rules\n(.*?)```\n", re.S)


@dataclass(frozen=True)
class Page:
    """One page: its head as a reader sees it, and its two examples."""

    text: str
    bad: str
    good: str


@cache
def page(code: str) -> Page:
    text = (DOCS / f"{code}.md").read_text("utf-8")
    examples = dict(_EXAMPLE.findall(text))
    return Page(text, examples["Bad"], examples["Good"])


def compiled(example: str) -> Compiled:
    """An example under the preamble. Raises RulebookError where it does not load."""
    return compiled_text(f"{PREAMBLE}\n{example}")


def compiled_text(text: str) -> Compiled:
    return compile_rulebook({"example.rules": text.encode()})


def linted(rules: Compiled, code: str = "") -> Report:
    """Every check over an example; the scenarios of its page too, where it is about scenarios."""
    covered = (
        coverage(Law(rules), read_scenarios(SCENARIOS)) if code == "scenario-missing" else None
    )
    return lint(Book(rules.rulebook, rules.sources, covered=covered))


def index() -> str:
    """`docs/lint/index.md`, as it has to be."""
    lines = [
        "# Checks of lint", "",
        "`sanctions-rules lint` says what loads and is likely wrong, in law or in language. What cannot be law",
        "at all is refused by `check`, and so by every command; the table at the end says which checks that",
        "people look for here are there. Every check has a page: why, a bad and a good example, how to silence it.",
        "The examples stand under [this preamble](preamble.rules), and are the inputs of the tests.", "",
        "*mended* means that `--fix` mends it. A level says how much a finding weighs: an *error* is wrong,",
        "a *warning* most likely is, *info* is a matter of style or of completeness. `--fail-on` draws the line.", "",
    ]  # fmt: skip
    for family, checks in FAMILIES.items():
        lines += [f"## {family}", "", "| check | level | |", "|---|---|---|"]
        for check in checks:
            mended = " *mended*" if check.fixes else ""
            lines.append(
                f"| [{check.code}]({check.code}.md) | {check.level} | {check.summary}{mended} |"
            )
        lines.append("")
    lines += [
        "## Refused before lint is asked", "", "| | refused as |", "|---|---|",
        *(f"| {what} | `{code}` |" for what, code in REFUSED), "",
    ]  # fmt: skip
    return "\n".join(lines)


#: What looks like a matter for lint and is an error of the language: what, and the code of the error.
REFUSED = (
    ("no interval, or one that ends before it begins", "no-in-force, empty-interval"),
    ("two versions of one text, or two definitions of one term, in force at once", "conflict.versions, conflict.definitions"),
    ("a clock time in a rule without its zone", "no-zone-label"),
    ("an amount, share or weight in a condition without its unit, or in another one", "wrong-unit, unknown-unit"),
    ("a licence that lifts nothing, or is never in force together with what it lifts", "lifts-nothing, never-together"),
    ("exceptions or definitions that come back to themselves", "cycle"),
    ("one reading alone, or none preferred", "readings"),
    ("no citation at all", "no-cites"),
    ("two rows of a table for one code at one time", "overlapping-rows"),
)  # fmt: skip


def record() -> None:
    (DOCS / "index.md").write_text(index(), encoding="utf-8")


if __name__ == "__main__":
    assert CHECKS
    record()
