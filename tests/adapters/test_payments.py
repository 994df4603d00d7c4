"""pacs.008 and pacs.009 as cases: what they say, what they do not, and what is broken in them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from adapters.files import FULL, agent, document, piece, transfer

from sanctions_rules.adapters.cases import to_json
from sanctions_rules.adapters.iso20022 import Message, read_message
from sanctions_rules.canonical import facts_digest
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.facts import Case, Money
from sanctions_rules.read import read_case
from sanctions_rules.values import OneOf

pytest.importorskip("defusedxml", reason="the extra `lists` is not installed")


def message(*transfers: str, kind: str = "pacs.008.001.08", body: str = "FIToFICstmrCdtTrf",
            count: str = "", actor: str = "") -> Message:  # fmt: skip
    text = document(*transfers, kind=kind, body=body, count=count)
    return read_message(piece("m.xml", text), actor)


def one(inside: str = FULL, actor: str = "debtor_agent") -> Case:
    return message(transfer("T1", inside), actor=actor).cases[0]


def test_who_pays_whom_through_whom() -> None:
    case = one()
    assert case.actor == "debtor_agent" and case.act.kind == "payment" and case.id == "T1"
    assert case.act.providers.items == ("ultimate_debtor", "debtor")
    assert case.act.recipients.items == ("intermediary_1", "creditor_agent", "creditor")
    assert not case.act.parties.items and case.act.parties.complete is False
    assert case.act.events.payment == date(2024, 7, 2)
    debtor = next(p for p in case.parties if p.id == "debtor")
    assert debtor.identifiers.items == ("LEI 5493001KJTIIGC8Y1R12",)
    assert isinstance(debtor.type, OneOf) and "person" not in debtor.type.values
    creditor = next(p for p in case.parties if p.id == "creditor")
    assert creditor.type == "person" and creditor.ordinarily_resident_in == "RU"
    (made,) = case.transactions
    assert made.kind == "credit_transfer" and made.amount == Money(Decimal("1000.00"), "EUR")
    assert made.facilitated_by.items == ("debtor_agent", "intermediary_1", "creditor_agent")


def test_what_a_message_does_not_say_stays_unknown_with_its_reason() -> None:
    case = one()
    assert case.act.purpose is None and case.licences_held is None and case.ownership is None
    said = case.act.provenance["purpose"].unknown_because
    assert said == "the message says purpose SUPP; remittance “invoice 7, \u202ehorns”"
    debtor = next(p for p in case.parties if p.id == "debtor")
    assert debtor.organised_under is None
    assert "gives the country US" in debtor.provenance["organised_under"].unknown_because
    assert one(actor="").actor is None


@pytest.mark.parametrize(
    ("actor", "gives", "receives"),
    [
        ("", "ultimate_debtor debtor debtor_agent", "intermediary_1 creditor_agent creditor"),
        ("debtor", "ultimate_debtor", "debtor_agent intermediary_1 creditor_agent creditor"),
        ("intermediary_1", "ultimate_debtor debtor debtor_agent", "creditor_agent creditor"),
        ("creditor", "ultimate_debtor debtor debtor_agent intermediary_1 creditor_agent", ""),
    ],
)
def test_every_bank_on_the_way_gives_or_receives(actor: str, gives: str, receives: str) -> None:
    act = one(actor=actor).act
    assert (act.providers.items, act.recipients.items) == (
        tuple(gives.split()), tuple(receives.split())
    )  # fmt: skip
    assert act.providers.complete and act.recipients.complete


def test_agents_of_the_head_and_who_began_it() -> None:
    text = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>'
        f"<GrpHdr><MsgId>M</MsgId><SttlmInf>{agent('InstdRmbrsmntAgt', 'ROGARUMM')}</SttlmInf>"
        f"{agent('InstgAgt', 'FIRSUS33')}</GrpHdr>"
        + transfer("T", FULL + "<InitgPty><Nm>Broker</Nm></InitgPty>")
        + "</FIToFICstmrCdtTrf></Document>"
    )
    act = read_message(piece("m.xml", text), "debtor").cases[0].act
    assert act.recipients.items[:3] == (
        "debtor_agent", "instructed_reimbursement_agent", "intermediary_1"
    )  # fmt: skip
    assert act.parties.items == ("initiating_party",)


@pytest.mark.parametrize("amount", ["0", "0.50", ".5", "007", "5."])
def test_amounts_as_they_are_printed(amount: str) -> None:
    found = message(transfer("T", FULL, amount)).cases[0].act.value
    assert isinstance(found, Money) and found.amount == Decimal(amount)


def test_the_actor_by_part_by_bic_and_not_at_all() -> None:
    assert one(actor="FIRSUS33").actor == "debtor_agent"
    assert one(actor="5493001KJTIIGC8Y1R12").actor == "debtor"
    with pytest.raises(FactsError, match=r"no party of the transfer is `debitor`(.|\n)*`debtor`"):
        one(actor="debitor")


def test_one_bank_in_two_parts_is_one_party() -> None:
    case = one(agent("DbtrAgt", "FIRSUS33") + agent("CdtrAgt", "FIRSUS33"), "creditor_agent")
    assert [p.id for p in case.parties] == ["debtor_agent"] and case.actor == "debtor_agent"


def test_between_banks_the_banks_pay_and_are_paid() -> None:
    inside = agent("Dbtr", "FIRSUS33") + agent("Cdtr", "ROGARUMM") + agent("CdtrAgt", "DEUTDEFF")
    found = message(transfer("T", inside), kind="pacs.009.001.10", body="FICdtTrf")
    case = found.cases[0]
    assert case.act.recipients.items == ("creditor_agent", "creditor")
    assert case.transactions[0].kind == "fi_transfer"
    assert case.parties[0].identifiers.items == ("BIC FIRSUS33",)
    bare = message(
        transfer("T", agent("DbtrAgt", "FIRSUS33") + agent("CdtrAgt", "ROGARUMM")),
        kind="pacs.009.001.10", body="FICdtTrf",
    ).cases[0]  # fmt: skip
    assert bare.act.providers.items == ("debtor_agent",)
    assert bare.act.recipients.items == ("creditor_agent",)
    assert not bare.act.providers.complete and not bare.act.recipients.complete  # ends not named


def test_several_transfers_are_several_cases() -> None:
    found = message(transfer("T1", FULL), transfer("T2", FULL, "7.5", "USD"), count="2")
    assert [c.id for c in found.cases] == ["T1", "T2"] and not found.problems
    assert found.cases[1].act.value == Money(Decimal("7.5"), "USD")


def test_a_broken_transfer_is_said_and_the_others_are_kept() -> None:
    found = message(
        transfer("T1", FULL), transfer("T2", FULL, "-1"), transfer("T3", FULL, "1,000"),
        transfer("T4", FULL, "1", "XXY"), "<CdtTrfTxInf/>", count="7",
    )  # fmt: skip
    assert [c.id for c in found.cases] == ["T1"]
    assert [(p.code, p.label) for p in found.problems] == [
        ("bad-amount", "entry T2"), ("bad-amount", "entry T3"), ("bad-amount", "entry T4"),
        ("bad-amount", ""), ("count", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<x/>", "the file is no message that can be read"),
        ('<D xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.004.001.11"><PmtRtr/></D>',
         "the message is a `pacs.004.001.11`, not a pacs.008 or pacs.009"),
        ("", "this is not well-formed XML"),
        ("<a>" * 10_000, "deeper than 128"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "declares a document type"),
    ],
)  # fmt: skip
def test_what_is_no_message(text: str, said: str) -> None:
    with pytest.raises(FactsError) as error:
        read_message(piece("m.xml", text))
    assert said in str(error.value)


def test_a_truncated_message_has_the_transfers_that_were_complete() -> None:
    text = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>'
        + transfer("T1", FULL) + transfer("T2", FULL)[:-30]
    )  # fmt: skip
    found = read_message(piece("m.xml", text))
    assert [c.id for c in found.cases] == ["T1"]
    assert [p.code for p in found.problems] == ["bad-xml", "bad-row"]


def test_the_printed_case_is_read_back_as_it_was() -> None:
    case = one()
    text = to_json(case)
    again = read_case(text)
    assert again == case and facts_digest(again) == facts_digest(case)
    assert "\u202e" not in text and json.loads(text)["actor"] == "debtor_agent"
