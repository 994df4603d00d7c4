"""Survivors that somebody has looked at, each with the reason why no scenario can tell it apart.

They stay survivors in every count. A file of them is TOML: `[[allowed]]` tables with `reason` and
either `mutant`, a whole name as it is printed, or `pattern`, a regular expression over names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sanctions_rules.diagnostics import Diagnostic, FactsError

_KEYS = frozenset(("mutant", "pattern", "reason"))


@dataclass(frozen=True)
class Explained:
    """Reasons by the names of mutants, and by patterns of names."""

    names: dict[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()

    def reason(self, name: str) -> str:
        """Why the mutant may survive; empty where nobody has said."""
        if name in self.names:
            return self.names[name]
        return next((reason for pattern, reason in self.patterns if pattern.search(name)), "")

    def unused(self, survivors: Iterable[str]) -> list[str]:
        """What is listed of which nothing survives."""
        names = list(survivors)
        kept = [p.pattern for p, _ in self.patterns if not any(p.search(n) for n in names)]
        return [name for name in self.names if name not in set(names)] + kept


NOTHING = Explained({})


def read_explained(path: Path) -> Explained:
    """The survivors that a file explains. Raises FactsError for one of another form."""

    def wrong(what: str) -> FactsError:
        return FactsError([Diagnostic("wrong-shape", what, path=path.name)])

    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise wrong(f"the file is not TOML: {error}") from None
    listed = data.get("allowed", [])
    if set(data) - {"allowed"} or not isinstance(listed, list):
        raise wrong("a file of explained survivors holds [[allowed]] tables and nothing else")
    names: dict[str, str] = {}
    patterns: list[tuple[re.Pattern[str], str]] = []
    for number, one in enumerate(cast("list[Any]", listed)):
        entry = cast("dict[str, Any]", one) if isinstance(one, dict) else {}
        texts = all(isinstance(v, str) and v.strip() for v in entry.values())
        if not texts or set(entry) - _KEYS or "reason" not in entry or len(entry) != 2:
            raise wrong(f"allowed[{number}] needs a `reason`, and a `mutant` or a `pattern`")
        if "mutant" in entry:
            names[entry["mutant"]] = entry["reason"]
            continue
        try:
            patterns.append((re.compile(entry["pattern"]), entry["reason"]))
        except re.error as error:
            raise wrong(f"allowed[{number}]: the pattern cannot be read: {error}") from None
    return Explained(names, tuple(patterns))
