"""The Arrow form of facts: which types a column may have, and a table made from cases.

Reads no values; `columns.py` does that.
"""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.engines.columnar.arrow import pa
from sanctions_rules.facts import Case, Declared, FactModel
from sanctions_rules.schema import COLLECTIONS, children
from sanctions_rules.tabular import (
    KEY,
    LISTS,
    PRICE_COLUMNS,
    columns,
    plain_text,
    row_of_case,
    unknown_column,
)

#: A type of Arrow; see `arrow.py`.
Type = Any
_types: Any = pa.types


# -- which types fit -----------------------------------------------------------------------------


def problems_of(schema: Any, key: str = KEY, kept: Names[str] = ()) -> list[Diagnostic]:
    """What stands in the way of reading a table of this schema as facts."""
    names = list(schema.names)
    found = [
        Diagnostic("twice", f"two columns are called `{name}`", path=name)
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if found:
        return found
    if key not in names:
        found.append(
            Diagnostic(
                "no-key", f"the table has no column `{key}`", path=key,
                help="say which column names a row; the columns are: " + ", ".join(names),
            )
        )  # fmt: skip
    elif not (is_text(schema.field(key).type) or _types.is_integer(schema.field(key).type)):
        found.append(_wrong(key, "a text or a whole number", schema.field(key).type))
    fields = [schema.field(n) for n in names if n != key and n not in kept]
    return [*found, *_of_record(fields, Case, "")]


def _of_record(fields: Iterable[Any], model: type[FactModel], prefix: str) -> Iterator[Diagnostic]:
    known, parts = columns(model), children(model)
    for field in fields:
        where, type_ = prefix + field.name, field.type
        if field.name in parts:
            if _types.is_struct(type_):
                yield from _of_record(list(type_), parts[field.name], where + ".")
            elif not _types.is_null(type_):
                yield _wrong(where, "a record", type_)
        elif field.name not in known:
            yield unknown_column(where, model)
        else:
            column = known[field.name]
            yield from _of_column(type_, column.declared, column.companion, where)


def _of_column(type_: Type, declared: Declared, companion: str, where: str) -> Iterator[Diagnostic]:
    if _types.is_null(type_):
        return
    match companion:
        case "none" | "open":
            if not _types.is_boolean(type_):
                yield _wrong(where, "true or false", type_)
            return
        case "basis":
            if not is_text(type_):
                yield _wrong(where, "text", type_)
            return
        case "one_of":
            yield from _of_list(type_, where)
            return
        case _:
            pass
    match declared.form:
        case "flag":
            if not _types.is_boolean(type_):
                yield _wrong(where, "true or false", type_)
        case "number":
            yield from _of_number(type_, where)
        case "moment":
            yield from _of_moment(type_, where)
        case "price":
            if not _types.is_struct(type_):
                yield _wrong(where, "a record of amount and currency", type_)
                return
            for field in type_:
                inner = f"{where}.{field.name}"
                if field.name not in PRICE_COLUMNS:
                    yield Diagnostic(
                        "unknown-column", f"there is no part of a price called `{field.name}`", path=inner,
                        help="a price has " + ", ".join(PRICE_COLUMNS),
                    )  # fmt: skip
                elif _types.is_null(field.type):
                    pass
                elif field.name != "currency":
                    yield from _of_number(field.type, inner)
                elif not is_text(field.type):
                    yield _wrong(inner, "text", field.type)
        case "records":
            if not is_list(type_) or not (
                _types.is_struct(type_.value_type) or _types.is_null(type_.value_type)
            ):
                yield _wrong(where, "a list of records", type_)
            elif _types.is_struct(type_.value_type):
                yield from _of_record(
                    list(type_.value_type), COLLECTIONS[declared.of], where + "[]."
                )
        case form if form in LISTS:
            yield from _of_list(type_, where)
        case _:
            if not is_text(type_):
                yield _wrong(where, "text", type_)


def _of_number(type_: Type, where: str) -> Iterator[Diagnostic]:
    if _types.is_floating(type_):
        yield Diagnostic(
            "float", f"`{where}` is a column of floats, which are not exact", path=where,
            help="write it as decimal128 or as text, digit for digit",
        )  # fmt: skip
    elif not (_types.is_decimal(type_) or _types.is_integer(type_) or is_text(type_)):
        yield _wrong(where, "a decimal number, a whole one, or text", type_)


def _of_moment(type_: Type, where: str) -> Iterator[Diagnostic]:
    if _types.is_timestamp(type_) and type_.tz is None:
        yield Diagnostic(
            "naive-time", f"the times of `{where}` do not say in which zone they are", path=where,
            help='give the column a zone, as in timestamp("us", "UTC"), or the days alone as date32',
        )  # fmt: skip
    elif not (_types.is_date32(type_) or _types.is_timestamp(type_) or is_text(type_)):
        yield _wrong(where, "a day (date32), a time with its zone, or text", type_)


def _of_list(type_: Type, where: str) -> Iterator[Diagnostic]:
    if not is_list(type_) or not (is_text(type_.value_type) or _types.is_null(type_.value_type)):
        yield _wrong(where, "a list of texts", type_)


def _wrong(where: str, wanted: str, type_: Type) -> Diagnostic:
    return Diagnostic("wrong-type", f"{wanted} is expected, not {type_}", path=where)


def is_text(type_: Type) -> bool:
    if _types.is_dictionary(type_):
        return is_text(type_.value_type)
    return any(
        getattr(_types, name)(type_)
        for name in ("is_string", "is_large_string", "is_string_view")
        if hasattr(_types, name)
    )


def is_list(type_: Type) -> bool:
    return _types.is_list(type_) or _types.is_large_list(type_) or _types.is_fixed_size_list(type_)


# -- a table from cases --------------------------------------------------------------------------


def table_of_cases(cases: Iterable[Case], keys: Sequence[str] | None = None, key: str = KEY) -> Any:
    """A table with a row for each case, and a column for each fact that any of them has."""
    return table_of_rows([row_of_case(case) for case in cases], keys, key)


def table_of_rows(
    rows: Sequence[Mapping[str, Any]], keys: Sequence[str] | None = None, key: str = KEY
) -> Any:
    """A table from rows as `row_of_case` gives them; keys are numbers from 0 if none are given."""
    fields = _fields(rows, Case)
    names = [str(i) for i in range(len(rows))] if keys is None else list(keys)
    made: list[Any] = [pa.array(names, pa.string())]
    made += [pa.array([_cell(r.get(f.name), f.type) for r in rows], f.type) for f in fields]
    return pa.Table.from_arrays(made, schema=pa.schema([pa.field(key, pa.string()), *fields]))


def _fields(rows: Sequence[Mapping[str, Any]], model: type[FactModel]) -> list[Any]:
    """The fields that these records need, in schema order."""
    found: list[Any] = []
    for name in model.model_fields:
        if name in children(model):
            inner = [r[name] for r in rows if r.get(name) is not None]
            if inner:
                found.append(pa.field(name, pa.struct(_fields(inner, children(model)[name]))))
    for name, column in columns(model).items():
        values = [r[name] for r in rows if r.get(name) is not None]
        if values:
            found.append(pa.field(name, _type(values, column.declared, column.companion)))
    return found


def _type(values: Sequence[Any], declared: Declared, companion: str) -> Type:
    match companion:
        case "none" | "open":
            return pa.bool_()
        case "basis":
            return pa.string()
        case "one_of":
            return pa.list_(pa.string())
        case _:
            pass
    match declared.form:
        case "flag":
            return pa.bool_()
        case "number":
            return _number_type(values)
        case "moment":
            return _moment_type(values)
        case "price":
            return pa.struct([
                pa.field(part, pa.string() if part == "currency" else _number_type(held))
                for part in PRICE_COLUMNS
                if (held := [v[part] for v in values if v.get(part) is not None])
            ])  # fmt: skip
        case "records":
            inner = [member for value in values for member in value]
            return pa.list_(pa.struct(_fields(inner, COLLECTIONS[declared.of])))
        case form if form in LISTS:
            return pa.list_(pa.string())
        case _:
            return pa.string()


def _number_type(values: Sequence[Any]) -> Type:
    """The smallest decimal that holds them all; text where none does."""
    whole, scale = 1, 0
    for value in values:
        _, digits, exponent = cast(Decimal, value).as_tuple()
        scale = max(scale, -cast(int, exponent))
        whole = max(whole, len(digits) + cast(int, exponent))
    return pa.decimal128(whole + scale, scale) if whole + scale <= 38 else pa.string()


def _moment_type(values: Sequence[Any]) -> Type:
    timed = [isinstance(value, datetime) for value in values]
    if not any(timed):
        return pa.date32()
    return pa.timestamp("us", "UTC") if all(timed) else pa.string()


def _cell(value: Any, type_: Type) -> Any:
    """A value as Arrow takes it for a column of this type."""
    if value is None:
        return None
    if _types.is_struct(type_):
        return {f.name: _cell(value.get(f.name), f.type) for f in type_}
    if _types.is_list(type_):
        return [_cell(member, type_.value_type) for member in value]
    if isinstance(value, (Decimal, date)) and is_text(type_):
        return plain_text(value)
    return value


def rows_of(batch: Any) -> list[dict[str, Any]]:
    """The rows of a table or a batch as plain data, for `facts_of_row`.

    Times finer than a microsecond are refused by Arrow: they would be rounded.
    """
    return cast("list[dict[str, Any]]", batch.to_pylist())
