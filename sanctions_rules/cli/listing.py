"""`lists`: what a list holds, the parties of a case on it, and messages as cases."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from sanctions_rules.adapters.cases import to_json
from sanctions_rules.adapters.iso20022 import read_message
from sanctions_rules.adapters.snapshot import ListSnapshot
from sanctions_rules.cli import FINDINGS, INVALID, OK, show
from sanctions_rules.cli.giving import Given, cases_of, lists_of, screened, transfers
from sanctions_rules.diagnostics import Diagnostic, FactsError
from sanctions_rules.render.sentences import visible

#: How many problems, and how many programmes, are shown unless all are asked for.
SHOWN: Final = 20
_SORTS: Final = {"person": "people", "vessel": "vessels", "aircraft": "aircraft"}


def describe(files: Sequence[str], everything: bool) -> int:
    """Print what each list holds. Rows that were not read are findings."""
    snapshots = lists_of(files)
    texts = ["\n".join(_described(s, everything)) for s in snapshots]
    show("\n\n".join(texts))
    return FINDINGS if any(s.unread for s in snapshots) else OK


def _described(snapshot: ListSnapshot, everything: bool) -> Iterator[str]:
    yield visible(f"{snapshot.publisher} {snapshot.name}")
    yield f"  file        {visible(snapshot.file)}"
    yield f"  day         {snapshot.date or 'not stated: name it as FILE@2024-07-02'}"
    yield f"  sha256      {snapshot.digest}"
    sorts = Counter(
        _SORTS.get(e.type, "bodies") if isinstance(e.type, str) else "bodies"
        for e in snapshot.entries
    )
    parts = ", ".join(f"{n} {sort}" for sort, n in sorts.most_common())
    yield f"  entries     {len(snapshot.entries)}" + (f": {parts}" if parts else "")
    tags = Counter(t for e in snapshot.entries for t in {d.programme for d in e.designations})
    if snapshot.spells:
        tags.update(p for _, row in snapshot.spells for s in row for p in s.programmes)
        yield f"  spells      {sum(len(row) for _, row in snapshot.spells)}"
        yield f"  looked at   {len(snapshot.days)} days" + (
            f", {snapshot.days[0]} to {snapshot.days[-1]}" if snapshot.days else ""
        )
    if tags:
        shown = tags.most_common(None if everything else SHOWN)
        more = f", and {len(tags) - len(shown)} more" if len(tags) > len(shown) else ""
        named = ", ".join(f"{visible(tag) or 'none stated'} {n}" for tag, n in shown)
        yield f"  programmes  {len(tags)}: {named}{more}"
    if snapshot.stakes:
        yield f"  holdings    {len(snapshot.stakes)}"
    if snapshot.links:
        roles = Counter(link.role for link in snapshot.links).most_common(SHOWN)
        yield "  relations   " + ", ".join(f"{visible(role)} {n}" for role, n in roles)
    if snapshot.passed_over:
        yield "  not facts   " + ", ".join(f"{visible(s)} {n}" for s, n in snapshot.passed_over)
    yield f"  not read    {len(snapshot.unread)}"
    problems = [*snapshot.unread, *(p for p in snapshot.problems if p.severity != "error")]
    for one in problems if everything else problems[:SHOWN]:
        yield f"  {_told(one)}"
    if not everything and len(problems) > SHOWN:
        yield f"  and {len(problems) - SHOWN} more, which `--all` shows"


def _told(problem: Diagnostic) -> str:
    place = f"{problem.path} ({problem.label})" if problem.label else problem.path
    return visible(f"{problem.severity}: {place}: {problem.message}")


def print_screened(
    files: Sequence[str], lists: Sequence[str], known_on: date | None, names_by: str, actor: str
) -> int:
    given = [one for name in files for one in cases_of(name, actor)]
    made, said = screened(given, lists_of(lists), known_on, names_by, ("us",))
    _print(made)
    for text in said:
        print(visible(text), file=sys.stderr)
    return OK


def convert(file: Path, actor: str, only: str) -> int:
    """Print the cases of a message; what of it cannot be read is said, and makes it invalid."""
    message = read_message(file, actor)
    found = transfers(file.name, message)
    if only:
        found = [one for one in found if one.case.id == only]
        if not found:
            known = ", ".join(str(c.id) for c in message.cases)
            said = f"the message has no transfer `{only[:80]}`"
            raise FactsError(
                [Diagnostic("no-transfer", said, path=file.name, help=f"it has {known}")]
            )
    _print(found)
    for one in message.problems:
        print(_told(one), file=sys.stderr)
    return INVALID if any(p.severity == "error" for p in message.problems) else OK


def _print(given: Sequence[Given]) -> None:
    texts = [to_json(one.case) for one in given]
    show(texts[0] if len(texts) == 1 else "[\n" + ",\n".join(texts) + "\n]")
