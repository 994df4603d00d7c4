"""Ownership (D10) at full strength: properties of the closure, and a reference that tries every world.

The reference knows nothing of rails, room or grains: it lays out what each range may be worth,
computes who is owned in each world by looking again until nothing changes, and compares.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanctions_rules.ownership import Column, Holding, close, oddities
from sanctions_rules.values import Truth

T, U, F = Truth.TRUE, Truth.UNKNOWN, Truth.FALSE
EMPTY: frozenset[str] = frozenset()


def holding(
    owner: str, asset: str, lo: Any, hi: Any = None, *, counts: Truth = T, ends: str = "[]", place: str = ""
) -> Holding:  # fmt: skip
    hi = lo if hi is None else hi
    return Holding(
        owner, asset, Decimal(lo), Decimal(hi), counts, place or f"{owner}>{asset}",
        ends[0] == "(", ends[1] == ")",
    )  # fmt: skip


def closed(
    held: list[Holding],
    listed: str = "l",
    *,
    perhaps: str = "",
    people: str = "",
    complete: bool = True,
    percent: Any = 50,
    strict: bool = False,
    mode: str = "together",
) -> Column:
    names = sorted({*listed, *perhaps, *people, *(n for h in held for n in (h.owner, h.asset))})
    seeds = {n: T if n in listed else U if n in perhaps else F for n in names}
    guards = {n: Truth.known(n not in people) for n in names}
    return close(names, seeds, guards, held, complete, Decimal(percent), strict, mode)


# -- the threshold, exactly ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "lo", "hi", "at_least", "more_than"),
    [
        ("[]", 50, 50, T, F), ("[]", "49.99999999999999999999999999999999999", None, F, F),
        ("[]", "50.00000000000000000000000000000000001", None, T, T),
        ("(]", 50, 100, T, T), ("[]", 50, 100, T, U), ("(]", 50, 51, T, T), ("[]", 25, 50, U, F),
        ("[)", 25, 50, F, F), ("(]", 25, 50, U, F), ("()", 25, 75, U, U), ("[)", 50, 75, T, U),
        ("[]", 0, 100, U, U), ("()", 49, 51, U, U), ("()", 50, 51, T, T), ("()", 49, 50, F, F),
    ],
)  # fmt: skip
def test_each_end_at_the_threshold(
    ends: str, lo: Any, hi: Any, at_least: Truth, more_than: Truth
) -> None:
    one = [holding("l", "x", lo, hi, ends=ends)]
    for mode in ("together", "singly", "jointly"):
        assert closed(one, mode=mode).status["x"] is at_least
        assert closed(one, mode=mode, strict=True).status["x"] is more_than


@pytest.mark.parametrize(
    ("second", "at_least", "more_than"),
    [
        (("[]", 25, 25), T, F), (("(]", 25, 30), T, T), (("[)", 20, 25), F, F),
        (("[]", 20, 25), U, F), (("[]", "24.99", None), F, F), (("[]", "25.01", None), T, T),
    ],
)  # fmt: skip
def test_open_ends_add_up(second: tuple[str, Any, Any], at_least: Truth, more_than: Truth) -> None:
    ends, lo, hi = second
    two = [holding("l", "x", 25), holding("m", "x", lo, hi, ends=ends)]
    assert closed(two, "lm").status["x"] is at_least
    assert closed(two, "lm", strict=True).status["x"] is more_than
    assert closed(two, "lm", mode="singly").status["x"] is F


def test_two_open_ends_of_25_are_surely_more_than_50_and_twice_below_25_surely_less() -> None:
    above = [holding(o, "x", 25, 30, ends="(]") for o in "lm"]
    below = [holding(o, "x", 20, 25, ends="[)") for o in "lm"]
    assert closed(above, "lm", strict=True).status["x"] is T
    assert closed(below, "lm").status["x"] is F


def test_no_digit_is_lost() -> None:
    """The usual 28 digits would round the sum of these up to 50."""
    almost = [holding("l", "x", "49.9999999999999999999999999999999"), holding("m", "x", "1E-35")]
    assert closed(almost, "lm").status["x"] is F
    third = "16." + "6" * 36
    assert closed([holding(o, "x", third) for o in "lmn"], "lmn").status["x"] is F


# -- together, singly, jointly -------------------------------------------------------------------


def test_together_adds_up_singly_looks_at_one_owner_jointly_at_one_holding() -> None:
    split = [holding("l", "x", 30, place="a"), holding("l", "x", 20, place="b")]
    assert [closed(split, mode=m).status["x"] for m in ("together", "singly", "jointly")] == [
        T,
        T,
        F,
    ]
    two = [holding("l", "x", 30), holding("m", "x", 20)]
    assert [closed(two, "lm", mode=m).status["x"] for m in ("together", "singly", "jointly")] == [
        T,
        F,
        F,
    ]
    assert closed([holding("j", "x", 50)], "j", mode="jointly").status["x"] is T


# -- the shape of the law's own example ----------------------------------------------------------


@pytest.mark.parametrize(("q", "r"), [(70, T), (50, T), ("49.99", F), (49, F)])
def test_status_cascades_and_is_not_multiplied(q: Any, r: Truth) -> None:
    """P holds q of Q; Q 30 and P 20 of R: R is at exactly 50 if Q counts, at 20 if it does not."""
    held = [holding("p", "q", q), holding("q", "r", 30), holding("p", "r", 20)]
    assert closed(held, "p").status["r"] is r


# -- what others hold ----------------------------------------------------------------------------


def test_what_others_surely_hold_is_not_left_for_the_listed() -> None:
    unknown = holding("l", "x", 0, 100)
    for others, status in ((40, U), (50, U), ("50.01", F), (60, F)):
        assert closed([unknown, holding("b", "x", others)]).status["x"] is status
        # the same where the list is open: b is a natural person, whom nobody owns
        assert closed([holding("b", "x", others)], complete=False, people="b").status["x"] is status
    assert closed([unknown, holding("b", "x", 50, 60, ends="(]")]).status["x"] is F
    assert closed([unknown, holding("b", "x", 60, counts=U)]).status["x"] is U
    assert closed([holding("l", "x", 40, 100, counts=U), holding("b", "x", 60)]).status["x"] is F
    assert closed([holding("l", "x", 60, counts=U), holding("b", "x", 60)]).status["x"] is U
    assert closed([unknown, holding("b", "x", 60)], perhaps="b").status["x"] is U


def test_a_stake_that_may_be_told_twice_leaves_as_much_as_the_larger() -> None:
    unknown = holding("l", "x", 0, 100)
    twice = [holding("b", "x", 30, place="a"), holding("b", "x", 30, place="b")]
    assert closed([unknown, *twice]).status["x"] is U
    assert closed([unknown, *twice], mode="singly").status["x"] is U
    assert closed([*twice, holding("c", "x", 30)], complete=False, people="bc").status["x"] is F


@pytest.mark.parametrize("mode", ["together", "singly", "jointly"])
@pytest.mark.parametrize("complete", [True, False])
def test_more_than_100_percent_in_all_is_reported_and_leaves_room_for_all_that_is_stated(
    mode: str, complete: bool
) -> None:
    both = [holding("l", "x", 70), holding("b", "x", 60)]
    assert closed(both, mode=mode, complete=complete, people="b").status["x"] is T
    ranged = [holding("l", "x", 0, 70), holding("b", "x", 60), holding("c", "x", 60)]
    assert closed(ranged, mode=mode, complete=complete, people="bc").status["x"] is U
    assert [(o.kind, o.asset, o.places) for o in oddities(both)] == [("over", "x", ("l>x", "b>x"))]
    full = [holding("l", "x", 50, 60), holding("b", "x", 50)]
    assert not list(oddities(full))
    assert [o.kind for o in oddities([*full, holding("c", "x", 0, 1, ends="(]")])] == ["over"]
    assert closed([holding("l", "x", 100), holding("m", "x", 100)], "lm", percent=100, strict=True,
                  mode="together", complete=complete).status["x"] is T  # fmt: skip


def test_own_shares_carry_nothing_and_are_reported() -> None:
    own = [holding("x", "x", 60), holding("l", "x", 40)]
    assert closed(own).status["x"] is F
    assert (
        closed([holding("x", "x", 60), holding("l", "x", 0, 40)], complete=False).status["x"] is U
    )
    assert {o.kind for o in oddities(own)} == {"own"}


# -- rings ---------------------------------------------------------------------------------------


def test_a_ring_stays_free_until_someone_in_it_is_listed() -> None:
    ring = [holding("a", "b", 100), holding("b", "c", 100), holding("c", "a", 100)]
    assert set(closed(ring, "").status[n] for n in "abc") == {F}
    assert set(closed(ring, "b").status[n] for n in "abc") == {T}
    tail = [*ring, holding("l", "a", 49), holding("c", "d", 50)]
    assert set(closed(tail).status[n] for n in "abcd") == {F}
    reached = closed([holding("a", "b", 60), holding("b", "a", 10), holding("l", "a", 50)])
    assert reached.status["b"] is T
    assert [h.place for h in reached.chain("b")] == ["l>a", "a>b"]


# -- properties ----------------------------------------------------------------------------------

NAMES = "abcd"
GRID = (0, 20, 25, 30, 49, 50, 51, 75, 100)


@st.composite
def stakes(draw: st.DrawFn, size: int = 8) -> list[Holding]:
    """Stakes that one world can hold together, some as ranges around their share there."""
    made: list[Holding] = []
    left = dict.fromkeys(NAMES, 100)
    for i in range(draw(st.integers(0, size))):
        owner, asset = draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMES))
        share = draw(st.sampled_from([g for g in GRID if g <= left[asset]]))
        if owner != asset:
            left[asset] -= share
        lo = share - draw(st.sampled_from((0, 0, 1, 10, share)))
        hi = share + draw(st.sampled_from((0, 0, 1, 10, 100 - share)))
        lo, hi = max(lo, 0), min(hi, 100)
        ends = ("(" if lo < share and draw(st.booleans()) else "[") + (
            ")" if share < hi and draw(st.booleans()) else "]"
        )
        counts = draw(st.sampled_from((T, T, T, U, F)))
        made.append(holding(owner, asset, lo, hi, counts=counts, ends=ends, place=f"{i}:{share}"))
    return made


def sets(names: str = NAMES) -> st.SearchStrategy[str]:
    return st.sets(st.sampled_from(names)).map(lambda s: "".join(sorted(s)))


MODE = st.sampled_from(("together", "singly", "jointly"))


@settings(max_examples=300, deadline=None)
@given(stakes(), sets(), sets(), sets(), st.booleans(), st.booleans(), MODE, st.randoms())
def test_order_free_idempotent_and_monotone_in_seeds(
    held: list[Holding], listed: str, perhaps: str, people: str, complete: bool, strict: bool,
    mode: str, random: Any,
) -> None:  # fmt: skip
    def solve(held: list[Holding], listed: str, perhaps: str = perhaps) -> dict[str, Truth]:
        column = closed(
            [*held, *(holding("z", n, 0) for n in NAMES)], listed, perhaps=perhaps, people=people,
            complete=complete, strict=strict, mode=mode,
        )  # fmt: skip
        return {n: column.status[n] for n in NAMES}

    status = solve(held, listed)
    shuffled = list(held)
    random.shuffle(shuffled)
    assert solve(shuffled, listed) == status
    sure = "".join(n for n in NAMES if status[n] is T)
    open_ = "".join(n for n in NAMES if status[n].may)
    assert solve(held, sure, open_) == status
    for more in NAMES:
        wider = solve(held, listed + more)
        assert all(wider[n].must >= status[n].must and wider[n].may >= status[n].may for n in NAMES)


def learned(h: Holding, random: Any) -> Holding:
    """The stake with something more known of it, true in the world that it was drawn from."""
    share = Decimal(h.place.partition(":")[2])
    match random.randrange(4):
        case 0:
            return replace(h, lo=share, lo_open=False)
        case 1:
            return replace(h, hi=share, hi_open=False)
        case 2 if h.counts is U:
            return replace(h, counts=random.choice((T, F)))
        case _:
            return h


@settings(max_examples=400, deadline=None)
@given(stakes(), sets(), sets(), sets(), st.booleans(), st.booleans(), MODE, st.randoms())
def test_learning_never_flips_what_is_known(
    held: list[Holding], listed: str, perhaps: str, people: str, complete: bool, strict: bool,
    mode: str, random: Any,
) -> None:  # fmt: skip
    """Narrower ranges, whether a stake counts, who is listed, a stake that was not on an open
    list, and that the list is complete: nothing of it changes an answer.
    """

    def solve(
        held: list[Holding], perhaps: str, complete: bool, listed: str = listed
    ) -> dict[str, Truth]:
        column = closed(
            [*held, *(holding("z", n, 0) for n in NAMES)], listed, perhaps=perhaps, people=people,
            complete=complete, strict=strict, mode=mode,
        )  # fmt: skip
        return {n: column.status[n] for n in NAMES}

    given_ = [h for h in held if complete or random.random() < 0.6]
    before = solve(given_, perhaps, complete)
    narrowed = [learned(h, random) for h in held]
    known = "".join(n for n in perhaps if random.random() < 0.5)
    now_listed = listed + "".join(n for n in perhaps if n not in known and random.random() < 0.5)
    steps = [
        solve(given_ + [h for h in held if h not in given_], perhaps, complete),
        solve([n for h, n in zip(held, narrowed, strict=True) if h in given_], perhaps, complete),
        solve(held, perhaps, complete or random.random() < 0.5),
        solve(narrowed, known, True, now_listed),
    ]
    for after in steps:
        for name in NAMES:
            assert before[name] is U or after[name] is before[name]


@settings(max_examples=300, deadline=None)
@given(stakes(), sets(), sets(), sets(), st.booleans(), MODE)
def test_a_support_is_sufficient_minimal_and_ends_at_the_listed(
    held: list[Holding], listed: str, perhaps: str, people: str, strict: bool, mode: str
) -> None:
    column = closed(held, listed, perhaps=perhaps, people=people, strict=strict, mode=mode)
    for party in column.status:
        support = column.support(party)
        assert bool(support) == (column.status[party] is T and party not in listed)
        if not support:
            continue
        chain = column.chain(party)
        again = closed(list(chain), listed, strict=strict, mode=mode)
        assert again.status[party] is T
        for left_out in support:
            fewer = [h for h in chain if h is not left_out]
            assert (
                closed([*fewer, holding("z", party, 0)], listed, strict=strict, mode=mode).status[
                    party
                ]
                is not T
            )
        has = set(listed)  # each owner before what it owns
        for h in chain:
            assert h.owner in has
            has.add(h.asset)


# -- the reference: every world ------------------------------------------------------------------

EPS = Fraction(1, 1000)


@dataclass(frozen=True)
class World:
    """What is so: who is listed, whom ownership reaches, and each stake that counts."""

    listed: frozenset[str]
    reach: frozenset[str]
    held: tuple[tuple[str, str, Fraction], ...]


def owned_in(world: World, percent: int, strict: bool, mode: str) -> frozenset[str]:
    """Look at every company again until nothing changes."""
    have = world.listed
    while True:
        now = set(have)
        for company in world.reach:
            parts = [(o, s) for o, a, s in world.held if a == company and o != a and o in have]
            if mode == "together":
                best = sum((s for _, s in parts), Fraction(0))
            elif mode == "singly":
                best = max(
                    (sum(s for p, s in parts if p == o) for o, _ in parts), default=Fraction(0)
                )
            else:
                best = max((s for _, s in parts), default=Fraction(0))
            if best > percent or (best == percent and not strict):
                now.add(company)
        if now == have:
            return have
        have = frozenset(now)


def shares_of(h: Holding) -> list[Fraction]:
    """The shares that a range may be worth, as far as a threshold on the grid can tell."""
    lo, hi = Fraction(h.lo), Fraction(h.hi)
    points = {lo, hi, *(Fraction(g) for g in range(0, 101, 25))}
    near = {p + e for p in points for e in (-EPS, Fraction(0), EPS)}
    return sorted(
        p for p in near
        if (lo < p < hi) or (p == lo and not h.lo_open) or (p == hi and not h.hi_open)
    )  # fmt: skip


def worlds(
    held: list[Holding], listed: str, perhaps: str, people: str, complete: bool
) -> Iterator[World]:
    names = frozenset(NAMES)
    reach = names - set(people)
    stated = {  # beyond the whole, one of the stakes is wrong: then nothing follows from the total
        n: sum(
            (
                h.lo + Decimal(str(float(EPS))) * h.lo_open
                for h in held
                if h.asset == n and h.owner != n and h.counts is not F
            ),
            Decimal(0),
        )
        for n in names
    }
    whether = [
        (True,) if h.counts is T else (True, False) if h.counts is U else (False,) for h in held
    ]
    for extra in itertools.product((True, False), repeat=len(perhaps)):
        has = frozenset(listed) | {n for n, yes in zip(perhaps, extra, strict=True) if yes}
        for counts in itertools.product(*whether):
            counting = [h for h, yes in zip(held, counts, strict=True) if yes]
            for shares in itertools.product(*(shares_of(h) for h in counting)):
                stakes = tuple((h.owner, h.asset, s) for h, s in zip(counting, shares, strict=True))
                total = {
                    n: sum((s for o, a, s in stakes if a == n and o != a), Fraction(0))
                    for n in names
                }
                if any(total[n] > 100 >= stated[n] for n in names):
                    continue  # they cannot all hold that much
                yield World(has, reach, stakes)
                if not complete:  # somebody holds all the rest of everything, on the list or not
                    rest = {n: Fraction(100) if stated[n] > 100 else 100 - total[n] for n in names}
                    for who in ("?", *NAMES):
                        more = tuple((who, n, rest[n]) for n in NAMES)
                        yield World(has | {"?"}, reach, stakes + more)


@st.composite
def few_stakes(draw: st.DrawFn) -> list[Holding]:
    """At most four, of which two are not exact; no owner twice in one company."""
    pairs = draw(st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=4, unique=True
    ))  # fmt: skip
    made: list[Holding] = []
    for i, (owner, asset) in enumerate(pairs):
        a, b = sorted(
            (
                draw(st.sampled_from((0, 25, 50, 75, 100))),
                draw(st.sampled_from((0, 25, 50, 75, 100))),
            )
        )
        if i >= 2:
            a = b
        ends = draw(st.sampled_from(("[]", "(]", "[)", "()"))) if a < b else "[]"
        counts = draw(st.sampled_from((T, T, U, F)))
        made.append(holding(owner, asset, a, b, ends=ends, counts=counts))
    return made


@settings(max_examples=250, deadline=None)
@given(few_stakes(), sets(), sets("ab"), sets(), st.booleans(), st.booleans(), MODE)
def test_the_closure_is_what_holds_in_every_world(
    held: list[Holding], listed: str, perhaps: str, people: str, complete: bool, strict: bool, mode: str
) -> None:  # fmt: skip
    perhaps = "".join(n for n in perhaps if n not in listed)
    found = [owned_in(w, 50, strict, mode) for w in worlds(held, listed, perhaps, people, complete)]
    assert found
    padded = [*held, *(holding(n, m, 0) for n, m in itertools.pairwise(NAMES))]
    column = closed(
        padded, listed, perhaps=perhaps, people=people, complete=complete, strict=strict, mode=mode
    )
    for name in NAMES:
        inside = [name in one for one in found]
        expected = T if all(inside) else U if any(inside) else F
        if expected is F and column.status[name] is U and not complete:
            continue  # an open list with shares that a company holds in itself: open is the safe side
        assert column.status[name] is expected, (name, held)


# -- size ----------------------------------------------------------------------------------------


def test_long_chains_and_wide_hubs_are_linear() -> None:
    """No timing here: a quadratic closure would not end within any patience. See benchmarks."""
    n = 60_000
    names = [f"p{i}" for i in range(n)]
    seeds, guards = {p: Truth.known(p == "p0") for p in names}, dict.fromkeys(names, T)
    chain = [holding(a, b, 50) for a, b in itertools.pairwise(names)]
    column = close(names, seeds, guards, chain, True, Decimal(50), False)
    assert column.status[names[-1]] is T
    assert len(column.chain(names[-1])) == n - 1
    hub = [holding(p, "hub", Decimal(100) / 10**5) for p in names]
    status = {**dict.fromkeys(names, T), "hub": F}
    column = close([*names, "hub"], status, {**guards, "hub": T}, hub, True, Decimal(50), False)
    assert column.status["hub"] is T
    assert len(column.support("hub")) == 50_000
