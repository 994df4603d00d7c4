"""Expressions as English: each operator as it holds, fails and is open, with readable constants."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from conftest import sampled
from render.pages import decided

from sanctions_rules import clocks
from sanctions_rules.codes import Code
from sanctions_rules.core import (
    OPERATORS,
    Apply,
    Constant,
    Expr,
    Fact,
    Literal,
    Quantified,
    Ref,
)
from sanctions_rules.read import build_case
from sanctions_rules.render.clauses import FOREVER, Writer, instant_words, interval_words
from sanctions_rules.render.derivation import Line, Teller
from sanctions_rules.rulebooks import Law, load
from sanctions_rules.values import Truth, point
from sanctions_rules.view import Leaf, View

NEW_YORK = "America/New_York"

FACTS: dict[str, Any] = {
    "actor": "importer",
    "act": {
        "kind": "entry", "destination": "US", "purpose": "commercial", "contract": "c1",
        "events": {"entry": "2024-02-21", "payment": "2024-02-21T00:00:30-05:00"},
        "recipients": ["importer"], "items": [],
    },
    "parties": [
        {"id": "importer", "listings": {"items": [{"list": "sdn"}], "basis": "b"}},
        {"id": "holding", "listings": {"items": [], "basis": "b"}},
    ],
    "contracts": [{"id": "c1", "form": "written", "concluded_on": "2023-11-15"}],
    "goods": [
        {
            "category": "diamond", "stone": "non_industrial",
            "carats_each": {"value": "1.00", "source": "invoice 7"},
            "mined_in": ["RU", "CA"], "codes": ["HTSUS 7102.31.0000"],
            "customs_value": {"amount": "90.5", "currency": "USD"},
            "processed_in": ["IN", "…"],
            "outside_russia_since": {"on_or_after": "2020-01-01"},
            "components": [{"category": "gold"}],
            "produced_in": {"unknown": "the mill does not say"},
        },
        {"id": "second", "category": "seafood", "species": "cod"},
    ],
    "ownership": {
        "items": [{"owner": "holding", "asset": "importer", "percent": "50"}], "basis": "b",
    },
    "judgements": [{
        "question": "us.substantially_transformed", "of": "goods[0]", "answer": "yes",
        "who": "counsel", "made_on": "2024-01-05", "reasons": "cut and polished",
    }],
}  # fmt: skip


@pytest.fixture(scope="module")
def writer() -> Writer:
    return Writer(load("us").program, View(build_case(FACTS, closed_by="the test")), NEW_YORK)


def lit(value: Constant) -> Literal:
    return Literal(value)


def of(*path: str, variable: str = "good") -> Fact:
    return Fact(variable, path)


def when(*path: str) -> Apply:
    return Apply("instants", (Fact("case", path), Literal(NEW_YORK)))


def day(text: str) -> Literal:
    return Literal(point(clocks.day_start(datetime.fromisoformat(text).date(), NEW_YORK)))


ENTRY = when("act", "events", "entry")
PURPOSE = Fact("case", ("act", "purpose"))

#: expression, as it holds, as it fails, as it is open
CLAUSES: tuple[tuple[str, Expr, str, str, str], ...] = (
    ("includes", Apply("includes", (of("mined_in"), lit("RU"))),
     "the countries in which goods[0] was mined include RU",
     "the countries in which goods[0] was mined do not include RU",
     "not known whether the countries in which goods[0] was mined include RU"),
    ("equals", Apply("equals", (PURPOSE, lit("wind_down"))),
     "the purpose of the act is wind down", "the purpose of the act is not wind down",
     "not known whether the purpose of the act is wind down"),
    ("one_of", Apply("one_of", (PURPOSE, lit(frozenset({"travel", "personal"})))),
     "the purpose of the act is one of: personal, travel",
     "the purpose of the act is none of: personal, travel",
     "not known whether the purpose of the act is one of: personal, travel"),
    ("one_of", Apply("one_of", (PURPOSE, lit(frozenset({"travel"})))),
     "the purpose of the act is travel", "the purpose of the act is not travel",
     "not known whether the purpose of the act is travel"),
    ("at_most", Apply("at_most", (lit(point(Decimal("1.0"))), of("carats_heaviest"))),
     "the weight of the heaviest stone of goods[0] is at least 1.0 carat",
     "the weight of the heaviest stone of goods[0] is not at least 1.0 carat",
     "not known whether the weight of the heaviest stone of goods[0] is at least 1.0 carat"),
    ("at_most", Apply("at_most", (of("carats_heaviest"), lit(point(Decimal("1.0"))))),
     "the weight of the heaviest stone of goods[0] is at most 1.0 carat",
     "the weight of the heaviest stone of goods[0] is not at most 1.0 carat",
     "not known whether the weight of the heaviest stone of goods[0] is at most 1.0 carat"),
    ("less", Apply("less", (lit(point(Decimal(300), "USD")), of("customs_value"))),
     "the customs value of goods[0] is more than 300 USD",
     "the customs value of goods[0] is not more than 300 USD",
     "not known whether the customs value of goods[0] is more than 300 USD"),
    ("at_most", Apply("at_most", (day("2024-03-01"), ENTRY)),
     "the time of import or entry is on or after 2024-03-01",
     "the time of import or entry is not on or after 2024-03-01",
     "not known whether the time of import or entry is on or after 2024-03-01"),
    ("less", Apply("less", (ENTRY, day("2024-03-01"))),
     "the time of import or entry is before 2024-03-01",
     "the time of import or entry is not before 2024-03-01",
     "not known whether the time of import or entry is before 2024-03-01"),
    ("times", Apply("less", (Apply("times", (of("unit_price"), lit(point(Decimal(2))))),
                             of("customs_value"))),
     "2 times the unit price of goods[0] is less than the customs value of goods[0]",
     "2 times the unit price of goods[0] is not less than the customs value of goods[0]",
     "not known whether 2 times the unit price of goods[0] is less than the customs value of"
     " goods[0]"),
    ("same", Apply("same", (of("carats_each"), lit(point(Decimal("0.50"))))),
     "the weight of each stone of goods[0] is exactly 0.50 carat",
     "the weight of each stone of goods[0] is not exactly 0.50 carat",
     "not known whether the weight of each stone of goods[0] is exactly 0.50 carat"),
    ("shifted", Apply("at_most", (ENTRY, Apply("shifted", (
        when("act", "contract", "concluded_on"), lit(10), lit("days"), lit(NEW_YORK))))),
     "the time of import or entry is on or before 10 days after the day on which “c1”"
     " was concluded",
     "the time of import or entry is not on or before 10 days after the day on which “c1”"
     " was concluded",
     "not known whether the time of import or entry is on or before 10 days after the day on which"
     " “c1” was concluded"),
    ("next_day", Apply("less", (ENTRY, Apply("next_day", (
        when("act", "contract", "concluded_on"), lit(NEW_YORK))))),
     "the time of import or entry is before the day after the day on which “c1” was concluded",
     "the time of import or entry is not before the day after the day on which “c1” was concluded",
     "not known whether the time of import or entry is before the day after the day on which “c1”"
     " was concluded"),
    ("instants", Apply("less", (when("act", "events", "payment"), ENTRY)),
     "the time of payment is before the time of import or entry",
     "the time of payment is not before the time of import or entry",
     "not known whether the time of payment is before the time of import or entry"),
    ("holds", Apply("holds", (of("incorporated_in_foreign_product"),)),
     "goods[0] was incorporated into a foreign-made product",
     "goods[0] was not incorporated into a foreign-made product",
     "not known whether goods[0] was incorporated into a foreign-made product"),
    ("holds", Apply("holds", (of("supports_supply_of_critical_items", variable="person"),)),
     "“importer” supports the supply of critical items to Russia",
     "it is not so that “importer” supports the supply of critical items to Russia",
     "not known whether “importer” supports the supply of critical items to Russia"),
    ("holds", Apply("holds", (of("judged", "us.substantially_transformed"),)),
     "goods[0] is judged substantially transformed",
     "goods[0] is judged not substantially transformed",
     "nobody has decided whether goods[0] is substantially transformed"),
    ("same_item", Apply("same_item", (Fact("person", ()), Fact("case", ("actor",)))),
     "“importer” is the actor", "“importer” is not the actor",
     "not known whether “importer” is the actor"),
    ("includes", Apply("includes", (Fact("case", ("act", "recipients")), Fact("person", ()))),
     "the recipients of what is given include “importer”",
     "the recipients of what is given do not include “importer”",
     "not known whether the recipients of what is given include “importer”"),
    ("is_none", Apply("is_none", (Fact("case", ("act", "contract")),)),
     "the contract under which the act is done: there is none",
     "the contract under which the act is done: there is one",
     "not known whether the contract under which the act is done: there is none"),
    ("exactly", Apply("exactly", (of("mined_in"), lit(frozenset({"RU", "CA"})))),
     "the countries in which goods[0] was mined are CA, RU and no others",
     "the countries in which goods[0] was mined are not CA, RU and no others",
     "not known whether the countries in which goods[0] was mined are CA, RU and no others"),
    ("falls_under", Apply("falls_under", (
        of("codes"), of("category"), lit((Code("HTSUS", "7102"), Code("HS", "7103", "7105"))),
        lit(()))),
     "the commodity codes of goods[0] fall under HTSUS 7102, HS 7103 to 7105",
     "the commodity codes of goods[0] do not fall under HTSUS 7102, HS 7103 to 7105",
     "not known whether the commodity codes of goods[0] fall under HTSUS 7102, HS 7103 to 7105"),
    ("in_force", Apply("in_force", (ENTRY, lit((0, 0, FOREVER, FOREVER)))),  # type: ignore[arg-type]
     "the time of import or entry lies within from 1969-12-31 19:00 EST, no end stated",
     "the time of import or entry does not lie within from 1969-12-31 19:00 EST, no end stated",
     "not known whether the time of import or entry lies within from 1969-12-31 19:00 EST,"
     " no end stated"),
    ("lookup", Apply("at_most", (of("unit_price"), Apply("lookup", (ENTRY, lit(()), lit("x"))))),
     "the unit price of goods[0] is at most the value of the table at the time of import or entry",
     "the unit price of goods[0] is not at most the value of the table at the time of import or"
     " entry",
     "not known whether the unit price of goods[0] is at most the value of the table at the time of"
     " import or entry"),
    ("shown", Apply("shown", (Apply("equals", (PURPOSE, lit("travel"))),)),
     "it is shown that the purpose of the act is travel",
     "it is not shown that the purpose of the act is travel",
     "not known whether it is shown that the purpose of the act is travel"),
    ("not", Apply("not", (Apply("equals", (PURPOSE, lit("travel"))),)),
     "the purpose of the act is not travel", "the purpose of the act is travel",
     "not known whether the purpose of the act is travel"),
    ("and", Apply("and", (
        Apply("equals", (PURPOSE, lit("travel"))), Apply("includes", (of("mined_in"), lit("RU"))))),
     "the purpose of the act is travel and the countries in which goods[0] was mined include RU",
     "not all of these hold", "not known whether all of these hold"),
    ("or", Apply("or", (
        Apply("equals", (PURPOSE, lit("travel"))), Apply("includes", (of("mined_in"), lit("RU"))))),
     "one of these holds",
     "the purpose of the act is not travel and the countries in which goods[0] was mined do not"
     " include RU",
     "not known whether one of these holds"),
    ("undefined", Apply("undefined", (lit(Truth.TRUE), lit("x"))),
     "no text in force says what the words mean", "a text in force says what the words mean",
     "not known for want of a text that says what the words mean then"),
    ("reading", Apply("equals", (Fact("reading", ("us.gl83",)), lit("own_end"))),
     "us.gl83 is read as own end", "us.gl83 is not read as own end",
     "not known whether us.gl83 is read as own end"),
    ("term", Ref("us.russian_origin @ act.events.entry", Fact("good", ())),
     "goods[0] is Russian origin", "goods[0] is not Russian origin",
     "not known whether goods[0] is Russian origin"),
    ("some", Quantified("some", Fact("case", ("act", "recipients")), "recipient",
                        Ref("us.blocked_under_eo14024 @ act.events.conduct",
                            Fact("recipient", ()))),
     "one of the recipients of what is given is blocked under E.O. 14024",
     "none of the recipients of what is given is blocked under E.O. 14024",
     "not known whether one of the recipients of what is given is blocked under E.O. 14024"),
    ("every", Quantified("every", Fact("case", ("goods",)), "good",
                         Apply("equals", (of("category"), lit("gold")))),
     "the category of each of the goods is gold",
     "not each of the goods meets all that is asked",
     "not known whether the category of each of the goods is gold"),
    ("at_least", Quantified("at_least", Fact("case", ("goods",)), "good",
                            Apply("equals", (of("category"), lit("gold"))), 2),
     "at least 2 of the goods meet all of this",
     "fewer than 2 of the goods meet all that is asked",
     "not known whether 2 of the goods meet all that is asked"),
    ("sum", Apply("at_most", (lit(point(Decimal(5))), Quantified(
        "sum", Fact("case", ("goods",)), "good", lit(Truth.TRUE), what=of("quantity_kg")))),
     "the sum of the weight of good over the goods is at least 5",
     "the sum of the weight of good over the goods is not at least 5",
     "not known whether the sum of the weight of good over the goods is at least 5"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "expr", "holds", "fails", "is_open"), CLAUSES)
def test_a_clause(
    writer: Writer, name: str, expr: Expr, holds: str, fails: str, is_open: str
) -> None:
    scope = {"good": writer.view.item("goods[0]"), "person": writer.view.item("parties[0]")}

    assert writer.clause(expr, scope, Truth.TRUE) == holds
    assert writer.clause(expr, scope, Truth.FALSE) == fails
    assert writer.clause(expr, scope, Truth.UNKNOWN) == is_open


def test_every_operator_has_a_clause_above() -> None:
    assert {name for name, *_ in CLAUSES} >= set(OPERATORS)


def test_what_fails_for_want_of_the_thing_is_not_turned_round(writer: Writer) -> None:
    """Without a contract its day is not before 2024; nor is it on or after."""
    case = build_case({"act": {"contract": "none"}}, closed_by="the test")
    other = Writer(writer.program, View(case), NEW_YORK)
    expr = Apply("less", (when("act", "contract", "concluded_on"), day("2024-01-01")))
    assert other.clause(expr, {}, Truth.FALSE) == (
        "the day on which the contract under which the act is done was concluded"
        " is not before 2024-01-01"
    )
    assert other.given(expr, {}) == "none"


@pytest.mark.parametrize(
    ("fact", "given"),
    [
        (of("mined_in"), "RU, CA"),
        (of("processed_in"), "IN, and perhaps others"),
        (of("carats_each"), "1.00 carat, by invoice 7"),
        (of("customs_value"), "90.5 USD"),
        (of("outside_russia_since"), "on or after 2020-01-01"),
        (of("produced_in"), "not known: the mill does not say"),
        (of("manufactured_in"), "not known"),
        (of("codes"), "HTSUS 7102310000"),
        (of("judged", "us.substantially_transformed"),
         "yes, by counsel, 2024-01-05, cut and polished"),
        (Fact("case", ("act", "events", "payment")), "2024-02-21 00:00:30 EST"),
        (Fact("case", ("act", "contract", "form")), "written"),
        (Fact("case", ("act", "recipients")), "“importer”"),
        (Fact("case", ("act", "items")), "none"),
    ],
)  # fmt: skip
def test_what_the_facts_give(writer: Writer, fact: Fact, given: str) -> None:
    assert writer.given(fact, {"good": writer.view.item("goods[0]")}) == given


@pytest.mark.parametrize(
    ("leaf", "said"),
    [
        (Leaf("goods[0].mined_in"), "the countries in which goods[0] was mined"),
        (Leaf("goods[0].components[0].codes", "code"),
         "a longer code: the commodity codes of components[0] of goods[0]"),
        (Leaf("act.events.entry", "hour"),
         "the hour of the time of import or entry: the day alone does not decide"),
        (Leaf("goods[1].carats_each", "range"),
         "a closer range of the weight of each stone of “second”"),
        (Leaf("ownership", "completeness"), "whether the list is complete: the stakes"),
        (Leaf("parties[0].listings[0].criterion"),
         "the criterion on which listings[0] of “importer” rests"),
        (Leaf("us.significant of t1", "judgement"),
         "a person's judgement whether “t1” is significant: Taking all the facts together, is the"
         " transaction significant?"),
        (Leaf("FAQ 7: the annex was not read", "law"),
         "law that the rulebook does not have: FAQ 7: the annex was not read"),
    ],
)  # fmt: skip
def test_what_is_missing_in_words(writer: Writer, leaf: Leaf, said: str) -> None:
    assert writer.leaf(leaf) == said


# -- times --------------------------------------------------------------------------------------


def at(text: str) -> int:
    return clocks.microseconds(datetime.fromisoformat(text).astimezone(UTC))


@pytest.mark.parametrize(
    ("instant", "zone", "shown"),
    [
        ("2024-03-01T00:00:00-05:00", NEW_YORK, "2024-03-01"),
        ("2024-02-21T00:01:00-05:00", NEW_YORK, "2024-02-21 00:01 EST"),
        ("2024-05-31T00:01:00-04:00", NEW_YORK, "2024-05-31 00:01 EDT"),
        ("2024-02-21T05:01:30Z", NEW_YORK, "2024-02-21 00:01:30 EST"),
        ("2024-03-01T00:00:00-05:00", "Europe/London", "2024-03-01 05:00 GMT"),
    ],
)
def test_an_instant_is_in_local_time_with_its_label(instant: str, zone: str, shown: str) -> None:
    assert instant_words(at(instant), zone) == shown


def test_intervals() -> None:
    a, b, c = (
        at("2024-01-01T00:00-05:00"),
        at("2024-02-21T00:01-05:00"),
        at("2024-03-01T00:00-05:00"),
    )
    for interval, shown in (
        ((a, a, FOREVER, FOREVER), "from 2024-01-01, no end stated"),
        ((a, a, c, c), "from 2024-01-01 until 2024-03-01"),
        ((a, a, b + 1, b + 1), "from 2024-01-01 through 2024-02-21 00:01 EST"),
        ((a, a, c, FOREVER), "from 2024-01-01 to an end that is not known, not before 2024-03-01"),
        ((a, a, b, c), "from 2024-01-01 to an end between 2024-02-21 00:01 EST and 2024-03-01"),
        ((-FOREVER, a, c, c), "since before the first day looked up until 2024-03-01"),
        ((a, c, FOREVER, FOREVER), "from a day between 2024-01-01 and 2024-03-01, no end stated"),
    ):  # fmt: skip
        assert interval_words(interval, NEW_YORK) == shown


# -- derivations --------------------------------------------------------------------------------

#: What must never reach a reader: our own names for things, and Python's.
_RAW = re.compile(
    r"[a-z]_[a-z]|Truth\.|Span\(|frozenset|Literal|Nothing|None\b|<|@ |: body|: scope|→"
)


#: How a line says that it is open: by itself, as one member that may, or as a stake that may count.
_OPEN = re.compile(r"^(not known|nobody has decided|whether )| may$|” holds ")


@pytest.mark.parametrize("part", range(6))
def test_derivations_speak_english(law: Law, part: int) -> None:
    """Over every twelfth scenario in all: every line is a sentence, and unknown lines say so."""
    lines = 0
    for scenario in sampled(24)[part::6]:
        decision = law.decide(
            scenario.case(), about=scenario.about, known_on=scenario.known_on,
            readings=scenario.readings,
        )  # fmt: skip
        source = decision.source
        teller = Teller(source, Writer(source.program, source.evaluation.view, NEW_YORK))
        us = decision["us"]
        others = (*(e.finding for e in us.exposures), *(d.finding for d in us.duties), *us.spared)
        for finding in (*us.findings, *others):
            told = teller.finding(finding)
            if finding.truth is Truth.UNKNOWN and finding.norm.verb == "prohibits":
                assert any(line.truth is Truth.UNKNOWN for line in told), finding.id
            for line in (one for top in told for one in top.walk()):
                lines += 1
                _check(line, scenario.name)
    assert lines > 500


def _check(line: Line, name: str) -> None:
    text = re.sub(
        r"“[^”]*”|us\.\w+( FAQ \d+| §\S+)?|components\[|licences_held\[", "", line.sentence
    )
    assert not _RAW.search(text), (name, line.sentence)
    assert line.sentence.strip() == line.sentence
    assert "  " not in line.sentence
    if line.truth is Truth.UNKNOWN:
        assert _OPEN.search(line.sentence), (name, line.sentence)
    else:
        assert not line.sentence.startswith("not known"), (name, line.sentence)


def test_each_limb_that_decides_is_told() -> None:
    """A stone under limb (B): in force twice over, the act, the mine, the stone, the weight."""
    decision = decided("a: entered 2024-03-01, judged transformed")
    source = decision.source
    teller = Teller(source, Writer(source.program, source.evaluation.view, NEW_YORK))
    binding = next(
        f
        for f in decision["us"].findings
        if f.standing.name == "BINDS" and f.norm.verb == "prohibits"
    )

    told = [(x.kind, x.sentence, x.given) for x in teller.finding(binding) if x.kind != "exception"]

    entry = "the time of import or entry"
    assert told == [
        ("force", f"E.O. 14068 s. 1(a)(i)(B) is in force at {entry}: from 2023-12-22, no end"
         " stated", "2024-03-01"),
        ("force", "Determination of February 8, 2024 under s. 1(a)(i)(B) of E.O. 14068 is in force"
         f" at {entry}: from 2024-03-01, no end stated", "2024-03-01"),
        ("act", "the kind of act is one of: entry, foreign trade zone admission, import", "import"),
        ("act", "the country of destination is US", ""),
        ("condition", "the countries in which goods[0] was mined include RU", ""),
        ("condition", "goods[0] is non industrial diamond", ""),
        ("condition", "the weight of the heaviest stone of goods[0] is at least 1.0 carat",
         "1.00 carat"),
    ]  # fmt: skip
