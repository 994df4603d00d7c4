"""Plain values: a word, a country, a text or a thing, by itself or on a list."""

from __future__ import annotations

from sanctions_rules.codes import COUNTRIES
from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.facts import Declared
from sanctions_rules.language import ast
from sanctions_rules.language.names import LIST_FORMS, Names, Typed
from sanctions_rules.language.typechecking.forms import quoted
from sanctions_rules.language.typechecking.look import Look

#: The form of what stands on a list, by the form of the list.
MEMBERS = {"words": "word", "countries": "country", "texts": "text", "refs": "ref"}
EXPECTED = {
    "country": "a country code",
    "word": "a word",
    "text": "a quoted text",
    "ref": "a person or thing",
}


def one_of(
    look: Look, values: tuple[ast.Value, ...], typed: Typed, operand: ast.Operand, names: Names
) -> None:
    if typed.form not in ("word", "country", "text", "element"):
        is_list = typed.form in LIST_FORMS
        look.report(
            "wrong-form",
            f"`{quoted(operand)}` "
            + ("is a list" if is_list else "cannot be one of several words"),
            operand,
            help="write `includes`" if is_list else "",
        )
        return
    for value in values:
        member(look, value, typed, names)


def includes(
    look: Look, values: tuple[ast.Value, ...], typed: Typed, operand: ast.Operand, names: Names
) -> None:
    if typed.form not in LIST_FORMS:
        _no_list(look, operand, "includes")
        return
    for value in values:
        member(look, value, typed, names)


def exactly(
    look: Look, values: tuple[ast.Value, ...], typed: Typed, operand: ast.Operand, names: Names
) -> None:
    if typed.form not in LIST_FORMS:
        _no_list(look, operand, "is exactly")
        return
    if typed.form not in ("words", "countries", "texts"):
        look.report(
            "wrong-form",
            f"`{quoted(operand)}` is a list of things, and `is exactly` is said of lists of words",
            operand,
            help="write `includes`, or `every`",
        )
        return
    for value in values:
        if isinstance(value, ast.Path) and value.parts[0] in names.parameters:
            look.report(
                "wrong-form",
                "a parameter cannot stand after `is exactly`",
                value,
                help="write `includes`",
            )
        else:
            member(look, value, typed, names)


def _no_list(look: Look, operand: ast.Operand, said: str) -> None:
    look.report(
        "wrong-form",
        f"`{quoted(operand)}` is not a list",
        operand,
        f"`{said}` is said of lists",
        "write `is`",
    )


def member(look: Look, value: ast.Value, typed: Typed, names: Names) -> None:
    """A value said to be on a list, or equal to a word."""
    if isinstance(value, ast.Path) and len(value.parts) == 1 and value.parts[0] in names.parameters:
        look.parameter(value.parts[0], names, lambda given: member(look, given, typed, names))
        return
    declared = typed.declared
    assert declared is not None
    form = MEMBERS.get(declared.form, declared.form)
    match form, value:
        case "country", ast.Proper(text):
            if text not in COUNTRIES:
                unknown_country(look, text, value)
        case "word", ast.Path(parts) if len(parts) == 1:
            _word(look, parts[0], declared, value)
        case "word", ast.Proper(text):
            _word(look, text, declared, value)
        case "text", ast.Text():
            pass
        case "ref", ast.Path() as path:
            target = look.typed(path, names)
            if target is not None and target.form != "item":
                look.report("wrong-form", f"`{path}` is not a person or thing", path)
        case _:
            right = _put_right(value, form, declared)
            look.report(
                "wrong-form",
                f"{EXPECTED.get(form, 'another value')} is expected here",
                value,
                help=f"write `{right}`" if right else "",
            )


def _word(look: Look, text: str, declared: Declared, value: ast.Value) -> None:
    if text not in declared.values:
        look.report(
            "unknown-word",
            f"`{text}` is not one of the words for this fact",
            value,
            help=did_you_mean(text, declared.values) or "one of: " + ", ".join(declared.values),
        )


def _put_right(value: ast.Value, form: str, declared: Declared) -> str:
    """The value as it is written in this form; empty where it is none of it."""
    plain = (
        value.text
        if isinstance(value, (ast.Text, ast.Proper))
        else str(value)
        if isinstance(value, ast.Path)
        else ""
    )
    return {
        "country": plain.upper() if plain.upper() in COUNTRIES else "",
        "word": plain if plain in declared.values else "",
        "text": f'"{plain}"' if plain else "",
    }.get(form, "")


def unknown_country(look: Look, text: str, node: object) -> None:
    known = {"UK": "GB", "EL": "GR"}
    look.report(
        "unknown-country",
        f"`{text}` is not an ISO 3166 country code",
        node,
        help=f"write `{known[text]}`" if text in known else "two capital letters, as in RU",
    )
