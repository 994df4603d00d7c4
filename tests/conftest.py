"""What the tests share: the packaged law, loaded once, and the scenarios of the law."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from sanctions_rules.rulebooks import Law, load
from sanctions_rules.scenario import Scenario, read_scenarios

LAW = Path(__file__).parent / "law"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record-messages", action="store_true", help="write the messages of bad rule files anew"
    )


@pytest.fixture(scope="session")
def law() -> Law:
    return load("us")


@cache
def all_scenarios() -> tuple[Scenario, ...]:
    return tuple(
        s
        for file in sorted(LAW.glob("*/*.scenarios.toml"))
        for s in read_scenarios(file, LAW / "bases")
    )
