"""Mutation of rules: what is changed, who notices, and that no shortcut makes a survivor or a kill."""

from __future__ import annotations

import hashlib
import json
import random
import re
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from command import said
from rules import RULES, SCENARIOS, written

from sanctions_rules.author.mutate import OPERATORS
from sanctions_rules.author.mutate.bench import Bench, State, Verdict, benches_of
from sanctions_rules.author.mutate.explained import read_explained
from sanctions_rules.author.mutate.journal import Journal
from sanctions_rules.author.mutate.mutants import Mutant
from sanctions_rules.author.mutate.running import run
from sanctions_rules.author.mutate.workshop import Workshop
from sanctions_rules.diagnostics import FactsError, RulebookError
from sanctions_rules.engines import conclude
from sanctions_rules.engines.interpreter import Evaluation
from sanctions_rules.rulebooks import packaged_files
from sanctions_rules.scenario import Scenario, read_scenarios
from sanctions_rules.view import View

LAW = Path(__file__).parent.parent / "law"


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path]:
    return written(tmp_path)


def bench_of(folder: Path, rules: str = RULES, scenarios: str = SCENARIOS) -> Bench:
    file = folder / "zz.scenarios.toml"
    file.write_text(scenarios, encoding="utf-8")
    files = {"zz.rules": rules.encode()}
    return benches_of(files, files, read_scenarios(file))[0]


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


# -- who notices ---------------------------------------------------------------------------------


def verdicts(bench: Bench) -> dict[str, Verdict]:
    return {m.name: bench.verdict(m) for m in bench.mutants}


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
    bench = Bench(shop, draw.sample(scenarios, 30), shop.files)
    for mutant in draw.sample(bench.mutants, 12):
        assert bench.verdict(mutant).state == anew(bench, mutant), mutant.name


# -- a run ---------------------------------------------------------------------------------------


def test_several_processes_find_what_one_finds(tmp_path: Path) -> None:
    bench = bench_of(tmp_path)
    alone, together = (
        [t.verdict for t in run([bench], Journal(None).__enter__(), jobs=jobs)] for jobs in (1, 3)
    )
    assert alone == together == list(verdicts(bench).values())


def tried(bench: Bench, state: Path) -> list[str]:
    """The mutants that a run with this journal tries."""
    names: list[str] = []
    with Journal(state) as journal:
        run([bench], journal, told=lambda _done, _of, verdict: names.append(verdict.name))
    return names


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    bench, state = bench_of(tmp_path), tmp_path / "state.jsonl"
    names = [m.name for m in bench.mutants]
    assert tried(bench, state) == names
    assert tried(bench, state) == []
    lines = state.read_text(encoding="utf-8").splitlines(keepends=True)
    state.write_text("".join(lines[:-5]) + lines[-5][:40], encoding="utf-8")
    assert tried(bench, state) == names[-5:]


def test_what_is_known_holds_while_its_scenario_does(tmp_path: Path) -> None:
    bench, state = bench_of(tmp_path), tmp_path / "state.jsonl"
    tried(bench, state)
    found = verdicts(bench)
    other = SCENARIOS.replace(
        'name = "the same under an old contract"', 'name = "under an older contract"'
    )
    again = set(tried(bench_of(tmp_path, scenarios=other), state))
    killer = "zz.scenarios.toml: the same under an old contract"
    assert again == {n for n, v in found.items() if v.state is State.SURVIVED or v.by == killer}
    rules = RULES.replace("USD 100.00", "USD 100.0")
    assert len(tried(bench_of(tmp_path, rules), state)) == len(found)


# -- the command ---------------------------------------------------------------------------------


def test_the_command(small: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    rules, scenarios = small
    call = ("mutate", rules, "--scenarios", scenarios)
    code, out, err = said(capsys, *call, "--operator", "flip-bound")
    assert (code, err) == (0, "")  # no bar: this is no terminal
    assert "zz.rules:17: zz.act §1: flip-bound: `until` → `through`" in out
    assert out.rstrip().endswith(
        "66.67 % of 6 mutants noticed: 4 killed, 0 refused, 2 survived, 0 of them explained (66.67 % without those refused)"
    )
    assert said(capsys, *call, "--operator", "flip-bound", "--fail-under", "66")[0] == 0
    assert said(capsys, *call, "--operator", "flip-bound", "--fail-under", "67")[0] == 1
    code, out, _ = said(capsys, *call, "--match", "swap-verb", "--format", "json")
    data = json.loads(out)
    assert data["score"]["mutants"] == 4 and data["score"]["refused"] == 2
    assert {m["operator"] for m in data["mutants"]} == {"swap-verb"}
    assert said(capsys, *call, "--operator", "flip-bounds")[0] == 2
    assert said(capsys, "mutate", rules)[0] == 2
    assert len(said(capsys, "mutate", rules, "--list")[1].splitlines()) == 75


def test_scenarios_that_fail_beforehand_prove_nothing(
    small: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    rules, scenarios = small
    file = scenarios / "zz.scenarios.toml"
    file.write_text(SCENARIOS.replace('"AUTHORISED"', '"PROHIBITED"'), encoding="utf-8")
    code, out, err = said(capsys, "mutate", rules, "--scenarios", scenarios)
    assert (code, out) == (
        3,
        "",
    ) and "the same under an old contract: zz: the outcome is AUTHORISED" in err


def test_what_is_explained_stays_a_survivor(
    small: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules, scenarios = small
    allowed = tmp_path / "allowed.toml"
    allowed.write_text("""
[[allowed]]
pattern = '§1: flip-bound: `until` → `through`'
reason = "nobody asks about 2026"
""")
    call = (
        "mutate",
        rules,
        "--scenarios",
        scenarios,
        "--operator",
        "flip-bound",
        "--allowed",
        allowed,
    )
    code, out, _ = said(capsys, *call)
    assert code == 1  # the other survivor is not explained
    assert (
        "explained: nobody asks about 2026" in out
        and "66.67 %" in out
        and "1 of them explained" in out
    )
    allowed.write_text(
        allowed.read_text()
        + """
[[allowed]]
mutant = "zz.gl1: flip-bound: `through` → `until` in `in force from 2024-02-01 through 2024-06-30 00:01 EDT`"
reason = "nobody asks about that minute"
"""
    )
    assert said(capsys, *call)[0] == 0
    for wrong in (
        "[[allowed]]\nreason = 'x'",
        "[[allowed]]\npattern = '('\nreason = 'x'",
        "a = 1",
        "=",
    ):
        allowed.write_text(wrong)
        with pytest.raises(FactsError):
            read_explained(allowed)


def test_a_stub_is_a_scenario_once_it_is_filled_in(
    small: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules, scenarios = small
    file = tmp_path / "more.scenarios.yaml"
    said(
        capsys,
        "mutate",
        rules,
        "--scenarios",
        scenarios,
        "--stubs",
        file,
        "--match",
        "change-code|drop-exception",
    )
    text = file.read_text(encoding="utf-8")
    assert (
        "zz.rules:25: zz.act §1: drop-exception: without `except where act.purpose is personal`"
        in text
    )
    with pytest.raises(FactsError, match="TODO"):
        read_scenarios(file)
    file.write_text(text.replace("outcome: TODO", "outcome: PROHIBITED"), encoding="utf-8")
    read: list[Scenario] = read_scenarios(file)
    assert len(read) == 2
    for scenario in read:
        scenario.case()  # the facts are those of a case
