"""The page on batches: what it shows is run, and what it names is there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from test_documents import ROOT, Block, check, check_printed, commands, split

from sanctions_rules.batch.results import IDS
from sanctions_rules.batch.sources import SUFFIXES
from sanctions_rules.tabular import MOMENT_ENDS, NUMBER_ENDS

PAGE = (ROOT / "docs" / "batch.md").read_text("utf-8")
BLOCKS = [b for b in split(PAGE)[0] if b.language != "text"]


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_what_is_shown(block: Block, tmp_path: Path) -> None:
    if block.language != "console" or block.comment != "run":
        check(block)
        return
    for words, shown in commands(block):
        # In a folder of its own, in which the examples lie as they do in the checkout.
        if not (tmp_path / "examples").exists():
            (tmp_path / "examples").mkdir()
            table = (ROOT / "examples" / "shipments.csv").read_bytes()
            (tmp_path / "examples" / "shipments.csv").write_bytes(table)
        done = subprocess.run(
            [sys.executable, "-m", "sanctions_rules", *words[1:]], cwd=tmp_path,
            capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode in (1, 3), shlex.join(words) + done.stderr
        check_printed(shown, done.stdout)


def test_it_names_every_option_and_column() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "sanctions_rules", "batch", "--help"], cwd=ROOT, text=True,
        capture_output=True, env={**os.environ, "COLUMNS": "120", "NO_COLOR": "1"},
    ).stdout  # fmt: skip
    options = set(re.findall(r"(?<!\w)--[a-z][a-z-]+", shown)) - {"--help"}
    assert options and not {o for o in options if o not in PAGE}
    assert not {s for s in SUFFIXES if f"`{s}`" not in PAGE}
    ends = {f"x__{end}" for end in (*NUMBER_ENDS, *MOMENT_ENDS)}
    assert not {e for e in ends if f"`{e}`" not in PAGE}
    assert not {n for n in (*IDS, "outcome", "duties", "missing") if f"`us_{n}`" not in PAGE}
