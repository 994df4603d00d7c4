"""What is new in a changed law: which definitions and provisions read otherwise, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, cast

from sanctions_rules.core import Closure, Definition, Norm, Program

#: Fields of a norm that tell people of it and take no part in whether it binds.
_TOLD = frozenset((
    "place", "label", "term", "title", "citations", "id", "source", "provision", "checked", "checked_note",
    "source_ids", "measures", "powers", "withdrawn",
))  # fmt: skip
_PARTS = tuple(f.name for f in fields(Norm) if f.name not in _TOLD)


@dataclass(frozen=True)
class Change:
    """What is new in a changed law.

    `names`: definitions that read otherwise, by their old names, with their new ones (None: gone).
    `norms`: norms whose parts are others, old and new (None: not there). `is_large`: more than that.
    """

    names: Mapping[str, str | None]
    renamed: Mapping[str, str]
    norms: tuple[tuple[Norm | None, Norm | None], ...] = ()
    is_large: bool = False

    @property
    def is_none(self) -> bool:
        return not (self.names or self.norms or self.is_large)


def change(old: Program, new: Program) -> Change:
    """Compare two programs, definition by definition, whatever the texts' first days call them."""
    here, there = set(old.definitions.names), set(new.definitions.names)
    gone = [n for n in old.definitions.names if n not in there]
    come = [n for n in new.definitions.names if n not in here]
    renamed = dict(zip(gone, come, strict=True)) if len(gone) == len(come) else {}
    names: dict[str, str | None] = {}
    for a in old.definitions:
        name = renamed.get(a.name, a.name)
        b = new.definitions[name] if name in there else None
        if b is None:
            names[a.name] = None
        elif not _same(a, b, renamed):
            names[a.name] = name
    norms = tuple(_norms(old, new, names, renamed))
    is_large = old.readings != new.readings or old.has_burdens != new.has_burdens
    return Change(names, renamed, norms, is_large)


def _same(a: Definition | Closure, b: Definition | Closure, renamed: Mapping[str, str]) -> bool:
    if isinstance(a, Definition) and isinstance(b, Definition):
        if a.subject != b.subject:
            return False
        return a.body == b.body or (bool(renamed) and shape(a.body, renamed) == shape(b.body, {}))
    return a == b or (bool(renamed) and shape(a, renamed) == shape(b, {}))


def but_edges(norm: Norm) -> tuple[Any, ...]:
    return tuple(getattr(norm, part) for part in _PARTS if part not in ("edges", "lifts"))


def _norms(
    old: Program, new: Program, names: Mapping[str, str | None], renamed: Mapping[str, str]
) -> Iterator[tuple[Norm | None, Norm | None]]:
    """Norms that differ, or that are in one of the programs only."""
    after = {n.effective + n.verb: n for n in new.norms}
    for a in old.norms:
        b = after.pop(renamed.get(a.effective, a.effective) + a.verb, None)
        if (
            b is None
            or (a.dormant and a.body in names)
            or any(
                (x := getattr(a, part)) != (y := getattr(b, part))
                and not (renamed and shape(x, renamed) == shape(y, {}))
                for part in _PARTS
            )
        ):
            yield a, b
    yield from ((None, b) for b in after.values())


def shape(value: object, renamed: Mapping[str, str]) -> object:
    """A part of a program as plain tuples, its definitions called by their new names."""
    if isinstance(value, str):
        return renamed.get(value, value)
    if isinstance(value, tuple):
        return tuple(shape(v, renamed) for v in cast("tuple[object, ...]", value))
    if is_dataclass(value):
        parts = (getattr(value, f.name) for f in fields(value) if f.name not in _TOLD)
        return type(value), *(shape(part, renamed) for part in parts)
    return value
