"""Why two regimes differ: what decides in one, against how far its counterpart got in the other.

What the counterpart fails by gives the cause: its time, the actor, the act, or the theme of the facts
that its failing line reads (`themes`); and so does what takes it out, or how a duty stands.
Nothing here knows the id of any law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Final

from sanctions_rules.compare.counterparts import Counterpart, counterparts, paired, tried
from sanctions_rules.compare.model import Difference
from sanctions_rules.compare.sides import Side, cause_of_line, deciding, sentence, undecided
from sanctions_rules.core import Norm
from sanctions_rules.decision import DutyState, Finding, Outcome, Standing
from sanctions_rules.render.derivation import Line
from sanctions_rules.render.sentences import joined, say, visible, words
from sanctions_rules.themes import Cause, foremost
from sanctions_rules.values import Truth

_STRICTNESS: Final = tuple(Outcome)
#: How many lines of one text a sentence quotes.
QUOTED: Final = 2
#: How a duty stands, from what asks nothing more to what was not done.
_DONE: Final = (DutyState.MET, DutyState.UNKNOWN, DutyState.OPEN, DutyState.BREACHED)
#: What an exception in a text's own words may turn on, that is a condition in all but its form.
_BY_FORM: Final = (Cause.THRESHOLD, Cause.DATE)


@dataclass(frozen=True, slots=True)
class Half:
    """What one regime's text contributes to a sentence."""

    norm: Norm | None
    text: str


@dataclass(frozen=True, slots=True)
class Relief:
    """A text that surely takes the thing out, or the exception in the text's own words, and why."""

    norm: Norm
    own: bool
    lines: tuple[Line, ...]


def differences(sides: Sequence[Side]) -> list[Difference]:
    """Every cause for every two regimes that differ; each said of a text once."""
    found: dict[tuple[Cause, str, tuple[str, ...]], Difference] = {}
    ranked = sorted(sides, key=lambda side: _STRICTNESS.index(side.one.outcome))
    agreed = len({side.one.outcome for side in sides}) == 1
    for stricter, other in combinations(ranked, 2):
        for one in _between(stricter, other, sides, agreed):
            found.setdefault((one.cause, one.other, one.counterparts), one)
    return sorted(found.values(), key=lambda one: list(Cause).index(one.cause))


def nearest(side: Side, others: Sequence[Side]) -> list[Finding]:
    """The texts of a regime that come closest to what decides in the others."""
    found: dict[int, Finding] = {}
    for other in others:
        for finding in other.bearing():
            for one in counterparts(finding, side, other, (side, *others)):
                found.setdefault(id(one.norm), one.finding)
    return list(found.values())


def _between(a: Side, b: Side, asked: Sequence[Side], agreed: bool) -> Iterator[Difference]:
    """`agreed`: all regimes that were asked give one outcome, so that what stands beside it counts."""
    if a.one.outcome is not b.one.outcome:
        yield from _first_of_each(a, b, paired(a, b, a.bearing(), asked))
        return
    for one, two in ((a, b), (b, a)):
        beside = [f for f in _beside(one, agreed) if not _answered(one, f, two)]
        yield from _first_of_each(one, two, paired(one, two, beside, asked))


def _first_of_each(
    a: Side, b: Side, pairs: Iterable[tuple[Finding, Counterpart | None]]
) -> Iterator[Difference]:
    seen: set[Cause] = set()
    for finding, counterpart in pairs:
        liable = finding.norm.verb == "penalises"  # which goods and acts it falls on, the ban says
        for one in _causes(a, b, finding, counterpart):
            if one.cause not in seen and not (liable and one.cause is Cause.SCOPE):
                seen.add(one.cause)
                yield one


def _beside(side: Side, agreed: bool) -> list[Finding]:
    """Exposures, and duties and liabilities of a measure: what may differ where outcomes do not.

    What a breach costs tells regimes apart only where all agree on the breach; and what an act owes,
    where it may be done.
    """
    duties = (
        d.finding for d in side.one.duties
        if d.state is not DutyState.NOT_OWED and not d.lasting
        and side.one.outcome is not Outcome.PROHIBITED
    )  # fmt: skip
    exposures = (e.finding for e in side.one.exposures if e.truth is Truth.TRUE)
    liable = (f for f in side.one.liabilities if f.truth is Truth.TRUE) if agreed else ()
    return [*exposures, *(f for f in (*duties, *liable) if f.norm.measures)]


def _answered(side: Side, finding: Finding, other: Side) -> bool:
    """Whether the other regime has the same beside its outcome; a duty that is done answers none
    that is not.
    """
    return any(
        one.norm.verb == finding.norm.verb
        and (set(one.norm.measures) & set(finding.norm.measures) or not finding.norm.measures)
        and _undone(side, finding) <= _undone(other, one)
        for one in _beside(other, True)
    )


def _undone(side: Side, finding: Finding) -> int:
    duty = side.duty(finding)
    return _DONE.index(duty.state) if duty is not None else 0


# -- causes --------------------------------------------------------------------------------------


def _causes(
    a: Side, b: Side, finding: Finding, counterpart: Counterpart | None
) -> Iterator[Difference]:
    if counterpart is None:
        mine, theirs = Half(finding.norm, _stands(a, finding)), Half(None, _none(finding))
        yield _difference(Cause.SCOPE, a, b, mine, theirs)
        return
    norm, standing = counterpart.norm, counterpart.finding.standing
    if counterpart.parts:
        yield from _near_relief(a, b, finding, counterpart)
        for part in _telling(counterpart.parts):
            yield from _failed(a, b, finding, counterpart, part)
    elif norm.verb == "requires":
        yield _duty(a, b, finding, counterpart)
    elif standing in (Standing.LIFTED, Standing.EXCEPTED, Standing.DISPLACED):
        yield from _relieved(a, b, finding, counterpart)
    elif standing in (Standing.MAY_BIND, Standing.CONFLICT) and norm.verb != "penalises":
        yield from _open(a, b, finding, counterpart)
    elif standing is Standing.DORMANT:
        yield _difference(
            Cause.DATE, a, b, Half(finding.norm, _force(finding.norm)),
            Half(norm, say("standing.DORMANT")),
        )  # fmt: skip


def _telling(parts: Sequence[Sequence[Line]]) -> list[Sequence[Line]]:
    """The parts that count: of a text about other things, its days would not matter."""
    timed = [part for part in parts if _is_force(part)]
    other = [part for part in parts if not _is_force(part)]
    return other if any(_theme(part)[0] is Cause.SCOPE for part in other) else [*timed, *other]


def _is_force(part: Iterable[Line]) -> bool:
    return any(line.kind == "force" for line in part)


def _failed(
    a: Side, b: Side, finding: Finding, counterpart: Counterpart, part: Sequence[Line]
) -> Iterator[Difference]:
    """One part by which the counterpart fails, and the same theme where it decides."""
    norm, standing = counterpart.norm, counterpart.finding.standing
    if _is_force(part):
        why = say(f"standing.{standing.name}", subject=say("act"))
        text = say("compare.in_force", standing=why, interval=_interval(norm))
        half = Half(finding.norm, _force(finding.norm))
        yield _difference(Cause.DATE, a, b, half, Half(norm, text))
    else:
        cause, lines = _theme(part)
        yield _difference(cause, a, b, _asks(a, finding, cause, lines), Half(norm, _quoted(lines)))


def _theme(part: Sequence[Line], like: frozenset[str] = frozenset()) -> tuple[Cause, list[Line]]:
    """What a part is about: of several ways to meet it, the theme that says most.

    `like`: facts that the other side reads; ways that turn on the same come first.
    """
    found = list(deciding(part))
    found = [(cause, line) for cause, line in found if like & set(line.reads)] or found
    cause = foremost(cause for cause, _ in found)
    return cause, [line for theme, line in found if theme is cause] or list(part)


def _duty(a: Side, b: Side, finding: Finding, counterpart: Counterpart) -> Difference:
    """A duty in place of a ban; or two duties, of which one was done and the other was not."""
    norm = counterpart.norm
    if finding.norm.verb != "requires":
        half = Half(norm, say("compare.only_duty", duty=_duty_name(norm)))
        return _difference(Cause.SCOPE, a, b, Half(finding.norm, _stands(a, finding)), half)
    met = [(side, one, side.teller.met(one.norm, side.item(one)))
           for side, one in ((a, finding), (b, counterpart.finding))]  # fmt: skip
    asked = list(chain.from_iterable(deciding(lines) for _, _, lines in met))
    cause = foremost(cause for cause, _ in asked) if asked else Cause.EVIDENCE
    mine, theirs = (Half(one.norm, _owed(side, one, lines)) for side, one, lines in met)
    return _difference(cause, a, b, mine, theirs)


def _owed(side: Side, finding: Finding, met: Iterable[Line]) -> str:
    """A duty, how it stands, and what makes it so."""
    duty = side.duty(finding)
    state = say(f"duty.{(duty.state if duty else DutyState.UNKNOWN).name}")
    why = _quoted(line for _, line in deciding(met))
    text = say("compare.duty_state", duty=_duty_name(finding.norm), state=state)
    return say("compare.because", text=text, why=why) if why else text


def _open(a: Side, b: Side, finding: Finding, counterpart: Counterpart) -> Iterator[Difference]:
    """Whether the counterpart holds is not known: what that waits for."""
    found: dict[Cause, list[Line]] = {}
    displacing = {
        b.by_id[e.source].provision for e in counterpart.norm.edges if e.kind == "override"
    }
    for line in b.lines(counterpart.finding):
        relief = line.kind in ("exception", "scope") and line.provision not in displacing
        for cause, inner in deciding([line], open_=True):
            if relief and undecided(inner):
                cause = Cause.EXCEPTION
            found.setdefault(cause, []).append(inner)
    for cause, lines in found.items():
        mine, text = _asks(a, finding, cause, lines), _quoted(lines)
        if cause is Cause.EXCEPTION:
            mine = Half(finding.norm, _form(a, finding))
            names = [b.by_id[n] for n in counterpart.finding.because_of if n in b.by_id]
            text = say("compare.may_by", names=_names(names), why=text) if names else text
        yield _difference(cause, a, b, mine, Half(counterpart.norm, text))


# -- what takes a text out -----------------------------------------------------------------------


def _reliefs(side: Side, finding: Finding) -> list[Relief]:
    """What surely takes the thing out of a text, whatever else it fails by."""
    norm = finding.norm
    told = side.teller.relief(norm, side.item(finding))
    return [Relief(side.by_id[by], by == norm.id, lines) for by, lines in told if by in side.by_id]


def _relieved(a: Side, b: Side, finding: Finding, counterpart: Counterpart) -> Iterator[Difference]:
    """The counterpart is taken out: by what, and how near the same comes to it where it decides."""
    same_figure = list(_near_relief(a, b, finding, counterpart))
    yield from same_figure
    taken = _reliefs(b, counterpart.finding)
    names = _names(one.norm for one in taken if not one.own)
    by = say("compare.by", names=names or say("compare.own_text"))
    for name in finding.lapsed:
        lapsed = a.by_id[name]
        text = say("compare.in_force", standing=say("standing.ENDED"), interval=_interval(lapsed))
        yield _difference(Cause.DATE, a, b, Half(lapsed, text), Half(counterpart.norm, by))
    if same_figure:
        return
    own = list(chain.from_iterable(deciding(one.lines) for one in taken if one.own))
    formal = [cause for cause in _BY_FORM if any(cause is found for found, _ in own)]
    for cause in formal if not names else ():
        lines = [line for found, line in own if found is cause]
        text = say("compare.because", text=by, why=_quoted(lines))
        yield _difference(
            cause, a, b, _asks(a, finding, cause, lines), Half(counterpart.norm, text)
        )
    if names or not formal:
        mine, theirs = Half(finding.norm, _form(a, finding)), Half(counterpart.norm, by)
        yield _difference(Cause.EXCEPTION, a, b, mine, theirs)


def _form(side: Side, finding: Finding) -> str:
    """What takes the thing out where it decides, or what an authority may do about it."""
    mine = side.relief(finding)
    if mine:
        return say("compare.by", names=_names(mine))
    may = [one.norm for one in side.one.derogations if finding.norm.id in one.norm.lifts]
    return say("compare.derogation", names=_names(may)) if may else say("compare.unrelieved")


def _near_relief(
    a: Side, b: Side, finding: Finding, counterpart: Counterpart
) -> Iterator[Difference]:
    """An exception that both have, and that fails in one by a single part: that part is the cause."""
    taken = _reliefs(b, counterpart.finding)
    holding = [line for one in taken for _, line in deciding(one.lines)]
    read = frozenset(name for line in holding for name in line.reads)
    measures = {m for one in taken if not one.own for m in one.norm.measures}
    for norm, part in _failing_reliefs(a, finding) if taken else ():
        about = {name for _, line in deciding(part) for name in line.reads}
        if not (about & read or measures & set(norm.measures)):
            continue
        cause, lines = (Cause.DATE, part) if _is_force(part) else _theme(part, read)
        if cause is Cause.SCOPE:
            continue  # it is for other things
        like = {name for line in lines for name in line.reads}
        theirs = [line for line in holding if cause_of_line(line) is cause]
        theirs = [line for line in theirs if like & set(line.reads)] or theirs
        names = _names(one.norm for one in taken if not one.own) or say("compare.own_text")
        half = Half(
            next((one.norm for one in taken if not one.own), counterpart.norm),
            _quoted(theirs) or say("compare.by", names=names),
        )
        yield _difference(cause, a, b, Half(norm, _quoted(lines)), half)


def _failing_reliefs(a: Side, finding: Finding) -> Iterator[tuple[Norm, Sequence[Line]]]:
    """The exceptions of a text that decides, each that fails by one part only, with that part."""
    for edge in finding.norm.edges:
        norm = a.by_id.get(edge.source)
        own = tried(norm, finding, a) if norm is not None else None
        if own is not None and len(own.parts) == 1:
            yield own.norm, own.parts[0]
    scope = [line for line in a.lines(finding) if line.kind == "scope"]
    if scope:
        yield finding.norm, scope


# -- sentences -----------------------------------------------------------------------------------


def _difference(cause: Cause, a: Side, b: Side, mine: Half, theirs: Half) -> Difference:
    def half(side: Side, one: Half) -> str:
        called = side.called(one.norm) if one.norm else side.short
        return say("compare.half", called=called, text=one.text)

    text = say("compare.differ", cause=say(f"cause.{cause}"), a=half(a, mine), b=half(b, theirs))
    ids = [(visible(one.norm.id),) if one.norm else () for one in (mine, theirs)]
    return Difference(cause, a.one.regime, b.one.regime, text, *ids)


def _asks(side: Side, finding: Finding, cause: Cause, like: Iterable[Line]) -> Half:
    """What the deciding text says of the same theme, in a condition that holds or an exception that
    fails; how it stands, where it says nothing of it. Lines on the same facts as `like` come first.
    """
    read = {name for line in like for name in line.reads}
    lines = side.lines(finding)
    for kinds in (("condition", "bound"), ("scope",)):
        asked = deciding(line for line in lines if line.kind in kinds)
        found = [line for theme, line in asked if theme is cause]
        found = [line for line in found if read & set(line.reads)] or found
        if found:
            return Half(finding.norm, _quoted(found))
    return Half(
        finding.norm, _force(finding.norm) if cause is Cause.DATE else _stands(side, finding)
    )


def _quoted(lines: Iterable[Line]) -> str:
    said = list(dict.fromkeys(map(sentence, lines)))
    return joined(said[:QUOTED])


def _stands(side: Side, finding: Finding) -> str:
    thing = side.writer.thing(finding.subject) if finding.subject else say("act")
    kind = {"empowers": "power", "penalises": "liability"}.get(finding.norm.verb, "standing")
    if finding.norm.verb == "requires":
        return say("compare.only_duty", duty=_duty_name(finding.norm))
    return say(f"{kind}.{finding.standing.name}", subject=thing)


def _duty_name(norm: Norm) -> str:
    return words(norm.duty.name) if norm.duty else ""


def _none(finding: Finding) -> str:
    measures = joined(words(m) for m in finding.norm.measures)
    return say("compare.no_measure", measure=measures) if measures else say("compare.no_text")


def _force(norm: Norm) -> str:
    return say("compare.applies", interval=_interval(norm))


def _interval(norm: Norm) -> str:
    return visible(norm.term.printed)


def _names(norms: Iterable[Norm]) -> str:
    return joined(
        say("compare.relief_text", cited=visible(n.citations[0] if n.citations else n.id), interval=_interval(n))
        for n in norms
    )  # fmt: skip
