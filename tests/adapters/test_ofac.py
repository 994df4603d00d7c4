"""OFAC's lists: what their form says, and what is said of rows that cannot be read."""

from __future__ import annotations

from datetime import date

from adapters.files import codes, piece, read, row, sdn

from sanctions_rules.adapters.ofac import read_ofac
from sanctions_rules.adapters.programmes import tags
from sanctions_rules.adapters.snapshot import ENTITY
from sanctions_rules.values import OneOf


def test_a_row_becomes_an_entry() -> None:
    found = read(row(36, "AERO, S.A.", programme="CUBA", remarks="Tax ID No. 12 (Russia)."))
    (entry,) = found.entries
    assert (entry.id, entry.line, entry.name, entry.type) == ("36", 1, "AERO, S.A.", ENTITY)
    assert [str(i) for i in entry.identifiers] == ["OFAC 36", "tax 12 (RU)"]
    assert [(d.programme, d.list, d.order) for d in entry.designations] == [
        ("CUBA", "sdn", "other")
    ]
    assert found.whole and not found.problems


def test_nothing_is_written_with_and_without_a_blank() -> None:
    line = row(1, "A").replace("-0- ,-0- ", "-0-,-0- ")
    assert read(line).entries[0].remarks == ""


def test_joined_programmes_are_a_designation_each() -> None:
    assert tags("UKRAINE-EO13662] [RUSSIA-EO14024") == ("UKRAINE-EO13662", "RUSSIA-EO14024")
    assert tags("[SDGT][SDGT]") == ("SDGT",)
    found = read(row(1, "A", programme="UKRAINE-EO13662] [RUSSIA-EO14024] [SDGT"))
    assert [d.order for d in found.entries[0].designations] == ["eo13662", "eo14024", "other"]


def test_an_unknown_programme_is_said_and_kept() -> None:
    found = read(row(7, "A", programme="MOON-EO1"))
    assert [(d.programme, d.order) for d in found.entries[0].designations] == [
        ("MOON-EO1", "other")
    ]
    assert codes(found) == [("unknown-programme", "sdn.csv:1", "")] and found.whole


def test_quotes_commas_and_names_that_look_like_markup() -> None:
    name = 'JSC "ROGA", <b>& KOPYTA</b>; =1+1 \u202e'
    assert read(row(1, name)).entries[0].name == name.strip()


def test_types_people_ships_and_flags() -> None:
    found = read(
        row(1, "IVANOV, Ivan", "individual", remarks="nationality Russia; citizen Cyprus."),
        row(2, "LINDA", "vessel", remarks="Vessel Registration Identification IMO 9256858",
            flag="Russia"),
        row(3, "BANK", remarks="Target Type State-Owned Enterprise"),
    )  # fmt: skip
    ivan, linda, bank = found.entries
    assert ivan.type == "person" and ivan.citizenships == ("RU", "CY")
    assert linda.type == "vessel" and linda.flag == "RU"
    assert str(linda.identifiers[1]) == "IMO 9256858"
    assert bank.type == "state_owned_enterprise"
    assert linda.party().flag == "RU" and ivan.party().citizenships is not None


def test_linked_to_is_a_relation_and_never_a_share() -> None:
    found = read(row(1, "A", remarks="Linked To: MOTHER; alt. Linked To: OTHER."))
    assert [(x.subject, x.role, x.object) for x in found.links] == [
        ("1", "Linked To", "MOTHER"), ("1", "Linked To", "OTHER")
    ]  # fmt: skip
    assert not found.stakes


def test_cut_remarks_go_on_in_the_comments_file() -> None:
    begins = "; Listing Date (EO"
    text = "x" * (1000 - len(begins)) + begins  # OFAC cuts after 1000 characters
    comments = '1," 14024 Directive 2): 24 Feb 2022."\r\n\x1a'
    found = read(row(1, "A", remarks=text), comments=comments)
    capta = next(d for d in found.entries[0].designations if d.list == "capta")
    assert capta.listed_on == date(2022, 2, 24) and capta.directive == "directive_2"
    alone = read(row(1, "A", remarks=text))
    assert codes(alone) == [("cut-remarks", "sdn.csv:1", "entry 1")]


def test_the_consolidated_list_blocks_nobody_by_itself() -> None:
    remarks = (
        "Executive Order 13662 Directive Determination - Subject to Directive 1; "
        "Executive Order 14024 Directive Information Subject to Directive 3 - text.; "
        "Listing Date (EO 14024 Directive 3): 24 Feb 2022; "
        "Effective Date (EO 14024 Directive 3): 26 Mar 2022"
    )
    found = read(
        row(1, "A", programme="UKRAINE-EO13662] [RUSSIA-EO14024", remarks=remarks),
        row(2, "B", programme="RUSSIA-EO14024"),
        row(3, "C", programme="561-Related"),
        row(4, "D", programme="CMIC-EO13959", remarks="Listing Date (CMIC) 03 Jun 2021"),
        kind="cons",
    )
    a, b, c, d = (e.designations for e in found.entries)
    assert [(x.list, x.order, x.directive, x.criterion) for x in a] == [
        ("ssi", "eo13662", "none", "Directive 1 under E.O. 13662"),
        ("non_sdn_mbs", "eo14024", "directive_3", ""),
    ]
    assert (a[1].listed_on, a[1].effective_on) == (date(2022, 2, 24), date(2022, 3, 26))
    assert isinstance(b[0].list, OneOf) and b[0].directive is None  # its remarks do not say
    assert c[0].list == "capta" and d[0].listed_on == date(2021, 6, 3)
    assert not any(x.list == "sdn" for row_ in (a, b, c, d) for x in row_)


def test_aliases_by_entry_number_and_what_points_nowhere() -> None:
    alt = '1,10,"aka","OTHER NAME",-0- \r\n9,11,"aka","NOBODY",-0- \r\n\x1a'
    found = read(row(1, "A"), alt=alt)
    assert found.entries[0].aliases == ("OTHER NAME",)
    assert codes(found) == [("dangling", "alt.csv", "")]
    assert "1 entry numbers are not on this list (9)" in found.problems[0].message


def test_every_broken_row_is_said_with_line_and_number_and_the_others_are_kept() -> None:
    found = read(
        row(1, "GOOD"),
        '2,"NO END OF QUOTE,-0- ,"CUBA"',
        "3,only,four,cells",
        row("x4", "BAD NUMBER"),
        row(5, "-0-"),
        row(6, "NO PROGRAMME", programme="-0-"),
        row(7, "BAD SORT", "submarine"),
        row(8, "GOOD TOO"),
    )
    assert [e.id for e in found.entries] == ["1", "8"]
    assert codes(found) == [
        ("bad-row", "sdn.csv:2", "entry 2"), ("bad-row", "sdn.csv:3", "entry 3"),
        ("bad-row", "sdn.csv:4", "entry x4"), ("bad-row", "sdn.csv:5", "entry 5"),
        ("bad-row", "sdn.csv:6", "entry 6"), ("bad-row", "sdn.csv:7", "entry 7"),
    ]  # fmt: skip
    assert not found.whole


def test_the_same_entry_twice_is_said_and_both_are_kept() -> None:
    found = read(row(1, "A"), row(1, "B"))
    assert [e.name for e in found.entries] == ["A", "B"] and found.whole
    assert codes(found) == [("duplicate-id", "sdn.csv:2", "entry 1")]


def test_a_file_without_its_end_mark_may_be_cut_off() -> None:
    found = read_ofac("sdn", piece("sdn.csv", sdn(row(1, "A"), end="")), None)
    assert codes(found) == [("truncated", "sdn.csv", "")] and not found.whole
    assert [e.id for e in found.entries] == ["1"]


def test_encodings_binary_and_cells_without_end() -> None:
    data = sdn(row(1, "A")).replace(b"\x1a", b"") + b'2,"\xff\xfe",x\r\n' + b"3," + b"y" * 10**6
    found = read_ofac("sdn", piece("sdn.csv", data + b"\r\n\x1a"), None)
    assert codes(found) == [
        ("encoding", "sdn.csv:2", "entry 2"), ("limit.cell", "sdn.csv:3", "entry 3")
    ]  # fmt: skip
    assert [e.id for e in found.entries] == ["1"] and not found.whole
    marked = read_ofac("sdn", piece("sdn.csv", b"\xef\xbb\xbf" + sdn(row(1, "A"))), None)
    assert marked.entries[0].id == "1" and marked.whole
    wide = read_ofac("sdn", piece("sdn.csv", "36,x".encode("utf-16")), None)
    assert wide.problems[0].code == "encoding" and not wide.entries


def test_a_day_that_does_not_exist_is_said_and_stays_unknown() -> None:
    found = read(row(1, "A", remarks="Listing Date (EO 14024 Directive 2): 31 Feb 2022"))
    capta = next(d for d in found.entries[0].designations if d.list == "capta")
    assert capta.listed_on is None and codes(found) == [("bad-day", "sdn.csv:1", "entry 1")]
