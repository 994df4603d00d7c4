"""The core: an ordered list of named, typed, three-valued expressions, each with its citation.

Five kinds of expression, and one table of operators. Nothing here knows law: exceptions,
licences, dates, delegation and the outcome have been lowered into definitions before an engine
sees them. `Ref` points backwards only, so an engine may walk the list in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from sanctions_rules.codes import Code
from sanctions_rules.source import Span as Place
from sanctions_rules.values import Nothing, Span, Truth

NOWHERE = Place("", 0, 0)

#: How the name of a definition goes on that asks a part of a norm of the act as a whole.
OF_THE_ACT: Final = " of the act"
#: And how that of a definition does which asks whether any prohibition of an instrument covers it.
REACHES: Final = " reaches the act"

Constant: TypeAlias = (
    Truth | Span | str | int | frozenset[str] | tuple[Code, ...] | tuple[int, ...] | Nothing
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant. `because` says why a piece of law is not known, where the value is unknown."""

    value: Constant
    because: str = ""
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """What we are told: a path from a bound item (`case` is always bound). No path: the item."""

    variable: str
    path: tuple[str, ...]
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Ref:
    """A definition, of the item that `subject` names (None: of the case)."""

    name: str
    subject: Fact | None = None
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Apply:
    operator: str
    arguments: tuple[Expr, ...]
    label: str = field(default="", compare=False)
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some`, `every`, `at_least` (with `count`) or `sum` (of `what`) over the items of a list."""

    quantifier: str
    collection: Expr
    variable: str
    body: Expr
    count: int = 0
    what: Expr | None = None
    label: str = field(default="", compare=False)
    place: Place = field(default=NOWHERE, compare=False, repr=False)


Expr: TypeAlias = Literal | Fact | Ref | Apply | Quantified

#: Every operator and what it takes. An engine has one line for each; a missing one fails a test.
OPERATORS: Final[dict[str, str]] = {
    "and": "truths: all hold",
    "or": "truths: one holds",
    "not": "a truth: it does not hold",
    "shown": "a truth: it is shown by who relies on it; unknown counts as not shown presumptively",
    "holds": "a yes-or-no fact: it is yes; no when there is no such thing",
    "equals": "a word and a constant: they are the same",
    "same_item": "two items: they are the same",
    "one_of": "a word and a set: it is in the set",
    "includes": "a list and a constant or an item: it is on the list",
    "exactly": "a list and a set: it holds these and no others",
    "is_none": "any fact: there is no such thing",
    "less": "two ordered values: the first is smaller",
    "at_most": "two ordered values: the first is not greater",
    "same": "two ordered values: they are equal",
    "times": "an ordered value and a number: the value so many times",
    "instants": "a time and a zone: the instants that it may mean",
    "shifted": "instants, a count, a unit and a zone: the beginning of the day so much later",
    "next_day": "the beginning of a day and a zone: that of the next",
    "falls_under": "codes, a category, prefixes, prefixes left out, and whether such a thing can: a code falls under them",
    "lookup": "instants, rows, a key and a known-by day: the hull of the rows that may apply",
    "undefined": "a truth and why: false where it holds, unknown for want of a text where it does not",
    "in_force": "instants and an interval: the interval holds them",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """One named expression. `subject`: the noun that the body calls its item, if it has one."""

    name: str
    subject: str | None
    body: Expr
    provision: str = ""
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Way:
    """One test by which a status passes on: a share of a basis, or control through some means."""

    mode: str  # together | singly | jointly | severally
    percent: Decimal
    strict: bool  # more than, not at least
    basis: str
    means: tuple[str, ...] = ()  # of control; then the share is not looked at


@dataclass(frozen=True, slots=True)
class Closure:
    """A status that ownership passes on: `seed` or (`guard` and owned by such, in one of the ways).

    `direct`: owned by those who have the seed, whether or not it is had itself, and no further.
    Evaluated between strata by `ownership`; an engine computes the seed and guard columns.
    """

    name: str
    seed: str
    guard: str
    ways: tuple[Way, ...]
    direct: bool
    as_of: Fact
    zone: str
    provision: str = ""
    place: Place = field(default=NOWHERE, compare=False, repr=False)


class Definitions:
    """The definitions of a program, in order and by name.

    A decision asks for a part of them, so those of a program that was kept are made one by one,
    each when it is first asked for: `make` gives the one of a name.
    """

    __slots__ = ("_made", "_make", "names")

    def __init__(self, names: Iterable[str], make: Callable[[str], Definition | Closure]) -> None:
        self.names = tuple(names)
        self._make = make
        self._made: dict[str, Definition | Closure] = {}

    @classmethod
    def of(cls, made: Mapping[str, Definition | Closure]) -> Definitions:
        """Definitions that are all there, by name."""
        return cls(made, made.__getitem__)

    def __getitem__(self, name: str) -> Definition | Closure:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(name)
        return found

    def __iter__(self) -> Iterator[Definition | Closure]:
        return (self[name] for name in self.names)

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Edge:
    """One exception to one target: its definition, and of which of the four kinds it is."""

    name: str
    kind: str  # scope | licence | override
    source: str


@dataclass(frozen=True, slots=True)
class Term:
    """When a provision is in force, for saying why it is not."""

    since: int | None
    since_surely: int | None
    until: int | None  # exclusive
    until_possibly: int | None
    printed: str
    anchor: tuple[str, ...]
    zone: str
    published: int  # ordinal of the day
    replaced_by: tuple[tuple[str, int], ...] = ()
    awaiting: str = ""
    before_covered: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    name: str
    due: str = ""
    due_kind: str = ""
    count: int = 0
    unit: str = ""
    business: bool = False
    path: Fact | None = None
    month: str = ""
    day: int = 0
    payment: str = ""
    met: str = ""  # the definition that says that it was done, where the law's facts say so
    last: Expr | None = None  # the beginning of the last day on which it can be done in time
    over: str = ""  # the definition that says that this day is over, as of the day of the facts

    @property
    def lasting(self) -> bool:
        """A duty to keep something for a time: it runs, and nothing has to be done by a day."""
        return self.due_kind == "for"


@dataclass(frozen=True, slots=True)
class Norm:
    """One provision through one fill, and the names of the definitions that it was lowered to."""

    id: str
    provision: str
    fill: str
    verb: str
    title: str
    citations: tuple[str, ...]
    source_ids: tuple[str, ...]
    measures: tuple[str, ...]  # coordinated measures that it belongs to, shared by regimes
    regime: str
    instrument: str
    variable: str
    collection: Fact | None
    in_force: str
    bound: str
    pattern: str
    body: str
    scope: str
    covered: str
    engaged: str
    lifted: str
    effective: str
    edges: tuple[Edge, ...]
    term: Term
    checked: str
    checked_note: str
    reading: str = ""
    menu: tuple[str, ...] = ()
    powers: str = ""
    duty: Duty | None = None
    penalties: tuple[str, ...] = ()
    lifts: tuple[str, ...] = ()
    dormant: str = ""
    withdrawn: str = ""  # by which ids it, or its fill, was withdrawn
    conflict: str = ""
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ReadingPoint:
    """A place where the law may be read in more than one way, with exactly one default."""

    name: str
    default: str
    readings: tuple[tuple[str, str], ...]  # reading, on what it rests


@dataclass(frozen=True, slots=True)
class Head:
    """What a regime's rulebook says of itself."""

    regime: str
    title: str
    through: date
    serial: int
    zone: str
    commits: bool = False  # it holds commitments and no law: nobody is asked about it


@dataclass(frozen=True, slots=True)
class Overlay:
    """A proposal that is laid over the law: no answer that was made with it stands bare."""

    title: str
    over: tuple[str, ...]
    source: str
    note: str
    digest: str
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Program:
    """A checked rulebook, lowered. `definitions` stand in order: a Ref points backwards."""

    definitions: Definitions
    norms: tuple[Norm, ...]
    readings: tuple[ReadingPoint, ...]
    heads: tuple[Head, ...]
    terms: dict[str, tuple[str, str]]  # `us.blocked` → (definition name, noun)
    questions: dict[str, tuple[str, tuple[str, ...], str]]  # `us.significant` → text, factors, cite
    digest: str
    citations: dict[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )  # of every block, by id
    has_burdens: bool = False  # some line must be shown by who relies on it
    withdrawn: dict[str, str] = field(
        default_factory=dict[str, str]
    )  # texts that we found wrong, by id: since when and why
    allowed: tuple[str, ...] = ()  # those of them that are used all the same
    overlays: tuple[Overlay, ...] = ()

    @property
    def regimes(self) -> tuple[str, ...]:
        """The regimes that have law, and so an answer."""
        return tuple(head.regime for head in self.heads if not head.commits)


def references(definition: Definition | Closure) -> Iterator[str]:
    """The definitions that this one refers to."""
    if isinstance(definition, Closure):
        yield from (definition.seed, definition.guard)
    else:
        yield from named(definition.body)


def named(expr: Expr) -> Iterator[str]:
    """The definitions that an expression refers to."""
    match expr:
        case Ref(name):
            yield name
        case Apply(_, arguments):
            for argument in arguments:
                yield from named(argument)
        case Quantified(_, collection, _, body):
            for part in (collection, body, *((expr.what,) if expr.what is not None else ())):
                yield from named(part)
        case Fact() | Literal():
            pass
