"""Coverage by several processes: each puts a part of the scenarios to the same law."""

from __future__ import annotations

import multiprocessing
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from sanctions_rules.author.coverage.lines import Lines, Seen
from sanctions_rules.author.coverage.model import Covered
from sanctions_rules.author.coverage.texts import Tally, Texts, covered, tally
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import Scenario

Key = TypeVar("Key")


def coverage_of(
    make: Callable[[], Law], scenarios: Sequence[Scenario], jobs: int = 1
) -> tuple[Law, tuple[Covered, ...]]:
    """The law that `make` loads, and its coverage by text and line, by so many processes.

    `make` is sent to each process, so that with more than one it must be a function of a module, or
    a `partial` of one. What is found does not depend on how many there are.
    """
    law = make()
    lines = Lines(law)
    if jobs == 1:
        return law, covered(law, lines, tally(law, lines, scenarios))
    work = [(make, scenarios[part::jobs]) for part in range(jobs)]
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        shown = list(pool.map(_part, work))
    return law, covered(law, lines, joined(shown, scenarios))


def _part(work: tuple[Callable[[], Law], Sequence[Scenario]]) -> Tally:
    make, scenarios = work
    law = make()
    return tally(law, Lines(law), scenarios)


def joined(shown: Iterable[Tally], scenarios: Iterable[Scenario]) -> Tally:
    """What all showed together, each way by the scenarios in their own order."""
    order = {s.name: index for index, s in reversed([*enumerate(scenarios)])}
    texts: Texts = defaultdict(lambda: defaultdict(dict))
    lines: Seen = defaultdict(dict)
    for one in shown:
        for name, ways in one.texts.items():
            for way, names in ways.items():
                texts[name][way].update(names)
        for place, ways_of_line in one.lines.items():
            for way, name in ways_of_line.items():
                lines[place][way] = min(name, lines[place].get(way, name), key=order.__getitem__)
    return Tally({name: _sorted(ways, order) for name, ways in texts.items()}, lines)


def _sorted(
    ways: Mapping[Key, Mapping[str, None]], order: Mapping[str, int]
) -> dict[Key, dict[str, None]]:
    return {way: dict.fromkeys(sorted(names, key=order.__getitem__)) for way, names in ways.items()}
