"""A lowering that remembers which expression each line of a text became."""

from __future__ import annotations

from collections import defaultdict

from sanctions_rules.core import Expr, Literal
from sanctions_rules.core import Way as Passing
from sanctions_rules.language import ast
from sanctions_rules.language.lower import Lowering
from sanctions_rules.language.lowering.env import Env
from sanctions_rules.language.lowering.logic import conjunction
from sanctions_rules.language.passing import way_of
from sanctions_rules.language.resolve import Rulebook
from sanctions_rules.source import Span
from sanctions_rules.values import Truth


class Remembering(Lowering):
    """A lowering that remembers what each line became."""

    def __init__(self, rulebook: Rulebook, allowed: frozenset[str] = frozenset()) -> None:
        super().__init__(rulebook, allowed)
        #: By identity of an expression: itself, so that it lives, and the line that it was.
        self.became: dict[int, tuple[Expr, Span]] = {}
        #: For each closure, the lines by which it passes on.
        self.passing: dict[str, dict[Span, Passing]] = defaultdict(dict)
        #: For each definition of a term, the texts that define it and the event they are read at.
        self.defining: dict[str, tuple[list[ast.Block], ast.Path]] = {}
        #: For the body of each norm, its text.
        self.texts: dict[str, ast.Block] = {}
        self._terms: list[str] = []

    def condition(self, condition: ast.Condition, env: Env) -> Expr:
        # One by one, so that each element's own expression is there to be remembered.
        if len(condition.elements) > 1:
            return conjunction(self.condition(ast.Condition((e,)), env) for e in condition.elements)
        made = super().condition(condition, env)
        for element in condition.elements:
            self._passes(element, env)
            if not (isinstance(made, Literal) and isinstance(made.value, Truth)):
                self.became.setdefault(id(made), (made, element.span))
        return made

    def labelled(self, expr: Expr, label: str) -> Expr:
        made = super().labelled(expr, label)
        if made is not expr and id(expr) in self.became:
            self.became[id(made)] = (made, self.became[id(expr)][1])
        return made

    def _passes(self, element: ast.Element, env: Env) -> None:
        match element.atom:
            case ast.Comparison(_, ast.Is(ast.IsOwned() | ast.IsControlled() as owned)):
                if env.owned is not None and owned.term.text == env.term:
                    self.passing[self._terms[-1]][element.span] = way_of(owned)
            case _:
                pass

    def lower_term(self, where: str, name: str, blocks: list[ast.Block],
                   arguments: tuple[ast.Value, ...], anchor: ast.Path, full: str) -> str:  # fmt: skip
        self._terms.append(full)
        self.defining[full] = (blocks, anchor)
        try:
            return super().lower_term(where, name, blocks, arguments, anchor, full)
        finally:
            self._terms.pop()

    def lower_norm(self, block: ast.Block, fill: ast.Block | None, key: str) -> None:
        super().lower_norm(block, fill, key)
        self.texts[self.norms[key].body] = block
