"""Beneficial Ownership Data Standard 0.4: statements about persons, entities and relationships.

A statement is one version of a record; a later version does not unsay an earlier one, it follows
it. So a share that changed between two statements is two stakes, and the day of the change is the
range between them. An interest with a share, or a means of control, is a stake; a seat on a board
and what else is neither is a relation. An owner who is not named is somebody all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, cast

from sanctions_rules.adapters import shares
from sanctions_rules.adapters.countries import country
from sanctions_rules.adapters.identifiers import Identifier
from sanctions_rules.adapters.jsons import records
from sanctions_rules.adapters.ofac import Piece
from sanctions_rules.adapters.snapshot import (
    ENTITY,
    Entry,
    Link,
    ListSnapshot,
    digest_of,
    problem,
)
from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.facts import Listed, Range, Stake
from sanctions_rules.values import OneOf

#: Interests with a share, and the basis that each is; codes of the standard's interestType list.
BASIS: Final = {
    "shareholding": "shares",
    "votingRights": "votes",
    "rightsToProfitOrIncome": "profit",
    "rightsToSurplusAssetsOnDissolution": "surplus_assets",
}
#: Interests that are a means of control. Articles and statutes of a company are its statute.
CONTROL: Final = {
    "otherInfluenceOrControl": "significant_influence",
    "controlViaCompanyRulesOrArticles": "dominant_influence_statute",
    "settlor": "settlor",
    "trustee": "trustee",
    "protector": "protector",
    "beneficiaryOfLegalArrangement": "beneficiary",
    "nominee": "nominee",
}
#: Interests of which neither share nor means of control is known: there may be either.
OPEN: Final = frozenset(
    {
        "appointmentOfBoard", "unknownInterest", "unpublishedInterest", "rightsGrantedByContract",
        "conditionalRightsGrantedByContract", "controlByLegalFramework", "nominator", "",
    }
)  # fmt: skip
#: Interests that are neither: relations.
RELATIONS: Final = frozenset(
    {
        "boardMember", "boardChair", "seniorManagingOfficial", "enjoymentAndUseOfAssets",
        "rightToProfitOrIncomeFromAssets",
    }
)  # fmt: skip
_REGISTERED: Final = OneOf(
    frozenset({"company", "state_owned_enterprise", "central_bank", "branch", "trust"})
)
_ENTITIES: Final[dict[str, str | OneOf]] = {
    "registeredEntity": _REGISTERED, "stateBody": "public_body", "legalEntity": ENTITY,
    "arrangement": ENTITY, "state": ENTITY,
}  # fmt: skip
#: How schemes of identifiers end or begin, and ours for them; `XX-` is the country.
_TAX: Final = ("TAXID", "RFC", "INN", "VAT", "TAX")


@dataclass(frozen=True, slots=True)
class Statement:
    """One version of one record."""

    line: int
    record: str
    kind: str
    on: date | None
    status: str
    details: dict[str, Any]


def read_bods(piece: Piece, on: date | None = None) -> ListSnapshot:
    """The records of the file. `on`: the day on which it stood so, where somebody states it."""
    problems: list[Diagnostic] = []
    versions: dict[str, list[Statement]] = {}
    first: dict[str, int] = {}
    for line, raw in records(piece.data, piece.file, problems):
        statement = _statement(piece.file, line, raw, problems)
        if statement is None:
            continue
        number = str(raw.get("statementId"))
        if number in first:
            said = f"the statement stands in line {first[number]} already: only that is read"
            problems.append(problem(piece.file, line, "duplicate-id", said, number))
            continue
        first[number] = line
        versions.setdefault(statement.record, []).append(statement)
    entries: dict[str, Entry] = {}
    stakes: list[Stake] = []
    links: list[Link] = []
    for record, statements in versions.items():
        statements.sort(key=lambda s: s.on or date.min)
        if statements[-1].kind != "relationship":
            entries[record] = _party(statements[-1])
    for statements in versions.values():
        if statements[-1].kind == "relationship":
            for made in _relationship(piece.file, statements, entries, problems):
                (stakes if isinstance(made, Stake) else links).append(cast(Any, made))
    last = max((s.on for v in versions.values() for s in v if s.on), default=None)
    return ListSnapshot(
        publisher="BODS", name="statements", file=piece.file, digest=digest_of(piece.data),
        date=on or last, entries=tuple(entries.values()), stakes=tuple(stakes),
        links=tuple(links), problems=tuple(problems),
        whole=not any(p.severity == "error" for p in problems),
    )  # fmt: skip


def _statement(
    file: str, line: int, raw: dict[str, Any], problems: list[Diagnostic]
) -> Statement | None:
    number, kind, details = raw.get("recordId"), raw.get("recordType"), raw.get("recordDetails")
    said = (
        "the statement has no `statementId`" if not isinstance(raw.get("statementId"), str)
        else "the statement has no `recordId`" if not isinstance(number, str) or not number
        else f"`{str(kind)[:40]}` is not a type of record"
        if kind not in ("person", "entity", "relationship")
        else "the statement has no `recordDetails`" if not isinstance(details, dict)
        else ""
    )  # fmt: skip
    if said:
        entry = number if isinstance(number, str) else str(raw.get("statementId", ""))
        problems.append(problem(file, line, "bad-row", said, entry))
        return None
    stated = raw.get("statementDate")
    on = shares.moment(stated) if isinstance(stated, str) else None
    if on is None and stated is not None:
        said = f"`{str(stated)[:40]}` is not a day"
        problems.append(problem(file, line, "bad-day", said, str(number), "warning"))
    return Statement(
        line, str(number), str(kind), shares.latest(on), str(raw.get("recordStatus", "")),
        cast("dict[str, Any]", details),
    )  # fmt: skip


# -- parties -------------------------------------------------------------------------------------


def _table(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _tables(value: Any) -> list[dict[str, Any]]:
    found = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("dict[str, Any]", v) for v in found if isinstance(v, dict)]


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _party(statement: Statement) -> Entry:
    details = statement.details
    people = statement.kind == "person"
    names = [_text(n.get("fullName")) for n in _tables(details.get("names"))]
    names += [_text(details.get("name"))]
    names += [_text(n) for n in cast("list[Any]", details.get("alternateNames") or ())]
    names = [n for n in names if n]
    sort = _table(details.get("entityType"))
    kind: str | OneOf | None = "person" if people else _ENTITIES.get(_text(sort.get("type")))
    if sort.get("type") == "arrangement" and sort.get("subtype") == "trust":
        kind = "trust"
    codes = [_place(n) for n in _tables(details.get("nationalities"))]
    return Entry(
        id=statement.record, line=statement.line, name=names[0] if names else "", type=kind,
        aliases=tuple(names[1:]),
        identifiers=tuple(_identifiers(details)),
        citizenships=tuple(dict.fromkeys(c for c in codes if c)) if people else (),
        organised_under=_place(_table(details.get("jurisdiction"))),
    )  # fmt: skip


def _place(value: dict[str, Any]) -> str | None:
    return country(_text(value.get("code"))[:2]) or country(_text(value.get("name")))


def _identifiers(details: dict[str, Any]) -> Iterator[Identifier]:
    for one in _tables(details.get("identifiers")):
        scheme, value = _text(one.get("scheme")).upper(), _text(one.get("id"))
        if not value:
            continue
        if scheme in ("XI-LEI", "LEI"):
            yield Identifier("lei", value)
            continue
        at = country(scheme[:2]) if scheme[2:3] == "-" else None
        word = scheme.rpartition("-")[2]
        sort = "tax" if word in _TAX else "passport" if word == "PASSPORT" else "registration"
        yield Identifier(sort, value, at or "")


# -- holdings ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Interest:
    """One interest in one version: its sort, its share, and the days that it states."""

    sort: str
    indirect: bool | None
    percent: Decimal | Range | None
    since: date | Range | None
    until: date | Range | None


def _relationship(
    file: str, versions: list[Statement], entries: dict[str, Entry], problems: list[Diagnostic]
) -> Iterator[Stake | Link]:
    last = versions[-1]
    subject, owner = last.details.get("subject"), last.details.get("interestedParty")
    if not isinstance(subject, str) or not isinstance(owner, (str, dict)):
        said = "the relationship does not name a subject and an interested party"
        if isinstance(subject, dict) or owner is None:
            said += ": who they are is not said"
        problems.append(problem(file, last.line, "bad-row", said, last.record))
        return
    if subject == owner:
        said = f"`{subject[:80]}` would own itself: the relationship is left out"
        problems.append(problem(file, last.line, "self-ownership", said, last.record))
        return
    for end in (subject, *([owner] if isinstance(owner, str) else [])):
        if end not in entries:
            said = f"it names `{end[:80]}`, which the file does not hold"
            problems.append(problem(file, last.line, "dangling", said, last.record, "warning"))
    source = f"{file}:{last.line}"
    if isinstance(owner, dict):
        reason = _text(cast("dict[str, Any]", owner).get("reason"))
        if reason != "noBeneficialOwners":
            yield Stake(asset=subject, source=f"{source}, {reason or 'owner not named'}")
        return
    told = [
        [_interest(file, v, i, problems) for i in _tables(v.details.get("interests"))]
        for v in versions
    ]
    sorts = dict.fromkeys((i.sort, i.indirect) for row in told for i in row)
    for sort, indirect in sorts:
        if sort in RELATIONS:
            yield Link(owner, sort, subject, last.line)
            continue
        stated = [[i for i in row if (i.sort, i.indirect) == (sort, indirect)] for row in told]
        for percent, since, until in _runs(versions, stated):
            yield Stake(
                owner=owner, asset=subject, percent=percent, basis=BASIS.get(sort),
                is_indirect=indirect,
                control=Listed((CONTROL[sort],), False) if sort in CONTROL else None,
                held_from=since, held_until=until, source=f"{source}, {sort or 'interest'}",
            )  # fmt: skip


def _interest(
    file: str, statement: Statement, raw: dict[str, Any], problems: list[Diagnostic]
) -> _Interest:
    sort = _text(raw.get("type"))
    if sort not in BASIS and sort not in CONTROL and sort not in OPEN | RELATIONS:
        said = f"`{sort[:40]}` is not a type of interest: what it is is given as unknown"
        problems.append(
            problem(file, statement.line, "unknown-word", said, statement.record, "warning")
        )
    percent = None
    try:
        percent = _share(_table(raw.get("share")))
    except shares.BadShare as error:
        said = f"{error}: the share is given as unknown"
        problems.append(
            problem(file, statement.line, "bad-share", said, statement.record, "warning")
        )
    return _Interest(
        sort,
        {"direct": False, "indirect": True}.get(_text(raw.get("directOrIndirect"))),
        percent,
        shares.moment(_text(raw.get("startDate"))),
        shares.moment(_text(raw.get("endDate"))),
    )


def _share(share: dict[str, Any]) -> Decimal | Range | None:
    """Exact, or from `minimum` to `maximum`; an exclusive end is a number, or a mark on its end."""
    if not share:
        return None
    if share.get("exact") is not None:
        return shares.number(share["exact"])
    ends: list[Decimal] = []
    opened: list[bool] = []
    for name, beyond, otherwise in (
        ("minimum", "exclusiveMinimum", Decimal(0)), ("maximum", "exclusiveMaximum", Decimal(100)),
    ):  # fmt: skip
        mark = share.get(beyond)
        exclusive = mark is not None and not isinstance(mark, bool)
        value = mark if exclusive else share.get(name)
        ends.append(otherwise if value is None else shares.number(value))
        opened.append(value is not None and (exclusive or mark is True))
    return shares.span(ends[0], ends[1], opened[0], opened[1])


Run = tuple[Decimal | Range | None, "date | Range | None", "date | Range | None"]


def _runs(versions: list[Statement], stated: list[list[_Interest]]) -> Iterator[Run]:
    """Each share with the days through which it was held, by what the versions say one by one.

    A version with several interests of one sort keeps them apart by their place in it.
    """
    for place in range(max(map(len, stated), default=0)):
        row = [
            (v, i[place]) for v, i in zip(versions, stated, strict=True) if place < len(i)
        ]  # fmt: skip
        runs: list[list[tuple[Statement, _Interest]]] = []
        for version, interest in row:
            if runs and runs[-1][-1][1].percent == interest.percent:
                runs[-1].append((version, interest))
            else:
                runs.append([(version, interest)])
        for number, run in enumerate(runs):
            before = runs[number - 1][-1][0].on if number else None
            after = runs[number + 1][0][0].on if number + 1 < len(runs) else None
            opens, closes = run[0], run[-1]
            since = (
                Range(before, opens[0].on, lo_open=True) if number and before and opens[0].on
                else opens[1].since if not number and opens[1].since
                else Range(None, opens[0].on) if opens[0].on
                else None
            )  # fmt: skip
            closed = closes[0].status == "closed"
            until = (
                closes[1].until if closes[1].until
                else Range(closes[0].on, after, lo_open=True) if after and closes[0].on
                else Range(None, closes[0].on) if closed and closes[0].on
                else Range(_later(closes[0].on, shares.earliest(since)), None) if closes[0].on
                else None
            )  # fmt: skip
            yield run[0][1].percent, since, until


def _later(one: date, other: date | None) -> date:
    return one if other is None or other < one else other
