"""Why two invented regimes differ: one small pair of texts for each way in which a cause can hide."""

from __future__ import annotations

from typing import Any

from regimes import HEAD, case
from test_compare import why

from sanctions_rules.compare import Comparison
from sanctions_rules.facts import Case
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.rulebooks import Law

_PLACES = {"aa": ("Arcadia", "Europe/Paris"), "bb": ("Borduria", "Europe/Brussels"),
           "cc": ("Cimmeria", "Europe/London")}  # fmt: skip
ON = "2024-06-01"


def compared(given: Case, **texts: str) -> Comparison:
    """The case under the regimes named, each with these blocks only."""
    heads = (HEAD.format(name=n, title=_PLACES[n][0], zone=_PLACES[n][1]) for n in texts)
    rules = "".join((*heads, *texts.values()))
    law = Law(compile_rulebook({"pair.rules": rules.encode()}))
    return law.compare(given, regimes=list(texts))


def block(
    opening: str, *lines: str, since: str = "2020-01-01", cites: str = "", **slots: str
) -> str:
    """One block: `cites` is by default its id; `measure` and the like as slots."""
    cited = cites or opening.split('"')[0].partition(" ")[2].strip()
    more = "".join(f"  {name} {value}\n" for name, value in slots.items())
    body = "".join(f"  {line}\n" for line in lines)
    return (
        f'{opening}\n  cites "{cited}"\n{more}'
        f"  checked primary\n  in force from {since}, no end stated\n{body}end\n"
    )


def ban(regime: str, *lines: str, number: int = 1, **slots: str) -> str:
    return block(
        f'provision {regime}.act §{number} "A ban"', "prohibits import of good", *lines, **slots
    )


def imported(**good: Any) -> Case:
    plain: dict[str, Any] = {
        "id": "thing",
        "category": "gold",
        "attestations": [],
        "country_of_origin": "RU",
    }
    act = {"kind": "import", "destination": "DE", "events": {"conduct": ON}}
    return case(act, [plain | good], performed=[], as_of=ON)


GOLD, OIL = "when good.category is gold", "when good.category is crude_oil"


def test_a_date_inside_a_term_is_found_where_the_term_is_denied() -> None:
    late = block(
        'definition bb.act §2 "Exported late"', "defines good is exported_late",
        "when good.category is gold", "except where good.outside_russia_since is before 2022-07-22",
    )  # fmt: skip
    found = why(compared(
        imported(outside_russia_since="2022-07-21"),
        aa=ban("aa", GOLD, "except where good.outside_russia_since is before 2022-06-28", measure="gold"),
        bb=late + ban("bb", "when good is exported_late", measure="gold"),
    ))  # fmt: skip
    assert set(found) == {"date"}
    assert "is not before 2022-06-28" in found["date"][0]
    assert "is before 2022-07-22" in found["date"][0]


def _duty(regime: str, paper: str) -> str:
    return block(
        f'provision {regime}.act §3 "Papers"', "requires proof of good to Customs",
        "at act.events.conduct", "when act.kind is import", f"met when good.attestations includes {paper}", measure="papers",
    )  # fmt: skip


def test_a_duty_that_is_done_in_one_and_not_in_the_other_is_evidence() -> None:
    given = imported(attestations=["seafood_self_certification"])
    texts = {"aa": _duty("aa", "seafood_self_certification"), "bb": _duty("bb", "origin_evidence")}
    found = why(compared(given, **texts))
    assert set(found) == {"evidence"}
    (text,) = found["evidence"]
    assert text.index("B") < text.index("Arcadia, aa.act")
    assert "do not include origin evidence" in text
    assert "include seafood self certification" in text
    both = imported(attestations=["seafood_self_certification", "origin_evidence"])
    assert not compared(both, **texts).differences


_TABLE = block(
    'table bb.act §4 "Inputs, each from its day"',
    "columns code, from", "| CN 7207 11 | 2024-09-01 |", "| CN 7207 12 | 2028-10-01 |",
)  # fmt: skip
_LISTED = ban("bb", "when good falls under bb.act §4", measure="gold")


def test_a_ban_answers_a_ban_before_a_duty_and_a_row_of_a_table_by_its_own_day() -> None:
    found = why(compared(
        imported(category="iron_or_steel", codes=["CN 7207 11 14"]),
        aa=ban("aa", "when good.category is iron_or_steel", measure="gold"),
        bb=_TABLE + _LISTED + _duty("bb", "origin_evidence").replace("measure papers", "measure gold"),
    ))  # fmt: skip
    assert set(found) == {"date"}
    assert "2024-09-01" in found["date"][0]
    assert "2028-10-01" not in found["date"][0]


def test_a_table_whose_rows_name_other_goods_is_scope_and_not_date() -> None:
    given = imported(codes=["CN 7108 12 00"])
    assert set(why(compared(given, aa=ban("aa", GOLD, measure="gold"), bb=_TABLE + _LISTED))) == {
        "scope"
    }


def _cap(regime: str, figure: str) -> str:
    return block(
        f'provision {regime}.act §5 "At the cap"', f"exempts import of good from {regime}.act §1",
        f"when good.price_per_barrel is at most USD {figure} per barrel",
    )  # fmt: skip


def test_a_cap_is_a_threshold_although_the_other_ban_fails_by_something_else_too() -> None:
    found = why(compared(
        imported(category="crude_oil", price_per_barrel={"amount": "50", "currency": "USD"}),
        aa=ban("aa", OIL, measure="cap") + _cap("aa", "44.10"),
        bb=ban("bb", OIL, "and good.country_of_origin is BY", measure="cap") + _cap("bb", "60"),
    ))  # fmt: skip
    assert set(found) == {"threshold", "origin_test"}
    assert "44.10 USD" in found["threshold"][0]
    assert "at most 60 USD" in found["threshold"][0]


def test_a_licence_that_may_lift_is_the_form_of_the_exception() -> None:
    licence = block(
        'licence bb.gl1 "Aid"', "authorises import of good", "to the extent prohibited by bb.act §1",
        "when act.kind is import", 'unencoded "its terms were not read"',
    ).replace("  checked", "  issued 2020-01-01 by Treasury\n  checked")  # fmt: skip
    found = why(compared(
        imported(), aa=ban("aa", GOLD, measure="gold"), bb=ban("bb", GOLD, measure="gold") + licence
    ))  # fmt: skip
    assert set(found) == {"exception_form"}
    assert "Arcadia, aa.act §1: nothing takes it out" in found["exception_form"][0]
    assert "may be taken out by bb.gl1" in found["exception_form"][0]


def test_what_nobody_has_decided_is_about_what_stands_beside_it() -> None:
    displaced = block(
        'provision bb.act §6 "Left to others"', "displaces bb.act §1",
        "when good.processed_in includes AE", "and good is judged worked",
    ) + block(
        'judgement bb.act §7 "Worked"', 'asks good is worked "Was it worked?"'
    )  # fmt: skip
    found = why(compared(
        imported(processed_in=["AE"]),
        aa=ban("aa", "when good.country_of_origin is RU", measure="gold"),
        bb=ban("bb", GOLD, measure="gold") + displaced,
    ))  # fmt: skip
    assert set(found) == {"origin_test"}
    assert "nobody has decided" in found["origin_test"][0]


def test_a_day_in_a_texts_own_exception_is_a_date_and_the_day_of_a_text_on_other_goods_is_not() -> (
    None
):
    found = why(compared(
        imported(produced_on="2024-03-01"),
        aa=ban("aa", GOLD, since="2023-12-15", measure="gold"),
        bb=ban("bb", GOLD, "except where good.produced_on is before 2024-04-13", measure="gold"),
        cc=ban("cc", "when good.category is diamond", since="2025-02-25", measure="gold"),
    ))  # fmt: skip
    assert set(found) == {"date", "scope"}
    (date,) = found["date"]
    assert "Borduria" in date
    assert "is before 2024-04-13" in date


def _penalty(regime: str) -> str:
    return block(
        f'provision {regime}.act §8 "A penalty"', f"penalises breach of {regime}.act with civil_penalty",
        measure="liability",
    )  # fmt: skip


def test_what_a_breach_costs_is_no_cause_where_the_breach_itself_differs() -> None:
    texts = {
        "aa": ban("aa", GOLD, measure="gold") + _penalty("aa"),
        "bb": ban("bb", GOLD, measure="gold"),
    }
    assert not compared(imported(), **texts).differences
    other = {"cc": ban("cc", "when good.category is diamond", measure="gold")}
    found = compared(imported(), **texts, **other).differences
    assert {str(one.cause) for one in found} == {"scope"}
    assert not any("§8" in one.sentence for one in found)


def test_of_a_text_of_several_measures_the_one_counts_that_any_regime_meets() -> None:
    found = why(compared(
        imported(),
        aa=ban("aa", "when good.country_of_origin is RU", measure="diamonds, gold"),
        bb=ban("bb", "when good.category is diamond", "and good.country_of_origin is RU", measure="diamonds")
        + ban("bb", GOLD, number=2, since="2025-01-01", measure="gold"),
        cc=ban("cc", GOLD, measure="gold"),
    ))  # fmt: skip
    assert set(found) == {"date"}


def test_an_answer_that_one_unverified_line_decides_says_so() -> None:
    text = ban("aa", GOLD, "and good.unit_price is more than USD 250").replace(
        "checked primary", "checked unverified"
    )
    cheap = imported(unit_price={"amount": "210", "currency": "USD"})
    assert compared(cheap, aa=text)["aa"].unverified == ("aa.act §1",)
