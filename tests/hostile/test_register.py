"""The register: which tests show what becomes of each of the 24 classes of hostile and careless input.

An input of `all_inputs.py` earns its code here. What other tests show already is named by their ids:
a test and, behind a colon, a bad rule file or one of its parameters. Each class has at least three.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from hostile.all_inputs import INPUTS
from hostile.inputs import Input, answered

TESTS = Path(__file__).parent.parent
#: Class: what it is called.
CLASSES = {
    1: "deep nesting", 2: "very wide rule or list", 3: "huge file, line, token, number of rules",
    4: "truncated, empty, binary, wrong encoding", 5: "look-alike text", 6: "misspelt names",
    7: "type mismatch", 8: "malformed literal", 9: "the same twice in rules", 10: "cycles",
    11: "conflicts, gaps, dead rules", 12: "citations and time of law", 13: "file tricks",
    14: "pattern attack, quadratic reading", 15: "missing, null, empty, unknown", 16: "extra keys, wrong shape",
    17: "careless typing", 18: "numbers", 19: "time", 20: "the same twice in facts, dangling, shares",
    21: "bombs", 22: "hostile strings in names", 23: "tampered, stripped, stale, half-written",
    24: "batch only",
}  # fmt: skip
BAD = "language/test_bad.py::test_a_bad_file_earns_its_message"
FACTS = "test_cli.py::test_bad_facts"
#: Tests elsewhere, by class. `BAD:name` is one bad rule file, `FACTS:number` a row of that table.
ELSEWHERE: dict[int, tuple[str, ...]] = {
    1: (f"{BAD}:nested-too-deep", "language/test_size.py::test_the_deepest_nesting_that_is_allowed_works_everywhere",
        "adapters/test_files.py::test_xml_that_is_deep_or_has_no_end_meets_a_limit"),
    2: ("language/test_size.py::test_a_wide_list",),
    3: ("hostile/test_limits.py::test_at_a_limit_and_above_it", "language/test_size.py::test_a_large_file"),
    4: (f"{BAD}:truncated", f"{BAD}:empty", f"{BAD}:binary", f"{BAD}:utf-16", f"{BAD}:nul", f"{BAD}:bom-and-crlf-are-fine",
        f"{BAD}:tabs-are-fine", "adapters/test_ofac.py::test_encodings_binary_and_cells_without_end",
        "batch/test_runs.py::test_a_file_cut_off_half_way", "batch/test_runs.py::test_empty_and_strange_files"),
    5: (f"{BAD}:bidi", f"{BAD}:cyrillic", f"{BAD}:accents", f"{BAD}:no-break-space", f"{BAD}:smart-quotes",
        "adapters/test_screening.py::test_another_spelling_is_not_found"),
    6: (f"{FACTS}:6", f"{BAD}:misspelt-fact", f"{BAD}:misspelt-slot-word", f"{BAD}:misspelt-term", f"{BAD}:misspelt-word",
        "batch/test_runs.py::test_columns_are_refused_by_name"),
    7: (f"{FACTS}:7", f"{BAD}:type-mismatch", f"{BAD}:wrong-kind-of-comparison", f"{BAD}:amount-without-unit"),
    8: (f"{FACTS}:8", f"{BAD}:malformed-literals", f"{BAD}:no-such-day", f"{BAD}:shares-over-100", f"{BAD}:clock-time-wrong",
        "batch/test_cells.py::test_bad_cell"),
    9: (f"{BAD}:duplicate-provision", f"{BAD}:duplicate-instrument", f"{BAD}:duplicate-judgement", f"{BAD}:conflicting-definitions",
        "test_cli.py::test_two_files_of_one_name_are_not_silently_one"),
    10: (f"{BAD}:cycle-of-exceptions", f"{BAD}:cycle-of-terms", "test_ownership.py::test_a_ring_stays_free_until_someone_in_it_is_listed",
         "test_ownership_law.py::test_each_party_is_told_once_and_a_ring_ends",
         "adapters/test_files.py::test_bods_rings_are_kept_and_self_ownership_is_left_out"),
    11: (f"{BAD}:conflicting-versions", f"{BAD}:overlapping-rows", f"{BAD}:licence-never-in-time", f"{BAD}:licence-lifts-nothing",
         f"{BAD}:withdraws-no-exception", "test_semantics.py::test_d6_a_duty_to_do_what_is_forbidden_is_a_conflict"),
    12: (f"{BAD}:citation-missing", f"{BAD}:citation-empty", f"{BAD}:reference-to-nothing", f"{BAD}:interval-missing",
         "test_cli.py::test_conduct_after_the_law_was_read_is_stale", "test_semantics.py::test_d4_each_status_is_a_reason_of_its_own"),
    13: (f"{BAD}:annex-absolute", f"{BAD}:annex-outside", f"{BAD}:annex-not-text",
         "adapters/test_files.py::test_entities_and_document_types_are_not_read", "test_cache.py::test_there_is_no_pickle"),
    14: ("language/test_size.py::test_many_mistakes", "language/test_size.py::test_a_file_with_a_mistake_in_every_block"),
    15: (f"{FACTS}:15", "test_cli.py::test_five_ways_not_to_know", "test_semantics.py::test_d1_absent_null_empty_and_none_are_four_things",
         f"{BAD}:is-unknown", f"{BAD}:never-none", "batch/test_cells.py::test_nothing_but_nulls_is_no_fault"),
    16: (f"{FACTS}:16", "certificates/test_certificates.py::test_what_is_no_certificate", "test_record.py::test_lines_that_are_no_records",
         "adapters/test_files.py::test_ftm_rows_that_are_broken"),
    17: (f"{FACTS}:17", "test_record.py::test_lines_that_are_no_records"),
    18: (f"{FACTS}:18", "test_semantics.py::test_d11_digit_for_digit", "test_semantics.py::test_d11_a_float_is_refused",
         "batch/test_cells.py::test_decimal_overflow_is_a_fault", "adapters/test_payments.py::test_amounts_as_they_are_printed"),
    19: (f"{FACTS}:19", f"{BAD}:unknown-zone", f"{BAD}:clock-time-without-label", "test_ranges.py::test_no_moment_lies_in_it",
         "batch/test_cells.py::test_nanoseconds_are_refused_and_not_rounded"),
    20: (f"{FACTS}:20", "test_ownership.py::test_more_than_100_percent_in_all_is_reported_and_leaves_room_for_all_that_is_stated",
         "test_ownership.py::test_own_shares_carry_nothing_and_are_reported", "batch/test_runs.py::test_a_key_of_another_file_and_of_a_later_part"),
    21: ("batch/test_command.py::test_memory_is_flat",),
    22: ("test_cli.py::test_hostile_names_do_not_steer_the_terminal", "test_record.py::test_hostile_names_stay_names",
         "adapters/test_screening.py::test_hostile_names_and_numbers_are_escaped",
         "adapters/test_ofac.py::test_quotes_commas_and_names_that_look_like_markup"),
    23: ("test_record.py::test_no_byte_of_a_line_can_be_changed", "test_record.py::test_order_and_missing_lines",
         "test_record.py::test_a_cut_end_shows_against_the_head", "test_cache.py::test_a_damaged_file_is_made_anew",
         "certificates/test_certificates.py::test_what_was_changed_is_refused_or_proves_the_same", f"{BAD}:annex-changed"),
    24: ("batch/test_runs.py::test_bad_rows_are_set_aside", "batch/test_runs.py::test_nothing_known_and_no_rows",
         "batch/test_cells.py::test_bad_cell", "batch/test_cells.py::test_numbers_of_every_type",
         "batch/test_runs.py::test_rows_are_decided_as_cases_are", "batch/test_runs.py::test_a_damaged_part_is_told_and_the_others_stand"),
}  # fmt: skip


@pytest.mark.parametrize("one", INPUTS, ids=lambda i: f"{i.number}-{i.path}-{i.name}")
def test_an_input_earns_its_code(one: Input, tmp_path: Path) -> None:
    found = answered(one, tmp_path)
    assert any(code == one.code and one.said in said for code, said in found), found[:3]


def test_each_class_has_its_tests(capsys: pytest.CaptureFixture[str]) -> None:
    shown: Counter[int] = Counter(one.number for one in INPUTS)
    for number, ids in ELSEWHERE.items():
        for one in ids:
            name, _, case = one.rpartition(":") if not _is_plain(one) else (one, "", "")
            assert name.split("::")[1] in _tests(name.split("::")[0]), f"there is no test {name}"
            if name == BAD:
                assert (TESTS / "language" / "bad" / f"{case}.rules").is_file(), case
            shown[number] += 1 if name != FACTS else _rows_of(int(case))
    assert set(shown) == set(CLASSES)
    few = {number: count for number, count in shown.items() if count < 3}
    assert not few
    with capsys.disabled():
        print(f"\n{len(shown) - len(few)} of {len(CLASSES)}")


def _is_plain(one: str) -> bool:
    return ":" not in one.split("::")[1]


def _tests(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def _rows_of(number: int) -> int:
    import test_cli

    rows = sum(row[0] == number for row in test_cli.BAD)
    assert rows
    return rows
