"""Every clause of the dossier is encoded and exercised, or it is said why not.

A `dossier*.toml` lists each id of its dossier with the texts of the rulebook that carry it as `source-id`, or
under `left_out` with a reason. The tests run from that file; where the dossier itself is at hand, the file
is also held against it. A cell of the dossier with several ids counts each.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import all_scenarios

from sanctions_rules.author.coverage import Covered, Way, coverage
from sanctions_rules.rulebooks import Law, load

HERE = Path(__file__).parent
SHARED = HERE.parent.parent.parent / "shared" / "law"
MOST_LEFT_OUT = 0.05


@dataclass(frozen=True)
class Dossier:
    """A dossier, the file that maps it, and the scenarios that must show each text both ways.

    `folders`: of scenarios, each called as the regime whose texts they show.
    """

    file: str
    source: str
    ids: Callable[[str], Iterator[str]]
    regimes: tuple[str, ...]
    folders: tuple[str, ...]

    @property
    def read(self) -> dict[str, Any]:
        return _read(self.file)

    @property
    def law(self) -> Law:
        return load(*self.regimes)


@cache
def _read(file: str) -> dict[str, Any]:
    """`encoded` and `left_out`, and texts that cannot hold, or fail, in any scenario, with the reason."""
    return tomllib.loads((HERE / file).read_text("utf-8"))


#: Scenarios of all texts are tried early, so that few texts are left to be tried on all scenarios.
STRIDE = 17
#: Texts that no scenario can show in one way are tried on one in so many; `make coverage-law` tries them on all.
SPARSE = 8


@cache
def covered(dossier: Dossier) -> dict[str, Covered]:
    """Each regime by itself, of the scenarios that expect something of it."""
    found: dict[str, Covered] = {}
    for regime in dossier.folders:
        scenarios = [
            replace(one, expect={regime: one.expect[regime]})
            for one in all_scenarios(*dossier.folders) if regime in one.expect
        ]  # fmt: skip
        mixed = [one for start in range(STRIDE) for one in scenarios[start::STRIDE]]
        excused = {*dossier.read["never_true"], *dossier.read["never_false"]}
        law, ways = load(regime), (Way.TRUE, Way.FALSE)
        most = {o.block.id: o for o in coverage(law, mixed, until=ways, apart=excused)}
        rest = coverage(law, mixed[::SPARSE], until=ways, apart=most.keys() - excused)
        found |= most | {one.block.id: one for one in rest if one.block.id in excused}
    return found


def carried(law: Law) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for block in law.provisions():
        for slot in block.all("source-id"):
            for text in slot.texts:
                found[text.text].add(block.id)
    return found


# -- the dossiers' first columns ------------------------------------------------------------------


def plain_ids(text: str) -> Iterator[str]:
    """Cells that hold one id each, of a clause of the EU, the UK or a commitment."""
    for line in text.splitlines():
        if cell := re.match(r"\|\s*((eu|uk|g7|us-uk|us-eu)/\S+)\s*\|", line):
            yield cell[1]


def written_out_ids(text: str) -> Iterator[str]:
    """The ids in the first cells of the tables of US law, each written out."""
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


# -- what each file must hold -----------------------------------------------------------------------

US = Dossier("us/dossier.toml", "us.md", written_out_ids, ("us",), ("us",))
EU_UK = Dossier("dossier_eu_uk_g7.toml", "eu_uk_g7.md", plain_ids, ("us", "eu", "uk"), ("eu", "uk"))
DOSSIERS = [d for d in (US, EU_UK) if (HERE / d.file).is_file()]
of_each = pytest.mark.parametrize("dossier", DOSSIERS, ids=lambda d: d.file)
of_each_id = pytest.mark.parametrize(
    ("dossier", "name"),
    [pytest.param(d, n, id=n) for d in DOSSIERS for n in sorted(d.read["encoded"])],
)


@of_each
def test_the_file_names_the_texts_that_carry_each_id(dossier: Dossier) -> None:
    found, encoded = carried(dossier.law), dossier.read["encoded"]
    assert {name: sorted(found.get(name, ())) for name in encoded} == {
        name: sorted(rules) for name, rules in encoded.items()
    }
    assert all(encoded.values())


@of_each_id
def test_each_text_has_a_scenario_true_and_one_false(dossier: Dossier, name: str) -> None:
    for rule in dossier.read["encoded"][name]:
        one = covered(dossier).get(rule)
        if one is None:
            continue  # a table: its rows are tested one by one, in test_code_lists.py
        for way, excused in ((Way.TRUE, "never_true"), (Way.FALSE, "never_false")):
            if way in one.possible:
                why = dossier.read[excused]
                assert way in one.seen or rule in why, f"{rule} is never {way}"
                assert not (way in one.seen and rule in why), f"{rule} is {way} after all"


@of_each
def test_at_most_one_in_twenty_is_left_out(dossier: Dossier) -> None:
    encoded, left_out = dossier.read["encoded"], dossier.read["left_out"]
    assert not set(encoded) & set(left_out)
    assert len(left_out) <= MOST_LEFT_OUT * (len(encoded) + len(left_out))
    assert all(len(why) > 20 for why in (*left_out.values(), *dossier.read["never_true"].values()))


@of_each
def test_the_file_holds_every_id_of_the_dossier(dossier: Dossier) -> None:
    source = SHARED / dossier.source
    if not source.is_file():
        pytest.skip("the dossier is not beside the checkout")
    listed = {*dossier.read["encoded"], *dossier.read["left_out"]}
    assert set(dossier.ids(source.read_text("utf-8"))) == listed
