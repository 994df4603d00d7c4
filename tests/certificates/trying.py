"""Certificates of many scenarios, and many changes to them: the long run is `make certify`.

python -m tests.certificates.trying --every 1 --changes 20000
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

from certificates import mutating
from conftest import every_scenario
from engines.wrong import Planted, Wrong, all_wrong, planted

from sanctions_rules import Case, Law, load
from sanctions_rules.canonical import facts_digest
from sanctions_rules.certificates import Certificate, Refused, certify, verify
from sanctions_rules.certificates.stating import given
from sanctions_rules.checker.checking import Checker
from sanctions_rules.engines import conclude
from sanctions_rules.engines.interpreter import Evaluation
from sanctions_rules.engines.meaning import MEANING
from sanctions_rules.rulebooks.explained import ExplainedDecision
from sanctions_rules.scenario import Scenario
from sanctions_rules.view import View


def scenarios(every: int, first: int = 0) -> Iterator[Scenario]:
    """Every so manieth scenario of the law, in the order of files."""
    yield from every_scenario()[-first % every :: every]


def certificate_of(scenario: Scenario, law: Law | None = None) -> tuple[Certificate, Case]:
    """`law`: the packaged one, where none is given."""
    case = scenario.case()
    law = law or load()
    decision = law.decide(
        case, about=scenario.about, known_on=scenario.known_on, readings=scenario.readings
    )
    return certify(law, decision), case


def refused_if_wrong(law: Law, scenario: Scenario, wrong: Wrong) -> Refused | None:
    """What the checker says of the certificate that a reference with this wrong row makes.

    None where it is accepted: then the row makes no difference to what is certified.
    """
    case = scenario.case()
    settings = conclude.settings_of(law.program, law.regimes, scenario.known_on, scenario.readings)
    in_table = wrong.operator in MEANING
    kind = Evaluation if in_table else type("Wrongly", (Planted,), {"planted": wrong})
    with planted(wrong) if in_table else nullcontext():
        run = kind(law.program, View(case), settings)
        source = conclude.Source(law.program, case, settings, scenario.about, run)
        decision = ExplainedDecision(
            regimes={r: conclude.regime_decision(source, r) for r in law.regimes},
            facts_digest=facts_digest(case), _source=source,
            **conclude.besides(law.program, settings, scenario.about),
        )  # fmt: skip
        certificate = certify(law, decision)
    try:
        verify(certificate, law, case)
    except Refused as refusal:
        return refusal
    return None


@dataclass
class Tally:
    """What became of certificates and of changes to them."""

    certificates: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    changes: Counter[str] = field(default_factory=Counter[str])
    by_rule: Counter[str] = field(default_factory=Counter[str])
    survivors: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    seconds: Counter[str] = field(default_factory=Counter[str])
    problems: list[str] = field(default_factory=list[str])


def change(
    certificate: Certificate, case: Case, rng: random.Random, tally: Tally, law: Law | None = None
) -> None:
    """One change to a certificate: it is refused, or it stays a proof of the same outcomes."""
    law = law or load()
    made = None
    while made is None:
        made = rng.choice(mutating.CHANGES)(rng, certificate, given(case))
    tally.changes[made.kind] += 1
    try:
        Checker(made.certificate, law.settled(), made.given).check()
    except Refused as refusal:
        tally.by_rule[refusal.rule] += 1
        return
    before, after = ([(a.regime, a.outcome, a.because, a.exposed) for a in c.answers]
                     for c in (certificate, made.certificate))  # fmt: skip
    if before != after:
        tally.problems.append(f"{made.kind}: {made.what} was accepted with other answers")
    tally.survivors.append((made.kind, made.what, certificate.answers[0].outcome))


def run(every: int, changes: int, seed: int = 0, first: int = 0) -> Tally:
    """`changes`: of each certificate, so many."""
    tally, rng, law = Tally(), random.Random(seed), load()
    for scenario in scenarios(every, first):
        started = time.process_time()
        certificate, case = certificate_of(scenario)
        made = time.process_time()
        try:
            Checker(certificate, law.settled(), given(case)).check()
        except Refused as refusal:
            tally.refused[refusal.rule] += 1
            tally.problems.append(f"{scenario.name}: {refusal}")
            continue
        tally.certificates += 1
        tally.seconds["making"] += made - started
        tally.seconds["checking"] += time.process_time() - made
        for _ in range(changes):
            change(certificate, case, rng, tally)
    return tally


def operators(every: int) -> int:
    """For each operator, the first wrong meaning and scenario whose certificate is refused."""
    missed = 0
    for operator in dict.fromkeys(w.operator for w in all_wrong()):
        ways = [w for w in all_wrong() if w.operator == operator][:2]
        found = next(
            (
                (w, s, r)
                for s in scenarios(every)
                for w in ways
                if (r := refused_if_wrong(load(), s, w))
            ),
            None,
        )
        missed += found is None
        told = (
            "no certificate is refused"
            if found is None
            else f"{found[0].way} | {found[1].name} | {found[2]}"
        )
        print(f"{operator} | {told}", flush=True)
    return bool(missed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--changes", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--operators", action="store_true", help="wrong rows instead of changes")
    asked = parser.parse_args()
    if asked.operators:
        return operators(asked.every)
    tally = run(asked.every, asked.changes, asked.seed, asked.first)
    print(f"{tally.certificates} certificates accepted, {sum(tally.refused.values())} refused")
    print(f"{sum(tally.changes.values())} changes: {dict(tally.changes)}")
    print(f"refused by rule: {dict(tally.by_rule.most_common())}")
    kinds = Counter(kind for kind, _, _ in tally.survivors)
    print(f"{len(tally.survivors)} left a proof of the same answers: {dict(kinds)}")
    for kind, what, outcome in tally.survivors[:: max(1, len(tally.survivors) // 25)]:
        print(f"  {kind}: {what} ({outcome})")
    each = {k: f"{1000 * v / max(1, tally.certificates):.1f} ms" for k, v in tally.seconds.items()}
    print(f"a certificate, mean: {each}")
    print("\n".join(tally.problems))
    return bool(tally.problems)


if __name__ == "__main__":
    raise SystemExit(main())
