"""How a term passes itself on: the ways that its own blocks name, by shares and by control."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sanctions_rules.core import Way
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import Rulebook


def way_of(owned: ast.IsOwned | ast.IsControlled) -> Way:
    if isinstance(owned, ast.IsControlled):
        return Way("", Decimal(100), False, "", tuple(w.text for w in owned.means))
    value = owned.value  # the type checker asks before it has refused other values
    number = value.number if isinstance(value, ast.Quantity) else Decimal(0)
    return Way(owned.mode.text, number, owned.comparator == "more than", owned.of.text)


def ways_of(rulebook: Rulebook, block: ast.Block, term: str) -> tuple[Way, ...]:
    """Every `is owned by TERM` and `is controlled by TERM` in the conditions of a block."""
    owned = rulebook.once("owned", block, lambda b: tuple(_owned(b)))
    return tuple(dict.fromkeys(way_of(node) for node in owned if node.term.text == term))


def _owned(block: ast.Block) -> Iterator[ast.IsOwned | ast.IsControlled]:
    for slot in block.slots:
        for node in ast.walk(slot.condition):
            if isinstance(node, (ast.IsOwned, ast.IsControlled)):
                yield node
