"""What a fact or an expression can be worth: truth on two rails, spans, and the two kinds of nothing.

Every boolean is a pair (must, may): surely true, not surely false. Every ordered value is a
span from its least to its greatest possible value. One rule then covers unknown facts,
ranges, open lists and day-only dates. "Unknown" is ignorance; "not applicable" is knowledge:
there is no such thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from enum import Enum
from typing import Final, cast

from sanctions_rules.limits import DEFAULT as LIMITS


class Truth(Enum):
    """Strong Kleene truth. `must`: surely true. `may`: not surely false."""

    FALSE = (False, False)
    UNKNOWN = (False, True)
    TRUE = (True, True)

    must: bool
    may: bool

    def __init__(self, must: bool, may: bool) -> None:
        self.must = must
        self.may = may

    def __invert__(self) -> Truth:
        return Truth.FALSE if self.must else self if self.may else Truth.TRUE

    @staticmethod
    def of(must: bool, may: bool) -> Truth:
        if must:
            assert may, "a value that must hold may hold"
            return Truth.TRUE
        return Truth.UNKNOWN if may else Truth.FALSE

    @staticmethod
    def known(value: bool) -> Truth:
        return Truth.TRUE if value else Truth.FALSE


def all_of(truths: Iterable[Truth]) -> Truth:
    """Kleene conjunction; of nothing, true. False wins over unknown."""
    result = Truth.TRUE
    for truth in truths:
        if truth is Truth.FALSE:
            return Truth.FALSE
        if truth is Truth.UNKNOWN:
            result = Truth.UNKNOWN
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Kleene disjunction; of nothing, false. True wins over unknown."""
    result = Truth.FALSE
    for truth in truths:
        if truth is Truth.TRUE:
            return Truth.TRUE
        if truth is Truth.UNKNOWN:
            result = Truth.UNKNOWN
    return result


class Nothing(Enum):
    """UNKNOWN: we do not know the value. NOT_APPLICABLE: we know that there is none."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "none"

    def __repr__(self) -> str:
        return self.name


UNKNOWN: Final = Nothing.UNKNOWN
NOT_APPLICABLE: Final = Nothing.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Span:
    """One ordered value, known to lie between `lo` and `hi` (None: no bound known).

    A point is a span of one value. `tag` is the currency of money: spans of different
    tags cannot be compared, and comparing them is unknown, never false.
    """

    lo: Decimal | int | None
    hi: Decimal | int | None
    lo_open: bool = False
    hi_open: bool = False
    tag: str | None = None

    @property
    def is_point(self) -> bool:
        return self.lo is not None and self.lo == self.hi


def point(value: Decimal | int, tag: str | None = None) -> Span:
    return Span(value, value, tag=tag)


def comparable(a: Span, b: Span) -> bool:
    return a.tag == b.tag


def less(a: Span, b: Span) -> Truth:
    """a < b, for every (must) or for some (may) pair of values in the spans."""
    if not comparable(a, b):
        return Truth.UNKNOWN
    must = (
        a.hi is not None
        and b.lo is not None
        and (a.hi < b.lo or (a.hi == b.lo and (a.hi_open or b.lo_open)))
    )
    may = a.lo is None or b.hi is None or a.lo < b.hi
    return Truth.of(must, may)


def at_most(a: Span, b: Span) -> Truth:
    """a <= b, for every (must) or for some (may) pair of values in the spans."""
    if not comparable(a, b):
        return Truth.UNKNOWN
    must = a.hi is not None and b.lo is not None and a.hi <= b.lo
    may = (
        a.lo is None
        or b.hi is None
        or a.lo < b.hi
        or (a.lo == b.hi and not a.lo_open and not b.hi_open)
    )
    return Truth.of(must, may)


def same(a: Span, b: Span) -> Truth:
    """a = b: surely where both are one point, possibly where the spans meet."""
    if not comparable(a, b):
        return Truth.UNKNOWN
    if a.is_point and b.is_point:
        return Truth.known(a.lo == b.lo)
    return Truth.of(False, at_most(a, b).may and at_most(b, a).may)


#: Room for every digit of a product: a fact and a factor have at most so many digits each.
_EXACT: Final = Context(prec=4 * LIMITS.digits, traps=[Inexact])


def multiplied(a: Span, factor: Span) -> Span:
    """The value so many times, digit for digit; the factor is one number above zero."""

    def end(value: Decimal | int | None) -> Decimal | None:
        return None if value is None else _EXACT.multiply(Decimal(value), by)

    by = Decimal(cast("Decimal | int", factor.lo))
    return Span(end(a.lo), end(a.hi), a.lo_open, a.hi_open, a.tag)


@dataclass(frozen=True, slots=True)
class OneOf:
    """An unordered value that is known to be one of these, not which."""

    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Items:
    """A list as a fact: what is on it, and whether that is all there is."""

    members: tuple[object, ...]
    complete: bool
