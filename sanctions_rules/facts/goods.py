"""The goods of the act: what they are, where they come from, which papers go with them."""

from __future__ import annotations

from sanctions_rules.facts.forms import (
    Codes,
    Flag,
    List,
    Moment,
    Number,
    Price,
    Ref,
    Text,
    Word,
    fact,
)
from sanctions_rules.facts.model import FactModel, Records
from sanctions_rules.facts.vocabularies import (
    ATTESTATIONS,
    CATEGORIES,
    CRITICAL_ITEMS,
    GAS_FORMS,
    GOODS_ANNEXES,
    PETROLEUM_PRODUCTS,
    SPECIES,
    STONES,
)


class Good(FactModel):
    """One line of goods, or a component of one."""

    id: Text = fact("text", "the name of {}")
    description: Text = fact("text", "the description of {}")
    category: Word = fact("word", "the category of {}", values=CATEGORIES)
    codes: Codes = fact("codes", "the commodity codes of {}")
    country_of_origin: Word = fact("country", "the declared country of origin of {}")
    mined_in: List = fact(
        "countries",
        "the countries in which {} was mined",
        only_for=(
            "diamond",
            "diamond_jewelry",
            "gold",
            "aluminium",
            "copper",
            "nickel",
            "iron_or_steel",
            "coal",
            "synthetic_stone",
            "other",
        ),
    )
    extracted_in: List = fact(
        "countries",
        "the countries in which {} was extracted",
        only_for=(
            "diamond",
            "diamond_jewelry",
            "gold",
            "aluminium",
            "copper",
            "nickel",
            "iron_or_steel",
            "coal",
            "crude_oil",
            "petroleum_product",
            "gas",
            "synthetic_stone",
            "seafood",
            "alcoholic_beverage",
            "medicine",
            "other",
        ),
    )
    produced_in: List = fact(
        "countries", "the countries in which {} was produced, wholly or in part"
    )
    manufactured_in: List = fact(
        "countries", "the countries in which {} was manufactured, wholly or in part"
    )
    processed_in: List = fact("countries", "the countries in which {} was processed")
    harvest_waters: List = fact(
        "countries", "the countries in whose waters {} was harvested", only_for=("seafood", "other")
    )
    harvest_vessel_flags: List = fact(
        "countries", "the flags of the vessels that harvested {}", only_for=("seafood", "other")
    )
    incorporated_in_foreign_product: Flag = fact(
        "flag", "{} was incorporated into a foreign-made product"
    )
    exported_from: List = fact("countries", "the countries from which {} was exported")
    transited: List = fact("countries", "the countries through which {} passed")
    outside_russia_since: Moment = fact(
        "moment", "the time since which {} has been outside Russia", optional=True
    )
    produced_on: Moment = fact("moment", "the time at which {} was produced")
    species: Word = fact("word", "the species of {}", values=SPECIES, only_for=("seafood",))
    stone: Word = fact(
        "word", "the sort of diamond that {} is", values=STONES, only_for=("diamond",)
    )
    carats_each: Number = fact(
        "number",
        "the weight of each stone of {}",
        unit="carat",
        only_for=("diamond", "synthetic_stone", "diamond_jewelry", "other"),
    )
    carats_heaviest: Number = fact(
        "number",
        "the weight of the heaviest stone of {}",
        unit="carat",
        falls_back_to="carats_each",
        only_for=("diamond", "synthetic_stone", "diamond_jewelry", "other"),
    )
    petroleum_product: Word = fact(
        "word",
        "the sort of petroleum product that {} is",
        values=PETROLEUM_PRODUCTS,
        only_for=("petroleum_product",),
    )
    gas_form: Word = fact(
        "word", "the form of the gas that {} is", values=GAS_FORMS, only_for=("gas",)
    )
    price_per_barrel: Price = fact(
        "price",
        "the price paid for a barrel of {}",
        only_for=("crude_oil", "petroleum_product", "other"),
    )
    carried_by: Ref = fact("ref", "the vessel that carries {}", of="parties", optional=True)
    cleared_customs_at_destination: Flag = fact(
        "flag", "{} has been sold on land or cleared through customs outside Russia"
    )
    critical_item: Word = fact(
        "word", "the heading of the critical items list that {} falls under", values=CRITICAL_ITEMS
    )
    end_use_country: Word = fact("country", "the country in which {} is to be used")
    quantity_kg: Number = fact("number", "the weight of {}", unit="kg")
    customs_value: Price = fact("price", "the customs value of {}")
    unit_price: Price = fact("price", "the unit price of {}")
    is_export_controlled: Flag = fact("flag", "{} is controlled for export")
    consigned_from: Word = fact("country", "the country from which {} is consigned")
    located_in: Word = fact("country", "the country in which {} lies when the act is done")
    listed_in: List = fact(
        "words",
        "the annexes and schedules under which {} is classified",
        values=GOODS_ANNEXES,
    )
    document_codes: List = fact("texts", "the document codes declared for {}")
    is_owned_by_traveller: Flag = fact(
        "flag", "{} belongs to a traveller or close family who carry it, and is not for sale"
    )
    from_net_crude_exporter: Flag = fact(
        "flag",
        "{} comes from a country that exported more crude than it imported the year before",
        only_for=("petroleum_product", "other"),
    )
    is_exchange_warranted: Flag = fact("flag", "{} is held under a warrant of a metal exchange")
    is_residue: Flag = fact(
        "flag",
        "{} is residue of Russian oil left in a tank",
        only_for=("crude_oil", "petroleum_product", "other"),
    )
    is_relief_article: Flag = fact("flag", "{} is an article such as food, clothing or medicine")
    attestations: List = fact("words", "the attestations filed for {}", values=ATTESTATIONS)
    components: Records[Good] | None = fact("records", "the components of {}", of="goods")
