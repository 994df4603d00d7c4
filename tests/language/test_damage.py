"""Whatever is done to a rule file, the answer is a message with a place: never an exception, never silence.

Words are left out, doubled, changed for others; lines change places; characters of all sorts are
put in; the file breaks off. Seeds are fixed, so a failure is found again.
"""

from __future__ import annotations

import random
from functools import cache

import pytest
from language.rules import good

from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language.compile import compile_rulebook

SEEDS = 120
#: Characters that have made trouble somewhere: NUL, bell, quotes, brackets, a letter of another
#: script, a change of direction, an accent, a line separator, one outside the basic plane.
ODD = '\0\a"#().;|@=§“\u202eéа\u2028\U0001f600'


@cache
def _words() -> list[str]:
    return sorted(
        {
            word
            for name, data in good().items()
            if name.endswith(".rules")
            for word in data.decode().split()
        }
    )


def damaged(seed: int) -> tuple[str, str]:
    rng = random.Random(f"damage {seed}")
    name = rng.choice([n for n in sorted(good()) if n.endswith(".rules")])
    text = good()[name].decode()
    for _ in range(rng.choice((1, 1, 2, 5))):
        words = text.split(" ")
        at = rng.randrange(len(words))
        match rng.randrange(6):
            case 0:
                del words[at]
            case 1:
                words.insert(at, words[at])
            case 2:
                words[at] = rng.choice(_words())
            case 3:
                lines = text.split("\n")
                one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
                lines[one], lines[other] = lines[other], lines[one]
                words = "\n".join(lines).split(" ")
            case 4:
                place = rng.randrange(len(text))
                words = (text[:place] + rng.choice(ODD) + text[place:]).split(" ")
            case _:
                words = words[: at + 1]
        text = " ".join(words)
    return name, text


def messages(name: str, text: str) -> RulebookError | None:
    try:
        compile_rulebook({name: text.encode(), "codes.csv": good()["codes.csv"]})
    except RulebookError as error:
        return error
    return None


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_damaged_file_is_answered_with_messages(seed: int) -> None:
    name, text = damaged(seed)
    said = messages(name, text)
    if said is None:
        return  # the damage was to a comment, a quotation or a name that may be another
    assert str(said)
    for problem in said.problems:
        if problem.span is not None:
            assert problem.span.file == name
            assert 0 <= problem.span.start <= problem.span.end <= len(text)


def test_a_file_cut_anywhere_says_where_it_ends() -> None:
    """Cut inside a block, one message says so; cut inside its first word, that something follows the block before."""
    name = "edges.rules"
    text = good()[name].decode()
    ends = [i + len("\nend\n") for i in range(len(text)) if text.startswith("\nend\n", i)]
    for cut in range(400, len(text), 97):
        part = text[:cut]
        inside = part[max((e for e in ends if e <= cut), default=0) :]
        if not any(line.strip() and not line.startswith("#") for line in inside.split("\n")):
            continue
        with pytest.raises(RulebookError) as caught:
            compile_rulebook({name: part.encode()})
        assert {p.code for p in caught.value.problems} & {
            "truncated",
            "not-a-block",
            "after-end",
        }, f"cut at {cut}"


def test_a_term_that_passes_on_in_a_definition_without_a_name() -> None:
    """Found by changing real rules at random: it was a traceback."""
    text = (
        "definition in force from 2022-06-07,no end stated\ndefines y is behind_us_person\n"
        "when any of-entity is owned by behind_us_person t,more than 0of s end\nend"
    )
    with pytest.raises(RulebookError):
        compile_rulebook({"a.rules": text.encode()})
