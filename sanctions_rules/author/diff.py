"""What another law would change: which cases of a set, in which regime, and by which provision.

Two laws answer the same cases: the law in force and the same with a proposal laid over it, or two
rulebooks. A case changes where an outcome, an exposure or a duty does, or where another provision
carries the same outcome. What brings a change are the provisions that stand otherwise than before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sanctions_rules.core import Norm
from sanctions_rules.decision import DutyState, Finding, Outcome, Standing
from sanctions_rules.engines import conclude
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.facts import Case
from sanctions_rules.rulebooks import Law
from sanctions_rules.values import Truth
from sanctions_rules.view import View

#: How a prohibition may stand where it bears an outcome, the weightiest first.
BEARING: Final = (Standing.BINDS, Standing.CONFLICT, Standing.MAY_BIND, Standing.LIFTED)
_ORDER: Final = {standing: n for n, standing in enumerate((*BEARING, *Standing))}


@dataclass(frozen=True)
class Posed:
    """A case of the set, and how it is asked. `regimes`: none named are all that are loaded."""

    name: str
    case: Case
    regimes: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    known_on: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict[str, str])
    file: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """A provision that stands otherwise to a thing of the case: how before, how after, and by what.

    `kind`: prohibition, exposure or duty. An empty standing: it is not in that law.
    """

    kind: str
    provision: str
    subject: str
    before: str
    after: str
    by: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What changes for one case in one regime."""

    regime: str
    before: Outcome
    after: Outcome
    by: tuple[Brought, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    posed: Posed
    changes: tuple[Change, ...]

    @property
    def in_outcome(self) -> bool:
        return any(one.before is not one.after for one in self.changes)


@dataclass(frozen=True)
class Diff:
    """Which cases of a set change between two laws."""

    before: Law
    after: Law
    total: int
    changed: tuple[Changed, ...]

    @property
    def in_outcome(self) -> int:
        return sum(one.in_outcome for one in self.changed)

    @property
    def moves(self) -> dict[tuple[str, Outcome, Outcome], int]:
        """How many cases go from which outcome to which, by regime, in the order first met."""
        return dict(Counter(
            (c.regime, c.before, c.after)
            for one in self.changed for c in one.changes if c.before is not c.after
        ))  # fmt: skip


def diff(before: Law, after: Law, posed: Iterable[Posed]) -> Diff:
    """Ask both laws of every case, in the regimes that both know.

    Raises LookupError for a regime that one of them has no law of.
    """
    total, changed = 0, list[Changed]()
    for one in posed:
        total += 1
        both = [r for r in before.regimes if r in after.regimes]
        for regime in one.regimes:
            if regime not in both:
                raise LookupError(
                    f"no rulebook for `{regime}` is loaded; both have: {', '.join(both)}"
                )
        asked = one.regimes or tuple(both)
        found = zip(asked, _answers(before, one, asked), _answers(after, one, asked), strict=True)
        changes = tuple(
            Change(regime, then.outcome, now.outcome, tuple(_brought(then, now)))
            for regime, then, now in found if _differs(then, now)
        )  # fmt: skip
        if changes:
            changed.append(Changed(one, changes))
    return Diff(before, after, total, tuple(changed))


# -- one law's answer ----------------------------------------------------------------------------


#: A finding by the kind of what it says, its provision and its thing: how it stands, and by what.
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: Outcome
    bearing: Mapping[_Key, tuple[str, tuple[str, ...]]]
    standing: Mapping[_Key, tuple[str, tuple[str, ...]]]  # of all, also where nothing follows
    norms: Mapping[str, Norm]


def _answers(law: Law, posed: Posed, regimes: Iterable[str]) -> Iterator[_Answer]:
    points = {p.name: p.default for p in law.program.readings}
    chosen = points | {p: r for p, r in posed.readings.items() if p in points}
    run = Evaluation(law.program, View(posed.case), Settings(posed.known_on, chosen))
    run.only_answers = True
    for regime in regimes:
        yield _answer(run, conclude.asked_norms(law.program, regime, posed.about))


def _answer(run: Evaluation, norms: list[Norm]) -> _Answer:
    bearing: dict[_Key, tuple[str, tuple[str, ...]]] = {}
    standing: dict[_Key, tuple[str, tuple[str, ...]]] = {}
    bans = conclude.all_prohibitions(run, norms)
    # Texts of one id that ended stand beside the one in force: the weightiest speaks for the id.
    for finding in sorted(bans, key=lambda f: -_ORDER[f.standing]):
        key = _key("prohibition", finding)
        standing[key] = (str(finding.standing), finding.because_of)
        if finding.standing in BEARING:
            bearing[key] = standing[key]
    for norm in norms:
        if conclude.is_exposing(norm):
            for finding in conclude.findings_of(run, norm):
                if finding.truth.may:
                    word = "exposes" if finding.truth is Truth.TRUE else "may expose"
                    bearing[_key("exposure", finding)] = (word, ())
        if norm.verb == "requires":
            for duty in conclude.duties_of(run, norm):
                if not duty.lasting and duty.state is not DutyState.NOT_OWED:
                    bearing[_key("duty", duty.finding)] = (str(duty.state), ())
    return _Answer(conclude.outcome_of(bans), bearing, standing, {n.id: n for n in norms})


def _key(kind: str, finding: Finding) -> _Key:
    return kind, finding.norm.id, finding.subject_id


# -- what differs --------------------------------------------------------------------------------


def _differs(before: _Answer, after: _Answer) -> bool:
    return before.outcome is not after.outcome or _plain(before) != _plain(after)


def _plain(answer: _Answer) -> dict[_Key, Any]:
    return {key: word for key, (word, _) in answer.bearing.items()}


def _brought(before: _Answer, after: _Answer) -> Iterator[Brought]:
    """What bears the answer after or before, and stands otherwise in the other."""
    for key in dict.fromkeys((*after.bearing, *before.bearing)):
        then, now = before.bearing.get(key), after.bearing.get(key)
        if then is not None and now is not None and then[0] == now[0]:
            continue
        kind, name, subject = key
        nothing = ("", ())
        then, now = (
            then or before.standing.get(key, nothing),
            now or after.standing.get(key, nothing),
        )
        norm = after.norms.get(name) or before.norms[name]
        yield Brought(kind, name, subject, then[0], now[0], now[1] or then[1], norm.citations)
