"""A dated history of the SDN list: who was seen on it from when until when, and on which days.

The list prints no listing day. A history made from many snapshots gives a range instead: after
the last day on which the entry was not there, and on or before the first on which it was. An
entry that stood there on the first day of all has no earlier end; one that stands there on the
last day has no later end. The history may be a sample: who is not in it was not said to be off.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from sanctions_rules.adapters.identifiers import Identifier
from sanctions_rules.adapters.lines import rows
from sanctions_rules.adapters.ofac import Piece
from sanctions_rules.adapters.snapshot import ENTITY, Entry, ListSnapshot, Spell, digest_of, problem
from sanctions_rules.diagnostics import Diagnostic

COLUMNS: Final = (
    "ent_num", "spell", "sdn_type", "name_last_seen", "programs", "first_seen", "last_seen",
    "left_censored", "right_censored",
)  # fmt: skip
DAYS_COLUMN: Final = "snapshot_date"
_TYPES: Final = {"individual": "person", "vessel": "vessel", "aircraft": "aircraft"}


def read_history(history: Piece, days: Piece | None) -> ListSnapshot:
    """The spells of each entry. `days`: the days on which the list was looked at."""
    problems: list[Diagnostic] = []
    looked = sorted(set(_days(days, problems))) if days else []
    entries: dict[str, Entry] = {}
    spells: dict[str, list[Spell]] = {}
    for line, cells in rows(history.data, history.file, problems):
        if line == 1 and cells == list(COLUMNS):
            continue
        number = cells[0].strip()
        spell = _spell(history.file, line, cells, problems)
        if spell is None:
            continue
        spells.setdefault(number, []).append(spell)
        entries[number] = Entry(
            id=number, line=line, name=cells[3].strip(), type=_TYPES.get(cells[2], ENTITY),
            identifiers=(Identifier("ofac", number),),
        )  # fmt: skip
    pieces = [history, *([days] if days else [])]
    last = max((s.last for row in spells.values() for s in row), default=None)
    return ListSnapshot(
        publisher="OFAC",
        name="SDN list, history",
        file=" + ".join(piece.file for piece in pieces),
        digest=digest_of(*(piece.data for piece in pieces)),
        date=looked[-1] if looked else last,
        entries=tuple(entries.values()),
        spells=tuple((number, tuple(row)) for number, row in spells.items()),
        days=tuple(looked),
        problems=tuple(problems),
        whole=False,
    )


def _spell(file: str, line: int, cells: list[str], problems: list[Diagnostic]) -> Spell | None:
    number = cells[0].strip() if cells else ""
    first, last = (day(c) for c in cells[5:7]) if len(cells) == len(COLUMNS) else (None, None)
    said = (
        f"the row has {len(cells)} columns, not {len(COLUMNS)}" if len(cells) != len(COLUMNS)
        else f"`{number[:40]}` is not an entry number" if not (number.isascii() and number.isdigit())
        else "first_seen and last_seen are not two days" if first is None or last is None
        else "first_seen is later than last_seen" if first > last
        else "left_censored is not 0 or 1" if cells[7] not in ("0", "1")
        else ""
    )  # fmt: skip
    if said or first is None or last is None:
        problems.append(problem(file, line, "bad-row", said, number if number.isalnum() else ""))
        return None
    programmes = frozenset(tag.strip() for tag in cells[4].split(";") if tag.strip())
    return Spell(programmes, first, last, cells[7] == "1", line)


def _days(piece: Piece, problems: list[Diagnostic]) -> Iterator[date]:
    for line, cells in rows(piece.data, piece.file, problems):
        if line == 1 and cells[0].strip() == DAYS_COLUMN:
            continue
        found = day(cells[0].strip())
        if found is None:
            said = f"`{cells[0][:40]}` is not a day"
            problems.append(problem(piece.file, line, "bad-day", said))
        else:
            yield found


def day(text: str) -> date | None:
    """`2024-07-02`, or what an instant has before its clock time; None for anything else."""
    try:
        return datetime.strptime(text.strip()[:10], "%Y-%m-%d").date()
    except ValueError:
        return None


def observations(
    spells: Sequence[Spell], days: Sequence[date], known_on: date | None
) -> dict[str, dict[date, bool]]:
    """Of each programme, the days on which the entry was seen under it, and seen not to be.

    Only days up to `known_on` count: what was looked at later was not known then.
    """
    found: dict[str, dict[date, bool]] = {}
    for spell in spells:
        if known_on is not None and spell.first > known_on:
            continue
        before = bisect_left(days, spell.first)
        after = bisect_right(days, spell.last)
        last = spell.last
        if known_on is not None and last > known_on:
            seen = bisect_right(days, known_on)
            last = max(days[seen - 1], spell.first) if seen else spell.first
        for programme in spell.programmes:
            seen_on = found.setdefault(programme, {})
            if before and not spell.since_before:
                seen_on.setdefault(days[before - 1], False)
            if after < len(days) and (known_on is None or days[after] <= known_on):
                seen_on.setdefault(days[after], False)
            seen_on[spell.first] = seen_on[last] = True
    return found
