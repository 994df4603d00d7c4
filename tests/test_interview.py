"""The interview: answers in words become exactly those facts, the way back, and nothing guessed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from command import said
from documents import ours
from hypothesis import given, settings
from hypothesis import strategies as st
from test_intake import text_of

from sanctions_rules.author.answers import UnclearError, help_for, read_answer
from sanctions_rules.author.interview import Interview
from sanctions_rules.facts import (
    Act,
    Case,
    Declared,
    Events,
    Good,
    Listing,
    Money,
    Party,
    Stake,
    refusal,
)
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.read import build_case, read_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import read_scenarios

ROOT = Path(__file__).resolve().parent.parent

D = {
    **Case.declarations, **Act.declarations, **Events.declarations, **Good.declarations,
    **Listing.declarations, **Party.declarations, **Stake.declarations,
}  # fmt: skip

#: A fact, what is typed, and the fact that it is; a text instead of that is what is said against it.
TYPED: tuple[tuple[str, str, Any], ...] = (
    ("is_indirect", "Yes", True),
    ("is_indirect", "n", False),
    ("is_indirect", "perhaps", "neither yes nor no"),
    ("carats_each", "1.50", "1.50"),
    ("carats_each", "1.5 carats", "1.5"),
    ("carats_each", "at least 1.0 carat", {"at_least": "1.0"}),
    ("carats_each", "less than 2", {"less_than": "2"}),
    ("carats_each", "between 10 and 20", {"at_least": "10", "at_most": "20"}),
    ("carats_each", "between 20 and 10", "the range is empty"),
    ("carats_each", "about 10", "not a decimal number"),
    ("carats_each", "1,5", "not a decimal number"),
    ("carats_each", "none", "cannot be said of this fact"),
    ("percent", "50 %", "50"),
    ("percent", "150 percent", "more than 100"),
    ("customs_value", "60 usd", {"amount": "60", "currency": "USD"}),
    ("customs_value", "EUR 60.50", {"amount": "60.50", "currency": "EUR"}),
    ("customs_value", "between 50 and 60 USD", {"amount": {"at_least": "50", "at_most": "60"}, "currency": "USD"}),
    ("customs_value", "60", "needs one currency"),
    ("customs_value", "between 50 EUR and 60 USD", "several currencies"),
    ("conduct", "2024-03-01", "2024-03-01"),
    ("conduct", "1 March 2024", "2024-03-01"),
    ("conduct", "March 1, 2024", "2024-03-01"),
    ("conduct", "1/3/2024", "not a day or an instant"),
    ("conduct", "1 Ju 2024", "is no month"),
    ("conduct", "30 February 2024", "not a day or time that exists"),
    ("conduct", "2024-03-01 09:30 -05:00", "2024-03-01T09:30-05:00"),
    ("conduct", "1 March 2024, 9:30 UTC", "2024-03-01T09:30+00:00"),
    ("conduct", "2024-03-01 09:30", "in which zone"),
    ("conduct", "on or before 1 March 2024", {"on_or_before": "2024-03-01"}),
    ("conduct", "between 2024-03-01 and 2024-03-05", {"on_or_after": "2024-03-01", "on_or_before": "2024-03-05"}),
    ("delisted_on", "none", "none"),
    ("stone", "non industrial", "non_industrial"),
    ("stone", "unsorted or industrial", {"one_of": ["unsorted", "industrial"]}),
    ("stone", "not industrial", {"one_of": ["unsorted", "non_industrial"]}),
    ("stone", "cut", "not one of the words"),
    ("destination", "ru", "RU"),
    ("destination", "Russia", "RU"),
    ("destination", "Ruritania", "no country that is known here"),
    ("mined_in", "Russia, IN", {"items": ["RU", "IN"], "complete": True}),
    ("mined_in", "RU, …", {"items": ["RU"], "complete": False}),
    ("mined_in", "RU and perhaps more", {"items": ["RU"], "complete": False}),
    ("mined_in", "none", {"items": [], "complete": True}),
    ("codes", "CN 7102 31, HS 7102.39", {"items": ["CN 7102 31", "HS 7102.39"], "complete": True}),
    ("codes", "7102", "not a commodity code"),
    ("recipients", "buyer, agent", {"items": ["buyer", "agent"], "complete": True}),
    ("goods", "stone, ring", {"items": [{"id": "stone"}, {"id": "ring"}], "complete": True}),
    ("listings", "none", {"items": [], "complete": True}),
    ("listings", "list sdn, programme GLOMAG, listed on 20 December 2018, delisted on none; …",
     {"items": [{"list": "sdn", "programme": "GLOMAG", "listed_on": "2018-12-20", "delisted_on": "none"}],
      "complete": False}),
    ("listings", "on the SDN list", "does not begin with the name of a fact"),
)  # fmt: skip


@pytest.mark.parametrize(("fact", "typed", "found"), TYPED)
def test_an_answer_is_read_in_one_way_or_not_at_all(fact: str, typed: str, found: Any) -> None:
    refused = isinstance(found, str) and " " in found
    if refused:
        with pytest.raises(UnclearError, match=re.escape(found)) as error:
            read_answer(typed, D[fact])
        assert error.value.help
    else:
        assert read_answer(typed, D[fact]) == found


def test_the_hour_is_of_the_day_that_is_known() -> None:
    assert read_answer("09:30 -0500", D["conduct"], date(2024, 3, 1)) == "2024-03-01T09:30-05:00"
    with pytest.raises(UnclearError, match="on which day"):
        read_answer("09:30 -05:00", D["conduct"])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(D)), st.text(max_size=40))
def test_whatever_is_typed_is_a_fact_or_is_refused(fact: str, typed: str) -> None:
    declared: Declared = D[fact]
    assert help_for(declared)
    try:
        raw = read_answer(typed, declared)
    except UnclearError:
        return
    if declared.form != "records" and not declared.needs_basis:
        assert refusal(declared, raw) is None


# -- one interview -------------------------------------------------------------------------------

LAW = Law(compile_rulebook({"aa.rules": text_of(
    "aa", "good.category is diamond and good.carats_each is at least 1.0 carat "
          "and good.stone is non_industrial").encode()}))  # fmt: skip


def begin(**facts: Any) -> Interview:
    start = {"licences_held": "none", "act": {"kind": "import", "destination": "US"}, **facts}
    return Interview(
        lambda case, without: LAW.intake(case, unanswered=without), build_case(start), LAW.norms()
    )


def never(_: str) -> str:
    raise AssertionError("nothing more should be asked")


def place(interview: Interview) -> str:
    return str(interview.question.leaf) if interview.question else "nothing"


def test_an_interview_goes_from_question_to_question_and_back() -> None:
    one = begin()
    knows = {
        "act.events.entry": "2024-06-01", "goods": "stone", "goods[0].category": "diamond",
        "goods[0].carats_each": "at least 1 carat", "goods[0].stone": "non industrial",
    }  # fmt: skip
    asked: list[str] = []
    while one.question:
        asked.append(place(one))
        one.answer(knows[place(one)], never)
    assert sorted(asked) == sorted(knows) and asked[0] == "act.events.entry"
    assert str(one.found.decision["aa"].outcome) == "PROHIBITED"
    last = asked[-1]
    assert one.back() and place(one) == last
    assert str(one.found.decision["aa"].outcome) == "UNDETERMINED"
    for _ in range(4):
        assert one.back()
    assert not one.back() and place(one) == "act.events.entry"


def test_why_names_the_provisions_with_their_citations() -> None:
    assert list(begin().why()) == [
        "aa: 1 provision may turn on it",
        "  aa.act §1 The ban (s. 1 of aa)",
    ]


def test_unknown_stays_unknown_and_is_not_asked_again() -> None:
    one = begin(goods=[{"id": "stone"}])
    seen: list[str] = []
    while one.question:
        seen.append(place(one))
        one.leave_open()
    assert len(seen) == len(set(seen)) > 2
    assert one.case == begin(goods=[{"id": "stone"}]).case
    assert str(one.found.decision["aa"].outcome) == "UNDETERMINED"


def test_a_bad_answer_changes_nothing() -> None:
    one = begin()
    before = (one.case, place(one), one.answered)
    with pytest.raises(UnclearError):
        one.answer("yesterday", never)
    assert (one.case, place(one), one.answered) == before


def test_an_answer_that_contradicts_other_facts_is_refused() -> None:
    one = begin(act={"kind": "import", "destination": "US", "events": {"entry": "2024-06-01"}},
                goods=[{"id": "g", "codes": ["HS 0304.75"]}])  # fmt: skip
    while place(one) not in ("goods[0].category", "nothing"):
        one.leave_open()
    if place(one) == "goods[0].category":
        with pytest.raises(UnclearError):
            one.answer("diamond", never)


def test_an_open_list_is_asked_whether_it_is_complete() -> None:
    one = begin(act={"kind": "import", "destination": "US", "events": {"entry": "2024-06-01"}})
    one.answer("stone, …", never)
    assert place(one) == "completeness of goods"
    with pytest.raises(UnclearError, match="already name stone"):
        one.answer("ring", never)
    one.answer("yes", never)
    one.answer("other", never)
    assert place(one) == "nothing"
    assert str(one.found.decision["aa"].outcome) == "NOT_PROHIBITED"
    assert one.back() and one.back()
    one.answer("no", never)
    one.answer("other", never)
    assert place(one) == "nothing"
    assert one.unanswered == ("completeness of goods",)
    assert str(one.found.decision["aa"].outcome) == "UNDETERMINED"


def test_facts_with_a_source_and_an_act_with_a_value_alone_take_answers() -> None:
    """An act of which only the value is known is no value with its source."""
    worth = {"amount": "1", "currency": "USD"}
    goods = {"value": [{"id": "stone"}], "source": "the invoice"}
    one = begin(act={"value": worth}, goods=goods)
    while one.question:
        typed = {"act.kind": "import", "goods[0].category": "gold"}.get(place(one))
        one.answer(typed, never) if typed else one.leave_open()
    assert (one.case.act.kind, one.case.act.value) == ("import", Money(Decimal(1), "USD"))
    assert one.case.goods and one.case.goods[0].category == "gold"


# -- what an answer brings with it -----------------------------------------------------------------

OWNED = """
instrument aa.act "An act"
  cites "the act"
  clock America/New_York
  current through 2030-01-01 1
end
judgement aa.act §3 "Harm"
  cites "s. 3"
  in force from before 2020-01-01, no end stated
  asks act is harmful
       "Is the payment harmful?"
end
definition aa.act §1 "Blocked"
  cites "s. 1"
  in force from before 2020-01-01, no end stated
  defines person is blocked
  when some listing of person.listings has
         listing.list is sdn
       end
end
provision aa.act §2 "Payments to the blocked"
  cites "s. 2"
  in force from 2020-01-01, no end stated
  prohibits payment to recipient
  when recipient is blocked
  and act is judged harmful
end
"""


def test_lists_say_on_what_they_rest_and_judgements_whose_they_are() -> None:
    law = Law(compile_rulebook({"a.rules": OWNED.encode()}))
    start = {
        "licences_held": "none",
        "act": {"kind": "payment", "events": {"payment": "2024-06-01"}},
    }
    one = Interview(lambda c, u: law.intake(c, unanswered=u), build_case(start), law.norms())
    further: Iterator[str] = iter(
        ["", "screened today", "A. Person", "1 June 2024", "its effect is small"]
    )
    seen: list[str] = []

    def ask(what: str) -> str:
        seen.append(what)
        return next(further)

    while one.question:
        where = place(one)
        match where:
            case "act.recipients":
                one.answer("bank", ask)
            case "parties[0].listings":
                with pytest.raises(UnclearError, match="without a basis"):
                    one.answer("list sdn", ask)
                one.answer("list sdn", ask)
            case "judgement aa.harmful of act":
                one.answer("yes", ask)
            case _:
                raise AssertionError(where)
    assert str(one.found.decision["aa"].outcome) == "PROHIBITED"
    assert one.case.parties and one.case.parties[0].id == "bank"
    listed = one.case.parties[0].listings
    assert listed is not None and (listed.complete, listed.basis) == (True, "screened today")
    (judged,) = one.case.judgements or ()
    assert (judged.who, judged.made_on, judged.reasons) == (
        "A. Person",
        date(2024, 6, 1),
        "its effect is small",
    )
    assert len(seen) == 5


# -- at the command line -------------------------------------------------------------------------

FACTS = ROOT / "examples" / "facts-incomplete" / "case.toml"
US = ("--interview", "--regime", "us", "--about", "us.eo14068")


def test_over_pipes_questions_and_facts_go_apart(tmp_path: Path) -> None:
    ran = ours(["ask", *US], "why\nhelp\n2024-13-45\nentry\nback\nentry\n1 October 2024\ndone\n")
    assert ran.code == 4
    assert read_case(ran.output, "json") == build_case(
        {"act": {"kind": "entry", "events": {"entry": "2024-10-01"}}}
    )
    told = ran.printed
    for line in (
        "1. What is the kind of act? (us)",
        "E.O. 14068 s. 1(a)(i)",
        "not taken:",
        "us: undetermined",
    ):
        assert line in told
    assert "  help: one of: import, entry" in told


def test_an_interview_carries_on_a_file_and_the_end_of_input_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "case.toml"
    mine.write_text(FACTS.read_text("utf-8"), "utf-8")
    ran = ours(["ask", str(mine), *US, "--write", str(mine)], "unknown\nunknown\nRU\n")
    assert ran.code == 4 and f"written: {mine}" in ran.printed
    before, after = read_case(FACTS), read_case(mine)
    assert after != before and after.parties == before.parties
    assert after.goods and "RU" in str(after.goods[0])


def test_an_interview_leaves_a_scenario(tmp_path: Path) -> None:
    file = tmp_path / "mine.scenarios.toml"
    assert ours(["ask", str(FACTS), *US, "--write", str(file)], "done\n").code == 4
    (one,) = read_scenarios(file)
    assert one.about == ("us.eo14068",)
    assert one.expect["us"] == {"outcome": "UNCONFIRMED"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "name a case"),
        (("-", "--interview"), "standard input holds the answers"),
        ((str(FACTS), "--write", "x.json"), "goes with --interview"),
        ((str(FACTS), "--interview", "--write", "x.txt"), "does not say what to write"),
        (
            (str(FACTS), "--interview", "--write", "x.scenarios.yaml"),
            "scenarios are written as TOML",
        ),
        ((str(FACTS), "--interview", "--write", "no/x.json"), "there is no folder"),
        ((str(FACTS), "--interview", "--write", str(ROOT / "README.toml")), ""),
        ((str(FACTS), str(FACTS), "--interview"), "about one case"),
    ],
)
def test_wrong_usage_is_said_before_the_first_question(
    words: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if not message:  # a file that is there already
        (tmp_path / "there.json").write_text("{}", "utf-8")
        words, message = (str(FACTS), "--interview", "--write", "there.json"), "is there already"
    ran = ours(["ask", *words])
    assert ran.code == 2 and message in " ".join(ran.printed.replace("│", " ").split())
    assert "1. " not in ran.printed


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_keeps_what_was_answered(tmp_path: Path) -> None:
    file = tmp_path / "kept.toml"
    asking = subprocess.Popen(
        [sys.executable, "-m", "sanctions_rules", "ask", *US, "--write", file],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, encoding="utf-8",
    )  # fmt: skip
    assert asking.stdin and asking.stderr
    asking.stdin.write("entry\n")
    asking.stdin.flush()
    told = ""
    while "\n2. " not in told:
        told += asking.stderr.read(1) or pytest.fail(told)
    asking.send_signal(signal.SIGINT)
    rest = asking.communicate(timeout=60)[1]
    assert asking.returncode == 4, rest
    assert tomllib.loads(file.read_text("utf-8")) == {"act": {"kind": "entry"}}


def test_ask_without_an_interview_is_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "ask", FACTS, "--regime", "us")[0] == 4
