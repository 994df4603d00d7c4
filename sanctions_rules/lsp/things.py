"""What stands where in a block: names of texts, terms, judgements, open terms and facts.

A thing is named by what it is and by what it means, so that two things are the same if and only if
an author would rename them together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from sanctions_rules.facts import ACT_KINDS
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import Rulebook, regime
from sanctions_rules.lsp.pieces import placed
from sanctions_rules.schema import NOUNS, paths
from sanctions_rules.source import Span

Kind = Literal["text", "term", "judgement", "open", "fact", "act"]
#: Facts that are things, of which a term may be said; see `scrutinising.rings`.
_THINGS = frozenset(p.rsplit(".", 1)[-1] for p, declared in paths() if declared.form == "ref")


@dataclass(frozen=True, slots=True)
class Thing:
    """One name at one place. `key`: an id, `REGIME.TERM`, `ID TERM` of an open term, or a path."""

    kind: Kind
    key: str
    span: Span
    defines: bool = False
    ref: ast.Ref | None = None

    def at(self) -> Thing:
        """The same, with its place in the whole file."""
        return Thing(self.kind, self.key, placed(self.span), self.defines, self.ref)


def things(rulebook: Rulebook, block: ast.Block) -> list[Thing]:
    """All that is named in a block, in no order; of a bare word all that it may name."""
    return rulebook.once("things", block, lambda b: list(_Walk(b).all()))


def thing_at(rulebook: Rulebook, block: ast.Block, offset: int) -> Thing | None:
    """The smallest thing at an offset that counts from where the block's places do."""
    here = [t for t in things(rulebook, block) if t.span.start <= offset <= t.span.end]
    here = [t for t in here if is_meant(rulebook, t)]
    return min(here, key=lambda t: (t.span.end - t.span.start, t.kind == "fact"), default=None)


def is_meant(rulebook: Rulebook, thing: Thing) -> bool:
    """Whether there is something by that name; of a fact and a text it is said elsewhere."""
    match thing.kind:
        case "term":
            return tuple(thing.key.split(".", 1)) in rulebook.terms
        case "judgement":
            return tuple(thing.key.split(".", 1)) in rulebook.judgements
        case "open":
            id, _, name = thing.key.rpartition(" ")
            return any(
                str(slot.term) == name
                for block in rulebook.by_id.get(id, ()) for slot in block.all("leaves open")
            )  # fmt: skip
        case _:
            return True


class _Walk:
    def __init__(self, block: ast.Block) -> None:
        self.block = block
        self.regime = regime(block)
        self.opened = {str(slot.term) for slot in block.all("leaves open")}

    def all(self) -> Iterator[Thing]:
        block = self.block
        if block.ref is not None and block.kind not in ("example", "overlay"):
            yield Thing("text", block.ref.id, block.ref.span, True, block.ref)
        for slot in block.slots:
            yield from self._slot(slot)

    def _slot(self, slot: ast.Slot) -> Iterator[Thing]:
        term = slot.term
        if term is not None:
            span = self._name(term)
            name = term.name if isinstance(term, ast.Call) else term.text
            if slot.word == "leaves open":
                yield Thing("open", f"{self.block.id} {name}", span, True)
            elif slot.word == "asks":
                yield Thing("judgement", f"{self.regime}.{name}", span, True)
            else:
                yield Thing("term", f"{self.regime}.{name}", span, True)
        if slot.word == "fills" and slot.refs:
            for word in slot.names:
                yield Thing("open", f"{slot.refs[0].id} {word.text}", word.span)
        elif slot.word == "binds":
            for word in slot.names:
                yield Thing("term", f"{self.regime}.{word.text}", word.span)
        for part in (
            slot.refs, slot.targets, slot.conduct, slot.condition, slot.value, slot.paths, slot.anchor,
            slot.due, slot.rows,
        ):  # fmt: skip
            yield from self._within(part)

    def _within(self, root: object) -> Iterator[Thing]:
        pending: list[tuple[object, bool]] = [(root, True)]
        while pending:
            node, terms = pending.pop()
            if isinstance(node, ast.Ref):
                yield Thing("text", node.id, node.span, False, node)
            elif isinstance(node, ast.Path):
                yield Thing("fact", str(node), node.span)
                if len(node.parts) == 1 and terms:
                    yield from self._bare(node.parts[0], node.span)
            elif isinstance(node, ast.Conduct):
                for act in node.acts:
                    if act.text in ACT_KINDS:
                        yield Thing("act", act.text, act.span)
                pending.append((node.roles, terms))
            elif isinstance(node, ast.Comparison):
                pending.append((node.operand, False))
                pending.append((node.predicate, _may_be_term(node.operand)))
            else:
                if isinstance(node, (ast.IsOwned, ast.IsControlled, ast.IsUnder)):
                    yield from self._bare(node.term.text, node.term.span)
                elif isinstance(node, ast.IsJudged):
                    yield Thing("judgement", f"{self.regime}.{node.term}", node.term.span)
                elif isinstance(node, ast.Call):
                    yield from self._bare(node.name, self._name(node))
                pending += [(part, terms) for part in _parts(node)]

    def _bare(self, name: str, span: Span) -> Iterator[Thing]:
        if name in self.opened:
            yield Thing("open", f"{self.block.id} {name}", span)
        else:
            yield Thing("term", f"{self.regime}.{name}", span)

    def _name(self, term: ast.Word | ast.Call) -> Span:
        if isinstance(term, ast.Word):
            return term.span
        return Span(term.span.file, term.span.start, term.span.start + len(term.name))


def _may_be_term(operand: ast.Operand) -> bool:
    """Whether what is said of this can be a term: of a fact that is a word it is one of its words."""
    if not isinstance(operand, ast.Path):
        return False
    return len(operand.parts) == 1 or operand.parts[-1] in _THINGS


def _parts(node: object) -> list[object]:
    if isinstance(node, tuple):
        return list(cast("tuple[object, ...]", node))
    if isinstance(node, (str, Span, ast.Word)) or not hasattr(node, "__dataclass_fields__"):
        return []
    return [getattr(node, name) for name in cast(Any, node).__dataclass_fields__]


def is_noun(name: str) -> bool:
    return name in NOUNS or name in ("act", "actor", "case")
