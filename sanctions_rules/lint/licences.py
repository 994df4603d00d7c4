"""What lifts and what is lifted: licences that outlive, miss or overreach what they are for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from sanctions_rules import clocks
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import regime
from sanctions_rules.language.targets import Variant
from sanctions_rules.language.timing import FOREVER
from sanctions_rules.lint.book import Book, removal
from sanctions_rules.lint.model import Check, Edit, Found, Level

#: Slots that bound what a licence lifts.
BOUNDS: Final = (
    "when", "except where", "unless shown that", "regardless of", "unencoded", "binds", "provided that",
    "columns",
)  # fmt: skip

#: A word for every act: it leaves nothing out.
ANY: Final = "any_dealing"


def _licensed(book: Book) -> Iterator[tuple[ast.Block, ast.Slot, list[Variant]]]:
    for block in book.norms:
        verb = block.verb
        if verb and verb.word in ("authorises", "exempts") and verb.conduct:
            refs = book.targets.lifted_refs(verb)
            yield block, verb, [t for ref in refs for t in book.targets.acted_on(verb.word, ref)]


def _forbidding(aims: list[Variant]) -> Iterator[ast.Slot]:
    yield from (t.verb for t, _, _ in aims if t.verb and t.verb.word == "prohibits")


def licence_outlives_target(book: Book) -> Iterator[Found]:
    for block, _, aims in _licensed(book):
        ends = [min(book.alive(b)[1] for b in (t, fill) if b) for t, fill, _ in aims]
        slot = block.slot("in force")
        if slot and ends and max(ends) < FOREVER and book.alive(block)[1] > max(ends):
            day = clocks.local_day(max(ends), book.rulebook.zone(block))
            yield Found(
                f"`{block.id}` runs on after everything it lifts has ended, on {day}", slot.span,
                help="name the text that took the place of what ended, or end this too",
            )  # fmt: skip


def licence_without_conditions(book: Book) -> Iterator[Found]:
    for block, verb, _ in _licensed(book):
        conduct = cast(ast.Conduct, verb.conduct)
        bounded = any(map(block.slot, BOUNDS))
        if block.kind == "licence" and not bounded and conduct.acts[0].text == ANY:
            if not any(r.word in ("to", "into", "from", "by") for r in conduct.roles):
                yield Found(
                    f"`{block.id}` lifts this for everybody and every dealing", verb.span,
                    help="say for whom, for what or on which terms; `unencoded` if they were not read",
                )  # fmt: skip


def licence_for_other_acts(book: Book) -> Iterator[Found]:
    for block, verb, aims in _licensed(book):
        mine = _acts(verb)
        theirs = {a for verb in _forbidding(aims) for a in _acts(verb)}
        if (
            not theirs
            or ANY in mine
            or ANY in theirs
            or any(t.verb is None or t.verb.word != "prohibits" for t, _, _ in aims)
        ):
            continue
        for word in cast(ast.Conduct, verb.conduct).acts:
            if word.text not in theirs:
                yield Found(
                    f"nothing that `{block.id}` lifts forbids {word}", word.span,
                    help="forbidden are: " + ", ".join(sorted(theirs)),
                )  # fmt: skip


def _acts(verb: ast.Slot) -> set[str]:
    return {a.text for a in verb.conduct.acts} if verb.conduct else set()


def lifts_another_regime(book: Book) -> Iterator[Found]:
    for block, verb, _ in _licensed(book):
        for ref in book.targets.lifted_refs(verb):
            if ref.instrument.split(".")[0] != regime(block):
                yield Found(
                    f"`{block.id}` lifts law of another regime, which it has no power over", ref.span,
                    help=f"name a provision of `{regime(block)}`",
                )  # fmt: skip


def target_twice(book: Book) -> Iterator[Found]:
    for _, verb, _ in _licensed(book):
        refs = book.targets.lifted_refs(verb)
        for index, ref in enumerate(refs):
            wider = [
                r for i, r in enumerate(refs) if i != index and r.instrument == ref.instrument
                and (_reaches(r, ref) if r != ref else i < index)
            ]  # fmt: skip
            if wider:
                cut = removal(tuple(r.span for r in refs), index)
                whole = book.text(ref.span).startswith(ref.instrument)
                bare = index + 1 < len(refs) and not book.text(refs[index + 1].span).startswith(
                    refs[index + 1].instrument
                )
                yield Found(
                    f"`{ref}` is named by `{wider[0]}` already", ref.span,
                    fix=() if whole and bare and not index else (Edit(cut, ""),),
                )  # fmt: skip


def _reaches(wide: ast.Ref, narrow: ast.Ref) -> bool:
    return not wide.pinpoint and not wide.pin and bool(narrow.pinpoint)


def any_dealing_and_more(book: Book) -> Iterator[Found]:
    for _, conduct in book.parts(ast.Conduct):
        acts = [a.text for a in conduct.acts]
        if ANY in acts and len(acts) > 1:
            span = conduct.acts[0].span.to(conduct.acts[-1].span)
            yield Found(
                f"{ANY} holds every act: the others add nothing", span, fix=(Edit(span, ANY),)
            )


def act_twice(book: Book) -> Iterator[Found]:
    for _, conduct in book.parts(ast.Conduct):
        for index, act in enumerate(conduct.acts):
            if act in conduct.acts[:index] and act.text != ANY:
                cut = removal(tuple(a.span for a in conduct.acts), index)
                yield Found(f"{act} is named twice", act.span, fix=(Edit(cut, ""),))


CHECKS: Final = (
    Check("licence-outlives-target", Level.WARNING, "A licence runs on after all that it lifts has ended.",
          licence_outlives_target),
    Check("licence-without-conditions", Level.WARNING, "A licence lifts everything for everybody.",
          licence_without_conditions),
    Check("licence-for-other-acts", Level.WARNING, "A licence authorises an act that its targets do not forbid.",
          licence_for_other_acts),
    Check("lifts-another-regime", Level.ERROR, "A licence or exemption lifts the law of another regime.",
          lifts_another_regime),
    Check("target-twice", Level.WARNING, "A licence names one target twice, or a part of another one.",
          target_twice, fixes=True),
    Check("any-dealing-and-more", Level.WARNING, "Acts are listed beside any_dealing, which holds them all.",
          any_dealing_and_more, fixes=True),
    Check("act-twice", Level.WARNING, "One act is named twice in one list.", act_twice, fixes=True),
)  # fmt: skip
