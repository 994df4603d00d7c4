"""Edits of rule text, and places of the packaged law that several planters share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from lint.planting import Law, Plant, Planter, here

from sanctions_rules import clocks
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import first_day
from sanctions_rules.language.timing import FOREVER
from sanctions_rules.lint import Edit
from sanctions_rules.lint.wording import whole_lines
from sanctions_rules.source import Span

#: Conditions of which some act, good or person may always be asked.
EXTRA: Final = "act.purpose is travel"


def before(span: Span, text: str) -> Edit:
    return Edit(Span(span.file, span.start, span.start), text)


def after(span: Span, text: str) -> Edit:
    return Edit(Span(span.file, span.end, span.end), text)


def gone(law: Law, slot: ast.Slot) -> Edit:
    return Edit(whole_lines(law.book, slot.span), "")


def line(law: Law, block: ast.Block, text: str) -> Edit:
    """A slot more, before `in force`."""
    slot = block.slot("in force") or block.slot("cites")
    assert slot is not None
    return before(slot.span, f"{text}\n  ")


def norms(law: Law, *kinds: str) -> Iterator[ast.Block]:
    own = {id(b) for b in law.book.norms}
    for block in law.blocks:
        if id(block) in own and (not kinds or block.kind in kinds):
            yield block


def whens(law: Law) -> Iterator[tuple[ast.Block, ast.Slot, ast.Condition]]:
    for block in norms(law):
        slot = block.slot("when")
        if slot and slot.condition:
            yield block, slot, slot.condition


def noted(text: str) -> Planter:
    def planter(law: Law) -> Iterator[Plant]:
        for block in norms(law, "provision", "licence", "definition"):
            yield here(block, line(law, block, f'note          "{text}"'))

    return planter


def day_of(law: Law, block: ast.Block, word: str, days: int, than: date | None) -> Edit | None:
    """The day of a slot, moved to so many days after another one."""
    slot = block.slot(word)
    if slot is None or slot.day is None or than is None:
        return None
    new = than + timedelta(days=days)
    return Edit(slot.span, law.text(slot.span).replace(str(slot.day), str(new), 1))


def issue(_: Law, block: ast.Block) -> date | None:
    slot = block.slot("issued")
    return slot.day if slot else None


def begins(_: Law, block: ast.Block) -> date | None:
    slot = block.slot("in force")
    if any(str(s.names[0]) in ("guidance", "faq") for s in block.all("rank")):
        return None  # what only says what words mean may begin before it
    known = slot and isinstance(slot.interval, ast.Interval) and slot.interval.since.kind == "at"
    return first_day(block) if known else None


def ends(law: Law, block: ast.Block) -> date | None:
    end = law.book.targets.interval(block)[3]
    return clocks.local_day(end, law.book.rulebook.zone(block)) if end < FOREVER else None


def through(law: Law, block: ast.Block) -> date | None:
    head = law.book.head(block)
    slot = head.slot("current through") if head else None
    return slot.day if slot else None
