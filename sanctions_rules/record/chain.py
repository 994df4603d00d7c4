"""Lines of a file of records, each carrying the digest of the one before: a change shows.

One canonical JSON object a line, in ASCII. A digest covers record, envelope, number and the
digest before it, so a changed, moved or missing line breaks the chain there. What a chain alone
cannot show is a file that was cut at its end or written anew from the changed line on: for that
the digest of the last line (the head) is kept elsewhere, and given to who checks.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, cast

from pydantic import ValidationError

from sanctions_rules.canonical import json_text, strict_json
from sanctions_rules.diagnostics import Diagnostic, ProblemsError
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.record.fields import SCHEMA, Envelope, Record
from sanctions_rules.record.kept import Digest, Kept

#: What stands before the first line.
START: Final = "0" * 64
#: How much of a line is read at once, in bytes.
_PIECE: Final = 1 << 20


class RecordsError(ProblemsError):
    """A file of records that cannot be read, or whose chain is broken; it says at which line."""


class Chain(Kept):
    number: int
    previous: Digest
    digest: Digest


class Line(Kept):
    """One line: the record, what only the moment knows of it, and its place in the chain."""

    record: Record
    envelope: Envelope
    chain: Chain

    def canonical(self) -> str:
        return json_text(self.model_dump(by_alias=True))

    def derived_digest(self) -> str:
        return _digest(self.record, self.envelope, self.chain.number, self.chain.previous)


def _digest(record: Record, envelope: Envelope, number: int, previous: str) -> str:
    covered = {
        "record": record.model_dump(by_alias=True), "envelope": envelope.model_dump(),
        "number": number, "previous": previous,
    }  # fmt: skip
    return hashlib.sha256(json_text(covered).encode()).hexdigest()


def chained(
    records: Iterable[tuple[Record, Envelope]], after: Line | None = None
) -> Iterator[Line]:
    """The records as lines of one chain, begun anew or carried on `after` a line."""
    number, previous = (after.chain.number, after.chain.digest) if after else (0, START)
    for record, envelope in records:
        number += 1
        digest = _digest(record, envelope, number, previous)
        yield Line(
            record=record,
            envelope=envelope,
            chain=Chain(number=number, previous=previous, digest=digest),
        )
        previous = digest


# -- reading -------------------------------------------------------------------------------------


def read_lines(
    path: str | Path, head: str | None = None, limits: Limits = DEFAULT
) -> Iterator[Line]:
    """The lines of a file, each checked as it is read. Raises RecordsError at the first that breaks.

    `head`: the digest that the last line must have, from where it was kept.
    """
    name = Path(path).name
    number, previous = 0, START
    for number, text in enumerate(_texts(Path(path), limits), start=1):
        line = parsed(text, name, number, limits)
        _check(line, name, number, previous)
        previous = line.chain.digest
        yield line
    if not number:
        raise _broken("empty-file", "the file holds no record", name, 0)
    if head is not None and head != previous:
        raise _broken(
            "chain-head", f"the last line has the digest {previous}, not the head that was given",
            name, number, "lines are missing at the end, or the file was written anew",
        )  # fmt: skip


def _texts(path: Path, limits: Limits) -> Iterator[bytes]:
    """The lines of a file, read piece by piece: of one that is too long no more than the limit is held."""
    number = 0
    try:
        with path.open("rb") as file:
            while piece := file.readline(_PIECE):
                number, text = number + 1, bytearray(piece)
                while piece and text[-1] != 0x0A and len(text) <= limits.record_bytes:
                    piece = file.readline(_PIECE)
                    text += piece
                if len(text) > limits.record_bytes:
                    raise _too_long(path.name, number, limits)
                yield bytes(text.rstrip(b"\r\n"))
    except OSError as error:
        raise _broken(
            "no-file", f"the file cannot be read: {error.strerror}", path.name, 0
        ) from None


def parsed(text: bytes, name: str, number: int, limits: Limits = DEFAULT) -> Line:
    """One line as what it says. Raises RecordsError where it is not exactly what we would write."""
    if len(text) > limits.record_bytes:
        raise _too_long(name, number, limits)
    try:
        data = strict_json(text)
        schema = _schema_of(data)
        if schema is not None and schema != SCHEMA:
            raise _broken(
                "record-version", f"the record is of the form `{schema:.60}`", name, number,
                f"this release reads `{SCHEMA}`: read it with the release that wrote it",
            )  # fmt: skip
        line = Line.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the line"
        raise _broken(
            "bad-record", f"`{place}` is not what a record holds: {first['msg'].lower()}",
            name, number,
        ) from None  # fmt: skip
    except (ValueError, RecursionError):
        raise _broken(
            "bad-json", "the line is not one JSON object of a record", name, number
        ) from None
    if line.canonical().encode() != text:
        raise _broken(
            "not-canonical", "the line is not written as records are written", name, number,
            "it was edited or reformatted: its bytes are part of what is kept",
        )  # fmt: skip
    return line


def _schema_of(data: Any) -> str | None:
    """What a record says it is, before anything else in it is looked at."""
    record: Any = cast("dict[str, Any]", data).get("record") if isinstance(data, dict) else None
    said: Any = cast("dict[str, Any]", record).get("schema") if isinstance(record, dict) else None
    return said if isinstance(said, str) else None


def _check(line: Line, name: str, number: int, previous: str) -> None:
    if line.derived_digest() != line.chain.digest:
        raise _broken("chain-digest", "the line was changed: its digest is another", name, number)
    if line.chain.previous != previous:
        raise _broken(
            "chain-broken", "the line does not follow the one before it", name, number,
            "a line is missing, was moved, or was replaced here",
        )  # fmt: skip
    if line.chain.number != number:
        raise _broken(
            "chain-number", f"the line says it is number {line.chain.number}", name, number
        )
    if line.record.derived_id() != line.record.decision_id:
        raise _broken("decision-id", "the record is not the one that its id names", name, number)


def _too_long(name: str, number: int, limits: Limits) -> RecordsError:
    said = f"the line has more than {limits.record_bytes} bytes"
    return _broken("limit.record-bytes", said, name, number)


def _broken(code: str, message: str, name: str, number: int, help: str = "") -> RecordsError:
    place = f"{name}, line {number}" if number else name
    return RecordsError([Diagnostic(code, message, path=place, help=help)])


# -- appending -----------------------------------------------------------------------------------


def append(
    path: str | Path, records: Iterable[tuple[Record, Envelope]], limits: Limits = DEFAULT
) -> list[Line]:
    """Carry on the chain of a file, or begin one. Only its last line is read again.

    Raises RecordsError where that line is broken, or where another process is appending.
    """
    target = Path(path)
    lock = target.with_name(target.name + ".lock")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        raise _broken(
            "locked", "somebody else is appending to the file", target.name, 0,
            f"if nobody is, delete `{lock.name}`",
        ) from None  # fmt: skip
    except OSError as error:
        raise _broken(
            "no-file", f"the file cannot be written: {error.strerror}", target.name, 0
        ) from None
    try:
        lines = list(chained(records, _last(target, limits)))
        with target.open("ab") as file:
            file.write("".join(line.canonical() + "\n" for line in lines).encode())
            file.flush()
            os.fsync(file.fileno())
        return lines
    except OSError as error:
        raise _broken(
            "no-file", f"the file cannot be written: {error.strerror}", target.name, 0
        ) from None
    finally:
        lock.unlink(missing_ok=True)


def _last(path: Path, limits: Limits) -> Line | None:
    """The last line of a file, checked for itself; None for a file that is not there or empty."""
    if not path.exists() or not path.stat().st_size:
        return None
    with path.open("rb") as file:
        size, tail = path.stat().st_size, b""
        while size and tail.count(b"\n") < 2:
            step = min(size, max(1 << 16, len(tail)))
            size -= step
            file.seek(size)
            tail = file.read(step) + tail
            if len(tail.rpartition(b"\n")[0].rpartition(b"\n")[2]) > limits.record_bytes:
                raise _too_long(path.name, 0, limits)
    *_, text, rest = (b"", *tail.split(b"\n"))
    if rest:
        raise _broken("torn", "the last line is not complete", path.name, 0,
                      "a write was cut short: look at it before anything is added")  # fmt: skip
    line = parsed(text.rstrip(b"\r"), path.name, 0, limits)
    _check(line, path.name, line.chain.number, line.chain.previous)
    return line
