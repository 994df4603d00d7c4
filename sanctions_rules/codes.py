"""Closed code sets that facts and rules are checked against: countries, currencies, goods.

Sources: ISO 3166-1 alpha-2 (249 codes, and XK, the user-assigned code in customs use for
Kosovo); ISO 4217 active currencies and RUR's successor RUB; the chapter and heading
structure of the Harmonized System 2022 (World Customs Organization).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

COUNTRIES: Final = frozenset(
    """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC
    EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK
    HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB
    LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ
    NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU
    RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN
    TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK""".split()
)

CURRENCIES: Final = frozenset(
    """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL
    GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW
    KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN
    NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK
    SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS
    VED VES VND VUV WST XAF XCD XCG XDR XOF XPF YER ZAR ZMW ZWG""".split()
)

#: Tariff schemes; all share their first six digits with the Harmonized System.
SCHEMES: Final = {"HS": 6, "HTSUS": 10, "CN": 8, "UKGT": 10}

#: What a good can be, each apart from all others, with the Harmonized System prefixes that
#: goods of the category may carry. The prefixes are generous on purpose: they are only used
#: to rule a category out by a code, or a code out by a category. `other` may carry any code.
CATEGORY_HS: Final[dict[str, tuple[str, ...]]] = {
    "seafood": ("03", "0508", "1504", "1603", "1604", "1605", "2106", "2301", "2309"),
    "alcoholic_beverage": ("2203", "2204", "2205", "2206", "2207", "2208"),
    "diamond": ("7102", "7105"),
    "synthetic_stone": ("7104", "7105"),
    "diamond_jewelry": ("7113",),
    "gold": ("7108", "7112", "7115", "7118"),
    "aluminium": ("76",),
    "copper": ("74",),
    "nickel": ("75",),
    "iron_or_steel": ("72", "73"),
    "crude_oil": ("2709",),
    "petroleum_product": ("2710", "2712", "2713", "2715", "3403", "3811"),
    "gas": ("2711",),
    "coal": ("2701", "2702", "2703", "2704"),
    "medicine": ("30",),
    "informational_material": ("37", "49", "85", "97"),
    "other": ("",),
}


@dataclass(frozen=True, slots=True)
class Code:
    """A commodity code of one scheme, or in a rule a range of them up to and with `upto`.

    `digits` and `upto` have neither blanks nor dots, and in a range the same length.
    """

    scheme: str
    digits: str
    upto: str = ""

    def __str__(self) -> str:
        return f"{self.scheme} {self.digits}" + (f" to {self.upto}" if self.upto else "")

    @property
    def hs(self) -> str:
        return self.digits[:6]


_CODE = re.compile(r"(HS|HTSUS|CN|UKGT) ([0-9][0-9. ]*)")


def read_code(text: str) -> Code | None:
    """`HTSUS 0304.75.1000` as a code; None when the text is not one.

    A code has an even number of digits, from a chapter (2) to the scheme's full length.
    """
    match = _CODE.fullmatch(text)
    if not match:
        return None
    digits = match[2].replace(".", "").replace(" ", "")
    if len(digits) < 2 or len(digits) % 2 or len(digits) > SCHEMES[match[1]]:
        return None
    return Code(match[1], digits)


def under(code: Code, prefix: Code) -> bool | None:
    """Whether `code` falls under `prefix`; None where the code does not tell.

    The schemes agree on six digits only. A code shorter than the prefix, or one of another
    scheme where the prefix goes beyond six digits, leaves the answer open unless the digits
    that both have already differ.
    """
    shared = 10 if code.scheme == prefix.scheme else 6
    mine = code.digits[:shared]
    low, high = prefix.digits[:shared], (prefix.upto or prefix.digits)[:shared]
    if len(mine) >= len(low):
        head = mine[: len(low)]
        if not low <= head <= high:
            return False
        inside = len(prefix.digits) <= shared or low < head < high
        return True if inside else None
    if not low[: len(mine)] <= mine <= high[: len(mine)]:
        return False
    return True if low[: len(mine)] < mine < high[: len(mine)] else None


#: What the heading texts of the Harmonized System 2022 themselves say of a good, by prefix.
IMPLIED: Final[dict[str, dict[str, str]]] = {
    "stone": {
        "710210": "unsorted", "710221": "industrial", "710229": "industrial",
        "710231": "non_industrial", "710239": "non_industrial",
    },
    "gas_form": {
        "271111": "lng", "271112": "gas_liquids", "271113": "gas_liquids", "271114": "gas_liquids",
        "271119": "gas_liquids", "271121": "pipeline_gas",
    },
}  # fmt: skip


def implied(name: str, held: tuple[Code, ...]) -> frozenset[str]:
    """The words that a good's codes leave open for a fact; empty where they say nothing of it."""
    table = IMPLIED.get(name, {})
    found: set[str] = set()
    for code in held:
        found |= {
            word
            for prefix, word in table.items()
            if code.hs.startswith(prefix) or prefix.startswith(code.hs)
        }
    return frozenset(found)


def category_may_carry(category: str, prefix: str) -> bool:
    return any(
        own.startswith(prefix) or prefix.startswith(own) for own in CATEGORY_HS.get(category, ("",))
    )


def category_may_fall(category: str, wanted: Code) -> bool:
    """Whether a good of the category may have a code under this one, or in its range."""
    low, high = wanted.hs, (wanted.upto or wanted.digits)[:6]
    return any(
        low[: len(own)] <= own[: len(low)] <= high[: len(own)]
        for own in CATEGORY_HS.get(category, ("",))
    )


def categories_of(code: Code) -> frozenset[str]:
    return frozenset(c for c in CATEGORY_HS if category_may_carry(c, code.hs))
