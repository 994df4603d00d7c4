"""The United Nations Security Council consolidated list, in its XML form.

Each INDIVIDUAL and ENTITY is one entry, with the day on which it was listed. The list prints no
day of delisting: who was taken off is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from sanctions_rules.adapters.countries import country
from sanctions_rules.adapters.history import day
from sanctions_rules.adapters.identifiers import Identifier
from sanctions_rules.adapters.ofac import Piece
from sanctions_rules.adapters.snapshot import (
    ENTITY,
    Designation,
    Entry,
    ListSnapshot,
    digest_of,
    problem,
)
from sanctions_rules.adapters.xml import Node, parse
from sanctions_rules.diagnostics import Diagnostic

ROOT: Final = "CONSOLIDATED_LIST"
_NAMES: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
#: Qualities of an alias that say it is too broad to rely on.
_WEAK: Final = ("low",)
_PASSPORT: Final = re.compile(r"pass?a?port|pasaporte", re.IGNORECASE)


def read_un(piece: Piece, on: date | None = None) -> ListSnapshot:
    """The list. `on`: of which day it is, instead of the day that it states itself."""
    root, problems = parse(piece.data, piece.file)
    entries: list[Entry] = []
    first: dict[str, int] = {}
    stated: date | None = None
    if root is not None and root.tag != ROOT:
        said = f"the file is a `{root.tag[:40]}`, not a {ROOT}"
        problems.append(problem(piece.file, root.line, "wrong-shape", said))
    elif root is not None:
        stated = day(root.attributes.get("dateGenerated", ""))
        for node in (*root.all("INDIVIDUALS", "INDIVIDUAL"), *root.all("ENTITIES", "ENTITY")):
            entry = _entry(piece.file, node, problems)
            if entry is None:
                continue
            if entry.id in first:
                said = f"the entry stands in line {first[entry.id]} already; both are kept"
                problems.append(
                    problem(piece.file, entry.line, "duplicate-id", said, entry.id, "warning")
                )
            first.setdefault(entry.id, entry.line)
            entries.append(entry)
    return ListSnapshot(
        publisher="UN",
        name="Security Council consolidated list",
        file=piece.file,
        digest=digest_of(piece.data),
        date=on or stated,
        covers=frozenset({"un_consolidated"}),
        entries=tuple(entries),
        problems=tuple(problems),
        whole=not any(p.severity == "error" for p in problems),
    )


def _entry(file: str, node: Node, problems: list[Diagnostic]) -> Entry | None:
    number = node.get("REFERENCE_NUMBER")
    name = " ".join(part for part in (node.get(n) for n in _NAMES) if part)
    programme = node.get("UN_LIST_TYPE")
    listed = day(node.get("LISTED_ON"))
    said = (
        "the file ends inside the entry" if not node.closed
        else "the entry has no reference number" if not number
        else "the entry has no name" if not name
        else ""
    )  # fmt: skip
    if said:
        problems.append(problem(file, node.line, "bad-row", said, number))
        return None
    if listed is None:
        said = f"`{node.get('LISTED_ON')[:40]}` gives no day of listing that can be read"
        problems.append(problem(file, node.line, "bad-day", said, number, "warning"))
    is_person = node.tag == "INDIVIDUAL"
    aliases = [
        (a.get("QUALITY").lower(), a.get("ALIAS_NAME")) for a in node.all(f"{node.tag}_ALIAS")
    ]
    script = node.get("NAME_ORIGINAL_SCRIPT")
    strong = [n for q, n in aliases if n and q not in _WEAK]
    codes = (country(v.text.strip()) for v in node.all("NATIONALITY", "VALUE"))
    return Entry(
        id=number, line=node.line, name=name, type="person" if is_person else ENTITY,
        aliases=tuple([*strong, *([script] if script else [])]),
        weak=tuple(n for q, n in aliases if n and q in _WEAK),
        identifiers=(Identifier("un", number), *_documents(node)),
        designations=(
            Designation(programme, "un_consolidated", "other", "UN", "none", listed_on=listed),
        ),
        citizenships=tuple(dict.fromkeys(c for c in codes if c)) if is_person else (),
        remarks=node.get("COMMENTS1"),
    )  # fmt: skip


def _documents(node: Node) -> Iterator[Identifier]:
    for document in node.all("INDIVIDUAL_DOCUMENT"):
        value = document.get("NUMBER")
        if value:
            scheme = "passport" if _PASSPORT.search(document.get("TYPE_OF_DOCUMENT")) else ""
            at = document.get("ISSUING_COUNTRY") or document.get("COUNTRY_OF_ISSUE")
            yield Identifier(scheme or "national_id", value, country(at) or "")
