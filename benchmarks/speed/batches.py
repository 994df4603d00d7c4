"""Many rows: the twelve rules against hand-written polars and SQL, and the whole law over shipments.

Each contender runs in a process of its own, from Parquet to Parquet, the contenders by turns. What
is timed is from opening the file to the last byte written; importing, loading the law and compiling
are told apart. Memory is that of the process and all that it started, looked at every 50 ms (pages
that two of them share count twice).
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from benchmarks.measuring import Report
from benchmarks.twelve import ROOT, RULES, hand_python, rows

#: Rows that an engine is handed at once where we hand them.
AT_ONCE: Final = 131_072
#: Set-up is done by the contender; what it returns is what is timed.
Contender = Callable[[Path, Path], Callable[[], Any]]


# -- contenders ----------------------------------------------------------------------------------


def decoding(source: Path, target: Path) -> Callable[[], Any]:
    """Reading the file and nothing else: below this nothing can be."""
    return lambda: sum(b.num_rows for b in pq.ParquetFile(source).iter_batches(AT_ONCE))


def polars_by_hand(source: Path, target: Path) -> Callable[[], Any]:
    from benchmarks.twelve import hand_polars

    return lambda: hand_polars.to_file(source, target)


def duckdb_by_hand(source: Path, target: Path) -> Callable[[], Any]:
    from benchmarks.twelve import hand_duckdb

    return lambda: hand_duckdb.to_file(source, target, duties=False)


def columnar(source: Path, target: Path) -> Callable[[], Any]:
    """The engine by itself, batch by batch in one process."""
    return _columnar(_twelve(), source, target)


def columnar_law(source: Path, target: Path) -> Callable[[], Any]:
    return _columnar(_whole(), source, target)


def _columnar(law: Any, source: Path, target: Path) -> Callable[[], Any]:
    from sanctions_rules.engines.columnar import Columnar
    from sanctions_rules.engines.interpreter import Settings

    readings = {p.name: p.default for p in law.program.readings}
    engine = Columnar(law.program, Settings(None, readings), tuple(law.regimes), missing=False)

    def work() -> None:
        writer: pq.ParquetWriter | None = None
        for answers in engine.decide_batches(pq.ParquetFile(source).iter_batches(AT_ONCE)):
            writer = writer or pq.ParquetWriter(target, answers.schema, compression="zstd")
            writer.write_batch(answers)
        if writer:
            writer.close()

    return work


def batch(source: Path, target: Path) -> Callable[[], Any]:
    """The public door: `batch.decide`, with its checks, its parts and its processes."""
    from sanctions_rules.batch import decide

    law = _twelve()
    return lambda: decide(law, source, target, missing=False)


def batch_law(source: Path, target: Path) -> Callable[[], Any]:
    from sanctions_rules.batch import decide

    law = _whole()
    return lambda: decide(law, source, target, missing=False)


def interpreter_law(source: Path, target: Path) -> Callable[[], Any]:
    """What the others have to equal."""
    from sanctions_rules.batch import decide

    law = _whole()
    return lambda: decide(law, source, target, missing=False, engine="interpreter")


def sql(source: Path, target: Path) -> Callable[[], Any]:
    """The public door: words checked, the statement run in DuckDB, which writes Parquet."""
    from sanctions_rules.engines.interpreter import Settings
    from sanctions_rules.engines.sql.duckdb import write

    law = _twelve()
    return lambda: write(law.program, Settings(), ("flat",), source, target)


def sql_by_arrow(source: Path, target: Path) -> Callable[[], Any]:
    """The same with answers as Arrow batches, which pyarrow writes to Parquet."""
    from sanctions_rules.engines.interpreter import Settings
    from sanctions_rules.engines.sql.duckdb import decide

    law = _twelve()

    def work() -> None:
        writer: pq.ParquetWriter | None = None
        for answers in decide(law.program, Settings(), ("flat",), source):
            writer = writer or pq.ParquetWriter(target, answers.schema, compression="zstd")
            writer.write_batch(answers)
        if writer:
            writer.close()

    return work


def sql_copied(source: Path, target: Path) -> Callable[[], Any]:
    """The statement alone, in a COPY as the hand-written one is."""
    import duckdb

    from benchmarks.twelve.hand_duckdb import SETTINGS
    from sanctions_rules.engines.interpreter import Settings
    from sanctions_rules.engines.sql.engine import SqlEngine
    from sanctions_rules.engines.sql.shape import of_arrow

    engine = SqlEngine(
        _twelve().program, Settings(), ("flat",), of_arrow(pq.read_schema(source)), fallback=False
    )
    statement = engine.text("rows_given")

    def work() -> None:
        with duckdb.connect() as connection:
            connection.sql(SETTINGS)
            connection.sql(f"CREATE VIEW rows_given AS SELECT * FROM read_parquet('{source}')")
            connection.sql(f"COPY ({statement}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")

    return work


def _twelve() -> Any:
    import sanctions_rules as sr

    return sr.load_path(RULES)


def _whole() -> Any:
    import sanctions_rules as sr

    return sr.load("us", "eu", "uk")


CONTENDERS: Final[dict[str, Contender]] = {
    made.__name__: made
    for made in (decoding, polars_by_hand, duckdb_by_hand, columnar, batch, sql, sql_by_arrow, sql_copied,
                 columnar_law, batch_law, interpreter_law)
}  # fmt: skip
#: What each of ours needs, to say that it is not there instead of failing.
NEEDS: Final = {
    "columnar": "sanctions_rules.engines.columnar.engine", "batch": "sanctions_rules.batch.running",
    "sql": "sanctions_rules.engines.sql.duckdb",
    "sql_by_arrow": "sanctions_rules.engines.sql.duckdb", "sql_copied": "sanctions_rules.engines.sql.engine",
    "columnar_law": "sanctions_rules.engines.columnar.engine",
    "batch_law": "sanctions_rules.batch.running",
    "interpreter_law": "sanctions_rules.batch.running",
}  # fmt: skip


def _is_there(name: str) -> bool:
    try:
        return name not in NEEDS or importlib.util.find_spec(NEEDS[name]) is not None
    except ImportError:
        return False


# -- running one ---------------------------------------------------------------------------------


def _run_here(name: str, source: Path, target: Path) -> dict[str, float]:
    begun = time.perf_counter()
    work = CONTENDERS[name](source, target)
    ready = time.perf_counter() - begun
    used, begun = _processor(), time.perf_counter()
    work()
    return {
        "ready": ready,
        "seconds": time.perf_counter() - begun,
        "processor": _processor() - used,
    }


def _processor() -> float:
    return sum(
        part for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        for part in resource.getrusage(who)[:2]
    )  # fmt: skip


def run(name: str, source: Path, target: Path) -> dict[str, float]:
    """The contender in a process of its own: seconds, processor seconds, MiB at most.

    Raises RuntimeError with what it said last where it failed.
    """
    if target.is_dir():
        shutil.rmtree(target)
    target.unlink(missing_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.speed.batches", name, str(source), str(target)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    peak = [0.0]

    def watch() -> None:
        while process.poll() is None:
            peak[0] = max(peak[0], _resident(process.pid))
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    told, errors = process.communicate()
    watcher.join()
    if process.returncode:
        said = [line for line in errors.splitlines() if line.strip()] or ["it said nothing"]
        raise RuntimeError(said[-1])
    return {**json.loads(told.splitlines()[-1]), "mib": peak[0]}


def _resident(pid: int) -> float:
    """MiB of a process and of all that descend from it; 0 where the system does not say."""
    total, pending = 0.0, [pid]
    while pending:
        one = pending.pop()
        try:
            pages = int(Path(f"/proc/{one}/statm").read_text().split()[1])
            for task in Path(f"/proc/{one}/task").iterdir():
                pending += map(int, (task / "children").read_text().split())
        except (OSError, IndexError):
            continue
        total += pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return total


# -- the rows of the report ----------------------------------------------------------------------


def twelve(report: Report, data: Path, count: int, runs: int) -> None:
    report.head(f"Batch, 12 flat rules, {count:,} Parquet rows to Parquet, outcome and ids")
    report.say(
        "hand-written polars gives duties too, as `columnar` does; SQL by hand and ours give none"
    )
    names = [
        "decoding",
        "polars_by_hand",
        "columnar",
        "batch",
        "duckdb_by_hand",
        "sql",
        "sql_by_arrow",
        "sql_copied",
    ]
    names = _those_there(report, names)
    names = _those_that_agree(report, data, names)
    source = rows.write(data / f"twelve-{count}.parquet", count)
    found = _by_turns(report, names, source, data, runs)
    for ours, by_hand, target in (
        ("columnar", "polars_by_hand", 1.5), ("batch", "polars_by_hand", None),
        ("sql_copied", "duckdb_by_hand", 1.25), ("sql", "duckdb_by_hand", 1.25),
        ("sql_by_arrow", "duckdb_by_hand", None),
    ):  # fmt: skip
        if ours in found and by_hand in found:
            a, b = found[ours], found[by_hand]
            report.add(
                f"{ours} / {by_hand}, by the clock", a["seconds"] / b["seconds"], target=target,
                note=f"by the processor {a['processor'] / b['processor']:.2f} x",
            )  # fmt: skip
    for ours in ("columnar", "batch", "sql"):
        if ours in found:
            report.add(f"{ours}: memory at most", found[ours]["mib"], "MiB", target=1024.0)


def shipments(report: Report, data: Path, counts: tuple[int, ...], runs: int) -> None:
    from benchmarks import shipments

    report.head("Batch, the whole packaged law over nested shipments, Parquet to Parquet, ids")
    report.say("2 goods, 4 parties, none to 3 stakes, 8 of 100 facts unknown; US, EU and UK")
    names = _those_there(report, ["batch_law", "columnar_law"])
    for name in _like_the_interpreter(report, data, names):
        peaks: list[float] = []
        for count in counts:
            source = shipments.write(data / f"shipments-{count}.parquet", count)
            found = _by_turns(report, [name], source, data, runs)
            if name not in found:
                return
            one = found[name]
            peaks.append(one["mib"])
            target = 100_000.0 if count == counts[-1] and name == "batch_law" else None
            report.add(f"{name}, {count:,} rows", count / one["seconds"], "rows/s", target=target,
                       at_least=True)  # fmt: skip
        if len(peaks) > 1:
            # below a million rows the tables of one batch are still growing
            report.add(f"{name}: memory, {counts[-1]:,} rows / {counts[0]:,} rows",
                       peaks[-1] / peaks[0], target=1.2 if counts[0] >= 1_000_000 else None)  # fmt: skip


def _like_the_interpreter(
    report: Report, data: Path, names: list[str], count: int = 300
) -> list[str]:
    """Those that answer as the interpreter does, on so many shipments."""
    from benchmarks import shipments

    source = shipments.write(data / f"shipments-{count}.parquet", count)
    found: dict[str, dict[Any, Any]] = {}
    for name in ["interpreter_law", *names] if names else []:
        try:
            run(name, source, data / f"agreed-{name}")
        except RuntimeError as error:
            report.say(f"{name}: failed: {error}")
            continue
        rows_ = _answers(data / f"agreed-{name}").to_pylist()
        found[name] = {row["key"]: _of_regimes(row) for row in rows_}
    expected = found.pop("interpreter_law", None)
    for name, told in found.items():
        assert expected is None or told == expected, (
            f"{name} gives other answers than the interpreter"
        )
    if found and expected:
        report.say(f"answers compared on {len(expected):,} rows: {', '.join(found)}")
    return [name for name in names if name in found]


def _of_regimes(row: dict[str, Any]) -> dict[str, Any]:
    """Outcomes and ids of a row, under all regimes."""
    ends = ("_outcome", "_fired", "_undecided", "_lifted", "_exposed", "_perhaps_exposed")
    return {name: value for name, value in row.items() if name.endswith(ends)}


def _those_there(report: Report, names: list[str]) -> list[str]:
    for name in names:
        if not _is_there(name):
            report.say(f"{name}: not there: {NEEDS[name]}")
    return [name for name in names if _is_there(name)]


def _those_that_agree(
    report: Report, data: Path, names: list[str], count: int = 20_000
) -> list[str]:
    """Those whose answers are the hand-written Python's on seeded rows, each compared in full."""
    source = rows.write(data / f"twelve-{count}.parquet", count)
    table = rows.table(count)
    expected = {
        key: (*hand_python.bans(facts), hand_python.duty(facts))
        for key, facts in zip(table["key"].to_pylist(), rows.facts(table), strict=True)
    }
    agreed: list[str] = []
    for name in names:
        target = data / f"agreed-{name}"
        try:
            run(name, source, target)
        except RuntimeError as error:
            report.say(f"{name}: failed: {error}")
            continue
        if name != "decoding":
            found = {row["key"]: row for row in _answers(target).to_pylist()}
            assert found.keys() == expected.keys(), f"{name} answers {len(found)} of {count} rows"
            for key, row in found.items():
                wanted = expected[key] if row.get("duties") is not None else expected[key][:4]
                assert _told(row) == wanted, f"{name} gives other answers: {row}, not {wanted}"
        agreed.append(name)
    report.say(
        f"answers compared on {count:,} rows: {', '.join(n for n in agreed if n != 'decoding')}"
    )
    return agreed


def _answers(target: Path) -> pa.Table:
    files = sorted(str(f) for f in target.rglob("*.parquet")) if target.is_dir() else [str(target)]
    table = ds.dataset([f for f in files if "set" not in Path(f).name]).to_table()
    return table.rename_columns([name.removeprefix("flat_") for name in table.column_names])


def _told(row: dict[str, Any]) -> tuple[Any, ...]:
    ids = tuple(tuple(row[name]) for name in ("fired", "undecided", "lifted"))
    if row.get("duties") is None:
        return row["outcome"], *ids
    return row["outcome"], *ids, tuple((d["norm"], d["state"]) for d in row["duties"])


def _by_turns(
    report: Report, names: list[str], source: Path, data: Path, runs: int
) -> dict[str, dict[str, float]]:
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(runs):
        for name in names:
            if name in found:
                try:
                    found[name].append(run(name, source, data / f"answers-{name}"))
                except RuntimeError as error:
                    report.say(f"{name}: failed: {error}")
                    del found[name]
    medians = {
        name: {part: statistics.median(one[part] for one in times) for part in times[0]}
        for name, times in found.items()
    }
    count = pq.ParquetFile(source).metadata.num_rows
    for name, one in medians.items():
        report.say(
            f"{name:16} {one['seconds']:8.2f} s, {count / one['seconds']:12,.0f} rows/s, processor"
            f" {one['processor']:7.2f} s, {one['mib']:6,.0f} MiB at most, ready in {one['ready']:.2f} s"
        )
    return medians


if __name__ == "__main__":
    print(json.dumps(_run_here(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
