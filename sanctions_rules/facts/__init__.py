"""The facts a case may hold: strict, frozen models in the field's standard terms.

A case has one actor whose act is judged, and around it goods, parties, stakes,
transactions and what else the law asks about. Facts observe; rulebooks conclude: there is
no `is_sanctioned` here. Every fact may be absent (unknown), `none` where the declaration
allows it (there is no such thing), a range where it is ordered, and may carry its source.

Field names follow ISO 20022 (payments), the WCO data model (goods), FollowTheMoney
(parties) and BODS (stakes) where those have one. `read.py` reads cases from text.

Models: `case`, `act`, `goods`, `parties`, `dealings`, `licences`; their words: `vocabularies`.
What a fact is: `forms`, `model`. Raw values to facts: `numbers`, `moments`, `words`, `refusing`.
"""

from __future__ import annotations

from sanctions_rules.facts.act import Act, Events
from sanctions_rules.facts.case import Case, Judgement, Performance
from sanctions_rules.facts.dealings import (
    Account,
    Contract,
    Property,
    Security,
    Service,
    Transaction,
)
from sanctions_rules.facts.forms import (
    Codes,
    Declared,
    Flag,
    List,
    Listed,
    Moment,
    Money,
    Number,
    Price,
    Range,
    Ref,
    Text,
    Word,
    fact,
)
from sanctions_rules.facts.goods import Good
from sanctions_rules.facts.licences import LICENCE_NUMBERS, LicenceHeld
from sanctions_rules.facts.model import (
    DISCRIMINATORS,
    Collection,
    FactModel,
    Provenance,
    Records,
    like,
    read_value,
    refusal,
)
from sanctions_rules.facts.moments import read_moment
from sanctions_rules.facts.numbers import read_decimal
from sanctions_rules.facts.parties import Listing, Party, Stake
from sanctions_rules.facts.vocabularies import (
    ACT_KINDS,
    ATTESTATIONS,
    AUTHORITIES,
    AWARENESS,
    BUSINESSES,
    CAPACITIES,
    CATEGORIES,
    CONTROLS,
    CRITICAL_ITEMS,
    CUSTOMS_PROCEDURES,
    DIRECTIVES,
    EVENT_OF_ACT,
    EVENTS,
    GAS_FORMS,
    GOODS_ANNEXES,
    HARMFUL_ACTIVITIES,
    HUMANITARIAN_STATUSES,
    INTERNATIONAL_BODIES,
    INVESTMENT_FORMS,
    INVESTMENTS,
    LISTING_ANNEXES,
    LISTS,
    MARKETS,
    MODES_OF_TRANSPORT,
    NAMED_PROJECTS,
    OFFICIAL,
    ORDERS,
    PARTY_TYPES,
    PETROLEUM_PRODUCTS,
    PRICE_CAP_TIERS,
    PROPERTY_KINDS,
    PURPOSES,
    SECTORS,
    SECURITIES,
    SERVICES,
    SOFTWARE,
    SOVEREIGN_BODIES,
    SPECIES,
    STAKES,
    STONES,
    TERRITORIES,
    TRANSACTIONS,
    US_NEXUS,
)

__all__ = [
    "ACT_KINDS", "ATTESTATIONS", "AUTHORITIES", "AWARENESS", "BUSINESSES", "CAPACITIES",
    "CATEGORIES", "CONTROLS", "CRITICAL_ITEMS", "CUSTOMS_PROCEDURES", "DIRECTIVES",
    "DISCRIMINATORS", "EVENTS", "EVENT_OF_ACT", "GAS_FORMS", "GOODS_ANNEXES",
    "HARMFUL_ACTIVITIES", "HUMANITARIAN_STATUSES", "INTERNATIONAL_BODIES", "INVESTMENTS",
    "INVESTMENT_FORMS", "LICENCE_NUMBERS", "LISTING_ANNEXES", "LISTS", "MARKETS",
    "MODES_OF_TRANSPORT", "NAMED_PROJECTS", "OFFICIAL", "ORDERS", "PARTY_TYPES",
    "PETROLEUM_PRODUCTS", "PRICE_CAP_TIERS", "PROPERTY_KINDS", "PURPOSES", "SECTORS",
    "SECURITIES", "SERVICES", "SOFTWARE", "SOVEREIGN_BODIES", "SPECIES", "STAKES", "STONES",
    "TERRITORIES", "TRANSACTIONS", "US_NEXUS", "Account", "Act", "Case", "Codes",
    "Collection", "Contract", "Declared", "Events", "FactModel", "Flag", "Good", "Judgement",
    "LicenceHeld", "List", "Listed", "Listing", "Moment", "Money", "Number", "Party",
    "Performance", "Price", "Property", "Provenance", "Range", "Records", "Ref", "Security",
    "Service", "Stake", "Text", "Transaction", "Word", "fact", "like", "read_decimal",
    "read_moment", "read_value", "refusal",
]  # fmt: skip
