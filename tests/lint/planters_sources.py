"""Defects of citations, of checks, and of days and clocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from lint.places import (
    after,
    begins,
    day_of,
    gone,
    line,
    norms,
)
from lint.planting import Law, Plant, Planter, beside, here

from sanctions_rules import clocks
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import first_day, regime
from sanctions_rules.lint import Edit
from sanctions_rules.lint.dates import SEASONS
from sanctions_rules.lint.sources import WHOLE

# -- sources -------------------------------------------------------------------------------------------

MISSPELT: Final = (
    (r"\bCFR\b", "C.F.R."), (r"\bUSC\b", "U.S.C."), (r"\bE\.O\. (?=[0-9])", "Executive Order "),
    (r"\bArt\. (?=[0-9])", "Article "), (r"\breg\. (?=[0-9]+[A-Z0-9]*(\(|$))", "regulation "),
)  # fmt: skip


def citation_form(law: Law) -> Iterator[Plant]:
    for block in law.blocks:
        for text in cites.texts if (cites := block.slot("cites")) else ():
            for pattern, instead in MISSPELT:
                new = re.sub(pattern, instead, text.text)
                if new != text.text:
                    yield here(block, Edit(text.span, f'"{new}"'))
                    break


def no_pinpoint(law: Law) -> Iterator[Plant]:
    for block in norms(law, "provision", "definition"):
        cites, checked = block.slot("cites"), block.slot("checked")
        found = cites and WHOLE.search(cites.texts[0].text)
        if cites and found and block.ref and block.ref.pinpoint:
            if checked and str(checked.names[0]) == "primary":
                yield here(block, Edit(cites.span, f'cites         "{found[0]}"'))


def twice(word: str) -> Planter:
    def planter(law: Law) -> Iterator[Plant]:
        for block in law.blocks:
            slot = block.slot(word)
            if slot:
                yield here(block, after(slot.texts[-1].span, f', "{slot.texts[0].text}"'))

    return planter


def pinpoint_unlike_citation(law: Law) -> Iterator[Plant]:
    pattern = r"(\bs\. |\bUSC |\bArt\. |\breg\. |\bFAQ )[0-9A-Za-z]+"
    for block in norms(law, "provision", "definition"):
        cites = block.slot("cites")
        if cites and block.ref and block.ref.pinpoint and "/" not in block.ref.pinpoint:
            texts = [t.text for t in cites.texts]
            own = {"§": r"\bs\. |\bUSC ", "A": r"\bArt\. ", "r": r"\breg\. ", "F": r"\bFAQ "}
            named = own.get(block.ref.pinpoint[0])
            listed = any(re.search(r"\b(to|and|or|with)\b|,", t) for t in texts)
            if named and not listed and all(re.search(named + "[0-9]", t) for t in texts):
                new = '", "'.join(re.sub(pattern, r"\g<1>977", t) for t in texts)
                yield here(block, Edit(cites.span, f'cites         "{new}"'))


def not_checked(law: Law) -> Iterator[Plant]:
    for block in norms(law):
        slot = block.slot("checked")
        if slot and "/" not in block.id:
            yield here(block, gone(law, slot))


def unverified_without_reason(law: Law) -> Iterator[Plant]:
    for block in norms(law, "provision", "licence", "definition"):
        slot = block.slot("checked")
        if slot and not any(map(block.slot, ("note", "unencoded", "reading"))):
            yield here(block, Edit(slot.span, "checked       unverified 2026-08-21"))


def checked_without_day(law: Law) -> Iterator[Plant]:
    for block in norms(law):
        slot = block.slot("checked")
        if slot and slot.day:
            yield here(block, Edit(slot.span, "checked       primary"))


def moved_day(
    word: str, days: int, than: Callable[[Law, ast.Block], date | None], *kinds: str
) -> Planter:
    def planter(law: Law) -> Iterator[Plant]:
        for block in norms(law, *kinds):
            edit = day_of(law, block, word, days, than(law, block))
            if edit is not None:
                yield here(block, edit)

    return planter


def reading_without_rank(law: Law) -> Iterator[Plant]:
    """Two readings of a word, under each instrument that has no rank."""
    for block in law.blocks:
        ranked = block.slot("rank") or block.kind != "instrument"
        kinds = {b.kind for b in law.book.rulebook.by_instrument.get(block.id, ())}
        if ranked or kinds & {"licence", "determination"} or block.slot("current through"):
            continue
        two = "\n\n".join(
            f'definition {block.id} §977 "A word, {name}"\n  cites         "s. 977"\n  reading       {name}{mark} "a source"\n'
            f"  in force      from 2022-03-11, no end stated\n  defines       good is planted_word\n"
            f"  when          good.category is {word}\nend"
            for name, mark, word in (("narrow", ", preferred", "gas"), ("wide", "", "coal"))
        )  # fmt: skip
        yield beside(block, two)
    for block in law.blocks:  # and where the rank of the instrument is what ranks a reading
        under = (
            law.book.rulebook.by_instrument.get(block.id, ()) if block.kind == "instrument" else ()
        )
        read = [b for b in under if b.slot("reading") and not b.slot("rank")]
        rank = block.slot("rank")
        if rank and read and not {b.kind for b in under} & {"licence", "determination"}:
            yield Plant((gone(law, rank),), tuple(b.span for b in read), (block, *read))


def presumption_without_pinpoint(law: Law) -> Iterator[Plant]:
    for block in norms(law):
        cites, slot = (
            block.slot("cites"),
            block.slot("except where") or block.slot("unless shown that"),
        )
        if (
            cites
            and slot
            and slot.condition
            and not (block.slot("except where") and block.slot("unless shown that"))
        ):
            shown = f"unless shown that\n                {law.text(slot.condition.span)}"
            yield here(block, Edit(cites.span, 'cites         "the act"'), Edit(slot.span, shown))


def issued_by_nobody(law: Law) -> Iterator[Plant]:
    for block in norms(law, "licence"):
        slot = block.slot("issued")
        if slot and slot.names:
            yield here(block, Edit(slot.span, f"issued        {slot.day}"))


# -- days ----------------------------------------------------------------------------------------------


def published_before_issue(law: Law) -> Iterator[Plant]:
    for block in norms(law, "licence", "determination"):
        slot = block.slot("issued")
        if slot and slot.day and not block.slot("published"):
            day = slot.day - timedelta(days=1)
            yield here(block, line(law, block, f'published     {day} "a page"'))


def replaces_a_later_text(law: Law) -> Iterator[Plant]:
    found = [b for b in norms(law, "licence") if begins(law, b) and not b.slot("replaces")]
    for block in found:
        later = [
            b
            for b in found
            if str(first_day(b)) > str(first_day(block)) and regime(b) == regime(block)
        ]
        if later:
            yield here(
                block, line(law, block, f"replaces      {later[-1].id}@{first_day(later[-1])}")
            )


def gap_between_versions(law: Law) -> Iterator[Plant]:
    for block in norms(law):
        slot, mine = block.slot("replaces"), begins(law, block)
        for ref in slot.refs if slot and mine else ():
            older = law.book.rulebook.meant(ref)
            force = older[0].slot("in force") if older else None
            then = begins(law, older[0]) if older else None
            if force and then and mine and (mine - then).days > 20 and older[0].id != block.id:
                until = f"in force      from {then} until {mine - timedelta(days=10)}"
                tail = "\n                measured at " + str(force.anchor) if force.anchor else ""
                yield Plant((Edit(force.span, until + tail),), (block.span,), (block, older[0]))


def overlaps_successor(law: Law) -> Iterator[Plant]:
    for block in norms(law, "licence"):
        force, then = block.slot("in force"), begins(law, block)
        plain = block.ref and re.fullmatch(r"[a-z]+\.gl[0-9]+", block.ref.instrument)
        if not (plain and block.ref and force and then) or any(
            map(block.slot, ("replaces", "repeals", "reading"))
        ):
            continue
        since, until = law.book.alive(block)
        if until - since > 40 * 24 * 3600 * 10**6:
            new = law.text(block.span).replace(block.ref.instrument, block.ref.instrument + "zz", 1)
            anchor = "\n                measured at " + str(force.anchor) if force.anchor else ""
            new = new.replace(
                law.text(force.span),
                f"in force      from {then + timedelta(days=20)}, no end stated{anchor}",
            )
            yield beside(block, new)


def noon_for_midnight(law: Law) -> Iterator[Plant]:
    for block in norms(law):
        zone = law.book.rulebook.zone(block)
        for node in law.book.nodes(block):
            if (
                isinstance(node, ast.Moment)
                and node.span.file
                and (node.time or zone == "America/New_York")
            ):
                label = clocks.label_at(node.day, "12:01", zone)
                yield here(block, Edit(node.span, f"{node.day} 12:01 {label}"))


def zone_out_of_season(law: Law) -> Iterator[Plant]:
    """The label of the other half of the year, on every instant that the law has."""
    for block in norms(law):
        for node in law.book.nodes(block):
            if isinstance(node, ast.Moment) and node.time:
                yield here(
                    block, Edit(node.span, f"{node.day} {node.time} {SEASONS[node.label][1]}")
                )


def one_moment_unknown(law: Law) -> Iterator[Plant]:
    for block in norms(law):
        day, slot = begins(law, block), block.slot("in force")
        if day and slot and isinstance(slot.interval, ast.Interval):
            yield here(
                block, Edit(slot.interval.since.first.span, f"unknown between {day} and {day}")
            )


def no_clock(law: Law) -> Iterator[Plant]:
    for block in law.blocks:
        own, head = block.slot("clock"), law.book.head(block)
        norm = law.book.rulebook.by_instrument.get(block.id, ())
        above = head.slot("clock") if head else None
        if block.kind == "instrument" and own and above and head is not block and len(norm) > 1:
            yield here(block, gone(law, own), gone(law, above), alone=True)
