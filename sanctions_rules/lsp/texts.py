"""Text as an editor speaks of it: lines from 0, and columns in the units that both sides agreed on.

Lines end where the protocol says they do, at LF, CR LF or CR, and nowhere else; a place outside the
text is the nearest one inside it, because an editor that is ahead of us asks for such places.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_ENDS: Final = re.compile(r"\r\n|\r|\n")
#: How many units of an encoding one character has.
_UNITS: Final[dict[str, Callable[[str], int]]] = {
    "utf-32": lambda _: 1,
    "utf-16": lambda c: 2 if c > "\uffff" else 1,
    "utf-8": lambda c: 1 if c < "\x80" else 2 if c < "\u0800" else 3 if c < "\U00010000" else 4,
}


@dataclass(frozen=True)
class Text:
    """One text of an editor. `encoding`: utf-8, utf-16 or utf-32, in whose units columns count."""

    content: str
    encoding: str = "utf-16"
    _starts: list[int] = field(default_factory=list[int], compare=False, repr=False)

    def __post_init__(self) -> None:
        self._starts.append(0)
        self._starts.extend(m.end() for m in _ENDS.finditer(self.content))

    @property
    def end(self) -> tuple[int, int]:
        return self.position(len(self.content))

    def offset(self, line: int, column: int) -> int:
        """The index of a place. Half of a character is its beginning."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.content)
        start, last = self._starts[line], self._line_end(line)
        here = self.content[start:last]
        if here.isascii() or self.encoding == "utf-32":
            return start + max(0, min(column, len(here)))
        units, count = _UNITS[self.encoding], 0
        for index, character in enumerate(here):
            count += units(character)
            if count > column:
                return start + index
        return last

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an index."""
        offset = max(0, min(offset, len(self.content)))
        line = bisect_right(self._starts, offset) - 1
        before = self.content[self._starts[line] : offset]
        if before.isascii() or self.encoding == "utf-32":
            return line, len(before)
        return line, sum(map(_UNITS[self.encoding], before))

    def line(self, number: int) -> str:
        """A line without its end; nothing where there is none of that number."""
        if not 0 <= number < len(self._starts):
            return ""
        return self.content[self._starts[number] : self._line_end(number)]

    def edited(self, start: tuple[int, int], end: tuple[int, int], instead: str) -> Text:
        """The text with another one in the place of a range; a range that runs backwards is turned."""
        first, last = sorted((self.offset(*start), self.offset(*end)))
        made = self.content[:first] + instead + self.content[last:]
        return Text(made, self.encoding)

    def _line_end(self, line: int) -> int:
        if line + 1 == len(self._starts):
            return len(self.content)
        last = self._starts[line + 1]
        return last - (2 if self.content[last - 2 : last] == "\r\n" else 1)
