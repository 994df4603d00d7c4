"""Owners from a file of owners: the holdings above the parties of a case, as far as it goes.

A party is an entity of the file by its id there, by an identifier, or by its exact name. Who holds
it, who holds those, and so on, become parties and stakes of the case. A file of owners never says
that there are no others: the stakes stay open unless the case has closed them itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sanctions_rules.adapters.matching import Finder
from sanctions_rules.adapters.snapshot import Entry, ListSnapshot
from sanctions_rules.facts import Case, Collection, Party, Stake


def with_owners(case: Case, snapshots: Sequence[ListSnapshot]) -> tuple[Case, tuple[str, ...]]:
    """The case with the holdings above its parties, and what of them is doubtful."""
    parties = list(cast("Collection[Party] | None", case.parties) or ())
    given = cast("Collection[Stake] | None", case.ownership)
    new: list[Stake] = []
    used: list[ListSnapshot] = []
    notes: list[str] = []
    stated = {(s.owner, s.asset): "the case" for s in given or ()}
    for snapshot in snapshots:
        found = _above(parties, snapshot) if snapshot.stakes else []
        fresh: list[Stake] = []
        for stake in found:
            pair = (stake.owner, stake.asset)
            if stake.owner is not None and pair in stated:
                # Two accounts of one holding are not two holdings: they would be added up.
                notes.append(
                    f"the holding of {stake.owner} in {stake.asset} is taken from {stated[pair]}, "
                    f"not from {stake.source}"
                )
            else:
                fresh.append(stake)
        stated |= {(s.owner, s.asset): f"the {snapshot.cited}" for s in fresh}
        if fresh:
            used.append(snapshot)
            new += fresh
    if not new:
        return case, tuple(dict.fromkeys(notes))
    basis = "holdings of " + ", ".join(f"the {s.cited}" for s in used)
    closed = given is not None and given.complete
    notes += [
        f"the {s.cited} was not read whole: holdings may be missing" for s in used if not s.whole
    ]
    if closed:
        notes.append(f"the holdings were stated to be complete, but there are more: {basis}")
    items = (*(given or ()), *new)
    said = "; ".join(b for b in (given.basis if given else None, basis) if b)
    held = cast("Collection[Party] | None", case.parties)
    made = case.model_copy(
        update={
            "parties": Collection[Party](
                items=tuple(parties),
                complete=held.complete if held else True,
                basis=held.basis if held else None,
            ),
            "ownership": Collection[Stake](items=items, complete=False, basis=said),
        }
    )
    return made, tuple(dict.fromkeys(notes))


def _above(parties: list[Party], snapshot: ListSnapshot) -> list[Stake]:
    """The stakes above the parties; owners that the case does not have are added to `parties`."""
    called: dict[str, str] = {}
    finder = Finder([snapshot], None)
    taken = {str(p.id) for p in parties}
    for party in parties:
        ids = [e.id for e, _ in finder.entries(party, snapshot)]
        if party.id in snapshot.by_id:
            ids.append(str(party.id))
        for number in ids:
            called.setdefault(number, str(party.id))
    into: dict[str, list[Stake]] = {}
    for stake in snapshot.stakes:
        into.setdefault(cast(str, stake.asset), []).append(stake)
    found: list[Stake] = []
    pending, done = list(called), set[str]()
    while pending:
        asset = pending.pop()
        if asset in done:
            continue
        done.add(asset)
        for stake in into.get(asset, ()):
            owner = stake.owner if isinstance(stake.owner, str) else None
            if owner is not None and owner not in called:
                name = owner if owner not in taken else f"{snapshot.file}: {owner}"
                called[owner] = name
                taken.add(name)
                entry = next(iter(snapshot.by_id.get(owner, ())), Entry(owner, 0, ""))
                parties.append(entry.party(name))
            if owner is not None:
                pending.append(str(owner))
            found.append(
                stake.model_copy(
                    update={"owner": called[owner] if owner else None, "asset": called[asset]}
                )
            )
    return found
