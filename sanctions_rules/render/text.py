"""A decision for a terminal: plain text that always works, and in colour where rich is there.

Nothing is said by colour alone. Every text from facts has been made visible before it comes here,
and colour is laid over whole pieces, so that no name can steer the terminal.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sanctions_rules.decision import Decision, Outcome
from sanctions_rules.render.derivation import Line
from sanctions_rules.render.outline import Entry, Outline, RegimeOutline, outline
from sanctions_rules.render.sentences import say, visible
from sanctions_rules.values import Truth

WIDTH: Final = 100
NARROWEST: Final = 40
#: Lines that have been told, each of the things that it speaks of.
Seen = set[tuple[tuple[str, ...], Line]]
#: A mark for each outcome, so that it shows without colour too.
MARKS: Final = {
    Outcome.PROHIBITED: "[x]",
    Outcome.UNDETERMINED: "[?]",
    Outcome.AUTHORISED: "[!]",
    Outcome.NOT_PROHIBITED: "[ ]",
}
STYLES: Final = {
    Outcome.PROHIBITED: "bold red",
    Outcome.UNDETERMINED: "bold yellow",
    Outcome.AUTHORISED: "bold cyan",
    Outcome.NOT_PROHIBITED: "bold green",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph: how deep, behind which mark, and in which style where there is colour."""

    text: str
    depth: int = 0
    mark: str = ""
    style: str = ""


def to_text(decision: Decision, width: int = WIDTH, colour: bool = False, base: str = "") -> str:
    """The decision in at most `width` columns. `colour` needs rich, and is ignored without it."""
    return laid_out(list(_rows(outline(decision, base))), width, colour)


# -- layout -------------------------------------------------------------------------------------


def laid_out(rows: list[Row], width: int = WIDTH, colour: bool = False) -> str:
    """Paragraphs in at most `width` columns."""
    wide = max(width, NARROWEST)
    painted = _painted(rows, wide) if colour else None
    return painted if painted is not None else "\n".join(_plain(rows, wide)) + "\n"


def _plain(rows: Iterable[Row], width: int) -> Iterator[str]:
    for row in rows:
        yield from _wrapped(row, width)


def _wrapped(row: Row, width: int) -> list[str]:
    indent = "  " * row.depth
    first = f"{indent}{row.mark} " if row.mark else indent
    if not row.text:
        return [""]
    return textwrap.wrap(
        visible(row.text), max(width, len(first) + 20), initial_indent=first,
        subsequent_indent=" " * len(first), break_on_hyphens=False,
    )  # fmt: skip


def _painted(rows: Iterable[Row], width: int) -> str | None:
    """The same lines with colour, or None where rich is not installed."""
    try:
        from rich.console import Console
        from rich.text import Text
    except ImportError:
        return None
    from io import StringIO

    page = StringIO()
    console = Console(
        file=page, force_terminal=True, color_system="standard", markup=False, highlight=False,
        emoji=False, width=width + 1, legacy_windows=False, soft_wrap=True,
    )  # fmt: skip
    for row in rows:
        for line in _wrapped(row, width):
            console.print(Text(line, style=row.style))
    return page.getvalue()


# -- what is said -------------------------------------------------------------------------------


def _rows(page: Outline) -> Iterator[Row]:
    yield Row(say("question.act"), style="bold")
    for name, value in page.facts:
        yield Row(f"{name}: {value}", 1)
    yield Row("")
    for regime in page.regimes:
        yield from _regime(page, regime)
        yield Row("")
    yield Row(say("heading.sources"), style="bold")
    for line in page.footer:
        yield Row(line, 1, style="dim")
    yield Row(page.advice, 1)


def _regime(page: Outline, one: RegimeOutline) -> Iterator[Row]:
    seen: Seen = set()
    word = say(f"word.{one.outcome}").upper()
    yield Row(f"{word}  {one.title}", 0, MARKS[one.outcome], STYLES[one.outcome])
    yield Row(one.headline, 2)
    for line in one.answer:
        yield Row(line, 2)
    for line in (*([page.scope] if page.scope else ()), *one.warnings):
        yield Row(line, 2, "!", "bold yellow")
    for heading, entries in (
        ("binds", one.binds), ("if", one.if_), ("unless", one.unless), ("conflicts", one.conflicts),
        ("lifted", one.lifted), ("excepted", one.excepted), ("exposures", one.exposures),
        ("duties", one.duties), ("liabilities", one.liabilities), ("derogations", one.derogations),
    ):  # fmt: skip
        if entries:
            yield from _heading(heading)
            if heading == "exposures":
                yield Row(say("power.never"), 1)
            for entry in entries:
                yield from _entry(entry, seen)
    yield from _exceptions(one, seen)
    yield from _missing(one)
    yield from _relied(one)
    if one.not_met or one.spared:
        yield from _heading("not_met")
        for entry in (*one.not_met, *one.spared):
            yield from _brief(entry, seen)
    if one.out_of_reach:
        yield from _heading("out_of_reach")
        for group in one.out_of_reach:
            yield Row(f"{len(group.ids)} {group.reason}: {', '.join(group.ids)}", 1, "-")


def _heading(name: str) -> Iterator[Row]:
    yield Row("")
    yield Row(say(f"heading.{name}"), style="bold")


def _entry(entry: Entry, seen: Seen) -> Iterator[Row]:
    yield Row(_named(entry), 1, "*", "bold")
    yield Row(entry.standing, 2)
    yield Row(f"{visible(entry.norm.id)}; {entry.checked}", 2, style="dim")
    for note in entry.notes:
        yield Row(note, 2)
    if entry.lifting:
        yield Row(say("part.lifting"), 2)
        yield from _lines(entry.lifting, 3, entry.norm.provision, seen, entry.subjects)
        yield Row(say("part.otherwise"), 2)
        yield from _lines(entry.lines, 3, entry.norm.provision, seen, entry.subjects)
    else:
        yield Row(say("part.because"), 2)
        yield from _lines(entry.lines, 3, entry.norm.provision, seen, entry.subjects)
    if entry.open_exceptions:
        yield Row(say("part.exceptions"), 2)
        yield from _lines(entry.open_exceptions, 3, "", seen, entry.subjects)


def _brief(entry: Entry, seen: Seen) -> Iterator[Row]:
    yield Row(_named(entry), 1, "-")
    yield Row(f"{entry.standing} ({visible(entry.norm.id)})", 2)
    yield from _lines(entry.lines, 3, entry.norm.provision, seen, entry.subjects)


def _named(entry: Entry) -> str:
    return f"{'; '.join(entry.citations)}: {entry.title}"


def _lines(
    lines: Iterable[Line], depth: int, provision: str, seen: Seen, of: tuple[str, ...] = ()
) -> Iterator[Row]:
    """Lines with what lies under them; what has been told before is not told again."""
    for line in lines:
        mark = "?" if line.truth is Truth.UNKNOWN else "-"
        style = "yellow" if mark == "?" else ""
        if line.children and (of, line) in seen:
            yield Row(say("part.above", line=told(line, provision)), depth, mark, style)
            continue
        seen.add((of, line))
        yield Row(told(line, provision), depth, mark, style)
        yield from _lines(line.children, depth + 1, line.provision or provision, seen, of)


def told(line: Line, provision: str) -> str:
    """A line with its label, what the facts give, and the text that it rests on if another."""
    text = f"{line.label} {line.sentence}" if line.label else line.sentence
    if line.given:
        text += f" ({say('given', a=line.given)})"
    cited = [c for c in map(visible, line.citations or (line.provision,)) if c not in text]
    if line.provision and line.provision != provision and cited:
        text += f" [{'; '.join(cited)}]"
    return text


def _exceptions(one: RegimeOutline, seen: Seen) -> Iterator[Row]:
    if one.exceptions or one.out_of_time:
        yield from _heading("exceptions")
    for considered in one.exceptions:
        line = considered.line
        single = len(line.children) == 1 and not line.children[0].children
        if single and line.truth is not Truth.UNKNOWN and ((), line) not in seen:
            below = told(line.children[0], line.provision)
            yield Row(f"{told(line, '')}: {below}", 1, "-")
        else:
            yield from _lines([line], 1, "", seen)
    if one.out_of_time:
        yield Row(say("part.out_of_time", names=", ".join(one.out_of_time)), 1, "-")


def _missing(one: RegimeOutline) -> Iterator[Row]:
    if one.missing:
        yield from _heading("missing")
        for number, missing in enumerate(one.missing, 1):
            beside = "" if missing.for_outcome else f" ({say('missing.beside')})"
            yield Row(missing.sentence + beside, 1, f"{number}.")
    if one.question:
        yield from _heading("question")
        for line in one.question:
            yield Row(line, 1)


def _relied(one: RegimeOutline) -> Iterator[Row]:
    if one.judgements or one.readings:
        yield from _heading("relied")
    for judged in one.judgements:
        yield Row(f"{judged.sentence}: {judged.given}", 1, "-")
        if judged.question:
            cite = f" [{judged.citation}]" if judged.citation else ""
            yield Row(judged.question + cite, 2)
        for factor in judged.factors:
            yield Row(factor, 3)
    for reading in one.readings:
        yield Row(reading.sentence, 1, "!" if reading.sensitive else "-")
        for other in reading.others:
            yield Row(other, 2)
