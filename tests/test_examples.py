"""The worked cases and the examples in rule files decide as the law says they should.

What is expected stands beside each case in `expected.toml`, written from the dossier before the
case was first decided; nothing here writes it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sanctions_rules.decision import Outcome, Standing
from sanctions_rules.examples_in_rules import examples_of
from sanctions_rules.read import read_case
from sanctions_rules.rulebooks import Law, load
from sanctions_rules.scenario import EXPECTED, Scenario, differences, run

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
FOLDERS = sorted(path for path in EXAMPLES.iterdir() if path.is_dir())
WANTED = {
    "diamond-polished-in-india", "pollock-filleted-in-china", "wind-down-contract", "vodka",
    "invoice-of-forty-lines", "bank-with-judgement", "bank-without-judgement", "facts-incomplete",
    "humanitarian-payment",
}  # fmt: skip


def expected(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "expected.toml").read_text("utf-8"))


def test_every_worked_case_is_there() -> None:
    assert {folder.name for folder in FOLDERS} >= WANTED


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_worked_case(folder: Path, law: Law) -> None:
    wanted = expected(folder)
    assert set(wanted) <= {"source", "exit", "expect", "binds_on"}
    assert wanted["source"]
    assert set(wanted["expect"]["us"]) <= set(EXPECTED)
    case = read_case(folder / "case.toml")
    decision = law.decide(case)

    failures = differences(law, case, decision, wanted["expect"])

    assert not failures, "\n".join([*failures, "", decision.explain()])
    if "binds_on" in wanted:
        bound = [f.subject_id for f in decision["us"].standing(Standing.BINDS)]
        assert bound == wanted["binds_on"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_page_of_a_worked_case(folder: Path) -> None:
    """It shows the command for its own case, and says the outcome and the exit code it has."""
    page = (folder / "README.md").read_text("utf-8")
    wanted = expected(folder)
    case = f"examples/{folder.name}/case.toml"
    commands = re.findall(r"^\$ sanctions-rules (decide|explain) (\S+)", page, re.M)
    assert (commands[0][0], case) in [("decide", case), ("explain", case)]
    assert commands[0][1] == case
    outcome = wanted["expect"]["us"]["outcome"].replace("_", " ").lower()
    (said,) = re.findall(r"^\*\*(.+?)\*\*", page, re.M)[:1]
    assert said.lower().startswith(outcome)
    assert f"exit code {wanted['exit']}" in page or f"exit code is {wanted['exit']}" in page


def test_invoice_has_forty_lines() -> None:
    case = read_case(EXAMPLES / "invoice-of-forty-lines" / "case.toml")
    assert case.goods is not None
    assert len(case.goods) == 40
    assert len({good.id for good in case.goods}) == 40


# -- examples in rule files -------------------------------------------------------------------------

IN_RULES = examples_of(load("us"))


@pytest.mark.parametrize("scenario", IN_RULES, ids=lambda scenario: scenario.name)
def test_example_in_rules(scenario: Scenario, law: Law) -> None:
    result = run(law, scenario)
    assert result.passed, "\n".join([*result.failures, "", str(result.decision)])


def test_the_order_shows_itself() -> None:
    """Example blocks stand in the order itself, and not all expect the same."""
    outcomes = [s.expect["us"]["outcome"] for s in IN_RULES if "eo14068" in s.file]
    assert len(outcomes) >= 3
    assert len(set(outcomes)) >= 2


# -- the demonstration --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown() -> str:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "demo.py")],
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


#: The questions of the first document, from the issue that asks them: words of the question,
#: the answer, and words that must stand in its line or its trace.
QUESTIONS = (
    ("stone of 1.00 carat.* entered on 1 March 2024", Outcome.PROHIBITED, r"1\(a\)\(i\)\(B\)"),
    ("stone of 1.00 carat.* entered on 29 February 2024", Outcome.UNDETERMINED, "substantially transformed"),
    ("on 29 February 2024, judged substantially transformed", Outcome.NOT_PROHIBITED, "transformed"),
    ("pollock .* entered on 21 December 2023", Outcome.NOT_PROHIBITED, "transformed"),
    ("pollock .* entered on 22 December 2023", Outcome.AUTHORISED, "General License 83"),
    ("pollock .* entered on 20 February 2024", Outcome.AUTHORISED, "General License 83"),
    ("pollock .* entered on 22 February 2024$", Outcome.UNDETERMINED, "loading"),
    ("pollock .* loaded on 10 February", Outcome.AUTHORISED, "General License 83A"),
    ("pollock .* loaded on 1 March", Outcome.PROHIBITED, "us.gl83a: read as"),
    ("pollock .* as the law was known on 19 February", Outcome.UNDETERMINED, "hour"),
    ("for technology, judged significant: 1 February 2024", Outcome.NOT_PROHIBITED, r"11\(a\)\(i\)"),
    ("for technology, not judged yet: 1 February 2024", Outcome.NOT_PROHIBITED, "is the transaction significant"),
    ("another ground, judged significant: 1 February 2024", Outcome.NOT_PROHIBITED, ""),
    ("another ground, judged significant: 1 July 2024", Outcome.NOT_PROHIBITED, r"11\(a\)\(ii\)"),
    ("another ground, not judged yet: 1 July 2024", Outcome.NOT_PROHIBITED, "is the transaction significant"),
)  # fmt: skip


@pytest.mark.parametrize(("question", "outcome", "said"), QUESTIONS, ids=[q for q, _, _ in QUESTIONS])
def test_demonstration_answers(shown: str, question: str, outcome: Outcome, said: str) -> None:
    parts = re.split(r"(?m)^(?=\d+\. )", shown)
    (part,) = [p for p in parts if re.search(question, p.split("\n", 1)[0])]
    assert part.split("\n")[1].startswith(f"   {outcome}: ")
    assert re.search(said, part), part
    assert "Is this act allowed?" in part


def test_demonstration_never_says_that_a_bank_is_prohibited(shown: str) -> None:
    banks = [p for p in re.split(r"(?m)^(?=\d+\. )", shown) if "A Turkish bank" in p]
    assert len(banks) == 5
    assert not [b for b in banks if re.search(r"(?m)^   PROHIBITED", b)]
    exposed = [b for b in banks if "bank exposed: correspondent account ban" in b]
    assert len(exposed) == 2


def test_demonstration_says_what_to_type_next(shown: str) -> None:
    last = shown.rstrip("\n").split("\n")[-1]
    assert last.startswith("Next, type: ")
    file = last.split()[-1]
    assert (ROOT / file).is_file()


def test_demonstration_forbids_sockets() -> None:
    """The ban stands before the library is imported, and it does forbid."""
    text = (EXAMPLES / "demo.py").read_text("utf-8")
    assert text.index("socket.socket = ") < text.index("import sanctions_rules")
    code = "import sys; sys.argv = ['demo', '--brief']; import runpy, socket\n" \
           f"runpy.run_path({str(EXAMPLES / 'demo.py')!r}, run_name='loaded')\nsocket.socket()"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8",
                          timeout=120, check=False)  # fmt: skip
    assert done.returncode == 1
    assert "OSError: the demonstration opens no socket" in done.stderr
