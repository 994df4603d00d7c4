"""A comparison as one page that needs nothing else, with a picture of the answers through time.

It looks as the page of a decision does, and keeps its promises: words before colours, no script,
nothing fetched, readable on a phone, in print and by a screen reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sanctions_rules.compare.model import Comparison, Timeline
from sanctions_rules.compare.picture import picture
from sanctions_rules.compare.table import brought, cells, days, moved, told, used, why
from sanctions_rules.decision import Outcome
from sanctions_rules.render.html import SHAPES, STYLE, document, shown
from sanctions_rules.render.sentences import say

#: What this page has beyond that of a decision.
MORE_STYLE: Final = """
.sr.compare{max-width:75rem}
.sr .wide{overflow-x:auto}
.sr table{border-collapse:collapse;width:100%;font-size:.9375rem}
.sr th,.sr td{border:1px solid var(--rule);padding:.375rem .5rem;text-align:left;
vertical-align:top}
.sr th,.sr td{min-width:11rem;overflow-wrap:break-word}
.sr thead th:first-child,.sr th[scope=row]{min-width:0;width:9rem;position:sticky;left:0;
background:var(--paper)}
.sr th[scope=row]{color:var(--soft);font-weight:600}
@media (max-width:30rem){.sr thead th:first-child,.sr th[scope=row]{width:6rem}}
.sr td ul{list-style:none;padding:0;margin:0}
.sr td li+li{border-top:1px dotted var(--rule);margin-top:.25rem;padding-top:.25rem}
.sr td .word{display:flex;gap:.5rem;align-items:center;font-size:1rem}
.sr td .word svg{width:1.5rem;height:1.5rem;flex:none}
.sr svg.time{width:100%;min-width:48rem;height:auto;font:14px system-ui,sans-serif}
.sr svg .band{stroke:var(--tone);stroke-width:1.5;fill:none}
.sr svg .prohibited .band{fill:var(--tone)}
.sr svg .undetermined .band{fill:url(#sr-hatch)}
.sr svg .authorised .band{fill:url(#sr-dots);stroke-dasharray:6 3}
.sr svg .hatch{stroke:var(--ink);stroke-width:2;opacity:.55}
.sr svg .dots{fill:var(--ink);opacity:.55}
.sr svg .under{fill:var(--paper)}
.sr svg .word{text-anchor:middle;fill:var(--tone);font-size:14px;font-weight:600}
.sr svg .prohibited .word{fill:var(--paper)}
.sr svg .name{fill:var(--ink);font-weight:600}
.sr svg .tick{stroke:var(--rule);stroke-width:1}
.sr svg .year{fill:var(--soft);font-size:12px}
@media print{.sr svg .prohibited .band{fill:#000}.sr .wide{overflow:visible}
.sr th,.sr td{min-width:0}.sr thead th:first-child,.sr th[scope=row]{position:static}
.sr svg.time{min-width:0}}
"""


def to_html(comparison: Comparison) -> str:
    """The whole page."""
    words = ", ".join(dict.fromkeys(say(f"word.{row.outcome}") for row in comparison))
    return document(f"{say('heading.compare.page')}: {words}", _fragment(comparison))


def to_fragment(comparison: Comparison) -> str:
    """The same without a document around it, for a notebook."""
    return "\n".join(_fragment(comparison)) + "\n"


def _fragment(page: Comparison) -> Iterator[str]:
    yield f"<style>{STYLE}{MORE_STYLE}</style>"
    yield '<div class="sr compare">'
    yield f'<a class="skip" href="#sr-answer">{say("heading.skip")}</a>'
    yield f"<header><h1>{say('heading.compare.page')}</h1></header>"
    yield "<main>"
    yield f'<section><h2 id="sr-answer">{say("heading.answer")}</h2>'
    yield from (f'<p class="warning">{shown(note)}</p>' for note in page.notes)
    yield from _table(page)
    yield "</section>"
    yield f"<section><h2>{say('heading.compare.why')}</h2><ul>"
    yield from (f"<li>{shown(line)}</li>" for line in why(page))
    yield "</ul></section>"
    if page.timeline is not None:
        yield from _time(page.timeline)
    yield f"<section><h2>{say('heading.asked')}</h2>"
    yield f"<p>{say('question.act')}</p>"
    yield '<dl class="facts">'
    for name, value in page.facts:
        yield f"<div><dt>{shown(name)}</dt><dd>{shown(value)}</dd></div>"
    yield "</dl></section>"
    yield "</main>"
    yield f"<footer><h2>{say('heading.sources')}</h2><ul>"
    yield from (f"<li>{shown(line)}</li>" for line in page.footer[:-1])
    yield f'</ul><p class="advice">{shown(page.footer[-1])}</p></footer>'
    yield "</div>"


def _table(page: Comparison) -> Iterator[str]:
    yield '<div class="wide" tabindex="0" role="region" aria-labelledby="sr-answer"><table>'
    yield f'<thead><tr><th scope="col">{say("column.regime")}</th>'
    yield from (f'<th scope="col">{shown(row.title)}</th>' for row in page)
    yield "</tr></thead><tbody>"
    for aspect in used(page):
        yield f'<tr><th scope="row">{say(f"column.{aspect}")}</th>'
        for row in page:
            if aspect == "outcome":
                yield f"<td>{_word(row.outcome)}{_list(cells(row, aspect))}</td>"
            elif aspect == "warnings" and row.warnings:
                lines = (f'<p class="warning">{shown(line)}</p>' for line in row.warnings)
                yield f"<td>{''.join(lines)}</td>"
            else:
                yield f"<td>{_list(cells(row, aspect))}</td>"
        yield "</tr>"
    yield "</tbody></table></div>"


def _word(outcome: Outcome) -> str:
    name = outcome.name.lower().replace("_", "-")
    return f'<p class="word {name}">{SHAPES[outcome]}{say(f"word.{outcome}")}</p>'


def _list(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{shown(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def _time(timeline: Timeline) -> Iterator[str]:
    yield f'<section><h2 id="sr-time">{say("heading.compare.time")}</h2>'
    yield f"<p>{shown(moved(timeline))}</p>"
    yield '<div class="wide" tabindex="0" role="region" aria-labelledby="sr-time">'
    yield from picture(timeline)
    yield "</div>"
    for line in timeline:
        yield f'<h3 id="sr-time-{line.regime}">{shown(line.title)}</h3>'
        yield (
            f'<div class="wide" tabindex="0" role="region" aria-labelledby="sr-time-{line.regime}">'
            "<table><thead><tr>"
        )
        for name in ("days", "outcome", "change", "decides"):
            yield f'<th scope="col">{say(f"column.{name}")}</th>'
        yield "</tr></thead><tbody>"
        for one in line.stretches:
            yield f'<tr><th scope="row">{shown(days(one))}</th><td>{_word(one.outcome)}</td>'
            yield f"<td>{_list(brought(line, one))}</td><td>{_list(told(one))}</td></tr>"
        yield "</tbody></table></div>"
    yield "</section>"
