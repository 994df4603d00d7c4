"""What acts on a norm: exceptions and what takes them back, licences that somebody holds, duties.

Each exception to each target is a definition of its own, so that a block can attack one edge and
leave the exception standing for other targets.
"""

from __future__ import annotations

from typing import cast

from sanctions_rules import core
from sanctions_rules.core import Apply, Expr, Fact, Literal, Quantified, Ref
from sanctions_rules.language import ast
from sanctions_rules.language.lowering.env import DEFAULT_ANCHOR
from sanctions_rules.language.lowering.logic import conjunction, disjunction, negation
from sanctions_rules.language.lowering.reach import effective
from sanctions_rules.language.lowering.texts import Texts
from sanctions_rules.language.targets import EDGE_KINDS, Variant
from sanctions_rules.schema import NOUNS


def acting_on(texts: Texts, block: ast.Block, key: str) -> list[Variant]:
    """What is lowered before a norm: its exceptions, what takes those back, duties against it."""
    found: list[Variant] = []
    for source in texts.exceptions.get(key, ()):
        if source is not block:
            found += [(source, fill, name) for fill, name in texts.variants_of(source)]
            found += [(w, None, texts.key(w)) for w in _withdrawals(texts, source, key)]
    found += [(other, None, texts.key(other)) for other, _ in texts.against(block)]
    return found


def edges(
    texts: Texts, block: ast.Block, fill: ast.Block | None, key: str, subject: str | None
) -> list[core.Edge]:
    """The exceptions to a norm, each less what takes it back; a prohibition may be licensed to a person."""
    found: list[core.Edge] = []
    for source in texts.exceptions.get(key, ()):
        if source is block:
            continue
        kind = EDGE_KINDS[cast(ast.Slot, source.verb).word]
        for _, source_key in texts.variants_of(source):
            norm = texts.norms[source_key]
            name = f"{source_key} → {key}"
            holds = _seen_from(texts, norm, subject)
            attacks = [
                negation(_seen_from(texts, texts.norms[texts.key(w)], subject))
                for w in _withdrawals(texts, source, key)
            ]
            texts.define(name, subject, conjunction([holds, *attacks]), source)
            found.append(core.Edge(name, kind, norm.id))
    if block.verb and block.verb.word == "prohibits":
        found.append(_specific_licence(texts, block, fill, key, subject))
    return found


def _seen_from(texts: Texts, norm: core.Norm, subject: str | None) -> Expr:
    """Whether a norm is effective, for the same thing that another one is about.

    An exception about goods excepts an act about something else only if all goods are excepted.
    """
    if norm.collection is None:
        return Ref(norm.effective)
    if subject is not None and NOUNS.get(subject) == NOUNS.get(norm.variable):
        return Ref(norm.effective, Fact(subject, ()))
    every = Quantified(
        "every", norm.collection, norm.variable, Ref(norm.effective, Fact(norm.variable, ()))
    )
    return conjunction([effective(texts, norm), every])


def _withdrawals(texts: Texts, source: ast.Block, key: str) -> list[ast.Block]:
    """The texts that take an exception back for a norm."""
    found: list[ast.Block] = []
    for block in texts.withdrawing.get(id(source), ()):
        verb = cast(ast.Slot, block.verb)
        if not verb.targets or any(
            k == key for ref in verb.targets for _, _, k in texts.targets(ref)
        ):
            found.append(block)
    return found


def _specific_licence(
    texts: Texts, block: ast.Block, fill: ast.Block | None, key: str, subject: str | None
) -> core.Edge:
    """A licence or derogation that an authority gave to a named applicant: a fact, not law."""
    force = cast(ast.Slot, block.slot("in force"))
    zone = texts.rulebook.zone(block)
    when = Apply("instants", (Fact("case", (force.anchor or DEFAULT_ANCHOR).parts), Literal(zone)))

    def valid(path: str) -> Expr:
        return Apply("instants", (Fact("licence", (path,)), Literal(zone)))

    body = conjunction([
        disjunction(Apply("includes", (Fact("licence", ("lifts",)), Literal(n))) for n in texts.licensed_as(block, fill)),
        Apply("at_most", (valid("valid_from"), when)),
        disjunction([Apply("is_none", (Fact("licence", ("valid_until",)),)), Apply("at_most", (when, valid("valid_until")))]),
        Apply("same_item", (Fact("licence", ("holder",)), Fact("case", ("actor",)))),
        Apply("holds", (Fact("licence", ("conditions_met",)),)),
    ])  # fmt: skip
    name = f"specific licence → {key}"
    held = Quantified("some", Fact("case", ("licences_held",)), "licence", body)
    texts.define(name, subject, held, block)
    return core.Edge(name, "licence", "specific licence")


def conflict(texts: Texts, block: ast.Block, key: str, subject: str | None) -> str:
    """Where a duty demands what this prohibition forbids and neither displaces the other.

    Duties of its own regime: what another state demands does not open the answer of this one.
    A duty to pay a share of a value is owed to the authority, and no payment that is forbidden.
    """
    found: list[Expr] = []
    for other, shared in texts.against(block):
        norm = texts.norms[texts.key(other)]
        kind = Apply("one_of", (Fact("case", ("act", "kind")), Literal(shared)))
        found.append(conjunction([_seen_from(texts, norm, subject), kind]))
    if not found:
        return ""
    return texts.define(f"{key}: in conflict", subject, disjunction(found), block)
