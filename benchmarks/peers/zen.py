"""zen-engine: business rules in Rust. One compiled expression that returns all tests as an array.

A decision graph with a table or an expression node, its usual form, is slower: each node's output
goes through a dict of its own.
"""

from __future__ import annotations

from typing import Any

import zen

from benchmarks.peers import PACKAGES, quoted, run, written
from benchmarks.twelve.rails import TESTS, Expression


def leaf(e: Expression) -> str:
    match e:
        case ("in", fact, words):
            return f"{fact} in {quoted(words)}"
        case ("is", fact):
            return f"{fact} == true"
        case ("known", fact):
            return f"{fact} != null"
        case ("unknown", fact):
            return f"{fact} == null"
        case ("ge" | "gt" | "lt" as compared, fact, number):
            return f"{fact} {({'ge': '>=', 'gt': '>', 'lt': '<'})[compared]} {number}"
        case ("late", fact, days, other):
            return f"{fact} + {days} <= {other}"
        case _:
            raise AssertionError(e)


def main() -> None:
    text = "[" + ", ".join(written(test, leaf, ("and", "or", "not")) for test in TESTS) + "]"
    compiled: Any = zen.compile_expression(text)
    run(PACKAGES["zen"], compiled.evaluate, "one expression that gives an array, from a dict")


if __name__ == "__main__":
    main()
