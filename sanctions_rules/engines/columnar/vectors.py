"""What a fact or an expression is worth in every row at once.

A truth is a pair of vectors; a word, a flag or a list of words is a number in a lexicon of such
values; an ordered value is its two ends as whole numbers; things of the case are numbers of items.
A vector whose values are all alike is one plain value: most law says nothing of most rows.

What a vector cannot hold exactly is never rounded: its rows are set aside for the interpreter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact
from threading import Lock
from typing import Any, Final

from sanctions_rules.engines.columnar.arrow import Array, Vector, np
from sanctions_rules.engines.meaning import FOREVER
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Truth

#: Ends that are not there. Nothing that is there is as large.
LEAST: Final = -FOREVER
MOST: Final = FOREVER


class Pair:
    """A truth on two rails: each a vector of booleans, or one boolean."""

    __slots__ = ("may", "must")

    def __init__(self, must: Vector, may: Vector) -> None:
        self.must = must
        self.may = may


TRUE: Final = Pair(True, True)
FALSE: Final = Pair(False, False)
OPEN: Final = Pair(False, True)
OF_TRUTH: Final = {Truth.TRUE: TRUE, Truth.FALSE: FALSE, Truth.UNKNOWN: OPEN}


def pair(must: Vector, may: Vector) -> Pair:
    """A pair, on constants where all is alike."""
    if must is may:
        may = alike(may)
        return Pair(may, may) if isinstance(may, np.ndarray) else TRUE if may else FALSE
    must = alike(must)
    if must is True:
        return TRUE
    may = alike(may)
    if must is False and (may is True or may is False):
        return OPEN if may else FALSE
    return Pair(must, may)


def alike(a: Vector) -> Vector:
    """One boolean for a vector of which all are alike; of none, false."""
    if a is True or a is False:
        return a
    count = np.count_nonzero(a)  # cheaper than `any` and `all`, which go through Python
    return False if not count else True if count == a.size else a


def negated(a: Pair) -> Pair:
    if a is TRUE:
        return FALSE
    if a is FALSE:
        return TRUE
    if a is OPEN:
        return OPEN
    must = no(a.may)
    return Pair(must, must if a.must is a.may else no(a.must))


def folded(operator: str, parts: list[Pair | None]) -> Pair | None:
    """What truths come to of which some are known beforehand; None where that hangs on others."""
    match operator:
        case "and" | "or":
            strong, weak = (FALSE, TRUE) if operator == "and" else (TRUE, FALSE)
            if any(part is strong for part in parts):
                return strong
            return weak if all(part is weak for part in parts) else None
        case "not":
            return None if parts[0] is None else negated(parts[0])
        case _:
            return None


def no(a: Vector) -> Vector:
    return (not a) if a is True or a is False else ~a


def both(a: Vector, b: Vector) -> Vector:
    if a is False or b is False:
        return False
    if a is True or a is b:
        return b
    return a if b is True else a & b


def either(a: Vector, b: Vector) -> Vector:
    if a is True or b is True:
        return True
    if a is False or a is b:
        return b
    return a if b is False else a | b


#: Room for every digit of a number: a rounded one is refused.
_EXACT: Final = Context(prec=400, traps=[Inexact])


def whole(value: Decimal, scale: int) -> int:
    """A number in units of `10 ** -scale`. Raises Inexact where it is no whole number of them."""
    return int(value.scaleb(scale, _EXACT).to_integral_exact(context=_EXACT))


def full(a: Vector, n: int) -> Array:
    """A vector, whether or not its values are alike."""
    return a if isinstance(a, np.ndarray) and a.ndim else np.full(n, a)


def distinct(numbers: Array, n: int) -> Array:
    """Each number below `n` once, in order."""
    found = np.zeros(n, bool)
    found[numbers] = True
    return np.flatnonzero(found)


def taken(a: Vector, index: Array | None) -> Vector:
    return a.take(index) if index is not None and isinstance(a, np.ndarray) and a.ndim else a


def is_some(a: Vector) -> bool:
    """Whether any of them is true."""
    return a if a is True or a is False else np.count_nonzero(a) > 0


class Lexicon:
    """The values that a column was seen to hold, numbered; 0 is not known and 1 is no such thing.

    It outlives a batch, so that an atom looks at each value once.
    """

    __slots__ = ("index", "tables", "values")

    def __init__(self) -> None:
        self.values: list[Any] = [UNKNOWN, NOT_APPLICABLE]
        self.index: dict[Any, int] = {UNKNOWN: 0, NOT_APPLICABLE: 1}
        self.tables: dict[Any, Array] = {}

    def number(self, value: Any) -> int:
        found = self.index.get(value)
        if found is None:
            found = self.index[value] = len(self.values)
            self.values.append(value)
        return found

    def numbers(self, values: Sequence[Any]) -> Array:
        return np.fromiter((self.number(v) for v in values), np.int32, len(values))

    def table(self, key: Any, one: Callable[[Any], int], kind: Any = None) -> Array:
        """What `one` gives of each value, by its number; worked out once for each."""
        found = self.tables.get(key)
        done = 0 if found is None else len(found)
        if done < len(self.values):
            more = np.array([one(v) for v in self.values[done:]], kind or np.int8)
            found = more if found is None else np.concatenate([found, more])
            self.tables[key] = found
        return found


@dataclass(slots=True)
class Coded:
    """Words, flags, texts or lists of words: numbers in a lexicon (one number where all are alike)."""

    codes: Vector
    lexicon: Lexicon


@dataclass(slots=True)
class Ordered:
    """A value between two ends, in whole units of `10 ** -scale`; `none`: there is no such thing.

    `tag`: the number of a currency, 0 for none. What is not known has neither end.
    """

    lo: Vector
    hi: Vector
    lo_open: Vector = False
    hi_open: Vector = False
    tag: Vector = 0
    scale: int = 0
    none: Vector = False


UNBOUNDED: Final = Ordered(LEAST, MOST)

_TAGS: Final[dict[str | None, int]] = {None: 0}
_TAGGING: Final = Lock()


def tag_number(tag: str | None) -> int:
    found = _TAGS.get(tag)
    if found is None:
        with _TAGGING:  # two threads may meet two tags at once
            found = _TAGS.setdefault(tag, len(_TAGS))
    return found


@dataclass(slots=True)
class Moment:
    """Times before a zone is chosen: each end a day (days since 1970) or an instant (microseconds)."""

    lo: Vector
    hi: Vector
    lo_is_day: Vector = False
    hi_is_day: Vector = False
    lo_open: Vector = False
    hi_open: Vector = False
    has_lo: Vector = False
    has_hi: Vector = False
    none: Vector = False


@dataclass(slots=True)
class Refs:
    """One thing of the case for each: its number in its space; -1 not known, -2 no such thing."""

    index: Array
    space: str


@dataclass(slots=True)
class Ragged:
    """A list of things for each: `offsets` into `members`.

    `known`: there is a list, be it open. `complete`: these and no others. A list that is not known
    is neither; one that does not apply is both `none` and complete.
    """

    offsets: Array
    members: Array
    space: str
    complete: Vector = True
    known: Vector = True
    none: Vector = False
    is_all: bool = False  # the members are all items of the space, in order
    made: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def parents(self) -> Array:
        """For each member, whose it is."""
        found = self.made.get("parents")
        if found is None:
            lengths = np.diff(self.offsets)
            found = self.made["parents"] = np.repeat(np.arange(len(lengths)), lengths)
        return found


Value = Pair | Coded | Ordered | Moment | Refs | Ragged


# -- one for each member, to one for each list ---------------------------------------------------


def counts(mask: Vector, held: Ragged) -> Array:
    """For each list, for how many of its members the mask is true."""
    if mask is True:
        return np.diff(held.offsets)
    n = len(held.offsets) - 1
    if mask is False:
        return np.zeros(n, np.int64)
    return np.bincount(held.parents[np.flatnonzero(mask)], minlength=n)


def any_of(mask: Vector, held: Ragged) -> Vector:
    if mask is False:
        return False
    if mask is True:
        return np.diff(held.offsets) > 0
    found = np.zeros(len(held.offsets) - 1, bool)
    found[held.parents[np.flatnonzero(mask)]] = True
    return found


def all_of(mask: Vector, held: Ragged) -> Vector:
    return no(any_of(no(mask), held))


# -- picking --------------------------------------------------------------------------------------


def picked(value: Value, index: Array, n: int) -> Value:
    """The value at each index; nothing is negative."""
    match value:
        case Pair():
            if value.must is value.may:
                must = taken(value.must, index)
                return Pair(must, must) if isinstance(must, np.ndarray) else value
            return Pair(taken(value.must, index), taken(value.may, index))
        case Coded():
            return Coded(taken(value.codes, index), value.lexicon)
        case Ordered():
            return Ordered(
                taken(value.lo, index), taken(value.hi, index), taken(value.lo_open, index),
                taken(value.hi_open, index), taken(value.tag, index), value.scale,
                taken(value.none, index),
            )  # fmt: skip
        case Moment():
            return Moment(*(taken(getattr(value, name), index) for name in Moment.__slots__))
        case Refs():
            return Refs(value.index[index], value.space)
        case Ragged():
            lengths = np.diff(value.offsets)[index]
            offsets = offsets_of(lengths)
            within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
            members = value.members[np.repeat(value.offsets[index], lengths) + within]
            return Ragged(
                offsets, members, value.space, taken(value.complete, index),
                taken(value.known, index), taken(value.none, index),
            )  # fmt: skip


def offsets_of(lengths: Array) -> Array:
    found = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=found[1:])
    return found


def through(value: Value, refs: Refs, is_truth: bool) -> Value:
    """The value of the thing that is referred to.

    `is_truth`: it is asked whether something holds of it: of no such thing nothing does.
    """
    index = refs.index
    known = index >= 0
    if known.all():
        return picked(value, index, len(index))
    safe = np.where(known, index, 0)
    unknown = index == -1
    none = index == -2
    if isinstance(value, Pair):
        must = both(taken(value.must, safe), known)
        may = either(both(taken(value.may, safe), known), unknown)
        return pair(must, may if is_truth else either(may, unknown))
    found = picked(_never_empty(value), safe, len(index))
    match found:
        case Coded():
            codes = np.where(known, found.codes, np.where(none, 1, 0))
            return Coded(codes, found.lexicon)
        case Ordered():
            lo = np.where(known, found.lo, LEAST)
            hi = np.where(known, found.hi, MOST)
            gone = False if is_truth else either(both(found.none, known), none)
            return Ordered(lo, hi, both(found.lo_open, known), both(found.hi_open, known),
                           np.where(known, found.tag, 0), found.scale, gone)  # fmt: skip
        case Moment():
            return Moment(
                np.where(known, found.lo, 0), np.where(known, found.hi, 0), found.lo_is_day,
                found.hi_is_day, both(found.lo_open, known), both(found.hi_open, known),
                both(found.has_lo, known), both(found.has_hi, known),
                either(both(found.none, known), none),
            )  # fmt: skip
        case Refs():
            return Refs(np.where(known, found.index, index), found.space)
        case Ragged():
            lengths = np.where(known, np.diff(found.offsets), 0)
            kept = np.repeat(known, np.diff(found.offsets))
            return Ragged(
                offsets_of(lengths), found.members[kept], found.space,
                either(both(found.complete, known), none), either(both(found.known, known), none),
                either(both(found.none, known), none),
            )  # fmt: skip
        case _:
            raise TypeError(type(found).__name__)


def _never_empty(value: Value) -> Value:
    """A value that index 0 can be taken of, where there is no item at all."""
    match value:
        case Coded() if isinstance(value.codes, np.ndarray) and not len(value.codes):
            return Coded(0, value.lexicon)
        case Ordered() if isinstance(value.lo, np.ndarray) and not len(value.lo):
            return Ordered(LEAST, MOST, scale=value.scale)
        case Moment() if isinstance(value.lo, np.ndarray) and not len(value.lo):
            return Moment(0, 0)
        case Refs() if not len(value.index):
            return Refs(np.array([-1]), value.space)
        case Ragged() if len(value.offsets) == 1:
            return Ragged(np.zeros(2, np.int64), value.members, value.space, False, False)
        case _:
            return value
