"""`ask`: what is still to be found out before a case is settled, each fact once, for all regimes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from sanctions_rules.cli import OK, UNDETERMINED, show
from sanctions_rules.cli.asking import WrongUsage, law_of
from sanctions_rules.cli.formats import AskFormat
from sanctions_rules.cli.giving import Given, cases_of
from sanctions_rules.render.sentences import headline, joined, visible
from sanctions_rules.rulebooks import Law
from sanctions_rules.rulebooks.intake import Intake, Needed

SCHEMA: Final = "sanctions_rules.intake/1"
#: How many of the provisions that wait for a fact are named beside it.
NAMED: Final = 3


@dataclass(frozen=True)
class Intaking:
    """One question from the command line."""

    facts: Sequence[str]
    regimes: Sequence[str] = ()
    about: Sequence[str] = ()
    known_on: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict[str, str])
    rules: Sequence[Path] = ()
    including: Sequence[str] = ()
    overlays: Sequence[Path] = ()
    beside: bool = False
    actor: str = ""
    format: AskFormat = AskFormat.TEXT


def take(asked: Intaking) -> int:
    """Print what is to be asked of each case. Leaves with 4 while there is something to ask.

    Raises ProblemsError, WrongUsage.
    """
    given = [one for name in asked.facts for one in cases_of(name, asked.actor)]
    law = law_of(asked.rules, asked.including, asked.regimes, asked.overlays)
    found = [_intake(law, one, asked) for one in given]
    if asked.format is AskFormat.JSON:
        data = [to_data(one) for one in found]
        show(json.dumps(data[0] if len(data) == 1 else data, indent=2, sort_keys=True))
    else:
        texts = ["\n".join(to_text(one, asked.about)) for one in found]
        named = [f"{visible(g.name)}\n{t}" for g, t in zip(given, texts, strict=True)]
        show(texts[0] if len(texts) == 1 else "\n\n".join(named))
    return UNDETERMINED if any(one.needed for one in found) else OK


def _intake(law: Law, given: Given, asked: Intaking) -> Intake:
    try:
        return law.intake(
            given.case, regimes=asked.regimes or None, about=asked.about, known_on=asked.known_on,
            readings=asked.readings, beside=asked.beside,
        )  # fmt: skip
    except LookupError as error:
        if type(error) is not LookupError:
            raise
        raise WrongUsage(str(error)) from None


def to_text(found: Intake, about: Sequence[str] = ()) -> Iterator[str]:
    """How each regime stands; the next question; then every fact, with who waits for it."""
    for regime in found.decision:
        yield f"{regime.regime}: {headline(regime, tuple(about))}"
    if not found.needed:
        yield "there is nothing more to ask"
        return
    first = found.needed[0]
    yield f"ask first: {visible(first.text)} ({', '.join(first.regimes)})"
    yield ""
    yield f"{len(found.needed)} facts are waited for, each to be asked once"
    for number, one in enumerate(found.needed, 1):
        yield f"{number:3}. {visible(one.text)}"
        yield f"     {visible(str(one.leaf))}"
        yield from (f"     {_waits(regime, one)}" for regime in one.regimes)


def _waits(regime: str, one: Needed) -> str:
    norms = one.waits[regime]
    more = len(norms) - NAMED
    named = joined(norms) if more <= 0 else f"{', '.join(norms[:NAMED])} and {more} more"
    return f"{regime}: {named}"


def to_data(found: Intake) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "regimes": {
            one.regime: {
                "outcome": str(one.outcome), "headline": headline(one, found.decision.about),
                "open": one.regime in found.open,
            }
            for one in found.decision
        },
        "about": list(found.decision.about),
        "overlays": [
            {"title": o.title, "over": list(o.over), "source": o.source, "note": o.note,
             "digest": o.digest}
            for o in found.decision.overlays
        ],
        "next_question": str(found.needed[0].leaf) if found.needed else None,
        "needed": [
            {"leaf": str(one.leaf), "need": one.leaf.need, "question": one.text,
             "waits": {regime: list(norms) for regime, norms in one.waits.items()}}
            for one in found.needed
        ],
    }  # fmt: skip
