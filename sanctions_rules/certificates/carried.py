"""What a page carries so that whoever reads it can check its decision: certificate, law and facts.

Of the resolved rulebook only what the check reads: it is done once here, and noted. Which provisions
there are, and what acts on what, is carried of every regime asked, so that the page finds out by
itself which steps there have to be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sanctions_rules.canonical import facts_digest
from sanctions_rules.certificates.stating import given
from sanctions_rules.certificates.writing import to_json
from sanctions_rules.checker.checking import Certificate, Checker
from sanctions_rules.facts import Case


class Noted(dict[str, Any]):
    """A mapping that notes which of its keys were read."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        super().__init__(held)
        self.read: dict[str, None] = {}

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        self.read[key] = None
        return value

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self:
            return default
        return self[key]

    def noted(self) -> dict[str, Any]:
        held = ((key, super(Noted, self).__getitem__(key)) for key in sorted(self.read))
        return {key: value.noted() if isinstance(value, Noted) else value for key, value in held}


def carried(certificate: Certificate, rulebook: Mapping[str, Any], case: Case) -> str:
    """One line of JSON in ASCII for the page. Raises Refused where the certificate proves nothing."""
    say = given(case)
    law, aims = _shared(sliced(certificate, rulebook, case))
    facts = [[place, path, say(place, path)] for place, path, _ in certificate.stated]
    data = {
        "certificate": json.loads(to_json(certificate)), "rulebook": law, "aims": aims, "facts": facts,
        "rulebook_digest": certificate.rulebook, "facts_digest": facts_digest(case),
    }  # fmt: skip
    return json.dumps(data, separators=(",", ":"), sort_keys=True)


def _shared(law: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """What verbs act on, each reference once: most licences name the same instruments."""
    aims: dict[str, int] = {}
    texts = {
        key: {**text, "on": [aims.setdefault(json.dumps(aim), len(aims)) for aim in text["on"]]}
        if "on" in text else text
        for key, text in law["texts"].items()
    }  # fmt: skip
    return {**law, "texts": texts}, [json.loads(aim) for aim in aims]


def sliced(certificate: Certificate, rulebook: Mapping[str, Any], case: Case) -> dict[str, Any]:
    """The part of a resolved rulebook that the check of a certificate reads."""
    variants = _of_regimes(rulebook, {answer.regime for answer in certificate.answers})
    whole = Noted({name: Noted({key: Noted(one) for key, one in rulebook[name].items()})
                   for name in ("texts", "terms", "closures")})  # fmt: skip
    checker = Checker(
        certificate, {**whole, "variants": variants, "readings": rulebook["readings"]}, given(case)
    )
    checker.check()
    _ = (
        checker.exceptions,
        checker.withdrawing,
        checker.displaced,
    )  # what acts on what, needed or not
    return {
        **{name: one.noted() for name, one in whole.items()},
        "variants": variants,
        "readings": rulebook["readings"],
    }


def _of_regimes(rulebook: Mapping[str, Any], regimes: set[str]) -> list[Any]:
    """The provisions of these regimes, and of others that act on them or are acted on by them."""
    texts = {one["key"]: rulebook["texts"][one["text"]] for one in rulebook["variants"]}
    acting = {
        frozenset((text["regime"], texts[target]["regime"]))
        for text in texts.values() for aim in text["on"] for target in aim["variants"]
    }  # fmt: skip
    while more := {r for pair in acting if pair & regimes for r in pair} - regimes:
        regimes = regimes | more
    return [one for one in rulebook["variants"] if texts[one["key"]]["regime"] in regimes]
