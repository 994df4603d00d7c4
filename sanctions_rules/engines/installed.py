"""The engines of this library as the agreement run and the self-test ask them.

Each is loaded when it is made: one whose packages are absent raises ImportError. `aside` counts the
cases that an engine left to the interpreter, which agrees with itself.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import version
from typing import Any

from sanctions_rules.canonical import canonical
from sanctions_rules.core import Program
from sanctions_rules.engines.answers import reference
from sanctions_rules.engines.compiled import VERSION as COMPILED
from sanctions_rules.engines.compiled import CompiledProgram, Facts, read_facts
from sanctions_rules.engines.compiled.program import FEW
from sanctions_rules.engines.conclude import ENGINE_VERSION
from sanctions_rules.engines.conformance import CAPABILITIES, Answers, Engine
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.facts import Case


def _with(own: str, *packages: str) -> str:
    """A version that names those of what the engine runs on. Raises ImportError without them."""
    return ", ".join([own, *(f"{name} {version(name)}" for name in packages)])


@dataclass(frozen=True)
class Interpreter:
    """The reference interpreter itself."""

    name: str = "interpreter"
    version: str = ENGINE_VERSION
    capabilities: frozenset[str] = CAPABILITIES

    def answers(self, program: Program, settings: Settings, cases: Sequence[Case]) -> list[Answers]:
        return [reference(program, case, settings, program.regimes) for case in cases]


@dataclass(frozen=True)
class Compiled:
    """The compiled engine. `from_text`: facts through its own reader of JSON, not from a case.

    `one_by_one`: each norm by a function of its own, as it asks where norms are many.
    """

    from_text: bool = False
    one_by_one: bool = False
    version: str = COMPILED
    capabilities: frozenset[str] = CAPABILITIES - {"missing"}

    @property
    def name(self) -> str:
        if self.one_by_one:
            return "compiled one by one"
        return "compiled from text" if self.from_text else "compiled"

    def answers(self, program: Program, settings: Settings, cases: Sequence[Case]) -> list[Answers]:
        made = CompiledProgram(program, settings, few=0 if self.one_by_one else FEW)
        facts = (read_facts(canonical(c)) if self.from_text else Facts.of(c) for c in cases)
        return [made.answers(one, program.regimes) for one in facts]


@dataclass
class Columnar:
    """The engine for Arrow batches: all cases of a program as one table.

    `in_pieces`: a few rows at a time, as large batches are worked out, and nothing is kept to say
    what is missing.
    """

    in_pieces: bool = False
    name: str = "columnar"
    version: str = ""
    capabilities: frozenset[str] = CAPABILITIES
    aside: int = 0
    _engine: Any = field(default=None, repr=False)
    _table: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._engine = import_module("sanctions_rules.engines.columnar").Columnar
        self._table = import_module("sanctions_rules.engines.columnar.shape").table_of_cases
        self.version = _with(self._engine.version, "numpy", "pyarrow")
        if self.in_pieces:
            self.name, self.capabilities = "columnar in pieces", CAPABILITIES - {"missing"}

    def answers(self, program: Program, settings: Settings, cases: Sequence[Case]) -> list[Answers]:
        made = self._engine(program, settings, program.regimes, missing=not self.in_pieces)
        if self.in_pieces:
            made.most = 20
        found: list[Answers] = made.answers(self._table(cases))
        self.aside += made.fallen_back
        return found


@dataclass
class DuckDB:
    """SQL on DuckDB: all cases of a program as one table."""

    name: str = "duckdb"
    version: str = ""
    capabilities: frozenset[str] = frozenset({"closures", "presumptive"})
    aside: int = 0
    _engine: Any = field(default=None, repr=False)
    _table: Any = field(default=None, repr=False)
    _session: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._engine = import_module("sanctions_rules.engines.sql.duckdb")
        self._table = import_module("sanctions_rules.engines.columnar.shape").table_of_cases
        self._session = self._engine.session_for_few()
        self.version = _with("sql", "duckdb", "sqlglot")

    def answers(self, program: Program, settings: Settings, cases: Sequence[Case]) -> list[Answers]:
        found: list[Answers] = []
        for batch in self._engine.decide(
            program, settings, program.regimes, self._table(cases),
            connection=self._session, fallback=True, check_words=False,
        ):  # fmt: skip
            self.aside += sum(by != "sql" for by in batch.column("decided_by").to_pylist())
            found += self._engine.answers_of(batch, program.regimes)
        return found


@dataclass
class Spark:
    """SQL on Spark, in the session that is there or in one of this machine. Needs Java."""

    name: str = "spark"
    version: str = ""
    capabilities: frozenset[str] = frozenset({"closures", "presumptive"})
    aside: int = 0
    _engine: Any = field(default=None, repr=False)
    _table: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._engine = import_module("sanctions_rules.engines.sql.spark")
        self._table = import_module("sanctions_rules.engines.columnar.shape").table_of_cases
        self.version = _with("sql", "pyspark", "sqlglot")
        if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
            raise ImportError("Spark needs Java 17 or later, and there is none here")

    def answers(self, program: Program, settings: Settings, cases: Sequence[Case]) -> list[Answers]:
        session, names = self._engine.local_session(), program.regimes
        df = session.createDataFrame(self._table(cases))
        _, answered = self._engine.run(program, settings, names, df, "key", True)
        found: dict[int, Answers] = {}
        for row in answered.toArrow().to_pylist():
            at = int(row["key"])
            if row.get(self._engine.LEFT):
                self.aside += 1
                found[at] = reference(program, cases[at], settings, names)
            else:
                found[at] = self._engine.answers_of(row, names)
        return [found[at] for at in sorted(found)]


#: What there may be, by name.
ENGINES: dict[str, Callable[[], Engine]] = {
    "compiled": Compiled,
    "compiled from text": lambda: Compiled(from_text=True),
    "compiled one by one": lambda: Compiled(one_by_one=True),
    "columnar": Columnar,
    "columnar in pieces": lambda: Columnar(in_pieces=True),
    "duckdb": DuckDB,
}
#: And what takes so long to start, and for each program, that it is compared where it is named.
SLOW: dict[str, Callable[[], Engine]] = {"spark": Spark}


def available(*names: str) -> tuple[list[Engine], dict[str, str]]:
    """The engines of these names (none: all but the slow) whose packages are there, and why others are not."""
    found: list[Engine] = []
    absent: dict[str, str] = {}
    for name in names or tuple(ENGINES):
        try:
            found.append((ENGINES | SLOW)[name]())
        except ImportError as error:
            absent[name] = str(error)
    return found, absent
