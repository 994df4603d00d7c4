"""The story of a rulebook, in one function: text in, program out, or every problem found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sanctions_rules.core import Program
from sanctions_rules.diagnostics import Diagnostic, RulebookError
from sanctions_rules.language import ast
from sanctions_rules.language.compiled import Compiled, Text
from sanctions_rules.language.format import digest_of
from sanctions_rules.language.lower import Words, lower
from sanctions_rules.language.parse import parse
from sanctions_rules.language.parsing.tokens import read_source
from sanctions_rules.language.resolve import Rulebook, Whole, resolve
from sanctions_rules.language.scrutinise import scrutinise
from sanctions_rules.language.scrutinising.promises import promises
from sanctions_rules.language.targets import Targets
from sanctions_rules.language.typecheck import typecheck
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.source import Source

#: Files that were parsed before: name and content to blocks and problems.
Parsed = dict[tuple[str, bytes], tuple[Source, list[ast.Block], list[Diagnostic]]]


@dataclass(frozen=True)
class Kept:
    """What was found out about single blocks, for who compiles one rulebook with many changes.

    By identity of the blocks, which stay the same objects from one version to the next.
    """

    whole: Whole = field(default_factory=Whole)
    words: Words = field(default_factory=Words)
    remembered: dict[tuple[str, int], Any] = field(default_factory=dict[tuple[str, int], Any])


def compile_rulebook(
    files: Mapping[str, bytes], limits: Limits = DEFAULT, parsed: Parsed | None = None
) -> Compiled:
    """Turn the files of a rulebook into a program, or raise RulebookError with every problem found.

    `files`: contents by name; `.rules` are rule text, `.csv` annexes, `annexes.lock` their digests.
    `parsed` remembers files between calls, for who compiles one rulebook in many versions.
    """
    problems: list[Diagnostic] = []
    sources: dict[str, Source] = {}
    law: list[ast.Block] = []
    proposed: list[ast.Block] = []  # read last: what does not fit is then said of the proposal
    for name in sorted(n for n in files if n.endswith(".rules")):
        known = parsed.get((name, files[name])) if parsed is not None else None
        if known is None:
            source, found = read_source(name, files[name], limits)
            problems += found
            if source is None:
                continue
            sources[name] = source
            if any(p.severity == "error" for p in found):
                continue
            known = (source, *parse(source, limits))
            if parsed is not None:
                parsed[name, files[name]] = known
        sources[name] = known[0]
        (proposed if any(b.kind == "overlay" for b in known[1]) else law).extend(known[1])
        problems += known[2]
    blocks = law + proposed
    if len(blocks) > limits.rules:
        problems.append(
            Diagnostic("limit.rules", f"the rulebook has more than {limits.rules} blocks")
        )
        raise RulebookError(problems, sources)
    rulebook, program, problems = compile_blocks(
        blocks, sources, files, problems=problems, limits=limits
    )
    text = Text(rulebook, tuple(problems), sources)
    return Compiled(program, lambda: text, files, limits)


def compile_blocks(
    blocks: Sequence[ast.Block], sources: Mapping[str, Source], files: Mapping[str, bytes],
    kept: Kept | None = None, digest: str = "", problems: Iterable[Diagnostic] = (),
    limits: Limits = DEFAULT,
) -> tuple[Rulebook, Program, list[Diagnostic]]:  # fmt: skip
    """Blocks that were parsed as a program, with what is worth saying of them all the same.

    `problems`: what parsing found. `kept` and `digest` are for many versions of one rulebook: what
    stays the same, and a name for this one. Raises RulebookError as `compile_rulebook` does.
    """
    kept, problems = kept or Kept(), list(problems)
    rulebook, found = resolve(
        blocks, sources, annexes_of(files), locked_in(files), kept.whole.of, kept.remembered
    )
    problems += found
    if found := list(too_many_links(rulebook, limits)):
        _raise(problems + found, sources)
    problems += typecheck(rulebook)
    problems += scrutinise(rulebook)
    _raise(problems, sources)
    name = digest or digest_of(rulebook.blocks, rulebook.digests)
    program = lower(rulebook, name, words=kept.words)
    said = [(n.provision, n.fill, (n.pattern, n.body, n.scope)) for n in program.norms]
    problems += promises(rulebook, said, program.definitions)
    _raise(problems, sources)
    return rulebook, program, problems


def too_many_links(rulebook: Rulebook, limits: Limits) -> Iterator[Diagnostic]:
    """What the texts name, each time they do, becomes a part of what is lowered."""
    if Targets(rulebook).links() > limits.links:
        said = f"the texts name norms and rows of lists more than {limits.links} times"
        yield Diagnostic("limit.links", said, help="define a term, and name that")


def _raise(problems: Iterable[Diagnostic], sources: Mapping[str, Source]) -> None:
    found = list(dict.fromkeys(problems))
    if any(p.severity == "error" for p in found):
        raise RulebookError(found, sources)


def annexes_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The tables beside the rules, by name."""
    return {name: data for name, data in files.items() if name.endswith(".csv")}


def locked_in(files: Mapping[str, bytes]) -> dict[str, str]:
    """Digests of annexes by name: one `DIGEST  NAME` a line, names relative to the lock."""
    found: dict[str, str] = {}
    for name, data in files.items():
        if name.split("/")[-1] == "annexes.lock":
            folder = name[: -len("annexes.lock")]
            for line in data.decode("utf-8", errors="replace").splitlines():
                if line.strip() and not line.startswith("#"):
                    digest, _, annex = line.partition("  ")
                    found[folder + annex.strip()] = digest
    return found
