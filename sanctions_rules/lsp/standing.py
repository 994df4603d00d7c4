"""How texts of a rulebook that is being written stand on a day: `show` without the whole program.

What is lowered is the one text that is asked about, so that the answer is there at once, and so
that there is one for a rulebook of which another text does not load.
"""

from __future__ import annotations

from datetime import date

from sanctions_rules.core import Literal
from sanctions_rules.language import ast
from sanctions_rules.language.lower import Lowering
from sanctions_rules.language.lowering.openings import dormant
from sanctions_rules.language.resolve import Rulebook
from sanctions_rules.language.targets import EDGE_KINDS
from sanctions_rules.rulebooks.history import History, Lift
from sanctions_rules.values import Truth


class Standing(History):
    """A history that asks the rulebook alone."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._lowering = Lowering(rulebook)

    def is_dormant(self, block: ast.Block, day: date) -> bool:
        if not self._lowering.is_norm(block) or not dormant(self._lowering, block, None):
            return False
        empty = self._says_nothing(block)
        return empty and not any(self._in_time(fill, day).is_in_force for fill in self.fills(block))

    def _says_nothing(self, block: ast.Block) -> bool:
        """Whether the text never holds by itself. Where a mistake hides that, it may be so."""
        try:
            _, _, (_, body, _) = self._lowering.promised(block)[0]
        except LookupError:
            return True
        found = getattr(self._lowering.definitions[body], "body", None)
        return isinstance(found, Literal) and found.value is Truth.FALSE

    def lifts(self, block: ast.Block, fill: ast.Block | None = None) -> list[Lift]:
        if not self._lowering.is_norm(block):
            return []
        keys = {id(f) if f else 0: key for f, key in self._lowering.variants_of(block)}
        whole = self._acting(block, keys[0])
        if fill is None:
            return whole
        mine = self._acting(block, keys.get(id(fill), ""))
        return [lift for lift in mine if not any(lift.block is w.block for w in whole)]

    def _acting(self, block: ast.Block, key: str) -> list[Lift]:
        return [
            Lift(source, EDGE_KINDS[source.verb.word])
            for source in self._lowering.exceptions.get(key, ())
            if source is not block and source.verb is not None
        ]
