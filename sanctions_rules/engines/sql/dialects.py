"""The two dialects: one generator, and a handful of functions that differ between them.

Every name is quoted. Expressions are shared, not copied: sqlglot copies the whole when it writes. Positions in a list are the engine's own (from 1 in DuckDB, from 0 in
Spark) and never leave it. No function here relies on what an engine makes of NULL in a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any, Final

try:
    #: sqlglot has no types of its own that a checker could read.
    exp: Any = import_module("sqlglot.expressions")
except ImportError as error:  # pragma: no cover - where the extra is not installed
    raise ImportError("SQL needs sqlglot and duckdb: pip install 'sanctions-rules[sql]'") from error

#: An expression of sqlglot.
Sql = Any


def call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=[a for a in arguments])


def text(value: str) -> Sql:
    return exp.Literal.string(value)


def number(value: Decimal | int) -> Sql:
    return exp.Literal.number(f"{value:f}" if isinstance(value, Decimal) else str(value))


def day(value: date) -> Sql:
    return exp.Cast(this=text(value.isoformat()), to=exp.DataType.build("DATE"))


def column(name: str) -> Sql:
    return exp.column(name, quoted=True)


def field(record: Sql, name: str) -> Sql:
    return exp.Dot(this=record, expression=exp.to_identifier(name, quoted=True))


TRUE: Final = exp.true()
FALSE: Final = exp.false()
NO_TRUTH: Final = exp.Cast(this=exp.null(), to=exp.DataType.build("BOOLEAN"))


def both(*parts: Sql) -> Sql:
    return exp.and_(*parts, copy=False)


def either(*parts: Sql) -> Sql:
    return exp.or_(*parts, copy=False)


def condition_of(one: Sql) -> Sql:
    """As a condition that is never NULL."""
    return surely(one)


def negated(one: Sql) -> Sql:
    if isinstance(one, exp.Not):
        inner = one.this
        return inner.this if isinstance(inner, exp.Paren) else inner
    return exp.not_(one, copy=False)


def is_null(one: Sql) -> Sql:
    return exp.Is(this=_tight(one), expression=exp.null())


def is_given(one: Sql) -> Sql:
    return exp.Not(this=is_null(one))


def surely(one: Sql) -> Sql:
    """TRUE where the truth is, else FALSE."""
    return exp.Coalesce(this=one, expressions=[FALSE])


def perhaps(one: Sql) -> Sql:
    """FALSE where the truth is, else TRUE."""
    return exp.Coalesce(this=one, expressions=[TRUE])


def first_of(*parts: Sql) -> Sql:
    return exp.Coalesce(this=parts[0], expressions=[p for p in parts[1:]])


def within(one: Sql, words: Iterable[str]) -> Sql:
    """IN, of at least one word; `=` of one."""
    ordered = sorted(words)
    if len(ordered) == 1:
        return compared("=", one, text(ordered[0]))
    return exp.In(this=_tight(one), expressions=[text(w) for w in ordered])


_COMPARED: Final = {"=": exp.EQ, "<": exp.LT, "<=": exp.LTE, "<>": exp.NEQ}


def compared(sign: str, a: Sql, b: Sql) -> Sql:
    return _COMPARED[sign](this=_tight(a), expression=_tight(b))


def case(*branches: tuple[Sql, Sql], otherwise: Sql | None = None) -> Sql:
    """CASE whose conditions are never NULL."""
    made = exp.Case(ifs=[exp.If(this=c, true=v) for c, v in branches])
    if otherwise is not None:
        made.set("default", otherwise)
    return made


def _tight(one: Sql) -> Sql:
    made = one
    return (
        exp.Paren(this=made) if isinstance(made, exp.Connector | exp.Not | exp.Predicate) else made
    )


def lambda_(body: Sql, *names: str) -> Sql:
    return exp.Lambda(this=body, expressions=[exp.to_identifier(n, quoted=True) for n in names])


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a dialect calls things. `sqlglot`: the name of its writer."""

    name: str
    sqlglot: str
    transform: str
    filter: str
    length: str
    contains: str
    element: str  # of a list at a position; NULL where there is none
    position: Callable[[Sql, Sql], Sql]
    overlap: str  # two lists have a member in common
    distinct: str
    micros: str  # since 1970 of an instant
    as_list: Callable[[Sequence[Sql]], Sql]
    empty: str  # an empty list of texts
    add_days: Callable[[Sql, int], Sql]
    add_months: Callable[[Sql, int], Sql]
    day_starts: Callable[[Sql, str], Sql]  # the first microsecond of a day in a zone
    local_day: Callable[[Sql, str], Sql]  # the day of an instant in microseconds, in a zone
    total: Callable[[Sql, int], Sql]  # of a list of decimals, with so many digits after the point
    starts_with: str
    last: Callable[[Sql], Sql]  # the last member of a list; NULL where there is none
    has_null: Callable[[Sql], Sql]
    from_zero: Callable[[Sql], Sql]  # a position, counted from 0
    packed: Callable[[Sequence[str]], Sql]  # columns as one record
    chosen: Callable[[Sequence[str], Sequence[Sql]], Sql]  # those words of which a condition holds

    def sql(self, statement: Sql, pretty: bool = True) -> str:
        return statement.sql(dialect=self.sqlglot, pretty=pretty)

    def mapped(self, values: Sql, variable: str, body: Sql, index: str = "") -> Sql:
        names = (variable, index) if index else (variable,)
        return call(self.transform, values, lambda_(body, *names))

    def kept(self, values: Sql, variable: str, condition: Sql, index: str = "") -> Sql:
        names = (variable, index) if index else (variable,)
        return call(self.filter, values, lambda_(condition, *names))

    def size(self, values: Sql) -> Sql:
        """How long the list is; 0 where it is not known."""
        return exp.Coalesce(this=call(self.length, values), expressions=[number(0)])

    def has(self, truths: Sql) -> Sql:
        """Whether a list without NULL has TRUE in it; FALSE where there is no list."""
        return surely(call(self.contains, truths, TRUE))


def _interval(one: Sql, count: int, unit: str) -> Sql:
    added = exp.Add(
        this=_tight(one),
        expression=exp.Interval(this=text(str(count)), unit=exp.var(unit)),
    )
    return exp.Cast(this=added, to=exp.DataType.build("DATE"))


def _array(parts: Sequence[Sql]) -> Sql:
    return exp.Array(expressions=[p for p in parts])


DUCKDB: Final = Dialect(
    name="duckdb", sqlglot="duckdb", transform="list_transform", filter="list_filter", length="len",
    contains="list_contains", element="list_extract",
    position=lambda values, one: call("list_position", values, one),
    overlap="list_has_any", distinct="list_distinct", micros="epoch_us", as_list=_array,
    empty="CAST([] AS TEXT[])",
    add_days=lambda one, n: exp.Add(this=_tight(one), expression=number(n)) if n else one,
    add_months=lambda one, n: _interval(one, n, "MONTH"),
    day_starts=lambda one, zone: call(
        "epoch_us",
        call("timezone", text(zone), exp.Cast(this=one, to=exp.DataType.build("TIMESTAMP", dialect="duckdb"))),
    ),
    local_day=lambda one, zone: exp.Cast(
        this=call("timezone", text(zone), call("make_timestamptz", one)), to=exp.DataType.build("DATE")
    ),
    total=lambda values, scale: exp.Coalesce(
        this=call("list_sum", values), expressions=[number(0)]
    ),
    starts_with="starts_with",
    last=lambda values: call("list_extract", values, number(-1)),
    has_null=lambda values: is_given(call("list_position", values, exp.null())),
    from_zero=lambda one: exp.Sub(this=one, expression=number(1)),
    packed=lambda names: exp.Struct(
        expressions=[exp.PropertyEQ(this=exp.to_identifier(n, quoted=True), expression=column(n)) for n in names]
    ),
    chosen=lambda names, conditions: call(
        "list_where", _array([text(n) for n in names]), _array(conditions)
    ),
)  # fmt: skip

SPARK: Final = Dialect(
    name="spark", sqlglot="spark", transform="transform", filter="filter", length="size",
    contains="array_contains", element="get",
    position=lambda values, one: call(
        "nullif", exp.Sub(this=call("array_position", values, one), expression=number(1)), number(-1)
    ),
    overlap="arrays_overlap", distinct="array_distinct", micros="unix_micros", as_list=_array,
    empty="CAST(ARRAY() AS ARRAY<STRING>)",
    add_days=lambda one, n: call("date_add", one, number(n)) if n else one,
    add_months=lambda one, n: call("add_months", one, number(n)),
    day_starts=lambda one, zone: call(
        "unix_micros",
        call("to_utc_timestamp", exp.Cast(this=one, to=exp.DataType.build("TIMESTAMP")), text(zone)),
    ),
    local_day=lambda one, zone: exp.Cast(
        this=call("from_utc_timestamp", call("timestamp_micros", one), text(zone)),
        to=exp.DataType.build("DATE"),
    ),
    total=lambda values, scale: call(
        "aggregate", values, exp.Cast(this=number(0), to=exp.DataType.build(f"DECIMAL(38, {scale})")),
        lambda_(
            exp.Cast(
                this=exp.Add(this=column("sum so far"), expression=column("next")),
                to=exp.DataType.build(f"DECIMAL(38, {scale})"),
            ),
            "sum so far", "next",
        ),
    ),
    starts_with="startswith",
    last=lambda values: call(
        "get", values, exp.Sub(this=call("size", values), expression=number(1))
    ),
    has_null=lambda values: surely(call("exists", values, lambda_(is_null(column("one")), "one"))),
    from_zero=lambda one: one,
    packed=lambda names: call(
        "named_struct", *(part for n in names for part in (text(n), column(n)))
    ),
    chosen=lambda names, conditions: call(
        "filter",
        _array([case((c, text(n))) for n, c in zip(names, conditions, strict=True)]),
        lambda_(is_given(column("id")), "id"),
    ),
)  # fmt: skip

DIALECTS: Final = {"duckdb": DUCKDB, "spark": SPARK}
