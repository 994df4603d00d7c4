"""`fmt`: rule files in the one layout, with every comment. A file with a mistake is left as it is."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sanctions_rules.cli import FINDINGS, INVALID, OK, show
from sanctions_rules.cli.asking import WrongUsage
from sanctions_rules.cli.writing import write_whole
from sanctions_rules.diagnostics import Diagnostic, RulebookError
from sanctions_rules.language.layout import format_bytes
from sanctions_rules.rulebooks.folders import no_rules

STDIN: Final = Path("-")


def fmt(paths: Sequence[Path], check: bool, diff: bool) -> int:
    """Format files in place, or say which would change. Raises RulebookError, WrongUsage."""
    if STDIN in paths:
        if len(paths) > 1:
            raise WrongUsage("`-` is the only input where it is given")
        return _filter(check, diff)
    for path in paths:
        if not path.exists():
            raise WrongUsage(f"there is no file or folder `{path.as_posix()}`")
    changed = broken = unchanged = 0
    for path in dict.fromkeys(file for given in paths for file in _files(given)):
        before = path.read_bytes()
        try:
            after = format_bytes(before, path.as_posix()).encode()
            if after == before:
                unchanged += 1
                continue
            if not (check or diff):
                _write(path, after)
        except RulebookError as error:
            print(error, file=sys.stderr)
            broken += 1
            continue
        changed += 1
        show("\n".join(_diff(before, after, path.as_posix())) if diff else path.as_posix())
    would = "would be formatted" if check or diff else "formatted"
    told = f"{changed} {would}, {unchanged} left as they are"
    print(told + (f", {broken} with mistakes" if broken else ""), file=sys.stderr)
    return INVALID if broken else FINDINGS if changed and (check or diff) else OK


def _files(path: Path) -> Iterator[Path]:
    """The file, or the rule files of the folder, as loading finds them: no links, nothing hidden."""
    if not path.is_dir():
        yield path
        return
    found = [
        file for file in sorted(path.rglob("*.rules"))
        if file.is_file() and not file.is_symlink()
        and not any(part.startswith((".", "__")) for part in file.relative_to(path).parts)
    ]  # fmt: skip
    if not found:
        raise no_rules(path.as_posix())
    yield from found


def _write(path: Path, data: bytes) -> None:
    path = path.resolve()  # a link stays one
    try:
        write_whole(path, data, path.stat().st_mode & 0o777)
    except OSError as error:
        why = f"the file cannot be written: {error.strerror or type(error).__name__}"
        raise RulebookError([Diagnostic("cannot-write", why, path=path.as_posix())]) from None


def _filter(check: bool, diff: bool) -> int:
    """Standard input in the one layout to standard output."""
    before, name = sys.stdin.buffer.read(), "<stdin>"
    after = format_bytes(before, name).encode()
    if check or diff:
        if after == before:
            return OK
        show("\n".join(_diff(before, after, name)) if diff else name)
        return FINDINGS
    if hasattr(sys.stdout, "reconfigure"):  # a rule file is UTF-8, whatever the terminal is
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    if after:
        show(after.decode().removesuffix("\n"))
    return OK


def _diff(before: bytes, after: bytes, name: str) -> Iterator[str]:
    """What changes, line by line. Other ends of lines and a byte order mark are seen too."""
    then, now = (text.decode().removesuffix("\n").split("\n") for text in (before, after))
    yield from difflib.unified_diff(then, now, name, f"{name} (formatted)", lineterm="")
