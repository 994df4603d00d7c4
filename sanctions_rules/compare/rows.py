"""A regime as a row: outcome, what decides and since when, thresholds, relief, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from sanctions_rules.compare.model import Provision, Row
from sanctions_rules.compare.sides import Side, sentence
from sanctions_rules.decision import Finding, Outcome, Standing
from sanctions_rules.render.derivation import Line
from sanctions_rules.render.outline import warnings
from sanctions_rules.render.sentences import exposed, joined, owed, say, visible
from sanctions_rules.themes import Cause, cause_of_all


def row(side: Side, nearest: Iterable[Finding]) -> Row:
    """`nearest`: what comes closest to the act, where nothing decides."""
    one = side.one
    bearing = side.bearing()
    near = [] if bearing else list(nearest)
    told = [line for finding in (*bearing, *near) for line in side.told(finding)]
    relief = [norm for finding in bearing for norm in side.relief(finding)]
    texts = dict.fromkeys(side.texts(told if bearing else [*told, *_one_line_short(side)]))
    texts |= {(f.norm.id, f.norm.checked or "unverified"): None for f in (*bearing, *near)}
    texts |= {(norm.id, norm.checked or "unverified"): None for norm in relief}
    unverified = _checked(texts, "unverified")
    secondary = _checked(texts, "secondary")
    said = list(warnings(one, side.writer.program.withdrawn))
    more = [name for name in unverified if name not in one.unverified]
    if more:
        said.append(say("warning.unverified", ids=joined(more)))
    if secondary:
        said.append(say("compare.secondary", ids=joined(secondary)))
    return Row(
        one.regime, side.title, one.outcome, tuple(_answer(side)),
        tuple(provisions(side, bearing)), tuple(provisions(side, near)),
        tuple(reliefs(side, bearing)),
        tuple(dict.fromkeys(
            sentence(line) for line in chain.from_iterable(one.walk() for one in told)
            if (line.reads and not line.children and _is_figure(line.reads))
            or line.reads == ("ownership",)
        )),
        tuple(owed(one)), tuple(exposed(one)),
        tuple(map(side.writer.leaf, one.missing)), tuple(map(str, one.missing)),
        tuple(said), tuple(unverified), tuple(secondary), one.stale,
    )  # fmt: skip


def _one_line_short(side: Side) -> Iterator[Line]:
    """Of bans that nothing but one part keeps from binding, that part: if its text is wrong, so is
    the answer.
    """
    for finding in side.one.standing(Standing.NOT_MET):
        if finding.norm.verb == "prohibits":
            parts = list(side.teller.failing(finding.norm, side.item(finding)))
            yield from parts[0] if len(parts) == 1 else ()


def _is_figure(reads: tuple[str, ...]) -> bool:
    return cause_of_all(reads) is Cause.THRESHOLD or "ownership.percent" in reads


def _checked(texts: Iterable[tuple[str, str]], how: str) -> list[str]:
    return list(dict.fromkeys(visible(name) for name, checked in texts if checked == how))


def _answer(side: Side) -> Iterator[str]:
    one = side.one
    yield say(f"outcome.{one.outcome}")
    if not one.reached and one.outcome is Outcome.NOT_PROHIBITED:
        yield say("unreached")


def provisions(side: Side, findings: Iterable[Finding]) -> Iterator[Provision]:
    """The texts of findings, each once, with how it stands."""
    seen: dict[int, Finding] = {}
    for finding in findings:
        seen.setdefault(id(finding.norm), finding)
    for finding in seen.values():
        yield side.provision(finding.norm, standing(side, finding))


def standing(side: Side, finding: Finding) -> str:
    """How a text stands to what it speaks of."""
    thing = side.writer.thing(finding.subject) if finding.subject else say("act")
    if finding.norm.verb == "requires" and finding.truth.may:
        return say("compare.duty")
    if finding.norm.verb == "empowers" and finding.truth.may:
        return say(f"power.{finding.standing.name}", subject=thing)
    return say(f"standing.{finding.standing.name}", subject=thing)


def reliefs(side: Side, findings: Iterable[Finding]) -> Iterator[Provision]:
    """The licences and exceptions that take findings out, each once."""
    kinds: dict[str, str] = {}
    for finding in findings:
        if finding.standing is not Standing.MAY_BIND:
            by = {edge.source: edge.kind for edge in finding.norm.edges}
            for name in finding.because_of:
                kinds.setdefault(name, by.get(name, "scope"))
    for name, kind in kinds.items():
        norm, how = side.by_id.get(name), say(f"compare.relief.{kind}")
        if norm is not None:
            yield side.provision(norm, how)
        else:
            yield Provision(visible(name), (), visible(name), "", how)
