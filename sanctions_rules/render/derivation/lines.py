"""A line of a derivation, and a step as the interpreter gives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from sanctions_rules.core import Expr
from sanctions_rules.render.clauses import Scope
from sanctions_rules.source import Span as Place
from sanctions_rules.values import Truth
from sanctions_rules.view import Leaf


class Step(Protocol):
    """A step as the interpreter gives it; renderers do not import engines."""

    @property
    def expr(self) -> Expr | None: ...
    @property
    def truth(self) -> Truth: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def children(self) -> tuple[Any, ...]: ...
    @property
    def name(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def leaf(self) -> Leaf | None: ...
    @property
    def holdings(self) -> tuple[Any, ...]: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation: a sentence that says how it stands, and on which text it rests.

    `kind`: force, bound, act, condition, scope or exception. `given`: what the facts say of it.
    `reads`: the facts that it asks, by collection and name.
    """

    sentence: str
    truth: Truth
    kind: str = "condition"
    given: str = ""
    provision: str = ""
    citations: tuple[str, ...] = ()
    place: Place | None = None
    label: str = ""
    need: str = ""
    children: tuple[Line, ...] = ()
    reads: tuple[str, ...] = ()

    def walk(self) -> Iterator[Line]:
        yield self
        for child in self.children:
            yield from child.walk()
