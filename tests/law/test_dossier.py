"""Every clause of the dossier is encoded and exercised, or it is said why not.

`us/dossier.toml` lists each id of the dossier with the texts of the rulebook that carry it as `source-id`, or
under `left_out` with a reason. The test runs from that file; where the dossier itself is at hand, the file
is also held against it. A cell of the dossier with several ids counts each.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import all_scenarios

from sanctions_rules.author.coverage import Covered, Way, coverage
from sanctions_rules.rulebooks import Law

HERE = Path(__file__).parent
FILE: dict[str, Any] = tomllib.loads((HERE / "us" / "dossier.toml").read_text("utf-8"))
ENCODED: dict[str, list[str]] = FILE["encoded"]
LEFT_OUT: dict[str, str] = FILE["left_out"]
#: Texts that cannot hold in any scenario, or cannot fail, with the reason.
NEVER_TRUE: dict[str, str] = FILE["never_true"]
NEVER_FALSE: dict[str, str] = FILE["never_false"]
DOSSIER = HERE.parent.parent.parent / "shared" / "law" / "us.md"
MOST_LEFT_OUT = 0.05


@pytest.fixture(scope="module")
def covered(law: Law) -> dict[str, Covered]:
    return {one.block.id: one for one in coverage(law, all_scenarios())}


def carried(law: Law) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for block in law.provisions():
        for slot in block.all("source-id"):
            for text in slot.texts:
                found[text.text].add(block.id)
    return found


def test_the_file_names_the_texts_that_carry_each_id(law: Law) -> None:
    found = carried(law)
    assert {name: sorted(found.get(name, ())) for name in ENCODED} == {
        name: sorted(rules) for name, rules in ENCODED.items()
    }
    assert all(ENCODED.values())


@pytest.mark.parametrize("name", sorted(ENCODED))
def test_each_text_has_a_scenario_true_and_one_false(
    name: str, covered: dict[str, Covered]
) -> None:
    for rule in ENCODED[name]:
        one = covered.get(rule)
        if one is None:
            continue  # a table: its rows are tested one by one, in test_code_lists.py
        for way, excused in ((Way.TRUE, NEVER_TRUE), (Way.FALSE, NEVER_FALSE)):
            if way in one.possible:
                assert way in one.seen or rule in excused, f"{rule} is never {way}"
                assert not (way in one.seen and rule in excused), f"{rule} is {way} after all"


def test_at_most_one_in_twenty_is_left_out() -> None:
    assert not set(ENCODED) & set(LEFT_OUT)
    assert len(LEFT_OUT) <= MOST_LEFT_OUT * (len(ENCODED) + len(LEFT_OUT))
    assert all(len(reason) > 20 for reason in (*LEFT_OUT.values(), *NEVER_TRUE.values()))


@pytest.mark.skipif(not DOSSIER.is_file(), reason="the dossier is not beside the checkout")
def test_the_file_holds_every_id_of_the_dossier() -> None:
    assert set(ids(DOSSIER.read_text("utf-8"))) == set(ENCODED) | set(LEFT_OUT)


# -- the dossier's first column -------------------------------------------------------------------


def ids(text: str) -> Iterator[str]:
    """The ids in the first cells of the dossier's tables, each written out."""
    for line in text.splitlines():
        cell = re.match(r"\|\s*([^|]*?)\s*\|", line)
        if cell and re.search(r"(^|\s|\()(us/|note-)", cell[1]):
            yield from _cell(cell[1])


def _cell(cell: str) -> Iterator[str]:
    plain = re.sub(r"\s*\((?!and |line )(?=[^)]*[ \"])[^)]*\)|\s*\(diesel\)", "", cell)
    line = re.search(r"\(line ([^)]*)\)", plain)
    plain = re.sub(r"\s*\(line [^)]*\)", "", plain)
    plain = re.sub(r"\s*\(and ([^)]*)\)", r", \1", plain)
    stem = ""
    for part in re.split(r"[,;]\s*", plain):
        if not part.strip():
            continue
        if part.startswith(("us/", "note-")):
            name = part
        elif part.startswith("/"):  # us/eo14024/sector/technology, /defense
            name = stem.rpartition("/")[0] + part
        elif part.startswith("."):  # us/cfr/31/587.506, .507
            name = stem.rpartition(".")[0] + part
        elif part.startswith("("):  # us/eo14068/2(a),(b)
            name = stem.rpartition("(")[0] + part
        else:  # us/eo14066/2; 3; 4
            name = stem.rpartition("/")[0] + "/" + part
        stem = name
        yield name
    if line is not None:
        yield from (f"us/gl/{version}" for version in _versions(line[1]))


def _versions(text: str) -> Iterator[str]:
    """`8, 8A ... 8L`: every version from the first to the last; or those that are named."""
    named = [v.strip() for v in re.split(r",|\.\.\.", text)]
    number = re.match(r"\d+", named[0])
    assert number is not None
    if "..." not in text:
        yield from named
        return
    yield number[0]
    yield from (number[0] + chr(code) for code in range(ord("A"), ord(named[-1][-1]) + 1))
