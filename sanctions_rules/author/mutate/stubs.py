"""A scenario to begin with for each survivor: facts that tell it apart, and what to fill in.

What the law expects is for the author to say, from its text: until then the scenario fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sanctions_rules.author.mutate.bench import Bench
from sanctions_rules.author.mutate.mutants import Mutant
from sanctions_rules.author.mutate.running import spread
from sanctions_rules.author.mutate.telling import told
from sanctions_rules.author.writing import Draft, said_of, scenario_text


def stub(bench: Bench, mutant: Mutant) -> str:
    """One scenario in TOML, or a remark where there are no facts to begin with."""
    return "\n".join(_stub(bench, mutant))


def _stub(bench: Bench, mutant: Mutant) -> Iterator[str]:
    found = told(bench, mutant)
    yield f"# {mutant.place}: {mutant.name}"
    if found is None:
        yield "# No scenario asks for anything of this text: write one from the beginning.\n"
        return
    yield f"# The facts are those of: {found.base}"
    yield from (f"# but {line}" for line in found.changed)
    yield (
        "# With them the rules as they stand and this mutant answer differently."
        if found.differs
        else "# Change them so that the answer turns on that place."
    )
    scenario = found.scenario
    case = scenario.case()
    regimes = [r for r in scenario.expect if r in bench.law.regimes]
    decision = bench.law.decide(
        case, regimes=regimes, about=scenario.about, known_on=scenario.known_on, readings=scenario.readings
    )  # fmt: skip
    yield scenario_text(
        Draft(
            mutant.name, case, said_of(bench.law, decision),
            about=scenario.about, known_on=scenario.known_on, readings=scenario.readings,
        )
    )  # fmt: skip


def stubs(
    benches: Sequence[Bench], found: Sequence[tuple[int, str]], jobs: int = 1,
    done: Callable[[int, int], None] | None = None,
) -> str:  # fmt: skip
    """A scenario file in TOML with a stub for each of these mutants: the number of its bench, its name."""
    texts = ["# Scenarios to be filled in: see `sanctions-rules mutate`.\n"]
    for count, (_, text) in enumerate(spread(benches, found, stub, jobs), 1):
        texts.append(text)
        if done is not None:
            done(count, len(found))
    return "\n".join(texts)
