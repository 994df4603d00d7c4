"""The constructs of the language: the grammar's lines, and a real text for each.

The grammar is read as text, so that the reference shows each line as it is written there. Examples
are found by parsing rule files: of all places where a construct stands, the shortest slot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from lark import Lark, Token, Tree

from sanctions_rules.language.grammar import grammar_text
from sanctions_rules.rulebooks import read_files
from sitepages import ROOT

#: Folders of rule files in which examples are looked for, and what is said of where one is from.
#: The law comes first: the others are asked only for what it does not have.
FROM: Final = (
    ("sanctions_rules/rulebooks/us", "us"),
    ("sanctions_rules/rulebooks/eu", "eu"),
    ("sanctions_rules/rulebooks/uk", "uk"),
    ("sanctions_rules/rulebooks/g7", "g7"),
    ("tests/language/good", "a test"),
    ("tests/overlay/proposal.rules", "a test"),
    ("tests/language/bad/is-unknown.rules", "a text that is refused"),
)
#: The rules under which a whole slot hangs.
_SLOTS: Final = frozenset({"document", "time", "norm", "bearing", "data", "test"})


@dataclass
class Production:
    """One line of the grammar: the rule that it belongs to, its text, its name in the tree."""

    rule: str
    text: str
    name: str

    @property
    def words(self) -> str:
        """Its text where it is nothing but words, which then tell it apart; a number is N."""
        found = re.findall(r'"([^"]*)"|(\bNUMBER\b)', self.text)
        left = re.sub(r'"[^"]*"|\bNUMBER\b|\s', "", self.text)
        return "" if left else " ".join(word or "N" for word, _ in found)

    @property
    def leading(self) -> str:
        """The words that it begins with: those of a slot, if it is one."""
        begun = re.match(r'(?:"[^"]*"\s*)*', self.text)
        return " ".join(re.findall(r'"([^"]*)"', begun[0])) if begun else ""

    @property
    def title(self) -> str:
        return (self.name or self.words or self.rule).strip("_").replace("_", " ")

    @property
    def anchor(self) -> str:
        title = self.title.replace(" ", "-") if self.name or self.words else ""
        return f"{self.rule}-{title}".replace("_", "-").strip("-").lower()


@dataclass
class Section:
    title: str
    text: str = ""
    productions: list[Production] = field(default_factory=list[Production])


@dataclass(frozen=True)
class Example:
    """A slot, or a block where nothing smaller holds the construct; and what it was taken from."""

    text: str
    file: str
    line: int
    start: int
    from_: str


def sections() -> list[Section]:
    """The grammar cut at its headings, words (terminals) among them."""
    found = [Section("Blocks")]
    rule = ""
    for line in grammar_text().splitlines():
        if heading := re.match(r"// -- (.+?) -*$", line):
            found.append(Section(heading[1].strip(" -").capitalize()))
            continue
        if line.startswith(("//", "%")) or not line.strip():
            continue
        found[-1].text += line + "\n"
        if begun := re.match(r"([?!]{0,2})([a-z_]+)(?:\.\d)?:\s*(.*)", line):
            rule, rest = begun[2], begun[3]
        elif rule and (more := re.match(r"\s+\|\s*(.*)", line)):
            rest = more[1]
        else:
            rule = rule if line.startswith(" ") else ""
            continue
        found[-1].productions += _lines(rule, rest)
    return found


def _lines(rule: str, text: str) -> Iterator[Production]:
    text = re.sub(r"\s//.*", "", text)
    for part in _alternatives(text):
        body, _, name = (piece.strip() for piece in part.partition("->"))
        yield Production(rule, body, name)


def _alternatives(text: str) -> Iterator[str]:
    """Cut at each `|` that stands in no brackets and no quotes."""
    depth, quoted, start = 0, False, 0
    for at, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(sign, 0)
            if sign == "|" and not depth:
                yield text[start:at]
                start = at + 1
    yield text[start:]


@cache
def examples() -> dict[str, Example]:
    """For each name in the tree the shortest text that has it, from the first place that has any."""
    parser = Lark(grammar_text(), parser="lalr", lexer="basic", propagate_positions=True)
    found: dict[str, Example] = {}
    for place, from_ in FROM:
        here: dict[str, Example] = {}
        path = ROOT / place
        files = read_files(path) if path.is_dir() else {path.name: path.read_bytes()}
        for name, data in sorted(files.items()):
            if name.endswith(".rules"):
                text = data.decode()
                for key, slot in _standing(parser.parse(text)):
                    start, end = slot.meta.start_pos, slot.meta.end_pos
                    if key not in here or end - start < len(here[key].text):
                        here[key] = Example(
                            _cut(text, start, end), _file(place, name), slot.meta.line, start, from_
                        )
        found = {**here, **found}
    return found


def _file(place: str, name: str) -> str:
    return place if place.endswith(name) else f"{place}/{name}"


def _standing(tree: Tree[Any]) -> Iterator[tuple[str, Tree[Any]]]:
    """Each name in the tree with the slot that it stands in, or the block of which it is a part."""
    for block in tree.children:
        assert isinstance(block, Tree)
        yield "block", block
        for slot in block.children:
            if not isinstance(slot, Tree):
                continue
            inside = slot if slot.data not in ("kind", "ref") else block
            for node in slot.iter_subtrees():
                yield str(node.data), inside
                yield from ((key, inside) for key in _with_words(node))


def _with_words(node: Tree[Any]) -> Iterator[str]:
    """Names for what is told apart by its words alone, and for what stands in a cell."""
    if all(isinstance(child, Token) for child in node.children):
        words = ("N" if child.type == "NUMBER" else str(child) for child in node.children)
        yield f"{node.data} {' '.join(words)}"
    if node.data == "row":
        yield from (f"row/{child.data}" for child in node.children if isinstance(child, Tree))


def _cut(text: str, start: int, end: int) -> str:
    """The text from its line's indentation on, moved to the margin."""
    begin = text.rfind("\n", 0, start) + 1
    lines = text[begin:end].splitlines()
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[margin:] if line[:margin].isspace() else line for line in lines)
