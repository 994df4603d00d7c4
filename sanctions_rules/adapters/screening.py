"""Screening: the parties of a case against lists, and what that does and does not say.

A party is found by an identifier, or by a listed name that is exactly its own after folding. That
is not name screening: who is listed under a spelling of his own is not found. So lists that show
nothing say nothing, until a person states by what the names were screened (`names_by`). Only
then, and only if the lists were read whole, are of the day of the act, and are all that the
authorities of the regimes asked keep, are the listings closed: these and no others.

`known_on` hides what was seen or listed later. What nobody dates is then not seen, and leaves the
listings open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

from sanctions_rules.adapters.matching import Finder, Match, given_identifiers
from sanctions_rules.adapters.snapshot import ListSnapshot, listings
from sanctions_rules.facts import EVENT_OF_ACT, Case, Collection, Listed, Listing, Party, Range

#: The lists that the authorities of a regime keep, in the words of `Listing.list`.
LISTS_OF: Final = {
    "us": frozenset({"sdn", "capta", "non_sdn_mbs", "ssi"}),
    "eu": frozenset({"eu_269_annex_i", "eu_833_annex"}),
    "uk": frozenset({"uk_asset_freeze"}),
}
#: How many unread rows a basis names one by one.
NAMED_ROWS: Final = 5


@dataclass(frozen=True)
class Screening:
    """The case with its listings filled, and on what they rest.

    `open_because`: why there may be more listings; empty where they are closed. `notes`: where the
    facts and the lists disagree, and which identifiers could not be compared.
    """

    case: Case
    matches: tuple[Match, ...]
    basis: str
    open_because: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def closed(self) -> bool:
        return not self.open_because


def screen(
    case: Case,
    snapshots: Sequence[ListSnapshot],
    *,
    known_on: date | None = None,
    names_by: str = "",
    regimes: Iterable[str] = ("us",),
) -> Screening:
    """Fill the listings of every party from the snapshots.

    `names_by` states by what names were screened that are not exactly listed ("our screening of
    2 July, run 4711"); without it nothing is closed. `regimes`: whose lists must all be there.
    """
    parties = cast("Collection[Party] | None", case.parties)
    if parties is None:
        return Screening(case, (), "", ("the case names no parties",), ())
    finder = Finder(snapshots, known_on)
    found: list[tuple[Party, list[Match], list[Listing]]] = []
    for party in parties:
        matches = finder.matches(party)
        found.append((party, matches, _once(x for m in matches for x in finder.listings(m))))
    why = (*_open(case, snapshots, known_on, names_by, regimes), *finder.doubts)
    basis = _basis(snapshots, names_by, why, known_on)
    made = [_filled(party, listed, not why, basis) for party, _, listed in found]
    filled = Collection[Party](items=tuple(made), complete=parties.complete, basis=parties.basis)
    notes = [note for row in found for note in _notes(day_of(case), *row)]
    return Screening(
        case.model_copy(update={"parties": filled}),
        tuple(m for _, row, _ in found for m in row), basis, why, tuple(notes),
    )  # fmt: skip


def _filled(party: Party, found: Sequence[Listing], closed: bool, basis: str) -> Party:
    given = cast("Collection[Listing] | None", party.listings)
    if given is None:
        return party.model_copy(update={"listings": listings(found, closed, basis)})
    more = [x for x in found if not any(_is_same(x, g) for g in given)]
    # Who stated that these were all did not know of the others: then the list is open again.
    complete = closed or (given.complete and not more)
    stated = "; ".join(b for b in (given.basis, basis) if b)
    return party.model_copy(update={"listings": listings(_once([*given, *more]), complete, stated)})


def _once(found: Iterable[Listing]) -> list[Listing]:
    made: list[Listing] = []
    for listing in found:
        if listing not in made:
            made.append(listing)
    return made


def _is_same(one: Listing, other: Listing) -> bool:
    return one.entry_id is not None and (one.list, one.entry_id, one.order, one.listed_on) == (
        other.list, other.entry_id, other.order, other.listed_on
    )  # fmt: skip


def _notes(
    on: date | None, party: Party, matches: Sequence[Match], found: Sequence[Listing]
) -> Iterator[str]:
    given = cast("Collection[Listing] | None", party.listings)
    if given is not None and given.complete:
        for listing in found:
            if not any(_is_same(listing, g) for g in given):
                by = next((m.by for m in matches if m.entry.id == listing.entry_id), "entry")
                yield (
                    f"{party.id}: its listings were stated to be complete, but {listing.source} "
                    f"lists entry {listing.entry_id} with its {by}"
                )
    for listing in found:
        since = listing.listed_on
        if on is not None and isinstance(since, Range) and since.hi == on:
            yield (
                f"{party.id}: entry {listing.entry_id} ({listing.programme}) was listed on {on} or "
                "before: a list of an earlier day would say which"
            )
    held = party.identifiers
    compared = {str(i.value) for i in given_identifiers(party)}
    for text in held.items if isinstance(held, Listed) else ():
        if not any(value in text for value in compared):
            yield f"{party.id}: `{text}` was not compared: its scheme is not known"


# -- what closes ---------------------------------------------------------------------------------


def day_of(case: Case) -> date | None:
    """The day of the act, where it is known to be one day."""
    kind = case.act.kind
    event = EVENT_OF_ACT.get(kind) if isinstance(kind, str) else None
    value: object = case.act.events.conduct
    if value is None and event is not None:
        value = getattr(case.act.events, event)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _open(
    case: Case, snapshots: Sequence[ListSnapshot], known_on: date | None, names_by: str,
    regimes: Iterable[str],
) -> Iterator[str]:  # fmt: skip
    """Why there may be more listings than were found."""
    if not names_by:
        yield "it is not stated by what names were screened that are not exactly listed"
    on = day_of(case)
    if on is None:
        yield "the day of the act is not known"
    elif known_on is not None and on > known_on:
        yield f"on {known_on} nobody knew the lists of {on}"
    else:
        there = frozenset(word for s in snapshots if s.date == on for word in s.covers)
        for regime in regimes:
            missing = sorted(LISTS_OF.get(regime, frozenset({regime})) - there)
            if missing:
                yield f"no list of {on} covers {', '.join(missing)} (asked for {regime})"
    for snapshot in snapshots:
        if snapshot.unread or not (snapshot.whole or snapshot.is_history):
            yield f"the {snapshot.cited} was not read whole: {unread(snapshot)}"


def unread(snapshot: ListSnapshot) -> str:
    """The rows that were not read, by line and entry."""
    rows = [f"{p.path}{f' ({p.label})' if p.label else ''}" for p in snapshot.unread]
    more = f" and {len(rows) - NAMED_ROWS} more" if len(rows) > NAMED_ROWS else ""
    return ", ".join(rows[:NAMED_ROWS]) + more


def _basis(
    snapshots: Sequence[ListSnapshot], names_by: str, why: Sequence[str], known_on: date | None
) -> str:
    text = "screened by identifier and exact name against " + (
        ", ".join(f"the {s.cited}" for s in snapshots) or "no list"
    )
    if names_by:
        text += f"; other names by: {names_by}"
    if known_on:
        text += f"; as known on {known_on}"
    return text + (f"; there may be more, because {'; '.join(why)}" if why else "")
