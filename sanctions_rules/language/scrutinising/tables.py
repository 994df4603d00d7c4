"""Tables with values: for one code and one day there is one value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import Rulebook
from sanctions_rules.language.targets import Targets
from sanctions_rules.language.timing import FOREVER, code_tuples


def tables(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """Rows of a table with values do not overlap: for one code and one day there is one value."""
    lowering = Targets(rulebook)
    for block in rulebook.blocks:
        slot = block.slot("columns")
        if slot is None or block.kind != "table" or not rulebook.sound(block):
            continue
        zone = rulebook.zone(block)
        seen = _Rows()
        for row in slot.rows:
            if len(row) != len(slot.columns):
                continue
            cells = dict(zip(slot.columns, row, strict=True))
            codes = cells["code"].value if "code" in cells else None
            key = str(cells["key"].value) if "key" in cells else ""
            first, last = cells.get("from"), cells.get("until") or cells.get("through")
            since = (
                lowering.moment(first.value, zone)
                if first and isinstance(first.value, ast.Moment)
                else -FOREVER
            )
            until = (
                lowering.moment(last.value, zone)
                if last and isinstance(last.value, ast.Moment)
                else FOREVER
            )
            one = _Row(codes if isinstance(codes, ast.Codes) else None, key, since, until)
            if any(one.meets(other) for other in seen.near(one)):
                yield Diagnostic(
                    "overlapping-rows",
                    "two rows apply to one thing at one time",
                    row[0].span if row[0].span.file else slot.span,
                    help="end the older row where the newer begins, or take codes out by `other than`",
                )
            seen.add(one)


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    codes: ast.Codes | None
    key: str
    since: int
    until: int

    def meets(self, other: _Row) -> bool:
        return (
            self.since < other.until
            and other.since < self.until
            and self.key == other.key
            and _meet(self.codes, other.codes)
        )


class _Rows:
    """Rows by the digits of their codes, so that each is compared with few others."""

    def __init__(self) -> None:
        self._own: dict[str, list[_Row]] = {}  # under the row's own digits
        self._under: dict[str, list[_Row]] = {}  # under every beginning of its digits
        self._rest: list[_Row] = []  # rows of ranges, and of everything

    def near(self, row: _Row) -> Iterator[_Row]:
        digits = _digits(row)
        if digits is None:
            yield from self._rest
            for rows in self._own.values():
                yield from rows
            return
        if row.codes is None:
            yield from self._own.get(row.key, ())
        for one in digits:
            yield from self._under.get(one, ())
            for length in range(len(one)):
                yield from self._own.get(one[:length], ())
        yield from self._rest

    def add(self, row: _Row) -> None:
        digits = _digits(row)
        if digits is None:
            self._rest.append(row)
        elif row.codes is None:
            self._own.setdefault(row.key, []).append(row)
        else:
            for one in digits:
                self._own.setdefault(one, []).append(row)
                for length in range(1, len(one) + 1):
                    self._under.setdefault(one[:length], []).append(row)


def _digits(row: _Row) -> tuple[str, ...] | None:
    """The digits of a row's codes; None where it has a range; none at all for a row by its key."""
    if row.codes is None:
        return ()
    return (
        None
        if any(c.last for c in row.codes.included)
        else tuple(c.first.digits for c in row.codes.included)
    )


def _meet(one: ast.Codes | None, other: ast.Codes | None) -> bool:
    if one is None or other is None:
        return one is None and other is None
    a, a_out = code_tuples(one)
    b, b_out = code_tuples(other)
    out = (*a_out, *b_out)
    for x in a:
        for y in b:
            length = min(len(x.digits), len(y.digits))
            low = max(x.digits[:length], y.digits[:length])
            high = min((x.upto or x.digits)[:length], (y.upto or y.digits)[:length])
            both = x.digits if len(x.digits) > len(y.digits) else y.digits
            if low <= high and not any(
                both.startswith(o.digits)
                or o.digits <= both[: len(o.digits)] <= (o.upto or o.digits)
                for o in out
            ):
                return True
    return False
