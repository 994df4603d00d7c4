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
        parts = [
            np.stack([rows, np.full(len(rows), k), np.full(len(rows), states.index(state))], 1)
            for k, state, rows in found.duties
        ]
        made = np.concatenate(parts) if parts else np.zeros((0, 3), np.int64)
        made = self._in_order(made[keep[made[:, 0]]], len(states))
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

    def _in_order(self, duties: Array, states: int) -> Array:
        """Each id and state once in each row: ids by where one of theirs stands first there, then by state.

        `duties`: row, norm and state. What found them may have gone over the rows in several pieces.
        """
        row, norm, state = duties.T
        word = np.array(self.of, np.int64)[norm]
        same, inverse = np.unique(row * len(self.words) + word, return_inverse=True)
        first = np.full(len(same), len(self.of))
        np.minimum.at(first, inverse, norm)
        order = np.lexsort((state, first[inverse], row))
        pairs = np.stack([row, word * states + state], 1)[order]
        fresh = np.append(True, (pairs[1:] != pairs[:-1]).any(axis=1))[: len(pairs)]
        return pairs[fresh]


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
