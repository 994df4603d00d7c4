"""From evaluated definitions to findings, outcome and what stands beside it (design D7 to D9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, cast

from sanctions_rules import calendars, clocks
from sanctions_rules.canonical import facts_digest
from sanctions_rules.core import Apply, Expr, Fact, Literal, Norm, Program
from sanctions_rules.decision import (
    Decision,
    Disagreement,
    Duty,
    DutyState,
    Exposure,
    Finding,
    Outcome,
    Question,
    ReadingUsed,
    RegimeDecision,
    Standing,
)
from sanctions_rules.engines.interpreter import Evaluation, Scope, Settings, Step
from sanctions_rules.facts import Case, Collection, FactModel
from sanctions_rules.schema import children, rank
from sanctions_rules.values import NOT_APPLICABLE, Items, Span, Truth, all_of
from sanctions_rules.view import Day, Item, Leaf, View

ENGINE_VERSION = "interpreter 1"


@dataclass(frozen=True)
class Source:
    """Everything that a decision was made from, so that any step of it can be rebuilt."""

    program: Program
    case: Case
    settings: Settings
    about: tuple[str, ...]
    evaluation: Evaluation
    #: Of each regime, the reading points that were met when it was first answered. Derivations meet
    #: more, and an answer that is made again beside them must be told the same.
    met: dict[str, frozenset[str]] = field(
        default_factory=dict[str, frozenset[str]], repr=False, compare=False
    )

    @classmethod
    def of(
        cls, program: Program, case: Case, settings: Settings, about: tuple[str, ...] = ()
    ) -> Source:
        return cls(program, case, settings, about, Evaluation(program, View(case), settings))

    def derivation(self, finding: Finding) -> Step:
        """Why the finding stands as it does: the smallest part of the rules that makes it so."""
        norm = finding.norm
        item = self.evaluation.view.item(finding.subject) if finding.subject else None
        name = {
            Standing.BINDS: norm.effective, Standing.MAY_BIND: norm.effective,
            Standing.LIFTED: norm.lifted, Standing.NOT_MET: norm.body, Standing.OTHER_ACT: norm.pattern,
            Standing.NOT_BOUND: norm.bound, Standing.EXCEPTED: norm.engaged, Standing.DISPLACED: norm.engaged,
        }.get(finding.standing, norm.in_force)  # fmt: skip
        caseless = name in (norm.in_force, norm.bound, norm.pattern)
        return self.evaluation.derive_definition(name, None if caseless else item)


def derivations(source: Source, one: RegimeDecision) -> tuple[tuple[Finding, Step], ...]:
    """Why the prohibitions that bind, or that may bind, do: the reference on these alone.

    Raises Disagreement where they do not stand as the answer says.
    """
    made: list[tuple[Finding, Step]] = []
    named = {*one.fired, *one.undecided}
    for norm in source.program.norms if named else ():
        if norm.id in named and norm.regime == one.regime and norm.verb == "prohibits":
            for finding in findings_of(source.evaluation, norm):
                if finding.standing in (*FIRED, *UNDECIDED):
                    made.append((finding, source.derivation(finding)))
    found = [finding for finding, _ in made]
    fired = ids(f for f in found if f.standing in FIRED)
    undecided = ids(f for f in found if f.standing in UNDECIDED)
    if (fired, undecided) != (one.fired, one.undecided):
        raise Disagreement(
            f"the answer under {one.regime} rests on {one.fired} and {one.undecided}, and the"
            f" reference finds {fired} and {undecided}: please report this"
        )
    return tuple(made)


def decide(
    program: Program, case: Case, regimes: Iterable[str], about: Iterable[str] = (),
    known_on: date | None = None, readings: Mapping[str, str] | None = None,
) -> Decision:  # fmt: skip
    """Decide one case by the reference interpreter.

    Raises LookupError for an unknown regime, reading point or reading.
    """
    asked = tuple(regimes)
    settings = settings_of(program, asked, known_on, readings)
    source = Source.of(program, case, settings, tuple(about))
    return Decision(
        regimes={regime: regime_decision(source, regime) for regime in asked},
        facts_digest=facts_digest(case), _source=source, **besides(program, settings, source.about),
    )  # fmt: skip


def settings_of(
    program: Program, regimes: Iterable[str], known_on: date | None,
    readings: Mapping[str, str] | None,
) -> Settings:  # fmt: skip
    """What is asked, apart from the facts: every reading point has its reading.

    Raises LookupError for an unknown regime, reading point or reading.
    """
    for regime in regimes:
        if any(h.commits for h in program.heads if h.regime == regime):
            raise LookupError(f"`{regime}` holds commitments, which bind nobody: it has no outcome")
        if regime not in program.regimes:
            raise LookupError(
                f"no rulebook for `{regime}` is loaded; loaded: {', '.join(program.regimes)}"
            )
    chosen = {p.name: p.default for p in program.readings}
    for point, reading in (readings or {}).items():
        known = next((p for p in program.readings if p.name == point), None)
        if known is None:
            raise LookupError(f"`{point}` is not a reading point; they are: {', '.join(chosen)}")
        if reading not in dict(known.readings):
            raise LookupError(
                f"`{reading}` is not a reading of {point}; they are: {', '.join(dict(known.readings))}"
            )
        chosen[point] = reading
    return Settings(known_on, chosen)


def besides(program: Program, settings: Settings, about: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a decision that do not depend on the facts."""
    return {
        "rulebook_digest": program.digest, "engine_version": ENGINE_VERSION,
        "tzdata_version": clocks.tzdata_version(), "known_on": settings.known_on, "about": about,
        "chosen_readings": {p.name: settings.readings[p.name] for p in program.readings},
        "allow_withdrawn": (), "overlays": program.overlays,
    }  # fmt: skip


# -- one regime ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What may be compared between two evaluations of one case."""

    outcome: Outcome
    exposures: tuple[tuple[str, Truth], ...]
    duties: tuple[tuple[str, DutyState], ...]


def regime_decision(source: Source, regime: str) -> RegimeDecision:
    """What one regime's law says of the act, with all its findings."""
    run, program = source.evaluation, source.program
    norms = asked_norms(program, regime, source.about)
    findings = [f for n in norms if n.verb == "prohibits" for f in findings_of(run, n)]
    outcome = outcome_of(findings)
    exposures = [
        Exposure(f)
        for n in norms
        if n.verb == "empowers" and n.menu != ("derogation",)
        for f in findings_of(run, n)
        if f.truth.may
    ]
    duties = [d for n in norms if n.verb == "requires" for d in duties_of(run, n)]
    liabilities = [
        f for n in norms if n.verb == "penalises" for f in findings_of(run, n) if f.truth.may
    ]
    derogations = [
        f for n in norms if n.menu == ("derogation",) for f in findings_of(run, n) if f.truth.may
    ]
    others = [
        f
        for n in norms
        if n.verb in ("authorises", "exempts", "displaces", "withdraws")
        for f in findings_of(run, n)
    ]
    spared = [
        f
        for n in norms
        if n.verb in ("empowers", "requires") and n.menu != ("derogation",)
        for f in findings_of(run, n)
        if not f.truth.may
    ]
    beside, for_outcome = missing(run, outcome, findings, [e.finding for e in exposures], duties)
    presumptive = outcome
    if outcome is Outcome.UNDETERMINED and program.has_burdens:
        strict = Evaluation(
            program, run.view, Settings(source.settings.known_on, source.settings.readings, True)
        )
        presumptive = outcome_of(
            [f for n in norms if n.verb == "prohibits" for f in findings_of(strict, n)]
        )
    bearing = [
        f for f in findings if f.standing in (Standing.BINDS, Standing.MAY_BIND, Standing.LIFTED)
    ]
    judgements = dict.fromkeys(
        j for f in (*bearing, *(e.finding for e in exposures)) for j in f.judgements
    )
    head = next(h for h in program.heads if h.regime == regime)
    reached = any(f.standing not in _OUT_OF_REACH for f in findings)
    relied = {
        i for f in (*bearing, *(e.finding for e in exposures)) for i in (f.norm.id, *f.because_of)
    }
    return RegimeDecision(
        regime, head.title, outcome,
        ids(f for f in findings if f.standing in FIRED),
        ids(f for f in findings if f.standing in UNDECIDED),
        ids(f for f in findings if f.standing in UPHELD),
        presumptive, tuple(findings + others), tuple(exposures), tuple(duties),
        tuple(liabilities), tuple(derogations), beside, for_outcome, tuple(judgements),
        _readings(source, regime, relied, Answer(outcome, _exposed(exposures), _owed(duties))),
        reached, _stale(run, head.through, head.zone),
        tuple(dict.fromkeys(
            n.id for n in program.norms if n.id in relied and n.checked in ("unverified", "")
            # Readings share one id: the text of a reading that was not followed carries nothing.
            and (not n.reading or source.settings.readings.get(n.provision) == n.reading)
        )),
        head.through, tuple(spared), tuple(_unheard(run, regime)), (),
        tuple(o for o in program.overlays if regime in o.over), _asking(source, regime),
    )  # fmt: skip


def _unheard(run: Evaluation, regime: str) -> Iterator[str]:
    """Recorded judgements of the regime that no line asked for: the case was decided without them."""
    for one in cast("Collection[Any] | None", run.view.case.judgements) or ():
        text = f"{one.question} of {one.of}"
        if str(one.question).startswith(f"{regime}.") and text not in run.view.asked:
            yield text


_OUT_OF_REACH = (Standing.OTHER_ACT, Standing.NOT_BOUND, Standing.NOT_YET, Standing.ENDED, Standing.NOT_PUBLISHED,
                 Standing.DORMANT, Standing.AWAITING, Standing.BEFORE_COVERED, Standing.NEVER)  # fmt: skip


def asked_norms(program: Program, regime: str, about: tuple[str, ...]) -> list[Norm]:
    found = [n for n in program.norms if n.regime == regime]
    if about:
        named = [
            n
            for n in found
            if any(
                n.instrument == a or n.provision.startswith(a) or n.fill.startswith(a)
                for a in about
            )
        ]
        kept = {e.source for n in named for e in n.edges}
        found = [n for n in found if n in named or n.id in kept]
    return found


FIRED: Final = (Standing.BINDS,)
UNDECIDED: Final = (Standing.MAY_BIND, Standing.CONFLICT)
UPHELD: Final = (Standing.LIFTED,)


def ids(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The norms of findings, each once."""
    return tuple(dict.fromkeys(f.norm.id for f in findings))


def outcome_of(findings: Iterable[Finding]) -> Outcome:
    seen = {f.standing for f in findings}
    if Standing.BINDS in seen:
        return Outcome.PROHIBITED
    if seen.intersection(UNDECIDED):
        return Outcome.UNDETERMINED
    return Outcome.AUTHORISED if Standing.LIFTED in seen else Outcome.NOT_PROHIBITED


def _exposed(exposures: Iterable[Exposure]) -> tuple[tuple[str, Truth], ...]:
    return tuple((e.finding.id, e.truth) for e in exposures)


def _owed(duties: Iterable[Duty]) -> tuple[tuple[str, DutyState], ...]:
    return tuple(
        (d.finding.id, d.state)
        for d in duties
        if d.state is not DutyState.NOT_OWED and not d.lasting
    )


def answer_of(one: RegimeDecision) -> Answer:
    return Answer(one.outcome, _exposed(one.exposures), _owed(one.duties))


def answer(run: Evaluation, regime: str, about: tuple[str, ...]) -> Answer:
    """Only what can be compared: no reasons are collected."""
    run.only_answers = True
    norms = asked_norms(run.program, regime, about)
    outcome = outcome_of(f for n in norms if n.verb == "prohibits" for f in findings_of(run, n))
    exposures = [
        Exposure(f)
        for n in norms
        if n.verb == "empowers" and n.menu != ("derogation",)
        for f in findings_of(run, n)
        if f.truth.may
    ]
    duties = [d for n in norms if n.verb == "requires" for d in duties_of(run, n)]
    return Answer(outcome, _exposed(exposures), _owed(duties))


# -- findings ------------------------------------------------------------------------------------


def subjects(run: Evaluation, norm: Norm) -> tuple[tuple[Item | None, ...], bool]:
    """The things that the verb binds, and whether these are all there are."""
    if norm.collection is None:
        return (None,), True
    value = run.value(norm.collection, {})
    if isinstance(value, Items):
        return cast("tuple[Item, ...]", value.members), value.complete
    return (), value is NOT_APPLICABLE


def findings_of(run: Evaluation, norm: Norm) -> Iterable[Finding]:
    """How a norm stands to each thing that its verb binds."""
    known = run.findings.get(id(norm)) if run.findings else None
    return _findings(run, norm) if known is None else cast("tuple[Finding, ...]", known)


def _findings(run: Evaluation, norm: Norm) -> Iterator[Finding]:
    items, complete = subjects(run, norm)
    for item in items:
        yield _finding(run, norm, item)
    if not complete and norm.verb == "prohibits":
        yield _unnamed(run, norm)


def _unnamed(run: Evaluation, norm: Norm) -> Finding:
    """Things that the facts do not name: the prohibition may reach one of them."""
    for name, standing in (
        (norm.in_force, None),
        (norm.bound, Standing.NOT_BOUND),
        (norm.pattern, Standing.OTHER_ACT),
    ):
        if run.definition(name, None) is Truth.FALSE:
            return Finding(norm, "", "", standing or _why_not_in_force(run, norm), Truth.FALSE)
    if norm.dormant and not ever_filled(run, norm):
        return Finding(norm, "", "", Standing.DORMANT, Truth.FALSE)
    return Finding(
        norm, "", f"one {norm.variable} that is not named", Standing.MAY_BIND, Truth.UNKNOWN
    )


def ever_filled(run: Evaluation, norm: Norm) -> bool:
    """Whether any determination ever filled what the norm leaves open."""
    body = getattr(run.program.definitions[norm.body], "body", None)
    return not (isinstance(body, Literal) and body.value is Truth.FALSE)


def _finding(run: Evaluation, norm: Norm, item: Item | None) -> Finding:
    place, name = (item.place, item.id) if item else ("", "")

    def truth(definition: str, of: Item | None = None) -> Truth:
        return cast(Truth, run.definition(definition, of))

    def made(
        standing: Standing, holds: Truth, because: tuple[str, ...] = (), unless: bool = False
    ) -> Finding:
        judged = (
            tuple(_judgements(run, norm, item))
            if run.view.case.judgements
            and norm.verb in ("prohibits", "empowers")
            and standing in (Standing.BINDS, Standing.MAY_BIND, Standing.LIFTED, Standing.EXCEPTED)
            and not run.only_answers
            else ()
        )
        lapsed = (
            tuple(_lapsed(run, norm, item))
            if standing is Standing.BINDS and not run.only_answers
            else ()
        )
        return Finding(norm, place, name, standing, holds, because, unless, judged, lapsed)

    effective = truth(norm.effective, item)
    if effective.may:
        if norm.conflict and truth(norm.conflict, item).may and effective is Truth.TRUE:
            return made(Standing.CONFLICT, Truth.UNKNOWN)
        engaged = truth(norm.engaged, item)
        if effective is Truth.TRUE:
            return made(Standing.BINDS, effective)
        open_ = tuple(
            dict.fromkeys(e.source for e in norm.edges if truth(e.name, item) is Truth.UNKNOWN)
        )
        return made(
            Standing.MAY_BIND,
            effective,
            open_,
            unless=engaged is Truth.TRUE or _only_exceptions_open(run, norm, item),
        )
    if truth(norm.in_force) is Truth.FALSE:
        return made(_why_not_in_force(run, norm), Truth.FALSE)
    for part, standing in ((norm.bound, Standing.NOT_BOUND), (norm.pattern, Standing.OTHER_ACT)):
        if truth(part) is Truth.FALSE:
            return made(standing, Truth.FALSE)
    if truth(norm.engaged, item).may:
        by = tuple(e.source for e in norm.edges if e.kind == "licence" and truth(e.name, item).must)
        return made(Standing.LIFTED, Truth.FALSE, by)
    if truth(norm.body, item) is Truth.FALSE:
        dormant = norm.dormant and not ever_filled(run, norm)
        return made(Standing.DORMANT if dormant else Standing.NOT_MET, Truth.FALSE)
    if truth(norm.scope, item) is Truth.TRUE:
        return made(Standing.EXCEPTED, Truth.FALSE, (norm.fill or norm.id,))
    by = tuple(e for e in norm.edges if e.kind != "licence" and truth(e.name, item).must)
    displaced = any(e.kind == "override" for e in by)
    return made(
        Standing.DISPLACED if displaced else Standing.EXCEPTED,
        Truth.FALSE,
        tuple(e.source for e in by),
    )


def _lapsed(run: Evaluation, norm: Norm, item: Item | None) -> Iterator[str]:
    """Licences that would lift the prohibition, had they not ended, unreplaced, before the act."""
    lifting = {e.source for e in norm.edges if e.kind == "licence"}
    for licence in run.program.norms if lifting else ():
        if licence.id not in lifting:
            continue
        if licence.term.replaced_by or run.definition(licence.in_force, None) is not Truth.FALSE:
            continue
        if licence.reading and run.settings.readings.get(licence.provision) != licence.reading:
            continue
        if _why_not_in_force(run, licence) is not Standing.ENDED:
            continue
        if not all(run.definition(n, None) is Truth.TRUE for n in (licence.pattern, licence.bound)):
            continue
        same = licence.collection == norm.collection
        items = (item,) if same else subjects(run, licence)[0]
        if any(run.definition(licence.body, one) is Truth.TRUE for one in items):
            yield licence.id


def _only_exceptions_open(run: Evaluation, norm: Norm, item: Item | None) -> bool:
    return (
        run.definition(norm.in_force, None) is Truth.TRUE and run.definition(norm.bound, None) is Truth.TRUE
        and run.definition(norm.pattern, None) is Truth.TRUE and run.definition(norm.body, item) is Truth.TRUE
    )  # fmt: skip


def _why_not_in_force(run: Evaluation, norm: Norm) -> Standing:
    term = norm.term
    if term.awaiting:
        return Standing.AWAITING
    known = run.settings.known_on
    if known is not None and term.published > known.toordinal():
        return Standing.NOT_PUBLISHED
    value = run.view.read(run.view.root, term.anchor)[0]
    if isinstance(value, Day) and value.lo is not None:
        span = clocks.span_of(value.lo, term.zone)
        at = cast(int, span.lo)
        if (
            term.replaced_by
            and term.since is not None
            and all(s <= term.since for _, s in term.replaced_by)
        ):
            return Standing.NEVER
        if term.since is not None and at < term.since:
            return Standing.BEFORE_COVERED if term.before_covered else Standing.NOT_YET
        return Standing.ENDED
    return Standing.NOT_YET


def _judgements(run: Evaluation, norm: Norm, item: Item | None) -> Iterator[str]:
    """Recorded judgements that the finding rests on."""
    seen: set[str] = set()

    def walk(first: Step) -> Iterator[str]:
        pending, walked = [first], set[int]()
        while pending:
            step = pending.pop()
            if id(step.children) in walked and step.children:
                continue  # a definition that was walked through another reference to it
            walked.add(id(step.children))
            arguments = getattr(step.expr, "arguments", ())
            for argument in arguments:
                if isinstance(argument, Fact) and argument.path[:1] == ("judged",):
                    subject = step.scope.get(argument.variable)
                    where = subject.id if isinstance(subject, Item) else "act"
                    text = f"{argument.path[1]} of {where}"
                    if text not in seen and step.truth is not Truth.UNKNOWN:
                        seen.add(text)
                        yield text
            pending.extend(reversed(step.children))

    for part in (norm.pattern, norm.body, norm.scope, norm.engaged, norm.lifted):
        definition_item = None if part == norm.pattern else item
        yield from walk(run.derive_definition(part, definition_item))


# -- duties --------------------------------------------------------------------------------------


def duties_of(run: Evaluation, norm: Norm) -> Iterator[Duty]:
    for finding in findings_of(run, norm):
        if not finding.truth.may:
            continue
        item = run.view.item(finding.subject) if finding.subject else None
        text, day = _due(run, norm, item)
        yield Duty(finding, _state(run, finding, item), text, day)


def _state(run: Evaluation, finding: Finding, item: Item | None) -> DutyState:
    """How the duty stands on the day of the facts; what is not recorded as done may yet be.

    A lasting duty stands as it did at the act where no day is given: it asks for none.
    """
    if finding.truth is Truth.UNKNOWN:
        return DutyState.UNKNOWN
    duty = finding.norm.duty
    assert duty is not None
    over = cast(Truth, run.definition(duty.over, item)) if duty.over else Truth.FALSE
    if duty.lasting:
        return DutyState.NOT_OWED if over is Truth.TRUE else DutyState.OPEN
    done, records = performed(run, finding)
    if done is Truth.TRUE:
        late = [run.truth(*was_late(finding.norm, item, record)) for record in records]
        if Truth.FALSE in late:
            return DutyState.MET
        return DutyState.UNKNOWN if Truth.UNKNOWN in late else DutyState.BREACHED
    if duty.met:
        done = cast(Truth, run.definition(duty.met, item))  # what the law's own facts say of it
    if done is Truth.TRUE:
        return DutyState.MET
    if Truth.UNKNOWN in (done, over):
        return DutyState.UNKNOWN
    return DutyState.BREACHED if over is Truth.TRUE else DutyState.OPEN


def performed(run: Evaluation, finding: Finding) -> tuple[Truth, tuple[Item, ...]]:
    """Whether the facts record that the duty was done, and the records that say so, or that may."""
    done = run.view.read(run.view.root, ("performed",))[0]
    duty = finding.norm.duty
    assert duty is not None
    if not isinstance(done, Items):
        return Truth.UNKNOWN, ()
    names = (duty.name, finding.norm.id, *finding.norm.source_ids)
    subjects = (finding.subject_id, finding.subject, "act")
    fits = [
        (record, all_of((_said(run, record, "duty", names), _said(run, record, "of", subjects))))
        for record in cast("tuple[Item, ...]", done.members)
        if not _of_an_earlier_year(run, finding, record)
    ]
    found = tuple(record for record, truth in fits if truth is Truth.TRUE)
    if found:
        return Truth.TRUE, found
    perhaps = tuple(record for record, truth in fits if truth.may)
    return Truth.UNKNOWN if perhaps or not done.complete else Truth.FALSE, perhaps


def _said(run: Evaluation, record: Item, path: str, wanted: tuple[str, ...]) -> Truth:
    """Whether a record of what was done names one of these; one that does not say may."""
    value = run.view.read(record, (path,))[0]
    return Truth.known(value in wanted) if isinstance(value, str) else Truth.UNKNOWN


def _unsaid(run: Evaluation) -> Iterator[Leaf]:
    """What the records of what was done leave out."""
    done, leaf = run.view.read(run.view.root, ("performed",))
    yield from () if leaf is None else (leaf,)
    for record in cast("tuple[Item, ...]", done.members) if isinstance(done, Items) else ():
        for path in ("duty", "of"):
            missing = run.view.read(record, (path,))[1]
            yield from () if missing is None else (missing,)


def _of_an_earlier_year(run: Evaluation, finding: Finding, record: Item) -> bool:
    """Whether a yearly duty was done for another year: a year or more before its last day."""
    duty, zone = finding.norm.duty, finding.norm.term.zone
    if duty is None or duty.due_kind != "yearly" or duty.last is None:
        return False
    item = run.view.item(finding.subject) if finding.subject else None
    last = _local_days(run, duty.last, {finding.norm.variable: item} if item else {}, zone)
    done = _local_days(run, performed_at(finding.norm), {"performance": record}, zone)
    return (
        last is not None and done is not None and done[1] <= calendars.shifted(last[0], -1, "years")
    )


def was_late(norm: Norm, item: Item | None, record: Item) -> tuple[Expr, Scope]:
    """That a recorded performance came after the last day, and of what it is asked."""
    scope: dict[str, object] = {norm.variable: item} if item else {}
    return late(norm), {**scope, "performance": record}


def late(norm: Norm) -> Expr:
    """That `performance` came after the last day. Without a last day nothing is late."""
    if norm.duty is None or norm.duty.last is None:
        return Literal(Truth.FALSE)
    zone = Literal(norm.term.zone)
    following = Apply("next_day", (norm.duty.last, zone))
    done_on = performed_at(norm)
    that_day = Apply("shifted", (done_on, Literal(0), Literal("days"), zone))  # its hour is idle
    return Apply("at_most", (following, that_day))


def performed_at(norm: Norm) -> Expr:
    """The instants at which `performance` may have been done."""
    return Apply("instants", (Fact("performance", ("done_on",)), Literal(norm.term.zone)))


def _due(run: Evaluation, norm: Norm, item: Item | None) -> tuple[str, date | None]:
    """By when, in words, and the last day where it is known."""
    duty = norm.duty
    assert duty is not None
    if duty.payment or duty.last is None:
        return duty.payment, None
    scope = {norm.variable: item} if item else {}
    counted = f"{duty.count} {'business ' if duty.business else ''}{duty.unit} after"
    yearly = f"every year by {duty.day} {duty.month}"
    days = _local_days(run, duty.last, scope, norm.term.zone)
    if days is None:
        without = {"at": f"at {duty.due}", "yearly": yearly}
        return without.get(duty.due_kind, f"{counted} {duty.due}"), None
    first, last = days
    if first != last:
        return f"by a day from {first} to {last}", None
    match duty.due_kind:
        case "at":
            return f"at {last}", last
        case "for":
            return f"until {last}", last
        case "yearly":
            return f"by {last}, and {yearly}", last
        case _ if duty.business and duty.path is not None:
            start = Apply("instants", (duty.path, Literal(norm.term.zone)))
            since = _local_days(run, start, scope, norm.term.zone)
            known = since is not None and since[0] == since[1]
            return f"by {last}, {counted} {since[0] if since and known else duty.due}", last
        case _:
            return f"by {last}", last


def _local_days(run: Evaluation, expr: Expr, scope: Scope, zone: str) -> tuple[date, date] | None:
    """The earliest and the latest day that a time may lie on; None where it is not bounded."""
    value = run.value(expr, scope)
    if not isinstance(value, Span) or value.lo is None or value.hi is None:
        return None
    return clocks.local_day(cast(int, value.lo), zone), clocks.local_day(cast(int, value.hi), zone)


def duty_leaves(run: Evaluation, duty: Duty) -> Iterator[Leaf]:
    item = run.view.item(duty.finding.subject) if duty.finding.subject else None
    if duty.finding.truth is Truth.UNKNOWN:
        yield from finding_leaves(run, duty.finding)
    made = duty.finding.norm.duty
    assert made is not None
    done, records = performed(run, duty.finding)
    if done is Truth.TRUE:
        late = [was_late(duty.finding.norm, item, record) for record in records]
        if not any(run.truth(*one) is Truth.FALSE for one in late):
            for one in late:
                if run.truth(*one) is Truth.UNKNOWN:
                    yield from run.leaves(*one)
        return
    if made.met:
        done = cast(Truth, run.definition(made.met, item))
        yield from run.leaves_of(made.met, item)
    elif done is Truth.UNKNOWN:
        yield from _unsaid(run)
    if made.over and done is not Truth.TRUE:
        yield from run.leaves_of(made.over, item)


# -- what is missing -----------------------------------------------------------------------------


def finding_leaves(run: Evaluation, finding: Finding) -> Iterator[Leaf]:
    norm = finding.norm
    if not finding.subject and norm.collection is not None:
        for name in (norm.in_force, norm.bound, norm.pattern):
            yield from run.leaves_of(name, None)
        yield from run.leaves(norm.collection, {})
        return
    item = run.view.item(finding.subject) if finding.subject else None
    yield from run.leaves_of(norm.effective, item)


def missing(
    run: Evaluation, outcome: Outcome, findings: Iterable[Finding], powers: Iterable[Finding],
    duties: Iterable[Duty],
) -> tuple[tuple[Leaf, ...], tuple[Leaf, ...]]:  # fmt: skip
    """What outcome, exposures and duties wait for, and what the outcome alone does."""
    undetermined = outcome is Outcome.UNDETERMINED
    for_outcome = _ordered(
        leaf
        for f in (findings if undetermined else ())
        if f.standing is Standing.MAY_BIND
        for leaf in finding_leaves(run, f)
    )
    beside = _ordered(
        leaf
        for leaf in (
            *for_outcome,
            *(leaf for f in powers if f.truth is Truth.UNKNOWN for leaf in finding_leaves(run, f)),
            *(
                leaf
                for d in duties
                if d.state is DutyState.UNKNOWN and not d.lasting
                for leaf in duty_leaves(run, d)
            ),
        )
    )
    return beside, for_outcome


def _ordered(leaves: Iterable[Leaf]) -> tuple[Leaf, ...]:
    return tuple(sorted(dict.fromkeys(leaves), key=place_order))


def place_order(leaf: Leaf) -> tuple[Any, ...]:
    """Schema order: of the case, then of each item by its number; judgements and law come last."""
    if leaf.need in ("judgement", "law"):
        return (1, leaf.need, leaf.place)
    model: type[FactModel] = Case
    key: list[Any] = [0]
    for part in leaf.place.split("."):
        name, _, index = part.partition("[")
        nested = children(model).get(name)
        key += [rank(model).get(name, 999), int(index[:-1]) if index else -1]
        if nested is not None:
            model = nested
        else:
            declared = model.declarations.get(name)
            if declared is not None and declared.of:
                from sanctions_rules.schema import COLLECTIONS

                model = COLLECTIONS.get(declared.of, model)
    return (*key, leaf.need)


# -- readings, staleness, questions --------------------------------------------------------------


def _readings(
    source: Source, regime: str, relied: set[str], got: Answer
) -> tuple[ReadingUsed, ...]:
    """The reading points that the answer rests on, or that another reading would change."""
    run = source.evaluation
    ids = {n.id for n in source.program.norms}
    used: list[ReadingUsed] = []
    met = source.met.setdefault(regime, frozenset(run.readings_read))
    for point in source.program.readings:
        if point.name not in met or not point.name.startswith(regime + "."):
            continue
        mine = source.settings.readings[point.name]
        others: list[tuple[str, str]] = []
        for reading, _ in point.readings:
            if reading == mine:
                continue
            settings = Settings(
                source.settings.known_on, {**source.settings.readings, point.name: reading}
            )
            other = answer(Evaluation(source.program, run.view, settings), regime, source.about)
            others.append((reading, _difference(got, other)))
        sensitive = any(difference for _, difference in others)
        if sensitive or point.name in relied or point.name not in ids:
            used.append(
                ReadingUsed(point.name, mine, dict(point.readings)[mine], tuple(others), sensitive)
            )
    return tuple(used)


def _difference(mine: Answer, other: Answer) -> str:
    if mine.outcome is not other.outcome:
        return str(other.outcome)
    if mine.exposures != other.exposures:
        return "other exposures"
    return "other duties" if mine.duties != other.duties else ""


def _stale(run: Evaluation, through: date, zone: str) -> bool:
    value = run.view.read(run.view.root, ("act", "events", "conduct"))[0]
    if not isinstance(value, Day) or value.hi is None:
        return False
    return cast(int, clocks.span_of(value.hi, zone).hi) >= clocks.day_start(
        through + timedelta(days=1), zone
    )


def _asking(source: Source, regime: str) -> Callable[[RegimeDecision], Question | None]:
    """What to ask first: found when it is wanted, and once, because every page wants it."""

    @cache
    def asked() -> Question | None:
        from sanctions_rules.engines.ask import next_question

        return next_question(source, regime)

    return lambda _: asked()
