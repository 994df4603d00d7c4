"""Work counted instead of timed: lines run and functions called, the same on every machine.

What a function written in C does inside counts as one call; how long that takes is measured by
`make bench-size`.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

#: The most that `growth` may be for what is held to be linear; exact counts need little room.
MOST: Final = 2.05


def steps(work: Callable[[], object]) -> int:
    """How many lines of Python run and how many functions, of Python or C, are called."""
    lines = calls = 0

    def line(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return line

    def call(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.gettrace(), sys.getprofile()
    gc.disable()  # what is freed by the collector at some moment may run code
    sys.settrace(line)
    sys.setprofile(call)
    try:
        work()
    finally:
        sys.setprofile(before[1])
        sys.settrace(before[0])
        gc.enable()
    return lines + calls


def growth(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """By what the second doubling of the size adds more than the first: 2 if linear, 4 if quadratic.

    What is done once whatever the size, as reading what every text needs, drops out.
    """
    one, two, four = (steps(work(n)) for n in (size, 2 * size, 4 * size))
    return (four - two) / (two - one)
