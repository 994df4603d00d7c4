"""`make lint-law`: the packaged law with all its scenarios, and each defect in ten places of it.

Prints what is found, what is silenced, and a table of the checks; leaves with 1 where the law is not
clean or a check did not fire. `--places N`, `--only CODE`, `--no-scenarios` make it shorter.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lint.planters import PLANTERS
from lint.planting import PLACES, law, run, table

from sanctions_rules import rulebooks
from sanctions_rules.author.coverage import coverage
from sanctions_rules.author.coverage.allowed import excused, read_allowed
from sanctions_rules.diagnostics import render_one
from sanctions_rules.lint import lint
from sanctions_rules.lint.book import Book
from sanctions_rules.scenario import read_scenarios, scenario_files

SCENARIOS = Path(__file__).parent.parent / "law"
ALLOWED = SCENARIOS.parent / "coverage_allowed.toml"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--places", type=int, default=PLACES)
    parser.add_argument("--only", action="append")
    parser.add_argument("--no-scenarios", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    book = law().book
    if not asked.no_scenarios:
        read = [s for f in scenario_files(SCENARIOS) for s in read_scenarios(f)]
        covered = excused(coverage(rulebooks.load(), read), read_allowed(ALLOWED))[0]
        book = Book(book.rulebook, book.sources, covered=covered)
    report = lint(book)
    for one in report.findings:
        print(render_one(one.diagnostic, book.sources), end="\n\n")
    print(f"the packaged law: {len(report.findings)} findings, {len(report.silenced)} silenced\n")
    chosen = {code: p for code, p in PLANTERS.items() if not asked.only or code in asked.only}
    outcomes = run(chosen, asked.places, asked.seed)
    print("\n".join(table(outcomes, asked.places)))
    missed = [(one.code, plant) for one in outcomes for plant in one.missed]
    for code, plant in missed:
        print(f"not seen: {code} in {plant.blocks[0].id}")
    none = [one.code for one in outcomes if not one.fired]
    print(
        f"\n{sum(o.fired for o in outcomes)} fired, {len(missed)} not seen, {len(none)} checks without a place"
    )
    return 1 if report.findings or missed or none else 0


if __name__ == "__main__":
    sys.exit(main())
