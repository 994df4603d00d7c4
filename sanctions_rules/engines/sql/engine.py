"""The SQL engine: a program over a table of one shape, as one statement that can be read.

It gives outcome, fired, undecided, lifted, exposed and perhaps exposed. What is missing and how
duties stand it does not tell. What SQL cannot say is refused by name, or, with a fallback, taken as
unknown: where an answer then turns on it, the row is marked and decided by another engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sanctions_rules.core import Apply, Definition, Fact, Literal, Norm, Program, Ref
from sanctions_rules.engines.conclude import is_exposing
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.engines.sql.dialects import (
    DIALECTS,
    FALSE,
    Sql,
    case,
    column,
    exp,
    is_null,
    negated,
    text,
)
from sanctions_rules.engines.sql.generate import Generator, Refusal, Unsupported
from sanctions_rules.engines.sql.reading import Members
from sanctions_rules.engines.sql.shape import Record
from sanctions_rules.engines.sql.truths import (
    Logic,
    all_,
    condition,
    conjunction,
    disjunction,
    may,
    must,
    tri,
)
from sanctions_rules.values import Truth

NAME: Final = "sql"
VERSION: Final = "1"
CAPABILITIES: Final = frozenset(
    {"outcome", "fired", "undecided", "lifted", "exposed", "perhaps_exposed"}
)
#: What the engine leaves out, which a table of capabilities says.
NOT_TOLD: Final = ("missing", "duties")
#: The column that marks the rows of which SQL does not tell.
LEFT: Final = "left_to_another_engine"


@dataclass(frozen=True, slots=True)
class _Standings:
    """Of one norm, in expressions that are never NULL."""

    norm: Norm
    fired: Sql | bool
    undecided: Sql | bool
    lifted: Sql | bool


@dataclass(frozen=True, slots=True)
class _Parts:
    """Of one norm and one thing: whether it has effect, may be in conflict, and is lifted."""

    effective: Logic
    conflict: Sql | bool
    lifted: Sql | bool

    def standings(self) -> tuple[Sql | bool, Sql | bool, Sql | bool]:
        """Whether it binds, may bind, or is lifted."""
        sure, perhaps = must(self.effective), may(self.effective)
        open_ = (
            is_null(self.effective) if isinstance(self.effective, exp.Expression)
            else conjunction([perhaps, _opposite(sure)])
        )  # fmt: skip
        undecided = disjunction([open_, conjunction([sure, self.conflict])])
        return conjunction([sure, _opposite(self.conflict)]), undecided, self.lifted


class SqlEngine:
    """A program in the SQL of one dialect, for tables of one shape.

    `fallback`: whether what cannot be said is left to another engine, row by row. Raises
    `Unsupported` without it.
    """

    def __init__(
        self, program: Program, settings: Settings, regimes: Iterable[str], shape: Record,
        dialect: str = "duckdb", *, fallback: bool = False, key: str = "key",
    ) -> None:  # fmt: skip
        if dialect not in DIALECTS:
            raise LookupError(f"there is no dialect `{dialect}`; there are: {', '.join(DIALECTS)}")
        self.dialect, self.key, self.regimes = DIALECTS[dialect], key, tuple(regimes)
        self.refusals: dict[str, Refusal] = {}
        norms = [
            n for n in program.norms
            if n.regime in self.regimes and (n.verb == "prohibits" or is_exposing(n))
        ]  # fmt: skip
        self._made = Generator(program, settings, shape, self.dialect, fallback)
        self._made.prepare(norms)
        self._left: list[Sql | bool] = []
        self._norms = {
            r: [self._standings(n) for n in norms if n.regime == r] for r in self.regimes
        }

    @property
    def zones(self) -> frozenset[str]:
        """The zones of which the statement asks the engine's own table."""
        return frozenset(self._made.comparisons.zones)

    @property
    def leaves_rows(self) -> bool:
        """Whether there may be rows that are left to another engine."""
        return disjunction(self._left) is not False

    # -- norms -----------------------------------------------------------------------------------

    def _standings(self, norm: Norm) -> _Standings:
        to = self._made
        to.within(norm.id)
        if norm.collection is None:
            found = (*self._of_one(norm, None).standings(),)
            unnamed: Sql | bool = False
        else:
            members = to.value(norm.collection)
            if not isinstance(members, Members):
                members = Members("records", None)
            found = self._of_members(norm, members)
            unnamed = self._unnamed(norm, members)
        fired, undecided, lifted = found
        undecided = disjunction([undecided, unnamed])
        named = [
            self._column(f"{norm.id}: {what}", one)
            for what, one in (("binds", fired), ("may bind", undecided), ("is lifted", lifted))
        ]
        if to.refusals:
            self.refusals |= to.refusals
            where = disjunction(True if r.where is None else r.where for r in to.refusals.values())
            self._left.append(conjunction([where, disjunction([named[1], named[2]])]))
        return _Standings(norm, *named)

    def _column(self, name: str, one: Sql | bool) -> Sql | bool:
        return one if isinstance(one, bool) else self._made.named(name, one)

    def _of_one(self, norm: Norm, item: Fact | None) -> _Parts:
        """Whether it has effect, and is engaged: of the case, or of the item that is bound."""
        to = self._made
        conflict = may(to.asked(norm.conflict, item)) if norm.conflict else False
        lifted: Sql | bool = False
        effective = to.asked(norm.effective, item)
        if norm.verb == "prohibits" and not self._is_never_lifted(norm):
            gates = [may(to.asked(name)) for name in self._gates(norm)]
            engaged = may(to.asked(norm.engaged, item))
            without = (
                must(to.asked(norm.lifted, item)) if self._is_plain(norm)
                else _opposite(may(effective))
            )  # fmt: skip
            lifted = conjunction([without, *gates, engaged])
        return _Parts(effective, conflict, lifted)

    def _gates(self, norm: Norm) -> list[str]:
        """What must not be false for it to be lifted, and is not part of what engages it."""
        within = self._parts(norm.engaged)
        return [name for name in (norm.in_force, norm.bound, norm.pattern) if name not in within]

    def _parts(self, name: str) -> set[str]:
        definition = self._made.program.definitions[name]
        body = definition.body if isinstance(definition, Definition) else None
        parts = body.arguments if isinstance(body, Apply) and body.operator == "and" else ()
        return {part.name for part in parts if isinstance(part, Ref)}

    def _is_never_lifted(self, norm: Norm) -> bool:
        """Whether it has effect wherever it is engaged: nothing ever surely lifts it."""
        if norm.effective == norm.engaged:
            return True
        return self._made.is_never_true(norm.lifted) and self._is_plain(norm)

    def _is_plain(self, norm: Norm) -> bool:
        """Whether it has effect where it is engaged and not lifted, and says no more."""
        body = getattr(self._made.program.definitions[norm.effective], "body", None)
        parts = body.arguments if isinstance(body, Apply) and body.operator == "and" else (body,)
        return all(
            (isinstance(p, Ref) and p.name == norm.engaged)
            or (isinstance(p, Apply) and p.operator == "not" and isinstance(p.arguments[0], Ref)
                and p.arguments[0].name == norm.lifted)
            for p in parts
        )  # fmt: skip

    def _gate(self, norm: Norm) -> Sql | bool:
        """What is false only where the norm says nothing of any item: no list is walked there."""
        within = self._parts(norm.engaged)
        if norm.engaged not in self._parts(norm.effective) and norm.engaged != norm.effective:
            return True
        names = [name for name in (norm.in_force, norm.bound, norm.pattern) if name in within]
        return self._may_all(norm, names)

    def _may_all(self, norm: Norm, names: Iterable[str]) -> Sql | bool:
        """That none of these parts of a norm is false, as a column of the row."""
        gate = may(all_(self._made.asked(name) for name in names))
        if isinstance(gate, bool | exp.Column):
            return gate
        return self._made.named(f"{norm.id}: may apply", gate)

    def _of_members(
        self, norm: Norm, members: Members
    ) -> tuple[Sql | bool, Sql | bool, Sql | bool]:
        to = self._made
        if members.sql is None:
            return False, False, False
        found: list[_Parts] = []

        def body() -> Logic:
            found.append(self._of_one(norm, Fact(norm.variable, ())))
            return found[0].effective

        over, name, index, effective = to.bound(members, norm.variable, body)
        assert over is not None
        gate = self._gate(norm)
        lifted = self._gated(gate, to.any_of(over, name, index, found[0].lifted))
        if found[0].conflict is not False or isinstance(effective, Truth):
            one = found[0].standings()
            return (
                to.any_of(over, name, index, one[0]),
                to.any_of(over, name, index, one[1]),
                lifted,
            )
        listed = to.each(over, name, index, tri(effective))
        if not isinstance(listed, exp.Column):
            listed = to.named(f"{norm.id}: each {norm.variable}", self._gated(gate, listed, None))
        return self._made.dialect.has(listed), self._made.dialect.has_null(listed), lifted

    @staticmethod
    def _gated(gate: Sql | bool, one: Sql | bool, otherwise: Sql | None = FALSE) -> Sql | bool:
        if isinstance(gate, bool) or isinstance(one, bool):
            return one if gate is not False else False
        return case((gate, one), otherwise=otherwise)

    def _unnamed(self, norm: Norm, members: Members) -> Sql | bool:
        """That the prohibition may reach a thing that the facts do not name."""
        to = self._made
        body = getattr(to.program.definitions[norm.body], "body", None)
        never_filled = isinstance(body, Literal) and body.value is Truth.FALSE
        if norm.verb != "prohibits" or (norm.dormant and never_filled):
            return False
        gate = self._may_all(norm, (norm.in_force, norm.bound, norm.pattern))
        return conjunction([_opposite(to.closed(members)), gate])

    # -- the statement -----------------------------------------------------------------------------

    def statement(self, source: str = "facts", *, with_facts: bool = False) -> Sql:
        """One row for each row of `source`, the name of a table or a relation."""
        outputs: list[tuple[str, Sql]] = [(self.key, column(self.key))]
        for regime, standings in self._norms.items():
            outputs += self._outputs(regime, standings)
        if self.leaves_rows:
            left = condition(disjunction(self._left))
            outputs.append((LEFT, left))
            if with_facts:
                names = [name for name in self._made.shape.fields if name != self.key]
                outputs.append(("facts", case((left, self.dialect.packed(names)))))
        last, steps = self._steps(source)
        final = exp.select(
            *(exp.alias_(sql, name, quoted=True, copy=False) for name, sql in outputs), copy=False
        ).from_(last, copy=False)
        for name, step in steps:
            final = final.with_(exp.to_identifier(name, quoted=True), step, copy=False)
        return final

    def text(self, source: str = "facts", *, with_facts: bool = False, pretty: bool = True) -> str:
        """The statement, to read or to run. `with_facts`: and the facts of rows that are left."""
        return self.dialect.sql(self.statement(source, with_facts=with_facts), pretty)

    def _steps(self, source: str) -> tuple[Sql, list[tuple[str, Sql]]]:
        """The columns, each after those that it needs."""
        table: Sql = exp.to_table(f'"{source}"', dialect="duckdb")
        found: list[tuple[str, Sql]] = []
        columns = self._made.columns
        for level in sorted({level for level, _ in columns.values()}):
            step = exp.select("*").from_(table)
            for name, (at, sql) in columns.items():
                if at == level:
                    step = step.select(exp.alias_(sql, name, quoted=True, copy=False), copy=False)
            name = f"step {level}"
            found.append((name, step))
            table = exp.Table(this=exp.to_identifier(name, quoted=True))
        return table, found

    def _outputs(self, regime: str, standings: list[_Standings]) -> list[tuple[str, Sql]]:
        bans = [s for s in standings if s.norm.verb == "prohibits"]
        powers = [s for s in standings if s.norm.verb != "prohibits"]
        outcome = case(
            (condition(disjunction(s.fired for s in bans)), text("PROHIBITED")),
            (condition(disjunction(s.undecided for s in bans)), text("UNDETERMINED")),
            (condition(disjunction(s.lifted for s in bans)), text("AUTHORISED")),
            otherwise=text("NOT_PROHIBITED"),
        )
        return [
            (f"{regime}_outcome", outcome),
            (f"{regime}_fired", self._ids((s.norm.id, s.fired) for s in bans)),
            (f"{regime}_undecided", self._ids((s.norm.id, s.undecided) for s in bans)),
            (f"{regime}_lifted", self._ids((s.norm.id, s.lifted) for s in bans)),
            (f"{regime}_exposed", self._ids((s.norm.id, s.fired) for s in powers)),
            (f"{regime}_perhaps_exposed", self._ids((s.norm.id, s.undecided) for s in powers)),
        ]

    def _ids(self, found: Iterable[tuple[str, Sql | bool]]) -> Sql:
        """The ids of which this holds, each once, in program order."""
        earlier: dict[str, list[Sql | bool]] = {}
        names: list[str] = []
        any_: list[Sql | bool] = []
        for name, one in found:
            before = earlier.setdefault(name, [])
            now = conjunction([one, _opposite(disjunction(before))])
            before.append(one)
            if now is not False:
                any_.append(now)
                names.append(name)
        empty = exp.maybe_parse(self.dialect.empty, dialect=self.dialect.sqlglot)
        if not names:
            return empty
        listed = self.dialect.chosen(names, [condition(now) for now in any_])
        return case((condition(disjunction(any_)), listed), otherwise=empty)


def _opposite(one: Sql | bool) -> Sql | bool:
    return not one if isinstance(one, bool) else negated(one)


__all__ = ["CAPABILITIES", "LEFT", "NAME", "NOT_TOLD", "VERSION", "SqlEngine", "Unsupported"]
