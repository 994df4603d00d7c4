"""A case whose act is moved to another day, and the days on which the law may then say otherwise.

The steps of the act move together, each as many days from the others as before: its own time, entry,
loading, unloading, export, payment, service. Everything else stays: production, the day on which the
facts stand, contracts, listings, the day on which a stone left Russia.

Between two turning days nothing that the rulebook reads of a moved time can change, because every
comparison with it changes only where it meets a day of the law or of the facts. What such a day may
change is known definition by definition, so that only those are worked out again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, cast

from sanctions_rules import clocks
from sanctions_rules.calendars import BUSINESS
from sanctions_rules.core import (
    Apply,
    Closure,
    Expr,
    Fact,
    Literal,
    Program,
    Quantified,
    Ref,
)
from sanctions_rules.facts import EVENT_OF_ACT, Case, FactModel, Range
from sanctions_rules.values import Span
from sanctions_rules.view import View

#: The steps of an act, which move together; `production` and what follows a breach do not.
STEPS: Final = ("conduct", "entry", "loading", "unloading", "export", "payment", "service")
#: Instants beyond these are no instants: an interval without beginning or end.
_FOREVER: Final = 2**61
#: How many days a unit has, at least and at most; business days are counted apart.
_DAYS: Final = {"days": (1, 1), "weeks": (7, 7), "months": (28, 31), "years": (365, 366)}
#: Days by which a count of business days may be off, beyond the weekends in it.
_HOLIDAYS: Final = 12


@dataclass(frozen=True, slots=True)
class Movable:
    """A case, the day of its act, and the steps that move with it."""

    case: Case
    day: date | None
    steps: tuple[str, ...]

    @classmethod
    def of(cls, case: Case) -> Movable:
        """An act that says no day of its own is given one, and its other events stay."""
        events = case.act.events
        kind = case.act.kind
        own = EVENT_OF_ACT.get(kind) if isinstance(kind, str) else None
        for name in ("conduct", own or "conduct"):
            day = _day_of(getattr(events, name))
            if day is not None:
                return cls(case, day, tuple(
                    step for step in STEPS if _moves(getattr(events, step))
                ))  # fmt: skip
        return cls(case, None, ("conduct",))

    def by(self, step: str) -> int:
        """How many days the step lies after the act."""
        day = _day_of(getattr(self.case.act.events, step))
        return (day - self.day).days if day is not None and self.day is not None else 0

    def at_day_only(self) -> bool:
        """Whether the hour of the act is open, so that a clock time in the law can split a day."""
        events = self.case.act.events
        own = [getattr(events, step) for step in self.steps if self.by(step) == 0]
        return not any(isinstance(value, datetime) for value in own)

    def to(self, day: date, at: datetime | None = None) -> Case:
        """The case with its act on that day; at that instant, for the steps of the same day."""
        events = self.case.act.events
        if self.day is None:
            changed: dict[str, Any] = {"conduct": at or day}
        else:
            shift = day - self.day
            changed = {
                step: at if at and self.by(step) == 0 else _shifted(getattr(events, step), shift)
                for step in self.steps
            }
        return _with(self.case, "act", _with(self.case.act, "events", _with(events, **changed)))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"act.events.{step}" for step in self.steps)


def _with(model: Any, *names: Any, **changed: Any) -> Any:
    update = dict(zip(names[::2], names[1::2], strict=True)) | changed
    return cast(FactModel, model).model_copy(update=update)


def _day_of(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _moves(value: Any) -> bool:
    return isinstance(value, (date, Range))


def _shifted(value: Any, by: timedelta) -> Any:
    if isinstance(value, Range):
        lo, hi = (None if end is None else cast(date, end) + by for end in (value.lo, value.hi))
        return Range(lo, hi, value.lo_open, value.hi_open)
    return value + by


# -- turning days --------------------------------------------------------------------------------


@dataclass
class Turning:
    """By day, the definitions that may change on it; and the clock times in it that do that."""

    by_day: dict[date, set[str]] = field(default_factory=lambda: defaultdict(set))
    clocks: dict[date, set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))
    daily: set[str] = field(default_factory=set[str])


class Turns:
    """What of a program turns on the time of one movable case."""

    def __init__(self, program: Program, movable: Movable) -> None:
        self.program = program
        self.movable = movable
        self._moments = sorted(set(_moments(movable)))
        self._dependents = _dependents(program)

    def between(self, first: date, last: date) -> Turning:
        """Every day of the range on which something may change, with all that rests on it."""
        found = Turning()
        for definition in self.program.definitions:
            zone = "UTC"
            if isinstance(definition, Closure):
                if self._by(definition.as_of) is not None:
                    for at in self._moments:
                        self._add(found, definition.name, at, definition.zone, 0)
                continue
            for expr in _walk(definition.body):
                if isinstance(expr, Apply):
                    zone = _zone(expr) or zone
                    self._turns(found, definition.name, expr, zone)
        for count in range((last - first).days + 1 if found.daily else 0):
            found.by_day[first + timedelta(days=count)] |= found.daily
        kept = {day: names for day, names in found.by_day.items() if first <= day <= last}
        return Turning(
            {day: self._closed(kept[day]) for day in sorted(kept)}, found.clocks, found.daily
        )

    def _turns(self, found: Turning, name: str, expr: Apply, zone: str) -> None:
        match expr:
            case Apply("in_force", (when, Literal(interval, _))):
                by = self._by(when)
                for at in cast("tuple[int, ...]", interval) if by is not None else ():
                    self._add(found, name, at, zone, cast(int, by))
            case Apply("lookup", (when, Literal(rows, _), *_)):
                by = self._by(when)
                for at in _of_rows(rows) if by is not None else ():
                    self._add(found, name, at, zone, cast(int, by))
            case Apply("less" | "at_most" | "same", (a, b)):
                self._compared(found, name, a, b, zone)
            case _:
                pass

    def _compared(self, found: Turning, name: str, a: Expr, b: Expr, zone: str) -> None:
        one, two = self._by(a), self._by(b)
        shifts = [*_shifts(a), *_shifts(b)]
        looked_up = any(isinstance(part, Apply) and part.operator == "lookup"
                        for side in (a, b) for part in _walk(side))  # fmt: skip
        counted = all(unit in _DAYS or unit.startswith(BUSINESS) for _, unit in shifts)
        if one is not None and two is not None:
            if (
                shifts or looked_up
            ):  # two moving times, and one is not just the other, so much later
                found.daily.add(name)
            return
        if not counted and (one is not None or two is not None):
            found.daily.add(name)
            return
        by = one if one is not None else two
        if by is None:
            return
        fixed = b if one is not None else a
        ats = {at for literal in _literals(fixed) for at in (literal.lo, literal.hi)}
        if any(isinstance(part, (Fact, Ref)) for part in _walk(fixed)):
            ats |= set(self._moments)
        for at in ats:
            for back in _reaches(shifts):
                self._add(found, name, at, zone, by, back)

    def _add(
        self,
        found: Turning,
        name: str,
        at: Any,
        zone: str,
        by: int,
        back: Iterable[int] = (0,),
    ) -> None:
        """The day of an instant, and its neighbours: where it ends, and in other zones."""
        if not isinstance(at, int) or not -_FOREVER < at < _FOREVER:
            return
        day = clocks.local_day(at, zone)
        for shift in back:
            for near in (-1, 0, 1):
                found.by_day[day + timedelta(days=near + shift - by)].add(name)
        if by == 0 and at != clocks.day_start(day, zone):
            found.clocks[day].add((at, zone))

    def _by(self, expr: Expr) -> int | None:
        """How many days a moving time lies after the act; None for one that stays."""
        for part in _walk(expr):
            if isinstance(part, Fact) and part.variable == "case":
                step = part.path[-1] if part.path[:2] == ("act", "events") else ""
                if step == "conduct" or step in self.movable.steps:
                    return self.movable.by(step)
        return None

    def _closed(self, names: Iterable[str]) -> set[str]:
        """These definitions and all that rest on them."""
        found: set[str] = set()
        pending = list(names)
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += self._dependents.get(name, ())
        return found


def _moments(movable: Movable) -> Iterator[int]:
    """Every time among the facts that does not move, as instants in every zone of a regime."""
    moving = set(movable.names)
    for place, value in View(movable.case).supplied():
        if place in moving:
            continue
        ends = (value.lo, value.hi) if isinstance(value, Range) else (value,)
        for end in ends:
            if isinstance(end, date):
                span = clocks.span_of(end, "UTC")
                yield from (cast(int, span.lo), cast(int, span.hi))


def _of_rows(rows: Any) -> Iterator[int]:
    for interval, _, _, _, cuts in rows:
        yield from interval
        for _, possibly, surely in cuts:
            yield from (possibly, surely)


def _shifts(expr: Expr) -> Iterator[tuple[int, str]]:
    for part in _walk(expr):
        match part:
            case Apply("shifted", (_, Literal(count), Literal(unit), _)):
                yield cast(int, count), str(unit)
            case Apply("next_day", _):
                yield 1, "days"
            case _:
                pass


def _reaches(shifts: list[tuple[int, str]]) -> Iterator[range]:
    """The days before and after, within which a time that is counted from another one may lie."""
    yield range(1)
    for count, unit in shifts:
        shortest, longest = _DAYS.get(unit, (1, 1))
        near, far = abs(count) * shortest, abs(count) * longest
        if unit not in _DAYS:
            far += far * 2 // 5 + _HOLIDAYS
        yield range(near - 1, far + 2)
        yield range(-far - 1, -near + 2)


def _literals(expr: Expr) -> Iterator[Span]:
    for part in _walk(expr):
        if isinstance(part, Literal) and isinstance(part.value, Span):
            yield part.value


def _zone(expr: Apply) -> str:
    for part in _walk(expr):
        match part:
            case Apply("instants", (_, Literal(zone))):
                return str(zone)
            case _:
                pass
    return ""


def _walk(expr: Expr) -> Iterator[Expr]:
    yield expr
    match expr:
        case Apply(_, arguments):
            for argument in arguments:
                yield from _walk(argument)
        case Quantified():
            yield from _walk(expr.collection)
            yield from _walk(expr.body)
            if expr.what is not None:
                yield from _walk(expr.what)
        case Ref(_, subject) if subject is not None:
            yield subject
        case _:
            pass


def _dependents(program: Program) -> Mapping[str, list[str]]:
    """Which definitions refer to each."""
    found: dict[str, list[str]] = defaultdict(list)
    for definition in program.definitions:
        if isinstance(definition, Closure):
            for name in (definition.seed, definition.guard):
                found[name].append(definition.name)
            continue
        for part in _walk(definition.body):
            if isinstance(part, Ref):
                found[part.name].append(definition.name)
    return found
