"""Cases and scenarios as text that a person goes on writing: TOML, YAML or JSON.

What is written is read back as the same facts: digit for digit, with whether a list is complete and
what says so, and with where each fact comes from. Only the layout and the comments of a file that
was read are not kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, cast

from sanctions_rules.canonical import plain
from sanctions_rules.decision import Decision, Outcome
from sanctions_rules.facts import Case, Collection, FactModel, Listed, Money, Range
from sanctions_rules.render.sentences import headline, visible
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import UNCONFIRMED, bearing

FORMS: Final = ("toml", "yaml", "json")
#: The keys of a fact that stands with its source.
SOURCED: Final = {"value", "source", "observed_at", "document_ref"}
#: How many of the texts that bear an answer are named.
NAMED: Final = 4
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
#: Tables of the facts that stand under a heading of their own; others stand in a line.
_HEADED: Final = ("act",)


# -- facts as plain data -------------------------------------------------------------------------


def facts_of(model: FactModel) -> dict[str, Any]:
    """The facts of a model as plain data in their short forms, which `build_case` reads back."""
    made: dict[str, Any] = {}
    for name in type(model).model_fields:
        if name == "provenance":
            continue
        value: Any = getattr(model, name)
        said = model.provenance.get(name)
        if value is None:
            if said is not None:
                made[name] = {"unknown": said.unknown_because or "not known"}
            continue
        found = facts_of(value) if isinstance(value, FactModel) else _value(value)
        if found != {} or not isinstance(value, FactModel):
            sources = said.model_dump(exclude_none=True) if said is not None else {}
            made[name] = {"value": found, **sources} if sources else found
    return made


def _value(value: Any) -> Any:
    match value:
        case Collection():
            held = cast("Collection[Any]", value)
            return _list([facts_of(item) for item in held.items], held.complete, held.basis)
        case Listed():
            return _list([plain(item) for item in value.items], value.complete, value.basis)
        case bool() | Decimal() | date():
            return value
        case Money():
            return {"amount": _value(value.amount), "currency": value.currency}
        case Range():
            words = cast("dict[str, Any]", plain(value))
            ends = [end for end in (value.lo, value.hi) if end is not None]
            return dict(zip(words, ends, strict=True))
        case _:
            return plain(value)


def _list(items: list[Any], complete: bool, basis: str | None) -> Any:
    if basis == "stated: none" and not items:
        return "none"
    if complete and basis is None:
        return items
    return {"items": items, "complete": complete, **({"basis": basis} if basis else {})}


def facts_text(case: Case, form: str) -> str:
    """The case in one of FORMS."""
    facts = facts_of(case)
    match form:
        case "toml":
            return "\n".join(_toml(facts)).strip() + "\n"
        case "yaml":
            return "\n".join(_yaml(facts)) + "\n"
        case _:
            return json.dumps(_quoted(facts), indent=2, ensure_ascii=False) + "\n"


# -- a scenario ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """A scenario to be: what was asked of which facts, and what the engine answers.

    `source`: where the expected outcome comes from, if that is known already.
    """

    name: str
    case: Case
    says: Mapping[str, str]  # by regime
    source: str = ""
    about: Sequence[str] = ()
    known_on: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict[str, str])


def said_of(law: Law, decision: Decision) -> dict[str, str]:
    """By regime, what the engine answers and which texts bear it, in one line."""
    found: dict[str, str] = {}
    for one in decision:
        names = list(
            dict.fromkeys(n for n in bearing(law.norms(), one) if n.startswith(one.regime))
        )
        because = f", by {', '.join(names[:NAMED])}" if names else ""
        found[one.regime] = visible(f"{one.outcome}{because}: {headline(one, decision.about)}")
    return found


def scenario_text(draft: Draft) -> str:
    """A scenario in TOML whose expectations are open: a test of it fails until they are written.

    What the engine answers stands beside them as a comment. It is never the expectation, because a
    test that expects what it tests finds nothing.
    """
    lines = ["[[scenario]]", f"name = {_text(draft.name)}"]
    if not draft.source:
        lines.append("# Where does the expected outcome come from? Name the text of the law.")
    lines.append(f"source = {_text(draft.source)}")
    for key, value in (
        ("about", list(draft.about)), ("known_on", draft.known_on), ("readings", dict(draft.readings)),
    ):  # fmt: skip
        if value:
            lines.append(f"{key} = {_inline(value)}")
    lines.append(f"# Read the law, and write the outcome that it gives in place of {UNCONFIRMED}:")
    lines.append(f"# {', '.join(Outcome.__members__)}.")
    for regime, says in draft.says.items():
        lines.append(f"# The engine says: {says}")
        lines.append(f'expect.{regime} = {{ outcome = "{UNCONFIRMED}" }}')
    return "\n".join([*lines, "", *_toml(facts_of(draft.case), ("scenario", "facts"), True)]) + "\n"


# -- TOML ----------------------------------------------------------------------------------------


def _toml(
    facts: Mapping[str, Any], under: Sequence[str] = (), headed: bool = False
) -> Iterator[str]:
    """Facts as TOML: single facts first, then the act, then each thing under a heading."""
    single: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    for key, value in facts.items():
        items = cast("list[Any]", value) if isinstance(value, list) else []
        things = bool(items) and all(isinstance(item, dict) for item in items)
        (tables if things or key in _HEADED else single)[key] = value
    if headed and single:
        yield f"[{'.'.join(under)}]"
    yield from (f"{_key(key)} = {_inline(value)}" for key, value in single.items())
    for key, value in tables.items():
        name = ".".join((*under, _key(key)))
        for one in cast("list[dict[str, Any]]", value if isinstance(value, list) else [value]):
            yield ""
            yield f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            yield from _pairs(one)


def _pairs(facts: Mapping[str, Any]) -> Iterator[str]:
    """The lines of one thing; the events of the act each stand in a line of their own."""
    for key, value in facts.items():
        if key == "events" and isinstance(value, dict):
            events = cast("dict[str, Any]", value)
            yield from (f"events.{_key(name)} = {_inline(at)}" for name, at in events.items())
        else:
            yield f"{_key(key)} = {_inline(value)}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _inline(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.isoformat()
        case date():
            return value.isoformat()
        case dict():
            pairs = cast("dict[str, Any]", value).items()
            return (
                "{ " + ", ".join(f"{_key(k)} = {_inline(v)}" for k, v in pairs) + " }"
                if pairs
                else "{}"
            )
        case list():
            return "[" + ", ".join(_inline(v) for v in cast("list[Any]", value)) + "]"
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    """A text between quotation marks, as TOML and YAML read it; what shows nothing as an escape."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in quoted)


# -- YAML and JSON -------------------------------------------------------------------------------


def _yaml(value: Any, indent: str = "") -> Iterator[str]:
    """Block style, one fact a line; texts in quotation marks, so that nothing is guessed from looks."""
    if isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            yield from _yaml_entry(f"{indent}{_key(key)}:", inner, indent + "  ")
    else:
        for inner in cast("list[Any]", value):
            if isinstance(inner, dict) and inner:
                first, *rest = _yaml(inner, indent + "  ")
                yield f"{indent}- {first.lstrip()}"
                yield from rest
            else:
                yield from _yaml_entry(f"{indent}-", inner, indent + "  ")


def _yaml_entry(head: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, (dict, list)) and value:
        yield head
        yield from _yaml(value, indent)
    else:
        yield f"{head} {_inline(value)}"


def _quoted(value: Any) -> Any:
    """Decimals and times as texts, which JSON has no exact form for and facts are read from."""
    match value:
        case dict():
            return {key: _quoted(inner) for key, inner in cast("dict[str, Any]", value).items()}
        case list():
            return [_quoted(inner) for inner in cast("list[Any]", value)]
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case _:
            return value
