"""How a term passes itself on: the ways that its own blocks name, by shares and by control."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sanctions_rules.core import Way
from sanctions_rules.language import ast
from sanctions_rules.language.names import subject_noun
from sanctions_rules.language.resolve import Rulebook


def way_of(owned: ast.IsOwned | ast.IsControlled) -> Way:
    if isinstance(owned, ast.IsControlled):
        return Way("", Decimal(100), False, "", tuple(w.text for w in owned.means))
    value = owned.value  # the type checker asks before it has refused other values
    number = value.number if isinstance(value, ast.Quantity) else Decimal(0)
    return Way(owned.mode.text, number, owned.comparator == "more than", owned.of.text)


def ways_of(rulebook: Rulebook, block: ast.Block, term: str) -> tuple[Way, ...]:
    """Every `is owned by TERM` and `is controlled by TERM` in the conditions of a block."""
    owned = rulebook.once("owned", block, lambda b: tuple(_owned(b)))
    return tuple(dict.fromkeys(way_of(node) for node in owned if node.term.text == term))


def _owned(block: ast.Block) -> Iterator[ast.IsOwned | ast.IsControlled]:
    for slot in block.slots:
        for node in ast.walk(slot.condition):
            if isinstance(node, (ast.IsOwned, ast.IsControlled)):
                yield node


@dataclass(frozen=True)
class Misplaced:
    """A way that stands where it cannot mean what is written, and what is wrong with its place."""

    node: ast.Comparison | ast.ForSome
    why: str


def misplaced(block: ast.Block, term: str) -> Iterator[Misplaced]:
    """Ways by which a term cannot be passed on as its text says.

    A term is passed on by any one of its ways, to whom the other lines allow it. So ways are
    alternatives, said of the thing itself, and nothing turns them round.
    """
    noun = subject_noun(block)
    itself = f"of the `{noun}` itself" if noun is not None else "of the thing itself"
    for slot in block.slots:
        if slot.condition is None:
            continue
        found = list(_ways_in(slot.condition, term))
        if slot.word != "when":
            yield from (Misplaced(node, f"not in `{slot.word}`") for node in found)
            continue
        yield from _apart(slot.condition, term)
        for node in ast.walk(slot.condition):  # a predicate alone is said of the member
            if isinstance(node, ast.ForSome) and isinstance(node.body, ast.Is):
                if _is_way(node.body.complement, term):
                    yield Misplaced(node, itself)
        for node in found:
            if isinstance(node.predicate, ast.Is) and node.predicate.negated:
                yield Misplaced(node, "not the other way round")
            if noun is not None and not (
                isinstance(node.operand, ast.Path) and node.operand.parts == (noun.text,)
            ):
                yield Misplaced(node, itself)


def _ways_in(node: object, term: str) -> Iterator[ast.Comparison]:
    for one in ast.walk(node):
        if isinstance(one, ast.Comparison) and isinstance(one.predicate, ast.Is):
            if _is_way(one.predicate.complement, term):
                yield one


def _is_way(said: object, term: str) -> bool:
    return isinstance(said, (ast.IsOwned, ast.IsControlled)) and said.term.text == term


def _apart(condition: ast.Condition, term: str) -> Iterator[Misplaced]:
    """Ways that are asked for together, counted, or denied."""
    parts = [e.atom for e in condition.elements]
    yield from _together(parts, term)
    for atom in parts:
        if isinstance(atom, ast.Group):
            inner = [m.condition for m in atom.members]
            if atom.kind in ("none", "at_least"):
                word = "none of" if atom.kind == "none" else f"at least {atom.count} of"
                yield from (Misplaced(w, f"not in `{word}`") for w in _ways_in(atom, term))
                continue
            if atom.kind == "all":
                yield from _together(inner, term)
            for one in inner:
                yield from _apart(one, term)


def _together(parts: Sequence[object], term: str) -> Iterator[Misplaced]:
    having = [found for part in parts if (found := next(_ways_in(part, term), None)) is not None]
    yield from (Misplaced(node, "not together with another") for node in having[1:])
