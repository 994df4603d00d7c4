"""`batch`: tables of facts in, tables of answers out, and what it comes to."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sanctions_rules.cli import FINDINGS, INTERNAL, INVALID, OK, UNDETERMINED, show
from sanctions_rules.cli.asking import WrongUsage, exit_code, law_of
from sanctions_rules.cli.formats import BatchFormat, SummaryFormat
from sanctions_rules.render.sentences import visible

if TYPE_CHECKING:
    from sanctions_rules.batch.explaining import Explained
    from sanctions_rules.batch.running import Asked, Progress, Ran

#: What a program leaves with that was stopped from the keyboard.
STOPPED: Final = 130
#: How many provisions of a kind, and how many reasons, the summary names.
MOST: Final = 10
_KINDS: Final = {
    "fired": "prohibited by", "undecided": "perhaps prohibited by", "lifted": "lifted",
    "exposed": "exposed by", "perhaps_exposed": "perhaps exposed by", "duty": "duties",
}  # fmt: skip


@dataclass(frozen=True)
class Batching:
    """One batch from the command line."""

    sources: Sequence[str]
    out: Path | None
    regimes: Sequence[str] = ()
    known_on: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict[str, str])
    rules: Sequence[Path] = ()
    including: Sequence[str] = ()
    overlays: Sequence[Path] = ()
    keep: Sequence[str] = ()
    key: str = "key"
    engine: str | None = None
    missing: bool = True
    format: BatchFormat = BatchFormat.PARQUET
    summary: SummaryFormat = SummaryFormat.TEXT
    part_rows: int | None = None
    processes: int | None = None
    resume: bool = False
    explain: str | None = None
    allow_undetermined: bool = False


def batch(given: Batching) -> int:
    """Decide the files, print what it comes to, and return the exit code. Raises ProblemsError."""
    try:
        from sanctions_rules.batch import running
    except ImportError as error:
        raise WrongUsage(str(error)) from None
    from sanctions_rules.batch.plan import Refused
    from sanctions_rules.batch.writing import CannotWrite

    law = law_of(given.rules, given.including, given.regimes, given.overlays)
    try:
        asked = running.asked(
            law, regimes=given.regimes or None, known_on=given.known_on, readings=given.readings,
            missing=given.missing, engine=given.engine or running.DEFAULT, key=given.key,
            keep=given.keep, format=given.format.value,
            part_rows=given.part_rows or running.PART_ROWS, processes=given.processes,
            resume=given.resume,
        )  # fmt: skip
        if given.explain is not None:
            return _explain(asked, given, given.explain)
        assert given.out is not None
        with _shown() as tell:
            ran = running.run(asked, given.sources, given.out, tell)
    except Refused as error:
        raise WrongUsage(f"{error}") from None
    except LookupError as error:
        raise (WrongUsage(str(error)) if type(error) is LookupError else error) from None
    except CannotWrite as error:
        print(
            f"{error}; what is written whole is kept, and --resume carries on from there",
            file=sys.stderr,
        )
        return INTERNAL
    except KeyboardInterrupt:
        print("stopped; --resume carries on from here", file=sys.stderr)
        return STOPPED
    if given.summary is SummaryFormat.JSON:
        show(json.dumps(ran.plain(), indent=2, ensure_ascii=False))
    else:
        show("\n".join(summary(ran)))
    return code_of(ran, given.allow_undetermined)


def code_of(ran: Ran, allow_undetermined: bool) -> int:
    """Rows that are no facts weigh most, then prohibitions, then what is not determined."""
    tally = ran.tally
    if tally.set_aside or ran.broken:
        return INVALID
    if tally.prohibited:
        return FINDINGS
    if tally.undetermined and not allow_undetermined:
        return UNDETERMINED
    return OK


# -- what it comes to ----------------------------------------------------------------------------


def summary(ran: Ran) -> Iterator[str]:
    """Rows by outcome and by provision, what was set aside and why, what could not be read."""
    tally = ran.tally
    yield f"{tally.rows:,} rows: {tally.decided:,} decided, {tally.set_aside:,} set aside"
    if ran.carried_on:
        yield f"{ran.carried_on:,} parts were there already"
    for regime in ran.regimes:
        yield regime
        for name, number in sorted(tally.outcomes.items(), key=lambda p: (-p[1], p[0])):
            of, _, outcome = name.partition(" ")
            if of == regime:
                yield f"  {outcome:<16}{number:>14,}"
        for kind, called in _KINDS.items():
            yield from _norms(tally.norms, f"{regime} {kind} ", called)
    if tally.set_aside:
        yield f"set aside, each row with its key and reason in {ran.folder / 'set_aside'}"
        yield from _counted(tally.reasons)
    for name, why in ran.broken.items():
        yield f"cannot be read: {visible(name)}: {visible(why)}"
    yield f"answers are in {ran.folder / 'answers'}"


def _norms(norms: Mapping[str, int], begin: str, called: str) -> Iterator[str]:
    here = {n.removeprefix(begin): number for n, number in norms.items() if n.startswith(begin)}
    if here:
        yield f"  {called}"
        yield from (f"  {line}" for line in _counted(here))


def _counted(found: Mapping[str, int]) -> Iterator[str]:
    ordered = sorted(found.items(), key=lambda p: (-p[1], p[0]))
    for name, number in ordered[:MOST]:
        yield f"{number:>16,}  {visible(name)}"
    if len(ordered) > MOST:
        yield f"{'':>16}  and {len(ordered) - MOST:,} more in summary.json"


@contextmanager
def _shown() -> Generator[Callable[[Progress], None]]:
    """A bar with rate and remaining time on the error stream, where a person looks at it."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    tasks: dict[str, Any] = {}

    def tell(progress: Progress) -> None:
        if progress.what not in tasks:
            tasks[progress.what] = bar.add_task(
                visible(progress.what), total=progress.of, completed=progress.rows, rate=""
            )
        task = tasks[progress.what]
        # What an earlier run has done is no part of this one's rate.
        speed = next((t.speed for t in bar.tasks if t.id == task), None)
        rate = f"{speed:,.0f} rows/s" if speed else ""
        bar.update(task, completed=progress.rows, total=progress.of, rate=rate)

    with bar:
        yield tell


# -- one row -------------------------------------------------------------------------------------


def _explain(asked: Asked, given: Batching, key: str) -> int:
    from sanctions_rules.batch.explaining import explain

    found = explain(asked, given.sources, given.out, key)
    where = f"row {found.row:,} of {visible(found.input)}"
    if found.decision is None:
        show("\n".join([f"{where} was set aside", *_faults(found)]))
        return INVALID
    show(found.decision.explain().rstrip("\n"))
    if not found.is_stored:
        print(f"{where}: no answer of it was written yet", file=sys.stderr)
    elif found.differs:
        lines = [f"{where}: the answer that was written differs", *found.differs]
        print("\n  ".join(visible(line) for line in lines), file=sys.stderr)
        return FINDINGS
    else:
        print(f"{where}: the same answer as was written", file=sys.stderr)
    return exit_code([found.decision], frozenset(), given.allow_undetermined)


def _faults(found: Explained) -> Iterator[str]:
    for fault in found.faults:
        yield f"  {visible(fault.column)}: {visible(fault.reason)}"
