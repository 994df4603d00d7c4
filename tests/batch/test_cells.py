"""A row is set aside exactly where the reader of cases would refuse it, and for a reason of its own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from conftest import all_scenarios

from sanctions_rules.batch.cells import check, fact_columns
from sanctions_rules.batch.table import (
    columns,
    facts_of_row,
    problems_of,
    row_of_case,
    rows_of,
    table_of_rows,
)
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.facts import CATEGORIES, PARTY_TYPES, Case
from sanctions_rules.read import build_case

#: One regime has every kind of fact; the agreement of engines asks all of them.
REGIMES = ("us",)


def batch_of(rows: list[dict[str, Any]]) -> Any:
    table = table_of_rows(rows)
    assert not problems_of(table.schema)
    return table.combine_chunks().to_batches()[0]


def faults(*rows: dict[str, Any]) -> list[tuple[int, str, str]]:
    named = [{"key": str(i), **row} for i, row in enumerate(rows)]
    batch = pa.RecordBatch.from_struct_array(pa.array(named))
    assert not problems_of(batch.schema)
    names = fact_columns(batch.schema.names, "key", ())
    return [(f.row, f.column, f.reason) for f in check(batch, names).faults]


def refused(row: dict[str, Any]) -> bool:
    try:
        build_case(facts_of_row(row))
    except FactsError:
        return True
    return False


# -- every scenario, as it is and broken ---------------------------------------------------------


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every cell of a row, by its way there."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))
    else:
        yield path


def broken(row: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The row with one cell changed for the worse, or perhaps only changed."""
    made = copied(row)
    path = rng.choice(list(places(made)))
    inside = made
    for step in path[:-1]:
        inside = inside[step]
    value, last = inside[path[-1]], path[-1]
    match value:
        case bool():
            inside[last] = not value
        case Decimal():
            inside[last] = rng.choice([-value - 1, value + 101, value])
            if rng.random() < 0.3 and isinstance(last, str) and "__" not in last:
                inside[f"{last}__at_most"] = value
        case datetime() | date():
            inside[last] = (
                datetime(rng.choice([1899, 1900, 2200, 2201]), 6, 1, tzinfo=UTC)
                if isinstance(value, datetime)
                else date(rng.choice([1899, 1900, 2200, 2201]), 6, 1)
            )
            if rng.random() < 0.3 and isinstance(last, str) and "__" not in last:
                inside[f"{last}__after"], inside[f"{last}__before"] = value, inside.pop(last)
        case str():
            if last in ("category", "type"):
                inside[last] = rng.choice([*CATEGORIES, *PARTY_TYPES])
            else:
                inside[last] = rng.choice(
                    ["", "none", "RU", "nobody", "2024-02-30", value, f"{value}x", "HS 7102"]
                )
        case None:
            pass
        case _:
            raise AssertionError(value)
    bounded = any(str(name).startswith(f"{last}__") for name in inside)
    if rng.random() < 0.2 and isinstance(last, str) and "__" not in last and not bounded:
        inside[f"{last}__none"] = True
    return made if not stray(made) else row


def stray(row: dict[str, Any]) -> bool:
    """Whether there is a column now that a table cannot have."""
    from sanctions_rules.tabular import _record  # the shape alone

    problems: list[Any] = []
    _record(row, Case, "", problems)
    return any(p.code == "unknown-column" for p in problems)


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: copied(v) for k, v in value.items()}
    return [copied(v) for v in value] if isinstance(value, list) else value


def test_every_scenario_is_good() -> None:
    rows = [row_of_case(s.case()) for s in all_scenarios(*REGIMES)[::8]]
    assert not faults(*rows)


def test_as_the_reader_of_cases() -> None:
    rng = random.Random(5)
    rows = [row_of_case(s.case()) for s in all_scenarios(*REGIMES)]
    made = [broken(rng.choice(rows), rng) for _ in range(1_200)]
    batch = batch_of(made)
    found = check(batch, fact_columns(batch.schema.names, "key", ()))
    expected = [refused({k: v for k, v in r.items() if k != "key"}) for r in rows_of(batch)]
    wrong = [i for i, bad in enumerate(found.bad.tolist()) if bad != expected[i]]
    assert not wrong, [
        (expected[i], [f for f in found.faults if f.row == i], made[i]) for i in wrong[:1]
    ]
    assert 300 < sum(expected) < 1_000, "the rows are broken often enough, and not always"


# -- each kind of cell ---------------------------------------------------------------------------

DAY = {"act": {"events": {"conduct": date(2024, 6, 1)}}}


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ({"goods": [{"category": "diamnd"}]}, "goods[0].category", "did you mean `diamond`?"),
        ({"goods": [{"category": "gold"}, {"category": ""}]}, "goods[1].category", "not one of"),
        ({"act": {"destination": "NO way"}}, "act.destination", "not an ISO 3166 country"),
        ({"goods": [{"mined_in": ["RU", "XX"]}]}, "goods[0].mined_in[1]", "not an ISO 3166"),
        ({"goods": [{"mined_in": ["RU", None]}]}, "goods[0].mined_in[1]", "is empty"),
        ({"goods": [{"category": "gold"}, None]}, "goods[1]", "is empty"),
        ({"goods": [{"codes": ["HS 71x"]}]}, "goods[0].codes[0]", "not a commodity code"),
        ({"goods": [{"carats_each": "1e3"}]}, "goods[0].carats_each", "not a decimal number"),
        ({"goods": [{"carats_each": "NaN"}]}, "goods[0].carats_each", "not a decimal number"),
        ({"goods": [{"carats_each": "9" * 39}]}, "goods[0].carats_each", "38 digits"),
        ({"goods": [{"carats_each": Decimal(-1)}]}, "goods[0].carats_each", "below zero"),
        ({"act": {"events": {"conduct": "2024-02-30"}}}, "act.events.conduct", "not a day"),
        ({"act": {"events": {"conduct": "2024-02-03 10:00"}}}, "act.events.conduct", "which zone"),
        ({"act": {"events": {"conduct": date(1066, 1, 1)}}}, "act.events.conduct", "out of range"),
        ({"act": {"value": {"amount": Decimal(1)}}}, "act.value.currency", "no currency"),
        ({"act": {"value": {"amount": Decimal(1), "currency": "USX"}}}, "act.value", "ISO 4217"),
        ({"actor": "a"}, "actor", "not among the parties"),
        ({"parties": [{"id": "a"}, {"id": "a"}]}, "parties[1].id", "the name of two"),
        ({"goods": [{"category": "gold", "stone": "unsorted"}]}, "goods[0]", "which has none"),
        ({"ownership": [{"percent": Decimal(101)}]}, "ownership[0].percent", "more than 100"),
        (
            {"goods": [{"carats_each__at_least": Decimal(2), "carats_each__less_than": Decimal(2)}]},
            "goods[0].carats_each", "empty",
        ),
        (
            {"act": {"events": {"entry__none": True, "entry__after": date(2024, 1, 1)}}},
            "act.events.entry", "said to be none",
        ),
        ({"goods": [{"components": [{"category": "x"}]}]}, "goods[0].components[0].category", "wo"),
        ({"goods": [{"mined_in": ["RU", "…"]}]}, "goods[0].mined_in[1]", "open"),
    ],
)  # fmt: skip
def test_bad_cell(row: dict[str, Any], column: str, reason: str) -> None:
    good = {"act": {"kind": "import"}}
    found = faults(good, row, good)
    assert [f[0] for f in found] == [1], found
    assert found[0][1].startswith(column) and reason in found[0][2]


def test_nothing_but_nulls_is_no_fault() -> None:
    schema = pa.schema([("key", pa.string()), ("actor", pa.null()), ("goods", pa.null())])
    batch = pa.RecordBatch.from_pylist([{"key": "a"}, {"key": "b"}], schema)
    assert not problems_of(schema)
    assert not check(batch, ["actor", "goods"]).faults


def test_decimal_overflow_is_a_fault() -> None:
    type_ = pa.struct([("events", pa.null()), ("value", pa.struct([
        ("amount", pa.decimal256(60, 0)), ("currency", pa.string())]))])  # fmt: skip
    values = [Decimal(10) ** 50, Decimal(5)]
    array = pa.array([{"value": {"amount": v, "currency": "USD"}} for v in values], type_)
    batch = pa.RecordBatch.from_arrays([pa.array(["a", "b"]), array], ["key", "act"])
    found = check(batch, ["act"]).faults
    assert [(f.row, f.column) for f in found] == [(0, "act.value.amount")]


@pytest.mark.parametrize(
    "type_",
    [pa.decimal128(38, 36), pa.decimal128(3, 2), pa.decimal128(38, 2), pa.decimal32(9, 2), pa.int8(),
     pa.uint64(), pa.int64()],
)  # fmt: skip
def test_numbers_of_every_type(type_: Any) -> None:
    values = [Decimal(v) if pa.types.is_decimal(type_) else v for v in (0, 1, 2)]
    for bad in (-1, 101):
        try:
            percents = pa.array(
                [*values, Decimal(bad) if pa.types.is_decimal(type_) else bad], type_
            )
        except (pa.ArrowInvalid, OverflowError, pa.ArrowException):
            percents = pa.array(values, type_)
        stakes = pa.ListArray.from_arrays(
            pa.array(range(len(percents) + 1), pa.int32()),
            pa.StructArray.from_arrays([percents], ["percent"]),
        )
        keys = pa.array(range(len(percents)))
        batch = pa.RecordBatch.from_arrays([keys, stakes], ["key", "ownership"])
        assert not problems_of(batch.schema)
        assert [f.row for f in check(batch, ["ownership"]).faults] == [3][: len(percents) - 3]


def test_nanoseconds_are_refused_and_not_rounded() -> None:
    times = pa.array([1_700_000_000_000_000_001, 1_700_000_000_000_000_000], pa.int64())
    array = times.cast(pa.timestamp("ns", "UTC"))
    batch = pa.RecordBatch.from_arrays([pa.array(["a", "b"]), array], ["key", "as_of"])
    assert [f.row for f in check(batch, ["as_of"]).faults] == [0]


def test_dictionaries_views_and_large_lists() -> None:
    """The forms in which other libraries hand over the same columns."""
    texts = pa.array(["diamond", "diamnd", None], pa.string_view())
    coded = pa.array(["US", "XX", None]).dictionary_encode()
    lists = pa.array([["RU"], ["XX"], None], pa.large_list(pa.large_string()))
    good = pa.StructArray.from_arrays([texts, lists], ["category", "mined_in"])
    goods = pa.ListArray.from_arrays(pa.array([0, 1, 2, 3], pa.int32()), good)
    act = pa.StructArray.from_arrays([coded], ["destination"])
    batch = pa.RecordBatch.from_arrays(
        [pa.array(["a", "b", "c"]), goods, act], ["key", "goods", "act"]
    )
    assert not problems_of(batch.schema)
    found = check(batch, ["goods", "act"]).faults
    assert {(f.row, f.column) for f in found} == {
        (1, "goods[0].category"), (1, "goods[0].mined_in[0]"), (1, "act.destination"),
    }  # fmt: skip


def test_every_companion_is_looked_at() -> None:
    """What `tabular` may put beside a value is what the checks know."""
    known = {c.companion for c in columns(Case).values()}
    from sanctions_rules.facts import Good, Party, Stake

    for model in (Good, Party, Stake):
        known |= {c.companion for c in columns(model).values()}
    assert known <= {
        "", "none", "open", "basis", "one_of", "at_least", "more_than", "at_most", "less_than",
        "on_or_after", "after", "on_or_before", "before",
    }  # fmt: skip
