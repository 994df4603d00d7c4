"""Where rows come from: Parquet, CSV and Arrow files by range, or any frame with the Arrow interface.

Each input has its rows in one order, and can be read again from any row on. A Parquet file goes
there by its row groups, an Arrow file by its place in the map of the file; CSV and Arrow streams are
read through. A file that breaks off gives the rows before that, and then says where.
"""

from __future__ import annotations

import csv
import glob
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol, cast

from sanctions_rules.batch.arrow import Batch, Schema, np, pa
from sanctions_rules.batch.cells import Fault, fact_columns
from sanctions_rules.batch.flat import Flat, filled
from sanctions_rules.batch.table import problems_of
from sanctions_rules.diagnostics import Diagnostic, FactsError

#: How many rows are read at once.
ROWS: Final = 65_536
SUFFIXES: Final = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".arrow": "arrow", ".ipc": "arrow",
    ".feather": "arrow", ".arrows": "stream",
}  # fmt: skip


class BrokenInput(Exception):
    """An input that cannot be read on, and why. What was read before that stands."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a CSV file that is no row."""

    number: int
    reason: str


class Source(Protocol):
    """One input: a schema, and its rows from a given one on."""

    name: str
    schema: Schema
    #: How many rows there are, if it can be known without reading them all.
    rows: int | None
    #: Where the input may be cut into parts without reading anything twice: ends of row groups.
    ends: Sequence[int]

    def read(self, first: int = 0) -> Iterator[tuple[Batch, list[Fault]]]:
        """Batches from row `first` on, with what cannot be put into a table. Raises BrokenInput."""
        ...


class FileSource(Source, Protocol):
    """An input that can be read again, and so looked through for its keys first."""

    def keys(self, key: str, line: Callable[[Line], None]) -> Iterator[Any]:
        """The key column in pieces; `line` is told of lines that are no rows. Raises BrokenInput."""
        ...


def files_of(given: str | Path | Iterable[str | Path]) -> list[Path]:
    """The files that are meant: themselves, those that a pattern fits, or all in a folder.

    Raises LookupError where a name leads to none, or a file is of no known kind.
    """
    several = [given] if isinstance(given, (str, Path)) else list(given)
    found: list[Path] = []
    for one in several:
        path = Path(one)
        if path.is_dir():
            here = sorted(
                p for p in path.rglob("*")
                if p.suffix.lower() in SUFFIXES and p.is_file()
                and not any(part.startswith((".", "_")) for part in p.relative_to(path).parts)
            )  # fmt: skip
        elif path.exists():
            here = [path]
        else:
            here = [Path(p) for p in sorted(glob.glob(str(one), recursive=True))]
        if not here:
            known = ", ".join(SUFFIXES)
            raise LookupError(
                f"there is no table in the folder `{one}`; known are {known}"
                if path.is_dir()
                else f"there is no file `{one}`"
            )
        found += here
    for path in found:
        if path.suffix.lower() not in SUFFIXES:
            raise LookupError(
                f"`{path.name}` is of no kind that is read here; known are {', '.join(SUFFIXES)}"
            )
    return list(dict.fromkeys(found))


def open_file(path: Path, key: str, kept: Sequence[str]) -> FileSource:
    """The file as a source. Raises BrokenInput where it cannot be read, FactsError for its columns."""
    kind = SUFFIXES[path.suffix.lower()]
    try:
        made: FileSource = _OPEN[kind](path, key, kept)
    # Arrow's errors for a damaged file, and for a form of one that Arrow itself does not read.
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError, EOFError) as error:
        raise BrokenInput(why(error, path)) from None
    problems = [*(made.flat.problems if isinstance(made, CsvFile) else ())]
    if not problems:
        problems = schema_problems(made.schema, key, kept)
    if problems:
        raise FactsError(
            Diagnostic(p.code, p.message, label=p.path, help=p.help, path=made.name)
            for p in problems
        )
    return made


def schema_problems(schema: Schema, key: str, keep: Sequence[str]) -> list[Diagnostic]:
    """What stands in the way of a table, of its facts, its key and what is to be kept of it."""
    facts = fact_columns(schema.names, key, keep)
    beside = [n for n in schema.names if n not in facts]
    return [*problems_of(schema, key, beside), *_kept_problems(schema, keep)]


def _kept_problems(schema: Schema, kept: Sequence[str]) -> Iterator[Diagnostic]:
    for name in kept:
        if name not in schema.names:
            yield Diagnostic(
                "no-column", f"there is no column `{name}` to keep", path=name,
                help="the columns are: " + ", ".join(schema.names),
            )  # fmt: skip


def why(error: BaseException, path: Path | None = None) -> str:
    """An error of reading in one line, without the numbers that only its library understands."""
    if isinstance(error, FileNotFoundError):
        return "the file is not there"
    if isinstance(error, PermissionError):
        return "the file may not be read"
    text = " ".join(str(error).split()) or type(error).__name__
    if path is not None and path.exists() and path.stat().st_size == 0:
        return "the file is empty"
    if "magic bytes" in text or "not an arrow file" in text.lower() or "footer" in text.lower():
        return "the file is cut off, or of another kind than its name says"
    return text[:200]


# -- files ---------------------------------------------------------------------------------------


class ParquetFile:
    """A Parquet file: read by row groups, so that any row can be gone to."""

    def __init__(self, path: Path, key: str, kept: Sequence[str]) -> None:
        self.name, self._path = path.name, path
        with self._open() as file:
            self.schema: Schema = file.schema_arrow
            meta = file.metadata
            self.rows: int | None = meta.num_rows
            sizes = [meta.row_group(i).num_rows for i in range(meta.num_row_groups)]
        self.ends: Sequence[int] = np.cumsum(sizes).tolist()

    def _open(self) -> Any:
        return import_module("pyarrow.parquet").ParquetFile(self._path, memory_map=True)

    def read(self, first: int = 0) -> Iterator[tuple[Batch, list[Fault]]]:
        yield from map(_sound, self._batches(first, None))

    def keys(self, key: str, line: Callable[[Line], None]) -> Iterator[Any]:
        for batch in self._batches(0, [key]):
            yield batch.column(0)

    def _batches(self, first: int, only: list[str] | None) -> Iterator[Batch]:
        begins = [0, *self.ends]
        groups = [g for g, end in enumerate(self.ends) if end > first]
        if not groups:
            return
        try:
            with self._open() as file:
                batches = (b for run in _runs(groups, begins) for b in _of_run(file, run, only))
                yield from _from(batches, first - begins[groups[0]])
        except (pa.ArrowException, OSError, EOFError) as error:
            raise BrokenInput(why(error)) from None


def _runs(groups: Sequence[int], begins: Sequence[int]) -> Iterator[list[int]]:
    """Row groups that follow one another, as many as make a batch together, or one that is larger."""
    run: list[int] = []
    for group in groups:
        if run and begins[group + 1] - begins[run[0]] > ROWS:
            yield run
            run = []
        run.append(group)
    yield run


def _of_run(file: Any, run: list[int], only: list[str] | None) -> Iterator[Batch]:
    if len(run) > 1:
        try:
            yield from file.read_row_groups(run, columns=only).combine_chunks().to_batches()
            return
        except (pa.ArrowException, OSError, EOFError):
            pass  # one of them is damaged: those before it are good
    for group in run:
        yield from file.iter_batches(ROWS, row_groups=[group], columns=only)


class ArrowFile:
    """An Arrow file (Feather, IPC): mapped into memory, so that any row is at hand."""

    def __init__(self, path: Path, key: str, kept: Sequence[str]) -> None:
        self.name, self._path = path.name, path
        with pa.memory_map(str(path)) as held, pa.ipc.open_file(held) as file:
            self.schema: Schema = file.schema
            sizes = [file.get_batch(i).num_rows for i in range(file.num_record_batches)]
        self.rows: int | None = sum(sizes)
        self.ends: Sequence[int] = np.cumsum(sizes).tolist()

    def read(self, first: int = 0) -> Iterator[tuple[Batch, list[Fault]]]:
        begins = [0, *self.ends]
        try:
            with pa.memory_map(str(self._path)) as held, pa.ipc.open_file(held) as file:
                for number, end in enumerate(self.ends):
                    if end > first:
                        batch = file.get_batch(number)
                        for piece in _pieces(batch.slice(max(0, first - begins[number]))):
                            yield _sound(piece)
        except (pa.ArrowException, OSError, EOFError) as error:
            raise BrokenInput(why(error)) from None

    def keys(self, key: str, line: Callable[[Line], None]) -> Iterator[Any]:
        for batch, _ in self.read():
            yield batch.column(key)


class ArrowStream:
    """An Arrow stream in a file: read through from its beginning."""

    def __init__(self, path: Path, key: str, kept: Sequence[str]) -> None:
        self.name, self._path = path.name, path
        with pa.OSFile(str(path)) as held, pa.ipc.open_stream(held) as stream:
            self.schema: Schema = stream.schema
        self.rows: int | None = None
        self.ends: Sequence[int] = ()

    def read(self, first: int = 0) -> Iterator[tuple[Batch, list[Fault]]]:
        try:
            with pa.OSFile(str(self._path)) as held, pa.ipc.open_stream(held) as stream:
                yield from map(_sound, _from(stream, first))
                held.seek(-8, 2)
                if held.read(8) != b"\xff\xff\xff\xff\0\0\0\0":
                    raise BrokenInput("the stream has no end; it is cut off")
        except (pa.ArrowException, OSError, EOFError) as error:
            raise BrokenInput(why(error)) from None

    def keys(self, key: str, line: Callable[[Line], None]) -> Iterator[Any]:
        for batch, _ in self.read():
            yield batch.column(key)


class CsvFile:
    """A CSV file in UTF-8 with a header: every cell as text, every line that is no row told of."""

    def __init__(self, path: Path, key: str, kept: Sequence[str]) -> None:
        self.name, self._path, self._key = path.name, path, key
        if path.stat().st_size == 0:
            raise BrokenInput("the file is empty; it has not even a header")
        try:
            # What is wrong further down is told of line by line.
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
                header = next(csv.reader(file, strict=True), list[str]())
        except csv.Error:
            header = ["\ufffd"]
        if any("\ufffd" in name or "\0" in name for name in header):
            raise BrokenInput("the header is not CSV in UTF-8")
        self.header = tuple(name.strip() for name in header)
        self.flat = Flat(self.header, key, kept)
        self.schema: Schema = self.flat.schema
        self.rows: int | None = None
        self.ends: Sequence[int] = ()

    def _stream(self, only: list[str] | None, line: Callable[[Line], None]) -> Iterator[Batch]:
        reading = import_module("pyarrow.csv")

        def no_row(row: Any) -> str:
            said = f"the line has {row.actual_columns} cells, the header {row.expected_columns}"
            line(Line(row.number or 0, said))
            return "skip"

        names = list(self.header)
        try:
            stream = reading.open_csv(
                self._path,
                # One thread, because only then a line knows its number.
                reading.ReadOptions(
                    use_threads=False, block_size=4 << 20, column_names=names, skip_rows=1
                ),
                reading.ParseOptions(newlines_in_values=True, invalid_row_handler=no_row),
                reading.ConvertOptions(
                    check_utf8=False, column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False, include_columns=only,
                ),
            )  # fmt: skip
            yield from stream
        except pa.ArrowInvalid as error:
            # Nothing below the header is what Arrow calls empty, and no error here.
            if "Empty CSV file" not in str(error):
                raise BrokenInput(why(error)) from None
        except (pa.ArrowException, OSError, EOFError) as error:
            raise BrokenInput(why(error)) from None

    def read(self, first: int = 0) -> Iterator[tuple[Batch, list[Fault]]]:
        for batch in _from(self._stream(None, lambda _: None), first):
            clean, faults = _in_utf8(batch)
            made, more = self.flat.read(clean)
            yield made, [*faults, *more]

    def keys(self, key: str, line: Callable[[Line], None]) -> Iterator[Any]:
        for batch in self._stream([key], line):
            clean, _ = _in_utf8(batch)
            yield filled(clean.column(0))

    @property
    def is_cut(self) -> bool:
        """Whether the last line has no end: then nobody can tell whether it is whole."""
        with self._path.open("rb") as file:
            file.seek(-1, 2)
            return file.read(1) not in (b"\n", b"\r")


_OPEN: Final[dict[str, Any]] = {
    "parquet": ParquetFile, "csv": CsvFile, "arrow": ArrowFile, "stream": ArrowStream,
}  # fmt: skip


def _pieces(batch: Batch) -> Iterator[Batch]:
    for at in range(0, batch.num_rows, ROWS):
        yield batch.slice(at, ROWS)


def _from(batches: Iterable[Batch], first: int) -> Iterator[Batch]:
    """The rows from `first` on, in pieces."""
    for batch in batches:
        if first >= batch.num_rows:
            first -= batch.num_rows
            continue
        yield from _pieces(batch.slice(first))
        first = 0


def _sound(batch: Batch) -> tuple[Batch, list[Fault]]:
    """A batch in types that can be worked on, without rows whose memory is not what it says.

    Views of strings are what polars hands over; text that is not UTF-8 is what no reader looks for.
    """
    schema = pa.schema([(f.name, _without_views(f.type)) for f in batch.schema])
    if schema != batch.schema.remove_metadata():
        batch = pa.RecordBatch.from_arrays(
            [c if c.type == f.type else c.cast(f.type) for c, f in zip(batch.columns, schema, strict=True)],
            schema=schema,
        )  # fmt: skip
    wrong = _unsound(batch)
    if not wrong:
        return batch, []
    places = np.arange(batch.num_rows)
    kept = batch.take(pa.array(places, mask=np.isin(places, wrong)))
    return kept, [Fault(row, "", "the row holds text that is not UTF-8") for row in wrong]


def _unsound(batch: Batch, first: int = 0) -> list[int]:
    """The rows that cannot be read, found by halving."""
    try:
        batch.validate(full=True)
        return []
    except pa.ArrowInvalid:
        if batch.num_rows <= 1:
            return [first]
    half = batch.num_rows // 2
    return [*_unsound(batch.slice(0, half), first), *_unsound(batch.slice(half), first + half)]


def _without_views(type_: Any) -> Any:
    if type_ == pa.string_view():
        return pa.string()
    if pa.types.is_dictionary(type_):
        return pa.dictionary(type_.index_type, _without_views(type_.value_type), type_.ordered)
    if pa.types.is_struct(type_):
        return pa.struct([(f.name, _without_views(f.type)) for f in type_])
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        made = pa.list_ if pa.types.is_list(type_) else pa.large_list
        return made(_without_views(type_.value_type))
    return type_


def _in_utf8(batch: Batch) -> tuple[Batch, list[Fault]]:
    """Cells that are not UTF-8 taken out and told of."""
    try:
        batch.validate(full=True)
        return batch, []
    except pa.ArrowInvalid:
        pass
    faults: list[Fault] = []
    made: list[Any] = []
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        cells = cast("list[bytes | None]", array.cast(pa.binary()).to_pylist())
        texts: list[str | None] = []
        for row, cell in enumerate(cells):
            try:
                texts.append(None if cell is None else cell.decode())
            except UnicodeDecodeError:
                texts.append(None)
                faults.append(Fault(row, name, "the cell is not UTF-8"))
        made.append(pa.array(texts, pa.string()))
    return pa.RecordBatch.from_arrays(made, batch.schema.names), faults


# -- frames --------------------------------------------------------------------------------------


class Frame:
    """A table in memory or a stream of one: whatever speaks the Arrow interface, read once."""

    name = "frame"

    def __init__(self, given: Any, key: str, kept: Sequence[str]) -> None:
        self._given = given
        self._reader: Any = None
        if isinstance(given, pa.RecordBatch):
            self._given = pa.Table.from_batches([given])
        if isinstance(self._given, pa.Table):
            self.schema: Schema = self._given.schema
        else:
            self._reader = (
                given
                if isinstance(given, pa.RecordBatchReader)
                else pa.RecordBatchReader.from_stream(given)
            )
            self.schema = self._reader.schema
        self.rows: int | None = self._given.num_rows if isinstance(self._given, pa.Table) else None
        self.ends: Sequence[int] = ()
        problems = schema_problems(self.schema, key, kept)
        if problems:
            raise FactsError(problems)

    def read(self, first: int = 0) -> Iterator[tuple[Batch, list[Fault]]]:
        if self._reader is None:
            batches = self._given.to_batches(max_chunksize=ROWS)
        else:
            batches, self._reader = self._reader, _Spent()
        yield from map(_sound, _from(batches, first))


class _Spent:
    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError("this stream was read already; give it anew")


def is_frame(given: Any) -> bool:
    return isinstance(given, (pa.Table, pa.RecordBatch, pa.RecordBatchReader)) or hasattr(
        given, "__arrow_c_stream__"
    )


# -- what a file is ------------------------------------------------------------------------------


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
