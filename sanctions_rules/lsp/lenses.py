"""The examples of a provision, run from beside it: how many there are, whether they hold, and why.

An example of a text is one in a rule file, or a scenario of a file, that names the text as the reason
of what it expects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sanctions_rules.diagnostics import ProblemsError
from sanctions_rules.examples_in_rules import scenarios_of
from sanctions_rules.language import ast
from sanctions_rules.language.compile import Parsed, compile_rulebook
from sanctions_rules.language.resolve import Rulebook
from sanctions_rules.limits import Limits
from sanctions_rules.lsp.pieces import placed
from sanctions_rules.render.text import to_text
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import Scenario, read_scenarios, run, scenario_files
from sanctions_rules.source import Source


@dataclass(frozen=True, slots=True)
class Lens:
    """What can be run beside the head of a text: `keys` say which examples, to `chosen`."""

    start: int
    end: int
    keys: tuple[str, ...]
    example: bool = False


@dataclass(frozen=True, slots=True)
class Ran:
    """One example that was run."""

    name: str
    failures: tuple[str, ...]
    trace: str


@dataclass
class Examples:
    """The scenarios of files, and the law of the last run."""

    folders: tuple[Path, ...] = ()
    _read: dict[str, Scenario] | None = None
    _parsed: Parsed = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]
    _law: tuple[dict[str, bytes], Law] | None = None

    def again(self) -> None:
        """The files of scenarios may be others now."""
        self._read = None

    def scenarios(self) -> dict[str, Scenario]:
        """Every scenario of the folders, by a name of its own. What cannot be read is left out."""
        if self._read is None:
            found: dict[str, Scenario] = {}
            for file in (
                f for folder in self.folders if folder.exists() for f in scenario_files(folder)
            ):
                try:
                    found.update((f"{file}: {s.name}", s) for s in read_scenarios(file))
                except (ProblemsError, OSError, ValueError):
                    continue
            self._read = found
        return self._read

    def run(self, files: dict[str, bytes], limits: Limits, keys: Iterable[str]) -> list[Ran]:
        """Run these examples by the law of the files. Raises RulebookError where it does not load."""
        law = self._loaded(files, limits)
        rulebook, sources = law.compiled.rulebook, law.compiled.sources
        written = {
            key_of(block, sources.get(block.head.file)): scenarios_of([block], sources)[0]
            for block in rulebook.blocks if block.kind == "example"
        }  # fmt: skip
        chosen = {**self.scenarios(), **written}
        return [_ran(law, chosen[key]) for key in keys if key in chosen]

    def _loaded(self, files: dict[str, bytes], limits: Limits) -> Law:
        if self._law is None or self._law[0] != files:
            law = Law(compile_rulebook(files, limits, self._parsed))
            kept = {(n, d) for n, d in files.items()}
            for gone in [key for key in self._parsed if key not in kept]:
                del self._parsed[gone]
            self._law = (files, law)
        return self._law[1]

    # -- lenses ----------------------------------------------------------------------------------

    def lenses(self, rulebook: Rulebook, name: str) -> Iterator[Lens]:
        """What can be run in one file of the rulebook."""
        named: dict[str, list[str]] = {}
        for block in rulebook.blocks:
            if block.kind == "example":
                source = rulebook.sources.get(block.head.file)
                for slot in block.all("expect"):
                    for ref in slot.refs:
                        for meant in rulebook.meant(ref):
                            named.setdefault(meant.id, []).append(key_of(block, source))
        for key, scenario in self.scenarios().items():
            for id in _because(scenario):
                named.setdefault(id, []).append(key)
        seen: set[int] = set()
        for block in rulebook.blocks:
            if str(block.head.file) != name or block.head.start in seen:
                continue
            head = placed(block.head)
            if block.kind == "example":
                source = rulebook.sources.get(block.head.file)
                yield Lens(head.start, head.end, (key_of(block, source),), True)
            elif keys := tuple(dict.fromkeys(named.get(block.id, ()))):
                yield Lens(head.start, head.end, keys)


def key_of(block: ast.Block, source: Source | None) -> str:
    """Which example: the file and line of its head."""
    line = source.place(block.head.start)[0] if source else 0
    return f"{block.head.file}:{line}"


def _because(scenario: Scenario) -> list[str]:
    return list(dict.fromkeys(
        str(id) for expected in scenario.expect.values() for id in expected.get("because", ())
    ))  # fmt: skip


def _ran(law: Law, scenario: Scenario) -> Ran:
    try:
        result = run(law, scenario)
    except (ProblemsError, LookupError) as error:
        return Ran(scenario.name, (str(error),), "")
    trace = to_text(result.decision, base=scenario.base)
    return Ran(scenario.name, tuple(result.failures), trace)


def summary(ran: Iterable[Ran]) -> str:
    """One line that counts, and a line for each that failed."""
    found = list(ran)
    failed = [one for one in found if one.failures]
    lines = [f"{len(found) - len(failed)} passed, {len(failed)} failed"]
    return "\n".join([*lines, *(f"{one.name}: {one.failures[0]}" for one in failed)])


def page(ran: Iterable[Ran]) -> str:
    """The traces, as a page of plain text."""
    return "\n".join(
        f"{'FAILED' if one.failures else 'passed'}  {one.name}\n"
        + "".join(f"  {line}\n" for line in one.failures)
        + f"\n{one.trace}"
        for one in ran
    )
