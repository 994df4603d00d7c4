"""What a text leaves open: filled by a determination, where it stands, or by none yet."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from sanctions_rules.core import Expr
from sanctions_rules.language import ast
from sanctions_rules.language.lowering.amounts import open_value
from sanctions_rules.language.lowering.lines import env_of, filling
from sanctions_rules.language.lowering.logic import FALSE, TRUE, conjunction
from sanctions_rules.language.lowering.texts import Texts


def openings(
    texts: Texts, block: ast.Block, fill: ast.Block | None, anchor: ast.Path
) -> tuple[dict[str, Expr | tuple[ast.Block, ...]], Expr]:
    """What the open terms mean in this variant, and the condition that the fill adds.

    An open term about the thing that the verb binds gives one variant for each fill; one about
    something that the condition goes through is filled where it stands.
    """
    opened: dict[str, Expr | tuple[ast.Block, ...]] = {}
    filled: Expr = TRUE
    for slot in block.all("leaves open"):
        name = str(slot.term)
        if slot.subject is None:
            opened[name] = open_value(texts, block, name, anchor)
            continue
        if not texts.fills_itself(block, slot):
            opened[name] = tuple(
                f
                for f in texts.rulebook.fills.get((block.id, name), [])
                if texts.fill_meets(f, block)
            )
            continue
        mine = fill is not None and str(cast(ast.Slot, fill.verb).names[0]) == name
        opened[name] = TRUE if mine else FALSE
        if mine and fill is not None:
            env = replace(env_of(texts, block, anchor, {}), zone=texts.rulebook.zone(fill))
            filled = conjunction(filling(texts, fill, env))
    return opened, filled


def dormant(texts: Texts, block: ast.Block, fill: ast.Block | None) -> str:
    """Which predicates wait for a determination, so that the text says nothing by itself."""
    opened = [
        s
        for s in block.all("leaves open")
        if (s.subject is not None and not texts.rulebook.fills.get((block.id, str(s.term))))
        or texts.fills_itself(block, s)
    ]
    if fill is not None or not opened:
        return ""
    return ", ".join(str(s.term) for s in opened)
