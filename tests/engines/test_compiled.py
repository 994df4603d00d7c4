"""The compiled engine gives the answer of the reference, whatever is not known.

Every scenario of the law is decided by it as well: whoever asks for more than an outcome makes the
reference check it (`engines.deciding`), and the scenario tests ask for more.
"""

from __future__ import annotations

import json
import random
import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from assume import removals
from conftest import all_scenarios
from small import BAN, chained, facts, law_of

import sanctions_rules as sr
from sanctions_rules.canonical import canonical
from sanctions_rules.core import OPERATORS as NAMES
from sanctions_rules.decision import Disagreement, Outcome
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.engines.answers import RegimeAnswer, reference
from sanctions_rules.engines.compiled import CompiledProgram, operators
from sanctions_rules.engines.compiled.facts import plain_facts
from sanctions_rules.engines.compiled.rails import FALSE
from sanctions_rules.engines.compiled.reading import Message
from sanctions_rules.engines.conclude import settings_of
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.engines.selftest import ensure_named
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case, read_case
from sanctions_rules.rulebooks import Law

REGIMES = ("us", "eu", "uk")
SAMPLE = 240


def _scenarios(count: int, seed: int) -> list[Any]:
    return random.Random(seed).sample(list(all_scenarios(*REGIMES)), count)


@pytest.fixture(scope="module")
def compiled(whole_law: Law) -> CompiledProgram:
    return CompiledProgram(whole_law.program, settings_of(whole_law.program, REGIMES, None, None))


def _same(compiled: CompiledProgram, case: Case) -> tuple[Any, Any]:
    want = reference(compiled.program, case, compiled.settings, REGIMES)
    got = compiled.answers(sr.Facts.of(case), REGIMES)
    return {r: replace(a, missing=None) for r, a in want.items()}, got


def test_each_operator_has_a_line() -> None:
    assert {*operators.OPERATORS, *operators.VALUES} == {*NAMES}
    assert not {*operators.OPERATORS} & {*operators.VALUES}


def test_scenarios_have_the_answer_of_the_reference(compiled: CompiledProgram) -> None:
    seen: set[str] = set()
    for scenario in _scenarios(SAMPLE, 1):
        want, got = _same(compiled, scenario.case())
        assert got == want, f"{scenario.file}: {scenario.name}"
        for answer in got.values():
            seen |= {name for name in RegimeAnswer.__slots__ if getattr(answer, name)}
            seen.add(str(answer.outcome))
    assert seen >= {str(outcome) for outcome in Outcome}
    assert seen >= {"fired", "undecided", "lifted", "exposed", "perhaps_exposed", "duties"}


def test_with_facts_taken_away_too(compiled: CompiledProgram) -> None:
    draw = random.Random(2)
    for scenario in _scenarios(60, 3):
        fewer = draw.sample(list(removals(scenario.facts)), 2)
        for place, less in fewer:
            try:
                case = build_case(less, closed_by="a test")
            except FactsError:
                continue
            want, got = _same(compiled, case)
            assert got == want, f"{scenario.file}: {scenario.name} without {place}"


def test_facts_from_text_are_those_of_the_case() -> None:
    """The quick reader and the careful one read the same facts, at sight or not."""
    for scenario in _scenarios(1500, 4):
        case = scenario.case()
        text = canonical(case)
        read = sr.read_facts(text)
        assert read.data == plain_facts(case), scenario.name
        assert canonical(read.case) == text


def test_trusted_facts_become_a_case() -> None:
    for scenario in _scenarios(200, 5):
        case = scenario.case()
        data = plain_facts(case)
        assert plain_facts(sr.trusted(data).case) == data


BAD = (
    "", "{", "[]", "null", '{"act": 1}', '{"act": {"kind": "imprt"}}', '{"act": {"kind": ["import"]}}',
    '{"act": {"kind": "import", "kind": "export"}}', '{"actor": "nobody"}', '{"goods": {"a": 1}}',
    '{"goods": [{"carats_each": 1e3}]}', '{"goods": [{"carats_each": NaN}]}',
    '{"goods": [{"carats_each": -1}]}', '{"goods": [{"codes": []}]}', '{"goods": [{"codes": ["7102"]}]}',
    '{"goods": [{"category": "diamond", "species": "cod"}]}',
    '{"goods": [{"category": "diamond", "codes": ["HS 0302"]}]}',
    '{"goods": [{"id": "a"}, {"id": "a"}]}', '{"goods": [{"mined_in": ["XX"]}]}',
    '{"goods": [{"mined_in": "RU"}]}', '{"goods": [{"mined_in": [1]}]}',
    '{"act": {"events": {"entry": "2024-02-30"}}}', '{"act": {"events": {"entry": "2024-W01-1"}}}',
    '{"act": {"events": {"entry": "2024-02-01T10:00:00"}}}', '{"act": {"events": {"entry": 20240201}}}',
    '{"ownership": {"items": [], "complete": true}}',
    '{"licences_held": [{"authority": "OFSI", "number": "7"}]}', '{"act": {"purpose": "none"}}',
    '{"act": {"is_indirect": "no"}}', '{"act": {"is_indirect": 0}}', '{"as_of": {"value": "yesterday"}}',
    '{"id": ""}', '{"act": {"recipients": ["x"]}, "parties": [{"id": "y"}]}', '{"x": {"unknown": "y"}}',
    '{"parties": [{"id": "a"}, {"id": "b"}], "ownership": {"items": [{"owner": "a", "asset": "b",'
    ' "is_indirect": true}], "complete": true, "basis": "register"}}',
    "[" * 5_000, '{"goods": ' + "[" * 5_000, '{"act": {"kind": "import"}} x', '{"as_of": "2024-01-01\\u0000"}',
)  # fmt: skip


@pytest.mark.parametrize("text", BAD, ids=lambda t: t[:40] or "empty")
def test_what_is_refused_is_refused_alike(text: str) -> None:
    """Nothing slips in by the quick way, and the error is that of the careful one."""
    with pytest.raises(FactsError) as careful:
        read_case(text, "json")
    with pytest.raises(FactsError) as quick:
        sr.read_facts(text)
    assert str(quick.value) == str(careful.value)


def test_trusted_facts_that_name_nobody_are_refused() -> None:
    law = law_of(BAN.replace("when good.category is diamond", "when actor.type is company"))
    with pytest.raises(FactsError, match="`nobody` is not among the parties"):
        law.decide(sr.trusted({**_plain(), "actor": "nobody", "parties": ()}))


def _plain() -> dict[str, Any]:
    return plain_facts(build_case(facts()))


def test_a_decision_from_plain_facts() -> None:
    decision = law_of(BAN).decide(sr.trusted({
        "act": {"kind": "import", "destination": "US", "events": {"conduct": date(2024, 6, 1)}},
        "goods": ({"category": "diamond", "carats_each": Decimal("0.7")},),
        "licences_held": (),
    }))  # fmt: skip
    assert decision["zz"].outcome is Outcome.PROHIBITED
    assert decision["zz"].fired == ("zz.act §1",)
    [(finding, step)] = decision.derivations("zz")
    assert finding.subject == "goods[0]" and step.truth.must
    assert "zz.act §1" in decision.explain()


def test_an_engine_is_asked_for_by_name() -> None:
    law, case = law_of(BAN), build_case(facts())
    quick, slow = law.decide(case), law.decide(case, engine="interpreter")
    assert quick == slow and quick.to_json() == slow.to_json()
    with pytest.raises(LookupError, match="there is no engine `compild`; did you mean `compiled`"):
        law.decide(case, engine="compild")


@pytest.mark.parametrize("links", [50, 5_000])
def test_a_chain_of_definitions_is_as_long_as_it_likes(links: int) -> None:
    """Deeper than Python calls may go, the reference answers: the same, and no traceback."""
    made = CompiledProgram(chained(links), Settings(None, {}))
    for category, outcome in (
        ("diamond", "PROHIBITED"), ("gold", "NOT_PROHIBITED"), (None, "UNDETERMINED"),
    ):  # fmt: skip
        given = sr.Facts.of(build_case(facts(good={"category": category})))
        assert str(made.answers(given, ("zz",))["zz"].outcome) == outcome


def test_a_wrong_operator_does_not_go_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that the reference does not share is never explained as if it were right."""
    law, case = law_of(BAN), build_case(facts())
    ensure_named("compiled")  # it passes as it is
    monkeypatch.setitem(operators.OPERATORS, "one_of", lambda e, a, s: FALSE)
    decision = law.decide(case)
    assert decision["zz"].outcome is Outcome.NOT_PROHIBITED  # as the wrong line has it
    with pytest.raises(Disagreement, match="please report this"):
        _ = decision["zz"].findings
    with pytest.raises(AttributeError):
        _ = decision["zz"].nothing_such


def test_the_source_can_be_read(whole_law: Law, compiled: CompiledProgram) -> None:
    norm = next(n for n in whole_law.norms() if n.id.startswith("us.eo14068 §1(a)(i)(B) via"))
    text = compiled.source(norm)
    compile(text, "norm", "exec")
    assert "def norm(c):" in text and "# us.eo14068" in text
    for name in ("diamond", "RU"):  # words of rules are constants, and never source
        assert f'"{name}"' not in text and f"'{name}'" not in text


def test_the_index_leaves_out_nothing_that_may_concern_a_case(compiled: CompiledProgram) -> None:
    asked = compiled.regimes(REGIMES)
    everything = [(compiled.runner(n), n) for n in asked.norms]
    for scenario in _scenarios(60, 6):
        message = Message(sr.Facts.of(scenario.case()))
        told = {asked.norms[n].id for _, n in asked.plan(message.d)}
        assert len(told) < len(asked.norms)
        for run, norm in everything:
            if norm.verb == "prohibits" and run(message):
                assert norm.id in told, (scenario.name, norm.id)


def test_many_threads_decide_with_one_law() -> None:
    law = sr.load("us")
    cases = [s.case() for s in _scenarios(40, 7)]
    want = [law.decide(c, engine="interpreter")["us"].outcome for c in cases]
    wrong: list[Any] = []

    def work() -> None:
        for case, outcome in zip(cases, want, strict=True):
            if law.decide(case)["us"].outcome is not outcome:
                wrong.append(case)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_facts_as_json_and_as_case_decide_alike(whole_law: Law) -> None:
    for scenario in _scenarios(40, 8):
        case = scenario.case()
        quick = whole_law.decide(sr.read_facts(json.dumps(json.loads(canonical(case)))))
        assert [(r.regime, r.outcome, r.fired) for r in quick] == [
            (r.regime, r.outcome, r.fired) for r in whole_law.decide(case)
        ]
        assert quick.facts_digest == whole_law.decide(case).facts_digest


def test_what_a_text_says_of_the_act_rules_nothing_out_while_the_goods_are_open() -> None:
    """An index by such words gave a sharper answer than the reference, which is an error."""
    ban = (
        'provision zz.act §{} "A ban"\n  cites "s. {}"\n  checked primary\n'
        "  in force from 2024-01-01, no end stated\n  prohibits {} of good\n  when {}\nend\n"
    )
    text = ban.format(1, 1, "payment", "act.kind is import") + "".join(
        ban.format(n, n, "export", "good.category is coal") for n in range(2, 10)
    )
    case = build_case({
        "act": {"kind": "payment", "events": {"conduct": "2024-06-01"}}, "licences_held": "none",
    })  # fmt: skip
    law = law_of(text)
    decision = law.decide(case)["zz"]
    assert decision.outcome is law.decide(case, engine="interpreter")["zz"].outcome
    assert decision.missing  # found by the reference, which must agree
