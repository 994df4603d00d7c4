"""When a text counts: published by then, begun, not over, not replaced, not withdrawn, as it is read."""

from __future__ import annotations

from abc import abstractmethod
from typing import cast

from sanctions_rules import core
from sanctions_rules.core import Apply, Expr, Fact, Literal
from sanctions_rules.language import ast
from sanctions_rules.language.chains import Chains, Words
from sanctions_rules.language.lowering.env import Env
from sanctions_rules.language.lowering.logic import TRUE, conjunction, negation
from sanctions_rules.language.resolve import Rulebook
from sanctions_rules.language.timing import FOREVER
from sanctions_rules.values import UNKNOWN, point


class Texts(Chains):
    """The texts of one rulebook and the definitions that they become.

    The rooms of `lowering` are functions over it; what they ask of each other in a ring (a
    condition names a term, a term has conditions) is abstract here.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        allowed: frozenset[str] = frozenset(),
        words: Words | None = None,
    ) -> None:
        super().__init__(rulebook, allowed, words)
        self.definitions: dict[str, core.Definition | core.Closure] = {}
        self.norms: dict[str, core.Norm] = {}
        self.has_burdens = False

    @abstractmethod
    def condition(self, condition: ast.Condition, env: Env) -> Expr: ...

    @abstractmethod
    def operand(self, operand: ast.Operand, env: Env) -> Expr:
        """The fact, sum or cell that stands before a verb."""

    @abstractmethod
    def term(
        self,
        where: str,
        name: str,
        arguments: tuple[ast.Value, ...],
        anchor: ast.Path,
        under: str = "",
    ) -> str:
        """The definition of a term as it stands at the event: all its versions, each in its time."""

    @abstractmethod
    def norm(self, block: ast.Block, fill: ast.Block | None, key: str) -> core.Norm:
        """The norm of a provision through a fill, lowered when first asked for."""

    def define(
        self, name: str, subject: str | None, body: Expr, block: ast.Block | None = None
    ) -> str:
        """Add a definition, after everything that its body refers to."""
        if name not in self.definitions:
            self.definitions[name] = core.Definition(
                name,
                subject,
                body,
                block.id if block else "",
                block.head if block else core.NOWHERE,
            )
        return name

    def in_force(self, block: ast.Block, anchor: ast.Path) -> str:
        """Published by then, begun, not over, and not replaced by a text published by then."""
        name = f"{self.key(block)} in force @ {anchor}"
        if name in self.definitions:
            return name
        zone = self.rulebook.zone(block)
        when = Apply("instants", (Fact("case", anchor.parts), Literal(zone)))
        interval = self.interval(block)
        fuzzy = interval[0] != interval[1] or interval[2] != interval[3]
        lasts = Literal(interval, self.source_to_read(block) if fuzzy else "")
        parts: list[Expr] = [self.known(block), Apply("in_force", (when, lasts))]
        for newer in self.rulebook.replaced_by.get(id(block), []):
            since = self.interval(newer)
            open_end = Literal(
                (since[0], since[1], FOREVER, FOREVER),
                self.source_to_read(newer) if since[0] != since[1] else "",
            )
            begun = Apply("in_force", (when, open_end))
            replacing = [self.guard(newer), self.known(newer), begun, self.relied_on(newer)]
            parts.append(negation(conjunction(replacing)))
        parts.append(self.relied_on(block))
        return self.define(name, None, conjunction([*parts, self.guard(block)]), block)

    def guard(self, block: ast.Block) -> Expr:
        """Whether the text is read in this way, where it may be read in several."""
        slot = block.slot("reading")
        if slot is None:
            return TRUE
        return Apply(
            "equals",
            (Fact("reading", (self.point_of(block),)), Literal(str(slot.names[0]))),
            place=slot.span,
        )

    def known(self, block: ast.Block) -> Expr:
        known = self.known_from(block)
        if known == -FOREVER:
            return TRUE
        return Apply("at_most", (Literal(point(known)), Fact("clock", ("known_on",))))

    def relied_on(self, block: ast.Block) -> Expr:
        """Whether the text may be used: not known of one that we found wrong and withdrew."""
        because = self.withdrawn(block)
        return Literal(UNKNOWN, because) if because else TRUE

    def content(self, says: Expr, *blocks: ast.Block | None) -> Expr:
        """What a text says; nothing where it was withdrawn, because any line of it may be wrong.

        Its interval, its act and whom it binds stay: else every decision would wait for it.
        """
        gone = next((b for b in blocks if b is not None and self.withdrawn(b)), None)
        return says if gone is None else self.relied_on(gone)

    def shown(self, slot: ast.Slot, env: Env) -> Expr:
        """A line that must be shown by who relies on it."""
        self.has_burdens = True
        return Apply(
            "shown", (self.condition(cast(ast.Condition, slot.condition), env),), place=slot.span
        )
