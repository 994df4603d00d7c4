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
    was_late,
)
from sanctions_rules.engines.interpreter import Evaluation, Scope
from sanctions_rules.engines.search import Goals, Search, settled
from sanctions_rules.values import Truth
from sanctions_rules.view import Item


def next_question(
    source: Source, regime: str, without: frozenset[str] = frozenset()
) -> Question | None:
    """The question to ask, or None where nothing is open that an answer could settle.

    `without`: leaves, as text, that were asked for and that nobody can answer.
    """
    for settles, goals, scope in open_things(source, regime):
        search = Search(source.evaluation, goals, scope, without)
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
            if norm.duty is not None and norm.duty.lasting:
                continue  # it runs beside every answer, and nothing is asked for it
            for item in subjects(run, norm)[0]:
                scope: Scope = {norm.variable: item} if item else {}
                effective = _effective(norm)
                ways: list[Way] = [()]
                if verb == "requires":
                    ways, scope = _standing(run, norm, item)
                goals: Goals = [((effective, False),), *(((effective, True), *w) for w in ways)]
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


#: Expressions and the truths that they get.
Way = tuple[tuple[Expr, bool], ...]


def _standing(run: Evaluation, norm: Norm, item: Item | None) -> tuple[list[Way], Scope]:
    """The ways in which a duty that is owed may stand: done, done late, open, or its day over."""
    place, name = (item.place, item.id) if item else ("", "")
    scope: Scope = {norm.variable: item} if item else {}
    duty = norm.duty
    recorded, records = performed(run, Finding(norm, place, name, Standing.MAY_BIND, Truth.UNKNOWN))
    done_so: list[Way] = [()]
    if records:
        late, scope = was_late(norm, item, records[0])
        done_so = [((late, False),), ((late, True),)]
    if recorded is Truth.TRUE:
        return done_so, scope
    ways: list[Way] = [()]
    if duty and duty.over:
        over = Ref(duty.over, _effective(norm).subject)
        ways = [((over, False),), ((over, True),)]
    if duty and duty.met:
        done: Expr = Ref(duty.met, _effective(norm).subject)
    elif recorded is Truth.FALSE:
        return ways, scope
    else:
        done = recorded_as_done(norm, place, name)
        return [
            *(((done, True), *way) for way in done_so),
            *(((done, False), *way) for way in ways),
        ], scope
    return [((done, True),), *(((done, False), *way) for way in ways)], scope


def recorded_as_done(norm: Norm, place: str, name: str) -> Expr:
    """That a record of what was done names the duty, and the thing that it was done for."""
    duties = frozenset({norm.duty.name if norm.duty else "", norm.id, *norm.source_ids})
    names = (
        Apply("one_of", (Fact("record", ("duty",)), Literal(duties))),
        Apply("one_of", (Fact("record", ("of",)), Literal(frozenset({name, place, "act"})))),
    )
    return Quantified("some", Fact("case", ("performed",)), "record", Apply("and", names))
