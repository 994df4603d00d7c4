"""`show`: the rulebook as a lawyer reads it, limb by limb in the order of the law, on one day.

Each text has its citation, how it stands on that day, its interval as printed, what fills it, and
what lifts it; each of those has the same. What excepts from a whole instrument is said once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from sanctions_rules import clocks
from sanctions_rules.author.slot_diff import parts, predecessor, version
from sanctions_rules.cli.asking import WrongUsage
from sanctions_rules.cli.by_slot import part_lines
from sanctions_rules.core import Overlay
from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.format import block_text, one_line, slot_lines
from sanctions_rules.language.resolve import first_day, regime
from sanctions_rules.rulebooks import Law
from sanctions_rules.rulebooks.commitments import carried_out, carries_out
from sanctions_rules.rulebooks.history import History, Lift, State
from sanctions_rules.rulebooks.series import Mark, series_of, stretches

#: Words for what an exception does to what it excepts from; what lifts comes first.
DOES: Final = {"licence": "lifted by", "override": "displaced by", "scope": "excepted by"}

#: Slots that are printed as they stand, in this order.
PLAIN: Final = ("enacted by", "replaces", "issued", "reading", "checked", "note")

#: Kinds of blocks that are listed by themselves, and under which title.
LISTED: Final = {
    "instrument": "instruments",
    "determination": "determinations",
    "licence": "licences",
}


def instruments(law: Law) -> Iterator[str]:
    """What there is to show: instruments, and the determinations and licences beside them."""
    for head in law.program.heads:
        yield f"{head.regime}: {head.title}; current through {head.through}"
        yield from (_proposed(o) for o in law.program.overlays if head.regime in o.over)
        named: dict[str, ast.Block] = {}
        for block in law.compiled.rulebook.blocks:
            if block.ref is not None and regime(block) == head.regime and block.kind != "example":
                known = named.setdefault(block.ref.instrument, block)
                if block.kind == "instrument" and known.kind != "instrument":
                    named[block.ref.instrument] = block
        for kind, title in (*LISTED.items(), ("", "definitions and lists")):
            found = {n: b for n, b in named.items() if (b.kind if b.kind in LISTED else "") == kind}
            if found:
                yield f"\n{title}"
                width = max(map(len, found))
                yield from (
                    f"  {n.ljust(width)}  {b.title} ({_cited(b)})" for n, b in found.items()
                )


def shown(law: Law, name: str, day: date, changes: bool = False) -> Iterator[str]:
    """One instrument, provision or licence on a day, with what fills it and what lifts it.

    `changes`: with the history of each text, and what each version says otherwise than the one before.
    Raises WrongUsage, with a suggestion.
    """
    history = law.history
    found = _named(law, name)
    header = law.compiled.rulebook.instruments.get(name)
    series = series_of(law, found[0].ref.instrument if found and found[0].ref else "")
    files = {block.head.file for block in (*found, *([header] if header else ()))}
    yield from (_proposed(o) for o in law.program.overlays if o.file in files)
    if header is None and len({b.id for b in found}) == 1:
        yield from _alone(history, found, day, changes)
        yield from _series(law, series)
        return
    if header is not None:
        yield from _header(header)
    yield f"as it stands on {day}"
    common = _common(history, found)
    for block in found:
        yield ""
        yield from _provision(history, block, day, common)
        if changes:
            yield from _history(history, block, day, changes)
    if common:
        yield "\nall of these prohibitions and duties"
        yield from _lifts(history, common, day, "  ")
    yield from _series(law, series)


def _proposed(overlay: Overlay) -> str:
    return f"a proposal, not law: {overlay.title} ({overlay.source})"


def _alone(history: History, found: list[ast.Block], day: date, changes: bool) -> Iterator[str]:
    """One text with its line of succession and its rule in full."""
    yield f"as it stands on {day}"
    for block in found:
        yield ""
        yield from _provision(history, block, day, ())
    yield from _history(history, found[0], day, changes)
    for block in found:
        yield f"\nthe rule, from {block.head.file}"
        yield from ("  " + text for text in block_text(block).splitlines())


def _history(history: History, block: ast.Block, day: date, changes: bool) -> Iterator[str]:
    """All versions of a text, oldest first; and where asked, what each changed."""
    line = history.line(block)
    if len(line) < 2:
        return
    yield "\nhistory"
    for one in line:
        yield from _entry(history, one, day, "  ")
        older = predecessor(one, line) if changes else None
        if older is not None:
            yield f"    otherwise than {version(older)}"
            yield from ("    " + text for text in part_lines(tuple(parts(older, one))))


def _series(law: Law, blocks: tuple[ast.Block, ...]) -> Iterator[str]:
    """Which version covers which instant: covered, a gap, or not known, each with its source."""
    if not blocks:
        return
    zone = law.compiled.rulebook.zone(blocks[0])
    found = tuple(stretches(law, blocks))
    since = [clocks.printed(one.since, zone, first=True) for one in found]
    until = [
        "no end stated" if one.until is None else clocks.printed(one.until, zone, first=False)
        for one in found
    ]
    yield "\nwhich version covers which time"
    for one, begins, ends in zip(found, since, until, strict=True):
        yield (
            f"  {begins.ljust(max(map(len, since)))}  {ends.ljust(max(map(len, until)))}  "
            f"{str(one.mark).ljust(9)}  {', '.join(dict.fromkeys(b.id for b in one.by))}"
            f"{' ended' if one.mark is Mark.GAP else ''}"
        )
        for block in one.by if one.mark is not Mark.COVERED else ():
            notes = [t.text for s in block.all("note") for t in s.texts]
            word = "read" if one.mark is Mark.NOT_KNOWN else "by"
            yield f"    {word} {'; '.join([_cited(block), *notes])}"


def _named(law: Law, name: str) -> list[ast.Block]:
    book = law.compiled.rulebook
    plain, _, pin = re.sub(r"\s+", " ", name.strip()).partition("@")
    blocks = [
        b for b in book.blocks if b.ref and b.kind not in ("instrument", "example", "overlay")
    ]
    found = [b for b in blocks if b.id == plain] or [
        b for b in blocks
        if b.ref and (b.ref.instrument == plain or b.id.startswith((plain + "(", plain + "/")))
    ]  # fmt: skip
    if pin:
        found = [b for b in found if str(first_day(b)) == pin]
    if not found and (pin or plain not in book.instruments):
        near = did_you_mean(plain, book.by_id) or "`sanctions-rules show` lists what there is"
        raise WrongUsage(f"nothing is called `{name}`; {near}")
    return found


def _header(block: ast.Block) -> Iterator[str]:
    yield f"{block.id}  {block.title}"
    yield _cited(block)
    for word in ("issued", "made under", "current through", "note"):
        slot = block.slot(word)
        if slot is not None:
            yield one_line(slot)


def _common(history: History, blocks: Iterable[ast.Block]) -> list[Lift]:
    """What lifts every one of these that can be lifted."""
    all_lifts = [lifts for block in blocks if (lifts := history.lifts(block))]
    if len(all_lifts) < 2:
        return []
    return [lift for lift in all_lifts[0] if all(lift in lifts for lifts in all_lifts)]


def _provision(
    history: History, block: ast.Block, day: date, common: Iterable[Lift]
) -> Iterator[str]:
    label = block.ref.pinpoint if block.ref and block.ref.pinpoint else block.id
    status = history.status(block, day)
    yield f"{label}  {block.title}"
    yield f"  {_cited(block)}"
    promises = block.verb is not None and block.verb.word == "commits to"
    yield "  a commitment, without legal effect" if promises else f"  {status}"
    yield f"  {_interval(block)}"
    yield from (f"  {one_line(slot)}" for word in PLAIN for slot in block.all(word))
    if status.state is not State.REPLACED:
        for newer in history.replaced_by(block):
            yield f"  replaced by {newer.id} from {first_day(newer)}"
    if block.verb is not None:
        yield f"  {one_line(block.verb)}"
        if promises:
            yield from _carried_out(history, block, day)
    for promised in carries_out(history.rulebook, block):
        commitment = promised.commitment
        late = f"; {promised.delay}, promised by {promised.target}" if promised.delay else ""
        yield f"  carries out {commitment.id}  {commitment.title}{late}"
    for word in history.left_open(block):
        fills = [f for f in history.fills(block) if f.verb and str(f.verb.names[0]) == word]
        yield f"  leaves open {word}: filled by" + (" nothing" if not fills else "")
        for fill in fills:
            yield from _entry(history, fill, day, "    ")
            yield from _lifts(history, history.lifts(block, fill), day, "      ")
    yield from _lifts(history, (x for x in history.lifts(block) if x not in common), day, "  ")
    for target in history.filled_by(block):
        yield from _lifts(
            history, [*history.lifts(target, block), *history.lifts(target)], day, "  "
        )


def _carried_out(history: History, commitment: ast.Block, day: date) -> Iterator[str]:
    """By regime what carries a commitment out, from when, and how late or early that is."""
    found = list(carried_out(history.rulebook, commitment))
    asked = history.program.regimes
    if not found:
        yield "  carried out by nothing that is named"
        return
    for name in (*asked, *dict.fromkeys(c.regime for c in found if c.regime not in asked)):
        mine = [c for c in found if c.regime == name]
        yield f"  carried out in {name} by" + ("" if mine else " nothing that is named")
        for one in mine:
            yield f"    {one.block.id}  {one.block.title}"
            late = f", {one.delay}" if one.delay else ""
            yield f"      {one.first_days}{late}; {history.status(one.block, day)}"


def _lifts(history: History, lifts: Iterable[Lift], day: date, margin: str) -> Iterator[str]:
    order = list(DOES)
    for lift in sorted(lifts, key=lambda x: order.index(x.kind)):
        first, *rest = _entry(history, lift.block, day, "")
        yield f"{margin}{DOES[lift.kind]} {first}"
        yield from (margin + line for line in rest)


def _entry(history: History, block: ast.Block, day: date, margin: str) -> Iterator[str]:
    """One text in two lines: its name, and how it stands with its interval."""
    reading = block.slot("reading")
    read = f" (reading {reading.names[0]})" if reading else ""
    yield f"{margin}{block.id}  {block.title}{read}"
    yield f"{margin}  {history.status(block, day)}; {_interval(block)}"


def _interval(block: ast.Block) -> str:
    slot = block.slot("in force")
    if slot is None:
        return ""
    printed, *measured = (line.strip() for line in slot_lines(slot))
    return "; ".join([printed.removeprefix("in force").strip(), *measured])


def _cited(block: ast.Block) -> str:
    return "; ".join(text.text for slot in block.all("cites") for text in slot.texts)
