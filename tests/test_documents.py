"""Documents that cannot drift: every example in README and manual runs, every link leads somewhere.

How a block is run, and which comment before it says otherwise: `documents.py`. The README is stricter: a file that it
names exists, and rules are quoted from where they stand.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from documents import ROOT, Block, Sandbox, check_printed, commands, run_document, split

README = ROOT / "README.md"
DOCUMENTS = sorted([README, *(ROOT / "docs").rglob("*.md")])
LANGUAGES = {"toml", "python", "console", "rules"}

LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")


def anchors(path: Path) -> set[str]:
    """The anchors of a Markdown file's headings, as the usual hosts make them."""
    prose = split(path.read_text("utf-8"))[1]
    headings = re.findall(r"^#+\s+(.+?)\s*$", prose, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(path: Path) -> list[str]:
    prose = re.sub(r"`[^`\n]*`", "", split(path.read_text("utf-8"))[1])
    dead: list[str] = []
    for match in LINK.finditer(prose):
        file, _, anchor = match["target"].partition("#")
        if re.match(r"^[a-z][a-z0-9+.-]*:", file):
            continue
        goal = path.parent / file if file else path
        if not goal.exists() or (
            anchor and goal.suffix == ".md" and anchor.lower() not in anchors(goal)
        ):
            dead.append(match["target"])
    return dead


# -- the documents -------------------------------------------------------------------------------

BLOCKS = split(README.read_text("utf-8"))[0]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_example_runs(path: Path, tmp_path: Path) -> None:
    run_document(path, tmp_path, bare=path.name.startswith("tutorial"))


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_readme_says_what_each_block_is(block: Block) -> None:
    assert block.language in LANGUAGES, f"line {block.line}: say which of {LANGUAGES} this is"
    if block.language == "rules":
        assert block.comment.startswith("from "), f"line {block.line}: say <!-- from FILE -->"
    for words, _ in commands(block) if block.language == "console" else ():
        for word in words:
            if re.fullmatch(r"[\w./-]+/[\w./-]+\.(toml|json|yaml|py|rules|csv)", word):
                assert (ROOT / word).is_file(), f"there is no file {word}"


def test_readme_shows_every_language() -> None:
    assert {block.language for block in BLOCKS} == LANGUAGES


def test_readme_names_both_commands() -> None:
    said = {
        tuple(words)
        for block in BLOCKS
        if block.language == "console"
        for words, _ in commands(block)
    }
    assert {("make", "demo"), ("make", "test")} <= said


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files(path: Path) -> None:
    assert not dead_links(path)


# -- the test itself: it must see what is wrong --------------------------------------------------

WRONG = (
    ("toml", "", "a = ="),
    ("json", "", "{"),
    ("python", "not run: it is wrong", "def f(:\n    pass"),
    ("python", "", "raise ValueError"),
    ("python", "", "no_such_name"),
    ("console", "", "$ make no-such-target"),
    ("console", "", "$ pip install 'sanctions-rules[no-such-extra]'"),
    ("console", "", "$ no-such-program"),
    ("console", "", "$ python examples/no_such_file.py"),
    ("console", "", "no command"),
    ("console", "", "$ sanctions-rules no-such-command"),
    ("console", "", "$ sanctions-rules schema no-such-thing"),
    ("console", "", "$ sanctions-rules schema case\nnot printed"),
    ("console", "run 1", "$ sanctions-rules schema case"),
    ("console", "not run: it is wrong", "$ sanctions-rules schema --no-such-option"),
    ("rules", "from pyproject.toml", "provision us.x §1"),
    ("text", "printed", "what nobody has printed"),
    ("cobol", "", "what is this?"),
)


@pytest.mark.parametrize(("language", "comment", "text"), WRONG)
def test_a_wrong_block_is_seen(language: str, comment: str, text: str, tmp_path: Path) -> None:
    (block,), _ = split(f"<!-- {comment} -->\n```{language}\n{text}\n```\n")
    with pytest.raises((AssertionError, SyntaxError, NameError, ValueError)):
        Sandbox(tmp_path).do(block)


def test_what_goes_from_block_to_block(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nname = 'kept'\n```\n```python\nprint(name)\n```\n<!-- printed -->\n```text\nkept\n```\n"
        "<!-- file a.rules -->\n```rules\none\n```\n<!-- append a.rules -->\n```rules\ntwo\n```\n"
        "```console\n$ sanctions-rules schema case > case.json\n```\n", "utf-8",
    )  # fmt: skip
    box = run_document(page, tmp_path, bare=True)
    assert (box.folder / "a.rules").read_text("utf-8") == "one\n\ntwo\n"
    assert "$schema" in (box.folder / "case.json").read_text("utf-8")


def test_an_open_block_is_seen() -> None:
    with pytest.raises(AssertionError, match="line 2 is never closed"):
        split("text\n```toml\na = 1\n")


def test_a_line_that_was_not_printed_is_seen() -> None:
    check_printed(["one", "…", "th…", "…ur"], "one\ntwo\nthree\nfour\n")
    with pytest.raises(AssertionError, match="not printed"):
        check_printed(["three", "one"], "one\ntwo\nthree\n")


def test_a_dead_link_is_seen(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# One heading\n", "utf-8")
    page = tmp_path / "a.md"
    page.write_text(
        "[1](b.md) [2](b.md#one-heading) [3](https://example.org/x)\n"
        "[4](c.md) [5](b.md#no) `[6](d)`\n",
        "utf-8",
    )
    assert dead_links(page) == ["c.md", "b.md#no"]
