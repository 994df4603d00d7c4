"""Which ways each text of a rulebook was seen to go, over a set of scenarios.

A text is covered *true* where a scenario meets it in force with its act and its condition, *false*
where the act is its act and the condition fails or its time has not come or has passed, *unknown*
where that stays open, and *excepted* where its own exception, a licence, an exemption or a
displacement takes it back. What a scenario never comes near counts for nothing.

Says which ways were taken, not whether the answer was right: that is what the scenarios expect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import Final, cast

from sanctions_rules.core import Literal, Norm
from sanctions_rules.decision import DutyState, Outcome
from sanctions_rules.engines.conclude import Answer, answer, subjects
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.language.ast import Block, Call
from sanctions_rules.language.resolve import regime
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import Scenario
from sanctions_rules.values import Truth
from sanctions_rules.view import Day, Item, View


class Way(Enum):
    """One way that a text may go."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    EXCEPTED = "excepted"

    def __str__(self) -> str:
        return self.value


#: Kinds of blocks that say something of a case. Tables are tested row by row by whoever has them.
SPEAKING: Final = ("provision", "determination", "licence", "definition", "judgement")
_SEEN: Final = {Truth.TRUE: Way.TRUE, Truth.FALSE: Way.FALSE, Truth.UNKNOWN: Way.UNKNOWN}


@dataclass(frozen=True)
class Covered:
    """A text, the ways that it can go, and for each way seen the scenarios that showed it."""

    block: Block
    possible: frozenset[Way]
    seen: Mapping[Way, tuple[str, ...]] = field(default_factory=dict[Way, tuple[str, ...]])

    @property
    def lacking(self) -> tuple[Way, ...]:
        return tuple(way for way in Way if way in self.possible and way not in self.seen)


def coverage(
    law: Law, scenarios: Iterable[Scenario], until: Collection[Way] = ()
) -> tuple[Covered, ...]:
    """Every text of the law that says something of a case, with the ways it was seen to go.

    All versions and readings of one id count together. `until`: what was seen to go these ways is
    looked at no more, so that only what lacks one is tried on every scenario.
    """
    seen: dict[str, dict[Way, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    terms, within = _terms(law), _fills_within(law)
    speaking: dict[str, Block] = {}
    for block in law.provisions():
        if block.kind in SPEAKING and not _promises(block):
            speaking.setdefault(block.id, block)
    possible = {name: _possible(law, block) for name, block in speaking.items()}
    look = _Look(law, within, {n: {*until} & ways for n, ways in possible.items()}, seen)
    asked = ((s, case, of) for s in scenarios for case, of in s.cases(law.regimes))
    for scenario, case, regimes in asked:
        readings = {p.name: p.default for p in law.program.readings} | dict(scenario.readings)
        run = Evaluation(law.program, View(case), Settings(scenario.known_on, readings))
        if not until or look.is_open_apart_from_norms():
            answers = [answer(run, regime, scenario.about) for regime in regimes]
            waiting = run.view.asked.copy() if any(map(_is_open, answers)) else set[str]()
            _ask_terms(law, scenario, run)
            for name, way in (
                *_definitions(law, run, terms, within),  # before more is asked for
                *_judgements(law, scenario, waiting),
            ):
                seen[name][way][scenario.name] = None
        for name, way in _norms(law, run, within, look):
            seen[name][way][scenario.name] = None
    return tuple(
        Covered(block, possible[name], {w: tuple(names) for w, names in seen[name].items()})
        for name, block in speaking.items()
    )


@dataclass(frozen=True)
class _Look:
    """What is still to be looked at: texts of which a way is wanted that was not seen."""

    law: Law
    within: Mapping[str, list[Block]]
    wanted: Mapping[str, set[Way]]
    seen: Mapping[str, Mapping[Way, object]]

    def is_open(self, name: str) -> bool:
        wanted = self.wanted.get(name)
        return wanted is not None and (not wanted or not wanted <= self.seen[name].keys())

    def is_open_apart_from_norms(self) -> bool:
        return any(self.is_open(name) for name in self._others)

    @cached_property
    def _others(self) -> tuple[str, ...]:
        """Definitions, judgements, and what fills a part of them: no norm speaks for these."""
        norms = {n for norm in self.law.norms() for n in (norm.provision, norm.fill)}
        norms |= {b.id for n in norms for b in self.within.get(n, ())}
        return tuple(name for name in self.wanted if name not in norms)


def _promises(block: Block) -> bool:
    """Whether the text is a commitment, which says nothing of a case."""
    return block.verb is not None and block.verb.word == "commits to"


def _possible(law: Law, block: Block) -> frozenset[Way]:
    """The ways that the text can go at all: what nobody can answer or except is not asked for."""
    ways = {Way.TRUE, Way.FALSE, Way.UNKNOWN}
    norms = [n for n in law.norms() if block.id in (n.provision, n.fill)]
    if any(n.edges for n in norms) or (norms and block.slot("except where")):
        ways.add(Way.EXCEPTED)
    if block.slot("unencoded") or (norms and all(_never(law, n) for n in norms)):
        ways.discard(Way.TRUE)  # nobody has read it, or nothing fills it
    if norms and all(_never(law, n) for n in norms):
        ways -= {Way.UNKNOWN, Way.EXCEPTED}
    return frozenset(ways)


def _never(law: Law, norm: Norm) -> bool:
    body = getattr(law.program.definitions[norm.body], "body", None)
    return isinstance(body, Literal) and body.value is Truth.FALSE


# -- norms: prohibitions, exceptions, powers, duties, and what fills them ---------------------------


def _norms(
    law: Law, run: Evaluation, within: Mapping[str, list[Block]], look: _Look
) -> Iterator[tuple[str, Way]]:
    for norm in law.norms():
        told = (norm.provision, norm.fill, *(b.id for b in within.get(norm.provision, ())))
        if not any(map(look.is_open, told)):
            continue
        ways = set(_ways(run, norm))
        names = {norm.provision, norm.fill} - {""}
        if ways and norm.provision in within:
            fills = within[norm.provision]
            names |= {b.id for b in fills if _alive(law, run, norm.term.anchor, b)}
        yield from ((name, way) for name in names for way in ways)


def _fills_within(law: Law) -> dict[str, list[Block]]:
    """Determinations that fill a part of a condition, or a value: they have no finding of their own."""
    own = {norm.fill for norm in law.norms()}
    found: dict[str, list[Block]] = defaultdict(list)
    for (target, _), fills in law.compiled.rulebook.fills.items():
        found[target] += [fill for fill in fills if fill.id not in own]
    return {target: fills for target, fills in found.items() if fills}


def _alive(law: Law, run: Evaluation, anchor: tuple[str, ...], fill: Block) -> bool:
    at = run.view.read(run.view.root, anchor)[0]
    day = at.lo if isinstance(at, Day) else None
    if isinstance(day, datetime):
        day = day.date()
    return day is not None and law.history.status(fill, day).is_in_force


def _ways(run: Evaluation, norm: Norm) -> Iterator[Way]:
    def truth(name: str, item: Item | None = None) -> Truth:
        return cast(Truth, run.definition(name, item))

    pattern, bound, in_force = truth(norm.pattern), truth(norm.bound), truth(norm.in_force)
    if not (pattern.may and bound.may):
        if pattern.may:
            yield Way.FALSE  # the act, by somebody who is not bound
        return
    if not in_force.may:
        yield Way.FALSE
        return
    items, _ = subjects(run, norm)
    for item in items:
        body = truth(norm.body, item)
        if not body.may:
            yield Way.FALSE
            continue
        scope = truth(norm.scope, item)
        if scope.must or any(truth(edge.name, item).must for edge in norm.edges):
            yield Way.EXCEPTED
            if scope.must:
                continue
        whole = [pattern, bound, in_force, body, *([Truth.UNKNOWN] if scope.may else [])]
        yield Way.TRUE if all(t.must for t in whole) else Way.UNKNOWN


# -- terms and judgements ---------------------------------------------------------------------------


def _terms(law: Law) -> dict[str, tuple[str, ...]]:
    """For each lowered definition of a term the ids of the texts that define it."""
    by_term: dict[str, dict[str, None]] = defaultdict(dict)
    for block in law.provisions():
        verb = block.verb
        if verb is not None and verb.word == "defines":
            text = verb.term.name if isinstance(verb.term, Call) else str(verb.term)
            by_term[f"{regime(block)}.{text}"][block.id] = None
    found: dict[str, tuple[str, ...]] = {}
    for definition in law.program.definitions:
        stem = definition.name.partition(" @ ")[0].partition("(")[0]
        if stem in by_term:
            found[definition.name] = tuple(by_term[stem])
    return found


def _ask_terms(law: Law, scenario: Scenario, run: Evaluation) -> None:
    """A term that a scenario expects something of is asked for, whether or not a provision does."""
    for expected in scenario.expect.values():
        for text in expected.get("terms", {}):
            term, _, of = text.rstrip(")").partition("(")
            name, noun = law.program.terms[term]
            run.definition(name, run.view.named(of, noun) if noun else None)


def _definitions(
    law: Law,
    run: Evaluation,
    terms: Mapping[str, tuple[str, ...]],
    within: Mapping[str, list[Block]],
) -> Iterator[tuple[str, Way]]:
    """The terms that were asked for on the way; of several versions, the one in force then."""
    asked = tuple(run.computed())
    values = {name: value for name, _, value in asked}
    for name, _, value in asked:
        blocks = terms.get(name, ())
        anchor = name.partition(" @ ")[2].partition(":")[0]
        if not isinstance(value, Truth):
            continue
        for block in blocks:
            if len(blocks) == 1 or values.get(f"{block} in force @ {anchor}") is not Truth.FALSE:
                yield block, _SEEN[value]
                for fill in within.get(block, ()):  # the values that the term leaves open
                    if _alive(law, run, tuple(anchor.split(".")), fill):
                        yield fill.id, _SEEN[value]


def _is_open(one: Answer) -> bool:
    return (
        one.outcome is Outcome.UNDETERMINED
        or any(truth is Truth.UNKNOWN for _, truth in one.exposures)
        or any(state is DutyState.UNKNOWN for _, state in one.duties)
    )


def _judgements(law: Law, scenario: Scenario, waiting: set[str]) -> Iterator[tuple[str, Way]]:
    """Recorded answers; and questions that were asked, not answered, in a case that stays open."""
    answers = {"yes": Way.TRUE, "no": Way.FALSE}
    given = scenario.case().judgements or ()
    for (where, name), block in law.compiled.rulebook.judgements.items():
        question = f"{where}.{name}"
        for one in given:
            if one.question == question and (way := answers.get(cast(str, one.answer))):
                yield block.id, way
        asked = any(text.startswith(f"{question} of ") for text in waiting)
        if asked and not any(one.question == question for one in given):
            yield block.id, Way.UNKNOWN


# -- the report -------------------------------------------------------------------------------------


def percent(found: Sequence[Covered]) -> float:
    """How many of the ways that the texts can go were seen, 0 to 100."""
    ways = sum(len(one.possible) for one in found)
    return 100 * (1 - sum(len(one.lacking) for one in found) / max(ways, 1))


def report(found: Sequence[Covered]) -> Iterator[str]:
    """A line for each text that lacks a way, then one line that counts."""
    for one in found:
        if one.lacking:
            yield f"{one.block.id}  {one.block.title}: never {', '.join(map(str, one.lacking))}"
    whole = sum(not one.lacking for one in found)
    yield (
        f"{whole} of {len(found)} texts covered in every way that they can go; "
        f"{percent(found):.1f} % of all ways"
    )
