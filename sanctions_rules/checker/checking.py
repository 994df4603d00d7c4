"""Whether a certificate proves what it says, by nothing but the rules and the facts given.

Nothing but the standard library. The resolved rulebook, the facts and the two digests come from
who asks; everything else is found out here. Each step may rest on earlier steps only, must list
what it looks at and nothing else, and must say what its rule makes of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sanctions_rules.checker.conditions import Unproven
from sanctions_rules.checker.regimes import Rules
from sanctions_rules.checker.values import FOREVER, UNKNOWN

#: Every kind of claim, and what it is about.
KINDS = {
    "in force": ("text", "event"), "bound": ("variant",), "act": ("variant",), "licensed": ("variant",),
    "says": ("variant", "place"), "scope": ("variant", "place"), "covered": ("variant", "place"),
    "engaged": ("variant", "place"), "lifted": ("variant", "place"), "effective": ("variant", "place"),
    "conflict": ("variant", "place"), "exception": ("variant", "variant", "place"),
    "effective of the act": ("variant",), "covered of the act": ("variant",), "unnamed": ("variant",),
    "term": ("term", "event", "place"), "term by itself": ("term", "event", "place"),
    "term if owned": ("term", "event", "place"), "owned": ("closure", "event", "place"),
    "closure": ("closure", "event"),
}  # fmt: skip
Given = Callable[[str, str], Any]


class Refused(Exception):
    """The certificate does not prove what it says. `rule`: which rule of the checker refused it."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(f"{rule}: {why}")
        self.rule = rule
        self.why = why


@dataclass(frozen=True)
class Step:
    """One claim, what it comes to, and everything that it rests on."""

    claim: tuple[str, ...]
    truth: str
    facts: tuple[int, ...] = ()
    rests: tuple[int, ...] = ()
    lacks: tuple[str, ...] = ()
    runs: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What is certified of one regime: its outcome, by what, and on whom sanctions may be imposed."""

    regime: str
    outcome: str
    because: tuple[tuple[str, str], ...]
    exposed: tuple[tuple[str, str, str], ...]
    step: Step


@dataclass(frozen=True)
class Quote:
    """How the law names a text that a step is about, and from when until when it is in force."""

    cites: tuple[str, ...]
    interval: tuple[int, ...]


@dataclass(frozen=True)
class Certificate:
    """A certificate as it was read."""

    rulebook: str
    facts: str
    known_on: str | None
    tzdata: str
    about: tuple[str, ...]
    readings: Mapping[str, str]
    answers: tuple[Answer, ...]
    stated: tuple[tuple[str, str, Any], ...]
    steps: tuple[Step, ...]
    quotes: Mapping[str, Quote]
    allowed: tuple[str, ...] = ()


@dataclass
class Evidence:
    """What one step shows, and what of it was looked at."""

    certificate: Certificate
    places: Mapping[tuple[str, str], int]
    claims: Mapping[tuple[str, ...], int]
    columns: Mapping[int, Mapping[str, str]]
    step: Step
    seen: set[Any] = field(default_factory=set[Any])

    def __post_init__(self) -> None:
        self.facts, self.rests = frozenset(self.step.facts), frozenset(self.step.rests)

    def fact(self, place: str, path: str) -> Any:
        index = self.places.get((place, path), -1)
        if index not in self.facts:
            raise Unproven
        self.seen.add(("fact", index))
        return self.certificate.stated[index][2]

    def earlier(self, claim: tuple[str, ...]) -> int:
        index = self.claims.get(claim, -1)
        if index not in self.rests:
            raise Unproven
        self.seen.add(("step", index))
        return index

    def claim(self, *claim: str) -> str:
        return self.certificate.steps[self.earlier(claim)].truth

    def status(self, *claim: str) -> Mapping[str, str]:
        return self.columns[self.earlier(claim)]

    def lack(self, why: str) -> str:
        if why not in self.step.lacks:
            raise Unproven
        self.seen.add(("lacks", why))
        return UNKNOWN

    def mark(self) -> int:
        return 0

    def drop(self, start: int, end: int) -> None:
        pass

    def idle(self) -> set[Any]:
        """What the step lists, and its rule has no use for."""
        listed = {("fact", i) for i in self.facts} | {("step", i) for i in self.rests}
        return (listed | {("lacks", why) for why in self.step.lacks}) - self.seen


class Checker(Rules):
    """One certificate against one resolved rulebook and the facts that are given."""

    def __init__(self, certificate: Certificate, rulebook: Mapping[str, Any], given: Given) -> None:
        self.certificate = certificate
        self.rulebook = rulebook
        self.readings = certificate.readings
        known = certificate.known_on
        self.known_on = FOREVER if known is None else date.fromisoformat(known).toordinal()
        self.given = given
        self.places: dict[tuple[str, str], int] = {}
        self.claims: dict[tuple[str, ...], int] = {}
        self.columns: dict[int, Mapping[str, str]] = {}
        self.rested: set[int] = set()
        self.stated: set[int] = set()

    def check(self) -> None:
        """Raise Refused, with the rule that refuses, unless every step and every answer is shown."""
        points = self.rulebook["readings"]
        if set(self.readings) != set(points) or any(
            r not in points[p] for p, r in self.readings.items()
        ):
            raise Refused("readings", "it does not say which reading of each point it follows")
        for index, (place, path, value) in enumerate(self.certificate.stated):
            self.places[place, path] = index
            try:
                said = self.given(place, path)
            except LookupError:
                raise Refused("fact", f"the facts have no {place} {path}") from None
            if said != value or isinstance(said, bool) != isinstance(value, bool):
                raise Refused("fact", f"the facts do not say this of {place} {path}")
        for index, step in enumerate(self.certificate.steps):
            if step.claim in self.claims:
                raise Refused("twice", f"{step.claim} is claimed twice")
            if any(i >= index for i in step.rests):
                raise Refused("order", f"{step.claim} rests on what comes after it")
            self.step(index, step)
            self.claims[step.claim] = index
        self.quoted()
        for answer in self.certificate.answers:
            self.answer(answer)
        unused = set(range(len(self.certificate.steps))) - self.rested
        if unused or set(range(len(self.certificate.stated))) - self.stated:
            raise Refused("idle", "it holds steps or facts on which nothing rests")

    def look(self, step: Step) -> Evidence:
        self.shown = Evidence(self.certificate, self.places, self.claims, self.columns, step)
        self.rested.update(step.rests)
        self.stated.update(step.facts)
        return self.shown

    def step(self, index: int, step: Step) -> None:
        """The rule of the claim, over what its step lists, gives the truth that it claims."""
        shown = self.look(step)
        kind, *about = step.claim
        if len(about) != len(KINDS.get(kind, about)) or not self.exists(kind, about):
            raise Refused("claim", f"{step.claim} is about nothing that there is")
        try:
            if kind == "closure":
                self.columns[index] = self.closure(step)
            elif (truth := self.conclude(*step.claim)) != step.truth:
                raise Refused(kind, f"{step.claim} is {truth}, not {step.truth}")
        except Unproven:
            raise Refused("not shown", f"{step.claim} is not shown to be {step.truth}") from None
        if shown.idle():
            raise Refused(
                "idle", f"{step.claim} does not rest on {sorted(map(str, shown.idle()))[0]}"
            )

    def exists(self, kind: str, about: list[str]) -> bool:
        """Whether the rulebook has what the claim names; a place is as good as the facts about it."""
        have = {"text": self.rulebook["texts"], "variant": self.variants,
                "term": self.rulebook["terms"], "closure": self.rulebook["closures"]}  # fmt: skip
        return kind in KINDS and all(
            name in have.get(what, (name,)) for what, name in zip(KINDS[kind], about, strict=True)
        )

    def quoted(self) -> None:
        """Each text of which a step says whether it was in force is quoted as the rulebook has it."""
        about = {step.claim[1] for step in self.certificate.steps if step.claim[0] == "in force"}
        if about != set(self.certificate.quotes):
            raise Refused("quotes", "the texts that it quotes are not those that it rests on")
        for key, quote in self.certificate.quotes.items():
            if quote.cites != tuple(self.text(key)["cites"]):
                raise Refused("cites", f"{key} is not cited so in the rulebook")
            if quote.interval != tuple(self.text(key)["interval"]):
                raise Refused("interval", f"{key} has another interval in the rulebook")

    def closure(self, step: Step) -> Mapping[str, str]:
        """Rounds of entry that are the least: who has a status through owners, and nobody else."""
        owners = self.owners(step.claim[1], step.claim[2])
        names = owners.runs()
        if [run["alone"] for run in step.runs] != names or step.truth != "least":
            raise Refused("owners", "there is not one run for each that has the status by itself")
        for alone, run in zip(names, step.runs, strict=True):
            for surely in (True, False):
                if not owners.least(alone, surely, run["surely" if surely else "perhaps"]):
                    raise Refused("owners", f"{step.claim} is not the least that its rules allow")
        return owners.status(list(step.runs))

    def answer(self, answer: Answer) -> None:
        shown = self.look(answer.step)
        about = list(self.certificate.about)
        try:
            found = self.outcome(answer.regime, answer.because, about)
            exposed = self.exposed(answer.regime, about)
            binds = all(self.stands(key, place) == "binds" for key, place in answer.because)
            named = set(answer.because)
            once = len(named) == len(answer.because)
            prohibit = not named or named <= set(self.asked(answer.regime, "prohibits", about))
        except LookupError:
            raise Refused(
                "claim", f"the answer under {answer.regime} names nothing there is"
            ) from None
        except Unproven:
            raise Refused("not shown", f"the answer under {answer.regime} is not shown") from None
        if found != answer.outcome:
            raise Refused("outcome", f"under {answer.regime} it is {found}, not {answer.outcome}")
        if sorted((*one, truth) for one, truth in exposed.items()) != sorted(answer.exposed):
            raise Refused("exposed", f"the powers under {answer.regime} are not those it names")
        if not (binds and once and prohibit):
            raise Refused(
                "because",
                f"under {answer.regime} it names what does not bind, what is no prohibition, or one twice",
            )
        if shown.idle():
            raise Refused("idle", f"the answer under {answer.regime} lists what it does not need")
