"""Certificates: a decision as a proof that anybody can check, and the checker.

`conditions`, `owners`, `provisions` and `checker` are the checker: the standard library and the
resolved rulebook, nothing else. `making` writes a proof from a decision of the reference, `stating`
reads facts for both sides, `writing` is the JSON form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sanctions_rules import clocks
from sanctions_rules.canonical import facts_digest
from sanctions_rules.certificates.checker import Answer, Certificate, Checker, Refused
from sanctions_rules.certificates.stating import given
from sanctions_rules.certificates.writing import from_json, to_json

if TYPE_CHECKING:
    from sanctions_rules.decision import Decision
    from sanctions_rules.facts import Case
    from sanctions_rules.rulebooks import Law

__all__ = ["Answer", "Certificate", "Refused", "certify", "check", "from_json", "to_json", "verify"]


def certify(law: Law, decision: Decision) -> Certificate:
    """The proof of a decision that this law made: every claim that its answers rest on.

    Raises ValueError for a decision that another law made.
    """
    from sanctions_rules.certificates.making import certify as made

    if decision.rulebook_digest != law.digest_allowing(decision.allow_withdrawn):
        raise ValueError("the decision was made with another rulebook")
    return made(decision.source, decision, law.settled(decision.allow_withdrawn))


def verify(certificate: Certificate | str | bytes, law: Law, case: Case) -> Certificate:
    """Check that a certificate proves its outcomes for this case under this law; return it read.

    Only the outcomes, what they rest on and the exposures are proved: see `docs/certificates.md`.
    Raises Refused, which names the rule of the checker that refuses.
    """
    read = certificate if isinstance(certificate, Certificate) else from_json(certificate)
    if frozenset(read.allowed) - set(law.program.withdrawn):
        raise Refused("digest", "it uses withdrawn texts that this law does not have")
    if read.rulebook != law.digest_allowing(read.allowed):
        raise Refused("digest", "it was made with another rulebook")
    if read.facts != facts_digest(case):
        raise Refused("digest", "it was made of other facts")
    if read.tzdata != clocks.tzdata_version():
        raise Refused("digest", f"it was made with the time zones of {read.tzdata}")
    check(read, law.settled(read.allowed), case)
    return read


def check(certificate: Certificate, rulebook: Mapping[str, Any], case: Case) -> None:
    """The checker alone, against a resolved rulebook. Raises Refused."""
    Checker(certificate, rulebook, given(case)).check()
