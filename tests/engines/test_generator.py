"""Drawn programs and facts: valid, the same for the same seed, and reaching all that there is.

What is counted here is what the agreement of engines rests on: an operator, a form of fact or a
part of an answer that is never drawn is never compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanctions_rules.core import (
    OPERATORS,
    Apply,
    Closure,
    Expr,
    Fact,
    Literal,
    Program,
    Quantified,
    Ref,
)
from sanctions_rules.decision import DutyState, Outcome
from sanctions_rules.engines.answers import reference
from sanctions_rules.engines.conformance import Example, as_data, of_data
from sanctions_rules.facts import Case, Collection, FactModel, Listed, Money, Range
from sanctions_rules.plain import PROGRAM, written
from sanctions_rules.schema import COLLECTIONS, children
from sanctions_rules.testing.agreement import Trial, seeds, trial
from sanctions_rules.testing.conditions import FAVOURED
from sanctions_rules.testing.strategies import cases_for, programs, settings_for
from sanctions_rules.values import NOT_APPLICABLE, OneOf

PROGRAMS = 250


@cache
def drawn() -> tuple[Trial, ...]:
    """Validity is what this asks for first: `build_case` and the reference take all of it."""
    return tuple(trial(seed, 16) for seed in seeds("generator", PROGRAMS))


def nodes(expr: Expr) -> Iterator[Expr]:
    yield expr
    match expr:
        case Apply(_, arguments):
            for argument in arguments:
                yield from nodes(argument)
        case Quantified(_, collection, _, body, _, what):
            yield from nodes(collection)
            yield from nodes(body)
            yield from nodes(what) if what else ()
        case Ref(_, subject):
            yield from nodes(subject) if subject else ()
        case Fact() | Literal():
            pass


def all_nodes(program: Program) -> Iterator[Expr]:
    for definition in program.definitions:
        if not isinstance(definition, Closure):
            yield from nodes(definition.body)


def test_every_operator_is_drawn_often() -> None:
    found: Counter[str] = Counter()
    for one in drawn():
        found.update(
            {n.operator for n in all_nodes(one.program) if isinstance(n, Apply)}
            | {n.quantifier for n in all_nodes(one.program) if isinstance(n, Quantified)}
        )
    assert set(found) == {*OPERATORS, "some", "every", "at_least", "sum"}
    rare = {name: count for name, count in found.items() if count < PROGRAMS // 25}
    assert not rare, "in how many programs"


def test_every_part_of_a_program_is_drawn() -> None:
    programs = [one.program for one in drawn()]
    norms = [norm for program in programs for norm in program.norms]
    assert {n.verb for n in norms} >= {
        "prohibits", "authorises", "exempts", "displaces", "withdraws", "empowers", "requires",
    }  # fmt: skip
    assert {e.kind for n in norms for e in n.edges} == {"scope", "licence", "override"}
    assert {n.duty.due_kind for n in norms if n.duty} == {"at", "within", "for", "yearly", ""}
    assert any(n.conflict for n in norms) and any(n.dormant for n in norms)
    assert any(n.menu == ("derogation",) for n in norms)
    closures = [d for p in programs for d in p.definitions if isinstance(d, Closure)]
    modes = {w.mode for c in closures for w in c.ways}
    assert modes == {"together", "singly", "jointly", "severally", ""}
    assert {c.direct for c in closures} == {True, False}
    assert any(p.readings for p in programs) and any(p.questions for p in programs)
    assert {len(p.regimes) for p in programs} == {1, 2}
    bound = {n.collection.path[-1] for n in norms if n.collection}
    assert {"goods", "parties", "recipients", "services", "transactions"} <= bound
    assert sum(len(p.definitions) for p in programs) / len(programs) < 60, "small, so quick"


def test_every_part_of_an_answer_is_drawn() -> None:
    outcomes: Counter[Outcome] = Counter()
    states: Counter[DutyState] = Counter()
    needs: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    for one in drawn():
        for answers in one.expected:
            for answer in answers.values():
                outcomes[answer.outcome] += 1
                states.update(state for _, state in answer.duties)
                needs.update(need_of(text) for text in answer.missing or ())
                for part in ("fired", "undecided", "lifted", "exposed", "perhaps_exposed"):
                    parts[part] += bool(getattr(answer, part))
    total = outcomes.total()
    assert set(outcomes) == set(Outcome)
    assert all(n > total / 200 for n in outcomes.values()), outcomes
    assert set(states) == set(DutyState) - {DutyState.NOT_OWED}
    assert all(n > total / 200 for n in parts.values()), parts
    assert set(needs) == {
        "fact", "range", "hour", "completeness", "code", "judgement", "agreement", "law",
    }  # fmt: skip


def need_of(text: str) -> str:
    for need, begins in {
        "hour": "the hour of ", "range": "a closer range of ", "completeness": "completeness of ",
        "code": "a longer code in ", "judgement": "judgement ", "agreement": "agreement of ",
        "law": "law: ",
    }.items():  # fmt: skip
        if text.startswith(begins):
            return need
    return "fact"


def test_every_form_of_fact_is_drawn() -> None:
    found: Counter[str] = Counter()
    for one in drawn():
        for case in one.cases:
            found.update(set(forms(case)))
    flags = {f"flag {value}" for value in (True, False)}
    ranges = {
        f"{form} {ends}"
        for form in ("number", "moment", "price")
        for ends in ("exact", "two ends", "from below", "from above", "open end")
    }
    lists = {
        f"{form} {sort}"
        for form in ("words", "countries", "texts", "refs", "records", "codes")
        for sort in ("complete", "open")
    } | {f"{form} empty" for form in ("words", "countries", "texts", "refs", "records")}
    absent = {f"{form} unknown" for form in ("flag", "word", "moment", "records", "codes")}
    none = {f"{form} none" for form in ("word", "country", "moment", "ref", "number", "words")}
    one_of = {"word one of", "moment day", "moment instant", "word", "country", "text", "ref"}
    assert flags | ranges | lists | absent | none | one_of <= set(found)


def forms(model: FactModel) -> Iterator[str]:
    """What forms the facts of a case take."""
    for name in children(type(model)):
        yield from forms(getattr(model, name))
    for name, declared in type(model).declarations.items():
        value: Any = getattr(model, name)
        form = declared.form
        match value:
            case None:
                yield f"{form} unknown"
            case _ if value is NOT_APPLICABLE:
                yield f"{form} none"
            case bool():
                yield f"flag {value}"
            case OneOf():
                yield "word one of"
            case Listed() | Collection():
                yield f"{form} {'complete' if value.complete else 'open'}"
                yield f"{form} {'some' if value.items else 'empty'}"
                if form == "records":
                    for item in value.items:
                        yield from forms(item)
            case str():
                yield form
            case _:
                amount = value.amount if isinstance(value, Money) else value
                if isinstance(amount, Range):
                    ends = (amount.lo is not None, amount.hi is not None)
                    yield f"{form} " + {(1, 1): "two ends", (1, 0): "from below"}.get(
                        ends, "from above"
                    )
                    if amount.lo_open or amount.hi_open:
                        yield f"{form} open end"
                else:
                    yield f"{form} exact"
                    if form == "moment":
                        yield "moment instant" if hasattr(value, "hour") else "moment day"


def test_items_of_every_collection_are_drawn() -> None:
    found = {
        name
        for one in drawn()
        for case in one.cases
        for name in COLLECTIONS
        if name in Case.declarations and len(getattr(case, name) or ())
    }
    assert found == set(COLLECTIONS) - {"listings"}


def test_a_seed_is_one_program_with_its_facts() -> None:
    one, again = trial("same", 10), trial("same", 10)
    assert one.facts == again.facts and one.settings == again.settings
    assert plain(one.program) == plain(again.program) != plain(trial("other", 1).program)
    assert one.program.digest == again.program.digest


def plain(program: Program) -> str:
    return written((*program.definitions, program.norms), PROGRAM)


def test_an_example_is_data_and_comes_back() -> None:
    for one in drawn()[:20]:
        cases = tuple(zip(one.facts, one.expected, strict=True))
        example = Example("name", "about", one.program, one.settings, cases)
        back = of_data(as_data(example))
        assert plain(back.program) == plain(one.program)
        assert (back.settings, back.cases) == (one.settings, cases)


@pytest.mark.parametrize("operator", sorted(FAVOURED))
def test_a_favoured_operator_is_there(operator: str) -> None:
    found = sum(
        any(
            (isinstance(n, Apply) and n.operator == operator)
            or (isinstance(n, Quantified) and n.quantifier == operator)
            for n in all_nodes(trial(f"favour.{operator}.{number}", 1, operator).program)
        )
        for number in range(8)
    )
    assert found >= 5


@settings(
    max_examples=25, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip
@given(st.data())
def test_hypothesis_draws_by_the_same_grammar(data: st.DataObject) -> None:
    program = data.draw(programs())
    asked = data.draw(settings_for(program))
    case = data.draw(cases_for(program))
    answers = reference(program, case, asked, program.regimes)
    assert set(answers) == set(program.regimes)
