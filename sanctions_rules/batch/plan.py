"""What a run is to do, written down before it begins: so that a later run can carry it on, or refuse.

A plan cuts every input into parts of consecutive rows; each part becomes one file of answers, named
by its input and its number. What was given is written beside it: the law by its digest, the
question, the engine, and of each input its size, time and digest. A run that would answer another
question, by other law or of other rows, is told so and writes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from sanctions_rules.batch.arrow import Vector, np
from sanctions_rules.batch.keys import Spilled
from sanctions_rules.batch.sources import (
    BrokenInput,
    CsvFile,
    Line,
    Source,
    digest_of,
    open_file,
)
from sanctions_rules.batch.writing import UNFINISHED, whole, write_json

#: In the folder of the output: what the run is, what it came to, and what it needs on the way.
MANIFEST: Final = "manifest.json"
SUMMARY: Final = "summary.json"
WORK: Final = ".batch"
#: Rows with bad lines of one file are told of up to this many; the rest is counted.
MOST_LINES: Final = 100_000
SUFFIX: Final = {"parquet": ".parquet", "csv": ".csv", "arrow": ".arrow"}


class Refused(Exception):
    """A run that cannot begin or be carried on here, and why."""


@dataclass(frozen=True)
class Given:
    """An input as it was when the run began, and what is wrong with it as a whole."""

    path: str
    bytes: int
    mtime_ns: int
    digest: str
    rows: int = 0
    broken: str = ""
    is_cut: bool = False
    lines: int = 0

    @property
    def name(self) -> str:
        return Path(self.path).name

    @classmethod
    def of(cls, path: Path) -> Given:
        found = path.stat()
        return cls(str(path), found.st_size, found.st_mtime_ns, digest_of(path))

    def is_still(self, path: Path) -> bool:
        """Whether the file is what it was; its content is asked only where its time has changed."""
        try:
            now = path.stat()
        except OSError:
            return False
        if now.st_size != self.bytes:
            return False
        return now.st_mtime_ns == self.mtime_ns or digest_of(path) == self.digest


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive rows of one input, and the name of the file of their answers, without suffix."""

    input: int
    number: int
    first: int
    rows: int
    name: str


@dataclass(frozen=True)
class Settings:
    """All that an answer depends on apart from the rows, as plain data."""

    law: str
    regimes: tuple[str, ...]
    known_on: str | None
    readings: Mapping[str, str]
    engine: str
    engine_version: str
    key: str
    keep: tuple[str, ...]
    missing: bool
    format: str
    part_rows: int
    tzdata: str


@dataclass(frozen=True)
class Plan:
    settings: Settings
    inputs: tuple[Given, ...]
    parts: tuple[Part, ...] = ()
    is_done: bool = False

    def plain(self) -> dict[str, Any]:
        return {
            "what": "sanctions-rules batch", "done": self.is_done,
            "settings": asdict(self.settings), "inputs": [asdict(i) for i in self.inputs],
            "parts": [[p.input, p.number, p.first, p.rows, p.name] for p in self.parts],
        }  # fmt: skip

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Plan:
        settings = dict(plain["settings"])
        for name in ("regimes", "keep"):
            settings[name] = tuple(settings[name])
        return cls(
            Settings(**settings), tuple(Given(**g) for g in plain["inputs"]),
            tuple(Part(*p) for p in plain["parts"]), plain["done"],
        )  # fmt: skip


class Output:
    """The folder that answers go to."""

    def __init__(self, folder: Path, format: str) -> None:
        self.folder, self.format = folder, format
        self.work = folder / WORK

    def prepare(self) -> None:
        for folder in (self.answers, self.folder / "set_aside", self.work):
            folder.mkdir(exist_ok=True)

    @property
    def answers(self) -> Path:
        return self.folder / "answers"

    def part(self, part: Part) -> Path:
        return self.answers / f"{part.name}{SUFFIX[self.format]}"

    def set_aside(self, part: Part) -> Path:
        return self.folder / "set_aside" / f"{part.name}{SUFFIX[self.format]}"

    def lines(self, number: int, given: Given) -> Path:
        name = f"{name_of(number, given.path)}-lines{SUFFIX[self.format]}"
        return self.folder / "set_aside" / name

    def tally(self, part: Part) -> Path:
        return self.work / f"{part.name}.json"

    def again(self, number: int) -> Path:
        """The rows of an input whose key an earlier row has."""
        return self.work / f"again-{number:04}.npy"

    def is_there(self, part: Part) -> bool:
        # The answers are written last, so that where they are, all else of the part is.
        return self.part(part).exists() and self.tally(part).exists()

    def plan(self) -> Plan | None:
        path = self.folder / MANIFEST
        if not path.exists():
            return None
        try:
            return Plan.of(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            raise Refused(f"`{path}` is not the manifest of a batch") from None

    def keep(self, plan: Plan) -> None:
        write_json(self.folder / MANIFEST, plan.plain())

    def clear(self) -> None:
        """Away with what an interrupted run has left unfinished."""
        for folder in (self.folder, self.answers, self.folder / "set_aside", self.work):
            for left in folder.glob(f"{UNFINISHED}*"):
                left.unlink(missing_ok=True)


def name_of(number: int, path: str) -> str:
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "_", Path(path).stem)[:80]
    return f"{number:04}-{stem}"


# -- a plan is made ------------------------------------------------------------------------------


@dataclass
class Surveyed:
    """What the first look at an input brought: its rows, and lines that are none."""

    rows: int = 0
    broken: str = ""
    lines: list[Line] = field(default_factory=list[Line])


def survey(
    plan: Plan, output: Output, tell: Callable[[str, int], None],
    write_lines: Callable[[int, Given, Sequence[Line]], None],
) -> Plan:  # fmt: skip
    """Read all keys once: how many rows there are, how they are cut, which keys come again.

    `tell` is given the name of the input and its rows so far.
    """
    seen = Spilled(output.work / "keys")
    settings, inputs, parts = plan.settings, list[Given](), list[Part]()
    begins: list[int] = []
    total = 0
    for number, given in enumerate(plan.inputs):
        begins.append(total)
        path = Path(given.path)
        found = Surveyed()
        source: Source | None = None
        try:
            source = open_file(path, settings.key, settings.keep)
            for keys in source.keys(settings.key, found.lines.append):
                seen.add(keys)
                found.rows += len(keys)
                tell(given.name, found.rows)
        except BrokenInput as error:
            found.broken = str(error)
        rows = found.rows
        if source is not None and source.rows is not None and found.broken:
            rows = 0  # keys that cannot be read may be anywhere: nothing of the file is decided
        total += found.rows
        cut = isinstance(source, CsvFile) and rows > 0 and source.is_cut
        if found.lines and found.lines[-1].number == rows + len(found.lines) + 1:
            cut = False  # the last line is no row, and told of as such
        inputs.append(
            replace(given, rows=rows, broken=found.broken, is_cut=cut, lines=len(found.lines))
        )
        write_lines(number, inputs[-1], found.lines[:MOST_LINES])
        ends = source.ends if source is not None and not found.broken else ()
        if source is not None and (rows or not found.broken):
            parts += parts_of(number, given.path, rows, ends, settings.part_rows)
    again = seen.twice()
    for number, begin in enumerate(begins):
        end = begins[number + 1] if number + 1 < len(begins) else total
        held = again[np.searchsorted(again, begin) : np.searchsorted(again, end)] - begin
        with whole(output.again(number)) as file:
            np.save(file, held)
    made = replace(plan, inputs=tuple(inputs), parts=tuple(parts))
    output.keep(made)
    return made


def parts_of(number: int, path: str, rows: int, ends: Sequence[int], size: int) -> Iterator[Part]:
    """Parts of about `size` rows, cut where the file is: between row groups, if they are not large.

    A large group is cut evenly, so that several processes have as much to do.
    """
    name = name_of(number, path)
    at = count = 0
    for end in [*_joined(ends, size), rows]:
        left = max(1, (2 * (end - at) + size) // (2 * size))
        while at < end:
            take, left = -(-(end - at) // left), left - 1
            yield Part(number, count, at, take, f"{name}-{count:05}")
            at, count = at + take, count + 1
    if not count and not rows:
        yield Part(number, 0, 0, 0, f"{name}-00000")


def _joined(ends: Sequence[int], size: int) -> Iterator[int]:
    """Ends of groups, without those that would make a part smaller than `size`."""
    begin = 0
    for end in ends[:-1]:
        if end - begin >= size:
            yield end
            begin = end


def again_in(output: Output, part: Part) -> Vector:
    """The rows of a part, counted from its first, whose key came before."""
    held = np.load(output.again(part.input), mmap_mode="r")
    lo, hi = np.searchsorted(held, [part.first, part.first + part.rows])
    return np.asarray(held[lo:hi]) - part.first


# -- a plan is carried on ------------------------------------------------------------------------

_CALLED: Final = {
    "law": "the law", "regimes": "the regimes", "known_on": "`known_on`", "readings": "the readings",
    "engine": "the engine", "engine_version": "the version of the engine", "key": "the key",
    "keep": "what is kept", "missing": "whether missing facts are told", "format": "the format",
    "part_rows": "the size of a part", "tzdata": "the version of tzdata",
}  # fmt: skip


def refuse_other(before: Plan, now: Settings, paths: Sequence[Path]) -> None:
    """Raises Refused, by name, where the run would not be the one that was begun."""
    differing = [
        f"{_CALLED[name]} ({_short(value)} then, {_short(asdict(now)[name])} now)"
        for name, value in asdict(before.settings).items()
        if value != asdict(now)[name]
    ]
    if len(paths) != len(before.inputs):
        differing.append(f"the inputs ({len(before.inputs)} then, {len(paths)} now)")
    else:
        differing += [
            f"the input `{given.name}`"
            + ("" if path.name == given.name else f" (now `{path.name}`)")
            for given, path in zip(before.inputs, paths, strict=True)
            if not given.is_still(path)
        ]
    if differing:
        raise Refused(
            "the batch in this folder was begun otherwise: " + "; ".join(differing)
            + ". Give what was given then, or another folder"
        )  # fmt: skip


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 40 else text[:12] + "…"
