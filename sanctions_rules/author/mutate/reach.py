"""Which scenarios a change can reach: what each one made the engine work out, and what is new.

Sound, because an answer is a function of the values of the definitions that were asked for. A
definition that reads as before has its value from others; one that reads otherwise is worked out
again, on the facts of each scenario that asked for it, and a scenario none of whose values is another
cannot notice. A change that makes a provision reach further is seen the same way: the definition
that keeps it out was asked for, and now says otherwise.
"""

# What an evaluation has computed is its own; here it is looked at, and laid under another.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, fields, is_dataclass, replace
from heapq import heapify, heappop, heappush
from typing import Any, cast

from sanctions_rules.core import Closure, Definition, Definitions, Norm, Program, references
from sanctions_rules.decision import Decision, Finding, Standing
from sanctions_rules.engines import conclude
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.facts import Case
from sanctions_rules.rulebooks import Law
from sanctions_rules.scenario import Scenario, differences
from sanctions_rules.values import Truth
from sanctions_rules.view import View

#: What a scenario may expect that values of definitions do not show: it turns on how they are read.
_BEYOND = frozenset(("judgements", "reading_sensitive", "presumptive"))
#: Fields of a norm that tell people of it and take no part in whether it binds.
_TOLD = frozenset((
    "place", "label", "term", "title", "citations", "id", "source", "provision", "checked", "checked_note",
    "source_ids", "measures", "powers", "withdrawn",
))  # fmt: skip
_PARTS = tuple(f.name for f in fields(Norm) if f.name not in _TOLD)
#: How a provision stands where something of it can show in an answer.
_SHOWING = frozenset((
    Standing.BINDS, Standing.MAY_BIND, Standing.LIFTED, Standing.CONFLICT, Standing.EXCEPTED, Standing.DISPLACED,
))  # fmt: skip


# -- what changed --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What is new in a changed law.

    `names`: definitions that read otherwise, by their old names, with their new ones (None: gone).
    `norms`: norms whose parts are others, old and new (None: not there). `is_large`: more than that.
    """

    names: Mapping[str, str | None]
    renamed: Mapping[str, str]
    norms: tuple[tuple[Norm | None, Norm | None], ...] = ()
    is_large: bool = False

    @property
    def is_none(self) -> bool:
        return not (self.names or self.norms or self.is_large)


def change(old: Program, new: Program) -> Change:
    """Compare two programs, definition by definition, whatever the texts' first days call them."""
    here, there = set(old.definitions.names), set(new.definitions.names)
    gone = [n for n in old.definitions.names if n not in there]
    come = [n for n in new.definitions.names if n not in here]
    renamed = dict(zip(gone, come, strict=True)) if len(gone) == len(come) else {}
    names: dict[str, str | None] = {}
    for a in old.definitions:
        name = renamed.get(a.name, a.name)
        b = new.definitions[name] if name in there else None
        if b is None:
            names[a.name] = None
        elif not _same(a, b, renamed):
            names[a.name] = name
    norms = tuple(_norms(old, new, names, renamed))
    is_large = old.readings != new.readings or old.has_burdens != new.has_burdens
    return Change(names, renamed, norms, is_large)


def _same(a: Definition | Closure, b: Definition | Closure, renamed: Mapping[str, str]) -> bool:
    if isinstance(a, Definition) and isinstance(b, Definition):
        if a.subject != b.subject:
            return False
        return a.body == b.body or (bool(renamed) and shape(a.body, renamed) == shape(b.body, {}))
    return a == b or (bool(renamed) and shape(a, renamed) == shape(b, {}))


def _but_edges(norm: Norm) -> tuple[Any, ...]:
    return tuple(getattr(norm, part) for part in _PARTS if part not in ("edges", "lifts"))


def _norms(
    old: Program, new: Program, names: Mapping[str, str | None], renamed: Mapping[str, str]
) -> Iterator[tuple[Norm | None, Norm | None]]:
    """Norms that differ, or that are in one of the programs only."""
    after = {n.effective + n.verb: n for n in new.norms}
    for a in old.norms:
        b = after.pop(renamed.get(a.effective, a.effective) + a.verb, None)
        if (
            b is None
            or (a.dormant and a.body in names)
            or any(
                (x := getattr(a, part)) != (y := getattr(b, part))
                and not (renamed and shape(x, renamed) == shape(y, {}))
                for part in _PARTS
            )
        ):
            yield a, b
    yield from ((None, b) for b in after.values())


def shape(value: object, renamed: Mapping[str, str]) -> object:
    """A part of a program as plain tuples, its definitions called by their new names."""
    if isinstance(value, str):
        return renamed.get(value, value)
    if isinstance(value, tuple):
        return tuple(shape(v, renamed) for v in cast("tuple[object, ...]", value))
    if is_dataclass(value):
        parts = (getattr(value, f.name) for f in fields(value) if f.name not in _TOLD)
        return type(value), *(shape(part, renamed) for part in parts)
    return value


# -- what a scenario asked for -------------------------------------------------------------------

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


class _Over(dict[_Key, Any]):
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
        source = conclude.Source(run.program, self.case, run.settings, self.scenario.about, run)
        if not self.whole:  # no other reading is asked for
            source.met.update(dict.fromkeys(self.regimes, frozenset[str]()))
        return Decision(
            regimes={r: conclude.regime_decision(source, r) for r in self.regimes}, facts_digest="",
            _source=source, **conclude.besides(law.program, run.settings, self.scenario.about),
        )  # fmt: skip

    def failures(self, law: Law, run: Evaluation | None = None) -> tuple[str, ...]:
        """Where the law does not give what the scenario expects of the regimes that are loaded."""
        decision = self.decided(law, run or self.run)
        expected = {r: self.scenario.expect[r] for r in self.regimes}
        return differences(law, self.case, decision, expected)

    def stands(
        self, shared: dict[tuple[Any, ...], tuple[Finding, ...]]
    ) -> list[tuple[Finding, ...]]:
        """How each norm of the law as it stands does to the case. `shared`: what is the same to many."""
        if not self._stands:
            for number, norm in enumerate(self.run.program.norms):
                found = (
                    tuple(conclude.findings_of(self.run, norm))
                    if norm.regime in self.regimes
                    else ()
                )
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


def _names(norm: Norm) -> set[str]:
    """The definitions that say how a norm stands."""
    return {
        norm.effective, norm.in_force, norm.bound, norm.pattern, norm.body, norm.scope, norm.engaged,
        norm.lifted, norm.conflict, *(edge.name for edge in norm.edges),
    }  # fmt: skip


# -- whom a change reaches -----------------------------------------------------------------------


class Reach:
    """The scenarios of a law by the definitions that they asked for."""

    def __init__(self, program: Program, known: Iterable[Known]) -> None:
        self.program = program
        self.known = tuple(known)
        self._shared: dict[tuple[Any, ...], tuple[Finding, ...]] = {}
        self._named: dict[frozenset[str], frozenset[int]] = {}
        self._asking: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._places = [dict.fromkeys(p for _, p in k.run._defined) for k in self.known]
        for number, one in enumerate(self.known):
            asked = {name for name, _ in one.run._defined} | one.looked
            for name in asked:
                self._asking[name].append(number)
        #: Where a search for what is missing begins, or comes back to: what nothing needs to rest on.
        self._roots = {d.name for d in program.definitions if isinstance(d, Closure)}
        for n in program.norms:
            if n.verb in ("prohibits", "empowers", "requires"):
                self._roots |= {n.effective, n.in_force, n.bound, n.pattern}
                self._roots |= {n.duty.met, n.duty.over} if n.duty is not None else set()
        self._dependants: dict[str, list[str]] = defaultdict(list)
        for definition in program.definitions:
            for name in references(definition):
                self._dependants[name].append(definition.name)
        #: Definitions stand after those that they rest on.
        self._rank = {name: rank for rank, name in enumerate(program.definitions.names)}
        self._closures = {d.name for d in program.definitions if isinstance(d, Closure)}
        self._numbers = {n.effective + n.verb: number for number, n in enumerate(program.norms)}
        self._norms_of: dict[str, list[int]] = defaultdict(list)
        for number, norm in enumerate(program.norms):
            for name in _names(norm):
                self._norms_of[name].append(number)

    def asked(self, names: Iterable[str]) -> list[Known]:
        """The scenarios that asked for one of these definitions, in their order."""
        numbers = {number for name in names for number in self._asking.get(name, ())}
        return [self.known[number] for number in sorted(numbers)]

    def noticing(
        self, law: Law, made: Change, text: Iterable[str] = ()
    ) -> Iterator[tuple[Known, Evaluation]]:
        """The scenarios to which something is otherwise, each with an evaluation by the changed law.

        `text`: by which ids the changed text goes. Scenarios that name one of them come first, because
        they are likely to see the change.
        """
        stale = self._stale(made)
        old = {new: name for name, new in made.renamed.items()}
        wanted = set[int]()
        for name in made.names:
            wanted.update(self._asking.get(name, ()))
        everyone = made.is_large or bool(made.norms)
        kept = self._kept(law.program, made)
        in_order = self._in_order(law.program, made)
        numbers = range(len(self.known)) if everyone else sorted(wanted)
        naming = self._naming(frozenset(text))
        for number in sorted(numbers, key=lambda n: n not in naming):
            known = self.known[number]
            run = self._over(known, law, stale, old, made.is_large)
            if made.is_large:
                yield known, run
            elif self._differs(number, run, made, number in wanted):
                otherwise = stale
                if in_order and not known.whole:
                    otherwise = self._otherwise(number, run, made)
                stands, touched = known.stands(self._shared), self._touched(otherwise)
                run.findings = {new: stands[n] for new, n in kept if n not in touched}
                yield known, run

    def _naming(self, ids: frozenset[str]) -> frozenset[int]:
        """The scenarios that name one of these ids in what they expect or where it is from."""
        found = self._named.get(ids)
        if found is None:
            said = (f"{k.scenario.source} {k.scenario.expect}" for k in self.known)
            found = frozenset(n for n, told in enumerate(said) if any(i in told for i in ids))
            self._named[ids] = found
        return found

    def _otherwise(self, number: int, run: Evaluation, made: Change) -> frozenset[str]:
        """The definitions of which some value is another in this scenario, or may be told otherwise.

        Each is worked out after those that it rests on; where it comes out as before, what rests on it
        is not looked at. An unknown is another, because what it waits for may be. The evaluation is left
        with these worked out anew, and with all others as they were.
        """
        below = self.known[number].run._defined
        found = {name for name, new in made.names.items() if new is None}
        run._defined = _Over(below, found, {})
        run._columns = dict(self.known[number].run._columns)
        pending = [self._rank[n] for n in made.names]
        heapify(pending)
        last = -1
        while pending:
            rank = heappop(pending)
            if rank == last:
                continue
            last = rank
            name = self.program.definitions.names[rank]
            values = {p: below[name, p] for p in self._places[number] if (name, p) in below}
            if not values:
                continue
            if name not in found:
                found.add(name)
                run._columns.pop(name, None)
                if not self._is_other(run, name, values):
                    found.discard(name)
                    continue
            for user in self._dependants.get(name, ()):
                heappush(pending, self._rank[user])
        return frozenset(found)

    def _in_order(self, program: Program, made: Change) -> bool:
        """Whether what reads otherwise still rests on what stands before it, and is called as it was."""
        if made.renamed or made.is_large:
            return False
        return all(
            self._rank.get(other, -1) < self._rank[name]
            for name, new in made.names.items() if new is not None
            for other in references(program.definitions[new])
        )  # fmt: skip

    def _is_other(self, run: Evaluation, name: str, values: Mapping[str, Any]) -> bool:
        if name in self._closures:
            return True
        return any(
            not isinstance(value, Truth)
            or value is Truth.UNKNOWN
            or run.definition(name, run.view.item(place) if place else None) is not value
            for place, value in values.items()
        )

    def _touched(self, names: Iterable[str]) -> set[int]:
        """The norms, by number, of which one of these definitions says something."""
        return {number for name in names for number in self._norms_of.get(name, ())}

    def _kept(self, program: Program, made: Change) -> list[tuple[int, int]]:
        """The norms that read as they did, each by the same name: `id` of the new, number of the old."""
        if made.is_large:
            return []
        renamed = set(made.renamed.values())
        changed = {id(b) for _, b in made.norms}
        found: list[tuple[int, int]] = []
        for norm in program.norms:
            number = self._numbers.get(norm.effective + norm.verb)
            if (
                number is not None
                and id(norm) not in changed
                and renamed.isdisjoint(_names(norm))
                and self.program.norms[number].term == norm.term
            ):
                found.append((id(norm), number))
        return found

    def _stale(self, made: Change) -> frozenset[str]:
        """The definitions, by their new names, whose values may be others."""
        found, pending = set(made.names), list(made.names)
        while pending:
            for name in self._dependants.get(pending.pop(), ()):
                if name not in found:
                    found.add(name)
                    pending.append(name)
        return frozenset(made.renamed.get(name, name) for name in found)

    def _over(
        self,
        known: Known,
        law: Law,
        stale: frozenset[str],
        old: Mapping[str, str],
        fresh: bool = False,
    ) -> Evaluation:
        """An evaluation by the changed law that has what is the same from the one as it stands."""
        settings, before = known.run.settings, known.run
        if fresh:
            settings = Settings(
                settings.known_on, {p.name: p.default for p in law.program.readings} | dict(known.scenario.readings)
            )  # fmt: skip
            return Evaluation(law.program, before.view, settings)
        run = Evaluation(law.program, before.view, settings)
        run._defined = _Over(before._defined, stale, old)
        run._columns = {
            k: v for k, v in before._columns.items() if k not in stale and k not in old.values()
        }
        run.controllers_unknown = dict(before.controllers_unknown)
        run.readings_read = set(before.readings_read)
        run.only_answers = True
        return run

    def _differs(self, number: int, run: Evaluation, made: Change, asked: bool) -> bool:
        """Whether a value that the answer was made from, or how a changed norm stands, is another.

        An unknown counts as another where something unknown rests on it, because what is asked for
        may be; and so does what is no truth.
        """
        known = self.known[number]
        if asked and known.whole and not known.looked.isdisjoint(made.names):
            return True
        if made.norms and known.scenario.about:
            return True
        for before, after in made.norms:
            then, now = known.findings(known.run, before), known.findings(run, after)
            # Which exceptions there are is in what is found; of anything else that is new, it is not.
            told = (
                before is not None and after is not None and _but_edges(before) == _but_edges(after)
            )
            if then != now or (
                then and not (told and all(f[2] is not Truth.UNKNOWN for f in then))
            ):
                return True
        defined = known.run._defined
        for name, new in made.names.items() if asked else ():
            for place in self._places[number]:
                value = defined.get((name, place))
                if value is None:
                    continue
                if new is None:
                    if value is not Truth.FALSE:
                        return True
                    continue
                item = run.view.item(place) if place else None
                if run.definition(new, item) is not value or not isinstance(value, Truth):
                    return True
                if value is Truth.UNKNOWN and self._is_waited_for(number, name):
                    return True
        return False

    def _is_waited_for(self, number: int, name: str) -> bool:
        """Whether what is asked for may come from an unknown definition: something unknown rests on it."""
        if name in self._roots:
            return True
        defined = self.known[number].run._defined
        return any(
            defined.get((user, place), Truth.FALSE) not in (Truth.TRUE, Truth.FALSE)
            for user in self._dependants.get(name, ())
            for place in self._places[number]
        )
