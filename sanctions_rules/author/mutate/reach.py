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
from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import Any

from sanctions_rules.author.mutate.changes import Change, but_edges
from sanctions_rules.author.mutate.known import Known, Over, names_of_norm
from sanctions_rules.core import Closure, Program, references
from sanctions_rules.decision import Finding
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.rulebooks import Law
from sanctions_rules.values import Truth


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
            for name in names_of_norm(norm):
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
        run._defined = Over(below, found, {})
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
                and renamed.isdisjoint(names_of_norm(norm))
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
        run._defined = Over(before._defined, stale, old)
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
                before is not None and after is not None and but_edges(before) == but_edges(after)
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
