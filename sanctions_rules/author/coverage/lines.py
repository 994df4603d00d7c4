"""Which ways each line of a text was seen to go: its act, whom it binds, its elements, its time.

The texts are lowered once more by a lowering that remembers which expression each line became. A line
counts where its text was reached and where it carried weight: a line that is false beside another
false one says nothing of itself, nor does one that is true beside another true alternative. So a
line that is seen true and false has turned its condition both ways.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Final, cast

from sanctions_rules.author.coverage.model import TIMES, Line, Way
from sanctions_rules.author.coverage.remembering import Remembering
from sanctions_rules.core import Apply, Closure, Definition, Expr, Fact, Literal, Norm, Quantified
from sanctions_rules.engines.conclude import subjects
from sanctions_rules.engines.interpreter import Evaluation, Scope
from sanctions_rules.language import ast
from sanctions_rules.language.compiled import Compiled
from sanctions_rules.language.lowering.env import DEFAULT_ANCHOR
from sanctions_rules.language.timing import FOREVER
from sanctions_rules.rulebooks import Law
from sanctions_rules.source import Source, Span
from sanctions_rules.values import Items, Truth
from sanctions_rules.values import Span as Range
from sanctions_rules.view import Item

#: For each line the ways seen, each with the first scenario that showed it.
Seen = dict[Span, dict[Way, str]]

POLARITY: Final = {Truth.TRUE: Way.TRUE, Truth.FALSE: Way.FALSE, Truth.UNKNOWN: Way.UNKNOWN}
#: Slots whose lines are legal elements.
_ELEMENTS: Final = frozenset(
    ("when", "upon determining that", "provided that", "except where", "unless shown that", "with",
     "met when")
)  # fmt: skip


class Lines:
    """The lines of a law, and which ways they were seen to go so far."""

    def __init__(self, law: Law) -> None:
        self.lowering = Remembering(law.compiled.rulebook)
        program = self.lowering.program(law.digest)
        compiled = law.compiled
        #: The same law, in which the expressions of lines are those that are remembered.
        self.law = Law(Compiled(program, lambda: compiled.text, compiled.files, compiled.limits))
        self.seen: Seen = defaultdict(dict)
        self._became = {key: place for key, (_, place) in self.lowering.became.items()}
        #: By identity of an expression: the lines within it.
        self._holding: dict[int, frozenset[Span]] = {}
        self._of_norms = {
            n for norm in program.norms
            for n in (norm.body, norm.scope, norm.pattern, norm.bound, norm.duty.met if norm.duty else "")
        }  # fmt: skip
        #: The lines in each definition: those of norms are looked at where the norm is reached.
        self.within: dict[str, frozenset[Span]] = {}
        for definition in program.definitions:
            if isinstance(definition, Closure):
                found = {*self.lowering.passing.get(definition.name, ())}
            else:
                found = set(self._find(definition.body))
            if found:
                self.within[definition.name] = frozenset(found)
        self._whens = dict[tuple[ast.Path, str], Expr]()
        self._times = dict[int, frozenset[Way]]()
        self._fills = dict[int, list[ast.Block]]()

    def _find(self, expr: Expr) -> Iterator[Span]:
        """The lines in an expression; on the way, which of its parts hold any."""
        own = self._became.get(id(expr))
        found = [own] if own is not None else []
        for part in _parts(expr):
            found += self._find(part)
        if found:
            self._holding[id(expr)] = frozenset(found)
        yield from found

    # -- what is there ---------------------------------------------------------------------------

    def of(self, block: ast.Block, sources: Mapping[str, Source]) -> Iterator[Line]:
        """The lines of a block, in the order written. `sources`: the files by name."""
        for slot in block.slots:
            if slot.word == "in force":
                place = time_of(block) or slot.span
                yield self._line(block, place, slot.word, self.times_of(block), sources)
            elif slot is block.verb and (slot.conduct or slot.word == "penalises"):
                can = self._polarities(n.pattern for n in self._norms[id(block)])
                yield self._line(block, slot.span, slot.word, can, sources)
            elif slot.word == "binds":
                can = self._polarities(n.bound for n in self._norms[id(block)])
                yield self._line(block, slot.span, slot.word, can, sources)
            elif slot.word in _ELEMENTS and slot.condition is not None:
                for element in elements(slot.condition):
                    can = (
                        frozenset(POLARITY.values())
                        if element.span in self._reached
                        else frozenset[Way]()
                    )
                    yield self._line(block, element.span, slot.word, can, sources)

    def _line(
        self, block: ast.Block, place: Span, slot: str, can: frozenset[Way],
        sources: Mapping[str, Source],
    ) -> Line:  # fmt: skip
        source = sources[place.file]
        number = source.place(place.start)[0]
        text = " ".join(source.text[place.start : place.end].split("\n")[0].split())
        return Line(f"{block.id}: {text}", place, number, slot, text, can)

    @cached_property
    def _reached(self) -> frozenset[Span]:
        """The lines on which anything turns at all."""
        return frozenset(place for places in self.within.values() for place in places)

    @cached_property
    def _norms(self) -> dict[int, list[Norm]]:
        """The norms of each text, by its identity."""
        found: dict[int, list[Norm]] = defaultdict(list)
        for norm in self.law.program.norms:
            found[id(self.lowering.texts[norm.body])].append(norm)
        return found

    def _polarities(self, names: Iterable[str]) -> frozenset[Way]:
        bodies = (getattr(self.law.program.definitions[n], "body", None) for n in names)
        open_ = any(not isinstance(body, Literal) for body in bodies)
        return frozenset(POLARITY.values()) if open_ else frozenset()

    def times_of(self, block: ast.Block) -> frozenset[Way]:
        """Where the text can stand in time, by its interval and by what replaces it."""
        if id(block) not in self._times:
            self._times[id(block)] = self._times_of(block)
        return self._times[id(block)]

    def _times_of(self, block: ast.Block) -> frozenset[Way]:
        since, surely, until, possibly = self.lowering.interval(block)
        newer = [
            self.lowering.interval(n) for n in self.lowering.rulebook.replaced_by.get(id(block), [])
        ]
        ways = set(TIMES)
        if since in (-FOREVER, FOREVER):
            ways.discard(Way.NOT_YET)  # it was there before what is covered; or awaits an act
        if possibly == FOREVER and not newer:
            ways.discard(Way.ENDED)
        ends = [until, *(n[0] for n in newer)]
        if since == FOREVER or surely >= min(ends):
            ways -= {Way.IN_FORCE}  # no instant is surely within it
        if since == FOREVER or (block.verb is not None and block.verb.word == "asks"):
            ways.clear()  # it awaits an act; or is a question, which nobody asks by a day
        return frozenset(ways)

    # -- what is seen ----------------------------------------------------------------------------

    def is_open(self, place: Span) -> bool:
        """Whether there is a polarity that the line was not seen to have."""
        return len(self.seen[place]) < 3

    def norm(self, run: Evaluation, norm: Norm, name: str) -> None:
        """Look at the lines of a norm in a case. `name`: of the scenario."""

        def truth(part: str, item: Item | None = None) -> Truth:
            return cast(Truth, run.definition(part, item))

        block = self.lowering.texts[norm.body]
        pattern, bound = truth(norm.pattern), truth(norm.bound)
        act = block.verb
        if pattern.may and bound.may:
            force = cast(ast.Slot, block.slot("in force"))
            for text in (block, *self._filling(block)):
                self._time(run, text, force.anchor or DEFAULT_ANCHOR, name)
        if not truth(norm.in_force).may:
            return
        if bound.may and act is not None:
            self._saw(act.span, pattern, name)
        binds = block.slot("binds")
        if pattern.may and binds is not None:
            self._saw(binds.span, bound, name)
        if not (pattern.may and bound.may):
            return
        parts = [p for p in (norm.body, norm.scope, norm.duty.met if norm.duty else "")
                 if any(map(self.is_open, self.within.get(p, ())))]  # fmt: skip
        for item in subjects(run, norm)[0] if parts else ():
            reached = truth(norm.body, item).may
            for part in parts:
                if part == norm.body or reached:
                    self._definition(run, part, item, name)

    def terms(self, run: Evaluation, asked: Iterable[tuple[str, str, Any]], name: str) -> None:
        """Look at the lines of the terms that were asked for in a case."""
        timed: set[str] = set()
        for term, place, _ in asked:
            if term in self._of_norms:
                continue
            defining = self.lowering.defining.get(term)
            if defining is not None and term not in timed:
                timed.add(term)
                for block in defining[0]:
                    for text in (block, *self._filling(block)):
                        self._time(run, text, defining[1], name)
            if any(map(self.is_open, self.within.get(term, ()))):
                self._definition(run, term, run.view.item(place) if place else None, name)

    def _definition(self, run: Evaluation, name: str, item: Item | None, scenario: str) -> None:
        definition = run.program.definitions[name]
        if isinstance(definition, Closure):
            self._passed(run, definition, item, scenario)
        else:
            scope: Scope = {definition.subject: item} if definition.subject else {}
            self._walk(run, definition.body, scope, scenario)

    def _passed(self, run: Evaluation, closure: Closure, item: Item | None, scenario: str) -> None:
        """Each way in which a status passes on, as if it were the only one."""
        if item is None or run.definition(closure.seed, item) is Truth.TRUE:
            return
        for index, (place, way) in enumerate(self.lowering.passing[closure.name].items()):
            alone = replace(closure, name=f"{closure.name} ({index})", ways=(way,))
            self._saw(place, run.column(alone).status.get(item.place, Truth.UNKNOWN), scenario)

    def _saw(self, place: Span, truth: Truth, scenario: str) -> None:
        self.seen[place].setdefault(POLARITY[truth], scenario)

    def _walk(self, run: Evaluation, expr: Expr, scope: Scope, scenario: str) -> None:
        """Every line of an expression that carried weight there."""
        if not self._is_of_use(expr):
            return
        place = self._became.get(id(expr))
        if place is not None:
            self._saw(place, run.truth(expr, scope), scenario)
        match expr:
            case Apply("and" | "or" as operator, arguments):
                if not any(map(self._is_of_use, arguments)):
                    return
                stop = Truth.FALSE if operator == "and" else Truth.TRUE
                stops: list[int] = []
                for index, argument in enumerate(arguments):
                    if run.truth(argument, scope) is stop:
                        stops.append(index)
                        if len(stops) == 2:
                            return  # neither decides alone, nor does any other
                for index, argument in enumerate(arguments):
                    if not stops or stops == [index]:
                        self._walk(run, argument, scope, scenario)
            case Apply(_, arguments):
                for argument in arguments:
                    self._walk(run, argument, scope, scenario)
            case Quantified():
                self._members(run, expr, scope, scenario)
            case _:
                pass

    def _is_of_use(self, expr: Expr) -> bool:
        """Whether there is a line within that was not seen in every way."""
        return any(map(self.is_open, self._holding.get(id(expr), ())))

    def _members(self, run: Evaluation, expr: Quantified, scope: Scope, scenario: str) -> None:
        collection = run.value(expr.collection, scope)
        if not isinstance(collection, Items):
            return
        scopes = [{**scope, expr.variable: member} for member in collection.members]
        stop = {"some": Truth.TRUE, "every": Truth.FALSE}.get(expr.quantifier)
        truths = [run.truth(expr.body, one) for one in scopes]
        for one, truth in zip(scopes, truths, strict=True):
            if stop not in truths or (truth is stop and truths.count(truth) == 1):
                self._walk(run, expr.body, one, scenario)

    def _in_force(self, block: ast.Block, anchor: ast.Path) -> Expr:
        # A determination that gives a value is a row of a table, and has no definition of its own.
        definition = self.lowering.definitions[self.lowering.in_force(block, anchor)]
        return cast(Definition, definition).body

    def _filling(self, block: ast.Block) -> list[ast.Block]:
        """The determinations that fill what the text leaves open."""
        if id(block) not in self._fills:
            fills = self.lowering.rulebook.fills
            self._fills[id(block)] = [
                f for s in block.all("leaves open") for f in fills.get((block.id, str(s.term)), ())
            ]
        return self._fills[id(block)]

    def _time(self, run: Evaluation, block: ast.Block, anchor: ast.Path, scenario: str) -> None:
        """Where the text stands at the event, surely."""
        place = time_of(block)
        if place is None or self.seen[place].keys() >= self.times_of(block):
            return
        zone = self.lowering.rulebook.zone(block)
        when = run.value(
            self._whens.setdefault(
                (anchor, zone), Apply("instants", (Fact("case", anchor.parts), Literal(zone)))
            ), {},
        )  # fmt: skip
        if not isinstance(when, Range) or when.lo is None or when.hi is None:
            return
        first, last = cast(int, when.lo), cast(int, when.hi)
        since, _, _, until = self.lowering.interval(block)
        newer = self.lowering.rulebook.replaced_by.get(id(block), [])
        if last < since:
            self.seen[place].setdefault(Way.NOT_YET, scenario)
        elif first >= until or any(first >= self.lowering.interval(n)[1] for n in newer):
            self.seen[place].setdefault(Way.ENDED, scenario)
        elif Way.IN_FORCE in self.seen[place]:
            return
        elif run.truth(self._in_force(block, anchor), {}) is Truth.TRUE:
            self.seen[place].setdefault(Way.IN_FORCE, scenario)


def time_of(block: ast.Block) -> Span | None:
    """The place of the line that says when the text is in force: of a version, its row."""
    force, rows = block.slot("in force"), block.slot("columns")
    if force is None:
        return None
    listed = rows is not None and bool(rows.rows) and block.kind != "table"
    return block.ref.span if listed and block.ref else force.span


def elements(condition: ast.Condition) -> Iterator[ast.Element]:
    """The legal elements of a condition in the order written, those within others too."""
    for element in condition.elements:
        yield element
        yield from _inner(element.atom)


def _inner(node: Any) -> Iterator[ast.Element]:
    if isinstance(node, ast.Condition):
        yield from elements(node)
    elif isinstance(node, tuple):
        for one in cast("tuple[Any, ...]", node):
            yield from _inner(one)
    elif hasattr(node, "__dataclass_fields__"):
        for name in node.__dataclass_fields__:
            yield from _inner(getattr(node, name))


def _parts(expr: Expr) -> Iterator[Expr]:
    match expr:
        case Apply(_, arguments):
            yield from arguments
        case Quantified(_, collection, _, body):
            yield from (collection, body)
        case _:
            pass
