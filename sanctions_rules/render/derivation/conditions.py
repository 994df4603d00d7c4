"""Conditions in lines: what decides of them, each with what the facts say and which facts it asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, cast

from sanctions_rules.core import (
    Apply,
    Expr,
    Fact,
    Literal,
    Quantified,
    Ref,
)
from sanctions_rules.render.clauses import (
    Scope,
    span_words,
)
from sanctions_rules.render.derivation.lines import Line, Step
from sanctions_rules.render.sentences import form, say, stated, visible
from sanctions_rules.schema import COLLECTIONS, NOUNS
from sanctions_rules.themes import fact_name
from sanctions_rules.values import Items, Span, Truth
from sanctions_rules.view import Item

if TYPE_CHECKING:
    from sanctions_rules.render.derivation.teller import Teller


@dataclass(frozen=True)
class Conditions:
    """Tells the steps that are expressions; what is named, the teller tells."""

    teller: Teller

    def lines(self, step: Step, kind: str, provision: str) -> list[Line]:
        if step.name:
            return self.teller.named(step, kind, provision)
        expr, truth = step.expr, step.truth
        match expr:
            case Literal(_, because):
                if truth is not Truth.UNKNOWN:
                    return []
                text = stated("literal", truth, because=visible(because))
                return [
                    self.teller.line(text, truth, provision, kind, place=expr.place, leaf=step.leaf)
                ]
            case Apply("and" | "or", _):
                self.teller.depth += 1
                lines = self._junction(step, expr, kind, provision)
                self.teller.depth -= 1
                return self._labelled(expr.label, lines)
            case Apply("not", _):
                return self.lines(step.children[0], kind, provision)
            case Apply("shown", _):
                children = self.lines(step.children[0], kind, provision)
                return [
                    self._atom(
                        step,
                        kind,
                        provision,
                        [] if len(children) == 1 and not children[0].children else children,
                    )
                ]
            case Quantified():
                return self._labelled(expr.label, self._quantified(step, expr, kind, provision))
            case _:
                return [self._atom(step, kind, provision)]

    def _atom(self, step: Step, kind: str, provision: str, children: Iterable[Line] = ()) -> Line:
        expr = step.expr
        assert expr is not None
        sentence = self.teller.writer.clause(expr, step.scope, step.truth)
        given = self.teller.writer.given(expr, step.scope)
        listed = isinstance(expr, Apply) and expr.operator == "one_of"
        same = isinstance(expr, Apply) and expr.operator == "same_item" and step.truth is Truth.TRUE
        if same or (sentence.endswith(f" {given}") and not (listed and ": " in sentence)):
            given = ""  # the sentence has said it
        if step.truth is Truth.UNKNOWN and given == say("value.not_known"):
            given = ""
        given = "; ".join(filter(None, (given, *self._figures(expr, step.scope))))
        below = tuple(children)
        if isinstance(expr, Apply) and expr.operator == "falls_under" and len(expr.arguments) > 4:
            sort = expr.arguments[4]
            if not self.teller.writer.codes_known(expr, step.scope) and not isinstance(
                sort, Literal
            ):
                below = tuple(self.lines(self.teller.derive(sort, step.scope), kind, provision))
                given = ""
        place, label = getattr(expr, "place", None), getattr(expr, "label", "")
        reads = tuple(dict.fromkeys(self.read(expr, step.scope)))
        return self.teller.line(
            sentence, step.truth, provision, kind, given, place, step.leaf, below, label, reads
        )

    def _figures(self, expr: Expr, scope: Scope) -> Iterator[str]:
        """What the tables give that a line compares with."""
        for argument in expr.arguments if isinstance(expr, Apply) else ():
            if isinstance(argument, Apply) and argument.operator == "lookup":
                value = self.teller.source.evaluation.value(argument, scope)
                if isinstance(value, Span) and value.is_point:
                    yield say("lookup.gives", a=span_words(value, ""))

    def read(self, expr: Expr, scope: Scope) -> Iterator[str]:
        """The facts that an expression asks, by collection and name."""
        match expr:
            case Fact(variable, path):
                owner = self.teller.writer.view.root if variable == "case" else scope.get(variable)
                if isinstance(owner, Item) and path:
                    yield fact_name(type(owner.model), path)
                elif variable in NOUNS and path:
                    yield fact_name(COLLECTIONS[NOUNS[variable]], path)
            case Apply(_, arguments):
                for argument in arguments:
                    yield from self.read(argument, scope)
            case Quantified(_, collection, _, body):
                yield from self.read(collection, scope)
                yield from self.read(body, scope)
            case _:
                pass

    @staticmethod
    def _labelled(label: str, lines: list[Line]) -> list[Line]:
        if label and lines and not lines[0].label:
            lines[0] = replace(lines[0], label=visible(label))
        return lines

    def _junction(self, step: Step, expr: Apply, kind: str, provision: str) -> list[Line]:
        """`and` and `or`: what decides; where nothing does yet, also what is established."""
        if step.truth is Truth.UNKNOWN and expr.operator == "and":
            return [
                line
                for child in self._whole(step, expr)
                for line in self.lines(child, kind, provision)
            ]
        branches = self._branches(step, kind, provision)
        if step.truth is not Truth.UNKNOWN or len(branches) < 2:
            return [line for branch in branches for line in branch]
        return [self.either(branches, kind, provision)]

    def either(self, branches: list[list[Line]], kind: str, provision: str) -> Line:
        """Parts of which one would do, none of them known to hold."""
        grouped: list[Line] = []
        for branch in branches:
            if len(branch) > 1:
                text = say("and.open")
                grouped.append(
                    self.teller.line(text, Truth.UNKNOWN, provision, kind, children=branch)
                )
            else:
                grouped += branch
        return self.teller.line(say("or.open"), Truth.UNKNOWN, provision, kind, children=grouped)

    def _branches(self, step: Step, kind: str, provision: str) -> list[list[Line]]:
        """The lines of each part; parts that ask one list for several words are one line."""
        found: list[list[Line]] = []
        children = cast("tuple[Step, ...]", step.children)
        for fact, group in groupby(children, key=_list_asked):
            asked = list(group)
            if fact is None or len(asked) < 2 or step.truth is Truth.TRUE:
                found += [self.lines(child, kind, provision) for child in asked]
                continue
            first = cast(Apply, asked[0].expr)
            wanted = [
                self.teller.writer.operand(cast(Apply, s.expr).arguments[1], s.scope, fact)
                for s in asked
            ]
            row = f"includes.any.{form(step.truth)}"
            text = say(row, a=self.teller.writer.operand(fact, step.scope), b=", ".join(wanted))
            given = self.teller.writer.given(first, step.scope)
            found.append([self.teller.line(
                text, step.truth, provision, kind, given, first.place, asked[0].leaf,
                reads=tuple(self.read(fact, step.scope)))])  # fmt: skip
        return found

    def _whole(self, step: Step, expr: Apply) -> Iterator[Step]:
        """The unknown parts of a conjunction and those that hold, in the order of the law."""
        run, scope = self.teller.source.evaluation, step.scope
        for argument in expr.arguments:
            if run.truth(argument, scope) is not Truth.FALSE:
                yield self.teller.derive(argument, scope)

    def _quantified(self, step: Step, expr: Quantified, kind: str, provision: str) -> list[Line]:
        members: list[Line] = []
        collection = self.teller.writer.operand(expr.collection, step.scope)
        listed = tuple(self.read(expr.collection, step.scope))
        for child in cast("tuple[Step, ...]", step.children):
            own = self.lines(child, kind, provision)
            item = child.scope.get(expr.variable)
            if isinstance(expr.body, Ref) or len(own) == 1 or not isinstance(item, Item):
                if not isinstance(item, Item):  # a word of a list: the list is what is read
                    own = [replace(one, reads=(*one.reads, *listed)) for one in own]
                members += own
                continue
            thing = self.teller.writer.thing(item)
            row = f"member.{form(child.truth)}"
            if expr.quantifier == "some" and step.truth is Truth.TRUE:
                row = "some.member"
            text = say(row, thing=thing, collection=collection)
            told = self.teller.writer.told(item)
            members.append(self.teller.line(text, child.truth, provision, kind, told, children=own))
        if expr.quantifier == "some" and step.truth is Truth.TRUE and len(members) == 1:
            if not isinstance(expr.body, Ref):
                return members
        if isinstance(expr.body, Ref) and expr.body.name in self.teller.roles:
            if members:
                return members
            row = "unlisted" if step.truth is Truth.UNKNOWN else "empty"
            head = say(f"{expr.quantifier}.{row}", collection=collection)
        else:
            head = self.teller.writer.quantified(expr, step.scope, step.truth)
        value = self.teller.source.evaluation.value(expr.collection, step.scope)
        empty = isinstance(value, Items) and not value.members and value.complete
        given = say("value.none") if empty else ""
        return [
            self.teller.line(
                head, step.truth, provision, kind, given, expr.place, step.leaf, members,
                expr.label, listed,
            )
        ]  # fmt: skip


def _list_asked(step: Step) -> Fact | None:
    """The list that a step asks for a constant; None where it asks something else."""
    match step.expr:
        case Apply("includes", (Fact() as fact, Literal())) if not step.name:
            return fact
        case _:
            return None
