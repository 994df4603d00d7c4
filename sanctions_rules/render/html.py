"""A decision as one page that needs nothing else: no script, no font, no image from anywhere.

Read on a phone or printed, by keyboard or by screen reader, in light or dark. The outcome is a
word and a shape before it is a colour. What decides stands open; what was considered beside it is
folded, and unfolds in print. Where it carries its proof, it holds one script of its own that checks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import chain
from typing import Final

from sanctions_rules.decision import Decision, Outcome
from sanctions_rules.render import proof as proved
from sanctions_rules.render.derivation import Line
from sanctions_rules.render.outline import Entry, Outline, RegimeOutline, outline
from sanctions_rules.render.sentences import CLOSING, OPENING, say, visible
from sanctions_rules.values import Truth

_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
_DAY: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_NAME: Final = re.compile(f"{OPENING}[^{OPENING}{CLOSING}]*{CLOSING}")


def to_html(decision: Decision, base: str = "", proof: str = "") -> str:
    """The whole page. `proof`: what it carries to check itself (`render/proof.py`), if anything."""
    page = outline(decision, base)
    words = ", ".join(dict.fromkeys(say(f"word.{one.outcome}") for one in page.regimes))
    title = f"{say('heading.page')}: {words}"
    return document(title, _fragment(page, proof), proved.source() if proof else "")


def document(title: str, body: Iterable[str], scripts: str = "") -> str:
    """A whole document round a page's own markup. `scripts`: which ones may run, as a policy says it."""
    policy = f"{_POLICY}; {scripts}" if scripts else _POLICY
    head = (
        "<!doctype html>",
        '<html lang="en-GB">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(title)}</title>",
        "</head>",
        '<body class="sr-page">',
    )
    return "\n".join(chain(head, body, ("</body>", "</html>"))) + "\n"


def to_fragment(decision: Decision, base: str = "") -> str:
    """The same without a document around it, for a notebook; its style reaches nothing else."""
    return "\n".join(_fragment(outline(decision, base))) + "\n"


def plain(text: str) -> str:
    """A text as it may stand in an attribute, or where no markup goes."""
    return escape(visible(text), quote=True)


def shown(text: str) -> str:
    """A text as markup that shows exactly it; names keep their own direction, days stay whole."""
    safe = plain(text)
    safe = _DAY.sub(lambda day: f"<time>{day[0]}</time>", safe)
    return _NAME.sub(lambda name: f"<bdi>{name[0]}</bdi>", safe)


# -- the page -----------------------------------------------------------------------------------


def _fragment(page: Outline, proof: str = "") -> Iterator[str]:
    yield f"<style>{STYLE}{proved.STYLE if proof else ''}</style>"
    yield '<div class="sr">'
    yield f'<a class="skip" href="#sr-answer">{say("heading.skip")}</a>'
    yield f"<header><h1>{say('heading.page')}</h1></header>"
    yield "<main>"
    yield f'<section><h2 id="sr-answer">{say("heading.answer")}</h2>'
    for one in page.regimes:
        yield from _answer(page, one)
    yield "</section>"
    yield f"<section><h2>{say('heading.asked')}</h2>"
    yield f"<p>{say('question.act')}</p>"
    yield '<dl class="facts">'
    for name, value in page.facts:
        yield f"<div><dt>{shown(name)}</dt><dd>{shown(value)}</dd></div>"
    yield "</dl></section>"
    for one in page.regimes:
        yield from _regime(one)
    if proof:
        yield from proved.section(proof)
    yield "</main>"
    yield f"<footer><h2>{say('heading.sources')}</h2><ul>"
    for line in page.footer:
        yield f"<li>{shown(line)}</li>"
    yield f'</ul><p class="advice">{page.advice}</p></footer>'
    yield "</div>"


def _answer(page: Outline, one: RegimeOutline) -> Iterator[str]:
    yield f'<div class="outcome {one.outcome.name.lower().replace("_", "-")}">'
    yield SHAPES[one.outcome]
    yield "<div>"
    yield f'<p class="word">{say(f"word.{one.outcome}")}</p>'
    yield f'<p class="regime">{shown(one.title)}</p>'
    yield from (f"<p>{shown(line)}</p>" for line in one.answer)
    if one.beside:
        yield '<ul class="beside">'
        yield from (f"<li>{shown(line)}</li>" for line in one.beside)
        yield "</ul>"
    warnings = (*([page.scope] if page.scope else ()), *one.warnings)
    yield from (f'<p class="warning">{shown(line)}</p>' for line in warnings)
    yield "</div></div>"


def _regime(one: RegimeOutline) -> Iterator[str]:
    yield f"<section><h2>{shown(one.title)}</h2>"
    yield from _missing(one)
    for heading, entries in (
        ("binds", one.binds), ("if", one.if_), ("unless", one.unless), ("conflicts", one.conflicts),
        ("lifted", one.lifted), ("excepted", one.excepted), ("exposures", one.exposures),
    ):  # fmt: skip
        if entries:
            yield f"<h3>{say(f'heading.{heading}')}</h3>"
            if heading == "exposures":
                yield f"<p>{say('power.never')}</p>"
            yield from chain.from_iterable(_entry(entry, unfolded=True) for entry in entries)
    for heading, entries in (
        ("duties", one.duties), ("liabilities", one.liabilities), ("derogations", one.derogations),
    ):  # fmt: skip
        if entries:
            yield f"<h3>{say(f'heading.{heading}')}</h3>"
            yield from chain.from_iterable(_entry(entry, unfolded=False) for entry in entries)
    yield from _exceptions(one)
    yield from _relied(one)
    if one.not_met or one.spared:
        yield f"<h3>{say('heading.not_met')}</h3>"
        answered = one.outcome is Outcome.NOT_PROHIBITED
        for entry in (*one.not_met, *one.spared):
            yield from _entry(entry, unfolded=answered and entry.norm.verb == "prohibits")
    if one.out_of_reach:
        yield f"<h3>{say('heading.out_of_reach')}</h3>"
        for group in one.out_of_reach:
            count = f"{len(group.ids)} {group.reason}"
            yield f"<details><summary>{shown(count)}</summary><ul>"
            yield from (f"<li>{shown(name)}</li>" for name in group.ids)
            yield "</ul></details>"
    yield "</section>"


def _missing(one: RegimeOutline) -> Iterator[str]:
    if one.question:
        yield f'<h3>{say("heading.question")}</h3><div class="ask">'
        yield from (f"<p>{shown(line)}</p>" for line in one.question)
        yield "</div>"
    if one.missing:
        yield f"<h3>{say('heading.missing')}</h3><ol>"
        for missing in one.missing:
            beside = "" if missing.for_outcome else f" <small>({say('missing.beside')})</small>"
            yield f"<li>{shown(missing.sentence)}{beside}</li>"
        yield "</ol>"


# -- provisions ---------------------------------------------------------------------------------


def _entry(entry: Entry, unfolded: bool) -> Iterator[str]:
    yield '<article class="entry">'
    cited = shown("; ".join(entry.citations))
    yield f'<h4>{shown(entry.title)} <span class="cite">{cited}</span></h4>'
    yield f'<p class="standing">{shown(entry.standing)}</p>'
    yield from (f'<p class="note">{shown(note)}</p>' for note in entry.notes)
    yield f'<p class="meta"><code>{shown(entry.norm.id)}</code> {shown(entry.checked)}</p>'
    provision = entry.norm.provision
    yield from _folded("lifting", entry.lifting, provision, unfolded)
    if entry.lifting:
        yield from _folded("otherwise", entry.lines, provision, unfolded=False)
    else:
        yield from _folded("because", entry.lines, provision, unfolded)
    yield from _folded("exceptions", entry.open_exceptions, "", unfolded)
    yield "</article>"


def _folded(part: str, lines: tuple[Line, ...], provision: str, unfolded: bool) -> Iterator[str]:
    if lines:
        yield f"<details{' open' if unfolded else ''}><summary>{say(f'part.{part}')}</summary>"
        yield from _lines(lines, provision)
        yield "</details>"


def _lines(lines: Iterable[Line], provision: str) -> Iterator[str]:
    yield '<ul class="steps">'
    for line in lines:
        yield f"<li{_open(line)}>{_told(line, provision)}"
        if line.children:
            yield from _lines(line.children, line.provision or provision)
        yield "</li>"
    yield "</ul>"


def _open(line: Line) -> str:
    return ' class="open"' if line.truth is Truth.UNKNOWN else ""


def _told(line: Line, provision: str) -> str:
    text = shown(f"{line.label} {line.sentence}" if line.label else line.sentence)
    if line.given:
        text += f' <span class="given">{shown(say("given", a=line.given))}</span>'
    cited = [c for c in map(visible, line.citations or (line.provision,)) if c not in line.sentence]
    if line.provision and line.provision != provision and cited:
        text += f' <span class="cite">{shown("; ".join(cited))}</span>'
    return text


def _exceptions(one: RegimeOutline) -> Iterator[str]:
    if not one.exceptions and not one.out_of_time:
        return
    yield f'<h3>{say("heading.exceptions")}</h3><ul class="steps">'
    for considered in one.exceptions:
        line = considered.line
        yield f"<li{_open(line)}>{_told(line, '')}"
        if line.children:
            yield from _lines(line.children, line.provision)
        yield "</li>"
    if one.out_of_time:
        yield f"<li>{shown(say('part.out_of_time', names=', '.join(one.out_of_time)))}</li>"
    yield "</ul>"


def _relied(one: RegimeOutline) -> Iterator[str]:
    if not one.judgements and not one.readings:
        return
    yield f"<h3>{say('heading.relied')}</h3><ul>"
    for judged in one.judgements:
        yield f"<li>{shown(judged.sentence)}: {shown(judged.given)}"
        if judged.question:
            cite = f' <span class="cite">{shown(judged.citation)}</span>' if judged.citation else ""
            yield f"<p>{shown(judged.question)}{cite}</p>"
        if judged.factors:
            yield '<ul class="factors">'
            yield from (f"<li>{shown(factor)}</li>" for factor in judged.factors)
            yield "</ul>"
        yield "</li>"
    for reading in one.readings:
        yield f"<li>{shown(reading.sentence)}"
        if reading.others:
            yield "<ul>"
            yield from (f"<li>{shown(other)}</li>" for other in reading.others)
            yield "</ul>"
        yield "</li>"
    yield "</ul>"


# -- how it looks -------------------------------------------------------------------------------


def _shape(outline: str, sign: str) -> str:
    return (
        f'<svg viewBox="0 0 48 48" width="48" height="48" aria-hidden="true">{outline}{sign}</svg>'
    )


#: A shape for each outcome: octagon, diamond, square, circle; each with a sign of its own.
SHAPES: Final = {
    Outcome.PROHIBITED: _shape(
        '<path class="solid" d="M15 3h18l12 12v18L33 45H15L3 33V15z"/>',
        '<path class="sign" d="M13 24h22"/>',
    ),
    Outcome.UNDETERMINED: _shape(
        '<path class="line" d="M24 3l21 21-21 21L3 24z"/>',
        '<path class="mark" d="M19 20c0-7 10-7 10-1 0 4-5 4-5 8"/>'
        '<circle class="dot" cx="24" cy="33" r="2"/>',
    ),
    Outcome.AUTHORISED: _shape(
        '<rect class="line" x="4" y="4" width="40" height="40" rx="4" stroke-dasharray="8 4"/>',
        '<path class="mark" d="M14 25l7 7 14-16"/>',
    ),
    Outcome.NOT_PROHIBITED: _shape(
        '<circle class="line" cx="24" cy="24" r="21"/>', '<path class="mark" d="M14 25l7 7 14-16"/>'
    ),
}

#: Scoped to the page's own wrapper, so that a notebook around it keeps its looks.
STYLE: Final = """
body.sr-page{margin:0;background:#f6f6f3}
.sr{--ink:#1d2126;--soft:#565d66;--rule:#d5d7d4;--paper:#fff;--link:#0b4f8a;--tone:#565d66;
color:var(--ink);background:var(--paper);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
"Helvetica Neue",Arial,sans-serif;max-width:50rem;margin:0 auto;padding:1.25rem 1rem 2.5rem;
box-sizing:border-box;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
.sr *{box-sizing:border-box}
.sr .skip{position:absolute;left:-999rem}
.sr .skip:focus{position:static;display:inline-block;padding:.25rem .5rem}
.sr a{color:var(--link)}
.sr :focus-visible{outline:3px solid var(--link);outline-offset:2px}
.sr h1{font-size:1rem;font-weight:600;letter-spacing:.06em;text-transform:uppercase;
color:var(--soft);margin:0 0 1rem}
.sr h2{font-size:1.25rem;line-height:1.3;margin:2.25rem 0 .75rem;padding-top:1rem;
border-top:2px solid var(--ink)}
.sr main>section:first-child h2{position:absolute;width:1px;height:1px;overflow:hidden;
clip-path:inset(50%);margin:0}
.sr h3{font-size:1.0625rem;margin:1.75rem 0 .5rem}
.sr h4{font-size:1rem;line-height:1.4;margin:0}
.sr p{margin:.25rem 0}
.sr ul,.sr ol{margin:.25rem 0;padding-left:1.25rem}
.sr li{margin:.2rem 0}
.sr code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.sr .outcome{display:flex;gap:1rem;align-items:flex-start;border:1px solid var(--rule);
border-left:.5rem solid var(--tone);border-radius:.25rem;padding:1rem;margin:0 0 1rem}
.sr .outcome>div{min-width:0;flex:1}
.sr .outcome svg{flex:none}
.sr .word{font-size:1.625rem;line-height:1.2;font-weight:700;color:var(--tone);margin:0}
.sr .regime{font-weight:600}
.sr .beside{list-style:none;padding:0;font-weight:600}
.sr .beside li{border-top:1px solid var(--rule);padding-top:.2rem}
.sr .beside li::first-letter{text-transform:uppercase}
.sr .prohibited{--tone:#a3131f}
.sr .undetermined{--tone:#7d5200}
.sr .authorised{--tone:#0b4f8a}
.sr .not-prohibited{--tone:#1a6638}
.sr svg .solid{fill:var(--tone)}
.sr svg .line{fill:none;stroke:var(--tone);stroke-width:3}
.sr svg .mark{fill:none;stroke:var(--tone);stroke-width:4;stroke-linecap:round;
stroke-linejoin:round}
.sr svg .sign{fill:none;stroke:var(--paper);stroke-width:6;stroke-linecap:round}
.sr svg .dot{fill:var(--tone)}
.sr .warning{border:1px solid var(--ink);border-radius:.25rem;padding:.375rem .625rem;
margin-top:.5rem;font-weight:600}
.sr .warning::before{content:"! ";font-weight:800}
.sr .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));
gap:.375rem 1.5rem;margin:.5rem 0}
.sr .facts>div{border-bottom:1px solid var(--rule);padding:.125rem 0}
.sr dt{color:var(--soft);font-size:.875rem}
.sr dd{margin:0;font-weight:600}
.sr .ask{border:2px solid var(--ink);border-radius:.25rem;padding:.625rem .875rem}
.sr .ask p:first-child{font-weight:600}
.sr .entry{border:1px solid var(--rule);border-radius:.25rem;padding:.75rem .875rem;
margin:.625rem 0}
.sr .cite{color:var(--soft);font-weight:400;font-size:.875rem}
.sr h4 .cite{display:block}
.sr .standing{font-weight:600;margin-top:.375rem}
.sr .standing::first-letter,.sr summary::first-letter,
.sr .note::first-letter,.sr dt::first-letter{text-transform:uppercase}
.sr .meta{color:var(--soft);font-size:.8125rem}
.sr .meta code{margin-right:.375rem}
.sr summary{cursor:pointer;padding:.375rem 0;font-weight:600;color:var(--link)}
.sr .steps{list-style:none;padding-left:0}
.sr .steps .steps{padding-left:.5rem;margin-left:.375rem;border-left:1px solid var(--rule)}
.sr .steps li{padding-left:1.375rem;position:relative}
.sr time{white-space:nowrap}
.sr .steps li::before{content:"";position:absolute;left:.25rem;top:.62em;width:.375rem;
height:.375rem;border-radius:50%;background:var(--soft)}
.sr .steps li.open{font-weight:600}
.sr .steps li.open>.steps{font-weight:400}
.sr .steps li.open::before{content:"?";left:0;top:.2em;width:1rem;height:1rem;line-height:1rem;
font-size:.75rem;font-weight:800;text-align:center;border-radius:.125rem;background:var(--ink);
color:var(--paper)}
.sr .given{color:var(--soft);font-weight:400}
.sr .given::before{content:"("}.sr .given::after{content:")"}
.sr .factors{list-style:none;color:var(--soft);font-size:.875rem}
.sr footer{font-size:.875rem;color:var(--soft)}
.sr footer ul{list-style:none;padding:0}
.sr .advice{font-weight:600;color:var(--ink);margin-top:.75rem}
@media (prefers-color-scheme:dark){body.sr-page{background:#0f1113}
.sr{--ink:#e8eaec;--soft:#a7afb8;--rule:#3a4047;--paper:#171a1d;--link:#8cc2f5;--tone:#a7afb8}
.sr .prohibited{--tone:#ff8a8f}.sr .undetermined{--tone:#f0b95a}
.sr .authorised{--tone:#8cc2f5}.sr .not-prohibited{--tone:#7fd29b}}
@media (max-width:30rem){.sr .steps .steps{margin-left:-.5rem;padding-left:.375rem}}
@media (min-width:52rem){.sr{padding:2rem 2.5rem 3rem}}
@media print{body.sr-page{background:none}.sr{--ink:#000;--soft:#333;--rule:#999;--paper:#fff;
max-width:none;padding:0;font-size:10pt}.sr .outcome{--tone:#000}.sr .skip{display:none}
.sr h2,.sr h3,.sr h4,.sr summary{break-after:avoid}.sr .outcome,.sr h4{break-inside:avoid}
.sr summary{color:#000;list-style:none}.sr summary::-webkit-details-marker{display:none}
.sr details::details-content{content-visibility:visible;display:block;block-size:auto}}
@media (prefers-reduced-motion:no-preference){.sr{scroll-behavior:smooth}}
"""
