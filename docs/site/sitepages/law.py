"""The packaged law as pages: an index of regimes, one for each regime, one for each instrument."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sanctions_rules import clocks
from sanctions_rules.core import Head
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import regime
from sanctions_rules.rulebooks.history import Lift, State
from sanctions_rules.rulebooks.series import Mark, series_of, stretches
from sitepages.book import MARKS, Book, page_of
from sitepages.markdown import code, link, plain, table
from sitepages.markdown import page_of as made_page
from sitepages.provision import DOES, cited, entry, interval, section

INDEX: Final = "law/index.md"
#: Instruments are not in the navigation, so its column would be empty.
NO_SIDEBAR: Final = "---\nhide: [navigation]\n---\n\n"
#: Kinds of instruments that are listed apart, in this order, and under which title.
GROUPS: Final = {
    "instrument": "Instruments",
    "determination": "Determinations",
    "licence": "Licences",
    "": "Definitions and lists",
}
_SAID: Final = """A machine decides by these texts and a lawyer reads them; here they are in one piece.
Each says how it was compared with its source. Statuses are those of {day}; law is known through the
day that each regime states, and nothing is said of what was published later.

Software, not legal advice."""


def pages(book: Book, coverage: Path | None = None) -> dict[str, str]:
    seen = _coverage(coverage)
    made = {INDEX: _index(book)}
    for head in book.law.program.heads:
        made[f"law/{head.regime}/index.md"] = _regime(book, head)
    for name, blocks in book.instruments.items():
        made[page_of(name)] = _instrument(book, name, blocks, seen)
    return made


def _index(book: Book) -> str:
    rows = [
        (
            link(plain(head.title), f"law/{head.regime}/index.md", INDEX),
            str(head.through),
            str(sum(regime(b) == head.regime for b in book.blocks)),
            str(sum(n.split(".")[0] == head.regime for n in book.instruments)),
        )
        for head in book.law.program.heads
    ]
    marks = table(("mark", "means"), ((mark, plain(str(state))) for state, mark in MARKS.items()))
    return made_page(
        "The law",
        _SAID.format(day=book.day),
        table(("regime", "read through", "texts", "instruments"), rows),
        "## Marks of status",
        marks,
    )


def _regime(book: Book, head: Head) -> str:
    page = f"law/{head.regime}/index.md"
    parts: list[str] = [
        f"Read through {head.through}. Statuses on {book.day}. "
        + link("All regimes and the marks of status", INDEX, page)
    ]
    grouped: dict[str, list[tuple[str, ...]]] = {kind: [] for kind in GROUPS}
    for name, blocks in book.instruments.items():
        if regime(blocks[0]) != head.regime:
            continue
        kinds = [b.kind for b in blocks]
        kind = next((k for k in GROUPS if k in kinds), "")
        texts = [b for b in blocks if b.kind != "instrument"]
        grouped[kind].append(
            (
                link(plain(name), page_of(name), page),
                f"{plain(blocks[0].title)}<br>{cited(blocks[0])}",
                _standing(book, texts),
            )
        )
    for kind, rows in grouped.items():
        if rows:
            parts += [f"## {GROUPS[kind]}", table(("name", "title and citation", "status"), rows)]
    parts += ["## Words", _terms(book, head.regime, page)]
    return made_page(plain(head.title), *parts)


def _standing(book: Book, texts: list[ast.Block]) -> str:
    """One text: its status. Several: how many of them stand how."""
    if len(texts) == 1:
        return book.status(texts[0])
    states: Counter[State] = Counter(book.history.status(b, book.day).state for b in texts)
    return ", ".join(f"{MARKS[s]} {states[s]} {plain(str(s))}" for s in State if states[s])


def _terms(book: Book, name: str, page: str) -> str:
    rows = [
        (code(term), "; ".join(dict.fromkeys(book.to(b, page) for b in blocks)))
        for (where, term), blocks in sorted(book.rulebook.terms.items())
        if where == name
    ]
    rows += [
        (code(term), book.to(block, page) + " (a judgement)")
        for (where, term), block in sorted(book.rulebook.judgements.items())
        if where == name
    ]
    if not rows:
        return "This rulebook defines no words of its own."
    return table(("word", "where it is defined"), sorted(rows))


# -- one instrument ------------------------------------------------------------------------------


def _instrument(book: Book, name: str, blocks: list[ast.Block], coverage: Mapping[str, str]) -> str:
    page = page_of(name)
    header = next((b for b in blocks if b.kind == "instrument"), None)
    texts = [b for b in blocks if b.kind != "instrument"]
    head = next(h for h in book.law.program.heads if h.regime == regime(blocks[0]))
    common = _common(book, texts)
    parts = [
        " › ".join(
            (
                link("The law", INDEX, page),
                link(plain(head.title), f"law/{head.regime}/index.md", page),
            )
        ),
        *(_header(book, header, page) if header is not None else ()),
        f"As it stands on {book.day}; read through {head.through}.",
    ]
    if len(texts) > 1:
        parts.append(
            table(
                ("text", "title", "status"),
                ((_label(book, b, page), plain(b.title), book.status(b)) for b in texts),
            )
        )
    if common:
        parts.append("## All of these prohibitions and duties { #all-of-these }")
        parts += (f"- {DOES[x.kind]} {entry(book, x.block, page)}" for x in common)
    parts += _series(book, texts, page)
    parts += (section(book, block, common, coverage) for block in texts)
    title = blocks[0].title or blocks[0].id
    return NO_SIDEBAR + made_page(f"{plain(title)} ({plain(name)})", *parts)


def _label(book: Book, block: ast.Block, page: str) -> str:
    """A link that says the pinpoint alone: the page is that of the instrument."""
    assert block.ref is not None
    return link(plain(block.ref.pinpoint or block.id), str(book.places[id(block)]), page)


def _header(book: Book, block: ast.Block, page: str) -> Iterator[str]:
    yield cited(block)
    lines: list[str] = []
    for word in ("made under", "enacted by"):
        lines += (
            f"- {word}: " + ", ".join(book.referred(ref, page) for ref in slot.refs)
            for slot in block.all(word)
        )
    lines += (f"- issued: {slot.day}" for slot in block.all("issued"))
    lines += (
        f"- published: {day} {plain(text.text)}"
        for slot in block.all("published") for day, text in slot.days
    )  # fmt: skip
    lines += (f"- in force: {interval(block)}" for _ in block.all("in force"))
    lines += (f"- note: {plain(t.text)}" for slot in block.all("note") for t in slot.texts)
    if lines:
        yield "\n".join(lines)


def _common(book: Book, texts: list[ast.Block]) -> list[Lift]:
    """What lifts every one of these that can be lifted."""
    all_lifts = [lifts for block in texts if (lifts := book.history.lifts(block))]
    if len(all_lifts) < 2:
        return []
    return [lift for lift in all_lifts[0] if all(lift in lifts for lifts in all_lifts)]


def _series(book: Book, texts: list[ast.Block], page: str) -> Iterator[str]:
    """Which version of a licence covers which time."""
    if not texts or texts[0].ref is None:
        return
    blocks = series_of(book.law, texts[0].ref.instrument)
    if not blocks:
        return
    zone = book.rulebook.zone(blocks[0])
    rows = [
        (
            plain(clocks.printed(one.since, zone, first=True)),
            "no end stated"
            if one.until is None
            else plain(clocks.printed(one.until, zone, first=False)),
            str(one.mark),
            ", ".join(dict.fromkeys(book.to(b, page, title=False) for b in one.by))
            + (" ended" if one.mark is Mark.GAP else ""),
        )
        for one in stretches(book.law, blocks)
    ]
    yield "## Which version covers which time { #which-time }"
    yield table(("from", "until", "is", "by"), rows)


def _coverage(file: Path | None) -> Mapping[str, str]:
    """What scenarios were seen to do with each text, by the place of its head."""
    if file is None:
        return {}
    found: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["texts"]
    return {f"{one['file']}:{one['line']}": _seen(one) for one in found}


def _seen(one: dict[str, Any]) -> str:
    said = [f"{way} in {seen['scenarios']}" for way, seen in one["seen"].items()]
    never = [way for way in one["lacking"] if way not in one["listed"]]
    said += [f"never {way}" for way in never]
    said += [f"never {way}: {why}" for way, why in one["listed"].items()]
    lines = one["lines"]
    if lines:
        said.append(f"{sum(not x['lacking'] for x in lines)} of {len(lines)} lines in every way")
    return plain("; ".join(said))
