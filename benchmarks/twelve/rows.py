"""Seeded rows of facts for the twelve rules, in three shapes that hold the same.

A table (Arrow, one row a case, in the table form of facts), plain dicts as `law.decide` takes
them, and flat records of text and whole numbers for peers that know neither dates nor decimals.
Each fact is unknown in 8 of 100 rows, apart from all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEED: Final = 14068
UNKNOWN: Final = 0.08
#: Rows that are made and written at once.
CHUNK: Final = 500_000
EPOCH: Final = date(1970, 1, 1)

#: Words with their weights: often enough of what the rules ask for, never only that.
WORDS: Final[dict[str, dict[str, int]]] = {
    "kind": {
        "import": 16, "entry": 3, "foreign_trade_zone_admission": 1, "export": 16, "reexport": 4,
        "sale": 8, "supply": 6, "transport": 8, "insurance": 3, "brokering": 2, "financing": 4,
        "payment": 10, "transfer": 3, "lending": 2, "service": 6, "investment": 4, "rejection": 3,
        "travel": 1,
    },
    "destination": {
        "US": 26, "RU": 34, "AE": 5, "AM": 2, "KG": 2, "KZ": 4, "TR": 5, "DE": 8, "CN": 8, "IN": 6,
    },
    "purpose": {
        "commercial": 60, "wind_down": 12, "humanitarian_programme": 6, "medical_trade": 6,
        "agricultural_trade": 5, "relief_of_human_suffering": 3, "personal": 4, "travel": 4,
    },
    "investment": {
        "none": 70, "new_commitment": 14, "expansion": 6, "maintenance": 6, "divestment": 4,
    },
    "awareness": {
        "knowing_and_intentional": 10, "knew": 15, "aware_and_accepting": 15,
        "reasonable_cause_to_suspect": 20, "no_reasonable_cause_to_suspect": 40,
    },
    "territory": {
        "none_of_these": 70, "government_controlled_ukraine": 15, "crimea_and_sevastopol": 7,
        "donetsk_not_government_controlled": 4, "luhansk_not_government_controlled": 4,
    },
    "mode_of_transport": {"sea": 50, "rail": 15, "road": 20, "pipeline": 5, "air": 10},
    "category": {
        "crude_oil": 18, "seafood": 10, "alcoholic_beverage": 8, "gold": 6, "diamond": 12,
        "diamond_jewelry": 4, "aluminium": 8, "iron_or_steel": 10, "medicine": 8, "other": 16,
    },
    "country_of_origin": {"RU": 55, "BY": 5, "CN": 12, "DE": 10, "IN": 8, "NO": 5, "ZA": 5},
    "end_use_country": {"RU": 30, "KZ": 15, "TR": 15, "DE": 20, "IN": 20},
}  # fmt: skip
#: What is likelier for acts of some kinds: so shipments look, and so every rule is reached.
LIKELIER: Final = (
    (("import", "entry", "foreign_trade_zone_admission"), "destination", "US", 0.8),
    (("sale", "supply"), "destination", "RU", 0.5),
    (("export", "reexport"), "destination", "KZ", 0.3),
    (("export", "reexport"), "end_use_country", "RU", 0.4),
    (("investment",), "destination", "RU", 0.6),
    (("investment",), "investment", "new_commitment", 0.6),
    (("transport", "insurance", "brokering"), "category", "crude_oil", 0.6),
    (("transport", "insurance", "brokering"), "mode_of_transport", "sea", 0.6),
)
FLAGS: Final = {
    "for_russian_government": 0.25, "reason_to_suspect": 0.25, "is_export_controlled": 0.25,
}  # fmt: skip
#: First and last day. Some days of each stand exactly on a day of the rules.
DAYS: Final = {
    "conduct": (date(2021, 3, 1), date(2026, 3, 1)),
    "loading": (date(2022, 10, 1), date(2023, 3, 1)),
    "unloading": (date(2022, 11, 1), date(2023, 4, 1)),
    "produced_on": (date(2021, 6, 1), date(2023, 1, 1)),
    "as_of": (date(2021, 3, 1), date(2026, 6, 1)),
}
THRESHOLD_DAYS: Final = (
    date(2021, 4, 15), date(2022, 2, 21), date(2022, 2, 24), date(2022, 2, 28), date(2022, 3, 11),
    date(2022, 4, 6), date(2022, 12, 5), date(2023, 1, 19), date(2023, 2, 27), date(2023, 6, 24),
    date(2025, 1, 1),
)  # fmt: skip
#: Hundredths: least, most, and the amount on which a rule turns.
AMOUNTS: Final = {
    "value": (100, 4_000_000, 1_000_000), "customs_value": (1_000, 100_000, 30_000),
    "price_per_barrel": (4_000, 9_000, 6_000), "carats_each": (5, 200, 50),
}  # fmt: skip
PRICES: Final = ("value", "customs_value", "price_per_barrel")
#: Facts that only some sorts of goods have.
ONLY_FOR: Final = {
    "carats_each": ("diamond", "diamond_jewelry"), "price_per_barrel": ("crude_oil",),
}  # fmt: skip

ACT: Final = (
    "kind", "destination", "purpose", "for_russian_government", "reason_to_suspect", "investment",
    "awareness", "territory", "mode_of_transport", "value",
)  # fmt: skip
EVENTS: Final = ("conduct", "loading", "unloading")
GOOD: Final = (
    "category", "country_of_origin", "carats_each", "price_per_barrel", "is_export_controlled",
    "end_use_country", "produced_on", "customs_value",
)  # fmt: skip

_CENTS: Final = pa.decimal128(12, 2)
_PRICE: Final = pa.struct([("amount", _CENTS), ("currency", pa.string())])


def table(rows: int, seed: int = SEED, first_key: int = 0) -> pa.Table:
    """So many rows in the table form of facts. The same seed and first key give the same rows."""
    rng = np.random.default_rng([seed, first_key])
    columns = _columns(rows, rng)
    empty = pa.array(np.zeros(rows + 1, dtype=np.int32))
    one_each = pa.array(np.arange(rows + 1, dtype=np.int32))
    events = _struct({name: columns[name] for name in EVENTS})
    act = _struct({**{name: columns[name] for name in ACT}, "events": events})
    good = _struct({name: columns[name] for name in GOOD})
    nothing = pa.array([], pa.string())
    return pa.table({
        "key": pa.array(np.arange(first_key, first_key + rows, dtype=np.int64)),
        "as_of": columns["as_of"],
        "act": act,
        "goods": pa.ListArray.from_arrays(one_each, good),
        "licences_held": pa.ListArray.from_arrays(empty, _struct({"id": nothing})),
        "performed": pa.ListArray.from_arrays(empty, _struct({"duty": nothing})),
    })  # fmt: skip


def write(path: Path, rows: int, seed: int = SEED) -> Path:
    """The rows as one Parquet file, made and written by pieces. What is there already is kept."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with pq.ParquetWriter(part, table(1).schema, compression="zstd") as writer:
            for start in range(0, rows, CHUNK):
                made = table(min(CHUNK, rows - start), seed, start)
                writer.write_table(made, row_group_size=CHUNK // 4)
        part.rename(path)
    return path


def facts(rows: pa.Table) -> Iterator[dict[str, Any]]:
    """Each row as plain facts: what is not known is left out, as a caller would."""
    for row in rows.drop_columns(["key", "licences_held", "performed"]).to_pylist():
        yield {**_known(row), "licences_held": "none", "performed": []}


def flat(rows: pa.Table) -> Iterator[dict[str, Any]]:
    """Each row as one record for peers: days since 1970, hundredths, null for what is not known.

    An amount of another currency than the rules' own is not known either: peers know no currencies.
    """
    for row in rows.to_pylist():
        good, act = row["goods"][0], row["act"]
        made = {**act, **act["events"], **good, "as_of": row["as_of"]}
        del made["events"]
        yield {name: _flat(value) for name, value in made.items()}


def _flat(value: Any) -> Any:
    match value:
        case date():
            return (value - EPOCH).days
        case {"amount": amount, "currency": currency}:
            return int(amount * 100) if currency == "USD" else None
        case None | str() | bool():
            return value
        case _:
            return int(value * 100)


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _known(inner) for name, inner in value.items() if inner is not None}
    return [_known(inner) for inner in value] if isinstance(value, list) else value


def _columns(rows: int, rng: np.random.Generator) -> dict[str, pa.Array]:
    made: dict[str, pa.Array] = {}
    chosen: dict[str, np.ndarray] = {}
    for name, words in WORDS.items():
        weights = np.array(list(words.values()), dtype=float)
        chosen[name] = rng.choice(len(words), rows, p=weights / weights.sum())
    for kinds, name, word, share in LIKELIER:
        of_kind = np.isin(chosen["kind"], [list(WORDS["kind"]).index(kind) for kind in kinds])
        replaced = of_kind & (rng.random(rows) < share)
        chosen[name] = np.where(replaced, list(WORDS[name]).index(word), chosen[name])
    for name, words in WORDS.items():
        made[name] = _words(list(words), chosen[name], _unknown(rows, rng))
    for name, share in FLAGS.items():
        made[name] = pa.array(rng.random(rows) < share, mask=_unknown(rows, rng))
    for name, (first, last) in DAYS.items():
        days = rng.integers((first - EPOCH).days, (last - EPOCH).days, rows, dtype=np.int32)
        on = np.array([(day - EPOCH).days for day in THRESHOLD_DAYS], dtype=np.int32)
        days = np.where(rng.random(rows) < 0.05, rng.choice(on, rows), days)
        made[name] = pa.array(days, mask=_unknown(rows, rng)).cast(pa.date32())
    for name, (least, most, turn) in AMOUNTS.items():
        cents = rng.integers(least, most, rows)
        cents = np.where(rng.random(rows) < 0.05, turn, cents)
        missing = _unknown(rows, rng)
        if name in ONLY_FOR:
            sorts = [list(WORDS["category"]).index(sort) for sort in ONLY_FOR[name]]
            missing |= ~np.isin(chosen["category"], sorts)
        amounts = _decimals(cents, missing)
        if name in PRICES:
            currencies = rng.choice(2, rows, p=[0.95, 0.05])
            currency = _words(["USD", "EUR"], currencies, missing)
            made[name] = pa.StructArray.from_arrays(
                [amounts, currency], fields=list(_PRICE), mask=pa.array(missing)
            )
        else:
            made[name] = amounts
    return made


def _unknown(rows: int, rng: np.random.Generator) -> np.ndarray:
    return rng.random(rows) < UNKNOWN


def _words(words: list[str], drawn: np.ndarray, missing: np.ndarray) -> pa.Array:
    index = pa.array(drawn.astype(np.int8), mask=missing)
    return pa.DictionaryArray.from_arrays(index, pa.array(words)).dictionary_decode()


def _decimals(cents: np.ndarray, missing: np.ndarray) -> pa.Array:
    """Hundredths as decimals, digit for digit: 128 bits each, low half first."""
    halves = np.empty((len(cents), 2), dtype=np.int64)
    halves[:, 0], halves[:, 1] = cents, -(cents < 0).astype(np.int64)
    known = pa.array(~missing).buffers()[1]
    return pa.Array.from_buffers(_CENTS, len(cents), [known, pa.py_buffer(halves)])


def _struct(columns: dict[str, pa.Array]) -> pa.StructArray:
    return pa.StructArray.from_arrays(list(columns.values()), names=list(columns))


def threshold_neighbours() -> tuple[date, ...]:
    """The days of the rules with the days before and after them, for tests."""
    return tuple(d + timedelta(n) for d in THRESHOLD_DAYS for n in (-1, 0, 1))
