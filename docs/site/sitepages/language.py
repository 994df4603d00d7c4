"""The language reference: blocks and slots from their table, every line of the grammar with a text
that uses it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from sanctions_rules.language.slots import ORDER, REPEATABLE, SHAPES, WRITE_INSTEAD
from sitepages import ROOT
from sitepages.book import Book
from sitepages.constructs import Example, Production, Section, examples, sections
from sitepages.markdown import code, fenced, link, page_of, plain, slug, table

INDEX: Final = "language/index.md"
BLOCKS: Final = "language/blocks.md"
WORDS: Final = "language/words.md"
RULES: Final = "sanctions_rules/rulebooks/"


@cache
def sentences() -> dict[str, Any]:
    return tomllib.loads((ROOT / "docs/site/words.toml").read_text("utf-8"))


def pages(book: Book) -> dict[str, str]:
    parts = [s for s in sections() if s.productions]
    made = {INDEX: _index(parts), BLOCKS: _blocks(), WORDS: _terminals()}
    for part in parts:
        made[_page(part)] = _section(book, part)
    return made


def _page(section: Section) -> str:
    return f"language/{slug(section.title.split(':')[0])}-lines.md"


def _index(parts: list[Section]) -> str:
    rows = [
        (link(plain(part.title), _page(part), INDEX), ", ".join(dict.fromkeys(code(p.rule) for p in part.productions)))
        for part in parts
    ]  # fmt: skip
    return page_of(
        "The rule language",
        "These pages are made from the grammar, the table of slots and the table of operators. Each"
        " example is a text of the packaged law, named beside it, or of a test where the law has none.",
        "- " + link("Kinds of blocks and their slots", BLOCKS, INDEX)
        + "\n- " + link("How to read the grammar", "language/grammar.md", INDEX)
        + "\n- " + link("Words: names, numbers, days, codes", WORDS, INDEX)
        + "\n- " + link("Operators and their truth tables", "language/operators.md", INDEX)
        + "\n- " + link("What goes wrong: the messages", "errors/index.md", INDEX),
        "## Lines of the grammar",
        table(("part", "rules of the grammar"), rows),
    )  # fmt: skip


def _blocks() -> str:
    said = sentences()
    parts = [
        "A block is a head (its kind, its name, its title), slots, and `end`. Which slots a kind of"
        " block must and may have is one table. Slots may be written in any order and are printed in"
        " the order below."
    ]
    for kind, shape in SHAPES.items():
        lines = [f"## {kind}", said["blocks"][kind], ""]
        for name, words in (
            ("Verb, one of", shape.verbs),
            ("Must have", shape.must),
            ("May have", shape.may),
        ):
            if words:
                lines += [name, ":   " + ", ".join(_to_slot(w) for w in words), ""]
        lines.append(fenced(examples()[f"kind {kind}"].text, "rules"))
        parts.append("\n".join(lines))
    parts.append("## Slots")
    parts += (
        f"### {word} {{ #slot-{slug(word)} }}\n\n{said['slots'][word]}"
        + (" A block may have several." if word in REPEATABLE else "")
        for word in ORDER
    )
    parts += [
        "## Words that authors reach for",
        "None of these opens a line; the message names what to write.",
        table(("written", "write"), ((code(a), _instead(b)) for a, b in sorted(WRITE_INSTEAD.items()))),
    ]  # fmt: skip
    return page_of("Blocks and slots", *parts)


def _instead(text: str) -> str:
    return re.sub(r"`([^`]*)`", lambda m: code(m[1]), text) if "`" in text else code(text)


def _to_slot(word: str) -> str:
    return f"[{code(word)}](#slot-{slug(word)})"


def _section(book: Book, section: Section) -> str:
    page = _page(section)
    parts = [fenced(section.text, "text", "grammar/sanctions.lark")]
    seen: set[str] = set()
    for one in section.productions:
        example = example_of(one)
        said = sentence_of(one)
        if one.anchor in seen or (example is None and not said):
            continue  # a rule that only names others; they follow under their own names
        seen.add(one.anchor)
        lines = [f"## {one.title} {{ #{one.anchor} }}", ""]
        lines += [fenced(f"{one.rule}: {one.text}", "text"), "", said, ""]
        if example is not None:
            lines += [fenced(example.text, "rules"), "", _taken(book, example, page)]
        parts.append("\n".join(lines))
    return page_of(plain(section.title), *parts)


def sentence_of(one: Production) -> str:
    """What the line means, from `words.toml`; empty where its text says all there is to say."""
    said = sentences()
    lines, slots = said["lines"], said["slots"]
    if one.rule == "kind":
        return said["blocks"][one.words]
    found = lines.get(one.name) or slots.get(one.leading) or slots.get(one.title.replace(" ", "-"))
    return found or ("" if one.name else said["unnamed"].get(one.rule, ""))


def example_of(one: Production) -> Example | None:
    found = examples()
    in_row = found.get(f"row/{one.name}") if one.rule == "cell" else None
    return in_row or found.get(f"{one.rule} {one.words}") or found.get(one.name or one.rule)


def _taken(book: Book, example: Example, page: str) -> str:
    """Where an example is from; a text of the law is a link to it."""
    if not example.file.startswith(RULES):
        return f"From {example.from_}: {code(example.file)}, line {example.line}."
    name = example.file.removeprefix(RULES)
    for block in book.blocks:
        if block.span.file == name and block.span.start <= example.start < block.span.end:
            return f"From {book.to(block, page)}."
    return f"From {code(name)}, line {example.line}."


def _terminals() -> str:
    words = next(s for s in sections() if s.title == "Words")
    rows: Iterator[tuple[str, str]] = (
        (code(m[1]), code(m[2].split("   //")[0]))
        for m in re.finditer(r"^([A-Z_]+)(?:\.\d)?:\s*(.+)$", words.text, re.M)
    )
    return page_of(
        "Words",
        "A word of the grammar is reserved everywhere. White space has no meaning, except that one"
        " blank belongs to some words: it stands in their patterns. Comments run from `#` to the end"
        " of the line.",
        table(("word", "pattern"), rows),
    )
