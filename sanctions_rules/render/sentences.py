"""Every sentence that a decision is told in, from one table.

A row is English with named gaps; `say` fills them. What comes from facts is hostile text: it
passes through `visible`, which leaves no control, escape or direction mark in it, and through
`named`, which puts it between marks that it cannot forge.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from sanctions_rules.decision import DutyState, Finding, RegimeDecision
from sanctions_rules.values import Truth

TEMPLATES: Final[dict[str, str]] = {
    # -- the answer of a regime
    "outcome.PROHIBITED": "The act is prohibited: at least one prohibition surely binds it.",
    "outcome.UNDETERMINED": "Whether the act is prohibited turns on what is not known.",
    "outcome.AUTHORISED": "The act is authorised: what would prohibit it is lifted by a licence.",
    "outcome.NOT_PROHIBITED": "The act is not prohibited by the rules encoded here.",
    "word.PROHIBITED": "Prohibited",
    "word.UNDETERMINED": "Undetermined",
    "word.AUTHORISED": "Authorised",
    "word.NOT_PROHIBITED": "Not prohibited",
    "unreached": "No prohibition of this regime reaches the act, by its time, actor or kind.",
    "presumptive": "If what must be shown counts as not shown while it is unknown: {outcome}.",
    "headline.exposed": "exposed: {whom} ({menu})",
    "headline.exposure_open": "exposure not determined: {whom} ({menu})",
    "headline.duty": "duty {state}: {duties}",
    "headline.readings": "rests on a reading",
    "headline.withdrawn": "rests on text that was withdrawn: {ids}",
    "headline.stale": "stale: law read through {day}",
    "headline.overlay": "with a proposal laid over the law: {titles}",
    "headline.scope": "asked about {about} only",
    # -- how one provision stands to one thing
    "standing.BINDS": "binds {subject}",
    "standing.MAY_BIND": "may bind {subject}",
    "standing.LIFTED": "would bind {subject}, and is lifted by a licence",
    "standing.EXCEPTED": "does not bind {subject}: an exception takes it out",
    "standing.DISPLACED": "does not bind {subject}: another provision displaces it",
    "standing.NOT_MET": "does not bind {subject}: its condition is not met",
    "standing.OTHER_ACT": "about another act or another place",
    "standing.NOT_BOUND": "addressed to others than the actor",
    "standing.NOT_YET": "not yet in force on that day",
    "standing.ENDED": "no longer in force on that day",
    "standing.NOT_PUBLISHED": "not yet published on the day of knowledge",
    "standing.DORMANT": "dormant: no determination fills what it leaves open",
    "standing.AWAITING": "enacted, and awaiting an act",
    "standing.BEFORE_COVERED": "begun before the period that the rulebook covers",
    "standing.NEVER": "never in effect: replaced before their first day",
    "no_subject": "about things that the case does not have",
    "standing.CONFLICT": "is in conflict with a duty, for {subject}",
    "if": "prohibited if",
    "unless": "prohibited unless",
    "power.BINDS": "may be used on {subject}",
    "power.MAY_BIND": "may be usable on {subject}: not determined",
    "power.EXCEPTED": "cannot be used on {subject} here: an exception takes it out",
    "power.NOT_MET": "cannot be used on {subject} on these facts",
    "power.menu": "what it allows: {menu}",
    "power.powers": "who decides: {powers}",
    "power.never": "This is exposure, not a prohibition: nothing follows until the power is used.",
    "power.DISPLACED": "cannot be used on {subject} here: another provision displaces it",
    "owing.NOT_MET": "not owed for {subject}: its condition is not met",
    "owing.EXCEPTED": "not owed for {subject}: an exception takes it out",
    "owing.DISPLACED": "not owed for {subject}: another provision displaces it",
    "liability.BINDS": "falls on {subject}",
    "liability.MAY_BIND": "may fall on {subject}: not determined",
    "derogation.BINDS": "could be granted for {subject}",
    "derogation.MAY_BIND": "may be open to {subject}: not determined",
    "by": "{standing} ({names})",
    "unless.names": "{standing}, unless {names} applies",
    "unnamed": "one of {collection} that is not named",
    "act": "the act",
    "each": "each of {names}",
    # -- duties
    "duty.NOT_OWED": "not owed",
    "duty.OPEN": "to be done",
    "duty.MET": "done",
    "duty.BREACHED": "breached",
    "duty.UNKNOWN": "not known whether it is owed or done",
    "duty": "{duty} for {subject}: {state}",
    "duty.due": "{duty} for {subject}, {due}: {state}",
    # -- what is missing, by what is needed of it
    "need.fact": "{what}",
    "need.range": "a closer range of {what}",
    "need.hour": "the hour of {what}: the day alone does not decide",
    "need.completeness": "whether the list is complete: {what}",
    "need.code": "a longer code: {what}",
    "need.agreement": "which is right: {what} and the sort of the good disagree",
    "need.judgement": "a person's judgement whether {thing} is {term}",
    "need.judgement.asked": "a person's judgement whether {thing} is {term}: {question}",
    "need.reading": "which reading holds: {what}",
    "need.law": "law that the rulebook does not have: {what}",
    "missing.beside": "for an exposure or a duty only",
    "question.answer": "An answer that could settle {settles}: {answer}.",
    "question.with": "It settles it together with: {others}.",
    "question.greedy": "Fewer questions may do.",
    # -- conditions: that they hold, that they fail; an unknown one is wrapped in `open`
    "open": "not known whether {clause}",
    "and.holds": "all of these hold",
    "and.fails": "not all of these hold",
    "and.open": "not known whether all of these hold",
    "or.holds": "one of these holds",
    "or.fails": "none of these holds",
    "or.open": "not known whether one of these holds",
    "not.holds": "it is not so that {a}",
    "not.fails": "{a}",
    "shown.holds": "it is shown that {a}",
    "shown.fails": "it is not shown that {a}",
    "holds.holds": "{a}",
    "holds.fails": "it is not so that {a}",
    "equals.holds": "{a} is {b}",
    "equals.fails": "{a} is not {b}",
    "same_item.holds": "{a} is {b}",
    "same_item.fails": "{a} is not {b}",
    "one_of.holds": "{a} is one of: {b}",
    "one_of.fails": "{a} is none of: {b}",
    "includes.holds": "{a} include {b}",
    "includes.fails": "{a} do not include {b}",
    "includes.any.fails": "{a} include none of: {b}",
    "includes.any.open": "not known whether {a} include any of: {b}",
    "exactly.holds": "{a} are {b} and no others",
    "exactly.fails": "{a} are not {b} and no others",
    "is_none.holds": "{a}: there is none",
    "is_none.fails": "{a}: there is one",
    "less.holds": "{a} is less than {b}",
    "less.fails": "{a} is not less than {b}",
    "less.turned.holds": "{b} is more than {a}",
    "less.turned.fails": "{b} is not more than {a}",
    "less.time.holds": "{a} is before {b}",
    "less.time.fails": "{a} is not before {b}",
    "less.time.turned.holds": "{b} is after {a}",
    "less.time.turned.fails": "{b} is not after {a}",
    "at_most.holds": "{a} is at most {b}",
    "at_most.fails": "{a} is not at most {b}",
    "at_most.turned.holds": "{b} is at least {a}",
    "at_most.turned.fails": "{b} is not at least {a}",
    "at_most.time.holds": "{a} is on or before {b}",
    "at_most.time.fails": "{a} is not on or before {b}",
    "at_most.time.turned.holds": "{b} is on or after {a}",
    "at_most.time.turned.fails": "{b} is not on or after {a}",
    "same.holds": "{a} is exactly {b}",
    "same.fails": "{a} is not exactly {b}",
    "same.time.holds": "{a} is {b}",
    "same.time.fails": "{a} is not {b}",
    "falls_under.holds": "{a} fall under {b}",
    "falls_under.fails": "{a} do not fall under {b}",
    "falls_under.sort.holds": "no code of {thing} is known, but it is of the sort under {b}",
    "falls_under.sort.fails": "no code of {thing} is known, but it is not of the sort under {b}",
    "in_force.holds": "{a} lies within {b}",
    "in_force.fails": "{a} does not lie within {b}",
    "undefined.holds": "no text in force says what the words mean",
    "undefined.fails": "a text in force says what the words mean",
    "undefined.open": "not known for want of a text that says what the words mean then",
    # -- operators whose value is no truth
    "times.value": "{count} times {a}",
    "instants.value": "{a}",
    "shifted.value.after": "{count} {unit} after {a}",
    "shifted.value.before": "{count} {unit} before {a}",
    "next_day.value": "the day after {a}",
    "lookup.gives": "the table says {a}",
    "lookup.value": "the value of the table at {a}",
    # -- facts and terms
    "fact.yes": "{a}",
    "judged.holds": "{thing} is judged {term}",
    "judged.fails": "{thing} is judged not {term}",
    "judged.open": "nobody has decided whether {thing} is {term}",
    "judged.given": "{answer}, by {who}",
    "reading.holds": "{point} is read as {reading}",
    "reading.fails": "{point} is not read as {reading}",
    "term.holds": "{thing} is {term}",
    "term.fails": "{thing} is not {term}",
    "literal.holds": "this always holds",
    "literal.fails": "this never holds",
    "literal.open": "not known, for want of law: {because}",
    "published.holds": "the text, published on {day}, was known by then",
    "published.fails": "the text, published on {day}, was not yet known",
    # -- quantifiers: simple ones name their members, others list what members meet
    "some.holds": "one of {collection}",
    "some.fails": "none of {collection}",
    "some.lines.holds": "one of {collection} meets all of this",
    "some.lines.fails": "none of {collection} meets all that is asked",
    "some.lines.open": "not known whether one of {collection} meets all that is asked",
    "every.holds": "each of {collection}",
    "every.fails": "not each of {collection}",
    "every.lines.holds": "each of {collection} meets all of this",
    "every.lines.fails": "not each of {collection} meets all that is asked",
    "every.lines.open": "not known whether each of {collection} meets all that is asked",
    "at_least.holds": "at least {count} of {collection}",
    "at_least.fails": "fewer than {count} of {collection}",
    "at_least.lines.holds": "at least {count} of {collection} meet all of this",
    "at_least.lines.fails": "fewer than {count} of {collection} meet all that is asked",
    "at_least.lines.open": "not known whether {count} of {collection} meet all that is asked",
    "some.empty": "none of {collection} is one that it speaks of",
    "every.empty": "each of {collection} is one that it speaks of",
    "at_least.empty": "too few of {collection} are ones that it speaks of",
    "some.unlisted": "not known whether one of {collection} is one that it speaks of",
    "every.unlisted": "not known whether each of {collection} is one that it speaks of",
    "at_least.unlisted": "not known whether enough of {collection} are ones that it speaks of",
    "some.member": "of {collection}, {thing} meets all of this",
    "member.holds": "{thing} meets all of this",
    "member.fails": "{thing} does not",
    "member.open": "{thing} may",
    "sum.value": "the sum of {what} over {collection}",
    # -- parts of a provision
    "force.holds": "{what} is in force at {when}: {interval}",
    "force.fails": "{what} is not in force at {when}: {interval}",
    "force.open": "not known whether {what} is in force at {when}: {interval}",
    "force.replaced": "{what} has given way to the text that replaces it from {day}",
    "force.unpublished": "{what} was published on {day} only: not yet known",
    "force.not": "{what} is not in force then",
    "force.reading": "{what} counts only where {point} is read as {reading}",
    "reached.holds": "a prohibition under {what} covers it",
    "reached.fails": "no prohibition under {what} covers it",
    "covered.holds": "{what} covers it",
    "covered.fails": "{what} does not cover it",
    "effective.holds": "{what} applies",
    "effective.fails": "{what} does not apply",
    "exception.holds": "{what} applies",
    "exception.fails": "{what} does not apply",
    "exception.open": "not known whether {what} applies",
    "specific.holds": "a specific licence lifts it",
    "specific.fails": "no specific licence that lifts it is held",
    "specific.open": "not known whether a specific licence lifts it",
    "conflict.holds": "a duty demands what it forbids",
    "conflict.fails": "no duty demands what it forbids",
    "owned.holds": "{thing} is owned by persons who are {term}, {share}",
    "owned.fails": "{thing} is not owned by persons who are {term}, {share}",
    "owned_directly.holds": "{thing} is owned by persons who are {term} themselves, {share}",
    "owned_directly.fails": "{thing} is not owned by persons who are {term} themselves, {share}",
    "owned.share": "at least {percent} of {basis}, {mode}",
    "owned.share.above": "more than {percent} of {basis}, {mode}",
    "owned.holding": "{owner} holds {percent} of {asset}",
    "owned.partner": "{percent} of {asset}, which {holder} holds, counts as held by {owner}: they are partners in it",
    "owned.control": "{owner} controls {asset}",
    "owned.somebody": "somebody",
    "controlled.holds": "{thing} is controlled by persons who are {term}, through {means}",
    "controlled_directly.holds": "{thing} is controlled by persons who are {term} themselves, through {means}",
    "controlled_directly.fails": "{thing} is not controlled by persons who are {term} themselves, through {means}",
    "controlled.fails": "{thing} is not controlled by persons who are {term}, through {means}",
    "owned.who": "not known who that is",
    "deeper": "what that rests on lies too deep to be told here",
    "owned.odd.over": "the stakes in {asset} come to more than 100 percent in all: one of them is wrong",
    "owned.odd.own": "{asset} is said to hold shares in itself: they carry nothing to it",
    "owned.odd.twice": "an owner has more than one stake in {asset}: they are added up",
    # -- intervals, spans and lists
    "interval.awaiting": "from a day that an act still to come sets",
    "interval.from": "from {since}",
    "interval.from.before": "since before the first day looked up",
    "interval.from.between": "from a day between {since} and {surely}",
    "interval.open": "no end stated",
    "interval.until": "until {until}",
    "interval.through": "through {until}",
    "interval.until.between": "to an end between {until} and {possibly}",
    "interval.until.after": "to an end that is not known, not before {until}",
    "value.not_known": "not known",
    "value.not_known.because": "not known: {because}",
    "value.none": "none",
    "value.yes": "yes",
    "value.no": "no",
    "value.at_least": "at least {a}",
    "value.more_than": "more than {a}",
    "value.at_most": "at most {a}",
    "value.less_than": "less than {a}",
    "value.on_or_after": "on or after {a}",
    "value.after": "after {a}",
    "value.on_or_before": "on or before {a}",
    "value.before": "before {a}",
    "value.both": "{a} and {b}",
    "value.one_of": "one of {a}",
    "value.open_list": "{a}, and perhaps others",
    "value.more": "{a} and {count} more",
    "value.other_than": "{a}, other than {b}",
    "value.codes": "{a} and {count} more codes",
    "value.components": "{a} and its components",
    "value.sourced": "{a}, by {source}",
    "place.described": "{thing} ({text})",
    "place.of": "{part} of {owner}",
    "listing.of": "listing {entry} of {owner}",
    "listing.told": "entry {entry}, {parts}",
    "listing.programme": "programme {a}",
    "listing.list": "list {a}",
    "listing.since": "listed {a}",
    "listing.since.day": "listed on {a}",
    "listing.source": "shown by {a}",
    # -- how the text was checked, and warnings
    "checked.primary": "text checked against the primary source",
    "checked.secondary": "text checked against secondary sources only",
    "checked.unverified": "text not verified",
    "checked.": "how the text was checked is not stated",
    "checked.note": "{checked} ({note})",
    "warning.stale": "Stale: the law was read through {day} only, and the act is later.",
    "warning.withdrawn": "The answer rests on text that was found wrong and withdrawn: {texts}.",
    "warning.unverified": "The answer rests on text that was not verified: {ids}.",
    "warning.overlay": "This is not what the law says: the proposal “{title}” is laid over it ({source}).",
    "warning.scope": "Asked about {about} only: other law was not considered.",
    "warning.unheard": "Recorded judgements on which nothing turned here: {names}.",
    "warning.reading": "The answer turns on a reading: see below.",
    # -- judgements and readings
    "judgement": "whether {thing} is {term}",
    "reading": "{point}: read as {reading} ({basis})",
    "reading.same": "read as {reading}, nothing would change",
    "reading.other": "read as {reading}: {change}",
    # -- headings, and the parts of an entry
    "heading.page": "Sanctions decision",
    "heading.skip": "Skip to the answer",
    "heading.memo": "Sanctions memorandum",
    "heading.asked": "Question",
    "heading.answer": "Answer",
    "heading.reasons": "Reasons",
    "heading.exceptions": "Exceptions considered",
    "heading.binds": "What prohibits it",
    "heading.if": "Prohibited if",
    "heading.unless": "Prohibited unless",
    "heading.conflicts": "In conflict",
    "heading.lifted": "What a licence lifts",
    "heading.excepted": "What an exception takes out",
    "heading.exposures": "Exposure",
    "heading.duties": "Duties",
    "heading.liabilities": "Liabilities",
    "heading.derogations": "Derogations that an authority could grant",
    "heading.missing": "What is missing",
    "heading.question": "Ask first",
    "heading.relied": "Judgements and readings",
    "heading.judgements": "Judgements",
    "heading.readings": "Readings",
    "heading.not_met": "Considered, and not met",
    "heading.out_of_reach": "Out of reach",
    "heading.sources": "Sources and versions",
    "heading.check": "Check this decision",
    "check.what": "Each answer below rests on steps, and each step on facts and on earlier steps. A step"
    " is checked when you open it, by its own rule and by nothing else of this page; the button"
    " checks every step. It trusts the rules and the facts as this page carries them:"
    " the command sanctions-rules verify checks it against rules and facts of your own.",
    "check.all": "Check every step",
    "check.without": "This browser runs no scripts. The command sanctions-rules verify checks the same proof.",
    "part.because": "because",
    "part.lifting": "lifted because",
    "part.otherwise": "it would bind otherwise, because",
    "part.exceptions": "what could take it out",
    "part.for": "tried for {names}",
    "lapsed": "no longer covered by {names}, which ended before",
    "part.out_of_time": "not in force then: {names}",
    "part.above": "{line} (see above)",
    "part.nothing": "None.",
    # -- comparison of regimes
    "heading.compare": "Comparison",
    "heading.compare.page": "One act under several laws",
    "heading.compare.why": "Why they differ",
    "heading.compare.time": "Through time",
    "column.regime": "Regime",
    "column.outcome": "Outcome",
    "column.decides": "What decides",
    "column.applies": "Applies",
    "column.threshold": "Threshold",
    "column.relief": "Licence or exception",
    "column.duties": "Duties",
    "column.exposures": "Exposures",
    "column.missing": "What is missing",
    "column.warnings": "To be kept in mind",
    "column.days": "Days",
    "column.change": "What brings the change",
    "cause.scope": "Scope",
    "cause.date": "Date",
    "cause.threshold": "Threshold",
    "cause.origin_test": "Origin test",
    "cause.ownership_test": "Ownership test",
    "cause.exception_form": "Form of the exception",
    "cause.evidence": "Evidence",
    "cause.who_is_bound": "Who is bound",
    "compare.none": "none",
    "compare.agree": "The regimes asked give the same answer.",
    "compare.one_regime": "One regime only was asked: there is nothing to compare it with.",
    "compare.unexplained": "No text of the one was found that answers to a text of the other.",
    "compare.differ": "{cause}: {a}; {b}.",
    "compare.half": "{called}: {text}",
    "compare.text": "{regime}, {cited}",
    "compare.through": "{a} through {b}",
    "compare.applies": "in force {interval}",
    "compare.in_force": "{standing} ({interval})",
    "compare.no_measure": "no text of the measure “{measure}” that speaks of the act",
    "compare.no_text": "no text that speaks of such an act comes near it",
    "compare.only_duty": "a duty ({duty}), and no prohibition",
    "compare.duty": "is owed",
    "compare.by": "taken out by {names}",
    "compare.may_by": "may be taken out by {names}: {why}",
    "compare.derogation": "nothing takes it out unless an authority allows it under {names}",
    "compare.duty_state": "a duty ({duty}), {state}",
    "compare.because": "{text}: {why}",
    "compare.own_text": "an exception in its own text",
    "compare.unrelieved": "nothing takes it out",
    "compare.relief_text": "{cited} ({interval})",
    "compare.home": "{country} for {regime}",
    "compare.homes": "The same act is asked about at home under each regime: {homes}.",
    "compare.relief.licence": "lifts it by licence",
    "compare.relief.scope": "takes it out as an exception",
    "compare.relief.override": "displaces it",
    "compare.nearest": "nothing; nearest: {cited}, which {standing}",
    "compare.provision": "{cited} [{id}]",
    "compare.provision.standing": "{cited} [{id}]: {standing}",
    "compare.secondary": "The answer rests on text checked against secondary sources only: {ids}.",
    "time.duties": "duty owed: {duties}",
    "time.moved": "The act is moved through the days from {first} to {last}: {facts}. All else stays.",
    "time.days": "{first} to {last}",
    "time.day": "{first}",
    "time.since": "{since} to {last}",
    "time.stretch": "{days}: {outcome}",
    "time.begins": "{cited} begins ({interval})",
    "time.ends": "{cited} ends ({interval})",
    "time.turns": "{cited} turns on that day",
    "time.same": "the answer is the same on every day",
    "time.picture": "Picture of the answers by regime from {first} to {last}; the table below says the same.",
    # -- what was asked, and from what
    "question.act": "Is this act allowed?",
    "given": "given: {a}",
    "footer.known_on": "law known on {day}",
    "footer.known_all": "all law that the rulebook knows",
    "footer.through": "{title}: current through {day}",
    "footer.readings": "readings: {readings}",
    "footer.base": "facts laid over the base {base}",
    "footer.closed": "lists are complete by: {basis}",
    "footer.open": "lists may be longer than: {basis}",
    "footer.facts": "facts {digest}",
    "footer.rulebook": "rulebook {digest}",
    "footer.engine": "{engine}; tzdata {tzdata}",
    "footer.advice": "Software, not legal advice.",
}  # fmt: skip

# -- hostile text --------------------------------------------------------------------------------

#: General categories that show nothing, or that steer how their neighbours are shown.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
OPENING, CLOSING = "“", "”"


def hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN


def visible(text: str) -> str:
    """The text with each control, escape and direction mark written out: `⟨U+202E⟩`."""
    if text.isprintable():  # nothing of `_HIDDEN` is, in any script
        return text
    return "".join(f"⟨U+{ord(c):04X}⟩" if hidden(c) else c for c in text)


def named(text: str) -> str:
    """A text from facts, between marks that it cannot hold itself."""
    inner = visible(text).replace(OPENING, '"').replace(CLOSING, '"')
    return f"{OPENING}{inner}{CLOSING}"


# -- filling rows --------------------------------------------------------------------------------


def say(row: str, **gaps: object) -> str:
    """The row of that name, its gaps filled. Raises KeyError for a row that the table lacks."""
    return TEMPLATES[row].format(**gaps)


def form(truth: Truth) -> str:
    return {Truth.TRUE: "holds", Truth.FALSE: "fails", Truth.UNKNOWN: "open"}[truth]


def stated(row: str, truth: Truth, **gaps: object) -> str:
    """The row as it stands with that truth; `open` wraps it unless it has its own form."""
    name = f"{row}.{form(truth)}"
    if truth is Truth.UNKNOWN and name not in TEMPLATES:
        return say("open", clause=say(f"{row}.holds", **gaps))
    return say(name, **gaps)


#: Words of the vocabulary that are written otherwise in prose.
_WRITTEN: Final = {
    "sdn": "SDN", "capta": "CAPTA", "us": "US", "eu": "EU", "uk": "UK", "un": "UN", "usd": "USD",
    "usc": "USC", "ofac": "OFAC", "cbp": "CBP", "ifad": "IFAD", "russia": "Russia",
    "russian": "Russian", "eo14024": "E.O. 14024", "eo14065": "E.O. 14065", "eo14066": "E.O. 14066",
    "eo14068": "E.O. 14068", "eo14071": "E.O. 14071", "eo14114": "E.O. 14114",
    "eo13660": "E.O. 13660", "eo13661": "E.O. 13661", "eo13662": "E.O. 13662",
    "eo13685": "E.O. 13685",
}  # fmt: skip


def words(text: str) -> str:
    """A word of the vocabulary as prose: `non_industrial` is two words."""
    return " ".join(_WRITTEN.get(word, word) for word in visible(text).split("_"))


def joined(parts: Iterable[str], last: str = "and") -> str:
    found = list(parts)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {last} {found[-1]}"


def _called(finding: Finding) -> str:
    """A thing by its own name, between marks, or by its place in the facts."""
    return finding.subject if finding.subject_id == finding.subject else named(finding.subject_id)


def headline(decision: RegimeDecision, about: tuple[str, ...] = ()) -> str:
    """The outcome with what stands beside it, in one line."""
    return "; ".join([say(f"word.{decision.outcome}").lower(), *beside(decision, about)])


def beside(decision: RegimeDecision, about: tuple[str, ...] = ()) -> list[str]:
    """What stands beside the outcome: exposure, duties, readings, staleness, scope."""
    parts: list[str] = []
    if decision.overlays:
        titles = joined(visible(o.title) for o in decision.overlays)
        parts.append(say("headline.overlay", titles=titles))
    parts += [*exposed(decision), *owed(decision)]
    if any(r.sensitive for r in decision.readings):
        parts.append(say("headline.readings"))
    if decision.withdrawn:
        parts.append(say("headline.withdrawn", ids=joined(map(visible, decision.withdrawn))))
    if decision.stale:
        parts.append(say("headline.stale", day=decision.current_through))
    if about:
        parts.append(say("headline.scope", about=joined(about)))
    return parts


def exposed(decision: RegimeDecision) -> list[str]:
    """Who is exposed to what, surely and perhaps."""
    parts: list[str] = []
    for truth, row in ((Truth.TRUE, "headline.exposed"), (Truth.UNKNOWN, "headline.exposure_open")):
        found = [e for e in decision.exposures if e.truth is truth]
        if found:
            whom = joined(dict.fromkeys(_called(e.finding) for e in found))
            menu = joined(dict.fromkeys(words(m) for e in found for m in e.menu), "or")
            parts.append(say(row, whom=whom, menu=menu))
    return parts


def owed(decision: RegimeDecision) -> list[str]:
    """Which duties are breached, open, or not known; lasting ones run beside every answer."""
    parts: list[str] = []
    for state in (DutyState.BREACHED, DutyState.OPEN, DutyState.UNKNOWN):
        duties = dict.fromkeys(
            words(d.what) for d in decision.duties if d.state is state and not d.lasting
        )
        if duties:
            parts.append(say("headline.duty", state=words(str(state)), duties=", ".join(duties)))
    return parts
