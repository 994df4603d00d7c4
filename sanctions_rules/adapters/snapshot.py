"""A list as it was read: its publisher, its day, a digest of its bytes, and its rows.

An `Entry` is a light record, because a list has ten thousands of them; `party()` and, once dated,
`Designation.listing()` build the facts of those that a case needs. A row that cannot be read is a
`Diagnostic` with its line; a snapshot with such rows, or without its end, is not `whole`, and what
is not whole never says that somebody is not on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Final, TypeVar

from sanctions_rules.adapters.identifiers import Identifier, key, name_keys
from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.facts import PARTY_TYPES, Collection, Listed, Listing, Party, Range, Stake
from sanctions_rules.values import NOT_APPLICABLE, OneOf

#: What a list calls an entity can be any of these: it says no more than that.
ENTITY: Final = OneOf(frozenset(PARTY_TYPES) - {"person", "vessel", "aircraft"})


@dataclass(frozen=True, slots=True)
class Designation:
    """What one entry says of one programme. A day that is not printed is None."""

    programme: str
    list: str | OneOf | None
    order: str = "other"
    authority: str = "OFAC"
    directive: str | None = None  # `none`: there is none
    criterion: str = ""
    listed_on: date | Range | None = None
    delisted_on: date | Range | None = None
    effective_on: date | None = None

    def listing(self, entry_id: str, source: str) -> Listing:
        return Listing(
            authority=self.authority,
            list=self.list,
            programme=self.programme,
            order=self.order,
            directive=NOT_APPLICABLE if self.directive == "none" else self.directive,
            criterion=self.criterion or None,
            entry_id=entry_id,
            listed_on=self.listed_on,
            delisted_on=self.delisted_on,
            effective_on=self.effective_on,
            source=source,
        )

    def until(self, day: date | Range | None) -> Designation:
        return replace(self, delisted_on=day)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list, or one party of a file of owners. `weak`: aliases too broad to rely on."""

    id: str
    line: int
    name: str
    type: str | OneOf | None = None
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    designations: tuple[Designation, ...] = ()
    citizenships: tuple[str, ...] = ()
    organised_under: str | None = None
    flag: str | None = None
    remarks: str = ""

    @property
    def is_person(self) -> bool:
        return self.type == "person"

    def party(self, called: str = "") -> Party:
        """The entry as a party, by its own id or by the name it is `called`; never with listings."""
        sort = self.type
        given = ", ".join(str(i) for i in self.identifiers)
        return Party(
            id=called or self.id,
            name=self.name or None,
            type=sort,
            identifiers=Listed(tuple(map(str, self.identifiers)), False) if given else None,
            citizenships=Listed(self.citizenships, False) if self.citizenships else None,
            organised_under=self.organised_under if sort not in ("person", None) else None,
            flag=self.flag if sort in ("vessel", "aircraft") else None,
        )


@dataclass(frozen=True, slots=True)
class Link:
    """A relation that a list or a file states. It is not a holding, and has no percentage."""

    subject: str
    role: str
    object: str
    line: int


@dataclass(frozen=True, slots=True)
class Spell:
    """The days through which an entry stood under a set of programmes, first and last seen."""

    programmes: frozenset[str]
    first: date
    last: date
    since_before: bool  # it stood there on the first day that was looked at
    line: int


@dataclass(frozen=True)
class ListSnapshot:
    """One list, or one file of owners, as its bytes stood on a day."""

    publisher: str  # OFAC UN; or whose file it is
    name: str  # "SDN list"
    file: str
    digest: str
    date: date | None = None
    covers: frozenset[str] = frozenset()  # words of `Listing.list` that it is the whole of
    entries: tuple[Entry, ...] = ()
    stakes: tuple[Stake, ...] = ()
    links: tuple[Link, ...] = ()
    spells: tuple[tuple[str, tuple[Spell, ...]], ...] = ()
    days: tuple[date, ...] = ()  # for a history: the days on which the list was looked at
    passed_over: tuple[tuple[str, int], ...] = ()  # sorts of row that state no fact of ours
    problems: tuple[Diagnostic, ...] = ()
    whole: bool = True

    @property
    def is_history(self) -> bool:
        return bool(self.spells)

    @property
    def cited(self) -> str:
        """The snapshot in words: what it is, of which day, and of which bytes."""
        of = f" of {self.date}" if self.date else " of a day that is not stated"
        return f"{self.publisher} {self.name}{of} ({self.file}, sha256 {self.digest[:12]})"

    @property
    def unread(self) -> tuple[Diagnostic, ...]:
        return tuple(p for p in self.problems if p.severity == "error")

    @cached_property
    def by_id(self) -> dict[str, list[Entry]]:
        return _index((e.id, e) for e in self.entries)

    @cached_property
    def by_name(self) -> dict[str, list[Entry]]:
        return _index(
            (k, e) for e in self.entries for n in (e.name, *e.aliases)
            for k in name_keys(n, e.is_person) if k
        )  # fmt: skip

    @cached_property
    def by_weak_name(self) -> dict[str, list[Entry]]:
        return _index(
            (k, e) for e in self.entries for n in e.weak for k in name_keys(n, e.is_person) if k
        )

    @cached_property
    def by_identifier(self) -> dict[tuple[str, str], list[Entry]]:
        return _index((key(i), e) for e in self.entries for i in e.identifiers)

    @cached_property
    def spells_of(self) -> dict[str, tuple[Spell, ...]]:
        return dict(self.spells)


K = TypeVar("K")


def _index(pairs: Iterable[tuple[K, Entry]]) -> dict[K, list[Entry]]:
    found: dict[K, list[Entry]] = {}
    for k, entry in pairs:
        row = found.setdefault(k, [])
        if not row or row[-1] is not entry:
            row.append(entry)
    return found


def digest_of(*parts: bytes) -> str:
    """SHA-256 of the bytes; of several files, of their digests in the order given."""
    if len(parts) == 1:
        return sha256(parts[0]).hexdigest()
    return sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()


def listings(found: Iterable[Listing], complete: bool, basis: str) -> Collection[Listing]:
    return Collection[Listing](items=tuple(found), complete=complete, basis=basis)


def problem(
    file: str, line: int, code: str, message: str, entry: str = "", severity: str = "error",
    help: str = "",
) -> Diagnostic:  # fmt: skip
    """What is wrong with one row: `sdn.csv:12`, and the number of the entry where it is known."""
    label = f"entry {entry[:80]}" if entry else ""
    path = f"{file}:{line}" if line else file
    return Diagnostic(code, message, label=label, help=help, path=path, severity=severity)
