"""Which entries of the lists a party is, and since when it stands on each.

A party is an entry if an identifier is the same, or the name is exactly a listed one after folding.
On OFAC's lists one entry number is one person, so who is found on one list is found on all.
What only looks alike (a weak alias, a ship of that name) is no match: it is a doubt, and said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sanctions_rules.adapters import dating, identifiers, programmes
from sanctions_rules.adapters.history import observations
from sanctions_rules.adapters.snapshot import Designation, Entry, ListSnapshot
from sanctions_rules.facts import Listed, Listing, Party, Range
from sanctions_rules.values import OneOf

SDN: Final = "SDN list"
Seen = dict[str, dict[date, bool]]


@dataclass(frozen=True, slots=True)
class Match:
    """A party that stands on a list, and by what it was found there."""

    party: str
    entry: Entry
    snapshot: ListSnapshot
    by: str


class Finder:
    """Looks parties up in the snapshots, dates what it finds, and keeps its doubts."""

    def __init__(self, snapshots: Sequence[ListSnapshot], known_on: date | None) -> None:
        self.snapshots = snapshots
        self.known_on = known_on
        self.doubts: dict[str, None] = {}

    # -- who it is -------------------------------------------------------------------------------

    def matches(self, party: Party) -> list[Match]:
        called = str(party.id or party.name or "a party without a name")
        found: dict[tuple[int, str], Match] = {}
        for number, snapshot in enumerate(self.snapshots):
            for entry, by in self.entries(party, snapshot):
                found.setdefault((number, entry.id), Match(called, entry, snapshot, by))
        numbers = {k[1] for k in found if self.snapshots[k[0]].publisher == "OFAC"}
        for number, snapshot in enumerate(self.snapshots):
            for name in sorted(numbers) if snapshot.publisher == "OFAC" else ():
                for entry in snapshot.by_id.get(name, ()):
                    match = Match(called, entry, snapshot, "entry number")
                    found.setdefault((number, name), match)
        return [m for m in found.values() if m.entry.designations or m.snapshot.is_history]

    def entries(self, party: Party, snapshot: ListSnapshot) -> Iterator[tuple[Entry, str]]:
        """The entries of one snapshot that the party is, each with what says so."""
        for one in given_identifiers(party):
            for entry in snapshot.by_identifier.get(identifiers.key(one), ()):
                if any(identifiers.same(one, i) for i in entry.identifiers):
                    yield entry, f"identifier {one}"
        name = party.name
        if not isinstance(name, str):
            return
        for key in identifiers.name_keys(name, party.type in ("person", None)):
            for entry in snapshot.by_name.get(key, ()) if key else ():
                if _can_be(party, entry):
                    yield entry, "exact name"
                elif entry.designations:
                    self._doubt(
                        party, entry, snapshot, "its name is listed for another sort of party"
                    )
            for entry in snapshot.by_weak_name.get(key, ()) if key else ():
                self._doubt(party, entry, snapshot, "its name is listed as a weak alias")

    def _doubt(self, party: Party, entry: Entry, snapshot: ListSnapshot, what: str) -> None:
        said = f"{party.id or party.name}: {what} (entry {entry.id} of the {snapshot.cited})"
        self.doubts[said] = None

    def _hide(self, entry: Entry, snapshot: ListSnapshot, why: str) -> None:
        said = f"entry {entry.id} of the {snapshot.cited} is not taken as known on {self.known_on}"
        self.doubts[f"{said}: {why}"] = None

    # -- since when ------------------------------------------------------------------------------

    def listings(self, match: Match) -> Iterator[Listing]:
        """The listings that a match gives, each dated by all looks at the same list."""
        entry, snapshot = match.entry, match.snapshot
        same = self._holding(match)
        if snapshot.is_history:
            if not same:
                yield from self._once_there(entry, snapshot, self._seen(match), frozenset())
            return
        for designation in entry.designations:
            if designation.listed_on is not None:
                yield from self._printed(entry, snapshot, designation)
        if same and snapshot is not max(same, key=lambda s: s.date or date.max):
            return  # of several snapshots that hold the entry, the latest speaks for it
        seen = self._seen(match)
        for designation in entry.designations:
            if designation.listed_on is None:
                yield from self._dated(entry, snapshot, designation, seen)
        if snapshot.name == SDN:
            now = frozenset(d.programme for d in entry.designations)
            yield from self._once_there(entry, snapshot, seen, now)

    def _once_there(
        self, entry: Entry, snapshot: ListSnapshot, seen: Seen, now: frozenset[str]
    ) -> Iterator[Listing]:
        """Programmes under which the entry was seen, and which its latest row does not name."""
        if not seen and snapshot.is_history:
            self._hide(entry, snapshot, "nobody had seen it by then")
        for programme in sorted(seen.keys() - now):
            gone = Designation(programme, "sdn", programmes.order(programme), directive="none")
            yield from self._dated(entry, snapshot, gone, seen)

    def _printed(
        self, entry: Entry, snapshot: ListSnapshot, designation: Designation
    ) -> Iterator[Listing]:
        """A listing whose day the list prints: it is known from that day."""
        since = designation.listed_on
        latest = since.hi if isinstance(since, Range) else since
        if self.known_on is not None and (not isinstance(latest, date) or latest > self.known_on):
            self._hide(entry, snapshot, "it may have been listed later")
            return
        made = designation
        if designation.delisted_on is None:
            made = dating.standing(designation, snapshot.date, self.known_on)
        yield made.listing(entry.id, self._source(entry, snapshot))

    def _dated(
        self, entry: Entry, snapshot: ListSnapshot, designation: Designation,
        seen: Mapping[str, Mapping[date, bool]],
    ) -> Iterator[Listing]:  # fmt: skip
        """A listing whose day is not printed, once for each run of days on which it was seen."""
        days = seen.get(designation.programme, {})
        runs = list(dating.dated(designation, days))
        if not runs and self.known_on is not None:
            self._hide(entry, snapshot, f"nobody had seen it under {designation.programme} by then")
            return
        for run in runs or [designation]:
            yield run.listing(entry.id, self._source(entry, snapshot))

    def _holding(self, match: Match) -> list[ListSnapshot]:
        """The snapshots of the same list (a history is one of the SDN list) that hold the entry."""
        name = SDN if match.snapshot.is_history else match.snapshot.name
        return [
            s for s in self.snapshots
            if s.publisher == match.snapshot.publisher == "OFAC" and s.name == name
            and match.entry.id in s.by_id
        ]  # fmt: skip

    def _seen(self, match: Match) -> Seen:
        """Of each programme, the days on which the entry was seen under it, or seen not to be."""
        number, own = match.entry.id, match.snapshot
        name = SDN if own.is_history else own.name
        found: Seen = {}
        looks: list[tuple[date, frozenset[str], bool]] = []
        for snapshot in self.snapshots:
            if snapshot.is_history and own.publisher == "OFAC" and name == SDN:
                spells = snapshot.spells_of.get(number, ())
                for programme, days in observations(spells, snapshot.days, self.known_on).items():
                    found.setdefault(programme, {}).update(days)
                continue
            same = snapshot.name == name and snapshot.publisher == own.publisher
            if own.publisher != "OFAC":
                same = snapshot is own
            if not same or snapshot.date is None:
                continue
            if self.known_on is None or snapshot.date <= self.known_on:
                rows = snapshot.by_id.get(number, ())
                there = frozenset(d.programme for e in rows for d in e.designations)
                looks.append((snapshot.date, there, snapshot.whole))
        for day, there, _ in looks:
            for programme in there:
                found.setdefault(programme, {})[day] = True
        for day, there, whole in looks:
            for programme in found.keys() - there if whole else ():
                found[programme].setdefault(day, False)
        return found

    def _source(self, entry: Entry, snapshot: ListSnapshot) -> str:
        text = f"{snapshot.cited}, line {entry.line}"
        if snapshot.name != SDN:
            return text
        for history in self.snapshots:
            spells = history.spells_of.get(entry.id)
            if spells:
                first = min(s.first for s in spells)
                text += f"; first seen {first} in the {history.cited}, line {spells[0].line}"
        return text


def _can_be(party: Party, entry: Entry) -> bool:
    """Whether both can be one: people, ships and aircraft are nobody else."""

    def sorts(value: Any) -> frozenset[str] | None:
        if isinstance(value, str):
            return frozenset({value})
        return value.values if isinstance(value, OneOf) else None

    a, b = sorts(party.type), sorts(entry.type)
    if a is None or b is None:
        return True
    apart = frozenset({"person", "vessel", "aircraft"})
    return bool(a & b) or not (a <= apart or b <= apart)


def given_identifiers(party: Party) -> Iterator[identifiers.Identifier]:
    held = party.identifiers
    for text in held.items if isinstance(held, Listed) else ():
        one = identifiers.identifier(text)
        if one is not None:
            yield one
