"""`mutate`: change the rules one place at a time; some scenario must notice."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sanctions_rules.author.mutate.bench import BrokenError, Verdict, benches_of
from sanctions_rules.author.mutate.explained import NOTHING, read_explained
from sanctions_rules.author.mutate.journal import Journal
from sanctions_rules.author.mutate.mutants import Mutant
from sanctions_rules.author.mutate.operators import OPERATORS
from sanctions_rules.author.mutate.report import Report, to_data, to_text
from sanctions_rules.author.mutate.running import run
from sanctions_rules.author.mutate.stubs import stubs
from sanctions_rules.cli import FINDINGS, INVALID, OK, show
from sanctions_rules.cli.asking import WrongUsage
from sanctions_rules.cli.formats import MutateFormat
from sanctions_rules.diagnostics import FactsError, did_you_mean
from sanctions_rules.rulebooks import packaged_files
from sanctions_rules.rulebooks.folders import read_files
from sanctions_rules.scenario import Scenario, read_scenarios, scenario_files


@dataclass(frozen=True)
class Mutating:
    """One question: these rules, changed in every way, before these scenarios."""

    rules: Sequence[Path]
    scenarios: Sequence[Path]
    including: Sequence[str] = ()
    operators: Sequence[str] = ()
    match: str = ""
    jobs: int = 1
    state: Path | None = None
    allowed: Path | None = None
    stubs: Path | None = None
    fail_under: float | None = None
    format: MutateFormat = MutateFormat.TEXT
    listing: bool = False


def mutate(asked: Mutating) -> int:
    """Try the mutants, print what became of them; return the exit code.

    Raises ProblemsError for rules, scenarios or a file of explained survivors that do not load.
    """
    for name in asked.operators:
        if name not in OPERATORS:
            near = did_you_mean(name, OPERATORS) or "they are: " + ", ".join(OPERATORS)
            raise WrongUsage(f"there is no operator `{name}`; {near}")
    try:
        wanted = re.compile(asked.match)
    except re.error as error:
        raise WrongUsage(f"--match cannot be read: {error}") from None

    def is_wanted(mutant: Mutant) -> bool:
        of_operator = not asked.operators or mutant.operator in asked.operators
        return of_operator and wanted.search(mutant.name) is not None

    explained = read_explained(asked.allowed) if asked.allowed is not None else NOTHING
    own = read_files(*asked.rules)
    files = {**packaged_files(asked.including), **own}
    try:
        scenarios = [] if asked.listing else list(_scenarios(asked.scenarios))
        benches = benches_of(files, own, scenarios)
    except BrokenError as error:
        print("these scenarios fail before anything is changed:", file=sys.stderr)
        print(*(f"  {name}: {text}" for name, text in error.failures), sep="\n", file=sys.stderr)
        return INVALID
    if asked.listing:
        show("\n".join(m.name for bench in benches for m in bench.mutants if is_wanted(m)))
        return OK
    with Journal(asked.state) as journal:
        tried = run(benches, journal, asked.jobs, is_wanted, _Progress().told)
    report = Report(tried, explained)
    if asked.format is MutateFormat.JSON:
        show(json.dumps(to_data(report), indent=2, ensure_ascii=True))
    else:
        whole = not (asked.operators or asked.match)
        show("\n".join(to_text(report, whole)))
    if asked.stubs is not None:
        of = {id(m): number for number, bench in enumerate(benches) for m in bench.mutants}
        left = [(of[id(t.mutant)], t.mutant.name) for t in report.unexplained]
        text = stubs(benches, left, asked.jobs, _Progress("stubs").shown)
        asked.stubs.write_text(text, encoding="utf-8")
    is_low = asked.fail_under is not None and report.score.percent < asked.fail_under
    unsaid = asked.allowed is not None and report.unexplained
    return FINDINGS if is_low or unsaid else OK


def _scenarios(paths: Sequence[Path]) -> list[Scenario]:
    found = [s for path in paths for file in scenario_files(path) for s in read_scenarios(file)]
    if not found:
        from sanctions_rules.diagnostics import Diagnostic

        raise FactsError(
            [Diagnostic("no-scenario", "there is no scenario here", path=str(paths[0]))]
        )
    return found


class _Progress:
    """One line that is written over, on a terminal and nowhere else."""

    def __init__(self, what: str = "mutants") -> None:
        self._what = what
        self._survived = 0
        self._shows = sys.stderr.isatty()

    def told(self, done: int, of: int, verdict: Verdict) -> None:
        self._survived += verdict.state == "survived"
        self.shown(done, of, f", {self._survived} new survivors")

    def shown(self, done: int, of: int, more: str = "") -> None:
        if self._shows:
            width = 30 * done // max(of, 1)
            bar = "#" * width + "." * (30 - width)
            end = "\n" if done == of else ""
            print(f"\r[{bar}] {done}/{of} {self._what}{more}", end=end, file=sys.stderr)
