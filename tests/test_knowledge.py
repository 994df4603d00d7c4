"""Knowledge, over every scenario of the law: what is learned, and what is missing.

D2: taking one fact away never turns an answer into its opposite; it may only leave it open.
D8: whoever gives all that is missing has an answer, whatever the values; and each single fact
that is missing is missing for a reason: some values of the others still leave the answer open.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass

import pytest
from assume import (
    Draw,
    Mentioned,
    Traced,
    departures,
    laid_over,
    missing,
    removals,
    with_things_to_name,
)
from conftest import LONGER, all_scenarios, sampled

from sanctions_rules.decision import Outcome
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.engines import conclude
from sanctions_rules.engines.candidates import key_of
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import Scenario
from sanctions_rules.values import Items
from sanctions_rules.view import Item, Leaf, View

REGIME = "us"
#: Files whose open scenarios are tried with drawn answers (D8). The whole programme takes too long for
#: every run, and its later files have not been tried whole.
FIRST = ("eo14068", "eo14024_s11", "eo14024_edges", "eo14024_reach", "programme")
ZONE = "America/New_York"
DRAWS = 8 * LONGER
#: Under this the scenarios are too rich to test anything. Since every role of every party is asked
#: of every act, most single facts are backed by others: of the whole programme some 12 in 100 open an answer.
TELLING = 0.08
#: Of the facts of every so manieth scenario so large a share is taken away: a thousand in all.
EVERY, SHARE = 14, 0.04


def settings_of(law: Law, scenario: Scenario) -> Settings:
    readings = {p.name: p.default for p in law.program.readings}
    return Settings(scenario.known_on, {**readings, **scenario.readings})


# -- D2: nothing learned contradicts what was known ----------------------------------------------


def test_d2_taking_a_fact_away_leaves_an_answer_open_or_as_it_was(
    law: Law, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random("D2")
    # Who asks about one text alone, asks little: most facts are then beside the question.
    scenarios = [s for s in sampled(EVERY) if not s.about]
    supplied = taken = opened = compared = 0
    contradictions: list[str] = []
    for scenario in scenarios:
        every = list(removals(scenario.facts))
        supplied += len(every)
        chosen = [one for one in every if rng.random() < SHARE]
        if not chosen:
            continue
        settings = settings_of(law, scenario)
        run = Traced(law.program, scenario.case(), settings)
        full = run.answer(REGIME, scenario.about)
        for place, facts in chosen:
            try:
                case = build_case(facts, closed_by="this scenario")
            except FactsError:
                continue  # what is left refers to it
            taken += 1
            again = run.without(place, case)
            less = conclude.answer(again, REGIME, scenario.about) if again else full
            if rng.random() < 0.1:
                compared += 1
                fresh = Evaluation(law.program, View(case), settings)
                assert conclude.answer(fresh, REGIME, scenario.about) == less, (
                    scenario.name,
                    place,
                )
            differences = list(departures(full, less))
            opened += any(open_ for _, open_ in differences)
            contradictions += [
                f"{scenario.name}: without {place}, {what}"
                for what, open_ in differences
                if not open_
            ]
    with capsys.disabled():
        print(
            f"\nD2: {taken} of {supplied} facts of {len(scenarios)} scenarios taken away, "
            f"{opened} answers became undetermined ({opened / taken:.1%}); "
            f"{compared} computed from the beginning to compare"
        )
    assert not contradictions, "\n".join(contradictions)
    assert opened / taken >= TELLING


# -- D8: what is missing is enough, and none of it is idle ---------------------------------------


@dataclass(frozen=True)
class Undetermined:
    """A scenario without an answer, and what that waits for."""

    scenario: Scenario
    base: Evaluation
    leaves: tuple[Leaf, ...]

    @property
    def name(self) -> str:
        return self.scenario.name

    def missing(self, run: Evaluation) -> list[Leaf]:
        return missing(run, REGIME, self.scenario.about)

    def is_open(self, run: Evaluation) -> bool:
        return conclude.answer(run, REGIME, self.scenario.about).outcome is Outcome.UNDETERMINED


@pytest.fixture(scope="module")
def undetermined(law: Law) -> list[Undetermined]:
    found: list[Undetermined] = []
    for scenario in all_scenarios():
        if not scenario.file.startswith(FIRST):
            continue
        case, settings = scenario.case(), settings_of(law, scenario)
        run = Evaluation(law.program, View(case), settings)
        if conclude.answer(run, REGIME, scenario.about).outcome is Outcome.UNDETERMINED:
            decision = law.decide(
                case, about=scenario.about, known_on=scenario.known_on, readings=scenario.readings
            )
            leaves = decision[REGIME].missing_for_outcome
            more = with_things_to_name(case, leaves)
            base = Evaluation(law.program, View(more), settings)
            assert missing(base, REGIME, scenario.about) == list(leaves), scenario.name
            found.append(Undetermined(scenario, base, leaves))
    return found


@pytest.fixture(scope="module")
def mentioned(law: Law) -> Mentioned:
    return Mentioned.by(law.program)


#: Facts of which no person can be asked: a text that we do not have, and facts at odds.
NOT_A_FACT = ("law", "agreement")


def names_a_thing(value: object) -> bool:
    return isinstance(value, Item) or (
        isinstance(value, Items) and any(isinstance(member, Item) for member in value.members)
    )


def test_d8_all_that_is_missing_settles_the_outcome(
    undetermined: list[Undetermined], mentioned: Mentioned, capsys: pytest.CaptureFixture[str]
) -> None:
    """Naming a thing makes its facts matter; they are drawn too. Nothing else opens anything."""
    settled: Counter[Outcome] = Counter()
    further = at_odds = unread = 0
    asked = [u for u in undetermined if not any(leaf.need == "law" for leaf in u.leaves)]
    for one in asked:
        draw = Draw(random.Random(one.name), mentioned, ZONE)
        drawn = 0
        while drawn < DRAWS:
            run, leaves = one.base, list(one.leaves)
            values: dict[str, object] = {}
            while leaves and not any(leaf.need in NOT_A_FACT for leaf in leaves):
                values.update({key_of(leaf): draw.value(run, leaf) for leaf in leaves})
                run = laid_over(one.base, values)
                leaves = one.missing(run)
                needs = {leaf.need for leaf in leaves}
                assert (
                    not leaves or needs == {"agreement"} or any(map(names_a_thing, values.values()))
                ), f"{one.name}: {values} leave open: {', '.join(map(str, leaves))}"
                further += bool(leaves)
            if any(leaf.need == "agreement" for leaf in leaves):
                at_odds += 1  # the draw gives a code of another sort of goods: no such case exists
                assert at_odds < 100 * DRAWS
                continue
            drawn += 1
            if any(leaf.need == "law" for leaf in leaves):
                unread += 1  # what was named leads to a text that the rulebook does not have
                continue
            outcome = conclude.answer(run, REGIME, one.scenario.about).outcome
            assert outcome is not Outcome.UNDETERMINED, (one.name, values)
            settled[outcome] += 1
    with capsys.disabled():
        counts = ", ".join(f"{n} {outcome}" for outcome, n in settled.most_common())
        print(
            f"\nD8: {len(asked)} of {len(undetermined)} undetermined scenarios wait for facts; "
            f"{DRAWS} draws each: {counts}; {further} drew the facts of a thing just named, "
            f"{unread} of these led to a text that we do not have, "
            f"{at_odds} draws at odds with themselves were drawn again"
        )
    assert len(settled) == 3, "the draws reach every answer"


_ORIGIN = (
    "extracted_in",
    "produced_in",
    "manufactured_in",
    "processed_in",
    "incorporated_in_foreign_product",
)
_TRANSFORMED = "judgement us.substantially_transformed of goods[0]"

#: Facts that lie on a path of unknown nodes and yet never matter once the others are given: two
#: conditions go together in a way that Kleene logic does not see. For each scenario the reason.
ABSORBED: dict[str, tuple[str, tuple[str, ...]]] = {
    "Jewelry made in India of unknown country of export is open": (
        "the determination asks for export from Russia, which alone meets limb (D)",
        ("goods[0].transited",),
    ),
    "Italian ring, countries of export not known": (
        "as above: export from Russia alone decides limb (D)",
        ("goods[0].transited",),
    ),
    "only the heading is known": (
        "code and species say the same thing: either of them settles which list the fish is on",
        ("a longer code in goods[0].codes", "goods[0].species"),
    ),
    "article of heading 7113 exported from Russia, diamonds or not unknown": (
        "limb (D) binds an article exported from Russia wherever limb (A) could",
        ("goods[0].mined_in", *(f"goods[0].{name}" for name in _ORIGIN), _TRANSFORMED),
    ),
    "Whether the lender in Turkey is a person or a company is not known": (
        "another line of the whole programme keeps the answer open whatever this fact is",
        (
            "act.debits_accounts_of",
            "parties[0].acts_for",
            "parties[0].sovereign_body",
            "parties[1].acts_for",
        ),
    ),
    "A US bank opens an account of unknown kind for a listed institution": (
        "another line of the whole programme keeps the answer open whatever this fact is",
        (
            "parties[1].listings[0].directive",
            "parties[1].listings[0].effective_on",
            "the hour of act.events.conduct",
        ),
    ),
    "An import at some time in a fortnight round the signature is open": (
        "another line of the whole programme keeps the answer open whatever this fact is",
        (
            "act.reason_to_suspect",
            "goods[0].exported_from",
            "judgement us.energy_product_of_the_order of goods[0]",
            "judgement us.evasion_of_eo14066 of act",
        ),
    ),
    "A guarantor of unknown law leaves limb v open": (
        "another line of the whole programme keeps the answer open whatever this fact is",
        ("services",),
    ),
    "Chilean salmon, the list of goods open": (
        "another line of the whole programme keeps the answer open whatever this fact is",
        ("judgement us.evasion_of_eo14066 of act",),
    ),
}


def test_d8_each_missing_fact_is_missing_for_a_reason(
    undetermined: list[Undetermined], mentioned: Mentioned, capsys: pytest.CaptureFixture[str]
) -> None:
    """For each there are values of the others that leave the outcome open and still ask for it."""
    tried = 0
    idle: dict[str, set[str]] = defaultdict(set)
    for one in undetermined:
        if any(leaf.need == "law" for leaf in one.leaves):
            continue  # that others were all given cannot be said
        for leaf in one.leaves:
            tried += 1
            if not left_open_without(one, leaf, mentioned):
                idle[one.name].add(str(leaf))
    absorbed = {name: set(leaves) for name, (_, leaves) in ABSORBED.items()}
    with capsys.disabled():
        count = sum(map(len, idle.values()))
        print(
            f"\nD8: {tried - count} of {tried} missing facts matter under some values of others, "
            f"{count} are absorbed"
        )
    assert idle == absorbed


def left_open_without(one: Undetermined, leaf: Leaf, mentioned: Mentioned) -> bool:
    """Look for values of all the others under which the outcome still waits for this fact."""
    draw = Draw(random.Random(f"{one.name}: {leaf}"), mentioned, ZONE)
    others = [other for other in one.leaves if other != leaf and other.need not in NOT_A_FACT]
    for _ in range(6):
        run: Evaluation | None = one.base
        for other in others:
            if run is not None and other in one.missing(
                run
            ):  # else another answer has spoken for it
                run = answered(one, run, other, leaf, draw)
        if run is not None and one.is_open(run):
            return True
        draw.rng.shuffle(others)
    return False


def answered(
    one: Undetermined, run: Evaluation, other: Leaf, leaf: Leaf, draw: Draw
) -> Evaluation | None:
    """The case with a value for `other` under which `leaf` is still missing, if we find one."""
    for _ in range(25):
        more = laid_over(run, {key_of(other): draw.value(run, other)})
        if leaf in one.missing(more):
            return more
    return None
