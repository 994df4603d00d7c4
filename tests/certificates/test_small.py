"""Certificates over a small rulebook: what the packaged law does not use, or uses for duties alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from certificates import trying
from certificates.apart import looking_apart
from counting import MOST, growth
from engines.wrong import all_wrong
from small import BAN, facts, law_of

from sanctions_rules import Law, Refused, verify
from sanctions_rules.certificates import certify
from sanctions_rules.core import OPERATORS
from sanctions_rules.read import build_case
from sanctions_rules.scenario import Scenario

TEXT = """
provision zz.act §1 "Much of it from Russia"
  cites "s. 1"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when sum of part.quantity_kg for part of good.components has
         part.produced_in includes RU
       end is more than 25 kg
end
provision zz.act §2 "Exactly so many"
  cites "s. 2"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when good.carats_each is 1.5 carat
end
provision zz.act §3 "Dear"
  cites "s. 3"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when good.unit_price is more than 1.5 times good.customs_value
end
provision zz.act §4 "Paid late"
  cites "s. 4"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when act.events.payment is after 10 days after act.contract.concluded_on
end
provision zz.act §5 "Two of three"
  cites "s. 5"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when at least 2 party of case.parties is any_government
end
definition zz.act §6 "Governments"
  cites "s. 6"
  checked primary
  in force from 2024-01-01, no end stated
  defines party is any_government
  when party.type is central_bank
end
definition zz.act §7 "A term of later times"
  cites "s. 7"
  checked primary
  in force from 2025-01-01, no end stated
  defines good is late_good
  when good.category is coal
end
provision zz.act §8 "Late goods"
  cites "s. 8"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when good is late_good
end
"""

#: For each operator, facts that turn on it.
PART = {"produced_in": ["RU"], "quantity_kg": "20"}
EUR = {"currency": "EUR"}
GIVEN: dict[str, dict[str, Any]] = {
    "sum": {"good": {"components": [PART, PART]}},
    "same": {"good": {"carats_each": "1.5"}},
    "times": {"good": {"unit_price": {"amount": "1.4", **EUR}, "customs_value": {"amount": "1", **EUR}}},
    "shifted": {
        "act": {"contract": "deal", "events": {"conduct": "2024-06-01", "payment": "2024-03-11"}},
        "contracts": [{"id": "deal", "concluded_on": "2024-03-01"}],
    },
    "at_least": {"parties": [{"id": "a", "type": "central_bank"}, {"id": "b", "type": "company"}]},
    "undefined": {},
}  # fmt: skip
GIVEN["next_day"] = GIVEN["shifted"]


@pytest.fixture(scope="module")
def law() -> Law:
    return law_of(TEXT)


def scenario(operator: str) -> Scenario:
    return Scenario(operator, "", facts(**GIVEN[operator]), {})


def test_with_the_packaged_law_every_operator_is_tried() -> None:
    from certificates.test_certificates import NAMED

    assert {*OPERATORS, "some", "every", "at_least", "sum"} == {*NAMED, *GIVEN}


@pytest.mark.parametrize("operator", [*GIVEN])
def test_the_right_one_is_accepted_and_a_wrong_one_refused(law: Law, operator: str) -> None:
    certificate, case = trying.certificate_of(scenario(operator), law)
    assert verify(certificate, law, case).steps
    ways = [w for w in all_wrong() if w.operator == operator]
    assert any(trying.refused_if_wrong(law, scenario(operator), way) for way in ways)


OWED = """
provision zz.act §9 "A report of it"
  cites "s. 9"
  checked primary
  in force from 2024-01-01, no end stated
  requires import_report to OFAC
  when act.kind is import
end
"""


@pytest.mark.parametrize("more", ["zz.act §1", "zz.act §9"], ids=["one twice", "a duty"])
def test_an_answer_names_prohibitions_and_each_once(more: str) -> None:
    law = law_of(
        BAN.replace(" of good into US", "").replace("  when good.category is diamond\n", "") + OWED
    )
    case = build_case(facts(), closed_by="the test")
    certificate = certify(law, law.decide(case))
    (answer,) = certificate.answers
    assert answer.because == (("zz.act §1", ""),)
    forged = replace(answer, because=(*answer.because, (more, "")))
    with pytest.raises(Refused) as refusal:
        verify(replace(certificate, answers=(forged,)), law, case)
    assert refusal.value.rule in ("because", "not shown")


def test_who_is_looked_at_alone_costs_what_its_stakes_cost() -> None:
    """Twice the holders and twice the stakes take twice the steps: not four times."""
    looking_apart(10)()
    assert growth(looking_apart, 20) < MOST
