"""The engine for tables gives what the interpreter gives: on every scenario of the law, and on bad tables."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

pytest.importorskip("numpy", reason="tables need numpy")
pa = pytest.importorskip("pyarrow", reason="tables need pyarrow")

import small  # noqa: E402
from conftest import every_scenario  # noqa: E402

import sanctions_rules  # noqa: E402
from sanctions_rules.batch.table import facts_of_row, row_of_case, rows_of, table_of_cases  # noqa: E402
from sanctions_rules.canonical import canonical  # noqa: E402
from sanctions_rules.core import OPERATORS, Program  # noqa: E402
from sanctions_rules.diagnostics import FactsError  # noqa: E402
from sanctions_rules.engines.answers import RegimeAnswer, reference  # noqa: E402
from sanctions_rules.engines.columnar import Columnar, operators  # noqa: E402
from sanctions_rules.engines.interpreter import Settings  # noqa: E402
from sanctions_rules.facts import Case  # noqa: E402
from sanctions_rules.read import build_case  # noqa: E402
from sanctions_rules.scenario import Scenario  # noqa: E402

#: How many scenarios are compared with the interpreter; all of them where this is set.
EVERY = bool(os.environ.get("SANCTIONS_RULES_EVERY_SCENARIO"))
SAMPLE = 400


def settings_of(program: Program, scenario: Scenario) -> Settings:
    readings = {p.name: p.default for p in program.readings}
    return Settings(scenario.known_on, {**readings, **scenario.readings})


@pytest.fixture(scope="module")
def program() -> Program:
    return sanctions_rules.load().program


@cache
def answered() -> dict[int, dict[str, tuple[Case, RegimeAnswer]]]:
    """Of each scenario, by its number, the case and what the engine answers, by regime that it expects."""
    program = sanctions_rules.load().program
    grouped: dict[Any, list[tuple[int, str, Case]]] = {}
    for number, scenario in enumerate(every_scenario()):
        for case, regimes in scenario.cases(r for r in program.regimes if r in scenario.expect):
            for regime in regimes:
                settings = (scenario.known_on, tuple(sorted(scenario.readings.items())))
                grouped.setdefault((settings, scenario.about), []).append((number, regime, case))
    found: dict[int, dict[str, tuple[Case, RegimeAnswer]]] = {}
    for (_, about), asked in grouped.items():
        settings = settings_of(program, every_scenario()[asked[0][0]])
        regimes = dict.fromkeys(regime for _, regime, _ in asked)
        cases = {id(case): case for _, _, case in asked}
        engine = Columnar(program, settings, regimes, about=about)
        rows = dict(zip(cases, engine.answers(table_of_cases(cases.values())), strict=True))
        for number, regime, case in asked:
            found.setdefault(number, {})[regime] = (case, rows[id(case)][regime])
    return found


def test_the_outcome_of_every_scenario_is_the_expected_one() -> None:
    wrong = [
        f"{every_scenario()[number].name}: {regime}: {answer.outcome}"
        for number, by_regime in answered().items()
        for regime, (_, answer) in by_regime.items()
        if "outcome" in every_scenario()[number].expect[regime]
        and every_scenario()[number].expect[regime]["outcome"] != answer.outcome.value
    ]
    assert len(answered()) == len(every_scenario())
    assert not wrong, "\n".join(wrong[:20])


def test_a_sample_of_scenarios_is_answered_as_the_interpreter_does(program: Program) -> None:
    numbers = sorted(answered())
    if not EVERY:  # a scenario costs the interpreter some 20 ms a regime
        numbers = random.Random(20_240_301).sample(numbers, SAMPLE)
    for number in numbers:
        scenario = every_scenario()[number]
        for regime, (case, answer) in answered()[number].items():
            settings = settings_of(program, scenario)
            expected = reference(program, case, settings, (regime,), scenario.about)[regime]
            assert answer == expected, (scenario.name, regime)


# -- the table form of facts ---------------------------------------------------------------------


def test_every_scenario_comes_back_from_a_row_of_a_table_as_it_was() -> None:
    cases = [s.case() for s in (every_scenario() if EVERY else every_scenario()[::15])]
    for case, row in zip(cases, rows_of(table_of_cases(cases)), strict=True):
        again = build_case(facts_of_row(row))
        assert row_of_case(again) == row_of_case(case)


def test_all_that_a_bare_value_cannot_say_comes_back() -> None:
    given = {
        "id": "c", "actor": "a", "licences_held": "none", "as_of": "2024-05-06T07:08:09.5-04:00",
        "parties": {"items": [{"id": "a", "type": {"one_of": ["company", "trust"]}}], "complete": False},
        "act": {
            "kind": "import", "purpose": "commercial", "contract": "none",
            "value": {"amount": {"at_least": "1.50", "less_than": "2"}, "currency": "USD"},
            "events": {"conduct": {"after": "2024-01-01", "on_or_before": "2024-02-03"}, "loading": "none"},
        },
        "goods": [
            {"codes": ["HTSUS 7102.39.00", "…"], "carats_each": {"more_than": "0.5"}, "mined_in": []},
            {"category": "gold", "components": [{"quantity_kg": "0.10", "produced_in": ["RU", "…"]}]},
        ],
        "ownership": {"items": [], "complete": True, "basis": "the register"},
    }  # fmt: skip
    case = build_case(given)
    [row] = rows_of(table_of_cases([case]))
    assert canonical(build_case(facts_of_row(row))) == canonical(case).replace(
        "-04:00", "-04:00"
    ).replace("2024-05-06T07:08:09.500000-04:00", "2024-05-06T11:08:09.500000+00:00")


def test_a_row_that_has_a_value_and_its_absence_is_no_case() -> None:
    with pytest.raises(FactsError, match="said to be none"):
        facts_of_row({"act": {"contract": "c", "contract__none": True}})
    with pytest.raises(FactsError, match="did you mean `category`"):
        facts_of_row({"goods": [{"categroy": "gold"}]})
    with pytest.raises(FactsError, match="bounds"):
        facts_of_row({"goods": [{"carats_each": 1, "carats_each__at_least": 1}]})
    with pytest.raises(FactsError, match="is empty"):
        facts_of_row({"goods": [None]})


# -- tables as people have them ------------------------------------------------------------------

RULES = """
provision zz.act §1 "The ban"
  cites "s. 1"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when good.category is diamond
  and  good.carats_each is at least 1.0 carat
  and  good.mined_in includes RU
end
"""


@cache
def ban() -> Program:
    return small.law_of(RULES).program


def engine(**more: Any) -> Columnar:
    return Columnar(ban(), Settings(None, {}), ("zz",), **more)


def case(**good: Any) -> dict[str, Any]:
    return small.facts(
        good={"category": "diamond", "carats_each": "1.0", "mined_in": ["RU"], **good}
    )


def table(*rows: dict[str, Any]) -> Any:
    return table_of_cases([build_case(row) for row in rows])


def outcomes(made: Any, **more: Any) -> list[str | None]:
    return engine(**more).decide_batch(made).column("zz_outcome").to_pylist()


def with_column(made: Any, path: tuple[str, ...], column: Any) -> Any:
    """The table with another column at a path of records and lists."""
    return pa.table({
        name: _changed(made.column(name).combine_chunks(), path[1:], column) if name == path[0]
        else made.column(name)
        for name in made.column_names
    })  # fmt: skip


def _changed(held: Any, path: tuple[str, ...], column: Any) -> Any:
    if not path:
        return column
    if pa.types.is_list(held.type):
        return pa.ListArray.from_arrays(held.offsets, _changed(held.values, path, column))
    names = [held.type.field(i).name for i in range(held.type.num_fields)]
    parts = {name: held.field(i) for i, name in enumerate(names)}
    if len(path) == 1 and column is None:
        del parts[path[0]]
    else:
        parts[path[0]] = _changed(parts.get(path[0]), path[1:], column)
    return pa.StructArray.from_arrays(list(parts.values()), names=list(parts))


def test_thresholds_are_exact_whatever_the_column_is() -> None:
    made = table(case(), case(carats_each="0.999999999999"), case(carats_each="1.0000000001"))
    expected = ["PROHIBITED", "NOT_PROHIBITED", "PROHIBITED"]
    assert outcomes(made) == expected
    weights = ["1.0", "0.999999999999", "1.0000000001"]
    for column in (
        pa.array(weights),
        pa.array(weights).dictionary_encode(),
        pa.array([Decimal(w) for w in weights], pa.decimal128(38, 20)),
        pa.array([Decimal(w) for w in weights], pa.decimal256(60, 30)),
    ):
        assert outcomes(with_column(made, ("goods", "carats_each"), column)) == expected
    whole = with_column(made, ("goods", "carats_each"), pa.array([1, 0, 2], pa.int8()))
    assert outcomes(whole) == expected


def test_a_missing_or_an_empty_column_is_not_known() -> None:
    made = table(case(), case())
    for column in (None, pa.nulls(2), pa.nulls(2, pa.list_(pa.string()))):
        changed = with_column(made, ("goods", "mined_in"), column)
        answer = engine().decide_batch(changed)
        assert answer.column("zz_outcome").to_pylist() == ["UNDETERMINED"] * 2
        assert answer.column("zz_missing").to_pylist() == [["goods[0].mined_in"]] * 2


def test_no_rows_and_no_goods_are_no_trouble() -> None:
    made = table(case())
    assert outcomes(made.slice(0, 0)) == []
    bare = pa.table({"key": ["a", "b"]})
    assert outcomes(bare) == ["UNDETERMINED"] * 2
    none = table({**case(), "goods": []}, {**case(), "goods": []})
    assert outcomes(none) == ["NOT_PROHIBITED"] * 2


def test_days_instants_and_text_are_one_time() -> None:
    """The ban begins on 1 January in New York; a day-only time there is that whole day."""
    made = table(case(), case(), case(), case())
    days = [date(2023, 12, 31), date(2024, 1, 1), None, date(2024, 1, 2)]
    expected = ["NOT_PROHIBITED", "PROHIBITED", "UNDETERMINED", "PROHIBITED"]
    path = ("act", "events", "conduct")
    assert outcomes(with_column(made, path, pa.array(days))) == expected
    text = pa.array([str(d) if d else None for d in days])
    assert outcomes(with_column(made, path, text)) == expected
    instants = [datetime(2024, 1, 1, 4, 59, 59, tzinfo=UTC), datetime(2024, 1, 1, 5, tzinfo=UTC), None,
                datetime(2024, 1, 2, tzinfo=UTC)]  # fmt: skip
    for unit in ("us", "ms", "s", "ns"):
        column = pa.array(instants, pa.timestamp("us", "UTC")).cast(pa.timestamp(unit, "UTC"))
        assert outcomes(with_column(made, path, column)) == expected


@pytest.mark.parametrize(
    ("path", "column", "message"),
    [
        (("goods", "carats_each"), pa.array([1.0, 1.0]), "floats"),
        (("goods", "carats_each"), pa.array([True, False]), "decimal number"),
        (("goods", "category"), pa.array([1, 2]), "text is expected"),
        (("goods", "mined_in"), pa.array(["RU", "RU"]), "list of texts"),
        (("goods", "colour"), pa.array(["red", "red"]), "no fact called `colour`"),
        (("act", "events", "conduct"), pa.array([1, 1], pa.timestamp("us")), "in which zone"),
        (("act", "events"), pa.array(["x", "y"]), "a record is expected"),
    ],
)
def test_a_column_of_the_wrong_kind_is_refused_by_name(
    path: tuple[str, ...], column: Any, message: str
) -> None:
    with pytest.raises(FactsError, match=message):
        outcomes(with_column(table(case(), case()), path, column))


@pytest.mark.parametrize(
    ("path", "column", "message"),
    [
        (("goods", "carats_each"), ["NaN", "1.0"], "not a decimal"),
        (("goods", "carats_each"), ["1e3", "1.0"], "not a decimal"),
        (("goods", "carats_each"), ["-1", "1.0"], "below zero"),
        (("goods", "category"), ["dimond", "diamond"], "diamond"),
        (("goods", "mined_in"), [["RU", None], ["RU"]], "is empty"),
        (("goods", "mined_in"), [["Russia"], ["RU"]], "country code"),
        (("act", "events", "conduct"), ["2024-02-30", "2024-06-01"], "exists"),
        (("act", "events", "conduct"), ["2024-06-01T10:00", "2024-06-01"], "zone|instant"),
        (("act", "kind"), ["smuggling", "import"], "smuggling"),
        (("goods", "codes"), [["7102"], ["HS 7102"]], "commodity code"),
        (("goods", "codes"), [["HS 0301"], ["HS 7102"]], "no code of a diamond"),
        (("goods", "species"), ["cod", None], "said of a diamond"),
    ],
)
def test_a_cell_that_is_no_fact_is_said_of_its_row_alone(
    path: tuple[str, ...], column: list[Any], message: str
) -> None:
    made = with_column(table(case(), case()), path, pa.array(column))
    one = engine()
    found = one.decide_batch(made).to_pylist()
    assert found[0]["problem"] and any(word in found[0]["problem"] for word in message.split("|"))
    assert found[0]["zz_outcome"] is None and found[0]["zz_fired"] is None
    assert found[1]["problem"] is None and found[1]["zz_outcome"] == "PROHIBITED"
    assert (one.refused, one.fallen_back) == (1, 0)


def test_who_is_named_twice_or_not_at_all_makes_no_case() -> None:
    party = pa.list_(pa.struct([("id", pa.string())]))
    made = pa.table({
        "key": ["twice", "nobody", "good"],
        "actor": ["a", "b", "a"],
        "parties": pa.array([[{"id": "a"}, {"id": "a"}], [{"id": "a"}], [{"id": "a"}]], party),
    })  # fmt: skip
    found = engine().decide_batch(made).to_pylist()
    assert [bool(row["problem"]) for row in found] == [True, True, False]


def test_numbers_that_a_vector_cannot_hold_are_decided_all_the_same() -> None:
    large = "12345678901234567890123456789012345"
    one = engine()
    found = one.decide_batch(table(case(carats_each=large), case(carats_each="0." + "9" * 30)))
    assert found.column("zz_outcome").to_pylist() == ["PROHIBITED", "NOT_PROHIBITED"]
    assert one.fallen_back == 2


def test_a_table_without_a_key_or_with_a_name_twice_is_refused() -> None:
    with pytest.raises(FactsError, match="no column `key`"):
        engine().decide_batch(pa.table({"id": ["a"]}))
    twice = pa.Table.from_arrays([pa.array(["a"])] * 3, names=["key", "id", "id"])
    with pytest.raises(FactsError, match="two columns"):
        engine().decide_batch(twice)


def test_slices_and_large_types_and_empty_records_are_read_as_they_are() -> None:
    made = table(*(case(carats_each=str(i % 3)) for i in range(12)))
    expected = ["NOT_PROHIBITED", "PROHIBITED", "PROHIBITED"] * 4
    assert outcomes(made.slice(5)) == expected[5:]
    act = made.column("act").combine_chunks()
    void = pa.StructArray.from_arrays(
        [act.field(i) for i in range(act.type.num_fields)],
        names=[act.type.field(i).name for i in range(act.type.num_fields)],
        mask=pa.array([True] + [False] * 11),
    )
    changed = made.set_column(made.column_names.index("act"), "act", void)
    assert outcomes(changed)[:2] == ["NOT_PROHIBITED", "PROHIBITED"]
    assert outcomes(
        changed.slice(0, 1).set_column(1, made.column_names[1], changed.column(1).slice(0, 1))
    )


def test_every_operator_has_its_line() -> None:
    assert set(operators.OPERATORS) == set(OPERATORS)
    assert set(operators.QUANTIFIERS) == {"some", "every", "at_least", "sum"}


def test_a_long_chain_of_definitions_costs_no_stack() -> None:
    made = Columnar(small.chained(5_000), Settings(None, {}), ("zz",))
    answers = made.answers(table(case(), case(category="other"), case(category=None)))
    assert [str(one["zz"].outcome) for one in answers] == [
        "PROHIBITED", "NOT_PROHIBITED", "UNDETERMINED",
    ]  # fmt: skip
    assert not made.unsupported and not made.fallen_back


def batches(made: Any, size: int) -> Iterator[Any]:
    yield from made.to_batches(max_chunksize=size)


def test_answers_do_not_depend_on_how_rows_are_batched() -> None:
    made = table(*(case(carats_each=str(i % 4), category="gold" if i % 5 == 0 else "diamond") if i % 5
                   else case(category="other") for i in range(37)))  # fmt: skip
    whole = engine().decide_batch(made).to_pylist()
    one = engine()
    parts = [row for batch in batches(made, 5) for row in one.decide_batch(batch).to_pylist()]
    assert parts == whole


def test_batches_at_once_are_answered_in_order() -> None:
    made = table(*(case(carats_each=str(n)) for n in range(1, 40)))
    one = engine()
    whole = one.decide_batch(made).to_pylist()
    one.most = 3  # pieces within a batch as well
    told = [row for found in one.decide_batches(batches(made, 7), 2) for row in found.to_pylist()]
    assert told == whole
    assert engine(missing=False).decide_batch(made).column("zz_missing").null_count == len(whole)


def test_duties_stand_in_the_order_of_the_law_however_the_rows_are_cut(program: Program) -> None:
    """A first piece in which a later duty alone is owed does not put it before earlier ones in the next."""
    by_name = {s.name: s for s in every_scenario()}
    asked = [
        by_name["crab of which only produced_in is known, and that is Russia"],
        by_name["pollock brought to the United States, kind of act not known"],
    ]
    cases, settings = [s.case() for s in asked], settings_of(program, asked[0])
    expected = [reference(program, one, settings, ("us",))["us"].duties for one in cases]
    (later,), several = expected
    assert later in several[1:], "else it shows nothing"
    one = Columnar(program, settings, ("us",), missing=False)
    one.most = 1
    assert [row["us"].duties for row in one.answers(table_of_cases(cases))] == expected


def test_a_source_that_breaks_off_breaks_the_answers_off() -> None:
    def breaking() -> Iterator[Any]:
        yield from batches(table(case()), 1)
        raise OSError("the disk is gone")

    found = engine().decide_batches(breaking())
    with pytest.raises(OSError, match="the disk is gone"):
        list(found)
