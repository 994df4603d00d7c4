"""Delete or shift each line, number and date of the law in turn: some scenario must notice.

`python tests/mutate_law.py [--file NAME] [--list]` mutates the packaged rulebooks one change at a
time and runs the scenarios against each mutant. A mutant that does not load is killed; one that
changes no answer of any scenario survives, and must be listed in `tests/mutants_allowed.toml`
with its reason. Exit code 1 when a survivor is not listed. Grows into `sanctions-rules mutate`.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from conftest import all_scenarios

from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language.compile import Parsed, compile_rulebook
from sanctions_rules.rulebooks import Law, read_files
from sanctions_rules.scenario import Scenario, run

ALLOWED = Path(__file__).parent / "mutants_allowed.toml"
#: Slots that say where a text comes from, not what it says: nothing in them changes an answer.
DOCUMENT = re.compile(
    r"\s*(cites|source-id|checked|note|enacted by|rank|clock|current through|made under|published|reading|weighing|"
    r"regardless of|subject to)\b|\s*\([a-z]\) \""
)


@dataclass(frozen=True)
class Mutant:
    """One change to one file. `name` stays the same when other lines move."""

    file: str
    block: str
    change: str
    text: str

    @property
    def id(self) -> str:
        return self.block.split(' "')[0]

    @property
    def name(self) -> str:
        return f"{self.block}: {self.change}"


def mutants(name: str, text: str) -> Iterator[Mutant]:
    """Every deletion of a line, and every shift of a number or a day, that could change the law."""
    lines = text.split("\n")
    kind = title = ""
    document = False
    for number, line in enumerate(lines):
        head = re.match(r"(instrument|provision|determination|licence|definition|judgement|table|example)\b (.*)", line)
        if head:
            kind = head[1]
            title = head[2]
        if not line.strip() or line.startswith("#") or head or line == "end":
            continue
        if kind in ("example", "instrument", "judgement"):
            continue
        opens = re.match(r"  [a-z]", line) is not None
        document = DOCUMENT.match(line) is not None if opens else document and not line.startswith("    and")
        if document or "asks" in line:
            continue

        def made(change: str, *replacement: str, at: int = number, of: str = title) -> Mutant:
            return Mutant(name, of, change, "\n".join([*lines[:at], *replacement, *lines[at + 1 :]]))

        shown = line.strip()
        yield made(f"delete `{shown}`")
        for match in re.finditer(r"\d{4}-\d{2}-\d{2}", line):
            if line[match.start() - 1 : match.start()] == "@":
                continue
            day = date.fromisoformat(match[0])
            for shift in (-1, 1):
                other = str(day + timedelta(days=shift))
                yield made(f"{match[0]} → {other} in `{shown}`", line[: match.start()] + other + line[match.end() :])
        for match in re.finditer(r"(?<=[0-9] )\d{2}:\d{2}(?= [A-Z])", line):
            hour, minute = map(int, match[0].split(":"))
            for shift in (-1, 1):
                total = (hour * 60 + minute + shift) % 1440
                other = f"{total // 60:02}:{total % 60:02}"
                yield made(f"{match[0]} → {other} in `{shown}`", line[: match.start()] + other + line[match.end() :])
        plain = re.sub(r'"[^"]*"|\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?|(HS|HTSUS|CN) [0-9. ]+|§\S+|FAQ \S+|us\.\S+|@\S+|[a-z_]+[0-9]+[a-z0-9_]*',
                       lambda m: "\0" * len(m[0]), line)
        for match in re.finditer(r"(?<![\w.(])\d+(\.\d+)?(?![\w)])", plain):
            number_text = match[0]
            step = Decimal(1).scaleb(-2) if "." in number_text else Decimal(1)
            for shift in (-step, step):
                other = str(Decimal(number_text) + shift)
                yield made(f"{number_text} → {other} in `{shown}`", line[: match.start()] + other + line[match.end() :])
        for match in re.finditer(r"\b(at least|at most|more than|less than|on or before|on or after|before|after)\b", line):
            swap = {"at least": "more than", "more than": "at least", "at most": "less than", "less than": "at most",
                    "on or before": "before", "on or after": "after", "before": "on or before", "after": "on or after"}
            if "any of" not in line and "consulting" not in line and "from before" not in line and "unknown" not in line:
                yield made(f"{match[0]} → {swap[match[0]]} in `{shown}`", line[: match.start()] + swap[match[0]] + line[match.end() :])


def annex_mutants(name: str, text: str) -> Iterator[Mutant]:
    """Every deletion of a row of a code list."""
    lines = text.rstrip("\n").split("\n")
    for number in range(1, len(lines)):
        yield Mutant(name, name, f"delete row `{lines[number]}`", "\n".join([*lines[:number], *lines[number + 1 :]]) + "\n")


def holds(law: Law, scenario: Scenario) -> bool:
    """Whether the scenario still finds what it expects."""
    return run(law, scenario).passed


def touched(law: Law, scenario: Scenario) -> set[str]:
    """The blocks that the scenario comes near: where its answer could change if they did."""
    result = run(law, scenario)
    evaluation = result.decision.source.evaluation
    provisions = {d.name: d.provision for d in law.program.definitions}
    norm_blocks = {n.provision for n in law.program.norms}
    found: set[str] = set()
    for name, _ in evaluation._defined:
        if not (" in force @ " in name and provisions[name] in norm_blocks):
            found.add(provisions[name])
    for norm in law.program.norms:
        if evaluation.definition(norm.pattern, None).may:
            found |= {norm.provision, norm.fill}
            for edge in norm.edges:
                found |= {n.provision for n in law.program.norms if n.id == edge.source}
    for expected in scenario.expect.values():
        for text in expected.get("terms", {}):  # terms are asked apart from the decision
            found.add(provisions[law.program.terms[text.split("(")[0]][0]])
    return found


def killed(contents: Mapping[str, bytes], mutant: Mutant, scenarios: list[Scenario], parsed: Parsed) -> str:
    """What killed the mutant, or nothing."""
    changed = {k: v for k, v in contents.items() if not k.endswith(".lock")}
    changed[mutant.file] = mutant.text.encode()
    try:
        law = Law(compile_rulebook(changed, parsed=parsed))
    except RulebookError:
        return "does not load"
    for index, scenario in enumerate(scenarios):
        try:
            if not holds(law, scenario):
                scenarios.insert(0, scenarios.pop(index))  # what killed one is likely to kill the next
                return scenario.name
        except LookupError:
            return scenario.name
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", default="", help="only files whose name contains this")
    parser.add_argument("--annexes", action="store_true", help="delete rows of code lists too")
    parser.add_argument("--every", type=int, default=1, help="only every so many mutants")
    options = parser.parse_args()
    root = Path(str(files("sanctions_rules") / "rulebooks"))
    contents = {f"us/{name}": data for name, data in read_files(root / "us").items()}
    law = Law(compile_rulebook(contents))
    near: dict[str, list[Scenario]] = {}
    for scenario in all_scenarios():
        for block in touched(law, scenario):
            near.setdefault(block, []).append(scenario)
    found = [
        m for name, data in sorted(contents.items()) if options.file in name and name.endswith(".rules")
        for m in mutants(name, data.decode())
    ]  # fmt: skip
    if options.annexes:
        found += [m for name, data in sorted(contents.items()) if name.endswith(".csv") and options.file in name
                  for m in annex_mutants(name, data.decode())]
    found = found[:: options.every]
    allowed = {e["mutant"]: e["reason"] for e in tomllib.loads(ALLOWED.read_text("utf-8")).get("allowed", [])} if ALLOWED.exists() else {}
    survivors: list[Mutant] = []
    parsed: Parsed = {}
    started = time.monotonic()
    for count, mutant in enumerate(found, 1):
        if not killed(contents, mutant, near.get(mutant.id, list(all_scenarios())), parsed):
            survivors.append(mutant)
            if mutant.name not in allowed:
                print(f"survives: {mutant.name}", flush=True)
        if sys.stderr.isatty():
            print(f"\r{count}/{len(found)} {len(survivors)} survive", end="", file=sys.stderr)
    unlisted = [m for m in survivors if m.name not in allowed]
    print(f"{len(found)} mutants, {len(found) - len(survivors)} killed, {len(survivors)} survive, "
          f"{len(survivors) - len(unlisted)} of them with a reason; {time.monotonic() - started:.0f} s")
    return 1 if unlisted else 0


if __name__ == "__main__":
    raise SystemExit(main())
