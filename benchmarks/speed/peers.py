"""Peers on the same twelve rules, each in an environment of its own, answers compared before timing."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from pathlib import Path
from typing import Any

from benchmarks.measuring import Report
from benchmarks.peers import PACKAGES
from benchmarks.speed.decisions import EXPANDED, OURS
from benchmarks.twelve import ROOT, hand_python, rows

#: Peers that take longer than a millisecond or so a row answer no more rows than this in a quick run.
SLOW = {"openfisca": 1_000, "rule_engine": 5_000}


def measure(
    report: Report, data: Path, count: int, seconds: float, repeats: int, quick: bool
) -> None:
    report.head(
        f"Peers, one decision, 12 flat rules against hand-written Python in the peer's own process:"
        f" {count:,} seeded rows"
    )
    report.say(
        "each gives every rule on two rails (surely, perhaps), for none has a third truth value"
    )
    given = rows.table(count)
    source = data / "peers" / f"rows-{count}.json"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(json.dumps(list(rows.flat(given))), "utf-8")
    expected = [_listed(hand_python.decide(facts)) for facts in rows.facts(given)]
    fastest: list[tuple[float, str]] = []
    for module, package in PACKAGES.items():
        python = _environment(report, data / "peers" / package.replace("==", "-"), package)
        if python is None:
            continue
        result = data / "peers" / f"{module}.json"
        limit = SLOW.get(module, count) if quick else count
        told = subprocess.run(
            [
                str(python), "-m", f"benchmarks.peers.{module}", str(source), str(result),
                "--seconds", str(seconds), "--repeats", str(repeats), "--limit", str(limit),
            ],
            cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        if told.returncode:
            report.say(f"{package}: failed: {_last(told.stderr)}")
            continue
        found = json.loads(result.read_text("utf-8"))
        differ = sum(a != b for a, b in zip(found["answers"], expected, strict=False))
        same = len(found["answers"])
        assert not differ, f"{package} gives other answers in {differ} of {same} rows"
        fastest.append((found["ratio"], package))
        report.add(
            f"{package} / hand-written Python", found["ratio"],
            note=f"{found['by_peer'] * 1e6:,.1f} us; {found['how']}; {same:,} rows compared",
        )  # fmt: skip
    for ours in (OURS, EXPANDED):
        mine = report.value(ours)
        if mine is not None and fastest:
            ratio, package = min(fastest)
            report.add(f"{'bare' if ours == OURS else 'expanded'} answer of ours / bare answer of {package}",
                       mine / ratio, note="both against hand-written Python")  # fmt: skip


def _listed(answer: Any) -> Any:
    """As it comes back out of JSON."""
    return json.loads(json.dumps(answer))


def _environment(report: Report, folder: Path, package: str) -> Path | None:
    """The Python of an environment that holds the package; None where it cannot be installed."""
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    stamp = folder / ".installed"
    if not stamp.exists():
        venv.create(folder, with_pip=True, clear=True)
        told = subprocess.run(
            [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install", package],
            capture_output=True, text=True,
        )  # fmt: skip
        if told.returncode:
            report.say(f"{package}: not installed: {_last(told.stderr)}")
            return None
        stamp.touch()
    return python


def _last(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return next((line for line in reversed(lines) if "rror" in line), lines[-1] if lines else "")
