"""The compiled engine: the norms of a program as Python functions, made as messages need them.

A message is put to the norms that its words leave, each a function of its own. A question about few
norms is one function: see `together`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Any, Final, Generic, TypeAlias, TypeVar

from sanctions_rules.core import Norm, Program
from sanctions_rules.decision import DutyState, Outcome
from sanctions_rules.engines import conclude
from sanctions_rules.engines.answers import RegimeAnswer, reference
from sanctions_rules.engines.compiled.facts import Facts, Plain
from sanctions_rules.engines.compiled.index import COMBINATIONS, Index
from sanctions_rules.engines.compiled.norms import (
    BINDS,
    LIFTED,
    MAY_BIND,
    STATES,
    Runner,
    norm_source,
)
from sanctions_rules.engines.compiled.reading import Message
from sanctions_rules.engines.compiled.runtime import Memo
from sanctions_rules.engines.compiled.source import Emitter
from sanctions_rules.engines.compiled.together import apart, source_of
from sanctions_rules.engines.interpreter import Settings

VERSION: Final = "compiled 2"
#: How many norms are asked together, by one function.
FEW: Final = 24
#: How many answers of one question are remembered.
ANSWERS: Final = 2_000

T = TypeVar("T")
#: The norms that stand to a message in some way, and how, in program order.
Standing: TypeAlias = list[tuple[Norm, int]]
#: The functions to run for a message, each with the number of its norm.
Plan: TypeAlias = tuple[tuple[Runner, int], ...]
Answers: TypeAlias = Mapping[str, RegimeAnswer]


class CompiledProgram:
    """One program under one set of settings. Shared between threads."""

    def __init__(self, program: Program, settings: Settings, few: int = FEW) -> None:
        self.program = program
        self.settings = settings
        self.few = few
        self._emitter = Emitter(program, settings)
        self._lock = Lock()
        self._asked: dict[tuple[tuple[str, ...], tuple[str, ...]], Regimes[Answers]] = {}

    def regimes(self, regimes: tuple[str, ...], about: tuple[str, ...] = ()) -> Regimes[Answers]:
        """The norms of these regimes, with their index."""
        key = (regimes, about)
        found = self._asked.get(key)
        if found is None:
            found = self._asked[key] = Regimes(self, *key, partial(_answers, regimes))
        return found

    def answers(
        self, facts: Facts, regimes: Iterable[str], about: tuple[str, ...] = ()
    ) -> dict[str, RegimeAnswer]:
        """What every engine must give alike, without what is missing.

        A chain of definitions that is deeper than Python calls may go is left to the reference.
        """
        asked = tuple(regimes)
        try:
            return {**self.regimes(asked, about).answer(facts)}
        except RecursionError:
            return reference(self.program, facts.case, self.settings, asked, about)

    def source(self, norm: Norm) -> str:
        """The Python source of a norm and of all that it rests on, to read."""
        emitter = Emitter(self.program, self.settings)
        text = norm_source(emitter, norm, "norm")
        return emitter.written() + "\n" + text

    def runner(self, norm: Norm) -> Runner:
        """The function of a norm, compiled now."""
        return self._made(norm.id, lambda e, name: norm_source(e, norm, name))

    def together(
        self, norms: Sequence[Norm], index: Index, answers: Mapping[int, T]
    ) -> Callable[[Facts], T]:
        """The function that asks all these norms, compiled now."""
        return self._made("norms asked together", partial(source_of, norms, index, answers))

    def _made(self, file: str, write: Callable[[Emitter, str], str]) -> Any:
        with self._lock:
            emitter = self._emitter
            name = emitter.fresh("n")
            text = write(emitter, name)
            source = emitter.written() + "\n" + text
            exec(compile(source, f"<{file}>", "exec"), emitter.names)
            return emitter.names[name]


class Regimes(Generic[T]):
    """The norms that a question is about, and which of them a message concerns.

    `tell`: what is made of the norms that stand to a message in some way, and of how they do. It
    is made once for all messages to which the same norms stand alike. `bans`: prohibitions alone.
    """

    def __init__(
        self, of: CompiledProgram, regimes: tuple[str, ...], about: tuple[str, ...],
        tell: Callable[[Standing], T], bans: bool = False,
    ) -> None:  # fmt: skip
        self._of = of
        self.norms = [
            norm for norm in (
                n for regime in regimes for n in conclude.asked_norms(of.program, regime, about)
            )
            if norm.verb == "prohibits" or (not bans and _is_answered(norm))
        ]  # fmt: skip
        self.index = Index(of.program, self.norms)
        self.told: Mapping[tuple[tuple[int, int], ...], T] = Memo(
            lambda found: tell([(self.norms[number], how) for number, how in found]), ANSWERS
        )
        self._runners: list[Runner | None] = [None] * len(self.norms)
        self._plans: dict[tuple[Any, ...], Plan] = {}
        #: What is told of a message. Raises RecursionError for definitions linked too deeply.
        self.answer: Callable[[Facts], T] = self._one_by_one
        if len(self.norms) <= of.few:
            codes = Memo(lambda code: self.told[tuple(apart(code))], ANSWERS)
            self.answer = of.together(self.norms, self.index, codes)

    def _one_by_one(self, facts: Facts) -> T:
        plan = self.plan(facts.data)
        found: list[tuple[int, int]] = []
        if plan:
            c = Message(facts)
            for run, number in plan:
                how = run(c)
                if how:
                    found.append((number, how))
        return self.told[tuple(found)]

    def plan(self, data: Plain) -> Plan:
        """The functions of the norms that a message may concern, in program order, by number."""
        key = self.index.key(data)
        found = self._plans.get(key)
        if found is None:
            if len(self._plans) >= COMBINATIONS:
                self._plans.clear()
            numbers = self.index.numbers(key)
            found = self._plans[key] = tuple((self._runner(n), n) for n in numbers)
        return found

    def _runner(self, number: int) -> Runner:
        found = self._runners[number]
        if found is None:
            found = self._runners[number] = self._of.runner(self.norms[number])
        return found


def _is_answered(norm: Norm) -> bool:
    """Whether an answer says how the norm stands, beside the prohibitions."""
    if norm.duty is not None:
        return norm.verb == "requires" and not norm.duty.lasting
    return conclude.is_exposing(norm)


def _answers(regimes: tuple[str, ...], standing: Standing) -> Answers:
    return {regime: _answer(regime, standing) for regime in regimes}


def _answer(regime: str, standing: Standing) -> RegimeAnswer:
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
