"""Rule text as input: bytes, words without sense, and real rule files changed word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from fuzz.target import Skip, Target, told
from language.rules import GOOD, in_print_order, tree

from sanctions_rules.diagnostics import Diagnostic, RulebookError, render
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.language.format import rulebook_text
from sanctions_rules.language.parse import parse
from sanctions_rules.language.parsing.tokens import read_source, tokens_of
from sanctions_rules.language.resolve import resolve
from sanctions_rules.language.scrutinise import scrutinise
from sanctions_rules.language.typecheck import typecheck
from sanctions_rules.limits import DEFAULT
from sanctions_rules.rulebooks import read_files
from sanctions_rules.source import Source
from sanctions_rules.testing.choices import Draw
from sanctions_rules.testing.rulebooks import rulebook_by

NAME = "fuzz.rules"
#: What has made trouble somewhere: quotes, brackets, controls, other scripts, broken UTF-8.
ODD = ('"', "'", "(", ")", "|", "@", "§", "#", ";", ".", "\0", "\a", "\r", "\t", "\u202e", "\u2028", "é", "а",
       "“", "\U0001f600", "\ufeff", "￾", "9" * 50, "HS 99", "2024-02-30", "2024-13-01 25:61 ABC")  # fmt: skip

#: A word of the language, its kind, and what stands between it and the one before.
Word = tuple[str, str, str]


@cache
def real_files() -> dict[str, str]:
    """Every rule file of the packaged law, and those that hold every construct."""
    packs = [files("sanctions_rules") / "rulebooks" / name for name in ("us", "eu", "uk", "g7")]
    found = read_files(GOOD)
    for pack in packs:
        found.update({f"{pack.name}/{n}": data for n, data in read_files(str(pack)).items()})
    return {n: data.decode() for n, data in sorted(found.items()) if n.endswith(".rules")}


@cache
def pieces() -> tuple[tuple[Word, ...], ...]:
    """The blocks of the real files, each as its words."""
    return tuple(
        tuple(_words(block))
        for text in real_files().values()
        for block in re.split(r"(?m)(?<=^end\n)", text)
        if block.strip()
    )


def _words(text: str) -> Iterator[Word]:
    end = 0
    for token in tokens_of(Source(NAME, text))[0]:
        start = token.start_pos or 0
        yield token.type, str(token), text[end:start]
        end = token.end_pos or 0


@cache
def by_kind() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for piece in pieces():
        for kind, word, _ in piece:
            found.setdefault(kind, {})[word] = None
    return {kind: tuple(words) for kind, words in found.items()}


@cache
def every_word() -> tuple[str, ...]:
    return tuple(word for words in by_kind().values() for word in words[:40])


def mutated(draw: Draw) -> str:
    """Some blocks of a real rule file, changed word by word and line by line."""
    if draw.chance(1) and draw.chance(20):
        words = list(_words(draw.pick(tuple(real_files().values()))))
    else:
        at = draw.below(len(pieces()))
        words = [w for piece in pieces()[at : at + draw.pick((1, 1, 1, 2))] for w in piece]
    lines_too = draw.chance(40)
    for _ in range(draw.pick((1, 1, 1, 2, 4))):
        _change(draw, words)
    text = "".join(blank + word for _, word, blank in words) + "\n"
    return _change_lines(draw, text) if lines_too else text


def _change(draw: Draw, words: list[Word]) -> None:
    at = draw.below(len(words))
    kind, word, blank = words[at]
    match draw.below(10):
        case 0 | 1 | 2 | 3 | 4:
            words[at] = (kind, draw.pick(by_kind()[kind]), blank)
        case 5:
            if len(words) > 1:
                del words[at]
        case 6:
            words.insert(at, words[at])
        case 7:
            other = min(at + 1, len(words) - 1)
            words[at], words[other] = words[other], words[at]
        case 8:
            words[at] = (kind, draw.pick(every_word()), blank)
        case _:
            cut = draw.below(len(word) + 1)
            words[at] = (kind, word[:cut] + draw.pick(ODD) + word[cut:], blank)


def _change_lines(draw: Draw, text: str) -> str:
    lines = text.split("\n")
    at, other = draw.below(len(lines)), draw.below(len(lines))
    match draw.below(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            piece = pieces()[draw.below(len(pieces()))]
            borrowed = "".join(blank + word for _, word, blank in piece).split("\n")
            lines.insert(at, draw.pick(borrowed))
    return "\n".join(lines)


def senseless(draw: Draw) -> bytes:
    """Bytes, words in any order, or odd characters among them."""
    match draw.below(4):
        case 0:
            return bytes(draw.below(256) for _ in range(draw.below(60)))
        case 1:
            return " ".join(draw.pick(every_word()) for _ in range(draw.below(25))).encode()
        case 2:
            some = [
                draw.pick(ODD) if draw.chance(30) else draw.pick(every_word())
                for _ in range(draw.below(20))
            ]
            return draw.pick(("", " ", "\n")).join(some).encode("utf-8", "surrogatepass")
        case _:
            words = pieces()[draw.below(len(pieces()))]
            data = "".join(blank + word for _, word, blank in words).encode()
            at = draw.below(len(data) + 1)
            return data[:at] + bytes((draw.below(256),)) + data[at + draw.below(40) :]


# -- what must hold of rule text -----------------------------------------------------------------


def located(problems: Iterable[Diagnostic], text: str) -> None:
    for problem in problems:
        assert problem.code and problem.message
        if problem.span is not None:
            assert problem.span.file == NAME, problem
            assert 0 <= problem.span.start <= problem.span.end <= len(text), problem
        else:
            assert problem.path, problem


def parsed(data: str) -> Iterator[str]:
    """Bytes as latin-1. Blocks or located problems, and if nothing is wrong, through to the end."""
    raw = data.encode("latin-1")
    source, problems = read_source(NAME, raw, DEFAULT)
    assert source is not None or problems
    if source is None or any(p.severity == "error" for p in problems):
        located(problems, raw.decode("utf-8-sig", "replace"))
        yield "refused as bytes"
        return
    blocks, found = parse(source, DEFAULT)
    located(found, source.text)
    if any(p.severity == "error" for p in found):
        assert render(found, {NAME: source})
        yield "refused by the parser"
        return
    if not blocks:
        left = re.sub(r"#[^\n]*", "", source.text)
        assert not left.strip(" \t\r\n\ufeff"), "text is passed over in silence"
        yield "empty"
        return
    rulebook, more = resolve(blocks, {NAME: source}, {}, {})
    more = [*more, *typecheck(rulebook), *scrutinise(rulebook)]
    located((p for p in more if p.span is not None), source.text)
    yield "reached resolve"


def as_bytes(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def printed(text: str) -> Iterator[str]:
    """What is printed reads back as what was read, and printing it again changes nothing."""
    blocks = sound(text)
    once = rulebook_text(blocks)
    again = tree(once)
    assert again == in_print_order(blocks), "the print reads back as something else"
    assert rulebook_text(again) == once, "printing twice gives another text"
    yield "printed"


def sound(text: str) -> Any:
    source, problems = read_source(NAME, text.encode("utf-8", "surrogatepass"), DEFAULT)
    if source is None or problems:
        raise Skip
    blocks, problems = parse(source, DEFAULT)
    if problems or not blocks:
        raise Skip
    return blocks


def laid_out(data: dict[str, Any]) -> Iterator[str]:
    """Blanks and comments have no meaning: words with other blanks between them are the same law."""
    blocks = sound(data["text"])
    found = [word for _, word, _ in _words(data["text"])]
    if len(found) < 2:
        raise Skip
    blanks = data["blanks"] or ["\n"]
    other = "".join(word + blanks[i % len(blanks)] for i, word in enumerate(found))
    assert _sound_again(other) == blocks
    yield "laid out"


def _sound_again(text: str) -> Any:
    source, problems = read_source(NAME, text.encode(), DEFAULT)
    assert source is not None and not problems, problems
    blocks, problems = parse(source, DEFAULT)
    assert not problems, problems
    return blocks


def compiled(data: dict[str, str]) -> Iterator[str]:
    """A rulebook whose text was changed compiles or is refused with located problems."""
    try:
        made = compile_rulebook({NAME: data["text"].encode("utf-8", "surrogatepass")})
    except RulebookError as error:
        told(error)
        located((p for p in error.problems if p.span is not None), data["text"])
        yield "refused"
        return
    assert made.program.norms
    yield "compiled"


_BLANKS = (" ", "\n", "\t", "\r\n", "  \n\n ", " # a note\n", ' # "end" of it\n  ', "\n#\n")


def _rulebook_changed(draw: Draw) -> dict[str, str]:
    words = list(_words(rulebook_by(draw).text))
    for _ in range(draw.pick((1, 1, 2))):
        _change(draw, words)
    return {"text": "".join(blank + word for _, word, blank in words) + "\n"}


def _either(draw: Draw) -> str:
    return mutated(draw) if draw.chance(60) else rulebook_by(draw).text


TARGETS = (
    Target(
        "parser", "any bytes give blocks or problems with places, in time, and never an exception",
        lambda draw: senseless(draw).decode("latin-1"), parsed, 400,
    ),
    Target(
        "mutated_rules", "real rule files with words and lines changed do, too, as far as they come",
        lambda draw: as_bytes(mutated(draw)), parsed, 600,
    ),
    Target(
        "print_parse", "what is printed reads back equal, and printing is idempotent",
        _either, printed, 150,
    ),
    Target(
        "layout", "blanks and comments have no meaning",
        lambda draw: {"text": _either(draw), "blanks": ["\n", *draw.some(_BLANKS, 7)]},
        laid_out, 150,
    ),
    Target(
        "compile", "a drawn rulebook with words changed compiles or is refused with places",
        _rulebook_changed, compiled, 100,
    ),
)  # fmt: skip
