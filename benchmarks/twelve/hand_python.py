"""The twelve rules by hand in Python: what a careful programmer writes who wants speed.

Three-valued by hand: whether a rule may hold is asked first, because almost none does; whether it
surely holds only then. `None` is what is not known. The ids are those of `twelve.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias

#: Outcome, what surely binds, what may bind, what a licence lifts.
Bans: TypeAlias = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
#: Outcome, what surely binds, what may bind, and the duty with its state.
Answer: TypeAlias = tuple[str, tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]

S1, S2, S3, S4, S5, S6, S7, S8, S12 = (f"flat.act §{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 12))

IMPORTS: Final = frozenset({"import", "entry", "foreign_trade_zone_admission"})
EXPORTS: Final = frozenset({"export", "reexport", "sale", "supply"})
OUTWARD: Final = frozenset({"export", "reexport"})
CARRIAGE: Final = frozenset({"transport", "insurance", "brokering", "financing"})
MONEY: Final = frozenset({"payment", "transfer", "financing", "lending"})
DEALINGS: Final = frozenset({"service", "sale", "supply", "export", "investment"})
LUXURY_ACTS: Final = frozenset({"export", "sale", "supply"})
NAMED: Final = frozenset({"seafood", "alcoholic_beverage", "gold"})
METALS: Final = frozenset({"aluminium", "iron_or_steel"})
LUXURY: Final = frozenset({"alcoholic_beverage", "diamond", "diamond_jewelry", "other"})
THIRD: Final = frozenset({"AE", "AM", "KG", "KZ", "TR"})
KNOWING: Final = frozenset({"knowing_and_intentional", "knew"})
INVESTED: Final = frozenset({"new_commitment", "expansion"})
REGIONS: Final = frozenset({
    "crimea_and_sevastopol", "donetsk_not_government_controlled", "luhansk_not_government_controlled",
})  # fmt: skip
HUMANE: Final = frozenset({
    "humanitarian_programme", "relief_of_human_suffering", "medical_trade", "agricultural_trade",
})  # fmt: skip
HALF, SIXTY, TEN_THOUSAND, THREE_HUNDRED = (
    Decimal("0.5"),
    Decimal(60),
    Decimal(10_000),
    Decimal(300),
)
D2104, D0221, D0224, D0228 = (
    date(2021, 4, 15),
    date(2022, 2, 21),
    date(2022, 2, 24),
    date(2022, 2, 28),
)
D0311, D0406, D1205, D0119 = (
    date(2022, 3, 11),
    date(2022, 4, 6),
    date(2022, 12, 5),
    date(2023, 1, 19),
)
D0227, D0624, D2501 = date(2023, 2, 27), date(2023, 6, 24), date(2025, 1, 1)
ELEVEN_DAYS: Final = timedelta(11)
NONE: Final[dict[str, Any]] = {}
OPEN, BREACHED, NOT_KNOWN = ((S12, "open"),), ((S12, "breached"),), ((S12, "unknown"),)


def decide(facts: Mapping[str, Any]) -> Answer:
    """All twelve: what peers and tables answer."""
    outcome, fired, undecided, _ = bans(facts)
    return outcome, fired, undecided, duty(facts)


def bans(facts: Mapping[str, Any]) -> Bans:
    """What `law.decide` answers at once: duties and all else are found when they are asked for."""
    act = facts.get("act", NONE)
    good = facts["goods"][0]
    conduct = act.get("events", NONE).get("conduct")
    kind = act.get("kind")
    to = act.get("destination")
    category = good.get("category")
    fired: list[str] = []
    open_: list[str] = []
    lifted: list[str] = []

    if (kind is None or kind in IMPORTS) and (to is None or to == "US"):
        origin = good.get("country_of_origin")
        carats = good.get("carats_each")
        if (
            (conduct is None or conduct >= D0311)
            and (origin is None or origin == "RU")
            and (
                category is None or category in NAMED
                or (category == "diamond" and (carats is None or carats >= HALF))
            )
        ):  # fmt: skip
            # a category that is not known may still be one of the named ones, whatever the weight
            purpose, produced = act.get("purpose"), good.get("produced_on")
            if (
                purpose == "wind_down" and produced is not None and produced < D0311
                and conduct is not None and conduct < D0624
            ):  # fmt: skip
                lifted.append(S1)
            elif (
                kind is not None and to is not None and conduct is not None and origin is not None
                and (category in NAMED or (category == "diamond" and carats is not None))
                and (
                    (purpose is not None and purpose != "wind_down")
                    or (produced is not None and produced >= D0311)
                    or conduct >= D0624
                )
            ):  # fmt: skip
                fired.append(S1)
            else:
                open_.append(S1)

    if (
        (kind is None or kind in EXPORTS) and (to is None or to == "RU")
        and category != "medicine" and (conduct is None or conduct >= D0224)
    ):  # fmt: skip
        controlled = good.get("is_export_controlled")
        if controlled is not False or category is None or category in METALS:
            if (
                kind is not None and to is not None and conduct is not None and category is not None
                and (controlled or category in METALS)
            ):  # fmt: skip
                fired.append(S2)
            else:
                open_.append(S2)

    if (
        (kind is None or kind in OUTWARD) and (to is None or to in THIRD)
        and (conduct is None or conduct >= D0227)
    ):  # fmt: skip
        use, suspect = good.get("end_use_country"), act.get("reason_to_suspect")
        if (use is None or use == "RU") and suspect is not False:
            if kind is None or to is None or conduct is None or use is None or suspect is None:
                open_.append(S3)
            else:
                fired.append(S3)

    if (
        (kind is None or kind in CARRIAGE) and (category is None or category == "crude_oil")
        and (conduct is None or conduct >= D1205)
    ):  # fmt: skip
        origin, mode = good.get("country_of_origin"), act.get("mode_of_transport")
        price = good.get("price_per_barrel")
        dear = price["amount"] > SIXTY if price is not None and price["currency"] == "USD" else None
        if (
            (origin is None or origin == "RU")
            and (mode is None or mode == "sea")
            and dear is not False
        ):
            events = act.get("events", NONE)
            loaded, unloaded = events.get("loading"), events.get("unloading")
            late = (loaded is not None and loaded >= D1205) or (
                unloaded is not None and unloaded >= D0119
            )
            if (
                late and kind is not None and category is not None and conduct is not None
                and origin is not None and mode is not None and dear is not None
            ):  # fmt: skip
                fired.append(S4)
            elif late or loaded is None or unloaded is None or conduct is None:
                open_.append(S4)

    if (kind is None or kind in MONEY) and (conduct is None or conduct >= D0228):
        government = act.get("for_russian_government")
        if government is not False:
            value, aware = act.get("value"), act.get("awareness")
            large = (
                value["amount"] >= TEN_THOUSAND
                if value is not None and value["currency"] == "USD"
                else None
            )
            if large is not False or aware is None or aware in KNOWING:
                purpose = act.get("purpose")
                if purpose in HUMANE and conduct is not None:
                    lifted.append(S5)
                elif (
                    kind is not None and conduct is not None and government
                    and (large or aware in KNOWING) and purpose is not None
                ):  # fmt: skip
                    fired.append(S5)
                else:
                    open_.append(S5)

    if (
        (kind is None or kind == "investment") and (to is None or to == "RU")
        and (conduct is None or conduct >= D0406)
    ):  # fmt: skip
        how = act.get("investment")
        if how is None or how in INVESTED:
            if kind is None or to is None or conduct is None or how is None:
                open_.append(S6)
            else:
                fired.append(S6)

    if (kind is None or kind in DEALINGS) and (conduct is None or conduct >= D0221):
        territory = act.get("territory")
        if territory is None or territory in REGIONS:
            purpose = act.get("purpose")
            if purpose in HUMANE and conduct is not None and conduct >= D0224:
                lifted.append(S7)
            elif (
                kind is not None and conduct is not None and territory is not None
                and ((purpose is not None and purpose not in HUMANE) or conduct < D0224)
            ):  # fmt: skip
                fired.append(S7)
            else:
                open_.append(S7)

    if (
        (kind is None or kind in LUXURY_ACTS) and (to is None or to == "RU")
        and (category is None or category in LUXURY)
        and (conduct is None or D0311 <= conduct < D2501)
    ):  # fmt: skip
        worth = good.get("customs_value")
        dear = (
            worth["amount"] >= THREE_HUNDRED
            if worth is not None and worth["currency"] == "USD"
            else None
        )
        if dear is not False:
            if kind is None or to is None or category is None or conduct is None or dear is None:
                open_.append(S8)
            else:
                fired.append(S8)

    if fired:
        outcome = "PROHIBITED"
    elif open_:
        outcome = "UNDETERMINED"
    else:
        outcome = "AUTHORISED" if lifted else "NOT_PROHIBITED"
    return outcome, tuple(fired), tuple(open_), tuple(lifted)


def duty(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    act = facts.get("act", NONE)
    kind = act.get("kind")
    if kind is not None and kind != "rejection":
        return ()
    conduct = act.get("events", NONE).get("conduct")
    if conduct is not None and conduct < D2104:
        return ()
    government, suspect = act.get("for_russian_government"), act.get("reason_to_suspect")
    if government is False and suspect is False:
        return ()
    as_of = facts.get("as_of")
    if kind is None or conduct is None or as_of is None or not (government or suspect):
        return NOT_KNOWN
    return BREACHED if conduct + ELEVEN_DAYS <= as_of else OPEN
