"""Small rulebooks for tests: a head, one instrument, and the blocks that a test is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sanctions_rules.core import Apply, Definition, Definitions, Fact, Program, Ref
from sanctions_rules.decision import RegimeDecision
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law

HEAD = """
instrument zz.head "A regime for tests"
  cites "test"
  clock America/New_York
  calendar us_federal
  current through 2030-01-01 1
end
instrument zz.act "An act"
  cites "the act"
  calendar us_federal
  issued 2020-01-01 by Treasury
end
"""

BAN = """
provision zz.act §1 "The ban"
  cites "s. 1"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when good.category is diamond
end
"""


def law_of(text: str, **annexes: str) -> Law:
    files = {"zz.rules": (HEAD + text).encode()}
    files.update({f"{name}.csv": data.encode() for name, data in annexes.items()})
    return Law(compile_rulebook(files))


def facts(**more: Any) -> dict[str, Any]:
    """An import of one diamond on 1 June 2024, by nobody's licence."""
    made: dict[str, Any] = {
        "act": {"kind": "import", "destination": "US", "events": {"conduct": "2024-06-01"}},
        "goods": [{"category": "diamond"}],
        "licences_held": "none",
    }
    for key, value in more.items():
        if key == "act":
            made["act"] = {**made["act"], **value}
        elif key == "on":
            made["act"] = {**made["act"], "events": {"conduct": value}}
        elif key == "good":
            made["goods"] = [{**made["goods"][0], **value}]
        else:
            made[key] = value
    return made


def decide(law: Law, given: dict[str, Any], **options: Any) -> RegimeDecision:
    return law.decide(build_case(given, closed_by="the test"), **options)["zz"]


def chained(links: int) -> Program:
    """The ban, on goods that are the last link of a chain of definitions, each of which names the
    one before twice; the first asks whether the good is a diamond.
    """
    program = law_of(BAN).program
    ban = next(norm for norm in program.norms if norm.verb == "prohibits")
    made = {definition.name: definition for definition in program.definitions}
    body = made[ban.body]
    assert isinstance(body, Definition)
    good = Fact("good", ())
    chain = {"link 0": replace(body, name="link 0")}
    for number in range(1, links):
        before = Ref(f"link {number - 1}", good)
        name = f"link {number}"
        chain[name] = Definition(name, "good", Apply("and", (before, before)))
    made[ban.body] = replace(body, body=Ref(f"link {links - 1}", good))
    return replace(program, definitions=Definitions.of({**chain, **made}), digest=f"{links} links")
