"""Which columns a table has, and of which types: all that the generator asks of a table.

A record is a dict of its columns, a list is a `ListOf`, anything else one of a few words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Scalar:
    """`kind`: flag, text, number, whole, day, instant, or other (no fact fits it)."""

    kind: str
    printed: str = ""
    scale: int = 0
    whole: int = 38  # digits before the point, of a number


@dataclass(frozen=True, slots=True)
class ListOf:
    of: Type


@dataclass(frozen=True, slots=True)
class Record:
    fields: Mapping[str, Type]


Type: TypeAlias = Scalar | ListOf | Record


def of_arrow(schema: Any) -> Record:
    """The shape of an Arrow schema. Columns without a type (all null) are left out: not known."""
    types: Any = import_module("pyarrow").types

    def one(type_: Any) -> Type | None:
        if types.is_dictionary(type_):
            return one(type_.value_type)
        if types.is_struct(type_):
            return Record({f.name: made for f in type_ if (made := one(f.type)) is not None})
        if any(
            getattr(types, f"is_{name}")(type_)
            for name in ("list", "large_list", "fixed_size_list")
        ):
            inner = one(type_.value_type)
            return ListOf(Record({}) if inner is None else inner)
        printed = str(type_)
        if types.is_null(type_):
            return None
        if types.is_boolean(type_):
            return Scalar("flag", printed)
        if types.is_decimal(type_):
            return Scalar("number", printed, type_.scale, type_.precision - type_.scale)
        if types.is_integer(type_):
            return Scalar("number", printed, 0, 20)
        if types.is_date(type_):
            return Scalar("day", printed)
        if types.is_timestamp(type_) and type_.tz is not None:
            return Scalar("instant", printed)
        if types.is_string(type_) or types.is_large_string(type_) or str(type_) == "string_view":
            return Scalar("text", printed)
        return Scalar("other", printed)

    return Record({f.name: made for f in schema if (made := one(f.type)) is not None})


def of_spark(schema: Any) -> Record:
    """The shape of a Spark schema."""

    def one(type_: Any) -> Type | None:
        name = type_.typeName()
        if name == "struct":
            return Record({
                f.name: made for f in type_.fields if (made := one(f.dataType)) is not None
            })  # fmt: skip
        if name == "array":
            inner = one(type_.elementType)
            return ListOf(Record({}) if inner is None else inner)
        printed = type_.simpleString()
        if name in ("void", "null"):
            return None
        if name == "decimal":
            return Scalar("number", printed, type_.scale, type_.precision - type_.scale)
        kinds = {
            "boolean": "flag", "string": "text", "date": "day", "timestamp": "instant",
            **dict.fromkeys(("byte", "short", "integer", "long"), "number"),
        }  # fmt: skip
        return Scalar(kinds.get(name, "other"), printed, 0, 20)

    return Record({f.name: made for f in schema.fields if (made := one(f.dataType)) is not None})
