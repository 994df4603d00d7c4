"""common-expression-language: CEL in Rust. One compiled expression that returns all tests as a list."""

from __future__ import annotations

from typing import Any

import cel

from benchmarks.peers import PACKAGES, Row, run
from benchmarks.peers.cel_text import TEXT


def main() -> None:
    program: Any = cel.compile(TEXT)

    def tests(row: Row) -> list[bool]:
        return program.execute(row)

    run(PACKAGES["cel_rust"], tests, "one expression that gives a list, from a dict")


if __name__ == "__main__":
    main()
