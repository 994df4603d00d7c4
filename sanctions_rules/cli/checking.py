"""`check`: every problem of rule files, for a person, a program, or a code host."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sanctions_rules.cli import INVALID, OK, show
from sanctions_rules.cli.asking import law_of
from sanctions_rules.cli.formats import CheckFormat
from sanctions_rules.cli.problems import count, shown
from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.examples_in_rules import examples_of


def check(paths: Sequence[Path], including: Sequence[str], format: CheckFormat) -> int:
    """Load the rules and print every problem. Warnings do not fail."""
    said = ""
    try:
        law = law_of(paths, including)
        examples_of(law)  # an example that states no facts is as wrong as a rule that does not load
        compiled = law.compiled
        problems, sources = compiled.warnings, compiled.sources
        blocks = sum(b.kind != "example" for b in compiled.rulebook.blocks)
        said = f"{count(blocks, 'block')} in {count(len(sources), 'file')}: no errors"
    except RulebookError as error:
        problems, sources = error.problems, error.sources
    text = shown(problems, sources, format, said=said, paths=paths)
    if text:
        show(text)
    return INVALID if any(p.severity == "error" for p in problems) else OK
