"""Every limit: at it all works, one above it is refused with its code, and the message says the number.

What takes `Limits` is given small ones; what reads the ones that are on by default is given those in
their place, or met at its true size where that is cheap.
"""

from __future__ import annotations

import dataclasses
import importlib
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hostile.inputs import COMMON, PACS, SDN, rule

import sanctions_rules as sr
from sanctions_rules.certificates import Refused, from_json
from sanctions_rules.diagnostics import ProblemsError
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.read import build_case, read_case
from sanctions_rules.record.chain import append, read_lines

SAMPLES = Path(__file__).parent.parent / "samples"
RULES = COMMON + rule("any of\n - good.category is gold\nend").encode()
CERTIFICATE = (SAMPLES / "certificate-1.jsonl").read_bytes().splitlines()[0]
RECORD = (SAMPLES / "record-1.jsonl").read_bytes().splitlines()[0]
#: Where the limits that are on by default are read as a name of the module.
MODULES = (
    "facts.model",
    "facts.numbers",
    "facts.words",
    "batch.flat",
    "batch.cells",
    "adapters.lines",
    "adapters.xml",
    "cli.giving",
)


@dataclasses.dataclass(frozen=True)
class Met:
    """How a limit is met. `small`: its value in the test; `size`: an input of that size, read under these limits."""

    small: int
    size: Callable[[int, Limits, Path], Any]
    code: str
    named: str = ""  # where the message does not name the number
    above: int = 1


def _rules(text: bytes, limits: Limits) -> None:
    compile_rulebook({"a.rules": text}, limits)


def _file(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def _said(work: Callable[[], object]) -> list[tuple[str, str]]:
    """Codes and messages that an input earns."""
    try:
        work()
    except ProblemsError as error:
        return [(p.code, p.message) for p in error.problems]
    except Refused as refusal:
        return [(refusal.rule, refusal.why)]
    return []


def _nested(depth: int, limits: Limits, _: Path) -> None:
    _rules(
        COMMON + rule("any of\n - " * depth + "good.category is gold" + "\nend" * depth).encode(),
        limits,
    )
    inner: Any = [] if depth % 2 == 0 else {}
    for left in range(depth - 1, 0, -1):
        inner = {"goods" if left == 1 else "components": inner} if left % 2 else [inner]
    read_case(json.dumps(inner), "json", limits)


def _list(name: str, data: bytes, folder: Path) -> None:
    from sanctions_rules.adapters.reading import read_lists

    (snapshot,) = read_lists([_file(folder, name, data)])
    problems = snapshot.problems
    if bad := [p for p in problems if p.code.startswith("limit.")]:
        raise ProblemsError(bad)


def _through(stakes: int, _: Limits, __: Path) -> None:
    """A star of owners who hold through others what the one chain leads to."""
    names = [f"c{n}" for n in range(stakes)]
    chain = [{"owner": a, "asset": b, "is_indirect": False} for a, b in itertools.pairwise(names)]
    through = [{"owner": a, "asset": names[-1], "is_indirect": True} for a in names[:-2]]
    build_case(
        {"parties": [{"id": n, "type": "company"} for n in names], "ownership": [*chain, *through]},
        closed_by="the test",
    )


def _records(size: int, limits: Limits, folder: Path) -> None:
    """Read, and carried on: the length of a line with its end."""
    line = RECORD + b"\n" if size == len(RECORD) + 1 else RECORD + b" \n"
    file = _file(folder, "records.jsonl", line)
    assert len(list(read_lines(file, limits=limits))) == 1
    append(file, [], limits)


def _certificate(rows: int, limits: Limits, _: Path) -> None:
    data = json.loads(CERTIFICATE)
    data["names"] += ["x"] * (rows - len(data["names"]))
    from_json(json.dumps(data), limits)


def _column(steps: int, limits: Limits, folder: Path) -> None:
    from tables import small_law

    name = "goods[0]" + ".components[0]" * (steps - 2) + ".id"
    sr.batch.decide(small_law(folder), _file(folder, "a.csv", f"key,{name}\na,x\n".encode()))


def _goods(digits: int, *_: object) -> None:
    read_case(json.dumps({"goods": [{"carats_each": "1" * digits}]}), "json")


def _many(count: int, *_: object) -> None:
    build_case({"goods": [{"codes": ["HS 7102"] * count}]}, closed_by="the test")


def _padded(data: bytes, size: int, by: bytes = b"\n") -> bytes:
    return data + by * (size - len(data))


def _message(size: int, folder: Path) -> None:
    from sanctions_rules.adapters.iso20022 import read_message

    try:
        read_message(_file(folder, "pacs.xml", _padded(PACS.encode(), size, b" ")))
    except ProblemsError as error:
        if [p.code for p in error.problems] != ["no-transfer"]:  # as it is, it holds none
            raise


def _links(count: int, limits: Limits, _: Path) -> None:
    """A row of the list of prices, named by as many conditions as are left."""
    named = "\n and ".join(["good falls under zz.prices"] * count)
    _rules(COMMON + rule(named).encode(), limits)


def _tokens(count: int, limits: Limits, _: Path) -> None:
    more = b"not " * (count - TOKENS)
    _rules(RULES.replace(b"good.category is gold", b"good.category is " + more + b"gold"), limits)


TOKENS = next(n for n in itertools.count(1) if not _said(partial(_rules, RULES, Limits(tokens=n))))

LIMITS: dict[str, Met] = {
    "file_bytes": Met(len(RULES), lambda n, u, _: _rules(_padded(RULES, n), u), "limit.file-bytes"),
    "lines": Met(RULES.count(b"\n") + 1, lambda n, u, _: _rules(RULES + b"\n" * (n - RULES.count(b"\n") - 1), u), "limit.lines"),
    "columns": Met(130, lambda n, u, _: _rules(RULES + b"# " + b"x" * (n - 2), u), "limit.columns"),
    "tokens": Met(TOKENS, _tokens, "limit.tokens"),
    "nesting": Met(9, _nested, "limit.nesting"),
    "column_steps": Met(6, _column, "limit.column-steps"),
    "rules": Met(10, lambda n, u, _: _rules(COMMON + b"".join(rule("good.category is gold").replace("§10", f"§{i}").encode() for i in range(20, 20 + n - COMMON.count(b"\nend"))), u), "limit.rules"),
    "links": Met(12, _links, "limit.links"),
    "facts_bytes": Met(40, lambda n, u, f: (read_case('{"actor": null}'.ljust(n), "json", u), read_case(_file(f, "a.json", _padded(b"{}", n, b" ")), limits=u)), "limit.facts-bytes"),
    "collection": Met(50, _many, "limit.collection"),
    "ownership_steps": Met(320, _through, "limit.ownership-steps", "too many stakes", 30),
    "digits": Met(12, _goods, "limit.digits"),
    "record_bytes": Met(len(RECORD) + 1, _records, "limit.record-bytes"),
    "list_bytes": Met(2_000, lambda n, _, f: (_list("sdn.csv", _padded(SDN.format(n=1, name="A").encode(), n), f), _message(n, f)), "limit.list-bytes"),
    "cell": Met(DEFAULT.cell, lambda n, _, f: _list("sdn.csv", (SDN.format(n=1, name="A") + SDN.format(n=2, name="A" * (n - len(SDN.format(n=2, name="")) + 1))).encode(), f), "limit.cell"),
    "certificate_bytes": Met(len(CERTIFICATE), lambda n, u, _: from_json(_padded(CERTIFICATE, n, b" "), u), "limit"),
    "certificate_rows": Met(max(len(json.loads(CERTIFICATE)[k]) for k in ("names", "stated", "steps", "runs", "quotes")), _certificate, "limit"),
}  # fmt: skip


def test_none_is_left_out() -> None:
    assert [*LIMITS] == [f.name for f in dataclasses.fields(Limits)]


@pytest.mark.parametrize("name", LIMITS)
def test_at_a_limit_and_above_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = LIMITS[name]
    limits = replace(DEFAULT, **{name: met.small}) if name != "ownership_steps" else DEFAULT
    for module in MODULES:
        monkeypatch.setattr(importlib.import_module(f"sanctions_rules.{module}"), "LIMITS", limits)
    assert _said(lambda: met.size(met.small, limits, tmp_path)) == []
    found = _said(lambda: met.size(met.small + met.above, limits, tmp_path))
    assert {code for code, _ in found} == {met.code}
    assert all((met.named or str(met.small)) in said for _, said in found)


def test_each_stands_in_the_table_with_its_value() -> None:
    """`docs/hostile_input.md` names every limit and its value, and no other."""
    text = (SAMPLES.parent.parent / "docs" / "hostile_input.md").read_text("utf-8")
    for field in dataclasses.fields(Limits):
        value = getattr(DEFAULT, field.name)
        shown = f"{value >> 20} MiB" if field.name.endswith("bytes") else f"{value:,}"
        row = next(line for line in text.splitlines() if f"`{field.name}`" in line)
        assert shown in row
