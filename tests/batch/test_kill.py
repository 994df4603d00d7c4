"""A batch that is killed at any moment and carried on writes what an undisturbed one writes."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
import tables

sys.path.append(str(Path(__file__).parent))

from kill_and_resume import command, differing, keys_of, killed_and_resumed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")


def test_three_kills(tmp_path: Path) -> None:
    number = 20_000
    rows = tables.table(number // 4)
    keys = pa.array([f"row-{i:07}" for i in range(number - 10)] + ["row-0000000"] * 10)
    given = pa.concat_tables([rows] * 4).set_column(0, "key", keys)
    path = tables.parquet(tmp_path / "rows.parquet", given, 500)
    rules = tables.rulebook(tmp_path)
    words = [str(path), "--rules", str(rules), "--keep", "note", "--part-rows", "500",
             "--processes", "2"]  # fmt: skip
    whole = tmp_path / "whole"
    done = subprocess.run(command([*words, "--out", str(whole)]), capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    parts = killed_and_resumed(words, tmp_path / "killed", 3, 40, 3.0, random.Random(20))
    assert len(parts) == 3
    assert not differing(whole, tmp_path / "killed")
    assert len(keys_of(tmp_path / "killed").unique()) == number - 10
