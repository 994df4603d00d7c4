"""`decide` and `explain`: files of facts in, decisions out, and the code that a script reads."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from sanctions_rules.cli import FINDINGS, INVALID, OK, UNDETERMINED, show
from sanctions_rules.cli.formats import Format
from sanctions_rules.cli.giving import Given, cases_of, lists_of, screened
from sanctions_rules.cli.keeping import Keeping, keep
from sanctions_rules.decision import Decision, DutyState, Finding, Outcome, RegimeDecision, Standing
from sanctions_rules.diagnostics import ProblemsError
from sanctions_rules.facts import Case
from sanctions_rules.render.sentences import headline, joined, named, say, visible, words
from sanctions_rules.rulebooks import PACKAGED, Law, laid_over, load, load_path
from sanctions_rules.rulebooks.explained import ExplainedDecision
from sanctions_rules.values import Truth

#: What `--fail-on` may name, and when it is met.
FAIL_ON: Final = ("exposure", "duty", "reading", "unverified", "withdrawn", "stale")


@dataclass(frozen=True)
class Asked:
    """One question from the command line."""

    facts: Sequence[str]
    regimes: Sequence[str] = ()
    about: Sequence[str] = ()
    known_on: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict[str, str])
    rules: Sequence[Path] = ()
    including: Sequence[str] = ()
    format: Format = Format.TEXT
    certificate: bool = False
    fail_on: frozenset[str] = frozenset()
    allow_undetermined: bool = False
    allow_withdrawn: Sequence[str] = ()
    kept: Keeping = field(default_factory=Keeping)
    lists: Sequence[str] = ()
    names_by: str = ""
    actor: str = ""
    overlays: Sequence[Path] = ()


class WrongUsage(Exception):
    """The question itself cannot be asked: an unknown regime, instrument or reading."""


def ask(asked: Asked, explained: bool) -> int:
    """Decide every file, or none where one cannot be read; print; return the exit code."""
    given: list[Given] = []
    problems: list[ProblemsError] = []
    for name in asked.facts:
        try:
            given += cases_of(name, asked.actor)
        except ProblemsError as error:
            problems.append(error)
    try:
        law = law_of(asked.rules, asked.including, asked.regimes, asked.overlays)
    except ProblemsError as error:
        problems.append(error)
        law = None
    said: list[str] = []
    try:
        regimes = asked.regimes or (law.regimes if law else ())
        snapshots = lists_of(asked.lists)
        given, said = screened(given, snapshots, asked.known_on, asked.names_by, regimes)
    except ProblemsError as error:
        problems.append(error)
    if problems or law is None:
        for error in problems:
            print(error, file=sys.stderr)
        return INVALID
    if asked.format is Format.HTML and len(given) > 1:
        raise WrongUsage("a page shows one case, and the message holds several")
    decisions = [_decide(law, one.case, asked) for one in given]
    if asked.format is Format.RECORD:
        keep(decisions, asked.kept)
    elif asked.format is Format.CERTIFICATE:
        show("\n".join(decision.certificate() for decision in decisions))
    else:
        show(_shown(decisions, [one.name for one in given], asked, explained))
    for text in () if asked.kept.redact_key else said:
        print(visible(text), file=sys.stderr)
    for regime in (r for d in decisions for r in d):
        for text in () if asked.kept.redact_key else exposed(regime):
            print(text, file=sys.stderr)
    return exit_code(decisions, asked.fail_on, asked.allow_undetermined)


def law_of(
    rules: Sequence[Path], including: Sequence[str] = (), regimes: Sequence[str] = (),
    overlays: Sequence[Path] = (),
) -> Law:  # fmt: skip
    """Packaged law, or rules of one's own, and proposals over it. Raises WrongUsage, RulebookError.

    A proposal may lie over more law than is asked about; all that it lies over is loaded.
    """
    try:
        if overlays and not rules:
            regimes = (*(regimes or PACKAGED), *laid_over(*overlays))
        law = load_path(*rules, including=including) if rules else load(*regimes)
        return law.overlaid(*overlays) if overlays else law
    except LookupError as error:
        raise _usage(error) from None


def _decide(law: Law, case: Case, asked: Asked) -> ExplainedDecision:
    try:
        return law.decide(
            case, regimes=asked.regimes or None, about=asked.about, known_on=asked.known_on,
            readings=asked.readings, allow_withdrawn=asked.allow_withdrawn,
        )  # fmt: skip
    except LookupError as error:
        raise _usage(error) from None


def _usage(error: LookupError) -> Exception:
    """A plain LookupError is the asker's mistake; a KeyError or IndexError would be ours."""
    return WrongUsage(str(error)) if type(error) is LookupError else error


# -- what is printed ----------------------------------------------------------------------------


def _shown(
    decisions: Sequence[ExplainedDecision], names: Sequence[str], asked: Asked, explained: bool
) -> str:
    match asked.format:
        case Format.HTML:
            return decisions[0].to_html(certificate=asked.certificate).rstrip("\n")
        case Format.JSON:
            texts = [d.to_json().rstrip("\n") for d in decisions]
            return texts[0] if len(texts) == 1 else "[\n" + ",\n".join(texts) + "\n]"
        case Format.MARKDOWN:
            return "\n".join(d.to_markdown() for d in decisions).rstrip("\n")
        case Format.TEXT | Format.RECORD | Format.CERTIFICATE:
            texts = [_full(d) if explained else "\n".join(short(d)) for d in decisions]
    if len(texts) == 1:
        return texts[0]
    return "\n\n".join(f"{visible(n)}\n{t}" for n, t in zip(names, texts, strict=True))


def _full(decision: ExplainedDecision) -> str:
    """The whole explanation: as wide as the terminal, in colour only where one looks at it."""
    from sanctions_rules.render.text import to_text

    if not sys.stdout.isatty():
        return to_text(decision).rstrip("\n")
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return to_text(decision, shutil.get_terminal_size().columns, colour).rstrip("\n")


#: Of each outcome, the findings that carry it.
CARRIED: Final = {
    Outcome.PROHIBITED: (Standing.BINDS,),
    Outcome.UNDETERMINED: (Standing.MAY_BIND, Standing.CONFLICT),
    Outcome.AUTHORISED: (Standing.LIFTED,),
    Outcome.NOT_PROHIBITED: (Standing.EXCEPTED, Standing.DISPLACED),
}


#: How many reasons, and how many missing facts, the short answer names.
SHORT: Final = 10


def short(decision: ExplainedDecision) -> Iterator[str]:
    """The answer with its reasons, a line each: what a person reads first."""
    for regime in decision:
        yield f"{regime.regime}: {regime.outcome}"
        yield f"  {headline(regime, decision.about)}"
        if decision.known_on is not None:
            yield f"  {say('footer.known_on', day=decision.known_on)}"
        if not regime.reached:
            yield f"  {say('unreached')}"
        carried = [
            f for f in regime.standing(*CARRIED[regime.outcome]) if f.norm.verb == "prohibits"
        ]
        reasons = [*map(_reason, carried), *(_power(e.finding) for e in regime.exposures)]
        yield from (f"  {reason}" for reason in reasons[:SHORT])
        if len(reasons) > SHORT:
            yield f"  and {len(reasons) - SHORT} more, which `explain` names"
        if regime.missing:
            asked = [visible(str(leaf)) for leaf in regime.missing]
            more = f" and {len(asked) - SHORT} more" if len(asked) > SHORT else ""
            yield f"  missing: {', '.join(asked[:SHORT])}{more}"
            question = regime.next_question
            if question is not None:
                yield f"  ask first: {visible(question.text or str(question.leaf))}"


def _reason(finding: Finding) -> str:
    row = f"standing.{finding.standing.name}"
    text = f"{finding.norm.id} {say(row, subject=_subject(finding))}"
    if finding.unless and finding.because_of:
        text += f", unless {joined(finding.because_of, 'or')} applies"
    elif finding.because_of and finding.standing is not Standing.MAY_BIND:
        text = say("by", standing=text, names=joined(finding.because_of))
    if finding.lapsed:
        text += "; " + say("lapsed", names=joined(finding.lapsed))
    return f"{text} ({'; '.join(finding.norm.citations)})"


def _power(finding: Finding) -> str:
    row = "power.BINDS" if finding.truth is Truth.TRUE else "power.MAY_BIND"
    cited = "; ".join(finding.norm.citations)
    return f"{finding.norm.id} {say(row, subject=_subject(finding))} ({cited})"


def _subject(finding: Finding) -> str:
    """The thing by its own name, between marks, or by its place in the facts; or the act."""
    if not finding.subject:
        return visible(finding.subject_id) or say("act")
    return finding.subject if finding.subject == finding.subject_id else named(finding.subject_id)


def exposed(regime: RegimeDecision) -> Iterator[str]:
    """A line for each one who is exposed: the exit code alone does not say so."""
    found: dict[str, list[str]] = {}
    for exposure in regime.exposures:
        if exposure.truth is Truth.TRUE:
            found.setdefault(_subject(exposure.finding), []).extend(exposure.menu)
    for whom, menu in found.items():
        choices = joined(dict.fromkeys(words(m) for m in menu), "or")
        yield f"{regime.regime}: {say('headline.exposed', whom=whom, menu=choices)}"


# -- the exit code ------------------------------------------------------------------------------


def exit_code(
    decisions: Iterable[Decision], fail_on: frozenset[str], allow_undetermined: bool
) -> int:
    regimes = [regime for decision in decisions for regime in decision]
    if any(r.outcome is Outcome.PROHIBITED or fails(r, fail_on) for r in regimes):
        return FINDINGS
    if any(is_open(r) for r in regimes) and not allow_undetermined:
        return UNDETERMINED
    return OK


def is_open(regime: RegimeDecision) -> bool:
    """Whether the outcome, an exposure or a duty is not determined."""
    return (
        regime.outcome is Outcome.UNDETERMINED
        or any(e.truth is Truth.UNKNOWN for e in regime.exposures)
        or any(d.state is DutyState.UNKNOWN and not d.lasting for d in regime.duties)
    )


def fails(regime: RegimeDecision, kinds: frozenset[str]) -> bool:
    """Whether one of the kinds named by `--fail-on` is met."""
    met = {
        "exposure": any(e.truth is Truth.TRUE for e in regime.exposures),
        "duty": any(
            d.state in (DutyState.OPEN, DutyState.BREACHED) and not d.lasting for d in regime.duties
        ),
        "reading": any(r.sensitive for r in regime.readings),
        "unverified": bool(regime.unverified),
        "withdrawn": bool(regime.withdrawn),
        "stale": regime.stale,
    }
    return any(met[kind] for kind in kinds)
