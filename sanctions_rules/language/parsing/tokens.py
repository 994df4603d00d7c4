"""Rule text to words of the language, each in its place, and how far the grammar can read them.

What the grammar has no word for is a token too, so that it can be reported at its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from lark import Lark, Token  # pyright: ignore[reportUnknownVariableType]
from lark.exceptions import UnexpectedToken
from lark.lexer import LexerThread
from lark.parsers.lalr_analysis import Shift

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language.grammar import grammar_text
from sanctions_rules.limits import Limits
from sanctions_rules.source import Source, Span

#: What the grammar has no word for, so that the parser can report it at its place and go on.
CATCH_ALL: Final = r'''
OPEN_STRING.-1: /"[^"\n]*/
STRAY.-2: /[^ \t\r\n]/
'''  # fmt: skip


class KeepStrays:
    always_accept: Final = ("OPEN_STRING", "STRAY")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


@cache
def grammar() -> Lark:
    return Lark(
        grammar_text() + CATCH_ALL, parser="lalr", lexer="basic", start=["start", "slot", "condition"],
        propagate_positions=True, maybe_placeholders=False, postlex=KeepStrays(),
    )  # fmt: skip


@cache
def reserved_words() -> frozenset[str]:
    """Every word of the language: none of them can be a name."""
    return frozenset(
        t.pattern.value
        for t in grammar().terminals
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


def tokens_of(source: Source) -> tuple[list[Token], list[Diagnostic]]:
    """All tokens of a file. What is no token of the language is one of type STRAY."""
    text, problems = _clean(source)
    found: list[Token] = []
    lexer = cast(Any, grammar().parser).lexer
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
        for t in tokens_of(source)[0]
    ]


# -- what can be read of them ---------------------------------------------------------------------


def parser_for(start: str) -> Any:
    return cast(Any, grammar()).parse_interactive("", start=start)


def fed(tokens: Sequence[Token], start: str) -> tuple[int, Any]:
    """How many tokens can be read, one more for the end itself, and then lark's tree."""
    parser = parser_for(start)
    index = 0
    try:
        for token in tokens:
            parser.feed_token(token)
            index += 1
        eof = Token.new_borrow_pos("$END", "", tokens[-1]) if tokens else Token("$END", "")
        return index + 1, parser.feed_token(eof)
    except UnexpectedToken:
        return index, None


def accepted(tokens: Sequence[Token], start: str) -> frozenset[str]:
    """The types of what may follow these tokens."""
    parser = parser_for(start)
    try:
        for token in tokens:
            parser.feed_token(token)
    except UnexpectedToken:
        return frozenset()
    state = parser.parser_state
    return frozenset(
        kind
        for kind in cast("dict[str, object]", parser.choices())
        if kind.isupper() and _leads_on(state.parse_conf, state.state_stack, kind)
    )


def _leads_on(table: Any, stack: Sequence[int], kind: str) -> bool:
    """Whether a token of this type is read from here. Lark's own `accepts` builds trees to say so."""
    states, stack = table.states, list(stack)
    while (step := states[stack[-1]].get(kind)) is not None:
        action, rule = step
        if action is Shift:
            return True
        if rule.expansion:
            del stack[-len(rule.expansion) :]
        stack.append(states[stack[-1]][rule.origin.name][1])
        if kind == "$END" and stack[-1] == table.end_state:
            return True
    return False


def span_of(source: Source, token: Token) -> Span:
    return Span(source.name, cast(int, token.start_pos), cast(int, token.end_pos))


def opens(tokens: Sequence[Token], index: int) -> bool:
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


def closes(tokens: Sequence[Token], index: int) -> bool:
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
