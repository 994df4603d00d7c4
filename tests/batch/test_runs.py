"""Tables in, tables out: every format, every frame, every bad input; each row once, or its reason."""

from __future__ import annotations

import csv as text
import errno
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
import tables
from tables import answers, parquet, set_aside, small_law, table

import sanctions_rules as sr
from sanctions_rules.batch import working, writing
from sanctions_rules.batch.plan import Refused
from sanctions_rules.batch.writing import CannotWrite
from sanctions_rules.decision import Outcome
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.tabular import facts_of_row

NUMBER = 2_000


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Law:
    return small_law(tmp_path_factory.mktemp("law"))


@pytest.fixture(scope="module")
def given() -> pa.Table:
    return table(NUMBER)


@pytest.fixture(scope="module")
def expected(law: Law, given: pa.Table) -> list[dict[str, Any]]:
    """What `decide` says of each row: outcome and missing facts."""
    found: list[dict[str, Any]] = []
    for row in given.to_pylist():
        case = build_case(facts_of_row(row, kept=["note"]))
        one = law.decide(case)["zz"]
        found.append({
            "key": row["key"], "outcome": str(one.outcome),
            "missing": [str(leaf) for leaf in one.missing],
        })  # fmt: skip
    assert {f["outcome"] for f in found} == {str(o) for o in Outcome}
    return found


def said(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"key": r["key"], "outcome": r["zz_outcome"], "missing": r["zz_missing"]} for r in rows]


# -- in and out ----------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["columnar", "interpreter", "compiled", None])
def test_rows_are_decided_as_cases_are(
    law: Law, given: pa.Table, expected: list[dict[str, Any]], engine: str | None
) -> None:
    found = sr.batch.decide(law, given, keep=["note"], engine=engine)
    rows = found.read_all().to_pylist()
    if engine == "compiled":
        assert all(r["zz_missing"] is None for r in rows)
        assert [r["zz_outcome"] for r in rows] == [e["outcome"] for e in expected]
    else:
        assert said(rows) == expected
    assert [r["note"] for r in rows] == given["note"].to_pylist()
    assert all(r["set_aside"] is None for r in rows)
    assert found.tally.decided == NUMBER and found.tally.set_aside == 0


def files_in(folder: Path, given: pa.Table, kind: str) -> Path:
    path = folder / f"cases.{kind}"
    match kind:
        case "parquet":
            parquet(path, given, 300)
        case "csv":
            tables.csv(path, given)
        case "feather":
            feather.write_feather(given, path, chunksize=300)
        case "arrow":
            with pa.ipc.new_file(path, given.schema) as writer:
                writer.write_table(given, 700)
        case _:
            with (
                pa.OSFile(str(path), "wb") as file,
                pa.ipc.new_stream(file, given.schema) as writer,
            ):
                writer.write_table(given, 700)
    return path


@pytest.mark.parametrize(
    ("kind", "processes"),
    [
        ("parquet", 1),
        ("parquet", 2),
        ("csv", 1),
        ("csv", 2),
        ("feather", 1),
        ("arrow", 1),
        ("arrows", 2),
    ],
)
def test_files_in(
    law: Law, given: pa.Table, expected: list[dict[str, Any]], tmp_path: Path, kind: str,
    processes: int,
) -> None:  # fmt: skip
    path = files_in(tmp_path, given, kind)
    out = tmp_path / "out"
    ran = sr.batch.decide(law, path, out, keep=["note"], part_rows=500, processes=processes)
    assert said(answers(out)) == expected
    assert ran.tally.rows == NUMBER and not ran.broken and not set_aside(out)
    # About as many rows a part as were asked for, and nothing else in the folder.
    assert 3 <= len(list((out / "answers").iterdir())) <= 5
    assert {p.name for p in out.iterdir()} == {
        ".lock", "answers", "set_aside", "manifest.json", "summary.json",
    }  # fmt: skip
    # Without a folder the same answers, in the order of the rows.
    assert said(sr.batch.decide(law, path, keep=["note"]).read_all().to_pylist()) == expected


@pytest.mark.parametrize("format", ["parquet", "csv", "arrow"])
def test_files_out(
    law: Law, given: pa.Table, expected: list[dict[str, Any]], tmp_path: Path, format: str
) -> None:
    path = parquet(tmp_path / "cases.parquet", given)
    sr.batch.decide(law, path, tmp_path / "out", keep=["note"], format=format)
    rows = answers(tmp_path / "out")
    if format == "csv":
        for row in rows:
            row["zz_missing"] = row["zz_missing"].split(";") if row["zz_missing"] else []
    assert said(rows) == expected
    assert [r["note"] for r in rows] == given["note"].to_pylist()


def test_folders_patterns_and_several(law: Law, given: pa.Table, tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    parquet(tmp_path / "in" / "a.parquet", given.slice(0, 800))
    parquet(tmp_path / "in" / "deep" / "a.parquet", given.slice(800, 700))
    tables.csv(tmp_path / "in" / "c.csv", given.slice(1500))
    keys = given["key"].to_pylist()
    for source in (
        tmp_path / "in", str(tmp_path / "in" / "**" / "*.*"),
        [tmp_path / "in" / "a.parquet", tmp_path / "in" / "deep", tmp_path / "in" / "c.csv"],
    ):  # fmt: skip
        found = sr.batch.decide(law, source, keep=["note"]).read_all()
        assert sorted(found["key"].to_pylist()) == keys
    sr.batch.decide(law, tmp_path / "in", tmp_path / "out", keep=["note"], processes=2)
    assert [r["key"] for r in answers(tmp_path / "out")] == keys
    with pytest.raises(LookupError, match="there is no file"):
        sr.batch.decide(law, tmp_path / "nothing.parquet")
    (tmp_path / "x.txt").write_text("")
    with pytest.raises(LookupError, match="of no kind"):
        sr.batch.decide(law, tmp_path / "x.txt")


def frames(given: pa.Table) -> dict[str, Any]:
    connection = duckdb.connect()
    connection.register("given", given)
    relation = connection.sql("SELECT * FROM given")
    return {
        "polars": pl.from_arrow(given), "pandas": given.to_pandas(types_mapper=pd.ArrowDtype),
        "duckdb": relation, "reader": given.to_reader(300),
        "batch": given.combine_chunks().to_batches()[0],
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["polars", "pandas", "duckdb", "reader", "batch"])
def test_frames(
    law: Law, given: pa.Table, expected: list[dict[str, Any]], tmp_path: Path, kind: str
) -> None:
    answered = sr.batch.decide(law, frames(given)[kind], keep=["note"])
    assert said(answered.read_all().to_pylist()) == expected
    out = tmp_path / "out"
    ran = sr.batch.decide(law, frames(given)[kind], out, keep=["note"], part_rows=600)
    assert said(answers(out)) == expected and ran.tally.decided == NUMBER
    with pytest.raises(LookupError, match="cannot be carried on"):
        sr.batch.decide(law, frames(given)[kind], out, keep=["note"], resume=True)


def test_answers_go_on_to_other_libraries(law: Law, given: pa.Table) -> None:
    frame = pl.DataFrame(sr.batch.decide(law, given, keep=["note"]))
    assert frame.height == NUMBER and "zz_outcome" in frame.columns
    counted = duckdb.from_arrow(sr.batch.decide(law, given, keep=["note"]).reader())
    assert counted.count("*").fetchall() == [(NUMBER,)]


def test_a_stream_is_read_once(law: Law, given: pa.Table) -> None:
    found = sr.batch.decide(law, given.to_reader(), keep=["note"])
    assert found.read_all().num_rows == NUMBER
    with pytest.raises(RuntimeError, match="read already"):
        found.read_all()


# -- the question --------------------------------------------------------------------------------


def test_what_there_is_none_of(law: Law, given: pa.Table) -> None:
    for wrong in (
        {"regimes": ["xx"]}, {"engine": "columner"}, {"format": "xml"}, {"readings": {"a": "b"}},
        {"part_rows": 0}, {"keep": ["zz_outcome"]},
    ):  # fmt: skip
        with pytest.raises((LookupError, FactsError)):
            sr.batch.decide(law, given, **{"keep": ["note"], **wrong})


def test_known_on_is_asked(law: Law, given: pa.Table) -> None:
    from datetime import date

    before = sr.batch.decide(law, given, keep=["note"], known_on=date(2019, 1, 1)).read_all()
    assert before.num_rows == NUMBER


def test_without_missing(law: Law, given: pa.Table) -> None:
    found = sr.batch.decide(law, given, keep=["note"], missing=False).read_all()
    assert found["zz_missing"].null_count == NUMBER


def test_a_fact_that_is_kept_stays_a_fact(law: Law, tmp_path: Path) -> None:
    rows = [{"key": "a", "actor": "x", "parties": [{"id": "y"}]}]
    given = pa.Table.from_pylist(rows)
    found = sr.batch.decide(law, given, keep=["actor"]).read_all().to_pylist()
    assert "not among the parties" in found[0]["set_aside"][0]
    path = tmp_path / "a.csv"
    path.write_text("key,act.kind,act.destination,act.events.conduct,goods[0].category\n"
                    "a,import,US,2024-06-01,diamond\n")  # fmt: skip
    (row,) = (
        sr.batch.decide(law, path, keep=["act.kind", "goods[0].category"]).read_all().to_pylist()
    )
    assert (
        row["zz_outcome"] in ("PROHIBITED", "UNDETERMINED")
        and row["zz_fired"] + row["zz_undecided"]
    )
    assert row["act.kind"] == "import" and row["goods[0].category"] == "diamond"


# -- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("goods[99999].id", "wrong-shape", "a column of `goods[99999]`, and none of `goods[0]`"),
        ("goods[0].components[2].category", "wrong-shape", "and none of `goods[0].components[0]`"),
        ("goods[0]" + ".components[0]" * 31 + ".id", "limit.column-steps", "more than 32 steps"),
    ],
)  # fmt: skip
def test_columns_of_items_leave_none_out(
    law: Law, tmp_path: Path, name: str, code: str, said: str
) -> None:
    """However large the number or deep the place, the header alone is refused, and at once."""
    path = tmp_path / "a.csv"
    path.write_text(f"key,{name}\na,x\n")
    with pytest.raises(FactsError) as refused:
        sr.batch.decide(law, path)
    assert [p.code for p in refused.value.problems] == [code] and said in str(refused.value)


def test_the_deepest_column_and_very_many(law: Law, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    deep = "goods[0]" + ".components[0]" * 30 + ".id"
    path.write_text(f"key,{deep}\na,x\n")
    assert sr.batch.decide(law, path).read_all().num_rows == 1
    path.write_text(
        "key," + ",".join(f"goods[{n}].id" for n in range(300)) + "\na" + ",x" * 300 + "\n"
    )
    (row,) = sr.batch.decide(law, path).read_all().to_pylist()
    assert "`x` is the name of two goods" in str(row["set_aside"])


def test_columns_are_refused_by_name(law: Law, given: pa.Table, tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="there is no fact called `note` here"):
        sr.batch.decide(law, given)
    with pytest.raises(FactsError, match="no column `id`") as error:
        sr.batch.decide(law, given, key="id", keep=["note", "key"])
    assert "the columns are: key, act" in str(error.value)
    with pytest.raises(FactsError, match="no column `nota` to keep"):
        sr.batch.decide(law, given, keep=["note", "nota"])
    floats = pa.Table.from_pylist([{"key": "a", "goods": [{"carats_each": 0.5}]}])
    with pytest.raises(FactsError, match="floats, which are not exact"):
        sr.batch.decide(law, floats)
    wrong = pa.Table.from_pylist([{"key": "a", "act": {"is_indirect": 1}, "goods": "gold"}])
    with pytest.raises(FactsError) as error:
        sr.batch.decide(law, wrong)
    assert "act.is_indirect" in str(error.value) and "a list of records is expected" in str(
        error.value
    )
    # Of files, with the name of the file, and before anything is written.
    path = parquet(tmp_path / "wrong.parquet", wrong)
    with pytest.raises(FactsError, match=r"wrong\.parquet"):
        sr.batch.decide(law, [path], tmp_path / "out")
    assert not (tmp_path / "out").exists()
    numbers = parquet(tmp_path / "n.parquet", pa.table({"key": [1, 2]}))
    texts = parquet(tmp_path / "t.parquet", pa.table({"key": ["1"]}))
    with pytest.raises(FactsError, match="numbers in"):
        sr.batch.decide(law, [numbers, texts])


def test_nothing_known_and_no_rows(law: Law, tmp_path: Path) -> None:
    schema = pa.schema([("key", pa.string()), ("actor", pa.null()), ("goods", pa.null())])
    unknown = pa.Table.from_pylist([{"key": "a"}, {"key": "b"}], schema)
    for engine in ("columnar", "interpreter"):
        found = sr.batch.decide(law, unknown, engine=engine).read_all().to_pylist()
        assert [r["zz_outcome"] for r in found] == ["UNDETERMINED"] * 2
        assert sr.batch.decide(law, unknown.slice(0, 0), engine=engine).read_all().num_rows == 0
    for kind in ("parquet", "csv", "arrow", "arrows"):
        path = files_in(tmp_path, table(1).slice(0, 0), kind)
        ran = sr.batch.decide(law, path, tmp_path / f"out-{kind}", keep=["note"])
        assert ran.tally.rows == 0 and answers(tmp_path / f"out-{kind}") == []
        assert len(list((tmp_path / f"out-{kind}" / "answers").iterdir())) == 1
    frame = sr.batch.decide(law, unknown.slice(0, 0), tmp_path / "frame")
    assert frame.tally.rows == 0 and len(list((tmp_path / "frame" / "answers").iterdir())) == 1


BAD = (
    ("bad-word", {"goods": [{"category": "diamnd"}]}, "goods[0].category"),
    ("bad-day", {"act": {"events": {"conduct": "2024-02-30"}}}, "act.events.conduct"),
    ("no-zone", {"act": {"events": {"conduct": "2024-02-03T10:00"}}}, "act.events.conduct"),
    ("bad-code", {"goods": [{"codes": ["HS 7"]}]}, "goods[0].codes[0]"),
    ("bad-country", {"act": {"destination": "UK"}}, "act.destination"),
    ("nan", {"goods": [{"carats_each": "NaN"}]}, "goods[0].carats_each"),
    ("exponent", {"goods": [{"carats_each": "1e5"}]}, "goods[0].carats_each"),
    ("overflow", {"goods": [{"carats_each": "1" * 40}]}, "goods[0].carats_each"),
    ("nobody", {"actor": "nobody"}, "actor"),
    ("hollow", {"goods": [None]}, "goods[0]"),
    (None, {}, "key"),
)


@pytest.mark.parametrize("engine", ["columnar", "interpreter"])
def test_bad_rows_are_set_aside(law: Law, tmp_path: Path, engine: str) -> None:
    good = list(tables.rows(300))
    made = [
        *good[:100], *({"key": k, **r} for k, r, _ in BAD), *good[100:200], good[7], *good[200:],
        good[299],
    ]  # fmt: skip
    array = pa.array(made)
    given = pa.Table.from_batches([pa.RecordBatch.from_struct_array(array)])
    path = parquet(tmp_path / "cases.parquet", given, 50)
    out = tmp_path / "out"
    ran = sr.batch.decide(
        law, path, out, keep=["note"], engine=engine, part_rows=50, processes=2
    )  # fmt: skip
    assert [r["key"] for r in answers(out)] == [r["key"] for r in good]
    found = set_aside(out)
    assert {(f["key"], f["column"]) for f in found} == {
        *((k, c) for k, _, c in BAD), (good[7]["key"], "key"), (good[299]["key"], "key"),
    }  # fmt: skip
    assert all(f["input"] == str(path) and f["reason"] for f in found)
    assert {f["key"]: f["row"] for f in found}["bad-word"] == 101
    assert ran.tally.set_aside == len(BAD) + 2 and ran.tally.rows == len(made)
    # In memory the same rows, with their reasons, in their places.
    rows = sr.batch.decide(law, given, keep=["note"], engine=engine).read_all().to_pylist()
    aside = {i for i, r in enumerate(rows) if r["set_aside"]}
    assert len(rows) == len(made) and len(aside) == len(BAD) + 2
    assert all((rows[i]["zz_outcome"] is None) == (i in aside) for i in range(len(rows)))


def test_a_key_of_another_file_and_of_a_later_part(law: Law, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    parquet(tmp_path / "in" / "a.parquet", table(500), 100)
    parquet(tmp_path / "in" / "b.parquet", table(500, seed=2, first=400), 100)
    sr.batch.decide(
        law, tmp_path / "in", tmp_path / "out", keep=["note"], part_rows=100, processes=2
    )
    rows = answers(tmp_path / "out")
    assert [r["key"] for r in rows] == [f"row-{i:07}" for i in range(900)]
    aside = set_aside(tmp_path / "out")
    assert sorted(f["key"] for f in aside) == [f"row-{i:07}" for i in range(400, 500)]
    assert {Path(f["input"]).name for f in aside} == {"b.parquet"}, "the first one is decided"


def test_csv_lines_that_are_no_rows(law: Law, tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_bytes(
        b"\xef\xbb\xbfkey,act.kind,act.is_indirect,act.destination\n"
        b"a,import,true,US\n"
        b"b,import\n"
        b"c,import,yes,US\n"
        b"\xff\xfe,import,true,US\n"
        b'"e\nf",import,false,NA\n'
        b"g,import,true,US,more\n"
        b"h,import,true,U"
    )  # fmt: skip
    ran = sr.batch.decide(law, path, tmp_path / "out")
    rows = answers(tmp_path / "out")
    # NA is Namibia, and no absence.
    assert [r["key"] for r in rows] == ["a", "e\nf"]
    told = {(f["key"], f["column"]): f["reason"] for f in set_aside(tmp_path / "out")}
    assert told[None, "line 3"] == "the line has 2 cells, the header 4"
    assert (None, "line 8") in told or (None, "line 7") in told
    assert "true or false" in told["c", "act.is_indirect"]
    assert told[None, "key"] in ("the cell is not UTF-8", working.NO_KEY)
    assert told["h", ""] == working.CUT
    assert ran.tally.rows == 7 and ran.tally.decided == 2 and ran.tally.set_aside == 5


def cut(path: Path, to: float = 0.5) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * to)])
    return path


@pytest.mark.parametrize("kind", ["parquet", "arrow", "feather", "arrows", "csv"])
def test_a_file_cut_off_half_way(law: Law, given: pa.Table, tmp_path: Path, kind: str) -> None:
    """The other files are decided; of this one, what came before the cut or nothing, and it is said."""
    (tmp_path / "in").mkdir()
    whole = parquet(tmp_path / "in" / "whole.parquet", table(300, seed=3, first=50_000))
    broken = cut(files_in(tmp_path / "in", given, kind))
    ran = sr.batch.decide(law, tmp_path / "in", tmp_path / "out", keep=["note"], part_rows=400)
    keys = [r["key"] for r in answers(tmp_path / "out")]
    assert keys[-300:] == table(300, seed=3, first=50_000)["key"].to_pylist(), whole
    read = keys[:-300]
    assert read == given["key"].to_pylist()[: len(read)]
    if kind == "csv":
        # The last line has no end, or too few cells.
        assert ran.tally.set_aside == 1 and len(read) > 500
    else:
        assert (list(ran.broken) == [str(broken)] and "cut off" in ran.broken[str(broken)]) or read
    with_frame = sr.batch.decide(law, tmp_path / "in", keep=["note"])
    assert with_frame.read_all().num_rows >= 300
    assert kind == "csv" or with_frame.broken


def test_a_damaged_part_is_told_and_the_others_stand(
    law: Law, given: pa.Table, tmp_path: Path
) -> None:
    path = tmp_path / "cases.parquet"
    pq.write_table(given, path, row_group_size=500, compression="none", use_dictionary=False)
    column = pq.ParquetFile(path).metadata.row_group(1)
    places = {column.column(i).path_in_schema: column.column(i) for i in range(column.num_columns)}
    at = places["note"].data_page_offset
    data = bytearray(path.read_bytes())
    data[at : at + 40] = b"\xff" * 40
    path.write_bytes(bytes(data))
    for processes in (1, 2):
        out = tmp_path / f"out-{processes}"
        ran = sr.batch.decide(law, path, out, keep=["note"], part_rows=500, processes=processes)
        assert list(ran.broken) == ["0000-cases-00001"]
        keys = given["key"].to_pylist()
        assert [r["key"] for r in answers(out)] == keys[:500] + keys[1000:]
        # It is not done: a later run tries that part again.
        assert not json.loads((out / "manifest.json").read_text())["done"]
        again = sr.batch.decide(law, path, out, keep=["note"], part_rows=500, resume=True)
        assert again.carried_on == 3 and list(again.broken) == ["0000-cases-00001"]


def test_empty_and_strange_files(law: Law, tmp_path: Path) -> None:
    for name in ("a.csv", "b.parquet", "c.arrow", "d.arrows"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "e.parquet").write_bytes(b"PAR1 this is none")
    with pytest.raises(LookupError, match="the file is empty"):
        sr.batch.decide(law, tmp_path)
    ran = sr.batch.decide(law, tmp_path, tmp_path / "out")
    assert len(ran.broken) == 5 and ran.tally.rows == 0


# -- writing -------------------------------------------------------------------------------------


def test_a_full_disk_leaves_nothing_half_written(
    law: Law, given: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = parquet(tmp_path / "cases.parquet", given, 500)
    out = tmp_path / "out"
    plain = writing._Raw.write
    left = 0

    def write(self: Any, data: Any, /) -> int | None:
        nonlocal left
        left -= len(data)
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return plain(self, data)

    for format in writing.FORMATS:
        left = 12_000
        monkeypatch.setattr(writing._Raw, "write", write)
        with pytest.raises(CannotWrite, match="No space left on device"):
            sr.batch.decide(law, path, out / format, keep=["note"], part_rows=500, format=format)
        files = [p for p in (out / format).rglob("*") if p.is_file()]
        assert not [p for p in files if p.name.startswith(writing.UNFINISHED)]
        kept = len(list((out / format / "answers").iterdir()))
        assert kept < 4
        monkeypatch.setattr(writing._Raw, "write", plain)
        ran = sr.batch.decide(
            law, path, out / format, keep=["note"], part_rows=500, format=format, resume=True
        )
        assert ran.carried_on == kept
        assert [r["key"] for r in answers(out / format)] == given["key"].to_pylist()


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are POSIX")
def test_a_full_disk_at_the_command_line(given: pa.Table, tmp_path: Path) -> None:
    """A limit on the size of files does what a full disk does, in every process of the batch."""
    path = parquet(tmp_path / "cases.parquet", given, 500)
    rules = tables.rulebook(tmp_path)
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000));"
        "from sanctions_rules.cli import main; main(sys.argv[1:])"
    )
    for processes in ("1", "2"):
        out = tmp_path / f"out-{processes}"
        words = [
            "batch",
            path,
            "--out",
            out,
            "--rules",
            rules,
            "--keep",
            "note",
            "--part-rows",
            "500",
        ]
        done = subprocess.run(
            [sys.executable, "-c", program, *map(str, words), "--processes", processes],
            capture_output=True, text=True, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        assert done.returncode == 5, done.stderr
        assert "cannot write" in done.stderr and "--resume carries on" in done.stderr
        assert not [p for p in out.rglob("*") if p.name.startswith(writing.UNFINISHED)]


def test_text_that_a_spreadsheet_would_run(law: Law, tmp_path: Path) -> None:
    given = pa.table({"key": ["=1+1", "-17", "@x"], "note": ["+cmd|' /C calc'!A0", "-1.5", "ok"]})
    sr.batch.decide(law, given, tmp_path / "out", keep=["note"], format="csv")
    (file,) = (tmp_path / "out" / "answers").iterdir()
    rows = list(text.DictReader(file.open(encoding="utf-8", newline="")))
    assert [r["key"] for r in rows] == ["'=1+1", "-17", "'@x"]
    assert [r["note"] for r in rows] == ["'+cmd|' /C calc'!A0", "-1.5", "ok"]


# -- carrying on ---------------------------------------------------------------------------------


def begun(law: Law, tmp_path: Path, given: pa.Table) -> tuple[Path, Path]:
    """A batch of which one part is missing, as after a kill."""
    path = parquet(tmp_path / "cases.parquet", given, 500)
    out = tmp_path / "out"

    def tell(progress: Any) -> None:
        if progress.what == "rows" and progress.rows > 1_200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sr.batch.decide(law, path, out, keep=["note"], part_rows=500, processes=1,
                        engine="interpreter", progress=tell)  # fmt: skip
    assert len(list((out / "answers").iterdir())) == 2
    return path, out


def test_carried_on(
    law: Law, given: pa.Table, expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    path, out = begun(law, tmp_path, given)
    before = {p: p.stat().st_mtime_ns for p in (out / "answers").iterdir()}
    (out / "answers" / f"{writing.UNFINISHED}x").write_bytes(b"half")
    question = {"keep": ["note"], "part_rows": 500, "engine": "interpreter"}
    with pytest.raises(Refused, match="there is a batch in"):
        sr.batch.decide(law, path, out, **question)
    ran = sr.batch.decide(law, path, out, **question, resume=True)
    assert ran.carried_on == 2 and ran.tally.rows == NUMBER
    assert said(answers(out)) == expected
    assert {p: p.stat().st_mtime_ns for p in before} == before, "what was there is not made again"
    undisturbed = sr.batch.decide(law, path, tmp_path / "other", **question)
    assert undisturbed.plain() == ran.plain()
    assert (out / "summary.json").read_bytes() == (tmp_path / "other" / "summary.json").read_bytes()
    # Once more: nothing is left to do, and the same is said.
    assert sr.batch.decide(law, path, out, **question, resume=True).plain() == ran.plain()


def test_not_carried_on_by_another_question(law: Law, given: pa.Table, tmp_path: Path) -> None:
    path, out = begun(law, tmp_path, given)
    question: dict[str, Any] = {
        "keep": ["note"], "part_rows": 500, "engine": "interpreter", "resume": True
    }  # fmt: skip
    other = tmp_path / "law"
    other.mkdir()
    (other / "small.rules").write_text(tables.RULES.replace("2024-01-01", "2024-01-02"))
    for changed, said in (
        ({"law": sr.load_path(other)}, "the law"), ({"keep": ["note", "act"]}, "what is kept"),
        ({"engine": "columnar"}, "the engine"), ({"part_rows": 400}, "the size of a part"),
        ({"missing": False}, "whether missing"), ({"format": "csv"}, "the format"),
    ):  # fmt: skip
        options = {"law": law, **question, **changed}
        with pytest.raises(Refused, match=said):
            sr.batch.decide(options.pop("law"), path, out, **options)
    # The same content at another time is the same input; other content is not.
    os.utime(path)
    assert sr.batch.decide(law, path, out, **question).carried_on == 2
    tmp_path.joinpath("more").mkdir()
    path, out = begun(law, tmp_path / "more", given)
    data = bytearray(path.read_bytes())
    data[2000] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Refused, match=r"the input `cases\.parquet`"):
        sr.batch.decide(law, path, out, **question)


def test_a_folder_of_something_else(law: Law, given: pa.Table, tmp_path: Path) -> None:
    path = parquet(tmp_path / "cases.parquet", given)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("precious")
    for source in (path, given):
        with pytest.raises(Refused, match="holds something"):
            sr.batch.decide(law, source, tmp_path / "out", keep=["note"])
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "manifest.json").write_text("{}")
    with pytest.raises(Refused, match="not the manifest"):
        sr.batch.decide(law, path, tmp_path / "bad", keep=["note"], resume=True)


def test_an_input_that_changes_meanwhile(law: Law, given: pa.Table, tmp_path: Path) -> None:
    path = parquet(tmp_path / "cases.parquet", given)

    def tell(progress: Any) -> None:
        if progress.what == "rows" and progress.rows:
            with path.open("ab") as file:
                file.write(b"more")

    with pytest.raises(Refused, match="was changed while it was read"):
        sr.batch.decide(law, path, tmp_path / "out", keep=["note"], processes=1, progress=tell)


def test_numbers_as_keys_and_digits_kept(law: Law, tmp_path: Path) -> None:
    given = pa.table({"key": [3, 1, 2], "price": [Decimal("1.10"), None, Decimal("2.00")]})
    found = sr.batch.decide(law, given, keep=["price"]).read_all()
    assert found["key"].to_pylist() == [3, 1, 2]
    assert found["price"].to_pylist() == given["price"].to_pylist()
