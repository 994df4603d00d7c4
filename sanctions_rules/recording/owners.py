"""Who has a status through owners, for the record: the holdings, the chains, the total.

The closure was computed by `ownership` when the case was decided; here its columns are read off.
Chains are written out up to a bound, because a net of owners may hold very many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, cast

from sanctions_rules.canonical import decimal_text, plain
from sanctions_rules.core import Closure, Way
from sanctions_rules.decision import Decision
from sanctions_rules.engines.conclude import Source
from sanctions_rules.facts import EVENT_OF_ACT
from sanctions_rules.ownership import Holding as Held
from sanctions_rules.record.fields import Holding, Owned, Path, Share
from sanctions_rules.recording.stated import TRUTHS
from sanctions_rules.values import Truth

#: How many chains are written out for one party, and how long one may be.
PATHS: Final = 20
LENGTH: Final = 50


def owned(decision: Decision) -> Iterator[Owned]:
    """Each party that has or may have a status through its owners, under each test that asks it."""
    source = cast(Source, decision.source)
    run = source.evaluation
    seen: set[str] = set()
    for closure in source.program.definitions:
        if (
            not isinstance(closure, Closure)
            or closure.name.partition(".")[0] not in decision.regimes
        ):
            continue
        column = run.column(closure)
        for index, way in enumerate(closure.ways):
            through = column.through_by(index)
            for place, holdings in through.items():
                if not holdings:
                    continue
                one = _owned(source, closure, way, place, holdings, through)
                text = one.model_dump_json()
                if text not in seen:
                    seen.add(text)
                    yield one


def _owned(
    source: Source, closure: Closure, way: Way, place: str, holdings: tuple[Held, ...],
    through: Mapping[str, tuple[Held, ...]],
) -> Owned:  # fmt: skip
    run = source.evaluation
    status = run.column(closure).status
    chains = list(_chains(place, through, PATHS + 1))
    counted = [h for h in holdings if h.counts.must and status.get(h.owner) is Truth.TRUE]
    surely, perhaps = [h.lo for h in counted], [h.hi for h in holdings]
    together = way.mode in ("together", "severally")
    least = sum(surely, Decimal(0)) if together else max(surely, default=Decimal(0))
    most = sum(perhaps, Decimal(0)) if together else max(perhaps, default=Decimal(0))
    if not run.view.is_complete("ownership"):
        most = Decimal(100)  # an owner who is not named may hold what nobody else does
    return Owned(
        party=_named(source, place), regime=closure.name.partition(".")[0],
        status=closure.name.partition(" @ ")[0],
        holds=TRUTHS[status.get(place, Truth.UNKNOWN)],
        method=_method(way), provision=closure.provision, as_of=_as_of(source, closure),
        blocked_owners=tuple(dict.fromkeys(_named(source, h.owner) for h in counted)),
        total=Share(at_least=decimal_text(least), at_most=decimal_text(min(most, Decimal(100)))),
        holdings=tuple(_holding(source, h) for h in holdings),
        paths=tuple(_path(source, chain) for chain in chains[:PATHS]),
        paths_left_out=len(chains) > PATHS,
    )  # fmt: skip


def _method(way: Way) -> str:
    """The test that the rulebook states: aggregation, strictness, threshold and basis; or control."""
    if way.means:
        return f"control through {', '.join(way.means)}"
    at = "more than" if way.strict else "at least"
    return f"{way.mode}, {at} {decimal_text(way.percent)} percent of {way.basis}"


def _as_of(source: Source, closure: Closure) -> object:
    """The fact that says at which time stakes count."""
    events = source.case.act.events
    name = closure.as_of.path[-1]
    value = getattr(events, name, None)
    kind = source.case.act.kind
    if value is None and name == "conduct" and isinstance(kind, str) and kind in EVENT_OF_ACT:
        value = getattr(events, EVENT_OF_ACT[kind])
    return plain(value)


def _named(source: Source, place: str) -> str:
    run = source.evaluation
    return run.view.item(place).id if run.is_party(place) else place


def _holding(source: Source, held: Held) -> Holding:
    return Holding(
        owner=_named(source, held.owner), asset=_named(source, held.asset), percent=_share(held)
    )


def _share(held: Held) -> Share:
    return Share(at_least=decimal_text(held.lo), at_most=decimal_text(held.hi))


def _chains(
    place: str, through: Mapping[str, tuple[Held, ...]], most: int
) -> Iterator[tuple[Held, ...]]:
    """Chains of holdings that end in `place` and begin with an owner by itself, the shortest first."""
    found = 0
    pending: list[tuple[Held, ...]] = [(h,) for h in through.get(place, ())]
    while pending and found < most:
        chain = pending.pop(0)
        above = through.get(chain[0].owner, ())
        inside = {place, *(h.owner for h in chain)}
        longer = [h for h in above if h.owner not in inside]
        if not above or len(chain) >= LENGTH:
            found += 1
            yield chain
        pending.extend((h, *chain) for h in longer)
        del pending[10 * most :]


def _path(source: Source, chain: tuple[Held, ...]) -> Path:
    nodes = [_named(source, chain[0].owner), *(_named(source, h.asset) for h in chain)]
    return Path(nodes=tuple(nodes), percent=tuple(map(_share, chain)))
