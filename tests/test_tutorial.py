"""The tutorials run: every file in them is written, every command run, every line shown is printed.

`<!-- file NAME -->` before a block writes it, `<!-- append NAME -->` adds to it, `<!-- run -->` runs the
commands and looks for the lines below each (`…` stands for left-out lines, or for a line's start).
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from test_documents import Block, split

DOCS = Path(__file__).resolve().parent.parent / "docs"
TUTORIALS = sorted(path.stem for path in DOCS.glob("tutorial_*.md"))


def blocks_of(tutorial: str) -> list[Block]:
    return split((DOCS / f"{tutorial}.md").read_text(encoding="utf-8"))[0]


def run(block: Block, folder: Path) -> None:
    command = ""
    output: list[str] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            command = line[2:]
            name, *arguments = shlex.split(command)
            assert name == "sanctions-rules", line
            done = subprocess.run(
                [sys.executable, "-m", "sanctions_rules", *arguments], cwd=folder, text=True,
                capture_output=True, encoding="utf-8", check=False,
                env={**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1"},
            )  # fmt: skip
            output = (done.stdout + done.stderr).splitlines()
        elif line == "…":
            continue
        elif line.startswith("…"):
            assert any(o.endswith(line[1:]) for o in output), (command, line, output)
        else:
            assert line in output, (command, line, output)


def test_there_is_one_for_a_programme_and_one_for_a_regime() -> None:
    assert {"tutorial_new_programme", "tutorial_new_regime"} <= set(TUTORIALS)


@pytest.mark.parametrize("tutorial", TUTORIALS)
def test_tutorial(tutorial: str, tmp_path: Path) -> None:
    done = {"file": 0, "append": 0, "run": 0}
    for block in blocks_of(tutorial):
        what, _, name = block.comment.partition(" ")
        if what not in done:
            continue
        done[what] += 1
        path = tmp_path / name
        if what == "run":
            run(block, tmp_path)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") + "\n" if what == "append" else ""
        path.write_text(before + block.text + "\n", encoding="utf-8")
    assert all(done.values()), done


@pytest.mark.parametrize("tutorial", TUTORIALS)
def test_a_tutorial_needs_no_python(tutorial: str) -> None:
    assert {block.language for block in blocks_of(tutorial)} <= {"rules", "toml", "console", ""}
