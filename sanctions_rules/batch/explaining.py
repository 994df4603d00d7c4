"""One row of a batch, found by its key, decided again by the interpreter and held against its answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sanctions_rules.batch.arrow import Batch, np, pa, pc
from sanctions_rules.batch.cells import Fault, check, fact_columns
from sanctions_rules.batch.engines import Question
from sanctions_rules.batch.plan import Output, Part, Plan, Refused, refuse_other
from sanctions_rules.batch.results import answers_of, as_text
from sanctions_rules.batch.running import Asked
from sanctions_rules.batch.sources import BrokenInput, FileSource, files_of, open_file
from sanctions_rules.batch.table import facts_of_row, rows_of
from sanctions_rules.engines.answers import reference
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.rulebooks.explained import ExplainedDecision


@dataclass(frozen=True)
class Explained:
    """A row decided again. `differs`: where the answer that was written is another.

    `is_stored` is false where nothing was written of it: there is no batch in the folder, or not
    yet this part of it. A row that was set aside has faults and no decision.
    """

    input: str
    row: int
    case: Case | None
    decision: ExplainedDecision | None
    faults: Sequence[Fault] = ()
    is_stored: bool = False
    differs: tuple[str, ...] = ()


def explain(asked: Asked, source: Any, out: Path | None, wanted: str) -> Explained:
    """Raises LookupError where no row has the key, Refused where the folder holds another batch."""
    paths = files_of(source)
    output = Output(out, asked.format) if out is not None else None
    plan = output.plan() if output is not None else None
    if plan is not None:
        refuse_other(plan, asked.settings(), paths)
    for number, path in enumerate(paths):
        try:
            opened = open_file(path, asked.key, asked.keep)
            row = _place(opened, asked.key, wanted)
        except BrokenInput:
            continue
        if row is None:
            continue
        batch, faults = _row(opened, row)
        names = fact_columns(opened.schema.names, asked.key, asked.keep)
        faults = [*faults, *check(batch, names).faults]
        if faults:
            return Explained(path.name, row + 1, None, None, faults)
        case = build_case(facts_of_row(rows_of(batch.select(names))[0]))
        question = asked.question
        decision = asked.law.decide(
            case, regimes=question.regimes, known_on=question.known_on, readings=question.readings
        )
        stored = _stored(output, plan, number, row, wanted, asked.key) if output and plan else None
        differs = () if stored is None else tuple(_differing(stored, asked.law, question, case))
        return Explained(path.name, row + 1, case, decision, (), stored is not None, differs)
    raise LookupError(f"no row has the key `{wanted[:60]}`")


def _place(source: FileSource, key: str, wanted: str) -> int | None:
    """The first row that has the key."""
    at = 0
    for keys in source.keys(key, lambda _: None):
        found = np.flatnonzero(_equal(keys, wanted))
        if len(found):
            return at + int(found[0])
        at += len(keys)
    return None


def _equal(keys: Any, wanted: str) -> Any:
    if pa.types.is_dictionary(keys.type):
        keys = keys.cast(keys.type.value_type)
    same = pc.equal(keys.cast(pa.string()), wanted)
    return pc.fill_null(same, False).to_numpy(zero_copy_only=False).astype(bool)


def _row(source: FileSource, row: int) -> tuple[Batch, list[Fault]]:
    batch, faults = next(source.read(row))
    return batch.slice(0, 1), [f for f in faults if f.row == 0]


# -- what was written ----------------------------------------------------------------------------


def _stored(
    output: Output, plan: Plan, number: int, row: int, wanted: str, key: str
) -> dict[str, Any] | None:
    """The answer in the part that holds the row, as the file has it."""
    part = next(
        (p for p in plan.parts if p.input == number and p.first <= row < p.first + p.rows), None
    )
    if part is None or not output.part(part).exists():
        return None
    marked = f"'{wanted}"  # as CSV has a key that looks like a formula
    for batch in _read(output, part):
        keys = batch.column(key)
        found = np.flatnonzero(_equal(keys, wanted) | _equal(keys, marked))
        if len(found):
            return batch.slice(int(found[0]), 1).to_pylist()[0]
    raise Refused(f"`{output.part(part).name}` does not hold the key `{wanted[:60]}`")


def _read(output: Output, part: Part) -> Iterator[Batch]:
    path = output.part(part)
    match output.format:
        case "parquet":
            with import_module("pyarrow.parquet").ParquetFile(path) as file:
                yield from file.iter_batches()
        case "arrow":
            with pa.memory_map(str(path)) as held, pa.ipc.open_file(held) as file:
                yield from (file.get_batch(i) for i in range(file.num_record_batches))
        case _:
            reading = import_module("pyarrow.csv")
            names = reading.open_csv(path).schema.names
            convert = reading.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True,
                null_values=[""], quoted_strings_can_be_null=False,
            )  # fmt: skip
            yield from reading.open_csv(
                path, parse_options=reading.ParseOptions(newlines_in_values=True),
                convert_options=convert,
            )  # fmt: skip


def _differing(stored: dict[str, Any], law: Law, question: Question, case: Case) -> Iterator[str]:
    """The columns in which the interpreter gives another answer, with both."""
    answer = reference(law.program, case, question.settings(law), question.regimes)
    made = answers_of([answer], question.regimes, question.missing)
    batch = pa.RecordBatch.from_arrays(list(made.values()), list(made))
    is_text = all(v is None or isinstance(v, str) for n, v in stored.items() if n in made)
    now = (as_text(batch) if is_text else batch).to_pylist()[0]
    for name, value in now.items():
        before = stored.get(name)
        if name.endswith("_missing") and before is None:
            continue  # the engine could not tell
        if before != value and (before or value):
            yield f"{name}: {before} was written, {value} by the interpreter"
