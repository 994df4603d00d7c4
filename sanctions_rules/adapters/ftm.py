"""FollowTheMoney entities, one JSON object a line: parties, sanctions, holdings and relations.

Every property is a list of texts. A Sanction becomes a listing of the entity that it names; an
Ownership becomes a stake. A directorship, a family tie and a link of unknown kind are relations:
none of them is a holding. What states no fact of ours (an address, a payment) is counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any, Final, cast

from sanctions_rules.adapters import programmes, shares
from sanctions_rules.adapters.countries import country
from sanctions_rules.adapters.identifiers import Identifier
from sanctions_rules.adapters.jsons import records
from sanctions_rules.adapters.ofac import Piece
from sanctions_rules.adapters.snapshot import (
    ENTITY,
    Designation,
    Entry,
    Link,
    ListSnapshot,
    digest_of,
    problem,
)
from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.facts import Range, Stake
from sanctions_rules.values import OneOf

#: What an entity of a schema can be. A company may be state-owned: the schema does not say.
_COMPANY: Final = OneOf(
    frozenset({"company", "state_owned_enterprise", "central_bank", "branch", "trust"})
)
_PARTIES: Final[dict[str, str | OneOf | None]] = {
    "Person": "person", "Company": _COMPANY, "Organization": ENTITY, "LegalEntity": None,
    "PublicBody": "public_body", "Vessel": "vessel", "Airplane": "aircraft",
}  # fmt: skip
#: Relations: from which property to which.
_LINKS: Final = {
    "UnknownLink": ("subject", "object"), "Directorship": ("director", "organization"),
    "Employment": ("employee", "employer"), "Membership": ("member", "organization"),
    "Family": ("person", "relative"), "Associate": ("person", "associate"),
    "Representation": ("agent", "client"), "Succession": ("predecessor", "successor"),
}  # fmt: skip
_IDENTIFIERS: Final = {
    "leiCode": ("lei", ""), "swiftBic": ("bic", ""), "imoNumber": ("imo", ""),
    "innCode": ("tax", "RU"), "ogrnCode": ("registration", "RU"), "okpoCode": ("okpo", "RU"),
    "taxNumber": ("tax", ""), "vatCode": ("tax", ""), "registrationNumber": ("registration", ""),
    "passportNumber": ("passport", ""), "idNumber": ("national_id", ""), "mmsi": ("mmsi", ""),
    "dunsCode": ("duns", ""), "uscCode": ("registration", "CN"),
}  # fmt: skip
_AUTHORITIES: Final = {
    "office of foreign assets control": "OFAC", "ofac": "OFAC", "us department of state": "State",
    "united nations security council": "UN", "unsc": "UN", "council of the european union": "EU",
    "eu": "EU", "office of financial sanctions implementation": "UK", "ofsi": "UK",
}  # fmt: skip


def read_ftm(piece: Piece, on: date | None = None) -> ListSnapshot:
    """The entities of the file. `on`: the day on which it stood so, where somebody states it."""
    problems: list[Diagnostic] = []
    entries: dict[str, Entry] = {}
    stakes: list[tuple[int, str, Stake]] = []
    links: list[Link] = []
    sanctions: list[tuple[int, str, dict[str, list[str]]]] = []
    passed: Counter[str] = Counter()
    lines: dict[str, int] = {}
    for line, raw in records(piece.data, piece.file, problems):
        record = _record(piece.file, line, raw, problems)
        if record is None:
            continue
        number, schema, given = record
        if number in lines:
            said = f"`{number[:80]}` stands in line {lines[number]} already: only that is read"
            problems.append(problem(piece.file, line, "duplicate-id", said, number))
            continue
        lines[number] = line
        if schema in _PARTIES:
            entries[number] = _party(number, line, schema, given)
        elif schema == "Sanction":
            sanctions.append((line, number, given))
        elif schema == "Ownership":
            stake = _stake(piece.file, line, number, given, problems)
            if stake is not None:
                stakes.append((line, number, stake))
        elif schema in _LINKS:
            ends = _LINKS[schema]
            role = _one(given, "role") or schema
            links += [
                Link(a, role, b, line)
                for a in given.get(ends[0], ())
                for b in given.get(ends[1], ())
            ]
        else:
            passed[schema] += 1
    for line, number, given in sanctions:
        _sanction(piece.file, line, number, given, entries, problems)
    for line, number, stake in stakes:
        for end in (stake.owner, stake.asset):
            if end not in entries:
                said = f"it names `{str(end)[:80]}`, which the file does not hold"
                problems.append(problem(piece.file, line, "dangling", said, number, "warning"))
    return ListSnapshot(
        publisher="FollowTheMoney", name="entities", file=piece.file,
        digest=digest_of(piece.data), date=on, entries=tuple(entries.values()),
        stakes=tuple(s for _, _, s in stakes), links=tuple(links),
        passed_over=tuple(sorted(passed.items())), problems=tuple(problems),
        whole=not any(p.severity == "error" for p in problems),
    )  # fmt: skip


def _record(
    file: str, line: int, raw: dict[str, Any], problems: list[Diagnostic]
) -> tuple[str, str, dict[str, list[str]]] | None:
    number, schema, given = raw.get("id"), raw.get("schema"), raw.get("properties", {})
    properties = cast("dict[str, Any]", given) if isinstance(given, dict) else None
    said = (
        "the record has no `id`" if not isinstance(number, str) or not number
        else "the record has no `schema`" if not isinstance(schema, str)
        else "`properties` is not a table" if properties is None
        else ""
    )  # fmt: skip
    if not said and properties is not None:
        wrong = next((k for k, v in properties.items() if not _is_texts(v)), None)
        said = f"`{wrong[:40]}` is not a list of texts" if wrong is not None else ""
    if said or properties is None:
        entry = number if isinstance(number, str) else ""
        problems.append(problem(file, line, "bad-row", said, entry))
        return None
    return cast(str, number), cast(str, schema), cast("dict[str, list[str]]", properties)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(v, str) and len(v) < 100_000 for v in cast("list[Any]", value)
    )


def _one(given: dict[str, list[str]], key: str) -> str:
    return next(iter(given.get(key, ())), "")


def _party(number: str, line: int, schema: str, given: dict[str, list[str]]) -> Entry:
    names = given.get("name", [])
    found = [
        Identifier(scheme, value, at)
        for key, (scheme, at) in _IDENTIFIERS.items() for value in given.get(key, ())
    ]  # fmt: skip
    people = [*given.get("nationality", ()), *given.get("citizenship", ())]
    codes = dict.fromkeys(c for c in map(country, people) if c)
    return Entry(
        id=number, line=line, name=names[0] if names else "", type=_PARTIES[schema],
        aliases=(*names[1:], *given.get("alias", ()), *given.get("previousName", ())),
        weak=tuple(given.get("weakAlias", ())), identifiers=tuple(found),
        citizenships=tuple(codes) if schema == "Person" else (),
        organised_under=country(_one(given, "jurisdiction")),
        flag=country(_one(given, "flag")),
    )  # fmt: skip


def _sanction(
    file: str, line: int, number: str, given: dict[str, list[str]], entries: dict[str, Entry],
    problems: list[Diagnostic],
) -> None:  # fmt: skip
    authority = _AUTHORITIES.get(_one(given, "authority").casefold(), "other")
    blocks = authority == "OFAC" and "Block" in given.get("provisions", ())
    days = [shares.moment(d) for d in (*given.get("listingDate", ()), *given.get("startDate", ()))]
    ended = _one(given, "endDate")
    for tag in given.get("program") or given.get("programId") or [""]:
        if authority == "OFAC" and not programmes.known(tag):
            said = f"the programme `{tag[:80]}` is not known: its order is given as `other`"
            problems.append(problem(file, line, "unknown-programme", said, number, "warning"))
    for target in given.get("entity", ()):
        entry = entries.get(target)
        if entry is None:
            said = f"it names `{target[:80]}`, which the file does not hold"
            problems.append(problem(file, line, "dangling", said, number))
            continue
        made = tuple(
            Designation(
                tag, "sdn" if blocks else None, programmes.order(tag), authority,
                "none" if blocks else None, listed_on=days[0] if days else None,
                delisted_on=shares.moment(ended) if ended else None,
            )
            for tag in given.get("program") or given.get("programId") or [""]
        )  # fmt: skip
        entries[target] = replace(
            entry,
            designations=(*entry.designations, *made),
            identifiers=(*entry.identifiers, *_numbers(authority, given)),
        )


def _numbers(authority: str, given: dict[str, list[str]]) -> list[Identifier]:
    scheme = {"OFAC": "ofac", "UN": "un"}.get(authority)
    return [Identifier(scheme, n) for n in given.get("authorityId", ())] if scheme else []


def _stake(
    file: str, line: int, number: str, given: dict[str, list[str]], problems: list[Diagnostic]
) -> Stake | None:
    owners, assets = given.get("owner", []), given.get("asset", [])
    if len(owners) != 1 or len(assets) != 1:
        said = f"the holding has {len(owners)} owners and {len(assets)} assets, not one of each"
        problems.append(problem(file, line, "bad-row", said, number))
        return None
    if owners[0] == assets[0]:
        said = f"`{owners[0][:80]}` would own itself: the holding is left out"
        problems.append(problem(file, line, "self-ownership", said, number))
        return None
    percent = None
    if given.get("percentage"):
        try:
            percent = shares.share(given["percentage"][0])
        except shares.BadShare as error:
            said = f"{error}: the share is given as unknown"
            problems.append(problem(file, line, "bad-share", said, number, "warning"))
    seen = shares.moment(_one(given, "date"))
    since, until = (shares.moment(_one(given, k)) for k in ("startDate", "endDate"))
    # The schema counts shares (numberOfShares, sharesType, percentage): that is its basis.
    counted = any(given.get(k) for k in ("percentage", "numberOfShares", "sharesType"))
    direct = {"direct": False, "indirect": True}.get(_one(given, "ownershipType").casefold())
    return Stake(
        owner=owners[0], asset=assets[0], percent=percent,
        basis="shares" if counted else None, is_indirect=direct,
        held_from=since or (Range(None, shares.latest(seen)) if seen else None),
        held_until=until or (Range(shares.earliest(seen), None) if seen else None),
        source=f"{file}:{line}",
    )  # fmt: skip
