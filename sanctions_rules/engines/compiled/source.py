"""Python source of definitions, on two rails: `y` (may hold) and `m` (must hold).

Each definition becomes two functions of a message and, for a definition of an item, of that item;
a value becomes one (`v`). `may` is asked first, because almost every rule surely does not hold,
and native `and` and `or` then stop early. Text of a rulebook never enters the source: constants
are named objects.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

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
from sanctions_rules.engines.compiled import runtime
from sanctions_rules.engines.compiled.operators import OF_NOTHING, OPERATORS, QUANTIFIERS, VALUES
from sanctions_rules.engines.compiled.owning import Ownership
from sanctions_rules.engines.compiled.rails import NO, OPEN, TRUTHS, VALUED, YES, Rails, Scope
from sanctions_rules.engines.compiled.reading import Step, steps
from sanctions_rules.engines.interpreter import Settings, counts_of
from sanctions_rules.engines.meaning import FOREVER
from sanctions_rules.facts import Case, FactModel
from sanctions_rules.schema import COLLECTIONS, NOUNS, find
from sanctions_rules.schema import Fact as Declaration
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Nothing, Span, Truth

#: How large the body of a definition may be to be written where it is used, in nodes.
INLINE: Final = 6
#: And where norms are asked together.
LARGER: Final = 40
#: How long the source of a body may be to be worked out each time, rather than remembered.
CHEAP: Final = 120
#: How deep one expression is nested before a part of it becomes a function of its own.
DEEP: Final = 40


@dataclass
class Emitter:
    """The functions of one program under one set of settings, written as they are asked for."""

    program: Program
    settings: Settings
    names: dict[str, Any] = field(default_factory=dict[str, Any])  # what the source may name
    lines: list[str] = field(default_factory=list[str])  # written, not compiled yet
    _named: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    _waiting: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    _constants: dict[Any, str] = field(default_factory=dict[Any, str])
    _numbers: dict[str, int] = field(default_factory=dict[str, int])
    _smalls: dict[tuple[str, int], bool] = field(default_factory=dict[tuple[str, int], bool])
    _read_once: dict[tuple[str, type[FactModel], tuple[str, ...]], str] = field(
        default_factory=dict[tuple[str, type[FactModel], tuple[str, ...]], str]
    )
    _room: int = INLINE
    _count: int = 0
    _depth: int = 0

    def __post_init__(self) -> None:
        self.names.update(runtime.NAMES)

    @contextmanager
    def together(self) -> Generator[None]:
        """Source for norms that are asked together: larger definitions are written where used."""
        self._room = LARGER
        try:
            yield
        finally:
            self._room = INLINE

    def shared(self, item: str = "") -> tuple[str, ...]:
        """The source of facts that something may stand for, of the case or of the item `x_...`."""
        return tuple(text for (of, _, _), text in self._read_once.items() if of == item)

    # -- names -----------------------------------------------------------------------------------

    def fresh(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"

    def constant(self, value: Any, letter: str = "K") -> str:
        """The name of an object in the source."""
        key: tuple[Any, ...] = (letter, value.__class__, value)
        try:
            found = self._constants.get(key)
        except TypeError:  # what cannot be looked up is named anew
            key, found = (letter, id(value)), None
        if found is None:
            found = self._constants[key] = self.fresh(letter)
            self.names[found] = value
        return found

    def table(self, key: Any, work_out: Callable[[Any], Any]) -> str:
        """The name of a table that remembers what a function says of each value."""
        found = self._constants.get(key)
        if found is None:
            found = self._constants[key] = self.fresh("M")
            self.names[found] = runtime.Memo(work_out)
        return found

    # -- definitions -----------------------------------------------------------------------------

    def function(self, name: str, rail: str) -> str:
        """The function of a definition for a rail (y, m or v), to be written before it is used."""
        key = (name, rail)
        found = self._named.get(key)
        if found is None:
            number = self._numbers.setdefault(name, len(self._numbers))
            found = self._named[key] = f"{rail}{number}"
            self._waiting.append(key)
        return found

    def written(self) -> str:
        """The source of all that was asked for since the last time; long chains cost no stack."""
        while self._waiting:
            name, rail = self._waiting.pop()
            definition = self.program.definitions[name]
            if isinstance(definition, Closure):
                self._closure(self._named[name, rail], rail, definition)
            else:
                body = self.text(definition.body, self.scope_of(definition.subject), rail)
                self._remembered(
                    self._named[name, rail], self._numbers[name], rail, definition, body
                )
        lines, self.lines = self.lines, []
        return "\n".join(lines)

    def _remembered(
        self, name: str, number: int, rail: str, definition: Definition, body: str
    ) -> None:
        """A function that works its body out once for a message, or for an item of it."""
        item = "" if definition.subject is None else f", {variable(definition.subject)}"
        head = f"def {name}(c{item}):  # {safe(definition.name)}\n"
        if len(body) < CHEAP:
            self.lines.append(f"{head}    return {body}\n")
            return
        key = 3 * number + "ymv".index(rail)
        at = str(key) if not item else f"({key}, id({variable(definition.subject or '')}))"
        self.lines.append(
            f"{head}"
            f"    k = {at}\n"
            f"    r = c.m.get(k, NEW)\n"
            f"    if r is NEW:\n"
            f"        r = c.m[k] = {body}\n"
            f"    return r\n"
        )

    def _closure(self, name: str, rail: str, closure: Closure) -> None:
        """A status that ownership passes on: the seed where nobody owns or controls anybody."""
        seed = NO if closure.direct else f"{self.function(closure.seed, rail)}(c, x)"
        others = any(way.means for way in closure.ways)
        known = self._ownership(closure)
        # Of a share of nothing, who is owned by nobody has enough.
        needing = all(way.percent or way.strict for way in closure.ways)
        self.lines.append(
            f"def {name}(c, x):  # {safe(closure.name)}\n"
            f"    if {needing} and unowned(c, {others}):\n"
            f"        return {seed}\n"
            f"    return owned(c, {known}, x).{'may' if rail == 'y' else 'must'}\n"
        )

    def _ownership(self, closure: Closure) -> str:
        """The closure with the functions that it asks, as a constant."""
        key = ("ownership", closure.name)
        found = self._constants.get(key)
        if found is None:
            scope: Scope = {"stake": COLLECTIONS["ownership"]}
            asked: list[tuple[str, str]] = []
            for way in closure.ways:
                rails = self.rails(counts_of(way, closure), scope)
                names = self.fresh("w"), self.fresh("w")
                for called, text in zip(names, (rails.may, rails.must), strict=True):
                    self.lines.append(f"def {called}(c, x_stake):\n    return {text}\n")
                asked.append(names)

            def of(definition: str) -> tuple[str, str]:
                return self.function(definition, "y"), self.function(definition, "m")

            found = self._constants[key] = self.fresh("O")
            self.names[found] = Ownership(
                closure, self.names, of(closure.seed), of(closure.guard), tuple(asked)
            )
        return found

    def scope_of(self, subject: str | None) -> Scope:
        if subject is None:
            return {}
        return {subject: COLLECTIONS[NOUNS.get(subject, "goods")]}

    def is_valued(self, expr: Expr) -> bool:
        """Whether the expression gives a value and no truth."""
        while isinstance(expr, Ref):
            definition = self.program.definitions[expr.name]
            if isinstance(definition, Closure):
                return False
            expr = definition.body
        match expr:
            case Literal(value):
                return not isinstance(value, (Truth, Nothing))
            case Apply(operator):
                return operator in VALUED
            case Quantified(quantifier):
                return quantifier == "sum"
            case _:
                return True

    def inlined(self, ref: Ref) -> Expr | None:
        """The body of what is referred to, where it is small or a constant, and names its item alike."""
        definition = self.program.definitions[ref.name]
        if isinstance(definition, Closure):
            return None
        if isinstance(definition.body, Literal):
            return definition.body
        if definition.subject is not None or ref.subject is not None:
            if (
                ref.subject is None
                or ref.subject.path
                or ref.subject.variable != definition.subject
            ):
                return None
        key = ref.name, self._room
        if key not in self._smalls:
            self._measure(ref.name)
        return definition.body if self._smalls[key] else None

    def _measure(self, name: str) -> None:
        """Whether a definition is small, after those it names: a long chain of them costs no stack."""
        pending = [name]
        while pending:
            one = self.program.definitions[pending[-1]]
            below = self._named_in(one.body) if isinstance(one, Definition) else ()
            unknown = [n for n in below or () if (n, self._room) not in self._smalls]
            if unknown:
                pending += unknown
                continue
            small = (
                isinstance(one, Definition)
                and below is not None
                and self._left(one.body, self._room) >= 0
            )
            self._smalls[pending.pop(), self._room] = small

    def _named_in(self, body: Expr) -> list[str] | None:
        """The definitions that a body names; None where it is too large by itself."""
        pending, found, nodes = [body], list[str](), 0
        while pending:
            expr = pending.pop()
            nodes += 1
            if nodes > self._room or isinstance(expr, Quantified):
                return None
            if isinstance(expr, Ref):
                found.append(expr.name)
            pending.extend(expr.arguments if isinstance(expr, Apply) else ())
        return found

    def _left(self, expr: Expr, room: int) -> int:
        """How many nodes there is room for after the expression; below zero: it is too large."""
        room -= 1
        if room < 0 or isinstance(expr, Quantified):
            return -1
        parts: tuple[Expr, ...] = expr.arguments if isinstance(expr, Apply) else ()
        if isinstance(expr, Ref):
            definition = self.program.definitions[expr.name]
            if isinstance(definition, Definition) and self.inlined(expr) is not None:
                parts = (definition.body,)
        for part in parts:
            if room >= 0:
                room = self._left(part, room)
        return room

    # -- expressions -----------------------------------------------------------------------------

    def text(self, expr: Expr, scope: Scope, rail: str) -> str:
        if rail == "v":
            return self.value(expr, scope)
        rails = self.rails(expr, scope)
        return rails.may if rail == "y" else rails.must

    def rails(self, expr: Expr, scope: Scope) -> Rails:
        """An expression as a truth."""
        self._depth += 1
        try:
            if self._depth > DEEP and not isinstance(expr, (Literal, Fact)):
                return self._apart(expr, scope)
            match expr:
                case Literal(value):
                    return TRUTHS.get(value, OPEN) if isinstance(value, (Truth, Nothing)) else OPEN
                case Fact():
                    return self.flag(self.value(expr, scope))
                case Ref():
                    return self._referred(expr, scope)
                case Apply(operator, arguments):
                    if operator in VALUED:
                        return self.flag(self.value(expr, scope))
                    return OPERATORS[operator](self, arguments, scope)
                case Quantified(quantifier):
                    if quantifier == "sum":
                        return OPEN
                    return self._quantified(expr, scope)
        finally:
            self._depth -= 1

    def _apart(self, expr: Expr, scope: Scope) -> Rails:
        """A part of a deep expression, as functions of its own."""
        given = ", ".join(["c", *map(variable, scope)])
        depth, self._depth = self._depth, 0
        rails = self.rails(expr, scope)
        self._depth = depth
        made: list[str] = []
        for text in (rails.may, rails.must):
            name = self.fresh("p")
            self.lines.append(f"def {name}({given}):\n    return {text}\n")
            made.append(f"{name}({given})")
        return Rails(*made)

    def flag(self, value: str) -> Rails:
        """A yes or no; anything else is not known, and none is no."""
        t = self.fresh("t")
        return Rails(f"(({t} := {value}) is not False and {t} is not NONE)", f"({value} is True)")

    def _referred(self, ref: Ref, scope: Scope) -> Rails:
        inner = self.inlined(ref)
        if inner is not None and (ref.subject is None or self._is_bound(ref.subject, scope)):
            return self.rails(inner, self._alone(ref, scope))
        if self.is_valued(ref):
            return self.flag(self.value(ref, scope))
        y, m = self.function(ref.name, "y"), self.function(ref.name, "m")
        if ref.subject is None or self._is_bound(ref.subject, scope):
            given = "c" if ref.subject is None else f"c, {variable(ref.subject.variable)}"
            return self._of_some(ref, Rails(f"{y}({given})", f"{m}({given})"))
        subject, t = self.value(ref.subject, scope), self.fresh("t")
        return Rails(
            f"({y}(c, {t}) if ({t} := {subject}).__class__ is dict else {t} is not NONE)",
            f"({m}(c, {t}) if ({t} := {subject}).__class__ is dict else False)",
        )

    def _of_some(self, ref: Ref, rails: Rails) -> Rails:
        """The call of a definition, left out where that asks about a list of the case that is empty."""
        body = getattr(self.program.definitions[ref.name], "body", None)
        if not isinstance(body, Quantified) or body.quantifier not in OF_NOTHING:
            return rails
        if not isinstance(body.collection, Fact) or body.collection.variable != "case":
            return rails
        listed, said = self.value(body.collection, {}), OF_NOTHING[body.quantifier](body.count)
        return Rails(
            *(f"({said} if {listed} == () else {text})" for text in (rails.may, rails.must))
        )

    def _alone(self, ref: Ref, scope: Scope) -> Scope:
        """What the body of a definition may name: its item, which the reference calls by the same noun."""
        if ref.subject is None:
            return {}
        return {ref.subject.variable: scope[ref.subject.variable]}

    def _is_bound(self, subject: Fact, scope: Scope) -> bool:
        """Whether the subject is an item that a variable stands for."""
        return not subject.path and scope.get(subject.variable) is not None

    def value(self, expr: Expr, scope: Scope) -> str:
        """An expression as a plain value; None where it is not known."""
        match expr:
            case Literal(value):
                return "None" if value is UNKNOWN else self.literal(value)
            case Fact():
                return self.fact(expr, scope)
            case Ref() if self.is_valued(expr):
                return self._value_of(expr, scope)
            case Apply(operator, arguments) if operator in VALUED:
                return VALUES[operator](self, arguments, scope)
            case Quantified("sum"):
                return self._sum(expr, scope)
            case _:
                rails = self.rails(expr, scope)
                return f"(True if {rails.must} else None if {rails.may} else False)"

    def literal(self, value: Any) -> str:
        if isinstance(value, Truth):
            return {Truth.TRUE: YES, Truth.FALSE: NO}.get(value, "None")
        return "NONE" if value is NOT_APPLICABLE else self.constant(value)

    def _value_of(self, ref: Ref, scope: Scope) -> str:
        inner = self.inlined(ref)
        if inner is not None and (ref.subject is None or self._is_bound(ref.subject, scope)):
            return self.value(inner, self._alone(ref, scope))
        name = self.function(ref.name, "v")
        if ref.subject is None:
            return f"{name}(c)"
        subject, t = self.value(ref.subject, scope), self.fresh("t")
        return (
            f"({name}(c, {t}) if ({t} := {subject}).__class__ is dict"
            f" else False if {t} is NONE else None)"
        )

    # -- facts -----------------------------------------------------------------------------------

    def fact(self, fact: Fact, scope: Scope) -> str:
        if fact.variable == "clock":
            known = self.settings.known_on
            at = FOREVER if known is None else known.toordinal()
            return self.constant(Span(at, at))
        if fact.variable == "reading":
            chosen = self.settings.readings.get(fact.path[0])
            return "None" if chosen is None else self.constant(chosen)
        if fact.variable == "case":
            return self._of_the_case(fact)
        name, model = variable(fact.variable), scope.get(fact.variable)
        if not fact.path:
            return name
        if model is None:
            return "None"
        if fact.path[0] == "judged":
            return f"c.judged({name}, {self.constant(fact.path[1])})"
        path = steps(model, fact.path)
        if len(path) != 1 or path[0].otherwise is None:
            return self._read(path, name)
        at = name, model, fact.path
        if at not in self._read_once:
            self._read_once[at] = self._read(path, name)
        return self._read_once[at]

    def _of_the_case(self, fact: Fact) -> str:
        if not fact.path:
            return "c.d"
        if fact.path[0] == "judged":
            return f"c.judged(None, {self.constant(fact.path[1])})"
        where, path = "c.d", steps(Case, fact.path)
        for held in ("c.a", "c.e"):  # the act and its events
            if path[0].inner:
                where, path = held, path[1:]
        first, is_last = path[0], not path[1:]
        if is_last and first == Step(first.name):
            return self._read(path, where)
        key = ("r", fact.path)
        called = self._constants.get(key)
        if called is None:
            called = self._constants[key] = self.fresh("r")
            self.lines.append(f"def {called}(c):\n    return {self._read(path, where)}\n")
        if not is_last or first.items_in or first.item_in or not first.name:
            return f"c.r[{called}]"
        at = "", Case, fact.path
        if at not in self._read_once:
            t = self.fresh("t")  # what is given is at hand; what stands for it is found once
            self._read_once[at] = (
                f"({t} if ({t} := {where}.get({first.name!r})) is not None else c.r[{called}])"
            )
        return self._read_once[at]

    def _read(self, path: tuple[Step, ...], where: str) -> str:
        """A path, read from what `where` names."""
        step, rest = path[0], path[1:]
        if step.inner:
            t = self.fresh("t")
            return f"({self._read(rest, t)} if ({t} := {where}.get({step.name!r})) else None)"
        text = f"{where}.get({step.name!r})" if step.name else "None"
        if step.otherwise is not None:
            t, called = self.fresh("t"), f"{self.constant(step.otherwise, 'R')}(c, {where})"
            text = f"({t} if ({t} := {text}) is not None else {called})" if step.name else called
        if step.item_in:
            t = self.fresh("t")
            text = f"(c.by[{step.item_in!r}][{t}] if ({t} := {text}).__class__ is str else {t})"
        elif step.items_in:
            text = f"items_of(c, {text}, {step.items_in!r})"
        if not rest:
            return text
        t = self.fresh("t")
        return (
            f"({self._read(rest, t)} if ({t} := {text}).__class__ is dict"
            f" else NONE if {t} is NONE else None)"
        )

    def declared(self, fact: Expr, scope: Scope) -> Declaration | None:
        """How a fact is declared; None for what is no fact of an item."""
        if not isinstance(fact, Fact) or not fact.path or fact.path[0] == "judged":
            return None
        model = Case if fact.variable == "case" else scope.get(fact.variable)
        found = find(model, fact.path) if model is not None else None
        return found if isinstance(found, Declaration) else None

    def codes(self, expr: Expr, scope: Scope) -> bool:
        found = self.declared(expr, scope)
        return found is not None and found.declared.form == "codes"

    # -- collections -----------------------------------------------------------------------------

    def members(self, collection: Expr, scope: Scope) -> type[FactModel] | None:
        """What the members of a collection are, if they are items."""
        found = self.declared(collection, scope)
        if found is None or found.declared.form not in ("records", "refs"):
            return None
        return found.model

    def _quantified(self, expr: Quantified, scope: Scope) -> Rails:
        return Rails(*(self._loop(expr, scope, rail) for rail in "ym"))

    def _loop(self, expr: Quantified, scope: Scope, rail: str) -> str:
        inner = {**scope, expr.variable: self.members(expr.collection, scope)}
        collection = self.value(expr.collection, scope)
        depth, self._depth = self._depth, 0
        body = self.text(expr.body, inner, rail)
        self._depth = depth
        given = ", ".join(["c", *map(variable, scope)])
        called = self.fresh("q")
        lines = QUANTIFIERS[expr.quantifier](rail, variable(expr.variable), body, expr.count)
        self.lines.append("\n".join([
            f"def {called}({given}):", f"    L = {collection}", *(f"    {line}" for line in lines), "",
        ]))  # fmt: skip
        return f"{called}({given})"

    def _sum(self, expr: Quantified, scope: Scope) -> str:
        assert expr.what is not None
        inner = {**scope, expr.variable: self.members(expr.collection, scope)}
        rails = self.rails(expr.body, inner)
        given = ", ".join(["c", *map(variable, scope)])
        called, name = self.fresh("q"), variable(expr.variable)
        self.lines.append(
            f"def {called}({given}):\n"
            f"    return total({self.value(expr.collection, scope)}, lambda {name}: {rails.may},"
            f" lambda {name}: {rails.must}, lambda {name}: {self.value(expr.what, inner)})\n"
        )
        return f"{called}({given})"

    # -- atoms of one fact -----------------------------------------------------------------------

    def only_moment(self, arguments: Iterable[Expr], scope: Scope) -> Fact | None:
        """The one fact that the arguments turn on, where all else are constants and it is a time."""
        found: set[Fact] = set()

        def walk(expr: Expr) -> bool:
            match expr:
                case Literal():
                    return True
                case Fact(variable="clock" | "reading"):
                    return True
                case Fact():
                    found.add(expr)
                    return True
                case Apply(operator, inner):
                    return operator in VALUED and all(map(walk, inner))
                case _:
                    return False

        if all(map(walk, arguments)) and len(found) == 1:
            fact = next(iter(found))
            declared = self.declared(fact, scope)
            if declared is not None and declared.declared.form == "moment":
                return fact
        return None

    def settled(self, expr: Expr, fact: Fact, known: Any) -> Any:
        """An expression of constants and one fact, worked out for a value of that fact."""
        match expr:
            case Literal(value):
                return value
            case Fact(variable="clock"):
                return self.names[self.fact(expr, {})]
            case Fact(variable="reading", path=path):
                return self.settings.readings.get(path[0], UNKNOWN)
            case Fact():
                return known
            case Apply(operator, arguments):
                return runtime.MEANING[operator](*(self.settled(a, fact, known) for a in arguments))
            case _:
                raise TypeError(type(expr).__name__)


def read_once(e: Emitter, readings: Iterable[str], lines: list[str]) -> list[str]:
    """Lines in which each of these readings that is used more than on two rails is a variable."""
    text, first = "\n".join(lines), list[str]()
    for reading in readings:
        if text.count(reading) > 2:
            name = e.fresh("h")
            first.append(f"{name} = {reading}")
            text = text.replace(reading, name)
    return [*first, *text.split("\n")]


def variable(name: str) -> str:
    """A variable of the rules as one of the source."""
    return f"x_{name}"


def safe(text: str) -> str:
    """A name in a comment, in one line."""
    return text.encode("ascii", "backslashreplace").decode().replace("\n", " ").replace("\r", " ")
