"""What no scenario has tried. Asked only where scenarios are given: `--scenarios`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sanctions_rules.lint.book import Book
from sanctions_rules.lint.model import Check, Found, Level


def scenario_missing(book: Book) -> Iterator[Found]:
    for one in book.covered or ():
        if one.lacking and book.is_own(one.block):
            ways = ", ".join(map(str, one.lacking))
            yield Found(
                f"no scenario shows `{one.block.id}` {ways}", one.block.head,
                help="write one for each side, with what the law says expected",
            )  # fmt: skip


CHECKS: Final = (
    Check("scenario-missing", Level.WARNING, "No scenario shows a text go one of the ways it can.",
          scenario_missing),
)  # fmt: skip
