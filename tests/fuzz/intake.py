"""Lists, messages and tables as input, and sizes at the limits."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
from adapters.test_damage import GOOD, damaged
from batch.test_cells import broken, stray
from fuzz.laws import case_of
from fuzz.readers import as_toml, certificates_drawn, facts_drawn
from fuzz.target import Skip, Target, told
from small import BAN, HEAD

from sanctions_rules.adapters.ofac import Piece
from sanctions_rules.adapters.reading import kind_of
from sanctions_rules.batch.cells import check, fact_columns
from sanctions_rules.batch.flat import Flat
from sanctions_rules.batch.table import problems_of, rows_of, table_of_rows
from sanctions_rules.canonical import facts_digest
from sanctions_rules.certificates import Refused, from_json
from sanctions_rules.diagnostics import FactsError, RulebookError
from sanctions_rules.engines.compiled import read_facts
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.limits import DEFAULT
from sanctions_rules.read import build_case, read_case
from sanctions_rules.tabular import facts_of_row, row_of_case
from sanctions_rules.testing.choices import Draw

# -- lists, messages, tables ---------------------------------------------------------------------


def adapters_read(data: dict[str, str]) -> Iterator[str]:
    """Bytes of any sort: a list or a message with its problems, or a refusal."""
    piece = Piece("x", data["bytes"].encode("latin-1"))
    for read in (GOOD[data["as"]][1], kind_of):
        try:
            found = read(piece)
        except FactsError as error:
            told(error)
            yield f"{data['as']} refused"
            continue
        for entry in getattr(found, "entries", ()):
            entry.party()
            for designation in entry.designations:
                designation.listing(entry.id, "x")
        yield f"{data['as']} read"


def _list_bytes(draw: Draw) -> dict[str, str]:
    kind = draw.pick(tuple(GOOD))
    data = GOOD[kind][0]
    if draw.chance(10):
        data = bytes(draw.below(256) for _ in range(draw.below(80)))
    for _ in range(draw.pick((1, 1, 2, 4))):
        data = damaged(data, random.Random(draw.below(1 << 30)))
    return {"as": kind, "bytes": data.decode("latin-1")}


def rows_are_cases(data: dict[str, Any]) -> Iterator[str]:
    """A case as a row is the same case again; a row that was broken is set aside where it is refused."""
    case = case_of(data["facts"])
    row = row_of_case(case)
    assert facts_digest(build_case(facts_of_row(row))) == facts_digest(case)
    rng = random.Random(data["seed"])
    if not row:
        raise Skip
    made = [row, *(broken(row, rng) for _ in range(5))]
    rows = [{"key": str(i), **one} for i, one in enumerate(made) if not stray(one)]
    try:
        batch = table_of_rows(rows).combine_chunks().to_batches()[0]
    except (pa.ArrowException, TypeError, ValueError):
        raise Skip from None  # rows of other types make no table
    if problems_of(batch.schema):
        raise Skip
    found = {f.row for f in check(batch, fact_columns(batch.schema.names, "key", ())).faults}
    for index, held in enumerate(rows_of(batch)):
        held.pop("key")
        try:
            build_case(facts_of_row(held))
            refused = False
        except FactsError:
            refused = True
        assert refused == (index in found), (index, held)
        yield "row refused" if refused else "row read"


_HEADER = ("key", "act.kind", "act.destination", "act.events.conduct", "goods[0].category", "goods[0].mined_in",
           "goods[0].carats_each", "goods[0].carats_each__at_least", "goods[0].customs_value.amount",
           "goods[0].customs_value.currency", "parties[0].id", "parties[0].type", "actor", "goods__open", "licences_held__none",
           "goods[1].codes", "act.parties", "parties[1].listings[0].list", "act", "goods[0]", "x.y", "goods[99].id", "")  # fmt: skip
_CELLS = ("", "import", "RU", "RU;BY", "[]", "…", "RU;…", "diamond", "2024-01-01", "2024-13-01", "0.5", "-1", "1e5", "true",
          "false", "none", "USD", "a", "HS 7102", "\u202e", "x" * 200, "a;b", ";", "person")  # fmt: skip


def flat_rows_are_read(data: dict[str, Any]) -> Iterator[str]:
    """A header and cells of any text: problems with the header, or rows that are read or set aside."""
    flat = Flat(data["header"], "key", ())
    if flat.problems:
        yield "header refused"
        return
    columns = list(zip(*data["rows"], strict=True))
    batch = pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in columns], names=data["header"])  # fmt: skip
    made, faults = flat.read(batch)
    found = {f.row for f in faults}
    found |= {f.row for f in check(made, fact_columns(made.schema.names, "key", ())).faults}
    for index, row in enumerate(rows_of(made)):
        row.pop("key", None)
        if index not in found:
            build_case(facts_of_row(row))
        yield "row set aside" if index in found else "row read"


def _flat_rows(draw: Draw) -> dict[str, Any]:
    header = ["key", *draw.some(_HEADER[1:18] if draw.chance(80) else _HEADER, 6, 1)]
    rows = [[str(n), *(draw.pick(_CELLS) for _ in header[1:])] for n in range(3)]
    return {"header": header, "rows": rows}


# -- limits --------------------------------------------------------------------------------------


def limits_hold(data: dict[str, int]) -> Iterator[str]:
    """Each limit on rule text is kept to the unit: at it a file loads, above it is refused by name."""
    text = HEAD + BAN.replace("good.category is diamond", _nested(data["nesting"]))
    text += "".join(_provision(n) for n in range(data["blocks"]))
    text += "\n" * data["lines"] + "# " + "x" * data["columns"] + "\n"
    sizes: dict[str, int] = {
        "file_bytes": len(text.encode()), "lines": text.count("\n") + 1,
        "columns": max(map(len, text.split("\n"))), "nesting": data["nesting"], "rules": 3 + data["blocks"],
    }  # fmt: skip
    for name, size in sizes.items():
        for limit in (size - 1, size, size + 1):
            limits = replace(DEFAULT, **{name: limit})
            code = f"limit.{name.replace('_', '-')}"
            try:
                compile_rulebook({"zz.rules": text.encode()}, limits)
                codes: set[str] = set()
            except RulebookError as error:
                codes = {p.code for p in error.problems}
            if name == "nesting" and size == 0:
                continue
            assert (code in codes) == (size > limit), (name, size, limit, codes)
            assert codes <= {code}, codes
            yield name


def _nested(depth: int) -> str:
    groups = "\n".join(["all of -"] * depth)
    return f"{groups} good.category is diamond\n" + "\n".join(["end"] * depth)


def _provision(number: int) -> str:
    return BAN.replace("§1", f"§{number + 2}")


def fact_limits_hold(data: dict[str, int]) -> Iterator[str]:
    """Each limit on facts is kept to the unit, in every reader."""
    digits = "1" * data["digits"]
    text = json.dumps(
        {"goods": [{"carats_each": digits, "category": "diamond"}], "id": "x" * data["wide"]}
    )
    allowed = len(digits) <= DEFAULT.digits
    readers: list[Callable[[], Any]] = [
        lambda: read_case(text, "json"), lambda: read_facts(text), lambda: read_case(text, "yaml"),
        lambda: read_case(as_toml(json.loads(text)), "toml"),
    ]  # fmt: skip
    for read in readers:
        assert _codes(read) == (set() if allowed else {"limit.digits"}), read
        yield "digits"
    size = len(text.encode())
    for limit in (size - 1, size) if allowed else ():
        limits = replace(DEFAULT, facts_bytes=limit)
        assert _codes(lambda: read_case(text, "json", limits)) == (  # noqa: B023
            set() if limit >= size else {"limit.facts-bytes"}
        )
        yield "bytes"
    certificate = certificates_drawn()[data["of"]][2]
    assert from_json(certificate, replace(DEFAULT, certificate_bytes=len(certificate.encode())))
    try:
        from_json(certificate, replace(DEFAULT, certificate_bytes=len(certificate.encode()) - 1))
        raise AssertionError("a certificate above the limit was read")
    except Refused:
        yield "certificate"


def _codes(read: Callable[[], Any]) -> set[str]:
    try:
        read()
        return set()
    except FactsError as error:
        return {p.code for p in error.problems}


TARGETS = (
    Target(
        "adapters", "damaged lists, messages and files of owners are told of, and break nothing",
        _list_bytes, adapters_read, 250,
    ),
    Target(
        "rows", "a case as a row is the same case; broken rows are set aside where they are refused",
        lambda draw: {"facts": facts_drawn(draw), "seed": draw.below(1 << 30)}, rows_are_cases, 25,
    ),
    Target(
        "flat_rows", "a table of texts is refused by its header, or each row is read or set aside",
        _flat_rows, flat_rows_are_read, 60,
    ),
    Target(
        "limits", "limits on rule text are kept to the unit, each refused by its name",
        lambda draw: {"nesting": draw.below(9), "blocks": draw.below(6), "lines": draw.below(40), "columns": draw.below(200)},
        limits_hold, 12,
    ),
    Target(
        "fact_limits", "limits on facts and certificates are kept to the unit, in every reader",
        lambda draw: {"digits": 1 + draw.below(60), "wide": 1 + draw.below(60), "of": draw.below(24)},
        fact_limits_hold, 25,
    ),
)  # fmt: skip
