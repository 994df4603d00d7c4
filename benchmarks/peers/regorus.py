"""gordon-to-regorus: Rego in Rust (a build of Microsoft's regorus, which is on no index under its own name).

One rule gives the set of the tests that hold. A rule of Rego is a conjunction, so an `or` is a rule
of its own with several bodies, shared by the tests that have it.
"""

from __future__ import annotations

import json
from typing import Any

from regorus import Engine

from benchmarks.peers import PACKAGES, Row, run
from benchmarks.twelve.rails import TESTS, Expression


class Module:
    """The text of the module, in which each `or` has a rule and a name."""

    def __init__(self) -> None:
        self.rules: list[str] = []
        self.named: dict[Expression, str] = {}

    def lines(self, e: Expression) -> list[str]:
        if e[0] == "and":
            return [line for part in e[1:] for line in self.lines(part)]
        if e[0] == "late":  # all bodies of an `or` are run, and null cannot be added to
            return [f"input.{e[1]} != null", f"input.{e[3]} != null", self.line(e)]
        return [self.line(e)]

    def line(self, e: Expression) -> str:
        match e:
            case ("or", *parts):
                if e not in self.named:
                    name = self.named[e] = f"some_{len(self.named)}"
                    for part in parts:
                        self.rules.append(f"{name} if {{ {'; '.join(self.lines(part))} }}")
                return self.named[e]
            case ("not", part):
                return f"not {self.line(part)}"
            case ("in", fact, words):
                return f"input.{fact} in {json.dumps(list(words))}"
            case ("is", fact):
                return f"input.{fact} == true"
            case ("known", fact):
                return f"input.{fact} != null"
            case ("unknown", fact):
                return f"input.{fact} == null"
            case ("ge" | "gt" | "lt" as compared, fact, number):
                return f"input.{fact} {({'ge': '>=', 'gt': '>', 'lt': '<'})[compared]} {number}"
            case ("late", fact, days, other):
                return f"input.{fact} + {days} <= input.{other}"
            case _:
                raise AssertionError(e)


def main() -> None:
    module = Module()
    for n, test in enumerate(TESTS):
        module.rules.append(f"holds contains {n} if {{ {'; '.join(module.lines(test))} }}")
    engine: Any = Engine()
    engine.add_policy("twelve.rego", "\n".join(["package twelve", *module.rules]))
    none = [False] * len(TESTS)

    def tests(row: Row) -> list[bool]:
        engine.set_input(row)
        found = none.copy()
        for n in engine.eval_rule("data.twelve.holds"):
            found[n] = True
        return found

    run(PACKAGES["regorus"], tests, "one rule that gives a set, from a dict")


if __name__ == "__main__":
    main()
