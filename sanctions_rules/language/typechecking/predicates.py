"""What is said of a thing or a fact: the form of the fact fixes what may be said of it."""

from __future__ import annotations

from sanctions_rules.language import ast
from sanctions_rules.language.names import Names, Typed
from sanctions_rules.language.typechecking import amounts, ownership, terms, times, words
from sanctions_rules.language.typechecking.forms import collection_of, is_item_of, quoted
from sanctions_rules.language.typechecking.look import Look
from sanctions_rules.language.typechecking.vocabulary import OPPOSITE


def predicate(
    look: Look, said: ast.Predicate, typed: Typed, operand: ast.Operand, names: Names
) -> None:
    if isinstance(operand, (ast.Sum, ast.Lookup)) and not (
        isinstance(said, ast.Is) and isinstance(said.complement, ast.Compared)
    ):
        look.report(
            "wrong-form",
            f"`{quoted(operand)}` is an amount",
            operand,
            help="write `is at least`, `at most`, `more than` or `less than`",
        )
        return
    match said:
        case ast.FallsUnder() | ast.FallsIn():
            _falls(look, said, typed, operand)
        case ast.Includes(values):
            words.includes(look, values, typed, operand, names)
        case ast.Is(complement):
            _complement(look, complement, said, typed, operand, names)


def _falls(
    look: Look, said: ast.FallsUnder | ast.FallsIn, typed: Typed, operand: ast.Operand
) -> None:
    if not is_item_of(typed, "goods"):
        look.report(
            "wrong-form",
            f"`{quoted(operand)}` is not a good, and only goods fall under codes",
            operand,
        )
    if isinstance(said, ast.FallsIn):
        look.refs(said.refs)
        if look.block.kind == "table":
            look.report(
                "list-of-a-list", "a list rests on no other list", said,
                help="name the codes, or define a term that names both lists",
            )  # fmt: skip


def _complement(
    look: Look,
    complement: ast.Complement,
    said: ast.Is,
    typed: Typed,
    operand: ast.Operand,
    names: Names,
) -> None:
    match complement:
        case ast.IsValue(value):
            _is_value(look, value, typed, operand, names)
        case ast.IsYesNo():
            if typed.form != "flag":
                _wrong(look, operand, "is not a yes-or-no fact")
        case ast.IsOneOf(values):
            words.one_of(look, values, typed, operand, names)
        case ast.IsExactly(values):
            words.exactly(look, values, typed, operand, names)
        case ast.Compared(comparator, value):
            if said.negated:
                look.report(
                    "negated-comparison",
                    "a comparison cannot be negated",
                    said,
                    help=f"write `is {OPPOSITE[comparator]}`: where there is no such fact, neither holds"
                    if comparator in OPPOSITE
                    else "write `before` and `after` as two members of a group",
                )
            compared = times.compared if typed.form == "moment" else amounts.compared
            compared(look, comparator, value, typed, operand, names)
        case ast.IsJudged(term):
            terms.judged(look, term, typed, operand)
        case ast.IsCovered(refs):
            look.refs(refs)
            _commitments(look, refs)
            if typed.form not in ("item", "act"):
                _wrong(look, operand, "is not a thing or the act, and only these are covered")
        case ast.IsListed(refs):
            look.refs(refs)
            if not is_item_of(typed, "parties"):
                _wrong(look, operand, "is not a person, and only persons are listed")
        case ast.IsControlled():
            ownership.controlled(look, complement, typed, operand, said, names)
        case ast.IsOwned():
            ownership.owned(look, complement, typed, operand, said, names)
        case ast.IsUnder(term, refs):
            look.refs(refs)
            if typed.form != "item":
                _wrong(look, operand, "is not a thing")
            terms.said(look, term, None, names)
            terms.under(look, term, refs)
        case ast.IsUnknown():
            look.report(
                "is-unknown",
                "a rule cannot turn on what is not known",
                said,
                "learning it would change the law's answer",
                "delete the line: what is not known is asked for by itself",
            )
        case ast.IsNone():
            if typed.declared is None or not (typed.declared.optional or typed.declared.only_for):
                look.report(
                    "wrong-form",
                    f"`{quoted(operand)}` is never `none`",
                    operand,
                    "there always is one",
                )


def _is_value(
    look: Look, value: ast.Value, typed: Typed, operand: ast.Operand, names: Names
) -> None:
    match typed.form, value:
        case (("item" | "act"), ast.Path(parts)) if len(parts) == 1:
            is_item = typed.form == "item"
            if is_item and parts[0] in (*names.items, "actor"):
                return
            of = collection_of(typed) if is_item and typed.model is not None else None
            terms.term(look, parts[0], value, of, (), names)
        case (("item" | "act"), ast.Call(name, arguments)):
            terms.term(look, name, value, collection_of(typed), arguments, names)
        case (("item" | "act"), _):
            help = f"name the fact, as in `{quoted(operand)}.…`, or a term"
            _wrong(look, operand, "is a thing, not a fact with a value", help)
        case (("word" | "country" | "text" | "element"), _):
            words.member(look, value, typed, names)
        case "number", ast.Quantity():
            amounts.compared(look, "at least", value, typed, operand, names)
        case (("number" | "price"), _):
            look.report(
                "wrong-form",
                "an amount is expected here",
                value,
                help="write `is at least`, `at most`, `more than` or `less than` and an amount",
            )
        case "flag", _:
            _wrong(look, operand, "is a yes-or-no fact", "write `is yes` or `is no`")
        case "moment", _:
            look.report(
                "wrong-form",
                "a time is `on`, `before` or `after` a day",
                operand,
                help=f"write `{quoted(operand)} is on …`",
            )
        case (("words" | "countries" | "texts" | "refs" | "records"), _):
            _wrong(look, operand, "is a list", "write `includes`, or `is exactly`")
        case _:
            look.report("wrong-form", f"`{quoted(operand)}` cannot be that", value)


def _commitments(look: Look, refs: tuple[ast.Ref, ...]) -> None:
    """A commitment covers nothing: an element that asks it would never hold."""
    for ref in refs:
        meant = look.rulebook.meant(ref)
        if meant and all(b.verb is not None and b.verb.word == "commits to" for b in meant):
            look.report(
                "commitment", f"`{ref}` is a commitment and covers no act", ref,
                help="name what carries it out",
            )  # fmt: skip


def _wrong(look: Look, operand: ast.Operand, why: str, help: str = "") -> None:
    look.report("wrong-form", f"`{quoted(operand)}` {why}", operand, help=help)
