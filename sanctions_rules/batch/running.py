"""A run from its beginning or from where the last one was stopped, by one process or several."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from queue import Queue
from shutil import rmtree
from typing import IO, Any, Final

from sanctions_rules.batch.arrow import Batch, Schema, np, pa
from sanctions_rules.batch.cells import Fault
from sanctions_rules.batch.engines import DEFAULT, Question, engine_of, question_of, version_of
from sanctions_rules.batch.keys import Seen
from sanctions_rules.batch.plan import (
    SUMMARY,
    Given,
    Output,
    Part,
    Plan,
    Refused,
    Settings,
    refuse_other,
    survey,
)
from sanctions_rules.batch.results import SET_ASIDE, Tally, schema_of, set_aside_of
from sanctions_rules.batch.sources import (
    BrokenInput,
    Frame,
    Line,
    Source,
    files_of,
    open_file,
)
from sanctions_rules.batch.working import AGAIN, Decided, Decider, Task, work
from sanctions_rules.batch.writing import FORMATS, CannotWrite, write_json, write_table
from sanctions_rules.clocks import tzdata_version
from sanctions_rules.diagnostics import Diagnostic, FactsError, did_you_mean
from sanctions_rules.rulebooks import Law

#: About how many rows one file of answers holds.
PART_ROWS: Final = 65_536
#: What a process costs to start is worth it for so many rows.
WORTH_A_PROCESS: Final = 50_000


@dataclass(frozen=True)
class Progress:
    """How far a run is: `what` is being done, rows done of rows in all (None: not yet known)."""

    what: str
    rows: int
    of: int | None = None


Tell = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Asked:
    """One batch as it was asked for."""

    law: Law
    question: Question
    engine: str = DEFAULT
    key: str = "key"
    keep: tuple[str, ...] = ()
    format: str = "parquet"
    part_rows: int = PART_ROWS
    processes: int | None = None
    resume: bool = False

    def settings(self) -> Settings:
        question = self.question
        return Settings(
            self.law.digest, question.regimes,
            question.known_on.isoformat() if question.known_on else None,
            {p.name: question.readings.get(p.name, p.default) for p in self.law.program.readings},
            self.engine, version_of(self.engine), self.key, self.keep, question.missing, self.format,
            self.part_rows, tzdata_version(),
        )  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """What a run came to. `broken`: inputs and parts that could not be read, and why."""

    folder: Path
    regimes: tuple[str, ...]
    tally: Tally
    broken: Mapping[str, str] = field(default_factory=dict[str, str])
    #: Parts that an earlier run had finished.
    carried_on: int = 0

    def plain(self) -> dict[str, Any]:
        return {
            "regimes": list(self.regimes), **self.tally.plain(), "broken": dict(self.broken),
        }  # fmt: skip


def asked(
    law: Law, *, regimes: Iterable[str] | None = None, known_on: date | None = None,
    readings: Mapping[str, str] | None = None, missing: bool = True, engine: str = DEFAULT,
    key: str = "key", keep: Sequence[str] = (), format: str = "parquet",
    part_rows: int = PART_ROWS, processes: int | None = None, resume: bool = False,
) -> Asked:  # fmt: skip
    """The question and how to work on it. Raises LookupError for what there is none of."""
    if format not in FORMATS:
        near = did_you_mean(format, FORMATS) or "there are: " + ", ".join(FORMATS)
        raise LookupError(f"no format is called `{format}`; {near}")
    if part_rows < 1 or (processes is not None and processes < 1):
        raise LookupError("a part has at least one row, and a batch at least one process")
    question = question_of(law, regimes, known_on, readings, missing)
    version_of(engine)
    return Asked(
        law, question, engine, key, tuple(dict.fromkeys(keep)), format, part_rows, processes, resume
    )


# -- files to files ------------------------------------------------------------------------------


def run(asked: Asked, source: Any, out: str | Path, tell: Tell = silent) -> Ran:
    """Decide all rows of the files and write the answers, or carry that on.

    Raises LookupError for files that are not there, FactsError for columns that are no facts,
    Refused for a folder of another batch, CannotWrite for a full disk.
    """
    paths = files_of(source)
    output = Output(Path(out), asked.format)
    settings = asked.settings()
    check_columns(paths, asked)
    with _held(output.folder):
        plan = _begun(output, asked, settings, paths)
        if plan.is_done:
            return _ran_before(output, plan)
        output.clear()
        output.prepare()
        if not plan.parts:
            plan = survey(
                plan, output,
                lambda name, rows: tell(Progress(f"keys of {name}", rows)),
                lambda number, given, lines: _write_lines(output, number, given, lines),
            )  # fmt: skip
        done = {p.name: _tally(output, p) for p in plan.parts if output.is_there(p)}
        carried_on = len(done)
        total = Tally()
        for tally in done.values():
            total.add(tally)
        todo = [p for p in plan.parts if p.name not in done]
        _warn_of_lines(total, plan)
        broken = {g.path: g.broken for g in plan.inputs if g.broken}
        try:
            lost = _decide(asked, plan, output, todo, total, tell)
        finally:
            output.clear()  # of processes that were stopped while they wrote
        for given in plan.inputs:
            if not given.is_still(Path(given.path)):
                raise Refused(
                    f"`{given.name}` was changed while it was read; decide it again in another folder"
                )
        ran = Ran(output.folder, asked.question.regimes, total, {**broken, **lost}, carried_on)
        write_json(output.folder / SUMMARY, ran.plain())
        if not lost:
            output.keep(replace(plan, is_done=True))
            rmtree(output.work, ignore_errors=True)
        return ran


def check_columns(paths: Sequence[Path], asked: Asked) -> None:
    """Raises FactsError with what stands in the way of every file, before anything is decided."""
    problems: list[Diagnostic] = []
    kinds: dict[bool, str] = {}
    for path in paths:
        try:
            source = open_file(path, asked.key, asked.keep)
        except FactsError as error:
            problems += error.problems
        except BrokenInput:
            continue  # told of with the answers: the other files can be decided
        else:
            schema_of(source.schema, asked.key, asked.keep, asked.question.regimes)
            kinds.setdefault(pa.types.is_integer(source.schema.field(asked.key).type), path.name)
    if len(kinds) > 1:
        problems.append(Diagnostic(
            "wrong-type", f"the keys are numbers in `{kinds[True]}` and text in `{kinds[False]}`",
            path=asked.key, help="write them alike, so that a key that comes twice is found",
        ))  # fmt: skip
    if problems:
        raise FactsError(problems)


def _begun(output: Output, asked: Asked, settings: Settings, paths: Sequence[Path]) -> Plan:
    before = output.plan()
    if before is None:
        if any(p.name not in (LOCK,) for p in output.folder.iterdir()):
            raise Refused(f"the folder `{output.folder}` holds something else; name an empty one")
        plan = Plan(settings, tuple(Given.of(p) for p in paths))
        output.keep(plan)
        return plan
    if not asked.resume:
        raise Refused(f"there is a batch in `{output.folder}`: resume it, or name another folder")
    refuse_other(before, settings, paths)
    return before


def _ran_before(output: Output, plan: Plan) -> Ran:
    try:
        found = json.loads((output.folder / SUMMARY).read_text("utf-8"))
        return Ran(
            output.folder,
            tuple(found["regimes"]),
            Tally.of(found),
            found["broken"],
            len(plan.parts),
        )
    except (OSError, ValueError, KeyError):
        raise Refused(f"`{output.folder / SUMMARY}` is gone or damaged") from None


def _tally(output: Output, part: Part) -> Tally:
    return Tally.of(json.loads(output.tally(part).read_text("utf-8")))


def _write_lines(output: Output, number: int, given: Given, lines: Sequence[Line]) -> None:
    path = output.lines(number, given)
    if not lines:
        return
    batch = pa.RecordBatch.from_arrays([
        pa.array([given.path] * len(lines), pa.string()), pa.nulls(len(lines), pa.int64()),
        pa.nulls(len(lines), pa.string()),
        pa.array([f"line {line.number}" for line in lines], pa.string()),
        pa.array([line.reason for line in lines], pa.string()),
    ], schema=SET_ASIDE)  # fmt: skip
    write_table(path, output.format, SET_ASIDE, [batch])


def _warn_of_lines(total: Tally, plan: Plan) -> None:
    """Lines that are no rows count as rows that were set aside."""
    for given in plan.inputs:
        if given.lines:
            total.rows += given.lines
            total.set_aside += given.lines
            total.reasons["the line has another number of cells than the header"] += given.lines


# -- who works -----------------------------------------------------------------------------------


def _decide(
    asked: Asked, plan: Plan, output: Output, todo: Sequence[Part], total: Tally, tell: Tell
) -> dict[str, str]:
    """Decide these parts; returns those that could not be read, and why."""
    all_rows = sum(p.rows for p in plan.parts)
    rows = all_rows - sum(p.rows for p in todo)
    lost: dict[str, str] = {}
    tell(Progress("rows", rows, all_rows))

    def hear(said: Mapping[str, Any]) -> None:
        nonlocal rows
        if "rows" in said:
            rows += said["rows"]
            tell(Progress("rows", rows, all_rows))
        elif "done" in said:
            total.add(Tally.of(said["tally"]))
        elif "broken" in said:
            lost[said["broken"]] = said["why"]
        elif "cannot_write" in said:
            number = said["errno"]
            raise CannotWrite(Path(said["cannot_write"]), OSError(number, os.strerror(number)))

    left = sum(p.rows for p in todo)
    wanted = asked.processes or min(os.cpu_count() or 1, 1 + left // WORTH_A_PROCESS)
    tasks = [
        Task(
            asked.law.compiled.files, asked.law.compiled.limits, asked.question, plan,
            str(output.folder), tuple(share),
        )
        for share in _shares(todo, min(wanted, len(todo)))
    ]  # fmt: skip
    if len(tasks) == 1:
        work(tasks[0], asked.law, hear)
    elif tasks:
        with _workers(tasks) as said:
            for one in said:
                hear(one)
    return lost


def _shares(parts: Sequence[Part], number: int) -> Iterator[list[Part]]:
    """Consecutive parts with about as many rows each, so that every file is read forward."""
    whole = sum(p.rows for p in parts) or 1
    shares: list[list[Part]] = [[] for _ in range(number)]
    before = 0
    for part in parts:
        middle = before + part.rows / 2
        shares[min(number - 1, int(middle * number / whole))].append(part)
        before += part.rows
    yield from (share for share in shares if share)


@contextmanager
def _workers(tasks: Sequence[Task]) -> Generator[Iterator[dict[str, Any]]]:
    """Start a process for each task; what they say, as they say it, until all have ended."""
    heard: Queue[tuple[int, dict[str, Any] | None]] = Queue()
    started: list[subprocess.Popen[bytes]] = []

    def listen(number: int, outgoing: IO[bytes]) -> None:
        for line in outgoing:
            heard.put((number, json.loads(line)))
        heard.put((number, None))

    def said() -> Iterator[dict[str, Any]]:
        running = set(range(len(started)))
        ended: set[int] = set()
        while running:
            number, what = heard.get()
            if what is None:
                running.discard(number)
                if number not in ended:
                    raise RuntimeError("a process of the batch ended before its work was done")
            elif "end" in what:
                ended.add(number)
            else:
                yield what

    try:
        for number, task in enumerate(tasks):
            process = subprocess.Popen(
                [sys.executable, "-m", "sanctions_rules.batch.working"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment(),
            )  # fmt: skip
            started.append(process)
            assert process.stdin is not None and process.stdout is not None
            pickle.dump(task, process.stdin)
            process.stdin.flush()
            threading.Thread(target=listen, args=(number, process.stdout), daemon=True).start()
        yield said()
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()


def _environment() -> dict[str, str]:
    """The package that is running is the one that the workers run."""
    root = str(Path(__file__).resolve().parents[2])
    before = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": root + (os.pathsep + before if before else "")}


#: Held by the one run that works in a folder.
LOCK: Final = ".lock"


@contextmanager
def _held(folder: Path) -> Generator[None]:
    """The folder, for this run alone, where the system can say so. Raises Refused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("ab")
    except OSError as error:
        raise CannotWrite(folder, error) from None
    with file:
        try:
            import fcntl
        except ImportError:  # not on this system: two runs at once would do the same work twice
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(f"another run works in `{folder}` just now") from None
        yield


# -- frames, and answers that stay in memory ------------------------------------------------------


class Answers:
    """Answers as they come: batches, each row of the input once and in order.

    A row that was set aside has no outcome; `set_aside` says why, and is null for all others.
    """

    def __init__(self, asked: Asked, sources: Sequence[Source]) -> None:
        self.tally = Tally()
        self.broken: dict[str, str] = {}
        self._asked, self._sources = asked, sources
        engine = engine_of(asked.engine, asked.law, asked.question)
        self._deciders = [
            Decider.of(engine, asked.question, s.schema, asked.key, asked.keep) for s in sources
        ]
        self._inner: Schema = self._deciders[0].schema
        self.schema: Schema = self._inner.append(pa.field("set_aside", pa.list_(pa.string())))

    def __iter__(self) -> Iterator[Batch]:
        for _, _, rows, decided in self._decided():
            reasons: dict[int, list[str]] = {}
            for fault in decided.faults:
                told = f"{fault.column}: {fault.reason}" if fault.column else fault.reason
                reasons.setdefault(fault.row, []).append(told)
            yield self._whole(rows, decided, reasons)

    def _decided(self) -> Iterator[tuple[str, int, Batch, Decided]]:
        seen = Seen()
        for source, decider in zip(self._sources, self._deciders, strict=True):
            at = 0
            try:
                for batch, faults in source.read():
                    for rows, known in _cut(batch, faults, decider.engine.rows):
                        again = np.flatnonzero(seen.again(rows.column(decider.key)))
                        twice = [Fault(int(r), decider.key, AGAIN) for r in again]
                        decided = decider.decide(rows, [*known, *twice])
                        self.tally.rows += rows.num_rows
                        self.tally.count(decided.answers, decider.regimes)
                        self.tally.count_set_aside(decided.faults, int((~decided.good).sum()))
                        yield source.name, at, rows, decided
                        at += rows.num_rows
            except BrokenInput as error:
                self.broken[source.name] = str(error)

    def _whole(self, rows: Batch, decided: Decided, reasons: dict[int, list[str]]) -> Batch:
        """The answers in the places of their rows, nothing in the places of the others."""
        good = decided.good
        told = pa.array([reasons.get(i) for i in range(len(good))], pa.list_(pa.string()))
        if good.all():
            return pa.RecordBatch.from_arrays([*decided.answers.columns, told], schema=self.schema)
        places = np.where(good, np.cumsum(good) - 1, -1)
        spread = pa.array(places, mask=~good)
        named = {self._asked.key, *self._asked.keep}
        columns = [
            rows.column(f.name).cast(f.type) if f.name in named else decided.answers.column(f.name).take(spread)
            for f in self._inner
        ]  # fmt: skip
        return pa.RecordBatch.from_arrays([*columns, told], schema=self.schema)

    def reader(self) -> Any:
        """The same as a RecordBatchReader, for DuckDB, polars and others."""
        return pa.RecordBatchReader.from_batches(self.schema, iter(self))

    def read_all(self) -> Any:
        """All of it as one table."""
        return pa.Table.from_batches(list(self), self.schema)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.reader().__arrow_c_stream__(requested_schema)

    # -- to files --------------------------------------------------------------------------------

    def write(self, out: str | Path, tell: Tell) -> Ran:
        """Write the answers of a stream, which cannot be carried on if it is interrupted."""
        asked = self._asked
        output = Output(Path(out), asked.format)
        with _held(output.folder):
            if any(p.name != LOCK for p in output.folder.iterdir()):
                raise Refused(f"the folder `{output.folder}` holds something; name an empty one")
            plan = Plan(asked.settings(), ())
            output.prepare()
            output.keep(plan)
            parts: list[Part] = []
            pending = self._decided()
            first = next(pending, None)
            while first is not None or not parts:
                begin = parts[-1].first + parts[-1].rows if parts else 0
                part = Part(0, len(parts), begin, 0, f"{self._sources[0].name}-{len(parts):05}")
                share = _Share(first, pending, asked.part_rows)
                write_table(
                    output.part(part), asked.format, self._inner, self._answers(share, tell),
                    lambda p=part, s=share: _write_aside(output, p, s.aside),
                )  # fmt: skip
                parts.append(replace(part, rows=share.rows))
                first = share.next
            if self.broken:
                raise Refused("; ".join(self.broken.values()))
            ran = Ran(output.folder, asked.question.regimes, self.tally)
            write_json(output.folder / SUMMARY, ran.plain())
            output.keep(replace(plan, parts=tuple(parts), is_done=True))
            rmtree(output.work, ignore_errors=True)
            return ran

    def _answers(self, share: _Share, tell: Tell) -> Iterator[Batch]:
        for name, at, rows, decided in share:
            places = sorted({f.row for f in decided.faults})
            if places:
                keys = rows.column(self._asked.key).take(pa.array(places)).to_pylist()
                named = dict(zip(places, keys, strict=True))
                share.aside.append(set_aside_of(name, at, named, decided.faults))
            yield decided.answers
            tell(Progress("rows", self.tally.rows, self._sources[0].rows))


@dataclass
class _Share:
    """As many batches as make a part, of those that are still to come."""

    next: tuple[str, int, Batch, Decided] | None
    pending: Iterator[tuple[str, int, Batch, Decided]]
    size: int
    rows: int = 0
    aside: list[Batch] = field(default_factory=list[Any])

    def __iter__(self) -> Iterator[tuple[str, int, Batch, Decided]]:
        while self.next is not None and self.rows < self.size:
            one = self.next
            self.rows += one[2].num_rows
            yield one
            self.next = next(self.pending, None)


def _write_aside(output: Output, part: Part, aside: Sequence[Batch]) -> None:
    if aside:
        write_table(output.set_aside(part), output.format, SET_ASIDE, aside)


def _cut(batch: Batch, faults: Sequence[Fault], size: int) -> Iterator[tuple[Batch, list[Fault]]]:
    for at in range(0, batch.num_rows, size):
        here = [replace(f, row=f.row - at) for f in faults if at <= f.row < at + size]
        yield batch.slice(at, size), here


def answers(asked: Asked, source: Any) -> Answers:
    """The answers for a frame or for files, as they are asked for. Raises FactsError, LookupError."""
    from sanctions_rules.batch.sources import is_frame

    if is_frame(source):
        return Answers(asked, [Frame(source, asked.key, asked.keep)])
    paths = files_of(source)
    check_columns(paths, asked)
    opened: list[Source] = []
    broken: dict[str, str] = {}
    for path in paths:
        try:
            opened.append(open_file(path, asked.key, asked.keep))
        except BrokenInput as error:
            broken[str(path)] = str(error)
    if not opened:
        raise LookupError("; ".join(f"`{name}`: {why}" for name, why in broken.items()))
    found = Answers(asked, opened)
    found.broken.update(broken)
    return found
