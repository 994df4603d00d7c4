"""Words that the language fixes: units, ways of counting, comparisons, measures."""

from __future__ import annotations

from sanctions_rules.facts import CONTROLS

UNITS = ("carat", "percent", "kg", "days")
#: What a price may be `per`.
MEASURED = ("barrel", "tonne", "kg", "carat", "litre", "piece")
DURATIONS = ("day", "days", "week", "weeks", "month", "months", "year", "years")
#: Any dealing, whatever its kind.
ANY_ACT = "any_dealing"
CHECKS = ("primary", "secondary", "unverified")
#: What a person may be controlled through; the last is the fact `controlled_by` of a party.
MEANS = (*CONTROLS, "other_means")
MODES = ("together", "singly", "jointly", "severally")
TIME = ("on", "before", "after", "on or before", "on or after")
OPPOSITE = {
    "at least": "less than", "less than": "at least", "at most": "more than", "more than": "at most",
    "before": "on or after", "on or after": "before", "after": "on or before", "on or before": "after",
}  # fmt: skip
#: Words for what a power may impose, and for the liability of a breach.
MEASURES = ("full_blocking", "correspondent_account_ban", "correspondent_account_conditions", "entry_ban",
            "civil_penalty", "imprisonment", "fine", "national_penalty", "criminal_penalty")  # fmt: skip
OUTCOMES = ("PROHIBITED", "AUTHORISED", "NOT_PROHIBITED", "UNDETERMINED")
