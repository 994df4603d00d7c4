"""The same act at home under each regime: an import into the US, into the Union, into the UK.

One set of facts has one destination and one actor, so that a text about imports into the Union says
nothing of an import into the US. Where a home is given for each regime, every country among the facts
that is one of these homes is read, for each regime, as its own home; all else stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sanctions_rules.facts import Case, Collection, FactModel, Listed
from sanctions_rules.schema import children
from sanctions_rules.values import OneOf


def at_home(case: Case, homes: Mapping[str, str], regime: str) -> Case:
    """The case as that regime is asked of it; as it stands, for a regime without a home."""
    home = homes.get(regime)
    if home is None:
        return case
    return cast(Case, _moved(case, frozenset(homes.values()), home))


def _moved(model: FactModel, away: frozenset[str], home: str) -> FactModel:
    changed: dict[str, Any] = {}
    for name in type(model).model_fields:
        value: Any = getattr(model, name)
        declared = type(model).declarations.get(name)
        if name in children(type(model)):
            changed[name] = _moved(value, away, home)
        elif isinstance(value, Collection):
            held = cast("Collection[FactModel]", value)
            items = tuple(_moved(item, away, home) for item in held)
            changed[name] = held.model_copy(update={"items": items})
        elif declared is not None and declared.form in ("country", "countries"):
            changed[name] = _countries(value, away, home)
    return model.model_copy(update=changed)


def _countries(value: Any, away: frozenset[str], home: str) -> Any:
    match value:
        case str():
            return home if value in away else value
        case OneOf(values):
            return OneOf(frozenset(home if one in away else one for one in values))
        case Listed(items, complete, basis):
            read = dict.fromkeys(home if one in away else one for one in items)
            return Listed(tuple(read), complete, basis)
        case _:
            return value
