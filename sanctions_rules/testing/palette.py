"""What a drawn program is painted with: a few facts of the vocabulary, and a few constants for them.

A small palette makes conditions meet one another: the same fact in two sets, a threshold from both
sides, an exception that asks what the prohibition asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, cast

from sanctions_rules import clocks
from sanctions_rules.calendars import BUSINESS
from sanctions_rules.codes import CATEGORY_HS, SCHEMES, Code
from sanctions_rules.core import Closure, Definition, ReadingPoint
from sanctions_rules.engines.meaning import FOREVER
from sanctions_rules.facts import Case, Declared, FactModel
from sanctions_rules.schema import COLLECTIONS, NOUNS, children
from sanctions_rules.testing.choices import Draw

ZONES: Final = ("America/New_York", "Europe/Brussels", "Europe/London", "UTC")
#: Days on which months and years begin or end, and days that business leaves out.
DAYS: Final = (
    date(2024, 6, 1), date(2024, 2, 29), date(2023, 12, 31), date(2025, 1, 1), date(2024, 7, 4),
    date(2024, 9, 30), date(2024, 3, 10), date(2024, 10, 27),
)  # fmt: skip
#: Days on which the clocks of a zone change: they have 23 or 25 hours.
CLOCK_CHANGES: Final = {
    "America/New_York": (date(2024, 3, 10), date(2024, 11, 3)),
    "Europe/Brussels": (date(2024, 3, 31), date(2024, 10, 27)),
    "Europe/London": (date(2024, 3, 31), date(2024, 10, 27)),
    "UTC": (date(2024, 6, 1),),
}
NUMBERS: Final = ("1", "0", "0.5", "1.00", "3", "49.99", "50", "60", "99.9999", "100")
CURRENCIES: Final = ("USD", "EUR")
#: Words of free texts; also such as quoting, sorting and folding may trip over.
TEXTS: Final = ("alpha", "beta", "Ä § “x” \\ ' \" %", "none of it", "NULL", "Alpha", "a;b,c")
SHIFTS: Final = (
    (0, "days"), (1, "days"), (-1, "days"), (10, "days"), (2, "weeks"), (1, "months"),
    (-1, "months"), (1, "years"), (10, BUSINESS + "us_federal"), (-2, BUSINESS + "us_federal"),
    (30, "September"), (29, "February"),
)  # fmt: skip
REGIMES: Final = ("xx", "yy")
#: What an act may be in drawn programs: kinds with and without an event of their own.
KINDS: Final = ("import", "export", "payment", "service", "other")
#: What a rule calls one item of a list, first and inside of another of the same sort.
NOUNS_OF: Final = {
    collection: tuple(n for n, c in NOUNS.items() if c == collection) for collection in COLLECTIONS
}


@dataclass(frozen=True, slots=True)
class Place:
    """A fact as a rule may ask for it: its path from an item, and its declaration."""

    path: tuple[str, ...]
    declared: Declared

    @property
    def items(self) -> type[FactModel] | None:
        return COLLECTIONS.get(self.declared.of)


@cache
def places(model: type[FactModel]) -> Mapping[str, tuple[Place, ...]]:
    """The facts that a rule may ask of an item, by form: its own, and through one reference."""
    found: dict[str, list[Place]] = {}

    def walk(model: type[FactModel], path: tuple[str, ...], far: bool) -> None:
        for name, nested in children(model).items():
            walk(nested, (*path, name), far)
        for name, declared in model.declarations.items():
            found.setdefault(declared.form, []).append(Place((*path, name), declared))
            if declared.form == "ref" and not far:
                walk(COLLECTIONS[declared.of], (*path, name), True)

    walk(model, (), False)
    return {form: tuple(made) for form, made in found.items()}


#: A bound variable: an item of a model, or a word of a list with its declaration.
Bound = type[FactModel] | Declared


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may name: variables, `case` first."""

    bound: tuple[tuple[str, Bound], ...] = (("case", Case),)

    def with_(self, variable: str, bound: Bound) -> Scope:
        return Scope((*(b for b in self.bound if b[0] != variable), (variable, bound)))

    def noun(self, collection: str) -> str | None:
        """A name for one more item of a list."""
        taken = {name for name, _ in self.bound}
        return next((n for n in NOUNS_OF[collection] if n not in taken), None)


SOME_COUNTRIES: Final = ("RU", "US", "IN", "NO", "GB", "BY")
COUNTRY: Final = Declared("country", "")
LISTED: Final = (
    "services", "transactions", "securities", "properties", "accounts", "contracts",
    "licences_held", "ownership",
)  # fmt: skip


#: Operators that have something to ask of goods, and little of other things.
_OF_GOODS: Final = ("falls_under", "lookup", "sum", "times")


class Palette:
    """The facts and constants of one program, drawn as they are asked for."""

    def __init__(self, draw: Draw, favour: str = "") -> None:
        self.draw = draw
        self.favour = favour
        self.definitions: dict[str, Definition | Closure] = {}
        self.zone = draw.pick(ZONES)
        self.days = list(
            dict.fromkeys([*draw.some(DAYS, 2, 1), draw.pick(CLOCK_CHANGES[self.zone])])
        )
        self.collections = tuple(dict.fromkeys(
            draw.pick(("goods", "parties", "goods", "goods", "parties", "goods", *LISTED)) for _ in range(2)
        ))  # fmt: skip
        if favour in _OF_GOODS:
            self.collections = tuple(dict.fromkeys(("goods", *self.collections)))
        self._palettes: dict[type[FactModel], dict[str, tuple[Place, ...]]] = {}
        self._words: dict[str, tuple[str, ...]] = {}
        self.codes = tuple(self._code() for _ in range(3))
        self.shifts = draw.some(SHIFTS, 2, 2)
        self.regimes = REGIMES[: 1 + draw.chance(15)]
        self.readings: list[ReadingPoint] = []
        self.questions: dict[str, tuple[str, tuple[str, ...], str]] = {}
        self.burdens = False
        self.of_items: dict[type[FactModel], list[str]] = {}
        self.of_the_case: list[str] = []

    def palette(self, model: type[FactModel]) -> dict[str, tuple[Place, ...]]:
        """The few facts of a model that this program asks for, by form: at most two of a form."""
        found = self._palettes.get(model)
        if found is None:
            every = places(model)
            found = self._palettes[model] = {
                form: tuple(self.draw.some(every[form], 2, 1)) for form in sorted(every)
            }
        return found

    def place(self, scope: Scope, *forms: str) -> tuple[str, Place] | None:
        """A fact of one of these forms, of the nearest variable that has one, or of another."""
        having = [
            (name, form)
            for name, bound in reversed(scope.bound)
            if isinstance(bound, type)
            for form in forms
            if self.palette(bound).get(form)
        ]
        if not having:
            return None
        name, form = self.draw.pick(having)
        model = cast("type[FactModel]", dict(scope.bound)[name])
        return name, self.draw.pick(self.palette(model)[form])

    def vocabulary(self, name: str, declared: Declared) -> tuple[str, ...]:
        """The few words that this program knows of a fact."""
        known = self._words.get(name)
        if known is None:
            known = self._words[name] = tuple(self.draw.some(words_of(declared), 4, 2))
        return known

    def _code(self) -> Code:
        draw = self.draw
        prefix = draw.pick([p for some in CATEGORY_HS.values() for p in some if p])
        scheme = draw.pick(tuple(SCHEMES))
        most = (SCHEMES[scheme] - len(prefix)) // 2
        more = 2 * (most if draw.chance(40) else draw.below(most + 1))
        digits = prefix + "".join("0123456789"[draw.below(10)] for _ in range(more))
        if draw.chance(20) and digits[-1] < "8":
            return Code(scheme, digits, digits[:-1] + "9")
        return Code(scheme, digits)

    def inside(self, code: Code) -> Code:
        """A code that falls under another one: to be left out of it."""
        digits = code.digits + "00"
        return Code(code.scheme, digits if len(digits) <= SCHEMES[code.scheme] else code.digits)

    def threshold(self) -> int:
        """A threshold: a day's beginning, a clock time of it, or the first instant after one."""
        day, draw = self.draw.pick(self.days), self.draw
        match draw.below(4):
            case 0 | 1:
                return clocks.day_start(day, self.zone)
            case 2:
                return clocks.instant(day, draw.pick(("00:01", "12:01")), self.zone)
            case _:
                return clocks.instant(day, "00:01", self.zone) + 1

    def ordinal(self) -> int:
        """A day of publication."""
        draw = self.draw
        return -FOREVER if draw.chance(30) else draw.pick(self.days).toordinal() - draw.below(2)

    def interval(self) -> tuple[int, int, int, int]:
        """Since possibly, since surely, until surely, until possibly."""
        draw = self.draw
        first, last = sorted((self.threshold(), self.threshold()))
        day = 86_400_000_000
        since = draw.pick((
            (-FOREVER, -FOREVER), (first, first), (first, first), (-FOREVER, first), (first, first + day),
        ))  # fmt: skip
        until = draw.pick((
            (FOREVER, FOREVER), (FOREVER, FOREVER), (last, last), (last, FOREVER), (last, last + day),
        ))  # fmt: skip
        return (*since, *until)

    def amount(self, declared: Declared) -> Decimal:
        numbers = [Decimal(n) for n in NUMBERS]
        key = "number " + declared.unit
        known = self._words.get(key)
        if known is None:
            known = self._words[key] = tuple(map(str, self.draw.some(numbers, 2, 2)))
        return Decimal(self.draw.pick(known))


def words_of(declared: Declared) -> tuple[str, ...]:
    """The words that a fact may be given in drawn cases and programs."""
    if declared.values:
        return declared.values
    return SOME_COUNTRIES if declared.form in ("country", "countries") else TEXTS


def vocabulary_of(declared: Declared) -> str:
    """Facts of one vocabulary share the words of a program."""
    if declared.form in ("country", "countries"):
        return "countries"
    return declared.phrase if declared.values else "texts"
