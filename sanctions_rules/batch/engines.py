"""The engines behind one interface: rows that are facts in, a column for each part of the answer out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sanctions_rules.batch.arrow import Array, Batch, Vector, np, pa, pc
from sanctions_rules.batch.cells import Fault, sentence
from sanctions_rules.batch.results import answers_of
from sanctions_rules.batch.table import KEY, facts_of_row, rows_of
from sanctions_rules.diagnostics import FactsError, did_you_mean
from sanctions_rules.engines.answers import RegimeAnswer, reference
from sanctions_rules.engines.columnar.engine import PROBLEM
from sanctions_rules.engines.conclude import ENGINE_VERSION
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.engines.selftest import ensure_named
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law

#: By row, so few at a time that progress shows; by column, so many that each column is worth it.
BY_ROW, BY_COLUMN = 256, 65_536


@dataclass(frozen=True)
class Question:
    """What is asked of every row. `missing`: whether to say what undetermined answers wait for."""

    regimes: tuple[str, ...]
    known_on: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict[str, str])
    missing: bool = True

    def settings(self, law: Law) -> Settings:
        chosen = {p.name: p.default for p in law.program.readings}
        return Settings(self.known_on, {**chosen, **self.readings})


@dataclass(frozen=True)
class Answered:
    """The answers of the rows that `good` marks, in order, and what is wrong with the others."""

    good: Vector
    columns: Mapping[str, Array]
    faults: Sequence[Fault] = ()


@dataclass(frozen=True)
class Engine:
    """`answer` takes a batch without bad rows, and the columns of it that are facts."""

    name: str
    rows: int
    answer: Callable[[Batch, Sequence[str]], Answered]


def question_of(
    law: Law, regimes: Iterable[str] | None, known_on: date | None,
    readings: Mapping[str, str] | None, missing: bool,
) -> Question:  # fmt: skip
    """The question, looked through as `Law.decide` does. Raises LookupError."""
    question = Question(tuple(regimes or law.regimes), known_on, dict(readings or {}), missing)
    # An empty case costs little, and says of the regimes and readings what `decide` would say.
    law.decide(Case(), regimes=question.regimes, known_on=known_on, readings=question.readings)
    return question


def engine_of(name: str, law: Law, question: Question) -> Engine:
    """The engine, made ready for the question, which may take seconds for a large law.

    Raises NotTrustedError for an engine that fails the conformance self-test.
    """
    ensure_named(name)
    return ENGINES[name](law, question)


def version_of(name: str) -> str:
    """The version of the engine of that name. Raises LookupError for a name of none."""
    if name not in ENGINES:
        near = did_you_mean(name, ENGINES) or "there are: " + ", ".join(ENGINES)
        raise LookupError(f"no engine is called `{name}`; {near}")
    if name == "columnar":
        from sanctions_rules.engines.columnar import Columnar

        return Columnar.version
    if name == "compiled":
        from sanctions_rules.engines.compiled import VERSION

        return str(VERSION)
    return ENGINE_VERSION


def _interpreter(law: Law, question: Question) -> Engine:
    settings = question.settings(law)

    def decide(case: Case) -> dict[str, RegimeAnswer]:
        return reference(law.program, case, settings, question.regimes)

    def answer(batch: Batch, facts: Sequence[str]) -> Answered:
        return by_row(batch, facts, decide, question)

    return Engine("interpreter", BY_ROW, answer)


def by_row(
    batch: Batch, facts: Collection[str], decide: Callable[[Case], Mapping[str, RegimeAnswer]],
    question: Question,
) -> Answered:  # fmt: skip
    """Each row as a case. What the reader of cases refuses is a fault, whoever let it pass."""
    good = np.ones(batch.num_rows, bool)
    answers: list[Mapping[str, RegimeAnswer]] = []
    faults: list[Fault] = []
    for index, row in enumerate(rows_of(batch.select(list(facts)))):
        try:
            answers.append(decide(build_case(facts_of_row(row))))
        except FactsError as error:
            good[index] = False
            faults += [Fault(index, p.path, sentence(p.message, p.help)) for p in error.problems]
    return Answered(good, answers_of(answers, question.regimes, question.missing), faults)


def _columnar(law: Law, question: Question) -> Engine:
    from sanctions_rules.engines.columnar import Columnar

    engine = Columnar(
        law.program, question.settings(law), question.regimes, missing=question.missing
    )

    def answer(batch: Batch, facts: Sequence[str]) -> Answered:
        # Rows are named by their number here: the key of the table may be a fact as well.
        numbers = pa.array(np.arange(batch.num_rows))
        rows = pa.RecordBatch.from_arrays(
            [numbers, *(batch.column(n) for n in facts)], [KEY, *facts]
        )  # fmt: skip
        found = engine.decide_batch(rows)
        problems = found.column(PROBLEM)
        columns = {n: found.column(n) for n in found.schema.names if n not in (KEY, PROBLEM)}
        if problems.null_count == len(problems):
            return Answered(np.ones(len(problems), bool), columns)
        good = pc.is_null(problems).to_numpy(zero_copy_only=False)
        faults = [Fault(int(r), "", str(problems[int(r)])) for r in np.flatnonzero(~good)]
        mask = pa.array(good)
        return Answered(good, {n: c.filter(mask) for n, c in columns.items()}, faults)

    return Engine(engine.name, BY_COLUMN, answer)


def _compiled(law: Law, question: Question) -> Engine:
    from sanctions_rules.engines.compiled import CompiledProgram, Facts

    program = CompiledProgram(law.program, question.settings(law))

    def decide(case: Case) -> Mapping[str, RegimeAnswer]:
        return program.answers(Facts.of(case), question.regimes)

    def answer(batch: Batch, facts: Sequence[str]) -> Answered:
        return by_row(batch, facts, decide, question)

    return Engine("compiled", BY_ROW, answer)


#: By name; the first one is what is used where none is named.
ENGINES: Final[dict[str, Callable[[Law, Question], Engine]]] = {
    "columnar": _columnar,
    "compiled": _compiled,
    "interpreter": _interpreter,
}
DEFAULT: Final = next(iter(ENGINES))
