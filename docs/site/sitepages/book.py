"""The packaged law as pages see it: where each text stands in the site, and what names what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import sanctions_rules as sr
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import first_day, regime
from sanctions_rules.rulebooks.history import State
from sitepages.markdown import link, plain, slug

#: What a state is called in a table, with the mark that says it without colour.
MARKS: Final = {
    State.IN_FORCE: "●",
    State.PARTLY: "◐",
    State.NOT_KNOWN: "?",
    State.NOT_YET: "○",
    State.ENDED: "×",
    State.REPLACED: "↷",
    State.DORMANT: "◌",
    State.AWAITING: "…",
    State.NEVER: "×",
    State.OTHER_READING: "≠",
    State.WITHDRAWN: "!",
}


@dataclass(frozen=True, slots=True)
class Place:
    page: str
    anchor: str

    def __str__(self) -> str:
        return f"{self.page}#{self.anchor}" if self.anchor else self.page


class Book:
    """All packaged law on one day. Blocks are told apart by identity, as the rulebook does."""

    def __init__(self, law: sr.Law, day: date) -> None:
        self.law = law
        self.day = day
        self.rulebook = law.compiled.rulebook
        self.history = law.history
        self.blocks = [b for b in self.rulebook.blocks if b.ref is not None and b.kind != "example"]

    @cached_property
    def instruments(self) -> dict[str, list[ast.Block]]:
        """The texts of each instrument by its name, its own block first where it has one."""
        found: dict[str, list[ast.Block]] = defaultdict(list)
        for block in self.blocks:
            assert block.ref is not None
            found[block.ref.instrument].append(block)
        return {
            name: sorted(blocks, key=lambda b: b.kind != "instrument")
            for name, blocks in found.items()
        }

    @cached_property
    def places(self) -> dict[int, Place]:
        """The page and anchor of each block, by its identity."""
        found: dict[int, Place] = {}
        for name, blocks in self.instruments.items():
            used: set[str] = set()
            for block in blocks:
                anchor = "" if block.kind == "instrument" else self._anchor(block, used)
                found[id(block)] = Place(page_of(name), anchor)
        return found

    def _anchor(self, block: ast.Block, used: set[str]) -> str:
        assert block.ref is not None
        wanted = slug(block.ref.pinpoint) if block.ref.pinpoint else "text"
        begins = first_day(block)
        if len(self.rulebook.by_id[block.id]) > 1 and begins is not None:
            wanted += f"-from-{begins}"
        anchor, count = wanted, 1
        while anchor in used:
            count += 1
            anchor = f"{wanted}-{count}"
        used.add(anchor)
        return anchor

    @cached_property
    def uses(self) -> dict[int, list[ast.Block]]:
        """What each block names in its slots: definitions, judgements and other texts, each once."""
        return {id(block): list(self._named(block)) for block in self.blocks}

    @cached_property
    def used_by(self) -> dict[int, list[ast.Block]]:
        found: dict[int, list[ast.Block]] = defaultdict(list)
        for block in self.blocks:
            for other in self.uses[id(block)]:
                found[id(other)].append(block)
        return found

    def _named(self, block: ast.Block) -> Iterator[ast.Block]:
        seen = {id(block)}
        for name in _words(block.slots):
            key = (regime(block), name)
            defined = list(self.rulebook.terms.get(key, ()))
            judged = self.rulebook.judgements.get(key)
            for other in (*defined, *([judged] if judged else ())):
                if id(other) not in seen:
                    seen.add(id(other))
                    yield other

    # -- how a text is shown in a line -------------------------------------------------------------

    def status(self, block: ast.Block) -> str:
        """Mark and words; the words come with the day by whoever prints them."""
        if block.verb is not None and block.verb.word == "commits to":
            return "a commitment, without legal effect"
        status = self.history.status(block, self.day)
        return f"{MARKS[status.state]} {plain(str(status))}"

    def to(self, block: ast.Block, page: str, title: bool = True) -> str:
        """A link to a text, by its id."""
        name = plain(block.id)
        begins = first_day(block)
        if len(self.rulebook.by_id[block.id]) > 1 and begins is not None:
            name += f" (from {begins})"
        said = f" {plain(block.title)}" if title and block.title else ""
        return link(name, str(self.places[id(block)]), page) + said

    def referred(self, ref: ast.Ref, page: str) -> str:
        """A reference as written, which leads to the first text that it means."""
        header = self.rulebook.instruments.get(ref.instrument)
        meant = self.rulebook.by_id.get(ref.id) or self.rulebook.meant(ref)
        if ref.pin:
            meant = self.rulebook.begun_on(ref.id, ref.pin) or meant
        first = meant[0] if ref.pinpoint and meant else header or (meant[0] if meant else None)
        place = self.places.get(id(first)) if first is not None else None
        return link(plain(str(ref)), str(place), page) if place else plain(str(ref))


def page_of(instrument: str) -> str:
    """The page of an instrument: `us.eo14068` → `law/us/eo14068.md`."""
    where, _, name = instrument.partition(".")
    return f"law/{where}/{name}.md"


def _words(node: Any) -> Iterator[str]:
    """Every name in a tree that could be a term: words, and names without a dot."""
    if isinstance(node, tuple):
        for part in node:  # type: ignore[reportUnknownVariableType]
            yield from _words(part)
    elif isinstance(node, ast.Path):
        if len(node.parts) == 1:
            yield node.parts[0]
    elif isinstance(node, ast.Word):
        yield node.text
    elif isinstance(node, ast.Call):
        yield node.name
        yield from _words(node.arguments)
    elif is_dataclass(node):
        for one in fields(node):
            yield from _words(getattr(node, one.name))
