"""Keys that come twice, found without keeping the keys: 16 bytes a row, in files, not in memory.

A key is hashed to two words of 64 bits under a secret drawn for the run, so that nobody can choose
two keys that meet; by chance two of ten million different keys meet once in 10^24 runs. The hashes
of a whole run are spread over files by their first byte, and each file is looked at alone: memory
stays the same for any number of rows. A source that can be read only once has no second look;
there the hashes are kept in memory, sorted, in runs that are merged as they grow.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from sanctions_rules.batch.arrow import Array, Vector, np, pa, pc

#: Keys up to so many bytes are hashed all at once, longer ones one by one.
SHORT: Final = 64
BUCKETS: Final = 256
#: So many hashes are gathered before they go to their files.
TOGETHER: Final = 524_288
_MULTIPLIERS: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)


class Hashing:
    """Two words for each key. `secret`: 16 bytes, drawn anew unless given."""

    def __init__(self, secret: bytes | None = None) -> None:
        self.secret = secret or os.urandom(16)
        self._seeds = np.frombuffer(self.secret, dtype=np.uint64)

    def __call__(self, keys: Array) -> Vector:
        """`keys`: strings or integers without null. An array of shape (rows, 2)."""
        if isinstance(keys, pa.ChunkedArray):
            keys = keys.combine_chunks()
        if pa.types.is_integer(keys.type):
            words = keys.to_numpy(zero_copy_only=False).astype(np.int64).view(np.uint64)
            return self._mixed([words], np.full(len(words), 8, np.uint64))
        keys = keys.cast(pa.large_binary())
        lengths = pc.binary_length(keys).to_numpy(zero_copy_only=False).astype(np.int64)
        found = np.empty((len(keys), 2), np.uint64)
        short = lengths <= SHORT
        if short.any():
            found[short] = self._short(keys.filter(pa.array(short)), lengths[short])
        for index in np.flatnonzero(~short):
            digest = hashlib.blake2b(keys[int(index)].as_py(), digest_size=16, key=self.secret)
            found[index] = np.frombuffer(digest.digest(), np.uint64)
        return found

    def _short(self, keys: Array, lengths: Vector) -> Vector:
        """Each key as so many words of 8 bytes, filled up with zeros; its length goes in as well."""
        width = max(8, -(-int(lengths.max(initial=0)) // 8) * 8)
        _, offsets, data = keys.buffers()
        starts = np.frombuffer(offsets, np.int64)[keys.offset : keys.offset + len(keys)]
        held = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
        held = np.concatenate([held, np.zeros(width, np.uint8)])
        places = starts[:, None] + np.arange(width)
        bytes_ = np.where(np.arange(width) < lengths[:, None], held[places], 0).astype(np.uint8)
        words = np.ascontiguousarray(bytes_).view(np.uint64)
        return self._mixed([words[:, i] for i in range(words.shape[1])], lengths.astype(np.uint64))

    def _mixed(self, words: list[Vector], lengths: Vector) -> Vector:
        made: list[Vector] = []
        with np.errstate(over="ignore"):
            for seed, by in zip(self._seeds, _MULTIPLIERS, strict=True):
                state = (lengths + seed) * np.uint64(by)
                for number, word in enumerate(words):
                    # A key is stirred by its own words only, however long its neighbours are.
                    stirred = _stirred(state ^ (word * np.uint64(by) + seed))
                    state = np.where(lengths > 8 * number, stirred, state)
                made.append(_stirred(state))
        return np.stack(made, axis=1)


def _stirred(state: Vector) -> Vector:
    """The last steps of splitmix64: every bit comes to depend on every other."""
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


class Spilled:
    """The keys of a run that can be read twice: all of them first, then those that came before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashing = Hashing()
        self._rows = 0
        self._held: list[Vector] = []
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("keys-*"):
            left.unlink()

    def add(self, keys: Array) -> None:
        """The next rows, in the order of the input. A row without key counts and meets none."""
        first = self._rows
        self._rows += len(keys)
        held = np.flatnonzero(pc.is_valid(keys).to_numpy(zero_copy_only=False))
        if not len(held):
            return
        hashes = self._hashing(keys.drop_null() if len(held) < len(keys) else keys)
        self._held.append(np.column_stack([hashes, (held + first).astype(np.uint64)]))
        if sum(map(len, self._held)) >= TOGETHER:
            self._spill()

    def _spill(self) -> None:
        if not self._held:
            return
        lines, self._held = np.concatenate(self._held), []
        bucket = (lines[:, 0] >> np.uint64(56)).astype(np.int64)
        order = np.argsort(bucket, kind="stable")
        lines, ends = lines[order], np.searchsorted(bucket[order], np.arange(BUCKETS + 1))
        for number in range(BUCKETS):
            if ends[number] < ends[number + 1]:
                with (self._folder / f"keys-{number:03}").open("ab") as file:
                    file.write(lines[ends[number] : ends[number + 1]].tobytes())

    def twice(self) -> Vector:
        """The rows whose key an earlier row has, in order; the files are gone after that."""
        self._spill()
        found: list[Vector] = [np.zeros(0, np.uint64)]
        for file in sorted(self._folder.glob("keys-*")):
            lines = np.fromfile(file, np.uint64).reshape(-1, 3)
            order = np.lexsort((lines[:, 2], lines[:, 1], lines[:, 0]))
            lines = lines[order]
            again = (lines[1:, :2] == lines[:-1, :2]).all(axis=1)
            found.append(lines[1:, 2][again])
            file.unlink()
        return np.sort(np.concatenate(found)).astype(np.int64)


class Seen:
    """The keys of a source that is read once: says at once which rows come with a key again."""

    def __init__(self) -> None:
        self._hashing = Hashing()
        self._runs: list[Vector] = []

    def again(self, keys: Array) -> Vector:
        """A mask over these rows. A row without key meets none."""
        held = np.flatnonzero(pc.is_valid(keys).to_numpy(zero_copy_only=False))
        mask = np.zeros(len(keys), bool)
        if not len(held):
            return mask
        pairs = self._hashing(keys.drop_null() if len(held) < len(keys) else keys)
        hashes = pairs.view(_PAIR).reshape(-1)
        order = np.argsort(hashes, kind="stable", order=("a", "b"))
        ordered = hashes[order]
        found = np.zeros(len(ordered), bool)
        found[1:] = ordered[1:] == ordered[:-1]
        for run in self._runs:
            place = np.searchsorted(run["a"], ordered["a"])
            # Runs of equal first words are one long in all but adversity, which the secret excludes.
            place = np.minimum(place, len(run) - 1)
            found |= run[place] == ordered
        mask[held[order[found]]] = True
        self._keep(ordered[~found])
        return mask

    def _keep(self, run: Vector) -> None:
        if not len(run):
            return
        self._runs.append(run)
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            merged = np.concatenate([self._runs.pop(), self._runs.pop()])
            self._runs.append(merged[np.argsort(merged["a"], kind="stable")])


_PAIR: Final = np.dtype([("a", np.uint64), ("b", np.uint64)])
