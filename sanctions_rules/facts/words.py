"""Raw values as flags, words, countries, texts and codes, and as lists of those."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from sanctions_rules.codes import COUNTRIES, Code, read_code
from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.facts.forms import Declared, Listed
from sanctions_rules.facts.refusing import bad, false_help, show
from sanctions_rules.limits import DEFAULT as LIMITS
from sanctions_rules.values import OneOf


def read_flag(declared: Declared, value: Any, _: str | None) -> Any:
    if isinstance(value, bool):
        return value
    raise bad(
        "wrong-type",
        "true or false is expected, not `{given}`",
        "write true or false without quotes",
        given=show(value),
    )


def _word(declared: Declared, value: Any) -> str:
    if not isinstance(value, str):
        raise bad(
            "wrong-type",
            "a word is expected, not `{given}`",
            false_help(value),
            given=show(value),
        )
    if value not in declared.values:
        near = did_you_mean(value, declared.values)
        raise bad(
            "unknown-word",
            "`{given}` is not one of the words for this fact",
            near or "one of: " + ", ".join(declared.values),
            given=show(value),
        )
    return value


def read_word(declared: Declared, value: Any, _: str | None) -> Any:
    if isinstance(value, OneOf):
        return value
    if isinstance(value, dict) and set(cast("dict[str, Any]", value)) == {"one_of"}:
        words: Any = cast("dict[str, Any]", value)["one_of"]
        if not isinstance(words, list) or not words:
            raise bad(
                "wrong-type",
                "`one_of` is a list of the words that the fact may be",
                "leave the fact out where nothing is known of it",
            )
        return OneOf(frozenset(_word(declared, v) for v in cast("list[Any]", words)))
    return _word(declared, value)


def _country(_: Declared, value: Any) -> str:
    if not isinstance(value, str):
        raise bad(
            "wrong-type",
            "a country code is expected, not `{given}`",
            false_help(value),
            given=show(value),
        )
    if value not in COUNTRIES:
        raise bad(
            "unknown-country",
            "`{given}` is not an ISO 3166 country code",
            did_you_mean(value.upper(), COUNTRIES)
            if value.upper() != value
            else "two capital letters, as in RU; the United Kingdom is GB",
            given=show(value),
        )
    return value


def read_country(declared: Declared, value: Any, _: str | None) -> Any:
    return _country(declared, value)


def read_text(_: Declared, value: Any, __: str | None) -> Any:
    if isinstance(value, str) and value:
        return value
    if value == "":
        raise bad("empty", "an empty text says nothing", "leave the fact out if it is not known")
    raise bad("wrong-type", "text is expected, not `{given}`", false_help(value), given=show(value))


def _one_text(declared: Declared, value: Any) -> str:
    return cast(str, read_text(declared, value, None))


def _one_code(_: Declared, value: Any) -> Code:
    if isinstance(value, Code):
        return value
    code = read_code(value) if isinstance(value, str) else None
    if code is None:
        raise bad(
            "bad-code",
            "`{given}` is not a commodity code",
            'name the scheme and an even number of digits, as in "HTSUS 0304.75.1000"',
            given=show(value),
        )
    return code


_ELEMENTS: Final = {
    "words": _word,
    "countries": _country,
    "texts": _one_text,
    "codes": _one_code,
    "refs": _one_text,
}


def read_list(declared: Declared, value: Any, closed_by: str | None) -> Listed:
    complete: Any = not declared.needs_basis or closed_by is not None
    basis: str | None = closed_by if declared.needs_basis else None
    raw: Any = value
    if isinstance(value, Listed):
        raw, complete, basis = value.items, value.complete, value.basis
    elif isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        if not set(given) <= {"items", "complete", "basis"} or "items" not in given:
            raise bad(
                "wrong-type",
                "a list is expected",
                'write ["RU"], or {items = ["RU"], complete = false}',
            )
        raw = given["items"]
        basis = given.get("basis")
        complete = given.get("complete", complete)
        if not isinstance(complete, bool):
            raise bad("wrong-type", "`complete` is true or false")
    if isinstance(raw, str) or not isinstance(raw, (list, tuple)):
        raise bad(
            "wrong-type",
            "a list is expected, not `{given}`",
            'put it in brackets: ["RU"]',
            given=show(value),
        )
    members = list(cast("Sequence[Any]", raw))
    if len(members) > LIMITS.collection:
        raise bad(
            "limit.collection", "the list has more than {limit} items", limit=LIMITS.collection
        )
    if members and isinstance(members[-1], str) and members[-1] in ("…", "..."):
        members, complete = members[:-1], False
    if declared.needs_basis and complete and not basis:
        raise bad(
            "no-basis",
            "a complete list of this kind says on what it rests",
            'add basis = "screened against the list of 2024-07-02"',
        )
    one = _ELEMENTS[declared.form]
    read = tuple(one(declared, member) for member in members)
    if declared.form == "codes" and complete and not read:
        raise bad(
            "empty", "a good without any code says nothing", "leave the fact out if it is not known"
        )
    return Listed(read, complete, basis)
