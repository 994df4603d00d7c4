"""A derivation in sentences: the steps of the interpreter, without the scaffolding of lowering.

The interpreter's tree names every definition that a provision was lowered to. A reader wants the
lines of the law: that it is in force, whom it binds, which act it names, its conditions, and what
could take the act out again. `Teller` turns the one into the other and loses no limb that decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final, Protocol, cast

from sanctions_rules.core import (
    OF_THE_ACT,
    REACHES,
    Apply,
    Closure,
    Definition,
    Expr,
    Fact,
    Literal,
    Norm,
    Quantified,
    Ref,
    Way,
)
from sanctions_rules.decision import Finding
from sanctions_rules.render.clauses import (
    Scope,
    Writer,
    instant_words,
    interval_words,
    span_words,
    term_words,
    zone_of,
)
from sanctions_rules.render.sentences import form, say, stated, visible, words
from sanctions_rules.schema import COLLECTIONS, NOUNS
from sanctions_rules.source import Span as Place
from sanctions_rules.themes import fact_name
from sanctions_rules.values import Items, Span, Truth
from sanctions_rules.view import Item, Leaf

_FLAT: Final = ("body", "bound", "pattern", "scope", "lifted", "met")
#: The kind of line that each part of a provision gives.
_KINDS: Final = {"bound": "bound", "pattern": "act", "scope": "scope", "lifted": "exception"}


class Step(Protocol):
    """A step as the interpreter gives it; renderers do not import engines."""

    @property
    def expr(self) -> Expr | None: ...
    @property
    def truth(self) -> Truth: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def children(self) -> tuple[Any, ...]: ...
    @property
    def name(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def leaf(self) -> Leaf | None: ...
    @property
    def holdings(self) -> tuple[Any, ...]: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation: a sentence that says how it stands, and on which text it rests.

    `kind`: force, bound, act, condition, scope or exception. `given`: what the facts say of it.
    `reads`: the facts that it asks, by collection and name.
    """

    sentence: str
    truth: Truth
    kind: str = "condition"
    given: str = ""
    provision: str = ""
    citations: tuple[str, ...] = ()
    place: Place | None = None
    label: str = ""
    need: str = ""
    children: tuple[Line, ...] = ()
    reads: tuple[str, ...] = ()

    def walk(self) -> Iterator[Line]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class Teller:
    """Tells the derivations of one decision. `source` is `engines.conclude.Source`."""

    source: Any
    writer: Writer

    def __post_init__(self) -> None:
        program = self.writer.program
        self._citations = program.citations
        self._roles: dict[str, tuple[str, Norm]] = {}
        self._edges: dict[str, Norm | None] = {}
        self._printed: dict[str, str] = {}
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
                self._roles.setdefault(getattr(norm, role), (role, norm))
                self._roles.setdefault(getattr(norm, role) + OF_THE_ACT, (role, norm))
            if norm.conflict:
                self._roles.setdefault(norm.conflict, ("conflict", norm))
            if norm.duty is not None and norm.duty.met:
                self._roles.setdefault(norm.duty.met, ("met", norm))
            self._printed.setdefault(self._own_interval(norm), norm.term.printed)
        for norm in program.norms:
            for edge in norm.edges:
                source = edge.name.partition(" → ")[0]
                self._edges[edge.name] = by_effective.get(f"{source}: effective")
        #: What ownership has passed on in the line that is being told, and how deep that goes.
        self._told: set[tuple[str, str]] = set()
        self._links = 0
        self._depth = 0

    def _own_interval(self, norm: Norm) -> str:
        """The definition whose interval `Term.printed` prints: that of the fill, if any."""
        definition = self.writer.definition(norm.in_force)
        body = getattr(definition, "body", None)
        if norm.fill and isinstance(body, Apply) and isinstance(body.arguments[-1], Ref):
            return body.arguments[-1].name
        return norm.in_force

    def renaming(self, alias: dict[str, str]) -> Teller:
        found = copy(self)
        found.writer = self.writer.renaming(alias)
        return found

    # -- one finding ---------------------------------------------------------------------------

    def finding(self, finding: Finding) -> tuple[Line, ...]:
        """Why the finding stands as it does, line by line."""
        if finding.norm.collection is not None and not finding.subject:
            return self._unnamed(finding)
        step = cast(Step, self.source.derivation(finding))
        return tuple(self._flat(step))

    def would_bind(self, finding: Finding) -> tuple[Line, ...]:
        """Why a provision that is lifted would bind otherwise."""
        run = self.source.evaluation
        item = run.view.item(finding.subject) if finding.subject else None
        return tuple(self._flat(cast(Step, run.derive_definition(finding.norm.engaged, item))))

    def failing(self, norm: Norm, item: Item | None) -> Iterator[tuple[Line, ...]]:
        """Every part of a provision that surely fails, each told; `finding` tells the first only."""
        run = self.source.evaluation
        for name, kind in ((norm.in_force, "force"), (norm.bound, "bound"), (norm.pattern, "act")):
            if run.definition(name, None) is Truth.FALSE:
                step = cast(Step, run.derive_definition(name, None))
                yield tuple(self._named(step, kind, norm.provision))
        scope: Scope = {norm.variable: item} if item is not None else {}
        for part in self._conditions(norm):
            if run.truth(part, scope) is Truth.FALSE:
                yield tuple(self._lines(self._derive(part, scope), "condition", norm.provision))

    def relief(self, norm: Norm, item: Item | None) -> Iterator[tuple[str, tuple[Line, ...]]]:
        """What surely takes the thing out, by id, each told: its own exception, and other texts."""
        run = self.source.evaluation
        own = (norm.scope, norm.id, "scope")
        for name, by, kind in (own, *((e.name, e.source, "exception") for e in norm.edges)):
            if run.definition(name, item) is Truth.TRUE:
                step = cast(Step, run.derive_definition(name, item))
                yield by, tuple(self._named(step, kind, norm.provision))

    def met(self, norm: Norm, item: Item | None) -> tuple[Line, ...]:
        """Why a duty counts as done, or not, where the law's own facts say so."""
        if norm.duty is None or not norm.duty.met:
            return ()
        step = cast(Step, self.source.evaluation.derive_definition(norm.duty.met, item))
        return tuple(self._named(step, "condition", norm.provision))

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
            for line in self._lines(self._derive(part, scope), "condition", norm.provision)
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
                found += self._named(step, kind, norm.provision)
        collection = norm.collection
        assert collection is not None
        leaf = next(iter(run.leaves(collection, {})), None)
        if finding.truth is Truth.UNKNOWN and leaf is not None:
            text = say("need.completeness", what=self.writer.phrase(collection, {}))
            found.append(
                self._line(text, Truth.UNKNOWN, norm.provision, leaf=leaf, place=norm.place)
            )
        return tuple(found)

    # -- lines ----------------------------------------------------------------------------------

    def _line(
        self, sentence: str, truth: Truth, provision: str, kind: str = "condition", given: str = "",
        place: Place | None = None, leaf: Leaf | None = None, children: Iterable[Line] = (),
        label: str = "", reads: tuple[str, ...] = (),
    ) -> Line:  # fmt: skip
        return Line(
            sentence, truth, kind, given, provision, self._citations.get(provision, ()),
            place if place and place.file else None, visible(label),
            self.writer.leaf(leaf) if leaf else "", tuple(children), reads,
        )  # fmt: skip

    def _flat(self, step: Step, kind: str = "condition") -> list[Line]:
        """The lines of a provision's own definition, without a line for the definition itself."""
        role, norm = self._roles.get(step.name, ("", None))
        provision = norm.provision if norm else self._provision(step.name)
        return [
            line
            for child in step.children
            for line in self._lines(child, _KINDS.get(role, kind), provision)
        ]

    def _provision(self, name: str) -> str:
        return self.writer.definition(name).provision if name else ""

    def _lines(self, step: Step, kind: str, provision: str) -> list[Line]:
        if step.name:
            return self._named(step, kind, provision)
        expr, truth = step.expr, step.truth
        match expr:
            case Literal(_, because):
                if truth is not Truth.UNKNOWN:
                    return []
                text = stated("literal", truth, because=visible(because))
                return [self._line(text, truth, provision, kind, place=expr.place, leaf=step.leaf)]
            case Apply("and" | "or", _):
                self._depth += 1
                lines = self._junction(step, expr, kind, provision)
                self._depth -= 1
                return self._labelled(expr.label, lines)
            case Apply("not", _):
                return self._lines(step.children[0], kind, provision)
            case Apply("shown", _):
                children = self._lines(step.children[0], kind, provision)
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
        sentence = self.writer.clause(expr, step.scope, step.truth)
        given = self.writer.given(expr, step.scope)
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
            if not self.writer.codes_known(expr, step.scope) and not isinstance(sort, Literal):
                below = tuple(self._lines(self._derive(sort, step.scope), kind, provision))
                given = ""
        place, label = getattr(expr, "place", None), getattr(expr, "label", "")
        reads = tuple(dict.fromkeys(self._read(expr, step.scope)))
        return self._line(
            sentence, step.truth, provision, kind, given, place, step.leaf, below, label, reads
        )

    def _figures(self, expr: Expr, scope: Scope) -> Iterator[str]:
        """What the tables give that a line compares with."""
        for argument in expr.arguments if isinstance(expr, Apply) else ():
            if isinstance(argument, Apply) and argument.operator == "lookup":
                value = self.source.evaluation.value(argument, scope)
                if isinstance(value, Span) and value.is_point:
                    yield say("lookup.gives", a=span_words(value, ""))

    def _read(self, expr: Expr, scope: Scope) -> Iterator[str]:
        """The facts that an expression asks, by collection and name."""
        match expr:
            case Fact(variable, path):
                owner = self.writer.view.root if variable == "case" else scope.get(variable)
                if isinstance(owner, Item) and path:
                    yield fact_name(type(owner.model), path)
                elif variable in NOUNS and path:
                    yield fact_name(COLLECTIONS[NOUNS[variable]], path)
            case Apply(_, arguments):
                for argument in arguments:
                    yield from self._read(argument, scope)
            case Quantified(_, collection, _, body):
                yield from self._read(collection, scope)
                yield from self._read(body, scope)
            case _:
                pass

    def _derive(self, expr: Expr, scope: Scope) -> Step:
        return cast(Step, self.source.evaluation.derive(expr, scope))

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
                for line in self._lines(child, kind, provision)
            ]
        branches = self._branches(step, kind, provision)
        if step.truth is not Truth.UNKNOWN or len(branches) < 2:
            return [line for branch in branches for line in branch]
        return [self._either(branches, kind, provision)]

    def _either(self, branches: list[list[Line]], kind: str, provision: str) -> Line:
        """Parts of which one would do, none of them known to hold."""
        grouped: list[Line] = []
        for branch in branches:
            if len(branch) > 1:
                text = say("and.open")
                grouped.append(self._line(text, Truth.UNKNOWN, provision, kind, children=branch))
            else:
                grouped += branch
        return self._line(say("or.open"), Truth.UNKNOWN, provision, kind, children=grouped)

    def _branches(self, step: Step, kind: str, provision: str) -> list[list[Line]]:
        """The lines of each part; parts that ask one list for several words are one line."""
        found: list[list[Line]] = []
        children = cast("tuple[Step, ...]", step.children)
        for fact, group in groupby(children, key=_list_asked):
            asked = list(group)
            if fact is None or len(asked) < 2 or step.truth is Truth.TRUE:
                found += [self._lines(child, kind, provision) for child in asked]
                continue
            first = cast(Apply, asked[0].expr)
            wanted = [
                self.writer.operand(cast(Apply, s.expr).arguments[1], s.scope, fact) for s in asked
            ]
            row = f"includes.any.{form(step.truth)}"
            text = say(row, a=self.writer.operand(fact, step.scope), b=", ".join(wanted))
            given = self.writer.given(first, step.scope)
            found.append([self._line(
                text, step.truth, provision, kind, given, first.place, asked[0].leaf,
                reads=tuple(self._read(fact, step.scope)))])  # fmt: skip
        return found

    def _whole(self, step: Step, expr: Apply) -> Iterator[Step]:
        """The unknown parts of a conjunction and those that hold, in the order of the law."""
        run, scope = self.source.evaluation, step.scope
        for argument in expr.arguments:
            if run.truth(argument, scope) is not Truth.FALSE:
                yield self._derive(argument, scope)

    def _quantified(self, step: Step, expr: Quantified, kind: str, provision: str) -> list[Line]:
        members: list[Line] = []
        collection = self.writer.operand(expr.collection, step.scope)
        listed = tuple(self._read(expr.collection, step.scope))
        for child in cast("tuple[Step, ...]", step.children):
            own = self._lines(child, kind, provision)
            item = child.scope.get(expr.variable)
            if isinstance(expr.body, Ref) or len(own) == 1 or not isinstance(item, Item):
                if not isinstance(item, Item):  # a word of a list: the list is what is read
                    own = [replace(one, reads=(*one.reads, *listed)) for one in own]
                members += own
                continue
            thing = self.writer.thing(item)
            row = f"member.{form(child.truth)}"
            if expr.quantifier == "some" and step.truth is Truth.TRUE:
                row = "some.member"
            text = say(row, thing=thing, collection=collection)
            told = self.writer.told(item)
            members.append(self._line(text, child.truth, provision, kind, told, children=own))
        if expr.quantifier == "some" and step.truth is Truth.TRUE and len(members) == 1:
            if not isinstance(expr.body, Ref):
                return members
        if isinstance(expr.body, Ref) and expr.body.name in self._roles:
            if members:
                return members
            row = "unlisted" if step.truth is Truth.UNKNOWN else "empty"
            head = say(f"{expr.quantifier}.{row}", collection=collection)
        else:
            head = self.writer.quantified(expr, step.scope, step.truth)
        value = self.source.evaluation.value(expr.collection, step.scope)
        empty = isinstance(value, Items) and not value.members and value.complete
        given = say("value.none") if empty else ""
        return [
            self._line(
                head, step.truth, provision, kind, given, expr.place, step.leaf, members,
                expr.label, listed,
            )
        ]  # fmt: skip

    # -- named definitions -----------------------------------------------------------------------

    def _named(self, step: Step, kind: str, provision: str) -> list[Line]:
        """The lines of a definition, as far down as `DEEPEST`: a long chain of them is cut, and says so."""
        if self._depth >= DEEPEST:
            return [self._line(say("deeper"), step.truth, provision, kind)]
        self._depth += 1
        lines = self._of_definition(step, kind, provision)
        self._depth -= 1
        return lines

    def _of_definition(self, step: Step, kind: str, provision: str) -> list[Line]:
        name = step.name
        if name in self._edges:
            return [self._edge(step)]
        role, norm = self._roles.get(name, ("", None))
        if norm is not None and name.endswith(OF_THE_ACT) and step.truth is Truth.TRUE:
            found = step.children[-1].children[-1] if step.children else step
            return self._lines(found, kind, provision)  # the thing of which it holds says the rest
        if norm is not None:
            if role in ("engaged", *_FLAT):
                return self._flat(step, kind)
            text = stated(role, step.truth, what=self._called(norm))
            below = [] if self._tells_itself(norm, role) else self._flat(step)
            place = norm.place
            return [self._line(text, step.truth, norm.provision, kind, place=place, children=below)]
        if " in force @ " in name or name.endswith(": in force"):
            return self._force(step, provision)
        if name.endswith(REACHES):
            return [self._reached(step, kind)]
        return self._term(step, kind)

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
        what = visible(self._citations.get(instrument, (instrument,))[0])
        below = [] if step.truth is Truth.FALSE else self._flat(step, kind)
        return self._line(
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
            below = [] if step.truth is Truth.FALSE else self._flat(step)
            return self._line(text, step.truth, "", "exception", children=below)
        children: list[Line] = []
        for line in self._flat(step):
            children += (
                line.children
                if line.provision == source.provision
                and line.sentence == stated("effective", line.truth, what=self._called(source))
                else (line,)
            )
        text = stated("exception", step.truth, what=self._called(source))
        return self._line(
            text, step.truth, source.provision, "exception", place=source.place, children=children
        )

    def _force(self, step: Step, provision: str) -> list[Line]:
        """Whether a text is in force at the event: published, begun, not over, not replaced."""
        definition = cast(Definition, self.writer.definition(step.name))
        parts = (
            definition.body.arguments
            if isinstance(definition.body, Apply) and definition.body.operator == "and"
            else (definition.body,)
        )
        if all(isinstance(p, Ref) for p in parts):
            return [
                line for child in self._children(step) for line in self._force(child, provision)
            ]
        run = self.source.evaluation
        what = visible(self._citations.get(definition.provision, (definition.provision,))[0])
        for part in parts:
            truth = run.truth(part, {})
            if isinstance(part, Literal):
                if truth is Truth.UNKNOWN:
                    text = stated("literal", truth, because=visible(part.because))
                    return [
                        self._line(
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
                self._line(
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
        printed = self._printed.get(step.name)
        shown = (
            visible(printed)
            if printed
            else interval_words(
                cast("tuple[int, int, int, int]", interval.value), zone_of(when) or self.writer.zone
            )
        )
        children = [
            self._line(
                self.writer.clause(p, {}, Truth.TRUE), Truth.TRUE, definition.provision, "force"
            )
            for p in parts
            if isinstance(p, Apply) and p.operator == "equals" and step.truth is not Truth.FALSE
        ]
        text = stated(
            "force", step.truth, what=what, when=self.writer.operand(when, {}), interval=shown
        )
        leaf = next(iter(run.leaves(timed, {})), None) if step.truth is Truth.UNKNOWN else None
        return [
            self._line(
                text,
                step.truth,
                definition.provision,
                "force",
                self.writer.given(when, {}),
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
                    day=instant_words(cast(int, lo), self.writer.zone),
                )
            case Apply("equals", (Fact(_, path), Literal(reading))):
                return say(
                    "force.reading", what=what, point=visible(path[0]), reading=words(str(reading))
                )
            case Apply("not", (inner,)):
                begun = next(
                    (a for a in _parts(inner) if isinstance(a, Apply) and a.operator == "in_force"),
                    None,
                )
                if begun is not None:
                    since = cast("tuple[int, ...]", cast(Literal, begun.arguments[1]).value)[1]
                    return say(
                        "force.replaced", what=what, day=instant_words(since, self.writer.zone)
                    )
            case _:
                pass
        return say("force.not", what=what)

    # -- terms -----------------------------------------------------------------------------------

    def _term(self, step: Step, kind: str) -> list[Line]:
        definition = self.writer.definition(step.name)
        thing = self.writer.thing(step.subject)
        if isinstance(definition, Closure):
            return [self._closure(step, definition, thing, kind)]
        provision, below = self._version(step, definition, kind)
        if ": " in step.name:  # `…: by itself`, a part of a term that ownership passes on
            return below
        text = stated("term", step.truth, thing=thing, term=term_words(step.name))
        return [
            self._line(text, step.truth, provision, kind, place=definition.place, children=below)
        ]

    def _version(self, step: Step, definition: Definition, kind: str) -> tuple[str, list[Line]]:
        """The text that says what the term means at that time, and its lines; no other versions."""
        run = self.source.evaluation
        living: dict[str, None] = {}
        for part in _parts(definition.body, "or"):
            force = _force_of(part)
            if force is not None and run.truth(force, {}).may:
                living[self._provision(force.name)] = None
        provision = next(iter(living), definition.provision)
        body = cast("tuple[Step, ...]", step.children)
        versions = body
        if body and isinstance(body[0].expr, Apply) and body[0].expr.operator == "or":
            versions = cast("tuple[Step, ...]", body[0].children)
        branches: list[list[Line]] = []
        for version in versions:
            force = _force_of(version.expr)
            own = self._provision(force.name) if force else ""
            undefined = isinstance(version.expr, Apply) and version.expr.operator == "undefined"
            if living and (undefined or (own and own not in living)):
                continue
            lines = self._lines(version, kind, own or provision)
            branches.append([x for x in lines if x.kind != "force" or x.truth is not Truth.TRUE])
        if step.truth is Truth.UNKNOWN and len(branches) > 1:
            return provision, [self._either(branches, kind, provision)]
        return provision, [line for branch in branches for line in branch]

    def _closure(self, step: Step, closure: Closure, thing: str, kind: str) -> Line:
        """A status that ownership passes on: by itself, or through whom. Each party once."""
        run = self.source.evaluation
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
                for line in self._lines(child, kind, closure.provision)
            ]
        if seed is not Truth.TRUE:
            below += self._by_way(step, closure, thing, kind, seed)
        text = stated("term", step.truth, thing=thing, term=term_words(closure.name))
        return self._line(
            text, step.truth, closure.provision, kind, place=closure.place, children=below
        )

    def _by_way(
        self, step: Step, closure: Closure, thing: str, kind: str, seed: Truth = Truth.FALSE
    ) -> list[Line]:
        """The way that surely carried the status; or each way, and why it did not or may have."""
        run = self.source.evaluation
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
                self._line(
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
        run = self.source.evaluation
        if step.truth is Truth.TRUE and self._links >= LINKS:
            chain = run.column(closure).chain(step.subject)
            return [self._holding(one, closure, kind, []) for one in chain]
        lines: list[Line] = []
        for one in held:
            below: list[Line] = []
            if self._is_nobody_known(one):
                leaf = run.controllers_unknown.get(one.owner) or Leaf(f"{one.owner}.owner")
                below = [
                    self._line(say("owned.who"), Truth.UNKNOWN, closure.provision, kind, leaf=leaf)
                ]
            elif closure.direct:
                owner = cast(Step, run.derive_definition(closure.seed, run.view.item(one.owner)))
                below = self._term(owner, kind)
            elif (closure.name, one.owner) not in self._told and self._links < LINKS:
                owner = cast(Step, run.derive_definition(closure.name, run.view.item(one.owner)))
                self._links += 1
                below = [self._closure(owner, closure, self.writer.thing(one.owner), kind)]
                self._links -= 1
            lines.append(self._holding(one, closure, kind, below))
        thing = self.writer.thing(step.subject)
        for odd in run.column(closure).oddities.get(step.subject, ()):
            text = say(f"owned.odd.{odd.kind}", asset=thing)
            lines.append(self._line(text, Truth.TRUE, closure.provision, kind))
        return lines

    def _is_nobody_known(self, one: Any) -> bool:
        """Whether nobody knows whose stake it is, or who controls."""
        return not self.source.evaluation.is_party(one.owner)

    def _holding(self, one: Any, closure: Closure, kind: str, below: list[Line]) -> Line:
        share = Span(one.lo, one.hi, one.lo_open, one.hi_open)
        form = "owned.control" if one.means else "owned.partner" if one.of else "owned.holding"
        text = say(
            form,
            owner=say("owned.somebody")
            if self._is_nobody_known(one)
            else self.writer.thing(one.owner),
            asset=self.writer.thing(one.asset),
            percent=span_words(share, "percent"),
            holder=self.writer.thing(one.of) if one.of else "",
        )
        if one.of and one.counts is Truth.UNKNOWN:
            text = say("open", clause=text)
        return self._line(text, one.counts, closure.provision, kind, children=below)


#: How many owners deep a derivation is told as it is nested. Beyond, the chain is a list.
LINKS: Final = 12
#: How many definitions and groups deep a derivation is told.
DEEPEST: Final = 48


def _list_asked(step: Step) -> Fact | None:
    """The list that a step asks for a constant; None where it asks something else."""
    match step.expr:
        case Apply("includes", (Fact() as fact, Literal())) if not step.name:
            return fact
        case _:
            return None


def _force_of(expr: Expr | None) -> Ref | None:
    """The `in force` that a version of a term begins with."""
    first = _parts(expr)[0] if expr is not None else None
    return first if isinstance(first, Ref) and " in force @ " in first.name else None


def _parts(expr: Expr, operator: str = "and") -> tuple[Expr, ...]:
    return expr.arguments if isinstance(expr, Apply) and expr.operator == operator else (expr,)
