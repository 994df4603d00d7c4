"""SQL of a law for a table: printed for people, or run where the data lives.

import sanctions_rules as sr
from sanctions_rules import sql

law = sr.load("us")
print(sql.text(law, table.schema, known={"act.kind": "payment"}))
for batch in sql.decide(law, "payments.parquet", known={"act.kind": "payment"}, fallback=True):
    ...
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sanctions_rules.clusters import regimes_of, settings
from sanctions_rules.engines.partial import prune
from sanctions_rules.rulebooks import Law


def text(
    law: Law, schema: Any, *, dialect: str = "duckdb", regimes: Iterable[str] | None = None,
    known: Mapping[str, object] | None = None, dates: tuple[date, date] | None = None,
    known_on: date | None = None, readings: Mapping[str, str] | None = None,
    source: str = "facts", key: str = "key", fallback: bool = False,
) -> str:  # fmt: skip
    """The statement that decides a table of this Arrow (or Spark) schema, in `duckdb` or `spark`.

    `known` and `dates` say what is so in every row and cut the law down to what they leave open.
    Raises `Unsupported`, with norm, operator and place, for what SQL cannot say; with `fallback`
    the rows that turn on it are marked in a last column instead.
    """
    from sanctions_rules.engines.sql.engine import SqlEngine
    from sanctions_rules.engines.sql.shape import of_arrow, of_spark

    shape = (
        of_arrow(schema)
        if hasattr(schema, "field") and hasattr(schema, "metadata")
        else of_spark(schema)
    )
    chosen = settings(law, known_on, readings)
    program = prune(law.program, known, dates, chosen)
    engine = SqlEngine(
        program, chosen, regimes_of(law, regimes), shape, dialect, fallback=fallback, key=key
    )
    return engine.text(source)


def decide(
    law: Law, source: Any, *, regimes: Iterable[str] | None = None,
    known_on: date | None = None, readings: Mapping[str, str] | None = None, **options: Any,
) -> Iterator[Any]:  # fmt: skip
    """Record batches of answers by DuckDB; `source` and the options as in `engines.sql.duckdb`."""
    from sanctions_rules.engines.selftest import ensure_named
    from sanctions_rules.engines.sql import duckdb

    ensure_named("duckdb")
    chosen = settings(law, known_on, readings)
    return duckdb.decide(law.program, chosen, regimes_of(law, regimes), source, **options)


def write(
    law: Law, source: Any, target: Any, *, regimes: Iterable[str] | None = None,
    known_on: date | None = None, readings: Mapping[str, str] | None = None, **options: Any,
) -> None:  # fmt: skip
    """The answers as a Parquet file, written by DuckDB itself; the options as in `decide`."""
    from sanctions_rules.engines.selftest import ensure_named
    from sanctions_rules.engines.sql import duckdb

    ensure_named("duckdb")
    chosen = settings(law, known_on, readings)
    duckdb.write(law.program, chosen, regimes_of(law, regimes), source, target, **options)


def decide_in_spark(
    law: Law, df: Any, *, regimes: Iterable[str] | None = None, known_on: date | None = None,
    readings: Mapping[str, str] | None = None, **options: Any,
) -> Any:  # fmt: skip
    """A DataFrame of answers by Spark SQL; the options as in `engines.sql.spark`."""
    from sanctions_rules.engines.sql import spark

    chosen = settings(law, known_on, readings)
    return spark.decide(law.program, chosen, regimes_of(law, regimes), df, **options)
