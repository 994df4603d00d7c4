"""Texts in time: intervals, two texts of one thing at once, readings of one point, texts withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import Rulebook
from sanctions_rules.language.targets import Targets


def intervals(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """An interval ends after it begins, and so do the ranges that stand for days that were not read."""
    lowering = Targets(rulebook)
    for block in rulebook.blocks:
        slot = block.slot("in force")
        if slot and isinstance(slot.interval, ast.Interval) and "in force" not in block.damaged:
            earliest, latest, first_end, last_end = lowering.interval(block)
            if earliest >= last_end:
                yield Diagnostic("empty-interval", "the interval ends before it begins", slot.span)
            elif first_end < earliest:
                said = "the range of the end begins before the text can"
                yield Diagnostic("empty-interval", said, slot.span)
            elif latest > last_end:
                said = "the range of the beginning goes on after the text has ended"
                yield Diagnostic("empty-interval", said, slot.span)


def versions(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """Two texts of one id alive at one instant, neither replacing the other, are a conflict."""
    lowering = Targets(rulebook)
    for name, blocks in rulebook.by_id.items():
        living = [
            b for b in blocks if b.kind not in ("instrument", "overlay") and rulebook.sound(b)
        ]
        for one, other in _at_once(lowering, living):
            yield Diagnostic(
                "conflict.versions",
                f"two texts of `{name}` are in force at once",
                other.head,
                help=f"the other is at {rulebook.place(one)}; the newer one says `replaces`, "
                "or both are marked `reading`",
            )
    for (where, name), blocks in rulebook.terms.items():
        for one, other in _at_once(lowering, [b for b in blocks if rulebook.sound(b)]):
            if one.id != other.id:
                yield Diagnostic(
                    "conflict.definitions",
                    f"`{name}` is defined twice at one time in `{where}`",
                    other.head,
                    help=f"the other is at {rulebook.place(one)}; the newer one says `replaces`, "
                    "or both are marked `reading`",
                )


def _at_once(
    lowering: Targets, blocks: Sequence[ast.Block]
) -> Iterator[tuple[ast.Block, ast.Block]]:
    """Of texts alive at one instant the first and each later one, as written, that conflict.

    They are gone through by the day they begin, beside those that have not ended by then: a text
    that was amended a thousand times is compared with its neighbours alone.
    """
    newer = {id(b): lowering.rulebook.replaced_by.get(id(b), []) for b in blocks}
    spans: list[tuple[int, int, int]] = []
    for index, block in enumerate(blocks):
        interval = lowering.interval(block)
        ends = (lowering.interval(n)[1] for n in newer[id(block)])
        spans.append((interval[0], index, min([interval[3], *ends])))
    alive: list[tuple[int, int, int]] = []
    first: dict[int, int] = {}
    for since, index, until in sorted(spans):
        alive = [one for one in alive if one[0] > since]
        for _, begun, beside in alive:
            if begun >= until:
                continue
            low, high = sorted((index, beside))
            one, other = blocks[low], blocks[high]
            replacing = any(b is other for b in newer[id(one)]) or any(
                b is one for b in newer[id(other)]
            )
            if not replacing and not _readings_apart(one, other):
                first[high] = min(low, first.get(high, low))
        if until > since:
            alive.append((until, since, index))
    for high, low in first.items():
        yield blocks[low], blocks[high]


def _readings_apart(one: ast.Block, other: ast.Block) -> bool:
    """Whether two blocks are different readings of one point."""
    a, b = one.slot("reading"), other.slot("reading")
    return a is not None and b is not None and str(a.names[0]) != str(b.names[0])


def readings(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """A reading point has at least two readings, exactly one of them preferred."""
    lowering = Targets(rulebook)
    points: dict[str, list[ast.Block]] = {}
    for block in rulebook.blocks:
        if block.slot("reading"):
            points.setdefault(lowering.point_of(block), []).append(block)
    for point, blocks in points.items():
        if not rulebook.sound(*blocks):
            continue
        preferred = {
            str(cast(ast.Slot, b.slot("reading")).names[0])
            for b in blocks
            if cast(ast.Slot, b.slot("reading")).flag
        }
        slot = cast(ast.Slot, blocks[-1].slot("reading"))
        if len({str(cast(ast.Slot, b.slot("reading")).names[0]) for b in blocks}) == 1:
            yield Diagnostic(
                "readings",
                f"`{point}` has one reading only",
                slot.span,
                help="give the other one too, or say in a note how the text was read",
            )
        elif len(preferred) != 1:
            yield Diagnostic(
                "readings",
                f"of the readings of `{point}` {'none is' if not preferred else 'more than one is'} preferred",
                slot.span,
                help='mark exactly one: reading NAME, preferred "source"',
            )


def withdrawals(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """A text that was found wrong loads, and everybody who loads it is told."""
    heads = [id(head) for head in rulebook.heads.values()]
    for block in rulebook.blocks:
        slot = block.slot("withdrawn")
        if slot is None or not rulebook.sound(block):
            continue
        if id(block) in heads:
            yield Diagnostic(
                "withdrawn-head", f"`{block.id}` speaks for a whole rulebook and cannot be withdrawn",
                slot.span, help="withdraw the texts that are wrong",
            )  # fmt: skip
        else:
            yield Diagnostic(
                "withdrawn", f"`{block.id}` was found wrong: what turns on it is not determined",
                slot.span, help="write the text anew, with `replaces`; until then who wants it used must allow it",
                severity="warning",
            )  # fmt: skip
