"""What carries a higher text out: determinations of the office that may make them, and commitments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import Rulebook


def offices(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """A determination comes from an office to which the higher act leaves the term."""
    for block in rulebook.blocks:
        verb = block.verb
        issued = block.slot("issued")
        if verb is None or verb.word != "fills" or not verb.names:
            continue
        for target in rulebook.meant(verb.refs[0]):
            for slot in target.all("leaves open"):
                if str(slot.term) != str(verb.names[0]):
                    continue
                allowed = [p.office.text for p in slot.powers]
                given = [w.text for w in issued.names] if issued else []
                if issued and not set(given) & set(allowed):
                    yield Diagnostic(
                        "wrong-office",
                        f"`{target.id}` leaves this to {' or '.join(allowed)}, not to {', '.join(given) or 'nobody named'}",
                        issued.span,
                        help=f"issued … by {allowed[0]}",
                    )
                predicate = slot.subject is not None
                if predicate and block.slot("gives"):
                    yield Diagnostic(
                        "wrong-fill",
                        f"`{verb.names[0]}` is a predicate: it is filled `with` a condition",
                        cast(ast.Slot, block.slot("gives")).span,
                    )
                if not predicate and block.slot("with"):
                    yield Diagnostic(
                        "wrong-fill",
                        f"`{verb.names[0]}` is a value: the determination `gives` it",
                        cast(ast.Slot, block.slot("with")).span,
                    )
                if (
                    not predicate
                    and not block.slot("gives")
                    and not block.slot("with")
                    and not block.damaged
                ):
                    yield Diagnostic(
                        "wrong-fill", f"the determination gives no `{verb.names[0]}`", block.head
                    )
                if (
                    predicate
                    and not any(map(block.slot, ("with", "gives", "unencoded", "when")))
                    and not block.damaged
                ):
                    yield Diagnostic(
                        "wrong-fill",
                        f"the determination does not say what is `{verb.names[0]}`",
                        block.head,
                    )


def commitments(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """What carries a commitment out is law: a norm, what fills one, or a table of its values."""
    for block in rulebook.blocks:
        slot = block.slot("carried out by")
        for ref in slot.refs if slot is not None else ():
            meant = rulebook.meant(ref)
            if meant and rulebook.sound(*meant) and not rulebook.carriers(ref):
                yield Diagnostic(
                    "carries-nothing-out",
                    f"`{ref}` forbids, permits or requires nothing",
                    ref.span,
                    help="name the provision or the determination that does",
                )
