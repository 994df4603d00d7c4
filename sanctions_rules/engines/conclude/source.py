"""What a decision was made from, and the derivations that are rebuilt from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sanctions_rules.core import Program
from sanctions_rules.decision import Disagreement, Finding, RegimeDecision, Standing
from sanctions_rules.engines.conclude.answering import FIRED, UNDECIDED, ids
from sanctions_rules.engines.conclude.findings import findings_of
from sanctions_rules.engines.interpreter import Evaluation, Settings, Step
from sanctions_rules.facts import Case
from sanctions_rules.view import View


@dataclass(frozen=True)
class Source:
    """Everything that a decision was made from, so that any step of it can be rebuilt."""

    program: Program
    case: Case
    settings: Settings
    about: tuple[str, ...]
    evaluation: Evaluation
    #: Of each regime, the reading points that were met when it was first answered. Derivations meet
    #: more, and an answer that is made again beside them must be told the same.
    met: dict[str, frozenset[str]] = field(
        default_factory=dict[str, frozenset[str]], repr=False, compare=False
    )

    @classmethod
    def of(
        cls, program: Program, case: Case, settings: Settings, about: tuple[str, ...] = ()
    ) -> Source:
        return cls(program, case, settings, about, Evaluation(program, View(case), settings))

    def derivation(self, finding: Finding) -> Step:
        """Why the finding stands as it does: the smallest part of the rules that makes it so."""
        norm = finding.norm
        item = self.evaluation.view.item(finding.subject) if finding.subject else None
        name = {
            Standing.BINDS: norm.effective, Standing.MAY_BIND: norm.effective,
            Standing.LIFTED: norm.lifted, Standing.NOT_MET: norm.body, Standing.OTHER_ACT: norm.pattern,
            Standing.NOT_BOUND: norm.bound, Standing.EXCEPTED: norm.engaged, Standing.DISPLACED: norm.engaged,
        }.get(finding.standing, norm.in_force)  # fmt: skip
        caseless = name in (norm.in_force, norm.bound, norm.pattern)
        return self.evaluation.derive_definition(name, None if caseless else item)


def derivations(source: Source, one: RegimeDecision) -> tuple[tuple[Finding, Step], ...]:
    """Why the prohibitions that bind, or that may bind, do: the reference on these alone.

    Raises Disagreement where they do not stand as the answer says.
    """
    made: list[tuple[Finding, Step]] = []
    named = {*one.fired, *one.undecided}
    for norm in source.program.norms if named else ():
        if norm.id in named and norm.regime == one.regime and norm.verb == "prohibits":
            for finding in findings_of(source.evaluation, norm):
                if finding.standing in (*FIRED, *UNDECIDED):
                    made.append((finding, source.derivation(finding)))
    found = [finding for finding, _ in made]
    fired = ids(f for f in found if f.standing in FIRED)
    undecided = ids(f for f in found if f.standing in UNDECIDED)
    if (fired, undecided) != (one.fired, one.undecided):
        raise Disagreement(
            f"the answer under {one.regime} rests on {one.fired} and {one.undecided}, and the"
            f" reference finds {fired} and {undecided}: please report this"
        )
    return tuple(made)
