"""The act that a verb line names, as a condition: its kinds and its places."""

from __future__ import annotations

from sanctions_rules.core import Apply, Expr, Fact, Literal
from sanctions_rules.language import ast
from sanctions_rules.language.lowering.logic import TRUE, conjunction, disjunction
from sanctions_rules.language.typechecking.vocabulary import ANY_ACT


def pattern(verb: ast.Slot, kind_fact: str) -> Expr:
    """The act that the verb line names: its kinds and its places."""
    conduct = verb.conduct
    if conduct is None or verb.word in ("requires",):
        return TRUE
    parts: list[Expr] = []
    kinds = [a.text for a in conduct.acts]
    if ANY_ACT not in kinds:
        parts.append(
            Apply(
                "one_of",
                (Fact("case", ("act", kind_fact), conduct.span), Literal(frozenset(kinds))),
                place=conduct.span,
            )
        )
    return conjunction([*parts, *places(conduct)])


def places(conduct: ast.Conduct) -> list[Expr]:
    parts: list[Expr] = []
    for role in conduct.roles:
        if isinstance(role.thing, ast.Proper) and role.word in ("into", "to", "from"):
            fact = "departure" if role.word == "from" else "destination"
            parts.append(
                Apply(
                    "equals",
                    (Fact("case", ("act", fact), role.span), Literal(role.thing.text)),
                    place=role.span,
                )
            )
    return parts


def covering(verb: ast.Slot) -> Expr:
    """The pattern for `is covered by`: the act itself, or the act that it facilitates."""
    conduct = verb.conduct
    if conduct is None or verb.word == "requires":
        return TRUE
    kinds = [a.text for a in conduct.acts]
    if ANY_ACT in kinds:
        return conjunction(places(conduct))
    either = disjunction(
        Apply(
            "one_of",
            (Fact("case", ("act", kind), conduct.span), Literal(frozenset(kinds))),
            place=conduct.span,
        )
        for kind in ("kind", "underlying_kind")
    )
    return conjunction([either, *places(conduct)])
