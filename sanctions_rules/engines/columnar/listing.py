"""Numbers of norms and of texts by row, as Arrow lists of words: the columns of an answer."""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from typing import Any

from sanctions_rules.core import Norm
from sanctions_rules.decision import DutyState
from sanctions_rules.engines.answers import RegimeAnswer
from sanctions_rules.engines.columnar.arrow import Array, np, pa
from sanctions_rules.engines.columnar.concluding import Found


class Ids:
    """The ids of a regime's norms as a dictionary, and lists of them by row."""

    def __init__(self, norms: list[Norm]) -> None:
        self.words = list(dict.fromkeys(norm.id for norm in norms))
        numbers = {word: i for i, word in enumerate(self.words)}
        self.of = [numbers[norm.id] for norm in norms]
        self.numbers = numbers
        self.is_shared = len(self.words) < len(norms)

    def lists(
        self, n: int, found: list[tuple[int, Array]], keep: Array,
        told: list[tuple[int, tuple[str, ...]]], refused: Array,
    ) -> Any:  # fmt: skip
        parts = [np.stack([rows, np.full(len(rows), self.of[k])], 1) for k, rows in found]
        pairs = np.concatenate(parts) if parts else np.zeros((0, 2), np.int64)
        pairs = pairs[keep[pairs[:, 0]]]
        if self.is_shared:
            pairs = _once(pairs, len(self.words))
        more = [(row, self.numbers[word]) for row, ids in told for word in ids]
        if more:
            pairs = np.concatenate([pairs, np.array(more)])
        return listed(n, pairs, self.words, refused)

    def duties(
        self, n: int, found: Found, keep: Array, own: dict[int, RegimeAnswer], refused: Array
    ) -> Any:
        states = list(DutyState)
        by_norm: dict[int, list[tuple[int, Array]]] = {}
        for k, state, rows in found.duties:
            by_norm.setdefault(self.of[k], []).append((states.index(state), rows))
        # The states of one norm stand together, in the order of the states.
        pairs: list[Array] = []
        for word, held in by_norm.items():
            for state in range(len(states)):
                rows = [r for s, r in held if s == state]
                if rows:
                    at = np.unique(np.concatenate(rows)) if len(rows) > 1 else rows[0]
                    pairs.append(np.stack([at, np.full(len(at), word * len(states) + state)], 1))
        made = np.concatenate(pairs) if pairs else np.zeros((0, 2), np.int64)
        made = made[keep[made[:, 0]]]
        more = [
            (row, self.numbers[w] * len(states) + states.index(s))
            for row, a in own.items()
            for w, s in a.duties
        ]
        if more:
            made = np.concatenate([made, np.array(more)])
        offsets, codes = _sorted(n, made)
        norm = pa.DictionaryArray.from_arrays(
            pa.array(codes // len(states), pa.int32()), pa.array(self.words, pa.string())
        )
        state = pa.DictionaryArray.from_arrays(
            pa.array(codes % len(states), pa.int32()), pa.array([str(s) for s in states])
        )
        record = pa.StructArray.from_arrays([norm, state], names=["norm", "state"])
        return pa.ListArray.from_arrays(_offsets(offsets, refused), record)


def _once(pairs: Array, width: int) -> Array:
    """Each id once in each row, where it stands first."""
    keys = pairs[:, 0] * width + pairs[:, 1]
    order = np.argsort(keys, kind="stable")
    first = np.append(True, keys[order][1:] != keys[order][:-1])[: len(keys)]
    return pairs[np.sort(order[first])]


def _sorted(n: int, pairs: Array) -> tuple[Array, Array]:
    order = np.argsort(pairs[:, 0], kind="stable")
    offsets = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(pairs[:, 0], minlength=n), out=offsets[1:])
    return offsets, pairs[order, 1]


def _offsets(offsets: Array, refused: Array) -> Any:
    return pa.array(offsets, mask=np.append(refused, False)) if refused.any() else pa.array(offsets)


def listed(n: int, pairs: Array, words: list[str], refused: Array) -> Any:
    offsets, codes = _sorted(n, pairs)
    held = pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(words, pa.string()))
    return pa.ListArray.from_arrays(_offsets(offsets, refused), held)
