"""The mutants of a rulebook, each with a name that stays the same when other lines move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sanctions_rules.author.mutate.operators import variants
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import first_day, regime
from sanctions_rules.source import Source


@dataclass(frozen=True)
class Mutant:
    """One change to one place of a rulebook.

    `number`: of the block among those of the rulebook, None for a row of an annex. `made`: the block
    instead, None for no block. `files`: the content of an annex instead, by its name.
    """

    block: str
    operator: str
    change: str
    file: str
    line: int
    number: int | None = None
    made: ast.Block | None = None
    files: tuple[tuple[str, bytes], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.block}: {self.operator}: {self.change}"

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def mutants_of(
    blocks: Sequence[ast.Block], sources: Mapping[str, Source], annexes: Mapping[str, bytes]
) -> list[Mutant]:
    """Every mutant of a rulebook, in the order of its text; those called alike are numbered."""
    found: list[Mutant] = []
    seen: dict[str, int] = {}
    for mutant in (*_of_blocks(blocks, sources), *_of_annexes(annexes)):
        count = seen[mutant.name] = seen.get(mutant.name, 0) + 1
        found.append(replace(mutant, change=f"{mutant.change} ({count})") if count > 1 else mutant)
    return found


def _of_blocks(blocks: Sequence[ast.Block], sources: Mapping[str, Source]) -> Iterator[Mutant]:
    versions: dict[str, int] = {}
    for block in blocks:
        versions[block.id] = versions.get(block.id, 0) + 1
    speaking = {regime(b) for b in blocks if b.verb is not None and b.verb.word != "commits to"}
    for number, block in enumerate(blocks):
        if regime(block) not in speaking:  # commitments say nothing of a case
            continue
        for v in variants(block):
            source = sources[block.head.file]
            line = source.place(v.span.start if v.span.file else block.head.start)[0]
            name = _called(block) if versions[block.id] > 1 else block.id
            yield Mutant(name, v.operator, v.change, source.name, line, number, v.made)


def _called(block: ast.Block) -> str:
    """The id of a block apart from its other versions and readings."""
    reading = block.slot("reading")
    return f"{block.id}@{first_day(block)}" + (f"~{reading.names[0]}" if reading else "")


def _of_annexes(annexes: Mapping[str, bytes]) -> Iterator[Mutant]:
    for name, data in sorted(annexes.items()):
        lines = data.decode("utf-8-sig").splitlines(keepends=True)
        for number in range(1, len(lines)):
            rest = "".join((*lines[:number], *lines[number + 1 :])).encode()
            change = f"without row `{lines[number].strip()}`"
            yield Mutant(name, "drop-row", change, name, number + 1, files=((name, rest),))
