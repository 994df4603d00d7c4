"""Reading takes work in proportion to the text: large files, wide lists, many mistakes.

Work is counted, not timed: `counting.py`. What a slow function in C would cost is seen by `make
bench-size`, which takes the time of larger texts.
"""

from __future__ import annotations

import pytest
from counting import MOST, growth
from language.wide import COMMON, MISTAKEN, WIDE, compiling, licences, misspelt, provision, reading

from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.language.parse import parse
from sanctions_rules.language.parsing.tokens import read_source
from sanctions_rules.limits import DEFAULT


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """What is made once and kept is no work of the text."""
    assert compiling("")() == []


def test_a_large_file() -> None:
    assert reading(licences())() == []
    assert growth(lambda copies: reading(licences() * copies), 1) < MOST


def test_a_file_with_a_mistake_in_every_block() -> None:
    assert set(reading(misspelt())()) == {"not-a-slot"}
    assert growth(lambda copies: reading(misspelt() * copies), 1) < MOST


@pytest.mark.parametrize("kind", WIDE)
def test_a_wide_list(kind: str) -> None:
    assert compiling(WIDE[kind](50))() == []
    assert growth(lambda width: compiling(WIDE[kind](width)), 50) < MOST


#: From so many on no more of these are reported, and the rest is passed over.
ENOUGH = dict.fromkeys(["unknown characters", "commas", "open quotations"], 250)


@pytest.mark.parametrize("kind", MISTAKEN)
def test_many_mistakes(kind: str) -> None:
    assert compiling(MISTAKEN[kind](50))()
    assert growth(lambda width: compiling(MISTAKEN[kind](width)), ENOUGH.get(kind, 50)) < MOST


# -- limits --------------------------------------------------------------------------------------


def test_the_deepest_nesting_that_is_allowed_works_everywhere() -> None:
    """128 groups in one another load, print, decide and explain."""
    from sanctions_rules.language.format import rulebook_text
    from sanctions_rules.read import build_case
    from sanctions_rules.rulebooks import Law

    deep = DEFAULT.nesting
    text = COMMON + provision("any of\n - " * deep + "good.category is gold" + "\nend" * deep)
    compiled = compile_rulebook({"deep.rules": text.encode()})
    blocks = compiled.rulebook.blocks
    again = parse(read_source("deep.rules", rulebook_text(blocks).encode(), DEFAULT)[0], DEFAULT)
    assert again[1] == []
    assert len(again[0]) == len(blocks)
    act = {"kind": "import", "destination": "US", "events": {"conduct": "2024-06-01"}}
    case = build_case(
        {"act": act, "goods": [{"category": "gold"}], "licences_held": "none"}, closed_by="the test"
    )
    decision = Law(compiled).decide(case)
    assert str(decision["zz"].outcome) == "PROHIBITED"
    assert "zz.act §10" in decision.explain()
