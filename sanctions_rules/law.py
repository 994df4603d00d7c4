"""Ranks of sources, and which weighs more."""

from __future__ import annotations

from typing import Final

#: Sources by weight, heaviest first (design: where two readings differ, the higher rank is preferred).
RANKS: Final = ("statute", "order", "regulation", "determination", "licence", "guidance", "faq")
