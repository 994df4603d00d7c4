"""The twelve rules by hand as polars expressions, over Parquet and to Parquet, streaming.

Comparisons, `&`, `|` and `~` of polars follow Kleene's tables where a value is null, so each rule
is one expression: true, false or null. The lists of ids are looked up by the bits of the rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks.twelve.hand_python import (
    CARRIAGE,
    DEALINGS,
    EXPORTS,
    HUMANE,
    IMPORTS,
    INVESTED,
    KNOWING,
    LUXURY,
    LUXURY_ACTS,
    METALS,
    MONEY,
    NAMED,
    OUTWARD,
    REGIONS,
    S1,
    S2,
    S3,
    S4,
    S5,
    S6,
    S7,
    S8,
    S12,
    THIRD,
)  # fmt: skip

PROHIBITIONS: Final = (S1, S2, S3, S4, S5, S6, S7, S8)
#: By the bits of eight rules: the ids of those whose bit is set.
IDS: Final = [[s for n, s in enumerate(PROHIBITIONS) if bits >> n & 1] for bits in range(256)]
OUTCOMES: Final = ["NOT_PROHIBITED", "AUTHORISED", "UNDETERMINED", "PROHIBITED"]
DUTIES: Final = [
    [], *([{"norm": S12, "state": s}] for s in ("open", "breached", "unknown"))
]  # fmt: skip


def _act(name: str) -> pl.Expr:
    return pl.col("act").struct.field(name)


def _event(name: str) -> pl.Expr:
    return _act("events").struct.field(name)


def _good(name: str) -> pl.Expr:
    return pl.col("goods").list.first().struct.field(name)


def _usd(price: pl.Expr) -> pl.Expr:
    return pl.when(price.struct.field("currency") == "USD").then(price.struct.field("amount"))


def _in(fact: pl.Expr, words: Iterable[str]) -> pl.Expr:
    return fact.is_in(sorted(words))


def answers(frame: pl.LazyFrame, duties: bool = True) -> pl.LazyFrame:
    """Key, outcome, ids of what binds, may bind and is lifted, and the duty with its state, by row."""
    kind, to, purpose = _act("kind"), _act("destination"), _act("purpose")
    government, suspect = _act("for_russian_government"), _act("reason_to_suspect")
    conduct, category, origin = _event("conduct"), _good("category"), _good("country_of_origin")

    def since(year: int, month: int, day: int) -> pl.Expr:
        return pl.col("conduct") >= date(year, month, day)

    # What several rules ask is a column first, so that it is worked out once.
    asked = frame.select(
        "key", "as_of", conduct.alias("conduct"),
        humane=_in(purpose, HUMANE), winds_down=purpose == "wind_down",
        to_ru=to == "RU", from_ru=origin == "RU", government=government, suspect=suspect,
        to_us=to == "US", to_third=_in(to, THIRD),
        imports=_in(kind, IMPORTS), exports=_in(kind, EXPORTS), outward=_in(kind, OUTWARD),
        carriage=_in(kind, CARRIAGE), money=_in(kind, MONEY), invests=kind == "investment",
        dealing=_in(kind, DEALINGS), luxury_act=_in(kind, LUXURY_ACTS), rejects=kind == "rejection",
        named=_in(category, NAMED), diamond=category == "diamond", metal=_in(category, METALS),
        medicine=category == "medicine", crude=category == "crude_oil", luxury=_in(category, LUXURY),
        half=_good("carats_each") >= pl.lit("0.5").cast(pl.Decimal(12, 2)),
        produced_before=_good("produced_on") < date(2022, 3, 11),
        controlled=_good("is_export_controlled"), used_in_ru=_good("end_use_country") == "RU",
        by_sea=_act("mode_of_transport") == "sea", over_cap=_usd(_good("price_per_barrel")) > 60,
        loaded_before=_event("loading") < date(2022, 12, 5),
        unloaded_before=_event("unloading") < date(2023, 1, 19),
        large=_usd(_act("value")) >= 10_000, knowing=_in(_act("awareness"), KNOWING),
        invested=_in(_act("investment"), INVESTED), region=_in(_act("territory"), REGIONS),
        costly=_usd(_good("customs_value")) >= 300,
    )  # fmt: skip
    c = pl.col
    engaged = [
        c("imports") & c("to_us") & since(2022, 3, 11) & c("from_ru")
        & (c("named") | (c("diamond") & c("half"))),
        c("exports") & c("to_ru") & since(2022, 2, 24) & (c("controlled") | c("metal"))
        & ~c("medicine"),
        c("outward") & c("to_third") & since(2023, 2, 27) & c("used_in_ru") & c("suspect"),
        c("carriage") & since(2022, 12, 5) & c("crude") & c("from_ru") & c("by_sea") & c("over_cap")
        & ~(since(2022, 12, 5) & c("loaded_before") & c("unloaded_before")),
        c("money") & since(2022, 2, 28) & c("government") & (c("large") | c("knowing")),
        c("invests") & since(2022, 4, 6) & c("invested") & c("to_ru"),
        c("dealing") & since(2022, 2, 21) & c("region"),
        c("luxury_act") & c("to_ru") & since(2022, 3, 11) & ~since(2025, 1, 1) & c("luxury")
        & c("costly"),
    ]  # fmt: skip
    winding = since(2022, 3, 11) & ~since(2023, 6, 24) & c("winds_down") & c("produced_before")
    humane = since(2022, 2, 24) & c("humane")
    licences = {0: winding, 4: humane, 6: humane}
    owed = c("rejects") & since(2021, 4, 15) & (c("government") | c("suspect"))
    over = c("conduct") + pl.duration(days=11) <= c("as_of")
    rules = asked.select(
        "key",
        *(
            (e & ~licences[n] if n in licences else e).alias(f"binds{n}")
            for n, e in enumerate(engaged)
        ),
        *(
            (engaged[n].fill_null(True) & licence.fill_null(False)).alias(f"lifted{n}")
            for n, licence in licences.items()
        ),
        # 0 not owed, 1 open, 2 breached, 3 not known
        duty=pl.when(owed.is_null() | (owed & over.is_null())).then(3)
        .when(~owed).then(0).when(over).then(2).otherwise(1).cast(pl.UInt32),
    )  # fmt: skip
    bits = rules.select(
        "key", "duty",
        lifted=pl.sum_horizontal(
            *(c(f"lifted{n}").cast(pl.UInt32) * (1 << n) for n in licences)
        ),
        fired=_bits(c(f"binds{n}").fill_null(False) for n in range(8)),
        undecided=_bits(c(f"binds{n}").is_null() for n in range(8)),
    )  # fmt: skip
    ids = pl.lit(pl.Series(IDS, dtype=pl.List(pl.String)))
    states = pl.lit(
        pl.Series(DUTIES, dtype=pl.List(pl.Struct({"norm": pl.String, "state": pl.String})))
    )
    found = bits.select(
        "key", "duty",
        outcome=pl.when(c("fired") > 0).then(pl.lit("PROHIBITED"))
        .when(c("undecided") > 0).then(pl.lit("UNDETERMINED"))
        .when(c("lifted") > 0).then(pl.lit("AUTHORISED")).otherwise(pl.lit("NOT_PROHIBITED")),
        fired=ids.gather(c("fired")), undecided=ids.gather(c("undecided")),
        lifted=ids.gather(c("lifted")),
    )  # fmt: skip
    if not duties:
        return found.drop("duty")
    return found.with_columns(duties=states.gather(c("duty"))).drop("duty")


def _bits(rules: Iterable[pl.Expr]) -> pl.Expr:
    return pl.sum_horizontal(*(rule.cast(pl.UInt32) * (1 << n) for n, rule in enumerate(rules)))


def to_file(source: Path, target: Path, duties: bool = True) -> None:
    answers(pl.scan_parquet(source), duties).sink_parquet(target, compression="zstd")
