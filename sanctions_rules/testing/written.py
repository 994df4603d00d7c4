"""Programs of the core as text for people: one line for each definition and each norm."""

from __future__ import annotations

from sanctions_rules.core import Apply, Closure, Expr, Fact, Literal, Program, Quantified, Ref
from sanctions_rules.values import Truth


def program_text(program: Program) -> str:
    """Definitions, then norms."""
    lines: list[str] = []
    for one in program.definitions:
        if isinstance(one, Closure):
            ways = "; ".join(
                f"{w.mode} {'more than' if w.strict else 'at least'} {w.percent} of {w.basis}"
                if not w.means else f"through {', '.join(w.means)}" for w in one.ways
            )  # fmt: skip
            direct = ", directly" if one.direct else ""
            lines.append(
                f"{one.name} of party = [{one.seed}] or [{one.guard}] and owned {ways}{direct}"
            )
        else:
            of = f" of {one.subject}" if one.subject else ""
            lines.append(f"{one.name}{of} = {expression_text(one.body)}")
    for norm in program.norms:
        of = (
            f" of each {norm.variable} in {expression_text(norm.collection)}"
            if norm.collection
            else ""
        )
        conflict = f", in conflict where [{norm.conflict}]" if norm.conflict else ""
        lines.append(f"{norm.id} {norm.verb}{of}: [{norm.effective}]{conflict}")
    return "\n".join(lines)


def expression_text(expr: Expr) -> str:
    match expr:
        case Literal(Truth() as truth):
            return truth.name
        case Literal(value):
            return str(sorted(value)) if isinstance(value, frozenset) else str(value)
        case Fact(variable, path):
            return ".".join((variable, *path))
        case Ref(name, subject):
            return f"[{name}]" + (f" of {expression_text(subject)}" if subject else "")
        case Apply(operator, arguments):
            return f"{operator}({', '.join(map(expression_text, arguments))})"
        case Quantified(quantifier, collection, variable, body, count, what):
            much = f" {count}" if quantifier == "at_least" else ""
            of = f" of {expression_text(what)}" if what else ""
            over = f"{variable} in {expression_text(collection)}"
            return f"{quantifier}{much}{of}({over}: {expression_text(body)})"
