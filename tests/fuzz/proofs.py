"""Records and certificates of drawn rulebooks and of the packaged law."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from assume import removals
from certificates import trying
from conftest import LAW, scenarios_of
from fuzz.laws import case_of, drawn, law_of, seeded
from fuzz.target import Skip, Target

from sanctions_rules.certificates import certify, from_json, to_json, verify
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.read import build_case
from sanctions_rules.record import chained
from sanctions_rules.record.chain import parsed
from sanctions_rules.replay import replay
from sanctions_rules.scenario import Scenario
from sanctions_rules.testing.choices import Seeded
from sanctions_rules.testing.rulebooks import REGIME


def replays(data: dict[str, Any]) -> Iterator[str]:
    """A record, written and read, gives the same bytes again under the same law made anew."""
    law, other = law_of(data["blocks"]), law_of(data["blocks"])
    for facts in data["facts"]:
        made = law.decide(case_of(facts)).record()
        (line,) = chained([(made.record, made.envelope)])
        text = line.canonical()
        read = parsed(text.encode(), "fuzz", 1)
        assert read.canonical() == text
        done = replay(read, other)
        assert done.is_reproduced, (done.causes, done.differences)
        assert other.decide(case_of(facts)).record().record.derived_id() == made.record.derived_id()
        yield "replayed"


def certified(data: dict[str, Any]) -> Iterator[str]:
    """Every answer has a certificate, which reads back and which the checker accepts."""
    law = law_of(data["blocks"])
    for facts in data["facts"]:
        case = case_of(facts)
        decision = law.decide(case)
        certificate = certify(law, decision)
        text = to_json(certificate)
        assert from_json(text) == certificate
        assert verify(text, law, case) == certificate
        yield decision[REGIME].outcome.value


#: Changes of which none may leave a proof.
REFUSED = {"truth", "misstated", "citation", "licence", "answer", "owners", "order", "reading"}


def changed_is_refused(data: dict[str, Any]) -> Iterator[str]:
    """A certificate with one thing changed is refused, or still proves the same answers."""
    law = law_of(data["blocks"])
    tally, rng = trying.Tally(), random.Random(data["seed"])
    for facts in data["facts"]:
        case = case_of(facts)
        certificate = certify(law, law.decide(case, engine="interpreter"))
        if not certificate.quotes or not certificate.stated:
            continue
        for _ in range(10):
            trying.change(certificate, case, rng, tally, law)
    assert not tally.problems, tally.problems
    # Of the others a valid proof may be left: a fact or a day that makes no difference, two claims
    # that come to the same by the same facts in each other's place, one more that the rule looks at.
    idle = [s for s in tally.survivors if s[0] in REFUSED]
    assert not idle, idle
    yield from ["changes"] * sum(tally.changes.values())
    yield from ["proofs of the same"] * len(tally.survivors)
    for rule, count in tally.by_rule.items():
        yield from [f"refused: {rule}"] * count


# -- the packaged law ----------------------------------------------------------------------------


def _scenarios(number: int) -> tuple[Scenario, ...]:
    """Those of one file of the law."""
    files = sorted(LAW.rglob("*.scenarios.toml"))
    return scenarios_of(files[number % len(files)])


def packaged_certified(data: dict[str, Any]) -> Iterator[str]:
    """A scenario of the law without some of its facts: engines agree, and its certificate is accepted."""
    scenarios, draw = _scenarios(data["file"]), Seeded(data["seed"])
    scenario = scenarios[data["scenario"] % len(scenarios)]
    facts = scenario.facts
    for _ in range(data["without"]):
        left = list(removals(facts))
        if left:
            facts = draw.pick(left)[1]
    try:
        case = build_case(facts, closed_by="this scenario")
    except FactsError as error:
        raise Skip from error
    law = trying.load()
    decision = law.decide(case, about=scenario.about, known_on=scenario.known_on, readings=scenario.readings)  # fmt: skip
    certificate = certify(law, decision)
    verify(to_json(certificate), law, case)
    for one in decision:
        yield f"{one.regime} {one.outcome.value}"


TARGETS = (
    Target(
        "replay", "a record is read back and made again byte for byte by the same law made anew",
        lambda draw: drawn(draw, 3), replays, 8,
    ),
    Target(
        "certificate", "every answer has a certificate that the checker accepts",
        lambda draw: drawn(draw, 4), certified, 12,
    ),
    Target(
        "certificate_changed", "a certificate with one thing changed is refused, or proves the same",
        lambda draw: seeded(draw, 3), changed_is_refused, 10,
    ),
    Target(
        "certificate_of_scenarios", "scenarios of the law less some facts have certificates that are accepted",
        lambda draw: {"file": draw.below(1 << 20), "scenario": draw.below(1 << 20), "without": draw.below(6), "seed": draw.below(1 << 30)},
        packaged_certified, 4,
    ),
)  # fmt: skip
