"""Business days: which days a calendar leaves out, and how they are counted.

A rulebook names its calendar (`calendar us_federal`); nothing here is a default. A calendar leaves
out Saturdays, Sundays and its holidays. "Within 10 business days of a day" does not count that day
itself; the tenth business day after it is the last.

`us_federal` is 5 U.S.C. 6103(a): eleven holidays, with Juneteenth since 2021. A holiday on a
Saturday is kept on the Friday before (6103(b)), one on a Sunday on the Monday after (Executive
Order 11582). Inauguration Day is a holiday of federal employees in and around Washington only
(6103(c)) and does not suspend anybody's duty to report; it is not left out, and neither are the
single days on which a President closes the offices. Both choices can only make a last day earlier.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Final

from sanctions_rules import clocks

MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 3, 4, 5, 6
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def _nth(year: int, month: int, weekday: int, count: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))


def _last_monday(year: int, month: int) -> date:
    fifth = _nth(year, month, MONDAY, 5)
    return fifth if fifth.month == month else fifth - timedelta(days=7)


def _kept(day: date) -> date:
    """The day on which a holiday is kept."""
    return day + timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0))


@cache
def us_federal(year: int) -> frozenset[date]:
    """The days on which the holidays of that calendar year are kept; New Year's may be in the year before."""
    fixed = [date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    if year >= 2021:
        fixed.append(date(year, 6, 19))
    return frozenset({
        *map(_kept, fixed),
        _nth(year, 1, MONDAY, 3),  # Birthday of Martin Luther King, Jr.
        _nth(year, 2, MONDAY, 3),  # Washington's Birthday
        _last_monday(year, 5),  # Memorial Day
        _nth(year, 9, MONDAY, 1),  # Labor Day
        _nth(year, 10, MONDAY, 2),  # Columbus Day
        _nth(year, 11, THURSDAY, 4),  # Thanksgiving Day
    })  # fmt: skip


#: Every calendar: the days that it leaves out in a year, and the first year that it is right for.
CALENDARS: Final[dict[str, tuple[Callable[[int], frozenset[date]], int]]] = {
    "us_federal": (us_federal, 1986),
}
#: How a unit of business days is written with its calendar: `business days of us_federal`.
BUSINESS: Final = "business days of "


def is_business_day(day: date, calendar: str) -> bool:
    holidays, _ = CALENDARS[calendar]
    kept = day in holidays(day.year) or day in holidays(day.year + 1)
    return day.weekday() < SATURDAY and not kept


def business_day(day: date, count: int, calendar: str) -> date:
    """The business day `count` after the day (before it, below zero); the day itself never counts.

    Raises LookupError for a day before the calendar begins.
    """
    since = CALENDARS[calendar][1]
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        if day.year < since:
            raise LookupError(f"the calendar {calendar} begins with {since}")
        left -= is_business_day(day, calendar)
    return day


def next_yearly(day: date, number: int, month: str) -> date:
    """The first `30 September` on or after the day; 29 February is kept on the 28th in other years."""
    for year in (day.year, day.year + 1):
        first = date(year, MONTHS.index(month) + 1, 1)
        found = min(first + timedelta(days=number - 1), _end_of_month(first))
        if found >= day:
            return found
    raise AssertionError("one of two years has the day ahead")


def _end_of_month(first: date) -> date:
    return clocks.shift_day(first, 1, "months") - timedelta(days=1)


def shifted(day: date, count: int, unit: str) -> date:
    """The day so many days, weeks, months, years or business days later, or the next such date.

    `unit` is a plural, `business days of CALENDAR`, or the name of a month: then `count` is the day
    of the month. Raises LookupError where a calendar does not reach the day.
    """
    if unit.startswith(BUSINESS):
        return business_day(day, count, unit.removeprefix(BUSINESS))
    if unit in MONTHS:
        return next_yearly(day, count, unit)
    return clocks.shift_day(day, count, unit)
