"""Rule text in colour: a lexer for Pygments, and the grammar of editors that speak TextMate.

Both are made from the one grammar: its words and its tokens. Pygments comes with the extras `cli`
and `lsp`; nothing else here needs it.

    python -m sanctions_rules.highlight > examples/vscode/syntaxes/sanctions-rules.tmLanguage.json
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, ClassVar, Final

from pygments.lexer import RegexLexer
from pygments.token import (
    Comment,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
)

from sanctions_rules.language.grammar import grammar_text
from sanctions_rules.language.slots import BLOCK_WORDS, FIRST_WORDS

#: Words that join conditions, and those that compare.
JOINING: Final = ("and", "or", "not", "any", "all", "none", "some", "every", "no", "has", "end")


@cache
def keywords() -> tuple[str, ...]:
    """Every word of the language, as the grammar writes it."""
    rules = re.sub(r"//[^\n]*", "", grammar_text())
    return tuple(sorted(set(re.findall(r'"([a-z][a-z-]*)"', rules))))


@cache
def tokens_of_grammar() -> dict[str, str]:
    """The patterns of the grammar's tokens by their names."""
    found = re.findall(
        r"^(_?[A-Z_]+)(?:\.\d+)?:\s*/(.+?)/\s*(?://.*)?$", grammar_text(), re.MULTILINE
    )
    return {name: pattern.replace("\\/", "/") for name, pattern in found}


def _words(words: tuple[str, ...]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return r"(?:" + "|".join(map(re.escape, longest)) + r")(?![\w-])"


@cache
def _groups() -> dict[str, str]:
    """Words by what they do: begin a block, begin a slot, join, or stand within a slot."""
    first = tuple(w for w in keywords() if w in FIRST_WORDS and w not in JOINING)
    rest = tuple(w for w in keywords() if w not in (*BLOCK_WORDS, *first, *JOINING))
    joining = tuple(w for w in keywords() if w in JOINING)
    return {
        "block": _words(BLOCK_WORDS),
        "slot": _words(first),
        "join": _words(joining),
        "word": _words(rest),
    }


class RulesLexer(RegexLexer):
    """Rule files of sanctions-rules."""

    name = "Sanctions rules"
    aliases: ClassVar = ["sanctions-rules"]
    filenames: ClassVar = ["*.rules"]
    mimetypes: ClassVar = ["text/x-sanctions-rules"]
    url = ""

    _token = tokens_of_grammar()
    _group = _groups()
    tokens: ClassVar[dict[str, list[Any]]] = {
        "root": [
            (r"\s+", Whitespace),
            (_token["COMMENT"], Comment.Single),
            (_token["STRING"], String),
            (_token["PINPOINT"], Name.Label),
            (_token["HSCODE"], Literal),
            (_token["INSTANT"], Literal.Date),
            (_token["DATE"], Literal.Date),
            (_token["LABEL"], Name.Label),
            (_token["NUMBER"], Number),
            (_token["ZONE"], Name.Constant),
            (_token["CALL"][:-2] + r"(?=\()", Name.Function),
            (_token["DOTTED"], Name.Namespace),
            (_group["block"], Keyword.Declaration),
            (_group["slot"], Keyword),
            (_group["join"], Operator.Word),
            (_group["word"], Keyword.Reserved),
            (_token["NAME"], Name),
            (_token["PROPER"], Name.Constant),
            (r"[,()|@-]", Punctuation),
        ]
    }


def textmate() -> dict[str, Any]:
    """The grammar for editors that speak TextMate's language of grammars."""
    token, group = tokens_of_grammar(), _groups()
    patterns = [
        ("comment.line.number-sign", token["COMMENT"]),
        ("string.quoted.double", token["STRING"]),
        ("invalid.illegal.open-string", r'"[^"\n]*$'),
        ("entity.name.section", token["PINPOINT"]),
        ("constant.other.code", token["HSCODE"]),
        ("constant.other.date", token["INSTANT"]),
        ("constant.other.date", token["DATE"]),
        ("entity.name.section", token["LABEL"]),
        ("constant.numeric", token["NUMBER"]),
        ("constant.other.zone", token["ZONE"]),
        ("entity.name.function", token["CALL"][:-2] + r"(?=\()"),
        ("variable.other.member", token["DOTTED"]),
        ("storage.type.block", r"\b" + group["block"]),
        ("keyword.other.slot", r"\b" + group["slot"]),
        ("keyword.operator.word", r"\b" + group["join"]),
        ("keyword.other.word", r"\b" + group["word"]),
        ("variable.other", token["NAME"]),
        ("constant.other", token["PROPER"]),
    ]
    return {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "Sanctions rules", "scopeName": "source.sanctions-rules", "fileTypes": ["rules"],
        "patterns": [{"name": f"{name}.sanctions-rules", "match": match} for name, match in patterns],
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(textmate(), indent=2, ensure_ascii=False))
