"""Cells as values: each form of fact from its column and its companions, checked as they are read.

A cell that is no fact (a word that nobody knows, a date that never was, a null on a list) is not
guessed at: its item is noted, and its row goes to the interpreter, which says what is wrong.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, Inexact
from typing import Any, Final

from pydantic_core import PydanticCustomError

from sanctions_rules import clocks
from sanctions_rules.codes import COUNTRIES, CURRENCIES, read_code
from sanctions_rules.engines.columnar.arrow import Array, Vector, np, pa, pc
from sanctions_rules.engines.columnar.spaces import Space
from sanctions_rules.engines.columnar.vectors import (
    LEAST,
    MOST,
    Coded,
    Lexicon,
    Moment,
    Ordered,
    Ragged,
    Refs,
    either,
    offsets_of,
    tag_number,
    whole,
)
from sanctions_rules.facts import Declared, read_decimal, read_moment
from sanctions_rules.tabular import MOMENT_ENDS, NUMBER_ENDS
from sanctions_rules.values import Items, OneOf, Truth

Path = tuple[str, ...]

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


def beside(path: Path, companion: str) -> Path:
    return (*path[:-1], f"{path[-1]}__{companion}")


def mask_of(space: Space, path: Path) -> Vector:
    """A column of true or false as a mask: what is not known counts as false."""
    column = space.column(path)
    if column is None:
        return False
    found = pc.fill_null(column, False).to_numpy(zero_copy_only=False)
    return found if found.any() else False


def null_of(column: Any) -> Vector:
    return column.is_null().to_numpy(zero_copy_only=False) if column.null_count else False


def _indices(array: Any) -> tuple[Array, list[Any]]:
    """Each value by its number among the distinct ones, -1 where there is none, and those."""
    if array.null_count:
        encoded = array.dictionary_encode()
        numbers = pc.fill_null(encoded.indices, -1)
    else:
        encoded = array.dictionary_encode()
        numbers = encoded.indices
    return numbers.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist()


# -- words ----------------------------------------------------------------------------------------


def word_reader(declared: Declared) -> Callable[[Any], bool]:
    """Whether a text may be the value of the fact."""
    match declared.form:
        case "word" | "words":
            known = frozenset(declared.values)
            return lambda value: value in known
        case "country" | "countries":
            return lambda value: value in COUNTRIES
        case "codes":
            return lambda value: read_code(value) is not None
        case _:
            return lambda value: value != ""


def word(space: Space, path: Path, declared: Declared, lexicon: Lexicon) -> Vector:
    """Numbers of words in the lexicon."""
    codes: Vector = 0
    column = space.column(path)
    if column is not None:
        numbers, values = _indices(column)
        fits = word_reader(declared)
        known = np.zeros(len(values) + 1, np.int32)
        wrong = np.zeros(len(values) + 1, bool)
        for at, value in enumerate(values):
            if value == "none" and (declared.optional or "none" not in declared.values):
                known[at], wrong[at] = 1, not declared.optional
            elif fits(value):
                known[at] = lexicon.number(value)
            else:
                wrong[at] = True
        codes = known[numbers]
        if wrong.any():
            space.spoil(wrong[numbers])
    codes = _one_of(space, path, declared, lexicon, codes)
    return with_none(space, path, codes)


def with_none(space: Space, path: Path, codes: Vector) -> Vector:
    none = mask_of(space, beside(path, "none"))
    if none is False:
        return codes
    space.spoil(none & (np.full(space.n, codes) > 1 if isinstance(codes, int) else codes > 1))
    return np.where(none, np.int32(1), codes)


def _one_of(
    space: Space, path: Path, declared: Declared, lexicon: Lexicon, codes: Vector
) -> Vector:
    column = space.column(beside(path, "one_of")) if declared.form == "word" else None
    if column is None:
        return codes
    given = column.is_valid().to_numpy(zero_copy_only=False)
    numbers, lists, wrong = distinct_lists(column, word_reader(declared))
    space.spoil(given & (wrong | (numbers == 0) | (codes != 0)))
    table = np.array([0] + [lexicon.number(OneOf(frozenset(v))) for v in lists[1:]], np.int32)
    return np.where(given & ~wrong, table[numbers], codes)


def distinct_lists(
    column: Any, fits: Callable[[Any], bool]
) -> tuple[Array, list[tuple[Any, ...]], Array]:
    """Each list by its number among the distinct ones, the empty one first; where one is wrong."""
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    lengths = lengths.astype(np.int64)
    items = column.flatten()
    state = np.zeros(len(column), np.int64)
    lists: list[tuple[Any, ...]] = [()]
    wrong = np.zeros(len(column), bool)
    if pa.types.is_null(items.type):
        return state, lists, lengths > 0
    if not len(items):
        return state, lists, wrong
    numbers, values = _indices(items)
    numbers = numbers.astype(np.int64)
    bad = np.array([not fits(v) or v in ("…", "...") for v in values] + [True], bool)
    first = offsets_of(lengths)[:-1]
    if bad[numbers].any():
        parents = np.repeat(np.arange(len(column)), lengths)
        wrong[parents[bad[numbers]]] = True
    width = len(values) + 1
    for place in range(int(lengths.max())):
        at = np.flatnonzero(lengths > place)
        keys = state[at] * width + numbers[first[at] + place] + 1
        found, known = _indices(pa.array(keys))
        base = len(lists)
        for key in known:
            before, value = divmod(key, width)
            lists.append((*lists[before], values[value - 1] if value else None))
        state[at] = found + base
    return state, lists, wrong


def words(space: Space, path: Path, declared: Declared, lexicon: Lexicon) -> Vector:
    """Numbers of whole lists in the lexicon."""
    codes: Vector = 0
    column = space.column(path)
    if column is not None:
        given = column.is_valid().to_numpy(zero_copy_only=False)
        numbers, lists, wrong = distinct_lists(column, word_reader(declared))
        complete = completeness(space, path, declared, column)
        as_read = (
            (lambda one: tuple(read_code(v) for v in one))
            if declared.form == "codes"
            else (lambda one: one)
        )
        table = np.zeros((len(lists), 2), np.int32)
        good = np.zeros(len(lists), bool)
        good[numbers[given & ~wrong]] = True
        for at in np.flatnonzero(good).tolist():
            members = as_read(lists[at])
            table[at, 0] = lexicon.number(Items(members, False))
            table[at, 1] = lexicon.number(Items(members, True))
        codes = np.where(given, table[numbers, complete.astype(np.int8)], 0)
        if wrong.any():
            space.spoil(wrong)
        if declared.form == "codes":
            space.spoil(given & (numbers == 0) & complete)
    none = mask_of(space, beside(path, "none"))
    if none is False:
        return codes
    empty = lexicon.number(Items((), True))
    space.spoil(none & (np.full(space.n, codes) != 0) & (codes != empty))
    return np.where(none, np.int32(empty), codes)


def completeness(space: Space, path: Path, declared: Declared, column: Any) -> Array:
    """Of each list whether it is said to be complete. Asks for the basis where one is needed."""
    n = len(column)
    said = space.column(beside(path, "open"))
    basis = space.column(beside(path, "basis"))
    based = np.zeros(n, bool) if basis is None else basis.is_valid().to_numpy(zero_copy_only=False)
    if basis is not None:
        space.spoil(pc.fill_null(pc.equal(basis, ""), False).to_numpy(zero_copy_only=False))
    default = ~based if declared.needs_basis else np.zeros(n, bool)
    if said is None:
        is_open = default
    else:
        stated = pc.fill_null(said, False).to_numpy(zero_copy_only=False)
        is_open = np.where(said.is_valid().to_numpy(zero_copy_only=False), stated, default)
    if declared.needs_basis:
        given = column.is_valid().to_numpy(zero_copy_only=False)
        space.spoil(given & ~is_open & ~based)
    return ~is_open


def flag(space: Space, path: Path, lexicon: Lexicon) -> Vector:
    no, yes = lexicon.number(Truth.FALSE), lexicon.number(Truth.TRUE)
    column = space.column(path)
    codes: Vector = 0
    if column is not None:
        value = pc.fill_null(column, False).to_numpy(zero_copy_only=False)
        codes = np.where(value, np.int32(yes), np.int32(no))
        empty = null_of(column)
        if empty is not False:
            codes[empty] = 0
    return with_none(space, path, codes)


# -- numbers --------------------------------------------------------------------------------------


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
    numbers, values = _indices(column)
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
        numbers, values = _indices(currency)
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
    numbers, values = _indices(column)
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


def nothing_given(value: Any, n: int) -> Vector:
    """Where a fact was not given at all: neither a value, nor bounds of one, nor that there is none."""
    match value:
        case Coded():
            return value.codes == 0
        case Ordered():
            return (
                np.full(n, True)
                & (value.lo == LEAST)
                & (value.hi == MOST)
                & ~np.full(n, value.none)
            )
        case Moment():
            return ~(np.full(n, value.has_lo) | value.has_hi | value.none)
        case Refs():
            return value.index == -1
        case Ragged():
            return ~np.full(n, value.known)
        case _:
            raise TypeError(type(value).__name__)
