"""What the facts themselves say for the record: times, actor, listings, property, sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final, Literal, cast

from sanctions_rules.canonical import plain
from sanctions_rules.core import Apply, Definition, Expr, Program, Ref
from sanctions_rules.decision import Decision
from sanctions_rules.engines.conclude import Source, asked_norms
from sanctions_rules.facts import (
    EVENT_OF_ACT,
    Case,
    Collection,
    FactModel,
    Good,
    Listing,
    Money,
    Party,
)
from sanctions_rules.facts import Property as PropertyFact
from sanctions_rules.record.fields import (
    Actor,
    Answer,
    Evidence,
    ListUsed,
    Plain,
    Property,
    Rulebook,
    Target,
    Test,
    Time,
)
from sanctions_rules.values import NOT_APPLICABLE, Truth

TRUTHS: Final[dict[Truth, Answer]] = {
    Truth.TRUE: "true",
    Truth.FALSE: "false",
    Truth.UNKNOWN: "unknown",
}


def items(found: Any) -> tuple[Any, ...]:
    """The items of a collection of the case, none where it is not known."""
    return cast("Collection[Any]", found).items if isinstance(found, Collection) else ()


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


# -- time, versions ------------------------------------------------------------------------------


def time(decision: Decision, case: Case) -> Time:
    """When the act was done, by the event that stands for it; and up to when things were known."""
    events = case.act.events
    event, when = "conduct", events.conduct
    kind = case.act.kind
    if when is None and isinstance(kind, str) and kind in EVENT_OF_ACT:
        other = getattr(events, EVENT_OF_ACT[kind])
        if other is not None and other is not NOT_APPLICABLE:
            event, when = EVENT_OF_ACT[kind], other
    known: date | None = decision.known_on
    return Time(
        event=event, transaction_date=plain(when), facts_as_of=plain(case.as_of),
        law_known_on=known.isoformat() if known else None,
    )  # fmt: skip


def rulebooks(program: Program) -> Iterator[Rulebook]:
    """Every rulebook that was loaded: they share one digest."""
    for head in program.heads:
        yield Rulebook(
            regime=head.regime, title=head.title, current_through=head.through.isoformat(),
            serial=head.serial,
        )  # fmt: skip


def lists(case: Case) -> Iterator[ListUsed]:
    """The list snapshots that the facts name: what closes the listings, what shows each."""
    found: dict[
        tuple[Literal["basis", "source"], str], tuple[dict[str, None], dict[str, None]]
    ] = {}
    for index, party in enumerate(items(case.parties)):
        listings = cast(Party, party).listings
        if not isinstance(listings, Collection):
            continue
        place = f"parties[{index}].listings"
        entries = cast("tuple[Listing, ...]", cast("Collection[Any]", listings).items)
        if listings.basis:
            names, places = found.setdefault(("basis", listings.basis), ({}, {}))
            places[place] = None
            names.update((text(e.list), None) for e in entries if text(e.list))
        for at, entry in enumerate(entries):
            if text(entry.source):
                names, places = found.setdefault(("source", text(entry.source)), ({}, {}))
                places[f"{place}[{at}]"] = None
                names.update({text(entry.list): None} if text(entry.list) else {})
    for (kind, statement), (names, places) in found.items():
        yield ListUsed(
            kind=kind,
            statement=statement,
            lists=tuple(names),
            places=tuple(places),
        )


# -- who -----------------------------------------------------------------------------------------


def actor(decision: Decision) -> Actor:
    source = cast(Source, decision.source)
    case = source.case
    name = text(case.actor)
    party = next((p for p in items(case.parties) if p.id == name and name), None)
    return Actor(
        id=name, name=text(party.name) if party else "", type=text(party.type) if party else "",
        nexus=plain(case.act.us_nexus), tests=tuple(_tests(decision, source)),
    )  # fmt: skip


def _tests(decision: Decision, source: Source) -> Iterator[Test]:
    """The tests of who is bound, of the provisions that were asked, each once."""
    run, index = source.evaluation, source.program.definitions
    seen: set[str] = set()
    for regime in decision.regimes:
        for norm in asked_norms(source.program, regime, decision.about):
            body = cast(Definition, index[norm.bound]).body
            for ref in _refs(body):
                test = ref.name.partition(" @ ")[0]
                if test not in seen:
                    seen.add(test)
                    holds = TRUTHS[run.truth(ref, {})]
                    yield Test(regime=regime, test=test, holds=holds)


def _refs(expr: Expr) -> Iterator[Ref]:
    if isinstance(expr, Ref):
        yield expr
    elif isinstance(expr, Apply):
        for argument in expr.arguments:
            yield from _refs(argument)


def targets(case: Case) -> Iterator[Target]:
    for index, party in enumerate(items(case.parties)):
        for listing in cast("tuple[Listing, ...]", items(party.listings)):
            yield Target(
                id=text(party.id) or f"parties[{index}]", name=text(party.name),
                list=plain(listing.list), authority=plain(listing.authority),
                programme=plain(listing.programme), order=plain(listing.order),
                entry=plain(listing.entry_id), listed_on=plain(listing.listed_on),
                delisted_on=plain(listing.delisted_on),
            )  # fmt: skip


# -- what ----------------------------------------------------------------------------------------


def properties(case: Case) -> Iterator[Property]:
    """Property that the facts name, goods with their value, and the value of the act."""
    for index, one in enumerate(cast("tuple[PropertyFact, ...]", items(case.properties))):
        yield Property(
            **_valued(one.value), kind=text(one.kind) or "property",
            id=text(one.id) or f"properties[{index}]", description=plain(one.description),
            location=plain(one.location), account=plain(one.account_number),
            interest_of=plain(one.interest_of), held_by=plain(one.held_by),
            blocked_on=plain(one.blocked_on), unblocked_on=plain(one.unblocked_on),
        )  # fmt: skip
    for index, good in enumerate(cast("tuple[Good, ...]", items(case.goods))):
        if good.customs_value is not None:
            yield _thing(
                "good", text(good.id) or f"goods[{index}]", good.description, good.customs_value
            )
    if case.act.value is not None:
        yield _thing("act", "act", None, case.act.value)


def _thing(kind: str, name: str, description: Any, value: Any) -> Property:
    return Property(
        **_valued(value), kind=kind, id=name, description=plain(description), location=None,
        account=None, interest_of=None, held_by=None, blocked_on=None, unblocked_on=None,
    )  # fmt: skip


def _valued(value: Any) -> dict[str, Any]:
    """Amount and currency as given; dollars only where dollars were given, at nobody's rate."""
    if not isinstance(value, Money):
        return {"value": plain(value), "currency": None, "value_usd": None}
    amount: Plain = plain(value.amount)
    dollars = amount if value.currency == "USD" else None
    return {"value": amount, "currency": value.currency, "value_usd": dollars}


# -- sources -------------------------------------------------------------------------------------


def evidence(case: Case) -> Iterator[Evidence]:
    """The provenance of every fact that has one, by place."""
    yield from _evidence(case, "")


def _evidence(model: FactModel, prefix: str) -> Iterator[Evidence]:
    for name, one in model.provenance.items():
        yield Evidence(
            place=prefix + name, source=one.source, observed_at=one.observed_at,
            document=one.document_ref, unknown_because=one.unknown_because,
        )  # fmt: skip
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, FactModel):
            yield from _evidence(value, f"{prefix}{name}.")
        elif isinstance(value, Collection):
            for index, item in enumerate(cast("Collection[Any]", value).items):
                yield from _evidence(item, f"{prefix}{name}[{index}].")
