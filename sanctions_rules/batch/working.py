"""The work itself: rows of a part through the checks and the engine, and out as files.

Several processes share a run by its parts. A worker is started by `running.py` as a program of its
own, gets its task through its standard input, and says what it has done in lines of JSON. When the
one who started it is gone, its input ends and it stops at once.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sanctions_rules.batch.arrow import Batch, Schema, Vector, np, pa, pc
from sanctions_rules.batch.cells import Fault, check, fact_columns
from sanctions_rules.batch.engines import Engine, Question, engine_of
from sanctions_rules.batch.plan import Output, Part, Plan, again_in
from sanctions_rules.batch.results import SET_ASIDE, Tally, put_together, schema_of, set_aside_of
from sanctions_rules.batch.sources import BrokenInput, Source, open_file
from sanctions_rules.batch.writing import CannotWrite, whole, write_table
from sanctions_rules.limits import Limits
from sanctions_rules.rulebooks import Law

CUT = "the line has no end, so the file may be cut off; end it with a new line if it is whole"
AGAIN = "the key came before in this batch; the first row that has it was decided"
NO_KEY = "the row has no key"
#: Rows are worked on together up to so many bytes of them, and so few at the least.
MOST_BYTES: Final = 128 * 2**20
LEAST: Final = 1_024


@dataclass(frozen=True)
class Decided:
    """A batch looked through and decided: answers of the good rows, faults of the others."""

    answers: Batch
    faults: Sequence[Fault]
    good: Vector


@dataclass(frozen=True)
class Decider:
    """The steps that every batch takes, wherever its rows come from and its answers go."""

    engine: Engine
    schema: Schema
    facts: Sequence[str]
    key: str
    regimes: Sequence[str]

    @classmethod
    def of(
        cls, engine: Engine, question: Question, source: Schema, key: str, keep: Sequence[str]
    ) -> Decider:
        schema = schema_of(source, key, keep, question.regimes)
        return cls(engine, schema, fact_columns(source.names, key, keep), key, question.regimes)

    def decide(self, rows: Batch, faults: Sequence[Fault]) -> Decided:
        """`faults`: what is known to be wrong already."""
        found = check(rows, self.facts)
        all_faults = [*faults, *found.faults]
        keys = rows.column(self.key)
        if keys.null_count:
            lacking = np.flatnonzero(pc.is_null(keys).to_numpy(zero_copy_only=False))
            all_faults += [Fault(int(r), self.key, NO_KEY) for r in lacking]
        good = np.ones(rows.num_rows, bool)
        for fault in all_faults:
            good[fault.row] = False
        clean = rows if good.all() else rows.filter(pa.array(good))
        answered = self.engine.answer(clean, self.facts)
        if not answered.good.all():
            places = np.flatnonzero(good)
            all_faults += [Fault(int(places[f.row]), f.column, f.reason) for f in answered.faults]
            good[places[~answered.good]] = False
            clean = clean.filter(pa.array(answered.good))
        all_faults.sort(key=lambda f: f.row)
        return Decided(put_together(self.schema, clean, answered.columns), all_faults, good)


# -- parts ---------------------------------------------------------------------------------------


class Cursor:
    """One input read forward. A part that begins where the last one ended needs no new start."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._at = 0
        self._left: tuple[Batch, list[Fault]] | None = None
        self._batches = source.read()

    def take(self, first: int, rows: int, size: int) -> Iterator[tuple[int, Batch, list[Fault]]]:
        """The rows from `first`, in pieces of at most `size`: place, rows, faults."""
        if first != self._at:
            self._at, self._left, self._batches = first, None, self.source.read(first)
        end = first + rows
        while self._at < end:
            batch, faults = self._left or next(self._batches, (None, list[Fault]()))
            if batch is None:
                raise BrokenInput(f"{self._at} rows were read, where {end} had been counted")
            number = min(batch.num_rows, end - self._at, size, fitting(batch))
            self._left = _rest(batch, faults, number)
            at, self._at = self._at, self._at + number
            yield at, batch.slice(0, number), [f for f in faults if f.row < number]


def fitting(batch: Batch) -> int:
    """How many rows like these are worked on at once, so that memory is the same for wide ones."""
    return max(LEAST, MOST_BYTES * batch.num_rows // max(batch.nbytes, 1))


def _rest(batch: Batch, faults: list[Fault], number: int) -> tuple[Batch, list[Fault]] | None:
    if number == batch.num_rows:
        return None
    later = [Fault(f.row - number, f.column, f.reason) for f in faults if f.row >= number]
    return batch.slice(number), later


@dataclass(frozen=True)
class Task:
    """Parts of a plan for one worker, and all that it needs to work on them."""

    files: Mapping[str, bytes]
    limits: Limits
    question: Question
    plan: Plan
    folder: str
    parts: tuple[Part, ...]


def work(task: Task, law: Law, tell: Callable[[dict[str, Any]], None]) -> None:
    """Decide the parts in order. `tell` hears of rows, of parts that are done or broken.

    Raises CannotWrite; a part that cannot be read is told of, and the next one begun.
    """
    settings = task.plan.settings
    output = Output(Path(task.folder), settings.format)
    engine = engine_of(settings.engine, law, task.question)
    cursors: dict[int, Cursor] = {}
    for part in task.parts:
        try:
            given = task.plan.inputs[part.input]
            if part.input not in cursors:
                cursors = {
                    part.input: Cursor(open_file(Path(given.path), settings.key, settings.keep))
                }
            source = cursors[part.input].source
            decider = Decider.of(engine, task.question, source.schema, settings.key, settings.keep)
            tally = _part(task.plan, output, part, cursors[part.input], decider, tell)
            tell({"done": part.name, "tally": tally.plain()})
        except BrokenInput as error:
            cursors = {}
            tell({"broken": part.name, "why": str(error)})


def _part(
    plan: Plan, output: Output, part: Part, cursor: Cursor, decider: Decider,
    tell: Callable[[dict[str, Any]], None],
) -> Tally:  # fmt: skip
    given = plan.inputs[part.input]
    again = again_in(output, part)
    cut = part.first + part.rows - 1 if given.is_cut else -1
    cut = cut if cut == given.rows - 1 else -1
    tally = Tally()
    aside: list[Batch] = []

    def answers() -> Iterator[Batch]:
        for at, rows, faults in cursor.take(part.first, part.rows, decider.engine.rows):
            known = list(faults)
            begin = at - part.first
            lo, hi = np.searchsorted(again, [begin, begin + rows.num_rows])
            known += [Fault(int(r) - begin, decider.key, AGAIN) for r in again[lo:hi]]
            if at <= cut < at + rows.num_rows:
                known.append(Fault(cut - at, "", CUT))
            decided = decider.decide(rows, known)
            tally.rows += rows.num_rows
            tally.count(decided.answers, decider.regimes)
            if decided.faults:
                tally.count_set_aside(decided.faults, int((~decided.good).sum()))
                keys = rows.column(decider.key)
                places = sorted({f.row for f in decided.faults})
                named = dict(zip(places, keys.take(pa.array(places)).to_pylist(), strict=True))
                aside.append(set_aside_of(given.path, at, named, decided.faults))
            yield decided.answers
            tell({"rows": rows.num_rows})

    def beside() -> None:
        if aside:
            write_table(output.set_aside(part), output.format, SET_ASIDE, aside)
        else:
            output.set_aside(part).unlink(missing_ok=True)
        with whole(output.tally(part)) as file:
            file.write(json.dumps(tally.plain()).encode())

    # Answers are named last: a part whose answers are there is whole.
    write_table(output.part(part), output.format, decider.schema, answers(), beside)
    return tally


# -- a worker as a program -----------------------------------------------------------------------


def main() -> None:
    """Take a task from standard input, work, and say what is done on standard output."""
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    task: Task = pickle.load(incoming)  # from the process that started this one, and nobody else
    threading.Thread(target=_stop_with_parent, args=(incoming.fileno(),), daemon=True).start()

    def tell(what: dict[str, Any]) -> None:
        outgoing.write((json.dumps(what) + "\n").encode())
        outgoing.flush()

    from sanctions_rules.rulebooks.store import compiled

    pa.set_cpu_count(1)
    try:
        work(task, Law(compiled(task.files, task.limits)), tell)
        tell({"end": True})
    except CannotWrite as error:
        tell({"cannot_write": str(error.path), "errno": error.error.errno})


def _stop_with_parent(incoming: int) -> None:
    # Read past Python's buffer, whose lock this thread would still hold at the end of the program.
    os.read(incoming, 1)
    os._exit(1)


if __name__ == "__main__":
    main()
