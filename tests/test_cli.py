"""The command line: exit codes, formats, and bad input that decides nothing.

Most commands run in this process, because the law is loaded once; what a process of its own shows
(no typer, a pipe, a closed pipe, `-m`) runs in one.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from sanctions_rules import __version__, cli
from sanctions_rules.cli import FINDINGS, INTERNAL, INVALID, OK, UNDETERMINED, USAGE, main

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str | Path) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        code = left.value.code
        assert isinstance(code, int)
        return Done(code, printed.out, printed.err)

    return run


def process(*words: str, **more: object) -> subprocess.CompletedProcess[str]:
    options: dict[str, object] = {"env": os.environ | {"PYTHONUTF8": "1"}} | more
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120,
        check=False, **options,  # type: ignore[call-overload]
    )  # fmt: skip


def case(name: str) -> Path:
    return EXAMPLES / name / "case.toml"


DIAMOND, VODKA, CRAB = case("diamond-polished-in-india"), case("vodka"), case("wind-down-contract")
POLLOCK, BANK, OPEN_BANK = (
    case("pollock-filleted-in-china"),
    case("bank-with-judgement"),
    case("bank-without-judgement"),
)

# -- exit codes of a decision: each by a worked case whose answer its own page gives -------------

CODES = (
    ((VODKA,), FINDINGS),
    ((CRAB,), OK),
    ((POLLOCK,), UNDETERMINED),
    ((POLLOCK, "--allow-undetermined"), OK),
    ((BANK,), OK),
    ((BANK, "--fail-on", "exposure"), FINDINGS),
    ((BANK, "--fail-on", "duty,stale"), OK),
    ((BANK, "--fail-on", "duty", "--fail-on", "exposure"), FINDINGS),
    ((OPEN_BANK,), UNDETERMINED),
    ((OPEN_BANK, "--allow-undetermined"), OK),
    ((OPEN_BANK, "--fail-on", "exposure"), UNDETERMINED),
    ((CRAB, POLLOCK), UNDETERMINED),
    ((CRAB, POLLOCK, VODKA), FINDINGS),
    ((VODKA, "--allow-undetermined"), FINDINGS),
    ((CRAB, "--regime", "us"), OK),
    # Before General License 83A was issued, an entry after the end of General License 83 has none.
    ((POLLOCK, "--known-on", "2024-02-19"), FINDINGS),
    ((VODKA, "--about", "us.gl83"), OK),
    # General License 83 was read in its own text; that it was replaced on issue was not.
    ((CRAB, "--fail-on", "unverified"), OK),
    ((CRAB, "--fail-on", "unverified", "--reading", "us.gl83=replaced_on_issue"), FINDINGS),
)


@pytest.mark.parametrize("command", ["decide", "explain"])
@pytest.mark.parametrize(
    ("words", "code"),
    CODES,
    ids=lambda x: (
        " ".join(getattr(w, "parent", w).name if isinstance(w, Path) else w for w in x)
        if isinstance(x, tuple)
        else str(x)
    ),
)
def test_exit_code(run: Run, command: str, words: tuple[str | Path, ...], code: int) -> None:
    done = run(command, *words)
    assert done.code == code, done.out + done.err


def changed(tmp_path: Path, source: Path, *changes: tuple[str, str]) -> Path:
    text = source.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    made = tmp_path / "case.toml"
    made.write_text(text, "utf-8")
    return made


def test_conduct_after_the_law_was_read_is_stale(run: Run, tmp_path: Path) -> None:
    later = changed(tmp_path, VODKA, ("entry = 2024-05-02", "entry = 2199-01-01"))
    free = changed(
        tmp_path, CRAB, ("entry = 2024-02-10", "entry = 2199-01-01"), ('species = "crab"', 'species = "other_species"'),
    )  # fmt: skip
    assert later.exists()
    done = run("decide", free, "--regime", "us")
    assert "stale: law read through" in done.out
    assert done.code == OK
    assert run("decide", free, "--regime", "us", "--strict").code == FINDINGS
    assert run("decide", free, "--regime", "us", "--fail-on", "stale").code == FINDINGS


def test_an_open_duty_fails_only_if_asked(run: Run, tmp_path: Path) -> None:
    unfiled = ('["seafood_self_certification"]', "[]")
    undated = changed(tmp_path, CRAB, unfiled)
    assert run("decide", undated).code == UNDETERMINED, "open or late: as of which day is not said"
    owed = changed(
        tmp_path, CRAB, unfiled, ('actor = "importer"', 'actor = "importer"\nas_of = 2024-02-10')
    )
    assert run("decide", owed).code == OK
    assert run("decide", owed, "--fail-on", "duty").code == FINDINGS
    unknown = changed(tmp_path, CRAB, ('attestations = ["seafood_self_certification"]\n', ""))
    assert run("decide", unknown).code == UNDETERMINED


def test_a_reading_that_decides_fails_only_if_asked(run: Run, tmp_path: Path) -> None:
    late = changed(
        tmp_path, POLLOCK, ("entry = 2024-02-22", "entry = 2024-03-15"),
        ('loading = { unknown = "the bill of lading has not been sent yet" }', "loading = 2024-03-01"),
    )  # fmt: skip
    assert run("decide", late).code == FINDINGS
    by_other = run("decide", late, "--reading", "us.gl83a=loaded_by_end_of_may")
    assert by_other.code == OK
    assert "rests on a reading" in by_other.out
    failing = ("--reading", "us.gl83a=loaded_by_end_of_may", "--fail-on", "reading")
    assert run("decide", late, *failing).code == FINDINGS


def test_exposure_is_said_on_the_error_stream(run: Run) -> None:
    for format in ("text", "json", "markdown", "html"):
        done = run("decide", BANK, "--format", format)
        assert done.code == OK
        assert re.search("exposed.*correspondent account ban", done.err)
        assert "“bank”" in done.err
        assert done.err.count("\n") == 1
    assert run("decide", CRAB).err == ""


# -- wrong usage ---------------------------------------------------------------------------------

USAGES = (
    ((), "Usage"),
    (("dcide",), "decide"),
    (("decide",), "FACTS"),
    (("decide", "no/such/file.toml"), "there is no file"),
    (("decide", VODKA, "--no-such-option"), "--no-such-option"),
    (("decide", VODKA, "--format", "pdf"), "pdf"),
    (("decide", VODKA, CRAB, "--format", "html"), "a page shows one case"),
    (("decide", "-", "-"), "once"),
    (("decide", VODKA, "--regime", "uss"), "did you mean `us`?"),
    (("decide", VODKA, "--about", "us.gl88"), "us.gl8"),
    (("decide", VODKA, "--known-on", "19.2.2024"), "known-on"),
    (("decide", VODKA, "--known-on", "2023-02-29"), "known-on"),
    (("decide", VODKA, "--reading", "us.gl83a"), "POINT=NAME"),
    (("decide", VODKA, "--reading", "us.gl84=x"), "is not a reading point"),
    (("decide", VODKA, "--reading", "us.gl83a=x"), "is not a reading of us.gl83a"),
    (("decide", VODKA, "--fail-on", "exposures"), "did you mean `exposure`?"),
    (("decide", VODKA, "--with", "us"), "--rules"),
    (("check", "no/such/rules"), "no/such/rules"),
    (("check", ROOT / "sanctions_rules" / "rulebooks" / "us", "--with", "xx"), "there is no rulebook of `xx`"),
    (("show", "us.gl1044"), "did you mean `us.gl104`?"),
    (("show", "us.eo14068", "--on", "yesterday"), "--on"),
    (("schema", "cases"), "cases"),
    (("test", "no/such/folder"), "no/such/folder"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    USAGES,
    ids=lambda x: " ".join(str(w) for w in x)[:60] if isinstance(x, tuple) else None,
)
def test_wrong_usage(run: Run, words: tuple[str | Path, ...], said: str) -> None:
    done = run(*words)
    assert done.code == USAGE
    assert said in done.err + done.out
    assert "Traceback" not in done.err


# -- bad facts: located, with a suggestion, and nothing decided ----------------------------------

SHIPMENT = """actor = "importer"
[act]
kind = "entry"
events.entry = 2024-03-01
[[parties]]
id = "importer"
[[goods]]
id = "stone"
"""

#: class of the robustness list, file name, text, what is said, at which line, and the help
BAD = (
    (6, "a.toml", 'actr = "x"', "there is no fact called `actr`", "a.toml:1:1", "did you mean `actor`?"),
    (6, "a.toml", SHIPMENT + "carats_eech = 1.0", "no fact called `carats_eech`", "a.toml:9:1 (goods[0].carats_eech)", "did you mean `carats_each`?"),
    (6, "a.json", '{"act": {"knd": "entry"}}', "no fact called `knd`", "a.json:1:10 (act.knd)", "did you mean `kind`?"),
    (7, "a.toml", SHIPMENT + 'incorporated_in_foreign_product = "yes"', "true or false is expected, not `yes`", "a.toml:9:1", "without quotes"),
    (7, "a.toml", SHIPMENT + 'customs_value = 60', "money is expected, not `60`", "a.toml:9:1", "currency"),
    (7, "a.json", '{"goods": [{"carats_each": "heavy"}]}', "`heavy` is not a decimal number", "a.json:1:13 (goods[0].carats_each)", "digits"),
    (8, "a.toml", "[act]\nevents.entry = \"2023-02-29\"", "`2023-02-29` is not a day", "a.toml:2:8 (act.events.entry)", ""),
    (8, "a.toml", "[act]\nevents.entry = 2023-02-29", "not TOML", "a.toml:2:", ""),
    (8, "a.toml", SHIPMENT + 'mined_in = ["XX"]', "`XX` is not an ISO 3166 country code", "a.toml:9:1", "two capital letters"),
    (8, "a.toml", SHIPMENT + 'customs_value = { amount = 1, currency = "EURO" }', "`EURO` is not an ISO 4217 currency", "a.toml:9:1", "did you mean `EUR`?"),
    (8, "a.toml", SHIPMENT + 'codes = ["HTSUS 71.3"]', "not a commodity code", "a.toml:9:1", "even number of digits"),
    (15, "a.toml", SHIPMENT + 'description = ""', "an empty text says nothing", "a.toml:9:1", "leave the fact out"),
    (15, "a.toml", SHIPMENT + 'category = "unknown"', "`unknown` is not one of the words", "a.toml:9:1", "diamond"),
    (15, "a.toml", SHIPMENT + 'category = "N/A"', "`N/A` is not one of the words", "a.toml:9:1", "diamond"),
    (15, "a.toml", SHIPMENT + 'produced_in = "none"', "`none` cannot be said of this fact", "a.toml:9:1", "an empty list is []"),
    (16, "a.toml", SHIPMENT + 'components = [{ id = "c", minded_in = ["RU"] }]', "no fact called `minded_in`", "(goods[0].components[0].minded_in)", "did you mean `mined_in`?"),
    (16, "a.toml", SHIPMENT + 'mined_in = "RU"', "a list is expected, not `RU`", "a.toml:9:1", 'put it in brackets: ["RU"]'),
    (16, "a.toml", SHIPMENT + 'category = ["diamond"]', "a word is expected", "a.toml:9:1", ""),
    (16, "a.json", "[1, 2]", "a case is a table of facts", "", ""),
    (17, "a.json", '{"act": {"destination": false}}', "a country code is expected, not `False`", "a.json:1:10", '"NO" was read as false: quote country codes'),
    (17, "a.json", '{"act": {"events": {"entry": 1704067200}}}', "a day or an instant is expected, not `1704067200`", "a.json:1:21", "write 2024-02-21"),
    (17, "a.json", '{"act": {"events": {"entry": "20240101"}}}', "`20240101` is not a day", "a.json:1:21", "write 2024-02-21"),
    (17, "a.yaml", "goods: [{carats_each: 010}]", "`010` is not a plain number", "a.yaml:1:23", "no leading zeros"),
    (17, "a.yaml", "goods: [{carats_each: 1_000}]", "`1_000` is not a plain number", "a.yaml:1:23", "no underscores"),
    (17, "a.yaml", "act: {events: {entry: 12:30:45}}", "`12:30:45` is not a day", "a.yaml:1:16", "write 2024-02-21"),
    (17, "a.yaml", "act: {destination: no}", "`no` is not an ISO 3166 country code", "a.yaml:1:7", "did you mean `NO`?"),
    (17, "a.yaml", "goods: [{incorporated_in_foreign_product: yes}]", "true or false is expected, not `yes`", "a.yaml:1:10", "write true or false"),
    (18, "a.json", '{"goods": [{"carats_each": NaN}]}', "`NaN` is not a number", "a.json:1:28", ""),
    (18, "a.json", '{"goods": [{"carats_each": Infinity}]}', "`Infinity` is not a number", "a.json:1:28", ""),
    (18, "a.json", '{"goods": [{"carats_each": 1e999999}]}', "written with an exponent", "a.json:1:28", "write the digits out"),
    (18, "a.json", '{"goods": [{"carats_each": 1.' + "1" * 60 + "}]}", "more than 38 digits", "(goods[0].carats_each)", ""),
    (18, "a.toml", SHIPMENT + "carats_each = inf", "`inf` is not a plain decimal", "a.toml:9:", "write the digits out"),
    (18, "a.toml", SHIPMENT + "carats_each = -5", "-5 is below zero", "a.toml:9:1", ""),
    (18, "a.toml", SHIPMENT + '[[ownership]]\nowner = "importer"\nasset = "importer"\npercent = 130', "130 percent is more than 100", "(ownership[0].percent)", "50 for 50 percent"),
    (19, "a.toml", "act.events.entry = 2024-02-21T09:00:00", "does not say in which zone", "a.toml:1:12", "write the offset"),
    (19, "a.json", '{"act": {"events": {"entry": "2024-02-21T24:00:00Z"}}}', "not a day or time that exists", "a.json:1:21", ""),
    (19, "a.json", '{"act": {"events": {"entry": "0000-01-01"}}}', "not a day or time that exists", "a.json:1:21", ""),
    (19, "a.json", '{"act": {"events": {"entry": "9999-12-31"}}}', "the year of 9999-12-31 is out of range", "a.json:1:21", ""),
    (19, "a.toml", "act.events.entry = 09:00:00", "a day or an instant is expected", "a.toml:1:12", "write 2024-02-21"),
    (20, "a.json", '{"actor": "a", "actor": "b"}', "`actor` stands twice", "a.json:1:16", "it stands first in line 1"),
    (20, "a.toml", 'actor = "a"\nactor = "b"', "not TOML", "a.toml:2:", ""),
    (20, "a.toml", 'actor = "x"\n[[parties]]\nid = "importer"', "`x` is not among the parties", "", "add it to parties"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name", "text", "said", "where", "help"), BAD, ids=[f"{b[0]}-{b[3][:40]}" for b in BAD]
)
def test_bad_facts(
    run: Run, tmp_path: Path, kind: int, name: str, text: str, said: str, where: str, help: str
) -> None:
    file = tmp_path / name
    file.write_text(text + "\n", "utf-8")

    done = run("decide", file)

    assert done.code == INVALID
    assert done.out == "", "nothing is decided on facts that cannot be read"
    assert "error: " in done.err
    assert said in done.err
    assert where in done.err
    assert help in done.err
    assert "Traceback" not in done.err


def test_every_class_that_is_due_has_three_tests() -> None:
    for kind in (6, 7, 8, 15, 16, 17, 18, 19):
        assert sum(b[0] == kind for b in BAD) >= 3, kind


def test_five_ways_not_to_know(run: Run, tmp_path: Path) -> None:
    """Absent, null and `unknown` are ignorance and asked for; an empty list is knowledge."""
    base: dict[str, Any] = {
        "actor": "importer", "licences_held": "none", "ownership": {"items": [], "complete": True, "basis": "known"},
        "act": {"kind": "entry", "destination": "US", "purpose": "commercial", "providers": [], "recipients": [],
                "parties": [], "properties": [], "contract": "none", "events": {"entry": "2024-01-05"}},
        "parties": [{"id": "importer", "organised_under": "US", "type": "company", "listings": {"items": [], "complete": True, "basis": "screened"}}],
        "goods": [{
            "id": "fish", "category": "seafood", "species": "cod", "extracted_in": ["NO"], "produced_in": ["NO"],
            "manufactured_in": ["NO"], "processed_in": ["NO"], "harvest_waters": ["NO"],
            "attestations": ["seafood_self_certification"],
        }],
    }  # fmt: skip

    def asked(value: object) -> tuple[int, bool]:
        good = {**base["goods"][0], "harvest_vessel_flags": value}
        if value is ...:
            del good["harvest_vessel_flags"]
        file = tmp_path / "case.json"
        file.write_text(json.dumps({**base, "goods": [good]}), "utf-8")
        done = run("decide", file, "--regime", "us")
        return done.code, "goods[0].harvest_vessel_flags" in done.out

    assert asked(...) == (UNDETERMINED, True)
    assert asked(None) == (UNDETERMINED, True)
    assert asked({"unknown": "the catch certificate is missing"}) == (UNDETERMINED, True)
    assert asked([]) == (OK, False)
    assert asked(["NO"]) == (OK, False)
    assert asked(["RU"]) == (FINDINGS, False)


def test_one_bad_file_among_good_ones_decides_nothing(run: Run, tmp_path: Path) -> None:
    bad, worse = tmp_path / "bad.toml", tmp_path / "worse.toml"
    bad.write_text('actr = "x"\n', "utf-8")
    worse.write_text("[act]\nknd = 1\n", "utf-8")
    done = run("decide", VODKA, bad, CRAB, worse)
    assert (done.code, done.out) == (INVALID, "")
    assert "bad.toml:1:1" in done.err
    assert "worse.toml:2:1" in done.err, "every bad file is reported, not the first"


def test_hostile_names_do_not_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    hostile = "stone\\u001b[2J\\u202ecisum\\nus: NOT_PROHIBITED"
    file = changed(tmp_path, DIAMOND, ('id = "stone"', f'id = "{hostile}"'))
    for command in ("decide", "explain"):
        done = run(command, file)
        assert done.code == FINDINGS
        assert "\x1b" not in done.out
        assert "\u202e" not in done.out
        assert "\nus: NOT_PROHIBITED" not in done.out


# -- formats -------------------------------------------------------------------------------------


def test_decide_says_the_outcome_the_reason_and_what_to_ask(run: Run) -> None:
    done = run("decide", POLLOCK, "--regime", "us")
    first, *rest = done.out.splitlines()
    assert first == "us: UNDETERMINED"
    assert any("us.gl83a" in line and "General License" not in line for line in rest)
    assert "  missing: act.events.loading" in rest
    assert rest[-1].startswith("  ask first: ")


def test_decide_shows_each_file_by_name(run: Run) -> None:
    done = run("decide", VODKA, CRAB, "--regime", "us")
    assert f"{VODKA}\nus: PROHIBITED" in done.out
    assert f"{CRAB}\nus: AUTHORISED" in done.out


def test_explain_says_more_than_decide(run: Run) -> None:
    short, full = run("decide", VODKA).out, run("explain", VODKA).out
    assert "E.O. 14068 s. 1(a)(i)(A)" in short
    assert "OFAC FAQ 1019" in full
    assert len(full) > 4 * len(short)
    assert max(map(len, full.splitlines())) <= 100


def test_scope_is_never_left_out(run: Run) -> None:
    for format in ("text", "markdown", "html", "json"):
        done = run("decide", VODKA, "--about", "us.gl83", "--format", format)
        assert "us.gl83" in done.out
    assert "asked about us.gl83 only" in run("decide", VODKA, "--about", "us.gl83").out


def test_json_is_one_document_or_a_list(run: Run) -> None:
    one = json.loads(run("decide", VODKA, "--format", "json").out)
    assert one["schema"].startswith("sanctions_rules.decision/")
    both = json.loads(run("decide", VODKA, CRAB, "--format", "json").out)
    assert both[0] == one
    assert len(both) == 2


def test_markdown_and_html(run: Run) -> None:
    assert run("explain", VODKA, "--format", "markdown").out.startswith("# ")
    assert run("explain", VODKA, "--format", "html").out.lower().startswith("<!doctype html>")


def test_facts_from_a_pipe() -> None:
    text = VODKA.read_text("utf-8")
    done = process("-m", "sanctions_rules", "decide", "-", input=text)
    assert done.returncode == FINDINGS, done.stderr
    assert done.stdout.startswith("eu: NOT_PROHIBITED")
    assert "\nus: PROHIBITED" in done.stdout
    # A pipe that says a file name is text all the same.
    done = process("-m", "sanctions_rules", "decide", "-", input="examples/vodka/case.toml")
    assert done.returncode == INVALID
    assert "standard input:1:" in done.stderr


def test_no_colour_in_a_pipe() -> None:
    for more in ({}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}):
        environment = os.environ | {"PYTHONUTF8": "1"} | more
        done = process(
            "-m", "sanctions_rules", "explain", str(VODKA), "--regime", "us", env=environment
        )
        assert done.returncode == FINDINGS
        assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("no_colour", [False, True])
def test_colour_at_a_terminal_unless_refused(no_colour: bool) -> None:
    import pty

    master, slave = pty.openpty()
    environment = {**os.environ, "PYTHONUTF8": "1", "TERM": "xterm-256color", "COLUMNS": "80"}
    environment.pop("NO_COLOR", None)
    if no_colour:
        environment["NO_COLOR"] = "1"
    child = subprocess.Popen(
        [sys.executable, "-m", "sanctions_rules", "explain", str(VODKA), "--regime", "us"],
        cwd=ROOT,
        stdout=slave,
        env=environment,
    )
    os.close(slave)
    printed = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        printed += part
    assert child.wait(60) == FINDINGS
    assert b"PROHIBITED" in printed
    assert (b"\x1b[" in printed) is not no_colour


# -- check ---------------------------------------------------------------------------------------

GOOD_RULES = """
licence us.gl900 "A licence of our own"
  cites         "Specific policy 900"
  in force      from 2024-01-01, no end stated
  authorises    import, entry of good into US
                to the extent prohibited by us.det_seafood
  when          good.species is salmon
end
"""
BAD_RULES = GOOD_RULES.replace("good.species", "good.spieces").replace(
    '  cites         "Specific policy 900"\n', ""
)


@pytest.fixture
def good_rules(tmp_path: Path) -> Path:
    file = tmp_path / "own.rules"
    file.write_text(GOOD_RULES, "utf-8")
    return file


@pytest.fixture
def bad_rules(tmp_path: Path) -> Path:
    file = tmp_path / "bad.rules"
    file.write_text(BAD_RULES, "utf-8")
    return file


def test_check_of_rules_that_build_on_packaged_law(run: Run, good_rules: Path) -> None:
    alone = run("check", good_rules)
    assert alone.code == INVALID
    assert "there is no `us.det_seafood`" in alone.out
    done = run("check", good_rules, "--with", "us")
    assert done.code == OK, done.out
    assert done.out.rstrip().endswith("no errors")
    assert run("check", good_rules.parent, "--with", "us").code == OK


def test_check_of_the_packaged_law(run: Run) -> None:
    done = run("check", ROOT / "sanctions_rules" / "rulebooks" / "us")
    assert done.code == OK, done.out


def test_check_shows_every_problem_with_its_place(run: Run, bad_rules: Path) -> None:
    done = run("check", bad_rules, "--with", "us")
    assert done.code == INVALID
    line = BAD_RULES.splitlines().index("  when          good.spieces is salmon") + 1
    assert f"--> {bad_rules}:{line}:17" in done.out
    assert "good.spieces is salmon" in done.out
    assert "did you mean `good.species`?" in done.out
    assert f"--> {bad_rules}:2:1" in done.out, "that it cites nothing is reported in the same run"


def test_check_as_json(run: Run, bad_rules: Path) -> None:
    done = run("check", bad_rules, "--with", "us", "--format", "json")
    assert done.code == INVALID
    problems = json.loads(done.out)["problems"]
    (unknown,) = [p for p in problems if p["code"] == "unknown-fact"]
    assert unknown["file"] == bad_rules.as_posix()
    assert (unknown["line"], unknown["column"]) == (6, 17)
    assert unknown["severity"] == "error"
    assert (
        json.loads(run("check", ROOT / "sanctions_rules/rulebooks/us", "--format", "json").out)[
            "problems"
        ]
        == []
    )


def test_check_for_a_code_host(run: Run, bad_rules: Path) -> None:
    done = run("check", bad_rules, "--with", "us", "--format", "github")
    assert done.code == INVALID
    assert re.search(
        r"^::error file=\S+bad\.rules,line=6,col=17,endLine=6,title=unknown-fact::there is no fact",
        done.out,
        re.M,
    )
    assert all(line.startswith("::error ") for line in done.out.splitlines()), (
        "one line each, breaks escaped"
    )

    log = json.loads(run("check", bad_rules, "--with", "us", "--format", "sarif").out)
    assert log["version"] == "2.1.0"
    (one,) = log["runs"]
    assert {r["ruleId"] for r in one["results"]} == {
        r["id"] for r in one["tool"]["driver"]["rules"]
    }
    (unknown,) = [r for r in one["results"] if r["ruleId"] == "unknown-fact"]
    region = unknown["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (6, 17)
    assert region["endColumn"] == 17 + len("good.spieces")


def test_a_warning_does_not_fail(run: Run, tmp_path: Path) -> None:
    """The label of a clock that is not the zone's own is kept and reported."""
    file = tmp_path / "own.rules"
    file.write_text(
        GOOD_RULES.replace(
            "from 2024-01-01, no end stated", "from 2024-01-01 through 2024-07-01 00:01 EST"
        ),
        "utf-8",
    )
    done = run("check", file, "--with", "us")
    assert "warning: " in done.out
    assert done.code == OK


def test_check_reads_examples_too(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.rules"
    file.write_text(GOOD_RULES + '''
example "A term of law is no fact"
  conduct       import of good into US on 2024-03-01
  given         good is fish_or_seafood
  expect        us PROHIBITED
end
''', "utf-8")  # fmt: skip
    done = run("check", file, "--with", "us")
    assert done.code == INVALID
    assert f"--> {file}:12:17" in done.out
    assert "not a fact" in done.out


def test_two_files_of_one_name_are_not_silently_one(run: Run, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "own.rules").write_text(GOOD_RULES, "utf-8")
    done = run("check", tmp_path / "a", tmp_path / "b", "--with", "us")
    assert done.code == INVALID
    assert "two files are called `own.rules`" in done.out


def test_rules_of_ones_own_decide(run: Run, good_rules: Path, tmp_path: Path) -> None:
    facts = changed(
        tmp_path,
        CRAB,
        ('species = "crab"', 'species = "salmon"'),
        ("concluded_on = 2023-11-30", "concluded_on = 2023-12-30"),
    )
    assert run("decide", facts).code == FINDINGS
    own = run("decide", facts, "--rules", good_rules, "--with", "us")
    assert own.code == OK
    assert "us.gl900" in own.out


def test_invalid_rules_decide_nothing(run: Run, bad_rules: Path) -> None:
    done = run("decide", VODKA, "--rules", bad_rules, "--with", "us")
    assert (done.code, done.out) == (INVALID, "")
    assert "did you mean `good.species`?" in done.err


# -- show ----------------------------------------------------------------------------------------

LIMBS = ["§1(a)(i)", "§1(a)(i)(A)", "§1(a)(i)(B)", "§1(a)(i)(C)", "§1(a)(i)(D)", "§1(a)(ii)", "§1(a)(iii)", "§1(a)(iv)", "§1(a)(v)", "§1(d)"]  # fmt: skip


def blocks(out: str) -> dict[str, str]:
    """What `show` prints of each provision, by its label."""
    return {part.split("  ", 1)[0]: part for part in re.split(r"\n\n(?=\S)", out)}


def test_show_the_order_limb_by_limb(run: Run) -> None:
    """From the dossier: who filled what, and what lifts it, on 1 June 2024."""
    done = run("show", "us.eo14068", "--on", "2024-06-01")
    assert done.code == OK
    shown = blocks(done.out)
    assert [label for label in shown if label in LIMBS] == LIMBS
    assert "replaced by us.eo14068 §1(a)(i)(A) from 2023-12-22" in shown["§1(a)(i)"]
    b = shown["§1(a)(i)(B)"]
    assert "E.O. 14068 s. 1(a)(i)(B)\n  in force\n  from 2023-12-22, no end stated" in b
    assert "enacted by us.eo14114 §3(a)" in b
    assert re.search(r"us\.det_seafood  .*\n +in force; from 2023-12-22", b)
    assert re.search(r"us\.det_diamonds §1  .*\n +in force; from 2024-03-01", b)
    assert re.search(r"us\.det_diamonds §2  .*\n +not yet in force; from 2024-09-01", b)
    assert re.search(
        r"lifted by us\.gl83  .*\n +ended; from 2023-12-22 through 2024-02-21 00:01 EST", b
    )
    assert re.search(
        r"lifted by us\.gl104  .*\n +not yet in force; from 2024-08-23 through 2025-09-01 00:01 EDT",
        b,
    )
    assert "us.gl103" not in b, "General License 103 is for jewelry, under limbs (A) and (D)"
    assert "us.gl103" in shown["§1(a)(i)(D)"]
    assert "dormant: nothing fills containing_product" in shown["§1(a)(i)(C)"]
    assert "lifted by us.gl18" in shown["§1(a)(iv)"]
    assert done.out.count("us.ieepa §1702(b)(3)  ") == 1, "what excepts from all of it is said once"


@pytest.mark.parametrize(
    ("day", "state"),
    [("2023-12-21", "not yet in force"), ("2023-12-22", "in force"), ("2026-10-01", "in force")],
)
def test_show_on_a_day(run: Run, day: str, state: str) -> None:
    shown = blocks(run("show", "us.eo14068", "--on", day).out)
    assert shown["§1(a)(i)(B)"].split("\n")[2].strip() == state
    before = day < "2023-12-22"
    assert (shown["§1(a)(i)"].split("\n")[2].strip() == "in force") is before


def test_show_the_last_day_of_a_licence(run: Run) -> None:
    """General License 83 holds through 00:01 on 21 February 2024: part of that day."""

    def state(day: str) -> str:
        return run("show", "us.gl83", "--on", day).out.split("\n\n")[1].split("\n")[2].strip()

    assert state("2024-02-20") == "in force"
    assert state("2024-02-21") == "in force for part of the day"
    assert state("2024-02-22") == "ended"


def test_show_a_licence_with_its_history(run: Run) -> None:
    done = run("show", "us.gl104", "--on", "2025-09-02")
    history = done.out.split("\nhistory\n")[1].split("\n\n")[0]
    assert [line.split()[0] for line in history.splitlines()[::2]] == [
        "us.gl104",
        "us.gl104a",
        "us.gl104b",
    ]
    states = [line.strip().split(";")[0] for line in history.splitlines()[1::2]]
    assert states == ["replaced by us.gl104a from 2025-08-27", "in force", "not yet in force"]
    assert "licence us.gl104 " in done.out, "the rule itself is shown"


def test_show_one_provision_by_words(run: Run) -> None:
    quoted = run("show", "us.eo14068 §1(a)(iv)", "--on", "2024-01-01")
    assert quoted.code == OK
    assert run("show", "us.eo14068", "§1(a)(iv)", "--on", "2024-01-01").out == quoted.out


def test_show_lists_what_there_is(run: Run) -> None:
    done = run("show")
    assert done.code == OK
    for name in ("us.eo14068", "us.eo14024", "us.det_seafood", "us.gl83", "us.gl104b"):
        assert re.search(rf"^  {re.escape(name)} ", done.out, re.M), name
    assert re.search(r"current through \d{4}-\d\d-\d\d", done.out)


# -- schema --------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", ["case", "decision", "scenario"])
def test_schema(run: Run, of: str) -> None:
    done = run("schema", of)
    assert done.code == OK
    schema = json.loads(done.out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"


def test_schema_is_of_the_case_by_default(run: Run) -> None:
    assert run("schema").out == run("schema", "case").out
    assert "carats_each" in run("schema").out


# -- test ----------------------------------------------------------------------------------------

SCENARIOS = """
[[scenario]]
name = "Vodka"
source = "us/eo14068/1(a)(i)(A)"
facts.act.kind = "entry"
facts.act.destination = "US"
facts.act.purpose = "commercial"
facts.act.events.entry = 2024-05-02
facts.licences_held = "none"
facts.goods = [{ id = "vodka", category = "alcoholic_beverage", produced_in = ["RU"], incorporated_in_foreign_product = false }]
facts.judgements = [{ question = "us.substantially_transformed", of = "vodka", answer = "no" }]
expect.us.outcome = "PROHIBITED"
"""


def test_scenarios_that_hold(run: Run, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "vodka.scenarios.toml").write_text(SCENARIOS, "utf-8")
    done = run("test", tmp_path)
    assert (done.code, done.out) == (OK, "1 passed, 0 failed\n")


def test_a_scenario_that_fails_shows_what_differs_and_why(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "vodka.scenarios.toml"
    file.write_text(SCENARIOS.replace('"PROHIBITED"', '"AUTHORISED"'), "utf-8")
    done = run("test", file)
    assert done.code == FINDINGS
    assert "FAILED Vodka" in done.out
    assert "us: the outcome is PROHIBITED, not AUTHORISED" in done.out
    assert "E.O. 14068 s. 1(a)(i)(A)" in done.out, "the trace"
    assert done.out.endswith("0 passed, 1 failed\n")

    suites = ElementTree.fromstring(run("test", file, "--format", "junit").out)
    (suite,) = suites
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    (failure,) = suite.iter("failure")
    assert "not AUTHORISED" in (failure.get("message") or "")
    assert "E.O. 14068" in (failure.text or "")


BAD_SCENARIOS = (
    (SCENARIOS.replace("source =", "sauce ="), "did you mean `source`?"),
    (SCENARIOS.replace("expect.us.outcome", "expect.us.outcom"), "did you mean `outcome`?"),
    (SCENARIOS.replace('"PROHIBITED"', '"PROHIBITTED"'), "did you mean `PROHIBITED`?"),
    (SCENARIOS.replace('expect.us.outcome = "PROHIBITED"', "expect = 3"), "`expect` is a table"),
    (SCENARIOS + 'known_on = "spring"\n', "`known_on` is a day"),
    ("scenario = 3\n", "scenario is a list"),
    ("[scenario\n", "not TOML"),
)


@pytest.mark.parametrize(("text", "said"), BAD_SCENARIOS, ids=[said for _, said in BAD_SCENARIOS])
def test_a_scenario_file_that_cannot_be_read(
    run: Run, tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "a.scenarios.toml"
    file.write_text(text, "utf-8")
    done = run("test", file)
    assert (done.code, done.out) == (INVALID, "")
    assert said in done.err


def test_bad_facts_in_a_scenario_are_a_failure_of_that_scenario(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.scenarios.toml"
    file.write_text(
        SCENARIOS + SCENARIOS.replace("Vodka", "Wodka").replace("alcoholic_beverage", "alcohol"),
        "utf-8",
    )
    done = run("test", file)
    assert done.code == FINDINGS
    assert "FAILED Wodka" in done.out
    assert "`alcohol` is not one of the words" in done.out
    assert done.out.endswith("1 passed, 1 failed\n")


def test_a_regime_that_is_not_loaded_is_a_failure(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.scenarios.toml"
    file.write_text(SCENARIOS.replace("expect.us", "expect.xx"), "utf-8")
    done = run("test", file)
    assert done.code == FINDINGS
    assert "xx: no rulebook of it is loaded" in done.out


def test_examples_in_rule_files_run(run: Run, good_rules: Path) -> None:
    example = """
example "Salmon under our own licence"
  conduct       import of good into US on 2024-03-01
  given         good.species is salmon
    and         good.category is seafood
    and         good.harvest_waters includes RU
  expect        us PROHIBITED
end
"""
    good_rules.write_text(GOOD_RULES + example, "utf-8")
    done = run("test", good_rules, "--with", "us")
    assert done.code == FINDINGS
    assert "FAILED Salmon under our own licence" in done.out
    assert "own.rules:" in done.out
    assert done.out.endswith("0 passed, 1 failed\n"), "examples of the packaged law are not run"
    packaged = run("test", ROOT / "sanctions_rules" / "rulebooks" / "us")
    assert packaged.code == OK, packaged.out
    assert re.search(r"^[3-9]\d* passed, 0 failed$", packaged.out, re.M)


def test_nothing_to_run_is_no_success(run: Run, tmp_path: Path) -> None:
    done = run("test", tmp_path)
    assert done.code == INVALID
    assert "nothing to run" in done.err


# -- the command itself --------------------------------------------------------------------------


def test_module_and_command_are_one() -> None:
    done = process("-m", "sanctions_rules", "decide", str(CRAB))
    assert done.returncode == OK, done.stderr
    assert "\nus: AUTHORISED" in done.stdout


def test_version_and_help(run: Run) -> None:
    assert run("--version").out == f"sanctions-rules {__version__}\n"
    shown = run("--help").out
    listed = re.findall(r"^  (\w+) {2,}\S", shown.split("Commands:")[1], re.M)
    assert listed == [
        "decide",
        "explain",
        "compare",
        "ask",
        "scenario",
        "batch",
        "check",
        "fmt",
        "lint",
        "lsp",
        "show",
        "changes",
        "coverage",
        "mutate",
        "selftest",
        "schema",
        "verify",
        "sign",
        "replay",
        "test",
        "diff",
        "new",
        "lists",
    ], "help lists what works, no more"
    for command in listed:
        assert run(command, "--help").code == OK


def test_without_typer_the_extra_is_named() -> None:
    code = "import sys; sys.modules['typer'] = None; from sanctions_rules.cli import main; main(['show'])"
    done = process("-c", code)
    assert done.returncode == USAGE
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "sanctions-rules[cli]" in done.stderr


def test_an_internal_error_is_one_sentence_without_facts(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sanctions_rules.cli import asking

    def broken(*_: object) -> None:
        raise KeyError("a secret name")

    monkeypatch.setattr(asking, "_decide", broken)
    done = run("decide", VODKA)
    assert done.code == INTERNAL
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert "internal error: KeyError at " in done.err
    assert "secret" not in done.err
    assert "secret" in run("--debug", "decide", VODKA).err


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    for words, code in (
        (("show", "us.eo14068"), OK),
        (("explain", str(VODKA), "--regime", "us"), FINDINGS),
        (("decide", str(VODKA), "--regime", "us"), FINDINGS),
    ):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [sys.executable, "-m", "sanctions_rules", *words], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE,
            encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        os.close(writing)
        assert (done.returncode, done.stderr) == (code, "")


def test_exit_codes_are_those_of_the_documents() -> None:
    table = dict(
        re.findall(r"^\| (\d) \| (.+?) \|$", (ROOT / "README.md").read_text("utf-8"), re.M)
    )
    assert set(table) == {
        str(code) for code in (OK, FINDINGS, USAGE, INVALID, UNDETERMINED, INTERNAL)
    }
    assert "undetermined" in table[str(UNDETERMINED)]
    assert cli.INVALID == 3
