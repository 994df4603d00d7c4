"""Longer runs of the agreement of engines: `make agree ARGS="--programs 20000 --engine columnar"`.

Figures are printed, and each disagreement as a document. `--keep` puts it among the examples that
the tests replay.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from functools import partial
from pathlib import Path

from sanctions_rules.engines.conformance import Engine, as_data
from sanctions_rules.engines.installed import ENGINES, SLOW, available
from sanctions_rules.testing.agreement import run_apart

CORPUS = Path(__file__).parent / "engines" / "corpus"


def _made(names: tuple[str, ...]) -> list[Engine]:
    return available(*names)[0]


def main() -> int:
    parser = argparse.ArgumentParser(description="compare engines with the reference interpreter")
    parser.add_argument("--programs", type=int, default=5_000, help="so many, of 50 cases each")
    parser.add_argument("--facts", type=int, default=50, help="cases of a program")
    parser.add_argument("--seed", default="agree")
    parser.add_argument(
        "--engine", action="append", choices=sorted(ENGINES | SLOW), help="these alone"
    )
    parser.add_argument("--budget", type=float, help="seconds after which no program is begun")
    parser.add_argument("--most", type=int, default=1, help="disagreements of an engine to find")
    parser.add_argument("--keep", action="store_true", help="keep what was found for the tests")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    names = given.engine or tuple(ENGINES)
    engines, absent = available(*names)
    for name, why in absent.items():
        print(f"{name} is not compared: {why}")
    programs = {engine.name: given.programs for engine in engines}
    report = run_apart(
        partial(_made, names), programs, given.processes, given.facts, given.seed, given.budget,
        given.most,
    )  # fmt: skip
    for found in report.disagreements:
        print(found, end="\n\n")
        if given.keep:
            name = re.sub(r"[^a-z0-9]+", "-", f"{found.engine} {found.seed}".lower())
            data = json.dumps(as_data(found.example()), ensure_ascii=False)
            (CORPUS / f"{name}.json").write_text(data + "\n", encoding="utf-8")
    print(report)
    return 1 if report.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
