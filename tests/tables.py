"""Small tables of facts, and a small rulebook to decide them by, for tests of batches."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from small import BAN, HEAD

from sanctions_rules.rulebooks import Law, load_path

#: A ban on diamonds, one on gold from Russia with a licence for travellers, and a report that is due.
RULES = (
    HEAD
    + BAN
    + """
provision zz.act §2 "Gold"
  cites "s. 2"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when good.category is gold
  and good.country_of_origin is RU
end
licence zz.gl1 "Travellers"
  cites "General licence 1"
  checked primary
  in force from 2024-01-01, no end stated
  authorises import
  to the extent prohibited by zz.act §2
  when act.purpose is travel
end
"""
)

CATEGORIES = ("diamond", "gold", "coal", "other", None)


def rulebook(folder: Path) -> Path:
    path = folder / "small.rules"
    path.write_text(RULES, encoding="utf-8")
    return path


def small_law(folder: Path) -> Law:
    return load_path(rulebook(folder))


def rows(number: int, seed: int = 1, first: int = 0) -> Iterator[dict[str, Any]]:
    rng = random.Random(seed)
    for index in range(first, first + number):
        yield {
            "key": f"row-{index:07}",
            "act": {
                "kind": rng.choice(["import", "export"]),
                "destination": rng.choice(["US", "GB", None]),
                "purpose": rng.choice(["travel", "commercial", None]),
                "events": {"conduct": rng.choice(["2023-06-01", "2024-06-01", None])},
            },
            "goods": [
                {
                    "id": f"line-{line}",
                    "category": rng.choice(CATEGORIES),
                    "country_of_origin": rng.choice(["RU", "CH", None]),
                }
                for line in range(rng.choice([1, 1, 2]))
            ],
            "licences_held__none": True,
            "note": f"note {index}",
        }


def table(number: int, seed: int = 1, first: int = 0) -> pa.Table:
    made = pa.array(list(rows(number, seed, first)))
    return pa.Table.from_batches([pa.RecordBatch.from_struct_array(made)])


def parquet(path: Path, given: pa.Table, group: int = 1_000) -> Path:
    pq.write_table(given, path, row_group_size=group)
    return path


def csv(path: Path, given: pa.Table) -> Path:
    """The same rows as a flat file."""
    flat: dict[str, list[Any]] = {"key": given["key"].to_pylist()}
    for name in ("kind", "destination", "purpose"):
        flat[f"act.{name}"] = [a[name] for a in given["act"].to_pylist()]
    flat["act.events.conduct"] = [a["events"]["conduct"] for a in given["act"].to_pylist()]
    for index in range(2):
        for name in ("id", "category", "country_of_origin"):
            flat[f"goods[{index}].{name}"] = [
                goods[index][name] if index < len(goods) else None
                for goods in given["goods"].to_pylist()
            ]
    flat["licences_held"] = ["none"] * given.num_rows
    flat["note"] = given["note"].to_pylist()
    pcsv.write_csv(pa.table(flat), path)
    return path


def answers(folder: Path) -> list[dict[str, Any]]:
    """Every row that was written, from files of whatever format, in order of the keys."""
    found: list[dict[str, Any]] = []
    for file in sorted((folder / "answers").iterdir()):
        match file.suffix:
            case ".parquet":
                found += pq.read_table(file).to_pylist()
            case ".arrow":
                found += pa.ipc.open_file(file).read_all().to_pylist()
            case _:
                names = file.read_text("utf-8").splitlines()[0].replace('"', "").split(",")
                options = pcsv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True,
                    null_values=[""], quoted_strings_can_be_null=False,
                )  # fmt: skip
                found += pcsv.read_csv(file, convert_options=options).to_pylist()
    return sorted(found, key=lambda row: str(row["key"]))


def set_aside(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for file in sorted((folder / "set_aside").iterdir()):
        found += pq.read_table(file).to_pylist() if file.suffix == ".parquet" else []
        if file.suffix == ".csv":
            found += pcsv.read_csv(file).to_pylist()
    return found
