"""The JSON document and its schema describe one another."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from conftest import all_scenarios
from render.pages import GOLDEN_SCENARIOS, decided, hostile_decision

from sanctions_rules.decision import Decision
from sanctions_rules.render.data import SCHEMA, decision_schema, to_data, to_json

#: The words of JSON Schema that ours uses, and the types.
_WORDS = {
    "$ref", "$schema", "$defs", "title", "description", "type", "properties", "required",
    "additionalProperties", "items", "enum", "const", "anyOf", "pattern",
}  # fmt: skip
_TYPES: dict[str, type] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int,
    "null": type(None),
}  # fmt: skip


def problems(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "") -> list[str]:
    """What the value breaks of the schema, for the words of JSON Schema that ours uses."""
    assert set(schema) <= _WORDS, set(schema) - _WORDS
    if "$ref" in schema:
        return problems(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, at)
    if "anyOf" in schema:
        tried = [problems(value, one, root, at) for one in schema["anyOf"]]
        return [] if any(not found for found in tried) else min(tried, key=len)
    if "const" in schema and value != schema["const"]:
        return [f"{at} is {value!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at} is {value!r}"]
    wanted = _TYPES.get(schema.get("type", ""))
    counted = wanted is int and isinstance(value, bool)
    if wanted is not None and (counted or not isinstance(value, wanted)):
        return [f"{at} is {type(value).__name__}"]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{at} is {value!r}"]
    found: list[str] = []
    if isinstance(value, dict):
        named = schema.get("properties", {})
        found += [
            f"{at}.{name} is not there" for name in schema.get("required", ()) if name not in value
        ]
        for name, inner in value.items():
            other = schema.get("additionalProperties", {})
            if name in named:
                found += problems(inner, named[name], root, f"{at}.{name}")
            elif other is False:
                found.append(f"{at}.{name} is not in the schema")
            else:
                found += problems(inner, other, root, f"{at}.{name}")
    if isinstance(value, list):
        for index, inner in enumerate(value):
            found += problems(inner, schema.get("items", {}), root, f"{at}[{index}]")
    return found


def test_documents_fit_the_schema() -> None:
    schema = decision_schema()
    checked = 0
    for scenario in all_scenarios()[::160]:
        decision = decided(scenario.name)
        data = to_data(decision, scenario.base)
        assert not problems(data, schema, schema), scenario.name
        checked += 1
    assert checked > 20
    data = to_data(hostile_decision())
    assert not problems(data, schema, schema)


def test_documents_fit_the_schema_by_another_reader() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    data = json.loads(to_json(decided(GOLDEN_SCENARIOS["bank_exposed"])))
    jsonschema.Draft202012Validator(decision_schema()).validate(data)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.pop("known_on"), ".known_on is not there"),
        (lambda d: d.update(extra=1), ".extra is not in the schema"),
        (lambda d: d.update(schema="other/9"), ".schema is 'other/9'"),
        (lambda d: d["regimes"]["us"].update(outcome="MAYBE"), ".regimes.us.outcome is 'MAYBE'"),
        (lambda d: d["regimes"]["us"]["findings"][0].update(truth=True), ".truth is True"),
        (
            lambda d: d["regimes"]["us"]["findings"][0]["derivation"][0].update(steps=[{}]),
            "steps[0].",
        ),
        (lambda d: d["versions"].update(facts_digest="abc"), ".facts_digest is 'abc'"),
    ],
)
def test_the_check_sees_what_does_not_fit(change: Any, said: str) -> None:
    data = json.loads(to_json(decided(GOLDEN_SCENARIOS["diamond_prohibited"])))
    change(data)
    schema = decision_schema()
    assert any(said in problem for problem in problems(data, schema, schema))


def test_the_schema_is_plain_and_names_itself() -> None:
    schema = json.loads(json.dumps(decision_schema()))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["schema"] == {"const": SCHEMA}
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
    assert used == set(schema["$defs"])


def keys_sorted(value: Any) -> bool:
    if isinstance(value, dict):
        return list(value) == sorted(value) and all(map(keys_sorted, value.values()))
    return not isinstance(value, list) or all(map(keys_sorted, value))


@pytest.mark.parametrize("indent", [2, None])
def test_keys_are_sorted_and_bytes_are_plain(indent: int | None) -> None:
    text = to_json(decided(GOLDEN_SCENARIOS["pollock_authorised"]), indent=indent)
    assert keys_sorted(json.loads(text))
    assert text.count("\n") == 1 if indent is None else text.count("\n") > 100
    assert text.encode("utf-8").decode() == text


def steps(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for line in lines for one in (line, *steps(line["steps"]))]


@pytest.mark.parametrize("name", GOLDEN_SCENARIOS)
def test_each_step_has_its_sentence_its_citation_and_its_place(name: str) -> None:
    decision: Decision = decided(GOLDEN_SCENARIOS[name])
    us = to_data(decision)["regimes"]["us"]
    told = [*us["findings"], *us["exposures"], *us["duties"]]
    assert {f["standing"] for f in told} <= {
        "BINDS", "MAY_BIND", "LIFTED", "EXCEPTED", "DISPLACED", "NOT_MET", "CONFLICT"}  # fmt: skip
    placed = 0
    for finding in told:
        assert finding["derivation"], finding["id"]
        assert finding["place"]["file"].endswith(".rules")
        for step in steps(finding["derivation"] + finding["exceptions"] + finding["lifting"]):
            assert step["sentence"]
            specific = "specific licence" in step["sentence"]
            assert step["citations"] or specific or not step["provision"], step
            placed += step["place"] is not None
    assert placed > 10


def test_what_fired_and_what_is_open_is_in_the_data_as_in_the_decision() -> None:
    for name in GOLDEN_SCENARIOS.values():
        decision = decided(name)
        us = decision["us"]
        data = to_data(decision)["regimes"]["us"]
        assert data["outcome"] == str(us.outcome)
        assert [m["leaf"] for m in data["missing"]] == [str(leaf) for leaf in us.missing]
        bearing = {f.id for f in us.findings if f.norm.verb == "prohibits" and f.standing.name in (
            "BINDS", "MAY_BIND", "LIFTED", "EXCEPTED", "DISPLACED", "NOT_MET", "CONFLICT",
        )}  # fmt: skip
        spared = {f.id for f in (*us.spared, *us.liabilities, *us.derogations)}
        assert bearing <= {f["id"] for f in data["findings"]} <= bearing | spared
        sure = [e.finding.id for e in us.exposures if e.finding.truth.must]
        perhaps = [e.finding.id for e in us.exposures if not e.finding.truth.must]
        assert [e["id"] for e in data["exposures"]] == sure + perhaps
        assert {d["id"]: d["state"] for d in data["duties"]} == {
            d.finding.id: str(d.state) for d in us.duties if str(d.state) != "not_owed"
        }
