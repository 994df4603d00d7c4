"""The conformance corpus and the self-test: what is asked, of whom, how often, and who fails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from command import said
from engines import make_corpus
from engines.wrong import Wrong, WrongInterpreter, all_wrong

from sanctions_rules.cache_folder import SETTING
from sanctions_rules.cli import FINDINGS, OK, USAGE
from sanctions_rules.core import OPERATORS, Program
from sanctions_rules.engines import selftest
from sanctions_rules.engines.conformance import (
    CAPABILITIES,
    Answers,
    CannotExpress,
    Example,
    as_data,
)
from sanctions_rules.engines.installed import ENGINES, Interpreter, available
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.engines.meaning import MEANING
from sanctions_rules.engines.selftest import NotTrustedError, check, ensure
from sanctions_rules.facts import Case

EXAMPLES = {example.name: example for example in selftest.corpus()}


def test_what_is_written_by_hand_is_in_the_corpus() -> None:
    """After a change there: `python tests/engines/make_corpus.py`."""
    for example in make_corpus.by_hand():
        assert as_data(EXAMPLES[example.name]) == json.loads(json.dumps(as_data(example)))


def test_the_reference_answers_the_corpus() -> None:
    result = check(Interpreter())
    assert result.failures == () and result.refused == ()
    assert result.cases > 300


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_each_engine_answers_the_corpus(name: str) -> None:
    engines, absent = available(name)
    if absent:
        pytest.skip(f"{name} is an extra that is not installed here: {absent[name]}")
    result = check(engines[0])
    assert result.failures == ()
    assert result.passed and result.examples > len(EXAMPLES) / 2


@pytest.mark.parametrize("operator", [*OPERATORS, "some", "every", "at_least", "sum"])
def test_no_wrong_meaning_passes(operator: str) -> None:
    ways = [w for w in all_wrong() if w.operator == operator]
    for wrong in ways:
        assert any(make_corpus.catches(e, wrong) for e in reversed(EXAMPLES.values())), wrong
    assert ways and set(MEANING) < set(OPERATORS)


@pytest.mark.parametrize("name", ["contradictory sets", "one_of", "sum", "clocks that change"])
def test_traps_of_known_engines_are_asked(name: str) -> None:
    assert name in EXAMPLES


# -- before first use ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted(Interpreter):
    name: str = "counted"
    version: str = "1"
    capabilities: frozenset[str] = CAPABILITIES
    fails: str = ""
    asked: list[int] = field(default_factory=list[int])

    def answers(self, program: Program, settings: Settings, cases: Sequence[Case]) -> list[Answers]:
        self.asked.append(len(cases))
        if self.fails == "refuses":
            raise CannotExpress("all of it")
        if self.fails == "breaks":
            raise ZeroDivisionError
        return super().answers(program, settings, cases)[: -1 if self.fails else None]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and a process that has tested nothing."""
    monkeypatch.setenv(SETTING, str(tmp_path))
    monkeypatch.setattr(selftest, "_passed", set[str]())
    few = "\n".join(json.dumps(as_data(e)) for e in list(EXAMPLES.values())[:2])
    text = '{"examples": [' + few.replace("\n", ",") + "]}"
    monkeypatch.setattr(selftest, "_corpus_text", lambda: text)
    return tmp_path


def anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process."""
    monkeypatch.setattr(selftest, "_passed", set[str]())


def test_once_for_each_version(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Counted()
    ensure(one)
    assert len(one.asked) == 2 and len(list(kept.glob("selftest-*"))) == 1
    ensure(one)
    anew(monkeypatch)
    ensure(one)
    assert len(one.asked) == 2
    newer = Counted(version="2")
    ensure(newer)
    assert len(newer.asked) == 2 and len(list(kept.glob("selftest-*"))) == 2


def test_where_nothing_is_kept_once_for_each_process(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, "off")
    one = Counted()
    ensure(one)
    ensure(one)
    assert len(one.asked) == 2
    anew(monkeypatch)
    ensure(one)
    assert len(one.asked) == 4 and not list(kept.iterdir())


@pytest.mark.parametrize("damage", [b"", b"{", b'{"key": "other"}', b"[]", b"\xff"])
def test_a_damaged_note_is_no_pass(
    kept: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes
) -> None:
    one = Counted()
    ensure(one)
    (note,) = kept.glob("selftest-*")
    note.write_bytes(damage)
    anew(monkeypatch)
    ensure(one)
    assert len(one.asked) == 4


@pytest.mark.parametrize("fails", ["breaks", "loses one", "refuses"])
def test_an_engine_that_fails_is_not_used(kept: Path, fails: str) -> None:
    one = Counted(fails=fails)
    for _ in range(2):
        with pytest.raises(NotTrustedError, match=r"the engine counted \(1\) fails") as error:
            ensure(one)
    assert len(one.asked) == 4 and not list(kept.glob("selftest-*"))
    assert "sanctions-rules selftest" in str(error.value)


def test_a_wrong_engine_is_told_what_it_got_wrong() -> None:
    result = check(WrongInterpreter(Wrong("one_of", "unknown is no")))
    assert any("contradictory sets, case 0: xx.outcome is" in f for f in result.failures)


def test_the_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = said(capsys, "selftest", "compiled")
    assert (code, err) == (OK, "")
    assert out.startswith("compiled             passed: ")
    wrong = WrongInterpreter(Wrong("and", "unknown is no"))
    monkeypatch.setitem(ENGINES, "compiled", lambda: wrong)
    code, out, _ = said(capsys, "selftest", "compiled")
    assert code == FINDINGS and "FAILED" in out and "--all shows them" in out
    assert "--all" not in said(capsys, "selftest", "--all", "compiled")[1]
    assert said(capsys, "selftest", "nothing")[0] == USAGE


def test_an_engine_that_is_not_installed_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> Interpreter:
        raise ImportError("pip install it")

    monkeypatch.setitem(ENGINES, "compiled", absent)
    code, out, _ = said(capsys, "selftest", "compiled")
    assert code == OK and "not installed: pip install it" in out


def test_examples_are_small_and_named_apart() -> None:
    examples: list[Example] = list(selftest.corpus())
    assert len({e.name for e in examples}) == len(examples)
    assert all(len(e.cases) <= 25 for e in examples)
