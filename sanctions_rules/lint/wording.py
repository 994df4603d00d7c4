"""Titles, notes and other texts for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sanctions_rules.language import ast
from sanctions_rules.lint.book import Book
from sanctions_rules.lint.model import Check, Edit, Found, Level
from sanctions_rules.source import Span

#: A title is one line of an index.
LONGEST_TITLE: Final = 100


def no_title(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        if not block.title.strip() and block.kind not in ("example", "overlay"):
            yield Found(
                f"`{block.id}` has no title", block.head, help="say in a few words what it is about"
            )


def title_too_long(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        if len(block.title) > LONGEST_TITLE:
            yield Found(
                f"the title has {len(block.title)} characters", book.title(block),
                help=f"at most {LONGEST_TITLE}; the rest is a `note`",
            )  # fmt: skip


def title_twice(book: Book) -> Iterator[Found]:
    """Versions of one id, and readings of one point, may share their title."""
    seen: dict[tuple[str, str, str], ast.Block] = {}
    for block in book.blocks:
        if block.ref and block.title and block.kind not in ("example", "overlay"):
            key = (block.kind, block.ref.instrument, block.title)
            other = seen.setdefault(key, block)
            same = other.id == block.id or (other.slot("reading") and block.slot("reading"))
            if other is not block and not same:
                yield Found(
                    f"`{other.id}` has this title too", book.title(block),
                    help="say what tells them apart",
                )  # fmt: skip


def title_full_stop(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        if re.search(r"[.;,:]\s*$", block.title) and not block.title.endswith(("etc.", "…")):
            span = book.title(block)
            yield Found(
                "a title is no sentence: it ends without a stop", span,
                fix=(Edit(span, f'"{block.title.rstrip(" .;,:")}"'),),
            )  # fmt: skip


def empty_text(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        for word, text, span in book.quoted(block):
            if not text.strip() and word not in ("cites", "title"):
                fix: tuple[Edit, ...] = ()
                slot = next(s for s in block.slots if _holds(s.span, span))
                if word == "note":
                    fix = (Edit(whole_lines(book, slot.span), ""),)
                elif word == "checked":
                    kept = book.text(Span(slot.span.file, slot.span.start, span.start)).rstrip()
                    fix = (Edit(slot.span, kept),)
                yield Found(f"the text of `{word}` is empty", span, fix=fix)


def stray_blanks(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        for _, text, span in book.quoted(block):
            new = " ".join(text.split())
            if new and new != text:
                yield Found(
                    "blanks at an end of this text, or two together", span,
                    fix=(Edit(span, f'"{new}"'),),
                )  # fmt: skip


_UNFINISHED: Final = re.compile(r"\b(TODO|FIXME|XXX|TBD|TBC)\b|\?\?\?")


def unfinished(book: Book) -> Iterator[Found]:
    for source in book.files:
        for match in _UNFINISHED.finditer(source.text):
            line = source.line(source.place(match.start())[0])
            if "#" in line or '"' in line:
                yield Found(
                    f"`{match[0]}` stands in the law", Span(source.name, *match.span()),
                    help="do it, or say in `unencoded` what is open",
                )  # fmt: skip


def note_twice(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        notes = block.all("note")
        for index, slot in enumerate(notes):
            if slot.texts and slot.texts in [n.texts for n in notes[:index]]:
                yield Found(
                    "this note stands in the block already", slot.span,
                    fix=(Edit(whole_lines(book, slot.span), ""),),
                )  # fmt: skip


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def whole_lines(book: Book, span: Span) -> Span:
    """The span with its lines, where it stands alone on them."""
    text = book.sources[span.file].text
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end) + 1 or len(text)
    alone = not text[start : span.start].strip() and not text[span.end : end].strip()
    return Span(span.file, start, end) if alone else span


CHECKS: Final = (
    Check("no-title", Level.WARNING, "A text has no title.", no_title),
    Check("title-too-long", Level.INFO, "A title has more than a hundred characters.", title_too_long),
    Check("title-twice", Level.INFO, "Two texts of one instrument have one title.", title_twice),
    Check("title-full-stop", Level.INFO, "A title ends with a stop.", title_full_stop, fixes=True),
    Check("empty-text", Level.WARNING, "A text in quotes is empty.", empty_text, fixes=True),
    Check("stray-blanks", Level.INFO, "A text in quotes has blanks that do not belong there.",
          stray_blanks, fixes=True),
    Check("unfinished", Level.WARNING, "A text or comment says that something is still to be done.",
          unfinished),
    Check("note-twice", Level.INFO, "One note stands twice in a block.", note_twice, fixes=True),
)  # fmt: skip
