"""Files of lists, read: which kind each is, of which day, and which of them belong together.

A file is named `FILE`, `FILE@2024-07-02` or `KIND=FILE@2024-07-02`. Without a kind it is found out
from the content, and for OFAC's two lists, which look alike, from the name. OFAC's alias, address
and comments files belong to every OFAC list named with them; a history and its days to each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sanctions_rules.adapters import bods, ftm, history, ofac, un
from sanctions_rules.adapters.lines import file_bytes, rows
from sanctions_rules.adapters.ofac import Piece
from sanctions_rules.adapters.snapshot import ListSnapshot, problem
from sanctions_rules.diagnostics import FactsError, did_you_mean

KINDS: Final = (
    "sdn", "cons", "alt", "add", "comments", "history", "days", "un", "ftm", "bods",
)  # fmt: skip
_NAMED: Final = re.compile(
    r"(?:(?P<kind>[a-z]+)=)?(?P<path>.+?)(?:@(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}))?"
)
_DAY_IN_NAME: Final = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Named:
    """One file as it was asked for. `kind` is empty where it is to be found out."""

    path: Path
    kind: str = ""
    day: date | None = None


def named(text: str) -> Named:
    """`KIND=FILE@DAY`. Raises FactsError for a kind or a day that does not exist."""
    match = _NAMED.fullmatch(text)
    if match is None:
        raise FactsError([problem(text, 0, "no-file", "a list is named as [KIND=]FILE[@DAY]")])
    kind, day = match["kind"] or "", match["day"]
    if kind and kind not in KINDS:
        help = did_you_mean(kind, KINDS) or "one of: " + ", ".join(KINDS)
        said = f"`{kind}` is no kind of list"
        raise FactsError([problem(text, 0, "unknown-word", said, help=help)])
    on = history.day(day) if day else None
    if day and on is None:
        raise FactsError([problem(text, 0, "no-such-day", f"`{day}` is not a day that exists")])
    return Named(Path(match["path"]), kind, on)


def read_lists(files: Iterable[str | Path | Named]) -> list[ListSnapshot]:
    """Every list among the files. Raises FactsError where one cannot be read at all."""
    found: dict[str, list[tuple[Named, Piece]]] = {}
    for file in files:
        one = file if isinstance(file, Named) else named(str(file))
        piece = Piece(one.path.name, file_bytes(one.path))
        found.setdefault(one.kind or kind_of(piece), []).append((one, piece))
    beside = {k: [p for _, p in found[k]] for k in ("alt", "add", "comments") if k in found}
    snapshots: list[ListSnapshot] = []
    for kind in ("sdn", "cons"):
        for one, piece in found.get(kind, ()):
            snapshots.append(ofac.read_ofac(kind, piece, one.day or _day(piece.file), beside))
    days = [p for _, p in found.get("days", ())]
    for _, piece in found.get("history", ()):
        snapshots.append(history.read_history(piece, days[0] if days else None))
    for kind, reader in (("un", un.read_un), ("ftm", ftm.read_ftm), ("bods", bods.read_bods)):
        snapshots += [reader(piece, one.day) for one, piece in found.get(kind, ())]
    _refuse_alone(found, beside, days)
    return snapshots


def _refuse_alone(
    found: dict[str, list[tuple[Named, Piece]]], beside: dict[str, list[Piece]],
    days: Sequence[Piece],
) -> None:  # fmt: skip
    if beside and not (found.get("sdn") or found.get("cons")):
        file = next(p.file for row in beside.values() for p in row)
        said = "the file belongs beside an OFAC list, and none is named with it"
        raise FactsError([problem(file, 0, "no-list", said)])
    if days and "history" not in found:
        said = "the days belong to a history, and none is named with them"
        raise FactsError([problem(days[0].file, 0, "no-list", said)])
    if len(days) > 1 or len(found.get("history", ())) > 1:
        raise FactsError([problem(days[-1].file if days else "history", 0, "two-histories",
                                  "one history can be read at a time")])  # fmt: skip


def _day(file: str) -> date | None:
    match = _DAY_IN_NAME.search(file)
    return history.day(match[0]) if match else None


def kind_of(piece: Piece) -> str:
    """What the content says a file is. Raises FactsError where it says nothing that we know."""
    head = piece.data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    begins = head.split(b"\n")[0].strip()
    if head.startswith(b"<"):
        return "un"
    if head.startswith((b"[", b"{")):
        return "bods" if b'"recordType"' in piece.data[:65536] else "ftm"
    if begins.startswith(b"ent_num,spell"):
        return "history"
    if begins.startswith(history.DAYS_COLUMN.encode()):
        return "days"
    for line in head.split(b"\n")[:20]:
        cells = line.decode("ascii", "replace").count(",")
        row = next(iter(rows(line, piece.file, [])), None) if cells else None
        kind = ofac.WIDTHS.get(len(row[1])) if row else None
        if kind == "primary":
            return _which(piece)
        if kind is not None:
            return kind
    said = "what kind of list the file is cannot be told from it"
    help = f"name it as KIND={piece.file}; kinds: {', '.join(KINDS)}"
    raise FactsError([problem(piece.file, 0, "unknown-list", said, help=help)])


def _which(piece: Piece) -> str:
    """OFAC's two lists have the same columns, and only one of them blocks: the name must say."""
    name = piece.file.lower()
    if "cons" in name:
        return "cons"
    if "sdn" in name:
        return "sdn"
    said = "the file is the SDN list or the consolidated list: neither its name nor its rows say"
    help = f"name it as sdn={piece.file} or cons={piece.file}"
    raise FactsError([problem(piece.file, 0, "unknown-list", said, help=help)])
