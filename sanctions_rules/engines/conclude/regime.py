"""What one regime's law says of the act: the outcome, and all that stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any, cast

from sanctions_rules import clocks
from sanctions_rules.core import Norm
from sanctions_rules.decision import Finding, Outcome, Question, RegimeDecision, Standing, left_open
from sanctions_rules.engines.conclude.answering import (
    FIRED,
    UNDECIDED,
    UPHELD,
    Answer,
    all_duties,
    all_exposures,
    all_prohibitions,
    asked_norms,
    ids,
    outcome_of,
)
from sanctions_rules.engines.conclude.findings import findings_of
from sanctions_rules.engines.conclude.missing_facts import missing
from sanctions_rules.engines.conclude.readings import Readings
from sanctions_rules.engines.conclude.source import Source
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.facts import Collection
from sanctions_rules.view import Day

_LETTING: tuple[str, ...] = ("authorises", "exempts", "displaces", "withdraws")
_OUT_OF_REACH = (Standing.OTHER_ACT, Standing.NOT_BOUND, Standing.NOT_YET, Standing.ENDED, Standing.NOT_PUBLISHED,
                 Standing.DORMANT, Standing.AWAITING, Standing.BEFORE_COVERED, Standing.NEVER)  # fmt: skip


def regime_decision(source: Source, regime: str) -> RegimeDecision:
    """What one regime's law says of the act, with all its findings."""
    run, program = source.evaluation, source.program
    norms = asked_norms(program, regime, source.about)

    def found(wanted: Callable[[Norm], bool]) -> list[Finding]:
        return [f for n in norms if wanted(n) for f in findings_of(run, n)]

    findings = all_prohibitions(run, norms)
    outcome = outcome_of(findings)
    exposed = all_exposures(run, norms)
    owed = all_duties(run, norms)
    liabilities = [f for f in found(lambda n: n.verb == "penalises") if f.truth.may]
    derogations = [f for f in found(lambda n: n.menu == ("derogation",)) if f.truth.may]
    others = found(lambda n: n.verb in _LETTING)
    spared = [
        f
        for f in found(lambda n: n.verb in ("empowers", "requires") and n.menu != ("derogation",))
        if not f.truth.may
    ]
    beside, for_outcome = missing(run, outcome, findings, [e.finding for e in exposed], owed)
    bearing = [
        *(f for f in findings if f.standing in (*FIRED, Standing.MAY_BIND, *UPHELD)),
        *(e.finding for e in exposed),
    ]
    relied = {i for f in bearing for i in (f.norm.id, *f.because_of)}
    head = next(h for h in program.heads if h.regime == regime)
    made = RegimeDecision(
        regime, head.title, outcome,
        ids(f for f in findings if f.standing in FIRED),
        ids(f for f in findings if f.standing in UNDECIDED),
        ids(f for f in findings if f.standing in UPHELD),
        _presumptive(source, norms, outcome), tuple(findings + others), tuple(exposed),
        tuple(owed), tuple(liabilities), tuple(derogations), beside, for_outcome,
        tuple(dict.fromkeys(j for f in bearing for j in f.judgements)),
        (), any(f.standing not in _OUT_OF_REACH for f in findings),
        _stale(run, head.through, head.zone), tuple(_unchecked(source, relied)),
        head.through, tuple(spared), tuple(_unheard(run, regime)), (),
        tuple(o for o in program.overlays if regime in o.over), _asking(source, regime),
    )  # fmt: skip
    late = Readings(source, regime, relied, Answer.of(outcome, exposed, owed))
    return left_open(made, {"readings"}, late)


def _presumptive(source: Source, norms: Iterable[Norm], outcome: Outcome) -> Outcome:
    """The outcome if what somebody has to show, and is not known, counts as not shown."""
    if outcome is not Outcome.UNDETERMINED or not source.program.has_burdens:
        return outcome
    settings = Settings(source.settings.known_on, source.settings.readings, True)
    strict = Evaluation(source.program, source.evaluation.view, settings)
    return outcome_of(all_prohibitions(strict, norms))


def _unchecked(source: Source, relied: set[str]) -> Iterator[str]:
    """The texts that the answer relies on and that nobody has compared with the law."""
    named = dict.fromkeys(
        n.id for n in source.program.norms if n.id in relied and n.checked in ("unverified", "")
        # Readings share one id: the text of a reading that was not followed carries nothing.
        and (not n.reading or source.settings.readings.get(n.provision) == n.reading)
    )  # fmt: skip
    yield from named


def _unheard(run: Evaluation, regime: str) -> Iterator[str]:
    """Recorded judgements of the regime that no line asked for: the case was decided without them."""
    for one in cast("Collection[Any] | None", run.view.case.judgements) or ():
        text = f"{one.question} of {one.of}"
        if str(one.question).startswith(f"{regime}.") and text not in run.view.asked:
            yield text


def _stale(run: Evaluation, through: date, zone: str) -> bool:
    """Whether the act may be later than the law was read through."""
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
