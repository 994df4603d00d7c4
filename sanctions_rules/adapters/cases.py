"""A case as text that `read_case` reads back: canonical facts, with their provenance."""

from __future__ import annotations

import json
from typing import Any, cast

from sanctions_rules.canonical import plain
from sanctions_rules.facts import Case, Collection, FactModel


def to_json(case: Case) -> str:
    """The case as JSON. What shows nothing, or steers a terminal, is written as an escape."""
    text = json.dumps(_told(case), indent=2, ensure_ascii=False)
    return "".join(c if c.isprintable() or c == "\n" else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]


def _told(model: FactModel) -> dict[str, Any]:
    """The canonical form of a model, and of what lies in it, with `provenance` put back."""
    made = cast("dict[str, Any]", plain(model))
    for name in type(model).model_fields:
        value: Any = getattr(model, name)
        if isinstance(value, FactModel):
            inner = _told(value)
            if inner:
                made[name] = inner
        elif isinstance(value, Collection):
            held = cast("Collection[Any]", value)
            made[name] = {**made[name], "items": [_told(item) for item in held.items]}
    if model.provenance:
        made["provenance"] = {
            key: one.model_dump(exclude_none=True) for key, one in model.provenance.items()
        }
    return made
