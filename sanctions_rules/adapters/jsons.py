"""JSON records of a file, each with its line: what is broken costs its own record alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, cast

from sanctions_rules.adapters.lines import text_lines
from sanctions_rules.adapters.snapshot import problem
from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.limits import DEFAULT as LIMITS


class _Repeated(ValueError):
    """A key that stands twice in one object."""


def _pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(found)
    if len(made) != len(found):
        keys = [key for key, _ in found]
        raise _Repeated(next(key for key in keys if keys.count(key) > 1))
    return made


def _number(text: str) -> Decimal:
    if len(text) > LIMITS.digits + 2:
        raise _Repeated(text)
    return Decimal(text)


def _constant(word: str) -> Any:
    raise _Repeated(word)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_number, parse_int=_number, parse_constant=_constant
)


def records(
    data: bytes, file: str, problems: list[Diagnostic]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of JSON lines, or of one array, each with the line that it begins in."""
    begins = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begins == b"[":
        yield from _array(data, file, problems)
        return
    for number, text in text_lines(data, file, problems, longest=LIMITS.list_bytes):
        if text.strip():
            yield from _objects(text, number, file, problems)


def _objects(
    text: str, line: int, file: str, problems: list[Diagnostic]
) -> Iterator[tuple[int, dict[str, Any]]]:
    value, _ = _decoded(text.strip(), 0, line, file, problems)
    if isinstance(value, dict):
        yield line, cast("dict[str, Any]", value)
    elif value is not None:
        problems.append(problem(file, line, "wrong-shape", "the record is not an object"))


def _decoded(
    text: str, at: int, line: int, file: str, problems: list[Diagnostic]
) -> tuple[Any, int]:
    """The value that begins at `at`, and where it ends; None and -1 where it cannot be read."""
    try:
        value, end = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        said = f"this is not JSON: {error.msg.lower()}"
        problems.append(
            problem(file, line + error.lineno - 1 if at == 0 else line, "bad-json", said)
        )
    except _Repeated as error:
        said = f"`{str(error)[:40]}` is a key that stands twice, or no plain number"
        problems.append(problem(file, line, "bad-json", said))
    except RecursionError:
        problems.append(problem(file, line, "limit.nesting", "the record is nested too deeply"))
    else:
        if "\\ud" not in text[at:end].lower() or _is_text(value):
            return value, end
        said = "the record holds half a character (a lone surrogate)"
        problems.append(problem(file, line, "encoding", said))
        return None, end
    return None, -1


def _is_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def _array(
    data: bytes, file: str, problems: list[Diagnostic]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of one array. After one that is broken the rest cannot be told apart."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        said = "the file is not UTF-8 from this line on: nothing of it was read"
        problems.append(problem(file, line, "encoding", said))
        return
    at, line, counted = text.index("[") + 1, 1, 0
    while True:
        while text[at : at + 1] in (" ", "\n", "\r", "\t", ",") and at < len(text):
            at += 1
        line, counted = line + text.count("\n", counted, at), at
        if text[at : at + 1] == "]":
            return
        if at >= len(text):
            said = "the file ends before the list that it holds: it may be cut off"
            problems.append(problem(file, line, "truncated", said))
            return
        value, end = _decoded(text, at, line, file, problems)
        if end < 0:
            said = "from here on the file was not read"
            problems.append(problem(file, line, "truncated", said))
            return
        if isinstance(value, dict):
            yield line, cast("dict[str, Any]", value)
        elif value is not None or text[at:end] == "null":
            problems.append(problem(file, line, "wrong-shape", "the record is not an object"))
        at = end
