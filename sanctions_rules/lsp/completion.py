"""What may come next where somebody writes: words of the language, facts, terms, names of texts, citations.

The line up to the cursor says what is wanted, and the block that it stands in what there is; the
text is that of somebody who has not finished, so nothing here asks that it can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from sanctions_rules import schema
from sanctions_rules.facts import ACT_KINDS, Case, FactModel
from sanctions_rules.language import ast
from sanctions_rules.language.parsing.tokens import reserved_words
from sanctions_rules.language.resolve import Rulebook, regime
from sanctions_rules.language.slots import BLOCK_WORDS, SHAPES, Shape
from sanctions_rules.lsp.hover import cited, said
from sanctions_rules.lsp.scope import model_of

What = Literal["word", "slot", "block", "fact", "term", "text", "citation", "value"]

_HEAD: Final = re.compile(
    rf"^[ \t]*({'|'.join(BLOCK_WORDS)})\b[ \t]*([a-z][a-z0-9_]*)?", re.MULTILINE
)
_PATH: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]*)+$")
_WORD: Final = re.compile(r"[A-Za-z_§][A-Za-z0-9_.()]*$")
_PINPOINT: Final = re.compile(r"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+) ([^\s\",@]*)$")
_SAYS: Final = re.compile(
    r"([a-z][a-z0-9_.]*) is (?:not )?(?:any of )?(?:[a-z0-9_]+, )*([a-z0-9_]*)$"
)
_BOUND: Final = re.compile(
    r"\b(?:some|every|no|of|for)\s+([a-z][a-z0-9_]*)\s+of\s+([a-z][a-z0-9_.]*)"
)
#: Of texts and citations no more than so many; an editor asks again with more letters.
MOST: Final = 400


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may come. `start`: the offset from which it takes the place of what stands."""

    text: str
    what: What
    start: int
    detail: str = ""


def complete(rulebook: Rulebook, text: str, offset: int) -> list[Offer]:
    """What may stand at the offset of a text, which is one of the rulebook's files as it is now."""
    begin = text.rfind("\n", 0, offset) + 1
    line = text[begin:offset]
    if _in_comment(line):
        return []
    here = _Here(rulebook, text[:offset], line, offset)
    if line.count('"') % 2:
        return list(here.citations())[:MOST]
    return list({(o.text, o.what): o for o in here.offers()}.values())[:MOST]


def _in_comment(line: str) -> bool:
    return "#" in re.sub(r'"[^"]*"?', "", line)


class _Here:
    """One place: the line before it, and the block that it stands in."""

    def __init__(self, rulebook: Rulebook, before: str, line: str, offset: int) -> None:
        self.rulebook, self.line, self.offset = rulebook, line, offset
        heads = list(_HEAD.finditer(before))
        last = heads[-1] if heads else None
        self.within = before[last.start() :] if last else ""
        self.kind = last[1] if last else ""
        if re.search(r"^end\b", self.within, re.MULTILINE):
            self.kind = ""
        regimes = list(rulebook.heads) or [""]
        self.regime = (last[2] if last else None) or regimes[0]

    def offers(self) -> Iterator[Offer]:
        if (match := _PATH.search(self.line)) is not None:
            yield from self.dotted(match[0])
            return
        if (match := _PINPOINT.search(self.line)) is not None:
            found = list(self.pinpoints(match[1], match[2]))
            yield from found
            if found and match[2].startswith(("§", "A", "r", "p", "S", "F")):
                return
        start = self.offset - len(self.word())
        begins = not self.line[: len(self.line) - len(self.word())].strip()
        if not self.kind:
            yield from (Offer(w, "block", start) for w in BLOCK_WORDS)
            return
        if begins:
            yield from self.slots(start)
        if (match := _SAYS.search(self.line)) is not None:
            yield from self.values(match[1], start)
        yield from self.terms(start)
        yield from (
            Offer(n, "fact", start, "a thing of the case") for n in ("act", "actor", *schema.NOUNS)
        )
        if re.search(r"\b(?:prohibits|authorises|exempts|requires|conduct)\b", self.line):
            yield from (Offer(a, "value", start, "a kind of act") for a in sorted(ACT_KINDS))
        for name in self.rulebook.heads:
            yield Offer(f"{name}.", "text", start, "texts of this law")
        if not begins:
            yield from (Offer(w, "word", start) for w in sorted(reserved_words()))

    def word(self) -> str:
        found = _WORD.search(self.line)
        return found[0] if found else ""

    # -- names of texts ----------------------------------------------------------------------------

    def dotted(self, path: str) -> Iterator[Offer]:
        """What begins with a regime is a text, anything else a fact."""
        head, _, _ = path.partition(".")
        start = self.offset - len(path)
        if head in {name.split(".")[0] for name in self.rulebook.by_instrument}:
            for name, blocks in self.rulebook.by_instrument.items():
                header = self.rulebook.instruments.get(name) or next(iter(blocks), None)
                if name.startswith(head + ".") and header is not None:
                    yield Offer(name, "text", start, f"{header.title} ({cited(header)})")
            return
        front, _, last = path.rpartition(".")
        model = self.model(front)
        if model is not None:
            for name in schema.names(model):
                declared = model.declarations.get(name)
                detail = said(declared) if declared else "facts of it"
                yield Offer(name, "fact", self.offset - len(last), detail)

    def pinpoints(self, instrument: str, begun: str) -> Iterator[Offer]:
        for block in self.rulebook.by_instrument.get(instrument, ()):
            if block.ref is not None and block.ref.pinpoint:
                detail = f"{block.title} ({cited(block)})"
                yield Offer(block.ref.pinpoint, "text", self.offset - len(begun), detail)

    def citations(self) -> Iterator[Offer]:
        """How the law is cited elsewhere: for a citation that begins the same."""
        begun = self.line.rpartition('"')[2]
        if not re.search(r"\bcites\b|^\s*\"", self.line):
            return
        found = dict.fromkeys(
            text.text
            for block in self.rulebook.blocks if regime(block) == self.regime
            for slot in block.all("cites") for text in slot.texts
        )  # fmt: skip
        for text in found:
            if text.startswith(begun):
                yield Offer(text, "citation", self.offset - len(begun))

    # -- words ---------------------------------------------------------------------------------------

    def slots(self, start: int) -> Iterator[Offer]:
        shape = SHAPES[self.kind]
        for word in _slots_of(shape):
            repeats = re.search(rf"^\s*{word}\b", self.within, re.MULTILINE)
            yield Offer(word, "slot", start, "stands here already" if repeats else "")
        yield Offer("end", "word", start)
        yield from (Offer(w, "word", start) for w in ("and", "any of", "all of", "none of"))

    def terms(self, start: int) -> Iterator[Offer]:
        for (where, name), blocks in self.rulebook.terms.items():
            if where == self.regime:
                call = isinstance(blocks[0].verb and blocks[0].verb.term, ast.Call)
                yield Offer(name + ("(" if call else ""), "term", start, blocks[0].title)
        for (where, name), block in self.rulebook.judgements.items():
            if where == self.regime:
                yield Offer(f"judged {name}", "term", start, block.title)

    def values(self, path: str, start: int) -> Iterator[Offer]:
        front, _, last = path.rpartition(".")
        model = self.model(front) if front else None
        declared = model.declarations.get(last) if model else None
        if declared is None:
            return
        yield from (Offer(v, "value", start, said(declared)) for v in declared.values)
        if declared.form == "flag":
            yield from (Offer(v, "value", start, said(declared)) for v in ("yes", "no"))

    def model(self, path: str, deep: int = 0) -> type[FactModel] | None:
        """What kind of thing a path ends at, by the names that the block binds so far."""
        head, *rest = path.split(".")
        model = model_of(ast.Block("", None, "", ()), head)
        if model is None:
            lists = {name: of for name, of in _BOUND.findall(self.within)}
            if head not in lists or deep > 8:
                return None
            model = self.model(lists[head], deep + 1)
        elif model is Case and head != "case":
            rest = [head, *rest]
        if model is None or not rest:
            return model
        found = schema.find(model, tuple(rest))
        if isinstance(found, schema.UnknownStep):
            return None
        return found.model if isinstance(found, schema.Fact) else found


def _slots_of(shape: Shape) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*shape.must, *shape.verbs, *shape.may)))
