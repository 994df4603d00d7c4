"""Coverage as one page that needs nothing else: the rulebook, each line of it marked.

It looks as the page of a decision does, and keeps its promises: words and signs before colours, no
script, nothing fetched, readable on a phone, in print and by a screen reader. A text that lacks
something stands open, others are folded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from sanctions_rules.author.coverage.model import Covered, Level, Line, Way, count
from sanctions_rules.author.coverage.pages import percent
from sanctions_rules.render.html import STYLE, document, plain, shown
from sanctions_rules.source import Source

#: How a line stands: a class of the style for its tone, a sign, and what the legend says of it.
MARKS: Final = {
    "whole": ("not-prohibited", "✓", "seen in every way that it can go"),
    "part": ("undetermined", "◐", "seen in some ways only"),
    "none": ("prohibited", "✗", "never seen"),
    "listed": ("authorised", "≡", "what was not seen is listed with the reason"),
}
MORE_STYLE: Final = """
.sr.coverage{max-width:75rem}
.sr .wide{overflow-x:auto}
.sr table{border-collapse:collapse;font-size:.9375rem}
.sr th,.sr td{border:1px solid var(--rule);padding:.25rem .5rem;text-align:right;
white-space:nowrap}
.sr th[scope=row],.sr th:first-child{text-align:left}
.sr .law{list-style:none;padding:0;margin:.25rem 0 1rem;border:1px solid var(--rule)}
.sr .law li{display:grid;grid-template-columns:3.25rem 1.25rem minmax(0,1fr) auto;
column-gap:.5rem;margin:0;padding:.0625rem .5rem;border-left:.375rem solid transparent}
.sr .law li[class]{border-left-color:var(--tone);
background:color-mix(in srgb,var(--tone) 9%,var(--paper))}
.sr .law code{white-space:pre-wrap}
.sr .number{color:var(--soft);font:.8125rem/1.7 ui-monospace,SFMono-Regular,Menlo,Consolas,
monospace;text-align:right}
.sr .mark{color:var(--tone);font-weight:800}
.sr .ways{font-size:.8125rem;color:var(--soft)}
.sr .ways b{color:var(--ink)}
.sr .ways i{font-style:normal}
.sr .legend{list-style:none;padding:0}
.sr summary .mark{display:inline-block;width:1.25rem}
.sr summary .title{color:var(--ink);font-weight:400}
.sr summary .ways{display:block;font-weight:400;padding-left:1.25rem}
@media (max-width:48rem){
.sr .law li{grid-template-columns:2.25rem 1rem minmax(0,1fr);column-gap:.25rem;
padding:.0625rem .25rem}
.sr .law .ways{grid-column:3}
.sr .law code{font-size:.8125rem}}
@media print{.sr .law li{break-inside:avoid}}
"""


def to_html(
    found: Sequence[Covered], sources: Mapping[str, Source], levels: Collection[Level] = (),
    stale: Sequence[str] = (),
) -> str:  # fmt: skip
    """The whole page. `sources`: the rule files by name."""
    together = percent(count(found, *levels))
    return document(f"Coverage of the law: {together} %", _page(found, sources, levels, stale))


def _page(
    found: Sequence[Covered], sources: Mapping[str, Source], levels: Collection[Level],
    stale: Sequence[str],
) -> Iterator[str]:  # fmt: skip
    yield f"<style>{STYLE}{MORE_STYLE}</style>"
    yield '<div class="sr coverage">'
    yield '<a class="skip" href="#sr-texts">Skip to the texts</a>'
    yield "<header><h1>Coverage of the law</h1></header>"
    yield '<main><section><h2 id="sr-answer">How much was seen</h2>'
    yield from _totals(found, levels)
    yield "<p>Which ways scenarios were seen to take each text, each line of it and its time. "
    yield "Whether the answers were right, the scenarios themselves say.</p>"
    yield '<ul class="legend">'
    for tone, sign, words in MARKS.values():
        yield f'<li class="{tone}"><span class="mark" aria-hidden="true">{sign}</span> {words}</li>'
    yield "</ul>"
    yield from (f'<p class="warning">Stale: {shown(one)}</p>' for one in stale)
    yield "</section>"
    files: dict[str, list[Covered]] = defaultdict(list)
    for one in found:
        files[one.block.head.file].append(one)
    yield from _contents(files, levels)
    for file, texts in sorted(files.items()):
        yield f'<section><h2 id="{plain(file)}">{shown(file)}</h2>'
        for one in texts:
            yield from _text(one, sources)
        yield "</section>"
    yield "</main></div>"


def _totals(found: Sequence[Covered], levels: Collection[Level]) -> Iterator[str]:
    yield '<div class="wide" tabindex="0" role="region" aria-labelledby="sr-answer"><table><thead><tr>'
    for name in ("counted", "percent", "all", "whole", "ways", "seen", "listed"):
        yield f'<th scope="col">{name}</th>'
    yield "</tr></thead><tbody>"
    rows = [(str(level), count(found, level)) for level in Level]
    for name, one in [*rows, ("together", count(found, *levels))]:
        yield f'<tr><th scope="row">{name}</th><td>{percent(one)} %</td>'
        for number in (one.things, one.whole, one.ways, one.seen, one.excused):
            yield f"<td>{number}</td>"
        yield "</tr>"
    yield "</tbody></table></div>"


def _contents(files: Mapping[str, Sequence[Covered]], levels: Collection[Level]) -> Iterator[str]:
    yield '<section><h2 id="sr-texts">Rule files</h2><ul class="legend">'
    for file, texts in sorted(files.items()):
        one = count(texts, *levels)
        tone, sign, _ = MARKS["whole" if one.whole == one.things else "part"]
        yield f'<li class="{tone}"><span class="mark" aria-hidden="true">{sign}</span> '
        yield f'<a href="#{plain(file)}">{shown(file)}</a>: {percent(one)} % of {one.ways} ways</li>'
    yield "</ul></section>"


def _text(one: Covered, sources: Mapping[str, Source]) -> Iterator[str]:
    lacks = any(o.lacking for o in (one, *one.lines))
    tone, sign = _mark(one)
    yield f"<details{' open' if lacks else ''}><summary>"
    yield f'<span class="{tone}"><span class="mark" aria-hidden="true">{sign}</span></span>'
    yield f'<code>{shown(one.name)}</code> <span class="title">{shown(one.block.title)}</span>'
    yield f'<span class="ways">{_ways(one)}</span></summary>'
    yield from _reasons(one)
    rows: dict[tuple[str, int], list[Line]] = defaultdict(list)
    for span in one.spans:
        source = sources[span.file]
        for number in range(source.place(span.start)[0], source.place(span.end)[0] + 1):
            rows[span.file, number] = []
    for line in one.lines:
        rows[line.place.file, line.number].append(line)
    yield '<ol class="law">'
    last: Line | None = None
    for (file, number), lines in sorted(rows.items()):
        last = lines[-1] if lines else last
        goes_on = last is not None and _last_row(last, sources) >= number
        yield from _row(number, sources[file].line(number), lines, last if goes_on else None)
    yield "</ol></details>"


def _last_row(line: Line, sources: Mapping[str, Source]) -> int:
    return sources[line.place.file].place(line.place.end - 1)[0]


def _row(number: int, text: str, lines: Sequence[Line], of: Line | None) -> Iterator[str]:
    """A row of a file, and what stands on it. `of`: the line that it is a part of, if any."""
    counted = [line for line in lines if line.possible]
    whole = counted or ([of] if of is not None and of.possible and not lines else [])
    tone, sign = _mark(*whole) if whole else ("", "")
    attribute = f' class="{tone}"' if tone else ""
    ways = "; ".join(map(_ways, counted))
    yield f'<li{attribute}><span class="number">{number}</span>'
    yield f'<span class="mark" aria-hidden="true">{sign if counted else ""}</span>'
    yield f"<code>{shown(text) or '&nbsp;'}</code>"
    yield f'<span class="ways">{ways}</span></li>' if ways else "</li>"


def _mark(*things: Covered | Line) -> tuple[str, str]:
    """Tone and sign: the weakest of what stands there."""
    if all(not one.lacking for one in things):
        name = "listed" if any(one.excused for one in things) else "whole"
    else:
        name = "part" if any(one.seen for one in things) else "none"
    return MARKS[name][:2]


def _ways(one: Covered | Line) -> str:
    """Each way that it can go in words: seen, never seen, or listed."""
    parts: list[str] = []
    for way in Way:
        if way not in one.possible:
            continue
        if way in one.seen:
            times = f" {len(one.seen[way])}" if isinstance(one, Covered) else ""
            title = f"first: {one.seen[way][0] if isinstance(one, Covered) else one.seen[way]}"
            parts.append(f'<i title="{plain(title)}">{way}{times}</i>')
        elif way in one.excused:
            parts.append(f'<i title="{plain(one.excused[way])}">{way} listed</i>')
    if one.lacking:
        parts.append(f"<b>never {', '.join(map(str, one.lacking))}</b>")
    return " · ".join(parts)


def _reasons(one: Covered) -> Iterator[str]:
    """The reasons in full: nobody has to point at a word to read them."""
    told = [f"never {way}: {why}" for way, why in one.excused.items()]
    for line in one.lines:
        told += [f"{line.text}: never {way}: {why}" for way, why in line.excused.items()]
    yield from (f'<p class="note">{shown(text)}</p>' for text in dict.fromkeys(told))
