"""A comparison for a terminal: a block for each regime, the causes, the days of change."""

from __future__ import annotations

from collections.abc import Iterator

from sanctions_rules.compare.model import Comparison, Timeline
from sanctions_rules.compare.table import brought, cells, days, moved, told, used, why
from sanctions_rules.render.sentences import say
from sanctions_rules.render.text import MARKS, STYLES, WIDTH, Row, laid_out


def to_text(comparison: Comparison, width: int = WIDTH, colour: bool = False) -> str:
    """The comparison in at most `width` columns. `colour` needs rich, and is ignored without it."""
    return laid_out(list(_rows(comparison)), width, colour)


def _rows(page: Comparison) -> Iterator[Row]:
    yield Row(say("question.act"), style="bold")
    for name, value in page.facts:
        yield Row(f"{name}: {value}", 1)
    for note in page.notes:
        yield Row(note, 1, "!", "bold yellow")
    aspects = used(page)
    for row in page.rows:
        yield Row("")
        word = say(f"word.{row.outcome}").upper()
        yield Row(f"{word}  {row.title}", 0, MARKS[row.outcome], STYLES[row.outcome])
        for aspect in aspects:
            lines = cells(row, aspect)
            if aspect == "outcome":
                for line in lines:
                    yield Row(line, 2)
            elif aspect == "warnings":
                for line in row.warnings:
                    yield Row(line, 2, "!", "bold yellow")
            else:
                yield Row(f"{say(f'column.{aspect}')}: {'; '.join(lines)}", 2)
    yield Row("")
    yield Row(say("heading.compare.why"), style="bold")
    for line in why(page):
        yield Row(line, 1, "-")
    if page.timeline is not None:
        yield from _time(page.timeline)
    yield Row("")
    yield Row(say("heading.sources"), style="bold")
    for line in page.footer:
        yield Row(line, 1)


def _time(timeline: Timeline) -> Iterator[Row]:
    yield Row("")
    yield Row(say("heading.compare.time"), style="bold")
    yield Row(moved(timeline), 1)
    for line in timeline:
        yield Row("")
        yield Row(line.title, 1, style="bold")
        for stretch in line.stretches:
            word = say(f"word.{stretch.outcome}")
            mark, style = MARKS[stretch.outcome], STYLES[stretch.outcome]
            yield Row(say("time.stretch", days=days(stretch), outcome=word), 2, mark, style)
            for text in brought(line, stretch):
                yield Row(text, 4, "-")
            for text in told(stretch):
                yield Row(text, 4)
