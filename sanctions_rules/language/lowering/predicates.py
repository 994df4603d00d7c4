"""What is said of a thing or a fact."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from sanctions_rules import core
from sanctions_rules.core import Apply, Expr, Fact, Literal, Ref
from sanctions_rules.language import ast
from sanctions_rules.language.lowering import amounts, lists, reach, times
from sanctions_rules.language.lowering.env import Env, constant
from sanctions_rules.language.lowering.lines import filling, scope
from sanctions_rules.language.lowering.logic import TRUE, conjunction, disjunction, negation
from sanctions_rules.language.lowering.texts import Texts
from sanctions_rules.language.names import Typed
from sanctions_rules.language.passing import way_of
from sanctions_rules.language.timing import code_tuples
from sanctions_rules.source import Span


def predicate(
    texts: Texts, said: ast.Predicate, operand: ast.Operand, env: Env, place: Span
) -> Expr:
    match said:
        case ast.Includes(values):
            fact = texts.operand(operand, env)
            return disjunction(
                Apply("includes", (fact, _member(texts, v, env)), place=place) for v in values
            )
        case ast.FallsUnder(codes):
            return lists.falls_under(env.typed(operand).fact, *code_tuples(codes), place)
        case ast.FallsIn(refs):
            return disjunction(lists.falls_in(texts, r, operand, env, place) for r in refs)
        case ast.Is(complement, negated):
            expr = _complement(texts, complement, operand, env, place)
            return negation(expr) if negated else expr


def _member(texts: Texts, value: ast.Value, env: Env) -> Expr:
    if isinstance(value, ast.Path) and value.parts[0] in (*env.names.items, "actor"):
        return texts.operand(value, env)
    return Literal(constant(env.given(value)))


def _complement(
    texts: Texts, complement: ast.Complement, operand: ast.Operand, env: Env, place: Span
) -> Expr:
    match complement:
        case ast.IsValue(value):
            return _is_value(texts, value, operand, env, place)
        case ast.IsYesNo(yes):
            fact = texts.operand(operand, env)
            holds = Apply("holds", (fact,), place=place)
            return (
                holds
                if yes
                else conjunction([negation(holds), negation(Apply("is_none", (fact,)))])
            )
        case ast.IsOneOf(values):
            chosen = frozenset(str(constant(env.given(v))) for v in values)
            return Apply("one_of", (texts.operand(operand, env), Literal(chosen)), place=place)
        case ast.IsExactly(values):
            chosen = frozenset(str(constant(v)) for v in values)
            return Apply("exactly", (texts.operand(operand, env), Literal(chosen)), place=place)
        case ast.Compared(comparator, value):
            left = texts.operand(operand, env)
            is_time = isinstance(operand, ast.Path) and env.typed(operand).form == "moment"
            compared = times.compared if is_time else amounts.compared
            return compared(texts, comparator, env.given(value), left, env, place)
        case ast.IsJudged(term):
            return _judged(texts, term, operand, env, place)
        case ast.IsCovered(refs):
            return disjunction(reach.covered(texts, r, env.typed(operand)) for r in refs)
        case ast.IsListed(refs):
            return disjunction(lists.listed_in(texts, r, operand, env, place) for r in refs)
        case ast.IsOwned() | ast.IsControlled():
            return _owned(texts, complement, operand, env, place)
        case ast.IsUnder(term, refs):
            fact = env.typed(operand).fact
            return disjunction(
                Ref(texts.term(env.regime, term.text, (), env.anchor, r.instrument), fact, place)
                for r in refs
            )
        case ast.IsNone():
            return Apply("is_none", (texts.operand(operand, env),), place=place)
        case ast.IsUnknown():
            raise AssertionError("the type checker refuses this")


def _judged(texts: Texts, term: ast.Word, operand: ast.Operand, env: Env, place: Span) -> Expr:
    question = f"{env.regime}.{term}"
    asked = texts.rulebook.judgements.get((env.regime, str(term)))
    if asked is not None and texts.withdrawn(asked):
        return texts.relied_on(asked)  # an answer to a wrong question answers nothing
    fact = env.typed(operand).fact
    return Apply("holds", (replace(fact, path=("judged", question)),), place=place)


def _owned(
    texts: Texts, owned: ast.IsOwned | ast.IsControlled, operand: ast.Operand, env: Env, place: Span
) -> Expr:
    if env.owned is not None and owned.term.text == env.term:
        return env.owned
    way = way_of(owned)
    if isinstance(owned, ast.IsOwned):
        quantity = cast(ast.Quantity, owned.value).text
        share = f"{owned.mode}, {owned.comparator} {quantity} of {owned.of}"
    else:
        share = f"through {', '.join(way.means)}"
    passed = "passed on directly" if owned.direct else "passed on by ownership"
    name = f"{env.regime}.{owned.term} {passed} @ {env.anchor} ({share})"
    if name not in texts.definitions:
        seed = texts.term(env.regime, owned.term.text, (), env.anchor)
        anyone = texts.define(f"{name}: may pass", "party", TRUE)
        texts.definitions[name] = core.Closure(
            name, seed, anyone, (way,), owned.direct, Fact("case", env.anchor.parts), env.zone,
        )  # fmt: skip
    return Ref(name, env.typed(operand).fact, place)


def _is_value(texts: Texts, value: ast.Value, operand: ast.Operand, env: Env, place: Span) -> Expr:
    typed = env.typed(operand)
    if typed.form in ("item", "act"):
        return _is_thing(texts, value, typed, env, place)
    if typed.form == "number":
        return Apply("same", (typed.fact, Literal(constant(value))), place=place)
    return Apply("equals", (typed.fact, Literal(constant(env.given(value)))), place=place)


def _is_thing(texts: Texts, value: ast.Value, typed: Typed, env: Env, place: Span) -> Expr:
    """The thing is another thing, what a text leaves open, or of a term."""
    first = value.parts[0] if isinstance(value, ast.Path) else ""
    if first in env.opened:
        opened = env.opened[first]
        return _filled_here(texts, opened, typed, env) if isinstance(opened, tuple) else opened
    if isinstance(value, ast.Path) and value.parts == ("actor",):
        return Apply("same_item", (typed.fact, Fact("case", ("actor",))), place=place)
    if first in env.names.items and typed.form == "item":
        return Apply("same_item", (typed.fact, Fact(first, ())), place=place)
    called = isinstance(value, ast.Call)
    arguments = tuple(env.given(a) for a in value.arguments) if called else ()
    term = texts.term(env.regime, value.name if called else first, arguments, env.anchor)
    return Ref(term, typed.fact if typed.form == "item" else None, place)


def _filled_here(texts: Texts, fills: tuple[ast.Block, ...], typed: Typed, env: Env) -> Expr:
    parts: list[Expr] = []
    for fill in fills:
        verb = cast(ast.Slot, fill.verb)
        for target in texts.rulebook.meant(verb.refs[0]):
            for slot in target.all("leaves open"):
                if slot.subject is None or str(slot.term) != str(verb.names[0]):
                    continue
                names = env.names.bind(slot.subject.text, typed)
                inner = replace(env, names=names, opened={}, zone=texts.rulebook.zone(fill))
                said = conjunction([
                    *filling(texts, fill, inner), negation(scope(texts, fill, None, inner)),
                ])  # fmt: skip
                alive = Ref(texts.in_force(fill, env.anchor))
                parts.append(conjunction([alive, texts.content(said, fill)]))
    return disjunction(parts)
