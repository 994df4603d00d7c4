"""What goes wrong inside words: characters of other keyboards, hyphens, times of day, pinpoints."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, cast

from lark import Token  # pyright: ignore[reportUnknownVariableType]

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language.parsing.building import Reading
from sanctions_rules.language.parsing.meant import (
    WORD_TYPES,
    Stop,
    joined,
    nearest,
    quoted_words,
    terminal_of,
    words_at,
)
from sanctions_rules.language.parsing.tokens import (
    reserved_words,
    span_of,
)
from sanctions_rules.language.slots import FIRST_WORDS, ORDER, WRITE_INSTEAD
from sanctions_rules.source import Source

_OPERATORS: Final = {
    ">=": "is at least", "<=": "is at most", "==": "is", "!=": "is not", "=": "is",
    ">": "is more than", "<": "is less than", "&&": "and", "&": "and",
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


class MendCharacters:
    """Rules that put right one word, or give nothing where it is not theirs to mend."""

    def __init__(self, source: Source, reading: Reading, tokens: Sequence[Token]) -> None:
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
            span_of(self.source, token)
            if isinstance(token, Token)
            else span_of(self.source, token[0]).to(span_of(self.source, token[-1]))
        )
        self.reading.problems.append(Diagnostic(code, message, span, label, help))

    def heads(self, token: Token) -> bool:
        return token.start_pos in self.line_heads and token.type != "$END"

    def hyphen(self, stop: Stop) -> list[Token] | None:
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
            joined(kind, text.replace("-", "_"), whole),
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

    def stray(self, stop: Stop) -> list[Token] | None:
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
                words_at(words, token) if terminal_of(words.split()[0]) in stop.accepts else (),
                len(run),
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
                    joined("NAME", inside, whole)
                    if plain
                    else joined("STRING", f'"{inside}"', whole)
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
                joined("DOTTED", name.lower(), whole),
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
                joined(kind, plain if usable else "x", whole),
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

    def clock_time(self, stop: Stop) -> list[Token] | None:
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

    def pinpoint(self, stop: Stop) -> list[Token] | None:
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
            if stop.token.type not in ("STRAY", *WORD_TYPES):
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
            joined("PINPOINT", right, whole),
            *stop.tokens[start + len(whole) :],
        ]

    def capitals(self, stop: Stop) -> list[Token] | None:
        """A word of the language, or a slot word, in capitals."""
        token = stop.token
        if token.type != "PROPER" or str(token).lower() not in reserved_words():
            return None
        lower = str(token).lower()
        fits = terminal_of(lower) in stop.accepts or (
            "$END" in stop.accepts and lower in FIRST_WORDS
        )
        if not fits:
            return None
        self.report(
            "capitals",
            f"`{token}` is not a word of the language",
            token,
            help=f"write `{lower}` in small letters",
        )
        return stop.put(words_at(lower, token), 1)

    def half(self, stop: Stop) -> list[Token] | None:
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
        if whole is None or nearest(str(stop.token), [whole[stop.at]]):
            return None
        hint = WRITE_INSTEAD.get(words[0], f"`{' '.join(whole)}`")
        self.report(
            "half-slot",
            f"`{' '.join(words)}` alone is not a slot word",
            stop.tokens[: stop.at],
            help=f"write {quoted_words(hint)}",
        )
        return stop.put(words_at(" ".join(whole[stop.at :]), stop.before))
