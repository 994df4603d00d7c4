"""A derivation that is made alone is that of the whole decision, and is made of less.

It reads the facts as the compiled engine read them, not as a case that was checked once more, and
asks no line on which nothing turns.
"""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest
from conftest import all_scenarios
from small import BAN, law_of

import sanctions_rules as sr
from sanctions_rules.canonical import canonical
from sanctions_rules.decision import Disagreement
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.engines import conclude
from sanctions_rules.engines.compiled.models import models_of
from sanctions_rules.engines.meaning import MEANING
from sanctions_rules.engines.selftest import ensure_named
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.schema import COLLECTIONS, paths
from sanctions_rules.values import Items, Truth
from sanctions_rules.view import Item, View, lists_of_items

REGIMES = ("us", "eu", "uk")


def _cases(count: int, seed: int) -> list[Any]:
    return [s.case() for s in random.Random(seed).sample(list(all_scenarios(*REGIMES)), count)]


def _same_facts(case: Case) -> None:
    """Whoever reads the facts through a view reads the same, and would ask for the same."""
    quick, slow = View(models_of(sr.Facts.of(case).data)), View(case)
    for path, _ in paths():
        if "[]" not in path:
            parts = tuple(path.split("."))
            assert quick.read(quick.root, parts) == slow.read(slow.root, parts), path
    pending = [
        item for name in COLLECTIONS if name in lists_of_items(Case) for item in slow.items(name)
    ]
    while pending:
        item = pending.pop()
        for name in type(item.model).declarations:
            value, leaf = slow.read(item, (name,))
            assert quick.read(quick.item(item.place), (name,)) == (value, leaf), (item.place, name)
            if name in lists_of_items(type(item.model)) and isinstance(value, Items):
                pending += cast("tuple[Item, ...]", value.members)


def test_models_of_plain_facts_hold_the_facts_of_the_case() -> None:
    for case in _cases(200, 7):
        _same_facts(case)


@pytest.mark.parametrize("value", [
    {"amount": "10", "currency": "EUR"}, {"amount": {"at_most": "10"}, "currency": "EUR"},
])  # fmt: skip
def test_models_of_plain_facts_hold_every_form(value: Any) -> None:
    _same_facts(build_case({
        "act": {"kind": "import", "value": value, "events": {
            "conduct": {"on_or_after": "2024-06-01", "before": "2024-07-01"}, "entry": "2024-06-02",
            "export": "2024-06-02T10:00:00+02:00",
        }},
        "goods": [
            {"category": {"one_of": ["diamond", "gold"]}, "carats_each": {"more_than": "0.5"}},
            {"codes": ["HS 7102.31"], "components": ["…"]}, {"category": "seafood", "codes": ["…"]},
        ],
        "licences_held": "none", "parties": [{"id": "a"}, "…"], "actor": "a",
    }))  # fmt: skip


def test_a_derivation_is_that_of_the_whole_decision(whole_law: Law) -> None:
    made = 0
    for case in _cases(60, 11):
        alone, whole = (whole_law.decide(sr.read_facts(canonical(case))) for _ in range(2))
        for regime in REGIMES:
            steps = alone.derivations(regime)
            assert steps == conclude.derivations(whole.source, whole[regime])
            made += len(steps)
    assert made > 30


def test_a_derivation_checks_no_facts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(*_: Any, **__: Any) -> Case:
        raise AssertionError("the facts are read once more")

    decision = law_of(BAN).decide(sr.trusted(_plain()))
    monkeypatch.setattr("sanctions_rules.engines.compiled.facts.build_case", build)
    assert len(decision.derivations("zz")) == 1
    with pytest.raises(
        AssertionError, match="once more"
    ):  # which all else of the decision asks for
        _ = decision["zz"].findings


def test_a_derivation_that_the_reference_does_not_share_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ensure_named("compiled")  # it passes as it is
    decision = law_of(BAN).decide(sr.trusted(_plain()))
    assert decision["zz"].fired

    def never(*_: object) -> Truth:
        return Truth.FALSE

    monkeypatch.setitem(MEANING, "one_of", never)
    with pytest.raises(Disagreement, match="please report this"):
        decision.derivations("zz")


def test_trusted_facts_that_are_none_are_refused() -> None:
    decision = law_of(BAN).decide(sr.trusted(_plain(codes=("no code",))))
    with pytest.raises(FactsError, match="no code"):
        decision.derivations("zz")


def _plain(**good: Any) -> dict[str, Any]:
    return {
        "act": {"kind": "import", "destination": "US", "events": {"conduct": date(2024, 6, 1)}},
        "goods": ({"category": "diamond", "carats_each": Decimal("0.7"), **good},),
        "licences_held": (),
    }
