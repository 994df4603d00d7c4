"""A licence that allows a dealing with a blocked person allows the whole of it.

What section 2(a) of E.O. 14024 forbids is a dealing in the blocked person's property too (opening
words of section 1(a)), and a foreign person causes no violation by what a US person may do
(section 4(a)). A licence that names the one and not the others would lift nothing.
"""

import pytest

import sanctions_rules as sr

WHOLE = ("us.eo14024 §1(a)", "us.eo14024 §4(a)/1")
PARTS = ("us.eo14024 §2(a)", "us.eo14024 §2(b)")
LICENCES = {
    norm.id: norm.lifts
    for norm in sr.load("us").compiled.program.norms
    if norm.verb == "authorises" and set(norm.lifts) & set(PARTS)
}


@pytest.mark.parametrize("licence", sorted(LICENCES))
def test_a_licence_for_dealings_names_all_that_forbids_them(licence: str) -> None:
    assert not set(WHOLE) - set(LICENCES[licence])
