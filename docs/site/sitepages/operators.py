"""The table of operators, each with what the reference interpreter makes of sample values.

Nothing of an operator is written down here but the values that it is tried on: the answers are
asked of the interpreter when the page is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any, Final, cast

from sanctions_rules import clocks
from sanctions_rules.calendars import BUSINESS
from sanctions_rules.codes import Code
from sanctions_rules.core import OPERATORS, Apply, Definitions, Literal, Program
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.engines.meaning import FOREVER
from sanctions_rules.facts import Party
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Items, OneOf, Span, Truth, point
from sanctions_rules.view import Day, Item
from sitepages.markdown import page_of, plain, table

PAGE: Final = "language/operators.md"
ZONE: Final = "America/New_York"
Samples = Sequence[tuple[str, Any]]

TRUTHS: Final[Samples] = (
    ("true", Truth.TRUE), ("unknown", Truth.UNKNOWN), ("false", Truth.FALSE),
)  # fmt: skip
_NOTHING: Final[Samples] = (("not known", UNKNOWN), ("there is none", NOT_APPLICABLE))
_WORDS: Final[Samples] = (
    ("a", "a"), ("b", "b"), ("a or c", OneOf(frozenset("ac"))), ("b or c", OneOf(frozenset("bc"))),
    *_NOTHING,
)  # fmt: skip
_LISTS: Final[Samples] = (
    ("a, b", Items(("a", "b"), True)), ("a", Items(("a",), True)), ("b", Items(("b",), True)),
    ("nothing", Items((), True)), ("a, and perhaps more", Items(("a",), False)),
    ("b, and perhaps more", Items(("b",), False)), *_NOTHING,
)  # fmt: skip
_NUMBERS: Final[Samples] = (
    ("4", point(Decimal(4))), ("5", point(Decimal(5))), ("6", point(Decimal(6))),
    ("4 to 5", Span(Decimal(4), Decimal(5))), ("4 to under 5", Span(Decimal(4), Decimal(5), hi_open=True)),
    ("5 or more", Span(Decimal(5), None)), ("over 5", Span(Decimal(5), None, lo_open=True)),
    ("USD 4", point(Decimal(4), "USD")), *_NOTHING,
)  # fmt: skip
_FIVE: Final = (("5", point(Decimal(5))),)


def _day(day: date) -> Day:
    return Day(day, day)


def _moment(day: date, hour: int) -> Span:
    start = cast(int, clocks.day_start(day, ZONE))
    return point(start + hour * 3_600_000_000)


def _party(number: int) -> Item:
    return Item(f"parties[{number}]", Party(id=f"party {number}"))


_FIRST, _SECOND = date(2024, 3, 1), date(2024, 3, 2)
_STARTS: Final = cast(int, clocks.day_start(_FIRST, ZONE))
_ENDS: Final = cast(int, clocks.day_start(date(2024, 4, 1), ZONE))
_DAYS: Final[Samples] = (
    ("2024-03-01", _day(_FIRST)),
    ("2024-03-01 or 02", Day(_FIRST, _SECOND)),
    ("noon on 2024-03-01", _moment(_FIRST, 12)),
    *_NOTHING,
)
_INSTANTS: Final[Samples] = (
    ("noon on 2024-02-29", _moment(date(2024, 2, 29), 12)),
    ("noon on 2024-03-01", _moment(_FIRST, 12)),
    ("midnight at which 2024-04-01 begins", point(_ENDS)),
    ("29 February to 1 March, at noon", Span(_moment(date(2024, 2, 29), 12).lo, _moment(_FIRST, 12).lo)),
    *_NOTHING,
)  # fmt: skip
_INTERVAL: Final = (("from 2024-03-01 until 2024-04-01", (_STARTS, _STARTS, _ENDS, _ENDS)),)
_VAGUE: Final = (
    ("begun on a day between 2024-03-01 and 2024-04-01", (_STARTS, _ENDS, FOREVER, FOREVER)),
)
_ROWS: Final = ((
    "USD 60 in March, from 2024-04-01 on USD 40",
    (
        ((_STARTS, _STARTS, _ENDS, _ENDS), point(Decimal(60), "USD"), None, 0, ()),
        ((_ENDS, _ENDS, FOREVER, FOREVER), point(Decimal(40), "USD"), None, 0, ()),
    ),
),)  # fmt: skip
_CODES: Final[Samples] = (
    ("7102.31", Items((Code("HS", "710231"),), True)), ("7103", Items((Code("HS", "7103"),), True)),
    ("71", Items((Code("HS", "71"),), True)), ("not known", UNKNOWN),
)  # fmt: skip

#: By operator, the tables that are shown: for each argument the values that it is tried with.
TRIED: Final[Mapping[str, Sequence[Sequence[Samples]]]] = {
    "and": ((TRUTHS, TRUTHS),),
    "or": ((TRUTHS, TRUTHS),),
    "not": ((TRUTHS,),),
    "shown": ((TRUTHS,),),
    "holds": (((*TRUTHS, *_NOTHING),),),
    "equals": ((_WORDS, (("a", "a"),)),),
    "same_item": (((("the first", _party(0)), ("the second", _party(1)), *_NOTHING), (("the first", _party(0)),)),),
    "one_of": ((_WORDS, (("a, c", frozenset("ac")), ("none of them", frozenset[str]()))),),
    "includes": ((_LISTS, (("a", "a"),)),),
    "exactly": ((_LISTS, (("a, b", frozenset("ab")), ("a", frozenset("a")))),),
    "is_none": (((("a", "a"), *_NOTHING),),),
    "less": ((_NUMBERS, _FIVE),),
    "at_most": ((_NUMBERS, _FIVE),),
    "same": ((_NUMBERS, _FIVE),),
    "times": ((_NUMBERS[:4], (("2", point(Decimal(2))),)),),
    "instants": ((_DAYS, ((ZONE, ZONE),)),),
    "shifted": ((_INSTANTS[1:4], (("10", 10),), (("days", "days"), ("federal business days", f"{BUSINESS}us_federal")), ((ZONE, ZONE),)),),
    "next_day": ((_INSTANTS[1:4], ((ZONE, ZONE),)),),
    "falls_under": ((_CODES, (("category not known", UNKNOWN),), (("HS 7102", (Code("HS", "7102"),)),), (("none left out", ()),), (("sort not known", UNKNOWN),)),),
    "lookup": ((_INSTANTS[:4], _ROWS, (("any", UNKNOWN),), (("all is known", point(FOREVER)),)),),
    "undefined": ((TRUTHS, (("why", "the text was not read"),)),),
    "in_force": ((_INSTANTS, _INTERVAL), (_INSTANTS, _VAGUE)),
}  # fmt: skip


_PLACES: Final = ("first", "second", "third", "fourth", "fifth")


def pages() -> dict[str, str]:
    parts = [
        "The core has one table of operators; every engine has one line for each, and is held to"
        " what stands here, which the reference interpreter answered when this page was made.",
        "Every truth is two rails: *must* (it surely holds) and *may* (it does not surely fail). True"
        " is both, false is neither, and unknown is *may* alone. A missing fact is unknown, never"
        " false. That there is no such thing is knowledge: a comparison with it fails.",
    ]
    parts += (
        f"## {plain(name)} {{ #{name.replace('_', '-')} }}\n\n{OPERATORS[name].capitalize()}.\n\n"
        + "\n\n".join(_table(name, samples) for samples in tried)
        for name, tried in TRIED.items()
    )
    return {PAGE: page_of("Operators", *parts)}


def _table(operator: str, samples: Sequence[Samples]) -> str:
    rows: list[tuple[str, ...]] = []
    for chosen in product(*samples):
        said = [plain(name) for name, _ in chosen]
        answer = answered(operator, [value for _, value in chosen])
        row = [*said, *_shown(answer)]
        if operator == "shown":
            row += _shown(answered(operator, [value for _, value in chosen], presumptive=True))[:1]
        rows.append(tuple(row))
    heads = ["of"] if len(samples) == 1 else list(_PLACES[: len(samples)])
    rails = (
        ["answer", "must", "may"]
        if len(_shown(answered(operator, [s[0][1] for s in samples]))) > 1
        else ["answer"]
    )
    more = ["in the presumptive answer"] if operator == "shown" else []
    return table([*heads, *rails, *more], rows)


def answered(operator: str, values: Sequence[Any], presumptive: bool = False) -> Any:
    """What the reference interpreter says of an operator on constants."""
    expr = Apply(operator, tuple(Literal(value) for value in values))
    return Evaluation(_EMPTY, cast(Any, None), Settings(presumptive=presumptive)).value(expr, {})


_EMPTY: Final = Program(Definitions.of({}), (), (), (), {}, {}, "")


def _shown(value: Any) -> list[str]:
    """A truth as word and rails; anything else as it is printed."""
    if isinstance(value, Truth):
        word = value.name.lower()
        return [f"**{word}**", "yes" if value.must else "no", "yes" if value.may else "no"]
    if value is UNKNOWN:
        return ["not known"]
    if value is NOT_APPLICABLE:
        return ["there is none"]
    assert isinstance(value, Span)
    low, high = (_printed(end, value.tag) for end in (value.lo, value.hi))
    return [low if low == high else f"{low} to {high}{' (open)' if value.hi_open else ''}"]


def _printed(end: Decimal | int | None, tag: str | None) -> str:
    if isinstance(end, Decimal):
        return f"{tag} {end}" if tag else str(end)
    if end is None:
        return "no bound"
    moment = datetime.fromtimestamp(end / 1_000_000, UTC).astimezone(clocks.zone(ZONE))
    return moment.strftime("%Y-%m-%d %H:%M:%S %Z")
