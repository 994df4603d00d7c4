"""From a program to columns: each definition that is asked for more than once becomes one.

A definition of the case is a column of truths, NULL where unknown; one of the goods (the parties,
…) is a list of truths beside its list. What is asked for once stays where it is asked. A column
stands one step after the columns that it needs, and the steps become a chain of WITH clauses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, cast

from sanctions_rules.core import (
    Apply,
    Closure,
    Definition,
    Expr,
    Fact,
    Literal,
    Norm,
    Program,
    Quantified,
    Ref,
    references,
)
from sanctions_rules.engines.interpreter import OTHER_MEANS, Settings
from sanctions_rules.engines.meaning import FOREVER
from sanctions_rules.engines.sql import operators
from sanctions_rules.engines.sql.dialects import (
    Dialect,
    Sql,
    both,
    call,
    case,
    column,
    compared,
    either,
    exp,
    is_given,
    is_null,
    negated,
    number,
    surely,
)
from sanctions_rules.engines.sql.dialects import field as part_of
from sanctions_rules.engines.sql.operators import absent_is_false
from sanctions_rules.engines.sql.reading import Flag, Item, Members, Reader, Word
from sanctions_rules.engines.sql.shape import ListOf, Record
from sanctions_rules.engines.sql.times import CannotSay, Comparisons, End, Ordered
from sanctions_rules.engines.sql.truths import (
    NEVER,
    Logic,
    condition,
    conjunction,
    disjunction,
    may,
    must,
    only,
    pair,
    tri,
)
from sanctions_rules.facts import Case
from sanctions_rules.schema import COLLECTIONS, NOUNS, children
from sanctions_rules.source import Span as Place
from sanctions_rules.values import UNKNOWN, Span, Truth, point

#: How large an expression may grow before what it repeats is refused.
LARGEST: Final = 20_000
#: From what size on a condition of an item is a column, also where it is asked for once.
LARGE: Final = 200


#: What becomes a column where it turns on the row alone: truths, and not every field.
_HOISTED: Final = (exp.Predicate, exp.Connector, exp.Not, exp.Case, exp.Coalesce)


class Unsupported(Exception):
    """What a norm asks and SQL cannot say: which norm, which operator, where in the rules."""

    def __init__(self, name: str, operator: str, why: str, place: Place) -> None:
        at = f" ({place.file}:{place.start})" if getattr(place, "file", "") else ""
        super().__init__(
            f"`{name}`{at}: SQL cannot say {why} (`{operator}`); ask for a fallback, which decides "
            "the rows that turn on it by another engine"
        )
        self.name, self.operator, self.why, self.place = name, operator, why, place


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something taken as unknown. `where`: the rows in which that may be wrong (None: all)."""

    name: str
    operator: str
    why: str
    where: Sql | None = None


@dataclass(slots=True)
class _Entry:
    """How a definition is asked for. `each`: a list beside a collection, by position."""

    logic: Logic | None = None  # of the case, or whichever item: nothing depends on it
    each: str = ""  # the collection of its list
    column: str = ""
    never: bool = False  # surely true of nothing
    refusals: dict[str, Refusal] = field(default_factory=dict[str, Refusal])


class Generator:
    """Writes the definitions of a program over a table of one shape."""

    def __init__(
        self, program: Program, settings: Settings, shape: Record, dialect: Dialect, lenient: bool
    ) -> None:
        self.program, self.settings, self.dialect = program, settings, dialect
        self.shape, self.lenient = shape, lenient
        #: Columns that no variable of a lambda is called as.
        self._facts = shape.fields.keys() & (Case.declarations.keys() | children(Case).keys())
        self.presumptive, self.refused = settings.presumptive, False
        self.comparisons = Comparisons(dialect, set())
        self.reader = Reader(shape, dialect, self.named)
        self.columns: dict[str, tuple[int, Sql]] = {}
        self.refusals: dict[str, Refusal] = {}  # of what is being written
        self._entries: dict[str, _Entry] = {}
        self._scope: dict[str, object] = {}
        self._writing = ""
        self._uses: Counter[str] = Counter()
        self._hoisted: dict[Sql, Sql] = {}
        self._whole: set[str] = set()  # what norms are made of: written where the norm is

    # -- columns ---------------------------------------------------------------------------------

    def named(self, name: str, sql: Sql) -> Sql:
        """The expression of the row as a column of this name."""
        wanted, count = name, 1
        while wanted in self.columns and self.columns[wanted][1] != sql:
            count += 1
            wanted = f"{name} ({count})"
        if wanted not in self.columns:
            needs = [
                self.columns[c.name][0] for c in sql.find_all(exp.Column) if c.name in self.columns
            ]
            self.columns[wanted] = (1 + max(needs, default=0), sql)
        return column(wanted)

    def prepare(self, norms: Iterable[Norm]) -> None:
        """Write all that these norms lead to, in list order."""
        asked = list(norms)
        pending = [name for norm in asked for name in _asked(norm)]
        self._uses.update(pending)
        pending += [name for norm in asked for name in (norm.engaged, norm.lifted)]
        self._whole.update(name for norm in asked for name in (norm.engaged, norm.effective))
        found: set[str] = set()
        while pending:
            name = pending.pop()
            if name and name not in found:
                found.add(name)
                needed = list(references(self.program.definitions[name]))
                self._uses.update(needed)
                pending += needed
        for name in self.program.definitions.names:
            if name in found:
                self._entries[name] = self._write(self.program.definitions[name])

    def _write(self, definition: Definition | Closure) -> _Entry:
        before, self.refusals = self.refusals, {}
        self._writing, self._scope = definition.name, {}
        try:
            if isinstance(definition, Closure):
                entry = self._closure(definition)
            elif definition.subject is None:
                logic = self.truth(definition.body)
                never = only(logic, False)
                if not isinstance(logic, Truth) and self._uses[definition.name] > 1:
                    logic = self.named(definition.name, tri(logic))
                entry = _Entry(logic, never=never)
            else:
                entry = self._of_items(definition)
            entry.refusals = self.refusals
            return entry
        finally:
            self.refusals = before

    def _of_items(self, definition: Definition) -> _Entry:
        subject = cast(str, definition.subject)
        collection = NOUNS.get(subject, "")
        variable = self._variable(subject)
        item = self._top_item(collection, variable)
        if item is None:
            return _Entry(each=collection)
        self._scope = {subject: item}
        logic = self.truth(definition.body)
        never = only(logic, False)
        if isinstance(logic, Truth):
            return _Entry(logic, never=never)
        sql = tri(logic)
        if not mentions(sql, variable):
            if self._uses[definition.name] > 1:
                logic = self.named(definition.name, sql)
            return _Entry(logic, never=never)
        small = definition.name in self._whole or sum(1 for _ in sql.walk()) < LARGE
        if self._uses[definition.name] < 2 and small:
            return _Entry(each=collection, never=never)
        entry = self._list_column(definition.name, collection, variable, sql)
        entry.never = never
        return entry

    def _list_column(self, name: str, collection: str, variable: str, sql: Sql) -> _Entry:
        sql = self.hoisted(sql)
        index = f"{variable} no" if mentions(sql, f"{variable} no") else ""
        made = self.dialect.mapped(column(collection), variable, sql, index)
        return _Entry(each=collection, column=self.named(name, made).name)

    def _top_item(self, collection: str, variable: str) -> Item | None:
        """An item of a collection of the row, as the variables of a lambda."""
        held = self.shape.fields.get(collection)
        if not (isinstance(held, ListOf) and isinstance(held.of, Record)):
            return None
        return Item(
            COLLECTIONS[collection], held.of, column(variable), column(f"{variable} no"), collection
        )

    def _variable(self, name: str) -> str:
        taken = {self._name_of(v) for v in self._scope.values()} | self.shape.fields.keys()
        made, count = name, 1
        while made in taken:
            count += 1
            made = f"{name} {count}"
        return made

    @staticmethod
    def _name_of(value: object) -> str:
        sql = getattr(value, "sql", None)
        names = [c.name for c in sql.find_all(exp.Column)] if sql is not None else []
        return names[-1] if names else ""

    # -- refusals --------------------------------------------------------------------------------

    def _refuse(self, operator: str, why: str, place: Place, where: Sql | None = None) -> None:
        if not self.lenient and where is None:
            raise Unsupported(self._writing, operator, why, place)
        key = f"{operator}: {why}"
        self.refusals[key] = Refusal(self._writing, operator, why, where)
        self.refused = True

    # -- expressions -----------------------------------------------------------------------------

    def truth(self, expr: Expr) -> Logic:
        try:
            value = self.value(expr)
        except CannotSay as error:
            operator = expr.operator if isinstance(expr, Apply) else type(expr).__name__.lower()
            self._refuse(operator, str(error), expr.place)
            return Truth.UNKNOWN
        if isinstance(value, Flag):
            return operators.flag(value)
        if isinstance(value, exp.Expression | Truth) or type(value).__name__ == "Pair":
            return cast(Logic, value)
        none = getattr(value, "none", False)
        return absent_is_false(none, Truth.UNKNOWN) if none is not False else Truth.UNKNOWN

    def value(self, expr: Expr) -> object:
        match expr:
            case Literal(value):
                return value
            case Fact():
                return self._fact(expr)
            case Ref():
                return self._ref(expr)
            case Apply(operator, arguments):
                return operators.OPERATORS[operator](self, *arguments)
            case Quantified(quantifier="sum"):
                return self._sum(expr)
            case Quantified():
                return self._quantified(expr)

    def _fact(self, fact: Fact) -> object:
        if fact.variable == "clock":
            known = self.settings.known_on
            return point(FOREVER if known is None else known.toordinal())
        if fact.variable == "reading":
            return self.settings.readings.get(fact.path[0], UNKNOWN)
        item = self.reader.root if fact.variable == "case" else self._scope[fact.variable]
        if isinstance(item, Item):
            return self.reader.read(item, fact.path)
        return None if fact.path else item

    def _ref(self, ref: Ref) -> Logic:
        entry = self._entries[ref.name]
        self.refusals |= entry.refusals
        self.refused |= bool(entry.refusals)
        if ref.subject is None:
            assert entry.logic is not None
            return entry.logic
        item = self.value(ref.subject)
        if not isinstance(item, Item):
            return Truth.UNKNOWN
        return absent_is_false(item.none, self._of_item(ref, entry, item))

    def _of_item(self, ref: Ref, entry: _Entry, item: Item) -> Logic:
        named_by_fact = ref.subject is not None and bool(ref.subject.path)
        if named_by_fact and item.index is None and item.sql is None:
            return Truth.UNKNOWN
        if entry.logic is not None:
            if named_by_fact and item.index is not None and entry.logic is not Truth.UNKNOWN:
                return case((is_given(item.index), tri(entry.logic)))
            return entry.logic
        definition = self.program.definitions[ref.name]
        if entry.column and item.index is not None and item.collection == entry.each:
            return call(self.dialect.element, column(entry.column), item.index)
        if isinstance(definition, Closure):
            return Truth.UNKNOWN
        if definition.subject is None or item.model is not COLLECTIONS[NOUNS[definition.subject]]:
            return Truth.UNKNOWN
        inside: dict[str, object] = {definition.subject: item}
        outer, self._scope = self._scope, inside
        try:
            made = self.truth(definition.body)
        finally:
            self._scope = outer
        if not isinstance(made, Truth) and named_by_fact and item.index is not None:
            made = case((is_given(item.index), tri(made)))
        if not isinstance(made, Truth) and sum(1 for _ in tri(made).walk()) > LARGEST:
            raise CannotSay("so long a condition of a thing inside another")
        return made

    # -- quantifiers -------------------------------------------------------------------------------

    def bound(
        self, members: Members, variable: str, body: Callable[[], Logic]
    ) -> tuple[Sql | None, str, str, Logic]:
        """The list to go over, the names of its variables, and the body for one of its members."""
        name = self._variable(variable)
        index = ""
        over = members.sql
        outer = self._scope
        if members.alone is not None:
            bound: object = members.alone
        elif members.form == "refs":
            over = None if over is None else self.reader.positions(members, name)
            bound = self.reader.item_at(members.collection, column(name))
        elif members.form == "records":
            index = f"{name} no" if members.of_row else ""
            shape = members.shape if isinstance(members.shape, Record) else Record({})
            bound = Item(
                COLLECTIONS[members.collection], shape, column(name),
                column(index) if index else None, members.collection,
            )  # fmt: skip
        else:
            bound = Word(column(name))
        self._scope = {**outer, variable: bound}
        try:
            return over, name, index, body()
        finally:
            self._scope = outer

    def each(self, over: Sql, name: str, index: str, truth: Sql) -> Sql:
        """The list of what the expression is for each member; the column itself where it is one."""
        if (
            index and isinstance(over, exp.Column) and isinstance(truth, exp.Anonymous)
            and truth.this == self.dialect.element and truth.expressions[1] == column(index)
            and isinstance(truth.expressions[0], exp.Column)
        ):  # fmt: skip
            return truth.expressions[0]
        body = truth if self._scope else self.hoisted(truth)
        used = index if index and mentions(body, index) else ""
        return self.dialect.mapped(over, name, body, used)

    def hoisted(self, body: Sql) -> Sql:
        """The body of a lambda with what does not turn on its variables as columns of the row.

        Of a chain of AND (or OR) all such parts together are one column: a lambda is slower the
        more columns it sees.
        """
        made = exp.Paren(this=body.copy())
        of_row = self._parts_of_row(made)
        pending: list[Sql] = [made.this]
        while pending:
            one = pending.pop()
            inner = one.this if isinstance(one, exp.Paren) else one
            if id(inner) in of_row and isinstance(inner, _HOISTED):
                one.replace(self._shared("of the row", inner))
            elif isinstance(inner, exp.And | exp.Or):
                join = both if isinstance(inner, exp.And) else either
                parts = _chain(inner)
                together = [p for p in parts if id(p) in of_row]
                rest = [p for p in parts if id(p) not in of_row]
                if len(together) > 1:
                    known = self._shared("of the row", join(*together))
                    chain = join(known, *rest)
                    one.replace(exp.Paren(this=chain) if one.parent is not made else chain)
                else:
                    rest = parts
                pending += rest
            else:
                pending += [c for c in one.iter_expressions() if isinstance(c, exp.Expression)]
        return made.this

    def _parts_of_row(self, whole: Sql) -> set[int]:
        """Which nodes of an expression turn on columns of the row alone, and on at least one."""
        found: set[int] = set()

        def names(one: Sql) -> tuple[bool, bool]:
            """Whether it has a column, and one that is no column of the row."""
            if isinstance(one, exp.Column):
                own = one.name in self.columns or one.name in self._facts
                any_, other = True, not own
            else:
                any_ = other = False
                for child in one.iter_expressions():
                    has, strange = names(child)
                    any_, other = any_ or has, other or strange
            if any_ and not other:
                found.add(id(one))
            return any_, other

        names(whole)
        return found

    def _shared(self, what: str, sql: Sql) -> Sql:
        """An expression of the row as a column that all who ask for the same have in common."""
        known = self._hoisted.get(sql)
        if known is None:
            known = self._hoisted[sql] = self.named(f"{self._writing}: {what}", sql)
            known.meta[NEVER] = [value for value in (True, False) if only(sql, not value)]
        return known.copy()

    def _is_of_row(self, one: Sql) -> bool:
        return isinstance(one, _HOISTED) and id(one) in self._parts_of_row(one)

    def any_of(
        self, over: Sql, name: str, index: str, one: Sql | bool, alone: bool = False
    ) -> Sql | bool:
        """Whether an expression that is never NULL is true of a member."""
        if one is False or alone:
            return one
        if one is True:
            return compared("<", number(0), self.dialect.size(over))
        if isinstance(one, exp.Is):
            listed = self.each(over, name, index, one.this)
            if isinstance(listed, exp.Column):
                return self.dialect.has_null(listed)
        if isinstance(one, exp.Coalesce) and one.expressions == [exp.false()]:
            listed = self.each(over, name, index, one.this)
            if isinstance(listed, exp.Column):
                return self.dialect.has(listed)
        return self.dialect.has(self.each(over, name, index, one))

    def closed(self, members: Members) -> Sql | bool:
        """Whether these are surely all the members."""
        if members.sql is None:
            return members.none
        open_ = members.open
        whole = is_given(members.sql)
        shut = (
            whole
            if open_ is False
            else False
            if open_ is True
            else conjunction([whole, negated(open_)])
        )
        return disjunction([members.none, shut])

    def _quantified(self, expr: Quantified) -> Logic:
        made = self._over_members(expr)
        if isinstance(made, exp.Case) and self._is_of_row(made):
            return self._shared(f"{expr.quantifier} {expr.variable}", made)
        return made

    def _over_members(self, expr: Quantified) -> Logic:
        members = self.value(expr.collection)
        if not isinstance(members, Members):
            members = Members("words", None)
        closed = self.closed(members)
        not_closed = _opposite(closed)
        if members.sql is None and members.alone is None:
            nothing = expr.quantifier == "every" or (
                expr.quantifier == "at_least" and expr.count <= 0
            )
            if expr.quantifier == "at_least" and nothing:
                return Truth.TRUE
            return pair(closed, True) if nothing else pair(False, not_closed)
        over, name, index, body = self.bound(members, expr.variable, lambda: self.truth(expr.body))
        alone = members.alone is not None
        walked = over if over is not None else exp.null()
        if isinstance(body, exp.Expression) and not self._scope and not alone:
            listed = self.each(walked, name, index, body)
            if not isinstance(listed, exp.Column):
                listed = self.named(f"{self._writing}: each {expr.variable}", listed)
            if expr.quantifier != "at_least":
                return self._over(expr.quantifier, listed, closed)
        sure, perhaps = must(body), may(body)
        match expr.quantifier:
            case "some":
                return pair(
                    self.any_of(walked, name, index, sure, alone),
                    disjunction([not_closed, self.any_of(walked, name, index, perhaps, alone)]),
                )
            case "every":
                against = self.any_of(walked, name, index, _opposite(sure), alone)
                surely_against = self.any_of(walked, name, index, _opposite(perhaps), alone)
                return pair(conjunction([closed, _opposite(against)]), _opposite(surely_against))
            case _:
                if alone:
                    raise CannotSay("how many of its components")
                return pair(
                    self._at_least(walked, name, index, sure, expr.count),
                    disjunction(
                        [not_closed, self._at_least(walked, name, index, perhaps, expr.count)]
                    ),
                )

    def _over(self, quantifier: str, listed: Sql, closed: Sql | bool) -> Logic:
        """Of a list of truths, NULL where unknown."""
        open_ = self.dialect.has_null(listed)
        if quantifier == "some":
            some = self.dialect.has(listed)
            return pair(some, disjunction([_opposite(closed), some, open_]))
        against = surely(call(self.dialect.contains, listed, exp.false()))
        return pair(conjunction([closed, negated(against), negated(open_)]), negated(against))

    def _at_least(
        self, over: Sql, name: str, index: str, one: Sql | bool, count: int
    ) -> Sql | bool:
        if count <= 0:
            return True
        if one is False:
            return False
        used = index if index and not isinstance(one, bool) and mentions(one, index) else ""
        kept = over if one is True else self.dialect.kept(over, name, condition(one), used)
        return compared("<=", number(count), self.dialect.size(kept))

    def _sum(self, expr: Quantified) -> Ordered:
        members = self.value(expr.collection)
        assert expr.what is not None
        if not isinstance(members, Members) or members.sql is None:
            raise CannotSay("a sum over a list that the table does not have")
        if members.alone is not None:
            raise CannotSay("a sum over components to any depth")
        what: list[object] = []

        def body() -> Logic:
            what.append(self.value(cast(Expr, expr.what)))
            return self.truth(expr.body)

        over, name, index, truth = self.bound(members, expr.variable, body)
        value = what[0]
        if isinstance(value, Span):
            value = operators.constant(value)
        if not isinstance(value, Ordered) or not isinstance(value.lo or value.hi, End):
            raise CannotSay("a sum of what is no number in this table")
        scale = value.digits[1]
        kind = exp.DataType.build(f"DECIMAL(38, {scale})")

        def listed(amount: Sql) -> Sql:
            used = index if index and mentions(amount, index) else ""
            typed = exp.Cast(this=amount, to=kind)
            return self.dialect.mapped(cast(Sql, over), name, typed, used)

        lo = value.lo.value if isinstance(value.lo, End) else None
        hi = value.hi.value if isinstance(value.hi, End) else None
        low = exp.Coalesce(this=_number(lo), expressions=[number(0)])
        total_lo = self.dialect.total(
            listed(case((condition(must(truth)), low), otherwise=number(0))), scale
        )
        counted = condition(may(truth))
        unbounded = self.any_of(
            cast(Sql, over), name, index, conjunction([counted, is_null(_number(hi))])
        )
        total_hi = self.dialect.total(
            listed(case((counted, _number(hi)), otherwise=number(0))), scale
        )
        known = conjunction([self.closed(members), _opposite(unbounded)])
        lo_or_zero = exp.Coalesce(this=total_lo, expressions=[number(0)])
        hi_or_zero = exp.Coalesce(this=total_hi, expressions=[number(0)])
        return Ordered(
            End(lo_or_zero), End(case((condition(known), hi_or_zero))), digits=(38 - scale, scale)
        )

    # -- ownership -------------------------------------------------------------------------------

    def _closure(self, closure: Closure) -> _Entry:
        """Who has the status where nobody owns anything: who has it, and who may be owned by
        somebody who is not named. Rows with stakes are another engine's.
        """
        variable = self._variable("party")
        item = self._top_item("parties", variable)
        if item is None:
            return _Entry(each="parties")
        if any(way.percent <= 0 and not way.strict and not way.means for way in closure.ways):
            self._refuse("closure", "ownership by a share of nothing", closure.place)
        self._scope = {"party": item}
        here = Fact("party", ())
        seed = self.truth(Ref(closure.seed, here))
        guard = self.truth(Ref(closure.guard, here))
        stakes = self.reader.collection("ownership")
        assert stakes is not None
        unlisted: list[Sql | bool] = [_opposite(self.closed(stakes))]
        beyond: list[Sql | bool] = []
        if stakes.sql is not None:
            beyond.append(compared("<", number(0), self.dialect.size(stakes.sql)))
        if any(OTHER_MEANS in way.means for way in closure.ways):
            held = self.reader.read(item, ("controlled_by",))
            assert isinstance(held, Members)
            unlisted.append(_opposite(self.closed(held)))
            if held.sql is not None:
                one = compared(
                    "<", number(0), self.dialect.size(part_of(column("one"), "controlled_by"))
                )
                beyond.append(self.dialect.has(self.dialect.mapped(column("parties"), "one", one)))
        owned = disjunction(beyond)
        if owned is not False:
            with_stakes = self.named("somebody owns or controls somebody", condition(owned))
            self._refuse(
                "closure", "who is owned, where there are stakes", closure.place, with_stakes
            )
            owned = with_stakes
        perhaps = conjunction([may(guard), disjunction([owned, *unlisted])])
        logic = (
            pair(False, perhaps) if closure.direct
            else pair(must(seed), disjunction([may(seed), perhaps]))
        )  # fmt: skip
        if isinstance(logic, Truth):
            return _Entry(logic)
        return self._list_column(closure.name, "parties", variable, tri(logic))

    # -- what a norm asks ------------------------------------------------------------------------

    def asked(self, name: str, item: Fact | None = None) -> Logic:
        """A part of a norm, of the case or of the item that is bound."""
        of_case = getattr(self.program.definitions[name], "subject", None) is None
        return self._ref(Ref(name, None if of_case else item))

    def is_never_true(self, name: str) -> bool:
        """Whether a definition is surely true of nothing."""
        return self._entries[name].never

    def within(self, name: str) -> None:
        """Whose columns are written from here on, and with what refusals."""
        self._writing, self.refusals, self._scope = name, {}, {}


def _asked(norm: Norm) -> list[str]:
    """The parts of a norm that its columns are made of; what gates it is read more than once."""
    gates = [norm.in_force, norm.bound, norm.pattern]
    whole = (
        [norm.effective, norm.effective, norm.engaged]
        if norm.collection is None
        else [norm.effective]
    )
    return [*gates, *gates, *whole, *([norm.conflict] if norm.conflict else [])]


def _chain(one: Sql) -> list[Sql]:
    """The parts of a chain of one connector, through its parentheses."""
    found: list[Sql] = []
    pending: list[Sql] = [one.right, one.left]
    while pending:
        part = pending.pop()
        inner = part.this if isinstance(part, exp.Paren) else part
        if type(inner) is type(one):
            pending += [inner.right, inner.left]
        else:
            found.append(part)
    return found


def mentions(sql: Sql, name: str) -> bool:
    return any(c.name == name or c.name == f"{name} no" for c in sql.find_all(exp.Column))


def _opposite(one: Sql | bool) -> Sql | bool:
    return not one if isinstance(one, bool) else negated(one)


def _number(value: object) -> Sql:
    if value is None:
        return exp.null()
    return value if isinstance(value, exp.Expression) else number(cast("int", value))


__all__ = ["Generator", "Refusal", "Unsupported"]
