"""Screening: who is found, what closes the listings, and what the decision then says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from adapters.files import (
    DAY,
    HISTORY,
    days,
    held,
    lines,
    payment,
    piece,
    read,
    row,
)

import sanctions_rules as sr
from sanctions_rules.adapters.ftm import read_ftm
from sanctions_rules.adapters.history import read_history
from sanctions_rules.adapters.identifiers import identifier, name_key, same
from sanctions_rules.adapters.owners import with_owners
from sanctions_rules.adapters.screening import Screening, screen
from sanctions_rules.adapters.snapshot import ListSnapshot

LISTED = row(
    34940, 'JSC "Roga i Kopyta"', remarks="Tax ID No. 7702070139 (Russia); SWIFT/BIC ROGARUMM; "
    "a.k.a. 'RIK'; Vessel Registration Identification IMO 9220639",
)  # fmt: skip
CONS = read(row(1, "SOMEBODY ELSE", programme="NS-PLC"), kind="cons")
BEFORE = read(LISTED, day=date(2024, 6, 25))


def sub(**more: Any) -> dict[str, Any]:
    return {"id": "sub", "name": "Some Other Name", "type": "company"} | more


def found(party: dict[str, Any], *snapshots: ListSnapshot, **more: Any) -> Screening:
    return screen(payment(party), snapshots or (read(LISTED),), **more)


def by(screening: Screening) -> list[str]:
    return [f"{m.entry.id} {m.by}" for m in screening.matches]


# -- who is found --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "INN 7702070139", "tax 7702070139", "TAX:77-0207-0139", "tax 7702070139 (Russia)",
        "ent_num 34940", "OFAC 34940", "BIC ROGARUMM", "BIC ROGARUMMXXX", "SWIFT ROGARUMM123",
        "IMO 9220639", "IMO9220639",
    ],
)  # fmt: skip
def test_found_by_identifier(text: str) -> None:
    assert by(found(sub(identifiers=[text]))) == [f"34940 identifier {identifier(text)}"]


@pytest.mark.parametrize(
    "text",
    ["7702070139", "tax 7702070139 (KZ)", "registration 7702070139", "BIC ROGARUXX", "OFAC 3494",
     "passport 34940", "IMO 922063"],
)  # fmt: skip
def test_not_found_by_what_is_not_the_same(text: str) -> None:
    assert by(found(sub(identifiers=[text]))) == []


def test_an_identifier_without_a_scheme_is_said() -> None:
    (note,) = found(sub(identifiers=["7702070139"])).notes
    assert note == "sub: `7702070139` was not compared: its scheme is not known"


@pytest.mark.parametrize(
    "name", ["JSC Roga i Kopyta", "jsc “ROGA-I-KOPYTA”", "J.S.C.  roga I kopyta"]
)
def test_found_by_exact_name_after_folding(name: str) -> None:
    assert by(found(sub(name=name))) == ["34940 exact name"]


@pytest.mark.parametrize("name", ["Roga i Kopyta", "JSC Roga & Kopyta", "JSC Roga i Kopytа", "?"])
def test_another_spelling_is_not_found(name: str) -> None:  # the last but one ends in Cyrillic
    assert by(found(sub(name=name))) == []


def test_people_by_both_orders_of_their_name() -> None:
    listed = read(row(5, "PETROV, Ivan", "individual"))
    for name in ("Ivan Petrov", "Petrov, Ivan"):
        assert by(found(sub(name=name, type="person"), listed)) == ["5 exact name"]


def test_a_ship_of_that_name_is_a_doubt_and_no_match() -> None:
    screening = found(sub(name="Linda", type="company"), read(row(5, "LINDA", "vessel")))
    assert not screening.matches and "another sort of party (entry 5" in screening.open_because[-1]


def test_a_weak_alias_is_a_doubt_and_no_match() -> None:
    screening = found(sub(name="Rik"))
    assert not screening.matches and "weak alias (entry 34940" in screening.open_because[-1]


def test_one_entry_number_is_one_person_on_all_lists() -> None:
    cons = read(row(34940, "OTHER SPELLING", programme="561-Related"), kind="cons")
    screening = found(sub(identifiers=["INN 7702070139"]), read(LISTED), cons)
    assert by(screening)[1] == "34940 entry number"
    listings = screening.case.parties[1].listings
    assert [x.list for x in listings] == ["sdn", "capta"]


def test_identifiers_and_names_as_they_are_compared() -> None:
    assert name_key("A.B.-C, Ltd. ") == "abcltd" and name_key("ＡＢ") == "ab"
    one, other = identifier("LEI 253400V1H6ART1UQ0N98"), identifier("253400V1H6ART1UQ0N98")
    assert one and other and same(one, other)
    assert identifier("nonsense 12") is None and identifier("x" * 10**6) is None


# -- what closes ---------------------------------------------------------------------------------


def test_lists_alone_close_nothing() -> None:
    screening = found(sub(), read(LISTED), CONS)
    assert screening.open_because == (
        "it is not stated by what names were screened that are not exactly listed",
    )
    listings = screening.case.parties[1].listings
    assert listings.complete is False and "there may be more, because" in listings.basis


def test_what_closes_the_listings() -> None:
    screening = found(sub(), read(LISTED), CONS, names_by="run 4711")
    assert screening.closed
    listings = screening.case.parties[1].listings
    assert listings.complete is True and not listings.items
    assert "other names by: run 4711" in listings.basis
    assert "OFAC SDN list of 2024-07-02 (sdn.csv, sha256 " in listings.basis
    assert read(LISTED).digest[:12] in listings.basis


@pytest.mark.parametrize(
    ("snapshots", "why"),
    [
        ((read(LISTED),), "no list of 2024-07-02 covers capta, non_sdn_mbs, ssi (asked for us)"),
        ((BEFORE, CONS), "no list of 2024-07-02 covers sdn (asked for us)"),
        ((read(LISTED, day=None), CONS), "no list of 2024-07-02 covers sdn (asked for us)"),
        ((read(LISTED, "7,broken"), CONS),
         "the OFAC SDN list of 2024-07-02 (sdn.csv, sha256 a9c2a1d3e2a1) was not read whole: "
         "sdn.csv:2 (entry 7)"),
    ],
)  # fmt: skip
def test_what_leaves_them_open(snapshots: tuple[ListSnapshot, ...], why: str) -> None:
    screening = found(sub(), *snapshots, names_by="run 4711")
    (said,) = screening.open_because
    assert why.partition("sha256")[0] == said.partition("sha256")[0]
    assert why.endswith("(entry 7)") == said.endswith("sdn.csv:2 (entry 7)")
    assert said in screening.basis and not screening.closed


def test_another_regime_keeps_other_lists() -> None:
    case = payment(sub())
    screening = screen(case, (read(LISTED), CONS), names_by="x", regimes=("us", "eu"))
    assert "eu_269_annex_i" in screening.open_because[0]


def test_the_day_of_the_act_must_be_known() -> None:
    case = payment(sub(), act={"kind": "payment"})
    screening = screen(case, (read(LISTED), CONS), names_by="x")
    assert screening.open_because == ("the day of the act is not known",)


def test_a_case_that_says_it_has_all_is_opened_by_another_listing() -> None:
    all_ = {"items": [], "complete": True, "basis": "our own list"}
    stated = sub(name="JSC Roga i Kopyta", listings=all_)
    screening = found(stated, BEFORE, read(LISTED))
    listings = screening.case.parties[1].listings
    assert len(listings) == 1 and listings.complete is False
    assert listings.basis.startswith("our own list; ")
    assert "its listings were stated to be complete, but" in screening.notes[0]
    kept = found(sub(listings=all_)).case.parties[1].listings  # nothing found: the word stands
    assert kept.complete is True and kept.basis.startswith("our own list; ")


# -- what the decision says ----------------------------------------------------------------------

PARENT = {"id": "parent", "name": "JSC Roga i Kopyta", "type": "company", "organised_under": "RU"}
SPELLS = HISTORY + "34940,1,entity,ROGA,RUSSIA-EO14024,2023-05-19,2024-07-02,0,1\r\n"
LOOKED = days("2023-05-01", "2023-05-19", "2024-07-02")


def half_owned() -> sr.Case:
    return payment(sub(organised_under="AE"), PARENT, ownership=held("parent", "sub", "50"))


def history() -> ListSnapshot:
    return read_history(piece("history.csv", SPELLS), LOOKED)


def test_a_company_half_owned_by_a_listed_one_is_blocked_and_the_trace_says_by_what() -> None:
    screening = screen(half_owned(), (read(LISTED), history()))
    decision = sr.load("us").decide(screening.case)
    assert decision["us"].outcome is sr.Outcome.PROHIBITED
    told = " ".join(decision.explain().split())
    assert "entry “34940”, programme “RUSSIA-EO14024”, list SDN" in told
    assert "listed after 2023-05-01 and on or before 2023-05-19" in told
    assert "first seen 2023-05-19 in the OFAC SDN list, history" in told
    assert f"shown by “OFAC SDN list of {DAY} (sdn.csv, sha256 {read(LISTED).digest[:12]})" in told
    assert "lists may be longer than: “screened by identifier and exact name" in told


def test_known_on_before_the_listing_it_is_not_prohibited_by_it() -> None:
    known = date(2023, 1, 1)
    screening = screen(half_owned(), (read(LISTED), history()), known_on=known)
    assert not any(p.listings.items for p in screening.case.parties)
    decision = sr.load("us").decide(screening.case, known_on=known)
    assert decision["us"].outcome is sr.Outcome.UNDETERMINED


def test_conduct_before_the_listing_is_not_caught_by_it() -> None:
    case = payment(
        sub(organised_under="AE"), PARENT, ownership=held("parent", "sub", "50"),
        act=dict(half_owned_act(), events={"payment": date(2023, 4, 1)}),
    )  # fmt: skip
    screening = screen(case, (read(LISTED), history()))
    listing = screening.case.parties[2].listings.items[0]
    assert listing.listed_on.lo == date(2023, 5, 1)
    decision = sr.load("us").decide(screening.case)
    assert decision["us"].outcome is sr.Outcome.UNDETERMINED  # other listings are not ruled out
    assert not sr.load("us").holds("us.blocked_under_eo14024", screening.case, "parent")


def half_owned_act() -> dict[str, Any]:
    return {
        "kind": "payment", "purpose": "commercial", "official_business_of": "none",
        "items": ["funds"], "recipients": ["sub"], "providers": [], "parties": [],
        "underlying_kind": "none", "underlying_actor": "none", "us_nexus": [],
        "debits_accounts_of": [],
    }  # fmt: skip


def test_nobody_on_a_closed_list_is_not_prohibited_by_it() -> None:
    decision = sr.load("us").decide(
        found(sub(organised_under="AE"), read(LISTED), CONS, names_by="run 4711").case,
        about=["us.eo14024 §2(a)"],
    )
    assert decision["us"].outcome is sr.Outcome.NOT_PROHIBITED
    assert "other names by: run 4711" in " ".join(decision.explain().split())


def test_a_row_that_was_not_read_leaves_the_decision_open_and_is_named_in_it() -> None:
    broken = read(LISTED, "7,broken")
    decision = sr.load("us").decide(
        found(sub(organised_under="AE"), broken, CONS, names_by="run 4711").case,
        about=["us.eo14024 §2(a)"],
    )
    assert decision["us"].outcome is sr.Outcome.UNDETERMINED
    assert "was not read whole: sdn.csv:2 (entry 7)" in " ".join(decision.explain().split())
    assert "completeness of parties[1].listings" in [str(x) for x in decision["us"].missing]


def test_a_list_of_the_same_day_leaves_the_order_open_and_an_earlier_one_settles_it() -> None:
    alone = found(PARENT | {"id": "sub"}, read(LISTED))
    assert "a list of an earlier day would say which" in alone.notes[0]
    law = sr.load("us")
    assert law.holds("us.blocked_under_eo14024", alone.case, "sub") is None
    both = found(PARENT | {"id": "sub"}, read(LISTED), BEFORE)
    assert law.holds("us.blocked_under_eo14024", both.case, "sub") is True


HOSTILE = "\x1b[31m\u202eEVIL <script>alert(1)</script> [x](javascript:1)"


def test_hostile_names_and_numbers_are_escaped() -> None:
    stated = sub(name=HOSTILE, organised_under="RU")
    listed = read(row(66, HOSTILE))
    before = read(row(66, HOSTILE), day=date(2024, 6, 1))
    decision = sr.load("us").decide(found(stated, before, listed).case)
    assert decision["us"].outcome is sr.Outcome.PROHIBITED
    for text in (
        decision.explain(),
        decision.to_markdown(),
        decision.to_html(),
        decision.to_json(),
    ):
        assert "\x1b" not in text and "\u202e" not in text
    assert "<script>alert" not in decision.to_html() + decision.to_markdown()


# -- owners --------------------------------------------------------------------------------------


def owners(*more: dict[str, Any]) -> ListSnapshot:
    def entity(number: str, schema: str, **properties: list[str]) -> dict[str, Any]:
        return {"id": number, "schema": schema, "properties": properties}

    def own(owner: str, asset: str, share: str) -> dict[str, Any]:
        return entity(f"{owner}-{asset}", "Ownership", owner=[owner], asset=[asset],
                      percentage=[share], ownershipType=["direct"],
                      startDate=["2020-01-01"], endDate=["2025-01-01"])  # fmt: skip

    return read_ftm(piece("owners.jsonl", lines(
        entity("1", "Company", name=["Some Other Name"]),
        entity("2", "Company", name=["Holding"]),
        entity("3", "Company", name=["JSC Roga i Kopyta"]),
        entity("4", "Company", name=["Unrelated"]),
        own("2", "1", "60"), own("3", "2", "50"), own("2", "4", "100"), *more,
    )))  # fmt: skip


def test_owners_above_a_party_become_parties_and_stakes() -> None:
    case, notes = with_owners(payment(sub(organised_under="AE"), ownership=None), (owners(),))
    assert [p.id for p in case.parties] == ["bank", "sub", "2", "3"] and not notes
    assert [(s.owner, s.asset, s.percent) for s in case.ownership] == [
        ("2", "sub", 60), ("3", "2", 50)
    ]  # fmt: skip
    assert case.ownership.complete is False
    decided = sr.load("us").decide(screen(case, (BEFORE, read(LISTED))).case)
    assert decided["us"].outcome is sr.Outcome.PROHIBITED


def test_one_holding_told_twice_is_not_added_up() -> None:
    stated = held("parent", "sub", "25")
    file = read_ftm(piece("o.jsonl", lines(
        {"id": "sub", "schema": "Company", "properties": {"name": ["x"]}},
        {"id": "parent", "schema": "Company", "properties": {"name": ["JSC Roga i Kopyta"]}},
        {"id": "o", "schema": "Ownership",
         "properties": {"owner": ["parent"], "asset": ["sub"], "percentage": ["25"]}},
    )))  # fmt: skip
    case, notes = with_owners(payment(sub(), PARENT, ownership=stated), (file,))
    assert len(case.ownership) == 1 and case.ownership.complete is True
    assert notes == ("the holding of parent in sub is taken from the case, not from o.jsonl:3",)


def test_more_holdings_than_were_stated_open_the_list() -> None:
    case, notes = with_owners(payment(sub()), (owners(),))
    assert case.ownership.complete is False and "stated to be complete" in notes[0]
