"""Proposals laid over the law: a rule file with an `overlay` block is a proposal in all its blocks.

Its blocks may add to the law that it lies over, replace texts of it and repeal them, by the same
slots as the law itself; no packaged file is touched. Here is checked that it lies over something
that is there, and read off what a decision must say of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sanctions_rules import core
from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.format import digest_of
from sanctions_rules.language.resolve import Rulebook, regime


def overlays_of(rulebook: Rulebook) -> tuple[core.Overlay, ...]:
    """Every proposal of the rulebook, in the order of its files."""
    return tuple(
        core.Overlay(
            block.title, tuple(map(str, over.names)),
            "; ".join(text.text for slot in block.all("cites") for text in slot.texts),
            " ".join(text.text for slot in block.all("note") for text in slot.texts),
            digest_of([block, *_beside(rulebook, block)], {}), block.head.file,
        )
        for block in rulebook.blocks
        if block.kind == "overlay" and (over := block.slot("over")) is not None
    )  # fmt: skip


def overlays(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """A proposal has a title, lies over law that is there, and says something of that law only."""
    lies_in: dict[str, ast.Block] = {}
    for block in rulebook.blocks:
        if block.kind != "overlay" or block.damaged:
            continue
        first = lies_in.setdefault(block.head.file, block)
        if first is not block:
            yield Diagnostic(
                "two-overlays", "the file already says what it is laid over", block.head,
                help=f"the other is at {rulebook.place(first)}; one proposal is one file",
            )  # fmt: skip
            continue
        if block.ref is not None or not block.title:
            yield Diagnostic(
                "overlay-title", "an overlay has a title and no other name", block.head,
                help='as in overlay "A blanket ban on exports"',
            )  # fmt: skip
        yield from _over(rulebook, block)


def _over(rulebook: Rulebook, block: ast.Block) -> Iterator[Diagnostic]:
    over = block.slot("over")
    if over is None:
        return
    own = block.head.file
    there = list(dict.fromkeys(
        regime(b) for b in rulebook.blocks if b.slot("current through") and b.head.file != own
    ))  # fmt: skip
    for name in over.names:
        if str(name) not in there:
            yield Diagnostic(
                "unknown-regime", f"there is no law of `{name}` that this could lie over", name.span,
                "no rulebook of it is loaded",
                did_you_mean(str(name), there) or "loaded: " + (", ".join(there) or "nothing"),
            )  # fmt: skip
    beside = _beside(rulebook, block)
    if not beside:
        yield Diagnostic(
            "empty-overlay", "the proposal says nothing", block.head,
            help="write its provisions, licences and definitions under it, in the same file",
        )  # fmt: skip
    named = set(map(str, over.names))
    for one in beside:
        if one.ref is not None and regime(one) not in named:
            yield Diagnostic(
                "overlay-elsewhere", f"`{one.id}` is not of the law that the proposal lies over",
                one.ref.span, help=f"it lies over {', '.join(sorted(named))}; begin the name with that, "
                "or say it of this law too",
            )  # fmt: skip


def _beside(rulebook: Rulebook, overlay: ast.Block) -> list[ast.Block]:
    """The other blocks of the file: what the proposal says."""
    return [
        block for block in rulebook.blocks
        if block.head.file == overlay.head.file and block.kind not in ("overlay", "example")
    ]  # fmt: skip
