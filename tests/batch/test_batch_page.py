"""The page on batches names every option and column. Its examples run in `test_documents.py`."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from documents import ROOT

from sanctions_rules.batch.results import IDS
from sanctions_rules.batch.sources import SUFFIXES
from sanctions_rules.tabular import MOMENT_ENDS, NUMBER_ENDS

PAGE = (ROOT / "docs" / "batch.md").read_text("utf-8")


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
