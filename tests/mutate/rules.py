"""A small rulebook in which every operator has something to change, and scenarios of it."""

from __future__ import annotations

from pathlib import Path

from small import HEAD

from sanctions_rules.author.mutate.bench import Bench, Verdict, benches_of
from sanctions_rules.scenario import read_scenarios

RULES = (
    HEAD
    + """
provision zz.act §1 "Stones and metal"
  cites "s. 1"
  checked primary
  in force from 2024-01-01 until 2026-01-01
  binds us_person
  prohibits import, purchase of good into US
  when any of
         - good is heavy_stone
         - good falls under HS 7601
         end
    and good.produced_in includes RU
  except where act.purpose is personal
end

provision zz.act §2 "Payments for it"
  cites "s. 2"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits payment
  when act.value is at least USD 100.00
end

provision zz.act §3 "Samples"
  cites "s. 3"
  checked primary
  in force from 2024-01-01, no end stated
  exempts any_dealing of good from §1, §2
  when good.carats_heaviest is less than 1.0 carat
end

definition zz.act §4 "Heavy stones"
  cites "s. 4"
  in force from 2024-01-01, no end stated
  defines good is heavy_stone
  when good.category is diamond
    and good.carats_heaviest is at least 0.50 carat
end

definition zz.act §5 "Persons of the place"
  cites "s. 5"
  in force from 2024-01-01, no end stated
  defines person is us_person
  when person.organised_under is US
end

licence zz.gl1 "Old contracts"
  cites "GL 1"
  issued 2024-02-01 by Treasury
  in force from 2024-02-01 through 2024-06-30 00:01 EDT
  authorises import of good to the extent prohibited by zz.act §1, zz.act §2
  when act.contract.concluded_on is on or before 2023-12-31
end
"""
)

SCENARIOS = """
[[scenario]]
name = "a Russian stone on an ordinary day"
source = "s. 1"
[scenario.facts]
actor = "buyer"
licences_held = "none"
act = { kind = "import", destination = "US", purpose = "commercial", contract = "c", events = { conduct = "2024-05-01" } }
goods = [{ category = "diamond", carats_heaviest = 1.0, produced_in = ["RU"] }]
contracts = [{ id = "c", concluded_on = "2024-03-01" }]
parties = [{ id = "buyer", type = "company", organised_under = "US" }]
[scenario.expect.zz]
outcome = "PROHIBITED"
because = ["zz.act §1"]

[[scenario]]
name = "the same under an old contract"
source = "GL 1"
[scenario.facts]
actor = "buyer"
licences_held = "none"
act = { kind = "import", destination = "US", purpose = "commercial", contract = "c", events = { conduct = "2024-05-01" } }
goods = [{ category = "diamond", carats_heaviest = 1.0, produced_in = ["RU"] }]
contracts = [{ id = "c", concluded_on = "2023-12-31" }]
parties = [{ id = "buyer", type = "company", organised_under = "US" }]
[scenario.expect.zz]
outcome = "AUTHORISED"

[[scenario]]
name = "a stone of half a carat is a sample"
source = "s. 3"
[scenario.facts]
actor = "buyer"
licences_held = "none"
act = { kind = "import", destination = "US", purpose = "commercial", events = { conduct = "2024-05-01" } }
goods = [{ category = "diamond", carats_heaviest = 0.50, produced_in = ["RU"] }]
parties = [{ id = "buyer", type = "company", organised_under = "US" }]
[scenario.expect.zz]
outcome = "NOT_PROHIBITED"
because = ["zz.act §3"]

[[scenario]]
name = "a payment of a hundred dollars"
source = "s. 2"
[scenario.facts]
actor = "buyer"
licences_held = "none"
act = { kind = "payment", purpose = "commercial", value = { amount = "100.00", currency = "USD" }, events = { conduct = "2024-05-01" } }
goods = []
parties = [{ id = "buyer", type = "company", organised_under = "US" }]
[scenario.expect.zz]
outcome = "PROHIBITED"
because = ["zz.act §2"]

[[scenario]]
name = "of a stone nobody knows how heavy"
source = "s. 1, s. 4"
[scenario.facts]
actor = "buyer"
licences_held = "none"
act = { kind = "purchase", destination = "US", purpose = "commercial", events = { conduct = "2024-05-01" } }
goods = [{ category = "diamond", produced_in = ["RU"] }]
parties = [{ id = "buyer", type = "company", organised_under = "US" }]
[scenario.expect.zz]
outcome = "UNDETERMINED"
missing = ["goods[0].carats_each"]
"""


def written(folder: Path) -> tuple[Path, Path]:
    """The rules and the scenarios as files."""
    rules, scenarios = folder / "rules", folder / "scenarios"
    rules.mkdir()
    scenarios.mkdir()
    (rules / "zz.rules").write_text(RULES, encoding="utf-8")
    (scenarios / "zz.scenarios.toml").write_text(SCENARIOS, encoding="utf-8")
    return rules, scenarios


def bench_of(folder: Path, rules: str = RULES, scenarios: str = SCENARIOS) -> Bench:
    file = folder / "zz.scenarios.toml"
    file.write_text(scenarios, encoding="utf-8")
    files = {"zz.rules": rules.encode()}
    return benches_of(files, files, read_scenarios(file))[0]


def verdicts(bench: Bench) -> dict[str, Verdict]:
    return {m.name: bench.verdict(m) for m in bench.mutants}
