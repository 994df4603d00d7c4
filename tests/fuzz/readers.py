"""Whatever is read: facts, certificates, records, lists, messages, tables, and sizes at the limits."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from adapters.test_damage import GOOD, damaged
from batch.test_cells import broken, places, stray
from certificates.trying import LAW
from fuzz.laws import case_of, law_of
from fuzz.target import Skip, Target
from small import BAN, HEAD

from sanctions_rules import Case, Law
from sanctions_rules.adapters.ofac import Piece
from sanctions_rules.adapters.reading import kind_of
from sanctions_rules.batch.cells import check, fact_columns
from sanctions_rules.batch.flat import Flat
from sanctions_rules.batch.table import problems_of, rows_of, table_of_rows
from sanctions_rules.canonical import canonical, facts_digest
from sanctions_rules.certificates import Refused, certify, from_json, to_json, verify
from sanctions_rules.core import Program
from sanctions_rules.diagnostics import FactsError, RulebookError
from sanctions_rules.engines.compiled import Facts, read_facts
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.limits import DEFAULT
from sanctions_rules.read import build_case, read_case
from sanctions_rules.record import chained
from sanctions_rules.record.chain import RecordsError, parsed
from sanctions_rules.scenario import read_scenarios
from sanctions_rules.tabular import facts_of_row, row_of_case
from sanctions_rules.testing.choices import Draw, Seeded
from sanctions_rules.testing.drawn import facts_by
from sanctions_rules.testing.rulebooks import rulebook_by

EXAMPLES = Path(__file__).parents[2] / "examples"
_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**40, "", "none", "unknown", "…", "\0", "\ud800", "\u202e", "RU", "ru", "2024-02-30",
    "2024-01-01", "9999-12-31T23:59:59+14:00", "1e5", "NaN", "HS 7102", [], {}, [[]], {"items": []}, {"complete": True},
    {"at_least": "2", "at_most": "1"}, {"one_of": []}, {"unknown": 1}, {"amount": "1", "currency": "XXX"}, {"": {}},
    "x" * 300, "0" * 60, {"items": ["…"], "complete": True, "basis": ""},
)  # fmt: skip
_MARKS = ("{", "}", "[", "]", '"', ",", ":", "=", "'", "\n", "\t", "#", "- ", "&a", "*a", "!!x ", "1e999", "NaN", "0x1", "\0",
          "\ud800", "\\u0000", "[[", "]]", "---\n", "null", "true", "é", "\u2028", "1_0", "<<: ")  # fmt: skip


# -- drawn data and what is done to it -----------------------------------------------------------


@cache
def _bases() -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Texts of cases as people write them, and facts of scenarios."""
    written = tuple(p.read_text("utf-8") for p in sorted(EXAMPLES.glob("*/case.*")))
    files = [LAW / name for name in ("us/eo14068_a.scenarios.toml", "us/ownership.scenarios.toml")]
    scenarios = [one for file in files for one in read_scenarios(file, LAW / "bases")]
    return written, tuple(one.facts for one in scenarios[::4])


@cache
def _program(number: int) -> Program:
    return compile_rulebook(rulebook_by(Seeded(f"program {number}")).files()).program


def _facts(draw: Draw) -> Any:
    if draw.chance(30):
        return json.loads(json.dumps(draw.pick(_bases()[1]), default=str))
    return next(iter(facts_by(draw, _program(draw.below(60)), 1)))


def _changed(draw: Draw, data: Any, odd: tuple[Any, ...] = _ODD) -> Any:
    """The data with one part of it another one, left out, or there twice."""
    if isinstance(data, dict) and data and draw.chance(85):
        key = draw.pick(sorted(data))
        match draw.below(12):
            case 0:
                return {k: v for k, v in data.items() if k != key}
            case 1:
                return {(k + "x" if k == key else k): v for k, v in data.items()}
            case _:
                return {**data, key: _changed(draw, data[key], odd)}
    if isinstance(data, list) and data and draw.chance(85):
        at = draw.below(len(data))
        match draw.below(8):
            case 0:
                return data[:at] + data[at + 1 :]
            case 1:
                return [*data, data[at]]
            case _:
                return [*data[:at], _changed(draw, data[at], odd), *data[at + 1 :]]
    if isinstance(data, int) and not isinstance(data, bool) and draw.chance(50):
        return data + draw.pick((1, -1, 1000))
    return draw.pick(odd)


def _alike(draw: Draw, data: Any) -> Any:
    """The data with one word or number another one of those that stand in it."""
    leaves = list(places(data))
    path = draw.pick(leaves)
    value = _at(data, path)
    others = [v for v in (_at(data, p) for p in leaves) if type(v) is type(value) and v != value]
    return _put(data, path, draw.pick(others)) if others else data


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def _put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    step, *rest = path
    if isinstance(data, dict):
        return {**data, step: _put(data[step], tuple(rest), value)}
    return [*data[:step], _put(data[step], tuple(rest), value), *data[step + 1 :]]


def _scratched(draw: Draw, text: str) -> str:
    """The text with a few places cut, doubled or marked."""
    for _ in range(draw.pick((1, 1, 2, 5))):
        at = draw.below(len(text) + 1)
        to = min(len(text), at + draw.below(12))
        text = draw.pick((
            text[:at] + draw.pick(_MARKS) + text[at:], text[:at] + text[to:], text[:to] + text[at:],
            text[:at] + draw.pick(_MARKS) + text[to:],
        ))  # fmt: skip
    return text


def as_toml(data: dict[str, Any]) -> str:
    """Facts as TOML, every table in line."""

    def value(v: Any) -> str:
        match v:
            case dict():
                return "{" + ", ".join(f"{json.dumps(k)} = {value(x)}" for k, x in v.items()) + "}"
            case list():
                return "[" + ", ".join(map(value, v)) + "]"
            case _:
                return json.dumps(v)

    return "\n".join(f"{json.dumps(k)} = {value(v)}" for k, v in data.items()) + "\n"


def known(data: Any) -> Any:
    """The facts without those that are said not to be known, which TOML cannot write."""
    match data:
        case dict():
            return {k: known(v) for k, v in data.items() if v is not None}
        case list():
            return [known(v) for v in data if v is not None]
        case _:
            return data


# -- facts ---------------------------------------------------------------------------------------


def facts_are_read(data: dict[str, str]) -> Iterator[str]:
    """Text of any sort gives a case or located problems; the plain reader of JSON says the same."""
    text, kind = data["text"], data["kind"]
    case = None
    try:
        case = read_case(text, kind)
    except FactsError as error:
        assert error.problems and str(error)
    if kind == "json":
        try:
            facts = read_facts(text)
        except FactsError as error:
            assert case is None, f"the plain reader refuses what the other takes: {error}"
        else:
            assert case is not None, "the plain reader takes what the other refuses"
            assert facts.data == Facts.of(case).data
            assert facts_digest(facts.case) == facts_digest(case)
    yield f"{kind} {'refused' if case is None else 'read'}"


def _fact_text(draw: Draw) -> dict[str, str]:
    kind = draw.pick(("json", "json", "toml", "yaml"))
    match draw.below(8):
        case 0:
            text = "".join(draw.pick(_MARKS) for _ in range(draw.below(40)))
        case 1 if kind != "json":
            text = _scratched(draw, draw.pick(_bases()[0]))
        case 2:
            depth = draw.pick((10, 200, 3000, 50_000))
            text = draw.pick(("[", '{"a":', '{"act": [')) * depth
        case _:
            facts = _facts(draw)
            if draw.chance(70):
                facts = _changed(draw, facts)
            made = known(facts) if kind == "toml" else facts
            text = as_toml(made) if kind == "toml" and isinstance(made, dict) else json.dumps(made)
            text = _scratched(draw, text) if draw.chance(30) else text
    return {"text": text, "kind": kind}


def formats_agree(data: Any) -> Iterator[str]:
    """The same facts in JSON, TOML and YAML are the same case."""
    facts = known(data)
    case = case_of(facts)
    for kind, text in (("toml", as_toml(facts)), ("yaml", json.dumps(facts)), ("json", canonical(case))):
        assert facts_digest(read_case(text, kind)) == facts_digest(case), kind
    yield "cases"


# -- certificates and records --------------------------------------------------------------------


@cache
def _certificates() -> tuple[tuple[str, str, str], ...]:
    """Some laws and cases as text, each with its certificate."""
    found: list[tuple[str, str, str]] = []
    for number in range(12):
        text = rulebook_by(draw := Seeded(f"certificate {number}"))
        law = _law(text.text)
        for facts in facts_by(draw, law.program, 2):
            certificate = certify(law, law.decide(build_case(facts)))
            found.append((text.text, json.dumps(facts), to_json(certificate)))
    return tuple(found)


@lru_cache(64)
def _law(text: str) -> Law:
    return law_of([text])


@lru_cache(64)
def _case(facts: str) -> Case:
    try:
        return case_of(json.loads(facts))
    except ValueError as error:
        raise Skip from error


@lru_cache(64)
def _outcomes(text: str, facts: str) -> frozenset[tuple[str, str]]:
    decision = _law(text).decide(_case(facts))
    return frozenset((one.regime, one.outcome.value.lower()) for one in decision)


def certificates_are_refused(data: dict[str, Any]) -> Iterator[str]:
    """What is no certificate is refused by name; what was changed and is accepted proves the same."""
    law, case = _law(data["law"]), _case(data["facts"])
    try:
        read = verify(data["raw"].encode("utf-8", "surrogatepass"), law, case)
    except Refused as refusal:
        assert refusal.rule and refusal.why
        yield f"refused: {refusal.rule}"
        return
    proved = {(a.regime, a.outcome) for a in read.answers}
    assert proved <= _outcomes(data["law"], data["facts"]), proved
    yield "accepted"


def _certificate_text(draw: Draw) -> dict[str, Any]:
    law, facts, text = draw.pick(_certificates())
    match draw.below(8):
        case 0:
            raw = "".join(draw.pick(_MARKS) for _ in range(draw.below(40)))
        case 1 | 2:
            raw = _scratched(draw, text)
        case kind:
            made = json.loads(text)
            for _ in range(draw.pick((1, 1, 2))):
                made = _changed(draw, made) if kind < 4 else _alike(draw, made)
            raw = json.dumps(made)
    return {"law": law, "facts": facts, "raw": raw}


@cache
def _records() -> tuple[str, ...]:
    return tuple(
        next(chained([(made.record, made.envelope)])).canonical()
        for law, facts, _ in _certificates()
        for made in [_law(law).decide(_case(facts)).record()]
    )


def records_are_refused(data: str) -> Iterator[str]:
    """A line that was changed in any way is refused by name; only the line itself is read."""
    try:
        line = parsed(data.encode("utf-8", "surrogatepass"), "fuzz", 1)
    except RecordsError as error:
        assert error.problems and str(error)
        yield f"refused: {error.problems[0].code}"
        return
    assert line.canonical() == data
    assert (line.derived_digest() == line.chain.digest) == (data in _records()), "a change went unseen"
    yield "read"


def _record_text(draw: Draw) -> str:
    text = draw.pick(_records())
    if draw.chance(30):
        return _scratched(draw, text)
    made = _changed(draw, json.loads(text))
    return json.dumps(made, sort_keys=True, separators=(",", ":"))


# -- lists, messages, tables ---------------------------------------------------------------------


def adapters_read(data: dict[str, str]) -> Iterator[str]:
    """Bytes of any sort: a list or a message with its problems, or a refusal."""
    piece = Piece("x", data["bytes"].encode("latin-1"))
    for read in (GOOD[data["as"]][1], kind_of):
        try:
            found = read(piece)
        except FactsError as error:
            assert error.problems and str(error)
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
    text = json.dumps({"goods": [{"carats_each": digits, "category": "diamond"}], "id": "x" * data["wide"]})
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
    certificate = _certificates()[data["of"]][2]
    assert from_json(certificate, replace(DEFAULT, record_bytes=len(certificate.encode())))
    try:
        from_json(certificate, replace(DEFAULT, record_bytes=len(certificate.encode()) - 1))
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
        "facts_text", "text in JSON, TOML or YAML gives a case or located problems; both readers agree",
        _fact_text, facts_are_read, 250,
    ),
    Target(
        "facts_formats", "the same facts in JSON, TOML and YAML are the same case",
        _facts, formats_agree, 40,
    ),
    Target(
        "certificate_text", "what is no certificate of this case is refused by name, never by a crash",
        _certificate_text, certificates_are_refused, 200,
    ),
    Target(
        "record_text", "a changed line of a record is refused by name, and no change goes unseen",
        _record_text, records_are_refused, 200,
    ),
    Target(
        "adapters", "damaged lists, messages and files of owners are told of, and break nothing",
        _list_bytes, adapters_read, 250,
    ),
    Target(
        "rows", "a case as a row is the same case; broken rows are set aside where they are refused",
        lambda draw: {"facts": _facts(draw), "seed": draw.below(1 << 30)}, rows_are_cases, 25,
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
