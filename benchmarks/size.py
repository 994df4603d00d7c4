"""How the time of reading grows: each text at one size and at twice that, by turns in one process.

The tests count steps over small texts (`tests/counting.py`) and do not see what a function in C
takes; here the texts are large and the time of the processor is taken.

    PYTHONPATH=tests python -m benchmarks.size [NAME …] [--runs 3] [--scale 1.0]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from certificates.apart import looking_apart
from language.wide import MISTAKEN, WIDE, compiling, licences, misspelt, reading

from benchmarks.measuring import Report, by_turns, machine

#: Twice the size may take so many times as long.
MOST = 3.0

Make = Callable[[int], Callable[[], object]]


def _copies(text: str) -> Make:
    return lambda size: reading(text * (size // len(text)))


def _written(write: Callable[[int], str]) -> Make:
    return lambda size: compiling(write(size))


#: What is made, and the larger size.
TEXTS: dict[str, tuple[Make, int]] = {
    "a file of a million characters": (_copies(licences()), 1_000_000),
    "a mistake in every block": (_copies(misspelt()), 400_000),
    **{f"a list of ten thousand {kind}": (_written(WIDE[kind]), 10_000) for kind in WIDE},
    **{f"mistakes: {kind}": (_written(MISTAKEN[kind]), 4_000) for kind in MISTAKEN},
    "holders looked at alone, by the checker": (looking_apart, 4_000),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only those whose name has this")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="of every size")
    given = parser.parse_args()
    report = Report()
    report.put(machine(["sanctions-rules", "lark"]))
    report.head("Time at twice the size / time at the size, processor")
    compiling("")()
    for name, (make, most) in TEXTS.items():
        if given.names and not any(part in name for part in given.names):
            continue
        size = int(most * given.scale)
        times = by_turns({"half": make(size // 2), "whole": make(size)}, given.runs)
        note = f"{times['whole']:.2f} s at {size:,}"
        report.add(name, times["whole"] / times["half"], target=MOST, note=note)
    report.close()
    return int(any(figure.met is False for figure in report.figures))


if __name__ == "__main__":
    sys.exit(main())
