"""A scenario to begin with for each survivor: facts that tell it apart, and what to fill in.

What the law expects is for the author to say, from its text: until then the file does not load.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from sanctions_rules.author.mutate.bench import Bench
from sanctions_rules.author.mutate.mutants import Mutant
from sanctions_rules.author.mutate.running import spread
from sanctions_rules.author.mutate.telling import told
from sanctions_rules.language.resolve import regime
from sanctions_rules.scenario import Scenario


def stub(bench: Bench, mutant: Mutant) -> str:
    """One scenario, as an entry of a list in YAML."""
    return "\n".join(_stub(bench, mutant))


def _stub(bench: Bench, mutant: Mutant) -> Iterator[str]:
    found = told(bench, mutant)
    yield f"  # {mutant.place}: {mutant.name}"
    if found is None:
        yield "  # no scenario asks for anything of this text: write one from the beginning"
    else:
        yield f"  # the facts are those of: {found.base}"
        yield from (f"  # but {line}" for line in found.changed)
        yield (
            "  # with them the law and this mutant answer differently: say what the law expects"
            if found.differs
            else "  # change them so that the answer turns on that place, and say what the law expects"
        )
    yield f"  - name: {_plain(f'TODO: {mutant.change}')}"
    yield "    source: TODO"
    if found is not None:
        yield from _asked(found.scenario)
    facts: Mapping[str, Any] = found.scenario.facts if found is not None else {}
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


def stubs(
    benches: Sequence[Bench], found: Sequence[tuple[int, str]], jobs: int = 1,
    done: Callable[[int, int], None] | None = None,
) -> str:  # fmt: skip
    """A scenario file in YAML with a stub for each of these mutants: the number of its bench, its name."""
    lines = ["# Scenarios to be filled in: see `sanctions-rules mutate`.", "scenario:"]
    for count, (_, text) in enumerate(spread(benches, found, stub, jobs), 1):
        lines.append(text)
        if done is not None:
            done(count, len(found))
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
