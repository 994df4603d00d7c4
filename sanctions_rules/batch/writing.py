"""Files that are there whole or not at all: written under another name, synced, then renamed."""

from __future__ import annotations

import io
import json
import os
import secrets
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final

from sanctions_rules.batch.arrow import Batch, Schema, pa
from sanctions_rules.batch.results import as_text

FORMATS: Final = ("parquet", "csv", "arrow")
#: Before the name of a file that is being written. What an interrupted run leaves has it too.
UNFINISHED: Final = ".unfinished-"
#: So many rows are one row group, or one batch, of a file.
GROUP: Final = 65_536


class CannotWrite(Exception):
    """The disk is full, or may not be written: which file, and what the system says."""

    def __init__(self, path: Path, error: OSError) -> None:
        self.path, self.error = path, error
        super().__init__(f"cannot write {path.name}: {error.strerror or error}")


class _Raw(io.FileIO):
    """A file that remembers what the system said when it would not take more."""

    failed: OSError | None = None

    def write(self, data: Any, /) -> int | None:
        try:
            return super().write(data)
        except OSError as error:
            self.failed = error
            raise


@contextmanager
def whole(path: Path) -> Generator[IO[bytes]]:
    """A file that appears under its name when all of it is on the disk. Raises CannotWrite."""
    beside = path.with_name(f"{UNFINISHED}{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    raw: _Raw | None = None
    try:
        raw = _made(beside, path)
        file = io.BufferedWriter(raw, 1 << 20)
        yield file
        _finished(file, beside, path)
    except BaseException as error:
        if raw is not None:
            with suppress(OSError, ValueError):
                raw.close()
        with suppress(OSError):
            beside.unlink()
        if raw is not None and raw.failed is not None:
            raise CannotWrite(path, raw.failed) from None
        raise error


def _made(beside: Path, path: Path) -> _Raw:
    try:
        return _Raw(str(beside), "xb")
    except OSError as error:
        raise CannotWrite(path, error) from None


def _finished(file: IO[bytes], beside: Path, path: Path) -> None:
    try:
        file.flush()
        os.fsync(file.fileno())
        file.close()
        os.replace(beside, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise CannotWrite(path, error) from None


def _sync_folder(folder: Path) -> None:
    """The new name itself on the disk, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_json(path: Path, value: Any) -> None:
    with whole(path) as file:
        file.write((json.dumps(value, indent=1, ensure_ascii=True) + "\n").encode())


def write_table(
    path: Path, format: str, schema: Schema, batches: Iterable[Batch],
    before: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """A table as a file of this format, in groups of many rows, however small the batches are.

    `before` is called when all is written, and before the file gets its name.
    """
    with whole(path) as file:
        with _WRITERS[format](file, schema) as write:
            for batch in _grouped(batches, schema):
                write(batch)
        before()


def _grouped(batches: Iterable[Batch], schema: Schema) -> Iterator[Batch]:
    held: list[Batch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= GROUP:
            yield from _joined(held, schema)
            held, rows = [], 0
    yield from _joined(held, schema)


def _joined(held: list[Batch], schema: Schema) -> Iterator[Batch]:
    if len(held) == 1:
        yield held[0]
    elif held:
        yield from pa.Table.from_batches(held, schema).combine_chunks().to_batches()


@contextmanager
def _parquet(file: IO[bytes], schema: Schema) -> Generator[Callable[[Batch], None]]:
    with import_module("pyarrow.parquet").ParquetWriter(file, schema, compression="zstd") as writer:
        yield writer.write_batch


@contextmanager
def _arrow(file: IO[bytes], schema: Schema) -> Generator[Callable[[Batch], None]]:
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(file, schema, options=options) as writer:
        yield writer.write_batch


@contextmanager
def _csv(file: IO[bytes], schema: Schema) -> Generator[Callable[[Batch], None]]:
    writing = import_module("pyarrow.csv")
    empty = as_text(
        pa.RecordBatch.from_arrays([pa.array([], f.type) for f in schema], schema=schema)
    )
    with writing.CSVWriter(file, empty.schema) as writer:
        yield lambda batch: writer.write_batch(as_text(batch))


_WRITERS: Final[dict[str, Any]] = {"parquet": _parquet, "csv": _csv, "arrow": _arrow}
