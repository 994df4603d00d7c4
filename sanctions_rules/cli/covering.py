"""`coverage`: which ways scenarios take the texts of the law, their lines and their times."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

from sanctions_rules.author.coverage import Covered, Level, count
from sanctions_rules.author.coverage.allowed import excused, read_allowed
from sanctions_rules.author.coverage.html import to_html
from sanctions_rules.author.coverage.machines import to_cobertura, to_lcov
from sanctions_rules.author.coverage.pages import report, to_json
from sanctions_rules.author.coverage.parts import coverage_of
from sanctions_rules.cli import FINDINGS, INVALID, OK, show
from sanctions_rules.cli.asking import law_of
from sanctions_rules.cli.formats import CoverageFormat
from sanctions_rules.diagnostics import ProblemsError
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import read_scenarios, scenario_files


@dataclass(frozen=True)
class Coverage:
    """What is asked of `coverage`, apart from the law and the scenarios."""

    levels: Sequence[Level] = ()
    format: CoverageFormat = CoverageFormat.TEXT
    least: float | None = None
    allowed: Path | None = None
    jobs: int = 1


def cover(
    paths: Sequence[Path], rules: Sequence[Path], including: Sequence[str], asked: Coverage
) -> int:
    """Show the coverage by all scenarios under `paths`; FINDINGS below the least, or where an entry is stale."""
    try:
        entries = read_allowed(asked.allowed) if asked.allowed is not None else ()
        scenarios = [s for p in paths for f in scenario_files(p) for s in read_scenarios(f)]
        law, all_found = coverage_of(
            partial(law_of, tuple(rules), tuple(including)), scenarios, asked.jobs
        )
    except ProblemsError as error:
        print(error, file=sys.stderr)
        return INVALID
    # law that is built upon has tests of its own
    packaged = tuple(f"{regime}/" for regime in including) or ("\0",)
    own = [c for c in all_found if not c.block.head.file.startswith(packaged)]
    found, stale = excused(own, entries)
    show(_shown(law, found, stale, rules, asked))
    enough = asked.least is None or count(found, *asked.levels).percent >= asked.least
    return OK if enough and not stale else FINDINGS


def _shown(
    law: Law, found: Sequence[Covered], stale: Sequence[str], rules: Sequence[Path], asked: Coverage
) -> str:
    match asked.format:
        case CoverageFormat.TEXT:
            return "\n".join(report(found, asked.levels, stale))
        case CoverageFormat.JSON:
            return to_json(found, stale)
        case CoverageFormat.HTML:
            return to_html(found, law.compiled.text.sources, asked.levels, stale).rstrip("\n")
        case CoverageFormat.COBERTURA:
            roots = map(str, rules or [files("sanctions_rules.rulebooks")])
            return to_cobertura(found, roots, round(time.time() * 1000)).rstrip("\n")
        case CoverageFormat.LCOV:
            return to_lcov(found).rstrip("\n")
