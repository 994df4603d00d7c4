"""Identifiers and names as they are compared: only what is surely the same text counts as equal.

An identifier has a scheme, a value and, where its scheme is national, a country. Facts write it
as `INN 7702070139`, `tax 7702070139 (RU)` or `BIC:VTBRRUMM`. A value without a scheme is compared
with nothing, unless it can only be one thing (an LEI; an IMO number that says so).

Names are compared after folding: case, spaces, punctuation and marks are left out, letters and
digits stay as they are. `AERO-CARIBBEAN` is `Aero Caribbean`; nothing looser than that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from sanctions_rules.adapters.countries import country


class Identifier(NamedTuple):
    """`scheme` in our words, `value` as written, `country` a code or empty."""

    scheme: str
    value: str
    country: str = ""

    def __str__(self) -> str:
        word = WRITTEN.get(self.scheme, self.scheme)
        return f"{word} {self.value}" + (f" ({self.country})" if self.country else "")

    @property
    def compared(self) -> str:
        """The value as it is compared."""
        plain = "".join(c for c in self.value.upper() if c.isalnum())
        if self.scheme in ("imo", "imo_company"):
            return plain.removeprefix("IMO")
        if self.scheme == "bic":
            return plain[:8] + ("" if plain[8:] in ("", "XXX") else plain[8:])
        return plain


#: How a scheme is printed.
WRITTEN: Final = {
    "lei": "LEI", "bic": "BIC", "imo": "IMO", "imo_company": "company IMO", "isin": "ISIN",
    "ofac": "OFAC", "un": "UN", "mmsi": "MMSI", "duns": "DUNS", "msn": "MSN",
}  # fmt: skip

#: What a scheme may be called in facts, and the country that the name of some of them says.
_CALLED: Final = {
    "lei": ("lei", ""), "bic": ("bic", ""), "swift": ("bic", ""), "swift/bic": ("bic", ""),
    "imo": ("imo", ""), "tax": ("tax", ""), "vat": ("tax", ""), "inn": ("tax", "RU"),
    "registration": ("registration", ""), "reg": ("registration", ""),
    "ogrn": ("registration", "RU"), "uscc": ("registration", "CN"),
    "passport": ("passport", ""), "national_id": ("national_id", ""), "id": ("national_id", ""),
    "ofac": ("ofac", ""), "ent_num": ("ofac", ""), "sdn": ("ofac", ""), "un": ("un", ""),
    "isin": ("isin", ""), "mmsi": ("mmsi", ""), "duns": ("duns", ""), "msn": ("msn", ""),
    "tail": ("tail", ""), "okpo": ("okpo", "RU"), "wallet": ("wallet", ""),
    "gb-coh": ("registration", "GB"), "company_number": ("registration", ""),
}  # fmt: skip

_SCHEMED: Final = re.compile(
    r"\s*(?P<scheme>[A-Za-z][A-Za-z_/-]*)\s*[:=\s#]\s*(?P<value>[^()]+?)\s*"
    r"(?:\((?P<country>[^()]*)\))?\s*"
)
_LEI: Final = re.compile(r"[0-9A-Z]{18}[0-9]{2}")
_IMO: Final = re.compile(r"IMO ?[0-9]{7}")


def identifier(text: str) -> Identifier | None:
    """An identifier from facts; None where its scheme is not known."""
    plain = text.strip()
    if _LEI.fullmatch(plain.upper()):
        return Identifier("lei", plain)
    if _IMO.fullmatch(plain.upper()):
        return Identifier("imo", plain)
    match = _SCHEMED.fullmatch(plain) if len(plain) < 300 else None
    called = _CALLED.get(match["scheme"].lower()) if match else None
    if match is None or called is None:
        return None
    scheme, at = called
    return Identifier(scheme, match["value"], at or country(match["country"] or "") or "")


def same(one: Identifier, other: Identifier) -> bool:
    """Whether both are one identifier; a country that only one of them states is no difference."""
    if one.scheme != other.scheme:
        return False
    if one.country and other.country and one.country != other.country:
        return False
    a, b = one.compared, other.compared
    if one.scheme == "bic":  # a branch's code begins with that of its bank
        return a[:8] == b[:8] and (len(a) == 8 or len(b) == 8 or a == b)
    return bool(a) and a == b


def key(one: Identifier) -> tuple[str, str]:
    """What two identifiers must share to be compared at all."""
    return one.scheme, one.compared[:8] if one.scheme == "bic" else one.compared


def name_key(name: str) -> str:
    """A name as it is compared: letters and digits, in one case."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def name_keys(name: str, person: bool) -> Iterator[str]:
    """All keys of one listed name: `IVANOV, Ivan` is also `Ivan Ivanov`, for people."""
    yield name_key(name)
    family, comma, given = name.partition(",")
    if person and comma:
        yield name_key(f"{given} {family}")
