"""Kept rulebooks: the same law in less time, and never another law, whatever lies in the folder."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from conftest import sampled
from small import BAN, HEAD
from test_layers import ROOT, imports

from sanctions_rules import rulebooks
from sanctions_rules.cli.showing import instruments, shown
from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language import compile as compiling
from sanctions_rules.limits import Limits
from sanctions_rules.plain import PROGRAM, read, written
from sanctions_rules.rulebooks import PACKAGED, Law, load_path, store
from sanctions_rules.rulebooks.kept import lines_of
from sanctions_rules.scenario import run

CASE = Path(__file__).parent.parent / "examples" / "diamond-polished-in-india" / "case.toml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    where = tmp_path / "cache"
    monkeypatch.setenv(store.SETTING, str(where))
    return where


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A small rulebook."""
    path = tmp_path / "rules"
    path.mkdir()
    (path / "zz.rules").write_text(HEAD + BAN, encoding="utf-8")
    return path


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each rulebook that is really compiled."""
    made: list[int] = []
    whole = compiling.compile_rulebook

    def counted(*given: object) -> object:
        made.append(1)
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(compiling, "compile_rulebook", counted)
    return made


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{store.PREFIX}*{store.SUFFIX}"))


def packaged(regimes: tuple[str, ...] = PACKAGED) -> Law:
    """The packaged law by way of the cache, past what this process remembers."""
    return Law(store.compiled(rulebooks.packaged_files(regimes)))


# -- the same law --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Law, Law]]:
    """The packaged law as it is made, and as it is recalled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(store.SETTING, str(tmp_path_factory.mktemp("cache")))
        yield packaged(), packaged()


def test_all_that_is_kept_comes_back(both: tuple[Law, Law]) -> None:
    made, recalled = both

    assert list(lines_of(recalled.compiled)) == list(lines_of(made.compiled))
    assert recalled.compiled.sources == made.compiled.sources
    assert recalled.compiled.rulebook.blocks == made.compiled.rulebook.blocks
    assert list(recalled.compiled.rulebook.by_id) == list(made.compiled.rulebook.by_id)


def test_decisions_are_the_same_bytes(both: tuple[Law, Law]) -> None:
    for scenario in sampled(250):
        made, recalled = (run(law, scenario).decision for law in both)
        assert recalled.to_json() == made.to_json(), scenario.name
        assert recalled.explain() == made.explain(), scenario.name


def test_the_law_is_shown_the_same(both: tuple[Law, Law]) -> None:
    day = date(2024, 6, 1)
    pages = [
        [*instruments(law), *shown(law, "us.eo14068", day), *shown(law, "us.gl104", day)]
        for law in both
    ]
    statuses = [[law.history.status(b, day) for b in law.provisions()] for law in both]

    assert pages[0] == pages[1]
    assert statuses[0] == statuses[1]


def test_withdrawn_texts_can_be_let_in(both: tuple[Law, Law]) -> None:
    made, recalled = both
    for name in made.program.withdrawn:
        allowed = frozenset([name])
        assert recalled._allowing(allowed).digest == made._allowing(allowed).digest


def test_nothing_of_the_parser_is_loaded(folder: Path) -> None:
    packaged()
    program = (
        "import sys, sanctions_rules as sr; law = sr.load(*sys.argv[2:]); "
        "d = law.decide(sr.read_case(sys.argv[1])); "
        "print(d.rulebook_digest); "
        "print([m for m in sys.modules if m.startswith(('lark', 'sanctions_rules.language.'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(CASE), *PACKAGED], check=True, capture_output=True,
        text=True, cwd=ROOT.parent,
    )  # fmt: skip
    digest, loaded = done.stdout.splitlines()

    assert digest == packaged().digest
    assert set(json.loads(loaded.replace("'", '"'))) == {
        "sanctions_rules.language.compiled",
        "sanctions_rules.language.grammar",
    }


def test_the_command_line_loads_no_parser(folder: Path) -> None:
    packaged(PACKAGED)
    program = (
        "import sys; from sanctions_rules.cli import main\n"
        "try: main(['decide', sys.argv[1]])\n"
        "except SystemExit as left: print(left.code, 'lark' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(CASE)], check=True, capture_output=True, text=True,
        cwd=ROOT.parent,
    )  # fmt: skip

    assert done.stdout.splitlines()[-1] == "1 False"


# -- and never another law -----------------------------------------------------------------------


def test_rules_of_ones_own_are_kept_too(folder: Path, rules: Path, compilations: list[int]) -> None:
    first, second = load_path(rules), load_path(rules)

    assert first.digest == second.digest
    assert len(compilations) == 1 and len(kept(folder)) == 1


def test_changed_rules_are_read_anew(folder: Path, rules: Path, compilations: list[int]) -> None:
    before = load_path(rules)
    (rules / "zz.rules").write_text((HEAD + BAN).replace("2024-01-01", "2025-01-01"))
    after = load_path(rules)

    assert before.digest != after.digest and len(compilations) == 2


def test_rules_that_do_not_load_are_not_kept(folder: Path, rules: Path) -> None:
    (rules / "zz.rules").write_text(HEAD + BAN.replace("category", "colour"))
    for _ in range(2):
        with pytest.raises(RulebookError):
            load_path(rules)

    assert not kept(folder)


def test_the_key_holds_all_that_a_program_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"zz.rules": b"text", "codes.csv": b"key"}
    keys = {
        store.key_of(files, Limits()),
        store.key_of(files | {"codes.csv": b"kez"}, Limits()),
        store.key_of({"zz.rules": b"text"}, Limits()),
        store.key_of({"yy.rules": b"text", "codes.csv": b"key"}, Limits()),
        store.key_of(files, Limits(rules=7)),
    }
    store._code.cache_clear()
    monkeypatch.setattr(store, "tzdata_version", lambda: "1999.1")
    keys.add(store.key_of(files, Limits()))
    store._code.cache_clear()
    monkeypatch.setattr(store, "_parser", lambda: b"__version__ = '0'")
    keys.add(store.key_of(files, Limits()))
    store._code.cache_clear()
    monkeypatch.setattr(store, "_modules", lambda *_: [("core.py", b"changed")])
    keys.add(store.key_of(files, Limits()))
    store._code.cache_clear()

    assert len(keys) == 8


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut short": lambda data: data[:-20],
    "a line less": lambda data: data[: data.rindex(b"\n")],
    "a day changed": lambda data: data.replace(b'"2024-01-01"', b'"2034-01-01"'),
    "a truth turned": lambda data: data.replace(b"PROHIBITED", b"AUTHORISED") + b" ",
    "no text": lambda data: bytes(range(256)) * 40,
    "another key": lambda data: data.replace(b'{"key":"', b'{"key":"0', 1),
    "a pickle": lambda data: b"cos\nsystem\n(S'false'\ntR.",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_made_anew(
    folder: Path, rules: Path, compilations: list[int], damage: str
) -> None:
    digest = load_path(rules).digest
    (path,) = kept(folder)
    sound = path.read_bytes()
    path.write_bytes(DAMAGES[damage](sound))
    assert path.read_bytes() != sound

    assert load_path(rules).digest == digest
    assert path.read_bytes() == sound
    assert len(compilations) == 2


def test_a_file_of_other_rules_is_made_anew(
    folder: Path, rules: Path, compilations: list[int]
) -> None:
    load_path(rules)
    (first,) = kept(folder)
    (rules / "zz.rules").write_text((HEAD + BAN).replace("2024-01-01", "2025-01-01"))
    digest = load_path(rules).digest
    second = next(p for p in kept(folder) if p != first)
    second.write_bytes(first.read_bytes())

    assert load_path(rules).digest == digest
    assert len(compilations) == 3


def test_a_file_with_a_sound_digest_and_no_rulebook_is_made_anew(
    folder: Path, rules: Path, compilations: list[int]
) -> None:
    digest = load_path(rules).digest
    (path,) = kept(folder)
    key = json.loads(path.read_bytes().splitlines()[0])["key"]
    for body in (b"", b"{}", b'[["os.system","false"]]\n[]', b"[[]]\n[]", b"\xff\n"):
        path.write_bytes(store._head(key, body) + body)
        assert load_path(rules).digest == digest

    assert len(compilations) == 6


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owners here")
def test_a_file_of_somebody_else_is_passed_over(
    folder: Path, rules: Path, compilations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_path(rules)
    (path,) = kept(folder)
    status = os.stat(path)
    monkeypatch.setattr(os, "fstat", lambda _: os.stat_result((*status[:4], 4711, *status[5:])))
    load_path(rules)

    assert len(compilations) == 2


def test_data_names_no_other_types() -> None:
    for line in ('[["os.system","false"]]', '[["builtins.eval","1"]]', '[["Path","."]]'):
        with pytest.raises(KeyError):
            read(line, PROGRAM)
    with pytest.raises(TypeError, match="Path"):
        written((Path("."),), PROGRAM)


#: A batch hands its task to a process that it has just started, through that process's input.
TASKS = ("batch/running", "batch/working")


def test_there_is_no_pickle() -> None:
    """Nothing that is kept, or that comes from elsewhere, is a pickle."""
    found = {item.target.split(".")[0] for item in imports(ROOT) if item.file not in TASKS}

    assert not found & {"pickle", "marshal", "shelve", "dill", "cloudpickle"}


# -- whatever the folder is like -----------------------------------------------------------------


def test_off_keeps_nothing(
    rules: Path, tmp_path: Path, compilations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setenv(store.SETTING, "off")
    assert load_path(rules).digest == load_path(rules).digest

    assert len(compilations) == 2 and not (tmp_path / "user").exists()


def test_where_rulebooks_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (store.SETTING, "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert store.folder() == tmp_path / ".cache" / "sanctions-rules"
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert store.folder() == tmp_path / "local" / "sanctions-rules"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert store.folder() == tmp_path / "xdg" / "sanctions-rules"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert store.folder() == tmp_path / "local" / "sanctions-rules"
    monkeypatch.setenv(store.SETTING, str(tmp_path / "own"))
    assert store.folder() == tmp_path / "own"
    monkeypatch.setenv(store.SETTING, "OFF")
    assert store.folder() is None


def test_code_that_cannot_be_read_keeps_nothing(
    folder: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise NotADirectoryError("inside an archive")

    monkeypatch.setattr(store, "_code", refuse)
    assert load_path(rules).digest == load_path(rules).digest

    assert not folder.exists()


def test_a_folder_that_is_none_is_no_error(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(store.SETTING, str(tmp_path / "file"))

    assert load_path(rules).digest == load_path(rules).digest


def test_a_folder_that_cannot_be_written_is_no_error(
    folder: Path, rules: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with caplog.at_level(logging.DEBUG, "sanctions_rules"):
        assert load_path(rules).digest == load_path(rules).digest

    assert not kept(folder)
    assert "cannot be kept (PermissionError)" in caplog.text


def test_a_file_that_cannot_be_put_in_its_place_leaves_nothing(
    folder: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("somebody reads it")

    monkeypatch.setattr(Path, "replace", refuse)
    load_path(rules)

    assert not list(folder.iterdir())


def test_damage_is_said_to_who_listens(
    folder: Path, rules: Path, caplog: pytest.LogCaptureFixture
) -> None:
    load_path(rules)
    kept(folder)[0].write_bytes(b"")
    load_path(rules)
    assert not caplog.text
    kept(folder)[0].write_bytes(b"")
    with caplog.at_level(logging.DEBUG, "sanctions_rules"):
        load_path(rules)

    assert "is damaged" in caplog.text


def test_many_processes_at_once(folder: Path, rules: Path) -> None:
    program = (
        "import sys, sanctions_rules as sr\n"
        "for _ in range(5): print(sr.load_path(sys.argv[1]).digest)"
    )

    def digests(_: int) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", program, str(rules)], check=True, capture_output=True,
            text=True, cwd=ROOT.parent,
        )  # fmt: skip
        return done.stdout.splitlines()

    with ThreadPoolExecutor(4) as pool:
        found = [digest for one in pool.map(digests, range(4)) for digest in one]

    assert set(found) == {load_path(rules).digest} and len(found) == 20
    assert [p.name for p in folder.iterdir()] == [p.name for p in kept(folder)]
    assert len(kept(folder)) == 1


def test_the_folder_does_not_grow(
    folder: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_FILES", 3)
    folder.mkdir()
    for number in range(5):
        old = folder / f"{store.PREFIX}{number}{store.SUFFIX}"
        old.write_bytes(b"x" * 100)
        os.utime(old, (1_000_000 + number, 1_000_000 + number))
    (folder / f"{store.PREFIX}abc{store.UNFINISHED}").write_bytes(b"")
    os.utime(folder / f"{store.PREFIX}abc{store.UNFINISHED}", (1_000_000, 1_000_000))
    (folder / f"{store.PREFIX}new{store.UNFINISHED}").write_bytes(b"")
    (folder / "notes.txt").write_text("of somebody else")
    load_path(rules)

    names = {p.name for p in folder.iterdir()}
    assert {"notes.txt", "rulebook-new.part", "rulebook-4.jsonl", "rulebook-3.jsonl"} < names
    assert len(kept(folder)) == 3 and len(names) == 5

    monkeypatch.setattr(store, "MOST_BYTES", 150)
    store._tidy(folder)
    assert not kept(folder)
