"""Choices: the one door through which everything that is drawn gets its luck.

Whoever draws asks `below(n)` and nothing else, and 0 is always the plainest answer. So one grammar
serves a quick seeded generator and Hypothesis, which can then make smaller what it has found.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw(ABC):
    """Where choices come from. `below` is all that a source has to give."""

    @abstractmethod
    def below(self, count: int) -> int:
        """A number from 0 to `count` - 1. Lower ones are plainer."""

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))] if len(options) > 1 else options[0]

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases; no is plainer than yes."""
        return percent > 0 and self.below(100) >= 100 - percent

    def some(self, options: Sequence[T], most: int, least: int = 0) -> list[T]:
        """From `least` to `most` different ones of the options, in their order."""
        most = min(most, len(options))
        count = min(least, most) + self.below(most - min(least, most) + 1)
        left = list(range(len(options)))
        taken = sorted(left.pop(self.below(len(left))) for _ in range(count))
        return [options[index] for index in taken]


class Seeded(Draw):
    """Choices by a generator that gives the same ones for the same seed, on every machine."""

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(seed).random

    def below(self, count: int) -> int:
        return int(self._random() * count)
