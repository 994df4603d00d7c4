"""Facts of a table as values in SQL: what `view.py` is for a case.

One fact stands for another here exactly as there: a fact of one sort of goods is none for others,
a line of equal stones has one weight, codes rule categories out, the event of the act gives its
time. A companion column that the table does not have is taken as absent: nothing is said there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, cast

from sanctions_rules import codes
from sanctions_rules.engines.sql.dialects import (
    NO_TRUTH,
    Dialect,
    Sql,
    call,
    case,
    column,
    compared,
    day,
    either,
    exp,
    field,
    first_of,
    is_given,
    is_null,
    negated,
    number,
    surely,
    text,
    within,
)
from sanctions_rules.engines.sql.shape import ListOf, Record, Scalar, Type
from sanctions_rules.engines.sql.times import NOT_KNOWN, CannotSay, End, Ordered, Point
from sanctions_rules.engines.sql.truths import (
    Logic,
    all_,
    condition,
    conjunction,
    disjunction,
    not_,
    pair,
    tri,
)
from sanctions_rules.facts import (
    DISCRIMINATORS,
    EVENT_OF_ACT,
    Case,
    Declared,
    Events,
    FactModel,
    Good,
)
from sanctions_rules.schema import COLLECTIONS, WITH_COMPONENTS, children
from sanctions_rules.values import Truth

_LISTS: Final = frozenset({"words", "countries", "texts", "refs", "records", "codes"})


@dataclass(frozen=True, slots=True)
class Item:
    """A thing of the row. `sql`: its record (None: the row itself). `index`: its position in its
    collection, where it is known. `none`: a fact names nobody.
    """

    model: type[FactModel]
    shape: Record
    sql: Sql | None = None
    index: Sql | None = None
    collection: str = ""
    none: Sql | bool = False

    def get(self, name: str) -> Sql | None:
        if name not in self.shape.fields:
            return None
        return column(name) if self.sql is None else field(self.sql, name)


@dataclass(frozen=True, slots=True)
class Flag:
    sql: Sql | None
    none: Sql | bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """`sql`: the word, or "none" where it `says_none`. `options`: a list of words of which it is
    one. `implied`: what codes leave.
    """

    sql: Sql | None = None
    none: Sql | bool = False
    options: Sql | None = None
    implied: Callable[[frozenset[str]], Logic] | None = None
    says_none: bool = False


@dataclass(frozen=True, slots=True)
class Members:
    """A list. `sql` is NULL where it is not known; `open`, never NULL: there may be more on it.

    `none`: it is empty, because nothing can be on it. `nobody`: there is nobody whose list it is,
    and so no list.
    """

    form: str
    sql: Sql | None
    open: Sql | bool = False
    none: Sql | bool = False
    nobody: Sql | bool = False
    collection: str = ""  # of refs and records
    shape: Type | None = None  # of a member
    of_row: bool = False  # it is the collection of the row itself, so positions are known
    alone: Item | None = None  # the list of this item and no other


Value = Flag | Word | Ordered | Members | Item | Truth | Sql | None


class Reader:
    """Reads facts of a table of one shape. `helper` names an expression of the row as a column."""

    def __init__(self, shape: Record, dialect: Dialect, helper: Callable[[str, Sql], Sql]) -> None:
        self.dialect, self.helper = dialect, helper
        self.root = Item(Case, shape, collection="case")

    # -- paths -----------------------------------------------------------------------------------

    def read(self, item: Item, path: tuple[str, ...]) -> Value:
        if path[:1] == ("judged",):
            return self._judged(item, path[1])
        none = item.none
        part = item
        for index, name in enumerate(path):
            nested = children(part.model).get(name)
            if nested is not None:
                inner = part.shape.fields.get(name)
                part = replace(
                    part, model=nested, sql=part.get(name) if isinstance(inner, Record) else None,
                    shape=inner if isinstance(inner, Record) else Record({}),
                )  # fmt: skip
                continue
            if name == WITH_COMPONENTS:
                return self._with_components(item)
            value = self._fact(part, name, part.model.declarations[name])
            if index == len(path) - 1:
                return _none_too(value, none)
            if not isinstance(value, Item):
                return None
            part, none = value, disjunction([none, value.none])
        return part

    def collection(self, name: str) -> Members | None:
        value = self._fact(self.root, name, Case.declarations[name])
        return value if isinstance(value, Members) else None

    def item_at(self, collection: str, index: Sql, none: Sql | bool = False) -> Item:
        held = self.root.shape.fields.get(collection)
        shape = held.of if isinstance(held, ListOf) and isinstance(held.of, Record) else Record({})
        sql = call(self.dialect.element, column(collection), index)
        return Item(COLLECTIONS[collection], shape, sql, index, collection, none)

    def positions(self, members: Members, variable: str) -> Sql:
        """The positions of what a list of references names."""
        assert members.sql is not None
        return self.dialect.mapped(
            members.sql, variable, self._position(members.collection, column(variable))
        )

    def _position(self, collection: str, name: Sql) -> Sql:
        held = self.root.shape.fields.get(collection)
        if not (
            isinstance(held, ListOf) and isinstance(held.of, Record) and "id" in held.of.fields
        ):
            return exp.Cast(this=exp.null(), to=exp.DataType.build("BIGINT"))
        ids = self.dialect.mapped(column(collection), "item", field(column("item"), "id"))
        return self.dialect.position(self.helper(f"ids of {collection}", ids), name)

    # -- one fact --------------------------------------------------------------------------------

    def _fact(self, part: Item, name: str, declared: Declared) -> Value:
        value = self._given(part, name, declared)
        if declared.only_for:
            value = self._of_its_sort(part, value, frozenset(declared.only_for))
        if declared.falls_back_to:
            other = part.model.declarations[declared.falls_back_to]
            second = self._fact(part, declared.falls_back_to, other)
            value = self._otherwise(value, second)
        if part.model is Good and name in codes.IMPLIED and isinstance(value, Word):
            return replace(value, implied=partial(self._by_code, part, name))
        if part.model is Good and name == "category" and isinstance(value, Word):
            return replace(value, implied=partial(self._category_by_code, part))
        if part.model is Events and name == "conduct" and isinstance(value, Ordered):
            return self._named_time(self._conduct(part, value))
        return value

    def _given(self, part: Item, name: str, declared: Declared) -> Value:
        sql, flagged = part.get(name), part.get(f"{name}__none")
        none: Sql | bool = False if flagged is None else surely(flagged)
        type_ = part.shape.fields.get(name)
        textual = isinstance(type_, Scalar) and type_.kind == "text"
        says_none = (
            sql is not None and textual and declared.optional and "none" not in declared.values
        )
        if sql is not None and says_none and declared.form == "ref":
            none = disjunction([none, surely(compared("=", sql, text("none")))])
        match declared.form:
            case "flag":
                return Flag(sql, none)
            case "number":
                return replace(self._number(part, name, type_), none=none)
            case "price":
                return replace(self._price(part, name, sql, type_), none=none)
            case "moment":
                return replace(self._moment(part, name), none=none)
            case "ref":
                if sql is None:
                    return Item(
                        COLLECTIONS[declared.of], Record({}), none=none, collection=declared.of
                    )
                return self.item_at(declared.of, self._position(declared.of, sql), none)
            case form if form in _LISTS:
                return self._list(part, name, declared, sql, none)
            case _:
                return Word(sql, none, part.get(f"{name}__one_of"), says_none=says_none)

    def _list(
        self, part: Item, name: str, declared: Declared, sql: Sql | None, none: Sql | bool
    ) -> Members:
        type_ = part.shape.fields.get(name)
        stated, basis = part.get(f"{name}__open"), part.get(f"{name}__basis")
        unless: Sql | bool = False
        if declared.needs_basis:
            unless = True if basis is None else is_null(basis)
        open_: Sql | bool = unless
        if stated is not None:
            open_ = first_of(stated, condition(unless))
        of = type_.of if isinstance(type_, ListOf) else None
        if declared.form == "records" and not isinstance(of, Record):
            of = Record({})
        top = part.model is Case and declared.form == "records"
        return Members(declared.form, sql, open_, none, False, declared.of, of, top)

    def _number(self, part: Item, name: str, type_: Type | None) -> Ordered:
        ends = [(part.get(f"{name}__{e}"), e, part.shape.fields.get(f"{name}__{e}"))
                for e in ("at_least", "more_than", "at_most", "less_than")]  # fmt: skip
        sql = part.get(name)
        types = [t for t in (type_, *(t for _, _, t in ends)) if t is not None]
        for one in types:
            if not (isinstance(one, Scalar) and one.kind == "number"):
                raise CannotSay(f"`{name}` as {getattr(one, 'printed', one)}, which is no decimal")
        if not types:
            return NOT_KNOWN
        held = [t for t in types if isinstance(t, Scalar)]
        digits = max(t.whole for t in held), max(t.scale for t in held)
        if sum(digits) > 38:
            raise CannotSay(f"`{name}`, whose columns have {digits[0]} and {digits[1]} digits")

        def end(closed: str, open_: str) -> End | None:
            found = [s for s, e, _ in ends if s is not None and e in (closed, open_)]
            opened = next((s for s, e, _ in ends if s is not None and e == open_), None)
            value = [*([] if sql is None else [sql]), *found]
            if not value:
                return None
            made = value[0] if len(value) == 1 else first_of(*value)
            return End(made, False if opened is None else is_given(opened))

        lo, hi = end("at_least", "more_than"), end("at_most", "less_than")
        known = [s for s in (sql, *(s for s, _, _ in ends)) if s is not None]
        return Ordered(lo, hi, given=disjunction(map(is_given, known)), digits=digits)

    def _price(self, part: Item, name: str, sql: Sql | None, type_: Type | None) -> Ordered:
        if sql is None or not isinstance(type_, Record):
            return NOT_KNOWN
        inner = replace(part, shape=type_, sql=sql)
        amount = self._number(inner, "amount", type_.fields.get("amount"))
        currency = inner.get("currency")
        return amount if currency is None else replace(amount, tag=currency)

    # -- times -----------------------------------------------------------------------------------

    def _moment(self, part: Item, name: str) -> Ordered:
        def at(companion: str, by: int = 0) -> Point | None:
            full = f"{name}__{companion}" if companion else name
            sql, type_ = part.get(full), part.shape.fields.get(full)
            return None if sql is None else self._point(sql, type_, full, by)

        exact = at("")
        lo = _merged(
            [p for p in (exact, at("on_or_after"), at("after", 1)) if p is not None], False
        )
        hi = _merged(
            [p for p in (exact, at("on_or_before"), at("before", -1)) if p is not None], True
        )
        known = [
            s for c in ("", "__on_or_after", "__after", "__on_or_before", "__before")
            if (s := part.get(name + c)) is not None
        ]  # fmt: skip
        return Ordered(lo, hi, given=disjunction(map(is_given, known)) if known else False)

    def _point(self, sql: Sql, type_: Type | None, name: str, by: int) -> Point:
        """A moment so many days, or microseconds, later: an open end lies beyond its own day."""
        kind = type_.kind if isinstance(type_, Scalar) else "other"
        if kind == "day":
            return Point(day=self.dialect.add_days(sql, by))
        if kind == "instant":
            return Point(at=_plus(call(self.dialect.micros, sql), by))
        if kind == "text":
            is_day = surely(compared("=", call("length", sql), number(10)))
            parsed = exp.TryCast(this=sql, to=exp.DataType.build("DATE"))
            instant = call(
                self.dialect.micros,
                exp.TryCast(this=sql, to=exp.DataType.build("TIMESTAMPTZ", dialect=self.dialect.sqlglot)),
            )  # fmt: skip
            return Point(
                day=self.dialect.add_days(case((is_day, parsed)), by),
                at=_plus(case((negated(is_day), instant)), by),
            )
        raise CannotSay(f"`{name}`, which is neither a day nor an instant with its zone")

    def _conduct(self, part: Item, value: Ordered) -> Ordered:
        """The time of the act, or else that of the event at which an act of its kind is done."""
        act = self.root.shape.fields.get("act")
        kind = self.read(self.root, ("act", "kind")) if isinstance(act, Record) else None
        if not isinstance(kind, Word) or kind.sql is None:
            return value
        branches: list[tuple[Sql, Ordered]] = []
        for event in dict.fromkeys(EVENT_OF_ACT.values()):
            of_kind = surely(within(kind.sql, (k for k, e in EVENT_OF_ACT.items() if e == event)))
            read = self._given(part, event, Events.declarations[event])
            if isinstance(read, Ordered) and read.given is not False:
                branches.append((of_kind, read))
        if not branches:
            return value
        own: list[tuple[Sql, Ordered]] = (
            [] if value.given is False else [(condition(value.given), value)]
        )

        def merged(side: str) -> Point | None:
            points = [(c, getattr(o, side)) for c, o in (*own, *branches)]
            days = [(c, p.day) for c, p in points if p is not None and p.day is not None]
            ats = [(c, p.at) for c, p in points if p is not None and p.at is not None]
            if not days and not ats:
                return None
            # a branch without this form still ends the search: its value has the other form
            full_days = [(c, p.day if p and p.day is not None else _NO_DAY) for c, p in points]
            full_ats = [(c, p.at if p and p.at is not None else _NO_AT) for c, p in points]
            return Point(
                day=case(*full_days) if days else None, last=side == "hi",
                at=case(*full_ats) if ats else None,
            )  # fmt: skip

        given = disjunction([value.given, *(conjunction([c, o.given]) for c, o in branches)])
        return replace(value, lo=merged("lo"), hi=merged("hi"), given=given)

    def _named_time(self, value: Ordered) -> Ordered:
        """With its ends as columns of their own, where they are more than a column."""

        def named(end: End | Point | None, which: str) -> Point | None:
            if not isinstance(end, Point):
                return None
            day_, at = end.day, end.at
            if day_ is not None and not _is_plain(day_):
                day_ = self.helper(f"{which} day of conduct", day_)
            if at is not None and not isinstance(at, int) and not _is_plain(at):
                at = self.helper(f"{which} instant of conduct", at)
            return replace(end, day=day_, at=at)

        same = isinstance(value.lo, Point) and isinstance(value.hi, Point) and (
            (value.lo.day, value.lo.at) == (value.hi.day, value.hi.at)
        )  # fmt: skip
        lo = named(value.lo, "the" if same else "first")
        return replace(value, lo=lo, hi=named(value.hi, "the" if same else "last"))

    def _otherwise(self, first: Value, second: Value) -> Value:
        """The first where it is given or there is none, else the second."""
        if isinstance(first, Ordered) and isinstance(second, Ordered):
            if first.given is False and first.none is False:
                return second
            mine = condition(disjunction([first.given, first.none]))

            def end(a: End | Point | None, b: End | Point | None) -> End | None:
                if not isinstance(a or b, End):
                    return None
                ends = [e for e in (a, b) if isinstance(e, End)]
                values = [e.value if isinstance(e, End) else _NO_NUMBER for e in (a, b)]
                opens = [condition(e.open) if isinstance(e, End) else exp.false() for e in (a, b)]
                any_open = any(e.open is not False for e in ends)
                return End(
                    case((mine, values[0]), otherwise=values[1]),
                    case((mine, opens[0]), otherwise=opens[1]) if any_open else False,
                )

            exact = first.lo == first.hi and second.lo == second.hi
            lo = end(first.lo, second.lo)
            return Ordered(
                lo, lo if exact else end(first.hi, second.hi), first.tag if first.tag is not None else second.tag,
                disjunction([first.none, conjunction([_not(first.given), second.none])]),
                disjunction([first.given, conjunction([_not(first.none), second.given])]),
                (max(first.digits[0], second.digits[0]), max(first.digits[1], second.digits[1])),
            )  # fmt: skip
        if isinstance(first, Members) and isinstance(second, Members):
            if first.sql is None and first.none is False:
                return second
            sql = first.sql if first.sql is not None else _NO_LIST
            mine = condition(disjunction([is_given(sql), first.none]))
            return replace(
                first, sql=case((mine, sql), otherwise=second.sql if second.sql is not None else _NO_LIST),
                open=case((mine, condition(first.open)), otherwise=condition(second.open)),
                none=disjunction([first.none, conjunction([negated(mine), second.none])]),
                shape=first.shape or second.shape,
            )  # fmt: skip
        raise CannotSay("a fact of this form that another stands for")

    # -- sorts and codes --------------------------------------------------------------------------

    def _of_its_sort(self, part: Item, value: Value, sorts: frozenset[str]) -> Value:
        """None, where nothing is given and the thing is surely of another sort."""
        other = self._surely_other(part, sorts)
        if other is False:
            return value
        if isinstance(value, Flag | Word):
            given = [v for v in (value.sql, getattr(value, "options", None)) if v is not None]
            free = conjunction(map(is_null, given))
            return replace(value, none=disjunction([value.none, conjunction([free, other])]))
        if isinstance(value, Ordered):
            free = _not(value.given)
            return replace(value, none=disjunction([value.none, conjunction([free, other])]))
        if isinstance(value, Members):
            free = True if value.sql is None else is_null(value.sql)
            return replace(value, none=disjunction([value.none, conjunction([free, other])]))
        if isinstance(value, Item):
            free = True if value.index is None else is_null(value.index)
            return replace(value, none=disjunction([value.none, conjunction([free, other])]))
        return value

    def _surely_other(self, part: Item, sorts: frozenset[str]) -> Sql | bool:
        name = DISCRIMINATORS.get(part.model.__name__)
        if name is None:
            return False
        word, options = part.get(name), part.get(f"{name}__one_of")
        found: list[Sql] = []
        if word is not None:
            found.append(negated(within(word, sorts)))
        if options is not None:
            found.append(negated(call(self.dialect.overlap, options, self._list_of(sorts))))
        if part.model is Good and part.get("codes") is not None:
            found.append(negated(condition(self._may_be(part, sorts))))
        return surely(found[0] if len(found) == 1 else first_of(*found)) if found else False

    def _list_of(self, words: frozenset[str]) -> Sql:
        return self.dialect.as_list([text(w) for w in sorted(words)])

    def _category_by_code(self, part: Item, words: frozenset[str]) -> Logic:
        """What the codes say of a category that is not given: `other` is always possible."""
        held = part.get("codes")
        if held is None:
            return Truth.UNKNOWN
        any_code = compared("<", number(0), self.dialect.size(held))
        rest = frozenset(codes.CATEGORY_HS) - words
        sure = False if "other" in rest else conjunction(
            [any_code, _not(self._may_be(part, rest))] if rest else [any_code]
        )  # fmt: skip
        return pair(sure, self._may_be(part, words))

    def _may_be(self, part: Item, categories: frozenset[str]) -> Sql | bool:
        """Whether every code leaves one of these categories open; so it is where there is none."""
        held = part.get("codes")
        if held is None or "other" in categories:
            return True
        found: list[Sql] = []
        for category in sorted(categories & codes.CATEGORY_HS.keys()):
            hs = call("substr", digits_of(column("code")), number(1), number(6))
            carries = condition(self._carries(hs, codes.CATEGORY_HS[category]))
            against = self.dialect.kept(held, "code", negated(carries))
            found.append(compared("=", self.dialect.size(against), number(0)))
        return disjunction(found) if found else compared("=", self.dialect.size(held), number(0))

    def _carries(self, hs: Sql, prefixes: tuple[str, ...]) -> Sql | bool:
        """The code goes on from a prefix, or stops within it."""
        shorter = {p[:n] for p in prefixes for n in range(2, len(p), 2)}
        return disjunction([
            *(call(self.dialect.starts_with, hs, text(p)) for p in prefixes),
            *([within(hs, shorter)] if shorter else []),
        ])  # fmt: skip

    def _by_code(self, part: Item, name: str, words: frozenset[str]) -> Logic:
        """What the heading texts say of a fact that is not given."""
        held = part.get("codes")
        if held is None:
            return Truth.UNKNOWN

        def possible(wanted: Mapping[str, str]) -> Sql | bool:
            hs = call("substr", digits_of(column("code")), number(1), number(6))
            fits = condition(self._carries(hs, tuple(wanted)))
            some = self.dialect.kept(held, "code", fits)
            return compared("<", number(0), self.dialect.size(some)) if wanted else False

        table = codes.IMPLIED[name]
        mine = possible({p: w for p, w in table.items() if w in words})
        others = possible({p: w for p, w in table.items() if w not in words})
        return pair(conjunction([mine, _not(others)]), disjunction([mine, _not(others)]))

    def _with_components(self, item: Item) -> Value:
        if item.get("components") is not None or item.get("components__none") is not None:
            raise CannotSay("components to any depth")
        return Members("records", None, True, alone=item, collection="goods", shape=item.shape)

    # -- judgements ------------------------------------------------------------------------------

    def _judged(self, item: Item, question: str) -> Value:
        held = self.root.shape.fields.get("judgements")
        if not (isinstance(held, ListOf) and isinstance(held.of, Record)):
            return Truth.UNKNOWN
        if not {"question", "of", "answer"} <= held.of.fields.keys():
            return Truth.UNKNOWN
        if item.sql is not None and item.index is None:
            raise CannotSay(f"a recorded judgement of {question} of a thing inside another")
        answers = [self._answer(question, of) for of in self._names_of(item)]
        answer = answers[0] if len(answers) == 1 else first_of(*answers)
        if item.sql is None:
            answer = self.helper(f"answer to {question}", answer)
        return case(
            (surely(compared("=", answer, text("yes"))), exp.true()),
            (surely(compared("=", answer, text("no"))), exp.false()),
            otherwise=NO_TRUTH,
        )

    def _names_of(self, item: Item) -> list[Sql]:
        """How a judgement may name its subject, the first that does counting."""
        own = item.get("id")
        names = [] if own is None else [own]
        if item.sql is None:
            return [*names, text("case"), text("act")]
        number_ = exp.Cast(
            this=self.dialect.from_zero(cast(Sql, item.index)), to=exp.DataType.build("TEXT")
        )
        return [*names, call("concat", text(f"{item.collection}["), number_, text("]"))]

    def _answer(self, question: str, of: Sql) -> Sql:
        """The last answer that is recorded; a question mark where it says nothing."""
        one = column("judgement")
        fits = conjunction([
            compared("=", field(one, "question"), text(question)), compared("=", field(one, "of"), of),
        ])  # fmt: skip
        fitting = self.dialect.kept(column("judgements"), "judgement", surely(condition(fits)))
        said = first_of(field(one, "answer"), text("?"))
        return self.dialect.last(self.dialect.mapped(fitting, "judgement", said))


# -- small things ----------------------------------------------------------------------------------

_NO_DAY: Final = exp.Cast(this=exp.null(), to=exp.DataType.build("DATE"))
_NO_AT: Final = exp.Cast(this=exp.null(), to=exp.DataType.build("BIGINT"))
_NO_NUMBER: Final = exp.null()
_NO_LIST: Final = exp.null()


def digits_of(code: Sql) -> Sql:
    """`HTSUS 0304.75.1000` as 0304751000."""
    after = call("substr", code, exp.Add(this=call("instr", code, text(" ")), expression=number(1)))
    return call("replace", call("replace", after, text("."), text("")), text(" "), text(""))


def scheme_of(code: Sql) -> Sql:
    return call(
        "substr",
        code,
        number(1),
        exp.Sub(this=call("instr", code, text(" ")), expression=number(1)),
    )


def _plus(one: Sql, by: int) -> Sql:
    return exp.Add(this=one, expression=number(by)) if by else one


def _not(one: Sql | bool) -> Sql | bool:
    return not one if isinstance(one, bool) else negated(one)


def _is_plain(one: Sql) -> bool:
    return isinstance(one, exp.Column | exp.Dot)


def _merged(points: list[Point], last: bool) -> Point | None:
    if not points:
        return None
    days = [p.day for p in points if p.day is not None]
    ats = [p.at for p in points if p.at is not None and not isinstance(p.at, int)]
    return Point(
        day=None if not days else days[0] if len(days) == 1 else first_of(*days), last=last,
        at=None if not ats else ats[0] if len(ats) == 1 else first_of(*ats),
    )  # fmt: skip


def _none_too(value: Value, none: Sql | bool) -> Value:
    """A fact of nobody is none itself."""
    if none is False or value is None:
        return value
    if not isinstance(value, Flag | Word | Ordered | Members | Item):
        return value
    either = disjunction([value.none, none])
    if isinstance(value, Members):
        return replace(value, none=either, nobody=disjunction([value.nobody, none]))
    return replace(value, none=either)


__all__ = [
    "Flag", "Item", "Members", "Reader", "Word", "all_", "day", "digits_of", "either", "not_",
    "scheme_of", "tri", "NO_TRUTH",
]  # fmt: skip
