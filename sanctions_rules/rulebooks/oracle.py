"""Who knows the answers: a case that holds them, told to another case one fact at a time.

An answer is exactly what the oracle holds: a list with whether it is complete, a range as a range,
a day as a day. Things that have a name are told by their names, and what is known of each is asked
for by itself; records without a name (a listing, a stake) are told whole. A fact that the oracle
gives by another one is told by that one. Where the oracle knows no more than was said, there is no
answer, and who asks must not ask again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from sanctions_rules.engines.search import NO_ANSWER
from sanctions_rules.facts import EVENT_OF_ACT, Case, Collection, FactModel, Good, Listed, Range
from sanctions_rules.schema import COLLECTIONS, children
from sanctions_rules.values import NOT_APPLICABLE, Items, OneOf, Span
from sanctions_rules.view import Day, Leaf, View

_TOP: Final = tuple(name for name, d in Case.declarations.items() if d.form == "records")


class Oracle:
    """Answers questions of `Leaf` form from a case that holds what is to be found out."""

    def __init__(self, full: Case) -> None:
        self._full = full
        self._view = View(full)

    def told(self, case: Case, leaf: Leaf) -> Case | None:
        """The case with the answer in it; None where the oracle cannot say more."""
        if leaf.need in NO_ANSWER:
            return None
        if leaf.need == "judgement":
            return self._judged(case, leaf)
        head, _, name = leaf.place.rpartition(".")
        made = case
        for fact, value in self._facts(case, head, name).items():
            if isinstance(value, Collection):
                known = cast("Collection[Any] | None", getattr(_model_at(case, head), fact))
                value = _joined(known, cast("Collection[Any]", value))
            made = _with(made, head.split(".") if head else [], fact, value)
        made = _naming_all(made)
        return None if made == case else made

    def _facts(self, case: Case, head: str, name: str) -> dict[str, Any]:
        """The facts that answer for the one at a place: itself, or those that speak for it."""
        place, model = self._there(case, head)
        given = getattr(model, name)
        if given is not None:
            return {name: given}
        item, path = self._item_of(place)
        implied = _as_fact(self._view.read(item, (*path, name))[0])
        if implied is not None:
            return {name: implied}
        beside = [n for n, d in type(model).declarations.items() if d.falls_back_to == name]
        if head == "act.events" and EVENT_OF_ACT.get(str(case.act.kind)) == name:
            beside.append("conduct")
        if isinstance(model, Good) and name == "category":
            beside.append("codes")
        return {n: getattr(model, n) for n in beside if getattr(model, n) is not None}

    def _there(self, case: Case, place: str) -> tuple[str, FactModel]:
        """The same thing among the oracle's facts: by its name, or by its number in the list."""
        here: Any = case
        there: Any = self._full
        steps: list[str] = []
        for part in place.split(".") if place else ():
            name, bracket, index = part.partition("[")
            here, there = getattr(here, name), getattr(there, name)
            if bracket:
                number = int(index[:-1])
                here = here[number]
                if isinstance(here.id if hasattr(here, "id") else None, str):
                    number = next(i for i, m in enumerate(there) if m.id == here.id)
                there = there[number]
                name = f"{name}[{number}]"
            steps.append(name)
        return ".".join(steps), there

    def _item_of(self, place: str) -> tuple[Any, tuple[str, ...]]:
        """The item that holds a place, and the path from it."""
        steps: list[str] = place.split(".") if place else []
        path: list[str] = []
        while steps and not steps[-1].endswith("]"):
            path.insert(0, steps.pop())
        return (self._view.item(".".join(steps)) if steps else self._view.root), tuple(path)

    def _judged(self, case: Case, leaf: Leaf) -> Case | None:
        question, _, where = leaf.place.partition(" of ")
        names = {where}
        for collection in _TOP:
            for index, one in enumerate(getattr(self._full, collection) or ()):
                if getattr(one, "id", None) == where:
                    names.add(f"{collection}[{index}]")
        if where.endswith("]"):
            names.add(self._there(case, where)[0])
        for one in cast("Iterable[Any]", self._full.judgements or ()):
            if one.question == question and one.of in names and one.answer in ("yes", "no"):
                told = one.model_copy(update={"of": where})
                known = cast("Collection[Any] | None", case.judgements)
                more = Collection(items=(*(known or ()), told), complete=False)
                return case.model_copy(update={"judgements": more})
        return None


def _as_fact(value: object) -> Any:
    """A value that other facts imply, in the form in which facts are given; None: not known."""
    match value:
        case str() | OneOf():
            return value
        case Day(lo, hi, lo_open, hi_open):
            return lo if lo == hi else Range(lo, hi, lo_open, hi_open)
        case Span(lo, hi, lo_open, hi_open, None):
            return lo if value.is_point else Range(cast(Any, lo), cast(Any, hi), lo_open, hi_open)
        case Items(members, complete) if not members:
            return Listed((), complete)
        case _:
            return NOT_APPLICABLE if value is NOT_APPLICABLE else None


def _joined(known: Collection[Any] | None, told: Collection[Any]) -> Collection[Any]:
    """The list as it is told, in its order; of a thing with a name, only what was known before."""
    before: Mapping[Any, Any] = {one.id: one for one in known or () if hasattr(one, "id")}

    def one(model: FactModel) -> FactModel:
        if "id" not in type(model).declarations:
            return model
        name = cast(Any, model).id
        return before.get(name) or type(model).model_validate({"id": name})

    return told.model_copy(update={"items": tuple(map(one, told))})


def _model_at(case: Case, place: str) -> Any:
    model: Any = case
    for part in place.split(".") if place else ():
        name, bracket, index = part.partition("[")
        model = getattr(model, name)
        model = model[int(index[:-1])] if bracket else model
    return model


def _with(model: Any, steps: list[str], fact: str, value: Any) -> Any:
    """The model with one fact at the end of some steps set."""
    if not steps:
        return model.model_copy(update={fact: value})
    name, bracket, index = steps[0].partition("[")
    inner = getattr(model, name)
    if bracket:
        items, number = list(inner.items), int(index[:-1])
        items[number] = _with(items[number], steps[1:], fact, value)
        made = inner.model_copy(update={"items": tuple(items)})
    else:
        made = _with(inner, steps[1:], fact, value)
    return model.model_copy(update={name: made})


def _naming_all(case: Case) -> Case:
    """The case with every thing that it names among its things: who is named is known to be there."""
    named: dict[str, dict[str, None]] = {}
    for collection, name in _names(case):
        named.setdefault(collection, {})[name] = None
    for collection, names in named.items():
        known = cast("Collection[Any] | None", getattr(case, collection))
        held = {one.id for one in known or ()}
        new = tuple(
            COLLECTIONS[collection].model_validate({"id": name})
            for name in names
            if name not in held
        )
        if new:
            longer = Collection(items=(*(known or ()), *new), complete=False)
            case = case.model_copy(update={collection: longer})
    return case


def _names(model: FactModel) -> Iterator[tuple[str, str]]:
    for name, declared in type(model).declarations.items():
        value = getattr(model, name)
        if value is None or value is NOT_APPLICABLE:
            continue
        if declared.form == "ref":
            yield declared.of, value
        elif declared.form == "refs":
            yield from ((declared.of, one) for one in value.items)
        elif declared.form == "records":
            for one in value:
                yield from _names(one)
    for name in children(type(model)):
        yield from _names(getattr(model, name))
