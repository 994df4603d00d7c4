"""The case: everything that is told of one act, with what people recorded of it."""

from __future__ import annotations

from pydantic import Field

from sanctions_rules.facts.act import Act
from sanctions_rules.facts.dealings import (
    Account,
    Contract,
    Property,
    Security,
    Service,
    Transaction,
)
from sanctions_rules.facts.forms import List, Moment, Ref, Text, Word, fact
from sanctions_rules.facts.goods import Good
from sanctions_rules.facts.licences import LicenceHeld
from sanctions_rules.facts.model import FactModel, Records
from sanctions_rules.facts.parties import Party, Stake


class Judgement(FactModel):
    """A person's recorded answer to a question that only a person can answer."""

    question: Text = fact("text", "the question of {}")
    of: Text = fact("text", "the subject of {}")
    answer: Word = fact("word", "the answer of {}", values=("yes", "no", "cannot_tell"))
    who: Text = fact("text", "the person behind {}")
    role: Text = fact("text", "the role of the person behind {}")
    made_on: Moment = fact("moment", "the day of {}")
    reasons: Text = fact("text", "the reasons of {}")
    factors: List = fact("texts", "the factors weighed in {}")


class Performance(FactModel):
    """A duty that was done: which, for what, and when."""

    duty: Text = fact("text", "the duty done in {}")
    of: Text = fact("text", "the subject of {}")
    done_on: Moment = fact("moment", "the time of {}")


class Case(FactModel):
    """Everything we are told about one act of one actor."""

    id: Text = fact("text", "the name of the case")
    actor: Ref = fact("ref", "the actor", of="parties")
    act: Act = Field(default_factory=Act)
    as_of: Moment = fact("moment", "the day on which these facts stand")
    goods: Records[Good] | None = fact("records", "the goods", of="goods")
    parties: Records[Party] | None = fact("records", "the parties", of="parties")
    ownership: Records[Stake] | None = fact(
        "records", "the stakes", of="ownership", needs_basis=True
    )
    transactions: Records[Transaction] | None = fact(
        "records", "the transactions", of="transactions"
    )
    services: Records[Service] | None = fact("records", "the services", of="services")
    securities: Records[Security] | None = fact("records", "the securities", of="securities")
    properties: Records[Property] | None = fact("records", "the property", of="properties")
    accounts: Records[Account] | None = fact("records", "the accounts", of="accounts")
    contracts: Records[Contract] | None = fact("records", "the contracts", of="contracts")
    licences_held: Records[LicenceHeld] | None = fact(
        "records", "the specific licences held", of="licences_held", optional=True
    )
    judgements: Records[Judgement] | None = fact("records", "the judgements", of="judgements")
    performed: Records[Performance] | None = fact("records", "the duties done", of="performed")
