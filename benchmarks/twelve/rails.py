"""The twelve rules as data, from which each peer's text is written. Needs the standard library only.

A peer without a third truth value is asked twice: whether a rule surely holds (`must`) and whether
it may hold (`may`). `must` and `may` turn an expression into a plain two-valued one that says what
is known and what is not; `TESTS` is what a peer is asked, in this order.

    ("in", fact, words)   ("is", fact)   ("ge" | "gt" | "lt", fact, number)
    ("late", fact, days, fact)           the first, so many days later, is not after the second
    ("known", fact)   ("unknown", fact)  ("and" | "or", …)   ("not", …)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import compress
from operator import gt
from typing import Any, Final, TypeAlias

from benchmarks.twelve.hand_python import (
    CARRIAGE,
    DEALINGS,
    EXPORTS,
    HUMANE,
    IMPORTS,
    INVESTED,
    KNOWING,
    LUXURY,
    LUXURY_ACTS,
    METALS,
    MONEY,
    NAMED,
    OUTWARD,
    REGIONS,
    S1,
    S2,
    S3,
    S4,
    S5,
    S6,
    S7,
    S8,
    S12,
    THIRD,
    Answer,
)  # fmt: skip

Expression: TypeAlias = tuple[Any, ...]

PROHIBITIONS: Final = (S1, S2, S3, S4, S5, S6, S7, S8)
WORDS: Final = (
    "kind", "destination", "purpose", "investment", "awareness", "territory", "mode_of_transport",
    "category", "country_of_origin", "end_use_country",
)  # fmt: skip
FLAGS: Final = ("for_russian_government", "reason_to_suspect", "is_export_controlled")
#: Days since 1970, and hundredths.
NUMBERS: Final = (
    "conduct", "loading", "unloading", "produced_on", "as_of", "value", "customs_value",
    "price_per_barrel", "carats_each",
)  # fmt: skip


def _in(fact: str, *words: str) -> Expression:
    return ("in", fact, tuple(sorted(words)))


def _since(year: int, month: int, day: int, fact: str = "conduct") -> Expression:
    return ("ge", fact, _day(year, month, day))


def _before(year: int, month: int, day: int, fact: str = "conduct") -> Expression:
    return ("lt", fact, _day(year, month, day))


def _day(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - date(1970, 1, 1)).days


ENGAGED: Final[tuple[Expression, ...]] = (
    ("and", _in("kind", *IMPORTS), _in("destination", "US"), _since(2022, 3, 11),
     _in("country_of_origin", "RU"),
     ("or", _in("category", *NAMED), ("and", _in("category", "diamond"), ("ge", "carats_each", 50)))),
    ("and", _in("kind", *EXPORTS), _in("destination", "RU"), _since(2022, 2, 24),
     ("or", ("is", "is_export_controlled"), _in("category", *METALS)),
     ("not", _in("category", "medicine"))),
    ("and", _in("kind", *OUTWARD), _in("destination", *THIRD), _since(2023, 2, 27),
     _in("end_use_country", "RU"), ("is", "reason_to_suspect")),
    ("and", _in("kind", *CARRIAGE), _since(2022, 12, 5), _in("category", "crude_oil"),
     _in("country_of_origin", "RU"), _in("mode_of_transport", "sea"), ("gt", "price_per_barrel", 6000),
     ("not", ("and", _since(2022, 12, 5), _before(2022, 12, 5, "loading"),
              _before(2023, 1, 19, "unloading")))),
    ("and", _in("kind", *MONEY), _since(2022, 2, 28), ("is", "for_russian_government"),
     ("or", ("ge", "value", 1_000_000), _in("awareness", *KNOWING))),
    ("and", _in("kind", "investment"), _since(2022, 4, 6), _in("investment", *INVESTED),
     _in("destination", "RU")),
    ("and", _in("kind", *DEALINGS), _since(2022, 2, 21), _in("territory", *REGIONS)),
    ("and", _in("kind", *LUXURY_ACTS), _in("destination", "RU"), _since(2022, 3, 11),
     _before(2025, 1, 1), _in("category", *LUXURY), ("ge", "customs_value", 30_000)),
)  # fmt: skip
_WINDING: Final = (
    "and", _since(2022, 3, 11), _before(2023, 6, 24), _in("purpose", "wind_down"),
    _before(2022, 3, 11, "produced_on"),
)  # fmt: skip
_HUMANE: Final = ("and", _since(2022, 2, 24), _in("purpose", *HUMANE))
LICENCES: Final[dict[int, Expression]] = {0: _WINDING, 4: _HUMANE, 6: _HUMANE}
OWED: Final = (
    "and", _in("kind", "rejection"), _since(2021, 4, 15),
    ("or", ("is", "for_russian_government"), ("is", "reason_to_suspect")),
)  # fmt: skip
OVER: Final = ("late", "conduct", 11, "as_of")

BINDS: Final = tuple(
    ("and", engaged, ("not", LICENCES[n])) if n in LICENCES else engaged
    for n, engaged in enumerate(ENGAGED)
)


def must(e: Expression) -> Expression:
    """Two-valued: whether it surely holds. Null is in no list and not true, so these need no guard."""
    match e:
        case ("in" | "is", *_):
            return e
        case ("and" | "or" as joined, *parts):
            return (joined, *(must(part) for part in parts))
        case ("not", part):
            return _not(may(part))
        case _:
            return ("and", *(("known", fact) for fact in _facts(e)), e)


def may(e: Expression) -> Expression:
    """Two-valued: whether it does not surely fail."""
    match e:
        case ("and" | "or" as joined, *parts):
            return (joined, *(may(part) for part in parts))
        case ("not", part):
            return _not(must(part))
        case _:
            return ("or", *(("unknown", fact) for fact in _facts(e)), e)


def _not(e: Expression) -> Expression:
    """Pushed down to the facts, which every peer can say without a `not` around a whole rule."""
    match e:
        case ("and", *parts):
            return ("or", *(_not(part) for part in parts))
        case ("or", *parts):
            return ("and", *(_not(part) for part in parts))
        case ("known", fact):
            return ("unknown", fact)
        case ("unknown", fact):
            return ("known", fact)
        case ("ge", fact, number):
            return ("lt", fact, number)
        case ("lt", fact, number):
            return ("ge", fact, number)
        case _:
            return ("not", e)


def _facts(e: Expression) -> tuple[str, ...]:
    return (e[1], e[3]) if e[0] == "late" else (e[1],)


def _both(e: Expression) -> tuple[Expression, Expression]:
    return must(e), may(e)


_LIFTED: Final = (
    "or", *(("and", may(ENGAGED[n]), must(licence)) for n, licence in LICENCES.items())
)  # fmt: skip
#: Eight prohibitions, each surely and perhaps; whether a licence lifts one; the duty owed, surely
#: and perhaps; its last day gone, surely and perhaps.
TESTS: Final[tuple[Expression, ...]] = (
    *(rail for rule in BINDS for rail in _both(rule)), _LIFTED, *_both(OWED), *_both(OVER)
)  # fmt: skip
NAMES: Final = (
    *(f"{rail}{n + 1}" for n in range(8) for rail in ("must", "may")),
    "lifted", "must_owe", "may_owe", "must_be_over", "may_be_over",
)  # fmt: skip


_NOTHING: Final[Answer] = ("NOT_PROHIBITED", (), (), ())


def answer(found: Sequence[bool]) -> Answer:
    """The public answer from what a peer said to `TESTS`: part of what is timed, so made quick."""
    if True not in found[:19]:
        return _NOTHING
    sure, perhaps = found[0:16:2], found[1:16:2]
    fired = tuple(compress(PROHIBITIONS, sure))
    undecided = tuple(compress(PROHIBITIONS, map(gt, perhaps, sure)))
    if fired:
        outcome = "PROHIBITED"
    elif undecided:
        outcome = "UNDETERMINED"
    else:
        outcome = "AUTHORISED" if found[16] else "NOT_PROHIBITED"
    if not found[18]:
        return outcome, fired, undecided, ()
    open_question = not found[17] or found[19] != found[20]
    state = "unknown" if open_question else "breached" if found[19] else "open"
    return outcome, fired, undecided, ((S12, state),)


def evaluated(row: Mapping[str, Any]) -> list[bool]:
    """`TESTS` of a row by walking them: for the test that they say what the rules say."""
    return [_walked(test, row) for test in TESTS]


def _walked(e: Expression, row: Mapping[str, Any]) -> bool:
    match e:
        case ("and", *parts):
            return all(_walked(part, row) for part in parts)
        case ("or", *parts):
            return any(_walked(part, row) for part in parts)
        case ("not", part):
            return not _walked(part, row)
        case ("known", fact):
            return row[fact] is not None
        case ("unknown", fact):
            return row[fact] is None
        case ("in", fact, words):
            return row[fact] in words
        case ("is", fact):
            return row[fact] is True
        case ("ge", fact, number):
            return row[fact] >= number
        case ("gt", fact, number):
            return row[fact] > number
        case ("lt", fact, number):
            return row[fact] < number
        case ("late", fact, days, other):
            return row[fact] + days <= row[other]
        case _:
            raise AssertionError(e)
