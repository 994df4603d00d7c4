"""Twelve rules to twelve thousand, told apart by what is done, to where, and with which goods.

Each rule prohibits one kind of act to one country of goods under one heading of the Harmonized
System: no two are alike, so that a message concerns few of them however many there are. Each size
is measured in a process of its own, for its memory.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import time
from typing import Any, Final

from benchmarks.measuring import Report, peak_mib
from benchmarks.twelve import ROOT

SIZES: Final = (12, 120, 1_200, 12_000)
KINDS: Final = (
    "import",
    "export",
    "sale",
    "supply",
    "transport",
    "purchase",
    "reexport",
    "transit",
)
COUNTRIES: Final = (
    "RU", "BY", "KP", "IR", "SY", "CU", "VE", "MM", "SD", "ZW", "AE", "AM", "KG", "KZ", "TR", "CN",
    "IN", "US", "DE", "FR", "IT", "ES", "PL", "JP", "KR",
)  # fmt: skip
HEADINGS: Final = tuple(
    f"{chapter:02}{heading:02}" for chapter in (27, 28, 72, 73, 74, 76, 84, 85, 87, 88, 90, 95)
    for heading in range(1, 6)
)  # fmt: skip
HEAD: Final = """
instrument many.programme "Rules for measuring"
  cites         "benchmarks"
  clock         America/New_York
  current through 2030-01-01 1
end

instrument many.act "An act of many rules"
  cites         "benchmarks"
  made under    many.programme
  clock         America/New_York
end
"""
RULE: Final = """
provision many.act §{number} "{kind} of goods of {heading} to {country}"
  cites         "s. {number}"
  checked       primary 2026-08-21
  in force      from 2022-03-11, no end stated
  prohibits     {kind} of good to {country}
  when          good falls under HS {heading}
    and         good.quantity_kg is at least {weight} kg
end
"""


def chosen(rules: int) -> list[tuple[str, str, str]]:
    """So many of the 12,000 combinations, the smaller books being parts of the larger ones."""
    every = [(k, c, h) for k in KINDS for c in COUNTRIES for h in HEADINGS]
    random.Random(12_000).shuffle(every)
    return every[:rules]


def texts(rules: int) -> dict[str, bytes]:
    """The rulebook in files of a thousand rules, because a file may have so many lines and no more."""
    made = [
        RULE.format(number=n, kind=kind, country=country, heading=heading, weight=1 + n % 50)
        for n, (kind, country, heading) in enumerate(chosen(rules), 1)
    ]
    parts = {f"part{n:05}.rules": "".join(made[n : n + 1_000]) for n in range(0, rules, 1_000)}
    return {name: part.encode() for name, part in {"head.rules": HEAD, **parts}.items()}


def messages(rules: int, count: int) -> list[dict[str, Any]]:
    """Acts of which nearly half fall under some rule; one fact of each is unknown in 8 of 100."""
    rng = random.Random(rules)
    book = chosen(rules)
    made: list[dict[str, Any]] = []
    for _ in range(count):
        kind, country, heading = rng.choice(book)
        if rng.random() < 0.5:
            heading = rng.choice(HEADINGS)
        good = {
            "codes": [f"HS {heading}{rng.randrange(10, 99)}"],
            "quantity_kg": rng.randrange(1, 100),
        }
        act = {"kind": kind, "destination": country, "events": {"conduct": "2024-05-01"}}
        for facts in (act, good):
            for name in [*facts]:
                if name != "events" and rng.random() < 0.02:
                    del facts[name]
        made.append({"act": act, "goods": [good], "licences_held": "none"})
    return made


def one_size(rules: int, count: int, turns: int) -> dict[str, float]:
    import sanctions_rules as sr
    from sanctions_rules.language.compile import compile_rulebook
    from sanctions_rules.rulebooks import Law

    source = texts(rules)
    begun = time.process_time()
    law = Law(compile_rulebook(source))
    loaded = time.process_time() - begun
    given = [sr.read_facts(json.dumps(message)) for message in messages(rules, count)]
    begun = time.process_time()
    law.decide(given[0])
    ready = time.process_time() - begun
    rounds: list[list[float]] = []
    for _ in range(turns + 1):
        rounds.append([])
        for facts in given:
            begun = time.process_time()
            one = law.decide(facts)["many"]
            _ = one.outcome, one.fired, one.undecided
            rounds[-1].append(time.process_time() - begun)
    first, *rest = rounds
    each = [statistics.median(times) for times in zip(*rest, strict=True)]
    undecided = [len(law.decide(facts)["many"].undecided) for facts in given]
    return {
        "load": loaded, "ready": ready, "first": statistics.mean(first),
        "each": statistics.median(each), "mean": statistics.mean(each), "mib": peak_mib(),
        "undecided": statistics.mean(undecided), "most": max(undecided),
    }  # fmt: skip


def measure(report: Report, sizes: tuple[int, ...], count: int, turns: int) -> None:
    report.head(
        f"{', '.join(f'{s:,}' for s in sizes)} rules with distinct discriminators (kind of act x"
        f" destination x HS heading): {count:,} messages"
    )
    found: dict[int, dict[str, float]] = {}
    for size in sizes:
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.speed.scaling", str(size), str(count), str(turns)],
            cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        if told.returncode:
            report.say(f"{size:,} rules: failed: {told.stderr.strip().splitlines()[-1]}")
            continue
        one = found[size] = json.loads(told.stdout.splitlines()[-1])
        report.say(
            f"{size:>6,} rules: {one['each'] * 1e6:7.2f} us, mean {one['mean'] * 1e6:7.2f} us a decision"
            f" ({one['undecided']:.1f} undecided rules a message, {one['most']:,.0f} at most);"
            f" first round {one['first'] * 1e6:7.1f} us; load {one['load']:6.2f} s and {one['ready']:.2f} s"
            f" to the first answer; {one['mib']:,.0f} MiB at most"
        )
    if len(found) > 1:
        least, most = min(found), max(found)
        report.add(f"a decision, {most:,} rules / {least:,} rules",
                   found[most]["each"] / found[least]["each"], target=5.0)  # fmt: skip
        report.add(f"  mean of all messages, {most:,} rules / {least:,} rules",
                   found[most]["mean"] / found[least]["mean"],
                   note="some messages lack two of kind, place and code: hundreds of rules are undecided")  # fmt: skip
        near = sorted(found)[-2]
        report.add(
            f"seconds to load a rule, {most:,} rules / {near:,} rules",
            (found[most]["load"] / most) / (found[near]["load"] / near), target=1.5,
            note="1.0: linear",
        )  # fmt: skip
        report.add("memory at most", found[most]["mib"], "MiB", target=1024.0)


if __name__ == "__main__":
    print(json.dumps(one_size(*map(int, sys.argv[1:4]))))
