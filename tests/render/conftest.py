"""The flag that records golden documents: `pytest tests/render --record`; then read the diff."""

from __future__ import annotations

import contextlib

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    with contextlib.suppress(ValueError):  # another folder with golden documents has added it
        parser.addoption("--record", action="store_true", help="record golden documents anew")


@pytest.fixture
def record(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--record", default=False))
