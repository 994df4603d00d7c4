"""Truths, and what stated facts are worth: numbers, times, words and codes.

Nothing but the standard library. A fact is `None` where it is not known, `{"none": true}` where
there is no such thing, else as `docs/certificates.md` writes it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal
from functools import cache
from typing import Any, NamedTuple, TypeGuard
from zoneinfo import ZoneInfo

TRUE, FALSE, UNKNOWN = "true", "false", "unknown"
NOT = {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}
NONE = {"none": True}
FOREVER = 2**62
EXACT = Context(prec=2000)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def known(value: bool) -> str:
    return TRUE if value else FALSE


def rails(must: bool, may: bool) -> str:
    return TRUE if must else UNKNOWN if may else FALSE


@cache
def zone_of(name: str) -> ZoneInfo:
    from importlib.resources import files

    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def day_start(day: date, zone: str) -> int:
    return micros(datetime.combine(day, time(), zone_of(zone)))


class Span(NamedTuple):
    """A number or an instant, between its ends (None: no end known); `tag`: the currency of money."""

    low: Any
    high: Any
    low_open: bool = False
    high_open: bool = False
    tag: str | None = None


def has(value: Any, key: str) -> TypeGuard[dict[str, Any]]:
    """Whether a stated value is of the form that has this key."""
    return isinstance(value, dict) and key in value


def instants(value: Any, zone: str) -> Any:
    """All instants that a time may be: of a day, its whole length in the zone."""
    if not has(value, "from"):
        return value

    def ends(text: str) -> tuple[int, int]:
        if "T" in text:
            at = micros(datetime.fromisoformat(text))
            return at, at
        day = date.fromisoformat(text)
        return day_start(day, zone), day_start(day + timedelta(days=1), zone) - 1

    first, last = (None if value[k] is None else ends(value[k]) for k in ("from", "to"))
    beyond, short = value["open"]
    return Span(
        None if first is None else first[1] + 1 if beyond else first[0],
        None if last is None else last[0] - 1 if short else last[1],
    )


def shifted(value: Any, count: int, unit: str, zone: str) -> Any:
    """The beginning of the day so much later; a month's end stays one."""
    if not isinstance(value, Span):
        return value

    def start(at: int | None) -> int | None:
        if at is None:
            return None
        day = (EPOCH + timedelta(microseconds=at)).astimezone(zone_of(zone)).date()
        if unit in ("days", "weeks"):
            return day_start(day + timedelta(**{unit: count}), zone)
        year, month = divmod(
            day.year * 12 + day.month - 1 + count * (12 if unit == "years" else 1), 12
        )
        return day_start(date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])), zone)

    return Span(start(value[0]), start(value[1]))


def number(value: Any) -> Any:
    """A number as a span of decimals; money is tagged with its currency."""
    if has(value, "number"):
        at = Decimal(value["number"])
        return Span(at, at, tag=value["tag"])
    if has(value, "least"):
        low, high = (None if value[k] is None else Decimal(value[k]) for k in ("least", "most"))
        return Span(low, high, value["open"][0], value["open"][1], value["tag"])
    return value


def compared(how: str, a: Any, b: Any) -> str:
    """`less`, `at most` or `is`, for all and for some of the values that each may have."""
    if NONE in (a, b):
        return FALSE
    if not isinstance(a, Span) or not isinstance(b, Span) or a[4] != b[4]:
        return UNKNOWN
    (al, ah, alo, aho, _), (bl, bh, blo, bho, _) = a, b
    meets = al is None or bh is None or al < bh or (al == bh and not alo and not bho)
    if how == "is":
        back = bl is None or ah is None or bl < ah or (bl == ah and not blo and not aho)
        point = al is not None and al == ah and bl is not None and bl == bh
        return known(al == bl) if point else rails(False, meets and back)
    if ah is None or bl is None:
        surely = False
    else:
        surely = ah <= bl if how == "at most" else ah < bl or (ah == bl and (aho or blo))
    return rails(surely, meets if how == "at most" else al is None or bh is None or al < bh)


def within(when: Any, interval: Iterable[int]) -> str:
    """Whether instants lie in an interval: since possibly, surely, until surely, possibly."""
    if not isinstance(when, Span):
        return FALSE if when == NONE else UNKNOWN
    since, surely, until, possibly = interval
    low = -FOREVER if when[0] is None else when[0]
    high = FOREVER if when[1] is None else when[1]
    return rails(surely <= low and high < until, since <= high and low < possibly)


def word(value: Any, choices: Iterable[str]) -> str:
    if value == NONE or value is None:
        return FALSE if value == NONE else UNKNOWN
    held = set(value["one_of"]) if has(value, "one_of") else {value}
    return rails(held <= set(choices), bool(held & set(choices)))


def under(code: list[str], prefix: list[str]) -> str:
    """Schemes share six digits; a code that ends before the prefix does leaves it open."""
    shared = 10 if code[0] == prefix[0] else 6
    mine, low, high = (text[:shared] for text in (code[1], prefix[1], prefix[2]))
    if len(mine) >= len(low):
        head = mine[: len(low)]
        sure = len(prefix[1]) <= shared or low < head < high
        return rails(low <= head <= high and sure, low <= head <= high)
    start, end = low[: len(mine)], high[: len(mine)]
    return rails(start < mine < end, start <= mine <= end)


def under_any(held: Any, codes: Mapping[str, Any]) -> str:
    """Whether one of the codes of a thing falls under those wanted, and under none left out."""
    if not has(held, "list") or not held["list"]:
        return UNKNOWN
    best = FALSE
    for code in held["list"]:
        wanted = [under(code["code"], p) for p in codes["any"]]
        without = [under(code["code"], p) for p in codes["not"]]
        truth = rails(TRUE in wanted and set(without) <= {FALSE},
                      set(wanted) != {FALSE} and bool(wanted) and TRUE not in without)  # fmt: skip
        best = TRUE if TRUE in (truth, best) else UNKNOWN if UNKNOWN in (truth, best) else FALSE
    return best
