"""What an author may have meant by a word that cannot stand where it does."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lark import Token  # pyright: ignore[reportUnknownVariableType]

from sanctions_rules.language.parsing.tokens import (
    reserved_words,
)
from sanctions_rules.language.slots import BLOCK_WORDS, FIRST_WORDS, ORDER, WRITE_INSTEAD


def terminal_of(word: str) -> str:
    return "SOURCE_ID" if word == "source-id" else word.upper()


def words_at(text: str, at: Token) -> list[Token]:
    """Words of the language in the place of a token."""
    return [Token.new_borrow_pos(terminal_of(word), word, at) for word in text.split()]


def words_after(text: str, before: Token) -> list[Token]:
    """Words of the language put in after a token."""
    made = words_at(text, before)
    for token in made:
        token.start_pos = before.end_pos
        token.column = before.end_column
        token.line = 0  # on no line of the text
    return made


def joined(kind: str, text: str, tokens: Sequence[Token]) -> Token:
    """One token in the place of several."""
    token = Token.new_borrow_pos(kind, text, tokens[0])
    token.end_pos, token.end_column, token.end_line = (
        tokens[-1].end_pos,
        tokens[-1].end_column,
        tokens[-1].end_line,
    )
    return token


def nearest(word: str, known: Iterable[str], least: float = 0.75) -> str:
    word = word.lower()
    alike = [k for k in known if k[:1] == word[:1] or likeness(word, k) >= 0.85]
    found = difflib.get_close_matches(word, alike, n=1, cutoff=least)
    return found[0] if found else ""


BLOCK_TYPES: Final = frozenset(terminal_of(word) for word in BLOCK_WORDS)


SLOT_TYPES: Final = frozenset(terminal_of(word) for word in FIRST_WORDS)


WORD_TYPES: Final = ("NAME", "PROPER")


ELEMENT: Final = frozenset(
    {"NAME", "DOTTED", "CALL", "SUM", "THE", "ANY", "ALL", "NONE", "AT", "SOME", "EVERY", "NO"}
)


BEFORE_ELEMENT: Final = frozenset(
    {"AND", "DASH", "LABEL", "HAS", "WHEN", "WITH", "WHERE", "THAT", "GIVEN"}
)


VALUE: Final = frozenset(
    {"NAME", "DOTTED", "CALL", "PROPER", "STRING", "DATE", "INSTANT", "NUMBER", "SUM", "THE"}
)


@dataclass(slots=True)
class Stop:
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


def tidy(tokens: list[Token]) -> list[Token]:
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


def slot_meant(tokens: Sequence[Token]) -> tuple[str, float]:
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
        own = _ratio(text, first)
        second = _ratio(following, more.split()[0]) if more else 0.0
        return 0.6 * own + 0.4 * second if second >= 0.6 else 0.95 * own if more else own

    best = max(ORDER, key=alike)
    score = alike(best)
    return (best, score) if score >= 0.75 and (best[0] == text[0] or score >= 0.85) else ("", 0.0)


def quoted_words(hint: str) -> str:
    """A hint of the table: in backticks where it is words of the language and nothing else."""
    return f"`{hint}`" if hint in ORDER or hint in BLOCK_WORDS else hint


def likeness(one: str, other: str) -> float:
    return max(_ratio(one, part) for part in (other, other.split()[0]))


@lru_cache(maxsize=20_000)
def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


def atom_of(tokens: Sequence[Token], opening: int) -> int:
    """The first word of the group that the token at `opening` opens."""
    if tokens[opening].type == "OF":
        return opening - 1 if tokens[opening - 1].type in ("ANY", "ALL", "NONE") else opening - 3
    for index in range(opening - 1, -1, -1):
        if tokens[index].type in ("SOME", "EVERY", "SUM") or (
            tokens[index].type in ("NO", "AT") and index + 1 < opening
        ):
            return index
    return opening


def group_words(tokens: Sequence[Token], opening: int) -> str:
    first = atom_of(tokens, opening)
    return (
        " ".join(tokens[first : opening + 1])
        if tokens[opening].type == "OF"
        else f"{tokens[first]} … has"
    )


def slot_word_of(tokens: Sequence[Token]) -> str:
    words = [str(t) for t in tokens[:3]]
    return next((w for w in ORDER if w.split() == words[: len(w.split())]), "?")


def shown_token(token: Token) -> str:
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


def wanted(accepts: Iterable[str]) -> str:
    """What may stand here in the reader's words, where it is few things; never a long list."""
    left = set(accepts)
    if left & {"$END", "AND", "END"}:
        return ""  # it could end here: that is what is expected
    if {"SUM", "THE"} <= left:
        left -= VALUE | {
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
