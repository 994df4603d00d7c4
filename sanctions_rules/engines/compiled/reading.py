"""How generated code reads a fact: the fall-backs of `view.View`, on plain facts.

A fact that nothing can stand for is read by `dict.get` in the generated code itself; a reader is
made for the others, and for paths that go on through a name to another item.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from sanctions_rules import codes
from sanctions_rules.engines.compiled.facts import Facts, Plain, code_of
from sanctions_rules.facts import DISCRIMINATORS, EVENT_OF_ACT, Events, FactModel, Good
from sanctions_rules.schema import COLLECTIONS, WITH_COMPONENTS, children
from sanctions_rules.values import NOT_APPLICABLE, Items, OneOf
from sanctions_rules.view import LISTS

NO_FACTS: Final[Plain] = {}


class Message:
    """One case while it is decided: its plain facts, and what was worked out of them so far."""

    __slots__ = ("_by", "_judged", "_places", "_slow", "a", "d", "e", "facts", "m", "program")

    def __init__(self, facts: Facts, program: Any = None) -> None:
        self.facts = facts
        self.program = program  # and the settings, for what is left to the reference
        self.d = facts.data
        self.a: Plain = self.d.get("act") or NO_FACTS
        self.e: Plain = self.a.get("events") or NO_FACTS
        self.m: dict[Any, Any] = {}
        self._by: dict[str, dict[str, Plain]] | None = None
        self._judged: dict[tuple[str, str], Any] | None = None
        self._places: dict[int, str] | None = None
        self._slow: Any = None

    def item(self, collection: str, name: str) -> Plain:
        """The item of that name."""
        if self._by is None:
            self._by = {}
        held = self._by.get(collection)
        if held is None:
            held = self._by[collection] = {
                one["id"]: one for one in self.items(collection) if "id" in one
            }
        return held[name]

    def items(self, collection: str) -> tuple[Plain, ...]:
        held = self.d.get(collection)
        return held if type(held) is tuple else () if held is None else tuple(held.members)

    def judged(self, of: Plain | None, question: str) -> bool | None:
        """A person's recorded answer; None where there is none."""
        if self._judged is None:
            self._judged = {
                (one.get("question", ""), one.get("of", "")): {"yes": True, "no": False}.get(one.get("answer", ""))
                for one in self.items("judgements")
            }  # fmt: skip
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
        if self._places is None:
            self._places = {}
            for collection in COLLECTIONS:
                self._register(self._places, collection, self.d.get(collection))
        return self._places[id(item)]

    def _register(self, places: dict[int, str], prefix: str, held: Any) -> None:
        members = held if type(held) is tuple else () if held is None else held.members
        for index, one in enumerate(members):
            where = f"{prefix}[{index}]"
            places[id(one)] = where
            if "components" in one:
                self._register(places, f"{where}.components", one["components"])


#: Reads one fact of an item; None where it is not known.
Read = Callable[[Message, Plain], Any]


@dataclass(frozen=True, slots=True)
class Access:
    """How a path is read: by `dict.get` of the last part, where nothing can stand for the fact."""

    simple: str = ""
    read: Read | None = None


@cache
def access(model: type[FactModel], path: tuple[str, ...]) -> Access:
    """How the fact at the end of a path is read from an item of the model."""
    part, rest = path[0], path[1:]
    inner = children(model).get(part)
    if inner is not None:
        return Access(read=_through(part, _read(access(inner, rest))))
    if part == WITH_COMPONENTS:
        return Access(read=_with_components)
    first = _fact(model, part)
    if not rest:
        return first
    declared = model.declarations[part]
    further = _read(access(COLLECTIONS[declared.of], rest))
    return Access(read=_onwards(_read(first), further))


def _read(access: Access) -> Read:
    if access.read is not None:
        return access.read
    name = access.simple
    return lambda c, x: x.get(name)


def _through(part: str, read: Read) -> Read:
    return lambda c, x: read(c, x.get(part) or NO_FACTS)


def _onwards(first: Read, further: Read) -> Read:
    def read(c: Message, x: Plain) -> Any:
        found = first(c, x)
        if type(found) is dict:
            return further(c, found)
        return NOT_APPLICABLE if found is NOT_APPLICABLE else None

    return read


def _with_components(c: Message, x: Plain) -> Any:
    members: list[Plain] = []
    complete = True
    pending = [x]
    while pending:
        one = pending.pop()
        members.append(one)
        inner = one.get("components")
        if type(inner) is tuple:
            pending.extend(cast("tuple[Plain, ...]", inner))
        else:
            complete = False
            pending.extend(() if inner is None else inner.members)
    return tuple(members) if complete else Items(tuple(members), False)


def _fact(model: type[FactModel], name: str) -> Access:
    declared = model.declarations[name]
    read = _plain(model, name)
    if read is not None and declared.form == "ref":
        read = _item_of(read, declared.of)
    elif declared.form == "ref":
        read = _item_of(lambda c, x: x.get(name), declared.of)
    elif declared.form == "refs":
        read = _items_of(read or (lambda c, x: x.get(name)), declared.of)
    return Access(read=read) if read is not None else Access(simple=name)


def _item_of(read: Read, collection: str) -> Read:
    def item(c: Message, x: Plain) -> Any:
        name = read(c, x)
        return c.item(collection, name) if type(name) is str else name

    return item


def _items_of(read: Read, collection: str) -> Read:
    def items(c: Message, x: Plain) -> Any:
        names = read(c, x)
        if type(names) is tuple:
            return tuple([c.item(collection, name) for name in names])
        if type(names) is Items:
            return Items(tuple([c.item(collection, str(name)) for name in names.members]), False)
        return names

    return items


def _plain(model: type[FactModel], name: str) -> Read | None:
    """A reader with the fall-backs of the fact, in the order in which `View` tries them."""
    declared = model.declarations[name]
    steps: list[Read] = []
    if declared.only_for:
        steps.append(_only_for(model, frozenset(declared.only_for), declared.form in LISTS))
    if declared.falls_back_to:
        steps.append(_read(_fact(model, declared.falls_back_to)))
    elif issubclass(model, Good) and name in codes.IMPLIED:
        steps.append(_implied(name))
    elif name == "conduct" and issubclass(model, Events):
        steps.append(_conduct)
    elif name == "category" and issubclass(model, Good):
        steps.append(_category)
    if not steps:
        return None

    def read(c: Message, x: Plain) -> Any:
        found = x.get(name)
        if found is not None:
            return found
        for step in steps:
            found = step(c, x)
            if found is not None:
                return found
        return None

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
    held = x.get("codes")
    return held if type(held) is tuple else () if held is None else tuple(map(str, held.members))


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
