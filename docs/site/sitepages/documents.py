"""Documents that are kept elsewhere in the checkout and are read in the site too.

A link that leads out of what is published keeps its words and loses its target: a page must not
point where nothing is.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import PurePosixPath
from typing import Final

from sitepages import ROOT

#: Where a document of the checkout stands in the site, apart from those in `docs/`.
ELSEWHERE: Final = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "grammar/README.md": "language/grammar.md",
    "tests/README.md": "contributing/tests.md",
}
_LINK: Final = re.compile(r"(?P<image>!?)\[(?P<text>[^\[\]]*)\]\((?P<target>[^)\s]+)\)")
_FENCE: Final = re.compile(r"^(?:```|~~~)", re.M)


@cache
def published() -> dict[str, str]:
    """Every document of the checkout that is in the site: its path there → its page."""
    examples = {
        path.relative_to(ROOT).as_posix(): path.relative_to(ROOT).with_name("index.md").as_posix()
        for path in sorted((ROOT / "examples").rglob("README.md"))
    }
    docs = {
        path.relative_to(ROOT).as_posix(): path.relative_to(ROOT / "docs").as_posix()
        for path in sorted((ROOT / "docs").rglob("*.md"))
        if not path.is_relative_to(ROOT / "docs" / "site")
    }
    return {**ELSEWHERE, **examples, **docs}


def pages() -> dict[str, str]:
    return {
        page: rewritten(file, (ROOT / file).read_text("utf-8"))
        for file, page in published().items()
        if not file.startswith("docs/")
    }


def rewritten(file: str, text: str) -> str:
    """The text of a document with its links as they are in the site."""
    parts: list[str] = []
    inside = False
    for line in text.splitlines(keepends=True):
        if _FENCE.match(line):
            inside = not inside
        parts.append(line if inside else _LINK.sub(lambda m: _moved(file, m), line))
    return "".join(parts)


def _moved(file: str, match: re.Match[str]) -> str:
    target, hash_, anchor = match["target"].partition("#")
    if not target or re.match(r"[a-z][a-z0-9+.-]*:", target):
        return match[0]
    here = published()[file]
    path = os.path.normpath(PurePosixPath(file).parent / target)
    goal = published().get(path) or published().get(f"{path}/README.md")
    if goal is None:
        return match["text"]
    relative = os.path.relpath(goal, os.path.dirname(here) or ".")
    return f"{match['image']}[{match['text']}]({relative}{hash_}{anchor})"
