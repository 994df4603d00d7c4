"""Three invented regimes that coordinate their measures, and differ as real ones do.

Arcadia came first and licenses old stock; Borduria looks at the way that goods took, takes old stock
out in its own text, and has not read all of it; Cimmeria has little, and counts owners its own way.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sanctions_rules.facts import Case
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law

HEAD: Final = """
instrument {name}.head "{title}"
  cites "head of {title}"
  clock {zone}
  current through 2030-01-01 1
end
instrument {name}.act "An act of {title}"
  cites "the act of {title}"
  clock {zone}
  issued 2020-01-01 by Treasury
end
"""
_PLACES: Final = (
    ("aa", "Arcadia", "America/New_York"), ("bb", "Borduria", "Europe/Brussels"),
    ("cc", "Cimmeria", "Europe/London"),
)  # fmt: skip

RULES: Final = (
    "".join(HEAD.format(name=n, title=t, zone=z) for n, t, z in _PLACES)
    + """
provision aa.act §1 "Diamonds of an origin"
  cites "A. s. 1"
  measure diamonds_direct
  checked primary
  in force from 2022-03-11, no end stated
  prohibits import of good
  when good.category is diamond
   and good.country_of_origin is RU
end
provision aa.act §2 "Large stones"
  cites "A. s. 2"
  measure diamonds_third_country
  checked primary
  in force from 2024-03-01, no end stated
  prohibits import of good
  when good.category is diamond
   and good.mined_in includes RU
   and good.carats_each is at least 1.0 carat
end
provision aa.act §3 "Smaller stones"
  cites "A. s. 3"
  measure diamonds_third_country
  checked primary
  in force from 2024-09-01, no end stated
  prohibits import of good
  when good.category is diamond
   and good.mined_in includes RU
   and good.carats_each is at least 0.5 carat
end
licence aa.gl1 "Old stock"
  cites "A. GL 1"
  checked primary
  issued 2024-08-23 by Treasury
  in force from 2024-09-01 through 2025-09-01 00:01 EDT
  authorises import of good
    to the extent prohibited by aa.act §3
  when good.outside_russia_since is before 2024-09-01
end
provision bb.act §1 "Diamonds of an origin or by a way"
  cites "B. art. 1"
  measure diamonds_direct
  checked secondary
  in force from 2024-01-01, no end stated
  prohibits import of good
  when good.category is diamond
   and any of
     - good.country_of_origin is RU
     - good.transited includes RU
   end
end
provision bb.act §2 "Stones"
  cites "B. art. 2"
  measure diamonds_third_country
  checked unverified
  in force from 2024-03-01, no end stated
  prohibits import of good
  when good.category is diamond
   and good.mined_in includes RU
   and good.carats_each is at least 0.7 carat
end
provision bb.act §3 "Old stock"
  cites "B. art. 3"
  checked primary
  in force from 2024-09-01, no end stated
  exempts import of good from bb.act §2
  when good.outside_russia_since is before 2024-09-01
end
provision cc.act §1 "Diamonds of an origin"
  cites "C. r. 1"
  measure diamonds_direct
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good
  when good.category is diamond
   and good.country_of_origin is RU
end

definition aa.act §4 "Frozen"
  cites "A. s. 4"
  in force from 2020-01-01, no end stated
  defines person is frozen
  when any of
    - some listing of person.listings has
        listing.list is sdn
      end
    - person is owned by frozen together, at least 50 percent of shares
  end
end
provision aa.act §5 "Payments to the frozen"
  cites "A. s. 5"
  measure asset_freeze
  checked primary
  in force from 2020-01-01, no end stated
  prohibits payment to recipient
  when recipient is frozen
end
definition cc.act §4 "Frozen"
  cites "C. r. 4"
  in force from 2020-01-01, no end stated
  defines person is frozen
  when any of
    - some listing of person.listings has
        listing.list is sdn
      end
    - person is owned by frozen singly, more than 50 percent of shares
  end
end
provision cc.act §5 "Payments to the frozen"
  cites "C. r. 5"
  measure asset_freeze
  checked primary
  in force from 2020-01-01, no end stated
  prohibits payment to recipient
  when recipient is frozen
end

definition aa.act §6 "Arcadian"
  cites "A. s. 6"
  in force from 2020-01-01, no end stated
  defines person is arcadian
  when person.organised_under is US
end
provision aa.act §7 "Gold"
  cites "A. s. 7"
  measure gold
  checked primary
  in force from 2022-06-28, no end stated
  binds arcadian
  prohibits purchase of good
  when good.category is gold
end
provision bb.act §7 "Gold, without a mill certificate"
  cites "B. art. 7"
  measure gold
  checked primary
  in force from 2022-07-22, no end stated
  prohibits purchase of good
  when good.category is gold
   and good.attestations includes mill_test_certificate
end
provision cc.act §7 "Gold"
  cites "C. r. 7"
  checked primary
  in force from 2022-07-21, no end stated
  prohibits purchase of good
  when good.category is gold
   and good.produced_in includes RU
end

provision aa.act §8 "Oil by sea"
  cites "A. s. 8"
  measure price_cap
  checked primary
  in force from 2022-12-05, no end stated
  prohibits service
  when some good of case.goods has
    good.category is crude_oil
  end
end
provision aa.act §9 "Oil under the cap"
  cites "A. s. 9"
  checked primary
  in force from 2022-12-05, no end stated
  exempts service from aa.act §8
  when some good of case.goods has
    good.price_per_barrel is at most USD 60 per barrel
  end
end
provision bb.act §8 "Oil by sea"
  cites "B. art. 8"
  measure price_cap
  checked primary
  in force from 2022-12-05, no end stated
  prohibits service
  when some good of case.goods has
    good.category is crude_oil
  end
end
provision bb.act §9 "Oil under the cap"
  cites "B. art. 9"
  checked primary
  in force from 2022-12-05, no end stated
  exempts service from bb.act §8
  when some good of case.goods has
    good.price_per_barrel is at most USD 44.10 per barrel
  end
end
provision cc.act §9 "A tariff on oil"
  cites "C. r. 9"
  measure price_cap
  checked primary
  in force from 2022-12-05, no end stated
  requires payment of 35 percent of case.act.value
  when act.kind is service
end
"""
)


@cache
def law() -> Law:
    return Law(compile_rulebook({"three.rules": RULES.encode()}))


def stone(on: str = "2024-10-15", **good: Any) -> Case:
    """An import of a stone of 0.7 carat, mined in Russia and cut in India."""
    plain = {
        "id": "stone", "category": "diamond", "country_of_origin": "IN", "mined_in": ["RU"],
        "carats_each": "0.7", "transited": [], "outside_russia_since": "2024-09-10",
    }  # fmt: skip
    return case({"kind": "import", "destination": "US", "events": {"conduct": on}}, [plain | good])


def case(act: dict[str, Any], goods: list[dict[str, Any]], **more: Any) -> Case:
    facts = {"act": act, "goods": goods, "licences_held": "none", **more}
    return build_case(facts, closed_by="the test")
