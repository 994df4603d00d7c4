"""One expression of the core as an English clause, with the fact phrases of the vocabulary.

A clause is written as it stands: what fails is said to fail ("do not include RU"), and no clause
says more than its truth, so that "is not before" is never turned into "is after".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final, cast

from sanctions_rules import clocks
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
from sanctions_rules.facts import Case, Declared, FactModel, Judgement, Listing
from sanctions_rules.render.sentences import form, joined, named, say, stated, visible, words
from sanctions_rules.schema import COLLECTIONS, WITH_COMPONENTS, children
from sanctions_rules.values import NOT_APPLICABLE, UNKNOWN, Items, Nothing, OneOf, Span, Truth
from sanctions_rules.view import Day, Item, Leaf, View

Scope = Mapping[str, object]

#: Instants beyond these are no instants: an interval without beginning or end.
FOREVER: Final = 2**62
#: How many members of a list, and codes of a code list, a sentence names.
SHOWN_MEMBERS: Final = 8
SHOWN_CODES: Final = 3

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TERM: Final = re.compile(r"\w+\.(?P<term>[^@]+?) @ \S+(?P<rest>.*)", re.DOTALL)
_VERB: Final = re.compile(r"^((?:the \w+ of )?\{\}) (is|was|are|were) ")
_TIMED: Final = ("instants", "shifted", "next_day")


@dataclass(frozen=True, slots=True)
class Anyone:
    """What stands for any member of a list, in the words of a quantifier: `none of the goods`."""

    name: str
    model: type[FactModel] | None

    def declared(self, path: tuple[str, ...]) -> Declared | None:
        return self.model.declarations.get(path[-1]) if self.model and path else None


@dataclass
class Writer:
    """Writes clauses about one case. `alias`: what to call a thing instead of its name."""

    program: Program
    view: View
    zone: str
    alias: Mapping[str, str] = field(default_factory=dict[str, str])

    def renaming(self, alias: Mapping[str, str]) -> Writer:
        found = copy(self)
        found.alias = alias
        return found

    def definition(self, name: str) -> Definition | Closure:
        return self.program.definitions[name]

    # -- things ----------------------------------------------------------------------------------

    def thing(self, item: Item | str) -> str:
        """What a thing is called: by its own name, or else by its place."""
        place = item if isinstance(item, str) else item.place
        if place in ("", "case"):
            return say("act")
        if place in self.alias:
            return self.alias[place]
        model = self.view.item(place).model
        name = getattr(model, "id", None)
        if isinstance(name, str):
            return named(name)
        owner, dot, part = place.rpartition(".")
        if isinstance(model, Listing) and isinstance(model.entry_id, str):
            return say("listing.of", entry=named(model.entry_id), owner=self.thing(owner))
        return say("place.of", part=part, owner=self.thing(owner)) if dot else place

    def told(self, item: Item) -> str:
        """Which entry of which list a listing is, since when, and what shows it."""
        model = item.model
        if not isinstance(model, Listing) or not isinstance(model.entry_id, str):
            return ""
        parts: list[str] = []
        for row, name in (
            ("programme", "programme"), ("list", "list"), ("since", "listed_on"),
            ("source", "source"),
        ):  # fmt: skip
            value = self.view.read(item, (name,))[0]
            if value is UNKNOWN or value is NOT_APPLICABLE:
                continue
            if isinstance(value, Day) and value.lo == value.hi:
                row = "since.day"
            parts.append(say(f"listing.{row}", a=self.value(value, Listing.declarations[name])))
        return say("listing.told", entry=named(model.entry_id), parts=", ".join(parts))

    def described(self, place: str) -> str:
        """A thing with what the facts say it is: `goods[0], “rough diamonds”`."""
        name = self.thing(place)
        model = self.view.item(place).model if place not in ("", "case", *self.alias) else None
        text = getattr(model, "description", None) or getattr(model, "name", None)
        if not isinstance(text, str) or named(text) == name:
            return name
        return say("place.described", thing=name, text=named(text))

    def place(self, place: str) -> str:
        """A place of the facts (`goods[0].mined_in`) in the words of the vocabulary."""
        owner, path = self._split(place)
        if not path:
            return self.thing(place) if owner is not None else visible(place)
        assert owner is not None
        return self.phrase_of(owner, path)

    def _split(self, place: str) -> tuple[Item | None, tuple[str, ...]]:
        parts = place.split(".")
        for count in range(len(parts), 0, -1):
            head = ".".join(parts[:count])
            if head.endswith("]"):
                try:
                    return self.view.item(head), tuple(parts[count:])
                except KeyError:
                    return None, ()
        known = parts[0] in Case.declarations or parts[0] in children(Case)
        return (self.view.root, tuple(parts)) if known else (None, ())

    def phrase(self, fact: Fact, scope: Scope, negated: bool = False) -> str:
        """The words for a fact, with the name of the thing that it is about."""
        owner = self.view.root if fact.variable == "case" else scope.get(fact.variable)
        if isinstance(owner, Item):
            return self.phrase_of(owner, fact.path, negated)
        if isinstance(owner, Anyone):
            return _phrased(owner.declared(fact.path), fact.path, owner.name, negated)
        return words(fact.path[-1] if fact.path else fact.variable)

    def phrase_of(self, owner: Item, path: tuple[str, ...], negated: bool = False) -> str:
        here: FactModel = owner.model
        name = self.thing(owner)
        for index, part in enumerate(path):
            if part == WITH_COMPONENTS:
                return say("value.components", a=name)
            if part in children(type(here)):
                here = getattr(here, part)
                continue
            declared = type(here).declarations.get(part)
            if declared is None or index == len(path) - 1:
                return _phrased(declared, path, name, negated)
            value = self.view.read(owner, path[: index + 1])[0]
            if not isinstance(value, Item):  # not known, or not there: `the form of the contract …`
                through = Anyone(_phrased(declared, path, name), COLLECTIONS.get(declared.of))
                return _phrased(through.declared(path[-1:]), path, through.name, negated)
            here, name = value.model, self.thing(value)
        return name

    def declared(self, fact: Fact, scope: Scope) -> Declared | None:
        """How the fact at the end of a path is declared, as far as the case shows its owner."""
        owner = self.view.root if fact.variable == "case" else scope.get(fact.variable)
        return self.declared_of(owner, fact.path) if isinstance(owner, Item) else None

    @staticmethod
    def declared_of(owner: Item, path: tuple[str, ...]) -> Declared | None:
        here: type[FactModel] = type(owner.model)
        for index, part in enumerate(path):
            if part in children(here):
                here = children(here)[part]
                continue
            declared = here.declarations.get(part)
            if declared is None or index == len(path) - 1:
                return declared
            here = COLLECTIONS.get(declared.of, here)
        return None

    def leaf(self, leaf: Leaf) -> str:
        """What must be found out, in words."""
        if leaf.need == "judgement":
            question, _, of = leaf.place.partition(" of ")
            term, text = term_words(question), self.program.questions.get(question, ("", (), ""))[0]
            row = "need.judgement.asked" if text else "need.judgement"
            return say(row, thing=self.judged_thing(of)[0], term=term, question=visible(text))
        if leaf.need == "law":
            return say("need.law", what=visible(leaf.place))
        return say(f"need.{leaf.need}", what=self.place(leaf.place))

    def judged_thing(self, of: str) -> tuple[str, Item | None]:
        """The thing of a judgement, which names it by id or place: what to call it, and itself."""
        if of in ("act", "case"):
            return say("act"), self.view.root
        for name, declared in Case.declarations.items():
            for item in self.view.items(name) if declared.form == "records" else ():
                if of in (item.place, item.id):
                    return self.thing(item), item
        return named(of), None

    # -- clauses ---------------------------------------------------------------------------------

    def clause(self, expr: Expr, scope: Scope, truth: Truth = Truth.TRUE) -> str:
        """The expression as a clause that says that it holds, that it fails, or that it is open."""
        match expr:
            case Literal(_, because):
                return (
                    say(f"literal.{form(truth)}", because=visible(because))
                    if truth is not Truth.UNKNOWN or because
                    else say("literal.open", because=say("value.not_known"))
                )
            case Fact():
                return self.phrase(expr, scope)
            case Ref():
                return self._ref(expr, scope, truth)
            case Quantified():
                return self.quantified(expr, scope, truth)
            case Apply("not", (inner,)):
                return self.clause(inner, scope, ~truth)
            case Apply("shown", (inner,)):
                return stated("shown", truth, a=self.clause(inner, scope))
            case Apply("and" | "or" as operator, arguments):
                if truth is Truth.UNKNOWN or (operator == "and") == (truth is Truth.FALSE):
                    return stated(operator, truth)
                parts = [self.clause(a, scope, truth) for a in arguments]
                return joined(parts)
            case Apply():
                return self._applied(expr, scope, truth)

    def _ref(self, ref: Ref, scope: Scope, truth: Truth) -> str:
        thing = self.phrase(ref.subject, scope) if ref.subject else say("act")
        return stated("term", truth, thing=thing, term=term_words(ref.name))

    def _applied(self, expr: Apply, scope: Scope, truth: Truth) -> str:
        operator, arguments = expr.operator, expr.arguments
        first = arguments[0]
        if operator == "holds" and isinstance(first, Fact):
            return self._flag(first, scope, truth)
        if operator == "equals" and isinstance(first, Fact) and first.variable == "reading":
            return stated(
                "reading",
                truth,
                point=first.path[0],
                reading=self.operand(arguments[1], scope, first),
            )
        if operator in ("less", "at_most", "same"):
            return self._ordered(operator, first, arguments[1], scope, truth)
        if operator == "falls_under":
            return self._under(expr, scope, truth)
        if operator == "in_force":
            interval = cast("tuple[int, int, int, int]", cast(Literal, arguments[1]).value)
            return stated(
                "in_force",
                truth,
                a=self.operand(first, scope),
                b=interval_words(interval, zone_of(first) or self.zone),
            )
        if operator == "undefined":
            return stated("undefined", truth)
        beside = first if isinstance(first, Fact) else None
        a, *others = (self.operand(argument, scope, beside) for argument in arguments)
        if (
            operator == "one_of"
            and len(cast("frozenset[str]", cast(Literal, arguments[1]).value)) == 1
        ):
            operator = "equals"
        if a.endswith(" is"):  # a phrase that ends in its own verb: `the body that it is`
            a += ","
        return stated(operator, truth, a=a, b="".join(others[:1]))

    def _under(self, expr: Apply, scope: Scope, truth: Truth) -> str:
        """Codes that fall under others; where no code is known, the sort of the thing decides."""
        held = expr.arguments[0]
        wanted, without = (
            cast("tuple[Code, ...]", cast(Literal, a).value) for a in expr.arguments[2:4]
        )
        listed = _codes(wanted, without)
        if (
            truth is not Truth.UNKNOWN
            and isinstance(held, Fact)
            and not self.codes_known(expr, scope)
        ):
            thing = self.phrase(Fact(held.variable, held.path[:-1]), scope)
            return stated("falls_under.sort", truth, thing=thing, b=listed)
        return stated("falls_under", truth, a=self.operand(held, scope), b=listed)

    def codes_known(self, expr: Apply, scope: Scope) -> bool:
        held = expr.arguments[0]
        owner = scope.get(held.variable) if isinstance(held, Fact) else None
        value = (
            self.view.read(owner, held.path)[0]
            if isinstance(owner, Item) and isinstance(held, Fact)
            else None
        )
        return isinstance(value, Items) and bool(value.members)

    def _flag(self, fact: Fact, scope: Scope, truth: Truth) -> str:
        """A yes-or-no fact: its phrase is the clause itself, and takes its own `not`."""
        if fact.path[:1] == ("judged",):
            owner = (
                say("act")
                if fact.variable == "case"
                else self.phrase(Fact(fact.variable, ()), scope)
            )
            return stated("judged", truth, thing=owner, term=term_words(fact.path[1]))
        phrase = self.phrase(fact, scope, negated=truth is Truth.FALSE)
        return phrase if truth is Truth.FALSE else stated("holds", truth, a=phrase)

    def _ordered(self, operator: str, a: Expr, b: Expr, scope: Scope, truth: Truth) -> str:
        zone = zone_of(a) or zone_of(b)
        if isinstance(b, Fact) and b.variable == "clock":
            return stated(
                "published",
                truth,
                day=instant_words(cast(int, cast(Span, cast(Literal, a).value).lo), self.zone),
            )
        turned = _is_constant(a) and not _is_constant(b) and operator != "same"
        row = operator + (".time" if zone else "") + (".turned" if turned else "")
        beside = next((one for one in (a, b) if isinstance(one, Fact)), None)
        unit = Declared("number", "") if beside is None else self.declared(beside, scope)
        return stated(
            row,
            truth,
            a=self._measured(a, scope, zone, unit),
            b=self._measured(b, scope, zone, unit),
        )

    def _measured(self, expr: Expr, scope: Scope, zone: str, declared: Declared | None) -> str:
        if isinstance(expr, Literal) and isinstance(expr.value, Span):
            if zone:
                return instant_words(cast(int, expr.value.lo), zone)
            return self.value(expr.value, declared)
        return self.operand(expr, scope)

    def operand(self, expr: Expr, scope: Scope, beside: Fact | None = None) -> str:
        """A part of a clause that is a value: a constant in readable form, or the words for it."""
        match expr:
            case Literal(value):
                return self.value(value, self.declared(beside, scope) if beside else None)
            case Fact():
                return self.phrase(expr, scope)
            case Apply("instants", (inner, _)):
                return self.operand(inner, scope)
            case Apply("shifted", (inner, Literal(count), Literal(unit), _)):
                later = cast(int, count)
                row = "shifted.value.after" if later >= 0 else "shifted.value.before"
                plain = str(unit).partition(" of ")[0]
                return say(row, count=abs(later), unit=plain, a=self.operand(inner, scope))
            case Apply("next_day", (inner, _)):
                return say("next_day.value", a=self.operand(inner, scope))
            case Apply("times", (inner, Literal(Span(factor)))):
                return say(
                    "times.value",
                    count=number(cast(Decimal, factor)),
                    a=self.operand(inner, scope),
                )
            case Apply("lookup", (when, *_)):
                return say("lookup.value", a=self.operand(when, scope))
            case Quantified("sum"):
                declared = (
                    self.declared(expr.collection, scope)
                    if isinstance(expr.collection, Fact)
                    else None
                )
                each = Anyone(
                    words(expr.variable), COLLECTIONS.get(declared.of) if declared else None
                )
                what = self.phrase(cast(Fact, expr.what), {**scope, expr.variable: each})
                return say("sum.value", what=what, collection=self.operand(expr.collection, scope))
            case _:
                return self.clause(expr, scope)

    def quantified(self, expr: Quantified, scope: Scope, truth: Truth) -> str:
        """In one clause where what members meet is one thing, else as the head of a list."""
        collection = self.operand(expr.collection, scope)
        gaps: dict[str, object] = {"collection": collection, "count": expr.count}
        joint = isinstance(expr.body, Apply) and expr.body.operator in ("and", "or", "not", "shown")
        plain = isinstance(expr.body, Ref) or (truth is not Truth.FALSE and not joint)
        if not plain or expr.quantifier not in ("some", "every"):
            return say(f"{expr.quantifier}.lines.{form(truth)}", **gaps)
        said = Truth.TRUE if truth is Truth.UNKNOWN else truth
        member = say(f"{expr.quantifier}.{form(said)}", **gaps)
        declared = (
            self.declared(expr.collection, scope) if isinstance(expr.collection, Fact) else None
        )
        anyone = Anyone(member, COLLECTIONS.get(declared.of) if declared else None)
        clause = self.clause(expr.body, {**scope, expr.variable: anyone})
        return say("open", clause=clause) if truth is Truth.UNKNOWN else clause

    # -- values ----------------------------------------------------------------------------------

    def value(self, value: object, declared: Declared | None = None) -> str:
        match value:
            case Truth():
                return say(
                    {"TRUE": "value.yes", "FALSE": "value.no"}.get(value.name, "value.not_known")
                )
            case Nothing():
                return say("value.not_known" if value is UNKNOWN else "value.none")
            case Span():
                return span_words(value, declared.unit if declared else "")
            case Day():
                return self.day(value)
            case Items(members, complete):
                shown = _listed([self.value(m, declared) for m in members])
                if not complete:
                    return say("value.open_list", a=shown) if members else say("value.not_known")
                return shown or say("value.none")
            case OneOf(values):
                return say(
                    "value.one_of",
                    a=joined((self._word(v, declared) for v in sorted(values)), "or"),
                )
            case frozenset():
                chosen = sorted(cast("frozenset[str]", value))
                return _listed([self._word(v, declared) for v in chosen])
            case Item():
                return self.thing(value)
            case str():
                return self._word(value, declared)
            case _:
                return visible(str(value))

    def _word(self, text: str, declared: Declared | None) -> str:
        if declared is not None and declared.form in ("text", "texts"):
            return named(text)
        return words(text)

    def day(self, day: Day) -> str:
        if day.lo == day.hi and day.lo is not None:
            return self.moment(day.lo)
        parts: list[str] = []
        if day.lo is not None:
            parts.append(
                say("value.after" if day.lo_open else "value.on_or_after", a=self.moment(day.lo))
            )
        if day.hi is not None:
            parts.append(
                say("value.before" if day.hi_open else "value.on_or_before", a=self.moment(day.hi))
            )
        return joined(parts) or say("value.not_known")

    def moment(self, moment: date | datetime) -> str:
        if isinstance(moment, datetime):
            return instant_words(clocks.microseconds(moment), self.zone)
        return moment.isoformat()

    def given(self, expr: Expr, scope: Scope) -> str:
        """What the facts say of the facts that an atom reads, with where they have it from."""
        found: dict[str, None] = {}
        for fact in _facts(expr):
            if fact.variable in ("clock", "reading"):
                continue
            owner = self.view.root if fact.variable == "case" else scope.get(fact.variable)
            if not isinstance(owner, Item) or not fact.path:
                continue
            found[self._given(owner, fact, scope)] = None
        return "; ".join(found)

    def _given(self, owner: Item, fact: Fact, scope: Scope) -> str:
        if fact.path[:1] == ("judged",):
            return self.judged(owner, fact.path[1])
        value = self.view.read(owner, fact.path)[0]
        shown = self.value(value, self.declared(fact, scope))
        here = self._holder(owner, fact.path)
        if here is None:
            return shown
        origin = here.provenance.get(fact.path[-1])
        if origin is None:
            return shown
        if origin.unknown_because and value in (UNKNOWN, Truth.UNKNOWN):
            return say("value.not_known.because", because=visible(origin.unknown_because))
        source = origin.source or origin.document_ref
        return say("value.sourced", a=shown, source=visible(source)) if source else shown

    def _holder(self, owner: Item, path: tuple[str, ...]) -> FactModel | None:
        """The model in which the last fact of a path is given."""
        here: FactModel = owner.model
        for index, part in enumerate(path[:-1]):
            if part in children(type(here)):
                here = cast(FactModel, getattr(here, part))
                continue
            reached = self.view.read(owner, path[: index + 1])[0]
            if not isinstance(reached, Item):
                return None
            here = reached.model
        return here

    def judged(self, owner: Item, question: str) -> str:
        """Who answered the question about the thing, and why."""
        for one in cast("Iterable[Judgement]", self.view.case.judgements or ()):
            about = {owner.place, owner.id, *(("act",) if owner.place == "case" else ())}
            if one.question == question and one.of in about:
                who = ", ".join(
                    visible(str(part))
                    for part in (one.who, one.role, one.made_on, one.reasons)
                    if part not in (None, NOT_APPLICABLE)
                )
                return say(
                    "judged.given", answer=words(str(one.answer)), who=who or say("value.not_known")
                )
        return ""


# -- words for constants -------------------------------------------------------------------------


def _phrased(
    declared: Declared | None, path: tuple[str, ...], name: str, negated: bool = False
) -> str:
    """The phrase of a fact with its owner's name; negated, its own verb takes the `not`."""
    if not path:
        return name
    if declared is None:
        return say("place.of", part=words(path[-1]), owner=name)
    phrase = declared.phrase
    if negated:
        phrase = _VERB.sub(r"\1 \2 not ", phrase)
        if phrase == declared.phrase:
            return say("holds.fails", a=phrase.replace("{}", name))
    return phrase.replace("{}", name)


def term_words(name: str) -> str:
    """The words of a term: `us.russian_origin @ act.events.entry` is `russian origin`."""
    match = _TERM.fullmatch(name)
    plain = match["term"] if match else name.partition(".")[2] or name
    return words(plain.split(maxsplit=1)[0])


def instant_words(at: int, zone: str) -> str:
    """An instant in local time: the day alone at its first moment, else with clock and label."""
    local = (_EPOCH + timedelta(microseconds=at)).astimezone(clocks.zone(zone))
    day = local.date().isoformat()
    if local.hour == local.minute == local.second == local.microsecond == 0:
        return day
    clock = f"{local:%H:%M}" + (f":{local:%S}" if local.second or local.microsecond else "")
    return f"{day} {clock} {local.tzname()}"


def interval_words(interval: tuple[int, int, int, int], zone: str) -> str:
    """Since possibly and surely, until surely and possibly.

    Ends are exclusive; one that is printed as `through` a clock time lies a microsecond after it.
    """
    since, surely, until, possibly = interval
    if since >= FOREVER:
        return say("interval.awaiting")
    if since <= -FOREVER:
        begin = say("interval.from.before")
    elif since != surely:
        begin = say(
            "interval.from.between",
            since=instant_words(since, zone),
            surely=instant_words(surely, zone),
        )
    else:
        begin = say("interval.from", since=instant_words(since, zone))
    if until >= FOREVER:
        return f"{begin}, {say('interval.open')}"
    if until != possibly:
        if possibly >= FOREVER:
            return f"{begin} {say('interval.until.after', until=instant_words(until, zone))}"
        ends = {"until": instant_words(until, zone), "possibly": instant_words(possibly, zone)}
        return f"{begin} {say('interval.until.between', **ends)}"
    if until % 1_000_000 == 1:
        return f"{begin} {say('interval.through', until=instant_words(until - 1, zone))}"
    return f"{begin} {say('interval.until', until=instant_words(until, zone))}"


def zone_of(expr: Expr) -> str:
    """The zone in which a time is read; empty where the expression is no time."""
    if isinstance(expr, Apply) and expr.operator in _TIMED:
        last = expr.arguments[-1]
        return cast(str, last.value) if isinstance(last, Literal) else ""
    return ""


def _is_constant(expr: Expr) -> bool:
    if isinstance(expr, Apply) and expr.operator in ("shifted", "next_day", "lookup"):
        return True
    return isinstance(expr, Literal)


def _facts(expr: Expr) -> list[Fact]:
    match expr:
        case Fact():
            return [expr]
        case Apply(_, arguments):
            return [f for a in arguments for f in _facts(a)]
        case Quantified("sum"):
            return _facts(expr.collection)
        case _:
            return []


def _listed(parts: list[str]) -> str:
    if len(parts) <= SHOWN_MEMBERS:
        return ", ".join(parts)
    return say("value.more", a=", ".join(parts[:SHOWN_MEMBERS]), count=len(parts) - SHOWN_MEMBERS)


def _codes(wanted: tuple[Code, ...], without: tuple[Code, ...]) -> str:
    def some(codes: tuple[Code, ...]) -> str:
        shown = ", ".join(str(c) for c in codes[:SHOWN_CODES])
        rest = len(codes) - SHOWN_CODES
        return say("value.codes", a=shown, count=rest) if rest > 0 else shown

    return say("value.other_than", a=some(wanted), b=some(without)) if without else some(wanted)


def number(value: Decimal | int) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def span_words(span: Span, unit: str) -> str:
    tail = f" {span.tag or unit}" if span.tag or unit else ""
    if span.is_point and span.lo is not None:
        return number(span.lo) + tail
    parts: list[str] = []
    if span.lo is not None:
        parts.append(
            say("value.more_than" if span.lo_open else "value.at_least", a=number(span.lo) + tail)
        )
    if span.hi is not None:
        parts.append(
            say("value.less_than" if span.hi_open else "value.at_most", a=number(span.hi) + tail)
        )
    return joined(parts) or say("value.not_known")
