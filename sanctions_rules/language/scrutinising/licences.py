"""What acts on a norm: it names what it lifts, of the right kind, and both are in force at some time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import Rulebook
from sanctions_rules.language.targets import Targets
from sanctions_rules.language.timing import FOREVER


def licences(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """A licence names what it lifts, of the right kind, and is in force at some common time."""
    lowering = Targets(rulebook)
    above = _whole_above(rulebook)
    known: dict[ast.Ref, bool] = {}

    def whole(ref: ast.Ref) -> bool:
        if ref not in known:
            known[ref] = _whole(rulebook, ref)
        return known[ref]

    for block in rulebook.blocks:
        verb = block.verb
        if verb is None or verb.word not in (
            "authorises",
            "exempts",
            "displaces",
            "withdraws",
            "penalises",
        ):
            continue
        refs = lowering.lifted_refs(verb) or verb.refs
        if not refs:
            yield Diagnostic(
                "lifts-nothing",
                f"`{verb.word}` names nothing that it lifts",
                verb.span,
                help="add `to the extent prohibited by …`"
                if verb.word == "authorises"
                else "add `from …`",
            )
            continue
        for ref in refs:
            if not whole(ref) or (not ref.pinpoint and not above):
                continue
            fitting = [t for t in lowering.acted_on(verb.word, ref) if t[0] is not block]
            if not fitting:
                yield Diagnostic(
                    "lifts-nothing",
                    f"`{ref}` holds no prohibition that this could lift"
                    if verb.word == "authorises"
                    else f"`{ref}` holds nothing that this could act on",
                    ref.span,
                    help="name the provision or the determination itself",
                )
                continue
            if rulebook.sound(block) and not any(
                _overlap_in_time(lowering, block, t[0], t[1]) for t in fitting
            ):
                yield Diagnostic(
                    "never-together",
                    f"`{block.id}` is over before `{ref}` begins, or begins after its end",
                    cast(ast.Slot, block.slot("in force")).span
                    if block.slot("in force")
                    else block.head,
                    "never in force at the same time",
                )
        if verb.word == "withdraws" and all(map(whole, verb.refs)) and above:
            for ref in verb.targets:
                excepted = (
                    {
                        k
                        for r in verb.refs
                        for s in rulebook.meant(r)
                        for x in lowering.lifted_refs(cast(ast.Slot, s.verb))
                        for _, _, k in lowering.targets(x)
                    }
                    if all(s.verb for r in verb.refs for s in rulebook.meant(r))
                    else set[str]()
                )
                if whole(ref) and not any(k in excepted for _, _, k in lowering.targets(ref)):
                    yield Diagnostic(
                        "no-such-exception",
                        f"nothing that is withdrawn here excepts `{ref}`",
                        ref.span,
                    )


def _whole(rulebook: Rulebook, ref: ast.Ref) -> bool:
    """Whether what a reference means is known in full: nothing in it was reported already."""
    meant = rulebook.meant(ref)
    targets = [
        t
        for b in meant
        if b.verb and b.verb.word == "fills"
        for t in rulebook.meant(b.verb.refs[0])
    ]
    return bool(meant) and rulebook.sound(*meant, *targets)


def _whole_above(rulebook: Rulebook) -> bool:
    """Whether it is known of every instrument under which others it is made."""
    return rulebook.sound(*rulebook.instruments.values())


def _overlap_in_time(
    lowering: Targets, one: ast.Block, target: ast.Block, fill: ast.Block | None
) -> bool:
    intervals = [lowering.interval(b) for b in (one, target, fill) if b is not None]
    ends = [i[3] for i in intervals]
    for block in (target, fill):
        if block is not None:
            ends += [
                lowering.interval(n)[1] for n in lowering.rulebook.replaced_by.get(id(block), [])
            ]
    awaiting = any(i[0] == FOREVER for i in intervals)
    return awaiting or max(i[0] for i in intervals) < min(ends)
