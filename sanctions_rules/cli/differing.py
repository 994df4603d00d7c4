"""`diff`: what another law says otherwise, which cases of a set it decides otherwise, and by what."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sanctions_rules.author.beside import beside
from sanctions_rules.author.diff import Brought, Change, Changed, Diff, Posed, diff
from sanctions_rules.author.slot_diff import SlotDiff, slot_diff
from sanctions_rules.cli import FINDINGS, INVALID, OK, by_slot, show
from sanctions_rules.cli.asking import WrongUsage, law_of
from sanctions_rules.cli.formats import DiffFormat
from sanctions_rules.cli.giving import cases_of
from sanctions_rules.cli.revisions import at_revision
from sanctions_rules.diagnostics import Diagnostic, FactsError, ProblemsError
from sanctions_rules.render.sentences import joined, visible
from sanctions_rules.rulebooks import PACKAGED, Law, laid_over, load_path
from sanctions_rules.scenario import read_scenarios, scenario_files

SCHEMA = "sanctions_rules.diff/1"
#: How the name of a file of facts ends.
FACTS = (".toml", ".json", ".yaml", ".yml")


@dataclass(frozen=True)
class Differing:
    """One question: these cases, under this law and under another."""

    cases: Sequence[Path]
    regimes: Sequence[str] = ()
    rules: Sequence[Path] = ()
    including: Sequence[str] = ()
    overlays: Sequence[Path] = ()
    against: Sequence[Path] = ()
    revision: str = ""
    known_on: date | None = None
    format: DiffFormat = DiffFormat.TEXT


def differ(asked: Differing) -> int:
    """Ask both laws, print what changes; return the exit code. Raises ProblemsError, WrongUsage."""
    before, after = _laws(asked)
    posed, problems = list[Posed](), list[ProblemsError]()
    for path in asked.cases:
        try:
            posed += _posed(path, asked, before)
        except ProblemsError as error:
            problems.append(error)
    for error in problems:
        print(error, file=sys.stderr)
    if problems:
        return INVALID
    try:
        found = diff(before, after, posed)
    except LookupError as error:
        if type(error) is not LookupError:
            raise
        raise WrongUsage(str(error)) from None
    slots = slot_diff(before, after)
    cases = beside(found, slots.blocks) if found.changed else ()
    match asked.format:
        case DiffFormat.JSON:
            data = to_data(found) | {"law": by_slot.to_data(slots, cases)}
            show(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=True))
        case DiffFormat.MARKDOWN:
            show("\n".join(to_markdown(found, slots, cases)))
        case DiffFormat.TEXT:
            show("\n".join(to_text(found, slots, cases)))
    return FINDINGS if found.changed or (slots and not asked.cases) else OK


def _laws(asked: Differing) -> tuple[Law, Law]:
    """The law before and after. Of a revision, the first is the rules as they were then."""
    needed = laid_over(*asked.overlays) if asked.overlays and not asked.rules else ()
    now = law_of(asked.rules, asked.including, (*(asked.regimes or PACKAGED), *needed))
    before = now
    if asked.revision:
        with at_revision(asked.revision, asked.rules) as then:
            before = law_of(then, asked.including)
    after = load_path(*asked.against, including=asked.including) if asked.against else now
    return before, after.overlaid(*asked.overlays) if asked.overlays else after


def _posed(path: Path, asked: Differing, law: Law) -> Iterator[Posed]:
    """The cases at a path: scenarios, as they are asked; in a folder without any, files of facts."""
    files = scenario_files(path)
    wanted = tuple(asked.regimes)
    for file in files:
        for one in read_scenarios(file):
            named = wanted or tuple(r for r in one.expect if r in law.regimes)
            yield Posed(
                one.name, one.case(), named, one.about, asked.known_on or one.known_on,
                one.readings, one.file,
            )  # fmt: skip
    if files:
        return
    inside = path.rglob("*") if path.is_dir() else [path]
    found = [f for f in sorted(inside) if f.suffix.lower() in FACTS and f.stem != "expected"]
    if not found:
        raise FactsError([Diagnostic("no-cases", "there is no case here", path=str(path))])
    for file in found:
        for given in cases_of(str(file)):
            yield Posed(given.name, given.case, wanted, known_on=asked.known_on, file=str(file))


# -- what is printed -----------------------------------------------------------------------------


def what_of(found: Diff) -> Iterator[str]:
    """Which laws are laid beside each other; a line for each proposal."""
    over = found.after.program.overlays
    yield "before: the law; after: " + (
        "the same with a proposal laid over it" if over else "other rules"
    )
    yield from (f"proposal: “{visible(o.title)}” ({visible(o.source)})" for o in over)


def counted(found: Diff) -> Iterator[str]:
    unchanged = found.total - len(found.changed)
    beside = len(found.changed) - found.in_outcome
    yield (
        f"{len(found.changed)} of {found.total} cases change: {found.in_outcome} in the outcome, "
        f"{beside} beside it; {unchanged} do not"
    )
    for (regime, then, now), count in found.moves.items():
        yield f"{regime}: {then} to {now} in {count}"


def to_text(found: Diff, slots: SlotDiff, cases: by_slot.Beside = ()) -> Iterator[str]:
    yield from what_of(found)
    yield by_slot.counted(slots)
    if slots:
        yield ""
        yield from by_slot.to_text(slots, cases)
    for one in found.changed:
        yield ""
        yield from _called(one)
        for change in one.changes:
            yield f"  {outcomes(change)}"
            yield from (f"    {sentence(b)}" for b in change.by)
    if found.total:
        yield ""
        yield from counted(found)


def to_markdown(found: Diff, slots: SlotDiff, cases: by_slot.Beside = ()) -> Iterator[str]:
    yield "# What changes"
    yield ""
    told = counted(found) if found.total else ()
    yield from (f"- {_cell(line)}" for line in (*what_of(found), by_slot.counted(slots), *told))
    if slots:
        yield from _table("text", "what", "slot", "before", "after", "cases")
        yield from (f"| {' | '.join(map(_cell, row))} |" for row in by_slot.to_rows(slots, cases))
    if found.changed:
        yield from _table("case", "regime", "before", "after", "by")
    for one in found.changed:
        for change in one.changes:
            by = "; ".join(_cell(sentence(b)) for b in change.by)
            name = _cell(visible(one.posed.name))
            yield f"| {name} | {change.regime} | {change.before} | {change.after} | {by} |"


def _table(*columns: str) -> Iterator[str]:
    yield from ("", f"| {' | '.join(columns)} |", "|" + "---|" * len(columns))


def _cell(text: str) -> str:
    from sanctions_rules.render.memo import escaped

    return escaped(text).replace("|", "\\|")


def _called(one: Changed) -> Iterator[str]:
    yield visible(one.posed.name)
    if one.posed.file and one.posed.file != one.posed.name:
        yield f"  {visible(one.posed.file)}"


def outcomes(change: Change) -> str:
    if change.before is change.after:
        return f"{change.regime}: {change.after}, as before"
    return f"{change.regime}: {change.before} before, {change.after} after"


def sentence(brought: Brought) -> str:
    """How the provision stood and stands, to what, and by what."""
    of = f" to {visible(brought.subject)}" if brought.subject else ""
    then, now = brought.before or "not in the law", brought.after or "no longer in the law"
    if not brought.after and brought.kind != "prohibition":
        now = "none"
    if not brought.before and brought.kind != "prohibition":
        then = "none"
    by = f" (by {joined(brought.by)})" if brought.by else ""
    kind = "" if brought.kind == "prohibition" else f"{brought.kind} under "
    cited = "; ".join(visible(c) for c in brought.citations)
    return f"{kind}{brought.provision}{of}: {then} before, {now} after{by} [{cited}]"


def to_data(found: Diff) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "before": {"rulebook_digest": found.before.digest},
        "after": {
            "rulebook_digest": found.after.digest,
            "overlays": [
                {"title": o.title, "over": list(o.over), "source": o.source, "note": o.note,
                 "digest": o.digest}
                for o in found.after.program.overlays
            ],
        },
        "cases": found.total,
        "changed": [
            {
                "name": one.posed.name, "file": one.posed.file, "in_outcome": one.in_outcome,
                "changes": [
                    {"regime": c.regime, "before": str(c.before), "after": str(c.after),
                     "by": [
                         {"kind": b.kind, "provision": b.provision, "subject": b.subject,
                          "before": b.before, "after": b.after, "by": list(b.by),
                          "citations": list(b.citations)}
                         for b in c.by
                     ]}
                    for c in one.changes
                ],
            }
            for one in found.changed
        ],
        "moves": [
            {"regime": regime, "before": str(then), "after": str(now), "cases": count}
            for (regime, then, now), count in found.moves.items()
        ],
    }  # fmt: skip
