"""Days and instants on one line of integer microseconds, by the zones of the tzdata package.

A law's day begins at 00:00 in the zone of its instrument. A day-only fact is the whole of that
day in the same zone: on a boundary day with a clock time it is neither before nor after.
Zones are read from the tzdata package, never from the machine, so that every machine agrees.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import tzdata

from sanctions_rules.values import Span

MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def zone(name: str) -> ZoneInfo:
    """A zone by its IANA name. Raises LookupError when there is none of that name."""
    parts = name.split("/")
    if not all(part.replace("_", "").replace("-", "").isalnum() for part in parts):
        raise LookupError(name)
    entry = files("tzdata").joinpath("zoneinfo", *parts)
    if not entry.is_file():
        raise LookupError(name)
    with entry.open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def tzdata_version() -> str:
    return tzdata.__version__


def microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // MICROSECOND


@lru_cache(maxsize=65_536)
def day_start(day: date, zone_name: str) -> int:
    """00:00 of the day in the zone, as microseconds since 1970 UTC."""
    return microseconds(datetime.combine(day, time(), zone(zone_name)))


def instant(day: date, clock: str, zone_name: str) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    return microseconds(datetime.combine(day, time(hour, minute), zone(zone_name)))


def label_at(day: date, clock: str, zone_name: str) -> str:
    """The label that the zone itself prints at that time: EST or EDT, GMT or BST."""
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime.combine(day, time(hour, minute), zone(zone_name)).tzname() or ""


@lru_cache(maxsize=65_536)
def span_of(moment: date | datetime, zone_name: str) -> Span:
    """All instants that the fact may mean: one for an instant, a day's worth for a day."""
    if isinstance(moment, datetime):
        at = microseconds(moment)
        return Span(at, at)
    return Span(day_start(moment, zone_name), day_start(moment + timedelta(days=1), zone_name) - 1)


def local_day(at: int, zone_name: str) -> date:
    return (_EPOCH + at * MICROSECOND).astimezone(zone(zone_name)).date()


def printed(at: int, zone_name: str, *, first: bool) -> str:
    """An end of an interval as law prints it: the day alone at midnight, else the clock time.

    `first`: whether it is the first instant inside; else it is the first one outside, and an end
    that includes its instant prints as `through`.
    """
    moment = (_EPOCH + at * MICROSECOND).astimezone(zone(zone_name))
    inclusive = moment.microsecond == 1
    day = f"{moment:%Y-%m-%d}"
    clock = f" {moment:%H:%M} {moment.tzname()}" if inclusive or moment.time() != time() else ""
    if first:
        return f"after {day}{clock}" if inclusive else f"from {day}{clock}"
    return f"through {day}{clock}" if inclusive else f"until {day}{clock}"


def shift_day(day: date, count: int, unit: str) -> date:
    """The day `count` days, weeks, months or years later; a month's end clamps."""
    if unit == "days":
        return day + timedelta(days=count)
    if unit == "weeks":
        return day + timedelta(weeks=count)
    months = count * (12 if unit == "years" else 1)
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (following - first).days))
