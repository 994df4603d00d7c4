"""One regime in a comparison: its decision, and the words to tell it in.

What is told of a provision here is told by the same sentences as in a decision.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sanctions_rules.compare.model import Provision
from sanctions_rules.core import Norm, Program
from sanctions_rules.decision import Decision, Duty, Finding, Outcome, RegimeDecision, Standing
from sanctions_rules.engines.conclude import asked_norms
from sanctions_rules.render.clauses import Writer
from sanctions_rules.render.derivation import Line, Teller
from sanctions_rules.render.sentences import say, visible
from sanctions_rules.themes import Cause, cause_of_all, foremost
from sanctions_rules.values import Truth
from sanctions_rules.view import Item

#: Of each outcome, the findings that carry it.
BEARING: Final = {
    Outcome.PROHIBITED: (Standing.BINDS,),
    Outcome.UNDETERMINED: (Standing.MAY_BIND, Standing.CONFLICT),
    Outcome.AUTHORISED: (Standing.LIFTED,),
    Outcome.NOT_PROHIBITED: (Standing.EXCEPTED, Standing.DISPLACED),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """How each text was checked, found by a place in it: `(file, start, id, checked)` in order."""

    texts: Sequence[tuple[str, int, str, str]]

    def at(self, file: str, start: int) -> tuple[str, str]:
        """The id of the text that holds the place, and how it was checked."""
        index = bisect_right(self.texts, (file, start, "\uffff", ""))
        if index and self.texts[index - 1][0] == file:
            return self.texts[index - 1][2:]
        return "", ""


class Side:
    """One regime's answer, and what can be asked of its texts."""

    def __init__(self, decision: Decision, regime: str, checked: Checked) -> None:
        source = decision.source
        program = cast(Program, source.program)
        zone = next(head.zone for head in program.heads if head.regime == regime)
        self.decision = decision
        self.one: RegimeDecision = decision[regime]
        self.source: Any = source
        self.writer = Writer(program, source.evaluation.view, zone)
        self.teller = Teller(source, self.writer)
        self.norms = asked_norms(program, regime, decision.about)
        self.by_id = {norm.id: norm for norm in program.norms}
        self.checked = checked

    @property
    def title(self) -> str:
        return visible(self.one.title)

    @property
    def short(self) -> str:
        """The regime as sentences name it: its title up to the colon."""
        return self.title.partition(":")[0]

    def bearing(self) -> list[Finding]:
        """The prohibitions that carry the outcome."""
        standings = BEARING[self.one.outcome]
        return [f for f in self.one.standing(*standings) if f.norm.verb == "prohibits"]

    def lines(self, finding: Finding) -> tuple[Line, ...]:
        """Why it stands so; of what is lifted, why it would bind."""
        if finding.standing is Standing.LIFTED:
            return self.teller.would_bind(finding)
        return self.teller.finding(finding)

    def told(self, finding: Finding) -> list[Line]:
        """Its lines, and of what is lifted also those that lift it."""
        lines = [*self.teller.finding(finding)]
        if finding.standing is Standing.LIFTED:
            lines += self.teller.would_bind(finding)
        return lines

    def item(self, finding: Finding) -> Item | None:
        """The thing that a finding is about."""
        return self.source.evaluation.view.item(finding.subject) if finding.subject else None

    def relief(self, finding: Finding) -> list[Norm]:
        """The licences, exceptions and displacing texts that take it out."""
        if finding.standing is Standing.MAY_BIND:
            return []
        return [self.by_id[name] for name in finding.because_of if name in self.by_id]

    def duty(self, finding: Finding) -> Duty | None:
        """The duty that a finding is, and how it stands."""
        found = (one for one in self.one.duties if one.finding.id == finding.id)
        return next(found, None)

    def provision(self, norm: Norm, standing: str) -> Provision:
        texts = tuple(map(visible, norm.citations))
        interval = visible(norm.term.printed)
        return Provision(
            visible(norm.id), texts, visible(norm.title), interval, standing, norm.checked
        )

    def called(self, norm: Norm) -> str:
        """The regime and the text, as a sentence names them: the fill's own citation last."""
        cited = visible(norm.citations[0] if norm.citations else norm.id)
        if norm.fill and len(norm.citations) > 1:
            fill = self.writer.program.citations.get(norm.fill, norm.citations[-1:])
            cited = say("compare.through", a=cited, b=visible(fill[0]))
        return say("compare.text", regime=self.short, cited=cited)

    def texts(self, lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
        """The texts that lines rest on, and how each was checked; no exception that does not apply."""
        for line in lines:
            if line.kind == "exception" and line.truth is Truth.FALSE:
                continue
            if line.place is not None:
                yield self.checked.at(line.place.file, line.place.start)
            yield from self.texts(line.children)


# -- what lines are about ------------------------------------------------------------------------


def cause_of_line(line: Line) -> Cause | None:
    """The theme of one line; None for a line that only heads others."""
    if line.kind == "force":
        return Cause.DATE
    if line.kind == "bound":
        return Cause.BOUND
    if line.reads:
        return cause_of_all(line.reads)
    return None if line.children else Cause.SCOPE


def deciding(lines: Iterable[Line], open_: bool = False) -> Iterator[tuple[Cause, Line]]:
    """The innermost lines that settle it, each with its theme; with `open_`, those that leave it open.

    A derivation holds only lines that decide, so what stands under a line that fails is why it
    fails, be it that it holds: the line denies it. Ownership is one line with its chain.
    """
    return _innermost(lines, open_, None)


def _innermost(
    lines: Iterable[Line], open_: bool, beside: Cause | None
) -> Iterator[tuple[Cause, Line]]:
    for line in lines:
        if (line.truth is Truth.UNKNOWN) is not open_:
            continue
        cause = cause_of_line(line)
        inner: list[tuple[Cause, Line]] = []
        if cause not in (Cause.OWNERSHIP, Cause.BOUND, Cause.DATE):
            inner = list(_innermost(line.children, open_, _about(line.children)))
        if inner or cause is None:
            yield from inner
        else:
            yield (beside or cause) if open_ and undecided(line) else cause, line


def _about(lines: Iterable[Line]) -> Cause | None:
    """What the lines of one term or one exception are about: what nobody has decided, or read, in it
    is about the same.
    """
    every = (one for line in lines if line.kind not in ("force", "act") for one in line.walk())
    return foremost(cause for one in every if (cause := cause_of_line(one)) is not None)


def undecided(line: Line) -> bool:
    """Whether a line asks no fact: it waits for a judgement, or for a text that was not read."""
    return all(name.rpartition(".")[2] == "judged" for name in line.reads)


def sentence(line: Line) -> str:
    """A line with what the facts give."""
    return f"{line.sentence} ({say('given', a=line.given)})" if line.given else line.sentence
