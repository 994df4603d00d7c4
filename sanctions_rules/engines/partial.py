"""Partial evaluation: a program cut down to what some facts, known beforehand, leave open.

What is known of every row of a table (its kinds of act, the days on which they are done) is laid
in as the facts of one row that knows nothing else. Learning a fact never flips a known answer, so
whatever is true or false there is so in every row that fits; it becomes a constant, and norms that
cannot be in force, bind or match are left out. A row fits where each of these facts is known and
among the values given; of other rows the cut program says nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Final, cast

from sanctions_rules.core import (
    Apply,
    Closure,
    Definition,
    Definitions,
    Expr,
    Fact,
    Literal,
    Norm,
    Program,
    Quantified,
    Ref,
    named,
    references,
)
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.engines.meaning import FOREVER, MEANING
from sanctions_rules.facts import Case, Range
from sanctions_rules.schema import Fact as Found
from sanctions_rules.schema import find
from sanctions_rules.values import (
    NOT_APPLICABLE,
    UNKNOWN,
    OneOf,
    Truth,
    all_of,
    any_of,
    point,
)
from sanctions_rules.view import Day

Value = object
#: The fact that `dates` speaks of.
CONDUCT: Final = "act.events.conduct"
#: Operators whose answer another fact may still turn: nothing in them is settled beforehand.
_LEFT: Final = frozenset({"falls_under", "lookup"})
#: The parts of a norm without which it says nothing of any item, named or not.
_GATES: Final = ("in_force", "bound", "pattern")


def prune(
    program: Program,
    known: Mapping[str, object] | None = None,
    dates: tuple[date, date] | None = None,
    settings: Settings | None = None,
) -> Program:
    """The program for rows whose facts are these, and no norm that surely says nothing of them.

    `known`: by path of a fact of the case (`act.kind`), its value or a collection of the values
    that occur, none of them unknown. `dates`: the first and last day of conduct. `settings` folds
    in the day of knowledge and the readings. Raises LookupError for a path that is no such fact.
    """
    given = {path: _value(path, value) for path, value in (known or {}).items()}
    if dates is not None:
        given[CONDUCT] = Day(*dates)
    if not given and settings is None:
        return program
    cut = _Cut(program, given, settings)
    norms = tuple(norm for norm in program.norms if not cut.is_idle(norm))
    kept = cut.reachable(norms)
    definitions = Definitions.of(
        {name: cut.rewritten(name) for name in program.definitions.names if name in kept}
    )
    text = f"{program.digest}\n{sorted((p, _printed(v)) for p, v in given.items())}\n{settings}"
    return replace(
        program, definitions=definitions, norms=norms,
        terms={term: where for term, where in program.terms.items() if where[0] in kept},
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip


def _value(path: str, value: object) -> Value:
    """What was given of a fact, as a value that stands for every row."""
    found = find(Case, tuple(path.split(".")))
    if not isinstance(found, Found):
        raise LookupError(f"`{path}` is no fact of a case, so it cannot be known beforehand")
    form = found.declared.form
    if form == "moment":
        if isinstance(value, Range):
            lo, hi = cast("date | None", value.lo), cast("date | None", value.hi)
            return Day(lo, hi, value.lo_open, value.hi_open)
        if isinstance(value, (date, datetime)):
            return Day(value, value)
    elif form == "flag" and isinstance(value, bool):
        return Truth.known(value)
    elif form in ("word", "country", "text"):
        words = [value] if isinstance(value, str) else value
        if isinstance(words, Iterable):
            held = frozenset(cast("Iterable[object]", words))
            if held and all(isinstance(word, str) and word != "none" for word in held):
                return OneOf(cast("frozenset[str]", held))
    raise LookupError(f"`{path}` cannot be known beforehand as {value!r}")


def _printed(value: Value) -> str:
    return str(sorted(value.values)) if isinstance(value, OneOf) else str(value)


@dataclass(slots=True)
class _Cut:
    """The program read as one row that knows only what is given."""

    program: Program
    given: Mapping[str, Value]
    settings: Settings | None
    _values: dict[str, Value]
    _bodies: dict[str, Definition | Closure]

    def __init__(
        self, program: Program, given: Mapping[str, Value], settings: Settings | None
    ) -> None:
        self.program, self.given, self.settings = program, given, settings
        self._values, self._bodies = {}, {}
        dormant = {norm.body for norm in program.norms if norm.dormant}
        for definition in program.definitions:  # in order, so a reference finds its value
            if isinstance(definition, Closure):
                self._values[definition.name] = Truth.UNKNOWN
                self._bodies[definition.name] = definition
                continue
            value = self.value(definition.body)
            body = self.cut(definition.body)
            if definition.name in dormant and isinstance(body, Literal):
                body = definition.body  # a body of "no" would say that the norm was never filled
            self._values[definition.name] = value
            self._bodies[definition.name] = replace(definition, body=body)

    def rewritten(self, name: str) -> Definition | Closure:
        return self._bodies[name]

    # -- values that hold in every row -------------------------------------------------------------

    def value(self, expr: Expr) -> Value:
        match expr:
            case Literal(value):
                return value
            case Fact():
                return self._fact(expr)
            case Ref(name, subject):
                # what a fact names may be nobody, or nobody knows whom
                return self._values[name] if subject is None or not subject.path else Truth.UNKNOWN
            case Apply("and", arguments):
                return all_of(self.truth(a) for a in arguments)
            case Apply("or", arguments):
                return any_of(self.truth(a) for a in arguments)
            case Apply("shown", (argument,)):
                return self.truth(argument)  # what is unknown here may be shown in some row
            case Apply(operator, arguments):
                if operator in _LEFT:
                    return UNKNOWN if operator == "lookup" else Truth.UNKNOWN
                return MEANING[operator](*(self.value(a) for a in arguments))
            case Quantified(quantifier="sum"):
                return UNKNOWN
            case Quantified():
                return self._quantified(expr)

    def truth(self, expr: Expr) -> Truth:
        value = self.value(expr)
        if isinstance(value, Truth):
            return value
        return Truth.FALSE if value is NOT_APPLICABLE else Truth.UNKNOWN

    def _fact(self, fact: Fact) -> Value:
        if fact.variable == "case":
            return self.given.get(".".join(fact.path), UNKNOWN)
        if self.settings is not None and fact.variable == "clock":
            known = self.settings.known_on
            return point(FOREVER if known is None else known.toordinal())
        if self.settings is not None and fact.variable == "reading":
            return self.settings.readings.get(fact.path[0], UNKNOWN)
        return UNKNOWN

    def _quantified(self, expr: Quantified) -> Truth:
        """Of a list of which nothing is known: it may be empty, and it may be longer."""
        if expr.quantifier == "at_least" and expr.count <= 0:
            return Truth.TRUE
        return Truth.UNKNOWN

    # -- what is left -----------------------------------------------------------------------------

    def cut(self, expr: Expr) -> Expr:
        """The expression with every part that is settled as a constant."""
        match expr:
            case Literal() | Fact():
                return expr
            case Apply(operator) if operator in _LEFT:
                return expr
            case _:
                pass
        value = self.value(expr)
        if value in (Truth.TRUE, Truth.FALSE):
            return Literal(cast(Truth, value), place=expr.place)
        match expr:
            case Apply(operator, arguments) if operator in ("and", "or"):
                idle = Truth.known(operator == "and")
                left = [self.cut(a) for a in arguments if self.truth(a) is not idle]
                return replace(expr, arguments=tuple(left)) if len(left) != 1 else left[0]
            case Apply(operator, arguments):
                return replace(expr, arguments=tuple(self.cut(a) for a in arguments))
            case Quantified():
                return replace(expr, body=self.cut(expr.body))
            case _:
                return expr

    def is_idle(self, norm: Norm) -> bool:
        """Whether the norm surely says nothing: of no item, and of none that is not named."""
        if any(self._values[getattr(norm, gate)] is Truth.FALSE for gate in _GATES):
            return True
        says = self._values[norm.effective], self._values[norm.engaged]
        of_named_only = norm.collection is None or norm.verb != "prohibits"
        return of_named_only and all(value is Truth.FALSE for value in says)

    def reachable(self, norms: Iterable[Norm]) -> set[str]:
        """The names that these norms lead to."""
        pending = [name for norm in norms for name in names_of(norm)]
        found: set[str] = set()
        while pending:
            name = pending.pop()
            if name not in found and name in self._bodies:
                found.add(name)
                pending += references(self._bodies[name])
        return found


def names_of(norm: Norm) -> Iterator[str]:
    """The definitions that a norm was lowered to."""
    for field in fields(norm):
        if field.name in (
            "in_force", "bound", "pattern", "body", "scope", "covered", "engaged", "lifted",
            "effective", "conflict",
        ):  # fmt: skip
            yield getattr(norm, field.name)
    yield from (edge.name for edge in norm.edges)
    if norm.duty is not None:
        yield from (norm.duty.met, norm.duty.over)
        if norm.duty.last is not None:
            yield from named(norm.duty.last)
