"""Amounts: a threshold in the text, in a table by its days, or left open to determinations."""

from __future__ import annotations

from typing import Any, cast

from sanctions_rules.core import Apply, Constant, Expr, Fact, Literal
from sanctions_rules.language import ast
from sanctions_rules.language.lowering.env import Env, constant
from sanctions_rules.language.lowering.texts import Texts
from sanctions_rules.language.names import Typed
from sanctions_rules.language.timing import code_tuples
from sanctions_rules.source import Span
from sanctions_rules.values import UNKNOWN, point


def compared(
    texts: Texts, comparator: str, value: ast.Value, left: Expr, env: Env, place: Span
) -> Expr:
    right = _threshold(texts, value, env)
    match comparator:
        case "at least":
            return Apply("at_most", (right, left), place=place)
        case "at most":
            return Apply("at_most", (left, right), place=place)
        case "more than":
            return Apply("less", (right, left), place=place)
        case _:
            return Apply("less", (left, right), place=place)


def _threshold(texts: Texts, value: ast.Value, env: Env) -> Expr:
    if isinstance(value, ast.Lookup):
        return lookup(texts, value, env)
    if isinstance(value, ast.Multiple):
        fact = env.typed(value.path).fact
        return Apply("times", (fact, Literal(point(value.factor))), place=value.span)
    if isinstance(value, ast.Path) and value.parts[0] in env.opened:
        return cast(Expr, env.opened[value.parts[0]])
    return Literal(constant(value))


def open_values(texts: Texts, block: ast.Block, anchor: ast.Path) -> dict[str, Expr]:
    """What each value that a text leaves open is at the event."""
    return {
        str(slot.term): open_value(texts, block, str(slot.term), anchor)
        for slot in block.all("leaves open")
        if slot.subject is None
    }


def open_value(texts: Texts, block: ast.Block, name: str, anchor: ast.Path) -> Expr:
    """Each determination is a row: seen from its publication, ended by one published by then."""
    rows: list[Any] = []
    source = f"{block.id}: {name}"
    for fill in texts.rulebook.fills.get((block.id, name), []):
        gives = fill.slot("gives")
        why = texts.withdrawn(fill)
        source = why or source
        given = gives.value if gives and not why else None
        cuts = tuple(
            (texts.known_from(newer), *texts.interval(newer)[:2])
            for newer in texts.rulebook.replaced_by.get(id(fill), [])
        )
        value = constant(given) if given else UNKNOWN
        rows.append((texts.interval(fill), value, None, texts.known_from(fill), cuts))
    when = Apply("instants", (Fact("case", anchor.parts), Literal(texts.rulebook.zone(block))))
    known_by = Fact("clock", ("known_on",))
    given_by = Literal(cast(Constant, tuple(rows)), source)
    return Apply("lookup", (when, given_by, Literal(UNKNOWN), known_by))


def lookup(texts: Texts, lookup: ast.Lookup, env: Env) -> Expr:
    """A cell of a table: of the row that holds the codes, at the event or as at another time."""
    table = texts.rulebook.meant(lookup.table)[0]
    slot = cast(ast.Slot, table.slot("columns"))
    zone = texts.rulebook.zone(table)
    known = texts.known_from(table)
    rows: list[Any] = []
    for row in slot.rows:
        cells = dict(zip(slot.columns, row, strict=False))
        key = cells.get("code")
        prefixes = code_tuples(key.value) if key and isinstance(key.value, ast.Codes) else None
        value = cells[lookup.column].value
        held = UNKNOWN if value is None else constant(cast(ast.Value, value))
        rows.append((texts.row_days(cells, zone), held, prefixes, known, ()))
    when = Apply("instants", (env.typed(lookup.as_at or env.anchor).fact, Literal(zone)))
    found = env.names.find(lookup.key)
    codes = found.fact if isinstance(found, Typed) else Literal(UNKNOWN)
    table_rows = Literal(cast(Constant, tuple(rows)), texts.source_to_read(table))
    return Apply(
        "lookup", (when, table_rows, codes, Fact("clock", ("known_on",))), place=lookup.span
    )
