"""One case through a range of days: on which days each regime's answer changes, and what brings it.

Every turning day (`moving`) is decided, working out again only what may have changed. An answer is
the outcome, who is exposed, and which duties are owed; how a duty stands depends on the day of the
facts, which does not move. Where the law changes at a clock time and the facts know the day only, that
day is decided at each of those times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sanctions_rules import clocks
from sanctions_rules.compare.model import Line, Provision, Stretch, Timeline
from sanctions_rules.compare.moving import Movable, Turning, Turns
from sanctions_rules.compare.sides import BEARING
from sanctions_rules.core import Norm, Program
from sanctions_rules.decision import Decision, Finding, Outcome, Standing
from sanctions_rules.engines.conclude import asked_norms, findings_of, outcome_of
from sanctions_rules.engines.interpreter import Evaluation
from sanctions_rules.render.sentences import joined, say, visible, words
from sanctions_rules.values import Truth
from sanctions_rules.view import View

#: The parts of an exception in an answer: it takes a prohibition out, or it may.
RELIEF, OPEN = "relief", "open"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Moment:
    """What one regime says at one time: the answer, and the texts that act in it, by id."""

    run: Evaluation
    outcome: Outcome
    beside: tuple[str, ...]
    findings: tuple[Finding, ...]
    acting: dict[str, tuple[Norm, str]]

    @property
    def answer(self) -> tuple[Outcome, tuple[str, ...]]:
        return self.outcome, self.beside


def timeline(decisions: Sequence[Decision], first: date, last: date) -> Timeline:
    """The stretches of each regime that was decided, from the first day through the last."""
    lines: list[Line] = []
    moved: tuple[str, ...] = ()
    for decision in decisions:
        movable = Movable.of(decision.source.case)
        moved = movable.names
        turning = Turns(decision.source.program, movable).between(first, last)
        for one in decision:
            through = Through(decision, one.regime, movable, turning)
            stretches = tuple(through.stretches(first, last))
            lines.append(Line(one.regime, visible(one.title), stretches))
    return Timeline(first, last, moved, tuple(lines))


class Through:
    """One regime through time."""

    def __init__(self, decision: Decision, regime: str, movable: Movable, turning: Turning) -> None:
        source = decision.source
        self.program: Program = source.program
        self.settings = source.settings
        self.movable = movable
        self.turning = turning
        self.norms = [
            norm for norm in asked_norms(self.program, regime, decision.about)
            if norm.verb == "prohibits"
            or (norm.verb == "empowers" and norm.menu != ("derogation",))
            or (norm.verb == "requires" and norm.duty is not None and not norm.duty.lasting)
        ]  # fmt: skip
        self.by_id = {norm.id: norm for norm in self.program.norms}
        self.zone = next(h.zone for h in self.program.heads if h.regime == regime)
        self.watched = {
            name for norm in self.norms
            for name in (norm.effective, norm.engaged, norm.in_force, norm.bound, norm.pattern,
                         norm.body, norm.scope, norm.conflict, *(e.name for e in norm.edges))
        }  # fmt: skip

    def stretches(self, first: date, last: date) -> Iterator[Stretch]:
        """In order and without a gap; each ends where the answer changes."""
        moments = self._moments(first, last)
        begun, _, now = next(moments)
        before, why, since = now, tuple[tuple[str, str], ...](), ""
        for day, at, moment in moments:
            if moment.answer != now.answer:
                ended = day if at else day - timedelta(days=1)
                yield self._stretch(begun, ended, now, why, since)
                begun, since, now = day, self._label(at, day) if at else "", moment
                why = tuple(self._brought(before, moment))
            before = moment
        yield self._stretch(begun, last, now, why, since)

    def _moments(self, first: date, last: date) -> Iterator[tuple[date, int, Moment]]:
        """Each time at which something may change, as a day and, within it, an instant or 0."""
        now = self._at(first)
        yield from ((first, at, piece) for at, piece in self._within(first, now))
        dirty: set[str] = set()
        for day, names in self.turning.by_day.items():
            dirty |= names
            if first < day <= last and dirty & self.watched:
                now = self._at(day, now, dirty)
                dirty = set()
                yield from ((day, at, piece) for at, piece in self._within(day, now))

    def _at(
        self, day: date, before: Moment | None = None, dirty: set[str] | None = None,
        at: datetime | None = None,
    ) -> Moment:  # fmt: skip
        view = View(self.movable.to(day, at))
        if before is None:
            run = Evaluation(self.program, view, self.settings)
            run.only_answers = True
        else:
            run = before.run.carried(view, dirty or set())
        return self._moment(run)

    def _moment(self, run: Evaluation) -> Moment:
        found = [finding for norm in self.norms for finding in findings_of(run, norm)]
        bans = [one for one in found if one.norm.verb == "prohibits"]
        outcome = outcome_of(bans)
        bearing = [one for one in bans if one.standing in BEARING[outcome]]
        beside = [one for one in found if one.norm.verb != "prohibits" and one.truth.may]
        acting = {one.norm.id: (one.norm, one.standing.name) for one in (*bearing, *beside)}
        for one in bearing:
            role = OPEN if one.standing is Standing.MAY_BIND else RELIEF
            acting |= {n: (self.by_id[n], role) for n in one.because_of if n in self.by_id}
        return Moment(
            run, outcome, tuple(f"{one.id} {one.truth.name}" for one in beside),
            tuple((*bearing, *beside)), acting,
        )  # fmt: skip

    # -- clock times -----------------------------------------------------------------------------

    def _within(self, day: date, whole: Moment) -> list[tuple[int, Moment]]:
        """The answers on that day, each from which instant; 0: from its beginning."""
        instants = sorted({at for at, _ in self.turning.clocks.get(day, ())})
        if not instants or not self.movable.at_day_only():
            return [(0, whole)]
        names = self.turning.by_day.get(day, set[str]())
        start = clocks.day_start(day, self.zone)
        times = (start, *(at for at in instants if at > start))
        pieces = [self._at(day, whole, names, _EPOCH + at * clocks.MICROSECOND) for at in times]
        if all(piece.answer == pieces[0].answer for piece in pieces):
            return [(0, whole)]
        return list(zip((0, *times[1:]), pieces, strict=True))

    def _label(self, at: int, day: date) -> str:
        zone = next((z for i, z in self.turning.clocks.get(day, ()) if i == at), self.zone)
        return clocks.printed(at, zone, first=True)

    # -- telling ---------------------------------------------------------------------------------

    def _stretch(
        self, first: date, last: date, now: Moment, why: tuple[tuple[str, str], ...], since: str
    ) -> Stretch:
        bearing = {id(f.norm): f for f in now.findings if f.norm.verb == "prohibits"}
        texts = [
            self._provision(one.norm, say(f"standing.{one.standing.name}", subject=say("act")))
            for one in bearing.values()
        ]
        relief = [
            self._provision(norm, say("compare.relief.scope" if norm.verb != "authorises"
                                      else "compare.relief.licence"))
            for norm, role in now.acting.values() if role == RELIEF
        ]  # fmt: skip
        return Stretch(
            first, last, now.outcome, tuple(self._answer(now)), tuple(texts), tuple(relief), why,
            since,
        )  # fmt: skip

    def _answer(self, now: Moment) -> Iterator[str]:
        """What stands beside the outcome, in short."""
        for truth, row in (
            (Truth.TRUE, "headline.exposed"), (Truth.UNKNOWN, "headline.exposure_open"),
        ):  # fmt: skip
            found = [f for f in now.findings if f.norm.verb == "empowers" and f.truth is truth]
            if found:
                whom = joined(dict.fromkeys(visible(f.subject_id) or say("act") for f in found))
                menu = joined(dict.fromkeys(words(m) for f in found for m in f.norm.menu), "or")
                yield say(row, whom=whom, menu=menu)
        duties = dict.fromkeys(
            words(f.norm.duty.name) for f in now.findings if f.norm.duty and f.truth.must
        )
        if duties:
            yield say("time.duties", duties=", ".join(duties))

    def _provision(self, norm: Norm, standing: str) -> Provision:
        texts = tuple(map(visible, norm.citations))
        return Provision(
            visible(norm.id), texts, visible(norm.title), visible(norm.term.printed), standing,
            norm.checked,
        )  # fmt: skip

    def _brought(self, before: Moment, after: Moment) -> Iterator[tuple[str, str]]:
        """The texts whose part in the answer is another than before, and what happened to them."""
        changed = [
            (after.acting.get(name) or before.acting[name])[0]
            for name in {**before.acting, **after.acting}
            if _role(before, name) != _role(after, name)
        ] or [one.norm for one in after.findings]
        told = [(norm, row) for norm in changed if (row := self._event(norm, before, after))]
        for norm, row in told or [(norm, "time.turns") for norm in changed]:
            cited = self._cited(norm)
            yield visible(norm.id), say(row, cited=cited, interval=visible(norm.term.printed))

    def _cited(self, norm: Norm) -> str:
        """The text that is newest in a norm: the determination, where one fills it."""
        texts = self.program.citations.get(norm.fill or norm.provision) or norm.citations
        return visible(texts[0] if texts else norm.id)

    def _event(self, norm: Norm, before: Moment, after: Moment) -> str:
        was = before.run.definition(norm.in_force, None)
        now = after.run.definition(norm.in_force, None)
        if was is Truth.FALSE and now is not Truth.FALSE:
            return "time.begins"
        return "time.ends" if was is not Truth.FALSE and now is Truth.FALSE else ""


def _role(moment: Moment, name: str) -> str:
    return moment.acting[name][1] if name in moment.acting else ""
