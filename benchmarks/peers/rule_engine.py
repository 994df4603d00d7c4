"""rule-engine: rules in Python. One compiled rule that gives all tests as an array."""

from __future__ import annotations

from typing import Any

import rule_engine

from benchmarks.peers import PACKAGES, run, written
from benchmarks.twelve.rails import TESTS


def main() -> None:
    text = "[" + ", ".join(written(test, ("and", "or", "not ")) for test in TESTS) + "]"
    compiled: Any = rule_engine.Rule(text)
    run(PACKAGES["rule_engine"], compiled.evaluate, "one rule that gives an array, from a dict")


if __name__ == "__main__":
    main()
