"""A run of `mutate`: several processes, going on, what is explained, stubs, and the command."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from command import said
from rules import RULES, SCENARIOS, bench_of, verdicts, written

from sanctions_rules.author.mutate.bench import Bench, State
from sanctions_rules.author.mutate.explained import read_explained
from sanctions_rules.author.mutate.journal import Journal
from sanctions_rules.author.mutate.running import run
from sanctions_rules.author.mutate.telling import told
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.scenario import UNCONFIRMED, Scenario, bearing, read_scenarios
from sanctions_rules.scenario import run as run_scenario


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path]:
    return written(tmp_path)


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


def test_facts_that_tell_a_survivor_apart_are_found(tmp_path: Path) -> None:
    bench = bench_of(tmp_path)
    found = {
        n: told(bench, bench.by_name[n])
        for n, v in verdicts(bench).items()
        if v.state is State.SURVIVED
    }
    telling = {n: t for n, t in found.items() if t is not None and t.differs}
    assert len(telling) > len(found) * 0.65
    for name, one in telling.items():
        decision = bench.law.decide(
            one.scenario.case(), regimes=["zz"], known_on=one.scenario.known_on
        )
        because = list(bearing(bench.law.norms(), decision["zz"]))
        others = [n.id for n in bench.law.norms() if n.id not in because]
        expect = {
            "zz": {
                "outcome": str(decision["zz"].outcome),
                "because": because,
                "not_because": others,
            }
        }
        scenario = replace(one.scenario, expect=expect)
        again = Bench(bench.workshop, [scenario], {m.file for m in bench.mutants})
        assert again.verdict(again.by_name[name]).state is State.KILLED, (name, one.changed)


def test_a_stub_is_a_scenario_once_it_is_filled_in(
    small: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules, scenarios = small
    file = tmp_path / "more.scenarios.toml"
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
    assert "# but " in text
    assert "the rules as they stand and this mutant answer differently" in text
    read: list[Scenario] = read_scenarios(file)
    assert len(read) == 2 and all(s.expect["zz"] == {"outcome": UNCONFIRMED} for s in read)
    law = bench_of(tmp_path).law
    assert [run_scenario(law, s).passed for s in read] == [False, False]  # until somebody says
    file.write_text(text.replace(UNCONFIRMED + '"', 'PROHIBITED"'), encoding="utf-8")
    assert all(s.expect["zz"]["outcome"] == "PROHIBITED" for s in read_scenarios(file))
