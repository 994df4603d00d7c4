"""Business days: federal holidays as published, and the counting of days across them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sanctions_rules.calendars import (
    business_day,
    is_business_day,
    next_yearly,
    shifted,
    us_federal,
)

US = "us_federal"

#: As the Office of Personnel Management publishes them, by year, month and day.
PUBLISHED = {
    2020: "01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-25",
    2021: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24",
    2022: "2021-12-31 01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26",
    2023: "2023-01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2024: "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
    2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24",
    2028: "2027-12-31 01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_holidays_are_those_published(year: int) -> None:
    days = (d if len(d) > 5 else f"{year}-{d}" for d in PUBLISHED[year].split())
    assert us_federal(year) == {date.fromisoformat(d) for d in days}


def test_juneteenth_is_left_out_since_2021() -> None:
    assert is_business_day(date(2020, 6, 19), US)
    assert not is_business_day(date(2021, 6, 18), US), "a Saturday, kept on the Friday before"
    assert not is_business_day(date(2024, 6, 19), US)


def test_new_year_of_a_saturday_is_kept_in_the_year_before() -> None:
    assert not is_business_day(date(2021, 12, 31), US)
    assert is_business_day(date(2022, 12, 30), US), "1 January 2023 was a Sunday: kept on Monday"
    assert not is_business_day(date(2023, 1, 2), US)


def test_inauguration_day_counts_as_a_business_day() -> None:
    assert is_business_day(date(2021, 1, 20), US)
    assert not is_business_day(date(2025, 1, 20), US), "the third Monday of January as well"


@pytest.mark.parametrize(
    ("since", "last"),
    [
        ("2024-03-04", "2024-03-18"),  # a Monday; two weekends between
        ("2024-03-08", "2024-03-22"), ("2024-03-09", "2024-03-22"), ("2024-03-10", "2024-03-22"),
        ("2024-12-20", "2025-01-07"),  # Christmas and New Year
        ("2024-05-20", "2024-06-04"),  # Memorial Day
        ("2024-11-18", "2024-12-03"),  # Thanksgiving
        ("2021-12-20", "2022-01-05"),  # 24 and 31 December in lieu of two Saturdays
        ("2025-09-30", "2025-10-15"),  # Columbus Day
        ("2024-11-01", "2024-11-18"),  # Veterans Day on a Monday
        ("2023-11-01", "2023-11-16"),  # Veterans Day on a Saturday, kept on Friday the 10th
    ],
)  # fmt: skip
def test_the_tenth_business_day(since: str, last: str) -> None:
    assert str(business_day(date.fromisoformat(since), 10, US)) == last


def test_counting_forth_and_back_over_every_day_of_ten_years() -> None:
    """The last day is a business day, and exactly ten of them lie after the day, it included."""
    day = date(2019, 1, 1)
    while day.year < 2029:
        last = business_day(day, 10, US)
        span = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
        assert sum(is_business_day(d, US) for d in span) == 10
        assert is_business_day(last, US)
        if is_business_day(day, US):
            assert business_day(last, -10, US) == day
        day += timedelta(days=1)


def test_before_a_calendar_begins_nothing_is_counted() -> None:
    with pytest.raises(LookupError):
        business_day(date(1984, 1, 3), 10, US)
    with pytest.raises(KeyError):
        is_business_day(date(2024, 1, 3), "eu_central_bank")


@pytest.mark.parametrize(
    ("day", "number", "month", "found"),
    [
        ("2024-06-30", 30, "September", "2024-09-30"), ("2024-09-30", 30, "September", "2024-09-30"),
        ("2024-10-01", 30, "September", "2025-09-30"), ("2024-03-01", 29, "February", "2025-02-28"),
        ("2024-02-29", 29, "February", "2024-02-29"), ("2024-12-31", 31, "December", "2024-12-31"),
    ],
)  # fmt: skip
def test_the_next_day_of_a_yearly_duty(day: str, number: int, month: str, found: str) -> None:
    assert str(next_yearly(date.fromisoformat(day), number, month)) == found


def test_one_door_for_every_unit() -> None:
    day = date(2024, 3, 8)
    assert shifted(day, 10, "days") == date(2024, 3, 18)
    assert shifted(day, 10, "business days of us_federal") == date(2024, 3, 22)
    assert shifted(day, 5, "years") == date(2029, 3, 8)
    assert shifted(day, 30, "September") == date(2024, 9, 30)
