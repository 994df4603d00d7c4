"""datalogic-py: JSONLogic in Rust. One compiled rule that returns all tests as one array."""

from __future__ import annotations

import json
from typing import Any

from datalogic_py import Engine

from benchmarks.peers import PACKAGES, run
from benchmarks.twelve.rails import TESTS, Expression


def rule(e: Expression) -> Any:
    match e:
        case ("and" | "or" as joined, *parts):
            return {joined: [rule(part) for part in parts]}
        case ("not", part):
            return {"!": [rule(part)]}
        case ("in", fact, words):
            return {"in": [{"var": fact}, list(words)]}
        case ("is", fact):
            return {"===": [{"var": fact}, True]}
        case ("known", fact):
            return {"!==": [{"var": fact}, None]}
        case ("unknown", fact):
            return {"===": [{"var": fact}, None]}
        case ("ge" | "gt" | "lt" as compared, fact, number):
            return {{"ge": ">=", "gt": ">", "lt": "<"}[compared]: [{"var": fact}, number]}
        case ("late", fact, days, other):
            return {"<=": [{"+": [{"var": fact}, days]}, {"var": other}]}
        case _:
            raise AssertionError(e)


def main() -> None:
    engine = Engine()
    compiled = engine.compile(json.dumps([rule(test) for test in TESTS]))
    run(PACKAGES["datalogic"], compiled.evaluate, "one rule that gives an array, from a dict")


if __name__ == "__main__":
    main()
