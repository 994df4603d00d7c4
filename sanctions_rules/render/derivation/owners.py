"""A status that ownership passes on, in lines: by itself, or through which holdings of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from sanctions_rules.core import (
    Closure,
    Way,
)
from sanctions_rules.render.clauses import (
    span_words,
    term_words,
)
from sanctions_rules.render.derivation.lines import Line, Step
from sanctions_rules.render.sentences import say, stated, words
from sanctions_rules.values import Span, Truth
from sanctions_rules.view import Leaf

if TYPE_CHECKING:
    from sanctions_rules.render.derivation.teller import Teller


#: How many owners deep a derivation is told as it is nested. Beyond, the chain is a list.
LINKS: Final = 12


class Owners:
    """Tells terms that pass on by ownership, each party once in a line."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        #: What ownership has passed on in the line that is being told, and how deep that goes.
        self._told: set[tuple[str, str]] = set()
        self._links = 0

    def line(self, step: Step, closure: Closure, thing: str, kind: str) -> Line:
        """A status that ownership passes on: by itself, or through whom. Each party once."""
        run = self.teller.source.evaluation
        if not self._links:
            self._told.clear()
        self._told.add((step.name, step.subject))
        seed = run.definition(closure.seed, run.view.item(step.subject))
        below: list[Line] = []
        if closure.direct:  # it has one way
            return self._by_way(step, closure, thing, kind)[0]
        if seed is step.truth or seed is Truth.UNKNOWN:
            below += [
                line
                for child in step.children
                for line in self.teller.conditions.lines(child, kind, closure.provision)
            ]
        if seed is not Truth.TRUE:
            below += self._by_way(step, closure, thing, kind, seed)
        text = stated("term", step.truth, thing=thing, term=term_words(closure.name))
        return self.teller.line(
            text, step.truth, closure.provision, kind, place=closure.place, children=below
        )

    def _by_way(
        self, step: Step, closure: Closure, thing: str, kind: str, seed: Truth = Truth.FALSE
    ) -> list[Line]:
        """The way that surely carried the status; or each way, and why it did not or may have."""
        run = self.teller.source.evaluation
        column = run.column(closure)
        leaf = None
        if step.truth is Truth.UNKNOWN and not run.view.is_complete("ownership"):
            leaf = Leaf(
                "ownership", "completeness" if run.view.case.ownership is not None else "fact"
            )
        lines: list[Line] = []
        for index, way in enumerate(closure.ways):
            if step.truth is Truth.TRUE and column.via(step.subject) != index:
                continue
            held = step.holdings
            if len(closure.ways) > 1 and step.truth is not Truth.TRUE:
                mine = {h.place for h in column.through_by(index).get(step.subject, ())}
                held = tuple(h for h in step.holdings if h.place in mine)
                if step.truth is Truth.UNKNOWN and not held and leaf is None:
                    continue  # by this way, surely not
            through = self._through(step, held, closure, kind)
            if seed is Truth.UNKNOWN and not held and not leaf:
                continue
            text = self._way_words(step, way, closure, thing)
            lines.append(
                self.teller.line(
                    text, step.truth, closure.provision, kind, place=closure.place, leaf=leaf,
                    children=through, reads=("ownership",) if held else (),
                )
            )  # fmt: skip
        return lines

    def _way_words(self, step: Step, way: Way, closure: Closure, thing: str) -> str:
        term = term_words(closure.name)
        if way.means:
            means = ", ".join(map(words, way.means))
            row = "controlled_directly" if closure.direct else "controlled"
            return stated(row, step.truth, thing=thing, term=term, means=means)
        percent = span_words(Span(way.percent, way.percent), "percent")
        share = say(
            "owned.share.above" if way.strict else "owned.share",
            percent=percent, basis=words(way.basis), mode=words(way.mode),
        )  # fmt: skip
        row = "owned_directly" if closure.direct else "owned"
        return stated(row, step.truth, thing=thing, term=term, share=share)

    def _through(
        self, step: Step, held: tuple[Any, ...], closure: Closure, kind: str
    ) -> list[Line]:
        """The holdings, each with why its owner has the status; a long chain lies flat."""
        run = self.teller.source.evaluation
        if step.truth is Truth.TRUE and self._links >= LINKS:
            chain = run.column(closure).chain(step.subject)
            return [self._holding(one, closure, kind, []) for one in chain]
        lines: list[Line] = []
        for one in held:
            below: list[Line] = []
            if self._is_nobody_known(one):
                leaf = run.controllers_unknown.get(one.owner) or Leaf(f"{one.owner}.owner")
                below = [
                    self.teller.line(
                        say("owned.who"), Truth.UNKNOWN, closure.provision, kind, leaf=leaf
                    )
                ]
            elif closure.direct:
                owner = cast(Step, run.derive_definition(closure.seed, run.view.item(one.owner)))
                below = self.teller.term(owner, kind)
            elif (closure.name, one.owner) not in self._told and self._links < LINKS:
                owner = cast(Step, run.derive_definition(closure.name, run.view.item(one.owner)))
                self._links += 1
                below = [self.line(owner, closure, self.teller.writer.thing(one.owner), kind)]
                self._links -= 1
            lines.append(self._holding(one, closure, kind, below))
        thing = self.teller.writer.thing(step.subject)
        for odd in run.column(closure).oddities.get(step.subject, ()):
            text = say(f"owned.odd.{odd.kind}", asset=thing)
            lines.append(self.teller.line(text, Truth.TRUE, closure.provision, kind))
        return lines

    def _is_nobody_known(self, one: Any) -> bool:
        """Whether nobody knows whose stake it is, or who controls."""
        return not self.teller.source.evaluation.is_party(one.owner)

    def _holding(self, one: Any, closure: Closure, kind: str, below: list[Line]) -> Line:
        share = Span(one.lo, one.hi, one.lo_open, one.hi_open)
        form = "owned.control" if one.means else "owned.partner" if one.of else "owned.holding"
        text = say(
            form,
            owner=say("owned.somebody")
            if self._is_nobody_known(one)
            else self.teller.writer.thing(one.owner),
            asset=self.teller.writer.thing(one.asset),
            percent=span_words(share, "percent"),
            holder=self.teller.writer.thing(one.of) if one.of else "",
        )
        if one.of and one.counts is Truth.UNKNOWN:
            text = say("open", clause=text)
        return self.teller.line(text, one.counts, closure.provision, kind, children=below)
