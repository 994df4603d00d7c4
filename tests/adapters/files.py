"""Small lists of our own, in the forms that publishers use, and where the real ones lie."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sanctions_rules.adapters.ofac import Piece, read_ofac
from sanctions_rules.adapters.snapshot import ListSnapshot
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case

#: Real lists, beside the checkout; they are read in place and never copied.
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real lists in {DATA}")

NULL = "-0- "
DAY = date(2024, 7, 2)


def piece(name: str, text: str | bytes) -> Piece:
    return Piece(name, text.encode() if isinstance(text, str) else text)


def row(
    number: str | int, name: str, sort: str = NULL, programme: str = "RUSSIA-EO14024",
    remarks: str = NULL, flag: str = NULL,
) -> str:  # fmt: skip
    """One line of the SDN list as OFAC prints it."""

    def cell(text: str) -> str:
        return text if text == NULL else '"' + text.replace('"', '""') + '"'

    cells = [str(number), cell(name), cell(sort), cell(programme), NULL, NULL, NULL, NULL, NULL]
    return ",".join([*cells, cell(flag), NULL, cell(remarks)])


def sdn(*rows: str, end: str = "\x1a") -> bytes:
    return ("".join(r + "\r\n" for r in rows) + end).encode()


def read(*rows: str, day: date | None = DAY, kind: str = "sdn", **beside: str) -> ListSnapshot:
    """A list of these rows; `beside`: alt, add, comments as text."""
    more = {k: [piece(f"{k}.csv", v)] for k, v in beside.items()}
    return read_ofac(kind, piece(f"{kind}.csv", sdn(*rows)), day, more)


def codes(snapshot: ListSnapshot) -> list[tuple[str, str, str]]:
    """Each problem: its code, its place, the entry that it concerns."""
    return [(p.code, p.path, p.label) for p in snapshot.problems]


HISTORY = (
    "ent_num,spell,sdn_type,name_last_seen,programs,first_seen,last_seen,left_censored,"
    "right_censored\r\n"
)


def days(*texts: str) -> Piece:
    return piece("days.csv", "snapshot_date,bytes\r\n" + "".join(f"{t},1\r\n" for t in texts))


def lines(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(r) + "\n" for r in records)


def payment(*parties: dict[str, Any], **more: Any) -> Case:
    """A payment by a bank in the United States to `sub`, on the day of the lists, by no licence."""
    facts: dict[str, Any] = {
        "actor": "bank",
        "licences_held": "none",
        "goods": [], "services": [], "transactions": [], "accounts": [], "judgements": [],
        "ownership": {"items": [], "complete": True, "basis": "the register"},
        "act": {
            "kind": "payment", "purpose": "commercial", "official_business_of": "none",
            "items": ["funds"], "recipients": ["sub"], "providers": [], "parties": [],
            "underlying_kind": "none", "underlying_actor": "none", "us_nexus": [],
            "debits_accounts_of": [], "events": {"payment": DAY},
        },
        "parties": [
            {"id": "bank", "name": "First Bank of Ohio", "type": "company", "organised_under": "US"},
            *parties,
        ],
    }  # fmt: skip
    return build_case(facts | more)


def held(owner: str, asset: str, percent: str) -> dict[str, Any]:
    """A holding of shares that is closed by the register."""
    stake = {
        "owner": owner, "asset": asset, "percent": percent, "basis": "shares",
        "is_indirect": False, "held_from": date(2020, 1, 1), "held_until": "none",
    }  # fmt: skip
    return {"items": [stake], "complete": True, "basis": "the register"}


# -- payment messages --------------------------------------------------------------------------


def agent(tag: str, bic: str) -> str:
    return f"<{tag}><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></{tag}>"


def transfer(number: str, inside: str = "", amount: str = "1000.00", currency: str = "EUR") -> str:
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{number}</EndToEndId></PmtId>"
        f'<IntrBkSttlmAmt Ccy="{currency}">{amount}</IntrBkSttlmAmt>'
        f"<IntrBkSttlmDt>2024-07-02</IntrBkSttlmDt>{inside}</CdtTrfTxInf>"
    )


FULL = (
    "<UltmtDbtr><Nm>Mother Inc</Nm></UltmtDbtr>"
    "<Dbtr><Nm>Debtor Corp</Nm><PstlAdr><Ctry>US</Ctry></PstlAdr>"
    "<Id><OrgId><LEI>5493001KJTIIGC8Y1R12</LEI></OrgId></Id></Dbtr>"
    + agent("DbtrAgt", "FIRSUS33") + agent("IntrmyAgt1", "DEUTDEFF") + agent("CdtrAgt", "ROGARUMM")
    + "<Cdtr><Nm>Ivan Petrov</Nm><Id><PrvtId><Othr><Id>7</Id></Othr></PrvtId></Id>"
    "<CtryOfRes>RU</CtryOfRes></Cdtr>"
    "<Purp><Cd>SUPP</Cd></Purp><RmtInf><Ustrd>invoice 7, \u202ehorns</Ustrd></RmtInf>"
)  # fmt: skip


def document(
    *transfers: str, kind: str = "pacs.008.001.08", body: str = "FIToFICstmrCdtTrf", count: str = ""
) -> str:
    """A message of these transfers."""
    stated = f"<NbOfTxs>{count}</NbOfTxs>" if count else ""
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}"><{body}><GrpHdr>'
        f"<MsgId>M1</MsgId>{stated}</GrpHdr>{''.join(transfers)}</{body}></Document>"
    )
