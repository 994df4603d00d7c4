"""What a text promises of its own condition: that it does not rest on some facts."""

from __future__ import annotations

from collections.abc import Sequence

from sanctions_rules.core import Apply, Closure, Definitions, Expr, Fact, Quantified, Ref
from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language.resolve import Rulebook


def promises(
    rulebook: Rulebook, said: Sequence[tuple[str, str, tuple[str, ...]]], definitions: Definitions
) -> list[Diagnostic]:
    """`regardless of` a fact: nothing that the condition, its terms and its fills rest on asks it.

    `said`: for at least every norm of a block that promises so its provision, its fill, and the
    definitions of what it says.
    """
    problems: list[Diagnostic] = []
    for block in rulebook.blocks:
        slot = block.slot("regardless of")
        if slot is None:
            continue
        asked = {
            path
            for provision, fill, names in said
            if block.id in (provision, fill)
            for name in names
            for path in _asked(name, definitions)
        }
        for path in slot.paths:
            fact = path.parts[1:] if path.parts[0] not in ("act", "actor") else path.parts
            if any(p[-len(fact) :] == fact for p in asked):
                problems.append(
                    Diagnostic(
                        "broken-promise",
                        f"the condition does rest on `{path}`",
                        path.span,
                        "said not to matter",
                        "delete the line, or the element that asks it",
                    )
                )
    return problems


def _asked(name: str, definitions: Definitions) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    seen: set[str] = set()
    pending: list[str] = [name]

    def walk(expr: Expr) -> None:
        match expr:
            case Fact(_, path):
                found.add(path)
            case Ref(target, subject):
                pending.append(target)
                if subject is not None:
                    walk(subject)
            case Apply(_, arguments):
                for argument in arguments:
                    walk(argument)
            case Quantified(_, collection, _, body, _, what):
                for part in (collection, body, what):
                    if part is not None:
                        walk(part)
            case _:
                pass

    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        definition = definitions[current]
        if isinstance(definition, Closure):
            pending += [definition.seed, definition.guard]
        else:
            walk(definition.body)
    return found
