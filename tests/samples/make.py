"""Write the samples of the forms that are written now. They are made once, when a form gets a new
version, and never again: what was written then is what must be readable.

python tests/samples/make.py
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sanctions_rules as sr
from sanctions_rules.certificates import certify, to_json
from sanctions_rules.certificates.writing import VERSION
from sanctions_rules.read import build_case
from sanctions_rules.record import Key, Override, Review, chained
from sanctions_rules.record.fields import SCHEMA

HERE = Path(__file__).parent
KEY = Key(b"the key of the samples, no secret")


def case(name: str, **good: Any) -> sr.Case:
    return build_case(
        {
            "id": name, "as_of": "2024-06-02",
            "act": {"kind": "import", "destination": "US", "events": {"conduct": "2024-06-01"}},
            "goods": [{"id": "stone", "category": "diamond", **good}], "licences_held": "none",
        },
        closed_by="the samples",
    )  # fmt: skip


def main() -> None:
    law = sr.load_path(HERE / "law")
    cases = [case("large", carats_each="1.0"), case("small", carats_each="0.3"), case("unknown")]
    decisions = [law.decide(one) for one in cases]
    noon = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
    reviews = [Review(status="declined", reviewer="A. Reviewer", comment="as the rule says"),
               Review(), Review(status="approved", override=Override(by="B. Head", reason="weighed"))]  # fmt: skip
    made = [d.record(review=r, evaluated_at=noon) for d, r in zip(decisions, reviews, strict=True)]
    made.append(decisions[0].record(key=KEY, evaluated_at=noon))
    for name, lines in (
        (f"record-{SCHEMA.rpartition('/')[2]}.jsonl",
         [line.canonical() for line in chained((r.record, r.envelope) for r in made)]),
        (f"certificate-{VERSION}.jsonl", [to_json(certify(law, d)) for d in decisions]),
    ):  # fmt: skip
        with (HERE / name).open("x", encoding="ascii", newline="\n") as file:
            file.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
