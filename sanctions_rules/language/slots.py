"""Which slots a block must, may and must not have, in which order they print, and their words.

One table instead of many productions: an error can then name both the block and the slot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Every slot word, as written, in the order in which a formatted block prints its slots.
ORDER: Final = (
    "cites", "source-id", "measure", "made under", "enacted by", "replaces", "repeals", "issued", "published",
    "rank", "reading", "checked", "clock", "calendar", "current through", "withdrawn", "note", "over",
    "in force", "binds",
    "prohibits", "authorises", "exempts", "displaces", "withdraws", "empowers", "defines", "fills",
    "penalises", "asks", "requires", "commits to", "carried out by",
    "conduct", "given", "with", "gives", "when", "upon determining that", "unencoded",
    "met when", "except where", "unless shown that", "provided that", "regardless of", "subject to", "weighing",
    "leaves open", "entries from", "columns", "expect", "missing",
)  # fmt: skip

#: Words that open a slot, for cutting a block into its slots after a mistake.
FIRST_WORDS: Final = frozenset(word.split()[0] for word in ORDER)
BLOCK_WORDS: Final = (
    "instrument", "provision", "determination", "licence", "definition", "judgement", "table",
    "example", "overlay",
)  # fmt: skip

_SOURCE = ("cites", "source-id", "measure", "enacted by", "replaces", "repeals", "issued", "published", "rank",
           "reading", "checked", "withdrawn", "note", "subject to")  # fmt: skip
_CONDITIONS = ("when", "except where", "unless shown that", "regardless of", "unencoded")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind of block holds: `verbs` of which exactly one leads (none where empty)."""

    verbs: tuple[str, ...]
    must: tuple[str, ...]
    may: tuple[str, ...]

    def allows(self, word: str) -> bool:
        return word in self.verbs or word in self.must or word in self.may


SHAPES: Final = {
    "instrument": Shape((), ("cites",), (
        *_SOURCE, "made under", "clock", "calendar", "current through", "in force")),
    "provision": Shape(
        ("prohibits", "exempts", "displaces", "withdraws", "empowers", "requires", "penalises", "defines",
         "commits to"),
        ("cites", "in force"),
        (*_SOURCE, *_CONDITIONS, "made under", "binds", "upon determining that", "leaves open",
         "provided that", "requires", "met when", "columns", "carried out by")),
    "determination": Shape(("fills",), ("cites", "in force", "issued"), (
        *_SOURCE, "with", "gives", "except where", "unless shown that", "leaves open",
        "regardless of", "unencoded")),
    "licence": Shape(("authorises",), ("cites", "in force"), (
        *_SOURCE, *_CONDITIONS, "binds", "provided that", "requires", "columns")),
    "definition": Shape(("defines",), ("cites", "in force"), (*_SOURCE, *_CONDITIONS)),
    "judgement": Shape(("asks",), ("cites", "in force"), (*_SOURCE, "weighing")),
    "table": Shape((), ("cites", "in force"), (*_SOURCE, "when", "entries from", "columns")),
    "example": Shape((), ("conduct", "expect"), ("given", "missing", "note")),
    "overlay": Shape((), ("over", "cites"), ("note",)),
}  # fmt: skip

#: Slots that a commitment may have: it has no legal effect, and so nothing on which one could turn.
OF_COMMITMENTS: Final = frozenset(
    {*_SOURCE, "made under", "in force", "commits to", "carried out by"}
)

#: Slots of which a block may have several.
REPEATABLE: Final = frozenset({"leaves open", "requires", "note", "expect"})

#: Words of legal or programming English that authors reach for, and what to write here.
WRITE_INSTEAD: Final = {
    "authorizes": "authorises", "authorized": "authorises", "authorise": "authorises",
    "permits": "authorises", "allows": "authorises", "licenses": "authorises",
    "cite": "cites", "citation": "cites", "source": "cites",
    "prohibit": "prohibits", "bans": "prohibits", "forbids": "prohibits",
    "exempt": "exempts", "excludes": "except where", "define": "defines", "means": "defines",
    "effective": "in force", "applies": "binds", "if": "when", "where": "when",
    "provided": "provided that", "notwithstanding": "`displaces`, or `regardless of` for a fact",
    "except": "except where", "unless": "`except where`, `unless shown that`, or a block of its own",
    "must": "requires", "shall": "a norm verb: `prohibits`, `requires`, `authorises`", "may": "empowers",
    "expires": "`in force` with `until` or `through`", "or": "`any of … end` with one line for each alternative",
    "else": "a block of its own", "then": "one element a line, joined by `and`", "amends": "replaces",
    "supersedes": "replaces", "revokes": "repeals", "penalizes": "penalises", "license": "licence",
    "judgment": "judgement", "require": "requires", "empower": "empowers", "pledges": "commits to", "promises": "commits to",
    "implemented": "carried out by", "displace": "displaces",
}  # fmt: skip
