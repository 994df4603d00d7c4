"""From the vectors of norms to what stands in each row: `conclude.findings_of`, for all rows at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from sanctions_rules.core import Norm
from sanctions_rules.decision import DutyState, Outcome
from sanctions_rules.engines.columnar.arrow import Array, Vector, np
from sanctions_rules.engines.columnar.plan import IT, Use
from sanctions_rules.engines.columnar.run import Frame, Run
from sanctions_rules.engines.columnar.spaces import CASE
from sanctions_rules.engines.columnar.vectors import (
    FALSE,
    Pair,
    Ragged,
    both,
    either,
    is_some,
    no,
)
from sanctions_rules.engines.conclude import is_exposing
from sanctions_rules.values import Truth

OUTCOMES: Final = tuple(Outcome)
PARTS: Final = ("fired", "undecided", "lifted", "exposed", "perhaps_exposed")


@dataclass(slots=True)
class Waiting:
    """What is open in some rows: a norm for some of its things, and why it may still matter."""

    norm: Norm
    frame: Frame
    mask: Vector
    kind: str  # finding | unnamed | duty


@dataclass(slots=True)
class Found:
    """What stands in the rows of one regime, as (number of the norm, rows), in program order."""

    fired: list[tuple[int, Array]] = field(default_factory=list[Any])
    undecided: list[tuple[int, Array]] = field(default_factory=list[Any])
    lifted: list[tuple[int, Array]] = field(default_factory=list[Any])
    exposed: list[tuple[int, Array]] = field(default_factory=list[Any])
    perhaps_exposed: list[tuple[int, Array]] = field(default_factory=list[Any])
    duties: list[tuple[int, DutyState, Array]] = field(default_factory=list[Any])
    waiting: list[Waiting] = field(default_factory=list[Any])

    def moved(self, by: int) -> Found:
        """The same, of rows that stand so many places further on."""
        made = Found(duties=[(n, state, at + by) for n, state, at in self.duties])
        for part in PARTS:
            setattr(made, part, [(number, at + by) for number, at in getattr(self, part)])
        return made


def joined(parts: list[Found]) -> Found:
    """What stands in all rows, from what stands in some and in others."""
    made = Found()
    for name in (*PARTS, "duties"):
        setattr(made, name, [one for part in parts for one in getattr(part, name)])
    return made


def outcome_of(found: Found, rows: int) -> Array:
    """The outcome of each row, by its number."""
    outcome = np.full(rows, OUTCOMES.index(Outcome.NOT_PROHIBITED), np.int8)
    for part, value in (
        (found.lifted, Outcome.AUTHORISED), (found.undecided, Outcome.UNDETERMINED),
        (found.fired, Outcome.PROHIBITED),
    ):  # fmt: skip
        for _, at in part:
            outcome[at] = OUTCOMES.index(value)
    return outcome


def found_of(run: Run, norms: list[Norm], turn: int) -> Found:
    """What the norms of one regime say in every row. `turn`: how many norms came before."""
    found = Found()
    for number, norm in enumerate(norms):
        if norm.verb == "prohibits":
            _prohibition(run, number, norm, found)
        elif norm.verb == "requires":
            if norm.duty is not None and not norm.duty.lasting:
                _duty(run, number, norm, found)
        elif is_exposing(norm):
            frame, truth = _truth(run, norm)
            _note(found.exposed, number, run, frame, truth.must)
            open_ = both(truth.may, no(truth.must))
            _note(found.perhaps_exposed, number, run, frame, open_)
            _wait(found, norm, frame, open_, "finding")
        if not run.keeps:
            run.forget(turn + number)
            found.waiting.clear()
    return found


def _prohibition(run: Run, number: int, norm: Norm, found: Found) -> None:
    held, frame = _things(run, norm)
    effective = part(run, norm.effective, frame)
    binds, may_bind = effective.must, both(effective.may, no(effective.must))
    conflict: Vector = False
    if norm.conflict and binds is not False:
        conflict = both(binds, part(run, norm.conflict, frame).may)
        binds = both(binds, no(conflict))
    _note(found.fired, number, run, frame, binds)
    open_ = _rows(run, frame, either(may_bind, conflict))
    unnamed = _unnamed(run, norm, held)
    open_ = either(open_, unnamed)
    if is_some(open_):
        found.undecided.append((number, np.flatnonzero(np.full(run.rows, False) | open_)))
        _wait(found, norm, frame, may_bind, "finding")
        _wait(found, norm, run.case, unnamed, "unnamed")
    lifted = no(effective.may)
    names = (norm.in_force, norm.bound, norm.pattern, norm.engaged)
    for name in sorted(names, key=lambda name: run.plan.definition(name).weight):
        if lifted is False:
            return
        lifted = both(lifted, part(run, name, frame).may)
        lifted = lifted if is_some(lifted) else False
    _note(found.lifted, number, run, frame, lifted)


def _unnamed(run: Run, norm: Norm, held: Ragged | None) -> Vector:
    """Rows with things that the facts do not name: the prohibition may reach one of them."""
    if held is None:
        return False
    open_ = no(held.complete)
    names = (norm.in_force, norm.bound, norm.pattern)
    for name in sorted(names, key=lambda name: run.plan.definition(name).weight):
        if not is_some(open_):
            return False
        open_ = both(open_, part(run, name, run.case).may)
    if norm.dormant:
        body = run.plan.definition(norm.body).parts[0].node
        if body.kind == "literal" and body.value is Truth.FALSE:
            return False
    return open_ if is_some(open_) else False


def _truth(run: Run, norm: Norm) -> tuple[Frame, Pair]:
    """What holds of each thing; of a norm in conflict it is not known."""
    _, frame = _things(run, norm)
    truth = part(run, norm.effective, frame)
    if norm.conflict and truth.must is not False:
        conflict = both(truth.must, part(run, norm.conflict, frame).may)
        truth = Pair(both(truth.must, no(conflict)), truth.may)
    return frame, truth


def _duty(run: Run, number: int, norm: Norm, found: Found) -> None:
    frame, truth = _truth(run, norm)
    duty = norm.duty
    assert duty is not None
    if truth.may is False:
        return
    owed = truth.must
    states: dict[DutyState, Vector] = {DutyState.UNKNOWN: both(truth.may, no(owed))}
    _wait(found, norm, frame, states[DutyState.UNKNOWN], "finding")
    done: Pair = FALSE
    performed = run.facts.fact(CASE, ("performed",))
    recorded = np.diff(performed.offsets) > 0
    rows = run.row_of(frame)
    run.aside(frame, both(truth.may, recorded[rows]) if recorded.any() else False)
    if is_some(owed):
        complete = performed.complete
        done = Pair(False, no(complete) if isinstance(complete, bool) else ~complete[rows])
        if duty.met:
            done = part(run, duty.met, frame)
        over = part(run, duty.over, frame) if duty.over else FALSE
        states[DutyState.MET] = both(owed, done.must)
        left = both(owed, no(done.must))
        open_ = both(left, either(both(done.may, no(done.must)), both(over.may, no(over.must))))
        states[DutyState.UNKNOWN] = either(states[DutyState.UNKNOWN], open_)
        left = both(left, no(open_))
        states[DutyState.BREACHED] = both(left, over.must)
        states[DutyState.OPEN] = both(left, no(over.must))
    for state in DutyState:
        mask = states.get(state, False)
        if is_some(mask):
            rows = _rows(run, frame, mask)
            found.duties.append((number, state, np.flatnonzero(np.full(run.rows, False) | rows)))
            if state is DutyState.UNKNOWN:
                _wait(found, norm, frame, mask, "duty")


def _things(run: Run, norm: Norm) -> tuple[Ragged | None, Frame]:
    """The things that the verb binds, and what vectors over them run over."""
    if norm.collection is None:
        return None, run.case
    node = run.plan.node_of(norm.collection, {})
    held = run.value(Use(node), run.case)
    if not isinstance(held, Ragged):
        held = Ragged(np.zeros(run.rows + 1, np.int64), np.zeros(0, np.int64), "goods", False)
    if held.is_all:
        return held, run.home(held.space)
    key = ("things", node.number)
    return held, Frame(key, len(held.members), held.parents, {IT: held.members})


def part(run: Run, name: str, frame: Frame) -> Pair:
    """A part of a norm, by the name of its definition, over its things."""
    return run.truth(Use(run.plan.definition(name)), frame)


def _rows(run: Run, frame: Frame, mask: Vector) -> Vector:
    """The rows in which the mask is true of something."""
    if frame.row is None or mask is False:
        return mask
    found = np.zeros(run.rows, bool)
    found[frame.row if mask is True else frame.row[np.flatnonzero(mask)]] = True
    return found


def _note(into: list[tuple[int, Array]], number: int, run: Run, frame: Frame, mask: Vector) -> None:
    if is_some(mask):
        rows = np.flatnonzero(np.full(run.rows, False) | _rows(run, frame, mask))
        if len(rows):
            into.append((number, rows))


def _wait(found: Found, norm: Norm, frame: Frame, mask: Vector, kind: str) -> None:
    if is_some(mask):
        found.waiting.append(Waiting(norm, frame, mask, kind))
