"""What is decided: an outcome for each regime, the findings behind it, and what stands beside it.

A decision stores no tree. Rulebook, facts, clocks and readings determine every step; the
interpreter rebuilds the derivation of a finding when it is asked for (`engines.conclude`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Final, Protocol, TypeVar

from sanctions_rules.core import Norm, Overlay
from sanctions_rules.values import Truth
from sanctions_rules.view import Leaf


class Outcome(Enum):
    """The answer of one regime. NOT_PROHIBITED: by the rules encoded here."""

    PROHIBITED = "PROHIBITED"
    UNDETERMINED = "UNDETERMINED"
    AUTHORISED = "AUTHORISED"
    NOT_PROHIBITED = "NOT_PROHIBITED"

    def __str__(self) -> str:
        return self.value


class Standing(Enum):
    """How one provision stands to one thing of the case."""

    BINDS = "binds"
    MAY_BIND = "may bind"
    LIFTED = "lifted"
    EXCEPTED = "excepted"
    DISPLACED = "displaced"
    NOT_MET = "not met"
    OTHER_ACT = "another act"
    NOT_BOUND = "not bound"
    NOT_YET = "not yet in force"
    ENDED = "ended"
    NOT_PUBLISHED = "not yet published"
    DORMANT = "dormant"
    AWAITING = "enacted, awaiting an act"
    BEFORE_COVERED = "before the period covered"
    NEVER = "never took effect"
    CONFLICT = "in conflict"

    def __str__(self) -> str:
        return self.value


class DutyState(Enum):
    NOT_OWED = "not_owed"
    OPEN = "open"
    MET = "met"
    BREACHED = "breached"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Finding:
    """One provision, through one fill, on one thing: where it stands, and by what.

    `because_of`: ids of the exceptions that carry or may carry it. `unless`: undecided because of
    an exception rather than because of the condition. `lapsed`: ids of licences that would lift it,
    had they not ended before.
    """

    norm: Norm
    subject: str  # place of the thing, empty for the act as a whole
    subject_id: str
    standing: Standing
    truth: Truth
    because_of: tuple[str, ...] = ()
    unless: bool = False
    judgements: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.norm.id} on {self.subject_id}" if self.subject else self.norm.id


@dataclass(frozen=True, slots=True)
class Exposure:
    """A discretionary power that may reach someone: never a prohibition until it is used."""

    finding: Finding

    @property
    def truth(self) -> Truth:
        return self.finding.truth

    @property
    def menu(self) -> tuple[str, ...]:
        return self.finding.norm.menu

    @property
    def whom(self) -> str:
        return self.finding.subject_id


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty and how it stands. `due_on`: its last day, or the last day on which something is kept.

    A lasting duty (to keep records) runs beside every answer; nothing is asked for it.
    """

    finding: Finding
    state: DutyState
    due: str = ""
    due_on: date | None = None

    @property
    def lasting(self) -> bool:
        return self.finding.norm.duty is not None and self.finding.norm.duty.lasting

    @property
    def what(self) -> str:
        return self.finding.norm.duty.name if self.finding.norm.duty else ""


@dataclass(frozen=True, slots=True)
class Question:
    """The first fact of a smallest set of answers that could settle what is open.

    `answer`: one it could give. `with_`: the other facts of the set. `exact`: no smaller set exists.
    """

    leaf: Leaf
    answer: str
    with_: tuple[Leaf, ...]
    exact: bool
    settles: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReadingUsed:
    """A reading point that the answer rests on, and what another reading would give."""

    point: str
    reading: str
    basis: str
    others: tuple[tuple[str, str], ...] = ()  # reading → what would change; empty: nothing
    sensitive: bool = False


class Behind(Protocol):
    """What finds the fields of a decision that its engine left open."""

    def found(self, of: Any, name: str) -> Mapping[str, Any]:
        """The field of that name and any others that come with it, or others and what finds that one."""
        ...


class Expanding:
    """A decision of which some fields are there at once, and the others when one is asked for."""

    def __getattr__(self, name: str) -> Any:
        behind: Behind | None = self.__dict__.get("_behind")
        if behind is None or name not in type(self).__dataclass_fields__:  # type: ignore[attr-defined]
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.__dict__.update(behind.found(self, name))
        return getattr(self, name)  # what was found may leave open in its turn


#: Gives a new decision all of its fields: one step, where one for each field would be felt.
fill: Final[Callable[[Expanding, dict[str, Any]], None]] = Expanding.__dict__["__dict__"].__set__


E = TypeVar("E", bound=Expanding)


def left_open(made: E, names: Iterable[str], behind: Behind) -> E:
    """A new decision without these fields: `behind` finds them when one is asked for."""
    known = made.__dict__
    for name in names:
        del known[name]
    known["_behind"] = behind
    return made


class Disagreement(RuntimeError):
    """Two engines gave different answers to one case: a fault of this library, never of the facts."""


@dataclass(frozen=True)
class RegimeDecision(Expanding):
    """What one regime's law says of the act.

    `fired`, `undecided`, `lifted`: ids of the prohibitions that bind, that may bind, and that an
    authorisation lifts, for one thing of the case or another.
    """

    regime: str
    title: str
    outcome: Outcome
    fired: tuple[str, ...]
    undecided: tuple[str, ...]
    lifted: tuple[str, ...]
    presumptive_outcome: Outcome
    findings: tuple[Finding, ...]
    exposures: tuple[Exposure, ...]
    duties: tuple[Duty, ...]
    liabilities: tuple[Finding, ...]
    derogations: tuple[Finding, ...]
    missing: tuple[Leaf, ...]
    missing_for_outcome: tuple[Leaf, ...]
    judgements: tuple[str, ...]
    readings: tuple[ReadingUsed, ...]
    reached: bool
    stale: bool
    unverified: tuple[str, ...]
    current_through: date
    spared: tuple[Finding, ...]  # powers that reach nobody here, and duties that are not owed
    unheard: tuple[str, ...]  # recorded judgements on which nothing turned here
    withdrawn: tuple[str, ...]  # texts found wrong that the answer rests on, being allowed
    overlays: tuple[Overlay, ...]  # proposals that were laid over this regime's law
    _ask: Callable[[RegimeDecision], Question | None] = field(repr=False, compare=False)

    @property
    def next_question(self) -> Question | None:
        return self._ask(self)

    def standing(self, *standings: Standing) -> Iterator[Finding]:
        return (f for f in self.findings if f.standing in standings)

    @property
    def headline(self) -> str:
        """The outcome with what stands beside it, in one line."""
        parts = [str(self.outcome).replace("_", " ").lower()]
        if self.overlays:
            parts.append(
                f"with a proposal over the law: {', '.join(o.title for o in self.overlays)}"
            )
        exposed = [e for e in self.exposures if e.truth is Truth.TRUE]
        open_ = [e for e in self.exposures if e.truth is Truth.UNKNOWN]
        if exposed:
            menu = dict.fromkeys(m.replace("_", " ") for e in exposed for m in e.menu)
            parts.append(
                f"{' and '.join(dict.fromkeys(e.whom for e in exposed))} exposed: {' or '.join(menu)}"
            )
        if open_:
            parts.append(
                f"exposure of {' and '.join(dict.fromkeys(e.whom for e in open_))} not determined"
            )
        due = [
            d
            for d in self.duties
            if d.state in (DutyState.OPEN, DutyState.BREACHED, DutyState.UNKNOWN) and not d.lasting
        ]
        for state in (DutyState.BREACHED, DutyState.OPEN, DutyState.UNKNOWN):
            names = dict.fromkeys(d.what.replace("_", " ") for d in due if d.state is state)
            if names:
                parts.append(f"duty {state}: {', '.join(names)}")
        if any(r.sensitive for r in self.readings):
            parts.append("rests on a reading")
        if self.withdrawn:
            parts.append(f"rests on text withdrawn here: {', '.join(self.withdrawn)}")
        if self.stale:
            parts.append(f"stale: law read through {self.current_through}")
        return "; ".join(parts)


@dataclass(frozen=True)
class Decision(Expanding):
    """The decision of one case under each regime asked. `decision["us"].outcome`."""

    regimes: Mapping[str, RegimeDecision]
    facts_digest: str
    rulebook_digest: str
    engine_version: str
    tzdata_version: str
    known_on: date | None
    about: tuple[str, ...]
    chosen_readings: Mapping[str, str]
    allow_withdrawn: tuple[str, ...]  # texts found wrong that were to be used all the same
    overlays: tuple[Overlay, ...]  # proposals that were laid over the law
    _source: Any = field(repr=False, compare=False)

    def __getitem__(self, regime: str) -> RegimeDecision:
        return self.regimes[regime]

    def __iter__(self) -> Iterator[RegimeDecision]:
        return iter(self.regimes.values())

    @property
    def source(self) -> Any:
        """What the derivations are rebuilt from: see `engines.conclude.Source`."""
        return self._source
