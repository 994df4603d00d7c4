"""One row of a table for one case, both ways: plain data in, plain data out.

A column has the name of its fact; a part of the case is a record of its own, and a collection a
list of records. What a bare value cannot say stands beside it in companion columns: that there is
no such thing (`x__none`), that a list is not complete (`x__open`) or on what it rests
(`x__basis`), the ends of a range (`x__at_least`, `x__before`), or the words that are left open
(`x__one_of`). An empty cell is a fact that is not known, in every column.

A row is checked here for its shape only; `read.build_case` checks the facts. Provenance has no
columns. Types of columns are Arrow's business: `engines/columnar/shape.py`.
"""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, cast

from sanctions_rules.canonical import decimal_text
from sanctions_rules.codes import Code
from sanctions_rules.diagnostics import Diagnostic, FactsError, did_you_mean
from sanctions_rules.facts import Case, Collection, Declared, FactModel, Listed, Money, Range
from sanctions_rules.schema import COLLECTIONS, children
from sanctions_rules.values import NOT_APPLICABLE, Nothing, OneOf

#: What companions the columns of a form may have, apart from `none`.
NUMBER_ENDS: Final = ("at_least", "more_than", "at_most", "less_than")
MOMENT_ENDS: Final = ("on_or_after", "after", "on_or_before", "before")
LISTS: Final = frozenset({"words", "countries", "texts", "refs", "records", "codes"})
KEY: Final = "key"
_BETWEEN: Final = "__"
_NONE_STATED: Final = "stated: none"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a record: the fact that it speaks of, and which companion it is ("": the value)."""

    fact: str
    companion: str
    declared: Declared


@cache
def columns(model: type[FactModel]) -> dict[str, Column]:
    """Every column that a record of this kind may have, by name; parts of it are apart."""
    found: dict[str, Column] = {}
    for name, declared in model.declarations.items():
        for companion in ("", *_companions(declared)):
            column = name + (_BETWEEN + companion if companion else "")
            found[column] = Column(name, companion, declared)
    return found


def _companions(declared: Declared) -> tuple[str, ...]:
    none = ("none",) if declared.optional else ()
    match declared.form:
        case "number":
            return (*none, *NUMBER_ENDS)
        case "moment":
            return (*none, *MOMENT_ENDS)
        case "word":
            return (*none, "one_of")
        case form if form in LISTS:
            return (*none, "open", "basis")
        case _:
            return none


#: The columns of a price, which is a record of its own.
PRICE_COLUMNS: Final = ("amount", "currency", *(f"amount__{end}" for end in NUMBER_ENDS))


# -- a row as facts ------------------------------------------------------------------------------


def facts_of_row(row: Mapping[str, Any], key: str = KEY, kept: Names[str] = ()) -> dict[str, Any]:
    """The facts of a row, as `read.build_case` takes them. `kept`: columns that are no facts.

    Raises FactsError with every problem of shape. The facts themselves are not checked yet.
    """
    problems: list[Diagnostic] = []
    beside = {name: value for name, value in row.items() if name != key and name not in kept}
    found = _record(beside, Case, "", problems)
    if problems:
        raise FactsError(problems)
    return found


def _record(
    row: Mapping[str, Any], model: type[FactModel], prefix: str, problems: list[Diagnostic]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    known, parts = columns(model), children(model)
    beside: dict[str, dict[str, Any]] = {}
    for name, value in row.items():
        if name in parts:
            if value is not None:
                inner = _record(value, parts[name], f"{prefix}{name}.", problems)
                found.update({name: inner} if inner else {})
        elif name not in known:
            problems.append(unknown_column(prefix + name, model))
        elif value is not None:
            column = known[name]
            beside.setdefault(column.fact, {})[column.companion] = value
    for name, given in beside.items():
        value = _fact(given, model.declarations[name], prefix + name, problems)
        if value is not None:
            found[name] = value
    return found


def unknown_column(path: str, model: type[FactModel]) -> Diagnostic:
    """That a table has a column that is no fact, with the nearest name that is one."""
    prefix, _, name = path.rpartition(".")
    names = (*columns(model), *children(model))
    near = did_you_mean(name, names)
    return Diagnostic(
        "unknown-column", f"there is no fact called `{name}` here", path=path,
        help=near or f"name it among the columns to keep, or rename it; facts of {prefix or 'a case'}: "
        + ", ".join(model.declarations),
    )  # fmt: skip


def _fact(
    given: dict[str, Any], declared: Declared, where: str, problems: list[Diagnostic]
) -> object:
    """One fact from its value and its companions."""
    value = given.pop("", None)
    if given.pop("none", False):
        if value is not None and value != "none" and value != []:
            problems.append(
                Diagnostic(
                    "contradiction", f"`{where}` has a value, and is said to be none", path=where
                )
            )
        return "none"
    if value == "none" and "none" not in declared.values:
        return "none"
    match declared.form:
        case "number" | "moment":
            return _ranged(value, given, where, problems)
        case "word":
            words = given.get("one_of")
            if words is not None and not len(words):
                problems.append(Diagnostic("empty", f"`{where}` is one of nothing", path=where))
            return _one(
                value, {"one_of": list(words)} if words is not None else None, where, problems
            )
        case "price":
            return _price(value, where, problems)
        case form if form in LISTS:
            return _list(value, given, declared, where, problems)
        case _:
            return value


def _ranged(value: Any, ends: Mapping[str, Any], where: str, problems: list[Diagnostic]) -> object:
    return _one(value, dict(ends) or None, where, problems)


def _one(value: Any, other: object, where: str, problems: list[Diagnostic]) -> object:
    if value is not None and other is not None:
        problems.append(
            Diagnostic("contradiction", f"`{where}` has a value, and bounds for one", path=where)
        )
    return other if value is None else value


def _price(value: Any, where: str, problems: list[Diagnostic]) -> object:
    if not isinstance(value, Mapping):
        return value
    held = {k: v for k, v in cast("Mapping[str, Any]", value).items() if v is not None}
    for name in held:
        if name not in PRICE_COLUMNS:
            problems.append(Diagnostic(
                "unknown-column", f"there is no part of a price called `{name}`", path=f"{where}.{name}",
                help="a price has " + ", ".join(PRICE_COLUMNS),
            ))  # fmt: skip
    currency = held.pop("currency", None)
    ends = {k.removeprefix("amount__"): v for k, v in held.items() if k != "amount"}
    amount = _ranged(held.get("amount"), ends, where, problems)
    if amount is None:
        return None  # of which currency, but not how much: the price is not known
    return {"amount": amount, "currency": currency}


def _list(
    value: Any, given: Mapping[str, Any], declared: Declared, where: str, problems: list[Diagnostic]
) -> object:
    if value is None:
        return None
    members: list[Any] = []
    for index, member in enumerate(cast("list[Any]", value)):
        place = f"{where}[{index}]"
        if member is None:
            problems.append(Diagnostic(
                "nested-null", f"`{place}` is empty", path=place,
                help=f"leave it out, and set {where}{_BETWEEN}open where the list is not complete",
            ))  # fmt: skip
        elif declared.form == "records":
            members.append(_record(member, COLLECTIONS[declared.of], place + ".", problems))
        else:
            members.append(member)
    basis = given.get("basis")
    is_open = bool(given.get("open", declared.needs_basis and basis is None))
    made: dict[str, Any] = {"items": members, "complete": not is_open}
    return {**made, "basis": basis} if basis is not None else made


# -- a case as a row -----------------------------------------------------------------------------


def row_of_case(case: Case) -> dict[str, Any]:
    """The case as a row: only columns that say something. Lists of records hold dicts."""
    return _columns_of(case)


def _columns_of(model: FactModel) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in type(model).model_fields:
        if name in children(type(model)):
            inner = _columns_of(getattr(model, name))
            found.update({name: inner} if inner else {})
        elif name in type(model).declarations:
            value = getattr(model, name)
            if value is not None:
                found.update(_cells(name, value))
    return found


def _cells(name: str, value: Any) -> dict[str, Any]:
    """The value of a fact as one or more cells of a row."""
    match value:
        case Nothing():
            return {f"{name}__none": True} if value is NOT_APPLICABLE else {}
        case Range():
            return {f"{name}__{end}": at for end, at in _ends(value).items()}
        case OneOf():
            return {f"{name}__one_of": sorted(value.values)}
        case Money():
            amount: dict[str, Any] = (
                {f"amount__{end}": at for end, at in _ends(value.amount).items()}
                if isinstance(value.amount, Range)
                else {"amount": value.amount}
            )
            return {name: {**amount, "currency": value.currency}}
        case Collection():
            held = cast("Collection[Any]", value)
            if held.basis == _NONE_STATED and not held.items and held.complete:
                return {f"{name}__none": True}
            return _listed(name, [_columns_of(m) for m in held], held.complete, held.basis)
        case Listed():
            members = [str(m) if isinstance(m, Code) else m for m in value.items]
            return _listed(name, members, value.complete, value.basis)
        case _:
            return {name: value}


def _listed(name: str, members: list[Any], complete: bool, basis: str | None) -> dict[str, Any]:
    return {
        name: members,
        **({} if complete else {f"{name}__open": True}),
        **({f"{name}__basis": basis} if basis is not None else {}),
    }


def _ends(value: Range) -> dict[str, Decimal | date | datetime]:
    """The ends of a range by the names of their columns; one without any has none."""
    timed = isinstance(value.lo or value.hi, date)
    at_least, more, at_most, fewer = MOMENT_ENDS if timed else NUMBER_ENDS
    found: dict[str, Decimal | date | datetime] = {}
    if value.lo is not None:
        found[more if value.lo_open else at_least] = value.lo
    if value.hi is not None:
        found[fewer if value.hi_open else at_most] = value.hi
    return found


def plain_text(value: Decimal | date | datetime) -> str:
    """A number or a moment as the text that reads back as it is."""
    return decimal_text(value) if isinstance(value, Decimal) else value.isoformat()
