"""Edits of rule text as hands and accidents make them, drawn from a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

LETTERS = 'abcxyz019 .,"#§_(\n-|“é\u200e😀'
WORDS = (
    "end\n", "provision us.x §1 \"t\"\n", "when", " any of\n", "# note\n", "table\n", "of", "is not ",
    "licence", "  cites \"X\"\n", "us.gl8", "\tin force from 2024-01-01, no end stated\n", "PROVISION", "\"",
    "provisin us.y \"t\"\n", "end end\n", "us.y \"t\"\n", "\r\n", "\ufeff",
)  # fmt: skip


def edited(text: str, chosen: random.Random) -> str:
    """The text after one edit: mostly a character, at times a word, a line or a block."""
    at = chosen.randrange(len(text) + 1)
    kind = chosen.random()
    if kind < 0.6:
        cut, put = chosen.choice([(0, 1), (1, 0), (1, 1)])
        return text[:at] + (chosen.choice(LETTERS) if put else "") + text[at + cut :]
    if kind < 0.75:
        return text[:at] + chosen.choice(WORDS) + text[at:]
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at) + 1 or len(text)
    if kind < 0.85:
        return text[:start] + text[end:]
    if kind < 0.9:
        return text[:end] + text[start:end] + text[end:]
    if kind < 0.95:
        return text[:start] + chosen.choice(WORDS) + text[start:]
    block = re.search(r"^end\n", text[at:], re.MULTILINE)
    stop = at + block.end() if block else len(text)
    return text[:start] + text[stop:] if chosen.random() < 0.5 else text + text[start:stop]


def history(text: str, seed: int, number: int) -> Iterator[str]:
    """So many edits one after the other; now and then everything is taken back."""
    chosen = random.Random(seed)
    now = text
    for _ in range(number):
        now = text if chosen.random() < 0.25 else edited(now, chosen)
        yield now
