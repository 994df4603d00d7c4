"""Deciding on a cluster: something that any framework can send to its workers.

A `Decider` is a few words and no law: it is pickled in a moment, and each process that it reaches
loads the law once. It takes an Arrow table or record batch of facts and gives one of answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.engines.selftest import ensure_named
from sanctions_rules.rulebooks import Law, load, load_path


@dataclass(frozen=True)
class Decider:
    """Decides batches of facts. `regimes`: of the packaged law, or of the folder `path`."""

    regimes: tuple[str, ...] = ()
    path: str = ""
    key: str = "key"
    kept: tuple[str, ...] = ()
    known_on: date | None = None
    readings: tuple[tuple[str, str], ...] = ()

    def __call__(self, facts: Any) -> Any:
        """The answers, as an Arrow table where facts were one, else as a record batch."""
        pa: Any = import_module("pyarrow")
        if isinstance(facts, pa.RecordBatch):
            return _engine(self).decide_batch(facts)
        batches = facts.combine_chunks().to_batches() or [
            pa.RecordBatch.from_pylist([], schema=facts.schema)
        ]
        return pa.Table.from_batches([_engine(self).decide_batch(batch) for batch in batches])

    def law(self) -> Law:
        return _law(self.path, self.regimes)

    def settings(self) -> Settings:
        return settings(self.law(), self.known_on, dict(self.readings))


def settings(
    law: Law, known_on: date | None = None, readings: Mapping[str, str] | None = None
) -> Settings:
    """The settings of an engine: every reading point has its default or what is chosen."""
    chosen = {point.name: point.default for point in law.program.readings}
    for name, reading in (readings or {}).items():
        known = next((p for p in law.program.readings if p.name == name), None)
        if known is None or reading not in dict(known.readings):
            raise LookupError(f"`{reading}` is no reading of `{name}`")
        chosen[name] = reading
    return Settings(known_on, chosen)


@cache
def _law(path: str, regimes: tuple[str, ...]) -> Law:
    return load_path(Path(path)) if path else load(*regimes)


@cache
def _engine(decider: Decider) -> Any:
    columnar: Any = import_module("sanctions_rules.engines.columnar.engine")
    law = decider.law()
    ensure_named("columnar")
    return columnar.Columnar(
        law.program, decider.settings(), decider.regimes or law.regimes, key=decider.key,
        kept=decider.kept,
    )  # fmt: skip


def spark(decider: Decider, df: Any) -> Any:
    """The answers to a Spark DataFrame of facts, through `mapInArrow`."""
    from sanctions_rules.engines.sql.spark import map_in_arrow

    named = replace(decider, regimes=decider.regimes or decider.law().regimes)
    return map_in_arrow(_PlainForSpark(named), df, named.regimes, named.key)


@dataclass(frozen=True)
class _PlainForSpark:
    decider: Decider

    def __call__(self, batch: Any) -> Any:
        from sanctions_rules.engines.sql.spark import as_spark_takes_it

        made = self.decider(batch)
        return as_spark_takes_it(made, self.decider.regimes, self.decider.key)


def regimes_of(law: Law, asked: Iterable[str] | None) -> tuple[str, ...]:
    return law.regimes if asked is None else tuple(asked)
