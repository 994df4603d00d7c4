"""A program cut down by what is known of every row gives the answers of the whole one."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from conftest import LAW, scenarios_of
from engines import core_programs
from small import BAN, facts, law_of

import sanctions_rules as sr
from sanctions_rules.engines.answers import reference
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.engines.partial import prune
from sanctions_rules.read import build_case

KINDS = frozenset({"import", "payment"})
DATES = date(2024, 1, 1), date(2024, 12, 31)


def test_a_norm_about_other_acts_is_left_out() -> None:
    program = law_of(BAN).program
    assert prune(program) is program
    assert prune(program, {"act.kind": "payment"}).norms == ()
    assert prune(program, {"act.kind": ["import", "payment"]}).norms == program.norms
    assert prune(program, dates=(date(2020, 1, 1), date(2023, 6, 1))).norms == ()
    assert prune(program, {"act.kind": "payment"}).digest != program.digest


def test_a_date_on_the_border_is_not_cut_away() -> None:
    program = law_of(BAN).program
    # in force from 00:00 in New York on 1 January 2024
    assert prune(program, dates=(date(2023, 12, 1), date(2023, 12, 31))).norms == ()
    assert prune(program, dates=(date(2023, 12, 1), date(2024, 1, 1))).norms == program.norms


@pytest.mark.parametrize(
    ("path", "value"),
    [("act.kinds", "import"), ("goods", "import"), ("act.kind", "none"), ("act.kind", [])],
)
def test_what_cannot_be_known_beforehand_is_refused(path: str, value: object) -> None:
    with pytest.raises(LookupError):
        prune(law_of(BAN).program, {path: value})


def test_an_unfilled_norm_is_not_made_to_look_unfilled() -> None:
    program = law_of(BAN).program
    case = build_case(facts(goods=None, act={"kind": "import"}), closed_by="the test")
    cut = prune(program, {"act.kind": "import", "act.destination": "US"}, DATES)
    assert reference(cut, case, Settings(), ("zz",)) == reference(
        program, case, Settings(), ("zz",)
    )


def test_random_programs_answer_alike_where_rows_fit() -> None:
    base = core_programs.small_program()
    compared = 0
    for seed in range(60):
        program = core_programs.program(seed, base)
        cut = prune(program, {"act.kind": KINDS}, DATES, Settings())
        make = core_programs.Facts(seed, instants=False)
        for case in (make.case() for _ in range(20)):
            conduct = case.act.events.conduct
            fits = isinstance(conduct, date) and DATES[0] <= conduct <= DATES[1]
            if case.act.kind in KINDS and fits:
                compared += 1
                whole = reference(program, case, Settings(), ("zz",))
                assert reference(cut, case, Settings(), ("zz",)) == whole, seed
    assert compared > 100


def test_scenarios_of_the_law_answer_alike_by_kind_of_act() -> None:
    law = sr.load()
    settings = Settings(None, {p.name: p.default for p in law.program.readings})
    random = Random(5)
    files = random.sample(sorted(LAW.rglob("*.scenarios.toml")), 12)
    cut = {}
    for file in files:
        scenarios = scenarios_of(file)
        for scenario in random.sample(scenarios, min(6, len(scenarios))):
            case = scenario.case()
            kind = case.act.kind
            if not isinstance(kind, str):
                continue
            if kind not in cut:
                cut[kind] = prune(law.program, {"act.kind": kind}, settings=settings)
                assert len(cut[kind].norms) < len(law.program.norms)
            found = reference(cut[kind], case, settings, law.regimes)
            assert found == reference(law.program, case, settings, law.regimes), scenario.name
