"""Words of a table that no fact may have: a misspelt category is not "another category".

SQL compares words and does not read them, so a table is asked first for words outside the closed
sets of the facts, in one pass over the columns that have one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sanctions_rules.codes import COUNTRIES
from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.engines.sql.dialects import (
    DUCKDB,
    Dialect,
    Sql,
    both,
    call,
    case,
    column,
    compared,
    condition_of,
    exp,
    field,
    is_given,
    is_null,
    number,
    text,
)
from sanctions_rules.engines.sql.shape import ListOf, Record, Scalar, Type
from sanctions_rules.facts import Case, Declared, FactModel
from sanctions_rules.schema import COLLECTIONS, children


@dataclass(frozen=True, slots=True)
class Question:
    """How many rows have a strange word in one column."""

    path: str
    expression: Sql
    dialect: Dialect

    @property
    def sql(self) -> str:
        counted = call("sum", case((condition_of(self.expression), number(1)), otherwise=number(0)))
        return self.dialect.sql(counted, pretty=False)

    def problem(self, count: int) -> Diagnostic:
        rows = "one row has" if count == 1 else f"{count} rows have"
        return Diagnostic(
            "unknown-word", f"{rows} a word in `{self.path}` that is none of this fact", path=self.path,
            help="read the table with the batch command, which names the rows",
        )  # fmt: skip


def strangers(shape: Record, key: str, dialect: Dialect = DUCKDB) -> list[Question]:
    """A question for each column of words."""
    fields = {name: type_ for name, type_ in shape.fields.items() if name != key}
    return [
        Question(path, sql, dialect)
        for path, sql in _of_record(Record(fields), Case, "", None, dialect, 0)
    ]


def _of_record(
    shape: Record, model: type[FactModel], prefix: str, at: Sql | None, dialect: Dialect, depth: int
) -> Iterator[tuple[str, Sql]]:
    for name, type_ in shape.fields.items():
        here = column(name) if at is None else field(at, name)
        nested = children(model).get(name)
        declared = model.declarations.get(name)
        if nested is not None and isinstance(type_, Record):
            yield from _of_record(type_, nested, f"{prefix}{name}.", here, dialect, depth)
        elif name.endswith("__one_of") and isinstance(type_, ListOf):
            inner = model.declarations[name.removesuffix("__one_of")]
            odd = dialect.kept(here, "word", _odd(column("word"), inner))
            yield prefix + name, compared("<", number(0), dialect.size(odd))
        elif declared is not None:
            yield from _of_fact(declared, type_, prefix + name, here, dialect, depth)


def _of_fact(
    declared: Declared, type_: Type, path: str, here: Sql, dialect: Dialect, depth: int
) -> Iterator[tuple[str, Sql]]:
    one = f"one {depth}" if depth else "one"
    if declared.form in ("word", "country") and isinstance(type_, Scalar):
        yield path, _strange(here, declared)
    elif declared.form in ("words", "countries") and isinstance(type_, ListOf):
        odd = dialect.kept(here, one, _odd(column(one), declared))
        yield path, compared("<", number(0), dialect.size(odd))
    elif declared.form == "records" and isinstance(type_, ListOf) and isinstance(type_.of, Record):
        inner = _of_record(
            type_.of, COLLECTIONS[declared.of], f"{path}[].", column(one), dialect, depth + 1
        )
        for where, sql in inner:
            odd = dialect.kept(here, one, exp.Coalesce(this=sql, expressions=[exp.false()]))
            yield where, compared("<", number(0), dialect.size(odd))


def _odd(word: Sql, declared: Declared) -> Sql:
    """A word that is none of the fact, or none at all; an ellipsis is no member either."""
    return is_null(exp.TryCast(this=word, to=_type(declared)))


def _strange(word: Sql, declared: Declared) -> Sql:
    """A word that is none of the fact; the cast looks it up, where IN compares one by one."""
    return both(is_given(word), is_null(exp.TryCast(this=word, to=_type(declared))))


def _type(declared: Declared) -> Sql:
    words = [text(word) for word in sorted(_words(declared))]
    return exp.DataType(this=exp.DataType.Type.ENUM, expressions=words)


def _words(declared: Declared) -> frozenset[str]:
    known = COUNTRIES if declared.form in ("country", "countries") else frozenset(declared.values)
    return known | {"none"} if declared.optional else known
