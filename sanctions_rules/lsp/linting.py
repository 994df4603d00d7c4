"""What lint finds in a rulebook that is being written: the checks of `lint`, asked as it asks them.

What was found is of the text that was read. Until lint has run again, what an edit has not touched
stands on and moves with its text; what it has touched is dropped.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from sanctions_rules.lint import Edit, Finding
from sanctions_rules.lint.book import Book
from sanctions_rules.lint.silence import comments
from sanctions_rules.lsp.book import Look
from sanctions_rules.lsp.pieces import placed
from sanctions_rules.source import Source, Span

_PAGES: Final = Path(__file__).parents[2] / "docs" / "lint"


class Written(Book):
    """A rulebook that was read in pieces, as its checks read it. `own`: the files to look at."""

    def __init__(self, look: Look, own: Collection[str]) -> None:
        super().__init__(look.rulebook, look.rulebook.sources)
        self._own = frozenset(own)

    def holds(self, file: str) -> bool:
        return file in self._own

    def placed(self, span: Span) -> Span:
        return placed(span)


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found in one text."""

    text: str
    findings: tuple[Finding, ...]

    def standing(self, text: str) -> list[Finding]:
        """What is still so of another text, in its places there: all that lies before or after the change."""
        old, shared = self.text, min(len(self.text), len(text))
        if old == text:
            return list(self.findings)
        first = bisect_left(range(1, shared + 1), 1, key=lambda n: old[:n] != text[:n])
        last = bisect_left(range(1, shared - first + 1), 1, key=lambda n: old[-n:] != text[-n:])
        found: list[Finding] = []
        for one in self.findings:
            spans = [one.found.span, *(edit.span for edit in one.found.fix)]
            if max(span.end for span in spans) < first:
                found.append(one)
            elif min(span.start for span in spans) > len(old) - last:
                found.append(_moved(one, len(text) - len(old)))
        return found


def _moved(one: Finding, by: int) -> Finding:
    def moved(span: Span) -> Span:
        return Span(span.file, span.start + by, span.end + by)

    fix = tuple(Edit(moved(edit.span), edit.text) for edit in one.found.fix)
    return replace(one, found=replace(one.found, span=moved(one.found.span), fix=fix))


def silencing(one: Finding, text: str) -> Edit | None:
    """The comment that silences a finding on its line, but for the reason: until that is written it is no silence.

    None where no comment would: in a comment, or where it would silence the whole block.
    """
    code, span = one.check.code, one.found.span
    start = text.rfind("\n", 0, span.start) + 1
    line = text[start:].partition("\n")[0].rstrip()
    said = [c for c in comments(Source(span.file, line))]
    if code.startswith("silence-") or line.lstrip().startswith("#"):
        return None
    if not said:
        at = start + len(line)
        return Edit(Span(span.file, at, at), f"  # lint: allow {code}")
    indent = line[: len(line) - len(line.lstrip())]
    return (
        Edit(Span(span.file, start, start), f"{indent}# lint: allow {code}\n") if indent else None
    )


@cache
def page_of(code: str) -> str | None:
    """Where the page of a check can be read: in a checkout its file is there."""
    file = _PAGES / f"{code}.md"
    return file.as_uri() if file.is_file() else None
