"""Ownership in several ways, from each holder apart, and one step only: properties and a reference.

The reference knows one world, in which every share, right and partnership is known, and looks again
until nothing changes. What is open is laid out into worlds, and no answer may be wrong in any.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanctions_rules.ownership import HUNDRED, Holding, Threshold, close
from sanctions_rules.ownership_ways import Net, Passage, close_ways
from sanctions_rules.values import Truth

T, U, F = Truth.TRUE, Truth.UNKNOWN, Truth.FALSE
NAMES = "abcdl"
HALF = Threshold(Decimal(50), strict=True)
FULL = Threshold(HUNDRED, mode="jointly")


def share(
    owner: str, asset: str, lo: int, hi: int | None = None, *, counts: Truth = T, place: str = "",
    partners: str = "", shared: bool = False,
) -> Holding:  # fmt: skip
    return Holding(
        owner, asset, Decimal(lo), Decimal(lo if hi is None else hi), counts,
        place or f"{owner}>{asset}", partners=tuple((p, T) for p in partners), shared=shared,
    )  # fmt: skip


def right(owner: str, asset: str, counts: Truth = T) -> Holding:
    place = f"{owner}~{asset}"
    return Holding(owner, asset, HUNDRED, HUNDRED, counts, place, means=("other_means",))


def solved(
    shares: list[Holding], votes: list[Holding] = [], rights: list[Holding] = [], *,  # noqa: B006
    listed: str = "l", perhaps: str = "", people: str = "", complete: bool = True,
    severally: bool = True, direct: bool = False,
) -> Net:  # fmt: skip
    seeds = {n: T if n in listed else U if n in perhaps else F for n in NAMES}
    guards = {n: Truth.known(n not in people) for n in NAMES}
    half, full = replace(HALF, direct=direct), replace(FULL, direct=direct)
    ways = [Passage(half, shares), Passage(half, votes), Passage(full, rights, True)]
    return close_ways([*NAMES], seeds, guards, ways, complete, severally)


# -- examples from the law -----------------------------------------------------------------------


def test_each_holder_apart_with_all_that_it_holds_through_others() -> None:
    through = [share("l", "b", 60), share("l", "c", 30), share("b", "c", 30)]
    assert solved(through).status["c"] is T
    two = [share("l", "b", 60), share("d", "c", 30), share("b", "c", 30)]
    assert solved(two, listed="ld").status["c"] is F
    assert solved(two, listed="ld", severally=False).status["c"] is T


def test_a_chain_may_change_from_votes_to_shares_to_control_at_each_link() -> None:
    net = solved([share("a", "b", 60)], [share("l", "a", 60)], [right("b", "c")])
    assert [net.status[n] for n in "abc"] == [T, T, T]
    assert [net.via(n) for n in "abcl"] == [1, 0, 2, -1]
    assert [h.place for h in net.chain("c")] == ["l>a", "a>b", "b~c"]
    assert solved([share("l", "c", 30)], [share("l", "c", 30)]).status["c"] is F


def test_partners_have_the_total_each_and_what_is_not_known_may_make_partners() -> None:
    def two(**known: object) -> list[Holding]:
        return [share("l", "c", 25), replace(share("d", "c", 30), **known)]  # type: ignore[arg-type]

    assert solved(two()).status["c"] is F
    assert solved(two(partners=(("l", T),))).status["c"] is T
    assert solved(two(shared=True)).status["c"] is U
    assert solved([share("l", "c", 19), share("d", "c", 30, shared=True)]).status["c"] is F
    held = solved(two(partners=(("l", T),))).support("c")
    assert [(h.owner, h.of) for h in held] == [("l", "d"), ("l", "")]


def test_control_by_one_leaves_room_for_control_by_another() -> None:
    assert solved([], [], [right("a", "c"), right("l", "c", U)]).status["c"] is U
    assert solved([], [], [right("a", "c")], complete=False).status["c"] is U
    assert solved([], [], [right("a", "c")], complete=False, people="c").status["c"] is F
    assert solved([], [], [right("l", "l")], listed="").status["l"] is F


def test_one_step_and_no_further() -> None:
    chain = [share("l", "a", 60), share("a", "b", 60)]
    net = solved(chain, severally=False, direct=True)
    assert [net.status[n] for n in "lab"] == [F, T, F]  # the listed are not owned for being listed
    assert [h.place for h in net.support("a")] == ["l>a"]
    assert not net.support("b")
    own = solved([share("l", "d", 60)], listed="ld", severally=False, direct=True)
    assert own.status["d"] is T  # listed, and owned by one who is
    assert [h.place for h in own.support("d")] == ["l>d"]
    unnamed = solved([share("l", "a", 60)], severally=False, direct=True, complete=False)
    assert [unnamed.status[n] for n in "ab"] == [T, U]
    others = [share("d", "a", 60), share("l", "a", 0, 100)]
    assert solved(others, severally=False, direct=True).status["a"] is F
    rights = [right("l", "a"), right("a", "b"), right("d", "c")]
    net = solved([], [], rights, severally=False, direct=True)
    assert [net.status[n] for n in "abc"] == [T, F, F]
    assert solved([], [], rights, severally=False, direct=True, complete=False).status["b"] is U


@pytest.mark.parametrize("severally", [True, False])
def test_who_may_be_listed_makes_open_what_it_holds(severally: bool) -> None:
    one = [share("d", "c", 60)]
    net = solved(one, perhaps="d", severally=severally)
    assert net.status["c"] is U
    assert [h.place for h in net.through["c"]] == ["d>c"]
    assert solved(one, severally=severally).status["c"] is F


# -- a reference -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """All of it known: shares and votes as (owner, asset, percent, partners), rights as pairs."""

    measured: tuple[tuple[tuple[str, str, int, frozenset[str]], ...], ...]
    rights: tuple[tuple[str, str], ...]
    listed: str
    people: str

    def reached(self, severally: bool) -> set[str]:
        found: set[str] = set()
        for group in [[one] for one in self.listed] if severally else [[*self.listed]]:
            inside = set(group)
            while new := self._next(inside, group[0] if severally else ""):
                inside |= new
            found |= inside
        return found

    def _next(self, inside: set[str], alone: str) -> set[str]:
        found = {asset for owner, asset in self.rights if owner in inside}
        for basis in self.measured:
            for asset in NAMES:
                total = sum(
                    percent
                    for owner, of, percent, partners in basis
                    if of == asset and owner != asset and (owner in inside or alone in partners)
                    and not (alone == asset and owner not in inside)
                )  # fmt: skip
                if total > 50:
                    found.add(asset)
        return {n for n in found if n not in self.people} - inside


@st.composite
def worlds(draw: st.DrawFn) -> World:
    def basis() -> tuple[tuple[str, str, int, frozenset[str]], ...]:
        left = dict.fromkeys(NAMES, 100)
        made: list[tuple[str, str, int, frozenset[str]]] = []
        for _ in range(draw(st.integers(0, 6))):
            owner, asset = draw(st.permutations(NAMES).map(lambda p: p[:2]))
            pairs = {(o, a) for o, a, _, _ in made}
            amount = min(draw(st.sampled_from((10, 25, 30, 50, 51, 60, 100))), left[asset])
            if amount and (owner, asset) not in pairs:
                left[asset] -= amount
                partners = draw(st.sets(st.sampled_from(NAMES), max_size=1)) - {owner, asset}
                made.append((owner, asset, amount, frozenset(partners)))
        return tuple(made)

    pairs = st.permutations(NAMES).map(lambda p: (p[0], p[1]))
    rights = tuple(dict.fromkeys(draw(st.lists(pairs, max_size=3))))
    listed = draw(st.sets(st.sampled_from(NAMES), max_size=2).map("".join))
    people = draw(st.sets(st.sampled_from(NAMES), max_size=1).map("".join))
    return World((basis(), basis()), rights, listed, people)


def as_known(world: World) -> tuple[list[Holding], list[Holding], list[Holding]]:
    measured = [
        [share(o, a, p, place=f"{i}:{o}>{a}", partners="".join(q)) for o, a, p, q in basis]
        for i, basis in enumerate(world.measured)
    ]
    return measured[0], measured[1], [right(o, a) for o, a in world.rights]


@settings(max_examples=200, deadline=None)
@given(worlds(), st.booleans())
def test_where_all_is_known_it_is_what_the_reference_finds(world: World, severally: bool) -> None:
    shares, votes, rights = as_known(world)
    net = solved(
        shares, votes, rights, listed=world.listed, people=world.people, severally=severally
    )
    reached = world.reached(severally)
    assert {n for n in NAMES if net.status[n] is T} == reached
    assert {n for n in NAMES if net.status[n] is F} == set(NAMES) - reached


@settings(max_examples=200, deadline=None)
@given(worlds(), st.booleans(), st.randoms())
def test_no_answer_is_wrong_in_a_world_that_the_facts_allow(
    world: World, severally: bool, random: object
) -> None:
    """Ranges around each share, rights and partners that are not known, stakes left out of an
    open list, owners who may be listed.
    """
    chance = random.random  # type: ignore[attr-defined]

    def blurred(h: Holding) -> Holding:
        if chance() < 0.3:
            h = replace(h, lo=Decimal(0)) if not h.means else h
        if chance() < 0.3:
            h = replace(h, hi=HUNDRED) if not h.means else h
        if chance() < 0.3:
            h = replace(h, counts=U)
        if chance() < 0.3:
            h = replace(h, partners=(), shared=True)
        return h

    complete = chance() < 0.6
    told = [[blurred(h) for h in held if complete or chance() < 0.7] for held in as_known(world)]
    sure = "".join(n for n in world.listed if chance() < 0.7)
    perhaps = "".join(n for n in NAMES if n not in sure and (n in world.listed or chance() < 0.2))
    net = solved(
        *told, listed=sure, perhaps=perhaps, people=world.people, complete=complete,
        severally=severally,
    )  # fmt: skip
    reached = world.reached(severally)
    for name in NAMES:
        assert net.status[name] is U or (net.status[name] is T) == (name in reached)


@settings(max_examples=150, deadline=None)
@given(worlds(), st.booleans())
def test_a_chain_is_sufficient_and_begins_at_the_listed(world: World, severally: bool) -> None:
    shares, votes, rights = as_known(world)
    known = {"listed": world.listed, "people": world.people, "severally": severally}
    net = solved(shares, votes, rights, **known)  # type: ignore[arg-type]
    for name in NAMES:
        support, chain = net.support(name), net.chain(name)
        assert bool(support) == (net.status[name] is T and name not in world.listed)
        kept = {h.place for h in chain}
        fewer = [[h for h in held if h.place in kept] for held in (shares, votes, rights)]
        if support:
            assert solved(*fewer, **known).status[name] is T  # type: ignore[arg-type]
        has = set(world.listed)
        for h in chain:
            assert h.owner in has
            has.add(h.asset)


@settings(max_examples=150, deadline=None)
@given(worlds(), st.booleans())
def test_one_way_and_all_together_is_the_plain_closure(world: World, complete: bool) -> None:
    shares = as_known(world)[0]
    net = solved(shares, listed=world.listed, people=world.people, complete=True, severally=False)
    seeds = {n: Truth.known(n in world.listed) for n in NAMES}
    guards = {n: Truth.known(n not in world.people) for n in NAMES}
    plain = close([*NAMES], seeds, guards, shares, True, Decimal(50), True)
    assert net.status == plain.status
    one = close_ways([*NAMES], seeds, guards, [Passage(HALF, shares)], complete)
    again = close([*NAMES], seeds, guards, shares, complete, Decimal(50), True)
    assert one.status == again.status
