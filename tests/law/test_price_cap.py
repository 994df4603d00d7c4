"""The record safe harbour of the price caps: a breach without liability, by tier of actor.

Scenarios name no liabilities, so these cases stand in Python. Dossier: crude-services row of
table 5.2, "record safe harbour by tier of actor" (V2); what each tier keeps was not read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sanctions_rules as sr
from sanctions_rules import Outcome
from sanctions_rules.scenario import read_scenarios

HERE = Path(__file__).parent
ABOVE = """
[[scenario]]
name = "cover for Russian crude above the cap"
source = "us/eo14071/det/crude-services/2022-11-21 (V2)"
base = "g_cargo"
facts.act.events = {{ service = 2024-02-10, loading = 2024-02-01, unloading = 2024-02-20 }}
facts.goods = [{{ price_per_barrel = {{ amount = "{price}", currency = "USD" }}, attestations = {attestations} }}]
{more}
expect.us = {{ outcome = "PROHIBITED" }}
"""
KEPT = """
facts.judgements = [
  {{ question = "us.substantially_transformed", of = "oil", answer = "no", who = "customs counsel" }},
  {{ question = "us.price_records_kept", of = "act", answer = "{answer}", who = "auditor" }},
]"""
ATTESTED, BARE = '["price_cap_attestation"]', "[]"


@pytest.fixture(scope="module")
def law() -> sr.Law:
    return sr.load("us")


def decided(
    law: sr.Law, tmp_path: Path, attestations: str, more: str, price: str = "75"
) -> tuple[Outcome, str]:
    file = tmp_path / "case.scenarios.toml"
    file.write_text(ABOVE.format(price=price, attestations=attestations, more=more), "utf-8")
    (scenario,) = read_scenarios(file, HERE / "bases")
    decision: Any = law.decide(scenario.case())["us"]
    found = [f for f in decision.liabilities if f.norm.provision == "us.det_crude_services §4"]
    return decision.outcome, str(found[0].truth.name) if found else "FALSE"


@pytest.mark.parametrize(
    ("attestations", "more", "liable"),
    [
        (ATTESTED, 'facts.act.price_cap_tier = "tier_2"', "FALSE"),
        (ATTESTED, 'facts.act.price_cap_tier = "tier_3"', "FALSE"),
        (BARE, 'facts.act.price_cap_tier = "tier_3"', "TRUE"),
        ('["…"]', 'facts.act.price_cap_tier = "tier_3"', "UNKNOWN"),
        (ATTESTED, "facts.act.reason_to_suspect = true", "TRUE"),
        (ATTESTED, 'facts.act.reason_to_suspect = { unknown = "not asked" }', "UNKNOWN"),
        (ATTESTED, 'facts.act.price_cap_tier = "tier_1"', "UNKNOWN"),
        (ATTESTED, 'facts.act.price_cap_tier = "tier_1"' + KEPT.format(answer="yes"), "FALSE"),
        (ATTESTED, 'facts.act.price_cap_tier = "tier_1"' + KEPT.format(answer="no"), "TRUE"),
        (ATTESTED, 'facts.act.price_cap_tier = "none"', "TRUE"),
        (ATTESTED, 'facts.act.price_cap_tier = { one_of = ["tier_2", "tier_3"] }', "FALSE"),
    ],
)
def test_the_harbour_by_tier(
    law: sr.Law, tmp_path: Path, attestations: str, more: str, liable: str
) -> None:
    assert decided(law, tmp_path, attestations, more) == (Outcome.PROHIBITED, liable)


def test_within_the_cap_there_is_no_breach_to_be_liable_for(law: sr.Law, tmp_path: Path) -> None:
    assert decided(law, tmp_path, BARE, "", price="60") == (Outcome.NOT_PROHIBITED, "FALSE")
