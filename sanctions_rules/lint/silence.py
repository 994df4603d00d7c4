"""Silences: a comment that says of one place why a check is wrong there.

`# lint: allow CODE reason` (or several: `CODE, CODE`) at the end of a line silences that line; on a line of its own, what
follows: a block where its head follows, else the next line. `# lint: allow-file CODE reason`
silences the file. A silence without a reason, of no check, or under which nothing fires is reported
itself, so that none outlives its cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.lint.book import Book
from sanctions_rules.lint.model import Check, Found, Level
from sanctions_rules.source import Source, Span


@dataclass(frozen=True, slots=True)
class Silence:
    """One comment: which code, of which stretch of its file, why."""

    code: str
    reason: str
    span: Span
    covers: Span

    def silences(self, code: str, span: Span) -> bool:
        return (
            code == self.code and span.file == self.covers.file
            and self.covers.start <= span.start < self.covers.end
        )  # fmt: skip


_COMMENT: Final = re.compile(r'"[^"\n]*"|#(?P<comment>[^\n]*)')
_SILENCE: Final = re.compile(
    r"#\s*lint:\s*(?P<verb>[\w-]*)\s*(?P<codes>[\w-]*(?:,\s*[\w-]+)*)\s*(?P<reason>.*)"
)


def comments(source: Source) -> Iterator[Span]:
    for match in _COMMENT.finditer(source.text):
        if match["comment"] is not None:
            yield Span(source.name, *match.span())


def silences(book: Book) -> list[Silence]:
    """Every silence of the files under lint; what a comment says wrongly is left to `misspelt`."""
    heads = {
        (p.file, p.start): book.placed(b.span) for b in book.blocks for p in [book.placed(b.head)]
    }
    found: list[Silence] = []
    for source in book.files:
        if "lint:" not in source.text:
            continue
        for span in comments(source):
            match = _SILENCE.match(source.text, span.start, span.end)
            if match and match["verb"] in ("allow", "allow-file"):
                whole = Span(source.name, 0, len(source.text) + 1)
                covers = whole if match["verb"] == "allow-file" else _covered(source, span, heads)
                for code in match["codes"].split(","):
                    found.append(Silence(code.strip(), match["reason"].strip(), span, covers))
    return found


def _covered(source: Source, span: Span, heads: Mapping[tuple[str, int], Span]) -> Span:
    text = source.text
    start = text.rfind("\n", 0, span.start) + 1
    if text[start : span.start].strip():
        return Span(source.name, start, span.end)
    at = span.end
    while True:  # past blank lines and further comments
        begin = at + len(text[at:]) - len(text[at:].lstrip())
        if not text.startswith("#", begin):
            break
        at = text.find("\n", begin) if "\n" in text[begin:] else len(text)
    block = heads.get((source.name, begin))
    if block is not None:
        return Span(source.name, begin, block.end)
    end = text.find("\n", begin)
    return Span(source.name, begin, end if end >= 0 else len(text))


def used(found: Iterable[tuple[str, Span]], silenced: Sequence[Silence]) -> set[Silence]:
    return {s for code, span in found for s in silenced if s.silences(code, span)}


# -- what is wrong with silences themselves ------------------------------------------------------------


def without_reason(book: Book) -> Iterator[Found]:
    for one in silences(book):
        if not one.reason:
            yield Found(
                f"`{one.code}` is silenced without a reason" if one.code else "nothing is named here",
                one.span, help="# lint: allow CODE why it is right here",
            )  # fmt: skip


def misspelt(book: Book) -> Iterator[Found]:
    from sanctions_rules.lint.registry import CHECKS as ALL

    for source in book.files if any("lint:" in s.text for s in book.files) else ():
        for span in comments(source):
            match = _SILENCE.match(source.text, span.start, span.end)
            if match is None:
                continue
            if match["verb"] not in ("allow", "allow-file"):
                yield Found(
                    "this comment is meant for lint and says nothing to it", span,
                    help="# lint: allow CODE reason, or # lint: allow-file CODE reason",
                )  # fmt: skip
            for code in (
                match["codes"].split(",") if match["verb"] in ("allow", "allow-file") else ()
            ):
                if code.strip() not in ALL:
                    yield Found(
                        f"there is no check called `{code.strip()}`", span,
                        help=did_you_mean(code.strip(), ALL),
                    )  # fmt: skip


def _idle(_: Book) -> Iterator[Found]:
    """Found by the run itself, which alone knows what fired."""
    return iter(())


CHECKS: Final = (
    Check("silence-without-reason", Level.WARNING, "A silence does not say why.", without_reason),
    Check("silence-misspelt", Level.WARNING, "A comment for lint names no check, or says nothing.",
          misspelt),
    Check("silence-idle", Level.WARNING, "Nothing fires where a check is silenced.", _idle),
)  # fmt: skip
