"""The public names: what `import sanctions_rules` gives and costs, what a law can be asked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import sanctions_rules as sr
from sanctions_rules.rulebooks import Law
from sanctions_rules.rulebooks.history import State
from sanctions_rules.values import NOT_APPLICABLE

ROOT = Path(__file__).resolve().parent.parent
VODKA = ROOT / "examples" / "vodka" / "case.toml"
POLLOCK = ROOT / "examples" / "pollock-filleted-in-china" / "case.toml"

PROMISED = {
    "load", "load_path", "read_case", "read_facts", "trusted", "Facts", "read_lists", "read_message", "screen", "with_owners", "Case", "Decision", "Outcome", "Law", "Range", "Money",
    "NOT_APPLICABLE", "RulebookError", "FactsError", "owned", "batch", "format_rules", "verify", "Certificate", "Refused", "__version__",
}  # fmt: skip


# -- the names ----------------------------------------------------------------------------------


def test_every_promised_name_is_there() -> None:
    assert set(sr.__all__) == PROMISED
    assert set(dir(sr)) >= PROMISED
    for name in PROMISED:
        assert getattr(sr, name) is getattr(sr, name)
    assert sr.NOT_APPLICABLE is NOT_APPLICABLE


def test_star_gives_the_promised_names() -> None:
    names: dict[str, object] = {}
    exec("from sanctions_rules import *", names)
    assert set(names) - {"__builtins__"} == PROMISED


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'laod'"):
        sr.laod  # type: ignore[attr-defined] # noqa: B018


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert sr.__version__ == project["version"]


def imported(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_import_brings_nothing_with_it() -> None:
    """This is why it is quick; how quick is measured in `benchmarks/`."""
    loaded = imported("import sys, sanctions_rules; print(*sys.modules)").split()
    heavy = {"pydantic", "lark", "typer", "rich", "pytest", "sanctions_rules.facts"}
    assert "sanctions_rules" in loaded
    assert not heavy & set(loaded)


# -- a decision ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def decision() -> sr.Decision:
    return sr.load("us").decide(sr.read_case(VODKA))


def test_a_decision_answers_by_regime(decision: sr.Decision) -> None:
    assert isinstance(decision, sr.Decision)
    us = decision["us"]
    assert us.outcome is sr.Outcome.PROHIBITED
    assert any(f.norm.provision == "us.eo14068 §1(a)(i)(A)" for f in us.findings)
    assert us.missing == ()
    assert us.next_question is None
    assert [r.regime for r in decision] == ["us"]
    with pytest.raises(KeyError):
        decision["eu"]


def test_a_decision_shows_itself(decision: sr.Decision) -> None:
    text = decision.explain()
    assert "E.O. 14068 s. 1(a)(i)(A)" in text
    assert str(decision) == text
    assert f"{decision}" == text
    assert "E.O. 14068 s. 1(a)(i)(A)" in decision.to_markdown()
    assert decision.to_html().lower().startswith("<!doctype html>")
    document = json.loads(decision.to_json())
    assert document["versions"]["facts_digest"] == decision.facts_digest


def test_a_decision_in_a_notebook_and_at_a_prompt(decision: sr.Decision) -> None:
    assert "E.O. 14068" in decision._repr_html_()
    assert "<!doctype" not in decision._repr_html_().lower(), (
        "a fragment: the notebook is the document"
    )
    assert decision._repr_markdown_() == decision.to_markdown()
    shown = repr(decision)
    assert shown.startswith("<Decision us: prohibited")
    assert "\n" not in shown
    assert dict(decision.__rich_repr__())["us"].startswith("prohibited")


def test_rich_prints_a_decision(decision: sr.Decision) -> None:
    rich = pytest.importorskip("rich.console")
    import io

    page = io.StringIO()
    rich.Console(file=page, width=200, color_system=None).print(decision)
    assert "prohibited" in page.getvalue()
    assert "MISSING" not in page.getvalue()


def test_a_narrowed_decision_never_stands_bare(law: Law) -> None:
    narrowed = law.decide(sr.read_case(VODKA), about=["us.gl83"])
    assert "us.gl83" in repr(narrowed)
    for shown in (narrowed.explain(), narrowed.to_markdown(), narrowed.to_html()):
        assert "us.gl83 only" in shown
    assert json.loads(narrowed.to_json())["about"] == ["us.gl83"]


def test_a_case_built_in_python_decides_like_one_that_was_read(law: Law) -> None:
    data = tomllib.loads(VODKA.read_text("utf-8"), parse_float=Decimal)
    built = law.decide(sr.Case(**data))
    assert built.facts_digest == law.decide(sr.read_case(VODKA)).facts_digest
    assert built["us"].outcome is sr.Outcome.PROHIBITED


def test_wrong_questions_are_lookup_errors(law: Law) -> None:
    case = sr.read_case(VODKA)
    with pytest.raises(LookupError, match="did you mean `us`"):
        sr.load("uss")
    with pytest.raises(LookupError, match="no rulebook for `eu`"):
        law.decide(case, regimes=["eu"])
    with pytest.raises(LookupError, match=r"nothing is called `us\.gl88`"):
        law.decide(case, about=["us.gl88"])
    with pytest.raises(LookupError, match="is not a reading point"):
        law.decide(case, readings={"us.gl84": "x"})


def test_errors_are_public(tmp_path: Path) -> None:
    with pytest.raises(sr.FactsError, match="did you mean `actor`"):
        sr.read_case('actr = "x"')
    (tmp_path / "a.rules").write_text('licence us.gl1 "x"\nend\n', "utf-8")
    with pytest.raises(sr.RulebookError, match=re.escape("a.rules:1")):
        sr.load_path(tmp_path)


# -- the law itself -----------------------------------------------------------------------------


def test_an_id_is_a_history(law: Law) -> None:
    assert len(law["us.gl83"]) == 2, "two readings of its end"
    (first,) = law["us.eo14068 §1(a)(i)@2022-03-11"]
    assert first.title.endswith("as signed")
    with pytest.raises(KeyError, match=r"did you mean `us\.gl104`"):
        law["us.gl1044"]
    with pytest.raises(KeyError):
        law["us.gl104@2020-01-01"]


def test_provisions_come_in_the_order_written(law: Law) -> None:
    ids = [b.id for b in law.provisions("us.eo14068 §1(a)(i)(") if "/" not in b.id]
    assert ids == [f"us.eo14068 §1(a)(i)({letter})" for letter in "ABCD"]
    assert "us.eo14068" not in {b.id for b in law.provisions()}, (
        "an instrument says nothing by itself"
    )


#: day, a text, whether it is in force then: from the dossier's timeline.
ON_A_DAY = (
    ("2022-03-10", "us.eo14068 §1(a)(i)", False),
    ("2022-03-11", "us.eo14068 §1(a)(i)", True),
    ("2023-12-21", "us.eo14068 §1(a)(i)", True),
    ("2023-12-22", "us.eo14068 §1(a)(i)", False),
    ("2023-12-22", "us.eo14068 §1(a)(i)(A)", True),
    (
        "2023-12-22",
        "us.eo14068 §1(a)(i)(B)",
        True,
    ),  # filled by the seafood determination of that day
    ("2023-12-22", "us.eo14068 §1(a)(i)(D)", False),  # dormant until 2024-03-01
    ("2024-03-01", "us.eo14068 §1(a)(i)(D)", True),
    ("2024-03-01", "us.eo14068 §1(a)(i)(C)", False),  # no determination was found
    ("2024-02-29", "us.det_diamonds §1", False),
    ("2024-03-01", "us.det_diamonds §1", True),
    ("2024-08-31", "us.det_diamonds §2", False),
    ("2024-09-01", "us.det_diamonds §2", True),
    ("2024-02-21", "us.gl83", True),  # through 12:01 a.m.: for part of the day
    ("2024-02-22", "us.gl83", False),
    ("2022-03-25", "us.gl17a §1", True),  # through 12:01 a.m.
    ("2022-03-26", "us.gl17a §1", False),
    ("2025-08-26", "us.gl104", True),
    ("2025-08-27", "us.gl104", False),  # replaced on issue, before its own end
    ("2025-08-27", "us.gl104a", True),
    ("2026-08-26", "us.gl104b", True),
    ("2024-06-11", "us.ofac FAQ 1151", True),
    ("2024-06-12", "us.ofac FAQ 1151", False),
    ("2024-06-12", "us.ofac FAQ 1181", True),
)


@pytest.mark.parametrize(("day", "name", "in_force"), ON_A_DAY)
def test_the_law_on_a_day(law: Law, day: str, name: str, in_force: bool) -> None:
    assert (name in {b.id for b in law.at(day)}) is in_force
    assert law.at(day) == law.at(date.fromisoformat(day))


def test_why_a_text_is_not_in_force(law: Law) -> None:
    def state(name: str, day: str) -> State:
        return law.history.status(law[name][0], date.fromisoformat(day)).state

    assert state("us.eo14068 §1(a)(i)", "2024-01-01") is State.REPLACED
    assert state("us.eo14068 §1(a)(i)(C)", "2024-01-01") is State.DORMANT
    assert state("us.eo14068 §1(a)(i)(B)", "2023-01-01") is State.NOT_YET
    assert state("us.gl83", "2024-03-01") is State.ENDED
    assert state("us.gl83", "2024-02-21") is State.PARTLY
    assert state("us.det_gold", "2024-01-01") is State.REPLACED, "as is the limb that it fills"
    assert state("us.gl17a §2", "2022-06-23") is State.NOT_KNOWN, (
        "whether that day is covered was not read"
    )
    assert law.history.status(law["us.gl83"][1], date(2024, 1, 1)).state is State.OTHER_READING


def test_a_reading_that_is_not_preferred_is_not_the_law_of_the_day(law: Law) -> None:
    assert [b.id for b in law.at("2024-01-15")].count("us.gl83") == 1


def test_what_fills_and_what_lifts(law: Law) -> None:
    (limb,) = law["us.eo14068 §1(a)(i)(B)"]
    fills = {fill.id: fill for fill in law.history.fills(limb)}
    assert list(fills) == ["us.det_seafood", "us.det_diamonds §1", "us.det_diamonds §2"]
    lifts = {
        name: {x.block.id for x in law.history.lifts(limb, fill)} for name, fill in fills.items()
    }
    assert lifts["us.det_seafood"] == {"us.gl83", "us.gl83a"}
    assert lifts["us.det_diamonds §1"] == {"us.gl104", "us.gl104a", "us.gl104b"}
    whole = {x.block.id: x.kind for x in law.history.lifts(limb)}
    assert whole["us.eo14068 §3"] == "scope"


def test_a_line_of_succession(law: Law) -> None:
    for name in ("us.gl104", "us.gl104a", "us.gl104b"):
        assert [b.id for b in law.history.line(law[name][0])] == [
            "us.gl104",
            "us.gl104a",
            "us.gl104b",
        ]


def test_a_defined_term_can_be_asked(law: Law) -> None:
    case = sr.read_case(POLLOCK)
    assert law.holds("us.us_person", case, of="importer") is True
    assert law.holds("us.us_person", case, of="processor") is False
    assert law.holds("us.russian_origin", case, of="fillets") is False
    unjudged = sr.Case(
        **{**tomllib.loads(POLLOCK.read_text("utf-8"), parse_float=Decimal), "judgements": []}
    )
    assert law.holds("us.russian_origin", unjudged, of="fillets") is None
    with pytest.raises(LookupError, match=r"did you mean `us\.us_person`"):
        law.holds("us.us_persn", case, of="importer")
    with pytest.raises(LookupError, match="is not among the parties"):
        law.holds("us.us_person", case, of="nobody")


def test_the_packaged_law_is_loaded_once() -> None:
    assert sr.load("us") is sr.load("us")
    assert sr.load() is sr.load("us", "eu", "uk")
