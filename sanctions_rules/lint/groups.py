"""How conditions are written: what stands twice, groups that group nothing, labels out of order."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from sanctions_rules.language import ast
from sanctions_rules.lint.book import Book, removal
from sanctions_rules.lint.model import Check, Edit, Found, Level
from sanctions_rules.source import Span

T = TypeVar("T")


def _repeated(items: Sequence[T]) -> Iterator[tuple[int, T]]:
    for index, item in enumerate(items):
        if item in items[:index]:
            yield index, item


def duplicate_condition(book: Book) -> Iterator[Found]:
    for _, condition in book.parts(ast.Condition):
        atoms = [e.atom for e in condition.elements]
        spans = tuple(e.span for e in condition.elements)
        for index, _ in _repeated(atoms):
            yield Found(
                "this condition stands here already", spans[index],
                fix=(Edit(removal(spans, index), ""),),
            )  # fmt: skip
    for _, group in book.parts(ast.Group):
        for index, _ in _repeated([m.condition for m in group.members]):
            spans = tuple(m.span for m in group.members)
            fix = (Edit(removal(spans, index), ""),) if group.kind != "at_least" else ()
            yield Found("this member of the group stands here already", spans[index], fix=fix)


def value_twice(book: Book) -> Iterator[Found]:
    for _, node in book.parts(ast.IsOneOf, ast.IsExactly, ast.Includes):
        spans = tuple(v.span for v in node.values)
        for index, _ in _repeated(node.values):
            yield Found(
                f"{book.text(spans[index])} stands in this list already", spans[index],
                fix=(Edit(removal(spans, index), ""),),
            )  # fmt: skip


def one_value_list(book: Book) -> Iterator[Found]:
    for _, node in book.parts(ast.Is):
        if isinstance(node.complement, ast.IsOneOf) and len(node.complement.values) == 1:
            value = book.text(node.complement.values[0].span)
            new = f"is {'not ' if node.negated else ''}{value}"
            yield Found(
                "a list of one", node.span, help=f"write `{new}`", fix=(Edit(node.span, new),)
            )


def one_member_group(book: Book) -> Iterator[Found]:
    for _, group in book.parts(ast.Group):
        if len(group.members) == 1 and group.kind in ("any", "all") and not group.members[0].label:
            inner = book.text(group.members[0].condition.span)
            yield Found(
                f"a group of one: `{group.kind} of` says nothing here", group.span,
                fix=(Edit(group.span, inner),),
            )  # fmt: skip


def group_in_like_group(book: Book) -> Iterator[Found]:
    for _, group in book.parts(ast.Group):
        for member in group.members:
            elements = member.condition.elements
            inner = elements[0].atom if len(elements) == 1 else None
            if (
                isinstance(inner, ast.Group)
                and inner.kind == group.kind
                and group.kind in ("any", "all")
            ):
                if not member.label and not any(m.label for m in inner.members):
                    source = book.sources[member.span.file].text
                    text = source[inner.members[0].span.start : inner.members[-1].span.end]
                    yield Found(
                        f"`{inner.kind} of` directly within `{group.kind} of`", member.span,
                        help="make its members members of the outer group", fix=(Edit(member.span, text),),
                    )  # fmt: skip


def all_of_for_and(book: Book) -> Iterator[Found]:
    for _, condition in book.parts(ast.Condition):
        for element in condition.elements:
            group = element.atom
            if isinstance(group, ast.Group) and group.kind == "all" and not element.label:
                if len(group.members) > 1 and not any(m.label for m in group.members):
                    new = "\n    and         ".join(
                        book.text(m.condition.span) for m in group.members
                    )
                    yield Found(
                        "`all of` without labels is what `and` says", group.span,
                        fix=(Edit(group.span, new),),
                    )  # fmt: skip


def double_negation(book: Book) -> Iterator[Found]:
    for _, atom in book.parts(ast.Group, ast.ForSome):
        match atom:
            case ast.Group("none", (ast.Member(_, ast.Condition((ast.Element(inner),))),)) if (
                _denies(inner)
            ):
                yield Found("`none of` something that is not", atom.span, help="say what is")
            case ast.ForSome("no", variable, _, ast.Is(_, True)):
                yield Found(
                    f"`no {variable}` that is not: this asks about every one", atom.span,
                    help=f"every {variable} of … is …",
                )  # fmt: skip
            case ast.ForSome("no", variable, _, ast.Condition((ast.Element(inner),))) if _denies(
                inner
            ):
                yield Found(
                    f"`no {variable}` that is not: this asks about every one", atom.span,
                    help=f"every {variable} of … has … end",
                )  # fmt: skip
            case _:
                pass


def _denies(atom: ast.Atom) -> bool:
    match atom:
        case ast.Comparison(_, ast.Is(ast.IsNone(), True)):
            return False  # `is not none` is how presence is said
        case ast.Comparison(_, ast.Is(_, negated)):
            return negated
        case _:
            return False


# -- labels --------------------------------------------------------------------------------------------


def _labelled(book: Book) -> Iterator[list[tuple[str, Span]]]:
    """The labels of each group, and of each condition whose elements have some, as written."""
    for _, node in book.parts(ast.Group, ast.Condition, ast.Slot):
        if isinstance(node, ast.Group):
            yield [(m.label, m.span) for m in node.members]
        elif isinstance(node, ast.Condition):
            yield [(e.label, e.span) for e in node.elements]
        elif node.factors:
            yield [(label, text.span) for label, text in node.factors]


_ROMAN: Final = (
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "viii",
    "ix",
    "x",
    "xi",
    "xii",
    "xiii",
    "xiv",
    "xv",
)


def _orders(labels: Sequence[str]) -> list[int] | None:
    """The places of labels in the way of counting that fits all of them; None where none does."""
    bare = [x.strip("()") for x in labels]
    if all(x.isdigit() for x in bare):
        return [int(x) for x in bare]
    if all(x.lower() in _ROMAN for x in bare) and (len(bare) > 1 or len(bare[0]) > 1):
        return [_ROMAN.index(x.lower()) + 1 for x in bare]
    if all(re.fullmatch("[a-z]|[A-Z]", x) for x in bare):
        return [ord(x.lower()) - ord("a") + 1 for x in bare]
    return None


def label_twice(book: Book) -> Iterator[Found]:
    for labelled in _labelled(book):
        named = [label for label, _ in labelled]
        for index, label in _repeated(named):
            if label:
                yield Found(f"two limbs are called {label}", labelled[index][1])


def limb_order(book: Book) -> Iterator[Found]:
    for labelled in _labelled(book):
        named = [(label, span) for label, span in labelled if label]
        places = _orders([label for label, _ in named]) if len(named) > 1 else None
        for index in range(1, len(named)):
            if places and places[index] < places[index - 1]:
                yield Found(
                    f"limb {named[index][0]} stands after {named[index - 1][0]}", named[index][1],
                    help="keep the order of the law",
                )  # fmt: skip


def label_gap(book: Book) -> Iterator[Found]:
    """In their right order, whatever order they stand in: that is said by `limb-order`."""
    for labelled in _labelled(book):
        named = [(label, span) for label, span in labelled if label]
        places = _orders([label for label, _ in named]) if len(named) > 1 else None
        ordered = sorted(zip(places or (), named, strict=False), key=lambda one: one[0])
        for (before, (first, _)), (place, (label, span)) in itertools.pairwise(ordered):
            if place > before + 1:
                yield Found(
                    f"a limb between {first} and {label} is missing", span,
                    help="encode it, or say in `unencoded` why it is not here",
                )  # fmt: skip


CHECKS: Final = (
    Check("duplicate-condition", Level.WARNING, "A condition stands twice in one place.",
          duplicate_condition, fixes=True),
    Check("value-twice", Level.WARNING, "A value stands twice in one list.", value_twice, fixes=True),
    Check("one-value-list", Level.INFO, "A list has one value.", one_value_list, fixes=True),
    Check("one-member-group", Level.INFO, "A group has one member.", one_member_group, fixes=True),
    Check("group-in-like-group", Level.INFO, "A group is the only thing in a member of a like group.",
          group_in_like_group, fixes=True),
    Check("all-of-for-and", Level.INFO, "An unlabelled `all of` says what `and` says.", all_of_for_and,
          fixes=True),
    Check("double-negation", Level.WARNING, "A condition denies what it denies.", double_negation),
    Check("label-twice", Level.WARNING, "Two limbs of one group have one label.", label_twice),
    Check("limb-order", Level.WARNING, "Limbs do not stand in the order of their labels.", limb_order),
    Check("label-gap", Level.WARNING, "A label is missing between two limbs.", label_gap),
)  # fmt: skip
