"""`lists`, and lists and messages given to `decide`: output, exit codes, errors on bad input."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from adapters.files import FULL, HISTORY, held, payment, row, sdn, transfer

from sanctions_rules.adapters.cases import to_json
from sanctions_rules.cli import FINDINGS, INVALID, OK, UNDETERMINED, USAGE, main
from sanctions_rules.read import read_case


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str | Path) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return Done(left.value.code, printed.out, printed.err)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sdn_2024-07-02.csv").write_bytes(sdn(row(34940, "ROGA"), row(2, "OTHER")))
    (tmp_path / "cons_2024-07-02.csv").write_bytes(sdn(row(3, "THIRD", programme="NS-PLC")))
    (tmp_path / "history.csv").write_text(
        HISTORY + "34940,1,entity,ROGA,RUSSIA-EO14024,2023-05-19,2024-07-02,0,1\r\n"
    )
    (tmp_path / "days.csv").write_text("snapshot_date,bytes\r\n2023-05-01,1\r\n2023-05-19,1\r\n2024-07-02,1\r\n")  # fmt: skip
    case = payment(
        {"id": "sub", "name": "Sub", "type": "company", "organised_under": "AE"},
        {"id": "parent", "name": "Roga", "type": "company", "organised_under": "RU"},
        ownership=held("parent", "sub", "50"),
    )
    (tmp_path / "case.json").write_text(to_json(case))
    text = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>'
        "<GrpHdr><MsgId>M</MsgId></GrpHdr>{}</FIToFICstmrCdtTrf></Document>"
    )
    (tmp_path / "two.xml").write_text(text.format(transfer("T1", FULL) + transfer("T2", FULL)))
    (tmp_path / "bad.xml").write_text(text.format(transfer("T1", FULL) + transfer("T2", FULL, "x")))
    return tmp_path


def lists(folder: Path, *names: str) -> list[str]:
    return [word for name in names for word in ("--list", str(folder / name))]


ALL = ("sdn_2024-07-02.csv", "history.csv", "days.csv")


def test_show_says_what_a_list_holds(run: Run, folder: Path) -> None:
    done = run("lists", "show", folder / "sdn_2024-07-02.csv")
    assert done.code == OK and not done.err
    assert "OFAC SDN list" in done.out and "day         2024-07-02" in done.out
    assert "entries     2: 2 bodies" in done.out and "RUSSIA-EO14024 2" in done.out
    assert "not read    0" in done.out


def test_show_names_rows_that_were_not_read(run: Run, folder: Path) -> None:
    (folder / "sdn.csv").write_bytes(sdn(row(1, "A"), "2,\x1b[31mx"))
    done = run("lists", "show", folder / "sdn.csv")
    assert done.code == FINDINGS
    assert "error: sdn.csv:2 (entry 2): the row has 2 columns, not 12" in done.out
    assert "day         not stated" in done.out and "\x1b" not in done.out


def test_show_tells_the_kinds_apart(run: Run, folder: Path) -> None:
    done = run("lists", "show", *(folder / n for n in (*ALL, "cons_2024-07-02.csv")))
    assert done.code == OK
    assert "OFAC consolidated list" in done.out and "OFAC SDN list, history" in done.out
    assert "looked at   3 days, 2023-05-01 to 2024-07-02" in done.out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing.csv", "the file cannot be read"),
        ("days.csv", "the days belong to a history"),
        ("case.json", ""),
        ("moon=sdn_2024-07-02.csv", "`moon` is no kind of list"),
        ("sdn_2024-07-02.csv@2024-02-30", "`2024-02-30` is not a day that exists"),
    ],
)
def test_show_refuses_what_is_no_list(run: Run, folder: Path, name: str, said: str) -> None:
    kind, mark, rest = name.rpartition("=")
    done = run("lists", "show", f"{kind}{mark}{folder / rest}")
    assert done.code in (INVALID, FINDINGS) and said in done.err
    assert "Traceback" not in done.err + done.out


def test_a_list_of_unknown_kind_is_not_guessed(run: Run, folder: Path) -> None:
    (folder / "list.csv").write_bytes(sdn(row(1, "A")))
    done = run("lists", "show", folder / "list.csv")
    assert done.code == INVALID and "sdn=list.csv or cons=list.csv" in done.err
    assert run("lists", "show", f"sdn={folder / 'list.csv'}@2024-07-02").code == OK


def test_decide_with_lists(run: Run, folder: Path) -> None:
    done = run("decide", folder / "case.json", *lists(folder, *ALL))
    assert done.code == FINDINGS and "us: PROHIBITED" in done.out
    assert "parent is entry 34940 of the OFAC SDN list of 2024-07-02" in done.err
    assert "there may be more listings: it is not stated by what names" in done.err
    told = run("explain", folder / "case.json", *lists(folder, *ALL)).out
    assert "listed after 2023-05-01 and on or before 2023-05-19" in " ".join(told.split())


def test_decide_with_lists_and_a_day_of_knowledge(run: Run, folder: Path) -> None:
    done = run("decide", folder / "case.json", *lists(folder, *ALL), "--known-on", "2023-01-01")
    assert done.code == UNDETERMINED and "us: UNDETERMINED" in done.out


def test_names_by_goes_with_lists(run: Run, folder: Path) -> None:
    done = run("decide", folder / "case.json", "--names-by", "x")
    assert done.code == USAGE and "--list" in done.err


def test_screen_prints_a_case_that_can_be_decided(run: Run, folder: Path) -> None:
    words = ("lists", "screen", folder / "case.json", *lists(folder, *ALL, "cons_2024-07-02.csv"))
    done = run(*words, "--names-by", "run 4711")
    assert done.code == OK
    case = read_case(done.out)
    listing = case.parties[2].listings.items[0]
    assert (listing.entry_id, listing.programme, listing.list) == ("34940", "RUSSIA-EO14024", "sdn")
    assert listing.listed_on.hi == date(2023, 5, 19)
    assert all(p.listings.complete for p in case.parties)
    (folder / "screened.json").write_text(done.out)
    assert run("decide", folder / "screened.json").code == FINDINGS
    assert run("lists", "screen", folder / "case.json").code == USAGE


def test_an_actor_that_is_not_there_or_another(run: Run, folder: Path) -> None:
    done = run("decide", folder / "case.json", "--actor", "sub")
    assert done.code == INVALID and "the case says that `bank` acts" in done.err


# -- messages ------------------------------------------------------------------------------------


def test_convert_prints_each_transfer(run: Run, folder: Path) -> None:
    pytest.importorskip("defusedxml")
    done = run("lists", "convert", folder / "two.xml", "--actor", "debtor_agent")
    assert done.code == OK and [c["id"] for c in json.loads(done.out)] == ["T1", "T2"]
    one = run("lists", "convert", folder / "two.xml", "--only", "T2")
    assert read_case(one.out).id == "T2"
    assert run("lists", "convert", folder / "two.xml", "--only", "T3").code == INVALID


def test_convert_keeps_what_is_good_and_says_what_is_not(run: Run, folder: Path) -> None:
    pytest.importorskip("defusedxml")
    done = run("lists", "convert", folder / "bad.xml")
    assert done.code == INVALID and read_case(done.out).id == "T1"
    assert "bad.xml:1 (entry T2): `x` is not an amount" in done.err
    refused = run("decide", folder / "bad.xml")
    assert refused.code == INVALID and not refused.out


def test_decide_a_message(run: Run, folder: Path) -> None:
    pytest.importorskip("defusedxml")
    done = run(
        "decide",
        folder / "two.xml",
        "--actor",
        "debtor_agent",
        "--regime",
        "us",
        *lists(folder, *ALL),
    )
    assert done.code == UNDETERMINED
    assert "two.xml: T1" in done.out and "two.xml: T2" in done.out
    page = run("decide", folder / "two.xml", "--format", "html")
    assert page.code == USAGE and "a page shows one case" in page.err


def test_replay_says_which_decisions_a_new_list_would_change(folder: Path, run: Run) -> None:
    """Screened and clean when decided; the owner of half of the payee was listed before that, as a later list shows."""
    case = json.loads((folder / "case.json").read_text())
    clean = {"items": [], "complete": True, "basis": "screened by name in May 2023"}
    for party in case["parties"]["items"]:
        party["listings"] = clean
    (folder / "clean.json").write_text(json.dumps(case))
    records = folder / "records.jsonl"
    run("decide", folder / "clean.json", "--format", "record", "--append", records)
    assert run("replay", records).code == OK
    history = f"history={folder / 'history.csv'}"
    same = run("replay", records, "--with", f"sdn={folder / 'cons_2024-07-02.csv'}")
    assert same.code == OK and "1 unchanged" in same.out
    changed = run("replay", records, "--with", history, "--with", f"days={folder / 'days.csv'}")
    assert changed.code == FINDINGS, changed
    assert "would be decided otherwise" in changed.out and "1 change" in changed.out
    assert run("replay", records, "--with", folder / "nothing.csv").code in (USAGE, INVALID)
