"""A file with mistakes, read piece by piece.

Block words and slot words stand at the head of their line and nowhere else (a test of the
grammar keeps it so). Each piece between two of them is parsed for itself. What the author meant
is put in place of a mistake where it is plain, so that one mistake is one report; otherwise the
line is left out. Layout, which means nothing in a sound text, tells where an `end` is missing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from lark import Token  # pyright: ignore[reportUnknownVariableType]

from sanctions_rules.language import ast
from sanctions_rules.language.parsing.building import Build
from sanctions_rules.language.parsing.meant import (
    BEFORE_ELEMENT,
    BLOCK_TYPES,
    SLOT_TYPES,
    WORD_TYPES,
    Stop,
    atom_of,
    group_words,
    joined,
    nearest,
    slot_word_of,
    wanted,
    words_after,
    words_at,
)
from sanctions_rules.language.parsing.mend_words import MendWords
from sanctions_rules.language.parsing.tokens import (
    accepted,
    closes,
    fed,
    opens,
    span_of,
)
from sanctions_rules.language.slots import BLOCK_WORDS, WRITE_INSTEAD


class Recovery(MendWords):
    """The blocks of a text that does not parse, and a report of each mistake."""

    def blocks(self, tokens: list[Token]) -> list[ast.Block]:
        tokens = self.block_words(tokens)
        starts = [
            i for i, t in enumerate(tokens)
            if t.type in BLOCK_TYPES and (self.heads(t) or i == 0 or closes(tokens, i - 1))
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
            (cast(int, t.column) for t in tokens if t.type in BLOCK_TYPES and self.heads(t)),
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
                and (not index or closes(tokens, index - 1))
            ):
                self.report(
                    "no-block",
                    "the word that begins the block is missing",
                    token,
                    help="a block begins with " + ", ".join(BLOCK_WORDS),
                )
                made += words_at("instrument" if follows == "STRING" else "provision", token)
                self.guessed.add(cast(int, token.start_pos))
            elif (
                token.type in WORD_TYPES
                and self.heads(token)
                and cast(int, token.column) <= margin
                and follows in ("DOTTED", "STRING")
            ):
                text = str(token).lower()
                right = text if text in BLOCK_WORDS else WRITE_INSTEAD.get(text, "")
                right = right if right in BLOCK_WORDS else nearest(text, BLOCK_WORDS)
                if right or not index or closes(tokens, index - 1):
                    self.report(
                        "not-a-block",
                        f"`{token}` is not a word that begins a block",
                        token,
                        help=f"write `{right}`"
                        if right
                        else "a block begins with " + ", ".join(BLOCK_WORDS),
                    )
                    token = words_at(right or "provision", token)[0]
                    if not right:
                        self.guessed.add(cast(int, token.start_pos))
            made.append(token)
        return made

    def block(self, tokens: list[Token], last: bool) -> ast.Block | None:
        _, tree = fed(tokens, "start")
        if tree is not None:
            block = cast("list[ast.Block]", Build(self.reading).transform(tree))[0]
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
                damaged.add(slot_word_of(piece))
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
            if token.type == "OF" and following in ("LABEL", "DASH") and before in BEFORE_ELEMENT:
                self.report(
                    "no-of",
                    "a word is missing before `of`",
                    token,
                    help="write `any of`, `all of` or `none of`",
                )
                made += words_after("any", made[-1]) if made else []
            made.append(token)
            if (
                token.type in ("ANY", "ALL", "NONE")
                and following in ("LABEL", "DASH")
                and before in BEFORE_ELEMENT
            ):
                self.report(
                    "no-of", f"`of` is missing after `{token}`", token, help=f"write `{token} of`"
                )
                made += words_after("of", token)
        return made

    def cut(self, tokens: list[Token]) -> list[list[Token]]:
        """The head of a block and its slots, each with what follows up to the next slot word."""
        pieces: list[list[Token]] = [[]]
        for index, token in enumerate(tokens):
            if (
                index
                and token.type in SLOT_TYPES
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
            if opens(piece, index):
                stack.append(index)
            elif closes(piece, index):
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
                f"`{group_words(piece, index)}` of line {piece[index].line} is not closed",
                piece[index],
                "opened here",
                "close it with `end`",
            )
            made += words_after("end", piece[-1])
        return made, loose

    def laid_out(self, piece: list[Token]) -> bool:
        """Whether what stands in a group stands further in than the group: then columns can be trusted."""
        return all(
            cast(int, piece[i + 1].column) > cast(int, piece[atom_of(piece, i)].column)
            for i in range(len(piece) - 1) if opens(piece, i) and self.heads(piece[i + 1]) and not closes(piece, i + 1)
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
                        f"`{group_words(piece, index)}` of line {piece[index].line} is not closed",
                        made[-1],
                        "an `end` is missing after this",
                    )
                made.extend(words_after("end", made[-1]))

        for index, token in enumerate(piece):
            column = cast(int, token.column)
            if closes(piece, index):
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
            if opens(piece, index):
                stack.append((cast(int, piece[atom_of(piece, index)].column), index))
            made.append(token)
        close(-1)
        return made, loose

    def head(self, tokens: list[Token]) -> ast.Block:
        """What names the block. Where the name cannot be read, a block without one."""
        named = 1
        while named < len(tokens) and tokens[named].type in ("DOTTED", "PINPOINT", "STRING"):
            named += 1
        if named < len(tokens) and tokens[named].type in SLOT_TYPES:
            self.rest, tokens = tokens[named:], tokens[:named]
        for _ in range(len(tokens) + 1):
            at, tree = fed([*tokens, *words_after("end", tokens[-1])], "start")
            if tree is not None:
                return cast("list[ast.Block]", Build(self.reading).transform(tree))[0]
            stop = Stop(tokens, at, accepted(tokens[:at], "start"))
            mended = self.pinpoint(stop)
            if mended is not None:
                tokens = mended
                continue
            if at >= len(tokens):
                self.report(
                    "incomplete",
                    f"something is missing after `{tokens[-1]}`",
                    tokens[-1],
                    wanted(stop.accepts),
                )
                tokens = tokens[:-1]
                continue
            token = stop.token
            if at > 1 and (self.heads(token) or token.type in SLOT_TYPES):
                self.slot_word(Stop(tokens, at, frozenset({"$END"})))
                tokens = tokens[:at]
                continue
            line = [t for t in tokens[at:] if t.line == token.line]
            string = next((t for t in line if t.type == "STRING"), None)
            later = tokens[at + len(line) :]
            if token.type in BLOCK_TYPES:
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
                tokens = [*tokens[:at], joined("STRING", f'"{text}"', line), *later]
        self.nameless = True
        return ast.Block(
            str(tokens[0]),
            None,
            "",
            (),
            span_of(self.source, tokens[0]),
            span_of(self.source, tokens[0]),
        )

    def slot(self, tokens: list[Token]) -> ast.Slot | None:
        """The slot of these tokens, mended where it is plain what was meant; None if it is lost."""
        rules = (
            self.hyphen, self.clock_time, self.pinpoint, self.stray, self.capitals, self.half, self.negation, self.keyword, self.comma,
            self.no_end, self.joining,
            self.slot_word, self.marker, self.verb, self.misspelt, self.reserved, self.incomplete, self.cannot_stand,
        )  # fmt: skip
        for _ in range(max(10, min(200, 400_000 // (len(tokens) + 1)))):
            at, tree = fed(tokens, "slot")
            if tree is not None:
                return cast(ast.Slot, Build(self.reading).transform(tree))
            if not at:
                return None
            stop = Stop(tokens, at, accepted(tokens[:at], "slot"))
            mended = next((m for rule in rules if (m := rule(stop)) is not None), None)
            if not mended or len(mended) < 2:
                return None
            tokens = mended
        return None
