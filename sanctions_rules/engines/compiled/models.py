"""Plain facts as models, for the reference, without reading them once more.

The other way round from `facts.plain_facts`, and the same facts as `read.build_case` gives of them
to whoever reads them through a `View`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final, cast

from sanctions_rules.engines.compiled.facts import Plain, code_of, is_whole, members
from sanctions_rules.facts import Case, Collection, FactModel, Listed, Money, Range, like
from sanctions_rules.schema import COLLECTIONS, children
from sanctions_rules.values import NOT_APPLICABLE, Span
from sanctions_rules.view import LISTS, Day


def models_of(data: Plain) -> Case:
    """Plain facts as models, taken as they are: what they rest on is left out, nothing is checked.

    For whoever reads facts and nothing else of a case; `Facts.case` is the case itself. A value
    that is no plain fact raises whatever Python raises.
    """
    return cast(Case, _model(Case, data))


def _model(model: type[FactModel], data: Plain) -> FactModel:
    makers, nothing_known = _makers(model), _nothing_known(model)
    made = nothing_known.__dict__.copy()
    for name, value in data.items():
        make = makers.get(name)
        made[name] = value if make is None or value is NOT_APPLICABLE else make(value)
    return like(nothing_known, made)


@cache
def _nothing_known(model: type[FactModel]) -> FactModel:
    return model.model_construct()


@cache
def _makers(model: type[FactModel]) -> dict[str, Callable[[Any], Any]]:
    """What makes a fact of a model out of one in plain form, where the two differ."""
    made = {name: _part_maker(inner) for name, inner in children(model).items()}
    for name, declared in model.declarations.items():
        if declared.form == "records":
            made[name] = _records_maker(COLLECTIONS[declared.of])
        elif declared.form == "codes":
            made[name] = _codes_made
        elif declared.form in LISTS:
            made[name] = _list_made
        elif declared.form == "price":
            made[name] = _money_made
        elif declared.form in ("number", "moment"):
            made[name] = _range_made
    return made


def _part_maker(model: type[FactModel]) -> Callable[[Any], Any]:
    return lambda value: _model(model, value)


def _records_maker(model: type[FactModel]) -> Callable[[Any], Any]:
    def make(value: Any) -> Any:
        items = tuple([_model(model, one) for one in members(value)])
        return like(_EMPTY, {"items": items, "complete": is_whole(value), "basis": None})

    return make


_EMPTY: Final = cast("Collection[Any]", Collection.model_construct())


def _list_made(value: Any) -> Listed:
    return Listed(members(value), is_whole(value))


def _codes_made(value: Any) -> Listed:
    return Listed(tuple([code_of(one) for one in members(value)]), is_whole(value))


def _money_made(value: Span) -> Money:
    return Money(value.lo if value.is_point else _range_made(value), value.tag)  # type: ignore[arg-type]


def _range_made(value: Any) -> Any:
    if value.__class__ is Span or value.__class__ is Day:
        return Range(value.lo, value.hi, value.lo_open, value.hi_open)
    return value
