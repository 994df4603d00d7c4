"""Facts as plain Python values, for whoever decides a message in microseconds.

A case is a dict of its facts, as in JSON, with each value in its own type: a word, text, country,
name or code is a str, a flag a bool, a number a Decimal, a time a date (known to the day) or an
aware datetime, a list a tuple, an item a dict. Rarer forms are objects: `Span` (a range of
numbers, or money), `Day` (a range of times), `OneOf`, `Items` for a list that is not complete,
and NOT_APPLICABLE. A key that is not there is a fact that is not known.

`read_facts` reads JSON into that form and refuses what `read_case` refuses: what it does not
recognise at sight it gives to `read_case`, which has the errors with place and help.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from sys import intern
from typing import Any, Final, cast

from pydantic_core import PydanticCustomError

from sanctions_rules.canonical import plain as as_text
from sanctions_rules.codes import COUNTRIES, Code, category_may_carry, read_code
from sanctions_rules.facts import (
    DISCRIMINATORS,
    Case,
    Collection,
    Declared,
    FactModel,
    LicenceHeld,
    Listed,
    Money,
    Range,
    read_value,
)
from sanctions_rules.limits import DEFAULT as LIMITS
from sanctions_rules.read import build_case, read_case
from sanctions_rules.schema import COLLECTIONS, children
from sanctions_rules.values import NOT_APPLICABLE, Items, Nothing, OneOf, Span
from sanctions_rules.view import LISTS, Day, as_number, as_time

Plain = dict[str, Any]
#: Reads one value of a declared form; names that it points at are added to the second argument.
Reader = Callable[[Any, list[tuple[str, str]]], Any]


def members(held: Any) -> tuple[Any, ...]:
    """What is on a list; nothing where it is not known, or where there is no such thing."""
    if held.__class__ is tuple:
        return held
    return held.members if held.__class__ is Items else ()


def is_whole(held: Any) -> bool:
    """Whether a list is all there is."""
    return held.__class__ is tuple or held is NOT_APPLICABLE


#: What closes the lists of trusted facts, where a list says on what that rests.
TRUSTED: Final = "facts that the caller checked"


class Facts:
    """The facts of one case in plain form, checked, and the `Case` when something asks for it.

    `explained`: whoever asked the reference about them last, and a weak reference to its run.
    """

    __slots__ = ("_case", "_raw", "data", "explained")

    def __init__(self, data: Plain, case: Case | None = None, raw: Any = None) -> None:
        self.data = data
        self._case = case
        self._raw = raw
        self.explained: tuple[Any, Any] | None = None

    @classmethod
    def of(cls, case: Case) -> Facts:
        return cls(plain_facts(case), case)

    @property
    def case(self) -> Case:
        """The same facts as models. Raises FactsError where trusted facts are none after all."""
        if self._case is None:
            self._case = (
                build_case(written(self.data), closed_by=TRUSTED)
                if self._raw is None
                else build_case(self._raw)
            )
        return self._case


def trusted(data: Mapping[str, Any]) -> Facts:
    """Plain facts that the caller has checked: they are taken as they are.

    For facts that were validated before, by `read_facts` or by a schema of one's own. A value of
    another type than the docstring of this module names has no meaning here, and is not looked for.
    """
    return Facts(data if data.__class__ is dict else dict(data))  # type: ignore[arg-type]


def read_facts(text: str) -> Facts:
    """The facts of a case from JSON text.

    Raises FactsError with every problem found, each with place and help, as `read_case` does.
    """
    if len(text) <= LIMITS.facts_bytes // 4:
        try:
            raw = _JSON.decode(text)
            refs: list[tuple[str, str]] = []
            data = _take(Case, raw, refs)
            _check_names(data, refs)
            return Facts(data, raw=raw)
        except (_Odd, PydanticCustomError, LookupError, ValueError, TypeError, AttributeError, RecursionError):  # fmt: skip
            pass  # what it is, and where, the other reader says
    return Facts.of(read_case(text, "json"))


class _Odd(Exception):
    """Something that is not recognised at sight."""


def _refuse(_: str) -> Any:
    raise _Odd


def _number(text: str) -> Decimal:
    if len(text) > LIMITS.digits or "e" in text or "E" in text:
        raise _Odd
    return Decimal(text)


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Odd
    return made


_JSON: Final = json.JSONDecoder(
    parse_float=_number, parse_int=_number, parse_constant=_refuse, object_pairs_hook=_table
)


# -- from JSON -----------------------------------------------------------------------------------


def _take(model: type[FactModel], raw: Any, refs: list[tuple[str, str]]) -> Plain:
    readers = _readers(model)
    made: Plain = {}
    for name, value in raw.items():
        name, read = readers[name]  # a misspelt name is one whatever is said under it
        if value is not None:
            value = read(value, refs)
            if value is not None:
                made[name] = value
    discriminator = DISCRIMINATORS.get(model.__name__)
    sort = made.get(discriminator) if discriminator else None
    if type(sort) is str:
        for name in made.keys() & _not_for(model, sort):
            if made[name] is not NOT_APPLICABLE and made[name] != ():
                raise _Odd
        for code in members(made.get("codes")):
            if not _may_carry(sort, code):
                raise _Odd
    return made


@cache
def _not_for(model: type[FactModel], sort: str) -> frozenset[str]:
    """The facts that a thing of this sort does not have."""
    return frozenset(
        n for n, d in model.declarations.items() if d.only_for and sort not in d.only_for
    )


@cache
def _may_carry(sort: str, text: str) -> bool:
    return category_may_carry(sort, code_of(text).hs)


@cache
def code_of(text: str) -> Code:
    """The code that a plain fact names. Raises ValueError where it is none."""
    code = read_code(text)
    if code is None:
        raise ValueError(f"`{text}` is not a commodity code")
    return code


def _closed(value: Any, needs_basis: bool) -> list[Any] | None:
    """The members of a list that is written as closed; None for any other spelling."""
    if value.__class__ is list:
        return None if needs_basis else value
    if value.__class__ is not dict or value.get("complete") is not True:
        return None
    items, more = value.get("items"), len(value) - 2  # beside these two, one key at most: a basis
    if items.__class__ is list:
        if more == 0 and not needs_basis:
            return items
        if more == 1 and type(value.get("basis")) is str and value["basis"]:
            return items
    return None


#: What ends a list that is not closed, or is no member of one.
_ENDLESS: Final = ("…", "...", "none")


@cache
def _readers(model: type[FactModel]) -> dict[str, tuple[str, Reader]]:
    """By the name of a fact: the same name, one object for all messages, and what reads it."""
    found: dict[str, Reader] = {name: _part(inner) for name, inner in children(model).items()}
    found |= {name: _reader(declared) for name, declared in model.declarations.items()}
    return {name: (intern(name), read) for name, read in found.items()}


def _part(model: type[FactModel]) -> Reader:
    return lambda value, refs: _take(model, value, refs)


def _reader(declared: Declared) -> Reader:
    """What reads the usual spelling of a fact at once, and gives any other to `read_value`."""

    none: Any = () if declared.form in LISTS else NOT_APPLICABLE

    def other(value: Any, refs: list[tuple[str, str]]) -> Any:
        if declared.optional and value == "none":
            return none
        if value.__class__ is dict and value:
            if value.keys() == {"unknown"}:
                return None
            if "value" in value and value.keys() <= {
                "value",
                "source",
                "observed_at",
                "document_ref",
            }:
                inner = value["value"]
                return None if inner is None else read(inner, refs)
        if declared.form == "records":
            return _records(declared, value, refs)
        made = plain_value(declared, read_value(declared, value))
        if declared.form in ("ref", "refs") and made is not None and made is not NOT_APPLICABLE:
            named = (made,) if made.__class__ is str else members(made)
            refs.extend([(declared.of, name) for name in named])
        return made

    # each word is one object in all messages: what is compared later is then seen to be the same
    words = {intern(one): intern(one) for one in declared.values or COUNTRIES if one != "none"}

    def word(value: Any, refs: list[tuple[str, str]]) -> Any:
        return words[value] if type(value) is str and value in words else other(value, refs)

    def flag(value: Any, refs: list[tuple[str, str]]) -> Any:
        return value if value is True or value is False else other(value, refs)

    def text(value: Any, refs: list[tuple[str, str]]) -> Any:
        if type(value) is str and value and value != "none":
            return value
        return other(value, refs)

    def ref(value: Any, refs: list[tuple[str, str]]) -> Any:
        if type(value) is str and value and value != "none":
            refs.append((declared.of, value))
            return value
        return other(value, refs)

    of_words = declared.form in ("words", "countries")
    of_refs, of_codes = declared.form == "refs", declared.form == "codes"

    def many(value: Any, refs: list[tuple[str, str]]) -> Any:
        given = _closed(value, declared.needs_basis)
        if given is None or of_codes:
            return other(value, refs)
        if not given:
            return ()
        if of_words:
            return tuple(given) if words.keys() >= set(given) else other(value, refs)
        for one in given:
            if type(one) is not str or not one or one in _ENDLESS:
                return other(value, refs)
        if of_refs:
            refs.extend([(declared.of, one) for one in given])
        return tuple(given)

    def moment(value: Any, refs: list[tuple[str, str]]) -> Any:
        if type(value) is str and len(value) == 10 and value[4] == value[7] == "-":
            if "1900" <= value < "2200":
                return _day(value)
        return other(value, refs)

    def records(value: Any, refs: list[tuple[str, str]]) -> Any:
        raw = _closed(value, declared.needs_basis)
        if raw is not None and len(raw) <= LIMITS.collection:
            model = COLLECTIONS[declared.of]
            if not raw or type(raw[-1]) is dict:
                return tuple([_item(model, one, refs) for one in raw])
        return other(value, refs)

    read: Reader = {
        "word": word, "country": word, "flag": flag, "text": text, "ref": ref, "moment": moment,
        "records": records, "words": many, "countries": many, "texts": many, "refs": many,
    }.get(declared.form, other)  # fmt: skip
    return read


#: Days by their text: one object for all messages of a day.
_day: Final = lru_cache(4096)(date.fromisoformat)


def _records(declared: Declared, value: Any, refs: list[tuple[str, str]]) -> Any:
    read = read_value(declared, value)
    model = COLLECTIONS[declared.of]
    items = tuple([_item(model, one, refs) for one in read["items"]])
    return items if read["complete"] else Items(items, False)


def _item(model: type[FactModel], raw: Any, refs: list[tuple[str, str]]) -> Plain:
    made = _take(model, raw, refs)
    if model is LicenceHeld and "number" in made:
        LicenceHeld.model_validate({k: raw[k] for k in ("number", "authority") if k in raw})
    return made


def _check_names(data: Plain, refs: list[tuple[str, str]]) -> None:
    names: dict[str, set[str]] = {}
    for collection in COLLECTIONS:
        held = members(data.get(collection))
        if held:
            given = [one["id"] for one in held if "id" in one]
            names[collection] = found = set(given)
            if len(found) != len(given):
                raise _Odd
    for collection, name in refs:
        if name not in names.get(collection, ()):
            raise _Odd
    stakes = data.get("ownership")
    if is_whole(stakes) and any(one.get("is_indirect") is True for one in members(stakes)):
        raise _Odd  # whether its links are there the other reader finds out


# -- from and to models --------------------------------------------------------------------------


def plain_facts(model: FactModel) -> Plain:
    """The facts of a model in plain form."""
    made: Plain = {}
    given = model.__dict__
    for name in children(type(model)):
        inner = plain_facts(given[name])
        if inner:
            made[name] = inner
    for name, declared in type(model).declarations.items():
        value = given[name]
        if value is not None:
            made[name] = plain_value(declared, value)
    return made


def plain_value(declared: Declared, value: Any) -> Any:
    """A fact's value, as a model holds it, in plain form."""
    if value is None or type(value) is str or type(value) is bool:
        return value
    if value is NOT_APPLICABLE:
        return () if declared.form in LISTS else value
    match value:
        case Listed():
            members = tuple(str(m) if isinstance(m, Code) else m for m in value.items)
            return members if value.complete else Items(members, False)
        case Collection():
            held = cast("Collection[Any]", value)
            items = tuple(plain_facts(one) for one in held.items)
            return items if held.complete else Items(items, False)
        case Money():
            span = as_number(value.amount)
            return Span(span.lo, span.hi, span.lo_open, span.hi_open, value.currency)
        case Range():
            return as_number(value) if declared.form == "number" else as_time(value)
        case _:
            return value


_ENDS: Final = {
    True: ("after", "on_or_after", "before", "on_or_before"),
    False: ("more_than", "at_least", "less_than", "at_most"),
}


def written(value: Any) -> Any:
    """Plain facts as `build_case` takes them."""
    match value:
        case dict():
            return {k: written(v) for k, v in cast("Plain", value).items()}
        case tuple() | list():
            return [written(v) for v in cast("tuple[Any, ...]", value)]
        case Items():
            return {"items": [written(v) for v in value.members], "complete": value.complete}
        case Span() if value.tag is not None:
            bare = Span(value.lo, value.hi, value.lo_open, value.hi_open)
            return {"amount": value.lo if value.is_point else _range(bare), "currency": value.tag}
        case Span() | Day():
            return _range(value)
        case OneOf():
            return {"one_of": sorted(value.values)}
        case Nothing():
            return as_text(value)
        case _:
            return value


def _range(value: Span | Day) -> dict[str, Any]:
    names = _ENDS[isinstance(value, Day)]
    ends = (
        (names[0] if value.lo_open else names[1], value.lo),
        (names[2] if value.hi_open else names[3], value.hi),
    )
    return {name: end for name, end in ends if end is not None}
