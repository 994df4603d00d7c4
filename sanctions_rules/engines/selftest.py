"""Is an engine to be trusted here? It answers the examples of the conformance corpus first.

Third-party engines change their minds between versions about `NULL`, empty lists and clocks. So
each engine, with each version of it and of what it runs on, is asked once on a machine; that it
passed is kept in the cache folder. An engine that fails is not used.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from sanctions_rules.cache_folder import folder, ours
from sanctions_rules.engines.conformance import (
    CannotExpress,
    Engine,
    Example,
    differences,
    examples_of,
    refusal,
)
from sanctions_rules.read import build_case

PREFIX: Final = "selftest-"
#: What was passed in this process, where nothing is kept as well: by key, and by name.
_passed: set[str] = set()
_named: set[str] = set()


class NotTrustedError(Exception):
    """An engine that answered an example wrongly, and so answers nothing."""


@dataclass(frozen=True)
class Result:
    """What an engine did with the corpus."""

    engine: str
    version: str
    examples: int
    cases: int
    refused: tuple[str, ...] = ()  # `example: why`
    failures: tuple[str, ...] = ()  # `example, case: what came out instead of what`

    @property
    def passed(self) -> bool:
        return not self.failures and self.cases > 0


def corpus() -> Iterator[Example]:
    """The examples that ship with the library."""
    return examples_of(_corpus_text())


@cache
def _corpus_text() -> str:
    return files("sanctions_rules").joinpath("conformance", "corpus.json").read_text("utf-8")


def check(engine: Engine) -> Result:
    """Ask the engine all examples."""
    refused: list[str] = []
    failures: list[str] = []
    examples = cases = 0
    for example in corpus():
        why = refusal(engine, example.program, example.settings)
        if not why:
            try:
                failures += _failures(engine, example)
            except CannotExpress as error:
                why = str(error)
        if why:
            refused.append(f"{example.name}: {why}")
            continue
        examples += 1
        cases += len(example.cases)
    return Result(engine.name, engine.version, examples, cases, tuple(refused), tuple(failures))


def _failures(engine: Engine, example: Example) -> Iterator[str]:
    cases = [build_case(facts) for facts, _ in example.cases]
    try:
        found = engine.answers(example.program, example.settings, cases)
    except CannotExpress:
        raise
    except Exception as error:
        yield f"{example.name}: {type(error).__name__}: {error}"
        return
    if len(found) != len(cases):
        yield f"{example.name}: {len(found)} answers to {len(cases)} cases"
    for number, (got, (_, right)) in enumerate(zip(found, example.cases, strict=False)):
        for part, (one, other) in differences(got, right, engine.capabilities).items():
            yield f"{example.name}, case {number}: {part} is {one}, not {other}"


def ensure(engine: Engine) -> None:
    """Before first use: the engine has passed, now or before. Raises NotTrustedError."""
    key = key_of(engine)
    if key in _passed:
        return
    path = _place(key)
    if not _was_passed(path, key):
        result = check(engine)
        if not result.passed:
            raise NotTrustedError(_refusal_text(result))
        _keep(path, key, result)
    _passed.add(key)


def ensure_named(name: str) -> None:
    """The same of an engine by its name, as `installed.ENGINES` has it."""
    from sanctions_rules.engines.installed import ENGINES

    if name in ENGINES and name not in _named:
        ensure(ENGINES[name]())
        _named.add(name)


def key_of(engine: Engine) -> str:
    """A name for the engine, its version, what of ours it is made of, and the corpus."""
    digest = hashlib.sha256(f"{engine.name}\n{engine.version}\n{_code()}\n".encode())
    digest.update(_corpus_text().encode())
    return digest.hexdigest()


@cache
def _code() -> str:
    """Digest of the code of all engines: a change of ours is as good as a new version."""
    digest = hashlib.sha256()
    root = Path(str(files("sanctions_rules").joinpath("engines")))
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()


def _refusal_text(result: Result) -> str:
    some = "\n  ".join(result.failures[:5])
    more = len(result.failures) - 5
    return (
        f"the engine {result.engine} ({result.version}) fails the conformance self-test and is not "
        f"used; `sanctions-rules selftest` prints all of it\n  {some or 'it answers no example'}"
        + (f"\n  and {more} more" if more > 0 else "")
    )


# -- what is kept --------------------------------------------------------------------------------


def _place(key: str) -> Path | None:
    where = folder()
    return None if where is None else where / f"{PREFIX}{key[:32]}.json"


def _was_passed(path: Path | None, key: str) -> bool:
    if path is None:
        return False
    try:
        with path.open("rb") as file:
            return ours(os.fstat(file.fileno()), 10_000) and json.load(file)["key"] == key
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _keep(path: Path | None, key: str, result: Result) -> None:
    """Written beside and then renamed. What cannot be kept is tested again the next time."""
    if path is None:
        return
    said = {"key": key, "engine": result.engine, "version": result.version, "cases": result.cases}
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(".part", PREFIX, path.parent)
        with open(handle, "w", encoding="utf-8") as file:
            json.dump(said, file)
        Path(name).replace(path)
