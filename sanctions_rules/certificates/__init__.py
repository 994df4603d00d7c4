"""Certificates: a decision as a proof that anybody can check.

`making` writes a proof from a decision of the reference, `stating` reads facts for both sides, `writing`
is the JSON form. What checks them is `checker/`, which shares no code with any of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from sanctions_rules import clocks
from sanctions_rules.canonical import facts_digest
from sanctions_rules.certificates.stating import given
from sanctions_rules.certificates.writing import from_json, to_json
from sanctions_rules.checker.checking import Answer, Certificate, Checker, Refused

if TYPE_CHECKING:
    from sanctions_rules.decision import Decision
    from sanctions_rules.facts import Case

__all__ = ["Answer", "Certificate", "Refused", "certify", "check", "from_json", "to_json", "verify"]


class Rulebooks(Protocol):
    """The law as it was loaded: what `Law` is, seen from below."""

    def digest_allowing(self, allowed: Iterable[str] = ()) -> str: ...
    def settled(self, allowed: Iterable[str] = ()) -> Mapping[str, Any]: ...


def certify(law: Rulebooks, decision: Decision) -> Certificate:
    """The proof of a decision that this law made: every claim that its answers rest on.

    Raises ValueError for a decision that another law made.
    """
    from sanctions_rules.certificates.making import certify as made

    if decision.rulebook_digest != law.digest_allowing(decision.allow_withdrawn):
        raise ValueError("the decision was made with another rulebook")
    return made(decision.source, decision, law.settled(decision.allow_withdrawn))


def verify(certificate: Certificate | str | bytes, law: Rulebooks, case: Case) -> Certificate:
    """Check that a certificate proves its outcomes for this case under this law; return it read.

    Only the outcomes, what they rest on and the exposures are proved: see `docs/certificates.md`.
    Raises Refused, which names the rule of the checker that refuses.
    """
    read = certificate if isinstance(certificate, Certificate) else from_json(certificate)
    try:
        digest = law.digest_allowing(read.allowed)
    except LookupError as error:
        raise Refused("digest", f"it uses withdrawn texts: {error}") from None
    if read.rulebook != digest:
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
