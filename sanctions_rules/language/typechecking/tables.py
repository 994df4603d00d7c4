"""Tables: the cells of a column, and what is looked up in one."""

from __future__ import annotations

from sanctions_rules import core
from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.facts import Declared
from sanctions_rules.language import ast
from sanctions_rules.language.names import Names, Typed
from sanctions_rules.language.typechecking import times, units
from sanctions_rules.language.typechecking.look import Look
from sanctions_rules.language.typechecking.vocabulary import UNITS


def columns(look: Look, slot: ast.Slot, _: Names) -> None:
    for column in (c for i, c in enumerate(slot.columns) if c in slot.columns[:i]):
        look.report("column-twice", f"the column `{column}` stands twice", slot)
    widths = {len(row) for row in slot.rows} - {len(slot.columns)}
    for row in slot.rows:
        if len(row) != len(slot.columns):
            if len(row) not in widths:
                continue  # said of the first row of this width
            widths.discard(len(row))
            look.report(
                "row-width",
                f"the row has {_count(len(row), 'cell')} for {_count(len(slot.columns), 'column')}",
                row[0],
                help="one cell a column, `unknown` where it is not known",
            )
            continue
        for column, cell in zip(slot.columns, row, strict=True):
            _cell(look, column, cell, slot)


def _cell(look: Look, column: str, cell: ast.Cell, slot: ast.Slot) -> None:
    where = cell if cell.span.file else slot
    value = cell.value
    if column in ("from", "until", "through"):
        if isinstance(value, ast.Moment):
            times.label(look, value)
        elif value is not None and not (isinstance(value, ast.Until) and column != "from"):
            look.report(
                "wrong-cell",
                f"a day stands in the column `{column}`",
                where,
                help="or `unknown`, or `no end stated`",
            )
    elif isinstance(value, ast.Until):
        look.report("wrong-cell", f"`no end stated` cannot stand in the column `{column}`", where)
    elif column == "code" and not isinstance(value, ast.Codes):
        look.report(
            "wrong-cell",
            "a code stands in the column `code`",
            where,
            help="with its scheme, as in CN 2709 00",
        )
    elif column == "version" and not (isinstance(value, ast.Path) and len(value.parts) == 1):
        look.report("wrong-cell", "a name stands in the column `version`", where, help="as in gl8j")
    elif isinstance(value, ast.MoneyValue):
        units.money(look, value)
    elif isinstance(value, ast.Quantity) and value.unit not in ("", *UNITS):
        look.report(
            "unknown-unit",
            f"`{value.unit}` is not a unit",
            where,
            help=did_you_mean(value.unit, UNITS) or "one of: " + ", ".join(UNITS),
        )
    elif isinstance(value, (ast.Sum, ast.Lookup, ast.Call, ast.Shifted)):
        look.report("wrong-cell", "a cell holds a plain value", where)


def lookup(look: Look, lookup: ast.Lookup, names: Names) -> Typed | None:
    """What a column of a table holds, as if it were a fact."""
    key = look.typed(lookup.key, names)
    if key is not None and key.form != "codes":
        look.report(
            "wrong-form",
            f"`{lookup.key}` is not a list of codes: tables are looked up by code",
            lookup.key,
            help=f"write `{lookup.key}.codes`"
            if key.model is not None and "codes" in key.model.declarations
            else "",
        )
    if lookup.as_at is not None:
        times.fact(look, lookup.as_at, names)
    tables = look.rulebook.meant(lookup.table)
    if not tables:
        look.refs((lookup.table,))
        return None
    rows = tables[0].slot("columns")
    if tables[0].kind != "table" or rows is None:
        look.report("not-a-table", f"`{lookup.table}` is not a table of values", lookup.table)
        return None
    if lookup.column not in rows.columns:
        look.report(
            "unknown-column",
            f"`{lookup.table}` has no column `{lookup.column}`",
            lookup,
            help=did_you_mean(lookup.column, rows.columns) or "it has: " + ", ".join(rows.columns),
        )
        return None
    held = _held(rows, lookup.column)
    if held is None:
        look.report(
            "wrong-form",
            f"the column `{lookup.column}` of `{lookup.table}` holds no amounts",
            lookup,
        )
    return held


def _held(rows: ast.Slot, column: str) -> Typed | None:
    """What the first amount in a column is; None where it has none."""
    at = rows.columns.index(column)
    fact = core.Fact("table", (column,))
    for row in rows.rows:
        value = row[at].value if at < len(row) else None
        if isinstance(value, ast.MoneyValue):
            return Typed("price", fact)
        if isinstance(value, ast.Quantity):
            return Typed("number", fact, Declared("number", "", value.unit))
    return None


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
