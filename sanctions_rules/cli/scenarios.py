"""`scenario`: a decided case, or the decisions in a file of records, as scenarios to be confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from sanctions_rules.author.writing import Draft, said_of
from sanctions_rules.cli import OK
from sanctions_rules.cli.asking import WrongUsage, law_of
from sanctions_rules.cli.giving import cases_of
from sanctions_rules.cli.interviewing import Written, add_scenario, check_target
from sanctions_rules.facts import Case
from sanctions_rules.rulebooks import Law

RECORDS: Final = ".jsonl"


@dataclass(frozen=True)
class Drafting:
    """One question from the command line."""

    facts: str
    name: str = ""
    source: str = ""
    regimes: Sequence[str] = ()
    about: Sequence[str] = ()
    known_on: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict[str, str])
    rules: Sequence[Path] = ()
    including: Sequence[str] = ()
    overlays: Sequence[Path] = ()
    actor: str = ""
    write: Path | None = None


@dataclass(frozen=True)
class _Asked:
    """One case and what is asked of it."""

    name: str
    case: Case
    regimes: Sequence[str]
    about: Sequence[str]
    known_on: date | None
    readings: Mapping[str, str]


def draft(asked: Drafting) -> int:
    """Write a scenario for each case; nothing is expected of it yet.

    Raises ProblemsError, WrongUsage.
    """
    target = Written(asked.write)
    check_target(target)
    if asked.write is not None and not target.is_scenario:
        raise WrongUsage("scenarios are written to a file whose name ends in .scenarios.toml")
    if asked.facts.endswith(RECORDS) and (
        asked.regimes or asked.about or asked.known_on or asked.readings or asked.actor
    ):
        raise WrongUsage("a record says itself what was asked; leave the question out")
    found = list(_recorded(asked) if asked.facts.endswith(RECORDS) else _given(asked))
    regimes = sorted({regime for one in found for regime in one.regimes})
    law = law_of(asked.rules, asked.including, regimes, asked.overlays)
    for number, one in enumerate(found, 1):
        name = asked.name and (asked.name if len(found) == 1 else f"{asked.name} ({number})")
        add_scenario(asked.write, _draft(law, one, name or one.name, asked.source))
    return OK


def _draft(law: Law, one: _Asked, name: str, source: str) -> Draft:
    try:
        decision = law.decide(
            one.case, regimes=one.regimes or None, about=one.about, known_on=one.known_on,
            readings=one.readings,
        )  # fmt: skip
    except LookupError as error:
        if type(error) is not LookupError:
            raise
        raise WrongUsage(str(error)) from None
    says = said_of(law, decision)
    return Draft(name, one.case, says, source, one.about, one.known_on, one.readings)


def _given(asked: Drafting) -> Iterator[_Asked]:
    for given in cases_of(asked.facts, asked.actor):
        name = _name(given.case) or Path(given.name).stem
        yield _Asked(
            name, given.case, asked.regimes, asked.about, asked.known_on, asked.readings
        )  # fmt: skip


def _recorded(asked: Drafting) -> Iterator[_Asked]:
    """The cases of a file of records, each with the question that was asked of it."""
    from sanctions_rules.read import build_case
    from sanctions_rules.record import read_lines

    for line in read_lines(Path(asked.facts), None):
        question, case = line.record.question, build_case(line.record.facts)
        yield _Asked(
            _name(case) or f"record {line.chain.number}", case, question.regimes, question.about,
            date.fromisoformat(question.known_on) if question.known_on else None, question.readings,
        )  # fmt: skip


def _name(case: Case) -> str:
    return case.id if isinstance(case.id, str) else ""
