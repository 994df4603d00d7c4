"""The tests as CEL, for both engines of it."""

from __future__ import annotations

from benchmarks.peers import written
from benchmarks.twelve.rails import TESTS

TEXT = "[" + ", ".join(written(test, ("&&", "||", "!")) for test in TESTS) + "]"
