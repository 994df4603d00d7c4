"""A case as engines see it: items by place, and facts as values on two rails.

The only place where one fact may stand for another, each time as its declaration in `facts/`
says: a fact of one sort of goods is `none` for the others, a line of equal stones has one
weight, a category rules codes out and a code rules categories out. An absent fact is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, cast

from sanctions_rules import codes
from sanctions_rules.facts import (
    DISCRIMINATORS,
    EVENT_OF_ACT,
    Case,
    Collection,
    Declared,
    Events,
    FactModel,
    Good,
    Listed,
    Range,
)
from sanctions_rules.schema import COLLECTIONS, NOUNS, WITH_COMPONENTS, children
from sanctions_rules.values import (
    NOT_APPLICABLE,
    UNKNOWN,
    Items,
    Nothing,
    OneOf,
    Span,
    Truth,
    point,
)


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One thing of the case, by its place: `goods[3].components[0]`."""

    place: str
    model: FactModel

    def __hash__(self) -> int:
        return hash(self.place)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Item) and other.place == self.place

    @property
    def id(self) -> str:
        return cast(str, getattr(self.model, "id", None) or self.place)


@dataclass(frozen=True, slots=True)
class Day:
    """A time that is known to the day, or a range of times, before a zone is chosen."""

    lo: date | datetime | None
    hi: date | datetime | None
    lo_open: bool = False
    hi_open: bool = False

    @property
    def is_day(self) -> bool:
        return (
            self.lo == self.hi and isinstance(self.lo, date) and not isinstance(self.lo, datetime)
        )


@dataclass(frozen=True, slots=True)
class Leaf:
    """A fact that an answer waits for: its place, and what of it is needed."""

    place: str
    need: str = "fact"  # fact range hour completeness code agreement judgement law

    def __str__(self) -> str:
        match self.need:
            case "hour":
                return f"the hour of {self.place}"
            case "range":
                return f"a closer range of {self.place}"
            case "completeness":
                return f"completeness of {self.place}"
            case "code":
                return f"a longer code in {self.place}"
            case "judgement":
                question, _, of = self.place.partition(" of ")
                return f"judgement {question} of {of}"
            case "agreement":
                return f"agreement of {self.place} with the sort of the good"
            case "law":
                return f"law: {self.place}"
            case _:
                return self.place


_CASE: Final = "case"
_JUDGED: Final = ("judged",)


@dataclass(slots=True)
class View:
    """One case, with values given for the sake of argument laid over it (`assumed`)."""

    case: Case
    assumed: dict[str, object] = field(default_factory=dict[str, object])
    _items: dict[str, Item] = field(default_factory=dict[str, Item])
    _by_id: dict[tuple[str, str], Item] = field(default_factory=dict[tuple[str, str], Item])
    _judged: dict[tuple[str, str], Truth] = field(default_factory=dict[tuple[str, str], Truth])
    _order: dict[str, int] = field(default_factory=dict[str, int])
    #: Facts as they were read, by place: of the case itself, with nothing laid over it.
    _read: dict[str, tuple[object, Leaf | None]] = field(
        default_factory=dict[str, "tuple[object, Leaf | None]"]
    )
    #: The same at the ends of paths, by the place of the item and the path.
    _ends: dict[tuple[str, tuple[str, ...]], tuple[object, Leaf | None]] = field(
        default_factory=dict[tuple[str, tuple[str, ...]], "tuple[object, Leaf | None]"]
    )
    #: Judgements that were asked for, as `question of subject`.
    asked: set[str] = field(default_factory=set[str])
    #: The case as a thing of its own.
    root: Item = field(init=False)

    def __post_init__(self) -> None:
        self.root = self._items[_CASE] = Item(_CASE, self.case)
        for name in lists_of_items(Case):
            collection = cast("Collection[Any] | None", getattr(self.case, name))
            if collection is not None:
                self._register(name, collection)
        if self.case.judgements is not None:
            for judgement in cast("Collection[Any]", self.case.judgements):
                answer = {"yes": Truth.TRUE, "no": Truth.FALSE}.get(judgement.answer, Truth.UNKNOWN)
                self._judged[(judgement.question, judgement.of)] = answer

    def _register(self, prefix: str, collection: Collection[Any]) -> None:
        for index, model in enumerate(collection):
            item = Item(f"{prefix}[{index}]", model)
            self._items[item.place] = item
            self._order[item.place] = len(self._order)
            name = getattr(model, "id", None)
            if isinstance(name, str) and "." not in prefix:
                self._by_id[(prefix, name)] = item
            for part in lists_of_items(type(cast(FactModel, model))):
                inner = getattr(model, part)
                if inner is not None:
                    self._register(f"{item.place}.{part}", inner)

    def item(self, place: str) -> Item:
        return self._items[place]

    def named(self, name: str | None, noun: str) -> Item:
        """The item of that id or place. Raises LookupError when there is none."""
        collection = NOUNS[noun]
        found = self._by_id.get((collection, name or "")) or self._items.get(name or "")
        if found is None or not isinstance(found.model, COLLECTIONS[collection]):
            known = [i.id for i in self.items(collection)] if hasattr(self.case, collection) else []
            raise LookupError(
                f"`{name}` is not among the {collection}: {', '.join(known) or 'there are none'}"
            )
        return found

    def items(self, collection: str) -> tuple[Item, ...]:
        assumed = self.assumed.get(collection)
        if isinstance(assumed, Items):
            return cast("tuple[Item, ...]", assumed.members)
        found = getattr(self.case, collection)
        return tuple(self._items[f"{collection}[{i}]"] for i in range(len(found or ())))

    def is_complete(self, collection: str) -> bool:
        assumed = self.assumed.get(collection)
        if isinstance(assumed, Items):
            return assumed.complete
        found = getattr(self.case, collection)
        return found is not None and found.complete

    def order(self, place: str) -> int:
        return self._order.get(place, 0)

    # -- reading -------------------------------------------------------------------------------

    def read(self, item: Item, path: tuple[str, ...]) -> tuple[object, Leaf | None]:
        """The value at the end of `path`, and the fact to ask for where it is not (wholly) known."""
        if self.assumed:
            return self._end(item, path)
        key = (item.place, path)
        found = self._ends.get(key)
        if found is None:
            found = self._end(item, path)
            if path[:1] != _JUDGED:  # each time one is asked for, that is noted
                self._ends[key] = found
        return found

    def _end(self, item: Item, path: tuple[str, ...]) -> tuple[object, Leaf | None]:
        if path[:1] == _JUDGED:
            return self._judgement(item, path[1])
        model: FactModel = item.model
        place = "" if item.place == _CASE else item.place + "."
        if len(path) == 1:  # the commonest, at once
            declared = type(model).declarations.get(path[0])
            if declared is not None:
                return self._fact(model, place, path[0], declared)
        for index, part in enumerate(path):
            if part in children(type(model)):
                model = getattr(model, part)
                place += part + "."
                continue
            if part == WITH_COMPONENTS:
                return self._with_components(item)
            declared = type(model).declarations[part]
            value, leaf = self._fact(model, place, part, declared)
            if index == len(path) - 1:
                return value, leaf
            if isinstance(value, Nothing) or not isinstance(value, Item):
                return (value if isinstance(value, Nothing) else UNKNOWN), leaf
            model, place = value.model, value.place + "."
        return item, None

    def _judgement(self, item: Item, question: str) -> tuple[object, Leaf | None]:
        where = "act" if item.place == _CASE else item.id
        leaf = Leaf(f"{question} of {where}", "judgement")
        self.asked |= {leaf.place, f"{question} of {item.place}"}
        if str(leaf) in self.assumed:
            return self.assumed[str(leaf)], None
        found = self._judged.get((question, item.id)) or self._judged.get((question, item.place))
        if found is None and item.place == _CASE:
            found = self._judged.get((question, "act"))
        if found is None or found is Truth.UNKNOWN:
            return Truth.UNKNOWN, leaf
        return found, None

    def _with_components(self, item: Item) -> tuple[object, Leaf | None]:
        members: list[Item] = []
        complete, leaf = True, None
        pending = [item]
        while pending:
            one = pending.pop()
            members.append(one)
            inner, waiting = self._fact(
                one.model, f"{one.place}.", "components", Good.declarations["components"]
            )
            leaf = leaf or waiting
            if isinstance(inner, Items):
                pending.extend(cast("tuple[Item, ...]", inner.members))
            complete = complete and isinstance(inner, Items) and inner.complete
        return Items(tuple(members), complete), leaf

    def _fact(
        self, model: FactModel, place: str, name: str, declared: Declared
    ) -> tuple[object, Leaf | None]:
        where = place + name
        if self.assumed:
            if where in self.assumed:
                return self.assumed[where], _assumed_leaf(self.assumed[where], where, declared)
            value: Any = getattr(model, name)
            if value is None:
                return self._stand_in(model, place, name, declared, where)
            return self._given(value, where, declared)
        found = self._read.get(where)
        if found is None:
            value = getattr(model, name)
            found = self._read[where] = (
                self._stand_in(model, place, name, declared, where)
                if value is None
                else self._given(value, where, declared)
            )
        return found

    def _given(self, value: Any, where: str, declared: Declared) -> tuple[object, Leaf | None]:
        if value is NOT_APPLICABLE:
            return (Items((), True) if declared.form in LISTS else NOT_APPLICABLE), None
        return self._value(value, where, declared)

    def _stand_in(
        self, model: FactModel, place: str, name: str, declared: Declared, where: str
    ) -> tuple[object, Leaf | None]:
        """What another fact says of one that is not given."""
        if declared.only_for:
            sort = self._sort(model, place)
            if sort and not sort & set(declared.only_for):
                return (Items((), True) if declared.form in LISTS else NOT_APPLICABLE), None
        if declared.falls_back_to:
            other = declared.falls_back_to
            return self._fact(model, place, other, type(model).declarations[other])
        if isinstance(model, Good):
            words = codes.implied(name, self._codes(model, place))
            if words:
                return (next(iter(words)) if len(words) == 1 else OneOf(words)), (
                    Leaf(where) if len(words) > 1 else None
                )
        if name == "conduct" and isinstance(model, Events):
            kind = self.assumed.get("act.kind", self.case.act.kind)
            event = EVENT_OF_ACT.get(kind) if isinstance(kind, str) else None
            if event is not None:
                found, leaf = self._fact(model, place, event, Events.declarations[event])
                if found is not NOT_APPLICABLE:  # every act has a time, whatever events it lacks
                    return found, leaf
        if name == "category" and isinstance(model, Good):
            possible = self._sort(model, place)
            return (OneOf(possible) if possible else UNKNOWN), Leaf(where)
        return UNKNOWN, Leaf(where)

    def _sort(self, model: FactModel, place: str) -> frozenset[str]:
        """The sorts that the item may be of; empty where nothing is known of that."""
        discriminator = DISCRIMINATORS.get(type(model).__name__)
        value = (
            self.assumed.get(place + discriminator, getattr(model, discriminator))
            if discriminator
            else None
        )
        if isinstance(value, str):
            return frozenset({value})
        if isinstance(value, OneOf):
            return value.values
        held = self._codes(model, place) if isinstance(model, Good) else ()
        if held:
            possible = [codes.categories_of(code) for code in held]
            some = {category for one in possible for category in one}
            every = {category for category in some if all(category in one for one in possible)}
            return frozenset(every or some)
        return frozenset()

    def _codes(self, model: Good, place: str) -> tuple[codes.Code, ...]:
        assumed = self.assumed.get(place + "codes")
        if isinstance(assumed, Items):
            return cast("tuple[codes.Code, ...]", assumed.members)
        return model.codes.items if isinstance(model.codes, Listed) else ()

    def _value(self, value: Any, where: str, declared: Declared) -> tuple[object, Leaf | None]:
        match declared.form:
            case "flag":
                return Truth.known(value), None
            case "number":
                return as_number(value), (
                    Leaf(where, "range") if isinstance(value, Range) else None
                )
            case "moment":
                return as_time(value), _moment_leaf(value, where)
            case "price":
                span = as_number(value.amount)
                ranged = isinstance(value.amount, Range)
                tagged = Span(span.lo, span.hi, span.lo_open, span.hi_open, value.currency)
                return tagged, (Leaf(where, "range") if ranged else None)
            case "word" | "country" | "text":
                return value, (Leaf(where) if isinstance(value, OneOf) else None)
            case "ref":
                return self._by_id[(declared.of, value)], None
            case "refs":
                members = tuple(self._by_id[(declared.of, name)] for name in value.items)
                return Items(members, value.complete), self._open(value, where)
            case "records":
                inner = tuple(self._items[f"{where}[{i}]"] for i in range(len(value)))
                return Items(inner, value.complete), self._open(value, where)
            case "codes":
                return Items(value.items, value.complete), Leaf(where, "code")
            case _:
                return Items(value.items, value.complete), self._open(value, where)

    @staticmethod
    def _open(value: Any, where: str) -> Leaf | None:
        return None if value.complete else Leaf(where, "completeness")

    def supplied(self) -> Iterator[tuple[str, Any]]:
        """Every fact that was given, by place, in schema order."""
        for item in self._items.values():
            prefix = "" if item.place == _CASE else item.place + "."
            yield from _given(item.model, prefix)


@cache
def lists_of_items(model: type[FactModel]) -> tuple[str, ...]:
    """The facts of a model that are lists of things of their own."""
    return tuple(name for name, one in model.declarations.items() if one.form == "records")


LISTS: Final = frozenset({"words", "countries", "texts", "refs", "records", "codes"})


def _given(model: FactModel, prefix: str) -> Iterator[tuple[str, Any]]:
    for name in type(model).model_fields:
        if name in children(type(model)):
            yield from _given(getattr(model, name), f"{prefix}{name}.")
        elif name in type(model).declarations:
            value = getattr(model, name)
            if value is not None:
                yield prefix + name, value


def _assumed_leaf(value: object, where: str, declared: Declared) -> Leaf | None:
    """What is still to be asked where a value given for the sake of argument is not exact."""
    match value:
        case Day():
            return (
                None
                if isinstance(value.lo, datetime) and value.lo == value.hi
                else Leaf(where, "hour" if value.is_day else "range")
            )
        case Span():
            return None if value.is_point else Leaf(where, "range")
        case Items():
            need = "code" if declared.form == "codes" else "" if value.complete else "completeness"
            return Leaf(where, need) if need else None
        case OneOf() | Nothing.UNKNOWN | Truth.UNKNOWN:
            return Leaf(where)
        case _:
            return None


def as_number(value: Decimal | Range) -> Span:
    if isinstance(value, Range):
        return Span(
            cast("Decimal | None", value.lo),
            cast("Decimal | None", value.hi),
            value.lo_open,
            value.hi_open,
        )
    return point(value)


def as_time(value: date | datetime | Range) -> Day:
    if isinstance(value, Range):
        lo, hi = cast("date | None", value.lo), cast("date | None", value.hi)
        return Day(lo, hi, value.lo_open, value.hi_open)
    return Day(value, value)


def _moment_leaf(value: date | datetime | Range, where: str) -> Leaf | None:
    if isinstance(value, Range):
        return Leaf(where, "range")
    return None if isinstance(value, datetime) else Leaf(where, "hour")
