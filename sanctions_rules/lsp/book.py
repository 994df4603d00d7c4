"""One rulebook in an editor: its files as they are on the disk or being written, and what is known of it.

`look` says of it what `check` says, with the same passes in the same order; it remembers what was
read of each piece, and lowers no more than a promise asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from sanctions_rules import core
from sanctions_rules.diagnostics import Diagnostic, RulebookError
from sanctions_rules.examples_in_rules import scenarios_of
from sanctions_rules.language import ast
from sanctions_rules.language.compile import annexes_of, compile_rulebook, locked_in, too_many_links
from sanctions_rules.language.compiled import undisturbed
from sanctions_rules.language.lower import Lowering
from sanctions_rules.language.resolve import Rulebook, resolve
from sanctions_rules.language.scrutinise import scrutinise
from sanctions_rules.language.scrutinising.promises import promises
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.lsp.pieces import Document, Part, placed
from sanctions_rules.lsp.typed import Typed
from sanctions_rules.source import Source


@dataclass(frozen=True)
class Look:
    """What was found in a rulebook at one time. Places of problems are places in whole files."""

    rulebook: Rulebook
    problems: tuple[Diagnostic, ...]

    @property
    def loads(self) -> bool:
        return not any(p.severity == "error" for p in self.problems)


@dataclass
class Book:
    """The files of one rulebook by name, and what is remembered of them."""

    files: dict[str, bytes]
    limits: Limits = DEFAULT
    documents: dict[str, Document] = field(default_factory=dict[str, Document])
    _look: Look | None = None
    _typed: Typed = field(default_factory=Typed)
    #: What was found in the blocks of `_last`, by their identity: it lives as long as they do.
    _remembered: dict[tuple[str, int], Any] = field(default_factory=dict[tuple[str, int], Any])
    _last: Rulebook | None = None
    #: The blocks with which all promises were kept.
    _kept: tuple[ast.Block, ...] = ()

    def put(self, name: str, data: bytes | None) -> None:
        """Another content of a file, or none: the file is gone."""
        if data is None:
            self.files.pop(name, None)
        else:
            self.files[name] = data
        self._look = None
        if not name.endswith(".rules"):
            self._kept = ()

    @property
    def fresh(self) -> bool:
        """Whether nothing was changed since the last look."""
        return self._look is not None

    def look(self) -> Look:
        if self._look is None:
            with undisturbed():
                self._look = self._looked()
        return self._look

    def blocks(self) -> list[ast.Block]:
        """All blocks as they are written."""
        with undisturbed():
            return [block for document in self._read() for block in document.blocks]

    def _looked(self) -> Look:
        problems: list[Diagnostic] = []
        law: list[ast.Block] = []
        proposed: list[ast.Block] = []
        made: dict[int, list[ast.Block]] = {}
        for document in self._read():
            problems += document.problems
            blocks = document.blocks
            (proposed if any(b.kind == "overlay" for b in blocks) else law).extend(blocks)
            for piece in document.pieces:
                made.update(piece.made)
        blocks = law + proposed
        sources = _Sources(self.documents)
        if len(blocks) > self.limits.rules:
            message = f"the rulebook has more than {self.limits.rules} blocks"
            problems.append(Diagnostic("limit.rules", message))
            return Look(Rulebook((), sources), _final(problems))
        rulebook, found = resolve(
            blocks, sources, annexes_of(self.files), locked_in(self.files),
            lambda b: made[id(b)], self._remembered,
        )  # fmt: skip
        problems += found
        if too_many := list(too_many_links(rulebook, self.limits)):
            problems += too_many
        else:
            problems += self._typed.check(rulebook)
            problems += scrutinise(rulebook)
        if not _any_error(problems):
            problems += self._promised(rulebook)
        if not _any_error(problems):
            problems = _of_examples(rulebook, sources) or problems
        here = {id(block) for block in rulebook.blocks}
        self._remembered = {k: v for k, v in self._remembered.items() if k[1] in here}
        self._last = rulebook
        return Look(rulebook, _final(problems))

    def _promised(self, rulebook: Rulebook) -> list[Diagnostic]:
        """Promises that are broken: none where none was, and nothing has another meaning since."""
        blocks = rulebook.blocks
        if self._kept and len(blocks) == len(self._kept):
            if all(a is b or _same_law(a, b) for a, b in zip(blocks, self._kept, strict=True)):
                self._kept = blocks
                return []
        found = _promised(rulebook)
        self._kept = () if found else blocks
        return found

    def _read(self) -> Iterator[Document]:
        """Every rule file, in the order of its name, read as far as it was not read before."""
        names = sorted(name for name in self.files if name.endswith(".rules"))
        self.documents = {n: self.documents.get(n) or Document(n, self.limits) for n in names}
        for name, document in self.documents.items():
            document.read(self.files[name])
            yield document


def checked(files: Mapping[str, bytes], limits: Limits) -> tuple[Diagnostic, ...]:
    """What `check` says of these files, read from nothing."""
    try:
        compiled = compile_rulebook(files, limits)
        problems = list(compiled.warnings)
        problems = _of_examples(compiled.rulebook, compiled.sources) or problems
    except RulebookError as error:
        problems = list(error.problems)
    return _final(problems)


class _Moved:
    """A source that is asked by places in one of its parts."""

    def __init__(self, source: Source, base: int) -> None:
        self.source, self.base = source, base

    def place(self, offset: int) -> tuple[int, int]:
        return self.source.place(offset + self.base)

    @property
    def text(self) -> str:
        """The text in which the places of the part are: what stood before it may be shorter by now."""
        return "\n" * -self.base + self.source.text[max(0, self.base) :]


class _Sources(Mapping[str, Source]):
    """The texts of a rulebook. Asked by the name of a part, one that knows where the part begins."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._found = {n: d.source for n, d in documents.items() if d.source is not None}

    def __getitem__(self, name: str) -> Source:
        source = self._found[name]
        return cast(Source, _Moved(source, name.base)) if isinstance(name, Part) else source

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _any_error(problems: Iterable[Diagnostic]) -> bool:
    return any(p.severity == "error" for p in problems)


def _final(problems: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The problems in their places in whole files, each once, in order."""
    found = dict.fromkeys(replace(p, span=placed(p.span)) if p.span else p for p in problems)
    return tuple(sorted(found, key=lambda p: (p.place(), p.code)))


#: Slots in which no condition and no reference stands.
_TEXTS: Final = frozenset({"cites", "source-id", "note", "published", "checked", "rank", "measure"})


def _same_law(one: ast.Block, other: ast.Block) -> bool:
    """Whether two blocks differ in their texts at most."""
    return (one.kind, one.ref) == (other.kind, other.ref) and [
        s for s in one.slots if s.word not in _TEXTS
    ] == [s for s in other.slots if s.word not in _TEXTS]


def _promised(rulebook: Rulebook) -> list[Diagnostic]:
    """Promises that are broken. Only the norms that promise something are lowered."""
    ids = {block.id for block in rulebook.blocks if block.slot("regardless of")}
    if not ids:
        return []
    lowering = Lowering(rulebook)
    said = [
        one
        for block in rulebook.blocks
        if lowering.is_norm(block)
        and any(b.id in ids for b in (block, *(f for f, _ in lowering.variants_of(block) if f)))
        for one in lowering.promised(block)
    ]
    return promises(rulebook, said, core.Definitions.of(dict(lowering.definitions)))


def _of_examples(rulebook: Rulebook, sources: Mapping[str, Source]) -> list[Diagnostic]:
    """What is wrong with examples of a rulebook that loads; `check` then says nothing else."""
    try:
        scenarios_of(rulebook.blocks, sources)
    except RulebookError as error:
        return list(error.problems)
    return []
