"""The fact vocabulary as the language sees it: nouns, paths, forms, phrases.

Everything here is read off the models in `facts/`; a new kind of fact is a field there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sanctions_rules import facts
from sanctions_rules.facts import Declared, FactModel

#: The collections of a case and the model of their items.
COLLECTIONS: Final[dict[str, type[FactModel]]] = {
    "goods": facts.Good,
    "parties": facts.Party,
    "ownership": facts.Stake,
    "transactions": facts.Transaction,
    "services": facts.Service,
    "securities": facts.Security,
    "properties": facts.Property,
    "accounts": facts.Account,
    "contracts": facts.Contract,
    "licences_held": facts.LicenceHeld,
    "judgements": facts.Judgement,
    "performed": facts.Performance,
    "listings": facts.Listing,
}

#: What a rule may call one item of a collection.
NOUNS: Final[dict[str, str]] = {
    "good": "goods", "product": "goods", "component": "goods", "stone": "goods",
    "person": "parties", "party": "parties", "institution": "parties", "entity": "parties",
    "recipient": "parties", "provider": "parties", "principal": "parties", "holder": "parties",
    "bank": "parties", "owner": "parties",
    "transaction": "transactions", "service": "services", "account": "accounts",
    "security": "securities", "property": "properties",
    "contract": "contracts", "licence": "licences_held", "listing": "listings", "stake": "ownership",
}  # fmt: skip

#: Which list of the act a `to …` or `by …` role ranges over.
ROLE_LISTS: Final = {"recipient": ("act", "recipients"), "provider": ("act", "providers")}

#: The list of a good and all its components, to any depth.
WITH_COMPONENTS: Final = "itself_and_components"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact at the end of a path: how it is declared, and what its items are if it has any."""

    declared: Declared
    name: str
    model: type[FactModel] | None  # of its items, for records, refs and single references


@dataclass(frozen=True, slots=True)
class UnknownStep:
    """Where a path leaves the vocabulary."""

    index: int
    known: tuple[str, ...]


@cache
def children(model: type[FactModel]) -> dict[str, type[FactModel]]:
    """Parts of a model that are models themselves and no collections: `act`, `act.events`."""
    found: dict[str, type[FactModel]] = {}
    for name, info in model.model_fields.items():
        annotation: Any = info.annotation
        if isinstance(annotation, type) and issubclass(annotation, FactModel):
            found[name] = annotation
    return found


def names(model: type[FactModel]) -> tuple[str, ...]:
    return (*model.declarations, *children(model))


@cache
def find(model: type[FactModel], parts: tuple[str, ...]) -> Fact | type[FactModel] | UnknownStep:
    """The fact at the end of `parts`, seen from an item of `model`; a model when parts ends at one."""
    here = model
    for index, part in enumerate(parts):
        nested = children(here).get(part)
        if nested is not None:
            here = nested
            continue
        declared = here.declarations.get(part)
        if declared is None:
            if part == WITH_COMPONENTS and here is facts.Good and index == len(parts) - 1:
                return Fact(
                    Declared("records", "{} and its components", of="goods"), part, facts.Good
                )
            return UnknownStep(index, names(here))
        items = COLLECTIONS.get(declared.of)
        if index == len(parts) - 1:
            return Fact(declared, part, items)
        if declared.form != "ref" or items is None:
            return UnknownStep(index + 1, ())
        here = items
    return here


def paths(model: type[FactModel] = facts.Case, prefix: str = "") -> Iterator[tuple[str, Declared]]:
    """Every fact of the vocabulary by its path, in schema order: `goods[].carats_each`."""
    seen: set[type[FactModel]] = set()

    def walk(model: type[FactModel], prefix: str) -> Iterator[tuple[str, Declared]]:
        for name in model.model_fields:
            nested = children(model).get(name)
            if nested is not None:
                yield from walk(nested, f"{prefix}{name}.")
            elif name in model.declarations:
                declared = model.declarations[name]
                yield prefix + name, declared
                items = COLLECTIONS.get(declared.of)
                if declared.form == "records" and items is not None and items not in seen:
                    seen.add(items)
                    yield from walk(items, f"{prefix}{name}[].")

    yield from walk(model, prefix)


@cache
def rank(model: type[FactModel]) -> dict[str, int]:
    return {name: index for index, name in enumerate(model.model_fields)}


# -- JSON Schema ---------------------------------------------------------------------------------


def json_schema() -> dict[str, Any]:
    """The vocabulary as JSON Schema (2020-12), for editors and other programs."""
    definitions = {
        model.__name__: _model_schema(model)
        for model in (facts.Events, facts.Act, *COLLECTIONS.values())
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Case",
        **_model_schema(facts.Case),
        "$defs": {**definitions, **_FORMS},
    }


_FORMS: Final[dict[str, Any]] = {
    "decimal": {
        "oneOf": [
            {"type": "number"},
            {"type": "string", "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"},
        ]
    },
    "moment": {
        "type": "string",
        "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*([Zz]|[+-][0-9]{2}:?[0-9]{2}))?$",
    },
    "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
    "code": {"type": "string", "pattern": "^(HS|HTSUS|CN|UKGT) [0-9][0-9. ]*$"},
    "source": {"type": "string"},
}


def _model_schema(model: type[FactModel]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for name in names(model):
        nested = children(model).get(name)
        properties[name] = (
            {"$ref": f"#/$defs/{nested.__name__}"}
            if nested
            else _fact_schema(model.declarations[name])
        )
    return {
        "type": "object",
        "description": (model.__doc__ or "").split("\n")[0],
        "properties": properties,
        "additionalProperties": False,
    }


def _fact_schema(declared: Declared) -> dict[str, Any]:
    def plain(form: str) -> dict[str, Any]:
        match form:
            case "flag":
                return {"type": "boolean"}
            case "number":
                ends = {
                    end: {"$ref": "#/$defs/decimal"}
                    for end in ("at_least", "more_than", "at_most", "less_than")
                }
                return {
                    "oneOf": [
                        {"$ref": "#/$defs/decimal"},
                        {"type": "object", "properties": ends, "additionalProperties": False},
                    ]
                }
            case "moment":
                ends = {
                    end: {"$ref": "#/$defs/moment"}
                    for end in ("on_or_after", "after", "on_or_before", "before")
                }
                return {
                    "oneOf": [
                        {"$ref": "#/$defs/moment"},
                        {"type": "object", "properties": ends, "additionalProperties": False},
                    ]
                }
            case "word" | "words":
                return {"enum": list(declared.values)}
            case "country" | "countries":
                return {"$ref": "#/$defs/country"}
            case "codes":
                return {"$ref": "#/$defs/code"}
            case "price":
                return {
                    "type": "object",
                    "properties": {"amount": {"$ref": "#/$defs/decimal"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
                    "required": ["amount", "currency"], "additionalProperties": False,
                }  # fmt: skip
            case "records":
                return {"$ref": f"#/$defs/{COLLECTIONS[declared.of].__name__}"}
            case _:
                return {"type": "string", "minLength": 1}

    one = plain(declared.form)
    if declared.form in ("words", "countries", "texts", "codes", "refs", "records"):
        items = {"type": "array", "items": {"oneOf": [one, {"enum": ["…", "..."]}]}}
        closed = {
            "type": "object",
            "properties": {"items": items, "complete": {"type": "boolean"}, "basis": {"type": "string"}},
            "required": ["items"], "additionalProperties": False,
        }  # fmt: skip
        one = {"oneOf": [items, closed]}
    forms = [
        one,
        {"type": "null"},
        {
            "type": "object",
            "properties": {"unknown": {"type": "string"}},
            "required": ["unknown"],
            "additionalProperties": False,
        },
    ]
    if declared.form != "records":
        forms.append({
            "type": "object",
            "properties": {"value": one, "source": {"type": "string"}, "observed_at": {"type": "string"}, "document_ref": {"type": "string"}},
            "required": ["value"], "additionalProperties": False,
        })  # fmt: skip
    if declared.optional:
        forms.append({"const": "none"})
    return {"description": declared.phrase.replace("{}", "it"), "anyOf": forms}
