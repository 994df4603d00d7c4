"""The ways in which a block is changed, one small change at a time.

Each operator looks at the tree of a block, never at its layout, and gives the block with one part
of it otherwise. What only says where a text comes from (citations, ranks, notes) is left alone, as
are the offices that may use a power: nothing of it changes an answer about a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from sanctions_rules.author.mutate.nodes import (
    Variant,
    changes,
    days_beside,
    fewer,
    inside,
    line,
    targets,
)
from sanctions_rules.language import ast
from sanctions_rules.language.format import slot_lines
from sanctions_rules.language.parsing.building import MONTHS

#: Every operator, and what it does.
OPERATORS: Final = {
    "drop-limb": "leave a line of a condition, a place, a class of bound persons or an event out",
    "negate-limb": "say the opposite of a line",
    "swap-any-all": "ask for one where all are asked for, and the other way round",
    "flip-bound": "`at least` for `more than`, `on or before` for `before`, `through` for `until`",
    "shift-threshold": "a number more or less, by one in its last place",
    "shift-date": "a day earlier or later",
    "shift-instant": "a minute earlier or later",
    "drop-exception": "leave an exception, or a whole block that excepts or licenses, out",
    "drop-target": "lift, displace, penalise or replace one text fewer",
    "drop-word": "leave one of several listed acts, words, codes or texts out",
    "drop-row": "leave a row of a table or code list out",
    "change-code": "another tariff code, country or currency",
    "swap-verb": "another norm verb",
}

#: Slots whose condition is looked at; of these, what an exception is made of.
_CONDITIONS: Final = frozenset((
    "when", "upon determining that", "with", "met when", "provided that", "except where",
    "unless shown that",
))  # fmt: skip
_EXCEPTING: Final = frozenset(("except where", "unless shown that"))
#: Verbs of blocks that take something out of a norm: such a block may be left out whole.
_LIFTING: Final = frozenset(("authorises", "exempts", "displaces", "withdraws"))
#: Blocks of which no line changes an answer about a case.
SILENT: Final = frozenset(("example", "overlay", "judgement"))


def variants(block: ast.Block) -> Iterator[Variant]:
    """Every change of a block, in the order of its text; `made` is the block, None for no block."""
    if block.kind in SILENT or (block.verb is not None and block.verb.word == "commits to"):
        return
    verb = block.verb
    if verb is not None and verb.word in _LIFTING and len(_aims(verb)) == 1:
        yield Variant("drop-exception", block.head, "without the block", None)
    for number, slot in enumerate(block.slots):
        for v in _slot(block, slot):
            slots = () if v.made is None else (v.made,)
            made = replace(block, slots=(*block.slots[:number], *slots, *block.slots[number + 1 :]))
            yield replace(v, made=made, span=v.span if v.span.file else slot.span)
    for operator, change, made in _swapped(block):
        yield Variant(operator, verb.span if verb else block.head, change, made)


def _aims(verb: ast.Slot) -> tuple[ast.Ref, ...]:
    """The texts that a verb lifts, displaces or takes back."""
    if verb.conduct is None:
        return verb.refs
    return tuple(ref for role in verb.conduct.roles for ref in role.refs)


# -- slots ---------------------------------------------------------------------------------------


def _slot(block: ast.Block, slot: ast.Slot) -> Iterator[Variant]:
    word = slot.word
    if word in ("issued", "published"):
        yield from _publication(slot)
    elif block.kind == "instrument":
        return
    elif word in _CONDITIONS and slot.condition is not None:
        yield from _conditional(slot, slot.condition)
    elif word == "in force":
        yield from inside(slot, "interval", f"in `{_first(slot)}`")
        if slot.anchor is not None:
            said = f"without `measured at {slot.anchor}`"
            yield Variant("drop-limb", slot.span, said, replace(slot, anchor=None))
    elif word == "unencoded":
        yield Variant("drop-limb", slot.span, f"without `{_first(slot)}`", None)
    elif word == "binds":
        yield Variant("drop-limb", slot.span, f"without `{_first(slot)}`", None)
        yield from fewer(slot, "names", slot.span, "drop-word", _first(slot))
    elif word in ("replaces", "repeals"):
        yield from targets(slot, "refs", slot.span)
    elif word in ("columns", "entries from", "gives"):
        yield from _table(slot)
    elif word in ast.VERBS:
        yield from _verb(slot)


def _first(slot: ast.Slot) -> str:
    return " ".join(slot_lines(slot)[0].split())


def _publication(slot: ast.Slot) -> Iterator[Variant]:
    """The days on which a text became known."""
    if slot.day is not None:
        for day in days_beside(slot.day):
            said = f"{slot.day} → {day} in `{_first(slot)}`"
            yield Variant("shift-date", slot.span, said, replace(slot, day=day))
    for number, (day, text) in enumerate(slot.days):
        for other in days_beside(day):
            days = (*slot.days[:number], (other, text), *slot.days[number + 1 :])
            said = f'{day} → {other} in `published {day} "{text.text}"`'
            yield Variant("shift-date", slot.span, said, replace(slot, days=days))


def _conditional(slot: ast.Slot, condition: ast.Condition) -> Iterator[Variant]:
    whole = f"without `{slot.word} {line(condition)}`"
    if slot.word in _EXCEPTING:
        yield Variant("drop-exception", slot.span, whole, None)
    elif len(condition.elements) == 1:
        yield Variant("drop-limb", slot.span, whole, None)
    yield from inside(slot, "condition", "")


def _table(slot: ast.Slot) -> Iterator[Variant]:
    for number, row in enumerate(slot.rows if slot.columns else ()):
        shown = " | ".join(slot_lines(slot)[number + 1].strip(" |").split(" | "))
        if len(slot.rows) > 1:
            rows = (*slot.rows[:number], *slot.rows[number + 1 :])
            at = row[0].span if row else slot.span
            yield Variant("drop-row", at, f"without row `{shown}`", replace(slot, rows=rows))
        for v in changes(row, slot.span, f"in row `{shown}`"):
            rows = (*slot.rows[:number], v.made, *slot.rows[number + 1 :])
            yield replace(v, made=replace(slot, rows=rows))
    for name in ("value", "codes"):
        yield from inside(slot, name, f"in `{_first(slot)}`")


def _verb(slot: ast.Slot) -> Iterator[Variant]:
    shown = _first(slot)
    if slot.conduct is not None:
        for v in inside(slot, "conduct", f"in `{shown}`"):
            if (
                slot.word != "requires" or v.operator != "drop-limb"
            ):  # to whom it is owed is no place
                yield v
    if slot.word in ("displaces", "withdraws", "penalises"):
        yield from targets(slot, "refs", slot.span)
        yield from targets(slot, "targets", slot.span)
    if slot.word in ("empowers", "penalises"):
        yield from fewer(slot, "names", slot.span, "drop-word", shown)
    for name in ("due", "term"):
        yield from inside(slot, name, f"in `{shown}`")
    if slot.due is not None and slot.due.kind == "yearly":
        by = f"{slot.due.day} {slot.due.month}"
        for day in _days_beside(slot.due):
            due = replace(slot.due, day=day.day, month=MONTHS[day.month - 1])
            said = f"{by} → {due.day} {due.month} in `yearly by {by}`"
            yield Variant("shift-date", slot.span, said, replace(slot, due=due))


def _days_beside(due: ast.Due) -> tuple[date, date]:
    """The day before and the day after a day of the year, in one that has a 29 February."""
    day, one = date(2000, MONTHS.index(due.month) + 1, due.day), timedelta(days=1)
    return day - one, day + one


# -- verbs ---------------------------------------------------------------------------------------


def _swapped(block: ast.Block) -> Iterator[tuple[str, str, ast.Block]]:
    """The block with the norm verb next to its own that says something else."""
    verb = block.verb
    if verb is None:
        return
    conduct, made, kind = verb.conduct, verb, block.kind
    match verb.word:
        case "prohibits":
            made = replace(verb, word="requires")
        case "requires" if conduct is not None:
            made = replace(verb, word="prohibits", due=None)
        case "authorises" if conduct is not None:
            made, kind = (
                replace(verb, word="exempts", conduct=_lifting(conduct, "from")),
                "provision",
            )
        case "exempts" if conduct is not None:
            made, kind = (
                replace(verb, word="authorises", conduct=_lifting(conduct, "lifting")),
                "licence",
            )
        case "displaces":
            any_act = ast.Conduct((ast.Word("any_dealing"),), (ast.Role("from", refs=verb.refs),))
            made = replace(verb, word="exempts", refs=(), conduct=any_act, subject=None)
        case "empowers" if verb.names and verb.subject is not None:
            made = _prohibiting(verb, verb.subject)
        case _:
            return
    slots = [
        made if slot is verb
        else replace(slot, word="when") if slot.word == "upon determining that" and verb.word == "empowers"
        else slot
        for slot in block.slots
    ]  # fmt: skip
    yield (
        "swap-verb",
        f"`{verb.word}` → `{made.word}`",
        replace(block, kind=kind, slots=tuple(slots)),
    )


def _lifting(conduct: ast.Conduct, word: str) -> ast.Conduct:
    """What is lifted, in the words of another verb."""
    roles = tuple(replace(r, word=word) if r.refs else r for r in conduct.roles)
    return replace(conduct, roles=roles)


def _prohibiting(verb: ast.Slot, noun: ast.Word) -> ast.Slot:
    """Dealings with whom a power exposes to measures, forbidden."""
    conduct = ast.Conduct((ast.Word("any_dealing"),), (ast.Role("of", noun),))
    return replace(verb, word="prohibits", conduct=conduct, names=(), powers=(), subject=None)
