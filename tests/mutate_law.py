"""Delete or shift each line, number and date of the law in turn: some scenario must notice.

`python tests/mutate_law.py [--regime us] [--file NAME] [--match TEXT]` changes a packaged rulebook one
place at a time and puts its scenarios to each mutant, leaving out those whose every value is as before.
Scenarios that read countries as a regime's own (`home`) compare laws and take no part.
A mutant that does not load is killed; one that fails no scenario survives, and must be listed in
`tests/mutants_allowed.toml`, by `mutant` (its name) or `pattern` (of names), with its `reason`.
Exit code 1 when a survivor is not listed. Grows into `sanctions-rules mutate`.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from conftest import all_scenarios

from sanctions_rules.core import Closure, Program
from sanctions_rules.decision import Decision
from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.engines.interpreter import Evaluation
from sanctions_rules.facts import Case
from sanctions_rules.language.compile import Parsed, compile_rulebook
from sanctions_rules.rulebooks import Law, read_files
from sanctions_rules.scenario import Scenario, differences
from sanctions_rules.values import Truth

ALLOWED = Path(__file__).parent / "mutants_allowed.toml"
#: Slots that say where a text comes from, not what it says: nothing in them changes an answer.
DOCUMENT = re.compile(
    r"\s*(cites|source-id|measure|checked|note|enacted by|rank|clock|current through|made under|published"
    r"|reading|weighing|regardless of|subject to)\b|\s*\([a-z]\) \""
)


HEAD = re.compile(
    r"(instrument|provision|determination|licence|definition|judgement|table|example)\b (.*)"
)


@dataclass(frozen=True)
class Mutant:
    """One change to one file. `name` stays the same when other lines move."""

    file: str
    block: str
    change: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.block}: {self.change}"


def mutants(name: str, text: str, elements: bool = False) -> Iterator[Mutant]:
    """Every deletion of a line, and every shift of a number or a day, that could change the law.

    `elements`: every deletion of one element of a list too.
    """
    lines = text.split("\n")
    kind = title = ""
    document = False
    for number, line in enumerate(lines):
        head = HEAD.match(line)
        if head:
            kind = head[1]
            title = head[2]
        if not line.strip() or line.startswith("#") or head or line == "end":
            continue
        if kind in ("example", "instrument", "judgement"):
            continue
        opens = re.match(r"  [a-z]", line) is not None
        if opens:
            document = DOCUMENT.match(line) is not None
        elif line.startswith("    and"):
            document = False
        if document or "asks" in line:
            continue

        shown = line.strip()
        yield Mutant(name, title, f"delete `{shown}`", with_line(lines, number))
        for start, end, other in swaps(line):
            yield Mutant(
                name, title, f"{line[start:end]} → {other} in `{shown}`",
                with_line(lines, number, line[:start] + other + line[end:]),
            )  # fmt: skip
        if elements and "in force" not in line and '"' not in line:
            yield from _elements(name, title, lines, number)


#: What is not a number of the law: quotations, days, codes, and numbers that are part of a name.
_NAMES = re.compile(
    r'"[^"]*"|\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?|(HS|HTSUS|CN) [0-9. ]+|§\S+|FAQ \S+|(us|eu|uk)\.\S+|@\S+'
    r"|[a-z_]+[0-9]+[a-z0-9_]*"
)
_SWAP = {
    "at least": "more than", "more than": "at least", "at most": "less than",
    "less than": "at most", "on or before": "before", "on or after": "after",
    "before": "on or before", "after": "on or after",
}  # fmt: skip


def swaps(line: str) -> Iterator[tuple[int, int, str]]:
    """Where a day, a time, a number or a comparison stands, and what may stand there instead."""
    for match in re.finditer(r"(?<!@)\b\d{4}-\d{2}-\d{2}", line):
        for shift in (-1, 1):
            yield *match.span(), str(date.fromisoformat(match[0]) + timedelta(days=shift))
    for match in re.finditer(r"(?<=[0-9] )\d{2}:\d{2}(?= [A-Z])", line):
        hour, minute = map(int, match[0].split(":"))
        for shift in (-1, 1):
            total = (hour * 60 + minute + shift) % 1440
            yield *match.span(), f"{total // 60:02}:{total % 60:02}"
    plain = _NAMES.sub(lambda m: "\0" * len(m[0]), line)
    for match in re.finditer(r"(?<![\w.(])\d+(\.\d+)?(?![\w)])", plain):
        step = Decimal("0.01") if "." in match[0] else Decimal(1)
        for shift in (-step, step):
            yield *match.span(), str(Decimal(match[0]) + shift)
    if not any(w in line for w in ("any of", "consulting", "from before", "unknown")):
        for match in re.finditer("|".join(rf"\b{w}\b" for w in _SWAP), line):
            yield *match.span(), _SWAP[match[0]]


def with_line(lines: list[str], number: int, *replacement: str) -> str:
    """The text with other lines, or none, in the place of one."""
    return "\n".join([*lines[:number], *replacement, *lines[number + 1 :]])


_ELEMENT = r"[a-z§0-9][\w§().]*"


def _elements(name: str, title: str, lines: list[str], number: int) -> Iterator[Mutant]:
    """Every deletion of one element of a list that the line holds, or holds the end of."""
    line, before = lines[number], lines[number - 1]

    def made(element: str, *replacement: str, since: int) -> Mutant:
        text = "\n".join([*lines[:since], *replacement, *lines[number + 1 :]])
        return Mutant(name, title, f"without `{element}` in `{line.strip()}`", text)

    for match in re.finditer(rf"(?<![\w.])({_ELEMENT}), *", line):
        yield made(match[1], line[: match.start()] + line[match.end() :], since=number)
    for match in re.finditer(rf", *({_ELEMENT})(?= |$)", line):
        yield made(match[1], line[: match.start()] + line[match.end() :], since=number)
    alone = re.match(rf"\s+({_ELEMENT})( |$)", line)
    if alone and before.endswith(","):
        rest = " " * alone.start(1) + line[alone.end(1) :]
        yield made(alone[1], before[:-1], rest, since=number - 1)


def numbered(found: list[Mutant]) -> Iterator[Mutant]:
    """The mutants, those that would be called alike told apart by their number."""
    seen: dict[str, int] = {}
    for mutant in found:
        count = seen[mutant.name] = seen.get(mutant.name, 0) + 1
        yield replace(mutant, change=f"{mutant.change} ({count})") if count > 1 else mutant


def annex_mutants(name: str, text: str) -> Iterator[Mutant]:
    """Every deletion of a row of a code list."""
    lines = text.rstrip("\n").split("\n")
    for number in range(1, len(lines)):
        text = with_line(lines, number) + "\n"
        yield Mutant(name, name, f"delete row `{lines[number]}`", text)


@dataclass(frozen=True)
class Known:
    """A scenario with everything that deciding it by the law as it stands made the engine compute.

    `whole`: it expects more than values show (a judgement relied on, a reading, a duty), so that no
    comparison of values can stand for running it.
    """

    scenario: Scenario
    case: Case
    run: Evaluation
    whole: bool

    @classmethod
    def of(cls, law: Law, scenario: Scenario) -> Known:
        beyond = {"judgements", "reading_sensitive", "presumptive", "duties"}
        whole = bool(scenario.about or any(beyond & set(e) for e in scenario.expect.values()))
        run = decided(law, scenario, scenario.case()).source.evaluation
        for term in (t for e in scenario.expect.values() for t in e.get("terms", {})):
            name, _, of = term.removesuffix(")").partition("(")
            definition, noun = law.program.terms[name]
            run.definition(definition, run.view.named(of or None, noun) if noun else None)
        return cls(scenario, run.view.case, run, whole)

    def may_differ(self, program: Program, change: Change) -> bool:
        """Whether some value that the answer was computed from is another by the changed law.

        Exact: every answer is a function of the values of definitions, a definition that reads as
        before has its value from others, and one that reads otherwise is computed again here. An
        unknown counts as another, because what is asked for may be.
        """
        if change.is_large or (self.whole and change.names):
            return True
        run: Evaluation | None = None
        for name, place in list(self.run._defined):
            if name not in change.names:
                continue
            before = self.run._defined[name, place]
            if before is Truth.UNKNOWN:
                return True
            run = run or Evaluation(program, self.run.view, self.run.settings)
            item = self.run.view.item(place) if place else None
            if run.definition(change.names[name], item) != before:
                return True
        return False


@dataclass(frozen=True)
class Change:
    """What is new in a changed law: definitions that read otherwise, by their old and new names.

    `is_large`: more than that, so that everything is to be decided anew.
    """

    names: Mapping[str, str]
    is_large: bool


def change(old: Program, new: Program) -> Change:
    """Compare two programs, definition by definition in their order, whatever they are called."""
    counts = [(len(p.definitions), len(p.norms)) for p in (old, new)]
    if counts[0] != counts[1] or old.readings != new.readings:
        return Change({}, True)
    renamed = {a.name: b.name for a, b in zip(old.definitions, new.definitions, strict=True)}
    names: dict[str, str] = {}
    for a, b in zip(old.definitions, new.definitions, strict=True):
        if isinstance(a, Closure) or isinstance(b, Closure):
            if shape(a, renamed) != shape(b, {}):
                return Change({}, True)
        elif a.subject != b.subject:
            return Change({}, True)
        elif a.body != b.body and shape(a.body, renamed) != shape(b.body, {}):
            names[a.name] = b.name
    for m, n in zip(old.norms, new.norms, strict=True):
        if (m.dormant and m.body in names) or shape(m, renamed) != shape(n, {}):
            return Change({}, True)
    return Change(names, False)


#: Fields that tell people of a provision and take no part in whether it binds.
_TOLD = {"place", "label", "term", "title", "citations", "id", "source", "provision"}


def shape(value: object, renamed: Mapping[str, str]) -> object:
    """A part of a program as plain tuples, its definitions called by their new names."""
    if isinstance(value, str):
        return renamed.get(value, value)
    if isinstance(value, tuple):
        return tuple(shape(v, renamed) for v in value)
    if is_dataclass(value):
        parts = (getattr(value, f.name) for f in fields(value) if f.name not in _TOLD)
        return type(value), *(shape(part, renamed) for part in parts)
    return value


def decided(law: Law, scenario: Scenario, case: Case) -> Decision:
    return law.decide(
        case, regimes=[r for r in scenario.expect if r in law.regimes], about=scenario.about,
        known_on=scenario.known_on, readings=scenario.readings,
    )  # fmt: skip


def holds(law: Law, known: Known) -> bool:
    """Whether the scenario still finds what it expects."""
    decision = decided(law, known.scenario, known.case)
    return not differences(law, known.case, decision, known.scenario.expect)


def killed(
    base: Law, contents: Mapping[str, bytes], mutant: Mutant, scenarios: list[Known],
    parsed: Parsed,
) -> str:  # fmt: skip
    """What killed the mutant, or nothing."""
    changed = {k: v for k, v in contents.items() if not k.endswith(".lock")}
    changed[mutant.file] = mutant.text.encode()
    try:
        law = Law(compile_rulebook(changed, parsed=parsed))
    except RulebookError:
        return "does not load"
    finally:
        parsed.pop((mutant.file, changed[mutant.file]), None)
    made = change(base.program, law.program)
    for index, known in enumerate(scenarios):
        if not known.may_differ(law.program, made):
            continue
        try:
            if holds(law, known):
                continue
        except LookupError:
            pass
        scenarios.insert(0, scenarios.pop(index))  # what killed one is likely to kill the next
        return known.scenario.name
    return ""


class Allowed:
    """Survivors that no legal fact can tell from the law, each with its reason."""

    def __init__(self, path: Path) -> None:
        text = path.read_text("utf-8") if path.exists() else ""
        listed = tomllib.loads(text).get("allowed", [])
        self.names = {e["mutant"]: e["reason"] for e in listed if "mutant" in e}
        self.patterns = [(re.compile(e["pattern"]), e["reason"]) for e in listed if "pattern" in e]
        self.used: set[str] = set()

    def reason(self, name: str) -> str:
        """Why the mutant may survive, or nothing."""
        if name in self.names:
            self.used.add(name)
            return self.names[name]
        for pattern, reason in self.patterns:
            if pattern.search(name):
                self.used.add(pattern.pattern)
                return reason
        return ""

    @property
    def unused(self) -> list[str]:
        patterns = [pattern.pattern for pattern, _ in self.patterns]
        return [name for name in (*self.names, *patterns) if name not in self.used]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    say = parser.add_argument
    say("--regime", default="us", choices=("us", "eu", "uk"), help="whose law is changed")
    say("--file", default="", help="only files whose name contains this")
    say("--match", default="", help="only mutants whose name contains this")
    say("--annexes", action="store_true", help="delete rows of code lists too")
    say("--elements", action="store_true", help="delete each element of each list in a line too")
    say("--every", type=int, default=1, help="only every so many mutants")
    say("--list", action="store_true", help="name the mutants and try none")
    say("--show", action="store_true", help="say of each mutant what killed it")
    options = parser.parse_args()
    root = Path(str(files("sanctions_rules") / "rulebooks"))
    folder = root / options.regime
    contents = {f"{options.regime}/{name}": data for name, data in read_files(folder).items()}
    asked = [(n, data.decode()) for n, data in sorted(contents.items()) if options.file in n]
    found = [
        m for n, text in asked if n.endswith(".rules") for m in mutants(n, text, options.elements)
    ]
    if options.annexes:
        found += [m for n, text in asked if n.endswith(".csv") for m in annex_mutants(n, text)]
    found = [m for m in numbered(found) if options.match in m.name][:: options.every]
    if options.list:
        print("\n".join(m.name for m in found))
        return 0
    law = Law(compile_rulebook(contents))
    scenarios = [
        Known.of(law, replace(s, expect={options.regime: s.expect[options.regime]}))
        for s in all_scenarios(options.regime)
        if options.regime in s.expect and not s.home
    ]
    broken = [k.scenario.name for k in scenarios if not holds(law, k)]
    if broken:
        print("these scenarios fail before anything is changed:", *broken, sep="\n  ")
        return 2
    allowed = Allowed(ALLOWED)
    survivors: list[Mutant] = []
    parsed: Parsed = {}
    started = time.monotonic()
    for count, mutant in enumerate(found, 1):
        by = killed(law, contents, mutant, scenarios, parsed)
        if not by:
            survivors.append(mutant)
            if not allowed.reason(mutant.name):
                print(f"survives: {mutant.name}", flush=True)
        elif options.show:
            print(f"{mutant.name}\n    killed by: {by}", flush=True)
        if sys.stderr.isatty():
            print(f"\r{count}/{len(found)} {len(survivors)} survive", end="", file=sys.stderr)
    unlisted = [m for m in survivors if not allowed.reason(m.name)]
    print(
        f"{len(found)} mutants, {len(found) - len(survivors)} killed, {len(survivors)} survive, "
        f"{len(survivors) - len(unlisted)} of them with a reason; "
        f"{time.monotonic() - started:.0f} s"
    )
    if (
        allowed.unused
        and options.regime == "us"
        and not (options.file or options.match or options.every > 1)
    ):
        print("listed, but nothing of that name survives:", *allowed.unused, sep="\n  ")
    return 1 if unlisted else 0


if __name__ == "__main__":
    raise SystemExit(main())
