"""Lark's trees to the syntax tree: one method for each name of the grammar, and one line for each slot."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, cast

from lark import Token, v_args  # pyright: ignore[reportUnknownVariableType]
from lark.exceptions import UnexpectedToken
from lark.tree import Meta
from lark.visitors import Transformer_NonRecursive

from sanctions_rules import codes as commodity
from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.parsing.tokens import (
    fed,
    reserved_words,
)
from sanctions_rules.limits import DEFAULT as LIMITS
from sanctions_rules.source import Span

#: Law and facts lie within these years; the facts say the same.
_YEARS: Final = (1900, 2200)
MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August",
                  "September", "October", "November", "December")  # fmt: skip


@dataclass(slots=True)
class Reading:
    """Where tree building is: the file, an offset for spans, and the problems met in literals."""

    file: str
    problems: list[Diagnostic]


def _texts(items: Iterable[Any], kind: type[Any]) -> tuple[Any, ...]:
    return tuple(i for i in items if isinstance(i, kind))


def _first(items: Iterable[Any], kind: type[Any]) -> Any:
    return next((i for i in items if isinstance(i, kind)), None)


class Build(Transformer_NonRecursive[Token, Any]):
    """Lark's trees to ours. One method for each name of the grammar."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(visit_tokens=False)
        self._reading = reading

    def _span(self, meta: Meta | Token) -> Span:
        if isinstance(meta, Token):
            return Span(self._reading.file, cast(int, meta.start_pos), cast(int, meta.end_pos))
        if getattr(meta, "empty", True):
            return Span(self._reading.file, 0, 0)
        return Span(self._reading.file, meta.start_pos, meta.end_pos)

    def _report(self, code: str, message: str, token: Token, help: str = "") -> None:
        self._reading.problems.append(Diagnostic(code, message, self._span(token), help=help))

    def _word(self, token: Token) -> ast.Word:
        return ast.Word(str(token), self._span(token))

    def _text(self, token: Token) -> ast.Text:
        return ast.Text(str(token)[1:-1], self._span(token))

    def _day(self, token: Token) -> date | None:
        """The day of a date or an instant; None, and a report, where the calendar has none."""
        text = str(token)[:10]
        year, month, day = (int(part) for part in text.split("-"))
        if not _YEARS[0] <= year <= _YEARS[1]:
            why = f"years run from {_YEARS[0]} to {_YEARS[1]}"
        elif not 1 <= month <= 12:
            why = f"there is no month {month}"
        elif not 1 <= day <= monthrange(year, month)[1]:
            length = monthrange(year, month)[1]
            why = f"{MONTHS[month - 1]} {year} has {length} days"
        else:
            return date(year, month, day)
        self._report("no-such-day", f"`{text}` is not a day", token, why)
        return None

    def _date(self, token: Token) -> date:
        """The day; where there is none, one near it, so that reading can go on."""
        day = self._day(token)
        if day is not None:
            return day
        year, month = int(token[:4]), int(token[5:7])
        near = min(max(year, _YEARS[0]), _YEARS[1]), min(max(month, 1), 12)
        return date(*near, min(max(int(token[8:10]), 1), monthrange(*near)[1]))

    def _moment(self, token: Token) -> ast.Moment:
        parts = str(token).split(" ")
        time, label = (parts[1], parts[2]) if len(parts) == 3 else ("", "")
        if time and not (int(time[:2]) < 24 and int(time[3:]) < 60):
            self._report(
                "no-such-time",
                f"`{time}` is not a time of day",
                token,
                "hours run from 00 to 23, minutes from 00 to 59",
            )
            time = "00:00"
        return ast.Moment(self._date(token), time, label, self._span(token))

    def _number(self, token: Token) -> Decimal:
        text = str(token).replace(" ", "")
        if len(text) > LIMITS.digits:
            self._report("limit.digits", f"the number has more than {LIMITS.digits} digits", token)
            return Decimal(1)
        if len(text) > 1 and text[0] == "0" and text[1] != ".":
            self._report(
                "bad-number",
                f"`{token}` begins with a zero",
                token,
                f"write `{text.lstrip('0') or '0'}`",
            )
        return Decimal(text)

    def _integer(self, token: Token) -> int:
        number = self._number(token)
        if number != int(number) or number >= 10**9:
            self._report(
                "bad-number",
                f"`{token}` is {'too large' if number == int(number) else 'not a whole number'}",
                token,
            )
            return 1
        return int(number)

    def _code(self, token: Token) -> commodity.Code:
        code = commodity.read_code(str(token))
        if code is None:
            scheme = str(token).split(" ")[0]
            self._report(
                "bad-code",
                f"`{token}` is not a code of its scheme",
                token,
                f"an even number of digits, at most {commodity.SCHEMES[scheme]} in {scheme}",
            )
            return commodity.Code("HS", "00")
        return code

    # lists and small parts

    def start(self, items: list[Any]) -> list[ast.Block]:
        return items

    def names(self, items: list[Token]) -> tuple[ast.Word, ...]:
        return tuple(self._word(t) for t in items)

    offices = names

    def strings(self, items: list[Token]) -> tuple[ast.Text, ...]:
        return tuple(self._text(t) for t in items)

    def paths(self, items: list[ast.Path]) -> tuple[ast.Path, ...]:
        return tuple(items)

    values = paths

    def refs(self, items: list[ast.Ref]) -> tuple[ast.Ref, ...]:
        found: list[ast.Ref] = []
        for ref in items:
            if not ref.instrument and found:
                ref = replace(ref, instrument=found[-1].instrument)
            found.append(ref)
        return tuple(found)

    @v_args(meta=True)
    def ref(self, meta: Meta, items: list[Any]) -> ast.Ref:
        instrument = next(
            (str(t) for t in items if isinstance(t, Token) and t.type == "DOTTED"), ""
        )
        pinpoint = next(
            (str(t) for t in items if isinstance(t, Token) and t.type == "PINPOINT"), ""
        )
        return ast.Ref(instrument, pinpoint, _first(items, date), self._span(meta))

    def pin(self, items: list[Token]) -> date | None:
        return self._day(items[0])

    @v_args(meta=True)
    def path(self, meta: Meta, items: list[Token]) -> ast.Path:
        return ast.Path(tuple(str(items[0]).split(".")), self._span(meta))

    @v_args(meta=True)
    def codes(self, meta: Meta, items: list[tuple[ast.CodeRange, ...]]) -> ast.Codes:
        return ast.Codes(items[0], items[1] if len(items) > 1 else (), self._span(meta))

    def code_list(self, items: list[ast.CodeRange]) -> tuple[ast.CodeRange, ...]:
        return tuple(items)

    @v_args(meta=True)
    def code(self, meta: Meta, items: list[Token]) -> ast.CodeRange:
        codes = [self._code(t) for t in items]
        if len(codes) == 2 and (
            codes[0].scheme != codes[1].scheme or len(codes[0].digits) != len(codes[1].digits)
        ):
            self._report(
                "bad-code",
                "the ends of a range are codes of one scheme and of one length",
                items[1],
                f"as in {items[0]} to {items[0]}",
            )
        elif len(codes) == 2 and codes[0].digits > codes[1].digits:
            self._report(
                "bad-code",
                "the range ends before it begins",
                items[1],
                f"write `{items[1]} to {items[0]}`",
            )
        return ast.CodeRange(
            codes[0],
            codes[1] if len(codes) > 1 else None,
            " to ".join(str(t) for t in items),
            self._span(meta),
        )

    @v_args(meta=True)
    def duration(self, meta: Meta, items: list[Any]) -> ast.Duration:
        tokens = [t for t in items if isinstance(t, Token)]
        return ast.Duration(
            self._integer(tokens[0]), str(tokens[1]), "business" in items, self._span(meta)
        )

    def business(self, items: list[Any]) -> str:
        return "business"

    # values

    def proper(self, items: list[Token]) -> ast.Proper:
        return ast.Proper(str(items[0]), self._span(items[0]))

    def string(self, items: list[Token]) -> ast.Text:
        return self._text(items[0])

    def day(self, items: list[Token]) -> ast.Moment:
        return self._moment(items[0])

    instant = day

    @v_args(meta=True)
    def quantity(self, meta: Meta, items: list[Any]) -> ast.Quantity:
        unit = items[1] if len(items) > 1 else ""
        text = str(items[0]) + (f" {unit}" if unit else "")
        return ast.Quantity(self._number(items[0]), str(unit), text, self._span(meta))

    def unit(self, items: list[Any]) -> str:
        return " ".join(str(i) for i in items)

    def per(self, items: list[Token]) -> str:
        return f"per {items[0]}"

    @v_args(meta=True)
    def money(self, meta: Meta, items: list[Any]) -> ast.MoneyValue:
        per = str(items[2])[4:] if len(items) > 2 else ""
        text = f"{items[0]} {items[1]}" + (f" per {per}" if per else "")
        return ast.MoneyValue(self._number(items[1]), str(items[0]), per, text, self._span(meta))

    @v_args(meta=True)
    def multiple(self, meta: Meta, items: list[Any]) -> ast.Multiple:
        number, path = items
        return ast.Multiple(self._number(number), path, f"{number} times {path}", self._span(meta))

    @v_args(meta=True)
    def duration_ago(self, meta: Meta, items: list[Any]) -> ast.Shifted:
        duration, direction, path = items
        return ast.Shifted(duration, direction, path, self._span(meta))

    def direction(self, items: list[Token]) -> str:
        return str(items[0])

    @v_args(meta=True)
    def call(self, meta: Meta, items: list[Any]) -> ast.Call:
        name = str(items[0])[:-1]
        if name in reserved_words():
            self._report(
                "reserved", f"`{name}` is a word of the language and cannot be a name", items[0]
            )
        return ast.Call(name, items[1], self._span(meta))

    def plain_term(self, items: list[Token]) -> ast.Word:
        return self._word(items[0])

    @v_args(meta=True)
    def sum(self, meta: Meta, items: list[Any]) -> ast.Sum:
        return ast.Sum(
            ast.Path(tuple(str(items[0]).split(".")), self._span(items[0])),
            str(items[1]),
            items[2],
            items[3],
            self._span(meta),
        )

    @v_args(meta=True)
    def lookup(self, meta: Meta, items: list[Any]) -> ast.Lookup:
        return ast.Lookup(
            str(items[0]),
            items[1],
            items[2],
            items[3] if len(items) > 3 else None,
            self._span(meta),
        )

    def as_at(self, items: list[ast.Path]) -> ast.Path:
        return items[0]

    # conditions

    @v_args(meta=True)
    def condition(self, meta: Meta, items: list[ast.Element]) -> ast.Condition:
        return ast.Condition(tuple(items), self._span(meta))

    @v_args(meta=True)
    def element(self, meta: Meta, items: list[Any]) -> ast.Element:
        label = str(items[0]) if isinstance(items[0], Token) else ""
        return ast.Element(items[-1], label, self._span(meta))

    @v_args(meta=True)
    def comparison(self, meta: Meta, items: list[Any]) -> ast.Comparison:
        return ast.Comparison(items[0], items[1], self._span(meta))

    def group_of(self, items: list[Token]) -> tuple[str, int]:
        first = str(items[0])
        return ("at_least", self._integer(items[2])) if first == "at" else (first, 0)

    @v_args(meta=True)
    def group(self, meta: Meta, items: list[Any]) -> ast.Group:
        kind, count = items[0]
        return ast.Group(kind, tuple(items[1:]), count, self._span(meta))

    @v_args(meta=True)
    def member(self, meta: Meta, items: list[Any]) -> ast.Member:
        label = str(items[0])
        return ast.Member("" if label == "-" else label, items[1], self._span(meta))

    def quantifier(self, items: list[Token]) -> tuple[str, int]:
        first = str(items[0])
        return ("at_least", self._integer(items[2])) if first == "at" else (first, 0)

    @v_args(meta=True)
    def quantified(self, meta: Meta, items: list[Any]) -> ast.ForSome:
        (kind, count), variable, collection, body = items
        return ast.ForSome(kind, str(variable), collection, body, count, self._span(meta))

    def has(self, items: list[ast.Condition]) -> ast.Condition:
        return items[0]

    @v_args(meta=True)
    def is_(self, meta: Meta, items: list[Any]) -> ast.Is:
        return ast.Is(items[0], False, self._span(meta))

    @v_args(meta=True)
    def is_not(self, meta: Meta, items: list[Any]) -> ast.Is:
        return ast.Is(items[0], True, self._span(meta))

    def falls_under(self, items: list[ast.Codes]) -> ast.FallsUnder:
        return ast.FallsUnder(items[0])

    def falls_in(self, items: list[Any]) -> ast.FallsIn:
        return ast.FallsIn(items[0])

    def includes(self, items: list[Any]) -> ast.Includes:
        return ast.Includes(items[0])

    def is_value(self, items: list[Any]) -> ast.IsValue:
        return ast.IsValue(items[0])

    def yes_no(self, items: list[Token]) -> ast.IsYesNo:
        return ast.IsYesNo(str(items[0]) == "yes")

    def one_of(self, items: list[Any]) -> ast.IsOneOf:
        return ast.IsOneOf(items[0])

    def exactly(self, items: list[Any]) -> ast.IsExactly:
        return ast.IsExactly(items[0])

    def comparator(self, items: list[Token]) -> str:
        return " ".join(str(t) for t in items)

    def compared(self, items: list[Any]) -> ast.Compared:
        return ast.Compared(items[0], items[1])

    def judged(self, items: list[Token]) -> ast.IsJudged:
        return ast.IsJudged(self._word(items[0]))

    def covered(self, items: list[Any]) -> ast.IsCovered:
        return ast.IsCovered(items[0])

    def listed(self, items: list[Any]) -> ast.IsListed:
        return ast.IsListed(items[0])

    def owned(self, items: list[Any]) -> ast.IsOwned:
        by, term, mode, comparator, value, of = items
        return ast.IsOwned(
            self._word(term), self._word(mode), comparator, value, self._word(of), "directly" in by
        )

    def controlled(self, items: list[Any]) -> ast.IsControlled:
        by, term, means = items
        return ast.IsControlled(self._word(term), means, "directly" in by)

    def under(self, items: list[Any]) -> ast.IsUnder:
        return ast.IsUnder(self._word(items[0]), items[1])

    def is_unknown(self, items: list[Any]) -> ast.IsUnknown:
        return ast.IsUnknown()

    def is_none(self, items: list[Any]) -> ast.IsNone:
        return ast.IsNone()

    # acts

    @v_args(meta=True)
    def conduct(self, meta: Meta, items: list[Any]) -> ast.Conduct:
        return ast.Conduct(items[0], tuple(items[1:]), self._span(meta))

    def _thing(self, meta: Meta, word: str, items: list[Any]) -> ast.Role:
        item = items[0]
        span = self._span(meta)
        if isinstance(item, tuple):
            first: Any = cast("tuple[Any, ...]", item)[0]
            if isinstance(first, ast.Ref):
                return ast.Role(word, refs=cast("tuple[ast.Ref, ...]", item), span=span)
            return ast.Role(word, share=cast("tuple[ast.Quantity, ast.Path]", item), span=span)
        if isinstance(item, Token) and item.type in ("DATE", "INSTANT"):
            return ast.Role(word, self._moment(item), span=span)
        token = cast(Token, item)
        thing = (
            ast.Proper(str(token), self._span(token))
            if token.type == "PROPER"
            else self._word(token)
        )
        return ast.Role(word, thing, span=span)

    @v_args(meta=True)
    def role_of(self, meta: Meta, items: list[Any]) -> ast.Role:
        return self._thing(meta, "of", items)

    @v_args(meta=True)
    def role_by(self, meta: Meta, items: list[Any]) -> ast.Role:
        return self._thing(meta, "by", items)

    @v_args(meta=True)
    def role_to(self, meta: Meta, items: list[Any]) -> ast.Role:
        return self._thing(meta, "to", items)

    @v_args(meta=True)
    def role_into(self, meta: Meta, items: list[Any]) -> ast.Role:
        return self._thing(meta, "into", items)

    @v_args(meta=True)
    def role_from(self, meta: Meta, items: list[Any]) -> ast.Role:
        return self._thing(meta, "from", items)

    @v_args(meta=True)
    def role_on(self, meta: Meta, items: list[Any]) -> ast.Role:
        return self._thing(meta, "on", items)

    @v_args(meta=True)
    def lifting(self, meta: Meta, items: list[Any]) -> ast.Role:
        return ast.Role("lifting", refs=items[0], span=self._span(meta))

    def share(self, items: list[Any]) -> tuple[ast.Quantity, ast.Path]:
        quantity = ast.Quantity(
            self._number(items[0]), str(items[1]), f"{items[0]} {items[1]}", self._span(items[0])
        )
        return quantity, items[2]

    def powers(self, items: list[ast.Power]) -> tuple[ast.Power, ...]:
        return tuple(items)

    def power(self, items: list[Any]) -> ast.Power:
        return ast.Power(self._word(items[0]), items[1] if len(items) > 1 else ())

    def impose(self, items: list[Any]) -> tuple[str, Any, ast.Word]:
        return ("impose", items[0], self._word(items[1]))

    def authorise(self, items: list[Any]) -> tuple[str, Any, None]:
        return ("authorise", items[0], None)

    def open_term(self, items: list[Token]) -> tuple[ast.Word, ast.Word, str]:
        return (self._word(items[0]), self._word(items[1]), "")

    def open_value(self, items: list[Any]) -> tuple[None, ast.Word, str]:
        return (None, self._word(items[0]), str(items[1]))

    def due_within(self, items: list[Any]) -> ast.Due:
        return ast.Due("within", items[0], items[1])

    def due_for(self, items: list[Any]) -> ast.Due:
        return ast.Due("for", items[0], items[1])

    def due_yearly(self, items: list[Token]) -> ast.Due:
        month = str(items[1])
        if month not in MONTHS:
            self._report(
                "bad-month", f"`{month}` is not a month", items[1], did_you_mean(month, MONTHS)
            )
            return ast.Due("yearly", day=1, month=MONTHS[0])
        day, length = self._integer(items[0]), monthrange(2000, MONTHS.index(month) + 1)[1]
        if not 1 <= day <= length:
            why = f"{month} has {length} days"
            self._report("no-such-day", f"`{day} {month}` is not a day", items[0], why)
        return ast.Due("yearly", day=min(max(day, 1), length), month=month)

    def due_at(self, items: list[ast.Path]) -> ast.Due:
        return ast.Due("at", path=items[0])

    # time

    def since_at(self, items: list[Token]) -> ast.Since:
        return ast.Since("at", self._moment(items[0]))

    def since_before(self, items: list[Token]) -> ast.Since:
        return ast.Since("before", self._moment(items[0]))

    def since_between(self, items: list[Token]) -> ast.Since:
        return ast.Since("between", self._moment(items[0]), self._moment(items[1]))

    def until_at(self, items: list[Token]) -> ast.Until:
        return ast.Until("until", self._moment(items[0]))

    def until_between(self, items: list[Token]) -> ast.Until:
        return ast.Until("between", self._moment(items[0]), self._moment(items[1]))

    def until_after(self, items: list[Token]) -> ast.Until:
        return ast.Until("after", self._moment(items[0]))

    def through_at(self, items: list[Token]) -> ast.Until:
        return ast.Until("through", self._moment(items[0]))

    def no_end(self, items: list[Any]) -> ast.Until:
        return ast.Until("no_end")

    def interval(self, items: list[Any]) -> ast.Interval:
        return ast.Interval(items[0], items[1])

    def awaiting(self, items: list[Any]) -> ast.Awaiting:
        return ast.Awaiting(self._text(items[0]), items[1] if len(items) > 1 else ())

    def as_listed(self, items: list[Any]) -> ast.AsListed:
        return ast.AsListed()

    def anchor(self, items: list[ast.Path]) -> ast.Path:
        return items[0]

    # tables

    def column(self, items: list[Token]) -> str:
        return str(items[0])

    def row(self, items: list[Any]) -> tuple[ast.Cell, ...]:
        return tuple(
            ast.Cell(None if isinstance(i, ast.IsUnknown) else i, getattr(i, "span", ast.NOWHERE))
            for i in items
        )

    def factor(self, items: list[Token]) -> tuple[str, ast.Text]:
        return (str(items[0]), self._text(items[1]))

    def publication(self, items: list[Token]) -> tuple[date, ast.Text]:
        return (self._date(items[0]), self._text(items[1]))

    def preferred(self, items: list[Any]) -> bool:
        return True

    def kind(self, items: list[Token]) -> Token:
        return items[0]

    @v_args(meta=True)
    def block(self, meta: Meta, items: list[Any]) -> ast.Block:
        kind = cast(Token, items[0])
        ref = _first(items, ast.Ref)
        title = next((t for t in items[1:] if isinstance(t, Token) and t.type == "STRING"), None)
        end = self._span(title) if title is not None else ref.span if ref else self._span(kind)
        return ast.Block(
            str(kind),
            ref,
            str(title)[1:-1] if title is not None else "",
            _texts(items, ast.Slot),
            self._span(meta),
            self._span(kind).to(end),
        )


def _slot(word: str, **parts: Callable[[Build, list[Any]], Any]) -> Callable[..., ast.Slot]:
    def build(self: Build, meta: Meta, items: list[Any]) -> ast.Slot:
        made = {name: part(self, items) for name, part in parts.items()}
        return ast.Slot(word, span=self._span(meta), **made)  # pyright: ignore[reportPrivateUsage]

    return cast("Callable[..., ast.Slot]", v_args(meta=True)(build))


def _of(kind: type[Any]) -> Callable[[Build, list[Any]], Any]:
    return lambda _, items: _first(items, kind)


def _tuple(index: int) -> Callable[[Build, list[Any]], Any]:
    return lambda _, items: items[index] if len(items) > index else ()


def _tokens_of(kind: str) -> Callable[[Build, list[Any]], Any]:
    def words(build: Build, items: list[Any]) -> Any:
        found = [t for t in items if isinstance(t, Token) and t.type == kind]
        if kind == "STRING":
            return tuple(ast.Text(str(t)[1:-1], build._span(t)) for t in found)  # pyright: ignore[reportPrivateUsage]
        return tuple(ast.Word(str(t), build._span(t)) for t in found)  # pyright: ignore[reportPrivateUsage]

    return words


def _day(build: Build, items: list[Any]) -> Any:
    token = next((t for t in items if isinstance(t, Token) and t.type == "DATE"), None)
    return None if token is None else build._date(token)  # pyright: ignore[reportPrivateUsage]


_SLOTS: Final[dict[str, Callable[..., ast.Slot]]] = {
    "cites": _slot("cites", texts=_tuple(0)),
    "source_id": _slot("source-id", texts=lambda _, i: i[-1]),
    "issued": _slot("issued", day=_day, names=lambda _, i: _first(i, tuple) or ()),
    "published": _slot("published", days=lambda _, i: tuple(i)),
    "made_under": _slot("made under", refs=_tuple(0)),
    "enacted_by": _slot("enacted by", refs=_tuple(0)),
    "replaces": _slot("replaces", refs=_tuple(0)),
    "repeals": _slot("repeals", refs=_tuple(0)),
    "measure": _slot("measure", names=_tuple(0)),
    "rank": _slot("rank", names=_tokens_of("NAME")),
    "reading": _slot("reading", names=_tokens_of("NAME"), flag=lambda _, i: True in i, texts=_tokens_of("STRING")),
    "checked": _slot("checked", names=_tokens_of("NAME"), day=_day, texts=_tokens_of("STRING")),
    "clock": _slot("clock", names=_tokens_of("ZONE")),
    "calendar": _slot("calendar", names=_tokens_of("NAME")),
    "current": _slot("current through", day=_day, number=lambda b, i: b._integer(i[-1])),  # pyright: ignore[reportPrivateUsage]
    "withdrawn": _slot("withdrawn", day=_day, texts=_tokens_of("STRING")),
    "unencoded": _slot("unencoded", texts=_tokens_of("STRING")),
    "note": _slot("note", texts=_tokens_of("STRING")),
    "in_force": _slot("in force", interval=lambda _, i: i[0], anchor=_of(ast.Path)),
    "binds": _slot("binds", names=_tuple(0)),
    "prohibits": _slot("prohibits", conduct=_tuple(0)),
    "authorises": _slot("authorises", conduct=_tuple(0)),
    "exempts": _slot("exempts", conduct=_tuple(0)),
    "requires": _slot("requires", conduct=_tuple(0), due=_of(ast.Due)),
    "empowers": _slot(
        "empowers", powers=_tuple(0),
        names=lambda _, i: i[1][1] if i[1][0] == "impose" else (),
        conduct=lambda _, i: i[1][1] if i[1][0] == "authorise" else None,
        subject=lambda _, i: i[1][2],
    ),
    "defines": _slot("defines", subject=lambda b, i: b._word(i[0]), term=lambda _, i: i[1]),  # pyright: ignore[reportPrivateUsage]
    "leaves_open": _slot(
        "leaves open", subject=lambda _, i: i[0][0], term=lambda _, i: i[0][1],
        texts=lambda _, i: (ast.Text(i[0][2]),) if i[0][2] else (), powers=_tuple(1),
    ),
    "fills": _slot("fills", refs=lambda _, i: (i[0],), names=_tokens_of("NAME")),
    "displaces": _slot("displaces", refs=_tuple(0)),
    "withdraws": _slot("withdraws", refs=_tuple(0), targets=_tuple(1)),
    "penalises": _slot("penalises", refs=_tuple(0), names=_tuple(1)),
    "asks": _slot("asks", subject=lambda b, i: b._word(i[0]), term=lambda b, i: b._word(i[1]), texts=_tokens_of("STRING")),  # pyright: ignore[reportPrivateUsage]
    "commits_to": _slot("commits to", texts=_tokens_of("STRING"), day=_day),
    "carried_out": _slot("carried out by", refs=_tuple(0)),
    "when": _slot("when", condition=_tuple(0)),
    "upon": _slot("upon determining that", condition=_tuple(0)),
    "except_where": _slot("except where", condition=_tuple(0)),
    "unless_shown": _slot("unless shown that", condition=_tuple(0)),
    "provided_that": _slot("provided that", condition=_tuple(0)),
    "with_": _slot("with", condition=_tuple(0)),
    "met_when": _slot("met when", condition=_tuple(0)),
    "gives": _slot("gives", value=_tuple(0)),
    "regardless_of": _slot("regardless of", paths=_tuple(0)),
    "subject_to": _slot("subject to", refs=_tuple(0)),
    "weighing": _slot("weighing", factors=lambda _, i: tuple(i)),
    "entries": _slot("entries from", texts=_tokens_of("STRING"), names=_tokens_of("NAME"), codes=_of(ast.Codes)),
    "rows": _slot("columns", columns=lambda _, i: tuple(c for c in i if isinstance(c, str)),
                  rows=lambda _, i: _texts(i, tuple)),
    "conduct_of": _slot("conduct", conduct=_tuple(0)),
    "given": _slot("given", condition=_tuple(0)),
    "expect": _slot("expect", names=_tokens_of("NAME"), texts=lambda b, i: tuple(  # pyright: ignore[reportPrivateUsage]
        ast.Text(str(t), b._span(t)) for t in i if isinstance(t, Token) and t.type == "PROPER"), refs=lambda _, i: _first(i, tuple) or ()),  # pyright: ignore[reportPrivateUsage]
    "missing": _slot("missing", paths=_tuple(0)),
    "over": _slot("over", names=_tuple(0)),
}  # fmt: skip
for _name, _method in _SLOTS.items():
    setattr(Build, _name, _method)


def built(tokens: Sequence[Token], start: str, reading: Reading) -> Any:
    index, tree = fed(tokens, start)
    if tree is None:
        raise UnexpectedToken(
            tokens[index] if index < len(tokens) else Token("$END", ""), set[str]()
        )
    return Build(reading).transform(tree)
