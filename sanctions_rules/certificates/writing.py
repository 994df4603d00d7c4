"""A certificate as JSON, and back: names once, facts once, steps as rows (`docs/certificates.md`)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal, cast

from pydantic import FailFast, Field, ValidationError

from sanctions_rules.canonical import json_text, strict_json
from sanctions_rules.checker.checking import Answer, Certificate, Quote, Refused, Step
from sanctions_rules.checker.values import has
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.record.kept import Digest, Kept

FORMAT: Final = "sanctions_rules certificate"
VERSION: Final = 1

Index = Annotated[int, Field(ge=0)]
Truth = Literal["true", "false", "unknown", "least"]
_SHORT: Final = {"true": "t", "false": "f", "unknown": "u", "least": "l"}
_LONG: Final = {short: long for long, short in _SHORT.items()}
#: Its claim as names, what it comes to, and what it rests on: facts, earlier steps, missing law.
Row = tuple[list[Index], Literal["t", "f", "u", "l"], list[Index], list[Index], list[Index]]
#: What a fact can be stated to be; `checker/values.py` reads it.
Value = bool | str | dict[str, Any] | None


class WrittenRun(Kept):
    """Who enters a status through owners, round by round: surely, and perhaps."""

    alone: str
    surely: list[list[str]]
    perhaps: list[list[str]]


class WrittenQuote(Kept):
    text: Index
    cites: list[str]
    interval: tuple[int, int, int, int]


class WrittenAnswer(Kept):
    regime: str
    outcome: Literal["prohibited", "undetermined", "authorised", "not_prohibited"]
    because: list[tuple[str, str]]
    exposed: list[tuple[str, str, Literal["true", "unknown"]]]
    facts: list[Index]
    steps: list[Index]
    lacks: list[Index]


class Written(Kept):
    """A certificate as it is written. `names`: whatever the rows name by number."""

    format: Literal["sanctions_rules certificate"]
    version: Literal[1]
    rulebook: Digest
    facts: Digest
    known_on: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None
    tzdata: str
    about: list[str]
    allowed: list[str]
    readings: dict[str, str]
    answers: list[WrittenAnswer]
    names: Annotated[list[str], FailFast()]
    stated: Annotated[list[tuple[Index, Index, Value]], FailFast()]
    steps: Annotated[list[Row], FailFast()]
    runs: dict[str, list[WrittenRun]]
    quotes: list[WrittenQuote]


def certificate_schema() -> dict[str, Any]:
    """The JSON Schema of a certificate."""
    return Written.model_json_schema()


class _Names:
    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, *names: str) -> list[int]:
        return [self.numbers.setdefault(name, len(self.numbers)) for name in names]


def written(certificate: Certificate) -> Written:
    """The certificate as its JSON form."""
    number = _Names()
    rows = [
        (number(*s.claim), _SHORT[s.truth], [*s.facts], [*s.rests], number(*s.lacks))
        for s in certificate.steps
    ]
    return Written.model_validate({
        "format": FORMAT, "version": VERSION, "rulebook": certificate.rulebook,
        "facts": certificate.facts, "known_on": certificate.known_on, "tzdata": certificate.tzdata,
        "about": [*certificate.about], "allowed": [*certificate.allowed],
        "readings": dict(certificate.readings),
        "answers": [
            {"regime": a.regime, "outcome": a.outcome, "because": [*a.because],
             "exposed": [*a.exposed], "facts": [*a.step.facts], "steps": [*a.step.rests],
             "lacks": number(*a.step.lacks)}
            for a in certificate.answers
        ],
        "stated": [(*number(place, path), value) for place, path, value in certificate.stated],
        "steps": rows,
        "runs": {str(i): [*s.runs] for i, s in enumerate(certificate.steps) if s.runs},
        "quotes": [
            {"text": number(key)[0], "cites": [*q.cites], "interval": q.interval}
            for key, q in certificate.quotes.items()
        ],
        "names": list(number.numbers),
    })  # fmt: skip


def to_json(certificate: Certificate) -> str:
    """One line of canonical JSON in ASCII."""
    return json_text(written(certificate).model_dump())


def from_json(text: str | bytes, limits: Limits = DEFAULT) -> Certificate:
    """A certificate as it was written. Raises Refused where it is none, or of an unknown version."""
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > limits.certificate_bytes:
        raise Refused("limit", f"it has more than {limits.certificate_bytes} bytes")
    try:
        data = strict_json(raw)
    except (ValueError, RecursionError):
        raise Refused("form", "it is not one JSON object without keys that stand twice") from None
    if not has(data, "format") or data["format"] != FORMAT:
        raise Refused("form", f"its `format` is not `{FORMAT}`")
    version: Any = data.get("version")
    if type(version) is not int or version != VERSION:
        raise Refused("version", f"its version is {version!r:.40}; this checks version {VERSION}")
    for key in ("names", "stated", "steps", "runs", "quotes"):
        rows: Any = data.get(key, ())
        if (
            isinstance(rows, (list, dict))
            and len(cast("list[Any]", rows)) > limits.certificate_rows
        ):
            raise Refused("limit", f"its `{key}` are more than {limits.certificate_rows}")
    try:
        made = Written.model_validate(data, strict=False)
        if made.known_on is not None:
            date.fromisoformat(made.known_on)
        return read(made)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Refused("form", f"`{place}`: {first['msg'].lower()}") from None
    except ValueError:
        raise Refused("form", "`known_on`: there is no such day") from None
    except (IndexError, KeyError):
        raise Refused("form", "it names by number what it does not hold") from None


def read(w: Written) -> Certificate:
    name = w.names.__getitem__
    steps = tuple(
        Step(
            tuple(map(name, claim)), _LONG[truth], tuple(facts), tuple(rests), tuple(map(name, lacks)),
            tuple(run.model_dump() for run in w.runs.get(str(i), ())),
        )
        for i, (claim, truth, facts, rests, lacks) in enumerate(w.steps)
    )  # fmt: skip
    answers = tuple(
        Answer(
            a.regime, a.outcome, tuple(a.because), tuple(a.exposed),
            Step(("answer", a.regime), "", tuple(a.facts), tuple(a.steps), tuple(map(name, a.lacks))),
        )
        for a in w.answers
    )  # fmt: skip
    if not all(step.claim for step in steps) or set(w.runs) - {str(i) for i in range(len(steps))}:
        raise Refused("form", "a step has no claim, or runs belong to none")
    return Certificate(
        w.rulebook, w.facts, w.known_on, w.tzdata, tuple(w.about), w.readings, answers,
        tuple((name(place), name(path), value) for place, path, value in w.stated), steps,
        {name(q.text): Quote(tuple(q.cites), q.interval) for q in w.quotes}, tuple(w.allowed),
    )  # fmt: skip
