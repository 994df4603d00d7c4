"""What a name is bound to in a block, for facts of things: the noun of its verb, what it goes through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from sanctions_rules import schema
from sanctions_rules.facts import Case, FactModel
from sanctions_rules.language import ast
from sanctions_rules.source import Span

#: Names may be bound through names that are bound so; a ring of them ends here.
_DEEPEST: Final = 8


def model_of(block: ast.Block, head: str, deep: int = 0) -> type[FactModel] | None:
    """Of what kind of thing the path that begins so tells a fact; None where nothing is called so."""
    if head in ("act", "actor", "case"):
        return Case
    if head in schema.NOUNS:
        return schema.COLLECTIONS[schema.NOUNS[head]]
    if deep < _DEEPEST:
        for name, path in bound(block):
            if name == head:
                return _items(block, path, deep + 1)
    return None


def _items(block: ast.Block, path: ast.Path, deep: int) -> type[FactModel] | None:
    model = model_of(block, path.parts[0], deep)
    if model is None:
        return None
    parts = path.parts if model is Case and path.parts[0] != "case" else path.parts[1:]
    found = schema.find(model, parts)
    return found.model if isinstance(found, schema.Fact) else None


def bound(block: ast.Block) -> Iterator[tuple[str, ast.Path]]:
    """Each name that a condition binds, with the list that it goes through."""
    pending: list[object] = list(block.slots)
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(cast("tuple[object, ...]", node))
            continue
        if isinstance(node, (str, Span)) or not hasattr(node, "__dataclass_fields__"):
            continue
        if isinstance(node, (ast.ForSome, ast.Sum)) and isinstance(node.collection, ast.Path):
            yield node.variable, node.collection
        pending += [getattr(node, name) for name in cast(Any, node).__dataclass_fields__]
