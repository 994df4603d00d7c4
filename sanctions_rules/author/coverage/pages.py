"""Coverage as lines of text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sanctions_rules.author.coverage.model import Count, Covered, Level, Line, Way, count


def report(
    found: Sequence[Covered], levels: Collection[Level] = (), stale: Sequence[str] = ()
) -> Iterator[str]:
    """A line for each text that lacks a way, below it its lines that do, and then a table."""
    levels = levels or tuple(Level)
    for one in found:
        lines = [line for line in one.lines if line.level in levels and line.lacking]
        lacking = one.lacking if Level.TEXTS in levels else ()
        if lacking or lines:
            never = f": never {_names(lacking)}" if lacking else ""
            yield f"{one.block.id}  {one.block.title}{never}"
        for line in lines:
            yield f"  {line.place.file}:{line.number}  {line.text}: never {_names(line.lacking)}"
    for sentence in stale:
        yield f"stale: {sentence}"
    yield from table(found, levels)


def _names(ways: Sequence[Way]) -> str:
    return ", ".join(map(str, ways))


def table(found: Sequence[Covered], levels: Collection[Level]) -> Iterator[str]:
    """How many of each there are and were seen; `listed`: with a reason why not."""
    yield f"{'':8}{'all':>7}{'whole':>7}{'ways':>8}{'seen':>8}{'listed':>8}{'percent':>9}"
    rows = [(str(level), count(found, level)) for level in Level if level in levels]
    for name, one in [*rows, *([("together", count(found, *levels))] if len(rows) > 1 else [])]:
        yield (
            f"{name:8}{one.things:7}{one.whole:7}{one.ways:8}{one.seen:8}{one.excused:8}"
            f"{percent(one):>9}"
        )


def percent(one: Count) -> str:
    """With one decimal, and never 100.0 while anything lacks."""
    return f"{int(one.percent * 10) / 10:.1f}"


def to_json(found: Sequence[Covered], stale: Sequence[str] = ()) -> str:
    """Everything that was found, as JSON: the form is docs/command_line.md's."""
    data = {
        "totals": {str(level): _count(count(found, level)) for level in Level},
        "stale": list(stale),
        "texts": [_text(one) for one in found],
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def _count(one: Count) -> dict[str, Any]:
    return {
        "all": one.things, "whole": one.whole, "ways": one.ways, "seen": one.seen,
        "listed": one.excused, "percent": round(one.percent, 2),
    }  # fmt: skip


def _text(one: Covered) -> dict[str, Any]:
    seen = {
        str(w): {"scenarios": len(one.seen[w]), "first": one.seen[w][0]}
        for w in Way if w in one.seen
    }  # fmt: skip
    return {
        "id": one.block.id, "kind": one.block.kind, "title": one.block.title,
        "file": one.block.head.file, "line": one.number, **_ways(one), "seen": seen,
        "lines": [_line(line) for line in one.lines],
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    seen = {str(w): {"first": line.seen[w]} for w in Way if w in line.seen}
    return {
        "file": line.place.file, "line": line.number, "slot": line.slot, "text": line.text,
        **_ways(line), "seen": seen,
    }  # fmt: skip


def _ways(one: Covered | Line) -> dict[str, Any]:
    return {
        "possible": [str(w) for w in Way if w in one.possible],
        "lacking": [str(w) for w in one.lacking],
        "listed": {str(w): why for w, why in one.excused.items()},
    }
