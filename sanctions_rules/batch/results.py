"""What comes out of a row: its key, what was kept of it, and the bare answer of each regime.

The columns of a regime are `us_outcome`, then lists of ids of norms (`us_fired`, `us_undecided`,
`us_lifted`, `us_exposed`, `us_perhaps_exposed`), `us_duties` with the state of each, and
`us_missing`, which is null where the engine cannot tell.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sanctions_rules.batch.arrow import Array, Batch, Schema, np, pa, pc
from sanctions_rules.batch.cells import Fault
from sanctions_rules.decision import DutyState, Outcome
from sanctions_rules.engines.answers import RegimeAnswer

#: Lists of ids in an answer, in the order of their columns.
IDS: Final = ("fired", "undecided", "lifted", "exposed", "perhaps_exposed")
DUTY: Final[Any] = pa.struct([("norm", pa.string()), ("state", pa.string())])
_TYPES: Final[dict[str, Any]] = {
    "outcome": pa.string(), **{name: pa.list_(pa.string()) for name in IDS},
    "duties": pa.list_(DUTY), "missing": pa.list_(pa.string()),
}  # fmt: skip
#: Why a row has no answer: a line for each problem of it.
SET_ASIDE: Final[Schema] = pa.schema([
    ("input", pa.string()), ("row", pa.int64()), ("key", pa.string()),
    ("column", pa.string()), ("reason", pa.string()),
])  # fmt: skip


def schema_of(source: Schema, key: str, keep: Sequence[str], regimes: Sequence[str]) -> Schema:
    """The columns of the answers. Raises LookupError where one that is kept has such a name."""
    answers = [(f"{r}_{n}", t) for r in regimes for n, t in _TYPES.items()]
    for name in (key, *keep):
        if name in dict(answers):
            raise LookupError(f"the column `{name}` has the name of an answer; rename it")
    beside = [n for n in dict.fromkeys(keep) if n != key]
    return pa.schema([
        (key, _plain(source.field(key).type)),
        *((n, _plain(source.field(n).type)) for n in beside), *answers,
    ])  # fmt: skip


def _plain(type_: Any) -> Any:
    """A type that every format can hold in every batch alike: no dictionary that may change."""
    if pa.types.is_dictionary(type_):
        return _plain(type_.value_type)
    if type_ in (pa.string_view(), pa.large_string()):
        return pa.string()
    return type_


def answers_of(
    given: Sequence[Mapping[str, RegimeAnswer]], regimes: Sequence[str], missing: bool
) -> dict[str, Array]:
    """The columns of these answers, a row for each."""
    found: dict[str, Array] = {}
    for regime in regimes:
        ones = [answer[regime] for answer in given]
        found[f"{regime}_outcome"] = pa.array([o.outcome.value for o in ones], pa.string())
        for name in IDS:
            found[f"{regime}_{name}"] = pa.array(
                [list(getattr(o, name)) for o in ones], _TYPES[name]
            )
        found[f"{regime}_duties"] = pa.array(
            [[{"norm": n, "state": s.value} for n, s in o.duties] for o in ones], _TYPES["duties"]
        )
        found[f"{regime}_missing"] = pa.array(
            [list(o.missing) if missing and o.missing is not None else None for o in ones],
            _TYPES["missing"],
        )
    return found


def put_together(schema: Schema, rows: Batch, answers: Mapping[str, Array]) -> Batch:
    """A batch of this schema: the key and what is kept from the rows, the rest from the answers."""
    columns = [
        plainly(answers[f.name] if f.name in answers else rows.column(f.name), f.type)
        for f in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def plainly(array: Array, type_: Any) -> Array:
    """The same values in this type: dictionaries, also inside lists, as what they stand for."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if array.type == type_:
        return array
    if pa.types.is_list(type_) and pa.types.is_list(array.type):
        length = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
        offsets = pa.array(np.concatenate([[0], np.cumsum(length)]).astype(np.int32))
        values = plainly(array.flatten(), type_.value_type)
        return pa.ListArray.from_arrays(offsets, values, type=type_, mask=pc.is_null(array))
    if pa.types.is_struct(type_) and pa.types.is_struct(array.type):
        held = {f.name: a for f, a in zip(array.type, array.flatten(), strict=True)}
        return pa.StructArray.from_arrays(
            [plainly(held[f.name], f.type) for f in type_],
            fields=list(type_),
            mask=pc.is_null(array),
        )
    return array.cast(type_)


def answer_in(row: Mapping[str, Any], regime: str) -> RegimeAnswer:
    """The answer of a regime in a row of plain data, as it was written."""

    def ids(name: str) -> tuple[str, ...]:
        return tuple(row[f"{regime}_{name}"] or ())

    missing = row[f"{regime}_missing"]
    return RegimeAnswer(
        regime, Outcome(row[f"{regime}_outcome"]), *(ids(name) for name in IDS),
        duties=tuple((d["norm"], DutyState(d["state"])) for d in row[f"{regime}_duties"] or ()),
        missing=None if missing is None else tuple(missing),
    )  # fmt: skip


def set_aside_of(
    source: str, first: int, keys: Mapping[int, Any], faults: Iterable[Fault]
) -> Batch:
    """The faults of a batch whose first row is `first` of its input, as rows to write."""
    lines = [
        (source, first + f.row + 1, None if keys[f.row] is None else str(keys[f.row]), f.column, f.reason)
        for f in faults
    ]  # fmt: skip
    columns = list(zip(*lines, strict=True)) if lines else [()] * len(SET_ASIDE)
    return pa.RecordBatch.from_arrays(
        [pa.array(c, f.type) for c, f in zip(columns, SET_ASIDE, strict=True)], schema=SET_ASIDE
    )


# -- as text -------------------------------------------------------------------------------------

#: At the beginning of a cell these are read as a formula by a spreadsheet.
_FORMULA: Final = "^[=+\\-@\\t\\r]"
_NUMBER: Final = "^-?[0-9]+([.][0-9]+)?$"


def as_text(batch: Batch) -> Batch:
    """The batch with every cell as CSV can hold it: lists with `;`, duties as `norm=state`.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    made: list[Array] = []
    for array in batch.columns:
        type_ = array.type
        if pa.types.is_list(type_) and type_.value_type == DUTY:
            parts = array.flatten().flatten()
            items = pc.binary_join_element_wise(parts[0], parts[1], "=")
            array = plainly_joined(array, items)
        elif pa.types.is_list(type_) and type_.value_type == pa.string():
            array = plainly_joined(array, array.flatten())
        elif pa.types.is_nested(type_):
            texts = [None if v is None else json.dumps(v, default=str) for v in array.to_pylist()]
            array = pa.array(texts, pa.string())
        if array.type in (pa.string(), pa.large_string()):
            marked = pc.and_not(
                pc.match_substring_regex(array, _FORMULA), pc.match_substring_regex(array, _NUMBER)
            )
            if pc.any(marked).as_py():
                array = pc.if_else(marked, pc.binary_join_element_wise("'", array, ""), array)
        made.append(array)
    return pa.RecordBatch.from_arrays(made, batch.schema.names)


def plainly_joined(lists: Array, items: Array) -> Array:
    length = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    offsets = pa.array(np.concatenate([[0], np.cumsum(length)]).astype(np.int32))
    made = pa.ListArray.from_arrays(offsets, items, mask=pc.is_null(lists))
    return pc.binary_join(made, ";")


# -- what it comes to ----------------------------------------------------------------------------


@dataclass
class Tally:
    """How many rows came out how. Parts are counted apart, and added up."""

    rows: int = 0
    decided: int = 0
    set_aside: int = 0
    #: By regime and outcome, and by regime, kind of finding and norm: rows.
    outcomes: Counter[str] = field(default_factory=Counter[str])
    norms: Counter[str] = field(default_factory=Counter[str])
    #: By column and reason: how often; only the first sentence of a reason.
    reasons: Counter[str] = field(default_factory=Counter[str])
    #: Rows with a prohibition in any regime; rows where anything is not determined.
    prohibited: int = 0
    undetermined: int = 0

    def count(self, batch: Batch, regimes: Sequence[str]) -> None:
        self.decided += batch.num_rows
        prohibited = np.zeros(batch.num_rows, bool)
        open_ = np.zeros(batch.num_rows, bool)
        for regime in regimes:
            outcomes = batch.column(f"{regime}_outcome")
            for one in pc.value_counts(outcomes).to_pylist():
                self.outcomes[f"{regime} {one['values']}"] += one["counts"]
            prohibited |= _is(outcomes, Outcome.PROHIBITED.value)
            open_ |= _is(outcomes, Outcome.UNDETERMINED.value)
            open_ |= _some(batch.column(f"{regime}_perhaps_exposed"))
            for name in IDS:
                for one in pc.value_counts(batch.column(f"{regime}_{name}").flatten()).to_pylist():
                    self.norms[f"{regime} {name} {one['values']}"] += one["counts"]
            duties = batch.column(f"{regime}_duties")
            parts = duties.flatten().flatten()
            joined = pc.binary_join_element_wise(parts[1], parts[0], " ")
            for one in pc.value_counts(joined).to_pylist():
                self.norms[f"{regime} duty {one['values']}"] += one["counts"]
            waiting = pc.list_parent_indices(duties).filter(
                pc.equal(parts[1], DutyState.UNKNOWN.value)
            )
            open_[waiting.to_numpy(zero_copy_only=False)] = True
        self.prohibited += int(prohibited.sum())
        self.undetermined += int(open_.sum())

    def count_set_aside(self, faults: Iterable[Fault], rows: int) -> None:
        self.set_aside += rows
        for fault in faults:
            self.reasons[f"{_general(fault.column)}: {fault.reason.split(';')[0][:120]}"] += 1

    def add(self, other: Tally) -> None:
        for name in ("rows", "decided", "set_aside", "prohibited", "undetermined"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.outcomes += other.outcomes
        self.norms += other.norms
        self.reasons += other.reasons
        if len(self.reasons) > 1_000:
            self.reasons = Counter(dict(self.reasons.most_common(500)))

    def plain(self) -> dict[str, Any]:
        return {
            "rows": self.rows, "decided": self.decided, "set_aside": self.set_aside,
            "prohibited": self.prohibited, "undetermined": self.undetermined,
            "outcomes": dict(sorted(self.outcomes.items())),
            "norms": dict(sorted(self.norms.items())),
            "reasons": dict(self.reasons.most_common(100)),
        }  # fmt: skip

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Tally:
        return cls(
            plain["rows"], plain["decided"], plain["set_aside"], Counter(plain["outcomes"]),
            Counter(plain["norms"]), Counter(plain["reasons"]), plain["prohibited"],
            plain["undetermined"],
        )  # fmt: skip


def _general(column: str) -> str:
    """A column without the numbers of items: `goods[].category`."""
    return "".join(c for i, c in enumerate(column) if not _in_brackets(column, i))


def _in_brackets(text: str, index: int) -> bool:
    return text[index].isdigit() and text.rfind("[", 0, index) > text.rfind("]", 0, index)


def _is(array: Array, value: str) -> Any:
    return pc.fill_null(pc.equal(array, value), False).to_numpy(zero_copy_only=False).astype(bool)


def _some(lists: Array) -> Any:
    return pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False) > 0
