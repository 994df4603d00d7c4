"""Facts as a certificate states them: what the reader of facts makes of a case, as plain data.

A certificate trusts this reading: one fact stands for another here as the vocabulary declares it
(`view.py`), and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, cast

from sanctions_rules.canonical import decimal_text
from sanctions_rules.codes import Code
from sanctions_rules.facts import Case
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Items, OneOf, Span, Truth
from sanctions_rules.view import Day, Item, View


def given(case: Case) -> Callable[[str, str], Any]:
    """What the case says at the end of a path from one of its things (`""`: the case itself).

    Raises LookupError where there is no such thing or no such fact.
    """
    view = View(case)

    def say(place: str, path: str) -> Any:
        item = view.root if place in ("", "case") else view.item(place)
        parts = (
            ("judged", path.removeprefix("judged."))
            if path.startswith("judged.")
            else tuple(path.split("."))
        )
        return stated(view.read(item, parts)[0])

    return say


def stated(value: object) -> Any:
    """A value of the engines as plain data."""
    match value:
        case Truth():
            return {Truth.TRUE: True, Truth.FALSE: False}.get(value)
        case str() | bool():
            return value
        case OneOf():
            return {"one_of": sorted(value.values)}
        case Items():
            return {"list": [stated(m) for m in value.members], "complete": value.complete}
        case Item():
            return {"item": "" if value.place == "case" else value.place}
        case Code():
            return {"code": [value.scheme, value.digits]}
        case Day():
            return {
                "from": _moment(value.lo),
                "to": _moment(value.hi),
                "open": [value.lo_open, value.hi_open],
            }
        case Span():
            return {"least": _number(value.lo), "most": _number(value.hi),
                    "open": [value.lo_open, value.hi_open], "tag": value.tag}  # fmt: skip
        case _ if value is NOT_APPLICABLE:
            return {"none": True}
        case _ if value is UNKNOWN:
            return None
        case _:
            raise TypeError(type(value).__name__)


def _moment(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _number(value: Decimal | int | None) -> str | None:
    return None if value is None else decimal_text(Decimal(cast(Decimal, value)))
