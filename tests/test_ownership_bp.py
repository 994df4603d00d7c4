"""A real ownership table, read in place: the companies of the BP group in mid 2013 (OpenOil, ODbL).

The table names one holder of each company, so cascading status and multiplying percentages can be
told apart by counting. A small table of our own says the same where the real one is absent.

The notes beside the data give 852 companies by cascading and 772 by multiplying. They start from
two names that nobody holds in the table, the listed parent and `BP Petrollen Anonim Sirketi`,
which is a Turkish subsidiary under a second spelling. From the parent alone it is 850 and 770.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import sanctions_rules as sr
from sanctions_rules.decision import Outcome
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.ownership_tables import Owned, Stake, owned
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.values import Truth
from sanctions_rules.view import View

SMALL = Path(__file__).with_name("small_ownership.csv")
BP = Path(__file__).resolve().parents[2] / "shared/data/ownership/openoil_BP_ownership_20140822.csv"
PARENT = "BP P L C"
SECOND_SPELLING = "BP Petrollen Anonim Sirketi"

_PERCENT = re.compile(r"[0-9]+([.,][0-9]+)?")


@dataclass(frozen=True)
class Table:
    """Stakes of a table of companies, and the rows that are none: line, and why."""

    stakes: tuple[Stake, ...]
    odd: tuple[tuple[int, str], ...]


def read_table(path: Path) -> Table:
    """Columns company, immediate (percent, decimal point or comma) and parent; others are left."""
    stakes: list[Stake] = []
    odd: list[tuple[int, str]] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            company, parent, share = (row[c].strip() for c in ("company", "parent", "immediate"))
            if not company or not parent:
                odd.append((reader.line_num, "no company" if not company else "no parent"))
            elif not _PERCENT.fullmatch(share):
                odd.append((reader.line_num, f"`{share}` is not a percentage"))
            elif not 0 < Decimal(share.replace(",", ".")) <= 100:
                odd.append((reader.line_num, f"{share} is not a share"))
            else:
                stakes.append((parent, company, Decimal(share.replace(",", "."))))
    return Table(tuple(stakes), tuple(odd))


def multiplied(stakes: tuple[Stake, ...], roots: set[str]) -> set[str]:
    """Who is held at 50 percent or more if percentages are multiplied down from the roots: the
    naive way, which is not the law. For tables in which each company has one holder.
    """
    held: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for holder, company, share in stakes:
        assert isinstance(share, Decimal)
        held[holder].append((company, share))
    effective = {root: Decimal(100) for root in roots}
    pending = list(roots)
    for holder in pending:
        for company, share in held[holder]:
            if company not in effective:
                effective[company] = effective[holder] * share / 100
                pending.append(company)
    return {name for name, share in effective.items() if share >= 50} - roots


# -- our own table -------------------------------------------------------------------------------


def test_the_small_table() -> None:
    table = read_table(SMALL)
    assert [line for line, _ in table.odd] == [2, 13, 14, 15]
    found = owned(table.stakes, ["Root plc"])
    assert found.surely == {
        "Root plc", "Anchor Ltd", "Half SA", "Quarter BV", "Three quarters of half Srl", "Split Oy",
        "Overfull KK",
    }  # fmt: skip
    assert not found.perhaps
    assert [company for _, company, _ in found.chain("Split Oy")][-2:] == ["Split Oy", "Split Oy"]
    by_product = multiplied(table.stakes, {"Root plc"})
    assert "Quarter BV" not in by_product and "Half SA" in by_product


# -- the real one --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bp() -> Table:
    if not BP.is_file():
        pytest.skip(f"the BP ownership table is not at {BP}")
    return read_table(BP)


@pytest.fixture(scope="module")
def group(bp: Table) -> Owned:
    return owned(bp.stakes, [PARENT])


def test_rows(bp: Table) -> None:
    assert len(bp.stakes) == 1_163
    assert bp.odd == ((469, "no parent"),), "the parent itself"


@pytest.mark.parametrize(
    ("roots", "cascaded", "by_product"),
    [({PARENT}, 850, 770), ({PARENT, SECOND_SPELLING}, 852, 772)],
)
@pytest.mark.parametrize("arrays", [False, True])
def test_cascading_is_not_multiplying(
    bp: Table, roots: set[str], cascaded: int, by_product: int, arrays: bool
) -> None:
    if arrays:
        pytest.importorskip("numpy")
    found = owned(bp.stakes, roots, arrays=arrays)
    naive = multiplied(bp.stakes, roots)
    assert len(found.surely - roots) == cascaded
    assert len(naive) == by_product
    assert naive < found.surely, "whatever the product finds, the cascade finds"
    assert len(found.surely - roots - naive) == 80
    assert not found.perhaps


def halves(table: Table) -> Iterator[tuple[str, str]]:
    return ((h, c) for h, c, share in table.stakes if share == 50)


def test_exactly_50_percent_counts_a_hundred_times(bp: Table, group: Owned) -> None:
    pairs = list(halves(bp))
    assert len(pairs) == 100
    for holder, company in pairs:
        assert company in owned(bp.stakes, [holder]).surely
        assert company not in owned(bp.stakes, [holder], strict=True).surely
    counted = [(h, c) for h, c in pairs if c in group.surely]
    assert len(counted) == 92
    assert all(h not in group.surely for h, c in pairs if c not in group.surely)
    for _, company in counted:
        chain = group.chain(company)
        assert chain[0][0] == PARENT and chain[-1][1] == company
        assert all(a[1] == b[0] for a, b in itertools.pairwise(chain))
        assert all(isinstance(share, Decimal) and share >= 50 for _, _, share in chain)


# -- through the packaged law --------------------------------------------------------------------

TERM = "us.blocked_under_eo14024"
LISTING = {
    "authority": "OFAC", "list": "sdn", "order": "eo14024", "criterion": "1(a)(vi)", "sectors": [],
    "listed_on": "2023-05-19", "delisted_on": "none",
}  # fmt: skip
#: What is so of every company in these cases, apart from its listings.
PLAIN = {
    "type": "company", "organised_under": "GB", "business": ["non_financial"],
    "international_body": "none", "sovereign_body": "none", "agency_of": "none", "acts_for": [],
    "controlled_by": [], "operates_in_sectors": [], "supports_supply_of_critical_items": False,
}  # fmt: skip


def case_of(stakes: tuple[Stake, ...], listed: str, recipient: str) -> sr.Case:
    """A US company pays one company of the table, and one other is listed for the sake of the test."""
    names = list(dict.fromkeys(n for holder, company, _ in stakes for n in (holder, company)))
    parties: list[dict[str, Any]] = [
        {"id": n, **PLAIN, "listings": [LISTING] if n == listed else []} for n in names
    ]
    parties.append({"id": "payer", **PLAIN, "organised_under": "US", "listings": []})
    held = [
        {"owner": h, "asset": c, "percent": str(s), "basis": "shares", "is_indirect": False,
         "held_from": "2013-06-30", "held_until": "none"}
        for h, c, s in stakes
    ]  # fmt: skip
    return build_case({
        "actor": "payer", "goods": [], "services": [], "transactions": [], "accounts": [],
        "licences_held": "none", "parties": parties, "ownership": held,
        "act": {"kind": "payment", "purpose": "commercial", "official_business_of": "none", "items": [],
                "us_nexus": [], "debits_accounts_of": [], "underlying_kind": "none", "underlying_actor": "none",
                "recipients": [recipient], "providers": [], "parties": [], "properties": [],
                "events": {"conduct": "2025-06-02"}},
    }, closed_by="the test")  # fmt: skip


def statuses(law: Law, case: sr.Case) -> dict[str, object]:
    """The term for every party, in one evaluation."""
    run = Evaluation(law.program, View(case), Settings())
    name = law.program.terms[TERM][0]
    return {party.id: run.definition(name, party) for party in run.view.items("parties")}


def test_the_small_table_through_the_law(law: Law) -> None:
    table = read_table(SMALL)
    found = owned(table.stakes, ["Root plc"]).surely
    case = case_of(table.stakes, "Root plc", "Split Oy")
    got = statuses(law, case)
    assert got == {n: Truth.known(n in found) for n in got}
    assert all(
        law.holds(TERM, case, of=n) is (n in found) for n in ("Split Oy", "Hair GmbH", "Loop A")
    )
    decision = law.decide(case, about=["us.eo14024"])
    assert decision["us"].outcome is Outcome.PROHIBITED
    text = decision.explain()
    for line in (
        "“Anchor Ltd” holds 12.5 percent of “Split Oy”", "“Half SA” holds 37.5 percent of “Split Oy”",
        "“Anchor Ltd” holds 50.00 percent of “Half SA”", "“Root plc” holds 100 percent of “Anchor Ltd”",
    ):  # fmt: skip
        assert line in text, text


def test_the_group_through_the_law(law: Law, bp: Table, group: Owned) -> None:
    """Each company at the end of a stake of exactly 50 percent, with the stakes above it."""
    holder_of = {c: (h, c, s) for h, c, s in bp.stakes}
    for _, company in list(halves(bp))[::7]:
        above: list[Stake] = []
        one = company
        while one in holder_of and len(above) < 20:
            above.append(holder_of[one])
            one = holder_of[one][0]
        case = case_of(tuple(above), PARENT, company)
        blocked = company in group.surely
        assert law.holds(TERM, case, of=company) is blocked
        decision = law.decide(case, about=["us.eo14024"])
        want = Outcome.PROHIBITED if blocked else Outcome.NOT_PROHIBITED
        assert decision["us"].outcome is want
        if blocked:
            text = " ".join(decision.explain().split())
            for holder, held, _ in group.chain(company):
                assert re.search(
                    f"“{re.escape(holder)}” holds [0-9.]+ percent of “{re.escape(held)}”", text
                )


def test_the_whole_group_in_one_case(law: Law, bp: Table, group: Owned) -> None:
    got = statuses(law, case_of(bp.stakes, PARENT, PARENT))
    assert {n for n, truth in got.items() if truth is Truth.TRUE} == group.surely
    assert Truth.UNKNOWN not in got.values()
