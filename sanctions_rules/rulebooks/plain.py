"""Values of the language as plain data, and back: what a kept rulebook is written in.

A value is a list of rows, each a value made of strings, numbers and earlier rows; the last row is
the value itself. A row names its type, and `Types` is the closed list of those: data can name
nothing else, so that reading it runs no code but the constructors of our own frozen types.
Written so and not as a tree, equal parts are written once and depth costs no stack.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any, Final, TypeGuard, cast

from sanctions_rules import codes, core, source, values
from sanctions_rules.canonical import json_text
from sanctions_rules.values import Nothing, Truth

#: What is no type of ours: by its name how it is made, and what it is taken apart into.
_MAKE: Final[Mapping[str, Callable[..., Any]]] = {
    "tuple": lambda *parts: parts,
    "set": lambda *parts: frozenset(parts),
    "dict": lambda *parts: dict(zip(parts[::2], parts[1::2], strict=True)),
    "decimal": Decimal,
    "day": date.fromisoformat,
    "truth": Truth.__getitem__,
    "nothing": Nothing.__getitem__,
}
_TAKE: Final[Mapping[type, tuple[str, Callable[[Any], Iterable[Any]]]]] = {
    tuple: ("tuple", lambda value: value),
    frozenset: ("set", sorted),
    dict: ("dict", lambda value: [part for pair in value.items() for part in pair]),
    Decimal: ("decimal", lambda value: [str(value)]),
    date: ("day", lambda value: [value.isoformat()]),
    Truth: ("truth", lambda value: [value.name]),
    Nothing: ("nothing", lambda value: [value.name]),
}


class Types:
    """The types that data may name: the frozen dataclasses of these modules, and no others."""

    def __init__(self, *modules: ModuleType) -> None:
        self.make = dict(_MAKE)
        self.take = dict(_TAKE)
        for module in modules:
            for name, kind in vars(module).items():
                if _is_frozen(kind) and kind.__module__ == module.__name__:
                    word = f"{module.__name__.rpartition('.')[2]}.{name}"
                    self.make[word] = kind
                    self.take[kind] = (word, _parts([f.name for f in fields(kind)]))


def _is_frozen(kind: object) -> TypeGuard[type]:
    return isinstance(kind, type) and is_dataclass(kind) and kind.__dataclass_params__.frozen


def _parts(names: list[str]) -> Callable[[Any], Iterable[Any]]:
    return lambda value: [getattr(value, name) for name in names]


#: The types of a program.
PROGRAM: Final = Types(core, values, codes, source)


def written(value: object, types: Types) -> str:
    """The value as one line of canonical JSON. Raises TypeError for a type that is not listed."""
    rows: list[list[Any]] = []
    known: dict[str, list[int]] = {}

    def put(part: object) -> Any:
        if part is None or type(part) in (str, int, bool):
            return part
        found = types.take.get(type(part))
        if found is None:
            raise TypeError(type(part).__name__)
        row = [found[0], *map(put, found[1](part))]
        key = json_text(row)
        if key not in known:
            known[key] = [len(rows)]
            rows.append(row)
        return known[key]

    put(value)
    return json_text(rows)


def read(line: str, types: Types) -> Any:
    """The value of one line that `written` gave."""
    made: list[Any] = []
    for name, *parts in cast("list[list[Any]]", json.loads(line)):
        made.append(types.make[name](*[made[p[0]] if type(p) is list else p for p in parts]))
    return made[-1]
