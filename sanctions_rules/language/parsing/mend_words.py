"""What goes wrong between words: one that is missing, misspelt, too much, or in the wrong place."""

from __future__ import annotations

import difflib
from typing import Final, cast

from lark import Token  # pyright: ignore[reportUnknownVariableType]

from sanctions_rules.language.parsing.meant import (
    BLOCK_TYPES,
    ELEMENT,
    SLOT_TYPES,
    WORD_TYPES,
    Stop,
    likeness,
    nearest,
    quoted_words,
    shown_token,
    slot_meant,
    slot_word_of,
    terminal_of,
    tidy,
    wanted,
    words_after,
    words_at,
)
from sanctions_rules.language.parsing.mend_characters import MendCharacters
from sanctions_rules.language.parsing.tokens import (
    accepted,
    closes,
    fed,
    opens,
    reserved_words,
)
from sanctions_rules.language.slots import ORDER, WRITE_INSTEAD

#: What authors write for a verb or a comparison, by the word that cannot stand there.
_INSTEAD: Final = {
    "equals": "is", "equal": "is", "are": "is", "was": "is", "be": "is", "has": "includes",
    "contains": "includes", "contain": "includes", "include": "includes", "fall": "falls",
    "greater": "more", "larger": "more", "bigger": "more", "higher": "more", "smaller": "less", "fewer": "less", "lower": "less",
    "atleast": "at least", "atmost": "at most", "minimum": "at least", "maximum": "at most",
    "since": "on or after", "everything": "every", "all": "every", "either": "any of", "but": "and", "plus": "and",
}  # fmt: skip


class MendWords(MendCharacters):
    """Rules that put right the order and the choice of words."""

    def negation(self, stop: Stop) -> list[Token] | None:
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
            words_at("none", stop.tokens[stop.at + 1]) if group else (), 2 if group else 1
        )

    def keyword(self, stop: Stop) -> list[Token] | None:
        """A misspelt word of the language where one of a few must stand."""
        token = stop.token
        if token.type == "$END" or token.type in ("STRING", "STRAY", "COMMA", "DASH"):
            return None
        text = str(token).lower()
        right = _INSTEAD.get(text, "")
        if terminal_of(right.split()[0] if right else "") not in stop.accepts:
            right = nearest(text, stop.keywords)
        slot, alike = slot_meant(stop.tokens[stop.at :])
        if not right or (
            slot and "$END" in stop.accepts and self.heads(token) and alike >= likeness(text, right)
        ):
            return None
        if (
            token.type not in WORD_TYPES
            and terminal_of(right) != "AND"
            and token.type in SLOT_TYPES | BLOCK_TYPES
        ):
            return None
        phrase = " ".join([*(str(t) for t in stop.tokens[: stop.at]), right])
        whole = next((w for w in ORDER if w == phrase), right)
        self.report("not-a-word", f"`{token}` cannot stand here", token, help=f"write `{whole}`")
        return stop.put(words_at(right, token), 1)

    def comma(self, stop: Stop) -> list[Token] | None:
        if stop.token.type == "COMMA":
            at, without = stop.at, stop.put((), 1)
        elif stop.before.type == "COMMA" and stop.token.type in accepted(
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

    def no_end(self, stop: Stop) -> list[Token] | None:
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
            Token.new_borrow_pos("COMMA" if w == "," else terminal_of(w), w, last)
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

    def joining(self, stop: Stop) -> list[Token] | None:
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
                else words_at("and", token),
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
            return stop.put(words_at("and", token) if "AND" in stop.accepts else (), 1)
        return None

    def slot_word(self, stop: Stop) -> list[Token] | None:
        """A slot that begins here although its word is not one, or does not head a line."""
        token = stop.token
        if not {"$END", "END"} & stop.accepts or token.type == "$END":
            return None
        if token.type in SLOT_TYPES and token.type not in stop.accepts:
            self.rest = stop.tokens[stop.at :]
            return stop.tokens[: stop.at]
        if not self.heads(token) or not token.isalpha():
            return None
        word = self.hyphened(stop.tokens, stop.at)
        text = "".join(word)
        rest = stop.tokens[stop.at + len(word) :]
        meant, _ = slot_meant(stop.tokens[stop.at :])
        hint = meant or WRITE_INSTEAD.get(text.lower(), "")
        if not meant and (
            token.type not in WORD_TYPES or (rest and rest[0].type in ("IS", "INCLUDES", "FALLS"))
        ):
            return None
        self.report(
            "not-a-slot",
            f"`{text}` is not a slot word",
            word,
            "a slot word must stand here",
            f"write {quoted_words(hint)}" if hint else "",
        )
        if meant:
            for more in meant.split()[1:]:
                if rest and difflib.SequenceMatcher(None, str(rest[0]), more).ratio() >= 0.6:
                    rest = rest[1:]
            self.rest = [*words_at(meant, token), *rest]
        else:
            following = next(
                (i for i, t in enumerate(rest) if self.heads(t) and slot_meant(rest[i:])[0]),
                len(rest),
            )
            self.rest = rest[following:]
            self.unread = True
        return stop.tokens[: stop.at]

    def marker(self, stop: Stop) -> list[Token] | None:
        """An element without the `and`, the label or the `-` that must stand before it."""
        token = stop.token
        if token.type not in ELEMENT and token.type != "LABEL":
            return None
        if (
            {"LABEL", "DASH"} <= stop.accepts
            and token.type in ELEMENT
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
            return stop.put(words_at("and", token))
        return None

    def verb(self, stop: Stop) -> list[Token] | None:
        """A subject without its verb."""
        if (
            not {"IS", "FALLS", "INCLUDES"} <= stop.accepts
            or stop.token.type == "$END"
            or self.heads(stop.token)
        ):
            return None
        words = "is"
        with_is = stop.put(words_at(words, stop.token))
        reached, _ = fed(with_is, "slot")
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

    def misspelt(self, stop: Stop) -> list[Token] | None:
        """The word before is read as a name, but is a misspelt word of the language."""
        before = stop.before
        if before.type != "NAME" or stop.at < 2:
            return None
        wanted = [
            a.lower()
            for a in accepted(stop.tokens[: stop.at - 1], "slot")
            if a.lower() in reserved_words()
        ]
        right = _INSTEAD.get(str(before), "")
        if right.split()[:1] and right.split()[0] not in wanted:
            right = ""
        right = right or nearest(str(before), wanted)
        if not right:
            return None
        mended = [*stop.tokens[: stop.at - 1], *words_at(right, before), *stop.tokens[stop.at :]]
        if fed(mended, "slot")[0] <= stop.at - 1 + len(right.split()):
            return None
        self.report("not-a-word", f"`{before}` cannot stand here", before, help=f"write `{right}`")
        return mended

    def reserved(self, stop: Stop) -> list[Token] | None:
        """A word of the language in the place of a name."""
        token = stop.token
        if (
            "NAME" not in stop.accepts
            or "$END" in stop.accepts
            or token.line != stop.before.line
            or str(token) not in reserved_words()
            or token.type in ELEMENT
        ):
            return None
        self.report("reserved", f"`{token}` is a word of the language and cannot be a name", token)
        return self.without_line(stop.tokens, cast(int, token.line))

    def incomplete(self, stop: Stop) -> list[Token] | None:
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
                f"something is missing after `{shown_token(before)}`",
                before,
                wanted(stop.accepts),
            )
            if len(stop.accepts) == 1 and stop.keywords:
                return stop.put(words_after(stop.keywords[0], before))
        return self.without_line(stop.tokens, cast(int, before.line))

    def cannot_stand(self, stop: Stop) -> list[Token] | None:
        """Anything else: the word is left out, or put right by the one that may stand, or the line goes."""
        token = stop.token
        if token.type == "$END":
            if self.cut_short is not None and stop.before.end_pos == self.cut_short.end_pos:
                self.unread = True
            else:
                self.report(
                    "incomplete",
                    f"`{slot_word_of(stop.tokens)}` is not complete",
                    stop.before,
                    wanted(stop.accepts),
                )
            return None
        choices = [stop.put((), 1)]
        if len(stop.keywords) <= 2:
            for word in stop.keywords:
                choices += [stop.put(words_at(word, token), 1), stop.put(words_at(word, token))]
        lost = len(stop.tokens)
        line_end = next(
            (i for i in range(stop.at, lost) if stop.tokens[i].line != token.line), lost
        )
        best = max(choices, key=lambda c: fed(c, "slot")[0] - len(c))
        reached = fed(best, "slot")[0] + lost - len(best)
        phrase = stop.keywords[0] if len(stop.accepts) == 1 and stop.keywords else ""
        self.report(
            "unexpected",
            f"`{shown_token(token)}` cannot stand here",
            token,
            wanted(stop.accepts),
            f"write `{phrase}`" if phrase else "",
        )
        if reached >= min(line_end + 1, lost + 1):
            return best
        return self.without_line(stop.tokens, cast(int, token.line))

    def without_line(self, tokens: list[Token], line: int) -> list[Token]:
        """The tokens without a line, and without the inside of a group that the line opens."""
        kept: list[Token] = []
        depth = 0
        head = len(slot_word_of(tokens).split())
        if tokens[0].line == line and not {"IS", "INCLUDES", "FALLS"} & {
            t.type for t in tokens[head:] if t.line != line
        }:
            return []  # nothing of the slot would be left
        for index, token in enumerate(tokens):
            if (token.line == line and opens(tokens, index)) or (depth and opens(tokens, index)):
                depth += 1
            elif depth and closes(tokens, index):
                depth -= 1
            elif not depth and (token.line != line or index < head or closes(tokens, index)):
                kept.append(token)
        return tidy(kept) if len(kept) < len(tokens) else []
