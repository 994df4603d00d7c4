"""`fmt`: files formatted in place, or named, or shown; a file with a mistake is left as it is."""

from __future__ import annotations

import io
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from command import said

UGLY = 'definition us.x "A" cites "a" # why\nend'
PLAIN = 'definition us.x "A"\n  cites         "a"  # why\nend\n'
EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name in ("a.rules", "deep/b.rules", ".hidden/c.rules", "note.txt"):
        (tmp_path / name).write_text(UGLY, encoding="utf-8")
    (tmp_path / "deep/good.rules").write_bytes(PLAIN.encode())
    return tmp_path


def test_a_folder_is_formatted_in_place(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "a.rules").chmod(0o640)
    code, out, err = said(capsys, "fmt", folder)
    assert (code, err) == (0, "2 formatted, 1 left as they are\n")
    assert out.split() == [(folder / n).as_posix() for n in ("a.rules", "deep/b.rules")]
    for name in ("a.rules", "deep/b.rules", "deep/good.rules"):
        assert (folder / name).read_bytes() == PLAIN.encode()
    for name in (".hidden/c.rules", "note.txt"):
        assert (folder / name).read_text("utf-8") == UGLY
    assert (folder / "a.rules").stat().st_mode & 0o777 == 0o640
    assert not list(folder.rglob("*.part"))
    assert said(capsys, "fmt", folder) == (0, "", "0 formatted, 3 left as they are\n")


def test_check_and_diff_write_nothing(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out, _ = said(capsys, "fmt", "--check", folder / "a.rules", folder / "deep/good.rules")
    assert (code, out) == (1, f"{(folder / 'a.rules').as_posix()}\n")
    code, out, _ = said(capsys, "fmt", "--diff", folder / "a.rules")
    assert code == 1
    assert '-definition us.x "A" cites "a" # why' in out
    assert '+  cites         "a"  # why' in out
    assert (folder / "a.rules").read_text("utf-8") == UGLY
    assert said(capsys, "fmt", "--check", "--diff", folder / "deep/good.rules")[:2] == (0, "")


def test_a_file_with_a_mistake_is_left_and_the_others_are_formatted(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    bad = folder / "bad.rules"
    bad.write_text(UGLY.replace("cites", "sites"), encoding="utf-8")
    code, _, err = said(capsys, "fmt", folder)
    assert code == 3
    assert bad.as_posix() in err
    assert err.endswith("2 formatted, 1 left as they are, 1 with mistakes\n")
    assert bad.read_text("utf-8") == UGLY.replace("cites", "sites")
    assert (folder / "deep/b.rules").read_bytes() == PLAIN.encode()


@pytest.mark.parametrize(
    ("words", "given", "code", "out"),
    [
        ((), UGLY, 0, PLAIN),
        ((), "", 0, ""),
        (("--check",), UGLY, 1, "<stdin>\n"),
        (("--check",), PLAIN, 0, ""),
        ((), "definition", 3, ""),
    ],
)
def test_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...], given: str, code: int, out: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
    assert said(capsys, "fmt", "-", *words)[:2] == (code, out)


def test_wrong_usage(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert said(capsys, "fmt", folder / "nowhere")[0] == 2
    assert said(capsys, "fmt", "-", folder)[0] == 2
    (folder / "empty").mkdir()
    assert said(capsys, "fmt", folder / "empty")[0] == 3


def test_a_link_stays_one_and_what_cannot_be_written_is_said(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = folder / "link.rules"
    link.symlink_to(folder / "a.rules")
    assert said(capsys, "fmt", link)[0] == 0
    assert link.is_symlink()
    assert (folder / "a.rules").read_bytes() == PLAIN.encode()

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    code, _, err = said(capsys, "fmt", folder / "deep/b.rules")
    assert code == 3
    assert "No space left on device" in err
    assert (folder / "deep/b.rules").read_text("utf-8") == UGLY
    assert not list(folder.rglob("*.part"))


@pytest.mark.parametrize("path", [str(files("sanctions_rules") / "rulebooks"), str(EXAMPLES)])
def test_the_law_is_formatted(capsys: pytest.CaptureFixture[str], path: str) -> None:
    code, out, _ = said(capsys, "fmt", "--check", path)
    assert (code, out) == (0, ""), "`sanctions-rules fmt` writes these files as it should"
