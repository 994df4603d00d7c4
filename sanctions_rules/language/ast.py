"""Rule text as a tree: one frozen dataclass for each form a reader can write.

Places are carried by every node and never count when two trees are compared: two texts mean
the same if their trees are equal. The order of slots in a block carries no meaning either;
`slots.py` says how they are printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal, TypeAlias, cast

from sanctions_rules.codes import Code
from sanctions_rules.source import Span

NOWHERE = Span("", 0, 0)


def _at() -> Span:
    return field(default=NOWHERE, compare=False, repr=False)


# -- small parts ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the author's with its place."""

    text: str
    span: Span = _at()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a block: instrument, pinpoint, and the first day of one version.

    `instrument` is empty for a bare pinpoint until it is resolved.
    """

    instrument: str
    pinpoint: str = ""
    pin: date | None = None
    span: Span = _at()

    @property
    def id(self) -> str:
        return f"{self.instrument} {self.pinpoint}".strip()

    def __str__(self) -> str:
        return self.id + (f"@{self.pin}" if self.pin else "")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or an instant with the label of its zone as printed."""

    day: date
    time: str = ""
    label: str = ""
    span: Span = _at()

    def __str__(self) -> str:
        return f"{self.day} {self.time} {self.label}".strip()


@dataclass(frozen=True, slots=True)
class Path:
    """A dotted name: a fact of something, or a bare name bound by a verb or a quantifier."""

    parts: tuple[str, ...]
    span: Span = _at()

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Duration:
    count: int
    unit: str
    business: bool = False
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class CodeRange:
    first: Code
    last: Code | None = None
    text: str = field(default="", compare=False)
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Codes:
    included: tuple[CodeRange, ...]
    excluded: tuple[CodeRange, ...] = ()
    span: Span = _at()


# -- values -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proper:
    text: str
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Quantity:
    number: Decimal
    unit: str = ""
    text: str = field(default="", compare=False)
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class MoneyValue:
    amount: Decimal
    currency: str
    per: str = ""
    text: str = field(default="", compare=False)
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Shifted:
    duration: Duration
    direction: Literal["after", "before"]
    path: Path
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Multiple:
    """A fact so many times: `2 times act.value`."""

    factor: Decimal
    path: Path
    text: str = field(default="", compare=False)
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Value, ...]
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Sum:
    what: Path
    variable: str
    collection: Path
    condition: Condition
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Lookup:
    column: str
    table: Ref
    key: Path
    as_at: Path | None = None
    span: Span = _at()


Operand: TypeAlias = Path | Call | Sum | Lookup
Value: TypeAlias = Operand | Proper | Text | Moment | Quantity | MoneyValue | Shifted | Multiple

# -- conditions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IsValue:
    value: Value


@dataclass(frozen=True, slots=True)
class IsYesNo:
    yes: bool


@dataclass(frozen=True, slots=True)
class IsOneOf:
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class IsExactly:
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    comparator: str
    value: Value


@dataclass(frozen=True, slots=True)
class IsJudged:
    term: Word


@dataclass(frozen=True, slots=True)
class IsCovered:
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class IsListed:
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class IsOwned:
    term: Word
    mode: Word
    comparator: str
    value: Value
    of: Word
    direct: bool = False


@dataclass(frozen=True, slots=True)
class IsControlled:
    term: Word
    means: tuple[Word, ...]
    direct: bool = False


@dataclass(frozen=True, slots=True)
class IsUnder:
    term: Word
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class IsUnknown:
    pass


@dataclass(frozen=True, slots=True)
class IsNone:
    pass


@dataclass(frozen=True, slots=True)
class FallsUnder:
    codes: Codes


@dataclass(frozen=True, slots=True)
class FallsIn:
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Includes:
    values: tuple[Value, ...]


Complement: TypeAlias = (
    IsValue | IsYesNo | IsOneOf | IsExactly | Compared | IsJudged | IsCovered | IsListed
    | IsOwned | IsControlled | IsUnder | IsUnknown | IsNone
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Is:
    complement: Complement
    negated: bool = False
    span: Span = _at()


Predicate: TypeAlias = Is | FallsUnder | FallsIn | Includes


@dataclass(frozen=True, slots=True)
class Comparison:
    operand: Operand
    predicate: Predicate
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Member:
    label: str
    condition: Condition
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Group:
    kind: Literal["any", "all", "none", "at_least"]
    members: tuple[Member, ...]
    count: int = 0
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class ForSome:
    quantifier: Literal["some", "every", "no", "at_least"]
    variable: str
    collection: Operand
    body: Predicate | Condition
    count: int = 0
    span: Span = _at()


Atom: TypeAlias = Comparison | Group | ForSome


@dataclass(frozen=True, slots=True)
class Element:
    atom: Atom
    label: str = ""
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Condition:
    elements: tuple[Element, ...]
    span: Span = _at()


# -- the parts of slots --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Since:
    """`at`: from that moment. `before`: since some time before it. `between`: not known when."""

    kind: Literal["at", "before", "between"]
    first: Moment
    second: Moment | None = None


@dataclass(frozen=True, slots=True)
class Until:
    kind: Literal["no_end", "until", "through", "between", "after"]
    first: Moment | None = None
    second: Moment | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    since: Since
    until: Until


@dataclass(frozen=True, slots=True)
class Awaiting:
    what: Text
    offices: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class AsListed:
    pass


@dataclass(frozen=True, slots=True)
class Role:
    """One role of an act: of, by, to, into, from, on, lifting."""

    word: str
    thing: Word | Proper | Moment | None = None
    refs: tuple[Ref, ...] = ()
    share: tuple[Quantity, Path] | None = None
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Conduct:
    acts: tuple[Word, ...]
    roles: tuple[Role, ...] = ()
    span: Span = _at()

    def role(self, word: str) -> Role | None:
        return next((r for r in self.roles if r.word == word), None)


@dataclass(frozen=True, slots=True)
class Power:
    office: Word
    consulting: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    kind: Literal["within", "for", "yearly", "at"]
    duration: Duration | None = None
    path: Path | None = None
    day: int = 0
    month: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. `None`: unknown. An `Until` of kind no_end: no end stated."""

    value: Value | Codes | Until | None
    span: Span = _at()


# -- slots ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of a block: its word and what stands in it. Which fields are used, the word says."""

    word: str
    texts: tuple[Text, ...] = ()
    names: tuple[Word, ...] = ()
    refs: tuple[Ref, ...] = ()
    targets: tuple[Ref, ...] = ()  # withdraws … for
    day: date | None = None
    days: tuple[tuple[date, Text], ...] = ()
    flag: bool = False
    number: int = 0
    interval: Interval | Awaiting | AsListed | None = None
    anchor: Path | None = None
    conduct: Conduct | None = None
    powers: tuple[Power, ...] = ()
    due: Due | None = None
    subject: Word | None = None
    term: Word | Call | None = None
    condition: Condition | None = None
    value: Value | None = None
    paths: tuple[Path, ...] = ()
    factors: tuple[tuple[str, Text], ...] = ()
    codes: Codes | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    span: Span = _at()


@dataclass(frozen=True, slots=True)
class Block:
    kind: str
    ref: Ref | None
    title: str
    slots: tuple[Slot, ...]
    span: Span = _at()
    head: Span = _at()
    #: Slot words whose slots could not be read; what they would have said is not asked for again.
    damaged: frozenset[str] = field(default=frozenset(), compare=False)
    #: The slot with the norm verb, found once: it is asked for more than anything else.
    verb: Slot | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        verb = next((slot for slot in self.slots if slot.word in VERBS), None)
        object.__setattr__(self, "verb", verb)

    @property
    def id(self) -> str:
        return self.ref.id if self.ref else ""

    def slot(self, word: str) -> Slot | None:
        for slot in self.slots:  # asked so often that a generator would show
            if slot.word == word:
                return slot
        return None

    def all(self, word: str) -> tuple[Slot, ...]:
        return tuple(s for s in self.slots if s.word == word)


#: What a field may hold that no part of a tree lies below.
_PLAIN = frozenset(
    ("str", "int", "bool", "date", "Decimal", "Span", "date | None", "Code", "Code | None")
)


def inner(node: object) -> tuple[str, ...]:
    """The fields of a node that hold nodes, for who walks through trees; none of other things."""
    return _inner(type(node))


@cache
def _inner(kind: type) -> tuple[str, ...]:
    if not is_dataclass(kind):
        return ()
    return tuple(f.name for f in fields(kind) if f.compare and f.type not in _PLAIN)


def walk(node: object) -> Iterator[object]:
    """A node and every node in it, in the order written."""
    pending = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, tuple):
            pending.extend(reversed(cast("tuple[object, ...]", one)))
        elif is_dataclass(one):
            yield one
            pending.extend(getattr(one, name) for name in reversed(inner(one)))


VERBS = frozenset((
    "defines", "prohibits", "authorises", "exempts", "displaces", "withdraws", "empowers",
    "fills", "penalises", "asks", "requires", "commits to",
))  # fmt: skip
