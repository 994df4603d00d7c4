"""How a term passes itself on: the ways that its own blocks name, by shares and by control."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from sanctions_rules.core import Way
from sanctions_rules.language import ast


def way_of(owned: ast.IsOwned | ast.IsControlled) -> Way:
    if isinstance(owned, ast.IsControlled):
        return Way("", Decimal(100), False, "", tuple(w.text for w in owned.means))
    value = owned.value  # the type checker asks before it has refused other values
    number = value.number if isinstance(value, ast.Quantity) else Decimal(0)
    return Way(owned.mode.text, number, owned.comparator == "more than", owned.of.text)


def ways_of(block: ast.Block, term: str) -> tuple[Way, ...]:
    """Every `is owned by TERM` and `is controlled by TERM` in the conditions of a block."""
    found: dict[Way, None] = {}

    def walk(node: Any) -> None:
        if isinstance(node, (ast.IsOwned, ast.IsControlled)):
            if node.term.text == term:
                found[way_of(node)] = None
        elif isinstance(node, tuple):
            for one in cast("tuple[Any, ...]", node):
                walk(one)
        else:
            for name in ast.inner(node):
                walk(getattr(node, name))

    for slot in block.slots:
        if slot.condition is not None:
            walk(slot.condition)
    return tuple(found)
