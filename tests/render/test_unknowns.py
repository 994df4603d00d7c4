"""Whatever is not known of a case, every page of it can be made: no fact is needed to say what is missing."""

from __future__ import annotations

import random
from typing import Any

import pytest
from conftest import all_scenarios

from sanctions_rules.facts import Case, Collection, FactModel
from sanctions_rules.render.data import to_json
from sanctions_rules.render.html import to_html
from sanctions_rules.render.text import to_text
from sanctions_rules.rulebooks import Law

SAMPLE = all_scenarios("eu", "uk", "divergence")[::600]


def thinned(model: Any, chance: random.Random) -> Any:
    """The same facts with some of them no longer known."""
    gone = {
        name: None
        for name, declared in type(model).declarations.items()
        if declared.form not in ("text", "records")
        and name not in ("id", "kind", "type")
        and chance.random() < 0.25
    }
    kept: dict[str, Any] = {}
    for name in type(model).model_fields:
        held = getattr(model, name)
        if isinstance(held, FactModel):
            kept[name] = thinned(held, chance)
        elif isinstance(held, Collection):
            kept[name] = held.model_copy(
                update={"items": tuple(thinned(one, chance) for one in held.items)}
            )
    return model.model_copy(update={**kept, **gone})


@pytest.mark.parametrize("number", range(len(SAMPLE)))
def test_every_page_of_a_case_with_less_known(number: int, whole_law: Law) -> None:
    scenario = SAMPLE[number]
    case: Case = thinned(scenario.case(), random.Random(scenario.name))
    decision = whole_law.decide(case, about=scenario.about)
    for page in (to_text, to_html, to_json):
        assert page(decision)
