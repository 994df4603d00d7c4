"""Certificates prove what decisions say, and nothing that was changed proves anything.

The long run over all scenarios is `make certify`; a part of it runs here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from certificates import mutating, trying
from engines.wrong import all_wrong

import sanctions_rules as sr
from sanctions_rules.canonical import plain
from sanctions_rules.certificates import Certificate, Refused, from_json, to_json, verify
from sanctions_rules.certificates.writing import written
from sanctions_rules.checker.checking import KINDS

#: Of 6,337 scenarios, every so manieth.
EVERY = 170


@pytest.fixture(scope="module")
def tally() -> trying.Tally:
    return trying.run(EVERY, changes=12, seed=11, first=17)


def test_every_certificate_is_accepted(tally: trying.Tally) -> None:
    assert tally.certificates > 60 and not tally.refused, tally.problems


def test_what_was_changed_is_refused_or_proves_the_same(tally: trying.Tally) -> None:
    assert not tally.problems
    assert sum(tally.changes.values()) == 12 * tally.certificates
    assert set(tally.changes) == {c.__name__ for c in mutating.CHANGES}
    # What stays a proof is a fact that another value of makes no difference to, or the day of
    # knowledge where all that matters was published long before.
    assert {kind for kind, _, _ in tally.survivors} <= {"fact", "date", "dropped"}, tally.survivors
    assert len(tally.survivors) < 0.1 * sum(tally.changes.values())


def named(text: str) -> tuple[Certificate, sr.Case]:
    found = next(s for s in trying.scenarios(1) if s.name == text)
    return trying.certificate_of(found)


@pytest.fixture(scope="module")
def diamond() -> tuple[Certificate, sr.Case]:
    scenario = next(
        s
        for s in trying.scenarios(1)
        if "eo14068_b" in s.file and s.expect.get("us", {}).get("outcome") == "PROHIBITED"
    )
    return trying.certificate_of(scenario)


def test_as_json_and_back(diamond: tuple[Certificate, sr.Case]) -> None:
    certificate, case = diamond
    text = to_json(certificate)
    assert from_json(text) == certificate
    assert to_json(from_json(text)) == text
    assert verify(text, sr.load(), case) == certificate


def test_it_is_for_this_case_and_this_law(diamond: tuple[Certificate, sr.Case]) -> None:
    certificate, case = diamond
    other = named("General Licence 6D authorises agricultural purchases from a blocked company")[1]
    with pytest.raises(Refused, match="digest: it was made of other facts"):
        verify(certificate, sr.load(), other)
    with pytest.raises(Refused, match="digest: it was made with another rulebook"):
        verify(certificate, sr.load("us"), case)
    with pytest.raises(Refused, match="digest: it was made with the time zones of 2020a"):
        verify(replace(certificate, tzdata="2020a"), sr.load(), case)


MALFORMED: tuple[tuple[str, Callable[[dict[str, Any]], Any], str], ...] = (
    ("no JSON", lambda w: "{", "form: it is not one JSON object"),
    ("a number", lambda w: "1e999999", "form: it is not one JSON object"),
    ("deep", lambda w: "[" * 100_000, "form: it is not one JSON object"),
    ("a key twice", lambda w: '{"format": 1, "format": 2}', "form: it is not one JSON object"),
    ("another format", lambda w: {**w, "format": "decision"}, "form: its `format` is not"),
    (
        "a later version",
        lambda w: {**w, "version": 2},
        "version: its version is 2; this checks version 1",
    ),
    ("a flag for a version", lambda w: {**w, "version": True}, "version: its version is True"),
    ("a key more", lambda w: {**w, "trust": "me"}, "form: `trust`: extra inputs"),
    (
        "a key less",
        lambda w: {k: v for k, v in w.items() if k != "steps"},
        "form: `steps`: field required",
    ),
    (
        "a name that is not there",
        lambda w: {**w, "names": []},
        "form: it names by number what it does not hold",
    ),
    (
        "a step below zero",
        lambda w: {**w, "steps": [[[-1], "t", [], [], []]]},
        "form: `steps.0.0.0`",
    ),
    (
        "a step about nothing",
        lambda w: {**w, "steps": [[[], "t", [], [], []]]},
        "form: a step has no claim",
    ),
    ("runs of no step", lambda w: {**w, "runs": {"x": []}}, "form: a step has no claim, or runs"),
    ("a day that is none", lambda w: {**w, "known_on": "soon"}, "form: `known_on`"),
    ("a day of no calendar", lambda w: {**w, "known_on": "2024-02-30"}, "form: `known_on`"),
)


@pytest.mark.parametrize(("name", "change", "said"), MALFORMED, ids=[m[0] for m in MALFORMED])
def test_what_is_no_certificate(
    diamond: tuple[Certificate, sr.Case],
    name: str,
    change: Callable[[dict[str, Any]], Any],
    said: str,
) -> None:
    changed = change(written(diamond[0]).model_dump())
    with pytest.raises(Refused) as refusal:
        from_json(changed if isinstance(changed, str) else json.dumps(changed))
    assert str(refusal.value).startswith(said)


@pytest.mark.parametrize("claim", [
    ("no such kind", "us"), ("no such kind",), ("engaged",), ("engaged", "us.nothing", ""), ("term", "us.nothing", "", ""),
    ("closure", "us.nothing", ""), ("in force", "us.nothing", "act.events.conduct"),
], ids=str)  # fmt: skip
def test_a_claim_about_nothing(
    diamond: tuple[Certificate, sr.Case], claim: tuple[str, ...]
) -> None:
    certificate, case = diamond
    steps = (replace(certificate.steps[0], claim=claim), *certificate.steps[1:])
    with pytest.raises(Refused, match="claim: "):
        verify(replace(certificate, steps=steps), sr.load(), case)


def test_a_fact_that_the_facts_do_not_have(diamond: tuple[Certificate, sr.Case]) -> None:
    certificate, case = diamond
    for stated in (
        ("goods[9]", "category", None),
        ("goods[0]", "no_such", None),
        ("", "act", None),
    ):
        made = replace(certificate, stated=(stated, *certificate.stated[1:]))
        with pytest.raises(Refused, match="fact: "):
            verify(made, sr.load(), case)


def test_it_is_small(diamond: tuple[Certificate, sr.Case]) -> None:
    assert len(to_json(diamond[0])) < 200_000


def test_every_kind_of_claim_is_used() -> None:
    seen: Counter[str] = Counter()
    for scenario in trying.scenarios(400):
        seen.update(step.claim[0] for step in trying.certificate_of(scenario)[0].steps)
    assert set(seen) <= set(KINDS)
    assert {"in force", "bound", "act", "says", "engaged", "term", "closure"} <= set(seen)


#: For each operator that conditions of the packaged law are built of, a scenario that shows it wrong.
#: `make certify ARGS=--operators` finds others; `test_small.py` has what the law does not use.
SHOWN_BY = {
    "Russian rough imported direct on 1 June 2023":
        ("and", "or", "not", "holds", "equals", "one_of", "at_most", "falls_under", "in_force"),
    "1.5 carat, left on 29 February 2024": ("shown", "less"),
    "A company that a listed man owns, on 2022-04-08, beyond the reach of its listed owner: no": ("same_item",),
    "holder of 20 percent, listed everywhere, who may appoint the board majority, 1 September 2024": ("includes", "is_none"),
    "services around stones via Moscow, their way not known": ("exactly",),
    "0.5 carat, the last day before": ("instants",),
    "47.60 on 3 September 2025": ("lookup",),
    "business and management consulting for a Moscow company in 2023": ("some", "every"),
}  # fmt: skip
NAMED = {operator: name for name, operators in SHOWN_BY.items() for operator in operators}


@pytest.mark.parametrize("operator", [*NAMED])
def test_a_wrong_operator_makes_certificates_that_are_refused(operator: str) -> None:
    """The reference itself made wrong: what it then says does not follow from the rules."""
    scenario = next(s for s in trying.scenarios(1) if s.name == NAMED[operator])
    ways = [w for w in all_wrong() if w.operator == operator]
    assert any(trying.refused_if_wrong(sr.load(), scenario, way) for way in ways)


def test_every_rule_of_the_checker_refuses_something(tally: trying.Tally) -> None:
    """A truth turned round is refused by the rule of its own claim, and a quote left out by theirs."""
    by = {*tally.by_rule}
    for scenario in trying.scenarios(40, 3):
        certificate, case = trying.certificate_of(scenario)
        for kind in {step.claim[0] for step in certificate.steps} - by:
            index, step = next(
                (i, s) for i, s in enumerate(certificate.steps) if s.claim[0] == kind
            )
            turned = replace(step, truth="false" if step.truth != "false" else "true")
            steps = (*certificate.steps[:index], turned, *certificate.steps[index + 1 :])
            by.add(refused(replace(certificate, steps=steps), case))
        if set(KINDS) - {"closure"} <= by:
            break
    by.add(refused(replace(certificate, quotes=dict([*certificate.quotes.items()][1:])), case))
    assert set(KINDS) - {"closure"} | OTHERS <= by, set(KINDS) | OTHERS - by


#: Rules of the checker that are about no kind of claim. `closure` refuses as `owners`.
OTHERS = {
    "not shown", "idle", "fact", "cites", "interval", "order", "twice", "outcome", "readings",
    "owners", "quotes",
}  # fmt: skip


def refused(certificate: Certificate, case: sr.Case) -> str:
    with pytest.raises(Refused) as refusal:
        verify(certificate, sr.load(), case)
    return refusal.value.rule


@pytest.mark.parametrize("asked", [
    {}, {"engine": "interpreter"}, {"regimes": ("us",)}, {"about": ("us.eo14068",)},
    {"known_on": date(2023, 1, 1)}, {"readings": {"us.gl83a": "loaded_by_end_of_may"}},
], ids=str)  # fmt: skip
def test_a_decision_gives_its_certificate(
    diamond: tuple[Certificate, sr.Case], asked: dict[str, Any]
) -> None:
    law, case = sr.load(), diamond[1]
    decision = law.decide(case, **asked)
    proved = sr.verify(decision.certificate(), law, case)
    assert {a.regime: a.outcome for a in proved.answers} == {
        r.regime: r.outcome.value.lower() for r in decision
    }
    assert proved.about == tuple(asked.get("about", ()))


def test_the_same_case_has_the_same_certificate(diamond: tuple[Certificate, sr.Case]) -> None:
    law, case = sr.load(), diamond[1]
    facts = sr.read_facts(json.dumps(plain(case)))
    texts = {law.decide(case).certificate(), law.decide(facts).certificate(), to_json(diamond[0])}
    assert len(texts) == 1
