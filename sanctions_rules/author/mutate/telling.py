"""Facts that tell a mutant from the law: those of a near scenario, with a fact or two otherwise.

What a change is made of says where to look. A day that is moved shows on the days beside it, a bound
at its number, a word that is left out in an act that goes by that word. So these are put, one after
the other, in place of what near scenarios say, until the two laws answer differently. What the right
answer is, no search can say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations, islice
from typing import Any, Final, TypeVar, cast

from sanctions_rules.author.mutate.aims import Aims
from sanctions_rules.author.mutate.bench import Bench
from sanctions_rules.author.mutate.changes import Change
from sanctions_rules.author.mutate.known import Known
from sanctions_rules.author.mutate.mutants import Mutant
from sanctions_rules.decision import RegimeDecision
from sanctions_rules.diagnostics import FactsError, RulebookError
from sanctions_rules.engines import conclude
from sanctions_rules.engines.interpreter import Evaluation
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import Scenario, bearing
from sanctions_rules.values import Truth
from sanctions_rules.view import View

#: How many scenarios are looked at for one mutant, and how many changes are tried on them in all.
NEAR: Final = 12
TRIED: Final = 600
#: On how many of them two facts are changed at once.
PAIRED: Final = 4
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}\b")
_T = TypeVar("_T")
#: Where a fact stands: keys of tables and numbers of items. Of `known_on`, which is asked, not stated: ().
_Place = tuple[str | int, ...]
_Change = tuple[_Place, Any]
#: A scenario, what was made of it, and what is otherwise there.
_Made = tuple[Scenario, Scenario, tuple[str, ...]]


@dataclass(frozen=True)
class Told:
    """A scenario to begin with, the name of the one it is made from, and what is otherwise than there.

    `differs`: whether the law and the mutant answer it differently.
    """

    scenario: Scenario
    base: str
    changed: tuple[str, ...] = ()
    differs: bool = True


def told(bench: Bench, mutant: Mutant, near: int = NEAR, tried: int = TRIED) -> Told | None:
    """A scenario to which the law and the mutant give answers that differ, or the nearest there is.

    One whose outcome is another comes before one where only other texts bear the same outcome. None
    where no scenario asks for anything of the text.
    """
    try:
        law, made = bench.change(mutant)
    except RulebookError:
        return None
    seen = _Seen(bench, law, made)
    bases = [known.scenario for known in nearest(bench, mutant, law, made)[:near]]
    found: Told | None = None
    for base, scenario, changed in islice(_changed(bases, Aims.of(bench, mutant)), tried):
        difference = seen.difference(scenario)
        if difference and (found is None or difference == "outcome"):
            found = Told(scenario, base.name, changed)
            if difference == "outcome":
                break
    return found or (Told(bases[0], bases[0].name, differs=False) if bases else None)


def nearest(bench: Bench, mutant: Mutant, law: Law, made: Change) -> list[Known]:
    """Scenarios from the nearest to telling the mutant apart.

    Those to which a value is another, before those that asked for what is changed, before those that
    asked for anything of the provision; of each, first those in which the most of it holds.
    """
    own = mutant.block.partition("@")[0].partition("~")[0]
    names = {d.name for d in bench.workshop.program.definitions if d.provision == own}
    names.update(made.names)
    found: dict[int, Known] = {}
    for some in (
        [known for known, _ in bench.reach.noticing(law, made)],
        bench.reach.asked(made.names),
        bench.reach.asked(names),
    ):
        for known in sorted(some, key=lambda one: -_holding(one, names)):
            found.setdefault(id(known), known)
    return list(found.values())


def _holding(known: Known, names: set[str]) -> int:
    """How many of these definitions hold of something in the case."""
    return sum(v is Truth.TRUE for name, _, v in known.run.computed() if name in names)


# -- two laws ------------------------------------------------------------------------------------


class _Seen:
    """What the law and the mutant say of a scenario."""

    def __init__(self, bench: Bench, law: Law, made: Change) -> None:
        self.here, self.there, self.made = bench.law, law, made

    def difference(self, scenario: Scenario) -> str:
        """What of the answers differs: `outcome`, something else that can be expected, or nothing."""
        try:
            case = scenario.case()
        except FactsError:
            return ""
        regimes = tuple(r for r in scenario.expect if r in self.here.regimes)
        try:
            before, run = _answers(self.here, scenario, case, regimes)
            asked = {name for name, _, _ in run.computed()}
            if not (self.made.norms or self.made.is_large or asked & set(self.made.names)):
                return ""
            after, _ = _answers(self.there, scenario, case, regimes)
        except LookupError:
            return ""
        if [one[0] for one in before] != [one[0] for one in after]:
            return "outcome"
        return "" if before == after else "what bears it"


def _answers(
    law: Law, scenario: Scenario, case: Case, regimes: tuple[str, ...]
) -> tuple[list[tuple[Any, ...]], Evaluation]:
    settings = conclude.settings_of(law.program, regimes, scenario.known_on, scenario.readings)
    run = Evaluation(law.program, View(case), settings)
    run.only_answers = True
    source = conclude.Source(law.program, case, settings, scenario.about, run)
    source.met.update(dict.fromkeys(regimes, frozenset[str]()))
    return [_answer(law, conclude.regime_decision(source, r)) for r in regimes], run


def _answer(law: Law, one: RegimeDecision) -> tuple[Any, ...]:
    """What a scenario can expect of one regime, the outcome first."""
    beside = (*(e.finding for e in one.exposures), *one.liabilities, *one.derogations)
    return (
        one.outcome,
        frozenset(bearing(law.norms(), one)),
        frozenset((f.norm.provision, f.norm.verb, f.truth, f.subject) for f in beside),
        frozenset((d.finding.norm.provision, d.finding.subject, d.state) for d in one.duties),
    )


# -- facts, changed ------------------------------------------------------------------------------


def _changed(bases: list[Scenario], aims: Aims) -> Iterator[_Made]:
    """Scenarios as they are, with one fact otherwise, and with two."""
    yield from ((base, base, ()) for base in bases)
    refused: set[tuple[str, str]] = set()
    singles: list[list[_Change]] = [[] for _ in bases]

    def one(number: int) -> Iterator[tuple[Scenario, tuple[_Change, ...]]]:
        for change in _singles(bases[number], aims, refused):
            singles[number].append(change)
            yield bases[number], (change,)

    yield from _made(_in_turn([one(number) for number in range(len(bases))]))

    def two(number: int) -> Iterator[tuple[Scenario, tuple[_Change, ...]]]:
        for a, b in combinations(singles[number], 2):
            if a[0] != b[0]:
                yield bases[number], (a, b)

    yield from _made(_in_turn([two(number) for number in range(len(bases[:PAIRED]))]))


def _in_turn(rows: list[Iterator[_T]]) -> Iterator[_T]:
    """The first of each row, then the second of each, and so on."""
    while rows:
        for row in list(rows):
            try:
                yield next(row)
            except StopIteration:
                rows.remove(row)


def _made(
    asked: Iterable[tuple[Scenario, tuple[_Change, ...]]],
) -> Iterator[_Made]:
    for base, changes in asked:
        scenario = base
        lines: list[str] = []
        for place, value in changes:
            was = _at(scenario, place)
            lines.append(f"{'.'.join(map(str, place)) or 'known_on'}: {value!s}, was {was!s}")
            if place:
                scenario = replace(scenario, facts=_put(scenario.facts, place, value))
            else:
                scenario = replace(scenario, known_on=value)
        yield base, scenario, tuple(lines)


def _at(scenario: Scenario, place: _Place) -> Any:
    if not place:
        return scenario.known_on
    found: Any = scenario.facts
    for key in place:
        if key not in (held := cast("dict[str | int, Any]", found)) and isinstance(found, dict):
            return None
        found = held[key]
    return found


def _put(facts: Any, place: _Place, value: Any) -> Any:
    if not place:
        return value
    key, rest = place[0], place[1:]
    made: Any = copy(facts)
    made[key] = _put(facts[key], rest, value) if rest else value
    return made


def _singles(base: Scenario, aims: Aims, refused: set[tuple[str, str]]) -> Iterator[_Change]:
    """Each fact of the scenario with each value that is of its kind.

    `refused`: what no case can say, by the name of the fact: it is not tried again.
    """
    places = list(_places(base.facts, ()))
    dated = [value for _, value in places if isinstance(value, date)]
    for place, value in (*places, *_absent(base.facts, aims.names)):
        name = ".".join(key for key in place if isinstance(key, str))
        others = _any(aims) if value is None else _others(value, aims, dated)
        for other in others:
            if other == value or (name, repr(other)) in refused:
                continue
            try:
                build_case(_put(base.facts, place, other))
            except FactsError:
                refused.add((name, repr(other)))
                continue
            yield place, other
    yield from (((), day) for day in aims.days if day != base.known_on)


def _places(value: Any, place: _Place) -> Iterator[_Change]:
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, Any]", value).items():
            if key not in ("id", "source", "document_ref"):
                yield from _places(inner, (*place, key))
        return
    if isinstance(value, list):
        yield place, value
        for number, inner in enumerate(cast("list[Any]", value)):
            yield from _places(inner, (*place, number))
        return
    yield place, value


def _absent(facts: Mapping[str, Any], names: Iterable[str]) -> Iterator[_Change]:
    """Where facts of these names may stand of which nothing is said."""
    wanted = tuple(names)
    for place, table in (((), facts), *_tables(facts, ())):
        yield from (((*place, name), None) for name in wanted if name not in table)


def _tables(value: Any, place: _Place) -> Iterator[tuple[_Place, Mapping[str, Any]]]:
    pairs: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, Mapping):
        pairs = cast("Mapping[str, Any]", value).items()
    elif isinstance(value, list):
        pairs = enumerate(cast("list[Any]", value))
    for key, inner in pairs:
        if isinstance(inner, Mapping):
            yield (*place, key), cast("Mapping[str, Any]", inner)
        yield from _tables(inner, (*place, key))


def _any(aims: Aims) -> Iterator[Any]:
    yield from (True, False)
    for word in aims.words:
        yield from (word, [word])
    yield from (*aims.instants, *aims.days, *map(str, aims.numbers))


def _others(value: Any, aims: Aims, dated: list[date]) -> Iterator[Any]:
    match value:
        case bool():
            yield not value
        case date():
            yield from aims.instants
            yield from aims.days
            yield from (day + way * span for span in aims.spans for day in dated for way in (1, -1))
        case int() | float() | Decimal():
            yield from aims.numbers
        case str() if _NUMBER.fullmatch(value):
            yield from map(str, aims.numbers)
        case str() if _DAY.match(value):
            yield from (day.isoformat() for day in (*aims.instants, *aims.days))
        case str():
            yield from aims.words
        case list():
            listed = cast("list[Any]", value)
            if all(isinstance(one, str) for one in listed):
                yield from ([word] for word in aims.words)
                yield from ([*listed, word] for word in aims.words if word not in listed and listed)
                yield from (
                    [o for o in listed if o != word] for word in aims.words if word in listed
                )
        case _:
            pass
