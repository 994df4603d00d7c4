"""A case as canonical text and its digest: the same for equal facts, however they were written.

Sorted keys, decimals by value, provenance left out, days and instants in ISO 8601.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sanctions_rules.codes import Code
from sanctions_rules.facts import Case, Collection, FactModel, Listed, Money, Provenance, Range
from sanctions_rules.schema import children
from sanctions_rules.values import Nothing, OneOf


def facts_digest(case: Case) -> str:
    """SHA-256 of the case in canonical JSON: sorted keys, decimals by value, no provenance."""
    return hashlib.sha256(canonical(case).encode()).hexdigest()


def canonical(case: Case) -> str:
    return json.dumps(plain(case), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def json_text(value: Any) -> str:
    """Plain data as canonical JSON in ASCII: one text whatever the terminal, and one line."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def strict_json(text: str | bytes) -> Any:
    """What canonical JSON says: no key twice, no number that is not whole. Raises ValueError."""
    return json.loads(text, object_pairs_hook=_once, parse_float=_inexact, parse_constant=_inexact)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _inexact(text: str) -> Any:
    raise ValueError(f"{text[:40]} is no whole number")


def plain(value: Any) -> Any:
    """A fact as plain data, the same for equal facts however they were written."""
    match value:
        case FactModel():
            found = {
                name: plain(getattr(value, name)) for name in type(value).model_fields
                if name != "provenance" and getattr(value, name) is not None
            }  # fmt: skip
            return {k: v for k, v in found.items() if v != {} or k not in children(type(value))}
        case Collection():
            inner = cast("Collection[Any]", value)
            return {
                "items": [plain(i) for i in inner.items],
                "complete": inner.complete,
                **({"basis": inner.basis} if inner.basis else {}),
            }
        case Listed():
            return {
                "items": [plain(i) for i in value.items],
                "complete": value.complete,
                **({"basis": value.basis} if value.basis else {}),
            }
        case bool() | str() | int() | None:
            return value
        case Decimal():
            return decimal_text(value)
        case datetime():
            return value.isoformat()
        case date():
            return value.isoformat()
        case Money():
            return {"amount": plain(value.amount), "currency": value.currency}
        case Range():
            return _range_text(value)
        case OneOf():
            return {"one_of": sorted(value.values)}
        case Nothing():
            return value.value
        case Code():
            return str(value)
        case Provenance():
            return None
        case tuple():
            return [plain(v) for v in cast("tuple[Any, ...]", value)]
        case _:
            raise TypeError(type(value).__name__)


def _range_text(value: Range) -> dict[str, Any]:
    timed = isinstance(value.lo, date) or isinstance(value.hi, date)
    names = (
        ("after", "on_or_after", "before", "on_or_before")
        if timed
        else ("more_than", "at_least", "less_than", "at_most")
    )
    found: dict[str, Any] = {}
    if value.lo is not None:
        found[names[0] if value.lo_open else names[1]] = plain(value.lo)
    if value.hi is not None:
        found[names[2] if value.hi_open else names[3]] = plain(value.hi)
    return found


def decimal_text(value: Decimal) -> str:
    """A decimal by value: 1.0 and 1.00 are one number, and one text."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
