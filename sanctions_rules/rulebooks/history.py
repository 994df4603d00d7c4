"""Where each text of a rulebook stands on a day: in force or not, and what fills and lifts it.

A day is the whole of that day in the zone of the instrument: a licence that runs through 00:01 is
in force for part of its last day. What the law does not say, or we have not read, is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from sanctions_rules import clocks
from sanctions_rules.core import Literal, Norm
from sanctions_rules.language import ast
from sanctions_rules.language.compile import Compiled
from sanctions_rules.language.lower import Lowering
from sanctions_rules.language.resolve import first_day
from sanctions_rules.values import Truth


class State(Enum):
    """How a text stands on one day."""

    IN_FORCE = "in force"
    PARTLY = "in force for part of the day"
    NOT_KNOWN = "not known"
    NOT_YET = "not yet in force"
    ENDED = "ended"
    REPLACED = "replaced"
    DORMANT = "dormant"
    AWAITING = "enacted, awaiting an act"
    NEVER = "never took effect"
    OTHER_READING = "another reading is preferred"
    WITHDRAWN = "withdrawn by us"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Status:
    """A state, and the rest of the sentence: by what it is replaced, for what it waits."""

    state: State
    why: str = ""

    @property
    def is_in_force(self) -> bool:
        return self.state in (State.IN_FORCE, State.PARTLY)

    def __str__(self) -> str:
        return f"{self.state}{self.why}"


@dataclass(frozen=True)
class Lift:
    """A text that lifts, excepts from or displaces another. `kind`: licence, scope or override."""

    block: ast.Block
    kind: str


class History:
    """The texts of one rulebook on a line of days."""

    def __init__(self, compiled: Compiled) -> None:
        self.rulebook = compiled.rulebook
        self.program = compiled.program
        self._lowering = Lowering(compiled.rulebook)
        self._by_place = {block.head: block for block in compiled.rulebook.blocks}

    # -- when ------------------------------------------------------------------------------------

    def status(self, block: ast.Block, day: date) -> Status:
        """How the text stands on that day, with all that is known today of its end."""
        status = self._in_time(block, day)
        if not status.is_in_force:
            return status
        filled = [(t, self._in_time(t, day)) for t in self.filled_by(block)]
        if filled and not any(s.is_in_force for _, s in filled):
            target, other = filled[0]
            return Status(other.state, f", as is what it fills: {target.id}")
        if self.is_dormant(block, day):
            return Status(
                State.DORMANT, f": nothing fills {', '.join(self.left_open(block))} on that day"
            )
        return status

    def _in_time(self, block: ast.Block, day: date) -> Status:
        """The status by the text's own interval, its readings, and the texts that replace it."""
        zone = self.rulebook.zone(block)
        start, end = clocks.day_start(day, zone), clocks.day_start(day + timedelta(days=1), zone)
        since, since_surely, until, until_possibly = self._lowering.interval(block)
        newer = [(self._lowering.interval(n), n) for n in self.replaced_by(block)]
        slot = block.slot("in force")
        if withdrawn := self.rulebook.withdrawal(block):
            name, at = withdrawn
            of = f", with {name}," if name != block.id else ""
            return Status(State.WITHDRAWN, f"{of} on {at.day}: {at.texts[0].text}")
        if slot is not None and isinstance(slot.interval, ast.Awaiting):
            return Status(State.AWAITING, f": {slot.interval.what.text}")
        if any(interval[0] <= since for interval, _ in newer):
            return Status(State.NEVER, ": replaced before its first day")
        if (reading := block.slot("reading")) and not reading.flag:
            return Status(State.OTHER_READING)
        if since >= end:
            return Status(State.NOT_YET)
        for interval, text in newer:
            if interval[0] <= start:
                return Status(State.REPLACED, f" by {text.id} from {first_day(text)}")
        if until_possibly <= start:
            return Status(State.ENDED)
        if since_surely > start or until < end:
            certain = since == since_surely and until == until_possibly
            return (
                Status(State.PARTLY)
                if certain
                else Status(State.NOT_KNOWN, ": its interval was not read in full")
            )
        return Status(State.IN_FORCE)

    def replaced_by(self, block: ast.Block) -> list[ast.Block]:
        return self.rulebook.replaced_by.get(id(block), [])

    def replaces(self, block: ast.Block) -> list[ast.Block]:
        return [b for b in self.rulebook.blocks if block in self.replaced_by(b)]

    def line(self, block: ast.Block) -> list[ast.Block]:
        """All texts of one line of succession, oldest first, with their other readings."""
        found = [block]
        pending = [block]
        while pending:
            one = pending.pop()
            same = [b for b in self.rulebook.by_id[one.id] if b.kind == one.kind]
            for other in (*self.replaced_by(one), *self.replaces(one), *same):
                if not any(other is f for f in found):
                    found.append(other)
                    pending.append(other)
        return sorted(found, key=lambda b: (first_day(b) or date.min, b.head.start))

    # -- what fills it ---------------------------------------------------------------------------

    def left_open(self, block: ast.Block) -> tuple[str, ...]:
        return tuple(str(slot.term) for slot in block.all("leaves open"))

    def fills(self, block: ast.Block) -> Iterator[ast.Block]:
        """The determinations that fill what the text leaves open, in the order written."""
        for name in self.left_open(block):
            for fill in self.rulebook.fills.get((block.id, name), []):
                if self._lowering.fill_meets(fill, block):
                    yield fill

    def filled_by(self, fill: ast.Block) -> list[ast.Block]:
        """What a determination fills; nothing, if the text is none."""
        verb = fill.verb
        if verb is None or verb.word != "fills":
            return []
        return self.rulebook.meant(verb.refs[0])

    def is_dormant(self, block: ast.Block, day: date) -> bool:
        """Whether the text says nothing by itself, and nothing that fills it is in force."""
        own = [
            n for n in self.norms(block) if not n.fill and n.verb == getattr(block.verb, "word", "")
        ]
        empty = any(n.dormant and self._never_holds(n) for n in own)
        return empty and not any(self._in_time(fill, day).is_in_force for fill in self.fills(block))

    def _never_holds(self, norm: Norm) -> bool:
        body = getattr(self.program.definitions[norm.body], "body", None)
        return isinstance(body, Literal) and body.value is Truth.FALSE

    # -- what lifts it ---------------------------------------------------------------------------

    def norms(self, block: ast.Block) -> list[Norm]:
        """What the text was lowered to: by itself, and once through each of its fills."""
        return [n for n in self.program.norms if n.place == block.head]

    def lifts(self, block: ast.Block, fill: ast.Block | None = None) -> list[Lift]:
        """The texts that lift it whole; with `fill`, those that lift it through this fill only."""
        whole = {e.source: e.kind for n in self.norms(block) if not n.fill for e in n.edges}
        if fill is None:
            kinds = whole
        else:
            mine = (e for n in self.norms(block) if n.fill == fill.id for e in n.edges)
            kinds = {e.source: e.kind for e in mine if e.source not in whole}
        return [
            Lift(self._by_place[norm.place], kinds[norm.id])
            for norm in self.program.norms if norm.id in kinds and norm.verb != "requires"
        ]  # fmt: skip

    def acts_on(self, block: ast.Block) -> tuple[str, ...]:
        """What the text lifts, excepts from, displaces or fills, as it names them."""
        verb = block.verb
        if verb is None:
            return ()
        refs = (
            verb.refs
            if verb.word in ("fills", "displaces", "withdraws")
            else self._lowering.lifted_refs(verb)
        )
        return tuple(str(ref) for ref in refs)
