"""The operators and quantifiers of the core as Python source: one line for each in a table.

An operator takes the emitter, which writes its arguments, and what variables they may name. A
quantifier gives the lines of a function for one rail.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from sanctions_rules.core import Expr, Fact, Literal
from sanctions_rules.engines.compiled import runtime
from sanctions_rules.engines.compiled.rails import (
    FALSE,
    NO,
    TRUE,
    TRUTHS,
    YES,
    Rails,
    Scope,
    all_of,
    any_of,
    negated,
)
from sanctions_rules.values import UNKNOWN, Span

if TYPE_CHECKING:
    from sanctions_rules.engines.compiled.source import Emitter

Arguments = tuple[Expr, ...]


def _and(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    rails = [e.rails(a, scope) for a in arguments]
    return Rails(
        all_of(r.may for r in rails),
        all_of(r.must for r in rails),
    )


def _or(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    rails = [e.rails(a, scope) for a in arguments]
    return Rails(
        any_of(r.may for r in rails),
        any_of(r.must for r in rails),
    )


def _not(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    rails = e.rails(arguments[0], scope)
    return Rails(negated(rails.must), negated(rails.may))


def _shown(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    rails = e.rails(arguments[0], scope)
    return Rails(rails.must, rails.must) if e.settings.presumptive else rails


def _holds(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    one = arguments[0]
    if e.is_valued(one):
        return e.flag(e.value(one, scope))
    return e.rails(one, scope)


def _call(text: str) -> Rails:
    """A function that says 0, 1 or 2: not, perhaps, surely."""
    return Rails(f"({text} != 0)", f"({text} == 2)")


def _equals(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    fact, other = arguments
    if isinstance(other, Literal):
        return _one_of(e, (fact, Literal(frozenset({cast(str, other.value)}))), scope)
    return _call(f"equal({e.value(fact, scope)}, {e.value(other, scope)})")


def _one_of(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    fact, choices = arguments
    chosen = cast("frozenset[str]", cast(Literal, choices).value)
    if isinstance(fact, Fact) and fact.variable == "reading":
        return TRUE if e.settings.readings.get(fact.path[0]) in chosen else FALSE
    value, t, among = e.value(fact, scope), e.fresh("t"), e.constant(chosen)
    test = f"{t} == {e.constant(next(iter(chosen)))}" if len(chosen) == 1 else f"{t} in {among}"
    known = f"({test} if ({t} := {value}).__class__ is str else among({t}, {among}))"
    surely = f"({test} if ({t} := {value}).__class__ is str else among({t}, {among}) == 2)"
    return Rails(known, surely)


def _same_item(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    a, b = (e.value(one, scope) for one in arguments)
    return _call(f"same_item({a}, {b})")


def _includes(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    held, one = arguments
    value = e.value(held, scope)
    if isinstance(one, Literal) and isinstance(one.value, str):
        t, member = e.fresh("t"), e.constant(one.value)
        tested = f"{member} in {t} if ({t} := {value}).__class__ is tuple else has({t}, {member})"
        return Rails(f"({tested})", f"({tested} == 2)")
    return _call(f"has({value}, {e.value(one, scope)})")


def _exactly(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    return _call(f"exactly({e.value(arguments[0], scope)}, {e.value(arguments[1], scope)})")


def _is_none(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    value, t = e.value(arguments[0], scope), e.fresh("t")
    return Rails(f"(({t} := {value}) is None or {t} is NONE)", f"({value} is NONE)")


def _ordered(name: str) -> Callable[[Emitter, Arguments, Scope], Rails]:
    def emit(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
        return (
            _of_a_moment(e, name, arguments, scope)
            or _of_a_number(e, name, arguments, scope)
            or _call(f"{name}({', '.join(e.value(a, scope) for a in arguments)})")
        )

    return emit


#: How Python writes what the operator asks of two exact numbers.
_SIGNS: Final = {"less": "<", "at_most": "<=", "same": "=="}


def _of_a_number(e: Emitter, name: str, arguments: Arguments, scope: Scope) -> Rails | None:
    """A test of one number or sum of money against a constant: at once where both are exact."""
    if name not in _SIGNS:
        return None
    for place, one in enumerate(arguments):
        declared = e.declared(one, scope)
        other = arguments[1 - place]
        bound = other.value if isinstance(other, Literal) else None
        if declared is None or not isinstance(bound, Span):
            continue
        if bound.is_point and isinstance(bound.lo, Decimal):
            t, limit = e.fresh("t"), e.constant(bound.lo)
            may = must = (
                f"{t} {_SIGNS[name]} {limit}" if place == 0 else f"{limit} {_SIGNS[name]} {t}"
            )
            is_exact = f"{t}.__class__ is Decimal"
            if declared.declared.form == "price" and bound.tag is not None:
                may = must = may.replace(t, f"{t}.lo")
                is_exact = f"{t}.__class__ is Span and {t}.lo is {t}.hi is not None"
                tag = e.constant(bound.tag)  # what another currency is worth is not known
                may, must = f"{t}.tag != {tag} or {may}", f"{t}.tag == {tag} and {must}"
            elif declared.declared.form != "number" or bound.tag is not None:
                continue
            called = f"{name}({', '.join((t, e.constant(bound))[:: 1 if place == 0 else -1])})"
            given = f"({t} := {e.value(one, scope)})"
            return Rails(
                f"({given} is None or (({may}) if {is_exact} else {called} != 0))",
                f"({given} is not None and (({must}) if {is_exact} else {called} == 2))",
            )
    return None


def _of_a_moment(e: Emitter, name: str, arguments: Arguments, scope: Scope) -> Rails | None:
    """A test of one time against constants: remembered for each time."""
    fact = e.only_moment(arguments, scope)
    if fact is None:
        known = all(
            isinstance(a, Literal) or (isinstance(a, Fact) and a.variable == "clock")
            for a in arguments
        )
        if known:
            return TRUTHS[
                runtime.MEANING[name](*(e.settled(a, Fact("", ()), None) for a in arguments))
            ]
        return None

    def work_out(value: Any) -> int:
        given = runtime.up(value)
        return runtime.as_number(
            runtime.MEANING[name](*(e.settled(a, fact, given) for a in arguments))
        )

    table = e.table((name, *arguments), work_out)
    return _call(f"{table}[{e.value(fact, scope)}]")


def _falls_under(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    held, category, prefixes, left_out, possible = (*arguments, Literal(UNKNOWN))[:5]
    wanted, without = cast(Literal, prefixes).value, cast(Literal, left_out).value

    def work_out(key: tuple[Any, Any, Any]) -> int:
        codes, sort, fits = key
        meant = runtime.MEANING["falls_under"]
        return runtime.as_number(
            meant(runtime.as_codes(codes), runtime.up(sort), wanted, without, runtime.up(fits))
        )

    table = e.table(("falls_under", prefixes, left_out), work_out)
    given = ", ".join(e.value(one, scope) for one in (held, category, possible))
    return _call(f"{table}[({given})]")


def _undefined(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    return Rails(negated(e.rails(arguments[0], scope).must), NO)


def _in_force(e: Emitter, arguments: Arguments, scope: Scope) -> Rails:
    when, interval = arguments
    return _of_a_moment(e, "in_force", (when, interval), scope) or _call(
        f"in_force({e.value(when, scope)}, {e.constant(cast(Literal, interval).value)})"
    )


OPERATORS: Final[dict[str, Callable[[Emitter, Arguments, Scope], Rails]]] = {
    "and": _and, "or": _or, "not": _not, "shown": _shown, "holds": _holds, "equals": _equals,
    "same_item": _same_item, "one_of": _one_of, "includes": _includes, "exactly": _exactly,
    "is_none": _is_none, "less": _ordered("less"), "at_most": _ordered("at_most"),
    "same": _ordered("same"), "falls_under": _falls_under, "undefined": _undefined,
    "in_force": _in_force,
}  # fmt: skip


def _instants(e: Emitter, arguments: Arguments, scope: Scope) -> str:
    when, zone = arguments
    name = cast(Literal, zone).value

    def work_out(value: Any) -> Any:
        return runtime.down(runtime.MEANING["instants"](runtime.up(value), name))

    return f"{e.table(('instants', name), work_out)}[{e.value(when, scope)}]"


def _valued(name: str) -> Callable[[Emitter, Arguments, Scope], str]:
    def emit(e: Emitter, arguments: Arguments, scope: Scope) -> str:
        return f"{name}({', '.join(e.value(a, scope) for a in arguments)})"

    return emit


def _lookup(e: Emitter, arguments: Arguments, scope: Scope) -> str:
    when, rows, key, known_by = arguments
    table = e.constant(cast(Literal, rows).value)
    held = e.value(key, scope)
    held = f"as_codes({held})" if e.codes(key, scope) else held
    return f"lookup({e.value(when, scope)}, {table}, {held}, {e.value(known_by, scope)})"


VALUES: Final[dict[str, Callable[[Emitter, Arguments, Scope], str]]] = {
    "times": _valued("times"), "instants": _instants, "shifted": _valued("shifted"),
    "next_day": _valued("next_day"), "lookup": _lookup,
}  # fmt: skip


# -- quantifiers ---------------------------------------------------------------------------------
#
# Each gives the lines of a function for one rail; `L` is the list. A list that is not complete is
# an `Items`, one that is not known None, and where there is no such thing the list is empty.


def _listed(opened: str) -> list[str]:
    """Go on with what is on the list; `opened` is the answer for one that may hold more, if any."""
    lines = ["if L.__class__ is not tuple:"]
    if opened:
        lines.append(f"    if L is not NONE: return {opened}")
    return [*lines, "    L = members(L)"]


def _some(rail: str, name: str, body: str, count: int) -> list[str]:
    first = _listed(YES if rail == "y" else "")
    return [*first, f"for {name} in L:", f"    if {body}: return True", "return False"]


def _every(rail: str, name: str, body: str, count: int) -> list[str]:
    first = _listed(NO if rail == "m" else "")
    return [*first, f"for {name} in L:", f"    if not {body}: return False", "return True"]


def _at_least(rail: str, name: str, body: str, count: int) -> list[str]:
    return [
        *_listed(YES if rail == "y" else ""), f"n = {count}", "if n <= 0: return True",
        f"for {name} in L:", f"    if {body}:", "        n -= 1", "        if n <= 0: return True",
        "return False",
    ]  # fmt: skip


QUANTIFIERS: Final[dict[str, Callable[[str, str, str, int], list[str]]]] = {
    "some": _some, "every": _every, "at_least": _at_least,
}  # fmt: skip

#: And what they say of nothing.
OF_NOTHING: Final[dict[str, Callable[[int], bool]]] = {
    "some": lambda count: False, "every": lambda count: True, "at_least": lambda count: count <= 0,
}  # fmt: skip
