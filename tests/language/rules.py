"""Rule files as the tests of the language see them: packaged ones, and those made up beside here."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from sanctions_rules.language import ast
from sanctions_rules.language.parse import parse
from sanctions_rules.language.parsing.tokens import read_source
from sanctions_rules.language.slots import ORDER
from sanctions_rules.limits import DEFAULT
from sanctions_rules.rulebooks import read_files
from sanctions_rules.source import Source

HERE = Path(__file__).parent
GOOD = HERE / "good"
BAD = HERE / "bad"


@cache
def packaged() -> dict[str, bytes]:
    """Every file of the packaged US rulebook by its name."""
    return read_files(str(files("sanctions_rules") / "rulebooks" / "us"))


@cache
def good() -> dict[str, bytes]:
    return read_files(GOOD)


def texts() -> dict[str, str]:
    """The text of every sound rule file that there is."""
    found = {**packaged(), **{f"good/{name}": data for name, data in good().items()}}
    return {name: data.decode() for name, data in sorted(found.items()) if name.endswith(".rules")}


def tree(text: str) -> list[ast.Block]:
    """The blocks of a text without a mistake."""
    source, problems = read_source("test.rules", text.encode(), DEFAULT)
    assert source is not None
    assert not problems, problems
    blocks, problems = parse(Source("test.rules", text), DEFAULT)
    assert not problems, problems
    return blocks


def in_print_order(blocks: list[ast.Block]) -> list[ast.Block]:
    """The blocks with their slots as the formatter orders them; the order carries no meaning."""
    from dataclasses import replace

    return [
        replace(b, slots=tuple(sorted(b.slots, key=lambda s: ORDER.index(s.word)))) for b in blocks
    ]
