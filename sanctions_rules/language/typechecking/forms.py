"""What kind of thing stands before a verb, and how a message names it."""

from __future__ import annotations

from sanctions_rules.language import ast
from sanctions_rules.language.names import Typed
from sanctions_rules.schema import COLLECTIONS, NOUNS


def is_item_of(typed: Typed, collection: str) -> bool:
    return (
        typed.form == "item" and typed.model is not None and typed.model is COLLECTIONS[collection]
    )


def collection_of(typed: Typed) -> str | None:
    """The collection that things like this one stand in."""
    return next((c for c, m in COLLECTIONS.items() if m is typed.model), None)


def fits(noun: ast.Word | None, typed: Typed) -> bool:
    """Whether what a term is said of is what stands here; the act has no noun."""
    if noun is None or typed.form == "act":
        return noun is None and typed.form == "act"
    return noun.text not in NOUNS or is_item_of(typed, NOUNS[noun.text])


def unit_of(typed: Typed) -> str:
    return typed.declared.unit if typed.declared else ""


def noun_words(noun: ast.Word | None) -> str:
    if noun is None:
        return "the act"
    return f"{'an' if noun.text[0] in 'aeio' else 'a'} {noun}"


def quoted(operand: ast.Operand) -> str:
    match operand:
        case ast.Path():
            return str(operand)
        case ast.Sum():
            return f"the sum of {operand.what}"
        case ast.Lookup():
            return f"the {operand.column}"
        case ast.Call():
            return operand.name
