"""The tutorials are for people without Python, and each shows files, commands and what they print.

That they run, word for word and from an empty folder, is tested with all documents: `test_documents.py`.
"""

from __future__ import annotations

import pytest
from documents import ROOT, Block, split

TUTORIALS = sorted(path.stem for path in (ROOT / "docs").glob("tutorial*.md"))


def blocks_of(tutorial: str) -> list[Block]:
    return split((ROOT / "docs" / f"{tutorial}.md").read_text(encoding="utf-8"))[0]


def test_there_is_one_to_begin_with_one_for_a_programme_and_one_for_a_regime() -> None:
    assert {"tutorial", "tutorial_new_programme", "tutorial_new_regime"} <= set(TUTORIALS)


@pytest.mark.parametrize("tutorial", TUTORIALS)
def test_a_tutorial_writes_files_and_runs_commands(tutorial: str) -> None:
    marks = {block.comment.split(" ")[0] for block in blocks_of(tutorial)}
    assert {"file", "run"} <= marks


@pytest.mark.parametrize("tutorial", TUTORIALS)
def test_a_tutorial_needs_no_python(tutorial: str) -> None:
    assert {block.language for block in blocks_of(tutorial)} <= {
        "rules",
        "toml",
        "console",
        "text",
        "",
    }
