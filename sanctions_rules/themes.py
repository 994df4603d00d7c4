"""What a fact is about, where it makes two regimes differ: one table from fact to theme.

A comparison finds the line that holds under one law and fails under another, and asks what that
line reads. A number or a price is a threshold and a time is a date, by their form; the facts named
here are of another theme; all others are scope: which goods, persons and acts a text speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

from sanctions_rules.facts import Case, FactModel
from sanctions_rules.schema import COLLECTIONS, children, find


class Cause(Enum):
    """Why two regimes answer one case differently: a closed list."""

    SCOPE = "scope"
    DATE = "date"
    THRESHOLD = "threshold"
    ORIGIN = "origin_test"
    OWNERSHIP = "ownership_test"
    EXCEPTION = "exception_form"
    EVIDENCE = "evidence"
    BOUND = "who_is_bound"

    def __str__(self) -> str:
        return self.value


#: Facts by collection and name (a fact of the case itself by its path), where their form does not
#: say what they are about. A test holds each name to the vocabulary.
THEMES: Final[dict[str, Cause]] = {
    **dict.fromkeys((
        "act.departure", "goods.country_of_origin", "goods.mined_in", "goods.extracted_in",
        "goods.produced_in", "goods.manufactured_in", "goods.processed_in",
        "goods.harvest_waters", "goods.harvest_vessel_flags", "goods.exported_from",
        "goods.consigned_from", "goods.located_in", "goods.transited",
        "goods.incorporated_in_foreign_product", "goods.components",
    ), Cause.ORIGIN),
    **dict.fromkeys((
        "ownership", "ownership.owner", "ownership.asset", "ownership.percent",
        "ownership.basis", "ownership.is_indirect", "ownership.control",
        "ownership.held_from", "ownership.held_until", "parties.controlled_by",
        "parties.acts_for", "parties.branch_of",
    ), Cause.OWNERSHIP),
    **dict.fromkeys((
        "goods.attestations", "goods.document_codes", "performed", "performed.duty",
        "act.awareness", "act.reason_to_suspect", "act.authority_notified_on",
        "contracts.form",
    ), Cause.EVIDENCE),
    **dict.fromkeys((
        "licences_held", "licences_held.lifts", "licences_held.holder",
        "licences_held.valid_from", "licences_held.valid_until", "licences_held.conditions_met",
    ), Cause.EXCEPTION),
    **dict.fromkeys(("actor", "act.done_in", "act.us_nexus"), Cause.BOUND),
}  # fmt: skip
_BY_FORM: Final = {"number": Cause.THRESHOLD, "price": Cause.THRESHOLD, "moment": Cause.DATE}
_NAMES: Final = {model: name for name, model in COLLECTIONS.items()}
#: Where a line reads several facts, or a text fails in several ways: what says most, first.
_FIRST: Final = (
    Cause.OWNERSHIP, Cause.EVIDENCE, Cause.EXCEPTION, Cause.ORIGIN, Cause.THRESHOLD, Cause.DATE,
    Cause.BOUND, Cause.SCOPE,
)  # fmt: skip


def fact_name(model: type[FactModel], path: tuple[str, ...]) -> str:
    """A fact seen from an item of a model, by the collection in which it lies and its own name."""
    here, prefix = model, _NAMES.get(model, "")
    for index, part in enumerate(path):
        nested = children(here).get(part)
        if nested is not None:
            here, prefix = nested, f"{prefix}.{part}" if prefix else part
            continue
        declared = here.declarations.get(part)
        items = COLLECTIONS.get(declared.of) if declared else None
        if declared is None or items is None or index == len(path) - 1:
            return f"{prefix}.{part}" if prefix else part
        here, prefix = items, declared.of
    return prefix


def cause_of(name: str) -> Cause:
    """The theme of one fact."""
    if name in THEMES:
        return THEMES[name]
    head, _, rest = name.partition(".")
    model = COLLECTIONS.get(head) if rest else None
    found = find(model or Case, tuple((rest if model else name).split(".")))
    declared = getattr(found, "declared", None)
    return _BY_FORM.get(declared.form, Cause.SCOPE) if declared else Cause.SCOPE


def foremost(causes: Iterable[Cause]) -> Cause:
    """Of several themes, the one that says most of why a line fails; of none, scope."""
    return min(causes, key=_FIRST.index, default=Cause.SCOPE)


def cause_of_all(names: Iterable[str]) -> Cause:
    """The theme of a line that reads these facts."""
    return foremost(map(cause_of, names))
