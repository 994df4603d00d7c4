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
from sanctions_rules.decision import Decision, Finding, Outcome, RegimeDecision, Standing
from sanctions_rules.engines.conclude import asked_norms
from sanctions_rules.render.clauses import Writer
from sanctions_rules.render.derivation import Line, Teller
from sanctions_rules.render.sentences import say, visible
from sanctions_rules.themes import Cause, cause_of_all
from sanctions_rules.values import Truth

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

    def relief(self, finding: Finding) -> list[Norm]:
        """The licences, exceptions and displacing texts that take it out."""
        if finding.standing is Standing.MAY_BIND:
            return []
        return [self.by_id[name] for name in finding.because_of if name in self.by_id]

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


def deciding(lines: Iterable[Line], truth: Truth) -> Iterator[tuple[Cause, Line]]:
    """The innermost lines of that truth, each with its theme. Ownership is one line with its chain."""
    for line in lines:
        cause = cause_of_line(line)
        below = [one for one in line.children if one.truth is truth]
        if line.truth is truth and cause is not None:
            headed = below and cause not in (Cause.OWNERSHIP, Cause.BOUND, Cause.DATE)
            inner = list(deciding(line.children, truth)) if headed else []
            yield from inner or [(cause, line)]
        elif line.truth is truth or below:
            yield from deciding(line.children, truth)


def sentence(line: Line) -> str:
    """A line with what the facts give."""
    return f"{line.sentence} ({say('given', a=line.given)})" if line.given else line.sentence
