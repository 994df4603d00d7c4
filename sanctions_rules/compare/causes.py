"""Why two regimes differ: what decides in one, against how far its counterpart got in the other.

The counterpart is a text of the same coordinated measure (`measure` in the rules). Where no measure
is named, it is the text about the same kind of act that comes nearest: it holds some conditions and
fails the fewest. What it fails by gives the cause: its time, the actor, the act, or the theme of
the facts that its failing line reads (`themes`). Nothing here knows the id of any law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from sanctions_rules.compare.model import Difference
from sanctions_rules.compare.sides import Side, cause_of_line, deciding, sentence
from sanctions_rules.core import Norm
from sanctions_rules.decision import DutyState, Finding, Outcome, Standing
from sanctions_rules.engines.conclude import ever_filled, findings_of
from sanctions_rules.render.derivation import Line
from sanctions_rules.render.sentences import joined, say, visible, words
from sanctions_rules.themes import Cause, foremost
from sanctions_rules.values import Truth
from sanctions_rules.view import Item

_STRICTNESS: Final = tuple(Outcome)
#: How many lines of one text a sentence quotes.
QUOTED: Final = 2
#: A text that fails by more than so many parts is nobody's counterpart, unless it names a measure.
NEAR: Final = 2
#: Verbs of texts that say something of the act itself.
_VERBS: Final = ("prohibits", "empowers", "requires", "penalises")
#: Of these, the verbs that have counterparts without a measure; duties have too many alike.
_OF_THE_ACT: Final = ("prohibits", "empowers")


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A text of the other regime, on the same thing, and every part by which it fails."""

    finding: Finding
    parts: tuple[tuple[Line, ...], ...]

    @property
    def norm(self) -> Norm:
        return self.finding.norm


@dataclass(frozen=True, slots=True)
class Half:
    """What one regime's text contributes to a sentence."""

    norm: Norm | None
    text: str


def differences(sides: Sequence[Side]) -> list[Difference]:
    """Every cause for every two regimes that differ; each said of a text once."""
    found: dict[tuple[Cause, str, tuple[str, ...]], Difference] = {}
    ranked = sorted(sides, key=lambda side: _STRICTNESS.index(side.one.outcome))
    for stricter, other in combinations(ranked, 2):
        for one in _between(stricter, other):
            found.setdefault((one.cause, one.other, one.counterparts), one)
    return sorted(found.values(), key=lambda one: list(Cause).index(one.cause))


def nearest(side: Side, others: Iterable[Side]) -> list[Finding]:
    """The texts of a regime that come closest to what decides in the others."""
    found: dict[int, Finding] = {}
    for other in others:
        for finding in other.bearing():
            for one in _counterparts(finding, side, other):
                found.setdefault(id(one.norm), one.finding)
    return list(found.values())


def _between(a: Side, b: Side) -> Iterator[Difference]:
    if a.one.outcome is not b.one.outcome:
        yield from _first_of_each(a, b, _paired(a, b, a.bearing()))
        return
    for one, two in ((a, b), (b, a)):
        beside = [finding for finding in _beside(one) if not _answered(finding, two)]
        yield from _first_of_each(one, two, _paired(one, two, beside))


def _first_of_each(
    a: Side, b: Side, pairs: Iterable[tuple[Finding, Counterpart | None]]
) -> Iterator[Difference]:
    seen: set[Cause] = set()
    for finding, counterpart in pairs:
        for one in _causes(a, b, finding, counterpart):
            if one.cause not in seen:
                seen.add(one.cause)
                yield one


def _beside(side: Side) -> list[Finding]:
    """Exposures, and duties and liabilities of a measure: what may differ where outcomes do not."""
    duties = (
        d.finding for d in side.one.duties if d.state is not DutyState.NOT_OWED and not d.lasting
    )
    exposures = (e.finding for e in side.one.exposures if e.truth is Truth.TRUE)
    liable = (f for f in side.one.liabilities if f.truth is Truth.TRUE)
    return [*exposures, *(f for f in (*duties, *liable) if f.norm.measures)]


def _answered(finding: Finding, other: Side) -> bool:
    """Whether the other regime has the same beside its outcome."""
    return any(
        one.norm.verb == finding.norm.verb
        and (set(one.norm.measures) & set(finding.norm.measures) or not finding.norm.measures)
        for one in _beside(other)
    )


# -- pairs ---------------------------------------------------------------------------------------


def _paired(
    a: Side, b: Side, findings: Iterable[Finding]
) -> Iterator[tuple[Finding, Counterpart | None]]:
    """Each finding with its counterparts; those of a named measure speak for all others."""
    seen: set[int] = set()
    chosen = [f for f in findings if not (id(f.norm) in seen or seen.add(id(f.norm)))]
    of_measure = [f for f in chosen if f.norm.measures]
    for finding in of_measure or chosen:
        found = _counterparts(finding, b, a)
        yield from ((finding, one) for one in found)
        if not found:
            yield finding, None


def _counterparts(finding: Finding, other: Side, mine: Side) -> list[Counterpart]:
    """The texts of the other regime that come nearest; all that come equally near."""
    measures = set(finding.norm.measures)
    of_measure = [n for n in other.norms if n.verb in _VERBS and measures & set(n.measures)]
    if of_measure:
        found = [one for norm in of_measure if (one := _tried(norm, finding, other)) is not None]
        tried = [one for one in found if _about_it(one.norm, other)] or found
    else:
        tried = _alike(finding, other, mine) if finding.norm.verb in _OF_THE_ACT else []
    least = min((len(one.parts) for one in tried), default=0)
    near = [one for one in tried if len(one.parts) == least]
    return _of_one_measure(near, measures, other) if of_measure and near else near


def _of_one_measure(near: list[Counterpart], measures: set[str], other: Side) -> list[Counterpart]:
    """Of a text that belongs to several measures, the counterparts of the one that it is used for:
    that of the text which holds the most conditions.
    """
    most = max(near, key=lambda one: other.teller.holding(one.norm, _item(other, one.finding)))
    used = measures & set(most.norm.measures)
    return [one for one in near if used & set(one.norm.measures)]


def _alike(finding: Finding, other: Side, mine: Side) -> list[Counterpart]:
    """Texts that no common measure names: of the same verb, on such a thing, by the same facts.

    Where the finding has a measure, only texts that name none can be meant.
    """
    item = _item(mine, finding)
    read = mine.teller.reads(finding.norm, item)
    found: dict[int, list[Counterpart]] = {}
    for norm in other.norms:
        if norm.verb != finding.norm.verb or norm.collection != finding.norm.collection:
            continue
        if (norm.measures and finding.norm.measures) or not _about_it(norm, other):
            continue
        one = _tried(norm, finding, other)
        if one is None or len(one.parts) > NEAR:
            continue
        thing = _item(other, one.finding)
        shared = len(read & other.teller.reads(norm, thing))
        if shared and (other.teller.holding(norm, thing) or not one.parts):
            found.setdefault(shared, []).append(one)
    return found[max(found)] if found else []


def _about_it(norm: Norm, side: Side) -> bool:
    """Whether a text speaks of such an act, at whatever time and to whomever."""
    return side.source.evaluation.definition(norm.pattern, None) is not Truth.FALSE


def _tried(norm: Norm, finding: Finding, other: Side) -> Counterpart | None:
    """A text tried on the same thing, or on the one that it fails least; None for one that gave way."""
    run = other.source.evaluation
    if norm.dormant and not ever_filled(run, norm) and any(
        n.provision == norm.provision and n.fill for n in other.norms
    ):  # fmt: skip
        return None  # it says nothing but through what fills it
    found = list(findings_of(run, norm))
    same = [one for one in found if one.subject == finding.subject] or found
    tried = [Counterpart(one, tuple(other.teller.failing(norm, _item(other, one)))) for one in same]
    if not tried:
        return None
    best = min(tried, key=lambda one: len(one.parts))
    gone = best.finding.standing in (Standing.ENDED, Standing.NEVER)
    return None if gone and norm.term.replaced_by else best


def _item(side: Side, finding: Finding) -> Item | None:
    return side.source.evaluation.view.item(finding.subject) if finding.subject else None


# -- causes --------------------------------------------------------------------------------------


def _causes(
    a: Side, b: Side, finding: Finding, counterpart: Counterpart | None
) -> Iterator[Difference]:
    if counterpart is None:
        yield _difference(
            Cause.SCOPE, a, b, Half(finding.norm, _stands(a, finding)), Half(None, _none(finding))
        )
        return
    norm, standing = counterpart.norm, counterpart.finding.standing
    if counterpart.parts:
        for part in counterpart.parts:
            yield from _failed(a, b, finding, counterpart, part)
    elif norm.verb == "requires" and finding.norm.verb != "requires":
        duty = words(norm.duty.name) if norm.duty else ""
        yield _difference(
            Cause.SCOPE, a, b, Half(finding.norm, _stands(a, finding)),
            Half(norm, say("compare.only_duty", duty=duty)),
        )  # fmt: skip
    elif standing in (Standing.LIFTED, Standing.EXCEPTED, Standing.DISPLACED):
        yield from _relieved(a, b, finding, counterpart)
    elif standing in (Standing.MAY_BIND, Standing.CONFLICT):
        open_ = list(deciding(b.lines(counterpart.finding), Truth.UNKNOWN))
        for cause in dict.fromkeys(cause for cause, _ in open_):
            lines = [line for found, line in open_ if found is cause]
            yield _difference(cause, a, b, _asks(a, finding, cause), Half(norm, _quoted(lines)))
    elif standing is Standing.DORMANT:
        yield _difference(
            Cause.DATE, a, b, Half(finding.norm, _force(finding.norm)),
            Half(norm, say("standing.DORMANT")),
        )  # fmt: skip


def _failed(
    a: Side, b: Side, finding: Finding, counterpart: Counterpart, part: tuple[Line, ...]
) -> Iterator[Difference]:
    """One part by which the counterpart fails, and the same theme where it decides."""
    norm, standing = counterpart.norm, counterpart.finding.standing
    cause, lines = _theme(part)
    if any(line.kind == "force" for line in part):
        why = say(f"standing.{standing.name}", subject=say("act"))
        text = say("compare.in_force", standing=why, interval=_interval(norm))
        half = Half(finding.norm, _force(finding.norm))
        yield _difference(Cause.DATE, a, b, half, Half(norm, text))
    else:
        yield _difference(cause, a, b, _asks(a, finding, cause), Half(norm, _quoted(lines)))


def _theme(part: Sequence[Line]) -> tuple[Cause, list[Line]]:
    """What a failing part is about: of several ways to meet it, the theme that says most."""
    found = list(deciding(part, Truth.FALSE))
    cause = foremost(cause for cause, _ in found)
    return cause, [line for theme, line in found if theme is cause] or list(part)


def _relieved(a: Side, b: Side, finding: Finding, counterpart: Counterpart) -> Iterator[Difference]:
    """The counterpart is taken out: by what, and how near the same comes to it where it decides."""
    taken = b.relief(counterpart.finding)
    by = say("compare.by", names=_names(taken) or say("compare.own_text"))
    same_figure = list(_near_relief(a, b, finding, counterpart, taken))
    yield from same_figure
    for name in finding.lapsed:
        lapsed = a.by_id[name]
        text = say("compare.in_force", standing=say("standing.ENDED"), interval=_interval(lapsed))
        yield _difference(Cause.DATE, a, b, Half(lapsed, text), Half(counterpart.norm, by))
    if not same_figure:
        mine = a.relief(finding)
        text = say("compare.by", names=_names(mine)) if mine else say("compare.unrelieved")
        half = Half(finding.norm, text)
        yield _difference(Cause.EXCEPTION, a, b, half, Half(counterpart.norm, by))


def _near_relief(
    a: Side, b: Side, finding: Finding, counterpart: Counterpart, taken: Sequence[Norm]
) -> Iterator[Difference]:
    """An exception that both have, and that fails in one by a single part: that part is the cause."""
    measures = {m for norm in taken for m in norm.measures}
    told = [below for line in b.told(counterpart.finding) for below in line.walk()]
    holding = [line for line in told if line.truth is Truth.TRUE]
    read = {name for line in holding for name in line.reads}
    tried: list[tuple[Norm, tuple[Line, ...]]] = []
    for edge in finding.norm.edges:
        norm = a.by_id.get(edge.source)
        own = _tried(norm, finding, a) if norm is not None else None
        if own is None or len(own.parts) != 1:
            continue
        about = {name for line in own.parts[0] for below in line.walk() for name in below.reads}
        if measures & set(own.norm.measures) or about & read:
            tried.append((own.norm, own.parts[0]))
    scope = [line for line in a.lines(finding) if line.kind == "scope"]
    if scope and {name for line in scope for below in line.walk() for name in below.reads} & read:
        tried.append((finding.norm, tuple(scope)))
    for norm, part in tried:
        cause, lines = _theme(part)
        if any(line.kind == "force" for line in part):
            cause = Cause.DATE
        theirs = [line for line in holding if line.reads and cause_of_line(line) is cause]
        half = Half(taken[0] if taken else counterpart.norm, _quoted(theirs) or say(
            "compare.by", names=_names(taken) or say("compare.own_text")))  # fmt: skip
        yield _difference(cause, a, b, Half(norm, _quoted(lines)), half)


# -- sentences -----------------------------------------------------------------------------------


def _difference(cause: Cause, a: Side, b: Side, mine: Half, theirs: Half) -> Difference:
    def half(side: Side, one: Half) -> str:
        called = side.called(one.norm) if one.norm else side.short
        return say("compare.half", called=called, text=one.text)

    text = say("compare.differ", cause=say(f"cause.{cause}"), a=half(a, mine), b=half(b, theirs))
    ids = [(visible(one.norm.id),) if one.norm else () for one in (mine, theirs)]
    return Difference(cause, a.one.regime, b.one.regime, text, *ids)


def _asks(side: Side, finding: Finding, cause: Cause) -> Half:
    """What the deciding text says of the same theme; how it stands, where it says nothing of it."""
    asked = (line for line in side.lines(finding) if line.kind in ("condition", "bound"))
    lines = [line for found, line in deciding(asked, Truth.TRUE) if found is cause]
    return Half(finding.norm, _quoted(lines) or _stands(side, finding))


def _quoted(lines: Iterable[Line]) -> str:
    said = list(dict.fromkeys(map(sentence, lines)))
    return joined(said[:QUOTED])


def _stands(side: Side, finding: Finding) -> str:
    thing = side.writer.thing(finding.subject) if finding.subject else say("act")
    kind = {"empowers": "power", "penalises": "liability"}.get(finding.norm.verb, "standing")
    if finding.norm.verb == "requires":
        duty = words(finding.norm.duty.name) if finding.norm.duty else ""
        return say("compare.only_duty", duty=duty)
    return say(f"{kind}.{finding.standing.name}", subject=thing)


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
