"""What the tests share: the packaged law, loaded once, and the scenarios of the law."""

from __future__ import annotations

import gc
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sanctions_rules.certificates import Refused, certify, from_json, to_json, verify
from sanctions_rules.engines.compiled import Facts
from sanctions_rules.facts import Case
from sanctions_rules.rulebooks import Law, load
from sanctions_rules.rulebooks.explained import ExplainedDecision
from sanctions_rules.rulebooks.store import SETTING
from sanctions_rules.scenario import Scenario, read_scenarios

LAW = Path(__file__).parent / "law"
#: So many times as much as usual, where a test takes a sample: `make samples`, `make edits`.
LONGER = int(os.environ.get("LONGER", "1"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record-messages", action="store_true", help="write the messages of bad rule files anew"
    )
    parser.addoption(
        "--certify",
        action="store_true",
        help="check the certificate of every decision that is made",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Rulebooks are kept with what pytest keeps, not with the user's; where it keeps none, nowhere."""
    kept = config.cache.mkdir("rulebooks") if hasattr(config, "cache") else "off"
    os.environ.setdefault(SETTING, str(kept))
    # By default the collector looks so often through the law and thousands of scenarios, which stay
    # to the end, that it takes a fifth of the time of all tests.
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_finish() -> None:
    gc.freeze()  # what was collected stays to the end


@pytest.fixture(scope="session")
def law() -> Law:
    return load("us")


@pytest.fixture(scope="session")
def whole_law() -> Law:
    return load("us", "eu", "uk")


@cache
def scenarios_of(file: Path) -> tuple[Scenario, ...]:
    """The scenarios of a file of `tests/law`, read once for all tests."""
    return tuple(read_scenarios(file, LAW / "bases"))


@cache
def all_scenarios(*folders: str) -> tuple[Scenario, ...]:
    """The scenarios of these folders of `tests/law`, of US law where none is named."""
    return tuple(
        s
        for folder in folders or ("us",)
        for file in sorted((LAW / folder).glob("*.scenarios.toml"))
        for s in scenarios_of(file)
    )


def sampled(every: int, *folders: str) -> tuple[Scenario, ...]:
    """Every so manieth of `all_scenarios`, or more of them: `LONGER`."""
    return all_scenarios(*folders)[:: max(1, every // LONGER)]


@cache
def every_scenario() -> tuple[Scenario, ...]:
    """All scenarios of `tests/law`, in the order of files."""
    return tuple(s for file in sorted(LAW.rglob("*.scenarios.toml")) for s in scenarios_of(file))


@pytest.fixture(autouse=True)
def _certified(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `--certify`: whatever a test decides, the checker accepts its certificate."""
    if not request.config.getoption("--certify"):
        return
    decided = Law.decide

    def decide(law: Law, case: Case | Facts, **asked: Any) -> ExplainedDecision:
        decision = decided(law, case, **asked)
        given = case if isinstance(case, Case) else case.case
        certificate = from_json(to_json(certify(law, decision)))
        try:
            verify(certificate, law, given)
        except Refused as refusal:
            pytest.fail(f"its certificate is refused: {refusal}")
        return decision

    monkeypatch.setattr(Law, "decide", decide)
