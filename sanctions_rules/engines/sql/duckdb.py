"""The SQL engine on DuckDB: a file, a relation or a table of facts in, Arrow batches out.

Decided where the data lies, in a stream. Rows of which SQL cannot tell come with their facts and
are decided by the interpreter (or by an engine that is handed in); the output says by which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any, Final, cast

from sanctions_rules import clocks
from sanctions_rules.core import NOWHERE, Program
from sanctions_rules.decision import Outcome
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.engines.answers import RegimeAnswer, reference
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.engines.partial import prune
from sanctions_rules.engines.sql.engine import LEFT, NAME, SqlEngine, Unsupported
from sanctions_rules.engines.sql.shape import Record, of_arrow
from sanctions_rules.engines.sql.vocabulary import strangers
from sanctions_rules.read import build_case
from sanctions_rules.tabular import facts_of_row

#: The view that the statement reads.
SOURCE: Final = "facts of the cases"
#: And where its answers to few rows are kept.
ANSWERS: Final = "answers to the cases"
#: The lists of an answer, in the order of their columns.
LISTS: Final = ("fired", "undecided", "lifted", "exposed", "perhaps_exposed")
#: Decides rows of facts, by regime, or gives the reason why a row cannot be read.
Decide = Callable[[list[dict[str, Any]]], "list[dict[str, RegimeAnswer] | str]"]


class SessionError(Exception):
    """A setting of the session under which the statement would not mean what it says."""


def _modules() -> tuple[Any, Any]:
    try:
        duckdb: Any = import_module("duckdb")
        pyarrow: Any = import_module("pyarrow")
    except ImportError as error:
        raise ImportError(
            "the SQL engine needs sqlglot, duckdb and pyarrow: pip install 'sanctions-rules[sql,batch]'"
        ) from error
    return duckdb, pyarrow


def decide(
    program: Program, settings: Settings, regimes: Iterable[str], source: Any, *,
    connection: Any = None, key: str = "key", fallback: bool | Decide = False,
    known: Mapping[str, object] | None = None, dates: tuple[date, date] | None = None,
    rows_at_once: int = 50_000, check_words: bool = True,
) -> Iterator[Any]:  # fmt: skip
    """Record batches with a row for each row of `source`: a path of Parquet files, an Arrow table
    or reader, or a DuckDB relation of `connection`.

    `known` and `dates`: what is so in every row; see `partial.prune`. `fallback`: who decides rows
    of which SQL does not tell; True is the interpreter. `check_words` refuses a table with words
    that no fact may have; leave it out for a table that was read before. Raises `Unsupported` for
    what SQL cannot say and no fallback decides, `SessionError`, and FactsError for strange words.
    """
    asked = _asked(
        program, settings, regimes, source, connection, key, bool(fallback), known, dates,
        check_words,
    )  # fmt: skip
    return _answers(asked, source, fallback, rows_at_once)


def write(
    program: Program, settings: Settings, regimes: Iterable[str], source: Any, target: Any, *,
    connection: Any = None, key: str = "key", fallback: bool | Decide = False,
    known: Mapping[str, object] | None = None, dates: tuple[date, date] | None = None,
    check_words: bool = True,
) -> None:  # fmt: skip
    """The same into a Parquet file, by DuckDB alone where no row is left to another engine.

    The order of the rows is not kept. Raises what `decide` raises; then there may be a part of the
    file.
    """
    asked = _asked(
        program, settings, regimes, source, connection, key, bool(fallback), known, dates,
        check_words,
    )  # fmt: skip
    if not asked.engine.leaves_rows:
        asked.session.execute("SET preserve_insertion_order = false")
        path = str(target).replace("'", "''")
        asked.session.execute(
            f"COPY ({_in_common_form(asked)}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
        )
        return
    parquet: Any = import_module("pyarrow.parquet")
    writer: Any = None
    try:
        for batch in _answers(asked, source, fallback, 50_000):
            writer = writer or parquet.ParquetWriter(target, batch.schema, compression="zstd")
            writer.write_batch(batch)
    finally:
        if writer is not None:
            writer.close()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A statement that is ready to be run."""

    session: Any
    engine: SqlEngine
    program: Program
    settings: Settings
    regimes: tuple[str, ...]
    key: str


def _asked(
    program: Program, settings: Settings, regimes: Iterable[str], source: Any, connection: Any,
    key: str, fallback: bool, known: Mapping[str, object] | None,
    dates: tuple[date, date] | None, check_words: bool,
) -> _Asked:  # fmt: skip
    duckdb, _ = _modules()
    session = duckdb.connect() if connection is None else connection
    relation = _relation(session, source)
    shape = of_arrow(relation.limit(0).to_arrow_table().schema)
    cut = prune(program, known, dates, settings)
    names = tuple(regimes)
    engine = SqlEngine(cut, settings, names, shape, fallback=fallback, key=key)
    assert_session(session, engine.zones)
    relation.create_view(SOURCE, replace=True)
    if check_words:
        _refuse_strangers(session, shape, key)
    return _Asked(session, engine, cut, settings, names, key)


def _answers(
    asked: _Asked, source: Any, fallback: bool | Decide, rows_at_once: int
) -> Iterator[Any]:
    text = asked.engine.text(SOURCE, with_facts=bool(fallback), pretty=False)
    if getattr(source, "num_rows", rows_at_once + 1) <= rows_at_once:
        # so few rows take less time than the plan, which a relation makes twice and a table once
        asked.session.execute(f'CREATE OR REPLACE TEMP TABLE "{ANSWERS}" AS {text}')
        answered = asked.session.table(f'"{ANSWERS}"')
    else:
        answered = asked.session.sql(text)
    judge = (
        fallback if callable(fallback)
        else interpreter(asked.program, asked.settings, asked.regimes, asked.key)
    )  # fmt: skip
    reader = answered.to_arrow_reader(rows_at_once)
    return _batches(reader, asked.regimes, asked.key, judge, bool(fallback))


def _in_common_form(asked: _Asked) -> str:
    """The statement with the columns that all engines give, in their order."""
    columns = [f'"{asked.key}"']
    for regime in asked.regimes:
        columns += [f'"{regime}_{name}"' for name in ("outcome", *LISTS)]
        columns.append(f'CAST(NULL AS STRUCT(norm TEXT, state TEXT)[]) AS "{regime}_duties"')
        columns.append(f'CAST(NULL AS TEXT[]) AS "{regime}_missing"')
    columns += ["'sql' AS decided_by", "CAST(NULL AS TEXT) AS problem"]
    return f"SELECT {', '.join(columns)} FROM ({asked.engine.text(SOURCE, pretty=False)})"


def _relation(session: Any, source: Any) -> Any:
    duckdb, _ = _modules()
    if isinstance(source, duckdb.DuckDBPyRelation):
        return source
    if hasattr(source, "__fspath__") or isinstance(source, str):
        return session.read_parquet(str(source))
    return session.from_arrow(source)


# -- the session -----------------------------------------------------------------------------------


def session_for_few() -> Any:
    """A session for many small tables, on one thread."""
    duckdb, _ = _modules()
    return duckdb.connect(config={"threads": 1})


#: Zones that were compared: their table is the library's, and the same in every session.
_ZONES_THAT_AGREE: Final[set[str]] = set()


def assert_session(session: Any, zones: Iterable[str]) -> None:
    """Refuse a session in which words compare differently, or days begin at other instants."""
    collation = session.execute("SELECT current_setting('default_collation')").fetchall()[0][0]
    if collation not in ("", "binary"):
        raise SessionError(
            f"default_collation is {collation}: words would compare without their case"
        )
    for zone in frozenset(zones) - _ZONES_THAT_AGREE:
        values = ", ".join(f"(DATE '{d}', {at})" for d, at in starts(zone).items())
        other = session.execute(
            f'SELECT count(*) FROM (VALUES {values}) AS ours("day", "begins") WHERE '
            f'epoch_us(timezone(\'{zone}\', CAST("day" AS TIMESTAMP))) <> "begins"'
        ).fetchall()[0][0]
        if other:
            raise SessionError(
                f"days of {zone} begin at other instants in this DuckDB than in tzdata "
                f"{clocks.tzdata_version()}"
            )
        _ZONES_THAT_AGREE.add(zone)


@cache
def starts(zone: str) -> dict[date, int]:
    """When days begin from 1990 to 2060: around every change of the clocks, and once a month."""
    days = [
        date.fromordinal(n)
        for n in range(date(1990, 1, 1).toordinal(), date(2060, 1, 1).toordinal())
    ]
    begins = [clocks.day_start(day, zone) for day in days]
    changes = {i for i in range(1, len(days)) if begins[i] - begins[i - 1] != _DAY}
    around = {i + n for i in changes for n in (-2, -1, 0, 1) if 0 <= i + n < len(days)}
    return {days[i]: begins[i] for i in sorted(around | set(range(0, len(days), 28)))}


_DAY: Final = 24 * 3600 * 10**6


def _refuse_strangers(session: Any, shape: Record, key: str) -> None:
    questions = strangers(shape, key)
    if not questions:
        return
    counts = session.execute(
        "SELECT " + ", ".join(q.sql for q in questions) + f' FROM "{SOURCE}"'
    ).fetchall()[0]
    problems = [q.problem(n) for q, n in zip(questions, counts, strict=True) if n]
    if problems:
        raise FactsError(problems)


# -- rows ------------------------------------------------------------------------------------------


def interpreter(program: Program, settings: Settings, regimes: Iterable[str], key: str) -> Decide:
    """The reference interpreter as the one who decides what SQL leaves."""
    names = tuple(regimes)

    def decide_rows(rows: list[dict[str, Any]]) -> list[dict[str, RegimeAnswer] | str]:
        found: list[dict[str, RegimeAnswer] | str] = []
        for row in rows:
            try:
                case = build_case(facts_of_row(row, key))
            except FactsError as error:
                found.append("; ".join(d.message for d in error.problems))
            else:
                found.append(reference(program, case, settings, names))
        return found

    return decide_rows


def _batches(
    reader: Any, regimes: tuple[str, ...], key: str, judge: Decide, may_leave: bool
) -> Iterator[Any]:
    _, pa = _modules()
    for batch in reader:
        columns = {name: batch.column(name) for name in batch.schema.names}
        rows = batch.num_rows
        left = columns[LEFT].true_count if LEFT in columns else 0
        made = {key: columns[key]}
        made |= {name: columns[name].cast(type_) for name, type_ in _told(regimes)}
        made |= {name: pa.nulls(rows, type_) for name, type_ in _untold(regimes)}
        made["decided_by"] = pa.repeat(pa.scalar("sql"), rows)
        made["problem"] = pa.nulls(rows, pa.string())
        if left:
            where = [i for i, one in enumerate(columns[LEFT].to_pylist()) if one]
            if not may_leave:
                first = columns[key][where[0]].as_py()
                raise Unsupported(
                    f"the row {first}", "closure", "who is owned, where there are stakes", NOWHERE
                )
            given = columns["facts"].take(pa.array(where)).to_pylist()
            _replace(made, where, judge([_given(row) for row in given]), regimes)
        for name in (*(f"{r}_outcome" for r in regimes), "decided_by"):
            made[name] = made[name].dictionary_encode()
        yield pa.RecordBatch.from_pydict(made)


def _given(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def _told(regimes: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """The columns that the statement gives, in the common form of all engines."""
    _, pa = _modules()
    for regime in regimes:
        yield f"{regime}_outcome", pa.string()
        yield from ((f"{regime}_{name}", pa.list_(pa.string())) for name in LISTS)


def _untold(regimes: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Duties and missing facts: null, since SQL cannot tell."""
    _, pa = _modules()
    for regime in regimes:
        yield (
            f"{regime}_duties",
            pa.list_(pa.struct([("norm", pa.string()), ("state", pa.string())])),
        )
        yield f"{regime}_missing", pa.list_(pa.string())


def _replace(
    columns: dict[str, Any], rows: list[int], answers: list[dict[str, RegimeAnswer] | str],
    regimes: tuple[str, ...],
) -> None:  # fmt: skip
    """Put in what the fallback said of these rows; null where it could not read one."""
    _, pa = _modules()
    count = len(columns["problem"])
    # a row of the statement, or one of those that follow it
    chosen = list(range(count))
    for number, row in enumerate(rows):
        chosen[row] = count + number
    order = pa.array(chosen)

    def put(name: str, values: list[Any]) -> None:
        type_ = columns[name].type
        columns[name] = pa.concat_arrays([columns[name], pa.array(values, type_)]).take(order)

    def each(of: Callable[[RegimeAnswer], object], regime: str) -> list[Any]:
        return [None if isinstance(a, str) else of(a[regime]) for a in answers]

    for regime in regimes:
        put(f"{regime}_outcome", each(lambda a: str(a.outcome), regime))
        for name in (*LISTS, "missing"):
            put(f"{regime}_{name}", each(lambda a, name=name: getattr(a, name), regime))
        put(
            f"{regime}_duties",
            each(lambda a: [{"norm": n, "state": str(s)} for n, s in a.duties], regime),
        )
    put("decided_by", ["fallback"] * len(rows))
    put("problem", [a if isinstance(a, str) else None for a in answers])


class Engine:
    """The SQL engine on DuckDB behind the interface that all engines for tables share."""

    name = NAME
    version = "duckdb"
    capabilities = frozenset(
        {"outcome", "fired", "undecided", "lifted", "exposed", "perhaps_exposed"}
    )

    def __init__(self, fallback: bool | Decide = True, **options: Any) -> None:
        self.fallback, self.options = fallback, options

    def answers(
        self, program: Program, settings: Settings, regimes: Iterable[str], table: Any
    ) -> list[dict[str, RegimeAnswer]]:
        names = tuple(regimes)
        batches = decide(program, settings, names, table, fallback=self.fallback, **self.options)
        return [answer for batch in batches for answer in answers_of(batch, names)]


def answers_of(batch: Any, regimes: Iterable[str]) -> Iterator[dict[str, RegimeAnswer]]:
    """The rows of an output batch as answers; what the engine does not tell is left empty."""
    names = tuple(regimes)
    for row in cast("list[dict[str, Any]]", batch.to_pylist()):
        yield {regime: answer_of(row, regime) for regime in names}


def answer_of(row: Mapping[str, Any], regime: str) -> RegimeAnswer:
    return RegimeAnswer(
        regime, Outcome(row[f"{regime}_outcome"]),
        *(tuple(row[f"{regime}_{name}"]) for name in LISTS),
    )  # fmt: skip


__all__ = ["Engine", "SessionError", "answers_of", "assert_session", "decide", "write"]
