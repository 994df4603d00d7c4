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
#: Who may stand in a transfer: element, our name, and what part it has in the act.
_PARTIES: Final = (
    ("UltmtDbtr", "ultimate_debtor", "gives"),
    ("Dbtr", "debtor", "gives"),
    ("InitgPty", "initiating_party", "beside"),
    ("Cdtr", "creditor", "receives"),
    ("UltmtCdtr", "ultimate_creditor", "receives"),
)  # fmt: skip
_AGENTS: Final = (
    ("DbtrAgt", "debtor_agent"), ("InstgAgt", "instructing_agent"),
    ("PrvsInstgAgt1", "previous_instructing_agent_1"),
    ("PrvsInstgAgt2", "previous_instructing_agent_2"),
    ("PrvsInstgAgt3", "previous_instructing_agent_3"),
    ("IntrmyAgt1", "intermediary_1"), ("IntrmyAgt2", "intermediary_2"),
    ("IntrmyAgt3", "intermediary_3"), ("InstdAgt", "instructed_agent"),
    ("CdtrAgt", "creditor_agent"),
)  # fmt: skip


@dataclass(frozen=True)
class Message:
    """The cases of one message, and what of it could not be read."""

    file: str
    cases: tuple[Case, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


@dataclass
class _Cast:
    """The parties of one transfer, each institution once, and the part that each has."""

    parties: list[Party] = field(default_factory=list[Party])
    gives: list[str] = field(default_factory=list[str])
    receives: list[str] = field(default_factory=list[str])
    beside: list[str] = field(default_factory=list[str])
    agents: list[str] = field(default_factory=list[str])
    same: dict[str, str] = field(default_factory=dict[str, str])
    called: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, party: Party, part: str) -> str:
        part_name = name = str(party.id)
        held = party.identifiers
        for mark in held.items if isinstance(held, Listed) else ():
            known = self.same.setdefault(mark, name)
            if known != name:  # the same institution in another part
                name = known
                break
        else:
            self.parties.append(party)
        self.called[part_name] = name
        row: list[str] = getattr(self, part)
        if name not in row:
            row.append(name)
        return name


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
    cast_ = _cast(node, source)
    who = _actor(file, cast_, actor)
    date_text = node.get("IntrBkSttlmDt") or head.get("IntrBkSttlmDt")
    day = shares.moment(date_text)
    if date_text and day is None:
        said = f"`{date_text[:40]}` is not a day"
        problems.append(problem(file, node.line, "bad-day", said, name, "warning"))
    others = [
        n for n in (*cast_.agents, *cast_.beside)
        if n != who and n not in cast_.gives and n not in cast_.receives
    ]  # fmt: skip
    purpose = _purpose(node)
    at = Provenance(source=source, document_ref=file)
    unknown = Provenance(unknown_because=purpose)
    act = Act(
        kind="payment",
        events=Events(payment=day, provenance={"payment": at} if day else {}),
        providers=Listed(tuple(cast_.gives)),
        recipients=Listed(tuple(cast_.receives)),
        # Others may benefit whom a message never names.
        parties=Listed(tuple(others), complete=False, basis=f"named in {source}"),
        value=amount,
        provenance={"value": at, "purpose": unknown},
    )
    transaction = Transaction(
        id=name or "transfer", kind=sort, value_date=day, amount=amount,
        facilitated_by=Listed(tuple(cast_.agents), complete=False, basis=f"named in {source}"),
        performed_for=Listed(tuple(cast_.gives), complete=False, basis=f"named in {source}"),
        parties=Listed(
            tuple(str(p.id) for p in cast_.parties), complete=False, basis=f"named in {source}"
        ),
        provenance={"amount": at, "purpose": unknown},
    )  # fmt: skip
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
        try:
            money = read_value(
                Act.declarations["value"], {"amount": text.lstrip("0") or "0", "currency": currency}
                if not text.lstrip("0").startswith(".") else
                {"amount": "0" + text.lstrip("0"), "currency": currency},
            )  # fmt: skip
            if isinstance(money, Money) and not text.startswith("-"):
                return money
        except ValueError:
            pass
        said = f"`{text[:40]}` is not an amount"
    problems.append(problem(file, node.line, "bad-amount", said, name))
    return None


# -- parties -------------------------------------------------------------------------------------


def _cast(node: Node, source: str) -> _Cast:
    found = _Cast()
    for tag, name, part in _PARTIES:
        one = node.first(tag)
        if one is not None:
            # In a pacs.009 debtor and creditor are institutions themselves.
            bank = one.first("FinInstnId")
            party = _bank(bank, name, source) if bank is not None else _customer(one, name, source)
            found.add(party, part)
    for tag, name in _AGENTS:
        bank = node.first(tag, "FinInstnId")
        if bank is not None:
            found.add(_bank(bank, name, source), "agents")
    # In some messages of banks only the agents are named: then they pay and are paid.
    for row, name in ((found.gives, "debtor_agent"), (found.receives, "creditor_agent")):
        if not row and name in found.called:
            row.append(found.called[name])
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
