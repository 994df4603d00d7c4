"""Texts that rest on texts: long chains are lowered from their far end, so that they cost no stack.

Plain terms are walked before they are lowered. Whatever else a text may ask for (a term of some
values or of one instrument, a provision that covers) is asked for in the middle of it: from too
deep, the text is left, what it asked for is lowered first, and the text is begun anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from sanctions_rules.language import ast
from sanctions_rules.language.passing import ways_of
from sanctions_rules.language.resolve import Rulebook
from sanctions_rules.language.targets import Targets

T = TypeVar("T")
#: Texts and conditions that are being lowered at once; with the deepest condition beside, far from Python's limit.
DEEP: Final = 16


class AskedTooDeep(Exception):
    """A text was asked for from so deep that it must be lowered first."""

    def __init__(self, name: str, make: Callable[[], Any]) -> None:
        super().__init__(name)
        self.name, self.make = name, make


class Words:
    """The words that the conditions of a block name as terms, each block read once."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[ast.Block, tuple[str, ...]]] = {}

    def of(self, block: ast.Block) -> tuple[str, ...]:
        found = self._read.get(id(block))  # it holds the block, so that its identity stays its own
        if found is None:
            found = self._read[id(block)] = block, tuple(_words(block))
        return found[1]

    def forget(self, block: ast.Block) -> None:
        self._read.pop(id(block), None)


def _words(block: ast.Block) -> dict[str, None]:
    found: dict[str, None] = {}
    pending: list[Any] = [s.condition for s in block.slots if s.condition is not None]
    while pending:
        node = pending.pop()
        if (
            isinstance(node, ast.IsValue)
            and isinstance(node.value, ast.Path)
            and len(node.value.parts) == 1
        ):
            found[node.value.parts[0]] = None
        elif isinstance(node, (ast.IsOwned, ast.IsControlled)):
            found[node.term.text] = None
        elif isinstance(node, tuple):
            pending.extend(cast("tuple[Any, ...]", node))
        else:
            pending.extend(getattr(node, name) for name in ast.inner(node))
    return found


class Chains(Targets):
    """What the texts of a term name, over one rulebook."""

    def __init__(
        self,
        rulebook: Rulebook,
        allowed: frozenset[str] = frozenset(),
        words: Words | None = None,
    ) -> None:
        super().__init__(rulebook)
        self.allowed = allowed
        self.words = Words() if words is None else words
        self.named: dict[tuple[str, str], list[str]] = {}
        self.depth = 0

    def made(self, name: str, make: Callable[[], T]) -> T:
        """What `make` lowers. It may be begun several times, so what it leaves behind must do no harm."""
        outer = self.depth
        if outer > DEEP:
            raise AskedTooDeep(name, make)
        waiting: dict[str, Callable[[], Any]] = {name: make}
        while True:
            self.depth = outer + 1
            last = next(reversed(waiting))
            try:
                found = waiting[last]()
            except AskedTooDeep as asked:
                if outer:
                    raise
                if asked.name in waiting:  # rings are refused before: a mistake of ours
                    raise RuntimeError(f"{asked.name} rests on itself") from None
                waiting[asked.name] = asked.make
                continue
            finally:
                self.depth = outer
            del waiting[last]
            if not waiting:
                return found

    def rests_on(self, where: str, name: str) -> list[str]:
        """The plain terms that a term rests on, directly or not, each after all that it rests on."""
        found: list[str] = []
        seen = {name}
        stack = [(name, iter(self.mentioned(where, name)))]
        while stack:
            current, following = stack[-1]
            after = next(following, None)
            if after is None:
                stack.pop()
                if current != name:
                    found.append(current)
            elif after not in seen:
                seen.add(after)
                stack.append((after, iter(self.mentioned(where, after))))
        return found

    def mentioned(self, where: str, name: str) -> list[str]:
        """Terms without parameters that the texts of a term name as they stand."""
        if (where, name) not in self.named:
            self.named[where, name] = self._mentioned(where, name)
        return self.named[where, name]

    def _mentioned(self, where: str, name: str) -> list[str]:
        found = dict.fromkeys(
            word for b in reversed(self.rulebook.terms[(where, name)]) for word in self.words.of(b)
        )
        return [n for n in found if n != name and self.is_plain(where, n)]

    def is_plain(self, where: str, name: str) -> bool:
        """Whether the word is a term of this jurisdiction that takes no parameters and is not recursive."""
        blocks = self.rulebook.terms.get((where, name), [])
        return bool(blocks) and not any(
            isinstance(cast(ast.Slot, b.verb).term, ast.Call) or ways_of(self.rulebook, b, name)
            for b in blocks
        )

    def withdrawn(self, block: ast.Block) -> str:
        """Why a text is not used, empty for one that is."""
        found = self.rulebook.withdrawal(block)
        if found is None or found[0] in self.allowed:
            return ""
        name, slot = found
        return f"{name} was withdrawn on {slot.day}: {slot.texts[0].text}"
