"""Where a condition stands, and what names and plain values come to there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from sanctions_rules.core import Apply, Constant, Expr, Fact, Literal
from sanctions_rules.language import ast
from sanctions_rules.language.names import Names, Typed
from sanctions_rules.values import UNKNOWN, point

DEFAULT_ANCHOR: Final = ast.Path(("act", "events", "conduct"))
#: What a text leaves open: a value, or the determinations that fill a predicate where it stands.
Opened = Mapping[str, Expr | tuple[ast.Block, ...]]


@dataclass(frozen=True, slots=True)
class Env:
    """Names, the event that the condition is measured at, and what open terms mean."""

    names: Names
    regime: str
    anchor: ast.Path
    zone: str
    opened: Opened = field(default_factory=dict[str, "Expr | tuple[ast.Block, ...]"])
    #: What `is owned by` its own term means, inside a recursive definition.
    owned: Expr | None = None
    term: str = ""

    @property
    def when(self) -> Expr:
        return Apply("instants", (Fact("case", self.anchor.parts), Literal(self.zone)))

    def typed(self, operand: ast.Operand) -> Typed:
        """What a path stands for; the type checker has refused others."""
        found = self.names.find(cast(ast.Path, operand))
        assert isinstance(found, Typed), operand
        return found

    def given(self, value: ast.Value) -> ast.Value:
        """A parameter replaced by what stands for it here."""
        if isinstance(value, ast.Path) and len(value.parts) == 1:
            return self.names.parameters.get(value.parts[0]) or value
        return value


def constant(value: ast.Value) -> Constant:
    match value:
        case ast.Quantity(number):
            return point(number)
        case ast.MoneyValue(amount, currency):
            return point(amount, currency)
        case ast.Proper(text) | ast.Text(text):
            return text
        case ast.Path(parts):
            return parts[0]
        case _:
            return UNKNOWN
