"""Longer runs of the agreement of engines: `make agree ARGS="--programs 20000 --engine columnar"`.

Figures are printed, and each disagreement as a document. `--keep` puts it among the examples that
the tests replay.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from sanctions_rules.engines.conformance import as_data
from sanctions_rules.testing.agreement import run
from sanctions_rules.testing.engines import ENGINES, available

CORPUS = Path(__file__).parent / "engines" / "corpus"


def main() -> int:
    parser = argparse.ArgumentParser(description="compare engines with the reference interpreter")
    parser.add_argument("--programs", type=int, default=5_000, help="so many, of 50 cases each")
    parser.add_argument("--facts", type=int, default=50, help="cases of a program")
    parser.add_argument("--seed", default="agree")
    parser.add_argument("--engine", action="append", choices=sorted(ENGINES), help="these alone")
    parser.add_argument("--budget", type=float, help="seconds after which no program is begun")
    parser.add_argument("--most", type=int, default=1, help="disagreements of an engine to find")
    parser.add_argument("--keep", action="store_true", help="keep what was found for the tests")
    given = parser.parse_args()
    engines, absent = available(*(given.engine or ()))
    for name, why in absent.items():
        print(f"{name} is not compared: {why}")
    report = run(engines, given.programs, given.facts, given.seed, given.budget, given.most)
    for found in report.disagreements:
        print(found, end="\n\n")
        if given.keep:
            name = re.sub(r"[^a-z0-9]+", "-", f"{found.engine} {found.seed}".lower())
            data = json.dumps(as_data(found.example()), ensure_ascii=False)
            (CORPUS / f"{name}.json").write_text(data + "\n", encoding="utf-8")
    print(report)
    for engine in engines:
        if getattr(engine, "aside", 0):
            print(f"{engine.name} left {getattr(engine, 'aside', 0)} cases to the interpreter")
    return 1 if report.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
