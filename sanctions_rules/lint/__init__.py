"""Lint: what loads and is likely wrong, in law or in language.

`check` refuses what cannot be law; lint looks for what a second reader would ask about: a licence
that lasts longer than what it lifts, a limb that nothing reaches, a citation without its pinpoint.
Every check has a code, a level and a page of its own, `docs/lint/CODE.md`, with an example of each
side. A place is silenced by a comment that gives a reason: `silence.py`.
"""

from sanctions_rules.lint.model import Check, Edit, Found, Level
from sanctions_rules.lint.registry import CHECKS
from sanctions_rules.lint.running import Finding, Report, lint

__all__ = ["CHECKS", "Check", "Edit", "Finding", "Found", "Level", "Report", "lint"]
