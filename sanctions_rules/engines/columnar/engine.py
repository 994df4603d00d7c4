"""The engine for tables: a program, settings and regimes once, then batch after batch.

Whatever a vector cannot say exactly falls back to an engine for one case, and is counted, so
that the answer is always the same. A row that is no case is answered with what is wrong with it.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any, Final

from sanctions_rules.core import Norm, Program
from sanctions_rules.decision import DutyState, Outcome
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.engines.answers import RegimeAnswer, reference
from sanctions_rules.engines.columnar.arrow import Array, np, pa
from sanctions_rules.engines.columnar.concluding import PARTS, Found, found_of
from sanctions_rules.engines.columnar.facts import Facts, Lexicons
from sanctions_rules.engines.columnar.leaves import Gathered
from sanctions_rules.engines.columnar.missing import Missing
from sanctions_rules.engines.columnar.plan import UnsupportedError, plan_of
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
_OUTCOMES: Final = tuple(Outcome)


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
        self._lexicons: Lexicons = {}
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

    def decide_batch(self, batch: Any) -> Any:
        """The answers to a record batch (or a small table): a row for each row, in order.

        Raises FactsError where the table as a whole cannot be read as facts.
        """
        problems = problems_of(batch.schema, self.key, self.kept)
        if problems:
            raise FactsError(problems)
        if isinstance(batch, pa.Table):
            batch = batch.combine_chunks()
        for key, lexicon in list(self._lexicons.items()):
            if len(lexicon.values) > LARGEST_LEXICON:
                del self._lexicons[key]
        found: dict[str, Found] = {}
        aside = np.ones(batch.num_rows, bool)
        run: Run | None = None
        if not self.unsupported and batch.num_rows:
            facts = Facts(spaces_of(batch, self.key, self.kept), self._lexicons)
            facts.check()
            run = Run(self.plan, facts, self.settings)
            for space in facts.spaces.values():
                for items in space.bad:
                    run.set_aside[space.row[items]] = True
            found = {regime: found_of(run, norms) for regime, norms in self.norms.items()}
            for space in facts.spaces.values():
                for items in space.bad:
                    run.set_aside[space.row[items]] = True
            aside = run.set_aside
        return self._answered(batch, run, found, aside)

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

    def _answered(self, batch: Any, run: Run | None, found: dict[str, Found], aside: Array) -> Any:
        answers, problems = self._by_interpreter(batch, np.flatnonzero(aside), self.regimes)
        n = batch.num_rows
        keep = ~aside
        names: list[str] = [self.key, PROBLEM]
        columns: list[Any] = [
            batch.column(batch.schema.get_field_index(self.key)),
            pa.array([problems.get(i) for i in range(n)] if problems else [None] * n, pa.string()),
        ]
        if isinstance(columns[0], pa.ChunkedArray):
            columns[0] = columns[0].combine_chunks()
        refused = np.zeros(n, bool)
        refused[list(problems)] = True
        for regime in self.regimes:
            norms = self.norms[regime]
            one = found.get(regime, Found())
            own = {row: answer[regime] for row, answer in answers.items()}
            outcome = np.full(n, _OUTCOMES.index(Outcome.NOT_PROHIBITED), np.int8)
            for part, value in (
                (one.lifted, Outcome.AUTHORISED), (one.undecided, Outcome.UNDETERMINED),
                (one.fired, Outcome.PROHIBITED),
            ):  # fmt: skip
                for _, rows in part:
                    outcome[rows] = _OUTCOMES.index(value)
            for row, answer in own.items():
                outcome[row] = _OUTCOMES.index(answer.outcome)
            names.append(f"{regime}_outcome")
            columns.append(pa.DictionaryArray.from_arrays(
                pa.array(outcome, mask=refused), pa.array([str(o) for o in _OUTCOMES])
            ))  # fmt: skip
            ids = _Ids(norms)
            for part in PARTS:
                names.append(f"{regime}_{part}")
                told = [(row, getattr(answer, part)) for row, answer in own.items()]
                columns.append(ids.lists(n, getattr(one, part), keep, told, refused))
            names.append(f"{regime}_duties")
            columns.append(ids.duties(n, one, keep, own, refused))
            names.append(f"{regime}_missing")
            columns.append(self._missing(batch, run, regime, one, outcome, keep, own, refused))
        return pa.RecordBatch.from_arrays(columns, names=names)

    def _missing(
        self, batch: Any, run: Run | None, regime: str, one: Found, outcome: Array, keep: Array,
        own: dict[int, RegimeAnswer], refused: Array,
    ) -> Any:  # fmt: skip
        n = batch.num_rows
        if not self.missing:
            return pa.nulls(n, pa.list_(pa.dictionary(pa.int32(), pa.string())))
        pairs, words = np.zeros((0, 2), np.int64), list[str]()
        told = {row: answer.missing or () for row, answer in own.items()}
        if run is not None:
            walk = Missing(run, Gathered(run.facts))
            walk.walk(one, outcome)
            left = np.flatnonzero(walk.aside & keep)
            pairs, words = walk.gathered.listed(keep & ~walk.aside)
            answers, _ = self._by_interpreter(batch, left, (regime,))
            told.update({row: answer[regime].missing or () for row, answer in answers.items()})
        if told:
            numbers = {word: i for i, word in enumerate(words)}
            more = [
                (row, numbers.setdefault(w, len(numbers))) for row, t in told.items() for w in t
            ]
            words = list(numbers)
            pairs = np.concatenate([pairs, np.array(more, np.int64).reshape(-1, 2)])
        return _listed(n, pairs, words, refused)


def _definitions_of(norm: Norm) -> Iterable[str]:
    yield from (norm.in_force, norm.bound, norm.pattern, norm.body, norm.engaged, norm.effective)
    if norm.conflict:
        yield norm.conflict
    if norm.duty is not None:
        yield from (n for n in (norm.duty.met, norm.duty.over) if n)


def _one_row(batch: Any, row: int) -> dict[str, Any] | str:
    try:
        return batch.slice(row, 1).to_pylist()[0]
    except ValueError as problem:
        return str(problem)


class _Ids:
    """The ids of a regime's norms as a dictionary, and lists of them by row."""

    def __init__(self, norms: list[Norm]) -> None:
        self.words = list(dict.fromkeys(norm.id for norm in norms))
        numbers = {word: i for i, word in enumerate(self.words)}
        self.of = [numbers[norm.id] for norm in norms]
        self.numbers = numbers
        self.is_shared = len(self.words) < len(norms)

    def lists(
        self, n: int, found: list[tuple[int, Array]], keep: Array,
        told: list[tuple[int, tuple[str, ...]]], refused: Array,
    ) -> Any:  # fmt: skip
        parts = [np.stack([rows, np.full(len(rows), self.of[k])], 1) for k, rows in found]
        pairs = np.concatenate(parts) if parts else np.zeros((0, 2), np.int64)
        pairs = pairs[keep[pairs[:, 0]]]
        if self.is_shared:
            pairs = _once(pairs, len(self.words))
        more = [(row, self.numbers[word]) for row, ids in told for word in ids]
        if more:
            pairs = np.concatenate([pairs, np.array(more)])
        return _listed(n, pairs, self.words, refused)

    def duties(
        self, n: int, found: Found, keep: Array, own: dict[int, RegimeAnswer], refused: Array
    ) -> Any:
        states = list(DutyState)
        by_norm: dict[int, list[tuple[int, Array]]] = {}
        for k, state, rows in found.duties:
            by_norm.setdefault(self.of[k], []).append((states.index(state), rows))
        # The states of one norm stand together, in the order of the states.
        pairs: list[Array] = []
        for word, held in by_norm.items():
            for state in range(len(states)):
                rows = [r for s, r in held if s == state]
                if rows:
                    at = np.unique(np.concatenate(rows)) if len(rows) > 1 else rows[0]
                    pairs.append(np.stack([at, np.full(len(at), word * len(states) + state)], 1))
        made = np.concatenate(pairs) if pairs else np.zeros((0, 2), np.int64)
        made = made[keep[made[:, 0]]]
        more = [
            (row, self.numbers[w] * len(states) + states.index(s))
            for row, a in own.items()
            for w, s in a.duties
        ]
        if more:
            made = np.concatenate([made, np.array(more)])
        offsets, codes = _sorted(n, made)
        norm = pa.DictionaryArray.from_arrays(
            pa.array(codes // len(states), pa.int32()), pa.array(self.words, pa.string())
        )
        state = pa.DictionaryArray.from_arrays(
            pa.array(codes % len(states), pa.int32()), pa.array([str(s) for s in states])
        )
        record = pa.StructArray.from_arrays([norm, state], names=["norm", "state"])
        return pa.ListArray.from_arrays(_offsets(offsets, refused), record)


def _once(pairs: Array, width: int) -> Array:
    """Each id once in each row, where it stands first."""
    keys = pairs[:, 0] * width + pairs[:, 1]
    order = np.argsort(keys, kind="stable")
    first = np.append(True, keys[order][1:] != keys[order][:-1])[: len(keys)]
    return pairs[np.sort(order[first])]


def _sorted(n: int, pairs: Array) -> tuple[Array, Array]:
    order = np.argsort(pairs[:, 0], kind="stable")
    offsets = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(pairs[:, 0], minlength=n), out=offsets[1:])
    return offsets, pairs[order, 1]


def _offsets(offsets: Array, refused: Array) -> Any:
    return pa.array(offsets, mask=np.append(refused, False)) if refused.any() else pa.array(offsets)


def _listed(n: int, pairs: Array, words: list[str], refused: Array) -> Any:
    offsets, codes = _sorted(n, pairs)
    held = pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(words, pa.string()))
    return pa.ListArray.from_arrays(_offsets(offsets, refused), held)


def _answer(row: dict[str, Any], regime: str) -> RegimeAnswer:
    missing = row[f"{regime}_missing"]
    return RegimeAnswer(
        regime,
        Outcome(row[f"{regime}_outcome"]),
        duties=tuple((d["norm"], DutyState(d["state"])) for d in row[f"{regime}_duties"]),
        missing=None if missing is None else tuple(missing),
        **{part: tuple(row[f"{regime}_{part}"]) for part in PARTS},
    )
