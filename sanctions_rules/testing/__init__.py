"""For tests of one's own: what is expected of a decision, and rulebooks, programs and facts that are drawn.

    from sanctions_rules.testing import assert_decision
    from sanctions_rules.testing.strategies import cases_for, programs, rulebooks  # needs hypothesis

`rulebooks` draws law as text, `grammar` programs of the core, `drawn` facts near what a program
mentions, all through the small `Draw` of `choices`, so that a seeded generator and Hypothesis share
one grammar. `agreement` compares engines with the reference interpreter on what was drawn.
"""

from sanctions_rules.testing.decisions import assert_decision

__all__ = ["assert_decision"]
