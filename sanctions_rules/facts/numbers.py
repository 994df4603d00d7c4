"""Raw values as numbers, ranges of them, and money. All exact: a float is refused."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final, cast

from sanctions_rules.codes import CURRENCIES
from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.facts.forms import Declared, Money, Range
from sanctions_rules.facts.refusing import bad, show
from sanctions_rules.limits import DEFAULT as LIMITS

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def read_decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or value is None:
        raise bad("wrong-type", "a number is expected, not `{given}`", given=show(value))
    if isinstance(value, float):
        raise bad(
            "float",
            "a Python float is not exact: `{given}`",
            'write Decimal("1.0"), a string, or read the text with read_case',
            given=show(value),
        )
    if isinstance(value, int):
        if abs(value).bit_length() > 128:
            raise bad(
                "limit.digits", "the number has more than {limit} digits", limit=LIMITS.digits
            )
        return Decimal(value)
    if isinstance(value, str):
        if len(value) > 2 * LIMITS.digits or not _DECIMAL.fullmatch(value):
            raise bad(
                "wrong-type",
                "`{given}` is not a decimal number",
                "digits, a point, digits; no exponent, no leading zeros, no thousands mark",
                given=show(value),
            )
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise bad("wrong-type", "a number is expected, not `{given}`", given=show(value))
    if not value.is_finite():
        raise bad("not-finite", "`{given}` is not a number", given=show(value))
    exponent = cast(int, value.as_tuple().exponent)
    if (
        len(value.as_tuple().digits) > LIMITS.digits
        or not -LIMITS.digits <= exponent <= LIMITS.digits
    ):
        raise bad("limit.digits", "the number has more than {limit} digits", limit=LIMITS.digits)
    return value


NUMBER_ENDS: Final = {
    "at_least": (0, False),
    "more_than": (0, True),
    "at_most": (1, False),
    "less_than": (1, True),
}


def read_range(value: dict[str, Any], ends: dict[str, tuple[int, bool]], one: Any) -> Range:
    found: list[Any] = [None, None]
    opened = [False, False]
    for key, raw in value.items():
        if key not in ends:
            raise bad(
                "wrong-type",
                "`{key}` is not an end of a range",
                "a range has " + ", ".join(ends),
                key=key,
            )
        side, is_open = ends[key]
        if found[side] is not None:
            raise bad("range", "the range has two ends on one side")
        found[side], opened[side] = one(raw), is_open
    lo, hi = found
    if lo is None and hi is None:
        raise bad(
            "range", "the range has no end", "leave the fact out where nothing is known of it"
        )
    if (
        lo is not None
        and hi is not None
        and type(lo) is type(hi)
        and (lo > hi or (lo == hi and any(opened)))
    ):
        raise bad("range", "the range is empty: {lo} to {hi}", lo=str(lo), hi=str(hi))
    return Range(lo, hi, opened[0], opened[1])


def read_number(declared: Declared, value: Any, _: str | None) -> Any:
    def one(raw: Any) -> Decimal:
        number = read_decimal(raw)
        if number < 0:
            raise bad("range", "{given} is below zero", given=str(number))
        if declared.unit == "percent" and number > 100:
            raise bad(
                "range",
                "{given} percent is more than 100",
                "a share is written 50 for 50 percent",
                given=str(number),
            )
        return number

    if isinstance(value, Range):
        return value
    if isinstance(value, dict):
        return read_range(cast("dict[str, Any]", value), NUMBER_ENDS, one)
    return one(value)


def read_price(_: Declared, value: Any, __: str | None) -> Any:
    if isinstance(value, Money):
        amount, currency = value.amount, value.currency
    elif isinstance(value, dict):
        raw = cast("dict[str, Any]", value)
        if set(raw) != {"amount", "currency"}:
            raise bad(
                "wrong-type",
                "money has an `amount` and a `currency`",
                '{amount = "60.00", currency = "USD"}',
            )
        given, currency = raw["amount"], raw["currency"]
        amount = (
            read_range(cast("dict[str, Any]", given), NUMBER_ENDS, read_decimal)
            if isinstance(given, dict)
            else read_decimal(given)
        )
    else:
        raise bad(
            "wrong-type",
            "money is expected, not `{given}`",
            '{amount = "60.00", currency = "USD"}',
            given=show(value),
        )
    if currency not in CURRENCIES:
        raise bad(
            "unknown-currency",
            "`{given}` is not an ISO 4217 currency",
            did_you_mean(str(currency), CURRENCIES),
            given=show(currency),
        )
    return Money(amount, currency)
