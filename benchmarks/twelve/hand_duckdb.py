"""The twelve rules by hand as DuckDB SQL, over Parquet and to Parquet.

`AND`, `OR` and `NOT` of SQL follow Kleene's tables where a value is null; `CASE` and the list
functions do not, and are used only on what is surely true or false.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

#: `{source}` is a table, or a file in quotes.
SQL: Final = """
WITH facts AS (
  SELECT key, as_of, act.kind AS kind, act.destination AS "to", act.purpose AS purpose,
         act.for_russian_government AS government, act.reason_to_suspect AS suspect,
         act.events.conduct AS conduct, act.events.loading AS loading,
         act.events.unloading AS unloading, act.investment AS investment,
         act.awareness AS awareness, act.territory AS territory,
         act.mode_of_transport AS mode, act.value AS value, goods[1] AS good
  FROM {source}
), engaged AS (
  SELECT key, conduct, as_of,
    kind IN ('import', 'entry', 'foreign_trade_zone_admission') AND "to" = 'US'
      AND conduct >= DATE '2022-03-11' AND good.country_of_origin = 'RU'
      AND (good.category IN ('seafood', 'alcoholic_beverage', 'gold')
           OR good.category = 'diamond' AND good.carats_each >= 0.5) AS e1,
    kind IN ('export', 'reexport', 'sale', 'supply') AND "to" = 'RU'
      AND conduct >= DATE '2022-02-24'
      AND (good.is_export_controlled OR good.category IN ('aluminium', 'iron_or_steel'))
      AND NOT good.category = 'medicine' AS e2,
    kind IN ('export', 'reexport') AND "to" IN ('AE', 'AM', 'KG', 'KZ', 'TR')
      AND conduct >= DATE '2023-02-27' AND good.end_use_country = 'RU' AND suspect AS e3,
    kind IN ('transport', 'insurance', 'brokering', 'financing')
      AND conduct >= DATE '2022-12-05' AND good.category = 'crude_oil'
      AND good.country_of_origin = 'RU' AND mode = 'sea'
      AND CASE WHEN good.price_per_barrel.currency = 'USD' THEN good.price_per_barrel.amount END > 60
      AND NOT (conduct >= DATE '2022-12-05' AND loading < DATE '2022-12-05'
               AND unloading < DATE '2023-01-19') AS e4,
    kind IN ('payment', 'transfer', 'financing', 'lending') AND conduct >= DATE '2022-02-28'
      AND government
      AND (CASE WHEN value.currency = 'USD' THEN value.amount END >= 10000
           OR awareness IN ('knowing_and_intentional', 'knew')) AS e5,
    kind = 'investment' AND conduct >= DATE '2022-04-06'
      AND investment IN ('new_commitment', 'expansion') AND "to" = 'RU' AS e6,
    kind IN ('service', 'sale', 'supply', 'export', 'investment') AND conduct >= DATE '2022-02-21'
      AND territory IN ('crimea_and_sevastopol', 'donetsk_not_government_controlled',
                        'luhansk_not_government_controlled') AS e7,
    kind IN ('export', 'sale', 'supply') AND "to" = 'RU'
      AND conduct >= DATE '2022-03-11' AND conduct < DATE '2025-01-01'
      AND good.category IN ('alcoholic_beverage', 'diamond', 'diamond_jewelry', 'other')
      AND CASE WHEN good.customs_value.currency = 'USD' THEN good.customs_value.amount END >= 300
      AS e8,
    conduct >= DATE '2022-03-11' AND conduct < DATE '2023-06-24' AND purpose = 'wind_down'
      AND good.produced_on < DATE '2022-03-11' AS winding,
    conduct >= DATE '2022-02-24'
      AND purpose IN ('humanitarian_programme', 'relief_of_human_suffering', 'medical_trade',
                      'agricultural_trade') AS humane,
    kind = 'rejection' AND conduct >= DATE '2021-04-15' AND (government OR suspect) AS owed
  FROM facts
), binding AS (
  SELECT *, e1 AND NOT winding AS b1, e5 AND NOT humane AS b5, e7 AND NOT humane AS b7 FROM engaged
), bits AS (
  SELECT key,
    coalesce(b1, FALSE)::INT + coalesce(e2, FALSE)::INT * 2 + coalesce(e3, FALSE)::INT * 4
      + coalesce(e4, FALSE)::INT * 8 + coalesce(b5, FALSE)::INT * 16 + coalesce(e6, FALSE)::INT * 32
      + coalesce(b7, FALSE)::INT * 64 + coalesce(e8, FALSE)::INT * 128 AS fired,
    (b1 IS NULL)::INT + (e2 IS NULL)::INT * 2 + (e3 IS NULL)::INT * 4 + (e4 IS NULL)::INT * 8
      + (b5 IS NULL)::INT * 16 + (e6 IS NULL)::INT * 32 + (b7 IS NULL)::INT * 64
      + (e8 IS NULL)::INT * 128 AS undecided,
    (coalesce(e1, TRUE) AND coalesce(winding, FALSE))::INT
      + (coalesce(e5, TRUE) AND coalesce(humane, FALSE))::INT * 16
      + (coalesce(e7, TRUE) AND coalesce(humane, FALSE))::INT * 64 AS lifted,
    CASE WHEN owed IS NULL OR owed AND (conduct + 11 <= as_of) IS NULL THEN 'unknown'
         WHEN NOT owed THEN NULL WHEN conduct + 11 <= as_of THEN 'breached' ELSE 'open' END AS duty
  FROM binding
)
SELECT key,
  CASE WHEN fired > 0 THEN 'PROHIBITED' WHEN undecided > 0 THEN 'UNDETERMINED'
       WHEN lifted > 0 THEN 'AUTHORISED' ELSE 'NOT_PROHIBITED' END AS outcome,
  {fired} AS fired, {undecided} AS undecided, {lifted} AS lifted{duties}
FROM bits
"""


#: For whoever copies a table to a file: what is written alike by hand and by the engine.
SETTINGS: Final = "SET memory_limit = '768MiB'; SET preserve_insertion_order = false"
DUTIES: Final = """,
  CASE WHEN duty IS NULL THEN [] ELSE [{'norm': 'flat.act §12', 'state': duty}] END AS duties"""


def query(source: str, duties: bool = True) -> str:
    def ids(bits: str, among: Iterable[int] = range(8)) -> str:
        named = ", ".join(
            f"CASE WHEN {bits} & {1 << n} > 0 THEN 'flat.act §{n + 1}' END" for n in among
        )
        listed = f"list_filter([{named}], LAMBDA id: id IS NOT NULL)"
        return f"CASE WHEN {bits} = 0 THEN []::VARCHAR[] ELSE {listed} END"

    return SQL.format(
        source=source, fired=ids("fired"), undecided=ids("undecided"),
        lifted=ids("lifted", (0, 4, 6)), duties=DUTIES if duties else "",
    )  # fmt: skip


def answers(rows: pa.Table) -> list[dict[str, Any]]:
    """Key, outcome, fired and undecided ids, and the duty with its state, of each row, by key."""
    with duckdb.connect() as connection:
        connection.register("rows_given", rows)
        return connection.sql(query("rows_given")).to_arrow_table().sort_by("key").to_pylist()


def to_file(source: Path, target: Path, duties: bool = True) -> None:
    with duckdb.connect() as connection:
        connection.sql(SETTINGS)
        asked = query(f"'{source}'", duties)
        connection.sql(f"COPY ({asked}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
