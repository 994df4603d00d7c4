"""Spark: a batch engine through `mapInArrow`, or the same SQL as in DuckDB in Spark's dialect.

The first route decides everything that the batch engine can, in the workers' Python; the second
stays in the JVM and leaves out what SQL cannot say. Both give one row for each row, lazily.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from importlib import import_module
from typing import Any, Final

from sanctions_rules.core import Program
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.engines.partial import prune
from sanctions_rules.engines.sql.duckdb import LISTS, SessionError, answer_of, starts
from sanctions_rules.engines.sql.engine import LEFT, SqlEngine
from sanctions_rules.engines.sql.shape import Record, of_spark

#: What the statement relies on, and the value that it has to have.
SETTINGS: Final = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.legacy.followThreeValuedLogicInArrayExists": "true",
}
#: And where a day is compared with an instant.
ZONE: Final = "spark.sql.session.timeZone"

#: Decides one Arrow record batch; has to be something that can be sent to a worker.
Decider = Callable[[Any], Any]


def _pyspark() -> Any:
    try:
        pyspark: Any = import_module("pyspark")
        import_module("pyspark.sql")
    except ImportError as error:
        raise ImportError(
            "Spark needs pyspark, pyarrow and pandas: pip install 'sanctions-rules[spark]'"
        ) from error
    return pyspark


# -- by a batch engine -------------------------------------------------------------------------------


def map_in_arrow(decider: Decider, df: Any, regimes: Iterable[str], key: str = "key") -> Any:
    """The answers to a DataFrame of facts, by an engine for Arrow batches in the workers."""
    _pyspark()
    use_this_python(df.sparkSession)
    key_type = df.schema[key].dataType.simpleString()

    def over(batches: Iterator[Any]) -> Iterator[Any]:
        return map(decider, batches)

    return df.mapInArrow(over, output_schema(regimes, key, key_type))


def local_session() -> Any:
    """The session that is there, or one in this process with settings for many small jobs.

    Plans of such statements are long: none is kept to be looked at, and none is compiled.
    """
    builder = _pyspark().sql.SparkSession.builder
    settings = {
        "spark.master": "local[1]", "spark.driver.memory": "1g", "spark.ui.enabled": "false",
        "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "1",
        "spark.sql.ui.retainedExecutions": "1", "spark.sql.maxPlanStringLength": "1000",
        "spark.ui.retainedJobs": "1", "spark.ui.retainedStages": "1",
    }  # fmt: skip
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def answers_of(row: Mapping[str, Any], regimes: Iterable[str]) -> dict[str, Any]:
    """A row of the statement's answer, by regime."""
    return {regime: answer_of(row, regime) for regime in regimes}


def use_this_python(session: Any) -> None:
    """Workers on this machine run the interpreter that runs this; on a cluster you choose it."""
    context = session.sparkContext
    if context.master.startswith("local") and "PYSPARK_PYTHON" not in os.environ:
        context.pythonExec = sys.executable


def output_schema(regimes: Iterable[str], key: str = "key", key_type: str = "string") -> str:
    """The columns of the answers, as Spark writes a schema."""
    columns = [f"`{key}` {key_type}"]
    for regime in regimes:
        columns.append(f"`{regime}_outcome` string")
        columns += [f"`{regime}_{name}` array<string>" for name in LISTS]
        columns.append(f"`{regime}_duties` array<struct<norm: string, state: string>>")
        columns.append(f"`{regime}_missing` array<string>")
    return ", ".join(columns)


def as_spark_takes_it(batch: Any, regimes: Iterable[str], key: str = "key") -> Any:
    """An output batch without what Spark has no type for: dictionaries, and columns beside."""
    pa: Any = import_module("pyarrow")

    def plain(type_: Any) -> Any:
        types: Any = pa.types
        if types.is_dictionary(type_):
            return plain(type_.value_type)
        if types.is_list(type_) or types.is_large_list(type_):
            return pa.list_(plain(type_.value_type))
        if types.is_struct(type_):
            return pa.struct([pa.field(f.name, plain(f.type)) for f in type_])
        return pa.string() if types.is_large_string(type_) else type_

    names = [key]
    for regime in regimes:
        names += [f"{regime}_{part}" for part in ("outcome", *LISTS, "duties", "missing")]
    columns = [batch.column(n).cast(plain(batch.column(n).type)) for n in names]
    return pa.RecordBatch.from_arrays(columns, names=names)


# -- by SQL ------------------------------------------------------------------------------------------


def shape_of(df: Any) -> Record:
    """The columns of a DataFrame, as the generator asks for them."""
    return of_spark(df.schema)


def decide(
    program: Program, settings: Settings, regimes: Iterable[str], df: Any, *, key: str = "key",
    fallback: Decider | None = None, known: Mapping[str, object] | None = None,
    dates: tuple[date, date] | None = None,
) -> Any:  # fmt: skip
    """The answers to a DataFrame of facts by Spark SQL, as a DataFrame.

    `fallback` decides the rows of which SQL does not tell, as in `map_in_arrow`; without it the job
    fails at the first of them. The last column says by which each row was decided. Raises
    `Unsupported` and `SessionError`.
    """
    names = tuple(regimes)
    cut = prune(program, known, dates, settings)
    engine, answered = run(cut, settings, names, df, key, fallback is not None)
    columns = [key, *(f"`{r}_{part}`" for r in names for part in ("outcome", *LISTS))]
    told = answered if not engine.leaves_rows else answered.where(f"NOT `{LEFT}`")
    sure = told.selectExpr(*columns, "'sql' AS decided_by")
    if not engine.leaves_rows:
        return sure
    left = answered.where(f"`{LEFT}`")
    if fallback is None:
        message = (
            "a row turns on who is owned, where there are stakes: SQL cannot say; give a fallback"
        )
        failing = left.selectExpr(
            *columns, f"CAST(raise_error('{message}') AS STRING) AS decided_by"
        )
        return sure.unionByName(failing)
    others = map_in_arrow(fallback, left.select(key, "facts.*"), names, key)
    return sure.unionByName(others.selectExpr(*columns, "'fallback' AS decided_by"))


def run(
    program: Program, settings: Settings, regimes: tuple[str, ...], df: Any, key: str,
    lenient: bool,
) -> tuple[SqlEngine, Any]:  # fmt: skip
    """The engine, and its statement over a DataFrame: rows that it leaves are marked.

    `lenient`: what SQL cannot say is left as well, and rows that are left come with their facts.
    """
    _pyspark()
    session = df.sparkSession
    engine = SqlEngine(program, settings, regimes, shape_of(df), "spark", fallback=lenient, key=key)
    assert_session(session, engine.zones)
    view = f"facts of the cases {id(df)}"
    df.createOrReplaceTempView(f"`{view}`")
    return engine, session.sql(engine.text(view, with_facts=lenient, pretty=False))


def assert_session(session: Any, zones: Iterable[str]) -> None:
    """Refuse a session whose settings give the statement another meaning."""
    for name, wanted in SETTINGS.items():
        found = session.conf.get(name)
        if found != wanted:
            raise SessionError(f"{name} is {found}; it has to be {wanted}")
    for zone in zones:
        if session.conf.get(ZONE) not in ("UTC", "Etc/UTC"):
            raise SessionError(f"{ZONE} is {session.conf.get(ZONE)}; it has to be UTC")
        days = ", ".join(f"(DATE '{d}', {at}L)" for d, at in starts(zone).items())
        other = session.sql(
            f"SELECT count(*) AS n FROM VALUES {days} AS ours(`day`, `begins`) "
            f"WHERE unix_micros(to_utc_timestamp(CAST(`day` AS TIMESTAMP), '{zone}')) <> `begins`"
        ).first()["n"]
        if other:
            raise SessionError(
                f"days of {zone} begin at other instants in this Java than in tzdata"
            )
