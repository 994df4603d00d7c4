"""The pytest plugin: scenario files are tests, and so, if asked for, are examples in rule files.

`*.scenarios.toml` and `*.scenarios.yaml` are collected wherever pytest looks. With
`--rules-examples`, so are the `example` blocks of `*.rules`. The law is the packaged one, unless
the ini option `sanctions_rules_law` (or `--sanctions-rules-law`) names regimes or paths of rules.

Everything of the library is imported when the first file is collected: a test run without
scenarios pays nothing for the plugin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import pytest

if TYPE_CHECKING:
    from sanctions_rules.rulebooks import Law
    from sanctions_rules.scenario import Result, Scenario

#: As `scenario.SUFFIXES`, which is not imported for every file of every test run.
SUFFIXES: Final = (".scenarios.toml", ".scenarios.yaml", ".scenarios.yml")
LAW: Final = "sanctions_rules_law"

N = TypeVar("N", bound="pytest.File | pytest.Item")

_LAW_KEY: Final = pytest.StashKey["Law"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("sanctions-rules")
    group.addoption(
        "--rules-examples", action="store_true", help="collect the example blocks of rule files"
    )
    group.addoption(
        "--sanctions-rules-law", action="append", metavar="REGIME_OR_PATH",
        help="the law that scenarios are run against: regimes, or paths of rules",
    )  # fmt: skip
    parser.addini(
        LAW, type="args", default=[],
        help="the law that scenarios are run against: regimes, or paths; default: all packaged",
    )  # fmt: skip


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.name.endswith(SUFFIXES):
        return _made(ScenarioFile, parent, path=file_path)
    if file_path.suffix == ".rules" and parent.config.getoption("--rules-examples"):
        return _made(RuleFile, parent, path=file_path)
    return None


def _made(kind: type[N], parent: pytest.Collector, **more: Any) -> N:
    return cast(N, cast(Any, kind).from_parent(parent, **more))


def law_of(config: pytest.Config) -> Law:
    """The law of this run, loaded once. Where it does not load, the run ends."""
    found = config.stash.get(_LAW_KEY, None)
    if found is None:
        from sanctions_rules.diagnostics import RulebookError
        from sanctions_rules.rulebooks import load, load_path

        asked: list[str] = config.getoption("--sanctions-rules-law") or config.getini(LAW)
        paths = [config.rootpath / name for name in asked if _is_path(config, name)]
        regimes = [name for name in asked if not _is_path(config, name)]
        try:
            found = load_path(*paths, including=regimes) if paths else load(*regimes)
        except (RulebookError, LookupError) as error:
            # Without a law no scenario means anything: the run ends here, and says so once.
            pytest.exit(f"{LAW}: {error}", returncode=pytest.ExitCode.USAGE_ERROR)
        config.stash[_LAW_KEY] = found
    return found


def _is_path(config: pytest.Config, name: str) -> bool:
    return (config.rootpath / name).exists()


class ScenarioFile(pytest.File):
    """A scenario file; each of its scenarios is a test."""

    def collect(self) -> Iterator[pytest.Item]:
        from sanctions_rules.diagnostics import ProblemsError
        from sanctions_rules.scenario import read_scenarios

        try:
            scenarios = read_scenarios(self.path)
        except ProblemsError as error:
            raise self.CollectError(str(error)) from None
        yield from _items(self, scenarios)


class RuleFile(pytest.File):
    """A rule file; each of its examples is a test."""

    def collect(self) -> Iterator[pytest.Item]:
        from sanctions_rules.diagnostics import ProblemsError
        from sanctions_rules.examples_in_rules import read_examples

        try:
            scenarios = read_examples(self.path.name, self.path.read_bytes())
        except ProblemsError as error:
            raise self.CollectError(str(error)) from None
        yield from _items(self, scenarios)


def _items(parent: pytest.File, scenarios: Iterable[Scenario]) -> Iterator[pytest.Item]:
    seen: dict[str, int] = {}
    for scenario in scenarios:
        count = seen[scenario.name] = seen.get(scenario.name, 0) + 1
        # Two tests of one name would be one test to `--last-failed` and to a report.
        name = scenario.name if count == 1 else f"{scenario.name} ({count})"
        yield _made(ScenarioItem, parent, name=name, scenario=scenario)


class NotAsExpected(Exception):
    """The decision of a scenario differs from what its file expects."""

    def __init__(self, result: Result) -> None:
        self.result = result
        super().__init__("; ".join(result.failures))


class ScenarioItem(pytest.Item):
    """One scenario: decide it and compare."""

    def __init__(self, *, scenario: Scenario, **more: Any) -> None:
        cast(Any, super()).__init__(**more)
        self.scenario = scenario

    def runtest(self) -> None:
        from sanctions_rules.scenario import run

        result = run(law_of(self.config), self.scenario)
        if not result.passed:
            raise NotAsExpected(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any, **__: Any) -> Any:
        """What differs, then the decision's trace; for facts that cannot be read, where and why."""
        from sanctions_rules.diagnostics import ProblemsError

        error = excinfo.value
        if isinstance(error, NotAsExpected):
            from sanctions_rules.render.text import to_text

            lines = [*error.result.failures, f"source: {self.scenario.source}", ""]
            return "\n".join([*lines, to_text(error.result.decision, base=self.scenario.base)])
        if isinstance(error, ProblemsError) or type(error) is LookupError:
            return str(error)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.scenario.name
