"""Which cases change by which change of the law: from a block to the provisions that say it.

A definition, a judgement or a table acts through the provisions whose words name it, one through
another. A case stands beside each change that leads to a provision by which its answer changed; where
several do, which of them it was is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from sanctions_rules.author.diff import Changed, Diff
from sanctions_rules.author.slot_diff import BlockChange
from sanctions_rules.language import ast
from sanctions_rules.language.format import block_text
from sanctions_rules.language.resolve import regime

#: Kinds of blocks that decide nothing by themselves.
NAMED: Final = ("definition", "judgement", "table")


def beside(found: Diff, changes: Iterable[BlockChange]) -> list[list[Changed]]:
    """For each change, the cases whose answer changed by what it leads to."""
    leads = _Leads(
        [
            *_blocks(found.before.compiled.rulebook.blocks),
            *_blocks(found.after.compiled.rulebook.blocks),
        ]
    )
    cases = [
        (one, {part for c in one.changes for b in c.by for name in (b.provision, *b.by) for part in _parts(name)})
        for one in found.changed
    ]  # fmt: skip
    reached = [leads.to(change) for change in changes]
    return [[one for one, names in cases if names & ids] for ids in reached]


def _blocks(blocks: Iterable[ast.Block]) -> Iterable[ast.Block]:
    return (b for b in blocks if b.ref is not None and b.kind != "example")


def _parts(name: str) -> list[str]:
    """A finding names its provision, and what fills or lifts it."""
    return re.split(r" via | → ", name)


class _Leads:
    """What names what, by the words of the blocks."""

    def __init__(self, blocks: Iterable[ast.Block]) -> None:
        self._blocks: Mapping[str, tuple[ast.Block, str]] = {
            text: (block, text) for block in blocks for text in [block_text(block)]
        }

    def to(self, change: BlockChange) -> set[str]:
        """The ids of the changed block and of all that its words reach."""
        pending = [b for b in (change.before, change.after) if b is not None]
        ids = {b.id for b in pending}
        while pending:
            block = pending.pop()
            if block.kind not in NAMED and not (block.verb and block.verb.word == "defines"):
                continue
            named = re.compile(
                "|".join(rf"(?<![\w.]){re.escape(n)}(?![\w(/])" for n in self._names(block))
            )
            for other, text in self._blocks.values():
                if other.id not in ids and regime(other) == regime(block) and named.search(text):
                    ids.add(other.id)
                    pending.append(other)
        return ids

    @staticmethod
    def _names(block: ast.Block) -> list[str]:
        """What other blocks call it by: its id, and the term that it defines or asks for."""
        term = block.verb.term if block.verb else None
        called = [term.name] if isinstance(term, ast.Call) else [str(term)] if term else []
        return [block.id, *called]
