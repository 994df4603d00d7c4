"""The pytest plugin: what it collects, how a failure reads, by which law it decides.

Each run is a pytest of its own in a folder of its own, out of sight of this repository's settings.
An installed package brings the plugin by its entry point; otherwise it is named by `-p`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import sanctions_rules as sr
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import scenario_files
from sanctions_rules.testing import assert_decision

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent
INSTALLED = any(p.name == "sanctions_rules" for p in entry_points(group="pytest11"))
PLUGIN = [] if INSTALLED else ["-p", "sanctions_rules.pytest_plugin"]

VODKA = """
[[scenario]]
name = "Vodka"
source = "us/eo14068/1(a)(i)(A)"
facts.act.kind = "entry"
facts.act.destination = "US"
facts.act.purpose = "commercial"
facts.act.events.entry = 2024-05-02
facts.licences_held = "none"
facts.judgements = [{ question = "us.substantially_transformed", of = "vodka", answer = "no" }]
[[scenario.facts.goods]]
id = "vodka"
category = "alcoholic_beverage"
produced_in = ["RU"]
incorporated_in_foreign_product = false
[scenario.expect.us]
outcome = "PROHIBITED"
"""

OWN_LAW = """
instrument xx.programme "A programme of our own"
  cites         "Policy 1"
  clock         Europe/London
  current through 2030-01-01 1
end

instrument xx.policy "Our policy"
  cites         "Policy 1"
end

provision xx.policy §1 "No gold"
  cites         "Policy 1, point 1"
  in force      from 2024-01-01, no end stated
  prohibits     import of good into GB
  when          good.category is gold
end

example "Gold on the first day"
  conduct       import of good into GB on 2024-01-01
  given         good.category is gold
    and         case.licences_held is none
  expect        xx PROHIBITED by xx.policy §1
end

example "Gold the day before"
  conduct       import of good into GB on 2023-12-31
  given         good.category is gold
  expect        xx PROHIBITED
end
"""

GOLD = """
[[scenario]]
name = "Gold"
source = "Policy 1, point 1"
facts.act = { kind = "import", destination = "GB", events = { entry = 2024-06-01 } }
facts.licences_held = "none"
facts.goods = [{ category = "gold" }]
expect.xx.outcome = "PROHIBITED"
"""

Pytest = Callable[..., str]


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    """A project with a small law of its own."""
    (pytester.path / "own.rules").write_text(OWN_LAW, "utf-8")
    (pytester.path / "pytest.ini").write_text(
        "[pytest]\nsanctions_rules_law = own.rules\n", "utf-8"
    )
    return pytester.path


@pytest.fixture
def pytest_run(pytester: pytest.Pytester, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Pytest:
    """Run pytest in the project, in this process, where the grammar has been read already."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def run(*words: str, code: int = 0) -> str:
        done = pytester.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider", *words)
        printed = done.stdout.str() + done.stderr.str()
        assert done.ret == code, printed
        return printed

    return run


def test_in_this_repository_the_law_is_collected() -> None:
    """Every scenario file under tests/ is run by the plugin: nothing else runs them one by one."""
    config = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGIN, "--collect-only", "-q", *config, "tests/law"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
        encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    collected = {line.split("::")[0] for line in done.stdout.splitlines() if "::" in line}
    files = {f.relative_to(ROOT).as_posix() for f in scenario_files(ROOT / "tests" / "law")}
    assert files
    assert files <= collected


def test_this_run_has_the_plugin_once(request: pytest.FixtureRequest) -> None:
    """Without it, the scenarios of the law would silently not run."""
    manager = request.config.pluginmanager
    names = [
        n
        for n, p in manager.list_name_plugin()
        if getattr(p, "__name__", "") == "sanctions_rules.pytest_plugin"
    ]
    assert len(names) == 1, (
        "install the package (make test does), or say -p sanctions_rules.pytest_plugin"
    )


def test_scenario_files_are_tests(folder: Path, pytest_run: Pytest) -> None:
    (folder / "a.scenarios.toml").write_text(GOLD + GOLD.replace('"Gold"', '"Bullion"'), "utf-8")
    (folder / "other.toml").write_text("[scenario]\n", "utf-8")
    out = pytest_run("-v")
    assert "a.scenarios.toml::Gold PASSED" in out
    assert "a.scenarios.toml::Bullion PASSED" in out
    assert "2 passed" in out


def test_yaml_scenario_files_are_tests(folder: Path, pytest_run: Pytest) -> None:
    pytest.importorskip("ruamel.yaml")
    (folder / "a.scenarios.yaml").write_text("""
scenario:
  - name: Gold
    source: Policy 1, point 1
    known_on: "2024-06-01"
    facts:
      act: {kind: import, destination: GB, events: {entry: 2024-05-02}}
      licences_held: none
      goods: [{category: gold}]
    expect: {xx: {outcome: PROHIBITED}}
""", "utf-8")  # fmt: skip
    assert "1 passed" in pytest_run()


def test_a_failure_shows_what_differs_and_the_trace(folder: Path, pytest_run: Pytest) -> None:
    (folder / "a.scenarios.toml").write_text(GOLD.replace('"PROHIBITED"', '"AUTHORISED"'), "utf-8")
    out = pytest_run(code=1)
    assert "xx: the outcome is PROHIBITED, not AUTHORISED" in out
    assert "source: Policy 1, point 1" in out
    assert "is gold" in out, "the decision's trace"
    assert "xx.policy §1" in out
    assert "Traceback" not in out
    assert "pytest_plugin.py" not in out, "our own frames say nothing to the author of a scenario"
    assert "assert {" not in out


def test_facts_that_cannot_be_read_say_where(folder: Path, pytest_run: Pytest) -> None:
    (folder / "a.scenarios.toml").write_text(GOLD.replace('"gold"', '"golds"'), "utf-8")
    out = pytest_run(code=1)
    assert "goods[0].category" in out
    assert "did you mean `gold`?" in out
    assert "pytest_plugin.py" not in out


def test_a_file_that_cannot_be_read_is_an_error_of_collection(
    folder: Path, pytest_run: Pytest
) -> None:
    (folder / "a.scenarios.toml").write_text(GOLD.replace("source =", "sauce ="), "utf-8")
    out = pytest_run(code=2)
    assert "did you mean `source`?" in out
    assert "Traceback" not in out


def test_two_scenarios_of_one_name_are_two_tests(folder: Path, pytest_run: Pytest) -> None:
    (folder / "a.scenarios.toml").write_text(GOLD + GOLD, "utf-8")
    out = pytest_run("-v")
    assert "::Gold PASSED" in out
    assert "::Gold (2) PASSED" in out


def test_scenarios_can_be_chosen_by_name(folder: Path, pytest_run: Pytest) -> None:
    (folder / "a.scenarios.toml").write_text(GOLD + GOLD.replace('"Gold"', '"Bullion"'), "utf-8")
    assert "1 passed, 1 deselected" in pytest_run("-k", "Bullion")
    assert "1 passed" in pytest_run("a.scenarios.toml::Bullion")


# -- rule files, and by which law ---------------------------------------------------------------


def test_examples_in_rule_files_only_if_asked(pytest_run: Pytest) -> None:
    assert "no tests ran" in pytest_run(code=5)
    out = pytest_run("-v", "--rules-examples", code=1)
    assert "own.rules::Gold on the first day PASSED" in out
    assert "own.rules::Gold the day before FAILED" in out
    assert "xx: the outcome is NOT_PROHIBITED, not PROHIBITED" in out


def test_the_law_is_the_packaged_one_unless_named(folder: Path, pytest_run: Pytest) -> None:
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (folder / "own.scenarios.toml").write_text(GOLD, "utf-8")
    (folder / "vodka.scenarios.toml").write_text(VODKA, "utf-8")
    out = pytest_run(code=1)
    assert "1 failed, 1 passed" in out
    assert "xx: no rulebook of it is loaded" in out
    # The packaged law beside one's own, by option.
    both = ("--sanctions-rules-law", "us", "--sanctions-rules-law", "own.rules")
    assert "2 passed" in pytest_run(*both)


def test_a_law_that_does_not_load_is_said_once(folder: Path, pytest_run: Pytest) -> None:
    (folder / "a.scenarios.toml").write_text(GOLD, "utf-8")
    (folder / "b.scenarios.toml").write_text(GOLD, "utf-8")
    out = pytest_run("--sanctions-rules-law", "uss", code=4)
    assert out.count("sanctions_rules_law: ") == 1
    assert "there is no rulebook of `uss`; did you mean `us`?" in out
    assert "pytest_plugin.py" not in out
    (folder / "own.rules").write_text(OWN_LAW.replace("good.category", "good.kategory"), "utf-8")
    out = pytest_run(code=4)
    assert "there is no fact called `good.kategory`" in out
    assert "own.rules:" in out


def test_the_plugin_costs_a_run_without_scenarios_nothing(folder: Path) -> None:
    (folder / "test_light.py").write_text(
        "import sys\n\ndef test_light():\n"
        "    assert 'sanctions_rules.pytest_plugin' in sys.modules\n"
        "    assert not {'lark', 'pydantic', 'sanctions_rules.rulebooks'} & set(sys.modules)\n",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGIN, "-q"], cwd=folder, capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}, encoding="utf-8",
        timeout=120, check=False,
    )  # fmt: skip
    assert "1 passed" in done.stdout, done.stdout


# -- assert_decision ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vodka() -> sr.Decision:
    return sr.load("us").decide(sr.read_case(ROOT / "examples" / "vodka" / "case.toml"))


def test_assert_decision_holds(vodka: sr.Decision) -> None:
    assert_decision(vodka, us="PROHIBITED")
    assert_decision(
        vodka, us="PROHIBITED", because=["us.eo14068 §1(a)(i)(A)", "us/eo14068/1(a)(i)(A)"]
    )


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"us": "AUTHORISED"}, "us: the outcome is PROHIBITED, not AUTHORISED"),
        (
            {"us": "PROHIBITED", "because": ["us.gl83"]},
            "`us.gl83` does not bear the outcome; this does: ",
        ),
        (
            {"us": "PROHIBITED", "missing": ["actor"]},
            "`actor` is not asked for; asked for is: nothing",
        ),
    ],
)
def test_assert_decision_fails_with_the_trace(
    vodka: sr.Decision, expected: dict[str, str], said: str
) -> None:
    with pytest.raises(AssertionError, match=re.escape(said)) as failed:
        assert_decision(vodka, **expected)  # type: ignore[arg-type]
    assert "E.O. 14068 s. 1(a)(i)(A)" in str(failed.value)


def test_assert_decision_asks_for_what_is_missing(law: Law) -> None:
    case = sr.read_case(ROOT / "examples" / "pollock-filleted-in-china" / "case.toml")
    assert_decision(law.decide(case), us="UNDETERMINED", missing=["act.events.loading"])


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"us": "PROHIBITTED"}, "did you mean `PROHIBITED`?"),
        ({"uk": "PROHIBITED"}, "says nothing of `uk`"),
    ],
)
def test_a_mistake_of_the_test_is_no_failure_of_the_decision(
    vodka: sr.Decision, expected: dict[str, str], said: str
) -> None:
    with pytest.raises(LookupError, match=re.escape(said)):
        assert_decision(vodka, **expected)  # type: ignore[arg-type]
