"""The operator tables of the engines, and for each of their rows wrong ones to put in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from sanctions_rules.engines.compiled import operators
from sanctions_rules.engines.compiled.rails import Rails
from sanctions_rules.engines.conformance import Engine
from sanctions_rules.engines.installed import Compiled, available
from sanctions_rules.values import UNKNOWN

Making = Callable[..., Any]
Table = MutableMapping[str, Making]


@dataclass(frozen=True)
class Row:
    """A wrong row of an engine's table."""

    engine: Engine
    table: Table
    operator: str
    way: str
    wrong: Callable[[Making], Making]

    def __str__(self) -> str:
        return f"{self.engine.name}: {self.operator}: {self.way}"

    @contextmanager
    def planted(self) -> Iterator[None]:
        right = self.table[self.operator]
        self.table[self.operator] = self.wrong(right)
        try:
            yield
        finally:
            self.table[self.operator] = right


def all_rows() -> list[Row]:
    found = [*_compiled()]
    for rows_of, name in ((_columnar, "columnar"), (_sql, "duckdb")):
        engines, _ = available(name)
        if engines:
            found += rows_of(engines[0])
    return found


# -- compiled: source of two rails ---------------------------------------------------------------


def _compiled() -> Iterator[Row]:
    engine = Compiled()
    rails: dict[str, Callable[[Rails], Rails]] = {
        "turned round": lambda r: Rails(f"(not {r.must})", f"(not {r.may})"),
        "unknown is no": lambda r: Rails(r.must, r.must),
        "unknown is yes": lambda r: Rails(r.may, r.may),
    }
    table = operators.OPERATORS
    for operator in table:
        for way, change in rails.items():
            if (operator, way) == ("undefined", "turned round"):
                continue  # it is never yes, so it cannot be wrong so: it would be no
            yield Row(engine, table, operator, way, _after(change))
    for operator, other in (
        ("less", "at_most"),
        ("at_most", "less"),
        ("same", "at_most"),
        ("and", "or"),
        ("or", "and"),
    ):
        yield Row(engine, table, operator, f"as {other}", _instead(table[other]))
    values = operators.VALUES
    for operator in values:
        yield Row(engine, values, operator, "nothing comes of it", _instead(lambda *_: "None"))
    yield Row(engine, values, "times", "the factor is left out", _given(lambda e, a: e.value))
    yield Row(engine, values, "shifted", "a day late", _changed(1, lambda n: n + 1))
    yield Row(engine, values, "instants", "days of Greenwich", _changed(1, lambda _: "UTC"))
    yield Row(engine, values, "next_day", "the same day", _given(lambda e, a: e.value))
    quantifiers = operators.QUANTIFIERS
    for operator, other in (("some", "every"), ("every", "some"), ("at_least", "some")):
        yield Row(engine, quantifiers, operator, f"as {other}", _instead(quantifiers[other]))
    for operator in quantifiers:
        yield Row(engine, quantifiers, operator, "rails changed", _rails_changed)
    yield Row(
        engine,
        quantifiers,
        "at_least",
        "one more",
        lambda right: lambda r, n, b, count: right(r, n, b, count + 1),
    )


def _after(change: Callable[[Any], Any]) -> Callable[[Making], Making]:
    return lambda right: lambda *given: change(right(*given))


def _instead(other: Making) -> Callable[[Making], Making]:
    return lambda _: other


def _given(of: Callable[..., Any]) -> Callable[[Making], Making]:
    """The first argument as it is."""
    return lambda _: lambda e, arguments, scope: e.value(arguments[0], scope)


def _changed(at: int, change: Callable[[Any], Any]) -> Callable[[Making], Making]:
    """The right row of arguments with one constant changed."""

    def wrong(right: Making) -> Making:
        def row(e: Any, arguments: tuple[Any, ...], scope: Any) -> Any:
            one = replace(arguments[at], value=change(arguments[at].value))
            return right(e, (*arguments[:at], one, *arguments[at + 1 :]), scope)

        return row

    return wrong


def _rails_changed(right: Making) -> Making:
    return lambda rail, *more: right("m" if rail == "y" else "y", *more)


# -- columnar: pairs of vectors ------------------------------------------------------------------

_SWAPPED = (
    ("less", "at_most"), ("at_most", "less"), ("same", "at_most"), ("and", "or"), ("or", "and"),
)  # fmt: skip
_VALUED = ("times", "instants", "shifted", "next_day", "lookup")


def _columnar(engine: Engine) -> Iterator[Row]:
    operators: Any = import_module("sanctions_rules.engines.columnar.operators")
    vectors: Any = import_module("sanctions_rules.engines.columnar.vectors")
    table: Table = operators.OPERATORS
    truths: dict[str, Callable[[Any], Any]] = {
        "turned round": vectors.negated,
        "unknown is no": lambda t: vectors.pair(t.must, t.must),
        "unknown is yes": lambda t: vectors.pair(t.may, t.may),
    }
    yield from _of_truths(engine, table, truths)
    for operator in _VALUED:
        yield Row(engine, table, operator, "nothing comes of it", _instead(lambda *_: UNKNOWN))
    yield Row(engine, table, "times", "the factor is left out", _instead(lambda ask: ask.value(0)))
    yield Row(engine, table, "next_day", "the same day", _instead(lambda ask: ask.value(0)))
    yield Row(engine, table, "shifted", "a day late", _asked(1, lambda n: n + 1))
    yield Row(engine, table, "instants", "days of Greenwich", _asked(1, lambda _: "UTC"))
    quantifiers: Table = operators.QUANTIFIERS
    for operator, other in (("some", "every"), ("every", "some"), ("at_least", "some")):
        yield Row(engine, quantifiers, operator, f"as {other}", _instead(quantifiers[other]))
    for operator in ("some", "every", "at_least"):
        for way, change in truths.items():
            yield Row(engine, quantifiers, operator, way, _after(change))
    yield Row(engine, quantifiers, "sum", "nothing comes of it", _instead(lambda *_: UNKNOWN))


def _of_truths(
    engine: Engine, table: Table, truths: dict[str, Callable[[Any], Any]]
) -> Iterator[Row]:
    for operator in table:
        if operator not in _VALUED:
            for way, change in truths.items():
                if (operator, way) != ("undefined", "turned round"):
                    yield Row(engine, table, operator, way, _after(change))
    for operator, other in _SWAPPED:
        yield Row(engine, table, operator, f"as {other}", _instead(table[other]))


@dataclass(frozen=True)
class Asked:
    """What an operator asks, with one constant changed."""

    ask: Any
    at: int
    change: Callable[[Any], Any]

    def value(self, index: int) -> Any:
        found = self.ask.value(index)
        return self.change(found) if index == self.at else found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ask, name)


def _asked(at: int, change: Callable[[Any], Any]) -> Callable[[Making], Making]:
    return lambda right: lambda ask: right(Asked(ask, at, change))


# -- SQL: expressions ----------------------------------------------------------------------------


def _sql(engine: Engine) -> Iterator[Row]:
    table: Table = import_module("sanctions_rules.engines.sql.operators").OPERATORS
    of: Any = import_module("sanctions_rules.engines.sql.truths")
    truths: dict[str, Callable[[Any], Any]] = {
        "turned round": of.not_,
        "unknown is no": lambda t: of.pair(of.must(t), of.must(t)),
        "unknown is yes": lambda t: of.pair(of.may(t), of.may(t)),
    }
    yield from _of_truths(engine, table, truths)
    # Look-ups have no row here: they are left to another engine.
    yield Row(engine, table, "times", "the first as it is", _instead(lambda to, a, *_: to.value(a)))
    yield Row(engine, table, "next_day", "nothing comes of it", _instead(lambda *_: None))
    later = _changed_in(1, lambda n: n + 1)
    yield Row(engine, table, "shifted", "a day late", later)
    yield Row(engine, table, "instants", "days of Greenwich", _changed_in(1, lambda _: "UTC"))


def _changed_in(at: int, change: Callable[[Any], Any]) -> Callable[[Making], Making]:
    """The right row of arguments with one constant changed, given one by one."""

    def wrong(right: Making) -> Making:
        def row(to: Any, *arguments: Any) -> Any:
            one = replace(arguments[at], value=change(arguments[at].value))
            return right(to, *arguments[:at], one, *arguments[at + 1 :])

        return row

    return wrong
