"""A target of random testing: what it promises, how an input is drawn, what must hold of it.

An input is plain JSON data, so that one that failed can be kept as a file and made smaller without
knowing what it is. What a check returns is counted: it says how far inputs came.
"""

from __future__ import annotations

import json
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sanctions_rules.diagnostics import ProblemsError
from sanctions_rules.testing.choices import Draw, Seeded

CORPUS = Path(__file__).parent / "corpus"
#: Seconds of processor time after which an input is one that stalls. Inputs are small.
STALLS = 20


class Skip(Exception):
    """The input says nothing about the promise."""


class Stalled(Exception):
    """The input took too long."""


def told(error: ProblemsError) -> None:
    """A refusal says what is wrong, and can be printed."""
    assert error.problems and str(error)


@dataclass(frozen=True)
class Target:
    """`make` draws an input; `check` raises where the promise is broken. `short`: cases in a test run."""

    name: str
    promise: str
    make: Callable[[Draw], Any]
    check: Callable[[Any], Iterable[str]]
    short: int


@dataclass(frozen=True)
class Failure:
    """An input that broke the promise, made as small as it would go."""

    target: str
    seed: str
    data: Any
    error: str

    def keep(self) -> Path:
        """Among the inputs that the tests replay."""
        folder = CORPUS / self.target
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.seed.rpartition(' ')[2].replace('.', '-')}.json"
        path.write_text(json.dumps(self.data, ensure_ascii=True) + "\n", encoding="utf-8")
        return path

    def __str__(self) -> str:
        shown = json.dumps(self.data, ensure_ascii=True)
        return f"{self.target} (seed {self.seed}) breaks its promise:\n{self.error}\ninput: {shown:.4000}"


@dataclass
class Tally:
    """What a run came to."""

    target: str
    cases: int = 0
    skipped: int = 0
    seconds: float = 0.0
    reached: Counter[str] = field(default_factory=Counter[str])
    failures: list[Failure] = field(default_factory=list[Failure])

    def __str__(self) -> str:
        rate = self.cases / self.seconds if self.seconds else 0.0
        told = ", ".join(f"{what} {n}" for what, n in sorted(self.reached.items()))
        return (
            f"{self.target}: {self.cases} cases in {self.seconds:.1f} s, {rate:.0f} a second, "
            f"{self.skipped} say nothing, {len(self.failures)} failures; {told}"
        )


def run(
    target: Target, cases: int, seed: int | str = 1, budget: float | None = None, most: int = 1
) -> Tally:
    """So many inputs, or as many as there is time for; stops after `most` failures."""
    tally = Tally(target.name)
    begun = time.monotonic()
    for number in range(cases):
        if budget is not None and time.monotonic() - begun > budget:
            break
        one = f"{target.name} {seed}.{number}"
        data = target.make(Seeded(one))
        tally.cases += 1
        try:
            with in_time():
                tally.reached.update(target.check(data))
        except Skip:
            tally.skipped += 1
        except Exception as error:
            data, error = smaller(target, data, error)
            told = "".join(traceback.format_exception(error)[-12:])
            tally.failures.append(Failure(target.name, one, data, told))
            if len(tally.failures) >= most:
                break
    tally.seconds = time.monotonic() - begun
    return tally


@contextmanager
def in_time(seconds: int = STALLS) -> Iterator[None]:
    """Raises Stalled inside whoever takes longer. Only in a main thread that has signals."""

    def stop(*_: Any) -> None:
        raise Stalled(f"after {seconds} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


# -- making smaller what failed ------------------------------------------------------------------


def smaller(
    target: Target, data: Any, error: Exception, budget: float = 30
) -> tuple[Any, Exception]:
    """As little of the input as still fails in the same place, found within `budget` seconds."""
    sign = _sign(error)
    until = time.monotonic() + budget
    again = not isinstance(error, Stalled)
    while again:
        again = False
        for less in _less(data):
            if time.monotonic() > until:
                return data, error
            try:
                with in_time():
                    for _ in target.check(less):
                        pass
            except Exception as other:
                if _sign(other) == sign:
                    data, error, again = less, other, True
                    break
    return data, error


def _sign(error: Exception) -> tuple[str, str]:
    frames = traceback.extract_tb(error.__traceback__)
    return type(error).__name__, f"{frames[-1].filename}:{frames[-1].name}" if frames else ""


def _less(data: Any) -> Iterator[Any]:
    """The data with one part of it left out or cut, large cuts first."""
    match data:
        case list() | str():
            size = len(data)
            step = size // 2
            while step >= 1:
                for at in range(0, size, step):
                    yield data[:at] + data[at + step :]
                step //= 2
            if isinstance(data, list):
                for index, part in enumerate(data):
                    for less in _less(part):
                        yield [*data[:index], less, *data[index + 1 :]]
        case dict():
            for key in data:
                yield {k: v for k, v in data.items() if k != key}
            for key, part in data.items():
                for less in _less(part):
                    yield {**data, key: less}
        case _:
            return


def kept() -> list[tuple[str, Path]]:
    """Every input in the corpus, with the name of its target."""
    return [(path.parent.name, path) for path in sorted(CORPUS.glob("*/*.json"))]
