"""Damaged files: whatever is cut, turned or repeated, a reader says so and never breaks."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from adapters.files import FULL, HISTORY, days, lines, piece, row, sdn, transfer
from adapters.test_files import PERSON, A, B, company, entity, holding, shares_of

from sanctions_rules.adapters.bods import read_bods
from sanctions_rules.adapters.ftm import read_ftm
from sanctions_rules.adapters.history import read_history
from sanctions_rules.adapters.iso20022 import read_message
from sanctions_rules.adapters.ofac import Piece, read_ofac
from sanctions_rules.adapters.reading import kind_of
from sanctions_rules.adapters.un import read_un
from sanctions_rules.diagnostics import FactsError

DIRECTIVE = "Listing Date (EO 14024 Directive 2): 24 Feb 2022; Linked To: X; a.k.a. 'Y'"
GOOD: dict[str, tuple[bytes, Callable[[Piece], object]]] = {
    "ofac": (
        sdn(row(1, "A, B", "individual", remarks=DIRECTIVE), row(2, "C", "vessel", "SDGT] [CUBA")),
        lambda p: read_ofac("cons", p, date(2024, 7, 2)),
    ),
    "history": (
        (HISTORY + "1,1,entity,A,CUBA;SDGT,2022-02-18,2024-07-02,1,1\r\n").encode(),
        lambda p: read_history(p, days("2022-02-18")),
    ),
    "un": (
        (
            '<CONSOLIDATED_LIST dateGenerated="2024-07-02"><INDIVIDUALS>' + PERSON.format("1")
            + "</INDIVIDUALS></CONSOLIDATED_LIST>"
        ).encode(),
        read_un,
    ),
    "ftm": (
        lines(A, B, entity("o", "Ownership", owner=["b"], asset=["a"], percentage=["5-10"])).encode(),
        read_ftm,
    ),
    "bods": (
        json.dumps([company("a"), company("b"), holding("a", "b", shares_of(minimum=5))]).encode(),
        read_bods,
    ),
    "message": (
        (
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>'
            + transfer("T", FULL) + "</FIToFICstmrCdtTrf></Document>"
        ).encode(),
        read_message,
    ),
}  # fmt: skip
MARKS = (b"\0", b"\xff", b"\x1a", b'"', b",", b"<", b"{", b"[", b"null", b"-0-", b"1e999", b"\n")


def damaged(data: bytes, draw: random.Random) -> bytes:
    at, to = sorted(draw.randrange(len(data) + 1) for _ in range(2))
    return {
        "cut": data[:at],
        "without": data[:at] + data[to:],
        "twice": data[:to] + data[at:],
        "mark": data[:at] + draw.choice(MARKS) + data[at:],
        "turned": data[:at] + data[at:to][::-1] + data[to:],
    }[draw.choice(["cut", "without", "twice", "mark", "turned"])]


@pytest.mark.parametrize("name", GOOD)
def test_damage_is_said_and_breaks_nothing(name: str) -> None:
    if name in ("un", "message"):
        pytest.importorskip("defusedxml")
    data, read = GOOD[name]
    for seed in range(400):
        broken = damaged(data, random.Random(seed))
        with suppress(FactsError):
            found = read(piece("x", broken))
            for entry in getattr(found, "entries", ()):
                entry.party()
                for designation in entry.designations:
                    designation.listing(entry.id, "x")
        with suppress(FactsError):
            kind_of(piece("sdn", broken))
