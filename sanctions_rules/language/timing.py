"""When a text is in force and since when it is known: days and instants of rule text as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, cast

from sanctions_rules import clocks
from sanctions_rules.codes import Code
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import Rulebook

FOREVER: Final = 2**62


class Timing:
    """The clocks of one rulebook. Instants are microseconds since 1970 UTC; ends are exclusive."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.intervals = rulebook.intervals

    def known_from(self, block: ast.Block) -> int:
        """The day, as an ordinal, on which the text was first published anywhere, or else issued."""
        days = [day for day, _ in s.days] if (s := block.slot("published")) else []
        issued = block.slot("issued")
        if not issued and block.ref:
            instrument = self.rulebook.instruments.get(block.ref.instrument)
            enacted = block.slot("enacted by")
            if enacted:
                instrument = self.rulebook.instruments.get(enacted.refs[0].instrument) or instrument
            issued = instrument.slot("issued") if instrument else None
        if issued and issued.day:
            days.append(issued.day)
        return min(days).toordinal() if days else -FOREVER

    def moment(self, moment: ast.Moment, zone: str) -> int:
        return (
            clocks.instant(moment.day, moment.time, zone)
            if moment.time
            else clocks.day_start(moment.day, zone)
        )

    def past(self, moment: ast.Moment, zone: str) -> int:
        """The first instant after a moment that is included: after the day, or after the instant."""
        if moment.time:
            return self.moment(moment, zone) + 1
        return clocks.day_start(moment.day + timedelta(days=1), zone)

    def interval(self, block: ast.Block) -> tuple[int, int, int, int]:
        """Since possibly, since surely, until surely, until possibly; ends are exclusive."""
        known = self.intervals.get(id(block))
        if known is None:
            known = self.intervals[id(block)] = self._interval(block)
        return known

    def _interval(self, block: ast.Block) -> tuple[int, int, int, int]:
        slot = block.slot("in force")
        zone = self.rulebook.zone(block)
        if slot is None or not isinstance(slot.interval, ast.Interval):
            return (FOREVER, FOREVER, FOREVER, FOREVER)
        since, until = slot.interval.since, slot.interval.until
        first = self.moment(since.first, zone)
        possibly, surely = first, first
        if since.kind == "before":
            possibly = -FOREVER
        elif since.kind == "between" and since.second:
            surely = self.moment(since.second, zone)
        match until.kind:
            case "until":
                end = self.moment(cast(ast.Moment, until.first), zone)
                return (possibly, surely, end, end)
            case "through":
                end = self.past(cast(ast.Moment, until.first), zone)
                return (possibly, surely, end, end)
            case "between":
                return (
                    possibly,
                    surely,
                    self.moment(cast(ast.Moment, until.first), zone),
                    self.moment(cast(ast.Moment, until.second), zone),
                )
            case "after":
                return (possibly, surely, self.past(cast(ast.Moment, until.first), zone), FOREVER)
            case _:
                return (possibly, surely, FOREVER, FOREVER)

    def source_to_read(self, block: ast.Block) -> str:
        cites = block.slot("cites")
        note = block.slot("note")
        text = cites.texts[0].text if cites else block.id
        return (
            f"{text}: {note.texts[0].text}" if note else f"{text}: its interval is not fully known"
        )

    def row_days(self, cells: Mapping[str, ast.Cell], zone: str) -> tuple[int, int, int, int]:
        """Since possibly, since surely, until surely, until possibly; a cell may say `unknown`."""
        possibly, surely = -FOREVER, -FOREVER
        first = cells.get("from")
        if first is not None and isinstance(first.value, ast.Moment):
            possibly = surely = self.moment(first.value, zone)
        elif first is not None and first.value is None:
            surely = FOREVER
        last = cells.get("until") or cells.get("through")
        if last is None or isinstance(last.value, ast.Until):
            return possibly, surely, FOREVER, FOREVER
        if not isinstance(last.value, ast.Moment):
            return possibly, surely, -FOREVER, FOREVER
        exclusive = self.past if "through" in cells else self.moment
        end = exclusive(last.value, zone)
        return possibly, surely, end, end


def code_tuples(codes: ast.Codes) -> tuple[tuple[Code, ...], tuple[Code, ...]]:
    def flat(ranges: tuple[ast.CodeRange, ...]) -> tuple[Code, ...]:
        return tuple(
            r.first if r.last is None else Code(r.first.scheme, r.first.digits, r.last.digits)
            for r in ranges
        )

    return flat(codes.included), flat(codes.excluded)
