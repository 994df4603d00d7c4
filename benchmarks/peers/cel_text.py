"""The tests as CEL, for both engines of it."""

from __future__ import annotations

from benchmarks.peers import quoted, written
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


TEXT = "[" + ", ".join(written(test, leaf, ("&&", "||", "!")) for test in TESTS) + "]"
