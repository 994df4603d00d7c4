"""Ownership as a rule sees it: what is asked for, what a derivation shows, what is refused."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from small import decide, law_of

from sanctions_rules.decision import Outcome, RegimeDecision
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law

RULES = """
definition zz.act §2 "Blocked"
  cites "s. 2"
  in force from before 2024-01-01, no end stated
  defines person is blocked
  when any of
      - some listing of person.listings has
          listing.list is sdn
        end
      - person.type is not person
        and person is owned by blocked {how}
    end
end

provision zz.act §3 "Paying the blocked"
  cites "s. 3"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits payment to recipient
  when recipient is blocked
end
"""
AT_LEAST = "together, at least 50 percent of shares"


def rulebook(how: str = AT_LEAST) -> Law:
    return law_of(RULES.replace("{how}", how))


LAW = rulebook()


def facts(*stakes: Any, listed: str = "l", people: str = "m", names: str = "") -> dict[str, Any]:
    """Stakes as (owner, asset, percent, more); one letter a party; x is paid."""
    given: list[Any] = []
    for stake in stakes:
        if stake == "…":
            given.append(stake)
            continue
        owner, asset, percent, *more = stake
        one = {
            "owner": owner, "asset": asset, "percent": percent, "basis": "shares",
            "is_indirect": False, "held_from": "2015-01-01", "held_until": "none",
        } | (more[0] if more else {})  # fmt: skip
        given.append({k: v for k, v in one.items() if v is not None})
    ids = {*"xl", *names, *(s[i] for s in stakes if s != "…" for i in (0, 1) if s[i])}
    return {
        "act": {"kind": "payment", "recipients": ["x"], "events": {"conduct": "2024-06-01"}},
        "parties": [
            {"id": n, "type": "person" if n in people else "company",
             "listings": [{"list": "sdn"}] if n in listed else []}
            for n in sorted(ids)
        ],
        "licences_held": "none",
        "ownership": given,
    }  # fmt: skip


def asked(decision: RegimeDecision) -> list[str]:
    return [str(leaf) for leaf in decision.missing]


def told(law: Law, given: dict[str, Any]) -> list[str]:
    """The lines of the explanation that speak of holdings, each on one line."""
    text = law.decide(build_case(given, closed_by="the test")).explain()
    lines: list[str] = []
    for line in text.splitlines():
        if line.lstrip().startswith(("-", "?")):
            lines.append(line.strip(" -?"))
        elif line.startswith("  ") and lines:
            lines[-1] += " " + line.strip()
        else:
            lines.append("")
    return [line for line in lines if " holds " in line or "stakes in" in line or "stake in" in line
            or "shares in itself" in line or "who that is" in line]  # fmt: skip


# -- what is asked for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stakes", "missing"),
    [
        ([("l", "x", {"at_least": "25", "at_most": "50"})], ["a closer range of ownership[0].percent"]),
        ([("l", "x", None)], ["ownership[0].percent"]),
        ([(None, "x", "50")], ["ownership[0].owner"]),
        ([("l", None, "50")], ["ownership[0].asset"]),
        ([("l", None, "50"), ("q", "x", "60")], ["ownership[0].asset"]),
        ([("l", "x", "50", {"basis": None})], ["ownership[0].basis"]),
        ([("l", "x", "50", {"is_indirect": None})], ["ownership[0].is_indirect"]),
        ([("l", "x", "50", {"held_until": None})],
         ["the hour of act.events.conduct", "ownership[0].held_until"]),
        ([("q", "x", "50"), "…"], ["completeness of ownership"]),
        ([("l", "q", None), ("q", "x", "50"), ("r", "x", "50")], ["ownership[0].percent"]),
        ([("l", "x", "49"), ("q", "x", None), ("l", "q", {"at_least": "40"})],
         ["ownership[1].percent", "a closer range of ownership[2].percent"]),
    ],
)  # fmt: skip
def test_unknown_results_name_the_stakes_to_ask_for(stakes: list[Any], missing: list[str]) -> None:
    decision = decide(LAW, facts(*stakes))
    assert decision.outcome is Outcome.UNDETERMINED
    assert asked(decision) == missing
    question = decision.next_question
    assert question is not None and str(question.leaf) in missing


@pytest.mark.parametrize(
    "stakes",
    [
        [("l", "x", {"at_least": "25", "less_than": "50"})],
        [("l", "x", None), ("m", "x", "50.1")],
        [("l", "x", None), ("m", "x", {"more_than": "50"})],
        [("m", "x", "60"), "…"],
        [("l", "x", "50", {"held_until": "2024-05-01"})],
        [("l", "x", "50", {"held_from": "2024-07-01"})],
        [("l", "x", "50", {"basis": "votes"})],
        [("l", "m", "100"), ("m", "x", "100")],
    ],
)
def test_nothing_is_asked_for_where_nothing_could_matter(stakes: list[Any]) -> None:
    decision = decide(LAW, facts(*stakes))
    assert decision.outcome is Outcome.NOT_PROHIBITED
    assert not asked(decision)


@pytest.mark.parametrize(
    ("how", "outcomes"),
    [
        (AT_LEAST, "PPN"), ("together, more than 50 percent of shares", "PNN"),
        ("singly, at least 50 percent of shares", "NPN"), ("jointly, at least 50 percent of shares", "NPN"),
        ("together, at least 33.3 percent of votes", "NNP"),
    ],
)  # fmt: skip
def test_threshold_strictness_aggregation_and_basis_are_the_rulebooks(
    how: str, outcomes: str
) -> None:
    law = rulebook(how)
    given = (
        facts(("l", "x", "25.1"), ("k", "x", "25"), listed="lk"),
        facts(("l", "x", "50")),
        facts(("l", "x", "33.3", {"basis": "votes"})),
    )
    assert "".join(str(decide(law, one).outcome)[0] for one in given) == outcomes


# -- what a derivation shows ---------------------------------------------------------------------


def test_a_few_holdings_that_suffice_and_the_chain_to_the_listed() -> None:
    given = facts(
        ("l", "x", "5"), ("k", "x", "40"), ("q", "x", "30"), ("s", "x", "10"), ("l", "q", "50"),
        ("l", "s", "100"), listed="lk",
    )  # fmt: skip
    assert decide(LAW, given).outcome is Outcome.PROHIBITED
    assert told(LAW, given) == [
        "“k” holds 40 percent of “x”", "“q” holds 30 percent of “x”", "“l” holds 50 percent of “q”",
    ]  # fmt: skip


def test_what_falls_short_is_shown_too() -> None:
    assert told(LAW, facts(("l", "x", "49.99"), ("q", "x", "50.01"))) == [
        "“l” holds 49.99 percent of “x”"
    ]


def test_ranges_are_shown_with_their_ends() -> None:
    lines = told(LAW, facts(("l", "x", {"more_than": "25", "less_than": "75"})))
    assert lines == ["“l” holds more than 25 percent and less than 75 percent of “x”"]


def test_each_party_is_told_once_and_a_ring_ends() -> None:
    diamond = facts(
        ("l", "a", "100"), ("a", "b", "100"), ("a", "c", "100"), ("b", "d", "25"), ("c", "d", "25"),
        ("d", "e", "100"), ("d", "f", "100"), ("e", "x", "25"), ("f", "x", "25"), ("x", "b", "100"),
    )  # fmt: skip
    lines = told(LAW, diamond)
    assert "the stakes in “b” come to more than 100 percent in all: one of them is wrong" in lines
    assert len(lines) == len(set(lines)) == 10
    ring = facts(("x", "q", "40"), ("q", "x", "60"), ("l", "q", {"at_least": "40"}))
    assert decide(LAW, ring).outcome is Outcome.UNDETERMINED
    assert len(told(LAW, ring)) == 3


def test_a_long_chain_is_decided_asked_and_told() -> None:
    names = ["l", *(f"c{i}" for i in range(1_200)), "x"]
    stakes = [(a, b, "50") for a, b in itertools.pairwise(names)]
    given = facts(*stakes)
    given["parties"] = [
        {"id": n, "type": "company", "listings": [{"list": "sdn"}] if n == "l" else []}
        for n in names
    ]
    lines = told(LAW, given)
    assert set(lines) == {f"“{a}” holds 50 percent of “{b}”" for a, b, _ in stakes}
    given["ownership"][0] = {
        **given["ownership"][0],
        "percent": {"at_least": "40", "at_most": "60"},
    }
    decision = decide(LAW, given)
    assert asked(decision) == ["a closer range of ownership[0].percent"]
    assert told(LAW, given)


def test_what_does_not_add_up_is_said() -> None:
    given = facts(("l", "x", "60"), ("q", "x", "50"), ("x", "x", "5"), ("q", "x", "1"))
    assert decide(LAW, given).outcome is Outcome.PROHIBITED
    assert told(LAW, given) == [
        "“l” holds 60 percent of “x”",
        "an owner has more than one stake in “x”: they are added up",
        "“x” is said to hold shares in itself: they carry nothing to it",
        "the stakes in “x” come to more than 100 percent in all: one of them is wrong",
    ]


def test_an_owner_who_is_not_known_is_told_as_such() -> None:
    assert told(LAW, facts((None, "x", "50"))) == [
        "somebody holds 50 percent of “x”", "not known who that is",
    ]  # fmt: skip


# -- what is refused -----------------------------------------------------------------------------


def test_a_complete_list_that_leaves_out_the_links_of_an_indirect_stake_is_refused() -> None:
    indirect = ("l", "x", "60", {"is_indirect": True})
    with pytest.raises(FactsError, match="`l` holds in `x` through others") as error:
        build_case(facts(indirect, ("m", "x", "40")), closed_by="the test")
    assert [p.path for p in error.value.problems] == ["ownership[0].is_indirect"]
    assert decide(LAW, facts(indirect, "…")).outcome is Outcome.UNDETERMINED
    assert (
        decide(LAW, facts(indirect, ("l", "q", "49"), ("q", "x", "100"))).outcome
        is Outcome.NOT_PROHIBITED
    )
    assert (
        decide(LAW, facts(indirect, ("l", "q", "50"), ("q", "x", "100"))).outcome
        is Outcome.PROHIBITED
    )
    # a stake that may lie anywhere may be the link
    assert (
        decide(LAW, facts(indirect, ("l", None, "50"), names="q")).outcome is Outcome.UNDETERMINED
    )
