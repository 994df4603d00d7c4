"""The one act of the actor that is judged, and when its parts happened."""

from __future__ import annotations

from pydantic import Field

from sanctions_rules.facts.forms import Flag, List, Moment, Price, Ref, Word, fact
from sanctions_rules.facts.model import FactModel
from sanctions_rules.facts.vocabularies import (
    ACT_KINDS,
    AWARENESS,
    CAPACITIES,
    CUSTOMS_PROCEDURES,
    HARMFUL_ACTIVITIES,
    INVESTMENT_FORMS,
    INVESTMENTS,
    MODES_OF_TRANSPORT,
    NAMED_PROJECTS,
    OFFICIAL,
    PRICE_CAP_TIERS,
    PURPOSES,
    TERRITORIES,
    US_NEXUS,
)


class Events(FactModel):
    """When the parts of the act happened: each an instant, a day, a range, or unknown."""

    conduct: Moment = fact("moment", "the time of the act")
    entry: Moment = fact("moment", "the time of import or entry", optional=True)
    loading: Moment = fact("moment", "the time of loading at the port of loading", optional=True)
    unloading: Moment = fact(
        "moment", "the time of unloading at the port of destination", optional=True
    )
    export: Moment = fact("moment", "the time of export", optional=True)
    payment: Moment = fact("moment", "the time of payment", optional=True)
    production: Moment = fact("moment", "the time of production", optional=True)
    service: Moment = fact("moment", "the time of the service", optional=True)
    penalty_assessment: Moment = fact(
        "moment", "the day on which a penalty was assessed", optional=True
    )
    pre_penalty_notice: Moment = fact(
        "moment",
        "the day on which a pre-penalty notice or a finding of violation was issued",
        optional=True,
    )


class Act(FactModel):
    """The one act of the actor that is judged."""

    kind: Word = fact("word", "the kind of act", values=ACT_KINDS)
    events: Events = Field(default_factory=Events)
    destination: Word = fact("country", "the country of destination")
    departure: Word = fact("country", "the country of departure")
    recipients: List = fact("refs", "the recipients of what is given", of="parties")
    providers: List = fact("refs", "the providers of what is received", of="parties")
    parties: List = fact(
        "refs",
        "the others who take part in the act, benefit from it or have an interest in it",
        of="parties",
    )
    us_nexus: List = fact("words", "the ties of the act to the United States", values=US_NEXUS)
    harmful_activity: Word = fact(
        "word",
        "the activity of E.O. 14024 s. 1(a)(ii) or 1(c) that the act is",
        values=HARMFUL_ACTIVITIES,
    )
    for_russian_government: Flag = fact(
        "flag", "the act is done for, or for the benefit of, the Russian Government"
    )
    supports_activity: Word = fact(
        "word",
        "the activity of E.O. 14024 s. 1(a)(ii) that the act supports",
        values=HARMFUL_ACTIVITIES,
    )
    debits_accounts_of: List = fact(
        "refs",
        "the persons whose accounts on the books of a US financial institution are debited",
        of="parties",
    )
    investment: Word = fact("word", "the form of the investment", values=INVESTMENTS, optional=True)
    investment_form: Word = fact(
        "word", "the way in which is invested", values=INVESTMENT_FORMS, optional=True
    )
    investment_target: Ref = fact(
        "ref", "the entity in which is invested", of="parties", optional=True
    )
    intended_for_new_projects_in_russia: Flag = fact(
        "flag", "the funds are specifically intended for new projects in Russia"
    )
    securities: List = fact("refs", "the securities and debts dealt in", of="securities")
    properties: List = fact("refs", "the property that the act concerns", of="properties")
    price_cap_tier: Word = fact(
        "word",
        "the tier of the actor under the price cap guidance",
        values=PRICE_CAP_TIERS,
        optional=True,
    )
    reason_to_suspect: Flag = fact(
        "flag", "the actor has reason to suspect that what was attested is false"
    )
    underlying_kind: Word = fact(
        "word",
        "the kind of act that is approved, financed, facilitated or guaranteed",
        values=ACT_KINDS,
        optional=True,
    )
    underlying_actor: Ref = fact(
        "ref",
        "the person whose act is approved, financed, facilitated or guaranteed",
        of="parties",
        optional=True,
    )
    items: List = fact(
        "words",
        "the further things that the act concerns",
        values=("usd_banknotes", "luxury_goods", "funds", "information", "other"),
    )
    contract: Ref = fact(
        "ref", "the contract under which the act is done", of="contracts", optional=True
    )
    purpose: Word = fact("word", "the purpose of the act", values=PURPOSES)
    official_business_of: Word = fact(
        "word",
        "the body whose official business the act is",
        values=OFFICIAL,
        optional=True,
        only_for=("official_business",),
    )
    capacity: Word = fact("word", "the capacity in which the actor acts", values=CAPACITIES)
    value: Price = fact("price", "the value of the act")
    penalty_assessed: Price = fact("price", "the civil penalty assessed for the act")
    named_project: List = fact(
        "words",
        "the projects and groups named in general licences that the act concerns",
        values=NAMED_PROJECTS,
    )
    done_in: List = fact(
        "countries",
        "the countries in whose territory, or aboard whose craft, the act is done, in whole or in part",
    )
    is_indirect: Flag = fact("flag", "the act is done through others")
    awareness: Word = fact(
        "word", "what the actor knew, or had cause to suspect, of the breach", values=AWARENESS
    )
    customs_procedure: Word = fact(
        "word",
        "the customs procedure that the goods are placed under",
        values=CUSTOMS_PROCEDURES,
        optional=True,
    )
    mode_of_transport: Word = fact(
        "word", "the way in which the goods are carried", values=MODES_OF_TRANSPORT, optional=True
    )
    territory: Word = fact(
        "word", "the part of Ukraine in which the act has its effect", values=TERRITORIES
    )
    authority_notified_on: Moment = fact(
        "moment", "the day on which the authority was told of the act beforehand", optional=True
    )
    new_system_of_payment_messages: Word = fact(
        "word",
        "the system for payment messages that the act connects to",
        values=("spfs", "equivalent_of_central_bank_of_russia", "other"),
        optional=True,
    )
