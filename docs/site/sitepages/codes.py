"""Every code of a problem that the package can report, found in its source.

Whatever takes a parameter `code` reports: a class of problems, or a function that makes one. Each
call of it that names its code is a place; the sentence is the argument beside it, with … for what
is filled in.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import sanctions_rules

PACKAGE: Final = Path(sanctions_rules.__file__).parent
#: What a code looks like; `bad-` and the like stand for a family whose rest is filled in.
CODE: Final = re.compile(r"[a-z][a-z0-9.-]*")
#: What the parameters are called that hold a sentence and a way out.
_SAID: Final = ("message", "said", "why", "text", "sentence")
#: What reads a file, a key or a word by a parameter called `code`, and reports nothing.
_NOT_REPORTING: Final = frozenset({"under", "read_code", "category_may_fall", "Code"})


@dataclass(frozen=True)
class Report:
    """One place where a code is reported."""

    code: str
    said: str
    help: str
    file: str  # in the package
    line: int
    warning: bool


@cache
def reports() -> dict[str, list[Report]]:
    """All places by code, in the order of the alphabet."""
    trees = {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }
    shared = _takers(trees)
    found: dict[str, list[Report]] = defaultdict(list)
    for file, tree in trees.items():
        for report in _in(file, tree, shared):
            found[report.code].append(report)
    return dict(sorted(found.items()))


Parameters = list[str]


def _takers(trees: dict[str, ast.Module]) -> dict[tuple[str, str], Parameters]:
    """Parameters of what takes a `code`, by file and name; the file is empty for what others import."""
    found: dict[tuple[str, str], Parameters] = {}
    for file, tree in trees.items():
        for node in ast.walk(tree):
            parameters: Parameters = []
            if isinstance(node, ast.FunctionDef):
                parameters = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
                parameters = [p for p in parameters if p not in ("self", "cls")]
            elif isinstance(node, ast.ClassDef):
                parameters = [
                    n.target.id for n in node.body
                    if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
                ]  # fmt: skip
                made = next(
                    (
                        n
                        for n in node.body
                        if isinstance(n, ast.FunctionDef) and n.name == "__init__"
                    ),
                    None,
                )
                if made is not None:
                    parameters = [a.arg for a in made.args.args[1:]]
            else:
                continue
            if "code" in parameters and node.name not in _NOT_REPORTING:
                found[file, node.name] = parameters
                if not node.name.startswith("_"):
                    found["", node.name] = parameters
    return found


def _in(
    file: str, tree: ast.Module, takers: dict[tuple[str, str], Parameters]
) -> Iterator[Report]:  # fmt: skip
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.FunctionDef | ast.Module):
            continue
        for node in _own(scope):
            if not isinstance(node, ast.Call):
                continue
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            parameters = takers.get((file, name)) or takers.get(("", name))
            if parameters is None:
                continue
            given = dict(zip(parameters, node.args, strict=False))
            given |= {k.arg: k.value for k in node.keywords if k.arg}
            said = next((given[p] for p in _SAID if p in given), None)
            for code in _codes(given.get("code")):
                yield Report(
                    code, _text(said, scope), _text(given.get("help"), scope), file, node.lineno,
                    "warning" in _text(given.get("severity"), scope),
                )  # fmt: skip


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function, without the functions within."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from _own(child)


def _codes(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _codes(node.body)
        yield from _codes(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if CODE.fullmatch(node.value):
            yield node.value


def _text(node: ast.expr | None, scope: ast.AST) -> str:
    """A sentence as it stands in the source, … for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return re.sub(r"\{\w+\}", "…", text)
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, scope) for part in parts)
        case ast.FormattedValue():
            return "…"
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left, scope) + _text(right, scope)
        case ast.IfExp(body=body, orelse=orelse):
            return " / ".join(filter(None, (_text(body, scope), _text(orelse, scope))))
        case ast.BoolOp(values=values):
            return " / ".join(filter(None, (_text(v, scope) for v in values)))
        case ast.Name(id=name):
            return _assigned(name, node.lineno, scope)
        case _:
            return ""


def _assigned(name: str, line: int, scope: ast.AST) -> str:
    """What a name was last given before that line, where that is a text."""
    before = [
        n for n in _own(scope)
        if isinstance(n, ast.Assign) and n.lineno < line
        and any(isinstance(t, ast.Name) and t.id == name for t in n.targets)
    ]  # fmt: skip
    last = max(before, key=lambda n: n.lineno, default=None)
    return _text(last.value, scope) if last is not None else ""
