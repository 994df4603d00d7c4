"""Each claim of the threat model names a test, and the test is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "threat_model.md"
ROWS = [
    line
    for line in PAGE.read_text("utf-8").split("\n")
    if line.startswith("| ") and "claim |" not in line
]


def test_there_are_claims_about_all_four() -> None:
    assert PAGE.read_text("utf-8").count("\n## A hostile ") == 4 and len(ROWS) > 25


@pytest.mark.parametrize("row", ROWS)
def test_a_claim_has_its_test(row: str) -> None:
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", row.split("|")[2])
    assert named, row
    for file, name in named:
        assert re.search(rf"^def {name}\(", (TESTS / file).read_text("utf-8"), re.MULTILINE), name
