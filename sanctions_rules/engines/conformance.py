"""What every engine is measured by: examples with their answers, as data, and how to compare.

An example is a program, what is asked of it, and cases with the answers that the language gives
them. `docs/conformance.md` describes the form, for engines that are not ours. Where the answers of
an engine differ from an example, the engine is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Protocol, cast

from sanctions_rules.core import Closure, Definition, Definitions, Program
from sanctions_rules.decision import DutyState, Outcome
from sanctions_rules.engines.answers import RegimeAnswer
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.facts import Case
from sanctions_rules.plain import PROGRAM, read, written

Data = dict[str, Any]
Answers = dict[str, RegimeAnswer]

#: What an engine may say that it can do beside outcomes and ids. What it cannot is not compared.
CAPABILITIES: Final = frozenset({"missing", "duties", "closures", "presumptive"})


class CannotExpress(Exception):
    """An engine refuses a program, and says by name what of it it cannot express."""


class Engine(Protocol):
    """An engine, adapted: the answers of all regimes of a program to each of these cases.

    Raises CannotExpress for a program that it refuses.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str:
        """Its own, and that of what it runs on: `duckdb 2.0.0`."""
        ...

    @property
    def capabilities(self) -> frozenset[str]: ...

    def answers(
        self, program: Program, settings: Settings, cases: Sequence[Case]
    ) -> list[Answers]: ...


@dataclass(frozen=True, slots=True)
class Example:
    """One program with cases and what must come out. `about`: what it is there to show."""

    name: str
    about: str
    program: Program
    settings: Settings
    cases: tuple[tuple[Data, Answers], ...]  # facts as `build_case` reads them


def refusal(engine: Engine, program: Program, settings: Settings) -> str:
    """Why the engine cannot be asked this at all; nothing where it can."""
    closures = any(isinstance(d, Closure) for d in program.definitions)
    if closures and "closures" not in engine.capabilities:
        return "ownership that is passed on"
    if settings.presumptive and "presumptive" not in engine.capabilities:
        return "the presumptive answer"
    return ""


def differences(
    got: Mapping[str, RegimeAnswer], expected: Mapping[str, RegimeAnswer], able: frozenset[str]
) -> dict[str, tuple[object, object]]:
    """Each part that differs, as `regime.part`: what came out, and what had to.

    A part of which the right answer says nothing (None) is not compared.
    """
    found: dict[str, tuple[object, object]] = {}
    for regime, right in expected.items():
        answer = got.get(regime)
        if answer is None:
            found[regime] = (None, right)
            continue
        for part in PARTS:
            one, other = getattr(answer, part), getattr(right, part)
            told = other is not None and (part in able or part not in CAPABILITIES)
            if told and one != other:
                found[f"{regime}.{part}"] = (one, other)
    return found


#: The parts of an answer.
PARTS: Final = tuple(f.name for f in fields(RegimeAnswer))


# -- as data -------------------------------------------------------------------------------------


def as_data(example: Example) -> Data:
    """The example as plain data."""
    settings = example.settings
    return {
        "name": example.name,
        "about": example.about,
        "program": _program_data(example.program),
        "settings": {
            "known_on": settings.known_on.isoformat() if settings.known_on else None,
            "readings": dict(settings.readings),
            "presumptive": settings.presumptive,
        },
        "cases": [
            {"facts": facts, "answers": {r: _answer_data(a) for r, a in answers.items()}}
            for facts, answers in example.cases
        ],
    }


def of_data(data: Mapping[str, Any]) -> Example:
    """The example that `as_data` gave. Raises ValueError, LookupError or TypeError for other data."""
    asked = data["settings"]
    known = asked["known_on"]
    settings = Settings(
        date.fromisoformat(known) if known else None, asked["readings"], asked["presumptive"]
    )
    return Example(
        data["name"], data["about"], _program_of(data["program"]), settings,
        tuple(
            (case["facts"], {r: _answer_of(r, a) for r, a in case["answers"].items()})
            for case in data["cases"]
        ),
    )  # fmt: skip


def examples_of(text: str) -> Iterator[Example]:
    """The examples of a corpus."""
    for data in cast("list[Data]", json.loads(text)["examples"]):
        yield of_data(data)


def _rest() -> list[str]:
    return [field.name for field in fields(Program) if field.name != "definitions"]


def _program_data(program: Program) -> list[Any]:
    rest = tuple(getattr(program, name) for name in _rest())
    return json.loads(written((tuple(program.definitions), rest), PROGRAM))


def _program_of(rows: list[Any]) -> Program:
    made = read(json.dumps(rows), PROGRAM)
    definitions = cast("tuple[Definition | Closure, ...]", made[0])
    by_name = {definition.name: definition for definition in definitions}
    return Program(Definitions.of(by_name), **dict(zip(_rest(), made[1], strict=True)))


def _answer_data(answer: RegimeAnswer) -> Data:
    made: Data = {part: getattr(answer, part) for part in PARTS if part != "regime"}
    made["outcome"] = str(answer.outcome)
    made["duties"] = [[name, state.value] for name, state in answer.duties]
    return {k: list(cast(Any, v)) if isinstance(v, tuple) else v for k, v in made.items()}


def _answer_of(regime: str, data: Mapping[str, Any]) -> RegimeAnswer:
    parts: Data = {k: tuple(cast(Any, v)) if isinstance(v, list) else v for k, v in data.items()}
    parts["regime"], parts["outcome"] = regime, Outcome(data["outcome"])
    parts["duties"] = tuple((name, DutyState(state)) for name, state in data["duties"])
    return RegimeAnswer(**parts)
