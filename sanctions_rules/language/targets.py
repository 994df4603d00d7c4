"""What a reference reaches: norms, each through the determinations that fill it.

A licence may name an instrument, a provision, or one determination; what it lifts is always one
provision through one fill.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final, cast

from sanctions_rules.language import ast
from sanctions_rules.language.names import subject_noun
from sanctions_rules.language.resolve import Rulebook, first_day, regime
from sanctions_rules.language.timing import Timing

#: On which norms a verb may act: an exemption from an instrument does not exempt from its licences.
ACTS_ON: Final = {
    "authorises": ("prohibits", "empowers"),
    "exempts": ("prohibits", "empowers", "requires"),
    "displaces": ("prohibits", "empowers", "requires", "authorises", "exempts", "displaces"),
    "withdraws": ("authorises", "exempts", "displaces"),
    "penalises": ("prohibits", "requires"),
}
#: Which kind of exception a verb makes.
EDGE_KINDS: Final = {"authorises": "licence", "exempts": "scope", "displaces": "override"}

#: A provision, the determination that fills it (None: by itself), and the name of the pair.
Variant = tuple[ast.Block, ast.Block | None, str]


def _refs(block: ast.Block) -> Iterator[ast.Ref]:
    """Every reference in the slots of a block, as often as it stands there."""
    return (node for node in ast.walk(block.slots) if isinstance(node, ast.Ref))


class Targets(Timing):
    """Names of norms and what acts on what."""

    def __init__(self, rulebook: Rulebook) -> None:
        super().__init__(rulebook)
        self.variants = rulebook.variants
        self.aims = rulebook.aims

    def key(self, block: ast.Block) -> str:
        """A name apart from every other version and reading of the same provision."""
        same = self.rulebook.by_id[block.id]
        if len(same) == 1:
            return block.id
        reading = block.slot("reading")
        return f"{block.id}@{first_day(block)}" + (f"~{reading.names[0]}" if reading else "")

    def point_of(self, block: ast.Block) -> str:
        """Blocks that give one term, or have one id, are readings of one point."""
        verb = block.verb
        if verb and verb.word == "defines" and isinstance(verb.term, ast.Word):
            return f"{regime(block)}.{verb.term}"
        return block.id

    def is_norm(self, block: ast.Block) -> bool:
        return block.verb is not None and block.verb.word in (
            "prohibits", "authorises", "exempts", "displaces", "withdraws", "empowers", "requires", "penalises",
        )  # fmt: skip

    def variants_of(self, block: ast.Block) -> list[tuple[ast.Block | None, str]]:
        """The block by itself, and through each determination that fills a predicate it leaves open."""
        found = self.variants.get(id(block))
        if found is None:
            found = [cast("tuple[ast.Block | None, str]", (None, self.key(block)))]
            for slot in block.all("leaves open"):
                if not self.fills_itself(block, slot):
                    continue
                for fill in self.rulebook.fills.get((block.id, str(slot.term)), []):
                    if self.fill_meets(fill, block):
                        found.append((fill, f"{self.key(block)} via {self.key(fill)}"))
            self.variants[id(block)] = found
        return found

    def fills_itself(self, block: ast.Block, slot: ast.Slot) -> bool:
        """Whether an open predicate is about the thing that the verb binds: then each fill is a finding."""
        noun = subject_noun(block)
        return slot.subject is not None and noun is not None and slot.subject.text == noun.text

    def fill_meets(self, fill: ast.Block, block: ast.Block) -> bool:
        pin = cast(ast.Slot, fill.verb).refs[0].pin
        return pin is None or first_day(block) == pin

    def targets(self, ref: ast.Ref) -> list[Variant]:
        """The norms that a reference means, each with its fill: a fill may be named by itself."""
        known = self.aims.get(ref)
        if known is not None:
            return known
        found: list[Variant] = []
        for block in self.rulebook.meant(ref):
            if self.is_norm(block):
                found += [(block, fill, key) for fill, key in self.variants_of(block)]
            elif block.verb and block.verb.word == "fills":
                for target in self.rulebook.meant(block.verb.refs[0]):
                    found += [(target, f, key) for f, key in self.variants_of(target) if f is block]
        self.aims[ref] = found
        return found

    def acted_on(self, verb: str, ref: ast.Ref) -> list[Variant]:
        aims = self.forbidden(ref) if verb in ("authorises", "penalises") else self.targets(ref)
        return [t for t in aims if t[0].verb and t[0].verb.word in ACTS_ON[verb]]

    def forbidden(self, ref: ast.Ref) -> list[Variant]:
        """What is meant where conduct is licensed, penalised or said to be covered.

        A whole instrument then stands for its prohibitions, where it has any: that a power exists, a
        duty is owed or an exemption applies is no prohibition. A pinpoint means what it names.
        """
        found = self.targets(ref)
        if ref.pinpoint or ref.pin:
            return found
        bans = [t for t in found if t[0].verb and t[0].verb.word == "prohibits"]
        return bans or found

    @cached_property
    def exceptions(self) -> dict[str, list[ast.Block]]:
        """For each norm, by its key, the texts that lift, except from or displace it, as written."""
        found: dict[str, list[ast.Block]] = {}
        for source in self.rulebook.blocks:
            verb = source.verb
            if verb is None or verb.word not in EDGE_KINDS or not self.is_norm(source):
                continue
            keys = dict.fromkeys(
                key for ref in self.lifted_refs(verb) for _, _, key in self.acted_on(verb.word, ref)
            )
            for key in keys:
                found.setdefault(key, []).append(source)
        return found

    @cached_property
    def withdrawing(self) -> dict[int, list[ast.Block]]:
        """For each text, by identity, those that take it back, as written."""
        found: dict[int, list[ast.Block]] = {}
        for block in self.rulebook.blocks:
            if block.verb and block.verb.word == "withdraws":
                taken = {id(b) for ref in block.verb.refs for b in self.rulebook.meant(ref)}
                for one in taken:
                    found.setdefault(one, []).append(block)
        return found

    def against(self, block: ast.Block) -> list[tuple[ast.Block, frozenset[str]]]:
        """The duties to do what a prohibition forbids, and the acts that both name."""
        verb = block.verb
        if verb is None or verb.word != "prohibits" or verb.conduct is None:
            return []
        kinds = {a.text for a in verb.conduct.acts}
        found: list[tuple[ast.Block, frozenset[str]]] = []
        for other, demanded in self.demanding:
            shared = frozenset(a.text for a in demanded.acts) & kinds
            role = demanded.role("of")
            if regime(other) != regime(block) or (role is not None and role.share is not None):
                continue
            if shared and not self.displaced(other, block) and not self.displaced(block, other):
                found.append((other, shared))
        return found

    @cached_property
    def demanding(self) -> list[tuple[ast.Block, ast.Conduct]]:
        """The duties of the rulebook and what they demand: found once, for each prohibition asks."""
        return [
            (block, block.verb.conduct) for block in self.rulebook.blocks
            if block.verb and block.verb.word == "requires" and block.verb.conduct
        ]  # fmt: skip

    def displaced(self, one: ast.Block, by: ast.Block) -> bool:
        return any(
            other.verb
            and other.verb.word == "displaces"
            and any(one is b for r in other.verb.refs for b in self.rulebook.meant(r))
            for other in self.rulebook.blocks
        )

    def links(self) -> int:
        """How often the texts name a norm, or a row of a list: each becomes a part of what is lowered."""
        sizes: dict[ast.Ref, int] = {}
        total = 0
        for block in self.rulebook.blocks:
            for ref in self.rulebook.once("references", block, lambda b: list(_refs(b))):
                if ref not in sizes:
                    rows = (self.rows_of(b) for b in self.rulebook.meant(ref))
                    sizes[ref] = len(self.targets(ref)) + sum(rows)
                total += sizes[ref]
        return total

    def rows_of(self, block: ast.Block) -> int:
        columns = block.slot("columns")
        return len(columns.rows if columns else ()) + len(self.rulebook.entries.get(block.id, ()))

    def lifted_refs(self, verb: ast.Slot) -> tuple[ast.Ref, ...]:
        if verb.word == "displaces":
            return verb.refs
        conduct = verb.conduct
        if conduct is None or verb.word not in ("authorises", "exempts", "empowers"):
            return ()
        role = conduct.role("lifting") or (conduct.role("from") if verb.word == "exempts" else None)
        return role.refs if role else ()

    def licensed_as(self, block: ast.Block, fill: ast.Block | None) -> list[str]:
        """By which names a licence that somebody holds may name this provision."""
        names = {block.id, cast(ast.Ref, block.ref).instrument}
        whole, _, piece = block.id.rpartition("/")
        # A piece of a provision that only we split off is lifted by a licence for the provision.
        parents = self.rulebook.by_id.get(whole, ()) if piece and not block.all("source-id") else ()
        for one in (block, fill, *parents):
            if one is not None:
                names |= {one.id, *(t.text for s in one.all("source-id") for t in s.texts)}
        if fill is not None:
            names.add(f"{block.id} via {fill.id}")
        return sorted(names)
