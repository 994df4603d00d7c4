"""Rule text with other blanks and comments between its words, as input of the formatter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from fuzz import texts
from fuzz.target import Skip, Target
from language.rules import in_print_order, tree

from sanctions_rules.language.format import digest_of
from sanctions_rules.language.layout import format_rules
from sanctions_rules.language.parsing.tokens import lexemes
from sanctions_rules.source import Source
from sanctions_rules.testing.choices import Draw

#: Most words stand as they may; among them are comments on the line of a word, on lines of their own,
#: carried on below, apart, empty, ended by blanks, and with what elsewhere ends a string or a block.
_BLANKS = (
    "  ", "\n", "\t", "\r\n", " \n\n ", "\n" * 5, " # a note {n}\n", "#{n}\n", ' # "end" of {n} \t\n  ',
    "\n# above {n}\n", "\n\n  # apart {n}\n\n", "\n    # one {n}\n\n\n    # two {n}\n", "\n#\n",
    "# here {n}\r\n# below {n}\r\n", " # é §1 “{n}”\u00a0# twice\n\t# further {n}\n",
)  # fmt: skip


def _drawn(draw: Draw) -> dict[str, Any]:
    text = texts.mutated(draw) if draw.chance(30) else _sound(draw)
    plain = [" "] * draw.pick((3, 12, 40))
    return {"text": text, "blanks": [*draw.some(_BLANKS, 7, 1), *plain], "step": 1 + draw.below(6)}


def _sound(draw: Draw) -> str:
    if draw.chance(50):
        return texts.rulebook_by(draw).text
    at = draw.below(len(texts.pieces()))
    found = texts.pieces()[at : at + draw.pick((1, 1, 2, 3))]
    return "".join(blank + word for piece in found for _, word, blank in piece) + "\n"


def _spaced(data: dict[str, Any]) -> str:
    """The words of the text with the drawn blanks between them, each comment with its number."""
    words = [one.text for one in lexemes(Source(texts.NAME, data["text"]))]
    blanks, step = data["blanks"] or ["\n"], data["step"] or 1
    made = [word + blanks[i * step % len(blanks)] for i, word in enumerate(words)]
    made = [
        text + "\n" if i % 9 == 8 else text for i, text in enumerate(made)
    ]  # lines have a limit
    numbers = iter(range(10**6))
    return re.sub(r"\{n\}", lambda _: f"<{next(numbers)}>", "".join(made))


def formatted(data: dict[str, Any]) -> Iterator[str]:
    if not {"text", "blanks", "step"} <= data.keys():
        raise Skip
    texts.sound(data["text"])
    before = _spaced(data)
    blocks = tree(before)
    after = format_rules(before, texts.NAME)
    assert format_rules(after) == after, "formatting twice gives another text"
    again = tree(after)
    assert again == in_print_order(blocks), "the rules mean something else"
    assert digest_of(again, {}) == digest_of(blocks, {})
    _comments_stay(before, after)
    assert "\r\n" not in after and "\n\n\n" not in after and not re.search(r"[ \t]\n", after)
    assert not re.search(r"\n\n ", after), "an empty line inside a block"
    assert after.endswith("\n") and not after.endswith("\n\n")
    yield "with comments" if "#" in before else "without comments"


def _comments_stay(before: str, after: str) -> None:
    """Each comment once: beside its word, or the comma behind it; else before the same word."""
    was, now = list(_beside(before)), list(_beside(after))
    assert sorted(c for c, *_ in was) == sorted(c for c, *_ in now), "a comment is lost"
    found = {comment: rest for comment, *rest in now}
    for comment, mine, left, right in was:
        if "<" in comment:  # its number makes it the only one of its words
            still, above, below = found[comment]
            stays = above in (left, ",") if mine else below == right
            assert stays and still == mine, (comment, (mine, left, right), found[comment])


def _beside(text: str) -> Iterator[tuple[str, bool, str, str]]:
    """Each comment; whether it belongs to the word before; that word, and the one behind.

    It does on the line of the word, and where it carries on, in its column, one that does.
    """
    words = [
        ("", 0, 0),
        *((" ".join(w.text.split()), w.start, w.end) for w in lexemes(Source("", text))),
    ]
    for (left, _, begin), (right, end, _) in pairwise([*words, ("", len(text), 0)]):
        column = text.rfind("\n", 0, begin) + 1 - begin  # of the line's first character
        for number, line in enumerate(text[begin:end].split("\n")):
            at = line.find("#")
            if number == 0:
                mine = begin > 0
                beside = at - column
            else:
                mine = at == beside
                beside = at if mine else -2
            if at >= 0:
                yield line[at:].rstrip(), mine, left, right
            else:
                beside = -2


TARGETS = (
    Target(
        "fmt", "formatting keeps meaning and every comment where it was, and is idempotent",
        _drawn, formatted, 60,
    ),
)  # fmt: skip
