"""Rule text in the one layout with every comment in its place: what `fmt` writes.

The lines are those that `format.py` prints; the words are the author's own. So a comment stays
between the same two words, and what is printed otherwise than written (an instrument that a list
names once) is left as the author has it. Two things are added to that print: a list too long for
its line is broken at its commas, and a comment ends its line.

A comment on the line of a word stays with that word; one on a line of its own goes with the word
that follows, so that it moves with its slot. See docs/command_line.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language import ast
from sanctions_rules.language.format import (
    TEXT_COLUMN,
    WIDTH,
    head_text,
    in_order,
    rulebook_text,
    slot_lines,
)
from sanctions_rules.language.parse import parse
from sanctions_rules.language.parsing.tokens import Lexeme, lexemes, read_source, reserved_words
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.source import Source

#: A list that begins further right than this goes to the next line instead of hanging there.
DEEP: Final = 60
#: Rows of tables and arguments are broken only where the line is longer than this.
LONG: Final = 500
#: How much further in the rest of a broken line stands.
STEP: Final = 4


def format_rules(text: str, name: str = "rules") -> str:
    """Rule text in the one layout, comments kept, lines ended by LF. `name` is for messages.

    Raises RulebookError where the text does not parse.
    """
    return format_bytes(text.encode("utf-8", "surrogatepass"), name)


def format_bytes(data: bytes, name: str, limits: Limits = DEFAULT) -> str:
    """The same of a file's bytes: a byte order mark is left out."""
    source, blocks = _read(data, name, limits)
    made = _Page(source, blocks).text()
    _same(source, blocks, made, limits)
    return made


def _read(data: bytes, name: str, limits: Limits) -> tuple[Source, list[ast.Block]]:
    source, problems = read_source(name, data, limits)
    blocks: list[ast.Block] = []
    if source is not None and not problems:
        blocks, problems = parse(source, limits)
    problems = [p for p in problems if p.severity == "error"]
    if source is None or problems:
        raise RulebookError(problems, {name: source} if source else {})
    return source, blocks


def _same(source: Source, blocks: list[ast.Block], made: str, limits: Limits) -> None:
    """A layout that would change law or lose a comment is never handed out."""
    again, found = _read(made.encode(), source.name, limits)
    assert rulebook_text(found) == rulebook_text(blocks), "the layout would change the law"
    assert comments(again) == comments(source), "the layout would lose a comment"


def comments(source: Source) -> Counter[str]:
    """The comments of a text and how often each stands there."""
    words = lexemes(source)
    gaps = zip([0, *(w.end for w in words)], [*(w.start for w in words), None], strict=True)
    return Counter(
        line[line.index("#") :].rstrip()
        for start, end in gaps for line in source.text[start:end].split("\n") if "#" in line
    )  # fmt: skip


# -- words with their comments -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Comment:
    text: str
    #: Whether the author left a line empty before it.
    apart: bool = False


@dataclass(slots=True)
class _Word:
    """A word, the comments on lines of their own before it, and those on its line."""

    kind: str
    text: str
    start: int
    gap: int = 0
    before: list[_Comment] = field(default_factory=list[_Comment])
    after: list[str] = field(default_factory=list[str])
    #: Whether the author left a line empty between the word and the comments before it.
    apart: bool = False


def _words(source: Source) -> tuple[list[_Word], _Word]:
    """The words of a file, and one that stands for its end."""
    found, end = list[_Word](), 0
    for one in (*lexemes(source), Lexeme("$END", "", len(source.text), 0)):
        word = _Word(one.kind, _plain(one), one.start)
        _gap(source, end, found[-1] if found else None, word)
        # A comment between an element and its comma stands behind the comma.
        if one.kind == "COMMA" and found and not word.before:
            word.after, found[-1].after = found[-1].after + word.after, []
        found.append(word)
        end = one.end
    return found[:-1], found[-1]


def _plain(one: Lexeme) -> str:
    return one.text if one.kind == "STRING" else " ".join(one.text.split())


def _gap(source: Source, start: int, left: _Word | None, right: _Word) -> None:
    """Give the comments between two words to the one or the other."""
    first, *lines = source.text[start : right.start].split("\n")
    column = -1
    if left is None:
        lines.insert(0, first)
    elif "#" in first:
        at = first.index("#")
        left.after.append(first[at:].rstrip())
        column = source.place(start)[1] - 1 + at
    apart = False
    for line in lines:
        at = line.find("#")
        if at < 0:
            apart, column = True, -1  # or the blanks before `right`: told apart below
        elif left is not None and at == column:
            left.after.append(line[at:].rstrip())  # it carries on the comment above it
        else:
            right.before.append(_Comment(line[at:].rstrip(), apart))
            apart, column = False, -1
    right.apart = len(lines) > 1 and not lines[-2].strip()


# -- lines ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as printed. `start`: the column after the words that open it, of which there are `opening`."""

    words: Sequence[_Word]
    indent: int
    start: int
    opening: int

    def text(self) -> Iterator[str]:
        """The line, broken where a comment ends it and, where it is too long, at commas."""
        listed, hang = self._list()
        drop = hang > DEEP
        hang = self.start + STEP if drop else hang
        pieces = self._pieces(listed) if self._width() > WIDTH else {}
        #: Where a line begins that goes on with a word.
        margins = [
            self.start if n <= self.opening else hang if n >= listed else self.start + STEP
            for n in range(len(self.words))
        ]
        inner = self.indent + (STEP // 2 if self.words[0].kind == "END" else 0)
        yield from (" " * inner + c.text for c in self.words[0].before)
        current = " " * self.indent
        for n, word in enumerate(self.words):
            margin = margins[n]
            if n == 0:
                pass
            elif word.before:
                yield from filter(None, [current])  # empty where a comment has ended the line
                yield from (" " * margin + c.text for c in word.before)
                current = " " * margin
            elif self.words[n - 1].after:
                current = " " * margin
            elif (pieces and drop and n == listed) or len(current) + pieces.get(n, -WIDTH) > WIDTH:
                yield current
                current = " " * margin
            else:
                current += " " * word.gap
            current += word.text
            if word.after:
                column = len(current) + 2
                if n + 1 < len(margins) and self.words[n + 1].before and margins[n + 1] == column:
                    column += 1  # else the next comment would seem to carry this one on
                first, *others = word.after
                yield current.ljust(column) + first
                yield from (" " * column + other for other in others)
                current = ""
        if current:
            yield current

    def _width(self) -> int:
        return self.indent + sum(w.gap + len(w.text) for w in self.words)

    def _pieces(self, listed: int) -> dict[int, int]:
        """Where the line may be broken, and how long what follows is that cannot be parted."""
        found: dict[int, int] = {}
        end = len(self.words)
        for n in sorted({*self._breaks(listed), *self._clauses()}, reverse=True):
            found[n] = sum(w.gap + len(w.text) for w in self.words[n:end])
            end = n
        return found

    def _breaks(self, listed: int) -> Iterator[int]:
        """Where a further element of a list begins."""
        whole = self._width() <= LONG
        row, depth = self.words[0].kind == "VBAR", 0
        for n, word in enumerate(self.words):
            depth += (word.kind == "CALL") - (word.kind == "RPAR")
            if n <= listed or (whole and (row or depth)):
                continue
            if word.kind == ("VBAR" if row else "_OTHER_THAN") or (
                self.words[n - 1].kind == "COMMA" and word.text not in reserved_words()
            ):
                yield n

    def _clauses(self) -> Iterator[int]:
        """Where the end of an interval begins, a condition inside a line, or what a table is asked for."""
        for n, word in enumerate(self.words[1:], 1):
            before = self.words[n - 1].text
            if (
                (word.text == "the" and before != "to")
                or (word.text == "and" and n > self.opening and self.words[0].text != "in")
                or (word.text == "until" and self.words[0].text == "in" and before != ",")
            ):
                yield n

    def _list(self) -> tuple[int, int]:
        """The first word of the line's list, and its column; without a list, beyond the line."""
        first = next(self._breaks(0), 0)
        begin = first - 1
        while begin > self.opening and self._belongs(begin - 1):
            begin -= 1
        if not first:
            return len(self.words), self.start + STEP
        # Pinpoints stand under the first pinpoint, behind the instrument that all have in common.
        if self.words[first].kind == "PINPOINT" and self.words[begin + 1].kind == "PINPOINT":
            begin += 1
        before = self.words[self.opening : begin]
        gaps = sum(w.gap + len(w.text) for w in before[1:]) + (len(before[0].text) if before else 0)
        return begin, self.start + gaps + (self.words[begin].gap if before else 0)

    def _belongs(self, n: int) -> bool:
        """Whether the word is part of the first element: no word of the language, save `to` of codes."""
        word = self.words[n]
        between_codes = word.text == "to" and self.words[n - 1].kind == "HSCODE"
        return between_codes or word.text == "per" or word.text not in reserved_words()


class _Page:
    """The blocks of a file, laid out line by line."""

    def __init__(self, source: Source, blocks: Iterable[ast.Block]) -> None:
        self._words, self._last = _words(source)
        self._blocks = blocks
        self._at = 0

    def text(self) -> str:
        lines: list[str] = []
        for block in self._blocks:
            head = self._words[self._at]
            lines += ["", *_leading(head)] if lines else _leading(head)
            lines += self._block(block)
        tail = _leading(replace(self._last, apart=False))
        lines += ["", *tail] if lines and tail else tail
        return "".join(line + "\n" for line in lines)

    def _block(self, block: ast.Block) -> Iterator[str]:
        end = block.span.end - len("end")
        head = self._until(min((s.span.start for s in block.slots), default=end))
        words = {slot.span.start: self._until(slot.span.end) for slot in block.slots}
        yield from _lines(head, [head_text(block)], 0)
        for slot in in_order(block):
            yield from _lines(words[slot.span.start], slot_lines(slot), len(slot.word.split()))
        yield from _lines(self._until(block.span.end), ["end"], 0)

    def _until(self, offset: int) -> list[_Word]:
        """The words from where reading is up to a place."""
        begin = self._at
        while self._at < len(self._words) and self._words[self._at].start < offset:
            self._at += 1
        return self._words[begin : self._at]


def _leading(word: _Word) -> list[str]:
    """The comments before a block, with the empty lines that its author left between them."""
    lines: list[str] = []
    for comment in word.before:
        lines += ["", comment.text] if comment.apart and lines else [comment.text]
    word.before = []
    return [*lines, ""] if lines and word.apart else lines


def _lines(words: Sequence[_Word], printed: Iterable[str], opening: int) -> Iterator[str]:
    """The author's words in these lines, the first of which so many words of the language open."""
    at = 0
    for text in printed:
        taken: list[_Word] = []
        columns: list[int] = []
        gap = end = 0
        for one in lexemes(Source("", text)):
            gap, end = (one.start - end if end >= 0 else gap), one.end
            if one.kind == "DOTTED" and words[at].kind == "PINPOINT":
                end = -1  # printed again; a list may name its instrument once
                continue
            assert one.kind == words[at].kind, (one, words[at])
            taken.append(replace(words[at], gap=gap))
            columns.append(one.start)
            at += 1
        while opening < len(taken) and (
            taken[opening].kind in ("DASH", "LABEL") or taken[opening].text == "and"
        ):
            opening += 1
        start = columns[opening] if opening < len(taken) else TEXT_COLUMN
        yield from _Line(taken, columns[0], start, opening).text()
        opening = 0
    assert at == len(words), words[at:]
