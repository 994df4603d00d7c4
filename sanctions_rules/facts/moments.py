"""Raw values as days and instants, and ranges of them that hold a moment in every zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, cast

from sanctions_rules.facts.forms import Declared, Range
from sanctions_rules.facts.numbers import read_range
from sanctions_rules.facts.refusing import bad, show

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)(.*)"
)


def read_moment(value: Any) -> date | datetime:
    """A day (`2024-02-21`) or an instant with its offset (`2024-02-21T00:00:30-05:00`)."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise bad(
                "naive-time",
                "the time `{given}` does not say in which zone it is",
                "write the offset, as in 2024-02-21T09:00:00-05:00, or the day alone",
                given=value.isoformat(),
            )
        if not 1900 <= value.year <= 2200:
            raise bad("range", "the year of {given} is out of range", given=value.isoformat())
        return value
    if isinstance(value, date):
        if not 1900 <= value.year <= 2200:
            raise bad("range", "the year of {given} is out of range", given=value.isoformat())
        return value
    if not isinstance(value, str):
        raise bad(
            "wrong-type",
            "a day or an instant is expected, not `{given}`",
            "write 2024-02-21, or 2024-02-21T09:00:00-05:00",
            given=show(value),
        )
    try:
        if _DAY.fullmatch(value):
            return read_moment(date.fromisoformat(value))
        match = _INSTANT.fullmatch(value)
        if match:
            return read_moment(datetime.fromisoformat(value))
    except ValueError as error:
        raise bad(
            "no-such-day",
            "`{given}` is not a day or time that exists: {why}",
            given=show(value),
            why=str(error),
        ) from None
    raise bad(
        "wrong-type",
        "`{given}` is not a day or an instant",
        "write 2024-02-21, or 2024-02-21T09:00:00-05:00",
        given=show(value),
    )


_MOMENT_ENDS: Final = {
    "on_or_after": (0, False),
    "after": (0, True),
    "on_or_before": (1, False),
    "before": (1, True),
}


def read_time(declared: Declared, value: Any, _: str | None) -> Any:
    if isinstance(value, Range):
        return value
    if isinstance(value, dict):
        found = read_range(cast("dict[str, Any]", value), _MOMENT_ENDS, read_moment)
        if found.lo is not None and found.hi is not None and _is_never(found):
            raise bad(
                "range",
                "no moment lies between {lo} and {hi}, or none by the clock of some zone",
                "correct the range, or write both ends as days or both as instants",
                lo=str(found.lo),
                hi=str(found.hi),
            )
        return found
    return read_moment(value)


#: How far the clocks of a day lie from Greenwich at most, to the west and to the east of it.
_WEST: Final = timedelta(hours=12)
_EAST: Final = timedelta(hours=14)


def _is_never(found: Range) -> bool:
    """Whether a range of times holds no moment, or would hold none in one zone or another."""
    lo, hi = cast("date", found.lo), cast("date", found.hi)
    days = [not isinstance(end, datetime) for end in (lo, hi)]
    # A day begins at midnight by its own clock; beside an instant, by the clock that is worst.
    west, east = (timedelta(0), timedelta(0)) if all(days) else (_WEST, _EAST)
    first = _midnight(lo + timedelta(days=found.lo_open)) + west if days[0] else lo
    last = _midnight(hi + timedelta(days=not found.hi_open)) - east if days[1] else hi
    return first > last or (first == last and any(days))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
