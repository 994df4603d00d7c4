"""Rule text to syntax tree, with every mistake of the text found in one run.

A sound file is parsed whole by one LALR(1) grammar. After a mistake the tokens are cut at the
words that open blocks and slots, which occur nowhere else, and each piece is parsed for
itself: recovery needs no guessing, and what is sound still reaches the later passes.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final, cast

from lark import Lark, Token, v_args  # pyright: ignore[reportUnknownVariableType]
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.lexer import LexerThread
from lark.tree import Meta
from lark.visitors import Transformer_NonRecursive

from sanctions_rules import codes as commodity
from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.grammar import grammar_text
from sanctions_rules.language.slots import BLOCK_WORDS, FIRST_WORDS, ORDER, WRITE_INSTEAD
from sanctions_rules.limits import DEFAULT as LIMITS
from sanctions_rules.limits import Limits
from sanctions_rules.source import Source, Span

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
    return frozenset(
        t.pattern.value
        for t in _grammar().terminals
        if t.pattern.type == "str" and t.pattern.value[0].isalpha()
    )


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
        return None, [
            Diagnostic(
                "limit.file-bytes", f"the file has more than {limits.file_bytes} bytes", path=name
            )
        ]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [
            Diagnostic(
                "encoding",
                f"the file is not UTF-8 text: a byte of line {line} cannot be read",
                path=name,
                help="save it as UTF-8",
            )
        ]
    source = Source(name, text)
    nul = text.find("\0")
    if nul >= 0:
        problems.append(
            Diagnostic(
                "encoding",
                "the file holds a NUL character",
                Span(name, nul, nul + 1),
                "not text",
                "save it as UTF-8",
            )
        )
        return source, problems
    if text.count("\n") + 1 > limits.lines:
        return None, [
            Diagnostic("limit.lines", f"the file has more than {limits.lines} lines", path=name)
        ]
    start = 0
    for line in text.split("\n"):
        if len(line) > limits.columns:
            problems.append(
                Diagnostic(
                    "limit.columns",
                    f"the line is longer than {limits.columns} characters",
                    Span(name, start, start + 1),
                    help="break it: white space has no meaning",
                )
            )
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

    def report(
        code: str,
        message: str,
        start: int,
        end: int,
        label: str = "",
        help: str = "",
        severity: str = "error",
    ) -> None:
        problems.append(
            Diagnostic(code, message, Span(source.name, start, end), label, help, severity=severity)
        )

    at = 0
    while match := _SUSPECT.search(text, at):
        start, at = match.span()
        found = match[0]
        if match["string"]:
            closed = min((n for n in map(found.find, "”»") if n > 0), default=0)
            if closed and not any(mark in found[:closed] for mark in _OPENING):
                at = start + closed + 1
                report(
                    "smart-quote",
                    "the quotation marks are not the same",
                    start,
                    at,
                    help='write " at both ends',
                    severity="warning",
                )
                put(at - 1, at, '"')
        elif match["typographic"]:
            report(
                "smart-quote",
                "typographic quotation marks",
                start,
                at,
                help='write " at both ends',
                severity="warning",
            )
            put(start, at, f'"{found[1:-1]}"')
        elif match["blanks"]:
            report(
                "no-break-space",
                "a blank that is not a plain one",
                start,
                at,
                help="write a plain blank",
                severity="warning",
            )
            put(start, at, " " * len(found))
        elif match["word"] and all(c.isascii() or c in _LOOK_ALIKES for c in found):
            plain = "".join(_LOOK_ALIKES.get(c, c) for c in found)
            foreign = next(c for c in found if not c.isascii())
            report(
                "look-alike",
                f"`{foreign}` (U+{ord(foreign):04X}) only looks like a Latin letter",
                start,
                at,
                "names use a to z",
                f"write `{plain}` in Latin letters",
            )
            put(start, at, plain)
    text = "".join((*made, text[position:]))
    told = -1  # the line of which it was said last that it changes direction
    for match in _CONTROL.finditer(text):
        if re.match(f"[{_BIDI}]", match[0]):
            line = source.place(match.start())[0]
            if line == told:
                continue
            told = line
            report(
                "bidi-control",
                "a character that changes the direction of text",
                *match.span(),
                "not allowed in rule text",
                "delete it: the text may read otherwise than it runs",
            )
        else:
            report(
                "control-character",
                f"a character that cannot be seen: U+{ord(match[0]):04X}",
                *match.span(),
                "not allowed in rule text",
                "delete it",
            )
    return _CONTROL.sub(lambda m: " " * len(m[0]), text), problems


def _tokens(source: Source) -> tuple[list[Token], list[Diagnostic]]:
    """All tokens of a file. What is no token of the language is one of type STRAY."""
    text, problems = _clean(source)
    found: list[Token] = []
    lexer = cast(Any, _grammar().parser).lexer
    thread = cast(Any, LexerThread).from_text(lexer, text)
    for token in cast("Iterator[Token]", thread.lex(None)):
        if token.type == "OPEN_STRING":
            problems.append(
                Diagnostic(
                    "open-string",
                    "the quotation is not closed on its line",
                    Span(source.name, cast(int, token.start_pos), cast(int, token.end_pos)),
                    'a closing " is missing',
                )
            )
            token = Token.new_borrow_pos("STRING", token.rstrip() + '"', token)
        found.append(token)
    return found, problems


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A word of the language: its terminal in the grammar, its text, and its place in the file."""

    kind: str
    text: str
    start: int
    end: int


def lexemes(source: Source) -> list[Lexeme]:
    """Every word of a text whose mistakes were reported; what lies between is blanks and comments."""
    return [
        Lexeme(t.type, str(t), cast(int, t.start_pos), cast(int, t.end_pos))
        for t in _tokens(source)[0]
    ]


# -- tree building -------------------------------------------------------------------------------

#: Law and facts lie within these years; the facts say the same.
_YEARS: Final = (1900, 2200)
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

    def _day(self, token: Token) -> date | None:
        """The day of a date or an instant; None, and a report, where the calendar has none."""
        text = str(token)[:10]
        year, month, day = (int(part) for part in text.split("-"))
        if not _YEARS[0] <= year <= _YEARS[1]:
            why = f"years run from {_YEARS[0]} to {_YEARS[1]}"
        elif not 1 <= month <= 12:
            why = f"there is no month {month}"
        elif not 1 <= day <= (length := monthrange(year, month)[1]):
            why = f"{_MONTHS[month - 1]} {year} has {length} days"
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
        if month not in _MONTHS:
            self._report(
                "bad-month", f"`{month}` is not a month", items[1], did_you_mean(month, _MONTHS)
            )
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


def _slot(word: str, **parts: Callable[[_Build, list[Any]], Any]) -> Callable[..., ast.Slot]:
    def build(self: _Build, meta: Meta, items: list[Any]) -> ast.Slot:
        made = {name: part(self, items) for name, part in parts.items()}
        return ast.Slot(word, span=self._span(meta), **made)  # pyright: ignore[reportPrivateUsage]

    return cast("Callable[..., ast.Slot]", v_args(meta=True)(build))


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
    setattr(_Build, _name, _method)


# -- parsing -------------------------------------------------------------------------------------

#: Problems of a literal: the slot is read, and what it says is not to be relied on.
_LITERAL: Final = frozenset(
    {
        "no-such-day",
        "no-such-time",
        "bad-number",
        "bad-code",
        "bad-month",
        "limit.digits",
        "reserved",
    }
)


def parse(source: Source, limits: Limits) -> tuple[list[ast.Block], list[Diagnostic]]:
    """The blocks of one file, and everything wrong with its text."""
    tokens, problems = _tokens(source)
    if len(tokens) > limits.tokens:
        return [], [
            *problems,
            Diagnostic(
                "limit.tokens", f"the file has more than {limits.tokens} words", path=source.name
            ),
        ]
    deep = _too_deep(tokens, source, limits)
    if deep:
        return [], [*problems, deep]
    if not tokens:
        problems.append(
            Diagnostic(
                "empty-file", "the file holds no block", path=source.name, severity="warning"
            )
        )
    reading = _Reading(source.name, problems)
    try:
        blocks = cast("list[ast.Block]", _run(tokens, "start", reading))
    except UnexpectedInput:
        blocks = _Recovery(source, reading, tokens).blocks(tokens)
        if not any(p.severity == "error" for p in problems):
            problems.append(
                Diagnostic(
                    "unreadable", "the file cannot be read from here", _span(source, tokens[0])
                )
            )
    return _marked(blocks, [p.span for p in problems if p.code in _LITERAL and p.span]), problems


def _marked(blocks: list[ast.Block], spans: list[Span]) -> list[ast.Block]:
    """The blocks, each with the words of the slots that hold one of these places."""
    if not spans:
        return blocks

    def holds(node: ast.Block | ast.Slot) -> bool:
        return any(node.span.start <= span.start < node.span.end for span in spans)

    return [
        replace(b, damaged=b.damaged | {s.word for s in b.slots if holds(s)}) if holds(b) else b
        for b in blocks
    ]


def parse_condition(text: str) -> ast.Condition:
    """One condition, for tests and residuals. Raises lark's error where it is none."""
    source = Source("condition", text)
    tokens, problems = _tokens(source)
    return cast(ast.Condition, _run(tokens, "condition", _Reading("condition", problems)))


def _parser(start: str) -> Any:
    return cast(Any, _grammar()).parse_interactive("", start=start)


def _fed(tokens: Sequence[Token], start: str) -> tuple[int, Any]:
    """How many tokens can be read, one more for the end itself, and then lark's tree."""
    parser = _parser(start)
    index = 0
    try:
        for token in tokens:
            parser.feed_token(token)
            index += 1
        eof = Token.new_borrow_pos("$END", "", tokens[-1]) if tokens else Token("$END", "")
        return index + 1, parser.feed_token(eof)
    except UnexpectedToken:
        return index, None


def _accepts(tokens: Sequence[Token], start: str) -> frozenset[str]:
    """The types of what may follow these tokens."""
    parser = _parser(start)
    try:
        for token in tokens:
            parser.feed_token(token)
    except UnexpectedToken:
        return frozenset()
    return frozenset(cast("set[str]", parser.accepts()))


def _run(tokens: Sequence[Token], start: str, reading: _Reading) -> Any:
    index, tree = _fed(tokens, start)
    if tree is None:
        raise UnexpectedToken(
            tokens[index] if index < len(tokens) else Token("$END", ""), set[str]()
        )
    return _Build(reading).transform(tree)


def _opens(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token opens something that an `end` closes."""
    token = tokens[index]
    if token.type == "HAS":
        return True
    if token.type != "OF" or not index:
        return False
    before = [t.type for t in tokens[max(0, index - 4) : index]]
    if before[-1] in ("ANY", "ALL", "NONE"):
        return before[-2:-1] not in (["IS"], ["IMPOSE"]) and before[-3:-1] != ["IS", "NOT"]
    return before[-3:] == ["AT", "LEAST", "NUMBER"] and before[:-3] != ["IS"]


def _closes(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token is an `end` that closes something: not that of `no end stated`."""
    if tokens[index].type != "END":
        return False
    stated = index + 1 < len(tokens) and tokens[index + 1].type == "STATED"
    before = tokens[index - 1] if index else None
    misused = (
        before is not None
        and before.line == tokens[index].line
        and before.type in ("IS", "NOT", "INCLUDES", "COMMA", "JUDGED")
    )
    said = (
        index > 1 and tokens[index - 1].type == "NO" and tokens[index - 2].type in ("COMMA", "VBAR")
    )
    return not stated and not misused and not said


def _too_deep(tokens: Sequence[Token], source: Source, limits: Limits) -> Diagnostic | None:
    depth = 0
    for index, token in enumerate(tokens):
        if _opens(tokens, index):
            depth += 1
            if depth > limits.nesting:
                return Diagnostic(
                    "limit.nesting",
                    f"groups are nested deeper than {limits.nesting}",
                    _span(source, token),
                    help="name the inner part as a definition",
                )
        elif _closes(tokens, index):
            depth = max(0, depth - 1)
    return None


def _span(source: Source, token: Token) -> Span:
    return Span(source.name, cast(int, token.start_pos), cast(int, token.end_pos))


# -- recovery ------------------------------------------------------------------------------------
#
# Block words and slot words stand at the head of their line and nowhere else (a test of the
# grammar keeps it so). Each piece between two of them is parsed for itself. What the author meant
# is put in place of a mistake where it is plain, so that one mistake is one report; otherwise the
# line is left out. Layout, which means nothing in a sound text, tells where an `end` is missing.


def _key(word: str) -> str:
    return "SOURCE_ID" if word == "source-id" else word.upper()


def _words(text: str, at: Token) -> list[Token]:
    """Words of the language in the place of a token."""
    return [Token.new_borrow_pos(_key(word), word, at) for word in text.split()]


def _after(text: str, before: Token) -> list[Token]:
    """Words of the language put in after a token."""
    made = _words(text, before)
    for token in made:
        token.start_pos = before.end_pos
        token.column = before.end_column
        token.line = 0  # on no line of the text
    return made


def _joined(kind: str, text: str, tokens: Sequence[Token]) -> Token:
    """One token in the place of several."""
    token = Token.new_borrow_pos(kind, text, tokens[0])
    token.end_pos, token.end_column, token.end_line = (
        tokens[-1].end_pos,
        tokens[-1].end_column,
        tokens[-1].end_line,
    )
    return token


def _near(word: str, known: Iterable[str], least: float = 0.75) -> str:
    word = word.lower()
    alike = [k for k in known if k[:1] == word[:1] or _likeness(word, k) >= 0.85]
    found = difflib.get_close_matches(word, alike, n=1, cutoff=least)
    return found[0] if found else ""


_BLOCK_TYPES: Final = frozenset(_key(word) for word in BLOCK_WORDS)
_SLOT_TYPES: Final = frozenset(_key(word) for word in FIRST_WORDS)
_WORD_TYPES: Final = ("NAME", "PROPER")
_ELEMENT: Final = frozenset(
    {"NAME", "DOTTED", "CALL", "SUM", "THE", "ANY", "ALL", "NONE", "AT", "SOME", "EVERY", "NO"}
)
_BEFORE_ELEMENT: Final = frozenset(
    {"AND", "DASH", "LABEL", "HAS", "WHEN", "WITH", "WHERE", "THAT", "GIVEN"}
)
_VALUE: Final = frozenset(
    {"NAME", "DOTTED", "CALL", "PROPER", "STRING", "DATE", "INSTANT", "NUMBER", "SUM", "THE"}
)
#: What authors write for a verb or a comparison, by the word that cannot stand there.
_INSTEAD: Final = {
    "equals": "is", "equal": "is", "are": "is", "was": "is", "be": "is", "has": "includes",
    "contains": "includes", "contain": "includes", "include": "includes", "fall": "falls",
    "greater": "more", "larger": "more", "bigger": "more", "higher": "more", "smaller": "less", "fewer": "less", "lower": "less",
    "atleast": "at least", "atmost": "at most", "minimum": "at least", "maximum": "at most",
    "since": "on or after", "everything": "every", "all": "every", "either": "any of", "but": "and", "plus": "and",
}  # fmt: skip
_TIMES: Final = {">": "is after", "<": "is before", ">=": "is on or after", "<=": "is on or before"}
_CLOCK_TIME: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[ \tT]+(?P<time>[0-9]{1,2}[:.][0-9]{2}(?::[0-9]{2})?)"
    r"(?:[ \t]*(?P<label>[A-Z]{2,5}\b|[A-Z][a-z]+/[A-Za-z_]+|[+-][0-9]{2}:?[0-9]{2}|Z\b))?"
)
_PINPOINT: Final = re.compile(
    r"(?P<word>§|Art|reg|para|Sch|Annex|FAQ)(?:\.|\b|(?<=§))[ \t]*(?P<number>[0-9A-Z][0-9A-Za-z.]*)(?P<labels>(?:[ \t]*\([0-9A-Za-z]+\))*)"
    r"(?P<part>(?: Part [A-Z])?(?:[ \t]*/[0-9]+)?)"
)


@dataclass(slots=True)
class _Stop:
    """Where a piece could not be read on: its tokens, the place, and what may stand there."""

    tokens: list[Token]
    at: int
    accepts: frozenset[str]

    @property
    def token(self) -> Token:
        if self.at < len(self.tokens):
            return self.tokens[self.at]
        return Token.new_borrow_pos("$END", "", self.before)

    @property
    def before(self) -> Token:
        return self.tokens[self.at - 1]

    @property
    def keywords(self) -> list[str]:
        """The words of the language that may stand here."""
        return [a.lower() for a in sorted(self.accepts) if a.lower() in reserved_words()]

    def put(self, tokens: Iterable[Token], instead_of: int = 0) -> list[Token]:
        """The tokens with others put in here, in the place of so many."""
        return [*self.tokens[: self.at], *tokens, *self.tokens[self.at + instead_of :]]


class _Recovery:
    def __init__(self, source: Source, reading: _Reading, tokens: Sequence[Token]) -> None:
        self.source = source
        self.reading = reading
        self.line_heads: set[int] = set()
        self.rest: list[Token] = []  # what follows the slot just read and is a slot of its own
        self.cut_short: Token | None = None  # the last word of a file that ends inside a block
        self.nameless = False  # the name of the block could not be read
        self.unread = False  # a slot was left out, and nobody knows which
        self.guessed: set[int] = set()  # places of blocks whose word was only guessed
        line = 0
        for token in tokens:
            if token.line != line:
                line = cast(int, token.line)
                self.line_heads.add(cast(int, token.start_pos))

    def report(
        self,
        code: str,
        message: str,
        token: Token | Sequence[Token],
        label: str = "",
        help: str = "",
    ) -> None:
        span = (
            _span(self.source, token)
            if isinstance(token, Token)
            else _span(self.source, token[0]).to(_span(self.source, token[-1]))
        )
        self.reading.problems.append(Diagnostic(code, message, span, label, help))

    def heads(self, token: Token) -> bool:
        return token.start_pos in self.line_heads and token.type != "$END"

    # -- blocks ----------------------------------------------------------------------------------

    def blocks(self, tokens: list[Token]) -> list[ast.Block]:
        tokens = self.block_words(tokens)
        starts = [
            i for i, t in enumerate(tokens)
            if t.type in _BLOCK_TYPES and (self.heads(t) or i == 0 or _closes(tokens, i - 1))
        ]  # fmt: skip
        if not starts or starts[0] > 0:
            hint = WRITE_INSTEAD.get(str(tokens[0]), "")
            self.report(
                "no-block",
                "a block must begin here",
                tokens[0],
                help=f"write `{hint}`"
                if hint in BLOCK_WORDS
                else "a block begins with " + ", ".join(BLOCK_WORDS),
            )
        found: list[ast.Block] = []
        for number, start in enumerate(starts):
            last = number + 1 == len(starts)
            block = self.block(tokens[start : len(tokens) if last else starts[number + 1]], last)
            if block:
                found.append(block)
        return found

    def block_words(self, tokens: list[Token]) -> list[Token]:
        """Misspelt block words put right: what heads a line at the margin and is followed by a name."""
        margin = min(
            (cast(int, t.column) for t in tokens if t.type in _BLOCK_TYPES and self.heads(t)),
            default=1,
        )
        made: list[Token] = []
        for index, token in enumerate(tokens):
            follows = tokens[index + 1].type if index + 1 < len(tokens) else ""
            if (
                token.type == "DOTTED"
                and self.heads(token)
                and cast(int, token.column) <= margin + 1
                and follows in ("STRING", "PINPOINT")
                and (not index or _closes(tokens, index - 1))
            ):
                self.report(
                    "no-block",
                    "the word that begins the block is missing",
                    token,
                    help="a block begins with " + ", ".join(BLOCK_WORDS),
                )
                made += _words("instrument" if follows == "STRING" else "provision", token)
                self.guessed.add(cast(int, token.start_pos))
            elif (
                token.type in _WORD_TYPES
                and self.heads(token)
                and cast(int, token.column) <= margin
                and follows in ("DOTTED", "STRING")
            ):
                text = str(token).lower()
                right = text if text in BLOCK_WORDS else WRITE_INSTEAD.get(text, "")
                right = right if right in BLOCK_WORDS else _near(text, BLOCK_WORDS)
                if right or not index or _closes(tokens, index - 1):
                    self.report(
                        "not-a-block",
                        f"`{token}` is not a word that begins a block",
                        token,
                        help=f"write `{right}`"
                        if right
                        else "a block begins with " + ", ".join(BLOCK_WORDS),
                    )
                    token = _words(right or "provision", token)[0]
                    if not right:
                        self.guessed.add(cast(int, token.start_pos))
            made.append(token)
        return made

    def block(self, tokens: list[Token], last: bool) -> ast.Block | None:
        _, tree = _fed(tokens, "start")
        if tree is not None:
            block = cast("list[ast.Block]", _Build(self.reading).transform(tree))[0]
            return (
                replace(block, damaged=frozenset({"?"}))
                if tokens[0].start_pos in self.guessed
                else block
            )
        tokens = self.with_of(tokens)
        self.rest, self.nameless, self.unread = [], False, False
        pieces = self.closed(self.cut(tokens), tokens[0], last)
        shell = self.head(pieces[0])
        queue = ([self.rest] if self.rest else []) + pieces[1:]
        unsure = (
            (shell.ref is None and self.nameless)
            or self.unread
            or tokens[0].start_pos in self.guessed
        )
        damaged: set[str] = {"?"} if unsure else set()
        slots: list[ast.Slot] = []
        while queue:
            piece = queue.pop(0)
            self.rest, self.unread = [], False
            slot = self.slot(piece)
            if slot is None:
                damaged.add(_slot_word(piece))
            else:
                slots.append(slot)
            if self.unread:
                damaged.add("?")
            if self.rest:
                queue.insert(0, self.rest)
        self.cut_short = None
        return replace(shell, slots=tuple(slots), damaged=frozenset(damaged))

    def with_of(self, tokens: list[Token]) -> list[Token]:
        """`any of`, where only one of the two words stands before the members."""
        made: list[Token] = []
        for index, token in enumerate(tokens):
            before = tokens[index - 1].type if index else ""
            following = tokens[index + 1].type if index + 1 < len(tokens) else ""
            if token.type == "OF" and following in ("LABEL", "DASH") and before in _BEFORE_ELEMENT:
                self.report(
                    "no-of",
                    "a word is missing before `of`",
                    token,
                    help="write `any of`, `all of` or `none of`",
                )
                made += _after("any", made[-1]) if made else []
            made.append(token)
            if (
                token.type in ("ANY", "ALL", "NONE")
                and following in ("LABEL", "DASH")
                and before in _BEFORE_ELEMENT
            ):
                self.report(
                    "no-of", f"`of` is missing after `{token}`", token, help=f"write `{token} of`"
                )
                made += _after("of", token)
        return made

    def cut(self, tokens: list[Token]) -> list[list[Token]]:
        """The head of a block and its slots, each with what follows up to the next slot word."""
        pieces: list[list[Token]] = [[]]
        for index, token in enumerate(tokens):
            if (
                index
                and token.type in _SLOT_TYPES
                and self.heads(token)
                and not (
                    (
                        token.type == "IN"
                        and (index + 1 == len(tokens) or tokens[index + 1].type != "FORCE")
                    )
                    or (token.type == "WHEN" and tokens[index - 1].type == "MET")
                    or (token.type == "WITH" and pieces[-1][0].type == "PENALISES")
                )
            ):
                pieces.append([])
            pieces[-1].append(token)
        return pieces

    # -- what `end` closes -----------------------------------------------------------------------

    def closed(self, pieces: list[list[Token]], opener: Token, last: bool) -> list[list[Token]]:
        """The pieces of a block, each group with its `end`, without the `end` of the block itself."""
        made: list[list[Token]] = []
        early: list[tuple[int, Token]] = []
        for number, piece in enumerate(pieces):
            final = number + 1 == len(pieces)
            tokens, loose = self.grouped(piece, opener, final, last)
            if final:
                tokens = self.closing(tokens, loose, opener, early, last)
            else:
                early += [(number, t) for t in loose]
                apart = set(map(id, loose))
                tokens = [t for t in tokens if id(t) not in apart]
            made.append(tokens)
        for number, token in early:
            following = pieces[number + 1]
            if (
                self.at_margin(token, opener)
                and following[0].type == "CITES"
                and any(p[0].type == "CITES" for p in pieces[: number + 1])
            ):
                self.report(
                    "no-block",
                    "a block must begin here",
                    following[0],
                    f"the {opener} was closed at line {token.line}",
                    "a block begins with " + ", ".join(BLOCK_WORDS),
                )
                return made[: number + 1]
            self.report("extra-end", "this `end` closes nothing", token, help="delete it")
        return made

    def at_margin(self, end: Token, opener: Token) -> bool:
        return self.heads(end) and cast(int, end.column) <= cast(int, opener.column)

    def closing(
        self, tokens: list[Token], loose: list[Token], opener: Token, early: list[tuple[int, Token]], last: bool
    ) -> list[Token]:  # fmt: skip
        """The last piece without the block's `end`. What is wrong with that is reported."""
        apart = set(map(id, loose))
        places = [i for i, t in enumerate(tokens) if id(t) in apart]
        own = [i for i in places if self.at_margin(tokens[i], opener)] or places[-1:]
        if not own:
            before = next((t for _, t in early if self.at_margin(t, opener)), None)
            if before is not None:
                early[:] = [(n, t) for n, t in early if t is not before]
                self.report(
                    "after-end",
                    f"the {opener} was closed at line {before.line}",
                    tokens[0],
                    "only a new block may follow",
                    f"delete the `end` of line {before.line}, or begin a new block here",
                )
            elif last:
                self.cut_short = tokens[-1]
                self.unread = self.forget_open_string(tokens[-1])
                self.report(
                    "truncated",
                    f"the file ends inside the {opener} that begins at line {opener.line}",
                    tokens[-1],
                    "nothing follows this",
                    "close it with `end`, or restore what is missing",
                )
            else:
                self.report(
                    "unclosed-block",
                    f"the {opener} of line {opener.line} is not closed",
                    tokens[-1],
                    "an `end` is missing after this",
                )
            return tokens
        within = [t for t in tokens[own[0] : own[-1]] if t.type != "END"]
        end = own[-1] if within else own[0]
        for place in places:
            if place != end:
                self.report(
                    "extra-end", "this `end` closes nothing", tokens[place], help="delete it"
                )
        after = [t for t in tokens[end + 1 :] if id(t) not in apart]
        if after:
            self.report(
                "after-end",
                f"the {opener} was closed at line {tokens[end].line}",
                after[0],
                "only a new block may follow",
                f"delete the `end` of line {tokens[end].line}, or this",
            )
        return [t for t in tokens[:end] if id(t) not in apart]

    def forget_open_string(self, token: Token) -> bool:
        """Take back that a quotation is not closed, because the file ends in it."""
        kept = [
            p
            for p in self.reading.problems
            if not (p.code == "open-string" and p.span and p.span.end == token.end_pos)
        ]
        forgotten = len(kept) < len(self.reading.problems)
        self.reading.problems[:] = kept
        return forgotten

    def grouped(
        self, piece: list[Token], opener: Token, final: bool, last: bool
    ) -> tuple[list[Token], list[Token]]:
        """A piece in which each group has its `end`, and each `end` that closes no group."""
        stack: list[int] = []
        loose: list[Token] = []
        for index, token in enumerate(piece):
            if _opens(piece, index):
                stack.append(index)
            elif _closes(piece, index):
                if stack:
                    stack.pop()
                else:
                    loose.append(token)
        if not stack and len(loose) == (1 if final else 0):
            return piece, loose
        if self.laid_out(piece):
            return self.by_layout(piece, opener, final, last)
        made = list(piece)
        for index in reversed(stack):
            self.report(
                "unclosed-group",
                f"`{_group_words(piece, index)}` of line {piece[index].line} is not closed",
                piece[index],
                "opened here",
                "close it with `end`",
            )
            made += _after("end", piece[-1])
        return made, loose

    def laid_out(self, piece: list[Token]) -> bool:
        """Whether what stands in a group stands further in than the group: then columns can be trusted."""
        return all(
            cast(int, piece[i + 1].column) > cast(int, piece[_atom(piece, i)].column)
            for i in range(len(piece) - 1) if _opens(piece, i) and self.heads(piece[i + 1]) and not _closes(piece, i + 1)
        )  # fmt: skip

    def by_layout(
        self, piece: list[Token], opener: Token, final: bool, last: bool
    ) -> tuple[list[Token], list[Token]]:
        made: list[Token] = []
        loose: list[Token] = []
        stack: list[tuple[int, int]] = []  # column and index of each open group

        def close(limit: int) -> None:
            while stack and stack[-1][0] >= limit:
                _, index = stack.pop()
                if not (last and final and limit < 0):
                    self.report(
                        "unclosed-group",
                        f"`{_group_words(piece, index)}` of line {piece[index].line} is not closed",
                        made[-1],
                        "an `end` is missing after this",
                    )
                made.extend(_after("end", made[-1]))

        for index, token in enumerate(piece):
            column = cast(int, token.column)
            if _closes(piece, index):
                if not self.heads(token):
                    if stack:
                        stack.pop()
                    else:
                        loose.append(token)
                    made.append(token)
                    continue
                following = piece[index + 1] if index + 1 < len(piece) else None
                inside = (
                    following is not None
                    and self.heads(following)
                    and cast(int, following.column) > column
                )
                if any(c == column for c, _ in stack) and not inside:
                    close(column + 1)
                    stack.pop()
                    made.append(token)
                elif self.at_margin(token, opener):
                    close(0)
                    loose.append(token)
                    made.append(token)
                else:
                    self.report("extra-end", "this `end` closes nothing", token, help="delete it")
                continue
            if self.heads(token):
                close(column)
            if _opens(piece, index):
                stack.append((cast(int, piece[_atom(piece, index)].column), index))
            made.append(token)
        close(-1)
        return made, loose

    # -- the head --------------------------------------------------------------------------------

    def head(self, tokens: list[Token]) -> ast.Block:
        """What names the block. Where the name cannot be read, a block without one."""
        named = 1
        while named < len(tokens) and tokens[named].type in ("DOTTED", "PINPOINT", "STRING"):
            named += 1
        if named < len(tokens) and tokens[named].type in _SLOT_TYPES:
            self.rest, tokens = tokens[named:], tokens[:named]
        for _ in range(len(tokens) + 1):
            at, tree = _fed([*tokens, *_after("end", tokens[-1])], "start")
            if tree is not None:
                return cast("list[ast.Block]", _Build(self.reading).transform(tree))[0]
            stop = _Stop(tokens, at, _accepts(tokens[:at], "start"))
            mended = self.pinpoint(stop)
            if mended is not None:
                tokens = mended
                continue
            if at >= len(tokens):
                self.report(
                    "incomplete",
                    f"something is missing after `{tokens[-1]}`",
                    tokens[-1],
                    _wanted(stop.accepts),
                )
                tokens = tokens[:-1]
                continue
            token = stop.token
            if at > 1 and (self.heads(token) or token.type in _SLOT_TYPES):
                self.slot_word(_Stop(tokens, at, frozenset({"$END"})))
                tokens = tokens[:at]
                continue
            line = [t for t in tokens[at:] if t.line == token.line]
            string = next((t for t in line if t.type == "STRING"), None)
            later = tokens[at + len(line) :]
            if token.type in _BLOCK_TYPES:
                self.report(
                    "second-word", "one word begins a block", token, help=f"delete `{token}`"
                )
                tokens = [*tokens[:at], *tokens[at + 1 :]]
            elif at == 1 and "DOTTED" in stop.accepts and string is not None:
                self.report(
                    "bad-name",
                    f"`{token}` cannot begin the name of a block",
                    token,
                    help="a name is a regime, an instrument and a pinpoint, as in us.eo14068 §1(a)",
                )
                self.nameless = True
                tokens = [*tokens[:at], string, *later]
            elif any(t.type == "STRING" for t in tokens[:at]):
                self.report("second-title", "a block has one title", line)
                tokens = [*tokens[:at], *later]
            else:
                text = self.source.text[
                    cast(int, token.start_pos) : cast(int, line[-1].end_pos)
                ].replace('"', "")
                self.report(
                    "no-quotes",
                    "the title of a block stands in quotes",
                    line,
                    help=f'write "{text}"',
                )
                tokens = [*tokens[:at], _joined("STRING", f'"{text}"', line), *later]
        self.nameless = True
        return ast.Block(
            str(tokens[0]),
            None,
            "",
            (),
            _span(self.source, tokens[0]),
            _span(self.source, tokens[0]),
        )

    # -- slots -----------------------------------------------------------------------------------

    def slot(self, tokens: list[Token]) -> ast.Slot | None:
        """The slot of these tokens, mended where it is plain what was meant; None if it is lost."""
        rules = (
            self.hyphen, self.clock_time, self.pinpoint, self.stray, self.capitals, self.half, self.negation, self.keyword, self.comma,
            self.no_end, self.joining,
            self.slot_word, self.marker, self.verb, self.misspelt, self.reserved, self.incomplete, self.cannot_stand,
        )  # fmt: skip
        for _ in range(max(10, min(200, 400_000 // (len(tokens) + 1)))):
            at, tree = _fed(tokens, "slot")
            if tree is not None:
                return cast(ast.Slot, _Build(self.reading).transform(tree))
            if not at:
                return None
            stop = _Stop(tokens, at, _accepts(tokens[:at], "slot"))
            mended = next((m for rule in rules if (m := rule(stop)) is not None), None)
            if not mended or len(mended) < 2:
                return None
            tokens = mended
        return None

    def hyphen(self, stop: _Stop) -> list[Token] | None:
        """A name with a hyphen in it."""
        at = stop.at - 1 if stop.before.type == "DASH" and stop.at > 1 else stop.at
        if (
            at >= len(stop.tokens)
            or stop.tokens[at].type != "DASH"
            or stop.tokens[at - 1].type not in ("NAME", "DOTTED")
        ):
            return None
        whole = self.hyphened(stop.tokens, at - 1)
        if len(whole) < 3:
            return None
        text = "".join(whole)
        self.report(
            "hyphen", f"`{text}` is not a name", whole, help=f"write `{text.replace('-', '_')}`"
        )
        kind = "DOTTED" if "." in text else "NAME"
        return [
            *stop.tokens[: at - 1],
            _joined(kind, text.replace("-", "_"), whole),
            *stop.tokens[at - 1 + len(whole) :],
        ]

    def hyphened(self, tokens: Sequence[Token], at: int) -> list[Token]:
        """A word and what hangs on it by hyphens."""
        last = at
        while (
            last + 1 < len(tokens)
            and tokens[last + 1].start_pos == tokens[last].end_pos
            and (
                tokens[last + 1].type == "DASH"
                or (tokens[last].type == "DASH" and str(tokens[last + 1])[:1].isalnum())
            )
        ):
            last += 1
        return list(tokens[at : last + 1])

    def stray(self, stop: _Stop) -> list[Token] | None:
        """A character that no word of the language begins with."""
        token = stop.token
        if token.type != "STRAY":
            return None
        run = [token]
        for following in stop.tokens[stop.at + 1 :]:
            if following.type != "STRAY" or following.start_pos != run[-1].end_pos:
                break
            run.append(following)
        text = "".join(run)
        after = stop.tokens[stop.at + len(run)] if stop.at + len(run) < len(stop.tokens) else None
        glued = after is not None and after.start_pos == run[-1].end_pos
        operator = next((o for o in _OPERATORS if text.startswith(o)), "")
        if operator:
            run = run[: len(operator)]
            timed = after is not None and after.type in ("DATE", "INSTANT") and operator in _TIMES
            words = _TIMES[operator] if timed else _OPERATORS[operator]
            self.report(
                "symbol",
                f"`{operator}` is not a word of the language",
                run,
                help=f"write `{words}`",
            )
            return stop.put(
                _words(words, token) if _key(words.split()[0]) in stop.accepts else (), len(run)
            )
        if text == "%" and stop.before.type == "NUMBER":
            self.report("symbol", "`%` is not a word of the language", run, help="write `percent`")
            return stop.put([Token.new_borrow_pos("NAME", "percent", token)], 1)
        if text in "$€£" and after is not None and after.type == "NUMBER":
            currency = {"$": "USD", "€": "EUR", "£": "GBP"}[text]
            self.report(
                "symbol", f"`{text}` is not a currency", run, help=f"write `{currency} {after}`"
            )
            return stop.put([Token.new_borrow_pos("PROPER", currency, token)], 1)
        if text[0] in "'`" and (
            close := next(
                (
                    i
                    for i, t in enumerate(stop.tokens[stop.at + 1 :], stop.at + 1)
                    if t.type == "STRAY" and t == text[0] and t.line == token.line
                ),
                0,
            )
        ):
            whole = stop.tokens[stop.at : close + 1]
            inside = self.source.text[cast(int, token.end_pos) : cast(int, whole[-1].start_pos)]
            plain = re.fullmatch("[a-z][a-z0-9_]*", inside) is not None
            self.report(
                "symbol",
                "quotations stand in double quotes, and words in none",
                whole,
                help=f'write `{inside}`, or "{inside}" for a quotation'
                if plain
                else f'write "{inside}"',
            )
            return stop.put(
                [
                    _joined("NAME", inside, whole)
                    if plain
                    else _joined("STRING", f'"{inside}"', whole)
                ],
                len(whole),
            )
        if (
            text == "."
            and glued
            and after is not None
            and after.type == "PROPER"
            and stop.before.end_pos == token.start_pos
            and stop.before.type in ("NAME", "DOTTED")
        ):
            whole = stop.tokens[stop.at - 1 : stop.at + 2]
            name = "".join(whole)
            self.report(
                "capitals",
                f"`{name}` is not a name: names are in small letters",
                whole,
                help=f"write `{name.lower()}`",
            )
            return [
                *stop.tokens[: stop.at - 1],
                _joined("DOTTED", name.lower(), whole),
                *stop.tokens[stop.at + 2 :],
            ]
        if not text[0].isascii() and text[0].isalpha():
            whole = self.glued(stop.tokens, stop.at)
            start = next(i for i, t in enumerate(stop.tokens) if t is whole[0])
            word = "".join(whole)
            plain = "".join(
                c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)
            )
            usable = re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", plain) is not None
            self.report(
                "letter",
                f"`{text[0]}` (U+{ord(text[0]):04X}) is not a letter that names are written with",
                whole,
                "names use a to z",
                f"write `{plain}`" if usable else "",
            )
            kind = "DOTTED" if usable and "." in plain else "NAME"
            return [
                *stop.tokens[:start],
                _joined(kind, plain if usable else "x", whole),
                *stop.tokens[start + len(whole) :],
            ]
        if text in (".", ";"):
            self.report(
                "symbol",
                f"`{text}` cannot stand here",
                run,
                help="one element a line, joined by `and`",
            )
        elif text[0] in "([{":
            self.report(
                "symbol",
                f"`{text}` cannot stand here",
                run,
                help="brackets do not group: write `any of … end` or `all of … end`",
            )
            close = next(
                (
                    t
                    for t in stop.tokens[stop.at :]
                    if t.line == token.line and t in (")", "]", "}")
                ),
                None,
            )
            return [t for t in stop.put((), len(run)) if t is not close]
        elif text.isprintable():
            self.report("symbol", f"`{text}` cannot stand here", run)
        else:
            self.report(
                "symbol",
                f"a character that cannot be seen stands here: U+{ord(text[0]):04X}",
                run,
                help="delete it",
            )
        return stop.put((), len(run))

    def glued(self, tokens: list[Token], at: int) -> list[Token]:
        """The tokens that stand with this one as one word."""
        first = last = at
        while (
            first
            and tokens[first - 1].end_pos == tokens[first].start_pos
            and tokens[first - 1].type in ("NAME", "STRAY", "PROPER", "DOTTED")
        ):
            first -= 1
        while (
            last + 1 < len(tokens)
            and tokens[last + 1].start_pos == tokens[last].end_pos
            and tokens[last + 1].type in ("NAME", "STRAY", "PROPER", "NUMBER")
        ):
            last += 1
        return tokens[first : last + 1]

    def clock_time(self, stop: _Stop) -> list[Token] | None:
        """A day with a clock time that lacks its label, or is not written as an instant."""
        if stop.before.type != "DATE" or stop.token.type not in ("NUMBER", "PROPER", "STRAY"):
            return None
        match = _CLOCK_TIME.match(self.source.text, cast(int, stop.before.start_pos))
        if match is None:
            return None
        taken = [t for t in stop.tokens[stop.at - 1 :] if cast(int, t.end_pos) <= match.end()]
        label = match["label"] or ""
        self.report(
            "no-zone-label",
            "a clock time needs the label of its zone"
            if not label
            else "a time is a day, a clock time and the label of its zone",
            taken,
            help=f"as in {match['day']} {match['time'].replace('.', ':').zfill(5)[:5]} {label if label.isalpha() and label != 'Z' else 'EST'}",
        )
        return [*stop.tokens[: stop.at], *stop.tokens[stop.at - 1 + len(taken) :]]

    def pinpoint(self, stop: _Stop) -> list[Token] | None:
        """A pinpoint with a blank in it, or one that is not written as pinpoints are."""
        start = stop.at if stop.token.type == "LABEL" else stop.at - 1
        while (
            start > 0
            and stop.tokens[start].type == "LABEL"
            and stop.tokens[start - 1].line == stop.tokens[start].line
        ):
            start -= 1
        if stop.tokens[start].type != "PINPOINT":
            start = stop.at
            if stop.token.type not in ("STRAY", *_WORD_TYPES):
                return None
        elif start + 1 >= stop.at and stop.token.type != "LABEL":
            return None
        first = stop.tokens[start]
        match = _PINPOINT.match(self.source.text, cast(int, first.start_pos))
        if match is None:
            return None
        whole = [t for t in stop.tokens[start:] if cast(int, t.end_pos) <= match.end()]
        word, part = match["word"], match["part"].rstrip()
        number = "".join((match["number"] + match["labels"]).split())
        right = (
            word
            + {"§": "", "Annex": " ", "FAQ": " "}.get(word, ". ")
            + number
            + (part if part.startswith(" Part") else part.strip())
        )
        self.report(
            "blank-in-pinpoint",
            "no blank may stand inside a pinpoint"
            if first.type == "PINPOINT" or word == "§"
            else "this is not how a pinpoint is written",
            whole,
            help=f"write `{right}`",
        )
        return [
            *stop.tokens[:start],
            _joined("PINPOINT", right, whole),
            *stop.tokens[start + len(whole) :],
        ]

    def capitals(self, stop: _Stop) -> list[Token] | None:
        """A word of the language, or a slot word, in capitals."""
        token = stop.token
        if token.type != "PROPER" or str(token).lower() not in reserved_words():
            return None
        lower = str(token).lower()
        fits = _key(lower) in stop.accepts or ("$END" in stop.accepts and lower in FIRST_WORDS)
        if not fits:
            return None
        self.report(
            "capitals",
            f"`{token}` is not a word of the language",
            token,
            help=f"write `{lower}` in small letters",
        )
        return stop.put(_words(lower, token), 1)

    def half(self, stop: _Stop) -> list[Token] | None:
        """A slot word of several words that is not whole."""
        words = [str(t) for t in stop.tokens[: stop.at]]
        whole = next(
            (
                w.split()
                for w in ORDER
                if w.split()[: stop.at] == words and len(w.split()) > stop.at
            ),
            None,
        )
        if whole is None or _near(str(stop.token), [whole[stop.at]]):
            return None
        hint = WRITE_INSTEAD.get(words[0], f"`{' '.join(whole)}`")
        self.report(
            "half-slot",
            f"`{' '.join(words)}` alone is not a slot word",
            stop.tokens[: stop.at],
            help=f"write {_quoted_words(hint)}",
        )
        return stop.put(_words(" ".join(whole[stop.at :]), stop.before))

    def negation(self, stop: _Stop) -> list[Token] | None:
        """`not` before an element instead of in it."""
        if stop.token.type != "NOT" or not {"SOME", "EVERY"} <= stop.accepts:
            return None
        group = stop.at + 2 < len(stop.tokens) and stop.tokens[stop.at + 2].type == "OF"
        self.report(
            "not-before",
            f"`not` cannot stand before {'a group' if group else 'its subject'}",
            stop.token,
            help="write `none of`" if group else "write `is not`",
        )
        return stop.put(
            _words("none", stop.tokens[stop.at + 1]) if group else (), 2 if group else 1
        )

    def keyword(self, stop: _Stop) -> list[Token] | None:
        """A misspelt word of the language where one of a few must stand."""
        token = stop.token
        if token.type == "$END" or token.type in ("STRING", "STRAY", "COMMA", "DASH"):
            return None
        text = str(token).lower()
        right = _INSTEAD.get(text, "")
        if _key(right.split()[0] if right else "") not in stop.accepts:
            right = _near(text, stop.keywords)
        slot, alike = _slot_meant(stop.tokens[stop.at :])
        if not right or (
            slot
            and "$END" in stop.accepts
            and self.heads(token)
            and alike >= _likeness(text, right)
        ):
            return None
        if (
            token.type not in _WORD_TYPES
            and _key(right) != "AND"
            and token.type in _SLOT_TYPES | _BLOCK_TYPES
        ):
            return None
        phrase = " ".join([*(str(t) for t in stop.tokens[: stop.at]), right])
        whole = next((w for w in ORDER if w == phrase), right)
        self.report("not-a-word", f"`{token}` cannot stand here", token, help=f"write `{whole}`")
        return stop.put(_words(right, token), 1)

    def comma(self, stop: _Stop) -> list[Token] | None:
        if stop.token.type == "COMMA":
            at, without = stop.at, stop.put((), 1)
        elif stop.before.type == "COMMA" and stop.token.type in _accepts(
            stop.tokens[: stop.at - 1], "slot"
        ):
            at, without = stop.at - 1, [*stop.tokens[: stop.at - 1], *stop.tokens[stop.at :]]
        else:
            return None
        conditional = any(t.type in ("IS", "INCLUDES", "FALLS") for t in stop.tokens[:at])
        self.report(
            "stray-comma",
            "no comma can stand here",
            stop.tokens[at],
            help="one element a line, joined by `and`" if conditional else "delete it",
        )
        return without

    def no_end(self, stop: _Stop) -> list[Token] | None:
        """An interval that does not say when it ends."""
        if stop.tokens[0].type != "IN":
            return None
        if {"UNTIL", "THROUGH"} <= stop.accepts:
            missing = ", no end stated"
        elif stop.before.type == "COMMA" and stop.accepts == frozenset({"NO"}):
            missing = "no end stated"
        elif stop.accepts == frozenset({"END"}) and stop.before.type == "NO":
            missing = "end stated"
        elif stop.accepts == frozenset({"STATED"}):
            missing = "stated"
        else:
            return None
        last = stop.before
        self.report(
            "no-end-said",
            "the slot does not say when it ends",
            last,
            help="add `, no end stated`, `until D` or `through D`",
        )
        words = [
            Token.new_borrow_pos("COMMA" if w == "," else _key(w), w, last)
            for w in missing.replace(",", " ,").split()
        ]
        for word in words:
            word.start_pos = last.end_pos
        skip = 0
        while (
            stop.at + skip < len(stop.tokens)
            and stop.tokens[stop.at + skip].type in ("END", "STATED")
            and missing != "stated"
        ):
            skip += 1
        return stop.put(words, skip)

    def joining(self, stop: _Stop) -> list[Token] | None:
        """`or` between elements, and markers and `and` in each other's place."""
        token = stop.token
        following = stop.tokens[stop.at + 1].type if stop.at + 1 < len(stop.tokens) else ""
        if token.type == "OR" and "AND" in stop.accepts:
            self.report(
                "not-a-word",
                "`or` does not join conditions",
                token,
                help="write `any of … end` with one line for each alternative",
            )
            return stop.put(
                ()
                if following in ("DASH", "LABEL") and "DASH" in stop.accepts
                else _words("and", token),
                1,
            )
        if token.type == "DASH" and stop.before.type == "AND":
            self.report(
                "not-a-word",
                "no `and` may stand before a member of a group",
                stop.before,
                help="delete it",
            )
            return [*stop.tokens[: stop.at - 1], *stop.tokens[stop.at :]]
        if token.type == "DASH" and "DASH" not in stop.accepts:
            self.report(
                "no-group",
                "`-` begins a member of a group, and no group is open here",
                token,
                help="open one with `any of` or `all of`"
                + (", or write `and`" if "AND" in stop.accepts else ""),
            )
            return stop.put(_words("and", token) if "AND" in stop.accepts else (), 1)
        return None

    def slot_word(self, stop: _Stop) -> list[Token] | None:
        """A slot that begins here although its word is not one, or does not head a line."""
        token = stop.token
        if not {"$END", "END"} & stop.accepts or token.type == "$END":
            return None
        if token.type in _SLOT_TYPES and token.type not in stop.accepts:
            self.rest = stop.tokens[stop.at :]
            return stop.tokens[: stop.at]
        if not self.heads(token) or not token.isalpha():
            return None
        word = self.hyphened(stop.tokens, stop.at)
        text = "".join(word)
        rest = stop.tokens[stop.at + len(word) :]
        meant, _ = _slot_meant(stop.tokens[stop.at :])
        hint = meant or WRITE_INSTEAD.get(text.lower(), "")
        if not meant and (
            token.type not in _WORD_TYPES or (rest and rest[0].type in ("IS", "INCLUDES", "FALLS"))
        ):
            return None
        self.report(
            "not-a-slot",
            f"`{text}` is not a slot word",
            word,
            "a slot word must stand here",
            f"write {_quoted_words(hint)}" if hint else "",
        )
        if meant:
            for more in meant.split()[1:]:
                if rest and difflib.SequenceMatcher(None, str(rest[0]), more).ratio() >= 0.6:
                    rest = rest[1:]
            self.rest = [*_words(meant, token), *rest]
        else:
            following = next(
                (i for i, t in enumerate(rest) if self.heads(t) and _slot_meant(rest[i:])[0]),
                len(rest),
            )
            self.rest = rest[following:]
            self.unread = True
        return stop.tokens[: stop.at]

    def marker(self, stop: _Stop) -> list[Token] | None:
        """An element without the `and`, the label or the `-` that must stand before it."""
        token = stop.token
        if token.type not in _ELEMENT and token.type != "LABEL":
            return None
        if (
            {"LABEL", "DASH"} <= stop.accepts
            and token.type in _ELEMENT
            and (self.heads(token) or "AND" not in stop.accepts)
        ):
            self.report(
                "no-label",
                "each member of a group begins with its label or `-`",
                token,
                help="write `-` before it"
                + (", or `and` if it belongs to the member above" if "AND" in stop.accepts else ""),
            )
            return stop.put([Token.new_borrow_pos("DASH", "-", token)])
        if "AND" in stop.accepts and (self.heads(token) or token.type == "LABEL"):
            self.report(
                "no-and",
                "elements of a condition are joined by `and`",
                token,
                help="write `and` before it",
            )
            return stop.put(_words("and", token))
        return None

    def verb(self, stop: _Stop) -> list[Token] | None:
        """A subject without its verb."""
        if (
            not {"IS", "FALLS", "INCLUDES"} <= stop.accepts
            or stop.token.type == "$END"
            or self.heads(stop.token)
        ):
            return None
        words = "is"
        with_is = stop.put(_words(words, stop.token))
        reached, _ = _fed(with_is, "slot")
        if reached <= stop.at + 1:
            return None
        self.report(
            "no-verb",
            f"`{stop.token}` cannot follow `{stop.before}`",
            stop.token,
            "a verb is missing before this",
            "write `is`, `includes` or `falls under`"
            if stop.token.type != "NOT"
            else "write `is not`",
        )
        return with_is

    def misspelt(self, stop: _Stop) -> list[Token] | None:
        """The word before is read as a name, but is a misspelt word of the language."""
        before = stop.before
        if before.type != "NAME" or stop.at < 2:
            return None
        wanted = [
            a.lower()
            for a in _accepts(stop.tokens[: stop.at - 1], "slot")
            if a.lower() in reserved_words()
        ]
        right = _INSTEAD.get(str(before), "")
        if right.split()[:1] and right.split()[0] not in wanted:
            right = ""
        right = right or _near(str(before), wanted)
        if not right:
            return None
        mended = [*stop.tokens[: stop.at - 1], *_words(right, before), *stop.tokens[stop.at :]]
        if _fed(mended, "slot")[0] <= stop.at - 1 + len(right.split()):
            return None
        self.report("not-a-word", f"`{before}` cannot stand here", before, help=f"write `{right}`")
        return mended

    def reserved(self, stop: _Stop) -> list[Token] | None:
        """A word of the language in the place of a name."""
        token = stop.token
        if (
            "NAME" not in stop.accepts
            or "$END" in stop.accepts
            or token.line != stop.before.line
            or str(token) not in reserved_words()
            or token.type in _ELEMENT
        ):
            return None
        self.report("reserved", f"`{token}` is a word of the language and cannot be a name", token)
        return self.without_line(stop.tokens, cast(int, token.line))

    def incomplete(self, stop: _Stop) -> list[Token] | None:
        """The line before ends too early."""
        token, before = stop.token, stop.before
        if token.type != "$END" and not (self.heads(token) or token.type in ("END", "HAS")):
            return None
        if {"$END", "AND", "END"} & stop.accepts:
            return None
        if self.cut_short is not None and before.end_pos == self.cut_short.end_pos:
            self.unread = True
        else:
            self.report(
                "incomplete",
                f"something is missing after `{_shown_token(before)}`",
                before,
                _wanted(stop.accepts),
            )
            if len(stop.accepts) == 1 and stop.keywords:
                return stop.put(_after(stop.keywords[0], before))
        return self.without_line(stop.tokens, cast(int, before.line))

    def cannot_stand(self, stop: _Stop) -> list[Token] | None:
        """Anything else: the word is left out, or put right by the one that may stand, or the line goes."""
        token = stop.token
        if token.type == "$END":
            if self.cut_short is not None and stop.before.end_pos == self.cut_short.end_pos:
                self.unread = True
            else:
                self.report(
                    "incomplete",
                    f"`{_slot_word(stop.tokens)}` is not complete",
                    stop.before,
                    _wanted(stop.accepts),
                )
            return None
        choices = [stop.put((), 1)]
        if len(stop.keywords) <= 2:
            for word in stop.keywords:
                choices += [stop.put(_words(word, token), 1), stop.put(_words(word, token))]
        lost = len(stop.tokens)
        line_end = next(
            (i for i in range(stop.at, lost) if stop.tokens[i].line != token.line), lost
        )
        best = max(choices, key=lambda c: _fed(c, "slot")[0] - len(c))
        reached = _fed(best, "slot")[0] + lost - len(best)
        phrase = stop.keywords[0] if len(stop.accepts) == 1 and stop.keywords else ""
        self.report(
            "unexpected",
            f"`{_shown_token(token)}` cannot stand here",
            token,
            _wanted(stop.accepts),
            f"write `{phrase}`" if phrase else "",
        )
        if reached >= min(line_end + 1, lost + 1):
            return best
        return self.without_line(stop.tokens, cast(int, token.line))

    def without_line(self, tokens: list[Token], line: int) -> list[Token]:
        """The tokens without a line, and without the inside of a group that the line opens."""
        kept: list[Token] = []
        depth = 0
        head = len(_slot_word(tokens).split())
        if tokens[0].line == line and not {"IS", "INCLUDES", "FALLS"} & {
            t.type for t in tokens[head:] if t.line != line
        }:
            return []  # nothing of the slot would be left
        for index, token in enumerate(tokens):
            if (token.line == line and _opens(tokens, index)) or (depth and _opens(tokens, index)):
                depth += 1
            elif depth and _closes(tokens, index):
                depth -= 1
            elif not depth and (token.line != line or index < head or _closes(tokens, index)):
                kept.append(token)
        return _tidy(kept) if len(kept) < len(tokens) else []


def _tidy(tokens: list[Token]) -> list[Token]:
    """No `and`, comma or marker with nothing before or after it."""
    changed = True
    while changed:
        changed = False
        made: list[Token] = []
        for token in tokens:
            before = made[-1].type if made else ""
            if token.type == "AND" and (
                before in ("AND", "DASH", "LABEL", "OF", "HAS") or len(made) == 1
            ):
                changed = True
                continue
            if token.type in ("END", "DASH", "LABEL") and before in (
                "AND",
                "DASH",
                "LABEL",
                "COMMA",
            ):
                made.pop()
                changed = True
            made.append(token)
        while len(made) > 1 and made[-1].type in ("AND", "COMMA", "DASH", "LABEL"):
            made.pop()
            changed = True
        tokens = made
    return tokens


def _slot_meant(tokens: Sequence[Token]) -> tuple[str, float]:
    """The slot word that the first words may be meant for, and how alike they are."""
    if not tokens or not tokens[0].isalpha():
        return "", 0.0
    text = str(tokens[0]).lower()
    for index in range(1, min(len(tokens), 4)):
        if tokens[index].start_pos != tokens[index - 1].end_pos:
            break
        text += str(tokens[index])
    instead = WRITE_INSTEAD.get(text, "")
    if instead:
        return (instead, 1.0) if instead in ORDER else ("", 0.0)
    second = [w for w in ORDER if len(text) > 3 and text in w.split()[1:2]]
    if second:
        return second[0], 1.0
    following = str(tokens[1]).lower() if len(tokens) > 1 else ""

    def alike(slot: str) -> float:
        first, _, more = slot.partition(" ")
        own = difflib.SequenceMatcher(None, text, first).ratio()
        second = difflib.SequenceMatcher(None, following, more.split()[0]).ratio() if more else 0.0
        return 0.6 * own + 0.4 * second if second >= 0.6 else 0.95 * own if more else own

    best = max(ORDER, key=alike)
    score = alike(best)
    return (best, score) if score >= 0.75 and (best[0] == text[0] or score >= 0.85) else ("", 0.0)


def _quoted_words(hint: str) -> str:
    """A hint of the table: in backticks where it is words of the language and nothing else."""
    return f"`{hint}`" if hint in ORDER or hint in BLOCK_WORDS else hint


def _likeness(one: str, other: str) -> float:
    return max(
        difflib.SequenceMatcher(None, one, part).ratio() for part in (other, other.split()[0])
    )


def _atom(tokens: Sequence[Token], opening: int) -> int:
    """The first word of the group that the token at `opening` opens."""
    if tokens[opening].type == "OF":
        return opening - 1 if tokens[opening - 1].type in ("ANY", "ALL", "NONE") else opening - 3
    for index in range(opening - 1, -1, -1):
        if tokens[index].type in ("SOME", "EVERY", "SUM") or (
            tokens[index].type in ("NO", "AT") and index + 1 < opening
        ):
            return index
    return opening


def _group_words(tokens: Sequence[Token], opening: int) -> str:
    first = _atom(tokens, opening)
    return (
        " ".join(tokens[first : opening + 1])
        if tokens[opening].type == "OF"
        else f"{tokens[first]} … has"
    )


def _slot_word(tokens: Sequence[Token]) -> str:
    words = [str(t) for t in tokens[:3]]
    return next((w for w in ORDER if w.split() == words[: len(w.split())]), "?")


def _shown_token(token: Token) -> str:
    return str(token) if len(token) <= 40 else token[:37] + "..."


_PLAIN: Final = (
    (frozenset({"IS", "FALLS", "INCLUDES"}), "`is`, `includes` or `falls under`"),
    (frozenset({"NAME", "DOTTED", "PROPER", "STRING", "NUMBER"}), "a value"),
    (frozenset({"DATE", "INSTANT"}), "a day or a time"),
    (frozenset({"DOTTED", "PINPOINT"}), "a reference"),
    (frozenset({"NAME", "DOTTED"}), "a name"),
    (frozenset({"NAME", "CALL"}), "a term"),
    (frozenset({"LABEL", "DASH"}), "a label or `-`"),
    (frozenset({"NAME"}), "a name"), (frozenset({"DOTTED"}), "a name with its regime"), (frozenset({"PROPER"}), "a word with a capital"),
    (frozenset({"STRING"}), "a quotation"), (frozenset({"DATE"}), "a day"), (frozenset({"INSTANT"}), "a time"),
    (frozenset({"NUMBER"}), "a number"), (frozenset({"PINPOINT"}), "a pinpoint"), (frozenset({"LABEL"}), "a label"),
    (frozenset({"HSCODE"}), "a code with its scheme"), (frozenset({"ZONE"}), "a zone"), (frozenset({"COMMA"}), "a comma"),
    (frozenset({"DASH"}), "`-`"), (frozenset({"CALL"}), "a term"), (frozenset({"VBAR"}), "`|`"), (frozenset({"RPAR"}), "`)`"),
)  # fmt: skip


def _wanted(accepts: Iterable[str]) -> str:
    """What may stand here in the reader's words, where it is few things; never a long list."""
    left = set(accepts)
    if left & {"$END", "AND", "END"}:
        return ""  # it could end here: that is what is expected
    if {"SUM", "THE"} <= left:
        left -= _VALUE | {
            "YES",
            "NO",
            "NOT",
            "ANY",
            "EXACTLY",
            "AT",
            "MORE",
            "LESS",
            "ON",
            "BEFORE",
            "AFTER",
            "JUDGED",
            "COVERED",
            "LISTED",
            "OWNED_BY",
            "CONTROLLED_BY",
            "UNKNOWN",
            "NONE",
            "ALL",
            "SOME",
            "EVERY",
            "LABEL",
        }
        found = ["a value"] if "STRING" in accepts else ["a condition"]
    else:
        found = []
    for types, words in _PLAIN:
        if types <= left:
            found.append(words)
            left -= types
    found += [
        "`@`" if w.startswith("__") else f"`{w.lower().strip('_').replace('_', ' ')}`"
        for w in sorted(left)
    ]
    if not found or len(found) > 5:
        return ""
    return "expected " + ", ".join(found[:-1]) + (" or " if len(found) > 1 else "") + found[-1]
