"""Hostile and careless inputs, by class and by the path that they come in by.

The classes are those of `docs/hostile_input.md`. Each input names the code that it earns, and a part
of what is said with its place. `answered` gives an input to its path; `measure.py` does so in a
process of its own, and takes time and memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sanctions_rules.diagnostics import ProblemsError

HERE = Path(__file__).parent
COMMON = (HERE.parent / "language" / "bad" / "common.rules").read_bytes()


@dataclass(frozen=True)
class Input:
    """`path`: rules, json, yaml, toml, list, message, table, certificate or record."""

    number: int
    path: str
    name: str
    data: Callable[[], bytes]
    code: str
    said: str
    file: str = ""


Answer = list[tuple[str, str]]


def _problems(found: Any) -> Answer:
    return [(p.code, f"{p.path or (p.span and p.span.file)}: {p.message} {p.help}") for p in found]


def _rules(data: bytes, file: Path) -> Answer:
    from sanctions_rules.language.compile import compile_rulebook

    return _problems(compile_rulebook({"common.rules": COMMON, file.name: data}).warnings)


def _facts(data: bytes, file: Path) -> Answer:
    from sanctions_rules.read import read_case

    read_case(file)
    return []


def _list(data: bytes, file: Path) -> Answer:
    from sanctions_rules.adapters.reading import read_lists

    return [answer for one in read_lists([file]) for answer in _problems(one.problems)]


def _message(data: bytes, file: Path) -> Answer:
    from sanctions_rules.adapters.iso20022 import read_message

    return _problems(read_message(file).problems)


def _table(data: bytes, file: Path) -> Answer:
    from tables import set_aside, small_law

    import sanctions_rules as sr

    law = small_law(file.parent)
    sr.batch.decide(law, file, file.parent / "out")
    return [
        ("set-aside", f"{r['key']}, {r['column']}: {r['reason']}")
        for r in set_aside(file.parent / "out")
    ]


def _certificate(data: bytes, file: Path) -> Answer:
    from sanctions_rules.certificates import from_json

    from_json(data)
    return []


def _record(data: bytes, file: Path) -> Answer:
    from sanctions_rules.record.chain import read_lines

    list(read_lines(file))
    return []


#: By path: what reads it, and how its file is called.
PATHS: dict[str, tuple[Callable[[bytes, Path], Answer], str]] = {
    "rules": (_rules, "bad.rules"), "json": (_facts, "a.json"), "yaml": (_facts, "a.yaml"),
    "toml": (_facts, "a.toml"), "list": (_list, "sdn.csv"), "message": (_message, "pacs.xml"),
    "table": (_table, "cases.csv"), "certificate": (_certificate, "proof.json"),
    "record": (_record, "records.jsonl"),
}  # fmt: skip


def answered(one: Input, folder: Path) -> Answer:
    """Every code, with place and message, that an input earns; nothing where it is taken as it is."""
    from sanctions_rules.batch.plan import Refused as NoTable
    from sanctions_rules.checker.checking import Refused as NoProof

    give, name = PATHS[one.path]
    file = folder / (one.file or name)
    data = one.data()
    file.write_bytes(data)
    try:
        return give(data, file)
    except ProblemsError as error:
        return _problems(error.problems)
    except NoProof as error:
        return [(error.rule, error.why)]
    except NoTable as error:
        return [("refused", str(error))]


# -- the inputs ----------------------------------------------------------------------------------


def text(given: str) -> Callable[[], bytes]:
    return lambda: given.encode()


def rule(when: str, more: str = "") -> str:
    return (
        'provision zz.act §10 "A ban"\n  cites "s. 10"\n  in force from 2024-01-01, no end stated\n'
        f"{more}  prohibits import of good into US\n  when {when}\nend\n"
    )


def good(**facts: Any) -> str:
    return json.dumps({"goods": [facts]})


def row(header: str, cells: str) -> Callable[[], bytes]:
    return text(f"key,{header}\na,{cells}\n")


def _statement(name: str, **facts: Any) -> dict[str, Any]:
    return {"id": name, "schema": "Company", "properties": {"name": [name], **facts}}


def ftm(*records: Any) -> Callable[[], bytes]:
    return text("".join(json.dumps(r) + "\n" for r in records))


DEEP = 100_000
MIB = 1024 * 1024
SDN = '{n},"{name}",-0- ,"SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
PACS = (
    '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08">'
    "<FIToFICstmrCdtTrf><GrpHdr><MsgId>m</MsgId></GrpHdr>{}</FIToFICstmrCdtTrf></Document>"
)
