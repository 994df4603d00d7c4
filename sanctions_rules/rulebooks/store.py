"""Rulebooks that were checked and compiled before, kept as data in the user's cache folder.

The name of a file is a digest of all that its content depends on: the rule files, the limits, the
code of this package, and the versions of what it was made with. Its first line holds a digest of
the rest. What does not match, cannot be read or belongs to somebody else is passed over and made
anew: the cache makes loading quicker and never makes it fail.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib.resources import files as package_files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sanctions_rules.cache_folder import SETTING, folder, ours
from sanctions_rules.canonical import json_text
from sanctions_rules.clocks import tzdata_version
from sanctions_rules.language.compiled import Compiled, undisturbed
from sanctions_rules.language.grammar import grammar_text
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.rulebooks.kept import lines_of, recalled

__all__ = ["SETTING", "compiled", "folder", "key_of"]

PREFIX, SUFFIX, UNFINISHED = "rulebook-", ".jsonl", ".part"
#: What is kept altogether. The files that were used last stay.
MOST_FILES: Final = 16
MOST_BYTES: Final = 128 * 1024 * 1024
#: After how many seconds a file that was never finished is waste.
ABANDONED: Final = 3600


def compiled(files: Mapping[str, bytes], limits: Limits = DEFAULT) -> Compiled:
    """The program of these files, recalled or made. Raises RulebookError as compiling does."""
    place = _place(files, limits)
    with undisturbed():
        found = _recall(*place, files, limits) if place else None
        if found is None:
            from sanctions_rules.language.compile import compile_rulebook

            found = compile_rulebook(files, limits)
            if place:
                _keep(*place, found)
    return found


def key_of(files: Mapping[str, bytes], limits: Limits) -> str:
    digest = hashlib.sha256(f"{_code()}\n{limits}\n".encode())
    for name in sorted(files):
        digest.update(f"{name}\n{len(files[name])}\n".encode())
        digest.update(files[name])
    return digest.hexdigest()


@cache
def _code() -> str:
    """Digest of all that makes a program of rule text, apart from the text.

    Every module counts, also those that only print: which of them matter is not for a list to say.
    """
    digest = hashlib.sha256(f"{sys.implementation.cache_tag}\n{tzdata_version()}\n".encode())
    digest.update(_parser())
    digest.update(grammar_text().encode())
    for name, data in sorted(_modules(package_files("sanctions_rules"), "")):
        digest.update(f"{name}\n{len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def _parser() -> bytes:
    """The head of lark, which names its version, without loading lark."""
    found = find_spec("lark")
    return Path(found.origin).read_bytes() if found and found.origin else b""


def _modules(root: Traversable, under: str) -> Iterator[tuple[str, bytes]]:
    for entry in root.iterdir():
        if entry.name.endswith(".py"):
            yield under + entry.name, entry.read_bytes()
        elif entry.is_dir() and not entry.name.startswith("__"):
            yield from _modules(entry, f"{under}{entry.name}/")


def _place(files: Mapping[str, bytes], limits: Limits) -> tuple[Path, str] | None:
    """The file of this rulebook and its key; None where nothing is kept."""
    where = folder()
    if where is None:
        return None
    try:
        key = key_of(files, limits)
    except OSError as error:  # the code lies where it can be run and not read
        _say(f"has no name ({type(error).__name__})", where)
        return None
    return where / f"{PREFIX}{key[:32]}{SUFFIX}", key


def _head(key: str, body: bytes) -> bytes:
    """The first line, which the whole content must give again."""
    content = hashlib.sha256(body).hexdigest()
    return json_text({"key": key, "sha256": content}).encode("ascii") + b"\n"


def _recall(path: Path, key: str, files: Mapping[str, bytes], limits: Limits) -> Compiled | None:
    try:
        with path.open("rb") as file:
            if not ours(os.fstat(file.fileno()), MOST_BYTES):
                _say("belongs to somebody else, or is too big", path)
                return None
            head, body = file.readline(), file.read()
    except OSError as error:
        if path.exists():
            _say(f"cannot be read ({type(error).__name__})", path)
        return None
    if head != _head(key, body):
        _say("is damaged, or not what its name says", path)
        return None
    try:
        found = recalled(body.decode("ascii").split("\n"), files, limits)
    except (ValueError, LookupError, TypeError) as error:
        _say(f"holds no rulebook ({type(error).__name__})", path)
        return None
    with suppress(OSError):
        os.utime(path)  # so that it is not the next to go
    return found


def _keep(path: Path, key: str, made: Compiled) -> None:
    """Write beside and then rename: a reader sees the whole file or none."""
    import tempfile

    try:
        body = "\n".join(lines_of(made)).encode("ascii")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(UNFINISHED, PREFIX, path.parent)
    except (OSError, RecursionError) as error:
        _say(f"cannot be kept ({type(error).__name__})", path)
        return
    unfinished = Path(name)
    try:
        with open(handle, "wb") as file:
            file.write(_head(key, body) + body)
        unfinished.replace(path)
    except OSError as error:
        _say(f"cannot be kept ({type(error).__name__})", path)
        unfinished.unlink(missing_ok=True)
    _tidy(path.parent)


def _tidy(where: Path) -> None:
    """Remove what was not used for longest, and what was never finished."""
    kept: list[tuple[float, int, Path]] = []
    try:
        for path in where.glob(f"{PREFIX}*"):
            status = path.stat()
            if path.suffix == SUFFIX:
                kept.append((status.st_mtime, status.st_size, path))
            elif time.time() - status.st_mtime > ABANDONED:
                path.unlink(missing_ok=True)
        total = 0
        for number, (_, size, path) in enumerate(sorted(kept, reverse=True)):
            total += size
            if number >= MOST_FILES or total > MOST_BYTES:
                path.unlink(missing_ok=True)
    except OSError:
        pass  # somebody else tidies at the same time, or holds a file open


def _say(what: str, path: Path) -> None:
    import logging

    logging.getLogger("sanctions_rules").debug("kept rulebook %s %s", path, what)
