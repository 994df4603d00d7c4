"""Who may import whom: downwards only, and each third-party package in its own room.

The tables below are the rule; the rest reads imports with `ast`, also those inside functions
and under `TYPE_CHECKING`, because a lazy import upwards is still a dependency upwards.
A room is a file or a folder directly in the package. A room in the tables that does not exist
yet is no error; a room that exists and is not in the tables is one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = "sanctions_rules"
ROOT = Path(__file__).resolve().parent.parent / PACKAGE

#: Highest first. Rooms on one line never see one another. `public` is the package's `__init__`.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli", "pytest_plugin"),
    ("lsp",),
    ("public",),
    ("testing", "sql"),
    ("lint",),
    ("author", "batch", "clusters", "replay", "examples_in_rules"),
    ("examples_in_rules",),
    ("scenario",),
    ("rulebooks",),
    ("highlight",),
    # Makes a record from a decision: what it keeps of owners and sentences, engines and render know.
    ("recording", "compare", "certificates"),
    ("language", "engines", "render", "adapters"),
    ("ownership_tables", "ownership_ways"),
    ("ownership", "ownership_arrays"),
    ("record",),
    ("decision",),
    ("plain",),
    ("core",),
    ("view",),
    ("tabular",),
    ("read", "canonical", "themes"),
    ("schema",),
    ("facts",),
    ("law",),
    ("calendars",),
    ("clocks",),
    ("values", "codes"),
    ("signing",),
    ("diagnostics",),
    ("source",),
    ("limits", "cache_folder"),
    # The independent checker shares no code with what it checks: it imports itself alone.
    ("checker",),
)

#: Import upwards or sideways that we accept, with the reason. Each must still be in use.
ACCEPTED: Mapping[tuple[str, str], str] = {}

#: Where a third-party package may be imported: a file, or a folder and all in it.
ROOMS: Mapping[str, tuple[str, ...]] = {
    "lark": ("language/parse", "language/parsing"),
    "tzdata": ("clocks",),
    "pydantic": ("facts", "schema", "read", "record", "certificates/writing"),
    "pydantic_core": ("facts", "schema", "engines/compiled/facts", "engines/columnar/amounts"),
    "typer": ("cli",),
    "rich": ("render/text", "cli"),
    "ruamel": ("read",),
    "defusedxml": ("adapters/xml",),
    "pytest": ("pytest_plugin",),
    "_pytest": ("pytest_plugin",),
    "hypothesis": ("testing",),
    "sqlglot": ("engines/sql", "batch"),
    "duckdb": ("engines/sql", "batch"),
    "pyspark": ("engines/sql",),
    "numpy": ("engines/columnar", "batch", "ownership_arrays"),
    "cryptography": ("signing/ed25519",),
    "pygls": ("lsp/server", "lsp/session"),
    "lsprotocol": ("lsp/server", "lsp/session"),
    "pygments": ("highlight",),
    "pyarrow": ("engines/columnar", "engines/sql", "batch", "clusters"),
}


@dataclass(frozen=True)
class Import:
    """One imported name: by which file, on which line, and what."""

    file: str  # "language/parse", without suffix, relative to the package
    line: int
    target: str  # "sanctions_rules.core", "lark.exceptions"

    def __str__(self) -> str:
        return f"{self.file}.py:{self.line} imports {self.target}"


def imports(root: Path) -> list[Import]:
    """Every import in every module under `root`, the package's folder."""
    found: list[Import] = []
    for path in sorted(root.rglob("*.py")):
        file = path.relative_to(root).with_suffix("").as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        found += (Import(file, line, target) for line, target in _targets(tree, file, root))
    return found


def _targets(tree: ast.Module, file: str, root: Path) -> Iterator[tuple[int, str]]:
    # A module's package is its folder, for an `__init__` as for any other file.
    package = [PACKAGE, *file.split("/")[:-1]]
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = package[: len(package) - level + 1] if level else []
                origin = ".".join([*base, *([module] if module else [])])
                for alias in names:
                    # `from package import room` imports the room, any other name its origin.
                    inner = f"{origin}.{alias.name}"
                    yield node.lineno, inner if _is_module(inner, root) else origin
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name
            case _:
                pass


def _is_module(name: str, root: Path) -> bool:
    head, *rest = name.split(".")
    path = root.joinpath(*rest)
    return head == PACKAGE and bool(rest) and (path.with_suffix(".py").is_file() or path.is_dir())


def room(file: str) -> str:
    head = file.split("/")[0]
    return "public" if head == "__init__" else head


def layer_problems(found: list[Import]) -> tuple[list[str], set[tuple[str, str]]]:
    """What breaks the layers, and which of the accepted exceptions were met."""
    height = {name: -index for index, line in enumerate(LAYERS) for name in line}
    problems: list[str] = []
    used: set[tuple[str, str]] = set()
    for item in found:
        head, *rest = item.target.split(".")
        if head != PACKAGE:
            continue
        upper, lower = room(item.file), room("/".join(rest) or "__init__")
        unplaced = [name for name in (upper, lower) if name not in height]
        if unplaced:
            problems.append(f"{item}: `{unplaced[0]}` has no place in LAYERS")
            continue
        if upper != lower and height[upper] <= height[lower]:
            if (upper, lower) in ACCEPTED:
                used.add((upper, lower))
            else:
                problems.append(f"{item}: `{lower}` is not below `{upper}`")
    return problems, used


def third_party_problems(found: list[Import]) -> list[str]:
    problems: list[str] = []
    for item in found:
        head = item.target.split(".")[0]
        if head == PACKAGE or head in sys.stdlib_module_names:
            continue
        rooms = ROOMS.get(head)
        if rooms is None:
            problems.append(f"{item}: `{head}` has no room in ROOMS")
        elif not any(_inside(item.file, place) for place in rooms):
            problems.append(f"{item}: `{head}` belongs in {', '.join(rooms)}")
    return problems


def _inside(file: str, place: str) -> bool:
    return file == place or file.startswith(place + "/")


# -- the package ---------------------------------------------------------------------------------


def test_every_room_has_a_place() -> None:
    rooms = {room(path.relative_to(ROOT).with_suffix("").as_posix()) for path in ROOT.rglob("*.py")}
    placed = {name for line in LAYERS for name in line}
    assert rooms, "the package has no modules"
    assert rooms <= placed, f"give these a line in LAYERS: {sorted(rooms - placed)}"


def test_imports_point_downwards() -> None:
    problems, used = layer_problems(imports(ROOT))
    assert not problems, "\n" + "\n".join(problems)
    assert used == set(ACCEPTED), f"no longer needed: {sorted(set(ACCEPTED) - used)}"


def test_third_party_packages_stay_in_their_rooms() -> None:
    problems = third_party_problems(imports(ROOT))
    assert not problems, "\n" + "\n".join(problems)


# -- the test itself: it must see what it forbids ------------------------------------------------

#: file, its text, what must be said of it (nothing: it is allowed)
CASES = (
    ("core.py", "from sanctions_rules.facts import Case", ""),
    ("core.py", "from sanctions_rules import facts", ""),
    ("core.py", "import json, dataclasses", ""),
    ("language/lower.py", "from ..core import Expr\nfrom .parse import tree", ""),
    ("language/lower.py", "from . import parse", ""),
    ("facts.py", "import pydantic", ""),
    ("checker.py", "from sanctions_rules.language import parse", "is not below `checker`"),
    ("facts.py", "from sanctions_rules.core import Expr", "`core` is not below `facts`"),
    ("facts.py", "def f():\n    from .core import Expr", "`core` is not below `facts`"),
    ("facts.py", "from . import core", "`core` is not below `facts`"),
    ("facts.py", "from sanctions_rules import load", "`public` is not below `facts`"),
    ("facts.py", "import sanctions_rules", "`public` is not below `facts`"),
    ("language/parse.py", "from ..engines import interpreter", "`engines` is not below `language`"),
    ("engines/__init__.py", "from ..language import parse", "`language` is not below `engines`"),
    (
        "core.py",
        "import importlib\nimportlib.import_module('sanctions_rules.decision')",
        "`decision` is not below `core`",
    ),
    ("core.py", "from sanctions_rules.attic import x", "`attic` has no place in LAYERS"),
    ("attic.py", "from sanctions_rules import core", "`attic` has no place in LAYERS"),
    ("checker.py", "from sanctions_rules.engines import interpreter", "is not below `checker`"),
    ("checker.py", "from sanctions_rules.language.lower import lower", "is not below `checker`"),
    (
        "language/lower.py",
        "from lark.exceptions import Token",
        "`lark` belongs in language/parse, language/parsing",
    ),
    ("core.py", "import requests", "`requests` has no room in ROOMS"),
)


@pytest.mark.parametrize(("file", "text", "said"), CASES)
def test_the_rule_sees(tmp_path: Path, file: str, text: str, said: str) -> None:
    root = tmp_path / PACKAGE
    for name in ("core", "facts", "decision", "language/parse", "engines/interpreter", file[:-3]):
        path = root / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
    (root / file).write_text(text, encoding="utf-8")

    found = imports(root)
    problems = layer_problems(found)[0] + third_party_problems(found)

    if said:
        assert any(said in problem for problem in problems), problems
    else:
        assert not problems
