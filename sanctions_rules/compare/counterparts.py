"""Which text of another regime answers to a text that decides in one.

A text of the same coordinated measure (`measure` in the rules) and of the same force. Where no measure
is named, it is the text about the same kind of act that comes nearest: it holds some conditions and
fails the fewest. Nothing here knows the id of any law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sanctions_rules.compare.sides import Side
from sanctions_rules.core import Norm
from sanctions_rules.decision import Finding, Standing
from sanctions_rules.engines.conclude import ever_filled, findings_of
from sanctions_rules.render.derivation import Line
from sanctions_rules.values import Truth

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


def paired(
    a: Side, b: Side, findings: Iterable[Finding], asked: Sequence[Side]
) -> Iterator[tuple[Finding, Counterpart | None]]:
    """Each finding with its counterparts; those of a named measure speak for all others.

    `asked`: all regimes that are compared.
    """
    seen: set[int] = set()
    chosen = [f for f in findings if not (id(f.norm) in seen or seen.add(id(f.norm)))]
    of_measure = [f for f in chosen if f.norm.measures]
    for finding in of_measure or chosen:
        found = counterparts(finding, b, a, asked)
        yield from ((finding, one) for one in found)
        if not found:
            yield finding, None


def counterparts(
    finding: Finding, other: Side, mine: Side, asked: Sequence[Side]
) -> list[Counterpart]:
    """The texts of the other regime that come nearest; all that come equally near."""
    named = set(finding.norm.measures)
    found = _of_measures(finding, other, named)
    if found:
        used = named if len(named) == 1 else _used(finding, mine, asked)
        near = _nearest([one for one in found if used & set(one.norm.measures)] or found)
        return [one for one in near if one.norm.verb == finding.norm.verb] or near
    return _nearest(_alike(finding, other, mine)) if finding.norm.verb in _OF_THE_ACT else []


def _of_measures(finding: Finding, other: Side, measures: set[str]) -> list[Counterpart]:
    of_measure = [
        n for n in other.norms
        if n.verb in _VERBS and n.menu != ("derogation",) and measures & set(n.measures)
    ]  # fmt: skip
    found = [one for norm in of_measure if (one := tried(norm, finding, other)) is not None]
    return _speaking(found, finding, other)


def _used(finding: Finding, mine: Side, asked: Sequence[Side]) -> set[str]:
    """Of a text that belongs to several measures, those that it is used for here: those of the text
    that comes nearest in any of the regimes and then holds the most conditions.
    """
    named = set(finding.norm.measures)
    found = [
        (len(one.parts), -_holding(one, side), index, one.norm)
        for index, side in enumerate(asked) if side is not mine
        for one in _of_measures(finding, side, named)
    ]  # fmt: skip
    best = min(found, key=lambda one: one[:3], default=None)
    return named & set(best[3].measures) if best else named


def _speaking(found: list[Counterpart], finding: Finding, other: Side) -> list[Counterpart]:
    """Those that speak of the act: first of the same force, or a charge in place of a ban."""
    about = [one for one in found if _about_it(one.norm, other)]
    same = [one for one in about if one.norm.verb == finding.norm.verb or _is_charge(one.norm)]
    return same or about or found


def _is_charge(norm: Norm) -> bool:
    return norm.duty is not None and bool(norm.duty.payment)


def _nearest(found: Sequence[Counterpart]) -> list[Counterpart]:
    least = min((len(one.parts) for one in found), default=0)
    return [one for one in found if len(one.parts) == least]


def _holding(one: Counterpart, other: Side) -> int:
    return other.teller.count(one.norm, other.item(one.finding), Truth.TRUE)


def _alike(finding: Finding, other: Side, mine: Side) -> list[Counterpart]:
    """Texts that no common measure names: of the same verb, on such a thing, by the same facts.

    Where the finding has a measure, only texts that name none can be meant.
    """
    read = mine.teller.reads(finding.norm, mine.item(finding))
    found: dict[int, list[Counterpart]] = {}
    for norm in other.norms:
        if norm.verb != finding.norm.verb or norm.collection != finding.norm.collection:
            continue
        if (norm.measures and finding.norm.measures) or not _about_it(norm, other):
            continue
        one = tried(norm, finding, other)
        if one is None or len(one.parts) > NEAR:
            continue
        shared = len(read & other.teller.reads(norm, other.item(one.finding)))
        if shared and (_holding(one, other) or not one.parts):
            found.setdefault(shared, []).append(one)
    return found[max(found)] if found else []


def _about_it(norm: Norm, side: Side) -> bool:
    """Whether a text speaks of such an act, at whatever time and to whomever."""
    return side.source.evaluation.definition(norm.pattern, None) is not Truth.FALSE


def tried(norm: Norm, finding: Finding, other: Side) -> Counterpart | None:
    """A text tried on the same thing, or on the one that it fails least; None for one that gave way."""
    run = other.source.evaluation
    if norm.dormant and not ever_filled(run, norm) and any(
        n.provision == norm.provision and n.fill for n in other.norms
    ):  # fmt: skip
        return None  # it says nothing but through what fills it
    found = list(findings_of(run, norm))
    same = [one for one in found if one.subject == finding.subject] or found
    if not same:
        return None
    best = min(
        (Counterpart(f, tuple(other.teller.failing(norm, other.item(f)))) for f in same),
        key=lambda one: len(one.parts),
    )
    gone = best.finding.standing in (Standing.ENDED, Standing.NEVER)
    return None if gone and norm.term.replaced_by else best
