"""Where a text comes from: how it is cited, who read it, by what authority it is read so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sanctions_rules.lint.book import Book, removal
from sanctions_rules.lint.model import Check, Edit, Found, Level

#: How citations are often written, and how this law writes them.
FORMS: Final = (
    (re.compile(r"\bC\.\s?F\.\s?R\."), "CFR"),
    (re.compile(r"\bU\.\s?S\.\s?C\."), "USC"),
    (re.compile(r"\bFed(eral|\.) Reg(ister|\.)"), "FR"),
    (re.compile(r"\bF\.\s?R\."), "FR"),
    (re.compile(r"\b(Executive Order|Exec\. Order|EO|E\. O\.)(?= [0-9])"), "E.O."),
    (re.compile(r"\b(Article|Artikel|art\.|Art)(?= [0-9])"), "Art."),
    (re.compile(r"\b([Ss]ection|[Ss]ec\.|sect\.|s)(?= [0-9]+\b)"), "s."),
    (re.compile(r"§+ ?"), "s. "),
    (re.compile(r"\bS\.\s?I\.(?= [0-9])"), "SI"),
    (re.compile(r"\b(regulation|Reg\.|Regulation)(?= [0-9]+[A-Z0-9]*(\(|$))"), "reg."),
    (re.compile(r"\b(paragraph|Para\.|para)(?= [0-9])"), "para."),
    (re.compile(r"\b(Schedule|Sched\.|Sch)(?= [0-9])"), "Sch."),
    (re.compile(r"\bPub(lic|\.) ?L(aw|\.)?( No\.)?(?= [0-9])"), "Public Law"),
    (re.compile(r"\bReg\. \(EU\)"), "Regulation (EU)"),
)  # fmt: skip


def citation_form(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        for slot in block.all("cites"):
            for text in slot.texts:
                new = text.text
                for pattern, instead in FORMS:
                    new = pattern.sub(instead, new)
                if new != text.text:
                    yield Found(
                        "the citation is not written as this law is cited", text.span,
                        help=f'write "{new}"', fix=(Edit(text.span, f'"{new}"'),),
                    )  # fmt: skip


#: Citations of an act as a whole, with no piece of it.
WHOLE: Final = re.compile(
    r"E\.O\. [0-9]+|((Council|Commission|Delegated|Implementing) )*(Regulation|Decision) "
    r"(\((EU|EC|CFSP)\) )?(No )?[0-9]+/[0-9]+(/CFSP)?|SI [0-9]{4}/[0-9]+|[0-9]+ (CFR|USC)( part [0-9]+)?"
    r"|[0-9]{4} c\. [0-9]+|Public Law [0-9]+-[0-9]+"
)


def no_pinpoint(book: Book) -> Iterator[Found]:
    """Who did not read the act itself cannot know the place, and has said so by `checked`."""
    for block in book.norms:
        cites = block.slot("cites")
        if cites and block.kind in ("provision", "definition") and block.ref and block.ref.pinpoint:
            second_hand = any(str(s.names[0]) != "primary" for s in block.all("checked"))
            if not second_hand and all(WHOLE.fullmatch(t.text) for t in cites.texts):
                yield Found(
                    f"`{block.id}` cites an act and not the place in it", cites.span,
                    help="add the section, article, regulation or paragraph",
                )  # fmt: skip


def _twice(book: Book, word: str, what: str) -> Iterator[Found]:
    for block in book.blocks:
        for slot in block.all(word):
            spans = tuple(t.span for t in slot.texts)
            for index, text in enumerate(slot.texts):
                if text in slot.texts[:index]:
                    cut = removal(spans, index)
                    yield Found(
                        f"the same {what} stands twice in one block", text.span,
                        fix=(Edit(cut, ""),),
                    )  # fmt: skip


def citation_twice(book: Book) -> Iterator[Found]:
    yield from _twice(book, "cites", "citation")


def source_id_twice(book: Book) -> Iterator[Found]:
    yield from _twice(book, "source-id", "source-id")


_CORE: Final = re.compile(r"[0-9][0-9A-Za-z.]*(?:\([0-9A-Za-z]+\))*")
_NUMBER: Final = re.compile(r"[0-9]+[0-9A-Za-z]*")


def pinpoint_unlike_citation(book: Book) -> Iterator[Found]:
    """The number of the pinpoint stands in a citation, where the citations name such pieces at all."""
    for block in book.norms:
        cites = block.slot("cites")
        if block.ref is None or cites is None or block.kind not in ("provision", "definition"):
            continue
        if "/" in block.ref.pinpoint:
            continue  # a piece that only we split off, which may rest on another place
        core = _CORE.search(block.ref.pinpoint)
        kind = block.ref.pinpoint.split(" ")[0] if " " in block.ref.pinpoint else "§"
        if core is None or kind not in _NAMED:
            continue
        cited = [t.text for t in cites.texts if re.search(_NAMED[kind], t.text)]
        if cited and not any(_says(text, core[0]) for text in cited):
            yield Found(
                f"the citation does not name {core[0]}, which `{block.id}` is called by", cites.span,
                help="correct the citation, or the name",
            )  # fmt: skip


#: By the kind of a pinpoint: what a citation holds that names a piece of that kind.
_NAMED: Final = {
    "§": r"\bs\. [0-9]|\bUSC [0-9]+", "Art.": r"\bArt\. [0-9]", "reg.": r"\bregs?\.? [0-9]",
    "FAQ": r"\bFAQ [0-9]",
}  # fmt: skip


def _says(text: str, core: str) -> bool:
    """Whether a citation names a piece, one of its parts, or a range or list that may hold it."""
    if re.search(r"\b(to|and|or|with)\b|,", text):
        return True
    number = _NUMBER.match(core)
    named = _CORE.findall(text)
    return any(n.startswith(core) or core.startswith(n) for n in named) or (
        number is None or not any(_NUMBER.match(n) for n in named)
    )


# -- who read it -------------------------------------------------------------------------------------


def not_checked(book: Book) -> Iterator[Found]:
    """A piece that only we split off was checked with what it was split from."""
    for block in book.norms:
        whole, _, piece = block.id.rpartition("/")
        beside = book.rulebook.by_id.get(whole, ()) if piece else ()
        if not any(b.slot("checked") for b in (block, *beside)):
            yield Found(
                f"it is not said whether `{block.id}` was compared with the law", block.head,
                help="checked primary DAY, checked secondary DAY, or checked unverified DAY",
            )  # fmt: skip


def unverified_without_reason(book: Book) -> Iterator[Found]:
    for block in book.norms:
        slot = block.slot("checked")
        if slot and str(slot.names[0]) == "unverified":
            told = (*slot.texts, *(t for s in block.all("note") for t in s.texts))
            own = block.slot("unencoded") or block.slot("reading") or block.kind == "judgement"
            if not any(t.text.strip() for t in told) and not own:
                yield Found(
                    f"`{block.id}` is unverified and does not say what was not read", slot.span,
                    help='checked unverified DAY "what is missing"',
                )  # fmt: skip


def checked_without_day(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        slot = block.slot("checked")
        if slot and slot.day is None and str(slot.names[0]) != "unverified":
            yield Found(
                "it is not said when this was checked", slot.span,
                help=f"checked {slot.names[0]} DAY",
            )  # fmt: skip


def checked_before_issue(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        checked, issued = block.slot("checked"), block.slot("issued")
        if checked and issued and checked.day and issued.day and checked.day < issued.day:
            yield Found(
                f"checked on {checked.day}, before it was issued on {issued.day}", checked.span,
            )  # fmt: skip


# -- by what authority -------------------------------------------------------------------------------


def reading_without_rank(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        slot = block.slot("reading")
        above = book.instrument(block)
        same = book.rulebook.by_instrument.get(block.ref.instrument, ()) if block.ref else ()
        # These are ranks of their own, and so of what only defines their words.
        said = any(b.kind in ("licence", "determination") for b in (block, *same))
        if slot and not said and not block.slot("rank") and not (above and above.slot("rank")):
            yield Found(
                f"a reading of `{block.id}`, and nothing says what rank its source has", slot.span,
                help="give the block or its instrument a `rank`",
            )  # fmt: skip


def presumption_without_pinpoint(book: Book) -> Iterator[Found]:
    for block in book.norms:
        slot, cites = block.slot("unless shown that"), block.slot("cites")
        if slot and cites and not any(_PIECE.search(t.text) for t in cites.texts):
            yield Found(
                f"`{block.id}` presumes, and no citation names the provision that lets it", slot.span,
                help="cite the article, section or regulation that sets the burden of proof",
            )  # fmt: skip


_PIECE: Final = re.compile(
    r"(\b(s|ss|Art|Arts|reg|regs|para|paras|Sch|FAQ|no)\.? ?[0-9]+)|CFR [0-9]+\.[0-9]|USC [0-9]|Annex "
)


def issued_by_nobody(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        slot = block.slot("issued")
        if slot and not slot.names and block.kind in ("licence", "determination"):
            yield Found(
                f"it is not said who issued `{block.id}`", slot.span, help="issued DAY by OFFICE"
            )


CHECKS: Final = (
    Check("citation-form", Level.WARNING, "A citation is not written as this law is cited.",
          citation_form, fixes=True),
    Check("no-pinpoint", Level.WARNING, "A provision cites an act and not the place in it.", no_pinpoint),
    Check("citation-twice", Level.WARNING, "One citation stands twice in a block.", citation_twice,
          fixes=True),
    Check("source-id-twice", Level.WARNING, "One source-id stands twice in a block.", source_id_twice,
          fixes=True),
    Check("pinpoint-unlike-citation", Level.WARNING,
          "The name of a provision has a number that its citation does not.", pinpoint_unlike_citation),
    Check("not-checked", Level.WARNING, "Nothing says whether a text was compared with the law.",
          not_checked),
    Check("unverified-without-reason", Level.INFO, "An unverified text does not say what was not read.",
          unverified_without_reason),
    Check("checked-without-day", Level.WARNING, "A text was checked, and nothing says when.",
          checked_without_day),
    Check("checked-before-issue", Level.ERROR, "A text was checked before it was issued.",
          checked_before_issue),
    Check("reading-without-rank", Level.WARNING, "A reading does not say what rank its source has.",
          reading_without_rank),
    Check("presumption-without-pinpoint", Level.WARNING,
          "A presumption does not cite the provision that makes it.", presumption_without_pinpoint),
    Check("issued-by-nobody", Level.WARNING, "A licence or determination does not say who issued it.",
          issued_by_nobody),
)  # fmt: skip
