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
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final, cast

from sanctions_rules.author.coverage.lines import POLARITY, Lines, Seen
from sanctions_rules.author.coverage.model import Covered, Line, Way
from sanctions_rules.core import (
    Apply,
    Definition,
    Expr,
    Fact,
    Literal,
    Norm,
    Program,
    Quantified,
    references,
)
from sanctions_rules.decision import DutyState, Outcome
from sanctions_rules.engines.conclude import Answer, answer, subjects
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.language.ast import Block, Call, Ref
from sanctions_rules.language.resolve import regime
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import Scenario
from sanctions_rules.source import Span
from sanctions_rules.values import Truth
from sanctions_rules.view import Day, Item, View

#: Kinds of blocks that say something of a case. Tables are tested row by row by whoever has them.
SPEAKING: Final = ("provision", "determination", "licence", "definition", "judgement")


#: For each text and way the scenarios that showed it, in their order.
Texts = dict[str, dict[Way, dict[str, None]]]


@dataclass(frozen=True)
class Tally:
    """What some scenarios showed: of texts by id, and of lines by place."""

    texts: Texts
    lines: Seen


def coverage(
    law: Law, scenarios: Iterable[Scenario], until: Collection[Way] = (), by_line: bool = False,
    apart: Collection[str] = (),
) -> tuple[Covered, ...]:  # fmt: skip
    """Every text of the law that says something of a case, with the ways it was seen to go.

    All versions and readings of one id count together. `until`: what was seen to go these ways is
    looked at no more, so that only what lacks one is tried on every scenario. `by_line`: their
    lines too, which takes longer. `apart`: ids of texts for which, with `until`, no scenario need be tried.
    """
    lines = Lines(law) if by_line else None
    return covered(law, lines, tally(law, lines, scenarios, until, apart))


def covered(law: Law, lines: Lines | None, shown: Tally) -> tuple[Covered, ...]:
    """The texts of the law, and their lines, with what was shown of them."""
    sources = law.compiled.text.sources
    own: dict[str, list[Line]] = defaultdict(list)
    spans: dict[str, list[Span]] = defaultdict(list)
    told: set[Span] = set()
    for block in law.provisions():
        # versions in the rows of one block share its other lines, which belong to the first
        spans[block.id].append(
            block.span if block.span not in told or not block.ref else block.ref.span
        )
        told.add(block.span)
        for line in lines.of(block, sources) if lines is not None else ():
            if line.place not in told:
                told.add(line.place)
                own[block.id].append(replace(line, seen=shown.lines.get(line.place, {})))
    return tuple(
        Covered(
            block, _possible(law, block),
            {w: tuple(names) for w, names in shown.texts.get(name, {}).items()},
            sources[block.head.file].place(cast(Ref, block.ref).span.start)[0],
            tuple(spans[name]), tuple(own[name]),
        )
        for name, block in _speaking(law).items()
    )  # fmt: skip


def _speaking(law: Law) -> dict[str, Block]:
    speaking: dict[str, Block] = {}
    for block in law.provisions():
        if block.kind in SPEAKING and not _promises(block):
            speaking.setdefault(block.id, block)
    return speaking


def tally(
    law: Law, lines: Lines | None, scenarios: Iterable[Scenario], until: Collection[Way] = (),
    apart: Collection[str] = (),
) -> Tally:  # fmt: skip
    """What the scenarios show. `lines`: of this law, if they are to be looked at."""
    if lines is not None:
        law = lines.law
    seen: Texts = defaultdict(lambda: defaultdict(dict))
    terms, within, norms = _terms(law), _fills_within(law), law.norms()
    questions = _questions(law.program)
    possible = {name: {*until} & _possible(law, block) for name, block in _speaking(law).items()}
    wanted = {n: ways for n, ways in possible.items() if n not in apart and (ways or not until)}
    look = _Look(law, within, wanted, seen)
    asked = ((s, case, of) for s in scenarios for case, of in s.cases(law.regimes))
    for scenario, case, regimes in asked:
        readings = {p.name: p.default for p in law.program.readings} | dict(scenario.readings)
        run = Evaluation(law.program, View(case), Settings(scenario.known_on, readings))
        met: tuple[tuple[str, str, object], ...] = ()
        if not until or look.is_open_apart_from_norms():
            answers = [answer(run, regime, scenario.about) for regime in regimes]
            waiting = run.view.asked.copy() if any(map(_is_open, answers)) else set[str]()
            _ask_terms(law, scenario, run)
            met = tuple(run.computed())  # before more is asked for
            waiting |= _beside(run, questions, regimes)
            for name, way in (
                *_definitions(law, run, met, terms, within),
                *_judgements(law, scenario, waiting),
            ):
                seen[name][way][scenario.name] = None
        for name, way in _norms(law, run, within, look):
            seen[name][way][scenario.name] = None
        if lines is not None:
            lines.terms(run, met, scenario.name)
            for norm in norms:
                lines.norm(run, norm, scenario.name)
    found = {name: dict(ways) for name, ways in seen.items()}
    return Tally(found, dict(lines.seen) if lines is not None else {})


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
    asked: Sequence[tuple[str, str, object]],
    terms: Mapping[str, tuple[str, ...]],
    within: Mapping[str, list[Block]],
) -> Iterator[tuple[str, Way]]:
    """The terms that were asked for on the way; of several versions, the one in force then."""
    values = {name: value for name, _, value in asked}
    for name, _, value in asked:
        blocks = terms.get(name, ())
        anchor = name.partition(" @ ")[2].partition(":")[0]
        if not isinstance(value, Truth):
            continue
        for block in blocks:
            if len(blocks) == 1 or values.get(f"{block} in force @ {anchor}") is not Truth.FALSE:
                yield block, POLARITY[value]
                for fill in within.get(block, ()):  # the values that the term leaves open
                    if _alive(law, run, tuple(anchor.split(".")), fill):
                        yield fill.id, POLARITY[value]


def _is_open(one: Answer) -> bool:
    return (
        one.outcome is Outcome.UNDETERMINED
        or any(truth is Truth.UNKNOWN for _, truth in one.exposures)
        or any(state is DutyState.UNKNOWN for _, state in one.duties)
    )


def _beside(
    run: Evaluation, questions: Mapping[str, frozenset[str]], regimes: Collection[str]
) -> set[str]:
    """Questions of liabilities and derogations that stay open, which the answer does not wait for."""
    found: set[str] = set()
    for norm in run.program.norms:
        own = questions.get(norm.effective)
        if own and norm.regime in regimes and any(
            run.definition(norm.effective, item) is Truth.UNKNOWN for item in subjects(run, norm)[0]
        ):  # fmt: skip
            found |= {one for one in run.view.asked if one.partition(" of ")[0] in own}
    return found


def _questions(program: Program) -> dict[str, frozenset[str]]:
    """The judgements that each liability and derogation rests on, whatever stands between."""
    within: dict[str, frozenset[str]] = {}
    for definition in program.definitions:  # a reference points backwards
        own = _judged(definition.body) if isinstance(definition, Definition) else ()
        within[definition.name] = frozenset(own).union(*(within[n] for n in references(definition)))
    return {
        n.effective: within[n.effective] for n in program.norms
        if n.verb == "penalises" or n.menu == ("derogation",)
    }  # fmt: skip


def _judged(expr: Expr) -> Iterator[str]:
    match expr:
        case Fact(_, (*_, "judged", question)):
            yield question
        case Apply(_, arguments):
            for argument in arguments:
                yield from _judged(argument)
        case Quantified(_, collection, _, body):
            yield from (*_judged(collection), *_judged(body))
        case _:
            pass


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
