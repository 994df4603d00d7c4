"""What a program looks at: the facts that it asks for, and the constants that stand beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, cast

from sanctions_rules import schema
from sanctions_rules.codes import Code
from sanctions_rules.core import (
    Apply,
    Closure,
    Definition,
    Expr,
    Fact,
    Literal,
    Program,
    Quantified,
    Ref,
)
from sanctions_rules.facts import (
    DISCRIMINATORS,
    EVENT_OF_ACT,
    Case,
    Declared,
    FactModel,
    Good,
    Party,
    Performance,
    Stake,
)
from sanctions_rules.schema import COLLECTIONS, NOUNS, children
from sanctions_rules.values import Span

#: A fact by the model that has it, whichever item it is asked of.
FactOf = tuple[type[FactModel], str]
#: What a variable of an expression is bound to: an item of a model, or a word of a list.
Bound = type[FactModel] | None

_COMPARING: Final = ("less", "at_most", "same")
_OF_A_STAKE: Final = (
    "owner", "asset", "percent", "basis", "is_indirect", "control", "held_from", "held_until",
)  # fmt: skip


@dataclass
class Mentioned:
    """Facts and constants of a program. Constants are kept by the last name of the fact's path."""

    words: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    numbers: dict[str, set[Decimal]] = field(default_factory=lambda: defaultdict(set))
    moments: set[int] = field(default_factory=set[int])
    codes: set[Code] = field(default_factory=set[Code])
    facts: dict[FactOf, None] = field(default_factory=dict[FactOf, None])  # in the order of use
    questions: dict[str, None] = field(default_factory=dict[str, None])
    shifts: dict[tuple[int, str], None] = field(default_factory=dict[tuple[int, str], None])
    zones: dict[str, None] = field(default_factory=dict[str, None])
    factors: set[Decimal] = field(default_factory=set[Decimal])
    tags: set[str] = field(default_factory=set[str])  # currencies
    duties: dict[str, None] = field(default_factory=dict[str, None])

    @staticmethod
    def by(program: Program) -> Mentioned:
        made = Mentioned()
        for definition in program.definitions:
            made._definition(definition)
        for norm in program.norms:
            bound = {norm.variable: _model_of(norm.variable)} if norm.variable else {}
            if norm.collection is not None:
                made._walk(norm.collection, {})
            if norm.duty is not None:
                made.duties[norm.duty.name] = None
                for name in ("duty", "of", "done_on"):
                    made._fact(Performance, name)
                made._fact(Case, "performed")
                if norm.duty.last is not None:
                    made._walk(norm.duty.last, bound)
        return made

    def _definition(self, definition: Definition | Closure) -> None:
        if isinstance(definition, Definition):
            subject = definition.subject
            self._walk(definition.body, {subject: _model_of(subject)} if subject else {})
            return
        self._walk(definition.as_of, {})
        self._fact(Case, "ownership")
        self._fact(Case, "parties")
        for name in _OF_A_STAKE:
            self._fact(Stake, name)
        for way in definition.ways:
            self.numbers["percent"].add(way.percent)
            self.words["control"] |= {m for m in way.means if m != "other_means"}
            if way.basis:
                self.words["basis"].add(way.basis)
            if "other_means" in way.means:
                self._fact(Party, "controlled_by")
            if way.mode == "severally":
                self._fact(Stake, "held_jointly_with")
                self._fact(Stake, "used_jointly_with")

    def _walk(self, expr: Expr, scope: Mapping[str, Bound]) -> set[str]:
        """Gather from an expression; returns the names of the facts in it."""
        match expr:
            case Fact(variable, path):
                self._path(variable, path, scope)
                return set(path[-1:])
            case Ref(_, subject):
                return set() if subject is None else self._walk(subject, scope) & set()
            case Apply(operator, arguments):
                names = set[str]().union(*(self._walk(a, scope) for a in arguments))
                values = [a.value for a in arguments if isinstance(a, Literal)]
                if operator in ("instants", "shifted", "next_day"):
                    self.zones[str(values[-1])] = None
                    if operator == "shifted":
                        self.shifts[int(str(values[0])), str(values[1])] = None
                    return names
                if operator == "times":
                    self.factors |= {Decimal(str(v.lo)) for v in values if isinstance(v, Span)}
                    return names
                for argument in arguments if operator in _COMPARING else ():
                    values += _compared_with(argument)
                for value in values:
                    self._constant(names, value)
                return names
            case Quantified(_, collection, variable, body, _, what):
                self._walk(collection, scope)
                inner = {**scope, variable: self._member(collection, scope)}
                self._walk(body, inner)
                if what is not None:
                    self._walk(what, inner)
                return set()
            case _:
                return set()

    def _path(self, variable: str, path: tuple[str, ...], scope: Mapping[str, Bound]) -> None:
        model = Case if variable == "case" else scope.get(variable)
        for part in path:
            if model is None:
                return
            if part == "judged":
                self.questions[path[-1]] = None
                self._fact(Case, "judgements")
                return
            if part == schema.WITH_COMPONENTS:
                self._fact(Good, "components")
                return
            if part in children(model):
                model = children(model)[part]
                continue
            self._fact(model, part)
            model = COLLECTIONS.get(model.declarations[part].of)

    def _fact(self, model: type[FactModel], name: str) -> None:
        """The fact, and those that may stand for it."""
        if (model, name) in self.facts:
            return
        self.facts[model, name] = None
        declared = model.declarations[name]
        if declared.of and (Case, declared.of) != (model, name) and declared.form != "records":
            self._fact(Case, declared.of)
        if declared.only_for or name == "codes":
            self._fact(model, DISCRIMINATORS[model.__name__])
        if declared.falls_back_to:
            self._fact(model, declared.falls_back_to)
        if name in ("stone", "gas_form", "category"):
            self._fact(model, "codes")
        if name == "conduct":
            self._fact(children(Case)["act"], "kind")
            for event in sorted(set(EVENT_OF_ACT.values())):
                self._fact(model, event)

    def _member(self, collection: Expr, scope: Mapping[str, Bound]) -> Bound:
        if not isinstance(collection, Fact):
            return None
        model = Case if collection.variable == "case" else scope.get(collection.variable)
        found = schema.find(model, collection.path) if model is not None else None
        return found.model if isinstance(found, schema.Fact) else None

    def _constant(self, names: set[str], value: Any) -> None:
        match value:
            case str():
                for name in names:
                    self.words[name].add(value)
            case frozenset():
                for name in names:
                    self.words[name] |= value
            case Span(lo) if isinstance(lo, Decimal):
                if value.tag:
                    self.tags.add(value.tag)
                for name in names:
                    self.numbers[name].add(lo)
            case int():
                if 10**12 < abs(value) < 8 * 10**15:
                    self.moments.add(value)
            case Span(lo):
                self._constant(names, lo)
            case tuple():
                for part in cast("tuple[Any, ...]", value):
                    if isinstance(part, Code):
                        self.codes.add(part)
                    else:
                        self._constant(names, part)
            case _:
                pass


def _compared_with(expr: Expr) -> list[Any]:
    """The constants that stand behind one side of a comparison: values of rows, and factors."""
    match expr:
        case Apply("lookup", (_, Literal(rows), _, _)):
            return [row[1] for row in cast("tuple[Any, ...]", rows)]
        case _:
            return []


def _model_of(noun: str) -> type[FactModel]:
    return COLLECTIONS[NOUNS[noun]]


def declared(fact: FactOf) -> Declared:
    return fact[0].declarations[fact[1]]
