"""Records: what they hold, that a change shows, that they come out again byte for byte."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import sampled
from small import BAN, HEAD, facts, law_of

from sanctions_rules.canonical import facts_digest, json_text, plain
from sanctions_rules.cli import main
from sanctions_rules.decision import Outcome
from sanctions_rules.facts import Case
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.read import build_case, read_case
from sanctions_rules.record import (
    Key,
    Line,
    Override,
    RedactionError,
    Review,
    chained,
    read_lines,
    record_schema,
    redacted,
)
from sanctions_rules.record.actions import ACTIONS
from sanctions_rules.record.chain import RecordsError, append
from sanctions_rules.recording import Recorded
from sanctions_rules.recording.words import law_words
from sanctions_rules.replay import changed_by_lists, replay
from sanctions_rules.rulebooks import Law

ROOT = Path(__file__).resolve().parent.parent
KEY = Key(b"a key of the tests, kept elsewhere")
NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def line_of(*recorded: Recorded) -> Line:
    return list(chained([(one.record, one.envelope) for one in recorded]))[-1]


def recorded(law: Law, given: dict[str, Any] | Case, **more: Any) -> Recorded:
    case = given if isinstance(given, Case) else build_case(given, closed_by="the test")
    return law.decide(case).record(**more)


# -- what a record holds ---------------------------------------------------------------------------

OWNERS: dict[str, Any] = {
    "id": "case 17",
    "as_of": "2024-07-15",
    "actor": "us bank",
    "act": {
        "kind": "payment", "destination": "AE", "us_nexus": ["usd_clearing"],
        "events": {"payment": "2024-07-10"}, "recipients": ["trader"], "providers": ["us bank"],
        "parties": [], "purpose": "commercial", "properties": ["funds"],
        "value": {"amount": "25000.00", "currency": "EUR"},
    },
    "licences_held": "none",
    "goods": [],
    "transactions": [],
    "parties": [
        {"id": "us bank", "name": "A Bank of New York", "type": "company", "organised_under": "US",
         "acts_for": [], "controlled_by": [], "listings": {"items": [], "basis": "SDN list of 2024-07-01", "complete": True}},
        {"id": "trader", "name": "Trader LLC", "type": "company", "organised_under": "AE",
         "acts_for": [], "controlled_by": [], "listings": {"items": [], "basis": "SDN list of 2024-07-01", "complete": True}},
        {"id": "holding", "type": "company", "organised_under": "CY",
         "listings": {"items": [], "basis": "SDN list of 2024-07-01", "complete": True}},
        {"id": "oligarch", "name": "O. Ligarch", "type": "person", "listings": {
            "items": [{"authority": "OFAC", "list": "sdn", "order": "eo14024", "criterion": "1(a)(i)",
                       "programme": "RUSSIA-EO14024", "entry_id": "31415", "listed_on": "2022-06-28",
                       "delisted_on": "none", "source": "SDN snapshot 2024-07-01"}],
            "basis": "SDN list of 2024-07-01", "complete": True}},
    ],
    "ownership": {"complete": True, "basis": "register", "items": [
        {"owner": "oligarch", "asset": "holding", "percent": {"at_least": "60", "at_most": "75"},
         "basis": "shares", "is_indirect": False, "held_from": "none", "held_until": "none"},
        {"owner": "holding", "asset": "trader", "percent": "50", "basis": "shares",
         "is_indirect": False, "held_from": "none", "held_until": "none"},
    ]},
    "properties": [{"id": "funds", "kind": "funds", "description": "the funds of the payment",
                    "location": "New York", "account_number": "DE89 3704", "interest_of": ["trader"],
                    "value": {"amount": "27000.00", "currency": "USD"}, "held_by": "us bank"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def owners(law: Law) -> Recorded:
    case = build_case({
        **OWNERS,
        "goods": [{"category": {"value": "gold", "source": "invoice", "document_ref": "INV-7",
                                "observed_at": "2024-07-01"},
                   "customs_value": {"amount": "100", "currency": "USD"}}],
    })  # fmt: skip
    return law.decide(case).record(evaluated_at=NOON)


def test_identity_time_and_versions(law: Law, owners: Recorded) -> None:
    record = owners.record
    assert (record.subject.id, record.subject.type) == ("case 17", "case")
    assert record.decision_id.startswith("dr-") and record.decision_id == record.derived_id()
    assert (record.time.event, record.time.transaction_date) == ("payment", "2024-07-10")
    assert (record.time.facts_as_of, record.time.law_known_on) == ("2024-07-15", None)
    assert record.versions.rulebook_digest == law.digest
    assert record.versions.facts_digest == facts_digest(build_case(record.facts))
    heads = [(one.regime, one.serial, one.current_through) for one in record.versions.rulebooks]
    assert heads == [(h.regime, h.serial, h.through.isoformat()) for h in law.program.heads]
    statements = {(one.kind, one.statement): one for one in record.versions.lists}
    assert statements["source", "SDN snapshot 2024-07-01"].lists == ("sdn",)
    assert len(statements["basis", "SDN list of 2024-07-01"].places) == 4


def test_the_moment_of_evaluation_is_outside_what_is_compared(law: Law) -> None:
    one = recorded(law, OWNERS, evaluated_at=NOON)
    other = recorded(law, OWNERS, evaluated_at=NOON.replace(year=2027))
    assert one.record.canonical() == other.record.canonical()
    assert one.envelope.evaluated_at == "2026-01-02T12:00:00Z" != other.envelope.evaluated_at
    with pytest.raises(ValueError, match="zone"):
        recorded(law, OWNERS, evaluated_at=datetime(2026, 1, 2))


def test_the_actor_and_the_tests_that_bind_it(owners: Recorded) -> None:
    actor = owners.record.actor
    assert (actor.id, actor.name, actor.type) == ("us bank", "A Bank of New York", "company")
    assert actor.nexus["items"] == ["usd_clearing"]
    tests = {one.test: one.holds for one in actor.tests}
    assert tests["us.us_person"] == "true"
    assert tests["us.us_financial_institution"] == "unknown"


def test_outcome_reasons_and_exceptions(owners: Recorded) -> None:
    record, us = owners.record, owners.record.regimes[0]
    assert record.outcome == us.outcome == "PROHIBITED"
    assert "stop" in us.actions and "stop" in record.actions
    reason = next(r for r in us.reasons if r.standing == "BINDS" and r.subject_id == "trader")
    assert reason.provision == "us.eo14024 §2(a)"
    assert any("14024" in c for c in reason.citations)
    assert reason.in_force and reason.since and reason.until is None
    tried = [e for e in us.exceptions if e.of == reason.id]
    assert {e.applies for e in tried} == {"false"}
    assert any(e.standing == "ENDED" for e in tried), "a licence that had ended says so"
    assert any(e.exception == "specific licence" for e in tried)
    assert us.considered and sum(len(c.findings) for c in us.considered) > 20


def test_ownership_with_its_paths_and_totals(owners: Recorded) -> None:
    found = {
        one.party: one
        for one in owners.record.ownership
        if one.status == "us.blocked_under_eo14024"
    }
    trader = found["trader"]
    assert (trader.holds, trader.method) == ("true", "together, at least 50 percent of shares")
    assert trader.blocked_owners == ("holding",)
    assert (trader.total.at_least, trader.total.at_most) == ("50", "50")
    assert [p.nodes for p in trader.paths] == [("oligarch", "holding", "trader")]
    assert [(s.at_least, s.at_most) for s in trader.paths[0].percent] == [
        ("60", "75"),
        ("50", "50"),
    ]
    assert found["holding"].total.at_most == "75"
    assert trader.as_of == "2024-07-10" and not trader.paths_left_out


def test_targets_property_and_evidence(owners: Recorded) -> None:
    record = owners.record
    assert [(t.id, t.list, t.authority, t.programme, t.entry) for t in record.targets] == [
        ("oligarch", "sdn", "OFAC", "RUSSIA-EO14024", "31415")
    ]
    funds, good, act = record.property
    assert (funds.value, funds.currency, funds.value_usd) == ("27000", "USD", "27000")
    assert (funds.location, funds.account, funds.held_by) == ("New York", "DE89 3704", "us bank")
    assert (good.kind, good.id, good.value_usd) == ("good", "goods[0]", "100")
    assert (act.kind, act.currency, act.value_usd) == ("act", "EUR", None), "at nobody's rate"
    assert [(e.place, e.source, e.document) for e in owners.envelope.evidence] == [
        ("goods[0].category", "invoice", "INV-7")
    ]


DUTIES = """
provision zz.act §2 "Block it"
  cites "s. 2"
  in force from 2024-01-01, no end stated
  requires blocking within 10 days of act.events.conduct
  when act.kind is import
end
provision zz.act §3 "Keep records"
  cites "s. 3"
  in force from 2024-01-01, no end stated
  requires record_keeping for 10 years after act.events.conduct
  when act.kind is import
end
provision zz.act §4 "Report"
  cites "s. 4"
  in force from 2024-01-01, no end stated
  requires report within 10 business days of act.events.conduct
  when act.kind is import
end
"""


def test_duties_and_retention() -> None:
    record = recorded(law_of(BAN + DUTIES), facts(performed=[], as_of="2024-06-02")).record
    duties = {d.what: d for d in record.regimes[0].duties}
    assert (duties["blocking"].state, duties["blocking"].due_on) == ("open", "2024-06-11")
    assert duties["record_keeping"].due_on == "2034-06-01" == record.retention_until
    assert "business days" in duties["report"].due or duties["report"].due_on
    assert {"stop", "block", "report", "keep_records"} <= set(record.actions)
    only = DUTIES.replace("requires blocking", "requires blocking_report")
    reported = recorded(law_of(BAN + only), facts(performed=[], as_of="2024-06-02")).record
    assert "report" in reported.actions and "block" not in reported.actions


def test_uncertainty(law: Law) -> None:
    record = recorded(law, read_case(ROOT / "examples/facts-incomplete/case.toml")).record
    us = record.regimes[0]
    assert record.outcome == "UNDETERMINED" and {"hold", "needs_evidence"} <= set(record.actions)
    assert us.uncertainty.missing and us.uncertainty.next_question is not None
    leaves = {m.leaf for m in us.uncertainty.missing}
    assert us.uncertainty.next_question.leaf in leaves
    assert us.uncertainty.prohibited_if or us.uncertainty.prohibited_unless
    assert "Missing:" in record.narrative


def test_the_narrative_is_one_paragraph_made_of_the_fields(owners: Recorded) -> None:
    text = owners.record.narrative
    assert "\n" not in text and text.endswith("Software, not legal advice.")
    assert "“us bank”" in text and "2024-07-10" in text and "us.eo14024 §2(a)" in text


def test_every_action_is_documented() -> None:
    page = (ROOT / "docs" / "records.md").read_text("utf-8")
    for name, _, meaning in ACTIONS:
        assert f"| `{name}` | {meaning} |" in page


def test_every_field_is_documented() -> None:
    page = (ROOT / "docs" / "records.md").read_text("utf-8")
    schema = record_schema()
    for name in ("Record", "Envelope", "RegimeRecord", "Chain", "Review"):
        for field in schema["$defs"][name]["properties"]:
            assert f"`{field}`" in page, f"{name}.{field}"


def test_the_schema_describes_the_lines(owners: Recorded) -> None:
    schema = record_schema()

    def check(value: Any, form: dict[str, Any], at: str) -> None:
        if "$ref" in form:
            form = schema["$defs"][form["$ref"].removeprefix("#/$defs/")]
        if "anyOf" in form:
            form = next(
                (f for f in form["anyOf"] if (f.get("type") == "null") == (value is None)), {}
            )
            return check(value, form, at)
        if "enum" in form:
            assert value in form["enum"], at
        if "properties" in form:
            assert set(value) == set(form["properties"]) == set(form["required"]), at
            for name, inner in value.items():
                check(inner, form["properties"][name], f"{at}.{name}")
        elif form.get("type") == "array":
            for inner in value:
                check(inner, form["items"], at)

    check(json.loads(line_of(owners).canonical()), schema, "line")


def test_a_record_is_ascii_on_one_line_and_canonical(owners: Recorded) -> None:
    text = line_of(owners).canonical()
    assert text.isascii() and text.isprintable()
    assert json_text(json.loads(text)) == text


HOSTILE = 'Evil\u202e"},\n\u2028<script>alert(1)</script>\x1b[31m“quoted”'


def test_hostile_names_stay_names(law: Law) -> None:
    given = json.loads(json.dumps(OWNERS).replace('"trader"', json.dumps(HOSTILE)))
    one = recorded(law, given)
    text = line_of(one).canonical()
    assert text.isascii() and text.isprintable()
    assert any(p["id"] == HOSTILE for p in json.loads(text)["record"]["facts"]["parties"]["items"])
    narrative = one.record.narrative
    assert narrative.isprintable() and "⟨U+202E⟩" in narrative and "⟨U+001B⟩" in narrative
    assert "“quoted”" not in narrative
    assert replay(line_of(one), law).is_reproduced


# -- the facts in a record are the facts ---------------------------------------------------------------


def test_facts_come_back_from_a_record_as_they_were() -> None:
    for scenario in sampled(18):
        case = scenario.case()
        assert facts_digest(build_case(plain(case))) == facts_digest(case), scenario.name


def test_decisions_of_the_law_replay_to_the_same_bytes(law: Law) -> None:
    for scenario in sampled(210):
        decision = law.decide(
            scenario.case(), known_on=scenario.known_on, about=scenario.about,
            readings=scenario.readings,
        )  # fmt: skip
        found = replay(line_of(decision.record()), law)
        assert found.is_reproduced, (scenario.name, found.causes)


# -- the chain: each kind of change shows ------------------------------------------------------------


@pytest.fixture
def file(law: Law, tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    names = ("vodka", "wind-down-contract", "bank-with-judgement")
    made = [
        recorded(law, read_case(ROOT / f"examples/{n}/case.toml"), evaluated_at=NOON) for n in names
    ]
    append(path, [(one.record, one.envelope) for one in made[:2]])
    append(path, [(one.record, one.envelope) for one in made[2:]])
    return path


def broken(path: Path, **more: Any) -> tuple[str, str]:
    with pytest.raises(RecordsError) as error:
        list(read_lines(path, **more))
    problem = error.value.problems[0]
    return problem.code, problem.path


def rewritten(path: Path, lines: list[str]) -> Path:
    path.write_bytes("".join(line + "\n" for line in lines).encode())
    return path


def test_a_chain_holds_and_is_carried_on(file: Path) -> None:
    lines = list(read_lines(file))
    assert [one.chain.number for one in lines] == [1, 2, 3]
    assert lines[0].chain.previous == "0" * 64
    assert [one.chain.previous for one in lines[1:]] == [one.chain.digest for one in lines[:-1]]
    covered = {
        "record": json.loads(lines[1].record.canonical()),
        "envelope": lines[1].envelope.model_dump(),
        "number": 2,
        "previous": lines[0].chain.digest,
    }
    assert hashlib.sha256(json_text(covered).encode()).hexdigest() == lines[1].chain.digest


CHANGES = [
    ('"departure":"LV"', '"departure":"RU"', "a fact"),
    ("2024-05-02", "2024-05-03", "a date"),
    ('"outcome":"PROHIBITED"', '"outcome":"NOT_PROHIBITED"', "the outcome"),
    ('"serial":', '"serial":1', "a version"),
    ('"status":"not_reviewed"', '"status":"approved"', "the review"),
    ('"evaluated_at":"2026-01-02T12:00:00Z"', '"evaluated_at":null', "the moment"),
    ("Software, not legal advice.", "Software and legal advice.", "a sentence"),
    ('"number":1', '"number":7', "its number"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "what"), CHANGES, ids=[c[2] for c in CHANGES])
def test_a_change_breaks_the_chain_where_it_is(file: Path, old: str, new: str, what: str) -> None:
    first, *rest = file.read_text("ascii").splitlines()
    assert old in first, what
    code, place = broken(rewritten(file, [first.replace(old, new), *rest]))
    assert (code, place) == ("chain-digest", "records.jsonl, line 1")


def test_no_byte_of_a_line_can_be_changed(file: Path) -> None:
    """Every 97th byte, each replaced by a digit, a letter and a quote."""
    first, second, third = file.read_bytes().splitlines()
    for at in range(0, len(second), 97):
        for byte in (b"0", b"e", b'"'):
            if second[at : at + 1] == byte:
                continue
            changed = second[:at] + byte + second[at + 1 :]
            file.write_bytes(b"\n".join([first, changed, third, b""]))
            assert broken(file)[1] == "records.jsonl, line 2", (at, byte)


def test_order_and_missing_lines(file: Path) -> None:
    one, two, three = file.read_text("ascii").splitlines()
    assert broken(rewritten(file, [two, one, three])) == ("chain-broken", "records.jsonl, line 1")
    assert broken(rewritten(file, [one, three])) == ("chain-broken", "records.jsonl, line 2")
    assert broken(rewritten(file, [one, one, two])) == ("chain-broken", "records.jsonl, line 2")
    assert broken(rewritten(file, [two, three])) == ("chain-broken", "records.jsonl, line 1")
    assert broken(rewritten(file, []))[0] == "empty-file"


def test_a_cut_end_shows_against_the_head(file: Path) -> None:
    one, two, three = file.read_text("ascii").splitlines()
    head = json.loads(three)["chain"]["digest"]
    assert len(list(read_lines(file, head))) == 3
    rewritten(file, [one, two])
    assert len(list(read_lines(file))) == 2, "a chain alone cannot know what came after"
    assert broken(file, head=head) == ("chain-head", "records.jsonl, line 2")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: t.replace(":", ": ", 1), "not-canonical"),
        (lambda t: t + " ", "not-canonical"),
        (lambda t: t.replace('"chain":', '"chain":{},"chain":', 1), "bad-json"),
        (lambda t: t.replace('"number":1', '"number":1.0'), "bad-json"),
        (lambda t: t.replace('"number":1', '"number":NaN'), "bad-json"),
        (lambda t: t[:-1], "bad-json"),
        (lambda t: "[" * 100_000, "bad-json"),
        (lambda t: "{}", "bad-record"),
        (lambda t: t.replace('"chain":', '"chian":'), "bad-record"),
        (lambda t: "", "bad-json"),
    ],
)  # fmt: skip
def test_lines_that_are_no_records(file: Path, change: Any, code: str) -> None:
    first, *rest = file.read_text("ascii").splitlines()
    assert broken(rewritten(file, [change(first), *rest])) == (code, "records.jsonl, line 1")


def test_an_error_never_shows_a_fact(file: Path) -> None:
    first, *rest = file.read_text("ascii").splitlines()
    rewritten(file, [first.replace('"subject_id":"vodka"', '"subject_id":["vodka"]'), *rest])
    with pytest.raises(RecordsError) as error:
        list(read_lines(file))
    assert "vodka" not in str(error.value)


def test_nothing_is_added_to_a_broken_end(file: Path, owners: Recorded) -> None:
    whole = file.read_bytes()
    pair = [(owners.record, owners.envelope)]
    file.write_bytes(whole[:-1])
    with pytest.raises(RecordsError, match="not complete"):
        append(file, pair)
    file.write_bytes(whole.replace(b"BINDS", b"BIND5", 1))
    append(file, pair)  # only the last line is looked at here; reading finds the other
    assert broken(file)[1] == "records.jsonl, line 1"
    lock = file.with_name(file.name + ".lock")
    lock.touch()
    with pytest.raises(RecordsError, match="somebody else is appending"):
        append(file, pair)
    lock.unlink()


# -- review: what people say never changes the answer ---------------------------------------------------


def test_an_override_never_changes_the_outcome(law: Law) -> None:
    case = read_case(ROOT / "examples/vodka/case.toml")
    plainly = recorded(law, case)
    review = Review(
        status="approved", reviewer="A. Analyst", second_reviewer="B. Second",
        decided_at="2026-01-03T09:00:00+01:00", comment="seen",
        override=Override(by="C. Chief", reason="we think it is allowed"),
    )  # fmt: skip
    overridden = recorded(law, case, review=review)
    assert overridden.record.canonical() == plainly.record.canonical()
    assert overridden.record.outcome == "PROHIBITED"
    assert overridden.envelope.review == review
    assert line_of(overridden).chain.digest != line_of(plainly).chain.digest
    assert replay(line_of(overridden), law).is_reproduced


@pytest.mark.parametrize("wrong", [
    {"status": "fine"}, {"override": {"by": "", "reason": "x"}}, {"override": {"by": "x"}},
    {"decided_at": "yesterday"}, {"outcome": "AUTHORISED"},
])  # fmt: skip
def test_a_review_without_a_name_or_with_an_outcome_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Review.model_validate(wrong)


# -- replay: what changed ------------------------------------------------------------------------------


def test_a_changed_law_is_named_with_what_it_changes() -> None:
    old = law_of(BAN)
    line = line_of(recorded(old, facts()))
    head = HEAD.replace("2030-01-01 1", "2030-02-01 2")
    text = head + BAN.replace("diamond", "gold")
    new = Law(compile_rulebook({"zz.rules": text.encode()}))
    found = replay(line, new)
    assert not found.is_reproduced
    assert any(
        "current through 2030-01-01 (1), and is now through 2030-02-01 (2)" in c
        for c in found.causes
    )
    assert any(c.startswith("another rulebook: ") for c in found.causes)
    first = found.differences[0]
    assert (first.path, first.recorded, first.now) == ("outcome", "PROHIBITED", "NOT_PROHIBITED")


def test_facts_that_were_changed_with_all_digests_made_anew_still_show() -> None:
    law = law_of(BAN)
    one = recorded(law, facts())
    changed = json.loads(
        one.record.canonical().replace('"category":"diamond"', '"category":"gold"')
    )
    record = type(one.record).model_validate(changed)
    record = record.model_copy(update={"decision_id": record.derived_id()})
    found = replay(line_of(Recorded(record, one.envelope)), law)
    assert found.causes == ("the facts in the record are not those that it was made from",)
    assert any(d.path == "outcome" for d in found.differences)


def test_an_outcome_that_was_changed_with_all_digests_made_anew_still_shows() -> None:
    law = law_of(BAN)
    one = recorded(law, facts())
    record = one.record.model_copy(update={"outcome": "NOT_PROHIBITED"})
    record = record.model_copy(update={"decision_id": record.derived_id()})
    found = replay(line_of(Recorded(record, one.envelope)), law)
    assert found.causes == ("the record says otherwise than its own facts and law",)
    assert found.differences[0].path == "outcome"


def test_another_engine_and_other_words_are_named() -> None:
    law = law_of(BAN)
    one = recorded(law, facts())
    versions = one.record.versions.model_copy(update={"engine": "abacus 1"})
    other = one.record.model_copy(update={"versions": versions})
    assert replay(line_of(Recorded(other, one.envelope)), law).causes == (
        "another engine: abacus 1 then, interpreter 1 now",
    )
    worded = one.record.model_copy(update={"narrative": "It is not allowed."})
    assert replay(line_of(Recorded(worded, one.envelope)), law).causes == (
        "it is worded otherwise now",
    )


def test_other_facts_than_the_records_are_named() -> None:
    law = law_of(BAN)
    line = line_of(recorded(law, facts()))
    other = build_case(facts(good={"category": "gold"}))
    assert "the facts given are not those of the record" in replay(line, law, other).causes
    assert replay(line, law, build_case(facts())).is_reproduced


def test_an_old_record_says_that_it_used_what_was_withdrawn_since() -> None:
    line = line_of(recorded(law_of(BAN), facts()))
    wrong = BAN.replace("  checked", '  withdrawn 2024-07-01 "read wrongly"\n  checked')
    found = replay(line, law_of(wrong))
    assert (
        "it used zz.act §1, which was withdrawn since, on 2024-07-01: read wrongly" in found.causes
    )
    assert found.differences[0].now == "UNDETERMINED"


def test_a_withdrawn_text_that_was_allowed_is_in_the_record() -> None:
    law = law_of(BAN.replace("  checked", '  withdrawn 2024-07-01 "read wrongly"\n  checked'))
    decision = law.decide(build_case(facts()), allow_withdrawn=["zz.act §1"])
    record = decision.record().record
    assert record.question.allow_withdrawn == ("zz.act §1",)
    assert record.regimes[0].withdrawn == ("zz.act §1",)
    assert "review_law" in record.actions
    assert "rests on text that was withdrawn: zz.act §1" in record.narrative
    assert replay(line_of(decision.record()), law).is_reproduced


def test_which_past_decisions_other_lists_would_change(law: Law) -> None:
    bank = {**OWNERS["parties"][0], "business": ["depository_institution"]}
    others = OWNERS["parties"][1:]
    case = build_case({
        **OWNERS, "parties": [bank, *others],
        "ownership": {"items": [], "basis": "register", "complete": True},
    })  # fmt: skip
    line = line_of(law.decide(case).record())
    assert line.record.outcome == "NOT_PROHIBITED"

    def rescreen(given: Case) -> Case:
        data = plain(given)
        data["parties"]["items"][1]["listings"] = OWNERS["parties"][3]["listings"]
        return build_case(data)

    assert changed_by_lists(line, law, lambda same: same) is None
    changed = changed_by_lists(line, law, rescreen)
    assert changed is not None and changed.outcomes == (("us", "NOT_PROHIBITED", "PROHIBITED"),)
    hidden = line_of(law.decide(case).record(key=KEY))
    unscreened = changed_by_lists(hidden, law, rescreen)
    assert unscreened is not None and "names were taken out" in unscreened.unscreened
    assert changed_by_lists(hidden, law, rescreen, case) is not None


# -- redaction ---------------------------------------------------------------------------------------


class Marking(Key):
    """Marks every text that redaction would take out, so that a search finds each leak."""

    def token(self, text: str) -> str:
        return "LEAK" + text


MARK = Marking(b"not a secret at all")


def test_redaction_leaks_no_text_of_the_facts(law: Law) -> None:
    """Every text is marked; none comes out again, in no field, and the answer is the same."""
    words = law_words(law.program)
    cases = [build_case(OWNERS), *(scenario.case() for scenario in sampled(210))]
    for example in sorted(ROOT.glob("examples/*/case.toml")):
        cases.append(read_case(example))
    review = Review(status="approved", reviewer="LEAK", second_reviewer="LEAK", comment="LEAK",
                    override=Override(by="LEAK", reason="LEAK"))  # fmt: skip
    marked = 0
    for case in cases:
        decision = law.decide(redacted(case, MARK, words))
        whole = line_of(decision.record(review=review)).canonical()
        marked += whole.count("LEAK") > 6
        hidden = decision.record(review=review, key=KEY)
        assert "LEAK" not in line_of(hidden).canonical()
        assert hidden.record.outcome == decision.record().record.outcome
        assert replay(line_of(hidden), law).is_reproduced
    assert marked > len(cases) / 2


def test_provenance_is_taken_out_too(law: Law) -> None:
    case = build_case({"goods": [
        {"category": {"value": "gold", "source": "LEAK", "document_ref": "LEAK", "observed_at": "2024-01-01"},
         "description": "LEAK", "produced_in": {"unknown": "LEAK would not say"}},
    ]})  # fmt: skip
    text = line_of(law.decide(case).record(key=KEY)).canonical()
    assert "LEAK" not in text and '"observed_at":"2024-01-01"' in text


def test_names_cannot_be_guessed_from_what_stays(law: Law) -> None:
    """Nothing in a redacted record is an unkeyed hash of the names: neither digest nor id."""
    case = build_case(OWNERS)
    whole, hidden = law.decide(case).record(), law.decide(case).record(key=KEY)
    text = line_of(hidden).canonical()
    assert whole.record.versions.facts_digest not in text
    assert whole.record.decision_id not in text
    other = law.decide(case).record(key=Key(b"another key of the tests"))
    tokens = {p["id"] for p in hidden.record.facts["parties"]["items"]}
    assert not tokens & {p["id"] for p in other.record.facts["parties"]["items"]}
    for name in ("trader", "Trader LLC", "DE89 3704"):
        for digest in (hashlib.sha256, hashlib.sha1, hashlib.md5):
            assert digest(name.encode()).hexdigest()[:16] not in text


def test_what_stays_in_a_redacted_record(law: Law) -> None:
    record = law.decide(build_case(OWNERS)).record(key=KEY).record
    assert record.redaction is not None and record.redaction.key_id == KEY.id
    assert record.outcome == "PROHIBITED" and record.time.transaction_date == "2024-07-10"
    assert record.subject.id == KEY.token("case 17")
    target = record.targets[0]
    assert (target.list, target.order, target.entry) == ("sdn", "eo14024", KEY.token("31415"))
    assert record.property[0].value == "27000"
    assert [p.nodes for p in record.ownership[0].paths], "chains hang together by their hashes"


def test_who_has_the_names_and_the_key_shows_that_they_belong(law: Law) -> None:
    case = build_case(OWNERS)
    line = line_of(law.decide(case).record(key=KEY))
    assert replay(line, law, case, KEY).is_reproduced
    other = build_case({**OWNERS, "id": "case 18"})
    assert "the facts given are not those of the record" in replay(line, law, other, KEY).causes
    wrong = Key(b"another key of the tests")
    assert "the names were taken out with another key" in replay(line, law, case, wrong).causes


def test_a_case_that_the_law_names_is_not_redacted_to_another_answer() -> None:
    rule = """
table zz.annex "Persons"
  cites "Annex I"
  in force from 2024-01-01, no end stated
  columns key
    | "Acme Trading" |
end
provision zz.act §9 "Dealing with persons of the annex"
  cites "s. 9"
  in force from 2024-01-01, no end stated
  prohibits payment to recipient
  when recipient is listed in zz.annex
end
"""
    law = law_of(rule.replace("  columns key\n    |", "  columns key\n          |"))
    case = build_case({
        "act": {"kind": "payment", "events": {"payment": "2024-06-01"}, "recipients": ["a"]},
        "parties": [{"id": "a", "name": "Acme Trading", "identifiers": []}],
        "licences_held": "none",
    })  # fmt: skip
    decision = law.decide(case)
    assert decision["zz"].outcome is Outcome.PROHIBITED
    with pytest.raises(RedactionError, match="decided otherwise") as error:
        decision.record(key=KEY)
    assert "Acme" not in str(error.value)


def test_a_short_key_is_refused_and_no_key_is_printed() -> None:
    with pytest.raises(RedactionError, match="at least 16 bytes"):
        Key(b"short")
    assert "kept elsewhere" not in repr(KEY) + str(KEY) + repr(KEY.redaction)


# -- the command line ----------------------------------------------------------------------------------


def cli(*words: str | Path, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "sanctions_rules", *map(str, words)], cwd=ROOT, check=False,
        capture_output=True, timeout=120, env=os.environ | env,
    )  # fmt: skip


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: bytes
    stderr: bytes


@pytest.fixture
def inside(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """A command in this process, where the law is loaded once."""

    def run(*words: str | Path) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return Done(left.value.code, printed.out.encode(), printed.err.encode())

    return run


VODKA = ROOT / "examples/vodka/case.toml"
BANK = ROOT / "examples/bank-with-judgement/case.toml"
OPEN = ROOT / "examples/facts-incomplete/case.toml"
PLACES = (
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Asia/Kolkata", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/New_York"},
)


def test_records_and_replays_are_the_same_in_any_process(tmp_path: Path) -> None:
    bodies: list[list[bytes]] = []
    for number, place in enumerate(PLACES):
        made = cli("decide", VODKA, BANK, OPEN, "--format", "record", **place)
        assert made.returncode == 1, made.stderr
        lines = [json.loads(line)["record"] for line in made.stdout.splitlines()]
        bodies.append([json_text(line).encode() for line in lines])
        (tmp_path / f"{number}.jsonl").write_bytes(made.stdout)
    assert bodies[0] == bodies[1]
    replays = [cli("replay", tmp_path / "0.jsonl", **place) for place in PLACES]
    assert {r.returncode for r in replays} == {0}, replays[0].stderr
    assert replays[0].stdout == replays[1].stdout
    assert b"3 records: 3 reproduced, 0 differ; head " in replays[0].stdout


def test_the_command_line_keeps_and_replays(tmp_path: Path, inside: Callable[..., Done]) -> None:
    kept, key, review = tmp_path / "kept.jsonl", tmp_path / "key", tmp_path / "review.toml"
    key.write_bytes(b"a key of at least sixteen bytes\n")
    review.write_text(
        'status = "declined"\nreviewer = "A. Analyst"\ndecided_at = 2026-01-03T09:00:00+01:00\n'
        '[override]\nby = "C. Chief"\nreason = "known to us"\n',
        "utf-8",
    )
    one = inside("decide", VODKA, "--format", "record", "--append", kept, "--review", review)
    assert (one.returncode, one.stdout) == (1, b"") and b"1 added; line 1 is the head" in one.stderr
    two = inside("decide", BANK, "--format", "record", "--append", kept, "--redact-key", key)
    assert two.returncode == 0 and b"bank" not in two.stderr
    lines = list(read_lines(kept))
    assert lines[0].envelope.review.override == Override(by="C. Chief", reason="known to us")
    assert lines[0].envelope.evaluated_at is not None and lines[0].record.outcome == "PROHIBITED"
    head = lines[-1].chain.digest
    done = inside("replay", kept, "--facts", BANK, "--redact-key", key, "--head", head)
    assert done.returncode == 0, done.stdout + done.stderr
    assert b"reproduced from the facts given" in done.stdout
    stray = inside("replay", kept, "--facts", OPEN)
    assert stray.returncode == 1 and b"1 of the facts given belong to no record" in stray.stdout
    text = kept.read_text("ascii").splitlines()
    rewritten(kept, [text[0].replace("2024-05-02", "2024-05-09"), text[1]])
    bad = inside("replay", kept)
    assert bad.returncode == 3 and b"kept.jsonl, line 1" in bad.stderr and not bad.stdout
    cut = inside("replay", rewritten(kept, text[:1]), "--head", head)
    assert cut.returncode == 3 and b"not the head that was given" in cut.stderr


def test_replay_by_other_rules_shows_what_differs(
    tmp_path: Path, inside: Callable[..., Done]
) -> None:
    rules, case = tmp_path / "rules", tmp_path / "case.json"
    rules.mkdir()
    (rules / "zz.rules").write_text(HEAD + BAN, "utf-8")
    case.write_text(json.dumps(facts()), "utf-8")
    kept = tmp_path / "kept.jsonl"
    inside("decide", case, "--rules", rules, "--format", "record", "--append", kept)
    assert inside("replay", kept, "--rules", rules).returncode == 0
    (rules / "zz.rules").write_text(HEAD + BAN.replace("diamond", "gold"), "utf-8")
    done = inside("replay", kept, "--rules", rules)
    assert done.returncode == 1
    assert b"outcome: PROHIBITED then, NOT_PROHIBITED now" in done.stdout
    gone = inside("decide", case, "--rules", rules, "--allow-withdrawn", "zz.act \u00a71")
    assert gone.returncode == 2 and b"withdrawn are: none" in gone.stderr


def test_wrong_usage(tmp_path: Path, inside: Callable[..., Done]) -> None:
    assert inside("decide", VODKA, "--append", tmp_path / "x").returncode == 2
    short = tmp_path / "short"
    short.write_bytes(b"short")
    done = inside("decide", VODKA, "--format", "record", "--redact-key", short)
    assert done.returncode == 3 and b"at least 16 bytes" in done.stderr and not done.stdout
    review = tmp_path / "review.json"
    review.write_text('{"status": "secret"}', "utf-8")
    done = inside("decide", VODKA, "--format", "record", "--review", review)
    assert done.returncode == 3 and b"secret" not in done.stderr and not done.stdout
    assert inside("replay", tmp_path / "none.jsonl").returncode == 2
