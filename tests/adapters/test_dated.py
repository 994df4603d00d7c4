"""Days from looking: spells of a history, several snapshots, and what was known on a day."""

from __future__ import annotations

from datetime import date

from adapters.files import DAY, HISTORY, codes, days, payment, piece, read, row

from sanctions_rules.adapters.dating import dated
from sanctions_rules.adapters.history import read_history
from sanctions_rules.adapters.screening import screen
from sanctions_rules.adapters.snapshot import Designation, ListSnapshot
from sanctions_rules.facts import Collection, Listing, Range

LOOKED = days("2022-02-18", "2022-02-24", "2022-03-01", "2023-05-19", "2024-07-02")
SPELLS = (
    HISTORY
    + "1,1,entity,OLD FIRM,CUBA,2022-02-18,2024-07-02,1,1\r\n"
    + "2,1,entity,NEW FIRM,SDGT,2022-02-24,2022-03-01,0,0\r\n"
    + "2,2,entity,NEW FIRM,SDGT;RUSSIA-EO14024,2023-05-19,2024-07-02,0,1\r\n"
    + "3,1,entity,GONE FIRM,RUSSIA-EO14024,2022-02-24,2022-03-01,0,0\r\n"
)


def listings(
    name: str, *snapshots: ListSnapshot, known_on: date | None = None
) -> list[tuple[str, object, object]]:
    """Programme, listing day and day of delisting of each listing of a party of that name."""
    case = payment({"id": "sub", "name": name, "type": "company"})
    found = screen(case, snapshots, known_on=known_on).case.parties[1].listings
    assert isinstance(found, Collection)
    items: tuple[Listing, ...] = found.items
    return [(str(x.programme), x.listed_on, x.delisted_on) for x in items]


def between(after: str | None, to: str | None) -> Range:
    lo = date.fromisoformat(after) if after else None
    return Range(lo, date.fromisoformat(to) if to else None, lo_open=lo is not None)


def history() -> ListSnapshot:
    return read_history(piece("history.csv", SPELLS), LOOKED)


def test_a_listing_day_lies_after_the_last_look_without_it() -> None:
    assert listings("new firm", history()) == [
        ("RUSSIA-EO14024", between("2022-03-01", "2023-05-19"), between("2024-07-02", None)),
        ("SDGT", between("2022-02-18", "2022-02-24"), between("2024-07-02", None)),
    ]


def test_who_was_there_on_the_first_day_has_no_earlier_end() -> None:
    assert listings("Old Firm", history()) == [
        ("CUBA", between(None, "2022-02-18"), between("2024-07-02", None))
    ]


def test_who_is_gone_was_delisted_between_two_looks() -> None:
    assert listings("Gone Firm", history()) == [
        ("RUSSIA-EO14024", between("2022-02-18", "2022-02-24"), between("2022-03-01", "2023-05-19"))
    ]


def test_a_programme_that_was_always_there_is_one_spell() -> None:
    seen = {date(2022, 1, d): True for d in (1, 2, 5)} | {date(2022, 1, 3): False}
    runs = list(dated(Designation("X", "sdn"), seen))
    assert [(r.listed_on, r.delisted_on) for r in runs] == [
        (between(None, "2022-01-01"), between("2022-01-02", "2022-01-03")),
        (between("2022-01-03", "2022-01-05"), between("2022-01-05", None)),
    ]


def test_knowledge_of_a_day_has_seen_nothing_later() -> None:
    known = listings("new firm", history(), known_on=date(2022, 12, 31))
    assert known == [("SDGT", between("2022-02-18", "2022-02-24"), between("2022-03-01", None))]
    assert listings("new firm", history(), known_on=date(2022, 2, 20)) == []


def test_a_later_list_and_the_history_speak_together() -> None:
    later = read(row(2, "NEW FIRM", programme="RUSSIA-EO14024"), day=date(2024, 8, 1))
    assert listings("new firm", history(), later) == [
        ("RUSSIA-EO14024", between("2022-03-01", "2023-05-19"), between("2024-08-01", None)),
        ("SDGT", between("2022-02-18", "2022-02-24"), between("2024-07-02", "2024-08-01")),
    ]


def test_two_lists_alone_give_a_range() -> None:
    before = read(row(9, "OTHER"), day=date(2024, 6, 25))
    after = read(row(9, "OTHER"), row(2, "NEW FIRM"))
    gone = read(row(9, "OTHER"), day=date(2024, 8, 1))
    assert listings("new firm", gone, after, before) == [
        ("RUSSIA-EO14024", between("2024-06-25", "2024-07-02"), between("2024-07-02", "2024-08-01"))
    ]


def test_a_list_that_was_not_read_whole_says_of_nobody_that_he_was_not_there() -> None:
    before = read("2,broken", row(9, "OTHER"), day=date(2024, 6, 25))
    assert listings("new firm", read(row(2, "NEW FIRM")), before) == [
        ("RUSSIA-EO14024", between(None, "2024-07-02"), between("2024-07-02", None))
    ]


def test_absence_from_the_history_is_no_answer() -> None:
    case = payment({"id": "sub", "name": "Unseen Firm", "type": "company"})
    found = screen(case, [history()], names_by="us")
    assert not found.closed and found.case.parties[1].listings.complete is False


def test_without_the_days_the_range_has_no_earlier_end() -> None:
    alone = read_history(piece("history.csv", SPELLS), None)
    assert listings("gone firm", alone) == [
        ("RUSSIA-EO14024", between(None, "2022-02-24"), between("2022-03-01", None))
    ]


def test_broken_rows_of_a_history_are_said() -> None:
    text = HISTORY + (
        "1,1,entity,A,CUBA,2022-02-18\r\n"
        "2,1,entity,B,CUBA,2022-02-30,2022-03-01,0,0\r\n"
        "3,1,entity,C,CUBA,2022-03-01,2022-02-18,0,0\r\n"
        "4,1,entity,D,CUBA,2022-02-18,2022-03-01,2,0\r\n"
        "5,1,entity,E,CUBA,2022-02-18,2022-03-01,1,0\r\n"
    )
    found = read_history(piece("history.csv", text), days("2022-02-18", "soon"))
    assert [e.id for e in found.entries] == ["5"]
    assert codes(found) == [
        ("bad-day", "days.csv:3", ""), ("bad-row", "history.csv:2", "entry 1"),
        ("bad-row", "history.csv:3", "entry 2"), ("bad-row", "history.csv:4", "entry 3"),
        ("bad-row", "history.csv:5", "entry 4"),
    ]  # fmt: skip
    assert found.date == date(2022, 2, 18) and found.date < DAY
