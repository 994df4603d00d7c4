"""openfisca-core: variables over arrays of persons. One variable a test, over one person at a time.

A word is its place in the list of all words of the rows. What is not known is a number of its own:
OpenFisca reads a fact that is not given as the default of its variable, so the default is that number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from benchmarks.peers import PACKAGES, Row, run
from benchmarks.twelve.rails import FLAGS, NAMES, NUMBERS, TESTS, WORDS, Expression

NOT_KNOWN = -1_000_000
WHEN = "2024-01"


def words_of(tests: tuple[Expression, ...]) -> dict[str, int]:
    found: dict[str, int] = {}

    def walk(e: Expression) -> None:
        if e[0] == "in":
            for word in e[2]:
                found.setdefault(word, len(found))
        for part in e[1:]:
            if isinstance(part, tuple) and part and isinstance(part[0], str) and e[0] != "in":
                walk(part)

    for test in tests:
        walk(test)
    return found


NUMBER_OF = words_of(TESTS)


def evaluated(e: Expression, read: Any) -> Any:
    match e:
        case ("and", *parts):
            return np.logical_and.reduce([evaluated(part, read) for part in parts])
        case ("or", *parts):
            return np.logical_or.reduce([evaluated(part, read) for part in parts])
        case ("not", part):
            return ~evaluated(part, read)
        case ("in", fact, words):
            value = read(fact)
            return np.logical_or.reduce([value == NUMBER_OF[word] for word in words])
        case ("is", fact):
            return read(fact) == 1
        case ("known", fact):
            return read(fact) != NOT_KNOWN
        case ("unknown", fact):
            return read(fact) == NOT_KNOWN
        case ("ge", fact, number):
            return read(fact) >= number
        case ("gt", fact, number):
            return read(fact) > number
        case ("lt", fact, number):
            return read(fact) < number
        case ("late", fact, days, other):
            return read(fact) + days <= read(other)
        case _:
            raise AssertionError(e)


def formula_of(test: Expression) -> Callable[[Any, Any], Any]:
    def formula(people: Any, period: Any) -> Any:
        return evaluated(test, lambda fact: people(fact, period))

    return formula


def main() -> None:
    person: Any = build_entity(key="person", plural="persons", label="", is_person=True)
    system = TaxBenefitSystem([person])
    common = {"entity": person, "definition_period": periods.DateUnit.ETERNITY}
    for fact in (*WORDS, *FLAGS, *NUMBERS):
        given = {**common, "value_type": int, "default_value": NOT_KNOWN}
        system.add_variable(type(fact, (Variable,), given))
    for name, test in zip(NAMES, TESTS, strict=True):
        made = {**common, "value_type": bool, "formula": formula_of(test)}
        system.add_variable(type(name, (Variable,), made))
    builder: Any = SimulationBuilder()

    def number(value: Any) -> int:
        if value is None:
            return NOT_KNOWN
        return NUMBER_OF.get(value, -1) if isinstance(value, str) else int(value)

    def tests(row: Row) -> list[bool]:
        simulation = builder.build_default_simulation(system, 1)
        for fact, value in row.items():
            if value is not None:
                simulation.set_input(fact, WHEN, np.array([number(value)]))
        return [bool(simulation.calculate(name, WHEN)[0]) for name in NAMES]

    run(PACKAGES["openfisca"], tests, "21 variables of one simulation a row")


if __name__ == "__main__":
    main()
