"""What cannot be covered, and why: a list that is held against what was seen.

A file of `[[allowed]]` tables, each with `of` (a text by its id, or a line by its name, which is
`ID: text of the line`) or `pattern` (a regular expression that a name must match whole), `ways`, and
`reason`. An entry that nothing needs is stale: what it excuses was seen after all, or is gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from sanctions_rules.author.coverage.model import Covered, Line, Way, everything
from sanctions_rules.diagnostics import Diagnostic, FactsError
from sanctions_rules.read import parse_text
from sanctions_rules.source import Source

KEYS = ("of", "pattern", "ways", "reason")


@dataclass(frozen=True)
class Allowed:
    """One entry: which names, which ways, and why they cannot be shown."""

    of: str
    is_pattern: bool
    ways: tuple[Way, ...]
    reason: str

    def means(self, name: str) -> bool:
        return re.fullmatch(self.of, name) is not None if self.is_pattern else name == self.of


def read_allowed(path: Path) -> tuple[Allowed, ...]:
    """The entries of a file. Raises FactsError where it is not as it should be."""
    try:
        source = Source(path.name, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise _wrong(path, "encoding", "the file is not UTF-8") from None
    data = parse_text(source, "toml")
    table = cast("dict[str, Any]", data) if isinstance(data, dict) else {"": data}
    listed: Any = table.get("allowed", [])
    if table.keys() - {"allowed"} or not isinstance(listed, list):
        raise _wrong(
            path, "wrong-shape", "a list of reasons holds [[allowed]] tables and nothing else"
        )
    return tuple(_entry(raw, path, i) for i, raw in enumerate(cast("list[Any]", listed)))


def _entry(raw: Any, path: Path, index: int) -> Allowed:
    where = f"allowed[{index}]"
    entry = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
    names = [entry.get("of"), entry.get("pattern")]
    reason, ways = entry.get("reason"), entry.get("ways")
    if sum(isinstance(n, str) for n in names) != 1 or set(entry) - set(KEYS):
        raise _wrong(path, "wrong-shape", f"{where} has `of` or `pattern`, `ways` and `reason`")
    if not isinstance(reason, str) or not reason.strip():
        raise _wrong(path, "no-reason", f"{where} gives no reason")
    known = {str(way): way for way in Way}
    if not isinstance(ways, list) or not ways or not set(cast("list[str]", ways)) <= known.keys():
        raise _wrong(path, "unknown-way", f"`ways` of {where} is a list of: {', '.join(known)}")
    is_pattern = names[0] is None
    name = cast(str, names[1] if is_pattern else names[0])
    if is_pattern:
        try:
            re.compile(name)
        except re.error as error:
            raise _wrong(path, "wrong-pattern", f"`pattern` of {where}: {error}") from None
    return Allowed(name, is_pattern, tuple(known[w] for w in cast("list[str]", ways)), reason)


def _wrong(path: Path, code: str, message: str) -> FactsError:
    return FactsError([Diagnostic(code, message, path=path.name)])


def excused(
    found: Iterable[Covered], entries: Sequence[Allowed]
) -> tuple[tuple[Covered, ...], tuple[str, ...]]:
    """The same with the reasons entered where a way is lacking, and a sentence for each stale entry."""
    found = tuple(found)
    needed: list[set[Way]] = [set() for _ in entries]
    made: list[Covered] = []
    for one in found:
        lines = tuple(replace(line, excused=_reasons(line, entries, needed)) for line in one.lines)
        made.append(replace(one, lines=lines, excused=_reasons(one, entries, needed)))
    return tuple(made), tuple(_stale(found, entries, needed))


def _reasons(
    one: Covered | Line, entries: Sequence[Allowed], needed: Sequence[set[Way]]
) -> dict[Way, str]:
    reasons: dict[Way, str] = {}
    for way in one.lacking:
        for entry, ways in zip(entries, needed, strict=True):
            if way in entry.ways and entry.means(one.name):
                reasons.setdefault(way, entry.reason)
                ways.add(way)
    return reasons


def _stale(
    found: Iterable[Covered], entries: Sequence[Allowed], needed: Sequence[set[Way]]
) -> Iterable[str]:
    names = {one.name for one in everything(found)}
    for entry, ways in zip(entries, needed, strict=True):
        idle = [str(w) for w in entry.ways if w not in ways]
        if not idle:
            continue
        if not any(map(entry.means, names)):
            yield f"`{entry.of}` is listed with a reason, and there is no such text or line"
        else:
            yield f"`{entry.of}` is listed with a reason, and none is needed for: {', '.join(idle)}"
