"""Text and places in it. A place is what every message about text points at."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one file, from offset `start` up to and not including `end`."""

    file: str
    start: int
    end: int

    def to(self, other: Span) -> Span:
        return Span(self.file, self.start, max(self.end, other.end))


@dataclass(frozen=True)
class Source:
    """One file of text, by the name it is shown under (relative to its pack)."""

    name: str
    text: str
    _starts: list[int] = field(default_factory=list[int], compare=False, repr=False)

    def __post_init__(self) -> None:
        start = 0
        while start >= 0:
            self._starts.append(start)
            start = self.text.find("\n", start) + 1 or -1

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both counted from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r")
