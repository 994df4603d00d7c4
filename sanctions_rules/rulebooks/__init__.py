"""The law itself, as folders of rule files, and the one object that people ask about it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sanctions_rules import signing
from sanctions_rules.core import Norm, Program
from sanctions_rules.decision import Decision, RegimeDecision, Standing
from sanctions_rules.diagnostics import Diagnostic, FactsError, RulebookError, did_you_mean
from sanctions_rules.engines import conclude
from sanctions_rules.engines.compiled import Facts
from sanctions_rules.engines.deciding import Decider
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.engines.selftest import ensure_named
from sanctions_rules.facts import Case
from sanctions_rules.language.compiled import Compiled
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.read import check_references
from sanctions_rules.rulebooks.explained import ExplainedDecision
from sanctions_rules.rulebooks.folders import contents, read_files, two_files
from sanctions_rules.rulebooks.store import compiled
from sanctions_rules.values import Truth
from sanctions_rules.view import View

if TYPE_CHECKING:
    from sanctions_rules.compare import Comparison
    from sanctions_rules.language.ast import Block
    from sanctions_rules.rulebooks.history import History
    from sanctions_rules.rulebooks.intake import Intake

PACKAGED = ("us", "eu", "uk")
#: The environment variable that says through when rulebooks of one's own are current at least.
AT_LEAST: Final = "SANCTIONS_RULES_AT_LEAST"
COMPILED: Final = "compiled"
#: The engines that decide one case: the one that is quick, and the reference.
ENGINES: Final = (COMPILED, "interpreter")
#: How many questions (regimes, day of knowledge, readings) a law keeps compiled.
QUESTIONS: Final = 32
#: Packaged rulebooks of commitments, and the regimes whose provisions they name as carrying them out:
#: they are loaded whenever all of those are, and bring them along where they are asked for.
COMMITMENTS: Final = {"g7": ("us", "eu", "uk")}


@dataclass(frozen=True)
class Law:
    """Loaded rulebooks: immutable, shared between threads. Made by `load` or `load_path`."""

    compiled: Compiled

    @property
    def program(self) -> Program:
        return self.compiled.program

    @property
    def regimes(self) -> tuple[str, ...]:
        return self.program.regimes

    @property
    def digest(self) -> str:
        return self.program.digest

    def overlaid(self, *proposals: str | Path, key: signing.Key = None) -> Law:
        """This law with proposals laid over it: rule files, folders of them, or rule text.

        Every answer says so. `key`: as `load_path`, so that only signed folders are taken. Raises
        RulebookError where one does not say that it is an overlay, does not fit what it is laid
        over, or is not signed.
        """
        files = dict(self.compiled.files)
        added: dict[str, bytes] = {}
        for proposal in proposals:
            found = _proposed(proposal, self.compiled.limits, len(files) + len(added), key)
            for name in found:
                if name in files or name in added:
                    raise RulebookError([two_files(name, str(proposal))])
            added.update(found)
        made = compiled({**files, **added}, self.compiled.limits)
        marked = {overlay.file for overlay in made.program.overlays}
        bare = [name for name in added if name.endswith(".rules") and name not in marked]
        if bare:
            raise RulebookError([_bare(name) for name in bare])
        return Law(made)

    def decide(
        self, case: Case | Facts, *, regimes: Iterable[str] | None = None,
        about: Iterable[str] = (), known_on: date | None = None,
        readings: Mapping[str, str] | None = None, allow_withdrawn: Iterable[str] = (),
        engine: str = COMPILED,
    ) -> ExplainedDecision:  # fmt: skip
        """What the law says of the act, under each regime.

        The compiled engine answers at once; everything behind the outcome is found by the
        reference when it is asked for, and is checked against it. `engine="interpreter"` asks the
        reference alone. `Facts`, as `read_facts` and `trusted` give them, are quicker than a case.
        `about` narrows the question to named instruments or provisions, and the answer says so.
        `known_on` hides law first published later. `readings` picks a reading by its point.
        `allow_withdrawn` names texts that the rulebook marks as found wrong and that are to be used
        all the same; of any other it is not known what it says.
        Raises LookupError for an unknown regime, instrument, reading point or reading, or a text that
        was not withdrawn, and FactsError for a case that names a person or thing that it does not hold.
        """
        if case.__class__ is Facts and engine == COMPILED:
            if not (regimes or about or known_on or readings or allow_withdrawn):
                return self._usual.decide(case)  # type: ignore[arg-type]
        about, allowed = tuple(about), frozenset(allow_withdrawn)
        for name in about:
            if not any(known.startswith(name) for known in self.program.citations):
                raise LookupError(f"nothing is called `{name}`; {self._suggest(name)}")
            if re.split(r"[. ]", name)[0] not in self.regimes:
                raise LookupError(
                    f"`{name}` is a commitment, which binds nobody: ask about what carries it out"
                )
        asked = tuple(regimes or self.regimes)
        decision = self._decided(
            case, self._allowing(allowed), asked, about, known_on, readings, engine
        )
        if allowed:
            decision = replace(decision, allow_withdrawn=tuple(sorted(allowed)), regimes={
                r.regime: replace(r, withdrawn=tuple(
                    i for i in sorted(allowed) if self._rests_on(decision, r, i, allowed)
                )) for r in decision
            })  # fmt: skip
        return decision.made_by(self)

    def _decided(
        self, case: Case | Facts, program: Program, regimes: tuple[str, ...], about: tuple[str, ...],
        known_on: date | None, readings: Mapping[str, str] | None, engine: str,
    ) -> ExplainedDecision:  # fmt: skip
        if engine not in ENGINES:
            near = did_you_mean(engine, ENGINES) or f"engines are: {', '.join(ENGINES)}"
            raise LookupError(f"there is no engine `{engine}`; {near}")
        settings = conclude.settings_of(program, regimes, known_on, readings)
        if isinstance(case, Case):
            _refuse_dangling(case)
        if engine == COMPILED:
            facts = Facts.of(case) if isinstance(case, Case) else case
            return self._decider(program, settings, regimes, about).decide(facts)
        given = case if isinstance(case, Case) else case.case
        return ExplainedDecision.of(
            conclude.decide(program, given, regimes, about, known_on, readings)
        )

    @cached_property
    def _usual(self) -> Decider[ExplainedDecision]:
        """What is asked most: everything, as it stands."""
        settings = conclude.settings_of(self.program, (), None, None)
        return self._decider(self.program, settings, self.regimes, ())

    def _decider(
        self, program: Program, settings: Settings, regimes: tuple[str, ...], about: tuple[str, ...]
    ) -> Decider[ExplainedDecision]:
        chosen = tuple(sorted(settings.readings.items()))
        key = (program.digest, settings.known_on, chosen, regimes, about)
        found = self._deciders.get(key)
        if found is None:
            if len(self._deciders) >= QUESTIONS:
                self._deciders.clear()
            ensure_named(COMPILED)
            found = Decider(ExplainedDecision, program, settings, regimes, about, home=self)
            self._deciders[key] = found
        return found

    @cached_property
    def _deciders(self) -> dict[Any, Decider[ExplainedDecision]]:
        return {}

    def intake(
        self, case: Case, *, regimes: Iterable[str] | None = None, about: Iterable[str] = (),
        known_on: date | None = None, readings: Mapping[str, str] | None = None,
        beside: bool = False, unanswered: Iterable[str] = (),
    ) -> Intake:  # fmt: skip
        """What is still to be found out in these regimes, each fact once, the next question first.

        Asked for is what the outcomes wait for; with `beside`, then also what exposures and duties
        wait for. `unanswered`: facts, as `missing` names them, for which nobody has an answer.
        """
        from sanctions_rules.rulebooks.intake import intake

        decision = self.decide(
            case, regimes=regimes, about=about, known_on=known_on, readings=readings
        )
        return intake(decision, beside=beside, unanswered=unanswered)

    def _allowing(self, allowed: frozenset[str]) -> Program:
        """The program in which these withdrawn texts count."""
        for name in sorted(allowed):
            if name not in self.program.withdrawn:
                near = did_you_mean(name, self.program.withdrawn) or (
                    "withdrawn are: " + (", ".join(self.program.withdrawn) or "none")
                )
                raise LookupError(f"no text called `{name}` was withdrawn; {near}")
        if not allowed:
            return self.program
        if allowed not in self._allowed:
            from sanctions_rules.language.lower import lower

            self._allowed[allowed] = lower(self.compiled.rulebook, self.digest, allowed)
        return self._allowed[allowed]

    @cached_property
    def _allowed(self) -> dict[frozenset[str], Program]:
        return {}

    def digest_allowing(self, allowed: Iterable[str] = ()) -> str:
        """The digest of this law where these withdrawn texts count. Raises LookupError for others."""
        return self._allowing(frozenset(allowed)).digest

    def settled(self, allowed: Iterable[str] = ()) -> Mapping[str, Any]:
        """The resolved rulebook as plain data, for who checks certificates: docs/certificates.md."""
        key = frozenset(allowed)
        if key not in self._settled:
            from sanctions_rules.language.settled import settled

            self._settled[key] = settled(self.compiled.rulebook, key)
        return self._settled[key]

    @cached_property
    def _settled(self) -> dict[frozenset[str], Mapping[str, Any]]:
        return {}

    def _rests_on(
        self, decision: Decision, one: RegimeDecision, name: str, allowed: frozenset[str]
    ) -> bool:
        """Whether the answer names the withdrawn text, or is another one without it."""
        standing = one.standing(Standing.BINDS, Standing.MAY_BIND, Standing.LIFTED)
        bearing = [f for f in standing if f.norm.verb == "prohibits"]
        found = [*bearing, *(e.finding for e in one.exposures), *(d.finding for d in one.duties)]
        if any(name in f.norm.withdrawn.split(", ") or name in f.because_of for f in found):
            return True
        source = decision.source
        without = Evaluation(
            self._allowing(allowed - {name}), source.evaluation.view, source.settings
        )
        return conclude.answer_of(one) != conclude.answer(without, one.regime, decision.about)

    def compare(
        self, case: Case, *, regimes: Iterable[str] | None = None, about: Iterable[str] = (),
        known_on: date | None = None, readings: Mapping[str, str] | None = None,
        from_: date | None = None, to: date | None = None,
        homes: Mapping[str, str] | None = None,
    ) -> Comparison:  # fmt: skip
        """The case under each regime side by side, why they differ, and, from a day to a day, when.

        `from_` and `to` move the act through those days (`compare.moving` says what moves with it).
        `homes` asks each regime of the same act at home: for a regime that has a country here, each
        of these countries among the facts is read as its own (`{"us": "US", "eu": "DE"}`).
        Raises what `decide` raises, LookupError for the home of a regime that is not asked, and
        ValueError for a range of days that has one end only or runs backwards.
        """
        from sanctions_rules.compare import Checked, compare
        from sanctions_rules.compare.homes import at_home

        if (from_ is None) != (to is None):
            raise ValueError("a range of days has two ends: from_ and to")
        if from_ is not None and to is not None and to < from_:
            raise ValueError(f"the days run backwards: {from_} to {to}")
        asked = tuple(regimes or self.regimes)
        for regime in homes or ():
            if regime not in asked:
                near = did_you_mean(regime, asked) or "asked are: " + ", ".join(asked)
                raise LookupError(f"a home is given for `{regime}`, which is not asked; {near}")
        decisions = [
            self.decide(
                at_home(case, homes or {}, group[0]), regimes=group, about=about,
                known_on=known_on, readings=readings,
            )
            for group in (tuple((r,) for r in asked) if homes else (asked,))
        ]  # fmt: skip
        span = (from_, to) if from_ is not None and to is not None else None
        return compare(decisions, Checked(self._checked), span, homes)

    @cached_property
    def _checked(self) -> list[tuple[str, int, str, str]]:
        """Where each text begins, and how it was checked."""
        return sorted(
            (b.head.file, b.head.start, b.id, str(slot.names[0]) if slot else "")
            for b in self.compiled.rulebook.blocks
            for slot in (b.slot("checked"),)
        )

    def holds(
        self, term: str, case: Case, of: str | None = None, *, known_on: date | None = None
    ) -> bool | None:
        """Whether a defined term holds of the item of that id or place, or the act; None: unknown.

        Raises LookupError for a term that is not defined or an item that is not in the case.
        """
        if term not in self.program.terms:
            near = did_you_mean(term, self.program.terms)
            raise LookupError(f"no definition says what `{term}` is; {near}")
        _refuse_dangling(case)
        name, noun = self.program.terms[term]
        view = View(case)
        run = Evaluation(
            self.program,
            view,
            Settings(known_on, {p.name: p.default for p in self.program.readings}),
        )
        truth = run.definition(name, view.named(of, noun) if noun else None)
        return None if truth is Truth.UNKNOWN else truth is Truth.TRUE

    # -- the rulebook itself ---------------------------------------------------------------------

    def __getitem__(self, name: str) -> tuple[Block, ...]:
        """All versions and readings of one id: `us.gl104`, `us.eo14068 §1(a)(i)@2022-03-11`."""
        from sanctions_rules.language.resolve import first_day

        plain, _, pin = name.partition("@")
        found = self.compiled.rulebook.by_id.get(plain, [])
        kept = tuple(b for b in found if not pin or str(first_day(b)) == pin)
        if not kept:
            raise KeyError(f"nothing is called `{name}`; {self._suggest(plain)}")
        return kept

    def provisions(self, under: str = "") -> Iterator[Block]:
        """Every block that says something of its own, in the order written."""
        for block in self.compiled.rulebook.blocks:
            if block.kind not in ("example", "overlay", "instrument") and block.id.startswith(
                under
            ):
                yield block

    def at(self, day: date | str) -> tuple[Block, ...]:
        """The provisions in force on that day, or for part of it, in the order written.

        Left out are those that nothing fills on that day, readings that are not preferred, and
        commitments, which have no legal effect.
        """
        on = date.fromisoformat(day) if isinstance(day, str) else day
        return tuple(
            block
            for block in self.provisions()
            if not (block.verb and block.verb.word == "commits to")
            and self.history.status(block, on).is_in_force
        )

    @cached_property
    def history(self) -> History:
        """Where each text stands on a day, what fills it and what lifts it."""
        from sanctions_rules.rulebooks.history import History

        return History(self.compiled)

    def norms(self) -> tuple[Norm, ...]:
        return self.program.norms

    def _suggest(self, name: str) -> str:
        return did_you_mean(name, self.program.citations) or "see `sanctions-rules show`"


def _proposed(
    proposal: str | Path, limits: Limits, number: int = 0, key: signing.Key = None
) -> dict[str, bytes]:
    """The files of a proposal; text is one file, with a number for its name."""
    if isinstance(proposal, str) and "\n" in proposal:
        name = f"text-{number}.rules"
        if signing.trusted(key) is not None:
            raise signing.missing(name)
        return {name: proposal.encode()}
    return read_files(proposal, limits=limits, key=key)


def laid_over(
    *proposals: str | Path, limits: Limits = DEFAULT, key: signing.Key = None
) -> tuple[str, ...]:
    """The regimes that proposals say they lie over and of which there is law to load.

    A file that cannot be read names none: what is wrong with it is said when it is laid over law.
    Raises RulebookError for a proposal that is not signed with the `key`.
    """
    from sanctions_rules.language.parse import parse
    from sanctions_rules.language.parsing.tokens import read_source

    found: dict[str, None] = {}
    for proposal in proposals:
        for name, content in _proposed(proposal, limits, key=key).items():
            source = read_source(name, content, limits)[0] if name.endswith(".rules") else None
            for block in parse(source, limits)[0] if source else ():
                over = block.slot("over") if block.kind == "overlay" else None
                found.update((str(word), None) for word in (over.names if over else ()))
    return tuple(filter(_is_there, found))


def _is_there(regime: str) -> bool:
    """Whether there is a packaged or registered rulebook of the regime."""
    with suppress(LookupError):
        return regime in PACKAGED or bool(_registered(regime))
    return False


def _bare(name: str) -> Diagnostic:
    """A proposal that would pass for law."""
    return Diagnostic(
        "no-overlay", "the file does not say that it is laid over the law", path=name,
        help='begin it with overlay "TITLE", and under that: over us, cites "SOURCE", end',
    )  # fmt: skip


def _refuse_dangling(case: Case) -> None:
    """A case built in Python may name what it does not hold; `read_case` has looked already."""
    problems = check_references(case)
    if problems:
        raise FactsError(problems)


def load(*regimes: str) -> Law:
    """The packaged rulebooks of these regimes (all, where none is named), and registered ones.

    Raises LookupError for a regime that there is no rulebook of, RulebookError for one that does
    not load.
    """
    return _load(tuple(sorted(set(regimes or PACKAGED))))


@cache
def _load(regimes: tuple[str, ...]) -> Law:
    return Law(compiled(packaged_files(regimes)))


def load_path(
    *paths: str | Path, including: Iterable[str] = (), limits: Limits = DEFAULT,
    key: signing.Key = None, at_least: str | None = None,
) -> Law:  # fmt: skip
    """Rulebooks of your own: folders of `.rules` files, or single files. Raises RulebookError.

    `including`: packaged regimes that your rules build upon, loaded with them. `key`: a public key,
    or the file of one; then every path is a folder that was signed with it, and is checked before
    anything of it is parsed. `at_least`: the day, or day and serial ("2026-11-01 2"), that each of
    your rulebooks says it is current through, or a later one. Where they are not given, the
    environment may: SANCTIONS_RULES_KEY, SANCTIONS_RULES_AT_LEAST.
    """
    packaged = packaged_files(including)
    law = Law(compiled({**packaged, **read_files(*paths, limits=limits, key=key)}, limits))
    least = os.environ.get(AT_LEAST) if at_least is None else at_least
    if least is not None:
        _refuse_older(law.program, {name.partition("/")[0] for name in packaged}, least)
    return law


def _refuse_older(program: Program, packaged: set[str], least: str) -> None:
    """Refuse rulebooks that were current before: a pack that was signed once stays signed."""
    day, _, number = least.strip().partition(" ")
    try:
        wanted = (date.fromisoformat(day), int(number or 0))
    except ValueError:
        message = f"`{least}` is neither a day nor a day and a serial"
        raise RulebookError([Diagnostic("bad-day", message, help="as in 2026-11-01 2")]) from None
    own = [head for head in program.heads if head.regime not in packaged]
    problems = [
        Diagnostic("rolled-back", f"the rulebook of {head.regime} is current through "
                   f"{head.through} {head.serial}, and {least} is asked for", path=head.regime,
                   help="an older pack was put in the place of a newer one")
        for head in own if (head.through, head.serial) < wanted
    ]  # fmt: skip
    if not own:
        problems = [Diagnostic("rolled-back", "no rulebook here says through when it is current")]
    if problems:
        raise RulebookError(problems)


def _with_commitments(regimes: Iterable[str]) -> tuple[str, ...]:
    found = set(regimes)
    for name, needed in COMMITMENTS.items():
        if name in found:
            found.update(needed)
        elif found.issuperset(needed):
            found.add(name)
    return tuple(sorted(found))


def packaged_files(regimes: Iterable[str]) -> dict[str, bytes]:
    """The files of packaged and registered rulebooks, by name. Raises LookupError for others."""
    found: dict[str, bytes] = {}
    regimes = _with_commitments(regimes)
    for regime in regimes:
        if regime in PACKAGED or regime in COMMITMENTS:
            root: Traversable | Path = files("sanctions_rules") / "rulebooks" / regime
        else:
            root = _registered(regime)
        found.update(contents(root, f"{regime}/", DEFAULT))
    return found


def _registered(regime: str) -> Path:
    """The folder of a rulebook that another package brings. Raises LookupError."""
    from importlib.metadata import entry_points  # takes longer to load than the law

    registered = {entry.name: entry for entry in entry_points(group="sanctions_rules.rulebooks")}
    if regime not in registered:
        known = (*PACKAGED, *COMMITMENTS, *registered)
        near = did_you_mean(regime, known) or "there are: " + ", ".join(known)
        raise LookupError(f"there is no rulebook of `{regime}`; {near}")
    return Path(str(registered[regime].load()))
