"""For tests of one's own in Python: what is expected of a decision, and a failure that says why.

Scenario files say the same without Python; this is for decisions that a program made.
"""

from __future__ import annotations

from collections.abc import Iterable

from sanctions_rules.decision import Decision, Outcome
from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.scenario import bearing


def assert_decision(
    decision: Decision, *, because: Iterable[str] = (), missing: Iterable[str] = (), **outcomes: str
) -> None:
    """The outcome of each regime named, what bears it, and what it asks for.

        assert_decision(decision, us="PROHIBITED", because=["us.eo14068 §1(a)(i)(B)"])

    `because` and `missing` must hold in one of the regimes named. A failure shows each
    difference as a sentence, and then the decision's trace. Raises LookupError for an outcome or a
    regime that does not exist: that is a mistake of the test.
    """
    differences: list[str] = []
    carried: set[str] = set()
    asked: set[str] = set()
    norms = decision.source.program.norms
    for regime, outcome in outcomes.items():
        if outcome not in Outcome.__members__:
            near = did_you_mean(outcome, Outcome.__members__) or ", ".join(Outcome.__members__)
            raise LookupError(f"`{outcome}` is not an outcome; {near}")
        if regime not in decision.regimes:
            known = ", ".join(decision.regimes)
            raise LookupError(f"the decision says nothing of `{regime}`; it has: {known}")
        got = decision[regime]
        if str(got.outcome) != outcome:
            differences.append(f"{regime}: the outcome is {got.outcome}, not {outcome}")
        carried.update(bearing(norms, got))
        asked.update(str(leaf) for leaf in got.missing)
    for name in because:
        if name not in carried:
            these = ", ".join(sorted(filter(None, carried))) or "nothing"
            differences.append(f"`{name}` does not bear the outcome; this does: {these}")
    for name in missing:
        if name not in asked:
            these = ", ".join(sorted(asked)) or "nothing"
            differences.append(f"`{name}` is not asked for; asked for is: {these}")
    if differences:
        raise AssertionError("\n".join([*differences, "", str(decision)]))
