"""One rulebook, compiled again and again with one block otherwise.

What is found out about a block by itself is kept, so that only what the change may reach is worked
out anew: the checks of the whole rulebook, and its lowering.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import cast

from sanctions_rules.author.mutate.mutants import Mutant, mutants_of
from sanctions_rules.core import Program
from sanctions_rules.diagnostics import Diagnostic, RulebookError
from sanctions_rules.language import ast
from sanctions_rules.language.compile import Kept, compile_blocks
from sanctions_rules.language.format import block_text
from sanctions_rules.language.parse import parse
from sanctions_rules.language.parsing.tokens import read_source
from sanctions_rules.language.resolve import first_day, with_refs
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.source import Source


@dataclass
class Workshop:
    """The blocks of a rulebook that loads, and what is kept of them."""

    files: Mapping[str, bytes]
    limits: Limits = DEFAULT
    sources: dict[str, Source] = field(default_factory=dict[str, Source])
    blocks: list[ast.Block] = field(default_factory=list[ast.Block])

    def __post_init__(self) -> None:
        problems: list[Diagnostic] = []
        for name in sorted(n for n in self.files if n.endswith(".rules")):
            source, found = read_source(name, self.files[name], self.limits)
            problems += found
            if source is not None:
                self.sources[name] = source
                blocks, found = parse(source, self.limits)
                self.blocks += blocks
                problems += found
        self.kept = Kept()
        _, self.program, _ = compile_blocks(
            self.blocks, self.sources, self.files, self.kept, problems=problems
        )
        self._forget()

    def mutants(self) -> list[Mutant]:
        annexes = {n: data for n, data in self.files.items() if n.endswith(".csv")}
        return mutants_of(self.blocks, self.sources, annexes)

    def text(self, mutant: Mutant) -> str:
        """The changed block as rule text; empty where there is none."""
        return block_text(mutant.made) + "\n" if mutant.made is not None else ""

    def changed(self, mutant: Mutant) -> Program:
        """The rulebook with the change. Raises RulebookError where it does not load."""
        # A lock would refuse every changed annex; that is not what is asked here.
        files = {n: d for n, d in self.files.items() if not n.endswith(".lock")}
        files.update(mutant.files)
        blocks, number = list(self.blocks), mutant.number
        made: list[ast.Block] = []
        if number is not None:
            made = self._read(mutant)
            if made:
                blocks = self._pinned_anew(self.blocks[number], made[-1])
            blocks[number : number + 1] = made
            made = [b for b in blocks if id(b) not in self._own]
        digest = f"{self.program.digest} {mutant.name}"
        try:
            return compile_blocks(blocks, self.sources, files, self.kept, digest)[1]
        finally:
            for block in made:
                for one in self.kept.whole.of(block):
                    self.kept.words.forget(one)
                self.kept.whole.forget(block)
            self._forget()

    def _pinned_anew(self, old: ast.Block, new: ast.Block) -> list[ast.Block]:
        """All blocks, those that name the changed one by its first day following it."""
        day, now = first_day(old), first_day(new)
        follows = day is not None and now is not None and day != now
        return [
            new
            if block is old
            else _pinned(block, old, new)
            if follows and f"@{day}" in text
            else block
            for block, text in zip(self.blocks, self._texts, strict=True)
        ]

    @cached_property
    def _own(self) -> frozenset[int]:
        return frozenset(map(id, self.blocks))

    def _forget(self) -> None:
        """Let go of what was found in blocks that are no more: another may get their identity."""
        for key in [k for k in self.kept.remembered if k[1] not in self._lasting]:
            del self.kept.remembered[key]

    @cached_property
    def _lasting(self) -> frozenset[int]:
        """What the blocks become by themselves, by identity: it is the same in every version."""
        return frozenset(id(one) for block in self.blocks for one in self.kept.whole.of(block))

    @cached_property
    def _texts(self) -> list[str]:
        return [block_text(block) for block in self.blocks]

    def _read(self, mutant: Mutant) -> list[ast.Block]:
        """The changed block, read from its text: a change that the language cannot say is refused.

        A licence is an instrument of its own; one that becomes a provision gets it as a block.
        """
        text = self.text(mutant)
        if not text:
            return []
        source = Source(mutant.file, self._instrument(mutant.made) + text)
        blocks, problems = parse(source, self.limits)
        if any(p.severity == "error" for p in problems):
            raise RulebookError(problems, {mutant.file: source})
        return blocks

    def _instrument(self, made: ast.Block | None) -> str:
        if made is None or made.ref is None or made.kind != "provision":
            return ""
        name = made.ref.instrument
        if any(b.kind == "instrument" and b.id == name for b in self.blocks):
            return ""
        slots = tuple(s for s in made.slots if s.word in ("cites", "issued"))
        return block_text(ast.Block("instrument", ast.Ref(name), made.title, slots)) + "\n\n"


def _pinned(block: ast.Block, old: ast.Block, new: ast.Block) -> ast.Block:
    """The block, where it names the changed one by its first day, with the day that it has now."""
    day, now = first_day(old), first_day(new)

    def moved(ref: ast.Ref) -> ast.Ref:
        own = ref.instrument or (block.ref.instrument if block.ref else "")
        is_meant = ref.pin == day and f"{own} {ref.pinpoint}".strip() == old.id
        return replace(ref, pin=now) if is_meant else ref

    return cast(ast.Block, with_refs(block, moved))
