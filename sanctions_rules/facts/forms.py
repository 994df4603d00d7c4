"""The forms a fact may take, and what is declared of one: its form, its words, what stands for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias, cast

from pydantic import Field

from sanctions_rules.codes import Code
from sanctions_rules.values import Nothing, OneOf


@dataclass(frozen=True, slots=True)
class Range:
    """One value that is not known exactly. Ends are `None` when nothing bounds them."""

    lo: Decimal | date | datetime | None = None
    hi: Decimal | date | datetime | None = None
    lo_open: bool = False
    hi_open: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one ISO 4217 currency; `amount` may be a range."""

    amount: Decimal | Range
    currency: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list fact: what is on it, whether that is all, and what says so."""

    items: tuple[Any, ...] = ()
    complete: bool = True
    basis: str | None = None


Flag: TypeAlias = bool | Nothing | None
Number: TypeAlias = Decimal | Range | Nothing | None
Moment: TypeAlias = date | datetime | Range | Nothing | None
Word: TypeAlias = str | OneOf | Nothing | None
Text: TypeAlias = str | Nothing | None
Price: TypeAlias = Money | Nothing | None
Ref: TypeAlias = str | Nothing | None
List: TypeAlias = Listed | Sequence[str] | Nothing | None
Codes: TypeAlias = Listed | Sequence[Code] | Nothing | None


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared of a fact: its form, its words, and what may stand for it."""

    form: str  # flag number moment word text price ref words countries country codes refs records
    phrase: str
    unit: str = ""
    values: tuple[str, ...] = ()
    of: str = ""  # for refs and records: the collection they lie in
    optional: bool = False  # `none` is allowed: there may be no such thing
    needs_basis: bool = False  # a list closes only with a stated basis
    only_for: tuple[str, ...] = ()  # categories or types that have it; for others it is `none`
    falls_back_to: str = ""


def fact(form: str, phrase: str, **more: Any) -> Any:
    """A field of a fact model. `phrase` is how prose names it; `{}` stands for its owner."""
    return Field(
        default=None, json_schema_extra={"declared": cast(Any, Declared(form, phrase, **more))}
    )
