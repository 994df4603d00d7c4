"""A norm as Python source: how it stands to the things of a message, as flags of one number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from sanctions_rules.core import Apply, Definition, Expr, Fact, Literal, Norm, Program, Ref
from sanctions_rules.decision import DutyState
from sanctions_rules.engines import conclude
from sanctions_rules.engines.compiled.duties import Asked, Watch, state
from sanctions_rules.engines.compiled.rails import Rails, all_of
from sanctions_rules.engines.compiled.reading import Message
from sanctions_rules.engines.compiled.source import Emitter, read_once, variable
from sanctions_rules.schema import COLLECTIONS
from sanctions_rules.values import Truth

#: What the function of a norm says: for some thing it binds, it may bind, it is lifted.
BINDS, MAY_BIND, LIFTED = 1, 2, 4

#: And of a duty: the states that it is in.
STATES: Final = {state: 1 << number for number, state in enumerate(DutyState)}

#: A norm's function: of a message, the standings that it has for one thing or another.
Runner = Callable[[Message], int]


def norm_source(e: Emitter, norm: Norm, name: str) -> str:
    """A function that finds how a norm stands to the things of a message."""
    lines = (f"    {line}\n" for line in norm_lines(e, norm))
    return f"def {name}(c):\n    r = 0\n{''.join(lines)}    return r\n"


def norm_lines(e: Emitter, norm: Norm, shift: int = 0) -> list[str]:
    """Lines that add to the variable `r`, so many bits up, how a norm stands to the things of `c`.

    What does not depend on the thing is asked first: in force, bound, the act itself.
    """
    gate = _all(e.rails(Ref(one), {}) for one in (norm.in_force, norm.bound, norm.pattern))
    scope = e.scope_of(norm.variable or None)
    parts = [
        part for part in _parts(e.program, norm.engaged)
        if not (isinstance(part, Ref) and part.name in (norm.in_force, norm.bound, norm.pattern))
    ]  # fmt: skip
    rest = _all(e.rails(part, scope) for part in parts)
    own = Fact(norm.variable, ()) if norm.variable else None
    lifted = e.rails(Ref(norm.lifted, own), scope)
    prohibits = norm.verb == "prohibits"
    surely = f"not {lifted.may} and {all_of((gate.must, rest.must))}"
    binds = [
        f"if {surely}:",
        f"    r |= {BINDS << shift}",
        "else:",
        f"    r |= {MAY_BIND << shift}",
    ]
    if norm.duty is not None:
        binds = [f"r |= {_duty(e, norm, own)}{surely}) << {shift}"]
    if norm.conflict:
        conflict = e.rails(_seen(e, norm.conflict, own), scope)
        binds[1] = f"    r |= {MAY_BIND << shift} if {conflict.may} else {BINDS << shift}"
    test = [
        f"if {rest.may}:",
        f"    if {lifted.must}:", f"        r |= {LIFTED << shift if prohibits else 0}",
        "    else:", *(f"        {line}" for line in binds),
    ]  # fmt: skip
    lines = [f"if {gate.may}:"]
    if norm.collection is None:
        lines += [f"    {line}" for line in test]
    else:
        lines += [
            f"    L = {e.value(norm.collection, {})}",
            "    if L.__class__ is not tuple:",
        ]
        if prohibits and not (norm.dormant and not _ever_filled(e.program, norm)):
            lines.append(f"        if L is not NONE: r |= {MAY_BIND << shift}")
        lines += ["        L = members(L)", f"    for {variable(norm.variable)} in L:"]
        again = read_once(e, e.shared(variable(norm.variable)), test)
        lines += [f"        {line}" for line in again]
    return lines


def _duty(e: Emitter, norm: Norm, own: Fact | None) -> str:
    """The call that finds the state of a duty, up to whether it is surely owed, as source."""
    assert norm.duty is not None
    scope = {**e.scope_of(norm.variable or None), "performance": COLLECTIONS["performed"]}
    item = variable(norm.variable) if norm.variable else "_"

    def asked(text: str) -> Asked:
        name = e.fresh("w")
        e.lines.append(f"def {name}(c, {item}, x_performance):\n    return {text}\n")
        return lambda c, x, performance: e.names[name](c, x, performance)

    def truth(expr: Expr) -> Asked:
        rails = e.rails(expr, scope)
        return asked(f"2 if {rails.must} else 1 if {rails.may} else 0")

    duty = norm.duty
    watch = Watch(
        norm,
        truth(_seen(e, duty.over, own)) if duty.over else None,
        truth(_seen(e, duty.met, own)) if duty.met else None,
        truth(conclude.late(norm)),
        asked(e.value(duty.last, scope)) if duty.last is not None else None,
        asked(e.value(conclude.performed_at(norm), scope)),
    )
    about = item if norm.variable else "None"

    def stands(c: Message, x: Any, surely: bool) -> int:
        return STATES[state(c, watch, x, surely)]

    return f"{e.constant(stands, 'W')}(c, {about}, "


def _seen(e: Emitter, name: str, own: Fact | None) -> Ref:
    definition = e.program.definitions[name]
    return Ref(name, own if getattr(definition, "subject", None) else None)


def _ever_filled(program: Program, norm: Norm) -> bool:
    body = getattr(program.definitions[norm.body], "body", None)
    return not (isinstance(body, Literal) and body.value is Truth.FALSE)


def _parts(program: Program, name: str) -> tuple[Expr, ...]:
    definition = program.definitions[name]
    if isinstance(definition, Definition):
        body = definition.body
        return body.arguments if isinstance(body, Apply) and body.operator == "and" else (body,)
    raise TypeError(name)


def _all(rails: Iterable[Rails]) -> Rails:
    kept = list(rails)
    return Rails(all_of(r.may for r in kept), all_of(r.must for r in kept))
