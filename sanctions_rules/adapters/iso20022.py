"""ISO 20022 credit transfers (pacs.008, pacs.009) as cases: one for each transfer.

What the message says becomes facts: who pays, who is paid, through whom, how much, on which day.
What it does not say stays unknown, with the reason beside it: what the payment is for, where a
party is organised, who else has an interest. Who acts is for the asker to say: a message has many
hands. Purpose codes and remittance texts are kept as they stand, and are not interpreted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sanctions_rules.adapters import shares
from sanctions_rules.adapters.lines import file_bytes
from sanctions_rules.adapters.ofac import Piece
from sanctions_rules.adapters.snapshot import ENTITY, problem
from sanctions_rules.adapters.xml import Node, parse
from sanctions_rules.codes import COUNTRIES, CURRENCIES
from sanctions_rules.diagnostics import Diagnostic, FactsError, did_you_mean
from sanctions_rules.facts import (
    Act,
    Case,
    Collection,
    Events,
    Listed,
    Money,
    Party,
    Provenance,
    Transaction,
    read_value,
)

#: The element of each message that holds the transfers, and the kind of transaction they are.
MESSAGES: Final = {"FIToFICstmrCdtTrf": "credit_transfer", "FICdtTrf": "fi_transfer"}
_TRANSFER: Final = "CdtTrfTxInf"
#: The way of the money: element, our name, and whether an institution stands there. Who stands
#: before the actor gives to him, who stands after him receives from him, directly or through others.
_WAY: Final = (
    ("UltmtDbtr", "ultimate_debtor", False), ("Dbtr", "debtor", False),
    ("DbtrAgt", "debtor_agent", True),
    ("PrvsInstgAgt1", "previous_instructing_agent_1", True),
    ("PrvsInstgAgt2", "previous_instructing_agent_2", True),
    ("PrvsInstgAgt3", "previous_instructing_agent_3", True),
    ("InstgAgt", "instructing_agent", True),
    ("InstgRmbrsmntAgt", "instructing_reimbursement_agent", True),
    ("ThrdRmbrsmntAgt", "third_reimbursement_agent", True),
    ("InstdRmbrsmntAgt", "instructed_reimbursement_agent", True),
    ("InstdAgt", "instructed_agent", True),
    ("IntrmyAgt1", "intermediary_1", True), ("IntrmyAgt2", "intermediary_2", True),
    ("IntrmyAgt3", "intermediary_3", True),
    ("CdtrAgt", "creditor_agent", True),
    ("Cdtr", "creditor", False), ("UltmtCdtr", "ultimate_creditor", False),
)  # fmt: skip
#: In the head of a message, for all its transfers.
_IN_HEAD: Final = frozenset(
    {"InstgAgt", "InstdAgt", "InstgRmbrsmntAgt", "ThrdRmbrsmntAgt", "InstdRmbrsmntAgt"}
)
#: Where the actor is not known: the last that gives.
_GIVER: Final = "debtor_agent"


@dataclass(frozen=True)
class Message:
    """The cases of one message, and what of it could not be read."""

    file: str
    cases: tuple[Case, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


@dataclass
class _Cast:
    """The parties of one transfer in the way of the money; each institution is one party."""

    parties: list[Party] = field(default_factory=list[Party])
    called: dict[str, str] = field(default_factory=dict[str, str])  # by the place in the way
    agents: list[str] = field(default_factory=list[str])
    beside: list[str] = field(default_factory=list[str])
    marks: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, party: Party) -> str:
        place = name = str(party.id)
        held = party.identifiers
        given = held.items if isinstance(held, Listed) else ()
        name = next((self.marks[m] for m in given if m in self.marks), name)
        for mark in given:
            self.marks.setdefault(mark, name)
        if name == place:  # not the same institution in another place
            self.parties.append(party)
        self.called[place] = name
        return name

    def around(self, who: str) -> tuple[list[str], list[str]]:
        """Who gives, and who receives, as the actor sees it."""
        places = [place for _, place, _ in _WAY if place in self.called]
        here = [i for i, place in enumerate(places) if self.called[place] == who]
        if here:
            before, after = places[: here[0]], places[here[-1] + 1 :]
        else:
            order = [place for _, place, _ in _WAY]
            before = [p for p in places if order.index(p) <= order.index(_GIVER)]
            after = places[len(before) :]
        return self._names(before), self._names(after)

    def _names(self, places: list[str]) -> list[str]:
        return list(dict.fromkeys(self.called[p] for p in places))


def read_message(message: Piece | Path | str, actor: str = "") -> Message:
    """The transfers of a message as cases. `actor`: debtor, creditor_agent, …, or a BIC or LEI.

    Raises FactsError where the file is no pacs.008 or pacs.009, or has no transfer that can be
    read, or where no party is called so.
    """
    path = message if isinstance(message, Piece) else Path(message)
    piece = path if isinstance(path, Piece) else Piece(path.name, file_bytes(path))
    root, problems = parse(piece.data, piece.file)
    body = next((n for n in (root.children if root else ()) if n.tag in MESSAGES), None)
    if root is None or body is None:
        kind = root.namespace.rpartition(":")[2] if root else ""
        said = (
            f"the message is a `{kind[:40]}`, not a pacs.008 or pacs.009"
            if kind
            else ("the file is no message that can be read")
        )
        raise FactsError([*problems, problem(piece.file, 0, "wrong-shape", said)])
    head = body.first("GrpHdr") or Node("GrpHdr", body.line)
    kind = root.namespace.rpartition(":")[2] or body.tag
    cases: list[Case] = []
    for node in body.all(_TRANSFER):
        case = _case(piece.file, kind, MESSAGES[body.tag], head, node, actor, problems)
        if case is not None:
            cases.append(case)
    stated = head.get("NbOfTxs")
    if stated.isdigit() and int(stated) != len(list(body.all(_TRANSFER))):
        said = (
            f"the message states {stated[:12]} transfers and holds {len(list(body.all(_TRANSFER)))}"
        )
        problems.append(problem(piece.file, head.line, "count", said, severity="warning"))
    if not cases:
        if not problems:
            problems.append(problem(piece.file, 0, "no-transfer", "the message holds no transfer"))
        raise FactsError(problems)
    return Message(piece.file, tuple(cases), tuple(problems))


def _case(
    file: str, kind: str, sort: str, head: Node, node: Node, actor: str,
    problems: list[Diagnostic],
) -> Case | None:  # fmt: skip
    name = next(
        (t for t in (node.get("PmtId", k) for k in ("UETR", "TxId", "EndToEndId", "InstrId")) if t),
        "",
    )
    if not node.closed:
        problems.append(
            problem(file, node.line, "bad-row", "the file ends inside the transfer", name)
        )
        return None
    amount = _amount(file, node, name, problems)
    if amount is None:
        return None
    source = f"{kind} {head.get('MsgId')}, {name or f'line {node.line}'}"
    cast_ = _cast(head, node, source)
    who = _actor(file, cast_, actor)
    date_text = node.get("IntrBkSttlmDt") or head.get("IntrBkSttlmDt")
    day = shares.moment(date_text)
    if date_text and day is None:
        said = f"`{date_text[:40]}` is not a day"
        problems.append(problem(file, node.line, "bad-day", said, name, "warning"))
    gives, receives = cast_.around(who)
    purpose = _purpose(node)
    at = Provenance(source=source, document_ref=file)
    unknown = Provenance(unknown_because=purpose)
    told = f"named in {source}"
    act = Act(
        kind="payment",
        events=Events(payment=day, provenance={"payment": at} if day else {}),
        # A message without its debtor or its creditor does not say who stands at that end.
        providers=Listed(tuple(gives), "debtor" in cast_.called, told),
        recipients=Listed(tuple(receives), "creditor" in cast_.called, told),
        # Others may benefit whom a message never names.
        parties=Listed(tuple(p for p in cast_.beside if p != who), False, told),
        value=amount,
        provenance={"value": at, "purpose": unknown},
    )
    payers = [cast_.called[p] for p in ("ultimate_debtor", "debtor") if p in cast_.called]
    transaction = Transaction(
        id=name or "transfer",
        kind=sort,
        value_date=day,
        amount=amount,
        facilitated_by=Listed(tuple(cast_.agents), False, told),
        performed_for=Listed(tuple(payers), False, told),
        parties=Listed(tuple(str(p.id) for p in cast_.parties), False, told),
        provenance={"amount": at, "purpose": unknown},
    )
    return Case(
        id=name or None, actor=who or None, act=act,
        parties=Collection[Party](items=tuple(cast_.parties)),
        transactions=Collection[Transaction](items=(transaction,)),
    )  # fmt: skip


def _amount(file: str, node: Node, name: str, problems: list[Diagnostic]) -> Money | None:
    found = node.first("IntrBkSttlmAmt")
    text = found.text.strip() if found else ""
    currency = found.attributes.get("Ccy", "") if found else ""
    said = (
        "the transfer has no settlement amount" if found is None
        else f"`{currency[:10]}` is not an ISO 4217 currency" if currency not in CURRENCIES
        else ""
    )  # fmt: skip
    if not said:
        plain = text.lstrip("0")
        digits = f"0{plain}" if not plain or plain.startswith(".") else plain
        given = {"amount": digits.removesuffix("."), "currency": currency}
        try:
            money = read_value(Act.declarations["value"], given)
        except ValueError:
            money = None
        if isinstance(money, Money) and not text.startswith("-"):
            return money
        said = f"`{text[:40]}` is not an amount"
    problems.append(problem(file, node.line, "bad-amount", said, name))
    return None


# -- parties -------------------------------------------------------------------------------------


def _cast(head: Node, node: Node, source: str) -> _Cast:
    found = _Cast()
    for tag, name, institution in _WAY:
        one = node.first(tag)
        if one is None and tag in _IN_HEAD:
            one = head.first(tag) or head.first("SttlmInf", tag)
        if one is None:
            continue
        # In a pacs.009 debtor and creditor are institutions themselves.
        bank = one.first("FinInstnId")
        called = found.add(
            _customer(one, name, source) if bank is None else _bank(bank, name, source)
        )
        if institution and called not in found.agents:
            found.agents.append(called)
    begun = node.first("InitgPty")
    if begun is not None:
        found.beside.append(found.add(_customer(begun, "initiating_party", source)))
    return found


def _customer(node: Node, name: str, source: str) -> Party:
    organised, private = node.first("Id", "OrgId"), node.first("Id", "PrvtId")
    identifiers = [
        *(f"BIC {t}" for t in [node.get("Id", "OrgId", "AnyBIC")] if t),
        *(f"LEI {t}" for t in [node.get("Id", "OrgId", "LEI")] if t),
    ]
    sort = ENTITY if organised is not None else "person" if private is not None else None
    lives = node.get("CtryOfRes")
    at = lives or node.get("PstlAdr", "Ctry")
    resident = lives if sort == "person" and lives in COUNTRIES else None
    return _party(name, node.get("Nm"), sort, identifiers, at, resident, source)


def _bank(node: Node, name: str, source: str) -> Party:
    identifiers = [
        *(f"BIC {t}" for t in [node.get("BICFI") or node.get("BIC")] if t),
        *(f"LEI {t}" for t in [node.get("LEI")] if t),
    ]
    at = node.get("PstlAdr", "Ctry")
    return _party(name, node.get("Nm"), ENTITY, identifiers, at, None, source)


def _party(
    name: str, called: str, sort: Any, identifiers: list[str], at: str, resident: str | None,
    source: str,
) -> Party:  # fmt: skip
    provenance = {"name": Provenance(source=source)} if called else {}
    if at and resident is None:
        what = (
            "where the party ordinarily resides"
            if sort == "person"
            else ("the law it is organised under")
        )
        said = f"the message gives the country {at[:2]}, not {what}"
        key = "ordinarily_resident_in" if sort == "person" else "organised_under"
        provenance[key] = Provenance(unknown_because=said)
    return Party(
        id=name, name=called or None, type=sort,
        identifiers=Listed(tuple(identifiers), complete=False) if identifiers else None,
        ordinarily_resident_in=resident,
        provenance=provenance,
    )  # fmt: skip


def _actor(file: str, found: _Cast, actor: str) -> str:
    if not actor:
        return ""
    names = list(found.called)
    if actor in names:
        return found.called[actor]
    for party in found.parties:
        held = party.identifiers
        if isinstance(held, Listed) and any(t.endswith(f" {actor}") for t in held.items):
            return str(party.id)
    help = did_you_mean(actor, names) or "there are: " + ", ".join(names)
    said = f"no party of the transfer is `{actor[:40]}`"
    raise FactsError([problem(file, 0, "no-actor", said, help=help)])


def _purpose(node: Node) -> str:
    """Why the purpose is not known: what the message says of it, word for word."""
    said = [*_texts(node)]
    return "the message says " + "; ".join(said) if said else "the message does not say"


def _texts(node: Node) -> Iterator[str]:
    for path in (("Purp", "Cd"), ("Purp", "Prtry"), ("PmtTpInf", "CtgyPurp", "Cd")):
        text = node.get(*path)
        if text:
            yield f"purpose {text[:35]}"
    for line in node.all("RmtInf", "Ustrd"):
        if line.text.strip():
            yield f"remittance “{line.text.strip()[:140]}”"
