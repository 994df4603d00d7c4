"""Each malformed rule file earns exactly the message beside it.

`NAME.rules` is compiled together with `common.rules`; `NAME.csv` and `NAME.lock` are its annex and
its lock where it has any. `NAME.expected` is everything that is said, word for word. After a
change: `python tests/language/test_bad.py --record`, and review the difference as a lawyer would.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from sanctions_rules.diagnostics import Diagnostic, RulebookError, render
from sanctions_rules.language.compile import compile_rulebook

BAD = Path(__file__).parent / "bad"
NAMES = sorted(path.stem for path in BAD.glob("*.rules") if path.stem != "common")
#: Files that only look odd: they load, and nothing is said of them.
FINE = ("bom-and-crlf-are-fine", "tabs-are-fine")


def files_of(name: str) -> dict[str, bytes]:
    found = {file: (BAD / file).read_bytes() for file in ("common.rules", f"{name}.rules")}
    if (BAD / f"{name}.csv").is_file():
        found[f"{name}.csv"] = (BAD / f"{name}.csv").read_bytes()
    if (BAD / f"{name}.lock").is_file():
        found["annexes.lock"] = (BAD / f"{name}.lock").read_bytes()
    return found


def said(name: str) -> tuple[tuple[Diagnostic, ...], str]:
    """Every problem of the file, and the text that a reader sees."""
    try:
        compiled = compile_rulebook(files_of(name))
    except RulebookError as error:
        return error.problems, str(error) + "\n"
    text = render(compiled.warnings, compiled.sources)
    return compiled.warnings, text + "\n" if text else ""


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_file_earns_its_message(name: str) -> None:
    expected = BAD / f"{name}.expected"
    assert expected.is_file(), f"record it: python {Path(__file__).name} --record"
    assert said(name)[1] == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_message_is_one_plain_sentence(name: str) -> None:
    """Lower case, no full stop, no word of Python, backticks in pairs; about the file itself."""
    problems, _ = said(name)
    assert bool(problems) == (name not in FINE)
    for problem in problems:
        for text in (problem.message, problem.label):
            plain = re.sub(r"`[^`]*`", "", text)
            assert "`" not in plain
            assert not re.match("[A-Z][a-z]", plain), text
            assert not text.endswith("."), text
            assert "\n" not in text
            assert not re.search(
                r"\b(NoneType|dict|tuple|str|int|token|NAME|DOTTED|PROPER|Traceback)\b", plain
            ), text
        assert "`" not in re.sub(r"`[^`]*`", "", problem.help)
        assert re.fullmatch(r"[a-z][a-z.-]+", problem.code)
        place = problem.span.file if problem.span else problem.path
        assert place == f"{name}.rules", f"reported in {place or 'no file'}"


def test_every_expected_message_has_its_file() -> None:
    kept = {path.stem for path in BAD.glob("*.expected")}
    assert kept == set(NAMES)
    assert len(NAMES) >= 30


def record() -> None:
    for name in NAMES:
        (BAD / f"{name}.expected").write_text(said(name)[1], encoding="utf-8")
    for path in BAD.glob("*.expected"):
        if path.stem not in NAMES:
            path.unlink()


if __name__ == "__main__":
    if sys.argv[1:] != ["--record"]:
        sys.exit("usage: python tests/language/test_bad.py --record")
    record()
