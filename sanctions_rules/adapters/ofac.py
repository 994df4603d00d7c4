"""OFAC's SDN and consolidated lists in their CSV form, with the alias, address and comment files.

The files have no header; `-0-` stands for nothing; several programmes are joined as `A] [B`;
remarks that are cut go on in the comments file, to be appended by entry number; a byte 0x1A ends
the file, and a file without it may be a part of one. No listing day is printed but for directives.

One row gives one entry. On the SDN list each of its programmes is a designation. On the
consolidated list a row is by itself no block: what it is under is said in its remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from sanctions_rules.adapters import programmes
from sanctions_rules.adapters.countries import country
from sanctions_rules.adapters.identifiers import Identifier
from sanctions_rules.adapters.lines import rows
from sanctions_rules.adapters.remarks import CUT, Remarks, read_remarks
from sanctions_rules.adapters.snapshot import (
    ENTITY,
    Designation,
    Entry,
    Link,
    ListSnapshot,
    digest_of,
    problem,
)
from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.values import OneOf

END: Final = "\x1a"
#: Columns of each kind of file.
WIDTHS: Final = {12: "primary", 5: "alt", 6: "add", 2: "comments"}
_TYPES: Final = {"individual": "person", "vessel": "vessel", "aircraft": "aircraft"}
_TARGETS: Final = {
    "State-Owned Enterprise": "state_owned_enterprise",
    "Government Entity": "public_body",
}
#: What a row of the consolidated list can be on, where its remarks do not say.
_CONSOLIDATED: Final = frozenset({"capta", "non_sdn_mbs", "ssi", "other"})
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of bytes, by the name it is shown under."""

    file: str
    data: bytes


@dataclass
class _Beside:
    """What the files beside a list say of its entries, by entry number."""

    aliases: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    comments: dict[str, str] = field(default_factory=dict[str, str])
    named: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    problems: list[Diagnostic] = field(default_factory=list[Diagnostic])


def read_ofac(
    kind: str, primary: Piece, day: date | None, beside: Mapping[str, Sequence[Piece]] = {}
) -> ListSnapshot:
    """The SDN list (`kind` sdn) or the consolidated list (cons). `beside`: alt, add, comments."""
    more = _read_beside(beside)
    problems: list[Diagnostic] = []
    entries: list[Entry] = []
    links: list[Link] = []
    unknown: dict[str, int] = {}
    first: dict[str, int] = {}
    for line, cells in rows(primary.data, primary.file, problems, END):
        made = _entry(kind, primary.file, line, cells, more, problems)
        if made is None:
            continue
        entry, remarks = made
        if entry.id in first:
            said = f"the entry stands in line {first[entry.id]} already; both are kept"
            problems.append(
                problem(primary.file, line, "duplicate-id", said, entry.id, severity="warning")
            )
        first.setdefault(entry.id, line)
        for designation in entry.designations:
            if not programmes.known(designation.programme):
                unknown.setdefault(designation.programme, line)
        entries.append(entry)
        links += [Link(entry.id, "Linked To", name, line) for name in remarks.linked_to]
    for tag, line in unknown.items():
        said = f"the programme `{tag[:80]}` is not known: its order is given as `other`"
        problems.append(problem(primary.file, line, "unknown-programme", said, severity="warning"))
    ended = primary.data.rstrip(b"\r\n")[-1:] == b"\x1a"
    if not ended:
        said = "the file does not end with the byte 0x1A that ends OFAC's files: it may be cut off"
        problems.append(problem(primary.file, 0, "truncated", said))
    more.problems += _dangling(more, first)
    problems += more.problems
    pieces = [primary, *(piece for part in beside.values() for piece in part)]
    return ListSnapshot(
        publisher="OFAC",
        name="SDN list" if kind == "sdn" else "consolidated list",
        file=" + ".join(piece.file for piece in pieces),
        digest=digest_of(*(piece.data for piece in pieces)),
        date=day,
        covers=frozenset({"sdn"}) if kind == "sdn" else _CONSOLIDATED,
        entries=tuple(entries),
        links=tuple(links),
        problems=tuple(problems),
        whole=ended and not any(p.severity == "error" for p in problems),
    )


# -- rows ----------------------------------------------------------------------------------------


def _cell(text: str) -> str:
    plain = text.strip()
    return "" if plain == "-0-" else plain


def _entry(
    kind: str, file: str, line: int, cells: list[str], more: _Beside, problems: list[Diagnostic]
) -> tuple[Entry, Remarks] | None:
    number = cells[0].strip() if cells else ""
    if len(cells) != 12:
        said = f"the row has {len(cells)} columns, not 12"
        problems.append(problem(file, line, "bad-row", said, number if number.isalnum() else ""))
        return None
    name, sort, tags, flag, text = (_cell(cells[i]) for i in (1, 2, 3, 9, 11))
    said = (
        f"`{number[:40]}` is not an entry number" if not _NUMBER.fullmatch(number)
        else "the row has no name" if not name
        else "the row names no programme" if not tags
        else f"`{sort[:40]}` is not a type of entry" if sort not in ("", *_TYPES)
        else ""
    )  # fmt: skip
    if said:
        problems.append(problem(file, line, "bad-row", said, number))
        return None
    tail = more.comments.get(number, "")
    if len(text) >= CUT and not tail:
        note = "its remarks are cut, and no comments file given goes on with them"
        problems.append(problem(file, line, "cut-remarks", note, number, severity="warning"))
    remarks = read_remarks(text + tail)
    for day in remarks.bad_days:
        if len(text) < CUT or tail:
            note = f"`{day[:80]}` gives no day that can be read"
            problems.append(problem(file, line, "bad-day", note, number, severity="warning"))
    targets = {_TARGETS[t] for t in remarks.target_types if t in _TARGETS}
    made = Entry(
        id=number, line=line, name=name,
        type=_TYPES.get(sort) or (targets.pop() if len(targets) == 1 else ENTITY),
        aliases=tuple(more.aliases.get(number, ())),
        weak=tuple(remarks.weak),
        identifiers=(Identifier("ofac", number), *remarks.identifiers),
        designations=tuple(_designations(kind, programmes.tags(tags), remarks)),
        citizenships=tuple(remarks.citizenships) if sort == "individual" else (),
        flag=country(flag) if flag else None,
        remarks=text + tail,
    )  # fmt: skip
    return made, remarks


def _designations(kind: str, tags: Sequence[str], remarks: Remarks) -> Iterator[Designation]:
    """One for each programme, and one for each directive that the remarks name."""
    under = dict(remarks.directives)
    explained: set[str] = set()
    for (order, number), directive in under.items():
        name = f"directive_{number}"
        listed, effective = directive.listed_on, directive.effective_on
        if order == "14024" and name in programmes.LIST_OF_DIRECTIVE:
            tag, sort = "RUSSIA-EO14024", programmes.LIST_OF_DIRECTIVE[name]
            made = Designation(tag, sort, "eo14024", directive=name)
        elif order == "13662":
            tag, criterion = "UKRAINE-EO13662", f"Directive {number} under E.O. 13662"
            made = Designation(tag, "ssi", "eo13662", directive="none", criterion=criterion)
        else:
            tag = next((t for t in tags if order in t), order)
            criterion = f"Directive {number}" if number else ""
            made = Designation(tag, "other", directive="none", criterion=criterion)
        explained.add(tag)
        yield replace(made, listed_on=listed, effective_on=effective)
    for tag in tags:
        if kind == "sdn":
            yield Designation(tag, "sdn", programmes.order(tag), directive="none")
        elif tag not in explained:
            yield _not_explained(tag)


def _not_explained(tag: str) -> Designation:
    """A tag of the consolidated list of whose directive the remarks say nothing."""
    sort: str | OneOf
    match tag:
        case "561-Related":
            sort = "capta"
        case "RUSSIA-EO14024" | "UKRAINE-EO13662":
            return Designation(tag, OneOf(_CONSOLIDATED), programmes.order(tag))
        case _:
            sort = "other"
    return Designation(tag, sort, programmes.order(tag), directive="none")


# -- the files beside ----------------------------------------------------------------------------


def _read_beside(beside: Mapping[str, Sequence[Piece]]) -> _Beside:
    found = _Beside()
    for kind, pieces in beside.items():
        width = next(w for w, k in WIDTHS.items() if k == kind)
        for piece in pieces:
            for line, cells in rows(piece.data, piece.file, found.problems, END):
                number = cells[0].strip()
                if len(cells) != width or not _NUMBER.fullmatch(number):
                    said = f"the row is not one of {width} columns that begin with an entry number"
                    entry = number if number.isalnum() else ""
                    found.problems.append(problem(piece.file, line, "bad-row", said, entry))
                    continue
                found.named.setdefault(piece.file, set()).add(number)
                if kind == "alt" and _cell(cells[3]):
                    found.aliases.setdefault(number, []).append(_cell(cells[3]))
                elif kind == "comments":
                    found.comments[number] = found.comments.get(number, "") + cells[1].rstrip()
            if piece.data.rstrip(b"\r\n")[-1:] != b"\x1a":
                said = "the file does not end with the byte 0x1A: it may be cut off"
                found.problems.append(problem(piece.file, 0, "truncated", said))
    return found


def _dangling(more: _Beside, known: Mapping[str, int]) -> Iterator[Diagnostic]:
    for file, named in more.named.items():
        lost = sorted(named - known.keys(), key=int)
        if lost:
            said = f"{len(lost)} entry numbers are not on this list ({', '.join(lost[:3])}" + (
                ", …)" if len(lost) > 3 else ")"
            )
            yield problem(file, 0, "dangling", said, severity="warning")
