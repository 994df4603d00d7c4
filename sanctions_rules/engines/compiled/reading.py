"""How generated code reads a fact: the fall-backs of `view.View`, on plain facts.

A fact that nothing can stand for is read by `dict.get` in the generated code itself; a reader is
made for the others, and for paths that go on through a name to another item.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sanctions_rules import codes
from sanctions_rules.engines.compiled.facts import Facts, Plain, code_of, is_whole, members
from sanctions_rules.facts import DISCRIMINATORS, EVENT_OF_ACT, Events, FactModel, Good
from sanctions_rules.schema import COLLECTIONS, WITH_COMPONENTS, children
from sanctions_rules.values import NOT_APPLICABLE, Items, OneOf
from sanctions_rules.view import LISTS

NO_FACTS: Final[Plain] = {}


class Worked(dict[Any, Any]):
    """What a message says at places of the case, each worked out when it is first asked for."""

    __slots__ = ("_c", "_work_out")

    def __init__(self, c: Message, work_out: Callable[[Message, Any], Any]) -> None:
        super().__init__()
        self._c = c
        self._work_out = work_out

    def __missing__(self, key: Any) -> Any:
        found = self[key] = self._work_out(self._c, key)
        return found


class Message:
    """One case while it is decided: its plain facts, and what was worked out of them so far.

    `r`: facts of the case that something may stand for, by the function that reads them. `by`: the
    items of a collection by name. `m`: definitions, by function and item.
    """

    m: dict[Any, Any]
    r: Worked
    by: Worked
    _judged: dict[tuple[str, str], bool | None]
    _places: dict[int, str]

    __slots__ = ("_judged", "_places", "a", "by", "d", "e", "facts", "m", "r")

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.d = d = facts.data
        self.a: Plain = d.get("act") or NO_FACTS
        self.e: Plain = self.a.get("events") or NO_FACTS

    def __getattr__(self, name: str) -> Any:
        """What not every case needs, made when it is first asked for."""
        make = _MADE.get(name)
        if make is None:
            raise AttributeError(name)
        made = make(self)
        setattr(self, name, made)
        return made

    def named(self, collection: str) -> dict[str, Plain]:
        return {one["id"]: one for one in self.items(collection) if "id" in one}

    def items(self, collection: str) -> tuple[Plain, ...]:
        return members(self.d.get(collection))

    def judged(self, of: Plain | None, question: str) -> bool | None:
        """A person's recorded answer; None where there is none."""
        if not self._judged:
            return None
        if of is None or of is self.d:
            names = (self.d.get("id") or "case", "case", "act")
        else:
            place = self.place(of)
            names = (of.get("id") or place, place)
        return next(
            (self._judged[question, name] for name in names if (question, name) in self._judged),
            None,
        )

    def place(self, item: Plain) -> str:
        """Where an item lies, as `goods[0].components[1]`."""
        return self._places[id(item)]

    def placed(self) -> dict[int, str]:
        places: dict[int, str] = {}
        for collection in COLLECTIONS:
            self._register(places, collection, self.d.get(collection))
        return places

    def answered(self) -> dict[tuple[str, str], bool | None]:
        return {
            (one.get("question", ""), one.get("of", "")): _ANSWERS.get(one.get("answer", ""))
            for one in self.items("judgements")
        }

    def _register(self, places: dict[int, str], prefix: str, held: Any) -> None:
        for index, one in enumerate(members(held)):
            where = f"{prefix}[{index}]"
            places[id(one)] = where
            for inner in ("components", "listings"):
                if inner in one:
                    self._register(places, f"{where}.{inner}", one[inner])


_ANSWERS: Final = {"yes": True, "no": False}


def _call(c: Message, read: Callable[[Message], Any]) -> Any:
    return read(c)


_MADE: Final[dict[str, Callable[[Message], Any]]] = {
    "m": lambda c: {}, "r": lambda c: Worked(c, _call), "by": lambda c: Worked(c, Message.named),
    "_judged": Message.answered, "_places": Message.placed,
}  # fmt: skip

#: Reads one fact of an item; None where it is not known.
Read = Callable[[Message, Plain], Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a path: a fact by its name, what stands for it where it is not given, and in
    which collection the item or items lie that it names. `inner`: a part that is no fact.
    """

    name: str
    otherwise: Read | None = None
    item_in: str = ""
    items_in: str = ""
    inner: bool = False


@cache
def steps(model: type[FactModel], path: tuple[str, ...]) -> tuple[Step, ...]:
    """How the fact at the end of a path is read from an item of the model."""
    found: list[Step] = []
    for part in path:
        inner = children(model).get(part)
        if inner is not None:
            found.append(Step(part, inner=True))
            model = inner
        elif part == WITH_COMPONENTS:
            found.append(Step("", _with_components))
        else:
            declared = model.declarations[part]
            found.append(Step(
                part, _otherwise(model, part),
                declared.of if declared.form == "ref" else "",
                declared.of if declared.form == "refs" else "",
            ))  # fmt: skip
            model = COLLECTIONS.get(declared.of, model)
    return tuple(found)


def items_of(c: Message, names: Any, collection: str) -> Any:
    """The items that a list names."""
    if type(names) is tuple:
        by = c.by[collection]
        return tuple([by[name] for name in members(names)])
    if type(names) is Items:
        by = c.by[collection]
        return Items(tuple([by[name] for name in members(names)]), False)
    return names


def _with_components(c: Message, x: Plain) -> Any:
    found: list[Plain] = []
    complete = True
    pending = [x]
    while pending:
        one = pending.pop()
        found.append(one)
        inner = one.get("components")
        pending.extend(members(inner))
        complete = complete and is_whole(inner)
    return tuple(found) if complete else Items(tuple(found), False)


def _otherwise(model: type[FactModel], name: str) -> Read | None:
    """What stands for a fact that is not given, tried in the order in which `View` does."""
    declared = model.declarations[name]
    tried: list[Read] = []
    if declared.only_for:
        tried.append(_only_for(model, frozenset(declared.only_for), declared.form in LISTS))
    if declared.falls_back_to:
        tried.append(_falls_back(model, declared.falls_back_to))
    elif issubclass(model, Good) and name in codes.IMPLIED:
        tried.append(_implied(name))
    elif name == "conduct" and issubclass(model, Events):
        tried.append(_conduct)
    elif name == "category" and issubclass(model, Good):
        tried.append(_category)
    if len(tried) < 2:
        return tried[0] if tried else None

    def read(c: Message, x: Plain) -> Any:
        for one in tried:
            found = one(c, x)
            if found is not None:
                return found
        return None

    return read


def _falls_back(model: type[FactModel], name: str) -> Read:
    otherwise = _otherwise(model, name)

    def read(c: Message, x: Plain) -> Any:
        found = x.get(name)
        return otherwise(c, x) if found is None and otherwise is not None else found

    return read


def _sort(model: type[FactModel], x: Plain) -> frozenset[str]:
    """The sorts that the item may be of; empty where nothing is known of that."""
    discriminator = DISCRIMINATORS.get(model.__name__)
    value = x.get(discriminator) if discriminator else None
    if type(value) is str:
        return frozenset((value,))
    if type(value) is OneOf:
        return value.values
    held = _codes(x) if issubclass(model, Good) else ()
    return _sorts_of(held) if held else frozenset()


def _codes(x: Plain) -> tuple[str, ...]:
    return members(x.get("codes"))


@cache
def _sorts_of(held: tuple[str, ...]) -> frozenset[str]:
    possible = [codes.categories_of(code_of(one)) for one in held]
    some = {category for one in possible for category in one}
    every = {category for category in some if all(category in one for one in possible)}
    return frozenset(every or some)


def _only_for(model: type[FactModel], sorts: frozenset[str], is_list: bool) -> Read:
    none = () if is_list else NOT_APPLICABLE

    def read(c: Message, x: Plain) -> Any:
        sort = _sort(model, x)
        return none if sort and not sort & sorts else None

    return read


def _implied(name: str) -> Read:
    def read(c: Message, x: Plain) -> Any:
        words = codes.implied(name, tuple(map(code_of, _codes(x))))
        if not words:
            return None
        return next(iter(words)) if len(words) == 1 else OneOf(words)

    return read


def _conduct(c: Message, x: Plain) -> Any:
    kind = c.a.get("kind")
    event = EVENT_OF_ACT.get(kind) if type(kind) is str else None
    if event is None:
        return None
    found = x.get(event)
    return None if found is NOT_APPLICABLE else found


def _category(c: Message, x: Plain) -> Any:
    possible = _sort(Good, x)
    return OneOf(possible) if possible else None
