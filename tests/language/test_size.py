"""Reading takes time in proportion to the text: large files, wide lists, many mistakes.

Two sizes are compared, never seconds: twice the text may take three times as long, no more. CPU
time is taken, the better of two runs where a run is short.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest
from language.rules import BAD, packaged

from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.language.parse import parse
from sanctions_rules.language.parsing.tokens import read_source
from sanctions_rules.limits import DEFAULT

MOST = 3.0
COMMON = (BAD / "common.rules").read_text(encoding="utf-8")


def seconds(work: Callable[[], object], runs: int) -> float:
    gc.collect()
    gc.disable()
    try:
        found: list[float] = []
        for _ in range(runs):
            start = time.process_time()
            work()
            found.append(time.process_time() - start)
        return min(found)
    finally:
        gc.enable()


def ratio(work: Callable[[int], Callable[[], object]], size: int, runs: int = 2) -> float:
    """How much longer twice the size takes."""
    half, whole = work(size // 2), work(size)
    return seconds(whole, runs) / seconds(half, runs)


def read(text: str) -> list[str]:
    """The codes of what is wrong with the text."""
    source, problems = read_source("large.rules", text.encode(), DEFAULT)
    assert source is not None
    assert not problems
    blocks, problems = parse(source, DEFAULT)
    assert blocks
    return [p.code for p in problems]


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    read(COMMON)


# -- a large file --------------------------------------------------------------------------------


def law_of(size: int) -> str:
    """The packaged licences again and again, up to so many characters."""
    name = next(n for n in packaged() if n.endswith("eo14068_licences.rules"))
    text = packaged()[name].decode()
    return text * (size // len(text) + 1)


def test_a_file_of_a_million_characters() -> None:
    def work(size: int) -> Callable[[], object]:
        text = law_of(size)
        assert len(text) >= size
        return lambda: read(text)

    assert ratio(work, 1_000_000, runs=1) < MOST


def test_a_file_with_a_mistake_in_every_block() -> None:
    def work(size: int) -> Callable[[], object]:
        text = law_of(size).replace("  authorises", "  authorizes")

        def recover() -> None:
            assert set(read(text)) == {"not-a-slot"}

        return recover

    assert ratio(work, 200_000, runs=1) < MOST


# -- wide lists ----------------------------------------------------------------------------------


def provision(condition: str) -> str:
    return (
        'provision zz.act §10 "A wide one"\n  cites "s. 10"\n  in force from 2024-01-01, no end stated\n'
        f"  prohibits import of good into US\n  when {condition}\nend\n"
    )


def _codes(width: int) -> list[str]:
    return [f"HS {n // 100:04d} {n % 100:02d}" for n in range(100, 100 + width)]


def _rows(width: int) -> str:
    rows = "".join(
        f"  | {code} | 2024-01-01 | no end stated | USD 60 |\n" for code in _codes(width)
    )
    return f'table zz.wide "W"\n  cites "x"\n  in force from 2024-01-01, no end stated\n  columns code, from, until, price\n{rows}end\n'


WIDE: dict[str, Callable[[int], str]] = {
    "codes": lambda width: provision("good falls under " + ",\n".join(_codes(width))),
    "values": lambda width: provision(
        "good.country_of_origin is any of " + ",\n".join(["RU", "BY"] * (width // 2))
    ),
    "references": lambda width: provision("act is covered by " + ",\n".join(["zz.act §1"] * width)),
    "elements": lambda width: provision(
        "\nand ".join(f"good.carats_each is at least {n}.5 carat" for n in range(width))
    ),
    "members": lambda width: provision(
        "any of\n- "
        + "\n- ".join(f"good.carats_each is at least {n}.5 carat" for n in range(width))
        + "\nend"
    ),
    "rows": _rows,
}


@pytest.mark.parametrize("kind", WIDE)
def test_a_list_of_ten_thousand(kind: str) -> None:
    def work(width: int) -> Callable[[], object]:
        files = {"wide.rules": (COMMON + WIDE[kind](width)).encode()}
        return lambda: compile_rulebook(files)

    assert ratio(work, 10_000, runs=1) < MOST


HOSTILE: dict[str, Callable[[int], str]] = {
    "unknown characters": lambda width: provision("good.category is gold" + "\n;" * width),
    "commas": lambda width: provision("good.category is gold" + "\n," * width),
    "unknown facts": lambda width: provision(
        "good.category is gold" + "\nand good.nothing is gold" * width
    ),
    "ends": lambda width: provision("good.category is gold" + "\nend" * width),
    "open groups": lambda width: provision(
        "any of\n- " * 100 + "good.category is gold" + '\n  note "x"' * width
    ),
    "open quotations": lambda width: provision("good.category is gold" + '\n"open' * width),
    "look-alikes": lambda width: provision(
        "good.category is gold" + "\nand gооd.category is gold" * width
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_thousands_of_mistakes(kind: str) -> None:
    def work(width: int) -> Callable[[], object]:
        files = {"wide.rules": (COMMON + HOSTILE[kind](width)).encode()}

        def compile_it() -> None:
            with pytest.raises(RulebookError):
                compile_rulebook(files)

        return compile_it

    assert ratio(work, 4_000) < MOST


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
