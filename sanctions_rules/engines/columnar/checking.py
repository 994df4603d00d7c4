"""Whether the rows of a batch can be cases at all: what no case may say is noted by item."""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from typing import TYPE_CHECKING

from sanctions_rules import codes
from sanctions_rules.engines.columnar.arrow import np
from sanctions_rules.engines.columnar.facts import codes_of
from sanctions_rules.engines.columnar.reading import Path, nothing_given
from sanctions_rules.engines.columnar.spaces import Space
from sanctions_rules.engines.columnar.vectors import (
    Coded,
    Moment,
    Ordered,
    Ragged,
    Refs,
    Value,
    full,
    no,
)
from sanctions_rules.facts import (
    DISCRIMINATORS,
    LICENCE_NUMBERS,
    Declared,
    FactModel,
    Good,
    LicenceHeld,
)
from sanctions_rules.schema import COLLECTIONS
from sanctions_rules.tabular import columns
from sanctions_rules.values import Items

if TYPE_CHECKING:
    from sanctions_rules.engines.columnar.facts import Facts


def check(facts: Facts) -> None:
    """Read every column once, and look for what no case may say; noted by item."""
    for space in facts.spaces.values():
        facts.names(space.name) if space.name in COLLECTIONS else None
        for path, model in space.names() if space.n else ():
            column = columns(model).get(path[-1])
            if column is None:
                continue
            fact = (*path[:-1], column.fact)
            value = facts.given(space, fact, column.declared)
            if column.declared.only_for:
                _contradicted(facts, space, path[:-1], model, column.declared, value)
        if space.n and space.model is Good:
            _codes_and_category(facts, space)
        if space.n and space.model is LicenceHeld:
            _numbered(facts, space)


def _contradicted(
    facts: Facts,
    space: Space,
    prefix: Path,
    model: type[FactModel],
    declared: Declared,
    value: Value,
) -> None:
    word = facts.given(space, (*prefix, DISCRIMINATORS[model.__name__]),
                      model.declarations[DISCRIMINATORS[model.__name__]])  # fmt: skip
    other = word.lexicon.table(
        ("is none of", declared.only_for),
        lambda w: isinstance(w, str) and w not in declared.only_for, bool,
    )[word.codes]  # fmt: skip
    if not np.any(other):
        return
    match value:
        case Coded():
            table = value.lexicon.table(
                "empty", lambda v: isinstance(v, Items) and not v.members, bool
            )
            given = (value.codes > 1) & ~table[value.codes]
        case Ordered() | Moment():
            given = ~full(nothing_given(value, space.n), space.n) & no(full(value.none, space.n))
        case Refs():
            given = value.index >= 0
        case Ragged():
            given = np.diff(value.offsets) > 0
        case _:
            return
    space.spoil(np.full(space.n, True) & other & given)


def _codes_and_category(facts: Facts, space: Space) -> None:
    word = facts.given(space, ("category",), Good.declarations["category"])
    held = facts.given(space, ("codes",), Good.declarations["codes"])
    if isinstance(held.codes, int) or isinstance(word.codes, int):
        return
    for code in np.unique(word.codes).tolist():
        category = word.lexicon.values[code]
        if isinstance(category, str):
            table = held.lexicon.table(
                ("not of", category),
                lambda c, w=category: not all(codes.category_may_carry(w, one.hs) for one in codes_of(c)),
                bool,
            )  # fmt: skip
            space.spoil((word.codes == code) & table[held.codes])


def _numbered(facts: Facts, space: Space) -> None:
    """Whether a licence has a number that its authority cannot have given."""
    number = facts.given(space, ("number",), LicenceHeld.declarations["number"])
    authority = facts.given(space, ("authority",), LicenceHeld.declarations["authority"])
    for name, beginning, form, _ in LICENCE_NUMBERS:
        said = authority.lexicon.table(("is", name), lambda a, n=name: a == n, bool)
        begins = number.lexicon.table(
            ("begins", beginning), lambda t, b=beginning: str(t).startswith(b), bool
        )
        fits = number.lexicon.table(
            ("fits", beginning),
            lambda t, f=form: not isinstance(t, str) or bool(f.fullmatch(t)),
            bool,
        )
        wrong = (said[authority.codes] | begins[number.codes]) & ~fits[number.codes]
        space.spoil(np.full(space.n, True) & wrong)
