"""What is known of mutants from an earlier run: a file of JSON lines, added to as a run goes on.

A line counts while what it was found with is the same. A kill holds by itself as long as the rules,
the code and the scenario that killed are what they were; a survivor must meet whatever is new.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from sanctions_rules.author.mutate.bench import Bench, State, Verdict


class Journal:
    """The verdicts of one file. Without a file nothing is known and nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lines: dict[tuple[str, str], dict[str, Any]] = {}
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                self._read(line)

    def _read(self, line: str) -> None:
        """A line; one that a run was stopped in the middle of is passed over."""
        try:
            data = json.loads(line)
        except ValueError:
            return
        if isinstance(data, dict):
            entry = cast("dict[str, Any]", data)
            if isinstance(entry.get("name"), str) and isinstance(entry.get("rules"), str):
                self._lines[entry["rules"], entry["name"]] = entry

    def __enter__(self) -> Journal:
        self._file = self.path.open("a", encoding="utf-8") if self.path is not None else None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._file is not None:
            self._file.close()

    def verdict(self, bench: Bench, name: str) -> Verdict | None:
        """What is known of the mutant of that name, if it still holds."""
        entry = self._lines.get((bench.rules_digest, name))
        if entry is None:
            return None
        try:
            found = Verdict(
                name, State(entry["state"]), entry["by"], entry["reached"], entry["run"]
            )
        except (KeyError, ValueError):
            return None
        match found.state:
            case State.KILLED:
                holds = bench.digests.get(found.by) == entry.get("with")
            case State.SURVIVED:
                holds = bench.scenarios_digest == entry.get("with")
            case State.REFUSED:
                holds = True
        return found if holds else None

    def keep(self, bench: Bench, found: Verdict) -> None:
        if self._file is None:
            return
        given = {
            State.KILLED: bench.digests.get(found.by, ""), State.SURVIVED: bench.scenarios_digest,
            State.REFUSED: "",
        }[found.state]  # fmt: skip
        line = {
            "rules": bench.rules_digest, "name": found.name, "state": str(found.state), "by": found.by,
            "with": given, "reached": found.reached, "run": found.run,
        }  # fmt: skip
        self._file.write(json.dumps(line, ensure_ascii=True) + "\n")
        self._file.flush()
