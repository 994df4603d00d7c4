"""One paragraph that says what was decided, from the fields of the record and nothing else.

Names from facts stand between marks that they cannot hold themselves, with control and direction
marks written out: a hostile name is a name, and no part of the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from sanctions_rules.decision import Decision, Finding, Outcome, RegimeDecision, Standing
from sanctions_rules.engines.conclude import Source
from sanctions_rules.record.fields import ADVICE
from sanctions_rules.recording.stated import text, time
from sanctions_rules.render.sentences import headline, joined, named, say, visible, words

#: Of each outcome, the prohibitions that carry it.
CARRIED: Final = {
    Outcome.PROHIBITED: (Standing.BINDS,),
    Outcome.UNDETERMINED: (Standing.MAY_BIND, Standing.CONFLICT),
    Outcome.AUTHORISED: (Standing.LIFTED,),
    Outcome.NOT_PROHIBITED: (Standing.EXCEPTED, Standing.DISPLACED),
}
#: How many reasons, and how many missing facts, one regime's sentences name.
MOST: Final = 5


def narrative(decision: Decision) -> str:
    return " ".join(sentence for sentence in _sentences(decision) if sentence)


def _sentences(decision: Decision) -> Iterator[str]:
    yield _act(decision)
    for one in decision:
        through = f"law read through {one.current_through}"
        yield f"{visible(one.title)} ({through}): {headline(one, decision.about)}."
        if not one.reached and one.outcome is Outcome.NOT_PROHIBITED:
            yield say("unreached")
        carried = [f for f in one.standing(*CARRIED[one.outcome]) if f.norm.verb == "prohibits"]
        if carried:
            yield f"Reasons: {_several([_reason(f) for f in carried])}."
        if one.missing:
            yield f"Missing: {_several([visible(str(leaf)) for leaf in one.missing])}."
        yield _relied(one)
    yield ADVICE


def _act(decision: Decision) -> str:
    case = cast(Source, decision.source).case
    act, when = case.act, time(decision, case)
    who = named(text(case.actor)) if text(case.actor) else "an actor who is not named"
    what = words(act.kind) if isinstance(act.kind, str) else "an act of unknown kind"
    places = [
        f"{word} {code}"
        for word, code in (("from", act.departure), ("to", act.destination))
        if isinstance(code, str)
    ]
    return f"{' '.join([words(what).capitalize(), *places])} by {who}, {when.event} {_when(when.transaction_date)}."


def _when(value: Any) -> str:
    if isinstance(value, str):
        return f"on {visible(value)}"
    if isinstance(value, dict):
        ends = cast("dict[str, str]", value)
        return joined([f"{words(k)} {visible(v)}" for k, v in sorted(ends.items())])
    return "at a time that is not known"


def _reason(finding: Finding) -> str:
    whom = named(finding.subject_id) if finding.subject else say("act")
    told = f"{visible(finding.norm.id)} {say(f'standing.{finding.standing.name}', subject=whom)}"
    if finding.because_of:
        link = "unless" if finding.standing is Standing.MAY_BIND else "by"
        told += f", {link} {joined(map(visible, finding.because_of), 'or')}"
    return f"{told} ({'; '.join(map(visible, finding.norm.citations))})"


def _relied(one: RegimeDecision) -> str:
    """Judgements and readings that the answer rests on."""
    parts = [f"judgement {visible(j)}" for j in one.judgements]
    parts += [f"{visible(r.point)} read as {words(r.reading)}" for r in one.readings]
    return f"It rests on: {_several(parts)}." if parts else ""


def _several(parts: list[str]) -> str:
    shown = "; ".join(parts[:MOST])
    return shown if len(parts) <= MOST else f"{shown}; and {len(parts) - MOST} more"
