"""Rule text in colour is made from the grammar, and lacks nothing of it."""

from __future__ import annotations

import json
import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

pytest.importorskip("pygments", reason="colours need Pygments (extras `cli`, `lsp`)")

from pygments.token import Comment, Error, Keyword, Name, Operator, String

from sanctions_rules.highlight import RulesLexer, keywords, textmate
from sanctions_rules.language.parsing.tokens import reserved_words
from sanctions_rules.language.slots import BLOCK_WORDS, FIRST_WORDS

ROOT = Path(__file__).parent.parent
EXTENSION = ROOT / "examples" / "vscode"
FILES = sorted(
    [*(ROOT / "sanctions_rules").rglob("*.rules"), *(ROOT / "tests/language/good").glob("*.rules")]
)


def test_the_words_are_those_of_the_grammar() -> None:
    assert set(keywords()) == reserved_words()
    assert set(keywords()) >= {*BLOCK_WORDS, *FIRST_WORDS}


def test_every_word_has_the_colour_of_a_word() -> None:
    for word in keywords():
        ((kind, text), *_) = RulesLexer().get_tokens(word)
        assert text == word
        assert kind in Keyword or kind is Operator.Word, word
        for longer in (f"{word}_x", f"x_{word}", f"{word}9") if word.isalpha() else ():
            ((kind, text), *_) = RulesLexer().get_tokens(longer)
            assert (kind, text) == (Name, longer), longer


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_rule_file_has_a_colour_throughout(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = list(RulesLexer(stripnl=False, ensurenl=False).get_tokens(text))
    assert "".join(part for _, part in found) == text
    assert not [part for kind, part in found if kind in Error]
    strings = [part for kind, part in found if kind in String]
    assert all(part.startswith('"') and part.endswith('"') for part in strings)
    assert len(strings) == len(re.findall(r'"[^"\n]*"', re.sub(r"#[^\n]*", _unless_quoted, text)))


def _unless_quoted(match: re.Match[str]) -> str:
    """A comment is taken out; a `#` in a quotation begins none."""
    before = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
    return match[0] if before.count('"') % 2 else ""


def test_what_is_no_rule_text_is_an_error() -> None:
    assert Error in {kind for kind, _ in RulesLexer().get_tokens('provision "open\n{')}
    assert Comment.Single in {kind for kind, _ in RulesLexer().get_tokens("# {")}


def test_pygments_finds_the_lexer() -> None:
    if not entry_points(group="pygments.lexers", name="sanctions_rules"):
        pytest.skip("the installed package is older than its lexer")
    from pygments.lexers import get_lexer_by_name, get_lexer_for_filename

    assert isinstance(get_lexer_by_name("sanctions-rules"), RulesLexer)
    assert isinstance(get_lexer_for_filename("act.rules"), RulesLexer)


def test_the_extension_has_the_same_words() -> None:
    path = EXTENSION / "syntaxes" / "sanctions-rules.tmLanguage.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written == textmate(), f"python -m sanctions_rules.highlight > {path}"
    matches = [
        re.compile(p["match"]) for p in written["patterns"] if not p["name"].startswith("variable")
    ]
    for word in keywords():
        assert any((m := one.match(word)) and m[0] == word for one in matches), word


def test_the_extension_says_what_the_server_takes() -> None:
    package = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    contributes = package["contributes"]
    assert contributes["languages"][0]["extensions"] == [".rules"]
    for file in (
        package["main"], contributes["languages"][0]["configuration"], contributes["grammars"][0]["path"],
    ):  # fmt: skip
        assert (EXTENSION / file).is_file()
    assert contributes["grammars"][0]["scopeName"] == textmate()["scopeName"]
    script = (EXTENSION / package["main"]).read_text(encoding="utf-8")
    server = (ROOT / "sanctions_rules" / "lsp" / "session.py").read_text(encoding="utf-8")
    for setting in ("with", "scenarios", "lint"):
        assert f"sanctionsRules.{setting}" in contributes["configuration"]["properties"]
        assert f'{setting}: settings.get("{setting}")' in script
        assert f'given.get("{setting}")' in server
    blocks = json.loads((EXTENSION / "language-configuration.json").read_text(encoding="utf-8"))
    start = blocks["folding"]["markers"]["start"]
    assert all(re.match(start, f"{word} us.x") for word in BLOCK_WORDS)
