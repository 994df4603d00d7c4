"""The remarks of an OFAC row: what of them is said in a fixed form.

Remarks are sentences joined by semicolons. Read are identifiers, nationality, weak aliases,
directives with their days, and "Linked To". Linked To is a relation: it never has a percentage,
and is not always ownership. Everything else stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sanctions_rules.adapters.countries import country
from sanctions_rules.adapters.identifiers import Identifier

#: OFAC cuts remarks at this length; what is longer goes on in the comments file.
CUT: Final = 1000

#: Labels of identifiers, by our word for their scheme.
_LABELS: Final = {
    "lei": ("Legal Entity Number",),
    "bic": ("SWIFT/BIC",),
    "imo": ("Vessel Registration Identification IMO", "Identification Number IMO"),
    "imo_company": ("Company Number IMO",),
    "tax": (
        "Tax ID No.", "R.F.C.", "RFC", "V.A.T. Number", "NIT #", "RUC #", "RIF #",
        "Italian Fiscal Code",
    ),
    "registration": (
        "Registration Number", "Registration ID", "Business Registration Number",
        "Business Registration Document #", "Company Number", "UK Company Number",
        "Commercial Registry Number", "Enterprise Number", "Unified Social Credit Code (USCC)",
        "Public Registration Number", "Central Registration System Number",
        "Economic Register Number (CBLS)", "C.R. No.", "Chamber of Commerce Number",
        "Trade License No.", "Business Number", "Matricula Mercantil No", "Folio Mercantil No.",
        "Istanbul Chamber of Comm. No.",
    ),
    "passport": ("Passport", "Diplomatic Passport"),
    "national_id": (
        "National ID No.", "Identification Number", "Cedula No.", "D.N.I.", "C.U.R.P.",
        "National Foreign ID Number", "Personal ID Card",
    ),
    "okpo": ("Government Gazette Number",),
    "isin": ("ISIN",),
    "duns": ("D-U-N-S Number",),
    "mmsi": ("MMSI",),
    "tail": ("Aircraft Tail Number",),
    "msn": ("Aircraft Manufacturer's Serial Number (MSN)",),
}  # fmt: skip
_SCHEMES: Final = {label: scheme for scheme, labels in _LABELS.items() for label in labels}
_IDENTIFIER: Final = re.compile(
    "(?P<label>"
    + "|".join(re.escape(label) for label in sorted(_SCHEMES, key=len, reverse=True))
    + r") (?P<value>[^(]+?)(?P<places>(?: \([^()]*\))*)(?: issued .*| expires .*)?"
)
_DAY: Final = r"(?P<day>[0-9]{2}) (?P<month>[A-Z][a-z]{2}) (?P<year>[0-9]{4})"
_MONTHS: Final = {
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6,
    "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12,
}  # fmt: skip
_DATED: Final = re.compile(
    r"(?P<what>Listing|Effective) Date \((?:EO (?P<order>[0-9]+) Directive (?P<directive>\w+)"
    rf"|(?P<tag>CMIC))\):? {_DAY}"
)
_SUBJECT: Final = re.compile(
    r"Executive Order (?P<order>[0-9]+) Directive (?:Determination -|Information:?) "
    r"Subject to Directive (?P<directive>\w+)"
)


@dataclass(slots=True)
class Directive:
    """One directive that a row is under: listing and effective day where the remarks print them."""

    listed_on: date | None = None
    effective_on: date | None = None


@dataclass(slots=True)
class Remarks:
    """What the remarks say in a fixed form. `directives` by order number and directive number."""

    identifiers: list[Identifier] = field(default_factory=list[Identifier])
    citizenships: list[str] = field(default_factory=list[str])
    weak: list[str] = field(default_factory=list[str])
    linked_to: list[str] = field(default_factory=list[str])
    target_types: list[str] = field(default_factory=list[str])
    directives: dict[tuple[str, str], Directive] = field(
        default_factory=dict[tuple[str, str], Directive]
    )
    bad_days: list[str] = field(default_factory=list[str])


def read_remarks(text: str) -> Remarks:
    found = Remarks()
    for part in text.split(";"):
        plain = part.strip().removeprefix("alt. ").removesuffix(".")
        if plain:
            _read(plain, found)
    return found


def _read(plain: str, found: Remarks) -> None:
    head = plain[:9]
    if head == "Linked To":
        found.linked_to.append(plain[9:].lstrip(": "))
    elif head.startswith("a.k.a. "):
        found.weak.append(plain[7:].strip("'"))
    elif plain.startswith(("nationality ", "citizen ")):
        code = country(plain.partition(" ")[2])
        if code and code not in found.citizenships:
            found.citizenships.append(code)
    elif plain.startswith("Target Type "):
        found.target_types.append(plain[12:])
    elif plain.startswith(("Listing Date", "Effective Date")):
        match = _DATED.fullmatch(plain)
        if match:
            _dated(match, found)
        else:
            found.bad_days.append(plain)
    elif plain.startswith("Executive Order "):
        match = _SUBJECT.match(plain)
        if match:
            found.directives.setdefault((match["order"], match["directive"].lower()), Directive())
    else:
        match = _IDENTIFIER.fullmatch(plain)
        if match:
            places = re.findall(r"\(([^()]*)\)", match["places"])
            at = country(places[-1]) if places else None
            scheme = _SCHEMES[match["label"]]
            found.identifiers.append(Identifier(scheme, match["value"].strip(), at or ""))


def _dated(match: re.Match[str], found: Remarks) -> None:
    name = (match["order"] or match["tag"], (match["directive"] or "").lower())
    directive = found.directives.setdefault(name, Directive())
    day = printed_day(match["day"], match["month"], match["year"])
    if day is None:
        found.bad_days.append(match[0])
    elif match["what"] == "Listing":
        directive.listed_on = day
    else:
        directive.effective_on = day


def printed_day(day: str, month: str, year: str) -> date | None:
    """`24 Feb 2022`; None where there is no such day."""
    try:
        return date(int(year), _MONTHS[month], int(day))
    except (KeyError, ValueError):
        return None
