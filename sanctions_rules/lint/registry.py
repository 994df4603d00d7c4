"""Every check, by family, in the order of `docs/lint/index.md`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sanctions_rules.lint import (
    dates,
    groups,
    licences,
    numbers,
    reach,
    silence,
    sources,
    terms,
    tried,
    wording,
)
from sanctions_rules.lint.model import Check

#: The families and what each is about; law first, language after it.
FAMILIES: Final[Mapping[str, tuple[Check, ...]]] = {
    "Sources and citations": sources.CHECKS,
    "Days and clocks": dates.CHECKS,
    "Licences and what they lift": licences.CHECKS,
    "Defined terms": terms.CHECKS,
    "Conditions that nothing meets": reach.CHECKS,
    "Thresholds and codes": numbers.CHECKS,
    "Scenarios": tried.CHECKS,
    "How conditions are written": groups.CHECKS,
    "Titles and texts": wording.CHECKS,
    "Silences": silence.CHECKS,
}

CHECKS: Final = {check.code: check for family in FAMILIES.values() for check in family}
