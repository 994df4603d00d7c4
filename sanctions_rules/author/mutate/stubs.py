"""A scenario to begin with for each survivor: the facts of the nearest one, and what to fill in.

What the law expects is for the author to say, from its text: until then the file does not load.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from sanctions_rules.author.mutate.bench import Bench
from sanctions_rules.author.mutate.mutants import Mutant
from sanctions_rules.author.mutate.reach import Known
from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language.resolve import regime
from sanctions_rules.scenario import Scenario
from sanctions_rules.values import Truth


def nearest(bench: Bench, mutant: Mutant) -> Known | None:
    """The scenario that is nearest to telling the mutant apart.

    One to which a value is another, before one that asked for what is changed, before one that asked
    for anything of the provision; of several, the one in which the most of it holds.
    """
    try:
        law, made = bench.change(mutant)
    except RulebookError:
        return None
    own = f"{mutant.block.partition('@')[0]}"
    names = [
        d.name
        for d in bench.workshop.program.definitions
        if d.provision == own or d.name in made.names
    ]
    noticing = [known for known, _ in bench.reach.noticing(law, made)]
    found = noticing or bench.reach.asked(made.names) or bench.reach.asked(names)
    return max(found, key=lambda known: _holding(known, names), default=None)


def _holding(known: Known, names: Iterable[str]) -> int:
    """How many of these definitions hold of something in the case."""
    wanted = set(names)
    return sum(v is Truth.TRUE for name, _, v in known.run.computed() if name in wanted)


def stub(bench: Bench, mutant: Mutant) -> Iterator[str]:
    """The lines of one scenario, as an entry of a list in YAML."""
    known = nearest(bench, mutant)
    yield f"  # {mutant.place}: {mutant.name}"
    if known is None:
        yield "  # no scenario asks for anything of this text: write one from the beginning"
    else:
        yield "  # so far the facts are those of: " + known.scenario.name
        yield "  # change them so that the answer turns on that place, and say what the law expects"
    yield f"  - name: {_plain(f'TODO: {mutant.change}')}"
    yield "    source: TODO"
    if known is not None:
        yield from _asked(known.scenario)
    facts: Mapping[str, Any] = known.scenario.facts if known is not None else {}
    yield "    facts:" if facts else "    facts: {}"
    yield from _lines(facts, 6)
    yield "    expect:"
    block = bench.workshop.blocks[mutant.number] if mutant.number is not None else None
    yield f"      {regime(block) if block is not None else bench.law.regimes[0]}:"
    yield "        outcome: TODO"


def _asked(scenario: Scenario) -> Iterator[str]:
    if scenario.about:
        yield f"    about: {json.dumps(scenario.about, ensure_ascii=False)}"
    if scenario.known_on is not None:
        yield f"    known_on: {scenario.known_on}"
    if scenario.readings:
        yield "    readings:"
        yield from _lines(scenario.readings, 6)


def stubs(found: Iterable[tuple[Bench, Mutant]]) -> str:
    """A scenario file in YAML with a stub for each of these mutants."""
    lines = ["# Scenarios to be filled in: see `sanctions-rules mutate`.", "scenario:"]
    for bench, mutant in found:
        lines += stub(bench, mutant)
    return "\n".join(lines) + "\n"


def _lines(value: Mapping[str, Any], indent: int) -> Iterator[str]:
    """A table as YAML, in blocks; what holds no table stands in one line."""
    blank = " " * indent
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield f"{blank}{key}:"
            yield from _lines(cast("dict[str, Any]", inner), indent + 2)
        elif isinstance(inner, list) and any(isinstance(i, dict) for i in cast("list[Any]", inner)):
            yield f"{blank}{key}:"
            for item in cast("list[Any]", inner):
                if isinstance(item, dict) and item:
                    first, *rest = _lines(cast("dict[str, Any]", item), indent + 4)
                    yield f"{blank}  - {first.strip()}"
                    yield from rest
                else:
                    yield f"{blank}  - {_plain(item)}"
        else:
            yield f"{blank}{key}: {_plain(inner)}"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_plain(v) for v in cast("list[Any]", value)) + "]"
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        return "{" + ", ".join(f"{_plain(k)}: {_plain(v)}" for k, v in pairs) + "}"
    if isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
