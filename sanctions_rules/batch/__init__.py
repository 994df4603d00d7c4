"""Many cases at once: tables and files of facts in, tables of answers out.

    import sanctions_rules as sr

    law = sr.load("us", "eu", "uk")
    for batch in sr.batch.decide(law, "shipments.parquet"):
        ...
    sr.batch.decide(law, "shipments.parquet", "answers/")

One row is one case; `docs/batch.md` says how its columns are named. Needs the extra `batch`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from sanctions_rules.batch.running import Answers, Progress, Ran
    from sanctions_rules.rulebooks import Law

__all__ = ["decide"]


@overload
def decide(
    law: Law, source: Any, out: None = None, *, regimes: Iterable[str] | None = ...,
    known_on: date | None = ..., readings: Mapping[str, str] | None = ...,
    keep: Sequence[str] = ..., key: str = ..., engine: str | None = ..., missing: bool = ...,
    format: str = ..., processes: int | None = ..., part_rows: int | None = ...,
    resume: bool = ..., progress: Callable[[Progress], None] | None = ...,
) -> Answers: ...  # fmt: skip
@overload
def decide(
    law: Law, source: Any, out: str | Path, *, regimes: Iterable[str] | None = ...,
    known_on: date | None = ..., readings: Mapping[str, str] | None = ...,
    keep: Sequence[str] = ..., key: str = ..., engine: str | None = ..., missing: bool = ...,
    format: str = ..., processes: int | None = ..., part_rows: int | None = ...,
    resume: bool = ..., progress: Callable[[Progress], None] | None = ...,
) -> Ran: ...  # fmt: skip
def decide(
    law: Law, source: Any, out: str | Path | None = None, *,
    regimes: Iterable[str] | None = None, known_on: date | None = None,
    readings: Mapping[str, str] | None = None, keep: Sequence[str] = (), key: str = "key",
    engine: str | None = None, missing: bool = True, format: str = "parquet",
    processes: int | None = None, part_rows: int | None = None, resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Answers | Ran:  # fmt: skip
    """Decide every row of a table: of files, or of a frame with the Arrow interface.

    `source`: a path, a pattern, a folder or several of them (Parquet, CSV, Arrow), or a pyarrow
    table or reader, a polars or pandas frame, a DuckDB relation. Without `out` the answers come as
    batches when they are asked for; with it they are written there, in parts (`format`: parquet,
    csv, arrow), by `processes` at once, and `resume` carries on what was interrupted.
    `keep`: columns to repeat beside the answers. `missing`: whether to say what is to be found out.

    A row that is no case is set aside with its reason, and the rest is decided.
    Raises FactsError for columns that are no facts; LookupError for files, a regime, a reading or
    an engine that is not there; `plan.Refused` for a folder that holds another batch, and
    `writing.CannotWrite` where the disk is full.
    """
    from sanctions_rules.batch import running
    from sanctions_rules.batch.sources import is_frame

    question = running.asked(
        law, regimes=regimes, known_on=known_on, readings=readings, missing=missing,
        engine=engine or running.DEFAULT, key=key, keep=keep, format=format,
        part_rows=running.PART_ROWS if part_rows is None else part_rows, processes=processes, resume=resume,
    )  # fmt: skip
    tell = progress or running.silent
    if out is None:
        return running.answers(question, source)
    if is_frame(source):
        if resume:
            raise LookupError("a frame cannot be carried on: only files can be read again")
        return running.answers(question, source).write(out, tell)
    return running.run(question, source, out, tell)
