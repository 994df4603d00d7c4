"""Makes the conformance corpus: rows by hand, found disagreements, and what else is needed.

    python tests/engines/make_corpus.py

Rows and standings are written from the semantics. Where they let a wrong meaning of an operator
pass, a drawn program that does not is made small and added, with the answers of the reference.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from engines.standings import STANDINGS
from engines.truths import ROWS
from engines.wrong import Wrong, WrongInterpreter, all_wrong

from sanctions_rules.engines.conformance import CAPABILITIES, Example, as_data, differences, of_data
from sanctions_rules.read import build_case
from sanctions_rules.testing.agreement import run, trial

FILE = Path(__file__).parent.parent.parent / "sanctions_rules" / "conformance" / "corpus.json"
FOUND = Path(__file__).parent / "corpus"


def by_hand() -> list[Example]:
    return [one.example() for one in (*ROWS, *STANDINGS)]


def found() -> Iterator[Example]:
    for file in sorted(FOUND.glob("*.json")):
        yield of_data(json.loads(file.read_text(encoding="utf-8")))


def catches(example: Example, wrong: Wrong) -> bool:
    """Whether some case of the example comes out otherwise under a wrong meaning."""
    engine = WrongInterpreter(wrong)
    for facts, right in example.cases:
        try:
            (got,) = engine.answers(example.program, example.settings, [build_case(facts)])
        except Exception:
            return True
        if differences(got, right, CAPABILITIES):
            return True
    return False


def drawn(kept: list[Example]) -> Iterator[Example]:
    """An example for each wrong meaning that nothing else catches."""
    for wrong in all_wrong():
        if any(catches(example, wrong) for example in reversed(kept)):
            continue
        report = run(
            [WrongInterpreter(wrong)], 400, seed="corpus",
            draw=lambda seed, facts, o=wrong.operator: trial(f"{seed}.{o}", facts, o),
        )  # fmt: skip
        for one in report.disagreements:
            example = one.example()
            made = Example(
                f"drawn {len(kept)}", str(wrong), example.program, example.settings, example.cases
            )
            print(wrong, len(json.dumps(as_data(made))))
            kept.append(made)
            yield made


def text(examples: Iterable[Example]) -> str:
    rows = ",\n".join(
        json.dumps(as_data(e), ensure_ascii=False, separators=(",", ":")) for e in examples
    )
    return '{"format":1,"examples":[\n' + rows + "\n]}\n"


def main() -> None:
    examples = [*by_hand(), *found()]
    examples += list(drawn(list(examples)))
    FILE.write_text(text(examples), encoding="utf-8")
    cases = sum(len(e.cases) for e in examples)
    print(f"{len(examples)} examples, {cases} cases, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
