"""Kill a batch at random moments, carry it on, and hold what it wrote against an undisturbed run.

    python tests/batch/kill_and_resume.py --rows 10000000 --law flat --kills 10
    python tests/batch/kill_and_resume.py --rows 1000000 --law whole --kills 10

`make batch-kill` runs both. The batch and all its processes are killed by SIGKILL, which nothing can
prepare for. At the end every file is the same, byte for byte, as that of a run that nobody killed,
and each row of the input is in it once. Rows of the whole law are drawn from its scenarios.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

#: A fact of text that the items of a collection have, where they have no name.
FACT = {"performed": "duty", "judgements": "question", "listings": "source", "ownership": "source"}
#: Rows that are made at once.
CHUNK = 100_000


def command(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "sanctions_rules", "batch", *words]


def killed_and_resumed(
    words: Sequence[str], out: Path, kills: int, of: int, span: float, rng: random.Random
) -> list[int]:
    """Run with `--resume` until it is done, killing it `kills` times at random moments.

    Each time within `span` seconds, or when some more of the `of` parts are there. Returns how many
    were there after each kill.
    """
    parts: list[int] = []
    while True:
        more = rng.randint(1, max(1, of // kills)) if rng.random() < 0.6 else None
        run = subprocess.Popen(
            command([*words, "--out", str(out), "--resume"]), cwd=ROOT, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            if len(parts) < kills:
                _wait(run, out, None if more is None else min(of - 1, number_of(out) + more))
                _, said = run.communicate(timeout=rng.uniform(0, span if more is None else 0.3))
            else:
                _, said = run.communicate()
        except subprocess.TimeoutExpired:
            # Half of the time the whole family, half of the time the one that leads it: then the
            # others have to notice that they are alone.
            if rng.random() < 0.5:
                os.killpg(run.pid, signal.SIGKILL)
            else:
                run.kill()
            run.communicate()
            parts.append(number_of(out))
            continue
        assert run.returncode in (0, 1, 3, 4), said.decode()
        if len(parts) >= kills:
            return parts
        # Quicker than the clock: from the beginning, and killed sooner.
        shutil.rmtree(out)
        span *= 0.7


def number_of(out: Path) -> int:
    """How many parts are there."""
    return len(list((out / "answers").glob("[!.]*"))) if out.exists() else 0


def _wait(run: subprocess.Popen[bytes], out: Path, parts: int | None) -> None:
    """Until so many parts are there, or the run has ended."""
    while parts is not None and number_of(out) < parts and run.poll() is None:
        time.sleep(0.01)


def files_of(out: Path) -> dict[str, Path]:
    return {
        str(p.relative_to(out)): p
        for p in sorted(out.rglob("*"))
        if p.is_file() and p.name != ".lock"
    }


def differing(one: Path, other: Path) -> list[str]:
    """The files that are not the same in both folders."""
    first, second = files_of(one), files_of(other)
    return [
        name
        for name in sorted({*first, *second})
        if name not in first or name not in second
        or first[name].read_bytes() != second[name].read_bytes()
    ]  # fmt: skip


def keys_of(out: Path) -> pa.ChunkedArray:
    """The keys of all rows that were decided or set aside."""
    found: list[pa.Array] = []
    for folder in ("answers", "set_aside"):
        for file in sorted((out / folder).glob("*.parquet")):
            read = pq.read_table(file, columns=["key"])["key"].unique()
            found.append(read.cast(pa.string()))
    return pa.chunked_array(found)


# -- tables --------------------------------------------------------------------------------------


def write_rows(path: Path, rows: int, law: str) -> None:
    writer: pq.ParquetWriter | None = None
    if law == "whole":
        table = _scenarios()
        rng = np.random.default_rng(7)
    for start in range(0, rows, CHUNK):
        number = min(CHUNK, rows - start)
        if law == "whole":
            made = table.take(pa.array(rng.integers(0, table.num_rows, number)))
            keys = pa.array([f"shipment-{i:08}" for i in range(start, start + number)])
            made = made.set_column(0, "key", keys)
        else:
            from benchmarks.twelve import rows as twelve

            made = twelve.table(number, first_key=start)
        writer = writer or pq.ParquetWriter(path, made.schema, compression="zstd")
        writer.write_table(made, row_group_size=CHUNK)
    if writer is not None:
        writer.close()


def _scenarios() -> pa.Table:
    from sanctions_rules.batch.table import table_of_cases
    from sanctions_rules.scenario import read_scenarios

    law = ROOT / "tests" / "law"
    files = [f for r in ("us", "eu", "uk") for f in sorted((law / r).glob("*.scenarios.toml"))]
    found = table_of_cases([s.case() for f in files for s in read_scenarios(f, law / "bases")])
    # Parquet has no struct without fields, as the items of lists are that are always empty.
    schema = pa.schema([(f.name, _with_fields(f.type, f.name)) for f in found.schema])
    return pa.Table.from_pylist(found.to_pylist(), schema)


def _with_fields(type_: pa.DataType, name: str) -> pa.DataType:
    if pa.types.is_struct(type_):
        fields = [(f.name, _with_fields(f.type, f.name)) for f in type_]
        return pa.struct(fields or [(FACT.get(name, "id"), pa.string())])
    return pa.list_(_with_fields(type_.value_type, name)) if pa.types.is_list(type_) else type_


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--rows", type=int, default=10_000_000)
    given.add_argument("--law", choices=("flat", "whole"), default="flat")
    given.add_argument("--kills", type=int, default=10)
    given.add_argument("--seed", type=int, default=int(time.time()))
    given.add_argument("--processes", default="2")
    given.add_argument("--part-rows", default="65536")
    given.add_argument("--no-missing", action="store_true")
    asked = given.parse_args()
    rng = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="batch-kill-") as name:
        folder = Path(name)
        path = folder / "rows.parquet"
        write_rows(path, asked.rows, asked.law)
        words = [str(path), "--processes", asked.processes, "--part-rows", asked.part_rows]
        if asked.law == "flat":
            words += ["--rules", str(ROOT / "benchmarks" / "twelve" / "twelve.rules")]
        if asked.no_missing:
            words.append("--no-missing")
        began = time.perf_counter()
        done = subprocess.run(
            command([*words, "--out", str(folder / "whole")]),
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        took = time.perf_counter() - began
        assert (folder / "whole" / "summary.json").exists(), done.stderr
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"undisturbed: {asked.rows:,} rows in {took:.1f} s, {asked.rows / took:,.0f} rows/s; "
              f"largest process {peak} MiB")  # fmt: skip
        parts = killed_and_resumed(
            words, folder / "killed", asked.kills, number_of(folder / "whole"), took / 4, rng
        )
        print(f"killed {len(parts)} times (seed {asked.seed}), with {parts} parts written by then")
        wrong = differing(folder / "whole", folder / "killed")
        keys = keys_of(folder / "killed")
        once = len(keys) == asked.rows == len(keys.unique())
        print(f"files that differ: {wrong or 'none'}; each row once: {once}")
        raise SystemExit(bool(wrong) or not once)


if __name__ == "__main__":
    main()
