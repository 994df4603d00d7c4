"""`check`: every problem of rule files, for a person, a program, or a code host."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sanctions_rules import __version__
from sanctions_rules.cli import INVALID, OK, show
from sanctions_rules.cli.asking import law_of
from sanctions_rules.cli.formats import CheckFormat
from sanctions_rules.diagnostics import Diagnostic, RulebookError, render
from sanctions_rules.examples_in_rules import examples_of
from sanctions_rules.source import Source


def check(paths: Sequence[Path], including: Sequence[str], format: CheckFormat) -> int:
    """Load the rules and print every problem. Warnings do not fail."""
    said = ""
    try:
        law = law_of(paths, including)
        examples_of(law)  # an example that states no facts is as wrong as a rule that does not load
        compiled = law.compiled
        problems, sources = compiled.warnings, compiled.sources
        blocks = sum(b.kind != "example" for b in compiled.rulebook.blocks)
        said = f"{_count(blocks, 'block')} in {_count(len(sources), 'file')}: no errors"
    except RulebookError as error:
        problems, sources = error.problems, error.sources
    shown = {name: Source(_shown_as(name, paths), source.text) for name, source in sources.items()}
    text = {
        CheckFormat.TEXT: _text,
        CheckFormat.JSON: _json,
        CheckFormat.GITHUB: _github,
        CheckFormat.SARIF: _sarif,
    }[format](problems, shown, said)  # fmt: skip
    if text:
        show(text)
    return INVALID if any(p.severity == "error" for p in problems) else OK


def _shown_as(name: str, paths: Sequence[Path]) -> str:
    """The path that opens the file: rule files are named relative to their folder."""
    for path in paths:
        if path.is_file() and path.name == name:
            return path.as_posix()
        if path.is_dir() and (path / name).is_file():
            return (path / name).as_posix()
    return name


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


@dataclass(frozen=True)
class Place:
    """Where a problem stands, counted from 1; line 0 where it stands in no text."""

    file: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


def _place(problem: Diagnostic, sources: Mapping[str, Source]) -> Place:
    source = sources.get(problem.span.file) if problem.span else None
    if problem.span is None or source is None:
        return Place(problem.path or (problem.span.file if problem.span else ""))
    line, column = source.place(problem.span.start)
    end_line, end_column = source.place(max(problem.span.start, problem.span.end))
    return Place(source.name, line, column, end_line, end_column)


def _text(problems: Iterable[Diagnostic], sources: Mapping[str, Source], said: str) -> str:
    return "\n\n".join(filter(None, [render(problems, sources), said]))


def _json(problems: Iterable[Diagnostic], sources: Mapping[str, Source], _: str) -> str:
    found: list[dict[str, Any]] = []
    for problem in problems:
        place = _place(problem, sources)
        found.append({
            "code": problem.code, "severity": problem.severity, "message": problem.message,
            "file": place.file,
            "line": place.line or None, "column": place.column or None,
            "label": problem.label, "help": problem.help,
        })  # fmt: skip
    return json.dumps({"problems": found}, indent=2, ensure_ascii=False)


def _github(problems: Iterable[Diagnostic], sources: Mapping[str, Source], _: str) -> str:
    """Workflow commands: each becomes a note beside its line."""
    lines: list[str] = []
    for problem in problems:
        place = _place(problem, sources)
        fields = {"file": place.file}
        if place.line:
            fields |= {
                "line": str(place.line),
                "col": str(place.column),
                "endLine": str(place.end_line),
            }
        fields["title"] = problem.code
        given = ",".join(f"{key}={_escaped(value, in_field=True)}" for key, value in fields.items())
        message = problem.message + (f"\nhelp: {problem.help}" if problem.help else "")
        lines.append(f"::{problem.severity} {given}::{_escaped(message, in_field=False)}")
    return "\n".join(lines)


def _escaped(text: str, in_field: bool) -> str:
    escapes = {"%": "%25", "\r": "%0D", "\n": "%0A"} | (
        {":": "%3A", ",": "%2C"} if in_field else {}
    )
    return "".join(escapes.get(character, character) for character in text)


def _sarif(problems: Iterable[Diagnostic], sources: Mapping[str, Source], _: str) -> str:
    """SARIF 2.1.0, as code hosts take it in."""
    results: list[dict[str, Any]] = []
    for problem in problems:
        place = _place(problem, sources)
        physical: dict[str, Any] = {"artifactLocation": {"uri": place.file}}
        if place.line:
            physical["region"] = {
                "startLine": place.line, "startColumn": place.column,
                "endLine": place.end_line, "endColumn": place.end_column,
            }  # fmt: skip
        text = problem.message + (f" ({problem.help})" if problem.help else "")
        results.append({
            "ruleId": problem.code, "level": problem.severity, "message": {"text": text},
            "locations": [{"physicalLocation": physical}],
        })  # fmt: skip
    driver = {
        "name": "sanctions-rules", "version": __version__,
        "rules": [{"id": code} for code in sorted({r["ruleId"] for r in results})],
    }  # fmt: skip
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results},
        ],
    }  # fmt: skip
    return json.dumps(log, indent=2, ensure_ascii=False)
