"""`selftest`: whether each engine that is installed here answers the conformance examples."""

from __future__ import annotations

from collections.abc import Sequence

from sanctions_rules.cli import FINDINGS, OK, show
from sanctions_rules.cli.asking import WrongUsage
from sanctions_rules.engines.installed import ENGINES, available
from sanctions_rules.engines.selftest import Result, check

#: How many failures are shown of one engine unless all are asked for.
SHOWN = 10


def selftest(names: Sequence[str], everything: bool) -> int:
    """Print how each engine does. An engine whose packages are absent is no finding."""
    for name in names:
        if name not in ENGINES:
            raise WrongUsage(f"there is no engine `{name}`; there are: {', '.join(ENGINES)}")
    engines, absent = available(*names)
    results = [check(engine) for engine in engines]
    lines = [line for result in results for line in _told(result, everything)]
    lines += [f"{name:20} not installed: {why}" for name, why in absent.items()]
    show("\n".join(lines))
    return OK if all(result.passed for result in results) else FINDINGS


def _told(result: Result, everything: bool) -> list[str]:
    said = "passed" if result.passed else "FAILED"
    lines = [
        f"{result.engine:20} {said}: {result.cases} cases of {result.examples} examples"
        f" ({result.version})"
    ]
    few = None if everything else SHOWN
    lines += [f"  refused: {one}" for one in result.refused[:few]]
    lines += [f"  {one}" for one in result.failures[:few]]
    left = len(result.failures) - len(result.failures[:few])
    return [*lines, *([f"  and {left} more; --all shows them"] if left else [])]
