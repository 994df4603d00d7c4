"""DuckDB SQL from the core: the answers of the interpreter, refusals by name, text to read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from conftest import every_scenario
from engines import core_programs
from small import BAN, facts, law_of

import sanctions_rules as sr
from sanctions_rules.core import OPERATORS
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.engines.answers import RegimeAnswer, reference
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case

duckdb = pytest.importorskip("duckdb")
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("sqlglot")

from sanctions_rules import sql  # noqa: E402
from sanctions_rules.batch.table import table_of_cases  # noqa: E402
from sanctions_rules.engines.sql import operators  # noqa: E402
from sanctions_rules.engines.sql.duckdb import (  # noqa: E402
    Engine,
    SessionError,
    answers_of,
    decide,
)
from sanctions_rules.engines.sql.engine import SqlEngine, Unsupported  # noqa: E402
from sanctions_rules.engines.sql.shape import of_arrow  # noqa: E402

TOLD = ("outcome", "fired", "undecided", "lifted", "exposed", "perhaps_exposed")

OWNED = """
definition zz.act §2 "Blocked"
  cites "s. 2"
  in force from before 2024-01-01, no end stated
  defines person is blocked
  when any of
      - some listing of person.listings has
          listing.list is sdn
        end
      - person.type is not person
        and person is owned by blocked together, at least 50 percent of shares
    end
end
provision zz.act §3 "Paying the blocked"
  cites "s. 3"
  checked primary
  in force from 2020-01-01, no end stated
  prohibits import to recipient
  when recipient is blocked
end
"""


def told(answer: RegimeAnswer) -> tuple[object, ...]:
    return tuple(getattr(answer, name) for name in TOLD)


def same(program: Any, cases: list[Case], regimes: Iterable[str], **options: Any) -> list[str]:
    """Rows that differ from the interpreter; what SQL leaves is decided by it anyway."""
    settings = Settings(None, {p.name: p.default for p in program.readings})
    names = tuple(regimes)
    table = table_of_cases(cases)
    found = Engine(**options).answers(program, settings, names, table)
    wanted = [reference(program, case, settings, names) for case in cases]
    return [
        f"row {i}, {regime}: {told(got[regime])} not {told(want[regime])}"
        for i, (got, want) in enumerate(zip(found, wanted, strict=True))
        for regime in names
        if told(got[regime]) != told(want[regime])
    ]


def test_every_operator_has_a_line() -> None:
    assert operators.OPERATORS.keys() == OPERATORS.keys()


@pytest.mark.parametrize("first", range(0, 16, 8))
def test_random_programs_answer_as_the_interpreter(first: int) -> None:
    base = core_programs.small_program()
    for seed in range(first, first + 8):
        make = core_programs.Facts(seed, instants=seed % 3 > 0)
        cases = [make.case() for _ in range(40)]
        assert not same(core_programs.program(seed, base), cases, ("zz",)), seed


#: Kinds of act whose law is decided here, with how many scenarios at most.
KINDS = {"standing": 60, "rejection": 20, "blocking": 40, "harmful_activity": 52}


def test_scenarios_of_the_law_answer_as_the_interpreter() -> None:
    law = sr.load()
    cases: dict[str, list[Case]] = {kind: [] for kind in KINDS}
    for scenario in every_scenario():
        kind = scenario.facts.get("act", {}).get("kind")
        if isinstance(kind, str) and len(cases.get(kind, ())) < KINDS.get(kind, 0):
            cases[kind].append(scenario.case())
    for kind, held in cases.items():
        assert not same(law.program, held, law.regimes, known={"act.kind": kind}), kind


# -- what it says -----------------------------------------------------------------------------------


def table(*given: dict[str, Any]) -> Any:
    return table_of_cases([build_case(one, closed_by="the test") for one in given])


def test_the_text_can_be_read() -> None:
    law = law_of(BAN)
    text = sql.text(law, table(facts()).schema)
    assert """"act"."kind" = 'import' AND "act"."destination" = 'US'""" in text
    assert """CAST('2024-01-01' AS DATE) <= "act"."events"."conduct\"""" in text
    assert '"good"."category" = \'diamond\'' in text
    assert "`good`.`category` = 'diamond'" in sql.text(law, table(facts()).schema, dialect="spark")
    with pytest.raises(LookupError, match="no dialect"):
        sql.text(law, table(facts()).schema, dialect="oracle")


def test_a_column_that_is_not_there_is_not_known() -> None:
    law = law_of(BAN)
    bare = pa.table({"key": ["a"]})
    (batch,) = sql.decide(law, bare)
    assert batch.to_pylist()[0]["zz_outcome"] == "UNDETERMINED"
    assert batch.to_pylist()[0]["zz_undecided"] == ["zz.act §1"]
    assert batch.to_pylist()[0]["zz_missing"] is None  # it does not tell


def test_parquet_files_and_relations_are_read(tmp_path: Path) -> None:
    law = law_of(BAN)
    pq.write_table(table(facts(), facts(on="2023-12-31")), tmp_path / "a.parquet")
    (batch,) = sql.decide(law, tmp_path / "a.parquet")
    assert [r["zz_outcome"] for r in batch.to_pylist()] == ["PROHIBITED", "NOT_PROHIBITED"]
    session = duckdb.connect()
    relation = session.sql(f"SELECT * FROM '{tmp_path / 'a.parquet'}'")
    (batch,) = sql.decide(law, relation, connection=session)
    assert batch.schema.field("zz_outcome").type == pa.dictionary(pa.int32(), pa.string())


@pytest.mark.parametrize("leaves", [False, True])
def test_a_written_file_has_the_same_rows_and_columns(tmp_path: Path, leaves: bool) -> None:
    law = law_of(OWNED if leaves else BAN)
    options: dict[str, Any] = {"fallback": True} if leaves else {}
    stake = {"owner": "a", "asset": "b", "percent": "60", "basis": "shares"}
    people = [{"id": "a", "type": "company"}, {"id": "b", "type": "company"}]
    given = table(
        facts(), facts(on="2023-12-31"), facts(good={"category": None}),
        *([facts(parties=people, act={"recipients": ["b"]}, ownership=[stake])] if leaves else []),
    )  # fmt: skip
    pq.write_table(given, tmp_path / "a.parquet")
    sql.write(law, tmp_path / "a.parquet", tmp_path / "out.parquet", **options)
    (batch,) = sql.decide(law, given, **options)
    written = pq.read_table(tmp_path / "out.parquet")
    assert written.schema.names == batch.schema.names
    wanted = batch.to_pylist()
    assert ("fallback" in {row["decided_by"] for row in wanted}) == leaves
    assert sorted(written.to_pylist(), key=lambda r: r["key"]) == wanted


def test_no_rows_are_no_answers() -> None:
    batches = list(sql.decide(law_of(BAN), table(facts()).slice(0, 0)))
    assert sum(batch.num_rows for batch in batches) == 0


def test_a_strange_word_is_refused() -> None:
    rows = table(facts()).to_pylist()
    rows[0]["goods"][0]["category"] = "dimond"
    strange = pa.Table.from_pylist(rows, table(facts()).schema)
    with pytest.raises(FactsError, match=r"goods\[\]\.category"):
        list(sql.decide(law_of(BAN), strange))


def test_a_session_that_compares_words_otherwise_is_refused() -> None:
    session = duckdb.connect()
    session.execute("SET default_collation = 'NOCASE'")
    with pytest.raises(SessionError, match="default_collation"):
        list(sql.decide(law_of(BAN), table(facts()), connection=session))


# -- what it refuses ----------------------------------------------------------------------------------


def test_what_cannot_be_said_is_refused_by_name() -> None:
    text = BAN.replace("good.category is diamond", "good.carats_each is at least 1 carat")
    rows = table(facts(good={"carats_each": "1"})).to_pylist()
    rows[0]["goods"][0]["carats_each"] = "1"
    as_text = pa.Table.from_pylist(rows)
    with pytest.raises(Unsupported, match=r"zz.act §1.*carats_each.*no decimal"):
        list(sql.decide(law_of(text), as_text))
    (batch,) = sql.decide(law_of(text), as_text, fallback=True)
    assert [r["zz_outcome"] for r in batch.to_pylist()] == ["PROHIBITED"]
    assert [r["decided_by"] for r in batch.to_pylist()] == ["fallback"]


def test_rows_with_stakes_are_left_and_say_so() -> None:
    law = law_of(OWNED)
    people = [
        {"id": "a", "type": "company", "listings": [{"list": "sdn"}]},
        {"id": "b", "type": "company", "listings": []},
    ]
    act = {"recipients": ["b"]}
    stake = {"owner": "a", "asset": "b", "percent": "60", "basis": "shares", "is_indirect": False,
             "held_from": "none", "held_until": "none"}  # fmt: skip
    given = [
        facts(parties=people, act=act, ownership=[stake]), facts(parties=people, act=act, ownership=[]),
        facts(parties=people, act=act), facts(parties=people, act={"recipients": ["a"]}),
    ]  # fmt: skip
    with pytest.raises(Unsupported, match="row 0"):
        list(decide(law.program, Settings(), ("zz",), table(*given)))
    (batch,) = decide(law.program, Settings(), ("zz",), table(*given), fallback=True)
    rows = batch.to_pylist()
    assert [r["zz_outcome"] for r in rows] == [
        "PROHIBITED", "NOT_PROHIBITED", "UNDETERMINED", "PROHIBITED",
    ]  # fmt: skip
    assert [r["decided_by"] for r in rows] == ["fallback", "sql", "sql", "sql"]
    cases = [build_case(one, closed_by="the test") for one in given]
    settings = Settings()
    for case, answer in zip(cases, answers_of(batch, ("zz",)), strict=True):
        assert told(answer["zz"]) == told(reference(law.program, case, settings, ("zz",))["zz"])


def test_a_wrong_line_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from sanctions_rules.engines.sql.operators import _and

    monkeypatch.setitem(operators.OPERATORS, "or", _and)
    base = core_programs.small_program()
    wrong = 0
    for seed in range(4):
        make = core_programs.Facts(seed)
        cases = [make.case() for _ in range(40)]
        wrong += len(same(core_programs.program(seed, base), cases, ("zz",)))
    assert wrong


def test_shape_is_all_that_is_asked_of_a_table() -> None:
    law = law_of(BAN)
    engine = SqlEngine(law.program, Settings(), ("zz",), of_arrow(table(facts()).schema))
    assert not engine.leaves_rows and not engine.refusals and not engine.zones
