"""Cells as values: each form of fact from its column and its companions, checked as they are read.

A cell that is no fact (a word that nobody knows, a date that never was, a null on a list) is not
guessed at: its item is noted, and its row goes to the interpreter, which says what is wrong.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sanctions_rules.codes import COUNTRIES, read_code
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
    offsets_of,
)
from sanctions_rules.facts import Declared
from sanctions_rules.values import Items, OneOf, Truth

Path = tuple[str, ...]


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


def indices(array: Any) -> tuple[Array, list[Any]]:
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
        numbers, values = indices(column)
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
    numbers, values = indices(items)
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
        found, known = indices(pa.array(keys))
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
