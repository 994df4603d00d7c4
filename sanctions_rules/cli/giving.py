"""What is given to be decided: files of facts, messages, and the lists to screen them against."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sanctions_rules.diagnostics import Diagnostic, FactsError
from sanctions_rules.facts import Case
from sanctions_rules.limits import DEFAULT as LIMITS
from sanctions_rules.read import build_case, parse_text, read_case
from sanctions_rules.source import Source

if TYPE_CHECKING:
    from sanctions_rules.adapters.iso20022 import Message
    from sanctions_rules.adapters.snapshot import ListSnapshot


@dataclass(frozen=True)
class Given:
    """One case, and what to call it: the file, and the transfer where a message holds several."""

    name: str
    case: Case


def cases_of(name: str, actor: str = "") -> list[Given]:
    """The cases of one file. Raises FactsError; a message of which a part cannot be read, too."""
    if name == "-":
        return [Given(name, _acting(from_standard_input(), actor, name))]
    path = Path(name)
    if path.suffix.lower() != ".xml":
        case = read_case(path)
        return [Given(name, _acting(case, actor, path.name))]
    from sanctions_rules.adapters.iso20022 import read_message

    message = read_message(path, actor)
    if any(p.severity == "error" for p in message.problems):
        raise FactsError(message.problems)
    return transfers(name, message)


def transfers(name: str, message: Message) -> list[Given]:
    single = len(message.cases) == 1
    return [Given(name if single else f"{name}: {c.id}", c) for c in message.cases]


def _acting(case: Case, actor: str, file: str) -> Case:
    """The case with this actor. Raises FactsError where it names another one already."""
    if not actor or case.actor == actor:
        return case
    if case.actor is not None:
        said = f"the case says that `{case.actor}` acts, not `{actor[:40]}`"
        raise FactsError([Diagnostic("contradiction", said, path=file)])
    names = [p.id for p in case.parties or ()]
    if actor not in names:
        said = f"`{actor[:40]}` is not among the parties"
        raise FactsError([Diagnostic("dangling", said, path=file)])
    return case.model_copy(update={"actor": actor})


def from_standard_input() -> Case:
    """A case from a pipe: JSON or TOML, by its look. Never a path, whatever it says."""
    text = sys.stdin.read(LIMITS.facts_bytes + 1)
    if len(text) > LIMITS.facts_bytes:
        raise FactsError(
            [
                Diagnostic(
                    "limit.facts-bytes",
                    f"the facts are larger than {LIMITS.facts_bytes} bytes",
                    path="-",
                )
            ]
        )
    source = Source("standard input", text)
    return build_case(parse_text(source, "json" if text.lstrip()[:1] in "{[" else "toml"), source)


# -- lists -----------------------------------------------------------------------------------


def lists_of(files: Iterable[str]) -> list[ListSnapshot]:
    wanted = list(files)
    if not wanted:
        return []
    from sanctions_rules.adapters.reading import read_lists

    return read_lists(wanted)


def screened(
    given: Sequence[Given], snapshots: Sequence[ListSnapshot], known_on: date | None,
    names_by: str, regimes: Sequence[str],
) -> tuple[list[Given], list[str]]:  # fmt: skip
    """Each case with owners and listings from the lists, and what is to be said of that."""
    if not snapshots:
        return list(given), []
    from sanctions_rules.adapters.owners import with_owners
    from sanctions_rules.adapters.screening import screen

    made: list[Given] = []
    said: list[str] = []
    for one in given:
        owned, doubts = with_owners(one.case, snapshots)
        found = screen(owned, snapshots, known_on=known_on, names_by=names_by, regimes=regimes)
        said += [
            f"{one.name}: {m.party} is entry {m.entry.id} of the {m.snapshot.cited}, by {m.by}"
            for m in found.matches
        ]
        if not found.matches:
            said.append(f"{one.name}: no party is on the lists by identifier or exact name")
        said += [f"{one.name}: there may be more listings: {why}" for why in found.open_because]
        said += [f"{one.name}: {note}" for note in (*doubts, *found.notes)]
        made.append(replace(one, case=found.case))
    return made, said
