"""What to ask next: the first fact of a smallest set of answers that could settle what is open.

What is open is the outcome, else an exposure, else a duty, each as expressions that must get
their truths; `search.py` finds the answers. A piece of law that the rulebook does not have cannot
be answered, so it is never asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from sanctions_rules.core import Apply, Expr, Fact, Literal, Norm, Quantified, Ref
from sanctions_rules.decision import Finding, Question, Standing
from sanctions_rules.engines.candidates import key_of, sentence
from sanctions_rules.engines.conclude import (
    Source,
    asked_norms,
    ever_filled,
    performed,
    place_order,
    subjects,
)
from sanctions_rules.engines.interpreter import Evaluation, Scope
from sanctions_rules.engines.search import Goals, Search, settled
from sanctions_rules.values import Truth
from sanctions_rules.view import Item


def next_question(source: Source, regime: str) -> Question | None:
    """The question to ask, or None where nothing is open that an answer could settle."""
    for settles, goals, scope in open_things(source, regime):
        search = Search(source.evaluation, goals, scope)
        answers, exact = search.smallest()
        if answers:
            first, *others = sorted((search.leaves[key] for key in answers), key=place_order)
            answer = search.candidates[key_of(first)][answers[key_of(first)]].text
            asked = sentence(source.evaluation, first)
            return Question(first, answer, tuple(others), exact, settles, asked)
    return None


# -- what is open --------------------------------------------------------------------------------


def open_things(source: Source, regime: str) -> Iterator[tuple[str, Goals, Scope]]:
    """What is not determined, and what would settle it: outcome, exposures, duties."""
    run = source.evaluation
    norms = asked_norms(source.program, regime, source.about)
    bans = [n for n in norms if n.verb == "prohibits" and (ever_filled(run, n) or not n.dormant)]
    some = Apply("or", tuple(_binds_something(n, False) for n in bans))
    sure = Apply("or", tuple(_binds_something(n, True) for n in bans))
    if run.truth(some, {}) is Truth.UNKNOWN:
        yield "the outcome", [((sure, True),), ((some, False),)], {}
    for verb, what in (("empowers", "the exposure"), ("requires", "the duty")):
        for norm in (n for n in norms if n.verb == verb and n.menu != ("derogation",)):
            for item in subjects(run, norm)[0]:
                scope: Scope = {norm.variable: item} if item else {}
                effective = _effective(norm)
                goals: Goals = [((effective, False),), ((effective, True),)]
                done = _done(run, norm, item) if verb == "requires" else None
                if done is not None:
                    goals[1:] = [((effective, True), (done, want)) for want in (True, False)]
                if not settled(run, goals, scope):
                    whose = f" of {item.id}" if item else ""
                    yield f"{what} under {norm.id}{whose}", goals, scope


def _effective(norm: Norm) -> Ref:
    return Ref(norm.effective, Fact(norm.variable, ()) if norm.variable else None)


def _binds_something(norm: Norm, without_conflict: bool) -> Expr:
    """That the norm binds one of the things it is about, also of those that are not named."""
    effective = _effective(norm)
    binds: Expr = effective
    if without_conflict and norm.conflict:
        binds = Apply("and", (binds, Apply("not", (Ref(norm.conflict, effective.subject),))))
    if norm.collection is None:
        return binds
    one = Quantified("some", norm.collection, norm.variable, binds)
    return Apply("and", (Ref(norm.in_force), Ref(norm.bound), Ref(norm.pattern), one))


def _done(run: Evaluation, norm: Norm, item: Item | None) -> Expr | None:
    """That the duty was done, where that is open; None where the facts record whether it was."""
    place, name = (item.place, item.id) if item else ("", "")
    recorded, _ = performed(run, Finding(norm, place, name, Standing.MAY_BIND, Truth.UNKNOWN))
    if recorded is Truth.TRUE:
        return None
    if norm.duty and norm.duty.met:
        return Ref(norm.duty.met, _effective(norm).subject)
    if recorded is Truth.FALSE:
        return None
    return Quantified("some", Fact("case", ("performed",)), "duty", Literal(Truth.FALSE))
