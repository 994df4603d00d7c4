"""What of a fact is not wholly known, for all items at once, and what its place is called.

The needs are those of `view.read`: the fact itself, a closer range, the hour of a day, whether a
list is complete, a longer code. Places are few however many rows there are: `goods[0]` of one row
is called as that of another, so texts and their order are made once for each.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sanctions_rules import codes
from sanctions_rules.engines.columnar.arrow import Array, np
from sanctions_rules.engines.columnar.facts import Facts, model_at
from sanctions_rules.engines.columnar.reading import Path, beside, nothing_given
from sanctions_rules.engines.columnar.spaces import CASE, Space
from sanctions_rules.engines.columnar.vectors import Moment, distinct, full, no
from sanctions_rules.engines.conclude import place_order
from sanctions_rules.facts import EVENT_OF_ACT, Events, Good
from sanctions_rules.schema import WITH_COMPONENTS
from sanctions_rules.tabular import LISTS, MOMENT_ENDS, NUMBER_ENDS
from sanctions_rules.values import OneOf
from sanctions_rules.view import Leaf

#: The fact that is open, what of it is needed, and of which items.
Open = tuple[Path, str, Array]


def open_parts(facts: Facts, space: Space, path: Path) -> list[Open]:
    """Where a fact of an item is not wholly known."""
    if path == (WITH_COMPONENTS,):
        return []  # its lists are asked for one by one: see `with_components`
    key = (space.name, (*path, "what is open"))
    if key not in facts.kept:
        facts.kept[key] = [
            (name, need, mask) for name, need, mask in _open(facts, space, path) if mask.any()
        ]
    return facts.kept[key]


def _open(facts: Facts, space: Space, path: Path) -> Iterator[Open]:
    n = space.n
    model = model_at(space.model, path)
    name, prefix = path[-1], path[:-1]
    declared = model.declarations[name]
    value, given = facts.fact(space.name, path), facts.given(space, path, declared)
    missing = full(nothing_given(given, n), n)
    if declared.form in LISTS:
        if declared.only_for and missing.any():
            missing = missing & full(nothing_given(value, n), n)
        yield path, "fact", missing
        if declared.form == "codes":
            yield path, "code", ~missing
        else:
            yield path, "completeness", ~missing & ~_complete(value, n)
        return
    if declared.only_for:
        missing = missing & no(_is_none(facts, space, path, value, n))
    if declared.falls_back_to and missing.any():
        other = (*prefix, declared.falls_back_to)
        for of, need, mask in open_parts(facts, space, other):
            yield of, need, mask & missing
        missing = np.zeros(n, bool)
    if model is Events and name == "conduct" and missing.any():
        kind = facts.fact(CASE, ("act", "kind"))
        for event in dict.fromkeys(EVENT_OF_ACT.values()):
            table = kind.lexicon.table(
                ("event", event), lambda k, e=event: EVENT_OF_ACT.get(k) == e if isinstance(k, str) else False, bool
            )  # fmt: skip
            other = facts.fact(space.name, (*prefix, event))
            here = missing & table[kind.codes] & no(full(other.none, n))
            for of, need, mask in open_parts(facts, space, (*prefix, event)):
                yield of, need, mask & here
            missing = missing & ~here
    match declared.form:
        case "number" | "price" | "moment":
            yield path, "fact", missing
            ranged = _ranged(space, path, declared.form)
            yield path, "range", ranged
            if isinstance(given, Moment):
                day = full(given.lo_is_day, n) & full(given.has_lo, n) & ~ranged
                yield path, "hour", day
        case "ref" | "flag":
            yield path, "fact", missing
        case _:
            table = value.lexicon.table("several", lambda v: isinstance(v, OneOf), bool)
            several = np.full(n, False) | table[value.codes]
            left = missing
            if model is Good and name in codes.IMPLIED:
                left = left & (np.full(n, 0) + value.codes == 0)
            yield path, "fact", several | left


def _is_none(facts: Facts, space: Space, path: Path, value: Any, n: int) -> Array:
    found = getattr(value, "none", None)
    if found is None:
        found = value.index == -2 if hasattr(value, "index") else value.codes == 1
    return np.full(n, False) | found


def _complete(value: Any, n: int) -> Array:
    if hasattr(value, "complete"):
        return full(value.complete, n)
    table = value.lexicon.table("is complete", lambda v: getattr(v, "complete", True), bool)
    return np.full(n, False) | table[value.codes]


def _ranged(space: Space, path: Path, form: str) -> Array:
    at = (*path, "amount") if form == "price" else path
    found = np.zeros(space.n, bool)
    for end in MOMENT_ENDS if form == "moment" else NUMBER_ENDS:
        column = space.column(beside(at, end))
        if column is not None:
            found |= column.is_valid().to_numpy(zero_copy_only=False)
    return found


# -- places ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Places:
    """Of each item of a space the number of its place, and places by number."""

    number: Array
    words: list[str] = field(default_factory=list[str])


def places_of(facts: Facts) -> dict[str, Places]:
    """The places of all items: `goods[0]`, `parties[1].listings[0]`."""
    found = {CASE: Places(np.zeros(facts.spaces[CASE].n, np.int64), [""])}
    for name, space in facts.spaces.items():
        if name != CASE:
            found[name] = Places(np.zeros(space.n, np.int64))
    pending = [facts.spaces[CASE]]
    done: set[tuple[str, Path, int]] = set()
    while pending:
        parent = pending.pop(0)
        above = found[parent.name]
        for inner, path, held in parent.lists:
            first = int(held.members[0]) if len(held.members) else -1
            if first < 0 or (parent.name, path, first) in done:
                continue
            done.add((parent.name, path, first))
            members = held.members
            within = np.arange(len(members)) - held.offsets[:-1][held.parents]
            owner = above.number[inner.parent[members]]
            width = int(within.max()) + 1
            keys, index = np.unique(owner * width + within, return_inverse=True)
            here = found[inner.name]
            here.number[members] = index + len(here.words)
            here.words += [
                f"{above.words[k // width]}{'.' if parent.name != CASE else ''}{path[-1]}[{k % width}]"
                for k in keys.tolist()
            ]
            pending.append(inner)
    return found


class Gathered:
    """The leaves that were found, as vectors of rows and of numbers of texts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.places = places_of(facts)
        self.kinds: dict[tuple[str, Path, str], int] = {}
        self.rows: list[Array] = []
        self.codes: list[Array] = []
        self.width = 1 + max(len(p.words) for p in self.places.values())
        self.others: dict[Leaf, int] = {}
        self.other_rows: list[Array] = []
        self.other_codes: list[Array] = []

    def fact(self, space: str, path: Path, need: str, items: Array) -> None:
        """Some items of which a fact is open."""
        kind = self.kinds.setdefault((space, path, need), len(self.kinds))
        self.rows.append(self.facts.spaces[space].row[items])
        self.codes.append(kind * self.width + self.places[space].number[items])

    def other(self, leaf: Leaf, rows: Array) -> None:
        """A leaf that is no fact of an item, in some rows: law, or a judgement."""
        number = self.others.setdefault(leaf, len(self.others))
        self.other_rows.append(rows)
        self.other_codes.append(np.full(len(rows), number))

    def listed(self, keep: Array) -> tuple[Array, list[str]]:
        """(row, number of a text) in the order of texts within each row, and the texts."""
        leaves: list[Leaf] = list(self.others)
        codes = [np.concatenate(self.other_codes)] if self.other_codes else []
        rows = list(self.other_rows)
        if self.codes:
            kinds = list(self.kinds)
            met = np.concatenate(self.codes)
            known = distinct(met, len(kinds) * self.width)
            number = np.zeros(len(kinds) * self.width, np.int64)
            number[known] = np.arange(len(known)) + len(leaves)
            codes.append(number[met])
            rows += self.rows
            for code in known.tolist():
                space, path, need = kinds[code // self.width]
                place = self.places[space].words[code % self.width]
                leaves.append(Leaf((place + "." if place else "") + ".".join(path), need))
        if not rows:
            return np.zeros((0, 2), np.int64), []
        order = sorted(range(len(leaves)), key=lambda i: place_order(leaves[i]))
        rank = np.empty(len(leaves), np.int64)
        rank[order] = np.arange(len(leaves))
        pairs = np.concatenate(rows) * len(leaves) + rank[np.concatenate(codes)]
        pairs = np.sort(pairs)  # a row and a text once, though asked for by many
        pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])]
        made = np.stack([pairs // len(leaves), pairs % len(leaves)], 1)
        return made[keep[made[:, 0]]], [str(leaves[i]) for i in order]
