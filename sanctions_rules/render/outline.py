"""A decision in the order in which it is read: one outline, from which every page is made.

Text, memo and HTML differ in layout only; what they say, and in which order, is settled here.
Things that stand alike under one provision are told once: forty lines of goods of which one is
prohibited give two entries, not forty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from sanctions_rules.core import Norm, Program
from sanctions_rules.decision import (
    Decision,
    Duty,
    DutyState,
    Finding,
    Outcome,
    Question,
    ReadingUsed,
    RegimeDecision,
    Standing,
)
from sanctions_rules.facts import Collection, Listed
from sanctions_rules.render.clauses import Writer, term_words
from sanctions_rules.render.derivation import Line, Teller
from sanctions_rules.render.sentences import beside, headline, joined, named, say, visible, words
from sanctions_rules.values import NOT_APPLICABLE, Items, Truth
from sanctions_rules.view import View

#: Standings of a provision that never came to be tested on its conditions.
OUT_OF_REACH: Final = (
    Standing.OTHER_ACT, Standing.NOT_BOUND, Standing.NOT_YET, Standing.ENDED,
    Standing.NOT_PUBLISHED, Standing.DORMANT, Standing.AWAITING, Standing.BEFORE_COVERED,
    Standing.NEVER,
)  # fmt: skip
#: The reason of a provision about things of which the case has none.
NO_SUBJECT: Final = "NO_SUBJECT"
#: Standings of a provision that was tested, and does not bind.
TESTED: Final = (Standing.NOT_MET, Standing.EXCEPTED, Standing.DISPLACED)
#: By verb, the rows of the table that say how a provision stands.
_KINDS: Final = {
    "prohibits": "standing", "empowers": "power", "requires": "owing", "penalises": "liability",
}  # fmt: skip
#: Strictest first, as design D7 orders outcomes across regimes.
_STRICTNESS: Final = tuple(Outcome)
#: What a thing is called while we look whether others read alike.
_EACH: Final = "\N{WHITE SQUARE}"
#: How many things of one entry are named at its head, and in each of its lines.
SHOWN_SUBJECTS, SHOWN_ALIKE = 6, 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One provision, and the things that stand alike under it.

    `lines`: why. `exceptions`: what could take them out, and whether it does. `lifting`: where a
    licence lifts it, why that one applies; `lines` then say why it would bind otherwise.
    """

    norm: Norm
    findings: tuple[Finding, ...]
    standing: str
    notes: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    exceptions: tuple[Line, ...] = ()
    lifting: tuple[Line, ...] = ()

    @property
    def title(self) -> str:
        return visible(self.norm.title)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The places of the things; empty for one, whose name stands in each line."""
        places = tuple(one.subject for one in self.findings)
        return places if len(places) > 1 else ()

    @property
    def citations(self) -> tuple[str, ...]:
        return tuple(map(visible, self.norm.citations))

    @property
    def open_exceptions(self) -> tuple[Line, ...]:
        """The exceptions that apply or may apply; the others are told once for the regime."""
        return tuple(line for line in self.exceptions if line.truth.may)

    @property
    def checked(self) -> str:
        text = say(f"checked.{self.norm.checked}")
        note = visible(self.norm.checked_note)
        return say("checked.note", checked=text, note=note) if note else text


@dataclass(frozen=True, slots=True)
class Considered:
    """An exception that was tested, why it applies or not, and for which provisions."""

    line: Line
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Something to find out: in words, by its place, and whether the outcome waits for it."""

    sentence: str
    leaf: str
    need: str
    for_outcome: bool


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """Provisions that were not tested on their conditions, for one reason."""

    standing: str
    reason: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A recorded judgement that the answer rests on."""

    sentence: str
    given: str
    question: str
    factors: tuple[str, ...]
    citation: str


@dataclass(frozen=True, slots=True)
class ReadAs:
    """A reading that the answer rests on, and what the others would give."""

    sentence: str
    others: tuple[str, ...]
    sensitive: bool


@dataclass(frozen=True, slots=True)
class RegimeOutline:
    """What one regime says, in reading order."""

    decision: RegimeDecision
    title: str
    headline: str
    beside: tuple[str, ...]
    answer: tuple[str, ...]
    warnings: tuple[str, ...]
    binds: tuple[Entry, ...]
    if_: tuple[Entry, ...]
    unless: tuple[Entry, ...]
    conflicts: tuple[Entry, ...]
    lifted: tuple[Entry, ...]
    excepted: tuple[Entry, ...]
    not_met: tuple[Entry, ...]
    exposures: tuple[Entry, ...]
    spared: tuple[Entry, ...]
    duties: tuple[Entry, ...]
    liabilities: tuple[Entry, ...]
    derogations: tuple[Entry, ...]
    exceptions: tuple[Considered, ...]
    out_of_time: tuple[str, ...]
    missing: tuple[Missing, ...]
    question: tuple[str, ...]
    asked: Question | None
    judgements: tuple[Judged, ...]
    readings: tuple[ReadAs, ...]
    out_of_reach: tuple[OutOfReach, ...]

    @property
    def outcome(self) -> Outcome:
        return self.decision.outcome

    @property
    def bearing(self) -> tuple[Entry, ...]:
        """The entries that carry the answer."""
        return (
            *self.binds, *self.if_, *self.unless, *self.conflicts, *self.lifted, *self.excepted,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole decision: what was asked, what each regime says, and what it was made from."""

    decision: Decision
    facts: tuple[tuple[str, str], ...]
    scope: str
    regimes: tuple[RegimeOutline, ...]
    footer: tuple[str, ...]
    advice: str


def outline(decision: Decision, base: str = "") -> Outline:
    """`base`: the name of the file of ordinary facts that lies under the case, if there is one."""
    source = decision.source
    program, view = cast(Program, source.program), cast(View, source.evaluation.view)
    zones = {head.regime: head.zone for head in program.heads}
    regimes = [
        _regime(decision, one, Teller(source, Writer(program, view, zones[one.regime])))
        for one in sorted(decision, key=lambda r: _STRICTNESS.index(r.outcome))
    ]
    writer = Writer(program, view, next(iter(zones.values()), "UTC"))
    about = joined(map(visible, decision.about))
    scope = say("warning.scope", about=about) if about else ""
    return Outline(
        decision, tuple(asked(writer)), scope, tuple(regimes),
        tuple(footer(decision, view, base)), say("footer.advice"),
    )  # fmt: skip


def _out_of_time(line: Line) -> bool:
    below = line.children
    return line.truth is Truth.FALSE and bool(below) and all(one.kind == "force" for one in below)


# -- one regime ---------------------------------------------------------------------------------


def _regime(decision: Decision, one: RegimeDecision, teller: Teller) -> RegimeOutline:
    writer = teller.writer
    bans = [f for f in one.findings if f.norm.verb == "prohibits"]
    may = [f for f in bans if f.standing is Standing.MAY_BIND]
    powers = sorted((e.finding for e in one.exposures), key=lambda f: not f.truth.must)
    owed = {id(d.finding): d for d in one.duties if d.state is not DutyState.NOT_OWED}

    def entries(findings: Iterable[Finding], *standings: Standing) -> tuple[Entry, ...]:
        chosen = (f for f in findings if not standings or f.standing in standings)
        return tuple(_entries(teller, chosen, _standing))

    def duty(finding: Finding, subject: str) -> str:
        return _duty(owed[id(finding)], subject)

    found = {
        "binds": entries(bans, Standing.BINDS),
        "if_": entries(f for f in may if not f.unless),
        "unless": entries(f for f in may if f.unless),
        "conflicts": entries(bans, Standing.CONFLICT),
        "lifted": entries(bans, Standing.LIFTED),
        "excepted": entries(bans, Standing.EXCEPTED, Standing.DISPLACED),
        "exposures": entries(powers),
        "duties": tuple(_entries(teller, (d.finding for d in owed.values()), duty)),
        "liabilities": entries(one.liabilities),
        "derogations": entries(one.derogations),
    }
    told = [entry for group in found.values() for entry in group]
    late = [x.provision for e in told for x in e.exceptions if _out_of_time(x)]
    question = one.next_question if one.missing else None
    return RegimeOutline(
        one, visible(one.title), headline(one, decision.about),
        tuple(beside(one, decision.about)), tuple(_answer(one)),
        tuple(warnings(one, writer.program.withdrawn)),
        not_met=entries(bans, Standing.NOT_MET),
        spared=entries(one.spared, *TESTED),
        exceptions=tuple(_considered(told)),
        out_of_time=tuple(dict.fromkeys(map(visible, late))),
        missing=tuple(
            Missing(writer.leaf(leaf), str(leaf), leaf.need, leaf in one.missing_for_outcome)
            for leaf in one.missing
        ),
        question=tuple(_question(question, writer)) if question else (),
        asked=question,
        judgements=tuple(_judgement(j, writer) for j in one.judgements),
        readings=tuple(map(_reading, one.readings)),
        out_of_reach=(*_out_of_reach([*bans, *one.spared]), *_without_things(decision, one)),
        **found,
    )  # fmt: skip


def _considered(entries: Iterable[Entry]) -> Iterator[Considered]:
    found: dict[Line, dict[str, None]] = {}
    for entry in entries:
        for line in entry.exceptions:
            if not _out_of_time(line):
                found.setdefault(line, {})[visible(entry.norm.id)] = None
    for line, ids in found.items():
        yield Considered(line, tuple(ids))


def _answer(one: RegimeDecision) -> Iterator[str]:
    yield say(f"outcome.{one.outcome}")
    if not one.reached and one.outcome is Outcome.NOT_PROHIBITED:
        yield say("unreached")
    if one.presumptive_outcome is not one.outcome:
        yield say("presumptive", outcome=say(f"word.{one.presumptive_outcome}").lower())


def warnings(one: RegimeDecision, withdrawn: Mapping[str, str]) -> Iterator[str]:
    """What weakens the answer, in sentences."""
    for overlay in one.overlays:
        yield say("warning.overlay", title=visible(overlay.title), source=visible(overlay.source))
    if one.withdrawn:
        texts = (f"{visible(i)} ({visible(withdrawn.get(i, ''))})" for i in one.withdrawn)
        yield say("warning.withdrawn", texts=joined(texts))
    if one.stale:
        yield say("warning.stale", day=one.current_through)
    if one.unverified:
        yield say("warning.unverified", ids=joined(map(visible, one.unverified)))
    if any(r.sensitive for r in one.readings):
        yield say("warning.reading")
    if one.unheard:
        yield say("warning.unheard", names=joined(map(visible, one.unheard)))


def _out_of_reach(findings: Iterable[Finding]) -> Iterator[OutOfReach]:
    found: dict[Standing, dict[str, None]] = {}
    for one in findings:
        if one.standing in OUT_OF_REACH:
            found.setdefault(one.standing, {})[visible(one.norm.id)] = None
    for standing in OUT_OF_REACH:
        if standing in found:
            text = say(f"standing.{standing.name}")
            yield OutOfReach(standing.name, text, tuple(found[standing]))


def _without_things(decision: Decision, one: RegimeDecision) -> Iterator[OutOfReach]:
    """Provisions about goods, persons or accounts of which the case surely has none.

    They leave no finding. Where the question was narrowed we do not know which were asked.
    """
    program = cast(Program, decision.source.program)
    exposures, duties = (e.finding for e in one.exposures), (d.finding for d in one.duties)
    found = {f.norm.id for f in (*one.findings, *one.spared, *exposures, *duties)}
    ids = [
        visible(norm.id) for norm in program.norms
        if norm.regime == one.regime and norm.verb in ("prohibits", "empowers", "requires")
        and norm.menu != ("derogation",) and norm.id not in found
    ]  # fmt: skip
    if ids and not decision.about:
        yield OutOfReach(NO_SUBJECT, say("no_subject"), tuple(dict.fromkeys(ids)))


# -- entries ------------------------------------------------------------------------------------

_Say = Callable[[Finding, str], str]


def _standing(finding: Finding, subject: str) -> str:
    kind = "derogation" if finding.norm.menu == ("derogation",) else _KINDS[finding.norm.verb]
    text = say(f"{kind}.{finding.standing.name}", subject=subject)
    names = list(map(visible, finding.because_of))
    if names and finding.standing is not Standing.MAY_BIND:
        return say("by", standing=text, names=joined(names))
    if names and finding.unless:
        return say("unless.names", standing=text, names=joined(names, "or"))
    return text


def _duty(duty: Duty, subject: str) -> str:
    state = say(f"duty.{duty.state.name}")
    gaps = {"duty": words(duty.what), "subject": subject, "state": state}
    return say("duty.due", due=visible(duty.due), **gaps) if duty.due else say("duty", **gaps)


def _entries(teller: Teller, findings: Iterable[Finding], standing: _Say) -> Iterator[Entry]:
    """Findings as entries; those of one provision that read alike but for the name make one."""
    groups: dict[tuple[int, str, _Told], list[Finding]] = {}
    for one in findings:
        alike = teller.renaming({one.subject: _EACH}) if one.subject else teller
        key = (id(one.norm), standing(one, ""), _told(alike, one))
        groups.setdefault(key, []).append(one)
    for group in groups.values():
        first = group[0]
        if len(group) > 1:
            names = _some([teller.writer.thing(one.subject) for one in group], SHOWN_ALIKE)
            told = _told(teller.renaming({first.subject: say("each", names=names)}), first)
        else:
            told = _told(teller, first)
        lines, exceptions, lifting = told
        text = standing(first, _subjects(teller.writer, group))
        notes = tuple(_notes(first))
        yield Entry(first.norm, tuple(group), text, notes, lines, exceptions, lifting)


_Told = tuple[tuple[Line, ...], tuple[Line, ...], tuple[Line, ...]]


def _told(teller: Teller, finding: Finding) -> _Told:
    if finding.standing is Standing.LIFTED:
        lifting = tuple(teller.finding(finding))
        lines = teller.would_bind(finding)
    else:
        lifting, lines = (), teller.finding(finding)
    exceptions = tuple(line for line in lines if line.kind == "exception")
    if lifting:
        exceptions = tuple(line for line in exceptions if line not in lifting)
    return tuple(line for line in lines if line.kind != "exception"), exceptions, lifting


def _subjects(writer: Writer, group: list[Finding]) -> str:
    first = group[0]
    if not first.subject:
        collection = first.norm.collection
        if collection is None:
            return say("act")
        return say("unnamed", collection=writer.phrase(collection, {}))
    return _some([writer.described(one.subject) for one in group], SHOWN_SUBJECTS)


def _some(names: list[str], most: int) -> str:
    if len(names) <= most:
        return joined(names)
    return say("value.more", a=", ".join(names[:most]), count=len(names) - most)


def _notes(finding: Finding) -> Iterator[str]:
    norm = finding.norm
    if finding.lapsed:
        yield say("lapsed", names=joined(map(visible, finding.lapsed)))
    if norm.verb == "empowers" and finding.truth.may:
        if norm.menu and norm.menu != ("derogation",):
            yield say("power.menu", menu=joined(map(words, norm.menu), "or"))
        if norm.powers:
            yield say("power.powers", powers=visible(norm.powers))
    if norm.penalties:
        yield say("power.menu", menu=joined(map(words, norm.penalties), "or"))


# -- questions, judgements, readings ------------------------------------------------------------


def _question(question: Question, writer: Writer) -> Iterator[str]:
    what = visible(question.text) or writer.leaf(question.leaf)
    yield what
    if question.answer:
        yield say(
            "question.answer", settles=visible(question.settles), answer=visible(question.answer)
        )
    if question.with_:
        yield say("question.with", others=joined(map(writer.leaf, question.with_)))
    if not question.exact:
        yield say("question.greedy")


def _judgement(text: str, writer: Writer) -> Judged:
    question, _, of = text.partition(" of ")
    asked, factors, cite = writer.program.questions.get(question, ("", (), ""))
    thing, owner = writer.judged_thing(of)
    given = writer.judged(owner, question) if owner is not None else ""
    return Judged(
        say("judgement", thing=thing, term=term_words(question)), given, visible(asked),
        tuple(map(visible, factors)), visible(cite),
    )  # fmt: skip


def _reading(one: ReadingUsed) -> ReadAs:
    others = tuple(
        say("reading.other", reading=words(reading), change=_change(change))
        if change
        else say("reading.same", reading=words(reading))
        for reading, change in one.others
    )
    text = say(
        "reading", point=visible(one.point), reading=words(one.reading), basis=visible(one.basis)
    )
    return ReadAs(text, others, one.sensitive)


def _change(change: str) -> str:
    row = f"word.{change}"
    return say(row).lower() if change in Outcome.__members__ else visible(change)


# -- what was asked, and from what --------------------------------------------------------------


def asked(writer: Writer) -> Iterator[tuple[str, str]]:
    """The facts of the act itself, each in the words of the vocabulary."""
    view = writer.view
    for place, _ in view.supplied():
        head = place.partition(".")[0]
        if head not in ("actor", "act", "as_of"):
            continue
        path = tuple(place.split("."))
        value = view.read(view.root, path)[0]
        if value is NOT_APPLICABLE or value == Items((), True):
            continue
        yield (
            writer.phrase_of(view.root, path),
            writer.value(value, writer.declared_of(view.root, path)),
        )
    for collection in ("goods", "transactions", "services", "accounts"):
        items = view.items(collection)
        if items:
            text = _some([writer.described(item.place) for item in items], SHOWN_SUBJECTS)
            yield writer.phrase_of(view.root, (collection,)), text


def footer(decision: Decision, view: View, base: str = "") -> Iterator[str]:
    """From what the answer was made: clocks, law, lists, digests, engine."""
    yield (
        say("footer.known_on", day=decision.known_on)
        if decision.known_on
        else say("footer.known_all")
    )
    for one in decision:
        yield say("footer.through", title=visible(one.title), day=one.current_through)
    chosen = [f"{visible(p)} = {visible(r)}" for p, r in sorted(decision.chosen_readings.items())]
    if chosen:
        yield say("footer.readings", readings=", ".join(chosen))
    if base:
        yield say("footer.base", base=named(base))
    for complete, row in ((True, "footer.closed"), (False, "footer.open")):
        rests = dict.fromkeys(
            cast(Listed, value).basis for _, value in view.supplied()
            if isinstance(value, (Listed, Collection)) and cast(Listed, value).complete is complete
        )  # fmt: skip
        rests.pop(None, None)
        if rests:
            yield say(row, basis=joined(named(cast(str, b)) for b in rests))
    yield say("footer.rulebook", digest=decision.rulebook_digest)
    yield say("footer.facts", digest=decision.facts_digest)
    yield say("footer.engine", engine=decision.engine_version, tzdata=decision.tzdata_version)
