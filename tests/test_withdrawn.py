"""Texts that were found wrong (design D4): not used unless allowed, and then said to be used."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from small import BAN, decide, facts, law_of

from sanctions_rules.decision import Outcome
from sanctions_rules.rulebooks import Law
from sanctions_rules.rulebooks.history import State

WRONG = 'withdrawn 2024-07-01 "the category was read wrongly"'
GONE_BAN = BAN.replace("  checked primary\n", f"  checked primary\n  {WRONG}\n")
LICENCE = """
licence zz.gl1 "Diamonds that were never in Russia"
  cites "GL 1"
  in force from 2024-01-01, no end stated
  authorises import of good into US to the extent prohibited by zz.act §1
  when good.outside_russia_since is none
end
"""
GONE_LICENCE = LICENCE.replace('  cites "GL 1"\n', f'  cites "GL 1"\n  {WRONG}\n')
FREE = facts(good={"outside_russia_since": "none"})


def because(law: Law, given: dict[str, Any], **options: Any) -> list[str]:
    return [leaf.place for leaf in decide(law, given, **options).missing if leaf.need == "law"]


def test_a_withdrawn_prohibition_leaves_its_acts_open() -> None:
    law = law_of(GONE_BAN)
    decision = decide(law, facts())
    assert decision.outcome is Outcome.UNDETERMINED
    assert because(law, facts()) == [
        "zz.act §1 was withdrawn on 2024-07-01: the category was read wrongly"
    ]


def test_no_line_of_a_withdrawn_text_is_believed() -> None:
    """Gold is no diamond, but it was the category that was found wrong."""
    assert decide(law_of(BAN), facts(good={"category": "gold"})).outcome is Outcome.NOT_PROHIBITED
    gold = decide(law_of(GONE_BAN), facts(good={"category": "gold"}))
    assert gold.outcome is Outcome.UNDETERMINED


def test_other_acts_and_other_days_do_not_wait_for_it() -> None:
    law = law_of(GONE_BAN)
    assert decide(law, facts(act={"kind": "export"})).outcome is Outcome.NOT_PROHIBITED
    assert decide(law, facts(on="2023-12-31")).outcome is Outcome.NOT_PROHIBITED


def test_a_withdrawn_licence_lifts_nothing_and_is_not_ruled_out() -> None:
    assert decide(law_of(BAN + LICENCE), FREE).outcome is Outcome.AUTHORISED
    assert decide(law_of(BAN + GONE_LICENCE), FREE).outcome is Outcome.UNDETERMINED


def test_what_is_allowed_is_used_and_said() -> None:
    law = law_of(BAN + GONE_LICENCE)
    plain = decide(law_of(BAN + LICENCE), FREE)
    allowed = decide(law, FREE, allow_withdrawn=["zz.gl1"])
    assert (allowed.outcome, allowed.withdrawn) == (plain.outcome, ("zz.gl1",))
    assert "withdrawn" in allowed.headline
    from sanctions_rules.read import build_case

    whole = law.decide(build_case(FREE), allow_withdrawn=["zz.gl1"])
    assert whole.allow_withdrawn == ("zz.gl1",)
    assert "found wrong and withdrawn: zz.gl1 (2024-07-01: the category" in whole.explain()
    assert "rests on text that was withdrawn: zz.gl1" in whole.explain()


def test_what_was_allowed_and_not_needed_is_not_named() -> None:
    law = law_of(BAN + GONE_LICENCE)
    other = decide(law, facts(good={"category": "gold"}), allow_withdrawn=["zz.gl1"])
    assert (other.outcome, other.withdrawn) == (Outcome.NOT_PROHIBITED, ())


def test_only_what_was_withdrawn_can_be_allowed() -> None:
    with pytest.raises(LookupError, match=r"no text called `zz.gl2` was withdrawn; did you mean"):
        decide(law_of(BAN + GONE_LICENCE), FREE, allow_withdrawn=["zz.gl2"])
    with pytest.raises(LookupError, match="withdrawn are: none"):
        decide(law_of(BAN), FREE, allow_withdrawn=["zz.act §1"])


def test_programs_with_and_without_it_are_two() -> None:
    """An engine that remembers by digest must not take one for the other."""
    from sanctions_rules.read import build_case

    law = law_of(GONE_BAN)
    used = law.decide(build_case(facts()), allow_withdrawn=["zz.act §1"])
    assert used["zz"].outcome is Outcome.PROHIBITED
    assert used.rulebook_digest != law.digest
    assert law.decide(build_case(facts())).rulebook_digest == law.digest


def test_a_definition_a_table_and_an_instrument() -> None:
    term = """
definition zz.stone "What a stone is"
  cites "s. 2"
  {wrong}
  in force from 2020-01-01, no end stated
  defines good is stone
  when good.category is diamond
end
provision zz.act §2 "Stones"
  cites "s. 3"
  in force from 2024-01-01, no end stated
  prohibits export of good
  when good is stone
end
"""
    exported = facts(act={"kind": "export"}, good={"category": "gold"})
    assert decide(law_of(term.format(wrong="")), exported).outcome is Outcome.NOT_PROHIBITED
    assert decide(law_of(term.format(wrong=WRONG)), exported).outcome is Outcome.UNDETERMINED
    used = decide(law_of(term.format(wrong=WRONG)), exported, allow_withdrawn=["zz.stone"])
    assert (used.outcome, used.withdrawn) == (Outcome.NOT_PROHIBITED, ("zz.stone",))

    table = """
table zz.list "Codes"
  cites "annex"
  {wrong}
  in force from 2024-01-01, no end stated
  columns code, from, until
    | HS 7102 | 2024-01-01 | no end stated |
end
provision zz.act §4 "Listed goods"
  cites "s. 4"
  in force from 2024-01-01, no end stated
  prohibits export of good
  when good falls under zz.list
end
"""
    coded = facts(act={"kind": "export"}, goods=[{"codes": ["HS 0301"]}])
    assert decide(law_of(table.format(wrong="")), coded).outcome is Outcome.NOT_PROHIBITED
    assert decide(law_of(table.format(wrong=WRONG)), coded).outcome is Outcome.UNDETERMINED

    whole = 'instrument zz.other "Another act"\n  cites "other"\n  ' + WRONG + "\nend\n"
    law = law_of(whole + BAN.replace("zz.act", "zz.other"))
    assert decide(law, facts()).outcome is Outcome.UNDETERMINED
    used = decide(law, facts(), allow_withdrawn=["zz.other"])
    assert (used.outcome, used.withdrawn) == (Outcome.PROHIBITED, ("zz.other",))


def test_what_a_withdrawn_text_replaces_is_open_too() -> None:
    newer = """
provision zz.act §1 "The ban, amended"
  cites "s. 1 as amended"
  replaces zz.act §1@2024-01-01
  {wrong}
  in force from 2024-03-01, no end stated
  prohibits import of good into US
  when good.category is gold
end
"""
    assert decide(law_of(BAN + newer.format(wrong="")), facts()).outcome is Outcome.NOT_PROHIBITED
    open_ = law_of(BAN + newer.format(wrong=WRONG))
    assert decide(open_, facts()).outcome is Outcome.UNDETERMINED
    assert decide(open_, facts(on="2024-02-01")).outcome is Outcome.PROHIBITED


def test_a_withdrawn_judgement_answers_nothing() -> None:
    rule = """
judgement zz.fine "Whether a good is fine"
  cites "s. 5"
  {wrong}
  in force from 2024-01-01, no end stated
  asks good is fine "Is the good fine?"
end
provision zz.act §5 "Fine goods"
  cites "s. 5"
  in force from 2024-01-01, no end stated
  prohibits export of good
  when good is judged fine
end
"""
    judged = facts(
        act={"kind": "export"},
        judgements=[{"question": "zz.fine", "of": "goods[0]", "answer": "no", "who": "a person"}],
    )
    assert decide(law_of(rule.format(wrong="")), judged).outcome is Outcome.NOT_PROHIBITED
    assert decide(law_of(rule.format(wrong=WRONG)), judged).outcome is Outcome.UNDETERMINED


def test_a_value_that_a_withdrawn_determination_gives_is_not_known() -> None:
    rule = """
provision zz.act §6 "Dear oil"
  cites "s. 6"
  in force from 2024-01-01, no end stated
  prohibits export of good
  when good.price_per_barrel is more than cap
  leaves open cap as USD per barrel to Treasury
end
determination zz.det1 "The cap"
  cites "det"
  issued 2024-01-01 by Treasury
  {wrong}
  in force from 2024-01-01, no end stated
  fills zz.act §6 cap
  gives USD 60.00 per barrel
end
"""
    oil = facts(
        act={"kind": "export"},
        goods=[{"category": "crude_oil", "price_per_barrel": {"amount": "50", "currency": "USD"}}],
    )
    assert decide(law_of(rule.format(wrong="")), oil).outcome is Outcome.NOT_PROHIBITED
    open_ = law_of(rule.format(wrong=WRONG))
    assert decide(open_, oil).outcome is Outcome.UNDETERMINED
    assert because(open_, oil) == [
        "zz.det1 was withdrawn on 2024-07-01: the category was read wrongly"
    ]


def test_the_history_says_since_when_and_why() -> None:
    law = law_of(GONE_BAN)
    status = law.history.status(law["zz.act §1"][0], date(2024, 6, 1))
    assert status.state is State.WITHDRAWN
    assert str(status) == "withdrawn by us on 2024-07-01: the category was read wrongly"
