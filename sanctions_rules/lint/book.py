"""A rulebook as its checks read it: blocks as written, parts of conditions, times, uses of terms.

Made once for a run and shared by all checks, so that the tree is walked once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from sanctions_rules.language import ast
from sanctions_rules.language.resolve import Rulebook, regime
from sanctions_rules.language.targets import Targets
from sanctions_rules.source import Source, Span

if TYPE_CHECKING:
    from sanctions_rules.author.coverage import Covered

T = TypeVar("T")


class Book:
    """The blocks under lint, among all that are loaded with them."""

    def __init__(
        self, rulebook: Rulebook, sources: Mapping[str, Source], elsewhere: Collection[str] = (),
        covered: Collection[Covered] | None = None,
    ) -> None:  # fmt: skip
        """`elsewhere`: regimes that are loaded and not looked at. `covered`: what scenarios showed."""
        self.rulebook = rulebook
        self.sources = sources
        self.elsewhere = tuple(f"{name}/" for name in elsewhere)
        self.covered = covered
        self._nodes: dict[int, tuple[object, ...]] = {}

    def is_own(self, block: ast.Block) -> bool:
        return self.holds(block.head.file)

    def holds(self, file: str) -> bool:
        """Whether a file is under lint."""
        return not (self.elsewhere and file.startswith(self.elsewhere))

    def placed(self, span: Span) -> Span:
        """A place of a block in its whole file: an editor reads files piece by piece."""
        return span

    @cached_property
    def files(self) -> tuple[Source, ...]:
        return tuple(s for name, s in sorted(self.sources.items()) if self.holds(name))

    @cached_property
    def everything(self) -> tuple[ast.Block, ...]:
        """Each block once as it is written: one with a row for each version is one text."""
        seen = {self.placed(b.head): b for b in reversed(self.rulebook.blocks)}
        return tuple(reversed(seen.values()))

    @cached_property
    def blocks(self) -> tuple[ast.Block, ...]:
        """The blocks under lint, in the order written."""
        return tuple(filter(self.is_own, self.everything))

    @cached_property
    def norms(self) -> tuple[ast.Block, ...]:
        """The blocks that say something of a case."""
        return tuple(
            b for b in self.blocks
            if b.kind not in ("instrument", "example", "overlay", "table")
            and not (b.verb and b.verb.word == "commits to")
        )  # fmt: skip

    @cached_property
    def targets(self) -> Targets:
        return Targets(self.rulebook)

    def text(self, span: Span) -> str:
        source = self.sources.get(span.file)
        return source.text[span.start : span.end] if source else ""

    def instrument(self, block: ast.Block) -> ast.Block | None:
        return self.rulebook.instruments.get(block.ref.instrument) if block.ref else None

    def head(self, block: ast.Block) -> ast.Block | None:
        return self.rulebook.heads.get(regime(block))

    def title(self, block: ast.Block) -> Span:
        """The title with its quotes."""
        source = self.sources[block.head.file]
        start = source.text.find('"', block.head.start)
        return Span(block.head.file, start, source.text.find('"', start + 1) + 1)

    def quoted(self, block: ast.Block) -> Iterator[tuple[str, str, Span]]:
        """Every text in quotes: where it stands (`title`, or a slot word), itself, its place."""
        if block.title:
            yield "title", block.title, self.title(block)
        for slot in block.slots:
            for text in (
                *slot.texts,
                *(t for _, t in slot.days),
                *(t for _, t in slot.factors),
                *([slot.interval.what] if isinstance(slot.interval, ast.Awaiting) else ()),
            ):
                yield slot.word, text.text, text.span

    # -- times ------------------------------------------------------------------------------------

    def alive(self, block: ast.Block) -> tuple[int, int]:
        """From when and until when the text can be in force, seen together with what replaces it."""
        since, _, _, until = self.targets.interval(block)
        newer = self.rulebook.replaced_by.get(id(block), ())
        return since, min([until, *(self.targets.interval(n)[1] for n in newer)])

    def prepared(self) -> Iterator[None]:
        """Work out what many checks ask for, a piece at each step."""
        for block in self.everything:
            self.nodes(block)
            yield
        for shared in ("_by_kind", "referred", "uses"):
            getattr(self, shared)
            yield

    # -- conditions -------------------------------------------------------------------------------

    def nodes(self, block: ast.Block) -> tuple[object, ...]:
        """Every node of the block's slots, in the order written."""
        known = self._nodes.get(id(block))
        if known is None:
            known = self._nodes[id(block)] = tuple(ast.walk(block.slots))
        return known

    def parts(self, *kinds: type[T]) -> Iterator[tuple[ast.Block, T]]:
        """All nodes of these kinds in the blocks under lint."""
        for kind in kinds:
            yield from cast("list[tuple[ast.Block, T]]", self._by_kind.get(kind, []))

    @cached_property
    def _by_kind(self) -> Mapping[type, list[tuple[ast.Block, object]]]:
        found: dict[type, list[tuple[ast.Block, object]]] = defaultdict(list)
        for block in self.blocks:
            for node in self.nodes(block):
                found[type(node)].append((block, node))
        return found

    @cached_property
    def referred(self) -> frozenset[str]:
        """The ids that references name, but for those by which texts follow each other."""
        found: set[str] = set()
        for block in self.everything:
            following = {
                id(ref) for slot in block.slots for ref in slot.refs
                if slot.word in ("replaces", "repeals", "enacted by", "made under")
            }  # fmt: skip
            refs = (n for n in self.nodes(block) if isinstance(n, ast.Ref))
            found.update(ref.id for ref in refs if id(ref) not in following)
        return frozenset(found)

    @cached_property
    def uses(self) -> Mapping[str, Mapping[str, tuple[ast.Block, ...]]]:
        """For each regime and bare name the blocks that say it of something, or bind who has it."""
        found: dict[str, dict[str, dict[int, ast.Block]]] = defaultdict(lambda: defaultdict(dict))
        for block in self.everything:
            for node in self.nodes(block):
                for name in names_in(node):
                    found[regime(block)][name][id(block)] = block
            for slot in block.slots:
                for word in slot.names if slot.word == "binds" else ():
                    found[regime(block)][word.text][id(block)] = block
        return {r: {n: tuple(b.values()) for n, b in names.items()} for r, names in found.items()}


def names_in(node: object) -> Iterator[str]:
    """Bare names that a node says of something: terms, and words that could be terms."""
    match node:
        case ast.Path(parts) if len(parts) == 1:
            yield parts[0]
        case ast.Call(name):
            yield name
        case ast.IsOwned(term) | ast.IsControlled(term) | ast.IsUnder(term) | ast.IsJudged(term):
            yield term.text
        case ast.Role(_, ast.Word(text)):
            yield text
        case _:
            pass


def term_of(block: ast.Block) -> str:
    """The name of the term that a block defines or asks; empty where it does neither."""
    verb = block.verb
    if verb is None or verb.word not in ("defines", "asks") or verb.term is None:
        return ""
    return verb.term.name if isinstance(verb.term, ast.Call) else str(verb.term)


def removal(items: tuple[Span, ...], index: int) -> Span:
    """What to delete so that one member of a comma list is gone with its comma."""
    if index:
        return Span(items[index].file, items[index - 1].end, items[index].end)
    return Span(items[0].file, items[0].start, items[1].start)
