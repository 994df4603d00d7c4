"""What the elements of a condition claim of facts, and when two claims cannot both hold.

A claim is about one fact and says which of its values are left: named words, yes or no, or a range.
Only what one value can be is compared: lists, codes and coverage make no claims here. The answer
is sure where it is yes; where nothing is found, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from sanctions_rules.language import ast

#: A bound: a number and, of equal numbers, whether it is meant just after it.
Bound = tuple[Decimal, bool]
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Claim:
    """`only`: values that are left (None: any). `never`: values ruled out. From `low` up to `high`."""

    about: str
    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()
    low: Bound | None = None
    high: Bound | None = None
    element: ast.Element | None = None

    def and_(self, other: Claim) -> Claim:
        only = (
            self.only
            if other.only is None
            else other.only
            if self.only is None
            else self.only & other.only
        )
        lows = [b for b in (self.low, other.low) if b is not None]
        highs = [b for b in (self.high, other.high) if b is not None]
        return replace(
            self, only=only, never=self.never | other.never,
            low=max(lows) if lows else None, high=min(highs) if highs else None,
        )  # fmt: skip

    @property
    def is_empty(self) -> bool:
        if self.only is not None and not self.only - self.never:
            return True
        return self.low is not None and self.high is not None and self.low >= self.high


def claims(condition: ast.Condition) -> list[Claim]:
    """What the condition's own elements claim; what stands inside groups is left out."""
    return [c for element in condition.elements for c in claims_of(element)]


def claims_of(element: ast.Element) -> Iterator[Claim]:
    atom = element.atom
    if not isinstance(atom, ast.Comparison) or not isinstance(atom.operand, ast.Path):
        return
    predicate = atom.predicate
    if not isinstance(predicate, ast.Is):
        return
    about, negated = str(atom.operand), predicate.negated
    match predicate.complement:
        case ast.IsYesNo(yes):
            yield Claim(
                f"{about} yes", frozenset(("yes",) if yes != negated else ("no",)), element=element
            )
        case ast.IsValue(value) if len(atom.operand.parts) == 1 and isinstance(value, ast.Path):
            holds = frozenset(("no",) if negated else ("yes",))
            yield Claim(f"{about} is {value}", holds, element=element)
        case ast.IsValue(value):
            yield from _worded(about, (value,), negated, element)
        case ast.IsOneOf(values):
            if len(atom.operand.parts) > 1:
                yield from _worded(about, values, negated, element)
        case ast.IsJudged(term):
            holds = frozenset(("no",) if negated else ("yes",))
            yield Claim(f"{about} is judged {term}", holds, element=element)
        case ast.Compared(comparator, value) if not negated:
            bounds = _bounds(comparator, value)
            if bounds is not None:
                unit, low, high = bounds
                yield Claim(f"{about} {unit}", low=low, high=high, element=element)
        case _:
            pass


def _worded(
    about: str, values: tuple[ast.Value, ...], negated: bool, element: ast.Element
) -> Iterator[Claim]:
    words = [_word(v) for v in values]
    if None not in words:
        said = frozenset(w for w in words if w is not None)
        yield Claim(
            about, None if negated else said, said if negated else frozenset(), element=element
        )


def _word(value: ast.Value) -> str | None:
    match value:
        case ast.Path((word,)):
            return word
        case ast.Proper(text):
            return text
        case _:
            return None


def _bounds(comparator: str, value: ast.Value) -> tuple[str, Bound | None, Bound | None] | None:
    match value:
        case ast.Quantity(number, unit):
            at, length = number, None
        case ast.MoneyValue(number, currency, per):
            at, length, unit = number, None, f"{currency}/{per}"
        case ast.Moment(day, time):
            minutes = (
                sum(int(n) * f for n, f in zip(time.split(":"), (60, 1), strict=True))
                if time
                else 0
            )
            at, length, unit = (
                Decimal(day.toordinal() * _DAY + minutes),
                1 if time else _DAY,
                "time",
            )
        case _:
            return None
    after: Bound = (at, True) if length is None else (at + length, False)
    match comparator:
        case "at least" | "on or after":
            return unit, (at, False), None
        case "more than" | "after":
            return unit, after, None
        case "at most" | "on or before":
            return unit, None, after
        case "less than" | "before":
            return unit, None, (at, False)
        case "on":
            return unit, (at, False), after
        case _:
            return None


def clash(found: Iterable[Claim]) -> tuple[Claim, Claim] | None:
    """The first claim that cannot hold together with those before it, and one that it meets."""
    known: dict[str, Claim] = {}
    for claim in found:
        before = known.get(claim.about)
        merged = before.and_(claim) if before else claim
        if merged.is_empty:
            return (before or claim), claim
        known[claim.about] = merged
    return None


def opposite(one: ast.Condition, other: ast.Condition) -> bool:
    """Whether each of two conditions of one element is what the other one denies."""
    if len(one.elements) != 1 or len(other.elements) != 1:
        return False
    a, b = claims(one), claims(other)
    if len(a) != 1 or len(b) != 1 or a[0].about != b[0].about:
        return False
    x, y = a[0], b[0]
    if x.low is not None or x.high is not None or y.low is not None or y.high is not None:
        return (x.low, x.high) == (y.high, y.low) and (x.low is None) != (x.high is None)
    if {x.only, y.only} == {frozenset(("yes",)), frozenset(("no",))}:
        return True
    return (x.only == y.never and y.only is None) or (y.only == x.never and x.only is None)
