"""Whether a text is in force at the event, in lines: published, begun, not over, not replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sanctions_rules.core import (
    Apply,
    Definition,
    Expr,
    Fact,
    Literal,
    Norm,
    Ref,
)
from sanctions_rules.render.clauses import (
    Writer,
    instant_words,
    interval_words,
    zone_of,
)
from sanctions_rules.render.derivation.lines import Line, Step
from sanctions_rules.render.sentences import say, stated, visible, words
from sanctions_rules.values import Span, Truth
from sanctions_rules.view import Leaf

if TYPE_CHECKING:
    from sanctions_rules.render.derivation.teller import Teller


@dataclass(frozen=True)
class Force:
    """Tells the `in force` of texts by the days that the law prints."""

    teller: Teller
    printed: Mapping[str, str]

    def lines(self, step: Step, provision: str) -> list[Line]:
        """Whether a text is in force at the event: published, begun, not over, not replaced."""
        definition = cast(Definition, self.teller.writer.definition(step.name))
        parts = parts_of(definition.body)
        if all(isinstance(p, Ref) for p in parts):
            return [line for child in self._children(step) for line in self.lines(child, provision)]
        run = self.teller.source.evaluation
        what = visible(self.teller.citations.get(definition.provision, (definition.provision,))[0])
        for part in parts:
            truth = run.truth(part, {})
            if isinstance(part, Literal):
                if truth is Truth.UNKNOWN:
                    text = stated("literal", truth, because=visible(part.because))
                    return [
                        self.teller.line(
                            text,
                            truth,
                            definition.provision,
                            "force",
                            leaf=Leaf(part.because, "law"),
                        )
                    ]
                continue
            if (
                isinstance(part, Apply) and part.operator == "in_force"
            ) or truth is not Truth.FALSE:
                continue
            return [
                self.teller.line(
                    self._not_counted(what, part),
                    step.truth,
                    definition.provision,
                    "force",
                    place=definition.place,
                )
            ]
        timed = next((p for p in parts if isinstance(p, Apply) and p.operator == "in_force"), None)
        if timed is None:
            return []
        when, interval = timed.arguments[0], cast(Literal, timed.arguments[1])
        printed = self.printed.get(step.name)
        shown = (
            visible(printed)
            if printed
            else interval_words(
                cast("tuple[int, int, int, int]", interval.value),
                zone_of(when) or self.teller.writer.zone,
            )
        )
        children = [
            self.teller.line(
                self.teller.writer.clause(p, {}, Truth.TRUE),
                Truth.TRUE,
                definition.provision,
                "force",
            )
            for p in parts
            if isinstance(p, Apply) and p.operator == "equals" and step.truth is not Truth.FALSE
        ]
        text = stated(
            "force",
            step.truth,
            what=what,
            when=self.teller.writer.operand(when, {}),
            interval=shown,
        )
        leaf = next(iter(run.leaves(timed, {})), None) if step.truth is Truth.UNKNOWN else None
        return [
            self.teller.line(
                text,
                step.truth,
                definition.provision,
                "force",
                self.teller.writer.given(when, {}),
                definition.place,
                leaf,
                children,
            )
        ]

    def _children(self, step: Step) -> Iterator[Step]:
        """The `in force` of the provision and of its fill, each as a step of its own."""
        for child in step.children:
            yield from child.children if not child.name else (child,)

    def _not_counted(self, what: str, part: Expr) -> str:
        """Why a text does not count although the day lies in its interval."""
        match part:
            case Apply("at_most", (Literal(Span(lo)), _)):
                return say(
                    "force.unpublished",
                    what=what,
                    day=instant_words(cast(int, lo), self.teller.writer.zone),
                )
            case Apply("equals", (Fact(_, path), Literal(reading))):
                return say(
                    "force.reading", what=what, point=visible(path[0]), reading=words(str(reading))
                )
            case Apply("not", (inner,)):
                begun = next(
                    (
                        a
                        for a in parts_of(inner)
                        if isinstance(a, Apply) and a.operator == "in_force"
                    ),
                    None,
                )
                if begun is not None:
                    since = cast("tuple[int, ...]", cast(Literal, begun.arguments[1]).value)[1]
                    return say(
                        "force.replaced",
                        what=what,
                        day=instant_words(since, self.teller.writer.zone),
                    )
            case _:
                pass
        return say("force.not", what=what)


def force_of(expr: Expr | None) -> Ref | None:
    """The `in force` that a version of a term begins with."""
    first = parts_of(expr)[0] if expr is not None else None
    return first if isinstance(first, Ref) and " in force @ " in first.name else None


def parts_of(expr: Expr, operator: str = "and") -> tuple[Expr, ...]:
    return expr.arguments if isinstance(expr, Apply) and expr.operator == operator else (expr,)


def printed_intervals(writer: Writer) -> dict[str, str]:
    """By definition, the days in force as the law prints them."""
    found: dict[str, str] = {}
    for norm in writer.program.norms:
        found.setdefault(_own_interval(writer, norm), norm.term.printed)
    return found


def _own_interval(writer: Writer, norm: Norm) -> str:
    """The definition whose interval `Term.printed` prints: that of the fill, if any."""
    definition = writer.definition(norm.in_force)
    body = getattr(definition, "body", None)
    if norm.fill and isinstance(body, Apply) and isinstance(body.arguments[-1], Ref):
        return body.arguments[-1].name
    return norm.in_force
