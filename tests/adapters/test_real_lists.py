"""The real lists, read in place: their counts, and that nothing of them is dropped."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from adapters.files import DATA, DAY, held, payment, real

import sanctions_rules as sr
from sanctions_rules.adapters.reading import read_lists
from sanctions_rules.adapters.screening import screen
from sanctions_rules.facts import Range

pytestmark = real

OFAC = DATA / "us_ofac"
BODS = sorted((DATA / "ownership" / "bods_v04").glob("*.json"))


def test_the_sdn_list_loads_whole() -> None:
    (found,) = read_lists([OFAC / "sdn_2024-07-02.csv"])
    assert len(found.entries) == 15_443 and found.whole and not found.unread
    assert found.date == DAY
    sorts = Counter(e.type if isinstance(e.type, str) else "" for e in found.entries)
    assert (sorts["person"], sorts["vessel"], sorts["aircraft"]) == (6927, 872, 374)
    russia = [
        e for e in found.entries
        if any(d.programme == "RUSSIA-EO14024" and d.list == "sdn" for d in e.designations)
    ]  # fmt: skip
    assert len(russia) == 4813
    assert len({x.subject for x in found.links}) == 5974 and len(found.links) == 6531
    for entry in found.entries:  # each gives facts
        entry.party()
        for designation in entry.designations:
            designation.listing(entry.id, found.cited)


def test_the_consolidated_list_with_the_files_beside_it() -> None:
    (found,) = read_lists([OFAC / f"cons_{n}.csv" for n in ("prim", "alt", "add", "comments")])
    assert len(found.entries) == 442 and found.whole and not found.problems
    ssi = Counter(d.criterion for e in found.entries for d in e.designations if d.list == "ssi")
    assert [ssi[f"Directive {n} under E.O. 13662"] for n in (1, 2, 3, 4)] == [124, 54, 42, 86]
    directives = Counter(d.directive for e in found.entries for d in e.designations)
    assert [directives[f"directive_{n}"] for n in ("1a", "2", "3", "4")] == [3, 14, 9, 3]
    assert sum(len(e.aliases) for e in found.entries) == 1073


def test_the_list_before_the_first_wave() -> None:
    (found,) = read_lists([OFAC / "sdn_2022-02-18.csv"])
    assert len(found.entries) == 9056 and found.whole and found.date == date(2022, 2, 18)


def test_aliases_and_addresses_of_another_day() -> None:
    files = [OFAC / n for n in ("sdn_2024-07-02.csv", "alt_2025-02.csv", "add_2025-02.csv",
                                "sdn_comments_2025-02.csv")]  # fmt: skip
    (found,) = read_lists(files)
    assert found.whole and not found.unread
    assert {p.code for p in found.problems} <= {"dangling", "cut-remarks"}
    assert sum(len(e.aliases) for e in found.entries) > 15_000


def test_the_history() -> None:
    (found,) = read_lists([OFAC / "sdn_history.csv", OFAC / "sdn_snapshot_dates.csv"])
    assert sum(len(row) for _, row in found.spells) == 11_149 and not found.problems
    assert len(found.days) == 457 and found.days[0] == date(2021, 5, 22)


def test_the_united_nations_list() -> None:
    pytest.importorskip("defusedxml")
    (found,) = read_lists([DATA / "un" / "UN_consolidated_2026-02-27.xml"])
    assert Counter(e.type == "person" for e in found.entries) == {True: 730, False: 273}
    assert found.date == date(2026, 2, 27) and found.whole and not found.problems
    assert all(d.listed_on for e in found.entries for d in e.designations)
    for entry in found.entries:
        entry.party()


@pytest.mark.parametrize(
    ("name", "entries", "stakes", "links", "others"),
    [
        ("ofac_russia_sample", 1377, 0, 1223, 0), ("openoil_bp_ownership", 1178, 1163, 0, 0),
        ("donations", 95, 0, 0, 379),
    ],
)  # fmt: skip
def test_followthemoney(name: str, entries: int, stakes: int, links: int, others: int) -> None:
    (found,) = read_lists([DATA / "ftm" / f"{name}.ftm.jsonl"])
    assert (len(found.entries), len(found.stakes), len(found.links)) == (entries, stakes, links)
    assert sum(n for _, n in found.passed_over) == others and not found.problems
    assert sum(s.percent == 50 for s in found.stakes) == (100 if stakes else 0)


@pytest.mark.parametrize("file", BODS, ids=lambda f: f.stem)
def test_bods_examples(file: object) -> None:
    (found,) = read_lists([str(file)])
    assert found.entries and found.whole and not found.problems
    assert found.stakes


def test_bods_figures() -> None:
    shown = {f.stem: read_lists([f])[0] for f in BODS}
    assert len(shown) == 10
    soe = shown["bods-package-fi-soe"]
    assert sorted(str(s.percent) for s in soe.stakes) == ["100", "100", "23.5", "76.5", "None"]
    changed = [s for s in shown["fermcat"].stakes if str(s.owner).startswith("per-41c0")]
    assert [s.percent for s in changed] == [50, 100]
    assert isinstance(changed[1].held_from, Range)
    assert [s.owner for s in shown["anonymous-person"].stakes] == [None]
    nominee = [s for s in shown["nomination"].stakes if s.control]
    assert {s.control.items[0] for s in nominee} == {"nominee", "significant_influence"}


# -- a payment to a company that a listed one owns by half ---------------------------------------

FILES = [OFAC / n for n in ("sdn_2024-07-02.csv", "sdn_history.csv", "sdn_snapshot_dates.csv")]


@pytest.fixture(scope="module")
def snapshots() -> list[object]:
    return list(read_lists(FILES))


def listed_company(snapshots: list[object]) -> tuple[str, str, date]:
    """A company that the history saw first between two looks: its number, name, and that day."""
    listed, history = snapshots
    for number, row in history.spells:  # type: ignore[attr-defined]
        spell = row[-1]
        entry = listed.by_id.get(number, [None])[0]  # type: ignore[attr-defined]
        if (
            len(row) == 1 and "RUSSIA-EO14024" in spell.programmes and not spell.since_before
            and entry is not None and not isinstance(entry.type, str)
        ):  # fmt: skip
            return number, entry.name, spell.first
    raise AssertionError("the history has no such company")


def test_a_payment_to_a_company_half_owned_by_a_listed_one(snapshots: list[object]) -> None:
    number, name, first = listed_company(snapshots)
    case = payment(
        {"id": "sub", "name": "Some Subsidiary", "type": "company", "organised_under": "AE"},
        {"id": "parent", "name": name, "type": "company", "organised_under": "RU"},
        ownership=held("parent", "sub", "50"),
    )
    law = sr.load("us")
    decision = law.decide(screen(case, snapshots).case)  # type: ignore[arg-type]
    assert decision["us"].outcome is sr.Outcome.PROHIBITED
    told = " ".join(decision.explain().split())
    assert f"entry “{number}”, programme “RUSSIA-EO14024”, list SDN" in told
    assert f"on or before {first}" in told and f"first seen {first}" in told

    known = date(first.year - 1, 12, 31)
    before = screen(case, snapshots, known_on=known).case  # type: ignore[arg-type]
    assert law.decide(before, known_on=known)["us"].outcome is sr.Outcome.UNDETERMINED


@pytest.mark.parametrize("name", ["pacs.008.001.08", "pacs.009.001.10"])
def test_sample_payments(name: str) -> None:
    pytest.importorskip("defusedxml")
    found = sr.read_message(DATA / "payments_iso20022" / f"{name}_sample.xml", "creditor_agent")
    assert len(found.cases) == 1 and not found.problems
    assert found.cases[0].act.events.payment == date(2026, 1, 15)
