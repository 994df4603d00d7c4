"""A comparison in Markdown: a table with a column for each regime, the causes, the days of change.

CommonMark with the common tables; every text is escaped as in a memorandum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sanctions_rules.compare.model import Comparison, Timeline
from sanctions_rules.compare.table import brought, cells, days, moved, told, used, why
from sanctions_rules.render.memo import escaped
from sanctions_rules.render.sentences import say


def to_markdown(comparison: Comparison) -> str:
    return "\n".join(_page(comparison)) + "\n"


def _page(page: Comparison) -> Iterator[str]:
    yield f"# {say('heading.compare')}"
    yield ""
    yield say("question.act")
    yield ""
    for name, value in page.facts:
        yield f"- {escaped(name)}: {escaped(value)}"
    for note in page.notes:
        yield ""
        yield f"**{escaped(note)}**"
    yield ""
    yield from _table(
        ["", *(row.title for row in page)],
        [
            [[f"**{say('column.outcome')}**"], *([_word(row.outcome)] for row in page)],
            *(
                [[f"**{say(f'column.{aspect}')}**"],
                 *(list(map(escaped, cells(row, aspect))) for row in page)]
                for aspect in used(page) if aspect != "outcome"
            ),
        ],
    )  # fmt: skip
    yield ""
    yield f"## {say('heading.compare.why')}"
    yield ""
    yield from (f"- {escaped(line)}" for line in why(page))
    if page.timeline is not None:
        yield from _time(page.timeline)
    yield ""
    yield f"## {say('heading.sources')}"
    yield ""
    yield from (f"- {escaped(line)}" for line in page.footer)


def _time(timeline: Timeline) -> Iterator[str]:
    yield ""
    yield f"## {say('heading.compare.time')}"
    yield ""
    yield escaped(moved(timeline))
    for line in timeline:
        yield ""
        yield f"### {escaped(line.title)}"
        yield ""
        yield from _table(
            [say(f"column.{name}") for name in ("days", "outcome", "change", "decides")],
            [
                [[escaped(days(one))], [_word(one.outcome)],
                 list(map(escaped, brought(line, one))), list(map(escaped, told(one)))]
                for one in line.stretches
            ],
        )  # fmt: skip


def _word(outcome: object) -> str:
    return f"**{say(f'word.{outcome}').upper()}**"


def _table(head: Iterable[str], rows: Iterable[Iterable[Iterable[str]]]) -> Iterator[str]:
    names = list(head)
    yield f"| {' | '.join(map(escaped, names))} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield f"| {' | '.join('<br>'.join(lines) for lines in row)} |"
