"""`lint`: what loads and is likely wrong, and edits that mend it."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sanctions_rules.author.coverage import coverage
from sanctions_rules.author.coverage.allowed import excused, read_allowed
from sanctions_rules.cli import FINDINGS, INVALID, OK, show
from sanctions_rules.cli.asking import WrongUsage, law_of
from sanctions_rules.cli.formats import CheckFormat
from sanctions_rules.cli.problems import count, path_of, shown
from sanctions_rules.diagnostics import ProblemsError, RulebookError, did_you_mean
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.lint import CHECKS, Level, Report, lint
from sanctions_rules.lint.book import Book
from sanctions_rules.lint.running import mended
from sanctions_rules.rulebooks import COMMITMENTS, Law
from sanctions_rules.scenario import read_scenarios, scenario_files
from sanctions_rules.source import Source

#: What `--fail-on` may name; `never` is for reports that only inform.
FAIL_ON: Final = (*(str(level) for level in Level), "never")


@dataclass(frozen=True)
class Linting:
    """One run from the command line. No paths: the packaged law."""

    paths: Sequence[Path] = ()
    including: Sequence[str] = ()
    scenarios: Sequence[Path] = ()
    allowed: Path | None = None
    only: Sequence[str] = ()
    fail_on: str = "warning"
    fix: bool = False
    diff: bool = False
    silenced: bool = False
    format: CheckFormat = CheckFormat.TEXT


def run(asked: Linting) -> int:
    """Lint and print. Raises WrongUsage for a check or level that there is not."""
    for code in asked.only:
        if code not in CHECKS:
            near = did_you_mean(code, CHECKS) or "docs/lint/index.md lists them"
            raise WrongUsage(f"there is no check called `{code}`; {near}")
    if asked.fail_on not in FAIL_ON:
        raise WrongUsage(f"--fail-on is one of: {', '.join(FAIL_ON)}")
    if asked.allowed is not None and not asked.scenarios:
        raise WrongUsage("--allowed says what scenarios cannot show: it goes with --scenarios")
    if (asked.fix or asked.diff) and not asked.paths:
        raise WrongUsage("name the files to mend; the packaged law is not mended in place")
    try:
        law = law_of(asked.paths, asked.including)
    except RulebookError as error:
        show(shown(error.problems, error.sources, asked.format, paths=asked.paths))
        return INVALID
    try:
        book = book_of(law, asked.including, asked.scenarios, asked.allowed)
        report = lint(book, asked.only)
        changed = mended(report.findings, law.compiled.sources) if asked.fix or asked.diff else {}
        if changed:
            law = _with(
                law, changed
            )  # before anything is written: a text that loads is never spoilt
        if asked.fix and changed:
            _write(changed, asked.paths)
            book = book_of(law, asked.including, asked.scenarios, asked.allowed)
            report = lint(book, asked.only)
    except ProblemsError as error:
        print(error, file=sys.stderr)
        return INVALID
    if asked.diff:
        show("".join(_differences(changed, book.sources)).rstrip("\n"))
        return FINDINGS if changed else OK
    show(_text(report, book, asked))
    return FINDINGS if _fails(report, asked.fail_on) else OK


def _fails(report: Report, least: str) -> bool:
    return least != "never" and any(
        f.check.level.weight >= Level(least).weight for f in report.findings
    )


def _with(law: Law, changed: Mapping[str, str]) -> Law:
    """The law with other texts in its files. Raises RulebookError where they do not load."""
    files = {**law.compiled.files, **{name: text.encode() for name, text in changed.items()}}
    return Law(compile_rulebook(files, law.compiled.limits))


def book_of(
    law: Law, including: Sequence[str] = (), scenarios: Sequence[Path] = (), allowed: Path | None = None
) -> Book:  # fmt: skip
    """The law as its checks read it; packaged law that it builds upon is not looked at.

    `allowed`: a list of what scenarios cannot show, as `coverage` reads it. Raises FactsError.
    """
    covered = None
    if scenarios:
        read = [s for p in scenarios for f in scenario_files(p) for s in read_scenarios(f)]
        entries = read_allowed(allowed) if allowed is not None else ()
        covered = excused(coverage(law, read), entries)[0]
    rulebook, sources = law.compiled.rulebook, law.compiled.sources
    brought = [name for name, needed in COMMITMENTS.items() if {*including} >= {*needed}]
    return Book(rulebook, sources, (*including, *brought), covered)


def _text(report: Report, book: Book, asked: Linting) -> str:
    found = [f.diagnostic for f in report.findings]
    if (
        asked.format is CheckFormat.TEXT
    ):  # whoever reads it needs the code, to look it up or silence it
        found = [replace(one, message=f"{one.message} [{one.code}]") for one in found]
    files = {source.name: source for source in book.files}
    said = [_told(report, len(files))]
    if asked.silenced:
        said = [
            f"silenced: {one.check.code} at {_at(one.found.span.file, one.found.span.start, book)}: {by.reason}"
            for one, by in report.silenced
        ] + said  # fmt: skip
    about = {code: check.summary for code, check in CHECKS.items()}
    return shown(found, files, asked.format, said="\n".join(said), paths=asked.paths, about=about)


def _told(report: Report, files: int) -> str:
    levels = [f.check.level for f in report.findings]
    found = [count(levels.count(level), _NOUN[level]) for level in reversed(Level)]
    mendable = sum(bool(f.found.fix) for f in report.findings)
    told = f"{count(files, 'file')}: {', '.join(found)}; {len(report.silenced)} silenced"
    return told + (f"; --fix mends {mendable}" if mendable else "")


_NOUN: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "remark"}


def _at(file: str, offset: int, book: Book) -> str:
    return f"{file}:{book.sources[file].place(offset)[0]}"


def _differences(changed: Mapping[str, str], sources: Mapping[str, Source]) -> list[str]:
    return [
        line
        for name, text in sorted(changed.items())
        for line in difflib.unified_diff(
            sources[name].text.splitlines(keepends=True), text.splitlines(keepends=True),
            f"a/{name}", f"b/{name}",
        )
    ]  # fmt: skip


def _write(changed: Mapping[str, str], paths: Sequence[Path]) -> None:
    for name, text in changed.items():
        path = path_of(name, paths)
        if path is not None:
            with path.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
