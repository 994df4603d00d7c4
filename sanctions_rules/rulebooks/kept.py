"""A compiled rulebook as lines of text, and back: the program at once, the rest when asked for.

The first line is the program without its definitions, the second their names; then follow a line
for each definition, one for what belongs to the blocks together, and one for each block. A decision
reads the lines of the definitions that it asks for, and none of a block.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast

from sanctions_rules.core import Closure, Definition, Definitions, Program
from sanctions_rules.language.compiled import Compiled, Text
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.plain import PROGRAM, Types, read, written
from sanctions_rules.source import Source

if TYPE_CHECKING:
    from sanctions_rules.language.ast import Block


def lines_of(compiled: Compiled) -> Iterator[str]:
    """The rulebook as lines of canonical JSON."""
    program, book, types = compiled.program, compiled.rulebook, _text_types()
    yield written(tuple(getattr(program, name) for name in _rest()), PROGRAM)
    yield json.dumps(program.definitions.names)
    for definition in program.definitions:
        yield written(definition, PROGRAM)
    yield written((dict(book.entries), dict(book.digests), compiled.warnings), types)
    for block in book.blocks:
        yield written(block, types)


def recalled(
    lines: Sequence[str], files: Mapping[str, bytes], limits: Limits = DEFAULT
) -> Compiled:
    """The rulebook of these lines, which was made from these files."""
    rest = dict(zip(_rest(), read(lines[0], PROGRAM), strict=True))
    names = cast("list[str]", json.loads(lines[1]))
    place = {name: number for number, name in enumerate(names, 2)}

    def definition(name: str) -> Definition | Closure:
        return read(lines[place[name]], PROGRAM)

    def text() -> Text:
        return _text(lines[len(names) + 2 :], files)

    return Compiled(Program(Definitions(names, definition), **rest), text, files, limits)


def _rest() -> list[str]:
    return [field.name for field in fields(Program) if field.name != "definitions"]


def _text(lines: Sequence[str], files: Mapping[str, bytes]) -> Text:
    from sanctions_rules.language.resolve import indexed

    types = _text_types()
    entries, digests, warnings = cast("tuple[Any, ...]", read(lines[0], types))
    blocks: list[Block] = [read(line, types) for line in lines[1:]]
    sources = {
        name: Source(name, files[name].decode("utf-8-sig"))
        for name in sorted(files) if name.endswith(".rules")
    }  # fmt: skip
    book = indexed(blocks, sources, [])
    book.entries.update(entries)
    book.digests.update(digests)
    return Text(book, warnings, sources)


def _text_types() -> Types:
    """The types of the syntax tree, which a decision never loads."""
    from sanctions_rules import codes, source
    from sanctions_rules.diagnostics import Diagnostic
    from sanctions_rules.language import ast
    from sanctions_rules.language.resolve import Entry

    return Types(ast, Entry, Diagnostic, codes, source)
