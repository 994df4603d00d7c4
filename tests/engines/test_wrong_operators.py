"""Every row of every engine's operator table, wrong in turn, is caught by the agreement run.

First the interpreter itself with one wrong meaning: that shows that the drawn programs and facts
reach each operator in all its ways. Then each engine with a wrong row of its own table.
"""

from __future__ import annotations

from functools import cache

import pytest
from engines import rows
from engines.wrong import Wrong, WrongInterpreter, all_wrong

from sanctions_rules.core import OPERATORS
from sanctions_rules.engines.installed import Interpreter
from sanctions_rules.engines.meaning import MEANING
from sanctions_rules.testing.agreement import Trial, first_difference, trial
from sanctions_rules.testing.conditions import FAVOURED

#: So many programs of 2,000, the normal run, favour one operator.
SHARE = 2_000 // (len(FAVOURED) + 1)
QUANTIFIERS = ("some", "every", "at_least", "sum")


@cache
def drawn(operator: str, number: int) -> Trial:
    """One trial for all that is wrong with an operator."""
    return trial(f"a.{operator}.{number}", favour=operator)


def test_every_operator_is_wrong_in_some_way() -> None:
    assert {w.operator for w in all_wrong()} == {*OPERATORS, *QUANTIFIERS} == set(FAVOURED)


@pytest.mark.parametrize("wrong", all_wrong(), ids=str)
def test_a_wrong_meaning_is_caught(wrong: Wrong) -> None:
    right = dict(MEANING)
    engine = WrongInterpreter(wrong)
    assert any(first_difference(engine, drawn(wrong.operator, n)) for n in range(SHARE))
    assert right == MEANING, "what was planted is taken out again"


@pytest.mark.parametrize("wrong", rows.all_rows(), ids=str)
def test_a_wrong_row_is_caught(wrong: rows.Row) -> None:
    right = wrong.table[wrong.operator]
    found = None
    with wrong.planted():
        for number in range(SHARE):
            found = first_difference(wrong.engine, drawn(wrong.operator, number))
            if found is not None:
                break
    assert found is not None
    assert not found[2], "an engine that breaks is no engine that is wrong"
    assert wrong.table[wrong.operator] is right, "what was planted is taken out again"


def test_the_right_interpreter_passes() -> None:
    for operator in FAVOURED:
        assert not first_difference(Interpreter(), drawn(operator, 0))


@pytest.mark.parametrize("name", sorted({row.engine.name for row in rows.all_rows()}))
def test_a_right_table_passes(name: str) -> None:
    """After the wrong ones: what they left behind would show."""
    engine = next(row.engine for row in rows.all_rows() if row.engine.name == name)
    for operator in dict.fromkeys(r.operator for r in rows.all_rows() if r.engine.name == name):
        assert not first_difference(engine, drawn(operator, 0))
