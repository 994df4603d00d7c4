"""The code lists beside the rules are the dossier's: every code bites, and there is no other.

The codes below were typed from the dossier (its section 10), not from the lists that they check.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from sanctions_rules.decision import Outcome
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import bearing

#: OFAC FAQ 1157: the four species of the determination of 22 December 2023.
SEAFOOD = {
    "salmon": """
        0302.13.0013 0302.13.0014 0302.13.0022 0302.13.0032 0302.13.0042 0302.13.0053
        0302.13.0054 0302.13.0062 0302.14.0003 0302.14.0004 0302.14.0062 0303.11.0000
        0303.12.0012 0303.12.0022 0303.12.0032 0303.12.0052 0303.12.0062 0303.13.0000
        0303.91.4040 0304.41.00 0304.41.0010 0304.41.0020 0304.41.0090 0304.52.00
        0304.52.0010 0304.52.0015 0304.52.0020 0304.52.0090 0304.81.1000 0304.81.5010
        0304.81.5090 0305.20.4020 0305.41.0000 0305.69.4000 1604.11.2020 1604.11.2030
        1604.11.2090 1604.11.4010 1604.11.4020 1604.11.4030 1604.11.4040 1604.11.4050""",
    "cod": """
        0302.51.0010 0302.51.0090 0303.63.0010 0303.63.0090 0304.44.0010 0304.44.0015
        0304.53.0010 0304.53.0015 0304.71.1000 0304.71.5000 0304.95.1010 0304.95.1015
        0304.95.1020 0305.32.0010 0305.32.0090 0305.51.0000 0305.62.0010 0305.62.0025
        0305.62.0030 0305.62.0045 0305.62.0050 0305.62.0060 0305.62.0070 0305.62.0080""",
    "pollock": """
        0302.55.1100 0302.55.5000 0302.59.5010 0303.67.0000 0304.44.0025 0304.53.0025
        0304.75.1000 0304.75.5000 0304.79.1010 0304.94.1005 0304.94.1010 0304.94.1090
        0304.94.9000 0304.95.1030 0305.69.1022 0305.69.1042 1604.19.1000 1604.19.2500""",
    "crab": "0306.14.2000 0306.14.40 0306.14.4003 0306.14.4006 0306.14.4009",
}

#: OFAC FAQ 1027: fish, seafood and preparations. First and last code of each range; or one code.
FISH = [
    "0301.11.00-0301.99.03", "0302.11.00-0302.99.00", "0303.11.00-0303.99.00",
    "0304.31.00-0304.99.91", "0305.20.20-0305.79.00", "0306.11.00-0306.99.01",
    "0307.11.00-0307.99.03", "0308.11.00-0308.90.01", "0309.10.05-0309.90.90",
    "1603.00.10", "1603.00.90", "1604.11.20-1604.32.40", "1605.10.05-1605.69.00", "0508.00.0000",
]  # fmt: skip

SPECIES = [(species, code) for species, codes in SEAFOOD.items() for code in codes.split()]
#: Codes of eight digits stand for all their lines: one line of each that is not in the list itself.
LINES = [("salmon", "0304.41.0055"), ("salmon", "0304.52.0055"), ("crab", "0306.14.4012")]
INSIDE = sorted({code for entry in FISH for code in entry.split("-")})


def beside(code: str, step: int) -> str:
    """The code that comes next, or came before."""
    digits = code.replace(".", "")
    text = f"{int(digits) + step:0{len(digits)}}"
    return f"{text[:4]}.{text[4:6]}.{text[6:]}"


#: Numbers just outside each range: HTSUS has no such lines or FAQ 1027 leaves them out.
OUTSIDE = sorted(
    {beside(entry.split("-")[0], -1) for entry in FISH if "-" in entry}
    | {beside(entry.split("-")[-1], +1) for entry in FISH if "-" in entry}
    | {"1603.00.11", "1603.00.89", "0508.00.0001"}
)


def imported(
    law: Law, day: date, good: Mapping[str, Any], transformed: str
) -> tuple[Outcome, set[str]]:
    """What the law says of an import without a contract, and which clauses bear it."""
    case = build_case({
        "actor": "importer",
        "licences_held": "none",
        "ownership": [],
        "act": {"kind": "import", "events": {"entry": day}, "destination": "US", "providers": [],
                "recipients": [], "parties": [], "properties": [],
                "purpose": "commercial", "contract": "none"},
        "parties": [{"id": "importer", "type": "company", "organised_under": "US", "listings": []}],
        "goods": [{"incorporated_in_foreign_product": False, **good}],
        "judgements": [{"question": "us.substantially_transformed", "of": "goods[0]",
                        "answer": transformed, "who": "counsel", "made_on": date(2022, 3, 1)}],
    }, closed_by="this test")  # fmt: skip
    got = law.decide(case, regimes=["us"])["us"]
    return got.outcome, set(bearing(law.norms(), got))


def rows(name: str) -> list[dict[str, str]]:
    folder = files("sanctions_rules") / "rulebooks" / "us"
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8"))))


@pytest.mark.parametrize(("species", "code"), SPECIES + LINES)
def test_each_code_of_the_determination_bites_alone(law: Law, species: str, code: str) -> None:
    good = {"codes": [f"HTSUS {code}"], "harvest_vessel_flags": ["RU"]}
    outcome, because = imported(law, date(2024, 7, 1), good, transformed="yes")
    assert outcome is Outcome.PROHIBITED
    assert {"us/eo14068/1(a)(i)(B)", "us/eo14068/det/seafood/2023-12-22"} <= because


def test_the_determination_has_no_other_code() -> None:
    held = sorted((row["list"], row["key"]) for row in rows("htsus_seafood.csv"))
    assert held == sorted((f"htsus_{species}", f"HTSUS {code}") for species, code in SPECIES)


@pytest.mark.parametrize("code", INSIDE)
def test_each_end_of_the_list_of_fish_bites_alone(law: Law, code: str) -> None:
    good = {"codes": [f"HTSUS {code}"], "extracted_in": ["RU"]}
    for day, clause in [(date(2023, 6, 1), "us/eo14068/1(a)(i)@2022"),
                        (date(2024, 7, 1), "us/eo14068/1(a)(i)(A)")]:  # fmt: skip
        outcome, because = imported(law, day, good, transformed="no")
        assert outcome is Outcome.PROHIBITED
        assert clause in because


@pytest.mark.parametrize("code", OUTSIDE)
def test_what_lies_just_outside_the_list_of_fish_is_free(law: Law, code: str) -> None:
    good = {"category": "other", "codes": [f"HTSUS {code}"], "extracted_in": ["RU"]}
    outcome, _ = imported(law, date(2023, 6, 1), good, transformed="no")
    assert outcome is Outcome.NOT_PROHIBITED


def test_the_list_of_fish_has_no_other_code() -> None:
    held = sorted((row["list"], row["key"]) for row in rows("htsus_fish.csv"))
    wanted = [" to ".join(f"HTSUS {code}" for code in entry.split("-")) for entry in FISH]
    assert held == sorted(("htsus_fish", key) for key in wanted)


def test_no_row_of_a_code_list_is_dated() -> None:
    """The dossier gives no day on which a code came or went: such a day would have no source."""
    for name in ("htsus_fish.csv", "htsus_seafood.csv"):
        assert {(row["from"], row["until"]) for row in rows(name)} == {("", "")}
