"""A decision as a memorandum in Markdown, for the file or for counsel.

CommonMark and nothing more; every text is escaped, so that no name from the facts makes a
heading, a link, an image or a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from sanctions_rules.decision import Decision
from sanctions_rules.render.derivation import Line
from sanctions_rules.render.outline import Entry, Outline, RegimeOutline, outline
from sanctions_rules.render.sentences import say, visible
from sanctions_rules.render.text import Seen, told
from sanctions_rules.values import Truth

#: What CommonMark and the common extensions of it read as markup anywhere in a line. A number in
#: brackets behind a word (`goods[0]`) links nothing and stays as it is.
_ANYWHERE: Final = re.compile(r"(?P<index>(?<=\w)\[\d+\](?![(\[:]))|(?P<mark>[\\`*<>\[\]|~$&])")
#: An underscore beside a letter on one side only; inside a word it means nothing.
_UNDERSCORE: Final = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
#: What some readers make links of by themselves.
_LINKS: Final = re.compile(r"(?<=\w)(:)(?=//)|(?<=www)(\.)|(?<=\S)(@)(?=\S)", re.IGNORECASE)
#: What means something at the beginning of a line.
_AT_START: Final = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))")


def to_markdown(decision: Decision, base: str = "") -> str:
    """The memorandum, one line for each paragraph or point."""
    return "\n".join(_memo(outline(decision, base))) + "\n"


def escaped(text: str) -> str:
    """The text as Markdown that shows exactly this text."""
    safe = _ANYWHERE.sub(lambda m: m["index"] or "\\" + m["mark"], visible(text))
    safe = _UNDERSCORE.sub(r"\\_", safe)
    safe = _LINKS.sub(lambda match: "\\" + match[0], safe)
    return _AT_START.sub(_started, safe)


def _started(match: re.Match[str]) -> str:
    space, mark = match[1], match[2]
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


# -- the memorandum -----------------------------------------------------------------------------


def _memo(page: Outline) -> Iterator[str]:
    yield f"# {say('heading.memo')}"
    yield from _heading("asked")
    yield say("question.act")
    yield ""
    for name, value in page.facts:
        yield f"- {escaped(name)}: {escaped(value)}"
    yield from _heading("answer")
    for one in page.regimes:
        word = say(f"word.{one.outcome}").upper()
        yield f"- **{escaped(one.title)}: {word}.** {escaped(one.headline)}"
        for line in (*one.answer, *one.warnings):
            yield f"  - {escaped(line)}"
    if page.scope:
        yield ""
        yield f"**{escaped(page.scope)}**"
    seen: dict[str, Seen] = {one.decision.regime: set() for one in page.regimes}
    for name, section in (
        ("reasons", _reasons), ("exceptions", _exceptions), ("exposures", _exposure),
        ("duties", _duties), ("missing", _missing), ("relied", _relied),
    ):  # fmt: skip
        yield from _heading(name)
        for one in page.regimes:
            if len(page.regimes) > 1:
                yield f"### {escaped(one.title)}"
                yield ""
            yield from list(section(one, seen[one.decision.regime])) or [say("part.nothing")]
    yield from _heading("sources")
    for line in page.footer:
        yield f"- {escaped(line)}"
    yield ""
    yield page.advice


def _heading(name: str) -> Iterator[str]:
    yield ""
    yield f"## {say(f'heading.{name}')}"
    yield ""


def _reasons(one: RegimeOutline, seen: Seen) -> Iterator[str]:
    for name, entries in (
        ("binds", one.binds), ("if", one.if_), ("unless", one.unless), ("conflicts", one.conflicts),
        ("lifted", one.lifted), ("excepted", one.excepted), ("derogations", one.derogations),
        ("not_met", one.not_met),
    ):  # fmt: skip
        if entries:
            yield f"**{say(f'heading.{name}')}**"
            yield ""
            for entry in entries:
                yield from _entry(entry, seen)
            yield ""
    if one.out_of_reach:
        yield f"**{say('heading.out_of_reach')}**"
        yield ""
        for group in one.out_of_reach:
            yield f"- {len(group.ids)} {escaped(group.reason)}: {escaped(', '.join(group.ids))}"


def _entry(entry: Entry, seen: Seen) -> Iterator[str]:
    yield f"- **{escaped('; '.join(entry.citations))}**: {escaped(entry.title)}"
    yield f"  - {escaped(entry.standing)}"
    for note in entry.notes:
        yield f"  - {escaped(note)}"
    yield f"  - {escaped(visible(entry.norm.id))}; {escaped(entry.checked)}"
    if entry.lifting:
        yield f"  - {say('part.lifting')}"
        yield from _lines(entry.lifting, 2, entry.norm.provision, seen, entry.subjects)
    if entry.lines:
        yield f"  - {say('part.otherwise' if entry.lifting else 'part.because')}"
        yield from _lines(entry.lines, 2, entry.norm.provision, seen, entry.subjects)
    if entry.open_exceptions:
        yield f"  - {say('part.exceptions')}"
        yield from _lines(entry.open_exceptions, 2, "", seen, entry.subjects)


def _lines(
    lines: Iterable[Line], depth: int, provision: str, seen: Seen, of: tuple[str, ...] = ()
) -> Iterator[str]:
    for line in lines:
        text = escaped(told(line, provision))
        above = bool(line.children) and (of, line) in seen
        if above:
            text = say("part.above", line=text)
        seen.add((of, line))
        yield "  " * depth + (f"- *{text}*" if line.truth is Truth.UNKNOWN else f"- {text}")
        if not above:
            yield from _lines(line.children, depth + 1, line.provision or provision, seen, of)


def _exceptions(one: RegimeOutline, seen: Seen) -> Iterator[str]:
    for considered in one.exceptions:
        yield from _lines([considered.line], 0, "", seen)
        yield "  - " + escaped(say("part.for", names=", ".join(considered.ids)))
    if one.out_of_time:
        yield "- " + escaped(say("part.out_of_time", names=", ".join(one.out_of_time)))


def _exposure(one: RegimeOutline, seen: Seen) -> Iterator[str]:
    if one.exposures:
        yield say("power.never")
        yield ""
    for entry in (*one.exposures, *one.liabilities):
        yield from _entry(entry, seen)
    spared = [entry for entry in one.spared if entry.norm.verb == "empowers"]
    for entry in spared:
        yield from _entry(entry, seen)


def _duties(one: RegimeOutline, seen: Seen) -> Iterator[str]:
    for entry in (*one.duties, *(e for e in one.spared if e.norm.verb == "requires")):
        yield from _entry(entry, seen)


def _missing(one: RegimeOutline, _: Seen) -> Iterator[str]:
    for number, missing in enumerate(one.missing, 1):
        beside = "" if missing.for_outcome else f" ({say('missing.beside')})"
        yield f"{number}. {escaped(missing.sentence + beside)}"
    if one.question:
        yield ""
        yield f"**{say('heading.question')}:** {' '.join(map(escaped, one.question))}"


def _relied(one: RegimeOutline, _: Seen) -> Iterator[str]:
    for judged in one.judgements:
        yield f"- {escaped(judged.sentence)}: {escaped(judged.given)}"
        if judged.question:
            cite = f" [{judged.citation}]" if judged.citation else ""
            yield f"  - {escaped(judged.question + cite)}"
        for factor in judged.factors:
            yield f"    - {escaped(factor)}"
    for reading in one.readings:
        yield f"- {escaped(reading.sentence)}"
        for other in reading.others:
            yield f"  - {escaped(other)}"
