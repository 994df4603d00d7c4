"""Fenced blocks of Markdown, and how each is run: one mechanism for README, manual and tutorials.

A block is run by its language, in a folder of its own for each document, one after another:

- `console`: each line after `$` is a command. Ours is run here, with `> FILE`, `>> FILE` and `< FILE`; `make`, `pip`,
  `git clone`, `cd` are looked at only: what they name exists. Lines below a command must be among the lines that it
  prints, in that order; `…` stands for left-out lines, at the end of a line for its rest, at the start for its start.
- `python`: runs, with the names of the blocks before it in the same document.
- `toml` and `json` parse.

A comment before a block says otherwise:

| comment | means |
|---|---|
| `file NAME`, `append NAME` | the block is written to this file, or added to it |
| `run N` | every command leaves with the exit code N |
| `printed` | what the last command or Python block printed |
| `from FILE` | a verbatim quotation from a file of the checkout |
| `not run: WHY` | looked at only: commands and options exist, Python compiles |
| `reference run` | figures of a machine; looked at by nobody |

Where no comment names an exit code, any but those of wrong usage and of an internal error will do.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from adapters.files import FULL, document, row, sdn, transfer

from sanctions_rules.author.writing import facts_text
from sanctions_rules.cli import INTERNAL, USAGE, main

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^(?P<fence>```+|~~~+)\s*(?P<language>[\w-]*)\s*$")
COMMENT = re.compile(r"^<!--\s*(?P<text>.*?)\s*-->$")
#: What stands round each document but a tutorial, whose reader begins with nothing.
LINKED = ("examples", "tests")


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
    assert found, "a console block without a command"
    return found


def check_printed(shown: list[str], printed: str) -> None:
    """Every line shown was printed, in that order."""
    actual: Iterator[str] = iter([line.rstrip() for line in printed.splitlines()])
    for line in (line.rstrip() for line in shown):
        if line.strip() in ("", "…"):
            continue
        assert any(_is_shown(line, other) for other in actual), (
            f"this line is shown, and was not printed there:\n{line}\n---\n{printed}"
        )


def _is_shown(line: str, printed: str) -> bool:
    if line.startswith("…"):
        return printed.endswith(line[1:])
    if line.endswith("…"):
        return printed.startswith(line[:-1])
    return line == printed


# -- looking only --------------------------------------------------------------------------------


def check_command(words: list[str]) -> None:
    """Raise AssertionError unless the command exists, and its options, targets and extras."""
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
        case ["sanctions-rules", *rest] | ["python" | "python3", "-m", "sanctions_rules", *rest]:
            if rest:
                inner = 2 if rest[0] == "lists" else 1  # a command that holds commands
                help = ours([*rest[:inner], "--help"]).printed
                options = {word.split("=")[0] for word in rest if word.startswith("--")}
                unknown = {name for name in options if name not in help}
                assert not unknown, f"{rest[0]} has no {', '.join(sorted(unknown))}"
        case ["python" | "python3", script, *_]:
            assert script.startswith("-") or (ROOT / script).is_file(), f"there is no file {script}"
        case (
            ["git", "clone" | "init" | "add" | "commit", *_]
            | ["cd", _]
            | ["pre-commit", "install"]
            | ["pygmentize", "-l", "sanctions-rules", _]
        ):
            pass
        case _:
            raise AssertionError(f"an unknown command is named: {shlex.join(words)}")


@dataclass(frozen=True)
class Ran:
    """What a command printed, on both streams as it came and on standard output, and its exit code."""

    printed: str
    output: str
    code: int


class _Both(io.StringIO):
    """Standard output that is seen beside the error stream, as at a terminal."""

    def __init__(self, terminal: io.StringIO) -> None:
        super().__init__()
        self._terminal = terminal

    def write(self, text: str) -> int:
        self._terminal.write(text)
        return super().write(text)


def ours(arguments: list[str], given: str = "") -> Ran:
    """Run our command here. `given`: what is typed."""
    pytest.importorskip("typer", reason="the command line needs the extra cli")
    terminal = io.StringIO()
    output = _Both(terminal)
    code = 0
    stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(given.encode()), "utf-8")
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(terminal):
            main(arguments)
    except SystemExit as left:
        code = int(left.code or 0)
    finally:
        sys.stdin = stdin
    return Ran(terminal.getvalue(), output.getvalue(), code)


# -- running -------------------------------------------------------------------------------------


@dataclass
class Sandbox:
    """The folder of one document, the Python names that it has made, and what was printed last."""

    folder: Path
    names: dict[str, Any] = field(default_factory=dict[str, Any])
    printed: str = ""

    def furnish(self) -> None:
        """What a manual may name without making it: examples, a case, rules and scenarios of one's own."""
        for name in LINKED:
            (self.folder / name).symlink_to(ROOT / name)
        shutil.copy(ROOT / "examples" / "vodka" / "case.toml", self.folder / "case.toml")
        ours(["new", str(self.folder / "mine")])
        for own in ("rules", "scenarios"):
            shutil.copytree(self.folder / "mine" / own, self.folder / f"my-{own}")
        for version in ("old", "new"):
            shutil.copytree(self.folder / "mine" / "rules", self.folder / version)
        listed = sdn(row(36, "NOBODY IN THE EXAMPLES"))
        for name in ("sdn.csv", "sdn_2024-07-02.csv", "cons_prim.csv", "prim.csv"):
            (self.folder / name).write_bytes(listed)
        (self.folder / "alt.csv").write_bytes(b'36,10,"aka","NOBODY ELSE",-0- \r\n\x1a')
        (self.folder / "payment.xml").write_text(document(transfer("A-1", FULL)), "utf-8")
        (self.folder / "answers.txt").write_text("why\nunknown\ndone\n", "utf-8")
        (self.folder / "key.txt").write_text("only for the examples of the manual", "utf-8")

    def introduce(self) -> None:
        """The names that a manual's Python may use without making them."""
        import sanctions_rules as sr

        case = sr.read_case(self.folder / "case.toml")
        self.names |= {
            "sr": sr,
            "law": sr.load(),
            "case": case,
            "json_text": facts_text(case, "json"),
        }

    def do(self, block: Block) -> None:
        """Run one block. Raises AssertionError, or what the block itself raises."""
        what, _, more = block.comment.partition(" ")
        match what, block.language:
            case (("file" | "append"), _):
                self._write(more, block.text, what == "append")
            case "printed", _:
                check_printed(block.text.splitlines(), self.printed)
            case "from", _:
                quoted = (ROOT / more).read_text("utf-8")
                assert block.text.strip() in quoted, f"not verbatim in {more}"
            case "reference", _:
                pass
            case "not", "console":
                for words, _ in commands(block):
                    check_command(words)
            case "not", "python":
                compile(block.text, str(block), "exec")
            case "not", _:
                pass
            case _, "console":
                for words, shown in commands(block):
                    self._command(words, shown, int(more) if what == "run" and more else None)
            case _, "python":
                told = io.StringIO()
                with contextlib.redirect_stdout(told):
                    exec(compile(block.text, str(block), "exec"), self.names)
                self.printed = told.getvalue()
            case _, "toml":
                tomllib.loads(block.text)
            case _, "json":
                json.loads(block.text)
            case _, "text" | "" | "rules" | "yaml":
                pass
            case _:
                raise AssertionError(f"line {block.line}: what is `{block.language}`?")

    def _write(self, name: str, text: str, more: bool) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") + "\n" if more else ""
        path.write_text(before + text, encoding="utf-8")

    def _command(self, words: list[str], shown: list[str], code: int | None) -> None:
        check_command(_plain(words))
        if words[0] == "cd":
            self.folder = self.folder / words[1]
            os.chdir(self.folder)
        if words[0] != "sanctions-rules":
            return
        given = (
            (self.folder / words[words.index("<") + 1]).read_text("utf-8") if "<" in words else ""
        )
        ran = ours(_plain(words)[1:], given)
        self.printed = ran.printed
        for mark in (">", ">>"):
            if mark in words:
                self._write(words[words.index(mark) + 1], ran.output, mark == ">>")
        assert ran.code not in (USAGE, INTERNAL), f"{shlex.join(words)}\n{self.printed}"
        assert code is None or ran.code == code, (
            f"{shlex.join(words)} left with {ran.code}\n{self.printed}"
        )
        check_printed(shown, self.printed)


def _plain(words: list[str]) -> list[str]:
    """The command without what is sent where."""
    ends = [words.index(mark) for mark in ("<", ">", ">>") if mark in words]
    return words[: min(ends)] if ends else words


def run_document(path: Path, folder: Path, bare: bool = False) -> Sandbox:
    """Run all blocks of a document, in this folder. `bare`: nothing is there to begin with."""
    box = Sandbox(folder)
    before = Path.cwd()
    os.chdir(folder)
    try:
        blocks = split(path.read_text("utf-8"))[0]
        if not bare:
            box.furnish()
        if not bare and any(block.language == "python" for block in blocks):
            box.introduce()
        for block in blocks:
            try:
                box.do(block)
            except Exception as error:
                error.add_note(f"{path.name}, line {block.line}")
                raise
    finally:
        os.chdir(before)
    return box
