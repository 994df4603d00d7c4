"""Defects planted in the packaged law's own files, and whether the check for each fires there.

A planter yields every place where its defect can be planted, as edits of the real text. Of a
shuffled list ten are taken (all, where there are fewer). Many defects of different checks are planted in one
copy of the law, each in blocks of its own; where such a copy does not load, it is halved until the
one that cannot stand there is found, and another place is taken for it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from sanctions_rules import rulebooks
from sanctions_rules.author.coverage import coverage
from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language import ast
from sanctions_rules.language.compile import Parsed, compile_rulebook
from sanctions_rules.language.compiled import Compiled
from sanctions_rules.lint import Edit, lint
from sanctions_rules.lint.book import Book
from sanctions_rules.lint.running import applied
from sanctions_rules.lint.silence import Silence, silences
from sanctions_rules.scenario import read_scenarios
from sanctions_rules.source import Span

PLACES = 10
#: The check that asks what scenarios show. Here a few show little; the planted text none of them.
TRIED = "scenario-missing"
SCENARIOS = Path(__file__).parent.parent / "law" / "uk" / "liability.scenarios.toml"
_PARSED: Parsed = {}


@dataclass(frozen=True)
class Plant:
    """Edits that make the defect, and where the check has to fire, in places of the text as it is."""

    edits: tuple[Edit, ...]
    there: tuple[Span, ...]
    blocks: tuple[ast.Block, ...]
    alone: bool = False


@dataclass
class Outcome:
    """What became of one check: how many places there are, and what happened at those taken."""

    code: str
    places: int
    fired: int = 0
    missed: list[Plant] = field(default_factory=list[Plant])
    unfit: int = 0  # places where the text would not load with the defect


class Law:
    """The packaged law as planters read it."""

    def __init__(self) -> None:
        self.compiled = rulebooks.load().compiled
        self.book = Book(self.compiled.rulebook, self.compiled.sources)
        self.files: Mapping[str, bytes] = self.compiled.files

    @cached_property
    def silences(self) -> list[Silence]:
        return silences(self.book)

    @cached_property
    def blocks(self) -> tuple[ast.Block, ...]:
        """Blocks whose heads carry no comment: nothing in them is silenced as a whole."""
        return tuple(b for b in self.book.blocks if self.line_end(b.head) == b.head.end)

    def text(self, span: Span) -> str:
        return self.book.text(span)

    def line_end(self, span: Span) -> int:
        text = self.book.sources[span.file].text
        return text.find("\n", span.end)


@cache
def law() -> Law:
    return Law()


Planter = Callable[[Law], Iterator[Plant]]


def here(block: ast.Block, *edits: Edit, alone: bool = False) -> Plant:
    """Edits within one block, in which the check has to fire."""
    return Plant(edits, (block.span,), (block,), alone)


def beside(block: ast.Block, text: str) -> Plant:
    """A block of its own after another one."""
    end = Span(block.span.file, block.span.end, block.span.end)
    return Plant((Edit(end, f"\n\n{text}"),), (end,), (block,))


def planted(plants: Iterable[Plant]) -> tuple[dict[str, bytes], list[tuple[Span, ...]]]:
    """The files of the law with these defects, and where each is to be found in them."""
    plants = list(plants)
    edits: dict[str, list[Edit]] = {}
    for plant in plants:
        for edit in plant.edits:
            edits.setdefault(edit.span.file, []).append(edit)
    files = dict(law().files)
    for name, found in edits.items():
        files[name] = applied(law().book.sources[name].text, found).encode()
    return files, [tuple(_moved(s, edits.get(s.file, ())) for s in p.there) for p in plants]


def compiled(files: Mapping[str, bytes]) -> Compiled:
    """Raises RulebookError. Files of the law as it is are parsed once."""
    made = compile_rulebook(files, parsed=_PARSED)
    for key in [key for key in _PARSED if law().files.get(key[0]) != key[1]]:
        del _PARSED[key]
    return made


def _moved(span: Span, edits: Sequence[Edit]) -> Span:
    """A place after the edits. What is put in at the end of a place belongs to it."""

    def grown(e: Edit) -> int:
        return len(e.text) - (e.span.end - e.span.start)

    start = span.start + sum(grown(e) for e in edits if e.span.start < span.start)
    end = span.end + sum(grown(e) for e in edits if e.span.start <= span.end)
    return Span(span.file, start, end)


def fired(made: Compiled, tried: bool) -> list[tuple[str, Span]]:
    """What fires in the law with defects, by code and place. `tried`: of scenarios too."""
    covered = coverage(rulebooks.Law(made), read_scenarios(SCENARIOS)[:1]) if tried else None
    report = lint(Book(made.rulebook, made.sources, covered=covered))
    return [(f.check.code, f.found.span) for f in report.findings]


def within(span: Span, there: Sequence[Span]) -> bool:
    return any(span.file == s.file and s.start <= span.start < s.end for s in there)


def run(planters: Mapping[str, Planter], places: int, seed: int = 0) -> list[Outcome]:
    """Plant each defect in so many places; say where its check fired and where it did not."""
    waiting: dict[str, list[Plant]] = {}
    outcomes: dict[str, Outcome] = {}
    for code, planter in planters.items():
        found = [p for p in planter(law()) if not _silenced(p, code)]
        random.Random(f"{seed} {code}").shuffle(found)
        waiting[code] = found[::-1]
        outcomes[code] = Outcome(code, len(found))
    while True:
        chosen: list[tuple[str, Plant]] = []
        taken: set[int] = set()
        for code, left in waiting.items():
            done = outcomes[code].fired + len(outcomes[code].missed)
            if done < places:
                plant = _next(left, taken, first=not chosen)
                if plant is not None:
                    chosen.append((code, plant))
                    taken |= {id(b) for b in plant.blocks}
        if not chosen:
            return list(outcomes.values())
        together = [one for one in chosen if not one[1].alone]
        _try(together, outcomes)
        for one in chosen:
            if one[1].alone:
                _try([one], outcomes)


def _silenced(plant: Plant, code: str) -> bool:
    return any(one.code == code and within(one.covers, plant.there) for one in law().silences)


def _next(left: list[Plant], taken: set[int], first: bool) -> Plant | None:
    for index in range(len(left) - 1, -1, -1):
        plant = left[index]
        if first or plant.alone or not {id(b) for b in plant.blocks} & taken:
            return left.pop(index)
    return None


def _try(chosen: list[tuple[str, Plant]], outcomes: Mapping[str, Outcome]) -> None:
    if not chosen:
        return
    files, places = planted(plant for _, plant in chosen)
    try:
        made = compiled(files)
    except RulebookError as error:
        for part in _parts(chosen, places, error):
            _try(part, outcomes)
        if len(chosen) == 1:
            outcomes[chosen[0][0]].unfit += 1
        return
    found = fired(made, any(code == TRIED for code, _ in chosen))
    for (code, plant), there in zip(chosen, places, strict=True):
        if any(c == code and within(span, there) for c, span in found):
            outcomes[code].fired += 1
        elif len(chosen) > 1:
            _try([(code, plant)], outcomes)  # by itself: another defect may have been in its way
        else:
            outcomes[code].missed.append(plant)


def _parts(
    chosen: list[tuple[str, Plant]], places: list[tuple[Span, ...]], error: RulebookError
) -> list[list[tuple[str, Plant]]]:
    """What to try apart: each defect near which a problem is reported, and the others together."""
    if len(chosen) == 1:
        return []
    at = [p.span for p in error.problems if p.span and p.severity == "error"]
    near = [
        one for one, there in zip(chosen, places, strict=True) if any(within(s, there) for s in at)
    ]
    if not near or len(near) == len(chosen):
        half = len(chosen) // 2
        return [chosen[:half], chosen[half:]]
    return [[one for one in chosen if one not in near], *([one] for one in near)]


def table(outcomes: Iterable[Outcome], places: int) -> Iterator[str]:
    yield f"{'check':<30} {'places':>6} {'planted':>7} {'fired':>6}"
    for one in outcomes:
        done = one.fired + len(one.missed)
        few = "  (as many as there are)" if done < places else ""
        yield f"{one.code:<30} {one.places - one.unfit:>6} {done:>7} {one.fired:>6}{few}"
