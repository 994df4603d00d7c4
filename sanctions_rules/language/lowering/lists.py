"""Lists: goods under codes, goods on a list of the law, persons on one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import cast

from sanctions_rules import clocks
from sanctions_rules.codes import Code
from sanctions_rules.core import Apply, Expr, Fact, Literal, Ref
from sanctions_rules.language import ast
from sanctions_rules.language.lowering.env import Env
from sanctions_rules.language.lowering.logic import NOT_SAID, conjunction, disjunction
from sanctions_rules.language.lowering.texts import Texts
from sanctions_rules.language.names import Names
from sanctions_rules.language.timing import FOREVER, code_tuples
from sanctions_rules.source import Span
from sanctions_rules.values import UNKNOWN


def falls_under(
    fact: Fact,
    wanted: tuple[Code, ...],
    without: tuple[Code, ...],
    place: Span,
    possible: Expr = NOT_SAID,
) -> Expr:
    """Whether a good falls under codes. `possible`: what must hold of it for that to be open."""
    held = (
        replace(fact, path=(*fact.path, "codes")),
        replace(fact, path=(*fact.path, "category")),
    )
    return Apply("falls_under", (*held, Literal(wanted), Literal(without), possible), place=place)


def falls_in(texts: Texts, ref: ast.Ref, operand: ast.Operand, env: Env, place: Span) -> Expr:
    """Membership of a code list: its rows in their days; a miss in an incomplete list is unknown."""
    tables = texts.rulebook.meant(ref)
    return disjunction(_on_table(texts, table, operand, env, place) for table in tables)


def _on_table(texts: Texts, table: ast.Block, operand: ast.Operand, env: Env, place: Span) -> Expr:
    typed = env.typed(operand)
    alive = Ref(texts.in_force(table, env.anchor))
    only = table.slot("when")
    possible = (
        texts.condition(only.condition, replace(env, names=Names().bind("good", typed)))
        if only and only.condition
        else Literal(UNKNOWN)
    )
    source = texts.source_to_read(table)
    parts: list[Expr] = []
    for interval, wanted, without in _rows(texts, table):
        inside = falls_under(typed.fact, wanted, without, place, possible)
        parts.append(_within(interval, inside, env, source))
    entries = table.slot("entries from")
    if entries and entries.names and str(entries.names[0]) == "incomplete":
        gap: Expr = Literal(UNKNOWN, source, entries.span)
        if entries.codes:
            gap = conjunction([falls_under(typed.fact, *code_tuples(entries.codes), place), gap])
        if possible != Literal(UNKNOWN):
            gap = conjunction([possible, gap])
        parts.append(gap)
    return conjunction([alive, texts.content(disjunction(parts), table)])


def _rows(
    texts: Texts, table: ast.Block
) -> Iterator[tuple[tuple[int, int, int, int], tuple[Code, ...], tuple[Code, ...]]]:
    """The codes of a list and those taken out, by their days: of its annex, and of its own rows."""
    zone = texts.rulebook.zone(table)
    groups: dict[tuple[date | None, date | None], list[Code]] = {}
    for entry in texts.rulebook.entries.get(table.id, ()):
        if entry.code:
            groups.setdefault((entry.since, entry.until), []).append(entry.code)
    for (since, until), members in groups.items():
        start = clocks.day_start(since, zone) if since else -FOREVER
        end = clocks.day_start(until, zone) if until else FOREVER
        yield (start, start, end, end), tuple(members), ()
    for cells in _cells(table):
        key = cells.get("code")
        if key is not None and isinstance(key.value, ast.Codes):
            yield texts.row_days(cells, zone), *code_tuples(key.value)


def _cells(table: ast.Block) -> Iterator[dict[str, ast.Cell]]:
    rows = table.slot("columns")
    for row in rows.rows if rows else ():
        yield dict(zip(cast(ast.Slot, rows).columns, row, strict=False))


def _within(interval: tuple[int, int, int, int], inside: Expr, env: Env, source: str) -> Expr:
    """A row of a list in its own days, where it has any; a row of other goods fails by its goods."""
    if interval == (-FOREVER, -FOREVER, FOREVER, FOREVER):
        return inside
    known = interval[0] == interval[1] and interval[2] == interval[3]
    days = Apply("in_force", (env.when, Literal(interval, "" if known else source)))
    return conjunction([inside, days])


def listed_in(texts: Texts, ref: ast.Ref, operand: ast.Operand, env: Env, place: Span) -> Expr:
    """A person on a list of the law itself, by identifier or exact name only."""
    fact = env.typed(operand).fact
    parts: list[Expr] = []
    for table in texts.rulebook.meant(ref):
        keys = [e.key for e in texts.rulebook.entries.get(table.id, ())]
        for cells in _cells(table):
            cell = cells.get("key")
            if cell and isinstance(cell.value, ast.Text):
                keys.append(cell.value.text)
        named = [
            Apply(
                "one_of",
                (replace(fact, path=(*fact.path, p)), Literal(frozenset(keys))),
                place=place,
            )
            for p in ("id", "name")
        ]
        numbers = replace(fact, path=(*fact.path, "identifiers"))
        numbered = [Apply("includes", (numbers, Literal(k)), place=place) for k in keys]
        said = texts.content(disjunction([*named, *numbered]), table)
        parts.append(conjunction([Ref(texts.in_force(table, env.anchor)), said]))
    return disjunction(parts)
