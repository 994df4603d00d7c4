"""A truth in SQL: a constant, one expression that is NULL where unknown, or two rails.

AND, OR and NOT of scalars are Kleene's in both dialects, so one expression is enough for most
conditions and reads like the rule. Where two questions have to be asked (surely? possibly?) the
truth is a pair of expressions that are never NULL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from sanctions_rules.engines.sql.dialects import (
    FALSE,
    NO_TRUTH,
    TRUE,
    Sql,
    both,
    case,
    either,
    exp,
    negated,
    perhaps,
    surely,
)
from sanctions_rules.values import Truth


@dataclass(frozen=True, slots=True)
class Pair:
    """Surely true, not surely false: neither is ever NULL."""

    must: Sql | bool
    may: Sql | bool


#: Under this name a column remembers which truths its expression surely never is.
NEVER: Final = "never"
#: A constant, an expression that may be NULL, or a pair of them that may not.
Logic: TypeAlias = "Truth | Pair | Sql"


def pair(must: Sql | bool, may: Sql | bool) -> Logic:
    """Two rails, or less where they are constants."""
    if isinstance(must, bool) and isinstance(may, bool):
        return Truth.of(must, may)
    if must is False and not isinstance(may, bool):
        return case((negated(may), FALSE))
    if may is True and not isinstance(must, bool):
        return case((must, TRUE))
    return must if not isinstance(must, bool) and must == may else Pair(must, may)


def rails(must: Sql | bool | None, may: Sql | bool | None) -> Logic:
    """Of two comparisons that are NULL, or None, where an end is not known."""
    sure = False if must is None else must
    perhaps_ = True if may is None else may
    if not isinstance(sure, bool) and sure == perhaps_:
        return sure
    return pair(
        sure if isinstance(sure, bool) else surely(sure),
        perhaps_ if isinstance(perhaps_, bool) else perhaps(perhaps_),
    )


def only(one: Logic, value: bool) -> bool:
    """Whether the truth is surely never other than this, or unknown, by its form alone."""
    if isinstance(one, Truth):
        return one is not Truth.known(not value)
    if isinstance(one, Pair):
        return one.may is True if value else one.must is False
    if isinstance(one, exp.Column):
        return (not value) in one.meta.get(NEVER, ())
    if isinstance(one, exp.Paren):
        return only(one.this, value)
    if isinstance(one, exp.Not):
        return only(one.this, not value)
    if isinstance(one, exp.And | exp.Or):
        sides = [only(one.left, value), only(one.right, value)]
        return any(sides) if isinstance(one, exp.And) is not value else all(sides)
    if isinstance(one, exp.Case):
        constant = {True: TRUE, False: FALSE}[value]
        ends = [branch.args["true"] for branch in one.args["ifs"]]
        rest = one.args.get("default")
        return all(end == constant for end in ends) and rest in (None, NO_TRUTH)
    return False


def must(one: Logic) -> Sql | bool:
    if isinstance(one, Truth):
        return one.must
    if only(one, False):
        return False
    return one.must if isinstance(one, Pair) else surely(one)


def may(one: Logic) -> Sql | bool:
    if isinstance(one, Truth):
        return one.may
    if only(one, True):
        return True
    return one.may if isinstance(one, Pair) else perhaps(one)


def condition(one: Sql | bool) -> Sql:
    return (TRUE if one else FALSE) if isinstance(one, bool) else one


def tri(one: Logic) -> Sql:
    """As one expression, NULL where unknown."""
    if isinstance(one, Truth):
        return {Truth.TRUE: TRUE, Truth.FALSE: FALSE, Truth.UNKNOWN: NO_TRUTH}[one]
    if not isinstance(one, Pair):
        return one
    if one.must is False:
        return case((negated(condition(one.may)), FALSE), otherwise=NO_TRUTH)
    if one.may is True:
        return case((condition(one.must), TRUE), otherwise=NO_TRUTH)
    return case(
        (condition(one.must), TRUE), (negated(condition(one.may)), FALSE), otherwise=NO_TRUTH
    )


def not_(one: Logic) -> Logic:
    if isinstance(one, Truth):
        return ~one
    if isinstance(one, Pair):
        return pair(_opposite(one.may), _opposite(one.must))
    return negated(one)


def _opposite(one: Sql | bool) -> Sql | bool:
    return not one if isinstance(one, bool) else negated(one)


def all_(parts: Iterable[Logic]) -> Logic:
    held = _distinct(p for p in parts if p is not Truth.TRUE)
    if Truth.FALSE in held:
        return Truth.FALSE
    if len(held) < 2:
        return held[0] if held else Truth.TRUE
    return both(*(tri(p) for p in held))


def any_(parts: Iterable[Logic]) -> Logic:
    held = _distinct(p for p in parts if p is not Truth.FALSE)
    if Truth.TRUE in held:
        return Truth.TRUE
    if len(held) < 2:
        return held[0] if held else Truth.FALSE
    return either(*(tri(p) for p in held))


def _distinct(parts: Iterable[Logic]) -> list[Logic]:
    found: list[Logic] = []
    for part in parts:
        if not any(type(part) is type(other) and part == other for other in found):
            found.append(part)
    return found


def conjunction(parts: Iterable[Sql | bool]) -> Sql | bool:
    held = [p for p in parts if p is not True]
    if any(p is False for p in held):
        return False
    return (both(*held) if len(held) > 1 else held[0]) if held else True


def disjunction(parts: Iterable[Sql | bool]) -> Sql | bool:
    held = [p for p in parts if p is not False]
    if any(p is True for p in held):
        return True
    return (either(*held) if len(held) > 1 else held[0]) if held else False
