"""Every block has the slots that its kind must have, and none that it must not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import Rulebook
from sanctions_rules.language.slots import OF_COMMITMENTS, REPEATABLE, SHAPES, Shape


def shapes(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """Every block has the slots that its kind must have, and none that it must not."""
    for block in rulebook.blocks:
        yield from rulebook.once("shape", block, lambda b: list(_shape(b)))


def _shape(block: ast.Block) -> Iterator[Diagnostic]:
    shape = SHAPES[block.kind]
    present = {s.word for s in block.slots} | block.damaged
    if "?" in block.damaged:
        present |= set(shape.must) | set(shape.verbs[:1])
    for word in shape.must:
        if word not in present:
            yield Diagnostic(
                "no-" + word.replace(" ", "-"),
                f"this {block.kind} has no `{word}` slot",
                block.head,
                help=_MISSING.get(word, ""),
            )
    if shape.verbs and not any(v in present for v in shape.verbs):
        yield Diagnostic(
            "no-verb",
            f"this {block.kind} has no norm verb",
            block.head,
            help="one of: " + ", ".join(shape.verbs),
        )
    seen: dict[str, ast.Slot] = {}
    for slot in block.slots:
        if not shape.allows(slot.word):
            yield Diagnostic(
                "slot-not-here",
                f"{'an' if block.kind[0] in 'aeio' else 'a'} {block.kind} has no `{slot.word}` slot",
                slot.span,
                help="write `with`"
                if (block.kind, slot.word) == ("determination", "when")
                else did_you_mean(slot.word, (*shape.verbs, *shape.must, *shape.may)),
            )
        elif slot.word in seen and slot.word not in REPEATABLE:
            yield Diagnostic(
                "slot-twice",
                f"`{slot.word}` stands twice in one block",
                slot.span,
                help="an exception with conditions of its own is a block of its own"
                if slot.word == "except where"
                else "",
            )
        seen[slot.word] = slot
    verbs = [s for s in block.slots if s.word in shape.verbs]
    if len(verbs) > 1 and not (
        block.verb and all(v.word == "requires" for v in verbs if v is not block.verb)
    ):
        yield Diagnostic(
            "two-verbs",
            f"`{verbs[0].word}` and `{verbs[1].word}` in one block",
            verbs[1].span,
            help="one norm, one verb: make it two blocks",
        )
    if block.verb is not None:
        for slot in block.slots:
            only = _VERBS_OF.get(slot.word, ())
            if only and block.verb.word not in only and shape.allows(slot.word):
                yield Diagnostic(
                    "slot-not-here",
                    f"`{slot.word}` does not go with `{block.verb.word}`",
                    slot.span,
                    help="it goes with " + ", ".join(only),
                )
        if block.verb.word == "commits to":
            yield from _beside_a_commitment(block, shape)
    cites = seen.get("cites")
    if cites and not all(t.text.strip() for t in cites.texts):
        yield Diagnostic("no-cites", "the citation is empty", cites.span, help=_MISSING["cites"])


def _beside_a_commitment(block: ast.Block, shape: Shape) -> Iterator[Diagnostic]:
    """A commitment binds nobody: a line on which something could turn has no place beside it."""
    for slot in block.slots:
        if (
            slot.word not in OF_COMMITMENTS
            and shape.allows(slot.word)
            and slot.word not in ast.VERBS
        ):
            yield Diagnostic(
                "slot-not-here",
                f"`{slot.word}` does not go with `commits to`",
                slot.span,
                help="a commitment has no legal effect; what carries it out has conditions of its own",
            )


#: Slots that only some verbs can do anything with.
_VERBS_OF: Final = {
    "upon determining that": ("empowers",),
    "provided that": ("authorises", "exempts"),
    "met when": ("requires",),
    "carried out by": ("commits to",),
    "binds": ("prohibits", "authorises", "requires", "exempts", "penalises", "empowers"),
}


_MISSING: Final = {
    "cites": 'every provision cites its text: cites "E.O. 14068 s. 1(a)(i)"',
    "in force": "say from when and until when: in force from 2022-03-11, no end stated",
    "issued": "say when and by whom: issued 2024-02-08 by Treasury",
}
