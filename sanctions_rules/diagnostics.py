"""Problems as values: each with a code, a place and, where we have one, a way out.

Text is made at the edge: `render` needs the sources, a `Diagnostic` does not.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sanctions_rules.source import Source, Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. `span` is a place in rule text; `path` is a place in facts."""

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    help: str = ""
    path: str = ""
    severity: str = "error"

    def place(self) -> tuple[str, int, int]:
        if self.span is None:
            return (self.path, 0, 0)
        return (self.span.file, self.span.start, self.span.end)


class ProblemsError(Exception):
    """Everything found wrong with one input. `str()` is the full text with places."""

    def __init__(
        self, problems: Iterable[Diagnostic], sources: Mapping[str, Source] | None = None
    ) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.place(), p.code)))
        self.sources = dict(sources or {})
        super().__init__(render(self.problems, self.sources))


class RulebookError(ProblemsError):
    """Rule text that does not load."""


class FactsError(ProblemsError):
    """Facts that cannot be read; nothing is decided on them."""


#: Of a longer line only so many characters about the place are shown.
LONGEST_LINE: Final = 160


def did_you_mean(word: str, known: Iterable[str], hint: str = "did you mean `{}`?") -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return hint.format(near[0]) if near else ""


def render(problems: Iterable[Diagnostic], sources: Mapping[str, Source]) -> str:
    return "\n\n".join(render_one(problem, sources) for problem in problems)


def render_one(problem: Diagnostic, sources: Mapping[str, Source]) -> str:
    lines = [f"{problem.severity}: {problem.message}"]
    source = sources.get(problem.span.file) if problem.span else None
    if problem.span and source:
        line, column = source.place(problem.span.start)
        before, text = _window(source.line(line), column - 1)
        width = max(1, min(problem.span.end - problem.span.start, len(text) - before))
        gutter = " " * len(str(line))
        name = _shown(source.name) + (f"  {problem.path}" if problem.path else "")
        lines += [
            f"{gutter}--> {name}:{line}:{column}"
            if not problem.path
            else f"{gutter}--> {_shown(source.name)}:{line}:{column} ({problem.path})",
            f"{gutter} |",
            f"{line} | {_shown(text)}",
            f"{gutter} | {' ' * before}{'^' * width} {problem.label}".rstrip(),
        ]
    elif problem.path:
        lines.append(
            f"  at {_shown(problem.path)}" + (f": {problem.label}" if problem.label else "")
        )
    if problem.help:
        lines.append(f"help: {problem.help}")
    return "\n".join(lines)


def _window(line: str, at: int) -> tuple[int, str]:
    """The line, or of a long one the part about a place; and where the place is in it.

    Facts often come on one line of many thousand characters.
    """
    if len(line) <= LONGEST_LINE:
        return at, line
    start = max(0, min(at - LONGEST_LINE // 2, len(line) - LONGEST_LINE))
    end = start + LONGEST_LINE
    left, right = "…" if start else "", "…" if end < len(line) else ""
    return at - start + len(left), f"{left}{line[start:end]}{right}"


def _shown(text: str) -> str:
    """Text for a terminal: control and direction characters are written out, tabs are blanks."""
    return "".join(
        " " if c == "\t" else c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text
    )
