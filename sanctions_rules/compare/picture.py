"""A picture of answers through time: a band for each regime, as SVG within a page.

Each outcome has a fill and a sign of its own, so that it shows without colour; the table beside the
picture says the same to those who do not see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from sanctions_rules.compare.model import Line, Stretch, Timeline
from sanctions_rules.compare.table import days
from sanctions_rules.decision import Outcome
from sanctions_rules.render.html import plain
from sanctions_rules.render.sentences import say

WIDTH, LEFT, BAND, GAP, TOP = 960, 12, 34, 26, 24
#: What a letter of the bands is wide at most, in units of the picture.
LETTER: Final = 8.2
#: The sign in a stretch that is too narrow for its word.
_SIGNS: Final = {
    Outcome.PROHIBITED: "×", Outcome.UNDETERMINED: "?", Outcome.AUTHORISED: "!",
    Outcome.NOT_PROHIBITED: "○",
}  # fmt: skip


def picture(timeline: Timeline) -> Iterator[str]:
    """The bands, with the years or months above them."""
    height = TOP + len(timeline.lines) * (BAND + GAP) + 4
    label = say("time.picture", first=timeline.first, last=timeline.last)
    yield f'<svg class="time" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{plain(label)}">'
    yield "<defs>"
    yield (
        '<pattern id="sr-hatch" width="8" height="8" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><path class="hatch" d="M0 0v8"/></pattern>'
    )
    yield (
        '<pattern id="sr-dots" width="8" height="8" patternUnits="userSpaceOnUse">'
        '<circle class="dots" cx="4" cy="4" r="1.4"/></pattern>'
    )
    yield "</defs>"
    for day, text in _ticks(timeline):
        at = _x(timeline, day)
        yield f'<path class="tick" d="M{at} {TOP - 6}V{height - 4}"/>'
        if at + LETTER * len(text) < WIDTH:
            yield f'<text class="year" x="{at}" y="{TOP - 10}">{text}</text>'
    for index, line in enumerate(timeline):
        yield from _band(timeline, line, TOP + index * (BAND + GAP))
    yield "</svg>"


def _band(timeline: Timeline, line: Line, top: int) -> Iterator[str]:
    y = top + GAP - 8
    yield f'<text class="name" x="{LEFT}" y="{y - 5}">{plain(line.title)}</text>'
    ends = [*(_x(timeline, one.first) for one in line.stretches[1:]), _x(timeline, None)]
    for stretch, right in zip(line.stretches, ends, strict=True):
        left = _x(timeline, stretch.first)
        yield from _stretch(stretch, left, max(right - left, 1.5), y)


def _stretch(stretch: Stretch, left: float, wide: float, y: int) -> Iterator[str]:
    outcome = stretch.outcome
    word = say(f"word.{outcome}")
    name = outcome.name.lower().replace("_", "-")
    told = say("time.stretch", days=days(stretch), outcome=word)
    yield f'<g class="{name}"><title>{plain(told)}</title>'
    yield f'<rect class="band" x="{left}" y="{y}" width="{wide:.1f}" height="{BAND}"/>'
    text = word if wide > LETTER * len(word) + 8 else _SIGNS[outcome] if wide > LETTER + 4 else ""
    if text:
        half = len(text) * LETTER / 2 + 4
        middle = left + wide / 2
        if outcome is not Outcome.PROHIBITED:
            yield (
                f'<rect class="under" x="{middle - half:.1f}" y="{y + 7}" width="{2 * half:.1f}"'
                f' height="{BAND - 14}"/>'
            )
        yield f'<text class="word" x="{middle:.1f}" y="{y + BAND / 2 + 5}">{text}</text>'
    yield "</g>"


def _x(timeline: Timeline, day: date | None) -> float:
    """Where a day begins; without a day, where the last one ends."""
    whole = (timeline.last - timeline.first).days + 1
    count = whole if day is None else (day - timeline.first).days
    return round(LEFT + (WIDTH - 2 * LEFT) * count / whole, 1)


def _ticks(timeline: Timeline) -> Iterator[tuple[date, str]]:
    """The beginnings of years, or of months where the range is short."""
    short = (timeline.last - timeline.first).days < 500
    day = timeline.first
    while day <= timeline.last:
        if day.day == 1 and (short or day.month == 1):
            yield day, f"{day:%Y-%m}" if short else f"{day:%Y}"
        day += timedelta(days=1)
