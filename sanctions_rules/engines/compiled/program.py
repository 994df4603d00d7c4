"""The compiled engine: the norms of a program as Python functions, made as messages need them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, Final, cast

from sanctions_rules.core import Apply, Definition, Expr, Fact, Literal, Norm, Program, Ref
from sanctions_rules.decision import DutyState, Outcome
from sanctions_rules.engines import conclude
from sanctions_rules.engines.answers import RegimeAnswer, is_exposing, reference
from sanctions_rules.engines.compiled.duties import Asked, Watch, state
from sanctions_rules.engines.compiled.facts import Facts, Plain
from sanctions_rules.engines.compiled.index import COMBINATIONS, Index
from sanctions_rules.engines.compiled.rails import Rails, all_of
from sanctions_rules.engines.compiled.reading import Message
from sanctions_rules.engines.compiled.source import Emitter, variable
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.schema import COLLECTIONS
from sanctions_rules.values import Truth

VERSION: Final = "compiled 1"
#: What the function of a norm says: for some thing it binds, it may bind, it is lifted.
BINDS, MAY_BIND, LIFTED = 1, 2, 4

#: And of a duty: the states that it is in.
STATES: Final = {state: 1 << number for number, state in enumerate(DutyState)}

#: A norm's function: of a message, the standings that it has for one thing or another.
Runner = Callable[[Message], int]


#: The functions to run for a message, each with its norm.
Plan = tuple[tuple[Runner, Norm], ...]


class CompiledProgram:
    """One program under one set of settings. Shared between threads."""

    def __init__(self, program: Program, settings: Settings) -> None:
        self.program = program
        self.settings = settings
        self._emitter = Emitter(program, settings)
        self._lock = Lock()
        self._asked: dict[tuple[tuple[str, ...], tuple[str, ...], bool], Regimes] = {}

    def regimes(
        self, regimes: tuple[str, ...], about: tuple[str, ...] = (), bans: bool = False
    ) -> Regimes:
        """The norms of these regimes, with their index; `bans`: the prohibitions alone."""
        key = (regimes, about, bans)
        found = self._asked.get(key)
        if found is None:
            found = self._asked[key] = Regimes(self, *key)
        return found

    def answers(
        self, facts: Facts, regimes: Iterable[str], about: tuple[str, ...] = ()
    ) -> dict[str, RegimeAnswer]:
        """What every engine must give alike, without what is missing.

        A chain of definitions that is deeper than Python calls may go is left to the reference.
        """
        asked = tuple(regimes)
        try:
            return self.regimes(asked, about).answers(Message(facts))
        except RecursionError:
            return reference(self.program, facts.case, self.settings, asked, about)

    def source(self, norm: Norm) -> str:
        """The Python source of a norm and of all that it rests on, to read."""
        emitter = Emitter(self.program, self.settings)
        text = norm_source(emitter, norm, "norm")
        return emitter.written() + "\n" + text

    def runner(self, norm: Norm) -> Runner:
        """The function of a norm, compiled now."""
        with self._lock:
            emitter = self._emitter
            name = emitter.fresh("n")
            text = norm_source(emitter, norm, name)
            source = emitter.written() + "\n" + text
            exec(compile(source, f"<{norm.id}>", "exec"), emitter.names)
            return cast(Runner, emitter.names[name])


class Regimes:
    """The norms that a question is about, and which of them a message concerns."""

    def __init__(
        self, of: CompiledProgram, regimes: tuple[str, ...], about: tuple[str, ...], bans: bool
    ) -> None:
        self._of = of
        self.names = regimes
        self.norms = [
            norm for norm in (
                n for regime in regimes for n in conclude.asked_norms(of.program, regime, about)
            )
            if norm.verb == "prohibits" or (not bans and _is_answered(norm))
        ]  # fmt: skip
        self._index = Index(of.program, self.norms)
        self._runners: list[Runner | None] = [None] * len(self.norms)
        self._plans: dict[tuple[Any, ...], Plan] = {}

    def plan(self, data: Plain) -> Plan:
        """The functions of the norms that a message may concern, in program order."""
        key = self._index.key(data)
        found = self._plans.get(key)
        if found is None:
            if len(self._plans) >= COMBINATIONS:
                self._plans.clear()
            numbers = self._index.numbers(key)
            found = self._plans[key] = tuple((self._runner(n), self.norms[n]) for n in numbers)
        return found

    def _runner(self, number: int) -> Runner:
        found = self._runners[number]
        if found is None:
            found = self._runners[number] = self._of.runner(self.norms[number])
        return found

    def run(self, c: Message) -> list[tuple[Norm, int]]:
        """The norms that stand to the message in some way, and how."""
        found: list[tuple[Norm, int]] = []
        for runner, norm in self.plan(c.d):
            standings = runner(c)
            if standings:
                found.append((norm, standings))
        return found

    def answers(self, c: Message) -> dict[str, RegimeAnswer]:
        standing = self.run(c)
        return {regime: _answer(regime, standing, c) for regime in self.names}


def _is_answered(norm: Norm) -> bool:
    """Whether an answer says how the norm stands, beside the prohibitions."""
    if norm.duty is not None:
        return norm.verb == "requires" and not norm.duty.lasting
    return is_exposing(norm)


def _answer(regime: str, standing: list[tuple[Norm, int]], c: Message) -> RegimeAnswer:
    def ids(flag: int, exposing: bool) -> tuple[str, ...]:
        verb = "empowers" if exposing else "prohibits"
        return tuple(dict.fromkeys(
            n.id for n, found in standing if found & flag and n.regime == regime and n.verb == verb
        ))  # fmt: skip

    fired, undecided, lifted = ids(BINDS, False), ids(MAY_BIND, False), ids(LIFTED, False)
    return RegimeAnswer(
        regime, outcome(fired, undecided, lifted), fired, undecided, lifted,
        ids(BINDS, True), ids(MAY_BIND, True),
        tuple(
            (n.id, state) for n, found in standing if n.verb == "requires" and n.regime == regime
            for state in DutyState if found & STATES[state] and state is not DutyState.NOT_OWED
        ),
    )  # fmt: skip


def outcome(fired: object, undecided: object, lifted: object) -> Outcome:
    if fired:
        return Outcome.PROHIBITED
    if undecided:
        return Outcome.UNDETERMINED
    return Outcome.AUTHORISED if lifted else Outcome.NOT_PROHIBITED


# -- the function of a norm ----------------------------------------------------------------------


def norm_source(e: Emitter, norm: Norm, name: str) -> str:
    """A function that finds how a norm stands to the things of a message.

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
    binds = [f"if {surely}:", f"    r |= {BINDS}", "else:", f"    r |= {MAY_BIND}"]
    if norm.duty is not None:
        binds = [f"r |= {_duty(e, norm, own)}{surely})"]
    if norm.conflict:
        conflict = e.rails(_seen(e, norm.conflict, own), scope)
        binds[1] = f"    r |= {MAY_BIND} if {conflict.may} else {BINDS}"
    test = [
        f"if {rest.may}:",
        f"    if {lifted.must}:", f"        r |= {LIFTED if prohibits else 0}",
        "    else:", *(f"        {line}" for line in binds),
    ]  # fmt: skip
    lines = [f"def {name}(c):", f"    if not {gate.may}: return 0", "    r = 0"]
    if norm.collection is None:
        lines += [f"    {line}" for line in test]
    else:
        lines += [
            f"    L = {e.value(norm.collection, {})}",
            "    whole = L.__class__ is tuple or L is NONE",
            "    if L.__class__ is not tuple: L = members(L)",
            f"    for {variable(norm.variable)} in L:",
        ]
        lines += [f"        {line}" for line in test]
        if prohibits and not (norm.dormant and not _ever_filled(e.program, norm)):
            lines.append(f"    if not whole: r |= {MAY_BIND}")
    lines.append("    return r")
    return "\n".join(lines) + "\n"


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
