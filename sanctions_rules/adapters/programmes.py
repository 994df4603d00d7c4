"""Programme tags of lists, and the order that each of them stands for.

A tag of an order that `facts.ORDERS` does not have is `other`, with the tag kept as the
programme. A tag that is not in the table is `other` too, and the reader says so.
"""

from __future__ import annotations

from typing import Final

#: Tags of the Russia-related orders, and the order.
ORDER_OF: Final = {
    "RUSSIA-EO14024": "eo14024",
    "RUSSIA-EO14065": "eo14065",
    "UKRAINE-EO13660": "eo13660",
    "UKRAINE-EO13661": "eo13661",
    "UKRAINE-EO13662": "eo13662",
    "UKRAINE-EO13685": "eo13685",
}

#: Further tags that OFAC printed between 2021 and 2025. Their orders are not encoded here.
OTHER: Final = frozenset(
    {
        "561-Related", "BALKANS", "BALKANS-EO14033", "BELARUS", "BELARUS-EO14038",
        "BPI-SUDAN-14098", "BURMA-EO14014", "CAR", "CMIC-EO13959", "CUBA", "CYBER2", "DARFUR",
        "DPRK", "DPRK-NKSPEA", "DPRK2", "DPRK3", "DPRK4", "DRCONGO", "ELECTION-EO13848",
        "ETHIOPIA-EO14046", "FTO", "GLOMAG", "HIFPAA", "HK-EO13936", "HOSTAGES-EO14078",
        "HRIT-IR", "HRIT-SY", "IFCA", "IFSR", "ILLICIT-DRUGS-EO", "ILLICIT-DRUGS-EO14059",
        "IRAN", "IRAN-CON-ARMS-EO", "IRAN-EO13846", "IRAN-EO13871", "IRAN-EO13876",
        "IRAN-EO13902", "IRAN-HR", "IRAN-TRA", "IRAQ2", "IRAQ3", "IRGC", "ISA", "LEBANON",
        "LIBYA2", "LIBYA3", "MAGNIT", "MALI-EO13882", "NICARAGUA", "NICARAGUA-NHRAA", "NPWMD",
        "NS-PLC", "PEESA", "PEESA-EO14039", "SDGT", "SDNT", "SDNTK", "SOMALIA", "SSIDES",
        "SUDAN-EO14098", "SYRIA", "SYRIA-CAESAR", "SYRIA-EO13894", "TCO", "UHRPA", "VENEZUELA",
        "VENEZUELA-EO13850", "VENEZUELA-EO13884", "WEST-BANK-EO14115", "YEMEN", "ZIMBABWE",
        "CAATSA - RUSSIA", "CAATSA - IRAN", "SOUTH SUDAN",
    }
)  # fmt: skip

#: The directives under E.O. 14024, and the list on which OFAC keeps those named under each.
LIST_OF_DIRECTIVE: Final = {
    "directive_1": "non_sdn_mbs",
    "directive_1a": "non_sdn_mbs",
    "directive_2": "capta",
    "directive_3": "non_sdn_mbs",
    "directive_4": "non_sdn_mbs",
}


def order(tag: str) -> str:
    return ORDER_OF.get(tag, "other")


def known(tag: str) -> bool:
    return tag in ORDER_OF or tag in OTHER


def tags(cell: str) -> tuple[str, ...]:
    """The tags of one cell: OFAC joins several as `A] [B`, each once."""
    found = (part.strip() for part in cell.replace("] [", "][").strip("[] ").split("]["))
    return tuple(dict.fromkeys(tag for tag in found if tag))
