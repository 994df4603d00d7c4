"""A truth as Python source on two rails, and the few words that it is put together from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sanctions_rules.facts import FactModel
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Truth

YES, NO = "True", "False"
#: Operators whose result is a value and no truth.
VALUED: Final = frozenset({"times", "instants", "shifted", "next_day", "lookup"})


@dataclass(frozen=True, slots=True)
class Rails:
    """A truth as source: `may` and `must`."""

    may: str
    must: str


TRUE, FALSE, OPEN = Rails(YES, YES), Rails(NO, NO), Rails(YES, NO)

#: The variables that an expression may name, and the models of the items that they stand for.
Scope = Mapping[str, type[FactModel] | None]

#: What a value of the core is as source, where a truth is asked for.
TRUTHS: Final[dict[Any, Rails]] = {
    Truth.TRUE: TRUE, Truth.FALSE: FALSE, Truth.UNKNOWN: OPEN, NOT_APPLICABLE: FALSE, UNKNOWN: OPEN,
}  # fmt: skip


def all_of(parts: Iterable[str]) -> str:
    """That all hold; of nothing, that it does."""
    return _joined("and", parts, YES, NO)


def any_of(parts: Iterable[str]) -> str:
    """That one holds; of nothing, that it does not."""
    return _joined("or", parts, NO, YES)


def _joined(word: str, parts: Iterable[str], all_: str, stop: str) -> str:
    kept = list(dict.fromkeys(p for p in parts if p != all_))
    if stop in kept:
        return stop
    return all_ if not kept else kept[0] if len(kept) == 1 else f"({f' {word} '.join(kept)})"


def negated(text: str) -> str:
    return {YES: NO, NO: YES}.get(text, f"(not {text})")
