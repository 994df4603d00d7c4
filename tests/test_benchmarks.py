"""The twelve rules that are measured say the same in our language and by hand, unknowns included.

No time is asserted here: what is measured is printed by `make bench-speed`.
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sanctions_rules.engines.answers import RegimeAnswer, reference
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import load_path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))
pytest.importorskip("numpy", reason="the rows are made with numpy")
pytest.importorskip("pyarrow", reason="the rows are made with pyarrow")

from benchmarks.twelve import hand_python, rails, rows  # noqa: E402

ROWS = 2_000


@cache
def answers() -> list[RegimeAnswer]:
    program = load_path(ROOT / "benchmarks" / "twelve" / "twelve.rules").program
    return [
        reference(program, build_case(facts), Settings(), ["flat"])["flat"]
        for facts in rows.facts(rows.table(ROWS))
    ]


@cache
def expected() -> list[hand_python.Answer]:
    return [
        (
            str(a.outcome),
            a.fired,
            a.undecided,
            tuple((norm, str(state)) for norm, state in a.duties),
        )
        for a in answers()
    ]


def told(row: dict[str, Any]) -> hand_python.Answer:
    duties = tuple((duty["norm"], duty["state"]) for duty in row["duties"])
    return row["outcome"], tuple(row["fired"]), tuple(row["undecided"]), duties


def test_hand_written_python_agrees() -> None:
    given = list(rows.facts(rows.table(ROWS)))
    assert [hand_python.decide(facts) for facts in given] == expected()
    assert [hand_python.bans(facts)[3] for facts in given] == [a.lifted for a in answers()]


def test_what_peers_are_given_agrees() -> None:
    made = [rails.answer(rails.evaluated(row)) for row in rows.flat(rows.table(ROWS))]
    assert made == expected()


def test_hand_written_polars_agrees() -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    from benchmarks.twelve import hand_polars

    frame = polars.from_arrow(rows.table(ROWS)).lazy()
    found = hand_polars.answers(frame).collect().to_dicts()
    assert [told(row) for row in found] == expected()
    assert [tuple(row["lifted"]) for row in found] == [a.lifted for a in answers()]


def test_hand_written_sql_agrees() -> None:
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    from benchmarks.twelve import hand_duckdb

    found = hand_duckdb.answers(rows.table(ROWS))
    assert [told(row) for row in found] == expected()
    assert [tuple(row["lifted"]) for row in found] == [a.lifted for a in answers()]


def test_every_rule_is_reached() -> None:
    """Each prohibition surely binds, may bind, and each outcome and state of the duty is there."""
    seen = Counter(
        word
        for a in answers()
        for word in (
            str(a.outcome), *(f"{norm} binds" for norm in a.fired),
            *(f"{norm} may bind" for norm in a.undecided), *(str(state) for _, state in a.duties),
        )
    )  # fmt: skip
    wanted = {f"flat.act §{n} {how}" for n in range(1, 9) for how in ("binds", "may bind")}
    wanted |= {"PROHIBITED", "UNDETERMINED", "AUTHORISED", "NOT_PROHIBITED"}
    assert wanted | {"open", "breached", "unknown"} <= set(seen)


def test_the_same_seed_makes_the_same_rows() -> None:
    whole = rows.table(100)
    assert whole.equals(rows.table(100))
    assert not whole.equals(rows.table(100, first_key=100))
