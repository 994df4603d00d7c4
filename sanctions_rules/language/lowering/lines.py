"""What the lines of a text say together: its body, its scope, and what its fills add."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sanctions_rules.core import Expr, Literal
from sanctions_rules.language import ast
from sanctions_rules.language.lowering import reach
from sanctions_rules.language.lowering.env import Env, Opened
from sanctions_rules.language.lowering.logic import TRUE, conjunction, disjunction
from sanctions_rules.language.lowering.texts import Texts
from sanctions_rules.language.names import Names, subject_noun
from sanctions_rules.language.resolve import regime
from sanctions_rules.values import UNKNOWN


def env_of(texts: Texts, block: ast.Block, anchor: ast.Path, opened: Opened) -> Env:
    """Where the lines of a block stand: its noun is bound, and the cells of its one row are given."""
    noun = subject_noun(block)
    names = Names()
    if noun is not None:
        names = names.bind_noun(noun.text) or names
    columns = block.slot("columns")
    if columns and columns.rows and block.kind != "table":
        cells = {c: cell.value for c, cell in zip(columns.columns, columns.rows[0], strict=False)}
        names = Names(names.items, cast("Mapping[str, ast.Value | None]", cells))
    return Env(names, regime(block), anchor, texts.rulebook.zone(block), opened)


def body(texts: Texts, block: ast.Block, env: Env) -> Expr:
    parts: list[Expr] = []
    for slot in block.slots:
        if slot.condition is None:
            continue
        if slot.word in ("when", "upon determining that"):
            parts.append(texts.condition(slot.condition, env))
        elif slot.word == "provided that":
            parts.append(texts.shown(slot, env))
    gap = block.slot("unencoded")
    if gap:
        parts.append(Literal(UNKNOWN, gap.texts[0].text, gap.span))
    verb = cast(ast.Slot, block.verb)
    if verb.word == "penalises":
        parts.append(reach.breach(texts, verb))
    if verb.word == "empowers" and not verb.names:
        parts.append(reach.in_question(texts, verb, subject_noun(block)))
    return conjunction(parts)


def scope(texts: Texts, block: ast.Block, fill: ast.Block | None, env: Env) -> Expr:
    """What is carved out by the text itself and by the determination that fills it."""
    parts: list[Expr] = []
    for one in (block, fill):
        for slot in one.slots if one is not None else ():
            if slot.condition is None:
                continue
            if slot.word == "except where":
                parts.append(texts.condition(slot.condition, env))
            elif slot.word == "unless shown that":
                parts.append(texts.shown(slot, env))
    return disjunction(parts)


def filling(texts: Texts, fill: ast.Block, env: Env) -> list[Expr]:
    """The condition that a determination fills a predicate with, and what of it is not encoded."""
    with_, gap = fill.slot("with"), fill.slot("unencoded")
    return [
        texts.condition(with_.condition, env) if with_ and with_.condition else TRUE,
        Literal(UNKNOWN, gap.texts[0].text) if gap else TRUE,
    ]
