"""A key that comes twice is found: across batches, of any length, and no two different keys meet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanctions_rules.batch import keys as module
from sanctions_rules.batch.keys import Hashing, Seen, Spilled

KEYS = st.lists(
    st.one_of(
        st.sampled_from(["", "a", "b", "aa", "a\0", "\0", "x" * 64, "x" * 65, "é" * 40, "long" * 99]),
        st.text(max_size=9), st.none(),
    ),
    max_size=60,
)  # fmt: skip


def again(keys: list[Any]) -> list[int]:
    """By a set, as a person would."""
    seen: set[Any] = set()
    found = [i for i, k in enumerate(keys) if k is not None and (k in seen or seen.add(k))]
    return [int(i) for i in found]


def spilled(folder: Path, keys: list[Any], type_: Any, step: int) -> list[int]:
    held = Spilled(folder)
    for at in range(0, len(keys), step):
        held.add(pa.array(keys[at : at + step], type_))
    found = held.twice().tolist()
    assert not list(folder.iterdir())
    return found


def seen(keys: list[Any], type_: Any, step: int) -> list[int]:
    held = Seen()
    return [
        at + int(i)
        for at in range(0, len(keys), step)
        for i in held.again(pa.array(keys[at : at + step], type_)).nonzero()[0]
    ]


@given(KEYS, st.integers(1, 20))
@settings(max_examples=150, deadline=None)
def test_as_a_set_would(
    tmp_path_factory: pytest.TempPathFactory, keys: list[Any], step: int
) -> None:
    folder = tmp_path_factory.mktemp("keys")
    for type_ in (pa.string(), pa.large_string()):
        assert spilled(folder, keys, type_, step) == again(keys)
        assert seen(keys, type_, step) == again(keys)


@given(st.lists(st.one_of(st.integers(-5, 5), st.none()), max_size=40), st.integers(1, 9))
@settings(max_examples=50, deadline=None)
def test_numbers(tmp_path_factory: pytest.TempPathFactory, keys: list[Any], step: int) -> None:
    assert spilled(tmp_path_factory.mktemp("keys"), keys, pa.int64(), step) == again(keys)
    assert seen(keys, pa.int64(), step) == again(keys)


def test_many_in_small_gatherings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOGETHER", 1_000)
    keys = [f"key-{i % 9_500}" for i in range(10_000)]
    assert spilled(tmp_path, keys, pa.string(), 700) == list(range(9_500, 10_000))
    assert seen(keys, pa.string(), 700) == list(range(9_500, 10_000))


def test_a_million_different_keys_do_not_meet() -> None:
    texts = pa.array([f"2024/{i:07}" for i in range(200_000)])
    found = Hashing()(texts)
    assert len({tuple(p) for p in found.tolist()}) == 200_000
    assert len(set(found[:, 0].tolist())) == 200_000


def test_the_secret_changes_the_hashes() -> None:
    keys = pa.array(["a", "b"])
    assert Hashing()(keys).tolist() != Hashing()(keys).tolist()
    assert Hashing(b"0" * 16)(keys).tolist() == Hashing(b"0" * 16)(keys.slice(0)).tolist()


def test_slices_and_dictionaries_hash_alike() -> None:
    hashing = Hashing()
    keys = pa.array(["x", "aa", "b" * 70, "c"])
    whole = hashing(keys).tolist()
    assert hashing(keys.slice(1, 2)).tolist() == whole[1:3]
    assert hashing(keys.dictionary_encode()).tolist() == whole
    assert hashing(keys.cast(pa.string_view())).tolist() == whole
