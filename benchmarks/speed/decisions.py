"""One decision: the twelve rules against hand-written Python, and the whole law from JSON text."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sanctions_rules as sr
from benchmarks.measuring import Report, by_turns
from benchmarks.twelve import ROOT, RULES, hand_python, rows
from sanctions_rules.engines.compiled.facts import plain_facts, written
from sanctions_rules.scenario import read_scenarios

OURS = "law.decide / hand-written Python"
EXPANDED = "the same with its derivations expanded / hand-written, bare"
SCENARIOS = ROOT / "tests" / "law"


def twelve(report: Report, count: int, runs: int) -> None:
    """From a validated dict through `law.decide`, against the same by hand from its own dict."""
    report.head(f"One decision, 12 flat rules, from a validated dict: {count:,} seeded rows")
    law = sr.load_path(RULES)
    by_hand = list(rows.facts(rows.table(count)))
    given = [sr.read_facts(text_of(facts)).data for facts in by_hand]
    _compare_bans(law, given, by_hand)

    def ours() -> None:
        decide, trusted = law.decide, sr.trusted
        for data in given:
            one = decide(trusted(data))["flat"]
            _ = one.outcome, one.fired, one.undecided

    def expanded() -> None:
        decide, trusted = law.decide, sr.trusted
        for data in given:
            decision = decide(trusted(data))
            one = decision["flat"]
            _ = one.outcome, one.fired, one.undecided
            decision.derivations("flat")

    def hand() -> None:
        decide = hand_python.bans
        for facts in by_hand:
            decide(facts)

    bare = by_turns({"hand": hand, "ours": ours}, runs)
    deep = by_turns({"hand": hand, "expanded": expanded}, max(3, runs // 3))
    report.add(OURS, bare["ours"] / bare["hand"], target=2.0)
    report.add(
        EXPANDED,
        deep["expanded"] / deep["hand"], target=6.0,
    )  # fmt: skip
    report.add("  hand-written Python", bare["hand"] / count * 1e6, "us")
    report.add("  law.decide: outcome and ids", bare["ours"] / count * 1e6, "us")
    report.add("  with derivations of what is prohibited, surely or perhaps",
               deep["expanded"] / count * 1e6, "us")  # fmt: skip
    bearing = [data for data in given if _bears(law, data)]
    report.say(
        f"{len(bearing) / count:.0%} of the rows have something to derive; a derivation costs"
        f" {deep['expanded'] / len(bearing) * 1e6:.0f} us for each of these alone"
    )


def _bears(law: sr.Law, data: dict[str, Any]) -> bool:
    one = law.decide(sr.trusted(data))["flat"]
    return bool(one.fired or one.undecided)


def _compare_bans(law: sr.Law, given: list[Any], by_hand: list[Any]) -> None:
    for data, facts in zip(given, by_hand, strict=True):
        one = law.decide(sr.trusted(data))["flat"]
        found = (str(one.outcome), one.fired, one.undecided, one.lifted)
        assert found == hand_python.bans(facts), f"the answers differ: {found} of {facts}"


def text_of(facts: dict[str, Any]) -> str:
    """JSON as a caller would send it: numbers as numbers, digit for digit."""
    numbers: dict[str, str] = {}

    def plain(value: Any) -> Any:
        if isinstance(value, Decimal):
            mark = f"number {len(numbers)}"
            numbers[mark] = str(value)
            return mark
        return str(value)

    text = json.dumps(facts, default=plain)
    for mark, digits in numbers.items():
        text = text.replace(f'"{mark}"', digits)
    return text


def scenarios(every: int = 1) -> Iterator[tuple[str, str]]:
    """Each scenario of the law, by its name, as JSON text of its facts."""
    number = 0
    for file in sorted(SCENARIOS.rglob("*.scenarios.toml")):
        for scenario in read_scenarios(file, SCENARIOS / "bases"):
            number += 1
            if number % every == 0:
                facts = written(plain_facts(scenario.case()))
                yield f"{file.relative_to(SCENARIOS)}: {scenario.name}", text_of(facts)


def whole_law(report: Report, every: int, runs: int, traced_every: int) -> None:
    """JSON text to outcome and ids under three regimes, and to the derivations of what bears them."""
    law = sr.load()
    texts = list(scenarios(every))
    report.head(
        f"One decision, the whole packaged law ({len(law.program.norms)} norms), from JSON text:"
        f" {len(texts):,} scenarios, median of {runs} each"
    )
    size = statistics.median(len(text) for _, text in texts)
    first = time.process_time()
    for _, text in texts:  # what is made on first use is made here
        _ids(law, text)
    first = time.process_time() - first
    bare = _times(lambda text: _ids(law, text), texts, runs)
    deep = _times(lambda text: _traced(law, text), texts[::traced_every], max(1, runs // 3))
    _print(report, "outcome and ids", bare, 250.0)
    _print(report, f"with derivations ({len(deep):,} scenarios)", deep, 1_500.0)
    reading = _times(sr.read_facts, texts, max(1, runs // 3))
    report.add("  of it, reading the JSON text, median",
               statistics.median(t for t, _ in reading) * 1e6, "us")  # fmt: skip
    report.add("  first decision of each, index buckets being compiled, mean",
               first / len(texts) * 1e6, "us")  # fmt: skip
    report.say(f"median size of a text: {size:,.0f} characters")


def _ids(law: sr.Law, text: str) -> Any:
    return [(r.outcome, r.fired, r.undecided) for r in law.decide(sr.read_facts(text))]


def _traced(law: sr.Law, text: str) -> Any:
    decision = law.decide(sr.read_facts(text))
    return [(r.outcome, r.fired, r.undecided, decision.derivations(r.regime)) for r in decision]


def _times(work: Any, texts: list[tuple[str, str]], runs: int) -> list[tuple[float, str]]:
    """Of each scenario its median, and its name; the scenarios by turns."""
    found: list[list[float]] = [[] for _ in texts]
    clock = time.process_time
    for _ in range(runs):
        gc.collect()
        for times, (_, text) in zip(found, texts, strict=True):
            begun = clock()
            work(text)
            times.append(clock() - begun)
    return [(statistics.median(t), name) for t, (name, _) in zip(found, texts, strict=True)]


def _print(report: Report, what: str, times: list[tuple[float, str]], target: float) -> None:
    ordered = sorted(times)
    report.add(f"{what}: median over scenarios",
               statistics.median(t for t, _ in times) * 1e6, "us", target=target)  # fmt: skip
    for part in (0.9, 0.99):
        at = ordered[int(part * (len(ordered) - 1))][0]
        report.add(f"  {part:.0%} of the scenarios within", at * 1e6, "us")
    worst, name = ordered[-1]
    report.add("  the worst", worst * 1e6, "us", note=name)
