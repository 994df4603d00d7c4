"""The checker in JavaScript accepts and refuses what the one in Python does; both from one page.

It is the very script of a report, run by node without a browser; skipped where there is none.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from certificates import mutating, trying

from sanctions_rules import Case, clocks, load
from sanctions_rules.certificates import Certificate, Refused, to_json
from sanctions_rules.certificates.carried import carried
from sanctions_rules.certificates.stating import given
from sanctions_rules.checker.checking import Checker
from sanctions_rules.render.proof import script

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")

#: Of 6,337 scenarios, every so manieth; of each so many changes.
EVERY, CHANGES = 181, 5


class Node:
    """The script of a page in node: one line in, one out."""

    def __init__(self, folder: Path) -> None:
        assert NODE is not None
        file = folder / "check.js"
        file.write_text(script(), encoding="utf-8")
        harness = Path(__file__).with_name("checking.js")
        self.process = subprocess.Popen(
            [NODE, str(harness), str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.send(json.dumps({"rulebook": load().settled()}))

    def send(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def __call__(self, line: str) -> Any:
        assert self.process.stdout is not None
        self.send(line)
        return json.loads(self.process.stdout.readline())

    def check(self, certificate: str, facts: list[Any], one: Certificate) -> str:
        """Against the whole rulebook, and facts as the reader gives them."""
        beside = {"facts": facts, "rulebook_digest": one.rulebook, "facts_digest": one.facts}
        return self(f'{json.dumps(beside)[:-1]},"certificate":{certificate}}}')


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    running = Node(tmp_path_factory.mktemp("node"))
    yield running
    running.process.kill()
    running.process.wait()


@pytest.fixture(scope="module")
def certificates() -> list[tuple[Certificate, Case]]:
    return [trying.certificate_of(s) for s in trying.scenarios(EVERY, first=29)]


def as_read(certificate: Certificate, say: mutating.Given) -> list[Any]:
    facts: list[Any] = []
    for place, path, _ in certificate.stated:
        try:
            facts.append([place, path, say(place, path)])
        except LookupError:
            continue
    return facts


def said(changed: mutating.Changed) -> str:
    try:
        Checker(changed.certificate, load().settled(), changed.given).check()
    except Refused as refusal:
        return refusal.rule
    return "accepted"


def test_it_accepts_what_a_page_carries(
    node: Node, certificates: list[tuple[Certificate, Case]]
) -> None:
    """With no more of the rulebook than the page has."""
    assert len(certificates) >= 60
    found = Counter(node(carried(c, load().settled(), case)) for c, case in certificates)
    assert found == {"accepted": len(certificates)}
    assert len({a.outcome for c, _ in certificates for a in c.answers}) == 4


def test_of_changes_it_refuses_what_the_other_refuses(
    node: Node, certificates: list[tuple[Certificate, Case]]
) -> None:
    rng = random.Random(3)
    by_rule: Counter[str] = Counter()
    for certificate, case in certificates:
        for _ in range(CHANGES):
            made = None
            while made is None:
                made = rng.choice(mutating.CHANGES)(rng, certificate, given(case))
            one = made.certificate
            mine = node.check(to_json(one), as_read(one, made.given), one).split(":")[0]
            assert mine == said(made), f"{made.kind}: {made.what}"
            by_rule[mine] += 1
    assert by_rule.total() == CHANGES * len(certificates)
    assert len(by_rule) > 12
    assert by_rule["accepted"] < 0.1 * by_rule.total()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"format": "decision"}, "form"),
        ({"version": 2}, "version"),
        ({"trust": "me"}, "form"),
        ({"names": []}, "form"),
        ({"steps": [[[-1], "t", [], [], []]]}, "form"),
        ({"steps": [[[], "t", [], [], []]]}, "form"),
        ({"runs": {"x": []}}, "form"),
        ({"known_on": "soon"}, "form"),
        ({"known_on": "2024-02-30"}, "form"),
        ({"rulebook": "0" * 64}, "digest"),
        ({"facts": "0" * 64}, "digest"),
        ({"readings": {}}, "readings"),
        ({"readings": {"constructor": "x"}}, "readings"),
        ({"quotes": []}, "quotes"),
    ],
)
def test_what_is_no_certificate_of_this_case(
    node: Node, certificates: list[tuple[Certificate, Case]], change: dict[str, Any], rule: str
) -> None:
    certificate, case = certificates[0]
    text = json.dumps({**json.loads(to_json(certificate)), **change})
    assert node.check(text, as_read(certificate, given(case)), certificate).split(":")[0] == rule


def test_an_answer_that_names_one_twice(
    node: Node, certificates: list[tuple[Certificate, Case]]
) -> None:
    certificate, case = next(p for p in certificates if any(a.because for a in p[0].answers))
    answers = tuple(replace(a, because=a.because * 2) for a in certificate.answers)
    made = replace(certificate, answers=answers)
    assert node.check(to_json(made), as_read(made, given(case)), made).startswith("because: ")
    assert said(mutating.Changed("twice", made, given(case), "")) == "because"


def test_numbers_that_a_browser_would_round(
    node: Node, certificates: list[tuple[Certificate, Case]]
) -> None:
    """2^62 and 2^62 + 1 are one number to a browser that reads JSON its own way."""
    certificate, case = certificates[0]
    text, facts = to_json(certificate), as_read(certificate, given(case))
    assert node.check(text, facts, certificate) == "accepted"
    beside = text.replace(str(2**62), str(2**62 + 1))
    assert beside != text
    assert node.check(beside, facts, certificate).startswith("interval: ")
    rounded = text.replace('"version":1', '"version":1.0')
    assert rounded != text
    assert node.check(rounded, facts, certificate) == "no JSON"


@pytest.mark.parametrize(
    ("whole", "changed"),
    [
        ('"version":1', '"version":1,"version":1'), ('"version":1', '"version":2,"versi\\u006fn" :1'),
        ('"readings":{', '"readings":{"a":[{}],"a":[{}],'), ('"version":1', '"version":{"integer":"1"}'),
    ],
)  # fmt: skip
def test_a_key_that_stands_twice(
    node: Node, certificates: list[tuple[Certificate, Case]], whole: str, changed: str
) -> None:
    """However it is written, and at any depth; a key in a text is none."""
    certificate, case = certificates[0]
    facts, text = as_read(certificate, given(case)), to_json(certificate)
    assert whole in text
    assert node.check(text.replace(whole, changed, 1), facts, certificate) == "no JSON"
    named = text.replace('"names":[', '"names":["{\\"a\\":1,\\"a\\":1}",', 1)
    assert node.check(named, facts, certificate) != "no JSON"


#: Clocks that change at midnight, skip a day, or ran by the sun.
ZONES = ("America/New_York", "Europe/Brussels", "Europe/London", "America/Sao_Paulo", "Asia/Beirut",
         "America/Havana", "Pacific/Apia")  # fmt: skip


def test_days_begin_when_they_do_in_the_law(node: Node) -> None:
    rng = random.Random(5)
    days = [
        (date(1971, 1, 1) + timedelta(days=rng.randrange(20_000)), rng.choice(ZONES))
        for _ in range(3_000)
    ]
    days += [(date(2018, 11, 4), "America/Sao_Paulo"), (date(2011, 12, 30), "Pacific/Apia"),
             (date(2023, 3, 12), "America/Havana"), (date(2023, 11, 5), "America/Havana")]  # fmt: skip
    found = node(json.dumps({"days": [[day.isoformat(), zone] for day, zone in days]}))
    wrong = [
        (day, zone, mine) for (day, zone), mine in zip(days, found, strict=True)
        if int(mine) != clocks.day_start(day, zone)
    ]  # fmt: skip
    assert not wrong, wrong[:5]


def test_sums_of_shares_are_exact(node: Node) -> None:
    """More digits than a decimal of either language keeps when it is left to itself."""
    name = "One designated person at 50.0000000000000000000000000001 percent of the shares"
    certificate, case = trying.certificate_of(
        next(s for s in trying.scenarios(1) if s.name == name)
    )
    Checker(certificate, load().settled(), given(case)).check()
    assert node(carried(certificate, load().settled(), case)) == "accepted"
