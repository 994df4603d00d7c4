"""Derivations of one decision, told: what can be asked, and the definitions that law is lowered to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any, Final, cast

from sanctions_rules.core import (
    OF_THE_ACT,
    REACHES,
    Apply,
    Closure,
    Definition,
    Expr,
    Norm,
)
from sanctions_rules.decision import Finding
from sanctions_rules.render.clauses import (
    Scope,
    Writer,
    term_words,
)
from sanctions_rules.render.derivation.conditions import Conditions
from sanctions_rules.render.derivation.force import Force, force_of, parts_of, printed_intervals
from sanctions_rules.render.derivation.lines import Line, Step
from sanctions_rules.render.derivation.owners import Owners
from sanctions_rules.render.sentences import say, stated, visible
from sanctions_rules.source import Span as Place
from sanctions_rules.values import Truth
from sanctions_rules.view import Item, Leaf

_FLAT: Final = ("body", "bound", "pattern", "scope", "lifted", "met")
#: The kind of line that each part of a provision gives.
_KINDS: Final = {"bound": "bound", "pattern": "act", "scope": "scope", "lifted": "exception"}
#: How many definitions and groups deep a derivation is told.
DEEPEST: Final = 48


@dataclass
class Teller:
    """Tells the derivations of one decision. `source` is `engines.conclude.Source`."""

    source: Any
    writer: Writer

    def __post_init__(self) -> None:
        program = self.writer.program
        self.citations = program.citations
        self.roles: dict[str, tuple[str, Norm]] = {}
        self._edges: dict[str, Norm | None] = {}
        by_effective: dict[str, Norm] = {}
        for norm in program.norms:
            by_effective.setdefault(norm.effective, norm)
            for role in (
                "bound",
                "pattern",
                "body",
                "scope",
                "covered",
                "engaged",
                "lifted",
                "effective",
            ):
                self.roles.setdefault(getattr(norm, role), (role, norm))
                self.roles.setdefault(getattr(norm, role) + OF_THE_ACT, (role, norm))
            if norm.conflict:
                self.roles.setdefault(norm.conflict, ("conflict", norm))
            if norm.duty is not None and norm.duty.met:
                self.roles.setdefault(norm.duty.met, ("met", norm))
        for norm in program.norms:
            for edge in norm.edges:
                source = edge.name.partition(" → ")[0]
                self._edges[edge.name] = by_effective.get(f"{source}: effective")
        self._printed = printed_intervals(self.writer)
        self.depth = 0
        self._tell_by()

    def _tell_by(self) -> None:
        self.conditions = Conditions(self)
        self.force = Force(self, self._printed)
        self.owners = Owners(self)

    def renaming(self, alias: dict[str, str]) -> Teller:
        found = copy(self)
        found.writer = self.writer.renaming(alias)
        found._tell_by()
        return found

    # -- what can be asked ---------------------------------------------------------------------

    def finding(self, finding: Finding) -> tuple[Line, ...]:
        """Why the finding stands as it does, line by line."""
        if finding.norm.collection is not None and not finding.subject:
            return self._unnamed(finding)
        step = cast(Step, self.source.derivation(finding))
        return tuple(self.flat(step))

    def would_bind(self, finding: Finding) -> tuple[Line, ...]:
        """Why a provision that is lifted would bind otherwise."""
        run = self.source.evaluation
        item = run.view.item(finding.subject) if finding.subject else None
        return tuple(self.flat(cast(Step, run.derive_definition(finding.norm.engaged, item))))

    def failing(self, norm: Norm, item: Item | None) -> Iterator[tuple[Line, ...]]:
        """Every part of a provision that surely fails, each told; `finding` tells the first only."""
        run = self.source.evaluation
        for name, kind in ((norm.in_force, "force"), (norm.bound, "bound"), (norm.pattern, "act")):
            if run.definition(name, None) is Truth.FALSE:
                step = cast(Step, run.derive_definition(name, None))
                yield tuple(self.named(step, kind, norm.provision))
        scope: Scope = {norm.variable: item} if item is not None else {}
        for part in self._conditions(norm):
            if run.truth(part, scope) is Truth.FALSE:
                yield tuple(
                    self.conditions.lines(self.derive(part, scope), "condition", norm.provision)
                )

    def relief(self, norm: Norm, item: Item | None) -> Iterator[tuple[str, tuple[Line, ...]]]:
        """What surely takes the thing out, by id, each told: its own exception, and other texts."""
        run = self.source.evaluation
        own = (norm.scope, norm.id, "scope")
        for name, by, kind in (own, *((e.name, e.source, "exception") for e in norm.edges)):
            if run.definition(name, item) is Truth.TRUE:
                step = cast(Step, run.derive_definition(name, item))
                yield by, tuple(self.named(step, kind, norm.provision))

    def met(self, norm: Norm, item: Item | None) -> tuple[Line, ...]:
        """Why a duty counts as done, or not, where the law's own facts say so."""
        if norm.duty is None or not norm.duty.met:
            return ()
        step = cast(Step, self.source.evaluation.derive_definition(norm.duty.met, item))
        return tuple(self.named(step, "condition", norm.provision))

    def count(self, norm: Norm, item: Item | None, truth: Truth) -> int:
        """How many conditions of a provision stand so."""
        run = self.source.evaluation
        scope: Scope = {norm.variable: item} if item is not None else {}
        return sum(run.truth(part, scope) is truth for part in self._conditions(norm))

    def reads(self, norm: Norm, item: Item | None) -> frozenset[str]:
        """The facts on which the conditions of a provision stand or fall."""
        scope: Scope = {norm.variable: item} if item is not None else {}
        lines = (
            line
            for part in self._conditions(norm)
            for line in self.conditions.lines(self.derive(part, scope), "condition", norm.provision)
        )
        return frozenset(name for line in lines for one in line.walk() for name in one.reads)

    def _conditions(self, norm: Norm) -> Iterator[Expr]:
        """The conditions of a provision and of its fill, one by one."""
        pending = [cast(Definition, self.writer.definition(norm.body)).body]
        while pending:
            part = pending.pop(0)
            if isinstance(part, Apply) and part.operator == "and":
                pending = [*part.arguments, *pending]
            else:
                yield part

    def _unnamed(self, finding: Finding) -> tuple[Line, ...]:
        run, norm = self.source.evaluation, finding.norm
        found: list[Line] = []
        for name, kind in ((norm.in_force, "force"), (norm.bound, "bound"), (norm.pattern, "act")):
            if run.definition(name, None) is not Truth.FALSE or not finding.truth.may:
                step = cast(Step, run.derive_definition(name, None))
                found += self.named(step, kind, norm.provision)
        collection = norm.collection
        assert collection is not None
        leaf = next(iter(run.leaves(collection, {})), None)
        if finding.truth is Truth.UNKNOWN and leaf is not None:
            text = say("need.completeness", what=self.writer.phrase(collection, {}))
            found.append(
                self.line(text, Truth.UNKNOWN, norm.provision, leaf=leaf, place=norm.place)
            )
        return tuple(found)

    # -- lines and named definitions ------------------------------------------------------------

    def line(
        self, sentence: str, truth: Truth, provision: str, kind: str = "condition", given: str = "",
        place: Place | None = None, leaf: Leaf | None = None, children: Iterable[Line] = (),
        label: str = "", reads: tuple[str, ...] = (),
    ) -> Line:  # fmt: skip
        return Line(
            sentence, truth, kind, given, provision, self.citations.get(provision, ()),
            place if place and place.file else None, visible(label),
            self.writer.leaf(leaf) if leaf else "", tuple(children), reads,
        )  # fmt: skip

    def derive(self, expr: Expr, scope: Scope) -> Step:
        return cast(Step, self.source.evaluation.derive(expr, scope))

    def flat(self, step: Step, kind: str = "condition") -> list[Line]:
        """The lines of a provision's own definition, without a line for the definition itself."""
        role, norm = self.roles.get(step.name, ("", None))
        provision = norm.provision if norm else self.provision(step.name)
        return [
            line
            for child in step.children
            for line in self.conditions.lines(child, _KINDS.get(role, kind), provision)
        ]

    def provision(self, name: str) -> str:
        return self.writer.definition(name).provision if name else ""

    def named(self, step: Step, kind: str, provision: str) -> list[Line]:
        """The lines of a definition, as far down as `DEEPEST`: a long chain of them is cut, and says so."""
        if self.depth >= DEEPEST:
            return [self.line(say("deeper"), step.truth, provision, kind)]
        self.depth += 1
        lines = self._of_definition(step, kind, provision)
        self.depth -= 1
        return lines

    def _of_definition(self, step: Step, kind: str, provision: str) -> list[Line]:
        name = step.name
        if name in self._edges:
            return [self._edge(step)]
        role, norm = self.roles.get(name, ("", None))
        if norm is not None and name.endswith(OF_THE_ACT) and step.truth is Truth.TRUE:
            found = step.children[-1].children[-1] if step.children else step
            return self.conditions.lines(
                found, kind, provision
            )  # the thing of which it holds says the rest
        if norm is not None:
            if role in ("engaged", *_FLAT):
                return self.flat(step, kind)
            text = stated(role, step.truth, what=self._called(norm))
            below = [] if self._tells_itself(norm, role) else self.flat(step)
            place = norm.place
            return [self.line(text, step.truth, norm.provision, kind, place=place, children=below)]
        if " in force @ " in name or name.endswith(": in force"):
            return self.force.lines(step, provision)
        if name.endswith(REACHES):
            return [self._reached(step, kind)]
        return self.term(step, kind)

    def _tells_itself(self, norm: Norm, role: str) -> bool:
        """Why a prohibition applies or reaches an act of its kind is told where it stands, not again
        under its penalty or under a duty that goes with it.
        """
        if norm.verb != "prohibits" or role not in ("effective", "covered"):
            return False
        run = self.source.evaluation
        of_its_kind = [run.definition(name, None) for name in (norm.bound, norm.pattern)]
        return role == "effective" or all(truth is Truth.TRUE for truth in of_its_kind)

    def _reached(self, step: Step, kind: str) -> Line:
        """Whether any prohibition of an instrument covers the act; where none does, each says why."""
        instrument = step.name.removesuffix(REACHES)
        what = visible(self.citations.get(instrument, (instrument,))[0])
        below = [] if step.truth is Truth.FALSE else self.flat(step, kind)
        return self.line(
            stated("reached", step.truth, what=what), step.truth, instrument, kind, children=below
        )

    def _called(self, norm: Norm) -> str:
        """How a sentence calls a provision: by its first citation."""
        return visible(norm.citations[0] if norm.citations else norm.id)

    def _edge(self, step: Step) -> Line:
        """An exception to this provision, and the line that makes it apply or not."""
        source = self._edges[step.name]
        if source is None:
            text = stated("specific", step.truth)
            below = [] if step.truth is Truth.FALSE else self.flat(step)
            return self.line(text, step.truth, "", "exception", children=below)
        children: list[Line] = []
        for line in self.flat(step):
            children += (
                line.children
                if line.provision == source.provision
                and line.sentence == stated("effective", line.truth, what=self._called(source))
                else (line,)
            )
        text = stated("exception", step.truth, what=self._called(source))
        return self.line(
            text, step.truth, source.provision, "exception", place=source.place, children=children
        )

    def term(self, step: Step, kind: str) -> list[Line]:
        definition = self.writer.definition(step.name)
        thing = self.writer.thing(step.subject)
        if isinstance(definition, Closure):
            return [self.owners.line(step, definition, thing, kind)]
        provision, below = self._version(step, definition, kind)
        if ": " in step.name:  # `…: by itself`, a part of a term that ownership passes on
            return below
        text = stated("term", step.truth, thing=thing, term=term_words(step.name))
        return [
            self.line(text, step.truth, provision, kind, place=definition.place, children=below)
        ]

    def _version(self, step: Step, definition: Definition, kind: str) -> tuple[str, list[Line]]:
        """The text that says what the term means at that time, and its lines; no other versions."""
        run = self.source.evaluation
        living: dict[str, None] = {}
        for part in parts_of(definition.body, "or"):
            force = force_of(part)
            if force is not None and run.truth(force, {}).may:
                living[self.provision(force.name)] = None
        provision = next(iter(living), definition.provision)
        body = cast("tuple[Step, ...]", step.children)
        versions = body
        if body and isinstance(body[0].expr, Apply) and body[0].expr.operator == "or":
            versions = cast("tuple[Step, ...]", body[0].children)
        branches: list[list[Line]] = []
        for version in versions:
            force = force_of(version.expr)
            own = self.provision(force.name) if force else ""
            undefined = isinstance(version.expr, Apply) and version.expr.operator == "undefined"
            if living and (undefined or (own and own not in living)):
                continue
            lines = self.conditions.lines(version, kind, own or provision)
            branches.append([x for x in lines if x.kind != "force" or x.truth is not Truth.TRUE])
        if step.truth is Truth.UNKNOWN and len(branches) > 1:
            return provision, [self.conditions.either(branches, kind, provision)]
        return provision, [line for branch in branches for line in branch]
