"""How a norm stands to each thing that its verb binds, and what the finding rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from sanctions_rules import clocks
from sanctions_rules.core import Fact, Literal, Norm
from sanctions_rules.decision import Finding, Standing
from sanctions_rules.engines.interpreter import Evaluation, Step
from sanctions_rules.values import NOT_APPLICABLE, Items, Truth
from sanctions_rules.view import Day, Item


def subjects(run: Evaluation, norm: Norm) -> tuple[tuple[Item | None, ...], bool]:
    """The things that the verb binds, and whether these are all there are."""
    if norm.collection is None:
        return (None,), True
    value = run.value(norm.collection, {})
    if isinstance(value, Items):
        return cast("tuple[Item, ...]", value.members), value.complete
    return (), value is NOT_APPLICABLE


def findings_of(run: Evaluation, norm: Norm) -> Iterable[Finding]:
    """How a norm stands to each thing that its verb binds."""
    known = run.findings.get(id(norm)) if run.findings else None
    return _findings(run, norm) if known is None else cast("tuple[Finding, ...]", known)


def _findings(run: Evaluation, norm: Norm) -> Iterator[Finding]:
    items, complete = subjects(run, norm)
    for item in items:
        yield _finding(run, norm, item)
    if not complete and norm.verb == "prohibits":
        yield _unnamed(run, norm)


def _unnamed(run: Evaluation, norm: Norm) -> Finding:
    """Things that the facts do not name: the prohibition may reach one of them."""
    for name, standing in (
        (norm.in_force, None),
        (norm.bound, Standing.NOT_BOUND),
        (norm.pattern, Standing.OTHER_ACT),
    ):
        if run.definition(name, None) is Truth.FALSE:
            return Finding(norm, "", "", standing or _why_not_in_force(run, norm), Truth.FALSE)
    if norm.dormant and not ever_filled(run, norm):
        return Finding(norm, "", "", Standing.DORMANT, Truth.FALSE)
    return Finding(
        norm, "", f"one {norm.variable} that is not named", Standing.MAY_BIND, Truth.UNKNOWN
    )


def ever_filled(run: Evaluation, norm: Norm) -> bool:
    """Whether any determination ever filled what the norm leaves open."""
    body = getattr(run.program.definitions[norm.body], "body", None)
    return not (isinstance(body, Literal) and body.value is Truth.FALSE)


def _finding(run: Evaluation, norm: Norm, item: Item | None) -> Finding:
    place, name = (item.place, item.id) if item else ("", "")

    def truth(definition: str, of: Item | None = None) -> Truth:
        return cast(Truth, run.definition(definition, of))

    def made(
        standing: Standing, holds: Truth, because: tuple[str, ...] = (), unless: bool = False
    ) -> Finding:
        judged = (
            tuple(_judgements(run, norm, item))
            if run.view.case.judgements
            and norm.verb in ("prohibits", "empowers")
            and standing in (Standing.BINDS, Standing.MAY_BIND, Standing.LIFTED, Standing.EXCEPTED)
            and not run.only_answers
            else ()
        )
        lapsed = (
            tuple(_lapsed(run, norm, item))
            if standing is Standing.BINDS and not run.only_answers
            else ()
        )
        return Finding(norm, place, name, standing, holds, because, unless, judged, lapsed)

    effective = truth(norm.effective, item)
    if effective.may:
        if norm.conflict and truth(norm.conflict, item).may and effective is Truth.TRUE:
            return made(Standing.CONFLICT, Truth.UNKNOWN)
        engaged = truth(norm.engaged, item)
        if effective is Truth.TRUE:
            return made(Standing.BINDS, effective)
        open_ = tuple(
            dict.fromkeys(e.source for e in norm.edges if truth(e.name, item) is Truth.UNKNOWN)
        )
        return made(
            Standing.MAY_BIND,
            effective,
            open_,
            unless=engaged is Truth.TRUE or _only_exceptions_open(run, norm, item),
        )
    if truth(norm.in_force) is Truth.FALSE:
        return made(_why_not_in_force(run, norm), Truth.FALSE)
    for part, standing in ((norm.bound, Standing.NOT_BOUND), (norm.pattern, Standing.OTHER_ACT)):
        if truth(part) is Truth.FALSE:
            return made(standing, Truth.FALSE)
    if truth(norm.engaged, item).may:
        by = tuple(e.source for e in norm.edges if e.kind == "licence" and truth(e.name, item).must)
        return made(Standing.LIFTED, Truth.FALSE, by)
    if truth(norm.body, item) is Truth.FALSE:
        dormant = norm.dormant and not ever_filled(run, norm)
        return made(Standing.DORMANT if dormant else Standing.NOT_MET, Truth.FALSE)
    if truth(norm.scope, item) is Truth.TRUE:
        return made(Standing.EXCEPTED, Truth.FALSE, (norm.fill or norm.id,))
    by = tuple(e for e in norm.edges if e.kind != "licence" and truth(e.name, item).must)
    displaced = any(e.kind == "override" for e in by)
    return made(
        Standing.DISPLACED if displaced else Standing.EXCEPTED,
        Truth.FALSE,
        tuple(e.source for e in by),
    )


def _lapsed(run: Evaluation, norm: Norm, item: Item | None) -> Iterator[str]:
    """Licences that would lift the prohibition, had they not ended, unreplaced, before the act."""
    lifting = {e.source for e in norm.edges if e.kind == "licence"}
    for licence in run.program.norms if lifting else ():
        if licence.id not in lifting:
            continue
        if licence.term.replaced_by or run.definition(licence.in_force, None) is not Truth.FALSE:
            continue
        if licence.reading and run.settings.readings.get(licence.provision) != licence.reading:
            continue
        if _why_not_in_force(run, licence) is not Standing.ENDED:
            continue
        if not all(run.definition(n, None) is Truth.TRUE for n in (licence.pattern, licence.bound)):
            continue
        same = licence.collection == norm.collection
        items = (item,) if same else subjects(run, licence)[0]
        if any(run.definition(licence.body, one) is Truth.TRUE for one in items):
            yield licence.id


def _only_exceptions_open(run: Evaluation, norm: Norm, item: Item | None) -> bool:
    return (
        run.definition(norm.in_force, None) is Truth.TRUE and run.definition(norm.bound, None) is Truth.TRUE
        and run.definition(norm.pattern, None) is Truth.TRUE and run.definition(norm.body, item) is Truth.TRUE
    )  # fmt: skip


def _why_not_in_force(run: Evaluation, norm: Norm) -> Standing:
    term = norm.term
    if term.awaiting:
        return Standing.AWAITING
    known = run.settings.known_on
    if known is not None and term.published > known.toordinal():
        return Standing.NOT_PUBLISHED
    value = run.view.read(run.view.root, term.anchor)[0]
    if isinstance(value, Day) and value.lo is not None:
        span = clocks.span_of(value.lo, term.zone)
        at = cast(int, span.lo)
        if (
            term.replaced_by
            and term.since is not None
            and all(s <= term.since for _, s in term.replaced_by)
        ):
            return Standing.NEVER
        if term.since is not None and at < term.since:
            return Standing.BEFORE_COVERED if term.before_covered else Standing.NOT_YET
        return Standing.ENDED
    return Standing.NOT_YET


def _judgements(run: Evaluation, norm: Norm, item: Item | None) -> Iterator[str]:
    """Recorded judgements that the finding rests on."""
    seen: set[str] = set()

    def walk(first: Step) -> Iterator[str]:
        pending, walked = [first], set[int]()
        while pending:
            step = pending.pop()
            if id(step.children) in walked and step.children:
                continue  # a definition that was walked through another reference to it
            walked.add(id(step.children))
            arguments = getattr(step.expr, "arguments", ())
            for argument in arguments:
                if isinstance(argument, Fact) and argument.path[:1] == ("judged",):
                    subject = step.scope.get(argument.variable)
                    where = subject.id if isinstance(subject, Item) else "act"
                    text = f"{argument.path[1]} of {where}"
                    if text not in seen and step.truth is not Truth.UNKNOWN:
                        seen.add(text)
                        yield text
            pending.extend(reversed(step.children))

    for part in (norm.pattern, norm.body, norm.scope, norm.engaged, norm.lifted):
        definition_item = None if part == norm.pattern else item
        yield from walk(run.derive_definition(part, definition_item))
