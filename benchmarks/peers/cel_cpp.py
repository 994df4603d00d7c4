"""cel-expr-python: CEL in C++. One checked expression that returns all tests as a list."""

from __future__ import annotations

from typing import Any

from cel_expr_python import cel

from benchmarks.peers import PACKAGES, Row, run
from benchmarks.peers.cel_text import TEXT
from benchmarks.twelve.rails import FLAGS, NUMBERS, WORDS


def main() -> None:
    kinds: Any = cel.Type
    environment: Any = cel.NewEnv(
        variables={name: kinds.DYN for name in (*WORDS, *FLAGS, *NUMBERS)}
    )
    program = environment.compile(TEXT)

    def tests(row: Row) -> list[bool]:
        return [part.value() for part in program.eval(data=row).value()]

    run(PACKAGES["cel_cpp"], tests, "one expression that gives a list, from a dict")


if __name__ == "__main__":
    main()
