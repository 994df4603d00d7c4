"""Where mutants are tried: rulebooks that load, scenarios that hold, and one verdict for each mutant."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sanctions_rules.author.mutate.changes import Change, change
from sanctions_rules.author.mutate.known import Known
from sanctions_rules.author.mutate.mutants import Mutant
from sanctions_rules.author.mutate.reach import Reach
from sanctions_rules.author.mutate.workshop import Workshop
from sanctions_rules.core import Program
from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language import ast
from sanctions_rules.language.compiled import Compiled, undisturbed
from sanctions_rules.language.resolve import regime
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.rulebooks import Law
from sanctions_rules.rulebooks.store import key_of
from sanctions_rules.scenario import Scenario


class State(StrEnum):
    """What became of a mutant. `KILLED`: a scenario does not find what it expects."""

    KILLED = "killed"
    REFUSED = "refused"  # the rulebook with it does not load
    SURVIVED = "survived"


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant, and by what: a scenario, or the code of a message.

    `reached`: how many scenarios asked for something that it changes. `run`: how many of them were
    decided again, because some value is another to them.
    """

    name: str
    state: State
    by: str = ""
    reached: int = 0
    run: int = 0


class BrokenError(Exception):
    """Scenarios that fail before anything is changed: no kill would mean anything."""

    def __init__(self, failures: Sequence[tuple[str, str]]) -> None:
        super().__init__("\n".join(f"{name}: {text}" for name, text in failures))
        self.failures = tuple(failures)


class Bench:
    """One rulebook with the scenarios that expect something of it."""

    def __init__(
        self, workshop: Workshop, scenarios: Iterable[Scenario], own: Container[str]
    ) -> None:
        """`own`: the files that are changed. Raises BrokenError where a scenario fails beforehand."""
        with undisturbed():
            self.workshop = workshop
            self.law = self._law(self.workshop.program)
            self.mutants = [m for m in self.workshop.mutants() if m.file in own]
            regimes = set(self.law.regimes)
            # Those that read countries as a regime's own compare laws, and take no part.
            self.scenarios = [s for s in scenarios if regimes & set(s.expect) and not s.home]
            self.reach = Reach(self.workshop.program, self._known())
        self.by_name = {m.name: m for m in self.mutants}

    def _known(self) -> Iterable[Known]:
        broken: list[tuple[str, str]] = []
        for scenario in self.scenarios if self.mutants else ():
            known = Known.of(self.law, scenario)
            failures = known.failures(self.law)
            broken += [(scenario.name, text) for text in failures[:1]]
            yield known
        if broken:
            raise BrokenError(broken)

    def _law(self, program: Program) -> Law:
        def text() -> None:
            raise AssertionError("no text is kept of a changed rulebook")

        return Law(Compiled(program, text, self.workshop.files, self.workshop.limits))  # type: ignore[arg-type]

    @cached_property
    def rules_digest(self) -> str:
        """Of the rules and of all code that gives an answer."""
        return key_of(self.workshop.files, self.workshop.limits)

    @cached_property
    def digests(self) -> dict[str, str]:
        """Of each scenario by its name: what is known of a mutant holds while these do."""
        return {name_of(s): digest_of(s) for s in self.scenarios}

    @cached_property
    def scenarios_digest(self) -> str:
        lines = sorted(f"{name} {digest}" for name, digest in self.digests.items())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def change(self, mutant: Mutant) -> tuple[Law, Change]:
        """The law with the change, and what is new in it. Raises RulebookError."""
        program = self.workshop.changed(mutant)
        return self._law(program), change(self.workshop.program, program)

    def _ids(self, mutant: Mutant) -> tuple[str, ...]:
        """By which ids scenarios may name the text that a mutant changes: ours, and those of its sources."""
        if mutant.number is None:
            return ()
        block = self.workshop.blocks[mutant.number]
        return (block.id, *(t.text for s in block.all("source-id") for t in s.texts))

    def verdict(self, mutant: Mutant) -> Verdict:
        """Try one mutant: the first scenario that does not find what it expects kills.

        Those that name the changed text go first; else they go in their order.
        """
        try:
            law, made = self.change(mutant)
        except RulebookError as error:
            return Verdict(mutant.name, State.REFUSED, error.problems[0].code)
        reached, tried = len(self.reach.asked(made.names)), 0
        for known, run in self.reach.noticing(law, made, self._ids(mutant)):
            tried += 1
            try:
                failures = known.failures(law, run)
            except LookupError:  # what it asks about is no longer called so
                failures = ("what it asks about is gone",)
            if failures:
                return Verdict(mutant.name, State.KILLED, name_of(known.scenario), reached, tried)
        return Verdict(mutant.name, State.SURVIVED, "", reached, tried)


def name_of(scenario: Scenario) -> str:
    """A scenario by its file and name: names alone may stand in several files."""
    return f"{scenario.file.partition(':')[0]}: {scenario.name}"


def digest_of(scenario: Scenario) -> str:
    said = (
        scenario.facts, scenario.expect, scenario.about, scenario.known_on, scenario.readings, scenario.home,
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _by_regime(files: Mapping[str, bytes], blocks: Iterable[ast.Block]) -> list[dict[str, bytes]]:
    """The files apart by the regimes of their blocks, so that each rulebook compiles by itself.

    Files that hold blocks of several regimes keep these together. What goes with no regime goes with
    the files of its folder.
    """
    of: dict[str, set[str]] = {}
    for block in blocks:
        if block.ref is not None:
            of.setdefault(block.head.file, set()).add(regime(block))
    groups: list[set[str]] = []
    for regimes in of.values():
        joined = set(regimes).union(*(g for g in groups if g & regimes))
        groups = [g for g in groups if not g & regimes] + [joined]
    found: list[dict[str, bytes]] = []
    for group in groups:
        names = {n for n, regimes in of.items() if regimes & group}
        folders = {n.rpartition("/")[0] for n in names}
        beside = {n for n in files if not n.endswith(".rules") and n.rpartition("/")[0] in folders}
        found.append({n: files[n] for n in files if n in names | beside})
    return found


def benches_of(
    files: Mapping[str, bytes], own: Container[str], scenarios: Sequence[Scenario],
    limits: Limits = DEFAULT,
) -> list[Bench]:  # fmt: skip
    """A bench for each rulebook that loads by itself, or one for all. `own`: files to be changed.

    Raises RulebookError, and BrokenError where scenarios fail by the rules as they stand.
    """
    with undisturbed():
        whole = Workshop(files, limits)
        # Of a regime that only holds commitments nothing is changed; alone it would not load.
        parts = [
            part for part in _by_regime(files, whole.blocks)
            if any(m.file in part and m.file in own for m in whole.mutants())
        ]  # fmt: skip
        try:
            shops = [Workshop(part, limits) for part in parts] if len(parts) > 1 else [whole]
        except RulebookError:  # one names blocks of another
            shops = [whole]
    return [Bench(shop, scenarios, own) for shop in shops]
