"""Other rule engines on the twelve rules. Each runs in an environment of its own, by itself:

    python -m benchmarks.peers.NAME ROWS.json RESULT.json [--seconds S] [--repeats N]

A peer gets flat records (`twelve.rows.flat`): facts by name, days and hundredths as whole numbers,
null for what is not known. None has a third truth value through which the rules could be said, so
each is given two tests a rule, `must` and `may` (`twelve.rails`), in one evaluation where it can
return several values. Only what is needed for every decision is timed: the record to the answer.
Rules are compiled before. Written with the standard library, because nothing else is there.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeAlias

from benchmarks.twelve import hand_python, rails
from benchmarks.twelve.rails import Answer, Expression

Row: TypeAlias = Mapping[str, Any]
#: What a peer says to `rails.TESTS` of one record.
Tests: TypeAlias = Callable[[Row], Sequence[bool]]

#: Module here → package and version. Pinned, because the figures are of these.
PACKAGES: Final = {
    "datalogic": "datalogic-py==5.9.0",
    "cel_rust": "common-expression-language==0.10.0",
    "cel_cpp": "cel-expr-python==0.1.3",
    "zen": "zen-engine==2.1.3",
    "cedar": "cedarpy==4.12.2",
    "regorus": "gordon-to-regorus==0.13.0",
    "rule_engine": "rule-engine==5.1.0",
    "openfisca": "openfisca-core==46.0.1",
}

_EPOCH: Final = date(1970, 1, 1)
_ACT: Final = (
    "kind", "destination", "purpose", "for_russian_government", "reason_to_suspect", "investment",
    "awareness", "territory", "mode_of_transport",
)  # fmt: skip
_GOOD: Final = ("category", "country_of_origin", "is_export_controlled", "end_use_country")


def facts_of(row: Row) -> dict[str, Any]:
    """The facts behind a flat record, for the hand-written Python that a peer is measured against."""

    def day(name: str) -> Any:
        return None if row[name] is None else _EPOCH + timedelta(row[name])

    def number(name: str) -> Any:
        return None if row[name] is None else Decimal(row[name]) / 100

    def price(name: str) -> Any:
        return None if row[name] is None else {"amount": number(name), "currency": "USD"}

    def known(facts: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in facts.items() if value is not None}

    events = known({name: day(name) for name in ("conduct", "loading", "unloading")})
    act = known({**{name: row[name] for name in _ACT}, "value": price("value")})
    good = known({
        **{name: row[name] for name in _GOOD}, "produced_on": day("produced_on"),
        "carats_each": number("carats_each"), "customs_value": price("customs_value"),
        "price_per_barrel": price("price_per_barrel"),
    })  # fmt: skip
    return known({"act": {**act, "events": events}, "goods": [good], "as_of": day("as_of")})


def seconds(decide: Callable[[Any], Any], rows: Iterable[Any]) -> float:
    """Processor time of deciding these rows, each by itself, collection of garbage as it is."""
    begun = time.process_time()
    for row in rows:
        decide(row)
    return time.process_time() - begun


def run(package: str, tests: Tests, how: str) -> None:
    """Answer all rows, then time against hand-written Python by turns, and write both down."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--seconds", type=float, default=0.2, help="of each repetition")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--limit", type=int, help="so many rows are answered, where a peer is slow")
    given = parser.parse_args()
    rows: list[dict[str, Any]] = json.loads(given.rows.read_text("utf-8"))[: given.limit]
    answer = rails.answer

    def decide(row: Row) -> Answer:
        return answer(tests(row))

    first = time.perf_counter()
    answers = [decide(row) for row in rows]
    each = (time.perf_counter() - first) / len(rows)
    sample = rows[: max(20, min(len(rows), int(given.seconds / each)))]
    facts = [facts_of(row) for row in rows[:5_000]]
    by_hand: list[float] = []
    by_peer: list[float] = []
    for _ in range(given.repeats):
        gc.collect()
        by_hand.append(seconds(hand_python.decide, facts) / len(facts))
        by_peer.append(seconds(decide, sample) / len(sample))
    name = package.partition("==")[0]
    result = {
        "package": name, "version": version(name), "how": how, "answers": answers,
        "by_hand": statistics.median(by_hand), "by_peer": statistics.median(by_peer),
        "ratio": statistics.median(p / h for p, h in zip(by_peer, by_hand, strict=True)),
    }  # fmt: skip
    given.result.write_text(json.dumps(result), "utf-8")


def written(
    e: Expression, words: tuple[str, str, str], leaf: Callable[[Expression], str] | None = None
) -> str:
    """An expression as text with infix operators: `words` are those for and, or and not."""
    match e:
        case ("and", *parts):
            return "(" + f" {words[0]} ".join(written(p, words, leaf) for p in parts) + ")"
        case ("or", *parts):
            return "(" + f" {words[1]} ".join(written(p, words, leaf) for p in parts) + ")"
        case ("not", part):
            return f"{words[2]}({written(part, words, leaf)})"
        case _:
            return (leaf or infix)(e)


def infix(e: Expression) -> str:
    """A test of one fact as most peers write it."""
    match e:
        case ("in", fact, words):
            return f"{fact} in {quoted(words)}"
        case ("is", fact):
            return f"{fact} == true"
        case ("known", fact):
            return f"{fact} != null"
        case ("unknown", fact):
            return f"{fact} == null"
        case ("ge" | "gt" | "lt" as compared, fact, number):
            return f"{fact} {({'ge': '>=', 'gt': '>', 'lt': '<'})[compared]} {number}"
        case ("late", fact, days, other):
            return f"{fact} + {days} <= {other}"
        case _:
            raise AssertionError(e)


def quoted(words: Iterable[str]) -> str:
    return "[" + ", ".join(json.dumps(word) for word in words) + "]"
