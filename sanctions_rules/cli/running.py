"""`test`: scenario files and the examples in rule files, run against a law."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from sanctions_rules.cli import FINDINGS, INVALID, OK, show
from sanctions_rules.cli.asking import law_of
from sanctions_rules.cli.formats import RunFormat
from sanctions_rules.cli.junit import printable, suites
from sanctions_rules.diagnostics import ProblemsError
from sanctions_rules.examples_in_rules import examples_of
from sanctions_rules.render.sentences import visible
from sanctions_rules.render.text import to_text
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import Scenario, read_scenarios, run, scenario_files


@dataclass(frozen=True)
class Ran:
    """One scenario that was run: how long it took, and what was not as expected."""

    scenario: Scenario
    failures: tuple[str, ...]
    trace: str
    seconds: float


def run_all(
    paths: Sequence[Path], rules: Sequence[Path], including: Sequence[str], format: RunFormat,
    overlays: Sequence[Path] = (),
) -> int:  # fmt: skip
    """Run every scenario and every example under `paths`; rule files among them are the law.

    Of those, the ones that are laid over it are not; their examples are run too.
    """
    own = [*rules, *(p for p in paths if _holds_rules(p, overlays))]
    files = [file for path in paths for file in scenario_files(path)]
    try:
        scenarios = [scenario for file in files for scenario in read_scenarios(file)]
        law = law_of(own, including, overlays=overlays)
        files_over = {overlay.file for overlay in law.program.overlays}
        if own or overlays:
            scenarios += [
                s for s in examples_of(law)
                if (own and _is_own(s, law, including)) or s.file.split(":")[0] in files_over
            ]  # fmt: skip
    except ProblemsError as error:
        print(error, file=sys.stderr)
        return INVALID
    if not scenarios:
        print(
            "there is nothing to run here: no scenario file, no example in a rule file",
            file=sys.stderr,
        )
        return INVALID
    results = list(_ran(law, scenarios))
    titles = [visible(overlay.title) for overlay in law.program.overlays]
    show(junit(results) if format is RunFormat.JUNIT else "\n".join(outcomes(results, titles)))
    return FINDINGS if any(r.failures for r in results) else OK


def _holds_rules(path: Path, overlays: Sequence[Path]) -> bool:
    """Whether there are rules at the path that are not laid over others."""
    found = path.rglob("*.rules") if path.is_dir() else [path] if path.suffix == ".rules" else []
    over = {file.resolve() for one in overlays for file in (one, *one.rglob("*.rules"))}
    return any(file.resolve() not in over for file in found)


def _is_own(example: Scenario, law: Law, including: Sequence[str]) -> bool:
    """Examples of the packaged law that is built upon are run by its own tests."""
    return not example.file.startswith(tuple(f"{regime}/" for regime in including))


def _ran(law: Law, scenarios: Sequence[Scenario]) -> Iterator[Ran]:
    for scenario in scenarios:
        start = time.perf_counter()
        failures: tuple[str, ...] = ()
        trace = ""
        try:
            result = run(law, scenario)
            failures = result.failures
            trace = to_text(result.decision, base=scenario.base) if failures else ""
        except ProblemsError as error:
            failures = (str(error),)
        except LookupError as error:
            if type(error) is not LookupError:
                raise
            failures = (str(error),)
        yield Ran(scenario, failures, trace, time.perf_counter() - start)


def outcomes(results: Sequence[Ran], overlays: Sequence[str] = ()) -> Iterator[str]:
    """Each failure with what differs and the decision's trace; then one line that counts."""
    for ran in results:
        if ran.failures:
            yield f"FAILED {visible(ran.scenario.name)}"
            yield f"  {visible(ran.scenario.file)}"
            yield from (f"  {line}" for text in ran.failures for line in text.splitlines())
            yield from (f"    {line}" for line in ran.trace.splitlines())
            yield ""
    failed = sum(bool(ran.failures) for ran in results)
    over = f", with a proposal laid over the law: {', '.join(overlays)}" if overlays else ""
    yield f"{len(results) - failed} passed, {failed} failed{over}"


def junit(results: Sequence[Ran]) -> str:
    """The report that continuous integration reads."""
    cases: list[ElementTree.Element] = []
    for ran in results:
        case = ElementTree.Element("testcase", {
            "classname": printable(ran.scenario.file), "name": printable(ran.scenario.name),
            "time": f"{ran.seconds:.3f}",
        })  # fmt: skip
        if ran.failures:
            failure = ElementTree.SubElement(
                case, "failure", {"message": printable(ran.failures[0])}
            )
            failure.text = printable("\n".join([*ran.failures, "", ran.trace]))
        cases.append(case)
    return suites(cases, sum(r.seconds for r in results))
