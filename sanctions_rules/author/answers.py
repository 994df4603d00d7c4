"""Answers as a person types them, to facts as a case has them.

A number is `12.5`, `at least 10` or `between 10 and 20`; a day `2024-03-01` or `1 March 2024`; a word
may have spaces; a list has commas, and ends in `…` where there may be more. What can be read in two
ways is not read: nothing here guesses. What comes out is plain data, which the declaration of the
fact itself has accepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final, cast

from sanctions_rules.adapters.countries import country
from sanctions_rules.codes import CURRENCIES
from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.facts import Declared, FactModel, refusal
from sanctions_rules.schema import COLLECTIONS

#: How the ends of a range are typed, longest first, and what facts call them.
_NUMBER_ENDS: Final = {
    "at least": "at_least", "at most": "at_most", "more than": "more_than", "less than": "less_than",
}  # fmt: skip
_TIME_ENDS: Final = {
    "on or after": "on_or_after", "on or before": "on_or_before", "after": "after", "before": "before",
}  # fmt: skip
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_BETWEEN: Final = re.compile(r"between\s+(.+?)\s+and\s+(.+)", re.I)
_DAY: Final = re.compile(r"(\d{1,2})\s+([a-z]+)\s+(\d{4})|([a-z]+)\s+(\d{1,2}),?\s+(\d{4})", re.I)
_TIME: Final = re.compile(r"(.*?)[T ]?(\d{1,2}:\d{2}(?::\d{2})?)\s*(Z|UTC|[+-]\d{2}:?\d{2})?", re.I)
_MORE: Final = ("…", "...", "and perhaps more", "and maybe more", "among others")
_ALL: Final = ("and no others", "and no more", "only")
NOTHING: Final = ("none", "nothing", "no one", "nobody", "no others")
YES: Final = ("yes", "y", "true")
NO: Final = ("no", "n", "false")


class UnclearError(Exception):
    """An answer that cannot be taken: why, and what could be typed instead."""

    def __init__(self, said: str, help: str = "") -> None:
        self.help = help
        super().__init__(said)


def read_answer(text: str, declared: Declared, day: date | None = None) -> Any:
    """The fact that the answer states, as plain data. Raises UnclearError.

    `day`: the day that is known where only the hour is asked for.
    """
    typed = " ".join(text.split())
    plain = typed.casefold()
    if declared.optional and plain in NOTHING:
        return "none"
    raw = _READERS[declared.form](typed, declared, day)
    if declared.form != "records":
        refused = refusal(declared, _closed(raw) if declared.needs_basis else raw)
        if refused is not None:
            said, help = refused
            raise UnclearError(
                said, help if help.startswith("did you mean") else help_for(declared)
            )
    return raw


def _closed(raw: Any) -> Any:
    """A list that is complete needs a basis; it is asked for after the list itself."""
    return {**cast("dict[str, Any]", raw), "basis": "…"} if isinstance(raw, dict) else raw


def help_for(declared: Declared) -> str:
    """How a fact of this form is typed."""
    words = ", ".join(declared.values)
    none = ", or none" if declared.optional else ""
    names = "the name of one of them"
    match declared.form:
        case "flag":
            return "yes or no" + none
        case "number":
            unit = f" (in {declared.unit})" if declared.unit else ""
            return f"a number{unit}, as in 12.5, at least 10, or between 10 and 20{none}"
        case "price":
            return f"an amount with its currency, as in 60 USD, or between 50 and 60 USD{none}"
        case "moment":
            return (
                "a day, as in 2024-03-01 or 1 March 2024; a time with its offset, as in "
                f"2024-03-01 09:30 -05:00; or before, after, on or before, between two of them{none}"
            )
        case "word":
            return f"one of: {words}{none}; or several with `or` between them"
        case "country":
            return f"a country, as in RU or Russia{none}"
        case "words" | "countries" | "texts" | "codes" | "refs":
            what = {
                "words": f"of: {words}", "countries": "countries, as in RU, IN",
                "codes": "codes with their scheme, as in CN 7102 31", "refs": "names",
            }.get(declared.form, "texts")  # fmt: skip
            return f"{what}; commas between them, `…` at the end where there may be more; or none"
        case "records" if "id" in COLLECTIONS[declared.of].declarations:
            return "a name for each, with commas between; `…` at the end where there may be more; or none"
        case "records":
            fields = ", ".join(n.replace("_", " ") for n in COLLECTIONS[declared.of].declarations)
            return (
                "none; or what is known of each, commas between, `;` after each, "
                f"`…` at the end where there may be more. Known are: {fields}"
            )
        case "ref":
            return names + none
        case _:
            return "a text" + none


# -- one reader for each form --------------------------------------------------------------------


def _flag(typed: str, _: Declared, __: date | None) -> bool:
    plain = typed.casefold()
    if plain in YES or plain in NO:
        return plain in YES
    raise UnclearError(f"`{typed}` is neither yes nor no", "type yes, no or unknown")


def _range(
    typed: str, ends: Mapping[str, str], one: Callable[[str], Any], both: tuple[str, str]
) -> Any:
    """A value, or a range with one end or two: `both` are the words for the lower and the upper."""
    between = _BETWEEN.fullmatch(typed)
    if between:
        return {both[0]: one(between[1]), both[1]: one(between[2])}
    for word, key in ends.items():
        if typed.casefold().startswith(word + " "):
            return {key: one(typed[len(word) + 1 :].strip())}
    return one(typed)


def _number(typed: str, declared: Declared, _: date | None) -> Any:
    unit = declared.unit
    names = {unit, f"{unit}s", "%" if unit == "percent" else unit}

    def one(text: str) -> str:
        for name in sorted(filter(None, names), key=len, reverse=True):
            if text.casefold().endswith(name):
                return text[: -len(name)].strip()
        return text

    return _range(typed, _NUMBER_ENDS, one, ("at_least", "at_most"))


def _price(typed: str, declared: Declared, _: date | None) -> Any:
    found = [w for w in typed.upper().split() if w in CURRENCIES]
    if len(set(found)) != 1:
        said = (
            "an amount needs one currency" if not found else "the amounts are of several currencies"
        )
        raise UnclearError(said, help_for(declared))
    rest = " ".join(w for w in typed.split() if w.upper() != found[0])
    amount = _range(rest, _NUMBER_ENDS, lambda text: text, ("at_least", "at_most"))
    return {"amount": amount, "currency": found[0]}


def _moment(typed: str, declared: Declared, day: date | None) -> Any:
    return _range(
        typed, _TIME_ENDS, lambda text: _one_moment(text, day), ("on_or_after", "on_or_before")
    )


def _one_moment(text: str, day: date | None) -> str:
    timed = _TIME.fullmatch(text)
    if timed is None:
        return _one_day(text)
    before, clock, offset = timed[1].strip(" ,"), timed[2].zfill(5), timed[3]
    if offset is None:
        raise UnclearError(
            f"`{text}` does not say in which zone it is",
            "add how far it is from UTC, as in 09:30 -05:00 (Eastern standard time) or 09:30 UTC",
        )
    if not before and day is None:
        raise UnclearError(f"`{text}` does not say on which day", "as in 2024-03-01 09:30 -05:00")
    on = _one_day(before) if before else str(day)
    far = "+00:00" if offset.upper() in ("Z", "UTC") else offset.replace(":", "")
    far = far if ":" in far else f"{far[:3]}:{far[3:]}"
    return f"{on}T{clock}{far}"


def _one_day(text: str) -> str:
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    number, month, year = found.group(1, 2, 3) if found[1] else (found[5], found[4], found[6])
    at = [
        i
        for i, name in enumerate(_MONTHS, 1)
        if len(month) >= 3 and name.startswith(month.casefold())
    ]
    if len(at) != 1:
        raise UnclearError(f"`{month}` is no month", "as in 1 March 2024")
    return f"{year}-{at[0]:02}-{int(number):02}"


def _one_word(typed: str, declared: Declared) -> str:
    wanted = re.sub(r"[ -]", "_", typed.casefold())
    if wanted in declared.values:
        return wanted
    help = did_you_mean(wanted, declared.values) or help_for(declared)
    raise UnclearError(f"`{typed}` is not one of the words for this fact", help)


def _word(typed: str, declared: Declared, _: date | None) -> Any:
    if typed.casefold().startswith("not "):
        out = [_one_word(w, declared) for w in re.split(r"\s*,\s*|\s+or\s+", typed[4:])]
        return {"one_of": [v for v in declared.values if v not in out]}
    words = re.split(r"\s+or\s+|\s*,\s*(?:or\s+)?", typed)
    if len(words) == 1 or re.sub(r"[ -]", "_", typed.casefold()) in declared.values:
        return _one_word(typed, declared)
    return {"one_of": [_one_word(w, declared) for w in words]}


def _country(typed: str, _: Declared, __: date | None) -> str:
    return _one_country(typed)


def _one_country(typed: str) -> str:
    code = country(typed)
    if code is None:
        raise UnclearError(
            f"`{typed}` is no country that is known here",
            "two letters, as in RU; the United Kingdom is GB",
        )
    return code


def _text(typed: str, _: Declared, __: date | None) -> str:
    return typed


def _parts(typed: str, mark: str = ",") -> tuple[list[str], bool]:
    """What stands in a list, and whether that is all."""
    complete = True
    for ending in (*_MORE, *_ALL):
        if typed.casefold().endswith(ending):
            typed, complete = typed[: -len(ending)].strip(), ending in _ALL
            break
    plain = typed.strip(f" {mark}")
    if plain.casefold() in (*NOTHING, ""):
        return [], complete
    return [part.strip() for part in plain.split(mark) if part.strip()], complete


def _list(one: Callable[[str, Declared], str]) -> Callable[[str, Declared, date | None], Any]:
    def read(typed: str, declared: Declared, _: date | None) -> Any:
        parts, complete = _parts(typed)
        return {"items": [one(part, declared) for part in parts], "complete": complete}

    return read


def _records(typed: str, declared: Declared, _: date | None) -> Any:
    model = COLLECTIONS[declared.of]
    named = "id" in model.declarations
    parts, complete = _parts(typed, "," if named else ";")
    items = [{"id": part} if named else dict(_fields(part, model)) for part in parts]
    return {"items": items, "complete": complete}


def _fields(text: str, model: type[FactModel]) -> Iterator[tuple[str, Any]]:
    """`list sdn, listed on 2018-12-20`: each part begins with the name of a fact."""
    names = sorted(model.declarations, key=len, reverse=True)
    for part in filter(None, (p.strip() for p in text.split(","))):
        start = part.casefold().replace(" ", "_").replace(":", "").replace("=", "")
        name = next((n for n in names if start.startswith(n + "_")), None)
        if name is None:
            known = ", ".join(n.replace("_", " ") for n in model.declarations)
            raise UnclearError(
                f"`{part}` does not begin with the name of a fact", f"known are: {known}"
            )
        value = part[len(name) :].lstrip(" :=")
        yield name, read_answer(value, model.declarations[name])


_READERS: Final[dict[str, Callable[[str, Declared, date | None], Any]]] = {
    "flag": _flag,
    "number": _number,
    "price": _price,
    "moment": _moment,
    "word": _word,
    "country": _country,
    "text": _text,
    "ref": _text,
    "words": _list(_one_word),
    "countries": _list(lambda typed, _: _one_country(typed)),
    "texts": _list(lambda typed, _: typed),
    "codes": _list(lambda typed, _: typed),
    "refs": _list(lambda typed, _: typed),
    "records": _records,
}
