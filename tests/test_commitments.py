"""Commitments bind nobody: they are in no answer, and say what carries them out, when, and how late."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from language.rules import good

from sanctions_rules.author.coverage import coverage
from sanctions_rules.cli import main
from sanctions_rules.cli.showing import instruments, shown
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law, load
from sanctions_rules.rulebooks.commitments import carried_out, carries_out, commitments

#: Every commitment of the dossier, section 4, by the id that it has there.
PROMISED = (
    "g7/2022-09-02/cap", "g7/2022-12/cap-60", "g7/2023-02/cap-prod", "g7/2023-12-06/diam-1",
    "g7/2023-12-06/diam-2", "g7/2023-12-06/diam-3", "g7/2023-12-06/diam-4", "g7/2023-12-06/third",
    "g7/2023-12-06/fin", "g7/2023-12-06/opc", "g7/2023-12-06/metals", "us-uk/2022-10-17",
    "us-eu/2023-05-16",
)  # fmt: skip


@cache
def made_up() -> Law:
    return Law(compile_rulebook({"commitments.rules": good()["commitments.rules"]}))


@cache
def packaged() -> Law:
    return load("g7")


def how_late(law: Law, commitment: str) -> dict[str, tuple[str, str]]:
    book = law.compiled.rulebook
    (block,) = law[commitment]
    return {c.block.id: (c.first_days, c.delay) for c in carried_out(book, block)}


# -- what is said of it --------------------------------------------------------------------------


def test_what_carries_it_out_is_early_late_or_on_the_day() -> None:
    assert how_late(made_up(), "pp.summit §1") == {
        "zz.act §1": ("from 2022-03-11", "661 days early"),
        "zz.act §5": ("from 2024-06-01", "152 days late"),
        "zz.det §1": ("from 2024-02-11", "41 days late"),
        "zz.act §3": (
            "from a day between 2023-12-30 and 2024-01-03",
            "2 days early to 2 days late",
        ),
        "zz.act §4": ("awaiting an act", ""),
    }


def test_without_a_promised_day_nothing_is_late() -> None:
    assert how_late(made_up(), "pp.summit §2") == {"zz.act §5": ("from 2024-01-01", "")}
    assert how_late(made_up(), "pp.summit §3") == {}


def test_a_table_begins_with_its_first_row() -> None:
    assert how_late(made_up(), "pp.summit §4") == {"zz.act §6": ("from 2023-12-01", "2 days early")}


def test_a_provision_knows_what_it_carries_out_in_any_version() -> None:
    law = made_up()
    for block in law["zz.act §5"]:
        promised = [c.commitment.id for c in carries_out(law.compiled.rulebook, block)]
        assert promised == ["pp.summit §1", "pp.summit §2"]
    assert list(carries_out(law.compiled.rulebook, law["zz.act §2"][0])) == []


@pytest.mark.parametrize(
    ("since", "first", "delay"),
    [
        ("2024-01-01", "from 2024-01-01", "on the day"), ("2023-12-31", "from 2023-12-31", "1 day early"),
        ("2024-01-02", "from 2024-01-02", "1 day late"),
        ("before 2024-01-01", "from before 2024-01-01", "at least 1 day early"),
        ("before 2024-01-02", "from before 2024-01-02", "early or late, not known"),
        ("before 2023-01-01", "from before 2023-01-01", "at least 366 days early"),
    ],
)  # fmt: skip
def test_days_before_and_after(since: str, first: str, delay: str) -> None:
    text = good()["commitments.rules"].decode()
    text = text.replace("from 2022-03-11, no end", f"from {since}, no end")
    law = Law(compile_rulebook({"c.rules": text.encode()}))
    assert how_late(law, "pp.summit §1")["zz.act §1"] == (first, delay)


# -- it has no effect ----------------------------------------------------------------------------

CASE: dict[str, Any] = {
    "act": {"kind": "import", "events": {"entry": "2024-03-01"}},
    "goods": [{"category": "coal", "codes": ["HS 2701"]}],
    "licences_held": "none",
}


def test_nobody_is_asked_about_it() -> None:
    law = made_up()
    assert law.regimes == ("zz",)
    assert [head.regime for head in law.program.heads] == ["zz", "pp"]
    decision = law.decide(build_case(CASE, closed_by="the test"))
    assert list(decision.regimes) == ["zz"]
    assert not any(n.regime == "pp" for n in law.norms())
    with pytest.raises(LookupError, match="`pp` holds commitments, which bind nobody"):
        law.decide(build_case(CASE), regimes=["pp"])
    with pytest.raises(LookupError, match=r"`pp\.summit` is a commitment, which binds nobody"):
        law.decide(build_case(CASE), about=["pp.summit"])


def test_it_is_no_law_in_force() -> None:
    assert not any(b.id.startswith("pp.") for b in made_up().at("2024-03-01"))


def test_it_says_nothing_of_a_case_that_a_scenario_could_show() -> None:
    assert not any(one.block.id.startswith("pp.") for one in coverage(made_up(), ()))


def test_a_rulebook_that_has_law_too_is_asked() -> None:
    text = good()["commitments.rules"].decode().replace("zz.act §4", "pp.act §4")
    text += '\ninstrument pp.act\n  cites "an act"\nend\n'
    law = Law(compile_rulebook({"c.rules": text.encode()}))
    assert law.regimes == ("zz", "pp")


def test_the_answer_is_the_same_without_it() -> None:
    text = good()["commitments.rules"].decode()
    alone = Law(compile_rulebook({"c.rules": text[: text.index("provision pp.summit")].encode()}))
    case = build_case(CASE, closed_by="the test")
    one, other = made_up().decide(case)["zz"], alone.decide(case)["zz"]
    assert [(f.norm.id, f.standing) for f in one.findings] == [
        (f.norm.id, f.standing) for f in other.findings
    ]


# -- the G7 --------------------------------------------------------------------------------------


def test_it_comes_with_the_regimes_that_it_names_and_brings_them() -> None:
    assert packaged().regimes == ("eu", "uk", "us")
    assert load("us", "eu", "uk").digest == packaged().digest
    assert not any(b.id.startswith("g7.") for b in load("us").compiled.rulebook.blocks)
    assert not any(b.id.startswith("g7.") for b in load("eu", "uk").compiled.rulebook.blocks)


def test_every_commitment_of_the_dossier_is_there() -> None:
    found = [
        text.text
        for block in commitments(packaged().compiled.rulebook)
        for slot in block.all("source-id")
        for text in slot.texts
    ]
    assert sorted(found) == sorted(PROMISED)


def test_the_united_states_had_banned_russian_diamonds_before() -> None:
    """G7: by 1 January 2024. The US: since 11 March 2022. Stones cut abroad: 1 March 2024, on the day."""
    assert how_late(packaged(), "g7.leaders §1")["us.eo14068 §1(a)(i)"] == (
        "from 2022-03-11", "661 days early",
    )  # fmt: skip
    assert how_late(packaged(), "g7.leaders §2")["us.det_diamonds §1"] == (
        "from 2024-03-01", "on the day",
    )  # fmt: skip


def test_how_late_each_regime_was_by_the_dossier() -> None:
    """Section 4 of the dossier: diamonds on 1 January and 1 March 2024, tracing on 1 September 2024."""
    direct, abroad = how_late(packaged(), "g7.leaders §1"), how_late(packaged(), "g7.leaders §2")
    assert direct["eu.833 Art. 3p(1)"][1] == direct["uk.russia reg. 46Z16K"][1] == "on the day"
    assert abroad["eu.833 Art. 3p(3)"][1] == abroad["uk.russia reg. 46Z16R/1"][1] == "on the day"
    assert abroad["eu.833 Art. 3p(4)"] == ("from 2024-09-01", "184 days late")
    assert abroad["uk.russia reg. 46Z16W"] == ("from 2025-04-24", "419 days late")
    traced = how_late(packaged(), "g7.leaders §3")
    assert traced["eu.833 Art. 3p/13"] == ("from 2026-01-01", "487 days late")
    for cap in ("g7.coalition §1", "g7.coalition §2"):
        found = how_late(packaged(), cap)
        assert {name.split(".")[0] for name in found} == {"us", "eu", "uk"}
        assert {delay for _, delay in found.values()} == {"on the day"}
    metals = how_late(packaged(), "g7.leaders §8")
    assert metals["uk.russia reg. 46IG"] == ("from 2023-12-15", "")


def test_what_is_shown_of_a_commitment() -> None:
    text = "\n".join(shown(made_up(), "pp.summit §1", date(2024, 1, 1)))
    lines = text.splitlines()
    assert lines[2:] == [
        "§1  An end to imports",
        "  para. 1 of the statement",
        "  a commitment, without legal effect",
        "  from 2023-12-06, no end stated",
        "  checked primary 2026-01-01",
        '  commits to "restrict imports" by 2024-01-01',
        "  carried out in zz by",
        "    zz.act §1  A ban that was there before",
        "      from 2022-03-11, 661 days early; in force",
        "    zz.act §5  A ban as amended",
        "      from 2024-06-01, 152 days late; not yet in force",
        "    zz.det §1  What is named",
        "      from 2024-02-11, 41 days late; not yet in force",
        "    zz.act §3  A ban of which the first day is not known",
        "      from a day between 2023-12-30 and 2024-01-03, 2 days early to 2 days late; "
        "not known: its interval was not read in full",
        "    zz.act §4  A ban that waits",
        "      awaiting an act; enacted, awaiting an act: a decision of the Council",
        "",
        "the rule, from commitments.rules",
        '  provision pp.summit §1 "An end to imports"',
        '    cites         "para. 1 of the statement"',
        '    source-id     "pp/1"',
        "    checked       primary 2026-01-01",
        "    in force      from 2023-12-06, no end stated",
        '    commits to    "restrict imports" by 2024-01-01',
        "    carried out by zz.act §1, zz.act §5@2024-06-01, zz.det §1, zz.act §3, zz.act §4",
        "  end",
    ]
    assert "  carried out by nothing that is named" in shown(
        made_up(), "pp.summit §3", date(2024, 1, 1)
    )


def test_the_command_shows_it_with_every_regime_that_it_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["show", "g7.leaders", "§1", "--on", "2024-06-01"])
    assert left.value.code == 0
    printed = capsys.readouterr().out
    assert "a commitment, without legal effect" in printed
    assert "      from 2022-03-11, 661 days early; replaced by us.eo14068 §1(a)(i)(A)" in printed


def test_what_is_shown_of_a_provision() -> None:
    lines = list(shown(made_up(), "zz.det §1", date(2024, 3, 1)))
    assert (
        "  carries out pp.summit §1  An end to imports; 41 days late, promised by 2024-01-01"
        in lines
    )
    lines = list(shown(made_up(), "zz.act §5", date(2024, 3, 1)))
    assert "  carries out pp.summit §2  Without a day, and carried out by one" in lines


def test_the_list_of_instruments_names_it() -> None:
    assert (
        "pp: A statement of heads of government, which binds nobody; current through 2030-01-01"
        in (list(instruments(made_up())))
    )
