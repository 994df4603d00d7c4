"""Certificates with one thing changed, and everything that a digest covers made to fit again.

Each change yields a certificate, what the facts then say, and in which way it was changed. The
checker has to refuse it by its steps alone, unless what is left proves the same outcome.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sanctions_rules.checker.checking import Certificate, Step

Given = Callable[[str, str], Any]
TRUTHS = ("true", "false", "unknown")
OUTCOMES = ("prohibited", "undetermined", "authorised", "not_prohibited")


@dataclass(frozen=True)
class Changed:
    kind: str
    certificate: Certificate
    given: Given
    what: str


def _steps(c: Certificate, index: int, step: Step) -> Certificate:
    return replace(c, steps=(*c.steps[:index], step, *c.steps[index + 1 :]))


def _pick(
    rng: random.Random, c: Certificate, kinds: tuple[str, ...] = ()
) -> tuple[int, Step] | None:
    able = [(i, s) for i, s in enumerate(c.steps) if not kinds or s.claim[0] in kinds]
    return rng.choice(able) if able else None


def truth(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    picked = _pick(rng, c)
    if picked is None or picked[1].claim[0] == "closure":
        return None
    index, step = picked
    other = rng.choice([t for t in TRUTHS if t != step.truth])
    return Changed(
        "truth", _steps(c, index, replace(step, truth=other)), given, f"{step.claim} {other}"
    )


def another(rng: random.Random, value: Any) -> Any:
    """Another value of the same form."""
    match value:
        case bool():
            return not value
        case None:
            return rng.choice([True, False, {"none": True}, "US"])
        case str():
            return rng.choice(["US", "RU", "import", "export", "diamond", "other"])
        case {"from": first, "to": last}:
            days = [
                "2014-07-01",
                "2022-03-11",
                "2023-12-22",
                "2024-03-01",
                "2025-10-22",
                "2027-01-01",
            ]
            day = rng.choice(days)
            return {**value, "from": day, "to": day} if first == last else {**value, "from": None}
        case {"least": low, "most": high}:
            return {
                **value,
                "least": str(rng.choice([0, 1, 25, 49, 50, 51, 100])),
                "most": high if low != high else "100",
            }
        case {"list": members, "complete": complete}:
            return {"list": members[:-1], "complete": complete} if members and rng.random() < 0.6 else {
                "list": members, "complete": not complete}  # fmt: skip
        case {"one_of": words}:
            return words[0]
        case _:
            return None


def fact(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    """A fact is another one, in the certificate and in the facts alike."""
    if not c.stated:
        return None
    index = rng.randrange(len(c.stated))
    place, path, value = c.stated[index]
    other = another(rng, value)
    if other == value:
        return None

    def changed(p: str, q: str) -> Any:
        return other if (p, q) == (place, path) else given(p, q)

    stated = (*c.stated[:index], (place, path, other), *c.stated[index + 1 :])
    return Changed("fact", replace(c, stated=stated), changed, f"{place} {path}: {value} → {other}")


def misstated(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    """The certificate says another thing than the facts."""
    made = fact(rng, c, given)
    return made and replace(made, kind="misstated", given=given)


def date(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    """The day of knowledge, or the interval of a text."""
    if rng.random() < 0.3 or not c.quotes:
        day = rng.choice(["2014-01-01", "2022-03-01", "2023-12-21", "2024-01-31"])
        return Changed("date", replace(c, known_on=day), given, f"known on {day}")
    key = rng.choice([*c.quotes])
    at = rng.randrange(4)
    interval = list(c.quotes[key].interval)
    interval[at] += rng.choice([-1, 1]) * 86_400_000_000
    quotes = {**c.quotes, key: replace(c.quotes[key], interval=tuple(interval))}
    return Changed("date", replace(c, quotes=quotes), given, f"interval of {key}")


def citation(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    if not c.quotes:
        return None
    key = rng.choice([*c.quotes])
    cites = c.quotes[key].cites
    other = ("87 FR 1",) if not cites or rng.random() < 0.5 else cites[:-1]
    if other == cites:
        return None
    quotes: Mapping[str, Any] = {**c.quotes, key: replace(c.quotes[key], cites=other)}
    return Changed("citation", replace(c, quotes=quotes), given, f"citation of {key}")


def dropped(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    """A step is gone, and nothing names it any more."""
    if not c.steps:
        return None
    gone = rng.randrange(len(c.steps))

    def without(step: Step) -> Step:
        return replace(step, rests=tuple(i - (i > gone) for i in step.rests if i != gone))

    steps = tuple(without(s) for i, s in enumerate(c.steps) if i != gone)
    answers = tuple(replace(a, step=without(a.step)) for a in c.answers)
    texts = {s.claim[1] for s in steps if s.claim[0] == "in force"}
    quotes = {k: q for k, q in c.quotes.items() if k in texts}
    return Changed(
        "dropped",
        replace(c, steps=steps, answers=answers, quotes=quotes),
        given,
        str(c.steps[gone].claim),
    )


def unlisted(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    """A step no longer lists one of the things that it rests on."""
    picked = _pick(rng, c)
    if picked is None:
        return None
    index, step = picked
    field = rng.choice(["facts", "rests", "lacks"])
    held = getattr(step, field)
    if not held:
        return None
    at = rng.randrange(len(held))
    less = (*held[:at], *held[at + 1 :])
    return Changed(
        "unlisted", _steps(c, index, replace(step, **{field: less})), given, f"{step.claim} {field}"
    )


def added(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    """A step lists one thing more than it rests on."""
    picked = _pick(rng, c)
    if picked is None or picked[0] == 0:
        return None
    index, step = picked
    other = rng.randrange(index)
    if other in step.rests:
        return None
    return Changed(
        "added", _steps(c, index, replace(step, rests=(*step.rests, other))), given, str(step.claim)
    )


def swapped(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    """A step is about another provision."""
    kinds = (
        "engaged",
        "effective",
        "says",
        "bound",
        "act",
        "lifted",
        "exception",
        "scope",
        "in force",
    )
    picked = _pick(rng, c, kinds)
    if picked is None:
        return None
    index, step = picked
    others = sorted({s.claim[1] for s in c.steps if s.claim[0] == step.claim[0]} - {step.claim[1]})
    if not others:
        return None
    claim = (step.claim[0], rng.choice(others), *step.claim[2:])
    if any(s.claim == claim for s in c.steps) and rng.random() < 0.9:
        index2 = next(i for i, s in enumerate(c.steps) if s.claim == claim)
        low, high = sorted((index, index2))
        a, b = c.steps[low], c.steps[high]
        steps = list(c.steps)
        steps[low], steps[high] = replace(a, claim=b.claim), replace(b, claim=a.claim)
        return Changed("swapped", replace(c, steps=tuple(steps)), given, f"{a.claim} and {b.claim}")
    return Changed(
        "swapped", _steps(c, index, replace(step, claim=claim)), given, f"{step.claim} as {claim}"
    )


def licence(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    """A licence that was never given, or does not reach so far: a step says that it lifts."""
    picked = _pick(rng, c, ("licensed", "lifted", "exception"))
    if picked is None:
        return None
    index, step = picked
    if step.truth == "true":
        return None
    return Changed("licence", _steps(c, index, replace(step, truth="true")), given, str(step.claim))


def answer(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    """Another outcome, another provision that binds, or other powers."""
    at = rng.randrange(len(c.answers))
    one = c.answers[at]
    match rng.randrange(3):
        case 0:
            made = replace(one, outcome=rng.choice([o for o in OUTCOMES if o != one.outcome]))
        case 1 if one.because:
            made = replace(one, because=((one.because[0][0], "goods[9]"), *one.because[1:]))
        case 2 if one.exposed:
            made = replace(one, exposed=one.exposed[1:])
        case _:
            keys = sorted({s.claim[1] for s in c.steps if s.claim[0] == "effective"})
            if not keys:
                return None
            made = replace(one, because=(*one.because, (rng.choice(keys), "")))
    if made == one:
        return None
    answers = (*c.answers[:at], made, *c.answers[at + 1 :])
    return Changed("answer", replace(c, answers=answers), given, f"{one.regime} {made.outcome}")


def owners(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    """Somebody more, or somebody less, has a status through owners."""
    picked = _pick(rng, c, ("closure",))
    if picked is None or not picked[1].runs:
        return None
    index, step = picked
    at = rng.randrange(len(step.runs))
    run = {k: v if isinstance(v, str) else [list(r) for r in v] for k, v in step.runs[at].items()}
    rail = rng.choice(["surely", "perhaps"])
    if run[rail] and rng.random() < 0.5:
        run[rail] = run[rail][:-1]
    else:
        run[rail].append([f"parties[{rng.randrange(3)}]"])
    runs = (*step.runs[:at], run, *step.runs[at + 1 :])
    return Changed(
        "owners", _steps(c, index, replace(step, runs=runs)), given, f"{step.claim} {rail}"
    )


def order(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    """A step stands before one that it rests on, or stands twice."""
    able = [(i, s) for i, s in enumerate(c.steps) if s.rests]
    if not able:
        return None
    index, step = rng.choice(able)
    if rng.random() < 0.5:
        return Changed("order", replace(c, steps=(*c.steps, step)), given, f"{step.claim} twice")
    later = tuple(sorted({*step.rests[:-1], index}))
    return Changed("order", _steps(c, index, replace(step, rests=later)), given, str(step.claim))


def reading(rng: random.Random, c: Certificate, given: Given) -> Changed | None:
    """Another reading of a point than the one followed, or no word of it."""
    points = sorted(c.readings)
    if not points:
        return None
    point = rng.choice(points)
    if rng.random() < 0.5:
        return Changed(
            "reading",
            replace(c, readings={p: r for p, r in c.readings.items() if p != point}),
            given,
            point,
        )
    return Changed("reading", replace(c, readings={**c.readings, point: "no_such"}), given, point)


CHANGES = (
    truth,
    fact,
    misstated,
    date,
    citation,
    dropped,
    unlisted,
    added,
    swapped,
    licence,
    answer,
    owners,
    order,
    reading,
)
