"""Mutation of rules: what is changed, who notices, and that no shortcut makes a survivor or a kill."""

from __future__ import annotations

import hashlib
import random
import re
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from rules import RULES, SCENARIOS, bench_of, verdicts

from sanctions_rules.author.mutate import OPERATORS
from sanctions_rules.author.mutate.bench import Bench, State, benches_of
from sanctions_rules.author.mutate.mutants import Mutant
from sanctions_rules.author.mutate.workshop import Workshop
from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.engines import conclude
from sanctions_rules.engines.interpreter import Evaluation
from sanctions_rules.rulebooks import packaged_files
from sanctions_rules.scenario import read_scenarios
from sanctions_rules.view import View

LAW = Path(__file__).parent.parent / "law"


@cache
def packaged() -> Workshop:
    return Workshop(packaged_files(["uk"]))


# -- what is changed -----------------------------------------------------------------------------


def test_every_operator_has_mutants_in_the_law() -> None:
    found = Counter(m.operator for m in packaged().mutants())
    # The law of no other regime is needed to see that none is left out.
    assert set(found) == set(OPERATORS)


def test_names_tell_mutants_apart_and_stay_when_lines_move() -> None:
    shop = Workshop({"zz.rules": RULES.encode()})
    names = [m.name for m in shop.mutants()]
    assert len(set(names)) == len(names)
    moved = Workshop(
        {"zz.rules": RULES.replace("provision", "\n# a line more\nprovision").encode()}
    )
    assert [m.name for m in moved.mutants()] == names


def test_a_mutant_names_the_line_that_it_changes() -> None:
    lines = RULES.split("\n")
    for mutant in Workshop({"zz.rules": RULES.encode()}).mutants():
        shown = re.search(r"(\d{4}-\d{2}-\d{2}|HS \d+|[0-9.]+ carat) → ", mutant.change)
        if shown:
            assert shown[1] in lines[mutant.line - 1], mutant


def test_a_mutant_differs_from_the_law_in_its_text() -> None:
    shop = packaged()
    originals = {
        number: shop.text(Mutant("", "", "", "", 0, number, block))
        for number, block in enumerate(shop.blocks)
    }
    same = [
        m.name
        for m in shop.mutants()
        if m.number is not None and shop.text(m) == originals[m.number]
    ]
    assert same == []


@pytest.mark.parametrize(
    ("operator", "changes"),
    [
        ("flip-bound", {"`until` → `through`", "`at least` → `more than`", "`less than` → `at most`",
                        "`on or before` → `before`", "`through` → `until`"}),
        ("shift-threshold", {"USD 100.00 → USD 100.01", "USD 100.00 → USD 99.99", "0.50 carat → 0.51 carat",
                             "0.50 carat → 0.49 carat", "1.0 carat → 0.9 carat", "1.0 carat → 1.1 carat"}),
        ("shift-instant", {"2024-06-30 00:01 EDT → 2024-06-30 00:00 EDT",
                           "2024-06-30 00:01 EDT → 2024-06-30 00:02 EDT"}),
        ("drop-exception", {"without `except where act.purpose is personal`"}),
        ("drop-target", {"without `§1`", "without `§2`", "without `zz.act §1`", "without `zz.act §2`"}),
        ("change-code", {"US → RU", "RU → BY", "HS 7601 → HS 7602"}),
        ("swap-verb", {"`prohibits` → `requires`", "`exempts` → `authorises`", "`authorises` → `exempts`"}),
        ("drop-word", {"without `import`", "without `purchase`"}),
    ],
)  # fmt: skip
def test_what_an_operator_does(operator: str, changes: set[str]) -> None:
    found = {
        m.change for m in Workshop({"zz.rules": RULES.encode()}).mutants() if m.operator == operator
    }
    assert {re.sub(r"( in `.*)?( \(\d\))?$", "", change) for change in found} == changes


def test_what_names_a_version_by_its_first_day_follows_it() -> None:
    rules = (
        RULES
        + """
provision zz.act §2 "Payments for it, later"
  cites "s. 2"
  replaces zz.act §2@2024-01-01
  in force from 2025-01-01, no end stated
  prohibits payment
end
"""
    )
    shop = Workshop({"zz.rules": rules.encode()})
    shifts = [
        m
        for m in shop.mutants()
        if m.block == "zz.act §2@2024-01-01" and m.operator == "shift-date"
    ]
    assert len(shifts) == 2
    for mutant in shifts:
        shop.changed(mutant)  # raises where the day that is named is no longer there


def test_a_row_of_an_annex_is_left_out_and_its_lock_does_not_refuse_that() -> None:
    rules = (
        RULES
        + """
table zz.listed "Listed goods"
  cites "Annex"
  in force from 2024-01-01, no end stated
  entries from "listed.csv" complete
end
"""
    )
    annex = b"key,from,until,source\nHS 7102,,,a\nHS 7103,,,b\n"
    lock = f"{hashlib.sha256(annex).hexdigest()}  listed.csv\n".encode()
    shop = Workshop({"zz.rules": rules.encode(), "listed.csv": annex, "annexes.lock": lock})
    rows = [m for m in shop.mutants() if m.number is None]
    assert [(m.operator, m.place, m.change) for m in rows] == [
        ("drop-row", "listed.csv:2", "without row `HS 7102,,,a`"),
        ("drop-row", "listed.csv:3", "without row `HS 7103,,,b`"),
    ]
    for row in rows:
        shop.changed(row)  # raises where the lock refuses it


def test_each_regime_is_a_rulebook_of_its_own_where_it_loads_alone() -> None:
    other = RULES.replace("zz.", "yy.").replace("A regime for tests", "Another")
    files = {"a/zz.rules": RULES.encode(), "b/yy.rules": other.encode()}
    apart = benches_of(files, files, [])
    assert [set(bench.workshop.files) for bench in apart] == [{"a/zz.rules"}, {"b/yy.rules"}]
    leaning = other.replace(
        "exempts any_dealing of good from §1, §2", "exempts any_dealing of good from zz.act §1"
    )
    together = benches_of(files | {"b/yy.rules": leaning.encode()}, files, [])
    assert [set(bench.workshop.files) for bench in together] == [set(files)]


def test_law_that_is_built_upon_is_left_as_it_is() -> None:
    files = packaged_files(["uk"]) | {"own.rules": RULES.encode()}
    benches = benches_of(files, {"own.rules"}, [])
    assert {m.file for bench in benches for m in bench.mutants} == {"own.rules"}


# -- who notices ---------------------------------------------------------------------------------


def test_known_kills_and_survivors(tmp_path: Path) -> None:
    found = verdicts(bench_of(tmp_path))
    killed = {name: v.by for name, v in found.items() if v.state is State.KILLED}
    at_the_bound = (
        "zz.act §2: flip-bound: `at least` → `more than` in `act.value is at least USD 100.00`"
    )
    assert killed[at_the_bound] == "zz.scenarios.toml: a payment of a hundred dollars"
    survivors = {name for name, v in found.items() if v.state is State.SURVIVED}
    assert (
        {
            "zz.act §1: drop-exception: without `except where act.purpose is personal`",  # nobody buys for themselves
            "zz.act §1: drop-limb: without `good.produced_in includes RU`",  # no good is from elsewhere
            "zz.act §2: shift-threshold: USD 100.00 → USD 99.99 in `act.value is at least USD 100.00`",
            "zz.gl1: shift-instant: 2024-06-30 00:01 EDT → 2024-06-30 00:02 EDT in "
            "`in force from 2024-02-01 through 2024-06-30 00:01 EDT`",
        }
        <= survivors
    )
    assert Counter(v.state for v in found.values()) == {
        State.KILLED: 31, State.SURVIVED: 42, State.REFUSED: 2,
    }  # fmt: skip


def test_a_scenario_that_meets_a_survivor_kills_it(tmp_path: Path) -> None:
    more = SCENARIOS + SCENARIOS.split("[[scenario]]")[1].join(["[[scenario]]", ""]).replace(
        'name = "a Russian', 'name = "for oneself: a Russian'
    ).replace('purpose = "commercial"', 'purpose = "personal"').replace(
        'outcome = "PROHIBITED"\nbecause = ["zz.act §1"]', 'outcome = "NOT_PROHIBITED"'
    )  # fmt: skip
    bench = bench_of(tmp_path, scenarios=more)
    found = bench.verdict(
        bench.by_name["zz.act §1: drop-exception: without `except where act.purpose is personal`"]
    )
    assert (found.state, found.by) == (
        State.KILLED,
        "zz.scenarios.toml: for oneself: a Russian stone on an ordinary day",
    )


def test_a_change_that_makes_a_text_reach_further_is_noticed(tmp_path: Path) -> None:
    """The payment meets no good: only the act keeps §1 out, and a requirement of it does not."""
    scenarios = (
        SCENARIOS
        + """
[[scenario]]
name = "a stone from Brazil"
source = "s. 1"
[scenario.facts]
actor = "buyer"
licences_held = "none"
act = { kind = "import", destination = "US", purpose = "commercial", events = { conduct = "2024-05-01" } }
goods = [{ category = "diamond", carats_heaviest = 1.0, produced_in = ["BR"] }]
parties = [{ id = "buyer", type = "company", organised_under = "US" }]
[scenario.expect.zz]
outcome = "NOT_PROHIBITED"
"""
    )
    bench = bench_of(tmp_path, scenarios=scenarios)
    for change in ("drop-limb: without", "negate-limb: not"):
        found = bench.verdict(bench.by_name[f"zz.act §1: {change} `good.produced_in includes RU`"])
        assert found.state is State.KILLED


def anew(bench: Bench, mutant: Mutant) -> str:
    """The verdict without any shortcut: every scenario decided from nothing by the changed law."""
    try:
        law, _ = bench.change(mutant)
    except RulebookError:
        return State.REFUSED
    for known in bench.reach.known:
        asked = known.scenario
        settings = conclude.settings_of(law.program, known.regimes, asked.known_on, asked.readings)
        if replace(known, whole=True).failures(
            law, Evaluation(law.program, View(known.case), settings)
        ):
            return State.KILLED
    return State.SURVIVED


def test_no_shortcut_changes_a_verdict(tmp_path: Path) -> None:
    bench = bench_of(tmp_path)
    assert {n: v.state for n, v in verdicts(bench).items()} == {
        m.name: anew(bench, m) for m in bench.mutants
    }


def test_no_shortcut_changes_a_verdict_in_the_law() -> None:
    draw = random.Random(7)
    scenarios = [
        s for name in ("oil", "ownership", "services")
        for s in read_scenarios(LAW / "uk" / f"{name}.scenarios.toml")
    ]  # fmt: skip
    shop = packaged()
    bench = Bench(shop, draw.sample(scenarios, 20), shop.files)
    for mutant in draw.sample(bench.mutants, 8):
        assert bench.verdict(mutant).state == anew(bench, mutant), mutant.name
