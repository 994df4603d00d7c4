"""Whatever is read: facts, certificates, records, lists, messages, tables, and sizes at the limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from batch.test_cells import places
from conftest import LAW, scenarios_of
from fuzz.laws import case_of, law_of
from fuzz.target import Skip, Target, told

from sanctions_rules import Case, Law
from sanctions_rules.canonical import canonical, facts_digest
from sanctions_rules.certificates import Refused, certify, to_json, verify
from sanctions_rules.core import Program
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.engines.compiled import Facts, read_facts
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.read import build_case, read_case
from sanctions_rules.record import chained
from sanctions_rules.record.chain import RecordsError, parsed
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
    scenarios = [one for file in files for one in scenarios_of(file)]
    return written, tuple(one.facts for one in scenarios[::4])


@cache
def _program(number: int) -> Program:
    return compile_rulebook(rulebook_by(Seeded(f"program {number}")).files()).program


def facts_drawn(draw: Draw) -> Any:
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
        told(error)
    if kind == "json":
        try:
            facts = read_facts(text)
        except FactsError as error:
            told(error)
            facts = None
        assert (facts is None) == (case is None), "one reader refuses what the other takes"
        if facts is not None and case is not None:
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
            facts = facts_drawn(draw)
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
    for kind, text in (
        ("toml", as_toml(facts)),
        ("yaml", json.dumps(facts)),
        ("json", canonical(case)),
    ):
        assert facts_digest(read_case(text, kind)) == facts_digest(case), kind
    yield "cases"


# -- certificates and records --------------------------------------------------------------------


@cache
def certificates_drawn() -> tuple[tuple[str, str, str], ...]:
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
        yield f"refused: {refusal.rule}"
        return
    proved = {(a.regime, a.outcome) for a in read.answers}
    assert proved <= _outcomes(data["law"], data["facts"]), proved
    yield "accepted"


def _certificate_text(draw: Draw) -> dict[str, Any]:
    law, facts, text = draw.pick(certificates_drawn())
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
        for law, facts, _ in certificates_drawn()
        for made in [_law(law).decide(_case(facts)).record()]
    )


def records_are_refused(data: str) -> Iterator[str]:
    """A line that was changed in any way is refused by name; only the line itself is read."""
    try:
        line = parsed(data.encode("utf-8", "surrogatepass"), "fuzz", 1)
    except RecordsError as error:
        told(error)
        yield f"refused: {error.problems[0].code}"
        return
    assert line.canonical() == data
    assert (line.derived_digest() == line.chain.digest) == (data in _records()), (
        "a change went unseen"
    )
    yield "read"


def _record_text(draw: Draw) -> str:
    text = draw.pick(_records())
    if draw.chance(30):
        return _scratched(draw, text)
    made = _changed(draw, json.loads(text))
    return json.dumps(made, sort_keys=True, separators=(",", ":"))


TARGETS = (
    Target(
        "facts_text", "text in JSON, TOML or YAML gives a case or located problems; both readers agree",
        _fact_text, facts_are_read, 250,
    ),
    Target(
        "facts_formats", "the same facts in JSON, TOML and YAML are the same case",
        facts_drawn, formats_agree, 40,
    ),
    Target(
        "certificate_text", "what is no certificate of this case is refused by name, never by a crash",
        _certificate_text, certificates_are_refused, 200,
    ),
    Target(
        "record_text", "a changed line of a record is refused by name, and no change goes unseen",
        _record_text, records_are_refused, 200,
    ),
)  # fmt: skip
