"""Drawn rulebooks and drawn facts: what must hold of every law and every case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any

from assume import departures, removals
from fuzz.target import Skip, Target

from sanctions_rules import Law
from sanctions_rules.decision import Outcome
from sanctions_rules.diagnostics import FactsError, RulebookError
from sanctions_rules.engines import conclude
from sanctions_rules.engines.answers import RegimeAnswer, reference
from sanctions_rules.engines.conformance import CannotExpress, Engine, differences, refusal
from sanctions_rules.engines.installed import available
from sanctions_rules.engines.interpreter import Evaluation, Settings
from sanctions_rules.facts import Case
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.read import build_case
from sanctions_rules.testing import agreement
from sanctions_rules.testing.choices import Draw, Seeded
from sanctions_rules.testing.drawn import facts_by
from sanctions_rules.testing.rulebooks import (
    ACT,
    HEAD,
    REGIME,
    STATUTE,
    RulebookText,
    licence_by,
    rulebook_by,
)
from sanctions_rules.view import View

Blocks = list[str]


def law_of(blocks: Blocks) -> Law:
    """The law of these blocks. Raises Skip where an input made smaller is no law any more."""
    try:
        return Law(compile_rulebook({f"{REGIME}.rules": "\n\n".join(blocks).encode()}))
    except RulebookError as error:
        raise Skip from error


def case_of(facts: Any) -> Case:
    try:
        return build_case(facts)
    except FactsError as error:
        raise Skip from error


def settings_of(law: Law) -> Settings:
    return conclude.settings_of(law.program, law.regimes, None, None)


def answer(law: Law, case: Case) -> RegimeAnswer:
    return reference(law.program, case, settings_of(law), law.regimes)[REGIME]


def drawn(draw: Draw, cases: int) -> dict[str, Any]:
    """A rulebook, and cases near what it mentions."""
    text = rulebook_by(draw)
    return {"blocks": list(text.blocks), "facts": _cases(draw, text, cases)}


def _cases(draw: Draw, text: RulebookText, count: int) -> list[Any]:
    """Facts near what the rulebook mentions; of half of them it is known that a text is about them."""
    conducts = [
        re.findall(r"\w+", found[1]) for found in re.finditer(r"\n  prohibits ([^\n]+)", text.text)
    ]
    made: list[Any] = []
    for facts in facts_by(draw, compile_rulebook(text.files()).program, count):
        if draw.chance(50):
            words = draw.pick(conducts)
            act = {**facts.get("act", {}), "kind": words[0], "events": {"conduct": "2024-04-01"}}
            if {"US", "RU"} & {*words}:
                act["destination"] = words[-1]
            closer = {**facts, "act": act, "licences_held": "none"}
            closer["goods"] = facts.get("goods") or [{}]
            with suppress(FactsError):
                build_case(closer)
                facts = closer
        made.append(facts)
    return made


# -- engines -------------------------------------------------------------------------------------


@cache
def engines(slow: bool) -> list[Engine]:
    """All that are installed; without those that take long over each program, where not `slow`."""
    return [e for e in available()[0] if slow or e.name != "duckdb"]


def _size(draw: Draw) -> dict[str, Any]:
    return {"cases": draw.pick((200, 20)), "slow": draw.chance(4)}


def core_agrees(data: dict[str, Any]) -> Iterator[str]:
    """The program of a seed: every engine answers every case as the reference does."""
    report = agreement.run(engines(data["slow"]), 1, data["cases"], data["seed"])
    assert not report.disagreements, "\n\n".join(map(str, report.disagreements))
    for score in report.scores.values():
        yield from ["answers compared"] * score.cases
        yield from ["programs refused by name"] * sum(score.refused.values())
    yield from ["cases"] * data["cases"]


def text_agrees(data: dict[str, Any]) -> Iterator[str]:
    law = law_of(data["blocks"])
    cases = [case_of(facts) for facts in data["facts"]]
    settings = settings_of(law)
    right = [reference(law.program, case, settings, law.regimes) for case in cases]
    for engine in engines(data["slow"]):
        if refusal(engine, law.program, settings):
            yield "programs refused by name"
            continue
        try:
            got = engine.answers(law.program, settings, cases)
        except CannotExpress:
            yield "programs refused by name"
            continue
        assert len(got) == len(cases), engine.name
        for one, expected in zip(got, right, strict=True):
            assert not differences(one, expected, engine.capabilities), engine.name
            yield "answers compared"
    yield from ["cases"] * len(cases)
    yield from (each[REGIME].outcome.value for each in right)


# -- the law -------------------------------------------------------------------------------------


def order_is_irrelevant(data: dict[str, Any]) -> Iterator[str]:
    """Blocks in another order, shared out to files of other names: the same law, the same answers."""
    law, draw = law_of(data["blocks"]), Seeded(data["seed"])
    files: dict[str, list[str]] = {}
    left = list(data["blocks"])
    while left:
        name = f"{draw.pick('cab')}/{draw.pick('zxy')}.rules"
        files.setdefault(name, []).append(left.pop(draw.below(len(left))))
    other = Law(compile_rulebook({n: "\n".join(b).encode() for n, b in files.items()}))
    assert other.digest == law.digest
    for facts in data["facts"]:
        case = case_of(facts)
        one, two = law.decide(case)[REGIME], other.decide(case)[REGIME]
        assert _told(answer(law, case)) == _told(answer(other, case))
        assert one.outcome is two.outcome
        yield one.outcome.value
        if one.next_question != two.next_question:
            yield "another question first"  # where several would do, the first in the text is asked


def _told(answer: RegimeAnswer) -> list[Any]:
    """An answer without the order in which the program lists its norms."""
    return [
        sorted(map(str, part)) if isinstance(part, tuple) else part
        for part in (getattr(answer, name) for name in RegimeAnswer.__slots__)
    ]


def licence_lifts_only(data: dict[str, Any]) -> Iterator[str]:
    """With one more licence nothing is prohibited that was not, and nothing open that was free."""
    law, more = law_of(data["blocks"]), law_of([*data["blocks"], data["licence"]])
    for facts in data["facts"]:
        case = case_of(facts)
        before, after = answer(law, case), answer(more, case)
        assert set(after.fired) <= set(before.fired), (before, after)
        assert set(after.undecided) <= {*before.undecided, *before.fired}, (before, after)
        if before.outcome in (Outcome.NOT_PROHIBITED, Outcome.AUTHORISED):
            assert after.outcome is before.outcome, (before, after)
        yield f"{before.outcome.value} to {after.outcome.value}"


def _one_more_licence(draw: Draw) -> dict[str, Any]:
    text = rulebook_by(draw)
    licence = licence_by(draw, text)
    facts = _cases(draw, text.and_(licence), 8)
    return {"blocks": list(text.blocks), "licence": licence, "facts": facts}


def knowledge_is_monotone(data: dict[str, Any]) -> Iterator[str]:
    """Taking away one fact leaves an answer as it was, or open; it never turns it round."""
    law, draw = law_of(data["blocks"]), Seeded(data["seed"])
    for facts in data["facts"]:
        run = Evaluation(law.program, View(case_of(facts)), settings_of(law))
        full = conclude.answer(run, REGIME, ())
        less_known = list(removals(facts))
        for place, less in draw.some(less_known, 6):
            if place == "act.events.conduct":
                continue  # then another event stands for it, which is no less knowledge but other
            try:
                case = build_case(less)
            except FactsError:
                continue  # what is left refers to it
            again = conclude.answer(
                Evaluation(law.program, View(case), settings_of(law)), REGIME, ()
            )
            differ = list(departures(full, again))
            assert all(open_ for _, open_ in differ), (place, differ)
            yield "became open" if differ else "as it was"


DEEPEST = 600
_CONDITIONS = (
    ("act.for_russian_government is yes", "for_russian_government", True, False),
    ("act.is_indirect is yes", "is_indirect", True, False),
    ("act.reason_to_suspect is no", "reason_to_suspect", False, True),
    ("act.intended_for_new_projects_in_russia is yes", "intended_for_new_projects_in_russia", True, False),
    ("act.purpose is personal", "purpose", "personal", "commercial"),
    ("act.destination is not RU", "destination", "US", "RU"),
)  # fmt: skip


def exceptions_of_any_depth(data: dict[str, Any]) -> Iterator[str]:
    """An exception, what goes before it, what goes before that, …: each link turns the answer round.

    The answer is worked out here from the ends of the chain, by Kleene's tables and nothing else.
    """
    said: dict[str, Any] = data["act"]
    conditions = [_CONDITIONS[i] for i in data["links"]]
    blocks = [
        HEAD,
        STATUTE,
        ACT,
        _provision("§0", "prohibits import of good", "good.category is diamond"),
    ]
    before = "zz.act §0"
    for number, (condition, *_) in enumerate(conditions, 1):
        ref = f"zz.act §{number}"
        first, last = number == 1, number == len(conditions)
        match (
            data["first"] if first else "withdraws" if last and data["withdrawn"] else "displaces"
        ):
            case "authorises":
                ref = "zz.gl1"
                blocks.append(
                    f'licence {ref} "Drawn"\n  cites "x"\n  issued 2023-01-01 by OFAC\n  in force from 2023-01-01, no end stated\n'
                    f"  authorises import of good to the extent prohibited by {before}\n  when {condition}\nend"
                )  # fmt: skip
            case "exempts":
                blocks.append(_provision(f"§{number}", f"exempts import from {before}", condition))
            case verb:
                blocks.append(_provision(f"§{number}", f"{verb} {before}", condition))
        before = ref
    law = law_of(blocks)
    act = {"kind": "import", "events": {"conduct": "2024-06-01"}, **said}
    case = build_case({"act": act, "goods": [{"category": "diamond"}], "licences_held": "none"})
    above: bool | None = False  # whether what goes before this one has effect
    for _, fact, when, _ in reversed(conditions):
        holds = (said[fact] == when) if fact in said else None
        lifted = None if above is None else not above
        above = False if False in (holds, lifted) else None if None in (holds, lifted) else True
    outcome = answer(law, case).outcome
    expected = {True: (Outcome.NOT_PROHIBITED, Outcome.AUTHORISED), None: (Outcome.UNDETERMINED,)}
    assert outcome in expected.get(above, (Outcome.PROHIBITED,)), (outcome, above)
    assert law.decide(case)[REGIME].outcome is outcome
    yield outcome.value
    yield f"depth {len(conditions) // 10 * 10} and more"


def _provision(pinpoint: str, verb: str, condition: str) -> str:
    return (
        f'provision zz.act {pinpoint} "Drawn"\n  cites "x"\n  in force from 2023-01-01, no end stated\n'
        f"  {verb}\n  when {condition}\nend"
    )


def _chain(draw: Draw) -> dict[str, Any]:
    most = DEEPEST if draw.chance(1) else 12
    act = {
        fact: draw.pick((when, otherwise)) for _, fact, when, otherwise in _CONDITIONS
        if draw.chance(75)
    }  # fmt: skip
    return {
        "links": [draw.below(len(_CONDITIONS)) for _ in range(1 + draw.below(most))], "act": act,
        "first": draw.pick(("authorises", "exempts", "displaces")), "withdrawn": draw.chance(50),
    }  # fmt: skip


def seeded(draw: Draw, cases: int) -> dict[str, Any]:
    return {**drawn(draw, cases), "seed": draw.below(1 << 30)}


TARGETS = (
    Target(
        "engines_core", "every engine answers as the reference on drawn programs of the core",
        lambda draw: {"seed": str(draw.below(1 << 30)), **_size(draw)}, core_agrees, 5,
    ),
    Target(
        "engines_text", "every engine answers as the reference on drawn rulebooks",
        lambda draw: {**(size := _size(draw)), **drawn(draw, size["cases"])}, text_agrees, 5,
    ),
    Target(
        "order", "order of blocks and names of files change neither digest nor any answer",
        lambda draw: seeded(draw, 3), order_is_irrelevant, 12,
    ),
    Target(
        "licence", "one more licence never prohibits, nor opens, what was free",
        _one_more_licence, licence_lifts_only, 15,
    ),
    Target(
        "monotone", "taking away a fact leaves an answer as it was, or open",
        lambda draw: seeded(draw, 4), knowledge_is_monotone, 15,
    ),
    Target(
        "exceptions", "exceptions to exceptions, of any depth, come out as worked out from the end",
        _chain, exceptions_of_any_depth, 30,
    ),
)  # fmt: skip
