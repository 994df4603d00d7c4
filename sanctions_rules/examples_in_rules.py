"""`example` blocks of rule files as scenarios: a rule's author shows on the spot what it does.

`conduct` is the act, `given` a condition read the other way round: it states the facts that would
make it true, and nothing else. `good.carats_each is at least 1.0 carat` is a range, `good.mined_in
includes RU` a list that may be longer. The things that an example names are all there are. What is
no fact (a term of law, an alternative, a negation) is refused: facts observe, rulebooks conclude.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

from sanctions_rules.diagnostics import Diagnostic, RulebookError
from sanctions_rules.facts import EVENT_OF_ACT, Case, Declared, FactModel
from sanctions_rules.language import ast
from sanctions_rules.language.parse import parse
from sanctions_rules.language.parsing.tokens import read_source
from sanctions_rules.limits import DEFAULT
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import Scenario
from sanctions_rules.schema import COLLECTIONS, NOUNS, ROLE_LISTS, children
from sanctions_rules.source import Source, Span

#: Printed labels of clocks, as offsets: a fact is an instant, not a time somewhere.
OFFSETS: Final = {
    "EST": "-05:00", "EDT": "-04:00", "UTC": "+00:00", "GMT": "+00:00", "BST": "+01:00",
    "CET": "+01:00", "CEST": "+02:00",
}  # fmt: skip

#: Gives a thing an id where it has none, because another fact points at it.
PointedAt: TypeAlias = Callable[[ast.Path], str]


def examples_of(law: Law) -> list[Scenario]:
    """The example blocks of a loaded rulebook, in the order written. Raises RulebookError."""
    compiled = law.compiled
    return scenarios_of(compiled.rulebook.blocks, compiled.sources)


def read_examples(name: str, data: bytes) -> list[Scenario]:
    """The example blocks of one rule file, which need not load by itself. Raises RulebookError."""
    source, problems = read_source(name, data, DEFAULT)
    if source is None:
        raise RulebookError(problems)
    blocks, found = parse(source, DEFAULT)
    errors = [p for p in (*problems, *found) if p.severity == "error"]
    if errors:
        raise RulebookError(errors, {source.name: source})
    return scenarios_of(blocks, {source.name: source})


def scenarios_of(blocks: Iterable[ast.Block], sources: Mapping[str, Source]) -> list[Scenario]:
    found: list[Scenario] = []
    problems: list[Diagnostic] = []
    for block in blocks:
        if block.kind == "example":
            try:
                found.append(_scenario(block, sources.get(block.head.file)))
            except _CannotBeGiven as error:
                problems.append(error.problem)
    if problems:
        raise RulebookError(problems, sources)
    return found


class _CannotBeGiven(Exception):
    """A line of an example that states no fact."""

    def __init__(self, message: str, span: Span, help: str = "") -> None:
        self.problem = Diagnostic("not-a-given", message, span, "not a fact", help)
        super().__init__(message)


def _scenario(block: ast.Block, source: Source | None) -> Scenario:
    line = source.place(block.head.start)[0] if source else 0
    where = f"{block.head.file}:{line}"
    expect = _expected(block)
    facts = _Facts(next(iter(expect)))
    conduct = block.slot("conduct")
    if conduct is not None and conduct.conduct is not None:
        facts.conduct(conduct.conduct)
    for slot in block.all("given"):
        if slot.condition is not None:
            facts.condition(slot.condition)
    missing = [facts.place(path) for slot in block.all("missing") for path in slot.paths]
    if missing:
        for expected in expect.values():
            expected["missing"] = missing
    note = block.slot("note")
    return Scenario(
        block.title or f"the example at {where}", note.texts[0].text if note else where, facts.root,
        expect, file=where,
    )  # fmt: skip


def _expected(block: ast.Block) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for slot in block.all("expect"):
        named = (
            str(slot.names[0]) if slot.names else next((r.id.split(".")[0] for r in slot.refs), "")
        )
        if not named:
            raise _CannotBeGiven("the example does not say of which regime", slot.span,
                                 f"expect us {slot.texts[0].text}")  # fmt: skip
        found[named] = {"outcome": slot.texts[0].text}
        if slot.refs:
            found[named]["because"] = [ref.id for ref in slot.refs]
    return found


# -- facts out of conditions --------------------------------------------------------------------


@dataclass(frozen=True)
class _Thing:
    """The table of one thing of the case, what it is, and where it stands."""

    table: dict[str, Any]
    model: type[FactModel]
    place: str

    def under(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name


class _Facts:
    """Facts as plain data, the way `read_case` takes them, built line by line."""

    def __init__(self, regime: str) -> None:
        self.regime = regime
        self.root: dict[str, Any] = {}
        self._case = _Thing(self.root, Case, "")
        self._bound: dict[str, _Thing] = {"case": self._case}

    # -- the act ---------------------------------------------------------------------------------

    def conduct(self, conduct: ast.Conduct) -> None:
        act = cast("dict[str, Any]", self.root.setdefault("act", {}))
        kinds = [str(word) for word in conduct.acts]
        act["kind"] = kinds[0] if len(kinds) == 1 else {"one_of": kinds}
        for role in conduct.roles:
            match role.word, role.thing:
                case (("into" | "to"), ast.Proper(country)):
                    act["destination"] = country
                case "from", ast.Proper(country):
                    act["departure"] = country
                case "on", ast.Moment() as moment:
                    event = EVENT_OF_ACT.get(kinds[0], "conduct")
                    cast("dict[str, Any]", act.setdefault("events", {}))[event] = _moment(moment)
                case (("to" | "by"), ast.Word(noun)) if noun in ROLE_LISTS:
                    thing = self._add("parties", noun, noun)
                    self._listed(
                        _Thing(act, children(Case)["act"], "act"),
                        ROLE_LISTS[noun][1],
                        [thing.table["id"]],
                    )
                case "of", ast.Word(noun) if noun in NOUNS:
                    self._add(NOUNS[noun], noun)
                case _:
                    raise _CannotBeGiven(
                        f"`{role.word}` says nothing here that facts could hold",
                        role.span,
                        "of a thing; into, to or from a country; to recipient; by provider; on",
                    )

    def _add(self, collection: str, name: str, identity: str = "") -> _Thing:
        """One more thing of the case, bound to a name. An id only where a fact points at it."""
        items = cast("list[dict[str, Any]]", self.root.setdefault(collection, []))
        table: dict[str, Any] = {"id": identity} if identity else {}
        items.append(table)
        thing = _Thing(table, COLLECTIONS[collection], f"{collection}[{len(items) - 1}]")
        self._bound[name] = thing
        return thing

    # -- conditions ------------------------------------------------------------------------------

    def condition(self, condition: ast.Condition) -> None:
        for element in condition.elements:
            self._atom(element.atom)

    def _atom(self, atom: ast.Atom) -> None:
        match atom:
            case ast.Comparison(operand, predicate):
                self._comparison(operand, predicate, atom.span)
            case ast.Group("all", members):
                for member in members:
                    self.condition(member.condition)
            case ast.Group(kind):
                raise _CannotBeGiven(
                    f"`{kind} of` leaves open which of these is the fact", atom.span, "state one"
                )
            case ast.ForSome("some", variable, ast.Path() as path, ast.Condition() as body):
                self._one_more(variable, path)
                self.condition(body)
            case ast.ForSome(quantifier):
                raise _CannotBeGiven(
                    f"`{quantifier}` does not say what is on the list",
                    atom.span,
                    "`some … has … end` puts one thing on it",
                )

    def _comparison(self, operand: ast.Operand, predicate: ast.Predicate, span: Span) -> None:
        if not isinstance(operand, ast.Path):
            raise _CannotBeGiven("only a fact can be given", span)
        match predicate:
            case ast.Is(ast.IsJudged(term), negated):
                self._judge(operand, str(term), not negated)
            case ast.Is(complement, False):
                thing, name, declared = self._fact(operand)
                self._put(thing, name, _stated(complement, declared, span, self._pointed_at))
            case ast.Includes(values):
                thing, name, declared = self._fact(operand)
                self._listed(
                    thing, name, [_plain(v, declared, span, self._pointed_at) for v in values]
                )
            case ast.FallsUnder(ast.Codes((ast.CodeRange(first, None),), ())):
                self._listed(self._thing(operand), "codes", [str(first)])
            case _:
                raise _CannotBeGiven(
                    "this does not say what is the case", span, "state the fact itself"
                )

    def _judge(self, operand: ast.Path, term: str, yes: bool) -> None:
        of = "act" if operand.parts == ("act",) else self._thing(operand).place
        answers = cast("list[dict[str, Any]]", self.root.setdefault("judgements", []))
        question = f"{self.regime}.{term}"
        answer = "yes" if yes else "no"
        answers.append({"question": question, "of": of, "answer": answer, "who": "this example"})

    def _one_more(self, variable: str, path: ast.Path) -> None:
        """`some X of LIST has`: one thing on it. The case's own lists are closed, others open."""
        thing, name, declared = self._fact(path)
        if declared.form not in ("records", "refs"):
            raise _CannotBeGiven(f"`{path}` is not a list of things", path.span)
        if declared.form == "refs":
            self._listed(thing, name, [self._add(declared.of, variable, variable).table["id"]])
        elif thing is self._case:
            self._add(declared.of, variable)
        else:
            table: dict[str, Any] = {}
            self._listed(thing, name, [table])
            index = len(cast("list[Any]", thing.table[name]["items"])) - 1
            self._bound[variable] = _Thing(
                table, COLLECTIONS[declared.of], f"{thing.under(name)}[{index}]"
            )

    # -- places ----------------------------------------------------------------------------------

    def place(self, path: ast.Path) -> str:
        thing, name, _ = self._fact(path)
        return thing.under(name)

    def _thing(self, path: ast.Path) -> _Thing:
        head = path.parts[0]
        if head == "actor" and "actor" not in self._bound:
            self.root["actor"] = "actor"
            self._add("parties", "actor", "actor")
        thing = self._case if head == "act" else self._bound.get(head)
        if thing is None:
            raise _CannotBeGiven(
                f"the act of this example has no `{head}`",
                path.span,
                f"conduct … of {head}, or some {head} of … has",
            )
        for part in path.parts[0 if head == "act" else 1 :]:
            thing = self._step(thing, part, path.span)
        return thing

    def _step(self, thing: _Thing, part: str, span: Span) -> _Thing:
        nested = children(thing.model).get(part)
        if nested is not None:
            table = cast("dict[str, Any]", thing.table.setdefault(part, {}))
            return _Thing(table, nested, thing.under(part))
        declared = thing.model.declarations.get(part)
        if declared is None or declared.form != "ref":
            raise _CannotBeGiven(f"`{part}` is not a thing with facts of its own", span)
        if part not in thing.table:
            thing.table[part] = self._add(declared.of, part, part).table["id"]
        items = cast("list[dict[str, Any]]", self.root[declared.of])
        index = next(i for i, item in enumerate(items) if item.get("id") == thing.table[part])
        return _Thing(items[index], COLLECTIONS[declared.of], f"{declared.of}[{index}]")

    def _fact(self, path: ast.Path) -> tuple[_Thing, str, Declared]:
        if len(path.parts) < 2:
            raise _CannotBeGiven(
                f"`{path}` is a thing, not a fact of it", path.span, "a term of law cannot be given"
            )
        thing = self._thing(ast.Path(path.parts[:-1], path.span))
        name = path.parts[-1]
        declared = thing.model.declarations.get(name)
        if declared is None:
            raise _CannotBeGiven(f"there is no fact called `{path}`", path.span)
        return thing, name, declared

    def _pointed_at(self, path: ast.Path) -> str:
        thing = self._thing(path)
        return cast(str, thing.table.setdefault("id", path.parts[-1]))

    # -- writing ---------------------------------------------------------------------------------

    def _put(self, thing: _Thing, name: str, value: Any) -> None:
        held = thing.table.get(name)
        ranged = isinstance(held, dict) and isinstance(value, dict) and "items" not in value
        thing.table[name] = (
            {**cast("dict[str, Any]", held), **cast("dict[str, Any]", value)} if ranged else value
        )

    def _listed(self, thing: _Thing, name: str, values: list[Any]) -> None:
        held = thing.table.setdefault(name, {"items": [], "complete": False})
        cast("list[Any]", held["items"]).extend(values)


# -- values -------------------------------------------------------------------------------------


def _stated(
    complement: ast.Complement, declared: Declared, span: Span, pointed_at: PointedAt
) -> Any:
    """The value that a fact has when it `is` so."""
    match complement:
        case ast.IsYesNo(yes):
            return yes
        case ast.IsNone():
            return "none"
        case ast.IsValue(value):
            return _plain(value, declared, span, pointed_at)
        case ast.IsOneOf(values):
            return {"one_of": [_plain(v, declared, span, pointed_at) for v in values]}
        case ast.IsExactly(values):
            return [_plain(v, declared, span, pointed_at) for v in values]
        case ast.Compared("on", ast.Moment() as moment):
            return _moment(moment)
        case ast.Compared(comparator, value):
            end = comparator.replace(" ", "_")
            plain = _plain(value, declared, span, pointed_at)
            if isinstance(value, ast.MoneyValue):
                return {"amount": {end: value.amount}, "currency": value.currency}
            return {end: plain}
        case _:
            raise _CannotBeGiven(
                "this is concluded from facts and cannot be given",
                span,
                "state the facts that it rests on",
            )


def _plain(value: ast.Value, declared: Declared, span: Span, pointed_at: PointedAt) -> Any:
    match value:
        case ast.Path(parts) if declared.form in ("ref", "refs"):
            return pointed_at(value)
        case ast.Path(parts) if len(parts) == 1:
            return parts[0]
        case ast.Proper(text) | ast.Text(text):
            return text
        case ast.Quantity(number):
            return number
        case ast.MoneyValue(amount, currency):
            return {"amount": amount, "currency": currency}
        case ast.Moment():
            return _moment(value)
        case _:
            raise _CannotBeGiven(
                "this value is worked out from others and cannot be given",
                span,
                "write the value itself",
            )


def _moment(moment: ast.Moment) -> Any:
    if not moment.time:
        return moment.day
    offset = OFFSETS.get(moment.label)
    if offset is None:
        raise _CannotBeGiven(
            f"it is not known here what `{moment.label}` is",
            moment.span,
            "one of: " + ", ".join(OFFSETS),
        )
    return f"{moment.day}T{moment.time}:00{offset}"
