"""What norms reach: the act as a whole, an act or thing that they cover, a breach of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from sanctions_rules import core
from sanctions_rules.core import Expr, Fact, Quantified, Ref
from sanctions_rules.language import ast
from sanctions_rules.language.lowering import acts
from sanctions_rules.language.lowering.logic import conjunction, disjunction
from sanctions_rules.language.lowering.texts import Texts
from sanctions_rules.language.names import Typed
from sanctions_rules.schema import COLLECTIONS, NOUNS


def of_all(texts: Texts, norm: core.Norm, part: str, within: Iterable[Expr] = ()) -> Expr:
    """A part of a norm for the act as a whole: for one of the things that its verb binds.

    `within`: what does not turn on the thing. It stands outside too, because a list of things
    that is not known must not keep an act of another kind, or of another time, open.
    """
    name = getattr(norm, part)
    if norm.collection is None:
        return Ref(name)
    whole = name + core.OF_THE_ACT
    if whole not in texts.definitions:
        one = Ref(name, Fact(norm.variable, ()))
        some = Quantified("some", norm.collection, norm.variable, one)
        body = conjunction([Ref(norm.in_force), *within, some])
        texts.definitions[whole] = core.Definition(whole, None, body, norm.provision, norm.place)
    return Ref(whole)


def effective(texts: Texts, norm: core.Norm) -> Expr:
    return of_all(texts, norm, "effective", (Ref(norm.bound), Ref(norm.pattern)))


def breach(texts: Texts, verb: ast.Slot) -> Expr:
    """A breach of what a liability names."""
    return disjunction(
        effective(texts, texts.norm(block, fill, key))
        for ref in verb.refs
        for block, fill, key in texts.acted_on("penalises", ref)
    )


def in_question(texts: Texts, verb: ast.Slot, noun: ast.Word | None) -> Expr:
    """That a ban which a derogation lifts is effective: else there is nothing to ask for.

    Where both are about the same list of things, it is asked of the same thing.
    """
    parts: list[Expr] = []
    for ref in texts.lifted_refs(verb):
        for block, fill, key in texts.acted_on("authorises", ref):
            norm = texts.norm(block, fill, key)
            if noun is not None and NOUNS.get(noun.text) == NOUNS.get(norm.variable):
                parts.append(Ref(norm.effective, Fact(noun.text, ())))
            else:
                parts.append(effective(texts, norm))
    return disjunction(parts)


def covered(texts: Texts, ref: ast.Ref, typed: Typed) -> Expr:
    """Whether the act or thing is covered by a norm that a reference means."""
    parts: list[Expr] = []
    bans = True
    for block, fill, key in texts.forbidden(ref):
        norm = texts.norm(block, fill, key)
        bans = bans and norm.verb == "prohibits"
        if _about_such(norm, typed):
            parts.append(Ref(norm.covered, typed.fact))
        else:
            act = acts.covering(cast(ast.Slot, block.verb))
            parts.append(of_all(texts, norm, "covered", (act,)))
    whole = not ref.pinpoint and not ref.pin and bans and len(parts) > 1
    if not whole or typed.form != "act":
        return disjunction(parts)
    name = ref.instrument + core.REACHES
    return Ref(texts.define(name, None, disjunction(parts)))


def _about_such(norm: core.Norm, typed: Typed) -> bool:
    """Whether the verb of a norm binds things like this one."""
    return (
        typed.form == "item"
        and typed.model is not None
        and norm.collection is not None
        and COLLECTIONS.get(NOUNS.get(norm.variable, "")) is typed.model
    )
