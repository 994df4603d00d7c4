"""Conditions that nothing meets: limbs, exceptions and alternatives that the rest rules out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sanctions_rules.language import ast
from sanctions_rules.lint.book import Book
from sanctions_rules.lint.claims import Claim, claims, clash, opposite
from sanctions_rules.lint.licences import ANY
from sanctions_rules.lint.model import Check, Found, Level
from sanctions_rules.source import Span

#: Slots whose condition is asked only where `when` (or `with`) holds.
WITHIN: Final = ("except where", "unless shown that", "provided that", "met when")


@dataclass(frozen=True, slots=True)
class Dead:
    """A condition that cannot hold: by itself, or beside what stands around it."""

    span: Span
    claims: tuple[Claim, Claim]
    alone: bool
    slot: ast.Slot
    whole: bool  # the condition of the slot itself, not one limb of it


def dead(book: Book, block: ast.Block) -> list[Dead]:
    found: list[Dead] = []
    main = block.slot("when") or block.slot("with")
    around = claims(main.condition) if main and main.condition else []
    for slot in block.slots:
        if slot.condition is not None:
            inherited = around if slot.word in WITHIN and not clash(around) else []
            found += _dead(slot.condition, inherited, slot, slot.condition.span, True)
    return found


def _dead(
    condition: ast.Condition, inherited: Sequence[Claim], slot: ast.Slot, span: Span, whole: bool
) -> Iterator[Dead]:
    own = claims(condition)
    alone, beside = clash(own), clash([*inherited, *own])
    if alone or beside:
        yield Dead(span, alone or beside, bool(alone), slot, whole)  # type: ignore[arg-type]
        return
    for element in condition.elements:
        atom = element.atom
        known = [*inherited, *own]
        if isinstance(atom, ast.Group):
            lost = [d for m in atom.members for d in _dead(m.condition, known, slot, m.span, False)]
            members = {(m.span.start, m.span.end) for m in atom.members}
            gone = [d for d in lost if (d.span.start, d.span.end) in members]
            if (
                whole
                and len(condition.elements) == 1
                and atom.kind == "any"
                and len(gone) == len(members)
            ):
                yield Dead(span, gone[0].claims, False, slot, True)
            else:
                yield from lost
        elif isinstance(atom, ast.ForSome) and isinstance(atom.body, ast.Condition):
            outer = [c for c in known if c.about.split(" ")[0].split(".")[0] != atom.variable]
            yield from _dead(atom.body, outer, slot, atom.body.span, False)


def _because(book: Book, one: Dead) -> str:
    first, second = (book.text(c.element.span) if c.element else c.about for c in one.claims)
    return f"`{first}` rules out `{second}`" if first != second else f"`{first}` leaves nothing"


def _is_exception(one: Dead) -> bool:
    return one.whole and not one.alone and one.slot.word in ("except where", "unless shown that")


def contradiction(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        for one in dead(book, block):
            if one.alone:
                yield Found("this can never hold: " + _because(book, one), one.span)


def unreachable_limb(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        for one in dead(book, block):
            if not one.alone and not _is_exception(one):
                yield Found("nothing reaches this limb: " + _because(book, one), one.span)


def exception_never_applies(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        for one in dead(book, block):
            if _is_exception(one):
                yield Found(
                    "nothing that meets `when` meets this exception: " + _because(book, one),
                    one.span,
                )


def exception_takes_all(book: Book) -> Iterator[Found]:
    """An exception that holds whenever the rule does leaves nothing of the rule."""
    for block in book.blocks:
        when = block.slot("when") or block.slot("with")
        said = [e.atom for e in when.condition.elements] if when and when.condition else []
        for word in ("except where", "unless shown that"):
            slot = block.slot(word)
            if slot is None or slot.condition is None:
                continue
            for option in _options(slot.condition):
                if option and all(atom in said for atom in option):
                    yield Found(
                        "whatever meets `when` meets this exception: nothing is left of the rule",
                        slot.condition.span,
                    )  # fmt: skip
                    break


def _options(condition: ast.Condition) -> Iterator[list[ast.Atom]]:
    """The ways to meet a condition, each as its elements, where that is simple to say."""
    atoms = [e.atom for e in condition.elements]
    yield atoms
    if len(atoms) == 1 and isinstance(atoms[0], ast.Group) and atoms[0].kind == "any":
        for member in atoms[0].members:
            yield [e.atom for e in member.condition.elements]


def covers_everything(book: Book) -> Iterator[Found]:
    for _, group in book.parts(ast.Group):
        if group.kind != "any":
            continue
        for index, member in enumerate(group.members):
            for other in group.members[:index]:
                if opposite(member.condition, other.condition):
                    yield Found(
                        "one of these two members always holds, once its fact is known", member.span,
                        help="if only the answer is wanted, no condition is needed",
                    )  # fmt: skip


def redundant_member(book: Book) -> Iterator[Found]:
    """`A` beside `A and B`: the narrower one adds nothing."""
    for _, group in book.parts(ast.Group):
        if group.kind not in ("any", "none"):
            continue
        sets = [frozenset(e.atom for e in m.condition.elements) for m in group.members]
        for index, mine in enumerate(sets):
            wider = [i for i, other in enumerate(sets) if other < mine]
            if wider:
                yield Found(
                    "whatever meets this member meets a wider one of the same group",
                    group.members[index].span, help="delete it, or the wider one",
                )  # fmt: skip


def kind_outside_verb(book: Book) -> Iterator[Found]:
    for block in book.norms:
        verb = block.verb
        if (
            verb is None
            or verb.word not in ("prohibits", "authorises", "exempts")
            or not verb.conduct
        ):
            continue
        acts = {a.text for a in verb.conduct.acts}
        for slot in block.slots if ANY not in acts else ():
            for node in ast.walk(slot.condition) if slot.condition else ():
                if isinstance(node, ast.Element):
                    for claim in claims(ast.Condition((node,), node.span)):
                        outside = (claim.only or frozenset()) - acts
                        if claim.about == "act.kind" and outside:
                            yield Found(
                                f"`{verb.word}` is not about {', '.join(sorted(outside))}", node.span,
                                help="it is about: " + ", ".join(sorted(acts)),
                            )  # fmt: skip


def asks_who_is_bound(book: Book) -> Iterator[Found]:
    for block in book.norms:
        bound = {w.text for s in block.all("binds") for w in s.names}
        when = block.slot("when")
        for element in when.condition.elements if bound and when and when.condition else ():
            match element.atom:
                case ast.Comparison(
                    ast.Path(("actor",)), ast.Is(ast.IsValue(ast.Path((name,))), False)
                ):
                    if bound == {name}:
                        yield Found(
                            f"`binds` says already that this is about who is {name}", element.span,
                            help="delete one of the two",
                        )  # fmt: skip
                case _:
                    pass


CHECKS: Final = (
    Check("contradiction", Level.ERROR, "A condition can never hold.", contradiction),
    Check("unreachable-limb", Level.ERROR, "A limb can never hold beside what stands around it.",
          unreachable_limb),
    Check("exception-never-applies", Level.ERROR, "An exception can never apply where the rule does.",
          exception_never_applies),
    Check("exception-takes-all", Level.ERROR, "An exception applies wherever the rule does.",
          exception_takes_all),
    Check("covers-everything", Level.WARNING, "One of two alternatives always holds.", covers_everything),
    Check("redundant-member", Level.WARNING, "A member of a group holds only where another one does.",
          redundant_member),
    Check("kind-outside-verb", Level.ERROR, "A condition asks for an act that the verb is not about.",
          kind_outside_verb),
    Check("asks-who-is-bound", Level.INFO, "A condition repeats who is bound.", asks_who_is_bound),
)  # fmt: skip
