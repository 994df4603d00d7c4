"""What coverage is counted in: ways that texts, lines and times can go, and which were seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from sanctions_rules.language.ast import Block
from sanctions_rules.source import Span


class Way(Enum):
    """One way that a text, a line of it, or its time may go."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    EXCEPTED = "excepted"
    NOT_YET = "not yet in force"
    IN_FORCE = "in force"
    ENDED = "ended"

    def __str__(self) -> str:
        return self.value


#: The ways of a line of a text, and those of its time.
POLARITIES: Final = (Way.TRUE, Way.FALSE, Way.UNKNOWN)
TIMES: Final = (Way.NOT_YET, Way.IN_FORCE, Way.ENDED)


class Level(Enum):
    """What is counted: whole texts, the lines of their conditions, or where they stand in time."""

    TEXTS = "texts"
    LINES = "lines"
    TIMES = "times"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Line:
    """A line of a text: its act, whom it binds, one legal element, or (in force) its time.

    `number` counts from 1 in the file. `seen`: for each way the first scenario that showed it.
    `excused`: for each way that cannot be shown why not.
    """

    name: str
    place: Span
    number: int
    slot: str
    text: str
    possible: frozenset[Way]
    seen: Mapping[Way, str] = field(default_factory=dict[Way, str])
    excused: Mapping[Way, str] = field(default_factory=dict[Way, str])

    @property
    def level(self) -> Level:
        return Level.TIMES if self.slot == "in force" else Level.LINES

    @property
    def lacking(self) -> tuple[Way, ...]:
        return _lacking(self)


@dataclass(frozen=True)
class Covered:
    """A text, the ways that it can go, and for each way seen the scenarios that showed it.

    All versions and readings of one id count together; each has lines of its own.
    """

    block: Block
    possible: frozenset[Way]
    seen: Mapping[Way, tuple[str, ...]] = field(default_factory=dict[Way, tuple[str, ...]])
    number: int = 0  # of the line that it begins on
    spans: tuple[Span, ...] = ()  # where its versions stand
    lines: tuple[Line, ...] = ()
    excused: Mapping[Way, str] = field(default_factory=dict[Way, str])

    @property
    def name(self) -> str:
        return self.block.id

    @property
    def level(self) -> Level:
        return Level.TEXTS

    @property
    def lacking(self) -> tuple[Way, ...]:
        return _lacking(self)


def _lacking(one: Covered | Line) -> tuple[Way, ...]:
    """The ways that it can go and was never seen to, and for which there is no reason listed."""
    return tuple(w for w in Way if w in one.possible and w not in one.seen and w not in one.excused)


@dataclass(frozen=True)
class Count:
    """How many there are, how many are covered whole, and how many ways of them, seen or excused."""

    things: int
    whole: int
    ways: int
    seen: int
    excused: int

    @property
    def percent(self) -> float:
        """Of the ways, those that were seen or have a reason listed: 0 to 100."""
        return 100 * (self.seen + self.excused) / self.ways if self.ways else 100.0


def everything(found: Iterable[Covered]) -> Iterator[Covered | Line]:
    """Each text, and after it its lines."""
    for one in found:
        yield one
        yield from one.lines


def count(found: Iterable[Covered], *levels: Level) -> Count:
    """Counted at these levels; at all where none is named."""
    things = [o for o in everything(found) if o.possible and (not levels or o.level in levels)]
    return Count(
        len(things),
        sum(not one.lacking for one in things),
        sum(len(one.possible) for one in things),
        sum(len(one.possible & one.seen.keys()) for one in things),
        sum(len((one.possible & one.excused.keys()) - one.seen.keys()) for one in things),
    )
