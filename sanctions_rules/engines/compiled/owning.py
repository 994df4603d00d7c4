"""Who has a status through ownership or control, from plain facts: as `Evaluation.column` has it.

The fixed point is `ownership.close` and `close_ways`, for this engine as for the reference; here
the stakes are read, and seeds and guards come from generated functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from sanctions_rules.core import Closure, Way
from sanctions_rules.engines import interpreter
from sanctions_rules.engines.compiled.facts import Plain, is_whole, members
from sanctions_rules.engines.compiled.reading import Message, items_of, steps
from sanctions_rules.facts import Party
from sanctions_rules.ownership import HUNDRED, Holding, close
from sanctions_rules.ownership_ways import Passage, close_ways
from sanctions_rules.values import Span, Truth, point

_CONTROLLED_BY: Final = steps(Party, (interpreter.CONTROLLED_BY,))[0]


@dataclass(frozen=True, slots=True, eq=False)
class Ownership:
    """A closure, and the names of the generated functions that it asks: two rails of each."""

    closure: Closure
    names: Mapping[str, Any]
    seed: tuple[str, str]
    guard: tuple[str, str]
    counts: tuple[tuple[str, str], ...]

    def truth(self, rails: tuple[str, str], c: Message, item: Plain) -> Truth:
        may: Callable[..., Any] = self.names[rails[0]]
        if not may(c, item):
            return Truth.FALSE
        return Truth.TRUE if self.names[rails[1]](c, item) else Truth.UNKNOWN


def status(c: Message, one: Ownership, item: Plain) -> Truth:
    """Whether the item has the status."""
    found: _Net | None = c.m.get(one)
    if found is None:
        found = c.m[one] = _Net(c, one)
    return found[c.place(item)]


class _Net(dict[str, Truth]):
    """The status of each party that was asked for, by place: UNKNOWN for what is no party.

    Where all stakes are known, whom none of them links to anybody has it by itself or not at all,
    and only that is asked of it. All who are linked are asked together.
    """

    __slots__ = ("_c", "_complete", "_linked", "_one", "_ways")

    def __init__(self, c: Message, one: Ownership) -> None:
        super().__init__()
        self._c = c
        self._one = one
        read = [
            _holdings(c, one, way, rails)
            for way, rails in zip(one.closure.ways, one.counts, strict=True)
        ]
        self._ways = [[h for h in held.values() if h is not None] for held in read]
        adrift = any(h is None for h in read[0].values())
        self._complete = is_whole(c.d.get("ownership")) and not adrift
        # Of a share of nothing, who is owned by nobody has enough.
        needing = all(way.percent or way.strict for way in one.closure.ways)
        self._linked = _linked(self._ways) if self._complete and needing else None

    def __missing__(self, place: str) -> Truth:
        parties = _parties(self._c)
        if place not in parties:
            return Truth.UNKNOWN
        one, linked = self._one, self._linked
        if linked is None or place in linked:
            self.update(self._statuses({
                p: x for p, x in parties.items() if linked is None or p in linked
            }))  # fmt: skip
        elif one.closure.direct:
            self[place] = Truth.FALSE
        else:
            self[place] = one.truth(one.seed, self._c, parties[place])
        return self[place]

    def _statuses(self, parties: Mapping[str, Plain]) -> Mapping[str, Truth]:
        c, one, ways, complete = self._c, self._one, self._ways, self._complete
        closure = one.closure
        seeds = {p: one.truth(one.seed, c, x) for p, x in parties.items()}
        unnamed = {h.owner for held in ways for h in held} - seeds.keys()
        idle = not any(t.may for t in seeds.values()) and all(way.percent for way in closure.ways)
        if complete and not unnamed and idle:
            return seeds  # nobody has it who could pass it on
        guards = {p: one.truth(one.guard, c, x) for p, x in parties.items()}
        seeds |= dict.fromkeys(sorted(unnamed), Truth.UNKNOWN)
        guards |= dict.fromkeys(unnamed, Truth.FALSE)
        way = closure.ways[0]
        if len(ways) == 1 and interpreter.is_plain(closure):
            return close(
                [*seeds], seeds, guards, ways[0], complete, way.percent, way.strict, way.mode
            ).status
        passages = [
            Passage(interpreter.threshold(w, closure), held, bool(w.means))
            for w, held in zip(closure.ways, ways, strict=True)
        ]
        several = interpreter.is_several(closure)
        return close_ways([*seeds], seeds, guards, passages, complete, several).status


def _linked(ways: Sequence[Sequence[Holding]]) -> set[str] | None:
    """The places of all who hold, are held, or are partners; None where anybody may be a partner."""
    found: set[str] = set()
    for held in ways:
        for h in held:
            if h.shared:
                return None
            found |= {h.owner, h.asset, *(partner for partner, _ in h.partners)}
    return found


def _parties(c: Message) -> Mapping[str, Plain]:
    found = c.m.get("parties")
    if found is None:
        found = c.m["parties"] = {c.place(party): party for party in c.items("parties")}
    return found


def _holdings(
    c: Message, one: Ownership, way: Way, rails: tuple[str, str]
) -> dict[str, Holding | None]:
    """By place, what the way looks at; None for a stake of which it is not known in whom."""
    closure = one.closure
    several = interpreter.is_several(closure)
    key = "holdings", way.basis, way.means, closure.as_of, closure.zone, several
    found = c.m.get(key)
    if found is None:
        found = c.m[key] = {
            f"ownership[{i}]": _holding(c, one, way, rails, stake, f"ownership[{i}]")
            for i, stake in enumerate(c.items("ownership"))
        }
        if interpreter.OTHER_MEANS in way.means:
            for party in c.items("parties"):
                found |= {h.place: h for h in _controllers(c, party)}
    return found


def _holding(
    c: Message, one: Ownership, way: Way, rails: tuple[str, str], stake: Plain, place: str
) -> Holding | None:
    owner, asset = stake.get("owner"), stake.get("asset")
    if type(asset) is not str:
        return None
    share = as_span(HUNDRED if way.means else stake.get("percent"))
    held = Holding(
        c.place(c.by["parties"][owner]) if type(owner) is str else place,
        c.place(c.by["parties"][asset]),
        Decimal(0) if share.lo is None else Decimal(share.lo),
        HUNDRED if share.hi is None else Decimal(share.hi),
        one.truth(rails, c, stake), place, share.lo_open, share.hi_open,
        means=way.means,
    )  # fmt: skip
    return _with_partners(c, held, stake) if interpreter.is_several(one.closure) else held


def as_span(value: Any) -> Span:
    """A number as the span that it is; one without bounds where it is not known."""
    if isinstance(value, Decimal):
        return point(value)
    return value if isinstance(value, Span) else Span(None, None)


def _with_partners(c: Message, held: Holding, stake: Plain) -> Holding:
    partners: dict[str, Truth] = {}
    shared = held.owner == held.place
    for path in interpreter.PARTNERS:
        known = stake.get(path)
        shared |= not is_whole(known)
        for name in members(known):
            partners[c.place(c.by["parties"][name])] = Truth.TRUE
    return replace(held, partners=tuple(partners.items()), shared=shared)


def _controllers(c: Message, party: Plain) -> Iterator[Holding]:
    """Who controls a party by means that are no stake; somebody, while that is not all known."""
    step = _CONTROLLED_BY
    known = party.get(step.name)
    if known is None and step.otherwise is not None:
        known = step.otherwise(c, party)
    known = items_of(c, known, step.items_in)
    place = c.place(party)
    where = f"{place}.{interpreter.CONTROLLED_BY}"
    means = (interpreter.OTHER_MEANS,)
    for index, owner in enumerate(members(known)):
        yield Holding(
            c.place(owner), place, HUNDRED, HUNDRED, Truth.TRUE, f"{where}[{index}]", means=means
        )
    if not is_whole(known):
        yield Holding(where, place, HUNDRED, HUNDRED, Truth.UNKNOWN, where, means=means)
