"""One intake against several: how many questions are asked until every regime is settled.

Each scenario's case is the oracle, and the intake begins with nothing known. Once all regimes that
the scenario expects something of are asked together, each fact once; once each regime is asked by
itself, as three compliance desks would. The sum of these is what one intake is measured against.
What is settled is the outcome. Questions that nobody can answer count too: they were asked.

    python -m benchmarks.intake [FILES OR FOLDERS] [--regime us --regime eu] [--limit N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sanctions_rules.facts import Case
from sanctions_rules.rulebooks import PACKAGED, Law, load
from sanctions_rules.rulebooks.explained import ExplainedDecision
from sanctions_rules.rulebooks.intake import interview
from sanctions_rules.scenario import Scenario, read_scenarios, scenario_files

ROOT = Path(__file__).resolve().parent.parent
ROWS = ROOT / "tests" / "law" / "divergence"


@dataclass(frozen=True)
class Row:
    """One case: the questions of one intake, those of each regime by itself, and how each ended."""

    name: str
    one: int
    alone: dict[str, int]
    outcomes: dict[str, str]
    unanswered: int
    seconds: float

    @property
    def together(self) -> int:
        return sum(self.alone.values())

    @property
    def saved(self) -> int:
        return self.together - self.one


def measured(law: Law, scenario: Scenario, regimes: tuple[str, ...]) -> Row:
    """Both ways of asking on one scenario. Raises AssertionError where they do not end alike."""
    full, start = scenario.case(), time.perf_counter()

    def asking(*asked: str):
        def decide(case: Case) -> ExplainedDecision:
            return law.decide(
                case, regimes=asked, about=scenario.about, known_on=scenario.known_on,
                readings=scenario.readings,
            )  # fmt: skip

        return decide

    one = interview(asking(*regimes), full)
    alone = {regime: interview(asking(regime), full) for regime in regimes}
    told = asking(*regimes)(full)
    outcomes = {regime: str(one.decision[regime].outcome) for regime in regimes}
    for regime in regimes:
        ends = {outcomes[regime], str(alone[regime].decision[regime].outcome)}
        assert ends == {str(told[regime].outcome)}, f"{scenario.name}: {regime} ends as {ends}"
    return Row(
        scenario.name, len(one.asked), {r: len(i.asked) for r, i in alone.items()}, outcomes,
        len(one.unanswered), time.perf_counter() - start,
    )  # fmt: skip


def rows(law: Law, scenarios: Iterable[Scenario], only: tuple[str, ...] = ()) -> Iterator[Row]:
    for scenario in scenarios:
        asked = tuple(r for r in only or scenario.expect if r in law.regimes)
        if asked:
            yield measured(law, scenario, asked)


def table(found: list[Row]) -> Iterator[str]:
    regimes = list(dict.fromkeys(r for row in found for r in row.alone))
    head = ["one", *regimes, "sum", "saved"]
    yield "  ".join(f"{word:>5}" for word in head) + "  case"
    for row in found:
        counts = [row.one, *(row.alone.get(r, "") for r in regimes), row.together, row.saved]
        yield "  ".join(f"{count:>5}" for count in counts) + f"  {row.name}"
    if found:
        one, together = sum(r.one for r in found), sum(r.together for r in found)
        yield ""
        yield (
            f"{len(found)} cases: {one} questions in one intake, {together} in intakes of their own; "
            f"{together - one} saved ({100 * (together - one) / max(together, 1):.0f} percent); "
            f"one intake asked more in {sum(r.saved < 0 for r in found)}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description="One intake against one for each regime.")
    parser.add_argument("paths", nargs="*", type=Path, default=[ROWS])
    parser.add_argument("--regime", action="append", default=[])
    parser.add_argument("--limit", type=int, help="so many scenarios, spread over all")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    scenarios = [
        s for path in given.paths if path.exists() for f in scenario_files(path)
        for s in read_scenarios(f)
    ]  # fmt: skip
    if not scenarios:
        print(f"no scenarios in {', '.join(map(str, given.paths))}", file=sys.stderr)
        return 1
    if given.limit:
        scenarios = scenarios[:: max(1, len(scenarios) // given.limit)][: given.limit]
    wanted = {r for s in scenarios for r in (given.regime or s.expect)}
    law = load(*(r for r in PACKAGED if r in wanted))
    found = list(rows(law, scenarios, tuple(given.regime)))
    print("\n".join(table(found)))
    if given.json:
        told = [{**vars(r), "together": r.together, "saved": r.saved} for r in found]
        given.json.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
