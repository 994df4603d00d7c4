"""All figures of speed in one run, each beside its target. See docs/performance.md.

    python -m benchmarks.speed [--quick | --full] [--only PART …] [--data FOLDER]

The parts: decisions, law, peers, scaling, batches, shipments. `--quick` stays under two minutes on
two cores (peers are installed once before that); `--full` decides ten million rows.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.measuring import Report, busy, machine
from benchmarks.speed import batches, decisions, peers, scaling

BEGIN, END = "<!-- reference run -->", "<!-- end of the run -->"


@dataclass(frozen=True)
class Size:
    """How much is measured: rows, messages, repetitions."""

    decisions: tuple[int, int]  # rows, repetitions
    law: tuple[int, int, int]  # every so many scenarios, repetitions, of these every so many traced
    peers: tuple[int, float, int]  # rows, seconds of a repetition, repetitions
    scaling: tuple[tuple[int, ...], int, int]  # sizes, messages, rounds
    batches: tuple[int, int]  # rows, repetitions
    shipments: tuple[tuple[int, ...], int]  # rows of each run, repetitions


QUICK = Size(
    (2_000, 5), (40, 3, 4), (2_000, 0.05, 3), ((12, 120, 1_200), 500, 3), (200_000, 1),
    ((2_000,), 1),
)  # fmt: skip
USUAL = Size(
    (20_000, 9), (1, 5, 10), (20_000, 0.2, 7), (scaling.SIZES, 2_000, 5), (1_000_000, 3),
    ((20_000, 100_000), 1),
)  # fmt: skip
FULL = Size(
    (20_000, 15), (1, 7, 1), (20_000, 0.5, 9), (scaling.SIZES, 5_000, 7), (10_000_000, 3),
    ((1_000_000, 10_000_000), 1),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed", description="All figures of speed, beside their targets."
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="less of everything")
    size.add_argument("--full", action="store_true", help="ten million rows, all scenarios traced")
    parser.add_argument("--only", action="append", metavar="PART", choices=PARTS, default=[])
    parser.add_argument(
        "--data", type=Path, default=Path(tempfile.gettempdir()) / "sanctions-rules-benchmarks",
        help="where tables and the environments of peers are kept between runs (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--into",
        type=Path,
        metavar="FILE",
        help="keep the run in this page, as docs/performance.md",
    )
    given = parser.parse_args()
    chosen = QUICK if given.quick else FULL if given.full else USUAL
    begun = time.perf_counter()
    report = Report()
    report.put(f"{date.today()}, python -m benchmarks.speed {' '.join(sys.argv[1:])}".rstrip())
    report.put(machine())
    given.data.mkdir(parents=True, exist_ok=True)
    for name, part in PARTS.items():
        if not given.only or name in given.only:
            part(report, given.data, chosen)
    report.close()
    report.put(f"{time.perf_counter() - begun:,.0f} s in all; {busy()} at the end")
    if given.into:
        keep(given.into, report)


def keep(page: Path, report: Report) -> None:
    """The run as it was printed, in place of the one that the page holds."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    run = "\n".join(line.rstrip() for line in report.lines)
    page.write_text(f"{before}{BEGIN}\n```\n{run}\n```\n{END}{after}", "utf-8")


Part = Callable[[Report, Path, Size], None]
PARTS: dict[str, Part] = {
    "decisions": lambda report, _, size: decisions.twelve(report, *size.decisions),
    "law": lambda report, _, size: decisions.whole_law(report, *size.law),
    "peers": lambda report, data, size: peers.measure(report, data, *size.peers, size is QUICK),
    "scaling": lambda report, _, size: scaling.measure(report, *size.scaling),
    "batches": lambda report, data, size: batches.twelve(report, data, *size.batches),
    "shipments": lambda report, data, size: batches.shipments(report, data, *size.shipments),
}


if __name__ == "__main__":
    main()
