"""The engine for tables: a program, settings and regimes once, then batch after batch.

Whatever a vector cannot say exactly falls back to an engine for one case, and is counted, so
that the answer is always the same. A row that is no case is answered with what is wrong with it.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, Final

from sanctions_rules.core import Norm, Program
from sanctions_rules.decision import DutyState, Outcome
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.engines.answers import RegimeAnswer, reference
from sanctions_rules.engines.columnar.arrow import Array, np, pa
from sanctions_rules.engines.columnar.checking import check
from sanctions_rules.engines.columnar.concluding import (
    OUTCOMES,
    PARTS,
    Found,
    found_of,
    joined,
    outcome_of,
)
from sanctions_rules.engines.columnar.facts import Facts, Lexicons
from sanctions_rules.engines.columnar.leaves import Gathered
from sanctions_rules.engines.columnar.listing import Ids, listed
from sanctions_rules.engines.columnar.missing import Missing
from sanctions_rules.engines.columnar.plan import Node, Plan, UnsupportedError, plan_of
from sanctions_rules.engines.columnar.run import Run
from sanctions_rules.engines.columnar.shape import problems_of
from sanctions_rules.engines.columnar.spaces import spaces_of
from sanctions_rules.engines.compiled import CompiledProgram
from sanctions_rules.engines.compiled import Facts as Plain
from sanctions_rules.engines.conclude import asked_norms
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case
from sanctions_rules.tabular import KEY, facts_of_row

#: A lexicon that has seen so many values is started anew with the next batch.
LARGEST_LEXICON: Final = 50_000
PROBLEM: Final = "problem"
#: So many rows are worked out together: enough that each step is worth its call, and so few that
#: vectors stay near the processor; fewer where all is kept to say what is missing, which for a row
#: of the whole law comes to 50 KB.
MOST: Final = 32_768
MOST_KEPT: Final = 8_192


class Columnar:
    """One program under one set of settings, for batches of facts in their Arrow form."""

    name = "columnar"
    version = "1"
    capabilities = frozenset({"missing", "closures", "duties"})

    def __init__(
        self, program: Program, settings: Settings, regimes: Iterable[str], *,
        about: tuple[str, ...] = (), key: str = KEY, kept: Collection[str] = (), missing: bool = True,
    ) -> None:  # fmt: skip
        self.program = program
        self.settings = settings
        self.regimes = tuple(regimes)
        self.about = about
        self.key = key
        self.kept = frozenset(kept)
        self.missing = missing
        #: Rows that were answered by the interpreter, and rows that are no cases.
        self.fallen_back = 0
        self.refused = 0
        self.norms = {regime: asked_norms(program, regime, about) for regime in self.regimes}
        self.plan = plan_of(program)
        self.unsupported = ""
        #: Of each thread at work its own; those that are not in use.
        self._lexicons: list[Lexicons] = []
        self._lock = Lock()
        #: Whether it pays to sort the rows; how few, and how many, are worked out together.
        #: How many rows are worked out together at most.
        self.most = MOST_KEPT if missing else MOST
        #: Of each node, after how many norms it is not asked for.
        self._last: dict[int, int] = {}
        try:
            with self.plan.lock:
                self._prepare()
        except UnsupportedError as problem:
            self.unsupported = str(problem)

    def _prepare(self) -> None:
        for norms in self.norms.values():
            for norm in norms:
                for name in _definitions_of(norm):
                    self.plan.definition(name)
                if norm.collection is not None:
                    self.plan.node_of(norm.collection, {})
        for closure in list(self.plan.closures.values()):
            for way in closure.ways:
                self.plan.counted(way, closure)
        every = [norm for norms in self.norms.values() for norm in norms]
        for turn in reversed(range(len(every))):
            for number in self.plan.below(_roots_of(every[turn], self.plan), self._last):
                self._last[number] = turn

    def decide_batch(self, batch: Any) -> Any:
        """The answers to a record batch (or a small table): a row for each row, in order.

        Raises FactsError where the table as a whole cannot be read as facts.
        """
        problems = problems_of(batch.schema, self.key, self.kept)
        if problems:
            raise FactsError(problems)
        if isinstance(batch, pa.Table):
            batch = batch.combine_chunks()
        pieces: list[Piece] = []
        if not self.unsupported:
            with self._lock:
                lexicons = self._lexicons.pop() if self._lexicons else {}
            lexicons = {k: v for k, v in lexicons.items() if len(v.values) <= LARGEST_LEXICON}
            number = -(-batch.num_rows // self.most)
            size = -(-batch.num_rows // max(number, 1))  # alike, so that none is too small
            for start in range(0, batch.num_rows, max(size, 1)):
                pieces.append(self._piece(start, batch.slice(start, size), lexicons))
            self._lexicons.append(lexicons)
        return self._answered(batch, pieces)

    def decide_batches(self, batches: Iterable[Any], threads: int = 2) -> Iterator[Any]:
        """The answers to batch after batch, in order, while others are read and worked out.

        At most `threads` batches are at work, and one more is read ahead.
        """
        with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(threads) as workers:
            source = iter(batches)
            ahead = reader.submit(next, source, None)
            at_work = deque[Any]()
            while True:
                batch = ahead.result()
                if batch is None:
                    break
                ahead = reader.submit(next, source, None)
                at_work.append(workers.submit(self.decide_batch, batch))
                if len(at_work) > threads:
                    yield at_work.popleft().result()
            while at_work:
                yield at_work.popleft().result()

    def _piece(self, start: int, some: Any, lexicons: Lexicons) -> Piece:
        """What stands in the rows from `start` on; nothing of how it was found is kept."""
        facts = Facts(spaces_of(some, self.key, self.kept), lexicons)
        check(facts)
        run = Run(self.plan, facts, self.settings, None if self.missing else self._last)
        try:
            run.leave_spoilt()
            found: dict[str, Found] = {}
            turn = 0
            for regime, norms in self.norms.items():
                found[regime] = found_of(run, norms, turn)
                turn += len(norms)
            run.leave_spoilt()
            missing: dict[str, Asked] = {}
            for regime, one in found.items() if self.missing else ():
                walk = Missing(run, Gathered(facts))
                walk.walk(one, outcome_of(one, run.rows))
                left = walk.aside & ~run.set_aside
                pairs, words = walk.gathered.listed(~run.set_aside & ~walk.aside)
                pairs[:, 0] += start
                missing[regime] = Asked(pairs, words, start + np.flatnonzero(left))
            return Piece(
                {regime: one.moved(start) for regime, one in found.items()},
                start + np.flatnonzero(run.set_aside), missing,
            )  # fmt: skip
        finally:
            run.close()

    def answers(self, table: Any) -> list[dict[str, RegimeAnswer]]:
        """The answers to a table as plain data. Raises FactsError for a row that is no case."""
        made: list[dict[str, RegimeAnswer]] = []
        for row in self.decide_batch(table).to_pylist():
            if row[PROBLEM] is not None:
                raise ValueError(f"{row[self.key]}: {row[PROBLEM]}")
            made.append({regime: _answer(row, regime) for regime in self.regimes})
        return made

    # -- by the interpreter ----------------------------------------------------------------------

    def _by_interpreter(
        self, batch: Any, rows: Array, regimes: tuple[str, ...]
    ) -> tuple[dict[int, dict[str, RegimeAnswer]], dict[int, str]]:
        answers: dict[int, dict[str, RegimeAnswer]] = {}
        problems: dict[int, str] = {}
        for start in range(0, len(rows), 1024):
            some = rows[start : start + 1024]
            try:
                plain: list[Any] = batch.take(pa.array(some)).to_pylist()
            except ValueError:
                plain = [_one_row(batch, row) for row in some.tolist()]
            for row, cells in zip(some.tolist(), plain, strict=True):
                try:
                    if isinstance(cells, str):
                        raise FactsError([])
                    case = build_case(facts_of_row(cells, self.key, self.kept))
                except FactsError as problem:
                    problems[row] = cells if isinstance(cells, str) else str(problem)
                    continue
                answers[row] = self._one(case, regimes)
        with self._lock:
            self.fallen_back += len(answers)
            self.refused += len(problems)
        return answers, problems

    def _one(self, case: Case, regimes: tuple[str, ...]) -> dict[str, RegimeAnswer]:
        """One row that vectors do not hold; only the reference says what is missing."""
        if self.missing:
            return reference(self.program, case, self.settings, regimes, self.about)
        return self._compiled.answers(Plain.of(case), regimes, self.about)

    @cached_property
    def _compiled(self) -> CompiledProgram:
        return CompiledProgram(self.program, self.settings)

    # -- the answers as a batch ------------------------------------------------------------------

    def _answered(self, batch: Any, pieces: list[Piece]) -> Any:
        n = batch.num_rows
        aside = np.full(n, not pieces)
        for piece in pieces:
            aside[piece.aside] = True
        answers, problems = self._by_interpreter(batch, np.flatnonzero(aside), self.regimes)
        keep = ~aside
        names: list[str] = [self.key, PROBLEM]
        columns: list[Any] = [
            batch.column(batch.schema.get_field_index(self.key)),
            pa.array([problems.get(i) for i in range(n)], pa.string())
            if problems
            else pa.nulls(n, pa.string()),
        ]
        if isinstance(columns[0], pa.ChunkedArray):
            columns[0] = columns[0].combine_chunks()
        refused = np.zeros(n, bool)
        refused[list(problems)] = True
        for regime in self.regimes:
            one = joined([piece.found[regime] for piece in pieces])
            own = {row: answer[regime] for row, answer in answers.items()}
            outcome = outcome_of(one, n)
            for row, answer in own.items():
                outcome[row] = OUTCOMES.index(answer.outcome)
            names.append(f"{regime}_outcome")
            columns.append(pa.DictionaryArray.from_arrays(
                pa.array(outcome, mask=refused), pa.array([str(o) for o in OUTCOMES])
            ))  # fmt: skip
            ids = Ids(self.norms[regime])
            for part in PARTS:
                names.append(f"{regime}_{part}")
                told = [(row, getattr(answer, part)) for row, answer in own.items()]
                columns.append(ids.lists(n, getattr(one, part), keep, told, refused))
            names.append(f"{regime}_duties")
            columns.append(ids.duties(n, one, keep, own, refused))
            names.append(f"{regime}_missing")
            columns.append(self._missing(batch, pieces, regime, own, refused))
        return pa.RecordBatch.from_arrays(columns, names=names)

    def _missing(
        self, batch: Any, pieces: list[Piece], regime: str, own: dict[int, RegimeAnswer],
        refused: Array,
    ) -> Any:  # fmt: skip
        n = batch.num_rows
        if not self.missing:
            return pa.nulls(n, pa.list_(pa.dictionary(pa.int32(), pa.string())))
        asked = [piece.missing[regime] for piece in pieces]
        left = np.concatenate([np.zeros(0, np.int64), *(one.left for one in asked)])
        answers, _ = self._by_interpreter(batch, left, (regime,))
        told = {row: answer.missing or () for row, answer in own.items()}
        told.update({row: answer[regime].missing or () for row, answer in answers.items()})
        words: dict[str, int] = {}
        parts = [np.zeros((0, 2), np.int64)]
        for one in asked:  # the texts of each piece are in order; a row is of one piece
            numbers = [words.setdefault(word, len(words)) for word in one.words]
            pairs = one.pairs.copy()
            pairs[:, 1] = np.array(numbers, np.int64)[pairs[:, 1]]
            parts.append(pairs)
        more = [(row, words.setdefault(w, len(words))) for row, t in told.items() for w in t]
        parts.append(np.array(more, np.int64).reshape(-1, 2))
        return listed(n, np.concatenate(parts), list(words), refused)


@dataclass(frozen=True, slots=True)
class Asked:
    """What undetermined answers wait for: (row, number of a text), the texts, and rows that are left."""

    pairs: Array
    words: list[str]
    left: Array


@dataclass(frozen=True, slots=True)
class Piece:
    """What was worked out of some rows of a batch. `aside`: those that vectors do not hold."""

    found: dict[str, Found]
    aside: Array
    missing: dict[str, Asked]


def _definitions_of(norm: Norm) -> Iterable[str]:
    yield from (norm.in_force, norm.bound, norm.pattern, norm.body, norm.engaged, norm.effective)
    if norm.conflict:
        yield norm.conflict
    if norm.duty is not None:
        yield from (n for n in (norm.duty.met, norm.duty.over) if n)


def _roots_of(norm: Norm, plan: Plan) -> list[Node]:
    roots = [plan.definition(name) for name in _definitions_of(norm)]
    return roots if norm.collection is None else [*roots, plan.node_of(norm.collection, {})]


def _one_row(batch: Any, row: int) -> dict[str, Any] | str:
    try:
        return batch.slice(row, 1).to_pylist()[0]
    except ValueError as problem:
        return str(problem)


def _answer(row: dict[str, Any], regime: str) -> RegimeAnswer:
    missing = row[f"{regime}_missing"]
    return RegimeAnswer(
        regime,
        Outcome(row[f"{regime}_outcome"]),
        duties=tuple((d["norm"], DutyState(d["state"])) for d in row[f"{regime}_duties"]),
        missing=None if missing is None else tuple(missing),
        **{part: tuple(row[f"{regime}_{part}"]) for part in PARTS},
    )
