"""Long chains cost no stack: each is decided, explained, certified and verified.

In `make test` a chain is longer than Python's stack is deep; `make hostile` makes it 10,000 links.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import test_ownership_law as owned

import sanctions_rules as sr
from sanctions_rules.decision import Outcome
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law

LINKS = int(os.environ.get("LINKS", "1100"))
COMMON = (Path(__file__).parent.parent / "language" / "bad" / "common.rules").read_text("utf-8")
BAN = "prohibits import of good into US"


def _block(
    kind: str, number: int, verb: str, when: str, since: str = "2024-01-01", more: str = ""
) -> str:
    return (
        f'{kind} zz.act §{number} "T"\n  cites "s. {number}"\n  in force from {since}, no end stated\n'
        f"{more}  {verb}\n  when {when}\nend\n"
    )


def _terms(links: int) -> list[str]:
    names = [f"good is kind{n}" for n in range(links)] + ["good.category is gold"]
    ban = _block("provision", 9, BAN, names[0])
    return [ban, *(
        _block("definition", 10 + n, f"defines {one}", after)
        for n, (one, after) in enumerate(itertools.pairwise(names))
    )]  # fmt: skip


def _exceptions(links: int) -> list[str]:
    """Of an even number of texts that displace each other in turn the first does not stand."""
    return [_block("provision", 10, BAN, "good.category is gold"), *(
        _block("provision", 10 + n, f"displaces §{9 + n}", "act.destination is US")
        for n in range(1, links - links % 2)
    )]  # fmt: skip


def _amendments(links: int) -> list[str]:
    days = [date(1990, 1, 1) + timedelta(days=n) for n in range(links)]
    return [_block("provision", 10, BAN, "good.category is gold", str(days[0])), *(
        _block("provision", 10, BAN, "good.category is gold", str(day), f"  replaces §10@{before}\n")
        for before, day in itertools.pairwise(days)
    )]  # fmt: skip


def _covered(links: int) -> list[str]:
    """Each text bans what the next one covers."""
    return [_block("provision", 10 + n, BAN, f"act is covered by zz.act §{11 + n}") for n in range(links - 1)] + [
        _block("provision", 9 + links, BAN, "good.category is gold")
    ]  # fmt: skip


def _given(links: int) -> list[str]:
    """Terms that take a value, each of which rests on the next with a value of its own."""
    after = [f"good is kind{n + 1}(RU)" for n in range(links - 1)]
    return [_block("provision", 9, BAN, "good is kind0(RU)"), *(
        _block("definition", 10 + n, f"defines good is kind{n}(place)", f"{one}\n    and good.category is gold")
        for n, one in enumerate([*after, "good.country_of_origin is place"])
    )]  # fmt: skip


def _under(links: int) -> list[str]:
    """Terms as one instrument says them, and by turns as all do, each in the innermost of some groups."""
    after = [f"good is kind{n + 1}{' under zz.act' * (n % 2)}" for n in range(links - 1)]
    return [_block("provision", 9, BAN, "good is kind0 under zz.act"), *(
        _block("definition", 10 + n, f"defines good is kind{n}", "any of\n- all of\n- " * 2 + one + "\nend\nend" * 2)
        for n, one in enumerate([*after, "good.category is gold"])
    )]  # fmt: skip


CHAINS: dict[str, tuple[Callable[[int], list[str]], Outcome]] = {
    "terms": (_terms, Outcome.PROHIBITED),
    "exceptions": (_exceptions, Outcome.NOT_PROHIBITED),
    "amendments": (_amendments, Outcome.PROHIBITED),
    "is covered by": (_covered, Outcome.PROHIBITED),
    "terms of values": (_given, Outcome.PROHIBITED),
    "under an instrument": (_under, Outcome.PROHIBITED),
}


def _proved(law: Law, given: dict[str, Any], outcome: Outcome) -> None:
    case = build_case(given, closed_by="the test")
    decision = law.decide(case)
    assert decision["zz"].outcome is outcome
    assert decision.explain() and decision.to_html() and decision.to_json()
    proof = decision.certificate()
    assert sr.verify(proof, law, case).answers[0].outcome == outcome.value.lower()


@pytest.mark.parametrize("kind", CHAINS)
def test_a_chain_in_rules(kind: str) -> None:
    made, outcome = CHAINS[kind]
    blocks = made(LINKS)
    files = {"common.rules": COMMON.encode()}
    for first in range(0, len(blocks), 4_000):
        files[f"part{first}.rules"] = "".join(blocks[first : first + 4_000]).encode()
    act = {"kind": "import", "destination": "US", "events": {"conduct": "2024-06-01"}}
    given = {
        "act": act,
        "goods": [{"category": "gold", "country_of_origin": "RU"}],
        "licences_held": "none",
    }
    _proved(Law(compile_rulebook(files)), given, outcome)


def test_a_chain_of_owners_in_facts() -> None:
    names = ["l", *(f"c{n}" for n in range(LINKS)), "x"]
    given = owned.facts(*((a, b, "50") for a, b in itertools.pairwise(names)))
    given["parties"] = [
        {"id": n, "type": "company", "listings": [{"list": "sdn"}] if n == "l" else []}
        for n in names
    ]
    _proved(owned.LAW, given, Outcome.PROHIBITED)


def test_an_older_text_never_replaces_a_newer_one_of_its_id() -> None:
    """Three versions, of which the second and the third say only that they replace the provision."""
    text = "".join(
        _block("provision", 10, BAN, "good.category is gold", f"202{n}-01-01", "  replaces §10\n" if n else "")
        for n in range(3)
    )  # fmt: skip
    law = Law(compile_rulebook({"a.rules": (COMMON + text).encode()}))
    act = {"kind": "import", "destination": "US", "events": {"conduct": "2024-06-01"}}
    case = build_case(
        {"act": act, "goods": [{"category": "gold"}], "licences_held": "none"}, closed_by="the test"
    )
    assert law.decide(case)["zz"].outcome is Outcome.PROHIBITED


def test_a_group_as_deep_as_allowed_in_each_of_many_terms() -> None:
    """Groups and references together are no deeper a stack than either."""
    links, deep = 30, 120
    text = ""
    for n in range(links):
        inner = f"good is kind{n + 1}" if n + 1 < links else "good.category is gold"
        for _ in range(deep // 2):
            inner = f"any of\n- all of\n- {inner}\n- good.country_of_origin is RU\nend\n- good.country_of_origin is BY\nend"
        text += _block("definition", 10 + n, f"defines good is kind{n}", inner)
    text += _block("provision", 9, BAN, "good is kind0")
    law = Law(compile_rulebook({"a.rules": (COMMON + text).encode()}))
    act = {"kind": "import", "destination": "US", "events": {"conduct": "2024-06-01"}}
    for good in ({"category": "gold", "country_of_origin": "RU"}, {}):  # and where all is open
        given = {"act": act, "goods": [good], "licences_held": "none"}
        decision = law.decide(build_case(given, closed_by="the test"))
        assert decision["zz"].outcome in (Outcome.PROHIBITED, Outcome.UNDETERMINED)
        assert decision.explain() and decision.certificate()
