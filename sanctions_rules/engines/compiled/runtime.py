"""What generated code calls: the rarer forms of facts, and operators that are not worth a line.

Functions that say 0, 1 or 2 mean: not, perhaps, surely.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from decimal import Decimal
from typing import Any, Final, cast

from sanctions_rules.engines.compiled.facts import code_of, is_whole, members
from sanctions_rules.engines.compiled.owning import status
from sanctions_rules.engines.compiled.reading import NO_FACTS, Message, items_of
from sanctions_rules.engines.meaning import MEANING
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Items, OneOf, Span, Truth, point
from sanctions_rules.view import Day

#: What is not worked out yet.
NEW: Final = object()
#: How many values a table remembers before it begins anew.
REMEMBERED: Final = 50_000


class Memo(dict[Any, Any]):
    """What a function says of each value that it was asked about."""

    def __init__(self, work_out: Callable[[Any], Any], most: int = REMEMBERED) -> None:
        super().__init__()
        self._work_out = work_out
        self._most = most

    def __missing__(self, key: Hashable) -> Any:
        if len(self) >= self._most:
            self.clear()
        found = self[key] = self._work_out(key)
        return found


def up(value: Any) -> Any:
    """A plain value as the operators of the reference take it."""
    match value:
        case None:
            return UNKNOWN
        case True:
            return Truth.TRUE
        case False:
            return Truth.FALSE
        case Decimal():
            return point(value)
        case date():
            return Day(value, value)
        case tuple():
            return Items(cast("tuple[object, ...]", value), True)
        case _:
            return value


def down(value: Any) -> Any:
    """What an operator of the reference says, as a plain value."""
    if value is UNKNOWN:
        return None
    return {Truth.TRUE: True, Truth.FALSE: False}.get(value) if isinstance(value, Truth) else value


def as_number(truth: Any) -> int:
    return 2 if truth is Truth.TRUE else 1 if truth is Truth.UNKNOWN else 0


def as_codes(value: Any) -> Any:
    """A list of codes with the codes read."""
    if type(value) is tuple:
        return Items(tuple(map(code_of, cast("tuple[str, ...]", value))), True)
    if type(value) is Items:
        return Items(tuple(code_of(str(one)) for one in value.members), value.complete)
    return up(value)


def _called(name: str) -> Callable[..., Any]:
    """An operator that gives a value, on plain values."""

    def call(*arguments: Any) -> Any:
        return down(MEANING[name](*map(up, arguments)))

    return call


def _asked(name: str) -> Callable[..., int]:
    """An operator that gives a truth, on plain values."""

    def ask(*arguments: Any) -> int:
        return as_number(MEANING[name](*map(up, arguments)))

    return ask


def _lookup(when: Any, rows: Any, key: Any, known_by: Any) -> Any:
    return down(MEANING["lookup"](up(when), rows, up(key), known_by))


def _in_force(when: Any, interval: Any) -> int:
    return as_number(MEANING["in_force"](up(when), interval))


def _exactly(held: Any, chosen: Any) -> int:
    return as_number(MEANING["exactly"](up(held), chosen))


def _among(value: Any, chosen: frozenset[str]) -> int:
    """A word that is not one known word."""
    if value is None:
        return 1
    if value.__class__ is OneOf:
        return 2 if value.values <= chosen else 1 if value.values & chosen else 0
    return 2 if value.__class__ is str and value in chosen else 0


def _equal(a: Any, b: Any) -> int:
    if b is None or b is NOT_APPLICABLE:
        return as_number(MEANING["equals"](up(a), up(b)))
    return _among(a, frozenset({b}))


def _same_item(a: Any, b: Any) -> int:
    if a is NOT_APPLICABLE or b is NOT_APPLICABLE:
        return 0
    if a.__class__ is dict and b.__class__ is dict:
        return 2 if a is b else 0
    return 1


def _has(held: Any, one: Any) -> int:
    """Whether a list names a word, or holds an item."""
    if held is NOT_APPLICABLE:
        return 0
    is_list = held.__class__ is tuple or held.__class__ is Items
    if not is_list or one is None or one is NOT_APPLICABLE:
        return 1
    if one.__class__ is dict:
        found = any(member is one for member in members(held))
    else:
        found = one in members(held)
    return 2 if found else 0 if held.__class__ is tuple else 1


def _total(
    held: Any, may: Callable[[Any], bool], must: Callable[[Any], bool], what: Callable[[Any], Any]
) -> Span:
    """Bounds on a sum of values that are never below zero."""
    lo: Any = 0
    hi: Any = 0 if is_whole(held) else None
    for member in members(held):
        if not may(member):
            continue
        value = up(what(member))
        span = value if isinstance(value, Span) else Span(0, None)
        if must(member) and span.lo is not None:
            lo += span.lo
        hi = None if hi is None or span.hi is None else hi + span.hi
    return Span(lo, hi)


# -- ownership -----------------------------------------------------------------------------------


def _unowned(c: Message, others: bool) -> bool:
    """Whether nobody is known to own anybody, nor, where that counts, to control by other means."""
    key = "unowned", others
    found = c.m.get(key)
    if found is None:
        parties = c.d.get("parties", ())
        found = c.d.get("ownership") == () and (
            not others
            or (is_whole(parties) and all(p.get("controlled_by") == () for p in members(parties)))
        )
        c.m[key] = found
    return found


#: What the source may name, apart from its constants.
NAMES: Final[dict[str, Any]] = {
    "Decimal": Decimal, "Span": Span, "Message": Message, "NO_FACTS": NO_FACTS, "NEW": NEW, "NONE": NOT_APPLICABLE, "Items": Items, "among": _among, "equal": _equal,
    "same_item": _same_item, "has": _has, "exactly": _exactly, "less": _asked("less"),
    "at_most": _asked("at_most"), "same": _asked("same"), "in_force": _in_force,
    "times": _called("times"), "shifted": _called("shifted"), "next_day": _called("next_day"),
    "lookup": _lookup, "as_codes": as_codes, "items_of": items_of, "members": members, "total": _total, "unowned": _unowned, "owned": status,
}  # fmt: skip
