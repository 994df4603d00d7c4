"""Documents that cannot drift: examples in the README work, links lead somewhere.

Every fenced block of the README is tried, by its language:

- `toml` parses; `python` compiles; in `console` every `$` line is a command that exists, with
  files, targets and extras that exist;
- `rules` says after `<!-- from FILE -->` which file it is quoted from, and stands there;
- a `python` or `console` block after `<!-- run -->` is run as well: Python must not raise, and
  each line shown below a command must be a line that it prints (`…` stands for left-out lines).
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
DOCUMENTS = sorted([README, *(ROOT / "docs").rglob("*.md")])
LANGUAGES = {"toml", "python", "console", "rules"}

FENCE = re.compile(r"^(?P<fence>```+|~~~+)\s*(?P<language>[\w-]*)\s*$")
COMMENT = re.compile(r"^<!--\s*(?P<text>.*?)\s*-->$")
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")


@dataclass(frozen=True)
class Block:
    """One fenced block: where it starts, its language, the comment before it, its text."""

    line: int
    language: str
    comment: str
    text: str

    def __str__(self) -> str:
        return f"{self.language}-line-{self.line}"


def split(text: str) -> tuple[list[Block], str]:
    """The fenced blocks of a Markdown text, and the prose without them."""
    blocks: list[Block] = []
    prose: list[str] = []
    lines = enumerate(text.splitlines(), start=1)
    comment = ""
    for number, line in lines:
        opened = FENCE.match(line)
        if opened is None:
            prose.append(line)
            marked = COMMENT.match(line)
            # A blank line between the comment and its block is allowed.
            comment = marked["text"] if marked else comment if not line.strip() else ""
            continue
        body: list[str] = []
        for _, inner in lines:
            if inner.strip() == opened["fence"]:
                break
            body.append(inner)
        else:
            raise AssertionError(f"the block opened on line {number} is never closed")
        blocks.append(Block(number, opened["language"], comment, "\n".join(body) + "\n"))
        comment = ""
    return blocks, "\n".join(prose)


def commands(block: Block) -> list[tuple[list[str], list[str]]]:
    """Each command of a console block, with the output lines shown below it."""
    found: list[tuple[list[str], list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append((shlex.split(line[2:], comments=True), []))
        elif found:
            found[-1][1].append(line)
        elif line.strip():
            raise AssertionError(f"output before the first command: {line}")
    return found


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        # Help is searched as text, so no colour, whatever the surrounding asks for.
        env=os.environ
        | {"PYTHONUTF8": "1", "COLUMNS": "100", "NO_COLOR": "1"}
        | {"_TYPER_FORCE_DISABLE_TERMINAL": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def check_command(words: list[str]) -> None:
    """Raise AssertionError unless the command exists, and all that it names."""
    match words:
        case ["make", *targets]:
            known = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
            for target in targets:
                assert "=" in target or target in known, f"make has no target {target}"
        case [("pip" | "python" | "python3"), *_] if "install" in words:
            offered = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
            for extra in re.findall(r"\[([^\]]*)\]", " ".join(words)):
                for name in extra.split(","):
                    assert name in offered["optional-dependencies"], f"there is no extra {name}"
        case ["python" | "python3", "-m", "sanctions_rules", *rest] | ["sanctions-rules", *rest]:
            if rest:
                pytest.importorskip("typer", reason="the command line needs the extra cli")
                shown = run("-m", "sanctions_rules", rest[0], "--help")
                assert shown.returncode == 0, shown.stdout + shown.stderr
                options = {word.split("=")[0] for word in rest if word.startswith("--")}
                unknown = {name for name in options if name not in shown.stdout}
                assert not unknown, f"{rest[0]} has no {', '.join(sorted(unknown))}"
            check_files(rest)
        case ["python" | "python3", *rest] if rest:
            check_files(rest)
        case ["git", "clone", *_] | ["cd", _]:
            pass
        case _:
            raise AssertionError(f"the README names an unknown command: {shlex.join(words)}")


def check_files(words: list[str]) -> None:
    for word in words:
        if re.match(r"^[\w./-]+\.(toml|json|yaml|py|rules)$", word):
            assert (ROOT / word).is_file(), f"there is no file {word}"


def check_printed(shown: list[str], printed: str) -> None:
    """Every line shown was printed, in that order."""
    actual: Iterator[str] = iter([line.rstrip() for line in printed.splitlines()])
    for line in shown:
        if line.strip() in ("", "…"):
            continue
        assert any(line.rstrip() == other for other in actual), (
            f"the README shows this line, which was not printed there:\n{line}\n---\n{printed}"
        )


def check(block: Block) -> None:
    assert block.language in LANGUAGES, f"line {block.line}: say which of {LANGUAGES} this is"
    match block.language:
        case "toml":
            tomllib.loads(block.text)
        case "python":
            compile(block.text, f"README.md:{block.line}", "exec")
            if block.comment == "run":
                done = run("-c", block.text)
                assert done.returncode == 0, done.stderr
        case "console":
            found = commands(block)
            assert found, "a console block without a command"
            for words, shown in found:
                check_command(words)
                if block.comment == "run":
                    assert words[0] == "sanctions-rules", f"only our own command is run: {words}"
                    check_printed(shown, run("-m", "sanctions_rules", *words[1:]).stdout)
        case _:
            origin = re.fullmatch(r"from (\S+)", block.comment)
            assert origin, f"line {block.line}: say <!-- from FILE --> before a rules block"
            file = (ROOT / origin[1]).read_text("utf-8")
            assert block.text.strip() in file, f"not verbatim in {origin[1]}"


def anchors(path: Path) -> set[str]:
    """The anchors of a Markdown file's headings, as the usual hosts make them."""
    prose = split(path.read_text("utf-8"))[1]
    headings = re.findall(r"^#+\s+(.+?)\s*$", prose, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(path: Path) -> list[str]:
    prose = re.sub(r"`[^`\n]*`", "", split(path.read_text("utf-8"))[1])
    dead: list[str] = []
    for match in LINK.finditer(prose):
        file, _, anchor = match["target"].partition("#")
        if re.match(r"^[a-z][a-z0-9+.-]*:", file):
            continue
        goal = path.parent / file if file else path
        if not goal.exists() or (
            anchor and goal.suffix == ".md" and anchor.lower() not in anchors(goal)
        ):
            dead.append(match["target"])
    return dead


# -- the documents -------------------------------------------------------------------------------

BLOCKS = split(README.read_text("utf-8"))[0]


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_readme_example(block: Block) -> None:
    check(block)


def test_readme_shows_every_language() -> None:
    assert {block.language for block in BLOCKS} == LANGUAGES


def test_readme_names_both_commands() -> None:
    said = {
        tuple(words)
        for block in BLOCKS
        if block.language == "console"
        for words, _ in commands(block)
    }
    assert {("make", "demo"), ("make", "test")} <= said


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files(path: Path) -> None:
    assert not dead_links(path)


# -- the test itself: it must see what is wrong --------------------------------------------------

WRONG = (
    ("toml", "", "a = ="),
    ("python", "", "def f(:\n    pass"),
    ("python", "run", "raise SystemExit(3)"),
    ("console", "", "$ make no-such-target"),
    ("console", "", "$ pip install 'sanctions-rules[no-such-extra]'"),
    ("console", "", "$ no-such-program"),
    ("console", "", "$ python examples/no_such_file.py"),
    ("console", "", "no command"),
    ("rules", "", "provision us.x §1"),
    ("rules", "from pyproject.toml", "provision us.x §1"),
    ("", "", "what is this?"),
)


@pytest.mark.parametrize(("language", "comment", "text"), WRONG)
def test_a_wrong_block_is_seen(language: str, comment: str, text: str) -> None:
    (block,), _ = split(f"<!-- {comment} -->\n```{language}\n{text}\n```\n")
    with pytest.raises((AssertionError, SyntaxError, tomllib.TOMLDecodeError)):
        check(block)


def test_an_open_block_is_seen() -> None:
    with pytest.raises(AssertionError, match="line 2 is never closed"):
        split("text\n```toml\na = 1\n")


def test_a_line_that_was_not_printed_is_seen() -> None:
    check_printed(["one", "…", "three"], "one\ntwo\nthree\n")
    with pytest.raises(AssertionError, match="not printed"):
        check_printed(["three", "one"], "one\ntwo\nthree\n")


def test_a_dead_link_is_seen(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# One heading\n", "utf-8")
    page = tmp_path / "a.md"
    page.write_text(
        "[1](b.md) [2](b.md#one-heading) [3](https://example.org/x)\n"
        "[4](c.md) [5](b.md#no) `[6](d)`\n",
        "utf-8",
    )
    assert dead_links(page) == ["c.md", "b.md#no"]
