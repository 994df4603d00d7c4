"""zen-engine: business rules in Rust. One compiled expression that returns all tests as an array.

A decision graph with a table or an expression node, its usual form, is slower: each node's output
goes through a dict of its own.
"""

from __future__ import annotations

from typing import Any

import zen

from benchmarks.peers import PACKAGES, run, written
from benchmarks.twelve.rails import TESTS


def main() -> None:
    text = "[" + ", ".join(written(test, ("and", "or", "not")) for test in TESTS) + "]"
    compiled: Any = zen.compile_expression(text)
    run(PACKAGES["zen"], compiled.evaluate, "one expression that gives an array, from a dict")


if __name__ == "__main__":
    main()
