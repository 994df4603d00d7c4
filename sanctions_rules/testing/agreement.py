"""Do engines agree with the reference interpreter? Programs and facts are drawn until one does not.

The reference answers of a program are worked out once, for all engines. What one engine answers
differently is made smaller, as long as it still does, and told as a document that anybody can read
and run again.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from sanctions_rules.core import Program
from sanctions_rules.engines.answers import reference
from sanctions_rules.engines.conformance import (
    Answers,
    CannotExpress,
    Data,
    Engine,
    Example,
    as_data,
    differences,
    refusal,
)
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case
from sanctions_rules.testing.choices import Seeded
from sanctions_rules.testing.drawn import facts_by
from sanctions_rules.testing.grammar import program_by, settings_by
from sanctions_rules.testing.shrink import smaller
from sanctions_rules.testing.written import program_text

FACTS_PER_PROGRAM = 50


@dataclass(frozen=True)
class Trial:
    """One program with its cases and the answers that are right."""

    program: Program
    settings: Settings
    facts: tuple[Data, ...]
    cases: tuple[Case, ...]
    expected: tuple[Answers, ...]

    def without(self, engine: Engine) -> str:
        return refusal(engine, self.program, self.settings)


@dataclass(frozen=True)
class Disagreement:
    """What an engine answered otherwise, made as small as it would go."""

    engine: str
    seed: str
    program: Program
    settings: Settings
    facts: tuple[Data, ...]  # one case, or all of them where one alone is answered well
    at: int  # which of the cases differs
    differs: Mapping[str, tuple[object, object]]
    error: str = ""

    def example(self) -> Example:
        """As an example for the corpus, with the answers of the reference."""
        cases = [build_case(facts) for facts in self.facts]
        right = [reference(self.program, c, self.settings, self.program.regimes) for c in cases]
        return Example(
            f"{self.engine} {self.seed}", "found by the agreement run", self.program, self.settings,
            tuple(zip(self.facts, right, strict=True)),
        )  # fmt: skip

    def __str__(self) -> str:
        lines = [f"{self.engine} disagrees with the reference interpreter (seed {self.seed})"]
        lines += [
            f"  {part}: {got} instead of {right}" for part, (got, right) in self.differs.items()
        ]
        lines += [f"  {self.error}"] if self.error else []
        if len(self.facts) > 1:
            lines.append(f"  only among {len(self.facts)} cases, and there in number {self.at}")
        lines += ["", program_text(self.program), "", f"settings  {self.settings}"]
        lines += [f"facts     {json.dumps(self.facts[self.at], ensure_ascii=False)}", ""]
        lines += ["as an example for tests/engines/corpus/:", json.dumps(as_data(self.example()))]
        return "\n".join(lines)


@dataclass
class Score:
    """How one engine did."""

    programs: int = 0
    cases: int = 0
    aside: int = 0  # cases that the engine left to the interpreter
    seconds: float = 0.0
    refused: Counter[str] = field(default_factory=Counter[str])  # programs, by reason
    disagreements: list[Disagreement] = field(default_factory=list[Disagreement])


@dataclass
class Report:
    """How the engines did, and what the reference took."""

    scores: dict[str, Score]
    seconds: float = 0.0  # of drawing, and of the reference

    def add(self, other: Report) -> None:
        """The figures of another run, beside these."""
        self.seconds += other.seconds
        for name, score in other.scores.items():
            mine = self.scores.setdefault(name, Score())
            mine.programs += score.programs
            mine.cases += score.cases
            mine.aside += score.aside
            mine.seconds += score.seconds
            mine.refused += score.refused
            mine.disagreements += score.disagreements

    @property
    def disagreements(self) -> list[Disagreement]:
        return [d for score in self.scores.values() for d in score.disagreements]

    def __str__(self) -> str:
        lines = [f"drawing and reference: {self.seconds:.1f} s"]
        for name, score in self.scores.items():
            rate = 1e6 * score.seconds / max(score.cases, 1)
            lines.append(
                f"{name:12} {score.programs:6} programs {score.cases:8} cases {score.seconds:7.1f} s "
                f"{rate:7.0f} us a case, {len(score.disagreements)} disagreements"
            )
            if score.aside:
                lines.append(f"  left {score.aside} cases to the interpreter")
            lines += [f"  refused {n}: {why}" for why, n in score.refused.most_common()]
        return "\n".join(lines)


def trial(
    seed: str, facts_per_program: int = FACTS_PER_PROGRAM, favour: str | None = None
) -> Trial:
    """The program of a seed, with facts and right answers. `favour`: see `program_by`."""
    draw = Seeded(seed)
    program = program_by(draw, favour)
    settings = settings_by(draw, program)
    facts = tuple(facts_by(draw, program, facts_per_program))
    cases = tuple(build_case(one) for one in facts)
    expected = tuple(reference(program, c, settings, program.regimes) for c in cases)
    return Trial(program, settings, facts, cases, expected)


def seeds(seed: int | str, programs: int) -> Iterator[str]:
    return (f"{seed}.{number}" for number in range(programs))


def run(
    engines: Sequence[Engine],
    programs: int | Mapping[str, int],
    facts_per_program: int = FACTS_PER_PROGRAM,
    seed: int | str = 1,
    budget: float | None = None,
    most: int = 1,
    draw: Callable[[str, int], Trial] | None = None,
) -> Report:
    """Compare engines on drawn programs, so many for all or for each by name.

    `budget`: seconds after which no new program is drawn. An engine that has disagreed `most` times
    is asked no more. `draw`: what gives the trial of a seed, where that is not `trial`.
    """
    wanted = {
        e.name: programs if isinstance(programs, int) else programs.get(e.name, 0) for e in engines
    }
    report = Report({e.name: Score() for e in engines})
    begun = time.monotonic()
    for number, one in enumerate(seeds(seed, max(wanted.values(), default=0))):
        asked = [
            e for e in engines
            if number < wanted[e.name] and len(report.scores[e.name].disagreements) < most
        ]  # fmt: skip
        if not asked or (budget is not None and time.monotonic() - begun > budget):
            break
        since = time.perf_counter()
        drawn = (draw or trial)(one, facts_per_program)
        report.seconds += time.perf_counter() - since
        for engine in asked:
            _compare(engine, drawn, report.scores[engine.name], one)
    for engine in engines:
        report.scores[engine.name].aside = getattr(engine, "aside", 0)
    return report


def run_apart(
    make: Callable[[], Sequence[Engine]], programs: Mapping[str, int], processes: int,
    facts_per_program: int = FACTS_PER_PROGRAM, seed: int | str = 1, budget: float | None = None,
    most: int = 1,
) -> Report:  # fmt: skip
    """As `run`, shared out to so many processes; each makes the engines for itself."""
    parts = [
        (make, {n: (c + k) // processes for n, c in programs.items()}, facts_per_program,
         f"{seed}.{k}", budget, most)
        for k in range(processes)
    ]  # fmt: skip
    report = Report({})
    if processes == 1:
        report.add(_part(*parts[0]))
        return report
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        for one in pool.map(_part, *zip(*parts, strict=True)):
            report.add(one)
    return report


def _part(
    make: Callable[[], Sequence[Engine]], programs: Mapping[str, int], facts: int, seed: str,
    budget: float | None, most: int,
) -> Report:  # fmt: skip
    return run(make(), programs, facts, seed, budget, most)


def _compare(engine: Engine, drawn: Trial, score: Score, seed: str) -> None:
    why = drawn.without(engine)
    since = time.perf_counter()
    found: tuple[int, dict[str, tuple[object, object]], str] | None = None
    if not why:
        try:
            found = first_difference(engine, drawn)
        except CannotExpress as refused:
            why = str(refused)
    score.seconds += time.perf_counter() - since
    if why:
        score.refused[why] += 1
        return
    score.programs += 1
    score.cases += len(drawn.cases)
    if found is not None:
        score.disagreements.append(_told(engine, drawn, seed, *found))


def first_difference(
    engine: Engine, drawn: Trial
) -> tuple[int, dict[str, tuple[object, object]], str] | None:
    """The first case that the engine answers otherwise; an engine that breaks, breaks on the first."""
    try:
        got = engine.answers(drawn.program, drawn.settings, drawn.cases)
    except CannotExpress:
        raise
    except Exception as error:
        return 0, {}, f"{type(error).__name__}: {error}"
    if len(got) != len(drawn.cases):
        return 0, {}, f"{len(got)} answers to {len(drawn.cases)} cases"
    for number, (one, right) in enumerate(zip(got, drawn.expected, strict=True)):
        differs = differences(one, right, engine.capabilities)
        if differs:
            return number, differs, ""
    return None


def _told(
    engine: Engine, drawn: Trial, seed: str, at: int, differs: dict[str, tuple[object, object]],
    error: str,
) -> Disagreement:  # fmt: skip
    """The disagreement on as little as it needs."""

    def again(program: Program, settings: Settings, facts: Data) -> Trial:
        case = build_case(facts)
        right = reference(program, case, settings, program.regimes)
        return Trial(program, settings, (facts,), (case,), (right,))

    def differs_on(program: Program, settings: Settings, facts: Data) -> bool:
        try:
            return first_difference(engine, again(program, settings, facts)) is not None
        except Exception:  # what the reference cannot take either is no smaller disagreement
            return False

    candidates = [drawn.facts[at]] if not error else list(drawn.facts)
    alone = next((f for f in candidates if differs_on(drawn.program, drawn.settings, f)), None)
    if alone is None:
        return Disagreement(
            engine.name, seed, drawn.program, drawn.settings, drawn.facts, at, differs, error
        )
    program, settings, facts = smaller(differs_on, drawn.program, drawn.settings, alone)
    found = first_difference(engine, again(program, settings, facts))
    assert found is not None
    return Disagreement(engine.name, seed, program, settings, (facts,), 0, found[1], found[2])
