"""Every check fires on the bad example of its page and on nothing of the good one; fixes mend.

The pages are the inputs. After a change of the registry: `python tests/lint/pages.py` writes the
index anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lint.pages import DOCS, REFUSED, compiled, compiled_text, index, linted, page

from sanctions_rules import language
from sanctions_rules.language.slots import ORDER
from sanctions_rules.lint import CHECKS
from sanctions_rules.lint.running import mended

CODES = sorted(CHECKS)
FIXED = [code for code in CODES if CHECKS[code].fixes]


@pytest.mark.parametrize("code", CODES)
def test_fires_on_its_bad_example_and_nothing_else_does(code: str) -> None:
    fired = {f.check.code for f in linted(compiled(page(code).bad), code).findings}
    # A silence that silences nothing leaves what it was to silence.
    beside = {"title-full-stop"} if code == "silence-without-reason" else set[str]()
    assert fired == {code, *beside}


@pytest.mark.parametrize("code", CODES)
def test_nothing_fires_on_its_good_example(code: str) -> None:
    assert [f.found.message for f in linted(compiled(page(code).good), code).findings] == []


@pytest.mark.parametrize("code", FIXED)
def test_its_fix_leaves_nothing_to_say(code: str) -> None:
    rules = compiled(page(code).bad)
    changed = mended(linted(rules).findings, rules.sources)
    assert list(changed) == ["example.rules"]
    after = compiled_text(changed["example.rules"])
    assert [f.check.code for f in linted(after).findings] == []


def test_fixes_are_said_where_they_are() -> None:
    mending = {
        code for code in CODES
        if any(f.found.fix for f in linted(compiled(page(code).bad), code).findings if f.check.code == code)
    }  # fmt: skip
    assert mending == set(FIXED)


@pytest.mark.parametrize("code", CODES)
def test_its_page_says_what_the_registry_says(code: str) -> None:
    check = CHECKS[code]
    lines = page(code).text.splitlines()
    mark = " · mended by `--fix`" if check.fixes else ""
    assert lines[0] == f"# {code}"
    assert lines[2] == check.summary
    assert lines[4] == f"*{check.level}*{mark} · [all checks](index.md)"
    assert lines[6].strip(), "why"
    assert "## How to silence" in lines


def test_every_page_has_its_check_and_the_index_is_that_of_the_registry() -> None:
    assert {path.stem for path in DOCS.glob("*.md")} == {*CHECKS, "index"}
    assert (DOCS / "index.md").read_text("utf-8") == index(), "python tests/lint/pages.py"


def test_what_is_said_to_be_refused_elsewhere_is() -> None:
    folder = Path(language.__file__).parent
    known = "".join(file.read_text("utf-8") for file in sorted(folder.rglob("*.py")))
    for code in (code for _, codes in REFUSED for code in codes.split(", ")):
        slot = code.removeprefix("no-").replace("-", " ")
        assert f'"{code}"' in known or (code.startswith("no-") and slot in ORDER), code


def test_summaries_are_sentences_and_codes_are_words() -> None:
    for code, check in CHECKS.items():
        assert check.summary[0].isupper() and check.summary.endswith(".")
        assert code == code.lower() and " " not in code
    assert len(CHECKS) >= 40
