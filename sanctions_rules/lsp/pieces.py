"""One rule file in pieces, so that an edit reads one block anew and keeps what was read of the others.

A word that begins a block at the margin begins one wherever it stands, in sound text and in text
with mistakes; the text is cut there. A piece is read by itself, with a block after it in the place
of the rest of the file, which makes its problems those that the whole file would have had. Where
that might not hold (see `_whole`), the file is read whole.

Places in a piece are counted from its own beginning: its `Part` knows where that is by now.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language import ast
from sanctions_rules.language.parse import parse
from sanctions_rules.language.parsing.tokens import read_source
from sanctions_rules.language.resolve import each_version
from sanctions_rules.language.slots import BLOCK_WORDS
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.source import Source, Span

_HEAD: Final = re.compile(rf"^(?:{'|'.join(BLOCK_WORDS)})(?![\w.(-])", re.MULTILINE)
#: What may stand before the first block: blank lines and comments.
_NOTHING: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
#: A line at the margin of a piece that is neither its first nor an `end` nor a comment.
_AT_MARGIN: Final = re.compile(r"\n(?!end\b)[^\s#]")
#: Each group is opened with one of these words: no more of them, no deeper nesting.
_OPENING: Final = re.compile(r"\b(?:any|all|none|least|has)\b")
#: A block after the piece, so that a piece which is not closed is not the end of the file.
_NEXT: Final = "\nexample\nend\n"


class Part(str):
    """The name of a file, as part of a place in one piece of it: `base` is where its places begin."""

    base: int = 0


def part_of(span: Span) -> int:
    return span.file.base if isinstance(span.file, Part) else 0


def placed(span: Span) -> Span:
    """The place in the whole file."""
    base = part_of(span)
    return Span(str(span.file), span.start + base, span.end + base)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a file that was read: its blocks, each with its versions, and its problems."""

    name: Part
    #: How far before its own beginning its places are counted from.
    padding: int
    blocks: tuple[ast.Block, ...]
    made: Mapping[int, list[ast.Block]]
    problems: tuple[Diagnostic, ...]

    @property
    def broken(self) -> bool:
        return any(p.severity == "error" for p in self.problems)


@dataclass
class Document:
    """A rule file as it stands by now, and the pieces of it that were read before."""

    name: str
    limits: Limits = DEFAULT
    source: Source | None = None
    pieces: list[Piece] = field(default_factory=list[Piece])
    problems: list[Diagnostic] = field(default_factory=list[Diagnostic])
    _data: bytes | None = None
    _known: dict[tuple[str, int, int, bool], Piece] = field(
        default_factory=dict[tuple[str, int, int, bool], Piece]
    )

    @property
    def blocks(self) -> list[ast.Block]:
        return [block for piece in self.pieces for block in piece.blocks]

    def read(self, data: bytes) -> None:
        """Take in the file as it is now. What was read before and stands there still is kept."""
        if data == self._data:
            return
        self._data = data
        self.pieces, self.problems = [], []
        self.source, found = read_source(self.name, data, self.limits)
        self.problems += found
        if self.source is None or any(p.severity == "error" for p in found):
            return
        self.pieces = self._cut(self.source.text) or [self._whole(self.source)]
        self.problems += [p for piece in self.pieces for p in piece.problems]

    # -- pieces ----------------------------------------------------------------------------------

    def _cut(self, text: str) -> list[Piece]:
        """The pieces of the text; none where it has to be read whole."""
        starts = [m.start() for m in _HEAD.finditer(text)]
        if (
            not starts
            or not _NOTHING.fullmatch(text, 0, starts[0])
            or len(text) > self.limits.tokens
        ):
            return []
        if not text[: starts[0]].isprintable() and _unprintable(text[: starts[0]]):
            return []
        found: list[Piece] = []
        stretches: list[str] = []
        kept: dict[tuple[str, int, int, bool], Piece] = {}
        seen: dict[str, int] = {}
        line = text.count("\n", 0, starts[0])
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            stretch, last = text[start:end], end == len(text)
            number = seen[stretch] = seen.get(stretch, 0) + 1
            piece = self._known.get((stretch, number, -1, last))
            piece = piece or self._known.get((stretch, number, line, last))
            if piece is None:
                piece = self._read(stretch, line, last)
            kept[stretch, number, line if piece.broken else -1, last] = piece
            piece.name.base = start - piece.padding
            found.append(piece)
            stretches.append(stretch)
            line += stretch.count("\n")
        self._known = kept
        return found if self._apart(found, stretches) else []

    def _read(self, stretch: str, line: int, last: bool) -> Piece:
        """One piece. Messages name lines, so it is read with as many above it as there are."""
        name = Part(self.name)
        blocks, problems = parse(
            Source(name, "\n" * line + stretch + ("" if last else _NEXT)), self.limits
        )
        return _piece(name, line, blocks if last else blocks[:-1], problems)

    def _apart(self, pieces: Iterable[Piece], stretches: Iterable[str]) -> bool:
        """Whether the pieces of a text with mistakes say what the whole would.

        Not where groups might stay open from one piece to the next until they are nested too deep,
        where a line at the margin of a sound piece might be taken for the head of a block, or where
        nothing was said of a piece but that it cannot be read.
        """
        broken = [s for p, s in zip(pieces, stretches, strict=True) if p.broken]
        if not broken:
            return True
        opened = sum(len(_OPENING.findall(s)) for s in broken)
        deepest = max(len(_OPENING.findall(s)) for s in stretches)
        if opened + deepest > self.limits.nesting:
            return False
        if any(p.code in ("unreadable", "limit.nesting") for one in pieces for p in one.problems):
            return False
        return not any(
            _AT_MARGIN.search(s) for p, s in zip(pieces, stretches, strict=True) if not p.broken
        )

    def _whole(self, source: Source) -> Piece:
        name = Part(self.name)
        blocks, problems = parse(Source(name, source.text), self.limits)
        return _piece(name, 0, blocks, problems)


def _unprintable(text: str) -> bool:
    return any(not c.isprintable() and c not in " \t\r\n" for c in text)


def _piece(name: Part, padding: int, blocks: list[ast.Block], problems: list[Diagnostic]) -> Piece:
    # A place says of which file it is by the text's own name, which is then the part itself.
    made = {id(block): each_version(block) for block in blocks}
    return Piece(name, padding, tuple(blocks), made, tuple(problems))
