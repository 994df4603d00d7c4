"""`sanctions-rules lint`: codes it leaves with, the five forms, mending."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command import said
from lint.pages import PREAMBLE, SCENARIOS, page

from sanctions_rules.cli import FINDINGS, INVALID, OK, USAGE

pytest.importorskip("typer", reason="the command line needs the extra cli")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return written(tmp_path, page("value-twice").bad)


def written(folder: Path, text: str) -> Path:
    file = folder / "own.rules"
    file.write_text(f"{PREAMBLE}\n{text}", "utf-8")
    return file


def test_a_finding_has_its_place_and_its_code(
    capsys: pytest.CaptureFixture[str], rules: Path
) -> None:
    code, out, err = said(capsys, "lint", rules)
    assert (code, err) == (FINDINGS, "")
    assert out.startswith("warning: seafood stands in this list already [value-twice]\n")
    assert f"--> {rules.as_posix()}:19:" in out
    assert out.rstrip().endswith(
        "1 file: 0 errors, 1 warning, 0 remarks; 0 silenced; --fix mends 1"
    )


def test_what_fails_is_chosen(
    capsys: pytest.CaptureFixture[str], rules: Path, tmp_path: Path
) -> None:
    assert said(capsys, "lint", rules, "--fail-on", "error")[0] == OK
    assert said(capsys, "lint", rules, "--fail-on", "never")[0] == OK
    assert said(capsys, "lint", rules, "--only", "no-title")[0] == OK
    remark = written(tmp_path, page("title-full-stop").bad)
    assert said(capsys, "lint", remark)[0] == OK
    assert said(capsys, "lint", remark, "--fail-on", "info")[0] == FINDINGS
    error = written(tmp_path, page("contradiction").bad)
    assert said(capsys, "lint", error, "--fail-on", "error")[0] == FINDINGS


def test_wrong_questions_are_refused(capsys: pytest.CaptureFixture[str], rules: Path) -> None:
    code, _, err = said(capsys, "lint", rules, "--only", "value-twise")
    assert code == USAGE and "did you mean `value-twice`?" in err
    assert said(capsys, "lint", rules, "--fail-on", "much")[0] == USAGE
    assert said(capsys, "lint", "--fix")[0] == USAGE


def test_rules_that_do_not_load_are_not_linted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = said(capsys, "lint", written(tmp_path, "provision rur.act §2\nend\n"))
    assert code == INVALID and "this provision has no `cites` slot" in out


def test_the_forms(capsys: pytest.CaptureFixture[str], rules: Path, tmp_path: Path) -> None:
    def shown(form: str, file: Path = rules) -> str:
        return said(capsys, "lint", file, "--format", form)[1]

    (problem,) = json.loads(shown("json"))["problems"]
    assert (problem["code"], problem["severity"], problem["line"]) == ("value-twice", "warning", 19)
    (one,) = json.loads(shown("sarif"))["runs"]
    assert [r["level"] for r in one["results"]] == ["warning"]
    (rule,) = one["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "A value stands twice in one list."
    assert shown("github").startswith(f"::warning file={rules.as_posix()},line=19,col=")
    suite = ElementTree.fromstring(shown("junit"))[0]
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    remark = written(tmp_path, page("title-full-stop").bad)
    assert shown("github", remark).startswith("::notice ")
    assert json.loads(shown("sarif", remark))["runs"][0]["results"][0]["level"] == "note"


def test_a_clean_file_passes_in_junit(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    good = written(tmp_path, page("value-twice").good)
    code, out, _ = said(capsys, "lint", good, "--format", "junit")
    suite = ElementTree.fromstring(out)[0]
    assert (code, suite.get("tests"), suite.get("failures")) == (OK, "1", "0")


def test_a_difference_changes_nothing_and_a_fix_does(
    capsys: pytest.CaptureFixture[str], rules: Path
) -> None:
    before = rules.read_bytes()
    code, out, _ = said(capsys, "lint", rules, "--diff")
    assert code == FINDINGS
    changed = [line for line in out.splitlines() if line[:2] in ("- ", "+ ")]
    assert changed == [
        "-  when          good.category is any of seafood, seafood, gas",
        "+  when          good.category is any of seafood, gas",
    ]
    assert rules.read_bytes() == before
    code, out, _ = said(capsys, "lint", rules, "--fix")
    assert code == OK and "0 errors, 0 warnings" in out
    assert b"any of seafood, gas" in rules.read_bytes()
    assert said(capsys, "lint", rules, "--diff") == (OK, "\n", "")


def test_line_ends_stay_as_they_are(capsys: pytest.CaptureFixture[str], rules: Path) -> None:
    rules.write_bytes(rules.read_bytes().replace(b"\n", b"\r\n"))
    assert said(capsys, "lint", rules, "--fix")[0] == OK
    text = rules.read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n") and b"any of seafood, gas" in text


def test_scenarios_are_asked_where_they_are_given(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rules = written(tmp_path, page("scenario-missing").bad)
    assert said(capsys, "lint", rules)[0] == OK
    code, out, _ = said(capsys, "lint", rules, "--scenarios", SCENARIOS)
    assert code == FINDINGS and "no scenario shows `rur.act §3` true" in out
    allowed = tmp_path / "allowed.toml"
    allowed.write_text(
        '[[allowed]]\nof = "rur.act §3"\nways = ["true", "false", "unknown", "excepted"]\nreason = "a test"\n'
    )
    call = ("lint", rules, "--scenarios", SCENARIOS, "--allowed", allowed)
    code, out, _ = said(capsys, *call)
    assert code == OK and "0 warnings" in out
    allowed.write_text('[[allowed]]\nof = "rur.act §3"\n')
    assert said(capsys, *call)[0] == INVALID
    code, _, err = said(capsys, "lint", rules, "--allowed", allowed)
    assert code not in (OK, FINDINGS, INVALID) and "--scenarios" in err


def test_silences_are_listed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rules = written(tmp_path, page("silence-without-reason").good)
    code, out, _ = said(capsys, "lint", rules, "--silenced")
    assert (
        code == OK and "silenced: title-full-stop at own.rules:14: the act prints the stop" in out
    )


def test_law_that_is_built_upon_is_not_linted(
    capsys: pytest.CaptureFixture[str], rules: Path
) -> None:
    out = said(capsys, "lint", rules, "--with", "us")[1]
    assert out.rstrip().endswith(
        "1 file: 0 errors, 1 warning, 0 remarks; 0 silenced; --fix mends 1"
    )
