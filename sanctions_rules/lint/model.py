"""What a check is, what it finds, and how a text is mended: values that every family shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from sanctions_rules.source import Span

if TYPE_CHECKING:
    from sanctions_rules.lint.book import Book


class Level(Enum):
    """How much a finding weighs, the least first."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    def __str__(self) -> str:
        return self.value

    @property
    def weight(self) -> int:
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands at `span` becomes `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a check fires. `fix`: edits that belong together, where mending is mechanical."""

    message: str
    span: Span
    label: str = ""
    help: str = ""
    fix: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that loads and is likely wrong. Why, and how it looks: `docs/lint/CODE.md`."""

    code: str
    level: Level
    summary: str
    find: Callable[[Book], Iterator[Found]]
    fixes: bool = False
