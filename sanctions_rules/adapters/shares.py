"""Shares and days of holdings as files print them, and what is wrong with those that cannot be.

A share is a percentage from 0 to 100, exact or a range. What lies outside is said and left
unknown: it is never cut down to 100.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sanctions_rules.facts import Range

_NUMBER: Final = r"[0-9]{1,3}(?:[.,][0-9]{1,12})?"
_EXACT: Final = re.compile(rf"({_NUMBER}) ?%?")
_BETWEEN: Final = re.compile(rf"({_NUMBER}) ?%? ?(?:-|–|to) ?({_NUMBER}) ?%?")
_BOUND: Final = re.compile(rf"(>=|<=|>|<|≥|≤) ?({_NUMBER}) ?%?")


class BadShare(ValueError):
    """A share that cannot be read; `str()` says why."""


def number(value: Any) -> Decimal:
    """A percentage from a number or a text with point or comma."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise BadShare(f"`{str(value)[:40]}` is not a percentage")
    try:
        found = Decimal(value.replace(",", ".") if isinstance(value, str) else value)
    except InvalidOperation:
        raise BadShare(f"`{str(value)[:40]}` is not a percentage") from None
    if not found.is_finite() or found < 0:
        raise BadShare(f"`{str(value)[:40]}` is not a percentage")
    if found > 100:
        raise BadShare(f"{str(value)[:40]} percent is more than 100")
    return found


def share(text: str) -> Decimal | Range:
    """`50`, `12,24`, `50 %`, `25-50`, `>50`. Raises BadShare for anything else."""
    plain = text.strip()
    if match := _EXACT.fullmatch(plain):
        return number(match[1])
    if match := _BETWEEN.fullmatch(plain):
        return span(number(match[1]), number(match[2]))
    if match := _BOUND.fullmatch(plain):
        end, strict = number(match[2]), match[1] in "><"
        if match[1][0] in ">≥":
            return span(end, Decimal(100), lo_open=strict)
        return span(Decimal(0), end, hi_open=strict)
    raise BadShare(f"`{plain[:40]}` is not a percentage")


def span(lo: Decimal, hi: Decimal, lo_open: bool = False, hi_open: bool = False) -> Decimal | Range:
    if lo > hi or (lo == hi and (lo_open or hi_open)):
        raise BadShare(f"the share from {lo} to {hi} percent is empty")
    return lo if lo == hi else Range(lo, hi, lo_open, hi_open)


def moment(text: str) -> date | Range | None:
    """A day, or the range of days that a month or a year is; None for anything else."""
    plain = text.strip()
    try:
        if re.match(r"\d{4}-\d{2}-\d{2}", plain):
            return date.fromisoformat(plain[:10])
        if re.fullmatch(r"\d{4}-\d{2}", plain):
            year, month = int(plain[:4]), int(plain[5:])
            return Range(
                date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
            )
        if re.fullmatch(r"\d{4}", plain):
            return Range(date(int(plain), 1, 1), date(int(plain), 12, 31))
    except (ValueError, calendar.IllegalMonthError):
        return None
    return None


def earliest(value: date | Range | None) -> date | None:
    lo = value.lo if isinstance(value, Range) else value
    return lo if isinstance(lo, date) else None


def latest(value: date | Range | None) -> date | None:
    hi = value.hi if isinstance(value, Range) else value
    return hi if isinstance(hi, date) else None
