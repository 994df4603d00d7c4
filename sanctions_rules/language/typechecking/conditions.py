"""Conditions: groups, quantifiers and what stands before a verb, down to the definitions of terms."""

from __future__ import annotations

from math import comb
from typing import cast

from sanctions_rules.language import ast
from sanctions_rules.language.names import LIST_FORMS, Names, Typed
from sanctions_rules.language.typechecking import predicates, tables
from sanctions_rules.language.typechecking.forms import quoted
from sanctions_rules.language.typechecking.look import Look, Use
from sanctions_rules.language.typechecking.subjects import names_in

#: In how many ways a group of `at least N of` may be met: each is written out.
CHOICES = 1_000


def condition(look: Look, condition: ast.Condition, names: Names) -> None:
    for element in condition.elements:
        _atom(look, element.atom, names)


def _atom(look: Look, atom: ast.Atom, names: Names) -> None:
    match atom:
        case ast.Comparison(operand, predicate):
            typed = _operand(look, operand, names)
            if typed is not None:
                _said(look, predicate, typed, operand, names)
        case ast.Group(kind, members, count):
            if kind == "at_least":
                _count(look, count, len(members), atom)
            for member in members:
                condition(look, member.condition, names)
        case ast.ForSome():
            _for_some(look, atom, names)


def _count(look: Look, count: int, of: int, group: ast.Group) -> None:
    """`at least N of` a group: it must be able to fail and to hold, and is written out by its choices."""
    if count < 1:
        look.report("count", "at least 0 always holds", group)
    elif count > of:
        look.report("count", f"at least {count} of {of} can never hold", group)
    elif comb(of, count) > CHOICES:
        look.report(
            "limit.choices",
            f"at least {count} of {of} can be met in more than {CHOICES} ways",
            group,
            help="name parts of the group as definitions",
        )


def _for_some(look: Look, atom: ast.ForSome, names: Names) -> None:
    typed = _operand(look, atom.collection, names)
    if typed is None:
        return
    if typed.form not in LIST_FORMS or typed.form == "codes":
        look.report("not-a-list", f"`{quoted(atom.collection)}` is not a list", atom.collection)
        return
    if atom.quantifier == "at_least" and atom.count < 1:
        look.report("count", "at least 0 always holds", atom)
    inner = names.bind_member(atom.variable, typed)
    if isinstance(atom.body, ast.Condition):
        condition(look, atom.body, inner)
    else:
        bound = inner.items[atom.variable]
        _said(look, atom.body, bound, ast.Path((atom.variable,), atom.span), inner)


def _operand(look: Look, operand: ast.Operand, names: Names) -> Typed | None:
    match operand:
        case ast.Path():
            return look.typed(operand, names)
        case ast.Sum():
            return _sum(look, operand, names)
        case ast.Lookup():
            return tables.lookup(look, operand, names)
        case ast.Call():
            look.report(
                "not-a-subject",
                f"`{operand.name}` is a term and cannot stand before a verb",
                operand,
            )
            return None


def _sum(look: Look, operand: ast.Sum, names: Names) -> Typed | None:
    collection = look.typed(operand.collection, names)
    if collection is None:
        return None
    if collection.form not in ("refs", "records"):
        look.report(
            "not-a-list", f"`{operand.collection}` is not a list of things", operand.collection
        )
        return None
    inner = names.bind_member(operand.variable, collection)
    condition(look, operand.condition, inner)
    what = look.typed(operand.what, inner)
    if what is not None and what.form != "number":
        look.report(
            "wrong-form", f"`{operand.what}` is not an amount that can be added up", operand.what
        )
        return None
    return what


def _said(
    look: Look, predicate: ast.Predicate, typed: Typed, operand: ast.Operand, names: Names
) -> None:
    predicates.predicate(look, predicate, typed, operand, names)
    while look.uses:
        _used(look, look.uses.pop())


def _used(look: Look, use: Use) -> None:
    """Each value given to a term against the places where its definitions use it."""
    for block in use.blocks:
        term = cast(ast.Slot, block.verb).term
        if not isinstance(term, ast.Call) or block is look.block:
            continue
        inner = Look(look.rulebook, block, inside=True)
        given = {str(p): a for p, a in zip(term.arguments, use.arguments, strict=False)}
        names = Names(names_in(inner).items, given)
        for slot in block.slots:
            if slot.condition is not None:
                condition(inner, slot.condition, names)
        for parameter in dict.fromkeys(inner.misfits):
            look.report(
                "arguments",
                f"this does not fit the parameter `{parameter}` of `{term.name}`",
                given[parameter],
                help=f"see {block.id}",
            )
