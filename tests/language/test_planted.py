"""Eight seeded mistakes in each of twenty packaged rule files: how many are reported, and where.

The mistakes are those that people make: a misspelt word, a deleted line, a blank in a pinpoint. The
whole rulebook is compiled with one file spoilt. A mistake counts as reported when a message
stands on its line (for a deleted line: on the line before or after it, or on the head of its
block); every message elsewhere is a false one.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import pytest

from sanctions_rules.diagnostics import Diagnostic, RulebookError, render_one
from sanctions_rules.language.ast import Block
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.language.slots import BLOCK_WORDS, FIRST_WORDS
from sanctions_rules.rulebooks import read_files
from sanctions_rules.source import Source

FILES = 20
MISTAKES = 8
LEAST_FOUND = 7
MOST_FALSE = 1


@cache
def packaged() -> dict[str, bytes]:
    return read_files(str(files("sanctions_rules") / "rulebooks" / "us"))


# -- planting ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A line (counted from 0) and what stands in its place: nothing, one line or two."""

    line: int
    instead: tuple[str, ...]
    planted: int = 0  # which of the new lines is the mistake


def _code(line: str) -> str:
    """The line with what stands in quotes or behind `#` blanked out."""
    return re.sub(r'"[^"]*"|#.*', lambda m: " " * len(m[0]), line)


def _is_slot(line: str) -> bool:
    return re.match(r"  [a-z]", line) is not None


def _is_head(line: str) -> bool:
    return line.split(" ")[0] in BLOCK_WORDS


def _misspelt(word: str, rng: random.Random) -> str:
    """One letter left out, doubled, or changed places with the next."""
    at = rng.randrange(1, len(word) - 1)
    left_out = word[:at] + word[at + 1 :]
    doubled = word[:at] + word[at] * 2 + word[at + 1 :]
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return rng.choice([w for w in (left_out, doubled, swapped) if w != word])


def _replaced(
    lines: list[str], pattern: str, make: Callable[[re.Match[str]], str]
) -> Iterator[Change]:
    for number, line in enumerate(lines):
        match = re.search(pattern, _code(line))
        if match:
            new = line[: match.start()] + make(match) + line[match.end() :]
            if new != line:
                yield Change(number, (new,))


def misspelt_slot_word(lines: list[str], rng: random.Random) -> Iterator[Change]:
    for number, line in enumerate(lines):
        match = re.match(r"  ((?:in )?)([a-z-]+)", line)
        if match and match[2] in (*FIRST_WORDS, "force"):
            word = _misspelt(match[2], rng)
            if word not in FIRST_WORDS:
                yield Change(number, (line[: match.start(2)] + word + line[match.end(2) :],))


def misspelt_fact(lines: list[str], rng: random.Random) -> Iterator[Change]:
    heads = (
        "good|act|actor|person|institution|listing|account|transaction|service|principal|recipient"
    )
    return _replaced(
        lines,
        rf"\b(?:{heads})\.(?:[a-z_]+\.)*([a-z_]{{4,}})",
        lambda m: m[0][: m.start(1) - m.start()] + _misspelt(m[1], rng),
    )


def wrong_unit(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return _replaced(
        lines,
        r"(?<=[0-9] )(carat|percent|days)\b",
        lambda m: rng.choice([u for u in ("carrot", "kg", "percent", "fortnights") if u != m[0]]),
    )


def unknown_word(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return _replaced(
        lines,
        r"(?<=\.)([a-z_]+ (?:is|includes|is any of|is not any of) )(?!any\b|not\b|yes\b|none\b)([a-z_]{5,})(?=,|$)",
        lambda m: m[1] + _misspelt(m[2], rng),
    )


def no_end_stated(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return _replaced(lines, r", no end stated", lambda m: "")


def equals_sign(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return _replaced(
        lines, r" is (?!not |any |at |on |before |after |less |more )", lambda m: " = "
    )


def or_for_and(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return _replaced(lines, r"^ +and\b", lambda m: m[0][:-3] + "or ")


def unknown_reference(lines: list[str], rng: random.Random) -> Iterator[Change]:
    for number, line in enumerate(lines):
        match = re.search(r"\bus\.([a-z0-9_]{4,})", _code(line))
        if match and line.startswith("  "):
            yield Change(
                number,
                (line[: match.start(1)] + _misspelt(match[1], rng) + "x" + line[match.end() :],),
            )


def no_such_day(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return _replaced(lines, r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b", lambda m: "2024-02-30")


def blank_in_pinpoint(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return _replaced(lines, r"(§[0-9.]+)\(", lambda m: m[1] + " (")


def no_citation(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return (Change(n, ()) for n, line in enumerate(lines) if line.startswith("  cites"))


def no_end(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return (Change(n, ()) for n, line in enumerate(lines) if line.strip() == "end")


def second_end(lines: list[str], rng: random.Random) -> Iterator[Change]:
    """An `end` again, or one under a line that opens nothing, or at the margin inside a block."""
    for number, line in enumerate(lines):
        if line.strip() == "end":
            yield Change(number, (line, line), 1)
        elif (
            _is_slot(line)
            and not re.search(r"(,| of| has)$", line)
            and number + 1 < len(lines)
            and _is_slot(lines[number + 1])
        ):
            yield Change(number, (line, rng.choice(["end", " " * 16 + "end"])), 1)


def stray_comma(lines: list[str], rng: random.Random) -> Iterator[Change]:
    for number, line in enumerate(lines[:-1]):
        begins = re.match(r" +(and|-|[a-z]+ )", line)
        ends = re.search(r"(,|\bof|\bhas|\bend|\bthat)$", line)
        following = lines[number + 1]
        if (
            begins
            and not ends
            and (_is_slot(following) or re.match(r" +(and\b|-|end\b)|end", following))
            and not line.strip().startswith("#")
        ):
            yield Change(number, (line + ",",))


def american(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return _replaced(
        lines,
        r"^(licence|judgement)\b|^  (authorises)\b",
        lambda m: {"licence": "license", "judgement": "judgment"}.get(m[0], "  authorizes"),
    )


def wrong_country(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return _replaced(
        lines, r"(?<=[a-z] )(RU|US)\b(?! [a-z])", lambda m: {"RU": "RF", "US": "USA"}[m[0]]
    )


def unquoted_title(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return (
        Change(n, (line.replace('"', ""),))
        for n, line in enumerate(lines)
        if _is_head(line) and '"' in line
    )


def negated_comparison(lines: list[str], rng: random.Random) -> Iterator[Change]:
    return _replaced(
        lines,
        r" is (?=at least|at most|more than|less than|before|after|on or)",
        lambda m: " is not ",
    )


KINDS: tuple[Callable[[list[str], random.Random], Iterator[Change]], ...] = (
    misspelt_slot_word, misspelt_fact, wrong_unit, unknown_word, no_end_stated, equals_sign, or_for_and,
    unknown_reference, no_such_day, blank_in_pinpoint, no_citation, no_end, second_end, stray_comma, american,
    wrong_country, unquoted_title, negated_comparison,
)  # fmt: skip


@dataclass
class Spoilt:
    """A file with its mistakes: for each its kind and the lines (from 1) on which a report counts."""

    name: str
    text: str
    planted: list[tuple[str, frozenset[int]]] = field(default_factory=list)


def plant(name: str, seed: int) -> Spoilt:
    rng = random.Random(f"planted mistakes, file {seed}")
    lines = packaged()[name].decode().split("\n")
    changes: dict[int, tuple[str, Change]] = {}
    kinds = list(KINDS)
    rng.shuffle(kinds)
    while len(changes) < MISTAKES:
        kind = kinds.pop(0)
        kinds.append(kind)
        free = [
            c for c in kind(lines, rng) if not any(abs(c.line - other) < 2 for other in changes)
        ]
        if free:
            change = rng.choice(free)
            changes[change.line] = (kind.__name__, change)
    made: list[str] = []
    head = 1
    spoilt = Spoilt(name, "")
    for number, line in enumerate(lines):
        if _is_head(line):
            head = len(made) + 1
        if number not in changes:
            made.append(line)
            continue
        kind_name, change = changes[number]
        here = len(made) + 1
        accepted = {here + change.planted} if change.instead else {here - 1, here, head}
        if kind_name == "second_end" and change.instead[0] == change.instead[1]:
            accepted.add(here)  # nobody can say which of two equal lines is the one too many
        spoilt.planted.append((kind_name, frozenset(accepted)))
        made += change.instead
    spoilt.text = "\n".join(made)
    return spoilt


# -- judging -------------------------------------------------------------------------------------


@cache
def _remembered() -> dict[tuple[str, bytes], tuple[Source, list[Block], list[Diagnostic]]]:
    return {}


def reports(spoilt: Spoilt) -> list[tuple[int, Diagnostic, str]]:
    """Line, problem and its text, of everything that is said of the rulebook with this file."""
    try:
        compile_rulebook({**packaged(), spoilt.name: spoilt.text.encode()}, parsed=_remembered())
    except RulebookError as error:
        source = Source(spoilt.name, spoilt.text)
        return [
            (
                source.place(p.span.start)[0] if p.span and p.span.file == spoilt.name else 0,
                p,
                render_one(p, error.sources),
            )
            for p in error.problems
        ]
    return []


@cache
def judged(seed: int) -> tuple[Spoilt, tuple[str, ...], tuple[str, ...]]:
    """The file, the kinds of its mistakes that were reported, and the false reports."""
    names = sorted(n for n in packaged() if n.endswith(".rules"))
    spoilt = plant(names[seed % len(names)], seed)
    said = reports(spoilt)
    found = tuple(
        kind for kind, lines in spoilt.planted if any(line in lines for line, _, _ in said)
    )
    accepted = frozenset[int]().union(*(lines for _, lines in spoilt.planted))
    false = tuple(text for line, _, text in said if line not in accepted)
    return spoilt, found, false


@pytest.mark.parametrize("seed", range(1, FILES + 1))
def test_planted_mistakes_are_reported(seed: int) -> None:
    spoilt, found, false = judged(seed)
    missed = Counter(kind for kind, _ in spoilt.planted) - Counter(found)
    assert len(found) >= LEAST_FOUND, f"{spoilt.name}: not reported: {dict(missed)}"
    assert len(false) <= MOST_FALSE, f"{spoilt.name}: false reports:\n\n" + "\n\n".join(false)


def test_totals(capsys: pytest.CaptureFixture[str]) -> None:
    """Over all files; printed, because the figures are worth watching."""
    outcomes = [judged(seed) for seed in range(1, FILES + 1)]
    planted = Counter(kind for spoilt, _, _ in outcomes for kind, _ in spoilt.planted)
    found = Counter(kind for _, kinds, _ in outcomes for kind in kinds)
    false = sum(len(f) for _, _, f in outcomes)
    with capsys.disabled():
        print(
            f"\nplanted mistakes: {found.total()} of {planted.total()} reported on their line, {false} false reports"
        )
        missed = planted - found
        if missed:
            print(
                "  not reported: " + ", ".join(f"{kind} {count}" for kind, count in missed.items())
            )
    assert planted.total() == FILES * MISTAKES
    assert set(planted) == {kind.__name__ for kind in KINDS}, (
        "every kind of mistake is planted somewhere"
    )
