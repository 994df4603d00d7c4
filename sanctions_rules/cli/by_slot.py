"""What changed in the law by slot, as lines, as a table and as data: for `diff` and `show --history`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sanctions_rules.author.diff import Changed
from sanctions_rules.author.slot_diff import BlockChange, Part, Piece, SlotDiff, version
from sanctions_rules.render.sentences import visible

#: The changed cases beside each changed block, in the order of the blocks; none where none were asked.
Beside = Sequence[Sequence[Changed]]


def _each(found: SlotDiff, beside: Beside) -> Iterator[tuple[BlockChange, Sequence[Changed]]]:
    return zip(found.blocks, beside or [()] * len(found.blocks), strict=True)


def counted(found: SlotDiff) -> str:
    """One line: how many blocks came, went and changed."""
    hows = [c.how for c in found.blocks]
    told = [
        f"{hows.count(how)} {how}"
        for how in ("changed", "renamed", "added", "removed")
        if how in hows
    ]
    lists = f"; {len(found.annexes)} annexes" if found.annexes else ""
    return f"in the law: {', '.join(told) or 'no block changes'}{lists}"


def to_text(found: SlotDiff, beside: Beside = ()) -> Iterator[str]:
    for change, cases in _each(found, beside):
        yield f"{change.how} {_headed(change)}"
        if change.than:
            yield f"  otherwise than {version(change.than)}"
        yield from part_lines(change.parts)
        yield from (f"  case: {visible(one.posed.name)}" for one in cases)
    yield from (f"{how} annex {visible(name)}" for how, name in found.annexes)


def part_lines(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        yield f"  {place(part)}: {what(part)}"
        if part.how == "changed":
            yield f"    before: {visible(part.before)}"
            yield f"    after:  {visible(part.after)}"


def place(part: Part) -> str:
    return part.slot + (f", limb {part.limb}" if part.limb else "")


def what(part: Part) -> str:
    """The change in words: the text that came or went, or the words of it that changed."""
    if part.how != "changed":
        return f"{part.how}: {visible(part.before or part.after)}"
    if not part.pieces:
        return "changed"
    return "; ".join(map(_piece, part.pieces))


def _piece(piece: Piece) -> str:
    then, now = visible(piece.before), visible(piece.after)
    if then and now:
        return f"{piece.what} {then} before, {now} after"
    return f"{piece.what} {then} removed" if then else f"{piece.what} {now} added"


def _headed(change: BlockChange) -> str:
    cites = "; ".join(visible(t.text) for slot in change.block.all("cites") for t in slot.texts)
    return f"{change.name}  {visible(change.block.title)}" + (f" [{cites}]" if cites else "")


def to_rows(found: SlotDiff, beside: Beside = ()) -> Iterator[tuple[str, ...]]:
    """A row for each part: block, what happened, place, before, after, cases."""
    for change, cases in _each(found, beside):
        names = "; ".join(visible(one.posed.name) for one in cases)
        if not change.parts:
            yield change.name, change.how, "", "", visible(change.block.title), names
        for part in change.parts:
            how = part.how if part.how != "changed" else what(part)
            if change.than:
                how = f"added, otherwise than {version(change.than)}: {how}"
            yield change.name, how, place(part), visible(part.before), visible(part.after), names
    yield from ((name, how, "annex", "", "", "") for how, name in found.annexes)


def to_data(found: SlotDiff, beside: Beside = ()) -> dict[str, Any]:
    return {
        "blocks": [
            {
                "how": change.how, "id": change.block.id, "version": change.name.partition("@")[2] or None,
                "kind": change.block.kind, "title": change.block.title,
                "than": version(change.than) if change.than else None,
                "slots": [
                    {"how": p.how, "slot": p.slot, "limb": p.limb, "before": p.before, "after": p.after,
                     "words": [{"what": w.what, "before": w.before, "after": w.after} for w in p.pieces]}
                    for p in change.parts
                ],
                "cases": [one.posed.name for one in cases],
            }
            for change, cases in _each(found, beside)
        ],
        "annexes": [{"how": how, "file": name} for how, name in found.annexes],
    }  # fmt: skip
