"""The tutorial runs: every file in it is written, every command run, every line shown is printed.

`<!-- file NAME -->` before a block writes it, `<!-- append NAME -->` adds to it, `<!-- run -->` runs the
commands and looks for the lines below each (`…` stands for left-out lines, or for a line's start).
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from test_documents import Block, split

TUTORIAL = Path(__file__).resolve().parent.parent / "docs" / "tutorial_new_programme.md"


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


def test_tutorial(tmp_path: Path) -> None:
    blocks, _ = split(TUTORIAL.read_text(encoding="utf-8"))
    done = {"file": 0, "append": 0, "run": 0}
    for block in blocks:
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


def test_the_tutorial_needs_no_python() -> None:
    blocks, _ = split(TUTORIAL.read_text(encoding="utf-8"))
    assert {block.language for block in blocks} <= {"rules", "toml", "console", ""}
