"""What deciding a scenario by the law as it stands made the engine work out, and what is laid over it."""

# What an evaluation has computed is its own; here it is looked at, and laid under another.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from sanctions_rules.core import Closure, Definition, Definitions, Norm, Program
from sanctions_rules.decision import Decision, Finding, Standing
from sanctions_rules.engines import conclude
from sanctions_rules.engines.interpreter import Evaluation
from sanctions_rules.facts import Case
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import Scenario, differences
from sanctions_rules.view import View

#: What a scenario may expect that values of definitions do not show: it turns on how they are read.
_BEYOND = frozenset(("judgements", "reading_sensitive", "presumptive"))
#: By provisions of which verbs an expectation is answered. What is missing may be so for a duty alone.
_ANSWERING: Final[dict[str, tuple[str, ...]]] = {
    "exposures": ("empowers",), "derogations": ("empowers",), "duties": ("requires",), "liabilities": ("penalises",),
    "terms": (),
    **dict.fromkeys(("missing", "missing_exactly", "missing_law"), ("prohibits", "empowers", "requires")),
    **dict.fromkeys(("outcome", "because", "not_because"), ("prohibits",)),
}  # fmt: skip
#: How a provision stands where something of it can show in an answer.
_SHOWING = frozenset((
    Standing.BINDS, Standing.MAY_BIND, Standing.LIFTED, Standing.CONFLICT, Standing.EXCEPTED, Standing.DISPLACED,
))  # fmt: skip
_Key = tuple[str, str]


class _Asked(Definitions):
    """Definitions that remember which of them anybody looked at."""

    __slots__ = ("looked",)

    def __init__(self, of: Definitions) -> None:
        super().__init__(of.names, of.__getitem__)
        self.looked: set[str] = set()

    def __getitem__(self, name: str) -> Definition | Closure:
        self.looked.add(name)
        return super().__getitem__(name)


class Over(dict[_Key, Any]):
    """Values worked out by a changed law, over those that the law as it stands gave and that hold."""

    def __init__(self, below: Mapping[_Key, Any], stale: Set[str], old: Mapping[str, str]):
        super().__init__()
        self._below, self._stale, self._old = below, stale, old

    def get(self, key: _Key, default: Any = None) -> Any:
        found = super().get(key)
        if found is None and key[0] not in self._stale:
            name = self._old.get(key[0])
            found = self._below.get(key if name is None else (name, key[1]))
        return default if found is None else found

    def __contains__(self, key: object) -> bool:
        return self.get(cast(_Key, key)) is not None

    def __getitem__(self, key: _Key) -> Any:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found


@dataclass
class Known:
    """A scenario, and all that deciding it by the law as it stands made the engine work out.

    `whole`: it expects more than values show, so that looking at a changed definition is enough to
    run it again; `looked` is then what anybody looked at.
    """

    scenario: Scenario
    case: Case
    regimes: tuple[str, ...]
    run: Evaluation
    looked: frozenset[str]
    whole: bool
    _stands: list[tuple[Finding, ...]] = field(default_factory=list[tuple[Finding, ...]])

    @classmethod
    def of(cls, law: Law, scenario: Scenario) -> Known:
        """Decide the scenario. Raises LookupError as `decide` does."""
        regimes = tuple(r for r in scenario.expect if r in law.regimes)
        whole = any(_BEYOND & set(e) for e in scenario.expect.values())
        asked = _Asked(law.program.definitions)
        program = replace(law.program, definitions=asked)
        settings = conclude.settings_of(program, regimes, scenario.known_on, scenario.readings)
        run = Evaluation(program, View(scenario.case()), settings)
        known = cls(scenario, run.view.case, regimes, run, frozenset(), whole)
        known.decided(law, run)
        for term in (t for r in regimes for t in scenario.expect[r].get("terms", {})):
            name, _, of = term.removesuffix(")").partition("(")
            definition, noun = law.program.terms[name]
            run.definition(definition, run.view.named(of or None, noun) if noun else None)
        known.looked = frozenset(asked.looked) if whole else frozenset()
        run.program = law.program
        run._definitions = law.program.definitions
        return known

    def decided(self, law: Law, run: Evaluation) -> Decision:
        """The decision of an evaluation: its reasons only where something expected turns on them."""
        run.only_answers = not self.whole
        program = (
            run.program if self.whole else replace(run.program, norms=self._answering(run.program))
        )
        source = conclude.Source(program, self.case, run.settings, self.scenario.about, run)
        return Decision(
            regimes={r: conclude.regime_decision(source, r) for r in self.regimes}, facts_digest="",
            _source=source, **conclude.besides(law.program, run.settings, self.scenario.about),
        )  # fmt: skip

    def _answering(self, program: Program) -> tuple[Norm, ...]:
        """The provisions of which something is expected: of the others nothing is worked out."""
        wanted = {v for e in self.scenario.expect.values() for key in e for v in _ANSWERING[key]}
        return tuple(n for n in program.norms if n.verb in wanted)

    def failures(self, law: Law, run: Evaluation | None = None) -> tuple[str, ...]:
        """Where the law does not give what the scenario expects of the regimes that are loaded."""
        decision = self.decided(law, run or self.run)
        expected = {r: self.scenario.expect[r] for r in self.regimes}
        return differences(law, self.case, decision, expected)

    def stands(
        self, shared: dict[tuple[Any, ...], tuple[Finding, ...]]
    ) -> list[tuple[Finding, ...]]:
        """How each norm that answers stands to the case by the law as it is. `shared`: what is the same to many."""
        if not self._stands:
            program = self.run.program
            wanted = {id(n) for n in (program.norms if self.whole else self._answering(program))}
            for number, norm in enumerate(program.norms):
                asked = id(norm) in wanted and norm.regime in self.regimes
                found = tuple(conclude.findings_of(self.run, norm)) if asked else ()
                key = number, *(
                    (f.subject, f.subject_id, f.standing, f.truth, f.because_of, f.unless) for f in found
                )  # fmt: skip
                told = any(f.judgements or f.lapsed for f in found)
                self._stands.append(found if told else shared.setdefault(key, found))
        return self._stands

    def findings(self, run: Evaluation, norm: Norm | None) -> list[tuple[Any, ...]]:
        """How a norm stands to each thing of the case, as far as it can show."""
        found = conclude.findings_of(run, norm) if norm is not None else ()
        return [_shown(f) for f in found if f.truth.may or f.standing in _SHOWING]


def _shown(finding: Finding) -> tuple[Any, ...]:
    return finding.subject, finding.standing, finding.truth, finding.because_of


def names_of_norm(norm: Norm) -> set[str]:
    """The definitions that say how a norm stands."""
    return {
        norm.effective, norm.in_force, norm.bound, norm.pattern, norm.body, norm.scope, norm.engaged,
        norm.lifted, norm.conflict, *(edge.name for edge in norm.edges),
    }  # fmt: skip
