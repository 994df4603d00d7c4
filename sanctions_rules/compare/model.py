"""What a comparison is: a row for each regime, why they differ, and a line of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sanctions_rules.decision import Decision, Outcome, RegimeDecision
from sanctions_rules.themes import Cause


@dataclass(frozen=True, slots=True)
class Provision:
    """A text as a comparison names it. `interval`: as its own text prints when it is in force."""

    id: str
    citations: tuple[str, ...]
    title: str
    interval: str
    standing: str
    checked: str = ""

    @property
    def cited(self) -> str:
        return "; ".join(self.citations) or self.id


@dataclass(frozen=True, slots=True)
class Row:
    """One regime: its outcome, what decides it, and what stands beside.

    `nearest`: where nothing decides, the texts that come closest to the act. `relief`: licences and
    exceptions that took it out. `warnings`: what weakens the answer.
    """

    regime: str
    title: str
    outcome: Outcome
    answer: tuple[str, ...]
    provisions: tuple[Provision, ...]
    nearest: tuple[Provision, ...]
    relief: tuple[Provision, ...]
    thresholds: tuple[str, ...]
    duties: tuple[str, ...]
    exposures: tuple[str, ...]
    missing: tuple[str, ...]
    missing_facts: tuple[str, ...]
    warnings: tuple[str, ...]
    unverified: tuple[str, ...]
    secondary: tuple[str, ...]
    stale: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One cause why two regimes differ: `stricter` says more than `other`, by these texts."""

    cause: Cause
    stricter: str
    other: str
    sentence: str
    provisions: tuple[str, ...]
    counterparts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, the first and the last included, on which a regime's answer is one and the same.

    `since`: the clock time at which it begins within its first day, where the law names one.
    `brought_by`: the texts that began, ended or changed on the first day, and how.
    """

    first: date
    last: date
    outcome: Outcome
    answer: tuple[str, ...]
    provisions: tuple[Provision, ...]
    relief: tuple[Provision, ...]
    brought_by: tuple[tuple[str, str], ...] = ()
    since: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The stretches of one regime, in order and without a gap."""

    regime: str
    title: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """One case whose act is moved through days. `moved`: the facts that move with it."""

    first: date
    last: date
    moved: tuple[str, ...]
    lines: tuple[Line, ...]

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __getitem__(self, regime: str) -> tuple[Stretch, ...]:
        for line in self.lines:
            if line.regime == regime:
                return line.stretches
        raise KeyError(regime)


@dataclass(frozen=True, repr=False)
class Comparison:
    """One case under several laws. `decisions` hold every regime's own answer in full.

    There is one decision, or one for each regime where each was asked of the act at its own home
    (`homes`). `notes`: how the question was narrowed or read.
    """

    decisions: tuple[Decision, ...]
    rows: tuple[Row, ...]
    differences: tuple[Difference, ...]
    timeline: Timeline | None = None
    facts: tuple[tuple[str, str], ...] = ()
    footer: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    homes: Mapping[str, str] = field(default_factory=dict[str, str])
    _rows: dict[str, Row] = field(default_factory=dict[str, Row], compare=False)

    def __post_init__(self) -> None:
        self._rows.update({row.regime: row for row in self.rows})

    def __getitem__(self, regime: str) -> Row:
        return self._rows[regime]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def decision(self, regime: str) -> RegimeDecision:
        """A regime's own answer in full. Raises KeyError for one that was not asked."""
        for one in self.decisions:
            if regime in one.regimes:
                return one[regime]
        raise KeyError(regime)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Why the regimes differ, each cause once, in the order of the list of causes."""
        found = {d.cause for d in self.differences}
        return tuple(cause for cause in Cause if cause in found)

    def explain(self) -> str:
        """The table, the causes and the line of time, as plain text."""
        from sanctions_rules.compare.text import to_text

        return to_text(self)

    def to_markdown(self) -> str:
        from sanctions_rules.compare.markdown import to_markdown

        return to_markdown(self)

    def to_html(self) -> str:
        """One self-contained page, with a picture of the line of time."""
        from sanctions_rules.compare.html import to_html

        return to_html(self)

    def to_json(self) -> str:
        from sanctions_rules.compare.data import to_json

        return to_json(self)

    def __str__(self) -> str:
        return self.explain()

    def __repr__(self) -> str:
        said = "; ".join(f"{row.regime}: {row.outcome}" for row in self.rows)
        why = ", ".join(map(str, self.causes))
        return f"<Comparison {said}{f' ({why})' if why else ''}>"

    def _repr_html_(self) -> str:
        from sanctions_rules.compare.html import to_fragment

        return to_fragment(self)

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:
        for row in self.rows:
            yield row.regime, str(row.outcome)
