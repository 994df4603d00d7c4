"""Thresholds: an amount against a number or a price, a multiple, a table, or what is left open."""

from __future__ import annotations

from decimal import Decimal

from sanctions_rules.codes import CURRENCIES
from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.names import Names, Typed
from sanctions_rules.language.typechecking import tables, units
from sanctions_rules.language.typechecking.forms import quoted, unit_of
from sanctions_rules.language.typechecking.look import Look
from sanctions_rules.language.typechecking.vocabulary import TIME


def compared(
    look: Look, comparator: str, value: ast.Value, typed: Typed, operand: ast.Operand, names: Names
) -> None:
    text = quoted(operand)
    if typed.form not in ("number", "price"):
        look.report(
            "wrong-form",
            f"`{text}` is not an amount or a time",
            operand,
            f"`{comparator}` is said of these only",
        )
        return
    if comparator in TIME:
        look.report(
            "wrong-comparison",
            f"`{text}` is not a time",
            operand,
            help="at least, at most, more than, less than",
        )
        return
    match typed.form, value:
        case "number", ast.Quantity():
            _quantity(look, value, typed, text)
        case "price", ast.MoneyValue():
            units.money(look, value)
        case (("number" | "price"), ast.Multiple(factor, path)):
            _multiple(look, factor, path, typed, text, value, names)
        case (("number" | "price"), ast.Lookup()):
            _looked_up(look, value, typed, text, names)
        case (("number" | "price"), ast.Path(parts)) if (
            len(parts) == 1 and parts[0] in names.parameters
        ):
            look.parameter(
                parts[0],
                names,
                lambda given: compared(look, comparator, given, typed, operand, names),
            )
        case (("number" | "price"), ast.Path(parts)) if len(parts) == 1:
            _left_open(look, parts[0], value, typed, text, names)
        case "number", _:
            look.report(
                "wrong-form",
                "an amount is expected here",
                value,
                help=f"as in 1 {unit_of(typed)}".rstrip(),
            )
        case _:
            look.report(
                "wrong-form", "an amount of money is expected here", value, help="as in USD 60"
            )


def _quantity(look: Look, value: ast.Quantity, typed: Typed, text: str) -> None:
    unit, wanted = value.unit, unit_of(typed)
    if unit != wanted:
        look.report(
            "wrong-unit",
            f"`{unit}` is not the unit of `{text}`" if unit else f"`{text}` is counted in {wanted}",
            value,
            help=f"write `{value.text.split(' ')[0]} {wanted}`" if wanted else "it has none",
        )
    elif unit == "percent" and value.number > 100:
        look.report("range", "a share is at most 100 percent", value)


def _multiple(
    look: Look, factor: Decimal, path: ast.Path, typed: Typed, text: str, node: object, names: Names
) -> None:
    """`2 times act.value`: a fact of the same form and unit, so many times."""
    found = look.typed(path, names)
    if factor == 0:
        look.report("range", "nothing is compared with 0 times a fact", node)
    if found is None:
        return
    if found.form not in ("number", "price"):
        look.report("wrong-form", f"`{path}` is not an amount", path)
    elif found.form != typed.form or unit_of(found) != unit_of(typed):
        look.report("wrong-unit", f"`{path}` is not in the unit of `{text}`", path)


def _looked_up(look: Look, value: ast.Lookup, typed: Typed, text: str, names: Names) -> None:
    found = tables.lookup(look, value, names)
    if found is not None and (
        found.form != typed.form
        or (found.declared and typed.declared and found.declared.unit != typed.declared.unit)
    ):
        look.report(
            "wrong-unit",
            f"the {value.column} in `{value.table}` is not in the unit of `{text}`",
            value,
        )


def _left_open(
    look: Look, name: str, value: ast.Value, typed: Typed, text: str, names: Names
) -> None:
    """A value that the block leaves open: it is a price or a number, as the fact is."""
    opened = look.opened.get(name)
    if opened is None:
        look.report(
            "unknown-term",
            f"no value is called `{name}`",
            value,
            help=did_you_mean(name, (*look.opened, *names.parameters)),
        )
    elif not opened.texts:
        look.report("wrong-unit", f"`{name}` is a predicate, not a value", value)
    elif (opened.texts[0].text.split(" ")[0] in CURRENCIES) != (typed.form == "price"):
        look.report("wrong-unit", f"`{name}` is not in the unit of `{text}`", value)
