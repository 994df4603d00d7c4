"""Pages that are made, not written: each is a function of the code, the law or the test files.

`pages` gives them all as Markdown by their path in the site. Nothing here knows mkdocs, so the
tests ask for the pages without it; `hooks.py` hands them over.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]


def pages(day: date, coverage: Path | None = None) -> dict[str, str]:
    """Every generated page by its path. `day`: the day on which the law is shown.

    `coverage`: a file made by `coverage --format json`; without one the pages say nothing of it.
    """
    import sanctions_rules as sr
    from sitepages import documents, gallery, interface, language, law, operators
    from sitepages.book import Book

    book = Book(sr.load(), day)
    made: dict[str, str] = {}
    for part in (
        documents.pages(),
        law.pages(book, coverage),
        language.pages(book),
        operators.pages(),
        gallery.pages(),
        interface.pages(),
    ):
        twice = made.keys() & part.keys()
        assert not twice, f"two pages are called {', '.join(sorted(twice))}"
        made |= part
    return made
