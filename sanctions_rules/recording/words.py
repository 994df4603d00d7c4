"""The texts of the law that facts may quote: ids, questions, duties, and constants in conditions."""

from __future__ import annotations

from collections.abc import Iterator

from sanctions_rules.core import Apply, Closure, Expr, Literal, Program, Quantified

_KNOWN: dict[int, tuple[Program, frozenset[str]]] = {}


def law_words(program: Program) -> frozenset[str]:
    found = _KNOWN.get(id(program))
    if found is None or found[0] is not program:
        _KNOWN.clear()
        _KNOWN[id(program)] = found = (program, frozenset(_words(program)))
    return found[1]


def _words(program: Program) -> Iterator[str]:
    yield from program.questions
    yield from program.citations
    for norm in program.norms:
        yield from (norm.id, norm.provision, norm.fill, norm.instrument, *norm.source_ids)
        if norm.duty is not None:
            yield norm.duty.name
    for definition in program.definitions:
        if not isinstance(definition, Closure):
            yield from _constants(definition.body)


def _constants(expr: Expr) -> Iterator[str]:
    pending: list[Expr] = [expr]
    while pending:
        match pending.pop():
            case Literal(str() as text):
                yield text
            case Literal(frozenset() as texts):
                yield from texts
            case Apply(_, arguments):
                pending.extend(arguments)
            case Quantified(_, collection, _, body):
                pending += [collection, body]
            case _:
                pass
