"""Long runs of random testing: `make fuzz ARGS="--target parser --cases 1000000 --seed 7"`.

Counts are printed for each target, and each failure as the smallest input that was found. `--keep`
puts it among the inputs that the tests replay.
"""

from __future__ import annotations

import argparse
import sys

from fuzz.target import run
from fuzz.targets import TARGETS


def main() -> int:
    parser = argparse.ArgumentParser(description="random testing of one target or of all")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="these alone")
    parser.add_argument("--cases", type=int, default=1_000, help="inputs of each target")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--budget", type=float, help="seconds for each target")
    parser.add_argument("--most", type=int, default=1, help="failures of a target to find")
    parser.add_argument("--keep", action="store_true", help="keep failures for the tests")
    given = parser.parse_args()
    failed = 0
    for name in given.target or TARGETS:
        tally = run(TARGETS[name], given.cases, given.seed, given.budget, given.most)
        for failure in tally.failures:
            print(failure, end="\n\n")
            if given.keep:
                print(f"kept as {failure.keep()}")
        failed += len(tally.failures)
        print(tally, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
