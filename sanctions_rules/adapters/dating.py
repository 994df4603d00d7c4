"""Listing days from looking at a list on several days: each day is a range between two looks.

An entry that was there on one day and there on the next day that anybody looked is taken to have
been there in between. A list of a day speaks for that day: an entry on it ended after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from sanctions_rules.adapters.snapshot import Designation
from sanctions_rules.facts import Range


def dated(designation: Designation, seen: Mapping[date, bool]) -> Iterator[Designation]:
    """The designation once for each run of days on which it was seen; latest last."""
    run: list[date] = []
    absent: date | None = None
    for day in (*sorted(seen), None):
        if day is not None and seen[day]:
            run.append(day)
            continue
        if run:
            yield replace(
                designation,
                listed_on=Range(absent, run[0], lo_open=absent is not None),
                delisted_on=Range(run[-1], day, lo_open=True),
            )
            run = []
        absent = day


def standing(designation: Designation, day: date | None, known_on: date | None) -> Designation:
    """A designation with a printed day, as the list of `day` shows it: it had not ended by then."""
    if day is None:
        return designation
    seen = day if known_on is None else min(day, known_on)
    return replace(designation, delisted_on=Range(seen, None, lo_open=True))
