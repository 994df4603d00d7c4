"""The one door for cases in text: JSON, YAML or TOML to a `Case`, exactly, or located errors.

Decimals are taken digit for digit; duplicate keys, NaN, floats and naive times are refused.
Line and column of an error are looked for only when the first reading fails.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

from pydantic import ValidationError

from sanctions_rules.diagnostics import Diagnostic, FactsError
from sanctions_rules.facts import Case, Collection, FactModel, Listed
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.source import Source, Span


def read_case(
    text_or_path: str | Path, format: str | None = None, limits: Limits = DEFAULT
) -> Case:
    """A case from a file (by its suffix) or from text (by its look, or `format`: json, yaml, toml).

    Raises FactsError with every problem found, each with place and help. Nothing is decided on
    facts that could not be read.
    """
    source, kind = _source(text_or_path, format, limits)
    return build_case(parse_text(source, kind, limits), source)


def build_case(data: Any, source: Source | None = None, closed_by: str | None = None) -> Case:
    """A case from plain data. `closed_by`: what closes lists that need a basis, if anything does."""
    if not isinstance(data, Mapping):
        raise FactsError([Diagnostic("wrong-shape", "a case is a table of facts", path="case")])
    try:
        case = Case.model_validate(
            dict(cast("Mapping[str, Any]", data)), context={"closed_by": closed_by}
        )
    except ValidationError as error:
        raise FactsError(
            _problems(error, source), {source.name: source} if source else {}
        ) from None
    problems = check_references(case)
    if problems:
        raise FactsError(problems)
    return case


def _source(text_or_path: str | Path, format: str | None, limits: Limits) -> tuple[Source, str]:
    is_path = isinstance(text_or_path, Path) or (
        len(text_or_path) < 1000 and "\n" not in text_or_path and "{" not in text_or_path
        and re.search(r"\.(json|ya?ml|toml)$", text_or_path) is not None
    )  # fmt: skip
    if not is_path:
        text = cast(str, text_or_path)
        if len(text.encode("utf-8", "surrogatepass")) > limits.facts_bytes:
            raise FactsError(
                [
                    Diagnostic(
                        "limit.facts-bytes",
                        f"the facts are larger than {limits.facts_bytes} bytes",
                        path="case",
                    )
                ]
            )
        kind = format or ("json" if text.lstrip()[:1] == "{" else "toml")
        return Source("facts", text), kind
    path = Path(text_or_path)
    name = path.name
    kind = format or {"json": "json", "toml": "toml"}.get(path.suffix[1:].lower(), "yaml")
    try:
        if path.stat().st_size > limits.facts_bytes:
            raise FactsError(
                [
                    Diagnostic(
                        "limit.facts-bytes",
                        f"the file is larger than {limits.facts_bytes} bytes",
                        path=name,
                    )
                ]
            )
        data = path.read_bytes()
    except OSError as error:
        raise FactsError(
            [Diagnostic("no-file", f"the file cannot be read: {error.strerror}", path=str(path))]
        ) from None
    try:
        return Source(name, data.decode("utf-8-sig")), kind
    except UnicodeDecodeError as error:
        raise FactsError(
            [
                Diagnostic(
                    "encoding",
                    f"the file is not UTF-8: byte {error.start} cannot be read",
                    path=name,
                    help="save it as UTF-8",
                )
            ]
        ) from None


#: Text in quotation marks to its end or that of the line, a bracket, or the digits of a whole number.
_SHAPES: Final = re.compile(
    r"""\"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+\"?|'[^'\n]*+'?|([\[{])|([\]}])|(?<![\w.])[-+]?([0-9][0-9_]{99,})"""
)


def _measured(source: Source, limits: Limits) -> None:
    """Refuse what is nested too deeply, or a number that is too long, before it is read."""
    depth = 0
    for found in _SHAPES.finditer(source.text):
        if found[1]:
            depth += 1
            if depth > limits.nesting:
                said = f"the text is nested too deeply: more than {limits.nesting} brackets"
                raise _at(source, found.start(), found.end(), "limit.nesting", said)
        elif found[2]:
            depth = max(0, depth - 1)
        elif found[3]:
            raise _at(
                source, found.start(), found.end(), "limit.digits", "the number has too many digits"
            )


def parse_text(source: Source, kind: str, limits: Limits = DEFAULT) -> Any:
    """Plain data from text of one of the three formats; errors are located."""
    _measured(source, limits)
    if "\0" in source.text:
        at = source.text.index("\0")
        raise _at(source, at, at + 1, "encoding", "the text holds a NUL character")
    if kind == "json":
        return _json(source)
    if kind == "toml":
        return _toml(source)
    return _yaml(source)


def _at(
    source: Source, start: int, end: int, code: str, message: str, help: str = ""
) -> FactsError:
    return FactsError(
        [Diagnostic(code, message, Span(source.name, start, end), help=help)], {source.name: source}
    )


def _json(source: Source) -> Any:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in found:
            if key in made:
                places = [
                    m.start()
                    for m in re.finditer(
                        re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:", source.text
                    )
                ]
                at = places[1] if len(places) > 1 else 0
                line = source.place(places[0])[0] if places else 1
                raise _at(
                    source,
                    at,
                    at + len(key) + 2,
                    "duplicate-key",
                    f"`{key}` stands twice in one table",
                    f"it stands first in line {line}; delete one",
                )
            made[key] = value
        return made

    def constant(word: str) -> Any:
        at = source.text.find(word)
        raise _at(source, at, at + len(word), "not-finite", f"`{word}` is not a number")

    def number(text: str) -> Any:
        if len(text) > 100:
            at = source.text.find(text)
            raise _at(source, at, at + len(text), "limit.digits", "the number has too many digits")
        if "e" in text or "E" in text:
            at = source.text.find(text)
            raise _at(
                source,
                at,
                at + len(text),
                "bad-number",
                f"`{text}` is written with an exponent",
                "write the digits out",
            )
        return Decimal(text)

    try:
        return json.loads(
            source.text,
            parse_float=number,
            parse_int=number,
            parse_constant=constant,
            object_pairs_hook=pairs,
        )
    except json.JSONDecodeError as error:
        raise _at(
            source, error.pos, error.pos + 1, "bad-json", f"this is not JSON: {error.msg.lower()}"
        ) from None
    except RecursionError:
        raise _at(source, 0, 1, "limit.nesting", "the text is nested too deeply") from None


def _toml(source: Source) -> Any:
    def number(text: str) -> Decimal:
        if "e" in text.lower() or "n" in text.lower():
            at = source.text.find(text)
            raise _at(
                source,
                at,
                at + len(text),
                "bad-number",
                f"`{text}` is not a plain decimal",
                "write the digits out",
            )
        return Decimal(text.replace("_", ""))

    try:
        return tomllib.loads(source.text, parse_float=number)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = re.search(r"\(at line (\d+), column (\d+)\)", message)
        line, column = (int(found[1]), int(found[2])) if found else (source.text.count("\n") + 1, 1)
        start = sum(len(row) + 1 for row in source.text.split("\n")[: line - 1]) + column - 1
        plain = re.sub(r" \(at .*\)$", "", message)
        raise _at(
            source,
            min(start, len(source.text)),
            start + 1,
            "bad-toml",
            f"this is not TOML: {plain[0].lower()}{plain[1:]}",
        ) from None
    except RecursionError:
        raise _at(source, 0, 1, "limit.nesting", "the text is nested too deeply") from None


def _yaml(source: Source) -> Any:
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.constructor import DuplicateKeyError, SafeConstructor
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
        from ruamel.yaml.nodes import MappingNode
    except ImportError:
        raise FactsError(
            [
                Diagnostic(
                    "no-yaml",
                    "reading YAML needs the extra `yaml`",
                    path=source.name,
                    help="pip install 'sanctions-rules[yaml]', or write JSON or TOML",
                )
            ]
        ) from None

    class Exact(SafeConstructor):
        """Scalars as written: decimals digit for digit, nothing guessed from looks. Keys are words."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            # What is called a table and is none has no pairs, and is refused below.
            pairs: Any = cast(Any, node).value if isinstance(node, MappingNode) else ()
            for key, _ in pairs:
                if key.tag not in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp"):
                    at = key.start_mark.index
                    raise _at(
                        source, at, max(key.end_mark.index, at + 1), "bad-yaml",
                        "a key is a word, and this is none", "quote it, if it is one",
                    )  # fmt: skip
            return cast(Any, super()).construct_mapping(node, deep)

    def decimal(loader: Any, node: Any) -> Decimal:
        text = str(loader.construct_scalar(node))
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            raise _at(
                source,
                node.start_mark.index,
                node.end_mark.index,
                "bad-number",
                f"`{text}` is not a plain decimal",
                "write the digits out",
            )
        return Decimal(text)

    def whole(loader: Any, node: Any) -> Decimal:
        text = str(loader.construct_scalar(node))
        if not re.fullmatch(r"-?(0|[1-9][0-9]*)", text):
            raise _at(
                source,
                node.start_mark.index,
                node.end_mark.index,
                "bad-number",
                f"`{text}` is not a plain number",
                "no leading zeros, no underscores, no other bases; quote codes",
            )
        return Decimal(text)

    def as_text(loader: Any, node: Any) -> str:
        return str(loader.construct_scalar(node))

    add: Any = cast(Any, Exact).add_constructor
    add("tag:yaml.org,2002:float", decimal)
    add("tag:yaml.org,2002:int", whole)
    add("tag:yaml.org,2002:timestamp", as_text)
    loader: Any = YAML(typ="safe", pure=True)
    loader.version = (1, 2)
    loader.Constructor = Exact
    if re.search(r"(?m)(^|[\s\[,:{-])[&*][A-Za-z0-9_]+", source.text):
        at = cast(
            "re.Match[str]", re.search(r"(?m)(^|[\s\[,:{-])[&*][A-Za-z0-9_]+", source.text)
        ).start()
        raise _at(
            source,
            at,
            at + 1,
            "yaml-alias",
            "anchors and aliases are not read",
            "write the facts out",
        )
    try:
        return loader.load(source.text)
    except DuplicateKeyError as error:
        at = cast(Any, error).problem_mark.index
        raise _at(source, at, at + 1, "duplicate-key", "a key stands twice in one table") from None
    except MarkedYAMLError as error:
        found = cast(Any, error)
        at = found.problem_mark.index if found.problem_mark else 0
        raise _at(source, at, at + 1, "bad-yaml", f"this is not YAML: {found.problem}") from None
    except YAMLError as error:  # a character that no YAML may hold
        at = int(cast(Any, error).position)
        raise _at(source, at, at + 1, "bad-yaml", "this is not YAML: a character that it may not hold") from None  # fmt: skip
    except RecursionError:
        raise _at(source, 0, 1, "limit.nesting", "the text is nested too deeply") from None


# -- errors and references -----------------------------------------------------------------------


def _problems(error: ValidationError, source: Source | None) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for item in error.errors(include_url=False):
        context = item.get("ctx", {})
        location = [
            part for part in item["loc"] if part not in ("items", "function-after", "tuple")
        ]
        key = context.get("key")
        if key:
            location.append(cast(str, key))
        path = ""
        for part in location:
            path += f"[{part}]" if isinstance(part, int) else ("." if path else "") + str(part)
        message = item["msg"]
        message = message[0].lower() + message[1:]
        found.append(
            Diagnostic(
                item["type"],
                message,
                _find(source, location),
                help=str(context.get("help", "")),
                path=path,
            )
        )
    return found


def _find(source: Source | None, location: list[Any]) -> Span | None:
    """The place of a key in the text: found by walking the keys of the path in the order written."""
    if source is None:
        return None
    position = 0
    best: Span | None = None
    names = [part for part in location if isinstance(part, str)]
    for part in location:
        if isinstance(part, int):
            header = (
                [p for p in names[: names.index(best_name) + 1]]
                if (best_name := _last_name(location, part))
                else []
            )
            marks = [
                m.start()
                for m in re.finditer(
                    r"(?m)^\s*\[\[[^\]]*\b" + re.escape(header[-1] if header else "") + r"\]\]",
                    source.text,
                )
            ]
            if part < len(marks):
                position = marks[part]
            continue
        match = re.compile(r"[\"']?\b" + re.escape(str(part)) + r"\b[\"']?\s*[=:\].]").search(
            source.text, position
        )
        if match:
            position = match.end()
            best = Span(source.name, match.start(), match.start() + len(str(part)))
    return best


def _last_name(location: list[Any], index: int) -> str | None:
    before = location[: location.index(index)] if index in location else []
    return next((p for p in reversed(before) if isinstance(p, str)), None)


def check_references(case: Case) -> list[Diagnostic]:
    """Every name that points at an item points at exactly one."""
    problems: list[Diagnostic] = []
    names: dict[str, set[str]] = {}
    for collection, declared in Case.declarations.items():
        if declared.form != "records":
            continue
        seen: dict[str, int] = {}
        for index, item in enumerate(cast("Collection[Any]", getattr(case, collection) or ())):
            name = getattr(item, "id", None)
            if not isinstance(name, str):
                continue
            if name in seen:
                problems.append(
                    Diagnostic(
                        "duplicate-id",
                        f"`{name}` is the name of two {collection}",
                        path=f"{collection}[{index}].id",
                        help=f"the other is {collection}[{seen[name]}]",
                    )
                )
            seen[name] = index
        names[collection] = set(seen)
    problems += _dangling(case, "", names)
    problems += _links_left_out(case)
    return problems


def _links_left_out(case: Case) -> Iterator[Diagnostic]:
    """Stakes held through others, in a list said to be complete that does not say through whom.

    Such a stake does not count by itself, because its links do. Without them it would be taken
    for nothing, and its owner for a stranger.
    """
    held = cast("Collection[Any] | None", case.ownership)
    if held is None or not held.complete:
        return
    stakes = [(s.owner, s.asset, s.is_indirect) for s in held]
    if any(not isinstance(end, str) for owner, asset, _ in stakes for end in (owner, asset)):
        return  # a stake that may lie anywhere may be the link
    holds: dict[Any, list[Any]] = {}
    for owner, asset, indirect in stakes:
        if indirect is not True:
            holds.setdefault(owner, []).append(asset)
    reached: dict[Any, set[Any]] = {}
    steps = 20 * len(stakes) + DEFAULT.ownership_steps  # what following may cost
    for index, (owner, asset, indirect) in enumerate(stakes):
        if indirect is not True:
            continue
        if owner not in reached:
            pending, found = [owner], set[Any]()
            while pending:
                new = set(holds.get(pending.pop(), ())) - found
                found |= new
                pending += new
                steps -= 1 + len(new)
            if steps < 0:
                yield Diagnostic(
                    "limit.ownership-steps", "too many stakes are held through others to follow them all",
                    path="ownership", help="leave those out whose links are listed",
                )  # fmt: skip
                return
            reached[owner] = found
        if asset not in reached[owner]:
            yield Diagnostic(
                "contradiction",
                f"`{owner}` holds in `{asset}` through others, and the complete list of stakes does not say through whom",
                path=f"ownership[{index}].is_indirect",
                help="add the stakes between them, or leave the list open with `…`",
            )  # fmt: skip


def _dangling(model: FactModel, prefix: str, names: Mapping[str, set[str]]) -> list[Diagnostic]:
    from sanctions_rules.diagnostics import did_you_mean

    problems: list[Diagnostic] = []
    for name in type(model).model_fields:
        value: Any = getattr(model, name)
        declared = type(model).declarations.get(name)
        where = f"{prefix}{name}"
        if isinstance(value, FactModel):
            problems += _dangling(value, where + ".", names)
        elif isinstance(value, Collection):
            for index, item in enumerate(cast("Collection[Any]", value)):
                problems += _dangling(item, f"{where}[{index}].", names)
        elif declared is not None and declared.form in ("ref", "refs") and value is not None:
            given: Any = value.items if isinstance(value, Listed) else (value,)
            for one in cast("tuple[Any, ...]", given):
                if isinstance(one, str) and one not in names.get(declared.of, set()):
                    problems.append(Diagnostic(
                        "dangling", f"`{one}` is not among the {declared.of}", path=where,
                        help=did_you_mean(one, names.get(declared.of, ())) or f"add it to {declared.of}, if only by its id",
                    ))  # fmt: skip
    return problems
