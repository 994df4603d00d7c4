"""The next question: it settles, nothing smaller does, and a person can answer it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from assume import Draw, Mentioned, laid_over
from conftest import all_scenarios, sampled
from small import BAN, decide, facts, law_of

from sanctions_rules.decision import DutyState, Outcome, Question
from sanctions_rules.engines import conclude
from sanctions_rules.engines.ask import next_question, open_things
from sanctions_rules.engines.candidates import key_of
from sanctions_rules.engines.compiled import CompiledProgram, Facts
from sanctions_rules.engines.conclude import Source, place_order
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.engines.search import EXACT, Search
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.values import Truth
from sanctions_rules.view import Leaf, View

# -- one fact of each form: what is asked, and an answer that settles ----------------------------

BIG = BAN.replace("when good.category is diamond", "when good.carats_each is at least 1.0 carat")
FROM_RUSSIA = BAN.replace("good.category is diamond", "good.mined_in includes RU")
LATE = BAN.replace(
    "when good.category is diamond", "when act.contract.concluded_on is before 2024-02-20"
)
MORNING = BAN.replace(
    "from 2024-01-01, no end stated", "from 2024-01-01 through 2024-06-01 00:01 EDT"
)
LICENSED = """
licence zz.l1 §1 "Thirty days"
  cites "licence 1"
  checked primary
  issued 2024-01-01 by Treasury
  in force from 2024-01-01, no end stated
  authorises import of good into US
    to the extent prohibited by zz.act §1
  when act.events.conduct is on or before 30 days after act.events.loading
end
"""
OF_A_SORT = BAN.replace("good.category is diamond", "good.category is any of diamond, gold")
FOREIGN = BAN.replace("good.category is diamond", "act.departure is RU")
CODED = BAN.replace("good.category is diamond", "good falls under HTSUS 7102.31, HTSUS 7102.39")
FLAGGED = BAN.replace("good.category is diamond", "good.is_export_controlled is yes")
DEAR = BAN.replace("good.category is diamond", "good.unit_price is more than USD 60.00")
JUDGED = (
    BAN.replace("good.category is diamond", "good is judged rough")
    + """
judgement zz.act §2 "Rough"
  cites "s. 2"
  checked primary
  in force from 2024-01-01, no end stated
  asks good is rough
    "Is the stone still rough?"
end
"""
)
CONTRACT = {"contracts": [{"id": "c1"}], "act": {"contract": "c1"}}


@pytest.mark.parametrize(
    ("law", "given", "leaf", "answer", "text", "learned"),
    [
        (BIG, {}, "goods[0].carats_each", "1.0 carat",
         "What is the weight of each stone of goods[0]?", {"good": {"carats_each": "1.0"}}),
        (BIG, {"good": {"carats_each": {"at_least": "0.80", "less_than": "1.00"}}}, "", "", "", {}),
        (BIG, {"good": {"carats_each": {"at_least": "0.80", "at_most": "1.00"}}},
         "a closer range of goods[0].carats_each", "1.0 carat",
         "What is the weight of each stone of goods[0] exactly?", {"good": {"carats_each": "1.0"}}),
        (FROM_RUSSIA, {}, "goods[0].mined_in", "RU",
         "What are all the countries in which goods[0] was mined?", {"good": {"mined_in": ["RU"]}}),
        (FROM_RUSSIA, {"good": {"mined_in": ["BW", "…"]}}, "completeness of goods[0].mined_in",
         "BW and no others", "Are these all the countries in which goods[0] was mined: BW?",
         {"good": {"mined_in": ["BW"]}}),
        (LATE, CONTRACT, "contracts[0].concluded_on", "2024-02-19",
         "What is the day on which c1 was concluded?",
         {"contracts": [{"id": "c1", "concluded_on": "2024-02-19"}], "act": {"contract": "c1"}}),
        (LATE, {"contracts": [{"id": "c1", "concluded_on": "2024-02-19"}]}, "act.contract", "c1",
         "What is the contract under which the act is done?",
         {"contracts": [{"id": "c1", "concluded_on": "2024-02-19"}], "act": {"contract": "c1"}}),
        (MORNING, {}, "the hour of act.events.conduct", "2024-06-01 00:00 EDT",
         "What is the time of the act to the minute, on 2024-06-01?",
         {"on": "2024-06-01T00:00:00-04:00"}),
        (BAN + LICENSED, {}, "act.events.loading", "2024-05-31",
         "What is the time of loading at the port of loading?",
         {"act": {"events": {"conduct": "2024-06-01", "loading": "2024-05-31"}}}),
        (OF_A_SORT, {"good": {"category": None}}, "goods[0].category", "diamond",
         "What is the category of goods[0]?", {"good": {"category": "diamond"}}),
        (FOREIGN, {}, "act.departure", "RU", "What is the country of departure?",
         {"act": {"departure": "RU"}}),
        (CODED, {}, "goods[0].codes", "HTSUS 710231",
         "What are all the commodity codes of goods[0]?", {"good": {"codes": ["HTSUS 7102.31"]}}),
        (CODED, {"good": {"codes": ["HTSUS 7102"]}}, "a longer code in goods[0].codes",
         "HTSUS 710231",
         "What are the commodity codes of goods[0] in more digits than HTSUS 7102?",
         {"good": {"codes": ["HTSUS 7102.31"]}}),
        (FLAGGED, {}, "goods[0].is_export_controlled", "yes",
         "Is it so that goods[0] is controlled for export?",
         {"good": {"is_export_controlled": True}}),
        (DEAR, {}, "goods[0].unit_price", "60.00 USD", "What is the unit price of goods[0]?",
         {"good": {"unit_price": {"amount": "60.00", "currency": "USD"}}}),
        (JUDGED, {}, "judgement zz.rough of goods[0]", "yes",
         "Of goods[0]: Is the stone still rough?",
         {"judgements": [{"question": "zz.rough", "of": "goods[0]", "answer": "yes", "who": "a"}]}),
        (BAN, {"goods": None}, "goods", "none", "What are all the goods?", {"goods": []}),
        (BAN, {"licences_held": None}, "licences_held", "none",
         "What are all the specific licences held?", {"licences_held": "none"}),
    ],
)  # fmt: skip
def test_one_fact(
    law: str, given: dict[str, Any], leaf: str, answer: str, text: str, learned: dict[str, Any]
) -> None:
    rules = law_of(law)
    decision = decide(rules, facts(**given))
    question = decision.next_question
    if not leaf:
        assert decision.outcome is not Outcome.UNDETERMINED
        assert question is None
        return
    assert decision.outcome is Outcome.UNDETERMINED
    assert question is not None
    assert (str(question.leaf), question.answer, question.text) == (leaf, answer, text)
    assert question.with_ == ()
    assert question.exact
    assert question.settles == "the outcome"
    assert decide(rules, facts(**{**given, **learned})).outcome is not Outcome.UNDETERMINED


def test_of_two_questions_the_first_of_the_schema_is_asked() -> None:
    law = law_of(BAN.replace("is diamond", "is diamond and good.mined_in includes RU"))
    question = decide(law, facts(good={"category": None})).next_question
    assert question is not None
    assert str(question.leaf) == "goods[0].category"
    assert question.answer not in ("diamond", "")


# -- sets: exact up to three facts, against every set there is -----------------------------------


def judged_law(alternatives: list[list[tuple[int, bool]]]) -> Law:
    """A ban where one of these holds: each alternative is a list of judgements, plain or denied."""
    lines = [
        "- "
        + "\n and ".join(f"good is {'' if plain else 'not '}judged j{n:02}" for n, plain in part)
        for part in alternatives
    ]
    used = sorted({n for part in alternatives for n, _ in part})
    asks = "".join(
        f'judgement zz.act §{n + 2} "J"\n cites "s. 2"\n checked primary\n'
        f' in force from 2024-01-01, no end stated\n asks good is j{n:02} "Is it {n}?"\nend\n'
        for n in used
    )
    condition = "any of\n" + "\n".join(lines) + "\nend"
    return law_of(BAN.replace("good.category is diamond", condition) + asks)


def judged(answers: dict[str, bool]) -> dict[str, Any]:
    return facts(judgements=[
        {"question": f"zz.{name}", "of": "goods[0]", "answer": "yes" if yes else "no", "who": "a"}
        for name, yes in answers.items()
    ])  # fmt: skip


def settles(law: Law, answers: dict[str, bool]) -> bool:
    return decide(law, judged(answers)).outcome is not Outcome.UNDETERMINED


def smallest_sets(law: Law, names: list[str]) -> list[tuple[str, ...]]:
    """Every smallest set of judgements that some answers to it settle, by trying them all."""
    for size in range(1, len(names) + 1):
        found = [
            chosen for chosen in combinations(names, size)
            if any(
                settles(law, dict(zip(chosen, answers, strict=True)))
                for answers in product((True, False), repeat=size)
            )
        ]  # fmt: skip
        if found:
            return found
    raise AssertionError("all judgements together settle the outcome")


def asked_set(question: Question) -> tuple[str, ...]:
    leaves: tuple[Leaf, ...] = (question.leaf, *question.with_)
    return tuple(leaf.place.removeprefix("zz.").partition(" ")[0] for leaf in leaves)


@pytest.mark.parametrize("seed", range(24))
def test_no_smaller_set_settles_and_ties_go_by_schema_order(seed: int) -> None:
    rng = random.Random(seed)
    count = rng.randrange(2, 6)
    alternatives = [
        [(n, rng.random() < 0.6) for n in sorted(rng.sample(range(count), size))]
        for size in rng.choices(range(1, min(3, count) + 1), k=rng.randrange(2, 5))
    ]
    law = judged_law(alternatives)
    names = sorted({f"j{n:02}" for part in alternatives for n, _ in part})
    decision = decide(law, judged({}))
    question = decision.next_question
    assert question is not None
    assert question.exact
    best = smallest_sets(law, names)
    assert asked_set(question) == min(best)
    assert len(best[0]) <= EXACT


def pairs_of(width: int, height: int) -> list[list[tuple[int, bool]]]:
    """`height` alternatives of `width` judgements, none shared: a no needs `height` answers."""
    return [[(row * width + column, True) for column in range(width)] for row in range(height)]


@pytest.mark.parametrize(
    ("width", "exact"), [(1, True), (2, True), (3, True), (4, False), (5, False)]
)
def test_beyond_three_facts_the_search_is_greedy_and_says_so(width: int, exact: bool) -> None:
    law = judged_law(pairs_of(width, width))
    question = decide(law, judged({})).next_question
    assert question is not None
    assert question.exact is exact
    chosen = asked_set(question)
    assert len(chosen) == width
    answers = product((True, False), repeat=width)
    assert any(settles(law, dict(zip(chosen, given, strict=True))) for given in answers)


# -- what is not asked ---------------------------------------------------------------------------


def test_a_text_that_the_rulebook_lacks_is_never_asked_for() -> None:
    gap = '\n  unencoded "the annex was not read"\nend'
    law = law_of(BAN.removesuffix("end\n").rstrip() + gap)
    decision = decide(law, facts())
    assert decision.outcome is Outcome.UNDETERMINED
    assert [leaf.need for leaf in decision.missing] == ["law"]
    assert decision.next_question is None
    # another fact can still decide it, and then that is asked
    question = decide(law, facts(good={"category": None})).next_question
    assert question is not None
    assert str(question.leaf) == "goods[0].category"


def test_nothing_is_asked_where_all_is_known() -> None:
    assert decide(law_of(BAN), facts()).next_question is None


def test_after_the_outcome_duties_are_asked_for() -> None:
    duty = """
provision zz.act §3 "Certificate"
  cites "s. 3"
  checked primary
  in force from 2024-01-01, no end stated
  requires self_certification of good to Customs
    at act.events.entry
  when good.category is gold
  met when good.attestations includes mill_test_certificate
end
"""
    law = law_of(BAN + duty)
    decision = decide(law, facts(good={"category": "gold"}))
    assert decision.outcome is Outcome.NOT_PROHIBITED
    question = decision.next_question
    assert question is not None
    assert question.settles == "the duty under zz.act §3 of goods[0]"
    assert str(question.leaf) == "goods[0].attestations"
    done = {"duty": "self_certification", "of": "goods[0]", "done_on": "2024-06-01"}
    recorded = decide(law, facts(good={"category": "gold"}, performed=[done]))
    assert [d.state for d in recorded.duties] == [DutyState.UNKNOWN], "in time for an entry when?"
    assert [str(leaf) for leaf in recorded.missing] == ["act.events.entry"]
    question = recorded.next_question
    assert question is not None and str(question.leaf) == "act.events.entry"
    entered = {"events": {"conduct": "2024-06-01", "entry": "2024-06-01"}}
    in_time = decide(law, facts(act=entered, good={"category": "gold"}, performed=[done]))
    assert [d.state for d in in_time.duties] == [DutyState.MET]
    assert in_time.next_question is None


def test_a_duty_not_done_asks_as_of_when() -> None:
    """Open until its day is over, breached after it: without the day of the facts it is neither."""
    duty = """
provision zz.act §3 "Report"
  cites "s. 3"
  checked primary
  in force from 2024-01-01, no end stated
  requires report of good to Treasury
    within 10 days of act.events.conduct
  when good.category is gold
end
"""
    law = law_of(BAN + duty)
    given = facts(good={"category": "gold"}, performed=[])
    decision = decide(law, given)
    assert [(d.state, str(d.due_on)) for d in decision.duties] == [
        (DutyState.UNKNOWN, "2024-06-11")
    ]
    assert [str(leaf) for leaf in decision.missing] == ["as_of"], "the hour of the act is idle"
    question = decision.next_question
    assert question is not None
    assert (str(question.leaf), question.exact) == ("as_of", True)
    for day, state in (("2024-06-11", DutyState.OPEN), ("2024-06-12", DutyState.BREACHED)):
        told = decide(law, {**given, "as_of": day})
        assert [d.state for d in told.duties] == [state]
        assert told.next_question is None
    undated = decide(law, {**given, "performed": [{"duty": "report", "of": "goods[0]"}]})
    assert [d.state for d in undated.duties] == [DutyState.UNKNOWN]
    assert [str(leaf) for leaf in undated.missing] == ["performed[0].done_on"]


def test_what_is_kept_for_a_time_asks_for_nothing() -> None:
    keep = """
provision zz.act §3 "Records"
  cites "s. 3"
  checked primary
  in force from 2024-01-01, no end stated
  requires records for 5 years after act.events.conduct
  when act.purpose is commercial
end
"""
    law = law_of(BAN + keep)
    gold = facts(good={"category": "gold"})
    perhaps = decide(law, gold)
    assert [d.state for d in perhaps.duties] == [DutyState.UNKNOWN]
    assert (perhaps.missing, perhaps.next_question) == ((), None)
    owed = decide(law, facts(good={"category": "gold"}, act={"purpose": "commercial"}))
    assert [(d.state, d.due) for d in owed.duties] == [(DutyState.OPEN, "until 2029-06-01")]
    assert owed.headline == "not prohibited"
    later = facts(good={"category": "gold"}, act={"purpose": "commercial"}, as_of="2029-06-02")
    assert [d.state for d in decide(law, later).duties] == [DutyState.NOT_OWED]


# -- over every scenario of the law --------------------------------------------------------------


def sources(law: Law) -> list[tuple[str, Source]]:
    """Of every fourth scenario those whose decision leaves something open."""
    found: list[tuple[str, Source]] = []
    engines: dict[str, CompiledProgram] = {}
    for scenario in sampled(10):
        readings = {p.name: p.default for p in law.program.readings}
        settings = Settings(scenario.known_on, {**readings, **scenario.readings})
        engine = engines.setdefault(repr(settings), CompiledProgram(law.program, settings))
        case = scenario.case()
        given = engine.answers(Facts.of(case), ("us",), scenario.about)["us"]
        unknown = (
            given.outcome is Outcome.UNDETERMINED
            or given.perhaps_exposed
            or DutyState.UNKNOWN in dict(given.duties).values()
        )
        if unknown:
            fresh = Evaluation(law.program, View(case), settings)
            found.append(
                (scenario.name, Source(law.program, case, settings, scenario.about, fresh))
            )
    return found


def state_of(answer: conclude.Answer, settles: str) -> bool:
    """Whether the thing that a question is about is determined in an answer."""
    if settles == "the outcome":
        return answer.outcome is not Outcome.UNDETERMINED
    what, _, rest = settles.removeprefix("the ").partition(" under ")
    norm, _, whom = rest.rpartition(" of ")
    name = f"{norm} on {whom}" if norm else rest
    if what == "exposure":
        return dict(answer.exposures).get(name) is not Truth.UNKNOWN
    return dict(answer.duties).get(name) is not DutyState.UNKNOWN


def test_every_question_of_the_law_settles_what_it_is_about(
    law: Law, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answers that the search finds are laid over the case, and the whole law decides again.

    For sets of more than one fact, drawn answers to any one of the missing facts settle nothing.
    """
    rng = random.Random("ask")
    mentioned = Mentioned.by(law.program)
    asked = larger = none = 0
    for name, source in sources(law):
        if name == "a price in euro is not compared":
            continue  # another currency is no answer that the search looks for
        question = next_question(source, "us")
        if question is None:
            none += 1
            missing = law.decide(
                source.case, about=source.about, known_on=source.settings.known_on,
                readings=source.settings.readings,
            )["us"].missing  # fmt: skip
            assert any(leaf.need in ("law", "agreement") for leaf in missing), name
            continue
        asked += 1
        goals, scope = next(t[1:] for t in open_things(source, "us") if t[0] == question.settles)
        search = Search(source.evaluation, goals, scope)
        answers, exact = search.smallest()
        assert exact is question.exact
        leaves = sorted((search.leaves[key] for key in answers), key=place_order)
        assert leaves == [question.leaf, *question.with_]
        more = search.laid_over(answers.items())
        assert state_of(conclude.answer(more, "us", source.about), question.settles), (
            name,
            question,
        )
        if len(leaves) > 1 and exact:
            larger += 1
            draw, run = Draw(rng, mentioned, "America/New_York"), source.evaluation
            for leaf in search.leaves.values():
                for _ in range(10 if leaf.place != "actor" else 0):  # there the case names nobody
                    one = laid_over(run, {key_of(leaf): draw.value(run, leaf)})
                    given = conclude.answer(one, "us", source.about)
                    assert not state_of(given, question.settles), (name, leaf)
    with capsys.disabled():
        print(
            f"\nask: {asked} questions, {larger} of more than one fact; {none} wait for law alone"
        )
    assert asked > 100


# -- the first document's own questions ----------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "leaf", "answers"),
    [
        ("a: entered 2024-02-29, no judgement",
         "judgement us.substantially_transformed of goods[0]", ("yes", "no")),
        ("b: entered 2024-02-22, loading not known", "act.events.loading",
         ("2024-02-19", "2024-02-20")),
        ("b2: entered 2024-02-21 by the day, known on 2024-02-19", "the hour of act.events.entry",
         ("2024-02-21 00:00 EST", "2024-02-21 00:01 EST", "2024-02-21 00:02 EST")),
        ("stone of unknown weight entered 2024-06-01", "goods[0].carats_each",
         ("0.99 carat", "1.0 carat", "1.01 carat")),
    ],
)  # fmt: skip
def test_questions_of_the_first_document(
    law: Law, scenario: str, leaf: str, answers: tuple[str, ...]
) -> None:
    one = next(s for s in all_scenarios() if s.name == scenario)
    decision = law.decide(
        one.case(), about=one.about, known_on=one.known_on, readings=one.readings
    )["us"]
    question = decision.next_question
    assert question is not None
    assert str(question.leaf) == leaf
    assert question.answer in answers
    assert question.with_ == ()


def test_a_bank_without_a_recorded_judgement_is_asked_for_it(law: Law) -> None:
    name = "A Turkish bank pays for an importer designated for technology, and nobody has judged "
    one = next(s for s in all_scenarios() if s.name.startswith(name))
    decision = law.decide(one.case(), about=("us.eo14024 §11(a)(i)",))["us"]
    question = decision.next_question
    assert question is not None
    assert question.settles == "the exposure under us.eo14024 §11(a)(i) of bank"
    assert str(question.leaf) == "judgement us.significant of t1"
    assert question.text.startswith("Of t1: ")


def test_a_case_of_which_nothing_is_known_gets_a_question(law: Law) -> None:
    question = law.decide(build_case({}))["us"].next_question
    assert question is not None
    assert question.text.endswith("?")


def test_the_question_is_the_same_in_every_process() -> None:
    """Also where the search is cut short, which is where an order by hash would show."""
    script = (
        "from sanctions_rules.rulebooks import load\n"
        "from sanctions_rules.read import build_case\n"
        "act = {'kind': 'import', 'destination': 'US'}\n"
        "case = build_case({'act': act, 'goods': [{}, {}, {}, {}, {}]})\n"
        "print(load('us').decide(case)['us'].next_question)\n"
    )
    given = {
        seed: subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("0", "1")
    }  # fmt: skip
    assert "Question(" in given["0"]
    assert len(set(given.values())) == 1
