"""And, or, not as expressions of the core, without what is plainly so or plainly not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sanctions_rules import core
from sanctions_rules.core import Apply, Expr, Literal
from sanctions_rules.values import UNKNOWN, Truth

TRUE: Final = Literal(Truth.TRUE)
FALSE: Final = Literal(Truth.FALSE)
NOT_SAID: Final = Literal(UNKNOWN)


def conjunction(parts: Iterable[Expr], label: str = "") -> Expr:
    kept = [p for p in parts if p != TRUE]
    if any(p == FALSE for p in kept):
        return FALSE
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 and not label else Apply("and", tuple(kept), label)


def disjunction(parts: Iterable[Expr]) -> Expr:
    kept = [p for p in parts if p != FALSE]
    if any(p == TRUE for p in kept):
        return TRUE
    if not kept:
        return FALSE
    return kept[0] if len(kept) == 1 else Apply("or", tuple(kept))


def negation(part: Expr) -> Expr:
    if part == TRUE:
        return FALSE
    if part == FALSE:
        return TRUE
    return Apply("not", (part,), place=getattr(part, "place", core.NOWHERE))


def at_least(parts: list[Expr], count: int) -> Expr:
    """At least `count` of a few conditions, as a disjunction over the choices."""
    if count <= 0:
        return TRUE
    if len(parts) < count:
        return FALSE
    first, rest = parts[0], parts[1:]
    return disjunction([
        conjunction([first, at_least(rest, count - 1)]), at_least(rest, count),
    ])  # fmt: skip
