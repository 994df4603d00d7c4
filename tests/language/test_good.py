"""The good files load, and what they say is decided: small cases, each answer read off the rule's text.

The rules are made up, so the text beside here is the law; `good/*.rules` is read along with the
tests.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from language.rules import good

from sanctions_rules.decision import DutyState, Outcome, RegimeDecision, Standing
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.values import Truth

PROHIBITED, UNDETERMINED = Outcome.PROHIBITED, Outcome.UNDETERMINED
AUTHORISED, NOT_PROHIBITED = Outcome.AUTHORISED, Outcome.NOT_PROHIBITED


@cache
def law(name: str) -> Law:
    files = good()
    return Law(
        compile_rulebook({f"{name}.rules": files[f"{name}.rules"], "codes.csv": files["codes.csv"]})
    )


def decide(name: str, act: dict[str, Any], *goods: dict[str, Any], known_on: date | None = None,
           readings: dict[str, str] | None = None, **more: Any) -> RegimeDecision:  # fmt: skip
    """One act. Nobody holds a specific licence, and lists in these facts are complete."""
    facts = {"act": act, "goods": list(goods), "licences_held": "none", **more}
    case = build_case(facts, closed_by="the test")
    return law(name).decide(case, known_on=known_on, readings=readings)["zz"]


def standing(decision: RegimeDecision, provision: str) -> set[Standing]:
    return {f.standing for f in decision.findings if f.norm.provision == provision}


def missing(decision: RegimeDecision) -> set[str]:
    return {leaf.place for leaf in decision.missing}


@pytest.mark.parametrize("name", [n.removesuffix(".rules") for n in good() if n.endswith(".rules")])
def test_a_good_file_loads_without_a_word(name: str) -> None:
    """But for a text that is marked as found wrong: who loads it is told."""
    assert [p for p in law(name).compiled.warnings if p.code != "withdrawn"] == []


# -- a value that a determination gives ----------------------------------------------------------


def shipment(price: str, **events: str) -> RegimeDecision:
    good = {
        "codes": ["HS 2709"],
        "category": "crude_oil",
        "unit_price": {"amount": price, "currency": "USD"},
    }
    return decide(
        "prices",
        {"kind": "transport", "departure": "RU", "events": {"conduct": "2023-01-10", **events}},
        good,
    )


@pytest.mark.parametrize(
    ("price", "loaded", "outcome"),
    [
        ("60.00", "2023-01-10", NOT_PROHIBITED), ("60.01", "2023-01-10", PROHIBITED),
        ("45.51", "2023-02-04", NOT_PROHIBITED), ("45.51", "2023-02-05", PROHIBITED),
        ("45.50", "2023-02-05", NOT_PROHIBITED), ("60.00", "2022-12-04", NOT_PROHIBITED),
    ],
)  # fmt: skip
def test_the_cap_of_the_day_applies(price: str, loaded: str, outcome: Outcome) -> None:
    """USD 60 from 5 December 2022, USD 45.50 from 5 February 2023; measured at loading."""
    assert shipment(price, loading=loaded).outcome is outcome


@pytest.mark.parametrize(
    ("price", "outcome"), [("40", NOT_PROHIBITED), ("50", UNDETERMINED), ("70", PROHIBITED)]
)
def test_a_loading_day_not_known_leaves_the_hull_of_both_caps(price: str, outcome: Outcome) -> None:
    """Between 20 January and 20 February either cap may apply: 40 is under both, 70 over both."""
    span: Any = {"on_or_after": "2023-01-20", "on_or_before": "2023-02-20"}
    decision = shipment(price, loading=span)
    assert decision.outcome is outcome
    if outcome is UNDETERMINED:
        assert missing(decision) == {"act.events.loading"}


@pytest.mark.parametrize(
    ("fee", "currency", "outcome"),
    [("5000", "GBP", NOT_PROHIBITED), ("5000.01", "GBP", PROHIBITED), ("5000.01", "USD", UNDETERMINED)],
)  # fmt: skip
def test_a_plain_amount_of_money_may_be_left_open(
    fee: str, currency: str, outcome: Outcome
) -> None:
    act = {"kind": "brokering", "events": {"conduct": "2023-01-10"}}
    got = decide("prices", {**act, "value": {"amount": fee, "currency": currency}})
    assert got.outcome is outcome


# -- a table of values ---------------------------------------------------------------------------


def product(price: str, contract: Any, kg: str = "50", code: str = "CN 2710 19") -> RegimeDecision:
    good = {
        "codes": [code],
        "category": "petroleum_product",
        "quantity_kg": kg,
        "unit_price": {"amount": price, "currency": "USD"},
    }
    return decide(
        "prices",
        {"kind": "transport", "departure": "NL", "events": {"conduct": "2023-01-10", "loading": "2023-01-10"}, "contract": "c"},
        good, contracts=[{"id": "c", "concluded_on": contract}],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("price", "contract", "outcome"),
    [
        ("60", "2022-12-05", NOT_PROHIBITED), ("61", "2022-12-05", PROHIBITED),
        ("61", "2023-02-04", PROHIBITED), ("61", "2023-02-05", NOT_PROHIBITED),
        ("100.01", "2023-05-31", PROHIBITED), ("100.01", "2023-06-01", UNDETERMINED),
        ("61", "2022-12-04", UNDETERMINED),
    ],
)  # fmt: skip
def test_a_table_is_read_as_at_the_day_that_the_rule_names(
    price: str, contract: str, outcome: Outcome
) -> None:
    """Rows by the day of the contract; the row from June 2023 is `unknown`, and none covers 4 December 2022."""
    assert product(price, contract).outcome is outcome


@pytest.mark.parametrize("contract", ["2023-06-01", "2022-12-04"])
def test_where_no_row_gives_a_value_the_law_is_what_is_missing(contract: str) -> None:
    assert {leaf.need for leaf in product("100.01", contract).missing} == {"law"}


def test_the_second_column_is_read_at_the_event_of_the_rule() -> None:
    """Loaded on 10 January 2023: the floor is 10 kg, whatever the day of the contract."""
    assert product("61", "2022-12-05", kg="10").outcome is PROHIBITED
    assert product("61", "2022-12-05", kg="9.99").outcome is NOT_PROHIBITED


# -- so many times another fact ------------------------------------------------------------------


def sold(price: Any, value: Any, **more: Any) -> RegimeDecision:
    good = {"category": "coal", "unit_price": price, "customs_value": value, **more}
    return decide("prices", {"kind": "sale", "events": {"conduct": "2023-01-10"}}, good)


def euros(amount: Any) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


@pytest.mark.parametrize(
    ("price", "value", "outcome"),
    [
        ("1.50", "1.00", NOT_PROHIBITED), ("1.51", "1.00", PROHIBITED), ("1.5", "0.99", PROHIBITED),
        ("0.1", "0.0666666666666666666666666666666666666", PROHIBITED),
        ("0.1", "0.0666666666666666666666666666666666667", NOT_PROHIBITED),
        ("15000000000000000000000000000000000000", "9999999999999999999999999999999999999", PROHIBITED),
        ("1.51", {"at_least": "1.00", "at_most": "1.02"}, UNDETERMINED),
        ("1.51", {"at_least": "1.01", "at_most": "1.02"}, NOT_PROHIBITED),
        ("1.51", {"at_most": "1.00"}, PROHIBITED),
    ],
)  # fmt: skip
def test_one_and_a_half_times_the_value_digit_for_digit(
    price: str, value: Any, outcome: Outcome
) -> None:
    assert sold(euros(price), euros(value)).outcome is outcome


def test_so_many_times_a_fact_that_is_not_known_or_not_in_that_currency_is_open() -> None:
    assert missing(sold(euros("2"), None)) == {"goods[0].customs_value"}
    assert sold(euros("2"), {"amount": "1", "currency": "USD"}).outcome is UNDETERMINED
    question = sold(euros("3"), None).next_question
    assert question is not None
    assert (str(question.leaf), question.exact) == ("goods[0].customs_value", True)


def test_so_many_times_what_does_not_exist_is_no_amount() -> None:
    """Coal has no stones: neither weight is there to compare, and the price alone decides."""
    assert sold(euros("1"), euros("1"), carats_each=None).outcome is NOT_PROHIBITED


# -- sums and codes ------------------------------------------------------------------------------


def steel(*components: dict[str, Any], code: str = "HS 7208", value: str = "10") -> RegimeDecision:
    good = {
        "codes": [code],
        "category": "iron_or_steel",
        "components": list(components),
        "customs_value": {"amount": value, "currency": "GBP"},
    }
    return decide(
        "prices",
        {
            "kind": "import",
            "destination": "GB",
            "departure": "TR",
            "events": {"conduct": "2023-05-01"},
        },
        good,
    )


def part(kg: Any, *origin: str, category: str = "iron_or_steel") -> dict[str, Any]:
    made = {"category": category, "produced_in": list(origin)}
    return made if kg is None else {**made, "quantity_kg": kg}


@pytest.mark.parametrize(
    ("components", "outcome"),
    [
        ([part("13", "RU"), part("12.01", "BY"), part("99", "CN")], PROHIBITED),
        ([part("13", "RU"), part("12", "BY"), part("99", "CN")], NOT_PROHIBITED),
        ([part("26", "RU", category="other")], NOT_PROHIBITED),
        ([part("13", "RU"), part(None, "RU")], UNDETERMINED),
        ([part("26", "RU"), part(None, "RU")], PROHIBITED),
    ],
)  # fmt: skip
def test_a_sum_goes_over_what_meets_its_condition(
    components: list[dict[str, Any]], outcome: Outcome
) -> None:
    """More than 25 kg, of parts from Russia or Belarus that are not of category `other`."""
    assert steel(*components).outcome is outcome


@pytest.mark.parametrize(
    ("code", "value", "outcome"),
    [
        ("HS 7208", "10", PROHIBITED), ("HTSUS 7206.90.0000", "10", PROHIBITED), ("HS 7302", "10", NOT_PROHIBITED),
        ("HTSUS 7206.10.0000", "10", NOT_PROHIBITED), ("HS 7208", "1000000.50", PROHIBITED), ("HS 7208", "1000000.51", NOT_PROHIBITED),
    ],
)  # fmt: skip
def test_codes_ranges_and_what_is_taken_out(code: str, value: str, outcome: Outcome) -> None:
    assert steel(part("30", "RU"), code=code, value=value).outcome is outcome


@pytest.mark.parametrize(
    ("sort", "outcome"),
    [("copper", UNDETERMINED), ("nickel", UNDETERMINED), ("other", UNDETERMINED), ("gold", NOT_PROHIBITED)],
)  # fmt: skip
def test_a_sort_of_goods_inside_a_range_of_codes_is_not_outside_it(
    sort: str, outcome: Outcome
) -> None:
    """The code is not known: nickel is chapter 75, which lies between 74 and 81."""
    act = {"kind": "reexport", "events": {"conduct": "2024-02-01"}, "purpose": "commercial"}
    assert decide("edges", act, {"category": sort}).outcome is outcome


# -- exceptions ----------------------------------------------------------------------------------

DIAMOND = {"id": "stone", "category": "diamond", "carats_each": "1", "attestations": []}
GOLD = {"id": "bar", "category": "gold", "attestations": []}


def entry(
    good: dict[str, Any],
    on: str = "2024-02-01",
    contract: str = "2024-05-05",
    form: str | None = "written",
    **act: Any,
) -> RegimeDecision:
    given = {
        "kind": "import",
        "destination": "US",
        "events": {"conduct": on, "entry": on},
        "purpose": "commercial",
        "contract": "c",
        **act,
    }
    agreement = {"id": "c", "concluded_on": contract, **({"form": form} if form else {})}
    return decide(
        "edges",
        given,
        good,
        contracts=[agreement],
        actor="us",
        parties=[{"id": "us", "type": "company"}],
        performed=[],
    )


def test_a_carve_out_in_the_paragraph_itself() -> None:
    assert entry(DIAMOND).outcome is PROHIBITED
    small = entry({**DIAMOND, "carats_each": "0.09"})
    assert small.outcome is NOT_PROHIBITED
    assert standing(small, "zz.act §1") == {Standing.EXCEPTED}


def test_an_exemption_reaches_what_is_made_under_the_statute() -> None:
    personal = entry(DIAMOND, purpose="personal")
    assert personal.outcome is NOT_PROHIBITED
    assert standing(personal, "zz.act §1") == {Standing.EXCEPTED}


def test_an_exemption_is_taken_back_for_one_target_and_stands_for_the_other() -> None:
    """From 1 June 2024 section 3 withdraws it for section 1, diamonds; gold stays exempt."""
    assert entry(DIAMOND, on="2024-05-31", purpose="personal").outcome is NOT_PROHIBITED
    assert entry(DIAMOND, on="2024-06-01", purpose="personal").outcome is PROHIBITED
    assert entry(GOLD, on="2024-06-01", purpose="personal").outcome is NOT_PROHIBITED


def test_the_special_rule_displaces_under_its_own_condition() -> None:
    with_certificate = entry({**DIAMOND, "attestations": ["kimberley_certificate"]})
    assert with_certificate.outcome is NOT_PROHIBITED
    assert standing(with_certificate, "zz.act §1") == {Standing.DISPLACED}
    other = entry({**DIAMOND, "attestations": ["mill_test_certificate"]})
    assert other.outcome is PROHIBITED
    gold = entry({**GOLD, "attestations": ["kimberley_certificate"]})
    assert gold.outcome is PROHIBITED, "section 4 displaces section 1 only"


@pytest.mark.parametrize(
    ("brokered", "outcome"), [("import", PROHIBITED), ("export", NOT_PROHIBITED)]
)
def test_a_bare_pinpoint_in_a_condition_is_of_the_same_instrument(
    brokered: str, outcome: Outcome
) -> None:
    act = {"kind": "brokering", "underlying_kind": brokered, "destination": "US"}
    decision = decide("edges", {**act, "events": {"conduct": "2024-02-01"}, "purpose": "commercial"},
                      {"category": "diamond", "carats_each": "0.5"})  # fmt: skip
    assert decision.outcome is outcome


def test_a_licence_lifts_what_it_names() -> None:
    assert entry(DIAMOND, contract="2023-12-31").outcome is AUTHORISED
    assert entry(GOLD, contract="2023-12-31").outcome is AUTHORISED
    assert entry(DIAMOND, contract="2024-01-01").outcome is PROHIBITED
    assert entry(DIAMOND, contract="2023-12-31", kind="entry").outcome is PROHIBITED, (
        "it authorises import only"
    )


def test_what_must_be_shown_by_who_relies_on_the_licence() -> None:
    """`provided that`: an unknown form leaves it open, and counts as not shown presumptively."""
    assert entry(DIAMOND, contract="2023-12-31", form="oral").outcome is PROHIBITED
    unknown = entry(DIAMOND, contract="2023-12-31", form=None)
    assert unknown.outcome is UNDETERMINED
    assert unknown.presumptive_outcome is PROHIBITED
    assert missing(unknown) == {"contracts[0].form", "as_of"}, (
        "the report that follows its use is not filed: open or late, as of some day"
    )


def test_nothing_known_of_the_licence_held_leaves_it_open() -> None:
    decision = decide("edges", {"kind": "import", "destination": "US", "events": {"conduct": "2024-02-01"}, "purpose": "commercial",
                                "contract": "none"}, DIAMOND, licences_held=None)  # fmt: skip
    assert decision.outcome is UNDETERMINED


# -- beside the outcome --------------------------------------------------------------------------


def test_a_derogation_is_available_and_the_outcome_stays() -> None:
    decision = entry(GOLD, purpose="medical_trade")
    assert decision.outcome is PROHIBITED
    assert [(f.norm.id, f.truth) for f in decision.derogations] == [("zz.act §7", Truth.TRUE)]
    assert entry(GOLD).derogations == ()


@pytest.mark.parametrize(
    ("good", "more", "available"),
    [
        (GOLD, {}, [Truth.TRUE]),
        ({"id": "bar", "attestations": []}, {}, [Truth.UNKNOWN]),  # it may be gold
        (DIAMOND, {}, []),  # another ban binds, which it does not lift
        (GOLD, {"on": "2023-12-31"}, []),
        (GOLD, {"destination": "FR"}, []),
        (GOLD, {"contract": "2023-12-31"}, []),  # a general licence lifts the ban already
    ],
)
def test_a_derogation_is_there_for_the_thing_whose_ban_binds(
    good: dict[str, Any], more: dict[str, Any], available: list[Truth]
) -> None:
    found = entry(good, purpose="medical_trade", **more).derogations
    assert [f.truth for f in found] == available
    assert all(f.subject_id == good["id"] for f in found)


def test_liability_never_touches_the_outcome() -> None:
    """Section 6 penalises a breach unless a humanitarian programme is shown; sections 1 and 2 say nothing of it."""
    breach = entry(DIAMOND)
    assert breach.outcome is PROHIBITED
    assert [(f.norm.id, f.truth, f.norm.penalties) for f in breach.liabilities] == [
        ("zz.act §6", Truth.TRUE, ("civil_penalty", "fine"))
    ]
    defended = entry(DIAMOND, purpose="humanitarian_programme")
    assert defended.outcome is PROHIBITED
    assert defended.liabilities == ()
    assert entry(GOLD, contract="2023-12-31").liabilities == (), "what is authorised is no breach"


def test_a_power_gives_an_exposure_and_no_prohibition() -> None:
    decision = entry(GOLD, contract="2023-12-31")
    assert decision.outcome is AUTHORISED
    assert [(e.whom, e.truth, e.menu) for e in decision.exposures] == [
        ("us", Truth.TRUE, ("full_blocking", "entry_ban"))
    ]


def test_duties_follow_the_act_and_the_use_of_a_licence() -> None:
    used = {(d.what, d.finding.subject_id): d for d in entry(GOLD, contract="2023-12-31").duties}
    assert used["import_report", "bar"].due == "by 2024-02-15, 10 business days after 2024-02-01"
    assert used["keeping_of_records", "bar"].due == "until 2029-02-01"
    assert used["payment", "bar"].due == "35 percent of good.customs_value"
    assert used["payment", "bar"].state is DutyState.OPEN
    assert used["annual_report", ""].due == "by 2024-09-30, and every year by 30 September"
    paid = entry({**GOLD, "attestations": ["mill_test_certificate"]})
    assert {d.what: d.state for d in paid.duties}["payment"] is DutyState.MET
    assert "import_report" not in {d.what for d in paid.duties}, "the licence was not used"


def test_a_duty_against_a_ban_without_a_word_on_which_goes_first_is_a_conflict() -> None:
    """Section 11 prohibits rejection by a company, section 12 requires it on winding down."""
    act = {
        "kind": "rejection",
        "providers": ["bank"],
        "purpose": "wind_down",
        "events": {"conduct": "2024-02-01"},
    }
    bank = [{"id": "bank", "type": "company"}]
    decision = decide("edges", act, parties=bank)
    assert decision.outcome is UNDETERMINED
    assert standing(decision, "zz.act §11") == {Standing.CONFLICT}
    assert decide("edges", {**act, "purpose": "commercial"}, parties=bank).outcome is PROHIBITED


# -- in force ------------------------------------------------------------------------------------


def at(
    kind: str, on: Any, destination: str = "RU", known_on: date | None = None, **more: Any
) -> RegimeDecision:
    given = {"contract": "none", **more.pop("act", {})}
    return decide(
        "times",
        {
            "kind": kind,
            "destination": destination,
            "events": {"conduct": on, "loading": on},
            **given,
        },
        known_on=known_on,
        **more,
    )


def test_begun_before_the_period_covered() -> None:
    """Section 1 was in force on 31 December 2023 at the latest; since when was not looked up."""
    assert at("import", "2024-01-01", "US").outcome is PROHIBITED
    before = at("import", "2023-12-31", "US")
    assert before.outcome is UNDETERMINED
    assert {leaf.need for leaf in before.missing} == {"law"}
    assert at("import", "2024-02-29", "US").outcome is PROHIBITED
    assert at("import", "2024-03-01", "US").outcome is NOT_PROHIBITED


@pytest.mark.parametrize(
    ("kind", "on", "outcome"),
    [
        # through a day: to its last minute, in New York
        ("export", "2024-02-20", PROHIBITED), ("export", "2024-02-20T23:59:59-05:00", PROHIBITED),
        ("export", "2024-02-21T00:00:00-05:00", NOT_PROHIBITED), ("export", "2024-02-21", NOT_PROHIBITED),
        # through an instant: that minute is in
        ("sale", "2024-02-21T00:00:30-05:00", PROHIBITED), ("sale", "2024-02-21T00:01:00-05:00", PROHIBITED),
        ("sale", "2024-02-21T00:02:00-05:00", NOT_PROHIBITED), ("sale", "2024-02-21", UNDETERMINED),
        ("sale", "2024-01-01T00:00:59-05:00", NOT_PROHIBITED), ("sale", "2024-01-01T00:01:00-05:00", PROHIBITED),
        # until an instant: that minute is out
        ("supply", "2024-02-21T00:00:59-05:00", PROHIBITED), ("supply", "2024-02-21T00:01:00-05:00", NOT_PROHIBITED),
        ("supply", "2024-02-20", PROHIBITED), ("supply", "2024-02-21", UNDETERMINED),
    ],
)  # fmt: skip
def test_until_and_through_to_the_minute(kind: str, on: str, outcome: Outcome) -> None:
    # the licences of the series are out of the way: no contract
    assert at(kind, on).outcome is outcome


@pytest.mark.parametrize(
    ("kind", "on", "outcome"),
    [
        ("transport", "2023-12-31", NOT_PROHIBITED), ("transport", "2024-01-05", UNDETERMINED), ("transport", "2024-01-10", PROHIBITED),
        ("transport", "2024-06-22", PROHIBITED), ("transport", "2024-06-24", UNDETERMINED), ("transport", "2024-06-25", NOT_PROHIBITED),
        ("brokering", "2024-05-31", PROHIBITED), ("brokering", "2024-06-01", UNDETERMINED), ("brokering", "2029-01-01", UNDETERMINED),
    ],
)  # fmt: skip
def test_a_day_that_the_rulebook_does_not_know_is_asked_of_the_source(
    kind: str, on: str, outcome: Outcome
) -> None:
    decision = at(kind, on)
    assert decision.outcome is outcome
    assert {leaf.need for leaf in decision.missing} == (
        {"law"} if outcome is UNDETERMINED else set()
    )


def test_enacted_and_awaiting_an_act() -> None:
    decision = at("investment", "2029-12-31")
    assert decision.outcome is NOT_PROHIBITED
    assert standing(decision, "zz.act §7") == {Standing.AWAITING}


@pytest.mark.parametrize(
    ("paid", "outcome"),
    [
        ("2024-02-21", PROHIBITED), ("2024-02-20", NOT_PROHIBITED), ("2024-02-22", NOT_PROHIBITED),
        ("2024-02-21T23:59:59-05:00", PROHIBITED), ("2024-02-22T04:59:59+00:00", PROHIBITED), ("2024-02-22T05:00:00+00:00", NOT_PROHIBITED),
        ("2024-01-01", PROHIBITED), ("2024-01-02", NOT_PROHIBITED), ("2024-12-30", NOT_PROHIBITED), ("2024-12-31", PROHIBITED),
    ],
)  # fmt: skip
def test_a_day_in_a_condition_is_the_legal_unit(paid: str, outcome: Outcome) -> None:
    """On 21 February, before 2 January, after 30 December 2024, by New York's calendar."""
    events = {"conduct": "2024-05-05", "payment": paid, "export": "none"}
    assert (
        decide("times", {"kind": "payment", "events": events, "contract": "none"}).outcome
        is outcome
    )


@pytest.mark.parametrize(
    ("paid", "amended", "outcome"),
    [
        ("2024-05-11", "2024-05-20", PROHIBITED), ("2024-05-12", "2024-05-20", NOT_PROHIBITED),
        ("2024-05-06", "2024-05-20", PROHIBITED), ("2024-05-05", "2024-05-20", NOT_PROHIBITED), ("2024-05-11", "none", NOT_PROHIBITED),
    ],
)  # fmt: skip
def test_days_counted_from_another_event(paid: str, amended: str, outcome: Outcome) -> None:
    """By ten days after 1 May, and from two weeks before 20 May: 6 to 11 May."""
    contract = {"id": "c", "concluded_on": "2024-05-01", "amended_on": amended}
    events = {"conduct": "2024-05-05", "payment": paid, "export": "none"}
    assert (
        decide(
            "times", {"kind": "payment", "events": events, "contract": "c"}, contracts=[contract]
        ).outcome
        is outcome
    )


@pytest.mark.parametrize(
    ("concluded", "outcome"),
    [
        ("2025-02-21T00:00:59-05:00", NOT_PROHIBITED), ("2025-02-21T00:01:00-05:00", PROHIBITED), ("2025-02-20", NOT_PROHIBITED),
        ("2025-02-21", UNDETERMINED), ("2025-02-22", PROHIBITED),
    ],
)  # fmt: skip
def test_an_instant_in_a_condition(concluded: str, outcome: Outcome) -> None:
    contract = {"id": "c", "concluded_on": concluded, "amended_on": "none"}
    events = {"conduct": "2024-05-05", "payment": "2024-05-05", "export": "none"}
    decision = decide(
        "times", {"kind": "payment", "events": events, "contract": "c"}, contracts=[contract]
    )
    assert decision.outcome is outcome
    assert {leaf.need for leaf in decision.missing} == (
        {"hour"} if outcome is UNDETERMINED else set()
    )


@pytest.mark.parametrize(
    ("exported", "outcome"),
    [
        ("2024-05-04", PROHIBITED),
        ("2024-05-06", NOT_PROHIBITED),
        ("2024-05-05", UNDETERMINED),
        ("2024-05-05T09:00:00-04:00", UNDETERMINED),
    ],
)
def test_two_events_of_one_day_have_no_order(exported: str, outcome: Outcome) -> None:
    """Paid on 5 May 2024, after the export: of the same day nobody can say which came first."""
    events = {"conduct": "2024-05-05", "payment": "2024-05-05", "export": exported}
    assert (
        decide("times", {"kind": "payment", "events": events, "contract": "none"}).outcome
        is outcome
    )


def test_law_published_later_is_hidden_by_known_on() -> None:
    """The act was issued on 1 January 2020 and nothing of it was known the day before."""
    assert at("import", "2024-02-01", "US", known_on=date(2020, 1, 1)).outcome is PROHIBITED
    hidden = at("import", "2024-02-01", "US", known_on=date(2019, 12, 31))
    assert hidden.outcome is NOT_PROHIBITED
    assert standing(hidden, "zz.act §1") == {Standing.NOT_PUBLISHED}


@pytest.mark.parametrize(
    ("on", "contract", "outcome"),
    [
        ("2024-01-10", "2023-05-31", AUTHORISED), ("2024-01-10", "2023-06-01", PROHIBITED),
        ("2024-01-16", "2023-01-01", PROHIBITED),
        ("2024-01-20", "2023-08-31", AUTHORISED), ("2024-01-25", "2023-08-31", UNDETERMINED), ("2024-01-25", "2023-09-01", PROHIBITED),
        ("2024-02-10", "2023-11-30", AUTHORISED), ("2024-02-10", "2023-12-01", PROHIBITED),
    ],
)  # fmt: skip
def test_a_series_of_licences_each_row_with_its_own_days_and_cut_off(
    on: str, contract: str, outcome: Outcome
) -> None:
    """8 to 15 January, a gap, 8A from 20 January to a later day not known, 8B from 10 February."""
    facts = {"act": {"contract": "c"}, "contracts": [{"id": "c", "concluded_on": contract}]}
    assert at("export", on, **facts).outcome is outcome


# -- people, lists, quantifiers, judgements ------------------------------------------------------


PLAIN_GOOD = {
    "category": "other", "mined_in": [], "extracted_in": [], "harvest_waters": [], "harvest_vessel_flags": [], "components": [],
    "is_export_controlled": False, "incorporated_in_foreign_product": False, "outside_russia_since": "none",
}  # fmt: skip
PLAIN = {"name": "Plain", "type": "company", "identifiers": [], "present_in": "none"}


def sale(
    good: dict[str, Any] | None = None,
    recipients: list[dict[str, Any]] | None = None,
    judgements: Any = (),
    contracts: Any = (),
    **act: Any,
) -> RegimeDecision:
    people = recipients if recipients is not None else [{**PLAIN, "id": "buyer", "type": "person"}]
    given = {
        "kind": "sale", "events": {"conduct": "2024-06-01"}, "recipients": [p["id"] for p in people], "parties": [],
        "purpose": "other", "destination": "US", "contract": "none", "underlying_actor": "boss", **act,
    }  # fmt: skip
    boss = {**PLAIN, "id": "boss", "type": "person"}
    return decide(
        "people",
        given,
        {**PLAIN_GOOD, **(good or {})},
        parties=[*people, boss],
        actor="boss",
        ownership=[],
        judgements=list(judgements),
        contracts=list(contracts),
    )


def test_none_of_the_limbs() -> None:
    assert sale(judgements=[JUDGED_NO]).outcome is NOT_PROHIBITED


def test_every_recipient_and_listing_by_name_or_number() -> None:
    acme = {**PLAIN, "id": "acme", "name": "Acme Trading"}
    numbered = {**PLAIN, "id": "n", "identifiers": ["INN 7700000000"]}
    plain = {**PLAIN, "id": "p"}
    assert sale(recipients=[acme], judgements=[JUDGED_NO]).outcome is PROHIBITED
    assert sale(recipients=[numbered], judgements=[JUDGED_NO]).outcome is PROHIBITED
    assert sale(recipients=[acme, numbered], judgements=[JUDGED_NO]).outcome is PROHIBITED
    assert sale(recipients=[acme, plain], judgements=[JUDGED_NO]).outcome is NOT_PROHIBITED


JUDGED_NO = {"question": "zz.significant", "of": "act", "answer": "no", "who": "A. Reader", "role": "counsel",
             "made_on": "2024-06-01", "reasons": "small", "factors": ["size"]}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "outcome"), [("yes", PROHIBITED), ("no", NOT_PROHIBITED), (None, UNDETERMINED)]
)
def test_a_judgement_decides_where_the_law_leaves_it_to_a_person(
    answer: str | None, outcome: Outcome
) -> None:
    """Limb (b): no recipient is a company present in exactly Russia and Belarus, and the act is significant."""
    recorded = [{**JUDGED_NO, "answer": answer}] if answer else []
    decision = sale(judgements=recorded)
    assert decision.outcome is outcome
    if answer == "yes":
        assert decision.judgements == ("zz.significant of act",)
    if answer is None:
        assert [leaf.need for leaf in decision.missing] == ["judgement"]


NO = [JUDGED_NO]


def stake(owner: str, asset: str, percent: str, basis: str = "votes") -> dict[str, Any]:
    return {
        "owner": owner,
        "asset": asset,
        "percent": percent,
        "basis": basis,
        "is_indirect": False,
        "held_from": "none",
        "held_until": "none",
    }


def test_at_least_two_parties_by_a_term_of_another_instrument() -> None:
    """Limb (c): two parties, each with more than 33.3 percent of its votes held by one listed person."""
    acme = {**PLAIN, "id": "acme", "name": "Acme Trading"}
    two = [{**PLAIN, "id": "one"}, {**PLAIN, "id": "two"}]
    buyer = {**PLAIN, "id": "buyer", "type": "person"}

    def with_stakes(first: str, second: str) -> Outcome:
        return decide_sale([stake("acme", "one", first), stake("acme", "two", second)])

    def decide_sale(stakes: list[dict[str, Any]]) -> Outcome:
        given = {"kind": "sale", "events": {"conduct": "2024-06-01"}, "recipients": ["buyer"], "parties": ["one", "two"], "purpose": "other",
                 "destination": "US", "contract": "none", "underlying_actor": "buyer"}  # fmt: skip
        return decide(
            "people",
            given,
            PLAIN_GOOD,
            parties=[acme, *two, buyer],
            actor="buyer",
            ownership=stakes,
            judgements=NO,
        ).outcome

    assert with_stakes("33.4", "40") is PROHIBITED
    assert with_stakes("33.3", "40") is NOT_PROHIBITED, "exactly 33.3 is not more than 33.3"
    assert decide_sale([stake("acme", "one", "40")]) is NOT_PROHIBITED


@pytest.mark.parametrize(
    ("purpose", "destination", "controlled", "outcome"),
    [
        ("commercial", "US", False, NOT_PROHIBITED), ("commercial", "BY", False, PROHIBITED), ("commercial", "US", True, PROHIBITED),
        ("other", "RU", True, PROHIBITED), ("commercial", "RU", True, PROHIBITED), ("commercial", "US", None, UNDETERMINED),
        ("commercial", "RU", None, PROHIBITED), ("other", "US", None, NOT_PROHIBITED),
    ],
)  # fmt: skip
def test_at_least_two_of_three(
    purpose: str, destination: str, controlled: bool | None, outcome: Outcome
) -> None:
    """Limb (d): commercial, to Russia or Belarus, controlled for export: any two."""
    decision = sale(
        {"is_export_controlled": controlled},
        judgements=NO,
        purpose=purpose,
        destination=destination,
    )
    assert decision.outcome is outcome
    assert missing(decision) == (
        {"goods[0].is_export_controlled"} if outcome is UNDETERMINED else set()
    )


@pytest.mark.parametrize(
    ("since", "outcome"),
    [
        ("2024-02-29", PROHIBITED),
        ("2024-03-01", NOT_PROHIBITED),
        ("2024-02-29T23:59:00-05:00", PROHIBITED),
    ],
)
def test_a_term_with_a_day_in_brackets(since: str, outcome: Outcome) -> None:
    """Limb (e): outside Russia since before 1 March 2024, of a Russian vessel, in no foreign product."""
    assert (
        sale({"outside_russia_since": since, "harvest_vessel_flags": ["RU"]}, judgements=NO).outcome
        is outcome
    )


def test_words_of_a_list_and_components_to_any_depth() -> None:
    """Limbs (f) and (g)."""
    assert sale({"mined_in": ["IN", "RU"]}, judgements=NO).outcome is PROHIBITED
    assert sale({"mined_in": ["IN"]}, judgements=NO).outcome is NOT_PROHIBITED
    ring = {
        "category": "other",
        "components": [
            {"category": "other", "components": [{"category": "gold", "components": []}]}
        ],
    }
    assert sale({"components": [ring]}, judgements=NO).outcome is PROHIBITED
    assert sale({"category": "gold"}, judgements=NO).outcome is PROHIBITED


def test_none_of_a_fact_and_who_is_not_the_actor() -> None:
    """Limb (h): the contract was never amended, and another than the actor acts underneath."""
    agreed = [{"id": "c", "amended_on": "none"}]
    assert (
        sale(judgements=NO, contract="c", underlying_actor="buyer", contracts=agreed).outcome
        is PROHIBITED
    )
    assert (
        sale(judgements=NO, contract="c", underlying_actor="boss", contracts=agreed).outcome
        is NOT_PROHIBITED
    )
    amended = [{"id": "c", "amended_on": "2024-01-01"}]
    assert (
        sale(judgements=NO, contract="c", underlying_actor="buyer", contracts=amended).outcome
        is NOT_PROHIBITED
    )


def test_covered_by_another_provision_whoever_acts() -> None:
    """Article 6 binds listed persons; that the act below would be prohibited does not depend on who does it."""
    act = {"kind": "financing", "underlying_kind": "sale", "events": {"conduct": "2024-06-01"}, "recipients": ["buyer"], "parties": ["bank"],
           "purpose": "other", "destination": "US", "contract": "c", "underlying_actor": "buyer"}  # fmt: skip
    buyer = {**PLAIN, "id": "buyer", "type": "person"}
    mined = {**PLAIN_GOOD, "mined_in": ["RU"]}

    def financed(good: dict[str, Any], bank: str) -> RegimeDecision:
        parties = [buyer, {**PLAIN, "id": "bank", "name": bank}]
        contracts = [{"id": "c", "amended_on": "2024-01-01"}]
        return decide(
            "people",
            act,
            good,
            parties=parties,
            actor="bank",
            ownership=[],
            judgements=NO,
            contracts=contracts,
        )

    assert financed(mined, "Bolt Metals").outcome is PROHIBITED
    assert financed(PLAIN_GOOD, "Bolt Metals").outcome is NOT_PROHIBITED
    assert standing(financed(mined, "Plain Bank"), "zz.act Art. 6") == {Standing.NOT_BOUND}


# -- history, readings, what is not known of the sources -----------------------------------------


def coal(
    kind: str,
    on: str,
    codes: list[str] | None = None,
    category: str = "coal",
    known_on: date | None = None,
    **good: Any,
) -> RegimeDecision:
    thing = {
        "category": category,
        "produced_on": "2022-06-01",
        **({"codes": codes} if codes else {}),
        **good,
    }
    return decide("sources", {"kind": kind, "departure": "PL", "destination": "US", "purpose": "other", "events": {"conduct": on}},
                  thing, known_on=known_on)  # fmt: skip


def test_the_newer_text_replaces_the_older_and_waits_for_its_determination() -> None:
    assert coal("import", "2023-01-31").outcome is PROHIBITED
    assert coal("import", "2023-02-01").outcome is NOT_PROHIBITED, (
        "named goods only, and nothing is named yet"
    )
    assert coal("import", "2023-02-02").outcome is PROHIBITED
    assert coal("import", "2023-02-02", produced_on="2021-12-31").outcome is NOT_PROHIBITED, (
        "carved out of the determination"
    )
    assert coal("import", "2023-01-31", produced_on="2021-12-31").outcome is PROHIBITED


def test_who_did_not_know_of_the_amendment_yet_sees_the_older_text() -> None:
    """The amending act was issued on 1 January 2023."""
    assert (
        coal("import", "2023-03-01", produced_on="2021-12-31", known_on=date(2022, 12, 30)).outcome
        is PROHIBITED
    )
    assert (
        coal("import", "2023-03-01", produced_on="2021-12-31", known_on=date(2023, 2, 2)).outcome
        is NOT_PROHIBITED
    )


def test_the_last_day_of_not_knowing_ends_by_the_clock_of_the_text() -> None:
    """Brussels: on 31 December 2022 the amending act of 1 January was not issued yet."""
    assert (
        coal("import", "2023-03-01", produced_on="2021-12-31", known_on=date(2022, 12, 31)).outcome
        is PROHIBITED
    )


def test_what_a_determination_does_not_tell_is_asked_of_its_source() -> None:
    gas = coal("import", "2023-03-01", category="gas")
    assert gas.outcome is UNDETERMINED
    assert [(leaf.place, leaf.need) for leaf in gas.missing] == [
        ("the annex of the decision was not read", "law")
    ]


def test_a_repealed_text_ends() -> None:
    """Section 2, on export, ends with 1 February 2023; the list of codes reaches exports from Poland only."""

    def export(on: str) -> RegimeDecision:
        return decide(
            "sources",
            {"kind": "export", "departure": "FR", "events": {"conduct": on}},
            {"category": "coal"},
        )

    assert export("2023-01-31").outcome is PROHIBITED
    assert export("2023-02-01").outcome is NOT_PROHIBITED


@pytest.mark.parametrize(
    ("code", "on", "outcome"),
    [
        ("HS 2701", "2024-05-01", PROHIBITED), ("HS 2702", "2023-12-31", PROHIBITED), ("HS 2702", "2022-12-31", UNDETERMINED),
        ("HS 2702", "2024-01-01", UNDETERMINED), ("HS 2703", "2024-05-01", UNDETERMINED), ("CN 7206 50", "2024-05-01", PROHIBITED),
        ("HS 7203", "2024-05-01", UNDETERMINED), ("HS 7201", "2024-05-01", NOT_PROHIBITED), ("HS 2801", "2024-05-01", NOT_PROHIBITED),
    ],
)  # fmt: skip
def test_a_miss_in_an_incomplete_list_asks_for_the_list(
    code: str, on: str, outcome: Outcome
) -> None:
    """Incomplete within HS 27 and HS 72 but for 7201; from Poland, after the end of section 2."""
    decision = decide(
        "sources",
        {"kind": "export", "departure": "PL", "events": {"conduct": on}},
        {"category": "other", "codes": [code]},
    )
    assert decision.outcome is outcome
    assert {leaf.need for leaf in decision.missing} == (
        {"law"} if outcome is UNDETERMINED else set()
    )


def test_a_miss_in_a_complete_list_is_a_miss() -> None:
    def reexport(code: str) -> Outcome:
        return decide(
            "sources",
            {"kind": "reexport", "events": {"conduct": "2024-05-01"}},
            {"category": "other", "codes": [code]},
        ).outcome

    assert reexport("HS 2701") is PROHIBITED
    assert reexport("HS 2703") is NOT_PROHIBITED


def purchase(percent: str, readings: dict[str, str] | None = None) -> RegimeDecision:
    parties = [{"id": "mine", "type": "company"}, {"id": "body", "type": "public_body"}]
    act = {
        "kind": "purchase",
        "providers": ["mine"],
        "purpose": "commercial",
        "events": {"conduct": "2024-05-01"},
    }
    return decide(
        "sources",
        act,
        parties=parties,
        ownership=[stake("body", "mine", percent, "shares")],
        readings=readings,
    )


def test_a_reading_is_chosen_by_who_asks() -> None:
    """At exactly one half the two readings part; each is preferred by its own book."""
    other = {"zz.owned_by_state": "more_than_half"}
    assert purchase("50").outcome is PROHIBITED
    assert purchase("50", other).outcome is NOT_PROHIBITED
    assert purchase("50.01", other).outcome is PROHIBITED
    assert purchase("49.99").outcome is NOT_PROHIBITED
    assert [(r.point, r.reading, r.sensitive) for r in purchase("50").readings] == [
        ("zz.owned_by_state", "half", True)
    ]
    assert [r.sensitive for r in purchase("60").readings] == [False]


def test_a_text_that_was_withdrawn_is_not_relied_on() -> None:
    decision = decide(
        "sources", {"kind": "lending", "purpose": "commercial", "events": {"conduct": "2024-05-01"}}
    )
    assert decision.outcome is UNDETERMINED
    assert {leaf.need for leaf in decision.missing} == {"law"}


def test_an_exemption_withdrawn_for_everything() -> None:
    """In `forms`: travel is exempt until section 3 takes the exemption back, on 1 February 2024."""

    def stone(on: str) -> Outcome:
        act = {
            "kind": "import",
            "destination": "US",
            "purpose": "travel",
            "events": {"conduct": on},
        }
        return decide("forms", act, {"category": "coal", "mined_in": ["RU"]}).outcome

    assert stone("2024-01-31") is NOT_PROHIBITED
    assert stone("2024-02-01") is PROHIBITED


# -- rows of tables ------------------------------------------------------------------------------


def listed(kind: str, on: str, code: str) -> RegimeDecision:
    good = {
        "category": "other",
        "codes": [code],
        "unit_price": {"amount": "70", "currency": "USD"},
    }
    return decide("tables", {"kind": kind, "events": {"conduct": on}}, good)


def needs(decision: RegimeDecision) -> tuple[Outcome, set[str]]:
    return decision.outcome, {leaf.need for leaf in decision.missing}


def test_a_row_holds_inside_its_days() -> None:
    assert listed("sale", "2024-06-29", "CN 2710 11").outcome is PROHIBITED
    assert listed("supply", "2024-06-30", "CN 2711 11").outcome is PROHIBITED
    assert listed("transport", "2024-06-30", "CN 2712 11").outcome is NOT_PROHIBITED


def test_a_row_through_a_day_has_a_value_to_the_end_of_that_day() -> None:
    assert listed("sale", "2024-06-30T23:59:00-04:00", "CN 2710 11").outcome is PROHIBITED
    assert needs(listed("sale", "2024-07-01", "CN 2710 11")) == (UNDETERMINED, {"law"})


def test_a_code_taken_out_of_a_row_has_no_value_there() -> None:
    assert needs(listed("sale", "2024-02-01", "CN 2710 19 11")) == (UNDETERMINED, {"law"})


def test_membership_through_a_day_ends_with_it() -> None:
    assert listed("supply", "2024-07-01", "CN 2711 11").outcome is NOT_PROHIBITED


def test_a_row_since_a_day_that_was_not_read_asks_for_it() -> None:
    assert needs(listed("transport", "2024-02-01", "CN 2712 11")) == (UNDETERMINED, {"law"})


def test_a_code_taken_out_of_one_row_stands_in_its_own() -> None:
    assert listed("export", "2024-02-01", "CN 7207 12").outcome is PROHIBITED
    assert listed("export", "2024-02-01", "CN 7207 11").outcome is PROHIBITED


def test_a_value_given_by_a_text_not_known_yet_is_hidden() -> None:
    """The second cap was issued on 3 February 2023; who asks on the 2nd has no cap for the 5th."""
    good = {
        "codes": ["HS 2709"],
        "category": "crude_oil",
        "unit_price": {"amount": "50", "currency": "USD"},
    }
    act = {"kind": "transport", "departure": "RU", "events": {"loading": "2023-02-06"}}
    assert decide("prices", act, good, known_on=date(2023, 2, 3)).outcome is PROHIBITED
    assert decide("prices", act, good, known_on=date(2023, 2, 2)).outcome is UNDETERMINED


@pytest.mark.parametrize(
    ("loaded", "known_on", "outcome"),
    [
        ("2025-01-11", None, PROHIBITED),
        ("2025-01-12", None, UNDETERMINED),
        ("2025-01-19", None, UNDETERMINED),
        ("2025-01-20", None, NOT_PROHIBITED),
        ("2025-01-20", date(2025, 1, 9), PROHIBITED),
    ],
)
def test_a_value_whose_first_day_is_not_known_is_open_there(
    loaded: str, known_on: date | None, outcome: Any
) -> None:
    """USD 46 lies above the second cap and below the third, which nobody knew on 9 January."""
    good = {
        "codes": ["HS 2709"],
        "category": "crude_oil",
        "unit_price": {"amount": "46", "currency": "USD"},
    }
    act = {"kind": "transport", "departure": "RU", "events": {"loading": loaded}}
    assert decide("prices", act, good, known_on=known_on).outcome is outcome
