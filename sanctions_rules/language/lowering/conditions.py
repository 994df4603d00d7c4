"""Conditions of rule text as expressions: elements, groups, quantifiers, what stands before a verb."""

from __future__ import annotations

from dataclasses import replace

from sanctions_rules.core import Apply, Expr, Quantified
from sanctions_rules.language import ast
from sanctions_rules.language.lowering.amounts import lookup
from sanctions_rules.language.lowering.env import Env
from sanctions_rules.language.lowering.logic import at_least, conjunction, disjunction, negation
from sanctions_rules.language.lowering.predicates import predicate
from sanctions_rules.language.lowering.terms import Terms


class Conditions(Terms):
    """Everything that a condition may say. What a norm becomes, `lower.py` adds."""

    def condition(self, condition: ast.Condition, env: Env) -> Expr:
        self.depth += 1
        try:
            return conjunction(
                self.labelled(self.atom(e.atom, env), e.label) for e in condition.elements
            )
        finally:
            self.depth -= 1

    def labelled(self, expr: Expr, label: str) -> Expr:
        if label and isinstance(expr, (Apply, Quantified)):
            return replace(expr, label=label)
        if label:
            return Apply("and", (expr,), label)
        return expr

    def atom(self, atom: ast.Atom, env: Env) -> Expr:
        match atom:
            case ast.Comparison(operand, said):
                return predicate(self, said, operand, env, atom.span)
            case ast.Group(kind, members, count):
                parts = [self.labelled(self.condition(m.condition, env), m.label) for m in members]
                match kind:
                    case "any":
                        return disjunction(parts)
                    case "all":
                        return conjunction(parts)
                    case "none":
                        return negation(disjunction(parts))
                    case _:
                        return at_least(parts, count)
            case ast.ForSome():
                return self.for_some(atom, env)

    def for_some(self, atom: ast.ForSome, env: Env) -> Expr:
        typed = env.typed(atom.collection)
        inner = replace(env, names=env.names.bind_member(atom.variable, typed))
        if isinstance(atom.body, ast.Condition):
            body = self.condition(atom.body, inner)
        else:
            member = ast.Path((atom.variable,), atom.span)
            body = predicate(self, atom.body, member, inner, atom.span)
        if atom.quantifier == "no":
            return negation(Quantified("some", typed.fact, atom.variable, body, place=atom.span))
        return Quantified(
            atom.quantifier, typed.fact, atom.variable, body, atom.count, place=atom.span
        )

    def operand(self, operand: ast.Operand, env: Env) -> Expr:
        match operand:
            case ast.Path():
                return env.typed(operand).fact
            case ast.Sum():
                typed = env.typed(operand.collection)
                inner = replace(env, names=env.names.bind_member(operand.variable, typed))
                return Quantified(
                    "sum",
                    typed.fact,
                    operand.variable,
                    self.condition(operand.condition, inner),
                    what=inner.typed(operand.what).fact,
                    place=operand.span,
                )
            case ast.Lookup():
                return lookup(self, operand, env)
            case ast.Call():
                raise AssertionError("a call is no operand")
