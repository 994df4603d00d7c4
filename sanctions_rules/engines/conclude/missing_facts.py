"""What an answer waits for: the facts behind findings and duties that are open, in schema order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from sanctions_rules.decision import Duty, DutyState, Finding, Outcome, Standing
from sanctions_rules.engines.conclude.duties import performed, was_late
from sanctions_rules.engines.interpreter import Evaluation
from sanctions_rules.facts import Case, FactModel
from sanctions_rules.schema import children, rank
from sanctions_rules.values import Items, Truth
from sanctions_rules.view import Item, Leaf


def missing(
    run: Evaluation, outcome: Outcome, findings: Iterable[Finding], powers: Iterable[Finding],
    duties: Iterable[Duty],
) -> tuple[tuple[Leaf, ...], tuple[Leaf, ...]]:  # fmt: skip
    """What outcome, exposures and duties wait for, and what the outcome alone does."""
    undetermined = outcome is Outcome.UNDETERMINED
    for_outcome = _ordered(
        leaf
        for f in (findings if undetermined else ())
        if f.standing is Standing.MAY_BIND
        for leaf in finding_leaves(run, f)
    )
    beside = _ordered(
        leaf
        for leaf in (
            *for_outcome,
            *(leaf for f in powers if f.truth is Truth.UNKNOWN for leaf in finding_leaves(run, f)),
            *(
                leaf
                for d in duties
                if d.state is DutyState.UNKNOWN and not d.lasting
                for leaf in duty_leaves(run, d)
            ),
        )
    )
    return beside, for_outcome


def _ordered(leaves: Iterable[Leaf]) -> tuple[Leaf, ...]:
    return tuple(sorted(dict.fromkeys(leaves), key=place_order))


def finding_leaves(run: Evaluation, finding: Finding) -> Iterator[Leaf]:
    norm = finding.norm
    if not finding.subject and norm.collection is not None:
        for name in (norm.in_force, norm.bound, norm.pattern):
            yield from run.leaves_of(name, None)
        yield from run.leaves(norm.collection, {})
        return
    item = run.view.item(finding.subject) if finding.subject else None
    yield from run.leaves_of(norm.effective, item)


def duty_leaves(run: Evaluation, duty: Duty) -> Iterator[Leaf]:
    item = run.view.item(duty.finding.subject) if duty.finding.subject else None
    if duty.finding.truth is Truth.UNKNOWN:
        yield from finding_leaves(run, duty.finding)
    made = duty.finding.norm.duty
    assert made is not None
    done, records = performed(run, duty.finding)
    if done is Truth.TRUE:
        late = [was_late(duty.finding.norm, item, record) for record in records]
        if not any(run.truth(*one) is Truth.FALSE for one in late):
            for one in late:
                if run.truth(*one) is Truth.UNKNOWN:
                    yield from run.leaves(*one)
        return
    if made.met:
        done = cast(Truth, run.definition(made.met, item))
        yield from run.leaves_of(made.met, item)
    elif done is Truth.UNKNOWN:
        yield from _unsaid(run)
    if made.over and done is not Truth.TRUE:
        yield from run.leaves_of(made.over, item)


def _unsaid(run: Evaluation) -> Iterator[Leaf]:
    """What the records of what was done leave out."""
    done, leaf = run.view.read(run.view.root, ("performed",))
    yield from () if leaf is None else (leaf,)
    for record in cast("tuple[Item, ...]", done.members) if isinstance(done, Items) else ():
        for path in ("duty", "of"):
            missing = run.view.read(record, (path,))[1]
            yield from () if missing is None else (missing,)


def place_order(leaf: Leaf) -> tuple[Any, ...]:
    """Schema order: of the case, then of each item by its number; judgements and law come last."""
    if leaf.need in ("judgement", "law"):
        return (1, leaf.need, leaf.place)
    model: type[FactModel] = Case
    key: list[Any] = [0]
    for part in leaf.place.split("."):
        name, _, index = part.partition("[")
        nested = children(model).get(name)
        key += [rank(model).get(name, 999), int(index[:-1]) if index else -1]
        if nested is not None:
            model = nested
        else:
            declared = model.declarations.get(name)
            if declared is not None and declared.of:
                from sanctions_rules.schema import COLLECTIONS

                model = COLLECTIONS.get(declared.of, model)
    return (*key, leaf.need)
