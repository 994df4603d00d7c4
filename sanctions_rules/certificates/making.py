"""From a decision of the reference to its certificate: the truths are its own, claim by claim.

What each claim has to rest on is what its rule looks at (`checker/`); what it comes to is read
off the reference interpreter, and where that has no definition for it (of things that are not
named, of the act as a whole where no rule asks) worked out by the rule. The outcomes are the
decision's own. Where the two differ, the checker refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from sanctions_rules import clocks
from sanctions_rules.canonical import facts_digest
from sanctions_rules.certificates.stating import given
from sanctions_rules.checker.checking import Answer, Certificate, Quote, Step
from sanctions_rules.checker.conditions import Unproven
from sanctions_rules.checker.owners import Owners, Run
from sanctions_rules.checker.regimes import Rules
from sanctions_rules.checker.values import FALSE, FOREVER, TRUE, UNKNOWN
from sanctions_rules.core import OF_THE_ACT, Closure
from sanctions_rules.decision import Decision, Outcome, Standing
from sanctions_rules.engines.conclude import Source
from sanctions_rules.engines.interpreter import Evaluation
from sanctions_rules.values import Nothing, Truth

Claim = tuple[str, ...]
#: A definition may be worth nothing at all: what is not known, or does not apply.
_WORDS: dict[object, str] = {
    Truth.TRUE: TRUE, Truth.FALSE: FALSE, Truth.UNKNOWN: UNKNOWN,
    Nothing.UNKNOWN: UNKNOWN, Nothing.NOT_APPLICABLE: FALSE,
}  # fmt: skip
_PARTS = {"bound": "bound", "act": "pattern", "says": "body", "scope": "scope", "covered": "covered",
          "engaged": "engaged", "lifted": "lifted", "effective": "effective",
          "conflict": "in conflict"}  # fmt: skip


def certify(source: Source, decision: Decision, rulebook: Mapping[str, Any]) -> Certificate:
    """`rulebook`: the resolved rulebook that the decision was made with."""
    return Making(source, decision, rulebook).certificate()


class Recorder:
    """What a rule looks at, in order; what turns out not to bear on it is dropped again."""

    def __init__(self, say: Callable[[str, str], Any], truth: Callable[[Claim], str],
                 column: Callable[[Claim], Mapping[str, str]]) -> None:  # fmt: skip
        self.say, self.truth, self.column = say, truth, column
        self.seen: list[tuple[str, Any]] = []

    def fact(self, place: str, path: str) -> Any:
        self.seen.append(("fact", (place, path)))
        return self.say(place, path)

    def claim(self, *claim: str) -> str:
        truth = self.truth(claim)
        self.seen.append(("claim", claim))
        return truth

    def status(self, *claim: str) -> Mapping[str, str]:
        self.seen.append(("claim", claim))
        return self.column(claim)

    def lack(self, why: str) -> str:
        self.seen.append(("lack", why))
        return UNKNOWN

    def mark(self) -> int:
        return len(self.seen)

    def drop(self, start: int, end: int) -> None:
        del self.seen[start:end]


class Making(Rules):
    """One certificate in the making."""

    def __init__(self, source: Source, decision: Decision, rulebook: Mapping[str, Any]) -> None:
        self.decision = decision
        self.run: Evaluation = source.evaluation
        self.rulebook = rulebook
        self.readings = dict(source.settings.readings)
        known = source.settings.known_on
        self.known_on = FOREVER if known is None else known.toordinal()
        self.say = given(source.case)
        #: By identity: a duty that goes with a provision shares its parts.
        self.of = {id(n): n.effective.removesuffix(": effective") for n in source.program.norms}
        self.defined = frozenset(source.program.definitions.names)
        self.looked: dict[Claim, list[tuple[str, Any]]] = {}
        self.runs: dict[Claim, tuple[Any, ...]] = {}

    # -- what the reference says -----------------------------------------------------------------

    def truth(self, claim: Claim) -> str:
        """What the reference makes of the claim; by its rule where it has no definition for it."""
        name, place = self.named(claim)
        if name in self.defined:
            item = self.run.view.item(place) if place else None
            return _WORDS[self.run.definition(name, item)]
        return self.worked_out(claim)

    def worked_out(self, claim: Claim) -> str:
        outer = self.shown
        try:
            self.shown = self.recorder()
            truth = self.conclude(*claim)
            self.looked[claim] = self.shown.seen
            return truth
        finally:
            self.shown = outer

    def named(self, claim: Claim) -> tuple[str, str]:
        """The definition that a claim asks for, and of which thing."""
        kind, *about = claim
        match kind:
            case "in force":
                return f"{about[0]} in force @ {about[1]}", ""
            case "exception":
                return f"{about[0]} → {about[1]}", about[2] if self.norm(about[1])["over"] else ""
            case "licensed":
                return f"specific licence → {about[0]}", "case" if self.norm(about[0])[
                    "over"
                ] else ""
            case "effective of the act" | "covered of the act":
                return f"{about[0]}: {kind.removesuffix(OF_THE_ACT)}{OF_THE_ACT}", ""
            case "term" | "term by itself" | "term if owned":
                term, under, law = about[0].partition(" under ")
                more = {
                    "term": "",
                    "term by itself": ": by itself",
                    "term if owned": ": may pass by ownership",
                }
                return f"{term} @ {about[1]}{under}{law}{more[kind]}", about[2]
            case "owned":
                head, share = about[0].split(" (", 1)
                return f"{head} @ {about[1]} ({share}", about[2]
            case "unnamed" | "closure":
                return "", ""
            case _:
                return f"{about[0]}: {_PARTS[kind]}", about[1] if len(about) > 1 else ""

    def recorder(self) -> Recorder:
        return Recorder(self.say, self.truth, self.column)

    def column(self, claim: Claim) -> Mapping[str, str]:
        """Who has the status, as the reference finds it, and in which rounds they enter."""
        _, key, anchor = claim
        name = self.named(
            ("term" if self.rulebook["closures"][key]["recursive"] else "owned", key, anchor, "")
        )[0]
        closure = cast(Closure, self.run.program.definitions[name])
        status = {p: _WORDS[t] for p, t in self.run.column(closure).status.items()}
        if claim not in self.runs:
            outer = self.shown
            self.shown = self.recorder()
            owners = self.owners(key, anchor)
            self.looked[claim] = self.shown.seen
            self.shown = outer
            self.runs[claim] = tuple(
                {"alone": alone, **{w: _rounds(owners, alone, w == "surely") for w in ("surely", "perhaps")}}
                for alone in owners.runs()
            )  # fmt: skip
        return status

    # -- putting it together ---------------------------------------------------------------------

    def certificate(self) -> Certificate:
        decision = self.decision
        asked = [(one, self.look_at(one.regime)) for one in decision]
        steps, numbers, facts = self.steps([seen for _, (_, _, seen) in asked])
        answers = tuple(
            Answer(
                one.regime, one.outcome.value.lower(), because, exposed,
                self.listed(("answer", one.regime), "", seen, numbers, facts),
            )
            for one, (because, exposed, seen) in asked
        )  # fmt: skip
        stated = tuple((place, path, self.say(place, path)) for place, path in facts)
        known = decision.known_on
        return Certificate(
            decision.rulebook_digest, facts_digest(decision.source.case), known.isoformat() if known else None,
            clocks.tzdata_version(), decision.about, self.readings, answers, stated, steps,
            {s.claim[1]: self.quote(s.claim[1]) for s in steps if s.claim[0] == "in force"},
            decision.allow_withdrawn,
        )  # fmt: skip

    def look_at(
        self, regime: str
    ) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str, str], ...], list[Any]]:
        """What the answer of one regime rests on."""
        one = self.decision[regime]
        about = list(self.decision.about)
        because = tuple(
            (self.of[id(f.norm)], f.subject) for f in one.findings
            if f.standing is Standing.BINDS and f.norm.verb == "prohibits"
        ) if one.outcome is Outcome.PROHIBITED else ()  # fmt: skip
        exposed = tuple(
            (self.of[id(e.finding.norm)], e.finding.subject, _WORDS[e.truth]) for e in one.exposures
        )
        self.shown = self.recorder()
        self.outcome(regime, because, about)
        for key, place in because:
            self.stands(key, place)
        self.exposed(regime, about)
        return because, exposed, self.shown.seen

    def steps(
        self, first: list[list[Any]]
    ) -> tuple[tuple[Step, ...], dict[Claim, int], dict[tuple[str, str], int]]:
        """Every claim that something rests on, each after all that it rests on itself."""
        numbers: dict[Claim, int] = {}
        facts: dict[tuple[str, str], int] = {}
        steps: list[Step] = []
        pending = [(c, False) for seen in first for kind, c in seen if kind == "claim"][::-1]
        while pending:
            claim, ready = pending.pop()
            if claim in numbers:
                continue
            seen = self.look(claim)
            needs = [c for kind, c in seen if kind == "claim" and c not in numbers]
            if needs and not ready:
                pending.append((claim, True))
                pending.extend((c, False) for c in reversed(needs))
                continue
            truth = "least" if claim[0] == "closure" else self.truth(claim)
            steps.append(self.listed(claim, truth, seen, numbers, facts))
            numbers[claim] = len(steps) - 1
        for seen in first:
            for kind, one in seen:
                if kind == "fact":
                    facts.setdefault(one, len(facts))
        return tuple(steps), numbers, facts

    def look(self, claim: Claim) -> list[tuple[str, Any]]:
        """What the rule of a claim looks at."""
        if claim not in self.looked:
            try:
                self.worked_out(claim) if claim[0] != "closure" else self.column(claim)
            except (
                Unproven
            ):  # the reference says what no rule bears out: the checker will refuse it
                self.looked[claim] = []
        return self.looked[claim]

    def listed(self, claim: Claim, truth: str, seen: list[Any], numbers: Mapping[Claim, int],
               facts: dict[tuple[str, str], int]) -> Step:  # fmt: skip
        stated = {facts.setdefault(one, len(facts)): None for kind, one in seen if kind == "fact"}
        rests = {numbers[c]: None for kind, c in seen if kind == "claim"}
        lacks = {why: None for kind, why in seen if kind == "lack"}
        return Step(
            claim,
            truth,
            tuple(sorted(stated)),
            tuple(sorted(rests)),
            tuple(lacks),
            self.runs.get(claim, ()),
        )

    def quote(self, key: str) -> Quote:
        text = self.text(key)
        return Quote(tuple(text["cites"]), tuple(text["interval"]))


def _rounds(owners: Owners, alone: str, surely: bool) -> list[list[str]]:
    """In which rounds they enter who are reached, each as soon as possible."""
    run = Run(owners, alone, surely)
    rounds: list[list[str]] = []
    entering = run.first
    while entering:
        rounds.append(entering)
        entering = run.enter(entering)
    return rounds
