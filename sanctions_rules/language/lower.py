"""From a checked rulebook to the core: everything that is law becomes a named definition.

Each norm, through each determination that fills it, becomes: `in force`, `bound`, `pattern`
(the act and its places), `body`, `scope`, `covered`, `engaged`, `lifted` and `effective`. Each
exception to each target is a definition of its own, so that a block can attack one edge and
leave the exception standing for other targets. Exceptions are lowered before what they except,
so that `Ref` always points backwards; engines then need no ordering logic of their own.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import cast

from sanctions_rules import core
from sanctions_rules.language import ast
from sanctions_rules.language.chains import Words
from sanctions_rules.language.lowering.env import DEFAULT_ANCHOR
from sanctions_rules.language.lowering.norms import Norms
from sanctions_rules.language.names import subject_noun
from sanctions_rules.language.overlays import overlays_of
from sanctions_rules.language.resolve import Rulebook, regime


def lower(
    rulebook: Rulebook,
    digest: str,
    allowed: frozenset[str] = frozenset(),
    words: Words | None = None,
) -> core.Program:
    """`allowed`: ids of texts that are used although they were withdrawn.

    A program that uses some has a digest of its own: no engine may take it for the other.
    """
    if allowed:
        digest = hashlib.sha256("\n".join([digest, *sorted(allowed)]).encode()).hexdigest()
    return Lowering(rulebook, allowed, words).program(digest)


class Lowering(Norms):
    """One rulebook, whole: its norms and terms, and what is said of it beside them."""

    def program(self, digest: str) -> core.Program:
        rulebook = self.rulebook
        for block in rulebook.blocks:
            if self.is_norm(block):
                for fill, key in self.variants_of(block):
                    self.norm(block, fill, key)
        terms: dict[str, tuple[str, str]] = {}
        for (where, name), blocks in rulebook.terms.items():
            if isinstance(cast(ast.Slot, blocks[0].verb).term, ast.Call):
                continue
            anchor = next(
                (s.anchor for b in blocks if (s := b.slot("in force")) and s.anchor), DEFAULT_ANCHOR
            )
            defined = self.term(where, name, (), anchor)
            noun = subject_noun(blocks[0])
            terms[f"{where}.{name}"] = (defined, noun.text if noun else "")
        heads = tuple(
            core.Head(name, head.title, cast(date, cast(ast.Slot, head.slot("current through")).day),
                      cast(ast.Slot, head.slot("current through")).number, rulebook.zone(head), self.only_commits(name))
            for name, head in rulebook.heads.items()
        )  # fmt: skip
        return core.Program(
            core.Definitions.of(dict(self.definitions)), tuple(self.order), self.reading_points(), heads, terms,
            self.questions(), digest, self.citations(), self.has_burdens, self.withdrawals_here(),
            tuple(sorted(self.allowed)), overlays_of(rulebook),
        )  # fmt: skip

    def only_commits(self, name: str) -> bool:
        """Whether the rulebook of a regime holds commitments, and nothing else that says something."""
        verbs = {b.verb.word for b in self.rulebook.blocks if b.verb and regime(b) == name}
        return verbs == {"commits to"}

    def withdrawals_here(self) -> dict[str, str]:
        """Every text that was withdrawn, by the id that it was withdrawn by."""
        slots = ((b.id, b.slot("withdrawn")) for b in self.rulebook.blocks)
        return {name: f"{s.day}: {s.texts[0].text}" for name, s in slots if s is not None}

    def citations(self) -> dict[str, tuple[str, ...]]:
        """How the law names each block; of all versions of an id, in the order written."""
        found: dict[str, dict[str, None]] = {}
        for block in self.rulebook.blocks:
            texts = found.setdefault(block.id, {})
            texts.update((text.text, None) for slot in block.all("cites") for text in slot.texts)
        return {name: tuple(texts) for name, texts in found.items()}

    def reading_points(self) -> tuple[core.ReadingPoint, ...]:
        points: dict[str, list[tuple[str, str, bool]]] = {}
        for block in self.rulebook.blocks:
            slot = block.slot("reading")
            if slot:
                points.setdefault(self.point_of(block), []).append(
                    (str(slot.names[0]), slot.texts[0].text, slot.flag)
                )
        return tuple(
            core.ReadingPoint(
                name, next(r for r, _, preferred in found if preferred),
                tuple(dict.fromkeys((r, basis) for r, basis, _ in found)),
            )
            for name, found in points.items()
        )  # fmt: skip

    def questions(self) -> dict[str, tuple[str, tuple[str, ...], str]]:
        found: dict[str, tuple[str, tuple[str, ...], str]] = {}
        for (where, name), block in self.rulebook.judgements.items():
            asks = cast(ast.Slot, block.verb)
            factors = block.slot("weighing")
            cites = block.slot("cites")
            found[f"{where}.{name}"] = (
                asks.texts[0].text,
                tuple(f"{label} {text.text}" for label, text in factors.factors) if factors else (),
                cites.texts[0].text if cites else "",
            )
        return found
