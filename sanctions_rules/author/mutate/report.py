"""What a run over all mutants shows: how many by operator and by provision, and who survived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sanctions_rules.author.mutate.bench import State
from sanctions_rules.author.mutate.explained import NOTHING, Explained
from sanctions_rules.author.mutate.operators import OPERATORS
from sanctions_rules.author.mutate.running import Tried

SCHEMA = "sanctions_rules.mutation/1"


@dataclass(frozen=True)
class Score:
    """How many mutants there are, and what became of them. All of them count, equivalent or not."""

    killed: int = 0
    refused: int = 0
    survived: int = 0

    @classmethod
    def of(cls, tried: Iterable[Tried]) -> Score:
        count = Counter(one.verdict.state for one in tried)
        return cls(count[State.KILLED], count[State.REFUSED], count[State.SURVIVED])

    @property
    def mutants(self) -> int:
        return self.killed + self.refused + self.survived

    @property
    def percent(self) -> float:
        """How many were noticed, 0 to 100; with no mutants nothing went unnoticed."""
        return 100 * (self.killed + self.refused) / self.mutants if self.mutants else 100.0

    @property
    def percent_by_scenarios(self) -> float:
        """The same of those that load: what the scenarios do without the language's own checks."""
        loading = self.killed + self.survived
        return 100 * self.killed / loading if loading else 100.0

    @property
    def data(self) -> dict[str, Any]:
        return {
            "mutants": self.mutants, "killed": self.killed, "refused": self.refused,
            "survived": self.survived, "percent": round(self.percent, 2),
            "percent_by_scenarios": round(self.percent_by_scenarios, 2),
        }  # fmt: skip


@dataclass(frozen=True)
class Report:
    tried: Sequence[Tried]
    explained: Explained = NOTHING

    @property
    def score(self) -> Score:
        return Score.of(self.tried)

    @property
    def survivors(self) -> list[Tried]:
        return [one for one in self.tried if one.verdict.state is State.SURVIVED]

    @property
    def unexplained(self) -> list[Tried]:
        return [one for one in self.survivors if not self.explained.reason(one.mutant.name)]

    @property
    def unused(self) -> list[str]:
        """What is explained and does not survive."""
        return self.explained.unused(one.mutant.name for one in self.survivors)

    def by_operator(self) -> dict[str, Score]:
        return {
            name: score for name in OPERATORS
            if (score := Score.of(t for t in self.tried if t.mutant.operator == name)).mutants
        }  # fmt: skip

    def by_provision(self) -> dict[str, Score]:
        found: dict[str, list[Tried]] = {}
        for one in self.tried:
            found.setdefault(one.mutant.block, []).append(one)
        return {name: Score.of(tried) for name, tried in found.items()}


def to_text(report: Report, whole: bool = True) -> Iterator[str]:
    """Each survivor with its place, counts by operator and by provision, and one line in all.

    `whole`: every mutant was asked for, so that what is explained and was not met is worth a line.
    """
    for one in report.survivors:
        reason = report.explained.reason(one.mutant.name)
        yield f"{one.mutant.place}: {one.mutant.name}"
        yield f"    {f'explained: {reason}' if reason else _reach(one)}"
    yield from _table("operator", report.by_operator())
    surviving = {n: s for n, s in report.by_provision().items() if s.survived}
    yield from _table("provision", surviving)
    unused = report.unused if whole else []
    if unused:
        yield "explained, but nothing of that name survives:"
        yield from (f"    {name}" for name in unused)
    score, left = report.score, len(report.unexplained)
    yield (
        f"{score.percent:.2f} % of {score.mutants} mutants noticed: {score.killed} killed, {score.refused} "
        f"refused, {score.survived} survived, {score.survived - left} of them explained "
        f"({score.percent_by_scenarios:.2f} % without those refused)"
    )


def _reach(one: Tried) -> str:
    found = one.verdict
    return f"scenarios that asked for it: {found.reached}; decided again: {found.run}"


def _table(what: str, scores: dict[str, Score]) -> Iterator[str]:
    if not scores:
        return
    wide = max(len(name) for name in (what, *scores))
    yield ""
    yield f"{what:{wide}}  mutants  killed  refused  survived  percent"
    for name, s in scores.items():
        yield (
            f"{name:{wide}}  {s.mutants:7}  {s.killed:6}  {s.refused:7}  {s.survived:8}  {s.percent:7.2f}"
        )
    yield ""


def to_data(report: Report) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "score": report.score.data | {"explained": len(report.survivors) - len(report.unexplained)},
        "operators": {name: score.data for name, score in report.by_operator().items()},
        "provisions": {name: score.data for name, score in report.by_provision().items()},
        "mutants": [
            {
                "name": t.mutant.name, "provision": t.mutant.block, "operator": t.mutant.operator,
                "file": t.mutant.file, "line": t.mutant.line, "state": str(t.verdict.state), "by": t.verdict.by,
                "reached": t.verdict.reached, "run": t.verdict.run,
                "reason": report.explained.reason(t.mutant.name) if t.verdict.state is State.SURVIVED else "",
            }
            for t in report.tried
        ],
        "unused": report.unused,
    }  # fmt: skip
