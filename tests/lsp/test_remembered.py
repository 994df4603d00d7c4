"""What the server finds after an edit is what a check from nothing finds, whatever the edit was."""

from __future__ import annotations

import random
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from conftest import LONGER
from lsp.edits import history
from small import BAN, HEAD

from sanctions_rules.limits import DEFAULT
from sanctions_rules.lsp.book import Book, checked
from sanctions_rules.lsp.standing import Standing
from sanctions_rules.rulebooks import load
from sanctions_rules.rulebooks.folders import read_files

PACKAGED = Path(str(files("sanctions_rules") / "rulebooks"))
GOOD = Path(__file__).parent.parent / "language" / "good"


@pytest.mark.parametrize(
    ("folder", "edits"), [(PACKAGED / "g7", 30), (PACKAGED / "uk", 3), (PACKAGED / "us", 1), (GOOD, 10)],
    ids=["g7", "uk", "us", "good"],
)  # fmt: skip
def test_incremental_is_the_same_as_whole(folder: Path, edits: int) -> None:
    edits *= LONGER
    book = Book(read_files(folder))
    names = sorted(n for n in book.files if n.endswith(".rules"))
    chosen = random.Random(f"{folder.name} {edits}")
    while edits > 0:
        name = chosen.choice(names)
        before = book.files[name]
        for text in history(before.decode(), chosen.randrange(10**6), min(edits, 6)):
            book.put(name, text.encode("utf-8", "surrogatepass"))
            assert book.look().problems == checked(book.files, book.limits), text
            edits -= 1
        book.put(name, before)


def test_an_edit_reads_one_piece_and_types_what_looks_at_it() -> None:
    book = Book(read_files(PACKAGED / "uk"))
    before = {id(b) for b in book.look().rulebook.blocks}
    name = max(book.files, key=lambda n: len(book.files[n]) * n.endswith(".rules"))
    text = book.files[name].decode()
    at = text.index('"', len(text) // 2) + 1
    book.put(name, (text[:at] + "x" + text[at:]).encode())
    now = [b for b in book.look().rulebook.blocks if id(b) not in before]
    assert len(now) < 12 < len(before)


@pytest.mark.parametrize("regime", ["us", "uk"])
def test_texts_stand_as_show_says(regime: str) -> None:
    from datetime import date

    law = load(regime)
    book = Book(dict(law.compiled.files))
    ours, theirs = Standing(book.look().rulebook), law.history
    pairs = list(zip(book.look().rulebook.blocks, law.compiled.rulebook.blocks, strict=True))
    for mine, known in pairs:
        if mine.kind in ("example", "overlay", "instrument"):
            continue
        for day in (date(2023, 6, 1),):
            assert ours.status(mine, day) == theirs.status(known, day), mine.id
        fills = [(None, None), *zip(ours.fills(mine), theirs.fills(known), strict=True)]
        for fill, their_fill in fills:
            lifts = {(x.block.id, x.kind) for x in ours.lifts(mine, fill)}
            assert lifts == {(x.block.id, x.kind) for x in theirs.lifts(known, their_fill)}, mine.id


def test_limits_hold_in_an_editor() -> None:
    """What `check` refuses for its size, an editor is told too."""
    limits = replace(DEFAULT, links=1)
    more = BAN.replace("§1", "§2").replace("good.category is diamond", "act is covered by §1")
    small = {"small.rules": (HEAD + BAN + more + more.replace("§2", "§3")).encode()}
    book = Book(dict(small), limits)
    assert book.look().problems == checked(small, limits)
    assert {p.code for p in book.look().problems} == {"limit.links"}
