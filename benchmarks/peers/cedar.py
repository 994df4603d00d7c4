"""cedarpy: Cedar in Rust. Each test is a `forbid` policy; the answer names those that hold.

A fact that is not known is an attribute that the context lacks, and is asked for with `has`.
"""

from __future__ import annotations

from typing import Any

import cedarpy

from benchmarks.peers import PACKAGES, Row, quoted, run, written
from benchmarks.twelve.rails import NAMES, TESTS, Expression


def leaf(e: Expression) -> str:
    match e:
        case ("in", fact, words):
            return f"(context has {fact} && {quoted(words)}.contains(context.{fact}))"
        case ("is", fact):
            return f"(context has {fact} && context.{fact})"
        case ("known", fact):
            return f"context has {fact}"
        case ("unknown", fact):
            return f"!(context has {fact})"
        case ("ge" | "gt" | "lt" as compared, fact, number):
            return f"context.{fact} {({'ge': '>=', 'gt': '>', 'lt': '<'})[compared]} {number}"
        case ("late", fact, days, other):
            return f"context.{fact} + {days} <= context.{other}"
        case _:
            raise AssertionError(e)


def main() -> None:
    policies = cedarpy.PolicySet.from_str("\n".join(
        f'@id("{name}")\nforbid(principal, action, resource) when {{ {written(t, ("&&", "||", "!"), leaf)} }};'
        for name, t in zip(NAMES, TESTS, strict=True)
    ))  # fmt: skip
    nobody = cedarpy.Entities.from_json_str("[]")
    # Policies without a schema are numbered in the order of the text: policy0, policy1, …
    place = {f"policy{n}": n for n in range(len(TESTS))} | {name: n for n, name in enumerate(NAMES)}
    request: dict[str, Any] = {
        "principal": {"type": "User", "id": "a"}, "action": {"type": "Action", "id": "do"},
        "resource": {"type": "Act", "id": "b"},
    }  # fmt: skip
    none = [False] * len(TESTS)

    def tests(row: Row) -> list[bool]:
        context = {name: value for name, value in row.items() if value is not None}
        result = cedarpy.is_authorized({**request, "context": context}, policies, nobody)
        found = none.copy()
        for reason in result.diagnostics.reasons:
            found[place[reason]] = True
        return found

    run(PACKAGES["cedar"], tests, "21 forbid policies in one request, from a dict")


if __name__ == "__main__":
    main()
