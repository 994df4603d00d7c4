"""United Nations XML, FollowTheMoney and BODS: what they state, and what is hostile in them."""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from adapters.files import codes, lines, piece

from sanctions_rules.adapters.bods import read_bods
from sanctions_rules.adapters.ftm import read_ftm
from sanctions_rules.adapters.shares import BadShare, moment, share
from sanctions_rules.adapters.snapshot import ListSnapshot
from sanctions_rules.adapters.un import read_un
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.facts import Range

# -- United Nations ------------------------------------------------------------------------------

PERSON = """<INDIVIDUAL><FIRST_NAME>IVAN</FIRST_NAME><SECOND_NAME>PETROV</SECOND_NAME>
<UN_LIST_TYPE>DPRK</UN_LIST_TYPE><REFERENCE_NUMBER>KPi.{0}</REFERENCE_NUMBER>
<LISTED_ON>2016-03-02-04:00</LISTED_ON><NATIONALITY><VALUE>Russian Federation</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Vanya</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>V</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>AB1</NUMBER>
<ISSUING_COUNTRY>Iran (Islamic Republic of)</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT></INDIVIDUAL>
"""


def un(
    inside: str, head: str = "", end: str = "</INDIVIDUALS></CONSOLIDATED_LIST>"
) -> ListSnapshot:
    pytest.importorskip("defusedxml")
    text = (
        f'<?xml version="1.0"?>{head}<CONSOLIDATED_LIST dateGenerated="2024-07-02T00:00:00Z">'
        f"<INDIVIDUALS>{inside}{end}"
    )
    return read_un(piece("un.xml", text))


def test_un_entries() -> None:
    found = un(PERSON.format("001"))
    (entry,) = found.entries
    assert (entry.id, entry.name, entry.aliases, entry.weak) == (
        "KPi.001", "IVAN PETROV", ("Vanya",), ("V",)
    )  # fmt: skip
    assert [str(i) for i in entry.identifiers] == ["UN KPi.001", "passport AB1 (IR)"]
    (made,) = entry.designations
    assert (made.list, made.authority, made.programme, made.listed_on) == (
        "un_consolidated", "UN", "DPRK", date(2016, 3, 2)
    )  # fmt: skip
    assert found.date == date(2024, 7, 2) and found.whole and entry.citizenships == ("RU",)


def test_un_rows_that_are_broken() -> None:
    nameless = "<INDIVIDUAL><REFERENCE_NUMBER>KPi.009</REFERENCE_NUMBER></INDIVIDUAL>"
    unnumbered = "<INDIVIDUAL><FIRST_NAME>X</FIRST_NAME></INDIVIDUAL>"
    found = un(PERSON.format("001") + nameless + unnumbered + PERSON.format("001"))
    assert [e.id for e in found.entries] == ["KPi.001", "KPi.001"] and not found.whole
    assert [(c, label) for c, _, label in codes(found)] == [
        ("bad-row", "entry KPi.009"), ("bad-row", ""), ("duplicate-id", "entry KPi.001")
    ]  # fmt: skip


def test_a_truncated_file_keeps_what_was_complete() -> None:
    found = un(PERSON.format("001") + PERSON.format("002")[:200], end="")
    assert [e.id for e in found.entries] == ["KPi.001"] and not found.whole
    assert "began in line" in found.problems[0].message
    assert [c for c, _, _ in codes(found)] == ["bad-xml", "bad-row"]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [BOMB, OUTSIDE, '<!DOCTYPE x SYSTEM "http://x.example/x.dtd">'])
def test_entities_and_document_types_are_not_read(head: str) -> None:
    found = un("<INDIVIDUAL>&b;</INDIVIDUAL>", head)
    assert [c for c, _, _ in codes(found)] == ["xml-forbidden"]
    assert not found.entries and not found.whole


def test_xml_that_is_deep_or_has_no_end_meets_a_limit() -> None:
    assert codes(un("<a>" * 10_000))[0][0] == "limit.nesting"
    assert codes(un(PERSON.format("x" * 10**6)))[0][0] == "limit.cell"
    assert codes(read_un(piece("un.xml", "<other/>")))[0][0] == "wrong-shape"


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "defusedxml", None)
    with pytest.raises(FactsError, match=r"needs the extra `lists`(.|\n)*sanctions-rules\[lists\]"):
        read_un(piece("un.xml", "<x/>"))


# -- shares and days -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("50", Decimal(50)), ("12,24", Decimal("12.24")), ("33.3 %", Decimal("33.3")),
        ("25-50", Range(Decimal(25), Decimal(50))), ("100", Decimal(100)), ("0", Decimal(0)),
        (">50", Range(Decimal(50), Decimal(100), lo_open=True)),
        ("<= 10%", Range(Decimal(0), Decimal(10))),
    ],
)  # fmt: skip
def test_shares(text: str, read: object) -> None:
    assert share(text) == read


@pytest.mark.parametrize("text", ["101", "-1", "50-25", "half", ">100", "1e2", "", "100.0001"])
def test_shares_that_cannot_be(text: str) -> None:
    with pytest.raises(BadShare):
        share(text)


def test_parts_of_days_are_ranges() -> None:
    assert moment("2020-02") == Range(date(2020, 2, 1), date(2020, 2, 29))
    assert moment("2020") == Range(date(2020, 1, 1), date(2020, 12, 31))
    assert [moment(t) for t in ("2020-13", "2020-02-30", "0000", "x")] == [None] * 4


# -- FollowTheMoney ------------------------------------------------------------------------------


def entity(number: str, schema: str, **properties: list[str]) -> dict[str, Any]:
    return {"id": number, "schema": schema, "properties": properties}


A = entity("a", "Company", name=["A Ltd", "Alpha"], innCode=["7702"], jurisdiction=["ru"])
B = entity("b", "Person", name=["B"], nationality=["ru"])


def test_ftm_parties_sanctions_and_holdings() -> None:
    found = read_ftm(piece("x.jsonl", lines(
        A, B,
        entity("s", "Sanction", entity=["b"], authority=["Office of Foreign Assets Control"],
               program=["RUSSIA-EO14024"], provisions=["Block"], authorityId=["17"],
               startDate=["2022-04"]),
        entity("o", "Ownership", owner=["b"], asset=["a"], percentage=["50"], date=["2023-01-05"],
               ownershipType=["direct"]),
        entity("l", "UnknownLink", subject=["a"], object=["b"], role=["Linked To"]),
        entity("d", "Directorship", director=["b"], organization=["a"]),
        entity("p", "Payment"), entity("q", "Payment"),
    )))  # fmt: skip
    assert not found.problems and found.passed_over == (("Payment", 2),)
    company, person = found.entries
    assert company.organised_under == "RU" and str(company.identifiers[0]) == "tax 7702 (RU)"
    assert person.citizenships == ("RU",) and str(person.identifiers[0]) == "OFAC 17"
    (made,) = person.designations
    assert (made.list, made.order) == ("sdn", "eo14024")
    assert made.listed_on == Range(date(2022, 4, 1), date(2022, 4, 30))
    (stake,) = found.stakes
    assert (stake.owner, stake.asset, stake.percent, stake.is_indirect) == ("b", "a", 50, False)
    assert stake.held_from == Range(None, date(2023, 1, 5))
    assert [x.role for x in found.links] == ["Linked To", "Directorship"]


def test_ftm_sanction_without_block_does_not_say_on_which_list() -> None:
    found = read_ftm(piece("x.jsonl", lines(B, entity("s", "Sanction", entity=["b"]))))
    (made,) = found.entries[0].designations
    assert made.list is None and made.authority == "other"


def test_ftm_rows_that_are_broken() -> None:
    good = entity("o1", "Ownership", owner=["b"], asset=["a"], percentage=["30"])
    text = lines(
        A, B, A,
        entity("o2", "Ownership", owner=["b"], asset=["a"], percentage=["150"]),
        entity("o3", "Ownership", owner=["a"], asset=["a"], percentage=["100"]),
        entity("o4", "Ownership", owner=["ghost"], asset=["a"]),
        entity("o5", "Ownership", owner=["a", "b"], asset=["a"]),
        entity("s1", "Sanction", entity=["ghost"], program=["X"]),
        {"id": "n", "schema": "Person", "properties": {"name": "text"}},
        {"schema": "Person"},
    )  # fmt: skip
    text += '{"id": "w", "schema": "Person", "properties": {"name": ["\\ud800"]}}\n'
    text += '{"id": "t", "schema"\n[1]\n' + "[" * 100_000 + "\n" + '{"id": "u", "id": "v"}\n'
    found = read_ftm(piece("x.jsonl", text + lines(good)))
    assert [(s.owner, s.percent) for s in found.stakes] == [
        ("b", None), ("ghost", None), ("b", 30)
    ]  # fmt: skip
    told = {(c, path.rpartition(":")[2], label) for c, path, label in codes(found)}
    assert told == {
        ("duplicate-id", "3", "entry a"), ("bad-share", "4", "entry o2"),
        ("self-ownership", "5", "entry o3"), ("dangling", "6", "entry o4"),
        ("bad-row", "7", "entry o5"), ("dangling", "8", "entry s1"),
        ("bad-row", "9", "entry n"), ("bad-row", "10", ""), ("encoding", "11", ""),
        ("bad-json", "12", ""), ("wrong-shape", "13", ""), ("limit.nesting", "14", ""),
        ("bad-json", "15", ""),
    }  # fmt: skip
    assert not found.whole


# -- BODS ----------------------------------------------------------------------------------------

COUNT = iter(range(10**6))


def statement(record: str, kind: str, on: str = "2020-01-01", **details: Any) -> dict[str, Any]:
    status = details.pop("status", "new")
    return {
        "statementId": f"s{next(COUNT)}", "recordId": record, "recordType": kind,
        "statementDate": on, "recordStatus": status, "recordDetails": details,
    }  # fmt: skip


def company(record: str) -> dict[str, Any]:
    return statement(record, "entity", entityType={"type": "registeredEntity"}, name=record.upper())


def holding(owner: Any, subject: str, *interests: dict[str, Any], **more: Any) -> dict[str, Any]:
    record = more.pop("record", f"r-{subject}")
    return statement(
        record, "relationship", subject=subject, interestedParty=owner, interests=list(interests),
        **more,
    )  # fmt: skip


def bods(*statements: dict[str, Any]) -> ListSnapshot:
    return read_bods(piece("x.json", json.dumps(list(statements), indent=1)))


def shares_of(**share_: Any) -> dict[str, Any]:
    return {"type": "shareholding", "directOrIndirect": "direct", "share": share_}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"exact": 50}, Decimal(50)),
        ({"minimum": 25, "maximum": 50}, Range(Decimal(25), Decimal(50))),
        ({"exclusiveMinimum": 25, "maximum": 50}, Range(Decimal(25), Decimal(50), lo_open=True)),
        ({"minimum": 50, "exclusiveMinimum": True}, Range(Decimal(50), Decimal(100), lo_open=True)),
        ({"exclusiveMaximum": 10}, Range(Decimal(0), Decimal(10), hi_open=True)),
        ({}, None),
    ],
)
def test_bods_shares(given: dict[str, Any], read: object) -> None:
    found = bods(company("a"), company("b"), holding("a", "b", shares_of(**given)))
    assert [s.percent for s in found.stakes] == [read] and not found.problems


def test_bods_interests() -> None:
    sorts = (
        "shareholding", "votingRights", "rightsToProfitOrIncome", "settlor", "nominee",
        "boardMember", "unknownInterest",
    )  # fmt: skip
    interests = [{"type": s, "directOrIndirect": "unknown"} for s in sorts]
    found = bods(company("a"), company("b"), holding("a", "b", *interests))
    assert [(s.basis, s.control.items if s.control else None) for s in found.stakes] == [
        ("shares", None), ("votes", None), ("profit", None), (None, ("settlor",)),
        (None, ("nominee",)), (None, None),
    ]  # fmt: skip
    assert [x.role for x in found.links] == ["boardMember"]
    assert all(s.is_indirect is None for s in found.stakes)


def test_bods_a_share_that_changed_is_two_stakes() -> None:
    def at(on: str, share_: int, status: str = "updated") -> dict[str, Any]:
        interest = shares_of(exact=share_) | {"startDate": "2019-09-11"}
        return holding("a", "b", interest, on=on, status=status)

    found = bods(company("a"), company("b"), at("2020-01-01", 50), at("2021-01-01", 50),
                 at("2022-01-01", 100))  # fmt: skip
    change = Range(date(2021, 1, 1), date(2022, 1, 1), lo_open=True)
    assert [(s.percent, s.held_from, s.held_until) for s in found.stakes] == [
        (50, date(2019, 9, 11), change), (100, change, Range(date(2022, 1, 1), None)),
    ]  # fmt: skip


def test_bods_an_owner_who_is_not_named_is_somebody() -> None:
    unnamed = {"reason": "subjectUnableToConfirmOrIdentifyBeneficialOwner"}
    found = bods(company("b"), holding(unnamed, "b"), company("c"),
                 holding({"reason": "noBeneficialOwners"}, "c"))  # fmt: skip
    assert [(s.owner, s.asset) for s in found.stakes] == [(None, "b")]


def test_bods_rings_are_kept_and_self_ownership_is_left_out() -> None:
    found = bods(company("a"), company("b"), holding("a", "b", shares_of(exact=100)),
                 holding("b", "a", shares_of(exact=100)),
                 holding("a", "a", shares_of(exact=10), record="r-self"))  # fmt: skip
    assert [(s.owner, s.asset) for s in found.stakes] == [("a", "b"), ("b", "a")]
    assert [(c, label) for c, _, label in codes(found)] == [("self-ownership", "entry r-self")]


def test_bods_statements_that_are_broken() -> None:
    twice = company("a")
    found = bods(
        twice, twice, company("b"),
        holding("a", "b", shares_of(exact=120)),
        holding("ghost", "b", shares_of(exact=10), record="r2"),
        holding("a", "b", {"type": "magic"}, record="r3"),
        {"statementId": "x", "recordId": "y", "recordType": "thing", "recordDetails": {}},
        {"statementId": "x2"},
    )  # fmt: skip
    assert [s.percent for s in found.stakes] == [None, 10, None]
    assert [c for c, _, _ in codes(found)] == [
        "duplicate-id", "bad-row", "bad-row", "bad-share", "dangling", "unknown-word",
    ]  # fmt: skip
    assert all(int(path.partition(":")[2]) > 1 for _, path, _ in codes(found))


def test_bods_a_truncated_file_keeps_what_was_complete() -> None:
    text = json.dumps([company("a"), company("b")], indent=1)
    for cut in (text[:-1], text[: len(text) - 40]):
        found = read_bods(piece("x.json", cut))
        assert found.entries[0].id == "a" and not found.whole
        assert codes(found)[-1][0] == "truncated"
    deep = text[:-1] + "," + "[" * 100_000
    assert "limit.nesting" in [c for c, _, _ in codes(read_bods(piece("x.json", deep)))]
