"""Units: currencies, what a price is `per`, percent; what a text leaves open in one, and its fill."""

from __future__ import annotations

from sanctions_rules.codes import CURRENCIES
from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.names import Names
from sanctions_rules.language.typechecking.look import Look
from sanctions_rules.language.typechecking.vocabulary import MEASURED, UNITS
from sanctions_rules.schema import NOUNS


def money(look: Look, value: ast.MoneyValue) -> None:
    if value.currency not in CURRENCIES:
        look.report(
            "unknown-currency",
            f"`{value.currency}` is not an ISO 4217 currency",
            value,
            help="three capital letters, as in USD",
        )
    if value.per and value.per not in MEASURED:
        look.report(
            "unknown-unit",
            f"`{value.per}` is not a unit of quantity",
            value,
            help=did_you_mean(value.per, MEASURED) or "one of: " + ", ".join(MEASURED),
        )


def share_of_payment(look: Look, slot: ast.Slot, names: Names) -> None:
    """`15 percent of act.value`, which a duty demands."""
    if slot.conduct is None or not slot.conduct.roles:
        return
    share = (slot.conduct.role("of") or slot.conduct.roles[0]).share
    if not share:
        return
    paid = look.typed(share[1], names)
    if share[0].unit != "percent":
        look.report(
            "wrong-unit", f"`{share[0].unit}` is not a share", share[0], help="write `percent`"
        )
    if paid is not None and paid.form not in ("price", "number"):
        look.report("wrong-form", f"`{share[1]}` is not an amount", share[1])


def leaves_open(look: Look, slot: ast.Slot, _: Names) -> None:
    unit = slot.texts[0].text.split(" ") if slot.texts else ["percent"]
    if unit[0] not in (*CURRENCIES, *UNITS):
        look.report(
            "unknown-unit",
            f"`{unit[0]}` is not a unit",
            slot,
            help=did_you_mean(unit[0], UNITS) or "as in USD per barrel",
        )
    elif len(unit) == 3 and unit[2] not in MEASURED:
        look.report(
            "unknown-unit",
            f"`{unit[2]}` is not a unit of quantity",
            slot,
            help=did_you_mean(unit[2], MEASURED) or "one of: " + ", ".join(MEASURED),
        )
    if slot.subject is not None and slot.subject.text != "act" and slot.subject.text not in NOUNS:
        look.report(
            "unknown-noun",
            f"`{slot.subject}` is not a thing that facts describe",
            slot.subject,
            help=did_you_mean(slot.subject.text, NOUNS),
        )


def gives(look: Look, slot: ast.Slot, _: Names) -> None:
    """The value that a determination gives, in the unit in which it was left open."""
    value, verb = slot.value, look.block.verb
    if isinstance(value, ast.MoneyValue):
        money(look, value)
    if verb is None or verb.word != "fills":
        return
    for target in look.rulebook.meant(verb.refs[0]):
        for opened in target.all("leaves open"):
            if str(opened.term) != str(verb.names[0]) or not opened.texts:
                continue
            unit, own = opened.texts[0].text, _unit_of(value)
            if own is None:
                look.report("wrong-form", "an amount is expected here", value, help=f"in {unit}")
            elif own != unit:
                look.report(
                    "wrong-unit",
                    f"`{opened.term}` is left open in {unit}",
                    value,
                    help=f"see {target.id}",
                )


def _unit_of(value: ast.Value | None) -> str | None:
    """The unit of an amount, None of anything else."""
    match value:
        case ast.MoneyValue():
            return f"{value.currency} per {value.per}" if value.per else value.currency
        case ast.Quantity():
            return value.unit
        case _:
            return None
