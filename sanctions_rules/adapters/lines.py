"""Bytes of a list as numbered lines of text: too much, binary and broken encodings are said.

A list is read line by line, so that a broken line costs that line alone. A line longer than
`Limits.cell` is not read, and said.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from sanctions_rules.adapters.snapshot import problem
from sanctions_rules.diagnostics import Diagnostic, FactsError
from sanctions_rules.limits import DEFAULT as LIMITS


def file_bytes(path: Path) -> bytes:
    """The bytes of a list. Raises FactsError where it cannot be read, or is too large."""
    try:
        if path.stat().st_size > LIMITS.list_bytes:
            raise FactsError(
                [problem(path.name, 0, "limit.list-bytes",
                         f"the list is larger than {LIMITS.list_bytes} bytes")]
            )  # fmt: skip
        return path.read_bytes()
    except OSError as error:
        said = f"the file cannot be read: {error.strerror}"
        raise FactsError([problem(path.name, 0, "no-file", said)]) from None


def text_lines(
    data: bytes, file: str, problems: list[Diagnostic], longest: int = LIMITS.cell
) -> Iterator[tuple[int, str]]:
    """Each line that is UTF-8 text, with its number; of the others, what is wrong with them."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4096]:
        problems.append(
            problem(file, 1, "encoding", "the file is not UTF-8 text", help="save it as UTF-8")
        )
        return
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        raw = raw.removesuffix(b"\r")
        if len(raw) > longest:
            said = f"the line is longer than {longest} characters"
            problems.append(problem(file, number, "limit.cell", said, _begins(raw)))
            continue
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            said = f"the line is not UTF-8: byte {error.start + 1} cannot be read"
            problems.append(problem(file, number, "encoding", said, _begins(raw)))
            continue
        if "\0" in text:
            said = "the line holds a NUL character"
            problems.append(problem(file, number, "encoding", said, _begins(raw)))
            continue
        yield number, text


def _begins(raw: bytes) -> str:
    """What the line begins with: in most lists the number of its entry."""
    first = raw[:40].split(b",")[0].decode("ascii", "replace").strip('" {[')
    return first if first.isalnum() else ""


def rows(
    data: bytes, file: str, problems: list[Diagnostic], end: str = ""
) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line. A line that consists of `end` ends the file and is no row."""
    for number, text in text_lines(data, file, problems):
        if not text or text == end:
            continue
        try:
            yield number, next(csv.reader((text,), strict=True))
        except (csv.Error, StopIteration) as error:
            entry = text[:40].split(",")[0]
            said = f"the line cannot be taken apart: {str(error) or 'it is empty'}"
            problems.append(
                problem(file, number, "bad-row", said, entry if entry.isalnum() else "")
            )
