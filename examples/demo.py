"""Decides the shipments and payments of the first source document and prints why.

    python examples/demo.py            each question with its trace
    python examples/demo.py --brief    the answers only

No network: sockets are forbidden before the library is imported.
"""

from __future__ import annotations

import socket
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn


def _forbidden(*_: object, **__: object) -> NoReturn:
    raise OSError("the demonstration opens no socket")


socket.socket = _forbidden  # type: ignore[misc,assignment]
socket.create_connection = _forbidden
socket.getaddrinfo = _forbidden

import sanctions_rules as sr  # noqa: E402

HERE = Path(__file__).resolve().parent
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August",
          "September", "October", "November", "December")  # fmt: skip

#: Where a trace is cut: at the provisions that were not met, unless these are the reason.
REST, REACH = "\nConsidered, and not met\n", "\nOut of reach\n"

STONE = "diamond-polished-in-india"
POLLOCK = "pollock-filleted-in-china"
JUDGED, UNJUDGED = "bank-with-judgement", "bank-without-judgement"

TRANSFORMED = {
    "question": "us.substantially_transformed", "of": "stone", "answer": "yes",
    "who": "customs counsel", "made_on": date(2024, 2, 27),
    "reasons": "judged to be a new and different article",
}  # fmt: skip


def facts(name: str, **events: date) -> dict[str, Any]:
    """The facts of a worked case as plain data, with other events."""
    text = (HERE / name / "case.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text, parse_float=Decimal)
    found["act"]["events"].update(events)
    return found


def judged(data: dict[str, Any], judgement: dict[str, Any]) -> dict[str, Any]:
    return {**data, "judgements": [*data.get("judgements", []), judgement]}


def on_another_ground(data: dict[str, Any]) -> dict[str, Any]:
    """The importer was designated for support of somebody, and works in none of the sectors."""
    importer = next(party for party in data["parties"] if party["id"] == "importer")
    importer["operates_in_sectors"] = []
    (listing,) = importer["listings"]["items"]
    listing.update(criterion="1(a)(vi)", sectors=[], listed_on=date(2023, 5, 19))
    return data


def questions() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each question in words, its facts, and how it is asked."""
    stone = "A stone of 1.00 carat, mined in Russia, polished in India"
    leap_day = date(2024, 2, 29)
    yield f"{stone}: entered on 1 March 2024", facts(STONE), {}
    yield f"{stone}: entered on 29 February 2024", facts(STONE, entry=leap_day), {}
    transformed = judged(facts(STONE, entry=leap_day), TRANSFORMED)
    yield "The same on 29 February 2024, judged substantially transformed", transformed, {}

    fish = "Russian-flag pollock filleted in China, contract of November 2023"
    for day in (date(2023, 12, 21), date(2023, 12, 22), date(2024, 2, 20), date(2024, 2, 22)):
        yield f"{fish}: entered on {said(day)}", facts(POLLOCK, entry=day), {}
    early = facts(POLLOCK, entry=date(2024, 2, 22), loading=date(2024, 2, 10))
    yield f"{fish}: entered on 22 February 2024, loaded on 10 February", early, {}
    late = facts(POLLOCK, entry=date(2024, 3, 15), loading=date(2024, 3, 1))
    yield f"{fish}: entered on 15 March 2024, loaded on 1 March", late, {}
    then = {"known_on": date(2024, 2, 19)}
    last = facts(POLLOCK, entry=date(2024, 2, 21))
    yield f"{fish}: entered on 21 February 2024, as the law was known on 19 February", last, then

    bank = "A Turkish bank pays for an importer designated"
    day = date(2024, 2, 1)
    yield f"{bank} for technology, judged significant: {said(day)}", facts(JUDGED), {}
    yield f"{bank} for technology, not judged yet: {said(day)}", facts(UNJUDGED), {}
    for day in (date(2024, 2, 1), date(2024, 7, 1)):
        other = on_another_ground(facts(JUDGED, payment=day))
        yield f"{bank} on another ground, judged significant: {said(day)}", other, {}
    other = on_another_ground(facts(UNJUDGED, payment=day))
    yield f"{bank} on another ground, not judged yet: {said(day)}", other, {}


def said(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def main() -> None:
    brief = "--brief" in sys.argv[1:]
    law = sr.load("us")
    for number, (question, data, asked) in enumerate(questions(), 1):
        decision = law.decide(sr.Case(**data), **asked)
        answer = decision["us"]
        print(f"{number}. {question}")
        print(f"   {answer.outcome}: {answer.headline}")
        if answer.next_question is not None:
            print(f"   to find out first: {answer.next_question.text}")
        if not brief:
            is_free = answer.outcome is sr.Outcome.NOT_PROHIBITED and not answer.exposures
            trace, _, _ = decision.explain().partition(REACH if is_free else REST)
            print(f"\n{trace.rstrip()}\n\n{'-' * 100}")
        print()
    print("Next, type: .venv/bin/sanctions-rules explain examples/vodka/case.toml")


if __name__ == "__main__":
    main()
