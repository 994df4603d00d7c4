"""Every condition against the fact vocabulary: paths, forms, units, words, codes, terms.

No truthiness and no coercion: what a predicate may be said of is fixed by the form of the fact.
What a slot holds is checked in the room of `typechecking` for that kind of thing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sanctions_rules.calendars import CALENDARS
from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.names import Names
from sanctions_rules.language.resolve import Rulebook
from sanctions_rules.language.typechecking import acts, ownership, tables, terms, times, units
from sanctions_rules.language.typechecking.conditions import condition
from sanctions_rules.language.typechecking.look import Look
from sanctions_rules.language.typechecking.subjects import names_in
from sanctions_rules.language.typechecking.vocabulary import CHECKS, MEASURES, OUTCOMES
from sanctions_rules.law import RANKS


def typecheck(rulebook: Rulebook) -> list[Diagnostic]:
    problems: list[Diagnostic] = []
    for block in rulebook.blocks:
        problems += typecheck_block(rulebook, block)
    return problems


def typecheck_block(rulebook: Rulebook, block: ast.Block) -> list[Diagnostic]:
    """What is wrong with one block: it looks at others by their names, and at their instruments."""
    look = Look(rulebook, block)
    names = names_in(look)
    for slot in block.slots:
        check = SLOTS.get(slot.word)
        if check is not None:
            check(look, slot, names)
        if slot.condition is not None:
            condition(look, slot.condition, names)
    ownership.ways(look)
    return look.found


def _calendar(look: Look, slot: ast.Slot, _: Names) -> None:
    look.one_of(slot.names[0], CALENDARS, "a calendar")


def _rank(look: Look, slot: ast.Slot, _: Names) -> None:
    look.one_of(slot.names[0], RANKS, "a rank")


def _checked(look: Look, slot: ast.Slot, _: Names) -> None:
    look.one_of(slot.names[0], CHECKS, "a way in which text is checked")


def _binds(look: Look, slot: ast.Slot, names: Names) -> None:
    for word in slot.names:
        terms.said(look, word, "parties", names)


def _measures(look: Look, slot: ast.Slot, _: Names) -> None:
    for word in slot.names:
        look.one_of(word, MEASURES, "a measure")


def _paths(look: Look, slot: ast.Slot, names: Names) -> None:
    for path in slot.paths:
        look.typed(path, names)


def _expect(look: Look, slot: ast.Slot, _: Names) -> None:
    for text in slot.texts:
        if text.text not in OUTCOMES:
            look.report(
                "unknown-outcome",
                f"`{text.text}` is not an outcome",
                text,
                help=did_you_mean(text.text, OUTCOMES) or "one of: " + ", ".join(OUTCOMES),
            )
    look.refs(slot.refs)


#: What a slot holds besides its condition.
SLOTS: Final[dict[str, Callable[[Look, ast.Slot, Names], None]]] = {
    "in force": times.in_force,
    "clock": times.clock,
    "calendar": _calendar,
    "rank": _rank,
    "checked": _checked,
    "binds": _binds,
    **dict.fromkeys(("prohibits", "authorises", "exempts", "requires", "conduct"), acts.norm),
    "empowers": _measures,
    "penalises": _measures,
    "leaves open": units.leaves_open,
    "gives": units.gives,
    "regardless of": _paths,
    "missing": _paths,
    "columns": tables.columns,
    "expect": _expect,
}
