"""Each malformed rule file earns exactly the message beside it, and nothing else.

`pytest tests/language/test_bad.py --record-messages` writes the messages anew, for review as a diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language.compile import compile_rulebook

BAD = Path(__file__).parent / "bad"
FILES = sorted(BAD.glob("*.rules"))


def message(path: Path) -> str:
    try:
        compile_rulebook({path.name: path.read_bytes()})
    except RulebookError as error:
        return str(error) + "\n"
    return "it loads\n"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_message(path: Path, request: pytest.FixtureRequest) -> None:
    expected = path.with_suffix(".expected")
    got = message(path)
    if request.config.getoption("--record-messages"):
        expected.write_text(got, encoding="utf-8")
    assert got != "it loads\n"
    assert got == expected.read_text(encoding="utf-8")


def test_there_are_enough_and_none_is_left_over() -> None:
    assert len(FILES) >= 30
    assert {p.stem for p in BAD.glob("*.expected")} == {p.stem for p in FILES}


def test_bom_line_ends_and_tabs_are_no_mistake() -> None:
    text = (BAD.parent.parent / "small.py").read_text("utf-8").split('HEAD = """')[1].split('"""')[0]
    for data in (b"\xef\xbb\xbf" + text.encode(), text.replace("\n", "\r\n").encode(), text.replace("  ", "\t").encode()):
        assert compile_rulebook({"zz.rules": data}).program.heads
