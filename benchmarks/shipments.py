"""Seeded nested shipments for the whole law, in the table form of facts.

Two goods, four parties with their listings, none to three stakes, one payment: what a forwarder or
a bank knows of a shipment. Each fact is unknown in 8 of 100 places, apart from all others; ids are
always known. Lists that need a basis to be closed have one in most rows.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEED: Final = 587
UNKNOWN: Final = 0.08
CHUNK: Final = 100_000
GOODS, PARTIES, MOST_STAKES = 2, 4, 3

#: Category, tariff code, and whether it has what only its category has.
PRODUCTS: Final = (
    ("diamond", "HS 7102.39"), ("diamond", "HS 7102.31"), ("diamond_jewelry", "HS 7113.19"),
    ("gold", "HS 7108.12"), ("seafood", "HS 0303.11"), ("seafood", "HS 0306.14"),
    ("crude_oil", "HS 2709.00"), ("petroleum_product", "HS 2710.19"), ("gas", "HS 2711.11"),
    ("coal", "HS 2701.12"), ("iron_or_steel", "HS 7207.11"), ("aluminium", "HS 7601.10"),
    ("copper", "HS 7403.11"), ("alcoholic_beverage", "HS 2208.60"), ("medicine", "HS 3004.90"),
    ("other", "HS 8471.30"), ("other", "HS 8703.23"), ("other", "HS 4407.11"), ("other", "HS 8542.31"),
    ("other", "HS 9504.50"),
)  # fmt: skip
CATEGORIES: Final = sorted({category for category, _ in PRODUCTS})
KINDS: Final = {
    "import": 25, "export": 20, "sale": 8, "supply": 7, "purchase": 6, "transport": 8, "payment": 12,
    "service": 5, "insurance": 2, "financing": 3, "reexport": 2, "transit": 2,
}  # fmt: skip
COUNTRIES: Final = {
    "US": 18, "RU": 22, "DE": 10, "FR": 5, "GB": 8, "NL": 5, "AE": 6, "TR": 5, "CN": 7, "IN": 6,
    "KZ": 3, "BY": 2, "CH": 3,
}  # fmt: skip
PURPOSES: Final = {"commercial": 80, "wind_down": 6, "humanitarian_programme": 4, "medical_trade": 5,
                   "agricultural_trade": 5}  # fmt: skip
BUSINESSES: Final = {
    "non_financial": 70, "depository_institution": 15, "insurance": 5, "securities_broker_or_dealer": 5,
    "payment_service_provider": 5,
}  # fmt: skip
SECTORS: Final = {"energy": 20, "financial_services": 20, "technology": 15, "metals_and_mining": 15,
                  "transportation": 15, "agriculture": 15}  # fmt: skip
LISTS: Final = (("sdn", "eo14024", "OFAC"), ("eu_269_annex_i", "reg_269_2014", "EU"),
                ("uk_asset_freeze", "uk_russia_2019", "UK"))  # fmt: skip
NEXUS: Final = {"usd_clearing": 50, "us_origin_goods": 30, "us_territory": 20}
PROCEDURES: Final = {"free_circulation": 80, "transit": 10, "warehousing": 10}
ATTESTATIONS: Final = {"origin_evidence": 70, "supplier_statement": 30}
QUESTIONS: Final = (
    "us.evasion_of_the_order", "eu.circumvention_of_the_freeze",
    "uk.giving_a_significant_financial_benefit",
)  # fmt: skip
_CENTS: Final = pa.decimal128(14, 2)


def table(rows: int, seed: int = SEED, first_key: int = 0) -> pa.Table:
    return _Maker(rows, np.random.default_rng([seed, first_key])).table(first_key)


def write(path: Path, rows: int, seed: int = SEED) -> Path:
    """The rows as one Parquet file, made and written by pieces. What is there already is kept."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with pq.ParquetWriter(part, table(1).schema, compression="zstd") as writer:
            for start in range(0, rows, CHUNK):
                writer.write_table(table(min(CHUNK, rows - start), seed, start))
        part.rename(path)
    return path


class _Maker:
    def __init__(self, rows: int, rng: np.random.Generator) -> None:
        self.rows = rows
        self.rng = rng

    def table(self, first_key: int) -> pa.Table:
        n = self.rows
        kinds = self.rng.choice(len(KINDS), n, p=_shares(KINDS))
        conduct = self.days(n, date(2022, 1, 1), date(2026, 6, 1))
        act = {
            "kind": self.masked(list(KINDS), kinds),
            "destination": self.words(COUNTRIES, n), "departure": self.words(COUNTRIES, n),
            "recipients": self.names("b", n), "providers": self.names("c", n),
            "purpose": self.words(PURPOSES, n),
            "done_in": self.lists(COUNTRIES, n), "is_indirect": self.flags(0.1, n),
            "mode_of_transport": self.words({"sea": 60, "road": 25, "rail": 10, "air": 5}, n),
            "territory": self.words({"none_of_these": 95, "crimea_and_sevastopol": 5}, n),
            "for_russian_government": self.flags(0.1, n),
            "us_nexus": self.lists(NEXUS, n), "customs_procedure": self.words(PROCEDURES, n),
            "underlying_kind": self.none(n), "contract": self.none(n), "investment": self.none(n),
            "official_business_of": self.none(n), "named_project": self.empty(n),
            "items": self.empty(n), "properties": self.empty(n), "parties": self.empty(n),
            "securities": self.empty(n), "debits_accounts_of": self.empty(n),
            "reason_to_suspect": self.flags(0.1, n), "value": self.prices(n, 100_00, 5_000_000_00),
            "events": _struct({
                "conduct": conduct, "loading": self.days(n, date(2022, 1, 1), date(2026, 6, 1)),
                "production": self.days(n, date(2021, 1, 1), date(2026, 1, 1)),
            }),
        }  # fmt: skip
        based = self.masked(["a register"], np.zeros(n, int))
        return pa.table({
            "key": pa.array(np.arange(first_key, first_key + n, dtype=np.int64)),
            "actor": pa.array(["a"] * n),
            "as_of": self.days(n, date(2026, 1, 1), date(2026, 9, 1)),
            "act": _struct(act),
            "goods": _lists(np.full(n, GOODS), self.goods(n * GOODS)),
            "parties": _lists(np.full(n, PARTIES), self.parties(n)),
            "ownership": self.stakes(n), "ownership__basis": based,
            "licences_held": _lists(np.zeros(n, int), _struct({"id": pa.array([], pa.string())})),
            "judgements": self.judgements(n),
            "transactions": self.no_records(n), "services": self.no_records(n),
            "contracts": self.no_records(n), "accounts": self.no_records(n),
            "performed": _lists(np.zeros(n, int), _struct({"duty": pa.array([], pa.string())})),
        })  # fmt: skip

    def goods(self, n: int) -> pa.StructArray:
        product = self.rng.integers(0, len(PRODUCTS), n)
        category = np.array([CATEGORIES.index(c) for c, _ in PRODUCTS])[product]
        codes = pa.DictionaryArray.from_arrays(
            pa.array(product.astype(np.int32)), pa.array([code for _, code in PRODUCTS])
        ).dictionary_decode()

        def only(*sorts: str) -> np.ndarray:
            return ~np.isin(category, [CATEGORIES.index(sort) for sort in sorts])

        oil = ("crude_oil", "petroleum_product", "gas")
        dug = ("diamond", "diamond_jewelry", "gold", "aluminium", "copper", "iron_or_steel", "coal")
        return _struct({
            "id": pa.array(["first", "second"] * (n // 2)),
            "category": self.masked(CATEGORIES, category),
            "codes": _lists(np.ones(n, int), codes, self.unknown(n)),
            "country_of_origin": self.words(COUNTRIES, n),
            "mined_in": self.lists(COUNTRIES, n, only(*dug)),
            "extracted_in": self.lists(COUNTRIES, n, only(*dug, *oil)),
            "manufactured_in": self.lists(COUNTRIES, n), "processed_in": self.lists(COUNTRIES, n),
            "end_use_country": self.words(COUNTRIES, n), "located_in": self.words(COUNTRIES, n),
            "consigned_from": self.words(COUNTRIES, n), "listed_in": self.empty(n),
            "outside_russia_since__none": pa.array(~self.unknown(n)),
            "incorporated_in_foreign_product": self.flags(0.05, n),
            "is_owned_by_traveller": self.flags(0.02, n), "is_exchange_warranted": self.flags(0.02, n),
            "carried_by": self.none(n), "attestations": self.lists(ATTESTATIONS, n),
            "unit_price": self.prices(n, 1_00, 100_000_00),
            "harvest_waters": self.lists(COUNTRIES, n, only("seafood")),
            "produced_in": self.lists(COUNTRIES, n), "exported_from": self.lists(COUNTRIES, n),
            "transited": self.lists(COUNTRIES, n),
            "stone": self.words({"non_industrial": 70, "industrial": 20, "unsorted": 10}, n,
                                only("diamond")),
            "carats_each": self.decimals(n, 5, 300, only("diamond", "diamond_jewelry")),
            "price_per_barrel": self.prices(n, 40_00, 100_00, only("crude_oil", "petroleum_product")),
            "produced_on": self.days(n, date(2021, 1, 1), date(2026, 1, 1)),
            "quantity_kg": self.decimals(n, 1_00, 100_000_00),
            "customs_value": self.prices(n, 10_00, 1_000_000_00),
            "is_export_controlled": self.flags(0.1, n),
            "components": _lists(np.zeros(n, int), _struct({"id": pa.array([], pa.string())}),
                                 self.unknown(n)),
        })  # fmt: skip

    def parties(self, rows: int) -> pa.StructArray:
        n = rows * PARTIES
        kind = self.rng.choice(2, n, p=[0.8, 0.2])
        company, person = kind != 0, kind != 1  # masks: where it is none
        listed = self.rng.choice(len(LISTS), n)
        counts = (self.rng.random(n) < 0.1).astype(int)
        which = listed[counts > 0]
        listing = _struct({
            name: _decoded([one[at] for one in LISTS], which)
            for at, name in enumerate(("list", "order", "authority"))
        } | {"listed_on": self.days(len(which), date(2021, 6, 1), date(2025, 6, 1))})  # fmt: skip
        return _struct({
            "id": pa.array(["a", "b", "c", "d"] * rows),
            "type": self.masked(["company", "person"], kind),
            "organised_under": self.words(COUNTRIES, n, company),
            "domiciled_in": self.words(COUNTRIES, n, company),
            "business": self.lists(BUSINESSES, n, company),
            "operates_in_sectors": self.lists(SECTORS, n),
            "agency_of": self.masked(["none", "RU"], self.rng.choice(2, n, p=[0.97, 0.03]), company),
            "international_body": self.masked(["none"], np.zeros(n, int), company),
            "citizenships": self.lists(COUNTRIES, n, person),
            "ordinarily_resident_in": self.words(COUNTRIES, n, person),
            "present_in": self.lists(COUNTRIES, n, person),
            "acts_for": _lists(np.zeros(n, int), pa.array([], pa.string()), self.unknown(n)),
            "controlled_by": _lists(np.zeros(n, int), pa.array([], pa.string()), self.unknown(n)),
            "branch_of": self.masked(["none"], np.zeros(n, int), company),
            "humanitarian_status": self.none(n), "permanent_residence": self.lists(COUNTRIES, n, person),
            "listings": _lists(counts, listing),
            "listings__basis": self.masked(["a screening"], np.zeros(n, int)),
        })  # fmt: skip

    def stakes(self, rows: int) -> pa.ListArray:
        """Of the recipient, by the third and the fourth party; of the third by the fourth."""
        counts = self.rng.integers(0, MOST_STAKES + 1, rows)
        n = int(counts.sum())
        number = np.arange(n) - np.repeat(np.cumsum(counts) - counts, counts)
        return _lists(counts, _struct({
            "owner": _decoded(["d", "c", "d"], number), "asset": _decoded(["b", "b", "c"], number),
            "percent": self.decimals(n, 1_00, 60_00),
            "basis": self.words({"shares": 90, "votes": 10}, n), "is_indirect": self.flags(0.0, n),
            "control": self.empty(n), "held_from": self.days(n, date(2015, 1, 1), date(2021, 1, 1)),
            "held_until__none": pa.array(~self.unknown(n)),
            "held_jointly_with": self.empty(n), "used_jointly_with": self.empty(n),
        }))  # fmt: skip

    def judgements(self, rows: int) -> pa.ListArray:
        """What people were asked of every shipment, of which they answered most."""
        n = rows * len(QUESTIONS)
        return _lists(np.full(rows, len(QUESTIONS)), _struct({
            "question": pa.array(list(QUESTIONS) * rows), "of": pa.array(["act"] * n),
            "answer": self.words({"no": 97, "yes": 3}, n),
        }))  # fmt: skip

    # -- columns ---------------------------------------------------------------------------------

    def unknown(self, n: int) -> np.ndarray:
        return self.rng.random(n) < UNKNOWN

    def masked(self, words: list[str], drawn: np.ndarray, none: Any = False) -> pa.Array:
        return _decoded(words, drawn, self.unknown(len(drawn)) | none)

    def words(self, words: dict[str, int], n: int, none: Any = False) -> pa.Array:
        return self.masked(list(words), self.rng.choice(len(words), n, p=_shares(words)), none)

    def lists(self, words: dict[str, int], n: int, none: Any = False) -> pa.Array:
        """One word, or two, or none; not known now and then."""
        missing = self.unknown(n) | none
        counts = np.where(missing, 0, self.rng.choice(3, n, p=[0.1, 0.75, 0.15]))
        drawn = self.rng.choice(len(words), int(counts.sum()), p=_shares(words))
        return _lists(counts, _decoded(list(words), drawn), missing)

    def names(self, name: str, n: int) -> pa.Array:
        return _lists(np.ones(n, int), pa.array([name] * n), self.unknown(n))

    def none(self, n: int) -> pa.Array:
        return self.masked(["none"], np.zeros(n, int))

    def empty(self, n: int) -> pa.Array:
        """A list of which it is known that nothing is on it, or not even that."""
        return _lists(np.zeros(n, int), pa.array([], pa.string()), self.unknown(n))

    def no_records(self, n: int) -> pa.Array:
        return _lists(np.zeros(n, int), _struct({"id": pa.array([], pa.string())}), self.unknown(n))

    def flags(self, share: float, n: int) -> pa.Array:
        return pa.array(self.rng.random(n) < share, mask=self.unknown(n))

    def days(self, n: int, first: date, last: date) -> pa.Array:
        start, stop = (np.datetime64(day, "D").astype(int) for day in (first, last))
        days = self.rng.integers(start, stop, n, dtype=np.int32)
        return pa.array(days, mask=self.unknown(n)).cast(pa.date32())

    def decimals(self, n: int, least: int, most: int, none: Any = False) -> pa.Array:
        cents = self.rng.integers(least, most, n)
        return _cents(cents, self.unknown(n) | none)

    def prices(self, n: int, least: int, most: int, none: Any = False) -> pa.Array:
        missing = self.unknown(n) | none
        currency = _decoded(["USD", "EUR", "GBP"], self.rng.integers(0, 3, n))
        amount = _cents(self.rng.integers(least, most, n), np.zeros(n, bool))
        return pa.StructArray.from_arrays(
            [amount, currency], names=["amount", "currency"], mask=pa.array(missing)
        )


def _shares(words: dict[str, int]) -> np.ndarray:
    weights = np.array(list(words.values()), dtype=float)
    return weights / weights.sum()


def _decoded(words: list[str], drawn: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    index = pa.array(drawn.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(index, pa.array(words)).dictionary_decode()


def _cents(cents: np.ndarray, missing: np.ndarray) -> pa.Array:
    halves = np.zeros((len(cents), 2), dtype=np.int64)
    halves[:, 0] = cents
    known = pa.array(~missing).buffers()[1]
    return pa.Array.from_buffers(_CENTS, len(cents), [known, pa.py_buffer(halves)])


def _lists(counts: np.ndarray, values: pa.Array, missing: np.ndarray | None = None) -> pa.ListArray:
    if missing is not None and len(values) and len(values) == len(counts):  # one each: drop some
        counts = np.where(missing, 0, counts)
        values = values.filter(pa.array(~missing))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    mask = None if missing is None else pa.array(missing)
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=mask)


def _struct(columns: dict[str, pa.Array]) -> pa.StructArray:
    return pa.StructArray.from_arrays(list(columns.values()), names=list(columns))
