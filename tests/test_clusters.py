"""A decider goes to workers as a few words; Dask, which is light, stands for its like."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from small import BAN, HEAD, facts

from sanctions_rules.clusters import Decider
from sanctions_rules.read import build_case

pa = pytest.importorskip("pyarrow")
pytest.importorskip("sanctions_rules.engines.columnar.engine", reason="no columnar engine here")

from sanctions_rules.batch.table import table_of_cases  # noqa: E402


@pytest.fixture
def decider(tmp_path: Path) -> Decider:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "zz.rules").write_text(HEAD + BAN, encoding="utf-8")
    return Decider(("zz",), str(tmp_path / "rules"))


def table(*given: dict[str, Any]) -> Any:
    return table_of_cases([build_case(one, closed_by="the test") for one in given])


def test_a_decider_is_small_and_decides_tables_and_batches(decider: Decider) -> None:
    sent = pickle.dumps(decider)
    assert len(sent) < 1000
    there = pickle.loads(sent)
    given = table(facts(), facts(on="2023-12-31"))
    assert there(given)["zz_outcome"].to_pylist() == ["PROHIBITED", "NOT_PROHIBITED"]
    assert there(given.to_batches()[0]).num_rows == 2
    assert there(given.slice(0, 0)).num_rows == 0


def test_dask_maps_a_decider_over_parts(decider: Decider) -> None:
    bag = pytest.importorskip("dask.bag", reason="dask is not installed here")
    given = table(facts(), facts(on="2023-12-31"), facts(good={"category": None}))
    parts = [given.slice(i, 1) for i in range(3)]
    answered = bag.from_sequence(parts, npartitions=2).map(decider).compute(scheduler="threads")
    found = pa.concat_tables(answered)
    assert found["zz_outcome"].to_pylist() == ["PROHIBITED", "NOT_PROHIBITED", "UNDETERMINED"]
