"""Rule text to syntax tree, with every mistake of the text found in one run.

A sound file is parsed whole by one LALR(1) grammar. After a mistake the tokens are cut at the
words that open blocks and slots, which occur nowhere else, and each piece is parsed for
itself: recovery needs no guessing, and what is sound still reaches the later passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

from lark import Token  # pyright: ignore[reportUnknownVariableType]
from lark.exceptions import UnexpectedInput

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language import ast
from sanctions_rules.language.parsing.building import Reading, built
from sanctions_rules.language.parsing.recovery import Recovery
from sanctions_rules.language.parsing.tokens import (
    closes,
    opens,
    span_of,
    tokens_of,
)
from sanctions_rules.limits import Limits
from sanctions_rules.source import Source, Span

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
    tokens, problems = tokens_of(source)
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
    reading = Reading(source.name, problems)
    try:
        blocks = cast("list[ast.Block]", built(tokens, "start", reading))
    except UnexpectedInput:
        blocks = Recovery(source, reading, tokens).blocks(tokens)
        if not any(p.severity == "error" for p in problems):
            problems.append(
                Diagnostic(
                    "unreadable", "the file cannot be read from here", span_of(source, tokens[0])
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
    tokens, problems = tokens_of(source)
    return cast(ast.Condition, built(tokens, "condition", Reading("condition", problems)))


def _too_deep(tokens: Sequence[Token], source: Source, limits: Limits) -> Diagnostic | None:
    depth = 0
    for index, token in enumerate(tokens):
        if opens(tokens, index):
            depth += 1
            if depth > limits.nesting:
                return Diagnostic(
                    "limit.nesting",
                    f"groups are nested deeper than {limits.nesting}",
                    span_of(source, token),
                    help="name the inner part as a definition",
                )
        elif closes(tokens, index):
            depth = max(0, depth - 1)
    return None
