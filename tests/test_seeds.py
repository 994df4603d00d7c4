"""Every claim of a source document is tied to rules that load and scenarios that run."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from conftest import all_scenarios

from sanctions_rules.rulebooks import Law, laid_over, load
from sanctions_rules.scenario import read_scenarios, scenario_files

SEEDS = Path(__file__).parent.parent / "seeds"
#: The claims that the encoded part of the law must answer by now.
DUE = {
    "000_e0be5bad5ca1d449": {
        "A1",
        "A2",
        "A3",
        "A4",
        "A5",
        "A6",
        "A7",
        "A8",
        "A9",
        "A10",
        "A11",
        "A12",
        "A13",
    },
    "002_0098786d4b6270a9": {"B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10"},
}

DOCUMENTS = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(SEEDS.glob("*.toml"))
}
CLAIMS = [(name, claim) for name, document in DOCUMENTS.items() for claim in document["claim"]]


def test_every_due_claim_has_its_entry() -> None:
    for name, due in DUE.items():
        assert due <= {claim["id"] for claim in DOCUMENTS[name]["claim"]}


@pytest.mark.parametrize(
    ("document", "claim"), CLAIMS, ids=lambda v: v if isinstance(v, str) else v["id"]
)
def test_claim_has_rules_and_scenarios(
    document: str, claim: dict[str, Any], whole_law: Law
) -> None:
    assert claim["claim"] and claim["does"]
    assert claim["rules"] and claim["scenarios"]
    law, scenarios = whole_law, list(all_scenarios("us", "eu", "uk", "divergence"))
    if proposals := [SEEDS.parent / path for path in claim.get("overlays", ())]:
        law = load(*laid_over(*proposals)).overlaid(*proposals)
        folders = {path.parent for path in proposals}
        scenarios = [s for d in folders for f in scenario_files(d) for s in read_scenarios(f)]
    for rule in claim["rules"]:
        assert law[rule], rule
    names = {scenario.name for scenario in scenarios}
    for scenario in claim["scenarios"]:
        assert scenario in names, f"{document} {claim['id']}: no scenario is called {scenario!r}"
