"""Values of the language as plain data, and back: what a kept rulebook is written in.

A value is a list of rows, each a value made of strings, numbers and earlier rows; the last row is
the value itself. A row names its type, and `Types` is the closed list of those: data can name
nothing else, so that reading it runs no code but the constructors of our own frozen types.
Written so and not as a tree, equal parts are written once and depth costs no stack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from json import JSONEncoder, loads
from types import ModuleType
from typing import Any, Final, cast

from sanctions_rules import codes, core, source, values
from sanctions_rules.values import Nothing, Truth

#: Canonical JSON of lists, without the cost of setting up an encoder for each of many.
_ENCODED: Final = JSONEncoder(separators=(",", ":")).encode

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
    """The types that data may name: the dataclasses of these modules, and no others."""

    def __init__(self, *homes: ModuleType | type) -> None:
        self.make: dict[str, Callable[..., Any]] = dict(_MAKE)
        self.take = dict(_TAKE)
        for home in homes:
            for kind in [home] if isinstance(home, type) else vars(home).values():
                if isinstance(kind, type) and is_dataclass(kind) and _lives_in(kind, home):
                    word = f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}"
                    self.make[word] = kind
                    self.take[kind] = (word, _parts([f.name for f in fields(kind) if f.init]))


def _lives_in(kind: type, home: ModuleType | type) -> bool:
    return kind is home or kind.__module__ == home.__name__


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
        key = repr(row)
        if key not in known:
            known[key] = [len(rows)]
            rows.append(row)
        return known[key]

    put(value)
    return _ENCODED(rows)


def read(line: str, types: Types) -> Any:
    """The value of one line that `written` gave."""
    made: list[Any] = []
    for name, *parts in cast("list[list[Any]]", loads(line)):
        made.append(types.make[name](*[made[p[0]] if type(p) is list else p for p in parts]))
    return made[-1]
