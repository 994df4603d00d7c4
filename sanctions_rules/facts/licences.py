"""Specific licences that somebody holds, and how their authorities number them."""

from __future__ import annotations

import re
from typing import Final, Self

from pydantic import model_validator

from sanctions_rules.facts.forms import Flag, List, Moment, Ref, Text, fact
from sanctions_rules.facts.model import FactModel
from sanctions_rules.facts.refusing import bad, show

#: How licences are numbered, where the numbers were seen: the authority that numbers so, how such a
#: number begins, its form, and one as an example. Of other authorities any number is taken.
LICENCE_NUMBERS: Final = (
    ("OFSI", "INT/", re.compile(r"INT/20[0-9]{2}/[0-9]{7}"), "INT/2022/1234567"),
    ("", "GBSAN", re.compile(r"GBSAN[0-9]{4}"), "GBSAN0002"),
)


class LicenceHeld(FactModel):
    """A specific licence or granted derogation, and the provisions that it names."""

    id: Text = fact("text", "the name of {}")
    authority: Text = fact("text", "the authority that gave {}")
    number: Text = fact("text", "the number of {}")
    lifts: List = fact("texts", "the provisions that {} lifts")
    holder: Ref = fact("ref", "the holder of {}", of="parties")
    valid_from: Moment = fact("moment", "the first moment of {}")
    valid_until: Moment = fact("moment", "the last moment of {}", optional=True)
    conditions_met: Flag = fact("flag", "the conditions of {} are met")

    @model_validator(mode="after")
    def _is_numbered(self) -> Self:
        """A number that its authority cannot have given is a slip, or another licence."""
        for authority, beginning, form, example in LICENCE_NUMBERS:
            number = self.number
            known = self.authority == authority or str(number).startswith(beginning)
            if isinstance(number, str) and known and not form.fullmatch(number):
                raise bad(
                    "licence-number",
                    "`{given}` is no number of {whose}",
                    f"such a number looks like {example}; copy it from the licence",
                    given=show(number),
                    whose=f"a licence of {authority}"
                    if authority
                    else "a UK general trade licence",
                    key="number",
                )
        return self
