"""Exceptions, definitions and versions never come back to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import Rulebook, regime
from sanctions_rules.language.targets import Targets
from sanctions_rules.schema import paths


def cycles(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """Exceptions and definitions never come back to themselves; the ring is written out."""
    graph: dict[str, list[tuple[str, ast.Block]]] = {}
    lowering = Targets(rulebook)
    for block in rulebook.blocks:
        verb = block.verb
        if verb and verb.word in ("authorises", "exempts", "displaces"):
            for ref in lowering.lifted_refs(verb):
                for target, _, _ in lowering.acted_on(verb.word, ref):
                    if target is not block:
                        graph.setdefault(target.id, []).append((block.id, block))
        if verb and verb.word == "fills":
            for target in rulebook.meant(verb.refs[0]):
                graph.setdefault(target.id, []).append((block.id, block))
        if verb and verb.word == "withdraws":
            for ref in verb.targets or verb.refs:
                for target in rulebook.meant(ref):
                    graph.setdefault(target.id, []).append((block.id, block))
        for duty, _ in lowering.against(block):
            graph.setdefault(block.id, []).append((duty.id, duty))
        for name in _mentioned(rulebook, block):
            graph.setdefault(block.id, []).append((name, block))
    yield from _rings(graph, rulebook)
    amended: dict[str, list[tuple[str, ast.Block]]] = {}
    for block in rulebook.blocks:
        for newer in rulebook.replaced_by.get(id(block), ()):
            amended.setdefault(lowering.key(block), []).append((lowering.key(newer), newer))
    yield from _rings(amended, rulebook)


def _mentioned(rulebook: Rulebook, block: ast.Block) -> Iterator[str]:
    """Ids of what a block's conditions rest on: terms and provisions."""
    for one in rulebook.once("mentioned", block, lambda b: list(_named(b))):
        if isinstance(one, ast.Ref):
            yield from (b.id for b in rulebook.meant(one))
        else:
            yield from (b.id for b in rulebook.terms.get((regime(block), one), []))


def _named(block: ast.Block) -> Iterator[str | ast.Ref]:
    """Names of terms, and references, on which the block's conditions rest."""
    own = block.verb.term if block.verb and block.verb.word == "defines" else None
    own_name = own.name if isinstance(own, ast.Call) else str(own) if own else ""
    opened = {str(s.term) for s in block.all("leaves open")}

    def within(condition: ast.Condition) -> Iterator[str | ast.Ref]:
        pending: list[object] = [condition]
        while pending:
            node = pending.pop()
            if isinstance(node, (ast.IsOwned, ast.IsControlled)):
                if node.term.text != own_name:
                    yield node.term.text
            elif isinstance(node, ast.IsUnder):
                yield node.term.text
            elif isinstance(node, (ast.IsCovered, ast.FallsIn)):
                yield from node.refs
            elif isinstance(node, ast.IsValue):
                value = node.value
                if isinstance(value, ast.Path):
                    if len(value.parts) == 1 and value.parts[0] not in opened:
                        yield value.parts[0]
                elif isinstance(value, ast.Call):
                    yield value.name
            elif not (
                isinstance(node, ast.Comparison)
                and isinstance(node.operand, ast.Path)
                and len(node.operand.parts) > 1
                and node.operand.parts[-1] not in _ITEM_FACTS
            ):
                pending += reversed(_parts(node))

    for slot in block.slots:
        if slot.condition is not None:
            yield from within(slot.condition)
        for word in slot.names if slot.word == "binds" else ():
            yield word.text


def _parts(node: object) -> list[object]:
    """What a node of a condition is made of, in order; its words and places are no parts."""
    if isinstance(node, tuple):
        return list(cast("tuple[object, ...]", node))
    return [getattr(node, name) for name in ast.inner(node)]


#: Facts that are things: `act.underlying_actor is foreign_person` names a term, `good.category is diamond` none.
_ITEM_FACTS: Final = frozenset(
    path.rsplit(".", 1)[-1] for path, declared in paths() if declared.form == "ref"
)


def _rings(
    graph: dict[str, list[tuple[str, ast.Block]]], rulebook: Rulebook
) -> Iterator[Diagnostic]:
    state: dict[str, int] = {}
    for root in graph:
        if state.get(root):
            continue
        stack: list[tuple[str, Iterator[tuple[str, ast.Block]]]] = [
            (root, iter(graph.get(root, [])))
        ]
        state[root] = 1
        while stack:
            name, following = stack[-1]
            step = next(following, None)
            if step is None:
                state[name] = 2
                stack.pop()
                continue
            after, block = step
            if state.get(after) == 1:
                ring = [n for n, _ in stack]
                ring = [*ring[ring.index(after) :], after]
                yield Diagnostic(
                    "cycle",
                    "these rest on each other: " + " → ".join(ring),
                    block.head,
                    help="one of them must stand by itself",
                )
            elif not state.get(after):
                state[after] = 1
                stack.append((after, iter(graph.get(after, []))))
