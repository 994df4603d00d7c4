"""What is done besides moving goods: transactions, services, securities, property, accounts, contracts."""

from __future__ import annotations

from sanctions_rules.facts.forms import Flag, List, Moment, Number, Price, Ref, Text, Word, fact
from sanctions_rules.facts.model import FactModel
from sanctions_rules.facts.vocabularies import (
    MARKETS,
    PROPERTY_KINDS,
    PURPOSES,
    SECURITIES,
    SERVICES,
    SOFTWARE,
    TRANSACTIONS,
)


class Transaction(FactModel):
    """One transaction, and the institutions that conducted or facilitated it."""

    id: Text = fact("text", "the name of {}")
    kind: Word = fact("word", "the kind of {}", values=TRANSACTIONS)
    value_date: Moment = fact("moment", "the value date of {}")
    amount: Price = fact("price", "the amount of {}")
    facilitated_by: List = fact(
        "refs", "the institutions that conducted or facilitated {}", of="parties"
    )
    performed_for: List = fact(
        "refs", "the persons for whom or on whose behalf {} was done", of="parties"
    )
    parties: List = fact("refs", "the parties involved in {}", of="parties")
    goods: List = fact("refs", "the goods that {} concerns", of="goods")
    purpose: Word = fact("word", "the purpose of {}", values=PURPOSES)
    is_in_sterling: Flag = fact("flag", "{} is in sterling")


class Service(FactModel):
    """One service given by one party to another."""

    id: Text = fact("text", "the name of {}")
    kind: Word = fact("word", "the kind of {}", values=SERVICES)
    provided_by: List = fact("refs", "the providers of {}", of="parties")
    recipients: List = fact("refs", "the recipients of {}", of="parties")
    parties: List = fact("refs", "the parties involved in {}", of="parties")
    benefit_received_by: List = fact(
        "refs", "the persons who ultimately receive the benefit of {}", of="parties"
    )
    goods: List = fact("refs", "the goods that {} concerns", of="goods")
    software: Word = fact("word", "the software that {} is for", values=SOFTWARE, optional=True)
    is_authorised_by_commerce: Flag = fact(
        "flag", "the export of the software of {} is authorised, or would qualify, under the EAR"
    )
    is_by_sea: Flag = fact("flag", "{} concerns maritime transport")
    purpose: Word = fact("word", "the purpose of {}", values=PURPOSES)
    is_for_exclusive_use_of_recipients: Flag = fact(
        "flag", "{} is for the exclusive use of its recipients"
    )
    is_transactional_legal_advice: Flag = fact(
        "flag", "{} is legal advice on a transaction, and no contentious work or compliance advice"
    )
    is_standalone_tax_return: Flag = fact(
        "flag", "{} is the preparation of a tax return, or bookkeeping for tax, and nothing more"
    )
    winds_down: List = fact(
        "refs", "the entities that {} helps to wind down or to sell", of="parties"
    )


class Security(FactModel):
    """A security, or a debt that is dealt in like one."""

    id: Text = fact("text", "the name of {}")
    kind: Word = fact("word", "the kind of {}", values=SECURITIES)
    issuer: Ref = fact("ref", "the issuer or borrower of {}", of="parties")
    issued_on: Moment = fact("moment", "the time at which {} was issued")
    modified_on: Moment = fact(
        "moment", "the time at which the terms of {} were last modified", optional=True
    )
    maturity_days: Number = fact("number", "the maturity of {}", unit="days", optional=True)
    market: Word = fact("word", "the market on which {} is dealt in", values=MARKETS)
    identifiers: List = fact("texts", "the identifiers of {}")


class Property(FactModel):
    """Property that is or was blocked, or that a transaction concerns."""

    id: Text = fact("text", "the name of {}")
    kind: Word = fact("word", "the kind of {}", values=PROPERTY_KINDS)
    description: Text = fact("text", "the description of {}")
    location: Text = fact("text", "the place of {}")
    account_number: Text = fact("text", "the account number of {}", optional=True)
    value: Price = fact("price", "the value of {}")
    interest_of: List = fact("refs", "the persons who have an interest in {}", of="parties")
    held_by: Ref = fact("ref", "the holder of {}", of="parties")
    blocked_on: Moment = fact("moment", "the day on which {} was blocked", optional=True)
    unblocked_on: Moment = fact("moment", "the day on which {} was unblocked", optional=True)
    held_on_30_june: Flag = fact("flag", "{} was held blocked on 30 June of the reporting year")


class Account(FactModel):
    """A bank account, and what was done to it."""

    id: Text = fact("text", "the name of {}")
    kind: Word = fact(
        "word", "the kind of {}", values=("correspondent", "payable_through", "other")
    )
    holder: Ref = fact("ref", "the holder of {}", of="parties")
    kept_in: Word = fact("country", "the country in which {} is kept")
    restricted_on: Moment = fact("moment", "the time at which {} was restricted", optional=True)
    closed_on: Moment = fact("moment", "the time at which {} was closed", optional=True)


class Contract(FactModel):
    """An agreement under which something is done."""

    id: Text = fact("text", "the name of {}")
    form: Word = fact("word", "the form of {}", values=("written", "oral"))
    concluded_on: Moment = fact("moment", "the day on which {} was concluded")
    amended_on: Moment = fact("moment", "the day on which {} was last amended", optional=True)
    effective_on: Moment = fact("moment", "the day on which {} took effect")
    expires_on: Moment = fact("moment", "the day on which {} ends", optional=True)
    governing_law: Word = fact("country", "the law of {}")
    forbids_reexport_to_russia: Flag = fact(
        "flag", "{} forbids re-export to Russia or for use there"
    )
    has_remedies_for_reexport: Flag = fact(
        "flag", "{} holds adequate remedies against re-export to Russia"
    )
    is_ancillary_to: Ref = fact("ref", "the contract that {} serves", of="contracts", optional=True)
