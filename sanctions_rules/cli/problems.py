"""Problems of rule text for a person, a program, a code host or a test report.

What `check` refuses and what `lint` finds look alike: a severity (error, warning or info), a code, a
place. Every form is made of `Diagnostic`s alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from sanctions_rules import __version__
from sanctions_rules.cli.formats import CheckFormat
from sanctions_rules.cli.junit import printable, suites
from sanctions_rules.diagnostics import Diagnostic, render
from sanctions_rules.source import Source

#: A severity in the words of code hosts, where they have another word.
_GITHUB: Final = {"info": "notice"}
_SARIF: Final = {"info": "note"}


def shown(
    problems: Sequence[Diagnostic], sources: Mapping[str, Source], format: CheckFormat,
    *, said: str = "", paths: Sequence[Path] = (), about: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """The problems in a form. `said`: a last line for people. `about`: what codes mean, for SARIF."""
    named = {name: Source(_shown_as(name, paths), source.text) for name, source in sources.items()}
    match format:
        case CheckFormat.TEXT:
            return "\n\n".join(filter(None, [render(problems, named), said]))
        case CheckFormat.JSON:
            return _json(problems, named)
        case CheckFormat.GITHUB:
            return _github(problems, named)
        case CheckFormat.SARIF:
            return _sarif(problems, named, about or {})
        case CheckFormat.JUNIT:
            return _junit(problems, named)


def _shown_as(name: str, paths: Sequence[Path]) -> str:
    """The path that opens the file: rule files are named relative to their folder."""
    found = path_of(name, paths)
    return found.as_posix() if found else name


def path_of(name: str, paths: Sequence[Path]) -> Path | None:
    """The file that a rule file was read from, among the paths that were given."""
    for path in paths:
        if path.is_file() and path.name == name:
            return path
        if path.is_dir() and (path / name).is_file():
            return path / name
    return None


def count(number: int, what: str) -> str:
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


def _json(problems: Iterable[Diagnostic], sources: Mapping[str, Source]) -> str:
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


def _github(problems: Iterable[Diagnostic], sources: Mapping[str, Source]) -> str:
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
        command = _GITHUB.get(problem.severity, problem.severity)
        lines.append(f"::{command} {given}::{_escaped(message, in_field=False)}")
    return "\n".join(lines)


def _escaped(text: str, in_field: bool) -> str:
    escapes = {"%": "%25", "\r": "%0D", "\n": "%0A"} | (
        {":": "%3A", ",": "%2C"} if in_field else {}
    )
    return "".join(escapes.get(character, character) for character in text)


def _sarif(
    problems: Iterable[Diagnostic], sources: Mapping[str, Source], about: Mapping[str, str]
) -> str:
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
            "ruleId": problem.code, "level": _SARIF.get(problem.severity, problem.severity),
            "message": {"text": text}, "locations": [{"physicalLocation": physical}],
        })  # fmt: skip
    rules = [
        {"id": code} | ({"shortDescription": {"text": about[code]}} if code in about else {})
        for code in sorted({r["ruleId"] for r in results})
    ]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "sanctions-rules", "version": __version__, "rules": rules}},
            "columnKind": "unicodeCodePoints", "results": results,
        }],
    }  # fmt: skip
    return json.dumps(log, indent=2, ensure_ascii=False)


def _junit(problems: Iterable[Diagnostic], sources: Mapping[str, Source]) -> str:
    """A file without a problem is a test that passed; each problem is one that failed."""
    cases: dict[str, list[ElementTree.Element]] = {s.name: [] for s in sources.values()}
    for problem in problems:
        place = _place(problem, sources)
        where = printable(f"{place.file}:{place.line}" if place.line else place.file)
        case = ElementTree.Element(
            "testcase", {"classname": printable(place.file), "name": f"{problem.code} {where}"}
        )
        failure = ElementTree.SubElement(
            case, "failure",
            {"type": problem.severity, "message": printable(problem.message)},
        )  # fmt: skip
        failure.text = printable(f"{where}\n{problem.help}".rstrip())
        cases.setdefault(place.file, []).append(case)
    passed = [
        ElementTree.Element("testcase", {"classname": printable(name), "name": printable(name)})
        for name, found in cases.items() if not found
    ]  # fmt: skip
    return suites([*passed, *(case for found in cases.values() for case in found)])
