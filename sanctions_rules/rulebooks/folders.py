"""Folders of rule files as names and bytes: all that loading reads of a disk, and all that is signed.

Each file is read once. What is checked against a signature are the bytes that are parsed later.
"""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from sanctions_rules import signing
from sanctions_rules.diagnostics import Diagnostic, RulebookError
from sanctions_rules.limits import DEFAULT, Limits

SUFFIXES: Final = (".rules", ".csv", ".lock")


def read_files(
    *paths: str | Path, limits: Limits = DEFAULT, key: signing.Key = None
) -> dict[str, bytes]:
    """The files of rulebooks by name. Links and names that lead out of their folder are refused.

    With a `key`, or one that the environment names, each path is a folder that was signed with it.
    """
    trusted = signing.trusted(key)
    found: dict[str, bytes] = {}
    origin: dict[str, Path] = {}
    for path in map(Path, paths):
        if path.is_dir():
            here = contents(path, "", limits)
        elif path.is_file():
            here = {path.name: _read(path, path.name, limits)}
            for beside in path.parent.iterdir():
                if beside.suffix in (".csv", ".lock") and beside.is_file():
                    here[beside.name] = _read(beside, beside.name, limits)
        else:
            raise RulebookError(
                [Diagnostic("no-file", "there is no such file or folder", path=str(path))]
            )
        folder = path if path.is_dir() else path.parent
        if trusted is not None:
            if not path.is_dir():
                raise signing.missing(str(path))
            signing.check(here, _signature(path, limits), trusted, path.as_posix())
        for name in here:
            if origin.setdefault(name, folder) != folder:
                raise RulebookError([two_files(name, f"{origin[name]}, {folder}")])
        found.update(here)
    if not any(name.endswith(".rules") for name in found):
        raise no_rules(", ".join(map(str, paths)))
    return found


def _signature(folder: Path, limits: Limits) -> bytes | None:
    path = folder / signing.NAME
    return _read(path, path.as_posix(), limits) if path.is_file() else None


def contents(root: Traversable | Path, prefix: str, limits: Limits) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for entry in sorted(root.iterdir(), key=lambda e: e.name):
        if isinstance(entry, Path) and entry.is_symlink():
            raise RulebookError(
                [Diagnostic("outside-pack", "links are not followed", path=prefix + entry.name)]
            )
        if entry.is_dir():
            if not entry.name.startswith((".", "__")):
                found.update(contents(entry, f"{prefix}{entry.name}/", limits))
        elif entry.name.endswith(SUFFIXES):
            found[prefix + entry.name] = _read(entry, prefix + entry.name, limits)
    return found


def _read(entry: Traversable | Path, name: str, limits: Limits) -> bytes:
    if isinstance(entry, Path) and entry.stat().st_size > limits.file_bytes:
        raise RulebookError(
            [
                Diagnostic(
                    "limit.file-bytes",
                    f"the file has more than {limits.file_bytes} bytes",
                    path=name,
                )
            ]
        )
    return entry.read_bytes()


def two_files(name: str, where: str) -> Diagnostic:
    return Diagnostic(
        "two-files", f"two files are called `{name}`", path=where,
        help="load the folder above both, or rename one",
    )  # fmt: skip


def no_rules(where: str) -> RulebookError:
    return RulebookError([Diagnostic("no-rules", "there is no `.rules` file here", path=where)])
