"""The divergence table of the dossier, row by row, as `compare` prints it.

That each row gets its outcomes and its causes is tested where the scenarios are run; here, that the
page says what it rests on and names both sides.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from sanctions_rules.compare import Comparison
from sanctions_rules.render.sentences import say
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import Scenario, read_scenarios

HERE = Path(__file__).parent / "divergence"
ROWS = tuple(chain.from_iterable(map(read_scenarios, sorted(HERE.glob("*.scenarios.toml")))))
#: What the dossier marks M in a row: that it has it from memory alone.
FROM_MEMORY = tuple(row for row in ROWS if "unverified" in row.source)
CAUSED = tuple(row for row in ROWS if row.causes)
MARKS = tuple(
    say(row, ids="").partition(":")[0] for row in ("warning.unverified", "compare.secondary")
)


def compared(law: Law, row: Scenario) -> Comparison:
    homes = {regime: home for regime, home in row.home.items() if regime in row.expect}
    return law.compare(row.case(), regimes=list(row.expect), about=row.about, homes=homes)


def named(row: Scenario) -> str:
    return f"{Path(row.file).name[:2]} {row.name}"


@pytest.mark.parametrize("row", FROM_MEMORY, ids=named)
def test_a_row_that_rests_on_unverified_text_says_so(row: Scenario, whole_law: Law) -> None:
    page = " ".join(compared(whole_law, row).explain().split())
    assert any(mark in page for mark in MARKS), page


@pytest.mark.parametrize("row", CAUSED, ids=named)
def test_each_cause_names_both_sides(row: Scenario, whole_law: Law) -> None:
    compared_ = compared(whole_law, row)
    called = {side.regime: side.title.partition(":")[0] for side in compared_.rows}
    assert compared_.differences
    for one in compared_.differences:
        _, _, said = one.sentence.partition(": ")
        mine, _, theirs = said.partition(f"; {called[one.other]}")
        assert mine.startswith(called[one.stricter]), one.sentence
        assert theirs, one.sentence
