"""Make a disagreement smaller: fewer norms, simpler definitions, fewer facts, as long as it stays."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

from sanctions_rules.core import (
    Apply,
    Definition,
    Definitions,
    Expr,
    Literal,
    Program,
    Quantified,
    references,
)
from sanctions_rules.engines.conformance import Data
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.values import Truth

Still = Callable[[Program, Settings, Data], bool]
#: How long it may take, in seconds. What is left then is small enough.
PATIENCE = 20.0

_CONSTANTS = tuple(Literal(truth) for truth in (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN))
_TRUTHS = ("and", "or", "not", "shown")
#: The parts of a norm that are made of the others. Engines may rely on how they are.
_SHAPED = ("covered", "engaged", "lifted", "effective")
#: The parts of a norm that are names of definitions.
_PARTS = (
    "in_force", "bound", "pattern", "body", "scope", "covered", "engaged", "lifted", "effective",
    "conflict",
)  # fmt: skip


def smaller(
    still: Still, program: Program, settings: Settings, facts: Data
) -> tuple[Program, Settings, Data]:
    """The smallest that was found on which `still` holds. It must hold of what is given."""
    until = time.monotonic() + PATIENCE
    changed = True
    while changed:
        changed = False
        for next_ in (_norms, _settings, _facts, _bodies):
            advancing = True
            while advancing and time.monotonic() < until:
                advancing = False
                for one in next_(program, settings, facts):
                    if time.monotonic() > until:
                        return program, settings, facts
                    if still(*one):
                        program, settings, facts = one
                        advancing = changed = True
                        break
    return program, settings, facts


Candidates = Iterator[tuple[Program, Settings, Data]]


def _norms(program: Program, settings: Settings, facts: Data) -> Candidates:
    for norm in program.norms:
        left = tuple(n for n in program.norms if n is not norm)
        yield needed(replace(program, norms=left)), settings, facts
    if len(needed(program).definitions) < len(program.definitions):
        yield needed(program), settings, facts


def _settings(program: Program, settings: Settings, facts: Data) -> Candidates:
    for plainer in (replace(settings, known_on=None), replace(settings, presumptive=False)):
        if plainer != settings:
            yield program, plainer, facts


def _facts(program: Program, settings: Settings, facts: Data) -> Candidates:
    for fewer in _without(facts):
        yield program, settings, fewer


def _without(data: Any) -> Iterator[Any]:
    """The data with one part left out."""
    if isinstance(data, dict):
        known = cast(Data, data)
        for key, value in known.items():
            yield {k: v for k, v in known.items() if k != key}
            yield from ({**known, key: inner} for inner in _without(value))
    elif isinstance(data, list):
        items = cast("list[Any]", data)
        for index, value in enumerate(items):
            yield items[:index] + items[index + 1 :]
            yield from ([*items[:index], inner, *items[index + 1 :]] for inner in _without(value))


def _bodies(program: Program, settings: Settings, facts: Data) -> Candidates:
    by_name = {d.name: d for d in program.definitions}
    shaped = {cast(str, getattr(norm, part)) for norm in program.norms for part in _SHAPED}
    for name, definition in by_name.items():
        if isinstance(definition, Definition) and name not in shaped:
            for body in _simpler(definition.body):
                changed = {**by_name, name: replace(definition, body=body)}
                yield needed(replace(program, definitions=Definitions.of(changed))), settings, facts


def _simpler(expr: Expr) -> Iterator[Expr]:
    """Truths that are simpler than this one: a constant, a part of it, or with a simpler part."""
    if expr in _CONSTANTS:
        return
    if not isinstance(expr, Literal):
        yield from _CONSTANTS
    match expr:
        case Apply(operator, arguments) if operator in _TRUTHS:
            yield from arguments
            for index, argument in enumerate(arguments):
                if operator in ("and", "or"):
                    yield replace(expr, arguments=arguments[:index] + arguments[index + 1 :])
                for simpler in _simpler(argument):
                    made = (*arguments[:index], simpler, *arguments[index + 1 :])
                    yield replace(expr, arguments=made)
        case Quantified():
            yield from (replace(expr, body=body) for body in _simpler(expr.body))
        case _:
            pass


def needed(program: Program) -> Program:
    """The program without definitions that no norm leads to."""
    by_name = {d.name: d for d in program.definitions}
    pending = [
        name for norm in program.norms
        for name in (
            *(cast(str, getattr(norm, part)) for part in _PARTS), *(e.name for e in norm.edges),
            *((norm.duty.met, norm.duty.over) if norm.duty else ()),
        ) if name
    ]  # fmt: skip
    kept: set[str] = set()
    while pending:
        name = pending.pop()
        if name in kept:
            continue
        kept.add(name)
        one = by_name[name]
        pending += references(one)
    left = {name: one for name, one in by_name.items() if name in kept}
    return replace(program, definitions=Definitions.of(left))
