"""Spark: the same answers by its SQL and by a batch engine through mapInArrow."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small import BAN, facts, law_of

from sanctions_rules.engines.answers import reference
from sanctions_rules.engines.installed import available
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.read import build_case
from sanctions_rules.testing.agreement import run

if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("Spark needs Java 17 or later, and there is none here", allow_module_level=True)
pytest.importorskip("pyspark.sql")
pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("sqlglot")

from sanctions_rules.batch.table import table_of_cases  # noqa: E402
from sanctions_rules.engines.sql import spark as by_spark  # noqa: E402
from sanctions_rules.engines.sql.duckdb import SessionError  # noqa: E402

PARTS = ("fired", "undecided", "lifted", "exposed", "perhaps_exposed")
NAMES = ("zz",)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    made = by_spark.local_session()
    yield made
    made.stop()


def answers(rows: list[Any]) -> list[tuple[object, ...]]:
    found = [row.asDict() for row in rows]
    return [
        (r["zz_outcome"], *(tuple(r[f"zz_{part}"]) for part in PARTS))
        for r in sorted(found, key=lambda row: int(row["key"]))
    ]


def wanted(program: Any, cases: list[Any]) -> list[tuple[object, ...]]:
    told = [reference(program, case, Settings(), NAMES)["zz"] for case in cases]
    return [(str(a.outcome), *(getattr(a, part) for part in PARTS)) for a in told]


def frame(session: Any, cases: list[Any], folder: Path) -> Any:
    pq.write_table(table_of_cases(cases), folder / "facts.parquet")
    return session.read.parquet(str(folder / "facts.parquet"))


#: So many programs, of 50 cases each: Spark parses one statement in seconds. `make agree
#: ARGS="--engine spark"` runs more.
PROGRAMS = 8


def test_spark_agrees_with_the_reference(session: Any) -> None:
    (engine,), absent = available("spark")
    assert not absent
    report = run([engine], PROGRAMS, seed="spark")
    print(report)
    assert not report.disagreements, "\n\n".join(map(str, report.disagreements))
    score = report.scores["spark"]
    assert score.programs > PROGRAMS / 2, "it refuses most"
    assert score.aside < score.cases / 2, "it leaves most to the interpreter"


class Interpreter:
    """A stand-in for a batch engine, which workers make for themselves."""

    def __call__(self, batch: Any) -> Any:
        import pyarrow as pa

        from sanctions_rules.batch.table import facts_of_row, rows_of

        program = law_of(BAN).program
        cases = [build_case(facts_of_row(row)) for row in rows_of(batch)]
        told = [reference(program, case, Settings(), NAMES)["zz"] for case in cases]
        columns = {
            "key": batch.column("key"),
            "zz_outcome": pa.array([str(a.outcome) for a in told]).dictionary_encode(),
            **{f"zz_{p}": pa.array([list(getattr(a, p)) for a in told], pa.list_(pa.string())) for p in PARTS},
            "zz_duties": pa.nulls(len(told), pa.list_(pa.struct([("norm", pa.string()), ("state", pa.string())]))),
            "zz_missing": pa.array([list(a.missing or ()) for a in told], pa.list_(pa.string())),
        }  # fmt: skip
        return by_spark.as_spark_takes_it(pa.RecordBatch.from_pydict(columns), NAMES)


def test_a_batch_engine_answers_in_the_workers(
    session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = str(Path(__file__).parent)
    paths = os.pathsep.join([here, str(Path(here).parent), str(Path(here).parents[1])])
    monkeypatch.setenv("PYTHONPATH", paths)
    session.sparkContext.environment["PYTHONPATH"] = paths
    cases = [
        build_case(given, closed_by="the test")
        for given in (facts(), facts(on="2023-12-31"), facts(good={"category": None}))
    ]
    df = frame(session, cases, tmp_path)
    decided = by_spark.map_in_arrow(Interpreter(), df, NAMES)
    assert answers(decided.collect()) == wanted(law_of(BAN).program, cases)


def test_a_session_with_other_settings_is_refused(session: Any) -> None:
    session.conf.set("spark.sql.ansi.enabled", "false")
    try:
        with pytest.raises(SessionError, match="ansi"):
            by_spark.assert_session(session, ())
    finally:
        session.conf.set("spark.sql.ansi.enabled", "true")
