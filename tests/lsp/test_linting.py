"""What lint finds, in an editor: the same as at a terminal, never of another text, and mended from there."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Generator, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from command import said
from conftest import LONGER
from lint.pages import PREAMBLE, compiled_text, page
from lsp.edits import history

from sanctions_rules.lint import CHECKS, Report, lint
from sanctions_rules.lint.book import Book as Law
from sanctions_rules.lint.running import applied, mended
from sanctions_rules.lsp.book import Book
from sanctions_rules.lsp.linting import Linted, Written, page_of, silencing
from sanctions_rules.rulebooks.folders import read_files

pytest.importorskip("pygls", reason="the language server needs the extra `lsp`")

from lsp.wire import PATIENCE, Wire, edit, place

PACKAGED = Path(str(files("sanctions_rules") / "rulebooks"))
TWICE = f"{PREAMBLE}\n{page('value-twice').bad}"
#: Found by the run itself, or only where scenarios are given.
ALONE = [code for code in CHECKS if code != "scenario-missing"]


@pytest.fixture(scope="module")
def served() -> Iterator[Wire]:
    with Wire(lint=True) as wire:
        yield wire
        assert wire.close() == 0


@pytest.fixture
def wire(served: Wire) -> Iterator[Wire]:
    yield served
    served.close_all()


def written(folder: Path, text: str) -> str:
    path = folder / "own.rules"
    path.write_text(text, encoding="utf-8", newline="")
    return path.as_uri()


def linted(wire: Wire, uri: str) -> list[dict[str, Any]]:
    """What lint says of a text, once it has run; only where it finds something."""
    while not (found := [p for p in wire.diagnostics.get(uri, ()) if p["source"] == "lint"]):
        wire.heard_of(uri)
    return found


def actions(wire: Wire, uri: str, problem: dict[str, Any], *only: str) -> list[dict[str, Any]]:
    context = {"diagnostics": [problem], **({"only": list(only)} if only else {})}
    asked = {"textDocument": {"uri": uri}, "range": problem["range"], "context": context}
    return wire.request("textDocument/codeAction", asked)


def changed(text: str, action: dict[str, Any]) -> str:
    """The text after an action, applied as an editor does it."""
    from sanctions_rules.lsp.texts import Text

    ((_, edits),) = action["edit"]["changes"].items()
    starts = [(e["range"]["start"]["line"], e["range"]["start"]["character"]) for e in edits]
    for _, one in sorted(zip(starts, edits, strict=True), key=lambda pair: pair[0], reverse=True):
        first, last = one["range"]["start"], one["range"]["end"]
        text = Text(text).edited(
            (first["line"], first["character"]), (last["line"], last["character"]), one["newText"]
        ).content  # fmt: skip
    return text


# -- over the protocol ---------------------------------------------------------------------------------


def test_findings_follow_the_other_problems_and_stay_with_their_text(
    tmp_path: Path, wire: Wire
) -> None:
    uri = written(tmp_path, TWICE)
    wire.transcript.clear()
    assert wire.open(uri, TWICE) == []
    (found,) = linted(wire, uri)
    start = place(TWICE, "seafood, gas")
    assert found["range"]["start"] == {"line": start[0], "character": start[1]}
    assert (found["code"], found["severity"], found["source"]) == ("value-twice", 2, "lint")
    assert found["codeDescription"] == {"href": page_of("value-twice")}
    assert found["message"] == "seafood stands in this list already"
    assert wire.published[-1][:2] == (uri, 1)
    # A mistake elsewhere is told at once; the finding has moved with its line.
    wire.change(uri, edit((0, 0), (0, 0), "instrment\n"))
    problem, *kept = wire.heard_of(uri)
    assert problem["source"] == "sanctions-rules" and problem["range"]["start"]["line"] == 0
    assert [p["range"]["start"]["line"] for p in kept if p["source"] == "lint"] == [start[0] + 1]
    wire.change(uri, edit((0, 0), (1, 0), ""))
    assert wire.heard_of(uri) == [found]
    assert wire.transcript == [
        "> textDocument/didOpen", *["< textDocument/publishDiagnostics"] * 2,
        *["> textDocument/didChange", "< textDocument/publishDiagnostics"] * 2,
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["value-twice", "codes-unsorted", "note-twice"])
def test_a_fix_is_that_of_the_command(tmp_path: Path, wire: Wire, code: str) -> None:
    text = f"{PREAMBLE}\n{page(code).bad}"
    uri = written(tmp_path, text)
    wire.open(uri, text)
    (found,) = linted(wire, uri)
    mend, silence = actions(wire, uri, found)
    assert mend["kind"] == "quickfix" and mend["isPreferred"] and mend["diagnostics"] == [found]
    rules = compiled_text(text)
    made = mended(lint(Law(rules.rulebook, rules.sources)).findings, rules.sources)
    assert changed(text, mend) == made["example.rules"]
    assert changed(text, silence).count(f"# lint: allow {code}") == 1
    assert actions(wire, uri, found, "source") == []
    assert len(actions(wire, uri, found, "quickfix")) == 2
    wire.change(uri, {"text": made["example.rules"]})
    assert wire.heard_of(uri) == []


def test_findings_are_those_of_the_command(
    tmp_path: Path, wire: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a rulebook of two files, of three levels, with 😀 before a place, and something silenced."""
    pytest.importorskip("typer", reason="the command line needs the extra cli")
    examples = [page(code).bad for code in ("title-full-stop", "contradiction", "citation-twice")]
    examples.append(page("silence-without-reason").good)
    text = "".join(
        one.replace("§2", f"§{number}").replace("s. 2", f"s. {number}")
        for number, one in enumerate(examples, 2)
    ).replace("Ruritania Act s. 4", "😀 s. 4")
    (tmp_path / "a.rules").write_text(PREAMBLE, encoding="utf-8")
    uri = written(tmp_path, text)
    _, out, _ = said(capsys, "lint", tmp_path, "--format", "json")
    known = json.loads(out)["problems"]
    assert {p["severity"] for p in known} == {"error", "warning", "info"}, known
    wire.open(uri, text)
    levels = {1: "error", 2: "warning", 3: "info"}
    lines = text.split("\n")
    found = [
        (p["code"], levels[p["severity"]], at["line"] + 1,
         len(lines[at["line"]].encode("utf-16-le")[: at["character"] * 2].decode("utf-16-le")) + 1)
        for p in linted(wire, uri) for at in [p["range"]["start"]]
    ]  # fmt: skip
    assert found == [(p["code"], p["severity"], p["line"], p["column"]) for p in known]


def test_it_is_switched_off_and_gone_with_its_text(tmp_path: Path, wire: Wire) -> None:
    uri = written(tmp_path, TWICE)
    wire.open(uri, TWICE)
    (found,) = linted(wire, uri)
    wire.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert wire.heard_of(uri) == []
    wire.open(uri, TWICE)
    assert linted(wire, uri) == [found]
    wire.notify(
        "workspace/didChangeConfiguration", {"settings": {"sanctionsRules": {"lint": False}}}
    )
    assert wire.heard_of(uri) == []
    assert actions(wire, uri, found) == []
    before = len(wire.published)
    wire.change(uri, edit((0, 0), (0, 0), "# a comment\n"))
    assert wire.heard_of(uri) == []
    time.sleep(0.8)
    wire.request("textDocument/hover", wire.at(uri, 0, 0))
    assert len(wire.published) == before + 1
    wire.notify("workspace/didChangeConfiguration", {"settings": {}})
    assert len(linted(wire, uri)) == 1


# -- never of another text --------------------------------------------------------------------------------


def test_a_run_that_an_edit_overtakes_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each of many steps of a run the text changes, and nothing is ever said of the text before."""
    from sanctions_rules.lsp import session
    from sanctions_rules.lsp.texts import Text

    uri = written(tmp_path, TWICE)
    good = TWICE.replace("seafood, seafood", "seafood")
    runs: list[int] = []  # of each run the steps that it has taken
    steps_of = session.stepwise

    def counted(book: Law) -> Generator[None, None, Report]:
        runs.append(0)
        steps = steps_of(book)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value
            runs[-1] += 1
            yield

    monkeypatch.setattr(session, "stepwise", counted)
    for name, seconds in (("IDLE", 0.0), ("SLICE", 0.0), ("REST", 0.0)):
        monkeypatch.setattr(session, name, seconds)
    published: list[Any] = []
    server = session.RulesServer()
    monkeypatch.setattr(server, "text_document_publish_diagnostics", published.append)

    async def turns(enough: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not enough():
            assert time.monotonic() < until
            await asyncio.sleep(0)

    async def edited() -> None:
        whole = sum(1 for _ in steps_of(_law(TWICE)))
        for number, stop in enumerate([*range(1, whole, 20), whole]):
            published.clear()
            runs.clear()
            server.taken(uri, 2 * number + 1, Text(TWICE))
            await turns(lambda stop=stop: runs == [stop])
            server.taken(uri, 2 * number + 2, Text(good))
            await turns(
                lambda: all(task.done() for task in server.linting.values()) and len(runs) == 2
            )
            assert runs == [stop, whole]
            assert [one.version for one in published] == [2 * number + 1, 2 * number + 2]
            assert not any(one.diagnostics for one in published)
        server.taken(uri, 99, Text(TWICE))
        await turns(lambda: any(one.diagnostics for one in published))
        assert published[-1].version == 99  # left alone, it says what it has to
        for timer in server.waiting.values():
            timer.cancel()

    asyncio.run(edited())


def _law(text: str) -> Law:
    rules = compiled_text(text)
    return Law(rules.rulebook, rules.sources)


@pytest.mark.parametrize("seed", range(2))
def test_what_stands_on_is_the_same_text_elsewhere(seed: int) -> None:
    chosen = random.Random(seed)
    found = [
        one for code in ("value-twice", "codes-unsorted", "stray-blanks")
        for one in lint(_law(f"{PREAMBLE}\n{page(code).bad}")).findings
    ]  # fmt: skip
    for one in found:
        base = f"{PREAMBLE}\n{page(one.check.code).bad}"
        kept = 0
        for now in history(base, chosen.randrange(10**6), 40 * LONGER):
            for standing in Linted(base, (one,)).standing(now):
                kept += 1
                pairs = [(one.found.span, standing.found.span)]
                pairs += [
                    (a.span, b.span) for a, b in zip(one.found.fix, standing.found.fix, strict=True)
                ]
                for old, new in pairs:
                    assert base[old.start : old.end] == now[new.start : new.end]
        assert 0 < kept < 40 * LONGER


# -- the same as the command ------------------------------------------------------------------------------


def both(book: Book) -> tuple[Report, Report]:
    """What lint finds in pieces, and in the same files read from nothing."""
    from sanctions_rules.language.compile import compile_rulebook

    look = book.look()
    assert look.loads
    rules = compile_rulebook(book.files, book.limits)
    return lint(Written(look, book.files)), lint(Law(rules.rulebook, rules.sources))


@pytest.mark.parametrize("code", ALONE)
def test_pieces_are_linted_as_the_whole(code: str) -> None:
    """Also where all places have moved, to either side, since the pieces were read."""
    text = f"{PREAMBLE}\n{page(code).bad}"
    far = "# a comment before everything\n" * 9
    book = Book({"own.rules": (far + text).encode()})
    book.look()
    for now in (text, far + far + text):
        book.put("own.rules", now.encode())
        ours, theirs = both(book)
        assert ours == theirs
        assert code in {one.check.code for one in ours.findings}


def test_the_packaged_law_is_linted_as_the_command_does() -> None:
    book = Book(read_files(PACKAGED / "eu"))
    names = sorted(n for n in book.files if n.endswith(".rules"))
    chosen = random.Random(1)
    seen = 0
    while seen < 2 * LONGER:
        name = chosen.choice(names)
        before = book.files[name]
        for text in history(before.decode(), chosen.randrange(10**6), 6):
            book.put(name, text.encode("utf-8", "surrogatepass"))
            if book.look().loads:
                ours, theirs = both(book)
                assert ours == theirs and ours.silenced
                seen += 1
                break
        book.put(name, before)


@pytest.mark.parametrize("code", ALONE)
def test_what_an_editor_silences_is_silent(code: str) -> None:
    text = f"{PREAMBLE}\n{page(code).bad}"
    report = lint(_law(text))
    for one in report.findings:
        comment = silencing(one, text)
        if code.startswith("silence-"):
            assert comment is None or one.check.code != code
            continue
        assert comment is not None, code
        unreasoned = lint(_law(applied(text, [comment]))).findings
        assert {f.check.code for f in unreasoned} >= {one.check.code, "silence-without-reason"}
        whole = comment.text.rstrip("\n") + " a test" + "\n" * comment.text.endswith("\n")
        quiet = lint(_law(applied(text, [type(comment)(comment.span, whole)])))
        assert len(quiet.findings) == len(report.findings) - len(quiet.silenced)
        assert {s.check.code for s, _ in quiet.silenced} == {code}


def test_a_silence_beside_a_comment_stands_above_it() -> None:
    text = TWICE.replace("seafood, gas", "seafood, gas  # as printed")
    (one,) = lint(_law(text)).findings
    comment = silencing(one, text)
    assert comment is not None and comment.text == "  # lint: allow value-twice\n"
    made = applied(text, [comment]).replace("value-twice\n", "value-twice a test\n")
    assert lint(_law(made)).findings == ()
    head = f"{PREAMBLE}\n{page('title-full-stop').bad}".replace('."', '."  # as printed')
    (one,) = lint(_law(head)).findings
    assert silencing(one, head) is None  # above the head it would silence the block
