"""Which blocks have to be type-checked again after an edit: those that look at what was edited.

A block looks at others by two things only: the instruments that its references name, and the names
of terms and judgements. A block that had no problem and whose names are not among those of the
edited blocks has none now. Where the edit touched an instrument, or left a block without a name or
a verb, everything is checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import Rulebook
from sanctions_rules.language.typecheck import typecheck_block
from sanctions_rules.source import Span


class Typed:
    """The blocks of the last look, and which of them had no problem."""

    def __init__(self) -> None:
        self._last: dict[int, ast.Block] = {}
        self._unread: set[str] = set()
        self._sound: set[int] = set()

    def check(self, rulebook: Rulebook) -> list[Diagnostic]:
        """What `typecheck` says of the rulebook, in the same order."""
        now = {id(block): block for block in rulebook.blocks}
        changed = _changed(self._last, now)
        touched = None
        if self._last and rulebook.unread == self._unread:
            touched = _names_of(rulebook, changed)
        found: list[Diagnostic] = []
        sound: set[int] = set()
        for block in rulebook.blocks:
            known = touched is not None and id(block) in self._sound and id(block) in self._last
            if known and touched is not None:
                if touched.isdisjoint(rulebook.once("looks at", block, looks_at)):
                    sound.add(id(block))
                    continue
            problems = typecheck_block(rulebook, block)
            found += problems
            if not problems:
                sound.add(id(block))
        self._last, self._unread, self._sound = now, set(rulebook.unread), sound
        return found


def _changed(before: dict[int, ast.Block], now: dict[int, ast.Block]) -> list[ast.Block]:
    """Blocks that are here and were not, or were and are not; one that was only made again is neither."""
    gone = [b for key, b in before.items() if key not in now]
    come = [b for key, b in now.items() if key not in before]
    again = [
        (a, b) for a in gone for b in come if a.id == b.id and a == b and a.damaged == b.damaged
    ]
    same = {id(one) for pair in again for one in pair}
    return [b for b in (*gone, *come) if id(b) not in same]


def _names_of(rulebook: Rulebook, changed: Iterable[ast.Block]) -> set[str] | None:
    """By which names others may look at these blocks; None where it may be any."""
    found: set[str] = set()
    for block in changed:
        if block.kind in ("example", "overlay"):
            continue
        if block.ref is None or block.kind == "instrument" or "?" in block.damaged:
            return None
        pending = [block.ref.instrument]
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                upper = rulebook.instruments.get(name)
                made = upper.slot("made under") if upper else None
                pending += [r.instrument for r in (made.refs if made else ())]
        for slot in block.slots:
            if slot.term is not None:
                found.add(slot.term.name if isinstance(slot.term, ast.Call) else slot.term.text)
    return found


def looks_at(block: ast.Block) -> frozenset[str]:
    """Instruments and bare names that stand anywhere in a block."""
    found: set[str] = set()
    pending: list[object] = list(block.slots)
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(cast("tuple[object, ...]", node))
        elif isinstance(node, ast.Ref):
            found.add(node.instrument)
        elif isinstance(node, ast.Path):
            found.add(node.parts[0])
        elif isinstance(node, ast.Word):
            found.add(node.text)
        elif not isinstance(node, (str, Span)) and hasattr(node, "__dataclass_fields__"):
            if isinstance(node, ast.Call):
                found.add(node.name)
            pending += [getattr(node, n) for n in cast(Any, node).__dataclass_fields__]
    return frozenset(found)
