"""`verify` on files of records: a dropped, moved, edited or cut line is found, and nothing is decided.

And the samples: what was written by each version of a form is still read, replayed and verified;
versions that never were, or are not yet, are refused by name. `samples/make.py` made them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command import said

from sanctions_rules import clocks
from sanctions_rules.canonical import json_text
from sanctions_rules.certificates import Refused, from_json, verify
from sanctions_rules.certificates.writing import VERSION
from sanctions_rules.cli import FINDINGS, INVALID, OK, USAGE
from sanctions_rules.read import build_case
from sanctions_rules.record import Key, read_lines
from sanctions_rules.record.chain import RecordsError
from sanctions_rules.record.fields import SCHEMA
from sanctions_rules.replay import replay
from sanctions_rules.rulebooks import Law, load_path

SAMPLES = Path(__file__).parent / "samples"
RECORDS = SAMPLES / "record-1.jsonl"
LINES = RECORDS.read_bytes().splitlines()
HEAD = json.loads(LINES[-1])["chain"]["digest"]
FAMILY, _, NOW = SCHEMA.rpartition("/")

Capture = pytest.CaptureFixture[str]
Lines = list[bytes]


def chained_anew(lines: Lines, change: Callable[[dict[str, Any]], object] = id) -> Lines:
    """Lines as a forger chains them who knows the format: every digest is right again."""
    made: Lines = []
    previous = "0" * 64
    for number, text in enumerate(lines, start=1):
        line = json.loads(text)
        change(line)
        record = {k: v for k, v in line["record"].items() if k != "decision_id"}
        line["record"]["decision_id"] = (
            "dr-" + hashlib.sha256(json_text(record).encode()).hexdigest()[:32]
        )
        covered = {
            "record": line["record"],
            "envelope": line["envelope"],
            "number": number,
            "previous": previous,
        }
        digest = hashlib.sha256(json_text(covered).encode()).hexdigest()
        line["chain"] = {"number": number, "previous": previous, "digest": digest}
        previous = digest
        made.append(json_text(line).encode())
    return made


def test_the_forger_of_these_tests_knows_the_format() -> None:
    assert chained_anew(LINES) == LINES


def test_a_whole_chain(capsys: Capture) -> None:
    code, out, err = said(capsys, "verify", RECORDS)
    assert (code, err) == (OK, "") and f"4 records hang together, head {HEAD}" in out
    assert "only with --head" in out
    code, out, _ = said(capsys, "verify", RECORDS, "--head", HEAD)
    assert code == OK and "--head" not in out


def test_nothing_is_decided(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> object:
        raise AssertionError("something was decided")

    monkeypatch.setattr(Law, "decide", fail)
    monkeypatch.setattr("sanctions_rules.cli.verifying.law_of", fail)
    assert said(capsys, "verify", RECORDS)[0] == OK


def edited(number: int, old: bytes, new: bytes) -> Callable[[Lines], Lines]:
    def change(lines: Lines) -> Lines:
        assert old in lines[number]
        return [*lines[:number], lines[number].replace(old, new, 1), *lines[number + 1 :]]

    return change


#: What was done to the file, and at which line it shows.
BROKEN: dict[str, tuple[Callable[[Lines], Lines], int]] = {
    "dropped: the first": (lambda t: t[1:], 1),
    "dropped: one within": (lambda t: [t[0], *t[2:]], 2),
    "dropped: two within": (lambda t: [t[0], t[3]], 2),
    "moved: two neighbours": (lambda t: [t[0], t[2], t[1], t[3]], 2),
    "moved: the last to the front": (lambda t: [t[3], *t[:3]], 1),
    "moved: all turned round": (lambda t: t[::-1], 1),
    "edited: an outcome": (edited(1, b"NOT_PROHIBITED", b"PROHIBITED"), 2),
    "edited: a fact": (edited(0, b'"carats_each":"1"', b'"carats_each":"0.1"'), 1),
    "edited: a review": (edited(2, b'"approved"', b'"declined"'), 3),
    "edited: a word of a sentence": (edited(0, b"as the rule says", b"as the rules say"), 1),
    "edited: a blank": (edited(3, b'","', b'", "'), 4),
    "edited: the digest": (edited(1, b'"digest":"', b'"digest":"0'), 2),
    "twice: a line": (lambda t: [t[0], t[0], *t[1:]], 2),
    "cut: within the last line": (lambda t: [*t[:3], t[3][:-20]], 4),
    "cut: within the first": (lambda t: [t[0][: len(t[0]) // 2]], 1),
    "cut: an empty line": (lambda t: [*t[:2], b"", *t[2:]], 3),
    "forged: from a line of another chain": (lambda t: [t[0], *chained_anew(t[1:])], 2),
}  # fmt: skip


@pytest.mark.parametrize(("change", "line"), BROKEN.values(), ids=BROKEN)
def test_what_was_done_to_a_file_is_found(
    change: Callable[[Lines], Lines], line: int, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "records.jsonl"
    file.write_bytes(b"\n".join(change(LINES)) + b"\n")
    code, out, err = said(capsys, "verify", file)
    assert (code, err) == (FINDINGS, "")
    assert out.startswith("refused: error:") and f"records.jsonl, line {line}\n" in out
    assert line == 1 or f"\n{line - 1} before it hang together" in out


@pytest.mark.parametrize("kept", [3, 2, 1])
def test_an_end_that_was_cut_off_shows_with_the_head_alone(
    kept: int, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "records.jsonl"
    file.write_bytes(b"\n".join(LINES[:kept]) + b"\n")
    assert said(capsys, "verify", file)[0] == OK
    code, out, _ = said(capsys, "verify", file, "--head", HEAD)
    assert code == FINDINGS and "lines are missing at the end" in out


def test_a_file_written_anew_shows_with_the_head_alone(tmp_path: Path, capsys: Capture) -> None:
    """Who can write the whole file can chain it anew; the head that was kept elsewhere betrays it."""
    file = tmp_path / "records.jsonl"

    def softened(line: dict[str, Any]) -> None:
        line["record"]["outcome"] = "NOT_PROHIBITED"

    file.write_bytes(b"\n".join(chained_anew(LINES, softened)) + b"\n")
    assert said(capsys, "verify", file)[0] == OK
    assert said(capsys, "verify", file, "--head", HEAD)[0] == FINDINGS
    # And making the decisions again betrays it without any head.
    code, out, _ = said(capsys, "replay", file, "--rules", SAMPLES / "law")
    assert code == FINDINGS and "the record says otherwise than its own facts and law" in out


def test_files_that_hold_no_record(tmp_path: Path, capsys: Capture) -> None:
    for content in (b"", b"\n", b"{}\n", b"\x00\xff", b"[" * 100_000, b"null\n"):
        (tmp_path / "f").write_bytes(content)
        code, out, err = said(capsys, "verify", tmp_path / "f")
        assert code == FINDINGS and out.startswith("refused: ") and not err, content


def test_what_does_not_go_together(capsys: Capture) -> None:
    certificates = SAMPLES / "certificate-1.jsonl"
    assert said(capsys, "verify", RECORDS, "--rules", SAMPLES / "law")[0] == USAGE
    assert said(capsys, "verify", certificates)[0] == USAGE
    assert said(capsys, "verify", certificates, "--head", HEAD)[0] == USAGE


# -- samples -------------------------------------------------------------------------------------


@pytest.fixture
def law(monkeypatch: pytest.MonkeyPatch) -> Law:
    """The law of the samples, under the time zones that they were made with."""
    tzdata = json.loads(LINES[0])["record"]["versions"]["tzdata"]
    monkeypatch.setattr(clocks, "tzdata_version", lambda: tzdata)
    return load_path(SAMPLES / "law")


def test_there_is_a_sample_of_each_version() -> None:
    found = {p.name for p in SAMPLES.glob("*.jsonl")}
    wanted = {f"record-{n}.jsonl" for n in range(1, int(NOW) + 1)}
    wanted |= {f"certificate-{n}.jsonl" for n in range(1, VERSION + 1)}
    assert found == wanted, "samples/make.py writes those of a new version"


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("record-*.jsonl")), ids=lambda p: p.stem)
def test_records_of_each_version_replay(path: Path, law: Law, capsys: Capture) -> None:
    lines = list(read_lines(path))
    assert [line.record.outcome for line in lines] == [
        "PROHIBITED",
        "NOT_PROHIBITED",
        "UNDETERMINED",
        "PROHIBITED",
    ]
    assert [line.record.redaction is None for line in lines] == [True, True, True, False]
    for line in lines:
        made = replay(line, law)
        # Another engine, or other words in a sentence, are no other answer.
        assert all(cause.startswith(("another engine", "it is worded")) for cause in made.causes), (
            made.causes
        )
        assert all(d.is_wording or d.path == "versions.engine" for d in made.differences), (
            made.differences
        )
    assert said(capsys, "verify", path)[0] == OK


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("certificate-*.jsonl")), ids=lambda p: p.stem)
def test_certificates_of_each_version_verify(
    path: Path, law: Law, tmp_path: Path, capsys: Capture
) -> None:
    records = list(read_lines(SAMPLES / "record-1.jsonl"))
    outcomes, facts = list[str](), list[str | Path]()
    for number, text in enumerate(path.read_bytes().splitlines()):
        case = build_case(records[number].record.facts)
        outcomes += [answer.outcome for answer in verify(text, law, case).answers]
        (tmp_path / f"{number}.json").write_text(json.dumps(records[number].record.facts))
        facts += ["--facts", tmp_path / f"{number}.json"]
    assert outcomes == ["prohibited", "not_prohibited", "undetermined"]
    code, out, _ = said(capsys, "verify", path, *facts, "--rules", SAMPLES / "law")
    assert code == OK and out.count("proved in") == 3


def test_the_names_of_the_sample_belong_to_it(law: Law) -> None:
    """The record without names is made again from the facts of the first, by who has the key."""
    first, *_, last = read_lines(RECORDS)
    key = Key(b"the key of the samples, no secret")
    made = replay(last, law, build_case(first.record.facts), key)
    assert all(cause.startswith(("another engine", "it is worded")) for cause in made.causes)


@pytest.mark.parametrize("version", ["0", "999", "1.5", "-1", "one", ""])
def test_records_of_other_versions_are_refused_by_name(
    version: str, tmp_path: Path, capsys: Capture
) -> None:
    """In a chain that is sound: what is refused is the form, and it is named."""
    file = tmp_path / "records.jsonl"

    def other(line: dict[str, Any]) -> None:
        line["record"]["schema"] = f"{FAMILY}/{version}"

    file.write_bytes(b"\n".join(chained_anew(LINES, other)) + b"\n")
    with pytest.raises(RecordsError) as refused:
        list(read_lines(file))
    (problem,) = refused.value.problems
    assert problem.code == "record-version" and f"`{FAMILY}/{version}`" in problem.message
    assert f"`{SCHEMA}`" in problem.help and problem.path == "records.jsonl, line 1"
    assert said(capsys, "verify", file)[0] == FINDINGS
    assert said(capsys, "replay", file)[0] == INVALID
    # Nor is anything added to a chain of another version.
    before = file.read_bytes()
    shutil.copy(file, tmp_path / "kept")
    code, _, err = said(
        capsys, "decide", _case(tmp_path), "--rules", SAMPLES / "law", "--format", "record",
        "--append", file,
    )  # fmt: skip
    assert code == INVALID and "is of the form" in err and file.read_bytes() == before


def _case(folder: Path) -> Path:
    file = folder / "case.json"
    file.write_text(json.dumps(json.loads(LINES[0])["record"]["facts"]))
    return file


@pytest.mark.parametrize("version", [0, 999, -1, 1.0, "1", True, None])
def test_certificates_of_other_versions_are_refused_by_name(
    version: object, law: Law, tmp_path: Path, capsys: Capture
) -> None:
    text = (SAMPLES / "certificate-1.jsonl").read_bytes().splitlines()[0]
    changed = json.dumps({**json.loads(text), "version": version})
    with pytest.raises(Refused) as refused:
        from_json(changed)
    said_so = str(refused.value)
    if not isinstance(version, float):  # a certificate holds no such number at all
        assert f"its version is {version!r}" in said_so and f"version {VERSION}" in said_so
    (tmp_path / "c.json").write_text(changed)
    code, out, _ = said(
        capsys, "verify", tmp_path / "c.json", "--facts", _case(tmp_path),
        "--rules", SAMPLES / "law",
    )  # fmt: skip
    assert code == FINDINGS and out.startswith("refused: ")
