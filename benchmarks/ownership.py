"""Who is owned among a million stakes: arrays against the plain worklist, in the same run.

The stakes are synthetic. Their shape is that of the BP ownership table of 2014 (1,163 stakes):
chains up to eleven deep, how many companies lie at each depth, and shares with their mass at
100, 50, 99, 49, 51, 33 and 25. That table names one holder of each company; here the rest of a
company is held by others, so that a million stakes fall on about 570,000 companies, and aggregation
has something to add up. Seeded: every run asks the same.

    python -m benchmarks.ownership

Medians of several runs. The ratio counts for more than the seconds, because a machine's speed
drops out of it. `--quick` makes a tenth of everything.
"""

from __future__ import annotations

import argparse
import platform
import random
from decimal import Decimal
from typing import Any

import numpy as np

from benchmarks.measuring import seconds
from sanctions_rules.ownership import Holding, close
from sanctions_rules.ownership_arrays import Stakes
from sanctions_rules.values import Truth

SEED = 14024
#: Companies at depths 1 to 11 below the root of the BP table.
DEPTHS = (35, 151, 278, 210, 92, 115, 96, 79, 36, 15, 4)
#: Shares in hundredths of a percent, and how often of 1,163 (rarer ones by their neighbours).
SHARES = {
    10_000: 673, 5_000: 100, 9_900: 44, 2_500: 38, 4_900: 25, 3_333: 29, 3_300: 20, 5_100: 26,
    2_000: 32, 4_000: 22, 1_250: 30, 9_000: 34, 1_000: 30, 7_000: 25, 7_500: 20, 5: 15,
}  # fmt: skip


def bp_like(stakes: int, rng: random.Random) -> tuple[list[int], list[int], list[int], int]:
    """Holders, companies, shares, parties. A holder lies one level above what it holds."""
    whole = sum(DEPTHS)
    counts = [stakes * depth // whole for depth in DEPTHS]
    counts[0] += stakes - sum(counts)
    roots = stakes // 25
    levels: list[list[int]] = [list(range(roots))]
    holders: list[int] = []
    companies: list[int] = []
    shares: list[int] = []
    parties = roots
    kinds, weights = list(SHARES), list(SHARES.values())
    for target in counts:
        above, here = levels[-1], []
        made = 0
        while made < target:
            company, parties = parties, parties + 1
            here.append(company)
            left = 10_000
            share = rng.choices(kinds, weights)[0]
            while left > 0 and made < target:
                share = min(share, left)
                # a few holders hold much: the square root of the draw favours the first of a level
                holders.append(above[int(rng.random() ** 2 * len(above))])
                companies.append(company)
                shares.append(share)
                left -= share
                made += 1
                share = rng.choice((left, left, left // 2 or left, 2_500, 1_000))
        levels.append(here)
    order = list(range(stakes))
    rng.shuffle(order)
    return (
        [holders[i] for i in order], [companies[i] for i in order], [shares[i] for i in order], parties,
    )  # fmt: skip


def chain(length: int) -> tuple[list[int], list[int], list[int], int]:
    return list(range(length - 1)), list(range(1, length)), [5_000] * (length - 1), length


def measure(
    title: str, table: Any, listed: list[int], runs: int, target: float, alone: float
) -> None:
    holders, companies, shares, parties = table
    arrays = tuple(np.array(column, dtype=np.int64) for column in (holders, companies, shares))
    names = [str(i) for i in range(parties)]
    percents = {share: Decimal(share) / 100 for share in set(shares)}
    held = [
        Holding(names[o], names[a], percents[s], percents[s], Truth.TRUE, "")
        for o, a, s in zip(holders, companies, shares, strict=True)
    ]
    seeds = dict.fromkeys(names, Truth.FALSE) | {names[i]: Truth.TRUE for i in listed}
    guards = dict.fromkeys(names, Truth.TRUE)

    def plain() -> Any:
        return close(names, seeds, guards, held, True, Decimal(50), False)

    def whole() -> Any:
        return Stakes(*arrays, parties=parties).owned(listed)

    ready = Stakes(*arrays, parties=parties)
    answer = ready.owned(listed)
    by_rails = [int(p) for p, status in plain().status.items() if status is Truth.TRUE]
    assert sorted(by_rails) == answer.parties.tolist(), "the answers differ"

    with_index = seconds(whole, runs)
    solving = seconds(lambda: ready.owned(listed), runs)
    worklist = seconds(plain, 3)
    print(f"{title}: {len(shares):,} stakes, {parties:,} parties, {len(listed):,} listed")
    print(
        f"  owned in the end                     {len(by_rails) - len(listed):>9,}   in {int(answer.rank.max())} rounds"
    )
    print(f"  arrays, index building included      {with_index:9.3f} s   target at most {target} s")
    print(f"  arrays, solving alone                {solving:9.3f} s   target at most {alone} s")
    print(f"  plain worklist, both rails           {worklist:9.3f} s")
    print(
        f"  worklist / arrays                    {worklist / with_index:9.1f} x   solving alone {worklist / solving:.1f} x"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    asked = parser.parse_args()
    size = 100_000 if asked.quick else 1_000_000
    rng = random.Random(SEED)
    print(
        f"python {platform.python_version()}, numpy {np.__version__}, median of {asked.runs} runs; synthetic stakes"
    )
    table = bp_like(size, rng)
    listed = sorted(rng.sample(range(size // 25), size // 500))
    measure("shaped like the BP table", table, listed, asked.runs, 0.3, 0.1)
    measure("a chain of 50 percent each", chain(size // 5), [0], asked.runs, 1.0, 1.0)


if __name__ == "__main__":
    main()
