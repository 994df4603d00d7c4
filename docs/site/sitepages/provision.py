"""One text of the law as a section of its page: what it is, how it stands, what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sanctions_rules.language import ast
from sanctions_rules.language.format import slot_lines
from sanctions_rules.language.resolve import first_day
from sanctions_rules.render.sentences import say
from sanctions_rules.rulebooks.commitments import carried_out, carries_out
from sanctions_rules.rulebooks.history import Lift
from sitepages.book import Book
from sitepages.markdown import code, fenced, plain

#: Words for what an exception does to what it excepts from; what lifts comes first.
DOES: Final = {"licence": "Lifted by", "override": "Displaced by", "scope": "Excepted by"}
#: Kinds of blocks whose word is said in their heading.
NAMED: Final = ("determination", "licence", "definition", "judgement", "table")
#: Slots of references, and what they are called.
REFERRING: Final = {
    "made under": "Made under",
    "enacted by": "Enacted by",
    "replaces": "Replaces",
    "repeals": "Repeals",
    "subject to": "Subject to",
}

Rows = Iterator[tuple[str, list[str]]]


def section(
    book: Book, block: ast.Block, common: Iterable[Lift], coverage: Mapping[str, str]
) -> str:
    """A heading, a list of what is known of the text, its rule. `common`: said for the whole page."""
    assert block.ref is not None
    place = book.places[id(block)]
    label = block.ref.pinpoint or block.id
    kind = f" ({block.kind})" if block.kind in NAMED else ""
    lines = [f"## {plain(label)} {plain(block.title)}{kind} {{ #{place.anchor} }}", ""]
    for name, values in _rows(book, block, list(common), coverage):
        if values:
            lines += [name, *(f":   {value}" for value in values), ""]
    return "\n".join([*lines, fenced(rule_text(book, block), "rules")])


def rule_text(book: Book, block: ast.Block) -> str:
    """The rule as it stands in its file, with its comments."""
    return book.rulebook.sources[block.span.file].text[block.span.start : block.span.end]


def _rows(
    book: Book, block: ast.Block, common: list[Lift], coverage: Mapping[str, str]
) -> Rows:  # fmt: skip
    page = book.places[id(block)].page
    yield "Citation", [cited(block)]
    yield f"Status on {book.day}", [book.status(block)]
    yield "In force", [interval(block)] if block.slot("in force") else []
    yield "Source", list(source(block))
    for word, name in REFERRING.items():
        yield (
            name,
            [", ".join(book.referred(ref, page) for ref in slot.refs) for slot in block.all(word)],
        )
    yield (
        "Replaced by",
        [
            f"{book.to(newer, page)}, from {first_day(newer)}"
            for newer in book.history.replaced_by(block)
        ],
    )
    yield "History", _history(book, block, page)
    yield "Reading", list(_reading(book, block, page))
    yield "Note", [plain(t.text) for s in block.all("note") for t in s.texts]
    yield from _filling(book, block, page)
    yield "Acts on", list(dict.fromkeys(_acts_on(book, block, page)))
    yield from _lifting(book, (x for x in book.history.lifts(block) if x not in common), page)
    yield from _commitments(book, block, page)
    yield "Rests on", _names(book, book.uses[id(block)], page)
    yield "Used by", _names(book, book.used_by.get(id(block), []), page)
    where = book.rulebook.place(block)
    yield "Seen by scenarios", [coverage[where]] if where in coverage else []
    yield "File", [code(where)]


def _names(book: Book, blocks: Iterable[ast.Block], page: str) -> list[str]:
    said = "; ".join(dict.fromkeys(book.to(b, page, title=False) for b in blocks))
    return [said] if said else []


def cited(block: ast.Block) -> str:
    return plain("; ".join(text.text for slot in block.all("cites") for text in slot.texts))


def interval(block: ast.Block) -> str:
    slot = block.slot("in force")
    if slot is None:
        return ""
    first, *more = (line.strip() for line in slot_lines(slot))
    return plain("; ".join([first.removeprefix("in force").strip(), *more]))


def source(block: ast.Block) -> Iterator[str]:
    """How the text was compared with its source, when, and what was said of it."""
    slot = block.slot("checked")
    if slot is None:
        yield plain(say("checked.unverified"))
        return
    said = say(f"checked.{slot.names[0]}") + (f", {slot.day}" if slot.day else "")
    yield plain("; ".join([said, *(text.text for text in slot.texts)]))
    ids = ", ".join(t.text for s in block.all("source-id") for t in s.texts)
    if ids:
        yield f"Identified as {plain(ids)}"


def _history(book: Book, block: ast.Block, page: str) -> list[str]:
    line = book.history.line(block)
    if len(line) < 2:
        return []
    return [
        f"{'**this text**' if one is block else book.to(one, page, title=False)}: "
        f"{book.status(one)}; {interval(one)}"
        for one in line
    ]


def _reading(book: Book, block: ast.Block, page: str) -> Iterator[str]:
    for slot in block.all("reading"):
        preferred = ", preferred" if slot.flag else ""
        yield f"{code(str(slot.names[0]))}{preferred}: {plain('; '.join(t.text for t in slot.texts))}"
    if block.slot("reading"):
        for other in book.rulebook.by_id[block.id]:
            if other is not block and (slot := other.slot("reading")):
                yield f"the other reading is {code(str(slot.names[0]))}: {book.to(other, page)}"


def _filling(book: Book, block: ast.Block, page: str) -> Rows:
    """What fills the blanks that the text leaves, and which blanks it fills itself."""
    for word in book.history.left_open(block):
        fills = [f for f in book.history.fills(block) if f.verb and str(f.verb.names[0]) == word]
        said: list[str] = []
        for fill in fills:
            said.append(f"{book.to(fill, page)}: {book.status(fill)}; {interval(fill)}")
            said += (
                f"through it, {DOES[x.kind].lower()} {entry(book, x.block, page)}"
                for x in _ordered(book.history.lifts(block, fill))
            )
        yield f"Leaves open {code(word)}, filled by", said or ["nothing"]
    yield "Fills", [book.to(target, page) for target in book.history.filled_by(block)]


def _acts_on(book: Book, block: ast.Block, page: str) -> Iterator[str]:
    """What the text lifts, excepts from, displaces or penalises, as it names them."""
    verb = block.verb
    if verb is None or verb.word == "fills":
        return
    refs = [*verb.refs, *verb.targets]
    if verb.conduct:
        refs += [ref for role in verb.conduct.roles for ref in role.refs]
    for ref in refs:
        yield book.referred(ref, page)


def _ordered(lifts: Iterable[Lift]) -> list[Lift]:
    return sorted(lifts, key=lambda lift: list(DOES).index(lift.kind))


def _lifting(book: Book, lifts: Iterable[Lift], page: str) -> Rows:
    ordered = _ordered(lifts)
    for kind, does in DOES.items():
        yield does, [entry(book, x.block, page) for x in ordered if x.kind == kind]


def entry(book: Book, block: ast.Block, page: str) -> str:
    return f"{book.to(block, page)}: {book.status(block)}; {interval(block)}"


def _commitments(book: Book, block: ast.Block, page: str) -> Rows:
    yield (
        "Carries out",
        [
            book.to(c.commitment, page) + (f" ({plain(c.delay)})" if c.delay else "")
            for c in carries_out(book.rulebook, block)
        ],
    )
    if block.verb is not None and block.verb.word == "commits to":
        yield (
            "Carried out by",
            [
                f"{book.to(c.block, page)}: {plain(c.first_days)}"
                + (f", {plain(c.delay)}" if c.delay else "")
                for c in carried_out(book.rulebook, block)
            ],
        )
