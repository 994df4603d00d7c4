"""Ownership over arrays and tables gives the answers of the rails, exactly, and refuses what is not exact."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sanctions_rules as sr
from sanctions_rules import ownership_tables
from sanctions_rules.ownership_tables import owned
from sanctions_rules.values import Span

np = pytest.importorskip("numpy", reason="numpy is not installed (extra `arrays`)")
arrays = pytest.importorskip("sanctions_rules.ownership_arrays")

PARTY = st.integers(0, 11)
SHARE = st.sampled_from(("100", "50", "49.99", "50.01", "33.33", "33.34", "25", "24.999", "0", "1"))
ROWS = st.lists(st.tuples(PARTY, PARTY, SHARE.map(Decimal)), max_size=40)
LISTED = st.lists(PARTY, max_size=4)
PERCENT = st.sampled_from(("50", "25", "33.3333", "100", "0", "49.995")).map(Decimal)


@settings(max_examples=400, deadline=None)
@given(ROWS, LISTED, PERCENT, st.booleans(), st.sampled_from((0, 1, 64)))
def test_arrays_agree_with_the_rails(
    rows: list[Any], listed: list[int], percent: Decimal, strict: bool, few: int
) -> None:
    """Wide rounds only, walks of one owner, and both by turns."""
    before = arrays.FEW_OWNERS, arrays.FEW_STAKES
    arrays.FEW_OWNERS, arrays.FEW_STAKES = few, few * 8
    try:
        by_arrays = owned(rows, listed, percent, strict=strict, arrays=True)
    finally:
        arrays.FEW_OWNERS, arrays.FEW_STAKES = before
    by_rails = owned(rows, listed, percent, strict=strict, arrays=False)
    assert by_arrays.surely == by_rails.surely
    assert not by_arrays.perhaps and not by_rails.perhaps
    if not percent and not strict:
        return  # at least nothing: everybody, without anybody's holding
    for party in by_rails.surely - set(listed):
        for one in (by_arrays, by_rails):
            chain = one.chain(party)
            assert party in owned(chain, listed, percent, strict=strict).surely
            for left_out in range(len(chain)):
                if chain[left_out][1] == party:
                    fewer = [*chain[:left_out], *chain[left_out + 1 :]]
                    assert party not in owned(fewer, listed, percent, strict=strict).surely


@settings(max_examples=100, deadline=None)
@given(ROWS, LISTED, st.lists(st.booleans(), min_size=12, max_size=12))
def test_ownership_does_not_reach_whom_it_does_not_pass(
    rows: list[Any], listed: list[int], passes: list[bool]
) -> None:
    table = arrays.Stakes(
        [r[0] for r in rows], [r[1] for r in rows], [int(r[2] * 1000) for r in rows],
        whole=100_000, parties=12,
    )  # fmt: skip
    found = set(table.owned(listed, 50, passes=passes).parties.tolist())
    kept = [r for r in rows if passes[r[1]]]
    assert found == set(owned(kept, listed, arrays=False).surely)


def test_a_long_chain_a_wide_fan_and_a_hub() -> None:
    n = 50_000
    ids = np.arange(n)
    chain = arrays.Stakes(ids[:-1], ids[1:], np.full(n - 1, 5_000))
    assert len(chain.owned([0]).parties) == n
    assert chain.owned([0]).chain(n - 1) == list(range(n - 1))
    assert len(chain.owned([0], strict=True).parties) == 1
    fan = arrays.Stakes(np.zeros(n - 1, dtype=int), ids[1:], np.full(n - 1, 10_000))
    assert len(fan.owned([0]).parties) == n
    hub = arrays.Stakes(ids[:-1], np.full(n - 1, n - 1), np.full(n - 1, 2), whole=100_000)
    assert len(hub.owned(ids[:25_000]).parties) == 25_001
    assert len(hub.owned(ids[:24_999]).parties) == 24_999
    assert len(hub.owned(ids[:-1]).support(n - 1)) == 25_000


def test_asked_again_with_another_list() -> None:
    table = arrays.Stakes([0, 1, 2], [1, 2, 3], [10_000, 5_000, 4_999])
    assert table.owned([0]).parties.tolist() == [0, 1, 2]
    assert table.owned([2]).parties.tolist() == [2]
    assert table.owned([]).parties.tolist() == []
    assert table.owned([0], percent=Decimal("49.99")).parties.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("given_", "error", "said"),
    [
        (([0], [1], [50.0]), TypeError, "`share` holds float64, not whole numbers"),
        (([0], [1], [10_001]), ValueError, "a share is not between 0 and 10000"),
        (([0], [1], [-1]), ValueError, "a share is not between 0 and 10000"),
        (([0, 1], [1], [1]), ValueError, "not of one length"),
        (([-1], [1], [1]), ValueError, "below zero"),
        (([[0]], [1], [1]), ValueError, "not one row"),
    ],
)
def test_what_is_not_exact_is_refused(given_: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        arrays.Stakes(*given_)


def test_what_could_overflow_or_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="do not add up within 64 bits"):
        arrays.Stakes([0, 0], [1, 1], [1, 1], whole=2**62)
    with pytest.raises(ValueError, match="party 7 is not among 3 parties"):
        arrays.Stakes([0], [7], [1], parties=3)
    with pytest.raises(ValueError, match="a listed party is not among"):
        arrays.Stakes([0], [1], [1]).owned([5])
    with pytest.raises(ValueError, match="`passes` says nothing"):
        arrays.Stakes([0], [1], [1]).owned([0], passes=[True])


@pytest.mark.parametrize("percent", ["50", "33.3", "33.33333333", "0", "100", "12.5"])
@pytest.mark.parametrize("whole", [100, 1_000, 10_000, 3, 7, 10**9])
def test_the_threshold_in_whole_numbers(percent: str, whole: int) -> None:
    exact = Decimal(percent)
    for strict, need in itertools.product((False, True), range(0, min(whole, 1_000) + 2)):
        reached = need * 100 > exact * whole if strict else need * 100 >= exact * whole
        assert (need >= arrays.needed_of(exact, whole, strict)) is reached


# -- tables --------------------------------------------------------------------------------------


def test_the_worked_shape() -> None:
    rows = [("P", "Q", 70), ("Q", "R", 30), ("P", "R", 20)]
    found = sr.owned(rows, ["P"])
    assert found.surely == {"P", "Q", "R"} and not found.perhaps
    assert found.chain("R") == tuple(rows)
    assert found.support("R") == (rows[1], rows[2])
    assert sr.owned([("P", "Q", 49), *rows[1:]], ["P"]).surely == {"P"}
    assert found.chain("nobody") == found.chain("P") == ()


def test_ranges_and_unknown_shares_may_be_owned() -> None:
    rows = [
        ("P", "band", Span(Decimal(25), Decimal(50))), ("P", "open", Span(Decimal(25), Decimal(50), False, True)),
        ("P", "unknown", None), ("P", "above", Span(Decimal(50), Decimal(100), True)), ("band", "child", 60),
    ]  # fmt: skip
    found = owned(rows, ["P"])
    assert found.surely == {"P", "above"}
    assert found.perhaps == {"band", "unknown", "child"}
    assert owned(rows, ["P"], arrays=True).perhaps == found.perhaps, "ranges go to the rails"


def test_shares_too_fine_for_64_bits_go_to_the_rails() -> None:
    rows = [("P", "x", Decimal("49.9999999999999999999999")), ("Q", "x", Decimal("1E-22"))]
    assert "x" in owned(rows, ["P", "Q"], arrays=True).surely
    assert "x" not in owned(rows, ["P"], arrays=True).surely


def test_size_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("P", "Q", 50)]
    assert isinstance(owned(rows, ["P"])._answer, ownership_tables.Column)
    monkeypatch.setattr(ownership_tables, "LARGE", 1)
    large = owned(rows, ["P"])
    assert isinstance(large._answer, arrays.Owned)
    assert large.chain("Q") == (("P", "Q", 50),)
    monkeypatch.setattr(ownership_tables, "find_spec", lambda name: None)
    assert isinstance(owned(rows, ["P"])._answer, ownership_tables.Column)


@pytest.mark.parametrize("which", [True, False])
def test_a_float_and_a_share_above_100_are_refused(which: bool) -> None:
    wrong: Any = 50.0
    with pytest.raises(TypeError, match="a share is a Decimal or a whole number"):
        owned([("P", "Q", wrong)], ["P"], arrays=which)
    with pytest.raises(ValueError, match="101 percent is not a share"):
        owned([("P", "Q", 101)], ["P"], arrays=which)
