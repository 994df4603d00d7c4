"""Rule text to syntax tree, with every mistake of the text found in one run.

A sound file is parsed whole by one LALR(1) grammar. After a mistake the tokens are cut at the
words that open blocks and slots, which occur nowhere else, and each piece is parsed for
itself: recovery needs no guessing, and what is sound still reaches the later passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any, Final, cast

from lark import Lark, Token, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.tree import Meta
from lark.visitors import Transformer_NonRecursive

from sanctions_rules import codes as commodity
from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.slots import BLOCK_WORDS, FIRST_WORDS, ORDER, WRITE_INSTEAD
from sanctions_rules.limits import Limits
from sanctions_rules.source import Source, Span


def grammar_text() -> str:
    """The grammar: beside the installed package, or at the top of a checkout."""
    installed = files("sanctions_rules") / "grammar" / "sanctions.lark"
    if installed.is_file():
        return installed.read_text(encoding="utf-8")
    return (FilePath(__file__).parents[2] / "grammar" / "sanctions.lark").read_text(encoding="utf-8")


#: What the grammar has no word for, so that the parser can report it at its place and go on.
_CATCH_ALL: Final = r'''
OPEN_STRING.-1: /"[^"\n]*/
STRAY.-2: /[^ \t\r\n]/
'''  # fmt: skip


class _KeepStrays:
    always_accept: Final = ("OPEN_STRING", "STRAY")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


@cache
def _grammar() -> Lark:
    return Lark(
        grammar_text() + _CATCH_ALL, parser="lalr", lexer="basic", start=["start", "slot", "condition"],
        propagate_positions=True, maybe_placeholders=False, postlex=_KeepStrays(),
    )  # fmt: skip


@cache
def reserved_words() -> frozenset[str]:
    """Every word of the language: none of them can be a name."""
    return frozenset(t.pattern.value for t in _grammar().terminals if t.pattern.type == "str" and t.pattern.value[0].isalpha())


_BIDI: Final = "\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"
_OPENING, _CLOSING = "“„«", "”»“"
_BLANKS: Final = "\u00a0\u2007\u202f\u2009"
#: Letters of other scripts that look like ours.
_LOOK_ALIKES: Final = dict(zip("аеорсухіјѕԁһԛԝոѵАВЕКМНОРСТХІЅЈοαιρνκυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
                               "aeopcyxijsdhqwnvABEKMHOPCTXISJoaipvkuABEZHIKMNOPTYX", strict=True))  # fmt: skip
#: A string, closed or not, a comment, a string in typographic quotes, blanks that are none, and
#: a word with a letter that is not ASCII.
_SUSPECT: Final = re.compile(
    rf'(?P<string>"[^"\n]*"?)|#[^\n]*|(?P<typographic>[{_OPENING}][^"{_CLOSING}\n]*["{_CLOSING}])'
    rf"|(?P<blanks>[{_BLANKS}]+)|(?P<word>[A-Za-z0-9_.]*(?:[^\x00-\xa7\u2000-\u2fff][A-Za-z0-9_.]*)+)"
)
_CONTROL: Final = re.compile(rf"[{_BIDI}]+|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_OPERATORS: Final = {
    ">=": "is at least", "<=": "is at most", "==": "is", "!=": "is not", "=": "is",
    ">": "is more than", "<": "is less than", "&&": "and", "&": "and",
}  # fmt: skip


def read_source(name: str, data: bytes, limits: Limits) -> tuple[Source | None, list[Diagnostic]]:
    """Bytes of a rule file as text, or why they are none."""
    problems: list[Diagnostic] = []
    if len(data) > limits.file_bytes:
        return None, [Diagnostic("limit.file-bytes", f"the file has more than {limits.file_bytes} bytes", path=name)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Diagnostic("encoding", f"the file is not UTF-8 text: a byte of line {line} cannot be read", path=name,
                                 help="save it as UTF-8")]
    source = Source(name, text)
    nul = text.find("\0")
    if nul >= 0:
        problems.append(Diagnostic("encoding", "the file holds a NUL character", Span(name, nul, nul + 1), "not text",
                                   "save it as UTF-8"))
        return source, problems
    if text.count("\n") + 1 > limits.lines:
        return None, [Diagnostic("limit.lines", f"the file has more than {limits.lines} lines", path=name)]
    start = 0
    for line in text.split("\n"):
        if len(line) > limits.columns:
            problems.append(Diagnostic("limit.columns", f"the line is longer than {limits.columns} characters",
                                       Span(name, start, start + 1), help="break it: white space has no meaning"))
        start += len(line) + 1
    return source, problems


def _clean(source: Source) -> tuple[str, list[Diagnostic]]:
    """Text with typographic quotes, blanks and letters made plain, same length, and what was found."""
    problems: list[Diagnostic] = []
    text = source.text
    if text.isascii() and not _CONTROL.search(text):
        return text, problems
    made: list[str] = []
    position = 0

    def put(start: int, end: int, instead: str) -> None:
        nonlocal position
        made.extend((text[position:start], instead))
        position = end

    def report(code: str, message: str, start: int, end: int, label: str = "", help: str = "", severity: str = "error") -> None:
        problems.append(Diagnostic(code, message, Span(source.name, start, end), label, help, severity=severity))

    at = 0
    while match := _SUSPECT.search(text, at):
        start, at = match.span()
        found = match[0]
        if match["string"]:
            closed = min((n for n in map(found.find, "”»") if n > 0), default=0)
            if closed and not any(mark in found[:closed] for mark in _OPENING):
                at = start + closed + 1
                report("smart-quote", "the quotation marks are not the same", start, at, help='write " at both ends', severity="warning")
                put(at - 1, at, '"')
        elif match["typographic"]:
            report("smart-quote", "typographic quotation marks", start, at, help='write " at both ends', severity="warning")
            put(start, at, f'"{found[1:-1]}"')
        elif match["blanks"]:
            report("no-break-space", "a blank that is not a plain one", start, at, help="write a plain blank", severity="warning")
            put(start, at, " " * len(found))
        elif match["word"] and all(c.isascii() or c in _LOOK_ALIKES for c in found):
            plain = "".join(_LOOK_ALIKES.get(c, c) for c in found)
            foreign = next(c for c in found if not c.isascii())
            report("look-alike", f"`{foreign}` (U+{ord(foreign):04X}) only looks like a Latin letter", start, at,
                   "names use a to z", f"write `{plain}` in Latin letters")
            put(start, at, plain)
    text = "".join((*made, text[position:]))
    for match in _CONTROL.finditer(text):
        if re.match(f"[{_BIDI}]", match[0]):
            report("bidi-control", "a character that changes the direction of text", *match.span(),
                   "not allowed in rule text", "delete it: the text may read otherwise than it runs")
        else:
            report("control-character", f"a character that cannot be seen: U+{ord(match[0]):04X}", *match.span(),
                   "not allowed in rule text", "delete it")
    return _CONTROL.sub(lambda m: " " * len(m[0]), text), problems


def _tokens(source: Source) -> tuple[list[Token], list[Diagnostic]]:
    """All tokens of a file. What is no token of the language is one of type STRAY."""
    text, problems = _clean(source)
    found: list[Token] = []
    for token in _grammar().lex(text):
        if token.type == "OPEN_STRING":
            problems.append(Diagnostic("open-string", "the quotation is not closed on its line",
                                       Span(source.name, cast(int, token.start_pos), cast(int, token.end_pos)),
                                       'a closing " is missing'))
            token = Token.new_borrow_pos("STRING", token.rstrip() + '"', token)
        found.append(token)
    return found, problems


# -- tree building ----------------------------------------------------------------------------------

_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August",
                  "September", "October", "November", "December")  # fmt: skip


@dataclass(slots=True)
class _Reading:
    """Where tree building is: the file, an offset for spans, and the problems met in literals."""

    file: str
    problems: list[Diagnostic]


def _texts(items: Iterable[Any], kind: type[Any]) -> tuple[Any, ...]:
    return tuple(i for i in items if isinstance(i, kind))


def _first(items: Iterable[Any], kind: type[Any]) -> Any:
    return next((i for i in items if isinstance(i, kind)), None)


class _Build(Transformer_NonRecursive[Token, Any]):
    """Lark's trees to ours. One method for each name of the grammar."""

    def __init__(self, reading: _Reading) -> None:
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

    def _date(self, token: Token) -> date:
        year, month, day = (int(part) for part in str(token)[:10].split("-"))
        try:
            return date(year, month, day)
        except ValueError:
            if 1 <= month <= 12:
                following = date(year + month // 12, month % 12 + 1, 1)
                length = (following - date(year, month, 1)).days
                why = f"{_MONTHS[month - 1]} {year} has {length} days"
            else:
                why = f"there is no month {month}"
            self._report("no-such-day", f"`{str(token)[:10]}` is not a day", token, why)
            return date(1900, 1, 1)

    def _moment(self, token: Token) -> ast.Moment:
        parts = str(token).split(" ")
        time, label = (parts[1], parts[2]) if len(parts) == 3 else ("", "")
        if time and not (int(time[:2]) < 24 and int(time[3:]) < 60):
            self._report("no-such-time", f"`{time}` is not a time of day", token, "hours run from 00 to 23")
            time = "00:00"
        return ast.Moment(self._date(token), time, label, self._span(token))

    def _number(self, token: Token) -> Decimal:
        return Decimal(str(token).replace(" ", ""))

    def _integer(self, token: Token) -> int:
        number = self._number(token)
        if number != int(number) or len(str(token)) > 9:
            self._report("bad-number", f"`{token}` is not a whole number that fits here", token)
            return 1
        return int(number)

    def _code(self, token: Token) -> commodity.Code:
        code = commodity.read_code(str(token))
        if code is None:
            self._report("bad-code", f"`{token}` is not a code of its scheme", token,
                         "an even number of digits, no more than the scheme has")
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
        instrument = next((str(t) for t in items if isinstance(t, Token) and t.type == "DOTTED"), "")
        pinpoint = next((str(t) for t in items if isinstance(t, Token) and t.type == "PINPOINT"), "")
        return ast.Ref(instrument, pinpoint, _first(items, date), self._span(meta))

    def pin(self, items: list[Token]) -> date:
        return self._date(items[0])

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
        return ast.CodeRange(codes[0], codes[1] if len(codes) > 1 else None,
                             " to ".join(str(t) for t in items), self._span(meta))

    @v_args(meta=True)
    def duration(self, meta: Meta, items: list[Any]) -> ast.Duration:
        tokens = [t for t in items if isinstance(t, Token)]
        return ast.Duration(self._integer(tokens[0]), str(tokens[1]), "business" in items, self._span(meta))

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
    def duration_ago(self, meta: Meta, items: list[Any]) -> ast.Shifted:
        duration, direction, path = items
        return ast.Shifted(duration, direction, path, self._span(meta))

    def direction(self, items: list[Token]) -> str:
        return str(items[0])

    @v_args(meta=True)
    def call(self, meta: Meta, items: list[Any]) -> ast.Call:
        return ast.Call(str(items[0])[:-1], items[1], self._span(meta))

    def plain_term(self, items: list[Token]) -> ast.Word:
        return self._word(items[0])

    @v_args(meta=True)
    def sum(self, meta: Meta, items: list[Any]) -> ast.Sum:
        return ast.Sum(ast.Path(tuple(str(items[0]).split(".")), self._span(items[0])), str(items[1]),
                       items[2], items[3], self._span(meta))

    @v_args(meta=True)
    def lookup(self, meta: Meta, items: list[Any]) -> ast.Lookup:
        return ast.Lookup(str(items[0]), items[1], items[2], items[3] if len(items) > 3 else None, self._span(meta))

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
        term, mode, comparator, value, of = items
        return ast.IsOwned(self._word(term), self._word(mode), comparator, value, self._word(of))

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
        thing = ast.Proper(str(token), self._span(token)) if token.type == "PROPER" else self._word(token)
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
        quantity = ast.Quantity(self._number(items[0]), str(items[1]), f"{items[0]} {items[1]}", self._span(items[0]))
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
        if month not in _MONTHS:
            self._report("bad-month", f"`{month}` is not a month", items[1], did_you_mean(month, _MONTHS))
        return ast.Due("yearly", day=self._integer(items[0]), month=month)

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
        return tuple(ast.Cell(None if isinstance(i, ast.IsUnknown) else i, getattr(i, "span", ast.NOWHERE)) for i in items)

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
        return ast.Block(str(kind), ref, str(title)[1:-1] if title is not None else "",
                         _texts(items, ast.Slot), self._span(meta), self._span(kind).to(end))


def _slot(word: str, **parts: Callable[[_Build, list[Any]], Any]) -> Callable[..., ast.Slot]:
    def build(self: _Build, meta: Meta, items: list[Any]) -> ast.Slot:
        made = {name: part(self, items) for name, part in parts.items()}
        return ast.Slot(word, span=self._span(meta), **made)  # pyright: ignore[reportPrivateUsage]

    return v_args(meta=True)(build)


def _of(kind: type[Any]) -> Callable[[_Build, list[Any]], Any]:
    return lambda _, items: _first(items, kind)


def _tuple(index: int) -> Callable[[_Build, list[Any]], Any]:
    return lambda _, items: items[index] if len(items) > index else ()


def _tokens_of(kind: str) -> Callable[[_Build, list[Any]], Any]:
    def words(build: _Build, items: list[Any]) -> Any:
        found = [t for t in items if isinstance(t, Token) and t.type == kind]
        if kind == "STRING":
            return tuple(ast.Text(str(t)[1:-1], build._span(t)) for t in found)  # pyright: ignore[reportPrivateUsage]
        return tuple(ast.Word(str(t), build._span(t)) for t in found)  # pyright: ignore[reportPrivateUsage]

    return words


def _day(build: _Build, items: list[Any]) -> Any:
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
    "rank": _slot("rank", names=_tokens_of("NAME")),
    "reading": _slot("reading", names=_tokens_of("NAME"), flag=lambda _, i: True in i, texts=_tokens_of("STRING")),
    "checked": _slot("checked", names=_tokens_of("NAME"), day=_day, texts=_tokens_of("STRING")),
    "clock": _slot("clock", names=_tokens_of("ZONE")),
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
                  rows=lambda _, i: tuple(r for r in i if isinstance(r, tuple))),
    "conduct_of": _slot("conduct", conduct=_tuple(0)),
    "given": _slot("given", condition=_tuple(0)),
    "expect": _slot("expect", names=_tokens_of("NAME"), texts=lambda _, i: tuple(
        ast.Text(str(t)) for t in i if isinstance(t, Token) and t.type == "PROPER"), refs=lambda _, i: _first(i, tuple) or ()),
    "missing": _slot("missing", paths=_tuple(0)),
    "over": _slot("over", names=_tuple(0)),
}  # fmt: skip
for _name, _method in _SLOTS.items():
    setattr(_Build, _name, _method)


# -- parsing --------------------------------------------------------------------------------------------


def parse(source: Source, limits: Limits) -> tuple[list[ast.Block], list[Diagnostic]]:
    """The blocks of one file, and everything wrong with its text."""
    tokens, problems = _tokens(source)
    if len(tokens) > limits.tokens:
        return [], [*problems, Diagnostic("limit.tokens", f"the file has more than {limits.tokens} words", path=source.name)]
    deep = _too_deep(tokens, source, limits)
    if deep:
        return [], [*problems, deep]
    reading = _Reading(source.name, problems)
    if not any(p.severity == "error" for p in problems):
        try:
            return cast("list[ast.Block]", _run(tokens, "start", reading)), problems
        except UnexpectedInput:
            pass
    return _recover(tokens, source, reading), problems


def parse_condition(text: str) -> ast.Condition:
    """One condition, for tests and residuals. Raises lark's error where it is none."""
    source = Source("condition", text)
    tokens, problems = _tokens(source)
    return cast(ast.Condition, _run(tokens, "condition", _Reading("condition", problems)))


def _run(tokens: Sequence[Token], start: str, reading: _Reading) -> Any:
    parser = _grammar().parse_interactive("", start=start)
    before: Token | None = None
    for token in tokens:
        parser.feed_token(token)
        before = token
    eof = Token.new_borrow_pos("$END", "", before) if before else Token("$END", "")
    tree = parser.feed_token(eof)
    return _Build(reading).transform(tree)


def _opens(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token opens something that an `end` closes."""
    token = tokens[index]
    if token == "has" or token.type == "HAS":
        return True
    if token != "of" or index + 1 >= len(tokens):
        return False
    return tokens[index + 1].type in ("LABEL", "DASH") and _is_group_head(tokens, index)


def _is_group_head(tokens: Sequence[Token], of: int) -> bool:
    before = [str(t) for t in tokens[max(0, of - 3) : of]]
    return bool(before) and (before[-1] in ("any", "all", "none") or before[:2] == ["at", "least"])


def _too_deep(tokens: Sequence[Token], source: Source, limits: Limits) -> Diagnostic | None:
    depth = 0
    for index, token in enumerate(tokens):
        if _opens(tokens, index):
            depth += 1
            if depth > limits.nesting:
                return Diagnostic("limit.nesting", f"groups are nested deeper than {limits.nesting}",
                                  _span(source, token), help="name the inner part as a definition")
        elif token == "end" and (index == 0 or tokens[index - 1] != "no"):
            depth = max(0, depth - 1)
    return None


def _span(source: Source, token: Token) -> Span:
    return Span(source.name, cast(int, token.start_pos), cast(int, token.end_pos))


# -- recovery -------------------------------------------------------------------------------------------
#
# Block words and slot words stand at the head of their line and nowhere else (a test of the
# grammar keeps it so). Each piece between two of them is parsed for itself.


@dataclass(slots=True)
class _Piece:
    tokens: list[Token]
    word: str


class _Recovery:
    def __init__(self, source: Source, reading: _Reading) -> None:
        self.source = source
        self.reading = reading

    def report(self, code: str, message: str, token: Token, label: str = "", help: str = "") -> None:
        self.reading.problems.append(Diagnostic(code, message, _span(self.source, token), label, help))

    def line(self, token: Token) -> int:
        return self.source.place(cast(int, token.start_pos))[0]

    def column(self, token: Token) -> int:
        return self.source.place(cast(int, token.start_pos))[1]

    def heads_line(self, token: Token) -> bool:
        line, column = self.source.place(cast(int, token.start_pos))
        return not self.source.line(line)[: column - 1].strip()

    def blocks(self, tokens: list[Token]) -> list[ast.Block]:
        starts = [i for i, t in enumerate(tokens) if t in BLOCK_WORDS and self.heads_line(t)]
        if not starts or starts[0] > 0:
            stray = tokens[: starts[0] if starts else len(tokens)]
            if stray:
                self.report("no-block", "a block must begin here", stray[0], help="a block begins with "
                            + ", ".join(BLOCK_WORDS) if str(stray[0]) not in WRITE_INSTEAD
                            else f"write `{WRITE_INSTEAD[str(stray[0])]}`")
        found: list[ast.Block] = []
        for number, start in enumerate(starts):
            stop = starts[number + 1] if number + 1 < len(starts) else len(tokens)
            block = self.block(tokens[start:stop])
            if block:
                found.append(block)
        return found

    def block(self, tokens: list[Token]) -> ast.Block | None:
        try:
            whole = _run(tokens, "start", self.reading)
            return cast("list[ast.Block]", whole)[0]
        except UnexpectedInput:
            pass
        cuts = [
            i for i, t in enumerate(tokens)
            if i > 0 and t in FIRST_WORDS and self.heads_line(t)
            and (t != "in" or (i + 1 < len(tokens) and tokens[i + 1] == "force"))
        ]  # fmt: skip
        head = tokens[: cuts[0] if cuts else len(tokens)]
        damaged: set[str] = set()
        slots: list[ast.Slot] = []
        for number, cut in enumerate(cuts):
            last = number + 1 == len(cuts)
            piece = tokens[cut : len(tokens) if last else cuts[number + 1]]
            slot = self.piece(piece, tokens[0], last)
            if slot:
                slots.append(slot)
            else:
                damaged.add(_slot_word(piece))
        shell = self.head(head, closed=not cuts)
        if shell is None:
            return None
        return replace(shell, slots=tuple(slots), damaged=frozenset(damaged) or frozenset({"?"}))

    def head(self, tokens: list[Token], closed: bool) -> ast.Block | None:
        body = tokens[:-1] if tokens[-1] == "end" else tokens
        end = Token.new_borrow_pos("END", "end", body[-1])
        try:
            return cast("list[ast.Block]", _run([*body, end], "start", self.reading))[0]
        except UnexpectedToken as error:
            self.explain(body, error)
        # keep what names the block, so that references to it are not reported as well
        for keep in (3, 2, 1):
            try:
                return cast("list[ast.Block]", _run([*body[:keep], end], "start", self.reading))[0]
            except UnexpectedInput:
                continue
        return None

    def piece(self, tokens: list[Token], opener: Token, last: bool) -> ast.Slot | None:
        """One slot, with the block's `end` where it is the last; None if it could not be read."""
        stack: list[Token] = []
        closing: Token | None = None
        for index, token in enumerate(tokens):
            if _opens(tokens, index):
                stack.append(token)
            elif token == "end" and tokens[index - 1] != "no":
                if stack:
                    stack.pop()
                elif closing is None:
                    closing = token
                    rest = tokens[index + 1 :]
                    if rest or not last:
                        self.after_end(rest, token, last)
                    tokens = tokens[:index]
                    break
        if stack:
            final = next((t for t in reversed(tokens) if t == "end"), None)
            if last and final is not None and self.column(final) <= self.column(opener) and closing is None:
                tokens = list(tokens)
            elif last and closing is None:
                self.report("unclosed-block", f"the {opener} of line {self.line(opener)} is not closed",
                            opener, help="close it with `end`")
            group = stack[-1]
            self.report("unclosed-group", f"the group of line {self.line(group)} is not closed", group,
                        "opened here", "close it with `end` under the word that opened it")
            tokens = [*tokens, *(Token.new_borrow_pos("END", "end", tokens[-1]) for _ in stack)]
        elif last and closing is None:
            self.report("unclosed-block", f"the {opener} of line {self.line(opener)} is not closed",
                        opener, help="close it with `end` after its last slot")
        return self.slot(tokens)

    def after_end(self, rest: list[Token], end: Token, last: bool) -> None:
        if rest:
            first = rest[0]
            self.report("extra-end" if first == "end" else "after-end",
                        f"the block was closed at line {self.line(end)}", first,
                        "nothing may follow but a new block", "delete it, or the `end` before it")
        elif not last:
            self.report("extra-end", "this `end` closes the block before its last slot", end,
                        help="delete it")

    def slot(self, tokens: list[Token]) -> ast.Slot | None:
        """The slot of these tokens; lines that cannot be read are reported and left out."""
        pieces = list(tokens)
        sound = True
        for _ in range(20):
            try:
                slot = cast(ast.Slot, _run(pieces, "slot", self.reading))
                return slot if sound else None
            except UnexpectedToken as error:
                sound = False
                culprit = self.explain(pieces, error)
                line = self.line(culprit)
                kept = [t for t in pieces if self.line(t) != line]
                dropped = [i for i, t in enumerate(pieces) if self.line(t) == line]
                unbalanced = any(_opens(pieces, i) or pieces[i] == "end" for i in dropped)
                if unbalanced or not kept or kept[0] is not pieces[0] or len(kept) == len(pieces):
                    return None
                if kept[-1] in ("and", ","):
                    kept = kept[:-1]
                pieces = kept
        return None

    def explain(self, tokens: list[Token], error: UnexpectedToken) -> Token:
        """Say in the reader's words why the text cannot go on; answer the token that is at fault."""
        token = cast(Token, error.token)
        expected = set(error.accepts or error.expected or ())
        if token.type == "$END":
            at = tokens[-1]
            if "END" in expected and len(tokens) > 2:
                self.report("unclosed-group", "the group is not closed", at, "an `end` is missing after this")
            elif {"UNTIL", "THROUGH"} & expected or (self.first(tokens) == "in" and "COMMA" in expected):
                self.report("no-end-said", "the slot does not say when it ends", at,
                            help="add `, no end stated`, `until D` or `through D`")
            else:
                self.report("incomplete", f"`{self.first(tokens)}` is not complete", at,
                            "something is missing after this", _wanted(expected))
            return at
        text = str(token)
        before = self.previous(tokens, token)
        if token.type == "COMMA":
            self.report("stray-comma", "no comma can stand here", token, help="one element a line, joined by `and`")
        elif self.first(tokens) == "in" and ({"UNTIL", "THROUGH", "COMMA"} & expected) and before is not None \
                and before.type in ("DATE", "INSTANT"):
            if token.type == "NUMBER" or token.type == "PROPER":
                self.report("no-zone-label", "a clock time needs two digits, a colon, two digits and its label", token,
                            help="as in 2024-02-21 00:01 EST")
            else:
                self.report("no-end-said", "the slot does not say when it ends", before,
                            help="add `, no end stated`, `until D` or `through D`")
                return before
        elif token.type == "LABEL" and before is not None and before.type == "PINPOINT":
            self.report("blank-in-pinpoint", "no blank may stand inside a pinpoint", token,
                        help=f"write `{before}{text}`")
        elif token.type in ("NAME", "PROPER", "DOTTED") and self.heads_line(token) and token.type == "NAME":
            hint = WRITE_INSTEAD.get(text)
            known = did_you_mean(text, [w.split()[0] for w in ORDER])
            self.report("not-a-slot", f"`{text}` is not a slot word, and the line before it is complete", token,
                        "a slot word must stand here", f"write `{hint}`" if hint else known)
        elif "LABEL" in expected and "DASH" in expected and len(expected) <= 4:
            self.report("no-label", "each member of a group begins with its label or `-`", token, help="write `- ` before it")
        elif text in WRITE_INSTEAD:
            self.report("not-a-word", f"`{text}` cannot stand here", token, help=f"write `{WRITE_INSTEAD[text]}`")
        elif {"IS", "FALLS", "INCLUDES"} & expected:
            self.report("no-verb", f"`{text}` cannot follow `{before}`", token, "a verb is expected",
                        did_you_mean(text, ["is", "falls", "includes"]) or "write `is`, `includes` or `falls under`")
        else:
            self.report("unexpected", f"`{text}` cannot stand here", token, help=_wanted(expected, text))
        return token

    def first(self, tokens: list[Token]) -> str:
        return str(tokens[0])

    def previous(self, tokens: list[Token], token: Token) -> Token | None:
        for index, candidate in enumerate(tokens):
            if candidate is token:
                return tokens[index - 1] if index else None
        return None


def _slot_word(tokens: Sequence[Token]) -> str:
    words = [str(t) for t in tokens[:3]]
    return next((w for w in ORDER if w.split() == words[: len(w.split())]), words[0])


_PLAIN: Final = {
    "NAME": "a name", "DOTTED": "a fact or a reference", "PROPER": "a word with a capital", "STRING": "a quoted text",
    "DATE": "a day", "INSTANT": "a time", "NUMBER": "a number", "PINPOINT": "a pinpoint", "LABEL": "a label",
    "HSCODE": "a code with its scheme", "COMMA": "`,`", "DASH": "`-`", "CALL": "a term", "ZONE": "a zone",
    "VBAR": "`|`",
}  # fmt: skip


def _wanted(expected: set[str], found: str = "") -> str:
    names = [_PLAIN.get(e) or f"`{e.lower()}`" for e in sorted(expected) if not e.startswith("$")]
    if found:
        near = did_you_mean(found, [e.lower() for e in expected])
        if near:
            return near
    if not names or len(names) > 6:
        return ""
    return "expected " + ", ".join(names[:-1]) + (" or " if len(names) > 1 else "") + names[-1]


def _recover(tokens: list[Token], source: Source, reading: _Reading) -> list[ast.Block]:
    found = _Recovery(source, reading).blocks(tokens)
    if not any(p.severity == "error" for p in reading.problems) and tokens:
        reading.problems.append(Diagnostic("unreadable", "the file cannot be read from here", _span(source, tokens[0])))
    return found
