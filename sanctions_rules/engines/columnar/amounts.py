"""Cells as numbers, prices and moments, or ranges of them: whole numbers at a scale, in 64 bits.

What does not fit in that, or is no such value, is noted: its row goes to the interpreter.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, Inexact
from typing import Any, Final

from pydantic_core import PydanticCustomError

from sanctions_rules import clocks
from sanctions_rules.codes import CURRENCIES
from sanctions_rules.engines.columnar.arrow import Array, Vector, np, pa, pc
from sanctions_rules.engines.columnar.reading import Path, beside, indices, mask_of
from sanctions_rules.engines.columnar.spaces import Space
from sanctions_rules.engines.columnar.vectors import (
    LEAST,
    MOST,
    Moment,
    Ordered,
    either,
    tag_number,
    whole,
)
from sanctions_rules.facts import Declared, read_decimal, read_moment
from sanctions_rules.tabular import MOMENT_ENDS, NUMBER_ENDS

#: Days and instants that are surely in the years that facts may have; what is beyond is looked at
#: one by one.
_FIRST_DAY: Final = (date(1900, 1, 1) - date(1970, 1, 1)).days
_LAST_DAY: Final = (date(2200, 12, 31) - date(1970, 1, 1)).days
_DAY: Final = 86_400_000_000
EPOCH: Final = date(1970, 1, 1)
#: The most decimal places that a vector of numbers has; a number with more is set aside.
FINEST: Final = 9
#: A vector of whole numbers stays below this; what is larger is set aside.
LARGEST: Final = 2**61


def _whole(space: Space, column: Any, declared: Declared) -> tuple[Array, Array, int, Array]:
    """Whole numbers at a scale, where they are given, and where `none` is written."""
    n = len(column)
    given = column.is_valid().to_numpy(zero_copy_only=False)
    none = np.zeros(n, bool)
    kind = column.type
    if pa.types.is_integer(kind):
        wide = column.cast(pa.decimal128(20, 0)) if pa.types.is_uint64(kind) else column
        if wide is column:
            found = pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
            return found, given, 0, none
        column, kind = wide, wide.type
    if pa.types.is_decimal(kind):
        column, fine = _coarse(column)
        if fine is not None:
            space.spoil(given & fine)
        found, large = _of_decimals(column, given)
        space.spoil(large)
        return found, given, column.type.scale, none
    numbers, values = indices(column)
    made: list[Decimal | None] = []
    wrong = np.zeros(len(values) + 1, bool)
    is_none = np.zeros(len(values) + 1, bool)
    for at, text in enumerate(values):
        if text == "none" and declared.optional:
            is_none[at] = True
            made.append(None)
            continue
        try:
            made.append(read_decimal(text))
        except PydanticCustomError:
            wrong[at] = True
            made.append(None)
    scale = max((-int(v.as_tuple().exponent) for v in made if v is not None), default=0)
    scale = min(max(scale, 0), FINEST)
    table = np.zeros(len(values) + 1, np.int64)
    for at, value in enumerate(made):
        if value is None:
            continue
        try:
            scaled = whole(value, scale)
        except Inexact:
            scaled = LARGEST + 1
        wrong[at] = abs(scaled) > LARGEST
        table[at] = 0 if wrong[at] else scaled
    space.spoil(wrong[numbers])
    none = is_none[numbers]
    return table[numbers], given & ~none, scale, none


def _coarse(column: Any) -> tuple[Any, Array | None]:
    """Decimals of 128 bits with few places, and where a value has more of them."""
    kind = column.type
    if kind.bit_width == 128 and 0 <= kind.scale <= FINEST:
        return column, None
    scale = min(max(kind.scale, 0), FINEST)
    near = pc.round(column, scale) if kind.scale > scale else column
    fine = ~pc.fill_null(pc.equal(near, column), True).to_numpy(zero_copy_only=False)
    wide = pa.decimal256(76, scale)
    near = near.cast(pa.decimal256(76, max(kind.scale, 0))) if kind.bit_width == 128 else near
    near = near.cast(wide)
    large = pc.greater(pc.abs(near), pa.scalar(10**17, pa.decimal256(76, 0)).cast(wide))
    large = pc.fill_null(large, False)
    fine = fine | large.to_numpy(zero_copy_only=False)
    near = pc.if_else(pa.array(fine), pa.scalar(None, wide), near)
    return near.cast(pa.decimal128(38, scale)), fine


def _of_decimals(column: Any, given: Array) -> tuple[Array, Array]:
    """Decimals of 128 bits as whole numbers of 64, and where they are too large for that."""
    data = np.frombuffer(column.buffers()[1], np.int64)
    start = 2 * column.offset
    low, high = (
        data[start : start + 2 * len(column) : 2],
        data[start + 1 : start + 2 * len(column) : 2],
    )
    large = given & ((high != (low >> 63)) | (np.abs(low) > LARGEST))
    return np.where(given & ~large, low, 0), large


def number(
    space: Space, path: Path, declared: Declared, tag: Vector = 0, least: int | None = 0
) -> Ordered:
    """A number or a range of one. `least`: none may be smaller; nor larger than 100 percent."""
    parts: list[tuple[str, Array, Array, int]] = []
    none: Vector = mask_of(space, beside(path, "none")) if declared.optional else False
    for name in ("", *NUMBER_ENDS):
        column = space.column(beside(path, name) if name else path)
        if column is None:
            continue
        found, given, scale, nothing = _whole(space, column, declared)
        none = either(none, nothing if nothing.any() else False)
        if least is not None:
            space.spoil(given & (found < least))
            if declared.unit == "percent":
                space.spoil(given & (found > 100 * 10**scale))
        parts.append((name, found, given, scale))
    if not parts:
        return Ordered(LEAST, MOST, tag=tag, none=none)
    scale = max(s for *_, s in parts)
    lo, hi = np.full(space.n, LEAST), np.full(space.n, MOST)
    open_ = {"more_than": np.zeros(space.n, bool), "less_than": np.zeros(space.n, bool)}
    taken: dict[str, Array] = {"lo": np.zeros(space.n, bool), "hi": np.zeros(space.n, bool)}
    for name, found, given, own in parts:
        most = LARGEST // 10 ** (scale - own)
        large = (found > most) | (found < -most)
        space.spoil(given & large)
        value = np.where(large, 0, found) * 10 ** (scale - own)
        for side in ("lo", "hi"):
            if name and side != ("lo" if name in ("at_least", "more_than") else "hi"):
                continue
            space.spoil(given & taken[side])  # two ends on one side, or a value and a range
            taken[side] |= given
            if side == "lo":
                lo = np.where(given, value, lo)
            else:
                hi = np.where(given, value, hi)
            if name in open_:
                open_[name] |= given
    space.spoil(taken["lo"] & taken["hi"] & (lo > hi))
    lo_open, hi_open = (o if o.any() else False for o in open_.values())
    if lo_open is not False or hi_open is not False:
        space.spoil((lo == hi) & either(lo_open, hi_open))
    if none is not False:
        space.spoil(none & (taken["lo"] | taken["hi"]))
    return Ordered(lo, hi, lo_open, hi_open, tag, scale, none)


def price(space: Space, path: Path, declared: Declared) -> Ordered:
    """An amount with its currency."""
    tag: Vector = 0
    currency = space.column((*path, "currency"))
    if currency is not None:
        numbers, values = indices(currency)
        table = np.array([tag_number(v) if v in CURRENCIES else -1 for v in values] + [0])
        tag = table[numbers]
        space.spoil(tag == -1)
    found = number(space, (*path, "amount"), Declared("number", ""), tag, None)
    given = np.full(space.n, False) | (found.lo > LEAST) | (found.hi < MOST)
    space.spoil(given & (np.full(space.n, tag) == 0))
    found.none = mask_of(space, beside(path, "none"))
    if found.none is not False:
        space.spoil(found.none & given)
    found.tag = np.where(given, tag, 0) if isinstance(tag, np.ndarray) else 0
    return found


# -- moments --------------------------------------------------------------------------------------


def _times(space: Space, column: Any, declared: Declared) -> tuple[Array, Vector, Array, Array]:
    """Values, whether each is a day, where they are given, and where `none` is written."""
    given = column.is_valid().to_numpy(zero_copy_only=False)
    none = np.zeros(len(column), bool)
    kind = column.type
    if pa.types.is_date32(kind):
        found = pc.fill_null(column.cast(pa.int32()), 0).to_numpy(zero_copy_only=False)
        found = found.astype(np.int64)
        space.spoil(given & ((found < _FIRST_DAY) | (found > _LAST_DAY)))
        return found, True, given, none
    if pa.types.is_timestamp(kind):
        found = pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
        match kind.unit:
            case "ns":
                space.spoil(found % 1000 != 0)
                found = found // 1000
            case "ms":
                found = found * 1000
            case "s":
                found = found * 1_000_000
            case _:
                pass
        days = found // _DAY
        space.spoil(given & ((days <= _FIRST_DAY) | (days >= _LAST_DAY)))
        return found, False, given, none
    numbers, values = indices(column)
    table = np.zeros(len(values) + 1, np.int64)
    is_day, wrong, is_none = (np.zeros(len(values) + 1, bool) for _ in range(3))
    for at, text in enumerate(values):
        if text == "none" and declared.optional:
            is_none[at] = True
            continue
        try:
            moment = read_moment(text)
        except PydanticCustomError:
            wrong[at] = True
            continue
        if isinstance(moment, datetime):
            table[at] = clocks.microseconds(moment)
        else:
            table[at], is_day[at] = (moment - EPOCH).days, True
    if wrong.any():
        space.spoil(wrong[numbers])
    none = is_none[numbers]
    return table[numbers], is_day[numbers], given & ~none, none


def moment(space: Space, path: Path, declared: Declared) -> Moment:
    none: Vector = mask_of(space, beside(path, "none")) if declared.optional else False
    made = Moment(0, 0)
    parts: list[tuple[str, Array, Vector, Array]] = []
    for name in ("", *MOMENT_ENDS):
        column = space.column(beside(path, name) if name else path)
        if column is not None:
            found, is_day, given, nothing = _times(space, column, declared)
            none = either(none, nothing if nothing.any() else False)
            parts.append((name, found, is_day, given))
    made.none = none
    if not parts:
        return made
    if len(parts) == 1 and not parts[0][0]:
        _, found, is_day, given = parts[0]
        made = Moment(found, found, is_day, is_day, has_lo=given, has_hi=given, none=none)
    else:
        made = _ranges(space, parts)
        made.none = none
    if none is not False:
        space.spoil(none & either(made.has_lo, made.has_hi))
    return made


def _ranges(space: Space, parts: list[tuple[str, Array, Vector, Array]]) -> Moment:
    n = space.n
    ends = {side: np.zeros(n, np.int64) for side in ("lo", "hi")}
    day, has, opened = ({s: np.zeros(n, bool) for s in ("lo", "hi")} for _ in range(3))
    for name, found, is_day, given in parts:
        for side in ("lo", "hi"):
            if name and side != ("lo" if name in ("on_or_after", "after") else "hi"):
                continue
            space.spoil(given & has[side])
            has[side] |= given
            ends[side] = np.where(given, found, ends[side])
            day[side] = np.where(given, is_day, day[side])
            if name in ("after", "before"):
                opened[side] |= given
    alike = has["lo"] & has["hi"] & (day["lo"] == day["hi"])
    space.spoil(alike & (ends["lo"] > ends["hi"]))
    space.spoil(alike & (ends["lo"] == ends["hi"]) & (opened["lo"] | opened["hi"]))
    return Moment(ends["lo"], ends["hi"], day["lo"], day["hi"], opened["lo"], opened["hi"],
                  has["lo"], has["hi"])  # fmt: skip
