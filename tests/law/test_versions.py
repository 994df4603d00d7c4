"""Versions of the law: the page of changes is the rulebook's own, and an id is never used again.

`ids.txt` holds every id that a packaged rulebook ever had, with the first citation of its text. It only grows:
an id whose text was found wrong stays, marked `withdrawn`. `python tests/law/test_versions.py` adds the new
ids and writes the page anew.
"""

from __future__ import annotations

import itertools
from pathlib import Path

from sanctions_rules.rulebooks import Law, load
from sanctions_rules.rulebooks.changes import changes, page
from sanctions_rules.rulebooks.series import Mark, series_of, stretches

IDS = Path(__file__).parent / "ids.txt"
DOCS = Path(__file__).parent.parent.parent / "docs"


def used(law: Law) -> dict[str, str]:
    """Each id with the first citation of its first text."""
    found: dict[str, str] = {}
    for block in law.provisions():
        cites = block.slot("cites")
        found.setdefault(block.id, cites.texts[0].text if cites else "")
    return found


def recorded() -> dict[str, str]:
    lines = IDS.read_text("utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line)


def test_no_id_is_lost_or_given_to_another_text(whole_law: Law) -> None:
    now = used(whole_law)
    assert {name: now.get(name) for name in recorded()} == recorded()
    assert set(now) == set(recorded()), "new ids: run `python tests/law/test_versions.py`"


def test_the_page_of_changes_is_that_of_the_rulebook(whole_law: Law) -> None:
    for regime in whole_law.regimes:
        written = (DOCS / f"law_changes_{regime}.md").read_text("utf-8")
        assert written == "\n".join(page(whole_law, regime)) + "\n"


def test_changes_stand_in_order_and_replacements_name_their_text(law: Law) -> None:
    found = changes(law, "us")
    assert [c.at for c in found] == sorted(c.at for c in found)
    replaced = {c.block.id: c.by for c in found if c.what == "is replaced"}
    assert replaced["us.gl104"] == "us.gl104a@2025-08-27"
    begins = {(c.block.id, c.day) for c in found if c.what == "begins"}
    assert ("us.det_diamonds §2", "2024-09-01") in begins
    ends = {(c.block.id, c.day) for c in found if c.what == "ends"}
    assert ("us.gl83a", "2024-05-31 00:01 EDT") in ends


def test_a_series_is_cut_where_its_versions_begin_and_end(law: Law) -> None:
    found = list(stretches(law, series_of(law, "us.gl104b")))
    assert [(s.mark, [b.id for b in s.by]) for s in found] == [
        (Mark.COVERED, ["us.gl104"]), (Mark.COVERED, ["us.gl104a"]), (Mark.COVERED, ["us.gl104b"]),
        (Mark.NOT_KNOWN, ["us.gl104b"]),
    ]  # fmt: skip
    assert all(a.until == b.since for a, b in itertools.pairwise(found))


def record() -> None:
    law = load()
    known = recorded() if IDS.exists() else {}
    rows = {**known, **{k: v for k, v in used(law).items() if k not in known}}
    IDS.write_text("".join(f"{k}\t{v}\n" for k, v in sorted(rows.items())), encoding="utf-8")
    for regime in law.regimes:
        text = "\n".join(page(law, regime)) + "\n"
        (DOCS / f"law_changes_{regime}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    record()
