"""All engines agree with the reference interpreter (D13), on drawn programs and on found examples.

One run for all engines: what is drawn, and the right answers, are worked out once. `make agree` is
the same with more programs.
"""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from engines.wrong import Wrong, WrongInterpreter

from sanctions_rules.core import Program
from sanctions_rules.decision import Outcome
from sanctions_rules.engines.answers import RegimeAnswer
from sanctions_rules.engines.conformance import (
    CAPABILITIES,
    Answers,
    CannotExpress,
    Engine,
    differences,
    of_data,
    refusal,
)
from sanctions_rules.engines.installed import ENGINES, Interpreter, available
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case
from sanctions_rules.testing.agreement import Report, run, run_apart

CORPUS = Path(__file__).parent / "corpus"
#: So many programs, of 50 cases each: so many that all tests together stay under ten minutes; `make agree` runs as many as one likes.
PROGRAMS = {
    "compiled": 150,
    "compiled from text": 20,
    "compiled one by one": 20,
    "columnar": 75,
    "columnar in pieces": 20,
    "duckdb": 30,
}


def everybody() -> list[Engine]:
    return available()[0]


def test_engines_agree_with_the_reference() -> None:
    processes = min(os.cpu_count() or 1, 4)
    report = run_apart(everybody, PROGRAMS, processes, seed="test")
    print(report)
    assert not report.disagreements, "\n\n".join(map(str, report.disagreements))
    for name, score in report.scores.items():
        done = score.programs + score.refused.total()
        assert done == PROGRAMS[name]
        assert score.programs > done / 2, f"{name} refuses most"
        assert score.aside < score.cases / 2, f"{name} leaves most to the interpreter"


@pytest.mark.parametrize("name", sorted(ENGINES))
@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.json")), ids=lambda f: f.stem)
def test_what_was_found_once_is_right_now(file: Path, name: str) -> None:
    engines, absent = available(name)
    if absent:
        pytest.skip(f"{name} is an extra that is not installed here: {absent[name]}")
    engine, example = engines[0], of_data(json.loads(file.read_text(encoding="utf-8")))
    why = refusal(engine, example.program, example.settings)
    if why:
        pytest.skip(f"{name} refuses {why}")
    cases = [build_case(facts) for facts, _ in example.cases]
    got = engine.answers(example.program, example.settings, cases)
    for answers, (_, right) in zip(got, example.cases, strict=True):
        assert not differences(answers, right, engine.capabilities)


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.json")), ids=lambda f: f.stem)
def test_the_reference_gives_what_was_found(file: Path) -> None:
    example = of_data(json.loads(file.read_text(encoding="utf-8")))
    cases = [build_case(facts) for facts, _ in example.cases]
    got = Interpreter().answers(example.program, example.settings, cases)
    assert got == [right for _, right in example.cases]


# -- the run itself ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Other(Interpreter):
    """The interpreter, whose answers are then changed, or refused."""

    name: str = "other"
    capabilities: frozenset[str] = CAPABILITIES
    fails: str = ""

    def answers(self, program: Program, settings: Settings, cases: Sequence[Case]) -> list[Answers]:
        found = super().answers(program, settings, cases)
        match self.fails:
            case "refuses":
                raise CannotExpress("anything at all")
            case "breaks":
                raise ValueError("it broke")
            case "loses one":
                return found[1:]
            case "among others":
                if len(found) > 1:
                    found[3] = {r: RegimeAnswer(r, Outcome.PROHIBITED) for r in found[3]}
            case "says nothing of what is missing":
                return [{r: _without(a) for r, a in one.items()} for one in found]
            case _:
                pass
        return found


def _without(answer: RegimeAnswer) -> RegimeAnswer:
    return RegimeAnswer(
        answer.regime, answer.outcome, answer.fired, answer.undecided, answer.lifted,
        answer.exposed, answer.perhaps_exposed, answer.duties,
    )  # fmt: skip


def once(engine: Interpreter | WrongInterpreter, programs: int = 3) -> Report:
    return run([engine], programs, 10, seed="once")


def test_an_engine_that_agrees() -> None:
    report = once(Other())
    score = report.scores["other"]
    assert (score.programs, score.cases, report.disagreements) == (3, 30, [])
    assert "other" in str(report) and "30 cases" in str(report)


def test_what_an_engine_cannot_give_is_not_compared() -> None:
    silent = "says nothing of what is missing"
    assert once(Other(fails=silent), 20).disagreements
    able = CAPABILITIES - {"missing"}
    assert not once(Other(fails=silent, capabilities=able), 20).disagreements


def test_what_an_engine_refuses_is_counted() -> None:
    score = once(Other(fails="refuses")).scores["other"]
    assert (score.programs, score.refused) == (0, {"anything at all": 3})
    score = once(Other(capabilities=frozenset()), 60).scores["other"]
    assert set(score.refused) == {"ownership that is passed on", "the presumptive answer"}
    assert 0 < score.programs < 60


@pytest.mark.parametrize(
    ("fails", "told"), [("breaks", "ValueError: it broke"), ("loses one", "answers to")]
)
def test_an_engine_that_breaks_disagrees(fails: str, told: str) -> None:
    (found,) = once(Other(fails=fails)).disagreements
    assert told in str(found)


def test_what_differs_only_among_others_is_told_with_them() -> None:
    (found,) = once(Other(fails="among others")).disagreements
    found = pickle.loads(pickle.dumps(found))  # as it comes out of a process
    assert (len(found.facts), found.at) == (10, 3)
    assert "only among 10 cases" in str(found)


def test_a_disagreement_is_made_small_and_can_be_kept() -> None:
    wrong = WrongInterpreter(Wrong("includes", "unknown is no"))
    (found,) = run([wrong], 400, 20, seed="small").disagreements
    assert len(found.program.norms) == 1
    text = str(found)
    assert "includes(" in text and "UNKNOWN" not in text.split("settings")[0].replace(
        "UNKNOWN", "", 2
    )
    example = of_data(json.loads(text.rsplit("\n", 1)[1]))
    (facts, right), *more = example.cases
    assert not more
    cases = [build_case(facts)]
    assert Interpreter().answers(example.program, example.settings, cases) == [right]
    (got,) = wrong.answers(example.program, example.settings, cases)
    assert differences(got, right, CAPABILITIES)


def test_a_budget_ends_the_run() -> None:
    report = run([Other()], 10_000, 5, seed="budget", budget=0.2)
    assert 0 < report.scores["other"].programs < 1_000
