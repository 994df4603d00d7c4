"""The command `batch`: exit codes, summary, progress, one row explained and held against its answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tables
from command import said
from tables import parquet, table

from sanctions_rules.batch.running import Progress
from sanctions_rules.cli import batching

DIAMOND = {
    "act": {"kind": "import", "destination": "US", "events": {"conduct": "2024-06-01"}},
    "goods": [{"category": "diamond"}], "licences_held__none": True,
}  # fmt: skip
COAL = {**DIAMOND, "goods": [{"category": "coal"}]}
OPEN = {**DIAMOND, "goods": [{"id": "a"}]}
BAD = {**DIAMOND, "goods": [{"category": "diamnd"}]}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tables.rulebook(tmp_path_factory.mktemp("rules"))


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    array = pa.array([{"key": f"k{i}", **r} for i, r in enumerate(rows)])
    made = pa.Table.from_batches([pa.RecordBatch.from_struct_array(array)])
    return parquet(folder / "cases.parquet", made)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], 0), ([COAL], 0), ([COAL, OPEN], 4), ([COAL, OPEN, DIAMOND], 1),
        ([COAL, OPEN, DIAMOND, BAD], 3), ([BAD], 3),
    ],
)  # fmt: skip
def test_exit_codes(
    capsys: pytest.CaptureFixture[str], rules: Path, tmp_path: Path, rows: list[Any], code: int
) -> None:
    path = written(tmp_path, COAL, *rows)
    left, out, err = said(
        capsys, "batch", path, "--rules", rules, "--out", tmp_path / "out", "--processes", "1"
    )
    assert left == code and not err
    assert out.startswith(f"{len(rows) + 1} rows: ")
    if code == 4:
        again = ("batch", path, "--rules", rules, "--out", tmp_path / "out", "--resume")
        assert said(capsys, *again, "--allow-undetermined")[0] == 0
        assert "1 parts were there already" in said(capsys, *again)[1]


def test_wrong_usage(capsys: pytest.CaptureFixture[str], rules: Path, tmp_path: Path) -> None:
    path = written(tmp_path, COAL)
    out = tmp_path / "out"
    for words, told in (
        (["--out", out, "--regime", "xx"], "there is no rulebook of `xx`"),
        (["--out", out, "--engine", "x", "--rules", rules], "no engine is called `x`"),
        ([], "--out"), (["--out", out, "--with", "us"], "--with"),
    ):  # fmt: skip
        code, _, err = said(capsys, "batch", path, *words)
        assert code == 2 and told in err
    code, _, err = said(capsys, "batch", tmp_path / "no.parquet", "--out", out, "--rules", rules)
    assert code == 2 and "there is no file" in err
    code, _, err = said(capsys, "batch", path, "--out", out, "--rules", rules, "--key", "id")
    assert code == 3 and "no column `id`" in err and "cases.parquet" in err
    assert said(capsys, "batch", path, "--out", out, "--rules", rules)[0] == 0
    code, _, err = said(capsys, "batch", path, "--out", out, "--rules", rules)
    assert code == 2 and "there is a batch in" in err
    code, _, err = said(
        capsys, "batch", path, "--out", out, "--rules", rules, "--resume", "--no-missing"
    )
    assert code == 2 and "whether missing facts are told" in err


def test_summary(capsys: pytest.CaptureFixture[str], rules: Path, tmp_path: Path) -> None:
    path = parquet(tmp_path / "cases.parquet", table(400))
    words = ("batch", path, "--rules", rules, "--keep", "note")
    _, text, _ = said(capsys, *words, "--out", tmp_path / "text")
    code, out, _ = said(capsys, *words, "--out", tmp_path / "json", "--summary", "json")
    found = json.loads(out)
    assert code == 1 and found["rows"] == found["decided"] == 400
    assert found == json.loads((tmp_path / "json" / "summary.json").read_text())
    rows = [
        r for f in (tmp_path / "json" / "answers").iterdir() for r in pq.read_table(f).to_pylist()
    ]
    for outcome in ("PROHIBITED", "UNDETERMINED", "AUTHORISED", "NOT_PROHIBITED"):
        number = sum(r["zz_outcome"] == outcome for r in rows)
        assert found["outcomes"][f"zz {outcome}"] == number and f"{number:,}" in text
    fired = sum("zz.act §1" in r["zz_fired"] for r in rows)
    assert found["norms"]["zz fired zz.act §1"] == fired
    assert "prohibited by" in text and "zz.act §1" in text and "lifted" in text


def test_one_row_explained(capsys: pytest.CaptureFixture[str], rules: Path, tmp_path: Path) -> None:
    path = written(tmp_path, COAL, DIAMOND, BAD)
    for format in ("parquet", "csv", "arrow"):
        out = tmp_path / format
        words = ("batch", path, "--rules", rules, "--out", out, "--format", format)
        code, text, err = said(capsys, *words, "--explain", "k1")
        assert code == 1 and "no answer of it was written yet" in err
        said(capsys, *words)
        code, text, err = said(capsys, *words, "--explain", "k1")
        assert code == 1 and "PROHIBITED" in text and "s. 1" in text
        assert "row 2 of cases.parquet: the same answer as was written" in err
        assert said(capsys, *words, "--explain", "k0")[0] == 0
        code, text, _ = said(capsys, *words, "--explain", "k2")
        assert code == 3 and "row 3 of cases.parquet was set aside" in text and "diamnd" in text
        code, _, err = said(capsys, *words, "--explain", "k9")
        assert code == 2 and "no row has the key `k9`" in err
    # An answer that is not the interpreter's is told, with both.
    (file,) = (tmp_path / "parquet" / "answers").iterdir()
    held = pq.read_table(file)
    forged = pa.array(["NOT_PROHIBITED"] * held.num_rows)
    pq.write_table(held.set_column(1, "zz_outcome", forged), file)
    words = ("batch", path, "--rules", rules, "--out", tmp_path / "parquet")
    code, _, err = said(capsys, *words, "--explain", "k1")
    assert code == 1 and "the answer that was written differs" in err
    assert "zz_outcome: NOT_PROHIBITED was written, PROHIBITED by the interpreter" in err


def test_progress_at_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with batching._shown() as tell:
        tell(Progress("rows", 1, 10))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with batching._shown() as tell:
        for rows in range(0, 1_001, 100):
            tell(Progress("rows", rows, 1_000))
    assert "1000/1000" in capsys.readouterr().err


MEMORY = """
import resource, sys
from sanctions_rules.cli import main
try:
    main(sys.argv[1:])
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read as on Linux")
def test_memory_is_flat(rules: Path, tmp_path: Path) -> None:
    """Four times the rows, the same memory: nothing is kept of a row that is done."""
    few = table(5_000)
    peaks: list[float] = []
    for times in (20, 80):
        path = tmp_path / f"{times}.parquet"
        with pq.ParquetWriter(path, few.schema) as writer:
            for number in range(times):
                keys = pa.array([f"{number}-{i}" for i in range(5_000)])
                writer.write_table(few.set_column(0, "key", keys))
        words = ["batch", path, "--rules", rules, "--out", tmp_path / f"out{times}", "--keep", "note",
                 "--processes", "1", "--no-missing", "--part-rows", "50000"]  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, *map(str, words)], capture_output=True, text=True,
            env=os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system"},
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        peaks.append(int(done.stderr.split()[-1]) / 1024)
    assert peaks[1] < peaks[0] + 60, f"MiB at the most: {peaks}"
