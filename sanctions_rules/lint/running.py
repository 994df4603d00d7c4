"""One run: every check over one book, silences taken into account, and edits applied."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.lint.book import Book
from sanctions_rules.lint.model import Check, Edit, Found
from sanctions_rules.lint.registry import CHECKS
from sanctions_rules.lint.silence import Silence, silences, used
from sanctions_rules.source import Source

IDLE: Final = "silence-idle"


@dataclass(frozen=True, slots=True)
class Finding:
    """A check and a place where it fired."""

    check: Check
    found: Found

    @property
    def diagnostic(self) -> Diagnostic:
        f = self.found
        return Diagnostic(
            self.check.code, f.message, f.span, f.label, f.help, severity=str(self.check.level)
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What fired, in the order of the text; what was silenced, and by which comment."""

    findings: tuple[Finding, ...]
    silenced: tuple[tuple[Finding, Silence], ...]


def lint(book: Book, only: Collection[str] = ()) -> Report:
    """Run every check, or `only` some. Raises LookupError for a code that there is no check of."""
    steps = stepwise(book, only)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast(Report, end.value)


def stepwise(book: Book, only: Collection[str] = ()) -> Generator[None, None, Report]:
    """`lint` with stops on the way, for who has others to answer: a step is one block or one check."""
    unknown = [code for code in only if code not in CHECKS]
    if unknown:
        raise LookupError(f"there is no check called `{unknown[0]}`")
    checks = [check for check in CHECKS.values() if not only or check.code in only]
    yield from book.prepared()
    places: dict[Finding, None] = {}
    for check in checks:
        places.update((Finding(check, _placed(book, found)), None) for found in check.find(book))
        yield
    fired = list(places)
    quiet = silences(book)
    if not only or IDLE in only:
        ran = only if only else CHECKS
        idle = [s for s in quiet if s.code in ran and s.code in CHECKS]
        idle = [s for s in idle if s.code != "scenario-missing" or book.covered is not None]
        met = used(((f.check.code, f.found.span) for f in fired), quiet)
        fired += [
            Finding(CHECKS[IDLE], Found(f"`{s.code}` does not fire here", s.span, help="delete the comment"))
            for s in idle if s not in met
        ]  # fmt: skip
    findings: list[Finding] = []
    silenced: list[tuple[Finding, Silence]] = []
    for one in sorted(fired, key=_place):
        by = next(
            (s for s in quiet if s.reason and s.silences(one.check.code, one.found.span)), None
        )
        if by is None:
            findings.append(one)
        else:
            silenced.append((one, by))
    return Report(tuple(findings), tuple(silenced))


def _placed(book: Book, found: Found) -> Found:
    fix = tuple(Edit(book.placed(edit.span), edit.text) for edit in found.fix)
    return replace(found, span=book.placed(found.span), fix=fix)


def _place(one: Finding) -> tuple[str, int, int, str]:
    span = one.found.span
    return span.file, span.start, span.end, one.check.code


def mended(findings: Iterable[Finding], sources: Mapping[str, Source]) -> dict[str, str]:
    """The new text of every file that a fix changes. Of fixes that overlap the first one is taken."""
    edits: dict[str, list[Edit]] = {}
    for one in findings:
        fix = one.found.fix
        if fix and not any(_meet(new, old) for new in fix for old in edits.get(new.span.file, ())):
            for new in fix:
                edits.setdefault(new.span.file, []).append(new)
    return {name: applied(sources[name].text, found) for name, found in edits.items()}


def _meet(one: Edit, other: Edit) -> bool:
    return one.span.start < other.span.end and other.span.start < one.span.end


def applied(text: str, edits: Iterable[Edit]) -> str:
    for edit in sorted(edits, key=lambda e: e.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text
