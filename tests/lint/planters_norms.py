"""Defects of licences and what they lift, and of defined terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from lint.places import (
    EXTRA,
    after,
    begins,
    gone,
    norms,
)
from lint.planting import Law, Plant, Planter, beside, here

from sanctions_rules.language import ast
from sanctions_rules.language.resolve import first_day, regime
from sanctions_rules.language.timing import FOREVER
from sanctions_rules.lint import Edit
from sanctions_rules.lint.book import term_of
from sanctions_rules.lint.licences import ANY
from sanctions_rules.lint.terms import terms_used

# -- licences ------------------------------------------------------------------------------------------


def lifting(law: Law) -> Iterator[tuple[ast.Block, ast.Slot, tuple[ast.Ref, ...]]]:
    for block in norms(law):
        if block.verb and block.verb.word in ("authorises", "exempts"):
            yield block, block.verb, law.book.targets.lifted_refs(block.verb)


def licence_outlives_target(law: Law) -> Iterator[Plant]:
    for block, verb, refs in lifting(law):
        aims = {id(t): t for r in refs for t, _, _ in law.book.targets.acted_on(verb.word, r)}
        if len(aims) == 1 and law.book.alive(block)[1] == FOREVER:
            (target,) = aims.values()
            force, then = target.slot("in force"), begins(law, target)
            if force and then and law.book.alive(target)[1] == FOREVER:
                anchor = (
                    "\n                measured at " + str(force.anchor) if force.anchor else ""
                )
                yield Plant(
                    (Edit(force.span, f"in force      from {then} until 2028-01-01{anchor}"),),
                    (block.span,), (block, target),
                )  # fmt: skip


def licence_without_conditions(law: Law) -> Iterator[Plant]:
    words = (
        "when",
        "except where",
        "unless shown that",
        "regardless of",
        "unencoded",
        "binds",
        "provided that",
    )
    for block, verb, _ in lifting(law):
        conduct = verb.conduct
        if block.kind == "licence" and conduct and not block.slot("columns"):
            roles = {r.word for r in conduct.roles}
            acts = conduct.acts[0].span.to(conduct.acts[-1].span)
            if not roles & {"to", "into", "from", "by"}:
                yield here(
                    block, Edit(acts, ANY), *(gone(law, s) for s in block.slots if s.word in words)
                )


def licence_for_other_acts(law: Law) -> Iterator[Plant]:
    for block, verb, refs in lifting(law):
        aims = [t.verb for r in refs for t, _, _ in law.book.targets.acted_on(verb.word, r)]
        if verb.conduct and all(a and a.word == "prohibits" for a in aims):
            theirs = {w.text for a in aims if a and a.conduct for w in a.conduct.acts}
            free = [w for w in ("donation", "foreign_exchange", "guarantee") if w not in theirs]
            mine = {a.text for a in verb.conduct.acts}
            if free and ANY not in theirs | mine and free[0] not in mine:
                yield here(block, after(verb.conduct.acts[0].span, f", {free[0]}"))


def lifts_another_regime(law: Law) -> Iterator[Plant]:
    for block, _, refs in lifting(law):
        other = "uk.russia reg. 11" if regime(block) != "uk" else "eu.269 Art. 2(2)"
        if refs:
            yield here(block, after(refs[-1].span, f", {other}"))


def target_twice(law: Law) -> Iterator[Plant]:
    for block, _, refs in lifting(law):
        if refs:
            yield here(block, after(refs[-1].span, f", {refs[0]}"))


def any_dealing_and_more(law: Law) -> Iterator[Plant]:
    for block in norms(law):
        conduct = block.verb.conduct if block.verb else None
        if conduct and conduct.acts[0].text == ANY:
            yield here(block, after(conduct.acts[0].span, ", import"))


def act_twice(law: Law) -> Iterator[Plant]:
    for block in norms(law):
        conduct = block.verb.conduct if block.verb else None
        if conduct and conduct.acts[0].text != ANY and block.verb and block.verb.word != "requires":
            yield here(block, after(conduct.acts[-1].span, f", {conduct.acts[0].text}"))


# -- terms ---------------------------------------------------------------------------------------------


def copied(law: Law, block: ast.Block) -> str:
    """A definition or judgement once more, under another name and another word."""
    assert block.ref is not None
    name = _free(block)
    text = law.text(block.span).replace(law.text(block.ref.span), name, 1)
    term = term_of(block)
    text = re.sub(rf"\bis {term}\b", f"is planted_{term}", text, count=1)
    return re.sub(r"\n  (replaces|enacted by)[^\n]*", "", text)


def copy_of(word: str) -> Planter:
    def planter(law: Law) -> Iterator[Plant]:
        for block in norms(law, "definition", "judgement"):
            verb = block.verb
            said = [s for s in block.slots if s.condition]
            if (
                verb
                and verb.word == word
                and not block.slot("reading")
                and isinstance(verb.term, ast.Word)
            ):
                if word == "asks" or (
                    said and not block.slot("unencoded") and not block.slot("leaves open")
                ):
                    yield beside(block, copied(law, block))

    return planter


def _free(block: ast.Block) -> str:
    """A name that nothing has, beside a block."""
    assert block.ref is not None
    number = f"977{block.span.start}"
    return (
        f"{block.ref.instrument} §{number}"
        if block.ref.pinpoint
        else f"{block.ref.instrument}_{number}"
    )


SIMPLE: Final = {"act": EXTRA, "good": "good.category is gas", "person": "person.type is company"}


def shadows_another_regime(law: Law) -> Iterator[Plant]:
    """A word of the Union's among the law of the others."""
    homes = [b for b in norms(law, "provision") if regime(b) in ("uk", "us")]
    for index, block in enumerate(norms(law, "definition")):
        verb = block.verb
        body = SIMPLE.get(str(verb.subject)) if verb else None
        if regime(block) == "eu" and verb and body and isinstance(verb.term, ast.Word):
            home = homes[index % len(homes)]
            if (regime(home), term_of(block)) not in law.book.rulebook.terms:
                yield beside(home, _definition(home, str(verb.subject), term_of(block), body))


def _definition(home: ast.Block, subject: str, term: str, body: str) -> str:
    return (
        f'definition {_free(home)} "A word more"\n  cites         "s. 978"\n'
        f"  checked       primary 2026-08-21\n  in force      from 2022-03-11, no end stated\n"
        f"  defines       {subject} is {term}\n  when          {body}\nend"
    )


def definition_passes_on(law: Law) -> Iterator[Plant]:
    for block in norms(law, "definition"):
        verb = block.verb
        if verb and verb.word == "defines" and isinstance(verb.term, ast.Word):
            subject, term = str(verb.subject), term_of(block)
            yield beside(
                block, _definition(block, subject, f"planted_{term}", f"{subject} is {term}")
            )


def term_not_in_force(law: Law) -> Iterator[Plant]:
    for block in norms(law, "definition"):
        term, slot, then = term_of(block), block.slot("in force"), first_day(block)
        users = law.book.uses.get(regime(block), {}).get(term, ())
        texts = law.book.rulebook.terms.get((regime(block), term), ())
        if len(texts) != 1 or not (slot and then and isinstance(slot.interval, ast.Interval)):
            continue
        early = [
            u for u in users if u.verb and u.verb.word != "asks" and term_of(u) != term and u in law.blocks
            and (d := begins(law, u)) and d <= then and law.book.alive(u)[1] == FOREVER
            and term in dict(terms_used(law.book, u))  # not a word of the facts that is called so
        ]  # fmt: skip
        if early and slot.interval.until.kind == "no_end":
            new = f"in force      from {then + timedelta(days=40)}, no end stated"
            yield Plant((Edit(slot.span, new),), tuple(u.span for u in early), (block, *early))


def no_question_mark(law: Law) -> Iterator[Plant]:
    for block in norms(law, "judgement"):
        if block.verb:
            text = block.verb.texts[0]
            yield here(block, Edit(text.span, f'"{text.text.rstrip("?")}"'))
