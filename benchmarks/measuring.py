"""How anything is measured here, and how a figure is printed beside its target.

What is compared runs by turns in one process, each turn after a collection of garbage and with the
collector on, and the median counts. Ratios say more than seconds: a machine's speed drops out.
"""

from __future__ import annotations

import gc
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final


def seconds(
    work: Callable[[], Any], runs: int, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Median seconds of one piece of work."""
    return by_turns({"": work}, runs, clock)[""]


def by_turns(
    works: Mapping[str, Callable[[], Any]], runs: int,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, float]:  # fmt: skip
    """Median seconds of each piece of work, done by turns so that a busy moment hits all alike."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            gc.collect()
            begun = clock()
            work()
            found[name].append(clock() - begun)
    return {name: statistics.median(times) for name, times in found.items()}


@dataclass
class Figure:
    """One line: what was done, how much it took, and the target if there is one."""

    what: str
    value: float
    unit: str = "x"
    target: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    def __str__(self) -> str:
        line = f"  {self.what:70} {_shown(self.value):>10} {self.unit:7}"
        if self.target is not None:
            bound = f"at {'least' if self.at_least else 'most'} {_shown(self.target)} {self.unit}"
            line += f" {bound:22} {'met' if self.met else 'MISSED'}"
        return f"{line} {self.note}".rstrip()


def _shown(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


@dataclass
class Report:
    """What was measured in one run, printed as it comes and kept as it was printed."""

    figures: list[Figure] = field(default_factory=list[Figure])
    lines: list[str] = field(default_factory=list[str])

    def put(self, line: str) -> None:
        self.lines.append(line)
        print(line, flush=True)

    def head(self, title: str) -> None:
        self.put(f"\n{title}")

    def add(self, what: str, value: float, unit: str = "x", **more: Any) -> None:
        figure = Figure(what, value, unit, **more)
        self.figures.append(figure)
        self.put(str(figure))

    def say(self, text: str) -> None:
        self.put(f"  {text}")

    def value(self, what: str) -> float | None:
        """The figure of that name, where it was measured."""
        return next((f.value for f in self.figures if f.what == what), None)

    def close(self) -> None:
        missed = [f for f in self.figures if f.met is False]
        told = sum(f.met is not None for f in self.figures)
        self.put(f"\n{told - len(missed)} of {told} targets met")
        for figure in missed:
            self.put(f"  missed: {figure.what}: {_shown(figure.value)} {figure.unit}")


def peak_mib() -> float:
    """The most memory that this process ever held: its own, and not that of who started it."""
    try:
        with open("/proc/self/status", encoding="utf-8") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (2**20 if sys.platform == "darwin" else 1024)


PACKAGES: Final = ("sanctions-rules", "pydantic", "numpy", "pyarrow", "polars", "duckdb", "sqlglot")


def machine(packages: Iterable[str] = PACKAGES) -> str:
    """The machine, how busy it is, and the versions of what is measured."""
    found: list[str] = []
    for name in packages:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    return (
        f"{os.cpu_count()} cores, {_processor()}, {_memory()} GiB; {platform.system()}"
        f" {platform.release()}; {busy()}\n"
        f"python {platform.python_version()}, {', '.join(found)}"
    )


def busy() -> str:
    """How many processes wanted a core in the last 1, 5 and 15 minutes."""
    return f"load {', '.join(f'{part:.1f}' for part in os.getloadavg())}"


def _processor() -> str:
    if sys.platform == "linux":
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f}"
