"""`replay`: a chain of records checked, and each decision made again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sanctions_rules.canonical import facts_digest
from sanctions_rules.cli import FINDINGS, OK, show
from sanctions_rules.cli.asking import law_of
from sanctions_rules.cli.giving import from_standard_input, lists_of
from sanctions_rules.read import read_case
from sanctions_rules.render.sentences import visible
from sanctions_rules.rulebooks import Law

if TYPE_CHECKING:
    from sanctions_rules.facts import Case
    from sanctions_rules.record import Key, Line
    from sanctions_rules.replay import Changed, Replayed, Rescreen

#: How many differences of one record are shown, and how much of each value.
MOST: Final = 8
WIDTH: Final = 60


@dataclass(frozen=True)
class Replaying:
    """One question about a file of records."""

    file: Path
    facts: Sequence[str] = ()
    redact_key: Path | None = None
    head: str | None = None
    rules: Sequence[Path] = ()
    including: Sequence[str] = ()
    lists: Sequence[str] = ()
    overlays: Sequence[Path] = ()


def replay_file(asked: Replaying) -> int:
    """Check the whole chain, then make each decision again; print; return the exit code.

    Raises ProblemsError where the chain breaks, before anything is made again.
    """
    from sanctions_rules.record import Key, read_lines
    from sanctions_rules.replay import changed_by_lists, replay

    cases = [from_standard_input() if f == "-" else read_case(Path(f)) for f in asked.facts]
    key = Key.read(asked.redact_key) if asked.redact_key else None
    rescreen = rescreening(asked.lists) if asked.lists else None
    regimes: set[str] = set()
    last: Line | None = None
    for last in read_lines(asked.file, asked.head):
        regimes.update(one.regime for one in last.record.versions.rulebooks)
    law = law_of(asked.rules, asked.including, sorted(regimes), asked.overlays)
    given = _Given(cases, key, law)
    differ = total = 0
    for line in read_lines(asked.file, asked.head):
        total += 1
        facts = given.facts_of(line)
        if rescreen is None:
            replayed = replay(line, law, facts, key)
            differ += not replayed.is_reproduced
            show("\n".join(_told(replayed, facts is not None)))
        else:
            changed = changed_by_lists(line, law, rescreen, facts)
            differ += changed is not None
            if changed is not None:
                show("\n".join(_changed(changed)))
    if given.unused:
        show(f"{len(given.unused)} of the facts given belong to no record")
    done = "reproduced" if rescreen is None else "unchanged"
    head = last.chain.digest if last else ""
    show(
        f"{total} records: {total - differ} {done}, {differ} {'differ' if rescreen is None else 'change'}; head {head}"
    )
    return FINDINGS if differ or given.unused else OK


def rescreening(lists: Sequence[str]) -> Rescreen:
    """The same case with what other lists say of its parties added. Raises ProblemsError."""
    from sanctions_rules.adapters.owners import with_owners
    from sanctions_rules.adapters.screening import screen

    snapshots = lists_of(lists)
    return lambda case: screen(with_owners(case, snapshots)[0], snapshots).case


class _Given:
    """Facts given beside the records: found by their digest, else by the id of the case."""

    def __init__(self, cases: Sequence[Case], key: Key | None, law: Law) -> None:
        from sanctions_rules.record import redacted
        from sanctions_rules.recording.words import law_words

        self._found: dict[str, Case] = {}
        for case in cases:
            forms = [case, *([redacted(case, key, law_words(law.program))] if key else [])]
            for form in forms:
                self._found.setdefault(facts_digest(form), case)
                if isinstance(form.id, str):
                    self._found.setdefault(form.id, case)
        self.unused = {id(case) for case in cases}

    def facts_of(self, line: Line) -> Case | None:
        record = line.record
        by_digest = self._found.get(record.versions.facts_digest)
        by_id = self._found.get(record.subject.id) if record.subject.id else None
        found = by_digest or by_id
        self.unused.discard(id(found))
        return found


# -- what is printed -----------------------------------------------------------------------------


def _called(line: Line) -> str:
    of = f" of {visible(line.record.subject.id)}" if line.record.subject.id else ""
    return f"line {line.chain.number}: {line.record.decision_id}{of}"


def _told(replayed: Replayed, given: bool) -> Iterator[str]:
    called = _called(replayed.line)
    if replayed.is_reproduced:
        yield f"{called}: reproduced" + (" from the facts given" if given else "")
        return
    yield f"{called}: differs"
    yield from (f"  {visible(cause)}" for cause in replayed.causes)
    for one in replayed.differences[:MOST]:
        yield f"  {visible(one.path)}: {_short(one.recorded)} then, {_short(one.now)} now"
    if len(replayed.differences) > MOST:
        yield f"  and {len(replayed.differences) - MOST} more differences"


def _changed(changed: Changed) -> Iterator[str]:
    if changed.unscreened:
        yield f"{_called(changed.line)}: not screened, {visible(changed.unscreened)}"
        return
    yield f"{_called(changed.line)}: would be decided otherwise"
    yield from (f"  {regime}: {then} then, {now} now" for regime, then, now in changed.outcomes)
    yield from (f"  {regime}: other exposures or duties" for regime in changed.beside)


def _short(value: Any) -> str:
    if isinstance(value, (Mapping, list)):
        text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    else:
        text = visible(str(value)) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
