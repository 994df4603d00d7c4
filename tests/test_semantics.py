"""The numbered semantics of the design, each with a test of its number."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import all_scenarios
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small import BAN, decide, facts, law_of

from sanctions_rules import facts as fact_models
from sanctions_rules.core import OPERATORS, Apply, Expr, Fact, Literal, Quantified
from sanctions_rules.decision import DutyState, Outcome, Standing
from sanctions_rules.diagnostics import FactsError, RulebookError
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.engines.meaning import MEANING
from sanctions_rules.ownership import Holding, close
from sanctions_rules.read import build_case, read_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.values import Truth, all_of, any_of, point
from sanctions_rules.view import View

T, U, F = Truth.TRUE, Truth.UNKNOWN, Truth.FALSE

# -- D1 truth ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (T, T, T, T), (T, U, U, T), (T, F, F, T), (U, T, U, T), (U, U, U, U), (U, F, F, U),
        (F, T, F, T), (F, U, F, U), (F, F, F, F),
    ],
)  # fmt: skip
def test_d1_kleene_tables(a: Truth, b: Truth, both: Truth, either: Truth) -> None:
    assert all_of([a, b]) is both
    assert any_of([a, b]) is either
    assert ~(~a) is a
    assert ~all_of([a, b]) is any_of([~a, ~b])


def test_d1_every_operator_has_a_meaning() -> None:
    assert set(OPERATORS) == {*MEANING, "and", "or", "shown"}


@pytest.mark.parametrize(
    ("mined_in", "some_ru", "every_ru"),
    [
        (None, U, U), ([], F, T), (["RU"], T, T), (["IN"], F, F), (["RU", "IN"], T, F),
        (["RU", "…"], T, U), (["IN", "…"], U, F), (["…"], U, U),
    ],
)  # fmt: skip
def test_d1_lists(mined_in: list[str] | None, some_ru: Truth, every_ru: Truth) -> None:
    case = build_case({"goods": [{"category": "diamond", "mined_in": mined_in}]})
    run = evaluation(case)
    good = run.view.item("goods[0]")
    is_ru = Apply("equals", (Fact("country", ()), Literal("RU")))
    mined = Fact("good", ("mined_in",))
    assert run.truth(Quantified("some", mined, "country", is_ru), {"good": good}) is some_ru
    assert run.truth(Quantified("every", mined, "country", is_ru), {"good": good}) is every_ru


def evaluation(case: fact_models.Case) -> Evaluation:
    return Evaluation(law_of(BAN).program, View(case), Settings())


def test_d1_absent_null_empty_and_none_are_four_things() -> None:
    rule = (
        BAN
        + """
licence zz.gl1 "Goods that were never in Russia"
  cites "GL 1"
  in force from 2024-01-01, no end stated
  authorises import of good into US to the extent prohibited by zz.act §1
  when good.outside_russia_since is none
end
"""
    )
    law = law_of(rule)
    assert decide(law, facts()).outcome is Outcome.UNDETERMINED
    assert decide(law, facts(good={"outside_russia_since": None})).outcome is Outcome.UNDETERMINED
    assert decide(law, facts(good={"outside_russia_since": "none"})).outcome is Outcome.AUTHORISED
    assert (
        decide(law, facts(good={"outside_russia_since": "2020-01-01"})).outcome
        is Outcome.PROHIBITED
    )
    assert decide(law, facts(goods=[])).outcome is Outcome.NOT_PROHIBITED
    without_goods = {k: v for k, v in facts().items() if k != "goods"}
    assert decide(law, without_goods).outcome is Outcome.UNDETERMINED


def test_d1a_only_stated_things_close_the_world() -> None:
    case = {"parties": [{"id": "p", "listings": []}]}
    open_ = build_case(case)
    assert open_.parties is not None and not open_.parties[0].listings.complete
    with pytest.raises(FactsError, match="on what it rests"):
        build_case({"parties": [{"id": "p", "listings": {"items": [], "complete": True}}]})
    closed = build_case(
        {
            "parties": [
                {"id": "p", "listings": {"items": [], "complete": True, "basis": "list of today"}}
            ]
        }
    )
    assert closed.parties is not None and closed.parties[0].listings.complete


@pytest.mark.parametrize(
    "good",
    [
        {"category": "gold", "carats_each": "1.0"},
        {"category": "diamond", "harvest_waters": ["RU"]},
        {"category": "diamond", "codes": ["HTSUS 0304.75.1000"]},
    ],
)
def test_d1a_facts_that_exclude_each_other_are_refused(good: dict[str, Any]) -> None:
    with pytest.raises(FactsError) as error:
        build_case({"goods": [good]})
    assert [p.code for p in error.value.problems] == ["contradiction"]


# -- D2 monotone knowledge -----------------------------------------------------------------------

_FLAGS = ("incorporated_in_foreign_product", "is_export_controlled", "is_relief_article")


def _atoms() -> st.SearchStrategy[Expr]:
    flags = st.sampled_from(_FLAGS).map(lambda n: Apply("holds", (Fact("good", (n,)),)))
    weights = st.tuples(
        st.sampled_from(["less", "at_most"]), st.sampled_from(["0.5", "1.0", "1.01"])
    ).map(lambda p: Apply(p[0], (Fact("good", ("carats_each",)), Literal(point(Decimal(p[1]))))))
    places = st.sampled_from(["RU", "IN"]).map(
        lambda c: Apply("includes", (Fact("good", ("mined_in",)), Literal(c)))
    )
    words = st.sampled_from(["diamond", "gold"]).map(
        lambda c: Apply("equals", (Fact("good", ("category",)), Literal(c)))
    )
    return st.one_of(flags, weights, places, words)


EXPRESSIONS = st.recursive(
    _atoms(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=0, max_size=3).map(lambda p: Apply("and", tuple(p))),
        st.lists(inner, min_size=0, max_size=3).map(lambda p: Apply("or", tuple(p))),
        inner.map(lambda p: Apply("not", (p,))),
    ),
    max_leaves=12,
)

#: For each fact: values from less to more known, each refining the one before.
REFINEMENTS: dict[str, list[list[Any]]] = {
    **{flag: [[None, True], [None, False]] for flag in _FLAGS},
    "carats_each": [[None, {"at_least": "0.4"}, {"at_least": "0.4", "at_most": "1.0"}, "1.0"],
                    [None, {"less_than": "1.01"}, {"at_least": "0.5", "less_than": "1.01"}, "0.5"]],
    "mined_in": [[None, ["…"], ["RU", "…"], ["RU", "IN"]], [None, ["IN", "…"], ["IN"]], [None, []]],
    "category": [[None, {"one_of": ["diamond", "other"]}, "diamond"], [None, {"one_of": ["gold", "other"]}, "gold"]],
}  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(expr=EXPRESSIONS, data=st.data())
def test_d2_learning_never_flips_an_answer(expr: Expr, data: st.DataObject) -> None:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, paths in REFINEMENTS.items():
        path = data.draw(st.sampled_from(paths))
        low = data.draw(st.integers(0, len(path) - 1))
        high = data.draw(st.integers(low, len(path) - 1))
        before[name], after[name] = path[low], path[high]
    truths: list[Truth] = []
    for good in (before, after):
        try:
            case = build_case({"goods": [good]})
        except FactsError as error:  # a weight of stones in gold: facts that contradict are refused
            assume("contradiction" not in [p.code for p in error.problems])
            raise
        run = evaluation(case)
        truths.append(run.truth(expr, {"good": run.view.item("goods[0]")}))
    assert truths[0] in (U, truths[1])


# -- D3 clocks -----------------------------------------------------------------------------------


def ban(force: str) -> Law:
    return law_of(BAN.replace("from 2024-01-01, no end stated", force))


@pytest.mark.parametrize(
    ("force", "when", "outcome"),
    [
        ("from 2024-06-01, no end stated", "2024-05-31", "NOT_PROHIBITED"),
        ("from 2024-06-01, no end stated", "2024-06-01", "PROHIBITED"),
        ("from 2024-06-01, no end stated", "2024-06-01T03:59:59+00:00", "NOT_PROHIBITED"),
        ("from 2024-06-01, no end stated", "2024-06-01T04:00:00+00:00", "PROHIBITED"),
        ("from 2024-06-01 00:01 EDT, no end stated", "2024-06-01", "UNDETERMINED"),
        ("from 2024-06-01 00:01 EDT, no end stated", "2024-06-01T00:00:59-04:00", "NOT_PROHIBITED"),
        ("from 2024-06-01 00:01 EDT, no end stated", "2024-06-01T00:01:00-04:00", "PROHIBITED"),
        ("from 2024-01-01 through 2024-06-01 00:01 EDT", "2024-06-01T00:01:00-04:00", "PROHIBITED"),
        (
            "from 2024-01-01 through 2024-06-01 00:01 EDT",
            "2024-06-01T00:01:00.000001-04:00",
            "NOT_PROHIBITED",
        ),
        ("from 2024-01-01 until 2024-06-01", "2024-06-01", "NOT_PROHIBITED"),
        ("from 2024-01-01 until 2024-06-01", "2024-05-31", "PROHIBITED"),
        ("from 2024-01-01 through 2024-06-01", "2024-06-01", "PROHIBITED"),
        (
            "from 2024-01-01 until 2024-06-01",
            {"on_or_after": "2024-05-30", "before": "2024-06-02"},
            "UNDETERMINED",
        ),
        ("from before 2024-06-01, no end stated", "2024-05-31", "UNDETERMINED"),
        (
            "from unknown between 2024-05-01 and 2024-06-01, no end stated",
            "2024-05-15",
            "UNDETERMINED",
        ),
        ("from 2024-01-01 until unknown after 2024-06-01", "2024-06-01", "PROHIBITED"),
        ("from 2024-01-01 until unknown after 2024-06-01", "2024-06-02", "UNDETERMINED"),
        ('awaiting "an act of the Council" by Council', "2024-06-01", "NOT_PROHIBITED"),
    ],
)
def test_d3_intervals(force: str, when: Any, outcome: str) -> None:
    assert str(decide(ban(force), facts(on=when)).outcome) == outcome


def test_d3_the_missing_fact_is_the_hour() -> None:
    got = decide(ban("from 2024-06-01 00:01 EDT, no end stated"), facts(on="2024-06-01"))
    assert [str(leaf) for leaf in got.missing] == ["the hour of act.events.conduct"]


REPLACED = """
provision zz.act §1 "The ban, as first made"
  cites "s. 1"
  issued 2023-12-01 by Treasury
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when good.category is diamond
end
provision zz.act §1 "The ban, as amended"
  cites "s. 1"
  issued 2024-05-20 by Treasury
  replaces zz.act §1@2024-01-01
  in force from 2024-06-01, no end stated
  prohibits import of good into US
  when good.category is gold
end
"""


def test_d3_knowledge_hides_what_was_published_later() -> None:
    law = law_of(REPLACED)
    assert decide(law, facts()).outcome is Outcome.NOT_PROHIBITED
    assert decide(law, facts(), known_on=date(2024, 5, 19)).outcome is Outcome.PROHIBITED
    assert decide(law, facts(), known_on=date(2024, 5, 20)).outcome is Outcome.NOT_PROHIBITED
    assert decide(law, facts(), known_on=date(2023, 11, 30)).outcome is Outcome.NOT_PROHIBITED


# -- D4 status -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("force", "standing"),
    [
        ("from 2024-06-02, no end stated", Standing.NOT_YET),
        ("from 2024-01-01 until 2024-06-01", Standing.ENDED),
        ('awaiting "an act"', Standing.AWAITING),
    ],
)
def test_d4_each_status_is_a_reason_of_its_own(force: str, standing: Standing) -> None:
    (finding,) = decide(ban(force), facts()).findings
    assert finding.standing is standing


def test_d4_dormant_until_filled_and_never_in_effect() -> None:
    dormant = """
provision zz.act §2 "Named goods"
  cites "s. 2"
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when good is named_good
  leaves open good is named_good to Treasury
end
"""
    (finding,) = decide(law_of(dormant), facts()).findings
    assert finding.standing is Standing.DORMANT
    never = REPLACED.replace("from 2024-06-01", "from 2023-12-15")
    standings = {f.norm.title: f.standing for f in decide(law_of(never), facts()).findings}
    assert standings["The ban, as first made"] is Standing.NEVER


# -- D5 exceptions -------------------------------------------------------------------------------

EXCEPTIONS = (
    BAN
    + """
licence zz.gl1 "A licence"
  cites "GL 1"
  in force from 2024-01-01, no end stated
  authorises import of good into US to the extent prohibited by zz.act §1
  when good.is_export_controlled is yes
end
provision zz.act §3 "An exemption"
  cites "s. 3"
  in force from 2024-01-01, no end stated
  exempts any_dealing from zz.act
  when act.purpose is personal
end
provision zz.act §4 "The exemption taken back"
  cites "s. 4"
  in force from 2024-01-01, no end stated
  withdraws zz.act §3 for zz.act §1
  when act.departure is RU
end
provision zz.act §5 "Special before general"
  cites "s. 5"
  in force from 2024-01-01, no end stated
  displaces zz.act §1
  when good.is_relief_article is yes
end
provision zz.act §6 "Another ban"
  cites "s. 6"
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when good.category is gold
end
"""
)
PLAIN = {"is_export_controlled": False, "is_relief_article": False}


@pytest.mark.parametrize(
    ("good", "act", "outcome", "standing"),
    [
        ({}, {}, Outcome.PROHIBITED, Standing.BINDS),
        ({"is_export_controlled": True}, {}, Outcome.AUTHORISED, Standing.LIFTED),
        ({}, {"purpose": "personal"}, Outcome.NOT_PROHIBITED, Standing.EXCEPTED),
        ({}, {"purpose": "personal", "departure": "RU"}, Outcome.PROHIBITED, Standing.BINDS),
        (
            {"category": "gold"},
            {"purpose": "personal", "departure": "RU"},
            Outcome.NOT_PROHIBITED,
            Standing.EXCEPTED,
        ),
        ({"is_relief_article": True}, {}, Outcome.NOT_PROHIBITED, Standing.DISPLACED),
    ],
)
def test_d5_four_kinds_of_exception(
    good: dict[str, Any], act: dict[str, Any], outcome: Outcome, standing: Standing
) -> None:
    plain_act = {"purpose": "commercial", "departure": "AE", **act}
    got = decide(law_of(EXCEPTIONS), facts(good={**PLAIN, **good}, act=plain_act))
    assert got.outcome is outcome
    assert standing in {f.standing for f in got.findings if f.norm.verb == "prohibits"}


def test_d5_an_unknown_exception_leaves_the_prohibition_open_and_says_unless() -> None:
    got = decide(
        law_of(EXCEPTIONS), facts(good={"is_relief_article": False}, act={"purpose": "commercial"})
    )
    assert got.outcome is Outcome.UNDETERMINED
    (finding,) = [
        f for f in got.findings if f.standing is Standing.MAY_BIND and f.norm.verb == "prohibits"
    ]
    assert finding.unless and finding.because_of == ("zz.gl1",)


def test_d5_burden_marks_a_line() -> None:
    text = (
        BAN
        + """
licence zz.gl1 "A licence with proof"
  cites "GL 1"
  in force from 2024-01-01, no end stated
  authorises import of good into US to the extent prohibited by zz.act §1
  provided that good.attestations includes kimberley_certificate
end
"""
    )
    got = decide(law_of(text), facts())
    assert (got.outcome, got.presumptive_outcome) == (Outcome.UNDETERMINED, Outcome.PROHIBITED)


WHO: dict[str, Any] = {"actor": "importer", "parties": [{"id": "importer"}, {"id": "other"}]}


def test_d5_a_specific_licence_is_a_fact() -> None:
    held = [
        {
            "id": "l",
            "authority": "OFAC",
            "holder": "importer",
            "lifts": ["zz.act §1"],
            "valid_from": "2024-01-01",
            "valid_until": "none",
            "conditions_met": True,
        }
    ]
    law = law_of(BAN)
    assert decide(law, facts(licences_held=held, **WHO)).outcome is Outcome.AUTHORISED
    assert decide(law, facts(licences_held=None)).outcome is Outcome.UNDETERMINED
    held[0]["holder"] = "other"  # the licence of somebody else
    assert decide(law, facts(licences_held=held, **WHO)).outcome is Outcome.PROHIBITED
    held[0] |= {"holder": "importer", "lifts": ["zz.act §9"]}
    assert decide(law, facts(licences_held=held, **WHO)).outcome is Outcome.PROHIBITED


# -- D6 conflicts --------------------------------------------------------------------------------


def test_d6_two_versions_alive_at_once_do_not_load() -> None:
    with pytest.raises(RulebookError, match="in force at once"):
        law_of(REPLACED.replace("  replaces zz.act §1@2024-01-01\n", ""))


def test_d6_a_duty_to_do_what_is_forbidden_is_a_conflict() -> None:
    text = (
        BAN.replace("import of good", "blocking of good")
        + """
provision zz.act §2 "Block it"
  cites "s. 2"
  in force from 2024-01-01, no end stated
  requires blocking of good to OFAC
  when good.category is diamond
end
"""
    )
    got = decide(law_of(text), facts(act={"kind": "blocking"}))
    assert got.outcome is Outcome.UNDETERMINED
    assert Standing.CONFLICT in {f.standing for f in got.findings}


def test_d6_neither_another_regime_nor_a_tariff_makes_a_conflict() -> None:
    """A duty of another regime, or to pay a share of a value to an authority, opens no ban on payments."""
    ban = BAN.replace("import of good", "payment")
    ban = ban[: ban.index("  when")] + "end\n"
    duty = """
provision ZZ §2 "Pay it"
  cites "s. 2"
  in force from 2024-01-01, no end stated
  requires payment SHARE to HMRC
end
"""
    other = (
        'instrument yy.act "Another state"\n  cites "an act"\n  current through 2030-01-01 1\nend\n'
    )
    paid = facts(act={"kind": "payment"})
    for text in (
        ban + other + duty.replace("ZZ", "yy.act").replace("SHARE ", ""),
        ban + duty.replace("ZZ", "zz.act").replace("SHARE", "of 35 percent of act.value"),
    ):
        assert decide(law_of(text), paid).outcome is Outcome.PROHIBITED
    own = ban + duty.replace("ZZ", "zz.act").replace("SHARE ", "")
    assert decide(law_of(own), paid).outcome is Outcome.UNDETERMINED


# -- D7 outcome ----------------------------------------------------------------------------------


def test_d7_exposure_duty_and_liability_stand_beside_the_outcome() -> None:
    text = (
        BAN
        + """
provision zz.act §2 "A power"
  cites "s. 2"
  in force from 2024-01-01, no end stated
  empowers Treasury to impose any of full_blocking on person
  upon determining that person is actor
end
provision zz.act §3 "A duty"
  cites "s. 3"
  in force from 2024-01-01, no end stated
  requires report of good to OFAC within 10 days of act.events.conduct
  when good.category is diamond
end
provision zz.act §4 "A penalty"
  cites "s. 4"
  in force from 2024-01-01, no end stated
  penalises breach of zz.act §1 with civil_penalty
end
"""
    )
    law = law_of(text)
    given = facts(actor="a", parties=[{"id": "a"}], performed=[], as_of="2024-06-11")
    got = decide(law, given)
    assert got.outcome is Outcome.PROHIBITED
    assert [(e.whom, e.truth, e.menu) for e in got.exposures] == [("a", T, ("full_blocking",))]
    assert [(d.state, d.due) for d in got.duties] == [(DutyState.OPEN, "by 2024-06-11")]
    assert [f.truth for f in got.liabilities] == [T]
    late = decide(law, {**given, "as_of": "2024-06-12"})
    assert late.duties[0].state is DutyState.BREACHED
    done = decide(
        law, {**given, "performed": [{"duty": "report", "of": "goods[0]", "done_on": "2024-06-02"}]}
    )
    assert done.duties[0].state is DutyState.MET
    gold = decide(law, facts(actor="a", parties=[{"id": "a"}], good={"category": "gold"}))
    assert (
        gold.outcome is Outcome.NOT_PROHIBITED
        and gold.exposures[0].truth is T
        and not gold.liabilities
    )


def test_d7_who_is_not_bound_is_a_finding_of_its_own() -> None:
    text = (
        BAN.replace("  prohibits", "  binds us_person\n  prohibits")
        + """
definition zz.act §9 "US person"
  cites "s. 9"
  in force from before 2024-01-01, no end stated
  defines person is us_person
  when person.organised_under is US
end
"""
    )
    law = law_of(text)
    party = {"id": "a", "type": "company", "organised_under": "TR"}
    got = decide(law, facts(actor="a", parties=[party]))
    assert (got.outcome, got.findings[0].standing) == (Outcome.NOT_PROHIBITED, Standing.NOT_BOUND)
    assert not got.reached
    assert decide(law, facts()).outcome is Outcome.UNDETERMINED


def test_d7_each_line_of_goods_has_its_own_finding() -> None:
    got = decide(
        law_of(BAN),
        facts(goods=[{"category": "gold"}, {"category": "diamond"}, {"category": "gold"}]),
    )
    assert [f.subject for f in got.standing(Standing.BINDS)] == ["goods[1]"]


# -- D9 judgement and readings -------------------------------------------------------------------

READINGS = (
    BAN
    + """
licence zz.gl1 "Narrow"
  cites "GL 1"
  reading narrow, preferred "the regulator"
  in force from 2024-01-01, no end stated
  authorises import of good into US to the extent prohibited by zz.act §1
  when good.carats_each is less than 0.5 carat
end
licence zz.gl1 "Wide"
  cites "GL 1"
  reading wide "a law firm"
  in force from 2024-01-01, no end stated
  authorises import of good into US to the extent prohibited by zz.act §1
  when good.carats_each is less than 1.0 carat
end
"""
)


@pytest.mark.parametrize(
    ("carats", "default", "wide", "sensitive"),
    [
        ("0.49", "AUTHORISED", "AUTHORISED", False),
        ("0.70", "PROHIBITED", "AUTHORISED", True),
        ("1.0", "PROHIBITED", "PROHIBITED", False),
    ],
)
def test_d9_readings(carats: str, default: str, wide: str, sensitive: bool) -> None:
    law = law_of(READINGS)
    got = decide(law, facts(good={"carats_each": carats}))
    assert str(got.outcome) == default
    assert any(r.sensitive for r in got.readings) is sensitive
    assert (
        str(decide(law, facts(good={"carats_each": carats}), readings={"zz.gl1": "wide"}).outcome)
        == wide
    )


def test_d9_a_judgement_is_unknown_until_a_person_gives_it() -> None:
    text = (
        BAN.replace("good.category is diamond", "good is judged precious")
        + """
judgement zz.act §8 "Precious"
  cites "s. 8"
  in force from 2024-01-01, no end stated
  asks good is precious "Is it precious?"
end
"""
    )
    law = law_of(text)
    got = decide(law, facts())
    assert [str(leaf) for leaf in got.missing] == ["judgement zz.precious of goods[0]"]
    for answer, outcome in (
        ("yes", "PROHIBITED"),
        ("no", "NOT_PROHIBITED"),
        ("cannot_tell", "UNDETERMINED"),
    ):
        judged = facts(
            judgements=[
                {"question": "zz.precious", "of": "goods[0]", "answer": answer, "who": "counsel"}
            ]
        )
        got = decide(law, judged)
        assert str(got.outcome) == outcome
        if answer == "yes":
            assert got.judgements == ("zz.precious of goods[0]",)


# -- D10 ownership -------------------------------------------------------------------------------

NAMES = [f"p{i}" for i in range(6)]
HOLDINGS = st.lists(
    st.tuples(
        st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(0, 100), st.integers(0, 20)
    ),
    max_size=12,
)


def _close(
    holdings: list[tuple[str, str, int, int]],
    listed: set[str],
    complete: bool = True,
    people: tuple[str, ...] = (),
) -> dict[str, Truth]:
    made = [
        Holding(a, b, Decimal(p), Decimal(min(100, p + w)), T, str(i))
        for i, (a, b, p, w) in enumerate(holdings)
    ]
    column = close(
        NAMES,
        {n: Truth.known(n in listed) for n in NAMES},
        {n: Truth.known(n not in people) for n in NAMES},
        made,
        complete,
        Decimal(50),
        strict=False,
    )
    return dict(column.status)


@settings(max_examples=300, deadline=None)
@given(HOLDINGS, st.sets(st.sampled_from(NAMES)), st.randoms())
def test_d10_closure_is_monotone_order_free_and_idempotent(
    holdings: list[Any], listed: set[str], random: Any
) -> None:
    status = _close(holdings, listed)
    shuffled = list(holdings)
    random.shuffle(shuffled)
    assert _close(shuffled, listed) == status
    blocked = {n for n, t in status.items() if t is T}
    again = _close(holdings, blocked)
    assert {n for n, t in again.items() if t is T} == blocked
    wider = _close(holdings, listed | {"p0"})
    assert all(wider[n].must >= status[n].must and wider[n].may >= status[n].may for n in NAMES)
    exact = _close([(a, b, p, 0) for a, b, p, _ in holdings], listed)
    assert all(
        status[n] in (U, exact[n]) or status[n] is exact[n] for n in NAMES if status[n] is not T
    )


def test_d10_a_ring_without_a_listed_root_stays_free() -> None:
    ring = [("p0", "p1", 100, 0), ("p1", "p2", 100, 0), ("p2", "p0", 100, 0)]
    assert set(_close(ring, set()).values()) == {F}
    assert _close(ring, {"p1"})["p0"] is T


@pytest.mark.parametrize(("percent", "status"), [(49, F), (50, T), (51, T)])
def test_d10_exactly_at_the_threshold(percent: int, status: Truth) -> None:
    assert _close([("p0", "p1", percent, 0)], {"p0"})["p1"] is status


def test_d10_status_cascades_and_percentages_do_not_multiply() -> None:
    chain = [("p0", "p1", 70, 0), ("p1", "p2", 30, 0), ("p0", "p2", 20, 0)]
    assert _close(chain, {"p0"})["p2"] is T
    assert _close([("p0", "p1", 49, 0), *chain[1:]], {"p0"})["p2"] is F


def test_d10_unknown_stakes_leave_it_open() -> None:
    assert _close([("p0", "p1", 45, 10)], {"p0"})["p1"] is U
    assert _close([("p3", "p1", 40, 0)], {"p0"}, complete=False)["p1"] is U
    # the owner of 60 percent may itself have owners that nobody named; a natural person has none
    assert _close([("p3", "p1", 60, 0)], {"p0"}, complete=False)["p1"] is U
    assert _close([("p3", "p1", 60, 0)], {"p0"}, complete=False, people=("p3",))["p1"] is F


# -- D10a definitions ----------------------------------------------------------------------------


def test_d10a_size_stays_linear_and_long_chains_cost_no_stack() -> None:
    def chain(length: int) -> str:
        links = [
            f'definition zz.def §{i} "Link {i}"\n  cites "s. {i}"\n  in force from before 2024-01-01, no end stated\n'
            f"  defines good is link{i}\n  when good is link{i - 1}\n  and good is link{i - 1}\nend\n"
            for i in range(1, length)
        ]
        first = (
            'definition zz.def §0 "Link 0"\n  cites "s. 0"\n  in force from before 2024-01-01, no end stated\n'
            "  defines good is link0\n  when good.category is diamond\nend\n"
        )
        return (
            first
            + "".join(links)
            + BAN.replace("good.category is diamond", f"good is link{length - 1}")
        )

    short, long = law_of(chain(50)), law_of(chain(100))
    assert len(long.program.definitions) < 2.2 * len(short.program.definitions)
    assert decide(law_of(chain(300)), facts()).outcome is Outcome.PROHIBITED
    assert (
        decide(law_of(chain(300)), facts(good={"category": None})).outcome is Outcome.UNDETERMINED
    )


def test_d10a_components_to_any_depth() -> None:
    text = BAN.replace(
        "when good.category is diamond",
        "when some part of good.itself_and_components has\n  part.category is diamond\n  end",
    )
    law = law_of(text)
    deep: dict[str, Any] = {"category": "diamond", "components": []}
    for _ in range(30):
        deep = {"category": "other", "components": [deep]}
    assert decide(law, facts(goods=[deep])).outcome is Outcome.PROHIBITED
    assert (
        decide(law, facts(goods=[{"category": "other", "components": []}])).outcome
        is Outcome.NOT_PROHIBITED
    )
    got = decide(law, facts(goods=[{"category": "other"}]))
    assert [str(leaf) for leaf in got.missing] == ["goods[0].components"]


# -- D11 decimals --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["0.5", "0.50", "0.500000000000000000000000001", "0.1", "1.005"])
def test_d11_digit_for_digit(text: str) -> None:
    for case in (
        read_case(f'{{"goods": [{{"carats_each": {text}}}]}}'),
        read_case(f"[[goods]]\ncarats_each = {text}\n"),
    ):
        assert case.goods is not None and case.goods[0].carats_each == Decimal(text)


def test_d11_a_float_is_refused() -> None:
    with pytest.raises(FactsError, match="float is not exact"):
        build_case({"goods": [{"carats_each": 0.5}]})


def test_d11_thresholds_are_exact() -> None:
    law = law_of(BAN.replace("good.category is diamond", "good.carats_each is at least 0.5 carat"))
    for carats, outcome in (
        ("0.5", "PROHIBITED"),
        ("0.49999999999999999999999999999", "NOT_PROHIBITED"),
    ):
        assert str(decide(law, facts(good={"carats_each": carats})).outcome) == outcome


# -- D12 determinism -----------------------------------------------------------------------------

_PROGRAM = """
import sys; sys.path.insert(0, "tests")
from conftest import all_scenarios
from sanctions_rules.rulebooks import load
law = load("us")
for scenario in all_scenarios()[::90]:
    decision = law.decide(scenario.case())
    print(decision.facts_digest, decision.rulebook_digest, decision["us"].headline,
          [str(m) for m in decision["us"].missing], [(f.id, str(f.standing), f.because_of) for f in decision["us"].findings])
"""


def test_d12_the_same_bytes_in_any_process() -> None:
    root = Path(__file__).parent.parent
    outputs: set[bytes] = set()
    for seed, zone, locale in (("0", "UTC", "C"), ("4711", "Asia/Tokyo", "de_DE.UTF-8")):
        env = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": locale,
            "PYTHONPATH": str(root),
            "PYTHONIOENCODING": "utf-8",
        }
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM], cwd=root, env=env, capture_output=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1 and len(outputs.pop()) > 1000


def test_d12_equal_facts_have_one_digest_and_provenance_is_outside_it(law: Law) -> None:
    texts = [
        '{"goods": [{"carats_each": 1.0, "category": "diamond"}]}',
        '{"goods": [{"category": "diamond", "carats_each": "1.00"}]}',
        '{"goods": [{"category": {"value": "diamond", "source": "invoice"}, "carats_each": "1"}]}',
    ]
    assert len({law.decide(read_case(text)).facts_digest for text in texts}) == 1


def test_d12_comments_layout_and_examples_are_outside_the_rulebook_digest() -> None:
    plain = law_of(BAN).digest
    assert law_of("# a comment\n" + BAN.replace("\n", "\n\n")).digest == plain
    assert law_of(BAN.replace("2024-01-01", "2024-01-02")).digest != plain


# -- D12a honesty about sources ------------------------------------------------------------------


def test_d12a_conduct_after_the_current_through_day_is_stale() -> None:
    law = law_of(BAN)
    assert not decide(law, facts(on="2030-01-01")).stale
    assert decide(law, facts(on="2030-01-02")).stale


def test_d12a_an_incomplete_list_and_an_unencoded_piece_leave_it_open_and_name_the_source() -> None:
    text = (
        BAN.replace("good.category is diamond", "good falls under zz.codes")
        + """
table zz.codes "Codes"
  cites "annex"
  note "the rest was not read"
  in force from 2024-01-01, no end stated
  entries from "codes.csv" incomplete within HS 71
end
"""
    )
    law = law_of(text, codes="key,from,until,source,list\nHS 7102.31,,,annex,codes\n")
    assert decide(law, facts(good={"codes": ["HS 7102.31"]})).outcome is Outcome.PROHIBITED
    assert (
        decide(law, facts(good={"category": "other", "codes": ["HS 0304.75"]})).outcome
        is Outcome.NOT_PROHIBITED
    )
    got = decide(law, facts(good={"codes": ["HS 7102.39"]}))
    assert [str(leaf) for leaf in got.missing] == ["law: annex: the rest was not read"]
    gap = law_of(BAN.replace("end\n", '  unencoded "s. 1: the annex"\nend\n', 1))
    assert [str(leaf) for leaf in decide(gap, facts()).missing] == ["law: s. 1: the annex"]
    assert decide(gap, facts(good={"category": "gold"})).outcome is Outcome.NOT_PROHIBITED


def test_every_scenario_has_a_source() -> None:
    assert all(scenario.source.strip() for scenario in all_scenarios())
    assert len(all_scenarios()) >= 120
