"""All mutants of the rulebooks, tried by one process or several, in the order of their text."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sanctions_rules.author.mutate.bench import Bench, Verdict
from sanctions_rules.author.mutate.journal import Journal
from sanctions_rules.author.mutate.mutants import Mutant
from sanctions_rules.language.compiled import undisturbed

_T = TypeVar("_T")
#: How many mutants a process tries before what it made and no longer needs is given back.
_TIDY = 100
#: How many a process is given at a time.
_CHUNK = 8


@dataclass(frozen=True)
class Tried:
    """One mutant, and what became of it."""

    mutant: Mutant
    verdict: Verdict


def run(
    benches: Sequence[Bench], journal: Journal, jobs: int = 1,
    wanted: Callable[[Mutant], bool] | None = None,
    told: Callable[[int, int, Verdict], None] | None = None,
) -> list[Tried]:  # fmt: skip
    """Try every mutant that is wanted and of which nothing is known. The verdicts do not depend on
    `jobs`. `told` is called after each with how many of how many are done.
    """
    asked = [
        (n, m)
        for n, bench in enumerate(benches)
        for m in bench.mutants
        if wanted is None or wanted(m)
    ]
    found: dict[tuple[int, str], Verdict] = {}
    for number, mutant in asked:
        known = journal.verdict(benches[number], mutant.name)
        if known is not None:
            found[number, mutant.name] = known
    open_ = [(n, m.name) for n, m in asked if (n, m.name) not in found]
    for bench in benches:  # worked out once, before there are several of us
        _ = bench.digests, bench.scenarios_digest, bench.rules_digest
    for number, verdict in spread(benches, open_, Bench.verdict, jobs):
        journal.keep(benches[number], verdict)
        found[number, verdict.name] = verdict
        if told is not None:
            told(len(found), len(asked), verdict)
    return [Tried(m, found[n, m.name]) for n, m in asked]


def spread(
    benches: Sequence[Bench], asked: Sequence[tuple[int, str]], work: Callable[[Bench, Mutant], _T],
    jobs: int,
) -> Iterator[tuple[int, _T]]:  # fmt: skip
    """What `work` makes of each of these mutants (the number of its bench, its name), in their order."""
    forks = "fork" in multiprocessing.get_all_start_methods()
    if jobs < 2 or len(asked) < 2 or not forks:  # elsewhere every process would begin from nothing
        with undisturbed():
            for count, (number, name) in enumerate(asked, 1):
                yield number, _one(benches[number], name, work)
                if count % _TIDY == 0:
                    gc.collect()
        return
    _SHARED.benches, _SHARED.work = tuple(benches), work
    gc.collect()
    gc.freeze()
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(jobs, mp_context=context, initializer=gc.disable) as pool:
            try:
                yield from pool.map(_in_worker, asked, chunksize=_CHUNK)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    finally:
        gc.unfreeze()
        _SHARED.benches, _SHARED.work = (), Bench.verdict


@dataclass
class _Shared:
    """What processes have from the one that they were forked from; in each, how many it has tried."""

    benches: tuple[Bench, ...] = ()
    work: Callable[[Bench, Mutant], Any] = Bench.verdict
    done: int = 0


_SHARED = _Shared()


def _in_worker(asked: tuple[int, str]) -> tuple[int, Any]:
    _SHARED.done += 1
    if _SHARED.done % _TIDY == 0:
        gc.collect()
    number, name = asked
    return number, _one(_SHARED.benches[number], name, _SHARED.work)


def _one(bench: Bench, name: str, work: Callable[[Bench, Mutant], _T]) -> _T:
    try:
        return work(bench, bench.by_name[name])
    except Exception as error:
        error.add_note(f"while trying the mutant: {name}")
        raise
