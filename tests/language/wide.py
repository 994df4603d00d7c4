"""Texts of any size: a large file, wide lists, many mistakes.

The tests count the steps that reading them takes; `make bench-size` takes the time of larger ones.
"""

from __future__ import annotations

from collections.abc import Callable

from language.rules import BAD, packaged

from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.language.parse import parse
from sanctions_rules.language.parsing.tokens import read_source
from sanctions_rules.limits import DEFAULT

COMMON = (BAD / "common.rules").read_text(encoding="utf-8")
#: The codes of what is wrong with a text.
Work = Callable[[], list[str]]


def reading(text: str) -> Work:
    """The text is read, as far as its blocks."""

    def work() -> list[str]:
        source, problems = read_source("large.rules", text.encode(), DEFAULT)
        assert source is not None
        assert not problems
        blocks, problems = parse(source, DEFAULT)
        assert blocks
        return [p.code for p in problems]

    return work


def compiling(text: str) -> Work:
    """The text is compiled, beside what is common to all."""
    files = {"wide.rules": (COMMON + text).encode()}

    def work() -> list[str]:
        try:
            compile_rulebook(files)
        except RulebookError as error:
            return [p.code for p in error.problems]
        return []

    return work


# -- a large file --------------------------------------------------------------------------------


def licences() -> str:
    """A file of the packaged law, of some 13,000 characters."""
    return packaged()[next(n for n in packaged() if n.endswith("eo14068_licences.rules"))].decode()


def misspelt() -> str:
    """The same with a mistake in every block."""
    return licences().replace("  authorises", "  authorizes")


# -- wide lists ----------------------------------------------------------------------------------


def provision(condition: str) -> str:
    return (
        'provision zz.act §10 "A wide one"\n  cites "s. 10"\n  in force from 2024-01-01, no end stated\n'
        f"  prohibits import of good into US\n  when {condition}\nend\n"
    )


def _codes(width: int) -> list[str]:
    return [f"HS {n // 100:04d} {n % 100:02d}" for n in range(100, 100 + width)]


def _rows(width: int) -> str:
    rows = "".join(
        f"  | {code} | 2024-01-01 | no end stated | USD 60 |\n" for code in _codes(width)
    )
    return f'table zz.wide "W"\n  cites "x"\n  in force from 2024-01-01, no end stated\n  columns code, from, until, price\n{rows}end\n'


WIDE: dict[str, Callable[[int], str]] = {
    "codes": lambda width: provision("good falls under " + ",\n".join(_codes(width))),
    "values": lambda width: provision(
        "good.country_of_origin is any of " + ",\n".join(["RU", "BY"] * (width // 2))
    ),
    "references": lambda width: provision("act is covered by " + ",\n".join(["zz.act §1"] * width)),
    "elements": lambda width: provision(
        "\nand ".join(f"good.carats_each is at least {n}.5 carat" for n in range(width))
    ),
    "members": lambda width: provision(
        "any of\n- "
        + "\n- ".join(f"good.carats_each is at least {n}.5 carat" for n in range(width))
        + "\nend"
    ),
    "rows": _rows,
}


# -- many mistakes -------------------------------------------------------------------------------


MISTAKEN: dict[str, Callable[[int], str]] = {
    "unknown characters": lambda width: provision("good.category is gold" + "\n;" * width),
    "commas": lambda width: provision("good.category is gold" + "\n," * width),
    "unknown facts": lambda width: provision(
        "good.category is gold" + "\nand good.nothing is gold" * width
    ),
    "ends": lambda width: provision("good.category is gold" + "\nend" * width),
    "open groups": lambda width: provision(
        "any of\n- " * 100 + "good.category is gold" + '\n  note "x"' * width
    ),
    "open quotations": lambda width: provision("good.category is gold" + '\n"open' * width),
    "look-alikes": lambda width: provision(
        "good.category is gold" + "\nand gооd.category is gold" * width
    ),
}
